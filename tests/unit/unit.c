/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

#include "base/guard.h"
#include "vm/verifier.h"

/* For tests/checks.test: SCARP_CHECK_OFF=N switches check N of the verifier
 * off; `list` prints them, and nothing is tested. */
static bool switch_off(void)
{
#ifdef SCARP_FAULTS
	const char *what = getenv("SCARP_CHECK_OFF");

	if (what && strcmp(what, "list") == 0) {
		for (size_t i = 1; i <= checks_count(); i++)
			printf("%zu %s:%llu %s\n", i, check_of(i)->file,
			    (unsigned long long)check_of(i)->line, check_of(i)->text);
		return false;
	}
	if (what)
		check_switch_off(strtoul(what, NULL, 10));
#endif
	return true;
}

/* For tests/checks.test: SCARP_UNIT names the tests that run; else all do. */
static bool is_wanted(const char *name)
{
	const char *wanted = getenv("SCARP_UNIT");

	return !wanted || strstr(wanted, name);
}

int unit_run(const char *file, const TTest *const *tests, size_t count)
{
	Suite *suite = suite_create(file);
	TCase *all = tcase_create("unit");
	SRunner *runner;
	int failed;

	if (!switch_off())
		return EXIT_SUCCESS;
	tcase_set_timeout(all, 120);
	for (size_t i = 0; i < count; i++)
		if (is_wanted(tests[i]->name))
			tcase_add_test(all, tests[i]);
	suite_add_tcase(suite, all);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

void unit_assert_text(struct str slice, const char *text, const char *file,
    int line)
{
	if (!str_equal(slice, str_of(text)))
		ck_abort_msg("%s:%d: have\n%.*s\n--- want\n%s", file, line,
		    STR_ARG(slice), text);
}

/* True when WORK came to its end. */
static bool ends_with(void (*work)(struct arena *arena))
{
	struct arena *volatile arena = NULL;
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		memory_fail_at(0, 0);
		ck_assert_str_eq(guard_reason(), "out of memory");
		arena_free(arena);
		return false;
	}
	arena = arena_new();
	work(arena);
	guard_clear(&guard);
	arena_free(arena);
	return true;
}

unsigned unit_refuse_each(void (*work)(struct arena *arena))
{
	unsigned refused = 0;

	for (int lasting = 0; lasting <= 1; lasting++) {
		for (unsigned nth = 1; ; nth++) {
			bool is_done;

			memory_fail_at(nth, lasting);
			is_done = ends_with(work);
			memory_fail_at(0, 0);
			if (is_done)
				break;
			refused++;
		}
	}
	return refused;
}

static char folder[512];

const char *unit_enter_folder(void)
{
	const char *root = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/scarp-unit-XXXXXX", root ? root : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	return folder;
}

static int remove_one(const char *path, const struct stat *info, int kind,
    struct FTW *at)
{
	(void)info;
	(void)kind;
	(void)at;
	return remove(path);
}

void unit_leave_folder(void)
{
	ck_assert_int_eq(chdir("/"), 0);
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
