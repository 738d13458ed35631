/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot_file - what writer and reader of a .scarpg share. */
#ifndef SCARP_VM_SNAPSHOT_FILE_H
#define SCARP_VM_SNAPSHOT_FILE_H

#include "base/io.h"
#include "vm/snapshot.h"

#define SNAPSHOT_MAGIC { (char)0x89, 'S', 'C', 'R', 'P', 'G', '\r', '\n' }
#define SNAPSHOT_VERSION 2
#define SNAPSHOT_HEADER 64
#define SNAPSHOT_RECORD 32	/* of the table of sections */
#define SNAPSHOT_ALIGN 64
/* What is cold is read, and has sums, by so many bytes from its first one on. */
#define SNAPSHOT_BLOCK 65536u
/* Bytes of a file between the places whose lines are kept. */
#define SNAPSHOT_LINES 16384u

enum section {
#define SECTION(name, scope, size, heat, text) SECTION_##name,
#include "vm/snapshot.def"
#undef SECTION
	SECTION_COUNT
};
enum section_scope { SCOPE_ONE, SCOPE_COLUMN, SCOPE_LINK };
enum section_heat { HEAT_HOT, HEAT_COLD };

struct section_info {
	const char *name;
	enum section_scope scope;
	uint8_t size;
	enum section_heat heat;
};
extern const struct section_info section_infos[SECTION_COUNT];

/* A record of the table of sections: section + 1 in 16 bits, attribute in 16,
 * size in 32, then 64 bits each. */
struct entry {
	enum section section;
	uint16_t attribute;	/* place among the stored ones */
	uint8_t size;		/* bytes of an element */
	uint64_t offset, count, sum;
};

enum snapshot_invariant {
#define HOLDS(number, name, text) HOLDS_##name = number,
#include "vm/snapshot_invariants.def"
#undef HOLDS
};
const char *snapshot_invariant_text(enum snapshot_invariant invariant);

/* Fields of the records that are kept as 64-bit words. */
enum summary_field { SUMMARY_ENTITIES, SUMMARY_KINDS, SUMMARY_ATTRIBUTES,
	SUMMARY_HAS_AS_OF, SUMMARY_AS_OF, SUMMARY_LEAST, SUMMARY_NO_DEFAULTS,
	SUMMARY_STRICT_MAPPING, SUMMARY_INPUTS, SUMMARY_FIELDS };
enum place_field { PLACE_FILE, PLACE_START, PLACE_END, PLACE_FIELDS };
enum extent_field { EXTENT_FIRST, EXTENT_ROWS, EXTENT_CLOSED, EXTENT_PLACE,
	EXTENT_PROVENANCE = EXTENT_PLACE + PLACE_FIELDS, EXTENT_FIELDS };
enum column_field { COLUMN_WIDTH, COLUMN_BASE, COLUMN_HAS_DICTIONARY, COLUMN_FIELDS };
enum link_field { LINK_WIDTH, LINK_FIELDS };
enum provenance_field { PROVENANCE_NAME, PROVENANCE_GRADE, PROVENANCE_HAS_AS_OF,
	PROVENANCE_AS_OF, PROVENANCE_HAS_UNTIL, PROVENANCE_UNTIL,
	PROVENANCE_BY, PROVENANCE_PLACE,	/* BY: number + 1, 0 for none */
	PROVENANCE_FIELDS = PROVENANCE_PLACE + PLACE_FIELDS };
enum dispute_field { DISPUTE_ATTRIBUTE, DISPUTE_ENTITY, DISPUTE_OUTRANKED, DISPUTE_ABSENT,
	DISPUTE_CELL, DISPUTE_SPELLING, DISPUTE_PLACE,	/* SPELLING: number + 1 */
	DISPUTE_PROVENANCE = DISPUTE_PLACE + PLACE_FIELDS, DISPUTE_FIELDS };
/* Files that are inputs come first. */
enum source_field { SOURCE_NAME, SOURCE_SHA256, SOURCE_START, SOURCE_LENGTH, SOURCE_FIELDS };
enum note_field { NOTE_WHAT, NOTE_COUNT, NOTE_PLACE, NOTE_FIELDS = NOTE_PLACE + PLACE_FIELDS };
enum block_field { BLOCK_LINE, BLOCK_COLUMN, BLOCK_LINE_START, BLOCK_FIELDS };
/* A place is a shape, and above its 32 bits the offset where it starts. */
enum shape_field { SHAPE_FILE, SHAPE_LENGTH, SHAPE_PROVENANCE, SHAPE_FIELDS };

/* A sum that finds damage and gives no trust. */
uint64_t snapshot_sum(const void *bytes, size_t length);
/* Between the file's order of bytes and the machine's, in place. */
void snapshot_swap(void *elements, size_t count, unsigned size);

/* The attributes that a graph stores, in order. */
struct stored {
	uint16_t *attributes;
	uint32_t count;
};
struct stored snapshot_stored(struct arena *arena, const struct schema *schema);

#endif
