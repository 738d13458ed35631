/* SPDX-License-Identifier: Apache-2.0 */
/* REACHES: two breadth-first searches, one over certain moves, one over all
 * that may be. */
#include "explain/paths.h"

#include "base/guard.h"

/*
 * What a search knows of nodes.  There are as many as places in the graph and
 * states, and most searches reach few: a room is made once and passed on, and
 * who leaves it wipes what was reached.  Searches nest, by relations and derived
 * attributes that search: each has a room of its own.  A search that raises
 * never leaves, and nobody else gets its room.
 */
struct search_room {
	struct search_room *next;	/* of those that are free */
	size_t nodes;
	uint32_t *levels, *skips;
	bool *marks;
	size_t *queue;
	size_t queue_room;
};

struct search_rooms {
	struct arena *arena;
	struct search_room *free;
};

/* A move out of a node: by STEP into STATE. */
struct hop {
	struct search *search;
	const struct watcher *watcher;
	const struct path_step *step;
	uint8_t state;
};

static bool is_phantom(const struct evaluator *ev, uint32_t place)
{
	return place >= ev->graph->entity_count;
}

static uint16_t phantom_kind(const struct evaluator *ev, uint32_t place)
{
	return (uint16_t)(place - ev->graph->entity_count);
}

/* Is the place of the kind?  A phantom is as soon as it may be. */
bool path_place_is(const struct evaluator *ev, uint32_t place,
    uint16_t kind)
{
	uint16_t own;

	if (!is_phantom(ev, place))
		return fact_is_kind(ev, place, kind);
	own = phantom_kind(ev, place);
	return schema_is_a(ev->tree->schema, own, kind) ||
	    schema_is_a(ev->tree->schema, kind, own);
}

/* --- moves ---------------------------------------------------------------- */

static uint32_t hop_seek(const struct hop *h, uint32_t place, uint32_t end)
{
	return h->watcher->seek(h->watcher->context, place, h->state, end);
}

static void hop_to(const struct hop *h, uint32_t place)
{
	const struct evaluator *ev = h->search->ev;

	if (!h->search->may && fact_exists(ev, place) != TRUTH_TRUE)
		return;
	if (hop_seek(h, place, place + 1) == place)
		h->watcher->take(h->watcher->context,
		    node_of(h->search, place, h->state), h->step);
}

static void hop_to_phantom(const struct hop *h)
{
	const struct evaluator *ev = h->search->ev;

	if (h->search->may && !fact_extent_closed(ev, h->step->to))
		hop_to(h, ev->graph->entity_count + h->step->to);
}

/* To each entity of the step's target kind for which HOLDS is not false (for
 * must: is true), and to what no file names. */
static void hop_to_each(const struct hop *h, uint32_t from,
    enum truth (*holds)(const struct hop *h, entity_id from, entity_id to))
{
	struct evaluator *ev = h->search->ev;
	const struct extent *x = &ev->graph->extents[h->step->to];
	entity_id end = x->first + x->count, t = x->first;

	for (; (t = hop_seek(h, t, end)) < end; t++) {
		struct arena_mark mark = arena_here(ev->scratch);
		enum truth truth = holds(h, from, t);

		arena_rollback(ev->scratch, mark);
		if (truth == TRUTH_TRUE ||
		    (h->search->may && truth == TRUTH_UNKNOWN))
			hop_to(h, t);
	}
	hop_to_phantom(h);
}

static bool is_derived(const struct evaluator *ev, uint16_t attribute)
{
	return ev->tree->schema->attributes.items[attribute].derived;
}

static enum truth always_may(const struct hop *h, entity_id from, entity_id to)
{
	(void)h;
	(void)from;
	(void)to;
	return TRUTH_UNKNOWN;
}

static enum truth relation_has(const struct hop *h, entity_id from, entity_id to)
{
	int64_t arguments[2] = { from, to };

	if (h->step->inverse) {
		arguments[0] = to;
		arguments[1] = from;
	}
	return relation_holds(h->search->ev, h->step->index, arguments);
}

/* Does the attribute of TO hold FROM? */
static enum truth inverse_has(const struct hop *h, entity_id from, entity_id to)
{
	struct evaluator *ev = h->search->ev;
	struct value v = fact_attribute(ev, h->step->index, to);
	enum truth truth;

	if (v.kind == VALUE_SET)
		truth = members_has_cell(&v.set, from);
	else
		truth = v.scalar.state == STATE_UNKNOWN ? TRUTH_UNKNOWN
		    : kleene_of(v.scalar.state == STATE_KNOWN &&
			v.scalar.cell == from);
	if (truth != TRUTH_UNKNOWN || is_derived(ev, h->step->index))
		return truth;
	return fact_may_link(ev, h->step->index, to, from)
	    ? TRUTH_UNKNOWN : TRUTH_FALSE;
}

/* What a row of ATTRIBUTE lists, and where it is open what it may hold. */
static void hop_by_row(const struct hop *h, uint16_t attribute, entity_id from)
{
	struct search *s = h->search;
	struct evaluator *ev = s->ev;
	struct value v = fact_attribute(ev, attribute, from);
	const struct extent *x = &ev->graph->extents[h->step->to];
	entity_id end = x->first + x->count, t = x->first;
	bool open;

	if (v.kind == VALUE_SET) {
		open = members_has_rest(&v.set);
		for (uint32_t i = 0; i < v.set.count; i++) {
			if (v.set.members[i].certain || s->may)
				hop_to(h, (uint32_t)v.set.members[i].cell);
		}
	} else {
		open = v.scalar.state == STATE_UNKNOWN;
		if (v.scalar.state == STATE_KNOWN)
			hop_to(h, (uint32_t)v.scalar.cell);
	}
	if (!open || !s->may)
		return;
	for (; (t = hop_seek(h, t, end)) < end; t++) {
		if (is_derived(ev, attribute) ||
		    fact_may_link(ev, attribute, from, t))
			hop_to(h, t);
	}
	hop_to_phantom(h);
}

static void hop_from(const struct hop *h, uint32_t place)
{
	struct evaluator *ev = h->search->ev;
	const struct path_step *step = h->step;
	uint16_t inverse;

	if (!path_place_is(ev, place, step->from))
		return;
	if (is_phantom(ev, place)) {
		hop_to_each(h, place, always_may);
		return;
	}
	if (step->kind == PATH_RELATION) {
		hop_to_each(h, place, relation_has);
		return;
	}
	inverse = ev->tree->schema->attributes.items[step->index].inverse;
	if (!step->inverse)
		hop_by_row(h, step->index, place);
	else if (inverse != SCHEMA_NONE)
		hop_by_row(h, inverse, place);
	else
		hop_to_each(h, place, inverse_has);
}

/* Shows the watcher every move out of a node. */
void search_moves(struct search *s, size_t node,
    const struct watcher *watcher)
{
	uint32_t place = place_of(s, node);
	unsigned state = (unsigned)(node % s->path->states);

	for (uint32_t i = 0; i < s->path->move_count; i++) {
		const struct path_move *m = &s->path->moves[i];
		struct hop hop = { s, watcher, &s->path->steps[m->step], m->to };
		struct arena_mark mark = arena_here(s->ev->scratch);

		if (m->from == state)
			hop_from(&hop, place);
		arena_rollback(s->ev->scratch, mark);
	}
}

/* --- searching ------------------------------------------------------------ */

struct wave {
	struct search *search;
	uint32_t level;
};

/* Those that were reached are skipped, and the way over them is remembered. */
static uint32_t wave_seeks(void *context, uint32_t place, unsigned state,
    uint32_t end)
{
	const struct wave *wave = context;
	struct search *s = wave->search;
	uint32_t found = place;

	while (found < end && s->skips[node_of(s, found, state)])
		found += s->skips[node_of(s, found, state)];
	while (place < found) {
		size_t node = node_of(s, place, state);

		place += s->skips[node];
		s->skips[node] += found - place;
	}
	return found < end ? found : end;
}

/* Room for one more in the queue. */
static void queue_make_room(struct search *s)
{
	struct search_room *room = s->room;
	size_t more = room->queue_room ? 2 * room->queue_room : 256;

	if (s->reached < room->queue_room)
		return;
	room->queue = arena_grow(s->ev->search_rooms->arena, room->queue,
	    room->queue_room * sizeof(*room->queue), more * sizeof(*room->queue));
	room->queue_room = more;
	s->queue = room->queue;
}

static void search_reach(struct search *s, size_t node, uint32_t level)
{
	queue_make_room(s);
	s->levels[node] = level;
	s->skips[node] = 1;
	s->queue[s->reached++] = node;
}

static void wave_takes(void *context, size_t node, const struct path_step *step)
{
	struct wave *wave = context;

	(void)step;
	search_reach(wave->search, node, wave->level);
}

static uint64_t path_nodes(const struct evaluator *ev, const struct path *path)
{
	return ((uint64_t)ev->graph->entity_count +
	    ev->tree->schema->kinds.count) * path->states;
}

struct search_rooms *search_rooms_new(struct arena *arena)
{
	struct search_rooms *rooms = ARENA_NEW(arena, struct search_rooms);

	rooms->arena = arena;
	return rooms;
}

/* OLD, of OLD_COUNT elements of SIZE bytes, with zeros for COUNT; what nobody
 * touches takes no memory. */
static void *room_widen(const struct search_rooms *rooms, void *old, size_t old_count,
    uint64_t count, size_t size)
{
	if (count > SIZE_MAX / size)
		guard_raise("out of memory");
	return arena_grow(rooms->arena, old, old_count * size, (size_t)count * size);
}

static struct search_room *room_enter(struct search_rooms *rooms, uint64_t nodes)
{
	struct search_room *room = rooms->free;

	if (room)
		rooms->free = room->next;
	else
		room = ARENA_NEW(rooms->arena, struct search_room);
	if (room->nodes >= nodes)
		return room;
	room->levels = room_widen(rooms, room->levels, room->nodes, nodes,
	    sizeof(*room->levels));
	room->skips = room_widen(rooms, room->skips, room->nodes, nodes,
	    sizeof(*room->skips));
	room->marks = room_widen(rooms, room->marks, room->nodes, nodes,
	    sizeof(*room->marks));
	room->nodes = (size_t)nodes;
	return room;
}

void search_end(struct search *s)
{
	struct search_rooms *rooms = s->ev->search_rooms;

	for (size_t i = 0; i < s->reached; i++) {
		s->levels[s->queue[i]] = 0;
		s->skips[s->queue[i]] = 0;
		s->marks[s->queue[i]] = false;
	}
	s->reached = 0;
	s->room->next = rooms->free;
	rooms->free = s->room;
}

struct search search_from(struct evaluator *ev, const struct path *path,
    entity_id source, bool may)
{
	struct search_room *room = room_enter(ev->search_rooms,
	    path_nodes(ev, path));
	struct search s = { .ev = ev, .path = path, .may = may,
		.levels = room->levels, .skips = room->skips,
		.marks = room->marks, .queue = room->queue, .room = room };

	search_reach(&s, node_of(&s, source, 0), 1);
	for (size_t i = 0; i < s.reached; i++) {
		struct wave wave = { &s, s.levels[s.queue[i]] + 1 };
		struct watcher watcher = { wave_seeks, wave_takes, &wave };

		search_moves(&s, s.queue[i], &watcher);
	}
	ev->steps += s.reached;
	return s;
}

bool search_accepts(const struct search *s, size_t node)
{
	return s->path->accepting >> (node % s->path->states) & 1;
}

/* The level of the place where a walk may end, 0 if none does. */
uint32_t search_level(const struct search *s, uint32_t place)
{
	uint32_t least = 0;

	for (unsigned state = 0; state < s->path->states; state++) {
		size_t node = node_of(s, place, state);

		if (s->levels[node] && search_accepts(s, node) &&
		    (least == 0 || s->levels[node] < least))
			least = s->levels[node];
	}
	return least;
}

struct set path_target(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct value v = evaluate_expr(ev, env, e->arg[1]);
	struct set_builder b;

	if (v.kind == VALUE_SET)
		return v.set;
	b = members_begin(ev->scratch, e->arg[1]->type,
	    ev->graph->symbols);
	members_add_value(&b, v, e->arg[1]->type.optional, TRUTH_TRUE);
	return members_end(&b);
}

static bool reaches_member(const struct search *s, const struct set *target,
    bool certain)
{
	for (uint32_t i = 0; i < target->count; i++) {
		if ((target->members[i].certain || !certain) &&
		    search_level(s, (uint32_t)target->members[i].cell))
			return true;
	}
	return false;
}

static bool reaches_kind(const struct search *s, uint16_t kind)
{
	for (size_t i = 0; i < s->reached; i++) {
		if (search_accepts(s, s->queue[i]) &&
		    path_place_is(s->ev, place_of(s, s->queue[i]), kind))
			return true;
	}
	return false;
}

static enum truth reaches(struct evaluator *ev, const struct path *path,
    entity_id source, const struct set *target)
{
	struct search must = search_from(ev, path, source, false), may;
	enum truth answer = kleene_of(reaches_member(&must, target, true));

	search_end(&must);
	if (answer == TRUTH_TRUE)
		return answer;
	may = search_from(ev, path, source, true);
	if (reaches_member(&may, target, false) ||
	    (members_has_rest(target) && reaches_kind(&may, target->of.of)))
		answer = TRUTH_UNKNOWN;
	search_end(&may);
	return answer;
}

struct value evaluate_reaches(struct evaluator *ev, struct env *env,
    const struct expr *e)
{
	struct arena_mark mark = arena_here(ev->scratch);
	struct value source = evaluate_expr(ev, env, e->arg[0]);
	enum truth answer = TRUTH_UNKNOWN;

	trace_break(ev->trace);
	if (source.scalar.state == STATE_NONE)
		answer = TRUTH_FALSE;
	if (source.scalar.state == STATE_KNOWN) {
		struct set target = path_target(ev, env, e);

		answer = reaches(ev, e->path, (entity_id)source.scalar.cell,
		    &target);
	}
	arena_rollback(ev->scratch, mark);
	return value_truth(answer);
}

