/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that are remembered by what they depend on.
 *
 * Of no binder: the same for every subject, so computed once in a run.  Under
 * an overlay once in a trial, and not even that where what is assumed cannot
 * be seen by them.
 *
 * Of some binders: for each of their values once while one subject is looked
 * at from all sides, which asks for the same again and again.
 *
 * What is computed once for all searches does not count as a step of one of
 * them, and what one search computes once counts as often as it is asked:
 * which facts a search names must not depend on what is remembered.
 */
#include "explain/evaluator.h"

#include "base/intern.h"
#include "explain/footprint.h"

#include <assert.h>

struct closed {
	struct names names;		/* of the binders; none: closed */
	bool kept;
	bool recursive;			/* rests on a recursive relation */
	uint64_t trial;			/* whose value is TRIED */
	const struct footprint *footprint;
	struct value value, tried;
};

/* By the address of the expression: those that were asked about. */
struct closings {
	struct arena *arena;
	const struct expr **keys;	/* a power of two of them, NULL: free */
	struct closed **values;
	size_t room, count;
	const struct footprint **attributes, **relations;	/* on demand */
};

struct closings *closings_new(struct arena *arena, const struct tree *tree)
{
	struct closings *all = ARENA_NEW(arena, struct closings);

	all->arena = arena;
	all->attributes = ARENA_ARRAY(arena, const struct footprint *,
	    tree->schema->attributes.count);
	all->relations = ARENA_ARRAY(arena, const struct footprint *,
	    tree->relations.count);
	return all;
}

/* --- which ---------------------------------------------------------------- */

static size_t slot_of(const struct closings *all, const struct expr *e)
{
	size_t at = (size_t)((uintptr_t)e * 0x9e3779b97f4a7c15u >> 20);

	for (at &= all->room - 1; all->keys[at] && all->keys[at] != e;)
		at = (at + 1) & (all->room - 1);
	return at;
}

static void make_room(struct closings *all)
{
	struct closings old = *all;

	all->room = old.room ? 2 * old.room : 64;
	all->keys = ARENA_ARRAY(all->arena, const struct expr *, all->room);
	all->values = ARENA_ARRAY(all->arena, struct closed *, all->room);
	for (size_t i = 0; i < old.room; i++) {
		size_t at;

		if (!old.keys[i])
			continue;
		at = slot_of(all, old.keys[i]);
		all->keys[at] = old.keys[i];
		all->values[at] = old.values[i];
	}
}

static struct closed *closed_of(struct evaluator *ev, const struct expr *e)
{
	struct closings *all = ev->closings;
	struct arena_mark mark;
	size_t at;

	if (2 * all->count >= all->room)
		make_room(all);
	at = slot_of(all, e);
	if (all->keys[at])
		return all->values[at];
	all->count++;
	all->keys[at] = e;
	all->values[at] = ARENA_NEW(all->arena, struct closed);
	mark = arena_here(ev->scratch);
	all->values[at]->names = expr_names(all->arena, ev->scratch, e);
	arena_rollback(ev->scratch, mark);
	return all->values[at];
}

/* What costs more than to look it up. */
static bool is_worth_it(const struct expr *e)
{
#define OP(op) (UINT64_C(1) << EXPR_##op)
	static const uint64_t ops = OP(CONST_SET) | OP(SET) | OP(CALL) |
	    OP(RELATION) | OP(REACHES) | OP(SUBSET) | OP(SAME) | OP(UNION) |
	    OP(INTERSECT) | OP(WITHOUT) | OP(COUNT) | OP(ANY) | OP(ALL) |
	    OP(COLLECT) | OP(COUNT_WHERE) | OP(SUM) | OP(MIN) | OP(MAX) |
	    OP(ASSUME_COMPLETE);
#undef OP

	_Static_assert(EXPR_COUNT_OF <= 64, "a bit for each");
	return ops >> e->op & 1;
}

/* --- values --------------------------------------------------------------- */

/* Not while the truths of a relation are on their way up: then it is computed
 * again each time. */
static bool keep(struct evaluator *ev, struct env *env, const struct expr *e,
    struct closed *c, struct value *v)
{
	struct arena_mark mark = arena_here(ev->scratch);
	uint64_t unsettled = ev->unsettled, recursions = ev->recursions;
	uint64_t steps = ev->steps;
	struct value value = evaluate_anew(ev, env, e);

	ev->steps = steps;
	c->recursive = ev->recursions > recursions;
	if (ev->unsettled != unsettled) {
		*v = value;
		return false;
	}
	*v = value_copy(ev->lasting, value);
	arena_rollback(ev->scratch, mark);
	return true;
}

static struct value kept_value(struct evaluator *ev, struct env *env,
    const struct expr *e, struct closed *c)
{
	trace_pause(ev->trace);
	if (!c->kept)
		c->kept = keep(ev, env, e, c, &c->value);
	else
		ev->recursions += c->recursive;
	trace_resume(ev->trace);
	if (!c->kept)
		trace_break(ev->trace);
	else if (e->type.tag == TYPE_ENTITY)
		trace_kept(ev->trace, e);	/* others are the same anywhere */
	return c->value;
}

struct value closed_kept(struct evaluator *ev, const struct expr *e)
{
	return closed_of(ev, e)->value;
}

static struct value tried_value(struct evaluator *ev, struct env *env,
    const struct expr *e, struct closed *c)
{
	struct value v;

	if (c->trial == ev->trial)
		return c->tried;
	v = evaluate_anew(ev, env, e);
	if (ev->solving)
		return v;
	c->tried = value_copy(ev->arena, v);
	c->trial = ev->trial;
	return c->tried;
}

static bool is_touched(struct evaluator *ev, const struct expr *e,
    struct closed *c)
{
	if (!c->footprint)
		c->footprint = footprint_of_expr(ev->closings->arena, ev->tree, e);
	return overlay_touches(ev->overlay, c->footprint);
}

/* --- of one subject ------------------------------------------------------- */

/* Names that a value is remembered by. */
#define NAMES_MOST 4

/* Values of one subject: pairs of pairs of entities are more than memory
 * holds.  What comes later is computed again, in as many steps. */
#define REMEMBERED_MOST 65536u

struct remembered {
	struct value value;
	uint64_t steps;
	bool recursive;
};

struct session {
	struct arena *arena;
	struct map *places;
	VEC(struct remembered) items;
	struct session *outer;
	struct arena_mark mark;
};

static struct session *session_new(struct arena *arena)
{
	struct session *s = ARENA_NEW(arena, struct session);

	s->arena = arena;
	s->places = map_new(arena);
	return s;
}

void session_begin(struct evaluator *ev)
{
	struct arena_mark mark = arena_here(ev->subject);
	struct session *s = session_new(ev->subject);

	s->outer = ev->session;
	s->mark = mark;
	ev->session = s;
}

void session_end(struct evaluator *ev)
{
	struct session *s = ev->session;

	ev->session = s->outer;
	arena_rollback(ev->subject, s->mark);
}

void session_of_trial(struct evaluator *ev)
{
	ev->session = session_new(ev->arena);
}

struct key { uint64_t words[1 + 3 * NAMES_MOST]; size_t count; };

static void add_word(struct key *key, uint64_t word)
{
	key->words[key->count++] = word;
}

/* False where the value is a set: that is not compared. */
static bool add_slot(struct key *key, const struct slot *slot)
{
	const struct value *v = &slot->value;

	assert(slot->bound);
	switch (v->kind) {
	case VALUE_TRUTH:
		add_word(key, (uint64_t)v->truth);
		return true;
	case VALUE_SCALAR:
		add_word(key, (uint64_t)v->scalar.state << 32 |
		    v->scalar.spelled);
		add_word(key, (uint64_t)v->scalar.cell);
		return true;
	case VALUE_NUMBER:
		add_word(key, (uint64_t)v->number.known << 1 | v->number.absent);
		add_word(key, (uint64_t)v->number.low);
		add_word(key, (uint64_t)v->number.high);
		return true;
	case VALUE_SET:
		break;
	}
	return false;
}

static bool make_key(struct key *key, const struct env *env,
    const struct expr *e, const struct closed *c)
{
	key->count = 0;
	add_word(key, (uintptr_t)e);
	for (size_t i = 0; i < c->names.count; i++)
		if (!add_slot(key, &env->slots[c->names.items[i]->index]))
			return false;
	return true;
}

static struct value remember(struct evaluator *ev, struct env *env,
    const struct expr *e, struct str key)
{
	struct session *s = ev->session;
	uint64_t unsettled = ev->unsettled, recursions = ev->recursions;
	uint64_t steps = ev->steps;
	struct value v = evaluate_anew(ev, env, e);
	struct remembered *new;
	bool is_new;

	if (ev->unsettled != unsettled || s->items.count >= REMEMBERED_MOST)
		return v;
	*map_at(s->places, key, &is_new) = (uint32_t)s->items.count;
	new = VEC_PUSH(s->arena, &s->items);
	new->value = value_copy(s->arena, v);
	new->steps = ev->steps - steps;
	new->recursive = ev->recursions > recursions;
	return new->value;
}

/* In the environment of what was not listed other things are known. */
static bool remembered_value(struct evaluator *ev, struct env *env,
    const struct expr *e, struct closed *c, struct value *v)
{
	const struct remembered *r;
	const uint32_t *place;
	struct key key;
	struct str bytes;

	if (!ev->session || ev->solving || env->rests ||
	    c->names.count > NAMES_MOST || !make_key(&key, env, e, c))
		return false;
	if (ev->overlay && !is_touched(ev, e, c))
		ev = evaluator_under(ev);
	bytes = (struct str){ (const char *)key.words,
		key.count * sizeof(*key.words) };
	place = map_find(ev->session->places, bytes);
	if (!place) {
		*v = remember(ev, env, e, bytes);
		return true;
	}
	r = &ev->session->items.items[*place];
	ev->steps += r->steps;
	ev->recursions += r->recursive;
	*v = r->value;
	return true;
}

bool closed_value(struct evaluator *ev, struct env *env, const struct expr *e,
    struct value *v)
{
	struct closed *c;

	if (!is_worth_it(e) || ev->coverage || ev->level)
		return false;
	c = closed_of(ev, e);
	if (c->names.count > 0)
		return remembered_value(ev, env, e, c, v);
	if (!ev->overlay)
		*v = kept_value(ev, env, e, c);
	else if (is_touched(ev, e, c))
		*v = tried_value(ev, env, e, c);
	else
		*v = kept_value(evaluator_under(ev), env, e, c);
	return true;
}

bool closed_is_kept(struct evaluator *ev, const struct expr *e)
{
	return is_worth_it(e) && closed_of(ev, e)->kept && !ev->overlay;
}

/* --- what is assumed elsewhere -------------------------------------------- */

bool attribute_is_touched(struct evaluator *ev, uint16_t attribute)
{
	const struct footprint **f = &ev->closings->attributes[attribute];

	if (!*f)
		*f = footprint_of_expr(ev->closings->arena, ev->tree,
		    tree_derived(ev->tree, attribute)->body);
	return overlay_touches(ev->overlay, *f);
}

bool relation_is_touched(struct evaluator *ev, uint16_t relation)
{
	const struct footprint **f = &ev->closings->relations[relation];

	if (!*f)
		*f = footprint_of_expr(ev->closings->arena, ev->tree,
		    ev->tree->relations.items[relation].body);
	return overlay_touches(ev->overlay, *f);
}
