/* SPDX-License-Identifier: Apache-2.0 */
/* clauses - what a rule asks, as it was written. */
#ifndef SCARP_CLI_CLAUSES_H
#define SCARP_CLI_CLAUSES_H

#include "compiler/tree.h"

/* A line or more for each clause that decides: for, let, when, except,
 * require, forbid; INDENT columns in, safe to show. */
void clauses_add(const struct sources *sources, const struct rule *rule,
    unsigned indent, struct text *out);
/* TEXT as it stands in a file, its further lines indented as deep as HANG plus
 * what they are deeper than the least of them. */
void clauses_add_source(struct text *out, struct str text, unsigned hang);

#endif
