/* SPDX-License-Identifier: Apache-2.0 */
/* Mutations of values: constants, names, sets, folds, arithmetic, paths. */
#include "compiler/mutate_walk.h"

static void replace(struct mutator *m, enum mutation_kind kind, struct span span,
    struct str became)
{
	if (became.length)
		mutate_add(m, kind, span.start, span.end, became);
}

/* --- constants ------------------------------------------------------------- */

/* "90d" gives "91d": digits, and behind them nothing but letters. */
static void mutate_digits(struct mutator *m, const struct ast *e)
{
	size_t digits = 0;
	uint64_t number = 0;

	while (digits < e->text.length && e->text.at[digits] <= '9')
		number = number * 10 + (uint64_t)(e->text.at[digits++] - '0');
	replace(m, MUTATION_CONSTANT, e->span, arena_printf(m->arena, "%llu%.*s",
	    (unsigned long long)number + 1,
	    STR_ARG(str_slice(e->text, digits, e->text.length))));
}

/* The day after, or before where there may be none. */
static void mutate_date(struct mutator *m, const struct ast *e)
{
	const char *day = e->text.at + 8;	/* YYYY-MM-DD */
	int number = (day[0] - '0') * 10 + day[1] - '0';

	number += number < 28 ? 1 : -1;
	replace(m, MUTATION_CONSTANT, e->span, arena_printf(m->arena, "%.*s%02d",
	    STR_ARG(str_slice(e->text, 0, 8)), number));
}

/* A text that goes on; addresses are left alone, as few changes give one. */
static void mutate_string(struct mutator *m, const struct ast *e)
{
	const struct expr *c = site_expr(m, e->span);
	uint32_t quotes = e->quoted ? 3 : 1;
	uint32_t end = e->span.end - quotes;

	if (c && (c->type.tag == TYPE_IP || c->type.tag == TYPE_NET))
		return;
	mutate_add(m, MUTATION_CONSTANT, end, end,
	    c && c->type.tag == TYPE_VERSION ? STR(".1") : STR("_"));
}

/* --- names ------------------------------------------------------------------- */

static void mutate_member(struct mutator *m, const struct ast *e)
{
	replace(m, MUTATION_NAME, e->name, site_other_name(m, e->span));
	replace(m, MUTATION_VALUE, e->name, site_other_value(m, e->span));
	mutate_value(m, e->slot[0]);
}

/* --- sets ---------------------------------------------------------------------- */

/* Takes away one of several parts that stand between START and END, each with
 * a separator to the next. */
static void drop_parts(struct mutator *m, enum mutation_kind kind,
    struct ast *const *items, uint32_t count, uint32_t start, uint32_t end)
{
	for (uint32_t i = 0; i < count && count > 1; i++) {
		struct span before = i ? mutate_gap(m, items[i - 1]->span.end,
		    items[i]->span.start) : (struct span){ 0, start, start };
		struct span after = i + 1 < count ? mutate_gap(m,
		    items[i]->span.end, items[i + 1]->span.start)
		    : (struct span){ 0, end, end };

		if (i + 1 < count)
			mutate_add(m, kind, mutate_start_after(m, before.end),
			    mutate_start_after(m, after.end), STR(""));
		else
			mutate_add(m, kind, mutate_end_before(m, before.start),
			    mutate_end_before(m, after.start), STR(""));
	}
}

static bool is_constant(const struct mutator *m, const struct ast *e)
{
	const struct expr *c = site_expr(m, e->span);

	return c && c->op == EXPR_CONST;
}

/* Of several constants one is left out; that one of them is another would be
 * noticed by the same test. */
static void mutate_set(struct mutator *m, const struct ast *e)
{
	drop_parts(m, MUTATION_ELEMENT, e->items, e->count, e->span.start + 1,
	    e->span.end - 1);
	for (uint32_t i = 0; i < e->count; i++)
		if (e->count == 1 || !is_constant(m, e->items[i]))
			mutate_value(m, e->items[i]);
}

static void mutate_set_operator(struct mutator *m, const struct ast *e)
{
	struct span op = mutate_gap(m, e->slot[0]->span.end, e->slot[1]->span.start);

	mutate_add(m, MUTATION_OPERAND, mutate_end_before(m, op.start), e->span.end,
	    STR(""));
	if (e->op != OP_WITHOUT)
		mutate_add(m, MUTATION_OPERAND, e->span.start,
		    mutate_start_after(m, op.end), STR(""));
}

/* --- arithmetic and folds -------------------------------------------------------- */

static void mutate_arithmetic(struct mutator *m, const struct ast *e)
{
	static const struct { enum ast_op op; const char *became; } others[] = {
		{ OP_ADD, "-" }, { OP_SUB, "+" }, { OP_MUL, "+" }, { OP_DIV, "*" },
	};
	struct span op = mutate_gap(m, e->slot[0]->span.end, e->slot[1]->span.start);

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (e->op == others[i].op)
			mutate_add(m, MUTATION_ARITHMETIC, op.start, op.end,
			    str_of(others[i].became));
}

static void mutate_binary(struct mutator *m, const struct ast *e)
{
	if (e->op == OP_UNION || e->op == OP_INTERSECT || e->op == OP_WITHOUT)
		mutate_set_operator(m, e);
	else
		mutate_arithmetic(m, e);
	mutate_value(m, e->slot[0]);
	mutate_value(m, e->slot[1]);
}

static void mutate_binders(struct mutator *m, const struct ast *e)
{
	for (uint32_t i = 0; i < e->count; i++)
		mutate_value(m, e->items[i]->slot[0]);
}

static void mutate_fold(struct mutator *m, const struct ast *e)
{
	uint32_t start = e->span.start;

	if (e->op == OP_MIN || e->op == OP_MAX)
		mutate_add(m, MUTATION_ARITHMETIC, start, start + 3,
		    e->op == OP_MIN ? STR("max") : STR("min"));
	if (e->slot[0])
		mutate_value(m, e->slot[0]);
	mutate_binders(m, e);
	if (e->slot[1])
		mutate_where(m, e);
}

static void mutate_comprehension(struct mutator *m, const struct ast *e)
{
	mutate_value(m, e->slot[0]);
	mutate_binders(m, e);
	if (e->slot[1])
		mutate_where(m, e);
}

static void mutate_assuming(struct mutator *m, const struct ast *e)
{
	uint32_t end = e->slot[1] ? e->slot[1]->span.start : e->span.end - 1;
	struct span op = mutate_gap(m, e->slot[0]->span.end, end);

	mutate_add(m, MUTATION_ASSUMING, mutate_end_before(m, op.start),
	    e->span.end - 1, STR(""));
	mutate_value(m, e->slot[0]);
	if (e->slot[1])
		mutate_value(m, e->slot[1]);
}

/* --- paths ------------------------------------------------------------------------- */

static void mutate_repeat(struct mutator *m, const struct ast *e)
{
	uint32_t last = e->span.end - 1;
	struct str sign = mutate_text(m, last, e->span.end);

	if (str_equal(sign, STR("*")))
		mutate_add(m, MUTATION_PATH, last, e->span.end, STR("+"));
	else if (str_equal(sign, STR("+")))
		mutate_add(m, MUTATION_PATH, last, e->span.end, STR("*"));
	if (!str_equal(sign, STR("}")))
		mutate_add(m, MUTATION_PATH, last, e->span.end, STR(""));
}

static void mutate_path(struct mutator *m, const struct ast *e)
{
	if (e->kind == AST_PATH_STEP)
		replace(m, MUTATION_PATH, e->name, site_other_link(m, e->span));
	if (e->kind == AST_PATH_REPEAT)
		mutate_repeat(m, e);
	if (e->kind == AST_PATH_OR)
		drop_parts(m, MUTATION_PATH, e->items, e->count, e->span.start,
		    e->span.end);
	if (e->slot[0])
		mutate_path(m, e->slot[0]);
	for (uint32_t i = 0; i < e->count; i++)
		mutate_path(m, e->items[i]);
}

static void mutate_reaches(struct mutator *m, const struct ast *e)
{
	mutate_value(m, e->slot[0]);
	mutate_value(m, e->slot[1]);
	mutate_path(m, e->slot[2]);
}

/* --- all of them ------------------------------------------------------------------- */

static bool is_truth(const struct ast *e)
{
	switch ((int)e->kind) {
	case AST_QUANTIFIER: case AST_IS: case AST_IN_RANGE:
		return true;
	case AST_UNARY:
		return e->op == OP_NOT;
	case AST_BINARY:
		return e->op <= OP_ENDS;
	default:
		return false;
	}
}

void mutate_value(struct mutator *m, const struct ast *e)
{
	if (is_truth(e)) {
		mutate_truth(m, e, true);
		return;
	}
	switch ((int)e->kind) {
	case AST_NAME:
		replace(m, MUTATION_VALUE, e->span, site_other_value(m, e->span));
		break;
	case AST_INTEGER: case AST_DURATION: mutate_digits(m, e); break;
	case AST_DATE: mutate_date(m, e); break;
	case AST_STRING: mutate_string(m, e); break;
	case AST_TRUE: replace(m, MUTATION_CONSTANT, e->span, STR("false")); break;
	case AST_FALSE: replace(m, MUTATION_CONSTANT, e->span, STR("true")); break;
	case AST_UNARY: mutate_value(m, e->slot[0]); break;
	case AST_BINARY: mutate_binary(m, e); break;
	case AST_MEMBER: mutate_member(m, e); break;
	case AST_SET: mutate_set(m, e); break;
	case AST_FOLD: mutate_fold(m, e); break;
	case AST_COMPREHENSION: mutate_comprehension(m, e); break;
	case AST_ASSUMING: mutate_assuming(m, e); break;
	case AST_REACHES: mutate_reaches(m, e); break;
	case AST_CALL:
		for (uint32_t i = 0; i < e->count; i++)
			mutate_value(m, e->items[i]);
		break;
	default:
		break;		/* none, self, today */
	}
}
