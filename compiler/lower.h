/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lower - from the checked tree to the plan: what lower*.c and home.c share.
 *
 * A variable is bound to an instance (a binder that is being lowered), to an
 * expression of its own environment (a let, an argument), or to unknown.  A
 * scope says which node an instance is in a frame; scopes are linked to the
 * outermost frame.  An expression is lowered in its home, the scope that its
 * variables need and no more, and its value is carried to where it is used.
 */
#ifndef SCARP_COMPILER_LOWER_H
#define SCARP_COMPILER_LOWER_H

#include "compiler/plan.h"

/* Binders on the way from a root to a frame: two of a root, one per child. */
#define SCOPE_INSTANCES 64

struct scope;

struct instance {
	uint32_t id;		/* in the order of binding: outer ones are smaller */
	struct type type;
	struct scope *hoisted;	/* ROOT(kind) with the instance as its row; made on demand */
};

struct scope {
	struct scope *outer;
	uint32_t frame;
	struct instance *bound[2];
	plan_ref value[2];
};

/* Instances that an expression depends on, sorted by id. */
struct dependencies {
	struct instance **items;
	uint32_t count;
};

struct lowered { struct scope *home; plan_ref value; };

struct environment;

enum entry_kind { ENTRY_NONE, ENTRY_INSTANCE, ENTRY_LAZY, ENTRY_UNKNOWN };
struct entry {
	enum entry_kind kind;
	struct instance *instance;
	const struct expr *expr;	/* LAZY: with its environment */
	struct environment *environment;
	struct dependencies *dependencies;	/* LAZY: once asked for */
	enum { HIDDEN_UNASKED, HIDDEN_NO, HIDDEN_YES } hidden;	/* LAZY: rests on an UNKNOWN */
	enum { TIED_UNASKED, TIED_NO, TIED_YES } tied;	/* LAZY: holds an atom of the component */
	VEC(struct lowered) lowered;	/* LAZY: by home */
};

struct environment {
	struct entry *entries;		/* by variable index */
	uint32_t count;
};

/* What is known of an expression without its environment. */
struct facts {
	uint64_t *free;			/* variables, a bit each */
	uint32_t words;
	bool heavy;			/* costs more than loads, comparisons and sums */
	uint32_t component;		/* highest recursive component of its atoms, plus 1 */
};

enum progress { PROGRESS_NONE, PROGRESS_RUNNING, PROGRESS_DONE };
struct derived_value { enum progress progress; plan_ref value; };
struct closure;				/* closure.h */
struct relation_value {
	enum progress progress;
	uint32_t store;
	bool read;			/* asked whether it is a closure */
	struct closure *closure;	/* NULL: it is none */
	uint32_t *paths;		/* of its parts */
};

struct lowering {
	struct plan *plan;
	const struct tree *tree;
	struct arena *arena;
	struct map *facts_index;	/* by the address of the expression */
	VEC(struct facts *) facts;
	struct derived_value *derived;		/* by attribute */
	struct relation_value *relations;	/* by relation */
	struct scope *ground;			/* ROOT(): nothing is bound */
	uint16_t component;			/* recursive one being lowered, or SCHEMA_NONE */
	uint32_t instances;			/* ids given out */
	struct instance *room[SCOPE_INSTANCES];	/* of dependencies being gathered */
	uint32_t nesting;
	uint64_t steps;
	bool failed;				/* a limit was met and reported */
};

/* --- home.c --------------------------------------------------------------- */
struct environment *environment_new(struct lowering *l, uint32_t count);
void environment_bind(struct environment *env, const struct variable *variable,
    struct instance *instance);
void environment_delay(struct environment *env, const struct variable *variable,
    const struct expr *expr, struct environment *of);
struct instance *instance_new(struct lowering *l, struct type type);
/* ROOT(first, second) with its rows bound; NULL where a kind is not used. */
struct scope *scope_root(struct lowering *l, struct instance *first,
    struct instance *second);
struct scope *scope_child(struct lowering *l, struct scope *outer, plan_ref set,
    struct instance *instance);
/* The node of an instance that is bound here or further out, carried here. */
plan_ref scope_value(struct lowering *l, struct scope *scope,
    const struct instance *instance);
/* Does it rest on a binder that stands for what was not listed? */
bool environment_hides(struct lowering *l, struct environment *env,
    const struct expr *e);
/* Where to lower an expression that is used in SCOPE. */
struct scope *home_of(struct lowering *l, const struct expr *e,
    struct environment *env, struct scope *scope);
/* The innermost scope that binds what a LAZY entry depends on. */
struct scope *home_of_entry(struct lowering *l, struct entry *entry,
    struct scope *scope);
/* A value of HOME, as home_of gave it for SCOPE, in SCOPE. */
plan_ref carry(struct lowering *l, plan_ref value, struct scope *home,
    struct scope *scope);

/* The highest recursive component of the atoms in E, plus 1; 0: none.  COUNT is
 * the size of its environment. */
uint32_t home_component(struct lowering *l, const struct expr *e, uint32_t count);
/* Does E read no variable but X and Y (NULL: none but X)? */
bool home_rests_on(struct lowering *l, const struct expr *e, uint32_t count,
    const struct variable *x, const struct variable *y);

/* --- lower.c -------------------------------------------------------------- */
/* The value of an expression in the frame of SCOPE; a register as its type says. */
plan_ref lower(struct lowering *l, const struct expr *e, struct environment *env,
    struct scope *scope);
plan_ref lower_as(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope, enum register_type reg);
/* One level deeper, on the way to SPAN.  False when a limit is met; the first
 * time it is reported.  lower_leave comes after every lower_enter. */
bool lower_enter(struct lowering *l, struct span span);
void lower_leave(struct lowering *l);
/* The scope of a variable over a set node of SCOPE; NULL: nested too deeply. */
struct scope *lower_binder(struct lowering *l, const struct variable *variable,
    plan_ref set, struct environment *env, struct scope *scope, struct span span);

/* Truths to be joined by and (or by or). */
struct joined {
	const struct expr *expr;	/* NULL: already lowered */
	bool negated;
	plan_ref value;
	struct scope *home;		/* of a value; of an expression it is found */
	bool first;			/* of its home, among the items */
};
struct join {
	bool any;			/* by or */
	VEC(struct joined) items;
};
void join_add(struct lowering *l, struct join *join, const struct expr *e,
    bool negated);
void join_add_value(struct lowering *l, struct join *join, plan_ref value,
    struct scope *home);
/* Each in its home, those of one home joined there; nothing to join is true
 * (false of an or). */
plan_ref lower_join(struct lowering *l, struct join *join,
    struct environment *env,
    struct scope *scope);

/* --- lower_set.c: folds, quantifiers and sets ----------------------------- */
plan_ref lower_fold(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope);
plan_ref lower_set(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope);

/* --- lower_use.c: what is declared by name -------------------------------- */
plan_ref lower_attribute(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope);
plan_ref lower_call(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope);
plan_ref lower_atom(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope);
plan_ref lower_reaches(struct lowering *l, const struct expr *e,
    struct environment *env,
    struct scope *scope);

/* --- lower_closure.c: recursive relations that are closures ---------------- */
bool closure_is(struct lowering *l, uint16_t relation);
/* Its truth of A and B, values of TYPES in SCOPE. */
plan_ref closure_atom(struct lowering *l, uint16_t relation, plan_ref a, plan_ref b,
    const struct type types[2], const struct scope *scope);

/* --- lower_rule.c --------------------------------------------------------- */
/* Everything that the tree's rules need.  False when a limit was met. */
bool lower_tree(struct plan *plan);

#endif
