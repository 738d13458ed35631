/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In how many rounds a tuple of a recursive relation is derived: in round 1
 * from no other tuple of its component, in each further one from tuples of
 * earlier rounds.  A proof that goes down only to lower tuples never rests on
 * itself, and is as short as can be.
 *
 * A tuple is evaluated again only when one that it asked about has got its
 * height.  What got one in an earlier search keeps it.
 */
#include "explain/evaluator.h"

/* READER asked about a tuple in vain; the next one is at NEXT - 1. */
struct asked {
	uint32_t reader, next;
};

/* READER asked about a tuple that is true from LEVEL on. */
struct waking {
	uint32_t reader, level;
};

struct lifting {
	struct arena *arena;
	uint16_t component;
	uint32_t reader;		/* the tuple that is being evaluated */
	size_t count;			/* tuples that take part */
	uint32_t *readers;		/* by tuple: the last in `asked`, + 1 */
	uint32_t *queued;		/* by tuple: for which level */
	VEC(struct asked) asked;
	VEC(struct waking) wakings;
	VEC(uint32_t) queue, next;
};

void relation_level(struct evaluator *ev, uint32_t level, uint16_t component)
{
	ev->level = level;
	ev->component = component;
	ev->generation = level ? ++ev->generations : 0;
}

static bool lacks_height(const struct evaluator *ev, size_t i,
    uint16_t component)
{
	const struct tuple *t = &ev->tuples.items[i];
	const struct function *f = &ev->tree->relations.items[t->relation];

	return f->recursive && f->stratum == component &&
	    t->truth == TRUTH_TRUE && t->height == 0;
}

/* Remembers who asked, if the answer will be another one. */
static void note(struct evaluator *ev, struct lifting *l, uint32_t place)
{
	const struct tuple *t = &ev->tuples.items[place];
	struct asked *asked;

	if (t->truth != TRUTH_TRUE || place >= l->count)
		return;
	if (t->height > 0) {
		*VEC_PUSH(l->arena, &l->wakings) =
		    (struct waking){ l->reader, t->height + 1 };
		return;
	}
	asked = VEC_PUSH(l->arena, &l->asked);
	*asked = (struct asked){ l->reader, l->readers[place] };
	l->readers[place] = (uint32_t)l->asked.count;
}

enum truth height_holds(struct evaluator *ev, uint32_t place)
{
	const struct tuple *t = &ev->tuples.items[place];

	if (t->height > 0 && t->height < ev->level)
		return TRUTH_TRUE;
	if (ev->lifting)
		note(ev, ev->lifting, place);
	return TRUTH_FALSE;
}

static void enqueue(struct lifting *l, uint32_t place, uint32_t level)
{
	if (l->queued[place] == level)
		return;
	l->queued[place] = level;
	*VEC_PUSH(l->arena, &l->next) = place;
}

/* Those that are true by lower ones get their heights after the round, or it
 * would lift by its own.  True if there are any. */
static bool lift_round(struct evaluator *ev, struct lifting *l, uint32_t level)
{
	size_t lifted = 0;

	for (size_t i = 0; i < l->queue.count; i++) {
		l->reader = l->queue.items[i];
		if (!lacks_height(ev, l->reader, l->component))
			continue;
		relation_level(ev, level, l->component);
		if (relation_evaluate(ev, l->reader) == TRUTH_TRUE)
			l->queue.items[lifted++] = l->reader;
	}
	l->next.count = 0;
	for (size_t i = 0; i < lifted; i++) {
		uint32_t place = l->queue.items[i];

		ev->tuples.items[place].height = level;
		for (uint32_t at = l->readers[place]; at > 0;
		    at = l->asked.items[at - 1].next)
			enqueue(l, l->asked.items[at - 1].reader, level + 1);
	}
	return lifted > 0;
}

/* The next level at which anything may change, with what is to be evaluated
 * then; 0 if there is none. */
static uint32_t next_level(struct lifting *l, uint32_t level, bool lifted)
{
	uint32_t next = lifted ? level + 1 : 0;
	size_t kept = 0;

	for (size_t i = 0; i < l->wakings.count && !lifted; i++) {
		if (next == 0 || l->wakings.items[i].level < next)
			next = l->wakings.items[i].level;
	}
	for (size_t i = 0; i < l->wakings.count; i++) {
		struct waking waking = l->wakings.items[i];

		if (waking.level == next)
			enqueue(l, waking.reader, next);
		else
			l->wakings.items[kept++] = waking;
	}
	l->wakings.count = kept;
	return next;
}

static void lift_all(struct evaluator *ev, struct lifting *l)
{
	uint32_t level = 1;

	for (uint32_t i = 0; i < l->count; i++) {
		if (!ev->tuples.items[i].lifted)
			ev->tuples.items[i].height = 0;
		if (lacks_height(ev, i, l->component))
			enqueue(l, i, level);
	}
	while (level > 0) {
		VEC(uint32_t) done;
		bool lifted;

		memcpy(&done, &l->queue, sizeof(done));
		memcpy(&l->queue, &l->next, sizeof(done));
		memcpy(&l->next, &done, sizeof(done));
		lifted = lift_round(ev, l, level);
		level = next_level(l, level, lifted);
	}
}

/* A tuple that is asked about for the first time takes part in all rounds or
 * in none, so they begin again with it. */
static void find_heights(struct evaluator *ev, uint16_t component)
{
	struct arena_mark mark = arena_here(ev->heights);
	size_t count;

	do {
		struct lifting l = { .arena = ev->heights,
			.component = component, .count = ev->tuples.count };

		count = l.count;
		l.readers = ARENA_ARRAY(l.arena, uint32_t, count);
		l.queued = ARENA_ARRAY(l.arena, uint32_t, count);
		ev->lifting = &l;
		lift_all(ev, &l);
		ev->lifting = NULL;
	} while (ev->tuples.count > count);
	for (size_t i = 0; i < count; i++)
		ev->tuples.items[i].lifted |= ev->tuples.items[i].height > 0;
	arena_rollback(ev->heights, mark);
}

uint32_t relation_height(struct evaluator *ev, uint16_t relation,
    const int64_t *arguments)
{
	const struct function *f = &ev->tree->relations.items[relation];
	struct arena_mark mark = arena_here(ev->scratch);
	uint32_t level = ev->level, place;
	uint16_t component = ev->component;
	bool is_new;

	relation_level(ev, 0, 0);
	relation_holds(ev, relation, arguments);
	place = relation_place(ev, relation, arguments, &is_new);
	if (lacks_height(ev, place, f->stratum))
		find_heights(ev, f->stratum);
	relation_level(ev, level, component);
	arena_rollback(ev->scratch, mark);
	return ev->tuples.items[place].height;
}
