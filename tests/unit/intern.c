/* SPDX-License-Identifier: Apache-2.0 */
#include "base/intern.h"

#include <stdio.h>

#include "tests/unit/unit.h"

#define MANY 20000

START_TEST(each_text_gets_one_number_in_order)
{
	struct arena *arena = arena_new();
	struct symbols *symbols = symbols_new(arena);

	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < MANY; i++) {
			struct str text = arena_printf(arena, "name-%u", i);

			ck_assert_uint_eq(symbol_of(symbols, text), i);
		}
	}
	ck_assert_uint_eq(symbols_count(symbols), MANY);
	ck_assert_text(symbol_text(symbols, 777), "name-777");
	ck_assert_uint_eq(symbol_find(symbols, STR("name-19999")), 19999);
	ck_assert_uint_eq(symbol_find(symbols, STR("absent")), SYMBOL_NONE);
	arena_free(arena);
}
END_TEST

START_TEST(texts_are_copied_and_may_hold_any_byte)
{
	struct arena *arena = arena_new();
	struct symbols *symbols = symbols_new(arena);
	char name[] = "a\0b";
	symbol s = symbol_of(symbols, (struct str){ name, 3 });

	name[0] = 'x';
	ck_assert_mem_eq(symbol_text(symbols, s).at, "a\0b", 3);
	ck_assert_uint_ne(symbol_of(symbols, STR("a")), s);
	ck_assert_uint_eq(symbol_of(symbols, STR("")),
	    symbol_of(symbols, (struct str){ NULL, 0 }));
	arena_free(arena);
}
END_TEST

START_TEST(caseless_names_share_their_fold)
{
	struct arena *arena = arena_new();
	struct symbols *symbols = symbols_new(arena);
	symbol upper = symbol_of(symbols, STR("CORP\\Zoë"));
	symbol lower = symbol_of(symbols, STR("corp\\ZOË"));
	symbol other = symbol_of(symbols, STR("corp\\zoe"));

	ck_assert_uint_eq(symbol_fold(symbols, upper),
	    symbol_fold(symbols, lower));
	ck_assert_uint_ne(symbol_fold(symbols, upper),
	    symbol_fold(symbols, other));
	ck_assert_uint_eq(symbol_fold(symbols, other), other);
	ck_assert_text(symbol_text(symbols, symbol_fold(symbols, upper)),
	    "corp\\zoë");
	arena_free(arena);
}
END_TEST

START_TEST(a_fold_survives_the_growth_it_causes)
{
	struct arena *arena = arena_new();
	struct symbols *symbols = symbols_new(arena);

	for (uint32_t i = 0; i < MANY; i++)
		symbol_of(symbols, arena_printf(arena, "NAME-%u", i));
	for (uint32_t i = 0; i < MANY; i++)
		ck_assert_uint_eq(symbol_fold(symbols, i), MANY + i);
	arena_free(arena);
}
END_TEST

/* Symbols over COUNT texts: "N00000", "N00001" and so on, the last one first. */
static struct symbols *symbols_over(struct arena *arena, uint32_t count)
{
	uint32_t *starts = ARENA_ARRAY(arena, uint32_t, count + 1);
	uint32_t *turned = ARENA_ARRAY(arena, uint32_t, count);
	char *bytes = arena_alloc(arena, (size_t)count * 8);
	const struct sorted_texts texts = { bytes, starts, turned, turned, count };

	for (uint32_t i = 0; i < count; i++) {
		char text[16];

		snprintf(text, sizeof(text), "N%05u", i);
		memcpy(bytes + starts[i], text, 7);
		starts[i + 1] = starts[i] + 7;
		turned[i] = count - 1 - i;
	}
	return symbols_new_on(arena, &texts);
}

START_TEST(a_base_keeps_its_numbers)
{
	struct arena *arena = arena_new();
	struct symbols *symbols = symbols_over(arena, MANY);

	/* More than are bisected, so that the table is made on the way. */
	for (uint32_t i = 0; i < MANY; i++) {
		struct str text = arena_printf(arena, "N%05u", i);

		ck_assert_uint_eq(symbol_find(symbols, text), MANY - 1 - i);
		ck_assert_uint_eq(symbol_of(symbols, text), MANY - 1 - i);
		ck_assert(str_equal(symbol_text(symbols, MANY - 1 - i), text));
	}
	ck_assert_uint_eq(symbols_count(symbols), MANY);
	ck_assert_uint_eq(symbol_find(symbols, STR("N")), SYMBOL_NONE);
	ck_assert_uint_eq(symbol_of(symbols, STR("other")), MANY);
	ck_assert_uint_eq(symbol_of(symbols, STR("other")), MANY);
	ck_assert_uint_eq(symbol_find(symbols, STR("other")), MANY);
	ck_assert_text(symbol_text(symbols, MANY), "other");
	arena_free(arena);
}
END_TEST

START_TEST(folds_of_a_base_come_behind_it)
{
	struct arena *arena = arena_new();
	struct symbols *symbols = symbols_over(arena, 3);

	ck_assert_uint_eq(symbol_fold(symbols, 2), 3);
	ck_assert_uint_eq(symbol_fold(symbols, 2), 3);
	ck_assert_uint_eq(symbol_fold(symbols, 3), 3);
	ck_assert_text(symbol_text(symbols, 3), "n00000");
	ck_assert_uint_eq(symbol_find(symbols_over(arena, 0), STR("")),
	    SYMBOL_NONE);
	arena_free(arena);
}
END_TEST

START_TEST(a_table_over_another_leaves_it_as_it_is)
{
	struct arena *arena = arena_new();
	struct symbols *under = symbols_new(arena), *over;
	symbol host = symbol_of(under, STR("Host")), own, late;

	over = symbols_above(arena, under);
	ck_assert_uint_eq(symbol_of(over, STR("Host")), host);
	ck_assert_uint_eq(symbol_find(over, STR("Host")), host);
	ck_assert_uint_eq(symbol_find(over, STR("Site")), SYMBOL_NONE);
	own = symbol_of(over, STR("SITE"));
	ck_assert_uint_eq(symbol_find(over, STR("SITE")), own);
	ck_assert_text(symbol_text(over, own), "SITE");
	ck_assert_text(symbol_text(over, host), "Host");
	ck_assert_uint_gt(symbols_count(over), own);
	ck_assert_text(symbol_text(over, symbol_fold(over, host)), "host");
	ck_assert_text(symbol_text(over, symbol_fold(over, own)), "site");
	ck_assert_uint_eq(symbol_fold(over, host), symbol_fold(over, symbol_of(over,
	    STR("HOST"))));
	ck_assert_uint_eq(symbols_count(under), 1);
	/* What is under grows between two uses. */
	for (int i = 0; i < 10000; i++)
		late = symbol_of(under, arena_printf(arena, "Late-%d", i));
	ck_assert_text(symbol_text(over, symbol_fold(over, late)), "late-9999");
	ck_assert_uint_eq(symbol_of(over, STR("Late-9999")), late);
	ck_assert_uint_eq(symbols_count(under), 10001);
	arena_free(arena);
}
END_TEST

START_TEST(a_map_remembers_values)
{
	struct arena *arena = arena_new();
	struct map *map = map_new(arena);
	bool is_new;

	for (uint32_t i = 0; i < MANY; i++) {
		uint32_t *at = map_at(map, arena_printf(arena, "%u", i),
		    &is_new);

		ck_assert(is_new);
		ck_assert_uint_eq(*at, 0);
		*at = i * 3;
	}
	for (uint32_t i = 0; i < MANY; i++)
		ck_assert_uint_eq(*map_find(map, arena_printf(arena, "%u", i)),
		    i * 3);
	ck_assert_uint_eq(*map_at(map, STR("77"), &is_new), 231);
	ck_assert(!is_new);
	ck_assert_ptr_null(map_find(map, STR("x")));
	arena_free(arena);
}
END_TEST

START_TEST(the_hash_is_keyed_and_steady)
{
	ck_assert_uint_eq(hash_bytes("abc", 3), hash_bytes("abc", 3));
	ck_assert_uint_ne(hash_bytes("abc", 3), hash_bytes("abd", 3));
	ck_assert_uint_ne(hash_bytes("", 0), 0);
}
END_TEST

static void intern_some(struct arena *arena)
{
	struct symbols *symbols = symbols_new(arena);
	struct map *map = map_new(arena);
	bool is_new;

	for (uint32_t i = 0; i < 3000; i++) {
		struct str name = arena_printf(arena, "Name-%u", i);

		symbol_fold(symbols, symbol_of(symbols, name));
		*map_at(map, name, &is_new) = i;
	}
}

START_TEST(every_refused_allocation_raises)
{
	ck_assert_uint_gt(unit_refuse_each(intern_some), 10);
}
END_TEST

UNIT_MAIN(each_text_gets_one_number_in_order,
    texts_are_copied_and_may_hold_any_byte, caseless_names_share_their_fold,
    a_fold_survives_the_growth_it_causes, a_base_keeps_its_numbers,
    folds_of_a_base_come_behind_it, a_table_over_another_leaves_it_as_it_is,
    a_map_remembers_values, the_hash_is_keyed_and_steady, every_refused_allocation_raises)
