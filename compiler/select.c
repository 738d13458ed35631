/* SPDX-License-Identifier: Apache-2.0 */
/* select - makes the tree the one that a profile and the command line say. */
#include "compiler/profile.h"

static void apply_params(struct tree *tree, const struct profile_state *state)
{
	for (size_t i = 0; i < tree->params.count; i++) {
		tree->params.items[i].value = state->values[i];
		tree->params.items[i].set_by = state->set_by[i];
	}
}

static void apply_rules(struct tree *tree, const struct profile_state *state)
{
	for (size_t i = 0; i < tree->rules.count; i++) {
		struct rule *rule = &tree->rules.items[i];

		rule->severity = state->severity[i];
		rule->severity_by = state->severity_by[i];
		rule->selected_by = state->selected_by[i];
	}
}

/* Rules that were left out stay known, but nothing runs them. */
static void part_rules(struct front *front, const struct profile_state *state)
{
	struct tree *tree = front->tree;
	size_t count = tree->rules.count, kept = 0;

	front->rule_places = ARENA_ARRAY(front->arena, uint32_t, count);
	for (size_t i = 0; i < count; i++) {
		struct rule rule = tree->rules.items[i];

		if (!state->selected[i]) {
			front->rule_places[i] = UINT32_MAX;
			*VEC_PUSH(front->arena, &tree->deselected) = rule;
			continue;
		}
		front->rule_places[i] = (uint32_t)kept;
		tree->rules.items[kept++] = rule;
	}
	tree->rules.count = kept;
}

/* A rule that does not run is not tested either. */
static void part_tests(struct front *front)
{
	struct tree *tree = front->tree;
	size_t kept = 0;

	for (size_t i = 0; i < tree->tests.count; i++) {
		struct test test = tree->tests.items[i];

		test.rule_index = front->rule_places[test.rule_index];
		if (test.rule_index != UINT32_MAX)
			tree->tests.items[kept++] = test;
	}
	tree->tests.count = kept;
}

void profile_apply(struct front *front, const struct profile_state *state)
{
	apply_params(front->tree, state);
	apply_rules(front->tree, state);
	part_rules(front, state);
	/* A test of no rule is in error, and then there is no tree. */
	if (diag_errors(front->all) == 0)
		part_tests(front);
}
