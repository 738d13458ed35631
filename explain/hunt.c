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
#include "explain/evaluator.h"

/* Of `grow`: ways to choose values, and how often new facts may turn up. */
#define POLICIES 8
#define ROUNDS 12
/* Of `spare`: combinations of values that are tried for a set. */
#define COMBINATIONS 400
/* What a trial costs besides its evaluation. */
#define TRIAL_STEPS 20

/* What an evaluator keeps for all its hunts. */
struct hunter {
	struct arena *trial;		/* what one trial leaves behind */
	struct arena_mark clean;
	struct arena *hunt;		/* and one hunt */
	struct evaluator *what_if;
	uint32_t *unclosed;
	struct pool **rules;		/* constants, by rule */
	uint64_t *spent;		/* steps, by rule */
};

struct candidate {
	struct missing missing;
	unsigned tier;		/* 0: what the verdict's reason lacks; else 1 */
	uint32_t asked;		/* its place in the order of asking */
	struct fillings fillings;
};

struct chosen { uint32_t fact; const struct filling *filling; };
struct set_of_facts { struct chosen *items; size_t count, capacity; };

struct hunt {
	struct evaluator *ev;
	struct hunter *hunter;
	struct arena *arena;
	const struct outcome *outcome;
	struct pool *pool;
	struct map *known;		/* facts by what they are */
	VEC(struct candidate) facts;
	VEC(struct missing) troubles;
	uint64_t start, bound;
	uint64_t walk;			/* steps of one gathering */
	bool spent;
	enum verdict verdict;		/* of the trial that decided last */
	uint64_t dice;
};

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
	h->spent = ARENA_ARRAY(ev->arena, uint64_t, rules);
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

static bool is_spent(struct hunt *h)
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
static bool gather(struct hunt *h, struct evaluator *ev)
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
		return x->tier < y->tier ? -1 : 1;
	if (missing_before(&x->missing, &y->missing))
		return -1;
	if (missing_before(&y->missing, &x->missing))
		return 1;
	return x->asked < y->asked ? -1 : 1;
}

/* --- trying --------------------------------------------------------------- */

/* The what-if evaluator with nothing but these assumed, and what follows left
 * out; NULL where one contradicts. */
static struct overlay *suppose(struct hunt *h, const struct chosen *chosen,
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
	ev->overlay = overlay;
	ev->steps += count;
	for (size_t i = 0; i < count; i++)
		if (!overlay_assume(overlay, chosen[i].filling))
			return NULL;
	return overlay;
}

static bool assume(struct hunt *h, const struct chosen *chosen, size_t count)
{
	struct overlay *overlay = suppose(h, chosen, count);

	if (overlay)
		overlay_conclude(overlay);
	return overlay != NULL;
}

/* Do these decide the outcome?  Contradictions do not. */
static bool decides(struct hunt *h, const struct chosen *chosen, size_t count)
{
	struct evaluator *ev = h->hunter->what_if;
	enum verdict verdict;

	if (is_spent(h) || !assume(h, chosen, count))
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
		if (decides(h, chosen, 1))
			return true;
	}
	return false;
}

/* --- several facts -------------------------------------------------------- */

/* xorshift, always from the same seed: the search is the same every time. */
static uint64_t roll(struct hunt *h)
{
	h->dice ^= h->dice << 13;
	h->dice ^= h->dice >> 7;
	h->dice ^= h->dice << 17;
	return h->dice >> 16;
}

static size_t pick(struct hunt *h, const struct fillings *all, unsigned policy)
{
	if (policy == 0)
		return 0;
	return policy == 1 ? all->count - 1 : (size_t)(roll(h) % all->count);
}

/* Values for the facts from FIRST on; another where one contradicts, none
 * where all do. */
static void choose(struct hunt *h, struct set_of_facts *set, size_t first,
    unsigned policy)
{
	struct overlay *overlay = suppose(h, set->items, set->count);

	for (size_t f = first; overlay && f < h->facts.count; f++) {
		const struct fillings *all = &h->facts.items[f].fillings;
		size_t start, tries = 0;

		if (all->count == 0 || is_spent(h))
			continue;
		start = pick(h, all, policy);
		for (; tries < all->count; tries++) {
			const struct filling *filling =
			    &all->items[(start + tries) % all->count];

			if (overlay_assume(overlay, filling)) {
				*VEC_PUSH(h->arena, set) = (struct chosen){
					(uint32_t)f, filling };
				break;
			}
			overlay = suppose(h, set->items, set->count);
		}
	}
}

/* Gives every fact a value until the outcome is decided. */
static bool grow(struct hunt *h, struct set_of_facts *set, unsigned policy)
{
	size_t first = 0;

	set->count = 0;
	for (unsigned round = 0; round < ROUNDS && !is_spent(h); round++) {
		choose(h, set, first, policy);
		first = h->facts.count;
		if (decides(h, set->items, set->count))
			return true;
		if (!assume(h, set->items, set->count) ||
		    !gather(h, h->hunter->what_if))
			return false;
	}
	return false;
}

static int compare_chosen(const void *a, const void *b)
{
	const struct chosen *x = a, *y = b;

	return (x->fact > y->fact) - (x->fact < y->fact);
}

/* Without those from FROM to TO. */
static bool decides_without(struct hunt *h, struct set_of_facts *set,
    size_t from, size_t to)
{
	struct chosen *rest = ARENA_ARRAY(h->arena, struct chosen, set->count);
	size_t count = from;

	memcpy(rest, set->items, from * sizeof(*rest));
	for (size_t i = to; i < set->count; i++)
		rest[count++] = set->items[i];
	if (!decides(h, rest, count))
		return false;
	memcpy(set->items, rest, count * sizeof(*rest));
	set->count = count;
	return true;
}

/* Leaves out whole runs, then shorter ones, from the end on. */
static void shrink(struct hunt *h, struct set_of_facts *set)
{
	for (size_t run = set->count / 2 + 1; run > 0; run /= 2) {
		size_t end = set->count;

		while (end > 0 && !is_spent(h)) {
			size_t from = end > run ? end - run : 0;

			decides_without(h, set, from, end);
			end = from;
		}
	}
}

/* The ways to fill the COUNT facts of SET: the WAY-th, or a random one. */
static void fill_way(struct hunt *h, struct set_of_facts *set, uint64_t way,
    bool random)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct fillings *all =
		    &h->facts.items[set->items[i].fact].fillings;
		uint64_t n = random ? roll(h) : way;

		set->items[i].filling = &all->items[n % all->count];
		way /= all->count;
	}
}

static uint64_t ways_of(const struct hunt *h, const struct set_of_facts *set)
{
	uint64_t ways = 1;

	for (size_t i = 0; i < set->count && ways <= COMBINATIONS; i++)
		ways *= h->facts.items[set->items[i].fact].fillings.count;
	return ways;
}

static bool decides_somehow(struct hunt *h, struct set_of_facts *set)
{
	uint64_t ways = ways_of(h, set);
	bool random = ways > COMBINATIONS;

	for (uint64_t way = 0; way < (random ? COMBINATIONS : ways); way++) {
		fill_way(h, set, way, random);
		if (decides(h, set->items, set->count))
			return true;
		if (h->spent)
			break;
	}
	return false;
}

/* Is there a member that can be done without, with whatever values?  Then
 * SET becomes what is left. */
static bool spare(struct hunt *h, struct set_of_facts *set)
{
	for (size_t leave = set->count; leave-- > 0 && set->count > 1;) {
		struct set_of_facts rest = { 0 };

		for (size_t i = 0; i < set->count; i++)
			if (i != leave)
				*VEC_PUSH(h->arena, &rest) = set->items[i];
		if (!decides_somehow(h, &rest))
			continue;
		shrink(h, &rest);
		*set = rest;
		return true;
	}
	return false;
}

static bool is_better(const struct set_of_facts *a, const struct set_of_facts *b)
{
	if (a->count != b->count)
		return a->count < b->count;
	for (size_t i = 0; i < a->count; i++) {
		if (a->items[i].fact != b->items[i].fact)
			return a->items[i].fact < b->items[i].fact;
	}
	return false;
}

static bool find_several(struct hunt *h, struct set_of_facts *best)
{
	bool found = false;

	for (unsigned policy = 0; policy < POLICIES && !is_spent(h); policy++) {
		struct set_of_facts set = { 0 };

		if (!grow(h, &set, policy))
			continue;
		qsort(set.items, set.count, sizeof(*set.items), compare_chosen);
		shrink(h, &set);
		if (!found || is_better(&set, best))
			*best = set;
		found = true;
	}
	while (found && spare(h, best))
		;
	return found;
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

struct named { struct missing missing; const struct filling *filling; };

static int compare_named(const void *a, const void *b)
{
	return missing_compare(&((const struct named *)a)->missing,
	    &((const struct named *)b)->missing);
}

static void answer(struct hunt *h, struct arena *arena,
    struct finding *finding, struct named *named, size_t count)
{
	bool filled = count > 0 && named[0].filling;
	struct filling *fillings = ARENA_ARRAY(arena, struct filling, count);

	for (size_t i = 0; i < count; i++)
		missing_name(h->ev, arena, &named[i].missing);
	if (count > 0)
		qsort(named, count, sizeof(*named), compare_named);
	finding->missing = ARENA_ARRAY(arena, struct missing, count);
	finding->missing_count = count;
	for (size_t i = 0; i < count; i++) {
		finding->missing[i] = named[i].missing;
		if (filled)
			copy_filling(arena, &fillings[i], named[i].filling);
	}
	finding->fillings = filled ? fillings : NULL;
	finding->filled = filled ? h->verdict : VERDICT_UNKNOWN;
	if (count > 0 && !span_is_none(named[0].missing.span))
		finding->span = finding->missing[0].span;
}

static void answer_set(struct hunt *h, struct arena *arena,
    struct finding *finding, const struct set_of_facts *set)
{
	struct named *named = ARENA_ARRAY(h->arena, struct named, set->count);

	decides(h, set->items, set->count);	/* for its verdict */
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

	gather(h, h->ev);
	gathered = h->facts.count;
	h->bound /= 2;		/* the other half for several facts */
	if (gathered > 0)
		qsort(h->facts.items, gathered, sizeof(*h->facts.items),
		    compare_facts);
	for (uint32_t i = 0; i < gathered && !is_spent(h); i++) {
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
	if (found || (gathered > 0 && find_several(h, &best)))
		answer_set(h, arena, finding, &best);
	else
		answer_all(h, arena, finding, gathered);
	finding->spent = h->spent || half_spent;
	finding->minimal = finding->fillings && (!finding->spent ||
	    finding->missing_count == 1);
}

/* A rule may use up no more than so many searches' worth, however many
 * subjects it has. */
#define SEARCHES_OF_RULE 10
/* After that what is open is looked at with so much less patience. */
#define HASTE 20

void hunt(struct evaluator *ev, struct arena *arena,
    const struct outcome *outcome, struct finding *finding,
    struct alone *alone)
{
	struct hunter *hunter = hunter_of(ev);
	struct arena_mark mark = arena_here(hunter->hunt);
	struct hunt h = { .ev = ev, .hunter = hunter, .arena = hunter->hunt,
		.outcome = outcome, .known = map_new(hunter->hunt),
		.dice = 0x9e3779b97f4a7c15u };
	uint64_t *spent = &hunter->spent[outcome->rule];
	uint64_t all = limit_get(LIMIT_MISSING_STEPS);

	h.start = steps_of(&h);
	h.bound = *spent > all * SEARCHES_OF_RULE ? 0 : all;
	h.walk = h.bound ? all : all / HASTE;
	h.pool = pool_new(h.arena, constants_of(&h));
	for (int i = 0; i < outcome->count; i++)
		pool_add(h.pool, ev->tree->rules.items[outcome->rule]
		    .binders.items[i].variable->type, outcome->cells[i]);
	find(&h, arena, finding, alone);
	*spent += steps_of(&h) - h.start;
	arena_rollback(hunter->hunt, mark);
}
