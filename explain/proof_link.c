/* SPDX-License-Identifier: Apache-2.0 */
/* The links that a proof rests on: steps of walks, and facts that are links. */
#include "explain/proofs.h"

static bool link_of_step(const struct evaluator *ev, const struct proof_node *node,
    struct proof_link *link)
{
	const struct walk_step *step = &node->premise->step;

	if (node->truth == TRUTH_FALSE)
		return false;
	link->from = node->backwards ? step->to : step->from;
	link->to = node->backwards ? step->from : step->to;
	link->attribute = step->step->kind == PATH_RELATION ? SCHEMA_NONE :
	    step->step->index;
	link->name = node->link;
	link->possible = node->truth != TRUTH_TRUE;
	link->is_step = true;
	return link->from < ev->graph->entity_count ||
	    link->to < ev->graph->entity_count;
}

static bool link_of_fact(const struct evaluator *ev, const struct fact *fact,
    struct proof_link *link)
{
	const struct schema_attribute *a;
	enum fact_state state;

	if (fact->kind != FACT_VALUE && fact->kind != FACT_ELEMENT)
		return false;
	a = &ev->tree->schema->attributes.items[fact->index];
	if (a->type.tag != TYPE_ENTITY)
		return false;
	state = fact_state(ev, fact);
	if (state != FACT_KNOWN && (fact->kind == FACT_VALUE ||
	    (state != FACT_POSSIBLE && state != FACT_CONFLICT)))
		return false;
	link->from = fact->entity;
	link->to = (uint32_t)fact->cell;
	if (fact->kind == FACT_VALUE)
		link->to = (uint32_t)column_cell(&ev->graph->columns[fact->index],
		    fact_row(ev, fact->index, fact->entity));
	link->attribute = fact->index;
	link->name = a->name;
	link->possible = state != FACT_KNOWN;
	link->is_step = false;
	return true;
}

bool proof_link_of(const struct evaluator *ev, const struct proof_node *node,
    struct proof_link *link)
{
	if (node->kind == PROOF_STEP)
		return link_of_step(ev, node, link);
	return node->kind == PROOF_FACT && link_of_fact(ev, &node->premise->fact, link);
}
