/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/schema.h"

#include <assert.h>

#include "base/text.h"

static const char *const spellings[TYPE_COUNT] = {
	[TYPE_ERROR] = "?",
#define TYPE(tag, spelling, cell) [TYPE_##tag] = spelling,
	TYPES(TYPE)
#undef TYPE
	[TYPE_NONE] = "none",
};

uint16_t schema_find_kind(const struct schema *schema, struct str name)
{
	for (size_t i = 0; i < schema->kinds.count; i++)
		if (str_equal(schema->kinds.items[i].name, name))
			return (uint16_t)i;
	return SCHEMA_NONE;
}

uint16_t schema_find_plural(const struct schema *schema, struct str plural)
{
	for (size_t i = 0; i < schema->kinds.count; i++)
		if (str_equal(schema->kinds.items[i].plural, plural))
			return (uint16_t)i;
	return SCHEMA_NONE;
}

static uint16_t base_of(const struct schema *schema, uint16_t kind)
{
	return schema->kinds.items[kind].base;
}

size_t schema_first_attribute(const struct schema *schema, uint16_t kind)
{
	size_t low = 0, high = schema->attributes.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (schema->attributes.items[middle].kind < kind)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_attribute_of(const struct schema *schema, size_t i,
    uint16_t kind)
{
	return i < schema->attributes.count &&
	    schema->attributes.items[i].kind == kind;
}

uint16_t schema_find_attribute(const struct schema *schema, uint16_t kind,
    struct str name)
{
	for (; kind != SCHEMA_NONE; kind = base_of(schema, kind))
		for (size_t i = schema_first_attribute(schema, kind);
		    is_attribute_of(schema, i, kind); i++)
			if (str_equal(schema->attributes.items[i].name, name))
				return (uint16_t)i;
	return SCHEMA_NONE;
}

uint16_t schema_find_field(const struct schema *schema, uint16_t enumeration,
    struct str name)
{
	const struct schema_enum *e = &schema->enums.items[enumeration];

	for (unsigned i = 0; i < e->field_count; i++)
		if (str_equal(schema->fields.items[e->first_field + i].name,
		    name))
			return (uint16_t)(e->first_field + i);
	return SCHEMA_NONE;
}

int schema_find_value(const struct schema *schema, uint16_t enumeration,
    struct str name)
{
	const struct schema_enum *e = &schema->enums.items[enumeration];

	for (int i = 0; i < e->value_count; i++)
		if (str_equal(schema_value_name(schema, enumeration, i), name))
			return i;
	return -1;
}

struct str schema_value_name(const struct schema *schema,
    uint16_t enumeration, int64_t ordinal)
{
	const struct schema_enum *e = &schema->enums.items[enumeration];

	assert(ordinal >= 0 && ordinal < e->value_count);
	return schema->value_names.items[e->first_value + ordinal];
}

const struct schema_value *schema_field_value(const struct schema *schema,
    uint16_t field, int64_t ordinal)
{
	return &schema->values.items[
	    schema->fields.items[field].first + ordinal];
}

bool schema_is_a(const struct schema *schema, uint16_t kind, uint16_t of)
{
	return kind >= of && kind < schema->kinds.items[of].last;
}

size_t schema_attribute_names(const struct schema *schema,
    struct arena *arena, uint16_t kind, struct str **names)
{
	VEC(struct str) found = { 0 };

	for (; kind != SCHEMA_NONE; kind = base_of(schema, kind))
		for (size_t i = schema_first_attribute(schema, kind);
		    is_attribute_of(schema, i, kind); i++)
			*VEC_PUSH(arena, &found) =
			    schema->attributes.items[i].name;
	*names = found.items;
	return found.count;
}

static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_lower(char c) { return (unsigned char)(c - 'a') < 26; }

/* Does a new word start at I?  At a capital after a small letter or digit,
 * and at the last capital of a run: DNSServer is two words. */
static bool starts_word(struct str name, size_t i)
{
	char before;

	if (i == 0 || !is_upper(name.at[i]))
		return false;
	before = name.at[i - 1];
	if (before == '_')
		return false;
	if (!is_upper(before))
		return true;
	return i + 1 < name.length && is_lower(name.at[i + 1]);
}

static bool is_vowel(char c)
{
	return strchr("aeiou", c) != NULL;
}

/* What an English plural adds to a word; *CUT bytes of it go away. */
static const char *plural_ending(struct str word, size_t *cut)
{
	char last = word.length ? word.at[word.length - 1] : 0;
	char before = word.length > 1 ? word.at[word.length - 2] : 0;

	*cut = 0;
	if (last == 'y' && before && !is_vowel(before)) {
		*cut = 1;
		return "ies";
	}
	if (last == 's' || last == 'x' || last == 'z')
		return "es";
	if (last == 'h' && (before == 'c' || before == 's'))
		return "es";
	return "s";
}

struct str schema_plural(struct arena *arena, struct str kind_name)
{
	struct text words;
	const char *ending;
	size_t cut;

	text_init(&words, arena);
	for (size_t i = 0; i < kind_name.length; i++) {
		char c = kind_name.at[i];

		if (starts_word(kind_name, i))
			text_add_char(&words, '_');
		text_add_char(&words, is_upper(c) ? (char)(c - 'A' + 'a') : c);
	}
	ending = plural_ending(text_str(&words), &cut);
	words.length -= cut;
	text_add(&words, str_of(ending));
	return arena_copy(arena, text_str(&words));
}

static struct str element_text(const struct schema *schema, struct type type)
{
	if (type.tag == TYPE_ENUM)
		return schema->enums.items[type.of].name;
	if (type.tag == TYPE_ENTITY)
		return schema->kinds.items[type.of].name;
	return str_of(spellings[type.tag]);
}

struct str type_text(struct arena *arena, const struct schema *schema,
    struct type type)
{
	struct str element = element_text(schema, type);

	if (type.set)
		return arena_printf(arena, "{%.*s}", STR_ARG(element));
	return arena_printf(arena, "%.*s%s", STR_ARG(element),
	    type.optional ? "?" : "");
}

bool type_equal(struct type a, struct type b)
{
	bool has_of = a.tag == TYPE_ENUM || a.tag == TYPE_ENTITY;

	return a.tag == b.tag && a.set == b.set &&
	    a.optional == b.optional && (!has_of || a.of == b.of);
}
