/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity - what makes a finding the same finding in another run.
 *
 * A finding is identified by its rule and its subject: the rule's id, and of
 * each binder in order the kind and the key of its value.  Neither message,
 * severity, position, order of files nor spelling of caseless keys is part of
 * it.  Its fingerprint is BLAKE2b-128, as 32 lower-case hexadecimal digits,
 * over these parts, each preceded by its length in decimal digits and a colon:
 *
 *	the rule's id
 *	of each binder that has a value:
 *	    of an entity: its owner's parts, if it has an owner, the kind that
 *		declares its key, and each part of the key in canonical form
 *		(caseless ones folded, a part that is not given empty); a part
 *		that is a link gives the parts of its target
 *	    of any other value: the type, and the value in canonical form
 *	of a rest subject: "rest of" and the number of the open binder, from 0
 *
 * The bytes never change their meaning: stored reports and baselines rest on
 * them.
 */
#ifndef SCARP_REPORT_IDENTITY_H
#define SCARP_REPORT_IDENTITY_H

#include "explain/evaluate.h"

/* The fingerprint of OUTCOME under the rule id ID: its rule's own, or one
 * that the rule replaces.  GRAPH is the one it was found in.  In ARENA. */
struct str identity_of(struct arena *arena, const struct tree *tree,
    const struct graph *graph, const struct outcome *outcome, struct str id);

#endif
