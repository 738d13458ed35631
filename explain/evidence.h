/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evidence - the facts that a verdict rests on, as a digest.
 *
 * The evidence of an outcome is the set of facts of the inventory that its
 * proof ends in: attribute, entity, state and value of each.  Positions,
 * sources, grades, spelling of caseless values and the order of files are no
 * part of it; neither are params, the run's date and the rule's own text.
 * All facts count, also those that a printed proof leaves out.
 *
 * The digest is BLAKE2b-128, as 32 lower-case hexadecimal digits, over the
 * facts in the order of their bytes, each as one part, made of these parts,
 * each preceded by its length in decimal digits and a colon (an entity or a
 * value as in report/identity.h):
 *
 *	"value", entity, attribute, state, value if known
 *	"has", entity, attribute, state, value: an element that is listed
 *	"lacks", entity, attribute, state of the row, value
 *	"row", entity, attribute, state of the row
 *	"entity", entity, "known" or "possible"
 *	"extent", kind, "closed" or "open"
 *
 * States are those of explain/fact.h.  The bytes never change their meaning:
 * waivers pin them.
 */
#ifndef SCARP_EXPLAIN_EVIDENCE_H
#define SCARP_EXPLAIN_EVIDENCE_H

#include "explain/evaluate.h"

struct fact;
/* The facts themselves, in ARENA, each once: the same for the same inventory,
 * in no other order that means anything. */
struct fact *evidence_facts(struct evaluator *evaluator, struct arena *arena,
    const struct outcome *outcome, size_t *count);

struct str evaluate_evidence(struct evaluator *evaluator, struct arena *arena,
    const struct outcome *outcome);

#endif
