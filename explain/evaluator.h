/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluator - what the rooms of the reference evaluator share.
 *
 *	evaluate.c	expressions but folds
 *	folds.c		quantifiers, counts, sums, comprehensions
 *	closed.c	values that are remembered by the binders they depend on
 *	facts.c		reading the graph; derived attributes
 *	relations.c	recursive relations
 *	heights.c	in how many rounds their tuples are derived
 *	paths.[ch]	reaches
 *	witness.c	the walk that it rests on
 *	rules.c		subjects and verdicts
 *	message.c	values as words
 *	decide.c	the fact that a decided truth rests on
 *	missing.c	the facts that an undecided value lacks
 *	lacking.c	single facts that are not there
 *	pool.c		values that may be assumed of them
 *	hunt.[ch]	the fewest of them that decide
 *	finding.c	what a report says of an outcome
 *	premise.[ch]	what a verdict rests on, a step at a time
 *	fact.[ch]	what the inventory says, where that ends
 *
 * Regions beside the caller's: `scratch` is used as a stack (a loop rolls it
 * back after each turn), `lets` holds values of `let` names until a binder
 * changes, `interim` derived values that may change with the next round of a
 * relation, `premises` what a proof or evidence is made
 * of, `heights` what is needed to find heights, `lasting` what does not depend
 * on a subject, `subject` what is remembered of one (session_begin).  What is remembered for longer lives in the evaluator's own.
 */
#ifndef SCARP_EXPLAIN_EVALUATOR_H
#define SCARP_EXPLAIN_EVALUATOR_H

#include "explain/coverage.h"
#include "explain/evaluate.h"
#include "explain/overlay.h"
#include "explain/trace.h"
#include "explain/value.h"

struct env;

struct slot {
	struct value value;
	bool bound;
	/* An argument: the expression it is the value of, and where that was
	 * evaluated.  For missing facts only. */
	const struct expr *argument;
	struct env *caller;
	/* Is it, or does it rest on, a binder that stands for what was not
	 * listed?  Of an argument and a `let` once asked for. */
	enum { HIDDEN_UNASKED, HIDDEN_NO, HIDDEN_YES } hidden;
};

/* The environment of a rule, definition, derived attribute or relation. */
struct env {
	struct slot *slots;
	uint32_t count;
	bool rests;		/* of a rest subject: some slot is hidden */
};

/* A relation on certain arguments; in a component that is being solved its
 * truth is that of the present round. */
struct tuple {
	uint16_t relation;
	bool final;
	enum truth truth;
	int64_t *arguments;
	/* Of a true one: in how many rounds it is derived from tuples that are
	 * lower.  0: not looked for; LIFTED: for good. */
	uint32_t height;
	bool lifted;
};

/* A derived attribute of one entity, once it is computed: for good, or while
 * one tuple of a recursive relation is evaluated (its generation). */
struct memo {
	bool known;
	bool recursive;		/* rests on a recursive relation */
	uint64_t generation;
	struct value value;
};

/* Regular expressions, compiled once, for as long as the evaluator lives. */
struct patterns {
	struct arena *arena;
	struct map *places;		/* by the address of the expression */
	VEC(struct regex **) items;	/* at each NULL: refused */
};

/* All entities of a kind, as a set. */
struct extent_set {
	bool made, doubted;		/* doubted: some are only possible */
	struct set set;
};

struct evaluator {
	struct arena *arena;
	struct arena *scratch, *lets, *interim, *premises, *heights;
	struct arena *lasting, *subject;
	const struct tree *tree;
	const struct graph *graph;
	struct memo ***derived;		/* per attribute: pages of entities */
	struct patterns *patterns;
	struct extent_set *extents;	/* by kind, made on demand; shared like patterns */
	struct search_rooms *search_rooms;	/* paths.c; shared like patterns */
	const uint64_t **open_rows;	/* open_rows.c: by attribute; shared like patterns */
	struct trace *trace;		/* of a search for what lacks, or NULL */
	struct session *session;	/* of one subject, or NULL */
	struct closings *closings;	/* closed.c; shared like patterns */
	/* The one without an overlay, which this one is beside; and the number
	 * of what is assumed now. */
	struct evaluator *under;
	uint64_t trial;
	struct map *tuple_places;	/* by relation and arguments */
	VEC(struct tuple) tuples;
	bool solving;			/* a recursive component, */
	uint16_t component;		/* this one */
	uint64_t unsettled;		/* tuples read that were not final */
	uint64_t recursions;		/* tuples read of recursive relations */
	uint32_t level;			/* see relation_level */
	struct lifting *lifting;	/* heights.c, while it looks for heights */
	uint64_t generation, generations;	/* of interim values: this one, in all */
	uint32_t depth;			/* of evaluate_expr in itself */
	struct coverage *coverage;	/* what is to be told of conditions, or NULL */
	uint64_t steps;			/* expressions evaluated so far */
	/* Facts that are assumed, or NULL.  Then derived attributes are kept in
	 * `memos`, by attribute and entity, as there are few of them. */
	const struct overlay *overlay;
	struct map *memo_places;
	VEC(struct memo *) memos;
	uint64_t before;		/* see evaluator_hurry */
	struct hunter *hunter;		/* hunt.c: what it keeps, or NULL */
	struct claims *claims;		/* conflict.c: likewise */
};

/* A duration is in seconds; beside a date it counts in whole days. */
#define SECONDS_OF_DAY 86400

/* How deep definitions, derived attributes and expressions may nest in one
 * another while they are evaluated: keeps the machine's stack whole. */
#define EVALUATION_DEPTH 4000

/* --- evaluate.c --- */
/* An evaluator over the same tree and graph that has its own memory, for what
 * is to be forgotten; patterns are shared. */
struct evaluator *evaluator_beside(struct evaluator *ev, struct arena *arena);
struct value evaluate_expr(struct evaluator *ev, struct env *env,
    const struct expr *e);
/* The same, whatever is remembered of E itself. */
struct value evaluate_anew(struct evaluator *ev, struct env *env,
    const struct expr *e);
/* The evaluator without an overlay, to be asked from within this one. */
struct evaluator *evaluator_under(struct evaluator *ev);
enum truth evaluate_truth(struct evaluator *ev, struct env *env,
    const struct expr *e);
struct set evaluate_set(struct evaluator *ev, struct env *env,
    const struct expr *e);
/* An environment of COUNT empty slots, in scratch. */
struct env env_new(struct evaluator *ev, uint32_t count);
void env_bind(struct env *env, const struct variable *variable,
    struct value value);
/* The environment of a definition that is called with ITEMS. */
struct env env_of_call(struct evaluator *ev, struct env *caller,
    const struct function *function, struct expr *const *items);
/* Text of a symbol's cell. */
struct str cell_text(const struct evaluator *ev, int64_t cell);

/* --- open_rows.c --- */
/* The first entity from *ENTITY on whose row of a stored ATTRIBUTE lacks something
 * in the graph; false where there is none. */
bool open_rows_next(struct evaluator *ev, uint16_t attribute, entity_id *entity);

/* --- closed.c --- */
struct closings *closings_new(struct arena *arena, const struct tree *tree);
/* The value of E if it depends on no binder and is worth being remembered. */
bool closed_value(struct evaluator *ev, struct env *env, const struct expr *e,
    struct value *v);
/* Between these what is asked of E again with the same binders is remembered;
 * what was got meanwhile goes with the end.  They nest. */
void session_begin(struct evaluator *ev);
void session_end(struct evaluator *ev);
/* Until the trial ends, in the evaluator's own region. */
void session_of_trial(struct evaluator *ev);
/* Does the value of E that was got last stay for as long as the evaluator? */
bool closed_is_kept(struct evaluator *ev, const struct expr *e);
/* The value of a closed expression that was got before. */
struct value closed_kept(struct evaluator *ev, const struct expr *e);
/* May what is assumed be seen by a derived attribute, by a relation? */
bool attribute_is_touched(struct evaluator *ev, uint16_t attribute);
bool relation_is_touched(struct evaluator *ev, uint16_t relation);

/* --- folds.c --- */
struct value evaluate_quantifier(struct evaluator *ev, struct env *env,
    const struct expr *e);
struct value evaluate_fold(struct evaluator *ev, struct env *env,
    const struct expr *e);
struct value evaluate_collect(struct evaluator *ev, struct env *env,
    const struct expr *e);
/* Binds the variable of E to a member; its membership as a truth. */
enum truth fold_bind(struct env *env, const struct expr *e,
    const struct set *set, uint32_t i);
/* Membership and condition of a member that was bound: CONDITION may be NULL. */
enum truth fold_holds(struct evaluator *ev, struct env *env,
    enum truth member, const struct expr *condition);

/* --- facts.c --- */
/* One attribute, stored or derived, of an entity that is known. */
struct value fact_attribute(struct evaluator *ev, uint16_t attribute,
    entity_id entity);
struct value fact_field(struct evaluator *ev, uint16_t field, int64_t ordinal);
struct set fact_extent(struct evaluator *ev, uint16_t kind);
/* The row of a stored attribute, of an entity of a kind that has it. */
uint32_t fact_row(const struct evaluator *ev, uint16_t attribute,
    entity_id entity);
bool fact_is_kind(const struct evaluator *ev, entity_id entity, uint16_t kind);
bool fact_extent_closed(const struct evaluator *ev, uint16_t kind);
/* Does the entity exist?  Never false without an overlay. */
enum truth fact_exists(const struct evaluator *ev, entity_id entity);
bool fact_row_closed(const struct evaluator *ev, uint16_t attribute,
    entity_id entity, uint32_t row);
/* An element of a link row, by its place in the table. */
enum truth fact_holds(const struct evaluator *ev, uint16_t attribute,
    entity_id entity, uint32_t element);
bool fact_may_link(const struct evaluator *ev, uint16_t attribute,
    entity_id s, entity_id t);

/* --- relations.c --- */
struct value evaluate_relation(struct evaluator *ev, struct env *env,
    const struct expr *e);
enum truth relation_holds(struct evaluator *ev, uint16_t relation,
    const int64_t *arguments);
/* The place of a tuple in `tuples`; one that is new is false and not final. */
uint32_t relation_place(struct evaluator *ev, uint16_t relation,
    const int64_t *arguments, bool *is_new);
/* The body of a tuple with the present truths. */
enum truth relation_evaluate(struct evaluator *ev, uint32_t place);

/* --- heights.c --- */
/* A tuple's truth at the present level. */
enum truth height_holds(struct evaluator *ev, uint32_t place);
/* From now on a tuple of the component is true only if its height is less
 * than LEVEL: what is true then proves no tuple by itself.  0: as it is. */
void relation_level(struct evaluator *ev, uint32_t level, uint16_t component);
/* The least height of a derivation, from 1; 0 of what is not true. */
uint32_t relation_height(struct evaluator *ev, uint16_t relation,
    const int64_t *arguments);
/* The environment of a relation's body for arguments. */
struct env relation_env(struct evaluator *ev, const struct function *relation,
    const int64_t *arguments);

/* --- paths.c --- */
/* Where searches keep what they know of the graph, from ARENA. */
struct search_rooms *search_rooms_new(struct arena *arena);
struct value evaluate_reaches(struct evaluator *ev, struct env *env,
    const struct expr *e);

/* --- witness.c --- */
/* A step of a walk, to be shown or asked about. */
struct walk_step {
	const struct path_step *step;
	uint32_t from, to;		/* places: entities, then phantoms by kind */
};
struct walk {
	struct walk_step *steps;
	size_t count;
	entity_id start;
	bool found;
};
/* The walk that the answer of a REACHES rests on: of certain steps if it is
 * true, of possible ones if it is unknown. */
struct walk path_witness(struct evaluator *ev, struct env *env,
    const struct expr *e, enum truth answer);

/* --- rules.c --- */
/* The environment of an outcome's subject: its binders bound, of a rest
 * subject the others unknown. */
struct env rule_env(struct evaluator *ev, const struct outcome *outcome);
/* The verdict on an outcome's subject, evaluated again: what was a subject and
 * is none any more is not applicable. */
enum verdict rule_verdict(struct evaluator *ev, const struct outcome *outcome);
/* Is the binder's value an element of its set? */
enum truth rule_membership(struct evaluator *ev, struct env *env,
    const struct binder *binder, int64_t cell);

/* --- message.c --- */
void message_render(struct evaluator *ev, struct env *env,
    const struct expr *message, const struct expr *condition, struct text *out);
void message_value(struct evaluator *ev, struct value v, struct type type,
    struct text *out);
void message_walk(struct evaluator *ev, const struct walk *walk, struct text *out);

/* --- decide.c --- */
/* What a truth that is decided rests on: the first fact that is read on the
 * way to the deciding leaf (or SPAN_NONE), and the first REACHES there. */
struct decision {
	struct span fact;
	bool has_walk;
	struct walk walk;
};
void decide(struct evaluator *ev, struct env *env, const struct expr *e,
    struct decision *decision);
/* Where an element of a set stands, if the set is a list of the inventory. */
struct span decide_element(struct evaluator *ev, struct env *env,
    const struct expr *set, int64_t cell);

/* --- missing.c --- */
struct missing_list {
	struct evaluator *ev;
	struct arena *arena;		/* of the answer */
	VEC(struct missing) items;	/* in the order they were asked for */
	struct map *places;		/* of each among them */
	struct pool *pool;		/* what is compared with, on the way */
	uint64_t named;			/* facts, also those that were known to lack */
	struct map *asked;		/* what was gone into */
	unsigned depth;			/* of these */
	unsigned owners;		/* of extents that owners leave open */
	uint64_t until;			/* of the evaluator's steps: then it is CUT */
	bool cut;
};
struct missing_list missing_list_of(struct evaluator *ev, struct arena *arena,
    struct pool *pool, uint64_t steps);
bool missing_is_enough(const struct missing_list *list);
/* Which elements of a set are asked about. */
struct part {
	bool rest;		/* those that are not listed */
	bool possible;		/* those that are only possible */
	bool only;		/* of these: CELL alone */
	int64_t cell;
};
#define PART_ALL ((struct part){ true, true, false, 0 })
#define PART_REST ((struct part){ true, false, false, 0 })
#define PART_CELL(c) ((struct part){ true, true, true, (c) })
#define PART_POSSIBLE(c) ((struct part){ false, true, true, (c) })
void missing_of(struct missing_list *list, struct env *env,
    const struct expr *e);
void missing_of_set(struct missing_list *list, struct env *env,
    const struct expr *e, struct part part);
void missing_of_element(struct missing_list *list, struct env *env,
    const struct expr *e, struct part part);
/* Of an attribute, stored or derived, of an entity. */
void missing_of_attribute(struct missing_list *list, uint16_t attribute,
    entity_id entity, struct part part);

/* --- lacking.c --- */
/* Single facts that are not there, each once. */
void lacks_attribute(struct missing_list *list, uint16_t attribute,
    entity_id entity, struct part part);
void lacks_entity(struct missing_list *list, entity_id entity);
void lacks_extent(struct missing_list *list, uint16_t kind);
void lacks_today(struct missing_list *list);
void lacks_sense(struct missing_list *list, const struct expr *e);
/* Puts what a fact is called into its text. */
void missing_name(const struct evaluator *ev, struct arena *arena,
    struct missing *missing);
/* Where a fact is asked for, from what it is; of a conflict, which depends on
 * what the others say, and of what no fact mends it is the one it has. */
struct span missing_span(const struct evaluator *ev, const struct missing *m);
/* By file and position; what stands nowhere comes last.  The second keeps the
 * order of asking where the position is the same, the first has names. */
int missing_compare(const void *a, const void *b);
bool missing_before(const struct missing *a, const struct missing *b);

/* --- pool.c --- */
/* Entities of a kind that are tried beyond those that the rule speaks of. */
#define POOL_OTHERS 6
/* Values that are worth assuming: those that a rule compares with. */
struct pool_cell { uint8_t tag; uint16_t of; int64_t cell; };
struct pool {
	struct arena *arena;
	const struct pool *base;	/* whose cells count as well, or NULL */
	struct map *seen;
	bool joins;			/* texts are made of others */
	VEC(struct pool_cell) cells;
};
struct pool *pool_new(struct arena *arena, const struct pool *base);
void pool_add(struct pool *pool, struct type type, int64_t cell);
/* A value that some operand has: its ends, or elements. */
void pool_add_value(struct pool *pool, struct type type, const struct value *v);
/* The constants of a rule and of all that it calls. */
void pool_add_rule(struct pool *pool, struct evaluator *ev, uint32_t rule);
/* What may be assumed of one missing fact, the likeliest first. */
struct fillings { struct filling *items; size_t count, capacity; };
void pool_fillings(const struct pool *pool, struct evaluator *ev,
    struct arena *arena, const struct missing *missing, struct fillings *to);

/* --- hunt.c --- */
/* The facts without which an outcome stays unknown: enough of them to decide
 * it, and no more; into the finding.  ALONE: if not NULL, gets every fact that
 * would do alone; what is called what is left to the caller there. */
struct alone { struct missing *items; size_t count, capacity; };
void hunt(struct evaluator *ev, struct arena *arena,
    const struct outcome *outcome, struct finding *finding,
    struct alone *alone);

#endif
