/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema - kinds of entities, their attributes and links, and enums.
 *
 * Made by the compiler from `schema` declarations (and from `derive`), read
 * by the inventory readers, both evaluators and the bytecode file.  Plain
 * tables with indices, no pointers between records.  Kinds stand in preorder
 * of their hierarchy, so a kind and its subkinds are one range of indices.
 */
#ifndef SCARP_VM_SCHEMA_H
#define SCARP_VM_SCHEMA_H

#include "base/source.h"
#include "base/vec.h"
#include "vm/types.h"

#define SCHEMA_NONE UINT16_MAX

/* A known value, none, or a set of values, in a table of the schema. */
struct schema_value {
	bool present;		/* false: none, or the field is not given */
	int64_t cell;		/* texts: index into schema.texts */
	uint32_t first, count;	/* of a set: cells in schema.cells */
};

struct schema_field {		/* a constant that every value of an enum has */
	struct str name;
	struct type type;
	uint32_t first;		/* its value for ordinal o: values[first + o] */
};

struct schema_enum {
	struct str name;
	struct span span;
	uint32_t first_value;	/* names of the values: value_names[first_value + ordinal] */
	uint16_t value_count;
	uint16_t first_field, field_count;
};

/* Attributes that make up the key of a kind, at most. */
#define SCHEMA_KEYS_MOST 8

struct schema_attribute {
	struct str name;
	struct span span;
	uint16_t kind;		/* that declares it */
	struct type type;	/* a set of, or one of; entity types are links */
	uint16_t inverse;	/* attribute of the other kind, or SCHEMA_NONE */
	bool key;		/* part of the identity of the entity */
	bool owned;		/* the elements stand inside the entity */
	bool shorthand;		/* a bare scalar in the list is the first key of an element */
	bool derived;		/* computed: no inventory may state it */
	bool back;		/* declared `inverse of` another and not owned: files state
				 * that one.  In the checked tree only */
	uint32_t cost;		/* of changing it, to repair a finding; 0: it cannot be
				 * changed at will.  In the checked tree only */
	bool has_default;
	int64_t fallback;	/* the default's cell; texts: index into schema.texts */
};

struct schema_kind {
	struct str name;
	struct str plural;	/* the key of its list in an inventory: role_instances */
	struct span span;
	uint16_t base;		/* SCHEMA_NONE */
	uint16_t last;		/* index after its last subkind */
	uint16_t owner;		/* the owned attribute that holds it, or SCHEMA_NONE */
};

struct schema {
	struct str name, version;
	VEC(struct schema_enum) enums;
	VEC(struct str) value_names;
	VEC(struct schema_field) fields;
	VEC(struct schema_value) values;
	VEC(int64_t) cells;
	VEC(struct str) texts;
	VEC(struct schema_kind) kinds;
	VEC(struct schema_attribute) attributes;	/* in the order of their kinds */
};

/* SCHEMA_NONE when absent.  Attributes are looked up along the bases. */
uint16_t schema_find_kind(const struct schema *schema, struct str name);
uint16_t schema_find_plural(const struct schema *schema, struct str plural);
uint16_t schema_find_attribute(const struct schema *schema, uint16_t kind, struct str name);
/* Where those of KIND itself begin; if it has none, where they would. */
size_t schema_first_attribute(const struct schema *schema, uint16_t kind);
uint16_t schema_find_field(const struct schema *schema, uint16_t enumeration, struct str name);
/* The ordinal of a value of an enum, or -1. */
int schema_find_value(const struct schema *schema, uint16_t enumeration, struct str name);
struct str schema_value_name(const struct schema *schema, uint16_t enumeration, int64_t ordinal);
const struct schema_value *schema_field_value(const struct schema *schema,
    uint16_t field, int64_t ordinal);
/* KIND is OF or one of its subkinds. */
bool schema_is_a(const struct schema *schema, uint16_t kind, uint16_t of);
/* The names of a kind's attributes, inherited ones included; for suggestions. */
size_t schema_attribute_names(const struct schema *schema, struct arena *arena,
    uint16_t kind, struct str **names);
/* The plural of a kind's name in snake case: RoleInstance gives role_instances. */
struct str schema_plural(struct arena *arena, struct str kind_name);
/* "{RoleKind}", "string?" */
struct str type_text(struct arena *arena, const struct schema *schema, struct type type);
bool type_equal(struct type a, struct type b);

#endif
