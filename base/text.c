/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <stdio.h>

#include "base/guard.h"
#include "base/utf8.h"
#include "base/visible.h"

/* A text that is drained goes when it has become so large. */
#define PIECE (64u << 10)

void text_init(struct text *text, struct arena *arena)
{
	*text = (struct text){ .arena = arena };
}

void text_drain(struct text *text)
{
	if (text->length)
		text->drain->take(text->drain, text_str(text));
	text->length = 0;
}

void text_reserve(struct text *text, size_t more)
{
	size_t wanted = text->capacity ? text->capacity : 64;

	if (text->drain && text->length + more > PIECE)
		text_drain(text);
	if (more <= text->capacity - text->length)
		return;
	if (more > SIZE_MAX / 4 - text->length)
		guard_raise("out of memory");
	while (wanted - text->length < more)
		wanted *= 2;
	text->at = arena_grow(text->arena, text->at, text->capacity, wanted);
	text->capacity = wanted;
}

void text_add(struct text *text, struct str s)
{
	if (s.length == 0)
		return;
	text_reserve(text, s.length);
	memcpy(text->at + text->length, s.at, s.length);
	text->length += s.length;
}

void text_printf(struct text *text, const char *format, ...)
{
	size_t room = text->capacity - text->length;
	va_list arguments, again;
	int length;

	va_start(arguments, format);
	va_copy(again, arguments);
	/* clang-tidy sees va_copy in the first of several files alone. */
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it was copied */
	length = vsnprintf(room ? text->at + text->length : NULL, room, format, again);
	va_end(again);
	if (length < 0)
		guard_raise("out of memory");
	if ((size_t)length >= room) {
		text_reserve(text, (size_t)length + 1);
		vsnprintf(text->at + text->length, (size_t)length + 1, format,
		    arguments);
	}
	va_end(arguments);
	text->length += (size_t)length;
}

void text_add_visible_as(struct text *text, struct str s, unsigned how)
{
	char spelled[VISIBLE_MOST];
	size_t offset = 0;

	while (offset < s.length)
		text_add(text, visible_next(s, &offset, how, spelled));
}

void text_add_visible(struct text *text, struct str s)
{
	text_add_visible_as(text, s, VISIBLE_NAME);
}

static bool is_plain(int32_t code_point)
{
	return code_point >= 0x20 && !utf8_is_hidden(code_point);
}

static void add_utf16(struct text *text, uint32_t code_point)
{
	if (code_point >= 0x10000) {
		code_point -= 0x10000;
		text_printf(text, "\\u%04x", 0xd800 + (code_point >> 10));
		code_point = 0xdc00 + (code_point & 0x3ff);
	}
	text_printf(text, "\\u%04x", code_point);
}

static void add_json_escape(struct text *text, int32_t code_point)
{
	static const char letters[] = "bt_\nfr";	/* from U+0008 */

	if (code_point == '\n')
		text_add(text, STR("\\n"));
	else if (code_point >= '\b' && code_point <= '\r' &&
	    code_point != '\v')
		text_printf(text, "\\%c", letters[code_point - '\b']);
	else
		add_utf16(text, (uint32_t)code_point);
}

/* What a reader could not see is escaped too: the same string to a parser,
 * and harmless on a terminal.  Bytes that are no text become U+FFFD. */
void text_add_json(struct text *text, struct str s)
{
	size_t offset = 0;

	while (offset < s.length) {
		size_t before = offset;
		int32_t code_point = utf8_next(s, &offset);

		if (code_point == '"' || code_point == '\\')
			text_add_char(text, '\\');
		if (code_point == '#' && offset < s.length && s.at[offset] == '#')
			add_utf16(text, '#');	/* a log may obey `##[` */
		else if (is_plain(code_point))
			text_add(text, str_slice(s, before, offset));
		else if (code_point < 0)
			text_add(text, STR("\xef\xbf\xbd"));
		else
			add_json_escape(text, code_point);
	}
}

void text_add_quoted(struct text *text, struct str s)
{
	text_add_char(text, '"');
	for (size_t i = 0; i < s.length; i++) {
		if (s.at[i] == '"' || s.at[i] == '\\')
			text_add_char(text, '\\');
		text_add_char(text, s.at[i]);
	}
	text_add_char(text, '"');
}

struct str text_str(const struct text *text)
{
	return (struct str){ text->at ? text->at : "", text->length };
}

struct str text_count(struct arena *arena, uint64_t n, const char *one)
{
	size_t length = strlen(one);
	bool is_y = length && one[length - 1] == 'y' && n != 1;

	return arena_printf(arena, "%llu %.*s%s", (unsigned long long)n,
	    (int)(length - is_y), one, n == 1 ? "" : is_y ? "ies" : "s");
}
