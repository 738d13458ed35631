/* SPDX-License-Identifier: Apache-2.0 */
/*
 * machine - what the parts of the virtual machine share while it runs.
 *
 * run.c links a program to a graph and runs the units, batch by batch;
 * interp.c holds the loop; kernels_*.c and path.c do the work of one
 * instruction on all rows of its frame.
 *
 * A kernel gets its operands and the place of its result as values of the
 * types below.  What a value points to is never written again: it may be a
 * column of the graph, an operand's memory, or scratch memory that lives as
 * long as the batch.
 */
#ifndef SCARP_VM_MACHINE_H
#define SCARP_VM_MACHINE_H

#include <assert.h>

#include "base/limits.h"
#include "vm/code_set.h"
#include "vm/fault.h"
#include "vm/graph.h"
#include "vm/outcomes.h"
#include "vm/plane.h"
#include "vm/program.h"
#include "vm/regex.h"
#include "vm/run.h"
#include "vm/scalar.h"
#include "vm/scratch.h"

/* A checked build asserts what the verifier promises. */
#ifdef SCARP_CHECKED
#define CHECKED(condition) assert(condition)
#else
#define CHECKED(condition) ((void)0)
#endif

/* Children of a batch above which it is made smaller. */
#define BATCH_CHILDREN (4u << 20)
#define BATCH_LEAST 512
#define BATCH_MOST 16384

/*
 * A word per row that is known; certainly none where absent; else unknown.
 * Words that follow from something shorter are not written down before a kernel
 * asks for them (scalar_of); those that can do without take scalar_as_is.
 */
struct scalar {
	const uint32_t *word;		/* NULL: not written down */
	const uint64_t *known, *absent;
	bool uniform;			/* the same in every row */
	bool is_row;			/* word[i] = start + i, all known */
	uint32_t start;			/* also: of column, the row that is row 0 here */
	const struct column *column;	/* of whose rows it is a piece, or NULL */
	const struct constant *constant;	/* that it is, or NULL */
};

/* An interval per row, the rest as for scalars. */
struct numbers {
	const int64_t *low, *high;	/* NULL: not written down (numbers_of) */
	const uint64_t *known, *absent;
	bool uniform;
	uint32_t start;			/* as above */
	const struct column *column;
	const struct constant *constant;
};

/* A set per row: cells[from[row] .. to[row]), ascending, certain or possible. */
struct sets {
	const uint32_t *from, *to;
	const void *cells;		/* uint32_t, or int64_t when wide */
	const uint64_t *certain;	/* by index into cells */
	const uint32_t *anonymous;	/* per row; NULL: none in any */
	const uint64_t *open;
	bool wide;
	bool uniform;
};

struct value {
	const char *poison;		/* the limit that tripped, or NULL */
	bool ready;			/* written in this batch */
	bool lent;			/* planes of a truth that are not its own */
	const struct postings *postings;	/* of sets, once made: postings.c */
	/* Of truths fetched while m->frontier is there: the rows looked up, where known. */
	const uint32_t *looked;
	const uint64_t *looked_known;
	union {
		struct truths truth;
		struct scalar scalar;
		struct numbers numbers;
		struct sets sets;
	};
};

/* A frame of the batch that is being run. */
struct frame {
	uint32_t count;			/* rows */
	size_t words;			/* of a plane */
	const char *poison;		/* it could not be opened */
	bool open;
	uint64_t *all;			/* every row */
	uint64_t *free_planes;		/* of truths that died; linked by their first word */
	uint64_t base;			/* of a root: its row 0, counted over the whole run */
	const uint32_t *rows;		/* of a root: which these are, where they do not follow
					 * each other; else NULL */
	const struct asked *asked;	/* of a root of pairs: these are its rows; or NULL */
	struct frame *up;		/* the parent; NULL: root */
	uint16_t depth;			/* of a root 0 */
	const uint32_t *parent;		/* per row: row of the parent frame; frame_parents */
	const uint32_t *child;		/* per parent row, one more: its first row */
	const void *cells;		/* per row: the element */
	bool wide;
	const uint64_t *member;		/* rows of certain elements */
	struct pieces pieces;		/* the children of each row; frame_pieces */
	const uint32_t *above[PROGRAM_DEPTH + 1];	/* made on demand: frame_rows_above */
};

/*
 * Rows that can be looked up: a column or link table of the graph, a field of
 * an enum, a store.  Row r is that of cell first[0] + r, or of the pair
 * (first[0] + r / count[1], first[1] + r % count[1]).
 */
struct table {
	bool ready;
	uint8_t type;			/* enum register_type */
	uint8_t dimensions;
	bool false_at_none;		/* of truths: a relation */
	const char *poison;
	uint32_t first[2], count[2];
	uint32_t rows;
	uint64_t *t, *f;		/* truths */
	const struct column *column;	/* whose codes stand for the cells; or NULL */
	const void *cells, *high;	/* scalars, numbers; elements of sets */
	uint8_t width;			/* of cells: 4 or 8 */
	const uint64_t *known, *absent;
	bool never_absent;		/* no row of the column is */
	const uint32_t *offsets;	/* sets: rows + 1 */
	const uint64_t *certain;	/* per element */
	const uint64_t *open;
	const uint32_t *anonymous;	/* or NULL */
	/* Of truths; members share these two, by atomic operations: */
	uint64_t looked;		/* rows that were looked up here and there */
	const uint32_t *looks;		/* made of t and f, or NULL */
	size_t capacity;		/* elements there is room for, in a store */
	struct asked *asked;		/* its rows are the pairs asked for; else NULL */
};

/* The rows of a unit of pairs that is not run for all pairs: asked.c. */
struct asked {
	bool on;
	uint16_t unit;
	uint32_t count, room;
	uint32_t done;			/* rows below have their final values */
	uint32_t seen;			/* rows below were run once */
	uint32_t wave;			/* and those below this are being run */
	uint64_t *pairs;		/* by row: x << 32 | y, entities */
	uint32_t *slots, slot_count;	/* row + 1; a power of two of them */
	VEC(uint32_t) waves;		/* first rows of those asked for at one time */
};

/* A constant, ready to be every row of a register. */
struct constant {
	bool ready;
	uint8_t state;			/* enum constant_state */
	int64_t cell;			/* texts: symbol */
	const void *cells;		/* of a set */
	uint64_t *certain;
	uint32_t count;
	bool open;
};

/* It again and again. */
struct constant_rows {
	uint32_t *words;
	uint32_t word_count;
	int64_t *numbers;
	uint32_t number_count;
};

#define MEMO_PAGE 4096
struct pattern {
	struct str text;
	bool caseless;
	struct regex *regex;		/* of a regular expression; NULL: refused */
	bool is_regex;
};

/* What a pattern answered. */
struct memo {
	uint8_t **pages;		/* by symbol: 0 or 1 + enum regex_answer */
	uint32_t page_count;
};

struct path_search;			/* path.c */
struct frontier;			/* frontier.c */
struct inquiry;				/* postings.c */

/* A test that shares its work with others of the same set register. */
struct membership {
	struct inquiry *inquiry;	/* or NULL */
	uint32_t number;		/* of its constant, there */
};

struct team;				/* team.c */

/* Outcomes of a batch wait here until it is done, and of a unit until that is. */
struct emitted {
	uint32_t rule;
	int8_t rest;			/* binder of rest subjects, or -1 */
	uint8_t count;			/* cells of a subject */
	struct outcome_chunk chunk;
};

/* The elements of rows of a store that a member ran. */
struct set_rows {
	uint32_t store;
	uint64_t row;			/* the first */
	uint32_t rows;
	uint32_t count;			/* of elements */
	const void *cells;
	const uint64_t *certain;
};

struct set_rows_list {
	struct set_rows *items;
	size_t count, capacity;
};

/* What an instruction of this batch counted. */
struct counted {
	uint32_t rule;
	struct tally tally;
};

struct machine {
	const struct program *program;
	const struct graph *graph;
	const struct run_options *options;
	struct arena *arena;		/* of the run */
	struct arena *common;		/* the same; of a member, that of the machine it is of:
					 * only in machine_once */
	struct scratch *scratch;	/* of the batch */
	struct tally *tallies;
	struct outcomes *outcomes;	/* where they go, or NULL */
	struct arena *kept;		/* of what they point to */

	symbol *texts;			/* of the program's texts, on demand */
	uint32_t *iota;			/* 0, 1, 2, ... for every entity; on demand: machine_iota */
	uint64_t *certain_entities;	/* by entity */
	struct table *attributes, *fields;	/* two each: machine_attribute */
	struct table *stores;
	struct asked *asked;		/* by unit */
	uint16_t *groups;		/* by unit: the first of its component, or itself */
	bool *settled;			/* by group: its units of all rows are final */
	struct constant *constants;
	struct constant_rows *constant_rows;
	struct pattern *patterns;
	struct memo *memos;
	const struct code_kernels *code_kernels;
	struct code_choice **choices;	/* per instruction, on demand; members share them */
	struct membership *tests;	/* per instruction */
	struct path_search **paths;	/* by path: of REACH, of CLOSURE */
	uint64_t *zeros;		/* a plane of BATCH_MOST rows */

	const struct program_unit *unit;
	struct frame *frames;		/* by frame of the program */
	struct value *values;		/* by register of the unit */
	struct table nothing;		/* no rows, of every type */
	uint8_t *deaths;		/* per instruction: bit 0, 1, 2: a, b, c die there */
	const char **poisons;		/* per instruction: it tripped a limit */
	uint64_t *spent, *spending;	/* per instruction: rows, in batches done and in this one */
	size_t now;			/* the instruction that runs */
	bool sick;			/* something is poisoned */
	bool split;			/* this batch is too large: start again with a smaller one */
	bool recursive;			/* the unit belongs to a component */
	const uint32_t *listed;		/* rows of the unit to be run, where not all; or NULL */
	struct frontier *frontier;	/* where is written down what its rows rest on, or NULL */
	struct frontier **frontiers;	/* by group, on demand: frontier.c */
	bool changed;			/* a store of the component did, or has more rows */
	bool waits;			/* this batch asked for pairs of an earlier unit: once
					 * they are there it starts again */
	uint32_t batch_rows;
	uint64_t most_children;		/* above which a batch is made smaller */

	struct team *team;		/* members, once there were some */
	struct machine *head;		/* of a member: whose unit it helps with; else NULL */
	bool lost;			/* a member met what the head must do alone */
	bool alone;			/* a head that members could not help */
	uint32_t most_registers;	/* of a unit */
	struct arena *aside;		/* of a member: what it stored, for this unit */
	struct arena_mark aside_start;
	struct set_rows_list set_rows;
	size_t set_rows_done;		/* of batches that are complete */

	VEC(struct counted) counted;	/* of this batch */
	VEC(struct emitted) emitted;
	size_t emitted_done;		/* of batches that are complete */
};

/* --- memory and budget --------------------------------------------------- */

/* Memory of the batch, with any content. */
#define SCRATCH(m, type, count) \
	((type *)scratch_get((m)->scratch, (size_t)(count) * sizeof(type)))
uint64_t *plane_new(struct machine *m, size_t rows);
uint64_t *plane_new_zero(struct machine *m, size_t rows);
/* Charges the running instruction with ROWS made.  False: it made too many
 * (poisoned), or this batch did (m->split): the instruction must stop. */
bool machine_charge(struct machine *m, uint64_t rows);

/* --- operands and results ------------------------------------------------ */

static inline struct value *machine_value(struct machine *m, uint16_t operand)
{
	CHECKED(OPERAND_REGISTER(operand) < m->unit->register_count);
	return &m->values[OPERAND_REGISTER(operand)];
}

static inline const struct program_register *machine_register(const struct machine *m,
    uint16_t operand)
{
	return program_operand(m->program, m->unit, operand);
}

static inline struct frame *machine_frame(struct machine *m, uint16_t operand)
{
	return &m->frames[machine_register(m, operand)->frame];
}

/* A truth operand; a negated one with its planes exchanged. */
static inline struct truths truth_of(struct machine *m, uint16_t operand)
{
	const struct value *v = machine_value(m, operand);

	CHECKED(v->ready && machine_register(m, operand)->type == REGISTER_TRUTH);
	if (operand & OPERAND_NEGATE)
		return (struct truths){ v->truth.f, v->truth.t };
	return v->truth;
}

static inline const struct scalar *scalar_as_is(struct machine *m, uint16_t operand)
{
	CHECKED(machine_value(m, operand)->ready);
	CHECKED(machine_register(m, operand)->type == REGISTER_SCALAR);
	return &machine_value(m, operand)->scalar;
}

static inline const struct numbers *numbers_as_is(struct machine *m, uint16_t operand)
{
	CHECKED(machine_value(m, operand)->ready);
	CHECKED(machine_register(m, operand)->type == REGISTER_NUMBER);
	return &machine_value(m, operand)->numbers;
}

/* kernels_code.c: with its words, or numbers, written down. */
const struct scalar *scalar_write(struct machine *m, uint16_t operand);
const struct numbers *numbers_write(struct machine *m, uint16_t operand);

static inline const struct scalar *scalar_of(struct machine *m, uint16_t operand)
{
	const struct scalar *s = scalar_as_is(m, operand);

	return s->word ? s : scalar_write(m, operand);
}

static inline const struct numbers *numbers_of(struct machine *m, uint16_t operand)
{
	const struct numbers *n = numbers_as_is(m, operand);

	return n->low ? n : numbers_write(m, operand);
}

static inline const struct sets *sets_of(struct machine *m, uint16_t operand)
{
	CHECKED(machine_value(m, operand)->ready);
	return &machine_value(m, operand)->sets;
}

/* Fresh planes for the truth that DST will be, with any content. */
struct truths truth_new(struct machine *m, uint16_t dst);
void truth_die(struct machine *m, uint16_t operand);

static inline int64_t sets_cell(const struct sets *s, uint32_t element)
{
	return s->wide ? ((const int64_t *)s->cells)[element]
	    : ((const uint32_t *)s->cells)[element];
}

static inline uint32_t sets_anonymous(const struct sets *s, uint32_t row)
{
	return s->anonymous ? s->anonymous[row] : 0;
}

/* There may be elements that are not listed. */
static inline bool sets_rest(const struct sets *s, uint32_t row)
{
	return bit_get(s->open, row) || sets_anonymous(s, row) > 0;
}

static inline struct number numbers_get(const struct numbers *n, uint32_t row)
{
	return (struct number){ n->low[row], n->high[row],
	    bit_get(n->known, row), bit_get(n->absent, row) };
}

/* A number register being filled, row by row. */
struct numbers_out {
	int64_t *low, *high;
	uint64_t *known, *absent;
};
struct numbers_out numbers_new(struct machine *m, uint16_t dst);
static inline void numbers_put(const struct numbers_out *out, uint32_t row, struct number n)
{
	out->low[row] = n.low;
	out->high[row] = n.high;
	bit_put(out->known, row, n.known);
	bit_put(out->absent, row, n.absent);
}

/* A scalar register being filled. */
struct scalar_out {
	uint32_t *word;
	uint64_t *known, *absent;
};
struct scalar_out scalar_new(struct machine *m, uint16_t dst);
static inline void scalar_put(const struct scalar_out *out, uint32_t row, uint32_t word)
{
	out->word[row] = word;
	bit_set(out->known, row);
}

/* A set register being filled, row by row, elements ascending. */
struct sets_out {
	uint32_t *from, *to, *anonymous;
	void *cells;
	uint64_t *certain, *open;
	uint32_t count;
	bool wide;
};
/* Room for MOST elements in all; false: stop (machine_charge). */
bool sets_new(struct machine *m, uint16_t dst, uint64_t most, struct sets_out *out);
static inline void sets_add(struct sets_out *out, int64_t cell, bool certain)
{
	if (out->wide)
		((int64_t *)out->cells)[out->count] = cell;
	else
		((uint32_t *)out->cells)[out->count] = (uint32_t)cell;
	if (certain)
		bit_set(out->certain, out->count);
	out->count++;
}
static inline void sets_start(struct sets_out *out, uint32_t row)
{
	out->from[row] = out->count;
}

/* How many of two sets together; where that is beyond counting, there may be
 * more. */
static inline uint32_t anonymous_add(uint32_t a, uint32_t b, bool *open)
{
	if (a > ANONYMOUS_MOST - b) {
		*open = true;
		return ANONYMOUS_MOST;
	}
	return a + b;
}

static inline void sets_end(struct sets_out *out, uint32_t row, uint32_t anonymous, bool open)
{
	out->to[row] = out->count;
	out->anonymous[row] = anonymous;
	bit_put(out->open, row, open);
}

/* Is a cell among the elements; certainly? */
bool sets_lists(const struct sets *s, uint32_t row, int64_t cell, bool *certain);
/* m(x, S) of the semantics: is a known cell an element? */
enum truth sets_member(const struct sets *s, uint32_t row, int64_t cell);
/* COUNT S, clipped to CLIP unless that is 0. */
struct number sets_count(const struct sets *s, uint32_t row, uint32_t clip);

/* Do the elements of COUNT rows stand in one piece, in order? */
bool sets_is_one_piece(const struct sets *s, uint32_t count);

/* A frame of COUNT rows in this batch. */
void frame_start(struct machine *m, struct frame *frame, uint32_t count);
/* Per row of a child frame: the row of its parent frame. */
const uint32_t *frame_parents(struct machine *m, struct frame *frame);
/* The rows of a child frame as pieces, one for each row of its parent. */
const struct pieces *frame_pieces(struct machine *m, struct frame *frame);
/* Per row of FRAME: the row of its ancestor ABOVE. */
const uint32_t *frame_rows_above(struct machine *m, struct frame *frame,
    const struct frame *above);

/* --- kernels: what they do stands in opcodes.def ------------------------- */

/* kernels_move.c */
void kernel_move_constant(struct machine *m, const struct instruction *in);
void kernel_move_row(struct machine *m, const struct instruction *in);
void kernel_move_exists(struct machine *m, const struct instruction *in);
void kernel_move_element(struct machine *m, const struct instruction *in);
void kernel_move_element_number(struct machine *m, const struct instruction *in);
void kernel_move_member(struct machine *m, const struct instruction *in);
void kernel_move_up(struct machine *m, const struct instruction *in);
void kernel_move_expand(struct machine *m, const struct instruction *in);

/* kernels_code.c: what is asked once for each code of a column.  False where
 * the operands are not such, and nothing was done. */
bool code_equal(struct machine *m, const struct instruction *in);
bool code_compare(struct machine *m, const struct instruction *in);
bool code_match(struct machine *m, const struct instruction *in);
bool code_relate(struct machine *m, const struct instruction *in);
bool code_in_set(struct machine *m, const struct instruction *in);
bool code_field(struct machine *m, const struct instruction *in, const struct table *table);
/* Cells of the rows of a column that AT names. */
void column_gather_words(const struct column *c, const uint32_t *at, uint32_t count,
    uint32_t *words);
void column_gather_numbers(const struct column *c, const uint32_t *at, uint32_t count,
    int64_t *numbers);

/* kernels_move.c: a constant in every one of COUNT rows. */
const uint32_t *constant_words(struct machine *m, const struct constant *c, uint32_t count);
const int64_t *constant_numbers(struct machine *m, const struct constant *c, uint32_t count);

/* kernels_load.c */
void kernel_load_table(struct machine *m, const struct instruction *in, const struct table *table);
void kernel_load_store(struct machine *m, const struct instruction *in);
/* Memory for the rows of a store; truths start as false. */
void kernel_store_open(struct machine *m, struct table *table);
/* The same for more rows; what it holds stays. */
void kernel_store_grow(struct machine *m, struct table *table, uint32_t rows);
/* Sets that a member stored become those of the store, rows in order.  False:
 * there are too many elements. */
bool kernel_store_join(struct machine *m, const struct set_rows *rows);

/* asked.c */
void asked_link(struct machine *m);
/* The row of a pair of entities, a new one when nobody asked before. */
uint32_t asked_row(struct machine *m, struct asked *asked, uint32_t x, uint32_t y);
/* Those of COUNT pairs, where KNOWN. */
void asked_rows(struct machine *m, struct asked *asked, const uint32_t *x,
    const uint32_t *y, const uint64_t *known, uint32_t count, uint32_t *row);

/* kernels_truth.c */
void kernel_truth_and(struct machine *m, const struct instruction *in);
void kernel_truth_or(struct machine *m, const struct instruction *in);
void kernel_truth_copy(struct machine *m, const struct instruction *in);
void kernel_truth_known(struct machine *m, const struct instruction *in);
void kernel_truth_assume(struct machine *m, const struct instruction *in);
void kernel_truth_equal(struct machine *m, const struct instruction *in);
void kernel_truth_to_scalar(struct machine *m, const struct instruction *in);

/* kernels_scalar.c */
enum regex_answer pattern_match(struct machine *m, const struct pattern *pattern, symbol s);
bool scalar_relates(enum opcode op, struct str a, struct str b);
void kernel_scalar_known(struct machine *m, const struct instruction *in);
void kernel_scalar_absent(struct machine *m, const struct instruction *in);
void kernel_scalar_assume(struct machine *m, const struct instruction *in);
void kernel_scalar_equal(struct machine *m, const struct instruction *in);
void kernel_scalar_to_truth(struct machine *m, const struct instruction *in);
void kernel_scalar_is_kind(struct machine *m, const struct instruction *in);
void kernel_scalar_match(struct machine *m, const struct instruction *in);
void kernel_scalar_relate(struct machine *m, const struct instruction *in);
void kernel_scalar_concat(struct machine *m, const struct instruction *in);
void kernel_scalar_text(struct machine *m, const struct instruction *in);
void kernel_scalar_fold(struct machine *m, const struct instruction *in);

/* kernels_number.c */
void kernel_number_known(struct machine *m, const struct instruction *in);
void kernel_number_is_absent(struct machine *m, const struct instruction *in);
void kernel_number_assume(struct machine *m, const struct instruction *in);
void kernel_number_compare(struct machine *m, const struct instruction *in);
void kernel_number_arithmetic(struct machine *m, const struct instruction *in);
void kernel_number_text(struct machine *m, const struct instruction *in);

/* kernels_set.c */
void kernel_set_known(struct machine *m, const struct instruction *in);
void kernel_set_close(struct machine *m, const struct instruction *in);
void kernel_set_single_word(struct machine *m, const struct instruction *in);
void kernel_set_single_number(struct machine *m, const struct instruction *in);
void kernel_set_in_words(struct machine *m, const struct instruction *in);
void kernel_set_in_numbers(struct machine *m, const struct instruction *in);
void kernel_set_subset(struct machine *m, const struct instruction *in);
void kernel_set_same(struct machine *m, const struct instruction *in);
void kernel_set_combine(struct machine *m, const struct instruction *in);
void kernel_set_count(struct machine *m, const struct instruction *in);

/* postings.c: a constant in a set that is asked for others, too.  False where
 * it is not so, and nothing was done. */
bool postings_has(struct machine *m, const struct instruction *in);
void postings_link(struct machine *m);

/* kernels_fold.c */
void kernel_fold_any(struct machine *m, const struct instruction *in);
void kernel_fold_count(struct machine *m, const struct instruction *in);
void kernel_fold_sum(struct machine *m, const struct instruction *in);
void kernel_fold_extreme(struct machine *m, const struct instruction *in);
void kernel_fold_collect(struct machine *m, const struct instruction *in);
void kernel_fold_flatten(struct machine *m, const struct instruction *in);

/* path.c */
void path_reach(struct machine *m, const struct instruction *in);

/* result.c */
void result_emit(struct machine *m, const struct instruction *in);
void result_rest(struct machine *m, const struct instruction *in);
/* A limit tripped on the way to a result: its rule is in error. */
void result_fail(struct machine *m, uint32_t rule, const char *poison);
/* The batch is complete, or must be done again. */
void result_keep(struct machine *m);
void result_drop(struct machine *m);
/* Hands over the outcomes of the finished unit. */
void result_flush(struct machine *m);

/* link.c */
const uint32_t *machine_iota(struct machine *m);
void machine_link(struct machine *m);
/* Of a bool that may be none there are two: as truths, and as scalars. */
const struct table *machine_attribute(struct machine *m, uint32_t attribute, bool truth);
const struct table *machine_field(struct machine *m, uint32_t field, bool truth);
const struct constant *machine_constant(struct machine *m, uint32_t constant);
const struct pattern *machine_pattern(struct machine *m, uint32_t pattern);

/* team.c: MAKE(m, CONTEXT) by one member at a time, where what it makes is for
 * all of them and for batches to come: in m->common. */
void machine_once(struct machine *m, void (*make)(struct machine *m, void *context),
    void *context);
/* Runs rows [LOW, END) of a unit on several threads.  False: nothing is changed
 * that running them again does not change back. */
bool team_run(struct machine *head, const struct program_unit *unit, uint64_t low,
    uint64_t end, uint32_t batch);
/* May it, where there are so many rows? */
bool team_can(struct machine *m, const struct program_unit *unit, uint64_t rows);

/* run.c: around the instructions of a batch. */
void batch_start(struct machine *m, uint64_t low, uint32_t count);
void batch_keep(struct machine *m);
/* COUNT rows of a unit of a component, all of which were run before. */
void batch_run_listed(struct machine *m, size_t unit, const uint32_t *rows, size_t count);

/* interp.c: the instructions of the unit on the batch that m->frames holds. */
void machine_step_all(struct machine *m);
/* Nothing of the unit has a value: without running or needing anything. */
void machine_poison_all(struct machine *m, const char *poison);

#endif
