/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/parts.h"

#include <stdatomic.h>

#include "base/crew.h"
#include "base/guard.h"
#include "base/sha256.h"
#include "inventory/batches.h"
#include "inventory/bind_tokens.h"
#include "inventory/read.h"

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
	size_t count;
	_Atomic size_t next;
	bool is_first;		/* nothing was said before these files */
	bool ahead;		/* there are more threads than files */
};

static void read_guarded(struct work *work, size_t i)
{
	struct part *part = &work->parts[i];
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		part->raised = guard_reason();
		return;
	}
	read_part(work->facts, part, work->is_first && i == 0, work->ahead);
	guard_clear(&guard);
}

static void digest_part(const struct work *work, struct part *part)
{
	struct str bytes = source_bytes(diagnostics_sources(work->facts->all),
	    part->file);

	sha256(bytes.at, bytes.length, part->digest);
}

/* Takes one file after the other until there is none left, then the digest of
 * one after the other: of a single file another thread makes it meanwhile. */
static void work_on(void *context, unsigned member)
{
	struct work *work = context;
	size_t i;

	(void)member;
	while ((i = atomic_fetch_add(&work->next, 1)) < 2 * work->count) {
		if (i < work->count)
			read_guarded(work, i);
		else
			digest_part(work, &work->parts[i - work->count]);
	}
}

static uint64_t bytes_of(const struct facts *facts, const struct part *parts,
    size_t count)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		bytes += source_length(diagnostics_sources(facts->all),
		    parts[i].file);
	return bytes;
}

void parts_read(struct facts *facts, struct part *parts, size_t count)
{
	struct work work = { .facts = facts, .parts = parts, .count = count,
		.is_first = facts_are_none(facts) };
	struct crew *crew = load_crew(facts, bytes_of(facts, parts, count));

	for (size_t i = 0; i < count; i++)
		parts[i].arena = arena_new_in(facts->arena);
	work.ahead = crew_size(crew) > count;
	crew_do(crew, work_on, &work);
	/* The first by its place, not in time. */
	for (size_t i = 0; i < count; i++)
		if (parts[i].raised)
			guard_raise(parts[i].raised);
}
