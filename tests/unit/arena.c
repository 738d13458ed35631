/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/limits.h"
#include "base/pages.h"
#include "base/vec.h"
#include "tests/unit/unit.h"

static int released[8], released_count;

static void note_release(void *item)
{
	released[released_count++] = *(int *)item;
}

START_TEST(memory_is_zeroed_and_aligned)
{
	struct arena *arena = arena_new();

	for (size_t size = 0; size < 3000; size += 7) {
		char *at = arena_alloc(arena, size);

		ck_assert_uint_eq((uintptr_t)at % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			ck_assert_int_eq(at[i], 0);
		memset(at, 0xff, size);
	}
	arena_free(arena);
}
END_TEST

START_TEST(large_requests_fit)
{
	struct arena *arena = arena_new();
	char *large = arena_alloc(arena, 50u << 20);

	large[(50u << 20) - 1] = 1;
	ck_assert_uint_ge(arena_used(arena), 50u << 20);
	arena_free(arena);
}
END_TEST

START_TEST(the_newest_allocation_grows_in_place)
{
	struct arena *arena = arena_new();
	char *at = arena_alloc(arena, 10);
	char *grown;

	memcpy(at, "0123456789", 10);
	grown = arena_grow(arena, at, 10, 200);
	ck_assert_ptr_eq(at, grown);
	ck_assert_mem_eq(grown, "0123456789\0\0\0", 13);
	ck_assert_int_eq(grown[199], 0);
	ck_assert_ptr_eq(arena_grow(arena, grown, 200, 100), grown);
	arena_free(arena);
}
END_TEST

START_TEST(an_older_allocation_moves_when_it_grows)
{
	struct arena *arena = arena_new();
	char *at = arena_alloc(arena, 10);
	char *grown;

	memcpy(at, "0123456789", 10);
	arena_alloc(arena, 1);
	grown = arena_grow(arena, at, 10, 20);
	ck_assert_ptr_ne(at, grown);
	ck_assert_mem_eq(grown, "0123456789\0\0\0\0\0\0\0\0\0\0", 20);
	ck_assert_ptr_nonnull(arena_grow(arena, NULL, 0, 20));
	arena_free(arena);
}
END_TEST

START_TEST(a_rollback_gives_the_same_memory_again_zeroed)
{
	struct arena *arena = arena_new();
	struct arena_mark mark = arena_here(arena);
	char *at = arena_alloc(arena, 100);
	uint64_t before = arena_total();

	memset(at, 1, 100);
	for (int i = 0; i < 100; i++)
		arena_alloc(arena, 10000);
	ck_assert_uint_gt(arena_total(), before);
	arena_rollback(arena, mark);
	ck_assert_uint_eq(arena_total(), before);
	ck_assert_ptr_eq(arena_alloc(arena, 100), at);
	ck_assert_int_eq(at[99], 0);
	arena_free(arena);
}
END_TEST

#define MEBIBYTE ((size_t)1 << 20)

static bool is_zero(const char *at, size_t from, size_t to)
{
	while (from < to && at[from] == 0)
		from++;
	return from == to;
}

START_TEST(what_grows_large_keeps_its_bytes_and_is_zero_behind)
{
	struct arena *arena = arena_new();
	size_t size = 1000;
	char *at = arena_grow(arena, NULL, 0, size);

	memset(at, 7, size);
	for (; size < 20 * MEBIBYTE; size = size * 5 / 2) {
		size_t former = size;

		arena_alloc(arena, 10);
		at = arena_grow(arena, at, former, size * 5 / 2);
		ck_assert_int_eq(at[0], 7);
		ck_assert_int_eq(at[former - 1], 7);
		ck_assert(is_zero(at, former, size * 5 / 2));
		memset(at + former, 7, size * 5 / 2 - former);
	}
	/* No former one is still there. */
	ck_assert_uint_lt(arena_total(), 2 * size);
	arena_free(arena);
}
END_TEST

/* Each time the same chunk, from small ones to large pages. */
START_TEST(what_is_rolled_back_again_and_again_does_not_grow)
{
	struct arena *arena = arena_new();
	struct arena_mark mark = arena_here(arena);
	uint64_t most = 0;

	for (size_t size = 5000; size < 8 * MEBIBYTE; size *= 3) {
		for (int i = 0; i < 40; i++) {
			char *at = arena_alloc(arena, size);

			ck_assert(is_zero(at, 0, size));
			memset(at, 3, size);
			ck_assert(i == 0 || arena_total() == most);
			most = arena_total();
			arena_rollback(arena, mark);
		}
		ck_assert_uint_le(most, 2 * size + 4 * MEBIBYTE);
	}
	arena_free(arena);
}
END_TEST

START_TEST(a_rollback_ends_what_grew_large_behind_it)
{
	struct arena *arena = arena_new();
	char *early = arena_grow(arena, NULL, 0, 2 * MEBIBYTE), *late;
	struct arena_mark mark = arena_here(arena);
	uint64_t before = arena_total();

	for (int i = 0; i < 3; i++) {
		late = arena_grow(arena, NULL, 0, 3 * MEBIBYTE);
		ck_assert(is_zero(late, 0, 3 * MEBIBYTE));
		memset(late, 9, 3 * MEBIBYTE);
		late = arena_grow(arena, late, 3 * MEBIBYTE, 8 * MEBIBYTE);
		ck_assert(is_zero(late, 3 * MEBIBYTE, 8 * MEBIBYTE));
		memset(late, 9, 8 * MEBIBYTE);
		ck_assert_uint_ge(arena_total(), before + 8 * MEBIBYTE);
		arena_rollback(arena, mark);
		ck_assert_uint_eq(arena_total(), before);
	}
	memset(early, 1, 2 * MEBIBYTE);
	arena_free(arena);
}
END_TEST

START_TEST(what_is_released_is_not_held_any_more)
{
	struct arena *arena = arena_new();
	struct arena_mark mark;
	char *small = arena_grow(arena, NULL, 0, 100), *large;
	uint64_t before = arena_total();

	large = arena_grow(arena, NULL, 0, 4 * MEBIBYTE);
	mark = arena_here(arena);
	memset(large, 1, 4 * MEBIBYTE);
	arena_release(arena, large);
	arena_release(arena, small);
	arena_release(arena, NULL);
	ck_assert_uint_eq(arena_total(), before);
	small[99] = 1;
	/* The mark names what is no more. */
	large = arena_grow(arena, NULL, 0, 2 * MEBIBYTE);
	ck_assert(is_zero(large, 0, 2 * MEBIBYTE));
	arena_rollback(arena, mark);
	ck_assert_uint_eq(arena_total(), before);
	arena_free(arena);
}
END_TEST

/* Bytes of this process that are in memory. */
static size_t resident(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	unsigned long all = 0, there = 0;

	if (!file)
		return 0;
	ck_assert_int_eq(fscanf(file, "%lu %lu", &all, &there), 2);
	fclose(file);
	return there * (size_t)sysconf(_SC_PAGESIZE);
}

static struct arena *filled(size_t mebibytes)
{
	struct arena *arena = arena_new();

	memset(arena_alloc_raw(arena, mebibytes * MEBIBYTE), 1, mebibytes * MEBIBYTE);
	return arena;
}

/* As a report has them: regions that are filled and rolled back in turns, with
 * small things that stay between them. */
START_TEST(large_chunks_go_back_to_the_system)
{
	enum { TURNS = 60, PINS = 8 };
	void *pins[TURNS * PINS];
	struct arena *arenas[2] = { arena_new(), arena_new() };
	struct arena_mark marks[2] = { arena_here(arenas[0]), arena_here(arenas[1]) };
	size_t before = 0;

	/* What the heap learns of sizes from a file that was read. */
	arena_free(filled(30));
	for (int i = 0; i < TURNS; i++) {
		arena_rollback(arenas[i % 2], marks[i % 2]);
		for (int n = 0; n < PINS; n++) {
			memset(arena_alloc_raw(arenas[i % 2], MEBIBYTE), 1, MEBIBYTE);
			pins[i * PINS + n] = memory_get(5000);
		}
		if (i == 3)
			before = resident();
	}
	if (PAGES_ARE_MAPPED)
		ck_assert_uint_le(resident(), before + 8 * MEBIBYTE);
	for (int i = 0; i < TURNS * PINS; i++)
		memory_give(pins[i]);
	arena_free(arenas[0]);
	arena_free(arenas[1]);
}
END_TEST

START_TEST(what_was_deferred_runs_newest_first)
{
	struct arena *arena = arena_new();
	int items[] = { 1, 2, 3 };
	struct arena_mark mark;

	released_count = 0;
	arena_defer(arena, note_release, &items[0]);
	mark = arena_here(arena);
	arena_defer(arena, note_release, &items[1]);
	arena_rollback(arena, mark);
	ck_assert_int_eq(released_count, 1);
	ck_assert_int_eq(released[0], 2);
	arena_defer(arena, note_release, &items[2]);
	arena_free(arena);
	ck_assert_int_eq(released_count, 3);
	ck_assert_int_eq(released[1], 3);
	ck_assert_int_eq(released[2], 1);
}
END_TEST

START_TEST(copies_and_prints_end_with_a_nul)
{
	struct arena *arena = arena_new();
	struct str copy = arena_copy(arena, (struct str){ "a\0bc", 3 });
	struct str print = arena_printf(arena, "%d-%s", 7, "x");

	ck_assert_uint_eq(copy.length, 3);
	ck_assert_mem_eq(copy.at, "a\0b", 4);
	ck_assert_text(print, "7-x");
	ck_assert_int_eq(print.at[3], 0);
	ck_assert_text(arena_copy(arena, (struct str){ NULL, 0 }), "");
	arena_free(arena);
}
END_TEST

/* More than is kept for the next time; nobody writes to it. */
START_TEST(the_largest_go_back_at_once)
{
	struct arena *arena = arena_new();
	struct arena_mark mark = arena_here(arena);
	uint64_t before = arena_total();

	for (int i = 0; i < 2; i++) {
		arena_alloc_raw(arena, 300 * MEBIBYTE);
		arena_grow(arena, NULL, 0, 300 * MEBIBYTE);
		ck_assert_uint_ge(arena_total(), before + 600 * MEBIBYTE);
		arena_rollback(arena, mark);
		ck_assert_uint_eq(arena_total(), before);
	}
	arena_free(arena);
}
END_TEST

START_TEST(what_was_empty_grows_large)
{
	struct arena *arena = arena_new();
	char *at = arena_grow(arena, arena_alloc(arena, 0), 0, MEBIBYTE);

	ck_assert(is_zero(at, 0, MEBIBYTE));
	memory_give(memory_get(5 * MEBIBYTE));
	arena_free(arena);
}
END_TEST

static bool can_grow_to(size_t size)
{
	struct arena *arena = arena_new();
	volatile bool can = false;
	struct guard guard;

	if (GUARD_SET(&guard)) {
		arena_grow(arena, NULL, 0, size);
		can = true;
		guard_clear(&guard);
	}
	arena_free(arena);
	return can;
}

START_TEST(a_size_beyond_the_address_space_raises)
{
	ck_assert(can_grow_to(MEBIBYTE));
	ck_assert(!can_grow_to(SIZE_MAX - 10));
	ck_assert(!can_grow_to(SIZE_MAX - 2000));
	ck_assert(!can_grow_to(SIZE_MAX - MEBIBYTE));
}
END_TEST

START_TEST(an_overflowing_product_raises)
{
	struct arena *arena = arena_new();
	struct guard guard;
	volatile int raised = 0;

	if (!GUARD_SET(&guard)) {
		raised = 1;
	} else {
		arena_array(arena, SIZE_MAX / 4, 8);
		guard_clear(&guard);
	}
	ck_assert_int_eq(raised, 1);
	arena_free(arena);
}
END_TEST

START_TEST(the_memory_limit_raises_by_name)
{
	struct arena *arena = arena_new();
	uint64_t limit = limit_get(LIMIT_MEMORY);
	struct guard guard;
	volatile int raised = 0;

	limit_set(STR("memory"), 1u << 20);
	if (!GUARD_SET(&guard)) {
		raised = 1;
	} else {
		arena_alloc(arena, 2u << 20);
		guard_clear(&guard);
	}
	limit_set(STR("memory"), limit);
	ck_assert_int_eq(raised, 1);
	ck_assert_str_eq(guard_reason(), "memory");
	arena_free(arena);
}
END_TEST

START_TEST(guards_nest)
{
	struct guard outer, inner;
	volatile int landed = 0;

	if (!GUARD_SET(&outer)) {
		landed = landed * 10 + 2;
	} else {
		if (!GUARD_SET(&inner)) {
			landed = landed * 10 + 1;
			guard_raise("again");
		}
		guard_raise("once");
	}
	ck_assert_int_eq(landed, 12);
	ck_assert_str_eq(guard_reason(), "again");
}
END_TEST

static void fill_region(struct arena *arena)
{
	VEC(int) numbers = { 0 };

	for (int i = 0; i < 5000; i++)
		*VEC_PUSH(arena, &numbers) = i;
	for (int i = 0; i < 5000; i++)
		ck_assert_int_eq(numbers.items[i], i);
	ck_assert_int_eq(*VEC_LAST(&numbers), 4999);
	arena_printf(arena, "%10000d", 1);
	arena_grow(arena, arena_grow(arena, NULL, 0, MEBIBYTE), MEBIBYTE,
	    3 * MEBIBYTE);
	memory_give(memory_get(10));
}

START_TEST(every_refused_allocation_raises_and_nothing_leaks)
{
	uint64_t before = arena_total();

	ck_assert_uint_gt(unit_refuse_each(fill_region), 8);
	ck_assert_uint_eq(arena_total(), before);
}
END_TEST

START_TEST(limits_have_names_and_can_be_set)
{
	ck_assert_str_eq(limit_name(LIMIT_INVENTORY_DEPTH), "inventory-depth");
	ck_assert_str_eq(limit_name(LIMIT_INVENTORY_DEPTH), "inventory-depth");
	ck_assert_uint_eq(limit_get(LIMIT_INVENTORY_DEPTH), 64);
	ck_assert_str_eq(limit_text(LIMIT_INVENTORY_DEPTH),
	    "nesting of an inventory file");
	ck_assert(limit_set(STR("inventory-depth"), 65));
	ck_assert_uint_eq(limit_get(LIMIT_INVENTORY_DEPTH), 65);
	ck_assert(limit_set(STR("inventory-depth"), 64));
	ck_assert(!limit_set(STR("INVENTORY_DEPTH"), 1));
	ck_assert(!limit_set(STR("inventory"), 1));
	for (int i = 0; i < LIMIT_COUNT; i++)
		ck_assert_uint_gt(limit_get((enum limit)i), 0);
}
END_TEST

UNIT_MAIN(memory_is_zeroed_and_aligned, large_requests_fit,
    the_newest_allocation_grows_in_place,
    an_older_allocation_moves_when_it_grows,
    a_rollback_gives_the_same_memory_again_zeroed,
    what_grows_large_keeps_its_bytes_and_is_zero_behind,
    what_is_rolled_back_again_and_again_does_not_grow,
    a_rollback_ends_what_grew_large_behind_it,
    what_is_released_is_not_held_any_more, large_chunks_go_back_to_the_system,
    what_was_deferred_runs_newest_first, copies_and_prints_end_with_a_nul,
    the_largest_go_back_at_once, what_was_empty_grows_large,
    a_size_beyond_the_address_space_raises, an_overflowing_product_raises, the_memory_limit_raises_by_name,
    guards_nest, every_refused_allocation_raises_and_nothing_leaks,
    limits_have_names_and_can_be_set)
