/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands where: of kinds that own parts told apart by an enum, such as
 * the roles of a host, a drawing with a row per owner, worst first, and a
 * column per value.  Parts that failures rest on are marked; where a list is
 * open an empty place says so.  The same stands below as a list, for those
 * who cannot see the drawing.
 */
#include "report/html.h"

#include <assert.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "explain/proof.h"

enum { SHOWN = 40 };		/* rows */
/* In units of the drawing, which are pixels at its natural size. */
enum { LETTER = 8, ROW = 26, COLUMN = 30, COUNTS = 150, PAD = 8 };

struct place_row {
	entity_id id;
	size_t rank;			/* in places, worst first; behind: no findings */
};

struct placement {
	struct html *h;
	uint16_t attribute;		/* Host.roles */
	uint16_t by;			/* RoleInstance.kind */
	uint64_t *used;			/* ordinals */
	uint64_t *failing;		/* entities that a failure rests on */
	struct place_row *rows;
	size_t count, names;		/* rows; letters of the longest name */
	size_t columns, heads;		/* letters of the longest ordinal */
};

static const struct graph *graph_of(const struct placement *p)
{
	return p->h->report->graph;
}

static const struct schema_attribute *attribute_of(const struct placement *p, size_t i)
{
	return &graph_of(p)->schema->attributes.items[i];
}

/* --- what is drawn ------------------------------------------------------------- */

/* The key of KIND that is an enum. */
static bool find_enum(const struct schema *schema, uint16_t kind, uint16_t *found)
{
	for (size_t i = 0; i < schema->attributes.count; i++) {
		const struct schema_attribute *a = &schema->attributes.items[i];

		if (a->kind == kind && a->key && a->type.tag == TYPE_ENUM) {
			*found = (uint16_t)i;
			return true;
		}
	}
	return false;
}

static bool is_placement(const struct schema *schema, size_t i, uint16_t *by)
{
	const struct schema_attribute *a = &schema->attributes.items[i];

	return a->owned &&
	    schema->kinds.items[a->kind].owner == SCHEMA_NONE &&
	    find_enum(schema, a->type.of, by);
}

static bool value_of(const struct placement *p, entity_id part, uint32_t *ordinal)
{
	const struct column *c = &graph_of(p)->columns[p->by];
	uint32_t row = part - c->first;

	assert(part >= c->first && row < c->rows);
	if (!bit_get(c->known, row))
		return false;
	*ordinal = (uint32_t)column_cell(c, row);
	return true;
}

static entity_id outermost(const struct graph *graph, entity_id id)
{
	while (entity_owner(graph, id) != ENTITY_NONE)
		id = entity_owner(graph, id);
	return id;
}

/* --- what failures rest on -------------------------------------------------------- */

static void mark(struct placement *p, uint32_t place, entity_id target)
{
	if (place < graph_of(p)->entity_count && place != target &&
	    outermost(graph_of(p), place) == target)
		bit_set(p->failing, place);
}

/* Recursion is bounded by the depth of a proof. */
static void mark_links(struct placement *p, const struct proof_node *node,
    entity_id target)
{
	struct proof_link link;

	if (proof_link_of(report_evaluator(p->h->report), node, &link) && !link.possible) {
		mark(p, link.from, target);
		mark(p, link.to, target);
	}
	for (size_t i = 0; i < node->children.count; i++)
		mark_links(p, node->children.items[i], target);
}

static void mark_result(struct placement *p, const struct report_result *result)
{
	const struct outcome *outcome = result->outcome;
	const struct rule *rule = p->h->report->rules.items[result->rule].rule;
	entity_id target = ENTITY_NONE;
	struct arena *scratch;
	struct proof *proof;

	for (int i = 0; i < outcome->count; i++) {
		entity_id id = (entity_id)outcome->cells[i];

		if (rule->binders.items[i].variable->type.tag != TYPE_ENTITY)
			continue;
		if (target == ENTITY_NONE)
			target = outermost(graph_of(p), id);
		mark(p, id, target);
	}
	if (target == ENTITY_NONE || !schema_is_a(graph_of(p)->schema,
	    entity_kind(graph_of(p), target), attribute_of(p, p->attribute)->kind))
		return;
	scratch = arena_new_in(p->h->arena);
	proof = proof_of(report_evaluator(p->h->report), scratch, outcome, true);
	for (size_t i = 0; i < proof->clauses.count; i++)
		mark_links(p, proof->clauses.items[i], target);
	arena_free(scratch);
}

static void mark_failures(struct placement *p)
{
	struct report_cursor walk;
	const struct report_result *result;

	p->failing = ARENA_ARRAY(p->h->arena, uint64_t,
	    BITS_WORDS(graph_of(p)->entity_count));
	walk = report_walk(p->h->report, (struct report_filter){ .bare = true,
	    .verdicts = 1u << VERDICT_FAIL, .waived = REPORT_WAIVED_NOT });
	while ((result = report_next(&walk)))
		mark_result(p, result);
}

/* --- rows and columns ---------------------------------------------------------------- */

static int compare_rows(const void *a, const void *b)
{
	const struct place_row *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static struct str rank_key(const struct placement *p, struct str kind, struct str name)
{
	return arena_printf(p->h->arena, "%.*s %.*s", STR_ARG(kind), STR_ARG(name));
}

static void find_rows(struct placement *p)
{
	const struct graph *graph = graph_of(p);
	const struct extent *x = &graph->extents[attribute_of(p, p->attribute)->kind];
	struct map *ranks = map_new(p->h->arena);
	bool is_new;

	for (size_t i = 0; i < p->h->places.items.count; i++)
		*map_at(ranks, rank_key(p, p->h->places.items.items[i].kind,
		    p->h->places.items.items[i].name), &is_new) = (uint32_t)i;
	p->count = x->count;
	p->rows = ARENA_ARRAY(p->h->arena, struct place_row, x->count);
	for (uint32_t i = 0; i < x->count; i++) {
		entity_id e = x->first + i;
		const uint32_t *rank = map_find(ranks, rank_key(p,
		    graph->schema->kinds.items[entity_kind(graph, e)].name,
		    graph_entity_name(graph, p->h->arena, e)));

		p->rows[i] = (struct place_row){ e, rank ? *rank : SIZE_MAX };
	}
	if (p->count)
		qsort(p->rows, p->count, sizeof(*p->rows), compare_rows);
}

static void find_columns(struct placement *p)
{
	const struct graph *graph = graph_of(p);
	const struct link *l = &graph->links[p->attribute];
	uint16_t of = attribute_of(p, p->by)->type.of;
	uint32_t ordinal;

	p->used = ARENA_ARRAY(p->h->arena, uint64_t,
	    BITS_WORDS(graph->schema->enums.items[of].value_count));
	for (uint32_t i = 0; l->rows && i < l->offsets[l->rows]; i++)
		if (value_of(p, (entity_id)link_cell(l, i), &ordinal))
			bit_set(p->used, ordinal);
	for (uint16_t v = 0; v < graph->schema->enums.items[of].value_count; v++) {
		size_t letters = schema_value_name(graph->schema, of, v).length;

		if (!bit_get(p->used, v))
			continue;
		p->columns++;
		p->heads = letters > p->heads ? letters : p->heads;
	}
	for (size_t i = 0; i < p->count && i < SHOWN; i++) {
		size_t letters = utf8_length(view_visible(p->h->arena,
		    graph_entity_name(graph, p->h->arena, p->rows[i].id)));

		p->names = letters > p->names ? letters : p->names;
	}
}

/* --- drawing ----------------------------------------------------------------------------- */

static size_t left_of(const struct placement *p)
{
	return p->names * LETTER + (size_t)2 * PAD;
}

/* Heads lean to the right by 45 degrees. */
static size_t top_of(const struct placement *p)
{
	return p->heads * 5 + 16;
}

static void add_heads(struct placement *p)
{
	uint16_t of = attribute_of(p, p->by)->type.of;
	size_t column = 0;

	for (uint16_t v = 0; v < graph_of(p)->schema->enums.items[of].value_count; v++) {
		size_t x, y = top_of(p) - 8;

		if (!bit_get(p->used, v))
			continue;
		x = left_of(p) + column++ * COLUMN + COLUMN / 2;
		text_printf(p->h->out, "<text class=\"p-head\" transform=\"translate(%zu "
		    "%zu) rotate(-45)\">", x, y);
		html_name(p->h->out, schema_value_name(graph_of(p)->schema, of, v));
		html_raw(p->h->out, "</text>");
	}
}

enum cell { CELL_NONE, CELL_OPEN, CELL_POSSIBLE, CELL_HELD, CELL_FAILING };

/* The best that is known of a part with this value. */
static enum cell cell_of(const struct placement *p, entity_id owner, uint32_t value)
{
	const struct link *l = &graph_of(p)->links[p->attribute];
	uint32_t row = owner - l->first, ordinal;
	enum cell cell;

	assert(owner >= l->first && row < l->rows);
	cell = bit_get(l->closed, row) ? CELL_NONE : CELL_OPEN;
	for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++) {
		entity_id part = (entity_id)link_cell(l, i);
		enum cell this = bit_get(p->failing, part) ? CELL_FAILING :
		    bit_get(l->certain, i) && !entity_is_possible(graph_of(p), part) ?
		    CELL_HELD : CELL_POSSIBLE;

		if (value_of(p, part, &ordinal) && ordinal == value && this > cell)
			cell = this;
	}
	return cell;
}

static void add_cell(struct text *out, enum cell cell, size_t x, size_t y)
{
	switch (cell) {
	case CELL_NONE:
		break;
	case CELL_OPEN:
		text_printf(out, "<text class=\"p-open\" x=\"%zu\" y=\"%zu\">?</text>", x, y + 4);
		break;
	case CELL_POSSIBLE:
		text_printf(out, "<circle class=\"p-may\" cx=\"%zu\" cy=\"%zu\" r=\"7\"/>", x, y);
		break;
	case CELL_HELD:
		text_printf(out, "<circle class=\"p-held\" cx=\"%zu\" cy=\"%zu\" r=\"7\"/>", x, y);
		break;
	case CELL_FAILING:
		text_printf(out, "<path class=\"p-fail\" d=\"M%zu %zul10 10l-10 10l-10 -10z\"/>"
		    "<text class=\"p-bang\" x=\"%zu\" y=\"%zu\">!</text>", x, y - 10, x, y + 4);
		break;
	}
}

/* "2 fail, 1 unknown" */
static struct str counts_of(const struct placement *p, const struct place_row *row)
{
	const struct html_place *place;
	struct text out;
	uint64_t fail = 0;

	text_init(&out, p->h->arena);
	if (row->rank == SIZE_MAX)
		return text_str(&out);
	place = &p->h->places.items.items[row->rank];
	for (int s = SEVERITY_INFO; s <= SEVERITY_CRITICAL; s++)
		fail += place->fail[s];
	if (fail)
		text_printf(&out, "%llu fail", (unsigned long long)fail);
	if (place->unknown)
		text_printf(&out, "%s%llu unknown", fail ? ", " : "",
		    (unsigned long long)place->unknown);
	return text_str(&out);
}

static void add_row(struct placement *p, size_t i)
{
	const struct place_row *row = &p->rows[i];
	struct text *out = p->h->out;
	uint16_t of = attribute_of(p, p->by)->type.of;
	size_t y = top_of(p) + i * ROW + ROW / 2, column = 0;
	struct str counts = counts_of(p, row);

	text_printf(out, "<path class=\"p-line\" d=\"M0 %zuh%zu\"/><text class=\"p-name\" "
	    "x=\"%zu\" y=\"%zu\">", y - ROW / 2, left_of(p) + p->columns * COLUMN +
	    COUNTS, left_of(p) - PAD, y + 4);
	html_name(out, graph_entity_name(graph_of(p), p->h->arena, row->id));
	html_raw(out, "</text>");
	for (uint16_t v = 0; v < graph_of(p)->schema->enums.items[of].value_count; v++)
		if (bit_get(p->used, v))
			add_cell(out, cell_of(p, row->id, v), left_of(p) +
			    column++ * COLUMN + COLUMN / 2, y);
	if (counts.length == 0)
		return;
	text_printf(out, "<text class=\"p-count%s\" x=\"%zu\" y=\"%zu\">",
	    str_find(counts, 'f') < counts.length ? " p-bad" : "",
	    left_of(p) + p->columns * COLUMN + PAD, y + 4);
	html_text(out, counts);
	html_raw(out, "</text>");
}

static void add_drawing(struct placement *p)
{
	size_t rows = p->count < SHOWN ? p->count : SHOWN;
	size_t slant = p->heads * 6 > COUNTS ? p->heads * 6 : COUNTS;
	size_t width = left_of(p) + p->columns * COLUMN + slant;
	size_t height = top_of(p) + rows * ROW + 2;

	text_printf(p->h->out, "<div class=\"scroll\" tabindex=\"0\"><svg class=\"places\" "
	    "role=\"img\" aria-label=\"The list below, drawn\" width=\"%zu\" "
	    "height=\"%zu\" viewBox=\"0 0 %zu %zu\">", width, height, width, height);
	add_heads(p);
	for (size_t i = 0; i < rows; i++)
		add_row(p, i);
	html_raw(p->h->out, "</svg></div>\n");
}

/* --- in words ---------------------------------------------------------------------------- */

static void add_words(struct placement *p, size_t i)
{
	static const char *const words[] = { "", "", " (may be)", "",
		" (a failure rests on it)" };
	struct text *out = p->h->out;
	const struct link *l = &graph_of(p)->links[p->attribute];
	uint16_t of = attribute_of(p, p->by)->type.of;
	uint32_t row = p->rows[i].id - l->first;
	bool any = false;

	html_raw(out, "<li><b>");
	html_name(out, graph_entity_name(graph_of(p), p->h->arena, p->rows[i].id));
	html_raw(out, "</b>: ");
	for (uint16_t v = 0; v < graph_of(p)->schema->enums.items[of].value_count; v++) {
		enum cell cell = bit_get(p->used, v) ? cell_of(p, p->rows[i].id, v) :
		    CELL_NONE;

		if (cell < CELL_POSSIBLE)
			continue;
		html_raw(out, any ? ", " : "");
		html_name(out, schema_value_name(graph_of(p)->schema, of, v));
		html_raw(out, words[cell]);
		any = true;
	}
	if (bit_get(l->closed, row))
		html_raw(out, any ? "" : "none");
	else
		html_raw(out, any ? "; there may be more" : "not collected");
	html_raw(out, "</li>\n");
}

static void add_legend(struct text *out)
{
	static const struct { enum cell cell; const char *words; } legend[] = {
		{ CELL_HELD, "stands there" }, { CELL_FAILING, "a failure rests on it" },
		{ CELL_POSSIBLE, "may stand there" }, { CELL_OPEN, "not known: the list is open" },
	};

	html_raw(out, "<ul class=\"legend keys\">\n");
	for (size_t i = 0; i < sizeof(legend) / sizeof(*legend); i++) {
		html_raw(out, "<li><svg class=\"places\" width=\"22\" height=\"22\" "
		    "aria-hidden=\"true\">");
		add_cell(out, legend[i].cell, 11, 11);
		text_printf(out, "</svg> %s</li>\n", legend[i].words);
	}
	html_raw(out, "</ul>\n");
}

static void add_list(struct placement *p)
{
	struct text *out = p->h->out;

	add_legend(out);
	if (p->count > SHOWN) {
		html_raw(out, "<p class=\"honest\">The worst ");
		html_number(out, SHOWN);
		html_raw(out, " of ");
		html_number(out, p->count);
		html_raw(out, " are drawn; <code>scarp graph</code> draws all.</p>\n");
	}
	html_raw(out, "<details class=\"words\"><summary>The same in words</summary>\n<ul>\n");
	for (size_t i = 0; i < p->count && i < SHOWN; i++)
		add_words(p, i);
	html_raw(out, "</ul></details>\n");
}

static void add_placement(struct html *h, uint16_t attribute, uint16_t by)
{
	struct placement p = { .h = h, .attribute = attribute, .by = by };
	const struct schema *schema = h->report->graph->schema;

	find_rows(&p);
	find_columns(&p);
	if (p.columns == 0)
		return;
	mark_failures(&p);
	text_printf(h->out, "<section class=\"card\" aria-labelledby=\"h-place-%u\">\n"
	    "<h2 id=\"h-place-%u\">What stands where</h2>\n<p class=\"tally\"><code>",
	    attribute, attribute);
	html_text(h->out, schema->attributes.items[attribute].name);
	html_raw(h->out, "</code> of each ");
	html_text(h->out, schema->kinds.items[attribute_of(&p, attribute)->kind].name);
	html_raw(h->out, ", those with the worst findings first</p>\n");
	add_drawing(&p);
	add_list(&p);
	html_raw(h->out, "</section>\n");
}

void html_placement(struct html *h)
{
	const struct schema *schema = h->report->graph->schema;
	uint16_t by;

	for (size_t i = 0; i < schema->attributes.count; i++)
		if (is_placement(schema, i, &by))
			add_placement(h, (uint16_t)i, by);
}
