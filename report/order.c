/* SPDX-License-Identifier: Apache-2.0 */
#include "report/order.h"

#include <stdlib.h>

struct sorter {
	struct arena *arena;		/* of the order */
	struct arena *aside;		/* gone when it is sorted */
	const struct report *report;
	struct report_order *order;
	uint32_t *known;		/* by entity: its target plus 1 */
	uint32_t inventory;		/* likewise */
	VEC(uint32_t) marks;		/* by result: 2 * its target + 1 if it is waived */
	VEC(uint64_t) places;
};

/* --- what a result is made of ---------------------------------------------- */

static void put(struct sorter *s, uint64_t number)
{
	do {
		*VEC_PUSH(s->arena, &s->order->bytes) =
		    (uint8_t)((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
	} while ((number >>= 7));
}

static uint64_t get(const struct report_order *order, uint64_t *place)
{
	uint64_t number = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		byte = order->bytes.items[(*place)++];
		number |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	return number;
}

/* Of small numbers of either sign few bytes. */
static uint64_t folded(int64_t cell)
{
	return (uint64_t)cell << 1 ^ (cell < 0 ? ~UINT64_C(0) : 0);
}

static int64_t unfolded(uint64_t number)
{
	return (int64_t)(number >> 1 ^ (number & 1 ? ~UINT64_C(0) : 0));
}

static void pack(struct sorter *s, const struct report_entry *e)
{
	const struct outcome *o = &e->outcome;

	put(s, (uint64_t)e->rule << 1 | e->is_error);
	if (e->is_error)
		return;
	put(s, e->before);
	put(s, o->rule);
	put(s, o->verdict);
	put(s, o->reason);
	put(s, folded(o->rest));
	put(s, o->count);
	for (unsigned i = 0; i < o->count; i++)
		put(s, folded(o->cells[i]));
}

void order_unpack(const struct report_order *order, uint64_t place,
    struct report_entry *e)
{
	uint64_t head = get(order, &place);
	struct outcome *o = &e->outcome;

	*e = (struct report_entry){ .rule = (size_t)(head >> 1), .is_error = head & 1 };
	if (e->is_error)
		return;
	e->before = get(order, &place);
	o->rule = (uint32_t)get(order, &place);
	o->verdict = (uint8_t)get(order, &place);
	o->reason = (uint8_t)get(order, &place);
	o->rest = (int8_t)unfolded(get(order, &place));
	o->count = (uint8_t)get(order, &place);
	for (unsigned i = 0; i < o->count; i++)
		o->cells[i] = unfolded(get(order, &place));
}

/* --- targets ---------------------------------------------------------------- */

static struct order_target *target_of(struct sorter *s, const struct outcome *outcome,
    uint32_t *number)
{
	const struct graph *graph = s->report->graph;
	entity_id id = outcome ? result_target(s->report, outcome) : ENTITY_NONE;
	uint32_t *known = id == ENTITY_NONE ? &s->inventory : &s->known[id];

	if (!*known) {
		struct order_target *new = VEC_PUSH(s->aside, &s->order->targets);

		*known = (uint32_t)s->order->targets.count;
		if (id != ENTITY_NONE) {
			new->kind = graph->schema->kinds.items[
			    entity_kind(graph, id)].name;
			new->name = graph_entity_name(graph, s->arena, id);
		}
	}
	*number = *known - 1;
	return &s->order->targets.items[*number];
}

static void take(struct sorter *s, const struct report_entry *e)
{
	const struct outcome *outcome = e->held ? e->held->outcome :
	    e->is_error ? NULL : &e->outcome;
	bool waived = e->held ? e->held->waived : e->waived;
	struct order_target *target;
	uint32_t number;

	target = target_of(s, outcome, &number);
	*(waived ? &target->waived : &target->count) += 1;
	if (outcome && !waived) {
		target->pass += outcome->verdict == VERDICT_PASS;
		target->not_applicable += outcome->verdict == VERDICT_NOT_APPLICABLE;
	}
	*VEC_PUSH(s->aside, &s->marks) = number << 1 | waived;
	*VEC_PUSH(s->aside, &s->places) = e->held ?
	    (uint64_t)(e->held - s->report->held) : s->order->bytes.count;
	if (!e->held)
		pack(s, e);
}

static int compare(const void *a, const void *b)
{
	const struct order_target *x = *(const struct order_target *const *)a;
	const struct order_target *y = *(const struct order_target *const *)b;
	int order = str_compare(x->name, y->name);

	return order ? order : str_compare(x->kind, y->kind);
}

/* Sorts the targets; those of one name and kind become one.  Answers for each
 * as it was found the number of the one it has become. */
static uint32_t *sort_targets(struct sorter *s)
{
	struct report_order *order = s->order;
	struct order_target *found = order->targets.items;
	size_t count = order->targets.count;
	struct order_target **by_name = ARENA_ARRAY(s->aside, struct order_target *, count);
	uint32_t *became = ARENA_ARRAY(s->aside, uint32_t, count);

	for (size_t i = 0; i < count; i++)
		by_name[i] = &found[i];
	if (count > 0)
		qsort(by_name, count, sizeof(*by_name), compare);
	order->targets.items = NULL;
	order->targets.count = order->targets.capacity = 0;
	for (size_t i = 0; i < count; i++) {
		struct order_target *to;

		if (i == 0 || compare(&by_name[i - 1], &by_name[i]) != 0)
			*VEC_PUSH(s->arena, &order->targets) = (struct order_target){
			    .kind = by_name[i]->kind, .name = by_name[i]->name };
		to = VEC_LAST(&order->targets);
		to->count += by_name[i]->count;
		to->waived += by_name[i]->waived;
		to->pass += by_name[i]->pass;
		to->not_applicable += by_name[i]->not_applicable;
		became[by_name[i] - found] = (uint32_t)(order->targets.count - 1);
	}
	return became;
}

/* Each to the next free place of its target. */
static void sort_results(struct sorter *s)
{
	struct report_order *order = s->order;
	uint32_t *became = sort_targets(s);
	uint64_t *next = ARENA_ARRAY(s->aside, uint64_t, 2 * order->targets.count);
	uint64_t filled = 0;

	for (size_t t = 0; t < order->targets.count; t++) {
		next[2 * t] = filled;
		filled += order->targets.items[t].count;
		next[2 * t + 1] = filled;
		filled += order->targets.items[t].waived;
	}
	order->count = s->marks.count;
	order->places = ARENA_ARRAY(s->arena, uint64_t, order->count);
	for (size_t i = 0; i < order->count; i++) {
		uint32_t mark = s->marks.items[i];

		order->places[next[2 * became[mark >> 1] + (mark & 1)]++] =
		    s->places.items[i];
	}
}

struct report_order *report_order_new(struct arena *arena, const struct report *report)
{
	struct report_order *order = ARENA_NEW(arena, struct report_order);
	struct sorter s = { .arena = arena, .report = report, .order = order };
	struct report_cursor cursor;
	struct report_entry entry;

	report_hold_few(report);
	cursor = report_entries(report);
	s.aside = arena_new_in(arena);
	s.known = ARENA_ARRAY(s.aside, uint32_t, report->graph->entity_count);
	while (report_next_entry(&cursor, &entry))
		take(&s, &entry);
	sort_results(&s);
	arena_free(s.aside);
	return order;
}
