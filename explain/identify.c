/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/identify.h"

#include <assert.h>

void identify_part(struct text *out, struct str part)
{
	text_printf(out, "%zu:", part.length);
	text_add(out, part);
}

/* The topmost base that has keys: what an entity is identified as, however
 * special a kind some file knows it to be. */
static uint16_t identity_kind(const struct schema *schema, uint16_t kind)
{
	uint16_t found = SCHEMA_NONE;

	for (; kind != SCHEMA_NONE; kind = schema->kinds.items[kind].base) {
		for (size_t i = 0; i < schema->attributes.count; i++)
			if (schema->attributes.items[i].kind == kind &&
			    schema->attributes.items[i].key)
				found = kind;
	}
	assert(found != SCHEMA_NONE);
	return found;
}

static void add_key(struct text *out, const struct graph *graph,
    uint16_t attribute, entity_id id)
{
	const struct column *c = &graph->columns[attribute];
	uint32_t row = id - c->first;

	if (!bit_get(c->known, row))
		identify_part(out, STR(""));
	else if (c->type.tag == TYPE_ENTITY)
		identify_entity(out, graph, (entity_id)column_cell(c, row));
	else
		identify_part(out, graph_cell_text(graph, out->arena, c->type,
		    column_cell(c, row)));
}

/* Owners and links in keys nest no deeper than a reference can be written. */
void identify_entity(struct text *out, const struct graph *graph, entity_id id)
{
	const struct schema *schema = graph->schema;
	uint16_t kind = identity_kind(schema, entity_kind(graph, id));

	if (entity_owner(graph, id) != ENTITY_NONE)
		identify_entity(out, graph, entity_owner(graph, id));
	identify_part(out, schema->kinds.items[kind].name);
	for (size_t i = 0; i < schema->attributes.count; i++)
		if (schema->attributes.items[i].kind == kind &&
		    schema->attributes.items[i].key)
			add_key(out, graph, (uint16_t)i, id);
}

void identify_value(struct text *out, const struct graph *graph,
    struct type type, int64_t cell)
{
	if (type.tag == TYPE_ENTITY) {
		identify_entity(out, graph, (entity_id)cell);
		return;
	}
	type.optional = type.set = false;
	identify_part(out, type_text(out->arena, graph->schema, type));
	identify_part(out, graph_cell_text(graph, out->arena, type, cell));
}
