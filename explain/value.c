/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/value.h"

#include <assert.h>
#include <stdlib.h>

struct value value_truth(enum truth truth)
{
	return (struct value){ .kind = VALUE_TRUTH, .truth = truth };
}

struct value value_cell(int64_t cell, symbol spelled)
{
	return (struct value){ .kind = VALUE_SCALAR,
		.scalar = { STATE_KNOWN, cell, spelled } };
}

struct value value_number(struct number number)
{
	return (struct value){ .kind = VALUE_NUMBER, .number = number };
}

struct value value_set(struct set set)
{
	return (struct value){ .kind = VALUE_SET, .set = set };
}

static struct value value_lacking(struct type type, enum state state)
{
	if (type.set) {
		type.set = false;
		return value_set(members_nothing(type, state == STATE_UNKNOWN));
	}
	if (type_is_truth(type))
		return value_truth(TRUTH_UNKNOWN);
	if (type_is_number(type))
		return value_number(state == STATE_NONE ? number_none()
		    : number_unknown());
	return (struct value){ .kind = VALUE_SCALAR,
		.scalar = { state, 0, SYMBOL_NONE } };
}

struct value value_unknown(struct type type)
{
	return value_lacking(type, STATE_UNKNOWN);
}

struct value value_none(struct type type)
{
	return value_lacking(type, STATE_NONE);
}

struct value value_element(struct type type, int64_t cell, symbol spelled)
{
	if (type_is_truth(type))
		return value_truth(kleene_of(cell != 0));
	if (type_is_number(type))
		return value_number(number_of(cell));
	return value_cell(cell, spelled);
}

struct value value_as(struct value v, struct type type)
{
	int64_t cell = 0;
	symbol spelled;
	enum state state;

	if (type.set || type.tag != TYPE_BOOL)
		return v;
	if (type_is_truth(type) == (v.kind == VALUE_TRUTH))
		return v;
	state = value_state(v, &cell, &spelled);
	return state == STATE_KNOWN ? value_element(type, cell, spelled)
	    : value_lacking(type, state);
}

enum state value_state(struct value v, int64_t *cell, symbol *spelled)
{
	*spelled = SYMBOL_NONE;
	switch (v.kind) {
	case VALUE_TRUTH:
		*cell = v.truth == TRUTH_TRUE;
		return v.truth == TRUTH_UNKNOWN ? STATE_UNKNOWN : STATE_KNOWN;
	case VALUE_SCALAR:
		*cell = v.scalar.cell;
		*spelled = v.scalar.spelled;
		return v.scalar.state;
	case VALUE_NUMBER:
		*cell = v.number.low;
		if (v.number.absent)
			return STATE_NONE;
		return number_is_decided(v.number) ? STATE_KNOWN : STATE_UNKNOWN;
	case VALUE_SET:
		break;
	}
	return STATE_UNKNOWN;
}

static bool set_is_known(const struct set *s)
{
	if (members_has_rest(s))
		return false;
	for (uint32_t i = 0; i < s->count; i++) {
		if (!s->members[i].certain)
			return false;
	}
	return true;
}

bool value_is_known(const struct value *v)
{
	switch (v->kind) {
	case VALUE_TRUTH:
		return v->truth != TRUTH_UNKNOWN;
	case VALUE_SCALAR:
		return v->scalar.state != STATE_UNKNOWN;
	case VALUE_NUMBER:
		return number_is_decided(v->number);
	case VALUE_SET:
		return set_is_known(&v->set);
	}
	return false;
}

enum truth value_absent(const struct value *v)
{
	if (v->kind == VALUE_NUMBER) {
		if (!v->number.known && !v->number.absent)
			return TRUTH_UNKNOWN;
		return kleene_of(v->number.absent);
	}
	assert(v->kind == VALUE_SCALAR);
	if (v->scalar.state == STATE_UNKNOWN)
		return TRUTH_UNKNOWN;
	return kleene_of(v->scalar.state == STATE_NONE);
}

/* The checker gives both sides one type; only a bool may come in two forms. */
enum truth value_equal(struct value a, struct value b)
{
	int64_t x = 0, y = 0;
	symbol spelled;
	enum state s, t;

	if (a.kind == VALUE_NUMBER)
		return number_equal(a.number, b.number);
	s = value_state(a, &x, &spelled);
	t = value_state(b, &y, &spelled);
	if (s == STATE_UNKNOWN || t == STATE_UNKNOWN)
		return TRUTH_UNKNOWN;
	return kleene_of(s == t && (s == STATE_NONE || x == y));
}

struct value value_copy(struct arena *arena, struct value v)
{
	struct member *members;

	if (v.kind != VALUE_SET)
		return v;
	members = ARENA_ARRAY(arena, struct member, v.set.count);
	for (uint32_t i = 0; i < v.set.count; i++)
		members[i] = v.set.members[i];
	v.set.members = members;
	return v;
}

enum truth kleene_of(bool b)
{
	return b ? TRUTH_TRUE : TRUTH_FALSE;
}

enum truth kleene_not(enum truth t)
{
	return t == TRUTH_UNKNOWN ? t : kleene_of(t == TRUTH_FALSE);
}

enum truth kleene_and(enum truth a, enum truth b)
{
	if (a == TRUTH_FALSE || b == TRUTH_FALSE)
		return TRUTH_FALSE;
	return a == TRUTH_TRUE ? b : a;
}

enum truth kleene_or(enum truth a, enum truth b)
{
	return kleene_not(kleene_and(kleene_not(a), kleene_not(b)));
}

/* --- sets ----------------------------------------------------------------- */

struct set_builder members_begin(struct arena *arena, struct type of,
    const struct symbols *symbols)
{
	of.set = false;
	of.optional = false;
	return (struct set_builder){ .arena = arena, .of = of,
		.symbols = type_is_text(of) ? symbols : NULL };
}

void members_add(struct set_builder *b, int64_t cell, symbol spelled,
    enum truth holds)
{
	if (holds == TRUTH_FALSE)
		return;
	*VEC_PUSH(b->arena, &b->members) =
	    (struct member){ cell, spelled, holds == TRUTH_TRUE };
}

void members_add_value(struct set_builder *b, struct value v, bool optional,
    enum truth holds)
{
	int64_t cell;
	symbol spelled;
	enum state state = value_state(v, &cell, &spelled);

	assert(holds != TRUTH_FALSE);
	if (state == STATE_NONE)
		return;
	if (state == STATE_KNOWN)
		members_add(b, cell, spelled, holds);
	else if (optional || holds == TRUTH_UNKNOWN)
		b->open = true;
	else
		b->anonymous++;
}

void members_add_set(struct set_builder *b, const struct set *s, enum truth holds)
{
	assert(holds != TRUTH_FALSE);
	for (uint32_t i = 0; i < s->count; i++)
		members_add(b, s->members[i].cell, s->members[i].spelled,
		    s->members[i].certain ? holds : TRUTH_UNKNOWN);
	if (holds == TRUTH_TRUE) {
		b->anonymous += s->anonymous;
		b->open |= s->open || b->anonymous > ANONYMOUS_MOST;
		if (b->anonymous > ANONYMOUS_MOST)
			b->anonymous = ANONYMOUS_MOST;
	} else
		b->open |= members_has_rest(s);
}

static int cell_compare(const struct symbols *symbols, int64_t a, int64_t b)
{
	if (symbols && a != SYMBOL_NONE && b != SYMBOL_NONE)
		return symbol_compare(symbols, (symbol)a, (symbol)b);
	return (a > b) - (a < b);
}

/* Of the set that is being sorted in this thread. */
static _Thread_local const struct symbols *sorted_by;

/* Of two with one cell the certain one comes first, so that it stays. */
static int member_compare(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->cell != y->cell)
		return cell_compare(sorted_by, x->cell, y->cell);
	if (x->certain != y->certain)
		return y->certain - x->certain;
	return cell_compare(sorted_by, x->spelled, y->spelled);
}

/* Most sets are made from such as are in order already. */
static bool are_in_order(const struct member *all, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (member_compare(&all[i - 1], &all[i]) > 0)
			return false;
	return true;
}

struct set members_end(struct set_builder *b)
{
	struct member *all = b->members.items;
	size_t kept = 0;

	sorted_by = b->symbols;
	if (!are_in_order(all, b->members.count))
		qsort(all, b->members.count, sizeof(*all), member_compare);
	for (size_t i = 0; i < b->members.count; i++) {
		if (kept == 0 || all[kept - 1].cell != all[i].cell)
			all[kept++] = all[i];
	}
	return (struct set){ b->of, all, b->symbols, (uint32_t)kept, b->anonymous,
		b->open };
}

struct set members_nothing(struct type of, bool open)
{
	return (struct set){ .of = of, .open = open };
}

bool members_has_rest(const struct set *s)
{
	return s->open || s->anonymous > 0;
}

bool members_is_empty(const struct set *s)
{
	return s->count == 0 && !members_has_rest(s);
}

const struct member *members_find(const struct set *s, int64_t cell)
{
	uint32_t low = 0, high = s->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (cell_compare(s->symbols, s->members[middle].cell, cell) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->count && s->members[low].cell == cell
	    ? &s->members[low] : NULL;
}

enum truth members_has_cell(const struct set *s, int64_t cell)
{
	const struct member *found = members_find(s, cell);

	if (found)
		return found->certain ? TRUTH_TRUE : TRUTH_UNKNOWN;
	return members_has_rest(s) ? TRUTH_UNKNOWN : TRUTH_FALSE;
}

/* An element that is a number between bounds: any y in S: y == v. */
static enum truth set_has_number(const struct set *s, struct number n)
{
	enum truth any = members_has_rest(s) ? TRUTH_UNKNOWN : TRUTH_FALSE;

	for (uint32_t i = 0; i < s->count; i++) {
		const struct member *m = &s->members[i];

		any = kleene_or(any, kleene_and(
		    m->certain ? TRUTH_TRUE : TRUTH_UNKNOWN,
		    number_equal(number_of(m->cell), n)));
	}
	return any;
}

enum truth members_has(const struct set *s, struct value v)
{
	int64_t cell;
	symbol spelled;
	enum state state = value_state(v, &cell, &spelled);

	if (state == STATE_NONE)
		return TRUTH_FALSE;
	if (v.kind == VALUE_NUMBER)
		return set_has_number(s, v.number);
	if (state == STATE_KNOWN)
		return members_has_cell(s, cell);
	return members_is_empty(s) ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

struct number members_count(const struct schema *schema, const struct set *s)
{
	uint64_t certain = 0, high = s->count + s->anonymous, most = UINT64_MAX;

	for (uint32_t i = 0; i < s->count; i++)
		certain += s->members[i].certain;
	if (certain == 0 && s->anonymous > 0)
		certain = 1;
	if (s->of.tag == TYPE_ENUM)
		most = schema->enums.items[s->of.of].value_count;
	else if (s->of.tag == TYPE_BOOL)
		most = 2;
	if (s->open)
		high = (uint64_t)NUMBER_HIGH;
	if (high > most)
		high = most;
	return (struct number){ (int64_t)certain, (int64_t)high, true, false };
}

static bool all_certain_in(const struct set *a, const struct set *b)
{
	for (uint32_t i = 0; i < a->count; i++) {
		if (members_has_cell(b, a->members[i].cell) != TRUTH_TRUE)
			return false;
	}
	return true;
}

enum truth members_subset(const struct schema *schema, const struct set *a,
    const struct set *b)
{
	if (!members_has_rest(a) && all_certain_in(a, b))
		return TRUTH_TRUE;
	for (uint32_t i = 0; i < a->count; i++) {
		if (a->members[i].certain &&
		    members_has_cell(b, a->members[i].cell) == TRUTH_FALSE)
			return TRUTH_FALSE;
	}
	return members_count(schema, a).low > members_count(schema, b).high
	    ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

enum truth members_same(const struct schema *schema, const struct set *a,
    const struct set *b)
{
	return kleene_and(members_subset(schema, a, b),
	    members_subset(schema, b, a));
}

struct set members_union(struct arena *arena, const struct set *a,
    const struct set *b)
{
	struct set_builder builder = members_begin(arena, a->of,
	    a->symbols ? a->symbols : b->symbols);

	members_add_set(&builder, a, TRUTH_TRUE);
	members_add_set(&builder, b, TRUTH_TRUE);
	return members_end(&builder);
}

static void add_common(struct set_builder *builder, const struct set *listed,
    const struct set *other)
{
	for (uint32_t i = 0; i < listed->count; i++) {
		const struct member *m = &listed->members[i];

		members_add(builder, m->cell, m->spelled,
		    kleene_and(m->certain ? TRUTH_TRUE : TRUTH_UNKNOWN,
			members_has_cell(other, m->cell)));
	}
}

struct set members_intersect(struct arena *arena, const struct set *a,
    const struct set *b)
{
	struct set_builder builder = members_begin(arena, a->of,
	    a->symbols ? a->symbols : b->symbols);

	add_common(&builder, a, b);
	add_common(&builder, b, a);
	builder.open = members_has_rest(a) && members_has_rest(b);
	return members_end(&builder);
}

struct set members_without(struct arena *arena, const struct set *a,
    const struct set *b)
{
	struct set_builder builder = members_begin(arena, a->of,
	    a->symbols ? a->symbols : b->symbols);

	for (uint32_t i = 0; i < a->count; i++) {
		const struct member *m = &a->members[i];

		members_add(&builder, m->cell, m->spelled,
		    kleene_and(m->certain ? TRUTH_TRUE : TRUTH_UNKNOWN,
			kleene_not(members_has_cell(b, m->cell))));
	}
	builder.open = members_has_rest(a);
	return members_end(&builder);
}
