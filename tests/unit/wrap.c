/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wrap.h"

#include "tests/unit/unit.h"

static struct arena *arena;

/* LINE, as it is, in lines of WIDTH columns with HANG before the later ones. */
static struct str wrapped(struct str line, unsigned width, unsigned hang)
{
	struct text out;
	struct wrap wrap;

	text_init(&out, arena);
	wrap_init(&wrap, arena, &out, width);
	text_add(&wrap.line, line);
	wrap_end(&wrap, hang);
	return text_str(&out);
}

START_TEST(lines_are_broken_at_spaces)
{
	static const char line[] = "  fail     one host also holds another role";

	arena = arena_new();
	ck_assert_text(wrapped(str_of(line), 0, 11),
	    "  fail     one host also holds another role\n");
	ck_assert_text(wrapped(str_of(line), 31, 11),
	    "  fail     one host also holds\n           another role\n");
	ck_assert_text(wrapped(str_of(line), 29, 4),
	    "  fail     one host also\n    holds another role\n");
	ck_assert_text(wrapped(STR("two  spaces  stay, at a break  they go"), 28, 0),
	    "two  spaces  stay, at a\nbreak  they go\n");
	ck_assert_text(wrapped(STR(""), 20, 4), "\n");
	ck_assert_text(wrapped(STR("    "), 20, 4), "    \n");
	arena_free(arena);
}
END_TEST

START_TEST(a_word_that_is_too_wide_stands_out)
{
	arena = arena_new();
	ck_assert_text(wrapped(STR("see "
	    "a/path/of/more/than/twenty/columns.yaml:1:2 there"), 20, 2),
	    "see\n  a/path/of/more/than/twenty/columns.yaml:1:2\n  there\n");
	/* However deep the lead is, some columns are left. */
	ck_assert_text(wrapped(STR("one two three four five six"), 20, 40),
	    "one two three four five six\n");
	ck_assert_text(wrapped(STR("1234567890 1234567890 1234567890"), 10, 2),
	    "1234567890 1234567890\n  1234567890\n");
	arena_free(arena);
}
END_TEST

/* Behind a sign that is no further left than what follows it. */
START_TEST(no_line_is_broken_in_vain)
{
	arena = arena_new();
	ck_assert_text(wrapped(STR("`- a.long.name.of.an.entity,with.a.key is true"),
	    20, 4), "`- a.long.name.of.an.entity,with.a.key\n    is true\n");
	arena_free(arena);
}
END_TEST

START_TEST(names_and_quotations_stay_whole)
{
	struct text out;
	struct wrap wrap;

	arena = arena_new();
	text_init(&out, arena);
	wrap_init(&wrap, arena, &out, 24);
	wrap_add_words(&wrap.line, STR("Domain Admins has: Domain Admins; "
	    "write `complete: [Host]`"), STR("Domain Admins"));
	wrap_end(&wrap, 2);
	text_add(&wrap.line, STR("to collect: "));
	wrap_add_name(&wrap.line, STR("my site/a\x1b b.yaml"));
	wrap_end_lead(&wrap, STR("| "));
	/* A quotation that does not end is none. */
	wrap_add_words(&wrap.line, STR("it isn`t one that ends here"), STR(""));
	wrap_end(&wrap, 0);
	ck_assert_text(text_str(&out), "Domain Admins has:\n  Domain Admins; write\n"
	    "  `complete: [Host]`\n"
	    "to collect:\n| my site/a\\u{1B} b.yaml\n"
	    "it isn`t one that ends\nhere\n");
	arena_free(arena);
}
END_TEST

START_TEST(lines_are_folded_each)
{
	struct text out;

	arena = arena_new();
	text_init(&out, arena);
	wrap_lines(arena, &out, STR("scarp: read one or two files\n\n"
	    "  - `a b` and `cc dd ee ff gg hh`, no end"), 22, 2);
	ck_assert_text(text_str(&out), "scarp: read one or two\n  files\n\n"
	    "  - `a b` and\n    `cc dd ee ff gg hh`,\n    no end\n");
	arena_free(arena);
}
END_TEST

START_TEST(columns_are_those_of_a_terminal)
{
	arena = arena_new();
	/* Wide ones count twice, combining ones not at all, and between wide
	 * ones is room for a break. */
	ck_assert_uint_eq(wrap_columns(STR("\xe6\x9d\xb1\xe4\xba\xac")), 4);
	ck_assert_uint_eq(wrap_columns(STR("e\xcc\x81t\xc3\xa9")), 3);
	ck_assert_uint_eq(wrap_columns(STR("\033[1;31mfail\033[0m")), 4);
	ck_assert_uint_eq(wrap_columns(
	    STR("\033]8;;file:///a;m\033\\a.yaml\033]8;;\033\\:1")), 8);
	ck_assert_text(wrapped(STR("e\xcc\x81t\xc3\xa9 e\xcc\x81t\xc3\xa9 "
	    "e\xcc\x81t\xc3\xa9 e\xcc\x81t\xc3\xa9 e\xcc\x81t\xc3\xa9 x"), 20, 0),
	    "e\xcc\x81t\xc3\xa9 e\xcc\x81t\xc3\xa9 e\xcc\x81t\xc3\xa9 "
	    "e\xcc\x81t\xc3\xa9 e\xcc\x81t\xc3\xa9\nx\n");
	ck_assert_text(wrapped(STR("host1 \xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd "
	    "\xe5\xba\x9c\xe5\xba\x9c\xe5\xba\x9c\xe5\xba\x9c"), 20, 0),
	    "host1 \xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd "
	    "\xe5\xba\x9c\xe5\xba\x9c\xe5\xba\x9c\n\xe5\xba\x9c\n");
	/* A sequence that is cut off, and a link to what has its sign in it. */
	ck_assert_uint_eq(wrap_columns(STR("ab\033")), 2);
	ck_assert_uint_eq(wrap_columns(STR("ab\033[1;3")), 2);
	ck_assert_uint_eq(wrap_columns(STR("\033]8;;a\\b\033\\c.yaml\033]8;;\033\\")), 6);
	/* Bytes that are no text have a column too. */
	ck_assert_uint_eq(wrap_columns(STR("a\xff")), 2);
	arena_free(arena);
}
END_TEST

START_TEST(colours_end_with_their_line)
{
	arena = arena_new();
	ck_assert_text(wrapped(STR("\033[1;31mfail\033[0m a \033[2mlong body "
	    "that is grey\033[0m end"), 20, 0),
	    "\033[1;31mfail\033[0m a \033[2mlong body\033[0m\n"
	    "\033[2mthat is grey\033[0m end\n");
	arena_free(arena);
}
END_TEST

/* GitHub's runner obeys a line that begins so. */
START_TEST(no_break_makes_a_command)
{
	arena = arena_new();
	ck_assert_text(wrapped(STR("twelve or more ::error ::x"), 16, 2),
	    "twelve or more ::error ::x\n");
	ck_assert_text(wrapped(STR("twelve or more \xe3\x80\x80::error ::x"), 16, 2),
	    "twelve or more \xe3\x80\x80::error ::x\n");
	ck_assert_text(wrapped(STR("twelve or more one \033[1m::error title"), 20, 2),
	    "twelve or more one \033[1m::error\033[0m\n  \033[1mtitle\n");
	arena_free(arena);
}
END_TEST

UNIT_MAIN(lines_are_broken_at_spaces,
    a_word_that_is_too_wide_stands_out, no_line_is_broken_in_vain,
    names_and_quotations_stay_whole, lines_are_folded_each,
    columns_are_those_of_a_terminal, colours_end_with_their_line,
    no_break_makes_a_command)
