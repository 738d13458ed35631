/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The course of a run: units in order, each in batches of rows of its root
 * frame; the units of a recursive component again and again, until none of
 * their stores changes.
 *
 * A batch whose expansions grow too large, or for which there is no memory,
 * is dropped and done again with fewer rows.  When even one row is too much,
 * the instruction at which that happened is poisoned.
 */
#include "vm/run.h"

#include "base/guard.h"
#include "vm/machine.h"

/* Half of a usual second-level cache, for the planes of truths at work. */
#define PLANE_BYTES (512u << 10)

/* --- a batch ------------------------------------------------------------- */

/* The frames of a unit stand together, the root first. */
static void frames_close(struct machine *m)
{
	const struct program_frame *frames = m->program->frames.items;
	size_t i = m->unit->frame;

	for (uint16_t unit = frames[i].unit; i < m->program->frames.count &&
	    frames[i].unit == unit; i++) {
		m->frames[i].open = false;
		m->frames[i].poison = NULL;
	}
}

static void batch_start(struct machine *m, uint64_t low, uint32_t count)
{
	struct frame *root = &m->frames[m->unit->frame];

	scratch_reset(m->scratch);
	memset(m->values, 0, m->unit->register_count * sizeof(*m->values));
	memset(m->spending + m->unit->first, 0, m->unit->count * sizeof(*m->spending));
	frames_close(m);
	m->split = false;
	m->batch_rows = count;
	frame_start(m, root, count);
	root->base = low;
	root->up = NULL;
	root->depth = 0;
}

static void batch_keep(struct machine *m)
{
	for (size_t i = 0; i < m->unit->count; i++)
		m->spent[m->unit->first + i] += m->spending[m->unit->first + i];
	result_keep(m);
}

enum progress {
	BATCH_DONE,
	BATCH_AGAIN,			/* smaller if it can be */
	BATCH_LOST			/* there is not even memory to begin */
};

/* Memory ran out.  Of the machine: not ours to mend.  Of the run's own
 * limit: with fewer rows, else without this instruction. */
static enum progress batch_recover(struct machine *m)
{
	const char *reason = guard_reason();

	if (reason != limit_name(LIMIT_MEMORY))
		guard_raise(reason);
	result_drop(m);
	if (m->batch_rows > 1)
		return BATCH_AGAIN;
	if (m->poisons[m->now])
		return BATCH_LOST;
	m->poisons[m->now] = reason;
	m->sick = true;
	return BATCH_AGAIN;
}

static enum progress run_batch(struct machine *m, uint64_t low, uint32_t count)
{
	struct guard guard;

	m->now = m->unit->first;
	m->batch_rows = count;
	if (!GUARD_SET(&guard))
		return batch_recover(m);
	batch_start(m, low, count);
	machine_step_all(m);
	guard_clear(&guard);
	if (m->split) {
		result_drop(m);
		return BATCH_AGAIN;
	}
	batch_keep(m);
	return BATCH_DONE;
}

/* --- a unit -------------------------------------------------------------- */

static uint64_t root_rows(const struct machine *m, const struct program_unit *unit)
{
	const struct program_frame *root = &m->program->frames.items[unit->frame];
	uint64_t rows = 1;

	for (int i = 0; i < 2 && root->kinds[i] != SCHEMA_NONE; i++)
		rows *= m->graph->extents[root->kinds[i]].count;
	return rows;
}

/* The most truths of the root frame that live at one time. */
static uint32_t live_truths(const struct machine *m, const struct program_unit *unit)
{
	uint32_t live = 0, most = 1;

	for (size_t i = unit->first; i < unit->first + unit->count; i++) {
		const struct instruction *in = &m->program->code.items[i];
		const struct program_register *r;

		if (in->dst != OPERAND_NONE) {
			r = program_operand(m->program, unit, in->dst);
			live += r->type == REGISTER_TRUTH && r->frame == unit->frame;
		}
		if (live > most)
			most = live;
		for (int bit = 0; bit < 3; bit++) {
			const uint16_t operands[3] = { in->a, in->b, in->c };

			if (m->deaths[i] >> bit & 1)
				live -= program_operand(m->program, unit,
				    operands[bit])->frame == unit->frame;
		}
	}
	return most;
}

static uint32_t choose_batch(const struct machine *m, const struct program_unit *unit)
{
	uint64_t rows = m->options ? m->options->batch : 0;

	if (rows == 0) {
		rows = PLANE_BYTES * 4u / live_truths(m, unit);
		if (rows < BATCH_LEAST)
			rows = BATCH_LEAST;
	}
	if (rows > BATCH_MOST)
		rows = BATCH_MOST;
	return (uint32_t)(rows + 63) & ~63u;
}

static void run_unit(struct machine *m, const struct program_unit *unit)
{
	uint64_t rows = root_rows(m, unit), low = 0;
	uint32_t batch = choose_batch(m, unit), size = batch;
	bool pairs = m->program->frames.items[unit->frame].kinds[1] != SCHEMA_NONE;

	m->unit = unit;
	if (pairs && rows > limit_get(LIMIT_ROWS)) {
		machine_poison_all(m, limit_name(LIMIT_ROWS));
		return;
	}
	while (low < rows) {
		uint32_t count = rows - low < size ? (uint32_t)(rows - low) : size;

		enum progress progress = run_batch(m, low, count);

		if (progress == BATCH_LOST) {
			machine_poison_all(m, limit_name(LIMIT_MEMORY));
			return;
		}
		if (progress == BATCH_DONE) {
			low += count;
			size = size < batch ? size * 2 : batch;
		} else
			size = count > 1 ? count / 2 : 1;
	}
}

/* --- stores -------------------------------------------------------------- */

static void open_store(struct machine *m, struct table *table)
{
	struct guard guard;

	if (table->poison) {
		m->sick = true;
		return;
	}
	if (!GUARD_SET(&guard)) {
		const char *reason = guard_reason();

		if (reason != limit_name(LIMIT_MEMORY))
			guard_raise(reason);
		table->poison = reason;
		m->sick = true;
		return;
	}
	kernel_store_open(m, table);
	guard_clear(&guard);
}

static void open_stores(struct machine *m, size_t unit)
{
	for (size_t i = 0; i < m->program->stores.count; i++)
		if (m->program->stores.items[i].unit == unit)
			open_store(m, &m->stores[i]);
}

/* --- components ---------------------------------------------------------- */

static void poison_stores(struct machine *m, size_t first, size_t last, const char *poison)
{
	m->sick = true;
	for (size_t i = 0; i < m->program->stores.count; i++)
		if (m->program->stores.items[i].unit >= first &&
		    m->program->stores.items[i].unit < last)
			m->stores[i].poison = poison;
}

/* Units [first, last), until nothing changes.  The budget counts a round. */
static void run_component(struct machine *m, size_t first, size_t last)
{
	const struct program_unit *units = m->program->units.items;
	uint64_t rounds = 0;

	m->recursive = true;
	do {
		m->changed = false;
		for (size_t u = first; u < last; u++) {
			memset(m->spent + units[u].first, 0,
			    units[u].count * sizeof(*m->spent));
			run_unit(m, &units[u]);
		}
		if (m->changed && ++rounds >= limit_get(LIMIT_FIXPOINT)) {
			poison_stores(m, first, last, limit_name(LIMIT_FIXPOINT));
			break;
		}
	} while (m->changed);
	m->recursive = false;
}

static void run_units(struct machine *m)
{
	const struct program_unit *units = m->program->units.items;
	size_t count = m->program->units.count, next;

	for (size_t u = 0; u < count; u = next) {
		next = u + 1;
		open_stores(m, u);
		if (units[u].component == SCHEMA_NONE) {
			run_unit(m, &units[u]);
			result_flush(m);
			continue;
		}
		for (; next < count && units[next].component == units[u].component; next++)
			open_stores(m, next);
		run_component(m, u, next);
	}
}

/* --- the run ------------------------------------------------------------- */

struct holder {
	struct arena *arena;
};

static void release(void *item)
{
	struct holder *holder = item;

	arena_free(holder->arena);
	holder->arena = NULL;
}

/* A rule in error has no verdicts. */
static void finish(struct machine *m)
{
	for (size_t i = 0; i < m->program->rules.count; i++) {
		struct tally *t = &m->tallies[i];

		if (t->failed)
			*t = (struct tally){ .failed = true, .trouble = t->trouble };
	}
}

void run_program(struct arena *arena, const struct program *program,
    const struct graph *graph, const struct run_options *options,
    struct tally *tallies, const struct verdict_sink *sink)
{
	struct holder *holder = ARENA_NEW(arena, struct holder);
	struct machine *m;

	if (!program->verified)
		guard_raise("a program that was not verified");
	assert(graph->schema->kinds.count == program->schema->kinds.count &&
	    graph->schema->attributes.count == program->schema->attributes.count);
	/* Ours ends with the run; when the run is left by a raise, with ARENA. */
	arena_defer(arena, release, holder);
	holder->arena = arena_new();
	m = ARENA_NEW(holder->arena, struct machine);
	m->arena = holder->arena;
	m->program = program;
	m->graph = graph;
	m->options = options;
	m->most_children = options && options->children ? options->children : BATCH_CHILDREN;
	m->tallies = tallies;
	m->sink = sink;
	machine_link(m);
	run_units(m);
	finish(m);
	release(holder);
}
