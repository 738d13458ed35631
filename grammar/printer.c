/* SPDX-License-Identifier: Apache-2.0 */
#include "grammar/printer.h"

#include "base/utf8.h"

void print_line(struct printer *p)
{
	text_add_char(p->out, '\n');
	p->line = p->out->length;
	for (uint32_t i = 0; i < p->indent; i++)
		text_add_char(p->out, '\t');
}

void print_blank(struct printer *p)
{
	text_add_char(p->out, '\n');
	p->line = p->out->length;
}

void print(struct printer *p, const char *text)
{
	text_add(p->out, str_of(text));
}

/* Without the blanks at its end. */
void print_comment(struct printer *p, const struct ast_comment *comment)
{
	struct str text = comment->text;

	while (text.length > 1 && (text.at[text.length - 1] == ' ' ||
	    text.at[text.length - 1] == '\t'))
		text.length--;
	text_add(p->out, text);
}

void print_comments(struct printer *p, const struct ast_comment *comment)
{
	for (; comment; comment = comment->next) {
		print_comment(p, comment);
		print_line(p);
	}
}

void print_after(struct printer *p, const struct ast *node)
{
	for (const struct ast_comment *c = node->after; c; c = c->next) {
		print(p, "  ");
		print_comment(p, c);
	}
}

/* Starts the line of an item of a block, the comments that stand above it
 * first.  Empty lines are kept, one at most, but not at the block's start. */
void print_start(struct printer *p, const struct ast_comment *before,
    bool blank_before, bool is_first)
{
	for (; before; before = before->next) {
		if (before->blank_before && !is_first)
			print_blank(p);
		print_line(p);
		print_comment(p, before);
		is_first = false;
	}
	if (blank_before && !is_first)
		print_blank(p);
	print_line(p);
}

long print_width(struct str text)
{
	long width = 0;
	size_t at = 0;

	while (at < text.length) {
		int32_t c = utf8_next(text, &at);

		width += c == '\t' ? PRINTER_TAB : c < 0 ? 1 : utf8_width(c);
	}
	return width;
}

long print_room(const struct printer *p)
{
	struct str line = {
		p->out->at + p->line, p->out->length - p->line
	};

	return PRINTER_WIDTH - print_width(line);
}

/* Names. */

enum use { USE_NONE, USE_RESERVED, USE_NAME };

static enum use use_of(struct str word)
{
#define KEYWORD(token, spelling, use, fence) \
	if (str_equal(word, STR(spelling))) \
		return USE_##use;
#include "grammar/keywords.def"
#undef KEYWORD
	return USE_NONE;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_identifier(struct str name)
{
	if (name.length == 0 || !is_letter(name.at[0]))
		return false;
	for (size_t i = 1; i < name.length; i++)
		if (!is_letter(name.at[i]) &&
		    !(name.at[i] >= '0' && name.at[i] <= '9'))
			return false;
	return true;
}

static void print_plain(struct text *out, struct str name, bool is_plain)
{
	if (!is_plain)
		text_add_char(out, '`');
	text_add(out, name);
	if (!is_plain)
		text_add_char(out, '`');
}

void print_word(struct text *out, struct str name)
{
	print_plain(out, name, is_identifier(name));
}

void print_name(struct text *out, struct str name)
{
	print_plain(out, name, is_identifier(name) &&
	    use_of(name) != USE_RESERVED && !str_equal(name, STR("null")) &&
	    !str_equal(name, STR("nil")));
}

/* A part is never empty: "`..`" was written as one. */
static bool has_empty_part(struct str name)
{
	for (size_t i = 0; i < name.length; i++)
		if (name.at[i] == '.' && (i == 0 || i + 1 == name.length ||
		    name.at[i + 1] == '.'))
			return true;
	return false;
}

void print_dotted(struct text *out, struct str name)
{
	const char *dot = memchr(name.at, '.', name.length);
	struct str part = name;

	if (has_empty_part(name)) {
		print_plain(out, name, false);
		return;
	}
	if (dot)
		part.length = (size_t)(dot - name.at);
	print_name(out, part);
	while (dot) {
		name.length -= part.length + 1;
		name.at = dot + 1;
		dot = memchr(name.at, '.', name.length);
		part = name;
		if (dot)
			part.length = (size_t)(dot - name.at);
		text_add_char(out, '.');
		print_word(out, part);
	}
}

void print_target(struct text *out, struct str name)
{
	print_plain(out, name, is_identifier(name) &&
	    !str_equal(name, STR("match")));
}

/* A name of a foreign format: in backquotes, or what these cannot hold as a
 * string. */
void print_property(struct text *out, struct str name)
{
	bool is_plain = is_identifier(name) &&
	    use_of(name) != USE_RESERVED &&
	    !str_equal(name, STR("each")) && !str_equal(name, STR("match")) &&
	    !str_equal(name, STR("value"));
	struct text escaped;

	text_init(&escaped, out->arena);
	print_escaped(&escaped, name, PRINT_SHORT);
	if (is_plain || (name.length > 0 && escaped.length == name.length &&
	    !memchr(name.at, '`', name.length)))
		print_plain(out, name, is_plain);
	else
		print_quoted(out, name, PRINT_SHORT);
}

/* Strings. */

static bool print_short_escape(struct text *out, int32_t c)
{
	switch (c) {
	case '\n':
		text_add(out, STR("\\n"));
		return true;
	case '\t':
		text_add(out, STR("\\t"));
		return true;
	case '"':
		text_add(out, STR("\\\""));
		return true;
	default:
		return false;
	}
}

/* In """, a quote is escaped where it could be taken for the end. */
static bool print_long_escape(struct text *out, int32_t c, struct str behind)
{
	if (c != '"' || (behind.length > 0 && behind.at[0] != '"'))
		return false;
	text_add(out, STR("\\\""));
	return true;
}

void print_escaped(struct text *out, struct str text, unsigned how)
{
	size_t at = 0;

	while (at < text.length) {
		size_t start = at;
		int32_t c = utf8_next(text, &at);
		struct str behind = { text.at + at, text.length - at };

		if (how & PRINT_LONG ? print_long_escape(out, c, behind)
		    : print_short_escape(out, c))
			continue;
		if (c == '\\' || (c == '{' && how & PRINT_MESSAGE))
			text_add_char(out, '\\');
		if (c == '\r' || (c != '\n' && utf8_is_hidden(c)))
			text_printf(out, "\\u{%X}", (unsigned)c);
		else
			text_add(out, (struct str){ text.at + start,
			    at - start });
	}
}

void print_quoted(struct text *out, struct str text, unsigned how)
{
	text_add_char(out, '"');
	print_escaped(out, text, how);
	text_add_char(out, '"');
}
