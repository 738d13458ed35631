/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of one entity and attribute.  The highest grade that speaks wins
 * whole.  Within it, lists that are all closed must agree on an element or it
 * is in dispute; one open list among them makes the union, open.
 */
#include <stdlib.h>

#include "inventory/merge.h"
#include "vm/fault.h"

/* An element as one statement has it. */
struct item {
	int64_t cell;
	uint32_t fact;		/* its place */
	bool certain;
};

/* What the winning grade says. */
struct vote {
	enum grade grade;
	uint32_t closed_lists;
	bool open;
	bool has_first;
	uint32_t first;		/* the place of its first fact */
	VEC(struct item) items;
};

void merge_dispute(struct merge *m, uint16_t attribute, entity_id entity,
    bool outranked, bool absent, int64_t cell, struct str spelling,
    struct origin origin)
{
	if (m->ids)
		*VEC_PUSH(m->arena, &m->disputes) = (struct dispute){
			attribute, entity, outranked, absent, cell, spelling,
			origin };
}

static bool is_entity(const struct merge *m, uint16_t attribute)
{
	return merge_attribute(m, attribute)->type.tag == TYPE_ENTITY;
}

/* The cell in the numbers of this pass; ENTITY_NONE: the entity is no more. */
static int64_t cell_of(const struct merge *m, uint16_t attribute,
    const struct kept_fact *fact)
{
	int64_t cell = fact_cell(facts_of(m->facts, attribute), fact);

	if (!is_entity(m, attribute))
		return cell;
	if (m->ids)
		return m->ids[cell];
	return m->exists[cell] == EXISTS_NOT ? ENTITY_NONE : cell;
}

static bool is_gone(const struct merge *m, uint16_t attribute,
    const struct kept_fact *fact)
{
	return is_entity(m, attribute) &&
	    cell_of(m, attribute, fact) == ENTITY_NONE;
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

static void dispute_fact(struct merge *m, uint16_t attribute, uint32_t place,
    entity_id entity, bool outranked)
{
	struct fact fact;
	bool absent;

	if (!m->ids)
		return;
	fact = fact_get(m->facts, attribute, merge_number(m, place));
	absent = fact.kind == FACT_NONE;
	merge_dispute(m, attribute, entity, outranked, absent, absent ? 0 :
	    cell_of(m, attribute, merge_fact(m, attribute, place)),
	    absent ? STR("null") : spelling_of(m, &fact), fact.origin);
}

static enum grade grade_at(const struct merge *m, uint16_t attribute,
    uint32_t place)
{
	const struct fact_run *run = fact_run(facts_of(m->facts, attribute),
	    merge_number(m, place));

	return facts_grade(m->facts,
	    m->facts->speakers.items[run->speaker].provenance);
}

/* What was edited decides alone, whatever its grade. */
static bool has_edited(const struct merge *m, uint16_t attribute,
    uint32_t from, uint32_t end)
{
	for (uint32_t i = from; i < end; i++)
		if (merge_fact(m, attribute, i)->edited)
			return true;
	return false;
}

static enum grade best_grade(const struct merge *m, uint16_t attribute,
    uint32_t from, uint32_t end)
{
	enum grade best = GRADE_INFERRED;

	for (uint32_t i = from; i < end; i++) {
		enum grade grade = grade_at(m, attribute, i);

		if (grade > best || fault_is(FAULT_MERGE_GRADE))
			best = grade;
	}
	return best;
}

/* A single value counts as a closed list. */
static bool is_closed_list(const struct kept_fact *fact)
{
	return fact->kind == FACT_VALUE || fact->kind == FACT_NONE ||
	    fact->kind == FACT_CLOSED;
}

static void count_fact(struct merge *m, uint16_t attribute, struct vote *vote,
    uint32_t place)
{
	const struct kept_fact *fact = merge_fact(m, attribute, place);

	vote->closed_lists += is_closed_list(fact);
	vote->open |= !is_closed_list(fact) && fact->list == FACT_LOOSE &&
	    merge_attribute(m, attribute)->type.set;
	if (!vote->has_first)
		vote->first = place;
	vote->has_first = true;
	if (fact_is_item(fact) && !is_gone(m, attribute, fact))
		*VEC_PUSH(m->scratch, &vote->items) = (struct item){
			cell_of(m, attribute, fact), place,
			fact->kind != FACT_POSSIBLE };
}

static int by_cell(const void *left, const void *right)
{
	const struct item *a = left, *b = right;

	if (a->cell != b->cell)
		return a->cell < b->cell ? -1 : 1;
	return (a->fact > b->fact) - (a->fact < b->fact);
}

static struct vote hold_vote(struct merge *m, uint16_t attribute,
    uint32_t from, uint32_t end)
{
	struct vote vote = { .grade = best_grade(m, attribute, from, end) };
	bool edited = has_edited(m, attribute, from, end);

	for (uint32_t i = from; i < end; i++)
		if (edited ? merge_fact(m, attribute, i)->edited :
		    grade_at(m, attribute, i) == vote.grade)
			count_fact(m, attribute, &vote, i);
	if (edited)
		vote.grade = grade_at(m, attribute, vote.first);
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
static bool is_new_list(const struct merge *m, uint16_t attribute,
    const struct item *items, size_t first, size_t i)
{
	const struct kept_fact *fact = merge_fact(m, attribute, items[i].fact);

	if (fact->list == FACT_LOOSE)
		return fact->kind == FACT_VALUE;
	return i == first || merge_fact(m, attribute,
	    items[i - 1].fact)->list != fact->list;
}

/* The items [first, last) have one cell. */
static void add_element(struct merge *m, struct side *side,
    const struct vote *vote, size_t first, size_t last)
{
	const struct item *items = vote->items.items;
	uint32_t said = 0, place;
	size_t certain = last;
	bool excluded;

	for (size_t i = first; i < last; i++) {
		said += is_new_list(m, side->attribute, items, first, i);
		if (items[i].certain && certain == last)
			certain = i;
	}
	excluded = !vote->open && said < vote->closed_lists;
	if (certain == last && excluded && is_single(m, side))
		return;		/* only possible, and another is known */
	place = items[certain < last ? certain : first].fact;
	*VEC_PUSH(m->scratch, &side->elements) = (struct element){
		.cell = items[first].cell, .fact = merge_number(m, place),
		.grade = (uint8_t)grade_at(m, side->attribute, place),
		.certain = certain < last &&
		    (!excluded || fault_is(FAULT_MERGE_CERTAIN)), .disputed = excluded };
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
static size_t cells_of_list(struct merge *m, uint16_t attribute,
    uint32_t list, uint32_t end, int64_t **cells)
{
	uint32_t last = list + 1, number = merge_number(m, list);
	size_t count;

	while (last < end && merge_fact(m, attribute, last)->list == number)
		last++;
	count = last - list - 1;
	*cells = ARENA_ARRAY(m->scratch, int64_t, count);
	for (size_t i = 0; i < count; i++)
		(*cells)[i] = cell_of(m, attribute, merge_fact(m, attribute,
		    list + 1 + (uint32_t)i));
	qsort(*cells, count, sizeof(**cells), by_value);
	return count;
}

/* A closed list that does not name an element that stays says so. */
static void dispute_exclusions(struct merge *m, const struct side *side,
    const struct row *row, entity_id entity, uint32_t list, uint32_t end,
    bool outranked)
{
	struct origin origin = fact_origin(m->facts, side->attribute,
	    merge_number(m, list));
	struct arena_mark mark = arena_here(m->scratch);
	int64_t *cells;
	size_t count = cells_of_list(m, side->attribute, list, end, &cells);

	for (uint32_t i = 0; i < row->count; i++) {
		const struct element *e =
		    &side->elements.items[row->first + i];

		if ((outranked || e->disputed) && !bsearch(&e->cell, cells,
		    count, sizeof(*cells), by_value))
			merge_dispute(m, side->attribute, entity, outranked,
			    true, e->cell, STR(""), origin);
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
	uint16_t attribute = side->attribute;
	const struct kept_fact *fact = merge_fact(m, attribute, place);
	const struct element *e;

	if (fact->kind == FACT_CLOSED) {
		dispute_exclusions(m, side, row, entity, place, end, false);
	} else if (fact->kind == FACT_NONE) {
		dispute_fact(m, attribute, place, entity, false);
	} else if (fact_is_item(fact)) {
		e = find_element(side, row, cell_of(m, attribute, fact));
		if (e && e->disputed)
			dispute_fact(m, attribute, place, entity, false);
	}
}

/* A fact of a lower grade: shown where it says something else. */
static void show_outranked(struct merge *m, const struct side *side,
    const struct row *row, entity_id entity, uint32_t place, uint32_t end)
{
	uint16_t attribute = side->attribute;
	const struct kept_fact *fact = merge_fact(m, attribute, place);

	if (fact->kind == FACT_CLOSED)
		dispute_exclusions(m, side, row, entity, place, end, true);
	else if (fact->kind == FACT_NONE ? row->count > 0 : fact_is_item(fact) &&
	    !find_element(side, row, cell_of(m, attribute, fact)))
		dispute_fact(m, attribute, place, entity, true);
}

static void show_losers(struct merge *m, const struct side *side,
    const struct row *row, entity_id entity, uint32_t from, uint32_t end)
{
	bool has_dispute = has_disputed(side, row);

	for (uint32_t i = from; i < end; i++) {
		if (grade_at(m, side->attribute, i) < row->grade)
			show_outranked(m, side, row, entity, i, end);
		else if (has_dispute)
			show_equal(m, side, row, entity, i, end);
	}
}

/* --- where there is nothing to decide ------------------------------------- */

/* All is of one source, and one list or value, or loose items only. */
static bool is_simple(const struct merge *m, uint16_t attribute,
    uint32_t from, uint32_t end)
{
	struct stream *stream = facts_of(m->facts, attribute);
	const struct kept_fact *first = merge_fact(m, attribute, from);
	uint32_t number = merge_number(m, from);
	uint32_t list = fact_is_item(first) ? FACT_LOOSE : number;
	const struct fact_run *run = fact_run(stream, number);

	if (first->edited || (first->kind == FACT_VALUE && end - from > 1))
		return false;
	for (uint32_t i = from + 1; i < end; i++) {
		const struct kept_fact *fact = merge_fact(m, attribute, i);

		if (fact->edited || fact->kind < FACT_ITEM ||
		    fact->list != list ||
		    fact_run(stream, merge_number(m, i)) != run)
			return false;
	}
	return first->kind < FACT_ITEM || first->list == FACT_LOOSE;
}

static int by_cell_and_fact(const void *left, const void *right)
{
	const struct element *a = left, *b = right;

	if (a->cell != b->cell)
		return a->cell < b->cell ? -1 : 1;
	return (a->fact > b->fact) - (a->fact < b->fact);
}

/* Sorts COUNT elements; of those of one cell the first certain one stays. */
static uint32_t settle_elements(struct element *elements, uint32_t count)
{
	uint32_t kept = 1;
	bool is_sorted = true;

	for (uint32_t i = 1; i < count && is_sorted; i++)
		is_sorted = elements[i - 1].cell < elements[i].cell;
	if (is_sorted)
		return count;
	qsort(elements, count, sizeof(*elements), by_cell_and_fact);
	for (uint32_t i = 1; i < count; i++) {
		struct element *last = &elements[kept - 1];

		if (last->cell != elements[i].cell)
			elements[kept++] = elements[i];
		else if (!last->certain && elements[i].certain)
			*last = elements[i];
	}
	return kept;
}

static struct row simple_row(struct merge *m, struct side *side,
    uint32_t from, uint32_t end)
{
	const struct kept_fact *first = merge_fact(m, side->attribute, from);
	struct row row = { .first = (uint32_t)side->elements.count,
		.fact = merge_number(m, from), .stated = true,
		.closed = is_closed_list(first),
		.grade = (uint8_t)grade_at(m, side->attribute, from) };
	uint32_t count;

	for (uint32_t i = from; i < end; i++) {
		const struct kept_fact *fact =
		    merge_fact(m, side->attribute, i);
		int64_t cell = fact_is_item(fact) ?
		    cell_of(m, side->attribute, fact) : 0;

		if (!fact_is_item(fact) || (is_entity(m, side->attribute) &&
		    cell == ENTITY_NONE))
			continue;
		*VEC_PUSH(m->scratch, &side->elements) = (struct element){
			.cell = cell, .fact = merge_number(m, i),
			.grade = row.grade,
			.certain = fact->kind != FACT_POSSIBLE };
	}
	count = (uint32_t)side->elements.count - row.first;
	row.count = count < 2 ? count :
	    settle_elements(side->elements.items + row.first, count);
	side->elements.count = row.first + row.count;
	return row;
}

/* --- all ------------------------------------------------------------------ */

struct row merge_row(struct merge *m, struct side *side, entity_id entity,
    uint32_t from, uint32_t end)
{
	struct row row = { .first = (uint32_t)side->elements.count,
		.stated = true };
	struct vote vote;

	if (is_simple(m, side->attribute, from, end))
		return simple_row(m, side, from, end);
	vote = hold_vote(m, side->attribute, from, end);
	row.closed = vote.closed_lists > 0 &&
	    (!vote.open || fault_is(FAULT_MERGE_OPEN));
	row.grade = (uint8_t)vote.grade;
	row.fact = merge_number(m, vote.first);
	for (size_t i = 0, next; i < vote.items.count; i = next) {
		for (next = i + 1; next < vote.items.count &&
		    vote.items.items[next].cell == vote.items.items[i].cell;)
			next++;
		add_element(m, side, &vote, i, next);
	}
	row.count = (uint32_t)side->elements.count - row.first;
	if (m->ids && end - from > 1 &&
	    !has_edited(m, side->attribute, from, end))
		show_losers(m, side, &row, entity, from, end);
	return row;
}

void merge_rows(struct merge *m, struct side *side, uint32_t end)
{
	uint32_t i = 0;

	while (i < end) {
		entity_id id = m->ids[merge_fact(m, side->attribute,
		    i)->entity];
		uint32_t from = i;

		i = merge_group(m, side->attribute, i, end);
		if (id != ENTITY_NONE)
			side->rows[id - side->first] = merge_row(m, side, id,
			    from, i);
	}
}

struct side merge_side(struct merge *m, uint16_t attribute, uint16_t partner)
{
	const struct extent *extent = &m->graph->extents[
	    merge_attribute(m, attribute)->kind];
	struct side side = { .attribute = attribute, .partner = partner,
		.first = extent->first, .row_count = extent->count };

	side.rows = ARENA_ARRAY(m->scratch, struct row, extent->count);
	/* No fact makes more than one. */
	side.elements.capacity = facts_of(m->facts, attribute)->count;
	side.elements.items = arena_alloc_raw(m->scratch,
	    side.elements.capacity * sizeof(*side.elements.items));
	merge_rows(m, &side, merge_order(m, attribute));
	return side;
}
