/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which entities there are, and their numbers: by kind, owner and key.
 */
#include <stdlib.h>

#include "base/text.h"
#include "inventory/merge.h"

/* --- which entities there are --------------------------------------------- */

/* Top-level entities exist when listed; of owned ones their owner's row is
 * decided first. */
static uint8_t exists_at_top(const struct merge *m, const struct draft *draft)
{
	if (!draft->introduced)
		return EXISTS_NOT;
	return draft->certain && draft->grade >= m->facts->options->least
	    ? EXISTS : EXISTS_POSSIBLY;
}

static void decide_owned_row(struct merge *m, uint8_t *owned,
    uint16_t attribute, uint32_t from, uint32_t end)
{
	struct side side = { .attribute = attribute };
	struct row row = merge_row(m, &side, ENTITY_NONE, from, end);

	for (uint32_t i = from; i < end; i++) {
		const struct kept_fact *f = merge_fact(m, attribute, i);

		if (fact_is_item(f))
			owned[f->code] = EXISTS_NOT;
	}
	for (uint32_t i = 0; i < row.count; i++) {
		const struct element *e = &side.elements.items[i];

		owned[e->cell] = e->certain &&
		    e->grade >= m->facts->options->least ? EXISTS :
		    EXISTS_POSSIBLY;
	}
}

static void decide_owned(struct merge *m, uint8_t *owned, uint16_t attribute)
{
	struct arena_mark start = arena_here(m->scratch);
	uint32_t count = merge_order(m, attribute), i = 0;

	while (i < count) {
		struct arena_mark mark = arena_here(m->scratch);
		uint32_t from = i;

		i = merge_group(m, attribute, i, count);
		decide_owned_row(m, owned, attribute, from, i);
		arena_rollback(m->scratch, mark);
	}
	arena_rollback(m->scratch, start);
}

/*
 * An owner is always drafted before what it owns, so one pass in order gives
 * each the least of its own state and its owner's.
 */
static void decide_existence(struct merge *m)
{
	struct facts *facts = m->facts;
	size_t count = facts->drafts.count;
	uint8_t *owned = ARENA_ARRAY(m->scratch, uint8_t, count);

	m->exists = ARENA_ARRAY(m->scratch, uint8_t, count);
	memset(m->exists, EXISTS, count);
	memset(owned, EXISTS_POSSIBLY, count);
	for (size_t i = 0; i < facts->schema->attributes.count; i++)
		if (merge_attribute(m, (uint16_t)i)->owned)
			decide_owned(m, owned, (uint16_t)i);
	for (size_t i = 0; i < count; i++) {
		const struct draft *draft = &facts->drafts.items[i];
		uint8_t own = draft->introduced ? owned[i] : EXISTS_NOT;

		if (draft->owner == DRAFT_NONE)
			own = exists_at_top(m, draft);
		else if (m->exists[draft->owner] < own)
			own = m->exists[draft->owner];
		m->exists[i] = own;
	}
}

/* --- numbers -------------------------------------------------------------- */

struct ordered {
	uint64_t start;		/* of the key, behind what all keys begin with */
	struct str key;
	entity_id owner;
	draft_id draft;
};

static void add_key_text(struct merge *m, struct text *text, draft_id id);

static void add_part_text(struct merge *m, struct text *text,
    struct type type, const struct key_part *part)
{
	text_add_char(text, part->given ? '\1' : '\0');
	if (!part->given)
		return;
	if (type.tag == TYPE_ENTITY)
		add_key_text(m, text, (draft_id)part->cell);
	else
		text_add(text, graph_cell_text(m->graph, m->scratch, type,
		    part->cell));
	text_add_char(text, '\0');
}

/* Parts that refer to entities refer to ones drafted earlier: no cycles. */
static void add_key_text(struct merge *m, struct text *text, draft_id id)
{
	const struct draft *draft = &m->facts->drafts.items[id];
	const struct kind_facts *k = &m->facts->kinds[draft->kind];

	if (draft->owner != DRAFT_NONE)
		add_key_text(m, text, draft->owner);
	for (uint16_t i = 0; i < k->key_count; i++)
		add_part_text(m, text, merge_attribute(m, k->keys[i])->type,
		    &m->facts->parts.items[draft->keys + i]);
}

/* What entities of one kind and owner are ordered by.  Kinds with one key
 * that is a text are most, and need no copy. */
static struct str ordering_key(struct merge *m, draft_id id)
{
	const struct draft *draft = &m->facts->drafts.items[id];
	const struct kind_facts *k = &m->facts->kinds[draft->kind];
	const struct key_part *parts = m->facts->parts.items + draft->keys;
	struct text text;

	if (k->key_count == 1 && parts->given &&
	    type_is_text(merge_attribute(m, k->keys[0])->type))
		return symbol_text(m->facts->symbols, (symbol)parts->cell);
	text_init(&text, m->scratch);
	for (uint16_t i = 0; i < k->key_count; i++)
		add_part_text(m, &text, merge_attribute(m, k->keys[i])->type,
		    &parts[i]);
	return text_str(&text);
}

static int by_owner_and_key(const void *left, const void *right)
{
	const struct ordered *a = left, *b = right;

	if (a->owner != b->owner)
		return a->owner < b->owner ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return str_compare(a->key, b->key);
}

/* Tools list things in the order of their names, more often than not. */
static bool is_in_order(const struct ordered *items, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (by_owner_and_key(&items[i - 1], &items[i]) > 0)
			return false;
	return true;
}

static size_t common_start(const struct ordered *items, size_t count)
{
	size_t common = count ? items[0].key.length : 0;

	for (size_t i = 1; i < count && common; i++) {
		struct str a = items[0].key, b = items[i].key;
		size_t same = 0;

		while (same < common && same < b.length &&
		    a.at[same] == b.at[same])
			same++;
		common = same;
	}
	return common;
}

/* Most comparisons need no look at the texts then. */
static void find_starts(struct ordered *items, size_t count)
{
	size_t common = common_start(items, count);

	for (size_t i = 0; i < count; i++) {
		struct str rest = str_slice(items[i].key, common,
		    items[i].key.length);
		unsigned char bytes[8] = { 0 };

		if (rest.length)
			memcpy(bytes, rest.at, rest.length < 8 ? rest.length : 8);
		items[i].start = 0;
		for (int j = 0; j < 8; j++)
			items[i].start = items[i].start << 8 | bytes[j];
	}
}

/* Those of one kind. */
static void put_in_order(struct ordered *items, size_t count)
{
	find_starts(items, count);
	if (!is_in_order(items, count))
		qsort(items, count, sizeof(*items), by_owner_and_key);
}

/* First ids of each kind without its subkinds: they are in preorder, so a
 * kind with its subkinds is one range. */
static void lay_out_kinds(struct merge *m, entity_id *next)
{
	const struct schema *schema = m->facts->schema;
	struct facts *facts = m->facts;
	uint32_t *counts = ARENA_ARRAY(m->scratch, uint32_t,
	    schema->kinds.count);
	entity_id id = 0;

	for (size_t i = 0; i < facts->drafts.count; i++)
		if (m->exists[i] != EXISTS_NOT)
			counts[facts->drafts.items[i].kind]++;
	for (size_t k = 0; k < schema->kinds.count; k++) {
		next[k] = id;
		id += counts[k];
	}
	m->graph->entity_count = id;
	for (size_t k = 0; k < schema->kinds.count; k++) {
		uint16_t last = schema->kinds.items[k].last;
		entity_id end = last < schema->kinds.count ? next[last] : id;

		m->graph->extents[k] = (struct extent){
			.first = next[k], .count = end - next[k],
			.origin = { SPAN_NONE, 0 } };
	}
}

static void put_place(struct merge *m, entity_id id, struct origin origin)
{
	struct graph *graph = m->graph;
	uint32_t length = origin.span.end - origin.span.start;

	if (length >= PLACE_LONG) {
		*VEC_PUSH(m->arena, &m->longs) = origin.span;
		length = PLACE_LONG;
	}
	merge_put_origin(m, &graph->entity_places, graph->entity_count, id,
	    origin.span.start, (uint16_t)length,
	    facts_speaker(m->facts, origin));
}

static void number_entity(struct merge *m, const struct ordered *o,
    entity_id id)
{
	const struct draft *draft = &m->facts->drafts.items[o->draft];

	m->ids[o->draft] = id;
	m->graph->owners[id] = o->owner;
	m->graph->keys[id] = draft->key;
	put_place(m, id, draft->origin);
	bit_put(m->graph->possible, id, m->exists[o->draft] == EXISTS_POSSIBLY);
}

static bool is_at_depth(const struct merge *m, size_t draft, unsigned depth)
{
	return m->facts->drafts.items[draft].depth == depth &&
	    m->exists[draft] != EXISTS_NOT;
}

/* Where each kind begins among the entities of a level; one more at the end. */
static uint32_t *count_level(struct merge *m, unsigned depth)
{
	size_t kinds = m->facts->schema->kinds.count;
	uint32_t *starts = ARENA_ARRAY(m->scratch, uint32_t, kinds + 1);

	for (size_t i = 0; i < m->facts->drafts.count; i++)
		if (is_at_depth(m, i, depth))
			starts[m->facts->drafts.items[i].kind + 1]++;
	for (size_t i = 0; i < kinds; i++)
		starts[i + 1] += starts[i];
	return starts;
}

/* Entities of a level by their kinds; STARTS are then ends. */
static struct ordered *list_level(struct merge *m, unsigned depth,
    uint32_t *starts, uint32_t count)
{
	struct ordered *level = arena_alloc_raw(m->scratch,
	    count * sizeof(*level));

	for (size_t i = 0; i < m->facts->drafts.count; i++) {
		const struct draft *draft = &m->facts->drafts.items[i];

		if (is_at_depth(m, i, depth))
			level[starts[draft->kind]++] = (struct ordered){
				.key = ordering_key(m, (draft_id)i),
				.owner = draft->owner == DRAFT_NONE ?
				    ENTITY_NONE : m->ids[draft->owner],
				.draft = (draft_id)i };
	}
	return level;
}

/* Entities with DEPTH owners above them; answers whether there were any. */
static bool number_level(struct merge *m, entity_id *next, unsigned depth)
{
	struct arena_mark mark = arena_here(m->scratch);
	size_t kinds = m->facts->schema->kinds.count;
	uint32_t *starts = count_level(m, depth), count = starts[kinds], from = 0;
	struct ordered *level = list_level(m, depth, starts, count);

	for (size_t k = 0; k < kinds; k++) {
		put_in_order(level + from, starts[k] - from);
		for (; from < starts[k]; from++)
			number_entity(m, &level[from], next[k]++);
	}
	arena_rollback(m->scratch, mark);
	return count > 0;
}

static void number_all(struct merge *m)
{
	struct facts *facts = m->facts;
	entity_id *next = ARENA_ARRAY(m->scratch, entity_id,
	    facts->schema->kinds.count);
	unsigned depth = 0;

	lay_out_kinds(m, next);
	graph_new_entities(m->graph);
	m->ids = ARENA_ARRAY(m->scratch, entity_id, facts->drafts.count);
	memset(m->ids, 0xff, facts->drafts.count * sizeof(*m->ids));
	while (number_level(m, next, depth))
		depth++;
}

void merge_number_entities(struct merge *m)
{
	decide_existence(m);
	number_all(m);
}
