/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "compiler/front.h"
#include "vm/scalar.h"

#include <assert.h>

/* No other sign stands in a literal. */
static bool is_negative(const struct ast *ast)
{
	return ast->kind == AST_UNARY && ast->slot[0]->kind == AST_INTEGER;
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

int64_t front_integer(const struct ast *ast)
{
	int64_t cell = 0;
	bool is_read = scalar_read_int(ast->text, &cell);

	assert(is_read && cell != NUMBER_HIGH);
	(void)is_read;
	return cell;
}

static bool report_text(struct front *front, struct span span,
    struct type type, struct str text)
{
	static const char *const examples[TYPE_COUNT] = {
		[TYPE_VERSION] = "\"10.0.17763\"",
		[TYPE_IP] = "\"10.1.2.3\" or \"2001:db8::1\"",
		[TYPE_NET] = "\"10.1.0.0/16\" or \"2001:db8::/32\"",
	};
	struct diagnostic *d;

	type.optional = type.set = false;
	d = diag_add(front->all, DIAG_E2006, span,
	    "\"%.*s\" is not of type `%.*s`", STR_ARG(text),
	    STR_ARG(front_type_text(front, type)));
	diag_help(front->all, d, "write for example %s", examples[type.tag]);
	return false;
}

/* Of a text type: any text is one without or with case. */
static bool canonical_of(struct front *front, enum type_tag tag,
    struct str text, struct str *canonical)
{
	*canonical = tag == TYPE_CASELESS ? utf8_fold(front->arena, text) : text;
	if (tag == TYPE_VERSION)
		return scalar_canonical_version(front->arena, text, canonical);
	if (tag == TYPE_IP)
		return scalar_canonical_ip(front->arena, text, canonical);
	if (tag == TYPE_NET)
		return scalar_canonical_net(front->arena, text, canonical);
	return true;
}

bool front_canonical(struct front *front, struct span span, struct type type,
    struct str text, struct str *canonical)
{
	if (canonical_of(front, type.tag, text, canonical))
		return true;
	return report_text(front, span, type, text);
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

/* The kind that a literal of TYPE is. */
static enum ast_kind kind_of(struct type type)
{
	static const enum ast_kind kinds[TYPE_COUNT] = {
		[TYPE_INT] = AST_INTEGER, [TYPE_DATE] = AST_DATE,
		[TYPE_DURATION] = AST_DURATION, [TYPE_ENUM] = AST_NAME,
	};

	return type_is_text(type) ? AST_STRING : kinds[type.tag];
}

static bool read_bool(struct front *front, const struct ast *ast,
    struct type type, int64_t *cell)
{
	if (ast->kind != AST_TRUE && ast->kind != AST_FALSE)
		return mismatch(front, ast, type);
	*cell = ast->kind == AST_TRUE;
	return true;
}

static bool read_as(struct front *front, const struct ast *ast,
    struct type type, struct literal *literal)
{
	int64_t *cell = &literal->cell;

	if (type.tag == TYPE_BOOL)
		return read_bool(front, ast, type, cell);
	if (type.tag == TYPE_INT && is_negative(ast)) {
		*cell = -front_integer(ast->slot[0]);
		return true;
	}
	if (ast->kind != kind_of(type))
		return mismatch(front, ast, type);
	if (type.tag == TYPE_DATE)
		return scalar_read_date(ast->text, cell);
	if (type.tag == TYPE_DURATION)
		return scalar_read_duration(ast->text, cell);
	if (type.tag == TYPE_ENUM)
		return enum_value(front, ast, type, cell);
	if (type_is_text(type))
		return front_canonical(front, ast->span, type, ast->text,
		    &literal->text);
	*cell = front_integer(ast);
	return true;
}

bool front_literal(struct front *front, const struct ast *ast,
    struct type type, struct literal *literal)
{
	*literal = (struct literal){ .none = ast->kind == AST_NONE };
	if (literal->none && type.optional)
		return true;
	return read_as(front, ast, type, literal);
}
