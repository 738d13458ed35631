/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/coverage.h"

#include "cli/write.h"
#include "report/view.h"

static const struct { uint8_t outcome; const char *word; } outcomes[] = {
	{ SEEN_TRUE, "true" }, { SEEN_FALSE, "false" }, { SEEN_UNKNOWN, "unknown" },
};

/* Outcomes of conditions. */
struct sum { size_t seen, possible; };

static struct sum sum_of(const struct coverage *c, size_t first, size_t count)
{
	struct sum sum = { 0, 0 };

	for (size_t i = first; i < first + count; i++) {
		const struct condition *condition = &c->conditions.items[i];

		for (int o = 0; o < 3; o++) {
			sum.possible += condition->possible >> o & 1;
			sum.seen += (condition->seen & condition->possible) >> o & 1;
		}
	}
	return sum;
}

static struct sum sum_of_item(const struct coverage *c, size_t i)
{
	return sum_of(c, c->items.items[i].first, c->items.items[i].count);
}

/* Tenths of a percent, rounded down: 100 % means all. */
static unsigned permille(struct sum sum)
{
	return sum.possible ? (unsigned)(sum.seen * 1000 / sum.possible) : 1000;
}

bool coverage_suffices(const struct coverage *c, unsigned percent)
{
	struct sum sum = sum_of(c, 0, c->conditions.count);

	return sum.seen * 100 >= sum.possible * percent;
}

static bool is_lacking(const struct condition *condition, int o)
{
	return outcomes[o].outcome & condition->possible & ~condition->seen;
}

/* --- text ------------------------------------------------------------------------ */

static void add_condition(const struct coverage *c, size_t i,
    const struct sources *sources, struct text *out)
{
	const struct condition *condition = &c->conditions.items[i];
	bool is_first = true;

	if (!(condition->possible & ~condition->seen))
		return;
	text_add(out, STR("  "));
	write_whole_place(out, sources, condition->span);
	text_add(out, STR(": never "));
	for (int o = 0; o < 3; o++) {
		if (!is_lacking(condition, o))
			continue;
		text_printf(out, "%s%s", is_first ? "" : ", ", outcomes[o].word);
		is_first = false;
	}
	text_printf(out, ": %s%s", condition->clause, *condition->clause ? " " : "");
	text_add_visible(out, view_line(c->arena,
	    source_text(sources, condition->span)));
	text_add_char(out, '\n');
}

void coverage_text(const struct coverage *c, const struct sources *sources,
    struct text *out)
{
	struct sum sum = sum_of(c, 0, c->conditions.count);

	text_printf(out, "%.*s, %.*s: %zu seen, %zu never; coverage %u.%u %%\n",
	    STR_ARG(text_count(out->arena, c->conditions.count, "condition")),
	    STR_ARG(text_count(out->arena, sum.possible, "outcome")), sum.seen,
	    sum.possible - sum.seen, permille(sum) / 10, permille(sum) % 10);
	for (size_t i = 0; i < c->items.count; i++) {
		const struct covered_item *item = &c->items.items[i];
		struct sum of = sum_of_item(c, i);

		if (of.seen == of.possible)
			continue;
		text_printf(out, "\n%3u.%u %%  ", permille(of) / 10, permille(of) % 10);
		text_add_visible(out, item->name);
		text_add_char(out, '\n');
		for (uint32_t k = 0; k < item->count; k++)
			add_condition(c, item->first + k, sources, out);
	}
}

/* --- JSON ------------------------------------------------------------------------- */

static void add_json_sum(struct sum sum, struct text *out)
{
	write_number(out, true, "possible", sum.possible);
	write_number(out, true, "seen", sum.seen);
	text_printf(out, ",\"coverage\":%u.%u", permille(sum) / 10, permille(sum) % 10);
}

static void add_json_outcomes(const char *name, uint8_t set, struct text *out)
{
	bool comma = false;

	text_printf(out, ",\"%s\":[", name);
	for (int o = 0; o < 3; o++) {
		if (!(set & outcomes[o].outcome))
			continue;
		text_printf(out, "%s\"%s\"", comma ? "," : "", outcomes[o].word);
		comma = true;
	}
	text_add_char(out, ']');
}

static void add_json_condition(const struct coverage *c, size_t i, bool comma,
    const struct sources *sources, struct text *out)
{
	const struct condition *condition = &c->conditions.items[i];

	text_add(out, comma ? STR(",\n {") : STR("\n {"));
	write_member(out, false, "text", view_line(c->arena,
	    source_text(sources, condition->span)));
	write_member(out, true, "clause", str_of(condition->clause));
	write_location(out, true, sources, condition->span);
	add_json_outcomes("possible", condition->possible, out);
	add_json_outcomes("seen", condition->seen, out);
	text_add_char(out, '}');
}

void coverage_json(const struct coverage *c, const struct sources *sources,
    struct text *out)
{
	text_add(out, STR("{\"summary\":{"));
	write_number(out, false, "conditions", c->conditions.count);
	add_json_sum(sum_of(c, 0, c->conditions.count), out);
	text_add(out, STR("},\n\"items\":["));
	for (size_t i = 0; i < c->items.count; i++) {
		const struct covered_item *item = &c->items.items[i];

		text_add(out, i ? STR(",\n{") : STR("\n{"));
		write_member(out, false, "name", item->name);
		write_location(out, true, sources, item->span);
		add_json_sum(sum_of_item(c, i), out);
		text_add(out, STR(",\"conditions\":["));
		for (uint32_t k = 0; k < item->count; k++)
			add_json_condition(c, item->first + k, k > 0, sources, out);
		text_add(out, STR("]}"));
	}
	text_add(out, STR("]}"));
}
