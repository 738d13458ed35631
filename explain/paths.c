/* SPDX-License-Identifier: Apache-2.0 */
/* REACHES: two breadth-first searches, one over certain moves, one over all
 * that may be. */
#include "explain/paths.h"

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

static void search_reach(struct search *s, size_t node, uint32_t level)
{
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

size_t path_nodes(const struct evaluator *ev, const struct path *path)
{
	return ((size_t)ev->graph->entity_count +
	    ev->tree->schema->kinds.count) * path->states;
}

struct search search_from(struct evaluator *ev, const struct path *path,
    entity_id source, bool may)
{
	size_t nodes = path_nodes(ev, path);
	struct search s = { .ev = ev, .path = path, .may = may };

	s.levels = ARENA_ARRAY(ev->scratch, uint32_t, nodes);
	s.skips = ARENA_ARRAY(ev->scratch, uint32_t, nodes);
	s.queue = ARENA_ARRAY(ev->scratch, size_t, nodes);
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

	if (reaches_member(&must, target, true))
		return TRUTH_TRUE;
	may = search_from(ev, path, source, true);
	if (reaches_member(&may, target, false))
		return TRUTH_UNKNOWN;
	return members_has_rest(target) && reaches_kind(&may, target->of.of)
	    ? TRUTH_UNKNOWN : TRUTH_FALSE;
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

