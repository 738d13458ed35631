/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths: two searches over pairs of a place and a state of the automaton:
 * must over what certainly holds, may over what may hold (docs/semantics.md,
 * "Paths").
 *
 * A place is an entity, or the phantom of a kind whose extent is open: numbers
 * past the entities.  Sixty-four sources are searched from at once: each pair
 * has a word with a bit per source that reached it, and is walked from again
 * only for sources that are new (Then and others, "The more the merrier:
 * efficient multi-source graph traversal", 2014).
 *
 * A closure is what a recursive relation of pairs means (docs/semantics.md,
 * "Definitions and relations").  It asks nobody whether an element exists nor
 * whether the other side excludes it, and from a row that is open every pair is
 * possible: so a row that is open leads to one place, *anywhere*.
 */
#include "base/guard.h"
#include "vm/path.h"
#include "vm/sort.h"

enum certainty { MUST, MAY, CERTAINTIES };

#define SOURCES 64

/* Sources from which components pay, where as many places were reached as there
 * are: those look at every place once, however few a source reaches. */
#define SOURCES_MANY 128

/* Who must and who may reach the targets of an instruction: planes of entities. */
struct answered {
	size_t at;
	uint64_t *must, *may;
};

struct path_search {
	const struct program_path *path;
	const struct program_move *moves;
	struct step_link *steps;
	bool closure;
	uint32_t places;		/* entities, then phantoms by kind, then anywhere */
	uint32_t anywhere;		/* of a closure */
	uint32_t states;
	uint64_t *reached[CERTAINTIES];	/* per place and state: by which sources */
	uint64_t *accepted[CERTAINTIES];	/* per place: in an accepting state */
	uint64_t *fresh;		/* per place and state: not walked from yet */
	uint64_t *touched;		/* a plane of the places */
	uint32_t *places_reached[CERTAINTIES];
	uint32_t reached_count[CERTAINTIES];
	uint64_t *queue;		/* pairs with fresh sources; a ring */
	uint64_t queue_first, queue_count;
	/* Where each source has targets of its own, and there are many. */
	uint64_t asked;			/* sources so far, */
	uint64_t walked;		/* and places reached from them */
	bool tried;
	struct pairs *pairs;		/* or NULL */
	/* Of sets of targets that are the same in every row: by instruction. */
	struct backward *backward;
	VEC(struct answered) answered;
	/* Done for these sources, in this search: */
	uint64_t *whole_kinds;		/* per kind and state: every entity reached */
	uint64_t *whole_steps;		/* per step and state: every silent (or rest) one */
	enum certainty now;
};

static struct path_search *search_new(struct machine *m, const struct program_path *path,
    bool closure)
{
	struct path_search *s = ARENA_NEW(m->common, struct path_search);

	s->path = path;
	s->moves = m->program->moves.items + path->first_move;
	s->states = path->states;
	s->closure = closure;
	s->anywhere = m->graph->entity_count + (uint32_t)m->program->schema->kinds.count;
	s->places = s->anywhere + 1;
	s->steps = ARENA_ARRAY(m->common, struct step_link, path->step_count);
	for (uint32_t i = 0; i < path->step_count; i++)
		path_link(m, path, &s->steps[i], i, closure);
	return s;
}

/* COUNT zeros of SIZE bytes, of which few may be touched: the others take no memory. */
static void *sparse(struct machine *m, uint64_t count, size_t size)
{
	if (count > SIZE_MAX / size)
		guard_raise("out of memory");
	return arena_grow(m->common, NULL, 0, (size_t)count * size);
}

/* What a search forward needs. */
static void search_open(struct machine *m, struct path_search *s)
{
	uint64_t pairs = (uint64_t)s->places * s->states;

	for (int c = 0; c < CERTAINTIES; c++) {
		s->reached[c] = sparse(m, pairs, sizeof(uint64_t));
		s->accepted[c] = sparse(m, s->places, sizeof(uint64_t));
		s->places_reached[c] = sparse(m, s->places, sizeof(uint32_t));
	}
	s->fresh = sparse(m, pairs, sizeof(uint64_t));
	s->touched = ARENA_ARRAY(m->common, uint64_t, BITS_WORDS(s->places));
	s->whole_kinds = ARENA_ARRAY(m->common, uint64_t,
	    m->program->schema->kinds.count * s->states);
	s->whole_steps = ARENA_ARRAY(m->common, uint64_t,
	    s->path->step_count * (size_t)s->states);
	s->queue = sparse(m, pairs, sizeof(uint64_t));
}

/* --- walking ------------------------------------------------------------- */

/* SOURCES have reached PLACE in STATE. */
struct arrival {
	uint64_t sources;
	uint32_t state;
};

static void reach(struct path_search *s, uint32_t place, struct arrival to)
{
	size_t pair = (size_t)place * s->states + to.state;
	uint64_t *reached = &s->reached[s->now][pair];
	uint64_t sources = to.sources & ~*reached;

	if (sources == 0)
		return;
	*reached |= sources;
	if (!bit_get(s->touched, place)) {
		bit_set(s->touched, place);
		s->places_reached[s->now][s->reached_count[s->now]++] = place;
	}
	if (s->fresh[pair] == 0)
		s->queue[(s->queue_first + s->queue_count++) %
		    ((uint64_t)s->places * s->states)] = pair;
	s->fresh[pair] |= sources;
}

/* An entity that is only possible is never stepped onto for certain; but a
 * closure goes by what is listed. */
static void arrive(struct machine *m, struct path_search *s, entity_id t,
    struct arrival to, bool certain)
{
	if (s->now == MAY || (certain && (s->closure || bit_get(m->certain_entities, t))))
		reach(s, t, to);
}

static bool in_extent(const struct extent *extent, uint32_t entity)
{
	return entity - extent->first < extent->count;
}

static void reach_phantom(struct machine *m, struct path_search *s, uint16_t kind,
    struct arrival to)
{
	if (!m->graph->extents[kind].closed)
		reach(s, m->graph->entity_count + kind, to);
}

/* Leaves of TO the sources for which that has not been DONE yet. */
static struct arrival not_done(uint64_t *done, struct arrival to)
{
	to.sources &= ~*done;
	*done |= to.sources;
	return to;
}

/* Any entity of the kind may be the target, and its phantom. */
static void reach_all(struct machine *m, struct path_search *s, uint16_t kind,
    struct arrival to)
{
	const struct extent *extent = &m->graph->extents[kind];

	to = not_done(&s->whole_kinds[kind * s->states + to.state], to);
	for (uint32_t i = 0; to.sources && i < extent->count; i++)
		reach(s, extent->first + i, to);
	reach_phantom(m, s, kind, to);
}

static uint64_t *whole_step(struct path_search *s, const struct step_link *link,
    uint32_t state)
{
	return &s->whole_steps[(size_t)(link - s->steps) * s->states + state];
}

/* A stored row that is open may hold what neither side excludes. */
static void reach_linked(struct machine *m, struct path_search *s,
    const struct step_link *link, entity_id e, struct arrival to)
{
	const struct extent *extent = &m->graph->extents[link->step->to];
	const struct reverse *r = link->listing;
	uint32_t row = r ? e - r->first : 0, entities = m->graph->entity_count;

	for (uint32_t i = r ? r->offsets[row] : 0; r && i < r->offsets[row + 1]; i++)
		if (in_extent(extent, r->sources[i]))
			reach(s, r->sources[i], to);
	to = not_done(whole_step(s, link, to.state), to);
	if (to.sources == 0)
		return;
	/* There is an open row, so that was looked at. */
	for (size_t t = plane_next(link->silent, entities, 0); t < entities;
	    t = plane_next(link->silent, entities, t + 1))
		reach(s, (uint32_t)t, to);
}

/* From E along the rows of the table that is E's. */
static void walk_forward(struct machine *m, struct path_search *s,
    const struct step_link *link, entity_id e, struct arrival to)
{
	const struct table *table = link->table;
	uint32_t row = e - table->first[0];
	bool certain, has_row = row < table->rows;

	for (uint32_t i = 0; has_row && i < row_elements(table, row); i++) {
		uint32_t t = row_element(table, row, i, &certain);

		arrive(m, s, t, to, certain);
	}
	if (s->now == MUST || (has_row && !row_has_rest(table, row)))
		return;
	if (s->closure) {
		reach(s, s->anywhere, to);
		return;
	}
	if (link->step->kind != STEP_LINK) {
		reach_all(m, s, link->step->to, to);
		return;
	}
	reach_phantom(m, s, link->step->to, to);
	if (has_row)
		reach_linked(m, s, link, e, to);
}

/* To every entity whose row has E, and to those whose row may: a link that is
 * walked back has no inverse that could exclude E. */
static void walk_back(struct machine *m, struct path_search *s,
    const struct step_link *link, entity_id e, struct arrival to)
{
	const struct reverse *r = link->reverse;
	const struct extent *extent = &m->graph->extents[link->step->to];
	uint32_t row = e - r->first;

	for (uint32_t i = r->offsets[row]; i < r->offsets[row + 1]; i++)
		if (in_extent(extent, r->sources[i]))
			arrive(m, s, r->sources[i], to, bit_get(r->certain, i));
	if (s->now == MUST)
		return;
	reach_phantom(m, s, link->step->to, to);
	if (link->step->kind == STEP_LINK && !in_extent(&m->graph->extents[
	    m->program->schema->attributes.items[link->attribute].type.of], e))
		return;
	to = not_done(whole_step(s, link, to.state), to);
	for (uint32_t i = 0; to.sources && i < r->rest_count; i++)
		if (in_extent(extent, r->rest[i]))
			reach(s, r->rest[i], to);
}

/* Along a relation: a truth for each pair.  A pair without a row is unknown. */
static void walk_relation(struct machine *m, struct path_search *s,
    const struct step_link *link, entity_id e, struct arrival to)
{
	const struct table *table = link->table;
	const struct extent *extent = &m->graph->extents[link->step->to];
	bool inverse = link->step->inverse;

	for (uint32_t i = 0; i < extent->count; i++) {
		entity_id t = extent->first + i;
		uint32_t x = (inverse ? t : e) - table->first[0];
		uint32_t y = (inverse ? e : t) - table->first[1];
		bool is_row = x < table->count[0] && y < table->count[1];
		uint32_t row = is_row ? x * table->count[1] + y : 0;

		if (is_row && bit_get(table->f, row))
			continue;
		arrive(m, s, t, to, is_row && bit_get(table->t, row));
	}
	if (s->now == MAY)
		reach_phantom(m, s, link->step->to, to);
}

static void walk_entity(struct machine *m, struct path_search *s,
    const struct step_link *link, entity_id e, struct arrival to)
{
	if (!in_extent(&m->graph->extents[link->step->from], e))
		return;
	if (link->step->kind == STEP_STORE_TRUTH)
		walk_relation(m, s, link, e, to);
	else if (link->forward)
		walk_forward(m, s, link, e, to);
	else
		walk_back(m, s, link, e, to);
}

static bool is_related(const struct machine *m, uint16_t a, uint16_t b)
{
	return schema_is_a(m->program->schema, a, b) || schema_is_a(m->program->schema, b, a);
}

/* All moves from a place in a state; an entity that no file names may be
 * linked with any other. */
static void walk(struct machine *m, struct path_search *s, uint32_t place,
    struct arrival at)
{
	uint32_t entities = m->graph->entity_count;

	for (uint32_t i = 0; i < s->path->move_count; i++) {
		const struct step_link *link = &s->steps[s->moves[i].step];
		struct arrival to = { at.sources, s->moves[i].to };

		if (s->moves[i].from != at.state)
			continue;
		if (place < entities)
			walk_entity(m, s, link, place, to);
		else if (!s->closure && is_related(m, (uint16_t)(place - entities), link->step->from))
			reach_all(m, s, link->step->to, to);
	}
}

/* --- a search ------------------------------------------------------------ */

static void search_clear(struct machine *m, struct path_search *s)
{
	size_t kinds = m->program->schema->kinds.count;

	for (uint32_t i = 0; i < s->reached_count[s->now]; i++) {
		uint32_t place = s->places_reached[s->now][i];

		memset(&s->reached[s->now][(size_t)place * s->states], 0,
		    s->states * sizeof(uint64_t));
		s->accepted[s->now][place] = 0;
	}
	s->reached_count[s->now] = 0;
	plane_zero(s->touched, s->places);
	memset(s->whole_kinds, 0, kinds * s->states * sizeof(uint64_t));
	memset(s->whole_steps, 0, s->path->step_count * (size_t)s->states * sizeof(uint64_t));
	s->queue_first = s->queue_count = 0;
}

static void note_accepted(struct path_search *s)
{
	for (uint32_t i = 0; i < s->reached_count[s->now]; i++) {
		uint32_t place = s->places_reached[s->now][i];
		const uint64_t *reached = &s->reached[s->now][(size_t)place * s->states];
		uint64_t accepted = 0;

		for (uint32_t state = 0; state < s->states; state++)
			if (place == s->anywhere || (s->path->accepting >> state & 1))
				accepted |= reached[state];
		s->accepted[s->now][place] = accepted;
	}
}

/* From COUNT sources at most SOURCES, each with a bit of its own. */
static void search_run(struct machine *m, struct path_search *s, const entity_id *sources,
    unsigned count, enum certainty certainty)
{
	uint64_t pairs = (uint64_t)s->places * s->states;

	s->now = certainty;
	search_clear(m, s);
	for (unsigned i = 0; i < count; i++)
		reach(s, sources[i], (struct arrival){ (uint64_t)1 << i, 0 });
	while (s->queue_count > 0) {
		uint64_t pair = s->queue[s->queue_first];
		struct arrival at = { s->fresh[pair], (uint32_t)(pair % s->states) };

		s->queue_first = (s->queue_first + 1) % pairs;
		s->queue_count--;
		s->fresh[pair] = 0;
		walk(m, s, (uint32_t)(pair / s->states), at);
	}
	note_accepted(s);
	s->walked += s->reached_count[s->now];
}

/* --- answers ------------------------------------------------------------- */

/* Which sources reach which targets: those that certainly are, those that may
 * be, and any that could be one unlisted. */
struct hits {
	uint64_t must, may, kind;
};

static void hit_place(const struct path_search *s, uint32_t place, bool certain,
    struct hits *hits)
{
	if (certain)
		hits->must |= s->accepted[MUST][place];
	hits->may |= s->accepted[MAY][place];
}

/* Looks at what was reached or at the elements, whichever is less: what must
 * be reached also may be. */
static void hit_elements(const struct machine *m, const struct path_search *s,
    const struct sets *b, uint32_t row, struct hits *hits)
{
	uint32_t entities = m->graph->entity_count;
	bool certain;

	if (b->to[row] > b->from[row])
		hits->may |= s->accepted[MAY][s->anywhere];
	if (b->to[row] - b->from[row] > s->reached_count[MAY]) {
		for (uint32_t i = 0; i < s->reached_count[MAY]; i++) {
			uint32_t place = s->places_reached[MAY][i];

			if (place < entities && s->accepted[MAY][place] &&
			    sets_lists(b, row, place, &certain))
				hit_place(s, place, certain, hits);
		}
		return;
	}
	for (uint32_t e = b->from[row]; e < b->to[row]; e++)
		hit_place(s, (uint32_t)sets_cell(b, e), bit_get(b->certain, e), hits);
}

/* May the walk end at an element that the set does not list?  Of a closure that
 * may be anybody, whatever the set is of. */
static uint64_t hit_kind(const struct machine *m, const struct path_search *s, uint16_t kind)
{
	uint32_t entities = m->graph->entity_count;
	uint64_t hit = 0;

	for (uint32_t i = 0; i < s->reached_count[MAY]; i++) {
		uint32_t place = s->places_reached[MAY][i];

		if (s->closure)
			hit |= s->accepted[MAY][place];
		else if (place < entities ? in_extent(&m->graph->extents[kind], place)
		    : is_related(m, (uint16_t)(place - entities), kind))
			hit |= s->accepted[MAY][place];
	}
	return hit;
}

/* An instruction at work on its frame. */
struct reaching {
	struct machine *m;
	struct path_search *s;
	const struct sets *b;
	const struct scalar *a;
	uint32_t count;			/* of rows */
	uint16_t kind;
	struct truths out;
	struct answered answered;	/* where B is the same in every row */
};

static struct hits hits_of(const struct reaching *r, uint32_t row, uint64_t of_kind)
{
	struct hits hits = { 0, 0, of_kind };

	hit_elements(r->m, r->s, r->b, row, &hits);
	return hits;
}

/* The same by components, of a row whose source is SOURCE. */
static struct hits hits_of_pairs(const struct reaching *r, uint32_t row, entity_id source)
{
	const struct pairs *p = r->s->pairs;
	struct hits hits = { 0, 0, 0 };
	bool empty_walk = r->s->path->accepting & 1;

	for (uint32_t e = r->b->from[row]; e < r->b->to[row]; e++) {
		entity_id cell = (entity_id)sets_cell(r->b, e);
		uint64_t here = empty_walk && cell == source ? ~UINT64_C(0) : 0;

		hits.may |= pairs_accepted(p, cell, true) | here;
		if (bit_get(r->b->certain, e))
			hits.must |= pairs_accepted(p, cell, false) | here;
	}
	if (sets_rest(r->b, row)) {
		hits.kind = pairs_of_kind(r->m, r->s->pairs, r->kind);
		if (empty_walk && (r->s->closure || in_extent(&r->m->graph->extents[r->kind], source)))
			hits.kind = ~UINT64_C(0);
	}
	return hits;
}

static void put_answer(const struct reaching *r, uint32_t row, const struct hits *hits,
    uint64_t source)
{
	bool unlisted = sets_rest(r->b, row) && (hits->kind & source) &&
	    !fault_is(FAULT_REACH_UNLISTED);
	bool may = (hits->may & source) || unlisted;

	if (fault_is(FAULT_REACH_CERTAIN))
		may = false;
	bit_put(r->out.t, row, (hits->must & source) != 0);
	bit_put(r->out.f, row, !(hits->must & source) && !may);
}

/* Answers the COUNT rows of up to SOURCES sources; answers how many rows. */
static uint32_t answer_some(const struct reaching *r, const uint32_t *rows, uint32_t count)
{
	const struct scalar *a = r->a;
	entity_id sources[SOURCES];
	struct hits hits;
	uint64_t of_kind;
	uint32_t used = 0;
	unsigned source = 0;

	for (; used < count; used++) {
		entity_id next = a->word[rows[used]];

		if (source > 0 && sources[source - 1] == next)
			continue;
		if (source == SOURCES)
			break;
		sources[source++] = next;
	}
	r->s->asked += source;
	if (r->s->pairs) {
		pairs_search(r->m, r->s->pairs, sources, source, false);
		pairs_search(r->m, r->s->pairs, sources, source, true);
		for (uint32_t i = 0, at = 0; i < used; i++) {
			at += sources[at] != a->word[rows[i]];
			hits = hits_of_pairs(r, rows[i], sources[at]);
			put_answer(r, rows[i], &hits, (uint64_t)1 << at);
		}
		return used;
	}
	search_run(r->m, r->s, sources, source, MUST);
	search_run(r->m, r->s, sources, source, MAY);
	of_kind = hit_kind(r->m, r->s, r->kind);
	for (uint32_t i = 0, at = 0; i < used; i++) {
		at += sources[at] != a->word[rows[i]];
		hits = hits_of(r, rows[i], of_kind);
		put_answer(r, rows[i], &hits, (uint64_t)1 << at);
	}
	return used;
}

/* Components once they pay, and while no step may grow. */
static void choose_pairs(const struct reaching *r)
{
	struct path_search *s = r->s;
	bool always = r->m->options && r->m->options->baseline;

	if (!s->tried && !r->m->recursive &&
	    (always || (s->asked >= SOURCES_MANY && s->walked >= s->places))) {
		s->tried = true;
		s->pairs = pairs_new(r->m, s->path, s->steps, s->closure);
	}
	if (!s->pairs && !s->queue)
		search_open(r->m, s);
}

/* Is the source of a row known?  Of a closure one that has no row is not. */
static bool is_source(const struct reaching *r, uint32_t row)
{
	const struct machine *m = r->m;
	const struct extent *from = &m->graph->extents[r->s->path->from];

	return bit_get(r->a->known, row) &&
	    (!r->s->closure || in_extent(from, r->a->word[row]));
}

/* The rows whose source is known, by source. */
static uint32_t *rows_by_source(struct machine *m, const struct reaching *r, uint32_t *count)
{
	const struct scalar *a = r->a;
	struct element *order = SCRATCH(m, struct element, r->count);
	uint32_t *rows = SCRATCH(m, uint32_t, r->count), n = 0;

	for (uint32_t i = 0; i < r->count; i++)
		if (is_source(r, i))
			order[n++] = (struct element){
				(int64_t)((uint64_t)a->word[i] << 32 | i), false };
	sort_elements(order, n);
	for (uint32_t i = 0; i < n; i++)
		rows[i] = (uint32_t)order[i].cell;
	*count = n;
	return rows;
}

/* --- one set for all sources ---------------------------------------------- */

/* Kept for the batches to come, but where a step may still grow. */
static struct answered answer_all(const struct reaching *r)
{
	struct path_search *s = r->s;
	struct machine *m = r->m;
	size_t words = BITS_WORDS(m->graph->entity_count);
	struct answered *a = NULL;

	for (size_t i = 0; i < s->answered.count && !a; i++)
		if (s->answered.items[i].at == m->now)
			a = &s->answered.items[i];
	if (a && !m->recursive)
		return *a;
	if (!s->backward)
		s->backward = backward_new(m, s->path, s->steps, s->closure);
	if (!a) {
		struct answered new = { m->now, ARENA_ARRAY(m->common, uint64_t, words),
			ARENA_ARRAY(m->common, uint64_t, words) };

		backward_search(m, s->backward, r->b, r->kind, new.must, new.may);
		a = VEC_PUSH(m->common, &s->answered);
		*a = new;
	} else
		backward_search(m, s->backward, r->b, r->kind, a->must, a->may);
	return *a;
}

static void make_answer(struct machine *m, void *context)
{
	struct reaching *r = context;

	(void)m;
	r->answered = answer_all(r);
}

static void answer_uniform(struct reaching *r)
{
	const struct scalar *a = r->a;

	machine_once(r->m, make_answer, r);
	for (uint32_t i = 0; i < r->count; i++) {
		entity_id e = a->word[i];
		bool must, may;

		if (!is_source(r, i))
			continue;
		must = bit_get(r->answered.must, e);
		may = bit_get(r->answered.may, e) && !fault_is(FAULT_REACH_CERTAIN);
		bit_put(r->out.t, i, must);
		bit_put(r->out.f, i, !must && !may);
	}
}

/* The memory of a search is one for all. */
static void answer_rows(struct machine *m, void *context)
{
	const struct reaching *r = context;
	uint32_t count, *rows = rows_by_source(m, r, &count);

	for (uint32_t done = 0; done < count;) {
		choose_pairs(r);
		done += answer_some(r, rows + done, count - done);
	}
}

/* From whomever: nobody is related to no element.  (From none nobody is to any.) */
static void answer_empty(const struct reaching *r)
{
	for (uint32_t i = 0; i < r->count; i++) {
		uint32_t row = r->b->uniform ? 0 : i;

		if (r->b->from[row] == r->b->to[row] && !sets_rest(r->b, row))
			bit_set(r->out.f, i);
	}
}

void path_reach(struct machine *m, const struct instruction *in)
{
	bool closure = in->op == OPCODE_CLOSURE;
	struct path_search **s = &m->paths[2 * in->imm + closure];
	const struct scalar *a = scalar_of(m, in->a);
	const struct frame *frame = machine_frame(m, in->dst);
	struct reaching r = { .m = m, .s = *s, .b = sets_of(m, in->b), .a = a,
		.count = frame->count, .kind = machine_register(m, in->b)->of.of, .out = truth_new(m, in->dst) };

	CHECKED(r.s || !m->head);
	if (!r.s)
		r.s = *s = search_new(m, &m->program->paths.items[in->imm], closure);
	plane_zero(r.out.t, frame->count);
	memcpy(r.out.f, a->absent, frame->words * sizeof(uint64_t));
	if (frame->count == 0)
		return;
	if (r.b->uniform)
		answer_uniform(&r);
	else
		machine_once(m, answer_rows, &r);
	if (closure)
		answer_empty(&r);
}
