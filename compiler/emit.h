/* SPDX-License-Identifier: Apache-2.0 */
/* emit - the only writer of bytecode: a scheduled plan as a program. */
#ifndef SCARP_COMPILER_EMIT_H
#define SCARP_COMPILER_EMIT_H

#include "compiler/schedule.h"

/* NULL, once reported, when a table of the program would overflow. */
struct program *emit_program(struct arena *arena, const struct plan *plan,
    struct schedule *schedule);

#endif
