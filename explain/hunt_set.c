/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several missing facts that decide an outcome together: all that are known to
 * be missing, with values, and then ever fewer of them.
 */
#include <stdlib.h>

#include "explain/hunt.h"

/* Of `grow`: ways to choose values, and how often new facts may turn up. */
#define POLICIES 8
#define ROUNDS 12
/* Of `spare`: combinations of values that are tried for a set; all of two
 * facts. */
#define COMBINATIONS 600
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
	struct overlay *overlay = hunt_suppose(h, set->items, set->count);

	for (size_t f = first; overlay && f < h->facts.count; f++) {
		const struct fillings *all = &h->facts.items[f].fillings;
		size_t start, tries = 0;

		if (all->count == 0 || hunt_is_spent(h))
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
			overlay = hunt_suppose(h, set->items, set->count);
		}
	}
}

/* Gives every fact a value until the outcome is decided. */
static bool grow(struct hunt *h, struct set_of_facts *set, unsigned policy)
{
	size_t first = 0;

	set->count = 0;
	for (unsigned round = 0; round < ROUNDS && !hunt_is_spent(h); round++) {
		choose(h, set, first, policy);
		first = h->facts.count;
		if (hunt_decides(h, set->items, set->count))
			return true;
		if (!hunt_assume(h, set->items, set->count) ||
		    !hunt_gather(h, h->hunter->what_if))
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
	if (!hunt_decides(h, rest, count))
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

		while (end > 0 && !hunt_is_spent(h)) {
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
		if (hunt_decides(h, set->items, set->count))
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

bool hunt_several(struct hunt *h, struct set_of_facts *best)
{
	bool found = false;

	for (unsigned policy = 0; policy < POLICIES && !hunt_is_spent(h); policy++) {
		struct set_of_facts set = { 0 };

		if (!grow(h, &set, policy))
			continue;
		if (set.count > 0)
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
