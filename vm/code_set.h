/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_set - a condition on the cell of one row, as the codes for which it
 * holds.  It is asked once for each code, and rows are then only compared or
 * looked up.
 */
#ifndef SCARP_VM_CODE_SET_H
#define SCARP_VM_CODE_SET_H

#include "vm/graph.h"
#include "vm/scalar.h"

enum code_form { CODES_NONE, CODES_ALL, CODES_RANGE, CODES_TABLE };

struct code_set {
	enum code_form form;
	uint64_t low, span;		/* RANGE: codes low .. low + span */
	uint8_t *table;			/* TABLE: by code, 0 or 0xff */
};

/* Where a condition is true, and where it is false; it is unknown elsewhere. */
struct code_choice {
	struct code_set t, f;
	bool exact;			/* never unknown: f is what t is not, and not set */
};

enum {
#define CODES(name, type) CODE_##name,
#include "vm/codes.def"
#undef CODES
	CODE_COUNT
};

/* A plane cut into pieces [from, to) - FIRST, one after the other. */
struct pieces {
	const uint32_t *from, *to;
	uint32_t first;
	uint32_t count, bits;		/* of pieces; of the plane */
	const uint64_t *ends;		/* the last bit of each piece that is not empty */
	const uint64_t *filled;		/* per piece: it is not */
};

/* A truth per row: true, false, or (neither) unknown. */
struct truths {
	uint64_t *t, *f;
};

struct truth_planes { const uint64_t *t, *f; };

/*
 * The loops over all rows in which most time is spent: what this processor is
 * best at, or (BASELINE) what every one can do.  The answers are the same.
 */
struct code_kernels {
	/* N rows: are their codes among LOW .. LOW + SPAN; what says the table?
	 * Those that are KNOWN go to T, or to F. */
	void (*range[CODE_COUNT])(const void *codes, size_t n, uint64_t low, uint64_t span,
	    const uint64_t *restrict known, uint64_t *restrict t, uint64_t *restrict f);
	void (*table[CODE_U16 + 1])(const void *codes, size_t n, const uint8_t *table,
	    const uint64_t *restrict known, uint64_t *restrict t, uint64_t *restrict f);
	/* N words: FIRST + row of LOOKS, which tells of one row after its ROWS, too:
	 * that of words of no row. */
	void (*gather)(const uint32_t *words, size_t n, uint32_t first, uint32_t rows,
	    const uint32_t *looks, uint64_t *restrict t, uint64_t *restrict f);
	/* Has a piece a bit of PLANE ^ FLIP?  A bit per piece; DENSE is room for
	 * as many. */
	void (*fold)(const uint64_t *plane, const struct pieces *pieces, uint64_t flip,
	    uint64_t *dense, uint64_t *out);
	/* Kleene's and; with planes exchanged, his or. */
	void (*both)(size_t words, uint64_t *restrict t, uint64_t *restrict f,
	    struct truth_planes a, struct truth_planes b);
	/* Rows of T that are KNOWN stay true, others that are known become false. */
	void (*mask)(size_t words, uint64_t *restrict t, uint64_t *restrict f,
	    const uint64_t *restrict known);
	/* How many rows are in X and in Y; in X and not in Y. */
	uint64_t (*count_both)(size_t words, const uint64_t *x, const uint64_t *y);
	uint64_t (*count_first)(size_t words, const uint64_t *x, const uint64_t *y);
};
const struct code_kernels *code_kernels(bool baseline);

/* Fills ENDS (a bit per bit of the plane) and FILLED (a bit per piece). */
void pieces_find(struct pieces *pieces, uint64_t *ends, uint64_t *filled);

/*
 * Truths as looks, for the kernel `gather`: two bits for each row side by side,
 * so that one look at random tells both planes, and those of a million rows fit
 * the second-level cache.  Row r is in word r / 16, from bit 2 * (r % 16) on.
 */
#define LOOK_T 2u
#define LOOK_F 1u
#define LOOK_ROWS 16
/* Words for ROWS rows, and one that is unknown. */
#define LOOK_WORDS(rows) (BITS_WORDS((size_t)(rows) + 1) * (64 / LOOK_ROWS))

static inline void look_add(uint32_t *looks, uint32_t row, uint32_t look)
{
	looks[row / LOOK_ROWS] |= look << 2 * (row % LOOK_ROWS);
}

/* ROWS rows of two planes; F may be NULL. */
void looks_make(const uint64_t *t, const uint64_t *f, size_t rows, uint32_t *looks);

/* Has the column so few codes that a condition can be asked of each? */
bool column_is_coded(const struct column *column);

/* The truth of a condition for a cell.  A cell that stands in no row may be
 * asked about, too, unless the column has a dictionary. */
typedef enum truth (*code_condition)(void *context, int64_t cell);
/* Of a column that is coded; in ARENA. */
struct code_choice code_choose(struct arena *arena, const struct column *column,
    code_condition condition, void *context);
/* Is the cell one from LOW to HIGH (none where LOW is greater)?  Of a column
 * without a dictionary, wider than a bit. */
struct code_choice code_between(const struct column *column, int64_t low, int64_t high);

/* N rows of a column from START on: those that are KNOWN go to T where their
 * codes are in the set, else to F. */
void code_select(const struct code_kernels *kernels, const struct column *column,
    size_t start, size_t n, const struct code_set *set, const uint64_t *known,
    struct truths out);

#endif
