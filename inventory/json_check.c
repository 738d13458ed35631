/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of RFC 8259 that keeps nothing: it is run over what simdjson
 * refused, to say where and why, because simdjson often cannot.
 */
#include "inventory/json.h"

#include <string.h>

#include "base/utf8.h"
#include "inventory/read.h"

/* What may come next. */
enum state { VALUE, VALUE_OR_END, KEY, KEY_OR_END, COLON, AFTER, DONE };

struct check {
	const char *bytes;
	size_t length, at;
	char open[DEEPEST + 1];		/* brackets that are open */
	unsigned depth, most;
	enum state state;
	const char *wrong;
};

static void refuse(struct check *c, const char *wrong)
{
	if (!c->wrong)
		c->wrong = wrong;
}

static int peek(const struct check *c)
{
	return c->at < c->length ? (unsigned char)c->bytes[c->at] : -1;
}

static void skip_blanks(struct check *c)
{
	while (c->at < c->length && strchr(" \t\r\n", c->bytes[c->at]) &&
	    c->bytes[c->at])
		c->at++;
}

static bool is_hex(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F');
}

/* Four digits behind \u; -1 when there are fewer. */
static int read_unit(const struct check *c, size_t at)
{
	int unit = 0;

	for (size_t i = at; i < at + 4; i++) {
		int digit = i < c->length ? (unsigned char)c->bytes[i] : -1;

		if (!is_hex(digit))
			return -1;
		unit = unit * 16 + (digit <= '9' ? digit - '0' :
		    (digit | 0x20) - 'a' + 10);
	}
	return unit;
}

/* A character beyond U+FFFF is a pair of halves; one alone is none. */
static void check_unicode(struct check *c)
{
	int unit = read_unit(c, c->at + 2), low = -1;

	if (unit < 0) {
		refuse(c, "`\\u` needs four hexadecimal digits");
		return;
	}
	if (unit >= 0xd800 && unit < 0xdc00 && c->at + 7 < c->length &&
	    c->bytes[c->at + 6] == '\\' && c->bytes[c->at + 7] == 'u')
		low = read_unit(c, c->at + 8);
	if (unit >= 0xd800 && unit < 0xe000 &&
	    !(unit < 0xdc00 && low >= 0xdc00 && low < 0xe000)) {
		refuse(c, "half a surrogate pair");
		return;
	}
	c->at += low >= 0 ? 12 : 6;
}

static void check_escape(struct check *c)
{
	int next = c->at + 1 < c->length ?
	    (unsigned char)c->bytes[c->at + 1] : -1;

	if (next == 'u')
		check_unicode(c);
	else if (next > 0 && strchr("\"\\/bfnrt", next))
		c->at += 2;
	else
		refuse(c, "this escape is none of JSON's");
}

static void check_string(struct check *c)
{
	size_t start = c->at++;

	while (!c->wrong && peek(c) != '"') {
		int next = peek(c);

		if (next < 0) {
			c->at = start;
			refuse(c, "this string does not end");
		} else if (next < 0x20) {
			refuse(c, next == '\n' || next == '\r' ?
			    "a string ends on the line where it began" :
			    "a control character in a string must be escaped");
		} else if (next == '\\') {
			check_escape(c);
		} else {
			c->at++;
		}
	}
	if (!c->wrong)
		c->at++;
}

static size_t check_digits(struct check *c)
{
	size_t start = c->at;

	while (peek(c) >= '0' && peek(c) <= '9')
		c->at++;
	if (c->at == start)
		refuse(c, "a digit is missing");
	return c->at - start;
}

static void check_number(struct check *c)
{
	size_t start;

	if (peek(c) == '-')
		c->at++;
	start = c->at;
	if (check_digits(c) > 1 && c->bytes[start] == '0') {
		c->at = start;
		refuse(c, "a number has no leading zeros");
	}
	if (!c->wrong && peek(c) == '.') {
		c->at++;
		check_digits(c);
	}
	if (!c->wrong && (peek(c) == 'e' || peek(c) == 'E')) {
		c->at++;
		if (peek(c) == '+' || peek(c) == '-')
			c->at++;
		check_digits(c);
	}
}

static bool is_comment(int c)
{
	return c == '/' || c == '#';
}

static void refuse_word(struct check *c)
{
	int next = peek(c);

	if (next == '\'')
		refuse(c, "strings stand in double quotes");
	else if (is_comment(next))
		refuse(c, "JSON has no comments");
	else if (next == ',')
		refuse(c, "a value is missing before this comma");
	else if (next == '+')
		refuse(c, "a number has no plus sign");
	else if (next == ']' || next == '}')
		refuse(c, "a value is missing, or a comma is too much");
	else
		refuse(c, "this is no value of JSON");
}

static void check_word(struct check *c)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < 3; i++) {
		size_t length = strlen(words[i]);

		if (c->length - c->at >= length &&
		    memcmp(c->bytes + c->at, words[i], length) == 0) {
			c->at += length;
			return;
		}
	}
	refuse_word(c);
}

static void open_bracket(struct check *c, char bracket)
{
	if (c->depth >= c->most) {
		refuse(c, "this is nested too deeply");
		return;
	}
	c->open[c->depth++] = bracket;
	c->state = bracket == '[' ? VALUE_OR_END : KEY_OR_END;
	c->at++;
}

static void check_value(struct check *c)
{
	int next = peek(c);

	c->state = c->depth ? AFTER : DONE;
	if (next == '[' || next == '{')
		open_bracket(c, (char)next);
	else if (next == '"')
		check_string(c);
	else if (next == '-' || (next >= '0' && next <= '9'))
		check_number(c);
	else if (next < 0)
		refuse(c, c->depth ? "the file ends inside a list or map" :
		    "there is nothing in this file");
	else
		check_word(c);
}

static void close_bracket(struct check *c)
{
	c->at++;
	c->depth--;
	c->state = c->depth ? AFTER : DONE;
}

static bool is_closing(const struct check *c)
{
	return c->depth && peek(c) ==
	    (c->open[c->depth - 1] == '[' ? ']' : '}');
}

static void check_key(struct check *c)
{
	c->state = COLON;
	if (peek(c) == '"')
		check_string(c);
	else if (peek(c) < 0)
		refuse(c, "the file ends inside a map");
	else if (peek(c) == '}')
		refuse(c, "a key is missing, or a comma is too much");
	else if (is_comment(peek(c)))
		refuse(c, "JSON has no comments");
	else
		refuse(c, "a key stands in double quotes");
}

static void check_after(struct check *c)
{
	bool list = c->open[c->depth - 1] == '[';

	if (is_closing(c)) {
		close_bracket(c);
	} else if (peek(c) == ',') {
		c->at++;
		c->state = list ? VALUE : KEY;
	} else if (peek(c) < 0) {
		refuse(c, "the file ends inside a list or map");
	} else if (is_comment(peek(c))) {
		refuse(c, "JSON has no comments");
	} else {
		refuse(c, list ? "`,` or `]` is missing here" :
		    "`,` or `}` is missing here");
	}
}

static void check_next(struct check *c)
{
	switch (c->state) {
	case VALUE_OR_END:
	case KEY_OR_END:
		if (is_closing(c))
			close_bracket(c);
		else if (c->state == KEY_OR_END)
			check_key(c);
		else
			check_value(c);
		return;
	case VALUE:
		check_value(c);
		return;
	case KEY:
		check_key(c);
		return;
	case COLON:
		if (peek(c) == ':')
			c->at++;
		else
			refuse(c, "`:` is missing here");
		c->state = VALUE;
		return;
	case AFTER:
		check_after(c);
		return;
	case DONE:
		refuse(c, is_comment(peek(c)) ? "JSON has no comments" :
		    "something stands behind the end of the value");
		return;
	}
}

const char *json_check(const char *bytes, size_t length, unsigned depth,
    size_t *at)
{
	struct check c = { .bytes = bytes, .length = length,
		.most = depth < DEEPEST ? depth : DEEPEST };

	skip_blanks(&c);
	while (!c.wrong && !(c.state == DONE && c.at == c.length)) {
		check_next(&c);
		if (!c.wrong)
			skip_blanks(&c);
	}
	*at = c.at;
	return c.wrong;
}
