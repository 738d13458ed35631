/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/conflict.h"

#include <stdlib.h>

#include "explain/evaluator.h"

/* A dispute as the row at one end of a link sees it. */
struct claim {
	uint16_t attribute;
	bool turned;		/* it was told from the other end */
	entity_id entity;
	int64_t cell;
	const struct dispute *dispute;
};

/* All disputes between equals, by attribute, entity and place; made once. */
struct claims { struct claim *items; size_t count, capacity; };

static int compare_origins(const struct origin *a, const struct origin *b)
{
	if (a->span.file != b->span.file)
		return a->span.file < b->span.file ? -1 : 1;
	if (a->span.start != b->span.start)
		return a->span.start < b->span.start ? -1 : 1;
	return 0;
}

static int compare_rows(const struct claim *x, const struct claim *y)
{
	if (x->attribute != y->attribute)
		return x->attribute < y->attribute ? -1 : 1;
	if (x->entity != y->entity)
		return x->entity < y->entity ? -1 : 1;
	return 0;
}

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int order = compare_rows(x, y);

	if (order == 0)
		order = compare_origins(&x->dispute->origin,
		    &y->dispute->origin);
	if (order == 0)
		order = (x->cell > y->cell) - (x->cell < y->cell);
	return order ? order : x->turned - y->turned;
}

static void add_claims(struct evaluator *ev, struct claims *claims,
    const struct dispute *d)
{
	const struct schema_attribute *a =
	    &ev->tree->schema->attributes.items[d->attribute];
	bool no_link = a->inverse == SCHEMA_NONE ||
	    (d->absent && !a->type.set && d->spelling.length > 0);

	*VEC_PUSH(ev->arena, claims) = (struct claim){ d->attribute, false,
		d->entity, d->cell, d };
	/* A link that is said to be none leads to nobody. */
	if (!no_link && d->cell != ENTITY_NONE)
		*VEC_PUSH(ev->arena, claims) = (struct claim){ a->inverse, true,
			(entity_id)d->cell, d->entity, d };
}

/* Of the evaluator that all others stand beside: they are the graph's. */
static const struct claims *claims_of(struct evaluator *ev)
{
	const struct graph *g = ev->graph;

	while (ev->under)
		ev = ev->under;
	if (ev->claims)
		return ev->claims;
	ev->claims = ARENA_NEW(ev->arena, struct claims);
	for (size_t i = 0; i < g->disputes.count; i++)
		if (!g->disputes.items[i].outranked)
			add_claims(ev, ev->claims, &g->disputes.items[i]);
	/* A snapshot may call a fact disputed that nobody claims. */
	if (ev->claims->count)
		qsort(ev->claims->items, ev->claims->count,
		    sizeof(struct claim), compare_claims);
	return ev->claims;
}

/* The first claim of a row. */
static size_t find_row(const struct claims *claims, const struct claim *row)
{
	size_t low = 0, high = claims->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_rows(&claims->items[middle], row) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct dispute *conflict_first(struct evaluator *ev, uint16_t attribute,
    entity_id entity)
{
	struct claim row = { .attribute = attribute, .entity = entity };
	const struct claims *claims = claims_of(ev);
	const struct dispute *first = NULL;

	for (size_t i = find_row(claims, &row); i < claims->count &&
	    compare_rows(&claims->items[i], &row) == 0; i++)
		if (!claims->items[i].turned &&
		    (!first || claims->items[i].dispute < first))
			first = claims->items[i].dispute;
	return first;
}

static struct str value_of(struct evaluator *ev, struct arena *arena,
    const struct claim *c)
{
	struct type type =
	    ev->tree->schema->attributes.items[c->attribute].type;
	bool single = !type.set;
	struct str text = c->dispute->spelling;

	if (c->dispute->absent && single && !c->turned)
		return STR("none");
	type.set = type.optional = false;
	if (text.length == 0 || c->turned)
		text = type.tag == TYPE_ENTITY
		    ? graph_entity_name(ev->graph, arena, (entity_id)c->cell)
		    : graph_cell_text(ev->graph, arena, type, c->cell);
	return c->dispute->absent ? arena_printf(arena, "not %.*s",
	    STR_ARG(text)) : text;
}

static bool is_repeated(const struct voice *voices, size_t count,
    const struct voice *v)
{
	return count > 0 && str_equal(voices[count - 1].value, v->value) &&
	    compare_origins(&voices[count - 1].origin, &v->origin) == 0;
}

size_t conflict_voices(struct evaluator *ev, struct arena *arena,
    const struct missing *missing, struct voice **voices)
{
	struct claim row = { .attribute = missing->attribute,
		.entity = missing->entity };
	const struct claims *claims;
	size_t from, to, count = 0;

	*voices = NULL;
	if (missing->kind != MISSING_CONFLICT)
		return 0;
	claims = claims_of(ev);
	from = to = find_row(claims, &row);
	while (to < claims->count && compare_rows(&claims->items[to], &row) == 0)
		to++;
	*voices = ARENA_ARRAY(arena, struct voice, to - from);
	for (size_t i = from; i < to; i++) {
		const struct claim *c = &claims->items[i];
		struct voice v;

		if (ev->tree->schema->attributes.items[c->attribute].type.set &&
		    c->cell != missing->cell)
			continue;
		v = (struct voice){ value_of(ev, arena, c), c->dispute->origin };
		if (!is_repeated(*voices, count, &v))
			(*voices)[count++] = v;
	}
	return count;
}
