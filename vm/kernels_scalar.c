/* SPDX-License-Identifier: Apache-2.0 */
/* Words: entities, enum values, texts, bools that may be none. */
#include "vm/machine.h"
#include "vm/pack.h"

struct scalar_out scalar_new(struct machine *m, uint16_t dst)
{
	const struct frame *frame = machine_frame(m, dst);
	struct value *v = machine_value(m, dst);
	struct scalar_out out = {
		SCRATCH(m, uint32_t, frame->count),
		plane_new_zero(m, frame->count), plane_new_zero(m, frame->count)
	};

	memset(out.word, 0, frame->count * sizeof(*out.word));
	v->scalar = (struct scalar){ out.word, out.known, out.absent,
	    .uniform = false };
	v->ready = true;
	return out;
}

void kernel_scalar_known(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_as_is(m, in->a);
	struct truths out = truth_new(m, in->dst);
	const struct frame *frame = machine_frame(m, in->dst);

	for (size_t w = 0; w < frame->words; w++) {
		out.t[w] = a->known[w] | a->absent[w];
		out.f[w] = frame->all[w] & ~out.t[w];
	}
}

void kernel_scalar_absent(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_as_is(m, in->a);
	struct truths out = truth_new(m, in->dst);
	size_t size = machine_frame(m, in->dst)->words * sizeof(uint64_t);

	memcpy(out.t, a->absent, size);
	memcpy(out.f, a->known, size);
}

void kernel_scalar_assume(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_of(m, in->a), *b = scalar_of(m, in->b);
	const struct frame *frame = machine_frame(m, in->dst);
	struct scalar_out out = scalar_new(m, in->dst);

	for (uint32_t i = 0; i < frame->count; i++)
		out.word[i] = bit_get(a->known, i) ? a->word[i] : b->word[i];
	for (size_t w = 0; w < frame->words; w++) {
		uint64_t undecided = ~(a->known[w] | a->absent[w]);

		out.known[w] = a->known[w] | (b->known[w] & undecided);
		out.absent[w] = a->absent[w] | (b->absent[w] & undecided);
	}
}

/* --- equality ------------------------------------------------------------ */

static uint64_t equal_word(const uint32_t *a, const uint32_t *b, uint32_t count)
{
	uint8_t bytes[64] = { 0 };

	if (count == 64)
		for (int j = 0; j < 64; j++)
			bytes[j] = a[j] == b[j];
	else
		for (uint32_t j = 0; j < count; j++)
			bytes[j] = a[j] == b[j];
	return pack_word(bytes);
}

static uint64_t equal_constant(const uint32_t *a, uint32_t constant)
{
	uint8_t bytes[64];

	for (int j = 0; j < 64; j++)
		bytes[j] = a[j] == constant;
	return pack_word(bytes);
}

void kernel_scalar_equal(struct machine *m, const struct instruction *in)
{
	const struct frame *frame = machine_frame(m, in->dst);
	const struct scalar *a, *b;
	struct truths out;

	if (code_equal(m, in))
		return;
	a = scalar_of(m, in->a);
	b = scalar_of(m, in->b);
	out = truth_new(m, in->dst);
	for (size_t w = 0; w < frame->words; w++) {
		uint32_t left = frame->count - (uint32_t)w * 64;
		uint64_t both = a->known[w] & b->known[w], equal;

		if (b->uniform && left >= 64)
			equal = equal_constant(a->word + w * 64, b->word[0]);
		else
			equal = equal_word(a->word + w * 64, b->word + w * 64,
			    left < 64 ? left : 64);
		out.t[w] = (both & equal) | (a->absent[w] & b->absent[w]);
		out.f[w] = (both & ~equal) | (a->known[w] & b->absent[w]) |
		    (a->absent[w] & b->known[w]);
	}
}

/* --- truths and kinds ---------------------------------------------------- */

void kernel_scalar_to_truth(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_of(m, in->a);
	struct truths out = truth_new(m, in->dst);
	const struct frame *frame = machine_frame(m, in->dst);

	plane_zero(out.t, frame->count);
	for (uint32_t i = 0; i < frame->count; i++)
		if (a->word[i])
			bit_set(out.t, i);
	for (size_t w = 0; w < frame->words; w++) {
		out.t[w] &= a->known[w];
		out.f[w] = a->known[w] & ~out.t[w];
	}
}

void kernel_scalar_is_kind(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_of(m, in->a);
	const struct extent *extent = &m->graph->extents[in->imm];
	struct truths out = truth_new(m, in->dst);
	const struct frame *frame = machine_frame(m, in->dst);

	plane_zero(out.t, frame->count);
	for (uint32_t i = 0; i < frame->count; i++)
		if (a->word[i] - extent->first < extent->count)
			bit_set(out.t, i);
	for (size_t w = 0; w < frame->words; w++) {
		out.t[w] &= a->known[w];
		out.f[w] = (a->known[w] & ~out.t[w]) | a->absent[w];
	}
}

/* --- patterns ------------------------------------------------------------ */

static uint8_t *memo_at(struct machine *m, const struct pattern *pattern, symbol s)
{
	struct memo *memo = &m->memos[pattern - m->patterns];
	uint32_t page = s / MEMO_PAGE;

	if (page >= memo->page_count) {
		uint32_t count = symbols_count(m->graph->symbols) / MEMO_PAGE + 1;

		memo->pages = arena_grow(m->arena, memo->pages,
		    memo->page_count * sizeof(*memo->pages),
		    count * sizeof(*memo->pages));
		memo->page_count = count;
	}
	if (!memo->pages[page])
		memo->pages[page] = ARENA_ARRAY(m->arena, uint8_t, MEMO_PAGE);
	return &memo->pages[page][s % MEMO_PAGE];
}

static enum regex_answer match_text(struct machine *m, const struct pattern *pattern,
    struct str text)
{
	struct arena *region = scratch_arena(m->scratch);
	struct arena_mark mark = arena_here(region);
	bool like;

	if (pattern->is_regex)
		return pattern->regex ? regex_search(pattern->regex, text.at, text.length)
		    : REGEX_FAILED;
	like = scalar_like(region, text, pattern->text, pattern->caseless);
	arena_rollback(region, mark);
	return like ? REGEX_MATCH : REGEX_NO_MATCH;
}

enum regex_answer pattern_match(struct machine *m, const struct pattern *pattern, symbol s)
{
	uint8_t *memo = memo_at(m, pattern, s);

	if (*memo == 0)
		*memo = 1 + match_text(m, pattern, symbol_text(m->graph->symbols, s));
	return (enum regex_answer)(*memo - 1);
}

void kernel_scalar_match(struct machine *m, const struct instruction *in)
{
	const struct pattern *pattern = machine_pattern(m, in->imm);
	const struct frame *frame = machine_frame(m, in->dst);
	const struct scalar *a;
	struct truths out;

	if (code_match(m, in))
		return;
	a = scalar_of(m, in->a);
	out = truth_new(m, in->dst);
	plane_zero(out.t, frame->count);
	plane_zero(out.f, frame->count);
	for (size_t i = plane_next(a->known, frame->count, 0); i < frame->count;
	    i = plane_next(a->known, frame->count, i + 1)) {
		enum regex_answer answer = pattern_match(m, pattern, a->word[i]);

		if (answer == REGEX_MATCH)
			bit_set(out.t, i);
		else if (answer == REGEX_NO_MATCH)
			bit_set(out.f, i);
	}
}

/* --- relations of two texts ---------------------------------------------- */

bool scalar_relates(enum opcode op, struct str a, struct str b)
{
	if (op == OPCODE_LT_V)
		return scalar_compare_versions(a, b) < 0;
	if (op == OPCODE_LE_V)
		return scalar_compare_versions(a, b) <= 0;
	if (op == OPCODE_STARTS)
		return str_starts(a, b);
	if (op == OPCODE_ENDS)
		return str_ends(a, b);
	return scalar_in_net(a, b);
}

/* The last answers, by a few bits of the operands: columns repeat. */
struct recent {
	symbol a, b;
	bool answer;
};
#define RECENT 256

static bool relates_again(struct machine *m, struct recent *recent, enum opcode op,
    symbol a, symbol b)
{
	struct recent *r = &recent[(a * 31 + b) % RECENT];

	if (r->a != a || r->b != b)
		*r = (struct recent){ a, b, scalar_relates(op,
		    symbol_text(m->graph->symbols, a), symbol_text(m->graph->symbols, b)) };
	return r->answer;
}

void kernel_scalar_relate(struct machine *m, const struct instruction *in)
{
	const struct frame *frame = machine_frame(m, in->dst);
	struct recent recent[RECENT];
	const struct scalar *a, *b;
	struct truths out;

	if (code_relate(m, in))
		return;
	a = scalar_of(m, in->a);
	b = scalar_of(m, in->b);
	out = truth_new(m, in->dst);
	memset(recent, 0xff, sizeof(recent));
	plane_zero(out.t, frame->count);
	plane_zero(out.f, frame->count);
	for (uint32_t i = 0; i < frame->count; i++) {
		if (!bit_get(a->known, i) || !bit_get(b->known, i))
			continue;
		if (relates_again(m, recent, (enum opcode)in->op, a->word[i], b->word[i]))
			bit_set(out.t, i);
		else
			bit_set(out.f, i);
	}
}

/* --- making texts -------------------------------------------------------- */

/*
 * New texts go into the graph's symbols: equal texts must be equal words, and
 * a subject may be such a text.  Nothing of the graph's meaning changes.
 */
static symbol join(struct machine *m, symbol a, symbol b)
{
	struct arena *region = scratch_arena(m->scratch);
	struct arena_mark mark = arena_here(region);
	struct str x = symbol_text(m->graph->symbols, a);
	struct str y = symbol_text(m->graph->symbols, b);
	char *both = arena_alloc_raw(region, x.length + y.length);
	symbol joined;

	if (x.length)
		memcpy(both, x.at, x.length);
	if (y.length)
		memcpy(both + x.length, y.at, y.length);
	joined = symbol_of(m->graph->symbols,
	    (struct str){ both, x.length + y.length });
	arena_rollback(region, mark);
	return joined;
}

void kernel_scalar_concat(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_of(m, in->a), *b = scalar_of(m, in->b);
	const struct frame *frame = machine_frame(m, in->dst);
	struct scalar_out out = scalar_new(m, in->dst);

	for (uint32_t i = 0; i < frame->count; i++)
		if (bit_get(a->known, i) && bit_get(b->known, i))
			scalar_put(&out, i, join(m, a->word[i], b->word[i]));
}

static symbol text_of(struct machine *m, struct type type, int64_t cell)
{
	struct arena *region = scratch_arena(m->scratch);
	struct arena_mark mark = arena_here(region);
	symbol text = symbol_of(m->graph->symbols,
	    graph_cell_text(m->graph, region, type, cell));

	arena_rollback(region, mark);
	return text;
}

void kernel_scalar_text(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_of(m, in->a);
	const struct frame *frame = machine_frame(m, in->dst);
	struct type type = machine_register(m, in->a)->of;
	struct scalar_out out = scalar_new(m, in->dst);

	for (uint32_t i = 0; i < frame->count; i++)
		if (bit_get(a->known, i))
			scalar_put(&out, i, text_of(m, type, a->word[i]));
}

void kernel_number_text(struct machine *m, const struct instruction *in)
{
	const struct numbers *a = numbers_of(m, in->a);
	const struct frame *frame = machine_frame(m, in->dst);
	struct type type = machine_register(m, in->a)->of;
	struct scalar_out out = scalar_new(m, in->dst);

	for (uint32_t i = 0; i < frame->count; i++)
		if (bit_get(a->known, i) && a->low[i] == a->high[i])
			scalar_put(&out, i, text_of(m, type, a->low[i]));
}

void kernel_scalar_fold(struct machine *m, const struct instruction *in)
{
	const struct scalar *a = scalar_of(m, in->a);
	const struct frame *frame = machine_frame(m, in->dst);
	struct scalar_out out = scalar_new(m, in->dst);

	for (uint32_t i = 0; i < frame->count; i++)
		if (bit_get(a->known, i))
			scalar_put(&out, i, symbol_fold(m->graph->symbols, a->word[i]));
}
