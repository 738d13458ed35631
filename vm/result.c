/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results: verdicts by planes (verdict_of says the same of one row), rest
 * subjects, and the outcomes that wait until their unit is done.
 */
#include "vm/machine.h"

void result_fail(struct machine *m, uint32_t rule, const char *poison)
{
	m->tallies[rule].failed = true;
	m->tallies[rule].trouble = poison;
}

static struct tally *count_for(struct machine *m, uint32_t rule)
{
	struct counted *counted = VEC_PUSH(m->arena, &m->counted);

	/* It may have been used before. */
	*counted = (struct counted){ .rule = rule };
	return &counted->tally;
}

/* Where the value of a binder is found for a row of a frame. */
struct subject {
	const struct value *value;
	bool is_number;
	const uint32_t *rows;		/* NULL: the same row */
};

struct subjects {
	uint32_t rule;
	uint8_t count;
	struct subject binder[SUBJECT_BINDERS];
};

static struct subjects subjects_of(struct machine *m, uint32_t number, unsigned count,
    struct frame *frame)
{
	const struct program_rule *rule = &m->program->rules.items[number];
	struct subjects s = { .rule = number, .count = (uint8_t)count };

	for (unsigned i = 0; i < count; i++) {
		struct frame *own = machine_frame(m, rule->subject[i]);

		s.binder[i].value = machine_value(m, rule->subject[i]);
		s.binder[i].is_number =
		    machine_register(m, rule->subject[i])->type == REGISTER_NUMBER;
		if (s.binder[i].is_number)
			numbers_of(m, rule->subject[i]);
		else if (!s.binder[i].value->scalar.is_row)
			scalar_of(m, rule->subject[i]);
		s.binder[i].rows = own == frame ? NULL : frame_rows_above(m, frame, own);
	}
	return s;
}

static int64_t cell_of(const struct subject *b, uint32_t row)
{
	uint32_t at = b->rows ? b->rows[row] : row;

	if (b->is_number)
		return b->value->numbers.low[at];
	return b->value->scalar.is_row ? b->value->scalar.start + at
	    : b->value->scalar.word[at];
}

static void add_chunk(struct machine *m, const struct subjects *s, int rest,
    const struct outcome_chunk *chunk)
{
	*VEC_PUSH(m->arena, &m->emitted) = (struct emitted){
		s->rule, (int8_t)rest, s->count, *chunk };
}

/* Are the subjects entities in a row, so that the first tells the others? */
static bool are_series(const struct subjects *s)
{
	return s->count == 1 && !s->binder[0].is_number && !s->binder[0].rows &&
	    s->binder[0].value->scalar.is_row;
}

/* The subjects of COUNT rows that are listed, with their codes. */
static void add_rows(struct machine *m, const struct subjects *s, int rest,
    const uint32_t *rows, const uint8_t *codes, uint32_t count)
{
	struct outcome_chunk chunk = { .count = count, .width = 4, .codes = codes };
	size_t at = 0;
	void *cells;

	for (unsigned i = 0; i < s->count; i++)
		if (s->binder[i].is_number)
			chunk.width = 8;
	cells = arena_alloc_raw(m->kept, (size_t)count * s->count * chunk.width);
	for (uint32_t i = 0; i < count; i++)
		for (unsigned b = 0; b < s->count; b++, at++) {
			int64_t cell = cell_of(&s->binder[b], rows[i]);

			if (chunk.width == 8)
				((int64_t *)cells)[at] = cell;
			else
				((uint32_t *)cells)[at] = (uint32_t)cell;
		}
	chunk.cells = cells;
	add_chunk(m, s, rest, &chunk);
}

/* --- verdicts ------------------------------------------------------------ */

/* An EMIT on its frame. */
struct emission {
	struct machine *m;
	const struct frame *frame;
	struct truths w, r, w0;
	uint64_t *bits[OUTCOME_BITS];	/* of the codes of what is wanted */
};

/* All ones where rows of the verdict are kept. */
static uint64_t wanted(const struct machine *m, enum verdict verdict)
{
	return m->outcomes && (outcomes_wanted(m->outcomes) >> verdict & 1) ?
	    ~UINT64_C(0) : 0;
}

static void count_rows(const struct emission *e, struct tally *t)
{
	const struct code_kernels *kernels = e->m->code_kernels;
	size_t words = e->frame->words, n = e->frame->count;

	t->verdicts[VERDICT_FAIL] = kernels->count_both(words, e->w.t, e->r.f);
	t->verdicts[VERDICT_PASS] = kernels->count_first(words, e->r.t, e->w.f);
	t->verdicts[VERDICT_NOT_APPLICABLE] = kernels->count_both(words, e->w.f, e->w.f);
	if (e->w.f != e->w0.f)
		t->exceptions = kernels->count_first(words, e->w.f, e->w0.f);
	t->verdicts[VERDICT_UNKNOWN] = n - t->verdicts[VERDICT_FAIL] -
	    t->verdicts[VERDICT_PASS] - t->verdicts[VERDICT_NOT_APPLICABLE];
}

/* verdict_of, for all rows: their codes, bit by bit. */
static void code_rows(const struct emission *e)
{
	uint64_t fails = wanted(e->m, VERDICT_FAIL), passes = wanted(e->m, VERDICT_PASS);
	uint64_t unknowns = wanted(e->m, VERDICT_UNKNOWN);
	uint64_t others = wanted(e->m, VERDICT_NOT_APPLICABLE);

	for (size_t i = 0; i < e->frame->words; i++) {
		uint64_t wt = e->w.t[i], wf = e->w.f[i], rt = e->r.t[i], rf = e->r.f[i];
		uint64_t fail = wt & rf & fails, pass = rt & ~wf & passes &
		    (fault_is(FAULT_PASS_UNKNOWN) ? wt : ~UINT64_C(0));
		uint64_t require = wt & ~rt & ~rf & unknowns;
		uint64_t when = e->frame->all[i] & ~wt & ~wf & ~rt & unknowns;
		uint64_t except = wf & ~e->w0.f[i] & others, not = wf & e->w0.f[i] & others;

		if (fault_is(FAULT_EXCEPT_FORGOTTEN)) {
			not |= except;
			except = 0;
		}

		e->bits[0][i] = fail | require | not;
		e->bits[1][i] = pass | require | except;
		e->bits[2][i] = when | not | except;
	}
	static_assert(OUTCOME_FAIL == 1 && OUTCOME_PASS == 2 && OUTCOME_REQUIRE == 3 &&
	    OUTCOME_WHEN == 4 && OUTCOME_NOT_APPLICABLE == 5 && OUTCOME_EXCEPTION == 6,
	    "these bits");
}

static void list_rows(const struct emission *e, const struct subjects *s)
{
	uint32_t n = e->frame->count, count = 0;
	uint32_t *rows = SCRATCH(e->m, uint32_t, n);
	uint8_t *codes = SCRATCH(e->m, uint8_t, n), *kept;

	for (size_t w = 0; w < e->frame->words; w++) {
		uint64_t a = e->bits[0][w], b = e->bits[1][w], c = e->bits[2][w];

		for (uint64_t any = a | b | c; any; any &= any - 1) {
			unsigned i = (unsigned)__builtin_ctzll(any);

			codes[count] = (uint8_t)((a >> i & 1) | (b >> i & 1) << 1 |
			    (c >> i & 1) << 2);
			rows[count++] = (uint32_t)(w * 64 + i);
		}
	}
	kept = arena_alloc_raw(e->m->kept, count);
	memcpy(kept, codes, count);
	add_rows(e->m, s, -1, rows, kept, count);
}

static void list_series(const struct emission *e, const struct subjects *s)
{
	struct outcome_chunk chunk = { .count = e->frame->count,
		.first = s->binder[0].value->scalar.start };
	size_t words = e->frame->words;

	for (int b = 0; b < OUTCOME_BITS; b++) {
		uint64_t *kept = arena_alloc_raw(e->m->kept, words * sizeof(*kept));

		memcpy(kept, e->bits[b], words * sizeof(*kept));
		chunk.bits[b] = kept;
	}
	add_chunk(e->m, s, -1, &chunk);
}

static bool is_any_wanted(const struct machine *m, const struct tally *t)
{
	for (unsigned v = 0; v < VERDICT_COUNT; v++)
		if (t->verdicts[v] && wanted(m, (enum verdict)v))
			return true;
	return false;
}

void result_emit(struct machine *m, const struct instruction *in)
{
	struct frame *frame = machine_frame(m, in->a);
	const struct program_rule *rule = &m->program->rules.items[in->imm];
	struct emission e = { m, frame, truth_of(m, in->a), truth_of(m, in->b),
	    truth_of(m, in->c), { NULL } };
	struct subjects s = subjects_of(m, in->imm, rule->binders, frame);
	struct tally t = { 0 };

	count_rows(&e, &t);
	*count_for(m, in->imm) = t;
	if (!is_any_wanted(m, &t))
		return;
	for (int b = 0; b < OUTCOME_BITS; b++)
		e.bits[b] = plane_new(m, frame->count);
	code_rows(&e);
	if (are_series(&s))
		list_series(&e, &s);
	else
		list_rows(&e, &s);
}

/* --- rest subjects ------------------------------------------------------- */

void result_rest(struct machine *m, const struct instruction *in)
{
	struct frame *frame = machine_frame(m, in->a);
	struct truths a = truth_of(m, in->a);
	const struct sets *b = sets_of(m, in->b);
	unsigned binder = in->imm % SUBJECT_BINDERS;
	struct subjects s = subjects_of(m, in->imm / SUBJECT_BINDERS, binder, frame);
	uint32_t *rows = SCRATCH(m, uint32_t, frame->count), count = 0;
	uint8_t *codes;

	if (fault_is(FAULT_REST_DROPPED))
		return;
	for (uint32_t i = 0; i < frame->count; i++)
		if (!bit_get(a.f, i) && sets_rest(b, i))
			rows[count++] = i;
	count_for(m, s.rule)->verdicts[VERDICT_UNKNOWN] = count;
	if (count == 0 || !wanted(m, VERDICT_UNKNOWN))
		return;
	codes = arena_alloc_raw(m->kept, count);
	memset(codes, OUTCOME_REST, count);
	add_rows(m, &s, (int)binder, rows, codes, count);
}

/* --- when they count ----------------------------------------------------- */

void result_keep(struct machine *m)
{
	for (size_t i = 0; i < m->counted.count; i++) {
		const struct counted *counted = &m->counted.items[i];

		tally_add(&m->tallies[counted->rule], &counted->tally);
	}
	m->counted.count = 0;
	m->emitted_done = m->emitted.count;
}

void result_drop(struct machine *m)
{
	m->counted.count = 0;
	m->emitted.count = m->emitted_done;
}

void result_flush(struct machine *m)
{
	for (size_t i = 0; i < m->emitted.count; i++) {
		const struct emitted *e = &m->emitted.items[i];

		outcomes_add_chunk(m->outcomes, e->rule, e->rest, e->count, &e->chunk);
	}
	m->emitted.count = m->emitted_done = 0;
}
