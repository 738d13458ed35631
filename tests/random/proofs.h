/* SPDX-License-Identifier: Apache-2.0 */
/* proofs - whether the proofs of a run hold. */
#ifndef SCARP_TESTS_PROOFS_H
#define SCARP_TESTS_PROOFS_H

#include "explain/evaluate.h"

/* Proofs that were made, their nodes, and those of these whose
 * children were put together again. */
struct proofs { uint64_t proofs, nodes, inner; };
/* NULL, or how the proof of some outcome does not hold. */
const char *proofs_hold(struct proofs *figures, struct arena *arena,
    const struct tree *tree, const struct graph *graph,
    struct evaluator *prover, const struct outcome *outcomes, size_t count);

#endif
