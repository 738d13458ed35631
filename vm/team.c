/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several threads run the batches of one unit.  Each member of the team is a
 * machine of its own: frames, values, scratch memory, what it counted and
 * emitted.  It shares with the head what no batch changes: the graph, tables,
 * constants, stores of earlier units; and cells that are filled once for all
 * batches (machine_once), which are published by atomic stores.
 *
 * A member takes a morsel of rows after the other.  Rows of stores are written
 * where they belong: morsels begin at whole words of planes, so no two members
 * write the same word.  What was emitted is put together in the order of
 * morsels, so the report does not depend on who was quick.
 *
 * Only what is plain is done so.  A limit that trips, memory that is refused,
 * a value that is poisoned: the members give up, and the head runs the same
 * rows again alone, as it would have without them.
 */
#include <assert.h>
#include <stdatomic.h>

#include "base/crew.h"
#include "base/guard.h"
#include "vm/machine.h"

/* Rows times instructions of a unit from which threads pay. */
#define WORK_LEAST (1u << 20)
/* Morsels for each member, where batches are not larger. */
#define MORSELS 8

/* What came of the rows of a morsel, among those of its member. */
struct morsel {
	unsigned member;
	size_t emitted, emitted_end;
	size_t set_rows, set_rows_end;
};

struct team {
	struct crew *crew;
	unsigned size;
	struct machine **members;
	/* The unit that is run: */
	uint64_t low, end;
	uint32_t rows;			/* of a morsel */
	size_t count;
	struct morsel *morsels;
	_Atomic size_t next;
	atomic_bool lost;
};

/* --- once for all --------------------------------------------------------- */

struct once {
	struct machine *m;
	void (*make)(struct machine *m, void *context);
	void *context;
};

static void make_once(void *context)
{
	const struct once *once = context;

	once->make(once->m, once->context);
}

void machine_once(struct machine *m, void (*make)(struct machine *m, void *context),
    void *context)
{
	struct once once = { m, make, context };

	if (m->head)
		crew_alone(m->head->team->crew, make_once, &once);
	else
		make(m, context);
}

/* --- members -------------------------------------------------------------- */

static struct machine *member_new(struct machine *head)
{
	const struct program *p = head->program;
	struct arena *arena = arena_new_in(head->arena);
	struct machine *m = ARENA_NEW(arena, struct machine);
	struct run_options *options = ARENA_NEW(arena, struct run_options);

	*m = *head;
	m->head = head;
	m->team = NULL;
	m->arena = arena;
	m->aside = arena_new_in(arena);
	m->aside_start = arena_here(m->aside);
	m->kept = arena_new_in(head->outcomes ? outcomes_arena(head->outcomes) : arena);
	m->scratch = scratch_new(arena);
	*options = *head->options;
	if (options->timings)
		options->timings = ARENA_ARRAY(arena, struct run_timing, p->code.count);
	m->options = options;
	m->tallies = ARENA_ARRAY(arena, struct tally, p->rules.count);
	m->constant_rows = ARENA_ARRAY(arena, struct constant_rows, p->constants.count);
	m->memos = ARENA_ARRAY(arena, struct memo, p->patterns.count);
	m->frames = ARENA_ARRAY(arena, struct frame, p->frames.count);
	m->values = ARENA_ARRAY(arena, struct value, head->most_registers);
	m->poisons = ARENA_ARRAY(arena, const char *, p->code.count);
	m->spent = ARENA_ARRAY(arena, uint64_t, p->code.count);
	m->spending = ARENA_ARRAY(arena, uint64_t, p->code.count);
	memset(&m->counted, 0, sizeof(m->counted));
	memset(&m->emitted, 0, sizeof(m->emitted));
	memset(&m->set_rows, 0, sizeof(m->set_rows));
	return m;
}

/* Before a unit: nothing is left of the one before. */
static void member_start(struct machine *m)
{
	const struct machine *head = m->head;
	const struct program_unit *unit = head->unit;

	m->unit = unit;
	m->iota = head->iota;
	m->lost = false;
	m->counted.count = 0;
	m->emitted.count = m->emitted_done = 0;
	arena_rollback(m->aside, m->aside_start);
	m->set_rows = (struct set_rows_list){ NULL, 0, 0 };
	m->set_rows_done = 0;
	memset(m->spent + unit->first, 0, unit->count * sizeof(*m->spent));
	memset(m->tallies, 0, m->program->rules.count * sizeof(*m->tallies));
	if (m->options->timings)
		memset(m->options->timings + unit->first, 0,
		    unit->count * sizeof(*m->options->timings));
}

static struct team *team_new(struct machine *head)
{
	struct team *team = ARENA_NEW(head->arena, struct team);

	team->crew = head->options->crew;
	team->size = crew_size(team->crew);
	team->members = ARENA_ARRAY(head->arena, struct machine *, team->size);
	for (unsigned i = 0; i < team->size; i++)
		team->members[i] = member_new(head);
	return team;
}

/* The head has its memory for itself again, and goes on alone. */
static void team_end(struct machine *head)
{
	struct team *team = head->team;

	for (unsigned i = 0; i < team->size; i++) {
		arena_free(team->members[i]->kept);
		arena_free(team->members[i]->arena);
	}
	head->team = NULL;
	head->alone = true;
}

/* --- rows ----------------------------------------------------------------- */

/* Memory that the machine does not have is not ours to mend. */
static void raise_unless_limit(void)
{
	if (guard_reason() != limit_name(LIMIT_MEMORY))
		guard_raise(guard_reason());
}

static void drop(struct machine *m)
{
	result_drop(m);
	m->set_rows.count = m->set_rows_done;
}

/* False: the member has lost, or there were too many children. */
static bool run_batch(struct machine *m, uint64_t low, uint32_t count)
{
	struct guard guard;

	m->now = m->unit->first;
	if (!GUARD_SET(&guard)) {
		raise_unless_limit();
		m->lost = true;
		return false;
	}
	batch_start(m, low, count);
	machine_step_all(m);
	guard_clear(&guard);
	if (m->split || m->lost) {
		drop(m);
		return false;
	}
	batch_keep(m);
	m->set_rows_done = m->set_rows.count;
	return true;
}

static void run_morsel(const struct team *team, struct machine *m, struct morsel *morsel,
    uint64_t low)
{
	uint64_t end = team->end - low < team->rows ? team->end : low + team->rows;
	uint32_t size = team->rows;

	morsel->emitted = m->emitted.count;
	morsel->set_rows = m->set_rows.count;
	while (low < end && !m->lost) {
		uint32_t count = end - low < size ? (uint32_t)(end - low) : size;

		if (run_batch(m, low, count)) {
			low += count;
			size = size < team->rows ? size * 2 : team->rows;
		} else
			size = count / 2;	/* of one row it has lost */
	}
	morsel->emitted_end = m->emitted.count;
	morsel->set_rows_end = m->set_rows.count;
}

static void run_member(void *context, unsigned number)
{
	struct team *team = context;
	struct machine *m = team->members[number];

	while (!atomic_load(&team->lost) && !crew_has_failed(team->crew)) {
		size_t i = atomic_fetch_add(&team->next, 1);

		if (i >= team->count)
			break;
		team->morsels[i].member = number;
		run_morsel(team, m, &team->morsels[i], team->low + i * (uint64_t)team->rows);
		if (m->lost)
			atomic_store(&team->lost, true);
	}
}

/* --- together ------------------------------------------------------------- */

/* Within the limit on rows, over all members? */
static bool is_within(const struct machine *head)
{
	const struct team *team = head->team;

	for (uint32_t i = 0; i < head->unit->count; i++) {
		uint64_t spent = head->spent[head->unit->first + i];

		for (unsigned k = 0; k < team->size; k++)
			spent += team->members[k]->spent[head->unit->first + i];
		if (spent > limit_get(LIMIT_ROWS))
			return false;
	}
	return true;
}

static bool join_sets(struct machine *head)
{
	const struct team *team = head->team;

	for (size_t i = 0; i < team->count; i++) {
		const struct morsel *morsel = &team->morsels[i];
		const struct machine *m = team->members[morsel->member];

		for (size_t r = morsel->set_rows; r < morsel->set_rows_end; r++)
			if (!kernel_store_join(head, &m->set_rows.items[r]))
				return false;
	}
	return true;
}

static void join_emitted(struct machine *head)
{
	const struct team *team = head->team;

	for (size_t i = 0; i < team->count; i++) {
		const struct morsel *morsel = &team->morsels[i];
		const struct machine *m = team->members[morsel->member];

		for (size_t e = morsel->emitted; e < morsel->emitted_end; e++)
			*VEC_PUSH(head->arena, &head->emitted) = m->emitted.items[e];
	}
	head->emitted_done = head->emitted.count;
}

static void join_counts(struct machine *head, const struct machine *m)
{
	size_t first = head->unit->first, end = first + head->unit->count;

	for (size_t i = 0; i < head->program->rules.count; i++)
		tally_add(&head->tallies[i], &m->tallies[i]);
	for (size_t i = first; i < end; i++)
		head->spent[i] += m->spent[i];
	for (size_t i = first; head->options->timings && i < end; i++) {
		head->options->timings[i].nanoseconds += m->options->timings[i].nanoseconds;
		head->options->timings[i].rows += m->options->timings[i].rows;
	}
}

/* False: what was emitted is as it was before. */
static bool join(struct machine *head)
{
	struct guard guard;
	bool done;

	if (!GUARD_SET(&guard)) {
		head->emitted.count = head->emitted_done;
		raise_unless_limit();
		return false;
	}
	done = is_within(head) && join_sets(head);
	if (done)
		join_emitted(head);
	guard_clear(&guard);
	return done;
}

static uint32_t morsel_rows(const struct team *team, uint64_t rows, uint32_t batch)
{
	uint64_t share;

	assert(team->size > 0);
	share = rows / team->size / MORSELS;
	if (share < BATCH_LEAST)
		share = BATCH_LEAST;
	return share < batch ? (uint32_t)(share + 63) & ~63u : batch;
}

static void start(struct machine *head, const struct program_unit *unit, uint64_t low,
    uint64_t end, uint32_t batch)
{
	struct team *team = head->team;

	head->unit = unit;
	for (unsigned i = 0; i < team->size; i++)
		member_start(team->members[i]);
	team->low = low;
	team->end = end;
	team->rows = morsel_rows(team, end - low, batch);
	team->count = (size_t)((end - low + team->rows - 1) / team->rows);
	team->morsels = ARENA_ARRAY(head->arena, struct morsel, team->count);
	atomic_store(&team->next, 0);
	atomic_store(&team->lost, false);
}

/* The members, and a plan for them.  False: there is no memory for that. */
static bool prepare(struct machine *head, const struct program_unit *unit, uint64_t low,
    uint64_t end, uint32_t batch)
{
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		raise_unless_limit();
		return false;
	}
	if (!head->team)
		head->team = team_new(head);
	start(head, unit, low, end, batch);
	guard_clear(&guard);
	return true;
}

bool team_run(struct machine *head, const struct program_unit *unit, uint64_t low,
    uint64_t end, uint32_t batch)
{
	struct team *team;

	if (low == end)
		return true;
	if (!prepare(head, unit, low, end, batch)) {
		head->alone = true;
		return false;
	}
	team = head->team;
	crew_do(team->crew, run_member, team);
	if (atomic_load(&team->lost) || !join(head)) {
		team_end(head);
		return false;
	}
	for (unsigned i = 0; i < team->size; i++)
		join_counts(head, team->members[i]);
	return true;
}

/* --- what may be shared out ------------------------------------------------ */

/* Texts that are made are numbered in the order of making; pairs are asked for
 * by what reads them. */
static bool is_apart(const struct machine *m, const struct instruction *in)
{
	bool makes_texts = in->op == OPCODE_CONCAT || in->op == OPCODE_TEXT_S ||
	    in->op == OPCODE_TEXT_N || in->op == OPCODE_FOLD;
	bool asks = opcode_info((enum opcode)in->op)->imm == IMM_STORE &&
	    m->stores[in->imm].asked;

	return !makes_texts && !asks;
}

bool team_can(struct machine *m, const struct program_unit *unit, uint64_t rows)
{
	if (!m->options || crew_size(m->options->crew) == 1 || m->alone || m->sick ||
	    m->options->part)
		return false;
	if (m->options->batch ? rows <= m->options->batch : rows * unit->count < WORK_LEAST)
		return false;
	for (size_t i = unit->first; i < unit->first + unit->count; i++)
		if (!is_apart(m, &m->program->code.items[i]))
			return false;
	return true;
}
