/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The printer, whole texts at a time.  Codes come and go with the compiler,
 * so these records all have the code "none".
 */
#include "base/diag.h"

#include "tests/unit/unit.h"

static struct arena *arena;
static struct sources *sources;
static struct diagnostics *all;

static void enter(void)
{
	arena = arena_new();
	sources = sources_new(arena);
	all = diagnostics_new(arena, sources);
}

static uint32_t add_file(const char *name, const char *bytes)
{
	return source_add(sources, str_of(name), str_of(bytes));
}

/* The first WORD of the file at or after FROM. */
static struct span find(uint32_t file, const char *word, uint32_t from)
{
	struct str bytes = source_bytes(sources, file);
	const char *at = strstr(bytes.at + from, word);
	uint32_t start;

	ck_assert_ptr_nonnull(at);
	start = (uint32_t)(at - bytes.at);
	return (struct span){ file, start, start + (uint32_t)strlen(word) };
}

static struct str print(size_t most, enum diag_form form, bool colour)
{
	struct text out;

	text_init(&out, arena);
	diag_print(all, &out, most, form, colour);
	return text_str(&out);
}

static void assert_full(const char *expected)
{
	ck_assert_text(print(0, DIAG_HUMAN, false), expected);
	arena_free(arena);
}

START_TEST(a_record_shows_its_line_with_a_caret)
{
	uint32_t file;
	struct diagnostic *d;

	enter();
	file = add_file("a.scarp", "rule x {\n\trequire h.zoen == y\n}\n");
	d = diag_add(all, DIAG_NONE, find(file, "zoen", 0),
	    "`%s` has no attribute `zoen`", "Host");
	diag_note(all, d, "attributes are declared in the schema");
	diag_help(all, d, "did you mean `%s`?", "zone");
	assert_full(
	    "error[none]: `Host` has no attribute `zoen`\n"
	    " --> a.scarp:2:12\n"
	    "  |\n"
	    "2 |     require h.zoen == y\n"
	    "  |               ^^^^\n"
	    "  = note: attributes are declared in the schema\n"
	    "  = help: did you mean `zone`?\n"
	    "\n");
}
END_TEST

START_TEST(labels_stand_on_their_lines_and_in_their_files)
{
	uint32_t file, other;
	struct diagnostic *d;

	enter();
	file = add_file("a.scarp", "kind A {\n}\n\n\n\n\n\n\n\nkind A {\n}\n");
	other = add_file("b.scarp", "kind A\n");
	d = diag_add(all, DIAG_NONE, find(file, "A", 10), "`A` again");
	diag_label(all, d, find(file, "A", 0), "first here");
	diag_label(all, d, find(other, "A", 0), "and here");
	diag_label(all, d, find(file, "A", 10), "once more");
	assert_full(
	    "error[none]: `A` again\n"
	    "  --> a.scarp:10:6\n"
	    "   |\n"
	    " 1 | kind A {\n"
	    "   |      - first here\n"
	    "...\n"
	    "10 | kind A {\n"
	    "   |      ^ once more\n"
	    "  ::: b.scarp:1:6\n"
	    "   |\n"
	    " 1 | kind A\n"
	    "   |      - and here\n"
	    "\n");
}
END_TEST

START_TEST(marks_of_one_line_share_a_row_when_they_can)
{
	uint32_t file;
	struct diagnostic *d;

	enter();
	file = add_file("a", "port == name\n");
	d = diag_add(all, DIAG_NONE, find(file, "==", 0), "cannot compare");
	diag_label(all, d, find(file, "port", 0), "an integer");
	diag_label(all, d, find(file, "name", 0), "a text");
	assert_full(
	    "error[none]: cannot compare\n"
	    " --> a:1:6\n"
	    "  |\n"
	    "1 | port == name\n"
	    "  | ---- an integer\n"
	    "  |      ^^ ---- a text\n"
	    "\n");
}
END_TEST

START_TEST(a_span_of_several_lines_shows_both_ends)
{
	uint32_t file;

	enter();
	file = add_file("a", "rule x {\n  when a\n  require b\n  }\n");
	diag_add(all, DIAG_NONE, span_join(find(file, "{", 0),
	    find(file, "}", 0)), "never ends");
	assert_full(
	    "error[none]: never ends\n"
	    " --> a:1:8\n"
	    "  |\n"
	    "1 | rule x {\n"
	    "  |        ^\n"
	    "...\n"
	    "4 |   }\n"
	    "  |   ^\n"
	    "\n");
}
END_TEST

START_TEST(the_end_of_the_file_can_be_pointed_at)
{
	uint32_t file;

	enter();
	file = add_file("a", "rule\r\n");
	diag_add(all, DIAG_NONE, (struct span){ file, 6, 6 }, "at the end");
	diag_add(all, DIAG_NONE, (struct span){ file, 4, 6 }, "the line end");
	diag_add(all, DIAG_NONE, (struct span){ file, 5, 6 }, "its half");
	assert_full(
	    "error[none]: the line end\n"
	    " --> a:1:5\n"
	    "  |\n"
	    "1 | rule\n"
	    "  |     ^\n"
	    "\n"
	    "error[none]: its half\n"
	    " --> a:1:6\n"
	    "  |\n"
	    "1 | rule\n"
	    "  |     ^\n"
	    "\n"
	    "error[none]: at the end\n"
	    " --> a:2:1\n"
	    "  |\n"
	    "2 |\n"
	    "  | ^\n"
	    "\n");
}
END_TEST

START_TEST(tabs_wide_and_combining_characters_keep_the_caret_aligned)
{
	uint32_t file;

	enter();
	file = add_file("a", "\tx\t東京e\xcc\x81 bad\n");
	diag_add(all, DIAG_NONE, find(file, "bad", 0), "here");
	assert_full(
	    "error[none]: here\n"
	    " --> a:1:9\n"
	    "  |\n"
	    "1 |     x   東京e\xcc\x81 bad\n"
	    "  |               ^^^\n"
	    "\n");
}
END_TEST

START_TEST(hostile_text_is_made_visible_everywhere)
{
	uint32_t file;
	struct diagnostic *d;

	enter();
	file = add_file("\x1b]0;x.scarp", "a \xe2\x80\xae \xff z\n");
	d = diag_add(all, DIAG_NONE, find(file, "z", 0), "name `%s`",
	    "a\nerror: forged");
	diag_label(all, d, find(file, "a", 0), "\x1b[2J");
	diag_note(all, d, "\xe2\x80\x8f");
	diag_help(all, d, "\r");
	diag_fix(all, d, find(file, "z", 0), STR("\x07"));
	d->path = STR("hosts[\x1b]");
	assert_full(
	    "error[none]: name `a\\u{0A}error: forged`\n"
	    " --> \\u{1B}]0;x.scarp:1:7 (hosts[\\u{1B}])\n"
	    "  |\n"
	    "1 | a \\u{202E} \\x{FF} z\n"
	    "  | - \\u{1B}[2J\n"
	    "  |                   ^\n"
	    "  = note: \\u{200F}\n"
	    "  = help: \\u{0D}\n"
	    "\n");
}
END_TEST

START_TEST(a_long_line_is_cut_around_the_mark)
{
	char *line;
	uint32_t file;

	enter();
	line = arena_alloc(arena, 2001);
	memset(line, 'x', 2000);
	memcpy(line + 1000, "BAD", 3);
	file = add_file("a", line);
	diag_add(all, DIAG_NONE, find(file, "BAD", 0), "here");
	assert_full(arena_printf(arena,
	    "error[none]: here\n"
	    " --> a:1:1001\n"
	    "  |\n"
	    "1 | ...%.80sBAD%.37s...\n"
	    "  |    %80s^^^\n"
	    "\n", line, line, "").at);
}
END_TEST

START_TEST(marks_outside_the_window_are_clipped_to_it)
{
	char *line;
	uint32_t file;
	struct diagnostic *d;
	struct str text;

	enter();
	line = arena_alloc(arena, 5001);
	memset(line, 'x', 5000);
	memcpy(line + 2500, "BAD", 3);
	line[0] = 'A';
	line[4999] = 'Z';
	file = add_file("a", line);
	d = diag_add(all, DIAG_NONE, find(file, "BAD", 0), "here");
	diag_label(all, d, find(file, "A", 0), "far left");
	diag_label(all, d, find(file, "Z", 0), "far right");
	text = print(0, DIAG_HUMAN, false);
	ck_assert_ptr_nonnull(strstr(arena_copy(arena, text).at,
	    "  |    - far left\n"));
	ck_assert_uint_lt(text.length, 1000);
	arena_free(arena);
}
END_TEST

START_TEST(a_fix_is_told_when_no_help_is)
{
	uint32_t file;
	struct span word;
	struct diagnostic *d;

	enter();
	file = add_file("a", "word\n");
	word = find(file, "word", 0);
	d = diag_add(all, DIAG_NONE, SPAN_NONE, "one");
	diag_fix(all, d, word, STR("name"));
	d = diag_add(all, DIAG_NONE, SPAN_NONE, "two");
	diag_fix(all, d, word, STR(""));
	d = diag_add(all, DIAG_NONE, SPAN_NONE, "three");
	diag_fix(all, d, (struct span){ file, 4, 4 }, STR(";"));
	assert_full(
	    "error[none]: one\n"
	    "  = help: replace `word` with `name`\n"
	    "\n"
	    "error[none]: two\n"
	    "  = help: remove `word`\n"
	    "\n"
	    "error[none]: three\n"
	    "  = help: insert `;`\n"
	    "\n");
}
END_TEST

START_TEST(records_are_sorted_by_file_name_and_position)
{
	uint32_t b, a;

	enter();
	b = add_file("b", "one two\n");
	a = add_file("a", "one two\n");
	diag_add(all, DIAG_NONE, find(b, "two", 0), "four");
	diag_add(all, DIAG_NONE, find(b, "one", 0), "three");
	diag_add(all, DIAG_NONE, find(a, "two", 0), "two");
	diag_add(all, DIAG_NONE, find(b, "two", 0), "five");
	diag_add(all, DIAG_NONE, SPAN_NONE, "one");
	ck_assert_text(print(0, DIAG_CONCISE, false),
	    "error[none]: one\n"
	    "a:1:5: error[none]: two\n"
	    "b:1:1: error[none]: three\n"
	    "b:1:5: error[none]: four\n"
	    "b:1:5: error[none]: five\n");
	ck_assert_uint_eq(diag_errors(all), 5);
	ck_assert_uint_eq(diag_count(all), 5);
	ck_assert_text(diag_get(all, 1)->message, "two");
	arena_free(arena);
}
END_TEST

START_TEST(what_is_not_printed_is_counted)
{
	enter();
	for (int i = 0; i < 5; i++)
		diag_add(all, DIAG_NONE, SPAN_NONE, "number %d", i);
	ck_assert_text(print(2, DIAG_CONCISE, false),
	    "error[none]: number 0\n"
	    "error[none]: number 1\n"
	    "and 3 more (--max-errors=0 prints all)\n");
	ck_assert(!str_ends(print(5, DIAG_CONCISE, false), STR("all)\n")));
	ck_assert(!str_ends(print(9, DIAG_CONCISE, false), STR("all)\n")));
	arena_free(arena);
}
END_TEST

START_TEST(concise_lines_hold_the_path)
{
	struct diagnostic *d;
	uint32_t file;

	enter();
	file = add_file("site.yaml", "a: b\n");
	d = diag_add(all, DIAG_NONE, find(file, "b", 0), "not a number");
	d->severity = DIAG_WARNING;
	d->path = STR("hosts[2].os");
	ck_assert_text(print(0, DIAG_CONCISE, false),
	    "site.yaml:1:4: warning[none]: not a number (hosts[2].os)\n");
	arena_free(arena);
}
END_TEST

START_TEST(colour_changes_nothing_but_colour)
{
	struct str plain, coloured;
	struct text stripped;
	uint32_t file;
	struct diagnostic *d;

	enter();
	file = add_file("a", "one two\n");
	d = diag_add(all, DIAG_NONE, find(file, "two", 0), "message");
	diag_label(all, d, find(file, "one", 0), "label");
	diag_help(all, d, "help");
	plain = print(0, DIAG_HUMAN, false);
	coloured = print(0, DIAG_HUMAN, true);
	text_init(&stripped, arena);
	for (size_t i = 0; i < coloured.length; i++) {
		if (coloured.at[i] == '\033')
			while (coloured.at[i] != 'm')
				i++;
		else
			text_add_char(&stripped, coloured.at[i]);
	}
	ck_assert_uint_gt(coloured.length, plain.length);
	ck_assert(str_equal(text_str(&stripped), plain));
	arena_free(arena);
}
END_TEST

static long nearest(const char *wrong)
{
	static const struct str names[] = {
		{ "zone", 4 }, { "Zone", 4 }, { "roles", 5 }, { "role", 4 },
		{ "smb_signing", 11 }, { "os", 2 }, { "installed", 9 }
	};

	return diag_nearest(str_of(wrong), names, 7);
}

START_TEST(the_nearest_name_is_found)
{
	ck_assert_int_eq(nearest("zoen"), 0);		/* a swap costs one */
	ck_assert_int_eq(nearest("ZONE"), 1);		/* tie: smaller name */
	ck_assert_int_eq(nearest("SMB_Signing"), 4);
	ck_assert_int_eq(nearest("smbsigning"), 4);
	ck_assert_int_eq(nearest("smb_sining_"), 4);
	ck_assert_int_eq(nearest("rolex"), 3);		/* tie: smaller name */
	ck_assert_int_eq(nearest("is"), 5);
	ck_assert_int_eq(nearest("xy"), -1);
	ck_assert_int_eq(nearest("zone_of_host"), -1);
	ck_assert_int_eq(nearest(""), -1);
	ck_assert_int_eq(diag_nearest(STR("a"), NULL, 0), -1);
}
END_TEST

START_TEST(names_too_long_are_never_suggested)
{
	char many[300];
	struct str names[2];

	memset(many, 'x', sizeof(many));
	names[0] = (struct str){ many, 200 };
	names[1] = (struct str){ many, 128 };
	ck_assert_int_eq(diag_nearest((struct str){ many, 127 }, names, 2), 1);
	ck_assert_int_eq(diag_nearest((struct str){ many, 199 }, names, 2),
	    -1);
}
END_TEST

START_TEST(suggestions_among_many_names_end)
{
	struct diag_spent few = { 0 }, many = { 0 };

	for (int i = 0; i < 1000; i++)
		ck_assert(diag_may_spend(&few, 10));
	for (int i = 0; i < DIAG_SUGGESTIONS; i++)
		ck_assert(diag_may_spend(&many, DIAG_COMPARISONS));
	ck_assert(!diag_may_spend(&many, 1));
}
END_TEST

static void collect_and_print(struct arena *region)
{
	struct sources *files = sources_new(region);
	struct diagnostics *records = diagnostics_new(region, files);
	uint32_t file = source_add(files, STR("f"), STR("one two\nthree\n"));
	struct text out;

	for (uint32_t i = 0; i < 13; i++) {
		struct diagnostic *d = diag_add(records, DIAG_NONE,
		    (struct span){ file, i, i + 1 }, "%1000d", (int)i);

		diag_label(records, d, (struct span){ file, 0, 1 }, "label");
		diag_help(records, d, "help");
	}
	text_init(&out, region);
	diag_print(records, &out, 0, DIAG_HUMAN, true);
}

START_TEST(every_refused_allocation_raises)
{
	ck_assert_uint_gt(unit_refuse_each(collect_and_print), 6);
}
END_TEST

UNIT_MAIN(a_record_shows_its_line_with_a_caret,
    labels_stand_on_their_lines_and_in_their_files,
    marks_of_one_line_share_a_row_when_they_can,
    a_span_of_several_lines_shows_both_ends,
    the_end_of_the_file_can_be_pointed_at,
    tabs_wide_and_combining_characters_keep_the_caret_aligned,
    hostile_text_is_made_visible_everywhere,
    a_long_line_is_cut_around_the_mark,
    marks_outside_the_window_are_clipped_to_it,
    a_fix_is_told_when_no_help_is,
    records_are_sorted_by_file_name_and_position,
    what_is_not_printed_is_counted, concise_lines_hold_the_path,
    colour_changes_nothing_but_colour, the_nearest_name_is_found,
    names_too_long_are_never_suggested, suggestions_among_many_names_end,
    every_refused_allocation_raises)
