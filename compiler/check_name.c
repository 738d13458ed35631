/* SPDX-License-Identifier: Apache-2.0 */
/* check_name - names, attributes and calls. */
#include "compiler/check.h"

/* --- bare names --------------------------------------------------------- */

static struct expr *read_extent(struct scope *scope, const struct ast *ast,
    uint16_t kind)
{
	struct type type = { .tag = TYPE_ENTITY, .set = true, .of = kind };
	struct expr *e = expr_new(scope, EXPR_EXTENT, type, ast->span);

	e->index = kind;
	return e;
}

/* HELP is what to write, and REST what to write behind the name. */
static struct expr *refuse_name(struct scope *scope, const struct ast *ast,
    const struct name *name, const char *help, const char *rest)
{
	struct diagnostics *all = scope->front->all;
	struct diagnostic *d = diag_add(all, DIAG_E1013, ast->span,
	    "`%.*s` is %s, not a value", STR_ARG(ast->text),
	    name_sort_text(name->sort));

	diag_label(all, d, name->span, "declared here");
	diag_help(all, d, "write %s: `%.*s%s`", help, STR_ARG(ast->text), rest);
	return expr_error(scope, ast->span);
}

static struct expr *read_definition(struct scope *scope,
    const struct ast *ast, const struct name *name)
{
	const struct function *f =
	    &scope->front->tree->definitions.items[name->index];
	struct expr *e;

	if (f->count > 0)
		return refuse_name(scope, ast, name,
		    "its arguments", "(...)");
	e = expr_new(scope, EXPR_CALL, f->type, ast->span);
	e->index = name->index;
	return e;
}

static struct expr *read_param(struct scope *scope, const struct ast *ast,
    struct name *name)
{
	struct expr *e = expr_new(scope, EXPR_PARAM,
	    scope->front->tree->params.items[name->index].type, ast->span);

	e->index = name->index;
	name->used = true;
	return e;
}

static struct expr *read_name(struct scope *scope, const struct ast *ast,
    struct name *name)
{
	switch (name->sort) {
	case NAME_KIND:
		return read_extent(scope, ast, (uint16_t)name->index);
	case NAME_ENUM:
		return refuse_name(scope, ast, name,
		    "one of its values", ".value");
	case NAME_PARAM:
		return read_param(scope, ast, name);
	case NAME_DEFINITION:
		return read_definition(scope, ast, name);
	case NAME_RELATION:
		return refuse_name(scope, ast, name,
		    "its arguments", "(...)");
	}
	return expr_error(scope, ast->span);
}

static bool is_value(const struct scope *scope, const struct name *name)
{
	if (name->sort == NAME_DEFINITION)
		return scope->front->tree->definitions.items[
		    name->index].count == 0;
	return name->sort == NAME_KIND || name->sort == NAME_PARAM;
}

static struct expr *read_value(struct scope *scope, const struct ast *ast,
    uint16_t enumeration, int ordinal)
{
	struct type type = { .tag = TYPE_ENUM, .of = enumeration };
	struct expr *e = expr_new(scope, EXPR_CONST, type, ast->span);

	e->cell = ordinal;
	return e;
}

static struct str enum_name(const struct scope *scope, uint16_t enumeration)
{
	return scope->front->schema->enums.items[enumeration].name;
}

static struct expr *report_ambiguous(struct scope *scope,
    const struct ast *ast, uint16_t enumeration, struct span other,
    const char *what)
{
	struct diagnostics *all = scope->front->all;
	struct str name = enum_name(scope, enumeration);
	struct diagnostic *d = diag_add(all, DIAG_E1007, ast->span,
	    "`%.*s` may be %s or the value of `%.*s`", STR_ARG(ast->text),
	    what, STR_ARG(name));

	diag_label(all, d, other, "%s", what);
	diag_help(all, d, "write `%.*s.%.*s` for the value, "
	    "or choose another name", STR_ARG(name), STR_ARG(ast->text));
	return expr_error(scope, ast->span);
}

/* Values of enums that have the name: what may have been meant. */
static void note_values(struct scope *scope, struct diagnostic *d,
    struct str text)
{
	const struct schema *schema = scope->front->schema;
	unsigned found = 0;

	for (size_t i = 0; i < schema->enums.count && found < 2; i++) {
		if (schema_find_value(schema, (uint16_t)i, text) < 0)
			continue;
		found++;
		diag_note(scope->front->all, d,
		    "`%.*s` is a value of `%.*s`, which is not expected here",
		    STR_ARG(text), STR_ARG(schema->enums.items[i].name));
		if (found == 1)
			diag_help(scope->front->all, d,
			    "write `%.*s.%.*s` where the type does not tell",
			    STR_ARG(schema->enums.items[i].name),
			    STR_ARG(text));
	}
}

static bool is_later_let(struct scope *scope, const struct ast *ast)
{
	struct diagnostic *d;

	for (uint32_t i = 0; scope->rule && i < scope->rule->count; i++) {
		const struct ast *let = scope->rule->items[i];

		if (let->kind != AST_LET || !str_equal(let->text, ast->text))
			continue;
		scope->early = let;
		d = diag_add(scope->front->all, DIAG_E1001, ast->name,
		    "`%.*s` is not known yet", STR_ARG(ast->text));
		diag_label(scope->front->all, d, let->name,
		    "it is made further down");
		return true;
	}
	return false;
}

static struct expr *report_unknown(struct scope *scope, const struct ast *ast)
{
	struct front *front = scope->front;
	struct words words = { .arena = front->arena };
	struct diagnostic *d;

	if (front->packs.lost || is_later_let(scope, ast) ||
	    scope_forgive(scope, ast->text))
		return expr_error(scope, ast->span);
	d = diag_add(front->all, DIAG_E1001, ast->name,
	    "nothing is called `%.*s` here", STR_ARG(ast->text));
	scope_add_words(scope, &words);
	words_add_names(&words, front->names, scope->pack, NAME_VALUES);
	note_values(scope, d, ast->text);
	if (d->note_count == 0)
		words_suggest(&words, front->all, d, ast->text);
	return expr_error(scope, ast->span);
}

static struct expr *report_no_value(struct scope *scope,
    const struct ast *ast, uint16_t enumeration)
{
	struct words words = { .arena = scope->front->arena };

	scope_add_words(scope, &words);
	words_add_names(&words, scope->front->names, scope->pack,
	    1u << NAME_PARAM | 1u << NAME_DEFINITION);
	front_report_value(scope->front, ast->name, enumeration, ast->text,
	    &words);
	return expr_error(scope, ast->span);
}

/* A binder, let or parameter; a declaration; a value of the expected enum.
 * Where a set of them is expected a bare value is still one, and the caller
 * misses the braces. */
struct expr *check_name(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct front *front = scope->front;
	bool wants_enum = expected.tag == TYPE_ENUM;
	int ordinal = wants_enum
	    ? schema_find_value(front->schema, expected.of, ast->text) : -1;
	struct local *local = scope_find(scope, ast->text);
	struct name *name = names_find(front->names, scope->pack, ast->text);

	if (local)
		local->used = true;
	if (local && ordinal >= 0)
		return report_ambiguous(scope, ast, expected.of,
		    local->variable->span, arena_printf(front->arena,
		    "the %s", local->what).at);
	if (local)
		return scope_narrow(scope,
		    expr_read(scope, local->variable, ast->span));
	if (name && ordinal >= 0 && is_value(scope, name)) {
		name->used = true;
		return report_ambiguous(scope, ast, expected.of, name->span,
		    name_sort_text(name->sort));
	}
	if (ordinal >= 0)
		return read_value(scope, ast, expected.of, ordinal);
	if (name)
		return read_name(scope, ast, name);
	if (expected.tag == TYPE_COUNT)
		return expr_error(scope, ast->span);
	return wants_enum ? report_no_value(scope, ast, expected.of)
	    : report_unknown(scope, ast);
}

/* --- members ------------------------------------------------------------ */

static struct expr *read_attribute(struct scope *scope,
    const struct ast *ast, struct expr *value)
{
	const struct schema *schema = scope->front->schema;
	uint16_t index = front_find_attribute(scope->front, value->type.of, ast->text);
	struct type type;
	struct expr *e;

	if (index == SCHEMA_NONE) {
		front_report_attribute(scope->front, ast->name,
		    value->type.of, ast->text);
		return expr_error(scope, ast->span);
	}
	type = schema->attributes.items[index].type;
	type = type_optional(type, type.optional || value->type.optional);
	e = expr_unary(scope, EXPR_ATTRIBUTE, type, ast->span, value);
	e->index = index;
	return scope_narrow(scope, e);
}

static void report_field(struct scope *scope, const struct ast *ast,
    uint16_t enumeration)
{
	const struct schema *schema = scope->front->schema;
	const struct schema_enum *e = &schema->enums.items[enumeration];
	struct words words = { .arena = scope->front->arena };
	struct diagnostic *d;

	if (scope->front->packs.lost)
		return;
	d = diag_add(scope->front->all, DIAG_E1011, ast->name,
	    "the values of `%.*s` have no constant `%.*s`", STR_ARG(e->name),
	    STR_ARG(ast->text));
	for (unsigned i = 0; i < e->field_count; i++)
		words_add(&words, schema->fields.items[
		    e->first_field + i].name);
	words_suggest(&words, scope->front->all, d, ast->text);
}

static struct expr *read_field(struct scope *scope, const struct ast *ast,
    struct expr *value)
{
	const struct schema *schema = scope->front->schema;
	uint16_t index = schema_find_field(schema, value->type.of, ast->text);
	struct type type;
	struct expr *e;

	if (index == SCHEMA_NONE) {
		report_field(scope, ast, value->type.of);
		return expr_error(scope, ast->span);
	}
	type = schema->fields.items[index].type;
	type = type_optional(type, type.optional || value->type.optional);
	e = expr_unary(scope, EXPR_FIELD, type, ast->span, value);
	e->index = index;
	return scope_narrow(scope, e);
}

static struct expr *read_member(struct scope *scope, const struct ast *ast,
    struct expr *value)
{
	if (value->type.tag == TYPE_ENTITY)
		return read_attribute(scope, ast, value);
	if (value->type.tag == TYPE_ENUM)
		return read_field(scope, ast, value);
	if (!expr_is_error(value))
		diag_add(scope->front->all, DIAG_E2008, ast->name,
		    "a value of type `%.*s` has no attributes",
		    STR_ARG(front_type_text(scope->front, value->type)));
	return expr_error(scope, ast->span);
}

/* S.attr is { x.attr for x in S }, without holes. */
static struct expr *read_members(struct scope *scope, const struct ast *ast,
    struct expr *set)
{
	struct variable *x = scope_variable(scope, STR("_"), ast->span,
	    type_element(set->type));
	struct expr *member = read_member(scope, ast,
	    expr_read(scope, x, set->span));

	if (expr_is_error(member))
		return member;
	set = expr_binary(scope, EXPR_COLLECT, type_set_of(member->type),
	    ast->span, set, member);
	set->variable = x;
	return set;
}

static struct expr *read_explicit(struct scope *scope,
    const struct ast *ast, uint16_t enumeration)
{
	int ordinal = schema_find_value(scope->front->schema, enumeration,
	    ast->text);

	if (ordinal >= 0)
		return read_value(scope, ast, enumeration, ordinal);
	front_report_value(scope->front, ast->name, enumeration, ast->text,
	    NULL);
	return expr_error(scope, ast->span);
}

static struct expr *report_not_in_pack(struct scope *scope,
    const struct ast *ast)
{
	diag_add(scope->front->all, DIAG_E1001, ast->name,
	    "the pack `%.*s` declares no `%.*s`",
	    STR_ARG(ast->slot[0]->text), STR_ARG(ast->text));
	return expr_error(scope, ast->span);
}

/* Zone.perimeter, or other_pack.limit; NULL: an attribute of a value. */
static struct expr *check_qualified(struct scope *scope,
    const struct ast *ast)
{
	struct front *front = scope->front;
	const struct ast *left = ast->slot[0];
	struct name *name;
	bool is_alias;

	if (left->kind != AST_NAME || scope_find(scope, left->text))
		return NULL;
	name = names_find(front->names, scope->pack, left->text);
	if (name && name->sort == NAME_ENUM)
		return read_explicit(scope, ast, (uint16_t)name->index);
	if (name)
		return NULL;
	name = names_find_in(front->names, scope->pack, left->text, ast->text,
	    &is_alias);
	if (name)
		return read_name(scope, ast, name);
	return is_alias ? report_not_in_pack(scope, ast) : NULL;
}

struct expr *check_member(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct expr *e = check_qualified(scope, ast);

	(void)expected;
	if (e)
		return e;
	e = check_expr(scope, ast->slot[0], ANY_TYPE);
	if (e->type.set)
		return read_members(scope, ast, e);
	return read_member(scope, ast, e);
}

/* --- calls -------------------------------------------------------------- */

static void mention_arguments(struct scope *scope, const struct ast *ast)
{
	for (uint32_t i = 0; i < ast->count; i++)
		check_expr(scope, ast->items[i], LOST_TYPE);
}

static struct expr *report_count(struct scope *scope, const struct ast *ast,
    uint32_t wanted, struct span declared)
{
	struct diagnostics *all = scope->front->all;
	struct diagnostic *d = diag_add(all, DIAG_E2015, ast->span,
	    "`%.*s` takes %u argument%s, not %u", STR_ARG(ast->text), wanted,
	    wanted == 1 ? "" : "s", ast->count);

	if (!span_is_none(declared))
		diag_label(all, d, declared, "declared here");
	mention_arguments(scope, ast);
	return expr_error(scope, ast->span);
}

/* A relation does not hold of none, so that it may be asked. */
static struct type argument_type(const struct function *f, uint32_t i,
    bool is_relation)
{
	struct type type = f->parameters[i]->type;

	return is_relation && type.tag != TYPE_ERROR
	    ? type_optional(type, true) : type;
}

static struct expr *call_function(struct scope *scope, const struct ast *ast,
    const struct name *name)
{
	struct tree *tree = scope->front->tree;
	bool is_relation = name->sort == NAME_RELATION;
	const struct function *f = is_relation
	    ? &tree->relations.items[name->index]
	    : &tree->definitions.items[name->index];
	struct expr *e;

	if (f->count != ast->count)
		return report_count(scope, ast, f->count, f->span);
	e = expr_new(scope, is_relation ? EXPR_RELATION : EXPR_CALL, f->type,
	    ast->span);
	e->index = name->index;
	e->count = ast->count;
	e->items = ARENA_ARRAY(scope->front->arena, struct expr *, e->count);
	for (uint32_t i = 0; i < e->count; i++)
		e->items[i] = check_as(scope, ast->items[i],
		    argument_type(f, i, is_relation));
	return e;
}

static struct expr *call_lower(struct scope *scope, const struct ast *ast)
{
	struct type string = { .tag = TYPE_STRING };

	if (ast->count != 1)
		return report_count(scope, ast, 1, SPAN_NONE);
	return expr_unary(scope, EXPR_LOWER, string, ast->span,
	    check_as(scope, ast->items[0], string));
}

static struct expr *report_no_function(struct scope *scope,
    const struct ast *ast, struct name *name)
{
	struct front *front = scope->front;
	struct words words = { .arena = front->arena };
	struct diagnostic *d;

	mention_arguments(scope, ast);
	if (!name && (front->packs.lost || scope_forgive(scope, ast->text)))
		return expr_error(scope, ast->span);
	d = diag_add(front->all, name ? DIAG_E1013 : DIAG_E1001, ast->name,
	    name ? "`%.*s` is no definition or relation"
	    : "there is no definition or relation `%.*s`",
	    STR_ARG(ast->text));
	if (name) {
		name->used = true;
		diag_label(front->all, d, name->span, "it is %s",
		    name_sort_text(name->sort));
		return expr_error(scope, ast->span);
	}
	words_add_names(&words, front->names, scope->pack,
	    1u << NAME_DEFINITION | 1u << NAME_RELATION);
	words_suggest(&words, front->all, d, ast->text);
	return expr_error(scope, ast->span);
}

struct expr *check_call(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct name *name = names_find(scope->front->names, scope->pack,
	    ast->text);

	(void)expected;
	if (str_equal(ast->text, STR("lower")))
		return call_lower(scope, ast);
	if (name && (name->sort == NAME_DEFINITION ||
	    name->sort == NAME_RELATION))
		return call_function(scope, ast, name);
	return report_no_function(scope, ast, name);
}
