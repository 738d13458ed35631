/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wrap.h"

#include <assert.h>

#include "base/utf8.h"

#define KEEP '\1'		/* the marks around what stays whole */
#define KEPT '\2'
#define LEAST 20		/* columns there are beside any lead */

void wrap_init(struct wrap *wrap, struct arena *arena, struct text *out,
    unsigned width)
{
	*wrap = (struct wrap){ .out = out, .width = width };
	text_init(&wrap->line, arena);
}

void wrap_keep(struct text *line)
{
	text_add_char(line, KEEP);
}

void wrap_kept(struct text *line)
{
	text_add_char(line, KEPT);
}

void wrap_add_name(struct text *line, struct str name)
{
	wrap_keep(line);
	text_add_visible(line, name);
	wrap_kept(line);
}

static struct str visible(struct arena *arena, struct str s)
{
	struct text text;

	text_init(&text, arena);
	text_add_visible(&text, s);
	return text_str(&text);
}

/* How many bytes of REST stay whole: a name, or a quotation that ends. */
static size_t whole(struct str rest, struct str name)
{
	size_t end;

	assert(rest.at);	/* there is something left */
	if (name.length && str_starts(rest, name))
		return name.length;
	if (rest.at[0] != '`')
		return 0;
	end = str_find(str_slice(rest, 1, rest.length), '`') + 2;
	return end > rest.length ? 0 : end;
}

static void add_spelled(struct text *line, struct str words, struct str name)
{
	size_t at = 0, from = 0;

	while (at < words.length) {
		size_t length = whole(str_slice(words, at, words.length), name);

		if (length == 0) {
			at++;
			continue;
		}
		text_add(line, str_slice(words, from, at));
		wrap_keep(line);
		text_add(line, str_slice(words, at, at + length));
		wrap_kept(line);
		from = at += length;
	}
	text_add(line, str_slice(words, from, at));
}

/* They are spelled as one: what a part alone would hide, its neighbours may
 * make visible. */
void wrap_add_words(struct text *line, struct str words, struct str name)
{
	add_spelled(line, visible(line->arena, words), visible(line->arena, name));
}

/* --- what has no width ------------------------------------------------------ */

/* Where the escape sequence at AT ends: a colour (CSI), a hyperlink (OSC). */
static size_t sequence_end(struct str s, size_t at)
{
	bool is_link = at + 1 < s.length && s.at[at + 1] == ']';

	for (at += 2; at < s.length; at++)
		if (is_link ? s.at[at] == '\\' && s.at[at - 1] == '\033' :
		    s.at[at] >= '@')
			return at + 1;
	return s.length;
}

static unsigned next_odd(struct str s, size_t *at)
{
	int32_t c;

	if (s.at[*at] == '\033') {
		*at = sequence_end(s, *at);
		return 0;
	}
	if (s.at[*at] == KEEP || s.at[*at] == KEPT) {
		++*at;
		return 0;
	}
	c = utf8_next(s, at);
	return c < 0 ? 1 : (unsigned)utf8_width(c);
}

/* The next character, mark or sequence: its columns; *AT moves on. */
static inline unsigned next(struct str s, size_t *at)
{
	unsigned char c = (unsigned char)s.at[*at];

	if (c < 0x20 || c >= 0x7f)
		return next_odd(s, at);
	++*at;
	return 1;
}

size_t wrap_columns(struct str s)
{
	size_t columns = 0;

	for (size_t at = 0; at < s.length;)
		columns += next(s, &at);
	return columns;
}

/* --- breaking ----------------------------------------------------------------- */

struct breaking {
	struct text *out;
	struct str line, lead, colour;	/* colour: that now holds, or empty */
	size_t at, column, width;
	size_t indent;			/* columns of the lead */
	bool is_begun;			/* a word stands on the line */
};

/* What is not broken: up to a space, or up to a wide character that follows
 * another. */
static struct str next_word(const struct breaking *b, size_t *columns)
{
	size_t at = b->at;
	bool is_kept = false, was_wide = false;

	*columns = 0;
	while (at < b->line.length && (is_kept || b->line.at[at] != ' ')) {
		size_t before = at;
		unsigned width = next(b->line, &at);

		if (width == 2 && was_wide && !is_kept)
			return str_slice(b->line, b->at, before);
		if (b->line.at[before] == KEEP || b->line.at[before] == KEPT)
			is_kept = b->line.at[before] == KEEP;
		was_wide = width == 2 || (width == 0 && was_wide);
		*columns += width;
	}
	return str_slice(b->line, b->at, at);
}

/* Without the marks; what colours it leaves on. */
static void add_word(struct breaking *b, struct str word)
{
	size_t from = 0;

	for (size_t at = 0; at < word.length;) {
		size_t before = at;
		struct str part;

		next(word, &at);
		part = str_slice(word, before, at);
		if (str_starts(part, STR("\033[")))
			b->colour = str_equal(part, STR("\033[0m")) ? STR("") : part;
		if (part.at[0] != KEEP && part.at[0] != KEPT)
			continue;
		text_add(b->out, str_slice(word, from, before));
		from = at;
	}
	text_add(b->out, str_slice(word, from, word.length));
}

static void break_line(struct breaking *b)
{
	if (b->colour.length)
		text_add(b->out, STR("\033[0m"));
	text_add_char(b->out, '\n');
	text_add(b->out, b->lead);
	text_add(b->out, b->colour);
	b->column = b->indent;
	b->is_begun = false;
}

/* A line that would not begin further left is not better. */
static bool is_worth_breaking(const struct breaking *b, size_t spaces, size_t columns)
{
	return b->width && b->is_begun && b->column + spaces > b->indent &&
	    b->column + spaces + columns > b->width;
}

/* GitHub's runner obeys what begins a line so, whatever blanks are before it
 * (base/visible.h). */
static bool is_command(struct str word)
{
	for (size_t at = 0; at < word.length;) {
		if (str_starts(str_slice(word, at, word.length), STR("::")))
			return true;
		if (word.at[at] == '\033' || word.at[at] == KEEP ||
		    word.at[at] == KEPT)
			next(word, &at);
		else if (!utf8_is_blank(utf8_next(word, &at)))
			return false;
	}
	return false;
}

/* Spaces before the first word of a line are its indentation, those where it is
 * broken go. */
static void fold(struct breaking *b)
{
	while (b->at < b->line.length) {
		size_t from = b->at, spaces, columns;
		struct str word;

		while (b->at < b->line.length && b->line.at[b->at] == ' ')
			b->at++;
		spaces = b->at - from;
		word = next_word(b, &columns);
		if (columns && is_worth_breaking(b, spaces, columns) &&
		    !is_command(word)) {
			break_line(b);
			spaces = 0;
		}
		text_add(b->out, str_slice(b->line, from, from + spaces));
		add_word(b, word);
		b->column += spaces + columns;
		b->is_begun |= columns > 0;
		b->at += word.length;
	}
}

/* A line that fits, without the marks. */
static void add_whole(struct text *out, struct str line)
{
	size_t from = 0;

	for (size_t at = 0; at < line.length; at++) {
		if (line.at[at] != KEEP && line.at[at] != KEPT)
			continue;
		text_add(out, str_slice(line, from, at));
		from = at + 1;
	}
	text_add(out, str_slice(line, from, line.length));
}

void wrap_end_lead(struct wrap *wrap, struct str lead)
{
	struct breaking b = { .out = wrap->out, .line = text_str(&wrap->line),
		.lead = lead, .width = wrap->width, .indent = wrap_columns(lead) };

	if (b.width && b.width < b.indent + LEAST)
		b.width = b.indent + LEAST;
	/* No character has more columns than bytes. */
	if (b.width == 0 || b.line.length <= b.width)
		add_whole(b.out, b.line);
	else
		fold(&b);
	text_add_char(wrap->out, '\n');
	wrap->line.length = 0;
}

void wrap_end(struct wrap *wrap, unsigned hang)
{
	static const char spaces[] =
	    "                                                            ";

	wrap_end_lead(wrap, str_slice(str_of(spaces), 0, hang));
}

void wrap_lines(struct arena *arena, struct text *out, struct str lines,
    unsigned width, unsigned hang)
{
	struct wrap wrap;

	wrap_init(&wrap, arena, out, width);
	while (lines.length) {
		size_t end = str_find(lines, '\n'), indent = 0;
		struct str line = str_slice(lines, 0, end);

		while (indent < line.length && line.at[indent] == ' ')
			indent++;
		add_spelled(&wrap.line, line, STR(""));
		wrap_end(&wrap, (unsigned)indent + hang);
		lines = str_slice(lines, end + 1, lines.length);
	}
}
