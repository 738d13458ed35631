/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/alike.h"

#include <stdlib.h>

/* Searches that are kept of a rule. */
#define LIKENESSES 24
/* So many more than come to use are recorded before that is given up. */
#define PATIENCE 64

/* Entities in facts and fillings are numbers of the trace. */
struct fact_of { struct missing missing; unsigned tier; uint32_t asked; };

struct likeness {
	struct look *looks;
	uint64_t *words;
	size_t look_count, word_count;
	struct fact_of *tried;		/* in the order they were tried */
	size_t tried_count;
	struct finding finding;
	uint64_t steps;
};

struct of_rule {
	struct likeness *items[LIKENESSES];	/* the last used first */
	size_t count;
	uint64_t recorded, used;
};

struct alike {
	struct arena *arena;
	struct of_rule *rules;
	struct coder coder;
};

struct alike *alike_new(struct arena *arena, size_t rules)
{
	struct alike *all = ARENA_NEW(arena, struct alike);

	all->arena = arena;
	all->rules = ARENA_ARRAY(arena, struct of_rule, rules);
	return all;
}

static struct of_rule *rule_of(const struct hunt *h)
{
	return &h->hunter->alike->rules[h->outcome->rule];
}

/* The subject, as words and first numbers. */
static void code_subject(struct coder *c, const struct hunt *h)
{
	const struct outcome *o = h->outcome;
	const struct rule *rule = &h->ev->tree->rules.items[o->rule];

	coder_word(c, (uint64_t)o->reason << 16 | (uint64_t)(o->rest + 1) << 8 |
	    o->count);
	for (int i = 0; i < o->count; i++) {
		if (rule->binders.items[i].variable->type.tag == TYPE_ENTITY)
			coder_entity(c, (entity_id)o->cells[i]);
		else
			coder_word(c, (uint64_t)o->cells[i]);
	}
}

/* --- numbers for entities, and back --------------------------------------- */

static bool is_entity(const struct evaluator *ev, uint16_t attribute)
{
	return attribute != SCHEMA_NONE && ev->tree->schema->attributes.items[
	    attribute].type.tag == TYPE_ENTITY;
}

static bool has_entity_cell(const struct evaluator *ev, const struct missing *m)
{
	return m->kind == MISSING_LINK && is_entity(ev, m->attribute);
}

static bool number_missing(const struct coder *c, struct missing *m)
{
	uint32_t number;

	if (m->kind == MISSING_CONFLICT)
		return false;
	if (m->entity != ENTITY_NONE) {
		if (!coder_number(c, m->entity, &number))
			return false;
		m->entity = number;
	}
	if (has_entity_cell(c->ev, m)) {
		if (!coder_number(c, m->cell, &number))
			return false;
		m->cell = number;
	}
	return true;
}

static struct missing named_missing(const struct coder *c, struct missing m)
{
	if (m.entity != ENTITY_NONE)
		m.entity = c->entities[m.entity];
	if (has_entity_cell(c->ev, &m))
		m.cell = c->entities[m.cell];
	m.span = missing_span(c->ev, &m);
	return m;
}

static bool number_filling(const struct coder *c, struct arena *arena,
    struct filling *f)
{
	int64_t *added = ARENA_ARRAY(arena, int64_t, f->added_count);
	uint32_t number;

	if (f->entity != ENTITY_NONE) {
		if (!coder_number(c, f->entity, &number))
			return false;
		f->entity = number;
	}
	if (!is_entity(c->ev, f->attribute))
		return true;
	if ((f->kind == MISSING_LINK || f->kind == MISSING_VALUE) && !f->absent) {
		if (!coder_number(c, f->cell, &number))
			return false;
		f->cell = number;
	}
	for (uint32_t i = 0; i < f->added_count; i++) {
		if (!coder_number(c, f->added[i], &number))
			return false;
		added[i] = number;
	}
	f->added = added;
	return true;
}

static struct filling named_filling(const struct coder *c, struct arena *arena,
    struct filling f)
{
	int64_t *added = ARENA_ARRAY(arena, int64_t, f.added_count);
	bool entities = is_entity(c->ev, f.attribute);

	if (f.entity != ENTITY_NONE)
		f.entity = c->entities[f.entity];
	if (entities && (f.kind == MISSING_LINK || f.kind == MISSING_VALUE) &&
	    !f.absent)
		f.cell = c->entities[f.cell];
	for (uint32_t i = 0; i < f.added_count; i++)
		added[i] = entities ? c->entities[f.added[i]] : f.added[i];
	f.added = added;
	return f;
}

/* --- recording ------------------------------------------------------------ */

struct trace *alike_begin(struct hunt *h)
{
	struct of_rule *rule = rule_of(h);
	struct trace *t;

	if (rule->recorded > PATIENCE + rule->used / 8)
		return NULL;
	rule->recorded++;
	t = ARENA_NEW(h->arena, struct trace);
	coder_start(&t->coder, h->ev);
	t->seen = map_new(h->arena);
	code_subject(&t->coder, h);
	return t;
}

static bool keep_tried(struct likeness *l, const struct hunt *h,
    const struct coder *c, struct arena *arena)
{
	l->tried_count = h->gathered;
	l->tried = ARENA_ARRAY(arena, struct fact_of, h->gathered);
	for (size_t i = 0; i < h->gathered; i++) {
		const struct candidate *fact = &h->facts.items[i];

		l->tried[i] = (struct fact_of){ fact->missing, fact->tier,
			fact->asked };
		if (!number_missing(c, &l->tried[i].missing))
			return false;
	}
	return true;
}

static bool keep_finding(struct likeness *l, const struct finding *finding,
    const struct coder *c, struct arena *arena)
{
	size_t count = finding->missing_count;
	struct filling *fillings = ARENA_ARRAY(arena, struct filling, count);

	l->finding = *finding;
	l->finding.missing = ARENA_ARRAY(arena, struct missing, count);
	for (size_t i = 0; i < count; i++) {
		l->finding.missing[i] = finding->missing[i];
		l->finding.missing[i].text = STR("");
		if (!number_missing(c, &l->finding.missing[i]))
			return false;
		if (!finding->fillings)
			continue;
		fillings[i] = finding->fillings[i];
		if (!number_filling(c, arena, &fillings[i]))
			return false;
	}
	l->finding.fillings = finding->fillings ? fillings : NULL;
	return true;
}

static void put_first(struct of_rule *rule, size_t from, struct likeness *l)
{
	for (size_t i = from; i > 0; i--)
		rule->items[i] = rule->items[i - 1];
	rule->items[0] = l;
}

void alike_keep(struct hunt *h, const struct finding *finding, uint64_t steps)
{
	const struct trace *t = h->ev->trace;
	struct arena *arena = h->hunter->alike->arena;
	struct of_rule *rule = rule_of(h);
	struct arena_mark mark = arena_here(arena);
	struct likeness *l;

	if (!t || t->coder.wrong || finding->spent ||
	    h->gathered > TRACE_ENTITIES)
		return;
	l = ARENA_NEW(arena, struct likeness);
	l->steps = steps;
	l->look_count = t->look_count;
	l->looks = ARENA_ARRAY(arena, struct look, t->look_count);
	memcpy(l->looks, t->looks, t->look_count * sizeof(*l->looks));
	l->word_count = t->coder.count;
	l->words = ARENA_ARRAY(arena, uint64_t, t->coder.count);
	memcpy(l->words, t->coder.words, t->coder.count * sizeof(*l->words));
	if (!keep_tried(l, h, &t->coder, arena) ||
	    !keep_finding(l, finding, &t->coder, arena)) {
		arena_rollback(arena, mark);
		return;
	}
	if (rule->count < LIKENESSES)
		rule->count++;
	put_first(rule, rule->count - 1, l);
}

/* --- using ---------------------------------------------------------------- */

/* Would these facts be tried in the same order? */
static bool same_order(const struct likeness *l, const struct coder *c)
{
	struct missing before = { 0 };

	for (size_t i = 0; i < l->tried_count; i++) {
		const struct fact_of *t = &l->tried[i];
		struct missing m = named_missing(c, t->missing);

		if (i > 0 && t->tier == l->tried[i - 1].tier &&
		    (missing_before(&m, &before) ||
		    (!missing_before(&before, &m) &&
		    t->asked < l->tried[i - 1].asked)))
			return false;
		before = m;
	}
	return true;
}

static bool is_like(struct hunt *h, const struct likeness *l, struct coder *c)
{
	coder_start(c, h->ev);
	c->wanted = l->words;
	code_subject(c, h);
	for (size_t i = 0; i < l->look_count && !c->wrong; i++)
		coder_look(c, &l->looks[i]);
	return !c->wrong && same_order(l, c);
}

static void tell(const struct coder *c, struct arena *arena,
    const struct likeness *l, struct finding *finding)
{
	size_t count = l->finding.missing_count;
	struct hunt_answer a = { ARENA_ARRAY(arena, struct named, count), count,
		l->finding.filled };
	struct filling *fillings = ARENA_ARRAY(arena, struct filling, count);

	for (size_t i = 0; i < count; i++) {
		a.items[i].missing = named_missing(c, l->finding.missing[i]);
		if (!l->finding.fillings)
			continue;
		fillings[i] = named_filling(c, arena, l->finding.fillings[i]);
		a.items[i].filling = &fillings[i];
	}
	hunt_answer(c->ev, arena, &a, finding);
	finding->spent = false;
	finding->minimal = l->finding.minimal;
}

bool alike_find(struct hunt *h, struct arena *arena, struct finding *finding)
{
	struct of_rule *rule = rule_of(h);
	struct coder *c = &h->hunter->alike->coder;

	for (size_t i = 0; i < rule->count; i++) {
		struct likeness *l = rule->items[i];

		/* Half of the bound is for single facts. */
		if (l->steps > h->bound / 2 || !is_like(h, l, c))
			continue;
		put_first(rule, i, l);
		rule->used++;
		tell(c, arena, l, finding);
		return true;
	}
	return false;
}
