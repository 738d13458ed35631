/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest parts of base, at their edges: slices, counts, numbers, encodings,
 * links of terminals, keys of minisign. */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <sodium.h>
#include <sys/resource.h>

#include "base/crew.h"
#include "base/guard.h"
#include "base/io.h"
#include "base/links.h"
#include "base/sign.h"
#include "base/stack.h"
#include "base/utf8.h"
#include "base/wide.h"

static struct arena *arena;

/* --- slices and numbers ---------------------------------------------------- */

START_TEST(slices_are_compared_at_their_ends)
{
	const struct str nothing = { NULL, 0 };

	ck_assert(str_starts(STR("abc"), STR("")) && str_starts(nothing, nothing));
	ck_assert(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("abc"), STR("b")));
	ck_assert(!str_starts(STR("a"), STR("ab")) && !str_starts(nothing, STR("a")));
	ck_assert(str_ends(STR("abc"), STR("bc")) && str_ends(STR("abc"), STR("")));
	ck_assert(!str_ends(STR("abc"), STR("ab")) && !str_ends(STR("c"), STR("bc")));
	ck_assert(str_ends_caseless(STR("A.YAML"), STR(".yaml")));
	ck_assert(str_ends_caseless(STR("a.yaml"), STR(".YAML")));
	ck_assert(str_ends_caseless(STR("a.[z{"), STR(".[Z{")));
	ck_assert(!str_ends_caseless(STR("a.[z{"), STR(".{Z{")));
	ck_assert(!str_ends_caseless(STR("l"), STR(".yaml")));
	ck_assert_text(str_slice(STR("abc"), 1, 9), "bc");
	ck_assert_text(str_slice(STR("abc"), 3, 2), "");
	ck_assert_text(str_slice(nothing, 0, 3), "");
	ck_assert_uint_eq(str_find(STR("abc"), 'c'), 2);
	ck_assert_uint_eq(str_find(STR("abc"), 'd'), 3);
	ck_assert_uint_eq(str_find(nothing, 'd'), 0);
} END_TEST

START_TEST(sums_and_products_end_at_the_ends_of_the_range)
{
	ck_assert_int_eq(number_add_clamped(2, 3), 5);
	ck_assert_int_eq(number_add_clamped(INT64_MAX, 1), INT64_MAX);
	ck_assert_int_eq(number_add_clamped(INT64_MIN, -1), INT64_MIN);
	ck_assert_int_eq(number_multiply_clamped(-2, 3), -6);
	ck_assert_int_eq(number_multiply_clamped(INT64_MAX, 2), INT64_MAX);
	ck_assert_int_eq(number_multiply_clamped(INT64_MIN, 2), INT64_MIN);
	ck_assert_int_eq(number_multiply_clamped(INT64_MAX, -2), INT64_MIN);
	ck_assert_int_eq(number_multiply_clamped(INT64_MIN, -2), INT64_MAX);
} END_TEST

START_TEST(counts_are_words)
{
	arena = arena_new();
	ck_assert_text(text_count(arena, 1, "entity"), "1 entity");
	ck_assert_text(text_count(arena, 0, "entity"), "0 entities");
	ck_assert_text(text_count(arena, 2, "rule"), "2 rules");
	ck_assert_text(text_count(arena, 1, "rule"), "1 rule");
	ck_assert_text(text_count(arena, 3, ""), "3 s");
	arena_free(arena);
} END_TEST

/* --- encodings -------------------------------------------------------------- */

START_TEST(other_encodings_are_told_apart)
{
	static const struct { struct str bytes; unsigned bits; } table[] = {
		{ { "abcd", 4 }, 0 }, { { "", 0 }, 0 }, { { "\xff", 1 }, 0 },
		{ { "\xff\xfe", 2 }, 16 }, { { "\xfe\xff", 2 }, 16 },
		{ { "\xff\xfe\0\0", 4 }, 32 }, { { "\0\0\xfe\xff", 4 }, 32 },
		{ { "\0\0\0a", 4 }, 32 }, { { "a\0\0\0", 4 }, 32 },
		{ { "\0\0\0\0", 4 }, 0 }, { { "a\0b\0", 4 }, 16 }, { { "\0a\0b", 4 }, 16 },
		{ { "\0abc", 4 }, 0 }, { { "a\0bc", 4 }, 0 }, { { "\0a", 2 }, 0 },
		{ { "ab\0\0", 4 }, 0 }, { { "\0\0ab", 4 }, 0 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		ck_assert_msg(utf8_other(table[i].bytes) == table[i].bits, "row %zu: %u", i,
		    utf8_other(table[i].bytes));
} END_TEST

START_TEST(what_is_hidden_is_known_of_every_kind)
{
	static const int32_t hidden[] = { 0, 0x1b, 0x7f, 0x85, 0xad, 0x200b, 0x200d, 0x2028,
		0x2029, 0x202e, 0xd800, 0xe0001, 0xfeff };
	static const int32_t shown[] = { ' ', '~', '\t', '\n', '\r', 0xa0, 0xe9, 0x3000,
		0x1f600 };

	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++)
		ck_assert_msg(utf8_is_hidden(hidden[i]), "%x", hidden[i]);
	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++)
		ck_assert_msg(!utf8_is_hidden(shown[i]), "%x", shown[i]);
	ck_assert(utf8_is_blank(' ') && utf8_is_blank(0xa0) && utf8_is_blank(0x3000));
	ck_assert(!utf8_is_blank('\t') && !utf8_is_blank('x') && !utf8_is_blank(0x200b));
} END_TEST

/* --- links ------------------------------------------------------------------ */

static struct str linked(const struct links *links, struct str name, const char *code)
{
	struct text out;

	text_init(&out, arena);
	if (code ? links_begin_code(links, &out, code) : links_begin_file(links, &out, name))
		links_end(&out);
	return text_str(&out);
}

START_TEST(only_files_that_there_are_get_links)
{
	const char *folder = unit_enter_folder();
	struct links links = { 0 };
	struct str why;

	arena = arena_new();
	links.here = str_of(folder);
	ck_assert(io_write(arena, "a b%.md", STR("x"), &why));
	ck_assert_text(linked(&links, STR("a b%.md"), NULL), arena_printf(arena,
	    "\033]8;;file://%s/a%%20b%%25.md\033\\\033]8;;\033\\", folder).at);
	ck_assert_text(linked(&links, arena_printf(arena, "%s/a b%%.md", folder), NULL),
	    arena_printf(arena, "\033]8;;file://%s/a%%20b%%25.md\033\\\033]8;;\033\\",
	    folder).at);
	ck_assert_text(linked(&links, STR("none"), NULL), "");
	ck_assert_text(linked(&links, STR("."), NULL), "");
	ck_assert_text(linked(&links, STR(""), NULL), "");
	ck_assert_text(linked(&links, (struct str){ "a\0b", 3 }, NULL), "");
	ck_assert_text(linked(NULL, STR("a b%.md"), NULL), "");
	ck_assert_text(linked(&links, STR(""), "a b%"), "");
	links.codes = str_of(folder);
	ck_assert_text(linked(&links, STR(""), "a b%"), arena_printf(arena,
	    "\033]8;;file://%s/a%%20b%%25.md\033\\\033]8;;\033\\", folder).at);
	ck_assert_text(linked(&links, STR(""), "E9999"), "");
	ck_assert_text(linked(NULL, STR(""), "a b%"), "");
	unit_leave_folder();
	arena_free(arena);
} END_TEST

/* --- keys ------------------------------------------------------------------- */

/* As minisign writes them, each part where it is. */
struct key {
	uint8_t algorithm[2], derivation[2], checksum_algorithm[2];
	uint8_t salt[32], operations[8], memory[8];
	uint8_t id[8], key[64], checksum[32];
};

static struct key good_key(void)
{
	struct key key = { .algorithm = { 'E', 'd' }, .checksum_algorithm = { 'B', '2' },
		.id = { 1, 2, 3 } };
	uint8_t seed[32] = { 7 }, public[32];

	crypto_sign_seed_keypair(public, key.key, seed);
	return key;
}

static struct str key_text(const struct key *key, const char *comment, const char *end)
{
	char line[256];

	sodium_bin2base64(line, sizeof(line), (const uint8_t *)key, sizeof(*key),
	    sodium_base64_VARIANT_ORIGINAL);
	return arena_printf(arena, "%s\n%s%s", comment, line, end);
}

static const char *read_key(struct str text)
{
	struct sign_secret secret;
	struct str why = STR("fine");

	if (sign_read_secret(text, STR("pass"), &secret, &why))
		ck_assert(memcmp(secret.id, "\1\2\3\0\0\0\0\0", 8) == 0);
	return arena_copy(arena, why).at;
}

#define COMMENT "untrusted comment: a key"

START_TEST(secret_keys_are_read_strictly)
{
	struct key key = good_key();

	arena = arena_new();
	ck_assert_int_ge(sodium_init(), 0);
	ck_assert_str_eq(read_key(key_text(&key, COMMENT, "\n")), "fine");
	ck_assert(!sign_is_encrypted(key_text(&key, COMMENT, "\n")));
	ck_assert_str_eq(read_key(key_text(&key, COMMENT, "")),
	    "is not a minisign secret key");
	ck_assert_str_eq(read_key(key_text(&key, COMMENT, "\n\n")),
	    "is not a minisign secret key");
	ck_assert_str_eq(read_key(key_text(&key, COMMENT, "=\n")),
	    "is not a minisign secret key");
	ck_assert_str_eq(read_key(key_text(&key, COMMENT "\r", "\n")),
	    "is not a minisign secret key");
	ck_assert_str_eq(read_key(key_text(&key, "comment: a key", "\n")),
	    "is not a minisign secret key");
	ck_assert_str_eq(read_key(key_text(&key, arena_printf(arena, COMMENT "%9000s",
	    "x").at, "\n")), "is not a minisign secret key");
	ck_assert_str_eq(read_key(STR("")), "is not a minisign secret key");
	key.algorithm[0] = 'X';
	ck_assert_str_eq(read_key(key_text(&key, COMMENT, "\n")),
	    "is a key of an unknown algorithm");
	key = good_key();
	key.checksum_algorithm[1] = 'X';
	ck_assert_str_eq(read_key(key_text(&key, COMMENT, "\n")),
	    "is a key of an unknown algorithm");
	key = good_key();
	key.derivation[0] = 'X';
	ck_assert_str_eq(read_key(key_text(&key, COMMENT, "\n")),
	    "is a key of an unknown algorithm");
	key = good_key();
	key.key[40] ^= 1;
	ck_assert_str_eq(read_key(key_text(&key, COMMENT, "\n")), "is damaged");
	arena_free(arena);
} END_TEST

START_TEST(keys_that_ask_for_too_much_work_are_refused)
{
	struct key key = good_key();

	arena = arena_new();
	memcpy(key.derivation, "Sc", 2);
	key.operations[1] = key.memory[2] = 1;
	ck_assert(sign_is_encrypted(key_text(&key, COMMENT, "\n")));
	ck_assert_str_eq(read_key(key_text(&key, COMMENT, "\n")),
	    "does not open with this password");
	key.operations[4] = 1;
	ck_assert_str_eq(read_key(key_text(&key, COMMENT, "\n")),
	    "asks for more work than any key does");
	key.operations[4] = 0;
	key.memory[5] = 1;
	ck_assert_str_eq(read_key(key_text(&key, COMMENT, "\n")),
	    "asks for more work than any key does");
	arena_free(arena);
} END_TEST

static const char *read_public(struct str text)
{
	struct sign_public public;
	struct str why = STR("fine");

	sign_read_public(text, &public, &why);
	return arena_copy(arena, why).at;
}

START_TEST(public_keys_are_read_strictly)
{
	uint8_t form[42] = { 'E', 'd', 1 };
	char line[80];
	const char *two = "is not a minisign public key: a line of comment and one of 56 "
	    "characters";

	arena = arena_new();
	sodium_bin2base64(line, sizeof(line), form, sizeof(form),
	    sodium_base64_VARIANT_ORIGINAL);
	ck_assert_str_eq(read_public(str_of(line)), "fine");
	ck_assert_str_eq(read_public(arena_printf(arena, COMMENT "\n%s\n", line)), "fine");
	ck_assert_str_eq(read_public(arena_printf(arena, COMMENT "\r\n%s\n", line)), two);
	ck_assert_str_eq(read_public(arena_printf(arena, COMMENT "\n%s", line)), two);
	ck_assert_str_eq(read_public(arena_printf(arena, COMMENT "\n%s\nx", line)), two);
	ck_assert_str_eq(read_public(STR("a key")), "is not a minisign public key");
	form[0] = 'X';
	sodium_bin2base64(line, sizeof(line), form, sizeof(form),
	    sodium_base64_VARIANT_ORIGINAL);
	ck_assert_str_eq(read_public(str_of(line)), "is a key of an unknown algorithm");
	arena_free(arena);
} END_TEST

START_TEST(signatures_with_an_empty_comment_are_signatures)
{
	struct key key = good_key();
	struct sign_secret secret;
	struct sign_public public = { { 1, 2, 3 }, { 0 } };
	struct str why, text, comment;
	size_t which;

	arena = arena_new();
	ck_assert(sign_read_secret(key_text(&key, COMMENT, "\n"), STR(""), &secret, &why));
	memcpy(public.key, key.key + 32, 32);
	for (int i = 0; i < 2; i++) {
		text = sign_make(arena, &secret, STR("bytes"), i ? STR("said") : STR(""));
		ck_assert(sign_verify(arena, &public, 1, STR("bytes"), text, &which,
		    &comment, &why));
		ck_assert_text(comment, i ? "said" : "");
		ck_assert(!sign_verify(arena, &public, 1, STR("others"), text, &which,
		    &comment, &why));
	}
	sign_forget(&secret);
	arena_free(arena);
} END_TEST

/* --- threads ---------------------------------------------------------------- */

static void raise_own(void *context, unsigned member)
{
	static const char *const reasons[] = { "c", "b", "a", "d" };

	(void)context;
	guard_raise(reasons[member]);
}

static void raise_this(void *context)
{
	guard_raise(context);
}

static void raise_alone(void *context, unsigned member)
{
	static char reasons[4][2] = { "c", "b", "a", "d" };

	crew_alone(context, raise_this, reasons[member]);
}

static void do_nothing(void *context, unsigned member)
{
	(void)context;
	(void)member;
}

/* Whoever was first in time, and however often; the crew can work again. */
START_TEST(of_several_reasons_the_first_by_its_words_is_told)
{
	struct crew *crew;

	arena = arena_new();
	crew = crew_new(arena, 4);
	for (volatile int i = 0; i < 200; i++) {
		struct guard guard;

		if (!GUARD_SET(&guard)) {
			ck_assert_str_eq(guard_reason(), "a");
			ck_assert(crew_has_failed(crew));
			continue;
		}
		if (i & 1)
			crew_do(crew, raise_alone, crew);
		else
			crew_do(crew, raise_own, NULL);
		guard_clear(&guard);
		ck_abort_msg("nothing was raised");
	}
	crew_do(crew, do_nothing, NULL);
	ck_assert(!crew_has_failed(crew));
	arena_free(arena);
}
END_TEST

/* --- stacks ------------------------------------------------------------------ */

/* Touches LEFT KiB of the stack, and answers for each of them. */
static unsigned go_down(unsigned left)
{
	volatile char kilobyte[1024];

	kilobyte[left % sizeof(kilobyte)] = 1;
	return left == 0 ? 0 : go_down(left - 1) + (unsigned char)kilobyte[left %
	    sizeof(kilobyte)];
}

static void go_deep(void *context)
{
	unsigned *depth = context;

	*depth = go_down(*depth);
}

static void *call_deep(void *context)
{
	ck_assert(stack_call(go_deep, context));
	return NULL;
}

START_TEST(what_recurses_has_room_in_a_small_thread)
{
	unsigned most = STACK_SIZE / 1024 / 4 * 3, depth = most;
	pthread_attr_t attributes;
	pthread_t thread;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	depth = most = 16;		/* on the thread's own */
#endif
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 128 << 10);
	ck_assert_int_eq(pthread_create(&thread, &attributes, call_deep, &depth), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	pthread_attr_destroy(&attributes);
	ck_assert_uint_eq(depth, most);
}
END_TEST

static void call_within(void *context)
{
	ck_assert(stack_call(go_deep, context));
}

START_TEST(stacks_nest)
{
	unsigned depth = 10;

	ck_assert(stack_call(call_within, &depth));
	ck_assert_uint_eq(depth, 10);
}
END_TEST

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
START_TEST(without_memory_there_is_no_stack)
{
	struct rlimit before, none;
	unsigned depth = 7;
	bool is_called;

	ck_assert_int_eq(getrlimit(RLIMIT_AS, &before), 0);
	none = (struct rlimit){ 1, before.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &none), 0);
	is_called = stack_call(go_deep, &depth);
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &before), 0);
	ck_assert(!is_called);
}
END_TEST
#else
START_TEST(without_memory_there_is_no_stack)
{
	/* Sanitizers have the only one. */
	unsigned depth = 7;

	ck_assert(stack_call(go_deep, &depth));
	ck_assert_uint_eq(depth, 7);
}
END_TEST
#endif

UNIT_MAIN(slices_are_compared_at_their_ends,
    sums_and_products_end_at_the_ends_of_the_range, counts_are_words,
    other_encodings_are_told_apart, what_is_hidden_is_known_of_every_kind,
    only_files_that_there_are_get_links, secret_keys_are_read_strictly,
    keys_that_ask_for_too_much_work_are_refused, public_keys_are_read_strictly,
    signatures_with_an_empty_comment_are_signatures,
    of_several_reasons_the_first_by_its_words_is_told,
    what_recurses_has_room_in_a_small_thread, stacks_nest,
    without_memory_there_is_no_stack)
