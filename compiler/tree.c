/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/tree.h"

static const char *const op_names[] = {
#define EXPR(op, arity, text) #op,
	EXPRS(EXPR)
#undef EXPR
};

static const signed char arities[] = {
#define EXPR(op, arity, text) arity,
	EXPRS(EXPR)
#undef EXPR
};

const char *expr_op_name(enum expr_op op)
{
	return op_names[op];
}

int expr_op_arity(enum expr_op op)
{
	return arities[op];
}

const char *severity_text(enum severity severity)
{
	switch (severity) {
	case SEVERITY_INFO: return "info";
	case SEVERITY_LOW: return "low";
	case SEVERITY_MEDIUM: return "medium";
	case SEVERITY_HIGH: return "high";
	case SEVERITY_CRITICAL: return "critical";
	}
	return "";
}

/* They stand in the order of their attributes. */
const struct function *tree_derived(const struct tree *tree,
    uint16_t attribute)
{
	size_t low = 0, high = tree->derived.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tree->derived.items[middle].attribute < attribute)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < tree->derived.count &&
	    tree->derived.items[low].attribute == attribute)
		return &tree->derived.items[low];
	return NULL;
}

struct str tree_part_text(struct arena *arena, const struct tree *tree)
{
	struct text out;

	if (tree->choice.count == 0)
		return STR("");
	text_init(&out, arena);
	text_printf(&out, "%zu of %.*s, by", tree->rules.count,
	    STR_ARG(text_count(arena, tree->rules.count +
	    tree->deselected.count, "rule")));
	for (size_t i = 0; i < tree->choice.count; i++)
		text_printf(&out, " %.*s", STR_ARG(tree->choice.items[i]));
	return text_str(&out);
}

struct str tree_nearest_rule(struct arena *arena, const struct tree *tree,
    struct str id)
{
	size_t kept = tree->rules.count, count = kept + tree->deselected.count;
	struct str *ids = ARENA_ARRAY(arena, struct str, count);
	long nearest;

	for (size_t i = 0; i < count; i++)
		ids[i] = i < kept ? tree->rules.items[i].id
		    : tree->deselected.items[i - kept].id;
	nearest = diag_nearest(id, ids, count);
	return nearest < 0 ? STR("") : ids[nearest];
}
