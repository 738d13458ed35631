/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stack - a C stack whose size does not depend on who started the process.
 *
 * Expressions, values and documents nest as deeply as limits let them, and
 * what walks them recurses.  STACK_SIZE is enough for all of that; what a shell
 * or a caller's thread gives (`ulimit -s`, 128 KiB) may not be.
 */
#ifndef SCARP_BASE_STACK_H
#define SCARP_BASE_STACK_H

#include <stdbool.h>

/* Bytes.  Sanitizers make frames several times as large. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STACK_SIZE (64u << 20)
#else
#define STACK_SIZE (16u << 20)
#endif

typedef void stack_work(void *context);

/* Calls WORK(CONTEXT), in this thread, on a stack of STACK_SIZE bytes that ends
 * with the call; only what is used of it becomes memory.  WORK may raise to
 * guards that it sets itself, not to those of the caller.  False: there is no
 * memory for a stack, and WORK was not called.  Under sanitizers, which follow
 * a thread's one stack, WORK is called on that. */
bool stack_call(stack_work *work, void *context);

#endif
