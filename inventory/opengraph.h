/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opengraph - collections in BloodHound's OpenGraph form, read as mappings
 * say (vm/mapping.h).
 *
 *	opengraph.c		documents, nodes, edges
 *	opengraph_value.c	properties as values, lists and owned entities
 *	opengraph_note.c	what no mapping speaks of
 *
 * Nodes and edges stand in several files and refer to each other in any
 * order, so files are only gathered by opengraph_read, and all of them are
 * understood by opengraph_finish.
 */
#ifndef SCARP_INVENTORY_OPENGRAPH_H
#define SCARP_INVENTORY_OPENGRAPH_H

#include "inventory/assert.h"
#include "vm/regex.h"

/* A node as one file has it; records of one id form a chain. */
struct record {
	const struct document *document;
	uint32_t node, properties, kinds;	/* indices in it; 0: none */
	uint32_t source;
	uint32_t next;		/* record of the same id, plus one; 0: the last */
	uint32_t last;		/* of the first: the last of its chain */
	bool is_first;		/* of its chain */
};

/* An entity that a chain of records became. */
struct incarnation {
	draft_id draft;
	uint32_t next;		/* of the same chain, plus one */
};

struct foreign_edge {
	const struct document *document;
	uint32_t node, source;
};

/* A fact that waits until it is known which entities there are. */
struct pending {
	draft_id entity;
	uint16_t attribute;
	uint8_t kind;		/* enum fact_kind */
	uint32_t list;		/* of an item: the pending list; or FACT_LOOSE */
	int64_t cell;		/* of a list that was settled: its fact */
	symbol spelling;
	struct origin origin;
	struct str what;	/* how a note calls it */
};

struct compiled {
	const struct mapping_source *source;
	struct regex *regex;
};

struct opengraph {
	struct facts *facts;
	struct diagnostics *all;
	struct arena *arena;
	const struct schema *schema;
	VEC(const struct mapping *) mappings;
	VEC(struct record) records;
	VEC(struct foreign_edge) edges;
	VEC(struct incarnation) incarnations;
	VEC(uint32_t) incarnated;	/* per record that is first: plus one */
	VEC(draft_id) made;	/* by each rule for each chain, in order */
	size_t stated;		/* of them: have got their facts */
	VEC(struct pending) pending;
	VEC(struct compiled) regexes;
	VEC(struct unmapped) notes;
	struct map *by_id;		/* first record */
	struct map *by_property;	/* "key\0value": record plus one, or AMBIGUOUS */
	struct map *indexed;		/* keys that by_property knows */
	struct map *known;		/* "kind\0property" that some mapping names */
	struct map *noted;		/* text of a note: its index */
};

struct opengraph *opengraph_new(struct facts *facts);
/* Is this the form of the document? */
bool opengraph_is(const struct document *document);
/* Gathers a document, which must live until opengraph_finish. */
void opengraph_read(struct opengraph *og, const struct document *document);
/* Understands all that was gathered and hands the notes out. */
void opengraph_finish(struct opengraph *og, struct arena *arena,
    struct inventory_notes *notes);

/* --- inside --------------------------------------------------------------- */

/* The chain of records that is being read by one rule of a mapping. */
struct subject {
	struct opengraph *og;
	const struct mapping *mapping;
	const struct mapping_node *rule;
	const struct record *record;
	draft_id draft;
	bool is_key;		/* values are looked for in the whole chain */
	struct str property;	/* that is being read, for notes */
};

static inline const struct document_node *record_node(
    const struct record *record, uint32_t index)
{
	return &record->document->nodes.items[index];
}

/* The property of a record, or NULL; "id" is the node's own. */
const struct document_node *record_property(const struct record *record,
    struct str name);
struct origin record_origin(const struct record *record,
    const struct document_node *node);
const struct record *record_next(const struct opengraph *og,
    const struct record *record);

/* Key parts of the rule's entity; false when its first is not collected. */
bool subject_key(struct subject *s, struct key_part *parts,
    const struct document_node **nodes);
/* The facts of one field of the rule, of one record. */
void subject_field(struct subject *s, const struct mapping_field *field);
/* Facts that waited: now all entities are known. */
void pending_settle(struct opengraph *og);
/* Does the text of a property equal a literal of the mapping? */
bool text_is_true(const struct mapping *mapping, struct str text);

void note(struct opengraph *og, struct span span, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* As errors, when the mapping is to be strict; and to whoever reports. */
void notes_hand_out(struct opengraph *og, struct arena *arena,
    struct inventory_notes *notes);

#endif
