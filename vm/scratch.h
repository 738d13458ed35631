/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scratch - memory of one batch: cut from chunks that are used again by the
 * next one, so that a run does not return memory to the system and ask for it
 * anew, page by page.
 */
#ifndef SCARP_VM_SCRATCH_H
#define SCARP_VM_SCRATCH_H

#include "base/arena.h"

struct scratch;

/* The chunks belong to ARENA. */
struct scratch *scratch_new(struct arena *arena);
/* SIZE bytes of any content, for 64-bit words and smaller. */
void *scratch_get(struct scratch *scratch, size_t size);
/* Everything handed out so far is free again. */
void scratch_reset(struct scratch *scratch);
/* A region that is rolled back by scratch_reset, for what wants one. */
struct arena *scratch_arena(struct scratch *scratch);

#endif
