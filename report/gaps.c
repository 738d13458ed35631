/* SPDX-License-Identifier: Apache-2.0 */
/* The plan of collecting as text, and as cells. */
#include "report/gaps.h"

#include "base/wrap.h"
#include "report/write_csv.h"

/* Of long lists in text. */
#define STEPS_SHOWN 20
#define FACTS_SHOWN 10
#define RULES_SHOWN 4
#define SOURCES_SHOWN 2

static const struct schema *schema_of(const struct gaps_report *r)
{
	return r->tree->schema;
}

struct str gaps_attribute_text(const struct gaps_report *r, uint16_t attribute,
    uint16_t kind)
{
	const struct schema *schema = schema_of(r);

	if (kind == SCHEMA_NONE)
		return STR("");
	if (attribute == SCHEMA_NONE)
		return schema->kinds.items[kind].name;
	return arena_printf(r->arena, "%.*s.%.*s",
	    STR_ARG(schema->kinds.items[kind].name),
	    STR_ARG(schema->attributes.items[attribute].name));
}

struct str gaps_job_text(const struct gaps_report *r, const struct gap_job *job)
{
	struct str name = gaps_attribute_text(r, job->attribute, job->kind);

	if (job->action == GAP_DATE)
		return STR("give the run its date, `--as-of`");
	return arena_printf(r->arena, job->action == GAP_LIST
	    ? "%s every %.*s" : "%s %.*s", gap_action_text(job->action),
	    STR_ARG(name));
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void add_location(const struct gaps_report *r, struct text *line,
    struct span span)
{
	struct place place;

	if (span_is_none(span))
		return;
	place = source_place(r->sources, span.file, span.start);
	wrap_keep(line);
	text_add_visible(line, source_name(r->sources, span.file));
	text_printf(line, ":%u:%u", place.line, place.column);
	wrap_kept(line);
}

/* --- text ----------------------------------------------------------------- */

static void add_heading(const struct gaps_report *r, struct text *out,
    const char *heading)
{
	struct wrap wrap;

	wrap_init(&wrap, r->arena, out, r->width);
	text_add_char(out, '\n');
	text_printf(&wrap.line, r->colour ? "\033[1m%s\033[0m" : "%s", heading);
	wrap_end(&wrap, 0);
}

static void compose_summary(const struct gaps_report *r, struct text *out)
{
	const struct gaps *g = r->gaps;

	text_printf(out, "%llu of %llu verdicts are unknown",
	    (unsigned long long)g->unknown, (unsigned long long)g->subjects);
	if (g->unknown == 0) {
		text_add(out, STR(": nothing is missing"));
		return;
	}
	text_printf(out, ": %llu can be decided by one fact, %llu by several",
	    (unsigned long long)g->alone, (unsigned long long)g->several);
	if (g->hopeless)
		text_printf(out, ", %llu by none (a calculation fails)",
		    (unsigned long long)g->hopeless);
	if (g->unfound)
		text_printf(out, "; for %llu no values were found that would do",
		    (unsigned long long)g->unfound);
	if (g->limited)
		text_printf(out, "; for %llu the search met its limit and found "
		    "nothing", (unsigned long long)g->limited);
	if (g->unproven)
		text_printf(out, "; for %llu it met its limit, and other or fewer "
		    "facts may do as well", (unsigned long long)g->unproven);
}

static void add_summary(const struct gaps_report *r, struct text *out)
{
	struct wrap wrap;

	wrap_init(&wrap, r->arena, out, r->width);
	compose_summary(r, &wrap.line);
	wrap_end(&wrap, 2);
}

/* "26 hosts", as files call the kind. */
static void add_entities(const struct gaps_report *r, struct text *out,
    const struct gap_job *job)
{
	struct str word = schema_of(r)->kinds.items[job->kind].plural;

	text_printf(out, " on %llu ", (unsigned long long)job->planned);
	for (size_t i = 0; i < word.length; i++)
		text_add_char(out, word.at[i] == '_' ? ' ' : word.at[i]);
}

static const struct gap *only_fact(const struct gaps_report *r, uint32_t job)
{
	for (size_t i = 0; i < r->gaps->facts.count; i++)
		if (r->gaps->facts.items[i].job == job &&
		    r->gaps->facts.items[i].planned)
			return &r->gaps->facts.items[i];
	return NULL;
}

/* A step of one fact is called by it. */
void gaps_step_text(const struct gaps_report *r, struct text *out, uint32_t j)
{
	const struct gap_job *job = &r->gaps->jobs.items[j];
	const struct gap *gap = job->planned == 1 ? only_fact(r, j) : NULL;

	if (gap && job->action != GAP_DATE && job->action != GAP_LIST) {
		text_printf(out, "%s ", gap_action_text(job->action));
		text_add_visible(out, gap->missing.text);
		return;
	}
	text_add_visible(out, gaps_job_text(r, job));
	if (job->action == GAP_LIST)
		text_printf(out, " (`complete: [%.*s]`)", STR_ARG(
		    schema_of(r)->kinds.items[job->kind].name));
	if (job->planned > 1)
		add_entities(r, out, job);
}

static void add_rules(const struct gaps_report *r, struct text *out,
    const uint32_t *rules, size_t count)
{
	for (size_t i = 0; i < count && i < RULES_SHOWN; i++) {
		text_add(out, i ? STR(", ") : STR(""));
		text_add_visible(out, r->tree->rules.items[rules[i]].id);
	}
	if (count > RULES_SHOWN)
		text_printf(out, " and %zu more", count - RULES_SHOWN);
}

/* A source without a name is called by its file: its last part will do. */
static struct str source_word(const struct gaps_report *r, struct str name)
{
	size_t from = name.length;

	for (size_t i = 0; i < r->graph->inputs.count; i++) {
		if (!str_equal(r->graph->inputs.items[i].path, name))
			continue;
		while (from > 0 && name.at[from - 1] != '/')
			from--;
		return str_slice(name, from, name.length);
	}
	return name;
}

static void add_sources(const struct gaps_report *r, struct text *out,
    const struct gap_job *job)
{
	if (job->attribute == SCHEMA_NONE)
		return;
	if (job->never) {
		text_add(out, STR("; no source states it of any"));
		return;
	}
	for (size_t i = 0; i < job->sources.count && i < SOURCES_SHOWN; i++) {
		text_add(out, i ? STR(", ") : STR("; stated by "));
		text_add_visible(out, source_word(r, job->sources.items[i].name));
		text_printf(out, " (%llu)",
		    (unsigned long long)job->sources.items[i].count);
	}
}

static void add_step(const struct gaps_report *r, struct text *out, uint32_t j)
{
	const struct gap_job *job = &r->gaps->jobs.items[j];
	struct wrap wrap;

	wrap_init(&wrap, r->arena, out, r->width);
	text_printf(&wrap.line, "%4u. ", job->step);
	gaps_step_text(r, &wrap.line, j);
	if (job->decides == 0)
		text_add(&wrap.line, STR(": needed by the steps below"));
	else
		text_printf(&wrap.line, ": can decide %llu verdict%s, %llu in all (%llu %%)",
		    (unsigned long long)job->decides, plural(job->decides),
		    (unsigned long long)job->total,
		    (unsigned long long)(job->total * 100 / r->gaps->unknown));
	wrap_end(&wrap, 6);
	text_add(&wrap.line, STR("      "));
	if (job->rules.count)
		text_add(&wrap.line, STR("for "));
	add_rules(r, &wrap.line, job->rules.items, job->rules.count);
	add_sources(r, &wrap.line, job);
	wrap_end(&wrap, 6);
}

static void add_plan(const struct gaps_report *r, struct text *out)
{
	const struct gaps *g = r->gaps;
	size_t steps = 0;

	while (steps < g->jobs.count && g->jobs.items[steps].step > 0)
		steps++;
	if (steps == 0)
		return;
	add_heading(r, out, "What to collect, the most useful first");
	for (uint32_t j = 0; j < steps && j < STEPS_SHOWN; j++)
		add_step(r, out, j);
	if (steps > STEPS_SHOWN)
		text_printf(out, "      and %zu more steps: --format json has all\n",
		    steps - STEPS_SHOWN);
}

static void add_facts(const struct gaps_report *r, struct text *out)
{
	const struct gaps *g = r->gaps;
	struct wrap wrap;

	if (g->facts.count < 2)
		return;
	wrap_init(&wrap, r->arena, out, r->width);
	add_heading(r, out, "Single facts that decide the most verdicts");
	for (size_t i = 0; i < g->facts.count && i < FACTS_SHOWN &&
	    g->facts.items[i].alone > 0; i++) {
		const struct gap *gap = &g->facts.items[i];

		text_printf(&wrap.line, "%4llu  ", (unsigned long long)gap->alone);
		wrap_add_name(&wrap.line, gap->missing.text);
		if (!span_is_none(gap->missing.span)) {
			text_add(&wrap.line, STR("  "));
			add_location(r, &wrap.line, gap->missing.span);
		}
		wrap_end(&wrap, 8);
	}
	if (g->facts.count > FACTS_SHOWN)
		text_printf(out, "      %zu facts are missing: --format csv "
		    "lists them\n", g->facts.count);
}

static void add_never(const struct gaps_report *r, struct text *out)
{
	const struct gaps *g = r->gaps;
	struct wrap wrap;

	if (g->never.count == 0)
		return;
	wrap_init(&wrap, r->arena, out, r->width);
	add_heading(r, out, "Rules that cannot be decided before somebody collects "
	    "what nobody has yet");
	for (size_t i = 0; i < g->never.count; i++) {
		const struct gap_rule *n = &g->never.items[i];
		const struct rule *rule = &r->tree->rules.items[n->rule];

		text_add(&wrap.line, STR("      "));
		text_add_visible(&wrap.line, rule->id);
		text_printf(&wrap.line, " (%s): ", severity_text(rule->severity));
		for (size_t a = 0; a < n->attributes.count; a++) {
			uint16_t attribute = n->attributes.items[a];

			text_add(&wrap.line, a ? STR(" or ") : STR(""));
			text_add_visible(&wrap.line, gaps_attribute_text(r, attribute,
			    schema_of(r)->attributes.items[attribute].kind));
		}
		wrap_end(&wrap, 8);
	}
}

void gaps_text(const struct gaps_report *r, struct text *out)
{
	struct wrap wrap;

	add_summary(r, out);
	if (r->tree->choice.count) {
		wrap_init(&wrap, r->arena, out, r->width);
		text_add(&wrap.line, STR("only a part was asked for: "));
		text_add_visible(&wrap.line, tree_part_text(r->arena, r->tree));
		wrap_end(&wrap, 2);
	}
	add_plan(r, out);
	add_facts(r, out);
	add_never(r, out);
}

/* --- cells ---------------------------------------------------------------- */

static void add_entity_cells(const struct gaps_report *r, struct text *out,
    const struct gap *gap)
{
	const struct missing *m = &gap->missing;
	const struct schema *schema = schema_of(r);
	uint16_t kind = m->entity == ENTITY_NONE ? m->of
	    : entity_kind(r->graph, m->entity);

	csv_cell(out, r->arena, kind == SCHEMA_NONE ? STR("")
	    : schema->kinds.items[kind].name);
	csv_cell(out, r->arena, m->entity == ENTITY_NONE ? STR("")
	    : graph_entity_name(r->graph, r->arena, m->entity));
	csv_cell(out, r->arena, m->attribute == SCHEMA_NONE ? STR("")
	    : schema->attributes.items[m->attribute].name);
}

static struct str rules_text(const struct gaps_report *r, const struct gap *gap)
{
	struct text text;

	text_init(&text, r->arena);
	for (size_t i = 0; i < gap->rules.count; i++) {
		text_add(&text, i ? STR("; ") : STR(""));
		text_add(&text, r->tree->rules.items[gap->rules.items[i]].id);
	}
	return text_str(&text);
}

static void add_row(const struct gaps_report *r, struct text *out,
    const struct gap *gap)
{
	const struct gap_job *job = &r->gaps->jobs.items[gap->job];
	struct place place = { 0 };
	struct str file = STR("");

	if (!span_is_none(gap->missing.span)) {
		place = source_place(r->sources, gap->missing.span.file,
		    gap->missing.span.start);
		file = source_name(r->sources, gap->missing.span.file);
	}
	csv_quoted(out, str_of(gap_action_text(job->action)));
	add_entity_cells(r, out, gap);
	csv_cell(out, r->arena, gap->missing.text);
	text_printf(out, ",%llu,%llu,", (unsigned long long)gap->alone,
	    (unsigned long long)gap->together);
	if (gap->planned)
		text_printf(out, "%u", job->step);
	csv_cell(out, r->arena, rules_text(r, gap));
	csv_cell(out, r->arena, file);
	if (file.length)
		text_printf(out, ",%u\r\n", place.line);
	else
		text_add(out, STR(",\r\n"));
}

void gaps_csv(const struct gaps_report *r, struct text *out)
{
	text_add(out, STR("action,kind,key,attribute,fact,decides,with_others,step,"
	    "rules,file,line\r\n"));
	for (size_t i = 0; i < r->gaps->facts.count; i++)
		add_row(r, out, &r->gaps->facts.items[i]);
}
