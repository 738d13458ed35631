/* SPDX-License-Identifier: Apache-2.0 */
#include "report/gaps.h"

#include "include/scarp.h"
#include "report/write_json.h"
#include "vm/scalar.h"

static void add_place(struct json *j, const struct gaps_report *r, struct span span)
{
	struct place place;

	json_name(j, "location");
	if (span_is_none(span)) {
		json_null(j);
		return;
	}
	place = source_place(r->sources, span.file, span.start);
	json_open(j, '{');
	json_member(j, "file", source_name(r->sources, span.file));
	json_member_count(j, "line", place.line);
	json_member_count(j, "column", place.column);
	json_close(j, '}');
}

static void add_name(struct json *j, const char *name, struct str value)
{
	json_name(j, name);
	if (value.length)
		json_text(j, value);
	else
		json_null(j);
}

static struct str kind_text(const struct gaps_report *r, uint16_t kind)
{
	return kind == SCHEMA_NONE ? STR("")
	    : r->tree->schema->kinds.items[kind].name;
}

static struct str attribute_text(const struct gaps_report *r, uint16_t attribute)
{
	return attribute == SCHEMA_NONE ? STR("")
	    : r->tree->schema->attributes.items[attribute].name;
}

static void add_rules(struct json *j, const struct gaps_report *r,
    const uint32_t *rules, size_t count)
{
	json_member_open(j, "rules", '[');
	for (size_t i = 0; i < count; i++)
		json_text(j, r->tree->rules.items[rules[i]].id);
	json_close(j, ']');
}

static void add_summary(struct json *j, const struct gaps *g)
{
	json_member_open(j, "summary", '{');
	json_member_count(j, "subjects", g->subjects);
	json_member_count(j, "unknown", g->unknown);
	json_member_count(j, "by_one_fact", g->alone);
	json_member_count(j, "by_several", g->several);
	json_member_count(j, "by_none", g->hopeless);
	json_member_count(j, "not_found", g->unfound);
	json_member_count(j, "search_limited", g->limited);
	json_member_count(j, "not_proven_minimal", g->unproven);
	json_close(j, '}');
}

static void add_job(struct json *j, const struct gaps_report *r,
    const struct gap_job *job)
{
	json_break(j);
	json_open(j, '{');
	json_name(j, "step");
	if (job->step)
		json_count(j, job->step);
	else
		json_null(j);
	json_member_word(j, "action", gap_action_text(job->action));
	add_name(j, "kind", kind_text(r, job->kind));
	add_name(j, "attribute", attribute_text(r, job->attribute));
	json_member_count(j, "facts", job->facts);
	json_member_count(j, "planned", job->planned);
	json_member_count(j, "alone", job->alone);
	json_member_count(j, "decides", job->decides);
	json_member_count(j, "total", job->total);
	json_name(j, "never_stated");
	json_bool(j, job->never);
	json_member_open(j, "sources", '[');
	for (size_t i = 0; i < job->sources.count; i++) {
		json_open(j, '{');
		json_member(j, "name", job->sources.items[i].name);
		json_member_count(j, "count", job->sources.items[i].count);
		json_close(j, '}');
	}
	json_close(j, ']');
	add_rules(j, r, job->rules.items, job->rules.count);
	json_close(j, '}');
}

static void add_fact(struct json *j, const struct gaps_report *r,
    const struct gap *gap)
{
	const struct missing *m = &gap->missing;

	json_break(j);
	json_open(j, '{');
	json_member(j, "fact", m->text);
	json_member_word(j, "action", gap_action_text(
	    r->gaps->jobs.items[gap->job].action));
	add_name(j, "kind", kind_text(r, m->entity == ENTITY_NONE ? m->of
	    : entity_kind(r->graph, m->entity)));
	add_name(j, "key", m->entity == ENTITY_NONE ? STR("")
	    : graph_entity_name(r->graph, r->arena, m->entity));
	add_name(j, "attribute", attribute_text(r, m->attribute));
	json_member_count(j, "alone", gap->alone);
	json_member_count(j, "together", gap->together);
	json_member_count(j, "others", gap->others);
	json_name(j, "step");
	if (gap->planned)
		json_count(j, r->gaps->jobs.items[gap->job].step);
	else
		json_null(j);
	add_rules(j, r, gap->rules.items, gap->rules.count);
	add_place(j, r, m->span);
	json_close(j, '}');
}

static void add_never(struct json *j, const struct gaps_report *r,
    const struct gap_rule *n)
{
	json_break(j);
	json_open(j, '{');
	json_member(j, "rule", r->tree->rules.items[n->rule].id);
	json_member_count(j, "unknown", n->unknown);
	json_member_open(j, "attributes", '[');
	for (size_t a = 0; a < n->attributes.count; a++)
		json_text(j, gaps_attribute_text(r, n->attributes.items[a],
		    r->tree->schema->attributes.items[n->attributes.items[a]].kind));
	json_close(j, ']');
	json_close(j, '}');
}

void gaps_json(const struct gaps_report *r, struct text *out)
{
	const struct gaps *g = r->gaps;
	struct json j = { .out = out };

	json_open(&j, '{');
	json_member_count(&j, "schema_version", 1);
	json_break(&j);
	json_member_open(&j, "tool", '{');
	json_member_word(&j, "name", "scarp");
	json_member_word(&j, "version", scarp_version());
	json_close(&j, '}');
	json_break(&j);
	json_name(&j, "as_of");
	if (r->graph->has_as_of)
		json_text(&j, scalar_date_text(r->arena, r->graph->as_of));
	else
		json_null(&j);
	json_break(&j);
	json_member_open(&j, "not_selected", '[');
	for (size_t i = 0; i < r->tree->deselected.count; i++)
		json_text(&j, r->tree->deselected.items[i].id);
	json_close(&j, ']');
	json_break(&j);
	add_summary(&j, g);
	json_break(&j);
	json_member_open(&j, "plan", '[');
	for (size_t i = 0; i < g->jobs.count; i++)
		add_job(&j, r, &g->jobs.items[i]);
	json_close(&j, ']');
	json_break(&j);
	json_member_open(&j, "facts", '[');
	for (size_t i = 0; i < g->facts.count; i++)
		add_fact(&j, r, &g->facts.items[i]);
	json_close(&j, ']');
	json_break(&j);
	json_member_open(&j, "never", '[');
	for (size_t i = 0; i < g->never.count; i++)
		add_never(&j, r, &g->never.items[i]);
	json_close(&j, ']');
	json_close(&j, '}');
	text_add_char(out, '\n');
}
