/* SPDX-License-Identifier: Apache-2.0 */
#include "base/guard.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Thread_local struct guard *innermost;
static _Thread_local const char *why = "";

struct guard *guard_push(struct guard *guard)
{
	guard->outer = innermost;
	innermost = guard;
	return guard;
}

void guard_clear(struct guard *guard)
{
	innermost = guard->outer;
}

/* No stdio: it may want memory, and there may be none. */
__attribute__((noreturn)) static void die(void)
{
	static const char before[] = "scarp: ";
	ssize_t ignored = write(STDERR_FILENO, before, sizeof(before) - 1);

	ignored += write(STDERR_FILENO, why, strlen(why));
	ignored += write(STDERR_FILENO, "\n", 1);
	(void)ignored;
	_exit(2);
}

void guard_raise(const char *reason)
{
	struct guard *guard = innermost;

	why = reason;
	if (!guard)
		die();
	innermost = guard->outer;
	longjmp(guard->jump, 1);
}

const char *guard_reason(void)
{
	return why;
}
