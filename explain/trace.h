/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace - what a search for missing facts looked at, in words that do not name
 * the subject.
 *
 * Entities are numbered as they turn up: first those of the subject, then
 * those that are read.  What is said of a new one is its kind, whether it is
 * only possible, and where it stands among the others, as nothing else of it
 * matters before it is read.  Two searches of one rule that get the same
 * answers to all they look at go the same way; alike.c makes use of that.
 *
 * Whoever reads the graph for a search says so here, or breaks the trace.
 */
#ifndef SCARP_EXPLAIN_TRACE_H
#define SCARP_EXPLAIN_TRACE_H

#include "explain/value.h"
#include "vm/graph.h"

struct evaluator;
struct expr;

enum look_kind {
	LOOK_ROW,		/* a value, or a row with its elements */
	LOOK_STATE,		/* of a row: is it stated, is it closed */
	LOOK_HAS,		/* a row: one element */
	LOOK_MAY,		/* graph_may_link */
	LOOK_OWNER,
	LOOK_DERIVED,		/* a derived attribute, nothing assumed */
	LOOK_TUPLE,		/* a relation of one or two, nothing assumed */
	LOOK_KEPT,		/* a value that depends on no binder */
	LOOK_OTHERS		/* the first entities of a kind */
};

/* ENTITY and OTHER are numbers. */
struct look {
	enum look_kind kind;
	uint16_t index;		/* attribute, relation, kind */
	uint32_t entity, other;
	const struct expr *expr;
};

#define TRACE_ENTITIES 48
#define TRACE_LOOKS 160
#define TRACE_WORDS 1000

/* Entities and answers.  With WANTED it compares: WRONG where one differs. */
struct coder {
	struct evaluator *ev;		/* nothing assumed */
	entity_id entities[TRACE_ENTITIES];
	uint32_t entity_count;
	uint64_t words[TRACE_WORDS];
	size_t count;
	const uint64_t *wanted;
	bool wrong;			/* or too much */
};

struct trace {
	struct coder coder;
	struct look looks[TRACE_LOOKS];
	size_t look_count;
	struct map *seen;
	unsigned pauses;
};

/* --- while a search runs; T may be NULL ----------------------------------- */

void trace_break(struct trace *t);
/* What is computed meanwhile is looked at as a whole afterwards. */
void trace_pause(struct trace *t);
void trace_resume(struct trace *t);
void trace_row(struct trace *t, uint16_t attribute, entity_id entity);
void trace_state(struct trace *t, uint16_t attribute, entity_id entity);
/* CELL of an entity type, as with the next. */
void trace_has(struct trace *t, uint16_t attribute, entity_id s, int64_t cell);
void trace_may(struct trace *t, uint16_t attribute, entity_id s, entity_id other);
void trace_owner(struct trace *t, entity_id entity);
void trace_derived(struct trace *t, uint16_t attribute, entity_id entity);
void trace_tuple(struct trace *t, uint16_t relation, const int64_t *arguments,
    uint32_t count);
void trace_kept(struct trace *t, const struct expr *e);
void trace_others(struct trace *t, uint16_t kind);
/* What is known of an entity by its number alone is asked. */
void trace_entity(struct trace *t, int64_t entity);

/* --- alike.c -------------------------------------------------------------- */

void coder_start(struct coder *c, struct evaluator *ev);
/* An entity among the answers, numbered where it is new. */
void coder_entity(struct coder *c, entity_id id);
void coder_word(struct coder *c, uint64_t word);
void coder_look(struct coder *c, const struct look *look);
/* False where it never turned up. */
bool coder_number(const struct coder *c, int64_t id, uint32_t *number);

#endif
