/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A shortest walk, and of several the first in the order of their steps: the
 * nodes that lie on any shortest walk are marked from the end backwards, then
 * the least step among marked nodes is taken from the start forwards.  Steps
 * that read alike may lead into several states: all of them are kept.
 */
#include "explain/paths.h"

#include <assert.h>
#include <stdlib.h>

struct descent {
	struct search *search;
	size_t *wanted;		/* marked nodes of one level, sorted */
	size_t wanted_count;
	bool found;
	/* Forwards: the least step so far, and the states it leads to. */
	const struct path_step *step;
	uint32_t place;
	uint64_t states;
};

static uint32_t descent_seeks(void *context, uint32_t place, unsigned state,
    uint32_t end)
{
	const struct descent *d = context;
	const struct search *s = d->search;
	size_t low = 0, high = d->wanted_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (d->wanted[middle] < node_of(s, place, state))
			low = middle + 1;
		else
			high = middle;
	}
	while (low < d->wanted_count &&
	    d->wanted[low] % s->path->states != state)
		low++;
	if (low == d->wanted_count || place_of(s, d->wanted[low]) > end)
		return end;
	return place_of(s, d->wanted[low]);
}

static int node_compare(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

/* From now on marked nodes of LEVEL are wanted. */
static void descent_aim(struct descent *d, uint32_t level)
{
	const struct search *s = d->search;

	d->wanted_count = 0;
	for (size_t i = 0; i < s->reached; i++) {
		if (s->levels[s->queue[i]] == level && s->marks[s->queue[i]])
			d->wanted[d->wanted_count++] = s->queue[i];
	}
	assert(d->wanted_count > 0);
	qsort(d->wanted, d->wanted_count, sizeof(*d->wanted), node_compare);
}

static void descent_finds(void *context, size_t node, const struct path_step *step)
{
	struct descent *d = context;

	(void)node;
	(void)step;
	d->found = true;
}

static struct str step_name(const struct evaluator *ev,
    const struct path_step *step)
{
	return step->kind == PATH_RELATION
	    ? ev->tree->relations.items[step->index].name
	    : ev->tree->schema->attributes.items[step->index].name;
}

static int step_order(const struct evaluator *ev, const struct path_step *a,
    uint32_t to_a, const struct path_step *b, uint32_t to_b)
{
	int order = str_compare(step_name(ev, a), step_name(ev, b));

	if (order == 0)
		order = a->inverse - b->inverse;
	return order ? order : (to_a > to_b) - (to_a < to_b);
}

static void descent_chooses(void *context, size_t node,
    const struct path_step *step)
{
	struct descent *d = context;
	uint32_t place = place_of(d->search, node);
	int order = d->found ? step_order(d->search->ev, step, place, d->step,
	    d->place) : -1;

	if (order < 0) {
		d->step = step;
		d->place = place;
		d->states = 0;
	}
	if (order <= 0)
		d->states |= (uint64_t)1 << (node % d->search->path->states);
	d->found = true;
}

static void mark_ends(struct descent *d, uint32_t place, uint32_t level)
{
	for (unsigned state = 0; state < d->search->path->states; state++) {
		size_t node = node_of(d->search, place, state);

		if (d->search->levels[node] == level &&
		    search_accepts(d->search, node))
			d->search->marks[node] = true;
	}
}

/* Marks the ends among the members of the target: the level, or 0. */
static uint32_t mark_members(struct descent *d, const struct set *target,
    bool certain)
{
	uint32_t least = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < target->count; i++) {
			uint32_t place = (uint32_t)target->members[i].cell;
			uint32_t level = search_level(d->search, place);

			if (!level || (certain && !target->members[i].certain))
				continue;
			if (pass == 0 && (least == 0 || level < least))
				least = level;
			if (pass == 1 && level == least)
				mark_ends(d, place, level);
		}
	}
	return least;
}

/* The same for any place of the target's kind. */
static uint32_t mark_kind(struct descent *d, uint16_t kind)
{
	struct search *s = d->search;
	uint32_t least = 0;

	for (size_t i = 0; i < s->reached; i++) {
		size_t node = s->queue[i];

		if (!search_accepts(s, node) ||
		    !path_place_is(s->ev, place_of(s, node), kind) ||
		    (least && s->levels[node] > least))
			continue;
		least = s->levels[node];
		s->marks[node] = true;
	}
	return least;
}

static void mark_backwards(struct descent *d, uint32_t end)
{
	struct search *s = d->search;
	struct watcher watcher = { descent_seeks, descent_finds, d };
	uint32_t aim = 0;

	for (size_t i = s->reached; i-- > 0;) {
		uint32_t level = s->levels[s->queue[i]] + 1;

		if (level > end)
			continue;
		if (level != aim)
			descent_aim(d, aim = level);
		d->found = false;
		search_moves(s, s->queue[i], &watcher);
		s->marks[s->queue[i]] |= d->found;
	}
}

static struct walk walk_forwards(struct descent *d, uint32_t end)
{
	struct search *s = d->search;
	struct watcher watcher = { descent_seeks, descent_chooses, d };
	struct walk walk = { .start = place_of(s, s->queue[0]), .found = true };
	uint32_t place = walk.start;
	uint64_t states = 1;

	walk.steps = ARENA_ARRAY(s->ev->scratch, struct walk_step, end);
	for (uint32_t level = 2; level <= end; level++) {
		descent_aim(d, level);
		d->found = false;
		for (unsigned state = 0; state < s->path->states; state++) {
			if (states >> state & 1)
				search_moves(s, node_of(s, place, state),
				    &watcher);
		}
		walk.steps[walk.count++] =
		    (struct walk_step){ d->step, place, d->place };
		place = d->place;
		states = d->states;
	}
	return walk;
}

struct walk path_witness(struct evaluator *ev, struct env *env,
    const struct expr *e, enum truth answer)
{
	struct value source = evaluate_expr(ev, env, e->arg[0]);
	bool must = answer == TRUTH_TRUE;
	struct set target;
	struct search search;
	struct descent d = { .search = &search };
	struct walk walk;
	uint32_t end;

	assert(source.scalar.state == STATE_KNOWN && answer != TRUTH_FALSE);
	target = path_target(ev, env, e);
	search = search_from(ev, e->path, (entity_id)source.scalar.cell, !must);
	d.wanted = ARENA_ARRAY(ev->scratch, size_t, search.reached);
	end = mark_members(&d, &target, must);
	if (end == 0)
		end = mark_kind(&d, target.of.of);
	assert(end > 0);
	mark_backwards(&d, end);
	walk = walk_forwards(&d, end);
	search_end(&search);
	return walk;
}
