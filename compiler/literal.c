/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "compiler/front.h"
#include "vm/scalar.h"

static bool is_negative(const struct ast *ast)
{
	return ast->kind == AST_UNARY && ast->op == OP_SUB &&
	    ast->slot[0] && ast->slot[0]->kind == AST_INTEGER;
}

/* What a literal is, in words; NULL when it is none. */
static const char *words_of(const struct ast *ast)
{
	static const struct { enum ast_kind kind; const char *words; } all[] = {
		{ AST_NAME, "a name" }, { AST_INTEGER, "a number" },
		{ AST_STRING, "a string" }, { AST_DATE, "a date" },
		{ AST_DURATION, "a duration" }, { AST_TRUE, "true" },
		{ AST_FALSE, "false" }, { AST_NONE, "none" },
		{ AST_VALUE_LIST, "a list" }, { AST_VALUE_MAP, "a map" },
	};

	if (is_negative(ast))
		return "a number";
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (all[i].kind == ast->kind)
			return all[i].words;
	return NULL;
}

static bool mismatch(struct front *front, const struct ast *ast,
    struct type type)
{
	const char *found = words_of(ast);
	struct diagnostic *d;

	if (ast->kind == AST_ERROR)
		return false;
	d = diag_add(front->all, DIAG_E2001, ast->span,
	    "expected %s%.*s%s, found %s", type.tag == TYPE_ENUM
	    ? "a value of `" : "`", STR_ARG(front_type_text(front, type)), "`",
	    found ? found : "an expression");
	if (type.tag == TYPE_ENUM && ast->kind == AST_STRING)
		diag_help(front->all, d, "write it without quotes");
	if (type_is_text(type) && ast->kind == AST_NAME)
		diag_help(front->all, d, "write it in quotes");
	return false;
}

/* The two ends of the range stand for "no bound" and are no numbers.  What is
 * too large was said when it was read. */
bool front_integer(const struct ast *ast, bool negative, int64_t *cell)
{
	if (!scalar_read_int(ast->text, cell) || *cell == NUMBER_HIGH)
		return false;
	if (negative)
		*cell = -*cell;
	return true;
}

static const char *example_of(enum type_tag tag)
{
	static const char *const examples[TYPE_COUNT] = {
		[TYPE_VERSION] = "\"10.0.17763\"",
		[TYPE_IP] = "\"10.1.2.3\" or \"2001:db8::1\"",
		[TYPE_NET] = "\"10.1.0.0/16\" or \"2001:db8::/32\"",
	};

	return examples[tag];
}

static bool report_text(struct front *front, struct span span,
    struct type type, struct str text)
{
	const char *example = example_of(type.tag);
	struct diagnostic *d;

	type.optional = type.set = false;
	d = diag_add(front->all, DIAG_E2006, span,
	    "\"%.*s\" is not of type `%.*s`", STR_ARG(text),
	    STR_ARG(front_type_text(front, type)));
	if (example)
		diag_help(front->all, d, "write for example %s", example);
	return false;
}

static bool canonical_of(struct front *front, enum type_tag tag,
    struct str text, struct str *canonical)
{
	switch (tag) {
	case TYPE_STRING:
		*canonical = text;
		return true;
	case TYPE_CASELESS:
		*canonical = utf8_fold(front->arena, text);
		return true;
	case TYPE_VERSION:
		return scalar_canonical_version(front->arena, text, canonical);
	case TYPE_IP:
		return scalar_canonical_ip(front->arena, text, canonical);
	case TYPE_NET:
		return scalar_canonical_net(front->arena, text, canonical);
	case TYPE_ERROR:
	case TYPE_BOOL:
	case TYPE_INT:
	case TYPE_DATE:
	case TYPE_DURATION:
	case TYPE_ENUM:
	case TYPE_ENTITY:
	case TYPE_NONE:
	case TYPE_COUNT:
		break;
	}
	return false;
}

bool front_canonical(struct front *front, struct span span, struct type type,
    struct str text, struct str *canonical)
{
	return canonical_of(front, type.tag, text, canonical) ||
	    report_text(front, span, type, text);
}

static bool enum_value(struct front *front, const struct ast *ast,
    struct type type, int64_t *cell)
{
	*cell = schema_find_value(front->schema, type.of, ast->text);
	if (*cell >= 0)
		return true;
	front_report_value(front, ast->name, type.of, ast->text, NULL);
	return false;
}

static bool read_as(struct front *front, const struct ast *ast,
    struct type type, struct literal *literal)
{
	int64_t *cell = &literal->cell;

	switch ((enum type_tag)type.tag) {
	case TYPE_BOOL:
		*cell = ast->kind == AST_TRUE;
		return ast->kind == AST_TRUE || ast->kind == AST_FALSE ||
		    mismatch(front, ast, type);
	case TYPE_INT:
		if (is_negative(ast))
			return front_integer(ast->slot[0], true, cell);
		return ast->kind == AST_INTEGER
		    ? front_integer(ast, false, cell)
		    : mismatch(front, ast, type);
	case TYPE_DATE:
		return ast->kind == AST_DATE
		    ? scalar_read_date(ast->text, cell)
		    : mismatch(front, ast, type);
	case TYPE_DURATION:
		return ast->kind == AST_DURATION
		    ? scalar_read_duration(ast->text, cell)
		    : mismatch(front, ast, type);
	case TYPE_STRING:
	case TYPE_CASELESS:
	case TYPE_VERSION:
	case TYPE_IP:
	case TYPE_NET:
		return ast->kind == AST_STRING
		    ? front_canonical(front, ast->span, type, ast->text,
			&literal->text)
		    : mismatch(front, ast, type);
	case TYPE_ENUM:
		return ast->kind == AST_NAME
		    ? enum_value(front, ast, type, cell)
		    : mismatch(front, ast, type);
	case TYPE_ERROR:
	case TYPE_ENTITY:
	case TYPE_NONE:
	case TYPE_COUNT:
		break;
	}
	return mismatch(front, ast, type);
}

bool front_literal(struct front *front, const struct ast *ast,
    struct type type, struct literal *literal)
{
	*literal = (struct literal){ .none = ast->kind == AST_NONE };
	if (literal->none)
		return type.optional || mismatch(front, ast, type);
	return read_as(front, ast, type, literal);
}
