/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opengraph_part - inside opengraph.h: what its files share.
 *
 *	opengraph.c		documents and nodes
 *	opengraph_edge.c	edges
 *	opengraph_value.c	properties as values
 *	opengraph_list.c	lists and owned entities; facts that wait
 *	opengraph_note.c	what no mapping speaks of
 */
#ifndef SCARP_INVENTORY_OPENGRAPH_PART_H
#define SCARP_INVENTORY_OPENGRAPH_PART_H

#include "inventory/opengraph.h"
#include "vm/regex.h"

/* A foreign file. */
struct collection {
	enum mapping_format format;
	struct str from;	/* OpenGraph's source kind, or empty */
	struct str kind;	/* of all its records, where records have none */
	uint32_t source;
	bool *read_by;		/* per mapping */
};

/* A node as one file has it; records of one id form a chain. */
struct record {
	const struct document *document;
	const struct collection *in;
	uint32_t node, properties, kinds;	/* indices in it; 0: none */
	uint32_t source;
	uint32_t next;		/* record of the same id, plus one; 0: the last */
	uint32_t last;		/* of the first: the last of its chain */
	uint32_t first;		/* of its chain; itself, where it is */
};

/* An entity that a chain of records became. */
struct incarnation {
	draft_id draft;
	uint32_t next;		/* of the same chain, plus one */
};

struct foreign_edge {
	const struct document *document;
	const struct collection *in;
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
	const struct str *pattern;	/* of a mapping */
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
	size_t visited;		/* of them, by the visit that goes on */
	VEC(struct pending) pending;
	VEC(struct compiled) regexes;
	struct map *lists;		/* of rows: entity, attribute, source to pending list, plus one */
	VEC(struct unmapped) notes;
	struct map *by_id;		/* first record */
	struct map *by_property;	/* "key\0value": record plus one, or AMBIGUOUS */
	struct map *indexed;		/* keys that by_property knows, */
	unsigned indexed_count;		/* and how many they are */
	struct map *known;		/* "kind\0property" that some mapping names */
	struct map *noted;		/* text of a note: its index */
};

/* The chain of records that is being read by one rule of a mapping. */
struct subject {
	struct opengraph *og;
	const struct mapping *mapping;
	size_t number;		/* of the mapping */
	const struct mapping_node *rule;
	const struct record *record;
	draft_id draft;
	bool is_key;		/* values are looked for in the whole chain */
	struct str property;	/* that is being read, for notes, */
	const struct record *found;	/* and the record that has it */
	struct str rest;	/* of its path: what is read of each item of a list */
};

static inline const struct document_node *record_node(
    const struct record *record, uint32_t index)
{
	return &record->document->nodes.items[index];
}

/* The property of a record, or NULL; "id" is the node's own. */
const struct document_node *record_property(const struct record *record,
    struct str name);
/* Where properties are objects: by a path, `Properties.name`, that ends early
 * at a list; *REST is what is left of it then. */
const struct document_node *property_path(const struct record *record,
    struct str path, struct str *rest);
/* One step or more from a node; NULL where there is nothing. */
const struct document_node *property_step(const struct record *record,
    const struct document_node *node, struct str path, struct str *rest);
struct origin record_origin(const struct record *record,
    const struct document_node *node);
const struct record *record_next(const struct opengraph *og,
    const struct record *record);

bool chain_has_kind(const struct opengraph *og, const struct record *record,
    struct str kind);
/* The record's kind with a number; false after the last. */
bool chain_kind_at(const struct record *record, uint32_t i, struct str *kind);
/* The first kind of the first record, for notes. */
struct str chain_kind(const struct record *record);
/* The child of a map with a key, as index; 0: none. */
uint32_t foreign_child(const struct document *document, uint32_t map, struct str key);

/* --- opengraph_value.c ---------------------------------------------------- */

/* Groups of a pattern that fields can ask for, the whole match included. */
#define GROUPS_MOST 32

enum reading { READ_NOTHING, READ_NONE, READ_VALUE, READ_WRONG };

/* A value that was read, or why there is none. */
struct reading_of {
	enum reading reading;
	int64_t cell;
	symbol spelling;	/* of its text, for all types */
	struct str what;	/* a reference: how a note calls it */
};

/* A text, cut into groups when it was matched. */
struct matched {
	struct str text;	/* the first group, or all of it */
	struct str groups[GROUPS_MOST];
	size_t count;
};

static inline bool foreign_is_scalar(const struct document_node *node)
{
	return node->kind == DOCUMENT_PLAIN || node->kind == DOCUMENT_QUOTED;
}

static inline bool foreign_is_null(const struct document_node *node)
{
	return node->kind == DOCUMENT_PLAIN &&
	    str_equal(node->text, STR("null"));
}

/* The first property of a source that is there and says something. */
const struct document_node *property_find(struct subject *s,
    const struct mapping_source *source);
/* False where the text does not match the source's pattern. */
bool property_match(struct subject *s, const struct mapping_source *source,
    const struct document_node *node, struct matched *matched);
/* Is a text among those that a list is not sure of? */
bool property_doubted(struct subject *s, const struct mapping_source *source,
    const struct document_node *node);
struct reading_of property_text(struct subject *s,
    const struct mapping_source *source, struct type type, struct str text,
    struct origin where);
/* The single value of a source, and the node that says it. */
struct reading_of property_single(struct subject *s,
    const struct mapping_source *source, struct type type,
    const struct document_node **node);
/* Notes a value that no spelling makes one of its type. */
void property_note(struct subject *s, const struct document_node *node,
    struct str text);
/* A value as a part of a key; false when the part is left out. */
bool property_part(struct subject *s, const struct reading_of *value,
    const struct document_node *node, struct type type, struct key_part *part);
const struct mapping_field *mapping_find(const struct mapping_field *fields,
    size_t count, uint16_t attribute);
/* Is a property true, as the mapping spells it? */
bool text_is_true(const struct mapping *mapping, struct str text);
/* Key parts of the rule's entity, and where they stand; false when the first
 * is not collected. */
bool subject_key(struct subject *s, struct key_part *parts,
    struct origin *origins);

/* --- opengraph_list.c ----------------------------------------------------- */

/* The facts of one field of the rule, of one record. */
void subject_field(struct subject *s, const struct mapping_field *field);
/* Facts that waited: now all entities are known. */
void pending_settle(struct opengraph *og);

/* --- opengraph_edge.c ----------------------------------------------------- */

void edge_walk(struct opengraph *og, const struct foreign_edge *edge);

/* --- opengraph_records.c -------------------------------------------------- */

/* Gathers a collection of another form. */
void gather_sharphound(struct opengraph *og, const struct document *document,
    const struct collection *in);
void gather_rows(struct opengraph *og, const struct document *document,
    const struct collection *in);
/* Which of the forms it has; false when it is none of them. */
bool foreign_format(const struct opengraph *og, const struct document *document,
    enum mapping_format *format);

/* --- opengraph.c ---------------------------------------------------------- */

void gather_wrong(struct opengraph *og, const struct document *document,
    uint32_t node, const char *what);
/* Adds a record, to the chain of its id unless that is empty. */
void gather_record(struct opengraph *og, const struct record *record,
    struct str id);

/* --- opengraph_note.c ----------------------------------------------------- */

void note(struct opengraph *og, struct span span, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* As errors, when the mapping is to be strict; and to whoever reports. */
void notes_hand_out(struct opengraph *og, struct arena *arena,
    struct inventory_notes *notes);

#endif
