/* SPDX-License-Identifier: Apache-2.0 */
#include "report/drawing.h"

void drawing_init(struct drawing *drawing, struct arena *arena)
{
	memset(drawing, 0, sizeof(*drawing));
	drawing->arena = arena;
	drawing->places = map_new(arena);
	drawing->links = map_new(arena);
}

uint32_t drawing_node(struct drawing *drawing, uint32_t place, bool *is_new)
{
	struct str key = { (const char *)&place, sizeof(place) };
	uint32_t *at = map_at(drawing->places, key, is_new);

	if (*is_new) {
		*at = (uint32_t)drawing->nodes.count;
		VEC_PUSH(drawing->arena, &drawing->nodes);
	}
	return *at;
}

void drawing_edge(struct drawing *drawing, struct drawing_edge edge)
{
	struct str key = arena_printf(drawing->arena, "%u,%u,%.*s", edge.from,
	    edge.to, STR_ARG(edge.link));
	bool is_new;
	uint32_t *at = map_at(drawing->links, key, &is_new);
	struct drawing_edge *old;

	if (is_new) {
		*at = (uint32_t)drawing->edges.count;
		*VEC_PUSH(drawing->arena, &drawing->edges) = edge;
		return;
	}
	old = &drawing->edges.items[*at];
	old->possible &= edge.possible;
	old->is_step |= edge.is_step;
}
