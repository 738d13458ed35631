/* SPDX-License-Identifier: Apache-2.0 */
/* check_compare - ==, <, in, is: what can be compared, and to any effect. */
#include "compiler/check.h"

#include "vm/scalar.h"

static struct str words(struct scope *scope, struct type type)
{
	return front_type_text(scope->front, type);
}

/* --- agreement ---------------------------------------------------------- */

static bool report_never(struct scope *scope, struct span span,
    struct type a, struct type b)
{
	diag_add(scope->front->all, DIAG_E2003, span,
	    "a `%.*s` is never a `%.*s`",
	    STR_ARG(words(scope, type_optional(type_element(a), false))),
	    STR_ARG(words(scope, type_optional(type_element(b), false))));
	return false;
}

/* Is E a string in place of what is written without quotes? */
static bool is_quoted(const struct expr *e, struct type other)
{
	return e->op == EXPR_CONST && e->type.tag == TYPE_STRING &&
	    (type_is_number(other) || other.tag == TYPE_ENUM ||
	    other.tag == TYPE_BOOL);
}

static bool report_apart(struct scope *scope, struct span span,
    const struct pair *pair)
{
	struct type a = pair->left->type, b = pair->right->type;
	struct diagnostic *d = diag_add(scope->front->all, DIAG_E2002, span,
	    "`%.*s` and `%.*s` cannot be compared", STR_ARG(words(scope, a)),
	    STR_ARG(words(scope, b)));

	if (is_quoted(pair->left, b) || is_quoted(pair->right, a))
		diag_help(scope->front->all, d,
		    "write the value without quotes");
	else if (type_is_text(a) && type_is_text(b))
		diag_help(scope->front->all, d,
		    "declare both with one type");
	return false;
}

static bool report_never_none(struct scope *scope, const struct expr *e)
{
	diag_add(scope->front->all, DIAG_E2005, e->span,
	    "%.*s is never none: its type is `%.*s`",
	    STR_ARG(expr_quote(scope, e->span)),
	    STR_ARG(words(scope, e->type)));
	return false;
}

/* One side is the literal none, and the other did not give it a type: that is
 * none as well, or never. */
static bool report_none(struct scope *scope, const struct expr *none,
    const struct expr *other)
{
	if (other->type.tag != TYPE_NONE)
		return report_never_none(scope, other);
	diag_add(scope->front->all, DIAG_E2016, none->span,
	    "nothing says what type this none is of");
	return false;
}

/* Adding nothing to a text makes it caseless: CONCAT folds. */
static struct expr *fold(struct scope *scope, struct expr *e,
    struct type caseless)
{
	struct expr *folded = expr_binary(scope, EXPR_CONCAT, caseless,
	    e->span, e, expr_text(scope, e->span, caseless, STR("")));

	folded->type.optional = e->type.optional;
	return folded;
}

static bool agree_texts(struct scope *scope, struct pair *pair)
{
	struct type caseless = { .tag = TYPE_CASELESS };
	bool is_left = pair->left->type.tag == TYPE_STRING;
	struct expr **string = is_left ? &pair->left : &pair->right;
	struct expr *other = is_left ? pair->right : pair->left;

	if ((*string)->type.tag != TYPE_STRING || (*string)->type.set ||
	    (*string)->type.optional || other->type.tag != TYPE_CASELESS)
		return false;
	*string = fold(scope, *string, caseless);
	return true;
}

bool check_agree(struct scope *scope, struct span span, struct pair *pair)
{
	struct type a = pair->left->type, b = pair->right->type;

	if (a.tag == TYPE_NONE)
		return report_none(scope, pair->left, pair->right);
	if (b.tag == TYPE_NONE)
		return report_none(scope, pair->right, pair->left);
	if (a.tag != b.tag && agree_texts(scope, pair))
		return true;
	if (a.tag != b.tag)
		return report_apart(scope, span, pair);
	if ((a.tag == TYPE_ENTITY &&
	    !kinds_relate(scope->front->schema, a.of, b.of)) ||
	    (a.tag == TYPE_ENUM && a.of != b.of))
		return report_never(scope, span, a, b);
	return true;
}

/* --- comparisons that can never be true --------------------------------- */

struct range { int64_t low, high; };

static int64_t count_most(struct scope *scope, struct type set)
{
	if (set.tag == TYPE_BOOL)
		return 2;
	if (set.tag == TYPE_ENUM)
		return scope->front->schema->enums.items[
		    set.of].value_count;
	return NUMBER_HIGH;
}

/* The numbers that E can be whatever the facts are; the ends stand for no bound,
 * and no number is one of them. */
static struct range range_of(struct scope *scope, const struct expr *e)
{
	struct range range = { NUMBER_LOW, NUMBER_HIGH };
	const struct param *param;

	if (e->op == EXPR_CONST)
		range = (struct range){ e->cell, e->cell };
	if (e->op == EXPR_COUNT)
		range = (struct range){ 0,
		    count_most(scope, e->arg[0]->type) };
	if (e->op == EXPR_COUNT_WHERE)
		range.low = 0;
	if (e->op == EXPR_PARAM) {
		param = &scope->front->tree->params.items[e->index];
		if (param->has_range)
			range = (struct range){ param->low, param->high };
	}
	return range;
}

static bool is_impossible(enum expr_op op, struct range a, struct range b)
{
	if (op == EXPR_EQ)
		return a.high < b.low || b.high < a.low;
	if (op == EXPR_LT)
		return a.low >= b.high;
	return a.low > b.high;
}

static struct str range_text(struct scope *scope, struct range r)
{
	struct arena *arena = scope->front->arena;

	if (r.low == r.high)
		return arena_printf(arena, "%lld", (long long)r.low);
	if (r.high == NUMBER_HIGH)
		return arena_printf(arena, "%lld or more", (long long)r.low);
	return arena_printf(arena, "%lld to %lld", (long long)r.low,
	    (long long)r.high);
}

struct expr *check_possible(struct scope *scope, struct expr *e)
{
	struct range a, b;
	struct diagnostic *d;

	if (!type_is_number(e->arg[0]->type))
		return e;
	a = range_of(scope, e->arg[0]);
	b = range_of(scope, e->arg[1]);
	if (!is_impossible(e->op, a, b))
		return e;
	d = diag_add(scope->front->all, DIAG_E2003, e->span,
	    "this comparison can never be true");
	if (e->arg[0]->type.tag == TYPE_INT)
		diag_note(scope->front->all, d,
		    "it compares %.*s with %.*s",
		    STR_ARG(range_text(scope, a)),
		    STR_ARG(range_text(scope, b)));
	return e;
}

/* --- == and != ---------------------------------------------------------- */

static struct expr *report_set_and_one(struct scope *scope,
    const struct ast *ast, const struct pair *pair)
{
	struct diagnostic *d = diag_add(scope->front->all, DIAG_E2007,
	    ast->span, "a set and a single value are never equal");

	diag_help(scope->front->all, d, pair->left->type.set
	    ? "write `has`, or `{ ... }` around the value"
	    : "write `in`, or `{ ... }` around the value");
	return expr_error(scope, ast->span);
}

struct expr *check_equality(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct pair pair = check_pair(scope, ast->slot[0], ast->slot[1],
	    ANY_TYPE);
	struct expr *e;

	(void)expected;
	if (expr_is_error(pair.left) || expr_is_error(pair.right))
		return expr_error(scope, ast->span);
	if (pair.left->type.set != pair.right->type.set &&
	    pair.left->type.tag != TYPE_NONE &&
	    pair.right->type.tag != TYPE_NONE)
		return report_set_and_one(scope, ast, &pair);
	if (!check_agree(scope, ast->span, &pair))
		return expr_error(scope, ast->span);
	e = expr_truth(scope, pair.left->type.set ? EXPR_SAME : EXPR_EQ,
	    ast->span, pair.left, pair.right);
	if (e->op == EXPR_EQ)
		e = check_possible(scope, e);
	return ast->op == OP_NE ? expr_not(scope, e) : e;
}

/* --- order -------------------------------------------------------------- */

/* Is E a single value that has an order? */
static bool is_ordered(struct scope *scope, struct expr *e)
{
	struct diagnostic *d;

	if (!e->type.set && (type_is_number(e->type) ||
	    e->type.tag == TYPE_VERSION))
		return check_is_there(scope, e);
	d = diag_add(scope->front->all, DIAG_E2008, e->span,
	    "a value of type `%.*s` is neither less nor greater",
	    STR_ARG(words(scope, e->type)));
	if (e->type.set)
		diag_help(scope->front->all, d, "compare its `count(...)`");
	return false;
}

static bool are_ordered(struct scope *scope, struct span span,
    struct pair *pair)
{
	if (expr_is_error(pair->left) || expr_is_error(pair->right))
		return false;
	if (!is_ordered(scope, pair->left))
		return false;
	if (pair->left->type.tag == pair->right->type.tag ||
	    pair->right->type.set)
		return is_ordered(scope, pair->right);
	return report_apart(scope, span, pair);
}

struct expr *check_order(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct pair pair = check_pair(scope, ast->slot[0], ast->slot[1],
	    ANY_TYPE);
	bool is_turned = ast->op == OP_GT || ast->op == OP_GE;
	bool is_strict = ast->op == OP_LT || ast->op == OP_GT;

	(void)expected;
	if (!are_ordered(scope, ast->span, &pair))
		return expr_error(scope, ast->span);
	return check_possible(scope, expr_truth(scope,
	    is_strict ? EXPR_LT : EXPR_LE, ast->span,
	    is_turned ? pair.right : pair.left,
	    is_turned ? pair.left : pair.right));
}

static struct type hint_from(const struct expr *e)
{
	return expr_is_error(e) ? LOST_TYPE : e->type;
}

static bool is_empty_range(struct scope *scope, const struct expr *low,
    const struct expr *high)
{
	struct range a = range_of(scope, low), b = range_of(scope, high);

	if (!type_is_number(low->type) || a.low <= b.high)
		return false;
	diag_add(scope->front->all, DIAG_E2003,
	    span_join(low->span, high->span), "no number is in this range");
	return true;
}

/* v in a .. b */
struct expr *check_in_range(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct pair first = check_pair(scope, ast->slot[0], ast->slot[1],
	    ANY_TYPE);
	struct expr *high = check_expr(scope, ast->slot[2],
	    hint_from(first.left));
	struct pair second = { first.left, high };
	struct expr *above, *below, *e;

	(void)expected;
	if (expr_is_error(high) || !are_ordered(scope, ast->span, &first) ||
	    !are_ordered(scope, ast->span, &second) ||
	    is_empty_range(scope, first.right, high))
		return expr_error(scope, ast->span);
	above = expr_truth(scope, EXPR_LE, ast->span, first.right, first.left);
	below = expr_truth(scope, EXPR_LE, ast->span, first.left, high);
	e = expr_truth(scope, EXPR_AND, ast->span,
	    check_possible(scope, above), check_possible(scope, below));
	return ast->op == OP_NOT_IN ? expr_not(scope, e) : e;
}

/* --- in and has --------------------------------------------------------- */

static struct type set_hint(const struct ast *set, const struct expr *element)
{
	struct type type = hint_from(element);

	if (type.tag == TYPE_IP && set->kind == AST_STRING)
		return (struct type){ .tag = TYPE_NET };
	if (type.tag == TYPE_COUNT)
		return LOST_TYPE;
	return type.tag == TYPE_NONE ? ANY_TYPE : type_set_of(type);
}

/* The element and the set, whichever tells the other what it means. */
static struct pair check_member_of(struct scope *scope,
    const struct ast *element, const struct ast *set)
{
	struct pair pair;

	if (check_wants_type(scope, element) && !check_wants_type(scope, set)) {
		pair.right = check_expr(scope, set, ANY_TYPE);
		pair.left = check_expr(scope, element, expr_is_error(
		    pair.right) ? LOST_TYPE : type_element(pair.right->type));
	} else {
		pair.left = check_expr(scope, element, ANY_TYPE);
		pair.right = check_expr(scope, set,
		    set_hint(set, pair.left));
	}
	return pair;
}

static bool is_in_net(const struct pair *pair)
{
	return pair->left->type.tag == TYPE_IP && !pair->left->type.set &&
	    pair->right->type.tag == TYPE_NET && !pair->right->type.set;
}

static bool report_no_set(struct scope *scope, const struct pair *pair)
{
	const struct expr *e = pair->right->type.set ? pair->left
	    : pair->right;
	bool is_text = type_is_text(pair->right->type);
	struct diagnostic *d = diag_add(scope->front->all, DIAG_E2007,
	    e->span, e == pair->left ? "%.*s is a set, not an element"
	    : "%.*s is not a set", STR_ARG(expr_quote(scope, e->span)));

	diag_help(scope->front->all, d, e == pair->left
	    ? "write `subset of`" : is_text
	    ? "write `like \"*...*\"` to look into a text"
	    : "write `==` to compare two values");
	return false;
}

static bool is_never_in(struct scope *scope, struct span span,
    const struct pair *pair)
{
	if (pair->left->type.tag == TYPE_NONE) {
		diag_add(scope->front->all, DIAG_E2003, span,
		    "none is never in a set");
		return true;
	}
	if (pair->right->op == EXPR_CONST_SET && pair->right->count == 0) {
		diag_add(scope->front->all, DIAG_E2003, span,
		    "nothing is in an empty set");
		return true;
	}
	return false;
}

static bool are_member_and_set(struct scope *scope, struct span span,
    struct pair *pair)
{
	if (expr_is_error(pair->left) || expr_is_error(pair->right))
		return false;
	if (is_in_net(pair))
		return check_is_there(scope, pair->left) &&
		    check_is_there(scope, pair->right);
	if (pair->left->type.set || !pair->right->type.set)
		return report_no_set(scope, pair);
	return !is_never_in(scope, span, pair) &&
	    check_agree(scope, span, pair);
}

struct expr *check_in(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	bool is_has = ast->op == OP_HAS;
	struct pair pair = check_member_of(scope, ast->slot[is_has],
	    ast->slot[!is_has]);
	struct expr *e;

	(void)expected;
	if (!are_member_and_set(scope, ast->span, &pair))
		return expr_error(scope, ast->span);
	e = expr_truth(scope, is_in_net(&pair) ? EXPR_IN_NET : EXPR_IN,
	    ast->span, pair.left, pair.right);
	return ast->op == OP_NOT_IN ? expr_not(scope, e) : e;
}

/* --- is ----------------------------------------------------------------- */

static struct expr *is_none(struct scope *scope, const struct ast *ast,
    struct expr *e)
{
	if (e->type.optional && e->type.tag != TYPE_NONE)
		return expr_truth(scope, EXPR_ABSENT, ast->span, e, NULL);
	if (e->type.set) {
		struct diagnostic *d = diag_add(scope->front->all, DIAG_E2005,
		    ast->span, "a set is never none");

		diag_help(scope->front->all, d, "write `is empty`");
	} else {
		report_never_none(scope, e);
	}
	return expr_error(scope, ast->span);
}

static struct expr *is_empty(struct scope *scope, const struct ast *ast,
    struct expr *e)
{
	struct type number = { .tag = TYPE_INT };

	if (!e->type.set) {
		struct diagnostic *d = diag_add(scope->front->all, DIAG_E2007,
		    e->span, "only a set is empty");

		if (e->type.optional)
			diag_help(scope->front->all, d, "write `is none`");
		return expr_error(scope, ast->span);
	}
	return expr_truth(scope, EXPR_EQ, ast->span,
	    expr_unary(scope, EXPR_COUNT, number, e->span, e),
	    expr_number(scope, ast->span, 0));
}

static struct expr *report_no_kind(struct scope *scope,
    const struct ast *ast, const struct expr *e)
{
	struct front *front = scope->front;
	struct diagnostic *d;

	if (e->type.tag != TYPE_ENUM || e->type.set ||
	    schema_find_value(front->schema, e->type.of, ast->text) < 0) {
		front_kind(front, scope->pack, ast);
		return expr_error(scope, ast->span);
	}
	d = diag_add(front->all, DIAG_E1004, ast->name,
	    "`%.*s` is a value, not an entity", STR_ARG(ast->text));
	diag_help(front->all, d, "write `%s %.*s`",
	    ast->negated ? "!=" : "==", STR_ARG(ast->text));
	return expr_error(scope, ast->span);
}

static struct expr *is_kind(struct scope *scope, const struct ast *ast,
    struct expr *e)
{
	const struct name *name = names_find(scope->front->names, scope->pack,
	    ast->text);
	struct type type = { .tag = TYPE_ENTITY };
	struct expr *is;

	if (!name || name->sort != NAME_KIND)
		return report_no_kind(scope, ast, e);
	type.of = (uint16_t)name->index;
	if (e->type.tag != TYPE_ENTITY || e->type.set) {
		diag_add(scope->front->all, DIAG_E2008, e->span,
		    "%.*s is of type `%.*s`, not one entity",
		    STR_ARG(expr_quote(scope, e->span)),
		    STR_ARG(words(scope, e->type)));
		return expr_error(scope, ast->span);
	}
	if (!kinds_relate(scope->front->schema, e->type.of, type.of)) {
		report_never(scope, ast->span, e->type, type);
		return expr_error(scope, ast->span);
	}
	is = expr_truth(scope, EXPR_IS_KIND, ast->span, e, NULL);
	is->index = type.of;
	return is;
}

struct expr *check_is(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct expr *e = check_expr(scope, ast->slot[0], ANY_TYPE);
	bool negated = ast->negated;

	(void)expected;
	if (expr_is_error(e))
		return e;
	if (ast->op == OP_ABSENT)
		e = is_none(scope, ast, e);
	else if (ast->op == OP_EMPTY)
		e = is_empty(scope, ast, e);
	else if (ast->op == OP_KIND)
		e = is_kind(scope, ast, e);
	else
		e = expr_truth(scope, EXPR_KNOWN, ast->span, e, NULL);
	if (ast->op == OP_UNKNOWN)
		negated = !negated;
	return negated ? expr_not(scope, e) : e;
}
