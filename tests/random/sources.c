/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Other sources of a site: each lists some of its entities again, and some of
 * its own, says of them what the first says or something else, with a grade of
 * its own, and may have ended before the day of the run.
 */
#include "tests/random/random.h"

static const char *const grades[] = { "inferred", "declared", "observed",
	"authoritative", "attested" };
#define ATTESTED 4

/* 2026-03-31, and days before, on and after it. */
#define AS_OF 20543
static const char *const untils[] = { "2026-03-30", "2026-03-31", "2026-12-31" };

/* Grades near each other, so that they often are the same. */
static unsigned some_grade(struct model *m)
{
	return random_chance(&m->random, 70) ? 1 + random_below(&m->random, 2)
	    : random_below(&m->random, 5);
}

static const char *some_source(struct model *m, unsigned number)
{
	unsigned grade = some_grade(m);

	if (grade < ATTESTED)
		return model_printf(m, "{\"name\": \"source %u\", \"grade\": \"%s\"}",
		    number, grades[grade]);
	m->has_as_of = true;
	m->as_of = AS_OF;
	return model_printf(m, "{\"name\": \"source %u\", \"grade\": \"attested\", "
	    "\"by\": \"Ada\", \"until\": \"%s\"}", number,
	    untils[random_below(&m->random, 3)]);
}

static struct fact *stated(struct model *m, int entity, int attribute)
{
	for (size_t i = 0; i < m->facts.count; i++)
		if (m->facts.items[i].entity == entity &&
		    m->facts.items[i].attribute == attribute)
			return &m->facts.items[i];
	return NULL;
}

/* What the first says of the entity at FROM, said again of the one at TO. */
static void repeat(struct model *other, int to, const struct model *m, int from)
{
	for (size_t i = 0; i < m->facts.count; i++) {
		const struct fact *fact = &m->facts.items[i];
		const struct attribute *a = &m->attributes.items[fact->attribute];
		struct fact *mine = fact->entity == from
		    ? stated(other, to, fact->attribute) : NULL;

		if (!mine || a->owned || random_chance(&other->random, 60))
			continue;
		*mine = *fact;
		mine->entity = to;
		memset(&mine->values, 0, sizeof(mine->values));
		memset(&mine->possible, 0, sizeof(mine->possible));
		for (size_t v = 0; v < fact->values.count; v++)
			*VEC_PUSH(other->arena, &mine->values) = fact->values.items[v];
		for (size_t v = 0; v < fact->possible.count; v++)
			*VEC_PUSH(other->arena, &mine->possible) = fact->possible.items[v];
	}
}

/* A Delta may be called an Alpha, whichever it is. */
static int called(struct model *m, int kind)
{
	return kind == DELTA && random_chance(&m->random, 40) ? ALPHA : kind;
}

static void list_again(struct model *other, const struct model *m)
{
	for (size_t e = 0; e < m->entities.count; e++) {
		struct entity_model *mine;
		int at = (int)other->entities.count;

		if (m->entities.items[e].kind == PART ||
		    random_chance(&other->random, 45))
			continue;
		mine = VEC_PUSH(other->arena, &other->entities);
		*mine = m->entities.items[e];
		mine->kind = called(other, mine->kind);
		if (random_chance(&other->random, 15))
			mine->source = model_printf(other, "{\"grade\": \"%s\"}",
			    grades[random_below(&other->random, ATTESTED)]);
		model_state(other, at);
		repeat(other, at, m, (int)e);
	}
}

static void list_own(struct model *other, unsigned number)
{
	static const int kinds[] = { ALPHA, DELTA, BETA, GAMMA };
	static const char *const letters[] = { "a", "d", "b", "g" };

	for (unsigned k = 0; k < 4; k++) {
		int at = (int)other->entities.count;

		if (random_chance(&other->random, 70))
			continue;
		*VEC_PUSH(other->arena, &other->entities) = (struct entity_model){
			.kind = kinds[k], .owner = -1,
			.key = model_printf(other, "%s9%u", letters[k], number) };
		model_state(other, at);
	}
}

/* The parts of owners got their facts when they were appended. */
static void state_parts(struct model *other)
{
	for (size_t e = 0; e < other->entities.count; e++)
		if (other->entities.items[e].kind == PART)
			model_state(other, (int)e);
}

/* The list on the other side of a link, where the source has one. */
static struct fact *other_side(struct model *other, const struct fact *fact,
    const char *target)
{
	const struct attribute *a = &other->attributes.items[fact->attribute];

	for (size_t i = 0; i < other->facts.count; i++) {
		struct fact *back = &other->facts.items[i];
		const struct attribute *b = &other->attributes.items[back->attribute];
		const char *key = other->entities.items[back->entity].key;

		if (b->inverse && a->name && !strcmp(b->inverse, a->name) &&
		    other->entities.items[back->entity].kind != PART &&
		    strlen(target) == strlen(key) + 2 &&
		    !strncmp(target + 1, key, strlen(key)))
			return back;
	}
	return NULL;
}

static bool lists(const struct fact *fact, const char *value)
{
	for (size_t i = 0; i < fact->values.count; i++)
		if (!strcmp(fact->values.items[i], value))
			return true;
	for (size_t i = 0; i < fact->possible.count; i++)
		if (!strcmp(fact->possible.items[i], value))
			return true;
	return false;
}

/* Half of the links that have two sides are told by both. */
static void tell_both_sides(struct model *other)
{
	for (size_t i = 0; i < other->facts.count; i++) {
		struct fact *fact = &other->facts.items[i];
		const struct entity_model *e = &other->entities.items[fact->entity];

		if (e->kind == PART ||
		    !IS_KIND_TYPE(other->attributes.items[fact->attribute].type))
			continue;
		for (size_t v = 0; v < fact->values.count; v++) {
			struct fact *back = other_side(other, fact,
			    fact->values.items[v]);
			const char *key = model_printf(other, "\"%s\"", e->key);

			if (!back || lists(back, key) ||
			    random_chance(&other->random, 50))
				continue;
			if (back->state == MISSING)
				back->state = OPEN;
			*VEC_PUSH(other->arena, &back->values) = key;
		}
	}
}

static struct model *new_other(struct model *m, unsigned number)
{
	struct model *other = ARENA_NEW(m->arena, struct model);

	*other = *m;
	memset(&other->entities, 0, sizeof(other->entities));
	memset(&other->facts, 0, sizeof(other->facts));
	memset(&other->others, 0, sizeof(other->others));
	memset(other->complete, 0, sizeof(other->complete));
	other->first = m;
	other->missing = 60;
	other->source = some_source(other, number);
	list_again(other, m);
	list_own(other, number);
	state_parts(other);
	tell_both_sides(other);
	m->random = other->random;
	m->names = other->names;
	m->has_as_of |= other->has_as_of;
	m->as_of = other->as_of;
	return other;
}

void model_others(struct model *m)
{
	unsigned count = 1 + random_below(&m->random, 3);

	m->source = some_source(m, 0);
	if (random_chance(&m->random, 70)) {
		m->has_as_of = true;
		m->as_of = AS_OF;
	}
	for (unsigned i = 1; i <= count; i++) {
		struct model *other = new_other(m, i);

		*VEC_PUSH(m->arena, &m->others) = other;
	}
	if (random_chance(&m->random, 40))
		m->least = 1 + random_below(&m->random, ATTESTED);
}

static bool same_entity(const struct model *a, int x, const struct model *b, int y)
{
	const struct entity_model *e = &a->entities.items[x], *f = &b->entities.items[y];

	if ((e->kind == PART) != (f->kind == PART) ||
	    strcmp(e->key, f->key) != 0)
		return false;
	return e->kind != PART || same_entity(a, e->owner, b, f->owner);
}

/* Where a link has two sides, what one source adds may contradict what another
 * says of the other side, so no such link is left alone. */
static bool has_two_sides(const struct model *m, const struct attribute *a)
{
	for (size_t i = 0; i < m->attributes.count; i++)
		if (m->attributes.items[i].inverse &&
		    !strcmp(m->attributes.items[i].inverse, a->name))
			return true;
	return a->inverse != NULL;
}

bool model_is_contested(const struct model *m, const struct fact *fact)
{
	const struct attribute *a = &m->attributes.items[fact->attribute];

	if (!m->several)
		return false;
	if (a->owned || has_two_sides(m, a))
		return true;
	for (size_t o = 0; o < m->others.count; o++) {
		const struct model *other = m->others.items[o];

		for (size_t i = 0; i < other->facts.count; i++)
			if (other->facts.items[i].attribute == fact->attribute &&
			    other->facts.items[i].state != MISSING &&
			    same_entity(other, other->facts.items[i].entity, m,
				fact->entity))
				return true;
	}
	return false;
}
