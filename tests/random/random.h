/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random - random well-typed packs and schema-valid inventories.
 *
 * A pack is a tree of templates: `%` in a node's text stands for its next
 * child.  So a failing pack can be shrunk without knowing the language: a
 * node is replaced by a descendant of its type, an item of a list is left
 * out, and what no longer compiles is no candidate.  An inventory is a table
 * of facts, each of which can be taken away, or given (a refinement).
 * Everything follows from the seed.
 */
#ifndef SCARP_TESTS_RANDOM_H
#define SCARP_TESTS_RANDOM_H

#include "base/text.h"
#include "base/vec.h"

/* xorshift64*, Vigna 2016, "An experimental exploration of Marsaglia's
 * xorshift generators, scrambled". */
struct random {
	uint64_t state;
	const unsigned char *tape;	/* of a fuzzer: while LEFT, a byte is a choice */
	size_t left;
};
void random_seed(struct random *r, uint64_t seed);
uint64_t random_next(struct random *r);
/* 0 .. n - 1 */
unsigned random_below(struct random *r, unsigned n);
/* True PERCENT times out of a hundred. */
bool random_chance(struct random *r, unsigned percent);

/* Types of generated values; a set of T is SET | T, T? is OPTIONAL | T. */
enum {
	TRUTH, INT, DATE, DURATION, STRING, CASELESS, VERSION, IP, NET, COLOR, SHAPE,
	ALPHA, DELTA, BETA, GAMMA, PART,	/* kinds: DELTA is an ALPHA */
	PLAIN,				/* of no type: declarations, lists */
	TYPES = PLAIN,
	SET = 64, OPTIONAL = 128
};
#define BASE(type) ((type) & 63)
#define IS_KIND_TYPE(type) (BASE(type) >= ALPHA && BASE(type) <= PART)

struct node {
	const char *text;	/* `%`: the next child */
	int type;
	bool constant;		/* holds nothing but literals */
	bool list;		/* children may be left out, down to `least` */
	unsigned least;
	VEC(struct node *) children;
};

struct attribute {
	int kind;		/* that has it */
	const char *name;
	int type;
	bool key, owned, has_default;
	const char *inverse;	/* of which attribute of the target, or NULL */
	bool derived;		/* only later declarations may use it */
	bool hidden;		/* the inventory never states this side */
};

enum state { MISSING, GIVEN, ABSENT, OPEN, CLOSED };
struct fact {
	int entity, attribute;
	enum state state;	/* MISSING, GIVEN, ABSENT; of sets MISSING, OPEN, CLOSED */
	VEC(const char *) values;
	VEC(const char *) possible;
};

struct entity_model {
	int kind;		/* under which it is listed */
	const char *key;
	int owner;
	bool possible;		/* of owned ones: their list says perhaps */
	const char *source;	/* its own `source`, or NULL */
};

struct model {
	struct arena *arena;
	struct random random;
	const char *source;	/* the file's `source`, as JSON */
	bool several;		/* there are more sources, which may disagree */
	VEC(struct model *) others;	/* they: entities, facts and `complete` */
	const struct model *first;	/* of an other: whose entities it knows */
	bool has_as_of;
	int64_t as_of;		/* days */
	unsigned least;		/* grade, 0: all count */
	unsigned scale;		/* how large site and pack are: 1 and more */
	unsigned crowd;		/* and for each of its entities so many more */
	uint64_t seed;
	bool ways_out;		/* `is known` and `assuming` are used */
	unsigned missing;	/* percent of facts that are not there */
	VEC(struct attribute) attributes;
	VEC(struct entity_model) entities;
	VEC(struct fact) facts;
	bool complete[TYPES];
	struct node *pack;
	unsigned names;		/* given out */
	/* what the pack declares, for calls */
	struct callable { const char *name; int parameters[2]; int count; int type; bool relation; } callables[16];
	unsigned callable_count;
	unsigned nested, correlated, recursive, paths;	/* seen */
};

extern const char *const kind_names[TYPES];
const char *model_printf(struct model *m, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A literal of a type from the small pool that packs and sites share. */
const char *model_literal(struct model *m, int type, bool in_pack);

void model_schema(struct model *m);	/* schema.c: attributes */
void model_site(struct model *m);	/* site.c: entities and facts */
void model_others(struct model *m);	/* sources.c: what others say */
void model_pack(struct model *m);	/* pack.c: rules */

void model_print_pack(const struct model *m, struct text *out);
void model_print_schema(const struct model *m, struct text *out);
void model_print_yaml(const struct model *m, struct text *out);
void model_print_json(const struct model *m, struct text *out);
/* site.c: a value that an attribute of a type could have; NULL when there is
 * none.  Whether a list has it in some spelling.  A fact said anew. */
const char *model_value(struct model *m, int type);
bool model_same(int type, const char *a, const char *b);
void model_fill(struct model *m, struct fact *fact, int type);
/* Says something of what the inventory may state of an entity. */
void model_state(struct model *m, int entity);
/* Does another source speak of what a fact is about? */
bool model_is_contested(const struct model *m, const struct fact *fact);

/* Makes one fact better known; false when nothing is left to learn. */
bool model_refine(struct model *m);

#endif
