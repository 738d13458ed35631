/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verifier - what the parts of the verifier share.  Every check answers false
 * when it fails, having said what and where; nothing is read by an index that
 * was not checked before.
 */
#ifndef SCARP_VM_VERIFIER_H
#define SCARP_VM_VERIFIER_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "base/intern.h"
#include "vm/program.h"

enum invariant {
#define INVARIANT(number, name, text) INVARIANT_##name = number,
#include "vm/invariants.def"
#undef INVARIANT
};

enum part {
#define PART(name, size, text) PART_##name,
#include "vm/parts.def"
#undef PART
	PART_COUNT
};

/* What is wrong, and in which record of which table. */
struct broken {
	enum invariant invariant;
	enum part part;
	size_t index;
	struct str words;
};

/*
 * A check: the condition, and nothing more.  In a test build each of them can
 * be switched off by its number, as if it were not there, and tests/checks.test
 * shows that some test notices.
 */
#ifdef SCARP_FAULTS
struct check {
	const char *file, *text;
	uint64_t line;
};
/* They count from 1; 0 switches all on. */
size_t checks_count(void);
const struct check *check_of(size_t number);
void check_switch_off(size_t number);
bool check_is_made(const struct check *check);
#define CHECK_HERE(...) __extension__ ({ \
	static const struct check check_here \
	    __attribute__((section("scarp_checks"), used, aligned(8))) = \
	    { __FILE__, #__VA_ARGS__, __LINE__ }; \
	check_is_made(&check_here); })
#define WRONG(...) ((__VA_ARGS__) && CHECK_HERE(__VA_ARGS__))
#define RIGHT(...) ((__VA_ARGS__) || !CHECK_HERE(__VA_ARGS__))
#else
#define WRONG(...) (__VA_ARGS__)
#define RIGHT(...) (__VA_ARGS__)
#endif

struct verifier {
	struct arena *arena;
	const struct program *p;
	const struct schema *s;
	struct broken *broken;
	/* Of the unit being checked. */
	uint16_t unit;
	uint8_t *defined;		/* by register of the unit: written; recursive */
	uint16_t *source;		/* by frame: the register that was expanded + 1, or 0 */
	uint8_t *stored;		/* by store: written */
	uint8_t *emitted;		/* by rule: bit per rest binder; has a verdict */
	uint8_t *has_verdict;
};

/* Fills *BROKEN and answers false. */
bool verifier_fail(struct verifier *v, enum invariant invariant, enum part part,
    size_t index, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* [first, first + count) lies in a table of SIZE. */
static inline bool verifier_in(uint64_t first, uint64_t count, uint64_t size)
{
	return first <= size && count <= size - first;
}

bool verify_type(struct verifier *v, struct type type, enum part part, size_t index);
/* A cell (not none, not a set) that a value of the type may have; a text is
 * an index below TEXTS. */
bool verify_cell(const struct verifier *v, struct type type, int64_t cell, size_t texts);
bool verify_text(struct str text);
/* Nothing in MAP has this key yet; it has now. */
bool verify_new(struct map *map, struct str key);

bool verify_schema(struct verifier *v);
bool verify_tables(struct verifier *v);
bool verify_code(struct verifier *v);

/* All of it.  False: *BROKEN tells. */
bool program_check(struct arena *arena, struct program *program, struct broken *broken);
const char *invariant_text(enum invariant invariant);
const char *part_text(enum part part);
/* "60 (opcodes are known): instruction 12: ..." */
struct str broken_text(struct arena *arena, const struct broken *broken);

#endif
