/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines and columns of an offset are found from the nearest checkpoint before
 * it: one every SOURCE_BLOCK bytes, made when a file is first asked about.  A look-up
 * then walks at most one block, whether the file has a million lines or is a
 * gigabyte of JSON on a single one.
 */
#include "base/source.h"

#include <assert.h>

#include "base/vec.h"

struct file {
	struct str name, bytes;
	struct source_point *points;	/* NULL: not made yet */
	const struct source_reader *reader;	/* NULL: the bytes are there */
	uint32_t length;
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

/* Each has its own points: they are made in the region of the sources. */
struct sources *sources_copy(struct arena *arena, const struct sources *from)
{
	struct sources *sources = sources_new(arena);

	for (size_t i = 0; i < from->files.count; i++) {
		struct file *file = ARENA_NEW(arena, struct file);

		*file = *from->files.items[i];
		file->points = NULL;
		*VEC_PUSH(arena, &sources->files) = file;
	}
	return sources;
}

uint32_t source_add(struct sources *sources, struct str name, struct str bytes)
{
	struct file *file = ARENA_NEW(sources->arena, struct file);

	assert(bytes.length <= UINT32_MAX);
	file->name = name;
	file->bytes = bytes;
	file->length = (uint32_t)bytes.length;
	*VEC_PUSH(sources->arena, &sources->files) = file;
	return (uint32_t)sources->files.count - 1;
}

static struct file *file_get(const struct sources *sources, uint32_t file)
{
	assert(file < sources->files.count);
	return sources->files.items[file];
}

void source_set_reader(struct sources *sources, uint32_t file,
    const struct source_reader *reader)
{
	struct file *of = file_get(sources, file);

	of->reader = reader;
	of->length = reader->length;
	of->bytes = STR("");
	of->points = NULL;
}

uint32_t source_add_lazily(struct sources *sources, struct str name,
    const struct source_reader *reader)
{
	uint32_t file = source_add(sources, name, STR(""));

	source_set_reader(sources, file, reader);
	return file;
}

uint32_t sources_count(const struct sources *sources)
{
	return (uint32_t)sources->files.count;
}

struct str source_name(const struct sources *sources, uint32_t file)
{
	return file_get(sources, file)->name;
}

uint32_t source_length(const struct sources *sources, uint32_t file)
{
	return file_get(sources, file)->length;
}

static void clamp(const struct file *file, size_t *start, size_t *end)
{
	if (*end > file->length)
		*end = file->length;
	if (*start > *end)
		*start = *end;
}

static struct str file_part(const struct file *file, size_t start, size_t end)
{
	clamp(file, &start, &end);
	if (!file->reader)
		return str_slice(file->bytes, start, end);
	return file->reader->read(file->reader->context, (uint32_t)start,
	    (uint32_t)end);
}

/* The same to look at for a moment; BUFFER has room for them. */
static struct str look_at(const struct file *file, size_t start, size_t end,
    char *buffer)
{
	if (!file->reader)
		return file_part(file, start, end);
	clamp(file, &start, &end);
	file->reader->copy(file->reader->context, (uint32_t)start, (uint32_t)end,
	    buffer);
	return (struct str){ buffer, end - start };
}

struct str source_bytes(const struct sources *sources, uint32_t file)
{
	return file_part(file_get(sources, file), 0, UINT32_MAX);
}

struct str source_part(const struct sources *sources, uint32_t file, size_t start, size_t end)
{
	return file_part(file_get(sources, file), start, end);
}

struct str source_text(const struct sources *sources, struct span span)
{
	if (span_is_none(span))
		return STR("");
	return source_part(sources, span.file, span.start, span.end);
}

/* --- places --------------------------------------------------------------- */

/* Bytes of a file from BASE on. */
struct window {
	struct str bytes;
	size_t base;
};

#define STRIDE 64

static bool begins(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

/* Line ends, or characters that begin, in STRIDE bytes, behind which there is one
 * more.  Loops of so many turns are made wide by the compiler. */
static uint32_t ends_in_stride(const char *bytes)
{
	uint8_t count = 0;

	for (int i = 0; i < STRIDE; i++)
		count = (uint8_t)(count + ((bytes[i] == '\n') |
		    ((bytes[i] == '\r') & (bytes[i + 1] != '\n'))));
	return count;
}

static uint32_t begins_in_stride(const char *bytes)
{
	uint8_t count = 0;

	for (int i = 0; i < STRIDE; i++)
		count = (uint8_t)(count + begins(bytes[i]));
	return count;
}

/* Whether a line ends with byte I; a pair of CR and LF does at its LF. */
static bool is_end(struct str bytes, size_t i)
{
	bool is_pair = i + 1 < bytes.length && bytes.at[i + 1] == '\n';

	return bytes.at[i] == '\n' || (bytes.at[i] == '\r' && !is_pair);
}

static uint32_t count_ends(struct str bytes, size_t from, size_t to)
{
	uint32_t count = 0;

	for (; to - from > STRIDE; from += STRIDE)
		count += ends_in_stride(bytes.at + from);
	for (; from < to; from++)
		count += is_end(bytes, from);
	return count;
}

static uint32_t count_begins(struct str bytes, size_t from, size_t to)
{
	uint32_t count = 0;

	for (; to - from > STRIDE; from += STRIDE)
		count += begins_in_stride(bytes.at + from);
	for (; from < to; from++)
		count += begins(bytes.at[from]);
	return count;
}

/* Where the line begins that TO is in; FROM, if that is before it. */
static size_t line_before(struct str bytes, size_t from, size_t to)
{
	const char *end;

	assert(bytes.at);	/* a line ends there */
	end = memrchr(bytes.at + from, '\n', to - from);
	if (end)
		from = (size_t)(end - bytes.at) + 1;
	/* A CR there may have its LF at TO. */
	if (to > from && !is_end(bytes, to - 1))
		to--;
	end = memrchr(bytes.at + from, '\r', to - from);
	return end ? (size_t)(end - bytes.at) + 1 : from;
}

/* Moves AT over the bytes [from, to) of the file; because of pairs the byte at TO
 * must be there, too, when the file has it. */
static void walk(const struct window *window, struct source_point *at, size_t from,
    size_t to)
{
	struct str bytes = window->bytes;
	size_t first = from - window->base, end = to - window->base;
	uint32_t ends = count_ends(bytes, first, end);

	if (ends) {
		first = line_before(bytes, first, end);
		at->place.line += ends;
		at->place.column = 1;
		at->line_start = (uint32_t)(window->base + first);
	}
	at->place.column += count_begins(bytes, first, end);
}

/* Bytes between its points. */
static uint32_t block_of(const struct file *file)
{
	return file->reader ? file->reader->block : SOURCE_BLOCK;
}

static uint32_t point_count(const struct file *file)
{
	return file->length / block_of(file) + 1;
}

struct source_point *source_points(struct arena *arena, struct str bytes,
    uint32_t block)
{
	const struct window window = { bytes, 0 };
	size_t count = bytes.length / block + 1;
	struct source_point *points = ARENA_ARRAY(arena, struct source_point, count);
	struct source_point at = { { 1, 1 }, 0 };

	for (size_t i = 0; i < count; i++) {
		points[i] = at;
		if (i + 1 < count)
			walk(&window, &at, i * block, (i + 1) * block);
	}
	return points;
}

static struct source_point point_at(const struct sources *sources, struct file *file,
    uint32_t i)
{
	if (file->reader)
		return file->reader->point(file->reader->context, i);
	if (!file->points)
		file->points = source_points(sources->arena, file->bytes, SOURCE_BLOCK);
	return file->points[i];
}

struct source_point source_point(const struct sources *sources, uint32_t file,
    uint32_t offset)
{
	struct file *of = file_get(sources, file);

	return point_at(sources, of, offset / block_of(of));
}

/* Bytes that are looked at for a moment. */
#define STEP ((size_t)4096)

struct place source_place(const struct sources *sources, uint32_t number,
    uint32_t offset)
{
	struct file *file = file_get(sources, number);
	char buffer[STEP + 1];
	struct source_point at;
	struct window window;

	if (offset > file->length)
		offset = file->length;
	at = point_at(sources, file, offset / block_of(file));
	for (size_t i = offset / block_of(file) * (size_t)block_of(file), end; i < offset;
	    i = end) {
		end = i + STEP < offset ? i + STEP : offset;
		window.base = i;
		window.bytes = look_at(file, i, end + 1, buffer);
		walk(&window, &at, i, end);
	}
	return at.place;
}

/* Index of the last point before LINE begins. */
static uint32_t point_before(const struct sources *sources, struct file *file,
    uint32_t line)
{
	uint32_t low = 0, high = point_count(file);

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (point_at(sources, file, middle).place.line < line)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Where a line ends that starts at START. */
static size_t line_end(const struct file *file, size_t start)
{
	char buffer[SOURCE_BLOCK];
	size_t end = start;

	while (end < file->length) {
		struct str bytes = look_at(file, end, end + SOURCE_BLOCK, buffer);

		for (size_t i = 0; i < bytes.length; i++, end++)
			if (bytes.at[i] == '\n' || bytes.at[i] == '\r')
				return end;
	}
	return end;
}

struct str source_line(const struct sources *sources, uint32_t number,
    uint32_t line)
{
	struct file *file = file_get(sources, number);
	uint32_t point = point_before(sources, file, line);
	struct source_point at = point_at(sources, file, point);
	size_t i = point * (size_t)block_of(file);
	struct window window;

	window.base = i;
	window.bytes = file_part(file, i, i + 2 * (size_t)block_of(file) + 1);
	for (; i < window.base + window.bytes.length && at.place.line < line; i++)
		walk(&window, &at, i, i + 1);
	if (at.place.line != line)
		return STR("");
	return file_part(file, at.line_start, line_end(file, at.line_start));
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
