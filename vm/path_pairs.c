/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many sources, each with targets of its own.  The pairs of a place and a state
 * are put together to strongly connected components (Tarjan 1972), once; from
 * then on sixty-four sources at a time are carried down the graph of components,
 * which is small where most of a site hangs together.  Which source reaches
 * which target is never listed.
 *
 * What a row that does not list everything may lead to stands behind nodes of
 * its own: all silent targets of a step, all entities of a kind, all sources of a
 * step whose rows are open.  Of a closure it is one node: anywhere.
 */
#include "vm/path.h"

/* Components above which a search from place to place is the better one. */
#define COMPONENTS_MOST (1u << 16)

struct components {
	uint32_t nodes, count;
	uint32_t *of;			/* per node */
	uint64_t *starts;		/* per component, and one: into targets */
	uint32_t *targets;		/* components, each smaller than where it starts */
	uint64_t *words;		/* per component: the sources that reached it */
};

struct pairs {
	const struct program_path *path;
	const struct program_move *moves;
	const struct step_link *steps;
	bool closure;
	uint32_t entities, places, states, kinds;
	struct components by[2];	/* must, may */
	uint64_t *of_kind;		/* components of places that pairs_of_kind asks for */
	uint16_t kind;
};

typedef void (*visitor)(void *context, uint32_t node);

struct walk {
	struct machine *m;
	const struct pairs *p;
	bool may;
	uint32_t state;			/* that is stepped into */
	visitor visit;
	void *context;
};

/* --- steps ---------------------------------------------------------------- */

static bool in_extent(const struct extent *extent, uint32_t entity)
{
	return entity - extent->first < extent->count;
}

static bool is_related(const struct machine *m, uint16_t a, uint16_t b)
{
	return schema_is_a(m->program->schema, a, b) || schema_is_a(m->program->schema, b, a);
}

static uint32_t first_whole(const struct pairs *p)
{
	return p->places * p->states;
}

static uint32_t first_silent(const struct pairs *p)
{
	return first_whole(p) + p->kinds * p->states;
}

static uint32_t first_rest(const struct pairs *p)
{
	return first_silent(p) + p->path->step_count * p->states;
}

static uint32_t node_count(const struct pairs *p, bool may)
{
	return may ? first_rest(p) + p->path->step_count * p->states : first_whole(p);
}

static void to_place(const struct walk *w, uint32_t place)
{
	w->visit(w->context, place * w->p->states + w->state);
}

static void to_entity(const struct walk *w, uint32_t entity, bool certain)
{
	if (w->may || (certain && (w->p->closure || bit_get(w->m->certain_entities, entity))))
		to_place(w, entity);
}

static void to_phantom(const struct walk *w, uint16_t kind)
{
	if (!w->m->graph->extents[kind].closed)
		to_place(w, w->p->entities + kind);
}

static void to_whole(const struct walk *w, uint16_t kind)
{
	w->visit(w->context, first_whole(w->p) + kind * w->p->states + w->state);
	to_phantom(w, kind);
}

/* The last node of those that stand for a kind, which a closure has no use for:
 * not of state 0 if there are others. */
static uint32_t anywhere(const struct pairs *p)
{
	return first_silent(p) - 1;
}

static void step_forward(const struct walk *w, const struct step_link *link, entity_id e)
{
	const struct table *table = link->table;
	const struct reverse *r = link->listing;
	const struct extent *to = &w->m->graph->extents[link->step->to];
	uint32_t row = e - table->first[0], number = (uint32_t)(link - w->p->steps);
	bool certain, has_row = row < table->rows;

	for (uint32_t i = 0; has_row && i < row_elements(table, row); i++) {
		uint32_t t = row_element(table, row, i, &certain);

		to_entity(w, t, certain);
	}
	if (!w->may || (has_row && !row_has_rest(table, row)))
		return;
	if (w->p->closure) {
		w->visit(w->context, anywhere(w->p));
		return;
	}
	if (link->step->kind != STEP_LINK) {
		to_whole(w, link->step->to);
		return;
	}
	to_phantom(w, link->step->to);
	if (!has_row)
		return;
	w->visit(w->context, first_silent(w->p) + number * w->p->states + w->state);
	row = r ? e - r->first : 0;
	for (uint32_t i = r ? r->offsets[row] : 0; r && i < r->offsets[row + 1]; i++)
		if (in_extent(to, r->sources[i]))
			to_place(w, r->sources[i]);
}

static void step_back(const struct walk *w, const struct step_link *link, entity_id e)
{
	const struct reverse *r = link->reverse;
	const struct extent *to = &w->m->graph->extents[link->step->to];
	uint32_t row = e - r->first, number = (uint32_t)(link - w->p->steps);

	for (uint32_t i = r->offsets[row]; i < r->offsets[row + 1]; i++)
		if (in_extent(to, r->sources[i]))
			to_entity(w, r->sources[i], bit_get(r->certain, i));
	if (!w->may)
		return;
	to_phantom(w, link->step->to);
	if (link->step->kind != STEP_LINK || in_extent(&w->m->graph->extents[
	    w->m->program->schema->attributes.items[link->attribute].type.of], e))
		w->visit(w->context, first_rest(w->p) + number * w->p->states + w->state);
}

static void step_from(struct walk *w, uint32_t place, uint32_t state)
{
	const struct pairs *p = w->p;

	for (uint32_t i = 0; i < p->path->move_count; i++) {
		const struct step_link *link = &p->steps[p->moves[i].step];

		if (p->moves[i].from != state)
			continue;
		w->state = p->moves[i].to;
		if (place >= p->entities) {
			if (w->may && !p->closure && is_related(w->m, (uint16_t)(place - p->entities),
			    link->step->from))
				to_whole(w, link->step->to);
		} else if (!in_extent(&w->m->graph->extents[link->step->from], place))
			continue;
		else if (link->forward)
			step_forward(w, link, place);
		else
			step_back(w, link, place);
	}
}

/* What stands behind a node that is no place. */
static void step_from_many(struct walk *w, uint32_t node)
{
	const struct pairs *p = w->p;
	const struct step_link *link;
	const struct extent *extent;
	uint32_t at;

	w->state = (node - first_whole(p)) % p->states;
	if (node < first_silent(p)) {
		extent = &w->m->graph->extents[(node - first_whole(p)) / p->states];
		for (uint32_t i = 0; i < extent->count; i++)
			to_place(w, extent->first + i);
		return;
	}
	at = (node - first_silent(p)) / p->states;
	if (node < first_rest(p)) {
		link = &p->steps[at];
		for (size_t t = link->silent ? plane_next(link->silent, p->entities, 0)
		    : p->entities; t < p->entities;
		    t = plane_next(link->silent, p->entities, t + 1))
			to_place(w, (uint32_t)t);
		return;
	}
	link = &p->steps[at - p->path->step_count];
	extent = &w->m->graph->extents[link->step->to];
	for (uint32_t i = 0; link->reverse && i < link->reverse->rest_count; i++)
		if (in_extent(extent, link->reverse->rest[i]))
			to_place(w, link->reverse->rest[i]);
}

/* No walk comes back to state 0: its pairs are seen as sources only. */
static bool is_start_apart(const struct pairs *p)
{
	for (uint32_t i = 0; i < p->path->move_count; i++)
		if (p->moves[i].to == 0)
			return false;
	return true;
}

static void step_from_node(struct walk *w, uint32_t node)
{
	const struct pairs *p = w->p;

	if (node % p->states == 0 && is_start_apart(p))
		return;
	if (node >= first_whole(p) && p->closure)
		return;
	if (node >= first_whole(p))
		step_from_many(w, node);
	else
		step_from(w, node / p->states, node % p->states);
}

/* --- components ----------------------------------------------------------- */

/* The steps from each node, written down. */
struct edges {
	uint64_t *starts;
	uint32_t *targets;
	uint64_t count;
};

static void count_edge(void *context, uint32_t node)
{
	(void)node;
	((struct edges *)context)->count++;
}

static void put_edge(void *context, uint32_t node)
{
	struct edges *edges = context;

	edges->targets[edges->count++] = node;
}

static struct edges edges_of(struct machine *m, const struct pairs *p, bool may,
    struct arena *region)
{
	uint32_t nodes = node_count(p, may);
	struct edges edges = { .starts = ARENA_ARRAY(region, uint64_t, nodes + (size_t)1) };
	struct walk w = { m, p, may, 0, count_edge, &edges };

	for (uint32_t n = 0; n < nodes; n++)
		step_from_node(&w, n);
	edges.targets = arena_alloc_raw(region, (edges.count + 1) * 4);
	edges.count = 0;
	w.visit = put_edge;
	for (uint32_t n = 0; n < nodes; n++) {
		edges.starts[n] = edges.count;
		step_from_node(&w, n);
	}
	edges.starts[nodes] = edges.count;
	return edges;
}

struct tarjan {
	const struct edges *edges;
	uint32_t *order, *low;		/* per node; order 0: not seen */
	uint64_t *next;			/* per node: its edge to be looked at */
	uint32_t *stack, *calls;
	uint32_t seen, stacked, called;
	uint32_t *of, count;
};

#define NO_COMPONENT UINT32_MAX

static void enter(struct tarjan *t, uint32_t node)
{
	t->order[node] = t->low[node] = ++t->seen;
	t->next[node] = t->edges->starts[node];
	t->stack[t->stacked++] = node;
	t->calls[t->called++] = node;
}

static void leave(struct tarjan *t, uint32_t node)
{
	t->called--;
	if (t->low[node] == t->order[node]) {
		uint32_t member;

		do {
			member = t->stack[--t->stacked];
			t->of[member] = t->count;
		} while (member != node);
		t->count++;
	}
	if (t->called > 0 && t->low[node] < t->low[t->calls[t->called - 1]])
		t->low[t->calls[t->called - 1]] = t->low[node];
}

static void connect(struct tarjan *t, uint32_t root)
{
	enter(t, root);
	while (t->called > 0) {
		uint32_t node = t->calls[t->called - 1], to;

		if (t->next[node] == t->edges->starts[node + 1]) {
			leave(t, node);
			continue;
		}
		to = t->edges->targets[t->next[node]++];
		if (t->order[to] == 0)
			enter(t, to);
		else if (t->of[to] == NO_COMPONENT && t->order[to] < t->low[node])
			t->low[node] = t->order[to];
	}
}

/* Nodes that can be stepped onto; the others have no component. */
static void find_components(const struct pairs *p, const struct edges *edges,
    struct components *c, struct arena *arena, struct arena *region)
{
	struct tarjan t = { .edges = edges };
	bool apart = is_start_apart(p);

	t.order = ARENA_ARRAY(region, uint32_t, c->nodes);
	t.low = ARENA_ARRAY(region, uint32_t, c->nodes);
	t.next = ARENA_ARRAY(region, uint64_t, c->nodes);
	t.stack = ARENA_ARRAY(region, uint32_t, c->nodes);
	t.calls = ARENA_ARRAY(region, uint32_t, c->nodes);
	t.of = c->of = arena_alloc_raw(arena, (c->nodes + (size_t)1) * 4);
	memset(c->of, 0xff, c->nodes * (size_t)4);
	for (uint32_t n = 0; n < c->nodes; n++)
		if (t.order[n] == 0 && !(apart && n % p->states == 0))
			connect(&t, n);
	c->count = t.count;
}

/* Steps from component to component, each once.  Nodes are taken by component. */
static void join_components(const struct edges *edges, struct components *c,
    struct arena *arena, struct arena *region)
{
	uint32_t *first = ARENA_ARRAY(region, uint32_t, c->count + (size_t)1);
	uint32_t *nodes = ARENA_ARRAY(region, uint32_t, c->nodes);
	uint32_t *seen = ARENA_ARRAY(region, uint32_t, c->count + (size_t)1);
	VEC(uint32_t) targets = { 0 };

	for (uint32_t n = 0; n < c->nodes; n++)
		if (c->of[n] != NO_COMPONENT)
			first[c->of[n] + 1]++;
	for (uint32_t i = 0; i < c->count; i++)
		first[i + 1] += first[i];
	for (uint32_t n = c->nodes; n-- > 0;)
		if (c->of[n] != NO_COMPONENT)
			nodes[first[c->of[n]] + seen[c->of[n]]++] = n;
	memset(seen, 0, c->count * sizeof(*seen));
	c->starts = ARENA_ARRAY(arena, uint64_t, c->count + (size_t)1);
	for (uint32_t i = 0; i < c->count; i++) {
		c->starts[i] = targets.count;
		for (uint32_t k = first[i]; k < first[i + 1]; k++)
			for (uint64_t e = edges->starts[nodes[k]];
			    e < edges->starts[nodes[k] + 1]; e++) {
				uint32_t to = c->of[edges->targets[e]];

				if (to == i || seen[to] == i + 1)
					continue;
				seen[to] = i + 1;
				*VEC_PUSH(arena, &targets) = to;
			}
	}
	c->starts[c->count] = targets.count;
	c->targets = targets.items;
}

static bool components_new(struct machine *m, const struct pairs *p, bool may,
    struct components *c)
{
	struct arena *region = arena_new_in(m->common);
	struct edges edges = edges_of(m, p, may, region);
	bool few;

	c->nodes = node_count(p, may);
	find_components(p, &edges, c, m->common, region);
	few = c->count <= COMPONENTS_MOST;
	if (few) {
		join_components(&edges, c, m->common, region);
		c->words = ARENA_ARRAY(m->common, uint64_t, c->count + (size_t)1);
	}
	arena_free(region);
	return few;
}

struct pairs *pairs_new(struct machine *m, const struct program_path *path,
    const struct step_link *steps, bool closure)
{
	struct pairs *p = ARENA_NEW(m->common, struct pairs);
	uint64_t nodes;

	*p = (struct pairs){ .path = path, .steps = steps, .states = path->states,
		.closure = closure, .moves = m->program->moves.items + path->first_move,
		.entities = m->graph->entity_count,
		.kinds = (uint32_t)m->program->schema->kinds.count };
	p->places = p->entities + p->kinds;
	nodes = ((uint64_t)p->places + p->kinds + (uint64_t)2 * path->step_count) * p->states;
	for (uint32_t i = 0; i < path->step_count; i++)
		if (steps[i].step->kind == STEP_STORE_TRUTH)
			return NULL;
	if (nodes > UINT32_MAX / 2 || !components_new(m, p, false, &p->by[0]) ||
	    !components_new(m, p, true, &p->by[1]))
		return NULL;
	return p;
}

/* --- searches ------------------------------------------------------------- */

struct lane {
	struct components *c;
	uint64_t bit;
};

static void seed(void *context, uint32_t node)
{
	struct lane *lane = context;

	lane->c->words[lane->c->of[node]] |= lane->bit;
}

void pairs_search(struct machine *m, struct pairs *p, const entity_id *sources,
    unsigned count, bool may)
{
	struct components *c = &p->by[may];
	struct lane lane = { .c = c };
	struct walk w = { m, p, may, 0, seed, &lane };

	memset(c->words, 0, c->count * sizeof(*c->words));
	for (unsigned i = 0; i < count; i++) {
		lane.bit = (uint64_t)1 << i;
		step_from(&w, sources[i], 0);
	}
	for (uint32_t i = c->count; i-- > 0;) {
		uint64_t word = c->words[i];

		for (uint64_t e = c->starts[i]; word && e < c->starts[i + 1]; e++)
			c->words[c->targets[e]] |= word;
	}
}

uint64_t pairs_accepted(const struct pairs *p, uint32_t place, bool may)
{
	const struct components *c = &p->by[may];
	uint64_t accepted = 0;

	for (uint64_t states = p->path->accepting; states; states &= states - 1) {
		uint32_t node = place * p->states + (uint32_t)__builtin_ctzll(states);

		if (c->of[node] != NO_COMPONENT)
			accepted |= c->words[c->of[node]];
	}
	if (may && p->closure && c->of[anywhere(p)] != NO_COMPONENT)
		accepted |= c->words[c->of[anywhere(p)]];
	return accepted;
}

static void find_kind(const struct machine *m, struct pairs *p, uint16_t kind)
{
	const struct extent *extent = &m->graph->extents[kind];
	const struct components *c = &p->by[1];

	if (p->of_kind && p->kind == kind)
		return;
	p->of_kind = ARENA_ARRAY(m->common, uint64_t, BITS_WORDS(c->count) + 1);
	p->kind = kind;
	for (uint32_t place = 0; place < p->places; place++) {
		bool counts = p->closure || (place < p->entities ? in_extent(extent, place) :
		    is_related(m, (uint16_t)(place - p->entities), kind));

		for (uint64_t states = counts ? p->path->accepting : 0; states;
		    states &= states - 1) {
			uint32_t of = c->of[place * p->states +
			    (uint32_t)__builtin_ctzll(states)];

			if (of != NO_COMPONENT)
				bit_set(p->of_kind, of);
		}
	}
	if (p->closure && c->of[anywhere(p)] != NO_COMPONENT)
		bit_set(p->of_kind, c->of[anywhere(p)]);
}

uint64_t pairs_of_kind(const struct machine *m, struct pairs *p, uint16_t kind)
{
	const struct components *c = &p->by[1];
	uint64_t hit = 0;

	find_kind(m, p, kind);
	for (size_t i = plane_next(p->of_kind, c->count, 0); i < c->count;
	    i = plane_next(p->of_kind, c->count, i + 1))
		hit |= c->words[i];
	return hit;
}
