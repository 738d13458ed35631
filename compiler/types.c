/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/front.h"

static const struct { const char *text; enum type_tag tag; } builtin[] = {
#define TYPE(tag, spelling, cell) { spelling, TYPE_##tag },
	TYPES(TYPE)
#undef TYPE
};
#define BUILTIN_COUNT (sizeof(builtin) / sizeof(*builtin))

struct str front_type_text(struct front *front, struct type type)
{
	return type_text(front->arena, front->schema, type);
}

static bool is_builtin_name(size_t i)
{
	return builtin[i].tag != TYPE_ENUM && builtin[i].tag != TYPE_ENTITY;
}

static void report_unknown(struct front *front, uint32_t pack,
    const struct ast *ast)
{
	struct words words = { .arena = front->arena };
	struct diagnostic *d;

	if (front->packs.lost)
		return;
	d = diag_add(front->all, DIAG_E1004, ast->name,
	    "there is no type `%.*s`", STR_ARG(ast->text));
	for (size_t i = 0; i < BUILTIN_COUNT; i++)
		if (is_builtin_name(i))
			words_add(&words, str_of(builtin[i].text));
	words_add_names(&words, front->names, pack, NAME_TYPES);
	words_suggest(&words, front->all, d, ast->text);
}

static struct type named_type(struct front *front, uint32_t pack,
    const struct ast *ast)
{
	const struct name *name;

	for (size_t i = 0; i < BUILTIN_COUNT; i++)
		if (is_builtin_name(i) &&
		    str_equal(ast->text, str_of(builtin[i].text)))
			return (struct type){ .tag = (uint8_t)builtin[i].tag };
	name = names_find(front->names, pack, ast->text);
	if (name && name->sort == NAME_ENUM)
		return (struct type){ .tag = TYPE_ENUM,
		    .of = (uint16_t)name->index };
	if (name && name->sort == NAME_KIND)
		return (struct type){ .tag = TYPE_ENTITY,
		    .of = (uint16_t)name->index };
	report_unknown(front, pack, ast);
	return (struct type){ 0 };
}

static struct type refuse(struct front *front, const struct ast *ast,
    const char *what, const char *help)
{
	struct diagnostic *d = diag_add(front->all, DIAG_E2020, ast->span,
	    "%s", what);

	diag_help(front->all, d, "%s", help);
	return (struct type){ 0 };
}

/* One layer of braces or one question mark is all that a type can have. */
struct type front_type(struct front *front, uint32_t pack,
    const struct ast *ast)
{
	const struct ast *inner = ast;
	struct type type;

	if (ast && (ast->kind == AST_TYPE_SET ||
	    ast->kind == AST_TYPE_OPTIONAL))
		inner = ast->slot[0];
	if (!ast || inner->kind == AST_ERROR)
		return (struct type){ 0 };
	if (inner->kind == AST_TYPE_SET && ast->kind == AST_TYPE_SET)
		return refuse(front, ast, "a set cannot hold sets",
		    "navigation flattens: write the type of the elements");
	if (inner->kind == AST_TYPE_SET)
		return refuse(front, ast, "a set cannot be none",
		    "leave the `?` out: an empty set says that there are none");
	if (inner->kind == AST_TYPE_OPTIONAL)
		return refuse(front, ast, ast->kind == AST_TYPE_SET
		    ? "an element of a set cannot be none"
		    : "one `?` is enough", "leave the inner `?` out");
	type = named_type(front, pack, inner);
	if (type.tag == TYPE_ERROR)
		return type;
	type.set = ast->kind == AST_TYPE_SET;
	type.optional = ast->kind == AST_TYPE_OPTIONAL;
	return type;
}
