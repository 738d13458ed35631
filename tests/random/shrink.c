/* SPDX-License-Identifier: Apache-2.0 */
/* Greedy: keep any smaller pack or site that still differs, until none does. */
#include "tests/random/agree.h"

static bool still_differs(struct model *m, int extent)
{
	struct arena_mark mark = arena_here(m->arena);
	struct random random = m->random;
	struct judgement judgement;
	bool differs;

	judge(m, extent, &judgement);
	differs = judgement.answer == ANSWER_DIFFERS;
	m->random = random;
	arena_rollback(m->arena, mark);
	return differs;
}

/* Leaves out items of lists. */
static bool drop_items(struct model *m, struct node *n, int extent)
{
	bool smaller = false;

	for (size_t i = 0; n->list && n->children.count > n->least && i < n->children.count;) {
		struct node *gone = n->children.items[i];

		memmove(&n->children.items[i], &n->children.items[i + 1],
		    (--n->children.count - i) * sizeof(gone));
		if (still_differs(m, extent)) {
			smaller = true;
			continue;
		}
		memmove(&n->children.items[i + 1], &n->children.items[i],
		    (n->children.count++ - i) * sizeof(gone));
		n->children.items[i++] = gone;
	}
	for (size_t i = 0; i < n->children.count; i++)
		smaller |= drop_items(m, n->children.items[i], extent);
	return smaller;
}

/* Puts a descendant of the same type in a node's place. */
static bool hoist_descendant(struct model *m, struct node *n, struct node *below, int extent)
{
	for (size_t i = 0; i < below->children.count; i++) {
		struct node *child = below->children.items[i], old = *n;

		if (child->type == n->type && n->type != PLAIN) {
			*n = *child;
			if (still_differs(m, extent))
				return true;
			*n = old;
		}
		if (hoist_descendant(m, n, child, extent))
			return true;
	}
	return false;
}

static bool simplify(struct model *m, struct node *n, int extent)
{
	bool smaller = false;

	while (hoist_descendant(m, n, n, extent))
		smaller = true;
	for (size_t i = 0; i < n->children.count; i++)
		smaller |= simplify(m, n->children.items[i], extent);
	return smaller;
}

static bool forget_facts(struct model *m, int extent)
{
	bool smaller = false;

	for (size_t f = 0; f < m->facts.count; f++) {
		struct fact *fact = &m->facts.items[f], old = *fact;

		if (fact->state == MISSING || m->attributes.items[fact->attribute].owned)
			continue;
		fact->state = MISSING;
		if (still_differs(m, extent))
			smaller = true;
		else
			*fact = old;
	}
	return smaller;
}

void shrink(struct model *m, int extent)
{
	for (unsigned round = 0; round < 4; round++)
		if (!(drop_items(m, m->pack, extent) | simplify(m, m->pack, extent) |
		    forget_facts(m, extent)))
			return;
}
