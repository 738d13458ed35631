/* SPDX-License-Identifier: Apache-2.0 */
#include "report/walks.h"

static bool is_step(const struct proof_node *n)
{
	return n->kind == PROOF_STEP && n->truth == TRUTH_TRUE;
}

/* Steps from FIRST on that follow one another. */
static size_t chain_length(const struct proof_node *parent, size_t first)
{
	size_t end = first;

	while (end < parent->children.count && is_step(parent->children.items[end]) &&
	    (end == first || str_equal(parent->children.items[end - 1]->to,
	    parent->children.items[end]->from)))
		end++;
	return end - first;
}

/* Recursion is bounded by the depth of a proof. */
static void find(struct arena *arena, const struct proof_node *node,
    struct walk_chains *chains)
{
	for (size_t i = 0; i < node->children.count;) {
		size_t count = chain_length(node, i);

		if (count > 0)
			*VEC_PUSH(arena, &chains->items) = (struct walk_chain){
			    &node->children.items[i], count };
		else
			find(arena, node->children.items[i], chains);
		i += count ? count : 1;
	}
}

struct walk_chains walks_of(struct arena *arena, const struct proof *proof)
{
	struct walk_chains chains = { { 0 } };

	for (size_t i = 0; i < proof->clauses.count; i++)
		find(arena, proof->clauses.items[i], &chains);
	return chains;
}
