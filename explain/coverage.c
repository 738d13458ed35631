/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/conditions.h"

#include <stdlib.h>

#include "base/intern.h"
#include "compiler/affects.h"

/* --- rules -------------------------------------------------------------------- */

static void begin_item(struct coverage *c, struct str name, struct span span)
{
	*VEC_PUSH(c->arena, &c->items) = (struct covered_item){
		.name = name, .span = span,
		.first = (uint32_t)c->conditions.count };
}

static void end_item(struct coverage *c)
{
	struct covered_item *item = VEC_LAST(&c->items);

	item->count = (uint32_t)c->conditions.count - item->first;
}

static void list_rule(struct coverage *c, const struct rule *rule)
{
	struct lister l = { .coverage = c, .rule = rule };

	begin_item(c, rule->id, rule->span);
	for (size_t i = 0; i < rule->binders.count; i++)
		conditions_list(&l, rule->binders.items[i].set);
	for (size_t i = 0; i < rule->lets.count; i++) {
		l.rests = certain_is_asked_of_rest(rule, rule->lets.items[i]);
		conditions_list(&l, rule->lets.items[i]->let);
	}
	l.rests = true;
	for (size_t i = 0; i < rule->when.count; i++) {
		conditions_list_clause(&l, rule->when.items[i], "when");
		conditions_assume(&l, rule->when.items[i], SEEN_FALSE);
	}
	for (size_t i = 0; i < rule->except.count; i++) {
		conditions_list_clause(&l, rule->except.items[i], "except when");
		conditions_assume(&l, rule->except.items[i], SEEN_TRUE);
	}
	l.rests = false;
	for (size_t i = 0; i < rule->requirements.count; i++)
		conditions_list_clause(&l, rule->requirements.items[i].condition,
		    rule->requirements.items[i].forbid ? "forbid" : "require");
	end_item(c);
}

/* --- what rules use -------------------------------------------------------------- */

static bool is_own(const struct tree *tree, uint32_t file)
{
	for (size_t p = 0; p < tree->packs.count; p++)
		for (uint32_t f = 0; f < tree->packs.items[p].file_count; f++)
			if (tree->packs.items[p].files[f] == file)
				return tree->packs.items[p].module.length == 0;
	return false;
}

static bool is_used(const struct coverage *c, const struct affects *affects,
    struct span name)
{
	const bool *rules = affects_of(affects, name);

	for (size_t r = 0; r < c->tree->rules.count; r++)
		if (rules[r] && is_own(c->tree, c->tree->rules.items[r].span.file))
			return true;
	return false;
}

static struct str function_name(struct coverage *c, const struct function *f)
{
	const struct schema *schema = c->tree->schema;

	if (f->attribute == SCHEMA_NONE)
		return f->name;
	return arena_printf(c->arena, "%.*s.%.*s", STR_ARG(schema->kinds.items[
	    schema->attributes.items[f->attribute].kind].name), STR_ARG(f->name));
}

static void list_functions(struct coverage *c, const struct affects *affects,
    const struct function *items, size_t count, const char *clause)
{
	for (size_t i = 0; i < count; i++) {
		struct lister l = { .coverage = c };

		if (!is_own(c->tree, items[i].span.file) &&
		    (!affects || !is_used(c, affects, items[i].span)))
			continue;
		begin_item(c, function_name(c, &items[i]), items[i].span);
		if (type_is_truth(items[i].body->type))
			conditions_list_clause(&l, items[i].body, clause);
		else
			conditions_list(&l, items[i].body);
		end_item(c);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct covered_item *x = a, *y = b;

	if (x->span.file != y->span.file)
		return x->span.file < y->span.file ? -1 : 1;
	return (x->span.start > y->span.start) - (x->span.start < y->span.start);
}

struct coverage *coverage_new(struct arena *arena, const struct tree *tree,
    bool with_used)
{
	struct coverage *c = ARENA_NEW(arena, struct coverage);
	struct affects *affects = with_used ? affects_new(arena, tree) : NULL;

	c->arena = arena;
	c->tree = tree;
	c->places = map_new(arena);
	c->certainty = certainty_new(arena, tree);
	list_functions(c, affects, tree->definitions.items,
	    tree->definitions.count, "define");
	list_functions(c, affects, tree->derived.items, tree->derived.count, "derive");
	list_functions(c, affects, tree->relations.items, tree->relations.count,
	    "relation");
	for (size_t r = 0; r < tree->rules.count; r++)
		if (is_own(tree, tree->rules.items[r].span.file))
			list_rule(c, &tree->rules.items[r]);
	if (c->items.count)
		qsort(c->items.items, c->items.count, sizeof(*c->items.items), by_place);
	return c;
}

void coverage_see(struct coverage *coverage, const struct expr *e, enum truth truth)
{
	const uint32_t *at = map_find(coverage->places,
	    (struct str){ (const char *)&e, sizeof(e) });
	struct condition *condition;

	if (!at)
		return;
	condition = &coverage->conditions.items[*at];
	condition->seen |= truth == TRUTH_TRUE ? SEEN_TRUE
	    : truth == TRUTH_FALSE ? SEEN_FALSE : SEEN_UNKNOWN;
}
