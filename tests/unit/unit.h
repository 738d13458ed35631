/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit - what the unit tests share.
 *
 *	START_TEST(a_region_grows_in_place) { ... } END_TEST
 *	UNIT_MAIN(a_region_grows_in_place, another)
 *
 * A test's name is its claim.  Results come as TAP on standard output.
 */
#ifndef SCARP_TESTS_UNIT_H
#define SCARP_TESTS_UNIT_H

#include <check.h>
#include <stdlib.h>

#include "base/arena.h"

/* Compares a slice with a string, and shows both when they differ. */
#define ck_assert_text(slice, text) \
	unit_assert_text((slice), (text), __FILE__, __LINE__)

/* For claims made a million times: ck_assert writes down each of them. */
#define ck_assert_quietly(condition) \
	do { \
		if (!(condition)) \
			ck_abort_msg("Assertion '" #condition "' failed"); \
	} while (0)

#define UNIT_MAIN(...) \
	int main(void) \
	{ \
		const TTest *const tests[] = { __VA_ARGS__ }; \
		return unit_run(__FILE__, tests, \
		    sizeof(tests) / sizeof(*tests)); \
	}

int unit_run(const char *file, const TTest *const *tests, size_t count);
void unit_assert_text(struct str slice, const char *text, const char *file,
    int line);

/*
 * Runs WORK in a new region, refusing the first allocation, then the second,
 * and so on until none is refused any more; then all of it again with memory
 * gone for good from that point on.  Answers how many refusals were tried.
 */
unsigned unit_refuse_each(void (*work)(struct arena *arena));

/* A folder of this test's own, removed by unit_leave_folder. */
const char *unit_enter_folder(void);
void unit_leave_folder(void);

#endif
