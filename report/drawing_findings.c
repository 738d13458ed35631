/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listed failures and unknowns as a drawing: their subjects, and the
 * links of the inventory that their proofs rest on, paths heavier.
 */
#include "report/drawing.h"
#include "report/report.h"
#include "report/slice.h"
#include "report/view.h"

#include "explain/proof.h"
#include "vm/scalar.h"

struct finding_drawing {
	const struct report *report;
	struct drawing drawing;
	struct map *said;	/* lines, by node */
};

/* The node of a place; behind the entities come unlisted ones by kind. */
static uint32_t place_node(struct finding_drawing *f, uint32_t place)
{
	const struct graph *graph = f->report->graph;
	bool is_new;
	uint32_t n = drawing_node(&f->drawing, place, &is_new);
	struct drawing_node *node = &f->drawing.nodes.items[n];

	if (!is_new)
		return n;
	if (place < graph->entity_count) {
		node->name = graph_entity_name(graph, f->drawing.arena, place);
		node->kind = graph->schema->kinds.items[
		    entity_kind(graph, place)].name;
		node->possible = entity_is_possible(graph, place);
	} else if (place == ENTITY_NONE) {
		node->name = STR("the inventory");
	} else {
		node->name = arena_printf(f->drawing.arena, "some %.*s",
		    STR_ARG(graph->schema->kinds.items[place -
		    graph->entity_count].name));
		node->possible = true;
	}
	return n;
}

/* A link and its inverse are one edge. */
static void add_link(struct finding_drawing *f, struct proof_link link)
{
	const struct schema *schema = f->report->graph->schema;
	uint16_t as = link.attribute == SCHEMA_NONE ? SCHEMA_NONE :
	    slice_drawn_as(schema, link.attribute);
	bool turned = as != link.attribute;

	drawing_edge(&f->drawing, (struct drawing_edge){
	    place_node(f, turned ? link.to : link.from),
	    place_node(f, turned ? link.from : link.to),
	    turned ? schema->attributes.items[as].name : link.name,
	    link.possible, link.is_step });
}

/* Recursion is bounded by the depth of a proof. */
static void add_links(struct finding_drawing *f, const struct proof_node *node)
{
	struct proof_link link;

	if (proof_link_of(report_evaluator(f->report), node, &link))
		add_link(f, link);
	for (size_t i = 0; i < node->children.count; i++)
		add_links(f, node->children.items[i]);
}

static enum drawing_mark mark_of(const struct report_result *result)
{
	return result->waived ? DRAWING_WAIVED :
	    result->verdict == VERDICT_UNKNOWN ? DRAWING_UNKNOWN : DRAWING_FAIL;
}

static void say(struct finding_drawing *f, uint32_t n,
    const struct report_result *result)
{
	struct drawing_node *node = &f->drawing.nodes.items[n];
	enum drawing_mark mark = mark_of(result);
	struct str change = result->change == DIFF_UNCHANGED ? STR("") :
	    view_change(f->report, result);
	struct str line = arena_printf(f->drawing.arena, "%s %.*s%s%.*s",
	    result->waived ? "waived" : verdict_text(result->verdict),
	    STR_ARG(f->report->rules.items[result->rule].rule->id),
	    change.length ? ", " : "", STR_ARG(change));
	bool is_new;

	node->mark = mark > node->mark ? mark : node->mark;
	map_at(f->said, arena_printf(f->report->arena, "%u %.*s", n,
	    STR_ARG(line)), &is_new);
	if (is_new)
		*VEC_PUSH(f->drawing.arena, &node->lines) = line;
}

static void add_subject(struct finding_drawing *f, const struct report_result *result)
{
	const struct outcome *outcome = result->outcome;
	const struct rule *rule = f->report->rules.items[result->rule].rule;
	bool any = false;

	for (int i = 0; outcome && i < outcome->count; i++) {
		if (rule->binders.items[i].variable->type.tag != TYPE_ENTITY)
			continue;
		say(f, place_node(f, (uint32_t)outcome->cells[i]), result);
		any = true;
	}
	if (!any)
		say(f, place_node(f, ENTITY_NONE), result);
}

static void add_result(struct finding_drawing *f, const struct report_result *result)
{
	struct arena *scratch;
	struct proof *proof;

	add_subject(f, result);
	if (!result->outcome)
		return;
	scratch = arena_new_in(f->report->arena);
	proof = proof_of(report_evaluator(f->report), scratch, result->outcome, true);
	for (size_t i = 0; i < proof->clauses.count; i++)
		add_links(f, proof->clauses.items[i]);
	arena_free(scratch);
}

/* Counts are those of the run. */
static struct str title_of(const struct report *report)
{
	const struct report_summary *s = &report->summary;
	struct text out;

	text_init(&out, report->arena);
	if (report->doubt.reason != DOUBT_NONE)
		text_add(&out, STR(DOUBT_WORDS ": "));
	text_printf(&out, "%llu fail", (unsigned long long)s->fail);
	if (s->waived)
		text_printf(&out, " (%llu waived)", (unsigned long long)s->waived);
	text_printf(&out, ", %llu unknown", (unsigned long long)s->unknown);
	if (s->error)
		text_printf(&out, ", %llu error",
		    (unsigned long long)s->error);
	text_add(&out, STR("; dashed: not certain"));
	if (report->has_as_of)
		text_printf(&out, "; as of %.*s",
		    STR_ARG(scalar_date_text(report->arena, report->as_of)));
	return text_str(&out);
}

/* A drawing has room for some: the others are counted. */
static void remark_notes(struct finding_drawing *f)
{
	enum { SHOWN = 12 };
	struct arena *arena = f->drawing.arena;
	size_t count = f->report->notes.count;

	for (size_t i = 0; i < count && i < SHOWN; i++)
		*VEC_PUSH(arena, &f->drawing.remarks) = view_note(f->report,
		    &f->report->notes.items[i]);
	if (count > SHOWN)
		*VEC_PUSH(arena, &f->drawing.remarks) = arena_printf(arena,
		    "and %.*s more: every other form has them",
		    STR_ARG(text_count(arena, count - SHOWN, "note")));
}

/* Whether it is an answer at all, how the run was asked, and of what. */
static void remark(struct finding_drawing *f)
{
	struct arena *arena = f->drawing.arena;
	struct terms_walk walk = { 0, 0 };
	struct terms_line line;

	if (f->report->doubt.reason != DOUBT_NONE)
		*VEC_PUSH(arena, &f->drawing.remarks) = arena_printf(arena, "error: %.*s",
		    STR_ARG(view_doubt(f->report)));
	if (report_is_imaginary(f->report))
		*VEC_PUSH(arena, &f->drawing.remarks) = view_imaginary(f->report);
	while (terms_next(&f->report->terms, arena, &walk, &line))
		if (!((TERMS_OF_LISTS | 1u << TERM_AS_OF) >> line.id & 1))
			*VEC_PUSH(arena, &f->drawing.remarks) = arena_printf(arena,
			    "%.*s: %.*s", STR_ARG(line.name), STR_ARG(line.value));
	remark_notes(f);
}

static void draw_all(struct finding_drawing *f, struct report_filter filter)
{
	struct report_cursor walk = report_walk(f->report, filter);
	const struct report_result *result;

	while ((result = report_next(&walk)))
		add_result(f, result);
}

/* What is worst comes first. */
static struct drawing draw(const struct report *report)
{
	struct finding_drawing f = { .report = report,
		.said = map_new(report->arena) };

	drawing_init(&f.drawing, report->arena);
	f.drawing.title = title_of(report);
	remark(&f);
	draw_all(&f, (struct report_filter){ .waived = REPORT_WAIVED_NOT,
	    .verdicts = 1u << VERDICT_FAIL | 1u << VERDICT_ERROR });
	draw_all(&f, (struct report_filter){ .verdicts = 1u << VERDICT_UNKNOWN });
	draw_all(&f, (struct report_filter){ .waived = REPORT_WAIVED_ONLY,
	    .verdicts = 1u << VERDICT_FAIL });
	return f.drawing;
}

void report_dot(const struct report *report, struct text *out)
{
	struct drawing drawing = draw(report);

	drawing_dot(&drawing, out);
}

void report_mermaid(const struct report *report, struct text *out)
{
	struct drawing drawing = draw(report);

	drawing_mermaid(&drawing, out);
}
