/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A link and its inverse are one set of pairs, of which either side may
 * speak: a row says that a pair holds, or may hold, or, being closed, that it
 * does not.  What is only possible on one side is decided by the other; else
 * the higher grade wins, and sides that disagree at one grade make the pair
 * possible and disputed.  A side of single values then keeps one pair only.
 */
#include "inventory/merge.h"
#include "vm/fault.h"

enum saying { SILENT, MAY_HOLD, HOLDS, HOLDS_NOT, DISPUTED };

/* What one side says of a pair. */
struct voice {
	enum saying saying;
	enum grade grade;
	uint16_t attribute;
	entity_id entity;	/* whose row says it */
	int64_t cell;
	bool implied;		/* only by the value that the row has */
	uint32_t fact;		/* of the attribute */
};

struct pair {
	uint32_t a, b;		/* rows */
	uint8_t grade;
	bool certain, disputed, gone;
	bool said_by_a, said_by_b;	/* for certain, and strongly enough */
	uint16_t attribute;	/* of the side that said it, */
	uint32_t fact;		/* and what it said it by */
};

struct pairs {
	struct merge *m;
	struct side *a, *b;
	VEC(struct pair) all;	/* sorted by a, then b */
	uint32_t *by_b;		/* pairs sorted by b, then a */
	uint32_t *starts_a, *starts_b;	/* per row, one more at the end */
};

static struct voice voice_of_element(const struct side *side, uint32_t row,
    const struct element *e)
{
	enum saying saying = e->certain ? HOLDS :
	    e->disputed ? DISPUTED : MAY_HOLD;

	return (struct voice){ saying, e->grade, side->attribute,
		side->first + row, e->cell, false, e->fact };
}

/* Of a pair that the row does not list. */
static struct voice voice_of_row(const struct pairs *p,
    const struct side *side, uint32_t row, int64_t cell)
{
	const struct row *r = &side->rows[row];
	bool single = !merge_attribute(p->m, side->attribute)->type.set;

	return (struct voice){ r->stated && r->closed ? HOLDS_NOT : SILENT,
		r->grade, side->attribute, side->first + row, cell,
		single && r->count > 0, r->fact };
}

static void dispute_voice(struct pairs *p, const struct voice *v,
    bool outranked)
{
	if (v->saying != HOLDS_NOT || !v->implied)
		merge_dispute(p->m, v->attribute, v->entity, outranked,
		    v->saying == HOLDS_NOT, v->cell, STR(""),
		    fact_origin(p->m->facts, v->attribute, v->fact));
}

static bool is_positive(enum saying saying)
{
	return saying == HOLDS || saying == DISPUTED;
}

static struct voice louder(struct pairs *p, const struct voice *winner,
    const struct voice *loser)
{
	if (winner->saying != loser->saying)
		dispute_voice(p, loser, true);
	return *winner;
}

static struct voice disagree(struct pairs *p, const struct voice *a,
    const struct voice *b)
{
	struct voice both = is_positive(a->saying) ? *a : *b;

	if (a->saying == b->saying)
		return *a;
	if (a->saying != DISPUTED)
		dispute_voice(p, a, false);
	if (b->saying != DISPUTED)
		dispute_voice(p, b, false);
	both.saying = fault_is(FAULT_MERGE_SIDE) ? HOLDS : DISPUTED;
	return both;
}

static struct voice combine(struct pairs *p, struct voice a, struct voice b)
{
	if (a.saying == SILENT)
		return b;
	if (b.saying == SILENT)
		return a;
	if (a.saying == MAY_HOLD && b.saying != MAY_HOLD)
		return b;
	if (b.saying == MAY_HOLD)
		return a;
	if (a.grade > b.grade)
		return louder(p, &a, &b);
	if (b.grade > a.grade)
		return louder(p, &b, &a);
	return disagree(p, &a, &b);
}

/* Does it say by itself that the pair holds, after the least grade too? */
static bool counts_alone(const struct pairs *p, const struct voice *v)
{
	return v->saying == HOLDS && v->grade >= p->m->facts->options->least;
}

static void add_pair(struct pairs *p, uint32_t a, uint32_t b,
    struct voice of_a, struct voice of_b)
{
	struct voice v = combine(p, of_a, of_b);

	if (v.saying != HOLDS_NOT)
		*VEC_PUSH(p->m->scratch, &p->all) = (struct pair){
			.a = a, .b = b, .grade = (uint8_t)v.grade,
			.certain = v.saying == HOLDS,
			.disputed = v.saying == DISPUTED,
			.said_by_a = counts_alone(p, &of_a),
			.said_by_b = counts_alone(p, &of_b),
			.attribute = v.attribute, .fact = v.fact };
}

/* An element of B's rows, seen from its cell. */
struct turned {
	uint32_t b, element;
};

/* Counts, then places: the elements of SIDE by their cells. */
static struct turned *turn(struct merge *m, const struct side *side,
    const struct side *to, uint32_t *starts)
{
	struct turned *turned = ARENA_ARRAY(m->scratch, struct turned,
	    side->elements.count);
	uint32_t *next = ARENA_ARRAY(m->scratch, uint32_t, to->row_count);

	for (size_t i = 0; i < side->elements.count; i++)
		starts[side->elements.items[i].cell - to->first + 1]++;
	for (uint32_t i = 0; i < to->row_count; i++) {
		starts[i + 1] += starts[i];
		next[i] = starts[i];
	}
	for (uint32_t row = 0; row < side->row_count; row++)
		for (uint32_t i = 0; i < side->rows[row].count; i++) {
			uint32_t e = side->rows[row].first + i;
			int64_t cell = side->elements.items[e].cell;

			turned[next[cell - to->first]++] =
			    (struct turned){ row, e };
		}
	return turned;
}

/* Merges what row A lists with what lists it, both in the order of b. */
static void pair_row(struct pairs *p, uint32_t a, const struct turned *turned,
    size_t count)
{
	const struct row *row = &p->a->rows[a];
	const struct element *own = p->a->elements.items + row->first;
	uint32_t i = 0;
	size_t j = 0;

	while (i < row->count || j < count) {
		uint32_t b = UINT32_MAX;
		struct voice of_a, of_b;

		if (i < row->count)
			b = (uint32_t)own[i].cell - p->b->first;
		if (j < count && turned[j].b < b)
			b = turned[j].b;
		of_a = voice_of_row(p, p->a, a, p->b->first + b);
		of_b = voice_of_row(p, p->b, b, p->a->first + a);
		if (i < row->count && own[i].cell == p->b->first + (int64_t)b)
			of_a = voice_of_element(p->a, a, &own[i++]);
		if (j < count && turned[j].b == b)
			of_b = voice_of_element(p->b, b,
			    &p->b->elements.items[turned[j++].element]);
		add_pair(p, a, b, of_a, of_b);
	}
}

static void make_pairs(struct pairs *p)
{
	uint32_t *starts = ARENA_ARRAY(p->m->scratch, uint32_t,
	    p->a->row_count + 1);
	struct turned *turned = turn(p->m, p->b, p->a, starts);

	p->starts_a = ARENA_ARRAY(p->m->scratch, uint32_t,
	    p->a->row_count + 1);
	for (uint32_t a = 0; a < p->a->row_count; a++) {
		p->starts_a[a] = (uint32_t)p->all.count;
		pair_row(p, a, turned + starts[a], starts[a + 1] - starts[a]);
	}
	p->starts_a[p->a->row_count] = (uint32_t)p->all.count;
}

static void index_by_b(struct pairs *p)
{
	uint32_t *next = ARENA_ARRAY(p->m->scratch, uint32_t,
	    p->b->row_count + 1);

	p->starts_b = ARENA_ARRAY(p->m->scratch, uint32_t,
	    p->b->row_count + 1);
	p->by_b = ARENA_ARRAY(p->m->scratch, uint32_t, p->all.count);
	for (size_t i = 0; i < p->all.count; i++)
		p->starts_b[p->all.items[i].b + 1]++;
	for (uint32_t b = 0; b < p->b->row_count; b++) {
		p->starts_b[b + 1] += p->starts_b[b];
		next[b] = p->starts_b[b];
	}
	for (size_t i = 0; i < p->all.count; i++)
		p->by_b[next[p->all.items[i].b]++] = (uint32_t)i;
}

static void dispute_pair(struct pairs *p, const struct pair *pair,
    bool outranked)
{
	bool of_a = pair->attribute == p->a->attribute;
	entity_id a = p->a->first + pair->a, b = p->b->first + pair->b;

	merge_dispute(p->m, pair->attribute, of_a ? a : b, outranked, false,
	    of_a ? b : a, STR(""), fact_origin(p->m->facts,
	    pair->attribute, pair->fact));
}

/* A pair beside the ones of the highest grade of its single-valued row. */
static void give_way(struct pairs *p, struct pair *pair, bool is_decided)
{
	if (!is_decided && !pair->certain && !pair->disputed)
		return;
	dispute_pair(p, pair, true);
	pair->gone = true;
}

/* COUNT pairs of one row of a side that has at most one value. */
static void keep_one(struct pairs *p, const uint32_t *which, uint32_t count)
{
	int best = -1;
	uint32_t claims = 0;
	bool is_decided = true;

	for (uint32_t i = 0; i < count; i++) {
		const struct pair *pair = &p->all.items[which[i]];

		if (pair->gone || (!pair->certain && !pair->disputed) ||
		    pair->grade < best)
			continue;
		if (pair->grade > best) {
			claims = 0;
			is_decided = true;
		}
		best = pair->grade;
		claims++;
		is_decided &= pair->certain;
	}
	is_decided &= claims == 1;
	for (uint32_t i = 0; i < count && best >= 0; i++) {
		struct pair *pair = &p->all.items[which[i]];
		bool claims_it = pair->certain || pair->disputed;

		if (pair->gone)
			continue;
		if (!claims_it || pair->grade < best) {
			give_way(p, pair, is_decided);
		} else if (!is_decided) {
			if (pair->certain)
				dispute_pair(p, pair, false);
			pair->certain = false;
			pair->disputed = true;
		}
	}
}

static void keep_singles(struct pairs *p)
{
	uint32_t *in_order = ARENA_ARRAY(p->m->scratch, uint32_t,
	    p->all.count);

	for (size_t i = 0; i < p->all.count; i++)
		in_order[i] = (uint32_t)i;
	if (!merge_attribute(p->m, p->a->attribute)->type.set)
		for (uint32_t a = 0; a < p->a->row_count; a++)
			keep_one(p, in_order + p->starts_a[a],
			    p->starts_a[a + 1] - p->starts_a[a]);
	if (!merge_attribute(p->m, p->b->attribute)->type.set)
		for (uint32_t b = 0; b < p->b->row_count; b++)
			keep_one(p, p->by_b + p->starts_b[b],
			    p->starts_b[b + 1] - p->starts_b[b]);
}

/* What only an entity says that may not exist holds in its own row; another
 * row has that entity at most possibly, unless it says so itself. */
static bool is_hearsay(const struct pairs *p, const struct side *side,
    const struct pair *pair, int64_t cell)
{
	bool said = side == p->a ? pair->said_by_a : pair->said_by_b;

	return !said && entity_is_possible(p->m->graph, cell);
}

static void add_back(struct pairs *p, struct side *side,
    const struct pair *pair, int64_t cell)
{
	if (!pair->gone)
		*VEC_PUSH(p->m->scratch, &side->elements) = (struct element){
			.cell = cell, .grade = pair->grade,
			.certain = pair->certain &&
			    !is_hearsay(p, side, pair, cell),
			.disputed = pair->disputed, .fact = pair->fact,
			.turned = pair->attribute != side->attribute };
}

/* Room for an element of each pair; what is there was used up by them. */
static void make_room(struct pairs *p, struct side *side)
{
	side->elements.count = 0;
	if (side->elements.capacity >= p->all.count)
		return;
	side->elements.capacity = p->all.count;
	side->elements.items = arena_alloc_raw(p->m->scratch,
	    p->all.count * sizeof(*side->elements.items));
}

/* The rows of both sides, from the pairs that are left. */
static void take_back(struct pairs *p)
{
	make_room(p, p->a);
	for (uint32_t a = 0; a < p->a->row_count; a++) {
		struct row *row = &p->a->rows[a];

		row->first = (uint32_t)p->a->elements.count;
		for (uint32_t i = p->starts_a[a]; i < p->starts_a[a + 1]; i++)
			add_back(p, p->a, &p->all.items[i],
			    (int64_t)p->b->first + p->all.items[i].b);
		row->count = (uint32_t)p->a->elements.count - row->first;
	}
	if (p->a == p->b)
		return;
	make_room(p, p->b);
	for (uint32_t b = 0; b < p->b->row_count; b++) {
		struct row *row = &p->b->rows[b];

		row->first = (uint32_t)p->b->elements.count;
		for (uint32_t i = p->starts_b[b]; i < p->starts_b[b + 1]; i++) {
			const struct pair *pair = &p->all.items[p->by_b[i]];

			add_back(p, p->b, pair,
			    (int64_t)p->a->first + pair->a);
		}
		row->count = (uint32_t)p->b->elements.count - row->first;
	}
}

void merge_pairs(struct merge *m, struct side *a, struct side *b)
{
	struct pairs p = { .m = m, .a = a, .b = b };

	/* Each is named by one side at least. */
	p.all.capacity = a->elements.count + b->elements.count;
	p.all.items = arena_alloc_raw(m->scratch,
	    p.all.capacity * sizeof(*p.all.items));
	make_pairs(&p);
	index_by_b(&p);
	keep_singles(&p);
	take_back(&p);
}
