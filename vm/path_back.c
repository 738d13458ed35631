/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One set of targets for all sources: a single search backward over pairs of a
 * place and a state answers every source at once.
 *
 * It pulls: whoever is not reached yet looks whether a step leads to somebody
 * who is, in order and in place, so that what a sweep finds is used by the rest
 * of it.  A few sweeps suffice where walks are short or follow the order of the
 * entities, and need no table turned round.  After SWEEPS of them what is new is
 * pushed as well, along tables turned round; a sweep without news is the end.
 *
 * States from which the same walks lead to the end are one class.
 */
#include "vm/fault.h"
#include "vm/path.h"

#define SWEEPS 12

/* Rows of a link table that are looked at together where most of them are not
 * reached yet, if they do not have more elements than that. */
#define BLOCK ((size_t)8)	/* words of rows */
#define BLOCK_BITS (1u << 14)

/* A step into a class; the classes that take it. */
struct atom {
	const struct step_link *link;
	uint32_t to;
	uint64_t users;
	const uint64_t *certain;	/* of the table's elements; NULL: all are */
	bool listed;			/* its elements are those of rows of a link */
	struct reverse *turned;		/* of a table walked forward, on demand */
	/* In this sweep: is one of these reached? */
	bool phantom;			/* that of the step's kind */
	bool whole;			/* any entity of it */
	bool silent;			/* one that excludes nothing */
	bool rest;			/* one whose row has more, unlisted */
};

struct backward {
	const struct program_path *path;
	const struct program_move *moves;
	const struct step_link *steps;
	uint32_t places;		/* entities, then phantoms by kind */
	uint8_t class[PATH_STATES_MOST];
	struct atom *atoms;
	uint32_t atom_count;
	uint64_t entered;		/* classes that some move leads to */
	uint64_t *reached[PATH_STATES_MOST];	/* by class: a plane of the places */
	uint64_t *enter[PATH_STATES_MOST];	/* those of them that may be stepped onto */
	uint32_t *looks[PATH_STATES_MOST];	/* `enter` for the kernel `gather`, or NULL */
	uint64_t *targets;
	bool closure;
	bool may;
	bool collect;			/* what is reached, for pushing */
	VEC(uint64_t) news;		/* class << 32 | entity */
};

/* --- classes of states --------------------------------------------------- */

static bool has_move(const struct backward *b, uint32_t state, const struct program_move *like)
{
	for (uint32_t i = 0; i < b->path->move_count; i++) {
		const struct program_move *move = &b->moves[i];

		if (move->from == state && move->step == like->step &&
		    b->class[move->to] == b->class[like->to])
			return true;
	}
	return false;
}

static bool has_moves_of(const struct backward *b, uint32_t state, uint32_t other)
{
	for (uint32_t i = 0; i < b->path->move_count; i++)
		if (b->moves[i].from == other && !has_move(b, state, &b->moves[i]))
			return false;
	return true;
}

static bool same_moves(const struct backward *b, uint32_t x, uint32_t y)
{
	return has_moves_of(b, x, y) && has_moves_of(b, y, x);
}

static bool accepts(const struct backward *b, uint32_t state)
{
	return b->path->accepting >> state & 1;
}

/* Refines until nothing is told apart any more (Moore 1956). */
static void merge_states(struct backward *b)
{
	uint32_t states = b->path->states;
	bool again = true;

	for (uint32_t s = 0; s < states; s++)
		for (b->class[s] = 0; accepts(b, b->class[s]) != accepts(b, s);)
			b->class[s]++;
	while (again) {
		uint8_t class[PATH_STATES_MOST] = { 0 };

		again = false;
		for (uint32_t s = 0; s < states; s++) {
			uint32_t c = 0;

			while (b->class[c] != b->class[s] || !same_moves(b, c, s))
				c++;
			class[s] = (uint8_t)c;
			again |= c != b->class[s];
		}
		memcpy(b->class, class, states);
	}
}

/* --- setting up ---------------------------------------------------------- */

static bool are_all_certain(const struct table *t)
{
	size_t count = t->rows ? t->offsets[t->rows] : 0;

	for (size_t w = 0; w < BITS_WORDS(count); w++)
		if (t->certain[w] != plane_mask(count, w))
			return false;
	return true;
}

static void add_atom(struct backward *b, const struct program_move *move)
{
	const struct step_link *link = &b->steps[move->step];
	uint32_t to = b->class[move->to], i = 0;

	while (i < b->atom_count && (b->atoms[i].link != link || b->atoms[i].to != to))
		i++;
	if (i == b->atom_count) {
		b->atoms[b->atom_count++] = (struct atom){ .link = link, .to = to };
		if (link->table->type == REGISTER_WORDS && !are_all_certain(link->table))
			b->atoms[i].certain = link->table->certain;
		b->atoms[i].listed = link->forward && link->table->type == REGISTER_WORDS;
	}
	b->atoms[i].users |= (uint64_t)1 << b->class[move->from];
	b->entered |= (uint64_t)1 << to;
}

static bool are_entities_certain(const struct machine *m)
{
	uint32_t count = m->graph->entity_count;

	for (size_t w = 0; w < BITS_WORDS(count); w++)
		if (m->certain_entities[w] != plane_mask(count, w))
			return false;
	return true;
}

struct backward *backward_new(struct machine *m, const struct program_path *path,
    const struct step_link *steps, bool closure)
{
	struct backward *b = ARENA_NEW(m->common, struct backward);
	size_t words;
	bool certain = closure || are_entities_certain(m);

	*b = (struct backward){ .path = path, .steps = steps, .closure = closure,
		.moves = m->program->moves.items + path->first_move };
	b->places = m->graph->entity_count + (uint32_t)m->program->schema->kinds.count;
	words = BITS_WORDS(b->places);
	merge_states(b);
	b->atoms = ARENA_ARRAY(m->common, struct atom, path->move_count);
	for (uint32_t i = 0; i < path->move_count; i++)
		add_atom(b, &b->moves[i]);
	for (uint32_t c = 0; c < path->states; c++) {
		if (b->class[c] != c)
			continue;
		b->reached[c] = ARENA_ARRAY(m->common, uint64_t, words);
		b->enter[c] = certain ? b->reached[c] : ARENA_ARRAY(m->common, uint64_t, words);
	}
	for (uint32_t i = 0; i < b->atom_count; i++)
		if (b->atoms[i].listed && !b->looks[b->atoms[i].to])
			b->looks[b->atoms[i].to] = ARENA_ARRAY(m->common, uint32_t,
			    LOOK_WORDS(m->graph->entity_count));
	b->targets = ARENA_ARRAY(m->common, uint64_t, words);
	return b;
}

/* --- reaching ------------------------------------------------------------ */

/* A place that is no entity only where it may be reached. */
static void reach(struct machine *m, struct backward *b, uint32_t class, uint32_t place)
{
	bool entity = place < m->graph->entity_count;

	bit_set(b->reached[class], place);
	if (b->may || b->closure || bit_get(m->certain_entities, place)) {
		bit_set(b->enter[class], place);
		if (b->looks[class] && entity)
			look_add(b->looks[class], place, LOOK_T);
	}
	if (b->collect && entity)
		*VEC_PUSH(m->common, &b->news) = (uint64_t)class << 32 | place;
}

static bool in_extent(const struct extent *extent, uint32_t entity)
{
	return entity - extent->first < extent->count;
}

static bool pull_listed(const struct backward *b, const struct atom *atom,
    const struct reverse *r, const struct extent *extent, entity_id e)
{
	uint32_t row = e - r->first;

	for (uint32_t i = r->offsets[row]; i < r->offsets[row + 1]; i++)
		if (in_extent(extent, r->sources[i]) &&
		    bit_get(b->enter[atom->to], r->sources[i]) &&
		    (b->may || bit_get(r->certain, i)))
			return true;
	return false;
}

static bool pull_row(const struct backward *b, const struct atom *atom, uint32_t row)
{
	const struct table *t = atom->link->table;
	const uint64_t *enter = b->enter[atom->to];
	const uint32_t *cells = t->cells;

	if (t->type == REGISTER_SCALAR) {
		bool certain;

		return row_elements(t, row) > 0 &&
		    bit_get(enter, row_element(t, row, 0, &certain));
	}
	for (uint32_t i = t->offsets[row]; i < t->offsets[row + 1]; i++)
		if (bit_get(enter, cells[i]) &&
		    (b->may || !atom->certain || bit_get(atom->certain, i)))
			return true;
	return false;
}

static bool pull_forward(const struct machine *m, const struct backward *b,
    const struct atom *atom, entity_id e)
{
	const struct step_link *link = atom->link;
	uint32_t row = e - link->table->first[0];
	bool has_row = row < link->table->rows;

	if (has_row && pull_row(b, atom, row))
		return true;
	if (!b->may || (has_row && !row_has_rest(link->table, row)))
		return false;
	if (atom->phantom)
		return true;
	if (link->step->kind != STEP_LINK)
		return atom->whole;
	return has_row && (atom->silent || (link->listing && pull_listed(b, atom,
	    link->listing, &m->graph->extents[link->step->to], e)));
}

static bool pull_back(const struct machine *m, const struct backward *b,
    const struct atom *atom, entity_id e)
{
	const struct step_link *link = atom->link;

	if (pull_listed(b, atom, link->reverse, &m->graph->extents[link->step->to], e))
		return true;
	if (!b->may || atom->phantom || !atom->rest)
		return b->may && atom->phantom;
	return link->step->kind != STEP_LINK || in_extent(&m->graph->extents[
	    m->program->schema->attributes.items[link->attribute].type.of], e);
}

static bool pull_relation(const struct machine *m, const struct backward *b,
    const struct atom *atom, entity_id e)
{
	const struct table *table = atom->link->table;
	const struct extent *to = &m->graph->extents[atom->link->step->to];
	uint32_t end = to->first + to->count;
	bool inverse = atom->link->step->inverse;

	if (b->may && atom->phantom)
		return true;
	for (size_t t = plane_next(b->enter[atom->to], end, to->first); t < end;
	    t = plane_next(b->enter[atom->to], end, t + 1)) {
		uint32_t x = (inverse ? (uint32_t)t : e) - table->first[0];
		uint32_t y = (inverse ? e : (uint32_t)t) - table->first[1];
		bool is_row = x < table->count[0] && y < table->count[1];
		uint32_t row = is_row ? x * table->count[1] + y : 0;

		if (b->may ? !is_row || !bit_get(table->f, row)
		    : is_row && bit_get(table->t, row))
			return true;
	}
	return false;
}

static bool pull(const struct machine *m, const struct backward *b, const struct atom *atom,
    entity_id e)
{
	if (atom->link->step->kind == STEP_STORE_TRUTH)
		return pull_relation(m, b, atom, e);
	return atom->link->forward ? pull_forward(m, b, atom, e) : pull_back(m, b, atom, e);
}

/* --- sweeps -------------------------------------------------------------- */

static bool is_related(const struct machine *m, uint16_t a, uint16_t b)
{
	return schema_is_a(m->program->schema, a, b) || schema_is_a(m->program->schema, b, a);
}

static bool any_of_kind(const struct machine *m, const uint64_t *plane, uint16_t kind)
{
	const struct extent *extent = &m->graph->extents[kind];
	size_t end = extent->first + (size_t)extent->count;

	return plane_next(plane, end, extent->first) < end;
}

static bool has_phantom(const struct machine *m, const uint64_t *plane, uint16_t kind)
{
	return !m->graph->extents[kind].closed && bit_get(plane, m->graph->entity_count + kind);
}

static bool any_of_both(const uint64_t *a, const uint64_t *b, size_t n)
{
	for (size_t w = 0; w < BITS_WORDS(n); w++)
		if (a[w] & b[w])
			return true;
	return false;
}

/* What a row that does not list all may lead to. */
static void look_ahead(const struct machine *m, const struct backward *b, struct atom *atom)
{
	const struct step_link *link = atom->link;
	const struct reverse *r = link->reverse;
	const uint64_t *reached = b->reached[atom->to];

	/* There is a target: who may be related to anything may be to that. */
	atom->phantom = b->closure || has_phantom(m, reached, link->step->to);
	if (b->closure)
		return;
	atom->whole = any_of_kind(m, reached, link->step->to);
	atom->silent = link->silent &&
	    any_of_both(link->silent, reached, m->graph->entity_count);
	atom->rest = false;
	for (uint32_t i = 0; r && i < r->rest_count && !atom->rest; i++)
		atom->rest = in_extent(&m->graph->extents[link->step->to], r->rest[i]) &&
		    bit_get(reached, r->rest[i]);
}

/* One of USERS has not reached it: of word W of the entities of EXTENT. */
static uint64_t undecided(const struct backward *b, uint64_t users, size_t w,
    const struct extent *extent)
{
	uint64_t reached = ~(uint64_t)0;

	for (; users; users &= users - 1)
		reached &= b->reached[__builtin_ctzll(users)][w];
	return ~reached & plane_range(w, extent->first, extent->first + (size_t)extent->count);
}

static void reach_all(struct machine *m, struct backward *b, uint64_t users, uint32_t e)
{
	for (; users; users &= users - 1)
		if (!bit_get(b->reached[__builtin_ctzll(users)], e))
			reach(m, b, (uint32_t)__builtin_ctzll(users), e);
}

static bool sweep_word(struct machine *m, struct backward *b, const struct atom *atom,
    uint64_t users, size_t w, uint64_t bits)
{
	bool news = false;

	for (; bits; bits &= bits - 1) {
		uint32_t e = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(bits);

		if (!pull(m, b, atom, e))
			continue;
		reach_all(m, b, users, e);
		news = true;
	}
	return news;
}

/* The rows of word W that may have more elements than they list. */
static uint64_t atom_rest(const struct atom *atom, size_t w)
{
	const struct table *t = atom->link->table;

	return t->anonymous ? ~(uint64_t)0 : plane_word(t->open, BITS_WORDS(t->rows),
	    w * 64 - t->first[0]);
}

/* May the rows of BLOCK words from W on be looked at together? */
static bool is_block(const struct atom *atom, const struct extent *extent, size_t w)
{
	const struct table *t = atom->link->table;
	size_t low = w * 64, high = low + BLOCK * 64, row = low - t->first[0];

	return atom->listed && low >= extent->first && low >= t->first[0] &&
	    high <= extent->first + (size_t)extent->count &&
	    high <= t->first[0] + (size_t)t->rows &&
	    t->offsets[row + BLOCK * 64] - t->offsets[row] <= BLOCK_BITS;
}

/* Which of the rows have an element that is reached? */
static void pull_block(const struct machine *m, const struct backward *b,
    const struct atom *atom, size_t w, uint64_t *out)
{
	const struct table *t = atom->link->table;
	const uint32_t *offsets = t->offsets + (w * 64 - t->first[0]);
	uint32_t first = offsets[0], count = offsets[BLOCK * 64] - first;
	uint64_t found[BLOCK_BITS / 64 + 1], other[BLOCK_BITS / 64 + 1];
	uint64_t filled[BLOCK], dense[BLOCK + 2];
	struct pieces pieces = { .from = offsets, .to = offsets + 1, .first = first,
		.count = BLOCK * 64, .bits = count };

	m->code_kernels->gather((const uint32_t *)t->cells + first, count, 0,
	    m->graph->entity_count, b->looks[atom->to], found, other);
	if (!b->may && atom->certain) {
		plane_take(other, atom->certain, first, count);
		for (size_t i = 0; i < BITS_WORDS(count); i++)
			found[i] &= other[i];
	}
	pieces_find(&pieces, other, filled);
	m->code_kernels->fold(found, &pieces, 0, dense, out);
}

static bool sweep_block(struct machine *m, struct backward *b, const struct atom *atom,
    uint64_t users, size_t w, const uint64_t *bits)
{
	uint64_t hits[BLOCK];
	bool news = false;

	pull_block(m, b, atom, w, hits);
	for (size_t i = 0; i < BLOCK; i++) {
		uint64_t new = hits[i] & bits[i], left = bits[i] & ~new;

		news |= new != 0;
		for (; new; new &= new - 1)
			reach_all(m, b, users, (uint32_t)((w + i) * 64) +
			    (uint32_t)__builtin_ctzll(new));
		/* Who has no such element may have one that is not listed. */
		if (b->may && left)
			news |= sweep_word(m, b, atom, users, w + i, left &
			    atom_rest(atom, w + i));
	}
	return news;
}

/* Entities (only those of ONLY, unless that is NULL), last first if DOWN. */
static bool sweep_atom(struct machine *m, struct backward *b, struct atom *atom,
    uint64_t users, const uint64_t *only, bool down)
{
	const struct extent *extent = &m->graph->extents[atom->link->step->from];
	size_t first = extent->first >> 6;
	size_t words = BITS_WORDS(extent->first + (size_t)extent->count) - first;
	bool news = false;

	users &= atom->users;
	if (users == 0 || extent->count == 0)
		return false;
	if (b->may)
		look_ahead(m, b, atom);
	for (size_t i = 0; i < words;) {
		size_t w = first + (down ? words - 1 - i : i);
		size_t low = down ? w + 1 - BLOCK : w, count = 0;
		uint64_t bits[BLOCK];

		if (i + BLOCK <= words && is_block(atom, extent, low)) {
			for (size_t k = 0; k < BLOCK; k++) {
				bits[k] = undecided(b, users, low + k, extent) &
				    (only ? only[low + k] : ~(uint64_t)0);
				count += plane_bits(bits[k]);
			}
			if (count >= BLOCK * 16)
				news |= sweep_block(m, b, atom, users, low, bits);
			else
				for (size_t k = 0; count && k < BLOCK; k++)
					news |= sweep_word(m, b, atom, users, low + k, bits[k]);
			i += BLOCK;
			continue;
		}
		bits[0] = undecided(b, users, w, extent) & (only ? only[w] : ~(uint64_t)0);
		news |= sweep_word(m, b, atom, users, w, bits[0]);
		i++;
	}
	return news;
}

static bool phantom_steps(const struct machine *m, const struct backward *b, uint32_t class,
    uint16_t kind)
{
	for (uint32_t i = 0; i < b->atom_count; i++) {
		const struct atom *atom = &b->atoms[i];
		uint16_t to = atom->link->step->to;

		if ((atom->users >> class & 1) && is_related(m, kind, atom->link->step->from) &&
		    (any_of_kind(m, b->reached[atom->to], to) ||
		    has_phantom(m, b->reached[atom->to], to)))
			return true;
	}
	return false;
}

/* From a phantom every step may lead to everything. */
static bool sweep_phantoms(struct machine *m, struct backward *b, uint64_t users)
{
	size_t kinds = m->program->schema->kinds.count;
	bool news = false;

	for (; users; users &= users - 1) {
		uint32_t class = (uint32_t)__builtin_ctzll(users);

		for (size_t k = 0; k < kinds; k++) {
			uint32_t place = m->graph->entity_count + (uint32_t)k;

			if (m->graph->extents[k].closed || bit_get(b->reached[class], place) ||
			    !phantom_steps(m, b, class, (uint16_t)k))
				continue;
			reach(m, b, class, place);
			news = true;
		}
	}
	return news;
}

/* --- pushing ------------------------------------------------------------- */

static void push_reverse(struct machine *m, struct backward *b, const struct atom *atom,
    uint32_t t, uint64_t users)
{
	const struct reverse *r = atom->turned;
	const struct extent *from = &m->graph->extents[atom->link->step->from];

	for (uint32_t i = r->offsets[t]; i < r->offsets[t + 1]; i++)
		if (in_extent(from, r->sources[i]) && (b->may || bit_get(r->certain, i)))
			reach_all(m, b, users, r->sources[i]);
}

static void push_row(struct machine *m, struct backward *b, const struct atom *atom,
    uint32_t t, uint64_t users)
{
	const struct table *table = atom->link->table;
	const struct extent *from = &m->graph->extents[atom->link->step->from];
	uint32_t row = t - table->first[0];
	bool certain;

	if (row >= table->rows || !in_extent(&m->graph->extents[atom->link->step->to], t))
		return;
	for (uint32_t i = 0; i < row_elements(table, row); i++) {
		uint32_t e = row_element(table, row, i, &certain);

		if (in_extent(from, e) && (b->may || certain))
			reach_all(m, b, users, e);
	}
}

static void push(struct machine *m, struct backward *b, uint64_t users)
{
	const struct extent all = { .first = 0, .count = m->graph->entity_count };

	while (b->news.count > 0) {
		uint64_t pair = b->news.items[--b->news.count];
		uint32_t class = (uint32_t)(pair >> 32), t = (uint32_t)pair;

		if (!bit_get(b->enter[class], t))
			continue;
		for (uint32_t i = 0; i < b->atom_count; i++) {
			struct atom *atom = &b->atoms[i];

			if (atom->to != class || atom->link->step->kind == STEP_STORE_TRUTH)
				continue;
			if (!atom->link->forward) {
				push_row(m, b, atom, t, users & atom->users);
				continue;
			}
			if (!atom->turned)
				atom->turned = path_reverse(m, atom->link->table, &all);
			push_reverse(m, b, atom, t, users & atom->users);
		}
	}
}

/* --- a search ------------------------------------------------------------ */

/* The places at which a walk may end. */
static void find_targets(const struct machine *m, struct backward *b,
    const struct sets *targets, uint16_t kind)
{
	const struct extent *extent = &m->graph->extents[kind];

	plane_zero(b->targets, b->places);
	for (uint32_t e = targets->from[0]; e < targets->to[0]; e++)
		if (b->may || bit_get(targets->certain, e))
			bit_set(b->targets, (size_t)sets_cell(targets, e));
	if (!b->may || !sets_rest(targets, 0) || fault_is(FAULT_REACH_UNLISTED))
		return;
	if (b->closure) {
		plane_fill(b->targets, 0, m->graph->entity_count);
		return;
	}
	plane_fill(b->targets, extent->first, extent->first + (size_t)extent->count);
	for (size_t k = 0; k < m->program->schema->kinds.count; k++)
		if (is_related(m, (uint16_t)k, kind))
			bit_set(b->targets, m->graph->entity_count + k);
}

static void begin(const struct machine *m, struct backward *b)
{
	size_t words = BITS_WORDS(b->places), entities = BITS_WORDS(m->graph->entity_count);

	b->collect = false;
	b->news.count = 0;
	for (uint32_t c = 0; c < b->path->states; c++) {
		if (!b->reached[c])
			continue;
		/* What must be reached also may be. */
		for (size_t w = 0; w < words; w++)
			b->reached[c][w] = (b->may ? b->reached[c][w] : 0) |
			    (accepts(b, c) ? b->targets[w] : 0);
		if (b->enter[c] != b->reached[c])
			memcpy(b->enter[c], b->reached[c], words * sizeof(*b->enter[c]));
		for (size_t w = 0; w < entities && !b->may && !b->closure; w++)
			b->enter[c][w] &= m->certain_entities[w];
		if (b->looks[c])
			looks_make(b->enter[c], NULL, m->graph->entity_count, b->looks[c]);
	}
}

static void sweep_all(struct machine *m, struct backward *b)
{
	bool news = true;

	for (unsigned sweep = 0; news; sweep++) {
		news = b->may && !b->closure && sweep_phantoms(m, b, b->entered);
		b->collect = sweep >= SWEEPS;
		for (uint32_t i = 0; i < b->atom_count; i++)
			news |= sweep_atom(m, b, &b->atoms[i], b->entered, NULL, sweep & 1);
		if (b->collect)
			push(m, b, b->entered);
	}
	b->collect = false;
}

/* The first state, where no walk comes back to it, is looked at once, last;
 * mostly another one that has its moves has been looked at. */
static void finish(struct machine *m, struct backward *b)
{
	const uint64_t *only = NULL;

	if (b->entered & 1)
		return;
	for (uint32_t c = 1; c < b->path->states && !only; c++) {
		if (!b->reached[c] || !(b->entered >> c & 1) || !same_moves(b, 0, c))
			continue;
		only = b->targets;
		for (size_t w = 0; w < BITS_WORDS(b->places); w++)
			b->reached[0][w] |= b->reached[c][w] & ~b->targets[w];
	}
	for (uint32_t i = 0; i < b->atom_count; i++)
		sweep_atom(m, b, &b->atoms[i], 1, only, false);
}

static void search(struct machine *m, struct backward *b, const struct sets *targets,
    uint16_t kind, bool may, uint64_t *plane)
{
	b->may = may;
	find_targets(m, b, targets, kind);
	begin(m, b);
	sweep_all(m, b);
	finish(m, b);
	memcpy(plane, b->reached[0], BITS_WORDS(m->graph->entity_count) * sizeof(*plane));
}

void backward_search(struct machine *m, struct backward *b, const struct sets *targets,
    uint16_t kind, uint64_t *must, uint64_t *may)
{
	uint32_t entities = m->graph->entity_count;

	search(m, b, targets, kind, false, must);
	if (b->closure && !sets_rest(targets, 0) && targets->from[0] == targets->to[0])
		plane_zero(may, entities);
	else
		search(m, b, targets, kind, true, may);
}
