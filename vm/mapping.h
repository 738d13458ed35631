/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapping - how a foreign format becomes facts of a schema, as data.
 *
 * Compiled from a `map` declaration; the readers of inventory/ interpret it.
 */
#ifndef SCARP_VM_MAPPING_H
#define SCARP_VM_MAPPING_H

#include "vm/graph.h"

struct mapping_spelling {
	struct str foreign;		/* as text: "Yes", "1", "true" */
	struct str own;			/* the value's text in our spelling: enum value name, true, 10 */
	bool is_none;			/* known to be absent; not a text "none" */
	struct span span;
};

/* Where an attribute's value comes from. */
struct mapping_source {
	VEC(struct str) properties;	/* the first one present counts; "id" is the node's id */
	uint32_t group;			/* inside an `each ... match`: capture group, 1..; 0: none */
	bool each;			/* one element per item of a list (or of a scalar) */
	bool complete;			/* `complete each`: the list is closed; else it is open */
	struct str match;		/* regular expression the text must match, or empty */
	struct str possible;		/* of `each`: items that match it are possible; or empty */
	struct str literal;		/* a constant in our spelling, when is_literal */
	bool is_literal, is_none;	/* is_none: the constant is `none` */
	VEC(struct mapping_spelling) spellings;
	struct mapping_field *fields;	/* of each owned element; NULL: scalars */
	uint32_t field_count;
};

struct mapping_field {
	uint16_t attribute;
	struct mapping_source source;
	struct span span;
};

struct mapping_node {
	struct str foreign;		/* node kind */
	uint16_t kind;
	struct str test_property, test_value;	/* condition; property empty: none */
	VEC(struct mapping_field) fields;
	VEC(struct str) ignored;
	struct span span;
};

struct mapping_edge {
	struct str foreign;
	uint16_t attribute;
	bool inverse;			/* the end has the attribute, the start is its value */
	struct span span;
};

/* FORMAT(name, "spelling", "what a collection of it is called") */
#define MAPPING_FORMATS(FORMAT) \
	FORMAT(OPENGRAPH, "opengraph", "OpenGraph's form") \
	FORMAT(SHARPHOUND, "sharphound", "SharpHound's form") \
	FORMAT(ROWS, "rows", "rows, a class a file")

enum mapping_format {
#define FORMAT(name, spelling, what) FORMAT_##name,
	MAPPING_FORMATS(FORMAT)
#undef FORMAT
	FORMAT_COUNT
};

struct mapping {
	struct str format;		/* one of mapping_formats */
	struct str source;		/* of OpenGraph: the source kind whose files it reads; empty: those
					 * of which no mapping says that */
	struct span span;
	enum grade grade;
	VEC(struct str) unknown;	/* texts that mean: not collected */
	VEC(struct mapping_spelling) spellings;
	VEC(struct str) possible;	/* edge properties that make a link possible when true */
	VEC(struct mapping_node) nodes;
	VEC(struct mapping_edge) edges;
	VEC(struct str) ignored_nodes, ignored_edges, ignored_properties;
};

#endif
