/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree - the checked tree: every name resolved, every expression typed, what
 * was only convenience written out.  The reference evaluator (explain/) walks
 * it, the planner (compiler/plan.c) lowers it.
 *
 * Written out by the checker:
 *	a != b			NOT EQ		a not in S	NOT IN
 *	a > b, a >= b		LT, LE turned	S has x		IN(x, S)
 *	v in a .. b		LE and LE	S is empty	COUNT(S) == 0
 *	x is unknown		NOT KNOWN	a implies b	OR(NOT a, b)
 *	S.attr			COLLECT(x in S: x.attr)
 *	several binders		one node each, nested
 *	any ... where W: P	ANY(x, S, AND(W, P)); all: OR(NOT W, P)
 *	no x in S: P		NOT ANY
 *	exactly N x in S: P	EQ(COUNT_WHERE, N); at least: LE; at most: LE
 *	count(x in S, y in T where P)	SUM over x of COUNT_WHERE over y
 *	S == T of sets		SAME		a + b of texts	CONCAT(TEXT a, TEXT b)
 *	string s == caseless c	EQ(CONCAT(s, ""), c): s folded; likewise s in S
 *
 * Where something is known not to be none (`x is not none and ...`) its type
 * is the one without `?`, though the attribute's own type has it.
 */
#ifndef SCARP_COMPILER_TREE_H
#define SCARP_COMPILER_TREE_H

#include "base/diag.h"
#include "grammar/ast.h"
#include "vm/mapping.h"
#include "vm/schema.h"

/*
 * EXPR(op, arity, "what it is"): arg[0..arity).  Truth means a bool that is
 * neither optional nor a set.
 */
#define EXPRS(EXPR) \
	EXPR(CONST, 0,		"cell of type; texts in `text`, canonical for the type") \
	EXPR(NONE, 0,		"none, of an optional type") \
	EXPR(CONST_SET, 0,	"items are CONST: a closed set") \
	EXPR(TODAY, 0,		"the run's date, or unknown") \
	EXPR(PARAM, 0,		"index: of the param") \
	EXPR(VARIABLE, 0,	"variable: a binder, let, parameter or self") \
	EXPR(EXTENT, 0,		"index: kind; the set of all its entities") \
	EXPR(ATTRIBUTE, 1,	"index: attribute of the entity arg[0]; stored or derived") \
	EXPR(FIELD, 1,		"index: schema field of the enum value arg[0]") \
	EXPR(CALL, 0,		"index: definition; items: arguments") \
	EXPR(RELATION, 0,	"index: relation; items: arguments") \
	EXPR(REACHES, 2,	"arg[0] entity, arg[1] entity or set of entities, by `path`") \
	EXPR(NOT, 1,		"truth") \
	EXPR(AND, 2,		"truths") \
	EXPR(OR, 2,		"truths") \
	EXPR(EQ, 2,		"two values of one type, either optional; never sets") \
	EXPR(LT, 2,		"numbers or versions, not optional") \
	EXPR(LE, 2,		"numbers or versions, not optional") \
	EXPR(IN, 2,		"value arg[0] in set arg[1]") \
	EXPR(SUBSET, 2,		"sets") \
	EXPR(SAME, 2,		"sets") \
	EXPR(LIKE, 1,		"text: glob pattern, as written") \
	EXPR(MATCHES, 1,	"text: regular expression") \
	EXPR(STARTS, 2,		"texts") \
	EXPR(ENDS, 2,		"texts") \
	EXPR(IN_NET, 2,		"ip in net") \
	EXPR(IS_KIND, 1,	"index: kind; a known entity") \
	EXPR(KNOWN, 1,		"of any type; never unknown itself") \
	EXPR(ABSENT, 1,		"is none; of an optional type") \
	EXPR(ASSUME, 2,		"arg[0], where it is not decided arg[1]") \
	EXPR(ASSUME_COMPLETE, 1, "set arg[0], closed") \
	EXPR(NEGATE, 1,		"int or duration") \
	EXPR(ADD, 2,		"numbers: int+int, date+duration, duration+duration") \
	EXPR(SUBTRACT, 2,	"numbers: also date-date giving a duration, date-duration") \
	EXPR(MULTIPLY, 2,	"int*int, duration*int") \
	EXPR(DIVIDE, 2,		"int/int, duration/int") \
	EXPR(CONCAT, 2,		"string or caseless; caseless if either is") \
	EXPR(TEXT, 1,		"a value as text, for CONCAT: ints, dates, enum values, versions") \
	EXPR(LOWER, 1,		"string") \
	EXPR(SET, 0,		"items: elements, optional ones allowed") \
	EXPR(UNION, 2,		"sets") \
	EXPR(INTERSECT, 2,	"sets") \
	EXPR(WITHOUT, 2,	"sets") \
	EXPR(COUNT, 1,		"of a set: an interval; of an enum's values clipped to its size") \
	EXPR(ANY, 2,		"variable in set arg[0]: truth arg[1]") \
	EXPR(ALL, 2,		"variable in set arg[0]: truth arg[1]") \
	EXPR(COLLECT, 3,	"{ arg[1] for variable in arg[0] where arg[2] }; arg[1] a set: flattened") \
	EXPR(COUNT_WHERE, 2,	"how many of variable in set arg[0] satisfy arg[1]") \
	EXPR(SUM, 3,		"of number arg[1] for variable in arg[0] where arg[2]") \
	EXPR(MIN, 3,		"the same; optional: none of a certainly empty set") \
	EXPR(MAX, 3,		"the same") \
	EXPR(WITNESS, 0,	"in messages: the walk that the REACHES of the clause found") \
	EXPR(MESSAGE, 0,	"items: CONST strings and values of any type, printed in turn")

enum expr_op {
#define EXPR(op, arity, text) EXPR_##op,
	EXPRS(EXPR)
#undef EXPR
	EXPR_COUNT_OF
};
const char *expr_op_name(enum expr_op op);
int expr_op_arity(enum expr_op op);

/* Numbered within its scope (a rule, definition, derive or relation), so that
 * an environment is an array of values. */
struct variable {
	struct str name;
	struct span span;
	struct type type;
	uint32_t index;
	const struct expr *let;		/* its value when it is a `let`; else NULL */
};

struct path;

struct expr {
	enum expr_op op;
	bool implied;			/* a NOT that nobody wrote: of forbid, implies, where */
	struct type type;
	struct span span;
	uint32_t index;
	int64_t cell;
	struct str text;
	struct variable *variable;
	const struct path *path;
	struct expr *arg[3];		/* where a `where` is left out: NULL */
	struct expr **items;
	uint32_t count;
};

/* A path expression as an automaton without empty moves (Glushkov 1961). */
enum path_step_kind { PATH_LINK, PATH_RELATION };
struct path_step {
	enum path_step_kind kind;
	uint16_t index;			/* attribute (stored or derived), or relation */
	bool inverse;
	uint16_t from, to;		/* kinds as walked */
	struct span span;
};
struct path_move { uint8_t from, to; uint16_t step; };
struct path {
	struct span span;
	uint16_t from, to;		/* kinds of its ends */
	uint8_t states;			/* state 0 is the start; at most LIMIT_PATH_STATES */
	uint64_t accepting;		/* bit per state; bit 0: the empty walk */
	struct path_step *steps;
	uint16_t step_count;
	struct path_move *moves;
	uint16_t move_count;
	uint16_t index;			/* in tree.paths */
};

enum severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL };
const char *severity_text(enum severity severity);

/* Which line decided a severity, a selection or the value of a param. */
enum setting_kind {
	SETTING_DECLARED,		/* where it is declared */
	SETTING_PROFILE,		/* a line of a profile; of a selection also
					 * the profile as a whole */
	SETTING_OPTION			/* `--set-param`; of a selection --rule, --tag ... */
};
struct setting {
	enum setting_kind kind;
	struct span span;		/* of the line */
	uint32_t profile;		/* in tree.profiles, of SETTING_PROFILE */
};

struct binder {
	struct variable *variable;
	struct expr *set;
};

struct requirement {
	struct expr *condition;		/* of `forbid E`: NOT E */
	struct expr *message;		/* MESSAGE, or NULL */
	bool forbid;
	struct span span;
};

struct reference { struct str name, value; struct span span; };

struct rule {
	struct str id, title, why, fix;
	struct span span;		/* of the id */
	enum severity severity;
	enum severity written;		/* the one before any profile */
	struct setting severity_by, selected_by;
	uint32_t pack;			/* in tree.packs */
	bool damaged;			/* not checked: its syntax is in error */
	uint32_t variables;		/* size of its environment */
	VEC(struct binder) binders;
	VEC(struct variable *) lets;
	VEC(struct expr *) when;
	VEC(struct expr *) except;
	VEC(struct str) because;	/* of each exception */
	VEC(struct requirement) requirements;
	VEC(struct reference) sources, controls;
	VEC(struct str) tags, replaces;
};

/* A definition, derived attribute or relation: a body over parameters. */
struct function {
	struct str name;
	struct span span;
	struct variable **parameters;
	uint32_t count;
	uint32_t variables;		/* size of its environment */
	struct expr *body;
	struct type type;
	uint16_t attribute;		/* of a derived attribute, else SCHEMA_NONE */
	uint16_t stratum;		/* of a relation: its component, lower ones first */
	bool recursive;			/* of a relation */
};

struct param {
	struct str name, purpose;
	struct span span;
	struct type type;
	struct expr *value;		/* CONST or CONST_SET */
	struct expr *written;		/* the one before any profile */
	struct setting set_by;
	uint32_t pack;			/* in tree.packs */
	bool has_range;
	int64_t low, high;
};

struct profile {
	struct str name, title;
	struct span span;		/* of the name */
	uint32_t pack;			/* in tree.packs */
};

/* A part of a waiver's subject, for the binder of its place. */
struct waiver_part {
	struct span span;
	uint16_t kind;			/* of an entity, else SCHEMA_NONE */
	struct str key;			/* as written: a key, or a value as text */
};

enum waiver_rule { WAIVER_RULE_RUNS, WAIVER_RULE_DESELECTED, WAIVER_RULE_ABSENT };

/* An exception that somebody answers for, until a day. */
struct waiver {
	struct str rule;		/* as written: an id, maybe a replaced one */
	struct span span;		/* of the id */
	enum waiver_rule state;
	uint32_t rule_index;		/* of a rule that runs: in tree.rules */
	struct waiver_part *parts;
	uint32_t count;			/* 0: the inventory */
	int64_t until;			/* the last day, since 1970-01-01 */
	struct str because, approved_by;
	struct str evidence;		/* 32 hexadecimal digits, or empty */
};

/* A file of waivers that was given beside the packs. */
struct waiver_file { struct str path; uint32_t file; };

struct pack_info {
	struct str id, title, version;
	struct span span;
	struct str module;		/* the name that `use` gave; empty: asked for */
	uint32_t *files;		/* in the sources, sorted by name */
	struct str *names;		/* of each file inside its pack, for a container */
	uint32_t file_count;
};

struct expectation {
	struct span span;
	enum ast_op verdict;		/* OP_PASS, OP_FAIL, OP_UNKNOWN, OP_NOT_APPLICABLE */
	struct str *kinds, *keys;	/* subject by binder: kind may be empty */
	uint32_t count;
	struct str with;
	const struct ast **needs;	/* AST_NEED */
	uint32_t need_count;
};

struct test {
	struct str rule, title;
	struct span span;		/* of the rule's id */
	struct span body;		/* from the first part to the last */
	uint32_t rule_index;
	const struct ast *given;	/* AST_GIVEN; where none is written, one of nothing */
	VEC(struct expectation) expectations;
};

struct tree {
	struct arena *arena;
	struct diagnostics *all;
	struct schema *schema;
	VEC(struct pack_info) packs;	/* those asked for; used ones follow */
	VEC(struct param) params;
	VEC(struct function) definitions;
	VEC(struct function) derived;	/* by attribute: see tree_derived */
	VEC(struct function) relations;
	VEC(struct rule) rules;		/* by pack, then in the order of the text */
	VEC(struct rule) deselected;	/* by profile or choice: they do not run */
	VEC(struct str) choice;		/* "--tag iis": what was asked for, if a part */
	VEC(struct profile) profiles;
	const struct profile *profile;	/* the one that was asked for, or NULL */
	VEC(struct waiver) waivers;	/* of packs, then of files */
	VEC(struct waiver_file) waiver_files;
	VEC(struct test) tests;
	VEC(struct mapping *) mappings;
	VEC(const struct path *) paths;
};

const struct function *tree_derived(const struct tree *tree, uint16_t attribute);
/* The id that is nearest to a wrong one, or empty. */
struct str tree_nearest_rule(struct arena *arena, const struct tree *tree,
    struct str id);
/* The params that a rule's verdicts may depend on, through definitions,
 * derived attributes and relations: a bit for each of tree.params. */
uint64_t *tree_rule_params(struct arena *arena, const struct tree *tree,
    const struct rule *rule);
/* "3 of 34 rules, by --tag iis": of a run that asked for a part; else empty. */
struct str tree_part_text(struct arena *arena, const struct tree *tree);
/* The attributes that its verdicts may rest on, in the same way, as an
 * inventory states them: a bit for each of tree.schema. */
uint64_t *tree_rule_facts(struct arena *arena, const struct tree *tree,
    const struct rule *rule);
/* The attributes whose rows a run of its rules, and what is told of it, may ask
 * for, in the same way: those of the rules and their messages, both sides of
 * a link, keys, and whatever says which entities there are. */
uint64_t *tree_footprint(struct arena *arena, const struct tree *tree);
/* "medium", "2", "{perimeter, internet}": the value of a param, as written in
 * the language. */
struct str tree_value_text(struct arena *arena, const struct tree *tree,
    const struct expr *value);
/* An indented listing for tests and `scarp build --dump=tree`. */
void tree_dump(const struct tree *tree, struct text *out);

#endif
