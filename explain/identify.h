/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identify - entities and values as bytes that mean the same in another run:
 * for fingerprints and digests.  Each part is preceded by its length in
 * decimal digits and a colon; report/identity.h says what the parts are.
 */
#ifndef SCARP_EXPLAIN_IDENTIFY_H
#define SCARP_EXPLAIN_IDENTIFY_H

#include "base/text.h"
#include "vm/graph.h"

void identify_part(struct text *out, struct str part);
void identify_entity(struct text *out, const struct graph *graph, entity_id id);
void identify_value(struct text *out, const struct graph *graph,
    struct type type, int64_t cell);

#endif
