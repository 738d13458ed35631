/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which pairs of rules are worth comparing.
 *
 * Where whatever fails rule B fails rule A as well, a value with which A never
 * fails is one with which B never fails, and a value with which B always fails
 * is one with which A always does.  So every rule is looked for among those
 * that share its rarest such value, not among all: rules that look at one
 * thing for a thousand values are compared no more often than there are.
 */
#include "compiler/lint_part.h"

#include <stdlib.h>

/* Beyond so many the rest of the pairs is left out. */
#define PAIRS 250000

enum extreme { NEVER, ALWAYS, EXTREMES };

/* A value with which a rule never fails, or always. */
struct entry {
	const struct expr *constant;	/* NULL: of a truth */
	enum truth outcome;
	uint32_t rule;
};

/* What rules with the same subjects say of one term. */
struct lint_column {
	VEC(struct entry) entries[EXTREMES];
	VEC(uint32_t) wild[EXTREMES];	/* rules with such values between constants */
};

/* The rarest of a rule's values. */
struct rarest {
	uint32_t column, first, count;	/* in its entries */
	size_t cost;
};

struct candidate {
	const struct rule *rule;
	uint32_t group;
	bool is_total;			/* it fails in every case */
	struct rarest rarest[EXTREMES];	/* cost 0: there is none */
};

struct lint_pairs {
	struct arena *arena;
	struct map *names;		/* of groups and columns */
	uint32_t groups;
	VEC(struct candidate) rules;
	VEC(struct lint_column) columns;
	VEC(uint64_t) pairs;		/* (the later << 32) + the earlier */
};

struct lint_pairs *lint_pairs_new(struct arena *arena)
{
	struct lint_pairs *p = ARENA_NEW(arena, struct lint_pairs);

	p->arena = arena;
	p->names = map_new(arena);
	return p;
}

/* --- what rules say --------------------------------------------------------- */

/* Rules of one group have the same subjects. */
static uint32_t group_of(struct lint_pairs *p, struct formulas *f,
    const struct rule *rule)
{
	struct text key;
	uint32_t *group;
	bool is_new;

	text_init(&key, p->arena);
	f->bound.count = 0;
	for (size_t i = 0; i < rule->binders.count; i++) {
		text_printf(&key, "%u,", formulas_key(f, rule->binders.items[i].set));
		formulas_bind(f, rule->binders.items[i].variable);
	}
	group = map_at(p->names, text_str(&key), &is_new);
	if (is_new)
		*group = p->groups++;
	return *group;
}

static uint32_t column_of(struct lint_pairs *p, uint32_t group, const struct term *term)
{
	uint32_t *column;
	bool is_new;

	column = map_at(p->names, arena_printf(p->arena, "%u:%u.%d", group, term->key,
	    term->is_truth), &is_new);
	if (is_new) {
		*column = (uint32_t)p->columns.count;
		*VEC_PUSH(p->arena, &p->columns) = (struct lint_column){ 0 };
	}
	return *column;
}

/* PLACE is a constant's, or an outcome. */
static void add_value(struct lint_pairs *p, struct lint_column *column, enum extreme extreme,
    const struct term *term, uint32_t place, uint32_t rule)
{
	if (term->is_truth && place != TRUTH_UNKNOWN)
		*VEC_PUSH(p->arena, &column->entries[extreme]) =
		    (struct entry){ NULL, (enum truth)place, rule };
	else if (!term->is_truth)
		*VEC_PUSH(p->arena, &column->entries[extreme]) = (struct entry){
		    term->constants.items[place / 2], TRUTH_TRUE, rule };
}

/* SEEN: by choice, whether it was seen to fail and not to fail. */
static void add_term(struct lint_pairs *p, struct lint_column *column,
    const struct term *term, const uint8_t *seen, uint32_t rule)
{
	bool is_wild[EXTREMES] = { false, false };

	for (uint32_t i = 0; i < term->places.count; i++) {
		uint32_t place = term->places.items[i];
		enum extreme extreme = seen[i] & LINT_FAILS ? ALWAYS : NEVER;

		if ((seen[i] & LINT_FAILS) && (seen[i] & LINT_HOLDS))
			continue;
		if (!term->is_truth && place % 2 == 0)
			is_wild[extreme] = true;
		else
			add_value(p, column, extreme, term, place, rule);
	}
	for (int e = 0; e < EXTREMES; e++)
		if (is_wild[e])
			*VEC_PUSH(p->arena, &column->wild[e]) = rule;
}

void lint_pairs_add(struct lint_pairs *p, struct formulas *f, const struct rule *rule,
    const uint8_t *const *seen, bool is_total)
{
	uint32_t number = (uint32_t)p->rules.count;
	struct candidate *c = VEC_PUSH(p->arena, &p->rules);

	*c = (struct candidate){ .rule = rule, .is_total = is_total };
	c->group = group_of(p, f, rule);
	for (size_t t = 0; t < f->terms.count; t++) {
		uint32_t column = column_of(p, c->group, &f->terms.items[t]);

		add_term(p, &p->columns.items[column], &f->terms.items[t], seen[t], number);
	}
}

/* --- the rarest of them -------------------------------------------------------- */

/* Of one column: both are constants, or outcomes. */
static int compare_values(const struct entry *x, const struct entry *y)
{
	if (!x->constant)
		return (x->outcome > y->outcome) - (x->outcome < y->outcome);
	return formulas_compare_constants(x->constant, y->constant);
}

static int by_value(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = compare_values(x, y);

	return order ? order : (x->rule > y->rule) - (x->rule < y->rule);
}

static void find_rarest(struct lint_pairs *p, uint32_t at, enum extreme extreme)
{
	struct lint_column *column = &p->columns.items[at];
	struct entry *entries = column->entries[extreme].items;
	size_t count = column->entries[extreme].count, end;

	if (count == 0)
		return;
	qsort(entries, count, sizeof(*entries), by_value);
	for (size_t i = 0; i < count; i = end) {
		size_t cost;

		for (end = i + 1; end < count &&
		    compare_values(&entries[i], &entries[end]) == 0; end++)
			;
		cost = end - i + column->wild[extreme].count;
		for (size_t j = i; j < end; j++) {
			struct rarest *r = &p->rules.items[entries[j].rule].rarest[extreme];

			if (r->cost == 0 || cost < r->cost)
				*r = (struct rarest){ at, (uint32_t)i,
					(uint32_t)(end - i), cost };
		}
	}
}

/* --- pairs ------------------------------------------------------------------------ */

static void add_pair(struct lint_pairs *p, uint32_t a, uint32_t b)
{
	uint64_t later = a > b ? a : b, earlier = a > b ? b : a;

	if (a != b && p->rules.items[a].group == p->rules.items[b].group &&
	    p->pairs.count < PAIRS)
		*VEC_PUSH(p->arena, &p->pairs) = later << 32 | earlier;
}

/* With all that share its rarest value; those that have one of the other sort
 * look for themselves. */
static void add_sharing(struct lint_pairs *p, uint32_t rule, enum extreme extreme)
{
	const struct rarest *r = &p->rules.items[rule].rarest[extreme];
	const struct lint_column *column = &p->columns.items[r->column];

	for (uint32_t i = 0; i < r->count; i++) {
		uint32_t other = column->entries[extreme].items[r->first + i].rule;

		if (extreme == NEVER || p->rules.items[other].rarest[NEVER].cost == 0)
			add_pair(p, rule, other);
	}
	for (size_t i = 0; i < column->wild[extreme].count; i++) {
		uint32_t other = column->wild[extreme].items[i];

		if (extreme == NEVER || p->rules.items[other].rarest[NEVER].cost == 0)
			add_pair(p, rule, other);
	}
}

/* A rule that never fails with nothing can cover any; rules that always fail
 * with something have looked for it. */
static void add_others(struct lint_pairs *p)
{
	VEC(uint32_t) free = { 0 }, silent = { 0 };

	for (uint32_t i = 0; i < p->rules.count; i++) {
		if (p->rules.items[i].rarest[NEVER].cost == 0)
			*VEC_PUSH(p->arena, &free) = i;
		if (p->rules.items[i].rarest[ALWAYS].cost == 0)
			*VEC_PUSH(p->arena, &silent) = i;
	}
	for (size_t i = 0; i < free.count; i++) {
		if (p->rules.items[free.items[i]].is_total)
			for (uint32_t j = 0; j < p->rules.count; j++)
				add_pair(p, free.items[i], j);
		else
			for (size_t j = 0; j < silent.count; j++)
				add_pair(p, free.items[i], silent.items[j]);
	}
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* In the order of the later rule, then the earlier one. */
bool lint_pairs_compare(struct lint_pairs *p, struct lint *l)
{
	for (uint32_t i = 0; i < p->columns.count; i++)
		for (int e = 0; e < EXTREMES; e++)
			find_rarest(p, i, (enum extreme)e);
	for (uint32_t i = 0; i < p->rules.count; i++)
		for (int e = 0; e < EXTREMES; e++)
			if (p->rules.items[i].rarest[e].cost)
				add_sharing(p, i, (enum extreme)e);
	add_others(p);
	if (p->pairs.count)
		qsort(p->pairs.items, p->pairs.count, sizeof(*p->pairs.items), by_number);
	for (size_t i = 0; i < p->pairs.count; i++) {
		uint64_t pair = p->pairs.items[i];

		if (i == 0 || pair != p->pairs.items[i - 1])
			lint_pair(l, p->rules.items[(uint32_t)pair].rule,
			    p->rules.items[pair >> 32].rule);
	}
	return p->pairs.count < PAIRS;
}
