/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What files of tests/lang cannot hold - odd bytes, great size - and the
 * claims about trees: what is parsed, where comments go, what fmt does.
 */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "base/io.h"
#include "base/limits.h"
#include "grammar/format.h"
#include "grammar/parse.h"

static struct diagnostics *all;

static struct ast *parse(struct arena *arena, struct str bytes)
{
	struct sources *sources = sources_new(arena);
	uint32_t file = source_add(sources, STR("t.scarp"), bytes);

	all = diagnostics_new(arena, sources);
	return parse_file(arena, all, file);
}

static struct str faults(struct arena *arena)
{
	struct text out;

	text_init(&out, arena);
	diag_print(all, &out, 0, DIAG_CONCISE, false);
	return text_str(&out);
}

/* Parses BYTES and compares all that is said. */
static void check_faults(struct str bytes, const char *wanted)
{
	struct arena *arena = arena_new();

	parse(arena, bytes);
	ck_assert_text(faults(arena), wanted);
	arena_free(arena);
}

static void check_tree(const char *text, const char *wanted)
{
	struct arena *arena = arena_new();
	struct ast *tree = parse(arena, str_of(text));
	struct text out;

	ck_assert_text(faults(arena), "");
	text_init(&out, arena);
	ast_dump(tree, &out, false);
	ck_assert_text(text_str(&out), wanted);
	arena_free(arena);
}

static struct str format(struct arena *arena, const struct ast *tree)
{
	struct text out;

	text_init(&out, arena);
	format_file(tree, &out);
	return text_str(&out);
}

/* Repeats PIECE between HEAD and TAIL. */
static struct str repeated(struct arena *arena, const char *head,
    const char *piece, size_t count, const char *tail)
{
	struct text out;

	text_init(&out, arena);
	text_add(&out, str_of(head));
	for (size_t i = 0; i < count; i++)
		text_add(&out, str_of(piece));
	text_add(&out, str_of(tail));
	return text_str(&out);
}

static void check_repeated(const char *head, const char *piece, size_t count,
    const char *tail, const char *wanted)
{
	struct arena *arena = arena_new();

	parse(arena, repeated(arena, head, piece, count, tail));
	ck_assert_text(faults(arena), wanted);
	arena_free(arena);
}

/* Bytes. */

START_TEST(a_byte_that_is_not_utf8_is_shown_with_its_offset)
{
	check_faults(STR("# caf\xe9\nenum E { a }"),
	    "t.scarp:1:6: error[E0001]: byte 0xE9 at offset 5 is not UTF-8\n");
	check_faults(STR("define a = \"\xc3\x28\""),
	    "t.scarp:1:13: error[E0001]: byte 0xC3 at offset 12 is not "
	    "UTF-8\n");
}
END_TEST

START_TEST(a_nul_byte_is_refused_before_anything_is_read)
{
	struct arena *arena = arena_new();

	check_faults(STR("enum E { a }\n\0 rul"),
	    "t.scarp:2:1: error[E0002]: a NUL byte at offset 13\n");
	char *many = arena_alloc(arena, 65536 + 12);

	memcpy(many, "define a = \"", 12);
	parse(arena, (struct str){ many, 65536 + 12 });
	ck_assert_text(faults(arena),
	    "t.scarp:1:13: error[E0002]: a NUL byte at offset 12\n");
	arena_free(arena);
}
END_TEST

/* Behind each number of plain bytes, and before each. */
START_TEST(what_cannot_be_seen_is_found_wherever_it_stands)
{
	static const char *const hidden[] = { "\x01", "\x1f", "\x7f", "\u200b" };

	for (size_t k = 0; k < sizeof(hidden) / sizeof(*hidden); k++)
		for (size_t before = 0; before < 40; before++) {
			struct arena *arena = arena_new();
			struct str line = repeated(arena, "#", before % 2 ? " " : "~",
			    before, hidden[k]);
			char place[40];

			parse(arena, line);
			snprintf(place, sizeof(place), "t.scarp:1:%zu: error[E0003]",
			    before + 2);
			ck_assert(str_starts(faults(arena), str_of(place)));
			parse(arena, arena_printf(arena, "%.*s%s", STR_ARG(line),
			    "      ~~~~~ more"));
			ck_assert(str_starts(faults(arena), str_of(place)));
			arena_free(arena);
		}
}
END_TEST

START_TEST(utf16_is_said_in_one_line)
{
	const char *wanted =
	    "t.scarp:1:1: error[E0005]: this file is UTF-16, not UTF-8\n";

	check_faults(STR("\xff\xfe" "a\0b\0"), wanted);
	check_faults(STR("\xfe\xff\0a\0b"), wanted);
	check_faults(STR("r\0u\0l\0e\0"), wanted);
	check_faults(STR("\0r\0u\0l\0e"), wanted);
}
END_TEST

START_TEST(a_file_over_its_limit_is_not_read)
{
	uint64_t limit = limit_get(LIMIT_RULE_FILE);

	limit_set(STR("rule-file"), 10);
	check_faults(STR("enum E { 1 }"), "t.scarp:1:1: error[E0020]: "
	    "this file is longer than 10 bytes (limit `rule-file`)\n");
	limit_set(STR("rule-file"), limit);
}
END_TEST

START_TEST(a_mark_at_the_start_is_skipped)
{
	check_faults(STR("\xef\xbb\xbf" "enum E { a }"), "");
	check_faults(STR("\xef\xbb\xbf"), "");
	check_faults(STR(""), "");
	check_faults(STR("# nothing\n\n"), "");
}
END_TEST

START_TEST(carriage_returns_end_lines)
{
	check_faults(STR("rule a.b \"A\" {\r\n\twhen h.a\r\n\t# a\r\n"
	    "\twhy \"\"\"x\r\n\ty\"\"\"\r\n\trequire == 1\r\n}\r\n"),
	    "t.scarp:6:10: error[E0014]: expected a condition, found `==`\n");
	check_faults(STR("rule a.b \"A\" {\r\twhen h.a # a\r"
	    "\trequire == 1\r}\r"),
	    "t.scarp:3:10: error[E0014]: expected a condition, found `==`\n");
}
END_TEST

/* Mistakes in what is not executed yet, so in no language test. */

START_TEST(mistakes_in_profiles_and_waivers_are_all_found)
{
	check_faults(STR("profile p {\n\tselect\n\texclude 5\n\tset x == 1\n"
	    "\tset x =\n\tseverity a\n\tselct a\n\tselect tags x\n}\n"
	    "profile q extends { select a }\n"
	    "waive a.b for Host \"x\" until tomorrow because \"x\"\n"
	    "waive a.b for Host \"x\" until 2026-12-31 approved by \"y\"\n"
	    "waive a.b until 2026-12-31 because \"x\" approved by \"y\"\n"
	    "waive a.b for (Host \"x\", ) until 2026-12-31\n"
	    "waive a.b for Host \"x\" until 2026-12-32 because \"x\"\n"),
	    "t.scarp:3:2: error[E0014]: expected a name or "
	    "`severity`, found `exclude`\n"
	    "t.scarp:3:10: error[E0014]: expected a name or "
	    "`severity`, found `5`\n"
	    "t.scarp:4:8: error[E0014]: expected `.` or `=`, found `==`\n"
	    "t.scarp:6:2: error[E0014]: expected a condition, "
	    "found `severity`\n"
	    "t.scarp:7:8: error[E0014]: expected `exclude`, "
	    "`select`, `set`, `severity` or `}`, found `a`\n"
	    "t.scarp:10:19: error[E0014]: expected a name, found `{`\n"
	    "t.scarp:11:30: error[E0014]: expected a date, found `tomorrow`\n"
	    "t.scarp:12:41: error[E0014]: expected `because`, "
	    "found `approved`\n"
	    "t.scarp:13:11: error[E0014]: expected `for` or `.`, "
	    "found `until`\n"
	    "t.scarp:14:26: error[E0014]: expected a name, found `)`\n"
	    "t.scarp:15:30: error[E0010]: there is no day `2026-12-32`\n");
}
END_TEST

START_TEST(mistakes_in_mappings_are_all_found)
{
	check_faults(STR("map x to y {\n\tgrad observed\n\tunknown\n"
	    "\tspell true =\n\tpossible assumed\n\tnode A is {\n"
	    "\t\tx = y\n\t}\n\tnode B is C {\n\t\ta b\n\t\tc = d\n"
	    "\t\t= d\n\t\tg = h |\n\t\tignore\n"
	    "\t\ti = j match 5\n\t\tk = l { spell = 5 }\n\t\tm = n\n"
	    "\t}\n\tedge A is B\n\tedge A B.c\n\tignore x\n"
	    "\tignore node 5\n\tignore edge X\n}\nmap x y { }\n"),
	    "t.scarp:2:2: error[E0014]: expected a line of the "
	    "mapping or `}`, found `grad`\n"
	    "t.scarp:4:8: error[E0014]: expected a line of the "
	    "mapping, `}` or `,`, found `true`\n"
	    "t.scarp:5:11: error[E0014]: expected `when`, found `assumed`\n"
	    "t.scarp:6:12: error[E0014]: expected a name, found `{`\n"
	    "t.scarp:10:5: error[E0014]: expected `=`, found `b`\n"
	    "t.scarp:12:3: error[E0014]: expected a name, `{`, `}` "
	    "or `|`, found `=`\n"
	    "t.scarp:15:15: error[E0014]: expected a string, found `5`\n"
	    "t.scarp:20:2: error[E0014]: expected `.`, found `edge`\n"
	    "t.scarp:20:9: error[E0014]: expected `is`, found `B`\n"
	    "t.scarp:21:9: error[E0014]: expected `edge`, `node` "
	    "or `property`, found `x`\n"
	    "t.scarp:22:14: error[E0014]: expected a name or a "
	    "string, found `5`\n"
	    "t.scarp:25:7: error[E0014]: expected `to`, found `y`\n");
}
END_TEST

/* Size. */

START_TEST(a_string_over_its_limit_is_one_error)
{
	check_repeated("define x = \"", "aaaaaaaaaaaaaaaa", 1 << 12, "\"", "");
	check_repeated("define x = \"", "aaaaaaaaaaaaaaaa", 1000000,
	    "b\"\nenum E { 1 }",
	    "t.scarp:1:12: error[E0012]: this string is longer than 65536 "
	    "bytes (limit `token`)\n"
	    "t.scarp:2:10: error[E0014]: expected a name, found `1`\n");
}
END_TEST

#define TOO_DEEP(at) "t.scarp:" at \
	": error[E0013]: this is nested deeper than 200 " \
	"(limit `expression-depth`)\n"

START_TEST(a_million_parentheses_are_one_error)
{
	check_repeated("define x = ", "(", 1000000, "\nenum E { 1 }",
	    TOO_DEEP("1:50004")
	    "t.scarp:2:10: error[E0014]: expected a name, found `1`\n");
	check_repeated("define x = ", "{", 1000000, "\nenum E { 1 }",
	    TOO_DEEP("1:50004")
	    "t.scarp:2:10: error[E0014]: expected a name, found `1`\n");
}
END_TEST

START_TEST(a_million_signs_are_one_error)
{
	check_repeated("define x = ", "not ", 1000000, "a\nenum E { 1 }",
	    TOO_DEEP("1:199980")
	    "t.scarp:2:10: error[E0014]: expected a name, found `1`\n");
	check_repeated("define x = ", "-", 1000000, "a",
	    TOO_DEEP("1:50004"));
}
END_TEST

START_TEST(a_chain_of_a_million_terms_is_one_error)
{
	check_repeated("define x = a", " or a", 199, "", "");
	check_repeated("define x = a", " or a", 200, "", TOO_DEEP("1:12"));
	check_repeated("define x = a", " or a", 1000000, "",
	    TOO_DEEP("1:12"));
	check_repeated("define x = a", ".b", 1000000, "", TOO_DEEP("1:12"));
	check_repeated("define x = a", " + 1", 1000000, "",
	    TOO_DEEP("1:12"));
	check_repeated("define x = a", " == a", 1000000, "",
	    "t.scarp:1:19: error[E0016]: comparisons do not chain\n");
}
END_TEST

START_TEST(long_lists_are_read)
{
	check_repeated("define x = { a", ", a", 1000000, "}", "");
	check_repeated("enum E { a", ", a", 1000000, "}", "");
	check_repeated("test a.b { given { A a { x: [1", ", 1", 1000000,
	    "] } } }", "");
	check_repeated("", "rule a.b \"A\" {\n\tfor h in Host\n"
	    "\trequire h.a\n}\n", 100000, "", "");
}
END_TEST

START_TEST(a_name_of_many_parts_is_one_error)
{
	check_repeated("use a", " . b", 100000, "\nenum E { 1 }",
	    "t.scarp:1:5: error[E0012]: this name is longer than 128 bytes "
	    "(limit `identifier`)\n"
	    "t.scarp:2:10: error[E0014]: expected a name, found `1`\n");
}
END_TEST

static void parse_and_format(struct arena *arena)
{
	struct ast *tree = parse(arena, STR("# a\nrule a.b \"A\" { # b\n"
	    "for h in Host require (h.a and h.b) or requre == 1\n"
	    "  why \"\"\"x\n  y\"\"\" require h.a else \"{h.b} c\" }\n"));

	format(arena, tree);
}

START_TEST(running_out_of_memory_is_survived)
{
	ck_assert_uint_gt(unit_refuse_each(parse_and_format), 2);
}
END_TEST

/* Words. */

struct keyword {
	const char *text;
	bool is_name;
};

#define IS_NAME true
#define IS_RESERVED false
static const struct keyword keywords[] = {
#define KEYWORD(token, spelling, use, fence) { spelling, IS_##use },
#include "grammar/keywords.def"
#undef KEYWORD
};
#define KEYWORDS (sizeof(keywords) / sizeof(*keywords))

START_TEST(keywords_stand_in_order)
{
	for (size_t i = 1; i < KEYWORDS; i++)
		ck_assert_str_lt(keywords[i - 1].text, keywords[i].text);
}
END_TEST

static bool parses(const char *head, const char *word, const char *tail)
{
	struct arena *arena = arena_new();
	bool is_fine;

	parse(arena, arena_printf(arena, "%s%s%s", head, word, tail));
	is_fine = diag_errors(all) == 0;
	arena_free(arena);
	return is_fine;
}

START_TEST(every_word_is_an_attribute)
{
	for (size_t i = 0; i < KEYWORDS; i++) {
		const char *word = keywords[i].text;

		ck_assert_msg(parses("define x = a.", word, ".b == 1"),
		    "after a dot: %s", word);
		ck_assert_msg(parses("entity A {\n", word, ": int, key\n}"),
		    "before a colon: %s", word);
		ck_assert_msg(parses("test a.b { given { A a {\n", word,
		    ": 1 } } }"), "in a test: %s", word);
		ck_assert_msg(parses("define x = `", word, "`"),
		    "in back quotes: %s", word);
	}
}
END_TEST

START_TEST(only_reserved_words_are_no_names)
{
	for (size_t i = 0; i < KEYWORDS; i++) {
		const char *word = keywords[i].text;

		ck_assert_msg(parses("define ", word, "(x: int) = 1") ==
		    keywords[i].is_name, "as a definition: %s", word);
		ck_assert_msg(parses("entity ", word, " {}") ==
		    keywords[i].is_name, "as a kind: %s", word);
		ck_assert_msg(parses("enum E { a, ", word, " }") ==
		    keywords[i].is_name, "as a value: %s", word);
	}
}
END_TEST

/* Trees. */

START_TEST(operators_bind_as_told)
{
	check_tree("define x = not a == 1 and b or c implies d - 1 - 2 * -e.f",
	    "FILE\n"
	    "  DEFINE \"x\"\n"
	    "    1: BINARY implies\n"
	    "      0: BINARY or\n"
	    "        0: BINARY and\n"
	    "          0: UNARY not\n"
	    "            0: BINARY ==\n"
	    "              0: NAME \"a\"\n"
	    "              1: INTEGER \"1\"\n"
	    "          1: NAME \"b\"\n"
	    "        1: NAME \"c\"\n"
	    "      1: BINARY -\n"
	    "        0: BINARY -\n"
	    "          0: NAME \"d\"\n"
	    "          1: INTEGER \"1\"\n"
	    "        1: BINARY *\n"
	    "          0: INTEGER \"2\"\n"
	    "          1: UNARY -\n"
	    "            0: MEMBER \"f\"\n"
	    "              0: NAME \"e\"\n");
}
END_TEST

START_TEST(a_quantifier_reaches_as_far_as_it_can)
{
	check_tree("define x = a and any y in b where c: d and e implies f",
	    "FILE\n"
	    "  DEFINE \"x\"\n"
	    "    1: BINARY and\n"
	    "      0: NAME \"a\"\n"
	    "      1: QUANTIFIER any\n"
	    "        1: NAME \"c\"\n"
	    "        2: BINARY implies\n"
	    "          0: BINARY and\n"
	    "            0: NAME \"d\"\n"
	    "            1: NAME \"e\"\n"
	    "          1: NAME \"f\"\n"
	    "        BINDER \"y\"\n"
	    "          0: NAME \"b\"\n");
}
END_TEST

START_TEST(paths_bind_as_told)
{
	check_tree("define x = a reaches B via c* then inverse d | (e | f){2,}",
	    "FILE\n"
	    "  DEFINE \"x\"\n"
	    "    1: REACHES\n"
	    "      0: NAME \"a\"\n"
	    "      1: NAME \"B\"\n"
	    "      2: PATH_OR\n"
	    "        PATH_THEN\n"
	    "          PATH_REPEAT {0,}\n"
	    "            0: PATH_STEP \"c\"\n"
	    "          PATH_INVERSE\n"
	    "            0: PATH_STEP \"d\"\n"
	    "        PATH_REPEAT {2,}\n"
	    "          0: PATH_OR\n"
	    "            PATH_STEP \"e\"\n"
	    "            PATH_STEP \"f\"\n");
}
END_TEST

START_TEST(messages_are_cut_at_their_braces)
{
	check_tree("rule a.b \"A {x}\" {\n\trequire a\n"
	    "\t\telse \"{a} \\{b} {{ c }}d{\"e{f}\"}\"\n}",
	    "FILE\n"
	    "  RULE \"a.b\"\n"
	    "    0: STRING \"A {x}\"\n"
	    "    REQUIRE\n"
	    "      0: NAME \"a\"\n"
	    "      1: INTERPOLATED\n"
	    "        STRING \"\"\n"
	    "        NAME \"a\"\n"
	    "        STRING \" {b} \"\n"
	    "        SET\n"
	    "          NAME \"c\"\n"
	    "        STRING \"d\"\n"
	    "        STRING \"e{f}\"\n"
	    "        STRING \"\"\n");
}
END_TEST

/* A """ string alone. */
static void check_long(const char *quoted, const char *wanted)
{
	struct arena *arena = arena_new();
	struct ast *tree = parse(arena, arena_printf(arena,
	    "define x = %s", quoted));

	ck_assert_text(faults(arena), "");
	ck_assert_text(tree->items[0]->slot[1]->text, wanted);
	arena_free(arena);
}

START_TEST(long_strings_lose_their_indent)
{
	check_long("\"\"\"\"\"\"", "");
	check_long("\"\"\"a\"\"\"", "a");
	check_long("\"\"\"  a  \"\"\"", "  a  ");
	check_long("\"\"\"\n\ta\n\t\tb\n\t\"\"\"", "a\n\tb");
	check_long("\"\"\"\n    a\n  b\"\"\"", "  a\nb");
	check_long("\"\"\"a\n  b\n\n  c\"\"\"", "a\nb\n\nc");
	check_long("\"\"\"\n  a\n \"\"\"", " a");
	check_long("\"\"\"\n  a\n   \n  \n  \"\"\"", "a\n\n");
	check_long("\"\"\"   \r\n\ta\r\n\tb\r\n\t\"\"\"", "a\nb");
	check_long("\"\"\"a\\n\"\"\"", "a\n");
	check_long("\"\"\"\n\t \\u{20}\n\t\"\"\"", "  ");
	check_long("\"\"\"a \"b\" c\\\"\\\"\\\" \\\\\"\"\"",
	    "a \"b\" c\"\"\" \\");
}
END_TEST

START_TEST(comments_find_their_nodes)
{
	check_tree("# a\nuse b # c\n# d\nrule e.f \"g\" { # h\n"
	    "\twhen i # j\n\t\t# k\n\t\tand l\n"
	    "\trequire m( # n\n\t\t1) # o\n"
	    "\t\telse # p\n\t\t\"q\" # r\n\t# s\n}\n# t\n",
	    "FILE inside \"# t\"\n"
	    "  USE \"b\" before \"# a\" after \"# c\"\n"
	    "  RULE \"e.f\" before \"# d\" inside \"# s\"\n"
	    "    0: STRING \"g\"\n"
	    "    WHEN before \"# h\"\n"
	    "      0: BINARY and\n"
	    "        0: NAME \"i\" after \"# j\"\n"
	    "        1: NAME \"l\" before \"# k\"\n"
	    "    REQUIRE before \"# n\" after \"# r\"\n"
	    "      0: CALL \"m\" after \"# o\"\n"
	    "        INTEGER \"1\"\n"
	    "      1: STRING \"q\" before \"# p\"\n");
}
END_TEST

/* fmt. */

static struct str read_file(struct arena *arena, const char *path, bool *is)
{
	struct str bytes = STR(""), why;

	*is = io_read(arena, arena_printf(arena, "%s/%s",
	    getenv("TOP_SRCDIR"), path).at, UINT32_MAX, &bytes, &why);
	return bytes;
}

static size_t count_comments(const struct ast_comment *comment)
{
	size_t count = 0;

	for (; comment; comment = comment->next)
		count++;
	return count;
}

static size_t count_all_comments(const struct ast *node)
{
	size_t count = count_comments(node->before) +
	    count_comments(node->after) + count_comments(node->inside);

	for (int i = 0; i < AST_SLOTS; i++)
		if (node->slot[i])
			count += count_all_comments(node->slot[i]);
	for (uint32_t i = 0; i < node->count; i++)
		count += count_all_comments(node->items[i]);
	return count;
}

/* Formatting keeps the tree and its comments, and is done after one go.
 * Answers the text. */
static struct str check_format(struct arena *arena, struct str bytes)
{
	struct ast *tree = parse(arena, bytes), *again;
	struct str once, twice;

	ck_assert_text(faults(arena), "");
	once = format(arena, tree);
	again = parse(arena, once);
	ck_assert_text(faults(arena), "");
	ck_assert_msg(ast_equal(tree, again), "the tree has changed:\n%.*s",
	    STR_ARG(once));
	ck_assert_msg(count_all_comments(tree) == count_all_comments(again),
	    "comments have changed:\n%.*s---\n%.*s", STR_ARG(bytes),
	    STR_ARG(once));
	twice = format(arena, again);
	ck_assert_msg(str_equal(once, twice),
	    "formatted once:\n%.*s--- twice:\n%.*s", STR_ARG(once),
	    STR_ARG(twice));
	return once;
}

START_TEST(every_construct_has_its_layout)
{
	struct arena *arena = arena_new();
	bool is;
	struct str in = read_file(arena,
	    "tests/format/every-construct.in.scarp", &is);
	struct str out = read_file(arena,
	    "tests/format/every-construct.out.scarp", &is);

	ck_assert(is);
	ck_assert_text(check_format(arena, in), out.at);
	arena_free(arena);
}
END_TEST

/* What fuzzing has found. */
START_TEST(odd_texts_keep_their_meaning)
{
	static const char *const texts[] = {
		"use `..`\nuse `a.`.b\nuse a.`b/c`\nuse `.a`\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct arena *arena = arena_new();

		check_format(arena, str_of(texts[i]));
		arena_free(arena);
	}
}
END_TEST

START_TEST(shipped_files_keep_their_meaning)
{
	static const char *const files[] = {
		"stdlib/configmgr.scarp", "stdlib/configmgr_opengraph.scarp",
		"rules/cm2007/all_site_systems.scarp",
		"rules/cm2007/fallback_status_point.scarp",
		"rules/cm2007/tests/fallback_status_point.scarp",
		"../shared/design/sketch/practices.scarp"
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct arena *arena = arena_new();
		bool is;
		struct str bytes = read_file(arena, files[i], &is);

		if (is)
			check_format(arena, bytes);
		else
			printf("# skipped: %s is not here\n", files[i]);
		arena_free(arena);
	}
}
END_TEST

/* Does a word begin at AT? */
static bool is_between(struct str text, size_t at)
{
	char a = text.at[at - 1], b = text.at[at];

	return (a == ' ' || a == '\n' || a == '\t') &&
	    !(b == ' ' || b == '\n' || b == '\t');
}

/* Is AT outside strings, names in back quotes and comments?  A message's
 * expressions count as inside. */
static void mark_outside(struct str text, bool *is_outside)
{
	size_t at = 0;

	while (at < text.length) {
		char c = text.at[at];
		const char *end = NULL;

		is_outside[at] = true;
		if (c == '#')
			end = "\n";
		else if (c == '`')
			end = "`";
		else if (str_starts((struct str){ text.at + at,
		    text.length - at }, STR("\"\"\"")))
			end = "\"\"\"";
		else if (c == '"')
			end = "\"";
		at++;
		if (end == NULL)
			continue;
		at += strlen(end) - 1;
		while (at < text.length && strncmp(text.at + at, end,
		    strlen(end)) != 0)
			at += text.at[at] == '\\' ? 2 : 1;
		at += end[0] == '\n' ? 0 : strlen(end);
	}
}

static void check_comment_at(struct str text, size_t at, const char *comment)
{
	struct arena *arena = arena_new();

	check_format(arena, arena_printf(arena, "%.*s%s%.*s", (int)at,
	    text.at, comment, (int)(text.length - at), text.at + at));
	arena_free(arena);
}

START_TEST(a_comment_anywhere_is_kept)
{
	struct arena *arena = arena_new();
	bool is, *is_outside;
	struct str text = read_file(arena, "tests/format/comments.in.scarp",
	    &is);

	ck_assert(is);
	is_outside = ARENA_ARRAY(arena, bool, text.length + 1);
	mark_outside(text, is_outside);
	for (size_t i = 1; i < text.length; i++) {
		if (!is_outside[i] || !is_between(text, i))
			continue;
		check_comment_at(text, i, "# new\n");
		check_comment_at(text, i, "\n# new\n");
		check_comment_at(text, i, "\n\n# new\n\n# newer\n\n");
	}
	arena_free(arena);
}
END_TEST

/* Random trees. */

static uint64_t state;

static unsigned pick(unsigned count)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % count;
}

static struct ast *node(struct arena *arena, enum ast_kind kind)
{
	struct ast *new = ARENA_NEW(arena, struct ast);

	new->kind = kind;
	return new;
}

static struct ast *named(struct arena *arena, enum ast_kind kind)
{
	static const char *const names[] = {
		"a", "long_name_of_something", "rule", "value", "odd name",
		"null", "Host"
	};
	struct ast *new = node(arena, kind);

	new->text = str_of(names[pick(7)]);
	return new;
}

static struct ast *any(struct arena *arena, unsigned depth);

static struct ast *leaf(struct arena *arena)
{
	static const enum ast_kind kinds[] = {
		AST_TRUE, AST_FALSE, AST_NONE, AST_SELF, AST_TODAY, AST_DATE,
		AST_DURATION, AST_INTEGER, AST_STRING, AST_NAME, AST_NAME
	};
	struct ast *new = named(arena, kinds[pick(11)]);

	switch ((int)new->kind) {
	case AST_NAME:
	case AST_STRING:
		break;
	case AST_DATE:
		new->text = STR("2026-12-31");
		break;
	case AST_DURATION:
		new->text = STR("90d");
		break;
	case AST_INTEGER:
		new->text = STR("1433");
		break;
	default:
		new->text = (struct str){ 0 };
		break;
	}
	return new;
}

static void add_binders(struct arena *arena, struct ast *above,
    unsigned depth)
{
	above->count = 1 + pick(2);
	above->items = ARENA_ARRAY(arena, struct ast *, above->count);
	for (uint32_t i = 0; i < above->count; i++) {
		above->items[i] = named(arena, AST_BINDER);
		above->items[i]->slot[0] = any(arena, depth);
	}
	if (pick(2))
		above->slot[1] = any(arena, depth);
}

static struct ast *path(struct arena *arena, unsigned depth)
{
	static const enum ast_kind kinds[] = {
		AST_PATH_STEP, AST_PATH_INVERSE, AST_PATH_REPEAT,
		AST_PATH_THEN, AST_PATH_OR
	};
	struct ast *new = named(arena, kinds[depth ? pick(5) : 0]);

	if (new->kind == AST_PATH_STEP)
		return new;
	new->text = (struct str){ 0 };
	if (new->kind == AST_PATH_REPEAT) {
		new->low = pick(3);
		new->high = pick(2) ? new->low + pick(3) : UINT32_MAX;
	}
	if (new->kind == AST_PATH_INVERSE || new->kind == AST_PATH_REPEAT) {
		new->slot[0] = path(arena, depth - 1);
		return new;
	}
	new->count = 2 + pick(2);
	new->items = ARENA_ARRAY(arena, struct ast *, new->count);
	for (uint32_t i = 0; i < new->count; i++)
		new->items[i] = path(arena, depth - 1);
	return new;
}

static struct ast *operation(struct arena *arena, unsigned depth)
{
	static const enum ast_op ops[] = {
		OP_AND, OP_OR, OP_IMPLIES, OP_AND, OP_OR, OP_EQ, OP_NE, OP_LT,
		OP_GE, OP_IN, OP_NOT_IN, OP_HAS, OP_SUBSET, OP_LIKE,
		OP_MATCHES, OP_STARTS, OP_ENDS, OP_ADD, OP_SUB, OP_MUL,
		OP_DIV, OP_UNION, OP_INTERSECT, OP_WITHOUT
	};
	struct ast *new = node(arena, AST_BINARY);

	new->op = ops[pick(24)];
	new->slot[0] = any(arena, depth);
	new->slot[1] = any(arena, depth);
	return new;
}

static struct ast *question(struct arena *arena, unsigned depth)
{
	static const enum ast_op ops[] = {
		OP_KNOWN, OP_UNKNOWN, OP_ABSENT, OP_EMPTY, OP_KIND
	};
	struct ast *new = named(arena, AST_IS);

	new->op = ops[pick(5)];
	new->negated = pick(2);
	new->slot[0] = any(arena, depth);
	if (new->op != OP_KIND)
		new->text = (struct str){ 0 };
	return new;
}

static struct ast *quantified(struct arena *arena, unsigned depth)
{
	static const enum ast_op ops[] = {
		OP_ANY, OP_ALL, OP_NO, OP_EXACTLY, OP_AT_LEAST, OP_AT_MOST
	};
	struct ast *new = node(arena, AST_QUANTIFIER);

	new->op = ops[pick(6)];
	if (new->op >= OP_EXACTLY)
		new->slot[0] = any(arena, depth);
	add_binders(arena, new, depth);
	new->slot[2] = any(arena, depth);
	return new;
}

static struct ast *folded(struct arena *arena, unsigned depth)
{
	static const enum ast_op ops[] = {
		OP_COUNT, OP_SUM, OP_MIN, OP_MAX
	};
	struct ast *new = node(arena, AST_FOLD);

	new->op = ops[pick(4)];
	if (pick(2)) {
		new->slot[0] = any(arena, depth);
		return new;
	}
	add_binders(arena, new, depth);
	new->negated = new->op == OP_COUNT && pick(2);
	if (new->op != OP_COUNT || new->negated)
		new->slot[0] = any(arena, depth);
	return new;
}

/* With up to three items, or with the slots of its kind. */
static struct ast *composed(struct arena *arena, unsigned depth)
{
	static const enum ast_kind kinds[] = {
		AST_CALL, AST_MEMBER, AST_SET, AST_COMPREHENSION,
		AST_ASSUMING, AST_REACHES, AST_IN_RANGE, AST_UNARY
	};
	struct ast *new = node(arena, kinds[pick(8)]);
	int slots = 1;

	if (new->kind == AST_CALL || new->kind == AST_SET) {
		slots = 0;
		new->count = pick(4);
		new->items = ARENA_ARRAY(arena, struct ast *, 4);
		for (uint32_t i = 0; i < new->count; i++)
			new->items[i] = any(arena, depth);
	}
	if (new->kind == AST_CALL || new->kind == AST_MEMBER)
		new->text = named(arena, AST_NAME)->text;
	if (new->kind == AST_IN_RANGE)
		slots = 3;
	else if (new->kind == AST_REACHES || (new->kind == AST_ASSUMING &&
	    pick(2)))
		slots = 2;
	for (int i = 0; i < slots; i++)
		new->slot[i] = any(arena, depth);
	if (new->kind == AST_REACHES)
		new->slot[2] = path(arena, 3);
	if (new->kind == AST_COMPREHENSION)
		add_binders(arena, new, depth);
	if (new->kind == AST_IN_RANGE)
		new->op = pick(2) ? OP_IN : OP_NOT_IN;
	if (new->kind == AST_UNARY)
		new->op = pick(2) ? OP_NOT : OP_SUB;
	return new;
}

static struct ast *any(struct arena *arena, unsigned depth)
{
	if (depth == 0)
		return leaf(arena);
	switch (pick(8)) {
	case 0:
		return leaf(arena);
	case 1:
	case 2:
	case 3:
		return operation(arena, depth - 1);
	case 4:
		return question(arena, depth - 1);
	case 5:
		return quantified(arena, depth - 1);
	case 6:
		return folded(arena, depth - 1);
	default:
		return composed(arena, depth - 1);
	}
}

START_TEST(random_expressions_come_back)
{
	for (unsigned seed = 1; seed <= 3000; seed++) {
		struct arena *arena = arena_new();
		struct ast *file = node(arena, AST_FILE), *again;
		struct ast *define = named(arena, AST_DEFINE);
		struct str text;

		state = seed;
		define->slot[1] = any(arena, 1 + pick(4));
		file->items = &define;
		file->count = 1;
		text = format(arena, file);
		again = parse(arena, text);
		ck_assert_msg(diag_errors(all) == 0, "seed %u:\n%.*s%.*s", seed,
		    STR_ARG(text), STR_ARG(faults(arena)));
		ck_assert_msg(ast_equal(file, again), "seed %u:\n%.*s", seed,
		    STR_ARG(text));
		ck_assert_msg(str_equal(format(arena, again), text),
		    "seed %u:\n%.*s", seed, STR_ARG(text));
		arena_free(arena);
	}
}
END_TEST

/* What fmt is held to must tell any two meanings apart. */

static const char *const differ[][2] = {
	{ "define x = a", "define x = b" },
	{ "define x = a + b", "define x = a - b" },
	{ "define x = a == 1", "define x = a != 1" },
	{ "define x = a in { 1 }", "define x = a not in { 1 }" },
	{ "define x = a is empty", "define x = a is not empty" },
	{ "define x = a", "define x = not a" },
	{ "define x = { 1, 2 }", "define x = { 1, 2, 3 }" },
	{ "define x = { 1, 2 }", "define x = { 1, 3 }" },
	{ "define x = a reaches b via c{1,2}", "define x = a reaches b via c{0,2}" },
	{ "define x = a reaches b via c{1,2}", "define x = a reaches b via c{1,3}" },
	{ "define x = a reaches b via c{1,2}", "define x = a reaches b via c{1,}" },
	{ "define x: int = 1", "define x = 1" },
	{ "define x = 1", "param x: int = 1 \"\"" },
	{ "define x = any a in b: c", "define x = any a in b where c: c" },
};

START_TEST(trees_of_two_meanings_are_not_equal)
{
	for (size_t i = 0; i < sizeof(differ) / sizeof(*differ); i++) {
		struct arena *arena = arena_new();
		const struct ast *a = parse(arena, str_of(differ[i][0]));
		const struct ast *same = parse(arena, str_of(differ[i][0]));
		const struct ast *b = parse(arena, str_of(differ[i][1]));

		ck_assert_text(faults(arena), "");
		ck_assert_msg(ast_equal(a, same), "%s", differ[i][0]);
		ck_assert_msg(!ast_equal(a, b) && !ast_equal(b, a), "%s\n%s",
		    differ[i][0], differ[i][1]);
		arena_free(arena);
	}
}
END_TEST

START_TEST(every_word_is_laid_out_as_the_name_it_is)
{
	for (size_t i = 0; i < KEYWORDS; i++) {
		struct arena *arena = arena_new();
		const char *w = keywords[i].text;
		const struct ast *tree = parse(arena, str_of(arena_printf(arena,
		    "entity `%s` { `%s`: int, key }\nenum E { a, `%s` }\n"
		    "define `%s`(x: `%s`): int = x.`%s`\n"
		    "test a.b { given { `%s` `%s` { `%s`: 1 } } expect pass `%s` }\n"
		    "rule a.b \"A\" { for `%s` in `%s` require `%s`.`%s` == `%s`(`%s`) }\n",
		    w, w, w, w, w, w, w, w, w, w, w, w, w, w, w, w).at));
		const struct ast *again;
		struct str once;

		ck_assert_text(faults(arena), "");
		once = format(arena, tree);
		again = parse(arena, arena_copy(arena, once));
		ck_assert_text(faults(arena), "");
		ck_assert_msg(ast_equal(tree, again), "%s:\n%.*s", w, STR_ARG(once));
		ck_assert_text(format(arena, again), arena_copy(arena, once).at);
		arena_free(arena);
	}
}
END_TEST

UNIT_MAIN(trees_of_two_meanings_are_not_equal,
    every_word_is_laid_out_as_the_name_it_is,
    a_byte_that_is_not_utf8_is_shown_with_its_offset,
    a_nul_byte_is_refused_before_anything_is_read, utf16_is_said_in_one_line,
    what_cannot_be_seen_is_found_wherever_it_stands,
    a_file_over_its_limit_is_not_read, a_mark_at_the_start_is_skipped,
    carriage_returns_end_lines,
    mistakes_in_profiles_and_waivers_are_all_found,
    mistakes_in_mappings_are_all_found, a_string_over_its_limit_is_one_error,
    a_million_parentheses_are_one_error, a_million_signs_are_one_error,
    a_chain_of_a_million_terms_is_one_error, long_lists_are_read,
    a_name_of_many_parts_is_one_error, running_out_of_memory_is_survived,
    keywords_stand_in_order, every_word_is_an_attribute,
    only_reserved_words_are_no_names, operators_bind_as_told,
    a_quantifier_reaches_as_far_as_it_can, paths_bind_as_told,
    messages_are_cut_at_their_braces, long_strings_lose_their_indent,
    comments_find_their_nodes, every_construct_has_its_layout,
    odd_texts_keep_their_meaning, shipped_files_keep_their_meaning, a_comment_anywhere_is_kept,
    random_expressions_come_back)
