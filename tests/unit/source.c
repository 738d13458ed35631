/* SPDX-License-Identifier: Apache-2.0 */
#include "base/source.h"

#include "base/text.h"
#include "tests/unit/unit.h"

static void assert_place(struct sources *sources, uint32_t file,
    uint32_t offset, uint32_t line, uint32_t column)
{
	struct place place = source_place(sources, file, offset);

	ck_assert_msg(place.line == line && place.column == column,
	    "offset %u: have %u:%u, want %u:%u", offset, place.line,
	    place.column, line, column);
}

START_TEST(every_kind_of_line_end_counts_once)
{
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena);
	uint32_t file = source_add(sources, STR("f"),
	    STR("ab\ncd\r\nef\rg\n\nh"));

	assert_place(sources, file, 0, 1, 1);
	assert_place(sources, file, 2, 1, 3);	/* the line feed itself */
	assert_place(sources, file, 3, 2, 1);
	assert_place(sources, file, 5, 2, 3);	/* the pair */
	assert_place(sources, file, 6, 2, 4);
	assert_place(sources, file, 7, 3, 1);
	assert_place(sources, file, 10, 4, 1);
	assert_place(sources, file, 12, 5, 1);
	assert_place(sources, file, 13, 6, 1);
	assert_place(sources, file, 14, 6, 2);	/* the end */
	assert_place(sources, file, 999, 6, 2);
	ck_assert_text(source_line(sources, file, 1), "ab");
	ck_assert_text(source_line(sources, file, 2), "cd");
	ck_assert_text(source_line(sources, file, 3), "ef");
	ck_assert_text(source_line(sources, file, 5), "");
	ck_assert_text(source_line(sources, file, 6), "h");
	ck_assert_text(source_line(sources, file, 7), "");
	arena_free(arena);
}
END_TEST

START_TEST(columns_count_code_points)
{
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena);
	uint32_t file = source_add(sources, STR("f"), STR("é東\tx"));

	assert_place(sources, file, 2, 1, 2);
	assert_place(sources, file, 5, 1, 3);
	assert_place(sources, file, 6, 1, 4);
	arena_free(arena);
}
END_TEST

START_TEST(an_empty_file_has_one_place)
{
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena);
	uint32_t file = source_add(sources, STR("f"), STR(""));

	assert_place(sources, file, 0, 1, 1);
	ck_assert_text(source_line(sources, file, 1), "");
	ck_assert_text(source_line(sources, file, 2), "");
	arena_free(arena);
}
END_TEST

/* Lines of every length, so that ends fall on all sides of the checkpoints. */
START_TEST(places_agree_with_counting_from_the_start)
{
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena);
	struct place expected = { 1, 1 };
	struct text text;
	struct str bytes;
	uint32_t file;

	text_init(&text, arena);
	for (int i = 0; text.length < 100000; i++) {
		for (int j = 0; j < i % 140; j++)
			text_add(&text, STR("é"));
		text_add(&text, i % 3 == 1 ? STR("\r\n") :
		    i % 3 == 2 && i % 140 < 139 ? STR("\r") : STR("\n"));
	}
	bytes = text_str(&text);
	file = source_add(sources, STR("f"), bytes);
	for (uint32_t i = 0; i < bytes.length; i++) {
		struct place place = source_place(sources, file, i);
		unsigned char c = (unsigned char)bytes.at[i];

		ck_assert_uint_eq(place.line, expected.line);
		/* Inside a character the column is the next one's. */
		if ((c & 0xc0) != 0x80)
			ck_assert_uint_eq(place.column, expected.column);
		if (c == '\n' || (c == '\r' && bytes.at[i + 1] != '\n'))
			expected = (struct place){ expected.line + 1, 1 };
		else if ((c & 0xc0) != 0x80)
			expected.column++;
	}
	for (uint32_t line = 1; line < expected.line; line++)
		ck_assert_uint_eq(source_line(sources, file, line).length,
		    (line - 1) % 140 * 2);
	arena_free(arena);
}
END_TEST

START_TEST(a_huge_line_is_walked_once)
{
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena);
	size_t length = 20u << 20;
	char *bytes = arena_alloc(arena, length);
	uint32_t file;

	memset(bytes, 'x', length);
	file = source_add(sources, STR("f"), (struct str){ bytes, length });
	for (uint32_t i = 0; i < 100000; i++)
		assert_place(sources, file, i * 200, 1, i * 200 + 1);
	arena_free(arena);
}
END_TEST

START_TEST(spans_join_and_give_their_text)
{
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena);
	uint32_t file = source_add(sources, STR("name"), STR("one two three"));
	struct span one = { file, 0, 3 }, three = { file, 8, 13 };

	ck_assert_text(source_text(sources, three), "three");
	ck_assert_text(source_text(sources, span_join(one, three)),
	    "one two three");
	ck_assert_text(source_text(sources, span_join(SPAN_NONE, one)), "one");
	ck_assert_text(source_text(sources, span_join(one, SPAN_NONE)), "one");
	ck_assert(span_is_none(span_join(SPAN_NONE, SPAN_NONE)));
	ck_assert_text(source_text(sources, SPAN_NONE), "");
	ck_assert_text(source_name(sources, file), "name");
	ck_assert_uint_eq(sources_count(sources), 1);
	arena_free(arena);
}
END_TEST

UNIT_MAIN(every_kind_of_line_end_counts_once, columns_count_code_points,
    an_empty_file_has_one_place, places_agree_with_counting_from_the_start,
    a_huge_line_is_walked_once, spans_join_and_give_their_text)
