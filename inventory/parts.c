/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/parts.h"

#include <pthread.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/io.h"
#include "inventory/batches.h"
#include "inventory/bind_tokens.h"
#include "inventory/read.h"

/* Files of fewer bytes together are read by one thread. */
#define WORTH_IT ((uint64_t)1 << 20)
#define THREADS_MOST 64

static bool is_slow;

void load_slowly(bool slowly)
{
	is_slow = slowly;
}

static bool take_tokens(struct facts *part, uint32_t file,
    const struct provenance *who, enum scanner scanner, bool ahead)
{
	struct str bytes = source_bytes(diagnostics_sources(part->all), file);
	struct token_bind *bind = bind_tokens_new(part, file, who,
	    scanner == SCAN_NDJSON);
	enum token_status status = TOKENS_SOME;
	struct arena *region = arena_new_in(part->arena);
	const struct tokens *tokens;
	struct batches *batches = batches_new(region, scanner, bytes, ahead);
	bool is_good = true;

	while (status == TOKENS_SOME && is_good) {
		status = batches_next(batches, &tokens);
		is_good = status <= TOKENS_ALL &&
		    bind_tokens_take(bind, tokens);
	}
	arena_free(region);
	return is_good && bind_tokens_end(bind);
}

/* Other forms of JSON are not looked through first. */
static bool begins_as_ours(struct str bytes)
{
	static const char *const keys[] = { "\"scarp\"", "\"schema\"",
		"\"source\"", "\"complete\"" };
	size_t i = input_mark(bytes);

	while (i < bytes.length && bytes.at[i] &&
	    strchr(" \t\r\n{", bytes.at[i]))
		i++;
	bytes = str_slice(bytes, i, bytes.length);
	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (str_starts(bytes, str_of(keys[i])))
			return true;
	return false;
}

/* --- one file ------------------------------------------------------------- */

/* What the first file says is kept where it is to stay.  What was read in vain
 * leaves nothing behind. */
static bool try_scanner(struct facts *facts, struct part *part,
    const struct provenance *who, enum scanner scanner, struct arena *kept,
    bool ahead)
{
	struct sources *sources = diagnostics_sources(facts->all);
	struct arena_mark before = arena_here(part->arena);
	struct arena_mark kept_before = arena_here(kept);
	struct facts *made = facts_new(part->arena, kept,
	    diagnostics_new(part->arena, sources), facts->schema,
	    facts->options);

	if (take_tokens(made, part->file, who, scanner, ahead)) {
		part->facts = made;
		return true;
	}
	arena_rollback(part->arena, before);
	if (kept != part->arena)
		arena_rollback(kept, kept_before);
	return false;
}

static void read_part(struct facts *facts, struct part *part, bool is_first,
    bool ahead)
{
	struct sources *sources = diagnostics_sources(facts->all);
	struct str bytes = source_bytes(sources, part->file);
	struct provenance who = { .grade = GRADE_DECLARED,
		.name = source_name(sources, part->file), .span = SPAN_NONE };
	enum input_format format = input_format(who.name, bytes);
	struct arena *kept = is_first ? facts->kept : part->arena;

	part->digest = io_sha256(part->arena, bytes);
	if (is_slow)
		return;
	if (format == INPUT_JSON && begins_as_ours(bytes))
		try_scanner(facts, part, &who, SCAN_JSON, kept, ahead);
	if (format == INPUT_NDJSON && begins_as_ours(bytes))
		try_scanner(facts, part, &who, SCAN_NDJSON, kept, ahead);
	if (format == INPUT_YAML && input_check_yaml(
	    diagnostics_new(part->arena, sources), part->file) &&
	    !try_scanner(facts, part, &who, SCAN_YAML_LINES, kept, ahead))
		try_scanner(facts, part, &who, SCAN_YAML, kept, ahead);
}

/* Those that were not there yet are what FROM says. */
static void adopt(struct facts *facts, const struct facts *from)
{
	struct facts former = *facts;

	*facts = *from;
	facts->all = former.all;
	facts->errors_before = former.errors_before;
	facts->incomplete = former.incomplete;
}

bool part_join(struct facts *facts, struct part *part)
{
	bool is_good = part->facts != NULL;

	if (is_good && part->facts->kept == facts->kept) {
		adopt(facts, part->facts);
		return true;
	}
	is_good = is_good && facts_join(facts, part->facts);
	arena_free(part->arena);
	part->facts = NULL;
	return is_good;
}

/* --- several files -------------------------------------------------------- */

struct work {
	struct facts *facts;
	struct part *parts;
	size_t count, next;
	bool is_first;		/* nothing was said before these files */
	bool ahead;		/* there are more processors than files */
};

/* Takes one file after the other until there is none left. */
static void *work_on(void *item)
{
	struct work *work = item;
	size_t i;

	while ((i = __atomic_fetch_add(&work->next, 1, __ATOMIC_RELAXED)) <
	    work->count) {
		struct part *part = &work->parts[i];
		struct guard guard;

		if (!GUARD_SET(&guard)) {
			part->raised = guard_reason();
			continue;
		}
		read_part(work->facts, part, work->is_first && i == 0,
		    work->ahead);
		guard_clear(&guard);
	}
	return NULL;
}

static unsigned wanted_threads;
static uint64_t worth_it = WORTH_IT;

void parts_threads(unsigned threads, uint64_t bytes)
{
	wanted_threads = threads;
	worth_it = threads ? bytes : WORTH_IT;
}

static unsigned threads_for(const struct facts *facts,
    const struct part *parts, size_t count)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t bytes = 0;
	size_t most = wanted_threads ? wanted_threads : processors > 0 ?
	    (size_t)processors : 1;

	for (size_t i = 0; i < count; i++)
		bytes += source_bytes(diagnostics_sources(facts->all),
		    parts[i].file).length;
	if (bytes < worth_it || memory_fail_left())
		return 1;
	return most > THREADS_MOST ? THREADS_MOST : (unsigned)most;
}

void parts_read(struct facts *facts, struct part *parts, size_t count)
{
	struct work work = { .facts = facts, .parts = parts, .count = count,
		.is_first = facts_are_none(facts) };
	pthread_t threads[THREADS_MOST];
	unsigned started = 0, wanted = threads_for(facts, parts, count);

	for (size_t i = 0; i < count; i++)
		parts[i].arena = arena_new_in(facts->arena);
	work.ahead = wanted > count;
	/* The key of the hashes is made before there are threads. */
	hash_bytes("", 0);
	while (started + 1 < wanted && started + 1 < count &&
	    !pthread_create(&threads[started], NULL, work_on, &work))
		started++;
	work_on(&work);
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < count; i++)
		if (parts[i].raised)
			guard_raise(parts[i].raised);
}
