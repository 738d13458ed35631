/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workers are processes: each takes the next mutant off a counter that they
 * share, compiles it, and runs the tests of the rules it can influence until
 * one fails.  Answers stand by number in shared memory, so the report is the
 * same whoever found them.
 *
 * A mutant's schema is that of the pack (only bodies are mutated), so the
 * inventory of a test is bound once in each worker.
 */
#include "cli/mutate_run.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/limits.h"
#include "cli/terminal.h"
#include "cli/trial.h"
#include "cli/write.h"
#include "compiler/given.h"

#define MOST_JOBS 64
#define BAR_WIDTH 30

/* What the workers share. */
struct board {
	atomic_size_t next, done, survivors;
	size_t current[MOST_JOBS];	/* that a worker is at */
	uint8_t states[];
};

struct worker {
	const struct mutate_run *run;
	struct board *board;
	unsigned number;
	struct graph **graphs;		/* by test of the tree; NULL: not bound yet */
	struct arena *arena;		/* of the graphs */
	struct arena *item_arena;	/* of what follows */
	uint32_t item;
	struct mutant_sources sources;
	VEC(uint32_t) tests;		/* of the tree, that the item can influence */
};

/* --- one mutant --------------------------------------------------------------- */

static void open_item(struct worker *w, uint32_t item)
{
	const struct mutate_run *run = w->run;
	const struct mutable_item *at = &run->mutations.items.items[item];

	if (w->item_arena && w->item == item)
		return;
	if (w->item_arena)
		arena_free(w->item_arena);
	w->item_arena = arena_new();
	w->item = item;
	w->sources = mutate_sources(w->item_arena, run->session->all, run->tree,
	    &run->mutations, item);
	memset(&w->tests, 0, sizeof(w->tests));
	for (size_t t = 0; t < run->tree->tests.count; t++)
		if (at->affects[run->tree->tests.items[t].rule_index])
			*VEC_PUSH(w->item_arena, &w->tests) = (uint32_t)t;
}

static struct graph *graph_of(struct worker *w, uint32_t test)
{
	const struct mutate_run *run = w->run;
	struct graph **graph = &w->graphs[test];

	if (!*graph)
		*graph = inventory_bind(w->arena, run->session->all,
		    run->tree->schema, given_document(w->arena,
		    run->tree->schema, run->tree->tests.items[test].given),
		    &run->options);
	return *graph;
}

static struct tree *compile(struct worker *w, struct arena *arena,
    const struct mutation *mutation, struct sources *sources)
{
	struct compile_options options = { .unused_allowed = true,
		.packed_count = w->sources.count };
	struct packed_source *packed = ARENA_ARRAY(arena, struct packed_source,
	    w->sources.count);

	memcpy(packed, w->sources.items, w->sources.count * sizeof(*packed));
	packed[w->sources.changed].bytes = mutate_bytes(arena,
	    packed[w->sources.changed].bytes, mutation);
	options.packed = packed;
	return compile_check(arena, diagnostics_new(arena, sources), &options);
}

/* Does the test notice? */
static bool test_fails(struct worker *w, struct arena *arena,
    const struct tree *tree, size_t t, const struct sources *sources)
{
	struct trial trial = { .sources = sources, .tree = tree, .arena = arena,
		.test = &tree->tests.items[t],
		.graph = graph_of(w, w->tests.items[t]) };
	struct verdict_sink sink = { trial_keep, &trial, ~0u };
	struct tally tally = { .failed = false };

	trial.evaluator = evaluator_new(arena, tree, trial.graph);
	evaluate_rule(trial.evaluator, trial.test->rule_index, &tally, &sink);
	trial_judge(&trial);
	return trial.failures != 0;
}

static enum mutant_state try_mutant(struct worker *w, struct arena *arena, size_t i)
{
	const struct mutation *mutation = &w->run->mutations.list.items[i];
	struct sources *sources = sources_new(arena);
	struct tree *tree;

	open_item(w, mutation->item);
	tree = compile(w, arena, mutation, sources);
	if (!tree)
		return MUTANT_REFUSED;
	assert(tree->tests.count == w->tests.count);
	for (size_t t = 0; t < tree->tests.count; t++)
		if (test_fails(w, arena, tree, t, sources))
			return MUTANT_NOTICED;
	return MUTANT_SURVIVES;
}

#ifdef SCARP_COVERAGE
void __gcov_dump(void);
#endif

/* A worker ends without what its parent will do when that ends; but what it
 * counted of branches is written down. */
static _Noreturn void leave(int status)
{
#ifdef SCARP_COVERAGE
	__gcov_dump();
#endif
	_exit(status);
}

/* A mutant that nests too deeply could not be shipped either.  Anything else
 * that ends it (memory) says nothing of it, so the whole run ends. */
static enum mutant_state try_guarded(struct worker *w, size_t i)
{
	struct arena *arena = arena_new();
	struct guard guard;
	enum mutant_state state;

	if (GUARD_SET(&guard)) {
		state = try_mutant(w, arena, i);
		guard_clear(&guard);
	} else {
		if (!str_equal(str_of(guard_reason()),
		    str_of(limit_name(LIMIT_EXPRESSION_DEPTH))))
			leave(STATUS_UNTRUSTED);
		state = MUTANT_REFUSED;
	}
	arena_free(arena);
	return state;
}

static void work(struct worker *w)
{
	struct board *board = w->board;
	size_t count = w->run->mutations.list.count, i;

	while ((i = atomic_fetch_add(&board->next, 1)) < count) {
		if (w->run->states[i] == MUTANT_LEFT_OUT)
			continue;
		board->current[w->number] = i;
		board->states[i] = (uint8_t)try_guarded(w, i);
		atomic_fetch_add(&board->done, 1);
		if (board->states[i] == MUTANT_SURVIVES)
			atomic_fetch_add(&board->survivors, 1);
	}
}

/* --- all of them ----------------------------------------------------------------- */

struct crew {
	const struct mutate_run *run;
	struct board *board;
	pid_t pids[MOST_JOBS];
	unsigned count;
	size_t wanted;			/* mutants to try */
	int failed;			/* status of a worker that did not end well, */
	unsigned failed_worker;		/* this one */
};

static void draw_bar(const struct crew *crew)
{
	size_t done = atomic_load(&crew->board->done);
	size_t full = crew->wanted ? done * BAR_WIDTH / crew->wanted : BAR_WIDTH;
	char bar[BAR_WIDTH + 1] = { 0 };

	memset(bar, '.', BAR_WIDTH);
	memset(bar, '#', full);
	fprintf(stderr, "\r[%s] %zu/%zu mutants, %zu surviving", bar, done,
	    crew->wanted, (size_t)atomic_load(&crew->board->survivors));
	fflush(stderr);
}

static void clear_bar(void)
{
	fprintf(stderr, "\r%*s\r", BAR_WIDTH + 50, "");
	fflush(stderr);
}

/* Answers how many workers are still at work. */
static unsigned collect(struct crew *crew, bool wait_for_them)
{
	unsigned left = 0;

	for (unsigned w = 0; w < crew->count; w++) {
		int status = 0;
		pid_t ended = 0;

		if (crew->pids[w] == 0)
			continue;
		do {
			ended = waitpid(crew->pids[w], &status,
			    wait_for_them ? 0 : WNOHANG);
		} while (ended < 0 && errno == EINTR);
		if (ended == 0) {
			left++;
			continue;
		}
		crew->pids[w] = 0;
		if (status == 0)
			continue;
		crew->failed_worker = w;
		crew->failed = WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_FAULT;
	}
	return left;
}

static void wait_for(struct crew *crew)
{
	bool is_shown = progress_is_shown(crew->run->session);
	struct timespec moment = { 0, 100000000 };
	unsigned moments = 0;

	progress_stop();
	if (!is_shown) {
		collect(crew, true);
		return;
	}
	do {
		if (moments++ >= 5)
			draw_bar(crew);
		nanosleep(&moment, NULL);
	} while (collect(crew, false));
	if (moments > 5)
		clear_bar();
}

static void start(struct crew *crew)
{
	unsigned jobs = crew->run->jobs < MOST_JOBS ? crew->run->jobs : MOST_JOBS;

	fflush(NULL);
	for (unsigned j = 0; j < jobs; j++) {
		struct worker worker = { .run = crew->run, .board = crew->board,
			.number = crew->count };
		pid_t pid = fork();

		if (pid == 0) {
			worker.arena = arena_new();
			worker.graphs = ARENA_ARRAY(worker.arena, struct graph *,
			    crew->run->tree->tests.count);
			work(&worker);
			leave(STATUS_CLEAN);
		}
		if (pid > 0)
			crew->pids[crew->count++] = pid;
	}
}

static int report_failure(struct crew *crew)
{
	const struct mutate_run *run = crew->run;
	const struct mutation *at = &run->mutations.list.items[
	    crew->board->current[crew->failed_worker]];
	struct text place;

	text_init(&place, run->session->arena);
	write_place(&place, run->session->sources, at->span);
	if (crew->failed == STATUS_UNTRUSTED)
		return session_refuse(run->session, DIAG_E8665,
		    "the mutant at %.*s took more memory than there is or may "
		    "be used\n"
		    "`--limit memory=NUMBER` with a higher number lets it have "
		    "more", STR_ARG(text_str(&place)));
	session_fail(run->session, "this is a fault of scarp, not of the pack: "
	    "trying a mutant at %.*s ended a worker",
	    STR_ARG(text_str(&place)));
	return STATUS_FAULT;
}

int mutate_run(struct mutate_run *run)
{
	size_t count = run->mutations.list.count;
	size_t size = sizeof(struct board) + count;
	struct crew crew = { .run = run };

	crew.board = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (crew.board == MAP_FAILED)
		return session_fail(run->session, "no memory to share with "
		    "workers");
	for (size_t i = 0; i < count; i++)
		crew.wanted += run->states[i] != MUTANT_LEFT_OUT;
	start(&crew);
	if (crew.count == 0)
		return session_fail(run->session, "no worker could be "
		    "started");
	wait_for(&crew);
	memcpy(run->states, crew.board->states, count);
	if (!crew.failed && atomic_load(&crew.board->done) != crew.wanted)
		crew.failed = STATUS_FAULT;	/* lost, and nobody knows where */
	if (crew.failed)
		return report_failure(&crew);
	munmap(crew.board, size);
	return STATUS_CLEAN;
}
