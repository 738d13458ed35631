/* SPDX-License-Identifier: Apache-2.0 */
/* enums - enums, their values, and the constants that the values have. */
#include "compiler/front.h"

#include <assert.h>

/* A column holds an enum's value in a byte. */
#define MOST_VALUES 256

void front_report_value(struct front *front, struct span span,
    uint16_t enumeration, struct str value, const struct words *more)
{
	const struct schema *schema = front->schema;
	const struct schema_enum *e = &schema->enums.items[enumeration];
	struct words words = { .arena = front->arena };
	struct diagnostic *d;

	if (front->packs.lost)
		return;
	d = diag_add(front->all, DIAG_E1002, span,
	    "`%.*s` has no value `%.*s`", STR_ARG(e->name), STR_ARG(value));
	for (int64_t i = 0; i < e->value_count; i++)
		words_add(&words, schema_value_name(schema, enumeration, i));
	for (size_t i = 0; more && i < more->list.count; i++)
		words_add(&words, more->list.items[i]);
	words_suggest(&words, front->all, d, value);
	if (d->help_count == 0 && e->value_count <= 8)
		diag_note(front->all, d, "its values are %.*s",
		    STR_ARG(words_list(&words, e->value_count)));
}

/* What reads as something else, or as no value at all. */
static bool is_reserved_value(struct front *front, const struct ast *value)
{
	static const char *const reserved[] = {
		"none", "known", "unknown", "true", "false", "null"
	};

	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++) {
		struct diagnostic *d;

		if (!str_equal(value->text, str_of(reserved[i])))
			continue;
		d = diag_add(front->all, DIAG_E1010, value->name,
		    "`%s` cannot be a value of an enum", reserved[i]);
		diag_help(front->all, d, "write for example `%s_applied`",
		    reserved[i]);
		return true;
	}
	return false;
}

/* False when there is no room for more. */
static bool add_value(struct front *front, struct schema_enum *e,
    const struct ast *ast, uint32_t i, struct map *firsts)
{
	const struct ast *value = ast->items[i];
	uint32_t *first;
	bool is_first;

	if (value->kind != AST_ENUM_VALUE || is_reserved_value(front, value))
		return true;
	first = map_at(firsts, value->text, &is_first);
	if (!is_first) {
		front_report_twice(front, value, ast->items[*first]->name, "value");
		return true;
	}
	*first = i;
	if (e->value_count == MOST_VALUES) {
		diag_add(front->all, DIAG_E5010, value->name,
		    "`%.*s` has more than %d values", STR_ARG(e->name),
		    MOST_VALUES);
		return false;
	}
	*VEC_PUSH(front->arena, &front->schema->value_names) = value->text;
	e->value_count++;
	return true;
}

static void declare_enum(struct front *front, struct declared at)
{
	struct schema *schema = front->schema;
	size_t index = schema->enums.count;
	struct map *firsts = map_new(front->arena);
	struct schema_enum e = {
		.name = at.ast->text, .span = at.ast->name,
		.first_value = (uint32_t)schema->value_names.count,
	};

	if (!names_declare(front->names, at.pack, NAME_ENUM, at.ast,
	    (uint32_t)index))
		return;
	for (uint32_t i = 0; i < at.ast->count; i++)
		if (!add_value(front, &e, at.ast, i, firsts))
			break;
	*VEC_PUSH(front->arena, &schema->enums) = e;
}

void front_declare_enums(struct front *front)
{
	const struct declared_list *all = &front->declared[AST_ENUM];

	for (size_t i = 0; i < all->at.count; i++)
		if (front_has_room(front, front->schema->enums.count,
		    all->at.items[i].ast, "enums"))
			declare_enum(front, all->at.items[i]);
}

/* --- constants ---------------------------------------------------------- */

/* One constant over all values of an enum: FIELDs, or NULL where a value
 * leaves it out. */
struct column_of {
	struct str name;
	const struct ast **fields;	/* by ordinal */
	uint32_t count;
};

/* The names that are values of some enum, in the cells of a constant. */
struct candidates {
	struct words names;
	const struct ast *first;
};

static void add_names(struct candidates *names, const struct ast *value)
{
	const struct ast *const *items = (const struct ast *const *)&value;
	uint32_t count = 1;

	if (value->kind == AST_VALUE_LIST) {
		items = (const struct ast *const *)value->items;
		count = value->count;
	}
	for (uint32_t i = 0; i < count; i++)
		if (items[i]->kind == AST_NAME) {
			if (!names->first)
				names->first = items[i];
			words_add(&names->names, items[i]->text);
		}
}

static size_t values_missing(const struct schema *schema, uint16_t e,
    const struct candidates *names)
{
	size_t missing = 0;

	for (size_t i = 0; i < names->names.list.count; i++)
		if (schema_find_value(schema, e,
		    names->names.list.items[i]) < 0)
			missing++;
	return missing;
}

/* Nearest: the one enum that knows most of the names is meant, and the others
 * are spelt wrong. */
static struct type report_no_enum(struct front *front,
    const struct candidates *names)
{
	const struct schema *schema = front->schema;
	size_t least = names->names.list.count;
	uint16_t best = SCHEMA_NONE;

	for (uint16_t e = 0; e < schema->enums.count; e++) {
		size_t missing = values_missing(schema, e, names);

		if (missing < least) {
			least = missing;
			best = e;
		}
	}
	if (best != SCHEMA_NONE)
		return (struct type){ .tag = TYPE_ENUM, .of = best };
	if (!front->packs.lost)
		diag_add(front->all, DIAG_E1001, names->first->name,
		    "`%.*s` is a value of no enum",
		    STR_ARG(names->first->text));
	return (struct type){ 0 };
}

static struct type report_two_enums(struct front *front,
    const struct candidates *names, uint16_t one, uint16_t other)
{
	const struct schema *schema = front->schema;

	diag_add(front->all, DIAG_E1007, names->first->name,
	    "`%.*s` is a value of `%.*s` and of `%.*s`",
	    STR_ARG(names->first->text),
	    STR_ARG(schema->enums.items[one].name),
	    STR_ARG(schema->enums.items[other].name));
	return (struct type){ 0 };
}

static struct type enum_of(struct front *front, struct candidates *names)
{
	const struct schema *schema = front->schema;
	uint16_t found = SCHEMA_NONE;

	assert(names->first);	/* of one, tag_of has the type */
	for (uint16_t e = 0; e < schema->enums.count; e++) {
		if (values_missing(schema, e, names) > 0)
			continue;
		if (found != SCHEMA_NONE)
			return report_two_enums(front, names, found, e);
		found = e;
	}
	if (found == SCHEMA_NONE)
		return report_no_enum(front, names);
	return (struct type){ .tag = TYPE_ENUM, .of = found };
}

/* The type of a literal that is not a name; TYPE_ENUM for a name; none says
 * nothing. */
static enum type_tag tag_of(const struct ast *value)
{
	if (value->kind == AST_UNARY)
		value = value->slot[0];
	if (value->kind == AST_INTEGER)
		return TYPE_INT;
	if (value->kind == AST_DATE)
		return TYPE_DATE;
	if (value->kind == AST_DURATION)
		return TYPE_DURATION;
	if (value->kind == AST_STRING)
		return TYPE_STRING;
	if (value->kind == AST_TRUE || value->kind == AST_FALSE)
		return TYPE_BOOL;
	return value->kind == AST_NAME ? TYPE_ENUM : TYPE_ERROR;
}

/* With damage there may have been a value that tells one. */
static void report_no_type(struct front *front, const struct column_of *c,
    const char *what)
{
	uint32_t first = 0;

	if (front->packs.lost)
		return;
	while (!c->fields[first])
		first++;
	diag_add(front->all, DIAG_E2016, c->fields[first]->span,
	    "no value of the enum says what `%.*s` is%s", STR_ARG(c->name), what);
}

/* The type of a constant follows from its first value that tells one. */
static struct type type_of(struct front *front, const struct column_of *c)
{
	struct candidates names = { .names.arena = front->arena };
	struct type type = { 0 };
	bool some_missing = false;

	for (uint32_t i = 0; i < c->count; i++) {
		const struct ast *value = c->fields[i]
		    ? c->fields[i]->slot[0] : NULL;

		if (!value || value->kind == AST_NONE) {
			some_missing = true;
			continue;
		}
		add_names(&names, value);
		if (value->kind == AST_VALUE_LIST)
			type.set = true;
		if (value->kind == AST_VALUE_LIST && value->count > 0)
			value = value->items[0];
		if (type.tag == TYPE_ERROR)
			type.tag = (uint8_t)tag_of(value);
	}
	if (type.tag == TYPE_ERROR)
		report_no_type(front, c, type.set ? " a list of" : "");
	if (type.tag == TYPE_ENUM) {
		bool set = type.set;

		type = enum_of(front, &names);
		type.set = set && type.tag != TYPE_ERROR;
	}
	type.optional = some_missing && !type.set && !front->packs.lost &&
	    type.tag != TYPE_ERROR;
	return type;
}

static int64_t cell_of(struct front *front, struct type type,
    const struct literal *literal)
{
	struct schema *schema = front->schema;

	if (!type_is_text(type))
		return literal->cell;
	*VEC_PUSH(front->arena, &schema->texts) = literal->text;
	return (int64_t)schema->texts.count - 1;
}

static void add_set(struct front *front, struct type type,
    const struct ast *list, struct schema_value *value)
{
	struct schema *schema = front->schema;
	struct literal literal;

	value->first = (uint32_t)schema->cells.count;
	type.set = false;
	for (uint32_t i = 0; i < list->count; i++) {
		if (list->items[i]->kind == AST_REST)
			diag_add(front->all, DIAG_E2019, list->items[i]->span,
			    "a constant has no open end");
		else if (front_literal(front, list->items[i], type, &literal))
			*VEC_PUSH(front->arena, &schema->cells) =
			    cell_of(front, type, &literal);
	}
	value->count = (uint32_t)schema->cells.count - value->first;
}

static void report_not_list(struct front *front, const struct ast *value)
{
	struct diagnostic *d = diag_add(front->all, DIAG_E2001, value->span,
	    "expected a list, as other values of the enum have");

	diag_help(front->all, d, "write `[ ... ]` around it");
}

static void add_cell(struct front *front, struct type type,
    const struct ast *field)
{
	struct schema *schema = front->schema;
	struct schema_value value = { 0 };
	const struct ast *ast = field ? field->slot[0] : NULL;
	struct literal literal;

	if (ast && ast->kind != AST_NONE && type.tag != TYPE_ERROR) {
		value.present = true;
		if (type.set && ast->kind == AST_VALUE_LIST)
			add_set(front, type, ast, &value);
		else if (type.set)
			report_not_list(front, ast);
		else if (front_literal(front, ast, type, &literal))
			value.cell = cell_of(front, type, &literal);
	}
	*VEC_PUSH(front->arena, &schema->values) = value;
}

static void add_field(struct front *front, const struct column_of *c)
{
	struct schema *schema = front->schema;
	struct schema_field *field = VEC_PUSH(front->arena, &schema->fields);

	field->name = c->name;
	field->first = (uint32_t)schema->values.count;
	field->type = type_of(front, c);
	for (uint32_t i = 0; i < c->count; i++)
		add_cell(front, VEC_LAST(&schema->fields)->type, c->fields[i]);
}

/* The columns of an enum, in the order in which their names appear. */
struct columns {
	VEC(struct column_of) list;
	struct map *by_name;
};

static void place_field(struct front *front, struct columns *columns,
    const struct schema_enum *e, int ordinal, const struct ast *field)
{
	bool is_new;
	uint32_t *index = map_at(columns->by_name, field->text, &is_new);
	struct column_of *c;

	if (is_new) {
		*index = (uint32_t)columns->list.count;
		*VEC_PUSH(front->arena, &columns->list) = (struct column_of){
			.name = field->text, .count = e->value_count,
			.fields = ARENA_ARRAY(front->arena,
			    const struct ast *, e->value_count),
		};
	}
	assert(columns->list.items);	/* who has an index is there */
	c = &columns->list.items[*index];
	if (c->fields[ordinal])
		front_report_twice(front, field, c->fields[ordinal]->name,
		    "constant");
	else
		c->fields[ordinal] = field;
}

static void collect_columns(struct front *front, const struct ast *ast,
    uint16_t index, struct columns *columns)
{
	const struct schema *schema = front->schema;
	const struct schema_enum *e = &schema->enums.items[index];
	int ordinal = 0;

	/* Values have their ordinals in the order of their first mention. */
	for (uint32_t i = 0; i < ast->count && ordinal < e->value_count; i++) {
		const struct ast *value = ast->items[i];

		if (!str_equal(value->text, schema_value_name(schema, index, ordinal)))
			continue;
		for (uint32_t j = 0; j < value->count; j++)
			if (value->items[j]->kind == AST_FIELD)
				place_field(front, columns, e, ordinal,
				    value->items[j]);
		ordinal++;
	}
}

static void add_fields(struct front *front, const struct ast *ast,
    uint16_t index)
{
	struct schema_enum *e = &front->schema->enums.items[index];
	struct columns columns = { .by_name = map_new(front->arena) };

	collect_columns(front, ast, index, &columns);
	e->first_field = (uint16_t)front->schema->fields.count;
	for (size_t i = 0; i < columns.list.count; i++)
		if (front_has_room(front, front->schema->fields.count, ast,
		    "constants")) {
			add_field(front, &columns.list.items[i]);
			e->field_count++;
		}
}

void front_add_fields(struct front *front)
{
	for (size_t i = 0; i < names_count(front->names); i++) {
		const struct name *name = names_at(front->names, i);

		if (name->sort == NAME_ENUM && !name->same)
			add_fields(front, name->ast, (uint16_t)name->index);
	}
}
