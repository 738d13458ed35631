/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is said of one attribute of one entity, taken together and said anew.
 *
 * Facts are never changed: those that no longer hold are dead, the new ones
 * stand behind all others and are marked `edited`, so that they alone decide
 * their row (merge_row.c), each with the grade of its own source.  The two
 * sides of a link are made to agree here, so that no old statement of the
 * other side speaks against an edit.
 */
#include "inventory/edit.h"
#include "inventory/merge.h"

/* --- sources -------------------------------------------------------------- */

static struct origin origin_of(struct editor *e, enum grade grade)
{
	struct provenance who = { .name = STR("edit"), .grade = grade,
		.span = e->edit->span };

	return (struct origin){ e->edit->span, facts_source(e->facts, &who) };
}

/* --- reading -------------------------------------------------------------- */

static const struct schema_attribute *attribute_of(const struct editor *e,
    uint16_t attribute)
{
	return &e->facts->schema->attributes.items[attribute];
}

static uint32_t count_of(const struct editor *e, uint16_t attribute)
{
	return facts_of(e->facts, attribute)->count;
}

static bool is_of(const struct editor *e, draft_id entity, uint16_t attribute,
    uint32_t i)
{
	return fact_kept(facts_of(e->facts, attribute), i)->entity == entity;
}

static bool is_dead(const struct editor *e, uint16_t attribute, uint32_t i)
{
	return fact_is_dead(facts_of(e->facts, attribute), i);
}

/* The numbers of the living facts of a row, before END. */
static uint32_t find_facts(struct editor *e, draft_id entity,
    uint16_t attribute, uint32_t end, uint32_t **found)
{
	VEC(uint32_t) all = { 0 };

	for (uint32_t i = 0; i < end; i++)
		if (is_of(e, entity, attribute, i) &&
		    !is_dead(e, attribute, i))
			*VEC_PUSH(e->arena, &all) = i;
	*found = all.items;
	return (uint32_t)all.count;
}

/* As merging will decide it, before the other side of a link is asked. */
struct edit_row edit_row_read(struct editor *e, draft_id entity,
    uint16_t attribute, uint32_t end)
{
	struct edit_row row = { .entity = entity, .attribute = attribute,
		.grade = GRADE_ATTESTED };
	struct merge m = { .facts = e->facts, .scratch = e->arena };
	struct side side = { .attribute = attribute };
	uint32_t *order;
	uint32_t count = find_facts(e, entity, attribute, end, &order);
	struct row merged;

	if (count == 0)
		return row;
	m.order = order;
	m.exists = arena_alloc_raw(e->arena, e->facts->drafts.count);
	memset(m.exists, EXISTS, e->facts->drafts.count);
	merged = merge_row(&m, &side, ENTITY_NONE, 0, count);
	row.stated = true;
	row.closed = merged.closed;
	row.grade = (enum grade)merged.grade;
	for (uint32_t i = 0; i < merged.count; i++) {
		const struct element *from = &side.elements.items[i];
		struct fact fact = fact_get(e->facts, attribute, from->fact);

		*VEC_PUSH(e->arena, &row.items) = (struct edit_item){
			from->cell, fact.spelling, from->certain, fact.origin };
	}
	return row;
}

struct edit_item *edit_row_find(struct edit_row *row, int64_t cell)
{
	for (size_t i = 0; i < row->items.count; i++)
		if (row->items.items[i].cell == cell)
			return &row->items.items[i];
	return NULL;
}

void edit_row_put(struct editor *e, struct edit_row *row, int64_t cell,
    symbol spelling, bool certain)
{
	struct edit_item *item = edit_row_find(row, cell);
	struct edit_item new = { cell, spelling, certain,
		origin_of(e, GRADE_ATTESTED) };

	if (!item)
		*VEC_PUSH(e->arena, &row->items) = new;
	else if (certain && !item->certain)
		*item = new;
}

bool edit_row_take(struct edit_row *row, int64_t cell)
{
	struct edit_item *item = edit_row_find(row, cell);

	if (!item)
		return false;
	row->items.count--;
	memmove(item, item + 1, (size_t)(row->items.items + row->items.count -
	    item) * sizeof(*item));
	return true;
}

void edit_row_told(struct editor *e, struct edit_row *row)
{
	uint16_t inverse = attribute_of(e, row->attribute)->inverse;

	if (inverse == SCHEMA_NONE || attribute_of(e, row->attribute)->owned)
		return;
	for (uint32_t i = 0; i < count_of(e, inverse); i++) {
		struct fact f = fact_get(e->facts, inverse, i);

		if (fact_names(&f, row->entity) && !is_dead(e, inverse, i))
			edit_row_put(e, row, f.entity, SYMBOL_NONE,
			    f.kind != FACT_POSSIBLE);
	}
}

/* --- writing -------------------------------------------------------------- */

void edit_row_clear(struct editor *e, draft_id entity, uint16_t attribute,
    uint32_t end)
{
	for (uint32_t i = 0; i < end; i++)
		if (is_of(e, entity, attribute, i))
			fact_kill(e->facts, attribute, i);
}

/* Of a single value: no item is none, where there may be none. */
static void write_single(struct editor *e, const struct edit_row *row)
{
	struct facts *facts = e->facts;

	for (size_t i = 0; i < row->items.count; i++)
		facts_value(facts, row->entity, row->attribute,
		    row->items.items[i].cell, row->items.items[i].spelling,
		    row->items.items[i].origin);
	if (row->items.count == 0 &&
	    attribute_of(e, row->attribute)->type.optional)
		facts_none(facts, row->entity, row->attribute,
		    origin_of(e, row->grade));
}

void edit_row_write(struct editor *e, struct edit_row *row)
{
	struct facts *facts = e->facts;
	struct stream *stream = facts_of(facts, row->attribute);
	uint32_t first = stream->count, list;

	edit_row_clear(e, row->entity, row->attribute, first);
	if (!attribute_of(e, row->attribute)->type.set) {
		write_single(e, row);
	} else {
		list = facts_list(facts, row->entity, row->attribute,
		    row->closed, origin_of(e, row->grade));
		for (size_t i = 0; i < row->items.count; i++) {
			const struct edit_item *item = &row->items.items[i];

			facts_item(facts, row->entity, row->attribute, list,
			    item->cell, item->spelling, item->certain,
			    item->origin);
		}
	}
	for (uint32_t i = first; i < stream->count; i++)
		fact_kept(stream, i)->edited = true;
}

/* --- the other side ------------------------------------------------------- */

/* The attribute that has to agree, or SCHEMA_NONE; what is owned stands where
 * it stands. */
static uint16_t other_side(const struct editor *e, uint16_t attribute)
{
	const struct schema_attribute *a = attribute_of(e, attribute);

	return a->owned ? SCHEMA_NONE : a->inverse;
}

static void take_from(struct editor *e, draft_id entity, uint16_t attribute,
    int64_t cell)
{
	struct edit_row row = edit_row_read(e, entity, attribute,
	    count_of(e, attribute));

	if (edit_row_take(&row, cell))
		edit_row_write(e, &row);
}

/* Every other entity that has CELL by the attribute loses it. */
static void take_from_others(struct editor *e, uint16_t attribute,
    draft_id keeper, int64_t cell)
{
	uint32_t end = count_of(e, attribute);

	for (uint32_t i = 0; i < end; i++) {
		struct fact f = fact_get(e->facts, attribute, i);

		if (f.entity != keeper && fact_names(&f, cell) &&
		    !is_dead(e, attribute, i))
			take_from(e, f.entity, attribute, cell);
	}
}

void edit_link(struct editor *e, const struct edit_row *row, int64_t cell,
    bool certain)
{
	uint16_t inverse = other_side(e, row->attribute);
	struct edit_row other;

	if (inverse == SCHEMA_NONE)
		return;
	if (certain && !attribute_of(e, row->attribute)->type.set)
		take_from_others(e, inverse, (draft_id)cell, row->entity);
	if (certain && !attribute_of(e, inverse)->type.set)
		take_from_others(e, row->attribute, row->entity, cell);
	other = edit_row_read(e, (draft_id)cell, inverse, count_of(e, inverse));
	if (!other.stated)
		return;
	if (attribute_of(e, inverse)->type.set) {
		edit_row_put(e, &other, row->entity, SYMBOL_NONE, certain);
		edit_row_write(e, &other);
		return;
	}
	edit_row_clear(e, (draft_id)cell, inverse, count_of(e, inverse));
	other.items.count = 0;
	if (!certain)
		return;
	edit_row_put(e, &other, row->entity, SYMBOL_NONE, true);
	edit_row_write(e, &other);
}

void edit_unlink(struct editor *e, const struct edit_row *row, int64_t cell)
{
	uint16_t inverse = other_side(e, row->attribute);

	if (inverse != SCHEMA_NONE)
		take_from(e, (draft_id)cell, inverse, row->entity);
}

/* In a closed list what was certain is possible now: to leave it out would
 * say that it is no element. */
static void forget_in(struct editor *e, draft_id entity, uint16_t attribute,
    int64_t cell)
{
	struct edit_row row = edit_row_read(e, entity, attribute,
	    count_of(e, attribute));
	struct edit_item *item = edit_row_find(&row, cell);

	if (!item)
		return;
	if (!attribute_of(e, attribute)->type.set) {
		edit_row_clear(e, entity, attribute, count_of(e, attribute));
		return;
	}
	if (row.closed)
		item->certain = false;
	else
		edit_row_take(&row, cell);
	edit_row_write(e, &row);
}

void edit_forget_links(struct editor *e, draft_id entity, uint16_t attribute)
{
	uint16_t inverse = other_side(e, attribute);
	uint32_t end;

	if (inverse == SCHEMA_NONE)
		return;
	end = count_of(e, inverse);
	for (uint32_t i = 0; i < end; i++) {
		struct fact f = fact_get(e->facts, inverse, i);

		if (fact_names(&f, entity) && !is_dead(e, inverse, i))
			forget_in(e, f.entity, inverse, entity);
	}
}

/* --- whole entities ------------------------------------------------------- */

static bool *find_dropped(struct editor *e, draft_id entity)
{
	struct facts *facts = e->facts;
	bool *gone = ARENA_ARRAY(e->arena, bool, facts->drafts.count);

	/* An owner is drafted before what it owns. */
	gone[entity] = true;
	for (size_t i = entity; i < facts->drafts.count; i++) {
		struct draft *draft = &facts->drafts.items[i];

		gone[i] |= draft->owner != DRAFT_NONE && gone[draft->owner];
		if (!gone[i])
			continue;
		draft->introduced = draft->certain = false;
		draft->grade = GRADE_INFERRED;
		draft->kind = facts->kinds[draft->kind].identity;
	}
	return gone;
}

static void refuse_key(struct editor *e, const struct fact *fact)
{
	struct facts *facts = e->facts;
	struct diagnostic *d = bind_error(&e->bind, DIAG_E3027,
	    e->edit->key.span, "`%.*s` cannot be removed: it is part of who "
	    "`%.*s` is", STR_ARG(facts_name(facts, e->arena,
	    (draft_id)fact->cell)), STR_ARG(facts_name(facts, e->arena,
	    fact->entity)));

	diag_help(facts->all, d, "remove `%.*s` before it", STR_ARG(
	    facts_name(facts, e->arena, fact->entity)));
}

/* A list that named something forgotten does not tell all any longer. */
static void drop_reference(struct editor *e, const struct fact *fact,
    bool forgotten)
{
	struct edit_row row = edit_row_read(e, fact->entity, fact->attribute,
	    count_of(e, fact->attribute));

	if (attribute_of(e, fact->attribute)->key) {
		refuse_key(e, fact);
		return;
	}
	edit_row_take(&row, fact->cell);
	if (forgotten) {
		row.closed = false;
		if (!attribute_of(e, fact->attribute)->type.set) {
			edit_row_clear(e, fact->entity, fact->attribute,
			    count_of(e, fact->attribute));
			return;
		}
	}
	edit_row_write(e, &row);
}

static void kill_facts_of(struct editor *e, uint16_t attribute,
    const bool *gone)
{
	const struct stream *stream = facts_of(e->facts, attribute);

	for (uint32_t i = 0; i < stream->count; i++)
		if (gone[fact_kept(stream, i)->entity])
			fact_kill(e->facts, attribute, i);
}

static void drop_references(struct editor *e, uint16_t attribute,
    uint32_t end, const bool *gone, bool forgotten)
{
	for (uint32_t i = 0; i < end; i++) {
		struct fact fact = fact_get(e->facts, attribute, i);

		if ((fact.kind == FACT_VALUE || fact.kind == FACT_ITEM ||
		    fact.kind == FACT_POSSIBLE) && gone[fact.cell] &&
		    !is_dead(e, attribute, i))
			drop_reference(e, &fact, forgotten);
	}
}

void edit_drop_entity(struct editor *e, draft_id entity, bool forgotten)
{
	struct facts *facts = e->facts;
	bool *gone = find_dropped(e, entity);
	uint16_t count = (uint16_t)facts->schema->attributes.count;
	uint32_t *end = facts_here(facts, e->arena);

	for (uint16_t i = 0; i < count; i++)
		kill_facts_of(e, i, gone);
	for (uint16_t i = 0; i < count; i++)
		if (attribute_of(e, i)->type.tag == TYPE_ENTITY)
			drop_references(e, i, end[i], gone, forgotten);
}
