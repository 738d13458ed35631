/* SPDX-License-Identifier: Apache-2.0 */
/* Entities and values as inventory/edit_parse.c reads them. */
#include "explain/repair.h"

/* What nobody could see, or would drive a terminal, comes as \u{XX}. */
void repair_add_quoted(struct text *out, struct str s)
{
	struct text plain;

	text_init(&plain, out->arena);
	for (size_t i = 0; i < s.length; i++) {
		if (s.at[i] == '"' || s.at[i] == '\\')
			text_add_char(&plain, '\\');
		if (s.at[i] == '\n')
			text_add(&plain, STR("\\n"));
		else if (s.at[i] == '\t')
			text_add(&plain, STR("\\t"));
		else
			text_add_char(&plain, s.at[i]);
	}
	text_add_char(out, '"');
	text_add_visible(out, text_str(&plain));
	text_add_char(out, '"');
}

/* --- references ----------------------------------------------------------- */

static struct str escaped(struct arena *arena, struct str s, char separator)
{
	struct text out;

	text_init(&out, arena);
	for (size_t i = 0; i < s.length; i++) {
		if (s.at[i] == separator)
			text_add_char(&out, '\\');
		text_add_char(&out, s.at[i]);
	}
	return text_str(&out);
}

static uint16_t identity_kind(const struct schema *schema, uint16_t kind)
{
	uint16_t found = kind;

	for (; kind != SCHEMA_NONE; kind = schema->kinds.items[kind].base)
		for (size_t i = 0; i < schema->attributes.count; i++)
			if (schema->attributes.items[i].kind == kind &&
			    schema->attributes.items[i].key)
				found = kind;
	return found;
}

static struct str reference(struct arena *arena, const struct graph *graph,
    entity_id id);

static struct str part_text(struct arena *arena, const struct graph *graph,
    const struct column *c, uint32_t row)
{
	if (!bit_get(c->known, row))
		return STR("");
	if (c->type.tag == TYPE_ENTITY)
		return reference(arena, graph, (entity_id)column_cell(c, row));
	if (c->spelled && c->spelled[row] != SYMBOL_NONE)
		return symbol_text(graph->symbols, c->spelled[row]);
	return graph_cell_text(graph, arena, c->type, column_cell(c, row));
}

/* The parts of the key; commas in all but the last one are escaped, and parts
 * that are not given at the end are left out. */
static struct str key_text(struct arena *arena, const struct graph *graph,
    entity_id id)
{
	const struct schema *schema = graph->schema;
	uint16_t kind = identity_kind(schema, entity_kind(graph, id));
	struct str parts[64];
	size_t count = 0, last = 0;
	struct text out;

	for (size_t i = 0; i < schema->attributes.count && count < 64; i++) {
		const struct column *c = &graph->columns[i];

		if (schema->attributes.items[i].kind != kind ||
		    !schema->attributes.items[i].key)
			continue;
		parts[count] = part_text(arena, graph, c, id - c->first);
		if (parts[count++].length)
			last = count;
	}
	text_init(&out, arena);
	for (size_t i = 0; i < last; i++) {
		if (i)
			text_add_char(&out, ',');
		text_add(&out, i + 1 < count ? escaped(arena, parts[i], ',') :
		    parts[i]);
	}
	return text_str(&out);
}

/* Owners and keys nest no deeper than a reference can be written. */
static struct str reference(struct arena *arena, const struct graph *graph,
    entity_id id)
{
	entity_id owner = entity_owner(graph, id);
	struct str key = key_text(arena, graph, id);
	struct text out;

	if (owner == ENTITY_NONE)
		return key;
	text_init(&out, arena);
	for (; owner != ENTITY_NONE; owner = entity_owner(graph, owner))
		key = arena_printf(arena, "%.*s/%.*s", STR_ARG(escaped(arena,
		    key_text(arena, graph, owner), '/')), STR_ARG(key));
	return key;
}

void repair_add_entity(struct text *out, const struct graph *graph,
    entity_id entity)
{
	uint16_t kind = entity_kind(graph, entity);

	text_printf(out, "%.*s[",
	    STR_ARG(graph->schema->kinds.items[kind].name));
	repair_add_quoted(out, reference(out->arena, graph, entity));
	text_add_char(out, ']');
}

void repair_add_key(struct text *out, const struct graph *graph,
    entity_id entity)
{
	repair_add_quoted(out, key_text(out->arena, graph, entity));
}

/* --- values --------------------------------------------------------------- */

void repair_add_value(struct text *out, const struct graph *graph,
    struct type type, int64_t cell)
{
	type.set = type.optional = false;
	if (type.tag == TYPE_ENTITY)
		repair_add_quoted(out, reference(out->arena, graph,
		    (entity_id)cell));
	else if (type_is_text(type))
		repair_add_quoted(out, graph_cell_text(graph, out->arena, type,
		    cell));
	else
		text_add(out, graph_cell_text(graph, out->arena, type, cell));
}

static void add_name(struct text *out, struct str name, bool *first)
{
	text_printf(out, "%s%.*s: ", *first ? " " : ", ", STR_ARG(name));
	*first = false;
}

static void add_single(struct text *out, const struct graph *graph,
    const struct schema_attribute *a, const struct column *c, uint32_t row,
    bool *first)
{
	if (bit_get(c->absent, row)) {
		add_name(out, a->name, first);
		text_add(out, STR("none"));
	} else if (bit_get(c->known, row) &&
	    !(c->assumed && bit_get(c->assumed, row))) {
		add_name(out, a->name, first);
		repair_add_value(out, graph, c->type, column_cell(c, row));
	}
}

static void add_list(struct text *out, const struct graph *graph,
    const struct schema_attribute *a, const struct link *l, uint32_t row,
    bool *first)
{
	uint32_t listed = 0;

	if (!bit_get(l->stated, row))
		return;
	add_name(out, a->name, first);
	text_add_char(out, '[');
	for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++) {
		if (!bit_get(l->certain, i))
			continue;
		text_add(out, listed++ ? STR(", ") : STR(""));
		repair_add_value(out, graph, l->type, link_cell(l, i));
	}
	if (!bit_get(l->closed, row))
		text_add(out, listed ? STR(", ...") : STR("..."));
	text_add_char(out, ']');
}

void repair_add_object(struct text *out, const struct graph *graph,
    entity_id entity)
{
	const struct schema *schema = graph->schema;
	uint16_t kind = entity_kind(graph, entity);
	bool first = true;

	text_add_char(out, '{');
	for (size_t i = 0; i < schema->attributes.count; i++) {
		const struct schema_attribute *a = &schema->attributes.items[i];

		if (!schema_is_a(schema, kind, a->kind) || a->derived ||
		    a->owned || (a->back && !a->key))
			continue;
		if (a->type.set)
			add_list(out, graph, a, &graph->links[i],
			    entity - graph->links[i].first, &first);
		else
			add_single(out, graph, a, &graph->columns[i],
			    entity - graph->columns[i].first, &first);
	}
	text_add(out, STR(" }"));
}
