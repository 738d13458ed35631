/* SPDX-License-Identifier: Apache-2.0 */
/* affects - which rules a declaration can influence, through any others. */
#ifndef SCARP_COMPILER_AFFECTS_H
#define SCARP_COMPILER_AFFECTS_H

#include "compiler/tree.h"

struct affects;

struct affects *affects_new(struct arena *arena, const struct tree *tree);
/* By rule of the tree, for the declaration whose name stands at NAME: a rule,
 * param, definition, derived attribute or relation. */
bool *affects_of(const struct affects *affects, struct span name);

#endif
