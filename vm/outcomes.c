/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule has a stream of chunks for its subjects, and one for the rest
 * subjects of each binder.  Each is in the order of subjects, so that reading
 * them is a merge of few heads.  Whether a stream really is in order is looked
 * at while it grows; the outcomes of a rule with one that is not, or with
 * texts, are sorted when they are asked for.
 */
#include "vm/outcomes.h"

#include <assert.h>
#include <stdlib.h>

#include "vm/bits.h"
#include "vm/plane.h"

#define STREAMS (1 + SUBJECT_BINDERS)

struct stream {
	VEC(struct outcome_chunk) chunks;
	uint8_t cells;			/* a subject */
	uint64_t count;
	struct outcome last;
	/* The chunk that outcomes_add fills. */
	VEC(uint8_t) codes;
	VEC(int64_t) loose;
};

struct kept {
	struct stream streams[STREAMS];	/* [0], and [1 + binder] of rest subjects */
	unsigned texts;
	bool mixed;			/* some stream is not in order */
};

struct outcomes {
	struct arena *arena;
	unsigned wanted;
	const struct symbols *symbols;
	size_t rule_count;
	struct kept **rules;		/* NULL: nothing */
};

static const struct { uint8_t verdict, reason; } meanings[] = {
	[OUTCOME_NOTHING] = { VERDICT_UNSET, REASON_NONE },
	[OUTCOME_FAIL] = { VERDICT_FAIL, REASON_NONE },
	[OUTCOME_PASS] = { VERDICT_PASS, REASON_NONE },
	[OUTCOME_REQUIRE] = { VERDICT_UNKNOWN, REASON_REQUIRE },
	[OUTCOME_WHEN] = { VERDICT_UNKNOWN, REASON_WHEN },
	[OUTCOME_NOT_APPLICABLE] = { VERDICT_NOT_APPLICABLE, REASON_NONE },
	[OUTCOME_EXCEPTION] = { VERDICT_NOT_APPLICABLE, REASON_EXCEPTION },
	[OUTCOME_REST] = { VERDICT_UNKNOWN, REASON_REST },
};

struct outcomes *outcomes_new(struct arena *arena, size_t rules, unsigned wanted,
    const struct symbols *symbols)
{
	struct outcomes *outcomes = ARENA_NEW(arena, struct outcomes);

	*outcomes = (struct outcomes){ arena, wanted, symbols, rules,
	    ARENA_ARRAY(arena, struct kept *, rules) };
	return outcomes;
}

unsigned outcomes_wanted(const struct outcomes *outcomes)
{
	return outcomes->wanted;
}

struct arena *outcomes_arena(const struct outcomes *outcomes)
{
	return outcomes->arena;
}

static struct kept *kept_of(struct outcomes *outcomes, uint32_t rule)
{
	assert(rule < outcomes->rule_count);
	if (!outcomes->rules[rule])
		outcomes->rules[rule] = ARENA_NEW(outcomes->arena, struct kept);
	return outcomes->rules[rule];
}

void outcomes_order_texts(struct outcomes *outcomes, uint32_t rule, unsigned binders)
{
	if (binders)
		kept_of(outcomes, rule)->texts = binders;
}

/* --- keeping -------------------------------------------------------------- */

static enum outcome_code code_of(const struct outcome *outcome)
{
	for (unsigned c = OUTCOME_FAIL; c <= OUTCOME_REST; c++)
		if (meanings[c].verdict == outcome->verdict &&
		    meanings[c].reason == outcome->reason)
			return (enum outcome_code)c;
	return OUTCOME_NOTHING;
}

static unsigned code_at(const struct outcome_chunk *chunk, uint32_t row)
{
	unsigned code = 0;

	if (chunk->width)
		return chunk->codes[row];
	for (int b = 0; b < OUTCOME_BITS; b++)
		code |= (unsigned)bit_get(chunk->bits[b], row) << b;
	return code;
}

static void read_cells(const struct outcome_chunk *chunk, unsigned count, uint32_t row,
    int64_t *cells)
{
	size_t at = (size_t)row * count;

	for (unsigned i = 0; i < count; i++)
		cells[i] = chunk->width == 8 ? ((const int64_t *)chunk->cells)[at + i]
		    : chunk->width == 4 ? ((const uint32_t *)chunk->cells)[at + i]
		    : chunk->first + row;
}

/* Is the subject CELLS behind the last one of the stream?  Then it is that. */
static bool follows(struct stream *s, const int64_t *cells)
{
	bool after = s->count == 0;

	for (unsigned i = 0; i < s->cells && !after; i++) {
		if (cells[i] == s->last.cells[i])
			continue;
		if (cells[i] < s->last.cells[i])
			break;
		after = true;
	}
	memcpy(s->last.cells, cells, s->cells * sizeof(*cells));
	return after;
}

static void note_order(struct kept *kept, struct stream *s,
    const struct outcome_chunk *chunk)
{
	int64_t cells[SUBJECT_BINDERS] = { 0 };

	/* Of a series the first and the last say it all. */
	for (uint32_t i = 0; i < chunk->count && !kept->mixed;
	    i += chunk->width || i + 2 >= chunk->count ? 1 : chunk->count - 1) {
		read_cells(chunk, s->cells, i, cells);
		kept->mixed = !follows(s, cells);
		s->count++;
	}
}

static uint64_t count_of(const struct outcome_chunk *chunk)
{
	uint64_t count = 0;

	if (chunk->width)
		return chunk->count;
	for (size_t w = 0; w < BITS_WORDS(chunk->count); w++)
		count += plane_bits(chunk->bits[0][w] | chunk->bits[1][w] |
		    chunk->bits[2][w]);
	return count;
}

void outcomes_add_chunk(struct outcomes *outcomes, uint32_t rule, int rest,
    unsigned count, const struct outcome_chunk *chunk)
{
	struct kept *kept = kept_of(outcomes, rule);
	struct stream *s = &kept->streams[1 + rest];
	uint64_t before = s->count;

	s->cells = (uint8_t)count;
	if (count > 0)
		note_order(kept, s, chunk);
	s->count = before + count_of(chunk);
	*VEC_PUSH(outcomes->arena, &s->chunks) = *chunk;
}

void outcomes_add(struct outcomes *outcomes, const struct outcome *outcome)
{
	struct kept *kept = kept_of(outcomes, outcome->rule);
	struct stream *s = &kept->streams[1 + outcome->rest];

	if (s->chunks.count == 0)
		*VEC_PUSH(outcomes->arena, &s->chunks) =
		    (struct outcome_chunk){ .width = 8 };
	s->cells = outcome->count;
	if (!kept->mixed)
		kept->mixed = !follows(s, outcome->cells);
	for (int i = 0; i < outcome->count; i++)
		*VEC_PUSH(outcomes->arena, &s->loose) = outcome->cells[i];
	*VEC_PUSH(outcomes->arena, &s->codes) = (uint8_t)code_of(outcome);
	s->count++;
	s->chunks.items[0].count++;
	s->chunks.items[0].codes = s->codes.items;
	s->chunks.items[0].cells = s->loose.items;
}

void outcomes_forget(struct outcomes *outcomes, uint32_t rule)
{
	outcomes->rules[rule] = NULL;
}

const struct outcome_chunk *outcomes_chunks(const struct outcomes *outcomes, uint32_t rule,
    int rest, size_t *count)
{
	const struct kept *kept = outcomes->rules[rule];

	*count = kept ? kept->streams[1 + rest].chunks.count : 0;
	return kept ? kept->streams[1 + rest].chunks.items : NULL;
}

enum verdict outcome_code_verdict(enum outcome_code code)
{
	return meanings[code].verdict;
}

void outcome_set_code(struct outcome *outcome, enum outcome_code code)
{
	outcome->verdict = meanings[code].verdict;
	outcome->reason = meanings[code].reason;
}

/* --- a stream in order ---------------------------------------------------- */

/* The next row from ROW on that has a code at all. */
static uint32_t next_row(const struct outcome_chunk *chunk, uint32_t row)
{
	if (chunk->width)
		return row;
	for (size_t w = row / 64; w < BITS_WORDS(chunk->count); w++) {
		uint64_t word = chunk->bits[0][w] | chunk->bits[1][w] | chunk->bits[2][w];

		if (w == row / 64)
			word &= ~UINT64_C(0) << row % 64;
		if (word)
			return (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(word);
	}
	return chunk->count;
}

/* Makes the head of a stream ready, or says that it is over. */
static void advance(const struct outcome_cursor *cursor, const struct stream *s, int rest,
    struct outcome_place *place)
{
	while (!place->ready && !place->over) {
		const struct outcome_chunk *chunk = &s->chunks.items[place->chunk];
		unsigned code;

		place->over = place->chunk >= s->chunks.count;
		if (place->over)
			break;
		place->row = next_row(chunk, place->row);
		if (place->row >= chunk->count) {
			place->chunk++;
			place->row = 0;
			continue;
		}
		code = code_at(chunk, place->row);
		if (cursor->wanted >> meanings[code].verdict & 1) {
			place->next = (struct outcome){ cursor->rule, meanings[code].verdict,
			    meanings[code].reason, s->cells, (int8_t)rest, { 0 } };
			read_cells(chunk, s->cells, place->row, place->next.cells);
			place->ready = true;
		}
		place->row++;
	}
}

static bool merge_next(struct outcome_cursor *cursor, struct outcome *outcome)
{
	const struct kept *kept = cursor->outcomes->rules[cursor->rule];
	struct outcome_place *least = NULL;

	for (int i = 0; i < STREAMS; i++) {
		struct outcome_place *place = &cursor->places[i];

		advance(cursor, &kept->streams[i], i - 1, place);
		if (place->ready &&
		    (!least || outcome_compare(&place->next, &least->next) < 0))
			least = place;
	}
	if (!least)
		return false;
	*outcome = least->next;
	least->ready = false;
	return true;
}

/* --- sorted ---------------------------------------------------------------- */

struct sortable {
	struct outcome outcome;
	const struct outcomes *of;
};

static int compare_cells(const struct sortable *x, const struct sortable *y, int i)
{
	int64_t a = x->outcome.cells[i], b = y->outcome.cells[i];
	unsigned texts = x->of->rules[x->outcome.rule]->texts;

	if (a == b)
		return 0;
	if (texts >> i & 1)
		return str_compare(symbol_text(x->of->symbols, (symbol)a),
		    symbol_text(x->of->symbols, (symbol)b));
	return a < b ? -1 : 1;
}

/* As outcome_compare, but for texts. */
static int compare(const void *a, const void *b)
{
	const struct sortable *x = a, *y = b;
	int order = 0;

	for (int i = 0; i < x->outcome.count && i < y->outcome.count && !order; i++)
		order = compare_cells(x, y, i);
	return order ? order : (x->outcome.count > y->outcome.count) -
	    (x->outcome.count < y->outcome.count);
}

static uint64_t count_all(const struct kept *kept)
{
	uint64_t count = 0;

	for (int i = 0; i < STREAMS; i++)
		count += kept->streams[i].count;
	return count;
}

static void sort(struct outcome_cursor *cursor, struct arena *scratch)
{
	uint64_t most = count_all(cursor->outcomes->rules[cursor->rule]);
	struct sortable *all = ARENA_ARRAY(scratch, struct sortable, most);
	struct outcome *sorted = ARENA_ARRAY(scratch, struct outcome, most);
	size_t count = 0;

	while (merge_next(cursor, &all[count].outcome))
		all[count++].of = cursor->outcomes;
	if (count)
		qsort(all, count, sizeof(*all), compare);
	for (size_t i = 0; i < count; i++)
		sorted[i] = all[i].outcome;
	cursor->sorted = sorted;
	cursor->sorted_count = count;
}

void outcomes_start(const struct outcomes *outcomes, uint32_t rule, unsigned wanted,
    struct arena *scratch, struct outcome_cursor *cursor)
{
	const struct kept *kept = outcomes->rules[rule];

	*cursor = (struct outcome_cursor){ .outcomes = outcomes, .rule = rule,
		.wanted = wanted };
	for (int i = 0; i < STREAMS; i++)
		cursor->places[i].over = !kept || kept->streams[i].count == 0;
	if (kept && (kept->mixed || kept->texts))
		sort(cursor, scratch);
}

bool outcomes_next(struct outcome_cursor *cursor, struct outcome *outcome)
{
	if (!cursor->sorted)
		return cursor->outcomes->rules[cursor->rule] && merge_next(cursor, outcome);
	if (cursor->sorted_next == cursor->sorted_count)
		return false;
	*outcome = cursor->sorted[cursor->sorted_next++];
	return true;
}

void outcomes_tell(const struct outcomes *outcomes, const struct verdict_sink *sink)
{
	struct arena *scratch = arena_new_in(outcomes->arena);
	struct arena_mark start = arena_here(scratch);

	for (uint32_t r = 0; r < outcomes->rule_count; r++) {
		struct outcome_cursor cursor;
		struct outcome outcome;

		outcomes_start(outcomes, r, sink->wanted, scratch, &cursor);
		while (outcomes_next(&cursor, &outcome))
			sink->take(sink->context, &outcome);
		arena_rollback(scratch, start);
	}
	arena_free(scratch);
}
