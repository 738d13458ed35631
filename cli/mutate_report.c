/* SPDX-License-Identifier: Apache-2.0 */
/* What became of the mutants, in words and in JSON. */
#include "cli/mutate_run.h"

#include "base/wrap.h"
#include "cli/write.h"
#include "report/view.h"

struct score {
	size_t of[MUTANT_STATES];
};

/* --- the lines of a mutation --------------------------------------------------- */

void mutate_lines(const struct mutate_run *run, const struct mutation *mutation,
    struct str *before, struct str *after)
{
	struct arena *arena = run->session->arena;
	struct str bytes = source_bytes(run->session->sources, mutation->span.file);
	size_t start = mutation->span.start, end = mutation->span.end;

	while (start > 0 && bytes.at[start - 1] != '\n')
		start--;
	while (end < bytes.length && bytes.at[end] != '\n')
		end++;
	*before = view_line(arena, str_slice(bytes, start, end));
	*after = view_line(arena, arena_printf(arena, "%.*s%.*s%.*s",
	    STR_ARG(str_slice(bytes, start, mutation->span.start)),
	    STR_ARG(mutation->became),
	    STR_ARG(str_slice(bytes, mutation->span.end, end))));
}

/* --- scores --------------------------------------------------------------------- */

static struct score score_of(const struct mutate_run *run, long item)
{
	struct score score = { { 0 } };

	for (size_t i = 0; i < run->mutations.list.count; i++)
		if (item < 0 || run->mutations.list.items[i].item == (uint32_t)item)
			score.of[run->states[i]]++;
	return score;
}

static size_t counted(const struct score *score)
{
	return score->of[MUTANT_NOTICED] + score->of[MUTANT_SURVIVES];
}

/* Tenths of a percent, rounded down: 100 % means all. */
static unsigned permille(const struct score *score)
{
	return counted(score) ? (unsigned)(score->of[MUTANT_NOTICED] * 1000 /
	    counted(score)) : 1000;
}

bool mutate_suffices(const struct mutate_run *run, unsigned percent)
{
	struct score score = score_of(run, -1);

	return score.of[MUTANT_NOTICED] * 100 >= counted(&score) * percent;
}

static bool is_tested(const struct mutate_run *run, const struct mutable_item *item)
{
	for (size_t t = 0; t < run->tree->tests.count; t++)
		if (item->affects[run->tree->tests.items[t].rule_index])
			return true;
	return false;
}

/* --- text ------------------------------------------------------------------------- */

static void add_line(struct text *out, const char *sign, struct str line)
{
	if (line.length == 0)
		return;
	wrap_keep(out);
	text_add(out, str_of(sign));
	text_add_visible(out, line);
	wrap_kept(out);
	text_add_char(out, '\n');
}

static void add_survivor(const struct mutate_run *run, size_t i, struct text *out)
{
	const struct mutation *m = &run->mutations.list.items[i];
	const struct mutable_item *item = &run->mutations.items.items[m->item];
	struct str before, after;

	mutate_lines(run, m, &before, &after);
	text_add_char(out, '\n');
	write_whole_place(out, run->session->sources, m->span);
	text_add(out, STR(": "));
	text_add_visible(out, item->name);
	text_printf(out, ": %s%s\n", mutation_word(m->kind),
	    is_tested(run, item) ? "" : "; no test depends on it");
	add_line(out, "  - ", before);
	add_line(out, "  + ", after);
}

static void add_scores(const struct mutate_run *run, struct text *out)
{
	bool is_first = true;

	for (size_t i = 0; i < run->mutations.items.count; i++) {
		struct score score = score_of(run, (long)i);

		if (score.of[MUTANT_SURVIVES] == 0)
			continue;
		text_add(out, is_first ? STR("\n") : STR(""));
		is_first = false;
		text_printf(out, "%3u.%u %%  %4zu of %-4zu ", permille(&score) / 10,
		    permille(&score) % 10, score.of[MUTANT_NOTICED], counted(&score));
		text_add_visible(out, run->mutations.items.items[i].name);
		text_add_char(out, '\n');
	}
}

static void print_text(const struct mutate_run *run, struct text *out)
{
	struct score score = score_of(run, -1);

	text_printf(out, "%.*s: %zu noticed, %zu surviving, %zu equivalent, "
	    "%zu refused by the compiler; score %u.%u %%\n",
	    STR_ARG(text_count(out->arena, counted(&score) +
	    score.of[MUTANT_EQUIVALENT] + score.of[MUTANT_REFUSED], "mutant")),
	    score.of[MUTANT_NOTICED], score.of[MUTANT_SURVIVES],
	    score.of[MUTANT_EQUIVALENT], score.of[MUTANT_REFUSED],
	    permille(&score) / 10, permille(&score) % 10);
	for (size_t i = 0; i < run->mutations.list.count; i++)
		if (run->states[i] == MUTANT_SURVIVES)
			add_survivor(run, i, out);
	add_scores(run, out);
}

/* --- JSON --------------------------------------------------------------------------- */

static const char *const state_names[MUTANT_STATES] = {
	"left_out", "noticed", "survives", "refused", "equivalent"
};

static void add_json_score(const struct score *score, struct text *out)
{
	for (int s = MUTANT_NOTICED; s < MUTANT_STATES; s++)
		write_number(out, s != MUTANT_NOTICED, state_names[s], score->of[s]);
	text_printf(out, ",\"score\":%u.%u", permille(score) / 10, permille(score) % 10);
}

static void add_json_item(const struct mutate_run *run, size_t i, bool comma,
    struct text *out)
{
	const struct mutable_item *item = &run->mutations.items.items[i];
	struct score score = score_of(run, (long)i);

	text_add(out, comma ? STR(",\n{") : STR("\n{"));
	write_member(out, false, "name", item->name);
	write_location(out, true, run->session->sources, item->ast->name);
	text_printf(out, ",\"tested\":%s,", is_tested(run, item) ? "true" : "false");
	add_json_score(&score, out);
	text_add_char(out, '}');
}

static void add_json_mutant(const struct mutate_run *run, size_t i, bool comma,
    struct text *out)
{
	const struct mutation *m = &run->mutations.list.items[i];
	struct str before, after;

	mutate_lines(run, m, &before, &after);
	text_add(out, comma ? STR(",\n{") : STR("\n{"));
	write_member(out, false, "in", run->mutations.items.items[m->item].name);
	write_member(out, true, "mutation", str_of(mutation_word(m->kind)));
	write_member(out, true, "state", str_of(state_names[run->states[i]]));
	write_location(out, true, run->session->sources, m->span);
	write_member(out, true, "was", before);
	write_member(out, true, "became", after);
	text_add_char(out, '}');
}

static void print_json(const struct mutate_run *run, struct text *out)
{
	struct score score = score_of(run, -1);
	bool comma = false;

	write_head(out);
	text_add(out, STR("\"summary\":{"));
	add_json_score(&score, out);
	text_add(out, STR("},\n\"items\":["));
	for (size_t i = 0; i < run->mutations.items.count; i++) {
		struct score of = score_of(run, (long)i);

		if (counted(&of) + of.of[MUTANT_REFUSED] + of.of[MUTANT_EQUIVALENT] == 0)
			continue;
		add_json_item(run, i, comma, out);
		comma = true;
	}
	text_add(out, STR("],\n\"mutants\":["));
	comma = false;
	for (size_t i = 0; i < run->mutations.list.count; i++) {
		if (run->states[i] == MUTANT_LEFT_OUT)
			continue;
		add_json_mutant(run, i, comma, out);
		comma = true;
	}
	text_add(out, STR("]}\n"));
}

void mutate_report(const struct mutate_run *run, bool json, struct text *out)
{
	struct text lines;

	if (json) {
		print_json(run, out);
		return;
	}
	text_init(&lines, out->arena);
	print_text(run, &lines);
	session_fold(run->session, out, &lines);
}
