/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts that keep a value from being decided.  The walk goes only into
 * what is undecided, so every fact it finds does contribute; what is decided
 * whatever the fact may be is never asked for.
 */
#include "explain/paths.h"

/* Relations that rest on each other form chains as long as the inventory. */
#define MISSING_DEPTH 64

static bool is_known(struct missing_list *list, struct env *env,
    const struct expr *e)
{
	struct value v = evaluate_expr(list->ev, env, e);

	return value_is_known(&v);
}

/* True the first time, unless too deep already; pairs with leave. */
static bool enter(struct missing_list *list, const int64_t *key, size_t count)
{
	bool is_new;

	if (list->depth >= MISSING_DEPTH)
		return false;
	map_at(list->asked, (struct str){ (const char *)key,
	    count * sizeof(*key) }, &is_new);
	list->depth += is_new;
	return is_new;
}

static void leave(struct missing_list *list)
{
	list->depth--;
}

/* --- names ---------------------------------------------------------------- */

/* An argument's facts are where the call stands. */
static void missing_of_variable(struct missing_list *list, struct env *env,
    const struct expr *e, struct part part)
{
	const struct slot *slot = &env->slots[e->variable->index];
	const struct expr *value = e->variable->let;

	if (!value && slot->argument) {
		value = slot->argument;
		env = slot->caller;
	}
	if (value && e->type.set)
		missing_of_set(list, env, value, part);
	else if (value)
		missing_of(list, env, value);
}

static void missing_of_body(struct missing_list *list, struct env *inner,
    const struct expr *body, struct part part)
{
	if (body->type.set)
		missing_of_set(list, inner, body, part);
	else
		missing_of(list, inner, body);
}

static void missing_of_call(struct missing_list *list, struct env *env,
    const struct expr *e, struct part part)
{
	const struct function *f =
	    &list->ev->tree->definitions.items[e->index];
	struct env inner = env_of_call(list->ev, env, f, e->items);

	missing_of_body(list, &inner, f->body, part);
}

/* --- attributes ----------------------------------------------------------- */

void missing_of_attribute(struct missing_list *list, uint16_t attribute,
    entity_id entity, struct part part)
{
	struct evaluator *ev = list->ev;
	const struct function *f;
	struct env inner;
	int64_t key[] = { -1, attribute, entity, part.rest, part.possible,
		part.only, part.only ? part.cell : 0 };

	if (!ev->tree->schema->attributes.items[attribute].derived) {
		lacks_attribute(list, attribute, entity, part);
		return;
	}
	if (!enter(list, key, sizeof(key) / sizeof(*key)))
		return;
	f = tree_derived(ev->tree, attribute);
	inner = env_new(ev, f->variables);
	env_bind(&inner, f->parameters[0], value_cell(entity, SYMBOL_NONE));
	missing_of_body(list, &inner, f->body, part);
	leave(list);
}

static void missing_of_navigation(struct missing_list *list,
    struct env *env, const struct expr *e, struct part part)
{
	struct value of = evaluate_expr(list->ev, env, e->arg[0]);

	if (of.scalar.state == STATE_UNKNOWN)
		missing_of(list, env, e->arg[0]);
	else if (of.scalar.state == STATE_KNOWN && e->op == EXPR_ATTRIBUTE)
		missing_of_attribute(list, (uint16_t)e->index,
		    (entity_id)of.scalar.cell, part);
}

/* One element is asked about.  Set operators know less than their operands
 * do: where those have no fault, all that is open about the set is asked. */
void missing_of_element(struct missing_list *list, struct env *env,
    const struct expr *e, struct part part)
{
	uint64_t before = list->named;

	missing_of_set(list, env, e, part);
	if (list->named == before)
		missing_of_set(list, env, e, PART_ALL);
}

/* --- sets ----------------------------------------------------------------- */

static void missing_of_extent(struct missing_list *list, uint16_t kind,
    struct part part)
{
	const struct graph *g = list->ev->graph;
	const struct extent *x = &g->extents[kind];

	if (part.possible && part.only && part.cell >= x->first &&
	    part.cell < x->first + x->count)
		lacks_entity(list, (entity_id)part.cell);
	if (part.possible && !part.only)
		trace_break(list->ev->trace);
	for (entity_id e = x->first; part.possible && !part.only &&
	    e < x->first + x->count; e++)
		lacks_entity(list, e);
	if (part.rest)
		lacks_extent(list, kind);
}

/* Why it is not decided whether the bound member belongs, or satisfies. */
static void missing_of_member(struct missing_list *list, struct env *env,
    const struct expr *e, const struct member *member,
    const struct expr *condition)
{
	if (!member->certain)
		missing_of_element(list, env, e->arg[0],
		    PART_POSSIBLE(member->cell));
	if (condition)
		missing_of(list, env, condition);
}

/* A value that is certainly another than the one that is asked about. */
static bool is_other(struct value v, struct part part)
{
	int64_t cell;
	symbol spelled;

	return v.kind != VALUE_SET && (value_state(v, &cell, &spelled) ==
	    STATE_NONE || (part.only && value_is_known(&v) && cell != part.cell));
}

static void missing_of_collected(struct missing_list *list, struct env *env,
    const struct expr *e, const struct set *set, uint32_t i, struct part part)
{
	enum truth member = fold_bind(env, e, set, i);
	enum truth holds = fold_holds(list->ev, env, member, e->arg[2]);
	struct value v;

	if (holds == TRUTH_FALSE)
		return;
	v = evaluate_expr(list->ev, env, e->arg[1]);
	if (is_other(v, part))
		return;
	if (holds == TRUTH_UNKNOWN && (part.possible || !value_is_known(&v)))
		missing_of_member(list, env, e, &set->members[i], e->arg[2]);
	if (v.kind == VALUE_SET)
		missing_of_set(list, env, e->arg[1], part);
	else if (part.rest)
		missing_of(list, env, e->arg[1]);
}

static void missing_of_collect(struct missing_list *list, struct env *env,
    const struct expr *e, struct part part)
{
	struct set set = evaluate_set(list->ev, env, e->arg[0]);

	for (uint32_t i = 0; i < set.count; i++)
		missing_of_collected(list, env, e, &set, i, part);
	if (part.rest && members_has_rest(&set))
		missing_of_set(list, env, e->arg[0], PART_REST);
}

static void missing_of_set_operator(struct missing_list *list,
    struct env *env, const struct expr *e, struct part part)
{
	struct set whole = evaluate_set(list->ev, env, e);

	/* An element of one side is only possible when the other may have it. */
	if (e->op == EXPR_INTERSECT)
		part.rest |= part.possible;
	else if (!part.only)
		part.rest = part.rest && members_has_rest(&whole);
	missing_of_set(list, env, e->arg[0], part);
	/* What B lacks makes elements of A only possible, never more. */
	if (e->op == EXPR_WITHOUT)
		part.rest = part.possible;
	missing_of_set(list, env, e->arg[1], part);
}

static void missing_of_items(struct missing_list *list, struct env *env,
    const struct expr *e)
{
	for (uint32_t i = 0; i < e->count; i++)
		missing_of(list, env, e->items[i]);
}

void missing_of_set(struct missing_list *list, struct env *env,
    const struct expr *e, struct part part)
{
	list->cut |= missing_is_enough(list);
	if (list->cut || is_known(list, env, e))
		return;
	if (e->op == EXPR_EXTENT)
		missing_of_extent(list, (uint16_t)e->index, part);
	else if (e->op == EXPR_VARIABLE)
		missing_of_variable(list, env, e, part);
	else if (e->op == EXPR_ATTRIBUTE || e->op == EXPR_FIELD)
		missing_of_navigation(list, env, e, part);
	else if (e->op == EXPR_CALL)
		missing_of_call(list, env, e, part);
	else if (e->op == EXPR_COLLECT)
		missing_of_collect(list, env, e, part);
	else if (e->op == EXPR_SET && part.rest)
		missing_of_items(list, env, e);
	else if (e->op == EXPR_UNION || e->op == EXPR_INTERSECT ||
	    e->op == EXPR_WITHOUT)
		missing_of_set_operator(list, env, e, part);
	else if (e->op == EXPR_ASSUME_COMPLETE)
		missing_of_set(list, env, e->arg[0],
		    (struct part){ false, part.possible, part.only, part.cell });
}

/* --- quantifiers and folds ------------------------------------------------ */

/* Members whose part in the answer is open, and what is not listed.  A sum
 * that is unknown though all of these are known is out of range. */
static void missing_of_fold(struct missing_list *list, struct env *env,
    const struct expr *e, const struct expr *condition,
    const struct expr *number)
{
	struct set set = evaluate_set(list->ev, env, e->arg[0]);
	bool known = !members_has_rest(&set);

	for (uint32_t i = 0; i < set.count; i++) {
		enum truth member = fold_bind(env, e, &set, i);
		enum truth body = TRUTH_TRUE;

		if (condition)
			body = evaluate_truth(list->ev, env, condition);
		if (body == kleene_of(e->op == EXPR_ALL))
			continue;	/* without it as with it */
		known = known && member == TRUTH_TRUE &&
		    body == TRUTH_TRUE && (!number || is_known(list, env, number));
		if (member != TRUTH_TRUE || body == TRUTH_UNKNOWN)
			missing_of_member(list, env, e, &set.members[i],
			    condition);
		if (number)
			missing_of(list, env, number);
	}
	if (members_has_rest(&set))
		missing_of_set(list, env, e->arg[0], PART_REST);
	if (known && number)
		lacks_sense(list, e);
}

/* --- relations and paths -------------------------------------------------- */

static void missing_of_tuple(struct missing_list *list, uint16_t relation,
    const int64_t *arguments)
{
	const struct function *f =
	    &list->ev->tree->relations.items[relation];
	int64_t *key = ARENA_ARRAY(list->ev->scratch, int64_t, f->count + 2u);
	struct env inner;

	key[0] = -2;
	key[1] = relation;
	memcpy(key + 2, arguments, f->count * sizeof(*arguments));
	if (relation_holds(list->ev, relation, arguments) != TRUTH_UNKNOWN ||
	    !enter(list, key, f->count + 2u))
		return;
	inner = relation_env(list->ev, f, arguments);
	missing_of(list, &inner, f->body);
	leave(list);
}

static void missing_of_relation(struct missing_list *list, struct env *env,
    const struct expr *e)
{
	int64_t *arguments = ARENA_ARRAY(list->ev->scratch, int64_t, e->count);
	bool all = true;

	for (uint32_t i = 0; i < e->count; i++) {
		symbol spelled;
		struct value v = evaluate_expr(list->ev, env, e->items[i]);

		if (value_state(v, &arguments[i], &spelled) != STATE_KNOWN) {
			all = false;
			missing_of(list, env, e->items[i]);
		}
	}
	if (all)
		missing_of_tuple(list, (uint16_t)e->index, arguments);
}

/* The walk from FROM to TO by a link, or to what no file names.  A set that is
 * derived may know less of one element than what it is derived from does: as
 * with missing_of_element all that is open about it is asked then. */
static void missing_of_link(struct missing_list *list, uint16_t attribute,
    entity_id from, uint32_t to)
{
	struct evaluator *ev = list->ev;
	bool named = to < ev->graph->entity_count;
	uint64_t before = list->named;
	struct value v;

	missing_of_attribute(list, attribute, from,
	    named ? PART_CELL(to) : PART_REST);
	if (!named || list->named > before ||
	    !ev->tree->schema->attributes.items[attribute].derived)
		return;
	v = fact_attribute(ev, attribute, from);
	if (v.kind == VALUE_SET &&
	    members_has_cell(&v.set, to) == TRUTH_UNKNOWN)
		missing_of_attribute(list, attribute, from, PART_ALL);
}

/* One step of a walk that may be: nothing if it certainly is. */
static void missing_of_step(struct missing_list *list, const struct walk_step *s)
{
	const struct path_step *step = s->step;
	uint32_t count = list->ev->graph->entity_count;
	const struct schema *schema = list->ev->tree->schema;
	uint32_t from = s->from, to = s->to;
	uint16_t attribute = step->index;
	int64_t pair[2] = { step->inverse ? to : from, step->inverse ? from : to };

	if (from >= count)
		return;		/* what no file names has nothing to ask for */
	if (step->kind == PATH_LINK && step->inverse &&
	    schema->attributes.items[attribute].inverse != SCHEMA_NONE)
		attribute = schema->attributes.items[attribute].inverse;
	else if (step->kind == PATH_LINK && step->inverse) {
		from = s->to;
		to = s->from;
	}
	if (from >= count || (step->kind == PATH_RELATION && to >= count))
		lacks_extent(list, step->to);
	else if (step->kind == PATH_RELATION)
		missing_of_tuple(list, step->index, pair);
	else
		missing_of_link(list, attribute, from, to);
}

static bool ends_certainly(struct evaluator *ev, struct env *env,
    const struct expr *e, entity_id end)
{
	struct set target = evaluate_set(ev, env, e->arg[1]);

	return members_has_cell(&target, end) == TRUTH_TRUE;
}

/* The steps of a shortest walk that may be, and whether its end counts. */
static void missing_of_reaches(struct missing_list *list, struct env *env,
    const struct expr *e)
{
	struct evaluator *ev = list->ev;
	struct value target;
	struct walk walk;
	uint32_t end;

	trace_break(ev->trace);
	if (!is_known(list, env, e->arg[0])) {
		missing_of(list, env, e->arg[0]);
		return;
	}
	walk = path_witness(ev, env, e, TRUTH_UNKNOWN);
	target = value_set(path_target(ev, env, e));
	pool_add_value(list->pool, e->arg[1]->type, &target);
	for (size_t i = 0; i < walk.count; i++) {
		missing_of_step(list, &walk.steps[i]);
		if (walk.steps[i].to < ev->graph->entity_count)
			lacks_entity(list, walk.steps[i].to);
	}
	end = walk.count ? walk.steps[walk.count - 1].to : walk.start;
	if (!e->arg[1]->type.set)
		missing_of(list, env, e->arg[1]);
	else if (end >= ev->graph->entity_count)
		missing_of_set(list, env, e->arg[1], PART_REST);
	else if (!ends_certainly(ev, env, e, end))
		missing_of_element(list, env, e->arg[1], PART_CELL(end));
}

/* --- all of them ---------------------------------------------------------- */

static void missing_of_in(struct missing_list *list, struct env *env,
    const struct expr *e)
{
	struct value v = evaluate_expr(list->ev, env, e->arg[0]);
	struct value set = evaluate_expr(list->ev, env, e->arg[1]);
	int64_t cell;
	symbol spelled;

	pool_add_value(list->pool, e->arg[0]->type, &v);
	pool_add_value(list->pool, e->arg[1]->type, &set);
	if (value_state(v, &cell, &spelled) == STATE_KNOWN)
		missing_of_element(list, env, e->arg[1], PART_CELL(cell));
	else
		missing_of(list, env, e->arg[0]);
}

/* Operands that are not decided; when all are, the operator itself failed. */
static void missing_of_operands(struct missing_list *list, struct env *env,
    const struct expr *e)
{
	bool known = true;

	for (int i = 0; i < expr_op_arity(e->op); i++) {
		struct value v = evaluate_expr(list->ev, env, e->arg[i]);

		pool_add_value(list->pool, e->arg[i]->type, &v);
		if (value_is_known(&v))
			continue;
		known = false;
		missing_of(list, env, e->arg[i]);
	}
	if (known)
		lacks_sense(list, e);
}

void missing_of(struct missing_list *list, struct env *env,
    const struct expr *e)
{
	list->cut |= missing_is_enough(list);
	if (list->cut || is_known(list, env, e))
		return;
	if (e->type.set)
		missing_of_set(list, env, e, PART_ALL);
	else if (e->op == EXPR_TODAY)
		lacks_today(list);
	else if (e->op == EXPR_VARIABLE)
		missing_of_variable(list, env, e, PART_ALL);
	else if (e->op == EXPR_ATTRIBUTE || e->op == EXPR_FIELD)
		missing_of_navigation(list, env, e, PART_ALL);
	else if (e->op == EXPR_CALL)
		missing_of_call(list, env, e, PART_ALL);
	else if (e->op == EXPR_RELATION)
		missing_of_relation(list, env, e);
	else if (e->op == EXPR_REACHES)
		missing_of_reaches(list, env, e);
	else if (e->op == EXPR_IN)
		missing_of_in(list, env, e);
	else if (e->op == EXPR_ANY || e->op == EXPR_ALL ||
	    e->op == EXPR_COUNT_WHERE)
		missing_of_fold(list, env, e, e->arg[1], NULL);
	else if (e->op == EXPR_SUM || e->op == EXPR_MIN || e->op == EXPR_MAX)
		missing_of_fold(list, env, e, e->arg[2], e->arg[1]);
	else
		missing_of_operands(list, env, e);
}
