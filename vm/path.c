/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths: two searches over pairs of a place and a state of the automaton,
 * from one entity at a time: must over what certainly holds, may over what
 * may hold (docs/semantics.md, "Paths").
 *
 * A place is an entity, or the phantom of a kind whose extent is open: numbers
 * past the entities.  The states in which a place was reached are the bits of
 * one word, so a place is visited again only for states that are new.
 */
#include "vm/machine.h"

enum certainty { MUST, MAY, CERTAINTIES };

/* Who has an entity as an element, by element: the rows of a table turned. */
struct reverse {
	uint32_t first, count;		/* of the elements */
	uint32_t *offsets;		/* count + 1 */
	entity_id *sources;
	uint64_t *certain;		/* per source */
	entity_id *rest;		/* sources whose row has more, unlisted */
	uint32_t rest_count;
};

/* A step of a path, linked. */
struct step_link {
	const struct program_step *step;
	const struct table *table;
	uint16_t attribute;		/* that is walked forward, or asked graph_may_link */
	bool forward;			/* the rows of the table are those of the place */
	struct reverse *reverse;	/* else, for links and sets */
	struct program_move *moves;	/* of this step */
	uint32_t move_count;
	/* Of a link that is walked forward: what an open row may lead to. */
	entity_id *silent;		/* targets whose own side excludes nothing */
	uint32_t silent_count;
	struct reverse *listing;	/* targets whose own side lists an entity, or NULL */
	uint64_t saturated;		/* states that all silent (or rest) ones have, in this search */
};

struct path_search {
	const struct program_path *path;
	struct step_link *steps;
	uint32_t places;		/* entities, then phantoms by kind */
	uint64_t *reached[CERTAINTIES];	/* per place: states */
	uint64_t *fresh;		/* per place: states not walked from yet */
	uint32_t *touched[CERTAINTIES];	/* places reached, in any order */
	uint32_t touched_count[CERTAINTIES];
	uint32_t *queue;		/* places with fresh states; a ring */
	uint32_t queue_first, queue_count;
	uint64_t *saturated;		/* per kind: states that every entity has, in this search */
	enum certainty now;
};

/* --- linking ------------------------------------------------------------- */

static void count_element(struct reverse *r, int64_t cell)
{
	if (cell >= r->first && cell - r->first < r->count)
		r->offsets[cell - r->first + 1]++;
}

static void place_element(struct reverse *r, uint32_t *next, int64_t cell,
    entity_id source, bool certain)
{
	uint32_t at;

	if (cell < r->first || cell - r->first >= r->count)
		return;
	at = next[cell - r->first]++;
	r->sources[at] = source;
	bit_put(r->certain, at, certain);
}

/* The elements of a row: of a set, or of a single value that is known. */
static uint32_t row_elements(const struct table *t, uint32_t row)
{
	if (t->type == REGISTER_SCALAR)
		return bit_get(t->known, row);
	return t->offsets[row + 1] - t->offsets[row];
}

static uint32_t row_element(const struct table *t, uint32_t row, uint32_t i, bool *certain)
{
	uint32_t at;

	*certain = true;
	if (t->type == REGISTER_SCALAR)
		return ((const uint32_t *)t->cells)[row];
	at = t->offsets[row] + i;
	*certain = bit_get(t->certain, at);
	return ((const uint32_t *)t->cells)[at];
}

static bool row_has_rest(const struct table *t, uint32_t row)
{
	if (t->type == REGISTER_SCALAR)
		return !bit_get(t->known, row) && !bit_get(t->absent, row);
	return bit_get(t->open, row) || (t->anonymous && t->anonymous[row] > 0);
}

static void reverse_fill(struct reverse *r, const struct table *t, uint32_t *next)
{
	bool certain;

	for (uint32_t row = 0; row < t->rows; row++) {
		entity_id source = t->first[0] + row;

		for (uint32_t i = 0; i < row_elements(t, row); i++) {
			uint32_t cell = row_element(t, row, i, &certain);

			place_element(r, next, cell, source, certain);
		}
		if (row_has_rest(t, row))
			r->rest[r->rest_count++] = source;
	}
}

/* A counting sort of the elements of T that are entities of EXTENT. */
static struct reverse *reverse_new(struct machine *m, const struct table *t,
    const struct extent *extent)
{
	struct reverse *r = ARENA_NEW(m->arena, struct reverse);
	uint32_t *next;
	bool certain;

	r->first = extent->first;
	r->count = extent->count;
	r->offsets = ARENA_ARRAY(m->arena, uint32_t, r->count + (size_t)1);
	for (uint32_t row = 0; row < t->rows; row++)
		for (uint32_t i = 0; i < row_elements(t, row); i++)
			count_element(r, row_element(t, row, i, &certain));
	for (uint32_t i = 0; i < r->count; i++)
		r->offsets[i + 1] += r->offsets[i];
	next = ARENA_ARRAY(m->arena, uint32_t, r->count);
	memcpy(next, r->offsets, r->count * sizeof(*next));
	r->sources = ARENA_ARRAY(m->arena, entity_id, r->offsets[r->count]);
	r->certain = ARENA_ARRAY(m->arena, uint64_t, BITS_WORDS(r->offsets[r->count]));
	r->rest = ARENA_ARRAY(m->arena, entity_id, t->rows);
	reverse_fill(r, t, next);
	return r;
}

/* Does the side of target T, which is a row of TABLE, say nothing of the rest? */
static bool is_silent(const struct table *table, entity_id t)
{
	uint32_t row = t - table->first[0];

	return row < table->rows && row_has_rest(table, row);
}

/*
 * graph_may_link of an open row, for all targets at once: those whose own
 * side is silent, and those whose own side lists the source.
 */
static void link_open_rows(struct machine *m, struct step_link *link)
{
	const struct schema_attribute *a =
	    &m->program->schema->attributes.items[link->attribute];
	const struct extent *to = &m->graph->extents[link->step->to];
	const struct extent *of = &m->graph->extents[a->type.of];
	const struct table *back = NULL;

	if (a->inverse != SCHEMA_NONE) {
		back = machine_attribute(m, a->inverse, false);
		link->listing = reverse_new(m, back, &m->graph->extents[link->step->from]);
	}
	link->silent = ARENA_ARRAY(m->arena, entity_id, to->count);
	for (uint32_t i = 0; i < to->count; i++) {
		entity_id t = to->first + i;

		if (t - of->first < of->count && (!back || is_silent(back, t)))
			link->silent[link->silent_count++] = t;
	}
}

static void link_step(struct machine *m, const struct program_path *path,
    struct step_link *link, uint32_t number)
{
	const struct program_step *s = &m->program->steps.items[path->first_step + number];
	const struct program_move *moves = m->program->moves.items + path->first_move;
	uint16_t inverse;

	*link = (struct step_link){ .step = s, .attribute = s->index, .forward = !s->inverse };
	if (s->kind == STEP_LINK) {
		inverse = m->program->schema->attributes.items[s->index].inverse;
		if (s->inverse && inverse != SCHEMA_NONE) {
			link->attribute = inverse;
			link->forward = true;
		}
		link->table = machine_attribute(m, link->attribute, false);
	} else
		link->table = &m->stores[s->index];
	if (!link->forward && s->kind != STEP_STORE_TRUTH)
		link->reverse = reverse_new(m, link->table, &m->graph->extents[s->from]);
	if (link->forward && s->kind == STEP_LINK)
		link_open_rows(m, link);
	link->moves = ARENA_ARRAY(m->arena, struct program_move, path->move_count);
	for (uint32_t i = 0; i < path->move_count; i++)
		if (moves[i].step == number)
			link->moves[link->move_count++] = moves[i];
}

static struct path_search *search_new(struct machine *m, const struct program_path *path)
{
	struct path_search *s = ARENA_NEW(m->arena, struct path_search);

	s->path = path;
	s->places = m->graph->entity_count + (uint32_t)m->program->schema->kinds.count;
	s->steps = ARENA_ARRAY(m->arena, struct step_link, path->step_count);
	for (uint32_t i = 0; i < path->step_count; i++)
		link_step(m, path, &s->steps[i], i);
	for (int c = 0; c < CERTAINTIES; c++) {
		s->reached[c] = ARENA_ARRAY(m->arena, uint64_t, s->places);
		s->touched[c] = ARENA_ARRAY(m->arena, uint32_t, s->places);
	}
	s->fresh = ARENA_ARRAY(m->arena, uint64_t, s->places);
	s->saturated = ARENA_ARRAY(m->arena, uint64_t, m->program->schema->kinds.count);
	s->queue = ARENA_ARRAY(m->arena, uint32_t, s->places);
	return s;
}

/* --- walking ------------------------------------------------------------- */

static void reach(struct path_search *s, uint32_t place, uint64_t states)
{
	uint64_t *reached = &s->reached[s->now][place];
	uint32_t *touched = s->touched[s->now];

	states &= ~*reached;
	if (states == 0)
		return;
	if (*reached == 0)
		touched[s->touched_count[s->now]++] = place;
	*reached |= states;
	if (s->fresh[place] == 0) {
		uint64_t at = (uint64_t)s->queue_first + s->queue_count++;

		s->queue[at % s->places] = place;
	}
	s->fresh[place] |= states;
}

/* An entity that is only possible is never stepped onto for certain. */
static void arrive(struct machine *m, struct path_search *s, entity_id t,
    uint64_t states, bool certain)
{
	if (s->now == MAY || (certain && bit_get(m->certain_entities, t)))
		reach(s, t, states);
}

static bool in_extent(const struct extent *extent, uint32_t entity)
{
	return entity - extent->first < extent->count;
}

static void reach_phantom(struct machine *m, struct path_search *s, uint16_t kind,
    uint64_t states)
{
	if (!m->graph->extents[kind].closed)
		reach(s, m->graph->entity_count + kind, states);
}

/* Any entity of the kind may be the target, and its phantom. */
static void reach_all(struct machine *m, struct path_search *s, uint16_t kind,
    uint64_t states)
{
	const struct extent *extent = &m->graph->extents[kind];

	/* Once for each state is enough. */
	states &= ~s->saturated[kind];
	if (states == 0)
		return;
	for (uint32_t i = 0; i < extent->count; i++)
		reach(s, extent->first + i, states);
	reach_phantom(m, s, kind, states);
	s->saturated[kind] |= states;
}

/* A stored row that is open may hold what neither side excludes. */
static void reach_linked(struct machine *m, struct path_search *s,
    struct step_link *link, entity_id e, uint64_t states)
{
	const struct reverse *r = link->listing;
	uint32_t row = r ? e - r->first : 0;

	reach_phantom(m, s, link->step->to, states);
	for (uint32_t i = r ? r->offsets[row] : 0; r && i < r->offsets[row + 1]; i++)
		if (in_extent(&m->graph->extents[link->step->to], r->sources[i]))
			reach(s, r->sources[i], states);
	states &= ~link->saturated;
	for (uint32_t i = 0; states && i < link->silent_count; i++)
		reach(s, link->silent[i], states);
	link->saturated |= states;
}

/* From E along the rows of the table that is E's. */
static void walk_forward(struct machine *m, struct path_search *s,
    struct step_link *link, entity_id e, uint64_t states)
{
	const struct table *table = link->table;
	uint32_t row = e - table->first[0];
	bool certain, has_row = row < table->rows;

	for (uint32_t i = 0; has_row && i < row_elements(table, row); i++) {
		uint32_t t = row_element(table, row, i, &certain);

		arrive(m, s, t, states, certain);
	}
	if (s->now == MUST || (has_row && !row_has_rest(table, row)))
		return;
	if (link->step->kind == STEP_LINK && !has_row)
		reach_phantom(m, s, link->step->to, states);
	else if (link->step->kind == STEP_LINK)
		reach_linked(m, s, link, e, states);
	else
		reach_all(m, s, link->step->to, states);
}

/* To every entity whose row has E, and to those whose row may: a link that is
 * walked back has no inverse that could exclude E. */
static void walk_back(struct machine *m, struct path_search *s,
    struct step_link *link, entity_id e, uint64_t states)
{
	const struct reverse *r = link->reverse;
	const struct extent *to = &m->graph->extents[link->step->to];
	uint32_t row = e - r->first;

	for (uint32_t i = r->offsets[row]; i < r->offsets[row + 1]; i++)
		if (in_extent(to, r->sources[i]))
			arrive(m, s, r->sources[i], states, bit_get(r->certain, i));
	if (s->now == MUST)
		return;
	reach_phantom(m, s, link->step->to, states);
	if (link->step->kind == STEP_LINK && !in_extent(&m->graph->extents[
	    m->program->schema->attributes.items[link->attribute].type.of], e))
		return;
	states &= ~link->saturated;
	for (uint32_t i = 0; states && i < r->rest_count; i++)
		if (in_extent(to, r->rest[i]))
			reach(s, r->rest[i], states);
	link->saturated |= states;
}

/* Along a relation: a truth for each pair.  A pair without a row is unknown. */
static void walk_relation(struct machine *m, struct path_search *s,
    const struct step_link *link, entity_id e, uint64_t states)
{
	const struct table *table = link->table;
	const struct extent *to = &m->graph->extents[link->step->to];
	bool inverse = link->step->inverse;

	for (uint32_t i = 0; i < to->count; i++) {
		entity_id t = to->first + i;
		uint32_t x = (inverse ? t : e) - table->first[0];
		uint32_t y = (inverse ? e : t) - table->first[1];
		bool is_row = x < table->count[0] && y < table->count[1];
		uint32_t row = is_row ? x * table->count[1] + y : 0;

		if (is_row && bit_get(table->f, row))
			continue;
		arrive(m, s, t, states, is_row && bit_get(table->t, row));
	}
	if (s->now == MAY)
		reach_phantom(m, s, link->step->to, states);
}

/* The states that LINK leads to from STATES. */
static uint64_t moved(const struct step_link *link, uint64_t states)
{
	uint64_t to = 0;

	for (uint32_t i = 0; i < link->move_count; i++)
		if (states >> link->moves[i].from & 1)
			to |= (uint64_t)1 << link->moves[i].to;
	return to;
}

static void walk_entity(struct machine *m, struct path_search *s, entity_id e, uint64_t states)
{
	for (uint32_t i = 0; i < s->path->step_count; i++) {
		struct step_link *link = &s->steps[i];
		uint64_t to = moved(link, states);

		if (!to || !in_extent(&m->graph->extents[link->step->from], e))
			continue;
		if (link->step->kind == STEP_STORE_TRUTH)
			walk_relation(m, s, link, e, to);
		else if (link->forward)
			walk_forward(m, s, link, e, to);
		else
			walk_back(m, s, link, e, to);
	}
}

static bool is_related(const struct machine *m, uint16_t a, uint16_t b)
{
	return schema_is_a(m->program->schema, a, b) || schema_is_a(m->program->schema, b, a);
}

/* An entity that no file names may be linked with any other. */
static void walk_phantom(struct machine *m, struct path_search *s, uint16_t kind, uint64_t states)
{
	for (uint32_t i = 0; i < s->path->step_count; i++) {
		const struct step_link *link = &s->steps[i];
		uint64_t to = moved(link, states);

		if (to && is_related(m, kind, link->step->from))
			reach_all(m, s, link->step->to, to);
	}
}

static void search_run(struct machine *m, struct path_search *s, entity_id source,
    enum certainty certainty)
{
	s->now = certainty;
	for (uint32_t i = 0; i < s->touched_count[certainty]; i++)
		s->reached[certainty][s->touched[certainty][i]] = 0;
	s->touched_count[certainty] = 0;
	for (uint32_t i = 0; i < s->path->step_count; i++)
		s->steps[i].saturated = 0;
	memset(s->saturated, 0, m->program->schema->kinds.count * sizeof(*s->saturated));
	s->queue_first = s->queue_count = 0;
	reach(s, source, 1);
	while (s->queue_count > 0) {
		uint32_t place = s->queue[s->queue_first];
		uint64_t states = s->fresh[place];

		s->queue_first = (s->queue_first + 1) % s->places;
		s->queue_count--;
		s->fresh[place] = 0;
		if (place < m->graph->entity_count)
			walk_entity(m, s, place, states);
		else
			walk_phantom(m, s, (uint16_t)(place - m->graph->entity_count), states);
	}
}

/* --- answers ------------------------------------------------------------- */

static bool is_accepted(const struct path_search *s, enum certainty c, uint32_t place)
{
	return (s->reached[c][place] & s->path->accepting) != 0;
}

/* Was an element of the row reached?  With ONLY_CERTAIN, one that it certainly has. */
static bool reaches_element(const struct path_search *s, enum certainty c,
    const struct sets *b, uint32_t row, bool only_certain, uint32_t entities)
{
	if (b->to[row] - b->from[row] <= s->touched_count[c]) {
		for (uint32_t e = b->from[row]; e < b->to[row]; e++) {
			int64_t cell = sets_cell(b, e);

			if ((!only_certain || bit_get(b->certain, e)) && cell < entities &&
			    is_accepted(s, c, (uint32_t)cell))
				return true;
		}
		return false;
	}
	for (uint32_t i = 0; i < s->touched_count[c]; i++) {
		uint32_t place = s->touched[c][i];
		struct sets listed = *b;
		uint64_t closed[1] = { 0 };
		enum truth member;

		if (place >= entities || !is_accepted(s, c, place))
			continue;
		listed.open = closed;
		listed.anonymous = NULL;
		listed.from = &b->from[row];
		listed.to = &b->to[row];
		member = sets_member(&listed, 0, place);
		if (member == TRUTH_TRUE || (member == TRUTH_UNKNOWN && !only_certain))
			return true;
	}
	return false;
}

/* May the walk end at an element that the set does not list? */
static bool reaches_kind(struct machine *m, const struct path_search *s, uint16_t kind)
{
	uint32_t entities = m->graph->entity_count;

	for (uint32_t i = 0; i < s->touched_count[MAY]; i++) {
		uint32_t place = s->touched[MAY][i];

		if (!is_accepted(s, MAY, place))
			continue;
		if (place < entities ? in_extent(&m->graph->extents[kind], place)
		    : is_related(m, (uint16_t)(place - entities), kind))
			return true;
	}
	return false;
}

static enum truth answer(struct machine *m, const struct path_search *s,
    const struct sets *b, uint32_t row, uint16_t kind)
{
	uint32_t entities = m->graph->entity_count;

	if (reaches_element(s, MUST, b, row, true, entities))
		return TRUTH_TRUE;
	if (fault_is(FAULT_REACH_CERTAIN))
		return TRUTH_FALSE;
	if (reaches_element(s, MAY, b, row, false, entities))
		return TRUTH_UNKNOWN;
	return sets_rest(b, row) && reaches_kind(m, s, kind) ? TRUTH_UNKNOWN : TRUTH_FALSE;
}

/* Rows by their source, so that each is searched from once. */
static uint32_t *rows_by_source(struct machine *m, const struct scalar *a,
    const struct frame *frame, uint32_t *count)
{
	uint32_t *rows = SCRATCH(m, uint32_t, frame->count), n = 0;
	uint32_t *spare = SCRATCH(m, uint32_t, frame->count);

	for (uint32_t i = 0; i < frame->count; i++)
		if (bit_get(a->known, i) && a->word[i] < m->graph->entity_count)
			rows[n++] = i;
	/* A merge of runs, bottom up. */
	for (uint32_t width = 1; width < n; width *= 2) {
		uint32_t *swap = rows;

		for (uint32_t low = 0; low < n; low += 2 * width) {
			uint32_t middle = low + width < n ? low + width : n;
			uint32_t high = low + 2 * width < n ? low + 2 * width : n;
			uint32_t x = low, y = middle;

			for (uint32_t out = low; out < high; out++)
				spare[out] = x < middle && (y >= high ||
				    a->word[rows[x]] <= a->word[rows[y]]) ?
				    rows[x++] : rows[y++];
		}
		rows = spare;
		spare = swap;
	}
	*count = n;
	return rows;
}

void path_reach(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_of(m, in->a);
	const struct sets *b = sets_of(m, in->b);
	const struct frame *frame = machine_frame(m, in->dst);
	uint16_t kind = machine_register(m, in->b)->of.of;
	struct truths out = truth_new(m, in->dst);
	uint32_t count, *rows = rows_by_source(m, a, frame, &count);
	struct path_search *s = m->paths[in->imm];

	if (!s)
		s = m->paths[in->imm] = search_new(m, &m->program->paths.items[in->imm]);
	plane_zero(out.t, frame->count);
	memcpy(out.f, a->absent, frame->words * sizeof(uint64_t));
	for (uint32_t i = 0; i < count; i++) {
		enum truth truth;

		if (i == 0 || a->word[rows[i]] != a->word[rows[i - 1]]) {
			search_run(m, s, a->word[rows[i]], MUST);
			search_run(m, s, a->word[rows[i]], MAY);
		}
		truth = answer(m, s, b, rows[i], kind);
		bit_put(out.t, rows[i], truth == TRUTH_TRUE);
		bit_put(out.f, rows[i], truth == TRUTH_FALSE);
	}
}
