/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard - where a call that ran out of memory comes back to.
 *
 * A public call writes
 *
 *	struct guard guard;
 *	if (!GUARD_SET(&guard)) { ...report guard_reason(); return failed; }
 *	...
 *	guard_clear(&guard);
 *
 * and everything below it may raise.  Guards nest.  Memory taken since is in
 * regions, so nothing leaks.  A raise clears the guard it lands in.  Locals
 * changed between GUARD_SET and the raise must be volatile.  No C++ frame may stand between a raise and its
 * guard: the two C++ shims call nothing of ours.
 */
#ifndef SCARP_BASE_GUARD_H
#define SCARP_BASE_GUARD_H

#include <setjmp.h>

struct guard {
	jmp_buf jump;
	struct guard *outer;
};

#define GUARD_SET(guard) (setjmp(guard_push(guard)->jump) == 0)

/* Makes GUARD the innermost one and answers it. */
struct guard *guard_push(struct guard *guard);
void guard_clear(struct guard *guard);
/* Unwinds to the innermost guard; with none, ends the process with status 2. */
void guard_raise(const char *reason) __attribute__((noreturn));
/* Why the last raise happened: "out of memory", or a limit's name. */
const char *guard_reason(void);

#endif
