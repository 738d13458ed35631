/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and printing of single values, versions and globs.  Addresses are
 * in scalar_address.c, intervals in scalar_number.c.
 */
#include "vm/scalar.h"

#include "base/utf8.h"
#include "vm/fault.h"

#define DAY INT64_C(86400)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits without needless zeros. */
static bool read_digits(struct str text, int64_t *value)
{
	int64_t sum = 0;

	if (text.length == 0 || (text.at[0] == '0' && text.length > 1))
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (!is_digit(text.at[i]) ||
		    __builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, text.at[i] - '0', &sum))
			return false;
	}
	*value = sum;
	return true;
}

bool scalar_read_int(struct str text, int64_t *cell)
{
	bool negative = text.length > 0 && text.at[0] == '-';

	if (!read_digits(str_slice(text, negative, text.length), cell))
		return false;
	if (negative)
		*cell = -*cell;
	return *cell != NUMBER_HIGH;
}

/*
 * Days since 1970-01-01 of a date of the proleptic Gregorian calendar, and
 * back: Howard Hinnant, "chrono-compatible low-level date algorithms".  Eras
 * of 400 years start on the first of March, so that a leap day is the last.
 */
static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
	int64_t era, y = year - (month <= 2);
	unsigned of_era, of_year;

	era = (y >= 0 ? y : y - 399) / 400;
	of_era = (unsigned)(y - era * 400);
	of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	return era * 146097 +
	    of_era * INT64_C(365) + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned of_era = (unsigned)(z - era * 146097);
	unsigned y = (of_era - of_era / 1460 + of_era / 36524 -
	    of_era / 146096) / 365;
	unsigned of_year = of_era - (365 * y + y / 4 - y / 100);
	unsigned m = (5 * of_year + 2) / 153;

	*day = of_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = (int64_t)y + era * 400 + (*month <= 2);
}

static unsigned days_in_month(int64_t year, unsigned month)
{
	static const uint8_t days[] =
	    { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

bool scalar_read_date(struct str text, int64_t *days)
{
	unsigned part[3] = { 0 };

	if (text.length != 10)
		return false;
	for (size_t i = 0, p = 0; i < 10; i++) {
		if (i == 4 || i == 7) {
			if (text.at[i] != '-')
				return false;
			p++;
		} else if (is_digit(text.at[i]))
			part[p] = part[p] * 10 + (unsigned)(text.at[i] - '0');
		else
			return false;
	}
	if (part[1] < 1 || part[1] > 12 ||
	    part[2] < 1 || part[2] > days_in_month(part[0], part[1]))
		return false;
	*days = days_of(part[0], part[1], part[2]);
	return true;
}

bool scalar_is_date(int64_t days)
{
	return days >= days_of(0, 1, 1) && days <= days_of(9999, 12, 31);
}

/* Longest first: printing takes the first that divides. */
static const struct { char letter; int64_t seconds; } units[] = {
	{ 'w', 7 * DAY }, { 'd', DAY }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 },
};
#define UNIT_COUNT (sizeof(units) / sizeof(*units))

bool scalar_read_duration(struct str text, int64_t *seconds)
{
	if (text.length < 2 ||
	    !scalar_read_int(str_slice(text, 0, text.length - 1), seconds))
		return false;
	for (size_t i = 0; i < UNIT_COUNT; i++) {
		if (units[i].letter != text.at[text.length - 1])
			continue;
		/* The ends of the range, which are no numbers, are no multiples. */
		return !__builtin_mul_overflow(*seconds, units[i].seconds, seconds);
	}
	return false;
}

/* Dates beyond four digits of year are made by arithmetic only. */
struct str scalar_date_text(struct arena *arena, int64_t days)
{
	int64_t year;
	unsigned month, day;

	/* Keeps the calendar's own sums away from overflow. */
	if (days > INT64_MAX / 2 || days < INT64_MIN / 2)
		return arena_printf(arena, "1970-01-01%+lldd", (long long)days);
	date_of(days, &year, &month, &day);
	return arena_printf(arena, "%04lld-%02u-%02u", (long long)year, month,
	    day);
}

/* Weeks are read, never printed: 14d says more than 2w. */
struct str scalar_duration_text(struct arena *arena, int64_t seconds)
{
	size_t i = 1;

	if (seconds == 0)
		return STR("0s");
	while (seconds % units[i].seconds != 0)
		i++;
	return arena_printf(arena, "%lld%c",
	    (long long)(seconds / units[i].seconds), units[i].letter);
}

/* The digits from *AT up to the next dot, without needless zeros; *AT moves
 * behind the dot, or past the end after the last part. */
static struct str version_part(struct str text, size_t *at)
{
	size_t start = *at, end = start;

	while (end < text.length && text.at[end] != '.')
		end++;
	*at = end + 1;
	while (start + 1 < end && text.at[start] == '0')
		start++;
	return str_slice(text, start, end);
}

static bool version_is_valid(struct str text)
{
	bool digit = false;

	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == '.' ? !digit : !is_digit(text.at[i]))
			return false;
		digit = text.at[i] != '.';
	}
	return digit;
}

bool scalar_canonical_version(struct arena *arena, struct str text,
    struct str *canonical)
{
	size_t at = 0, length = 0, end = 0;
	char *out;

	if (!version_is_valid(text))
		return false;
	out = arena_alloc_raw(arena, text.length + 1);
	while (at < text.length) {
		struct str part = version_part(text, &at);

		if (length > 0)
			out[length++] = '.';
		memcpy(out + length, part.at, part.length);
		length += part.length;
		if (end == 0 || !str_equal(part, STR("0")))
			end = length;
	}
	*canonical = (struct str){ out, end };
	return true;
}

int scalar_compare_versions(struct str a, struct str b)
{
	size_t in_a = 0, in_b = 0;

	while (in_a < a.length || in_b < b.length) {
		struct str x = STR("0"), y = STR("0");
		int order;

		if (in_a < a.length)
			x = version_part(a, &in_a);
		if (in_b < b.length)
			y = version_part(b, &in_b);
		if (x.length != y.length && !fault_is(FAULT_SCALAR_VERSION))
			return x.length < y.length ? -1 : 1;
		order = str_compare(x, y);
		if (order != 0)
			return order < 0 ? -1 : 1;
	}
	return 0;
}

static bool read_text(struct arena *arena, enum type_tag tag, struct str text,
    struct str *canonical)
{
	switch (tag) {
	case TYPE_STRING:
		*canonical = text;
		return true;
	case TYPE_CASELESS:
		*canonical = utf8_fold(arena, text);
		return true;
	case TYPE_VERSION:
		return scalar_canonical_version(arena, text, canonical);
	case TYPE_IP:
		return scalar_canonical_ip(arena, text, canonical);
	case TYPE_NET:
		return scalar_canonical_net(arena, text, canonical);
	case TYPE_ERROR: case TYPE_BOOL: case TYPE_INT: case TYPE_DATE:
	case TYPE_DURATION: case TYPE_ENUM: case TYPE_ENTITY: case TYPE_NONE:
	case TYPE_COUNT:
		break;
	}
	return false;
}

bool scalar_read(struct arena *arena, struct symbols *symbols, struct type type,
    struct str text, int64_t *cell)
{
	struct str canonical;

	if (type.tag == TYPE_INT)
		return scalar_read_int(text, cell);
	if (type.tag == TYPE_DATE)
		return scalar_read_date(text, cell);
	if (type.tag == TYPE_DURATION)
		return scalar_read_duration(text, cell);
	if (!read_text(arena, (enum type_tag)type.tag, text, &canonical))
		return false;
	*cell = symbol_of(symbols, canonical);
	return true;
}

/*
 * One element of a glob at *AT that stands for one character: does it match
 * C?  *AT moves behind it.  A bracket that is never closed is itself.
 */
static bool class_matches(struct str pattern, size_t *at, int32_t c)
{
	size_t i = *at;
	bool negated, hit = false, first = true;

	negated = i < pattern.length &&
	    (pattern.at[i] == '!' || pattern.at[i] == '^');
	i += negated;
	while (i < pattern.length && (pattern.at[i] != ']' || first)) {
		int32_t low, high;

		first = false;
		i += pattern.at[i] == '\\' && i + 1 < pattern.length;
		low = high = utf8_next(pattern, &i);
		if (i + 1 < pattern.length && pattern.at[i] == '-' &&
		    pattern.at[i + 1] != ']') {
			i++;
			i += pattern.at[i] == '\\' && i + 1 < pattern.length;
			high = utf8_next(pattern, &i);
		}
		hit |= c >= low && c <= high;
	}
	if (i >= pattern.length)
		return c == '[';
	*at = i + 1;
	return hit != negated;
}

static bool element_matches(struct str pattern, size_t *at, int32_t c)
{
	int32_t own = utf8_next(pattern, at);

	if (own == '?')
		return true;
	if (own == '[')
		return class_matches(pattern, at, c);
	if (own == '\\' && *at < pattern.length)
		own = utf8_next(pattern, at);
	return own == c;
}

static bool glob_matches(struct str text, struct str pattern)
{
	size_t t = 0, p = 0, star = SIZE_MAX, star_text = 0;

	while (t < text.length) {
		size_t next_t = t, next_p = p;

		if (p < pattern.length && pattern.at[p] == '*') {
			star = ++p;
			star_text = t;
		} else if (p < pattern.length && element_matches(pattern,
		    &next_p, utf8_next(text, &next_t))) {
			t = next_t;
			p = next_p;
		} else if (star != SIZE_MAX) {
			/* The last star takes one character more. */
			utf8_next(text, &star_text);
			t = star_text;
			p = star;
		} else
			return false;
	}
	while (p < pattern.length && pattern.at[p] == '*')
		p++;
	return p == pattern.length;
}

static bool is_letter_or_digit(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static unsigned char folded(unsigned char c, bool caseless)
{
	return caseless && c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

/* Most texts do not end as a pattern does, which a byte or two tell.  Only ASCII
 * that stands for itself is compared; what else there is, is not decided here. */
static bool ends_otherwise(struct str text, struct str pattern, bool caseless)
{
	size_t most = text.length < pattern.length ? text.length : pattern.length;

	for (size_t i = 1; i <= most; i++) {
		size_t at = pattern.length - i;
		unsigned char p = (unsigned char)pattern.at[at];
		unsigned char t = (unsigned char)text.at[text.length - i];

		if (!is_letter_or_digit(p) || t >= 0x80 ||
		    (at > 0 && pattern.at[at - 1] == '\\'))
			return false;
		if (folded(p, caseless) != folded(t, caseless))
			return true;
	}
	return false;
}

bool scalar_like(struct arena *arena, struct str text, struct str pattern,
    bool caseless)
{
	/* A bracket may hold letters that stand for others. */
	if (ends_otherwise(text, pattern, caseless) &&
	    !memchr(pattern.at, '[', pattern.length))
		return false;
	if (caseless) {
		text = utf8_fold(arena, text);
		pattern = utf8_fold(arena, pattern);
	}
	return glob_matches(text, pattern);
}
