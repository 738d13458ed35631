/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The passes of a merge: references are checked, it is decided which entities
 * there are, they are numbered, and then attribute by attribute is decided and
 * written.
 */
#include "inventory/merge.h"

static void release_identities(struct facts *facts)
{
	if (!facts->once)
		return;
	arena_release(facts->arena, facts->identities.slots);
	arena_release(facts->arena, facts->named.items);
}

static struct graph *new_graph(struct facts *facts, struct arena *arena)
{
	const struct schema *schema = facts->schema;
	struct graph *graph = ARENA_NEW(arena, struct graph);

	graph->schema = schema;
	graph->sources = diagnostics_sources(facts->all);
	graph->symbols = facts->symbols;
	graph->arena = arena;
	graph->extents = ARENA_ARRAY(arena, struct extent,
	    schema->kinds.count);
	graph->columns = ARENA_ARRAY(arena, struct column,
	    schema->attributes.count);
	graph->links = ARENA_ARRAY(arena, struct link,
	    schema->attributes.count);
	for (size_t i = 0; i < facts->sources.count; i++)
		*VEC_PUSH(arena, &graph->provenances) =
		    facts->sources.items[i].provenance;
	graph->has_as_of = facts->options->has_as_of;
	graph->as_of = facts->options->as_of;
	graph->footprint = facts->options->footprint;
	return graph;
}

struct graph *facts_merge(struct facts *facts, struct arena *arena)
{
	struct merge m = { .facts = facts, .arena = arena,
		.scratch = facts->scratch };
	struct arena_mark mark = arena_here(facts->scratch);

	if (!merge_check(facts))
		return NULL;
	release_identities(facts);
	m.graph = new_graph(facts, arena);
	m.seen = ARENA_ARRAY(m.scratch, uint64_t,
	    BITS_WORDS(facts->drafts.count));
	merge_number_entities(&m);
	merge_decide(&m);
	arena_rollback(facts->scratch, mark);
	return m.graph;
}
