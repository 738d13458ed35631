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
		*VEC_PUSH(og->arena, &og->mappings) = options->mappings[i];
	og->lists = map_new(og->arena);
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

void gather_wrong(struct opengraph *og, const struct document *document,
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

	if (is_new)
		*first = record;
	og->records.items[record].first = *first;
	head = &og->records.items[*first];
	if (!is_new)
		og->records.items[head->last].next = record + 1;
	head->last = record;
}

void gather_record(struct opengraph *og, const struct record *record,
    struct str id)
{
	struct record *added = VEC_PUSH(og->arena, &og->records);

	*added = *record;
	added->source = record->in->source;
	added->first = (uint32_t)og->records.count - 1;
	if (id.length)
		chain(og, added->first, id);
}

static void gather_node(struct opengraph *og, const struct document *document,
    const struct collection *in, uint32_t node)
{
	uint32_t id = foreign_child(document, node, STR("id"));
	uint32_t kinds = foreign_child(document, node, STR("kinds"));
	uint32_t properties = foreign_child(document, node, STR("properties"));

	if (!is_text(document, id))
		gather_wrong(og, document, node, "a node needs an `id`");
	else if (kinds && !are_texts(document, kinds))
		gather_wrong(og, document, kinds, "kinds are a list of texts");
	else if (properties && !are_properties(document, properties))
		gather_wrong(og, document, properties, "properties are single "
		    "values and lists of them");
	else
		gather_record(og, &(struct record){ .document = document,
		    .in = in, .node = node, .properties = properties,
		    .kinds = kinds }, document->nodes.items[id].text);
}

static bool is_endpoint(const struct document *document, uint32_t node)
{
	return node && document->nodes.items[node].kind == DOCUMENT_MAP &&
	    (foreign_child(document, node, STR("value")) ||
	    foreign_child(document, node, STR("property_matchers")));
}

static void gather_edge(struct opengraph *og, const struct document *document,
    const struct collection *in, uint32_t node)
{
	uint32_t properties = foreign_child(document, node, STR("properties"));

	if (!is_text(document, foreign_child(document, node, STR("kind"))))
		gather_wrong(og, document, node, "an edge needs a `kind`");
	else if (!is_endpoint(document, foreign_child(document, node,
	    STR("start"))) || !is_endpoint(document, foreign_child(document, node,
	    STR("end"))))
		gather_wrong(og, document, node, "an edge needs a `start` and "
		    "an `end`, each with a `value`");
	else if (properties && !are_properties(document, properties))
		gather_wrong(og, document, properties, "properties are single "
		    "values and lists of them");
	else
		*VEC_PUSH(og->arena, &og->edges) =
		    (struct foreign_edge){ document, in, node, in->source };
}

typedef void gatherer(struct opengraph *og, const struct document *document,
    const struct collection *in, uint32_t node);

static void gather_list(struct opengraph *og, const struct document *document,
    const struct collection *in, uint32_t list, gatherer *gather)
{
	const struct document_node *nodes = document->nodes.items;

	if (list && nodes[list].kind != DOCUMENT_LIST) {
		gather_wrong(og, document, list, "this is a list");
		return;
	}
	for (uint32_t i = list ? nodes[list].first : 0; i; i = nodes[i].next)
		if (!node_is_broken(&nodes[i]))
			gather(og, document, in, i);
}

static const char *format_spelling(enum mapping_format format)
{
	static const char *const spellings[] = {
#define FORMAT(name, spelling, what) spelling,
		MAPPING_FORMATS(FORMAT)
#undef FORMAT
	};

	return spellings[format];
}

static bool is_of(const struct mapping *m, enum mapping_format format)
{
	return str_equal(m->format, str_of(format_spelling(format)));
}

/* Some mapping asks for this source kind. */
static bool is_asked_for(const struct opengraph *og, struct str from)
{
	for (size_t i = 0; i < og->mappings.count; i++)
		if (og->mappings.items[i]->source.length &&
		    str_equal(og->mappings.items[i]->source, from))
			return true;
	return false;
}

/* Which mappings read the collection, and with which grade; false: none. */
static bool find_readers(struct opengraph *og, struct collection *in,
    enum grade *grade)
{
	struct str from = is_asked_for(og, in->from) ? in->from : STR("");
	bool found = false;

	in->read_by = ARENA_ARRAY(og->arena, bool, og->mappings.count);
	for (size_t i = 0; i < og->mappings.count; i++) {
		const struct mapping *m = og->mappings.items[i];

		in->read_by[i] = is_of(m, in->format) &&
		    str_equal(m->source, from);
		if (in->read_by[i] && !found)
			*grade = m->grade;
		found |= in->read_by[i];
	}
	return found;
}

static struct str source_kind(const struct document *document)
{
	uint32_t metadata = foreign_child(document, 0, STR("metadata"));
	uint32_t name = metadata ? foreign_child(document, metadata,
	    STR("source_kind")) : 0;

	return is_text(document, name) ? document->nodes.items[name].text :
	    STR("");
}

/* Who collected it: the source kind, or the file's name. */
static struct collection *collection_of(struct opengraph *og,
    const struct document *document, enum mapping_format format)
{
	struct collection *in = ARENA_NEW(og->arena, struct collection);
	struct span span = document->nodes.items[0].span;
	struct provenance who = { .span = span,
		.name = source_name(diagnostics_sources(og->all), span.file) };

	in->format = format;
	in->from = source_kind(document);
	if (!find_readers(og, in, &who.grade))
		return NULL;
	if (in->from.length)
		who.name = arena_copy(og->facts->kept, in->from);
	in->source = facts_source(og->facts, &who);
	return in;
}

static void complain_unread(struct opengraph *og,
    const struct document *document, enum mapping_format format)
{
	static const char *const whats[] = {
#define FORMAT(name, spelling, what) what,
		MAPPING_FORMATS(FORMAT)
#undef FORMAT
	};
	struct diagnostic *d = diag_add(og->all, DIAG_E8111, (struct span){
	    document->nodes.items[0].span.file, 0, 0 },
	    "this is a collection in %s, and no mapping for it was given",
	    whats[format]);

	diag_help(og->all, d, "a pack that says `use configmgr_%s` brings one",
	    format_spelling(format));
	og->facts->incomplete = true;
}

static void gather_graph(struct opengraph *og, const struct document *document,
    const struct collection *in)
{
	uint32_t graph = foreign_child(document, 0, STR("graph"));

	if (document->nodes.items[graph].kind != DOCUMENT_MAP) {
		gather_wrong(og, document, graph, "this is a map");
		return;
	}
	gather_list(og, document, in, foreign_child(document, graph,
	    STR("nodes")), gather_node);
	gather_list(og, document, in, foreign_child(document, graph,
	    STR("edges")), gather_edge);
}

bool opengraph_read(struct opengraph *og, const struct document *document)
{
	enum mapping_format format = FORMAT_OPENGRAPH;
	const struct collection *in;

	if (!foreign_format(og, document, &format))
		return false;
	in = collection_of(og, document, format);
	if (!in)
		complain_unread(og, document, format);
	else if (format == FORMAT_OPENGRAPH)
		gather_graph(og, document, in);
	else if (format == FORMAT_SHARPHOUND)
		gather_sharphound(og, document, in);
	else
		gather_rows(og, document, in);
	return true;
}

/* --- nodes ---------------------------------------------------------------- */

bool chain_kind_at(const struct record *record, uint32_t i, struct str *kind)
{
	const struct document_node *nodes = record->document->nodes.items;
	uint32_t at = record->kinds ? nodes[record->kinds].first : 0;

	if (!record->kinds && record->in->kind.length) {
		*kind = record->in->kind;
		return i == 0;
	}
	while (at && i--)
		at = nodes[at].next;
	if (at)
		*kind = nodes[at].text;
	return at != 0;
}

static bool has_kind(const struct record *record, struct str kind)
{
	struct str own;

	for (uint32_t i = 0; chain_kind_at(record, i, &own); i++)
		if (str_equal(own, kind))
			return true;
	return false;
}

/* As chain_has_kind, of the records that a mapping reads. */
static bool is_read_as(const struct opengraph *og, size_t mapping,
    const struct record *record, struct str kind)
{
	for (; record; record = record_next(og, record))
		if (record->in->read_by[mapping] && has_kind(record, kind))
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
static bool passes_test(const struct opengraph *og, size_t mapping,
    const struct mapping_node *rule, const struct record *record)
{
	const struct document_node *node = NULL;
	struct str rest;

	if (rule->test_property.length == 0)
		return true;
	for (; record && !node; record = record_next(og, record))
		if (record->in->read_by[mapping])
			node = property_path(record, rule->test_property, &rest);
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
			struct subject s = { .og = og, .mapping = m,
				.number = i, .rule = &m->nodes.items[j],
				.record = first, .draft = DRAFT_NONE,
				.found = first };

			if (is_read_as(og, i, first, s.rule->foreign) &&
			    passes_test(og, i, s.rule, first))
				visit(og, &s, record);
		}
	}
}

static void introduce(struct opengraph *og, struct subject *s,
    uint32_t record)
{
	const struct kind_facts *k = &og->facts->kinds[s->rule->kind];
	draft_id draft = DRAFT_NONE;

	if (k->owner == SCHEMA_NONE && k->key_count <= 1)
		draft = make_entity(og, s, record);
	else if (k->owner != SCHEMA_NONE)
		note(og, s->rule->span, "node %.*s as a %.*s, which stands "
		    "inside others", STR_ARG(s->rule->foreign),
		    STR_ARG(og->schema->kinds.items[s->rule->kind].name));
	*VEC_PUSH(og->arena, &og->made) = draft;
}

/* Parts of longer keys may be links, to entities whose key is one value: those
 * are all there now, wherever they stand. */
static void introduce_longer(struct opengraph *og, struct subject *s,
    uint32_t record)
{
	const struct kind_facts *k = &og->facts->kinds[s->rule->kind];
	draft_id *made = &og->made.items[og->visited++];

	if (k->owner == SCHEMA_NONE && k->key_count > 1)
		*made = make_entity(og, s, record);
}

/* Rules are visited in the order of what they made. */
static void state_fields(struct opengraph *og, struct subject *s,
    uint32_t record)
{
	const struct kind_facts *k = &og->facts->kinds[s->rule->kind];

	(void)record;
	s->draft = og->made.items[og->visited++];
	if (s->draft == DRAFT_NONE)
		return;
	for (; s->record; s->record = record_next(og, s->record))
		for (size_t i = 0; s->record->in->read_by[s->number] &&
		    i < s->rule->fields.count; i++) {
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

static void know_as(struct opengraph *og, struct str kind,
    struct str property)
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

/* What stands before something that is known, in objects inside objects. */
#define PART_OF STR(".*")

static void know_part(struct opengraph *og, struct str kind,
    const struct text *before)
{
	struct text text;

	text_init(&text, og->arena);
	text_add(&text, text_str(before));
	text_add(&text, PART_OF);
	know_as(og, kind, text_str(&text));
}

/* Conditions in brackets are left out: they speak of the list, too. */
static void know(struct opengraph *og, struct str kind, struct str property)
{
	bool inside = false;
	struct text path;

	text_init(&path, og->arena);
	know_as(og, kind, property);
	for (size_t i = 0; i < property.length; i++) {
		char c = property.at[i];

		inside |= c == '[';
		if (!inside && c == '.')
			know_part(og, kind, &path);
		if (!inside)
			text_add_char(&path, c);
		inside &= c != ']';
	}
}

/* What a mapping calls `id` is not a property of that name, unless properties
 * are all there is. */
static void know_read(struct opengraph *og, const struct mapping *m, struct str kind,
    struct str property)
{
	if (!str_equal(property, STR("id")) || !is_of(m, FORMAT_OPENGRAPH))
		know(og, kind, property);
}

/* As deep as the text of the mapping. */
static void know_source(struct opengraph *og, const struct mapping *m, struct str kind,
    const struct mapping_source *source)
{
	for (size_t i = 0; i < source->properties.count; i++)
		know_read(og, m, kind, source->properties.items[i]);
	for (uint32_t i = 0; i < source->field_count; i++)
		know_source(og, m, kind, &source->fields[i].source);
}

static void know_rule(struct opengraph *og, const struct mapping *m,
    const struct mapping_node *rule)
{
	know(og, rule->foreign, STR(""));
	know_read(og, m, rule->foreign, rule->test_property);
	for (size_t i = 0; i < rule->fields.count; i++)
		know_source(og, m, rule->foreign, &rule->fields.items[i].source);
	for (size_t i = 0; i < rule->ignored.count; i++)
		know(og, rule->foreign, rule->ignored.items[i]);
}

static void know_mappings(struct opengraph *og)
{
	for (size_t i = 0; i < og->mappings.count; i++) {
		const struct mapping *m = og->mappings.items[i];

		for (size_t j = 0; j < m->nodes.count; j++)
			know_rule(og, m, &m->nodes.items[j]);
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
	struct str kind;

	for (uint32_t i = 0; chain_kind_at(record, i, &kind); i++)
		if ((is_known(og, kind, STR("")) ||
		    is_known(og, kind, STR("*"))) && !has_name(kinds, kind))
			*VEC_PUSH(og->arena, kinds) = kind;
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
	struct str kind;

	return chain_kind_at(record, 0, &kind) ? kind : STR("without a kind");
}

static bool is_named(struct opengraph *og, const kind_list *kinds,
    struct str property)
{
	return is_known(og, STR("*"), property) ||
	    is_spoken_of(og, kinds, property);
}

static void note_property(struct opengraph *og, const struct record *first,
    const kind_list *kinds, const struct document_node *node,
    struct str before);

/* One object inside another is looked into, no more. */
static void note_parts(struct opengraph *og, const struct record *record,
    const kind_list *kinds, const struct document_node *node, struct str path)
{
	const struct document_node *nodes = record->document->nodes.items;

	for (uint32_t i = node->first; i; i = nodes[i].next)
		note_property(og, record, kinds, &nodes[i], path);
}

static void note_property(struct opengraph *og, const struct record *record,
    const kind_list *kinds, const struct document_node *node,
    struct str before)
{
	struct str path = node->key, part;

	if (before.length)
		path = arena_printf(og->arena, "%.*s.%.*s", STR_ARG(before),
		    STR_ARG(node->key));
	if (is_named(og, kinds, path))
		return;
	part = arena_printf(og->arena, "%.*s%.*s", STR_ARG(path),
	    STR_ARG(PART_OF));
	if (!is_named(og, kinds, part))
		note(og, node->key_span, "property %.*s.%.*s",
		    STR_ARG(input_shown(og->arena, chain_kind(record))),
		    STR_ARG(input_shown(og->arena, path)));
	else if (node->kind == DOCUMENT_MAP && before.length == 0)
		note_parts(og, record, kinds, node, path);
}

static void note_properties(struct opengraph *og, const struct record *record,
    const kind_list *kinds)
{
	const struct document_node *nodes = record->document->nodes.items;
	uint32_t i = record->properties ? nodes[record->properties].first : 0;

	for (; i; i = nodes[i].next)
		note_property(og, record, kinds, &nodes[i], STR(""));
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
		note_properties(og, record, &kinds);
}

/* --- all ------------------------------------------------------------------ */

static void visit_nodes(struct opengraph *og, each_rule *visit)
{
	og->visited = 0;
	for (uint32_t i = 0; i < og->records.count; i++)
		if (og->records.items[i].first == i)
			visit_rules(og, i, visit);
}

void opengraph_finish(struct opengraph *og, struct arena *arena,
    struct inventory_notes *notes)
{
	for (size_t i = 0; i < og->records.count; i++)
		*VEC_PUSH(og->arena, &og->incarnated) = 0;
	know_mappings(og);
	visit_nodes(og, introduce);
	visit_nodes(og, introduce_longer);
	visit_nodes(og, state_fields);
	pending_settle(og);
	for (uint32_t i = 0; i < og->records.count; i++)
		if (og->records.items[i].first == i)
			note_chain(og, &og->records.items[i]);
	for (size_t i = 0; i < og->edges.count; i++)
		edge_walk(og, &og->edges.items[i]);
	notes_hand_out(og, arena, notes);
}
