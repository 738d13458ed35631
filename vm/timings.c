/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/timings.h"

#include <stdlib.h>

#include "vm/bits.h"
#include "vm/verify.h"

struct timings {
	const struct program *p;
	struct arena *arena;
	const struct run_timing *of;
	size_t rules, words;
	uint64_t *needed;		/* per instruction: a bit for each rule that needs it */
	uint64_t *store_needed;		/* per store */
	uint32_t *users;		/* per instruction */
	uint64_t total;
};

static uint64_t *row(const struct timings *t, uint64_t *plane, size_t at)
{
	return plane + at * t->words;
}

static bool add_needs(const struct timings *t, uint64_t *to, const uint64_t *from)
{
	bool news = false;

	for (size_t w = 0; w < t->words; w++) {
		news |= (from[w] & ~to[w]) != 0;
		to[w] |= from[w];
	}
	return news;
}

/* The instruction of a unit that writes a register or opens a frame, by number. */
struct writers { uint32_t *of_register, *of_frame; };

#define NOBODY UINT32_MAX

static struct writers writers_of(const struct timings *t, const struct program_unit *u)
{
	struct writers w = {
		ARENA_ARRAY(t->arena, uint32_t, u->register_count + (size_t)1),
		ARENA_ARRAY(t->arena, uint32_t, t->p->frames.count + 1) };

	memset(w.of_frame, 0xff, t->p->frames.count * sizeof(*w.of_frame));
	for (uint32_t at = u->first; at < u->first + u->count; at++) {
		const struct instruction *in = &t->p->code.items[at];

		if (in->dst != OPERAND_NONE)
			w.of_register[in->dst] = at;
		else if (opcode_info((enum opcode)in->op)->imm == IMM_FRAME)
			w.of_frame[in->imm] = at;
	}
	return w;
}

static void need_register(const struct timings *t, const struct program_unit *u,
    const struct writers *w, uint16_t operand, const uint64_t *needs)
{
	const struct program_register *r;

	if (OPERAND_REGISTER(operand) == OPERAND_NONE)
		return;
	r = program_operand(t->p, u, operand);
	add_needs(t, row(t, t->needed, w->of_register[OPERAND_REGISTER(operand)]), needs);
	/* Nobody opens a root. */
	for (uint16_t f = r->frame; w->of_frame[f] != NOBODY;
	    f = t->p->frames.items[f].parent)
		add_needs(t, row(t, t->needed, w->of_frame[f]), needs);
}

/* What a path walks along is needed with it. */
static bool need_path(const struct timings *t, uint32_t number, const uint64_t *needs)
{
	const struct program_path *path = &t->p->paths.items[number];
	bool news = false;

	for (uint32_t i = 0; i < path->step_count; i++) {
		const struct program_step *s = &t->p->steps.items[path->first_step + i];

		if (s->kind != STEP_LINK)
			news |= add_needs(t, row(t, t->store_needed, s->index), needs);
	}
	return news;
}

/* Operands stand before who uses them, so one pass backward does; true when a
 * store turned out to be needed by more. */
static bool need_unit(const struct timings *t, const struct program_unit *u)
{
	struct arena_mark mark = arena_here(t->arena);
	struct writers w = writers_of(t, u);
	bool news = false;

	for (uint32_t at = u->first + u->count; at-- > u->first;) {
		const struct instruction *in = &t->p->code.items[at];
		enum imm_kind imm = opcode_info((enum opcode)in->op)->imm;
		uint64_t *needs = row(t, t->needed, at);

		if (imm == IMM_RULE)
			bit_set(needs, in->imm);
		else if (imm == IMM_BINDER)
			bit_set(needs, in->imm / SUBJECT_BINDERS);
		else if (in->op == OPCODE_STORE)
			add_needs(t, needs, row(t, t->store_needed, in->imm));
		else if (imm == IMM_STORE)
			news |= add_needs(t, row(t, t->store_needed, in->imm), needs);
		else if (imm == IMM_PATH)
			news |= need_path(t, in->imm, needs);
		need_register(t, u, &w, in->a, needs);
		need_register(t, u, &w, in->b, needs);
		need_register(t, u, &w, in->c, needs);
		if (in->dst != OPERAND_NONE)
			need_register(t, u, &w, in->dst, needs);
	}
	arena_rollback(t->arena, mark);
	return news;
}

static void find_needs(struct timings *t)
{
	bool news = true;

	while (news) {
		news = false;
		for (size_t u = t->p->units.count; u-- > 0;)
			news |= need_unit(t, &t->p->units.items[u]);
	}
	for (size_t at = 0; at < t->p->code.count; at++) {
		t->total += t->of[at].nanoseconds;
		for (size_t r = 0; r < t->rules; r++)
			t->users[at] += bit_get(row(t, t->needed, at), r);
	}
}

/* --- printing ------------------------------------------------------------- */

struct priced { uint64_t price, shared; size_t at; };

static int compare_priced(const void *a, const void *b)
{
	const struct priced *x = a, *y = b;

	if (x->price != y->price)
		return x->price > y->price ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static void print_price(const struct timings *t, struct text *out, uint64_t price)
{
	uint64_t permille = t->total ? (price * 1000 + t->total / 2) / t->total : 0;

	text_printf(out, "%6llu.%03llu %4llu.%llu %%",
	    (unsigned long long)(price / 1000000),
	    (unsigned long long)(price / 1000 % 1000), (unsigned long long)(permille / 10),
	    (unsigned long long)(permille % 10));
}

static void print_rules(const struct timings *t, struct text *out)
{
	struct priced *list = ARENA_ARRAY(t->arena, struct priced, t->rules);

	for (size_t r = 0; r < t->rules; r++)
		list[r].at = r;
	for (size_t at = 0; at < t->p->code.count; at++)
		for (size_t r = 0; r < t->rules; r++) {
			uint64_t part;

			if (!bit_get(row(t, t->needed, at), r))
				continue;
			part = t->of[at].nanoseconds / t->users[at];
			list[r].price += part;
			list[r].shared += t->users[at] > 1 ? part : 0;
		}
	if (t->rules)
		qsort(list, t->rules, sizeof(*list), compare_priced);
	text_add(out, STR("        ms   share  of it shared  rule\n"));
	for (size_t r = 0; r < t->rules; r++) {
		print_price(t, out, list[r].price);
		text_printf(out, "  %10llu %%  ", (unsigned long long)(list[r].price ?
		    list[r].shared * 100 / list[r].price : 0));
		text_add_visible(out, t->p->texts.items[t->p->rules.items[list[r].at].id]);
		text_add_char(out, '\n');
	}
}

static void print_instructions(const struct timings *t, struct sources *sources,
    struct text *out)
{
	struct priced *list = ARENA_ARRAY(t->arena, struct priced, t->p->code.count);

	for (size_t at = 0; at < t->p->code.count; at++)
		list[at] = (struct priced){ .price = t->of[at].nanoseconds, .at = at };
	if (t->p->code.count)
		qsort(list, t->p->code.count, sizeof(*list), compare_priced);
	text_add(out, STR("\n        ms   share        rows  rules  instruction\n"));
	for (size_t i = 0; i < t->p->code.count; i++) {
		print_price(t, out, list[i].price);
		text_printf(out, "  %10llu  %5u  ",
		    (unsigned long long)t->of[list[i].at].rows, t->users[list[i].at]);
		program_list_instruction(t->p, sources, list[i].at, out);
	}
}

void timings_print(const struct program *program, struct sources *sources,
    const struct run_timing *of, struct text *out)
{
	struct timings t = { .p = program, .of = of, .arena = arena_new_in(out->arena),
		.rules = program->rules.count, .words = BITS_WORDS(program->rules.count) };
	size_t shared = 0;

	t.needed = ARENA_ARRAY(t.arena, uint64_t, t.words * program->code.count);
	t.store_needed = ARENA_ARRAY(t.arena, uint64_t, t.words * program->stores.count);
	t.users = ARENA_ARRAY(t.arena, uint32_t, program->code.count);
	find_needs(&t);
	for (size_t at = 0; at < program->code.count; at++)
		shared += t.users[at] > 1;
	text_printf(out, "timings: %llu.%03llu ms in %zu instructions, "
	    "%zu of them for several rules\n\n", (unsigned long long)(t.total / 1000000),
	    (unsigned long long)(t.total / 1000 % 1000), program->code.count, shared);
	print_rules(&t, out);
	print_instructions(&t, sources, out);
	arena_free(t.arena);
}
