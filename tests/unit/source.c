/* SPDX-License-Identifier: Apache-2.0 */
#include "base/source.h"

#include <errno.h>
#include <stdio.h>

#include "base/guard.h"
#include "base/io.h"
#include "base/recall.h"

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

/* --- read again --------------------------------------------------------------- */

#define AGAIN 60000u

static struct str odd_text(struct arena *arena)
{
	static const char *const pieces[] = { "x", "\n", "\r", "\r\n", "é",
		"東", " and so on, for a while", "\xff" };
	uint64_t state = 7;
	struct text text;

	text_init(&text, arena);
	while (text.length < AGAIN) {
		state = state * UINT64_C(6364136223846793005) + 1;
		text_add(&text, str_of(pieces[state >> 61]));
	}
	return text_str(&text);
}

static void write_file(struct str bytes)
{
	FILE *file = fopen("f", "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes.at, 1, bytes.length, file), bytes.length);
	ck_assert_int_eq(fclose(file), 0);
}

/* BYTES of the file "f", to be read again. */
static struct sources *recalled(struct arena *arena, struct str bytes)
{
	struct sources *sources = sources_new(arena);

	write_file(bytes);
	ck_assert_uint_eq(source_add(sources, STR("f"), arena_copy(arena, bytes)), 0);
	ck_assert(recall_file(arena, sources, 0, "f"));
	return sources;
}

START_TEST(a_file_that_is_read_again_says_what_it_said)
{
	struct arena *arena = arena_new();
	struct str bytes = odd_text(arena), part;
	struct sources *kept = sources_new(arena), *again;

	unit_enter_folder();
	source_add(kept, STR("f"), bytes);
	again = recalled(arena, bytes);
	for (uint32_t i = 0; i <= bytes.length + 10; i += 37) {
		struct place place = source_place(kept, 0, i);

		assert_place(again, 0, i, place.line, place.column);
		part = source_part(again, 0, i, i + 5000);
		ck_assert(str_equal(part, source_part(kept, 0, i, i + 5000)));
		ck_assert(str_equal(source_line(again, 0, place.line),
		    source_line(kept, 0, place.line)));
	}
	part = source_bytes(again, 0);
	ck_assert(str_equal(part, bytes));
	/* It is there from now on. */
	ck_assert_ptr_eq(source_bytes(again, 0).at, part.at);
	for (size_t i = 0; i < IO_PADDING; i++)
		ck_assert_int_eq(part.at[part.length + i], 0);
	unit_leave_folder();
	arena_free(arena);
}
END_TEST

/* Why asking for the place of OFFSET raises; NULL: it does not. */
static const char *refusal(struct sources *sources, uint32_t offset)
{
	struct guard guard;

	if (!GUARD_SET(&guard))
		return guard_reason();
	source_place(sources, 0, offset);
	guard_clear(&guard);
	return NULL;
}

START_TEST(a_file_that_has_changed_is_not_quoted)
{
	struct arena *arena = arena_new();
	struct str bytes = odd_text(arena), changed = arena_copy(arena, bytes);
	struct sources *again;

	unit_enter_folder();
	again = recalled(arena, bytes);
	((char *)changed.at)[20000] ^= 1;
	write_file(changed);
	ck_assert_ptr_null(refusal(again, 19));
	ck_assert_str_eq(refusal(again, 20000), "f has changed since it was read");
	ck_assert_str_eq(refusal(again, 20000), "f has changed since it was read");
	ck_assert_ptr_null(refusal(again, 40000));
	write_file(str_slice(bytes, 0, 30000));
	ck_assert_ptr_null(refusal(again, 20000));
	ck_assert_str_eq(refusal(again, 50000),
	    "f cannot be read again: is shorter than it was");
	unit_leave_folder();
	arena_free(arena);
}
END_TEST

START_TEST(what_cannot_be_read_again_stays)
{
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena), *again;
	struct str bytes = odd_text(arena);

	unit_enter_folder();
	source_add(sources, STR("f"), bytes);
	ck_assert(!recall_file(arena, sources, 0, "f"));	/* it is not there */
	write_file(str_slice(bytes, 1, bytes.length));
	ck_assert(!recall_file(arena, sources, 0, "f"));	/* another by now */
	ck_assert(!recall_file(arena, sources, 0, "."));
	ck_assert_ptr_eq(source_bytes(sources, 0).at, bytes.at);
	again = recalled(arena, bytes);
	io_fail_at(1, EIO);
	ck_assert_str_eq(refusal(again, 9), "f cannot be read again: input/output error");
	io_fail_at(0, 0);
	ck_assert_ptr_null(refusal(again, 9));
	unit_leave_folder();
	arena_free(arena);
}
END_TEST

UNIT_MAIN(every_kind_of_line_end_counts_once, columns_count_code_points,
    an_empty_file_has_one_place, places_agree_with_counting_from_the_start,
    a_huge_line_is_walked_once, spans_join_and_give_their_text,
    a_file_that_is_read_again_says_what_it_said,
    a_file_that_has_changed_is_not_quoted, what_cannot_be_read_again_stays)
