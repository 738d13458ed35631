/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/fail.h"

#if defined(SCARP_FAULTS) || defined(SCARP_CHECKED) || defined(SCARP_COVERAGE)

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/io.h"

/* More calls than any run makes. */
#define NEVER UINT64_MAX

static bool is_counting;

void fail_prepare(void)
{
	const char *what = getenv("SCARP_FAIL");
	char when[8];
	uint64_t nth;
	int error;

	if (!what)
		return;
	if (strcmp(what, "count") == 0) {
		is_counting = true;
		memory_fail_at(NEVER, false);
		io_fail_at(NEVER, 0);
	} else if (sscanf(what, "memory %" SCNu64 " %7s", &nth, when) == 2) {
		memory_fail_at(nth, strcmp(when, "always") == 0);
	} else if (sscanf(what, "io %" SCNu64 " %d", &nth, &error) == 2) {
		io_fail_at(nth, error);
	} else if (sscanf(what, "signal %" SCNu64 " %d", &nth, &error) == 2) {
		io_fail_at(nth, IO_SIGNAL + error);
	}
}

void fail_tell(void)
{
	if (is_counting)
		fprintf(stderr, "memory %" PRIu64 "\nio %" PRIu64 "\n",
		    NEVER - memory_fail_left(), NEVER - io_fail_left());
}

#else
/* A file may not be empty. */
typedef int nothing_fails;
#endif
