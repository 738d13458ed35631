/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint - rules that are right by type and still say less than they seem to:
 * docs/lint.md.  What is claimed is proved for every inventory there can be;
 * where a rule is too large to go through, nothing is claimed.
 */
#ifndef SCARP_COMPILER_LINT_H
#define SCARP_COMPILER_LINT_H

#include "compiler/tree.h"

struct lint_summary {
	size_t rules, findings, ignored;
	size_t too_large;		/* rules that were not gone through whole */
	bool left_out;			/* too many pairs of rules are alike */
};

/* Adds the findings of the packs that were asked for, not of those that they
 * use, as W6 diagnostics, but for what `# scarp: ignore[CODE] reason` says. */
struct lint_summary lint_packs(struct arena *arena, struct diagnostics *all,
    const struct tree *tree);

#endif
