/* SPDX-License-Identifier: Apache-2.0 */
/* verify - nothing runs that was not checked; see vm/README.md, "Invariants". */
#ifndef SCARP_VM_VERIFY_H
#define SCARP_VM_VERIFY_H

#include "base/text.h"
#include "vm/program.h"

/* Checks every invariant in one pass and sets program->verified.  False:
 * *WHY names the invariant broken and the instruction or table row. */
bool program_verify(struct arena *arena, struct program *program, struct str *why);
/* The program as text, for people and for tests. */
void program_list(const struct program *program, struct sources *sources, struct text *out);
/* One instruction of it, as a line. */
void program_list_instruction(const struct program *program, struct sources *sources,
    size_t at, struct text *out);

#endif
