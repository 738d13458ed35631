/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The missing facts of an undecided outcome: enough of them to decide it and
 * none too many, found by assuming them and evaluating again.
 *
 *	gather	what keeps the outcome open, by the walk of missing.c
 *	single	is there one fact that would do alone?  The first in file order
 *	grow	else values for all of them, and for what these lead to, ...
 *	shrink	... and then without one after the other, the last first
 *	spare	at last every way to do without some member of the smallest set
 *
 * Facts only ever settle a verdict, never turn it, so a set of facts that is
 * enough stays so with more.  The work is bounded by LIMIT_MISSING_STEPS; a
 * search that met its bound says so, and gives the best it has.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "explain/alike.h"

/* What a trial costs besides its evaluation. */
#define TRIAL_STEPS 20

/* --- the hunter ----------------------------------------------------------- */

static void free_region(void *place)
{
	arena_free(*(struct arena **)place);
}

static struct arena *region_of(struct arena *owner)
{
	struct arena **place = ARENA_NEW(owner, struct arena *);

	arena_defer(owner, free_region, place);
	return *place = arena_new();
}

static struct hunter *hunter_of(struct evaluator *ev)
{
	struct hunter *h = ev->hunter;
	size_t rules = ev->tree->rules.count;

	if (h)
		return h;
	h = ARENA_NEW(ev->arena, struct hunter);
	h->trial = region_of(ev->arena);
	h->hunt = region_of(ev->arena);
	h->what_if = evaluator_beside(ev, h->trial);
	h->clean = arena_here(h->trial);
	h->unclosed = overlay_unclosed(ev->arena, ev->graph);
	h->rules = ARENA_ARRAY(ev->arena, struct pool *, rules);
	h->alike = alike_new(ev->arena, rules);
	return ev->hunter = h;
}

static const struct pool *constants_of(struct hunt *h)
{
	struct pool **pool = &h->hunter->rules[h->outcome->rule];

	if (!*pool) {
		*pool = pool_new(h->ev->arena, NULL);
		pool_add_rule(*pool, h->ev, h->outcome->rule);
	}
	return *pool;
}

static uint64_t steps_of(const struct hunt *h)
{
	return h->ev->steps + h->hunter->what_if->steps;
}

bool hunt_is_spent(struct hunt *h)
{
	h->spent |= steps_of(h) - h->start > h->bound;
	return h->spent;
}

/* --- gathering ------------------------------------------------------------ */

/* Why it is not decided that the rule applies. */
static void ask_when(struct missing_list *list, struct env *env,
    const struct rule *rule, const struct outcome *outcome)
{
	for (size_t i = 0; i < outcome->count; i++) {
		const struct binder *b = &rule->binders.items[i];

		if (rule_membership(list->ev, env, b, outcome->cells[i]) ==
		    TRUTH_UNKNOWN)
			missing_of_element(list, env, b->set,
			    PART_POSSIBLE(outcome->cells[i]));
	}
	for (size_t i = 0; i < rule->when.count; i++)
		missing_of(list, env, rule->when.items[i]);
	for (size_t i = 0; i < rule->except.count; i++)
		missing_of(list, env, rule->except.items[i]);
}

static void ask_require(struct missing_list *list, struct env *env,
    const struct rule *rule)
{
	for (size_t i = 0; i < rule->requirements.count; i++)
		missing_of(list, env, rule->requirements.items[i].condition);
}

/* First what the reason speaks of; then what else would decide. */
static void ask(struct missing_list *list, struct env *env,
    const struct rule *rule, const struct outcome *outcome, unsigned tier)
{
	switch ((enum verdict_reason)outcome->reason) {
	case REASON_REST:
		if (tier == 0)
			missing_of_set(list, env,
			    rule->binders.items[outcome->rest].set, PART_REST);
		else
			ask_when(list, env, rule, outcome);
		break;
	case REASON_WHEN:
		if (tier == 0)
			ask_when(list, env, rule, outcome);
		else
			ask_require(list, env, rule);
		break;
	case REASON_REQUIRE:
		if (tier == 0)
			ask_require(list, env, rule);
		break;
	case REASON_NONE: case REASON_EXCEPTION:
		break;
	}
}

static void take(struct hunt *h, struct evaluator *ev,
    const struct missing *m, unsigned tier)
{
	int64_t key[] = { m->kind, m->entity, m->attribute, m->of, m->cell };
	struct candidate *fact;
	bool is_new;

	map_at(h->known, (struct str){ (const char *)key, sizeof(key) }, &is_new);
	if (!is_new)
		return;
	if (m->kind == MISSING_TROUBLE) {
		*VEC_PUSH(h->arena, &h->troubles) = *m;
		return;
	}
	fact = VEC_PUSH(h->arena, &h->facts);
	fact->missing = *m;
	fact->tier = tier;
	fact->asked = (uint32_t)h->facts.count;
	pool_fillings(h->pool, ev, h->arena, m, &fact->fillings);
}

/* Adds what keeps the outcome open as EV sees it; false when that is nothing
 * new. */
bool hunt_gather(struct hunt *h, struct evaluator *ev)
{
	const struct rule *rule = &ev->tree->rules.items[h->outcome->rule];
	size_t before = h->facts.count;

	for (unsigned tier = 0; tier < 2; tier++) {
		struct arena_mark mark = arena_here(ev->scratch);
		struct arena_mark lets = arena_here(ev->lets);
		struct missing_list list = missing_list_of(ev, h->arena,
		    h->pool, h->walk);
		struct env env;

		ev->depth = 0;
		env = rule_env(ev, h->outcome);
		ask(&list, &env, rule, h->outcome, tier);
		for (size_t i = 0; i < list.items.count; i++)
			take(h, ev, &list.items.items[i], tier);
		h->spent |= list.cut;
		arena_rollback(ev->lets, lets);
		arena_rollback(ev->scratch, mark);
	}
	return h->facts.count > before;
}

static int compare_facts(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->tier != y->tier)
		return (x->tier > y->tier) - (x->tier < y->tier);
	if (missing_before(&x->missing, &y->missing))
		return -1;
	if (missing_before(&y->missing, &x->missing))
		return 1;
	return (x->asked > y->asked) - (x->asked < y->asked);
}

/* --- trying --------------------------------------------------------------- */

/* The what-if evaluator with nothing but these assumed, and what follows left
 * out; NULL where one contradicts. */
struct overlay *hunt_suppose(struct hunt *h, const struct chosen *chosen,
    size_t count)
{
	struct hunter *hunter = h->hunter;
	struct evaluator *ev = hunter->what_if;
	struct overlay *overlay;

	arena_rollback(hunter->trial, hunter->clean);
	ev->tuple_places = map_new(hunter->trial);
	memset(&ev->tuples, 0, sizeof(ev->tuples));
	ev->memo_places = map_new(hunter->trial);
	memset(&ev->memos, 0, sizeof(ev->memos));
	overlay = overlay_new(hunter->trial, ev->tree->schema, ev->graph,
	    hunter->unclosed);
	overlay_trace(overlay, h->ev->trace);
	ev->overlay = overlay;
	ev->trial++;
	session_of_trial(ev);
	ev->steps += count;
	for (size_t i = 0; i < count; i++)
		if (!overlay_assume(overlay, chosen[i].filling))
			return NULL;
	return overlay;
}

bool hunt_assume(struct hunt *h, const struct chosen *chosen, size_t count)
{
	struct overlay *overlay = hunt_suppose(h, chosen, count);

	if (overlay)
		overlay_conclude(overlay);
	return overlay != NULL;
}

/* Do these decide the outcome?  Contradictions do not. */
bool hunt_decides(struct hunt *h, const struct chosen *chosen, size_t count)
{
	struct evaluator *ev = h->hunter->what_if;
	enum verdict verdict;

	if (hunt_is_spent(h) || !hunt_assume(h, chosen, count))
		return false;
	verdict = rule_verdict(ev, h->outcome);
	ev->steps += TRIAL_STEPS;
	if (verdict == VERDICT_UNKNOWN)
		return false;
	h->verdict = verdict;
	return true;
}

static bool decides_alone(struct hunt *h, uint32_t fact,
    struct chosen *chosen)
{
	const struct fillings *all = &h->facts.items[fact].fillings;

	for (size_t i = 0; i < all->count; i++) {
		*chosen = (struct chosen){ fact, &all->items[i] };
		if (hunt_decides(h, chosen, 1))
			return true;
	}
	return false;
}

/* --- the answer ----------------------------------------------------------- */

static struct filling *copy_filling(struct arena *arena, struct filling *to,
    const struct filling *from)
{
	int64_t *added = ARENA_ARRAY(arena, int64_t, from->added_count);

	*to = *from;
	if (from->added_count)
		memcpy(added, from->added, from->added_count * sizeof(*added));
	to->added = added;
	return to;
}

static int compare_named(const void *a, const void *b)
{
	return missing_compare(&((const struct named *)a)->missing,
	    &((const struct named *)b)->missing);
}

void hunt_answer(struct evaluator *ev, struct arena *arena,
    struct hunt_answer *a, struct finding *finding)
{
	bool filled = a->count > 0 && a->items[0].filling;
	struct filling *fillings = ARENA_ARRAY(arena, struct filling, a->count);

	for (size_t i = 0; i < a->count; i++)
		missing_name(ev, arena, &a->items[i].missing);
	if (a->count > 1)
		qsort(a->items, a->count, sizeof(*a->items), compare_named);
	finding->missing = ARENA_ARRAY(arena, struct missing, a->count);
	finding->missing_count = a->count;
	for (size_t i = 0; i < a->count; i++) {
		finding->missing[i] = a->items[i].missing;
		if (filled)
			copy_filling(arena, &fillings[i], a->items[i].filling);
	}
	finding->fillings = filled ? fillings : NULL;
	finding->filled = filled ? a->filled : VERDICT_UNKNOWN;
	if (a->count > 0 && !span_is_none(a->items[0].missing.span))
		finding->span = finding->missing[0].span;
}

static void answer(struct hunt *h, struct arena *arena,
    struct finding *finding, struct named *named, size_t count)
{
	struct hunt_answer a = { named, count, h->verdict };

	hunt_answer(h->ev, arena, &a, finding);
}

static void answer_set(struct hunt *h, struct arena *arena,
    struct finding *finding, const struct set_of_facts *set)
{
	struct named *named = ARENA_ARRAY(h->arena, struct named, set->count);

	hunt_decides(h, set->items, set->count);	/* for its verdict */
	for (size_t i = 0; i < set->count; i++)
		named[i] = (struct named){ h->facts.items[
		    set->items[i].fact].missing, set->items[i].filling };
	answer(h, arena, finding, named, set->count);
}

/* Of what is open where nothing decides; there may be as much as the site. */
#define OPEN_SHOWN 200

/* Nothing was found that decides: what is open, and what no fact mends. */
static void answer_all(struct hunt *h, struct arena *arena,
    struct finding *finding, size_t gathered)
{
	struct named *named = ARENA_ARRAY(h->arena, struct named,
	    gathered + h->troubles.count);
	unsigned tier = gathered ? h->facts.items[0].tier : 0;
	size_t count = 0;

	for (size_t i = 0; i < gathered && count < OPEN_SHOWN; i++)
		if (h->facts.items[i].tier == tier)
			named[count++].missing = h->facts.items[i].missing;
	for (size_t i = 0; i < h->troubles.count; i++)
		named[count++].missing = h->troubles.items[i];
	answer(h, arena, finding, named, count);
}

static void find(struct hunt *h, struct arena *arena,
    struct finding *finding, struct alone *alone)
{
	struct set_of_facts best = { 0 };
	struct chosen chosen = { 0 };
	bool found = false, half_spent = false;
	size_t gathered;

	hunt_gather(h, h->ev);
	gathered = h->gathered = h->facts.count;
	h->bound /= 2;		/* the other half for several facts */
	if (gathered > 0)
		qsort(h->facts.items, gathered, sizeof(*h->facts.items),
		    compare_facts);
	for (uint32_t i = 0; i < gathered && !hunt_is_spent(h); i++) {
		if (found && !alone)
			break;
		if (!decides_alone(h, i, &chosen))
			continue;
		if (alone)
			*VEC_PUSH(arena, alone) = h->facts.items[i].missing;
		if (!found)
			*VEC_PUSH(h->arena, &best) = chosen;
		found = true;
	}
	if (!found) {
		half_spent = h->spent;
		h->spent = false;
		h->bound *= 2;
	}
	if (found || (gathered > 0 && hunt_several(h, &best)))
		answer_set(h, arena, finding, &best);
	else
		answer_all(h, arena, finding, gathered);
	finding->spent = h->spent || half_spent;
	finding->minimal = finding->fillings && (!finding->spent ||
	    finding->missing_count == 1);
}

/* So many undecided subjects of a rule are searched for with all patience; of
 * those that come later each with less, but never with less than a part. */
#define PATIENT 10
#define LEAST_PART 100
/* One look at what is open takes this part at the least. */
#define HASTE 20

static uint64_t patience(uint64_t all, uint64_t before)
{
	uint64_t part = before < PATIENT ? all : all / before * PATIENT;

	if (part < all / LEAST_PART)
		part = all / LEAST_PART;
	return part > 0 ? part : 1;
}

static void search(struct hunt *h, struct arena *arena,
    struct finding *finding, struct alone *alone)
{
	struct evaluator *ev = h->ev;
	const struct rule *rule = &ev->tree->rules.items[h->outcome->rule];

	session_begin(ev);
	ev->trace = alone ? NULL : alike_begin(h);
	h->hunter->what_if->trace = ev->trace;
	h->start = steps_of(h);
	h->known = map_new(h->arena);
	h->pool = pool_new(h->arena, constants_of(h));
	for (int i = 0; i < h->outcome->count; i++)
		pool_add(h->pool, rule->binders.items[i].variable->type,
		    h->outcome->cells[i]);
	find(h, arena, finding, alone);
	alike_keep(h, finding, steps_of(h) - h->start);
	ev->trace = h->hunter->what_if->trace = NULL;
	session_end(ev);
}

/* Which facts are named must not depend on who searched before, and so not on
 * what was used up, but only on how many came before. */
void hunt(struct evaluator *ev, struct arena *arena,
    const struct outcome *outcome, struct finding *finding,
    struct alone *alone)
{
	struct hunter *hunter = hunter_of(ev);
	struct arena_mark mark = arena_here(hunter->hunt);
	struct hunt h = { .ev = ev, .hunter = hunter, .arena = hunter->hunt,
		.outcome = outcome, .dice = 0x9e3779b97f4a7c15u };
	uint64_t all = limit_get(LIMIT_MISSING_STEPS);

	h.bound = patience(all, ev->before);
	h.walk = h.bound > all / HASTE ? h.bound : all / HASTE;
	if (alone || !alike_find(&h, arena, finding))
		search(&h, arena, finding, alone);
	arena_rollback(hunter->hunt, mark);
}

void evaluator_hurry(struct evaluator *ev, uint64_t before)
{
	ev->before = before;
}
