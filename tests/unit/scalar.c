/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of expected values for vm/scalar.h, vm/regex.h and vm/verdict.h:
 * what both evaluators share cannot be tested by comparing them. */
#include "tests/unit/unit.h"

#include "base/wide.h"
#include "vm/regex.h"
#include "vm/scalar.h"
#include "vm/schema.h"
#include "vm/verdict.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static struct arena *arena;

/* A test that looks at each row of a table, number _i, in a region. */
#define EACH_ROW(claim, table) \
	static void claim##_row(size_t _i); \
	START_TEST(claim) \
	{ \
		arena = arena_new(); \
		for (size_t i = 0; i < COUNT(table); i++) \
			claim##_row(i); \
		arena_free(arena); \
	} \
	END_TEST \
	static void claim##_row(size_t _i)

/* --- numbers as text ------------------------------------------------------ */

static const struct { const char *text; bool ok; int64_t value; } ints[] = {
	{ "0", true, 0 }, { "7", true, 7 }, { "-7", true, -7 },
	{ "9223372036854775806", true, INT64_MAX - 1 },
	{ "-9223372036854775807", true, INT64_MIN + 1 },
	/* The ends of the range stand for "no bound". */
	{ "9223372036854775807", false, 0 }, { "-9223372036854775808", false, 0 },
	{ "9223372036854775808", false, 0 }, { "99999999999999999999", false, 0 },
	{ "", false, 0 }, { "-", false, 0 }, { "+1", false, 0 },
	{ "007", false, 0 }, { "1.0", false, 0 }, { "1e3", false, 0 },
	{ "0x10", false, 0 }, { " 1", false, 0 }, { "1 ", false, 0 },
	{ "1_000", false, 0 },
};

EACH_ROW(ints_are_read_exactly, ints)
{
	int64_t value = 0;

	ck_assert_int_eq(scalar_read_int(str_of(ints[_i].text), &value),
	    ints[_i].ok);
	if (ints[_i].ok)
		ck_assert_int_eq(value, ints[_i].value);
}

static const struct { const char *text; bool ok; int64_t days; } dates[] = {
	{ "1970-01-01", true, 0 }, { "1969-12-31", true, -1 },
	{ "2000-02-29", true, 11016 }, { "2000-03-01", true, 11017 },
	{ "1900-03-01", true, -25508 }, { "1900-02-29", false, 0 },
	{ "2026-10-01", true, 20727 }, { "0000-03-01", true, -719468 },
	{ "0000-01-01", true, -719528 }, { "9999-12-31", true, 2932896 },
	{ "2023-02-29", false, 0 }, { "2024-02-29", true, 19782 },
	{ "2024-13-01", false, 0 }, { "2024-00-01", false, 0 },
	{ "2024-01-00", false, 0 }, { "2024-04-31", false, 0 },
	{ "2024-1-01", false, 0 }, { "20240101", false, 0 },
	{ "2024/01/01", false, 0 }, { "2024-01-01T", false, 0 }, { "", false, 0 },
};

EACH_ROW(dates_are_read_and_printed, dates)
{
	int64_t days = 0;

	ck_assert_int_eq(scalar_read_date(str_of(dates[_i].text), &days),
	    dates[_i].ok);
	if (!dates[_i].ok)
		return;
	ck_assert_int_eq(days, dates[_i].days);
	ck_assert_text(scalar_date_text(arena, days), dates[_i].text);
}

START_TEST(dates_run_without_gaps)
{
	arena = arena_new();
	for (int64_t day = -719528; day < 60000; day += 11) {
		struct arena_mark mark = arena_here(arena);
		int64_t back = 0;
		struct str text = scalar_date_text(arena, day);

		if (day >= -719528) {
			ck_assert(scalar_read_date(text, &back));
			ck_assert_int_eq(back, day);
		}
		arena_rollback(arena, mark);
	}
	ck_assert_text(scalar_date_text(arena, INT64_MAX - 1),
	    "1970-01-01+9223372036854775806d");
	ck_assert_text(scalar_date_text(arena, INT64_MIN + 1),
	    "1970-01-01-9223372036854775807d");
	arena_free(arena);
}
END_TEST

static const struct {
	const char *text;
	bool ok;
	int64_t seconds;
	const char *printed;
} durations[] = {
	{ "90d", true, 7776000, "90d" }, { "2w", true, 1209600, "14d" },
	{ "24h", true, 86400, "1d" }, { "36h", true, 129600, "36h" },
	{ "90m", true, 5400, "90m" }, { "60s", true, 60, "1m" },
	{ "61s", true, 61, "61s" }, { "0d", true, 0, "0s" },
	{ "-3d", true, -259200, "-3d" },
	{ "d", false, 0, NULL }, { "3", false, 0, NULL },
	{ "3 d", false, 0, NULL }, { "3y", false, 0, NULL },
	{ "1d12h", false, 0, NULL }, { "1.5d", false, 0, NULL },
	{ "9223372036854775806w", false, 0, NULL }, { "", false, 0, NULL },
	{ "-9223372036854775807m", false, 0, NULL },
	{ "9223372036854775806s", true, INT64_MAX - 1, "9223372036854775806s" },
};

EACH_ROW(durations_are_read_and_printed, durations)
{
	int64_t seconds = 0;

	ck_assert_int_eq(scalar_read_duration(str_of(durations[_i].text),
	    &seconds), durations[_i].ok);
	if (!durations[_i].ok)
		return;
	ck_assert_int_eq(seconds, durations[_i].seconds);
	ck_assert_text(scalar_duration_text(arena, seconds), durations[_i].printed);
}

/* --- versions ------------------------------------------------------------- */

static const struct { const char *text, *canonical; } versions[] = {
	{ "1", "1" }, { "1.0", "1" }, { "1.10.0", "1.10" }, { "01.002", "1.2" },
	{ "1.0.0.0", "1" }, { "0", "0" }, { "0.0", "0" }, { "000", "0" },
	{ "10.0.17763", "10.0.17763" }, { "0.1", "0.1" },
	{ "99999999999999999999.1", "99999999999999999999.1" },
	{ "", NULL }, { ".", NULL }, { "1.", NULL }, { ".1", NULL },
	{ "1..2", NULL }, { "v1", NULL }, { "1.0-beta", NULL }, { "1 ", NULL },
};

EACH_ROW(versions_have_one_canonical_text, versions)
{
	struct str got;
	bool ok = scalar_canonical_version(arena, str_of(versions[_i].text), &got);

	ck_assert_int_eq(ok, versions[_i].canonical != NULL);
	if (ok)
		ck_assert_text(got, versions[_i].canonical);
}

static const struct { const char *a, *b; int order; } version_orders[] = {
	{ "1.10", "1.9", 1 }, { "1.9", "1.10", -1 }, { "1.10", "1.10.0", 0 },
	{ "1", "1.0.1", -1 }, { "2", "1.99.99", 1 }, { "10", "9", 1 },
	{ "10.0.17763", "10.0.17763", 0 }, { "10.0.14393", "10.0.17763", -1 },
	{ "0", "0.0.0", 0 }, { "0", "0.1", -1 },
	{ "99999999999999999999", "100000000000000000000", -1 },
};

EACH_ROW(versions_order_by_number, version_orders)
{
	ck_assert_int_eq(scalar_compare_versions(str_of(version_orders[_i].a),
	    str_of(version_orders[_i].b)), version_orders[_i].order);
	ck_assert_int_eq(scalar_compare_versions(str_of(version_orders[_i].b),
	    str_of(version_orders[_i].a)), -version_orders[_i].order);
}

/* --- addresses ------------------------------------------------------------ */

static const struct { const char *text, *canonical; } addresses[] = {
	{ "192.168.0.1", "192.168.0.1" }, { "0.0.0.0", "0.0.0.0" },
	{ "255.255.255.255", "255.255.255.255" },
	{ "256.1.1.1", NULL }, { "1.2.3", NULL }, { "01.2.3.4", NULL },
	{ "1.2.3.4.5", NULL }, { "", NULL }, { "host", NULL },
	/* RFC 5952, section 4: zeros, the longest run, the first of two. */
	{ "2001:0db8::0001", "2001:db8::1" },
	{ "2001:db8:0:0:0:0:2:1", "2001:db8::2:1" },
	{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
	{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
	{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
	{ "2001:DB8::A", "2001:db8::a" },
	{ "::", "::" }, { "::1", "::1" }, { "1::", "1::" },
	{ "0:0:0:0:0:0:0:0", "::" }, { "fe80::0", "fe80::" },
	{ "::ffff:10.0.0.1", "::ffff:10.0.0.1" },
	{ "::ffff:a00:1", "::ffff:10.0.0.1" },
	{ "::10.0.0.1", "::a00:1" },
	{ "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "1:2:3:4:5:6:7", NULL }, { "1::2::3", NULL }, { "fe80::1%eth0", NULL },
	{ "12345::", NULL }, { ":::", NULL },
};

EACH_ROW(addresses_have_one_canonical_text, addresses)
{
	struct str got;
	bool ok = scalar_canonical_ip(arena, str_of(addresses[_i].text), &got);

	ck_assert_int_eq(ok, addresses[_i].canonical != NULL);
	if (ok)
		ck_assert_text(got, addresses[_i].canonical);
}

static const struct { const char *text, *canonical; } nets[] = {
	{ "10.0.0.0/8", "10.0.0.0/8" }, { "0.0.0.0/0", "0.0.0.0/0" },
	{ "10.1.2.3/32", "10.1.2.3/32" }, { "10.0.0.1/8", NULL },
	{ "10.128.0.0/9", "10.128.0.0/9" }, { "10.128.0.0/8", NULL },
	{ "10.0.0.0/33", NULL }, { "10.0.0.0/08", NULL }, { "10.0.0.0/", NULL },
	{ "10.0.0.0", NULL }, { "10.0.0.0/-1", NULL }, { "/8", NULL },
	{ "2001:DB8:0::/32", "2001:db8::/32" }, { "::/0", "::/0" },
	{ "2001:db8::1/32", NULL }, { "::1/128", "::1/128" }, { "::/129", NULL },
};

EACH_ROW(prefixes_have_one_canonical_text, nets)
{
	struct str got;
	bool ok = scalar_canonical_net(arena, str_of(nets[_i].text), &got);

	ck_assert_int_eq(ok, nets[_i].canonical != NULL);
	if (ok)
		ck_assert_text(got, nets[_i].canonical);
}

static const struct { const char *ip, *net; bool in; } in_nets[] = {
	{ "10.1.2.3", "10.0.0.0/8", true }, { "11.1.2.3", "10.0.0.0/8", false },
	{ "11.1.2.3", "0.0.0.0/0", true }, { "10.0.0.1", "10.0.0.1/32", true },
	{ "10.0.0.2", "10.0.0.1/32", false }, { "10.127.0.1", "10.0.0.0/9", true },
	{ "10.128.0.1", "10.0.0.0/9", false },
	{ "2001:db8::7", "2001:db8::/32", true },
	{ "2001:db9::7", "2001:db8::/32", false }, { "::1", "::/0", true },
	{ "::ffff:10.0.0.1", "10.0.0.0/8", false }, { "10.0.0.1", "::/0", false },
	{ "here", "10.0.0.0/8", false }, { "10.0.0.1", "10.0.0.0", false },
};

EACH_ROW(addresses_are_in_prefixes_of_their_family, in_nets)
{
	ck_assert_int_eq(scalar_in_net(str_of(in_nets[_i].ip),
	    str_of(in_nets[_i].net)), in_nets[_i].in);
}

START_TEST(what_is_no_address_is_refused)
{
	struct str text = STR("10.0.0.1\0x"), canonical;

	arena = arena_new();
	ck_assert(!scalar_canonical_ip(arena, text, &canonical));
	ck_assert(!scalar_canonical_ip(arena, STR("0000:0000:0000:0000:0000:0000:"
	    "0000:0000:0000:0000"), &canonical));
	arena_free(arena);
}
END_TEST

static const struct { const char *kind, *plural; } plurals[] = {
	{ "Host", "hosts" }, { "Policy", "policies" }, { "Gateway", "gateways" },
	{ "Y", "ys" }, { "Class", "classes" }, { "Box", "boxes" }, { "Quiz", "quizes" },
	{ "Branch", "branches" }, { "Dish", "dishes" }, { "Path", "paths" }, { "H", "hs" },
	{ "DNSServer", "dns_servers" }, { "LoginHost", "login_hosts" }, { "A_B", "a_bs" },
	{ "VM", "vms" }, { "V2Host", "v2_hosts" }, { "AB_", "ab_s" }, { "DomainX9", "domain_x9s" },
};

EACH_ROW(kinds_have_plurals, plurals)
{
	ck_assert_text(schema_plural(arena, str_of(plurals[_i].kind)), plurals[_i].plural);
}

START_TEST(types_are_equal_in_all)
{
	const struct type set = { .tag = TYPE_ENUM, .set = true, .of = 1 };
	struct type other = set;

	ck_assert(type_equal(set, other));
	other.of = 2;
	ck_assert(!type_equal(set, other));
	other = set, other.set = false;
	ck_assert(!type_equal(set, other));
	other.optional = true;
	ck_assert(!type_equal((struct type){ .tag = TYPE_ENUM, .of = 1 }, other));
	other = set, other.tag = TYPE_INT;
	ck_assert(!type_equal(set, other));
	/* Of what an int would be is never asked. */
	ck_assert(type_equal((struct type){ .tag = TYPE_INT }, (struct type){ .tag = TYPE_INT,
	    .of = 7 }));
}
END_TEST

START_TEST(what_has_no_text_is_not_read_from_one)
{
	struct symbols *symbols;
	int64_t cell;

	arena = arena_new();
	symbols = symbols_new(arena);
	ck_assert(!scalar_read(arena, symbols, (struct type){ .tag = TYPE_BOOL }, STR("true"),
	    &cell));
	ck_assert(!scalar_read(arena, symbols, (struct type){ .tag = TYPE_VERSION }, STR("v1"),
	    &cell));
	ck_assert(scalar_read(arena, symbols, (struct type){ .tag = TYPE_STRING }, STR("v1"),
	    &cell));
	ck_assert_text(symbol_text(symbols, (symbol)cell), "v1");
	arena_free(arena);
}
END_TEST

/* --- patterns ------------------------------------------------------------- */

static const struct { const char *text, *pattern; bool caseless, match; }
globs[] = {
	{ "a.corp", "*.corp", false, true }, { "a.corp2", "*.corp", false, false },
	{ "", "*", false, true }, { "", "", false, true }, { "a", "", false, false },
	{ "", "?", false, false }, { "abc", "a?c", false, true },
	{ "ac", "a?c", false, false }, { "abcbd", "a*bd", false, true },
	{ "aXbXc", "a*b*c", false, true }, { "aXbX", "a*b*c", false, false },
	{ "b", "[a-c]", false, true }, { "d", "[a-c]", false, false },
	{ "d", "[!a-c]", false, true }, { "b", "[^a-c]", false, false },
	{ "-", "[a-]", false, true }, { "]", "[]]", false, true },
	{ "[", "[", false, true }, { "[b", "[a", false, false },
	{ "[\\", "[\\", false, true }, { "[a-\\", "[a-\\", false, true },
	{ "[", "[Z-\\]]", false, true }, { "a", "[Z-\\]]", false, false },
	{ "a", "[]a]", false, true }, { "[x", "[x", false, true },
	{ "*", "\\*", false, true }, { "a", "\\*", false, false },
	{ "\\", "\\", false, true }, { "]", "[\\]]", false, true },
	{ "CM01.Corp", "cm*.CORP", true, true }, { "CM01", "cm*", false, false },
	{ "B", "[a-c]", true, true }, { "b", "[A-C]", true, true },
	{ "\xc3\xa4", "?", false, true }, { "\xc3\x84", "\xc3\xa4", true, true },
	{ "\xc3\xa4x", "[\xc3\xa0-\xc3\xbc]x", false, true },
	{ "x\xc3\xa4y\xc3\xa4z", "x*\xc3\xa4z", false, true },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "*a*a*a*a*a*a*a*a*a*b", false, false },
	/* How they end. */
	{ "S-1-5-11", "?*-S-1-5-11", false, false }, { "xS-1-5-11", "?*S-1-5-11", false, true },
	{ "xS-1-5-12", "?*S-1-5-11", false, false }, { "b]", "*[ab]", false, false },
	{ "xb", "*[ab]", false, true }, { "x[ab", "*[ab", false, true },
	{ "xB", "*B", false, true }, { "xb", "*B", false, false }, { "xb", "*B", true, true },
	{ "x\xe2\x84\xaa", "*k", true, true }, { "xk", "*\xe2\x84\xaa", true, true },
	{ "x\xe2\x84\xaa", "*k", false, false }, { "x.b", "*\\b", false, true },
	{ "x\\b", "*\\\\b", false, true }, { "b", "ab", false, false }, { "", "ab", false, false },
	{ "ab\xc3\xa4", "*b", false, false }, { "ab", "*b\xc3\xa4", false, false },
};

EACH_ROW(globs_match_whole_texts, globs)
{
	ck_assert_int_eq(scalar_like(arena, str_of(globs[_i].text),
	    str_of(globs[_i].pattern), globs[_i].caseless), globs[_i].match);
}

/* The last letter in brackets means the same, and takes another way. */
EACH_ROW(a_last_letter_may_stand_in_brackets, globs)
{
	struct str pattern = str_of(globs[_i].pattern);
	char last = pattern.length ? pattern.at[pattern.length - 1] : ']';
	size_t rest = pattern.length ? pattern.length - 1 : 0;

	if (last == ']' || (last & 0x80) || last == '*' || last == '?' || last == '\\' ||
	    memchr(pattern.at, '[', pattern.length) ||
	    (rest > 0 && pattern.at[rest - 1] == '\\'))
		return;
	ck_assert_int_eq(scalar_like(arena, str_of(globs[_i].text), arena_printf(arena,
	    "%.*s[%c]", (int)rest, pattern.at, last), globs[_i].caseless),
	    globs[_i].match);
}

static const struct { const char *text, *pattern; int caseless; int answer; }
searches[] = {
	{ "abc", "b", 0, REGEX_MATCH }, { "abc", "^b", 0, REGEX_NO_MATCH },
	{ "ABC", "b", 0, REGEX_NO_MATCH }, { "ABC", "b", 1, REGEX_MATCH },
	{ "", "", 0, REGEX_MATCH }, { "", "x", 0, REGEX_NO_MATCH },
	{ "Gr\xc3\xb6\xc3\x9f" "e", "^\\w+\\PLe?|\xc3\xb6", 0, REGEX_MATCH },
	{ "a\nb", "a.b", 0, REGEX_NO_MATCH },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$", 0, REGEX_NO_MATCH },
};

EACH_ROW(regexes_search_anywhere, searches)
{
	char why[128];
	struct regex *regex = regex_new(searches[_i].pattern,
	    strlen(searches[_i].pattern), searches[_i].caseless, 1 << 20, why,
	    sizeof(why));

	ck_assert_ptr_nonnull(regex);
	ck_assert_int_eq(regex_search(regex, searches[_i].text,
	    strlen(searches[_i].text)), searches[_i].answer);
	regex_free(regex);
}

START_TEST(bad_regexes_are_refused_with_a_reason)
{
	static const char *const bad[] = { "(", "[a", "a**b(", "(?=a)", "\\1",
		"(((((a{1000}){1000}){1000})))", "\xff" };
	char why[128];

	for (size_t i = 0; i < COUNT(bad); i++) {
		why[0] = '\0';
		ck_assert_ptr_null(regex_new(bad[i], strlen(bad[i]), 0, 1 << 20,
		    why, sizeof(why)));
		ck_assert_str_ne(why, "");
	}
	/* Memory: what fits into a megabyte does not fit into a page, and
	 * none at all is not "no limit". */
	ck_assert_ptr_null(regex_new("[a-z]{900}", 10, 0, 4096, why, sizeof(why)));
	ck_assert_ptr_null(regex_new("[a-z]{900}", 10, 0, 0, why, sizeof(why)));
}
END_TEST

START_TEST(regexes_give_groups)
{
	size_t starts[4], ends[4];
	char why[128];
	struct regex *regex = regex_new("(\\w+)@(\\w+)|(x)", 16, 0, 1 << 20, why,
	    sizeof(why));

	ck_assert_uint_eq(regex_group_count(regex), 3);
	ck_assert_int_eq(regex_groups(regex, "--ab@cd--", 9, starts, ends, 4),
	    REGEX_MATCH);
	ck_assert_uint_eq(starts[0], 2);
	ck_assert_uint_eq(ends[0], 7);
	ck_assert_uint_eq(starts[2], 5);
	ck_assert_uint_eq(ends[2], 7);
	ck_assert_uint_eq(starts[3], SIZE_MAX);
	ck_assert_int_eq(regex_groups(regex, "", 0, starts, ends, 4),
	    REGEX_NO_MATCH);
	ck_assert_uint_eq(starts[0], SIZE_MAX);
	regex_free(regex);
	/* More than the pattern has. */
	regex = regex_new("b", 1, 0, 1 << 20, why, sizeof(why));
	ck_assert_int_eq(regex_groups(regex, "abc", 3, starts, ends, 4), REGEX_MATCH);
	ck_assert(starts[0] == 1 && ends[0] == 2);
	for (size_t i = 1; i < 4; i++)
		ck_assert(starts[i] == SIZE_MAX && ends[i] == SIZE_MAX);
	regex_free(regex);
	regex_free(NULL);
}
END_TEST

/* --- intervals ------------------------------------------------------------ */

#define LOW NUMBER_LOW
#define HIGH NUMBER_HIGH
#define TOP (INT64_MAX - 1)
#define IV(l, h) { l, h, true, false }
#define UN { 0, 0, false, false }
#define NO { 0, 0, false, true }

static const struct { char op; struct number a, b, result; } sums[] = {
	{ '+', IV(1, 2), IV(10, 20), IV(11, 22) },
	{ '+', IV(1, HIGH), IV(2, 2), IV(3, HIGH) },
	{ '+', IV(LOW, 1), IV(2, HIGH), IV(LOW, HIGH) },
	{ '+', IV(TOP, TOP), IV(1, 1), UN },
	{ '+', IV(0, TOP), IV(1, 1), UN },
	{ '+', IV(TOP, HIGH), IV(1, 1), UN },
	{ '+', IV(-TOP, -TOP), IV(-1, -1), IV(-HIGH, -HIGH) },
	{ '+', IV(-TOP, -TOP), IV(-2, -2), UN },
	{ '+', IV(1, 1), UN, UN }, { '+', NO, IV(1, 1), UN },
	{ '-', IV(1, 2), IV(10, 20), IV(-19, -8) },
	{ '-', IV(1, HIGH), IV(2, 5), IV(-4, HIGH) },
	{ '-', IV(1, 2), IV(2, HIGH), IV(LOW, 0) },
	{ '-', IV(-TOP, -TOP), IV(2, 2), UN },
	{ '*', IV(2, 3), IV(4, 5), IV(8, 15) },
	{ '*', IV(-2, 3), IV(-5, 4), IV(-15, 12) },
	{ '*', IV(-2, HIGH), IV(3, 3), IV(-6, HIGH) },
	{ '*', IV(-2, HIGH), IV(-3, -3), IV(LOW, 6) },
	{ '*', IV(1, HIGH), IV(0, 0), IV(0, 0) },
	{ '*', IV(0, HIGH), IV(0, HIGH), IV(0, HIGH) },
	{ '*', IV(LOW, HIGH), IV(LOW, HIGH), IV(LOW, HIGH) },
	{ '*', IV(TOP, TOP), IV(2, 2), UN },
	{ '*', IV(TOP, TOP), IV(TOP, TOP), UN },
	{ '*', IV(TOP, HIGH), IV(2, 2), UN },
	{ '/', IV(7, 7), IV(2, 2), IV(3, 3) },
	{ '/', IV(-7, -7), IV(2, 2), IV(-3, -3) },
	{ '/', IV(7, 9), IV(2, 4), IV(1, 4) },
	{ '/', IV(7, 7), IV(-2, 2), UN }, { '/', IV(7, 7), IV(0, 0), UN },
	{ '/', IV(7, 7), IV(0, 2), UN },
	{ '/', IV(7, HIGH), IV(2, 2), IV(3, HIGH) },
	{ '/', IV(7, HIGH), IV(-2, -2), IV(LOW, -3) },
	{ '/', IV(7, 7), IV(2, HIGH), IV(0, 3) },
	{ '/', IV(7, HIGH), IV(2, HIGH), IV(0, HIGH) },
	{ '/', IV(LOW, HIGH), IV(1, HIGH), IV(LOW, HIGH) },
	{ '/', UN, IV(1, 1), UN }, { '/', IV(1, 1), NO, UN },
};

static struct number apply(char op, struct number a, struct number b)
{
	switch (op) {
	case '+': return number_add(a, b);
	case '-': return number_subtract(a, b);
	case '*': return number_multiply(a, b);
	default: return number_divide(a, b);
	}
}

EACH_ROW(arithmetic_keeps_intervals, sums)
{
	struct number got = apply(sums[_i].op, sums[_i].a, sums[_i].b);

	ck_assert_int_eq(got.known, sums[_i].result.known);
	ck_assert_int_eq(got.absent, sums[_i].result.absent);
	if (got.known) {
		ck_assert_int_eq(got.low, sums[_i].result.low);
		ck_assert_int_eq(got.high, sums[_i].result.high);
	}
}

static const struct { struct number a, b; const char *expected; }
comparisons[] = {	/* ==, <, <= as t f ? */
	{ IV(1, 1), IV(1, 1), "tft" }, { IV(1, 1), IV(2, 2), "ftt" },
	{ IV(2, 2), IV(1, 1), "fff" }, { IV(1, 2), IV(3, 4), "ftt" },
	{ IV(1, 2), IV(2, 3), "??t" }, { IV(2, 3), IV(1, 2), "?f?" },
	{ IV(1, 2), IV(1, 2), "???" }, { IV(3, 4), IV(1, 2), "fff" },
	{ IV(2, HIGH), IV(1, 1), "fff" }, { IV(1, HIGH), IV(1, 1), "?f?" },
	{ IV(1, HIGH), IV(1, HIGH), "???" }, { IV(LOW, 1), IV(2, 2), "ftt" },
	{ IV(LOW, HIGH), IV(0, 0), "???" }, { IV(0, 0), IV(0, HIGH), "??t" },
	{ UN, IV(1, 1), "???" }, { IV(1, 1), UN, "???" }, { UN, NO, "???" },
	{ NO, NO, "t??" }, { NO, IV(1, 5), "f??" }, { IV(LOW, HIGH), NO, "f??" },
};

EACH_ROW(comparisons_of_intervals_are_kleene, comparisons)
{
	static const char letters[] = { [TRUTH_FALSE] = 'f', [TRUTH_TRUE] = 't',
		[TRUTH_UNKNOWN] = '?' };
	struct number a = comparisons[_i].a, b = comparisons[_i].b;
	char got[4] = { letters[number_equal(a, b)], letters[number_less(a, b)],
		letters[number_at_most(a, b)], '\0' };

	ck_assert_str_eq(got, comparisons[_i].expected);
}

#define MOST INT64_MAX
#define LEAST INT64_MIN

static const struct { int64_t numbers[6]; bool fits; int64_t sum; } wides[] = {
	{ { 0 }, true, 0 }, { { 1, 2, 3 }, true, 6 }, { { -1 }, true, -1 },
	{ { -1, 1 }, true, 0 }, { { 5, -7, 1 }, true, -1 },
	{ { MOST }, true, MOST }, { { LEAST }, true, LEAST },
	{ { MOST, 1 }, false, 0 }, { { MOST, 1, -1 }, true, MOST },
	{ { LEAST, -1 }, false, 0 }, { { LEAST, -1, 1 }, true, LEAST },
	{ { MOST, MOST, MOST, LEAST, LEAST, LEAST }, true, -3 },
	{ { LEAST, LEAST, LEAST, MOST, MOST, MOST }, true, -3 },
	{ { LEAST, LEAST }, false, 0 }, { { MOST, MOST, 2 }, false, 0 },
	{ { LEAST, LEAST, LEAST, LEAST }, false, 0 },
};

EACH_ROW(wide_sums_leave_the_range_and_come_back, wides)
{
	struct wide sum = { 0, 0 };
	int64_t got = 0;

	for (size_t i = 0; i < COUNT(wides[_i].numbers); i++)
		wide_add(&sum, wides[_i].numbers[i]);
	ck_assert_int_eq(wide_number(sum, &got), wides[_i].fits);
	if (wides[_i].fits)
		ck_assert_int_eq(got, wides[_i].sum);
}

static const struct { int64_t a, b, sum, product; } clamps[] = {
	{ 2, 3, 5, 6 }, { MOST, 1, MOST, MOST }, { MOST, 2, MOST, MOST },
	{ LEAST, -1, LEAST, MOST }, { LEAST, 2, LEAST + 2, LEAST },
	{ 2, LEAST, LEAST + 2, LEAST }, { -2, LEAST, LEAST, MOST },
	{ MOST, LEAST, -1, LEAST }, { 0, LEAST, LEAST, 0 },
};

EACH_ROW(what_leaves_the_range_is_held_at_its_end, clamps)
{
	ck_assert_int_eq(number_add_clamped(clamps[_i].a, clamps[_i].b), clamps[_i].sum);
	ck_assert_int_eq(number_multiply_clamped(clamps[_i].a, clamps[_i].b),
	    clamps[_i].product);
}

/* The last column is Python's: (a * b ^ a * b >> 64) % 2 ** 64. */
static const struct { uint64_t a, b, folded; } folds[] = {
	{ 0, 7, 0 }, { 3, 5, 15 },
	{ UINT64_C(0xffffffffffffffff), UINT64_C(0xffffffffffffffff),
	    UINT64_C(0xffffffffffffffff) },
	{ UINT64_C(0xffffffffffffffff), UINT64_C(0x2),
	    UINT64_C(0xffffffffffffffff) },
	{ UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0x123456789abcdef),
	    UINT64_C(0xc27a443d5ff218e) },
	{ UINT64_C(0xffffffff), UINT64_C(0xffffffff),
	    UINT64_C(0xfffffffe00000001) },
	{ UINT64_C(0xffffffff00000000), UINT64_C(0xffffffff),
	    UINT64_C(0x1fffffffe) },
	{ UINT64_C(0x8000000000000000), UINT64_C(0x8000000000000001),
	    UINT64_C(0xc000000000000000) },
};

EACH_ROW(products_fold_the_same_in_parts, folds)
{
	ck_assert_uint_eq(multiply_folded(folds[_i].a, folds[_i].b), folds[_i].folded);
	ck_assert_uint_eq(multiply_folded_by_parts(folds[_i].a, folds[_i].b),
	    folds[_i].folded);
}

START_TEST(single_numbers_and_none_are_decided)
{
	ck_assert(number_is_decided(number_of(3)));
	ck_assert(number_is_decided(number_none()));
	ck_assert(!number_is_decided(number_unknown()));
	ck_assert(!number_is_decided((struct number)IV(1, 2)));
	ck_assert(!number_is_decided((struct number)IV(LOW, HIGH)));
}
END_TEST

/* --- cells ---------------------------------------------------------------- */

static const struct { enum type_tag tag; const char *a, *b; bool equal; }
cells[] = {
	{ TYPE_STRING, "A", "a", false }, { TYPE_CASELESS, "A", "a", true },
	{ TYPE_CASELESS, "CONTOSO\\J\xc3\x96", "contoso\\j\xc3\xb6", true },
	{ TYPE_VERSION, "1.10", "1.10.0", true },
	{ TYPE_VERSION, "1.1", "1.10", false },
	{ TYPE_IP, "2001:db8::0:1", "2001:DB8::1", true },
	{ TYPE_NET, "2001:db8::/32", "2001:DB8:0::/32", true },
	{ TYPE_INT, "-0", "0", true },
	{ TYPE_DURATION, "24h", "1d", true }, { TYPE_DATE, "2026-01-01", "2026-01-02", false },
};

EACH_ROW(equal_values_have_equal_cells, cells)
{
	struct symbols *symbols = symbols_new(arena);
	struct type type = { .tag = (uint8_t)cells[_i].tag };
	int64_t a = 0, b = 0;

	ck_assert(scalar_read(arena, symbols, type, str_of(cells[_i].a), &a));
	ck_assert(scalar_read(arena, symbols, type, str_of(cells[_i].b), &b));
	ck_assert_int_eq(a == b, cells[_i].equal);
}

/* --- verdicts ------------------------------------------------------------- */

START_TEST(verdicts_follow_the_table)
{
	enum { F = TRUTH_FALSE, T = TRUTH_TRUE, U = TRUTH_UNKNOWN };
	static const struct { int w, r, w0, verdict, reason; } table[] = {
		{ F, F, F, VERDICT_NOT_APPLICABLE, REASON_NONE },
		{ F, T, F, VERDICT_NOT_APPLICABLE, REASON_NONE },
		{ F, U, F, VERDICT_NOT_APPLICABLE, REASON_NONE },
		{ F, F, T, VERDICT_NOT_APPLICABLE, REASON_EXCEPTION },
		{ F, U, U, VERDICT_NOT_APPLICABLE, REASON_EXCEPTION },
		{ T, T, T, VERDICT_PASS, REASON_NONE },
		{ T, F, T, VERDICT_FAIL, REASON_NONE },
		{ T, U, T, VERDICT_UNKNOWN, REASON_REQUIRE },
		{ U, T, T, VERDICT_PASS, REASON_NONE },
		{ U, F, U, VERDICT_UNKNOWN, REASON_WHEN },
		{ U, U, T, VERDICT_UNKNOWN, REASON_WHEN },
	};

	for (size_t i = 0; i < COUNT(table); i++) {
		enum verdict_reason reason;

		ck_assert_int_eq(verdict_of(table[i].w, table[i].r, table[i].w0,
		    &reason), table[i].verdict);
		ck_assert_int_eq(reason, table[i].reason);
	}
	ck_assert_str_eq(verdict_text(VERDICT_NOT_APPLICABLE), "not_applicable");
}
END_TEST

START_TEST(outcomes_are_ordered)
{
	static const struct outcome in_order[] = {
		{ .rule = 0, .count = 0, .rest = 0 },
		{ .rule = 0, .count = 1, .rest = 1, .cells = { -1 } },
		{ .rule = 0, .count = 2, .rest = -1, .cells = { -1, 9 } },
		{ .rule = 0, .count = 1, .rest = 1, .cells = { 3 } },
		{ .rule = 1, .count = 0, .rest = -1 },
	};

	for (size_t i = 0; i < COUNT(in_order); i++) {
		for (size_t j = 0; j < COUNT(in_order); j++)
			ck_assert_int_eq(outcome_compare(&in_order[i],
			    &in_order[j]), (i > j) - (i < j));
	}
}
END_TEST

UNIT_MAIN(ints_are_read_exactly, dates_are_read_and_printed,
    dates_run_without_gaps, durations_are_read_and_printed,
    versions_have_one_canonical_text, versions_order_by_number,
    addresses_have_one_canonical_text, prefixes_have_one_canonical_text,
    addresses_are_in_prefixes_of_their_family, what_is_no_address_is_refused,
    kinds_have_plurals, types_are_equal_in_all, what_has_no_text_is_not_read_from_one,
    globs_match_whole_texts,
    a_last_letter_may_stand_in_brackets,
    regexes_search_anywhere, bad_regexes_are_refused_with_a_reason,
    regexes_give_groups, arithmetic_keeps_intervals,
    comparisons_of_intervals_are_kleene,
    wide_sums_leave_the_range_and_come_back, what_leaves_the_range_is_held_at_its_end,
    products_fold_the_same_in_parts,
    single_numbers_and_none_are_decided, equal_values_have_equal_cells,
    verdicts_follow_the_table, outcomes_are_ordered)
