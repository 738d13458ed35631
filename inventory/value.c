/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single values.  A plain word is read by the type that is expected, never by
 * its looks; but where a text is expected, plain numbers, true, false and
 * null are refused, because other tools would not read them as texts.
 */
#include "inventory/value.h"

#include "vm/scalar.h"

static bool is_one_of(struct str text, const char *const *words)
{
	for (; *words; words++)
		if (str_equal(text, str_of(*words)))
			return true;
	return false;
}

static size_t skip_digits(struct str text, size_t i)
{
	while (i < text.length && text.at[i] >= '0' && text.at[i] <= '9')
		i++;
	return i;
}

static bool is_based_number(struct str text)
{
	const char *digits;

	if (str_starts(text, STR("0x")))
		digits = "0123456789abcdefABCDEF";
	else if (str_starts(text, STR("0o")))
		digits = "01234567";
	else
		return false;
	for (size_t i = 2; i < text.length; i++)
		if (!strchr(digits, text.at[i]))
			return false;
	return text.length > 2;
}

/* [-+]? ( . digits | digits ( . digits? )? ) ( [eE] [-+]? digits )? */
static bool is_number(struct str text)
{
	size_t i = 0, start, digits;

	if (i < text.length && (text.at[i] == '-' || text.at[i] == '+'))
		i++;
	start = i;
	i = skip_digits(text, i);
	digits = i - start;
	if (i < text.length && text.at[i] == '.') {
		start = ++i;
		i = skip_digits(text, i);
		digits += i - start;
	}
	if (digits == 0)
		return false;
	if (i < text.length && (text.at[i] == 'e' || text.at[i] == 'E')) {
		i++;
		if (i < text.length &&
		    (text.at[i] == '-' || text.at[i] == '+'))
			i++;
		start = i;
		i = skip_digits(text, i);
		if (i == start)
			return false;
	}
	return i == text.length;
}

enum plain value_plain(struct str text)
{
	static const char *const nulls[] = { "null", "Null", "NULL", "~", 0 };
	static const char *const bools[] = { "true", "True", "TRUE", "false",
		"False", "FALSE", 0 };
	static const char *const odd[] = { ".inf", ".Inf", ".INF", "-.inf",
		"-.Inf", "-.INF", "+.inf", "+.Inf", "+.INF", ".nan", ".NaN",
		".NAN", 0 };

	if (text.length == 0)
		return PLAIN_EMPTY;
	/* Longer than any of these words, and numbers do not begin so. */
	if (text.length > 6 && (text.at[0] | 0x20) >= 'a' &&
	    (text.at[0] | 0x20) <= 'z')
		return PLAIN_WORD;
	if (is_one_of(text, nulls))
		return PLAIN_NULL;
	if (is_one_of(text, bools))
		return PLAIN_BOOL;
	if (is_number(text) || is_based_number(text) || is_one_of(text, odd))
		return PLAIN_NUMBER;
	return PLAIN_WORD;
}

bool value_bool(struct str text, int64_t *cell)
{
	static const char *const yes[] = { "true", "True", "TRUE", 0 };
	static const char *const no[] = { "false", "False", "FALSE", 0 };

	*cell = is_one_of(text, yes);
	return *cell || is_one_of(text, no);
}

/* What YAML 1.1 and people call true and false. */
int value_like_bool(struct str text)
{
	static const char *const yes[] = { "yes", "Yes", "YES", "on", "On",
		"ON", "y", "Y", "1", 0 };
	static const char *const no[] = { "no", "No", "NO", "off", "Off",
		"OFF", "n", "N", "0", 0 };

	return is_one_of(text, yes) ? 1 : is_one_of(text, no) ? 0 : -1;
}

bool value_read(struct facts *facts, struct type type, struct str text,
    int64_t *cell, symbol *spelling)
{
	struct arena_mark mark;
	bool is_read;

	*spelling = SYMBOL_NONE;
	if (type.tag == TYPE_BOOL)
		return value_bool(text, cell);
	if (type.tag == TYPE_ENUM) {
		*cell = schema_find_value(facts->schema, type.of, text);
		return *cell >= 0;
	}
	if (type_is_text(type)) {
		/* Keys are ordered with a NUL behind each part. */
		if (str_find(text, '\0') < text.length)
			return false;
		*spelling = symbol_of(facts->symbols, text);
	}
	if (type.tag == TYPE_CASELESS) {
		*cell = symbol_fold(facts->symbols, *spelling);
		return true;
	}
	mark = arena_here(facts->scratch);
	is_read = scalar_read(facts->scratch, facts->symbols, type, text, cell);
	arena_rollback(facts->scratch, mark);
	return is_read;
}
