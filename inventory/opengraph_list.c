/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of a node's properties, and the owned entities that are made of their
 * items.  Every fact waits in a list of its own until all nodes are entities.
 */
#include "inventory/opengraph_part.h"
#include "inventory/read.h"

static struct pending *add_pending(struct subject *s, uint16_t attribute,
    enum fact_kind kind, struct origin origin)
{
	struct pending *p = VEC_PUSH(s->og->facts->arena, &s->og->pending);

	*p = (struct pending){ .entity = s->draft, .attribute = attribute,
		.kind = (uint8_t)kind, .list = FACT_LOOSE, .origin = origin };
	return p;
}

static void add_value(struct subject *s, uint16_t attribute, uint32_t list,
    enum fact_kind kind, const struct reading_of *value, struct origin origin)
{
	struct type type = s->og->schema->attributes.items[attribute].type;
	struct pending *p = add_pending(s, attribute, kind, origin);

	p->list = list;
	p->cell = value->cell;
	p->spelling = type_is_text(type) ? value->spelling : SYMBOL_NONE;
	p->what = value->what;
}

/* An owned element: its fields are of the groups of a match, of the node's
 * properties, or constants. */
static struct reading_of read_inner(struct subject *s,
    const struct mapping_field *field, const struct matched *matched,
    const struct document_node *node)
{
	struct type type =
	    s->og->schema->attributes.items[field->attribute].type;
	struct reading_of out = { .reading = READ_NOTHING };
	const struct document_node *ignored;
	uint32_t group = field->source.group;

	if (group == 0)
		return property_single(s, &field->source, type, &ignored);
	if (group >= matched->count) {
		note(s->og, node->span, "group %u of a pattern: the last that "
		    "can be asked for is %u", group, GROUPS_MOST - 1);
		return out;
	}
	out = property_text(s, &field->source, type, matched->groups[group],
	    record_origin(s->record, node));
	if (out.reading == READ_WRONG)
		property_note(s, node, matched->groups[group]);
	return out;
}

/* Where no field makes the first key, the item itself is it. */
static struct reading_of shorthand(struct subject *s,
    const struct mapping_source *source, struct type type,
    const struct matched *matched, const struct document_node *node)
{
	struct reading_of out = property_text(s, source, type, matched->text,
	    record_origin(s->record, node));

	if (out.reading == READ_WRONG)
		property_note(s, node, matched->text);
	return out;
}

static bool inner_key(struct subject *s, const struct mapping_source *source,
    uint16_t kind, const struct matched *matched,
    const struct document_node *node, struct key_part *parts)
{
	const struct kind_facts *k = &s->og->facts->kinds[kind];

	for (uint16_t i = 0; i < k->key_count; i++) {
		const struct schema_attribute *a =
		    &s->og->schema->attributes.items[k->keys[i]];
		const struct mapping_field *field = mapping_find(source->fields,
		    source->field_count, k->keys[i]);
		struct reading_of value = { .reading = READ_NOTHING };

		if (field)
			value = read_inner(s, field, matched, node);
		else if (i == 0)
			value = shorthand(s, source, a->type, matched, node);
		if (!property_part(s, &value, node, a->type, &parts[i]) && i == 0)
			return false;
	}
	return true;
}

static void list_field(struct subject *s, const struct mapping_field *field);

static void inner_field(struct subject *s, const struct mapping_field *field,
    const struct matched *matched, const struct document_node *node)
{
	const struct schema_attribute *a =
	    &s->og->schema->attributes.items[field->attribute];
	struct origin origin = record_origin(s->record, node);
	struct reading_of value;

	if (a->owned || field->source.each) {
		list_field(s, field);
		return;
	}
	value = read_inner(s, field, matched, node);
	if (value.reading == READ_NONE)
		add_pending(s, field->attribute, FACT_NONE, origin);
	else if (value.reading == READ_VALUE)
		add_value(s, field->attribute, FACT_LOOSE,
		    a->type.set ? FACT_ITEM : FACT_VALUE, &value, origin);
}

static void state_first_key(struct subject *s, uint16_t kind,
    const struct key_part *part, struct origin origin)
{
	uint16_t key = s->og->facts->kinds[kind].keys[0];
	struct type type = s->og->schema->attributes.items[key].type;
	struct pending *p = add_pending(s, key, FACT_VALUE, origin);

	p->cell = part->cell;
	p->spelling = type_is_text(type) ? part->spelling : SYMBOL_NONE;
}

/* One item of a list of owned entities; false when it names none. */
static bool owned_item(struct subject *s, const struct mapping_field *field,
    uint32_t list, const struct matched *matched,
    const struct document_node *node)
{
	bool doubted = property_doubted(s, &field->source, node);
	struct facts *facts = s->og->facts;
	uint16_t kind = s->og->schema->attributes.items[
	    field->attribute].type.of;
	struct origin origin = record_origin(s->record, node);
	struct key_part parts[KEYS_MOST] = { 0 };
	struct subject inner = *s;
	struct reading_of value = { .reading = READ_VALUE };

	if (!inner_key(s, &field->source, kind, matched, node, parts))
		return false;
	inner.draft = facts_entity(facts, kind, s->draft, parts, origin);
	facts_introduce(facts, inner.draft, kind, parts, !doubted, origin);
	value.cell = inner.draft;
	add_value(s, field->attribute, list,
	    doubted ? FACT_POSSIBLE : FACT_ITEM, &value, origin);
	if (field->source.field_count == 0)
		state_first_key(&inner, kind, &parts[0], origin);
	for (uint32_t i = 0; i < field->source.field_count; i++)
		inner_field(&inner, &field->source.fields[i], matched, node);
	return true;
}

/* One item; false when it exists and is not known. */
static bool list_item(struct subject *s, const struct mapping_field *field,
    uint32_t list, const struct document_node *node)
{
	const struct schema_attribute *a =
	    &s->og->schema->attributes.items[field->attribute];
	struct type type = a->type;
	struct reading_of value;
	struct matched matched;
	struct str rest;

	if (node->kind == DOCUMENT_MAP && s->rest.length)
		node = property_step(s->found, node, s->rest, &rest);
	if (!node || !foreign_is_scalar(node) || foreign_is_null(node))
		return false;
	if (!property_match(s, &field->source, node, &matched))
		return true;
	if (a->owned)
		return owned_item(s, field, list, &matched, node);
	type.set = false;
	value = property_text(s, &field->source, type, matched.text,
	    record_origin(s->record, node));
	if (value.reading == READ_WRONG)
		property_note(s, node, matched.text);
	if (value.reading != READ_VALUE)
		return false;
	add_value(s, field->attribute, list,
	    property_doubted(s, &field->source, node) ? FACT_POSSIBLE :
	    FACT_ITEM, &value, record_origin(s->record, node));
	return true;
}

/* Rows of one file that speak of one entity make one list of it. */
static uint32_t *list_of_rows(struct subject *s, uint16_t attribute)
{
	struct { draft_id entity; uint32_t attribute, source; } key = {
		s->draft, attribute, s->record->source };
	bool is_new;

	uint32_t *list = map_at(s->og->lists, (struct str){
	    (const char *)&key, sizeof(key) }, &is_new);

	if (is_new)
		*list = 0;
	return list;
}

/* The list that the items go to; *CLOSED: may it be closed? */
static uint32_t open_list(struct subject *s,
    const struct mapping_field *field, const struct document_node *node,
    bool *closed)
{
	uint32_t list = (uint32_t)s->og->pending.count;
	uint32_t *known = s->record->in->format == FORMAT_ROWS ?
	    list_of_rows(s, field->attribute) : NULL;

	*closed = field->source.complete;
	if (known && *known) {
		*closed &= s->og->pending.items[*known - 1].kind ==
		    FACT_CLOSED;
		return *known - 1;
	}
	add_pending(s, field->attribute, FACT_OPEN,
	    record_origin(s->record, node));
	if (known)
		*known = list + 1;
	return list;
}

static void list_field(struct subject *s, const struct mapping_field *field)
{
	const struct document_node *node = property_find(s, &field->source);
	const struct document_node *nodes = s->record->document->nodes.items;
	struct str rest = s->rest;
	uint32_t list;
	bool closed;

	if (!node)
		return;
	list = open_list(s, field, node, &closed);
	if (node->kind != DOCUMENT_LIST)
		closed &= list_item(s, field, list, node);
	for (uint32_t i = node->first; i && node->kind == DOCUMENT_LIST;
	    i = nodes[i].next) {
		s->rest = rest;
		closed &= list_item(s, field, list, &nodes[i]);
	}
	s->og->pending.items[list].kind = closed ? FACT_CLOSED : FACT_OPEN;
}

void subject_field(struct subject *s, const struct mapping_field *field)
{
	const struct schema_attribute *a =
	    &s->og->schema->attributes.items[field->attribute];
	struct type type = a->type;
	const struct document_node *node;
	struct reading_of value;
	struct origin origin;

	if (a->owned || field->source.each) {
		list_field(s, field);
		return;
	}
	type.set = false;
	value = property_single(s, &field->source, type, &node);
	if (!node)
		return;
	origin = record_origin(s->record, node);
	if (value.reading == READ_NONE) {
		add_pending(s, field->attribute, FACT_NONE, origin);
	} else if (value.reading == READ_VALUE) {
		add_value(s, field->attribute, FACT_LOOSE,
		    a->type.set ? FACT_ITEM : FACT_VALUE, &value, origin);
	}
}

/* --- settling ------------------------------------------------------------- */

static bool is_there(const struct opengraph *og, const struct pending *p)
{
	struct type type = og->schema->attributes.items[p->attribute].type;
	const struct draft *draft;

	if (type.tag != TYPE_ENTITY || p->kind == FACT_NONE ||
	    p->kind == FACT_OPEN || p->kind == FACT_CLOSED)
		return true;
	draft = &og->facts->drafts.items[p->cell];
	return draft->introduced &&
	    schema_is_a(og->schema, draft->kind, type.of);
}

static void settle(struct opengraph *og, struct pending *p)
{
	struct facts *facts = og->facts;
	uint32_t list = p->list == FACT_LOOSE ? FACT_LOOSE :
	    (uint32_t)og->pending.items[p->list].cell;

	switch ((enum fact_kind)p->kind) {
	case FACT_VALUE:
		facts_value(facts, p->entity, p->attribute, p->cell,
		    p->spelling, p->origin);
		break;
	case FACT_NONE:
		facts_none(facts, p->entity, p->attribute, p->origin);
		break;
	case FACT_OPEN:
	case FACT_CLOSED:
		p->cell = facts_list(facts, p->entity, p->attribute,
		    p->kind == FACT_CLOSED, p->origin);
		break;
	case FACT_ITEM:
	case FACT_POSSIBLE:
		facts_item(facts, p->entity, p->attribute, list, p->cell,
		    p->spelling, p->kind == FACT_ITEM, p->origin);
		break;
	}
}

/* A list that leads to an entity that nobody lists is open. */
void pending_settle(struct opengraph *og)
{
	struct pending *all = og->pending.items;

	for (size_t i = 0; i < og->pending.count; i++)
		if (!is_there(og, &all[i]) && all[i].list != FACT_LOOSE)
			all[all[i].list].kind = FACT_OPEN;
	for (size_t i = 0; i < og->pending.count; i++) {
		if (is_there(og, &all[i]))
			settle(og, &all[i]);
		else
			note(og, all[i].origin.span, "%.*s",
			    STR_ARG(all[i].what));
	}
	og->pending.count = 0;
}
