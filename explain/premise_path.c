/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths: a walk step by step; or, where there is none, every place that the
 * search came to with all that leads on from it.
 */
#include "explain/premise.h"

#include "explain/paths.h"

static bool is_phantom(const struct premises *w, uint32_t place)
{
	return place >= w->ev->graph->entity_count;
}

/* --- a walk --------------------------------------------------------------- */

/* The row that a step reads: of ENTITY by ATTRIBUTE, whether it has OTHER. */
struct crossing {
	uint16_t attribute;
	uint32_t entity, other;
};

static struct crossing crossing_of(const struct premises *w,
    const struct path_step *step, uint32_t from, uint32_t to)
{
	const struct schema *schema = w->ev->tree->schema;
	uint16_t inverse;

	if (!step->inverse)
		return (struct crossing){ step->index, from, to };
	inverse = schema->attributes.items[step->index].inverse;
	if (inverse != SCHEMA_NONE)
		return (struct crossing){ inverse, from, to };
	return (struct crossing){ step->index, to, from };
}

static enum truth value_has(struct premises *w, uint16_t attribute,
    entity_id entity, int64_t cell)
{
	struct arena_mark mark = arena_here(w->ev->scratch);
	struct value v = fact_attribute(w->ev, attribute, entity);
	enum truth truth;

	if (v.kind == VALUE_SET)
		truth = members_has_cell(&v.set, cell);
	else
		truth = v.scalar.state == STATE_UNKNOWN ? TRUTH_UNKNOWN
		    : kleene_of(v.scalar.state == STATE_KNOWN &&
			v.scalar.cell == cell);
	arena_rollback(w->ev->scratch, mark);
	return truth;
}

static enum truth step_truth(struct premises *w, const struct walk_step *s)
{
	int64_t pair[2] = { s->step->inverse ? s->to : s->from,
		s->step->inverse ? s->from : s->to };
	struct crossing c;

	if (is_phantom(w, s->from) || is_phantom(w, s->to))
		return TRUTH_UNKNOWN;
	if (s->step->kind == PATH_RELATION)
		return relation_holds(w->ev, s->step->index, pair);
	c = crossing_of(w, s->step, s->from, s->to);
	return value_has(w, c.attribute, c.entity, c.other);
}

static void say_entity(struct premises *w, uint32_t entity)
{
	premise_say_fact(w, (struct fact){ FACT_ENTITY, entity,
	    entity_kind(w->ev->graph, entity), 0 });
}

static void say_tuple(struct premises *w, uint16_t relation, int64_t a,
    int64_t b, enum truth truth)
{
	const struct function *f = &w->ev->tree->relations.items[relation];
	struct env env = relation_env(w->ev, f, (int64_t[]){ a, b });

	premise_give(w, (struct premise){ .kind = PREMISE_TUPLE,
	    .truth = truth, .expr = f->body, .index = relation,
	    .env = premise_env(w, &env) });
}

static bool value_rests(struct premises *w, uint16_t attribute, entity_id entity)
{
	struct arena_mark mark = arena_here(w->ev->scratch);
	struct value v = fact_attribute(w->ev, attribute, entity);
	bool rests = v.kind == VALUE_SET ? members_has_rest(&v.set)
	    : v.scalar.state == STATE_UNKNOWN;

	arena_rollback(w->ev->scratch, mark);
	return rests;
}

static void expand_crossing(struct premises *w, const struct premise *p)
{
	struct crossing c = crossing_of(w, p->step.step, p->step.from,
	    p->step.to);
	struct premise demand = { .kind = PREMISE_MEMBER, .cell = c.other,
		.truth = p->truth };

	if (is_phantom(w, c.entity))
		return;
	if (is_phantom(w, c.other)) {
		/* From what no file names a step may lead anywhere, against a
		 * list that is closed as well: docs/semantics.md. */
		if (!value_rests(w, c.attribute, c.entity))
			return;
		demand.kind = PREMISE_REST;
		demand.truth = TRUTH_TRUE;
	}
	premise_say_attribute(w, &demand, c.attribute, c.entity);
}

void premise_expand_step(struct premises *w, const struct premise *p)
{
	const struct path_step *step = p->step.step;
	uint32_t from = p->step.from, to = p->step.to;

	if (step->kind == PATH_LINK)
		expand_crossing(w, p);
	else if (!is_phantom(w, from) && !is_phantom(w, to))
		say_tuple(w, step->index, step->inverse ? to : from,
		    step->inverse ? from : to, p->truth);
	if (is_phantom(w, to))
		premise_say_fact(w, (struct fact){ FACT_EXTENT, ENTITY_NONE,
		    (uint16_t)(to - w->ev->graph->entity_count), 0 });
	else if (entity_is_possible(w->ev->graph, to))
		say_entity(w, to);
}

static void say_end(struct premises *w, const struct premise *p, uint32_t end)
{
	const struct expr *target = p->expr->arg[1];
	struct set set = path_target(w->ev, p->env, p->expr);
	enum truth truth;

	if (!target->type.set) {
		premise_say_value(w, p->env, target);
	} else if (is_phantom(w, end)) {
		premise_say_rest(w, p->env, target, TRUTH_TRUE);
	} else {
		truth = members_has_cell(&set, end);
		if (target->op != EXPR_EXTENT || truth != TRUTH_TRUE)
			premise_say_member(w, p->env, target, end, truth);
	}
}

static void expand_walk(struct premises *w, const struct premise *p)
{
	struct walk walk = path_witness(w->ev, p->env, p->expr, p->truth);

	for (size_t i = 0; i < walk.count; i++)
		premise_give(w, (struct premise){ .kind = PREMISE_STEP,
		    .truth = step_truth(w, &walk.steps[i]),
		    .step = walk.steps[i] });
	if (walk.found)
		say_end(w, p, walk.count ? walk.steps[walk.count - 1].to
		    : walk.start);
}

/* --- no walk -------------------------------------------------------------- */

/* Every step out of a place that leads nowhere but to places that were
 * reached: the rows that say so. */
static void expand_rows(struct premises *w, const struct premise *p,
    const struct path_step *step)
{
	const struct extent *x = &w->ev->graph->extents[step->to];
	struct crossing c = crossing_of(w, step, p->place, p->place);
	bool by_row = !step->inverse || w->ev->tree->schema->attributes
	    .items[step->index].inverse != SCHEMA_NONE;
	struct premise whole = { .kind = PREMISE_WHOLE };

	if (step->kind == PATH_LINK && by_row) {
		premise_say_attribute(w, &whole, c.attribute, p->place);
		return;
	}
	for (entity_id e = x->first; e < x->first + x->count; e++) {
		struct walk_step s = { step, p->place, e };

		premise_give(w, (struct premise){ .kind = PREMISE_STEP,
		    .truth = step_truth(w, &s), .step = s });
	}
	premise_say_fact(w, (struct fact){ FACT_EXTENT, ENTITY_NONE, step->to, 0 });
}

void premise_expand_place(struct premises *w, const struct premise *p)
{
	const struct path *path = p->expr->path;

	if (is_phantom(w, p->place))
		return;
	for (uint32_t i = 0; i < path->move_count; i++) {
		const struct path_step *step = &path->steps[path->moves[i].step];
		bool said = path->moves[i].from != p->state ||
		    !path_place_is(w->ev, p->place, step->from);

		/* One step may lead into several states. */
		for (uint32_t j = 0; j < i && !said; j++)
			said = path->moves[j].from == p->state &&
			    path->moves[j].step == path->moves[i].step;
		if (!said)
			expand_rows(w, p, step);
	}
}

/* Of the target's elements what a search could end at and does not. */
static void say_target(struct premises *w, const struct premise *p,
    const struct search *may)
{
	const struct expr *target = p->expr->arg[1];
	struct set set = path_target(w->ev, p->env, p->expr);

	if (!target->type.set) {
		premise_say_value(w, p->env, target);
		return;
	}
	for (size_t i = 0; i < may->reached; i++) {
		uint32_t place = place_of(may, may->queue[i]);

		if (search_accepts(may, may->queue[i]) &&
		    !is_phantom(w, place) &&
		    path_place_is(w->ev, place, set.of.of))
			premise_say_member(w, p->env, target, place, TRUTH_FALSE);
	}
	if (!members_has_rest(&set) && target->op != EXPR_EXTENT)
		premise_say_rest(w, p->env, target, TRUTH_FALSE);
}

static void expand_frontier(struct premises *w, const struct premise *p,
    entity_id source)
{
	struct search may = search_from(w->ev, p->expr->path, source, true);

	for (size_t i = 0; i < may.reached; i++)
		premise_give(w, (struct premise){ .kind = PREMISE_PLACE,
		    .expr = p->expr, .env = p->env, .truth = TRUTH_TRUE,
		    .place = place_of(&may, may.queue[i]),
		    .state = (unsigned)(may.queue[i] % p->expr->path->states) });
	say_target(w, p, &may);
	search_end(&may);
}

void premise_expand_reaches(struct premises *w, const struct premise *p)
{
	struct value source = evaluate_expr(w->ev, p->env, p->expr->arg[0]);

	premise_say_value(w, p->env, p->expr->arg[0]);
	if (source.scalar.state != STATE_KNOWN)
		return;
	if (p->truth == TRUTH_FALSE)
		expand_frontier(w, p, (entity_id)source.scalar.cell);
	else
		expand_walk(w, p);
}
