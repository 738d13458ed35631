/* SPDX-License-Identifier: Apache-2.0 */
/* expr - making expressions of the tree, and how their types relate. */
#include "compiler/check.h"

#include <assert.h>

struct expr *expr_new(struct scope *scope, enum expr_op op, struct type type,
    struct span span)
{
	struct expr *e = ARENA_NEW(scope->front->arena, struct expr);

	e->op = op;
	e->type = type;
	e->span = span;
	e->text = STR("");
	return e;
}

struct expr *expr_error(struct scope *scope, struct span span)
{
	return expr_new(scope, EXPR_CONST, (struct type){ 0 }, span);
}

struct expr *expr_unary(struct scope *scope, enum expr_op op,
    struct type type, struct span span, struct expr *operand)
{
	struct expr *e = expr_new(scope, op, type, span);

	e->arg[0] = operand;
	return e;
}

struct expr *expr_binary(struct scope *scope, enum expr_op op,
    struct type type, struct span span, struct expr *left,
    struct expr *right)
{
	struct expr *e = expr_unary(scope, op, type, span, left);

	e->arg[1] = right;
	return e;
}

struct expr *expr_truth(struct scope *scope, enum expr_op op,
    struct span span, struct expr *left, struct expr *right)
{
	bool is_error = expr_is_error(left) || (right && expr_is_error(right));
	struct type type = TRUTH_TYPE;

	if (is_error)
		type = (struct type){ 0 };
	return expr_binary(scope, op, type, span, left, right);
}

struct expr *expr_not(struct scope *scope, struct expr *e)
{
	return expr_truth(scope, EXPR_NOT, e->span, e, NULL);
}

struct expr *expr_contrary(struct scope *scope, struct expr *e)
{
	struct expr *contrary = expr_not(scope, e);

	contrary->implied = true;
	return contrary;
}

struct expr *expr_number(struct scope *scope, struct span span, int64_t cell)
{
	struct type type = { .tag = TYPE_INT };
	struct expr *e = expr_new(scope, EXPR_CONST, type, span);

	e->cell = cell;
	return e;
}

struct expr *expr_text(struct scope *scope, struct span span,
    struct type type, struct str text)
{
	struct expr *e = expr_new(scope, EXPR_CONST, type, span);

	e->text = text;
	return e;
}

struct expr *expr_read(struct scope *scope, struct variable *variable,
    struct span span)
{
	struct expr *e = expr_new(scope, EXPR_VARIABLE, variable->type, span);

	e->variable = variable;
	e->index = variable->index;
	return e;
}

#define QUOTE_LENGTH 48

struct str expr_quote(struct scope *scope, struct span span)
{
	struct str text = source_text(
	    diagnostics_sources(scope->front->all), span);

	if (text.length > QUOTE_LENGTH || str_find(text, '\n') < text.length)
		return STR("this");
	return arena_printf(scope->front->arena, "`%.*s`", STR_ARG(text));
}

bool kinds_relate(const struct schema *schema, uint16_t a, uint16_t b)
{
	return schema_is_a(schema, a, b) || schema_is_a(schema, b, a);
}

static bool has_of(struct type type)
{
	return type.tag == TYPE_ENUM || type.tag == TYPE_ENTITY;
}

bool type_fits(const struct schema *schema, struct type type,
    struct type wanted)
{
	if (type.tag == TYPE_ERROR || wanted.tag == TYPE_ERROR)
		return true;
	if (type.tag == TYPE_NONE)
		return wanted.optional;
	if (type.tag != wanted.tag || type.set != wanted.set ||
	    (type.optional && !wanted.optional))
		return false;
	if (type.tag == TYPE_ENTITY)
		return schema_is_a(schema, type.of, wanted.of);
	return !has_of(type) || type.of == wanted.of;
}

/* The nearest kind that both are based on, or SCHEMA_NONE. */
static uint16_t common_base(const struct schema *schema, uint16_t a,
    uint16_t b)
{
	while (a != SCHEMA_NONE && !schema_is_a(schema, b, a))
		a = schema->kinds.items[a].base;
	return a;
}

struct type type_join(const struct schema *schema, struct type a,
    struct type b)
{
	struct type joined = a;

	assert(a.set == b.set);
	if (a.tag != b.tag)
		return (struct type){ 0 };
	if (a.tag == TYPE_ENTITY)
		joined.of = common_base(schema, a.of, b.of);
	if (has_of(a) && (joined.of == SCHEMA_NONE ||
	    (a.tag == TYPE_ENUM && a.of != b.of)))
		return (struct type){ 0 };
	return joined;
}

struct type type_element(struct type set)
{
	set.set = false;
	return set;
}

struct type type_set_of(struct type element)
{
	element.set = true;
	element.optional = false;
	return element;
}

struct type type_optional(struct type type, bool optional)
{
	type.optional = optional && !type.set;
	return type;
}
