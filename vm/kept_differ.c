/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two sets of kept verdicts side by side.  Streams are in the order of root
 * rows; the subjects of one row are told all together when any differs.
 */
#include <assert.h>

#include "vm/kept.h"
#include "vm/plane.h"
#include "vm/touch.h"

struct comparison {
	const struct program *program;
	const struct delta *delta;
	struct outcomes *before, *after;
	const struct kept_stream *former, *now;
	int8_t roots[2];
	const struct extent *extents[2];	/* of the root, now; NULL: no such dimension */
	const struct extent *former_extent;	/* of its first dimension */
	uint16_t entities;		/* cells that are entities, as bits */
};

static void tell(const struct comparison *c, struct outcomes *to,
    const struct kept_stream *s, const int64_t *cells, unsigned code)
{
	struct outcome o = { .rule = s->rule, .rest = s->rest, .count = s->cells };

	(void)c;
	outcome_set_code(&o, (enum outcome_code)code);
	for (unsigned i = 0; i < s->cells; i++)
		o.cells[i] = cells[i];
	if (code && outcomes_wanted(to) >> o.verdict & 1)
		outcomes_add(to, &o);
}

/* --- rows ----------------------------------------------------------------- */

static unsigned code_at(const struct kept_stream *s, uint64_t row)
{
	unsigned code = 0;

	for (int b = 0; b < OUTCOME_BITS; b++)
		code |= (unsigned)bit_get(s->bits[b], row) << b;
	return code;
}

/* Of one dimension, whose extents are there. */
static void compare_rows(const struct comparison *c)
{
	for (uint64_t row = 0; row < c->now->count; row++) {
		/* analyzer: there is one */
		int64_t cell = c->extents[0]->first + (int64_t)row, former;
		unsigned code = code_at(c->now, row), old = 0;

		former = c->delta->formers[cell];
		if (former != ENTITY_NONE)
			/* analyzer: there is one */
			old = code_at(c->former, (uint64_t)(former - c->former_extent->first));
		if (old == code)
			continue;
		tell(c, c->before, c->former, &former, old);
		tell(c, c->after, c->now, &cell, code);
	}
	for (uint64_t row = 0; row < c->former->count; row++) {
		/* analyzer: there is one */
		int64_t cell = c->former_extent->first + (int64_t)row;

		if (c->delta->numbers[cell] == ENTITY_NONE)
			tell(c, c->before, c->former, &cell, code_at(c->former, row));
	}
}

/* --- lists ---------------------------------------------------------------- */

static void cells_at(const struct kept_stream *s, uint64_t i, int64_t *cells)
{
	for (unsigned n = 0; n < s->cells; n++)
		cells[n] = s->width == 8 ? ((const int64_t *)s->values)[i * s->cells + n]
		    : ((const uint32_t *)s->values)[i * s->cells + n];
}

/* Under the numbers of today; false: an entity is gone. */
static bool cells_now(const struct comparison *c, uint64_t i, int64_t *cells)
{
	cells_at(c->former, i, cells);
	for (unsigned n = 0; n < c->former->cells; n++) {
		if (!(c->entities >> n & 1))
			continue;
		cells[n] = c->delta->numbers[cells[n]];
		if (cells[n] == ENTITY_NONE)
			return false;
	}
	return true;
}

static uint64_t row_of(const struct comparison *c, const int64_t *cells)
{
	uint64_t row = 0;

	if (c->extents[0])
		row = (uint64_t)(cells[c->roots[0]] - c->extents[0]->first);
	if (c->extents[1])
		row = row * c->extents[1]->count +
		    (uint64_t)(cells[c->roots[1]] - c->extents[1]->first);
	return row;
}

/* The former subjects from I on that have the row of the first of them; of a
 * row that is gone UINT64_MAX.  One subject that is gone is a piece alone. */
static uint64_t former_piece(const struct comparison *c, uint64_t i, uint64_t *row)
{
	int64_t cells[SUBJECT_BINDERS];
	uint64_t end = i + 1;

	if (!cells_now(c, i, cells)) {
		*row = UINT64_MAX;
		return end;
	}
	*row = row_of(c, cells);
	while (end < c->former->count && cells_now(c, end, cells) && row_of(c, cells) == *row)
		end++;
	return end;
}

static uint64_t piece_now(const struct comparison *c, uint64_t j, uint64_t *row)
{
	int64_t cells[SUBJECT_BINDERS];
	uint64_t end = j;

	*row = UINT64_MAX;
	for (; end < c->now->count; end++) {
		cells_at(c->now, end, cells);
		if (end > j && row_of(c, cells) != *row)
			break;
		*row = row_of(c, cells);
	}
	return end;
}

/* None of the former subjects is gone: such are pieces alone. */
static bool are_same(const struct comparison *c, uint64_t i, uint64_t j, uint64_t count)
{
	int64_t a[SUBJECT_BINDERS], b[SUBJECT_BINDERS];

	for (uint64_t n = 0; n < count; n++) {
		if (c->former->codes[i + n] != c->now->codes[j + n])
			return false;
		cells_now(c, i + n, a);
		cells_at(c->now, j + n, b);
		for (unsigned k = 0; k < c->now->cells; k++)
			if (a[k] != b[k])
				return false;
	}
	return true;
}

static void tell_all(const struct comparison *c, struct outcomes *to,
    const struct kept_stream *s, uint64_t low, uint64_t end)
{
	int64_t cells[SUBJECT_BINDERS];

	for (; low < end; low++) {
		cells_at(s, low, cells);
		tell(c, to, s, cells, s->codes[low]);
	}
}

static void compare_lists(const struct comparison *c)
{
	uint64_t i = 0, j = 0, end_i, end_j, row_i, row_j;

	while (i < c->former->count || j < c->now->count) {
		end_i = i;
		row_i = UINT64_MAX;
		if (i < c->former->count)
			end_i = former_piece(c, i, &row_i);
		end_j = piece_now(c, j, &row_j);
		if (i < c->former->count && row_i == UINT64_MAX)
			end_j = j;
		else if (end_i > i && end_j > j && row_i != row_j) {
			if (row_i < row_j)
				end_j = j;
			else
				end_i = i;
		}
		if (end_i - i != end_j - j || !are_same(c, i, j, end_i - i)) {
			tell_all(c, c->before, c->former, i, end_i);
			tell_all(c, c->after, c->now, j, end_j);
		}
		i = end_i;
		j = end_j;
	}
}

/* --- all ------------------------------------------------------------------ */

static void compare_stream(struct comparison *c, const struct program_unit *unit, size_t at)
{
	const struct program_frame *root = &c->program->frames.items[unit->frame];
	const struct program_rule *rule = &c->program->rules.items[c->now->rule];

	c->entities = 0;
	for (unsigned i = 0; i < c->now->cells; i++)
		if (program_operand(c->program, unit, rule->subject[i])->of.tag == TYPE_ENTITY)
			c->entities |= (uint16_t)(1u << i);
	for (int d = 0; d < 2; d++)
		c->extents[d] = root->kinds[d] == SCHEMA_NONE ? NULL :
		    &c->delta->now->extents[root->kinds[d]];
	if (root->kinds[0] != SCHEMA_NONE)
		c->former_extent = &c->delta->former->extents[root->kinds[0]];
	if (!c->now->width)
		compare_rows(c);
	else if (touch_roots(c->program, unit, at, c->roots))
		compare_lists(c);
	else {
		/* Texts have other numbers: whoever reads the reports compares. */
		tell_all(c, c->before, c->former, 0, c->former->count);
		tell_all(c, c->after, c->now, 0, c->now->count);
	}
}

void kept_differ(const struct program *program, const struct delta *delta,
    const struct kept *former, const struct kept *now, struct outcomes *before,
    struct outcomes *after)
{
	struct comparison c = { .program = program, .delta = delta, .before = before,
		.after = after };

	for (size_t u = 0; u < program->units.count; u++) {
		const struct program_unit *unit = &program->units.items[u];

		for (size_t at = unit->first; at < unit->first + unit->count; at++) {
			if (!touch_is_result(&program->code.items[at]))
				continue;
			c.former = &former->streams[at];
			c.now = &now->streams[at];
			compare_stream(&c, unit, at);
		}
	}
}
