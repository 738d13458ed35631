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

/* --- verdicts ------------------------------------------------------------------- */

/* The rows of one verdict and reason, of 64. */
static uint64_t verdict_rows(enum verdict verdict, enum verdict_reason reason,
    const uint64_t w[2], const uint64_t r[2], uint64_t excepted_false, uint64_t all)
{
	uint64_t maybe = all & ~w[0] & ~w[1];

	if (verdict == VERDICT_FAIL)
		return w[0] & r[1];
	if (verdict == VERDICT_PASS)
		return all & ~w[1] & r[0];
	if (verdict == VERDICT_NOT_APPLICABLE)
		return reason == REASON_EXCEPTION ? w[1] & ~excepted_false
		    : w[1] & excepted_false;
	return reason == REASON_REQUIRE ? w[0] & ~r[0] & ~r[1] : maybe & ~r[0];
}

struct emission {
	struct machine *m;
	const struct frame *frame;
	struct truths w, r, w0;
	struct subjects subjects;
};

/* Reports and counts the rows of one verdict and reason. */
static uint64_t emit_verdict(const struct emission *e, enum verdict verdict,
    enum verdict_reason reason)
{
	bool wanted = e->m->sink && (e->m->sink->wanted >> verdict & 1);
	uint64_t count = 0;

	for (size_t i = 0; i < e->frame->words; i++) {
		uint64_t w[2] = { e->w.t[i], e->w.f[i] }, r[2] = { e->r.t[i], e->r.f[i] };
		uint64_t rows = verdict_rows(verdict, reason, w, r, e->w0.f[i],
		    e->frame->all[i]);

		count += (uint64_t)__builtin_popcountll(rows);
		for (; wanted && rows; rows &= rows - 1)
			add_outcome(e->m, &e->subjects,
			    (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(rows),
			    verdict, reason, -1);
	}
	return count;
}

void result_emit(struct machine *m, const struct instruction *in)
{
	struct frame *frame = machine_frame(m, in->a);
	const struct program_rule *rule = &m->program->rules.items[in->imm];
	struct emission e = { m, frame, truth_of(m, in->a), truth_of(m, in->b),
	    truth_of(m, in->c), subjects_of(m, in->imm, rule->binders, frame) };
	struct tally t = { 0 };

	t.verdicts[VERDICT_FAIL] = emit_verdict(&e, VERDICT_FAIL, REASON_NONE);
	t.verdicts[VERDICT_PASS] = emit_verdict(&e, VERDICT_PASS, REASON_NONE);
	t.verdicts[VERDICT_UNKNOWN] = emit_verdict(&e, VERDICT_UNKNOWN, REASON_REQUIRE) +
	    emit_verdict(&e, VERDICT_UNKNOWN, REASON_WHEN);
	t.exceptions = emit_verdict(&e, VERDICT_NOT_APPLICABLE, REASON_EXCEPTION);
	t.verdicts[VERDICT_NOT_APPLICABLE] = t.exceptions +
	    emit_verdict(&e, VERDICT_NOT_APPLICABLE, REASON_NONE);
	*count_for(m, in->imm) = t;
}

/* --- rest subjects ---------------------------------------------------------------- */

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

/* --- when they count ---------------------------------------------------------------- */

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
