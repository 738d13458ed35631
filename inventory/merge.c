/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The passes of a merge: references are checked, facts are put in order, it
 * is decided which entities there are, they are numbered, and then attribute
 * by attribute is decided and written.
 */
#include "inventory/merge.h"

#include <stdlib.h>

#include "base/text.h"
#include "inventory/read.h"

/* --- references ----------------------------------------------------------- */

struct checker {
	struct facts *facts;
};

/* The names that could have been meant: of the kind, under the same owner. */
static size_t known_keys(const struct facts *facts, uint16_t kind,
    draft_id owner, struct str **keys)
{
	size_t count = 0;

	*keys = ARENA_ARRAY(facts->scratch, struct str, facts->drafts.count);
	for (size_t i = 0; i < facts->drafts.count; i++) {
		const struct draft *d = &facts->drafts.items[i];

		if (d->introduced && d->owner == owner &&
		    schema_is_a(facts->schema, d->kind, kind))
			(*keys)[count++] = symbol_text(facts->symbols, d->key);
	}
	return count;
}

static void suggest(struct checker *c, struct diagnostic *d, uint16_t kind,
    const struct draft *draft)
{
	struct facts *facts = c->facts;
	struct arena_mark mark = arena_here(facts->scratch);
	struct str *keys;
	size_t count;
	long nearest;

	if (!diag_may_suggest(facts->all, facts->drafts.count))
		return;
	count = known_keys(facts, kind, draft->owner, &keys);
	nearest = diag_nearest(symbol_text(facts->symbols, draft->key), keys,
	    count);
	if (nearest >= 0)
		diag_help(facts->all, d, "did you mean `%.*s`?",
		    STR_ARG(keys[nearest]));
	arena_rollback(facts->scratch, mark);
}

static void complain_unlisted(struct checker *c, const struct fact *fact,
    uint16_t kind)
{
	struct facts *facts = c->facts;
	const struct schema_kind *k = &facts->schema->kinds.items[kind];
	const struct draft *draft = &facts->drafts.items[fact->cell];
	struct str name = facts_name(facts, facts->scratch,
	    (draft_id)fact->cell);
	struct diagnostic *d = diag_add(facts->all, DIAG_E3011,
	    fact->origin.span, "no %.*s `%.*s` is listed", STR_ARG(k->name),
	    STR_ARG(input_shown(facts->scratch, name)));

	d->path = facts_path(facts, fact->origin.span);
	suggest(c, d, kind, draft);
	if (draft->owner != DRAFT_NONE)
		diag_help(facts->all, d, "list it inside its owner, even with "
		    "only its key");
	else
		diag_help(facts->all, d, "list it under `%.*s`, even with only "
		    "its key", STR_ARG(k->plural));
}

static void complain_kind(struct checker *c, const struct fact *fact,
    uint16_t kind)
{
	struct facts *facts = c->facts;
	const struct schema_kind *kinds = facts->schema->kinds.items;
	const struct draft *draft = &facts->drafts.items[fact->cell];
	struct str name = facts_name(facts, facts->scratch,
	    (draft_id)fact->cell);
	struct diagnostic *d = diag_add(facts->all, DIAG_E3012,
	    fact->origin.span, "`%.*s` is a %.*s, not a %.*s",
	    STR_ARG(input_shown(facts->scratch, name)),
	    STR_ARG(kinds[draft->kind].name), STR_ARG(kinds[kind].name));

	d->path = facts_path(facts, fact->origin.span);
	diag_label(facts->all, d, draft->origin.span, "listed here");
}

static bool is_item(const struct kept_fact *fact)
{
	return fact->kind == FACT_VALUE || fact->kind == FACT_ITEM ||
	    fact->kind == FACT_POSSIBLE;
}

static void check_reference(struct checker *c, uint16_t attribute,
    struct type type, uint32_t i)
{
	const struct draft *draft;
	struct fact fact;

	draft = &c->facts->drafts.items[
	    fact_kept(facts_of(c->facts, attribute), i)->code];
	if (draft->introduced &&
	    schema_is_a(c->facts->schema, draft->kind, type.of))
		return;
	fact = fact_get(c->facts, attribute, i);
	if (!draft->introduced)
		complain_unlisted(c, &fact, type.of);
	else
		complain_kind(c, &fact, type.of);
}

/* What lies in one place cannot be said to lie in another. */
static void check_owner(struct checker *c, uint16_t attribute, uint32_t i)
{
	struct facts *facts = c->facts;
	struct fact fact = fact_get(facts, attribute, i);
	draft_id owner = facts->drafts.items[fact.entity].owner;
	struct diagnostic *d;

	if (owner == DRAFT_NONE ||
	    (fact.kind == FACT_VALUE && fact.cell == owner))
		return;
	d = diag_add(facts->all, DIAG_E3020, fact.origin.span,
	    "`%.*s` contradicts the place of this object",
	    STR_ARG(facts->schema->attributes.items[attribute].name));
	d->path = facts_path(facts, fact.origin.span);
	diag_note(facts->all, d, "it is inside `%.*s`", STR_ARG(input_shown(
	    facts->scratch, facts_name(facts, facts->scratch, owner))));
	diag_help(facts->all, d, "leave `%.*s` out",
	    STR_ARG(facts->schema->attributes.items[attribute].name));
}

static bool is_owner(const struct schema *schema,
    const struct schema_attribute *a)
{
	return a->inverse != SCHEMA_NONE && !a->type.set &&
	    schema->attributes.items[a->inverse].owned;
}

static void check_attribute(struct checker *c, uint16_t attribute)
{
	const struct schema *schema = c->facts->schema;
	const struct schema_attribute *a =
	    &schema->attributes.items[attribute];
	const struct stream *stream = facts_of(c->facts, attribute);

	for (uint32_t i = 0; i < stream->count &&
	    a->type.tag == TYPE_ENTITY; i++) {
		if (fact_is_dead(stream, i))
			continue;
		if (is_item(fact_kept(stream, i)))
			check_reference(c, attribute, a->type, i);
		if (is_owner(schema, a))
			check_owner(c, attribute, i);
	}
}

static void check_references(struct facts *facts)
{
	struct checker c = { facts };
	struct arena_mark mark = arena_here(facts->scratch);

	for (size_t i = 0; i < facts->schema->attributes.count; i++)
		check_attribute(&c, (uint16_t)i);
	arena_rollback(facts->scratch, mark);
}

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

		if (is_item(f))
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

static void number_entity(struct merge *m, const struct ordered *o,
    entity_id id)
{
	const struct draft *draft = &m->facts->drafts.items[o->draft];

	m->ids[o->draft] = id;
	m->graph->owners[id] = o->owner;
	m->graph->keys[id] = draft->key;
	m->graph->entity_origins[id] = draft->origin;
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

static void number_entities(struct merge *m)
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

/* --- all ------------------------------------------------------------------ */

/* The inverse with which an attribute forms pairs, or SCHEMA_NONE. */
static uint16_t partner_of(const struct merge *m, uint16_t attribute)
{
	const struct schema *schema = m->facts->schema;
	const struct schema_attribute *a = merge_attribute(m, attribute), *b;

	if (a->type.tag != TYPE_ENTITY || a->inverse == SCHEMA_NONE)
		return SCHEMA_NONE;
	b = merge_attribute(m, a->inverse);
	return schema_is_a(schema, a->type.of, b->kind) &&
	    schema_is_a(schema, b->type.of, a->kind) ? a->inverse :
	    SCHEMA_NONE;
}

static void decide_pair(struct merge *m, uint16_t attribute, uint16_t partner)
{
	struct side a = merge_side(m, attribute, partner), b;

	if (partner == attribute) {
		merge_pairs(m, &a, &a);
	} else {
		b = merge_side(m, partner, attribute);
		merge_pairs(m, &a, &b);
		merge_write(m, &b);
	}
	merge_write(m, &a);
}

static void decide_attribute(struct merge *m, uint16_t attribute)
{
	uint16_t partner = partner_of(m, attribute);
	struct arena_mark mark = arena_here(m->scratch);

	if (merge_attribute(m, attribute)->derived ||
	    !graph_holds(m->graph, attribute))
		return;
	if (partner == SCHEMA_NONE &&
	    !merge_attribute(m, attribute)->type.set && !is_owner(
	    m->facts->schema, merge_attribute(m, attribute))) {
		merge_column(m, attribute);
	} else if (partner == SCHEMA_NONE) {
		struct side side = merge_side(m, attribute, SCHEMA_NONE);

		merge_write(m, &side);
	} else if (partner >= attribute) {
		decide_pair(m, attribute, partner);
	}
	arena_rollback(m->scratch, mark);
}

/* What is used up makes room for the graph. */
static void release_stream(struct merge *m, uint16_t attribute)
{
	struct stream *stream = facts_of(m->facts, attribute);

	arena_release(m->facts->arena, stream->facts);
	stream->count = 0;
}

/* The facts of an attribute that was decided, with those of its inverse. */
static void release_facts(struct merge *m, uint16_t attribute)
{
	uint16_t partner = partner_of(m, attribute);

	if (!m->facts->once || (partner != SCHEMA_NONE && partner < attribute))
		return;
	release_stream(m, attribute);
	if (partner != SCHEMA_NONE && partner != attribute)
		release_stream(m, partner);
}

static void release_identities(struct facts *facts)
{
	if (!facts->once)
		return;
	arena_release(facts->arena, facts->identities.slots);
	arena_release(facts->arena, facts->named.items);
}

static struct graph *new_graph(struct facts *facts, struct arena *arena)
{
	const struct schema *schema = facts->schema;
	struct graph *graph = ARENA_NEW(arena, struct graph);

	graph->schema = schema;
	graph->sources = diagnostics_sources(facts->all);
	graph->symbols = facts->symbols;
	graph->arena = arena;
	graph->extents = ARENA_ARRAY(arena, struct extent,
	    schema->kinds.count);
	graph->columns = ARENA_ARRAY(arena, struct column,
	    schema->attributes.count);
	graph->links = ARENA_ARRAY(arena, struct link,
	    schema->attributes.count);
	for (size_t i = 0; i < facts->sources.count; i++)
		*VEC_PUSH(arena, &graph->provenances) =
		    facts->sources.items[i].provenance;
	graph->has_as_of = facts->options->has_as_of;
	graph->as_of = facts->options->as_of;
	graph->footprint = facts->options->footprint;
	return graph;
}

static bool has_references(const struct facts *facts)
{
	for (size_t i = 0; i < facts->schema->attributes.count; i++) {
		const struct stream *stream = &facts->streams[i];

		if (facts->schema->attributes.items[i].type.tag != TYPE_ENTITY)
			continue;
		for (uint32_t j = 0; j < stream->count; j++)
			if (!fact_is_dead(stream, j) &&
			    is_item(fact_kept(stream, j)))
				return true;
	}
	return false;
}

struct dispute_place {
	const struct dispute *dispute;
	size_t order;
};

static int by_place(const void *left, const void *right)
{
	const struct dispute_place *a = left, *b = right;

	if (a->dispute->attribute != b->dispute->attribute)
		return a->dispute->attribute < b->dispute->attribute ? -1 : 1;
	if (a->dispute->entity != b->dispute->entity)
		return a->dispute->entity < b->dispute->entity ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

/* By attribute and entity: in which order drafts were made does not show. */
static void sort_disputes(struct merge *m)
{
	struct graph *graph = m->graph;
	size_t count = graph->disputes.count;
	struct dispute *sorted = ARENA_ARRAY(m->arena, struct dispute, count);
	struct dispute_place *places = ARENA_ARRAY(m->scratch,
	    struct dispute_place, count);

	for (size_t i = 0; i < count; i++)
		places[i] = (struct dispute_place){
			&graph->disputes.items[i], i };
	if (count)
		qsort(places, count, sizeof(*places), by_place);
	for (size_t i = 0; i < count; i++)
		sorted[i] = *places[i].dispute;
	graph->disputes.items = sorted;
	graph->disputes.capacity = count;
}

static void finish_graph(struct merge *m)
{
	struct graph *graph = m->graph;
	const struct facts *facts = m->facts;

	sort_disputes(m);
	for (size_t i = 0; i < facts->speakers.count; i++)
		*VEC_PUSH(m->arena, &graph->speakers) =
		    facts->speakers.items[i];
	for (size_t i = 0; i < facts->longs.count; i++)
		*VEC_PUSH(m->arena, &graph->longs) = facts->longs.items[i];
	if (graph->longs.count)
		qsort(graph->longs.items, graph->longs.count,
		    sizeof(*graph->longs.items), span_compare);
}

struct graph *facts_merge(struct facts *facts, struct arena *arena)
{
	struct merge m = { .facts = facts, .arena = arena,
		.scratch = facts->scratch };
	struct arena_mark mark = arena_here(facts->scratch);

	if (!facts->incomplete)
		check_references(facts);
	else if (has_references(facts))
		diag_close(facts->all, "references were not checked, as not "
		    "all of the inventory could be read");
	if (facts->incomplete || diag_errors(facts->all) > facts->errors_before)
		return NULL;
	release_identities(facts);
	m.graph = new_graph(facts, arena);
	m.seen = ARENA_ARRAY(m.scratch, uint64_t,
	    BITS_WORDS(facts->drafts.count));
	decide_existence(&m);
	number_entities(&m);
	for (size_t i = 0; i < facts->schema->attributes.count; i++) {
		decide_attribute(&m, (uint16_t)i);
		release_facts(&m, (uint16_t)i);
	}
	merge_conclude(&m);
	finish_graph(&m);
	arena_rollback(facts->scratch, mark);
	return m.graph;
}
