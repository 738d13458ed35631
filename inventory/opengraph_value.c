/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties of foreign nodes as values of the schema.  A value is spelt as
 * the field says, else means "not collected" where the mapping says so, else
 * is spelt as the mapping says for all, else is taken as it stands.  One that
 * no spelling makes a value is noted and counts as not collected.
 */
#include "inventory/opengraph.h"
#include "inventory/read.h"
#include "inventory/value.h"

/* Groups of a pattern that fields can ask for, the whole match included. */
#define GROUPS_MOST 32

enum reading { READ_NOTHING, READ_NONE, READ_VALUE, READ_WRONG };

/* A value that was read, or why there is none. */
struct reading_of {
	enum reading reading;
	int64_t cell;
	symbol spelling;	/* of its text, for all types */
	struct str what;	/* a reference: how a note calls it */
};

/* A text, cut into groups when it was matched. */
struct matched {
	struct str text;
	struct str groups[GROUPS_MOST];
	size_t count;
};

static bool is_scalar(const struct document_node *node)
{
	return node->kind == DOCUMENT_PLAIN || node->kind == DOCUMENT_QUOTED;
}

static bool is_null(const struct document_node *node)
{
	return node->kind == DOCUMENT_PLAIN &&
	    str_equal(node->text, STR("null"));
}

/* --- properties ----------------------------------------------------------- */

const struct document_node *record_property(const struct record *record,
    struct str name)
{
	const struct document_node *nodes = record->document->nodes.items;
	uint32_t i = record->properties ? nodes[record->properties].first : 0;

	for (; i; i = nodes[i].next)
		if (str_equal(nodes[i].key, name) &&
		    !node_is_broken(&nodes[i]))
			return &nodes[i];
	if (!str_equal(name, STR("id")))
		return NULL;
	for (i = nodes[record->node].first; i; i = nodes[i].next)
		if (str_equal(nodes[i].key, name))
			return &nodes[i];
	return NULL;
}

struct origin record_origin(const struct record *record,
    const struct document_node *node)
{
	return (struct origin){ node->span, record->source };
}

const struct record *record_next(const struct opengraph *og,
    const struct record *record)
{
	return record->next ? &og->records.items[record->next - 1] : NULL;
}

static const struct mapping_spelling *find_spelling(
    const struct mapping_spelling *spellings, size_t count, struct str text)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(spellings[i].foreign, text))
			return &spellings[i];
	return NULL;
}

static bool is_unknown(const struct mapping *mapping, struct str text)
{
	for (size_t i = 0; i < mapping->unknown.count; i++)
		if (str_equal(mapping->unknown.items[i], text))
			return true;
	return false;
}

/* null, and what the mapping calls unknown unless the field spells it. */
static bool says_nothing(const struct subject *s,
    const struct mapping_source *source, const struct document_node *node)
{
	return is_null(node) || (is_scalar(node) &&
	    is_unknown(s->mapping, node->text) && !find_spelling(
	    source->spellings.items, source->spellings.count, node->text));
}

/* The first of the properties that is there and says something. */
static const struct document_node *first_property(const struct subject *s,
    const struct mapping_source *source, const struct record *record)
{
	for (size_t i = 0; i < source->properties.count; i++) {
		const struct document_node *node = record_property(record,
		    source->properties.items[i]);

		if (node && !says_nothing(s, source, node))
			return node;
	}
	return NULL;
}

/* A key is looked for in every record of the chain. */
static const struct document_node *find_property(struct subject *s,
    const struct mapping_source *source)
{
	const struct record *record = s->record;
	const struct document_node *node = NULL;

	for (; record && !node; record = s->is_key ?
	    record_next(s->og, record) : NULL)
		node = first_property(s, source, record);
	if (node)
		s->property = node->key;
	return node;
}

/* --- patterns ------------------------------------------------------------- */

static void release_regex(void *regex)
{
	regex_free(regex);
}

static struct regex *regex_of(struct opengraph *og,
    const struct mapping_source *source)
{
	char why[256];
	struct regex *regex;

	for (size_t i = 0; i < og->regexes.count; i++)
		if (og->regexes.items[i].source == source)
			return og->regexes.items[i].regex;
	/* The compiler has read this pattern already. */
	regex = regex_new(source->match.at, source->match.length, 0,
	    limit_get(LIMIT_REGEX_MEMORY), why, sizeof(why));
	if (regex)
		arena_defer(og->arena, release_regex, regex);
	*VEC_PUSH(og->arena, &og->regexes) =
	    (struct compiled){ source, regex };
	return regex;
}

static bool match_text(struct subject *s, const struct mapping_source *source,
    const struct document_node *node, struct matched *matched)
{
	struct regex *regex;
	size_t starts[GROUPS_MOST], ends[GROUPS_MOST], count;
	enum regex_answer answer = REGEX_FAILED;

	*matched = (struct matched){ .text = node->text };
	if (source->match.length == 0)
		return true;
	regex = regex_of(s->og, source);
	count = regex ? regex_group_count(regex) + 1 : 0;
	if (count > GROUPS_MOST)
		count = GROUPS_MOST;
	if (regex)
		answer = regex_groups(regex, node->text.at, node->text.length,
		    starts, ends, count);
	if (answer == REGEX_FAILED)
		note(s->og, node->span, "pattern `%.*s`: a limit was met",
		    STR_ARG(source->match));
	if (answer != REGEX_MATCH)
		return false;
	for (size_t i = 0; i < count; i++)
		if (starts[i] != SIZE_MAX)
			matched->groups[i] = str_slice(node->text, starts[i],
			    ends[i]);
	matched->count = count;
	if (count > 1)
		matched->text = matched->groups[1];
	return true;
}

/* --- single values -------------------------------------------------------- */

bool text_is_true(const struct mapping *mapping, struct str text)
{
	const struct mapping_spelling *spelling = find_spelling(
	    mapping->spellings.items, mapping->spellings.count, text);

	return str_equal(spelling ? spelling->own : text, STR("true"));
}

/* "2026-08-02T03:02:46+00:00" is a date and more. */
static struct str cut_date(struct str text)
{
	if (text.length > 10 && (text.at[10] == 'T' || text.at[10] == ' '))
		return str_slice(text, 0, 10);
	return text;
}

static void read_reference(struct subject *s, uint16_t kind, struct str text,
    struct origin where, struct reading_of *out);

/* TEXT is spelt in our way now. */
static void read_own(struct subject *s, struct type type, struct str text,
    struct origin where, struct reading_of *out)
{
	struct facts *facts = s->og->facts;
	symbol spelling;

	out->reading = READ_WRONG;
	if (type.tag == TYPE_ENTITY) {
		read_reference(s, type.of, text, where, out);
		return;
	}
	if (type.tag == TYPE_DATE)
		text = cut_date(text);
	if (!value_read(facts, type, text, &out->cell, &spelling))
		return;
	out->reading = READ_VALUE;
	out->spelling = symbol_of(facts->symbols, text);
}

/* Spellings for all are of truths, numbers and enum values: a name that looks
 * like one stays a name. */
static bool is_for_all(struct subject *s, struct type type,
    const struct mapping_spelling *spelling)
{
	symbol ignored_symbol;
	int64_t ignored;

	if (type_is_text(type) || type.tag == TYPE_ENTITY)
		return false;
	return str_equal(spelling->own, STR("none")) ? type.optional :
	    value_read(s->og->facts, type, spelling->own, &ignored,
	    &ignored_symbol);
}

static struct reading_of read_text(struct subject *s,
    const struct mapping_source *source, struct type type, struct str text,
    struct origin where)
{
	const struct mapping *m = s->mapping;
	const struct mapping_spelling *spelling = find_spelling(
	    source->spellings.items, source->spellings.count, text);
	struct reading_of out = { .reading = READ_NOTHING };

	if (!spelling && is_unknown(m, text))
		return out;
	if (!spelling) {
		spelling = find_spelling(m->spellings.items,
		    m->spellings.count, text);
		if (spelling && !is_for_all(s, type, spelling))
			spelling = NULL;
	}
	if (spelling && type.optional && str_equal(spelling->own, STR("none")))
		out.reading = READ_NONE;
	else
		read_own(s, type, spelling ? spelling->own : text, where,
		    &out);
	return out;
}

static struct str kind_name(const struct subject *s)
{
	return s->rule->foreign;
}

static void note_value(struct subject *s, const struct document_node *node,
    struct str text)
{
	note(s->og, node->span, "value %.*s.%.*s `%.*s`",
	    STR_ARG(kind_name(s)), STR_ARG(s->property),
	    STR_ARG(input_shown(s->og->arena, text)));
}

/* The only item of a list that has one. */
static const struct document_node *only_item(struct subject *s,
    const struct document_node *node)
{
	const struct document_node *nodes = s->record->document->nodes.items;

	return node->kind == DOCUMENT_LIST && node->count == 1
	    ? &nodes[node->first] : node;
}

static struct reading_of read_node(struct subject *s,
    const struct mapping_source *source, struct type type,
    const struct document_node *node)
{
	struct reading_of out = { .reading = READ_NOTHING };
	struct matched matched;

	if (!is_scalar(node) || node_is_broken(node)) {
		note(s->og, node->span, "list %.*s.%.*s where one value is "
		    "wanted", STR_ARG(kind_name(s)), STR_ARG(node->key));
		return out;
	}
	if (is_null(node) || !match_text(s, source, node, &matched))
		return out;
	out = read_text(s, source, type, matched.text,
	    record_origin(s->record, node));
	if (out.reading == READ_WRONG)
		note_value(s, node, matched.text);
	return out;
}

static struct reading_of read_single(struct subject *s,
    const struct mapping_source *source, struct type type,
    const struct document_node **node)
{
	struct reading_of out = { .reading = READ_NOTHING };

	*node = record_node(s->record, s->record->node);
	if (source->is_literal) {
		read_own(s, type, source->literal,
		    record_origin(s->record, *node), &out);
		return out;
	}
	*node = find_property(s, source);
	if (!*node)
		return out;
	*node = only_item(s, *node);
	if ((*node)->kind == DOCUMENT_LIST && (*node)->count == 0)
		return out;
	return read_node(s, source, type, *node);
}

/* --- references and keys -------------------------------------------------- */

/* A link in a property is the key of what it leads to; kinds with more than
 * one key part, or inside others, cannot be named so. */
static void read_reference(struct subject *s, uint16_t kind, struct str text,
    struct origin where, struct reading_of *out)
{
	struct facts *facts = s->og->facts;
	const struct kind_facts *k = &facts->kinds[kind];
	struct key_part part = { .given = true };
	symbol ignored;

	if (k->key_count != 1 || k->owner != SCHEMA_NONE || text.length == 0 ||
	    !value_read(facts, s->og->schema->attributes.items[
	    k->keys[0]].type, text, &part.cell, &ignored))
		return;
	part.spelling = symbol_of(facts->symbols, text);
	out->reading = READ_VALUE;
	out->cell = facts_entity(facts, kind, DRAFT_NONE, &part, where);
	out->spelling = part.spelling;
	out->what = arena_printf(s->og->arena, "reference to %.*s `%.*s`",
	    STR_ARG(s->og->schema->kinds.items[kind].name),
	    STR_ARG(input_shown(s->og->arena, text)));
}

static const struct mapping_field *find_field(
    const struct mapping_field *fields, size_t count, uint16_t attribute)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].attribute == attribute)
			return &fields[i];
	return NULL;
}

/* A part that leads to an entity that nobody lists is as if left out. */
static bool take_part(struct subject *s, const struct reading_of *value,
    const struct document_node *node, struct type type, struct key_part *part)
{
	*part = (struct key_part){ .spelling = SYMBOL_NONE };
	if (value->reading != READ_VALUE)
		return false;
	if (type.tag == TYPE_ENTITY && !s->og->facts->drafts.items[
	    value->cell].introduced) {
		note(s->og, node->span, "%.*s", STR_ARG(value->what));
		return false;
	}
	*part = (struct key_part){ true, value->cell, value->spelling };
	return true;
}

bool subject_key(struct subject *s, struct key_part *parts,
    const struct document_node **nodes)
{
	const struct kind_facts *k = &s->og->facts->kinds[s->rule->kind];
	bool is_first = false;

	for (uint16_t i = 0; i < k->key_count; i++) {
		struct type type =
		    s->og->schema->attributes.items[k->keys[i]].type;
		const struct mapping_field *field = find_field(
		    s->rule->fields.items, s->rule->fields.count, k->keys[i]);
		struct reading_of value = { .reading = READ_NOTHING };
		bool is_given;

		if (field)
			value = read_single(s, &field->source, type,
			    &nodes[i]);
		is_given = take_part(s, &value, nodes[i], type, &parts[i]);
		if (i == 0)
			is_first = is_given && symbol_text(
			    s->og->facts->symbols, parts[0].spelling).length;
	}
	return is_first;
}

/* --- facts ---------------------------------------------------------------- */

static struct pending *add_pending(struct subject *s, uint16_t attribute,
    enum fact_kind kind, struct origin origin)
{
	struct pending *p = VEC_PUSH(s->og->facts->arena, &s->og->pending);

	*p = (struct pending){ .entity = s->draft, .attribute = attribute,
		.kind = (uint8_t)kind, .list = FACT_LOOSE, .origin = origin };
	return p;
}

static void add_value(struct subject *s, uint16_t attribute, uint32_t list,
    const struct reading_of *value, struct origin origin)
{
	struct type type = s->og->schema->attributes.items[attribute].type;
	struct pending *p = add_pending(s, attribute,
	    type.set ? FACT_ITEM : FACT_VALUE, origin);

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
		return read_single(s, &field->source, type, &ignored);
	if (group >= GROUPS_MOST)
		note(s->og, node->span, "group %u of a pattern: the last that "
		    "can be asked for is %u", group, GROUPS_MOST - 1);
	if (group >= matched->count || !matched->groups[group].at)
		return out;
	out = read_text(s, &field->source, type, matched->groups[group],
	    record_origin(s->record, node));
	if (out.reading == READ_WRONG)
		note_value(s, node, matched->groups[group]);
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
		const struct mapping_field *field = find_field(source->fields,
		    source->field_count, k->keys[i]);
		struct reading_of value = { .reading = READ_NOTHING };

		if (field)
			value = read_inner(s, field, matched, node);
		else if (i == 0 && source->field_count == 0)
			value = read_text(s, source, a->type, matched->text,
			    record_origin(s->record, node));
		if (i == 0 && field == NULL && value.reading == READ_WRONG)
			note_value(s, node, matched->text);
		if (!take_part(s, &value, node, a->type, &parts[i]) && i == 0)
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
	if (value.reading == READ_NONE && !a->type.set)
		add_pending(s, field->attribute, FACT_NONE, origin);
	else if (value.reading == READ_VALUE)
		add_value(s, field->attribute, FACT_LOOSE, &value, origin);
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
	struct facts *facts = s->og->facts;
	uint16_t kind = s->og->schema->attributes.items[
	    field->attribute].type.of;
	struct origin origin = record_origin(s->record, node);
	struct key_part parts[KEYS_MOST];
	struct subject inner = *s;
	struct reading_of value = { .reading = READ_VALUE };

	if (!inner_key(s, &field->source, kind, matched, node, parts))
		return false;
	inner.draft = facts_entity(facts, kind, s->draft, parts, origin);
	facts_introduce(facts, inner.draft, kind, parts, true, origin);
	value.cell = inner.draft;
	add_value(s, field->attribute, list, &value, origin);
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

	if (!is_scalar(node) || is_null(node))
		return false;
	if (!match_text(s, &field->source, node, &matched))
		return true;
	if (a->owned)
		return owned_item(s, field, list, &matched, node);
	type.set = false;
	value = read_text(s, &field->source, type, matched.text,
	    record_origin(s->record, node));
	if (value.reading == READ_WRONG)
		note_value(s, node, matched.text);
	if (value.reading != READ_VALUE)
		return false;
	add_value(s, field->attribute, list, &value,
	    record_origin(s->record, node));
	return true;
}

static void list_field(struct subject *s, const struct mapping_field *field)
{
	const struct document_node *node = find_property(s, &field->source);
	const struct document_node *nodes = s->record->document->nodes.items;
	uint32_t list = (uint32_t)s->og->pending.count;
	bool closed = field->source.complete;

	if (!node || node_is_broken(node))
		return;
	add_pending(s, field->attribute, FACT_OPEN,
	    record_origin(s->record, node));
	if (node->kind != DOCUMENT_LIST)
		closed &= list_item(s, field, list, node);
	for (uint32_t i = node->first; i && node->kind == DOCUMENT_LIST;
	    i = nodes[i].next)
		closed &= list_item(s, field, list, &nodes[i]);
	if (closed)
		s->og->pending.items[list].kind = FACT_CLOSED;
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
	value = read_single(s, &field->source, type, &node);
	if (!node)
		return;
	origin = record_origin(s->record, node);
	if (value.reading == READ_NONE && !a->type.set) {
		add_pending(s, field->attribute, FACT_NONE, origin);
	} else if (value.reading == READ_VALUE) {
		add_value(s, field->attribute, FACT_LOOSE, &value, origin);
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
