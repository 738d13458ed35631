/* SPDX-License-Identifier: Apache-2.0 */
#include "report/schema.h"

#include "report/write_json.h"
#include "vm/graph.h"

static const char report_schema[] =
#include "report/report_schema.inc"
;
static const char diff_schema[] =
#include "report/diff_schema.inc"
;
static const char gaps_schema[] =
#include "report/gaps_schema.inc"
;
static const char why_schema[] =
#include "report/why_schema.inc"
;
static const char errors_schema[] =
#include "report/errors_schema.inc"
;

bool schema_of_output(struct text *out, struct str name)
{
	static const struct { const char *name, *text; } schemas[] = {
		{ "json", report_schema }, { "ndjson", report_schema },
		{ "diff", diff_schema }, { "gaps", gaps_schema },
		{ "why", why_schema }, { "errors", errors_schema },
	};

	for (size_t i = 0; i < sizeof(schemas) / sizeof(*schemas); i++) {
		if (!str_equal(name, str_of(schemas[i].name)))
			continue;
		text_add(out, str_of(schemas[i].text));
		return true;
	}
	return false;
}

struct writer {
	struct json j;
	struct arena *arena;
	const struct schema *schema;
};

static const struct schema_kind *kind_of(struct writer *w, uint16_t kind)
{
	return &w->schema->kinds.items[kind];
}

static void add_type(struct writer *w, const char *type)
{
	json_member_word(&w->j, "type", type);
}

/* { "$ref": "#/definitions/PREFIX.NAME" } */
static void add_reference(struct writer *w, const char *prefix, struct str name)
{
	json_open(&w->j, '{');
	json_member(&w->j, "$ref", arena_printf(w->arena, "#/definitions/%s%.*s",
	    prefix, STR_ARG(name)));
	json_close(&w->j, '}');
}

/* --- values ------------------------------------------------------------------ */

static void add_pattern(struct writer *w, const char *pattern)
{
	add_type(w, "string");
	json_member_word(&w->j, "pattern", pattern);
}

static void add_enum(struct writer *w, uint16_t number)
{
	const struct schema_enum *e = &w->schema->enums.items[number];

	json_member_open(&w->j, "enum", '[');
	for (uint16_t v = 0; v < e->value_count; v++)
		json_text(&w->j, w->schema->value_names.items[e->first_value + v]);
	json_close(&w->j, ']');
}

/* The members that describe a single value; a link is its target's key. */
static void add_value(struct writer *w, struct type type)
{
	switch ((enum type_tag)type.tag) {
	case TYPE_BOOL:
		add_type(w, "boolean");
		break;
	case TYPE_INT:
		add_type(w, "integer");
		break;
	case TYPE_DATE:
		add_pattern(w, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
		break;
	case TYPE_DURATION:
		add_pattern(w, "^-?[0-9]+[wdhms]$");
		break;
	case TYPE_ENUM:
		add_enum(w, type.of);
		break;
	case TYPE_ENTITY:
		json_member(&w->j, "description", arena_printf(w->arena,
		    "the key of a %.*s", STR_ARG(kind_of(w, type.of)->name)));
		add_type(w, "string");
		break;
	case TYPE_STRING:
	case TYPE_CASELESS:
	case TYPE_VERSION:
	case TYPE_IP:
	case TYPE_NET:
		add_type(w, "string");
		break;
	case TYPE_ERROR:
	case TYPE_NONE:
	case TYPE_COUNT:
		break;
	}
}

static void add_single(struct writer *w, struct type type)
{
	struct json *j = &w->j;

	if (type.optional) {
		json_member_open(j, "anyOf", '[');
		json_open(j, '{');
		add_type(w, "null");
		json_close(j, '}');
		json_open(j, '{');
	}
	add_value(w, type);
	if (type.optional) {
		json_close(j, '}');
		json_close(j, ']');
	}
}

/* --- lists ------------------------------------------------------------------- */

/* A value of the set, or an entity inside its owner. */
static void add_element(struct writer *w, const struct schema_attribute *attribute)
{
	if (attribute->owned) {
		add_reference(w, attribute->shorthand ? "inside." : "",
		    kind_of(w, attribute->type.of)->name);
		return;
	}
	json_open(&w->j, '{');
	add_value(w, attribute->type);
	json_close(&w->j, '}');
}

static void add_elements(struct writer *w, const char *name,
    const struct schema_attribute *attribute)
{
	json_member_open(&w->j, name, '{');
	add_type(w, "array");
	json_name(&w->j, "items");
	add_element(w, attribute);
	json_close(&w->j, '}');
}

/* [a, b], [a, ...], or { items, possible, open }. */
static void add_set(struct writer *w, const struct schema_attribute *attribute)
{
	struct json *j = &w->j;

	json_member_open(j, "anyOf", '[');
	json_open(j, '{');
	add_type(w, "array");
	json_member_open(j, "items", '{');
	json_member_open(j, "anyOf", '[');
	add_element(w, attribute);
	json_open(j, '{');
	json_member_word(j, "description", "at the end: there may be more");
	json_member_word(j, "const", "...");
	json_close(j, '}');
	json_close(j, ']');
	json_close(j, '}');
	json_close(j, '}');
	json_open(j, '{');
	add_type(w, "object");
	json_member_open(j, "properties", '{');
	add_elements(w, "items", attribute);
	add_elements(w, "possible", attribute);
	json_member_open(j, "open", '{');
	add_type(w, "boolean");
	json_close(j, '}');
	json_close(j, '}');
	json_name(j, "additionalProperties");
	json_bool(j, false);
	json_close(j, '}');
	json_close(j, ']');
}

/* --- entities ---------------------------------------------------------------- */

/* Of KIND or one that it is based on, and not computed. */
static bool has_attribute(struct writer *w, uint16_t kind, size_t attribute)
{
	const struct schema_attribute *a = &w->schema->attributes.items[attribute];

	return !a->derived && schema_is_a(w->schema, kind, a->kind);
}

/* The attribute that a bare word stands for: its first key that is not the
 * owner's; SCHEMA_NONE where there is none. */
static uint16_t first_key(struct writer *w, uint16_t kind)
{
	uint16_t owner = SCHEMA_NONE;

	for (uint16_t k = kind; k != SCHEMA_NONE && owner == SCHEMA_NONE;
	    k = kind_of(w, k)->base)
		owner = kind_of(w, k)->owner;
	for (size_t i = 0; i < w->schema->attributes.count; i++) {
		const struct schema_attribute *a = &w->schema->attributes.items[i];

		if (has_attribute(w, kind, i) && a->key &&
		    (owner == SCHEMA_NONE || a->inverse != owner))
			return (uint16_t)i;
	}
	return SCHEMA_NONE;
}

static void add_attribute(struct writer *w, const struct schema_attribute *attribute)
{
	struct json *j = &w->j;

	json_break(j);
	json_member_open(j, arena_copy(w->arena, attribute->name).at, '{');
	json_member(j, "title", arena_printf(w->arena, "%.*s: %.*s",
	    STR_ARG(attribute->name),
	    STR_ARG(type_text(w->arena, w->schema, attribute->type))));
	if (attribute->type.set)
		add_set(w, attribute);
	else
		add_single(w, attribute->type);
	json_close(j, '}');
}

static void add_attributes(struct writer *w, uint16_t kind)
{
	struct json *j = &w->j;
	bool has_source = false;

	json_member_open(j, "properties", '{');
	for (size_t i = 0; i < w->schema->attributes.count; i++) {
		const struct schema_attribute *a = &w->schema->attributes.items[i];

		if (!has_attribute(w, kind, i))
			continue;
		has_source |= str_equal(a->name, STR("source"));
		add_attribute(w, a);
	}
	if (!has_source) {
		json_break(j);
		json_name(j, "source");
		add_reference(w, "", STR("source"));
	}
	json_close(j, '}');
}

static void add_entity(struct writer *w, uint16_t kind)
{
	struct json *j = &w->j;
	uint16_t key = first_key(w, kind);

	json_break(j);
	json_member_open(j, arena_copy(w->arena, kind_of(w, kind)->name).at, '{');
	json_member(j, "title", kind_of(w, kind)->name);
	add_type(w, "object");
	if (key != SCHEMA_NONE) {
		json_member_open(j, "required", '[');
		json_text(j, w->schema->attributes.items[key].name);
		json_close(j, ']');
	}
	add_attributes(w, kind);
	json_name(j, "additionalProperties");
	json_bool(j, false);
	json_close(j, '}');
}

/* The entity, or its bare key. */
static void add_entity_or_key(struct writer *w, uint16_t kind)
{
	struct json *j = &w->j;
	uint16_t key = first_key(w, kind);

	json_break(j);
	json_member_open(j, arena_printf(w->arena, "inside.%.*s",
	    STR_ARG(kind_of(w, kind)->name)).at, '{');
	json_member_open(j, "anyOf", '[');
	add_reference(w, "", kind_of(w, kind)->name);
	if (key != SCHEMA_NONE) {
		json_open(j, '{');
		add_value(w, w->schema->attributes.items[key].type);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

/* --- the file ---------------------------------------------------------------- */

static void add_source(struct writer *w)
{
	static const char *const texts[] = { "name", "by" }, *const dates[] = {
	    "as_of", "until" };
	struct json *j = &w->j;

	json_break(j);
	json_member_open(j, "source", '{');
	json_member_word(j, "description", "who says so");
	add_type(w, "object");
	json_member_open(j, "properties", '{');
	for (int i = 0; i < 2; i++) {
		json_member_open(j, texts[i], '{');
		add_type(w, "string");
		json_close(j, '}');
		json_member_open(j, dates[i], '{');
		add_value(w, (struct type){ .tag = TYPE_DATE });
		json_close(j, '}');
	}
	json_member_open(j, "grade", '{');
	json_member_open(j, "enum", '[');
	for (int g = 0; g < GRADE_COUNT; g++)
		json_text(j, str_of(grade_text((enum grade)g)));
	json_close(j, ']');
	json_close(j, '}');
	json_close(j, '}');
	json_name(j, "additionalProperties");
	json_bool(j, false);
	json_close(j, '}');
}

static void add_definitions(struct writer *w)
{
	json_member_open(&w->j, "definitions", '{');
	add_source(w);
	for (size_t k = 0; k < w->schema->kinds.count; k++) {
		add_entity(w, (uint16_t)k);
		add_entity_or_key(w, (uint16_t)k);
	}
	json_close(&w->j, '}');
}

static bool is_owned(struct writer *w, uint16_t kind)
{
	for (; kind != SCHEMA_NONE; kind = kind_of(w, kind)->base)
		if (kind_of(w, kind)->owner != SCHEMA_NONE)
			return true;
	return false;
}

static void add_list(struct writer *w, uint16_t kind)
{
	struct json *j = &w->j;

	json_break(j);
	json_member_open(j, arena_copy(w->arena, kind_of(w, kind)->plural).at, '{');
	add_type(w, "array");
	json_name(j, "items");
	add_reference(w, "inside.", kind_of(w, kind)->name);
	json_close(j, '}');
}

static void add_complete(struct writer *w)
{
	struct json *j = &w->j;

	json_break(j);
	json_member_open(j, "complete", '{');
	json_member_word(j, "description", "kinds of which every entity is listed");
	add_type(w, "array");
	json_member_open(j, "items", '{');
	json_member_open(j, "enum", '[');
	for (size_t k = 0; k < w->schema->kinds.count; k++)
		json_text(j, kind_of(w, (uint16_t)k)->name);
	json_close(j, ']');
	json_close(j, '}');
	json_close(j, '}');
}

static void add_header(struct writer *w)
{
	struct json *j = &w->j;

	json_member_open(j, "scarp", '{');
	json_name(j, "const");
	json_count(j, 1);
	json_close(j, '}');
	json_member_open(j, "schema", '{');
	json_member(j, "const", w->schema->name);
	json_close(j, '}');
	json_name(j, "source");
	add_reference(w, "", STR("source"));
	add_complete(w);
}

void schema_of_inventory(struct text *out, const struct schema *schema)
{
	struct writer w = { { .out = out }, out->arena, schema };
	struct json *j = &w.j;

	json_open(j, '{');
	json_member_word(j, "$schema", "http://json-schema.org/draft-07/schema#");
	json_break(j);
	json_member(j, "title", arena_printf(w.arena, "Inventory of schema %.*s %.*s",
	    STR_ARG(schema->name), STR_ARG(schema->version)));
	add_type(&w, "object");
	json_member_open(j, "required", '[');
	json_text(j, STR("scarp"));
	json_text(j, STR("schema"));
	json_close(j, ']');
	json_break(j);
	json_member_open(j, "properties", '{');
	add_header(&w);
	for (size_t k = 0; k < schema->kinds.count; k++)
		if (!is_owned(&w, (uint16_t)k))
			add_list(&w, (uint16_t)k);
	json_close(j, '}');
	json_break(j);
	json_name(j, "additionalProperties");
	json_bool(j, false);
	json_break(j);
	add_definitions(&w);
	json_close(j, '}');
	text_add_char(out, '\n');
}
