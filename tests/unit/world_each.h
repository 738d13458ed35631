/* SPDX-License-Identifier: Apache-2.0 */
/* A world for each test of a file, from begin() to end(). */
#ifndef SCARP_TESTS_WORLD_EACH_H
#define SCARP_TESTS_WORLD_EACH_H

#include "tests/unit/world.h"

#define NONE OPERAND_NONE

static struct arena *arena;
static struct world *w;

static void begin(void)
{
	arena = arena_new();
	w = world_new(arena);
}

static void end(void)
{
	arena_free(arena);
}

#endif
