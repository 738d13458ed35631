/* SPDX-License-Identifier: Apache-2.0 */
/* verify_values - do the types of values that an instruction joins agree? */
#ifndef SCARP_VM_VERIFY_VALUES_H
#define SCARP_VM_VERIFY_VALUES_H

#include "vm/program.h"

/* What does not agree, or NULL.  Everything else about the instruction was
 * checked.  SOURCE: by frame, the register that was expanded, plus 1. */
const char *verify_values(const struct program *program, const struct program_unit *unit,
    const struct instruction *in, const uint16_t *source);

#endif
