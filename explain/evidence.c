/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/evidence.h"

#include <stdlib.h>

#include "base/io.h"
#include "explain/fact.h"
#include "explain/identify.h"

struct gatherer {
	struct evaluator *ev;
	struct arena *arena;
	struct map *seen;		/* premises, then facts */
	VEC(struct premise) waiting;
	VEC(struct str) facts;		/* as bytes */
	struct arena *kept;		/* of LEAVES, or NULL */
	VEC(struct fact) leaves;
};

/* --- facts ---------------------------------------------------------------- */

static struct str attribute_name(const struct gatherer *g, const struct fact *f)
{
	return g->ev->tree->schema->attributes.items[f->index].name;
}

static void add_attribute(const struct gatherer *g, struct text *out,
    const char *kind, const struct fact *f)
{
	identify_part(out, str_of(kind));
	identify_entity(out, g->ev->graph, f->entity);
	identify_part(out, attribute_name(g, f));
	identify_part(out, str_of(fact_state_text(fact_state(g->ev, f))));
}

static void add_cell(const struct gatherer *g, struct text *out,
    const struct fact *f, int64_t cell)
{
	identify_value(out, g->ev->graph,
	    g->ev->tree->schema->attributes.items[f->index].type, cell);
}

static void add_value(const struct gatherer *g, struct text *out,
    const struct fact *f)
{
	const struct column *c = &g->ev->graph->columns[f->index];
	uint32_t row = fact_row(g->ev, f->index, f->entity);

	add_attribute(g, out, "value", f);
	if (bit_get(c->known, row))
		add_cell(g, out, f, column_cell(c, row));
}

static void add_entity(const struct gatherer *g, struct text *out,
    const struct fact *f)
{
	identify_part(out, STR("entity"));
	identify_entity(out, g->ev->graph, f->entity);
	identify_part(out, str_of(fact_state_text(fact_state(g->ev, f))));
}

static void add_extent(const struct gatherer *g, struct text *out,
    const struct fact *f)
{
	identify_part(out, STR("extent"));
	identify_part(out, g->ev->tree->schema->kinds.items[f->index].name);
	identify_part(out, str_of(fact_state_text(fact_state(g->ev, f))));
}

static void gather_fact(struct gatherer *g, const struct fact *f)
{
	struct text bytes;
	struct str fact;
	bool is_new;

	text_init(&bytes, g->arena);
	switch (f->kind) {
	case FACT_VALUE:
		add_value(g, &bytes, f);
		break;
	case FACT_ELEMENT:
		add_attribute(g, &bytes, "has", f);
		add_cell(g, &bytes, f, f->cell);
		break;
	case FACT_LACKS:
		add_attribute(g, &bytes, "lacks", f);
		add_cell(g, &bytes, f, f->cell);
		break;
	case FACT_ROW: case FACT_REST:
		add_attribute(g, &bytes, "row", f);
		break;
	case FACT_ENTITY:
		add_entity(g, &bytes, f);
		break;
	case FACT_EXTENT: case FACT_ALL:
		add_extent(g, &bytes, f);
		break;
	case FACT_TODAY: case FACT_PARAM:
		return;
	}
	fact = text_str(&bytes);
	map_at(g->seen, fact, &is_new);
	if (!is_new)
		return;
	*VEC_PUSH(g->arena, &g->facts) = fact;
	if (g->kept)
		*VEC_PUSH(g->kept, &g->leaves) = *f;
}

/* Of a list or an extent also what it lists. */
static void gather(struct gatherer *g, const struct fact *f)
{
	const struct graph *graph = g->ev->graph;
	struct fact one = *f;

	gather_fact(g, f);
	if (f->kind == FACT_ROW) {
		const struct link *l = &graph->links[f->index];
		uint32_t row = fact_row(g->ev, f->index, f->entity);

		one.kind = FACT_ELEMENT;
		for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++) {
			one.cell = link_cell(l, i);
			gather_fact(g, &one);
		}
	}
	if (f->kind == FACT_ALL) {
		const struct extent *x = &graph->extents[f->index];

		one.kind = FACT_ENTITY;
		for (entity_id e = x->first; e < x->first + x->count; e++) {
			one.entity = e;
			gather_fact(g, &one);
		}
	}
}

/* --- premises ------------------------------------------------------------- */

static void add_word(struct text *key, uint64_t word)
{
	text_add(key, (struct str){ (const char *)&word, sizeof(word) });
}

/* The bytes of a value that tell it from others; false of a set, which is not
 * compared. */
static bool add_single(struct text *key, const struct value *v)
{
	add_word(key, (uint64_t)v->kind);
	switch (v->kind) {
	case VALUE_TRUTH:
		add_word(key, (uint64_t)v->truth);
		return true;
	case VALUE_SCALAR:
		add_word(key, (uint64_t)v->scalar.state);
		add_word(key, (uint64_t)v->scalar.cell);
		return true;
	case VALUE_NUMBER:
		add_word(key, (uint64_t)v->number.known << 1 | v->number.absent);
		add_word(key, (uint64_t)v->number.low);
		add_word(key, (uint64_t)v->number.high);
		return true;
	case VALUE_SET:
		break;
	}
	return false;
}

/* Likewise of an environment. */
static bool add_env(struct text *key, const struct env *env)
{
	for (uint32_t i = 0; i < env->count; i++) {
		const struct slot *s = &env->slots[i];

		if (!s->bound)
			continue;
		add_word(key, i);
		if (!add_single(key, &s->value))
			return false;
		add_word(key, (uintptr_t)s->argument);
		add_word(key, (uintptr_t)s->caller);
	}
	return true;
}

/* What one premise rests on may be what many rest on. */
static bool is_new_premise(struct gatherer *g, const struct premise *p)
{
	const uint64_t words[] = { (uint64_t)p->kind, (uint64_t)p->truth,
		p->exhaustive, p->least, p->level, p->component,
		(uintptr_t)p->expr, (uint64_t)p->cell, p->seeks,
		(uint64_t)p->sought, p->index, p->place, p->state,
		(uintptr_t)p->step.step, p->step.from, p->step.to };
	struct text key;
	bool is_new;

	text_init(&key, g->arena);
	text_add(&key, (struct str){ (const char *)words, sizeof(words) });
	if (p->env && !add_env(&key, p->env))
		return true;
	map_at(g->seen, text_str(&key), &is_new);
	return is_new;
}

static void take(void *context, const struct premise *p)
{
	struct gatherer *g = context;

	if (p->kind == PREMISE_FACT)
		gather(g, &p->fact);
	else if (is_new_premise(g, p))
		*VEC_PUSH(g->arena, &g->waiting) = *p;
}

static int fact_compare(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static struct str digest(struct gatherer *g, struct arena *arena)
{
	struct text all;

	text_init(&all, g->arena);
	if (g->facts.count > 0)
		qsort(g->facts.items, g->facts.count, sizeof(*g->facts.items),
		    fact_compare);
	for (size_t i = 0; i < g->facts.count; i++)
		identify_part(&all, g->facts.items[i]);
	return io_blake2b(arena, text_str(&all));
}

/* Gathers the facts; answers their digest, in ARENA. */
static struct str gather_all(struct gatherer *g, struct arena *arena,
    const struct outcome *outcome)
{
	struct evaluator *ev = g->ev;
	struct arena_mark scratch = arena_here(ev->scratch);
	struct arena_mark lets = arena_here(ev->lets);
	struct arena_mark premises = arena_here(ev->premises);
	struct premises w = { ev, ev->premises, take, g, { 0 } };
	struct clauses clauses;
	struct str answer;

	session_begin(ev);
	g->arena = ev->premises;
	g->seen = map_new(ev->premises);
	clauses = premises_of_outcome(&w, outcome);
	for (size_t i = 0; i < clauses.items.count; i++)
		take(g, &clauses.items.items[i].premise);
	while (g->waiting.count > 0) {
		struct premise p = g->waiting.items[--g->waiting.count];

		premise_expand(&w, &p);
	}
	answer = digest(g, arena);
	session_end(ev);
	arena_rollback(ev->premises, premises);
	arena_rollback(ev->lets, lets);
	arena_rollback(ev->scratch, scratch);
	return answer;
}

struct str evaluate_evidence(struct evaluator *ev, struct arena *arena,
    const struct outcome *outcome)
{
	struct gatherer g = { .ev = ev };

	return gather_all(&g, arena, outcome);
}

struct fact *evidence_facts(struct evaluator *ev, struct arena *arena,
    const struct outcome *outcome, size_t *count)
{
	struct gatherer g = { .ev = ev, .kept = arena };

	gather_all(&g, arena, outcome);
	*count = g.leaves.count;
	return g.leaves.items;
}
