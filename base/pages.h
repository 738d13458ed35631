/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages - where regions get their memory from (base/arena.c): the heap of the
 * C library for what is small, mappings for what is large.  A mapping that is
 * given back is gone.  The heap would keep it, in pieces that fit nothing once
 * something small came to lie between, and grow instead.
 */
#ifndef SCARP_BASE_PAGES_H
#define SCARP_BASE_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

#include "base/arena.h"

#if defined(MREMAP_MAYMOVE) && !defined(__SANITIZE_ADDRESS__)
#define PAGES_ARE_MAPPED 1
#else
/* All of it from the heap: there overruns are found. */
#define PAGES_ARE_MAPPED 0
#endif

/* From here on memory begins where large pages do. */
#define PAGES_HUGE ((size_t)2 << 20)
/* What is mapped is a multiple of this, on every machine. */
#define PAGES_STEP ((size_t)64 << 10)

/* What follows answers NULL when memory is refused. */

/* Any SIZE that pages_round answered, of any content.  Of a SIZE of PAGES_HUGE
 * and more, large pages if there are any: a fault for each small one costs more
 * than what is done with it. */
size_t pages_round(size_t size);
void *pages_get(size_t size);
void pages_give(void *at, size_t size);

/* OLD (of OLD_SIZE bytes, 0: none) with SIZE of them, a multiple of PAGES_STEP;
 * new ones are zero.  Pages move, nothing is copied.  When refused OLD is as it
 * was. */
char *pages_resize(char *old, size_t old_size, size_t size);
/* Gives back what pages_resize answered. */
void pages_end(char *at, size_t size);

#endif
