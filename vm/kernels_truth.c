/* SPDX-License-Identifier: Apache-2.0 */
/* Strong Kleene logic on planes: 64 rows at a time. */
#include "vm/machine.h"

uint64_t *plane_new(struct machine *m, size_t rows)
{
	return SCRATCH(m, uint64_t, BITS_WORDS(rows));
}

uint64_t *plane_new_zero(struct machine *m, size_t rows)
{
	uint64_t *plane = plane_new(m, rows);

	plane_zero(plane, rows);
	return plane;
}

/* A truth that died gives its planes to the next one of its frame, so that
 * the planes at work stay few and near. */
struct truths truth_new(struct machine *m, uint16_t dst)
{
	struct frame *frame = machine_frame(m, dst);
	struct value *v = machine_value(m, dst);
	uint64_t **side[2] = { &v->truth.t, &v->truth.f };

	for (int i = 0; i < 2; i++) {
		*side[i] = frame->free_planes;
		if (frame->free_planes)
			memcpy(&frame->free_planes, *side[i], sizeof(frame->free_planes));
		else
			*side[i] = SCRATCH(m, uint64_t, frame->words + 1);
	}
	v->lent = false;
	v->ready = true;
	return v->truth;
}

static void plane_free(struct frame *frame, uint64_t *plane)
{
	memcpy(plane, &frame->free_planes, sizeof(frame->free_planes));
	frame->free_planes = plane;
}

void truth_die(struct machine *m, uint16_t operand)
{
	struct value *v = machine_value(m, operand);

	if (!v->lent && v->ready) {
		plane_free(machine_frame(m, operand), v->truth.t);
		plane_free(machine_frame(m, operand), v->truth.f);
	}
	v->ready = false;
}

void kernel_truth_and(struct machine *m, const struct instruction *in)
{
	struct truths a = truth_of(m, in->a), b = truth_of(m, in->b);
	struct truths out = truth_new(m, in->dst);
	const struct frame *frame = machine_frame(m, in->dst);

	m->code_kernels->both(frame->words, out.t, out.f, (struct truth_planes){ a.t, a.f },
	    (struct truth_planes){ b.t, b.f });
	if (fault_is(FAULT_AND_UNKNOWN))
		for (size_t w = 0; w < frame->words; w++)
			out.f[w] = frame->all[w] & ~out.t[w];
}

void kernel_truth_or(struct machine *m, const struct instruction *in)
{
	uint16_t ignored = fault_is(FAULT_OR_NEGATED) ? OPERAND_NEGATE : 0;
	struct truths a = truth_of(m, in->a & (uint16_t)~ignored), b = truth_of(m, in->b);
	struct truths out = truth_new(m, in->dst);
	size_t words = machine_frame(m, in->dst)->words;

	m->code_kernels->both(words, out.f, out.t, (struct truth_planes){ a.f, a.t },
	    (struct truth_planes){ b.f, b.t });
}

void kernel_truth_copy(struct machine *m, const struct instruction *in)
{
	struct truths a = truth_of(m, in->a), out = truth_new(m, in->dst);
	size_t size = machine_frame(m, in->dst)->words * sizeof(uint64_t);

	memcpy(out.t, a.t, size);
	memcpy(out.f, a.f, size);
}

void kernel_truth_known(struct machine *m, const struct instruction *in)
{
	struct truths a = truth_of(m, in->a), out = truth_new(m, in->dst);
	const struct frame *frame = machine_frame(m, in->dst);

	for (size_t w = 0; w < frame->words; w++) {
		out.t[w] = a.t[w] | (fault_is(FAULT_KNOWN_FALSE) ? 0 : a.f[w]);
		out.f[w] = frame->all[w] & ~out.t[w];
	}
}

void kernel_truth_assume(struct machine *m, const struct instruction *in)
{
	struct truths a = truth_of(m, in->a), b = truth_of(m, in->b);
	struct truths out = truth_new(m, in->dst);
	size_t words = machine_frame(m, in->dst)->words;

	for (size_t w = 0; w < words; w++) {
		uint64_t undecided = ~(a.t[w] | (fault_is(FAULT_ASSUME_FALSE) ? 0 : a.f[w]));

		out.t[w] = a.t[w] | (b.t[w] & undecided);
		out.f[w] = (a.f[w] & ~undecided) | (b.f[w] & undecided);
	}
}

void kernel_truth_equal(struct machine *m, const struct instruction *in)
{
	struct truths a = truth_of(m, in->a), b = truth_of(m, in->b);
	struct truths out = truth_new(m, in->dst);
	size_t words = machine_frame(m, in->dst)->words;

	for (size_t w = 0; w < words; w++) {
		out.t[w] = (a.t[w] & b.t[w]) | (a.f[w] & b.f[w]);
		out.f[w] = (a.t[w] & b.f[w]) | (a.f[w] & b.t[w]);
	}
}

void kernel_truth_to_scalar(struct machine *m, const struct instruction *in)
{
	struct truths a = truth_of(m, in->a);
	struct scalar_out out = scalar_new(m, in->dst);
	const struct frame *frame = machine_frame(m, in->dst);

	for (uint32_t i = 0; i < frame->count; i++)
		out.word[i] = bit_get(a.t, i);
	for (size_t w = 0; w < frame->words; w++)
		out.known[w] = a.t[w] | a.f[w];
}
