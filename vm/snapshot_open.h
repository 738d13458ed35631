/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot_open - what the parts of the reader of a .scarpg share. */
#ifndef SCARP_VM_SNAPSHOT_OPEN_H
#define SCARP_VM_SNAPSHOT_OPEN_H

#include <pthread.h>

#include "vm/snapshot_file.h"

/* An open file, kept as long as its graph. */
struct snapshot {
	struct arena *arena;
	struct io_input *file;
	uint64_t length;
	struct entry *entries;
	size_t entry_count;
	/* By section and attribute: an entry + 1, or 0. */
	uint32_t *index[SECTION_COUNT];
	char *hot;			/* bytes [hot_start, cold_start) of the file */
	uint64_t hot_start, cold_start;
	/* Of what is cold, NULL where not read.  Several threads may ask: blocks
	 * and what they live in are used by who holds the lock. */
	pthread_mutex_t lock;
	struct arena *cold;
	char **blocks;
	const uint64_t *zeros;		/* for planes that are left out */

	const struct schema *schema;
	const uint64_t *footprint;	/* as of a graph */
	struct stored stored;
	struct graph *graph;
	const uint64_t *summary;
	struct sorted_texts texts;
	uint32_t symbol_count;
	uint64_t *folded;		/* of snapshot_folded, or NULL */
	uint32_t first_file, file_count;	/* its files among the sources */
	const uint64_t *files;		/* SOURCE_FIELDS each */
	const uint64_t *points;		/* BLOCK_FIELDS each */
	const uint32_t *shapes;
	uint32_t shape_count;

	enum snapshot_state state;
	struct str why;
};

/* Keeps what is wrong, which ends the reading; always false. */
bool snapshot_fail(struct snapshot *s, enum snapshot_invariant invariant,
    enum section section, size_t attribute, const char *words);
/* Whether the attribute of this number is read at all. */
static inline bool snapshot_holds(const struct snapshot *s, size_t attribute)
{
	return !s->footprint || bit_get(s->footprint, s->stored.attributes[attribute]);
}
/* NULL: it is left out. */
const struct entry *snapshot_entry(const struct snapshot *s, enum section section,
    size_t attribute);
size_t snapshot_count(const struct snapshot *s, enum section section, size_t attribute);
/* The elements of a hot section; NULL when it is left out. */
void *snapshot_array(const struct snapshot *s, enum section section, size_t attribute);

/* The texts, then all else that is hot; false after snapshot_fail. */
bool snapshot_check_texts(struct snapshot *s);
bool snapshot_check_tables(struct snapshot *s);
/* By symbol: does folding leave the text as it is? */
const uint64_t *snapshot_folded(struct snapshot *s);
bool snapshot_check_attributes(struct snapshot *s);
bool snapshot_check_plane(struct snapshot *s, enum section section, size_t attribute,
    size_t bits);
/* Whether a cell is a value of its type. */
bool snapshot_cell_fits(const struct snapshot *s, struct type type, int64_t cell);
/* The values of a type are cells from LOW to HIGH. */
void snapshot_range(const struct snapshot *s, struct type type, int64_t *low, int64_t *high);
/* Whether three words are a place in a file, or none. */
bool snapshot_place_fits(const struct snapshot *s, const uint64_t *place);
/* A day that is there, or none: what holds it is then zero. */
bool snapshot_is_day(uint64_t has, uint64_t days);
struct span snapshot_span(const struct snapshot *s, const uint64_t *place);

/* Puts the arrays of an attribute, with the counts they must have, in the graph. */
void snapshot_fill_column(struct snapshot *s, size_t at);
void snapshot_fill_link(struct snapshot *s, size_t at);
/* Adds its files to SOURCES. */
void snapshot_add_files(struct snapshot *s, struct sources *sources);

#endif
