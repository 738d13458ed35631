/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream of results is spliced: rows that were run give what the run gave,
 * all others what they gave before, under the numbers that entities have now.
 */
#include "vm/kept.h"

#include <assert.h>

#include "base/limits.h"
#include "vm/plane.h"
#include "vm/touch.h"

/* --- streams -------------------------------------------------------------- */

static size_t unit_of(const struct program *p, size_t at)
{
	size_t u = 0;

	while (at - p->units.items[u].first >= p->units.items[u].count)
		u++;
	return u;
}

static const struct program_unit *unit_at(const struct program *p, size_t at)
{
	return &p->units.items[unit_of(p, at)];
}

/* Of a register of the unit that was written before. */
static bool is_row(const struct program *p, const struct program_unit *unit, uint16_t operand)
{
	const struct instruction *in = &p->code.items[unit->first];

	while (in->dst != operand)
		in++;
	return in->op == OPCODE_ROW;
}

struct kept_stream kept_stream_of(const struct program *p, size_t at)
{
	const struct instruction *in = &p->code.items[at];
	const struct program_unit *unit = unit_at(p, at);
	const struct program_frame *root = &p->frames.items[unit->frame];
	struct kept_stream s = { .width = 4 };
	const struct program_rule *rule;
	int rest;

	s.cells = (uint8_t)touch_cells(p, in, &s.rule, &rest);
	s.rest = (int8_t)rest;
	rule = &p->rules.items[s.rule];
	for (unsigned i = 0; i < s.cells; i++)
		if (program_operand(p, unit, rule->subject[i])->type == REGISTER_NUMBER)
			s.width = 8;
	if (in->op == OPCODE_EMIT && s.cells == 1 && root->kinds[1] == SCHEMA_NONE &&
	    program_operand(p, unit, in->a)->frame == unit->frame &&
	    is_row(p, unit, rule->subject[0]))
		s.width = 0;
	return s;
}

static const struct extent *root_extent(const struct program *p, const struct graph *graph,
    size_t at, int dimension)
{
	uint16_t kind = p->frames.items[unit_at(p, at)->frame].kinds[dimension];

	return kind == SCHEMA_NONE ? NULL : &graph->extents[kind];
}

static int64_t value_at(const struct kept_stream *s, uint64_t i)
{
	return s->width == 8 ? ((const int64_t *)s->values)[i]
	    : ((const uint32_t *)s->values)[i];
}

static size_t subject_bytes(const struct kept_stream *s)
{
	return (size_t)s->cells * s->width;
}

static void room_for(struct arena *arena, struct kept_stream *s, uint64_t count)
{
	if (s->width) {
		s->values = arena_array(arena, count * s->cells + 1, s->width);
		s->codes = ARENA_ARRAY(arena, uint8_t, count);
		return;
	}
	s->count = count;
	for (int b = 0; b < OUTCOME_BITS; b++)
		s->bits[b] = ARENA_ARRAY(arena, uint64_t, BITS_WORDS(count) + 1);
}

/* Subjects [from, to) of another stream join one that has room. */
static void append(struct kept_stream *s, const struct kept_stream *from, uint64_t low,
    uint64_t end)
{
	size_t bytes = subject_bytes(s);

	if (end <= low)
		return;
	if (bytes)
		memcpy((char *)s->values + s->count * bytes,
		    (const char *)from->values + low * bytes, (end - low) * bytes);
	memcpy(s->codes + s->count, from->codes + low, end - low);
	s->count += end - low;
}

/* What a run gave, as one piece; at width 0 over all rows. */
static struct kept_stream gather(struct arena *arena, const struct program *p,
    const struct graph *graph, const struct outcomes *outcomes, size_t at)
{
	struct kept_stream s = kept_stream_of(p, at);
	const struct extent *extent = root_extent(p, graph, at, 0);
	uint64_t most = s.width ? 0 : extent->count;
	const struct outcome_chunk *chunks;
	size_t count;

	chunks = outcomes_chunks(outcomes, s.rule, s.rest, &count);
	for (size_t i = 0; i < count && s.width; i++)
		most += chunks[i].count;
	room_for(arena, &s, most);
	for (size_t i = 0; i < count; i++) {
		const struct outcome_chunk *c = &chunks[i];
		struct kept_stream piece = { .values = (void *)(uintptr_t)c->cells,
			.codes = (uint8_t *)(uintptr_t)c->codes };

		assert(c->width == s.width);
		if (s.width)
			append(&s, &piece, 0, c->count);
		else
			for (int b = 0; b < OUTCOME_BITS; b++)
				plane_put(s.bits[b], (size_t)(c->first - extent->first),
				    c->bits[b], c->count);
	}
	return s;
}

/* --- numbers of today ----------------------------------------------------- */

static bool is_entity(const struct program *p, size_t at, const struct kept_stream *s,
    unsigned cell)
{
	return program_operand(p, unit_at(p, at),
	    p->rules.items[s->rule].subject[cell])->of.tag == TYPE_ENTITY;
}

static struct kept_stream renumber_rows(struct arena *arena, const struct extent *now,
    const struct extent *former, const struct delta *delta, const struct kept_stream *old)
{
	struct kept_stream s = *old;

	/* analyzer: rows that are entities have the extents of their kind */
	room_for(arena, &s, now->count);
	for (uint32_t row = 0; row < now->count; row++) {
		entity_id e = delta->formers[now->first + row];

		for (int b = 0; b < OUTCOME_BITS && e != ENTITY_NONE; b++)
			if (bit_get(old->bits[b], e - former->first))
				bit_set(s.bits[b], row);
	}
	return s;
}

/* Without the subjects that are gone. */
static struct kept_stream renumber(struct arena *arena, const struct program *p, size_t at,
    const struct delta *delta, const struct kept_stream *old)
{
	struct kept_stream s = *old;

	if (delta->same_entities)
		return s;
	if (!s.width)
		return renumber_rows(arena, root_extent(p, delta->now, at, 0),
		    root_extent(p, delta->former, at, 0), delta, old);
	room_for(arena, &s, old->count);
	s.count = 0;
	for (uint64_t i = 0; i < old->count; i++) {
		bool gone = false;

		for (unsigned c = 0; c < s.cells; c++) {
			int64_t cell = value_at(old, i * s.cells + c);

			if (is_entity(p, at, old, c)) {
				cell = delta->numbers[cell];
				gone |= cell == ENTITY_NONE;
			}
			if (s.width == 8)
				((int64_t *)s.values)[s.count * s.cells + c] = cell;
			else
				((uint32_t *)s.values)[s.count * s.cells + c] = (uint32_t)cell;
		}
		s.codes[s.count] = old->codes[i];
		s.count += !gone;
	}
	return s;
}

/* --- splicing ------------------------------------------------------------- */

struct splice {
	const struct kept_stream *stream;
	const int8_t *roots;
	const struct extent *x, *y;	/* Y NULL: there is one dimension */
};

static uint64_t row_of(const struct splice *s, uint64_t i)
{
	uint64_t row = (uint64_t)(value_at(s->stream, i * s->stream->cells +
	    (unsigned)s->roots[0]) - s->x->first);

	if (s->y)
		row = row * s->y->count + (uint64_t)(value_at(s->stream, i *
		    s->stream->cells + (unsigned)s->roots[1]) - s->y->first);
	return row;
}

/* The first subject of ROW or a later one. */
static uint64_t first_of(const struct splice *s, uint64_t row)
{
	uint64_t low = 0, high = s->stream->count;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (row_of(s, middle) < row)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct kept_stream splice_rows(struct arena *arena, const struct kept_stream *old,
    const struct kept_stream *new, const struct run_piece *piece)
{
	struct kept_stream s = *old;

	room_for(arena, &s, old->count);
	for (int b = 0; b < OUTCOME_BITS; b++) {
		memcpy(s.bits[b], old->bits[b], BITS_WORDS(s.count) * sizeof(uint64_t));
		for (size_t i = 0; i < piece->rows.count; i++) {
			uint64_t low = piece->rows.items[i].low, end = piece->rows.items[i].end;

			for (; low < end; low += 64) {
				uint64_t n = end - low < 64 ? end - low : 64;
				uint64_t bits = plane_word(new->bits[b],
				    BITS_WORDS(s.count), low);

				plane_write(s.bits[b], low, n < 64 ?
				    bits & ((UINT64_C(1) << n) - 1) : bits, (unsigned)n);
			}
		}
	}
	return s;
}

static struct kept_stream splice(struct arena *arena, const struct splice *old,
    const struct splice *new, const struct run_piece *piece)
{
	struct kept_stream s = *old->stream;
	uint64_t next = 0;

	room_for(arena, &s, old->stream->count + new->stream->count);
	s.count = 0;
	for (size_t i = 0; i < piece->rows.count; i++) {
		const struct run_rows *rows = &piece->rows.items[i];

		append(&s, old->stream, next, first_of(old, rows->low));
		append(&s, new->stream, first_of(new, rows->low), first_of(new, rows->end));
		next = first_of(old, rows->end);
	}
	append(&s, old->stream, next, old->stream->count);
	return s;
}

static uint64_t root_rows(const struct program *p, const struct graph *graph, size_t unit)
{
	const struct program_frame *root = &p->frames.items[p->units.items[unit].frame];
	uint64_t rows = 1;

	for (int i = 0; i < 2 && root->kinds[i] != SCHEMA_NONE; i++)
		rows *= graph->extents[root->kinds[i]].count;
	return rows;
}

static bool is_whole(const struct program *p, const struct graph *graph,
    const struct run_part *part, size_t unit)
{
	const struct run_piece *piece = &part->pieces[unit];

	return piece->rows.count == 1 && piece->rows.items[0].low == 0 &&
	    piece->rows.items[0].end >= root_rows(p, graph, unit);
}

/* A stream that lives in ARENA alone. */
static struct kept_stream own(struct arena *arena, const struct kept_stream *from)
{
	struct kept_stream s = *from;

	room_for(arena, &s, from->count);
	for (int b = 0; b < OUTCOME_BITS && !s.width; b++)
		memcpy(s.bits[b], from->bits[b], BITS_WORDS(s.count) * sizeof(uint64_t));
	s.count = s.width ? 0 : s.count;
	if (s.width)
		append(&s, from, 0, from->count);
	return s;
}

/* What is needed to make one stream. */
struct update {
	struct arena *arena, *scratch;
	const struct program *program;
	const struct delta *delta;
	const struct kept *former;
	const struct touched *touched;
	const struct run_part *part;
	const struct outcomes *outcomes;	/* of the part that was run */
};

static struct kept_stream update_stream(const struct update *u, size_t at)
{
	const struct program *p = u->program;
	size_t unit = unit_of(p, at);
	const struct run_piece *piece = &u->part->pieces[unit];
	struct kept_stream old, new;
	struct splice a, b;

	if (!u->part->skip[at] && is_whole(p, u->delta->now, u->part, unit))
		return gather(u->arena, p, u->delta->now, u->outcomes, at);
	old = renumber(u->scratch, p, at, u->delta, &u->former->streams[at]);
	if (u->part->skip[at] || piece->rows.count == 0)
		return own(u->arena, &old);
	new = gather(u->scratch, p, u->delta->now, u->outcomes, at);
	if (!old.width)
		return splice_rows(u->arena, &old, &new, piece);
	a = (struct splice){ &old, u->touched->roots[at],
		root_extent(p, u->delta->now, at, 0), root_extent(p, u->delta->now, at, 1) };
	b = a;
	b.stream = &new;
	return splice(u->arena, &a, &b, piece);
}

/* --- tallies -------------------------------------------------------------- */

static void count_code(struct tally *t, enum outcome_code code, uint64_t count)
{
	t->verdicts[outcome_code_verdict(code)] += count;
	if (code == OUTCOME_EXCEPTION)
		t->exceptions += count;
}

/* The rows of one code in a word of the planes. */
static uint64_t rows_of(const struct kept_stream *s, size_t w, unsigned code)
{
	uint64_t rows = ~UINT64_C(0);

	for (unsigned b = 0; b < OUTCOME_BITS; b++)
		rows &= code >> b & 1 ? s->bits[b][w] : ~s->bits[b][w];
	return rows;
}

static void count_stream(const struct kept_stream *s, struct tally *t)
{
	uint64_t counts[OUTCOME_REST + 1] = { 0 };

	for (uint64_t i = 0; i < s->count && s->width; i++)
		counts[s->codes[i]]++;
	for (size_t w = 0; w < BITS_WORDS(s->count) && !s->width; w++)
		for (unsigned c = OUTCOME_FAIL; c <= OUTCOME_REST; c++)
			counts[c] += plane_bits(rows_of(s, w, c));
	for (unsigned c = OUTCOME_FAIL; c <= OUTCOME_REST; c++)
		count_code(t, (enum outcome_code)c, counts[c]);
}

/* --- runs ----------------------------------------------------------------- */

static bool is_any_failed(const struct program *p, const struct tally *tallies)
{
	for (size_t r = 0; r < p->rules.count; r++)
		if (tallies[r].failed)
			return true;
	return false;
}

static struct kept *new_kept(struct arena *arena, const struct program *p)
{
	struct kept *kept = ARENA_NEW(arena, struct kept);

	kept->streams = ARENA_ARRAY(arena, struct kept_stream, p->code.count);
	kept->spent = ARENA_ARRAY(arena, uint64_t, p->code.count);
	return kept;
}

struct kept *kept_run(struct arena *arena, const struct program *program,
    const struct graph *graph, const struct run_options *given, struct tally *tallies)
{
	struct run_options options = given ? *given : (struct run_options){ 0 };
	struct kept *kept = new_kept(arena, program);
	struct arena *scratch = arena_new_in(arena);
	struct outcomes *outcomes = outcomes_new(scratch, program->rules.count, ~0u,
	    graph->symbols);

	options.spent = kept->spent;
	run_keep(scratch, program, graph, &options, tallies, outcomes);
	kept->sound = !is_any_failed(program, tallies);
	for (size_t at = 0; at < program->code.count; at++)
		if (touch_is_result(&program->code.items[at]))
			kept->streams[at] = gather(arena, program, graph, outcomes, at);
	arena_free(scratch);
	return kept;
}

/* Where the limit is near, what a whole run would do is for it to say. */
static bool is_within_limits(const struct update *u, const uint64_t *spent, struct kept *kept)
{
	const struct program *p = u->program;
	uint64_t limit = limit_get(LIMIT_ROWS), work = 0, sum;

	for (size_t n = 0; n < p->units.count; n++) {
		const struct program_unit *unit = &p->units.items[n];
		bool is_single = p->frames.items[unit->frame].kinds[1] == SCHEMA_NONE;

		for (size_t at = unit->first; at < unit->first + unit->count; at++) {
			sum = u->part->skip[at] ? u->former->spent[at] : spent[at];
			if (!u->part->skip[at] &&
			    (!is_single || !is_whole(p, u->delta->now, u->part, n)))
				sum += u->former->spent[at];
			kept->spent[at] = sum;
			work += sum;
			if (sum > limit)
				return false;
		}
	}
	return work <= limit_get(LIMIT_WORK);
}

static void count_figures(const struct update *u, struct kept_figures *figures)
{
	const struct program *p = u->program;

	*figures = (struct kept_figures){ .all_instructions = p->code.count };
	for (size_t at = 0; at < p->code.count; at++)
		figures->instructions += !u->part->skip[at];
	for (size_t n = 0; n < p->units.count; n++) {
		const struct run_piece *piece = &u->part->pieces[n];

		if (p->frames.items[p->units.items[n].frame].kinds[1] != SCHEMA_NONE)
			continue;
		figures->all_rows += root_rows(p, u->delta->now, n);
		for (size_t i = 0; i < piece->rows.count; i++)
			figures->rows += piece->rows.items[i].end - piece->rows.items[i].low;
	}
}

/* NULL: all must be run. */
static struct kept *run_part(struct update *u, const struct run_options *given,
    struct tally *tallies)
{
	const struct program *p = u->program;
	struct run_options options = given ? *given : (struct run_options){ 0 };
	struct tally *partial = ARENA_ARRAY(u->scratch, struct tally, p->rules.count);
	struct outcomes *outcomes = outcomes_new(u->scratch, p->rules.count, ~0u,
	    u->delta->now->symbols);
	struct kept *kept = new_kept(u->arena, p);

	options.part = u->part;
	options.spent = ARENA_ARRAY(u->scratch, uint64_t, p->code.count);
	run_keep(u->scratch, p, u->delta->now, &options, partial, outcomes);
	if (is_any_failed(p, partial) || !is_within_limits(u, options.spent, kept))
		return NULL;
	u->outcomes = outcomes;
	kept->sound = true;
	for (size_t at = 0; at < p->code.count; at++) {
		if (!touch_is_result(&p->code.items[at]))
			continue;
		kept->streams[at] = update_stream(u, at);
		count_stream(&kept->streams[at], &tallies[kept->streams[at].rule]);
	}
	return kept;
}

struct kept *kept_since(struct arena *arena, const struct program *program,
    const struct run_options *options, const struct kept *former,
    const struct delta *delta, const struct graph *graph, bool exact,
    struct tally *tallies, struct kept_figures *figures)
{
	struct update u = { .arena = arena, .program = program, .delta = delta,
		.former = former };
	struct kept *kept = NULL;

	*figures = (struct kept_figures){ .whole = true };
	if (delta && former->sound) {
		u.scratch = arena_new_in(arena);
		u.touched = touch_find(u.scratch, program, delta);
		u.part = touch_part(u.scratch, program, graph, u.touched, exact);
		kept = run_part(&u, options, tallies);
		if (kept)
			count_figures(&u, figures);
		arena_free(u.scratch);
	}
	return kept ? kept : kept_run(arena, program, graph, options, tallies);
}

/* --- to be reported ------------------------------------------------------- */

static bool is_wanted(unsigned wanted, unsigned code)
{
	return wanted >> outcome_code_verdict((enum outcome_code)code) & 1;
}

static struct kept_stream choose_rows(struct arena *arena, const struct kept_stream *from,
    unsigned wanted)
{
	struct kept_stream s = *from;

	room_for(arena, &s, from->count);
	for (size_t w = 0; w < BITS_WORDS(s.count); w++) {
		uint64_t rows = 0;

		for (unsigned c = OUTCOME_FAIL; c <= OUTCOME_REST; c++)
			rows |= is_wanted(wanted, c) ? rows_of(from, w, c) : 0;
		for (int b = 0; b < OUTCOME_BITS; b++)
			s.bits[b][w] = from->bits[b][w] & rows;
	}
	return s;
}

static struct kept_stream choose(struct arena *arena, const struct kept_stream *from,
    unsigned wanted)
{
	struct kept_stream s = *from;

	if (!s.width)
		return choose_rows(arena, from, wanted);
	room_for(arena, &s, from->count);
	s.count = 0;
	for (uint64_t i = 0; i < from->count; i++)
		if (is_wanted(wanted, from->codes[i]))
			append(&s, from, i, i + 1);
	return s;
}

static void tell(const struct kept_stream *kept, int64_t first, struct outcomes *outcomes)
{
	unsigned wanted = outcomes_wanted(outcomes);
	struct kept_stream s = wanted == ~0u ? *kept :
	    choose(outcomes_arena(outcomes), kept, wanted);
	struct outcome_chunk chunk = { .width = s.width, .first = first,
		.codes = s.codes, .cells = s.values };

	for (int b = 0; b < OUTCOME_BITS; b++)
		chunk.bits[b] = s.bits[b];
	/* A chunk has a count of 32 bits, and planes are cut at words. */
	for (uint64_t at = 0; at < s.count; at += chunk.count) {
		uint64_t rest = s.count - at, most = UINT64_C(1) << 30;

		chunk.count = (uint32_t)(rest < most ? rest : most);
		outcomes_add_chunk(outcomes, s.rule, s.rest, s.cells, &chunk);
		chunk.first += chunk.count;
		chunk.codes = s.width ? chunk.codes + chunk.count : NULL;
		chunk.cells = s.width ? (const char *)chunk.cells +
		    chunk.count * subject_bytes(&s) : NULL;
		for (int b = 0; b < OUTCOME_BITS && !s.width; b++)
			chunk.bits[b] += chunk.count / 64;
	}
}

void kept_tell(const struct program *program, const struct kept *kept,
    const struct graph *graph, struct outcomes *outcomes)
{
	for (size_t at = 0; at < program->code.count; at++) {
		const struct extent *extent;

		if (!touch_is_result(&program->code.items[at]))
			continue;
		extent = root_extent(program, graph, at, 0);
		tell(&kept->streams[at], extent ? extent->first : 0, outcomes);
	}
}
