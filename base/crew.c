/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crew.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#include "base/guard.h"
#include "base/intern.h"
#include "base/limits.h"
#include "base/stack.h"

struct member {
	struct crew *crew;
	pthread_t thread;
	unsigned number;
};

struct crew {
	unsigned size;			/* with the caller */
	unsigned made;			/* threads there are */
	struct member *members;
	pthread_mutex_t lock;
	pthread_mutex_t alone;
	pthread_cond_t begins, ends;
	uint64_t round;			/* of work */
	unsigned busy;			/* threads in this round */
	bool is_over;
	crew_work *work;
	void *context;
	const char *reason;		/* what was raised in this round, or NULL */
	atomic_bool has_failed;
};

unsigned crew_processors(void)
{
	cpu_set_t set;
	int count;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	count = CPU_COUNT(&set);
	return count < 1 ? 1 : count > CREW_MOST ? CREW_MOST : (unsigned)count;
}

/* Of several reasons the one that is first by its words: the same whichever
 * member was first in time. */
static void note_failure(struct crew *crew, const char *reason)
{
	pthread_mutex_lock(&crew->lock);
	if (!crew->reason || strcmp(reason, crew->reason) < 0)
		crew->reason = reason;
	pthread_mutex_unlock(&crew->lock);
	atomic_store(&crew->has_failed, true);
}

static void take_part(struct crew *crew, unsigned number)
{
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		note_failure(crew, guard_reason());
		return;
	}
	crew->work(crew->context, number);
	guard_clear(&guard);
}

static void *run_member(void *item)
{
	struct member *member = item;
	struct crew *crew = member->crew;
	uint64_t seen = 0;

	pthread_mutex_lock(&crew->lock);
	for (;;) {
		while (!crew->is_over && crew->round == seen)
			pthread_cond_wait(&crew->begins, &crew->lock);
		if (crew->is_over)
			break;
		seen = crew->round;
		pthread_mutex_unlock(&crew->lock);
		take_part(crew, member->number);
		pthread_mutex_lock(&crew->lock);
		if (--crew->busy == 0)
			pthread_cond_signal(&crew->ends);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

void crew_wait(struct crew *crew)
{
	pthread_mutex_lock(&crew->lock);
	while (crew->busy > 0)
		pthread_cond_wait(&crew->ends, &crew->lock);
	pthread_mutex_unlock(&crew->lock);
}

static void end(void *item)
{
	struct crew *crew = item;

	crew_wait(crew);
	pthread_mutex_lock(&crew->lock);
	crew->is_over = true;
	pthread_cond_broadcast(&crew->begins);
	pthread_mutex_unlock(&crew->lock);
	for (unsigned i = 0; i < crew->made; i++)
		pthread_join(crew->members[i].thread, NULL);
	pthread_cond_destroy(&crew->begins);
	pthread_cond_destroy(&crew->ends);
	pthread_mutex_destroy(&crew->lock);
	pthread_mutex_destroy(&crew->alone);
}

struct crew *crew_new(struct arena *arena, unsigned jobs)
{
	struct crew *crew = ARENA_NEW(arena, struct crew);

	assert(jobs >= 1 && jobs <= CREW_MOST);
	crew->size = jobs;
	crew->members = ARENA_ARRAY(arena, struct member, jobs);
	pthread_mutex_init(&crew->lock, NULL);
	pthread_mutex_init(&crew->alone, NULL);
	pthread_cond_init(&crew->begins, NULL);
	pthread_cond_init(&crew->ends, NULL);
	arena_defer(arena, end, crew);
	/* What is made when it is first asked for is made before there is
	 * more than one thread to ask. */
	hash_bytes("", 0);
	for (int i = 0; i < LIMIT_COUNT; i++)
		limit_name((enum limit)i);
	return crew;
}

unsigned crew_size(const struct crew *crew)
{
	return crew ? crew->size : 1;
}

/* A thread that cannot be had is done without. */
static void make_threads(struct crew *crew)
{
	sigset_t all, before;
	pthread_attr_t attributes;

	if (crew->made + 1 == crew->size)
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	for (unsigned i = crew->made; i + 1 < crew->size; i++) {
		struct member *member = &crew->members[i];

		*member = (struct member){ .crew = crew, .number = i + 1 };
		if (pthread_create(&member->thread, &attributes, run_member, member))
			break;
		crew->made = i + 1;
	}
	crew->size = crew->made + 1;
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void crew_start(struct crew *crew, crew_work *work, void *context)
{
	make_threads(crew);
	pthread_mutex_lock(&crew->lock);
	assert(crew->busy == 0);
	crew->work = work;
	crew->context = context;
	crew->reason = NULL;
	atomic_store(&crew->has_failed, false);
	crew->busy = crew->made;
	crew->round++;
	pthread_cond_broadcast(&crew->begins);
	pthread_mutex_unlock(&crew->lock);
}

void crew_finish(struct crew *crew)
{
	const char *reason;

	take_part(crew, 0);
	crew_wait(crew);
	pthread_mutex_lock(&crew->lock);
	reason = crew->reason;
	pthread_mutex_unlock(&crew->lock);
	if (reason)
		guard_raise(reason);
}

void crew_do(struct crew *crew, crew_work *work, void *context)
{
	if (crew_size(crew) == 1) {
		work(context, 0);
		return;
	}
	crew_start(crew, work, context);
	crew_finish(crew);
}

void crew_alone(struct crew *crew, void (*work)(void *context), void *context)
{
	struct guard guard;

	pthread_mutex_lock(&crew->alone);
	if (!GUARD_SET(&guard)) {
		pthread_mutex_unlock(&crew->alone);
		guard_raise(guard_reason());
	}
	work(context);
	guard_clear(&guard);
	pthread_mutex_unlock(&crew->alone);
}

bool crew_has_failed(const struct crew *crew)
{
	return crew && atomic_load(&crew->has_failed);
}
