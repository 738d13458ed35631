/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front - what the passes of the front end share, and the passes themselves.
 *
 * Each pass reports all it finds and goes on; what it could not make out has
 * the type TYPE_ERROR, which agrees with everything, so that one mistake is
 * one diagnostic.
 */
#ifndef SCARP_COMPILER_FRONT_H
#define SCARP_COMPILER_FRONT_H

#include "compiler/names.h"
#include "compiler/tree.h"

/* A declaration and the pack it stands in. */
struct declared {
	const struct ast *ast;
	uint32_t pack;
	bool damaged;			/* a syntax error inside: only its name counts */
};
struct declared_list { VEC(struct declared) at; };

struct front {
	struct arena *arena;
	struct diagnostics *all;
	struct tree *tree;
	struct schema *schema;		/* the tree's */
	struct packs packs;
	struct names *names;
	bool damaged;			/* some declaration is */
	bool unused_allowed;		/* compiler.h */
	/* In the order of packs, files and text; all, and by kind of node. */
	struct declared_list items, declared[AST_COUNT];
	/* Where the schema's kinds and attributes and the tree's params,
	 * definitions, derived attributes and relations are declared. */
	struct declared_list kinds, attributes;
	struct map **attribute_places;	/* by kind: its own attributes, by name; or NULL */
	struct declared_list params, definitions, derived, relations;
	/* Ids, replaced ones too: indices of the rules before any profile. */
	struct map *rule_ids;
	/* Of each rule before any profile: its place in tree.rules, or none. */
	uint32_t *rule_places;
};

/* "`x` is given twice", pointing at both. */
void front_report_twice(struct front *front, const struct ast *again,
    struct span first, const char *what);
/* False, after a diagnostic, when a table of the tree is full. */
bool front_has_room(struct front *front, size_t count, const struct ast *ast,
    const char *what);

/*
 * The passes, in their order.
 */
/* enums.c: enums, their values and constants into the schema. */
void front_declare_enums(struct front *front);
void front_add_fields(struct front *front);
/* kinds.c: entities into the schema; attributes.c: what they have, derived
 * attributes too. */
void front_add_kinds(struct front *front);
void front_add_attributes(struct front *front);
/* As schema_find_attribute, however many there are. */
uint16_t front_find_attribute(const struct front *front, uint16_t kind, struct str name);
/* functions.c: params, definitions, derived attributes and relations. */
void front_declare_functions(struct front *front);
void front_check_functions(struct front *front);
void front_check_params_used(struct front *front);
/* rule.c */
void front_check_rules(struct front *front);
/* test.c: after the rules. */
void front_check_tests(struct front *front);
/* map.c */
void front_check_mappings(struct front *front);
/* stratify.c: nothing depends on itself, but relations, and those not on
 * their own negation; numbers their components. */
void front_stratify(struct front *front);

/* profile.c, select.c: after the rules.  All profiles are checked; the one
 * asked for acts, then `--set-param`; rules that it leaves out move to
 * tree.deselected. */
void front_check_profiles(struct front *front,
    const struct compile_options *options);
/* waiver.c: of the packs, then of files that hold nothing else. */
void front_check_waivers(struct front *front,
    const struct compile_options *options);

/* The kind that a NAME means; SCHEMA_NONE after a diagnostic. */
uint16_t front_kind(struct front *front, uint32_t pack,
    const struct ast *name);
/* "`Host` has no attribute `zoen`", with a suggestion. */
void front_report_attribute(struct front *front, struct span span,
    uint16_t kind, struct str name);
/* The first key of a kind, its bases included, or SCHEMA_NONE. */
uint16_t front_key(const struct front *front, uint16_t kind);
/* Has the declaration of an attribute the modifier OP? */
bool front_says(const struct front *front, uint16_t attribute,
    enum ast_op op);

/* The severity that a word is; false after a diagnostic. */
bool front_severity(struct front *front, const struct ast *word,
    enum severity *severity);
/* "there is no rule `x`", with a suggestion. */
void front_report_rule(struct front *front, struct span span, struct str id);
/* A value for PARAM written in PACK, in its range; NULL after a diagnostic. */
struct expr *front_param_value(struct front *front, uint32_t pack,
    const struct ast *value, const struct param *param);

/* "Host.roles" */
struct str front_attribute_text(struct front *front, uint16_t attribute);

/* types.c: the type a TYPE_NAME, TYPE_SET or TYPE_OPTIONAL says. */
struct type front_type(struct front *front, uint32_t pack,
    const struct ast *ast);
struct str front_type_text(struct front *front, struct type type);

/*
 * literal.c: a literal as a value of TYPE (single, neither entity nor error).
 * Answers false after a diagnostic.
 */
struct literal {
	bool none;
	int64_t cell;			/* numbers, bools, enum values */
	struct str text;		/* texts, canonical for the type */
};
bool front_literal(struct front *front, const struct ast *ast,
    struct type type, struct literal *literal);
/* "`Zone` has no value `perimetr`", with a suggestion, also among MORE. */
void front_report_value(struct front *front, struct span span,
    uint16_t enumeration, struct str value, const struct words *more);
/* The text of a STRING as TYPE, a text type. */
bool front_canonical(struct front *front, struct span span, struct type type,
    struct str text, struct str *canonical);
/* The digits of an INTEGER: the parser makes none of a number that is too large. */
int64_t front_integer(const struct ast *ast);

#endif
