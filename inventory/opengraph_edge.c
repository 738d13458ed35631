/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edges as links.  An endpoint is found by id, by name or by properties; an
 * edge becomes a fact of every mapped link whose kinds its ends became.
 */
#include "inventory/opengraph_part.h"

#define AMBIGUOUS UINT32_MAX
#define NO_RECORD UINT32_MAX
#define INDEXED_MOST 16

static bool is_in(const struct str *texts, size_t count, struct str text)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(texts[i], text))
			return true;
	return false;
}

static uint32_t record_by_id(const struct opengraph *og, struct str id)
{
	uint32_t *found = map_find(og->by_id, id);

	return found ? *found : NO_RECORD;
}

static struct str property_key(struct opengraph *og, struct str key,
    struct str value)
{
	struct text text;

	text_init(&text, og->facts->scratch);
	text_add(&text, key);
	text_add_char(&text, '\0');
	text_add(&text, value);
	return text_str(&text);
}

static void index_record(struct opengraph *og, struct str key,
    uint32_t record)
{
	const struct document_node *node = record_property(
	    &og->records.items[record], key);
	struct arena_mark mark = arena_here(og->facts->scratch);
	uint32_t first = og->records.items[record].first;
	uint32_t *place;
	bool is_new;

	if (!node || node->kind != DOCUMENT_QUOTED)
		return;
	place = map_at(og->by_property, property_key(og, key, node->text),
	    &is_new);
	*place = is_new || *place == first + 1 ? first + 1 : AMBIGUOUS;
	arena_rollback(og->facts->scratch, mark);
}

/* Made when an edge first asks for the property.  An honest collection asks
 * for few; one that asks for many would have all nodes read for each. */
static bool index_property(struct opengraph *og, struct str key)
{
	bool is_new;

	if (map_find(og->indexed, key))
		return true;
	if (og->indexed_count == INDEXED_MOST)
		return false;
	og->indexed_count++;
	map_at(og->indexed, key, &is_new);
	for (uint32_t i = 0; i < og->records.count; i++)
		index_record(og, key, i);
	return true;
}

static uint32_t record_by_property(struct opengraph *og, struct str key,
    struct str value)
{
	struct arena_mark mark = arena_here(og->facts->scratch);
	uint32_t *found = NULL;

	if (index_property(og, key))
		found = map_find(og->by_property,
		    property_key(og, key, value));
	arena_rollback(og->facts->scratch, mark);
	return found && *found != AMBIGUOUS ? *found - 1 : NO_RECORD;
}

struct matcher {
	struct str key, value;
};

static bool read_matcher(const struct document *document, uint32_t node,
    struct matcher *matcher)
{
	const struct document_node *nodes = document->nodes.items;
	uint32_t key = foreign_child(document, node, STR("key"));
	uint32_t value = foreign_child(document, node, STR("value"));
	uint32_t operator = foreign_child(document, node, STR("operator"));

	if (!key || !value || (operator && !str_equal(nodes[operator].text,
	    STR("equals"))))
		return false;
	*matcher = (struct matcher){ nodes[key].text, nodes[value].text };
	return true;
}

static bool satisfies(const struct opengraph *og, uint32_t record,
    const struct matcher *matcher)
{
	const struct record *r = &og->records.items[record];

	for (; r; r = record_next(og, r)) {
		const struct document_node *node = record_property(r,
		    matcher->key);

		if (node && foreign_is_scalar(node) &&
		    str_equal(node->text, matcher->value))
			return true;
	}
	return false;
}

/* One matcher that only one node satisfies leads there; the others have to
 * agree. */
static uint32_t record_by_matchers(struct opengraph *og,
    const struct document *document, uint32_t list)
{
	const struct document_node *nodes = document->nodes.items;
	uint32_t found = NO_RECORD;
	struct matcher matcher;

	for (uint32_t i = nodes[list].first; i && found == NO_RECORD;
	    i = nodes[i].next)
		if (read_matcher(document, i, &matcher))
			found = record_by_property(og, matcher.key,
			    matcher.value);
	for (uint32_t i = nodes[list].first; i && found != NO_RECORD;
	    i = nodes[i].next)
		if (!read_matcher(document, i, &matcher) ||
		    !satisfies(og, found, &matcher))
			found = NO_RECORD;
	return found;
}

/* The chain that an endpoint stands for, or NO_RECORD. */
static uint32_t find_endpoint(struct opengraph *og,
    const struct document *document, uint32_t endpoint)
{
	const struct document_node *nodes = document->nodes.items;
	uint32_t by = foreign_child(document, endpoint, STR("match_by"));
	uint32_t value = foreign_child(document, endpoint, STR("value"));
	uint32_t matchers = foreign_child(document, endpoint,
	    STR("property_matchers"));
	uint32_t kind = foreign_child(document, endpoint, STR("kind"));
	struct str how = by ? nodes[by].text : STR("id");
	uint32_t found = NO_RECORD;

	if (str_equal(how, STR("property")) && matchers)
		found = record_by_matchers(og, document, matchers);
	else if (str_equal(how, STR("name")) && value)
		found = record_by_property(og, STR("name"),
		    nodes[value].text);
	else if (str_equal(how, STR("id")) && value)
		found = record_by_id(og, nodes[value].text);
	if (found != NO_RECORD && kind && !chain_has_kind(og,
	    &og->records.items[found], nodes[kind].text))
		return NO_RECORD;
	return found;
}

/* The entity of KIND that a chain became, or DRAFT_NONE. */
static draft_id incarnation_of(const struct opengraph *og, uint32_t record,
    uint16_t kind)
{
	uint32_t i = og->incarnated.items[record];

	for (; i; i = og->incarnations.items[i - 1].next) {
		draft_id draft = og->incarnations.items[i - 1].draft;

		if (schema_is_a(og->schema, og->facts->drafts.items[
		    draft].kind, kind))
			return draft;
	}
	return DRAFT_NONE;
}

struct walk {
	struct opengraph *og;
	const struct foreign_edge *edge;
	struct str kind;
	uint32_t start, end;		/* records */
	bool spoken, said;		/* a mapping knows the kind; a fact came of it */
};

static bool is_assumed(const struct walk *w, const struct mapping *m)
{
	const struct document *document = w->edge->document;
	uint32_t properties = foreign_child(document, w->edge->node,
	    STR("properties"));

	for (size_t i = 0; properties && i < m->possible.count; i++) {
		uint32_t node = foreign_child(document, properties,
		    m->possible.items[i]);

		if (node && text_is_true(m, document->nodes.items[node].text))
			return true;
	}
	return false;
}

/* A single link that may hold is not collected, but its inverse may be. */
static void apply_edge(struct walk *w, const struct mapping *m,
    const struct mapping_edge *rule)
{
	struct facts *facts = w->og->facts;
	const struct schema_attribute *a =
	    &w->og->schema->attributes.items[rule->attribute];
	draft_id from = incarnation_of(w->og, rule->inverse ? w->end :
	    w->start, a->kind);
	draft_id to = incarnation_of(w->og, rule->inverse ? w->start :
	    w->end, a->type.of);
	struct origin origin = { w->edge->document->nodes.items[
	    w->edge->node].span, w->edge->source };

	if (from == DRAFT_NONE || to == DRAFT_NONE)
		return;
	w->said = true;
	if (is_assumed(w, m))
		facts_item(facts, from, rule->attribute, FACT_LOOSE, to,
		    SYMBOL_NONE, false, origin);
	else if (a->type.set)
		facts_item(facts, from, rule->attribute, FACT_LOOSE, to,
		    SYMBOL_NONE, true, origin);
	else
		facts_value(facts, from, rule->attribute, to, SYMBOL_NONE,
		    origin);
}

static void apply_mapping(struct walk *w, const struct mapping *m)
{
	if (is_in(m->ignored_edges.items, m->ignored_edges.count, w->kind)) {
		w->spoken = w->said = true;
		return;
	}
	for (size_t i = 0; i < m->edges.count; i++)
		if (str_equal(m->edges.items[i].foreign, w->kind)) {
			w->spoken = true;
			if (w->start != NO_RECORD && w->end != NO_RECORD)
				apply_edge(w, m, &m->edges.items[i]);
		}
}

static void note_edge(const struct walk *w)
{
	const struct record *records = w->og->records.items;
	struct span span =
	    w->edge->document->nodes.items[w->edge->node].span;

	if (!w->spoken)
		note(w->og, span, "edge %.*s", STR_ARG(w->kind));
	else if (w->start == NO_RECORD || w->end == NO_RECORD)
		note(w->og, span, "%s of edge %.*s, which is among no nodes",
		    w->start == NO_RECORD ? "start" : "end",
		    STR_ARG(w->kind));
	else
		note(w->og, span, "edge %.*s from %.*s to %.*s",
		    STR_ARG(w->kind), STR_ARG(chain_kind(&records[w->start])),
		    STR_ARG(chain_kind(&records[w->end])));
}

void edge_walk(struct opengraph *og, const struct foreign_edge *edge)
{
	const struct document *document = edge->document;
	struct walk w = { .og = og, .edge = edge };

	w.kind = document->nodes.items[foreign_child(document, edge->node,
	    STR("kind"))].text;
	w.start = find_endpoint(og, document, foreign_child(document, edge->node,
	    STR("start")));
	w.end = find_endpoint(og, document, foreign_child(document, edge->node,
	    STR("end")));
	for (size_t i = 0; i < og->mappings.count; i++)
		if (edge->in->read_by[i])
			apply_mapping(&w, og->mappings.items[i]);
	if (!w.said)
		note_edge(&w);
}
