/* SPDX-License-Identifier: Apache-2.0 */
/* Constants, rows, elements; values carried into child frames; expansion. */
#include "vm/machine.h"

/* A plane without a row, of the size of FRAME; never written to. */
static uint64_t *no_rows(struct machine *m, const struct frame *frame)
{
	return frame->count <= BATCH_MOST ? m->zeros : plane_new_zero(m, frame->count);
}

static void lend_truth(struct value *v, const uint64_t *t, const uint64_t *f)
{
	v->truth = (struct truths){ (uint64_t *)t, (uint64_t *)f };
	v->lent = true;
	v->ready = true;
}

/* --- constants ----------------------------------------------------------- */

/* Rows of a batch are kept for the next one; longer frames are filled anew. */
static uint32_t rows_to_keep(uint32_t count)
{
	uint32_t rows = 64;

	while (rows < count)
		rows *= 2;
	return rows;
}

const uint32_t *constant_words(struct machine *m, const struct constant *of, uint32_t count)
{
	struct constant_rows *c = &m->constant_rows[of - m->constants];
	bool keep = count <= BATCH_MOST;
	uint32_t rows = keep ? rows_to_keep(count) : count, *words;

	if (c->words && count <= c->word_count)
		return c->words;
	words = keep ? ARENA_ARRAY(m->arena, uint32_t, rows) : SCRATCH(m, uint32_t, rows);
	for (uint32_t i = 0; i < rows; i++)
		words[i] = (uint32_t)of->cell;
	if (keep) {
		c->words = words;
		c->word_count = rows;
	}
	return words;
}

const int64_t *constant_numbers(struct machine *m, const struct constant *of, uint32_t count)
{
	struct constant_rows *c = &m->constant_rows[of - m->constants];
	bool keep = count <= BATCH_MOST;
	uint32_t rows = keep ? rows_to_keep(count) : count;
	int64_t *numbers;

	if (c->numbers && count <= c->number_count)
		return c->numbers;
	numbers = keep ? ARENA_ARRAY(m->arena, int64_t, rows) : SCRATCH(m, int64_t, rows);
	for (uint32_t i = 0; i < rows; i++)
		numbers[i] = of->cell;
	if (keep) {
		c->numbers = numbers;
		c->number_count = rows;
	}
	return numbers;
}

static void constant_set(struct machine *m, const struct constant *c,
    const struct frame *frame, struct value *v, bool wide)
{
	uint32_t *bounds = SCRATCH(m, uint32_t, 2 * (size_t)frame->count);

	/* An extent is a piece of the numbers of all entities. */
	for (uint32_t i = 0; i < frame->count; i++) {
		bounds[i] = (uint32_t)c->cell;
		bounds[frame->count + i] = (uint32_t)c->cell + c->count;
	}
	v->sets = (struct sets){
		.from = bounds, .to = bounds + frame->count,
		.cells = c->cells, .certain = c->certain,
		.open = c->open ? frame->all : no_rows(m, frame),
		.wide = wide, .uniform = true,
	};
}

void kernel_move_constant(struct machine *m, const struct instruction *in)
{
	const struct constant *c = machine_constant(m, in->imm);
	struct value *v = machine_value(m, in->dst);
	struct frame *frame = machine_frame(m, in->dst);
	enum register_type type = machine_register(m, in->dst)->type;
	uint64_t *none = no_rows(m, frame);
	const uint64_t *known = c->state == CONSTANT_VALUE ? frame->all : none;
	const uint64_t *absent = c->state == CONSTANT_NONE ? frame->all : none;

	v->ready = true;
	switch (type) {
	case REGISTER_TRUTH:
		lend_truth(v, c->cell ? known : none, c->cell ? none : known);
		break;
	case REGISTER_SCALAR:
		v->scalar = (struct scalar){ NULL, known, absent,
		    .uniform = true, .constant = c };
		break;
	case REGISTER_NUMBER:
		v->numbers = (struct numbers){ NULL, NULL, known, absent,
		    .uniform = true, .constant = c };
		break;
	case REGISTER_WORDS: case REGISTER_NUMBERS:
		constant_set(m, c, frame, v, type == REGISTER_NUMBERS);
		break;
	}
}

/* --- rows of a root frame ------------------------------------------------ */

/* The row of a root frame, counted over the whole run. */
static uint64_t root_row(const struct frame *frame, uint32_t i)
{
	return frame->rows ? frame->rows[i] : frame->base + i;
}

/* The entity of each row in one dimension of a frame of pairs. */
static uint32_t *pair_entities(struct machine *m, const struct program_frame *f,
    const struct frame *frame, unsigned dimension)
{
	const struct extent *extents = m->graph->extents;
	uint32_t *words = SCRATCH(m, uint32_t, frame->count);
	uint32_t inner = extents[f->kinds[1]].count;
	uint32_t first = extents[f->kinds[dimension]].first;

	if (frame->asked) {
		for (uint32_t i = 0; i < frame->count; i++) {
			uint64_t pair = frame->asked->pairs[root_row(frame, i)];

			words[i] = (uint32_t)(dimension ? pair : pair >> 32);
		}
		return words;
	}
	for (uint32_t i = 0; i < frame->count; i++) {
		uint64_t row = root_row(frame, i);

		words[i] = first + (uint32_t)(dimension ? row % inner : row / inner);
	}
	return words;
}

/* The entities of listed rows of one kind. */
static uint32_t *listed_entities(struct machine *m, const struct program_frame *f,
    const struct frame *frame)
{
	uint32_t *words = SCRATCH(m, uint32_t, frame->count);

	for (uint32_t i = 0; i < frame->count; i++)
		words[i] = m->graph->extents[f->kinds[0]].first + frame->rows[i];
	return words;
}

void kernel_move_row(struct machine *m, const struct instruction *in)
{
	uint16_t number = machine_register(m, in->dst)->frame;
	const struct program_frame *f = &m->program->frames.items[number];
	struct frame *frame = machine_frame(m, in->dst);
	struct value *v = machine_value(m, in->dst);

	v->scalar = (struct scalar){ .known = frame->all, .absent = no_rows(m, frame) };
	if (f->kinds[1] != SCHEMA_NONE)
		v->scalar.word = pair_entities(m, f, frame, in->imm);
	else if (frame->rows)
		v->scalar.word = listed_entities(m, f, frame);
	else {
		v->scalar.is_row = true;
		v->scalar.start = m->graph->extents[f->kinds[0]].first +
		    (uint32_t)frame->base;
	}
	v->ready = true;
}

void kernel_move_exists(struct machine *m, const struct instruction *in)
{
	uint16_t number = machine_register(m, in->dst)->frame;
	const struct program_frame *f = &m->program->frames.items[number];
	struct frame *frame = machine_frame(m, in->dst);
	uint64_t *certain = plane_new_zero(m, frame->count);
	const uint32_t *entities;

	if (f->kinds[1] == SCHEMA_NONE && !frame->rows)
		plane_take(certain, m->certain_entities, m->graph->extents[
		    f->kinds[0]].first + frame->base, frame->count);
	else {
		entities = f->kinds[1] == SCHEMA_NONE ? listed_entities(m, f, frame) :
		    pair_entities(m, f, frame, in->imm);
		for (uint32_t i = 0; i < frame->count; i++)
			if (bit_get(m->certain_entities, entities[i]))
				bit_set(certain, i);
	}
	lend_truth(machine_value(m, in->dst), certain, no_rows(m, frame));
}

/* --- rows of a child frame ----------------------------------------------- */

void kernel_move_element(struct machine *m, const struct instruction *in)
{
	struct frame *frame = machine_frame(m, in->dst);
	struct value *v = machine_value(m, in->dst);

	CHECKED(frame->open && !frame->wide);
	v->scalar = (struct scalar){ frame->cells, frame->all, no_rows(m, frame),
	    .uniform = false };
	v->ready = true;
}

void kernel_move_element_number(struct machine *m, const struct instruction *in)
{
	struct frame *frame = machine_frame(m, in->dst);
	struct value *v = machine_value(m, in->dst);

	CHECKED(frame->open && frame->wide);
	v->numbers = (struct numbers){ frame->cells, frame->cells, frame->all,
	    no_rows(m, frame), .uniform = false };
	v->ready = true;
}

void kernel_move_member(struct machine *m, const struct instruction *in)
{
	struct frame *frame = machine_frame(m, in->dst);

	lend_truth(machine_value(m, in->dst),
	    fault_is(FAULT_MEMBER_CERTAIN) ? frame->all : frame->member,
	    no_rows(m, frame));
}

/* --- up ------------------------------------------------------------------ */

const struct pieces *frame_pieces(struct machine *m, struct frame *frame)
{
	struct pieces *p = &frame->pieces;

	if (p->ends)
		return p;
	*p = (struct pieces){ .from = frame->child, .to = frame->child + 1,
		.count = frame->up->count, .bits = frame->count };
	pieces_find(p, plane_new(m, frame->count + (size_t)1), plane_new(m, p->count));
	return p;
}

const uint32_t *frame_parents(struct machine *m, struct frame *frame)
{
	uint32_t *parent;

	if (frame->parent)
		return frame->parent;
	parent = SCRATCH(m, uint32_t, frame->count + (size_t)1);
	for (uint32_t i = 0; i < frame->up->count; i++)
		for (uint32_t at = frame->child[i]; at < frame->child[i + 1]; at++)
			parent[at] = i;
	return frame->parent = parent;
}

const uint32_t *frame_rows_above(struct machine *m, struct frame *frame,
    const struct frame *above)
{
	const uint32_t *upper, *parent;
	uint32_t *rows;

	if (frame->up == above)
		return frame_parents(m, frame);
	if (frame->above[above->depth])
		return frame->above[above->depth];
	upper = frame_rows_above(m, frame->up, above);
	parent = frame_parents(m, frame);
	rows = SCRATCH(m, uint32_t, frame->count);
	for (uint32_t i = 0; i < frame->count; i++)
		rows[i] = upper[parent[i]];
	frame->above[above->depth] = rows;
	return rows;
}

/* The rows of FRAME below row AT of its ancestor ABOVE start here. */
static uint32_t first_below(const struct frame *frame, const struct frame *above, uint32_t at)
{
	if (frame == above)
		return at;
	return frame->child[first_below(frame->up, above, at)];
}

/* Rows below one row stand together, so a plane is widened run by run. */
static const uint64_t *plane_up(struct machine *m, const struct frame *frame,
    const struct frame *above, const uint64_t *plane)
{
	size_t i = plane_next(plane, above->count, 0);
	uint64_t *wide;

	if (memcmp(plane, above->all, above->words * sizeof(*plane)) == 0)
		return frame->all;
	wide = plane_new_zero(m, frame->count);
	while (i < above->count) {
		size_t end = i + 1;

		while (end < above->count && bit_get(plane, end))
			end++;
		plane_fill(wide, first_below(frame, above, (uint32_t)i),
		    first_below(frame, above, (uint32_t)end));
		i = plane_next(plane, above->count, end);
	}
	return wide;
}

static const uint32_t *words_up(struct machine *m, const uint32_t *words,
    const uint32_t *rows, uint32_t count)
{
	uint32_t *below;

	if (!words)
		return NULL;
	below = SCRATCH(m, uint32_t, count);
	for (uint32_t i = 0; i < count; i++)
		below[i] = words[rows[i]];
	return below;
}

static const int64_t *numbers_up(struct machine *m, const int64_t *numbers,
    const uint32_t *rows, uint32_t count)
{
	int64_t *below = SCRATCH(m, int64_t, count);

	for (uint32_t i = 0; i < count; i++)
		below[i] = numbers[rows[i]];
	return below;
}

static void up_numbers(struct machine *m, struct value *v, const struct numbers *a,
    const uint32_t *rows, uint32_t count)
{
	v->numbers = (struct numbers){ .uniform = a->uniform };
	v->numbers.low = numbers_up(m, a->low, rows, count);
	v->numbers.high = a->high == a->low ? v->numbers.low
	    : numbers_up(m, a->high, rows, count);
}

static void up_sets(struct machine *m, struct value *v, const struct sets *a,
    const uint32_t *rows, uint32_t count)
{
	v->sets = *a;
	v->sets.from = words_up(m, a->from, rows, count);
	v->sets.to = words_up(m, a->to, rows, count);
	v->sets.anonymous = words_up(m, a->anonymous, rows, count);
}

/* A planted fault: each row but the first reads one too early. */
static const uint32_t *shifted(struct machine *m, const uint32_t *rows, uint32_t count)
{
	uint32_t *wrong = SCRATCH(m, uint32_t, count);

	for (uint32_t i = 0; i < count; i++)
		wrong[i] = rows[i] ? rows[i] - 1 : 0;
	return wrong;
}

void kernel_move_up(struct machine *m, const struct instruction *in)
{
	struct frame *frame = machine_frame(m, in->dst), *above = machine_frame(m, in->a);
	const struct value *a = machine_value(m, in->a);
	struct value *v = machine_value(m, in->dst);
	const uint32_t *rows = frame_rows_above(m, frame, above);
	struct truths truth;

	if (fault_is(FAULT_UP_SHIFTED))
		rows = shifted(m, rows, frame->count);
	switch ((enum register_type)machine_register(m, in->dst)->type) {
	case REGISTER_TRUTH:
		truth = truth_of(m, in->a);
		lend_truth(v, plane_up(m, frame, above, truth.t),
		    plane_up(m, frame, above, truth.f));
		break;
	case REGISTER_SCALAR:
		v->scalar = (struct scalar){
			words_up(m, scalar_of(m, in->a)->word, rows, frame->count),
			plane_up(m, frame, above, a->scalar.known),
			plane_up(m, frame, above, a->scalar.absent),
			.uniform = a->scalar.uniform };
		break;
	case REGISTER_NUMBER:
		up_numbers(m, v, numbers_of(m, in->a), rows, frame->count);
		v->numbers.known = plane_up(m, frame, above, a->numbers.known);
		v->numbers.absent = plane_up(m, frame, above, a->numbers.absent);
		break;
	case REGISTER_WORDS: case REGISTER_NUMBERS:
		up_sets(m, v, &a->sets, rows, frame->count);
		v->sets.open = plane_up(m, frame, above, a->sets.open);
		break;
	}
	v->ready = true;
}

/* --- expansion ----------------------------------------------------------- */

bool sets_is_one_piece(const struct sets *s, uint32_t count)
{
	if (s->to == s->from + 1)
		return true;		/* rows of a table */
	for (uint32_t i = 1; i < count; i++)
		if (s->from[i] != s->to[i - 1])
			return false;
	return true;
}

/* Where the children of each row start. */
static void link_rows(struct machine *m, struct frame *child, const struct sets *s,
    bool one_piece)
{
	uint32_t rows = child->up->count;
	uint32_t *starts = SCRATCH(m, uint32_t, rows + (size_t)1);
	uint32_t at = 0, first = rows ? s->from[0] : 0;

	if (one_piece)
		for (uint32_t i = 0; i < rows; i++)
			starts[i] = s->from[i] - first;
	else
		for (uint32_t i = 0; i < rows; i++) {
			starts[i] = at;
			at += s->to[i] - s->from[i];
		}
	starts[rows] = child->count;
	child->child = starts;
	child->parent = NULL;
	child->pieces.ends = NULL;
}

static void copy_cells(struct machine *m, struct frame *child, const struct sets *s)
{
	size_t size = s->wide ? 8 : 4;
	char *cells = scratch_get(m->scratch, child->count * size);
	uint64_t *member = plane_new_zero(m, child->count);
	size_t at = 0;

	for (uint32_t i = 0; i < child->up->count; i++) {
		size_t length = s->to[i] - s->from[i];

		memcpy(cells + at * size, (const char *)s->cells + s->from[i] * size,
		    length * size);
		for (uint32_t e = s->from[i]; e < s->to[i]; e++, at++)
			if (bit_get(s->certain, e))
				bit_set(member, at);
	}
	child->cells = cells;
	child->member = member;
}

static void view_cells(struct machine *m, struct frame *child, const struct sets *s)
{
	size_t first = child->up->count ? s->from[0] : 0;
	uint64_t *member = plane_new_zero(m, child->count);

	if (child->count)
		plane_take(member, s->certain, first, child->count);
	child->cells = (const char *)s->cells + first * (s->wide ? 8 : 4);
	child->member = member;
}

void frame_start(struct machine *m, struct frame *frame, uint32_t count)
{
	frame->count = count;
	frame->words = BITS_WORDS(count);
	frame->all = plane_new(m, count);
	plane_ones(frame->all, count);
	frame->free_planes = NULL;
	frame->poison = NULL;
	frame->open = true;
	memset(frame->above, 0, sizeof(frame->above));
}

void kernel_move_expand(struct machine *m, const struct instruction *in)
{
	const struct sets *s = sets_of(m, in->a);
	struct frame *child = &m->frames[in->imm], *up = machine_frame(m, in->a);
	bool one_piece = sets_is_one_piece(s, up->count);
	uint64_t count = 0;

	if (one_piece && up->count > 0)
		count = s->to[up->count - 1] - s->from[0];
	for (uint32_t i = 0; !one_piece && i < up->count; i++)
		count += s->to[i] - s->from[i];
	if (!machine_charge(m, count))
		return;
	frame_start(m, child, (uint32_t)count);
	child->up = up;
	child->depth = up->depth + 1;
	child->wide = s->wide;
	link_rows(m, child, s, one_piece);
	if (one_piece)
		view_cells(m, child, s);
	else
		copy_cells(m, child, s);
}
