/* SPDX-License-Identifier: Apache-2.0 */
/* YAML and JSON as documents: positions, cut files, broken files. */
#include "tests/unit/unit.h"

#include "base/limits.h"
#include "tests/unit/site.h"

static struct arena *arena;

typedef struct document *reader(struct arena *arena, struct diagnostics *all,
    uint32_t file);

struct outcome {
	struct document *document;
	struct sources *sources;
	struct str said;
};

static struct outcome read_bytes(reader *read, const char *bytes, size_t length)
{
	struct outcome out = { .sources = sources_new(arena) };
	struct diagnostics *all = diagnostics_new(arena, out.sources);
	struct text text;

	text_init(&text, arena);
	out.document = read(arena, all, site_file(arena, out.sources, "f",
	    bytes, length));
	diag_print(all, &text, 0, DIAG_CONCISE, false);
	out.said = text_str(&text);
	ck_assert_int_eq(out.document == NULL, diag_errors(all) > 0);
	return out;
}

/* "line:column-line:column KEY=TEXT", a line for each node. */
static struct str positions(const struct outcome *out)
{
	struct text text;

	text_init(&text, arena);
	for (size_t i = 0; i < out->document->nodes.count; i++) {
		const struct document_node *n = &out->document->nodes.items[i];
		struct place start = source_place(out->sources, 0,
		    n->span.start);
		struct place end = source_place(out->sources, 0, n->span.end);

		text_printf(&text, "%u:%u-%u:%u %.*s%s%.*s\n", start.line,
		    start.column, end.line, end.column, STR_ARG(n->key),
		    n->key.length ? "=" : "", STR_ARG(n->text));
	}
	return text_str(&text);
}

static void expect_positions(reader *read, const char *text, const char *wanted)
{
	struct outcome out;

	arena = arena_new();
	out = read_bytes(read, text, strlen(text));
	ck_assert_msg(out.document != NULL, "%.*s", STR_ARG(out.said));
	ck_assert_text(positions(&out), wanted);
	arena_free(arena);
}

START_TEST(yaml_positions_count_bytes_not_characters)
{
	expect_positions(yaml_read,
	    "# \xc3\xa4\xc3\xb6\xc3\xbc\n\xc3\xa4: [\xe2\x82\xac, \"b\\n\"]\n"
	    "c:\n  - d\n\n  # end\ne: |\n  x\n  y\n\n",
	    "2:1-9:4 \n"
	    "2:4-2:14 \xc3\xa4=\n"
	    "2:5-2:6 \xe2\x82\xac\n"
	    "2:8-2:13 b\n\n"
	    "4:3-4:6 c=\n"
	    "4:5-4:6 d\n"
	    "7:4-9:4 e=x\ny\n\n");
}
END_TEST

START_TEST(yaml_positions_begin_after_the_byte_order_mark)
{
	expect_positions(yaml_read, "\xef\xbb\xbf" "a: b\n",
	    "1:2-1:6 \n1:5-1:6 a=b\n");
}
END_TEST

START_TEST(json_positions_begin_after_the_byte_order_mark)
{
	expect_positions(json_read,
	    "\xef\xbb\xbf{\"a\": [1, \"\xc3\xa4\\n\", {}],\n \"b\\u0063\" : null}",
	    "1:2-2:19 \n"
	    "1:8-1:22 a=\n"
	    "1:9-1:10 1\n"
	    "1:12-1:17 \xc3\xa4\n\n"
	    "1:19-1:21 \n"
	    "2:14-2:18 bc=null\n");
}
END_TEST

START_TEST(a_lone_scalar_is_json)
{
	expect_positions(json_read, " \"a\\tb\" ", "1:2-1:8 a\tb\n");
	expect_positions(json_read, "-1.5e3\n", "1:1-1:7 -1.5e3\n");
	expect_positions(json_read, "\xef\xbb\xbftrue", "1:2-1:6 true\n");
}
END_TEST

/* --- cut and broken files ------------------------------------------------- */

static const char json_text[] = "{\"scarp\": 1, \"hosts\": [{\"fqdn\": "
    "\"a\\u00e4\\ud83d\\ude00\", \"n\": -1.5e+3, \"x\": [true, false, null, "
    "[], {}, [[\"\\\\\"]]]}]}";
static const char yaml_text[] = "scarp: 1\n'hosts': # c\n- fqdn: a\n"
    "  tags: [x, \"y\\n\", ...]\n  text: |\n    b\n- {fqdn: \xc3\xa4, n: -1}\n";

START_TEST(a_json_file_cut_anywhere_is_refused)
{
	for (size_t i = 0; i < sizeof(json_text) - 1; i++) {
		arena = arena_new();
		ck_assert_msg(!read_bytes(json_read, json_text, i).document,
		    "cut at %zu", i);
		arena_free(arena);
	}
	arena = arena_new();
	ck_assert_ptr_nonnull(read_bytes(json_read, json_text,
	    sizeof(json_text) - 1).document);
	arena_free(arena);
}
END_TEST

static void read_mutants(reader *read, const char *text, size_t length)
{
	char copy[512];

	for (size_t i = 0; i < length; i++)
		for (unsigned byte = 0; byte < 256; byte += byte < 127 ? 1 : 13) {
			memcpy(copy, text, length);
			copy[i] = (char)byte;
			arena = arena_new();
			read_bytes(read, copy, length);
			arena_free(arena);
		}
}

START_TEST(any_byte_may_be_wrong)
{
	read_mutants(json_read, json_text, sizeof(json_text) - 1);
	read_mutants(yaml_read, yaml_text, sizeof(yaml_text) - 1);
	for (size_t i = 0; i < sizeof(yaml_text); i++) {
		arena = arena_new();
		read_bytes(yaml_read, yaml_text, i);
		arena_free(arena);
	}
}
END_TEST

/* --- limits --------------------------------------------------------------- */

static bool is_read(reader *read, struct text *text)
{
	return read_bytes(read, text->at, text->length).document != NULL;
}

static void repeat(struct text *text, const char *part, size_t count)
{
	while (count-- > 0)
		text_add(text, str_of(part));
}

static bool is_nesting_read(reader *read, size_t depth)
{
	struct text text;

	text_init(&text, arena);
	repeat(&text, "[", depth);
	repeat(&text, "]", depth);
	return is_read(read, &text);
}

START_TEST(depth_is_bounded_at_its_limit)
{
	size_t limit = (size_t)limit_get(LIMIT_INVENTORY_DEPTH);

	arena = arena_new();
	ck_assert(is_nesting_read(json_read, limit));
	ck_assert(!is_nesting_read(json_read, limit + 1));
	ck_assert(is_nesting_read(yaml_read, limit));
	ck_assert(!is_nesting_read(yaml_read, limit + 1));
	arena_free(arena);
}
END_TEST

static bool is_string_read(reader *read, size_t key, size_t value)
{
	struct text text;

	text_init(&text, arena);
	text_add(&text, STR("{\""));
	repeat(&text, "k", key);
	text_add(&text, STR("\": \""));
	repeat(&text, "v", value);
	text_add(&text, STR("\"}"));
	return is_read(read, &text);
}

START_TEST(keys_and_values_are_bounded_at_their_limits)
{
	size_t key = (size_t)limit_get(LIMIT_INVENTORY_KEY);
	size_t value = (size_t)limit_get(LIMIT_INVENTORY_SCALAR);

	arena = arena_new();
	ck_assert(is_string_read(json_read, key, value));
	ck_assert(!is_string_read(json_read, key + 1, 1));
	ck_assert(!is_string_read(json_read, 1, value + 1));
	/* libyaml itself takes simple keys of up to 1,024 characters, quotes
	 * included. */
	ck_assert(is_string_read(yaml_read, key - 2, value));
	ck_assert(!is_string_read(yaml_read, 1, value + 1));
	arena_free(arena);
}
END_TEST

/* Bombs: each is refused, or read, at once. */
START_TEST(bombs_do_not_go_off)
{
	static const struct { const char *part; size_t count; reader *read; }
	bombs[] = {
		{ "[", 80000, yaml_read }, { "{a: ", 40000, yaml_read },
		{ "- ", 100000, yaml_read }, { "? ", 100000, yaml_read },
		{ "[", 100000, json_read }, { "{\"a\":", 100000, json_read },
		{ "[{\"a\":", 100000, json_read },
	};

	for (size_t i = 0; i < sizeof(bombs) / sizeof(*bombs); i++) {
		struct text text;

		arena = arena_new();
		text_init(&text, arena);
		repeat(&text, bombs[i].part, bombs[i].count);
		ck_assert(!is_read(bombs[i].read, &text));
		arena_free(arena);
	}
}
END_TEST

static bool are_keys_read(reader *read, size_t count, bool twice)
{
	struct text text;

	text_init(&text, arena);
	text_add_char(&text, '{');
	for (size_t i = 0; i < count; i++)
		text_printf(&text, "\"k%zu\": 1,\n", i);
	text_printf(&text, "\"k%zu\": 1}", twice ? count / 2 : count);
	return is_read(read, &text);
}

START_TEST(one_key_twice_among_many_is_found)
{
	arena = arena_new();
	ck_assert(are_keys_read(json_read, 20000, false));
	ck_assert(!are_keys_read(json_read, 20000, true));
	ck_assert(are_keys_read(yaml_read, 20000, false));
	ck_assert(!are_keys_read(yaml_read, 20000, true));
	arena_free(arena);
}
END_TEST

UNIT_MAIN(yaml_positions_count_bytes_not_characters,
    yaml_positions_begin_after_the_byte_order_mark,
    json_positions_begin_after_the_byte_order_mark, a_lone_scalar_is_json,
    a_json_file_cut_anywhere_is_refused, any_byte_may_be_wrong,
    depth_is_bounded_at_its_limit, keys_and_values_are_bounded_at_their_limits,
    bombs_do_not_go_off, one_key_twice_among_many_is_found)
