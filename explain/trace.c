/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/trace.h"

#include "explain/evaluator.h"

#include <assert.h>

/* Elements of a row or set that are compared one by one. */
#define ELEMENTS_MOST 32

/* --- words ---------------------------------------------------------------- */

void coder_start(struct coder *c, struct evaluator *ev)
{
	c->ev = ev;
	c->entity_count = 0;
	c->count = 0;
	c->wanted = NULL;
	c->wrong = false;
}

void coder_word(struct coder *c, uint64_t word)
{
	if (c->wrong)
		return;
	if (c->wanted)
		c->wrong = c->wanted[c->count] != word;
	else if (c->count == TRACE_WORDS)
		c->wrong = true;
	else
		c->words[c->count] = word;
	c->count++;
}

bool coder_number(const struct coder *c, int64_t id, uint32_t *number)
{
	for (uint32_t i = 0; i < c->entity_count; i++) {
		if (c->entities[i] == id) {
			*number = i;
			return true;
		}
	}
	return false;
}

void coder_entity(struct coder *c, entity_id id)
{
	const struct graph *g = c->ev->graph;
	uint32_t number, before = 0;

	if (coder_number(c, id, &number)) {
		coder_word(c, number);
		return;
	}
	if (id >= g->entity_count || c->entity_count == TRACE_ENTITIES) {
		c->wrong = true;
		return;
	}
	for (uint32_t i = 0; i < c->entity_count; i++)
		before += c->entities[i] < id;
	coder_word(c, (uint64_t)1 << 63 | (uint64_t)before << 32 |
	    (uint64_t)entity_kind(g, id) << 1 | entity_is_possible(g, id));
	c->entities[c->entity_count++] = id;
}

static void code_cell(struct coder *c, struct type type, int64_t cell)
{
	if (type.tag == TYPE_ENTITY)
		coder_entity(c, (entity_id)cell);
	else
		coder_word(c, (uint64_t)cell);
}

/* --- rows ----------------------------------------------------------------- */

static void code_column(struct coder *c, uint16_t attribute, uint32_t row)
{
	const struct column *of = &c->ev->graph->columns[attribute];
	bool known = bit_get(of->known, row);

	coder_word(c, (uint64_t)known | (uint64_t)bit_get(of->absent, row) << 1 |
	    (uint64_t)(of->disputed && bit_get(of->disputed, row)) << 2);
	if (known)
		code_cell(c, of->type, column_cell(of, row));
}

static void code_state(struct coder *c, uint16_t attribute, uint32_t row)
{
	const struct link *l = &c->ev->graph->links[attribute];

	coder_word(c, (uint64_t)bit_get(l->closed, row) |
	    (uint64_t)bit_get(l->stated, row) << 1);
}

static void code_link(struct coder *c, uint16_t attribute, uint32_t row)
{
	const struct link *l = &c->ev->graph->links[attribute];
	uint32_t first = l->offsets[row], end = l->offsets[row + 1];

	code_state(c, attribute, row);
	coder_word(c, end - first);
	c->wrong |= end - first > ELEMENTS_MOST;
	for (uint32_t i = first; i < end && !c->wrong; i++) {
		coder_word(c, (uint64_t)bit_get(l->certain, i) |
		    (uint64_t)(l->disputed && bit_get(l->disputed, i)) << 1);
		code_cell(c, l->type, link_cell(l, i));
	}
}

static bool is_set(const struct coder *c, uint16_t attribute)
{
	return c->ev->tree->schema->attributes.items[attribute].type.set;
}

/* By bisection, as elements are in the order of their cells. */
static uint64_t has_element(const struct link *l, uint32_t row, int64_t cell)
{
	uint32_t low = l->offsets[row], high = l->offsets[row + 1];

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (link_cell(l, middle) == cell)
			return 1 + (uint64_t)bit_get(l->certain, middle);
		if (link_cell(l, middle) < cell)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

static void code_row(struct coder *c, const struct look *look)
{
	entity_id entity = c->entities[look->entity];
	uint32_t row = fact_row(c->ev, look->index, entity);

	if (!is_set(c, look->index))
		code_column(c, look->index, row);
	else if (look->kind == LOOK_ROW)
		code_link(c, look->index, row);
	else if (look->kind == LOOK_STATE)
		code_state(c, look->index, row);
	else
		coder_word(c, has_element(&c->ev->graph->links[look->index], row,
		    c->entities[look->other]));
}

/* --- values --------------------------------------------------------------- */

static void code_set(struct coder *c, const struct set *set)
{
	coder_word(c, set->open);
	coder_word(c, set->anonymous);
	coder_word(c, set->count);
	c->wrong |= set->count > ELEMENTS_MOST;
	for (uint32_t i = 0; i < set->count && !c->wrong; i++) {
		coder_word(c, set->members[i].certain);
		code_cell(c, set->of, set->members[i].cell);
	}
}

static void code_value(struct coder *c, struct type type, const struct value *v)
{
	switch (v->kind) {
	case VALUE_TRUTH:
		coder_word(c, (uint64_t)v->truth);
		break;
	case VALUE_SCALAR:
		coder_word(c, (uint64_t)v->scalar.state);
		if (v->scalar.state == STATE_KNOWN)
			code_cell(c, type, v->scalar.cell);
		break;
	case VALUE_NUMBER:
		coder_word(c, (uint64_t)v->number.known << 1 | v->number.absent);
		coder_word(c, (uint64_t)v->number.low);
		coder_word(c, (uint64_t)v->number.high);
		break;
	case VALUE_SET:
		code_set(c, &v->set);
		break;
	}
}

static void code_derived(struct coder *c, const struct look *look)
{
	struct arena_mark mark = arena_here(c->ev->scratch);
	struct value v = fact_attribute(c->ev, look->index,
	    c->entities[look->entity]);

	code_value(c, c->ev->tree->schema->attributes.items[look->index].type, &v);
	arena_rollback(c->ev->scratch, mark);
}

static void code_tuple(struct coder *c, const struct look *look)
{
	struct arena_mark mark = arena_here(c->ev->scratch);
	int64_t arguments[2] = { c->entities[look->entity],
		c->entities[look->other] };

	coder_word(c, (uint64_t)relation_holds(c->ev, look->index, arguments));
	arena_rollback(c->ev->scratch, mark);
}

static void code_kept(struct coder *c, const struct look *look)
{
	struct value v = closed_kept(c->ev, look->expr);

	code_value(c, look->expr->type, &v);
}

static void code_others(struct coder *c, const struct look *look)
{
	const struct extent *x = &c->ev->graph->extents[look->index];

	coder_word(c, x->count < POOL_OTHERS ? x->count : POOL_OTHERS);
	for (uint32_t i = 0; i < x->count && i < POOL_OTHERS; i++)
		coder_entity(c, x->first + i);
}

void coder_look(struct coder *c, const struct look *look)
{
	switch (look->kind) {
	case LOOK_ROW: case LOOK_STATE: case LOOK_HAS:
		code_row(c, look);
		break;
	case LOOK_MAY:
		coder_word(c, graph_may_link(c->ev->graph, look->index,
		    c->entities[look->entity], c->entities[look->other]));
		break;
	case LOOK_OWNER:
		coder_word(c, entity_owner(c->ev->graph,
		    c->entities[look->entity]) != ENTITY_NONE);
		if (entity_owner(c->ev->graph, c->entities[look->entity]) !=
		    ENTITY_NONE)
			coder_entity(c, entity_owner(c->ev->graph,
			    c->entities[look->entity]));
		break;
	case LOOK_DERIVED:
		code_derived(c, look);
		break;
	case LOOK_TUPLE:
		code_tuple(c, look);
		break;
	case LOOK_KEPT:
		code_kept(c, look);
		break;
	case LOOK_OTHERS:
		code_others(c, look);
		break;
	}
}

/* --- while a search runs -------------------------------------------------- */

static bool is_on(const struct trace *t)
{
	return t && !t->pauses && !t->coder.wrong;
}

void trace_break(struct trace *t)
{
	if (is_on(t))
		t->coder.wrong = true;
}

void trace_pause(struct trace *t)
{
	if (t)
		t->pauses++;
}

void trace_resume(struct trace *t)
{
	if (t)
		t->pauses--;
}

static void look_once(struct trace *t, struct look look)
{
	const uint64_t key[] = { (uint64_t)look.kind << 32 | look.index,
		(uint64_t)look.entity << 32 | look.other, (uintptr_t)look.expr };
	bool is_new;

	map_at(t->seen, (struct str){ (const char *)key, sizeof(key) }, &is_new);
	if (!is_new)
		return;
	if (t->look_count == TRACE_LOOKS) {
		t->coder.wrong = true;
		return;
	}
	t->looks[t->look_count++] = look;
	t->pauses++;
	coder_look(&t->coder, &look);
	t->pauses--;
}

/* OTHER: -1 where there is none. */
static void look_at(struct trace *t, enum look_kind kind, uint16_t index,
    int64_t entity, int64_t other)
{
	struct look look = { .kind = kind, .index = index };

	if (!is_on(t))
		return;
	if (!coder_number(&t->coder, entity, &look.entity) ||
	    (other >= 0 && !coder_number(&t->coder, other, &look.other)))
		t->coder.wrong = true;
	else
		look_once(t, look);
}

void trace_row(struct trace *t, uint16_t attribute, entity_id entity)
{
	look_at(t, LOOK_ROW, attribute, entity, -1);
}

void trace_state(struct trace *t, uint16_t attribute, entity_id entity)
{
	look_at(t, LOOK_STATE, attribute, entity, -1);
}

void trace_has(struct trace *t, uint16_t attribute, entity_id s, int64_t cell)
{
	look_at(t, LOOK_HAS, attribute, s, cell);
}

void trace_may(struct trace *t, uint16_t attribute, entity_id s,
    entity_id other)
{
	look_at(t, LOOK_MAY, attribute, s, other);
}

void trace_owner(struct trace *t, entity_id entity)
{
	look_at(t, LOOK_OWNER, 0, entity, -1);
}

void trace_derived(struct trace *t, uint16_t attribute, entity_id entity)
{
	look_at(t, LOOK_DERIVED, attribute, entity, -1);
}

void trace_tuple(struct trace *t, uint16_t relation, const int64_t *arguments,
    uint32_t count)
{
	assert(count == 1 || count == 2);
	look_at(t, LOOK_TUPLE, relation, arguments[0], arguments[count - 1]);
}

void trace_kept(struct trace *t, const struct expr *e)
{
	if (is_on(t))
		look_once(t, (struct look){ .kind = LOOK_KEPT, .expr = e });
}

void trace_others(struct trace *t, uint16_t kind)
{
	if (is_on(t))
		look_once(t, (struct look){ .kind = LOOK_OTHERS, .index = kind });
}

void trace_entity(struct trace *t, int64_t entity)
{
	uint32_t number;

	if (is_on(t) && !coder_number(&t->coder, entity, &number))
		t->coder.wrong = true;
}
