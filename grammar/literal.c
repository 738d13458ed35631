/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literal - the insides of numbers, dates, durations and strings.
 *
 * What is wrong is said once; the tree then holds an ERROR node, so that
 * nobody downstream stumbles over it again.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "grammar/context.h"

#define DAY INT64_C(86400)

/* Reads digits; false when the value is not below INT64_MAX, which stands
 * for "no end" in an interval. */
static bool read_digits(struct str digits, uint64_t *value)
{
	*value = 0;
	for (size_t i = 0; i < digits.length; i++) {
		uint64_t digit = (uint64_t)(digits.at[i] - '0');

		if (*value > ((uint64_t)INT64_MAX - 1 - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	return true;
}

/* TEXT as a message may show it. */
static struct str brief(struct str text)
{
	if (text.length > 40)
		text.length = 40;
	return text;
}

bool literal_integer(struct parser *p, struct word *word)
{
	uint64_t value;

	/* Other languages read base 8 there. */
	if (word->text.length > 1 && word->text.at[0] == '0') {
		diag_help(p->all, report_fault(p, DIAG_E0009, word->span,
		    "a number has no zero in front"),
		    "leave the zero off, or write a text");
		return false;
	}
	if (read_digits(word->text, &value))
		return true;
	diag_help(p->all, report_fault(p, DIAG_E0009, word->span,
	    "this number is too large"), "the largest is %lld",
	    (long long)INT64_MAX - 1);
	return false;
}

static int digits_of(struct str text, size_t from, size_t length)
{
	int value = 0;

	for (size_t i = from; i < from + length; i++)
		value = value * 10 + (text.at[i] - '0');
	return value;
}

static int days_in(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && is_leap);
}

bool literal_date(struct parser *p, struct word *word)
{
	struct str text = word->text;
	int year = digits_of(text, 0, 4), month = 0, day = 0;

	if (text.length == 10 && text.at[7] == '-' &&
	    text.at[9] >= '0' && text.at[9] <= '9') {
		month = digits_of(text, 5, 2);
		day = digits_of(text, 8, 2);
		if (year >= 1 && month >= 1 && month <= 12 && day >= 1 &&
		    day <= days_in(year, month))
			return true;
	}
	if (month == 0 && day == 0)
		diag_help(p->all, report_fault(p, DIAG_E0010, word->span,
		    "`%.*s` is not written as a date", STR_ARG(brief(text))),
		    "a date is year, month and day: 2026-01-31");
	else
		report_fault(p, DIAG_E0010, word->span,
		    "there is no day `%.*s`", STR_ARG(text));
	return false;
}

static uint64_t seconds_of(char unit)
{
	switch (unit) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return DAY;
	case 'w':
		return 7 * DAY;
	default:
		return 0;
	}
}

bool literal_duration(struct parser *p, struct word *word)
{
	struct str digits = word->text;
	char unit = digits.at[digits.length - 1];
	uint64_t value, seconds = seconds_of(unit);

	digits.length = strspn(digits.at, "0123456789");
	if (digits.length + 1 < word->text.length || seconds == 0)
		diag_help(p->all, report_fault(p, DIAG_E0009, word->span,
		    "`%.*s` is neither a number nor a duration",
		    STR_ARG(brief(word->text))),
		    "a duration is a number and one of s, m, h, d, w: 90d");
	else if (!read_digits(digits, &value) ||
	    value > (uint64_t)(INT64_MAX - 1) / seconds)
		report_fault(p, DIAG_E0011, word->span,
		    "this duration is too long");
	else
		return true;
	return false;
}

/* Escapes. */

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Of `\u{...}`; -1 when it is none, 0 too: NUL ends texts elsewhere. */
static int32_t code_point(struct str escape)
{
	int32_t value = 0;

	if (escape.length < 5 || escape.length > 10)
		return -1;
	for (size_t i = 3; i < escape.length - 1; i++) {
		int digit = hex_of(escape.at[i]);

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	if (value == 0 || value > 0x10ffff ||
	    (value >= 0xd800 && value <= 0xdfff))
		return -1;
	return value;
}

static int32_t bad_escape(struct parser *p, struct str escape)
{
	struct span span = { p->file, p->start, p->offset };
	struct diagnostic *d;

	if (escape.length < 2) {
		d = report_fault(p, DIAG_E0008, span,
		    "there is nothing to escape at the end of a line");
	} else if (escape.at[1] == 'u') {
		d = report_fault(p, DIAG_E0008, span,
		    "`%.*s` is no character", STR_ARG(brief(escape)));
		diag_help(p->all, d, "a character by its number is written "
		    "\\u{1F512}, up to 10FFFF; surrogates and 0 are none");
		return -1;
	} else {
		d = report_fault(p, DIAG_E0008, span, "unknown escape `%.*s`",
		    STR_ARG(escape));
	}
	diag_help(p->all, d, "a backslash itself is written `\\\\`; the "
	    "escapes are \\n \\t \\\\ \\\" \\{ \\} \\u{...}");
	return -1;
}

int32_t literal_escape(struct parser *p, struct str escape)
{
	int32_t character;

	if (escape.length == 2) {
		switch (escape.at[1]) {
		case 'n':
			return '\n';
		case 't':
			return '\t';
		case '\\': case '"': case '{': case '}':
			return escape.at[1];
		default:
			break;
		}
	} else if (escape.length > 2 && escape.at[2] == '{') {
		character = code_point(escape);
		if (character >= 0)
			return character;
	}
	return bad_escape(p, escape);
}

/* Looking ahead. */

struct survey {
	struct str bytes;
	uint32_t at;
	uint32_t brace;		/* the outermost that is open, or 0 */
	uint32_t braces;
	bool is_triple;
	size_t indent;
	uint32_t first;		/* the blanks that INDENT counts, or 0 */
};

static bool survey_sees(const struct survey *s, const char *text)
{
	size_t length = strlen(text);

	return s->bytes.length - s->at >= length &&
	    memcmp(s->bytes.at + s->at, text, length) == 0;
}

/* Behind a string inside an expression; false when it does not end. */
static bool survey_inner(struct survey *s)
{
	const char *quotes = survey_sees(s, "\"\"\"") ? "\"\"\"" : "\"";

	s->at += (uint32_t)strlen(quotes);
	while (s->at < s->bytes.length && !survey_sees(s, quotes)) {
		char c = s->bytes.at[s->at];

		if ((c == '\n' || c == '\r') && !s->is_triple)
			return false;
		s->at += c == '\\' ? 2 : 1;
	}
	if (s->at >= s->bytes.length)
		return false;
	s->at += (uint32_t)strlen(quotes);
	return true;
}

/* At the first byte of a line: what blanks begins all lines so far? */
static void survey_indent(struct survey *s)
{
	const char *line = s->bytes.at + s->at;
	size_t rest = s->bytes.length - s->at, blanks = 0;

	while (blanks < rest && (line[blanks] == ' ' || line[blanks] == '\t'))
		blanks++;
	if (blanks < rest && (line[blanks] == '\n' || line[blanks] == '\r'))
		return;
	if (s->first == 0) {
		s->first = s->at;
		s->indent = blanks;
		return;
	}
	for (size_t i = 0; i < s->indent; i++)
		if (i >= blanks || line[i] != s->bytes.at[s->first + i])
			s->indent = i;
}

static bool survey_ends(const struct survey *s)
{
	char c = s->bytes.at[s->at];

	if (s->is_triple)
		return s->braces == 0 && survey_sees(s, "\"\"\"");
	return c == '\n' || c == '\r' || (c == '"' && s->braces == 0);
}

/* One step; false when an inner string does not end. */
static bool survey_step(struct survey *s, bool is_template)
{
	char c = s->bytes.at[s->at];

	if (c == '"' && s->braces > 0)
		return survey_inner(s);
	if (is_template && c == '{') {
		if (s->braces++ == 0)
			s->brace = s->at;
	} else if (c == '}') {
		s->braces -= s->braces > 0;
	}
	s->at += c == '\\' && s->braces == 0 ? 2 : 1;
	if (c == '\n' && s->braces == 0)
		survey_indent(s);
	else if (c == '\r' && s->braces == 0 && !survey_sees(s, "\n"))
		survey_indent(s);
	return true;
}

void literal_survey(struct parser *p, struct string *string)
{
	struct survey s = {
		.bytes = p->bytes, .at = p->offset,
		.is_triple = string->is_triple
	};
	bool is_whole = true;

	while (is_whole && s.at < s.bytes.length && !survey_ends(&s))
		is_whole = survey_step(&s, string->is_template);
	string->indent = (uint32_t)s.indent;
	if (s.braces == 0)
		return;
	string->is_template = false;
	diag_help(p->all, report_fault(p, DIAG_E0019,
	    (struct span){ p->file, s.brace, s.brace + 1 },
	    "this brace in a message is not closed"),
	    "an expression stands between `{` and `}`; "
	    "a brace itself is written `\\{`");
}
