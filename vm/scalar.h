/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scalar - what single values mean: reading, printing and comparing dates,
 * durations, versions, addresses; patterns; interval arithmetic.
 *
 * Both evaluators, the checker and the inventory readers share these and
 * nothing else, so they have tables of expected values of their own
 * (tests/unit/scalar.c).
 */
#ifndef SCARP_VM_SCALAR_H
#define SCARP_VM_SCALAR_H

#include "base/intern.h"
#include "vm/types.h"

/* No bound; arithmetic keeps it, and a finite result that overflows is unknown. */
#define NUMBER_LOW INT64_MIN
#define NUMBER_HIGH INT64_MAX
/* Anonymous elements of a set; one that has more is open. */
#define ANONYMOUS_MOST UINT32_MAX

/* An interval of numbers, or nothing known (also: may be none). */
struct number {
	int64_t low, high;
	bool known;		/* false: unknown or none; see absent */
	bool absent;		/* certainly none */
};

enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_UNKNOWN };

/* Readers answer false when TEXT is not such a value.  Dates are
 * YYYY-MM-DD; days per Hinnant, "chrono-compatible low-level date algorithms". */
bool scalar_read_int(struct str text, int64_t *cell);
bool scalar_read_date(struct str text, int64_t *days);
/* Could DAYS have been read? */
bool scalar_is_date(int64_t days);
bool scalar_read_duration(struct str text, int64_t *seconds);
/* Canonical text of a version (digits separated by dots, optional -suffix is
 * refused), address (RFC 4291, 5952) or prefix (host bits must be zero). */
bool scalar_canonical_version(struct arena *arena, struct str text, struct str *canonical);
bool scalar_canonical_ip(struct arena *arena, struct str text, struct str *canonical);
bool scalar_canonical_net(struct arena *arena, struct str text, struct str *canonical);
/* TEXT as a cell of TYPE (neither enum, entity, bool nor set), interned in
 * SYMBOLS where the cell is a symbol. */
bool scalar_read(struct arena *arena, struct symbols *symbols, struct type type,
    struct str text, int64_t *cell);
struct str scalar_date_text(struct arena *arena, int64_t days);
struct str scalar_duration_text(struct arena *arena, int64_t seconds);

/* Numeric order of canonical versions: -1, 0, 1. */
int scalar_compare_versions(struct str a, struct str b);
/* A canonical address in a canonical prefix; families that differ: false. */
bool scalar_in_net(struct str ip, struct str net);
/* Glob: `*` any run, `?` one character, `[a-z]` a class, `\` quotes.  Linear
 * backtracking over the last star only.  Both are folded first if CASELESS. */
bool scalar_like(struct arena *arena, struct str text, struct str pattern, bool caseless);

/* Language reference, "Numbers are intervals". */
struct number number_of(int64_t value);
struct number number_unknown(void);
struct number number_none(void);
struct number number_add(struct number a, struct number b);
struct number number_subtract(struct number a, struct number b);
struct number number_multiply(struct number a, struct number b);
struct number number_divide(struct number a, struct number b);	/* truncates */
enum truth number_equal(struct number a, struct number b);
enum truth number_less(struct number a, struct number b);
enum truth number_at_most(struct number a, struct number b);
/* One value, or none: decided. */
bool number_is_decided(struct number n);

#endif
