/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is read of a .scarpg when it is asked for: where facts stand, and the
 * bytes of the files they stand in.  A block is read into memory of our own,
 * checked, and kept.  What is wrong raises: the run ends, and says which
 * invariant is broken.  Threads that make a report ask one at a time.
 */
#include "base/guard.h"
#include "vm/snapshot_open.h"

static _Noreturn void refuse(struct snapshot *s, enum snapshot_invariant invariant,
    const char *words)
{
	guard_raise(arena_printf(s->cold, "the snapshot is damaged, or has changed: "
	    "invariant %d (%s): %s", (int)invariant,
	    snapshot_invariant_text(invariant), words).at);
}

static const char *block_at(struct snapshot *s, uint64_t i)
{
	uint64_t start = s->cold_start + i * SNAPSHOT_BLOCK;
	uint64_t left = s->length - start;
	size_t size = left < SNAPSHOT_BLOCK ? (size_t)left : SNAPSHOT_BLOCK;
	const uint64_t *sums = snapshot_array(s, SECTION_SUMS, 0);
	struct str why;
	char *block;

	if (!s->blocks)
		s->blocks = ARENA_ARRAY(s->cold, char *,
		    snapshot_count(s, SECTION_SUMS, 0));
	if (s->blocks[i])
		return s->blocks[i];
	block = arena_alloc_raw(s->cold, SNAPSHOT_BLOCK);
	if (!io_read_at(s->cold, s->file, start, block, size, &why))
		refuse(s, HOLDS_BLOCK, arena_copy(s->cold, why).at);
	if (snapshot_sum(block, size) != sums[i])
		refuse(s, HOLDS_BLOCK, "a block is not what it was");
	s->blocks[i] = block;
	return block;
}

/* Where SIZE bytes at OFFSET of the file stand in memory, copied together when
 * they are in more than one block. */
static const char *cold_at(struct snapshot *s, uint64_t offset, size_t size)
{
	uint64_t from = offset - s->cold_start, at = from % SNAPSHOT_BLOCK;
	char *whole;

	if (at + size <= SNAPSHOT_BLOCK)
		return block_at(s, from / SNAPSHOT_BLOCK) + at;
	whole = arena_alloc_raw(s->cold, size);
	for (size_t done = 0; done < size;) {
		size_t now = (size_t)(SNAPSHOT_BLOCK - (from + done) % SNAPSHOT_BLOCK);

		if (now > size - done)
			now = size - done;
		memcpy(whole + done, block_at(s, (from + done) / SNAPSHOT_BLOCK) +
		    (from + done) % SNAPSHOT_BLOCK, now);
		done += now;
	}
	return whole;
}

/* --- places -------------------------------------------------------------- */

static struct origin origin_of(struct snapshot *s, uint64_t place)
{
	uint32_t start = (uint32_t)(place >> 32), number = (uint32_t)place;
	const uint32_t *shape = s->shapes + (size_t)number * SHAPE_FIELDS;
	size_t provenances = snapshot_count(s, SECTION_PROVENANCES, 0) / PROVENANCE_FIELDS;
	uint64_t words[PLACE_FIELDS];

	if (number >= s->shape_count)
		refuse(s, HOLDS_PLACES, "there is no such shape");
	words[PLACE_FILE] = shape[SHAPE_FILE];
	words[PLACE_START] = start;
	words[PLACE_END] = (uint64_t)start + shape[SHAPE_LENGTH];
	if (!snapshot_place_fits(s, words) || (shape[SHAPE_PROVENANCE] &&
	    shape[SHAPE_PROVENANCE] >= provenances))
		refuse(s, HOLDS_PLACES, "it is in no file, or of no source");
	return (struct origin){ snapshot_span(s, words), shape[SHAPE_PROVENANCE] };
}

static struct origin look_up(struct snapshot *s, enum section section, size_t at, uint32_t i)
{
	const struct entry *e = snapshot_entry(s, section, at);
	uint64_t place;

	memcpy(&place, cold_at(s, e->offset + (uint64_t)i * sizeof(place), sizeof(place)),
	    sizeof(place));
	snapshot_swap(&place, 1, sizeof(place));
	return origin_of(s, place);
}

/* A lock is not left by a raise. */
static struct origin place_at(struct snapshot *s, enum section section, size_t at, uint32_t i)
{
	struct origin origin;
	struct guard guard;

	pthread_mutex_lock(&s->lock);
	if (!GUARD_SET(&guard)) {
		pthread_mutex_unlock(&s->lock);
		guard_raise(guard_reason());
	}
	origin = look_up(s, section, at, i);
	guard_clear(&guard);
	pthread_mutex_unlock(&s->lock);
	return origin;
}

static size_t number_of(const struct snapshot *s, size_t attribute)
{
	size_t at = 0;

	while (s->stored.attributes[at] != attribute)
		at++;
	return at;
}

struct origin snapshot_entity_origin(struct snapshot *s, entity_id id)
{
	return place_at(s, SECTION_ENTITY_PLACES, 0, id);
}

struct origin snapshot_column_origin(struct snapshot *s, const struct column *c, uint32_t row)
{
	return place_at(s, SECTION_COLUMN_PLACES,
	    number_of(s, (size_t)(c - s->graph->columns)), row);
}

struct origin snapshot_link_origin(struct snapshot *s, const struct link *l, uint32_t element)
{
	return place_at(s, SECTION_LINK_PLACES,
	    number_of(s, (size_t)(l - s->graph->links)), element);
}

struct origin snapshot_row_origin(struct snapshot *s, const struct link *l, uint32_t row)
{
	return place_at(s, SECTION_ROW_PLACES,
	    number_of(s, (size_t)(l - s->graph->links)), row);
}

/* --- files --------------------------------------------------------------- */

struct cold_file {
	struct source_reader reader;
	struct snapshot *snapshot;
	uint64_t start;			/* of its bytes in the file */
	const uint64_t *points;
};

static struct str read_file(void *context, uint32_t start, uint32_t end)
{
	struct cold_file *file = context;
	struct snapshot *s = file->snapshot;
	struct guard guard;
	struct str bytes;

	if (start == end)
		return STR("");
	pthread_mutex_lock(&s->lock);
	if (!GUARD_SET(&guard)) {
		pthread_mutex_unlock(&s->lock);
		guard_raise(guard_reason());
	}
	bytes = (struct str){ cold_at(s, file->start + start, end - start), end - start };
	guard_clear(&guard);
	pthread_mutex_unlock(&s->lock);
	return bytes;
}

static void copy_file(void *context, uint32_t start, uint32_t end, char *to)
{
	struct str bytes = read_file(context, start, end);

	memcpy(to, bytes.at, bytes.length);
}

static struct source_point read_point(void *context, uint32_t i)
{
	const struct cold_file *file = context;
	const uint64_t *at = file->points + (size_t)i * BLOCK_FIELDS;

	return (struct source_point){ { (uint32_t)at[BLOCK_LINE],
		(uint32_t)at[BLOCK_COLUMN] }, (uint32_t)at[BLOCK_LINE_START] };
}

void snapshot_add_files(struct snapshot *s, struct sources *sources)
{
	const struct entry *bytes = snapshot_entry(s, SECTION_SOURCE_BYTES, 0);
	const uint64_t *points = s->points;

	s->first_file = sources_count(sources);
	for (uint32_t i = 0; i < s->file_count; i++) {
		const uint64_t *fields = s->files + (size_t)i * SOURCE_FIELDS;
		struct cold_file *file = ARENA_NEW(s->arena, struct cold_file);
		uint32_t length = (uint32_t)fields[SOURCE_LENGTH];

		*file = (struct cold_file){ { read_file, copy_file, read_point, file, length,
			SNAPSHOT_LINES }, s,
			(bytes ? bytes->offset : 0) + fields[SOURCE_START], points };
		points += (size_t)(length / SNAPSHOT_LINES + 1) * BLOCK_FIELDS;
		source_add_lazily(sources, symbol_text(s->graph->symbols,
		    (symbol)fields[SOURCE_NAME]), &file->reader);
	}
}
