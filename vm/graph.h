/* SPDX-License-Identifier: Apache-2.0 */
/*
 * graph - a site's inventory: entities, facts and links, with what is not
 * known about them and where everything was read.
 *
 * Entities are numbered so that each kind with its subkinds is one range, and
 * inside a kind by owner and key: the numbers do not depend on the order of
 * files.  Each stored attribute is one column (single values) or one link
 * table (sets), with a row per entity of the declaring kind.
 *
 *	column row:  known -> column_cell; absent -> known to be none; else not
 *	             collected (or in conflict: see disputes)
 *	link row:    cells[offsets[row] .. offsets[row + 1]), each certain or
 *	             possible, sorted by cell; closed -> there are no others
 *
 * Made by inventory/, immutable afterwards, owned by the region it was built
 * in.  Both evaluators read it; only explain looks at origins.
 */
#ifndef SCARP_VM_GRAPH_H
#define SCARP_VM_GRAPH_H

#include "base/intern.h"
#include "base/source.h"
#include "vm/bits.h"
#include "vm/schema.h"

typedef uint32_t entity_id;
#define ENTITY_NONE UINT32_MAX

/* Weakest first; a fact of a higher grade wins whole. */
#define GRADES(GRADE) \
	GRADE(INFERRED, "inferred") GRADE(DECLARED, "declared") \
	GRADE(OBSERVED, "observed") GRADE(AUTHORITATIVE, "authoritative") \
	GRADE(ATTESTED, "attested")
enum grade {
#define GRADE(name, spelling) GRADE_##name,
	GRADES(GRADE)
#undef GRADE
	GRADE_COUNT
};
const char *grade_text(enum grade grade);

/* Who says so: the `source` of a file, or one nearer to the fact. */
struct provenance {
	struct str name;
	enum grade grade;
	bool has_as_of, has_until;
	int64_t as_of, until;	/* days since 1970-01-01 */
	struct str by;		/* attested: who */
	struct span span;
};

/* Where a fact stands and who says it. */
struct origin {
	struct span span;
	uint32_t provenance;	/* index into graph.provenances */
};

/* Whose facts stand in which file. */
struct speaker {
	uint32_t file;
	uint32_t provenance;
};

/* Origins of many facts, in ten bytes each, or six where one speaker says all. */
struct origins {
	uint32_t *starts;
	uint16_t *lengths;	/* PLACE_LONG: the span is in graph.longs */
	uint32_t *speakers;	/* in graph.speakers; NULL: all are SPEAKER */
	uint32_t speaker;
};
#define PLACE_LONG UINT16_MAX

struct extent {			/* all entities of a kind, subkinds included */
	entity_id first;
	uint32_t count;
	bool closed;		/* the inventory lists every one */
	struct origin origin;	/* of the statement that closes it */
};

/*
 * Cells are kept as codes of the fewest bytes that tell them apart, because
 * reading them is what most rules cost: cell = dictionary[code], or base + code
 * where there is no dictionary.  The code of a row that is not known is 0.
 */
struct column {
	struct type type;
	entity_id first;	/* entity of row 0 */
	uint32_t rows;
	uint8_t width;		/* bytes of a code: 1, 2, 4 or 8; 0: a bit (bool) */
	void *codes;		/* unsigned; int64_t at 8 */
	int64_t base;
	int64_t *dictionary;	/* each cell once, in their order (texts: by bytes); or NULL */
	uint32_t dictionary_count;
	uint64_t *known, *absent;
	uint64_t *assumed;	/* the value is the schema's default; may be NULL */
	uint64_t *disputed;	/* not known because sources disagree; may be NULL */
	symbol *spelled;	/* as written, for caseless and version; else NULL */
	struct origins origins;	/* of known and absent rows: column_origin */
};

struct link {
	struct type type;	/* of an element, set = false */
	entity_id first;
	uint32_t rows;
	uint32_t *offsets;	/* rows + 1 */
	uint8_t width;		/* 4, or 8 for numbers */
	void *cells;
	uint64_t *certain;	/* per element; else it is possible */
	uint64_t *closed;	/* per row */
	uint64_t *stated;	/* per row: some file speaks of it */
	uint64_t *disputed;	/* per element: possible because sides disagree; may be NULL */
	symbol *spelled;	/* per element; NULL where spelling is the cell */
	struct origins origins;	/* per element: link_origin */
	struct origins row_origins;	/* of stated rows: link_row_origin */
};

/* A fact that did not win: kept to be shown, never to decide. */
struct dispute {
	uint16_t attribute;
	entity_id entity;
	bool outranked;		/* lost to a higher grade; else equal grades disagree */
	bool absent;		/* it said none; or, without a spelling, not this one */
	int64_t cell;
	struct str spelling;	/* as written */
	struct origin origin;
};

/* It has no cell: there is nothing, it said. */
static inline bool dispute_is_none(const struct dispute *d)
{
	return d->absent && d->spelling.length > 0;
}

struct graph_input {		/* a file that was read, in the order given */
	struct str path, sha256;
	uint32_t file;
};

struct graph {
	const struct schema *schema;
	struct sources *sources;
	struct symbols *symbols;
	struct arena *arena;
	uint32_t entity_count;
	struct extent *extents;		/* per kind */
	/* Per entity; read through entity_owner and so on, as a graph that was
	 * read from a snapshot may have them elsewhere. */
	entity_id *owners;
	symbol *keys;
	uint64_t *possible;
	struct origins entity_places;
	struct column *columns;		/* per attribute: rows 0 for sets and derived ones */
	struct link *links;		/* per attribute: rows 0 for single values and derived ones */
	VEC(struct provenance) provenances;
	VEC(struct speaker) speakers;
	VEC(struct span) longs;		/* of facts over 64 KiB, by file and start */
	VEC(struct dispute) disputes;
	VEC(struct graph_input) inputs;
	bool has_as_of;
	int64_t as_of;			/* the run's date, `today` */
	/* The attributes that have rows here, a bit each; what others were said to
	 * be was checked and not kept.  NULL: all. */
	const uint64_t *footprint;
	/* NULL, or where origins are read from when they are asked for. */
	struct snapshot *snapshot;
};

struct origin snapshot_entity_origin(struct snapshot *s, entity_id id);
struct origin snapshot_column_origin(struct snapshot *s, const struct column *c, uint32_t row);
struct origin snapshot_link_origin(struct snapshot *s, const struct link *l, uint32_t element);
struct origin snapshot_row_origin(struct snapshot *s, const struct link *l, uint32_t row);

/* Whether anybody may ask for the rows of a stored attribute. */
static inline bool graph_holds(const struct graph *graph, size_t attribute)
{
	return !graph->footprint || bit_get(graph->footprint, attribute);
}

static inline int64_t column_code(const struct column *c, uint32_t row)
{
	switch (c->width) {
	case 0: return bit_get(c->codes, row);
	case 1: return ((const uint8_t *)c->codes)[row];
	case 2: return ((const uint16_t *)c->codes)[row];
	case 4: return ((const uint32_t *)c->codes)[row];
	default: return ((const int64_t *)c->codes)[row];
	}
}

static inline int64_t column_decode(const struct column *c, int64_t code)
{
	return c->dictionary ? c->dictionary[code]
	    : (int64_t)((uint64_t)c->base + (uint64_t)code);
}

static inline int64_t column_cell(const struct column *c, uint32_t row)
{
	return column_decode(c, column_code(c, row));
}

static inline int64_t link_cell(const struct link *l, uint32_t element)
{
	return l->width == 4 ? ((const uint32_t *)l->cells)[element]
	    : ((const int64_t *)l->cells)[element];
}

/* By file and start; for graph.longs. */
int span_compare(const void *left, const void *right);
/* The end of the span at START of FILE among COUNT sorted ones. */
uint32_t span_end(const struct span *longs, size_t count, uint32_t file,
    uint32_t start);
/*
 * Where a fact stands and who says it: of a known or absent row of a column;
 * of an element of a link; of a stated row of a link; of the object that
 * introduces an entity; of the statement that closes a kind.  How origins are
 * kept is nobody else's matter.
 */
struct origin origins_get(const struct graph *graph,
    const struct origins *origins, uint32_t i);

static inline struct origin column_origin(const struct graph *graph,
    const struct column *c, uint32_t row)
{
	if (graph->snapshot)
		return snapshot_column_origin(graph->snapshot, c, row);
	return origins_get(graph, &c->origins, row);
}

static inline struct origin link_origin(const struct graph *graph,
    const struct link *l, uint32_t element)
{
	if (graph->snapshot)
		return snapshot_link_origin(graph->snapshot, l, element);
	return origins_get(graph, &l->origins, element);
}

static inline struct origin link_row_origin(const struct graph *graph,
    const struct link *l, uint32_t row)
{
	if (graph->snapshot)
		return snapshot_row_origin(graph->snapshot, l, row);
	return origins_get(graph, &l->row_origins, row);
}

static inline struct origin entity_origin(const struct graph *graph,
    entity_id id)
{
	if (graph->snapshot)
		return snapshot_entity_origin(graph->snapshot, id);
	return origins_get(graph, &graph->entity_places, id);
}

static inline struct origin extent_origin(const struct graph *graph,
    uint16_t kind)
{
	return graph->extents[kind].origin;
}

/* Bytes of the codes of a column (a bit per row at width 0). */
size_t column_bytes(const struct column *column);
/*
 * Gives a column whose type, rows and known rows are set its codes, made from a
 * cell per row (of rows that are not known: any).  They live in ARENA; SYMBOLS
 * are those that texts are cells of.
 */
void column_fill(struct arena *arena, const struct symbols *symbols,
    struct column *column, const int64_t *cells);
/* Room for what is kept per entity, of graph.entity_count. */
void graph_new_entities(struct graph *graph);
/* Its most special kind: numbers follow the preorder of kinds. */
uint16_t entity_kind(const struct graph *graph, entity_id id);

/* ENTITY_NONE at top level. */
static inline entity_id entity_owner(const struct graph *graph, entity_id id)
{
	return graph->owners[id];
}

/* As spelt: "cm01.contoso.example"; parts joined by ','. */
static inline struct str entity_key(const struct graph *graph, entity_id id)
{
	return symbol_text(graph->symbols, graph->keys[id]);
}

/* It may not exist (weaker than the least grade). */
static inline bool entity_is_possible(const struct graph *graph, entity_id id)
{
	return bit_get(graph->possible, id);
}

/* Bytes of a cell of a type in a link: 4 or 8. */
uint8_t link_width(struct type type);
/* The entity of a kind (or subkind) with a key under an owner (ENTITY_NONE at
 * top level); KEY is compared by the key's type.  ENTITY_NONE when absent. */
entity_id graph_find(const struct graph *graph, uint16_t kind, entity_id owner, struct str key);
/* How a reader names it: "cm01.contoso.example", "cm01.contoso.example/C:". */
struct str graph_entity_name(const struct graph *graph, struct arena *arena, entity_id id);
/* A cell of a type as the user would write it. */
struct str graph_cell_text(const struct graph *graph, struct arena *arena,
    struct type type, int64_t cell);
/*
 * May source S have target T as a link by ATTRIBUTE (a link or a single-valued
 * entity attribute)?  True where it is certain or possible, and where neither
 * side's row excludes it: a closed row excludes all it does not list, a known
 * single value all others.  Language reference, "Paths".
 */
bool graph_may_link(const struct graph *graph, uint16_t attribute, entity_id s, entity_id t);

#endif
