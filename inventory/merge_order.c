/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of an attribute by their entities.  One file says all of an entity
 * in one place, so mostly they stand in that order already.
 */
#include "inventory/merge.h"

static draft_id entity_of(const struct stream *stream, uint32_t i)
{
	return fact_kept(stream, i)->entity;
}

/* Do the facts of each entity stand together?  Nothing is dead. */
static bool is_grouped(struct merge *m, const struct stream *stream)
{
	bool is_good = true;
	uint32_t i = 0, end;

	while (i < stream->count && is_good) {
		draft_id entity = entity_of(stream, i);

		is_good = !bit_get(m->seen, entity);
		bit_set(m->seen, entity);
		while (i < stream->count && entity_of(stream, i) == entity)
			i++;
	}
	for (end = i, i = 0; i < end; i++)
		m->seen[entity_of(stream, i) / 64] = 0;
	return is_good;
}

static uint32_t living(const struct stream *stream, uint32_t *order)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < stream->count; i++)
		if (!fact_is_dead(stream, i))
			order[count++] = i;
	return count;
}

/* Stable, by the draft's number: eight bits at a time. */
static uint32_t *sort_by_entity(struct merge *m, const struct stream *stream,
    uint32_t *order, uint32_t count)
{
	uint32_t *other = arena_alloc_raw(m->scratch,
	    count * sizeof(*other) + 1);
	size_t drafts = m->facts->drafts.count;

	for (unsigned shift = 0; shift < 32 && (drafts - 1) >> shift;
	    shift += 8) {
		uint32_t next[257] = { 0 }, *swap = order;

		for (uint32_t i = 0; i < count; i++)
			next[(entity_of(stream, order[i]) >> shift & 255) + 1]++;
		for (int i = 0; i < 256; i++)
			next[i + 1] += next[i];
		for (uint32_t i = 0; i < count; i++)
			other[next[entity_of(stream, order[i]) >> shift &
			    255]++] = order[i];
		order = other;
		other = swap;
	}
	return order;
}

uint32_t merge_order_of(struct merge *m, uint16_t attribute,
    uint32_t *order, uint32_t count)
{
	m->order = count ? sort_by_entity(m, facts_of(m->facts, attribute),
	    order, count) : order;
	return count;
}

uint32_t merge_order(struct merge *m, uint16_t attribute)
{
	const struct stream *stream = facts_of(m->facts, attribute);
	uint32_t *order, count;

	m->order = NULL;
	if (stream->count == 0 ||
	    (stream->dead.count == 0 && is_grouped(m, stream)))
		return stream->count;
	order = arena_alloc_raw(m->scratch, stream->count * sizeof(*order));
	count = living(stream, order);
	return merge_order_of(m, attribute, order, count);
}

uint32_t merge_group(const struct merge *m, uint16_t attribute, uint32_t from,
    uint32_t end)
{
	draft_id entity = merge_fact(m, attribute, from)->entity;
	uint32_t i = from + 1;

	while (i < end && merge_fact(m, attribute, i)->entity == entity)
		i++;
	return i;
}
