/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/site.h"

#include <stdio.h>

#include "base/io.h"
#include "base/text.h"
#include "tests/unit/unit.h"

/* --- schema --------------------------------------------------------------- */

enum { KIND_SITE, KIND_HOST, KIND_CONTROLLER, KIND_ROLE, KIND_PRINCIPAL,
	KIND_AGENT };
enum { ENUM_ZONE, ENUM_ROLE };

static uint16_t add_enum(struct arena *arena, struct schema *s,
    const char *name, const char *const *values, size_t count)
{
	*VEC_PUSH(arena, &s->enums) = (struct schema_enum){
		.name = str_of(name), .value_count = (uint16_t)count,
		.first_value = (uint32_t)s->value_names.count,
		.span = SPAN_NONE };
	for (size_t i = 0; i < count; i++)
		*VEC_PUSH(arena, &s->value_names) = str_of(values[i]);
	return (uint16_t)(s->enums.count - 1);
}

static void add_kind(struct arena *arena, struct schema *s, const char *name,
    uint16_t base, uint16_t last)
{
	*VEC_PUSH(arena, &s->kinds) = (struct schema_kind){
		.name = str_of(name), .plural = schema_plural(arena,
		str_of(name)), .span = SPAN_NONE, .base = base, .last = last,
		.owner = SCHEMA_NONE };
}

static struct schema_attribute *add(struct arena *arena, struct schema *s,
    uint16_t kind, const char *name, enum type_tag tag)
{
	struct schema_attribute *a = VEC_PUSH(arena, &s->attributes);

	*a = (struct schema_attribute){ .name = str_of(name), .kind = kind,
		.span = SPAN_NONE, .inverse = SCHEMA_NONE,
		.type = { .tag = (uint8_t)tag } };
	return a;
}

static struct schema_attribute *add_of(struct arena *arena, struct schema *s,
    uint16_t kind, const char *name, enum type_tag tag, uint16_t of, bool set)
{
	struct schema_attribute *a = add(arena, s, kind, name, tag);

	a->type.of = of;
	a->type.set = set;
	return a;
}

static uint16_t index_of(const struct schema *s, uint16_t kind,
    const char *name)
{
	return schema_find_attribute(s, kind, str_of(name));
}

static void pair(struct schema *s, uint16_t kind, const char *name,
    uint16_t other, const char *inverse)
{
	uint16_t a = index_of(s, kind, name), b = index_of(s, other, inverse);

	s->attributes.items[a].inverse = b;
	s->attributes.items[b].inverse = a;
}

static void add_site(struct arena *arena, struct schema *s)
{
	add(arena, s, KIND_SITE, "code", TYPE_CASELESS)->key = true;
	add_of(arena, s, KIND_SITE, "parent", TYPE_ENTITY, KIND_SITE,
	    false)->type.optional = true;
	add_of(arena, s, KIND_SITE, "children", TYPE_ENTITY, KIND_SITE, true);
	add_of(arena, s, KIND_SITE, "roles", TYPE_ENTITY, KIND_ROLE, true);
	add(arena, s, KIND_SITE, "version", TYPE_VERSION);
	pair(s, KIND_SITE, "parent", KIND_SITE, "children");
}

static void add_host(struct arena *arena, struct schema *s)
{
	struct schema_attribute *roles;

	add(arena, s, KIND_HOST, "fqdn", TYPE_CASELESS)->key = true;
	add_of(arena, s, KIND_HOST, "zone", TYPE_ENUM, ENUM_ZONE, false);
	add(arena, s, KIND_HOST, "internet_fqdn", TYPE_STRING)->type.optional =
	    true;
	add(arena, s, KIND_HOST, "patched", TYPE_BOOL);
	add(arena, s, KIND_HOST, "port", TYPE_INT)->has_default = true;
	VEC_LAST(&s->attributes)->fallback = 1433;
	add(arena, s, KIND_HOST, "installed", TYPE_DATE);
	add(arena, s, KIND_HOST, "uptime", TYPE_DURATION);
	add(arena, s, KIND_HOST, "address", TYPE_IP);
	add(arena, s, KIND_HOST, "subnet", TYPE_NET);
	add(arena, s, KIND_HOST, "os", TYPE_VERSION);
	add_of(arena, s, KIND_HOST, "tags", TYPE_STRING, 0, true);
	add_of(arena, s, KIND_HOST, "ports", TYPE_INT, 0, true);
	add_of(arena, s, KIND_HOST, "zones", TYPE_ENUM, ENUM_ZONE, true);
	roles = add_of(arena, s, KIND_HOST, "roles", TYPE_ENTITY, KIND_ROLE,
	    true);
	roles->owned = roles->shorthand = true;
	add_of(arena, s, KIND_HOST, "admins", TYPE_ENTITY, KIND_PRINCIPAL,
	    true);
	add(arena, s, KIND_HOST, "exposed", TYPE_BOOL)->derived = true;
	add_of(arena, s, KIND_CONTROLLER, "fsmo", TYPE_STRING, 0, true);
}

static void add_role(struct arena *arena, struct schema *s)
{
	add_of(arena, s, KIND_ROLE, "kind", TYPE_ENUM, ENUM_ROLE,
	    false)->key = true;
	add(arena, s, KIND_ROLE, "instance", TYPE_STRING)->key = true;
	add_of(arena, s, KIND_ROLE, "host", TYPE_ENTITY, KIND_HOST, false);
	add_of(arena, s, KIND_ROLE, "site", TYPE_ENTITY, KIND_SITE, false);
	add(arena, s, KIND_ROLE, "pxe", TYPE_BOOL);
	s->kinds.items[KIND_ROLE].owner = index_of(s, KIND_HOST, "roles");
	pair(s, KIND_HOST, "roles", KIND_ROLE, "host");
	pair(s, KIND_SITE, "roles", KIND_ROLE, "site");
}

struct schema *site_schema(struct arena *arena)
{
	static const char *const zones[] = { "intranet", "perimeter",
		"internet" };
	static const char *const roles[] = { "mp", "dp", "fsp", "server" };
	struct schema *s = ARENA_NEW(arena, struct schema);

	s->name = STR("site");
	add_enum(arena, s, "Zone", zones, 3);
	add_enum(arena, s, "RoleKind", roles, 4);
	add_kind(arena, s, "Site", SCHEMA_NONE, 1);
	add_kind(arena, s, "Host", SCHEMA_NONE, 3);
	add_kind(arena, s, "DomainController", KIND_HOST, 3);
	add_kind(arena, s, "Role", SCHEMA_NONE, 4);
	add_kind(arena, s, "Principal", SCHEMA_NONE, 5);
	add_kind(arena, s, "Agent", SCHEMA_NONE, 6);
	add_site(arena, s);
	add_host(arena, s);
	add_role(arena, s);
	add(arena, s, KIND_PRINCIPAL, "name", TYPE_CASELESS)->key = true;
	add_of(arena, s, KIND_PRINCIPAL, "admin_of", TYPE_ENTITY, KIND_HOST,
	    true);
	add_of(arena, s, KIND_PRINCIPAL, "runs", TYPE_ENTITY, KIND_ROLE, true);
	pair(s, KIND_HOST, "admins", KIND_PRINCIPAL, "admin_of");
	add(arena, s, KIND_AGENT, "vendor", TYPE_CASELESS)->key = true;
	add(arena, s, KIND_AGENT, "number", TYPE_INT)->key = true;
	return s;
}

uint64_t *site_footprint(struct arena *arena, const struct schema *schema,
    const char *left_out)
{
	size_t count = schema->attributes.count;
	uint64_t *footprint = ARENA_ARRAY(arena, uint64_t, BITS_WORDS(count));

	for (size_t i = 0; i < count; i++) {
		struct str name = arena_printf(arena, " %.*s ",
		    STR_ARG(schema->attributes.items[i].name));

		bit_put(footprint, i, strstr(left_out, name.at) == NULL);
	}
	return footprint;
}

/* --- reading -------------------------------------------------------------- */

uint32_t site_file(struct arena *arena, struct sources *sources,
    const char *name, const char *bytes, size_t length)
{
	char *padded = arena_alloc(arena, length + IO_PADDING);

	memcpy(padded, bytes, length);
	return source_add(sources, str_of(name),
	    (struct str){ padded, length });
}

struct str site_write(struct arena *arena, size_t i, const char *text)
{
	struct str path = arena_printf(arena, "%zu.%s", i, text[0] != '{' ?
	    "yaml" : strstr(text, "}\n{") ? "ndjson" : "json"), why;

	ck_assert_msg(io_write(arena, path.at, str_of(text), &why), "%.*s",
	    STR_ARG(why));
	return path;
}

struct graph *site_load(struct arena *arena, struct diagnostics *all,
    const struct schema *schema, const char *const *texts, size_t count,
    const struct inventory_options *options)
{
	struct str *paths = ARENA_ARRAY(arena, struct str, count);
	struct inventory_notes notes = { 0 };

	for (size_t i = 0; i < count; i++)
		paths[i] = site_write(arena, i, texts[i]);
	return inventory_load(arena, all, schema, paths, count, options, &notes);
}

struct str site_read(struct arena *arena, const char *const *texts,
    size_t count, const struct inventory_options *options)
{
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct graph *graph = site_load(arena, all, site_schema(arena), texts, count,
	    options);
	struct text text;

	ck_assert_int_eq(graph == NULL, diag_errors(all) > 0);
	if (graph)
		return site_dump(arena, graph);
	text_init(&text, arena);
	diag_print(all, &text, 0, DIAG_CONCISE, false);
	return text_str(&text);
}

/* --- graphs as text ------------------------------------------------------- */

struct dump {
	const struct graph *graph;
	struct arena *arena;
	struct text text;
};

static struct str spelling(struct dump *d, struct type type, int64_t cell,
    const symbol *spelled, uint32_t i)
{
	if (spelled)
		return symbol_text(d->graph->symbols, spelled[i]);
	return graph_cell_text(d->graph, d->arena, type, cell);
}

static void dump_column(struct dump *d, const struct schema_attribute *a,
    const struct column *c, uint32_t row)
{
	bool is_assumed = c->assumed && bit_get(c->assumed, row);

	if (c->disputed && bit_get(c->disputed, row))
		text_printf(&d->text, " %.*s=!", STR_ARG(a->name));
	else if (bit_get(c->absent, row))
		text_printf(&d->text, " %.*s=none", STR_ARG(a->name));
	else if (bit_get(c->known, row) && !a->key)
		text_printf(&d->text, " %.*s=%.*s%s", STR_ARG(a->name),
		    STR_ARG(spelling(d, c->type, column_cell(c, row),
		    c->spelled, row)), is_assumed ? "~" : "");
}

static int by_text(const void *left, const void *right)
{
	return str_compare(*(const struct str *)left,
	    *(const struct str *)right);
}

/* Elements in the order of their texts: cells of texts have no order. */
static void dump_link(struct dump *d, const struct schema_attribute *a,
    const struct link *l, uint32_t row)
{
	bool is_open = !bit_get(l->closed, row);
	uint32_t first = l->offsets[row];
	uint32_t count = l->offsets[row + 1] - first;
	struct str *texts = ARENA_ARRAY(d->arena, struct str, count);

	if (is_open && l->offsets[row] == l->offsets[row + 1] &&
	    !bit_get(l->stated, row))
		return;
	text_printf(&d->text, " %.*s=[", STR_ARG(a->name));
	for (uint32_t i = first; i < first + count; i++) {
		bool is_disputed = l->disputed && bit_get(l->disputed, i);
		struct str text = spelling(d, l->type, link_cell(l, i),
		    l->spelled, i);

		texts[i - first] = arena_printf(d->arena, "%.*s%s",
		    STR_ARG(text), is_disputed ? "!" :
		    bit_get(l->certain, i) ? "" : "?");
	}
	qsort(texts, count, sizeof(*texts), by_text);
	for (uint32_t i = 0; i < count; i++)
		text_printf(&d->text, "%s%.*s", i ? ", " : "",
		    STR_ARG(texts[i]));
	text_printf(&d->text, "%s]", is_open ? count ? ", ..." : "..." : "");
}

static void dump_entity(struct dump *d, entity_id id)
{
	const struct schema *s = d->graph->schema;
	uint16_t kind = entity_kind(d->graph, id);

	text_printf(&d->text, "%.*s %.*s%s",
	    STR_ARG(s->kinds.items[kind].name),
	    STR_ARG(graph_entity_name(d->graph, d->arena, id)),
	    entity_is_possible(d->graph, id) ? "?" : "");
	for (size_t i = 0; i < s->attributes.count; i++) {
		const struct schema_attribute *a = &s->attributes.items[i];

		if (!schema_is_a(s, kind, a->kind) || a->derived ||
		    !graph_holds(d->graph, i))
			continue;
		if (a->type.set)
			dump_link(d, a, &d->graph->links[i],
			    id - d->graph->links[i].first);
		else
			dump_column(d, a, &d->graph->columns[i],
			    id - d->graph->columns[i].first);
	}
	text_add_char(&d->text, '\n');
}

static void dump_dispute(struct dump *d, const struct dispute *dispute)
{
	const struct graph *g = d->graph;
	const struct schema_attribute *a =
	    &g->schema->attributes.items[dispute->attribute];
	struct type type = a->type;
	struct place place = source_place(g->sources,
	    dispute->origin.span.file, dispute->origin.span.start);
	struct str value = dispute->spelling;

	type.set = false;
	if (value.length == 0)
		value = graph_cell_text(g, d->arena, type, dispute->cell);
	text_printf(&d->text, "%s %.*s.%.*s %s%.*s @%u:%u:%u\n",
	    dispute->outranked ? "outranked" : "disputed",
	    STR_ARG(graph_entity_name(g, d->arena, dispute->entity)),
	    STR_ARG(a->name), dispute->absent ? "not " : "", STR_ARG(value),
	    dispute->origin.span.file, place.line, place.column);
}

struct str site_dump(struct arena *arena, const struct graph *graph)
{
	struct dump d = { .graph = graph, .arena = arena };
	const char *before = "closed:";

	text_init(&d.text, arena);
	for (entity_id id = 0; id < graph->entity_count; id++)
		dump_entity(&d, id);
	for (size_t i = 0; i < graph->schema->kinds.count; i++)
		if (graph->extents[i].closed) {
			text_printf(&d.text, "%s %.*s", before,
			    STR_ARG(graph->schema->kinds.items[i].name));
			before = "";
		}
	if (!*before)
		text_add_char(&d.text, '\n');
	for (size_t i = 0; i < graph->disputes.count; i++)
		dump_dispute(&d, &graph->disputes.items[i]);
	return text_str(&d.text);
}
