/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kept verdicts as 64-bit words, as a snapshot holds them: how many
 * instructions there are and what each spent; then every stream in the order
 * of instructions: how many subjects, then planes, or codes by eights and
 * cells.  What a program and a graph tell already is not there.
 *
 * Subjects with texts are left out: their rules are run each time.
 */
#include "vm/kept.h"
#include "vm/plane.h"
#include "vm/scalar.h"
#include "vm/touch.h"

typedef VEC(uint64_t) word_list;

static const struct program_unit *unit_of(const struct program *p, size_t at)
{
	const struct program_unit *unit = p->units.items;

	while (at - unit->first >= unit->count)
		unit++;
	return unit;
}

/* The type of a cell of a subject. */
static struct type type_of(const struct program *p, size_t at, const struct kept_stream *s,
    unsigned cell)
{
	return program_operand(p, unit_of(p, at),
	    p->rules.items[s->rule].subject[cell])->of;
}

static bool has_texts(const struct program *p, size_t at, const struct kept_stream *s)
{
	for (unsigned i = 0; i < s->cells; i++)
		if (type_is_text(type_of(p, at, s, i)))
			return true;
	return false;
}

/* --- writing -------------------------------------------------------------- */

static void put(struct arena *arena, word_list *words, uint64_t word)
{
	*VEC_PUSH(arena, words) = word;
}

static uint64_t cell_of(const struct kept_stream *s, uint64_t i)
{
	return s->width == 8 ? ((const uint64_t *)s->values)[i]
	    : ((const uint32_t *)s->values)[i];
}

static void put_stream(struct arena *arena, word_list *words, const struct kept_stream *s)
{
	put(arena, words, s->count);
	if (!s->width) {
		for (int b = 0; b < OUTCOME_BITS; b++)
			for (size_t w = 0; w < BITS_WORDS(s->count); w++)
				put(arena, words, s->bits[b][w]);
		return;
	}
	for (uint64_t i = 0; i < s->count; i += 8) {
		uint64_t word = 0;

		for (unsigned n = 0; n < 8 && i + n < s->count; n++)
			word |= (uint64_t)s->codes[i + n] << (8 * n);
		put(arena, words, word);
	}
	for (uint64_t i = 0; i < s->count * s->cells; i++)
		put(arena, words, cell_of(s, i));
}

uint64_t *kept_write(struct arena *arena, const struct program *program,
    const struct kept *kept, size_t *count)
{
	word_list words = { 0 };

	put(arena, &words, program->code.count);
	for (size_t at = 0; at < program->code.count; at++)
		put(arena, &words, kept->spent[at]);
	for (size_t at = 0; at < program->code.count; at++) {
		const struct kept_stream *s = &kept->streams[at];

		if (!touch_is_result(&program->code.items[at]))
			continue;
		if (has_texts(program, at, s))
			put(arena, &words, 0);
		else
			put_stream(arena, &words, s);
	}
	*count = words.count;
	return words.items;
}

/* --- reading -------------------------------------------------------------- */

struct reader {
	struct arena *arena;
	const struct program *program;
	const struct graph *graph;
	const uint64_t *at, *end;
};

static bool take(struct reader *r, uint64_t *word)
{
	if (r->at == r->end)
		return false;
	*word = *r->at++;
	return true;
}

/* Rows of a plane; each has a code of a subject, not of a rest one. */
static bool read_planes(struct reader *r, struct kept_stream *s, uint32_t rows)
{
	size_t words = BITS_WORDS(s->count);

	if (s->count != rows || (uint64_t)(r->end - r->at) < OUTCOME_BITS * (uint64_t)words)
		return false;
	for (int b = 0; b < OUTCOME_BITS; b++, r->at += words) {
		s->bits[b] = ARENA_ARRAY(r->arena, uint64_t, words + 1);
		if (words)
			memcpy(s->bits[b], r->at, words * sizeof(*s->bits[b]));
	}
	for (size_t w = 0; w < words; w++) {
		uint64_t any = s->bits[0][w] | s->bits[1][w] | s->bits[2][w];
		uint64_t every = s->bits[0][w] & s->bits[1][w] & s->bits[2][w];

		if (any != plane_mask(s->count, w) || every)
			return false;
	}
	return true;
}

/* There are words for so many. */
static bool read_codes(struct reader *r, struct kept_stream *s)
{
	uint64_t word = 0;

	s->codes = ARENA_ARRAY(r->arena, uint8_t, s->count);
	for (uint64_t i = 0; i < s->count; i++) {
		if (i % 8 == 0)
			word = *r->at++;
		s->codes[i] = (uint8_t)(word >> (8 * (i % 8)));
		if (s->rest >= 0 ? s->codes[i] != OUTCOME_REST :
		    s->codes[i] == OUTCOME_NOTHING || s->codes[i] >= OUTCOME_REST)
			return false;
	}
	return true;
}

static bool fits(const struct reader *r, struct type type, uint64_t cell)
{
	const struct extent *extent;

	if (type.tag == TYPE_ENTITY) {
		extent = &r->graph->extents[type.of];
		return cell - extent->first < extent->count;
	}
	if (type.tag == TYPE_ENUM)
		return cell < r->program->schema->enums.items[type.of].value_count;
	if (type_is_number(type))
		return (int64_t)cell > NUMBER_LOW && (int64_t)cell < NUMBER_HIGH;
	return cell <= 1;	/* a bool: texts are not kept */
}

static bool read_list(struct reader *r, struct kept_stream *s, size_t at)
{
	if (s->count > (uint64_t)(r->end - r->at) * 8 || !read_codes(r, s) ||
	    (s->cells && s->count > (uint64_t)(r->end - r->at) / s->cells))
		return false;
	s->values = arena_array(r->arena, s->count * s->cells + 1, s->width);
	for (uint64_t i = 0; i < s->count * s->cells; i++) {
		uint64_t cell = *r->at++;

		if (!fits(r, type_of(r->program, at, s, (unsigned)(i % s->cells)), cell))
			return false;
		if (s->width == 8)
			((uint64_t *)s->values)[i] = cell;
		else
			((uint32_t *)s->values)[i] = (uint32_t)cell;
	}
	return true;
}

static bool read_stream(struct reader *r, struct kept_stream *s, size_t at)
{
	uint16_t kind = r->program->frames.items[unit_of(r->program, at)->frame].kinds[0];

	*s = kept_stream_of(r->program, at);
	if (!take(r, &s->count))
		return false;
	return s->width ? read_list(r, s, at) :
	    read_planes(r, s, r->graph->extents[kind].count);
}

struct kept *kept_read(struct arena *arena, const struct program *program,
    const struct graph *graph, const uint64_t *words, size_t count)
{
	struct reader r = { arena, program, graph, words, words + count };
	struct kept *kept = ARENA_NEW(arena, struct kept);
	uint64_t instructions;

	if (!take(&r, &instructions) || instructions != program->code.count ||
	    count - 1 < instructions)
		return NULL;
	kept->sound = true;
	kept->spent = ARENA_ARRAY(arena, uint64_t, program->code.count);
	kept->streams = ARENA_ARRAY(arena, struct kept_stream, program->code.count);
	for (size_t at = 0; at < program->code.count; at++)
		kept->spent[at] = *r.at++;
	for (size_t at = 0; at < program->code.count; at++)
		if (touch_is_result(&program->code.items[at]) &&
		    !read_stream(&r, &kept->streams[at], at))
			return NULL;
	return r.at == r.end ? kept : NULL;
}
