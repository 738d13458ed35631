/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which outcomes a condition cannot have, as far as that can be shown.
 *
 * An expression is *certain* when no test can make it unknown: constants
 * and params; elements of sets, once they are bound; enum constants, keys and
 * computed values of such; `is known`, but of what may be the rest of a set;
 * and what is built of these.  So is an
 * attribute with a default: a test has no way to leave it uncollected.  It is
 * *fixed* when it also reads nothing that differs from subject to subject: it
 * then has one outcome for ever.  What is neither may be unknown, true and
 * false, and tests have to show all three.
 */
#include "explain/coverage.h"

#define DEEPEST 200

struct certainty {
	const struct tree *tree;
	bool **open;		/* by definition, by parameter: called with what
				 * may be unknown */
	bool **hidden;		/* likewise: with what rests on a binder that
				 * stands for the rest of a set */
};

struct look {
	const struct certainty *certainty;
	const struct tree *tree;
	const struct rule *rule;	/* or NULL */
	bool rests;
	bool parameters;		/* those of the function are certain */
	unsigned depth;
};

static bool is_certain(struct look look, const struct expr *e);

static bool are_certain(struct look look, const struct expr *e)
{
	for (int i = 0; i < 3; i++)
		if (e->arg[i] && !is_certain(look, e->arg[i]))
			return false;
	for (uint32_t i = 0; i < e->count; i++)
		if (!is_certain(look, e->items[i]))
			return false;
	return true;
}

/* The binder of RULE that V is, or NULL. */
static const struct binder *binder_of(const struct rule *rule,
    const struct variable *v)
{
	for (size_t i = 0; rule && i < rule->binders.count; i++)
		if (rule->binders.items[i].variable == v)
			return &rule->binders.items[i];
	return NULL;
}

/* The mark of the parameter of a definition that V is, or false. */
static bool is_marked(const struct look *look, bool *const *marks,
    const struct variable *v)
{
	const struct tree *tree = look->tree;

	for (size_t i = 0; i < tree->definitions.count; i++)
		for (uint32_t p = 0; p < tree->definitions.items[i].count; p++)
			if (tree->definitions.items[i].parameters[p] == v)
				return marks[i][p];
	return false;
}

/* Does the binder stand for the rest of its set in what is looked at? */
static bool has_rest(struct look look, const struct binder *binder)
{
	return binder && look.rests && binder->set->op != EXPR_EXTENT &&
	    !is_certain(look, binder->set);
}

/* Does it read what is not listed, of which nobody knows what is known? */
static bool is_hidden(struct look look, const struct expr *e)
{
	const struct variable *v = e->variable;

	if (look.depth++ > DEEPEST)
		return true;
	if (e->op == EXPR_VARIABLE && v->let)
		return is_hidden(look, v->let);
	if (e->op == EXPR_VARIABLE)
		return has_rest(look, binder_of(look.rule, v)) ||
		    (!look.parameters &&
		    is_marked(&look, look.certainty->hidden, v));
	for (int i = 0; i < 3; i++)
		if (e->arg[i] && is_hidden(look, e->arg[i]))
			return true;
	for (uint32_t i = 0; i < e->count; i++)
		if (is_hidden(look, e->items[i]))
			return true;
	return false;
}

/* What is bound has a value; only the subject that stands for the rest of a
 * set has none.  Relations are asked about entities that are known. */
static bool is_certain_variable(struct look look, const struct variable *v)
{
	const struct binder *binder = binder_of(look.rule, v);

	if (v->let)
		return is_certain(look, v->let);
	if (binder && look.rests)
		return !has_rest(look, binder);
	/* A parameter is as certain as what its definition is called with. */
	return look.parameters || !is_marked(&look, look.certainty->open, v);
}

static bool is_certain_attribute(struct look look, const struct expr *e)
{
	const struct schema *schema = look.tree->schema;
	const struct function *f = tree_derived(look.tree, (uint16_t)e->index);

	if (!is_certain(look, e->arg[0]))
		return false;
	if (!f)
		return schema->attributes.items[e->index].key ||
		    schema->attributes.items[e->index].has_default;
	look.rule = NULL;
	return is_certain(look, f->body);
}

static bool is_certain_call(struct look look, const struct expr *e)
{
	if (!are_certain(look, e))
		return false;
	look.parameters = true;
	look.rule = NULL;
	return is_certain(look, look.tree->definitions.items[e->index].body);
}

static bool is_certain(struct look look, const struct expr *e)
{
	if (look.depth++ > DEEPEST)
		return false;
	switch ((int)e->op) {
	case EXPR_VARIABLE:
		return is_certain_variable(look, e->variable);
	case EXPR_ATTRIBUTE:
		return is_certain_attribute(look, e);
	case EXPR_CALL:
		return is_certain_call(look, e);
	case EXPR_KNOWN:
		return !is_hidden(look, e->arg[0]);
	case EXPR_ASSUME:
		return is_certain(look, e->arg[!is_hidden(look, e->arg[0])]);
	case EXPR_TODAY: case EXPR_EXTENT: case EXPR_RELATION:
	case EXPR_REACHES: case EXPR_WITNESS:
		return false;
	/* What leaves the range of its type is unknown, of constants as well. */
	case EXPR_NEGATE: case EXPR_ADD: case EXPR_SUBTRACT: case EXPR_MULTIPLY:
	case EXPR_DIVIDE:
		return false;
	default:
		return are_certain(look, e);
	}
}

/* --- what definitions are called with ------------------------------------------- */

static bool reads(const struct expr *e, const struct variable *v)
{
	bool found = e->op == EXPR_VARIABLE && (e->variable == v ||
	    (e->variable->let && reads(e->variable->let, v)));

	for (int i = 0; i < 3 && !found; i++)
		found = e->arg[i] && reads(e->arg[i], v);
	for (uint32_t i = 0; i < e->count && !found; i++)
		found = reads(e->items[i], v);
	return found;
}

bool certain_is_asked_of_rest(const struct rule *rule, const struct variable *let)
{
	bool found = false;

	for (size_t i = 0; i < rule->when.count; i++)
		found |= reads(rule->when.items[i], let);
	for (size_t i = 0; i < rule->except.count; i++)
		found |= reads(rule->except.items[i], let);
	return found;
}

static bool mark_argument(struct look look, const struct expr *call, uint32_t i)
{
	bool *open = &look.certainty->open[call->index][i];
	bool *hidden = &look.certainty->hidden[call->index][i];
	bool changed = false;

	if (!*open && !is_certain(look, call->items[i]))
		changed = *open = true;
	if (!*hidden && is_hidden(look, call->items[i]))
		changed = *hidden = true;
	return changed;
}

/* Marks parameters that E calls with what may be unknown; true if a mark is
 * new. */
static bool mark_calls(struct look look, const struct expr *e)
{
	bool changed = false;

	for (uint32_t i = 0; i < e->count; i++) {
		if (e->op == EXPR_CALL)
			changed |= mark_argument(look, e, i);
		changed |= mark_calls(look, e->items[i]);
	}
	for (int i = 0; i < 3; i++)
		if (e->arg[i])
			changed |= mark_calls(look, e->arg[i]);
	return changed;
}

static bool mark_rule(struct look look, const struct rule *rule)
{
	bool changed = false;

	look.rule = rule;
	for (size_t i = 0; i < rule->binders.count; i++)
		changed |= mark_calls(look, rule->binders.items[i].set);
	for (size_t i = 0; i < rule->requirements.count; i++)
		changed |= mark_calls(look, rule->requirements.items[i].condition);
	for (size_t i = 0; i < rule->lets.count; i++) {
		look.rests = certain_is_asked_of_rest(rule, rule->lets.items[i]);
		changed |= mark_calls(look, rule->lets.items[i]->let);
	}
	look.rests = true;
	for (size_t i = 0; i < rule->when.count; i++)
		changed |= mark_calls(look, rule->when.items[i]);
	for (size_t i = 0; i < rule->except.count; i++)
		changed |= mark_calls(look, rule->except.items[i]);
	return changed;
}

static bool mark_functions(struct look look, const struct function *items,
    size_t count)
{
	bool changed = false;

	for (size_t i = 0; i < count; i++)
		changed |= mark_calls(look, items[i].body);
	return changed;
}

/* Every call comes, in the end, from a rule; so marks spread from there until
 * none is new. */
struct certainty *certainty_new(struct arena *arena, const struct tree *tree)
{
	struct certainty *certainty = ARENA_NEW(arena, struct certainty);
	struct look look = { .certainty = certainty, .tree = tree };
	bool changed = true;

	certainty->tree = tree;
	certainty->open = ARENA_ARRAY(arena, bool *, tree->definitions.count);
	certainty->hidden = ARENA_ARRAY(arena, bool *, tree->definitions.count);
	for (size_t i = 0; i < tree->definitions.count; i++) {
		uint32_t count = tree->definitions.items[i].count;

		certainty->open[i] = ARENA_ARRAY(arena, bool, count);
		certainty->hidden[i] = ARENA_ARRAY(arena, bool, count);
	}
	while (changed) {
		changed = mark_functions(look, tree->definitions.items,
		    tree->definitions.count);
		changed |= mark_functions(look, tree->derived.items,
		    tree->derived.count);
		changed |= mark_functions(look, tree->relations.items,
		    tree->relations.count);
		for (size_t r = 0; r < tree->rules.count; r++)
			changed |= mark_rule(look, &tree->rules.items[r]);
	}
	return certainty;
}

/* --- what has one outcome -------------------------------------------------------- */

/* Variables that are bound on the way down, innermost first. */
struct bound {
	const struct variable *variable;
	const struct bound *outer;
};

static bool is_fixed(const struct tree *tree, const struct expr *e,
    const struct bound *bound, unsigned depth);

static bool is_fixed_variable(const struct tree *tree, const struct variable *v,
    const struct bound *bound, unsigned depth)
{
	for (; bound; bound = bound->outer)
		if (bound->variable == v)
			return true;
	return v->let && is_fixed(tree, v->let, NULL, depth);
}

/* Does it read nothing but constants, params, and elements of sets of these? */
static bool is_fixed(const struct tree *tree, const struct expr *e,
    const struct bound *bound, unsigned depth)
{
	struct bound inner = { e->variable, bound };

	if (depth++ > DEEPEST || e->op == EXPR_ATTRIBUTE || e->op == EXPR_EXTENT ||
	    e->op == EXPR_TODAY || e->op == EXPR_RELATION || e->op == EXPR_REACHES)
		return false;
	if (e->op == EXPR_VARIABLE)
		return is_fixed_variable(tree, e->variable, bound, depth);
	if (e->op == EXPR_CALL && (e->count || !is_fixed(tree,
	    tree->definitions.items[e->index].body, NULL, depth)))
		return false;
	for (int i = 0; i < 3; i++)
		if (e->arg[i] && !is_fixed(tree, e->arg[i],
		    i > 0 && e->variable ? &inner : bound, depth))
			return false;
	for (uint32_t i = 0; i < e->count; i++)
		if (!is_fixed(tree, e->items[i], bound, depth))
			return false;
	return true;
}

uint8_t certain_outcomes(const struct certainty *certainty,
    const struct rule *rule, const struct expr *e, bool rests)
{
	struct look look = { certainty, certainty->tree, rule, rests, false, 0 };

	if (is_fixed(look.tree, e, NULL, 0))
		return 0;
	return is_certain(look, e) ? SEEN_TRUE | SEEN_FALSE : SEEN_ALL;
}
