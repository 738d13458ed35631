/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines and columns of an offset are found from the nearest checkpoint before
 * it: one every BLOCK bytes, made when a file is first asked about.  A look-up
 * then walks at most one block, whether the file has a million lines or is a
 * gigabyte of JSON on a single one.
 */
#include "base/source.h"

#include <assert.h>

#include "base/vec.h"

#define BLOCK 16384u

struct checkpoint {
	struct place place;
	uint32_t line_start;
};

struct file {
	struct str name, bytes;
	struct checkpoint *checkpoints;	/* NULL: not made yet */
	uint32_t checkpoint_count;
};

struct sources {
	struct arena *arena;
	VEC(struct file *) files;
};

struct sources *sources_new(struct arena *arena)
{
	struct sources *sources = ARENA_NEW(arena, struct sources);

	sources->arena = arena;
	return sources;
}

uint32_t source_add(struct sources *sources, struct str name, struct str bytes)
{
	struct file *file = ARENA_NEW(sources->arena, struct file);

	assert(bytes.length <= UINT32_MAX);
	file->name = name;
	file->bytes = bytes;
	*VEC_PUSH(sources->arena, &sources->files) = file;
	return (uint32_t)sources->files.count - 1;
}

uint32_t sources_count(const struct sources *sources)
{
	return (uint32_t)sources->files.count;
}

static struct file *file_get(const struct sources *sources, uint32_t file)
{
	assert(file < sources->files.count);
	return sources->files.items[file];
}

struct str source_name(const struct sources *sources, uint32_t file)
{
	return file_get(sources, file)->name;
}

struct str source_bytes(const struct sources *sources, uint32_t file)
{
	return file_get(sources, file)->bytes;
}

struct str source_text(const struct sources *sources, struct span span)
{
	if (span_is_none(span))
		return STR("");
	return str_slice(source_bytes(sources, span.file), span.start,
	    span.end);
}

/* Moves AT over the bytes [from, to); a pair of CR and LF counts at its LF. */
static void walk(struct str bytes, struct checkpoint *at, size_t from,
    size_t to)
{
	for (size_t i = from; i < to; i++) {
		unsigned char c = (unsigned char)bytes.at[i];
		bool is_pair = c == '\r' && i + 1 < bytes.length &&
		    bytes.at[i + 1] == '\n';

		if (c == '\n' || (c == '\r' && !is_pair)) {
			at->place.line++;
			at->place.column = 1;
			at->line_start = (uint32_t)i + 1;
		} else if ((c & 0xc0) != 0x80) {
			at->place.column++;
		}
	}
}

static void make_checkpoints(struct arena *arena, struct file *file)
{
	uint32_t count = (uint32_t)(file->bytes.length / BLOCK) + 1;
	struct checkpoint *points, at = { { 1, 1 }, 0 };

	points = ARENA_ARRAY(arena, struct checkpoint, count);
	for (uint32_t i = 0; i < count; i++) {
		points[i] = at;
		if (i + 1 < count)
			walk(file->bytes, &at, (size_t)i * BLOCK,
			    ((size_t)i + 1) * BLOCK);
	}
	file->checkpoint_count = count;
	file->checkpoints = points;
}

static struct file *file_with_checkpoints(const struct sources *sources,
    uint32_t number)
{
	struct file *file = file_get(sources, number);

	if (!file->checkpoints)
		make_checkpoints(sources->arena, file);
	return file;
}

struct place source_place(const struct sources *sources, uint32_t number,
    uint32_t offset)
{
	struct file *file = file_with_checkpoints(sources, number);
	struct checkpoint at;

	if (offset > file->bytes.length)
		offset = (uint32_t)file->bytes.length;
	at = file->checkpoints[offset / BLOCK];
	walk(file->bytes, &at, offset / BLOCK * (size_t)BLOCK, offset);
	return at.place;
}

/* Index of the last checkpoint before LINE begins. */
static uint32_t checkpoint_before(const struct file *file, uint32_t line)
{
	uint32_t low = 0, high = file->checkpoint_count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (file->checkpoints[middle].place.line < line)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct str source_line(const struct sources *sources, uint32_t number,
    uint32_t line)
{
	struct file *file = file_with_checkpoints(sources, number);
	uint32_t point = checkpoint_before(file, line);
	struct checkpoint at = file->checkpoints[point];
	struct str bytes = file->bytes;
	size_t i = point * (size_t)BLOCK, end;

	for (; i < bytes.length && at.place.line < line; i++)
		walk(bytes, &at, i, i + 1);
	if (at.place.line != line)
		return STR("");
	end = at.line_start;
	while (end < bytes.length && bytes.at[end] != '\n' &&
	    bytes.at[end] != '\r')
		end++;
	return str_slice(bytes, at.line_start, end);
}

struct span span_join(struct span a, struct span b)
{
	if (span_is_none(a))
		return b;
	if (span_is_none(b))
		return a;
	assert(a.file == b.file);
	return (struct span){ a.file, a.start, b.end };
}
