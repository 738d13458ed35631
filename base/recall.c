/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places are asked for far more often than texts: their blocks go through a few
 * buffers, and nothing stays.  Texts are copied to stay.  Threads that make a
 * report ask one at a time.
 */
#include "base/recall.h"

#include <pthread.h>

#include "base/guard.h"
#include "base/intern.h"
#include "base/io.h"

#define BLOCK 4096u
#define BUFFERS 8u

struct recall {
	struct source_reader reader;
	struct arena *arena;		/* of what stays */
	const char *path;
	const struct io_input *input;
	uint64_t *sums;			/* per block */
	struct source_point *points;	/* likewise */
	const char *whole;		/* once all of it was asked for */
	pthread_mutex_t lock;
	uint32_t held[BUFFERS];		/* the block in each, or none */
	char buffers[BUFFERS][BLOCK];
};

#define NONE UINT32_MAX

static size_t block_size(const struct recall *r, uint32_t i)
{
	size_t left = r->reader.length - (size_t)i * BLOCK;

	return left < BLOCK ? left : BLOCK;
}

static const char *block_at(struct recall *r, uint32_t i)
{
	char *buffer = r->buffers[i % BUFFERS];
	size_t size = block_size(r, i);
	struct str why;

	if (r->held[i % BUFFERS] == i)
		return buffer;
	r->held[i % BUFFERS] = NONE;
	if (!io_read_at(r->arena, r->input, (uint64_t)i * BLOCK, buffer, size,
	    &why))
		guard_raise(arena_printf(r->arena, "%s cannot be read again: %.*s",
		    r->path, STR_ARG(why)).at);
	if (hash_bytes(buffer, size) != r->sums[i])
		guard_raise(arena_printf(r->arena, "%s has changed since it was read",
		    r->path).at);
	r->held[i % BUFFERS] = i;
	return buffer;
}

static void copy_part(struct recall *r, uint32_t start, uint32_t end, char *to)
{
	while (start < end) {
		uint32_t i = start / BLOCK, at = start % BLOCK;
		uint32_t now = BLOCK - at < end - start ? BLOCK - at : end - start;

		memcpy(to, block_at(r, i) + at, now);
		to += now;
		start += now;
	}
}

/* Bytes to stay, with the padding that readers are promised. */
static const char *keep_part(struct recall *r, uint32_t start, uint32_t end)
{
	size_t length = end - start;
	bool is_whole = length == r->reader.length;
	char *kept;

	if (r->whole)
		return r->whole + start;
	kept = arena_alloc_raw(r->arena, length + IO_PADDING);
	memset(kept + length, 0, IO_PADDING);
	copy_part(r, start, end, kept);
	if (is_whole)
		r->whole = kept;
	return kept;
}

struct request {
	uint32_t start, end;
	char *to;		/* where to copy; NULL: */
	const char *kept;	/* the answer stays here */
};

/* A lock is not left by a raise. */
static void serve(struct recall *r, struct request *request)
{
	struct guard guard;

	pthread_mutex_lock(&r->lock);
	if (!GUARD_SET(&guard)) {
		pthread_mutex_unlock(&r->lock);
		guard_raise(guard_reason());
	}
	if (request->to)
		copy_part(r, request->start, request->end, request->to);
	else
		request->kept = keep_part(r, request->start, request->end);
	guard_clear(&guard);
	pthread_mutex_unlock(&r->lock);
}

static struct str read_bytes(void *context, uint32_t start, uint32_t end)
{
	struct request request = { start, end, NULL, "" };

	if (start < end)
		serve(context, &request);
	return (struct str){ request.kept, end - start };
}

static void copy_bytes(void *context, uint32_t start, uint32_t end, char *to)
{
	struct request request = { start, end, to, NULL };

	serve(context, &request);
}

static struct source_point read_point(void *context, uint32_t i)
{
	const struct recall *r = context;

	return r->points[i];
}

static void end_recall(void *item)
{
	struct recall *r = item;

	pthread_mutex_destroy(&r->lock);
}

static void add_up(struct arena *arena, struct recall *r, const char *bytes)
{
	uint32_t count = r->reader.length / BLOCK + 1;

	r->sums = ARENA_ARRAY(arena, uint64_t, count);
	for (uint32_t i = 0; i < count; i++)
		r->sums[i] = hash_bytes(bytes + (size_t)i * BLOCK,
		    block_size(r, i));
}

bool recall_file(struct arena *arena, struct sources *sources, uint32_t file,
    const char *path)
{
	struct str bytes = source_bytes(sources, file), why;
	struct arena_mark before = arena_here(arena);
	struct recall *r = ARENA_NEW(arena, struct recall);
	uint64_t size;

	r->input = io_open(arena, path, &size, &why);
	if (!r->input || size != bytes.length) {
		arena_rollback(arena, before);
		return false;
	}
	r->reader = (struct source_reader){ read_bytes, copy_bytes, read_point, r,
		(uint32_t)bytes.length, BLOCK };
	r->arena = arena_new_in(arena);
	r->path = path;
	memset(r->held, 0xff, sizeof(r->held));
	r->points = source_points(arena, bytes, BLOCK);
	add_up(arena, r, bytes.at);
	pthread_mutex_init(&r->lock, NULL);
	arena_defer(arena, end_recall, r);
	source_set_reader(sources, file, &r->reader);
	return true;
}
