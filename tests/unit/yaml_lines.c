/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML read by lines: what is taken has, byte for byte, the tokens that
 * libyaml's events have; what is odd is left.  SCARP_ROUNDS sets how many
 * random texts are tried.
 */
#include <stdlib.h>

#include "base/text.h"
#include "inventory/read.h"
#include "inventory/yaml_lines.h"
#include "inventory/yaml_scan.h"
#include "tests/unit/site.h"
#include "tests/unit/unit.h"

#define ROUNDS 30000

static uint64_t state;

/* splitmix64 (Steele, Lea, Flood 2014). */
static unsigned below(unsigned n)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)(((z ^ (z >> 31)) >> 32) * n >> 32);
}

/* --- tokens --------------------------------------------------------------- */

/* All tokens of BYTES, MOST at a time or a few more, as text.  What closes is
 * known by where it ends. */
static enum token_status list_tokens(struct arena *arena, struct str bytes,
    bool by_lines, size_t most, struct text *out)
{
	struct yaml_lines *lines = yaml_lines_new(arena, bytes, 64);
	struct yaml_scan *scan = yaml_scan_new(arena, arena, bytes, 64);
	enum token_status status = TOKENS_SOME;
	/* It is given back with the region, so it lives there. */
	struct tokens *tokens = ARENA_NEW(arena, struct tokens);

	tokens_init(tokens, arena);
	while (status == TOKENS_SOME) {
		status = by_lines ? yaml_lines_some(lines, arena, tokens,
		    most) : yaml_scan_some(scan, tokens, most);
		for (size_t i = 0; i < tokens->count; i++) {
			const struct token *t = &tokens->items[i];
			bool is_end = t->kind == TOKEN_END;
			bool is_open = t->kind == TOKEN_LIST ||
			    t->kind == TOKEN_MAP;

			text_printf(out, "%u %u %u", t->kind, is_end ? 0 :
			    t->start, most < SIZE_MAX && is_open ? 0 : t->end);
			if (!is_open && !is_end)
				text_printf(out, " %.*s",
				    STR_ARG(token_text(t)));
			else if (most == SIZE_MAX)
				text_printf(out, " %u", t->length);
			text_add_char(out, '\n');
		}
	}
	return status;
}

static bool is_allowed(struct arena *arena, struct str bytes)
{
	struct sources *sources = sources_new(arena);
	struct diagnostics *all = diagnostics_new(arena, sources);

	return input_check_yaml(all, site_file(arena, sources, "f", bytes.at,
	    bytes.length));
}

/* Was it taken?  Then the tokens are the same, however many at a time. */
static bool compare(struct str text)
{
	struct arena *arena = arena_new();
	struct text quick, slow, few, slow_few;
	struct sources *sources = sources_new(arena);
	struct str bytes = source_bytes(sources, site_file(arena, sources, "f",
	    text.at, text.length));
	bool is_taken = is_allowed(arena, text);

	text_init(&quick, arena);
	text_init(&slow, arena);
	text_init(&few, arena);
	text_init(&slow_few, arena);
	is_taken = is_taken && list_tokens(arena, bytes, true, SIZE_MAX,
	    &quick) == TOKENS_ALL;
	if (is_taken) {
		ck_assert_msg(list_tokens(arena, bytes, false, SIZE_MAX,
		    &slow) == TOKENS_ALL, "libyaml refuses:\n%.*s",
		    STR_ARG(text));
		ck_assert_msg(str_equal(text_str(&quick), text_str(&slow)),
		    "%.*s\n--- by lines\n%.*s--- by libyaml\n%.*s",
		    STR_ARG(text), STR_ARG(text_str(&quick)),
		    STR_ARG(text_str(&slow)));
		ck_assert_int_eq(list_tokens(arena, bytes, true, 3, &few),
		    TOKENS_ALL);
		list_tokens(arena, bytes, false, 3, &slow_few);
		ck_assert_text(text_str(&few),
		    arena_printf(arena, "%.*s", STR_ARG(text_str(&slow_few))).at);
	}
	arena_free(arena);
	return is_taken;
}

/* --- texts ---------------------------------------------------------------- */

static const char *const taken[] = {
	"a: 1\n", "a: 1", "---\na: 1\n", "# c\n\n--- # d\n# e\na: 1 # f\n",
	"\xef\xbb\xbf" "a: 1\nb: 2\n",
	"a:\n  b: 1\n  c: 2\nd: 3\n",
	"hosts:\n  - name: x\n    tags: [a, b c, ...]\n  - name: y\nmore:\n- z\n",
	"hosts:\n- name: x\n  list:\n  - a\n  - \"b\"\n\n  other: ~\n# c\n- y\n",
	"a: { b: c, d: [e, { f: g }], h: [], i: {} }\n",
	"a: [ 'x y' , \"z\" ]   \n",
	"a: 'it''s'\nb: \"C\\\\D \\\"q\\\" \"\n'c d': ''\n\"e\": \"\"\n",
	"a: http://x/y:z#w\nb: x # y\nc: x  y   \n",
	"a: -5\nb: 2026-01-01\nc: a, b]{} !&*\"'|>%@`\nd: <x>\n",
	"caf\xc3\xa9: na\xc3\xafve \xe2\x82\xac\nb:\n  - \xf0\x9f\x98\x80\n  - c\n",
	"a:   # c\n     - b\n     -   c: d\n         e: f\n",
	"a: [x\\y, (z), a-b]\n", "a:\n  - ...\n", "a: ...\n",
	"a:\n  b:\n    c:\n      d: e\nf: g\n",
};

static const char *const odd[] = {
	"", "# c\n", "a\n", "- a\n", "a:\n", "a:\nb: 1\n", "a: b: c\n",
	"a: b\n  c\n", "a: b\n  c: d\n", "a: |\n  b\n", "a: >\n  b\n",
	"a: &b c\n", "a: *b\n", "a: !b c\n", "%YAML 1.1\n---\na: 1\n",
	"a: 1\n---\nb: 1\n", "a: 1\n...\n", "a: \"b\n  c\"\n", "a: 'b\n",
	"a: [b\n", "a: [b,\n  c]\n", "a: [b,]\n", "a: [b: c]\n", "a: {b}\n",
	"a: {b: }\n", "a: {b:c}\n", "? a\n: b\n", "a\t: b\n", "a: b\tc\n",
	"a: \"b\\tc\"\n", "a: [b]c\n", "a: \"b\"c\n", "a: b\r\n", " a: b\n",
	"a:\n  b: 1\n c: 2\n", "a:\n  - b\n c: 2\n", "a:\n  - b\n    c\n",
	"a:\n  -\n    b\n", "a:\n  - - b\n", "<<: a\n", "a : b\n",
	"a: b\n- c\n", "a:\n  b\n", "a: @b\n", "a: `b\n", "a: ,b\n", "a: ]\n",
	"a: [b #c]\n", "a: [?b]\n", "a: \"b\" #c\n d: e\n", "a: [b] [c]\n",
};

START_TEST(what_is_taken_is_what_libyaml_reads)
{
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		ck_assert_msg(compare(str_of(taken[i])), "not taken: %s",
		    taken[i]);
}
END_TEST

START_TEST(what_is_odd_is_left)
{
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		ck_assert_msg(!compare(str_of(odd[i])), "taken: %s", odd[i]);
}
END_TEST

static void add_long_key(struct text *text, unsigned length)
{
	for (unsigned i = 0; i < length; i++)
		text_add_char(text, 'k');
	text_add(text, STR(": 1\n"));
}

START_TEST(depth_and_length_are_bounded)
{
	struct arena *arena = arena_new();
	struct text deep, key;

	text_init(&deep, arena);
	text_add(&deep, STR("a: "));
	for (int i = 0; i < 63; i++)
		text_add_char(&deep, '[');
	for (int i = 0; i < 63; i++)
		text_add_char(&deep, ']');
	ck_assert(compare(text_str(&deep)));
	text_init(&deep, arena);
	text_add(&deep, STR("a: "));
	for (int i = 0; i < 64; i++)
		text_add_char(&deep, '[');
	ck_assert(!compare(text_str(&deep)));
	text_init(&key, arena);
	add_long_key(&key, 1000);
	ck_assert(compare(text_str(&key)));
	text_init(&key, arena);
	add_long_key(&key, 1001);
	ck_assert(!compare(text_str(&key)));
	arena_free(arena);
}
END_TEST

/* --- random ones ---------------------------------------------------------- */

static char any_character(void)
{
	static const char characters[] =
	    "aab01  \n\n::--[]{},,''\"\"\\##..?!&*|>%@`~<=_/$+();^\t";

	return characters[below(sizeof(characters) - 1)];
}

/* One change of SIZE bytes at TEXT, which has room; its new size. */
static size_t change(char *text, size_t size)
{
	size_t at = below((unsigned)size + 1), count = below(4) + 1;

	if (at + count > size || below(3) == 0) {
		memmove(text + at + 1, text + at, size - at);
		text[at] = any_character();
		return size + 1;
	}
	if (below(2)) {
		text[at] = any_character();
		return size;
	}
	memmove(text + at, text + at + count, size - at - count);
	return size - count;
}

START_TEST(random_texts_are_read_alike)
{
	const char *said = getenv("SCARP_ROUNDS");
	long rounds = said ? atol(said) : ROUNDS, count = 0;

	for (long i = 0; i < rounds; i++) {
		const char *from = taken[below(sizeof(taken) /
		    sizeof(*taken))];
		size_t size = strlen(from);
		char text[256];

		memcpy(text, from, size);
		for (unsigned n = below(4) + 1; n > 0; n--)
			size = change(text, size);
		count += compare((struct str){ text, size });
	}
	/* Enough of them are no mere refusals. */
	ck_assert_int_gt(count, rounds / 20);
}
END_TEST

UNIT_MAIN(what_is_taken_is_what_libyaml_reads, what_is_odd_is_left,
    depth_and_length_are_bounded, random_texts_are_read_alike)
