/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule can say at all, over every case; and rules beside each other. */
#include "compiler/lint_part.h"

#include "vm/verdict.h"

/* The conditions of a rule as formulas of one table. */
struct conditions {
	struct formulas *formulas;
	size_t formulas_from;
	VEC(uint32_t) when, except, require;
};

static void add_rule(struct conditions *c, struct formulas *f,
    const struct rule *rule)
{
	struct arena *arena = f->arena;

	c->formulas = f;
	c->formulas_from = f->items.count;
	for (size_t i = 0; i < rule->when.count; i++)
		*VEC_PUSH(arena, &c->when) = formulas_add(f, rule->when.items[i]);
	for (size_t i = 0; i < rule->except.count; i++)
		*VEC_PUSH(arena, &c->except) = formulas_add(f, rule->except.items[i]);
	for (size_t i = 0; i < rule->requirements.count; i++)
		*VEC_PUSH(arena, &c->require) =
		    formulas_add(f, rule->requirements.items[i].condition);
}

static void bind_all(struct formulas *f, const struct rule *rule)
{
	f->bound.count = 0;
	for (size_t i = 0; i < rule->binders.count; i++)
		formulas_bind(f, rule->binders.items[i].variable);
}

static enum truth all_of(const struct formulas *f, const uint32_t *items,
    size_t count)
{
	enum truth all = TRUTH_TRUE;

	for (size_t i = 0; i < count && all != TRUTH_FALSE; i++) {
		if (f->values[items[i]] == TRUTH_FALSE)
			all = TRUTH_FALSE;
		else if (f->values[items[i]] == TRUTH_UNKNOWN)
			all = TRUTH_UNKNOWN;
	}
	return all;
}

/* `not any except`, of the first COUNT. */
static enum truth none_of(const struct formulas *f, const uint32_t *items,
    size_t count)
{
	enum truth none = TRUTH_TRUE;

	for (size_t i = 0; i < count && none != TRUTH_FALSE; i++) {
		if (f->values[items[i]] == TRUTH_TRUE)
			none = TRUTH_FALSE;
		else if (f->values[items[i]] == TRUTH_UNKNOWN)
			none = TRUTH_UNKNOWN;
	}
	return none;
}

static enum truth lesser(enum truth a, enum truth b)
{
	if (a == TRUTH_FALSE || b == TRUTH_FALSE)
		return TRUTH_FALSE;
	return a == TRUTH_TRUE ? b : TRUTH_UNKNOWN;
}

/* With the first of its exceptions. */
static enum truth applies_with(const struct conditions *c, size_t exceptions)
{
	const struct formulas *f = c->formulas;

	return lesser(all_of(f, c->when.items, c->when.count),
	    none_of(f, c->except.items, exceptions));
}

static enum verdict verdict_with(const struct conditions *c, size_t exceptions)
{
	const struct formulas *f = c->formulas;
	enum truth when = all_of(f, c->when.items, c->when.count);
	enum truth require = all_of(f, c->require.items, c->require.count);
	enum verdict_reason reason;

	return verdict_of((int)applies_with(c, exceptions), (int)require,
	    (int)when, &reason);
}

static enum verdict verdict(const struct conditions *c)
{
	return verdict_with(c, c->except.count);
}

/* --- one rule ------------------------------------------------------------- */

struct survey {
	unsigned verdicts;		/* 1 << verdict */
	bool applies;			/* for certain, in some case */
	uint64_t acting;		/* exceptions that change a verdict */
	unsigned *hidden;		/* by formula: verdicts that stand in the
					 * place of unknown, by its way out */
	uint8_t **seen;			/* by term and choice: LINT_FAILS, _HOLDS */
};

/* The verdicts without one way out of unknown after the other. */
static void look_for_ways_out(struct conditions *c, struct survey *s,
    enum verdict with)
{
	struct formulas *f = c->formulas;

	if (with != VERDICT_PASS && with != VERDICT_NOT_APPLICABLE)
		return;
	for (uint32_t i = 0; i < f->items.count; i++) {
		if (!formula_is_way_out(&f->items.items[i]))
			continue;
		f->neutral = i;
		formulas_try(f, false);
		if (verdict(c) == VERDICT_UNKNOWN)
			s->hidden[i] |= 1u << with;
	}
	f->neutral = FORMULA_NONE;
}

/* An exception acts where it takes the place of a verdict that those before it
 * leave. */
static void look_for_exceptions(const struct conditions *c, struct survey *s)
{
	for (size_t i = 0; i < c->except.count && i < 64; i++)
		if (verdict_with(c, i) != verdict_with(c, i + 1))
			s->acting |= (uint64_t)1 << i;
}

static void note_case(const struct formulas *f, struct survey *s, bool fails)
{
	for (size_t i = 0; i < f->terms.count; i++)
		s->seen[i][f->terms.items[i].at] |= fails ? LINT_FAILS : LINT_HOLDS;
}

static bool survey(struct conditions *c, struct survey *s)
{
	struct formulas *f = c->formulas;

	s->hidden = ARENA_ARRAY(f->arena, unsigned, f->items.count);
	formulas_close(f);
	if (!formulas_first(f))
		return false;
	s->seen = ARENA_ARRAY(f->arena, uint8_t *, f->terms.count);
	for (size_t i = 0; i < f->terms.count; i++)
		s->seen[i] = ARENA_ARRAY(f->arena, uint8_t, f->terms.items[i].choices);
	do {
		enum verdict with;

		formulas_try(f, false);
		with = verdict(c);
		s->verdicts |= 1u << with;
		note_case(f, s, with == VERDICT_FAIL);
		s->applies |= applies_with(c, c->except.count) == TRUTH_TRUE;
		look_for_exceptions(c, s);
		look_for_ways_out(c, s, with);
	} while (formulas_next(f));
	return true;
}

static void tell_verdicts(struct lint *l, const struct rule *rule,
    const struct survey *s)
{
	unsigned seen = s->verdicts;

	if (!s->applies)
		lint_tell(l, DIAG_W6004, rule->span, "this rule never applies");
	else if (!(seen & (1u << VERDICT_FAIL | 1u << VERDICT_PASS)))
		lint_tell(l, DIAG_W6003, rule->span,
		    "the verdict of this rule is always unknown");
	else if (!(seen & 1u << VERDICT_FAIL))
		lint_tell(l, DIAG_W6005, rule->span, "this rule can never fail");
	else if (!(seen & 1u << VERDICT_PASS))
		lint_tell(l, DIAG_W6006, rule->span, "this rule can never pass");
}

static void tell_way_out(struct lint *l, const struct formula *formula,
    unsigned hidden)
{
	const struct expr *e = formula->expr;
	bool passes = hidden & 1u << VERDICT_PASS;
	struct lint_finding *finding;

	finding = lint_tell(l, DIAG_W6008, formula->assumed_value ?
	    span_join(e->span, formula->assumed_value->span) : e->span,
	    "where this is not known, the rule %s", passes && (hidden &
	    1u << VERDICT_NOT_APPLICABLE) ? "may pass, or not apply" :
	    passes ? "may pass" : "does not apply");
	finding->help = STR("if that is meant, say why: `# scarp: ignore[W6008] REASON`");
}

static void tell_exceptions(struct lint *l, const struct rule *rule, uint64_t acting)
{
	for (size_t i = 0; i < rule->except.count && i < 64; i++)
		if (!(acting >> i & 1) &&
		    !lint_told_within(l, rule->except.items[i]->span))
			lint_tell(l, DIAG_W6009, rule->except.items[i]->span,
			    "this exception never changes a verdict");
}

static const struct variable **binders_of(struct lint *l, const struct rule *rule)
{
	const struct variable **bound = ARENA_ARRAY(l->arena,
	    const struct variable *, rule->binders.count);

	for (size_t i = 0; i < rule->binders.count; i++)
		bound[i] = rule->binders.items[i].variable;
	return bound;
}

/* Those that the cases of the rule do not show. */
static void find_ways_out(struct lint *l, const struct rule *rule)
{
	for (size_t i = 0; i < rule->binders.count; i++)
		lint_ways_out(l, rule->binders.items[i].set, false);
	for (size_t i = 0; i < rule->lets.count; i++)
		lint_ways_out(l, rule->lets.items[i]->let, false);
	for (size_t i = 0; i < rule->when.count; i++)
		lint_ways_out(l, rule->when.items[i], false);
	for (size_t i = 0; i < rule->except.count; i++)
		lint_ways_out(l, rule->except.items[i], false);
	for (size_t i = 0; i < rule->requirements.count; i++)
		lint_ways_out(l, rule->requirements.items[i].condition, false);
}

static void lint_conditions(struct lint *l, const struct rule *rule)
{
	const struct variable **bound = binders_of(l, rule);
	size_t count = rule->binders.count;

	for (size_t i = 0; i < count; i++)
		lint_condition(l, rule->binders.items[i].set, bound, i);
	for (size_t i = 0; i < rule->lets.count; i++)
		lint_condition(l, rule->lets.items[i]->let, bound, count);
	for (size_t i = 0; i < rule->when.count; i++)
		lint_condition(l, rule->when.items[i], bound, count);
	for (size_t i = 0; i < rule->except.count; i++)
		lint_condition(l, rule->except.items[i], bound, count);
	for (size_t i = 0; i < rule->requirements.count; i++)
		lint_condition(l, rule->requirements.items[i].condition, bound, count);
}

/* The whole text of a rule, from its first binder on. */
static struct span extent_of(const struct rule *rule)
{
	struct span all = rule->span;

	for (size_t i = 0; i < rule->requirements.count; i++)
		all = span_join(all, rule->requirements.items[i].span);
	return all;
}

bool lint_rule(struct lint *l, const struct rule *rule)
{
	struct formulas *f = formulas_new(l->arena, l->tree, l->keys);
	struct conditions c = { 0 };
	struct survey s = { 0 };

	lint_conditions(l, rule);
	find_ways_out(l, rule);
	bind_all(f, rule);
	add_rule(&c, f, rule);
	if (!survey(&c, &s)) {
		l->summary.too_large++;
		return true;
	}
	if (!lint_told_within(l, extent_of(rule)))
		tell_verdicts(l, rule, &s);
	for (uint32_t i = 0; i < f->items.count; i++)
		if (s.hidden[i] &&
		    !lint_told_within(l, f->items.items[i].expr->span))
			tell_way_out(l, &f->items.items[i], s.hidden[i]);
	tell_exceptions(l, rule, s.acting);
	/* Lets of two rules have the same indices and other meanings. */
	if ((s.verdicts & 1u << VERDICT_FAIL) && rule->lets.count == 0)
		lint_pairs_add(l->pairs, f, rule, (const uint8_t *const *)s.seen,
		    s.verdicts == 1u << VERDICT_FAIL);
	return s.verdicts & 1u << VERDICT_FAIL;
}

/* --- two rules ------------------------------------------------------------ */

/* Rules that look at nothing in common have nothing to do with each other. */
static bool share_terms(const struct formulas *f, size_t from, size_t terms)
{
	for (size_t i = from; i < f->items.count; i++) {
		enum formula_op op = f->items.items[i].op;

		if (op >= FORMULA_TERM && op <= FORMULA_IS_KNOWN &&
		    f->items.items[i].term < terms)
			return true;
	}
	return false;
}

struct covering {
	bool a_covers_b, b_covers_a;	/* whatever fails the one fails the other */
};

static bool compare(struct lint *l, const struct rule *a, const struct rule *b,
    struct covering *covering)
{
	struct formulas *f = formulas_new(l->arena, l->tree, l->keys);
	struct conditions first = { 0 }, second = { 0 };
	size_t of_first;
	bool a_ever = false, b_ever = false;

	bind_all(f, a);
	add_rule(&first, f, a);
	of_first = f->terms.count;
	bind_all(f, b);
	add_rule(&second, f, b);
	if (!share_terms(f, second.formulas_from, of_first))
		return false;
	formulas_close(f);
	if (!formulas_first(f))
		return false;
	*covering = (struct covering){ true, true };
	do {
		bool fails_a, fails_b;

		formulas_try(f, false);
		fails_a = verdict(&first) == VERDICT_FAIL;
		fails_b = verdict(&second) == VERDICT_FAIL;
		a_ever |= fails_a;
		b_ever |= fails_b;
		covering->a_covers_b &= fails_a || !fails_b;
		covering->b_covers_a &= fails_b || !fails_a;
		if (!covering->a_covers_b && !covering->b_covers_a)
			return false;
	} while (formulas_next(f));
	/* What never fails is covered by everything, and told elsewhere. */
	covering->a_covers_b &= b_ever;
	covering->b_covers_a &= a_ever;
	return true;
}

/* Once only. */
static bool is_told_covered(struct lint *l, const struct rule *rule)
{
	bool is_new;

	map_at(l->covered, rule->id, &is_new);
	return !is_new;
}

static void tell_pair(struct lint *l, const struct rule *covered,
    const struct rule *by, bool is_mutual)
{
	struct lint_finding *finding;

	/* What weighs more is told for its weight; one that covers it is enough. */
	if (covered->severity > by->severity || is_told_covered(l, covered))
		return;
	finding = lint_tell(l, DIAG_W6007, covered->span, is_mutual ?
	    "this rule fails where `%.*s` fails, and nowhere else" :
	    "wherever this rule fails, `%.*s` fails as well", STR_ARG(by->id));
	finding->label = by->span;
	finding->words = STR("the rule that says it all");
}

/* Of two that say the same the lighter one is spare, or else the later. */
static void tell_pairs(struct lint *l, const struct rule *a, const struct rule *b,
    const struct covering *covering)
{
	bool is_mutual = covering->a_covers_b && covering->b_covers_a;

	if (covering->a_covers_b && !(is_mutual && b->severity > a->severity))
		tell_pair(l, b, a, is_mutual);
	else if (covering->b_covers_a)
		tell_pair(l, a, b, is_mutual);
}

void lint_pair(struct lint *l, const struct rule *a, const struct rule *b)
{
	struct covering covering;

	if (compare(l, a, b, &covering))
		tell_pairs(l, a, b, &covering);
}
