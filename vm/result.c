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
		s.binder[i].rows = own == frame ? NULL : frame_rows_above(m, frame, own);
	}
	return s;
}

static void add_outcome(struct machine *m, const struct subjects *s, uint32_t row,
    enum verdict verdict, enum verdict_reason reason, int rest)
{
	*VEC_PUSH(m->arena, &m->outcomes) = (struct pending){
		s->rule, (uint8_t)verdict, (uint8_t)reason, s->count, (int8_t)rest
	};
	for (unsigned i = 0; i < s->count; i++) {
		const struct subject *b = &s->binder[i];
		uint32_t at = b->rows ? b->rows[row] : row;

		*VEC_PUSH(m->arena, &m->outcome_cells) = b->is_number ?
		    b->value->numbers.low[at] : b->value->scalar.word[at];
	}
}

/* --- verdicts ------------------------------------------------------------ */

/* An EMIT on its frame. */
struct emission {
	struct machine *m;
	const struct frame *frame;
	struct truths w, r, w0;
	struct subjects subjects;
};

static bool is_wanted(const struct machine *m, enum verdict verdict)
{
	return m->sink && (m->sink->wanted >> verdict & 1);
}

/* Reports the rows of PLANE; answers how many there are. */
static uint64_t emit_rows(const struct emission *e, const uint64_t *plane,
    enum verdict verdict, enum verdict_reason reason)
{
	uint32_t n = e->frame->count;

	if (is_wanted(e->m, verdict))
		for (size_t i = plane_next(plane, n, 0); i < n; i = plane_next(plane, n, i + 1))
			add_outcome(e->m, &e->subjects, (uint32_t)i, verdict, reason, -1);
	return plane_count(plane, n);
}

/* Fills PLANE from W and R (and W0), word by word. */
#define ROWS(expression) \
	for (size_t i = 0; i < e->frame->words; i++) { \
		uint64_t wt = e->w.t[i], wf = e->w.f[i], rt = e->r.t[i], rf = e->r.f[i]; \
		uint64_t all = e->frame->all[i], except = wf & ~e->w0.f[i]; \
		\
		(void)wt, (void)wf, (void)rt, (void)rf, (void)all, (void)except; \
		plane[i] = (expression); \
	}

static void emit_decided(const struct emission *e, uint64_t *plane, struct tally *t)
{
	ROWS(wt & rf);
	t->verdicts[VERDICT_FAIL] = emit_rows(e, plane, VERDICT_FAIL, REASON_NONE);
	ROWS(rt & ~wf);
	t->verdicts[VERDICT_PASS] = emit_rows(e, plane, VERDICT_PASS, REASON_NONE);
	ROWS(except);
	t->exceptions = emit_rows(e, plane, VERDICT_NOT_APPLICABLE, REASON_EXCEPTION);
	ROWS(wf & ~except);
	t->verdicts[VERDICT_NOT_APPLICABLE] = t->exceptions +
	    emit_rows(e, plane, VERDICT_NOT_APPLICABLE, REASON_NONE);
}

/* What is left. */
static void emit_unknown(const struct emission *e, uint64_t *plane, struct tally *t)
{
	t->verdicts[VERDICT_UNKNOWN] = e->frame->count - t->verdicts[VERDICT_FAIL] -
	    t->verdicts[VERDICT_PASS] - t->verdicts[VERDICT_NOT_APPLICABLE];
	if (!is_wanted(e->m, VERDICT_UNKNOWN) || t->verdicts[VERDICT_UNKNOWN] == 0)
		return;
	ROWS(wt & ~rt & ~rf);
	emit_rows(e, plane, VERDICT_UNKNOWN, REASON_REQUIRE);
	ROWS(all & ~wt & ~wf & ~rt);
	emit_rows(e, plane, VERDICT_UNKNOWN, REASON_WHEN);
}

void result_emit(struct machine *m, const struct instruction *in)
{
	struct frame *frame = machine_frame(m, in->a);
	const struct program_rule *rule = &m->program->rules.items[in->imm];
	struct emission e = { m, frame, truth_of(m, in->a), truth_of(m, in->b),
	    truth_of(m, in->c), subjects_of(m, in->imm, rule->binders, frame) };
	uint64_t *plane = plane_new(m, frame->count);
	struct tally t = { 0 };

	emit_decided(&e, plane, &t);
	emit_unknown(&e, plane, &t);
	*count_for(m, in->imm) = t;
}

/* --- rest subjects ------------------------------------------------------- */

void result_rest(struct machine *m, const struct instruction *in)
{
	struct frame *frame = machine_frame(m, in->a);
	struct truths a = truth_of(m, in->a);
	const struct sets *b = sets_of(m, in->b);
	unsigned binder = in->imm % SUBJECT_BINDERS;
	struct subjects s = subjects_of(m, in->imm / SUBJECT_BINDERS, binder, frame);
	bool wanted = m->sink && (m->sink->wanted >> VERDICT_UNKNOWN & 1);
	uint64_t count = 0;

	if (fault_is(FAULT_REST_DROPPED))
		return;
	for (uint32_t i = 0; i < frame->count; i++) {
		if (bit_get(a.f, i) || !sets_rest(b, i))
			continue;
		count++;
		if (wanted)
			add_outcome(m, &s, i, VERDICT_UNKNOWN, REASON_REST, (int)binder);
	}
	count_for(m, s.rule)->verdicts[VERDICT_UNKNOWN] = count;
}

/* --- when they count ----------------------------------------------------- */

void result_keep(struct machine *m)
{
	for (size_t i = 0; i < m->counted.count; i++) {
		struct tally *to = &m->tallies[m->counted.items[i].rule];
		const struct tally *from = &m->counted.items[i].tally;

		for (int v = 0; v < VERDICT_COUNT; v++)
			to->verdicts[v] += from->verdicts[v];
		to->exceptions += from->exceptions;
	}
	m->counted.count = 0;
	m->outcomes_done = m->outcomes.count;
	m->cells_done = m->outcome_cells.count;
}

void result_drop(struct machine *m)
{
	m->counted.count = 0;
	m->outcomes.count = m->outcomes_done;
	m->outcome_cells.count = m->cells_done;
}

void result_flush(struct machine *m)
{
	const int64_t *cells = m->outcome_cells.items;

	for (size_t i = 0; i < m->outcomes.count; i++) {
		const struct pending *p = &m->outcomes.items[i];
		struct outcome outcome = { p->rule, p->verdict, p->reason, p->count,
		    p->rest, { 0 } };

		if (p->count)
			memcpy(outcome.cells, cells, p->count * sizeof(*cells));
		cells += p->count;
		if (!m->tallies[p->rule].failed)
			m->sink->take(m->sink->context, &outcome);
	}
	m->outcomes.count = m->outcome_cells.count = 0;
	m->outcomes_done = m->cells_done = 0;
}
