/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source - the files that were read, and positions in them.
 *
 * A position is a byte range; lines and columns are computed only when they
 * are printed.
 */
#ifndef SCARP_BASE_SOURCE_H
#define SCARP_BASE_SOURCE_H

#include "base/arena.h"

/* Bytes [start, end) of a file; file SOURCE_NONE: nowhere. */
struct span {
	uint32_t file, start, end;
};
#define SOURCE_NONE UINT32_MAX
#define SPAN_NONE ((struct span){ SOURCE_NONE, 0, 0 })

/* 1-based; the column counts code points. */
struct place {
	uint32_t line, column;
};

struct sources;

struct sources *sources_new(struct arena *arena);
/* One that has the files of FROM under the same numbers, and may have others
 * besides; FROM must outlive it. */
struct sources *sources_copy(struct arena *arena, const struct sources *from);
/* Adds a file; NAME is what the user called it.  Both are kept, not copied. */
uint32_t source_add(struct sources *sources, struct str name, struct str bytes);
/*
 * A file whose bytes are read when they are asked for.  READ answers bytes
 * [start, end) of it, START <= END <= length, which live as long as the
 * sources; COPY writes them to TO; POINT tells where block I of BLOCK bytes
 * begins.  Threads may ask at once.
 */
#define SOURCE_BLOCK 1024u
struct source_point {
	struct place place;
	uint32_t line_start;		/* offset of the line that the block begins in */
};
struct source_reader {
	struct str (*read)(void *context, uint32_t start, uint32_t end);
	void (*copy)(void *context, uint32_t start, uint32_t end, char *to);
	struct source_point (*point)(void *context, uint32_t i);
	void *context;
	uint32_t length, block;
};
uint32_t source_add_lazily(struct sources *sources, struct str name,
    const struct source_reader *reader);
/* From now on FILE is such a one, of the same bytes, which may go. */
void source_set_reader(struct sources *sources, uint32_t file,
    const struct source_reader *reader);
/* Where each block of BLOCK bytes begins, one more for what is behind the last
 * whole one. */
struct source_point *source_points(struct arena *arena, struct str bytes,
    uint32_t block);
uint32_t sources_count(const struct sources *sources);
struct str source_name(const struct sources *sources, uint32_t file);
uint32_t source_length(const struct sources *sources, uint32_t file);
/* All of them: of a file that is read when asked for, rather ask for a part. */
struct str source_bytes(const struct sources *sources, uint32_t file);
/* Bytes [start, end), as far as there are any. */
struct str source_part(const struct sources *sources, uint32_t file, size_t start, size_t end);
/* Of OFFSET, a multiple of the blocks of the file. */
struct source_point source_point(const struct sources *sources, uint32_t file,
    uint32_t offset);
struct str source_text(const struct sources *sources, struct span span);
/* Line feed, carriage return and the pair end a line. */
struct place source_place(const struct sources *sources, uint32_t file, uint32_t offset);
/* The bytes of a 1-based line, without its end. */
struct str source_line(const struct sources *sources, uint32_t file, uint32_t line);
/* From the start of A to the end of B (same file). */
struct span span_join(struct span a, struct span b);
static inline bool span_is_none(struct span s) { return s.file == SOURCE_NONE; }

#endif
