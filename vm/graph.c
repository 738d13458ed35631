/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking things up in a finished graph.  Entities of one kind (without its
 * subkinds) stand together, those at top level first, then by owner, and
 * under one owner by the canonical text of their key.
 */
#include "vm/graph.h"

#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/utf8.h"
#include "vm/scalar.h"

/* A kind may be keyed by entities that are keyed by entities. */
#define KEY_DEPTH 8

/* What a key asks for: cells of the key attributes, some not given. */
struct wanted {
	uint16_t *attributes;
	bool *given;
	int64_t *cells;
	unsigned count;
};

static const char *const grades[GRADE_COUNT] = {
#define GRADE(name, spelling) spelling,
	GRADES(GRADE)
#undef GRADE
};

const char *grade_text(enum grade grade)
{
	return grades[grade];
}

int span_compare(const void *left, const void *right)
{
	const struct span *a = left, *b = right;

	int files = (a->file > b->file) - (a->file < b->file);

	return files ? files : (a->start > b->start) - (a->start < b->start);
}

uint32_t span_end(const struct span *longs, size_t count, uint32_t file,
    uint32_t start)
{
	struct span key = { file, start, 0 };
	const struct span *found = bsearch(&key, longs, count, sizeof(*longs),
	    span_compare);

	assert(found);
	return found->end;
}

struct origin origins_get(const struct graph *graph,
    const struct origins *origins, uint32_t i)
{
	struct speaker who = graph->speakers.items[origins->speakers ?
	    origins->speakers[i] : origins->speaker];
	uint32_t start = origins->starts[i], end = start + origins->lengths[i];

	if (origins->lengths[i] == PLACE_LONG)
		end = span_end(graph->longs.items, graph->longs.count,
		    who.file, start);
	return (struct origin){ { who.file, start, end }, who.provenance };
}

uint8_t link_width(struct type type)
{
	return type_is_number(type) ? 8 : 4;
}

void graph_new_entities(struct graph *graph)
{
	uint32_t count = graph->entity_count;

	graph->owners = ARENA_ARRAY(graph->arena, entity_id, count);
	graph->keys = ARENA_ARRAY(graph->arena, symbol, count);
	graph->possible = ARENA_ARRAY(graph->arena, uint64_t, BITS_WORDS(count));
	graph->entity_places = (struct origins){
		.starts = ARENA_ARRAY(graph->arena, uint32_t, count),
		.lengths = ARENA_ARRAY(graph->arena, uint16_t, count) };
}

uint16_t entity_kind(const struct graph *graph, entity_id id)
{
	size_t low = 0, high = graph->schema->kinds.count;

	/* The last kind that begins at ID or before: empty ones come first. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (graph->extents[middle].first <= id)
			low = middle;
		else
			high = middle;
	}
	return (uint16_t)low;
}

/* Of an attribute of its kind that every graph has. */
static bool is_known(const struct graph *graph, uint16_t attribute,
    entity_id id, int64_t *cell)
{
	const struct column *c = &graph->columns[attribute];
	uint32_t row = id - c->first;

	if (!bit_get(c->known, row))
		return false;
	*cell = column_cell(c, row);
	return true;
}

/* Writes down the key attributes of exactly KIND unless OUT is NULL, and answers
 * how many there are. */
static unsigned list_keys(const struct schema *schema, uint16_t kind, uint16_t *out)
{
	unsigned count = 0;

	for (size_t i = 0; i < schema->attributes.count; i++) {
		const struct schema_attribute *a = &schema->attributes.items[i];

		if (a->kind != kind || !a->key)
			continue;
		if (out)
			out[count] = (uint16_t)i;
		count++;
	}
	return count;
}

/* The key attributes of KIND: those of its topmost base that has any.  They live
 * in the graph's arena. */
static struct wanted find_keys(const struct graph *graph, uint16_t kind)
{
	const struct schema *schema = graph->schema;
	struct wanted wanted = { .count = 0 };
	uint16_t of = kind;

	for (uint16_t k = kind; k != SCHEMA_NONE; k = schema->kinds.items[k].base) {
		unsigned count = list_keys(schema, k, NULL);

		of = count ? k : of;
		wanted.count = count ? count : wanted.count;
	}
	wanted.attributes = ARENA_ARRAY(graph->arena, uint16_t, wanted.count);
	wanted.given = ARENA_ARRAY(graph->arena, bool, wanted.count);
	wanted.cells = ARENA_ARRAY(graph->arena, int64_t, wanted.count);
	list_keys(schema, of, wanted.attributes);
	return wanted;
}

/* TEXT as a cell; false when the graph holds no such value. */
static bool read_text(const struct graph *graph, struct type type,
    struct str text, int64_t *cell)
{
	struct arena_mark mark = arena_here(graph->arena);
	bool is_read = true;
	symbol found = SYMBOL_NONE;

	if (type.tag == TYPE_CASELESS)
		text = utf8_fold(graph->arena, text);
	else if (type.tag == TYPE_VERSION)
		is_read = scalar_canonical_version(graph->arena, text, &text);
	else if (type.tag == TYPE_IP)
		is_read = scalar_canonical_ip(graph->arena, text, &text);
	else if (type.tag == TYPE_NET)
		is_read = scalar_canonical_net(graph->arena, text, &text);
	if (is_read)
		found = symbol_find(graph->symbols, text);
	arena_rollback(graph->arena, mark);
	*cell = found;
	return found != SYMBOL_NONE;
}

static entity_id find_at_depth(const struct graph *graph, uint16_t kind,
    entity_id owner, struct str key, unsigned depth);

static bool read_part(const struct graph *graph, struct type type,
    struct str text, int64_t *cell, unsigned depth)
{
	switch (type.tag) {
	case TYPE_BOOL:
		*cell = str_equal(text, STR("true"));
		return *cell || str_equal(text, STR("false"));
	case TYPE_INT:
		return scalar_read_int(text, cell);
	case TYPE_DATE:
		return scalar_read_date(text, cell);
	case TYPE_DURATION:
		return scalar_read_duration(text, cell);
	case TYPE_ENUM:
		*cell = schema_find_value(graph->schema, type.of, text);
		return *cell >= 0;
	case TYPE_ENTITY:
		*cell = depth < KEY_DEPTH ? find_at_depth(graph, type.of,
		    ENTITY_NONE, text, depth + 1) : ENTITY_NONE;
		return *cell != ENTITY_NONE;
	default:
		return read_text(graph, type, text, cell);
	}
}

/* Parts are separated by commas; the last one takes what is left. */
static bool read_key(const struct graph *graph, struct str key,
    struct wanted *wanted, unsigned depth)
{
	for (unsigned i = 0; i < wanted->count; i++) {
		struct type type = graph->schema->attributes.items[
		    wanted->attributes[i]].type;
		size_t end = i + 1 < wanted->count ? str_find(key, ',')
		    : key.length;
		struct str part = str_slice(key, 0, end);

		wanted->given[i] = part.length > 0;
		if (wanted->given[i] && !read_part(graph, type, part,
		    &wanted->cells[i], depth))
			return false;
		key = str_slice(key, end + 1, key.length);
	}
	return true;
}

static bool is_wanted(const struct graph *graph, entity_id id,
    entity_id owner, const struct wanted *wanted)
{
	if (entity_owner(graph, id) != owner)
		return false;
	for (unsigned i = 0; i < wanted->count; i++) {
		int64_t cell;
		bool known = is_known(graph, wanted->attributes[i], id, &cell);

		if (known != wanted->given[i] ||
		    (known && cell != wanted->cells[i]))
			return false;
	}
	return true;
}

/* How entity ID stands to (OWNER, TEXT of its only key): -1, 0, 1. */
static int order_of(const struct graph *graph, entity_id id, entity_id owner,
    uint16_t attribute, struct str text)
{
	/* ENTITY_NONE is the first. */
	uint32_t a = entity_owner(graph, id) + 1, b = owner + 1;
	int64_t cell;

	if (a != b)
		return a < b ? -1 : 1;
	if (!is_known(graph, attribute, id, &cell))
		return -1;
	return str_compare(symbol_text(graph->symbols, (symbol)cell), text);
}

static entity_id bisect(const struct graph *graph, entity_id first,
    entity_id end, entity_id owner, const struct wanted *wanted)
{
	struct str text = symbol_text(graph->symbols,
	    (symbol)wanted->cells[0]);

	while (first < end) {
		entity_id middle = first + (end - first) / 2;
		int order = order_of(graph, middle, owner,
		    wanted->attributes[0], text);

		if (order == 0)
			return middle;
		if (order < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return ENTITY_NONE;
}

/*
 * Among the entities of exactly KIND.  Where a kind may own its like, owners
 * are not quite in order, so below top level what bisection misses is sought.
 */
static entity_id find_exact(const struct graph *graph, uint16_t kind,
    entity_id owner, const struct wanted *wanted)
{
	const struct schema_kind *k = &graph->schema->kinds.items[kind];
	const struct extent *extent = &graph->extents[kind];
	entity_id end = kind + 1 < k->last ? graph->extents[kind + 1].first
	    : extent->first + extent->count;
	entity_id found = ENTITY_NONE;
	bool is_sorted = wanted->count == 1 && wanted->given[0] &&
	    type_is_text(graph->schema->attributes.items[
	    wanted->attributes[0]].type);

	if (is_sorted)
		found = bisect(graph, extent->first, end, owner, wanted);
	if (found != ENTITY_NONE || (is_sorted && owner == ENTITY_NONE))
		return found;
	for (entity_id id = extent->first; id < end; id++)
		if (is_wanted(graph, id, owner, wanted))
			return id;
	return ENTITY_NONE;
}

static entity_id find_at_depth(const struct graph *graph, uint16_t kind,
    entity_id owner, struct str key, unsigned depth)
{
	for (uint16_t k = kind; k < graph->schema->kinds.items[kind].last;
	    k++) {
		struct arena_mark mark = arena_here(graph->arena);
		struct wanted wanted = find_keys(graph, k);
		entity_id found = ENTITY_NONE;

		if (read_key(graph, key, &wanted, depth))
			found = find_exact(graph, k, owner, &wanted);
		arena_rollback(graph->arena, mark);
		if (found != ENTITY_NONE)
			return found;
	}
	return ENTITY_NONE;
}

entity_id graph_find(const struct graph *graph, uint16_t kind,
    entity_id owner, struct str key)
{
	return find_at_depth(graph, kind, owner, key, 0);
}

struct str graph_entity_name(const struct graph *graph, struct arena *arena,
    entity_id id)
{
	struct str name;

	if (id >= graph->entity_count)
		return STR("?");
	name = entity_key(graph, id);
	for (id = entity_owner(graph, id); id != ENTITY_NONE;
	    id = entity_owner(graph, id)) {
		struct str owner = entity_key(graph, id);

		name = arena_printf(arena, "%.*s/%.*s", STR_ARG(owner), STR_ARG(name));
	}
	return name;
}

struct str graph_cell_text(const struct graph *graph, struct arena *arena,
    struct type type, int64_t cell)
{
	switch (type.tag) {
	case TYPE_BOOL:
		return cell ? STR("true") : STR("false");
	case TYPE_INT:
		return arena_printf(arena, "%lld", (long long)cell);
	case TYPE_DATE:
		return scalar_date_text(arena, cell);
	case TYPE_DURATION:
		return scalar_duration_text(arena, cell);
	case TYPE_ENUM:
		return schema_value_name(graph->schema, type.of, cell);
	case TYPE_ENTITY:
		return graph_entity_name(graph, arena, (entity_id)cell);
	default:
		return symbol_text(graph->symbols, (symbol)cell);
	}
}

/* What one side says of a link that it does not list as certain. */
enum side { SIDE_LISTS, SIDE_EXCLUDES, SIDE_SILENT };

static enum side side_of_link(const struct link *l, entity_id from,
    entity_id to)
{
	uint32_t row = from - l->first, low, high;

	if (from < l->first || row >= l->rows)
		return SIDE_EXCLUDES;
	low = l->offsets[row];
	high = l->offsets[row + 1];
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int64_t cell = link_cell(l, middle);

		if (cell == to)
			return SIDE_LISTS;
		if (cell < to)
			low = middle + 1;
		else
			high = middle;
	}
	return bit_get(l->closed, row) ? SIDE_EXCLUDES : SIDE_SILENT;
}

static enum side side_of_column(const struct column *c, entity_id from,
    entity_id to)
{
	uint32_t row = from - c->first;

	if (from < c->first || row >= c->rows || bit_get(c->absent, row))
		return SIDE_EXCLUDES;
	if (!bit_get(c->known, row))
		return SIDE_SILENT;
	return column_cell(c, row) == to ? SIDE_LISTS : SIDE_EXCLUDES;
}

static enum side side_of(const struct graph *graph, uint16_t attribute,
    entity_id from, entity_id to)
{
	if (graph->schema->attributes.items[attribute].type.set)
		return side_of_link(&graph->links[attribute], from, to);
	return side_of_column(&graph->columns[attribute], from, to);
}

bool graph_may_link(const struct graph *graph, uint16_t attribute,
    entity_id s, entity_id t)
{
	const struct schema_attribute *a =
	    &graph->schema->attributes.items[attribute];
	enum side side = side_of(graph, attribute, s, t);

	if (t >= graph->entity_count || !schema_is_a(graph->schema,
	    entity_kind(graph, t), a->type.of))
		return false;
	if (side != SIDE_SILENT || a->inverse == SCHEMA_NONE)
		return side != SIDE_EXCLUDES;
	return side_of(graph, a->inverse, t, s) != SIDE_EXCLUDES;
}
