/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/components.h"

#include "base/text.h"

#define NOWHERE UINT32_MAX

struct visit {
	uint32_t node;
	size_t next;			/* dependency to follow */
};

struct tarjan {
	struct arena *arena;
	struct dependent *nodes;
	uint32_t *number, *low;		/* number 0: not visited */
	bool *is_open;			/* on the stack of open nodes */
	uint32_t visited, components;
	VEC(uint32_t) open;
	VEC(struct visit) path;
};

static void enter(struct tarjan *t, uint32_t node)
{
	t->number[node] = t->low[node] = ++t->visited;
	t->is_open[node] = true;
	*VEC_PUSH(t->arena, &t->open) = node;
	*VEC_PUSH(t->arena, &t->path) = (struct visit){ .node = node };
}

static void lower(struct tarjan *t, uint32_t node, uint32_t to)
{
	if (to < t->low[node])
		t->low[node] = to;
}

/* NODE is done: it closes a component, or belongs to one further up. */
static void leave(struct tarjan *t, uint32_t node)
{
	uint32_t last;

	t->path.count--;
	if (t->path.count > 0)
		lower(t, VEC_LAST(&t->path)->node, t->low[node]);
	if (t->low[node] != t->number[node])
		return;
	do {
		last = t->open.items[--t->open.count];
		t->is_open[last] = false;
		t->nodes[last].component = t->components;
	} while (last != node);
	t->components++;
}

static void visit_from(struct tarjan *t, uint32_t root)
{
	enter(t, root);
	while (t->path.count > 0) {
		struct visit *at = VEC_LAST(&t->path);
		const struct dependent *node = &t->nodes[at->node];
		uint32_t to;

		if (at->next == node->out.count) {
			leave(t, at->node);
			continue;
		}
		to = node->out.items[at->next++].to;
		if (t->number[to] == 0)
			enter(t, to);
		else if (t->is_open[to])
			lower(t, at->node, t->number[to]);
	}
}

uint32_t components_number(struct arena *arena, struct dependent *nodes,
    uint32_t count)
{
	struct tarjan t = { .arena = arena, .nodes = nodes };

	t.number = ARENA_ARRAY(arena, uint32_t, count);
	t.low = ARENA_ARRAY(arena, uint32_t, count);
	t.is_open = ARENA_ARRAY(arena, bool, count);
	for (uint32_t i = 0; i < count; i++)
		if (t.number[i] == 0)
			visit_from(&t, i);
	return t.components;
}

bool components_is_inner(const struct dependent *nodes, uint32_t from,
    const struct dependency *at)
{
	return nodes[from].component == nodes[at->to].component;
}

/* The walk from the end of BEFORE back to where it starts, turned round. */
static struct str walk_text(struct arena *arena,
    const struct dependent *nodes, const uint32_t *before, uint32_t from,
    uint32_t to)
{
	VEC(uint32_t) walk = { 0 };
	struct text text;

	for (uint32_t i = to; i != NOWHERE; i = before[i])
		*VEC_PUSH(arena, &walk) = i;
	text_init(&text, arena);
	text_add(&text, nodes[from].name);
	for (size_t i = walk.count; i > 0; i--)
		text_printf(&text, " -> %.*s",
		    STR_ARG(nodes[walk.items[i - 1]].name));
	return text_str(&text);
}

struct str components_cycle(struct arena *arena,
    const struct dependent *nodes, uint32_t count, uint32_t from,
    const struct dependency *at)
{
	uint32_t *before = ARENA_ARRAY(arena, uint32_t, count);
	bool *seen = ARENA_ARRAY(arena, bool, count);
	VEC(uint32_t) queue = { 0 };

	seen[at->to] = true;
	before[at->to] = NOWHERE;
	*VEC_PUSH(arena, &queue) = at->to;
	for (size_t next = 0; !seen[from]; next++) {
		uint32_t node = queue.items[next];

		for (size_t i = 0; i < nodes[node].out.count; i++) {
			const struct dependency *out =
			    &nodes[node].out.items[i];

			if (seen[out->to] ||
			    !components_is_inner(nodes, node, out))
				continue;
			seen[out->to] = true;
			before[out->to] = node;
			*VEC_PUSH(arena, &queue) = out->to;
		}
	}
	return walk_text(arena, nodes, before, from, from);
}
