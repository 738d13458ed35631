/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pairs on demand.  A relation of two kinds holds for few of all pairs and is
 * asked about fewer; to run its unit for every pair would cost their product.
 * So its rows are the pairs that some FETCH asked for, numbered in the order
 * of asking: a table of pairs, and a hash from pair to row (open addressing,
 * at most half full).
 *
 * A unit of pairs is run for all of them where that is what will be read
 * anyway: it gives verdicts itself, a path walks one of its stores, or such a
 * unit reads one.  A recursive one is still better off with waves (run.c) than
 * with rounds over all pairs, while there are not too many to list.
 */
#include "base/limits.h"
#include "vm/fault.h"
#include "vm/machine.h"

/* Pairs that a recursive unit may have to list, at some thirty bytes each. */
#define PAIRS_LISTED (4u << 20)

/* --- which units --------------------------------------------------------- */

static bool is_of_pairs(const struct machine *m, size_t unit)
{
	const struct program *p = m->program;

	return p->frames.items[p->units.items[unit].frame].kinds[1] != SCHEMA_NONE;
}

static bool has_few_pairs(const struct machine *m, size_t unit)
{
	const struct program_frame *f = &m->program->frames.items[
	    m->program->units.items[unit].frame];

	return (uint64_t)m->graph->extents[f->kinds[0]].count *
	    m->graph->extents[f->kinds[1]].count <= PAIRS_LISTED;
}

static bool want_all(struct machine *m, uint32_t store)
{
	struct asked *asked = &m->asked[m->program->stores.items[store].unit];
	bool news = asked->on;

	asked->on = false;
	return news;
}

/* A unit of pairs reads them all. */
static bool want_read(struct machine *m, uint32_t store)
{
	uint16_t unit = m->program->stores.items[store].unit;

	if (is_of_pairs(m, unit) && has_few_pairs(m, unit) &&
	    m->program->units.items[unit].component != SCHEMA_NONE)
		return false;
	return want_all(m, store);
}

static bool want_path(struct machine *m, uint32_t number)
{
	const struct program_path *path = &m->program->paths.items[number];
	bool news = false;

	for (uint32_t i = 0; i < path->step_count; i++) {
		const struct program_step *s = &m->program->steps.items[path->first_step + i];

		if (s->kind != STEP_LINK)
			news |= want_all(m, s->index);
	}
	return news;
}

/* What UNIT reads whole; true when that was not known yet. */
static bool want_of_unit(struct machine *m, size_t unit)
{
	const struct program_unit *u = &m->program->units.items[unit];
	bool all = is_of_pairs(m, unit) && !m->asked[unit].on, news = false;

	for (size_t i = u->first; i < u->first + u->count; i++) {
		const struct instruction *in = &m->program->code.items[i];
		enum imm_kind imm = opcode_info((enum opcode)in->op)->imm;

		if (imm == IMM_PATH)
			news |= want_path(m, in->imm);
		else if (imm == IMM_STORE && all)
			news |= want_read(m, in->imm);
		else if ((imm == IMM_RULE || imm == IMM_BINDER) && m->asked[unit].on) {
			m->asked[unit].on = false;
			return true;
		}
	}
	return news;
}

/* Units of a component that are run for all pairs make the others so. */
static bool want_of_components(struct machine *m)
{
	bool news = false;

	for (size_t u = 1; u < m->program->units.count; u++) {
		struct asked *a = &m->asked[u - 1], *b = &m->asked[u];

		if (m->groups[u] != m->groups[u - 1] || a->on == b->on ||
		    !is_of_pairs(m, u) || !is_of_pairs(m, u - 1))
			continue;
		a->on = b->on = false;
		news = true;
	}
	return news;
}

void asked_link(struct machine *m)
{
	size_t count = m->program->units.count;
	bool news = true;

	m->asked = ARENA_ARRAY(m->arena, struct asked, count + 1);
	for (size_t u = 0; u < count; u++)
		m->asked[u] = (struct asked){ .on = is_of_pairs(m, u), .unit = (uint16_t)u };
	while (news) {
		news = want_of_components(m);
		for (size_t u = count; u-- > 0;)
			news |= want_of_unit(m, u);
	}
}

/* --- rows ---------------------------------------------------------------- */

/* The finalizer of splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Where PAIR is, or would be put. */
static uint32_t *slot_of(const struct asked *asked, uint64_t pair)
{
	for (uint64_t i = mix(pair);; i++) {
		uint32_t *slot = &asked->slots[i & (asked->slot_count - 1)];

		if (*slot == 0 || asked->pairs[*slot - 1] == pair)
			return slot;
	}
}

/* Room for one more row.  Nothing is changed before there is memory for all. */
static void grow(struct machine *m, struct asked *asked)
{
	uint32_t room = asked->room ? asked->room * 2 : 64;
	uint64_t *pairs = ARENA_ARRAY(m->arena, uint64_t, room);
	uint32_t *slots = ARENA_ARRAY(m->arena, uint32_t, (size_t)room * 2);

	for (size_t s = 0; s < m->program->stores.count; s++)
		if (m->program->stores.items[s].unit == asked->unit)
			kernel_store_grow(m, &m->stores[s], room);
	if (asked->count)
		memcpy(pairs, asked->pairs, asked->count * sizeof(*pairs));
	asked->pairs = pairs;
	asked->slots = slots;
	asked->slot_count = room * 2;
	asked->room = room;
	for (uint32_t i = 0; i < asked->count; i++)
		*slot_of(asked, pairs[i]) = i + 1;
}

static void poison(struct machine *m, struct asked *asked)
{
	for (size_t s = 0; s < m->program->stores.count; s++)
		if (m->program->stores.items[s].unit == asked->unit)
			m->stores[s].poison = limit_name(LIMIT_ROWS);
	m->sick = true;
	m->poisons[m->now] = limit_name(LIMIT_ROWS);
}

/* Who reads a row that has no value yet does so again when it has; also where
 * another batch, that came to nothing, had asked for it. */
static void await(struct machine *m, const struct asked *asked, uint32_t row)
{
	if (row >= asked->done && !fault_is(FAULT_ASKED_HURRIED) &&
	    m->groups[asked->unit] < m->groups[m->unit - m->program->units.items])
		m->waits = true;
}

uint32_t asked_row(struct machine *m, struct asked *asked, uint32_t x, uint32_t y)
{
	uint64_t pair = (uint64_t)x << 32 | y;
	uint32_t *slot;

	if (asked->room) {
		slot = slot_of(asked, pair);
		if (*slot) {
			await(m, asked, *slot - 1);
			return *slot - 1;
		}
	}
	if (asked->count >= limit_get(LIMIT_ROWS) || asked->count >= UINT32_MAX / 4) {
		poison(m, asked);
		return 0;
	}
	if (asked->count == asked->room)
		grow(m, asked);
	asked->pairs[asked->count] = pair;
	*slot_of(asked, pair) = ++asked->count;
	await(m, asked, asked->count - 1);
	if (m->groups[asked->unit] == m->groups[m->unit - m->program->units.items] &&
	    !fault_is(FAULT_ASKED_HURRIED))
		m->changed = true;
	return asked->count - 1;
}

/* How far ahead memory is asked for. */
#define AHEAD 12

/* Each pair is found by two looks at memory in no order, which are asked for
 * some pairs before: first the slot, then what it names. */
void asked_rows(struct machine *m, struct asked *asked, const uint32_t *x,
    const uint32_t *y, const uint64_t *known, uint32_t count, uint32_t *row)
{
	for (uint32_t i = 0; i < count + 2 * AHEAD; i++) {
		uint32_t soon = i - AHEAD, now = soon - AHEAD;

		if (i < count && asked->room)
			__builtin_prefetch(&asked->slots[mix((uint64_t)x[i] << 32 | y[i]) &
			    (asked->slot_count - 1)]);
		if (soon < count && asked->room) {
			uint32_t at = asked->slots[mix((uint64_t)x[soon] << 32 | y[soon]) &
			    (asked->slot_count - 1)];

			__builtin_prefetch(&asked->pairs[at ? at - 1 : 0]);
		}
		if (now < count && bit_get(known, now))
			row[now] = asked_row(m, asked, x[now], y[now]);
	}
}
