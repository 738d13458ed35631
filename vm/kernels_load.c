/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking rows up in tables: attributes and links of the graph, fields of
 * enums, stores; and keeping values in stores.
 *
 * First the operands become rows of the table (places), then the rows are
 * gathered.  Entities in the order of the table need no gathering: the result
 * is a view of the table.
 */
#include "vm/frontier.h"
#include "vm/machine.h"

struct places {
	bool run;			/* rows start, start + 1, ...: all known */
	uint32_t start;
	const uint32_t *row;		/* 0 where not known */
	const uint64_t *known;		/* the operand is a cell that has a row */
	const uint64_t *none;		/* an operand is none */
};

static bool is_run(const struct table *table, const struct scalar *a, uint32_t count)
{
	return a->is_row && a->start >= table->first[0] &&
	    a->start - table->first[0] + (uint64_t)count <= table->rows;
}

/* The rows of words, where those are known and in range. */
static struct places find_single(struct machine *m, const struct table *table,
    uint16_t operand, const struct frame *frame)
{
	const struct scalar *a = scalar_as_is(m, operand);
	uint32_t first = table->first[0], rows = table->rows, *row;
	uint64_t *known;

	if (is_run(table, a, frame->count))
		return (struct places){ .run = true, .start = a->start - first };
	a = scalar_of(m, operand);
	row = SCRATCH(m, uint32_t, frame->count);
	known = plane_new(m, frame->count);
	for (size_t w = 0; w < frame->words; w++) {
		uint32_t most = frame->count - (uint32_t)w * 64;
		uint64_t bits = 0;

		for (uint32_t j = 0; j < 64 && j < most; j++) {
			uint32_t at = a->word[w * 64 + j] - first;
			uint64_t in = at < rows && (a->known[w] >> j & 1);

			row[w * 64 + j] = in ? at : 0;
			bits |= in << j;
		}
		known[w] = bits;
	}
	return (struct places){ .row = row, .known = known, .none = a->absent };
}

static struct places find_pair(struct machine *m, const struct table *table,
    const struct scalar *a, const struct scalar *b, const struct frame *frame)
{
	uint32_t *row = SCRATCH(m, uint32_t, frame->count);
	uint64_t *known = plane_new_zero(m, frame->count);
	uint64_t *none = plane_new(m, frame->count);

	for (size_t w = 0; w < frame->words; w++)
		none[w] = a->absent[w] | b->absent[w];
	for (uint32_t i = 0; i < frame->count; i++) {
		uint32_t x = a->word[i], y = b->word[i];

		row[i] = 0;
		if (x - table->first[0] >= table->count[0] ||
		    y - table->first[1] >= table->count[1] ||
		    !bit_get(a->known, i) || !bit_get(b->known, i))
			continue;
		row[i] = table->asked ? 0 :
		    (x - table->first[0]) * table->count[1] + (y - table->first[1]);
		bit_set(known, i);
	}
	if (table->asked)
		asked_rows(m, table->asked, a->word, b->word, known, frame->count, row);
	return (struct places){ .row = row, .known = known, .none = none };
}

/* The only row of a table without dimensions. */
static struct places find_only(struct machine *m, const struct frame *frame)
{
	uint32_t *row = SCRATCH(m, uint32_t, frame->count);

	memset(row, 0, frame->count * sizeof(*row));
	return (struct places){ .row = row, .known = frame->all,
	    .none = plane_new_zero(m, frame->count) };
}

static struct places find(struct machine *m, const struct instruction *in,
    const struct table *table, const struct frame *frame)
{
	if (table->dimensions == 0)
		return find_only(m, frame);
	if (table->dimensions == 1)
		return find_single(m, table, in->a, frame);
	return find_pair(m, table, scalar_of(m, in->a), scalar_of(m, in->b), frame);
}

/* --- planes -------------------------------------------------------------- */

/* N rows of a plane of the table from START on; a view where that can be. */
static const uint64_t *plane_view(struct machine *m, const uint64_t *plane,
    size_t table_rows, size_t start, size_t n)
{
	uint64_t *copy;

	if ((start & 63) == 0 && ((n & 63) == 0 || start + n == table_rows))
		return plane + (start >> 6);
	copy = plane_new(m, n);
	plane_take(copy, plane, start, n);
	return copy;
}

static uint64_t gather_word(const uint64_t *plane, const uint32_t *row, uint32_t count)
{
	uint64_t bits = 0;

	for (uint32_t j = 0; j < count; j++)
		bits |= (plane[row[j] >> 6] >> (row[j] & 63) & 1) << j;
	return bits;
}

/* The table's plane at the places that are known, else zero. */
static uint64_t *gather_plane(struct machine *m, const uint64_t *plane,
    const struct places *at, const struct frame *frame)
{
	uint64_t *out = plane_new(m, frame->count);

	for (size_t w = 0; w < frame->words; w++) {
		uint32_t left = frame->count - (uint32_t)w * 64;

		out[w] = at->known[w] ? at->known[w] &
		    gather_word(plane, at->row + w * 64, left < 64 ? left : 64) : 0;
	}
	return out;
}

/* Where the table's cell or an operand is none. */
static const uint64_t *gather_absent(struct machine *m, const struct table *table,
    const struct places *at, const struct frame *frame)
{
	uint64_t *out;

	if (table->never_absent)
		return at->none;
	out = gather_plane(m, table->absent, at, frame);
	for (size_t w = 0; w < frame->words; w++)
		out[w] |= fault_is(FAULT_LOAD_NONE) ? 0 : at->none[w];
	return out;
}

/* --- truths here and there ------------------------------------------------- */

static void make_looks(struct machine *m, void *context)
{
	struct table *table = context;
	uint32_t *looks;

	if (__atomic_load_n(&table->looks, __ATOMIC_ACQUIRE))
		return;			/* another member was quicker */
	looks = arena_alloc_raw(m->common, LOOK_WORDS(table->rows) * sizeof(*looks));
	looks_make(table->t, table->f, table->rows, looks);
	__atomic_store_n(&table->looks, looks, __ATOMIC_RELEASE);
}

/* Not of a store that may still change, nor before so much is looked up that it
 * pays. */
static const uint32_t *looks_of(struct machine *m, const struct table *of, uint32_t count)
{
	struct table *table = (struct table *)(uintptr_t)of;
	const uint32_t *looks = __atomic_load_n(&table->looks, __ATOMIC_ACQUIRE);

	if (looks || m->recursive)
		return m->recursive ? NULL : looks;
	if (__atomic_add_fetch(&table->looked, count, __ATOMIC_RELAXED) < table->rows / 16)
		return NULL;
	machine_once(m, make_looks, table);
	return __atomic_load_n(&table->looks, __ATOMIC_ACQUIRE);
}

/* Rows of words that are all known; those out of range are unknown. */
static bool load_looks(struct machine *m, const struct instruction *in,
    const struct table *table)
{
	const struct frame *frame = machine_frame(m, in->dst);
	const struct scalar *a;
	const uint32_t *looks;
	struct truths out;

	if (table->type != REGISTER_TRUTH || table->dimensions != 1 ||
	    fault_is(FAULT_LOAD_DEFAULT))
		return false;
	a = scalar_as_is(m, in->a);
	if (a->known != frame->all || is_run(table, a, frame->count))
		return false;
	looks = looks_of(m, table, frame->count);
	if (!looks)
		return false;
	a = scalar_of(m, in->a);
	out = truth_new(m, in->dst);
	m->code_kernels->gather(a->word, frame->count, table->first[0], table->rows, looks,
	    out.t, out.f);
	return true;
}

/* --- by type ------------------------------------------------------------- */

static void load_truth(struct machine *m, const struct table *table,
    const struct places *at, const struct frame *frame, uint16_t dst)
{
	struct truths out = truth_new(m, dst);

	if (at->run) {
		plane_take(out.t, table->t, at->start, frame->count);
		plane_take(out.f, table->f, at->start, frame->count);
	} else {
		memcpy(out.t, gather_plane(m, table->t, at, frame), frame->words * 8);
		memcpy(out.f, gather_plane(m, table->f, at, frame), frame->words * 8);
	}
	if (table->false_at_none && !at->run)
		for (size_t w = 0; w < frame->words; w++)
			out.f[w] |= at->none[w];
	if (fault_is(FAULT_LOAD_DEFAULT))
		for (size_t w = 0; w < frame->words; w++)
			out.f[w] = frame->all[w] & ~out.t[w];
}

static const uint32_t *words_gather(struct machine *m, const struct table *table,
    const uint32_t *row, uint32_t count)
{
	uint32_t *words = SCRATCH(m, uint32_t, count + (size_t)1);
	const uint32_t *cells = table->cells;

	if (!cells)
		column_gather_words(table->column, row, count, words);
	else
		for (uint32_t i = 0; i < count; i++)
			words[i] = cells[row[i]];
	return words;
}

static void load_scalar(struct machine *m, const struct table *table,
    const struct places *at, const struct frame *frame, struct value *v)
{
	if (at->run)
		v->scalar = (struct scalar){
			table->cells ? (const uint32_t *)table->cells + at->start : NULL,
			plane_view(m, table->known, table->rows, at->start, frame->count),
			plane_view(m, table->absent, table->rows, at->start, frame->count),
			.column = table->column, .start = at->start };
	else
		v->scalar = (struct scalar){
			words_gather(m, table, at->row, frame->count),
			gather_plane(m, table->known, at, frame),
			gather_absent(m, table, at, frame),
			.uniform = false };
}

static const int64_t *numbers_gather(struct machine *m, const struct table *table,
    const int64_t *cells, const uint32_t *row, uint32_t count)
{
	int64_t *numbers = SCRATCH(m, int64_t, count + (size_t)1);

	if (!cells) {
		column_gather_numbers(table->column, row, count, numbers);
		return numbers;
	}
	for (uint32_t i = 0; i < count; i++)
		numbers[i] = cells[row[i]];
	return numbers;
}

static void load_numbers(struct machine *m, const struct table *table,
    const struct places *at, const struct frame *frame, struct value *v)
{
	struct numbers *n = &v->numbers;

	if (at->run) {
		*n = (struct numbers){
		    table->cells ? (const int64_t *)table->cells + at->start : NULL,
		    table->cells ? (const int64_t *)table->high + at->start : NULL,
		    plane_view(m, table->known, table->rows, at->start, frame->count),
		    plane_view(m, table->absent, table->rows, at->start, frame->count),
		    .column = table->column, .start = at->start };
		return;
	}
	n->low = n->high = numbers_gather(m, table, table->cells, at->row, frame->count);
	if (table->high != table->cells)
		n->high = numbers_gather(m, table, table->high, at->row, frame->count);
	n->known = gather_plane(m, table->known, at, frame);
	n->absent = gather_absent(m, table, at, frame);
	n->uniform = false;
	n->column = NULL;
	n->constant = NULL;
}

static void sets_gather(struct machine *m, const struct table *table,
    const struct places *at, const struct frame *frame, struct sets *s)
{
	uint32_t *bounds = SCRATCH(m, uint32_t, 2 * (size_t)frame->count);
	uint32_t *anonymous = table->anonymous ? SCRATCH(m, uint32_t, frame->count) : NULL;
	uint64_t *open = gather_plane(m, table->open, at, frame);

	for (uint32_t i = 0; i < frame->count; i++) {
		bool known = bit_get(at->known, i) &&
		    !(table->asked && at->row[i] >= table->asked->done);

		bounds[i] = known ? table->offsets[at->row[i]] : 0;
		bounds[frame->count + i] = known ? table->offsets[at->row[i] + 1] : 0;
		if (anonymous)
			anonymous[i] = known ? table->anonymous[at->row[i]] : 0;
	}
	/* The set of an unknown entity is open, that of none is empty; what was
	 * asked for just now has no elements yet. */
	for (size_t w = 0; w < frame->words; w++)
		open[w] |= fault_is(FAULT_LOAD_CLOSED) ? 0 :
		    frame->all[w] & ~at->known[w] & ~at->none[w];
	s->from = bounds;
	s->to = bounds + frame->count;
	s->anonymous = anonymous;
	s->open = open;
	s->uniform = table->dimensions == 0;
}

static void load_sets(struct machine *m, const struct table *table,
    const struct places *at, const struct frame *frame, struct value *v)
{
	v->sets = (struct sets){ .cells = table->cells,
	    .certain = table->certain, .wide = table->width == 8 };
	if (!at->run) {
		sets_gather(m, table, at, frame, &v->sets);
		return;
	}
	v->sets.from = table->offsets + at->start;
	v->sets.to = v->sets.from + 1;
	v->sets.open = plane_view(m, table->open, table->rows, at->start, frame->count);
	v->sets.anonymous = table->anonymous ? table->anonymous + at->start : NULL;
}

/* The rows that were looked up, for what is written down of them. */
static void note_places(struct machine *m, struct value *v, const struct places *at,
    const struct frame *frame)
{
	uint32_t *row = (uint32_t *)(uintptr_t)at->row;

	if (at->run) {
		row = SCRATCH(m, uint32_t, frame->count);
		for (uint32_t i = 0; i < frame->count; i++)
			row[i] = at->start + i;
	}
	v->looked = row;
	v->looked_known = at->run ? frame->all : at->known;
}

void kernel_load_table(struct machine *m, const struct instruction *in, const struct table *table)
{
	const struct frame *frame = machine_frame(m, in->dst);
	struct value *v = machine_value(m, in->dst);
	struct places at;

	if (load_looks(m, in, table))
		return;
	at = find(m, in, table, frame);
	CHECKED(table->type == machine_register(m, in->dst)->type);
	if (m->frontier)
		note_places(m, v, &at, frame);
	switch ((enum register_type)table->type) {
	case REGISTER_TRUTH:
		load_truth(m, table, &at, frame, in->dst);
		break;
	case REGISTER_SCALAR:
		load_scalar(m, table, &at, frame, v);
		break;
	case REGISTER_NUMBER:
		load_numbers(m, table, &at, frame, v);
		break;
	case REGISTER_WORDS: case REGISTER_NUMBERS:
		load_sets(m, table, &at, frame, v);
		break;
	}
	v->ready = true;
}

/* --- stores -------------------------------------------------------------- */

static bool plane_differs(const uint64_t *plane, size_t at, const uint64_t *rows, size_t n)
{
	size_t words = BITS_WORDS(at + n);

	for (size_t w = 0; w < BITS_WORDS(n); w++)
		if ((plane_word(plane, words, at + w * 64) & plane_mask(n, w)) != rows[w])
			return true;
	return false;
}

static void store_truth(struct machine *m, struct table *table, struct truths a,
    const struct frame *frame)
{
	if (m->recursive && !m->changed)
		m->changed = plane_differs(table->t, frame->base, a.t, frame->count) ||
		    plane_differs(table->f, frame->base, a.f, frame->count);
	plane_put(table->t, frame->base, a.t, frame->count);
	plane_put(table->f, frame->base, a.f, frame->count);
}

/* What a store holds was allocated by this file, to be written. */
static void *own(const void *memory)
{
	return (void *)(uintptr_t)memory;
}

static void store_planes(struct table *table, const struct frame *frame,
    const uint64_t *known, const uint64_t *absent)
{
	plane_put(own(table->known), frame->base, known, frame->count);
	plane_put(own(table->absent), frame->base, absent, frame->count);
}

/* Room for COUNT elements; what is there stays. */
static void store_widen(struct machine *m, struct table *table, size_t count)
{
	size_t size = table->width, room = table->capacity;
	void *cells;
	uint64_t *certain;

	if (count <= room)
		return;
	while (room < count)
		room += room + 64;
	cells = arena_alloc_raw(m->arena, room * size);
	certain = ARENA_ARRAY(m->arena, uint64_t, BITS_WORDS(room));
	memcpy(cells, table->cells, table->capacity * size);
	memcpy(certain, table->certain, BITS_WORDS(table->capacity) * 8);
	table->cells = cells;
	table->certain = certain;
	table->capacity = room;
}

static void store_elements(struct table *table, const struct sets *s, uint32_t row,
    uint32_t at)
{
	char *cells = own(table->cells);
	uint64_t *certain = own(table->certain);
	size_t size = table->width;

	memcpy(cells + at * size, (const char *)s->cells + s->from[row] * size,
	    (s->to[row] - s->from[row]) * size);
	for (uint32_t e = s->from[row]; e < s->to[row]; e++, at++)
		bit_put(certain, at, bit_get(s->certain, e));
}

/* A member keeps the elements; OFFSETS tell how many a row has,
 * until they are added up. */
static void set_aside(struct machine *m, struct table *table, const struct sets *s,
    const struct frame *frame)
{
	uint32_t *offsets = own(table->offsets), *anonymous = own(table->anonymous);
	struct table aside = { .width = table->width };
	uint64_t count = 0;
	uint32_t at = 0;

	for (uint32_t i = 0; i < frame->count; i++)
		count += s->to[i] - s->from[i];
	if (!machine_charge(m, count))
		return;
	aside.cells = arena_alloc_raw(m->aside, count * table->width);
	aside.certain = ARENA_ARRAY(m->aside, uint64_t, BITS_WORDS(count));
	for (uint32_t i = 0; i < frame->count; i++) {
		store_elements(&aside, s, i, at);
		at += offsets[frame->base + i + 1] = s->to[i] - s->from[i];
		anonymous[frame->base + i] = sets_anonymous(s, i);
	}
	plane_put(own(table->open), frame->base, s->open, frame->count);
	*VEC_PUSH(m->aside, &m->set_rows) = (struct set_rows){
		(uint32_t)(table - m->stores), frame->base, frame->count, at,
		aside.cells, aside.certain };
}

bool kernel_store_join(struct machine *m, const struct set_rows *rows)
{
	struct table *table = &m->stores[rows->store];
	uint32_t *offsets = own(table->offsets);
	uint32_t start = offsets[rows->row];
	uint64_t *certain;

	if (rows->count > UINT32_MAX - start)
		return false;
	store_widen(m, table, start + (size_t)rows->count);
	certain = own(table->certain);
	memcpy((char *)own(table->cells) + (size_t)start * table->width, rows->cells,
	    (size_t)rows->count * table->width);
	plane_put(certain, start, rows->certain, rows->count);
	for (uint64_t i = rows->row; i < rows->row + rows->rows; i++)
		offsets[i + 1] += offsets[i];
	return true;
}

/* Batches come in order, so the rows are appended. */
static void store_sets(struct machine *m, struct table *table, const struct sets *s,
    const struct frame *frame)
{
	uint32_t *offsets = own(table->offsets), *anonymous = own(table->anonymous);
	uint64_t end;

	if (m->head) {
		set_aside(m, table, s, frame);
		return;
	}
	end = offsets[frame->base];
	for (uint32_t i = 0; i < frame->count; i++)
		end += s->to[i] - s->from[i];
	if (!machine_charge(m, end - offsets[frame->base]))
		return;
	if (end > UINT32_MAX) {
		m->poisons[m->now] = limit_name(LIMIT_ROWS);
		return;
	}
	store_widen(m, table, (size_t)end);
	for (uint32_t i = 0; i < frame->count; i++) {
		uint32_t at = offsets[frame->base + i];

		store_elements(table, s, i, at);
		offsets[frame->base + i + 1] = at + (s->to[i] - s->from[i]);
		anonymous[frame->base + i] = sets_anonymous(s, i);
	}
	plane_put(own(table->open), frame->base, s->open, frame->count);
}

void kernel_load_store(struct machine *m, const struct instruction *in)
{
	const struct frame *frame = machine_frame(m, in->a);
	const struct value *a = machine_value(m, in->a);
	struct table *table = &m->stores[in->imm];
	size_t n = frame->count;

	if (m->waits)
		return;			/* this batch read what is not there yet */
	CHECKED(table->ready && (frame->rows || frame->base + n <= table->rows));
	CHECKED(!frame->rows || table->type == REGISTER_TRUTH);
	switch ((enum register_type)table->type) {
	case REGISTER_TRUTH:
		if (frame->rows)
			frontier_store(m, in->imm, truth_of(m, in->a), frame);
		else
			store_truth(m, table, truth_of(m, in->a), frame);
		break;
	case REGISTER_SCALAR:
		memcpy((uint32_t *)own(table->cells) + frame->base, scalar_of(m, in->a)->word, n * 4);
		store_planes(table, frame, a->scalar.known, a->scalar.absent);
		break;
	case REGISTER_NUMBER:
		memcpy((int64_t *)own(table->cells) + frame->base, numbers_of(m, in->a)->low, n * 8);
		memcpy((int64_t *)own(table->high) + frame->base, a->numbers.high, n * 8);
		store_planes(table, frame, a->numbers.known, a->numbers.absent);
		break;
	case REGISTER_WORDS: case REGISTER_NUMBERS:
		store_sets(m, table, &a->sets, frame);
		break;
	}
}

/* A part of what a store of COUNT rows holds; what it cannot hold trips the
 * limit on memory. */
static void *part(struct machine *m, size_t count, size_t size)
{
	return arena_array(m->arena, count, size);
}

void kernel_store_open(struct machine *m, struct table *table)
{
	size_t rows = table->rows, words = BITS_WORDS(rows) + 1;

	table->ready = true;
	switch ((enum register_type)table->type) {
	case REGISTER_TRUTH:
		table->t = part(m, words, 8);
		table->f = part(m, words, 8);
		plane_ones(table->f, rows);
		break;
	case REGISTER_SCALAR: case REGISTER_NUMBER:
		table->width = table->type == REGISTER_SCALAR ? 4 : 8;
		table->cells = part(m, rows + 1, table->width);
		table->high = table->type == REGISTER_SCALAR ? table->cells :
		    part(m, rows + 1, table->width);
		table->known = part(m, words, 8);
		table->absent = part(m, words, 8);
		break;
	case REGISTER_WORDS: case REGISTER_NUMBERS:
		table->width = table->type == REGISTER_WORDS ? 4 : 8;
		table->offsets = part(m, rows + 1, 4);
		table->anonymous = part(m, rows + 1, 4);
		table->open = part(m, words, 8);
		table->cells = part(m, 1, table->width);
		table->certain = part(m, 1, 8);
		break;
	}
}

static void copy_part(const void *to, const void *from, size_t bytes)
{
	if (bytes)
		memcpy(own(to), from, bytes);
}

void kernel_store_grow(struct machine *m, struct table *table, uint32_t rows)
{
	struct table old = *table, new = old;
	size_t words = BITS_WORDS(old.rows);

	if (old.poison)
		return;
	new.rows = rows;
	kernel_store_open(m, &new);
	switch ((enum register_type)old.type) {
	case REGISTER_TRUTH:
		copy_part(new.t, old.t, words * 8);
		for (size_t w = 0; w < words; w++)
			new.f[w] = old.f[w] | (w + 1 == words ? ~plane_mask(old.rows, w) : 0);
		break;
	case REGISTER_SCALAR: case REGISTER_NUMBER:
		copy_part(new.cells, old.cells, old.rows * (size_t)new.width);
		if (new.high != new.cells)
			copy_part(new.high, old.high, old.rows * (size_t)new.width);
		copy_part(new.known, old.known, words * 8);
		copy_part(new.absent, old.absent, words * 8);
		break;
	case REGISTER_WORDS: case REGISTER_NUMBERS:
		new.cells = old.rows ? old.cells : new.cells;
		new.certain = old.rows ? old.certain : new.certain;
		copy_part(new.offsets, old.offsets, (old.rows + (size_t)1) * 4);
		copy_part(new.anonymous, old.anonymous, old.rows * (size_t)4);
		copy_part(new.open, old.open, words * 8);
		break;
	}
	*table = new;
}
