/* SPDX-License-Identifier: Apache-2.0 */
/* timings - what the instructions of a run took, and for which rules. */
#ifndef SCARP_VM_TIMINGS_H
#define SCARP_VM_TIMINGS_H

#include "base/source.h"
#include "base/text.h"
#include "vm/program.h"
#include "vm/run.h"

/*
 * Adds a table of the rules and one of the instructions to OUT, dearest first.
 * An instruction that several rules need, themselves or through what other
 * units stored for them, counts for each with an equal part.  TIMINGS: per
 * instruction of the verified PROGRAM; SOURCES may be NULL.
 */
void timings_print(const struct program *program, struct sources *sources,
    const struct run_timing *timings, struct text *out);

#endif
