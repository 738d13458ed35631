/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assert - what the readers say, before it is merged.
 *
 * Every reader (bind.c, opengraph.c) turns its text into facts here, one per
 * value and list element, each with its position and its source.  Nothing is
 * decided yet: entities are drafts, which may be mentioned before, or without
 * ever, being introduced; facts may contradict each other.  merge.c decides.
 *
 * Facts are kept by attribute, in the order in which they were stated; drafts
 * by number.  A cell of entity type is a draft
 * here.
 */
#ifndef SCARP_INVENTORY_ASSERT_H
#define SCARP_INVENTORY_ASSERT_H

#include "base/diag.h"
#include "inventory/inventory.h"
#include "vm/bits.h"

typedef uint32_t draft_id;
#define DRAFT_NONE UINT32_MAX

#define KEYS_MOST SCHEMA_KEYS_MOST

enum fact_kind {
	FACT_VALUE,		/* of a single-valued attribute */
	FACT_NONE,		/* it is known to have none */
	FACT_CLOSED,		/* a list: exactly its items */
	FACT_OPEN,		/* a list: at least its items */
	FACT_ITEM,		/* an element of a list */
	FACT_POSSIBLE		/* one that may be an element */
};

/* An item without a list: an open list of its own. */
#define FACT_LOOSE UINT32_MAX

struct fact {
	draft_id entity;
	uint16_t attribute;
	uint8_t kind;		/* enum fact_kind */
	bool edited;		/* by an edit: it decides, whatever its grade */
	uint32_t list;		/* of an item: the number of its FACT_CLOSED or
				 * FACT_OPEN among the facts of the attribute */
	symbol spelling;	/* as written; SYMBOL_NONE where the cell says it */
	int64_t cell;
	struct origin origin;
};

/* The same as it is kept.  Numbers have no spelling. */
struct kept_fact {
	draft_id entity;
	uint32_t start;		/* of its place */
	uint16_t length;	/* of its place; PLACE_LONG: see facts.longs */
	uint8_t kind;
	bool edited;
	uint32_t list;
	union {
		int64_t number;
		struct { uint32_t code; symbol spelling; };
	};
};

/* Facts behind each other, of one file and one source. */
struct fact_run {
	uint32_t first;
	uint32_t speaker;	/* in facts.speakers */
};

/* What is said of one attribute. */
struct stream {
	struct kept_fact *facts;
	uint32_t count;
	size_t capacity;
	bool is_number;		/* cells of 64 bits */
	bool is_left_out;	/* nothing is kept: nobody will read it */
	VEC(struct fact_run) runs;
	struct speaker said;	/* the last run: by whom */
	size_t run;		/* the one that was asked for last */
	VEC(uint64_t) dead;	/* facts that edits have replaced */
};

/* An entity that some file names. */
struct draft {
	uint16_t kind;		/* the most special one stated so far */
	uint8_t depth;		/* owners above it */
	uint8_t grade;		/* the best that says so for certain */
	bool introduced;	/* some file lists it, not only mentions it */
	bool certain;		/* and says that it exists, of this kind */
	bool shown_certain;	/* the same of the object that is shown, */
	uint8_t shown_grade;	/* which may be one of a base */
	draft_id owner;
	draft_id owned;		/* the last one in its chain */
	draft_id former;	/* the one before it in its chain */
	uint32_t keys;		/* first of its parts in facts.parts */
	symbol key;		/* as spelt */
	struct origin origin;	/* of its object; until then of a mention */
};

/* A part of a key; a part that is left out is a value of its own. */
struct key_part {
	int64_t cell;
	symbol spelling;
	bool given;
};

/* What is asked of a kind again and again. */
struct kind_facts {
	uint16_t identity;	/* the topmost base that has keys, or at all */
	uint16_t keys[KEYS_MOST];
	uint16_t key_count;
	bool is_named;		/* its key is one text */
	uint16_t owner;		/* attribute that holds it, or SCHEMA_NONE */
	struct map *attributes;	/* name to index, inherited ones included */
};

struct closing {		/* `complete` */
	uint16_t kind;
	struct origin origin;
};

struct source_facts {
	struct provenance provenance;
	bool expired;		/* its facts count as not collected */
};

/*
 * Drafts by kind, owner and parts of their keys: at most half full.  Most are
 * found without: the first few of each owner are chained to it, as they are
 * asked for while it is at hand; those without an owner whose key is one text
 * are chained to that text, a draft per kind at most.
 */
#define CHAIN_MOST 16
#define NOT_CHAINED (DRAFT_NONE - 1)	/* as what comes before it */
struct identity_slot {
	draft_id draft;
	uint32_t tag;		/* of the hash */
};
struct identities {
	struct identity_slot *slots;
	uint32_t mask, count;
	uint64_t seed[2];
};

/* The document that was read again for the paths of late errors. */
struct reread {
	struct arena *arena;
	uint32_t file;
	size_t work;
	const struct document *document;
};

struct facts {
	struct arena *arena;	/* until the merge is done */
	struct arena *kept;	/* the graph's: symbols and sources */
	struct arena *scratch;	/* rolled back by whoever uses it */
	struct diagnostics *all;
	const struct schema *schema;
	const struct inventory_options *options;
	struct symbols *symbols;
	struct kind_facts *kinds;
	struct stream *streams;	/* per attribute */
	struct identities identities;
	VEC(draft_id) named;	/* per symbol: the last in its chain */
	struct map *sources_by_text;
	struct map *speakers_by_text;
	VEC(struct source_facts) sources;
	VEC(struct draft) drafts;
	VEC(struct key_part) parts;
	VEC(struct speaker) speakers;
	uint32_t spoke;		/* the one that was asked for last */
	VEC(struct span) longs;	/* places that PLACE_LONG stands for; */
	size_t longs_sorted;	/* so many of them are in order */
	VEC(struct closing) closings;
	const struct document *document;	/* the only one, of a `given` block */
	struct reread reread;
	size_t errors_before;	/* in the diagnostics when reading began */
	bool once;		/* they are merged once, and used up by it */
	bool incomplete;	/* a file or an entity could not be read at all:
				 * who refers to it is not to blame */
};

/* The facts live in ARENA, what the graph needs of them in KEPT. */
struct facts *facts_new(struct arena *arena, struct arena *kept,
    struct diagnostics *all, const struct schema *schema,
    const struct inventory_options *options);

static inline struct stream *facts_of(const struct facts *facts,
    uint16_t attribute)
{
	return &facts->streams[attribute];
}

static inline struct kept_fact *fact_kept(const struct stream *stream,
    uint32_t i)
{
	return &stream->facts[i];
}

static inline int64_t fact_cell(const struct stream *stream,
    const struct kept_fact *kept)
{
	return stream->is_number ? kept->number : kept->code;
}

static inline symbol fact_spelling(const struct stream *stream,
    const struct kept_fact *kept)
{
	return stream->is_number ? SYMBOL_NONE : kept->spelling;
}

/* The run that fact I is of. */
const struct fact_run *fact_run_search(struct stream *stream, uint32_t i);

static inline const struct fact_run *fact_run(struct stream *stream,
    uint32_t i)
{
	const struct fact_run *run = &stream->runs.items[stream->run];

	if (i >= run->first && (stream->run + 1 == stream->runs.count ||
	    i < run[1].first))
		return run;
	return fact_run_search(stream, i);
}

/* Fact number I of an attribute, and its place. */
struct fact fact_get(struct facts *facts, uint16_t attribute, uint32_t i);
struct origin fact_origin(struct facts *facts, uint16_t attribute, uint32_t i);

static inline bool fact_is_dead(const struct stream *stream, uint32_t i)
{
	return i / 64 < stream->dead.count && bit_get(stream->dead.items, i);
}

/* The number of who speaks at ORIGIN, which a new one gets. */
uint32_t facts_speaker(struct facts *facts, struct origin origin);
/* Long places are in order: nothing changes when origins are asked for. */
void facts_settle(struct facts *facts);

void fact_kill(struct facts *facts, uint16_t attribute, uint32_t i);

/* How many facts each attribute has, in ARENA. */
uint32_t *facts_here(const struct facts *facts, struct arena *arena);
/* What came behind HERE is as if it had never been; nothing is dead. */
void facts_rollback(struct facts *facts, const uint32_t *here);

/* A value, or one of a list: it has a cell. */
static inline bool kind_has_cell(uint8_t kind)
{
	return kind == FACT_VALUE || kind == FACT_ITEM || kind == FACT_POSSIBLE;
}

static inline bool fact_is_item(const struct kept_fact *fact)
{
	return kind_has_cell(fact->kind);
}

/* The fact says that its entity has CELL, or may have it. */
static inline bool fact_names(const struct fact *fact, int64_t cell)
{
	return kind_has_cell(fact->kind) && fact->cell == cell;
}

/* The number of a source; equal ones are one. */
uint32_t facts_source(struct facts *facts, const struct provenance *who);
enum grade facts_grade(const struct facts *facts, uint32_t source);
/* SCHEMA_NONE when the kind has no such attribute. */
uint16_t facts_attribute(struct facts *facts, uint16_t kind, struct str name);

/*
 * The draft with these key parts (one per key attribute of the kind), made
 * on first sight.  WHERE is kept until the entity is introduced.  Facts of
 * DRAFT_NONE are ignored: its key was wrong, and that has been said.
 */
draft_id facts_entity(struct facts *facts, uint16_t kind, draft_id owner,
    const struct key_part *parts, struct origin where);
/*
 * An object introduces the entity as one of KIND; its key is stated as facts
 * of its own.  A diagnostic when a kind was stated that is neither base nor
 * subkind of this one.
 */
void facts_introduce(struct facts *facts, draft_id entity, uint16_t kind,
    const struct key_part *parts, bool certain, struct origin where);

void facts_value(struct facts *facts, draft_id entity, uint16_t attribute,
    int64_t cell, symbol spelling, struct origin where);
void facts_none(struct facts *facts, draft_id entity, uint16_t attribute,
    struct origin where);
/* Opens a list and answers its number among the facts of the attribute. */
uint32_t facts_list(struct facts *facts, draft_id entity, uint16_t attribute,
    bool closed, struct origin where);
void facts_item(struct facts *facts, draft_id entity, uint16_t attribute,
    uint32_t list, int64_t cell, symbol spelling, bool certain,
    struct origin where);
void facts_complete(struct facts *facts, uint16_t kind, struct origin where);

/* As it is; whoever joins facts checked its source. */
void facts_add(struct facts *facts, const struct fact *fact);
bool facts_are_none(const struct facts *facts);
/*
 * Adds what FROM says, of another file, as if it had been stated last; false,
 * with nothing added but drafts that nobody introduced, where that is an error
 * that has to be told.
 */
bool facts_join(struct facts *to, struct facts *from);

/* The draft's name for messages: "cm01.contoso.example/C:". */
struct str facts_name(const struct facts *facts, struct arena *arena, draft_id id);

/* Makes the graph of all facts in ARENA, or diagnostics and NULL. */
struct graph *facts_merge(struct facts *facts, struct arena *arena);

#endif
