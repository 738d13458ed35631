/* SPDX-License-Identifier: Apache-2.0 */
/* Formulas of conditions, and all cases there are. */
#include "compiler/lint_formula.h"

#include <stdlib.h>

#include "base/text.h"

struct formulas *formulas_new(struct arena *arena, const struct tree *tree,
    struct map *keys)
{
	struct formulas *f = ARENA_NEW(arena, struct formulas);

	f->arena = arena;
	f->tree = tree;
	f->keys = keys;
	f->neutral = FORMULA_NONE;
	return f;
}

void formulas_bind(struct formulas *f, const struct variable *variable)
{
	*VEC_PUSH(f->arena, &f->bound) = variable;
}

/* --- which expressions are the same ------------------------------------- */

static uint32_t number_for(struct formulas *f, struct str text)
{
	bool is_new;
	uint32_t *number = map_at(f->keys, text, &is_new);

	/* Numbers follow the first appearance; only equality counts. */
	if (is_new) {
		uint32_t *count = map_at(f->keys, STR("#"), &is_new);
		uint32_t next = ++*count;

		*map_at(f->keys, text, &is_new) = next;
		return next;
	}
	return *number;
}

static uint32_t depth_of(const struct formulas *f, const struct variable *v)
{
	for (size_t i = f->bound.count; i-- > 0; )
		if (f->bound.items[i] == v)
			return (uint32_t)i;
	return UINT32_MAX;
}

static uint32_t *slot_of(struct formulas *f, const struct variable *v, bool of_key)
{
	while (f->lets.count <= v->index) {
		*VEC_PUSH(f->arena, &f->lets) = 0;
		*VEC_PUSH(f->arena, &f->let_keys) = 0;
	}
	return of_key ? &f->let_keys.items[v->index] : &f->lets.items[v->index];
}

static uint32_t key_of_let(struct formulas *f, const struct variable *v)
{
	if (!*slot_of(f, v, true)) {
		uint32_t key = formulas_key(f, v->let);

		*slot_of(f, v, true) = key;
	}
	return *slot_of(f, v, true);
}

static void add_children(struct formulas *f, const struct expr *e, struct text *key)
{
	bool binds = e->variable && e->op != EXPR_VARIABLE;

	for (int i = 0; i < 3; i++) {
		if (binds && i == 1)
			formulas_bind(f, e->variable);
		if (e->arg[i])
			text_printf(key, ",%u", formulas_key(f, e->arg[i]));
		else
			text_add(key, STR(",-"));
	}
	if (binds)
		f->bound.count--;
	for (uint32_t i = 0; i < e->count; i++)
		text_printf(key, ";%u", formulas_key(f, e->items[i]));
}

uint32_t formulas_key(struct formulas *f, const struct expr *e)
{
	struct text key;

	if (e->op == EXPR_VARIABLE && e->variable->let)
		return key_of_let(f, e->variable);
	text_init(&key, f->arena);
	text_printf(&key, "%d.%u.%u.%u.%lld.", (int)e->op, e->type.tag, e->type.of,
	    e->index, (long long)(e->op == EXPR_CONST ? e->cell : 0));
	if (e->op == EXPR_VARIABLE)
		text_printf(&key, "v%u", depth_of(f, e->variable));
	if (e->path)
		text_printf(&key, "p%u", e->path->index);
	text_printf(&key, "%zu:", e->text.length);
	text_add(&key, e->text);
	add_children(f, e, &key);
	return number_for(f, text_str(&key));
}

/* --- terms ---------------------------------------------------------------- */

static uint32_t term_of(struct formulas *f, const struct expr *e, bool is_truth,
    uint8_t outcomes)
{
	uint32_t key = formulas_key(f, e);
	struct term *term;

	for (uint32_t i = 0; i < f->terms.count; i++) {
		term = &f->terms.items[i];
		if (term->key == key && term->is_truth == is_truth) {
			term->outcomes &= outcomes;
			return i;
		}
	}
	term = VEC_PUSH(f->arena, &f->terms);
	term->key = key;
	term->type = e->type;
	term->is_truth = is_truth;
	term->outcomes = outcomes;
	term->is_never_unknown = e->op == EXPR_PARAM;
	return (uint32_t)f->terms.count - 1;
}

static uint32_t push(struct formulas *f, enum formula_op op, const struct expr *e)
{
	struct formula *formula = VEC_PUSH(f->arena, &f->items);

	formula->op = op;
	formula->expr = e;
	return (uint32_t)f->items.count - 1;
}

static uint32_t add_truth(struct formulas *f, const struct expr *e, uint8_t outcomes)
{
	uint32_t term = term_of(f, e, true, outcomes);
	uint32_t at = push(f, FORMULA_TERM, e);

	f->items.items[at].term = term;
	return at;
}

static uint32_t add_const(struct formulas *f, const struct expr *e, enum truth outcome)
{
	uint32_t at = push(f, FORMULA_CONST, e);

	f->items.items[at].outcome = outcome;
	return at;
}

static uint32_t add_pair(struct formulas *f, enum formula_op op,
    const struct expr *e, uint32_t a, uint32_t b)
{
	uint32_t at = push(f, op, e);

	f->items.items[at].a = a;
	f->items.items[at].b = b;
	return at;
}

/* --- comparisons with constants ------------------------------------------- */

/* By value, as cells of one type compare. */
int formulas_compare_constants(const struct expr *a, const struct expr *b)
{
	if (a->type.tag == TYPE_VERSION)
		return scalar_compare_versions(a->text, b->text);
	if (type_is_text(a->type))
		return str_compare(a->text, b->text);
	return (a->cell > b->cell) - (a->cell < b->cell);
}

/* What is looked at, behind a let and what is assumed for it. */
struct looked_at {
	const struct expr *expr;
	const struct expr *assumed;	/* a constant, or NULL */
};

static const struct expr *behind_let(const struct expr *e)
{
	while (e->op == EXPR_VARIABLE && e->variable->let)
		e = e->variable->let;
	return e;
}

/* A number may be known in part, as an interval: one that is computed, or that a
 * parameter stands for.  No case is made of it; only what an inventory states is
 * one value, or none, or unknown. */
static bool is_amount(const struct formulas *f, const struct expr *e)
{
	return type_is_number(e->type) && e->op != EXPR_PARAM &&
	    !(e->op == EXPR_ATTRIBUTE &&
	    !tree_derived(f->tree, (uint16_t)e->index));
}

static bool look(const struct formulas *f, const struct expr *e, struct looked_at *l)
{
	e = behind_let(e);
	*l = (struct looked_at){ e, NULL };
	if (e->op == EXPR_ASSUME && behind_let(e->arg[1])->op == EXPR_CONST) {
		l->expr = behind_let(e->arg[0]);
		l->assumed = behind_let(e->arg[1]);
	}
	return l->expr->op != EXPR_CONST && l->expr->op != EXPR_NONE &&
	    l->expr->op != EXPR_ASSUME && !l->expr->type.set &&
	    !type_is_truth(l->expr->type) &&
	    !is_amount(f, l->expr);
}

static void add_constant(struct formulas *f, struct formula *formula,
    const struct expr *constant)
{
	struct term *term = &f->terms.items[formula->term];

	*VEC_PUSH(f->arena, &formula->constants) = constant;
	*VEC_PUSH(f->arena, &term->constants) = constant;
}

static uint32_t add_test(struct formulas *f, enum formula_op op,
    const struct expr *e, const struct looked_at *l)
{
	uint32_t term = term_of(f, l->expr, false, SEEN_ANY);
	uint32_t at = push(f, op, e);
	struct formula *formula = &f->items.items[at];

	formula->term = term;
	formula->assumed_value = l->assumed;
	if (l->assumed)
		*VEC_PUSH(f->arena, &f->terms.items[term].constants) = l->assumed;
	return at;
}

/* Of nothing but constants: what it is once and for all. */
static bool is_divided_by_zero(const struct expr *e)
{
	e = behind_let(e);
	return e->op == EXPR_DIVIDE && behind_let(e->arg[1])->op == EXPR_CONST &&
	    behind_let(e->arg[1])->cell == 0;
}

static uint32_t add_constants(struct formulas *f, const struct expr *e,
    const struct expr *a, const struct expr *b)
{
	int order = formulas_compare_constants(a, b);
	bool holds = e->op == EXPR_EQ ? order == 0 : e->op == EXPR_LT ? order < 0 :
	    order <= 0;

	return add_const(f, e, holds ? TRUTH_TRUE : TRUTH_FALSE);
}

/* No count is below zero, however little is known of it. */
static uint8_t outcomes_of_count(const struct expr *e, enum formula_op op,
    int64_t constant)
{
	bool is_never = (op == FORMULA_LT && constant <= 0) ||
	    ((op == FORMULA_LE || op == FORMULA_EQ) && constant < 0);
	bool is_always = (op == FORMULA_GE && constant <= 0) ||
	    (op == FORMULA_GT && constant < 0);

	if (e->op != EXPR_COUNT && e->op != EXPR_COUNT_WHERE)
		return SEEN_ANY;
	return is_never ? SEEN_FALSE | SEEN_UNKNOWN :
	    is_always ? SEEN_TRUE | SEEN_UNKNOWN : SEEN_ANY;
}

/* EQ, LT or LE of a term and a constant, on either side. */
static uint32_t add_comparison(struct formulas *f, const struct expr *e)
{
	const struct expr *left = behind_let(e->arg[0]), *right = behind_let(e->arg[1]);
	bool is_turned = left->op == EXPR_CONST || left->op == EXPR_NONE;
	const struct expr *constant = is_turned ? left : right;
	enum formula_op op = e->op == EXPR_EQ ? FORMULA_EQ :
	    e->op == EXPR_LT ? is_turned ? FORMULA_GT : FORMULA_LT :
	    is_turned ? FORMULA_GE : FORMULA_LE;
	struct looked_at l;
	uint32_t at;

	if (left->op == EXPR_CONST && right->op == EXPR_CONST)
		return add_constants(f, e, left, right);
	if (is_divided_by_zero(left) || is_divided_by_zero(right))
		return add_const(f, e, TRUTH_UNKNOWN);
	if (constant->op != EXPR_CONST && constant->op != EXPR_NONE)
		return add_truth(f, e, SEEN_ANY);
	if (!look(f, is_turned ? right : left, &l))
		return add_truth(f, e, constant->op == EXPR_CONST ?
		    outcomes_of_count(is_turned ? right : left, op,
		    constant->cell) : SEEN_ANY);
	if (constant->op == EXPR_NONE)
		return l.assumed ? add_truth(f, e, SEEN_ANY) :
		    add_test(f, FORMULA_ABSENT, e, &l);
	at = add_test(f, op, e, &l);
	add_constant(f, &f->items.items[at], constant);
	return at;
}

static uint32_t add_membership(struct formulas *f, const struct expr *e)
{
	const struct expr *set = behind_let(e->arg[1]);
	struct looked_at l;
	uint32_t at;

	if (set->op != EXPR_CONST_SET || !look(f, e->arg[0], &l))
		return add_truth(f, e, SEEN_ANY);
	at = add_test(f, FORMULA_IN, e, &l);
	for (uint32_t i = 0; i < set->count; i++)
		add_constant(f, &f->items.items[at], set->items[i]);
	return at;
}

/* --- conditions ----------------------------------------------------------- */

static uint32_t add_known(struct formulas *f, const struct expr *e)
{
	struct looked_at l;

	if (type_is_truth(e->arg[0]->type))
		return add_pair(f, FORMULA_KNOWN, e, formulas_add(f, e->arg[0]), 0);
	if (look(f, e->arg[0], &l) && !l.assumed)
		return add_test(f, FORMULA_IS_KNOWN, e, &l);
	return add_truth(f, e, SEEN_TRUE | SEEN_FALSE);
}

static uint32_t add_absent(struct formulas *f, const struct expr *e)
{
	struct looked_at l;

	if (look(f, e->arg[0], &l) && !l.assumed)
		return add_test(f, FORMULA_ABSENT, e, &l);
	return add_truth(f, e, SEEN_ANY);
}

/* What the body of an `any` or `all` can be, over cases of its own. */
static uint8_t outcomes_of_body(struct formulas *f, const struct expr *e)
{
	struct formulas *inner = formulas_new(f->arena, f->tree, f->keys);
	uint32_t at;

	for (size_t i = 0; i < f->bound.count; i++)
		formulas_bind(inner, f->bound.items[i]);
	formulas_bind(inner, e->variable);
	at = formulas_add(inner, e->arg[1]);
	formulas_close(inner);
	if (!formulas_first(inner))
		return SEEN_ANY;
	do {
		formulas_try(inner, true);
	} while (formulas_next(inner));
	return inner->items.items[at].seen;
}

static uint32_t add_quantifier(struct formulas *f, const struct expr *e)
{
	uint8_t body = outcomes_of_body(f, e);

	if (e->op == EXPR_ANY && !(body & SEEN_TRUE))
		return add_truth(f, e, SEEN_FALSE | SEEN_UNKNOWN);
	if (e->op == EXPR_ALL && !(body & SEEN_FALSE))
		return add_truth(f, e, SEEN_TRUE | SEEN_UNKNOWN);
	return add_truth(f, e, SEEN_ANY);
}

/* A let is one formula, however often it is named. */
static uint32_t add_let(struct formulas *f, const struct variable *v)
{
	if (!*slot_of(f, v, false)) {
		uint32_t at = formulas_add(f, v->let);

		*slot_of(f, v, false) = at + 1;
	}
	return *slot_of(f, v, false) - 1;
}

uint32_t formulas_add(struct formulas *f, const struct expr *e)
{
	uint32_t a;

	switch ((int)e->op) {
	case EXPR_CONST:
		return add_const(f, e, e->cell ? TRUTH_TRUE : TRUTH_FALSE);
	case EXPR_VARIABLE:
		return e->variable->let ? add_let(f, e->variable) :
		    add_truth(f, e, SEEN_ANY);
	case EXPR_NOT:
		return add_pair(f, FORMULA_NOT, e, formulas_add(f, e->arg[0]), 0);
	case EXPR_AND:
	case EXPR_OR:
		a = formulas_add(f, e->arg[0]);
		return add_pair(f, e->op == EXPR_AND ? FORMULA_AND : FORMULA_OR, e,
		    a, formulas_add(f, e->arg[1]));
	case EXPR_ASSUME:
		a = formulas_add(f, e->arg[0]);
		return add_pair(f, FORMULA_ASSUME, e, a, formulas_add(f, e->arg[1]));
	case EXPR_EQ:
	case EXPR_LT:
	case EXPR_LE:
		return add_comparison(f, e);
	case EXPR_IN:
		return add_membership(f, e);
	case EXPR_KNOWN:
		return add_known(f, e);
	case EXPR_ABSENT:
		return add_absent(f, e);
	case EXPR_ANY:
	case EXPR_ALL:
		return add_quantifier(f, e);
	case EXPR_PARAM:
		return add_truth(f, e, SEEN_TRUE | SEEN_FALSE);
	default:
		return add_truth(f, e, SEEN_ANY);
	}
}

/* --- cases ---------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	return formulas_compare_constants(*(const struct expr *const *)a,
	    *(const struct expr *const *)b);
}

static void sort_constants(struct term *term)
{
	size_t kept = 0;

	if (term->constants.count == 0)
		return;
	qsort(term->constants.items, term->constants.count,
	    sizeof(*term->constants.items), by_value);
	for (size_t i = 0; i < term->constants.count; i++)
		if (kept == 0 || formulas_compare_constants(term->constants.items[kept - 1],
		    term->constants.items[i]) != 0)
			term->constants.items[kept++] = term->constants.items[i];
	term->constants.count = kept;
}

/* Is there a value between constants GAP - 1 and GAP? */
static bool has_gap(const struct formulas *f, const struct term *term, size_t gap)
{
	const struct expr *const *constants = term->constants.items;
	size_t count = term->constants.count;

	if (term->type.tag == TYPE_ENUM)
		return gap == 0 && count <
		    f->tree->schema->enums.items[term->type.of].value_count;
	if (term->type.tag == TYPE_BOOL)
		return gap == 0 && count < 2;
	if (!type_is_number(term->type))
		return gap == 0 || term->type.tag == TYPE_VERSION;
	if (gap == 0)	/* an inventory has smaller ones than can be written here */
		return true;
	if (gap == count)
		return constants[gap - 1]->cell < INT64_MAX - 1;
	return constants[gap]->cell - 1 > constants[gap - 1]->cell;
}

static void close_term(struct formulas *f, struct term *term)
{
	if (term->is_truth) {
		term->choices = 0;
		for (uint32_t o = 0; o < 3; o++)
			if (term->outcomes & 1u << o) {
				*VEC_PUSH(f->arena, &term->places) = o;
				term->choices++;
			}
		return;
	}
	sort_constants(term);
	for (size_t i = 0; i <= term->constants.count; i++) {
		if (has_gap(f, term, i))
			*VEC_PUSH(f->arena, &term->places) = (uint32_t)(2 * i);
		if (i < term->constants.count)
			*VEC_PUSH(f->arena, &term->places) = (uint32_t)(2 * i + 1);
	}
	term->choices = (uint32_t)term->places.count +
	    (term->type.optional ? 1 : 0) + (term->is_never_unknown ? 0 : 1);
}

static uint32_t place_of(const struct term *term, const struct expr *constant)
{
	size_t low = 0, high = term->constants.count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (formulas_compare_constants(term->constants.items[middle], constant) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint32_t)(2 * low + 1);
}

void formulas_close(struct formulas *f)
{
	for (size_t i = 0; i < f->terms.count; i++)
		close_term(f, &f->terms.items[i]);
	for (size_t i = 0; i < f->items.count; i++) {
		struct formula *formula = &f->items.items[i];
		const struct term *term = f->terms.count ?
		    &f->terms.items[formula->term] : NULL;

		for (size_t c = 0; c < formula->constants.count; c++)
			*VEC_PUSH(f->arena, &formula->places) =
			    place_of(term, formula->constants.items[c]);
		if (formula->assumed_value)
			formula->assumed = place_of(term, formula->assumed_value) + 1;
	}
	f->values = ARENA_ARRAY(f->arena, enum truth, f->items.count);
}

bool formulas_first(struct formulas *f)
{
	uint64_t work = f->items.count + 1;

	for (size_t i = 0; i < f->terms.count; i++) {
		f->terms.items[i].at = 0;
		work *= f->terms.items[i].choices;
		if (work > FORMULA_WORK)
			return false;
	}
	return work > 0;
}

bool formulas_next(struct formulas *f)
{
	for (size_t i = 0; i < f->terms.count; i++) {
		struct term *term = &f->terms.items[i];

		if (++term->at < term->choices)
			return true;
		term->at = 0;
	}
	return false;
}

/* --- one case ------------------------------------------------------------- */

enum state { STATE_VALUE, STATE_NONE, STATE_UNKNOWN };

static enum state state_of(const struct term *term, uint32_t *place)
{
	if (term->at < term->places.count) {
		*place = term->places.items[term->at];
		return STATE_VALUE;
	}
	return term->type.optional && term->at == term->places.count ?
	    STATE_NONE : STATE_UNKNOWN;
}

static bool holds(const struct formula *formula, uint32_t place)
{
	const uint32_t *places = formula->places.items;

	switch ((int)formula->op) {
	case FORMULA_LT:
		return place < places[0];
	case FORMULA_LE:
		return place <= places[0];
	case FORMULA_GT:
		return place > places[0];
	case FORMULA_GE:
		return place >= places[0];
	default:
		for (size_t i = 0; i < formula->places.count; i++)
			if (places[i] == place)
				return true;
		return false;
	}
}

static enum truth truth_of(bool is_true)
{
	return is_true ? TRUTH_TRUE : TRUTH_FALSE;
}

/* OPEN: the way out of unknown is shut. */
static enum truth test(const struct formulas *f, const struct formula *formula,
    bool is_shut)
{
	uint32_t place = 0;
	enum state state = state_of(&f->terms.items[formula->term], &place);

	if (formula->op == FORMULA_IS_KNOWN)
		return is_shut && state == STATE_UNKNOWN ? TRUTH_UNKNOWN :
		    truth_of(state != STATE_UNKNOWN);
	if (formula->op == FORMULA_ABSENT)
		return state == STATE_UNKNOWN ? TRUTH_UNKNOWN :
		    truth_of(state == STATE_NONE);
	if (state == STATE_UNKNOWN && formula->assumed && !is_shut) {
		place = formula->assumed - 1;
		state = STATE_VALUE;
	}
	if (state == STATE_VALUE)
		return truth_of(holds(formula, place));
	return state == STATE_NONE && (formula->op == FORMULA_EQ ||
	    formula->op == FORMULA_IN) ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

static enum truth not_of(enum truth a)
{
	return a == TRUTH_UNKNOWN ? a : truth_of(a == TRUTH_FALSE);
}

static enum truth and_of(enum truth a, enum truth b)
{
	if (a == TRUTH_FALSE || b == TRUTH_FALSE)
		return TRUTH_FALSE;
	return a == TRUTH_TRUE && b == TRUTH_TRUE ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

static enum truth evaluate(const struct formulas *f, const struct formula *formula,
    bool is_shut)
{
	const struct term *term;
	enum truth a = f->values[formula->a], b = f->values[formula->b];

	switch (formula->op) {
	case FORMULA_CONST:
		return formula->outcome;
	case FORMULA_TERM:
		term = &f->terms.items[formula->term];
		a = (enum truth)term->places.items[term->at];
		return is_shut && (formula->expr->op != EXPR_KNOWN ||
		    a == TRUTH_FALSE) ? TRUTH_UNKNOWN : a;
	case FORMULA_EQ:
	case FORMULA_LT:
	case FORMULA_LE:
	case FORMULA_GT:
	case FORMULA_GE:
	case FORMULA_IN:
	case FORMULA_ABSENT:
	case FORMULA_IS_KNOWN:
		return test(f, formula, is_shut);
	case FORMULA_KNOWN:
		return is_shut && a == TRUTH_UNKNOWN ? a : truth_of(a != TRUTH_UNKNOWN);
	case FORMULA_ASSUME:
		return a == TRUTH_UNKNOWN && !is_shut ? b : a;
	case FORMULA_NOT:
		return not_of(a);
	case FORMULA_AND:
		return and_of(a, b);
	case FORMULA_OR:
		return not_of(and_of(not_of(a), not_of(b)));
	}
	return TRUTH_UNKNOWN;
}

void formulas_try(struct formulas *f, bool note)
{
	for (uint32_t i = 0; i < f->items.count; i++) {
		struct formula *formula = &f->items.items[i];

		f->values[i] = evaluate(f, formula, f->neutral == i);
		if (note)
			formula->seen |= (uint8_t)(1u << f->values[i]);
	}
}

/* A truth that is not looked into, of something with a way out on top. */
static bool has_way_out(const struct expr *e)
{
	if (e->op == EXPR_KNOWN)
		return true;
	for (int i = 0; i < 2; i++)
		if (e->arg[i] && behind_let(e->arg[i])->op == EXPR_ASSUME)
			return true;
	return false;
}

bool formula_is_way_out(const struct formula *formula)
{
	if (formula->op == FORMULA_TERM)
		return has_way_out(formula->expr);
	return formula->op == FORMULA_KNOWN || formula->op == FORMULA_IS_KNOWN ||
	    formula->op == FORMULA_ASSUME || formula->assumed != 0;
}
