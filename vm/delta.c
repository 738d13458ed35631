/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two graphs side by side: texts, then entities, then rows.
 *
 * Numbers of texts and entities depend on all that was read, so cells are
 * compared under the numbers of the later graph.  Mostly these are the same,
 * and memory is compared.  What cannot be told for certain counts as different,
 * which costs time and nothing else.
 */
#include "vm/delta.h"

#include "vm/plane.h"

/* No cell of a text or an entity. */
#define CELL_GONE (INT64_C(-1))

struct comparison {
	struct delta *delta;
	struct arena *arena;
	const struct graph *former, *now;
	symbol *symbols;		/* per former one: its number now, or SYMBOL_NONE */
	bool same_symbols;		/* those that both have are the same */
};

/* --- texts ---------------------------------------------------------------- */

/* Most stand in the order in which they stood. */
static void match_symbols(struct comparison *c)
{
	const struct symbols *former = c->former->symbols, *now = c->now->symbols;
	uint32_t count = symbols_count(former), most = symbols_count(now), next = 0;

	c->symbols = ARENA_ARRAY(c->arena, symbol, count);
	c->same_symbols = true;
	for (symbol s = 0; s < count; s++) {
		struct str text = symbol_text(former, s);
		symbol at = next;

		if (next >= most || !str_equal(text, symbol_text(now, next)))
			at = symbol_find(now, text);
		if (at != SYMBOL_NONE)
			next = at + 1;
		c->symbols[s] = at;
		c->same_symbols &= at == s || s >= most;
	}
}

/* --- entities ------------------------------------------------------------- */

static bool are_same_entities(const struct comparison *c)
{
	const struct graph *a = c->former, *b = c->now;

	if (a->entity_count != b->entity_count)
		return false;
	for (size_t k = 0; k < a->schema->kinds.count; k++)
		if (a->extents[k].first != b->extents[k].first ||
		    a->extents[k].count != b->extents[k].count)
			return false;
	for (entity_id e = 0; e < a->entity_count; e++)
		if (a->owners[e] != b->owners[e] || c->symbols[a->keys[e]] != b->keys[e])
			return false;
	return true;
}

/* The entities of KIND that are of none of its subkinds: up to the next kind. */
static entity_id own_end(const struct graph *graph, size_t kind)
{
	return kind + 1 < graph->schema->kinds.count ? graph->extents[kind + 1].first
	    : graph->entity_count;
}

static entity_id owner_now(const struct comparison *c, entity_id former)
{
	entity_id owner = c->former->owners[former];

	return owner == ENTITY_NONE ? ENTITY_NONE : c->delta->numbers[owner];
}

/* The owner of FORMER, if it has one, is still there. */
static bool is_at(const struct comparison *c, entity_id former, entity_id now)
{
	return owner_now(c, former) == c->now->owners[now] &&
	    c->symbols[c->former->keys[former]] == c->now->keys[now];
}

/* Where a former entity is, mostly at NEXT; or ENTITY_NONE. */
static entity_id search(const struct comparison *c, uint16_t kind, entity_id former,
    entity_id next, entity_id end)
{
	entity_id at;

	if (c->former->owners[former] != ENTITY_NONE && owner_now(c, former) == ENTITY_NONE)
		return ENTITY_NONE;
	if (next < end && is_at(c, former, next))
		return next;
	at = graph_find(c->now, kind, owner_now(c, former), entity_key(c->former, former));
	return at != ENTITY_NONE && at >= next && at < end && is_at(c, former, at) ?
	    at : ENTITY_NONE;
}

/* Both are in the order of owners and keys. */
static void match_kind(struct comparison *c, uint16_t kind)
{
	entity_id next = c->now->extents[kind].first, end = own_end(c->now, kind);

	for (entity_id e = c->former->extents[kind].first; e < own_end(c->former, kind); e++) {
		entity_id at = search(c, kind, e, next, end);

		c->delta->numbers[e] = at;
		if (at == ENTITY_NONE)
			continue;
		c->delta->formers[at] = e;
		next = at + 1;
	}
}

/* Owners come before what they own: their numbers are asked for. */
static bool is_ready(const struct schema *schema, const bool *done, size_t kind)
{
	uint16_t owner = schema->kinds.items[kind].owner, k;

	if (owner == SCHEMA_NONE)
		return true;
	k = schema->attributes.items[owner].kind;
	for (uint16_t end = schema->kinds.items[k].last; k < end; k++)
		if (!done[k])
			return false;
	return true;
}

/* False when kinds own each other in a ring. */
static bool match_entities(struct comparison *c)
{
	const struct schema *schema = c->now->schema;
	bool *done = ARENA_ARRAY(c->arena, bool, schema->kinds.count);
	size_t left = schema->kinds.count, before;

	do {
		before = left;
		for (size_t k = 0; k < schema->kinds.count; k++) {
			if (done[k] || !is_ready(schema, done, k))
				continue;
			match_kind(c, (uint16_t)k);
			done[k] = true;
			left--;
		}
	} while (left && left < before);
	return left == 0;
}

static bool number_entities(struct comparison *c)
{
	struct delta *d = c->delta;
	uint32_t former = c->former->entity_count, now = c->now->entity_count;

	d->same_entities = are_same_entities(c);
	d->numbers = ARENA_ARRAY(c->arena, entity_id, former);
	d->formers = ARENA_ARRAY(c->arena, entity_id, now);
	for (entity_id e = 0; e < former; e++)
		d->numbers[e] = d->same_entities ? e : ENTITY_NONE;
	for (entity_id e = 0; e < now; e++)
		d->formers[e] = d->same_entities ? e : ENTITY_NONE;
	return d->same_entities || match_entities(c);
}

static void mark(struct comparison *c, uint64_t **plane, entity_id e)
{
	if (!*plane)
		*plane = ARENA_ARRAY(c->arena, uint64_t, BITS_WORDS(c->now->entity_count));
	bit_set(*plane, e);
}

static bool get(const uint64_t *plane, size_t i)
{
	return plane && bit_get(plane, i);
}

static void find_existence(struct comparison *c)
{
	struct delta *d = c->delta;

	for (entity_id e = 0; e < c->now->entity_count; e++) {
		entity_id former = d->formers[e];

		if (former == ENTITY_NONE)
			mark(c, &d->fresh, e);
		if (former == ENTITY_NONE || get(c->former->possible, former) !=
		    get(c->now->possible, e)) {
			mark(c, &d->existence, e);
			d->entities++;
		}
	}
	for (entity_id e = 0; e < c->former->entity_count; e++)
		d->entities += d->numbers[e] == ENTITY_NONE;
}

static bool has_other_entities(const struct comparison *c, size_t kind)
{
	const struct delta *d = c->delta;
	const struct extent *a = &c->former->extents[kind], *b = &c->now->extents[kind];

	for (entity_id e = a->first; e < a->first + a->count; e++)
		if (d->numbers[e] == ENTITY_NONE)
			return true;
	for (entity_id e = b->first; e < b->first + b->count; e++)
		if (get(d->existence, e))
			return true;
	return false;
}

static void find_extents(struct comparison *c)
{
	size_t kinds = c->now->schema->kinds.count;

	c->delta->extents = ARENA_ARRAY(c->arena, bool, kinds);
	for (size_t k = 0; k < kinds; k++)
		c->delta->extents[k] = c->former->extents[k].closed !=
		    c->now->extents[k].closed ||
		    (c->delta->entities && has_other_entities(c, k));
}

/* --- columns -------------------------------------------------------------- */

/* A former cell under the numbers of today. */
static int64_t cell_now(const struct comparison *c, struct type type, int64_t cell)
{
	if (type.tag == TYPE_ENTITY) {
		entity_id e = c->delta->numbers[cell];

		return e == ENTITY_NONE ? CELL_GONE : e;
	}
	if (type_is_text(type)) {
		symbol s = c->symbols[cell];

		return s == SYMBOL_NONE ? CELL_GONE : s;
	}
	return cell;
}

/* Equal cells are equal numbers. */
static bool are_plain(const struct comparison *c, struct type type)
{
	return type.tag == TYPE_ENTITY ? c->delta->same_entities :
	    !type_is_text(type) || c->same_symbols;
}

static bool column_differs_at(const struct comparison *c, const struct column *a,
    uint32_t i, const struct column *b, uint32_t j)
{
	bool known = get(b->known, j);

	if (get(a->known, i) != known || get(a->absent, i) != get(b->absent, j))
		return true;
	return known && cell_now(c, b->type, column_cell(a, i)) != column_cell(b, j);
}

/* So that blocks of codes can be compared as memory. */
static bool have_same_codes(const struct comparison *c, const struct column *a,
    const struct column *b)
{
	return c->delta->same_entities && are_plain(c, b->type) &&
	    a->width == b->width && a->base == b->base && !a->dictionary == !b->dictionary &&
	    a->dictionary_count == b->dictionary_count &&
	    (!a->dictionary || memcmp(a->dictionary, b->dictionary,
	    a->dictionary_count * sizeof(*a->dictionary)) == 0);
}

static bool word_differs(const uint64_t *a, const uint64_t *b, size_t w)
{
	return a[w] != b[w];
}

/* Do 64 rows from word W on differ in any bit? */
static bool block_differs(const struct column *a, const struct column *b, size_t w)
{
	size_t bytes = a->width ? (size_t)a->width * 64 : 8, at = w * bytes;
	size_t rest = column_bytes(a) - at;

	return word_differs(a->known, b->known, w) || word_differs(a->absent, b->absent, w) ||
	    memcmp((const char *)a->codes + at, (const char *)b->codes + at,
	    rest < bytes ? rest : bytes) != 0;
}

static void mark_row(struct comparison *c, uint16_t attribute, entity_id e)
{
	mark(c, &c->delta->rows[attribute], e);
	c->delta->facts++;
}

static void compare_column(struct comparison *c, uint16_t attribute)
{
	const struct column *a = &c->former->columns[attribute];
	const struct column *b = &c->now->columns[attribute];
	bool quick = have_same_codes(c, a, b);

	for (uint32_t row = 0; row < b->rows; row++) {
		entity_id former;

		if (quick && row % 64 == 0 && !block_differs(a, b, row / 64)) {
			row += 63;
			continue;
		}
		former = c->delta->formers[b->first + row];
		if (former == ENTITY_NONE ||
		    column_differs_at(c, a, former - a->first, b, row))
			mark_row(c, attribute, b->first + row);
	}
}

/* --- links ---------------------------------------------------------------- */

static bool link_differs_at(const struct comparison *c, const struct link *a,
    uint32_t i, const struct link *b, uint32_t j)
{
	uint32_t x = a->offsets[i], y = b->offsets[j], count = b->offsets[j + 1] - y;

	if (a->offsets[i + 1] - x != count || get(a->closed, i) != get(b->closed, j))
		return true;
	for (uint32_t n = 0; n < count; n++)
		if (cell_now(c, b->type, link_cell(a, x + n)) != link_cell(b, y + n) ||
		    get(a->certain, x + n) != get(b->certain, y + n))
			return true;
	return false;
}

/* The whole table, as memory. */
static bool are_same_links(const struct comparison *c, const struct link *a,
    const struct link *b)
{
	size_t elements;

	if (!c->delta->same_entities || !are_plain(c, b->type) || b->rows == 0 ||
	    memcmp(a->offsets, b->offsets, (b->rows + (size_t)1) * sizeof(*b->offsets)) != 0)
		return false;
	elements = b->offsets[b->rows];
	for (size_t w = 0; w < BITS_WORDS(b->rows); w++)
		if (word_differs(a->closed, b->closed, w))
			return false;
	for (size_t w = 0; w < BITS_WORDS(elements); w++)
		if (word_differs(a->certain, b->certain, w))
			return false;
	return elements == 0 || memcmp(a->cells, b->cells, elements * b->width) == 0;
}

static void compare_link(struct comparison *c, uint16_t attribute)
{
	const struct link *a = &c->former->links[attribute], *b = &c->now->links[attribute];

	if (are_same_links(c, a, b))
		return;
	for (uint32_t row = 0; row < b->rows; row++) {
		entity_id former = c->delta->formers[b->first + row];

		if (former == ENTITY_NONE || link_differs_at(c, a, former - a->first, b, row))
			mark_row(c, attribute, b->first + row);
	}
}

/* --- all ------------------------------------------------------------------ */

struct delta *delta_find(struct arena *arena, const struct graph *former,
    const struct graph *now)
{
	struct delta *d = ARENA_NEW(arena, struct delta);
	struct comparison c = { .delta = d, .arena = arena, .former = former, .now = now };
	size_t attributes = now->schema->attributes.count;

	*d = (struct delta){ .former = former, .now = now };
	match_symbols(&c);
	if (!number_entities(&c))
		return NULL;
	find_existence(&c);
	find_extents(&c);
	d->rows = ARENA_ARRAY(arena, uint64_t *, attributes);
	for (size_t a = 0; a < attributes; a++)
		if (now->schema->attributes.items[a].type.set)
			compare_link(&c, (uint16_t)a);
		else
			compare_column(&c, (uint16_t)a);
	return d;
}

/* An entity more or less is one of some kind. */
bool delta_is_empty(const struct delta *d)
{
	for (size_t k = 0; k < d->now->schema->kinds.count; k++)
		if (d->extents[k])
			return false;
	return d->facts == 0;
}
