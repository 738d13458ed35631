/* SPDX-License-Identifier: Apache-2.0 */
#include "report/identity.h"

#include "base/io.h"

struct writer {
	struct arena *arena;
	const struct graph *graph;
	struct text *out;
};

static void add_part(struct writer *w, struct str part)
{
	text_printf(w->out, "%zu:", part.length);
	text_add(w->out, part);
}

/* The topmost base that has keys: what an entity is identified as, however
 * special a kind some file knows it to be.  Without any key it is the
 * topmost base: its owner has one such entity. */
static uint16_t identity_kind(const struct schema *schema, uint16_t kind)
{
	uint16_t found = SCHEMA_NONE, top = kind;

	for (; kind != SCHEMA_NONE; kind = schema->kinds.items[kind].base) {
		for (size_t i = 0; i < schema->attributes.count; i++)
			if (schema->attributes.items[i].kind == kind &&
			    schema->attributes.items[i].key)
				found = kind;
		top = kind;
	}
	return found == SCHEMA_NONE ? top : found;
}

static void add_entity(struct writer *w, entity_id id);

static void add_key(struct writer *w, uint16_t attribute, entity_id id)
{
	const struct column *c = &w->graph->columns[attribute];
	uint32_t row = id - c->first;

	if (!bit_get(c->known, row))
		add_part(w, STR(""));
	else if (c->type.tag == TYPE_ENTITY)
		add_entity(w, (entity_id)column_cell(c, row));
	else
		add_part(w, graph_cell_text(w->graph, w->arena, c->type,
		    column_cell(c, row)));
}

/* Owners and links in keys nest no deeper than a reference can be written. */
static void add_entity(struct writer *w, entity_id id)
{
	const struct entity *e = &w->graph->entities[id];
	const struct schema *schema = w->graph->schema;
	uint16_t kind = identity_kind(schema, e->kind);

	if (e->owner != ENTITY_NONE)
		add_entity(w, e->owner);
	add_part(w, schema->kinds.items[kind].name);
	for (size_t i = 0; i < schema->attributes.count; i++)
		if (schema->attributes.items[i].kind == kind &&
		    schema->attributes.items[i].key)
			add_key(w, (uint16_t)i, id);
}

static void add_value(struct writer *w, struct type type, int64_t cell)
{
	if (type.tag == TYPE_ENTITY) {
		add_entity(w, (entity_id)cell);
		return;
	}
	type.optional = type.set = false;
	add_part(w, type_text(w->arena, w->graph->schema, type));
	add_part(w, graph_cell_text(w->graph, w->arena, type, cell));
}

struct str identity_of(struct arena *arena, const struct tree *tree,
    const struct graph *graph, const struct outcome *outcome, struct str id)
{
	const struct rule *rule = &tree->rules.items[outcome->rule];
	struct text bytes;
	struct writer w = { arena, graph, &bytes };

	text_init(&bytes, arena);
	add_part(&w, id);
	for (int i = 0; i < outcome->count; i++)
		add_value(&w, rule->binders.items[i].variable->type,
		    outcome->cells[i]);
	if (outcome->rest >= 0) {
		add_part(&w, STR("rest of"));
		add_part(&w, arena_printf(arena, "%d", outcome->rest));
	}
	return io_blake2b(arena, text_str(&bytes));
}
