/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/scratch.h"

#include "base/vec.h"

#define FIRST_CHUNK (32u << 10)
#define LARGEST_STEP (1u << 20)

struct scratch_chunk {
	char *at;
	size_t size;
};

struct scratch {
	struct arena *arena, *region;
	struct arena_mark mark;
	VEC(struct scratch_chunk) chunks;
	size_t current, used;		/* chunks before it are full */
	size_t step;			/* size of the next one */
};

static void release(void *region)
{
	arena_free(region);
}

struct scratch *scratch_new(struct arena *arena)
{
	struct scratch *scratch = ARENA_NEW(arena, struct scratch);

	scratch->arena = arena;
	scratch->step = FIRST_CHUNK;
	scratch->region = arena_new();
	arena_defer(arena, release, scratch->region);
	scratch->mark = arena_here(scratch->region);
	return scratch;
}

#if defined(__SANITIZE_ADDRESS__)

/* From a region, whose gaps show an overrun. */
void *scratch_get(struct scratch *scratch, size_t size)
{
	return arena_alloc_raw(scratch->region, size);
}

#else

/* The next chunk with room for SIZE bytes; a new one stands before the
 * smaller ones, which stay for smaller requests. */
static void next_chunk(struct scratch *scratch, size_t size)
{
	struct scratch_chunk chunk = { NULL, scratch->step };
	size_t i = scratch->current;

	scratch->used = 0;
	while (i < scratch->chunks.count && scratch->chunks.items[i].size < size)
		i++;
	if (i < scratch->chunks.count) {
		chunk = scratch->chunks.items[i];
	} else {
		if (chunk.size < size)
			chunk.size = size;
		chunk.at = arena_alloc_raw(scratch->arena, chunk.size);
		if (scratch->step < LARGEST_STEP)
			scratch->step *= 2;
		VEC_PUSH(scratch->arena, &scratch->chunks);
	}
	memmove(scratch->chunks.items + scratch->current + 1,
	    scratch->chunks.items + scratch->current,
	    (i - scratch->current) * sizeof(chunk));
	scratch->chunks.items[scratch->current] = chunk;
}

void *scratch_get(struct scratch *scratch, size_t size)
{
	size_t padded = (size + 63) & ~(size_t)63;
	char *at;

	if (scratch->current == scratch->chunks.count ||
	    padded > scratch->chunks.items[scratch->current].size - scratch->used) {
		if (scratch->current < scratch->chunks.count)
			scratch->current++;
		next_chunk(scratch, padded);
	}
	at = scratch->chunks.items[scratch->current].at + scratch->used;
	scratch->used += padded;
	return at;
}

#endif

struct arena *scratch_arena(struct scratch *scratch)
{
	return scratch->region;
}

void scratch_reset(struct scratch *scratch)
{
	arena_rollback(scratch->region, scratch->mark);
	scratch->current = 0;
	scratch->used = 0;
}
