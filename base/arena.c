/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A region is a list of chunks, newest first; an allocation is cut from the
 * newest.  A request that does not fit starts a new chunk, so at most half
 * of a region is ever wasted.  What grows beyond LARGE_LEAST gets a mapping of
 * its own, whose pages move when it grows again: nothing is copied or cleared
 * twice, and no former copies stay behind.  Under AddressSanitizer everything that is not
 * handed out is poisoned, with a gap behind each allocation, so that an
 * overrun inside a region is found like one on the heap.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/guard.h"
#include "base/limits.h"
#include "base/pages.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define GAP 16
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define GAP 0
#endif

#define ALIGNMENT alignof(max_align_t)
#define FIRST_CHUNK ((size_t)4096)
#define LAST_SMALL ((size_t)256 << 10)	/* what comes next is a large page */
#define LARGEST_STEP ((size_t)4 << 20)
#define LARGEST_SPARE (256u << 20)
#define LARGE_LEAST ((size_t)1 << 16)

struct chunk {
	struct chunk *older;
	size_t size, used;		/* of bytes[] */
	alignas(max_align_t) char bytes[];
};

/* What has grown large; NULL at AT once it was given back. */
struct large {
	struct large *older;
	char *at;
	size_t size;
	size_t dirty;		/* so many bytes are perhaps not zero */
};

struct deferred {
	struct deferred *older;
	void (*release)(void *item);
	void *item;
};

struct arena {
	struct chunk *newest;
	struct chunk *spare;		/* the largest that was rolled back, or NULL */
	struct large *larges;
	struct large spare_large;	/* likewise */
	struct deferred *deferred;
	size_t next_size;
	size_t handed_out;
	struct arena **place;		/* in the region it ends with, or NULL */
};

/* Regions belong to one thread each; what is counted for all of them does not. */
static _Atomic uint64_t total;

uint64_t arena_total(void)
{
	return total;
}

static void count_chunk(size_t whole)
{
	if (atomic_fetch_add(&total, whole) + whole > limit_get(LIMIT_MEMORY)) {
		atomic_fetch_sub(&total, whole);
		guard_raise(limit_name(LIMIT_MEMORY));
	}
}

static void uncount(size_t whole)
{
	atomic_fetch_sub(&total, whole);
}

static struct chunk *chunk_new(struct chunk *older, size_t size)
{
	struct chunk *chunk;
	size_t whole = sizeof(*chunk) + size;

	if (whole < size)
		guard_raise("out of memory");
	whole = pages_round(whole);
	count_chunk(whole);
	chunk = pages_get(whole);
	if (!chunk) {
		uncount(whole);
		guard_raise("out of memory");
	}
	chunk->older = older;
	chunk->size = whole - sizeof(*chunk);
	chunk->used = 0;
	ASAN_POISON_MEMORY_REGION(chunk->bytes, chunk->size);
	return chunk;
}

/* One that is not counted. */
static void spare_free(struct chunk *chunk)
{
	ASAN_UNPOISON_MEMORY_REGION(chunk->bytes, chunk->size);
	pages_give(chunk, sizeof(*chunk) + chunk->size);
}

static void chunk_free(struct chunk *chunk)
{
	uncount(sizeof(*chunk) + chunk->size);
	spare_free(chunk);
}

/* --- what has grown large ------------------------------------------------- */

static void end_pages(const struct large *large)
{
	if (large->size)
		pages_end(large->at, large->size);
}

static void resize_large(struct large *large, size_t size)
{
	size_t more = size - large->size;
	char *at;

	count_chunk(more);
	at = pages_resize(large->at, large->size, size);
	if (!at) {
		uncount(more);
		guard_raise("out of memory");
	}
	large->at = at;
	large->size = size;
}

/* What is given back is likely to be wanted again: the largest is kept, and
 * not counted until it is. */
static void end_large(struct arena *arena, struct large *large)
{
	struct large *spare = &arena->spare_large, swap = *spare;

	if (!large->at)
		return;
	uncount(large->size);
	if (PAGES_ARE_MAPPED && large->size <= LARGEST_SPARE &&
	    large->size > spare->size) {
		*spare = (struct large){ .at = large->at, .size = large->size,
			.dirty = large->size };
		large->at = swap.at;
		large->size = swap.size;
	}
	end_pages(large);
	large->at = NULL;
	large->size = 0;
}

static void end_larges_down_to(struct arena *arena, const struct large *last)
{
	while (arena->larges != last) {
		struct large *large = arena->larges;

		arena->larges = large->older;
		end_large(arena, large);
	}
}

static struct large *find_large(const struct arena *arena, const char *at)
{
	struct large *large = arena->larges;

	while (large && large->at != at)
		large = large->older;
	return large;
}

static size_t round_up(size_t size)
{
	size_t padded = size + GAP + ALIGNMENT - 1;

	if (padded < size)
		guard_raise("out of memory");
	return padded & ~(ALIGNMENT - 1);
}

/* The region itself stands in its first chunk. */
struct arena *arena_new(void)
{
	struct chunk *chunk = chunk_new(NULL, FIRST_CHUNK - sizeof(*chunk));
	struct arena *arena = (struct arena *)chunk->bytes;

	chunk->used = round_up(sizeof(*arena));
	ASAN_UNPOISON_MEMORY_REGION(arena, sizeof(*arena));
	*arena = (struct arena){ .newest = chunk, .next_size = FIRST_CHUNK };
	return arena;
}

static void free_child(void *item)
{
	arena_free(*(struct arena **)item);
}

struct arena *arena_new_in(struct arena *parent)
{
	struct arena **place = ARENA_NEW(parent, struct arena *);

	arena_defer(parent, free_child, place);
	*place = arena_new();
	(*place)->place = place;
	return *place;
}

static void release_down_to(struct arena *arena, const struct deferred *last)
{
	while (arena->deferred != last) {
		struct deferred *next = arena->deferred;

		arena->deferred = next->older;
		next->release(next->item);
	}
}

void arena_free(struct arena *arena)
{
	struct chunk *chunk;

	if (!arena)
		return;
	release_down_to(arena, NULL);
	if (arena->place)
		*arena->place = NULL;
	end_larges_down_to(arena, NULL);
	end_pages(&arena->spare_large);
	chunk = arena->newest;
	if (arena->spare)
		spare_free(arena->spare);
	while (chunk) {
		struct chunk *older = chunk->older;

		chunk_free(chunk);
		chunk = older;
	}
}

static size_t step_after(size_t step)
{
	if (step == LAST_SMALL)
		return PAGES_HUGE;
	return step < LARGEST_STEP ? 2 * step : step;
}

/* The spare is taken before anything grows: what is rolled back again and again
 * would else get twice as much each time. */
static void start_chunk(struct arena *arena, size_t size)
{
	size_t step = step_after(arena->next_size) - sizeof(struct chunk);

	if (arena->spare && arena->spare->size >= size) {
		count_chunk(sizeof(*arena->spare) + arena->spare->size);
		arena->spare->older = arena->newest;
		arena->newest = arena->spare;
		arena->spare = NULL;
		return;
	}
	arena->next_size = step + sizeof(struct chunk);
	arena->newest = chunk_new(arena->newest, size < step ? step : size);
}

/* What is rolled back is likely to be wanted again: the largest chunk is kept,
 * and not counted until it is. */
static void spare_chunk(struct arena *arena, struct chunk *chunk)
{
	if (chunk->size > LARGEST_SPARE ||
	    (arena->spare && arena->spare->size >= chunk->size)) {
		chunk_free(chunk);
		return;
	}
	if (arena->spare)
		spare_free(arena->spare);
	uncount(sizeof(*chunk) + chunk->size);
	ASAN_POISON_MEMORY_REGION(chunk->bytes, chunk->size);
	chunk->used = 0;
	arena->spare = chunk;
}

void *arena_alloc_raw(struct arena *arena, size_t size)
{
	size_t padded = round_up(size ? size : 1);
	struct chunk *chunk;
	char *at;

	if (padded > arena->newest->size - arena->newest->used)
		start_chunk(arena, padded);
	chunk = arena->newest;
	at = chunk->bytes + chunk->used;
	chunk->used += padded;
	arena->handed_out += size;
	ASAN_UNPOISON_MEMORY_REGION(at, size);
	return at;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	return memset(arena_alloc_raw(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	if (count > SIZE_MAX / size)
		guard_raise("out of memory");
	return arena_alloc(arena, count * size);
}

static bool grow_in_place(struct arena *arena, char *old, size_t old_size,
    size_t new_size)
{
	struct chunk *chunk = arena->newest;
	size_t before = round_up(old_size ? old_size : 1);
	size_t after = round_up(new_size);

	if (!old || old + before != chunk->bytes + chunk->used)
		return false;
	if (after - before > chunk->size - chunk->used)
		return false;
	chunk->used += after - before;
	arena->handed_out += new_size - old_size;
	ASAN_UNPOISON_MEMORY_REGION(old, new_size);
	return true;
}

/* Empty, or what was spared. */
static struct large *new_large(struct arena *arena)
{
	struct large *large = ARENA_NEW(arena, struct large);

	if (arena->spare_large.size) {
		count_chunk(arena->spare_large.size);
		*large = arena->spare_large;
		arena->spare_large = (struct large){ 0 };
	}
	large->older = arena->larges;
	return arena->larges = large;
}

static void *grow_large(struct arena *arena, char *old, size_t old_size,
    size_t new_size)
{
	struct large *large = old ? find_large(arena, old) : NULL;
	size_t size = (new_size + PAGES_STEP - 1) / PAGES_STEP * PAGES_STEP;
	bool is_new = !large;

	if (size < new_size)
		guard_raise("out of memory");
	if (is_new)
		large = new_large(arena);
	if (large->size < size)
		resize_large(large, size);
	if (large->dirty > old_size)
		memset(large->at + old_size, 0, (large->dirty < new_size ?
		    large->dirty : new_size) - old_size);
	if (is_new && old && old_size)
		memcpy(large->at, old, old_size);
	arena->handed_out += new_size - old_size;
	return large->at;
}

void *arena_grow(struct arena *arena, void *old, size_t old_size,
    size_t new_size)
{
	char *grown = old;

	if (old && new_size <= old_size)
		return old;
	if (!grow_in_place(arena, old, old_size, new_size)) {
		if (new_size >= LARGE_LEAST)
			return grow_large(arena, old, old_size, new_size);
		grown = arena_alloc_raw(arena, new_size);
		if (old)
			memcpy(grown, old, old_size);
	}
	memset(grown + old_size, 0, new_size - old_size);
	return grown;
}

struct str arena_copy(struct arena *arena, struct str text)
{
	char *copy = arena_alloc_raw(arena, text.length + 1);

	if (text.length)
		memcpy(copy, text.at, text.length);
	copy[text.length] = '\0';
	return (struct str){ copy, text.length };
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	struct str text;

	va_start(arguments, format);
	text = arena_vprintf(arena, format, arguments);
	va_end(arguments);
	return text;
}

struct str arena_vprintf(struct arena *arena, const char *format,
    va_list arguments)
{
	va_list again;
	char *at;
	int length;

	va_copy(again, arguments);
	/* clang-tidy sees va_copy in the first of several files alone. */
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it was copied */
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		guard_raise("out of memory");
	at = arena_alloc_raw(arena, (size_t)length + 1);
	vsnprintf(at, (size_t)length + 1, format, arguments);
	return (struct str){ at, (size_t)length };
}

void arena_defer(struct arena *arena, void (*release)(void *item), void *item)
{
	struct deferred *deferred = ARENA_NEW(arena, struct deferred);

	*deferred = (struct deferred){ arena->deferred, release, item };
	arena->deferred = deferred;
}

void arena_release(struct arena *arena, void *grown)
{
	struct large *large = grown ? find_large(arena, grown) : NULL;

	if (large)
		end_large(arena, large);
}

struct arena_mark arena_here(struct arena *arena)
{
	return (struct arena_mark){
		arena->newest, arena->newest->used, arena->deferred,
		arena->larges
	};
}

void arena_rollback(struct arena *arena, struct arena_mark mark)
{
	struct chunk *chunk;

	release_down_to(arena, mark.deferred);
	end_larges_down_to(arena, mark.large);
	while (arena->newest != mark.chunk) {
		chunk = arena->newest;
		arena->newest = chunk->older;
		spare_chunk(arena, chunk);
	}
	chunk = arena->newest;
	assert(mark.used <= chunk->used);
	ASAN_POISON_MEMORY_REGION(chunk->bytes + mark.used,
	    chunk->size - mark.used);
	chunk->used = mark.used;
}

size_t arena_used(const struct arena *arena)
{
	return arena->handed_out;
}
