/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The course of a run: units in order, each in batches of rows of its root
 * frame; the units of a recursive component again and again, until none of
 * their stores changes.
 *
 * A unit of pairs that are looked up here and there has no rows until some
 * batch asks for them (asked.c).  That batch is dropped, what was asked for is
 * settled, earlier units first, and the batch is done again.
 *
 * A batch whose expansions grow too large, or for which there is no memory,
 * is dropped and done again with fewer rows.  When even one row is too much,
 * the instruction at which that happened is poisoned.
 */
#include "vm/run.h"

#include "base/guard.h"
#include "vm/fault.h"
#include "vm/frontier.h"
#include "vm/machine.h"

/* Half of a usual second-level cache, for the planes of truths at work. */
#define PLANE_BYTES (512u << 10)

/* Rounds over all rows of a component that cost about what it costs to write
 * down what rests on what; most components need fewer. */
#define ROUNDS 8

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

static struct asked *asked_of(struct machine *m)
{
	return &m->asked[m->unit - m->program->units.items];
}

void batch_start(struct machine *m, uint64_t low, uint32_t count)
{
	struct frame *root = &m->frames[m->unit->frame];

	scratch_reset(m->scratch);
	memset(m->values, 0, m->unit->register_count * sizeof(*m->values));
	memset(m->spending + m->unit->first, 0, m->unit->count * sizeof(*m->spending));
	frames_close(m);
	m->split = false;
	m->waits = false;
	m->batch_rows = count;
	frame_start(m, root, count);
	root->base = low;
	root->rows = m->listed ? m->listed + low : NULL;
	root->asked = asked_of(m)->on ? asked_of(m) : NULL;
	root->up = NULL;
	root->depth = 0;
}

void batch_keep(struct machine *m)
{
	for (size_t i = 0; i < m->unit->count && !m->listed; i++)
		m->spent[m->unit->first + i] += m->spending[m->unit->first + i];
	result_keep(m);
}

enum progress {
	BATCH_DONE,
	BATCH_AGAIN,			/* smaller if it can be */
	BATCH_WAITS,			/* for pairs that an earlier unit was asked for */
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
	if (m->split || m->waits) {
		result_drop(m);
		return m->waits ? BATCH_WAITS : BATCH_AGAIN;
	}
	if (m->frontier)
		frontier_record(m, m->frontier);
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

/* Rows [*LOW, END) of a unit.  False: a batch waits, *LOW is its first row. */
static bool run_rows(struct machine *m, const struct program_unit *unit, uint64_t *low,
    uint64_t end)
{
	uint32_t batch = choose_batch(m, unit), size = batch;

	m->unit = unit;
	while (*low < end) {
		uint32_t count = end - *low < size ? (uint32_t)(end - *low) : size;

		switch (run_batch(m, *low, count)) {
		case BATCH_DONE:
			*low += count;
			size = size < batch ? size * 2 : batch;
			break;
		case BATCH_AGAIN:
			size = count > 1 ? count / 2 : 1;
			break;
		case BATCH_WAITS:
			return false;
		case BATCH_LOST:
			machine_poison_all(m, limit_name(LIMIT_MEMORY));
			return true;
		}
	}
	return true;
}

void batch_run_listed(struct machine *m, size_t unit, const uint32_t *rows, size_t count)
{
	uint64_t low = 0;

	m->listed = rows;
	run_rows(m, &m->program->units.items[unit], &low, count);
	m->listed = NULL;
}

/* Are the rows of all pairs too many? */
static bool is_too_large(struct machine *m, const struct program_unit *unit)
{
	if (m->program->frames.items[unit->frame].kinds[1] == SCHEMA_NONE ||
	    root_rows(m, unit) <= limit_get(LIMIT_ROWS))
		return false;
	m->unit = unit;
	machine_poison_all(m, limit_name(LIMIT_ROWS));
	return true;
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

/* --- groups: a component, or a single unit -------------------------------- */

static size_t group_end(const struct machine *m, size_t first)
{
	size_t end = first + 1;

	while (end < m->program->units.count && m->groups[end] == first)
		end++;
	return end;
}

static void poison_stores(struct machine *m, size_t first, size_t end, const char *poison)
{
	m->sick = true;
	for (size_t i = 0; i < m->program->stores.count; i++)
		if (m->program->stores.items[i].unit >= first &&
		    m->program->stores.items[i].unit < end)
			m->stores[i].poison = poison;
}

/* The pairs asked for since the last time, as a wave of their own; where some of
 * them had to wait, the others, and later the rest. */
static bool run_wave(struct machine *m, size_t u)
{
	struct asked *asked = &m->asked[u];
	uint64_t low = asked->seen;
	bool done;

	if (asked->wave == asked->seen)
		asked->wave = asked->count;
	done = run_rows(m, &m->program->units.items[u], &low, asked->wave);
	if (low > asked->seen)
		*VEC_PUSH(m->arena, &asked->waves) = asked->seen;
	asked->seen = (uint32_t)low;
	return done;
}

/* Those that are not final yet once more.  A pair mostly rests on pairs asked
 * for after it, so that the last wave comes first. */
static bool run_waves(struct machine *m, size_t u)
{
	struct asked *asked = &m->asked[u];
	uint32_t end = asked->seen;

	for (size_t w = asked->waves.count; w-- > 0; end = asked->waves.items[w]) {
		uint64_t low = asked->waves.items[w];

		if (!run_rows(m, &m->program->units.items[u], &low, end))
			return false;
	}
	return true;
}

/* Until nobody in the group asks for more. */
static bool explore(struct machine *m, size_t first, size_t end)
{
	bool news = true;

	while (news) {
		news = false;
		for (size_t u = first; u < end; u++) {
			if (!m->asked[u].on || m->asked[u].seen == m->asked[u].count)
				continue;
			news = true;
			if (!run_wave(m, u))
				return false;
		}
	}
	return true;
}

static void forget_spent(struct machine *m, size_t first, size_t end)
{
	for (size_t u = first; u < end; u++) {
		const struct program_unit *unit = &m->program->units.items[u];

		memset(m->spent + unit->first, 0, unit->count * sizeof(*m->spent));
	}
}

/* Every unit of a component once more; those of all rows only until the
 * component was settled once: what is asked for later does not change them. */
static bool run_round(struct machine *m, size_t first, size_t end)
{
	forget_spent(m, first, end);
	for (size_t u = first; u < end; u++) {
		const struct program_unit *unit = &m->program->units.items[u];
		uint64_t low = 0;

		if (m->asked[u].on ? !run_waves(m, u) : !m->settled[first] &&
		    !is_too_large(m, unit) && !run_rows(m, unit, &low, root_rows(m, unit)))
			return false;
	}
	return true;
}

/* Have all rows of the group that may change been asked for? */
static bool is_on_demand(const struct machine *m, size_t first, size_t end)
{
	for (size_t u = first; u < end; u++)
		if (!m->asked[u].on && !m->settled[first])
			return false;
	return true;
}

static bool is_explored(const struct machine *m, size_t first, size_t end)
{
	for (size_t u = first; u < end; u++)
		if (m->asked[u].on && m->asked[u].seen < m->asked[u].count)
			return false;
	return true;
}

/* Has a row that may change been run? */
static bool is_begun(const struct machine *m, size_t first, size_t end)
{
	for (size_t u = first; u < end; u++)
		if (m->asked[u].done < m->asked[u].seen)
			return true;
	return false;
}

/* Until no store changes, over all rows each time.  *ROUNDS_LEFT: how many times
 * at most; then some did at the last. */
static bool run_rounds(struct machine *m, size_t first, size_t end, uint64_t *rounds_left)
{
	do {
		m->changed = false;
		if (!explore(m, first, end))
			return false;
		m->changed = false;
		if (!run_round(m, first, end))
			return false;
	} while (m->changed && --*rounds_left && !fault_is(FAULT_RECURSE_ONCE));
	if (fault_is(FAULT_RECURSE_ONCE))
		m->changed = false;
	return true;
}

/* Writes down what rests on what, of each row that may change once. */
static bool write_down(struct machine *m, struct frontier *f, size_t first, size_t end)
{
	bool on_demand = is_on_demand(m, first, end), done;

	if (on_demand && !is_begun(m, first, end))
		forget_spent(m, first, end);
	m->frontier = f;
	done = explore(m, first, end) && (on_demand || run_round(m, first, end));
	m->frontier = NULL;
	return done;
}

static struct frontier *frontier_of(struct machine *m, size_t first, size_t end)
{
	if (!m->frontiers[first])
		m->frontiers[first] = frontier_new(m, first, end);
	return m->frontiers[first] && frontier_fits(m->frontiers[first]) ?
	    m->frontiers[first] : NULL;
}

/*
 * What was asked for is run once, and it is written down what each row rests
 * on; then truths rise along that.  Rows of a unit that is run for all of them
 * mostly settle in a few rounds, so that begins after those.
 */
static bool run_component(struct machine *m, size_t first, size_t end)
{
	struct frontier *f = frontier_of(m, first, end);
	uint64_t limit = limit_get(LIMIT_FIXPOINT), left = limit;

	if (f && !is_on_demand(m, first, end)) {
		left = m->options && m->options->rounds ? m->options->rounds : ROUNDS;
		left = left < limit ? left : limit;
		limit -= left;
		if (!run_rounds(m, first, end, &left))
			return false;
		if (!m->changed)
			return true;
		frontier_reset(f);
		left = limit;
	}
	if (f && left > 0) {
		if (!write_down(m, f, first, end))
			return false;
		if (is_explored(m, first, end) && (fault_is(FAULT_RECURSE_ONCE) ||
		    frontier_spread(m, f)))
			return true;
	}
	if (left > 0 && !run_rounds(m, first, end, &left))
		return false;
	if (m->changed)
		poison_stores(m, first, end, limit_name(LIMIT_FIXPOINT));
	return true;
}

/* What was asked of the group so far.  False: it waits for earlier units. */
static bool run_group(struct machine *m, size_t first)
{
	size_t end = group_end(m, first);
	bool done;

	m->recursive = m->program->units.items[first].component != SCHEMA_NONE;
	done = m->recursive ? run_component(m, first, end) : explore(m, first, end);
	m->recursive = false;
	if (!done)
		return false;
	m->settled[first] = true;
	for (size_t u = first; u < end; u++) {
		m->asked[u].done = m->asked[u].count;
		m->asked[u].waves.count = 0;
	}
	if (m->frontiers[first])
		frontier_reset(m->frontiers[first]);
	return true;
}

static bool is_asked(const struct machine *m, size_t first)
{
	for (size_t u = first, end = group_end(m, first); u < end; u++)
		if (m->asked[u].done < m->asked[u].count)
			return true;
	return false;
}

/* All that groups before END were asked for.  Who waits is done again after
 * the earlier ones, which ask nobody behind them. */
static void settle(struct machine *m, size_t end)
{
	for (size_t g = 0; g < end;)
		g = is_asked(m, g) && !run_group(m, g) ? 0 : group_end(m, g);
}

/* The first rows make what is made once for all batches; then several threads
 * go on.  False: rows from LOW on are still to be run. */
static bool run_some(struct machine *m, const struct program_unit *unit, uint64_t *low,
    uint64_t end)
{
	uint32_t batch = choose_batch(m, unit);
	uint64_t first = batch < BATCH_LEAST ? batch : BATCH_LEAST;

	return run_rows(m, unit, low, first < end ? first : end) &&
	    !m->sick && team_run(m, unit, *low, end, batch);
}

/* A unit that is run once, for all its rows. */
static void run_once(struct machine *m, size_t u)
{
	const struct program_unit *unit = &m->program->units.items[u];
	const struct run_part *part = m->options ? m->options->part : NULL;
	const struct run_rows all = { 0, root_rows(m, unit) };
	const struct run_rows *rows = part ? part->pieces[u].rows.items : &all;
	size_t count = part ? part->pieces[u].rows.count : 1;

	if (is_too_large(m, unit))
		return;
	for (size_t i = 0; i < count; i++) {
		uint64_t low = rows[i].low;

		if (team_can(m, unit, rows[i].end - low) &&
		    run_some(m, unit, &low, rows[i].end))
			continue;
		while (!run_rows(m, unit, &low, rows[i].end))
			settle(m, u);
	}
	result_flush(m);
}

static bool is_left_out(const struct machine *m, size_t unit)
{
	return m->options && m->options->part && !m->options->part->pieces[unit].runs;
}

/* How many rows were made for the units from FIRST to END.  Pairs that were
 * asked for count as the first instruction of their unit. */
static uint64_t work_of(const struct machine *m, size_t first, size_t end)
{
	uint64_t work = 0;

	for (size_t u = first; u < end; u++) {
		const struct program_unit *unit = &m->program->units.items[u];

		work += m->asked[u].count;
		for (size_t i = unit->first; i < unit->first + unit->count; i++)
			work += m->spent[i];
	}
	return work;
}

static void limit_work(uint64_t work)
{
	if (work > limit_get(LIMIT_WORK))
		guard_raise(limit_name(LIMIT_WORK));
}

/* What was done for earlier units may become more, never less: where the sum so
 * far is too much the whole would be. */
static void run_units(struct machine *m)
{
	size_t count = m->program->units.count;
	uint64_t work = 0;

	for (size_t g = 0; g < count; g = group_end(m, g)) {
		if (is_left_out(m, g))
			continue;
		for (size_t u = g; u < group_end(m, g); u++)
			open_stores(m, u);
		if (m->program->units.items[g].component == SCHEMA_NONE && !m->asked[g].on)
			run_once(m, g);
		else
			while (!run_group(m, g))
				settle(m, g);
		work += work_of(m, g, group_end(m, g));
		limit_work(work);
	}
	limit_work(work_of(m, 0, count));
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

		if (!t->failed)
			continue;
		*t = (struct tally){ .failed = true, .trouble = t->trouble };
		if (m->outcomes)
			outcomes_forget(m->outcomes, (uint32_t)i);
	}
}

/* As work_of() counts. */
static void tell_spent(const struct machine *m, uint64_t *spent)
{
	memcpy(spent, m->spent, m->program->code.count * sizeof(*spent));
	for (size_t u = 0; u < m->program->units.count; u++)
		if (m->asked[u].count)
			spent[m->program->units.items[u].first] += m->asked[u].count;
}

void run_keep(struct arena *arena, const struct program *program,
    const struct graph *graph, const struct run_options *options,
    struct tally *tallies, struct outcomes *outcomes)
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
	m->arena = m->common = holder->arena;
	m->program = program;
	m->graph = graph;
	m->options = options;
	m->most_children = options && options->children ? options->children : BATCH_CHILDREN;
	m->tallies = tallies;
	m->outcomes = outcomes;
	m->kept = outcomes ? outcomes_arena(outcomes) : m->arena;
	machine_link(m);
	run_units(m);
	finish(m);
	if (options && options->spent)
		tell_spent(m, options->spent);
	release(holder);
}

void run_program(struct arena *arena, const struct program *program,
    const struct graph *graph, const struct run_options *options,
    struct tally *tallies, const struct verdict_sink *sink)
{
	struct arena *own = arena_new_in(arena);
	struct outcomes *outcomes = sink ? outcomes_new(own, program->rules.count,
	    sink->wanted, graph->symbols) : NULL;

	run_keep(own, program, graph, options, tallies, outcomes);
	if (sink)
		outcomes_tell(outcomes, sink);
	arena_free(own);
}
