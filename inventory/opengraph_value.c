/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties of foreign nodes as values of the schema.  A value is spelt as
 * the field says, else means "not collected" where the mapping says so, else
 * is spelt as the mapping says for all, else is taken as it stands.  One that
 * no spelling makes a value is noted and counts as not collected.
 */
#include <assert.h>

#include "base/guard.h"
#include "inventory/opengraph_part.h"
#include "inventory/read.h"
#include "inventory/value.h"

/* --- properties ----------------------------------------------------------- */

static const struct document_node *step_to(const struct record *record,
    const struct document_node *node, struct str key)
{
	const struct document_node *nodes = record->document->nodes.items;
	uint32_t found = foreign_child(record->document,
	    (uint32_t)(node - nodes), key);

	return found ? &nodes[found] : NULL;
}

static size_t find_byte(struct str text, char byte)
{
	size_t i = 0;

	while (i < text.length && text.at[i] != byte)
		i++;
	return i;
}

/* `Key=value`, `Key=*end`: is the object meant? */
static bool is_meant(const struct record *record,
    const struct document_node *node, struct str condition)
{
	size_t equals = find_byte(condition, '=');
	struct str value = str_slice(condition, equals + 1, condition.length);
	const struct document_node *own = step_to(record, node,
	    str_slice(condition, 0, equals));

	if (!own || !foreign_is_scalar(own))
		return false;
	if (value.length == 0 || value.at[0] != '*')
		return str_equal(own->text, value);
	value = str_slice(value, 1, value.length);
	return own->text.length >= value.length && str_equal(str_slice(
	    own->text, own->text.length - value.length, own->text.length),
	    value);
}

/* The first object of a list that is meant. */
static const struct document_node *pick(const struct record *record,
    const struct document_node *list, struct str condition)
{
	const struct document_node *nodes = record->document->nodes.items;
	uint32_t i = list && list->kind == DOCUMENT_LIST ? list->first : 0;

	for (; i; i = nodes[i].next)
		if (is_meant(record, &nodes[i], condition))
			return &nodes[i];
	return NULL;
}

/* `Key` or `Key[condition]`, and then the end or a dot; *REST is behind it. */
static const struct document_node *one_step(const struct record *record,
    const struct document_node *node, struct str *rest)
{
	size_t open = find_byte(*rest, '['), end = find_byte(*rest, '.');
	struct str key = str_slice(*rest, 0, open < end ? open : end);

	node = step_to(record, node, key);
	if (open < end) {
		size_t close = find_byte(*rest, ']');

		node = pick(record, node, str_slice(*rest, open + 1, close));
		*rest = str_slice(*rest, close, rest->length);
		end = find_byte(*rest, '.');
	}
	*rest = end < rest->length ?
	    str_slice(*rest, end + 1, rest->length) : STR("");
	return node;
}

const struct document_node *property_step(const struct record *record,
    const struct document_node *node, struct str path, struct str *rest)
{
	*rest = path;
	while (node && rest->length && node->kind != DOCUMENT_LIST)
		node = one_step(record, node, rest);
	return node;
}

const struct document_node *property_path(const struct record *record,
    struct str path, struct str *rest)
{
	if (record->in->format != FORMAT_OPENGRAPH)
		return property_step(record, record_node(record,
		    record->properties), path, rest);
	*rest = STR("");
	return record_property(record, path);
}

const struct document_node *record_property(const struct record *record,
    struct str name)
{
	uint32_t map = str_equal(name, STR("id")) ? record->node :
	    record->properties;

	return map ? step_to(record, record_node(record, map), name) : NULL;
}

struct origin record_origin(const struct record *record,
    const struct document_node *node)
{
	assert(node);
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
	return foreign_is_null(node) || (foreign_is_scalar(node) &&
	    is_unknown(s->mapping, node->text) && !find_spelling(
	    source->spellings.items, source->spellings.count, node->text));
}

/* The first of the properties that is there and says something. */
static const struct document_node *first_property(struct subject *s,
    const struct mapping_source *source, const struct record *record)
{
	for (size_t i = 0; i < source->properties.count; i++) {
		const struct document_node *node = property_path(record,
		    source->properties.items[i], &s->rest);

		if (!node || says_nothing(s, source, node))
			continue;
		s->property = source->properties.items[i];
		return node;
	}
	return NULL;
}

/* A key is looked for in every record of the chain. */
const struct document_node *property_find(struct subject *s,
    const struct mapping_source *source)
{
	const struct record *record = s->record;
	const struct document_node *node = NULL;

	for (; record && !node; record = s->is_key ?
	    record_next(s->og, record) : NULL) {
		if (!record->in->read_by[s->number])
			continue;
		node = first_property(s, source, record);
		s->found = record;
	}
	return node;
}

/* --- patterns ------------------------------------------------------------- */

static void release_regex(void *regex)
{
	regex_free(regex);
}

static struct regex *regex_of(struct opengraph *og, const struct str *pattern)
{
	char why[256];
	struct regex *regex;

	for (size_t i = 0; i < og->regexes.count; i++)
		if (og->regexes.items[i].pattern == pattern)
			return og->regexes.items[i].regex;
	/* The compiler has read this pattern already, with the same limit. */
	regex = regex_new(pattern->at, pattern->length, 0,
	    limit_get(LIMIT_REGEX_MEMORY), why, sizeof(why));
	if (!regex)
		guard_raise("out of memory");
	arena_defer(og->arena, release_regex, regex);
	*VEC_PUSH(og->arena, &og->regexes) =
	    (struct compiled){ pattern, regex };
	return regex;
}

static enum regex_answer search(struct subject *s, const struct str *pattern,
    const struct document_node *node, size_t *starts, size_t *ends,
    size_t count)
{
	enum regex_answer answer = regex_groups(regex_of(s->og, pattern),
	    node->text.at, node->text.length, starts, ends, count);

	if (answer == REGEX_FAILED)
		note(s->og, node->span, "pattern `%.*s`: a limit was met",
		    STR_ARG(*pattern));
	return answer;
}

bool property_match(struct subject *s, const struct mapping_source *source,
    const struct document_node *node, struct matched *matched)
{
	struct regex *regex;
	size_t starts[GROUPS_MOST], ends[GROUPS_MOST], count;

	*matched = (struct matched){ .text = node->text };
	if (source->match.length == 0)
		return true;
	regex = regex_of(s->og, &source->match);
	count = regex_group_count(regex) + 1;
	if (count > GROUPS_MOST)
		count = GROUPS_MOST;
	if (search(s, &source->match, node, starts, ends, count) != REGEX_MATCH)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct str group = { 0 };

		if (starts[i] != SIZE_MAX)
			group = str_slice(node->text, starts[i], ends[i]);
		matched->groups[i] = group;
		if (i == 1)
			matched->text = group;
	}
	matched->count = count;
	return true;
}

/* A pattern that meets a limit decides nothing: the item is in doubt. */
bool property_doubted(struct subject *s, const struct mapping_source *source,
    const struct document_node *node)
{
	return source->possible.length && search(s, &source->possible, node,
	    NULL, NULL, 0) != REGEX_NO_MATCH;
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
	return spelling->is_none ? type.optional :
	    value_read(s->og->facts, type, spelling->own, &ignored,
	    &ignored_symbol);
}

struct reading_of property_text(struct subject *s,
    const struct mapping_source *source, struct type type, struct str text,
    struct origin where)
{
	const struct mapping *m = s->mapping;
	const struct mapping_spelling *spelling = find_spelling(
	    source->spellings.items, source->spellings.count, text);
	struct reading_of out = { .reading = READ_NOTHING };

	/* What parentheses did not catch is nothing, and not an empty text. */
	if (!text.at || (!spelling && is_unknown(m, text)))
		return out;
	if (!spelling) {
		spelling = find_spelling(m->spellings.items,
		    m->spellings.count, text);
		if (spelling && !is_for_all(s, type, spelling))
			spelling = NULL;
	}
	if (spelling && spelling->is_none)
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

void property_note(struct subject *s, const struct document_node *node,
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
	const struct document_node *nodes = s->found->document->nodes.items;

	return node->kind == DOCUMENT_LIST && node->count == 1
	    ? &nodes[node->first] : node;
}

static struct reading_of read_node(struct subject *s,
    const struct mapping_source *source, struct type type,
    const struct document_node *node)
{
	struct reading_of out = { .reading = READ_NOTHING };
	struct matched matched;

	if (!foreign_is_scalar(node) || node_is_broken(node)) {
		note(s->og, node->span, "list %.*s.%.*s where one value is "
		    "wanted", STR_ARG(kind_name(s)), STR_ARG(node->key));
		return out;
	}
	if (foreign_is_null(node) || !property_match(s, source, node, &matched))
		return out;
	out = property_text(s, source, type, matched.text,
	    record_origin(s->found, node));
	if (out.reading == READ_WRONG)
		property_note(s, node, matched.text);
	return out;
}

struct reading_of property_single(struct subject *s,
    const struct mapping_source *source, struct type type,
    const struct document_node **node)
{
	struct reading_of out = { .reading = READ_NOTHING };

	s->found = s->record;
	*node = record_node(s->record, s->record->node);
	if (source->is_none) {
		out.reading = READ_NONE;
		return out;
	}
	if (source->is_literal) {
		read_own(s, type, source->literal,
		    record_origin(s->record, *node), &out);
		return out;
	}
	*node = property_find(s, source);
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

const struct mapping_field *mapping_find(
    const struct mapping_field *fields, size_t count, uint16_t attribute)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].attribute == attribute)
			return &fields[i];
	return NULL;
}

/* A part that leads to an entity that nobody lists is as if left out. */
bool property_part(struct subject *s, const struct reading_of *value,
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
	*part = (struct key_part){ value->cell, value->spelling, true };
	return true;
}

bool subject_key(struct subject *s, struct key_part *parts,
    struct origin *origins)
{
	const struct kind_facts *k = &s->og->facts->kinds[s->rule->kind];
	bool is_first = false;

	for (uint16_t i = 0; i < k->key_count; i++) {
		struct type type =
		    s->og->schema->attributes.items[k->keys[i]].type;
		const struct mapping_field *field = mapping_find(
		    s->rule->fields.items, s->rule->fields.count, k->keys[i]);
		struct reading_of value = { .reading = READ_NOTHING };
		const struct document_node *node = NULL;
		bool is_given;

		if (field)
			value = property_single(s, &field->source, type,
			    &node);
		if (node)
			origins[i] = record_origin(s->found, node);
		is_given = property_part(s, &value, node, type, &parts[i]);
		if (i == 0)
			is_first = is_given && symbol_text(
			    s->og->facts->symbols, parts[0].spelling).length;
	}
	return is_first;
}
