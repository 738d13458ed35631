/* SPDX-License-Identifier: Apache-2.0 */
/* given - the inventory written inside a test, as a document to bind. */
#ifndef SCARP_COMPILER_GIVEN_H
#define SCARP_COMPILER_GIVEN_H

#include "base/document.h"
#include "compiler/tree.h"

/* The document of a `given` block in the inventory's own shape: a map of
 * plurals to lists, and `complete:` with every kind unless it says `...`.
 * Every reported position is in the rule file. */
struct document *given_document(struct arena *arena, const struct schema *schema,
    const struct ast *given);

/* The key of the given entity that NAME (an alias or a bare key) stands for;
 * NAME itself when there is none. */
struct str given_key(const struct ast *given, struct str name);

#endif
