/* SPDX-License-Identifier: Apache-2.0 */
#include "report/walks.h"

static bool is_step(const struct proof_node *n, bool possible)
{
	return n->kind == PROOF_STEP && (n->truth == TRUTH_TRUE ||
	    (possible && n->truth == TRUTH_UNKNOWN));
}

/* Steps from FIRST on that follow one another. */
static size_t chain_length(const struct proof_node *parent, size_t first,
    bool possible)
{
	size_t end = first;

	while (end < parent->children.count &&
	    is_step(parent->children.items[end], possible) &&
	    (end == first || str_equal(parent->children.items[end - 1]->to,
	    parent->children.items[end]->from)))
		end++;
	return end - first;
}

/* Recursion is bounded by the depth of a proof.  Below a place where a search
 * came to stand single steps, which lead nowhere. */
static void find(struct arena *arena, const struct proof_node *node,
    bool possible, struct walk_chains *chains)
{
	if (node->kind == PROOF_PLACE)
		return;
	for (size_t i = 0; i < node->children.count;) {
		size_t count = chain_length(node, i, possible);

		if (count > 0)
			*VEC_PUSH(arena, &chains->items) = (struct walk_chain){
			    &node->children.items[i], count };
		else
			find(arena, node->children.items[i], possible, chains);
		i += count ? count : 1;
	}
}

struct walk_chains walks_of(struct arena *arena, const struct proof *proof,
    bool possible)
{
	struct walk_chains chains = { { 0 } };

	for (size_t i = 0; i < proof->clauses.count; i++)
		find(arena, proof->clauses.items[i], possible, &chains);
	return chains;
}
