/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/affects.h"

/* A node for each param, definition, derived attribute and relation, in this
 * order; what a rule uses, directly or not, is marked by a walk from it. */
struct affects {
	struct arena *arena;
	const struct tree *tree;
	size_t definitions, derived, relations, count;	/* where each sort begins */
	bool **by_rule;			/* by rule: by node */
};

/* --- what a body uses ---------------------------------------------------------- */

struct user {
	struct affects *a;
	VEC(uint32_t) nodes;
};

static void use(struct user *u, size_t node)
{
	*VEC_PUSH(u->a->arena, &u->nodes) = (uint32_t)node;
}

static void use_attribute(struct user *u, uint16_t attribute)
{
	const struct tree *tree = u->a->tree;
	const struct function *f = tree_derived(tree, attribute);

	if (f)
		use(u, u->a->derived + (size_t)(f - tree->derived.items));
}

static void use_path(struct user *u, const struct path *path)
{
	for (uint16_t s = 0; s < path->step_count; s++)
		if (path->steps[s].kind == PATH_RELATION)
			use(u, u->a->relations + path->steps[s].index);
		else
			use_attribute(u, path->steps[s].index);
}

static void use_expr(struct user *u, const struct expr *e)
{
	switch ((int)e->op) {
	case EXPR_PARAM: use(u, e->index); break;
	case EXPR_CALL: use(u, u->a->definitions + e->index); break;
	case EXPR_RELATION: use(u, u->a->relations + e->index); break;
	case EXPR_ATTRIBUTE: use_attribute(u, (uint16_t)e->index); break;
	case EXPR_REACHES: use_path(u, e->path); break;
	default: break;
	}
	for (int i = 0; i < 3; i++)
		if (e->arg[i])
			use_expr(u, e->arg[i]);
	for (uint32_t i = 0; i < e->count; i++)
		use_expr(u, e->items[i]);
}

static void use_rule(struct user *u, const struct rule *rule)
{
	for (size_t i = 0; i < rule->binders.count; i++)
		use_expr(u, rule->binders.items[i].set);
	for (size_t i = 0; i < rule->lets.count; i++)
		use_expr(u, rule->lets.items[i]->let);
	for (size_t i = 0; i < rule->when.count; i++)
		use_expr(u, rule->when.items[i]);
	for (size_t i = 0; i < rule->except.count; i++)
		use_expr(u, rule->except.items[i]);
	for (size_t i = 0; i < rule->requirements.count; i++) {
		use_expr(u, rule->requirements.items[i].condition);
		if (rule->requirements.items[i].message)
			use_expr(u, rule->requirements.items[i].message);
	}
}

/* --- the nodes ------------------------------------------------------------------ */

static const struct function *function_of(const struct affects *a, size_t node)
{
	const struct tree *tree = a->tree;

	if (node >= a->relations)
		return &tree->relations.items[node - a->relations];
	if (node >= a->derived)
		return &tree->derived.items[node - a->derived];
	if (node >= a->definitions)
		return &tree->definitions.items[node - a->definitions];
	return NULL;
}

static struct span name_of(const struct affects *a, size_t node)
{
	const struct function *f = function_of(a, node);

	return f ? f->span : a->tree->params.items[node].span;
}

/* A stack of nodes still to be looked into, so that depth costs no stack. */
static bool *reach(struct affects *a, const struct rule *rule)
{
	bool *found = ARENA_ARRAY(a->arena, bool, a->count);
	struct user u = { .a = a };

	use_rule(&u, rule);
	while (u.nodes.count) {
		uint32_t node = u.nodes.items[--u.nodes.count];

		if (found[node])
			continue;
		found[node] = true;
		if (function_of(a, node))
			use_expr(&u, function_of(a, node)->body);
	}
	return found;
}

struct affects *affects_new(struct arena *arena, const struct tree *tree)
{
	struct affects *a = ARENA_NEW(arena, struct affects);

	a->arena = arena;
	a->tree = tree;
	a->definitions = tree->params.count;
	a->derived = a->definitions + tree->definitions.count;
	a->relations = a->derived + tree->derived.count;
	a->count = a->relations + tree->relations.count;
	a->by_rule = ARENA_ARRAY(arena, bool *, tree->rules.count);
	for (size_t r = 0; r < tree->rules.count; r++)
		a->by_rule[r] = reach(a, &tree->rules.items[r]);
	return a;
}

/* Of names: two do not begin at one place. */
static bool same_span(struct span a, struct span b)
{
	return a.file == b.file && a.start == b.start;
}

bool *affects_of(const struct affects *a, struct span name)
{
	const struct tree *tree = a->tree;
	bool *rules = ARENA_ARRAY(a->arena, bool, tree->rules.count);
	size_t node = 0;

	while (node < a->count && !same_span(name_of(a, node), name))
		node++;
	for (size_t r = 0; r < tree->rules.count; r++)
		rules[r] = node < a->count ? a->by_rule[r][node]
		    : same_span(tree->rules.items[r].span, name);
	return rules;
}
