/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alike - searches that go the same way for other subjects.
 *
 * Of a site most verdicts lack the same.  What a search looked at is kept with
 * what it found; where another subject of the rule answers all of it alike, the
 * search would only be the same again, and its answer is told of that subject.
 */
#ifndef SCARP_EXPLAIN_ALIKE_H
#define SCARP_EXPLAIN_ALIKE_H

#include "explain/hunt.h"
#include "explain/trace.h"

/* What was found so far, of all rules. */
struct alike *alike_new(struct arena *arena, size_t rules);

/* The answer of a search that went the same way, in ARENA; false where there
 * was none, or it would not have come to its end within the bound of this. */
bool alike_find(struct hunt *h, struct arena *arena, struct finding *finding);

/* A trace of the search that begins now; NULL where it would not pay. */
struct trace *alike_begin(struct hunt *h);
/* Keeps what was found in so many steps, unless the trace broke or a bound was met. */
void alike_keep(struct hunt *h, const struct finding *finding, uint64_t steps);

#endif
