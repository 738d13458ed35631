/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of one entity and attribute.  The highest grade that speaks wins
 * whole.  Within it, lists that are all closed must agree on an element or it
 * is in dispute; one open list among them makes the union, open.
 */
#include <stdlib.h>

#include "inventory/merge.h"

/* An element as one statement has it. */
struct item {
	int64_t cell;
	uint32_t fact;
	bool certain;
};

/* What the winning grade says. */
struct vote {
	enum grade grade;
	uint32_t closed_lists;
	bool open;
	struct origin origin;
	VEC(struct item) items;
};

void merge_dispute(struct merge *m, uint16_t attribute, entity_id entity,
    bool outranked, bool absent, int64_t cell, struct str spelling,
    struct origin origin)
{
	if (m->ids)
		*VEC_PUSH(m->arena, &m->graph->disputes) = (struct dispute){
			attribute, entity, outranked, absent, cell, spelling,
			origin };
}

static const struct fact *fact_at(const struct merge *m, uint32_t place)
{
	return fact_get(m->facts, m->order[place]);
}

static bool is_entity(const struct merge *m, const struct fact *fact)
{
	return merge_attribute(m, fact->attribute)->type.tag == TYPE_ENTITY;
}

/* The cell in the numbers of this pass; ENTITY_NONE: the entity is no more. */
static int64_t cell_of(const struct merge *m, const struct fact *fact)
{
	if (!is_entity(m, fact))
		return fact->cell;
	if (m->ids)
		return m->ids[fact->cell];
	return m->exists[fact->cell] == EXISTS_NOT ? ENTITY_NONE : fact->cell;
}

static bool is_gone(const struct merge *m, const struct fact *fact)
{
	return is_entity(m, fact) && cell_of(m, fact) == ENTITY_NONE;
}

static struct str spelling_of(const struct merge *m, const struct fact *fact)
{
	struct type type = merge_attribute(m, fact->attribute)->type;

	if (fact->spelling != SYMBOL_NONE)
		return symbol_text(m->facts->symbols, fact->spelling);
	if (type.tag == TYPE_ENTITY)
		return facts_name(m->facts, m->arena, (draft_id)fact->cell);
	return graph_cell_text(m->graph, m->arena, type, fact->cell);
}

static void dispute_fact(struct merge *m, const struct fact *fact,
    entity_id entity, bool outranked)
{
	bool absent = fact->kind == FACT_NONE;

	if (m->ids)
		merge_dispute(m, fact->attribute, entity, outranked, absent,
		    absent ? 0 : cell_of(m, fact),
		    absent ? STR("null") : spelling_of(m, fact), fact->origin);
}

static enum grade grade_of(const struct merge *m, const struct fact *fact)
{
	return facts_grade(m->facts, fact->origin.provenance);
}

/* What was edited decides alone, whatever its grade. */
static bool has_edited(const struct merge *m, uint32_t from, uint32_t end)
{
	for (uint32_t i = from; i < end; i++)
		if (fact_at(m, i)->edited)
			return true;
	return false;
}

static enum grade best_grade(const struct merge *m, uint32_t from,
    uint32_t end)
{
	enum grade best = GRADE_INFERRED;

	for (uint32_t i = from; i < end; i++) {
		enum grade grade = grade_of(m, fact_at(m, i));

		if (grade > best)
			best = grade;
	}
	return best;
}

static bool is_item(const struct fact *fact)
{
	return fact->kind == FACT_VALUE || fact->kind == FACT_ITEM ||
	    fact->kind == FACT_POSSIBLE;
}

/* A single value counts as a closed list. */
static bool is_closed_list(const struct fact *fact)
{
	return fact->kind == FACT_VALUE || fact->kind == FACT_NONE ||
	    fact->kind == FACT_CLOSED;
}

static void count_fact(struct merge *m, struct vote *vote, uint32_t place)
{
	const struct fact *fact = fact_at(m, place);

	vote->closed_lists += is_closed_list(fact);
	vote->open |= !is_closed_list(fact) && fact->list == FACT_LOOSE &&
	    merge_attribute(m, fact->attribute)->type.set;
	if (vote->origin.span.file == SOURCE_NONE)
		vote->origin = fact->origin;
	if (is_item(fact) && !is_gone(m, fact))
		*VEC_PUSH(m->scratch, &vote->items) = (struct item){
			cell_of(m, fact), place, fact->kind != FACT_POSSIBLE };
}

static int by_cell(const void *left, const void *right)
{
	const struct item *a = left, *b = right;

	if (a->cell != b->cell)
		return a->cell < b->cell ? -1 : 1;
	return (a->fact > b->fact) - (a->fact < b->fact);
}

static struct vote hold_vote(struct merge *m, uint32_t from, uint32_t end)
{
	struct vote vote = { .grade = best_grade(m, from, end),
		.origin.span = SPAN_NONE };
	bool edited = has_edited(m, from, end);

	for (uint32_t i = from; i < end; i++)
		if (edited ? fact_at(m, i)->edited :
		    grade_of(m, fact_at(m, i)) == vote.grade)
			count_fact(m, &vote, i);
	if (edited)
		vote.grade = facts_grade(m->facts, vote.origin.provenance);
	if (vote.items.count > 1)
		qsort(vote.items.items, vote.items.count,
		    sizeof(*vote.items.items), by_cell);
	return vote;
}

static bool is_single(const struct merge *m, const struct side *side)
{
	return !merge_attribute(m, side->attribute)->type.set;
}

/* A list may name a cell twice; a single value is a list of its own. */
static bool is_new_list(const struct merge *m, const struct item *items,
    size_t first, size_t i)
{
	const struct fact *fact = fact_at(m, items[i].fact);

	if (fact->list == FACT_LOOSE)
		return fact->kind == FACT_VALUE;
	return i == first ||
	    fact_at(m, items[i - 1].fact)->list != fact->list;
}

/* The items [first, last) have one cell. */
static void add_element(struct merge *m, struct side *side,
    const struct vote *vote, size_t first, size_t last)
{
	const struct item *items = vote->items.items;
	const struct fact *fact;
	uint32_t said = 0;
	size_t certain = last;
	bool excluded;

	for (size_t i = first; i < last; i++) {
		said += is_new_list(m, items, first, i);
		if (items[i].certain && certain == last)
			certain = i;
	}
	excluded = !vote->open && said < vote->closed_lists;
	if (certain == last && excluded && is_single(m, side))
		return;		/* only possible, and another is known */
	fact = fact_at(m, items[certain < last ? certain : first].fact);
	*VEC_PUSH(m->scratch, &side->elements) = (struct element){
		items[first].cell, fact->spelling, (uint8_t)grade_of(m, fact),
		certain < last && !excluded, excluded, fact->origin };
}

static const struct element *find_element(const struct side *side,
    const struct row *row, int64_t cell)
{
	uint32_t low = row->first, high = row->first + row->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct element *e = &side->elements.items[middle];

		if (e->cell == cell)
			return e;
		if (e->cell < cell)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int by_value(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

/* The sorted cells of a list; its items follow it. */
static size_t cells_of_list(struct merge *m, uint32_t list, uint32_t end,
    int64_t **cells)
{
	uint32_t last = list + 1;
	size_t count;

	while (last < end && fact_at(m, last)->list == m->order[list])
		last++;
	count = last - list - 1;
	*cells = ARENA_ARRAY(m->scratch, int64_t, count);
	for (size_t i = 0; i < count; i++)
		(*cells)[i] = cell_of(m, fact_at(m, list + 1 + (uint32_t)i));
	qsort(*cells, count, sizeof(**cells), by_value);
	return count;
}

/* A closed list that does not name an element that stays says so. */
static void dispute_exclusions(struct merge *m, const struct side *side,
    const struct row *row, entity_id entity, uint32_t list, uint32_t end,
    bool outranked)
{
	const struct fact *fact = fact_at(m, list);
	struct arena_mark mark = arena_here(m->scratch);
	int64_t *cells;
	size_t count = cells_of_list(m, list, end, &cells);

	for (uint32_t i = 0; i < row->count; i++) {
		const struct element *e =
		    &side->elements.items[row->first + i];

		if ((outranked || e->disputed) && !bsearch(&e->cell, cells,
		    count, sizeof(*cells), by_value))
			merge_dispute(m, fact->attribute, entity, outranked,
			    true, e->cell, STR(""), fact->origin);
	}
	arena_rollback(m->scratch, mark);
}

static bool has_disputed(const struct side *side, const struct row *row)
{
	for (uint32_t i = 0; i < row->count; i++)
		if (side->elements.items[row->first + i].disputed)
			return true;
	return false;
}

/* A fact of the winning grade: shown when equal grades disagree about it. */
static void show_equal(struct merge *m, const struct side *side,
    const struct row *row, entity_id entity, uint32_t place, uint32_t end)
{
	const struct fact *fact = fact_at(m, place);
	const struct element *e;

	if (fact->kind == FACT_CLOSED) {
		dispute_exclusions(m, side, row, entity, place, end, false);
	} else if (fact->kind == FACT_NONE) {
		dispute_fact(m, fact, entity, false);
	} else if (is_item(fact)) {
		e = find_element(side, row, cell_of(m, fact));
		if (e && e->disputed)
			dispute_fact(m, fact, entity, false);
	}
}

/* A fact of a lower grade: shown where it says something else. */
static void show_outranked(struct merge *m, const struct side *side,
    const struct row *row, entity_id entity, uint32_t place, uint32_t end)
{
	const struct fact *fact = fact_at(m, place);

	if (fact->kind == FACT_CLOSED)
		dispute_exclusions(m, side, row, entity, place, end, true);
	else if (fact->kind == FACT_NONE ? row->count > 0 : is_item(fact) &&
	    !find_element(side, row, cell_of(m, fact)))
		dispute_fact(m, fact, entity, true);
}

static void show_losers(struct merge *m, const struct side *side,
    const struct row *row, entity_id entity, uint32_t from, uint32_t end)
{
	bool has_dispute = has_disputed(side, row);

	for (uint32_t i = from; i < end; i++) {
		if (grade_of(m, fact_at(m, i)) < row->grade)
			show_outranked(m, side, row, entity, i, end);
		else if (has_dispute)
			show_equal(m, side, row, entity, i, end);
	}
}

struct row merge_row(struct merge *m, struct side *side, entity_id entity,
    uint32_t from, uint32_t end)
{
	struct vote vote = hold_vote(m, from, end);
	struct row row = { .first = (uint32_t)side->elements.count,
		.stated = true, .closed = !vote.open && vote.closed_lists > 0,
		.grade = (uint8_t)vote.grade, .origin = vote.origin };

	for (size_t i = 0, next; i < vote.items.count; i = next) {
		for (next = i + 1; next < vote.items.count &&
		    vote.items.items[next].cell == vote.items.items[i].cell;)
			next++;
		add_element(m, side, &vote, i, next);
	}
	row.count = (uint32_t)side->elements.count - row.first;
	if (m->ids && end - from > 1 && !has_edited(m, from, end))
		show_losers(m, side, &row, entity, from, end);
	return row;
}

struct side merge_side(struct merge *m, uint16_t attribute)
{
	const struct extent *extent = &m->graph->extents[
	    merge_attribute(m, attribute)->kind];
	struct side side = { .attribute = attribute, .first = extent->first,
		.row_count = extent->count };
	uint32_t i = m->starts[attribute], end = m->starts[attribute + 1];

	side.rows = ARENA_ARRAY(m->scratch, struct row, extent->count);
	while (i < end) {
		draft_id draft = fact_at(m, i)->entity;
		entity_id id = m->ids[draft];
		uint32_t from = i;

		while (i < end && fact_at(m, i)->entity == draft)
			i++;
		if (id != ENTITY_NONE)
			side.rows[id - side.first] = merge_row(m, &side, id,
			    from, i);
	}
	return side;
}
