/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Levels, demand, units.
 *
 *	level of a node		the greatest of its operands'; of a fetch, one more
 *				than its store's
 *	level of a store	its node's; of a recursive component, the greatest
 *				of its bodies', where fetches inside it count nothing
 *	level of a rule		the greatest of all rules on the same root, so that
 *				they share one unit
 *
 * Demand runs from the rules down: nodes with great numbers first, so that all
 * users of a node have been seen when its turn comes.
 */
#include <assert.h>
#include <stdlib.h>

#include "compiler/schedule.h"

#define MANY (PLAN_NONE - 1)

struct work {
	struct arena *arena;
	struct plan *plan;
	struct schedule *schedule;
	uint32_t *levels;		/* by node */
	uint32_t *component_levels;	/* by component: plus 1; 0: not known yet */
	uint32_t *demand;		/* by node: a unit, MANY or PLAN_NONE */
	VEC(bool) needed;		/* by store */
};

/* --- levels --------------------------------------------------------------- */

static bool is_fetch(const struct plan_node *node)
{
	return node->op >= OPCODE_FETCH_T && node->op <= OPCODE_FETCH_M;
}

/* A fetch from a store of the component that it stands in. */
static bool is_inside(const struct plan *plan, const struct plan_node *node)
{
	return is_fetch(node) && node->component != SCHEMA_NONE &&
	    node->component == plan->stores.items[node->imm].component;
}

static uint32_t component_level(struct work *w, uint16_t component)
{
	uint32_t *level = &w->component_levels[component];
	uint32_t most = 0;

	for (size_t i = 0; *level == 0 && i < w->plan->stores.count; i++) {
		const struct plan_store *store = &w->plan->stores.items[i];

		if (store->component == component &&
		    w->levels[store->node] > most)
			most = w->levels[store->node];
	}
	if (*level == 0)
		*level = most + 1;
	return *level - 1;
}

static uint32_t store_level(struct work *w, uint32_t store)
{
	const struct plan_store *s = &w->plan->stores.items[store];

	assert(s->node != PLAN_NONE);
	if (s->component != SCHEMA_NONE)
		return component_level(w, s->component);
	return w->levels[s->node];
}

static void raise_level(uint32_t *level, uint32_t to)
{
	if (to > *level)
		*level = to;
}

static uint32_t path_level(struct work *w, uint32_t path)
{
	const struct plan_path *p = &w->plan->paths.items[path];
	uint32_t level = 0;

	for (uint16_t i = 0; i < p->path->step_count; i++)
		if (p->stores[i] != PLAN_NONE)
			raise_level(&level, store_level(w, p->stores[i]) + 1);
	return level;
}

static uint32_t node_level(struct work *w, const struct plan_node *node)
{
	const struct plan_frame *frame = &w->plan->frames.items[node->frame];
	plan_ref operands[] = { node->a, node->b, node->c };
	uint32_t level = 0;

	for (int i = 0; i < 3; i++)
		if (operands[i] != PLAN_NONE)
			raise_level(&level, w->levels[PLAN_NODE(operands[i])]);
	if (frame->set != PLAN_NONE)
		raise_level(&level, w->levels[frame->set]);
	if (is_fetch(node) && !is_inside(w->plan, node))
		raise_level(&level, store_level(w, node->imm) + 1);
	if (node->op == OPCODE_REACH || node->op == OPCODE_CLOSURE)
		raise_level(&level, path_level(w, node->imm));
	return level;
}

static void find_levels(struct work *w)
{
	size_t components = 0;

	for (size_t i = 0; i < w->plan->tree->relations.count; i++)
		if (w->plan->tree->relations.items[i].stratum >= components)
			components = w->plan->tree->relations.items[i].stratum + 1u;
	w->component_levels = ARENA_ARRAY(w->arena, uint32_t, components);
	w->levels = ARENA_ARRAY(w->arena, uint32_t, w->plan->nodes.count);
	for (size_t i = 0; i < w->plan->nodes.count; i++)
		w->levels[i] = node_level(w, &w->plan->nodes.items[i]);
}

/* --- demand --------------------------------------------------------------- */

static uint32_t unit_of(struct work *w, uint32_t frame, uint32_t level,
    uint16_t component)
{
	struct schedule *s = w->schedule;

	for (size_t i = 0; i < s->units.count; i++)
		if (s->units.items[i].frame == frame &&
		    s->units.items[i].level == level &&
		    s->units.items[i].component == component)
			return (uint32_t)i;
	*VEC_PUSH(w->arena, &s->units) = (struct schedule_unit){
		.frame = frame, .level = level, .component = component };
	return (uint32_t)s->units.count - 1;
}

static void demand(struct work *w, uint32_t node, uint32_t unit)
{
	if (w->demand[node] == PLAN_NONE)
		w->demand[node] = unit;
	else if (w->demand[node] != unit)
		w->demand[node] = MANY;
}

static void demand_ref(struct work *w, plan_ref ref, uint32_t unit)
{
	if (ref != PLAN_NONE)
		demand(w, PLAN_NODE(ref), unit);
}

static void need_one(struct work *w, uint32_t store)
{
	const struct plan_store *s = &w->plan->stores.items[store];
	uint32_t unit = unit_of(w, s->frame, store_level(w, store), s->component);

	while (w->needed.count <= store)
		*VEC_PUSH(w->arena, &w->needed) = false;
	if (w->needed.items[store])
		return;
	w->needed.items[store] = true;
	*VEC_PUSH(w->arena, &w->schedule->units.items[unit].stores) = store;
	if (!s->relation)
		w->schedule->store_of[s->node] = store;
	demand(w, s->node, unit);
}

/* A component is needed as a whole, and its bodies before their own fetches. */
static void need(struct work *w, uint32_t store)
{
	uint16_t component = w->plan->stores.items[store].component;

	need_one(w, store);
	for (uint32_t i = 0; component != SCHEMA_NONE &&
	    i < w->plan->stores.count; i++)
		if (w->plan->stores.items[i].component == component)
			need_one(w, i);
}

static bool between(enum opcode op, enum opcode first, enum opcode last)
{
	return op >= first && op <= last;
}

/* Costs more than reading it back from a store. */
static bool is_expensive(enum opcode op)
{
	return between(op, OPCODE_IN_W, OPCODE_SAME_M) ||
	    between(op, OPCODE_MATCH, OPCODE_IN_NET) ||
	    between(op, OPCODE_CONCAT, OPCODE_FOLD) ||
	    between(op, OPCODE_UNION_W, OPCODE_WITHOUT_M) ||
	    between(op, OPCODE_ANY_W, OPCODE_FLATTEN_MM) || op == OPCODE_REACH ||
	    op == OPCODE_CLOSURE;
}

/* Costs more than finding the row of a pair, and asking for it: twice what is
 * cheap costs, as who asks waits. */
static bool is_worth_asking(enum opcode op)
{
	return between(op, OPCODE_ANY_W, OPCODE_FLATTEN_MM) || op == OPCODE_REACH ||
	    op == OPCODE_CLOSURE;
}

static bool is_of_pairs(const struct work *w, const struct plan_node *node)
{
	return w->plan->frames.items[node->frame].kinds[1] != SCHEMA_NONE;
}

/* Should other units read this node from a store?  A component should, which
 * may look at its rows again. */
static bool is_worth_storing(struct work *w, uint32_t n)
{
	const struct plan_node *node = &w->plan->nodes.items[n];
	uint32_t unit = w->demand[n];

	if (w->plan->options.unoptimised || node->component != SCHEMA_NONE ||
	    w->plan->frames.items[node->frame].depth > 0 ||
	    !is_expensive(node->op))
		return false;
	if (unit == MANY)
		return true;
	return w->schedule->units.items[unit].component != SCHEMA_NONE &&
	    (!is_of_pairs(w, node) || is_worth_asking(node->op));
}

static void demand_operands(struct work *w, uint32_t n)
{
	const struct plan_node *node = &w->plan->nodes.items[n];
	const struct plan_frame *frame = &w->plan->frames.items[node->frame];
	uint32_t store = w->schedule->store_of[n];
	uint32_t unit = store == PLAN_NONE ? w->demand[n]
	    : unit_of(w, node->frame, w->levels[n], SCHEMA_NONE);

	demand_ref(w, node->a, unit);
	demand_ref(w, node->b, unit);
	demand_ref(w, node->c, unit);
	if (frame->set != PLAN_NONE)
		demand(w, frame->set, unit);
	if (is_fetch(node))
		need(w, node->imm);
	if (node->op == OPCODE_REACH || node->op == OPCODE_CLOSURE) {
		const struct plan_path *path = &w->plan->paths.items[node->imm];

		for (uint16_t i = 0; i < path->path->step_count; i++)
			if (path->stores[i] != PLAN_NONE)
				need(w, path->stores[i]);
	}
}

static void demand_rule(struct work *w, const struct plan_rule *rule,
    uint32_t unit)
{
	for (uint8_t i = 0; i < rule->binders; i++)
		demand_ref(w, rule->subject[i], unit);
	demand_ref(w, rule->applies, unit);
	demand_ref(w, rule->required, unit);
	demand_ref(w, rule->unexcepted, unit);
	for (size_t i = 0; i < rule->rests.count; i++) {
		demand_ref(w, rule->rests.items[i].applies, unit);
		demand_ref(w, rule->rests.items[i].set, unit);
	}
}

static uint32_t rule_level(const struct work *w, const struct plan_rule *rule)
{
	uint32_t level = 0;

	for (uint8_t i = 0; i < rule->binders; i++)
		raise_level(&level, w->levels[PLAN_NODE(rule->subject[i])]);
	raise_level(&level, w->levels[PLAN_NODE(rule->applies)]);
	raise_level(&level, w->levels[PLAN_NODE(rule->required)]);
	raise_level(&level, w->levels[PLAN_NODE(rule->unexcepted)]);
	for (size_t i = 0; i < rule->rests.count; i++) {
		raise_level(&level,
		    w->levels[PLAN_NODE(rule->rests.items[i].applies)]);
		raise_level(&level,
		    w->levels[PLAN_NODE(rule->rests.items[i].set)]);
	}
	return level;
}

static void demand_rules(struct work *w)
{
	const struct plan *plan = w->plan;
	uint32_t *most = ARENA_ARRAY(w->arena, uint32_t, plan->frames.count);

	for (size_t i = 0; i < plan->rules.count; i++)
		raise_level(&most[plan->frames.items[plan->rules.items[i].frame].root],
		    rule_level(w, &plan->rules.items[i]));
	for (size_t i = 0; i < plan->rules.count; i++) {
		uint32_t root = plan->frames.items[plan->rules.items[i].frame].root;
		uint32_t unit = unit_of(w, root, most[root], SCHEMA_NONE);

		*VEC_PUSH(w->arena, &w->schedule->units.items[unit].rules) = (uint32_t)i;
		demand_rule(w, &plan->rules.items[i], unit);
	}
}

static void demand_all(struct work *w)
{
	demand_rules(w);
	for (size_t i = w->plan->nodes.count; i-- > 0;) {
		if (w->demand[i] == PLAN_NONE)
			continue;
		if (is_worth_storing(w, (uint32_t)i))
			need(w, plan_store(w->plan, (uint32_t)i));
		demand_operands(w, (uint32_t)i);
	}
}

/* --- the nodes of a unit -------------------------------------------------- */

uint32_t schedule_fetches(const struct schedule *schedule, uint32_t unit,
    uint32_t node)
{
	uint32_t store = schedule->store_of[node];

	if (store == PLAN_NONE || schedule->store_unit[store] == unit)
		return PLAN_NONE;
	return store;
}

struct walk { struct arena *arena; struct schedule *schedule; node_list *nodes; };

static void meet(struct walk *walk, uint32_t node)
{
	struct schedule *s = walk->schedule;

	if (node == PLAN_NONE || s->visited[node] == s->walks)
		return;
	s->visited[node] = s->walks;
	*VEC_PUSH(walk->arena, walk->nodes) = node;
}

static void meet_ref(struct walk *walk, plan_ref ref)
{
	if (ref != PLAN_NONE)
		meet(walk, PLAN_NODE(ref));
}

static void meet_rule(struct walk *walk, const struct plan_rule *rule)
{
	for (uint8_t i = 0; i < rule->binders; i++)
		meet_ref(walk, rule->subject[i]);
	meet_ref(walk, rule->applies);
	meet_ref(walk, rule->required);
	meet_ref(walk, rule->unexcepted);
	for (size_t i = 0; i < rule->rests.count; i++) {
		meet_ref(walk, rule->rests.items[i].applies);
		meet_ref(walk, rule->rests.items[i].set);
	}
}

static void meet_operands(struct walk *walk, uint32_t n)
{
	const struct plan *plan = walk->schedule->plan;
	const struct plan_node *node = &plan->nodes.items[n];

	meet_ref(walk, node->a);
	meet_ref(walk, node->b);
	meet_ref(walk, node->c);
	meet(walk, plan->frames.items[node->frame].set);
}

static int compare_nodes(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void schedule_nodes(struct arena *arena, struct schedule *schedule,
    uint32_t unit, node_list *nodes)
{
	const struct schedule_unit *u = &schedule->units.items[unit];
	struct walk walk = { arena, schedule, nodes };

	nodes->count = 0;
	schedule->walks++;
	for (size_t i = 0; i < u->stores.count; i++)
		meet(&walk,
		    schedule->plan->stores.items[u->stores.items[i]].node);
	for (size_t i = 0; i < u->rules.count; i++)
		meet_rule(&walk, &schedule->plan->rules.items[u->rules.items[i]]);
	for (size_t i = 0; i < nodes->count; i++)
		if (schedule_fetches(schedule, unit,
		    nodes->items[i]) == PLAN_NONE)
			meet_operands(&walk, nodes->items[i]);
	assert(nodes->items);	/* no unit is without stores and rules */
	qsort(nodes->items, nodes->count, sizeof(*nodes->items), compare_nodes);
}

/* --- order and size ------------------------------------------------------- */

static int compare_units(const void *a, const void *b)
{
	const struct schedule_unit *x = a, *y = b;
	/* Invariants of a component are stored before it, at its level. */
	uint16_t c = (uint16_t)(x->component + 1),
	    d = (uint16_t)(y->component + 1);

	if (x->level != y->level)
		return (x->level > y->level) - (x->level < y->level);
	if (c != d)
		return (c > d) - (c < d);
	return (x->frame > y->frame) - (x->frame < y->frame);
}

static int compare_keys(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* By node, so that a store stands after those that it may use. */
static void sort_stores(struct work *w, struct schedule_unit *unit)
{
	uint64_t *keys = ARENA_ARRAY(w->arena, uint64_t, unit->stores.count);

	for (size_t i = 0; i < unit->stores.count; i++) {
		uint32_t store = unit->stores.items[i];

		keys[i] = (uint64_t)w->plan->stores.items[store].node << 32 | store;
	}
	qsort(keys, unit->stores.count, sizeof(*keys), compare_keys);
	for (size_t i = 0; i < unit->stores.count; i++)
		unit->stores.items[i] = (uint32_t)keys[i];
}

static void number_stores(struct work *w)
{
	struct schedule *s = w->schedule;

	for (size_t i = 0; i < s->units.count; i++)
		for (size_t k = 0; k < s->units.items[i].stores.count; k++)
			s->store_unit[s->units.items[i].stores.items[k]] = (uint32_t)i;
}

/* The later half of the sinks of unit AT as a unit of its own, behind it. */
static void split(struct work *w, size_t at)
{
	struct schedule *s = w->schedule;
	struct schedule_unit *first, second;
	size_t kept;

	*VEC_PUSH(w->arena, &s->units) = (struct schedule_unit){ .frame = 0 };
	memmove(&s->units.items[at + 1], &s->units.items[at],
	    (s->units.count - 1 - at) * sizeof(*s->units.items));
	first = &s->units.items[at];
	second = *first;
	kept = (first->stores.count + first->rules.count) / 2;
	if (kept < first->stores.count) {
		second.stores.items += kept;
		second.stores.count = second.stores.capacity = second.stores.count - kept;
		first->stores.count = kept;
		first->rules.count = 0;
	} else {
		kept -= first->stores.count;
		second.stores.count = 0;
		second.rules.items += kept;
		second.rules.count = second.rules.capacity = second.rules.count - kept;
		first->rules.count = kept;
	}
	s->units.items[at + 1] = second;
	number_stores(w);
}

static bool report_size(struct work *w, const struct schedule_unit *unit)
{
	const struct plan *plan = w->plan;
	struct span span = unit->rules.count
	    ? plan->tree->rules.items[unit->rules.items[0]].span
	    : plan->nodes.items[plan->stores.items[unit->stores.items[0]].node].span;

	diag_add(plan->tree->all, DIAG_E4093, span,
	    "this needs more than %u registers",
	    UNIT_REGISTERS);
	return false;
}

/* Two registers more for the rows, one more for each store to be negated. */
static bool fit_units(struct work *w)
{
	struct schedule *s = w->schedule;
	node_list nodes = { 0 };

	for (size_t i = 0; i < s->units.count;) {
		size_t sinks = s->units.items[i].stores.count + s->units.items[i].rules.count;

		schedule_nodes(w->arena, s, (uint32_t)i, &nodes);
		if (nodes.count + s->units.items[i].stores.count + 2 <= UNIT_REGISTERS)
			i++;
		else if (sinks == 1)
			return report_size(w, &s->units.items[i]);
		else
			split(w, i);
	}
	return true;
}

static void order_units(struct work *w)
{
	struct schedule *s = w->schedule;

	if (s->units.count > 0)
		qsort(s->units.items, s->units.count, sizeof(*s->units.items),
		    compare_units);
	for (size_t i = 0; i < s->units.count; i++)
		sort_stores(w, &s->units.items[i]);
	s->store_unit = ARENA_ARRAY(w->arena, uint32_t, w->plan->stores.count);
	for (size_t i = 0; i < w->plan->stores.count; i++)
		s->store_unit[i] = PLAN_NONE;
	number_stores(w);
}

struct schedule *schedule_plan(struct arena *arena, struct plan *plan)
{
	struct work w = { .arena = arena, .plan = plan };
	size_t nodes = plan->nodes.count;

	w.schedule = ARENA_NEW(arena, struct schedule);
	w.schedule->plan = plan;
	w.schedule->store_of = ARENA_ARRAY(arena, uint32_t, nodes);
	w.schedule->visited = ARENA_ARRAY(arena, uint32_t, nodes);
	w.demand = ARENA_ARRAY(arena, uint32_t, nodes);
	for (size_t i = 0; i < nodes; i++)
		w.schedule->store_of[i] = w.demand[i] = PLAN_NONE;
	find_levels(&w);
	demand_all(&w);
	order_units(&w);
	return fit_units(&w) ? w.schedule : NULL;
}
