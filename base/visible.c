/* SPDX-License-Identifier: Apache-2.0 */
#include "base/visible.h"

#include <stdio.h>

#include "base/utf8.h"

static bool is_among(char c, const char *signs)
{
	return c && strchr(signs, c);
}

/* Where GitHub's and Azure's runners and TeamCity see a command in any line. */
static bool is_command(struct str rest)
{
	return str_starts(rest, STR("##[")) || str_starts(rest, STR("##vso[")) ||
	    str_starts(rest, STR("##teamcity["));
}

static bool begins_line(struct str before, unsigned how)
{
	size_t offset = 0;
	bool is_blank = true;

	while (offset < before.length) {
		int32_t c = utf8_next(before, &offset);

		is_blank = c == '\n' ? how & VISIBLE_LINES : is_blank && utf8_is_blank(c);
	}
	return is_blank;
}

/* `::word`, as GitHub's runner wants it.  An address such as `::ffff:10.0.0.1`
 * has hexadecimal digits only, which no command has. */
static bool is_line_command(struct str s, size_t at, unsigned how)
{
	enum { LONGEST = 40 };
	bool is_word = false;
	size_t i = at + 2;

	if (at + 1 >= s.length || s.at[at + 1] != ':')
		return false;
	for (; i < s.length && i < at + LONGEST; i++) {
		char lower = (char)(s.at[i] | 0x20);

		if ((lower < 'a' || lower > 'z') && s.at[i] != '-')
			break;
		is_word |= lower > 'f' || s.at[i] == '-';
	}
	return is_word && begins_line(str_slice(s, 0, at), how);
}

static bool is_spelling(struct str rest)
{
	return rest.length > 2 && is_among(rest.at[1], "ux") && rest.at[2] == '{';
}

/* Of the ASCII signs that are spelled only before certain others. */
static bool is_trap(struct str s, size_t at, unsigned how)
{
	switch (s.at[at]) {
	case '\\':
		return !(how & VISIBLE_SOURCE) && is_spelling(str_slice(s, at, s.length));
	case '#':
		return is_command(str_slice(s, at, s.length));
	case ':':
		return is_line_command(s, at, how);
	default:
		return false;
	}
}

static bool is_shown(int32_t c, unsigned how)
{
	if (c == '\n')
		return how & VISIBLE_LINES;
	return c >= 0x20 && !utf8_is_hidden(c) && (c & 0xfffe) != 0xfffe;
}

/* Stands for itself wherever it is: of ASCII, what can be seen and begins
 * nothing that is_trap looks for. */
static inline bool is_plain(char c)
{
	return (c >= 0x20) & (c < 0x7f) & (c != '\\') & (c != '#') & (c != ':');
}

#define STRIDE 16

/* A loop of so many turns is made wide by the compiler. */
static bool is_plain_stride(const char *at)
{
	uint8_t plain = 0;

	for (int i = 0; i < STRIDE; i++)
		plain = (uint8_t)(plain + is_plain(at[i]));
	return plain == STRIDE;
}

/* The first byte from AT on that is not plain. */
static size_t skip_plain(struct str s, size_t at)
{
	while (s.length - at >= STRIDE && is_plain_stride(s.at + at))
		at += STRIDE;
	while (at < s.length && is_plain(s.at[at]))
		at++;
	return at;
}

size_t visible_spell(struct str s, size_t *offset, unsigned how,
    char spelled[VISIBLE_MOST])
{
	size_t before = *offset;
	int32_t c;

	if (is_plain(s.at[before])) {
		++*offset;
		return 0;
	}
	c = utf8_next(s, offset);
	if (is_shown(c, how) && !is_trap(s, before, how))
		return 0;
	return (size_t)(c >= 0 ? snprintf(spelled, VISIBLE_MOST, "\\u{%02X}", (unsigned)c) :
	    snprintf(spelled, VISIBLE_MOST, "\\x{%02X}", (unsigned char)s.at[before]));
}

struct str visible_next(struct str s, size_t *offset, unsigned how,
    char spelled[VISIBLE_MOST])
{
	size_t from = *offset;

	while ((*offset = skip_plain(s, *offset)) < s.length) {
		size_t before = *offset;
		size_t length = visible_spell(s, offset, how, spelled);

		if (length == 0)
			continue;
		if (before == from)
			return (struct str){ spelled, length };
		*offset = before;
		break;
	}
	return str_slice(s, from, *offset);
}
