/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attribute by attribute is decided and written, by all members of a crew: a
 * pair of inverses by one of them.  What each found beside is gathered in an
 * order in which it does not show who found it.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/crew.h"
#include "inventory/merge.h"
#include "inventory/read.h"

/* --- one attribute or pair ---------------------------------------------------- */

/* The inverse with which an attribute forms pairs, or SCHEMA_NONE. */
static uint16_t partner_of(const struct merge *m, uint16_t attribute)
{
	const struct schema *schema = m->facts->schema;
	const struct schema_attribute *a = merge_attribute(m, attribute), *b;

	if (a->type.tag != TYPE_ENTITY || a->inverse == SCHEMA_NONE)
		return SCHEMA_NONE;
	b = merge_attribute(m, a->inverse);
	return schema_is_a(schema, a->type.of, b->kind) &&
	    schema_is_a(schema, b->type.of, a->kind) ? a->inverse :
	    SCHEMA_NONE;
}

static void decide_pair(struct merge *m, uint16_t attribute, uint16_t partner)
{
	struct side a = merge_side(m, attribute, partner), b;

	if (partner == attribute) {
		merge_pairs(m, &a, &a);
	} else {
		b = merge_side(m, partner, attribute);
		merge_pairs(m, &a, &b);
		merge_write(m, &b);
	}
	merge_write(m, &a);
}

static void decide_attribute(struct merge *m, uint16_t attribute)
{
	uint16_t partner = partner_of(m, attribute);
	struct arena_mark mark = arena_here(m->scratch);

	if (merge_attribute(m, attribute)->derived ||
	    !graph_holds(m->graph, attribute))
		return;
	if (partner == SCHEMA_NONE &&
	    !merge_attribute(m, attribute)->type.set && !merge_is_owner(
	    m->facts->schema, merge_attribute(m, attribute))) {
		merge_column(m, attribute);
	} else if (partner == SCHEMA_NONE) {
		struct side side = merge_side(m, attribute, SCHEMA_NONE);

		merge_write(m, &side);
	} else if (partner >= attribute) {
		decide_pair(m, attribute, partner);
	}
	arena_rollback(m->scratch, mark);
}

/* What is used up makes room for the graph. */
static void release_stream(struct merge *m, uint16_t attribute)
{
	struct stream *stream = facts_of(m->facts, attribute);

	arena_release(m->facts->arena, stream->facts);
	stream->count = 0;
}

/* The facts of an attribute that was decided, with those of its inverse. */
static void release_facts(struct merge *m, uint16_t attribute)
{
	uint16_t partner = partner_of(m, attribute);

	release_stream(m, attribute);
	if (partner != SCHEMA_NONE && partner != attribute)
		release_stream(m, partner);
}

struct dispute_place {
	const struct dispute *dispute;
	size_t order;
};

static int by_place(const void *left, const void *right)
{
	const struct dispute_place *a = left, *b = right;

	if (a->dispute->attribute != b->dispute->attribute)
		return a->dispute->attribute < b->dispute->attribute ? -1 : 1;
	if (a->dispute->entity != b->dispute->entity)
		return a->dispute->entity < b->dispute->entity ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

/* By attribute and entity: in which order drafts were made, and by whom it was
 * decided, does not show. */
static void gather_disputes(struct merge *m, const struct merge *members,
    unsigned count)
{
	VEC(struct dispute_place) places = { 0 };

	for (unsigned k = 0; k < count; k++)
		for (size_t i = 0; i < members[k].disputes.count; i++)
			*VEC_PUSH(m->scratch, &places) = (struct dispute_place){
				&members[k].disputes.items[i], i };
	if (places.count)
		qsort(places.items, places.count, sizeof(*places.items),
		    by_place);
	for (size_t i = 0; i < places.count; i++)
		*VEC_PUSH(m->arena, &m->graph->disputes) =
		    *places.items[i].dispute;
}

static void gather_longs(struct merge *m)
{
	struct graph *graph = m->graph;
	const struct facts *facts = m->facts;

	for (size_t i = 0; i < facts->longs.count; i++)
		*VEC_PUSH(m->arena, &graph->longs) = facts->longs.items[i];
	for (size_t i = 0; i < m->longs.count; i++)
		*VEC_PUSH(m->arena, &graph->longs) = m->longs.items[i];
	if (graph->longs.count)
		qsort(graph->longs.items, graph->longs.count,
		    sizeof(*graph->longs.items), span_compare);
}

static void finish_graph(struct merge *m, const struct merge *members,
    unsigned count)
{
	const struct facts *facts = m->facts;

	gather_disputes(m, members, count);
	gather_longs(m);
	for (size_t i = 0; i < facts->speakers.count; i++)
		*VEC_PUSH(m->arena, &m->graph->speakers) =
		    facts->speakers.items[i];
}

/* --- by a crew ---------------------------------------------------------------- */

struct turn {
	uint16_t attribute;	/* the first of a pair */
	uint64_t facts;
};

struct work {
	struct crew *crew;
	struct merge *members;	/* each with regions of its own */
	struct turn *turns;	/* those with the most facts first */
	size_t count;
	_Atomic size_t next;
};

static uint32_t count_facts(const struct merge *m, uint16_t attribute)
{
	return facts_of(m->facts, attribute)->count;
}

static int by_facts(const void *left, const void *right)
{
	const struct turn *a = left, *b = right;

	if (a->facts != b->facts)
		return a->facts > b->facts ? -1 : 1;
	return (a->attribute > b->attribute) - (a->attribute < b->attribute);
}

static uint64_t find_turns(struct merge *m, struct work *work)
{
	size_t count = m->facts->schema->attributes.count;
	uint64_t all = 0;

	work->turns = ARENA_ARRAY(m->scratch, struct turn, count);
	for (size_t i = 0; i < count; i++) {
		uint16_t attribute = (uint16_t)i, partner = partner_of(m, attribute);
		struct turn turn = { attribute, count_facts(m, attribute) };

		if (partner != SCHEMA_NONE && partner < attribute)
			continue;
		if (partner != SCHEMA_NONE && partner != attribute)
			turn.facts += count_facts(m, partner);
		work->turns[work->count++] = turn;
		all += turn.facts;
	}
	qsort(work->turns, work->count, sizeof(*work->turns), by_facts);
	return all;
}

struct release {
	struct merge *merge;
	uint16_t attribute;
};

static void release_alone(void *context)
{
	struct release *release = context;

	release_facts(release->merge, release->attribute);
}

/* The region of the facts is of all members. */
static void give_back(struct work *work, struct merge *m, uint16_t attribute)
{
	struct release release = { m, attribute };

	if (work->crew)
		crew_alone(work->crew, release_alone, &release);
	else
		release_alone(&release);
}

static void decide_some(void *context, unsigned member)
{
	struct work *work = context;
	struct merge *m = &work->members[member];
	size_t i;

	while (!crew_has_failed(work->crew) &&
	    (i = atomic_fetch_add(&work->next, 1)) < work->count) {
		decide_attribute(m, work->turns[i].attribute);
		if (m->facts->once)
			give_back(work, m, work->turns[i].attribute);
	}
}

static void prepare_member(const struct merge *m, struct merge *to)
{
	size_t words = BITS_WORDS(m->facts->drafts.count);

	*to = *m;
	to->arena = arena_new_in(m->arena);
	to->scratch = arena_new_in(m->scratch);
	to->seen = ARENA_ARRAY(to->scratch, uint64_t, words);
}

void merge_decide(struct merge *m)
{
	struct work work = { 0 };
	uint64_t count = find_turns(m, &work);
	unsigned size;

	work.crew = load_crew(m->facts, count * sizeof(struct kept_fact));
	size = crew_size(work.crew);
	work.members = ARENA_ARRAY(m->scratch, struct merge, size);
	merge_assume(m);
	facts_settle(m->facts);
	work.members[0] = *m;
	for (unsigned i = 1; i < size; i++)
		prepare_member(m, &work.members[i]);
	crew_do(work.crew, decide_some, &work);
	merge_conclude(&work.members[0]);
	finish_graph(m, work.members, size);
}
