/* SPDX-License-Identifier: Apache-2.0 */
/* coverage - what `scarp test --coverage` prints. */
#ifndef SCARP_CLI_COVERAGE_H
#define SCARP_CLI_COVERAGE_H

#include "base/text.h"
#include "explain/coverage.h"

void coverage_text(const struct coverage *coverage, const struct sources *sources,
    struct text *out);
/* An object: "items", each with its conditions, and "summary". */
void coverage_json(const struct coverage *coverage, const struct sources *sources,
    struct text *out);
bool coverage_suffices(const struct coverage *coverage, unsigned percent);

#endif
