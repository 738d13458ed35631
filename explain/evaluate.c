/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions: one function per group of operators, each the sentence of
 * docs/semantics.md.  Recursion follows the tree, which has bounded depth.
 */
#include "explain/evaluator.h"

#include "base/guard.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "vm/regex.h"

static void free_region(void *place)
{
	arena_free(*(struct arena **)place);
}

/* Ends with its owner.  Its release is registered before it is made, as
 * either may raise. */
static struct arena *region_of(struct arena *owner)
{
	struct arena **place = ARENA_NEW(owner, struct arena *);

	arena_defer(owner, free_region, place);
	return *place = arena_new();
}

static struct evaluator *evaluator_in(struct arena *arena,
    const struct tree *tree, const struct graph *graph)
{
	struct evaluator *ev = ARENA_NEW(arena, struct evaluator);

	ev->arena = arena;
	ev->scratch = region_of(arena);
	ev->lets = region_of(arena);
	ev->interim = region_of(arena);
	ev->premises = region_of(arena);
	ev->heights = region_of(arena);
	ev->tree = tree;
	ev->graph = graph;
	ev->derived = ARENA_ARRAY(arena, struct memo **,
	    tree->schema->attributes.count);
	ev->tuple_places = map_new(arena);
	return ev;
}

void evaluator_cover(struct evaluator *ev, struct coverage *coverage)
{
	ev->coverage = coverage;
}

struct evaluator *evaluator_new(struct arena *arena, const struct tree *tree,
    const struct graph *graph)
{
	struct evaluator *ev = evaluator_in(arena, tree, graph);

	ev->lasting = region_of(arena);
	ev->subject = region_of(arena);
	ev->closings = closings_new(arena, tree);
	ev->patterns = ARENA_NEW(arena, struct patterns);
	ev->patterns->arena = arena;
	ev->patterns->places = map_new(arena);
	ev->search_rooms = search_rooms_new(arena);
	ev->extents = ARENA_ARRAY(arena, struct extent_set, graph->schema->kinds.count);
	ev->open_rows = ARENA_ARRAY(arena, const uint64_t *, graph->schema->attributes.count);
	return ev;
}

struct evaluator *evaluator_beside(struct evaluator *ev, struct arena *arena)
{
	struct evaluator *beside = evaluator_in(arena, ev->tree, ev->graph);

	beside->patterns = ev->patterns;
	beside->search_rooms = ev->search_rooms;
	beside->extents = ev->extents;
	beside->open_rows = ev->open_rows;
	beside->lasting = ev->lasting;
	beside->closings = ev->closings;
	beside->under = ev;
	return beside;
}

/* Both nest on the same stack of the machine. */
struct evaluator *evaluator_under(struct evaluator *ev)
{
	ev->under->depth = ev->depth;
	return ev->under;
}

/* --- environments --------------------------------------------------------- */

struct env env_new(struct evaluator *ev, uint32_t count)
{
	return (struct env){ ARENA_ARRAY(ev->scratch, struct slot, count), count,
		false };
}

void env_bind(struct env *env, const struct variable *variable,
    struct value value)
{
	env->slots[variable->index] = (struct slot){
		.value = value_as(value, variable->type), .bound = true };
}

struct env env_of_call(struct evaluator *ev, struct env *caller,
    const struct function *function, struct expr *const *items)
{
	struct env env = env_new(ev, function->variables);

	env.rests = caller->rests;
	for (uint32_t i = 0; i < function->count; i++) {
		const struct variable *v = function->parameters[i];

		env_bind(&env, v, evaluate_expr(ev, caller, items[i]));
		env.slots[v->index].argument = items[i];
		env.slots[v->index].caller = caller;
	}
	return env;
}

/* A `let` is computed once for each subject, and outlives scratch. */
static struct value evaluate_variable(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	const struct variable *v = e->variable;
	struct slot *slot = &env->slots[v->index];

	if (!slot->bound) {
		struct value value = value_as(evaluate_expr(ev, env, v->let),
		    v->type);

		slot->value = closed_is_kept(ev, v->let) ? value
		    : value_copy(ev->lets, value);
		slot->bound = true;
	}
	return slot->value;
}

/* --- constants ------------------------------------------------------------ */

struct str cell_text(const struct evaluator *ev, int64_t cell)
{
	return symbol_text(ev->graph->symbols, (symbol)cell);
}

static int64_t constant_cell(const struct evaluator *ev, const struct expr *e)
{
	if (type_is_text(e->type))
		return symbol_of(ev->graph->symbols, e->text);
	return e->cell;
}

static struct value evaluate_constant_set(struct evaluator *ev,
    const struct expr *e)
{
	struct set_builder b = members_begin(ev->scratch, e->type,
	    ev->graph->symbols);

	for (uint32_t i = 0; i < e->count; i++)
		members_add(&b, constant_cell(ev, e->items[i]), SYMBOL_NONE,
		    TRUTH_TRUE);
	return value_set(members_end(&b));
}

static struct value evaluate_today(const struct evaluator *ev)
{
	int64_t days;

	if (ev->overlay && overlay_today(ev->overlay, &days))
		return value_number(number_of(days));
	return value_number(ev->graph->has_as_of ? number_of(ev->graph->as_of)
	    : number_unknown());
}

/* --- reading -------------------------------------------------------------- */

/* An attribute or field of a value: none has none, and of what is not known
 * nothing is known. */
static struct value evaluate_navigation(struct evaluator *ev,
    struct env *env, const struct expr *e)
{
	struct value of = evaluate_expr(ev, env, e->arg[0]);

	if (of.scalar.state == STATE_NONE)
		return value_none(e->type);
	if (of.scalar.state == STATE_UNKNOWN)
		return value_unknown(e->type);
	return e->op == EXPR_FIELD
	    ? fact_field(ev, (uint16_t)e->index, of.scalar.cell)
	    : fact_attribute(ev, (uint16_t)e->index, (entity_id)of.scalar.cell);
}

/* --- truth ---------------------------------------------------------------- */

enum truth evaluate_truth(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	static const struct type truth = { .tag = TYPE_BOOL };

	return value_as(evaluate_expr(ev, env, e), truth).truth;
}

static enum truth evaluate_connective(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	enum truth decides = kleene_of(e->op == EXPR_OR);
	enum truth a = evaluate_truth(ev, env, e->arg[0]), b;

	if (a == decides)
		return a;
	b = evaluate_truth(ev, env, e->arg[1]);
	return e->op == EXPR_OR ? kleene_or(a, b) : kleene_and(a, b);
}

static enum truth is_before(const struct evaluator *ev, struct value a,
    struct value b, bool or_same)
{
	int order;

	if (a.kind == VALUE_NUMBER)
		return or_same ? number_at_most(a.number, b.number)
		    : number_less(a.number, b.number);
	if (a.scalar.state != STATE_KNOWN || b.scalar.state != STATE_KNOWN)
		return TRUTH_UNKNOWN;
	order = scalar_compare_versions(cell_text(ev, a.scalar.cell),
	    cell_text(ev, b.scalar.cell));
	return kleene_of(order < (or_same ? 1 : 0));
}

static enum truth evaluate_comparison(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct value a = evaluate_expr(ev, env, e->arg[0]);
	struct value b = evaluate_expr(ev, env, e->arg[1]);

	if (e->op == EXPR_EQ)
		return value_equal(a, b);
	if (e->op == EXPR_IN)
		return members_has(&b.set, a);
	if (e->op == EXPR_SUBSET)
		return members_subset(ev->tree->schema, &a.set, &b.set);
	if (e->op == EXPR_SAME)
		return members_same(ev->tree->schema, &a.set, &b.set);
	return is_before(ev, a, b, e->op == EXPR_LE);
}

static enum truth evaluate_is_kind(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct value v = evaluate_expr(ev, env, e->arg[0]);

	switch (v.scalar.state) {
	case STATE_UNKNOWN:
		return TRUTH_UNKNOWN;
	case STATE_NONE:
		return TRUTH_FALSE;
	case STATE_KNOWN:
		break;
	}
	return kleene_of(fact_is_kind(ev, (entity_id)v.scalar.cell,
	    (uint16_t)e->index));
}

static bool rests_on_hidden(struct env *env, const struct expr *e);

static bool is_hidden(struct env *env, const struct variable *v)
{
	struct slot *slot = &env->slots[v->index];
	bool hidden = false;

	if (slot->hidden == HIDDEN_UNASKED) {
		if (slot->argument)
			hidden = rests_on_hidden(slot->caller, slot->argument);
		else if (v->let)
			hidden = rests_on_hidden(env, v->let);
		slot->hidden = hidden ? HIDDEN_YES : HIDDEN_NO;
	}
	return slot->hidden == HIDDEN_YES;
}

/* Does a value rest on what was not listed?  Nobody can say then whether it is
 * known.  Recursion is bounded by the depth of expressions and of calls. */
static bool rests_on_hidden(struct env *env, const struct expr *e)
{
	if (!env->rests)
		return false;
	if (e->op == EXPR_VARIABLE)
		return is_hidden(env, e->variable);
	for (int i = 0; i < expr_op_arity(e->op); i++)
		if (e->arg[i] && rests_on_hidden(env, e->arg[i]))
			return true;
	for (uint32_t i = 0; i < e->count; i++)
		if (rests_on_hidden(env, e->items[i]))
			return true;
	return false;
}

static struct value evaluate_assume(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct value v = value_as(evaluate_expr(ev, env, e->arg[0]), e->type);

	if (value_is_known(&v) || rests_on_hidden(env, e->arg[0]))
		return v;
	return value_as(evaluate_expr(ev, env, e->arg[1]), e->type);
}

static enum truth evaluate_known(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct value v = evaluate_expr(ev, env, e->arg[0]);

	return rests_on_hidden(env, e->arg[0]) ? TRUTH_UNKNOWN
	    : kleene_of(value_is_known(&v));
}

static enum truth evaluate_absent(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct value v = evaluate_expr(ev, env, e->arg[0]);

	return value_absent(&v);
}

/* --- texts ---------------------------------------------------------------- */

static void free_regex(void *place)
{
	regex_free(*(struct regex **)place);
}

/* NULL when the library refuses the pattern: every match has then failed. */
static const struct regex *regex_of(struct evaluator *ev, const struct expr *e)
{
	struct str address = { (const char *)&e, sizeof(e) };
	char why[128];
	struct regex **regex;
	bool is_new;
	struct patterns *all = ev->patterns;
	uint32_t *place = map_at(all->places, address, &is_new);

	if (!is_new)
		return *all->items.items[*place];
	*place = (uint32_t)all->items.count;
	regex = ARENA_NEW(all->arena, struct regex *);
	arena_defer(all->arena, free_regex, regex);
	*VEC_PUSH(all->arena, &all->items) = regex;
	*regex = regex_new(e->text.at, e->text.length,
	    e->arg[0]->type.tag == TYPE_CASELESS,
	    limit_get(LIMIT_REGEX_MEMORY), why, sizeof(why));
	return *regex;
}

static enum truth matches(struct evaluator *ev, const struct expr *e,
    struct str text)
{
	const struct regex *regex = regex_of(ev, e);

	switch (regex ? regex_search(regex, text.at, text.length) : REGEX_FAILED) {
	case REGEX_MATCH:
		return TRUTH_TRUE;
	case REGEX_NO_MATCH:
		return TRUTH_FALSE;
	case REGEX_FAILED:
		break;
	}
	return TRUTH_UNKNOWN;
}

static enum truth evaluate_pattern(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct value v = evaluate_expr(ev, env, e->arg[0]);
	struct str text;

	if (v.scalar.state != STATE_KNOWN)
		return TRUTH_UNKNOWN;
	text = cell_text(ev, v.scalar.cell);
	if (e->op == EXPR_MATCHES)
		return matches(ev, e, text);
	return kleene_of(scalar_like(ev->scratch, text, e->text,
	    e->arg[0]->type.tag == TYPE_CASELESS));
}

static enum truth evaluate_affix(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct value a = evaluate_expr(ev, env, e->arg[0]);
	struct value b = evaluate_expr(ev, env, e->arg[1]);
	struct str text, with;

	if (a.scalar.state != STATE_KNOWN || b.scalar.state != STATE_KNOWN)
		return TRUTH_UNKNOWN;
	text = cell_text(ev, a.scalar.cell);
	with = cell_text(ev, b.scalar.cell);
	if (e->op == EXPR_IN_NET)
		return kleene_of(scalar_in_net(text, with));
	if (e->arg[0]->type.tag == TYPE_CASELESS ||
	    e->arg[1]->type.tag == TYPE_CASELESS) {
		text = utf8_fold(ev->scratch, text);
		with = utf8_fold(ev->scratch, with);
	}
	return kleene_of(e->op == EXPR_STARTS ? str_starts(text, with)
	    : str_ends(text, with));
}

static struct value text_value(struct evaluator *ev, struct type type,
    struct str text)
{
	if (type.tag == TYPE_CASELESS)
		text = utf8_fold(ev->scratch, text);
	return value_cell(symbol_of(ev->graph->symbols, text), SYMBOL_NONE);
}

static struct value evaluate_concat(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct value a = evaluate_expr(ev, env, e->arg[0]);
	struct value b = evaluate_expr(ev, env, e->arg[1]);
	struct text joined;

	if (a.scalar.state != STATE_KNOWN || b.scalar.state != STATE_KNOWN)
		return value_unknown(e->type);
	text_init(&joined, ev->scratch);
	text_add(&joined, cell_text(ev, a.scalar.cell));
	text_add(&joined, cell_text(ev, b.scalar.cell));
	return text_value(ev, e->type, text_str(&joined));
}

static struct value evaluate_text(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct value v = evaluate_expr(ev, env, e->arg[0]);
	int64_t cell;
	symbol spelled;

	if (value_state(v, &cell, &spelled) != STATE_KNOWN)
		return value_unknown(e->type);
	return text_value(ev, e->type, graph_cell_text(ev->graph, ev->scratch,
	    e->arg[0]->type, cell));
}

static struct value evaluate_lower(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct value v = evaluate_expr(ev, env, e->arg[0]);

	if (v.scalar.state != STATE_KNOWN)
		return value_unknown(e->type);
	return value_cell(symbol_fold(ev->graph->symbols,
	    (symbol)v.scalar.cell), SYMBOL_NONE);
}

/* --- numbers -------------------------------------------------------------- */

/* A duration beside a date counts in whole days. */
static struct number days_beside(struct number n, struct type type,
    struct type beside)
{
	if (type.tag == TYPE_DURATION && beside.tag == TYPE_DATE)
		return number_divide(n, number_of(SECONDS_OF_DAY));
	return n;
}

static struct number evaluate_arithmetic(struct evaluator *ev,
    struct env *env, const struct expr *e)
{
	struct type s = e->arg[0]->type, t = e->arg[1]->type;
	struct number a = evaluate_expr(ev, env, e->arg[0]).number;
	struct number b = evaluate_expr(ev, env, e->arg[1]).number;

	if (e->op == EXPR_ADD)
		return number_add(days_beside(a, s, t), days_beside(b, t, s));
	if (e->op == EXPR_MULTIPLY)
		return number_multiply(a, b);
	if (e->op == EXPR_DIVIDE)
		return number_divide(a, b);
	a = number_subtract(a, days_beside(b, t, s));
	if (s.tag == TYPE_DATE && t.tag == TYPE_DATE)
		a = number_multiply(a, number_of(SECONDS_OF_DAY));
	return a;
}

static struct number evaluate_negation(struct evaluator *ev,
    struct env *env, const struct expr *e)
{
	return number_subtract(number_of(0),
	    evaluate_expr(ev, env, e->arg[0]).number);
}

/* --- sets ----------------------------------------------------------------- */

struct set evaluate_set(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	return evaluate_expr(ev, env, e).set;
}

static struct value evaluate_set_literal(struct evaluator *ev,
    struct env *env, const struct expr *e)
{
	struct set_builder b = members_begin(ev->scratch, e->type,
	    ev->graph->symbols);

	for (uint32_t i = 0; i < e->count; i++)
		members_add_value(&b, evaluate_expr(ev, env, e->items[i]),
		    e->items[i]->type.optional, TRUTH_TRUE);
	return value_set(members_end(&b));
}

static struct set operate(struct evaluator *ev, const struct expr *e,
    const struct set *a, const struct set *b)
{
	if (e->op == EXPR_UNION)
		return members_union(ev->scratch, a, b);
	if (e->op == EXPR_INTERSECT)
		return members_intersect(ev->scratch, a, b);
	return members_without(ev->scratch, a, b);
}

/* What is left open may be of all kinds that both sides are of. */
static struct set evaluate_set_operator(struct evaluator *ev,
    struct env *env, const struct expr *e)
{
	struct set a = evaluate_set(ev, env, e->arg[0]);
	struct set b = evaluate_set(ev, env, e->arg[1]);
	struct set result = operate(ev, e, &a, &b);

	result.of.of = e->type.of;
	return result;
}

static struct value evaluate_complete(struct evaluator *ev,
    struct env *env, const struct expr *e)
{
	struct set s = evaluate_set(ev, env, e->arg[0]);

	s.open = s.open && rests_on_hidden(env, e->arg[0]);
	return value_set(s);
}

static struct number evaluate_count(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct set s = evaluate_set(ev, env, e->arg[0]);

	return members_count(ev->tree->schema, &s);
}

/* --- all of them ---------------------------------------------------------- */

static struct value evaluate_call(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	const struct function *f = &ev->tree->definitions.items[e->index];
	struct env inner = env_of_call(ev, env, f, e->items);

	return evaluate_expr(ev, &inner, f->body);
}

static struct value evaluate_any_op(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	switch (e->op) {
	case EXPR_CONST:
		return value_element(e->type, constant_cell(ev, e), SYMBOL_NONE);
	case EXPR_NONE:
		return value_none(e->type);
	case EXPR_CONST_SET:
		return evaluate_constant_set(ev, e);
	case EXPR_TODAY:
		return evaluate_today(ev);
	case EXPR_PARAM:
		return evaluate_expr(ev, env,
		    ev->tree->params.items[e->index].value);
	case EXPR_VARIABLE:
		return evaluate_variable(ev, env, e);
	case EXPR_EXTENT:
		return value_set(fact_extent(ev, (uint16_t)e->index));
	case EXPR_ATTRIBUTE: case EXPR_FIELD:
		return evaluate_navigation(ev, env, e);
	case EXPR_CALL:
		return evaluate_call(ev, env, e);
	case EXPR_RELATION:
		return evaluate_relation(ev, env, e);
	case EXPR_REACHES:
		return evaluate_reaches(ev, env, e);
	case EXPR_NOT:
		return value_truth(kleene_not(evaluate_truth(ev, env, e->arg[0])));
	case EXPR_AND: case EXPR_OR:
		return value_truth(evaluate_connective(ev, env, e));
	case EXPR_EQ: case EXPR_LT: case EXPR_LE:
	case EXPR_IN: case EXPR_SUBSET: case EXPR_SAME:
		return value_truth(evaluate_comparison(ev, env, e));
	case EXPR_LIKE: case EXPR_MATCHES:
		return value_truth(evaluate_pattern(ev, env, e));
	case EXPR_STARTS: case EXPR_ENDS: case EXPR_IN_NET:
		return value_truth(evaluate_affix(ev, env, e));
	case EXPR_IS_KIND:
		return value_truth(evaluate_is_kind(ev, env, e));
	case EXPR_KNOWN:
		return value_truth(evaluate_known(ev, env, e));
	case EXPR_ABSENT:
		return value_truth(evaluate_absent(ev, env, e));
	case EXPR_ASSUME:
		return evaluate_assume(ev, env, e);
	case EXPR_ASSUME_COMPLETE:
		return evaluate_complete(ev, env, e);
	case EXPR_NEGATE:
		return value_number(evaluate_negation(ev, env, e));
	case EXPR_ADD: case EXPR_SUBTRACT: case EXPR_MULTIPLY: case EXPR_DIVIDE:
		return value_number(evaluate_arithmetic(ev, env, e));
	case EXPR_CONCAT:
		return evaluate_concat(ev, env, e);
	case EXPR_TEXT:
		return evaluate_text(ev, env, e);
	case EXPR_LOWER:
		return evaluate_lower(ev, env, e);
	case EXPR_SET:
		return evaluate_set_literal(ev, env, e);
	case EXPR_UNION: case EXPR_INTERSECT: case EXPR_WITHOUT:
		return value_set(evaluate_set_operator(ev, env, e));
	case EXPR_COUNT:
		return value_number(evaluate_count(ev, env, e));
	case EXPR_ANY: case EXPR_ALL:
		return evaluate_quantifier(ev, env, e);
	case EXPR_COLLECT:
		return evaluate_collect(ev, env, e);
	case EXPR_COUNT_WHERE: case EXPR_SUM: case EXPR_MIN: case EXPR_MAX:
		return evaluate_fold(ev, env, e);
	case EXPR_WITNESS: case EXPR_MESSAGE: case EXPR_COUNT_OF:
		break;	/* words, not values: message.c */
	}
	return value_unknown(e->type);
}

struct value evaluate_anew(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct value v;

	if (++ev->depth > EVALUATION_DEPTH)
		guard_raise(limit_name(LIMIT_EXPRESSION_DEPTH));
	v = value_as(evaluate_any_op(ev, env, e), e->type);
	if (ev->coverage && type_is_truth(e->type))
		coverage_see(ev->coverage, e, v.truth);
	ev->depth--;
	return v;
}

struct value evaluate_expr(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct value v;

	ev->steps++;
	return closed_value(ev, env, e, &v) ? v : evaluate_anew(ev, env, e);
}
