/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include "base/utf8.h"
#include "base/visible.h"
#include "tests/unit/unit.h"

static struct arena *arena;

static struct str visible(struct str s)
{
	struct text text;

	text_init(&text, arena);
	text_add_visible(&text, s);
	return text_str(&text);
}

static struct str json(struct str s)
{
	struct text text;

	text_init(&text, arena);
	text_add_json(&text, s);
	return text_str(&text);
}

START_TEST(text_is_collected_in_pieces)
{
	struct text text;

	arena = arena_new();
	text_init(&text, arena);
	ck_assert_text(text_str(&text), "");
	for (int i = 0; i < 1000; i++)
		text_printf(&text, "%03d", i);
	text_add_char(&text, '.');
	text_add(&text, STR(""));
	text_add(&text, STR("end"));
	ck_assert_uint_eq(text_str(&text).length, 3004);
	ck_assert(str_starts(text_str(&text), STR("000001002003")));
	ck_assert(str_ends(text_str(&text), STR("998999.end")));
	text_init(&text, arena);
	text_drain(&text);	/* of nothing, nobody hears */
	ck_assert_uint_eq(text.length, 0);
	arena_free(arena);
}
END_TEST

START_TEST(controls_and_bidi_are_made_visible)
{
	arena = arena_new();
	ck_assert_text(visible(STR("plain name")), "plain name");
	ck_assert_text(visible(STR("\x1b[31mred")), "\\u{1B}[31mred");
	ck_assert_text(visible(STR("a\tb\r\nc")), "a\\u{09}b\\u{0D}\\u{0A}c");
	ck_assert_text(visible(STR("\x7f\xc2\x9b")), "\\u{7F}\\u{9B}");
	ck_assert_text(visible(STR("a\xe2\x80\xae" "b")), "a\\u{202E}b");
	ck_assert_text(visible(STR("a\xe2\x81\xa6")), "a\\u{2066}");
	ck_assert_text(visible(STR("zero\xe2\x80\x8bwidth")),
	    "zero\\u{200B}width");
	ck_assert_text(visible(STR("\xef\xbb\xbf")), "\\u{FEFF}");
	ck_assert_text(visible(STR("line\xe2\x80\xa8sep")),
	    "line\\u{2028}sep");
	ck_assert_text(visible(STR("\xf3\xa0\x81\x81")), "\\u{E0041}");
	ck_assert_text(visible((struct str){ "a\0b", 3 }), "a\\u{00}b");
	arena_free(arena);
}
END_TEST

START_TEST(letters_of_every_script_stay)
{
	static const char names[] = "Zoë Ünal Łódź Ελλάδα Привет 東京 한국 "
	    "नमस्ते 🎉";

	arena = arena_new();
	ck_assert_text(visible(str_of(names)), names);
	ck_assert_text(json(str_of(names)), names);
	arena_free(arena);
}
END_TEST

START_TEST(invalid_bytes_are_made_visible)
{
	arena = arena_new();
	ck_assert_text(visible(STR("a\xff" "b")), "a\\x{FF}b");
	ck_assert_text(visible(STR("\xc0\x80")), "\\x{C0}\\x{80}");
	ck_assert_text(visible(STR("\xed\xa0\x80")), "\\x{ED}\\x{A0}\\x{80}");
	ck_assert_text(visible(STR("cut\xe2\x82")), "cut\\x{E2}\\x{82}");
	ck_assert_text(visible(STR("\xef\xbf\xbe")), "\\u{FFFE}");
	arena_free(arena);
}
END_TEST

START_TEST(json_strings_are_escaped)
{
	arena = arena_new();
	ck_assert_text(json(STR("say \"hi\" \\ /")), "say \\\"hi\\\" \\\\ /");
	ck_assert_text(json(STR("\b\t\n\v\f\r\x01\x1f")),
	    "\\b\\t\\n\\u000b\\f\\r\\u0001\\u001f");
	ck_assert_text(json(STR("\x7f\xc2\x9b\xe2\x80\xae")),
	    "\\u007f\\u009b\\u202e");
	ck_assert_text(json(STR("\xf3\xa0\x81\x81")), "\\udb40\\udc41");
	ck_assert_text(json(STR("a\xff" "b")), "a\xef\xbf\xbd" "b");
	ck_assert_text(json((struct str){ "\0", 1 }), "\\u0000");
	arena_free(arena);
}
END_TEST

START_TEST(invalid_utf8_is_found_where_it_begins)
{
	static const struct { const char *bytes; size_t at; } cases[] = {
		{ "", 0 }, { "plain text of more than eight", 29 },
		{ "Zo\xc3\xab", 4 }, { "Zo\xc3", 2 },
		{ "eight by\xff", 8 }, { "\x80", 0 },
		{ "a\xc0\xaf", 1 }, { "\xe0\x80\xaf", 0 },
		{ "\xed\xa0\x80", 0 }, { "\xed\xbf\xbf", 0 },
		{ "\xf0\x80\x80\x80", 0 }, { "\xf4\x8f\xbf\xbf", 4 },
		{ "\xf4\x90\x80\x80", 0 }, { "\xf5\x80\x80\x80", 0 },
		{ "\xf0\x9f\x8e\x89 \xf0\x9f\x8e", 5 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ck_assert_uint_eq(utf8_check(str_of(cases[i].bytes)),
		    cases[i].at);
}
END_TEST

START_TEST(every_code_point_is_encoded_and_read_back)
{
	for (int32_t c = 0; c <= 0x10ffff; c++) {
		char bytes[4];
		size_t offset = 0, length;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		length = utf8_encode(c, bytes);
		ck_assert_quietly(utf8_next((struct str){ bytes, length },
		    &offset) == c);
		ck_assert_quietly(offset == length);
	}
}
END_TEST

START_TEST(folding_is_one_to_one_for_every_code_point)
{
	for (int32_t c = 0; c <= 0x10ffff; c++) {
		int32_t folded;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		folded = utf8_fold_one(c);
		ck_assert_quietly(folded >= 0);
		ck_assert_quietly(utf8_fold_one(folded) == folded);
	}
}
END_TEST

START_TEST(folding_makes_no_two_names_equal_that_differ)
{
	arena = arena_new();
	ck_assert_text(utf8_fold(arena, STR("CORP\\SVC-Sql_01")),
	    "corp\\svc-sql_01");
	ck_assert_text(utf8_fold(arena, STR("ZOË ΑΣ ПРИВЕТ")), "zoë ασ привет");
	/* Full folding would turn all three into "strasse". */
	ck_assert_text(utf8_fold(arena, STR("STRASSE")), "strasse");
	ck_assert_text(utf8_fold(arena, STR("straße")), "straße");
	ck_assert_text(utf8_fold(arena, STR("STRAẞE")), "straße");
	ck_assert_text(utf8_fold(arena, STR("ﬁ")), "ﬁ");
	/* Neither Turkish letter is an i. */
	ck_assert_text(utf8_fold(arena, STR("İIıi")), "İiıi");
	ck_assert_text(utf8_fold(arena, STR("Kelvin \xe2\x84\xaa")),
	    "kelvin k");
	ck_assert_text(utf8_fold(arena, STR("ᾈ")), "ᾀ");
	ck_assert_text(utf8_fold(arena, STR("A\xff" "B")), "a\xff" "b");
	arena_free(arena);
}
END_TEST

/* Each code point behind up to nine letters: eight are looked at together. */
START_TEST(what_folding_leaves_alone_is_folded)
{
	static const char letters[] = "abcdefghi";
	char bytes[16];

	arena = arena_new();
	for (int32_t code_point = 1; code_point < 0x2200; code_point++) {
		size_t before = (size_t)code_point % sizeof(letters);
		struct str text = { bytes, before };

		memcpy(bytes, letters, before);
		text.length += utf8_encode(code_point, bytes + before);
		ck_assert_quietly(utf8_is_folded(text) ==
		    str_equal(utf8_fold(arena, text), text));
	}
	ck_assert(utf8_is_folded(STR("")));
	ck_assert(utf8_is_folded(STR("0123@[`{~")));
	ck_assert(!utf8_is_folded(STR("Zoe is there")));
	arena_free(arena);
}
END_TEST

START_TEST(characters_have_the_width_of_a_terminal)
{
	ck_assert_int_eq(utf8_width('a'), 1);
	ck_assert_int_eq(utf8_width(0x6771), 2);
	ck_assert_int_eq(utf8_width(0x1f389), 2);
	ck_assert_int_eq(utf8_width(0x301), 0);
	ck_assert_uint_eq(utf8_length(STR("Zoë 東京")), 6);
	ck_assert_uint_eq(utf8_length(STR("a\xff\xfe")), 3);
}
END_TEST

START_TEST(no_two_texts_look_alike)
{
	arena = arena_new();
	ck_assert_text(visible(STR("\\u{1B}")), "\\u{5C}u{1B}");
	ck_assert_text(visible(STR("\\x{FF}")), "\\u{5C}x{FF}");
	ck_assert_text(visible(STR("\\\\u{")), "\\\\u{5C}u{");
	ck_assert_text(visible(STR("\\\x1b")), "\\\\u{1B}");
	ck_assert_text(visible(STR("CONTOSO\\user \\u \\U{")),
	    "CONTOSO\\user \\u \\U{");
	arena_free(arena);
}
END_TEST

START_TEST(no_log_obeys_a_text)
{
	arena = arena_new();
	ck_assert_text(visible(STR("::error file=x::y")), "\\u{3A}:error file=x::y");
	ck_assert_text(visible(STR(" \xe3\x80\x80::add-mask::y")),
	    " \xe3\x80\x80\\u{3A}:add-mask::y");
	ck_assert_text(visible(STR(":::debug::y")), ":::debug::y");
	ck_assert_text(visible(STR("std::vector ::error")), "std::vector ::error");
	ck_assert_text(visible(STR("::1")), "::1");
	ck_assert_text(visible(STR("::ffff:192.0.2.1")), "::ffff:192.0.2.1");
	ck_assert_text(visible(STR("::")), "::");
	ck_assert_text(visible(STR("a##[error]b")), "a\\u{23}#[error]b");
	ck_assert_text(visible(STR("###[error]")), "#\\u{23}#[error]");
	ck_assert_text(visible(STR("##vso[x] ##teamcity[x] ## [ #[")),
	    "\\u{23}#vso[x] \\u{23}#teamcity[x] ## [ #[");
	ck_assert_text(json(STR("##[error]")), "\\u0023#[error]");
	arena_free(arena);
}
END_TEST

START_TEST(lines_and_source_are_left_as_they_are)
{
	struct text text;

	arena = arena_new();
	text_init(&text, arena);
	text_add_visible_as(&text, STR("a\n ::error::\r\n\\u{1B}\n##[x]"),
	    VISIBLE_LINES | VISIBLE_SOURCE);
	ck_assert_text(text_str(&text),
	    "a\n \\u{3A}:error::\\u{0D}\n\\u{1B}\n\\u{23}#[x]");
	arena_free(arena);
}
END_TEST

START_TEST(hidden_characters_are_known)
{
	static const int32_t hidden[] = {
		0, 1, 0x1b, 0x7f, 0x80, 0x85, 0x9f, 0xad, 0x34f, 0x61c, 0x115f,
		0x180e, 0x200b, 0x200d, 0x200e, 0x202a, 0x202e, 0x2028, 0x2029,
		0x2060, 0x2066, 0x2069, 0x3164, 0xfe0f, 0xfeff, 0xfff9, 0xe0001
	};
	static const int32_t shown[] = {
		'\t', '\n', '\r', ' ', 'a', 0xa0, 0xe9, 0x301, 0x6771, 0x1f389
	};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++)
		ck_assert_msg(utf8_is_hidden(hidden[i]), "U+%04X",
		    (unsigned)hidden[i]);
	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++)
		ck_assert_msg(!utf8_is_hidden(shown[i]), "U+%04X",
		    (unsigned)shown[i]);
}
END_TEST

START_TEST(slices_compare_by_bytes)
{
	ck_assert_int_lt(str_compare(STR("a"), STR("b")), 0);
	ck_assert_int_lt(str_compare(STR("a"), STR("ab")), 0);
	ck_assert_int_gt(str_compare(STR("\xff"), STR("z")), 0);
	ck_assert_int_eq(str_compare(STR(""), (struct str){ NULL, 0 }), 0);
	ck_assert(str_equal(STR(""), (struct str){ NULL, 0 }));
	ck_assert(!str_equal(STR("ab"), STR("aB")));
	ck_assert(str_starts(STR("ab"), STR("")));
	ck_assert(!str_starts(STR("a"), STR("ab")));
	ck_assert(str_ends(STR("x.scarp"), STR(".scarp")));
	ck_assert_uint_eq(str_find(STR("a\0b"), '\0'), 1);
	ck_assert_uint_eq(str_find(STR("ab"), '\0'), 2);
	ck_assert_text(str_slice(STR("abc"), 1, 9), "bc");
	ck_assert_text(str_slice(STR("abc"), 2, 1), "");
}
END_TEST

UNIT_MAIN(text_is_collected_in_pieces, controls_and_bidi_are_made_visible,
    letters_of_every_script_stay, invalid_bytes_are_made_visible,
    json_strings_are_escaped, invalid_utf8_is_found_where_it_begins,
    every_code_point_is_encoded_and_read_back,
    folding_is_one_to_one_for_every_code_point,
    folding_makes_no_two_names_equal_that_differ,
    what_folding_leaves_alone_is_folded,
    characters_have_the_width_of_a_terminal, hidden_characters_are_known,
    no_two_texts_look_alike, no_log_obeys_a_text, lines_and_source_are_left_as_they_are,
    slices_compare_by_bytes)
