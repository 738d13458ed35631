/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/fact.h"

#include <assert.h>

const char *fact_state_text(enum fact_state state)
{
	static const char *const texts[] = {
#define STATE(name, word) word,
		FACT_STATES(STATE)
#undef STATE
	};

	return texts[state];
}

static enum fact_state value_state_of(const struct evaluator *ev,
    const struct fact *fact)
{
	const struct column *c = &ev->graph->columns[fact->index];
	uint32_t row = fact_row(ev, fact->index, fact->entity);

	if (bit_get(c->absent, row))
		return FACT_ABSENT;
	/* the owner of what only some sources list is known, and disputed */
	if (!bit_get(c->known, row))
		return c->disputed && bit_get(c->disputed, row) ? FACT_CONFLICT
		    : FACT_MISSING;
	return c->assumed && bit_get(c->assumed, row) ? FACT_ASSUMED : FACT_KNOWN;
}

static enum fact_state row_state_of(const struct evaluator *ev,
    const struct fact *fact)
{
	const struct link *l = &ev->graph->links[fact->index];
	uint32_t row = fact_row(ev, fact->index, fact->entity);

	if (bit_get(l->closed, row))
		return FACT_CLOSED;
	return bit_get(l->stated, row) || l->offsets[row] < l->offsets[row + 1]
	    ? FACT_OPEN : FACT_MISSING;
}

uint32_t fact_element(const struct evaluator *ev, const struct fact *fact)
{
	const struct link *l = &ev->graph->links[fact->index];
	uint32_t row = fact_row(ev, fact->index, fact->entity);
	uint32_t i = l->offsets[row];

	assert(i < l->offsets[row + 1]);
	for (; link_cell(l, i) != fact->cell; i++)
		assert(i + 1 < l->offsets[row + 1]);
	return i;
}

static enum fact_state element_state_of(const struct evaluator *ev,
    const struct fact *fact)
{
	const struct link *l = &ev->graph->links[fact->index];
	uint32_t i = fact_element(ev, fact);

	if (bit_get(l->certain, i))
		return FACT_KNOWN;
	return l->disputed && bit_get(l->disputed, i) ? FACT_CONFLICT
	    : FACT_POSSIBLE;
}

enum fact_state fact_state(const struct evaluator *ev, const struct fact *fact)
{
	switch (fact->kind) {
	case FACT_VALUE:
		return value_state_of(ev, fact);
	case FACT_ELEMENT:
		return element_state_of(ev, fact);
	case FACT_LACKS: case FACT_ROW: case FACT_REST:
		return row_state_of(ev, fact);
	case FACT_ENTITY:
		return entity_is_possible(ev->graph, fact->entity)
		    ? FACT_POSSIBLE : FACT_KNOWN;
	case FACT_EXTENT: case FACT_ALL:
		return ev->graph->extents[fact->index].closed ? FACT_CLOSED
		    : FACT_OPEN;
	case FACT_TODAY:
		return ev->graph->has_as_of ? FACT_KNOWN : FACT_MISSING;
	case FACT_PARAM:
		break;
	}
	return FACT_KNOWN;
}
