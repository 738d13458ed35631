/* SPDX-License-Identifier: Apache-2.0 */
/* The one allocator: what arena.h and pages.h declare of it. */
#include "base/pages.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"

static _Atomic uint64_t fail_countdown;
static atomic_int fail_lasting;

void memory_fail_at(uint64_t nth, int lasting)
{
	fail_countdown = nth;
	fail_lasting = lasting;
}

uint64_t memory_fail_left(void)
{
	return fail_countdown;
}

static bool is_refused(void)
{
	uint64_t left = atomic_load_explicit(&fail_countdown, memory_order_relaxed);

	while (left > (fail_lasting ? 1u : 0u))
		if (atomic_compare_exchange_weak(&fail_countdown, &left, left - 1))
			return left == 1;
	return left == 1;
}

/* Only advice: when it is not taken, all goes on.  The same of all of a
 * mapping: what is advised in part cannot be moved as a whole. */
static void advise(void *at, size_t size)
{
#ifdef MADV_HUGEPAGE
	int error = errno;

	if (size >= PAGES_HUGE)
		madvise(at, size, MADV_HUGEPAGE);
	errno = error;
#else
	(void)at, (void)size;
#endif
}

/* --- the heap ------------------------------------------------------------- */

static void *try_resize(void *old, size_t size)
{
	return is_refused() ? NULL : realloc(old, size ? size : 1);
}

void *memory_get(size_t size)
{
	void *memory;

	if (size < PAGES_HUGE)
		return memory_resize(NULL, size);
	if (is_refused() || posix_memalign(&memory, PAGES_HUGE, size))
		guard_raise("out of memory");
	advise(memory, size / PAGES_HUGE * PAGES_HUGE);
	return memory;
}

void *memory_resize(void *old, size_t size)
{
	void *memory = try_resize(old, size);

	if (!memory)
		guard_raise("out of memory");
	return memory;
}

void memory_give(void *memory)
{
	free(memory);
}

/* --- mappings ------------------------------------------------------------- */

#if PAGES_ARE_MAPPED
static size_t round_up(size_t size, size_t step)
{
	return (size + step - 1) / step * step;
}

static void unmap(char *from, char *to)
{
	if (to > from)
		munmap(from, (size_t)(to - from));
}

/* OLD with SIZE bytes, or new ones. */
static char *map(char *old, size_t old_size, size_t size)
{
	void *at = old_size ? mremap(old, old_size, size, MREMAP_MAYMOVE) :
	    mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
	    -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

/* What lies before and behind goes back at once. */
static void *map_aligned(size_t size)
{
	size_t whole = round_up(size, PAGES_HUGE) + PAGES_HUGE;
	char *all = map(NULL, 0, whole), *at;

	if (!all)
		return NULL;
	at = all + (PAGES_HUGE - (uintptr_t)all % PAGES_HUGE) % PAGES_HUGE;
	unmap(all, at);
	unmap(at + size, all + whole);
	advise(at, size);
	return at;
}

/* What the last large page holds besides is had where most of it is wanted. */
size_t pages_round(size_t size)
{
	size_t rest = size % PAGES_HUGE;

	if (size < PAGES_HUGE || size > SIZE_MAX - 2 * PAGES_HUGE)
		return size;
	return round_up(size, rest <= PAGES_HUGE / 8 ? PAGES_STEP : PAGES_HUGE);
}

void *pages_get(size_t size)
{
	if (size < PAGES_HUGE)
		return try_resize(NULL, size);
	return is_refused() || size > SIZE_MAX - 2 * PAGES_HUGE ? NULL :
	    map_aligned(size);
}

void pages_give(void *at, size_t size)
{
	if (size < PAGES_HUGE)
		memory_give(at);
	else
		unmap(at, (char *)at + size);
}

char *pages_resize(char *old, size_t old_size, size_t size)
{
	size_t whole = size < PAGES_HUGE ? size : round_up(size, PAGES_HUGE);
	char *at;

	if (is_refused() || whole < size)
		return NULL;
	at = map(old, old_size, whole);
	if (!at)
		return NULL;
	/* Linux puts what is so many large pages where they begin; the rest of
	 * the last is given back, or little would take all of it. */
	unmap(at + size, at + whole);
	advise(at, size);
	return at;
}

void pages_end(char *at, size_t size)
{
	unmap(at, at + size);
}
#else
size_t pages_round(size_t size)
{
	return size;
}

void *pages_get(size_t size)
{
	return try_resize(NULL, size);
}

void pages_give(void *at, size_t size)
{
	(void)size;
	memory_give(at);
}

char *pages_resize(char *old, size_t old_size, size_t size)
{
	char *at = try_resize(old_size ? old : NULL, size);

	if (at && size > old_size)
		memset(at + old_size, 0, size - old_size);
	return at;
}

void pages_end(char *at, size_t size)
{
	(void)size;
	memory_give(at);
}
#endif
