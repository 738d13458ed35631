/* SPDX-License-Identifier: Apache-2.0 */
/* message - what stands after `else`: text, and values in braces. */
#include "compiler/check.h"

struct message {
	struct scope *scope;
	VEC(struct expr *) items;
	unsigned reaches;		/* in the condition of the clause */
};

static void add_text(struct message *m, const struct ast *ast)
{
	struct type string = { .tag = TYPE_STRING };

	if (ast->text.length)
		*VEC_PUSH(m->scope->front->arena, &m->items) = expr_text(
		    m->scope, ast->span, string, ast->text);
}

static struct expr *witness(struct message *m, const struct ast *ast)
{
	struct diagnostics *all = m->scope->front->all;
	struct type string = { .tag = TYPE_STRING };

	if (m->reaches == 1)
		return expr_new(m->scope, EXPR_WITNESS, string, ast->span);
	diag_add(all, DIAG_E1012, ast->span, m->reaches == 0
	    ? "`witness` is the walk of a `reaches`, and this clause has none"
	    : "`witness` is the walk of one `reaches`, and this clause has "
	    "several");
	return expr_error(m->scope, ast->span);
}

static void add_value(struct message *m, const struct ast *ast)
{
	bool is_witness = ast->kind == AST_NAME &&
	    str_equal(ast->text, STR("witness")) &&
	    !scope_find(m->scope, ast->text);
	struct expr *e = is_witness ? witness(m, ast)
	    : check_expr(m->scope, ast, ANY_TYPE);

	if (e->type.tag == TYPE_NONE)
		diag_add(m->scope->front->all, DIAG_E2016, e->span,
		    "nothing says what type this none is of");
	*VEC_PUSH(m->scope->front->arena, &m->items) = e;
}

struct expr *check_message(struct scope *scope, const struct ast *ast)
{
	struct message m = { .scope = scope, .reaches = scope->reaches };
	struct expr *e;

	if (ast->kind == AST_STRING)
		add_text(&m, ast);
	for (uint32_t i = 0; i < ast->count; i++) {
		if (i % 2 == 0)
			add_text(&m, ast->items[i]);
		else
			add_value(&m, ast->items[i]);
	}
	e = expr_new(scope, EXPR_MESSAGE, (struct type){ .tag = TYPE_STRING },
	    ast->span);
	e->items = m.items.items;
	e->count = (uint32_t)m.items.count;
	return e;
}
