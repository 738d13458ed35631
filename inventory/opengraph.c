/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/opengraph_part.h"

#include "base/guard.h"
#include "inventory/read.h"

struct opengraph *opengraph_new(struct facts *facts)
{
	struct opengraph *og = ARENA_NEW(facts->arena, struct opengraph);
	const struct inventory_options *options = facts->options;

	og->facts = facts;
	og->all = facts->all;
	og->arena = facts->arena;
	og->schema = facts->schema;
	for (size_t i = 0; i < options->mapping_count; i++)
		if (str_equal(options->mappings[i]->format, STR("opengraph")))
			*VEC_PUSH(og->arena, &og->mappings) =
			    options->mappings[i];
	og->by_id = map_new(og->arena);
	og->by_property = map_new(og->arena);
	og->indexed = map_new(og->arena);
	og->known = map_new(og->arena);
	og->noted = map_new(og->arena);
	return og;
}

/* --- gathering ------------------------------------------------------------ */

uint32_t foreign_child(const struct document *document, uint32_t map,
    struct str key)
{
	const struct document_node *nodes = document->nodes.items;

	if (nodes[map].kind != DOCUMENT_MAP)
		return 0;
	for (uint32_t i = nodes[map].first; i; i = nodes[i].next)
		if (str_equal(nodes[i].key, key) && !node_is_broken(&nodes[i]))
			return i;
	return 0;
}

bool opengraph_is(const struct document *document)
{
	return foreign_child(document, 0, STR("graph")) != 0;
}

static void wrong_form(struct opengraph *og, const struct document *document,
    uint32_t node, const char *what)
{
	struct span span = document->nodes.items[node].span;
	struct diagnostic *d = diag_add(og->all, DIAG_E3024, span, "%s", what);

	d->path = document_path(og->facts, document, span);
}

static bool is_text(const struct document *document, uint32_t node)
{
	return node && document->nodes.items[node].kind == DOCUMENT_QUOTED;
}

/* Properties are single values and lists of them, never objects. */
static bool are_properties(const struct document *document, uint32_t node)
{
	const struct document_node *nodes = document->nodes.items;

	if (nodes[node].kind != DOCUMENT_MAP)
		return false;
	for (uint32_t i = nodes[node].first; i; i = nodes[i].next) {
		if (nodes[i].kind == DOCUMENT_MAP)
			return false;
		for (uint32_t j = nodes[i].first; j; j = nodes[j].next)
			if (nodes[j].kind == DOCUMENT_MAP ||
			    nodes[j].kind == DOCUMENT_LIST)
				return false;
	}
	return true;
}

static bool are_texts(const struct document *document, uint32_t list)
{
	const struct document_node *nodes = document->nodes.items;

	if (nodes[list].kind != DOCUMENT_LIST)
		return false;
	for (uint32_t i = nodes[list].first; i; i = nodes[i].next)
		if (nodes[i].kind != DOCUMENT_QUOTED)
			return false;
	return true;
}

static void chain(struct opengraph *og, uint32_t record, struct str id)
{
	bool is_new;
	uint32_t *first = map_at(og->by_id, id, &is_new);
	struct record *head;

	og->records.items[record].is_first = is_new;
	if (is_new)
		*first = record;
	head = &og->records.items[*first];
	if (!is_new)
		og->records.items[head->last].next = record + 1;
	head->last = record;
}

static void gather_node(struct opengraph *og, const struct document *document,
    uint32_t node, uint32_t source)
{
	uint32_t id = foreign_child(document, node, STR("id"));
	uint32_t kinds = foreign_child(document, node, STR("kinds"));
	uint32_t properties = foreign_child(document, node, STR("properties"));

	if (!is_text(document, id))
		wrong_form(og, document, node, "a node needs an `id`");
	else if (kinds && !are_texts(document, kinds))
		wrong_form(og, document, kinds, "kinds are a list of texts");
	else if (properties && !are_properties(document, properties))
		wrong_form(og, document, properties, "properties are single "
		    "values and lists of them");
	else {
		*VEC_PUSH(og->arena, &og->records) = (struct record){
			document, node, properties, kinds, source, 0, 0,
			false };
		chain(og, (uint32_t)og->records.count - 1,
		    document->nodes.items[id].text);
	}
}

static bool is_endpoint(const struct document *document, uint32_t node)
{
	return node && document->nodes.items[node].kind == DOCUMENT_MAP &&
	    (foreign_child(document, node, STR("value")) ||
	    foreign_child(document, node, STR("property_matchers")));
}

static void gather_edge(struct opengraph *og, const struct document *document,
    uint32_t node, uint32_t source)
{
	uint32_t properties = foreign_child(document, node, STR("properties"));

	if (!is_text(document, foreign_child(document, node, STR("kind"))))
		wrong_form(og, document, node, "an edge needs a `kind`");
	else if (!is_endpoint(document, foreign_child(document, node,
	    STR("start"))) || !is_endpoint(document, foreign_child(document, node,
	    STR("end"))))
		wrong_form(og, document, node, "an edge needs a `start` and "
		    "an `end`, each with a `value`");
	else if (properties && !are_properties(document, properties))
		wrong_form(og, document, properties, "properties are single "
		    "values and lists of them");
	else
		*VEC_PUSH(og->arena, &og->edges) =
		    (struct foreign_edge){ document, node, source };
}

typedef void gatherer(struct opengraph *og, const struct document *document,
    uint32_t node, uint32_t source);

static void gather_list(struct opengraph *og, const struct document *document,
    uint32_t list, uint32_t source, gatherer *gather)
{
	const struct document_node *nodes = document->nodes.items;

	if (list && nodes[list].kind != DOCUMENT_LIST) {
		wrong_form(og, document, list, "this is a list");
		return;
	}
	for (uint32_t i = list ? nodes[list].first : 0; i; i = nodes[i].next)
		if (!node_is_broken(&nodes[i]))
			gather(og, document, i, source);
}

/* Who collected it: the source kind, or the file's name. */
static uint32_t source_of(struct opengraph *og,
    const struct document *document)
{
	struct span span = document->nodes.items[0].span;
	uint32_t metadata = foreign_child(document, 0, STR("metadata"));
	uint32_t name = metadata ? foreign_child(document, metadata,
	    STR("source_kind")) : 0;
	struct provenance who = { .span = span,
		.grade = og->mappings.items[0]->grade,
		.name = source_name(diagnostics_sources(og->all), span.file) };

	if (is_text(document, name))
		who.name = arena_copy(og->facts->kept,
		    document->nodes.items[name].text);
	return facts_source(og->facts, &who);
}

void opengraph_read(struct opengraph *og, const struct document *document)
{
	uint32_t graph = foreign_child(document, 0, STR("graph")), source;
	struct diagnostic *d;

	if (og->mappings.count == 0) {
		d = diag_add(og->all, DIAG_E8111, (struct span){
		    document->nodes.items[0].span.file, 0, 0 },
		    "this is a collection in OpenGraph's form, and no mapping "
		    "for it was given");
		diag_help(og->all, d, "a pack that says `use "
		    "configmgr_opengraph` brings one");
		og->facts->incomplete = true;
		return;
	}
	if (document->nodes.items[graph].kind != DOCUMENT_MAP) {
		wrong_form(og, document, graph, "this is a map");
		return;
	}
	source = source_of(og, document);
	gather_list(og, document, foreign_child(document, graph, STR("nodes")),
	    source, gather_node);
	gather_list(og, document, foreign_child(document, graph, STR("edges")),
	    source, gather_edge);
}

/* --- nodes ---------------------------------------------------------------- */

static bool has_kind(const struct record *record, struct str kind)
{
	const struct document_node *nodes = record->document->nodes.items;
	uint32_t i = record->kinds ? nodes[record->kinds].first : 0;

	for (; i; i = nodes[i].next)
		if (str_equal(nodes[i].text, kind))
			return true;
	return false;
}

bool chain_has_kind(const struct opengraph *og,
    const struct record *record, struct str kind)
{
	for (; record; record = record_next(og, record))
		if (has_kind(record, kind))
			return true;
	return false;
}

/* `when P == V` */
static bool passes_test(const struct opengraph *og,
    const struct mapping_node *rule, const struct record *record)
{
	const struct document_node *node = NULL;

	if (rule->test_property.length == 0)
		return true;
	for (; record && !node; record = record_next(og, record))
		node = record_property(record, rule->test_property);
	return node && str_equal(node->text, rule->test_value);
}

static void incarnate(struct opengraph *og, uint32_t record, draft_id draft)
{
	*VEC_PUSH(og->arena, &og->incarnations) = (struct incarnation){
		draft, og->incarnated.items[record] };
	og->incarnated.items[record] = (uint32_t)og->incarnations.count;
}

static void state_key(struct opengraph *og, draft_id draft, uint16_t kind,
    const struct key_part *parts, const struct origin *origins)
{
	const struct kind_facts *k = &og->facts->kinds[kind];

	for (uint16_t i = 0; i < k->key_count; i++) {
		struct type type = og->schema->attributes.items[
		    k->keys[i]].type;

		if (parts[i].given)
			facts_value(og->facts, draft, k->keys[i],
			    parts[i].cell, type_is_text(type) ?
			    parts[i].spelling : SYMBOL_NONE, origins[i]);
	}
}

/* The entity that RULE makes of a chain; DRAFT_NONE without its key. */
static draft_id make_entity(struct opengraph *og, struct subject *s,
    uint32_t record)
{
	struct origin origins[KEYS_MOST];
	struct key_part parts[KEYS_MOST];
	struct origin origin = record_origin(s->record,
	    record_node(s->record, s->record->node));
	draft_id draft;

	s->is_key = true;
	if (!subject_key(s, parts, origins)) {
		note(og, origin.span, "node %.*s without what makes the key "
		    "of a %.*s", STR_ARG(s->rule->foreign), STR_ARG(
		    og->schema->kinds.items[s->rule->kind].name));
		return DRAFT_NONE;
	}
	draft = facts_entity(og->facts, s->rule->kind, DRAFT_NONE, parts,
	    origin);
	facts_introduce(og->facts, draft, s->rule->kind, parts, true, origin);
	state_key(og, draft, s->rule->kind, parts, origins);
	incarnate(og, record, draft);
	return draft;
}

typedef void each_rule(struct opengraph *og, struct subject *s,
    uint32_t record);

/* Calls VISIT for every rule that speaks of the chain from RECORD on. */
static void visit_rules(struct opengraph *og, uint32_t record,
    each_rule *visit)
{
	const struct record *first = &og->records.items[record];

	for (size_t i = 0; i < og->mappings.count; i++) {
		const struct mapping *m = og->mappings.items[i];

		for (size_t j = 0; j < m->nodes.count; j++) {
			struct subject s = { og, m, &m->nodes.items[j],
				first, DRAFT_NONE, false, STR(""), first };

			if (chain_has_kind(og, first, s.rule->foreign) &&
			    passes_test(og, s.rule, first))
				visit(og, &s, record);
		}
	}
}

static void introduce(struct opengraph *og, struct subject *s,
    uint32_t record)
{
	draft_id draft = DRAFT_NONE;

	if (og->facts->kinds[s->rule->kind].owner == SCHEMA_NONE)
		draft = make_entity(og, s, record);
	else
		note(og, s->rule->span, "node %.*s as a %.*s, which stands "
		    "inside others", STR_ARG(s->rule->foreign),
		    STR_ARG(og->schema->kinds.items[s->rule->kind].name));
	*VEC_PUSH(og->arena, &og->made) = draft;
}

/* Rules are visited in the order in which they made their entities. */
static void state_fields(struct opengraph *og, struct subject *s,
    uint32_t record)
{
	const struct kind_facts *k = &og->facts->kinds[s->rule->kind];

	(void)record;
	s->draft = og->made.items[og->stated++];
	if (s->draft == DRAFT_NONE)
		return;
	for (; s->record; s->record = record_next(og, s->record))
		for (size_t i = 0; i < s->rule->fields.count; i++) {
			const struct mapping_field *field =
			    &s->rule->fields.items[i];
			bool is_key = false;

			for (uint16_t j = 0; j < k->key_count; j++)
				is_key |= k->keys[j] == field->attribute;
			if (!is_key)
				subject_field(s, field);
		}
}

/* --- what no mapping names ------------------------------------------------ */

static void know(struct opengraph *og, struct str kind, struct str property)
{
	struct arena_mark mark = arena_here(og->facts->scratch);
	struct text text;
	bool is_new;

	text_init(&text, og->facts->scratch);
	text_add(&text, kind);
	text_add_char(&text, '\0');
	text_add(&text, property);
	map_at(og->known, text_str(&text), &is_new);
	arena_rollback(og->facts->scratch, mark);
}

static bool is_known(struct opengraph *og, struct str kind,
    struct str property)
{
	struct arena_mark mark = arena_here(og->facts->scratch);
	struct text text;
	bool found;

	text_init(&text, og->facts->scratch);
	text_add(&text, kind);
	text_add_char(&text, '\0');
	text_add(&text, property);
	found = map_find(og->known, text_str(&text)) != NULL;
	arena_rollback(og->facts->scratch, mark);
	return found;
}

/* As deep as the text of the mapping. */
static void know_source(struct opengraph *og, struct str kind,
    const struct mapping_source *source)
{
	for (size_t i = 0; i < source->properties.count; i++)
		know(og, kind, source->properties.items[i]);
	for (uint32_t i = 0; i < source->field_count; i++)
		know_source(og, kind, &source->fields[i].source);
}

static void know_rule(struct opengraph *og, const struct mapping_node *rule)
{
	know(og, rule->foreign, STR(""));
	know(og, rule->foreign, rule->test_property);
	for (size_t i = 0; i < rule->fields.count; i++)
		know_source(og, rule->foreign, &rule->fields.items[i].source);
	for (size_t i = 0; i < rule->ignored.count; i++)
		know(og, rule->foreign, rule->ignored.items[i]);
}

static void know_mappings(struct opengraph *og)
{
	for (size_t i = 0; i < og->mappings.count; i++) {
		const struct mapping *m = og->mappings.items[i];

		for (size_t j = 0; j < m->nodes.count; j++)
			know_rule(og, &m->nodes.items[j]);
		for (size_t j = 0; j < m->ignored_properties.count; j++)
			know(og, STR("*"), m->ignored_properties.items[j]);
		for (size_t j = 0; j < m->ignored_nodes.count; j++)
			know(og, m->ignored_nodes.items[j], STR("*"));
	}
}

/* The kinds of a chain that some mapping names: few, however long it is. */
typedef VEC(struct str) kind_list;

static bool has_name(const kind_list *kinds, struct str kind)
{
	for (size_t i = 0; i < kinds->count; i++)
		if (str_equal(kinds->items[i], kind))
			return true;
	return false;
}

static void add_kinds(struct opengraph *og, const struct record *record,
    kind_list *kinds)
{
	const struct document_node *nodes = record->document->nodes.items;
	uint32_t i = record->kinds ? nodes[record->kinds].first : 0;

	for (; i; i = nodes[i].next)
		if ((is_known(og, nodes[i].text, STR("")) ||
		    is_known(og, nodes[i].text, STR("*"))) &&
		    !has_name(kinds, nodes[i].text))
			*VEC_PUSH(og->arena, kinds) = nodes[i].text;
}

/* Does a mapping speak of the property for one of the kinds? */
static bool is_spoken_of(struct opengraph *og, const kind_list *kinds,
    struct str property)
{
	for (size_t i = 0; i < kinds->count; i++)
		if (is_known(og, kinds->items[i], property))
			return true;
	return false;
}

struct str chain_kind(const struct record *record)
{
	const struct document_node *nodes = record->document->nodes.items;

	return record->kinds && nodes[record->kinds].first ?
	    nodes[nodes[record->kinds].first].text : STR("without a kind");
}

static void note_properties(struct opengraph *og, const struct record *first,
    const struct record *record, const kind_list *kinds)
{
	const struct document_node *nodes = record->document->nodes.items;
	uint32_t i = record->properties ? nodes[record->properties].first : 0;

	for (; i; i = nodes[i].next)
		if (!is_known(og, STR("*"), nodes[i].key) &&
		    !is_spoken_of(og, kinds, nodes[i].key))
			note(og, nodes[i].key_span, "property %.*s.%.*s",
			    STR_ARG(input_shown(og->arena, chain_kind(first))),
			    STR_ARG(input_shown(og->arena, nodes[i].key)));
}

static void note_chain(struct opengraph *og, const struct record *first)
{
	const struct record *record = first;
	kind_list kinds = { 0 };

	for (; record; record = record_next(og, record))
		add_kinds(og, record, &kinds);
	if (kinds.count == 0)
		note(og, record_node(first, first->node)->span, "node %.*s",
		    STR_ARG(input_shown(og->arena, chain_kind(first))));
	if (kinds.count == 0 || is_spoken_of(og, &kinds, STR("*")))
		return;
	for (record = first; record; record = record_next(og, record))
		note_properties(og, first, record, &kinds);
}

/* --- all ------------------------------------------------------------------ */

static void visit_nodes(struct opengraph *og, each_rule *visit)
{
	for (uint32_t i = 0; i < og->records.count; i++)
		if (og->records.items[i].is_first)
			visit_rules(og, i, visit);
}

void opengraph_finish(struct opengraph *og, struct arena *arena,
    struct inventory_notes *notes)
{
	for (size_t i = 0; i < og->records.count; i++)
		*VEC_PUSH(og->arena, &og->incarnated) = 0;
	know_mappings(og);
	visit_nodes(og, introduce);
	visit_nodes(og, state_fields);
	pending_settle(og);
	for (uint32_t i = 0; i < og->records.count; i++)
		if (og->records.items[i].is_first)
			note_chain(og, &og->records.items[i]);
	for (size_t i = 0; i < og->edges.count; i++)
		edge_walk(og, &og->edges.items[i]);
	notes_hand_out(og, arena, notes);
}
