/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring of batches.  The thread that makes them owns the scanner and every
 * batch that is not ready; the one that asks owns the ready ones.  With one
 * thread there is one batch.
 */
#include "inventory/batches.h"

#include <pthread.h>

#include "base/guard.h"
#include "inventory/json_scan.h"
#include "inventory/yaml_lines.h"
#include "inventory/yaml_scan.h"

/* Tokens of a batch, and how many batches may wait. */
#define BATCH 2048
#define AHEAD 4

struct batch {
	struct arena *texts;
	struct arena_mark mark;		/* TEXTS when it is empty */
	struct tokens *tokens;
	enum token_status status;
	const char *raised;		/* while it was made, or NULL */
};

struct batches {
	struct json_scan *json;		/* one of them */
	struct yaml_scan *yaml;
	struct yaml_lines *lines;
	struct batch ring[AHEAD];
	bool is_ahead, is_asked;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned made, taken;		/* batches; under the lock */
	bool stop;			/* likewise */
};

static void make_batch(struct batches *b, struct batch *batch)
{
	arena_rollback(batch->texts, batch->mark);
	if (b->json) {
		b->json->texts = batch->texts;
		batch->status = json_scan_some(b->json, batch->tokens, BATCH);
	} else if (b->lines) {
		batch->status = yaml_lines_some(b->lines, batch->texts,
		    batch->tokens, BATCH);
	} else {
		yaml_scan_into(b->yaml, batch->texts);
		batch->status = yaml_scan_some(b->yaml, batch->tokens, BATCH);
	}
}

/* --- ahead ---------------------------------------------------------------- */

static void make_guarded(struct batches *b, struct batch *batch)
{
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		batch->raised = guard_reason();
		batch->status = TOKENS_WRONG;
		return;
	}
	make_batch(b, batch);
	guard_clear(&guard);
}

/* The next batch that is to be made; NULL: no more are wanted. */
static struct batch *wait_for_room(struct batches *b)
{
	struct batch *batch;

	pthread_mutex_lock(&b->lock);
	while (b->made - b->taken == AHEAD && !b->stop)
		pthread_cond_wait(&b->changed, &b->lock);
	batch = b->stop ? NULL : &b->ring[b->made % AHEAD];
	pthread_mutex_unlock(&b->lock);
	return batch;
}

static void *make_all(void *item)
{
	struct batches *b = item;
	enum token_status status = TOKENS_SOME;
	struct batch *batch;

	while (status == TOKENS_SOME && (batch = wait_for_room(b))) {
		make_guarded(b, batch);
		status = batch->status;
		pthread_mutex_lock(&b->lock);
		b->made++;
		pthread_cond_signal(&b->changed);
		pthread_mutex_unlock(&b->lock);
	}
	return NULL;
}

static void stop(void *item)
{
	struct batches *b = item;

	if (b->is_ahead) {
		pthread_mutex_lock(&b->lock);
		b->stop = true;
		pthread_cond_signal(&b->changed);
		pthread_mutex_unlock(&b->lock);
		pthread_join(b->thread, NULL);
	}
	pthread_cond_destroy(&b->changed);
	pthread_mutex_destroy(&b->lock);
}

/* --- both ----------------------------------------------------------------- */

static void begin_scan(struct batches *b, struct arena *arena,
    enum scanner scanner, struct str bytes)
{
	if (scanner == SCAN_JSON || scanner == SCAN_NDJSON) {
		b->json = ARENA_NEW(arena, struct json_scan);
		json_scan_init(b->json, arena, b->ring[0].texts, bytes,
		    input_mark(bytes), input_depth());
		b->json->by_lines = scanner == SCAN_NDJSON;
	} else if (scanner == SCAN_YAML_LINES) {
		b->lines = yaml_lines_new(arena, bytes, input_depth());
	} else {
		b->yaml = yaml_scan_new(arena, b->ring[0].texts, bytes,
		    input_depth());
	}
}

struct batches *batches_new(struct arena *arena, enum scanner scanner,
    struct str bytes, bool ahead)
{
	struct batches *b = ARENA_NEW(arena, struct batches);

	for (unsigned i = 0; i < (ahead ? AHEAD : 1); i++) {
		struct batch *batch = &b->ring[i];

		batch->texts = arena_new_in(arena);
		batch->mark = arena_here(batch->texts);
		batch->tokens = ARENA_NEW(arena, struct tokens);
		tokens_init(batch->tokens, arena);
	}
	/* A region belongs to one thread: the scanner has its own. */
	begin_scan(b, arena_new_in(arena), scanner, bytes);
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->changed, NULL);
	arena_defer(arena, stop, b);
	b->is_ahead = ahead && !pthread_create(&b->thread, NULL, make_all, b);
	return b;
}

static struct batch *wait_for_batch(struct batches *b)
{
	struct batch *batch;

	pthread_mutex_lock(&b->lock);
	while (b->made == b->taken)
		pthread_cond_wait(&b->changed, &b->lock);
	batch = &b->ring[b->taken % AHEAD];
	pthread_mutex_unlock(&b->lock);
	return batch;
}

/* The one that was asked for before is not needed any more. */
static void give_back(struct batches *b)
{
	pthread_mutex_lock(&b->lock);
	b->taken++;
	pthread_cond_signal(&b->changed);
	pthread_mutex_unlock(&b->lock);
}

enum token_status batches_next(struct batches *b, const struct tokens **tokens)
{
	struct batch *batch = b->ring;

	if (!b->is_ahead) {
		make_batch(b, batch);
	} else {
		if (b->is_asked)
			give_back(b);
		b->is_asked = true;
		batch = wait_for_batch(b);
		if (batch->raised)
			guard_raise(batch->raised);
	}
	*tokens = batch->tokens;
	return batch->status;
}
