/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one printer of diagnostics.
 *
 *	error[E1003]: `Host` has no attribute `zoen`
 *	 --> rules/edge.scarp:7:11
 *	  |
 *	3 | for h in Host
 *	  |          ---- a Host, from here
 *	...
 *	7 | require h.zoen == perimeter
 *	  |           ^^^^
 *	  = help: did you mean `zone`?
 *
 * A span becomes one mark, or two when it covers several lines: where it
 * begins and where it ends.  Only bytes near a mark are looked at, so that a
 * line of a gigabyte costs what a short one costs.
 */
#include "base/diag.h"

#include "base/diag_json.h"
#include "base/utf8.h"
#include "base/visible.h"
#include "base/wrap.h"

#define TAB 4
#define SHOWN 120		/* columns shown of a line at most, */
#define LEAST 24		/* however narrow the terminal is */
#define CUT "..."
#define MARKS (2 * (1 + DIAG_LABELS))

#define RED "\033[1;31m"
#define YELLOW "\033[1;33m"
#define BLUE "\033[1;34m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

/* Underlines [start, end) of one line. */
struct mark {
	uint32_t line, start, end;
	struct str words;
	bool is_primary;
};

struct printer {
	struct diagnostics *all;
	struct sources *sources;
	struct text *out;
	bool has_colour;
	int gutter;			/* columns of the line numbers */
	unsigned shown;			/* columns shown of a line at most */
	struct mark marks[MARKS];
	size_t count;
};

/* The bytes of a line that are shown. */
struct window {
	uint32_t from, to;
	bool is_cut_left, is_cut_right;
};

static void paint(struct printer *p, const char *colour)
{
	if (p->has_colour)
		text_add(p->out, str_of(colour));
}

static const char *colour_of(const struct diagnostic *d)
{
	return d->severity == DIAG_ERROR ? RED : YELLOW;
}

/* Our own words speak of `\\u{1B}` as it is written. */
static void add_words(struct text *out, struct str words)
{
	text_add_visible_as(out, words, VISIBLE_SOURCE);
}

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

/* Appends one character as it is shown at COLUMN; answers its width. */
static unsigned add_character(struct text *out, struct str bytes,
    size_t *offset, unsigned column)
{
	size_t from = *offset, before = from, spelled;
	char spelling[VISIBLE_MOST];
	int32_t c = utf8_next(bytes, offset);

	if (c == '\t') {
		unsigned width = TAB - column % TAB;

		for (unsigned i = 0; i < width; i++)
			text_add_char(out, ' ');
		return width;
	}
	spelled = visible_spell(bytes, &before, VISIBLE_SOURCE, spelling);
	if (spelled == 0) {
		text_add(out, str_slice(bytes, from, *offset));
		return (unsigned)utf8_width(c);
	}
	text_add(out, (struct str){ spelling, spelled });
	return (unsigned)spelled;
}

/* Appends [from, to) as it is shown; answers the columns. */
static unsigned add_shown(struct text *out, struct str bytes, size_t from,
    size_t to)
{
	unsigned column = 0;

	while (from < to)
		column += add_character(out, bytes, &from, column);
	return column;
}

static unsigned columns(struct printer *p, struct str bytes, size_t from,
    size_t to)
{
	struct text scratch;

	text_init(&scratch, p->out->arena);
	return add_shown(&scratch, bytes, from, to);
}

static uint32_t step_back(struct str bytes, uint32_t offset)
{
	uint32_t least = offset > 4 ? offset - 4 : 0;

	do {
		offset--;
	} while (offset > least && (bytes.at[offset] & 0xc0) == 0x80);
	return offset;
}

static struct window window_around(struct printer *p, struct str bytes,
    uint32_t anchor)
{
	struct window w = { .from = anchor, .to = anchor };
	unsigned used = 0;
	struct text scratch;

	while (w.from > 0 && !is_line_end(bytes.at[w.from - 1])) {
		uint32_t from = step_back(bytes, w.from);

		used += columns(p, bytes, from, w.from);
		if (used > p->shown * 2 / 3) {
			w.is_cut_left = true;
			break;
		}
		w.from = from;
	}
	text_init(&scratch, p->out->arena);
	used = columns(p, bytes, w.from, anchor);
	for (size_t to = anchor; to < bytes.length &&
	    !is_line_end(bytes.at[to]); w.to = (uint32_t)to) {
		if (used >= p->shown) {
			w.is_cut_right = true;
			break;
		}
		used += add_character(&scratch, bytes, &to, used);
	}
	return w;
}

static void add_mark(struct printer *p, struct mark mark)
{
	size_t i = p->count++;

	for (; i > 0; i--) {
		const struct mark *before = &p->marks[i - 1];

		if (before->line < mark.line || (before->line == mark.line &&
		    before->start <= mark.start))
			break;
		p->marks[i] = *before;
	}
	p->marks[i] = mark;
}

static uint32_t end_of_line(struct str bytes, uint32_t offset)
{
	uint32_t end = offset;

	/* More than a window holds is never shown. */
	while (end < bytes.length && end - offset < 4 * SHOWN &&
	    !is_line_end(bytes.at[end]))
		end++;
	return end;
}

/* Where the line of OFFSET begins to say something. */
static uint32_t first_word(struct str bytes, uint32_t offset)
{
	uint32_t start = offset;

	while (start > 0 && offset - start < 4 * SHOWN &&
	    !is_line_end(bytes.at[start - 1]))
		start--;
	while (start < offset &&
	    (bytes.at[start] == ' ' || bytes.at[start] == '\t'))
		start++;
	return start;
}

static void add_span(struct printer *p, struct span span, struct str words,
    bool is_primary)
{
	struct str bytes = source_bytes(p->sources, span.file);
	uint32_t last = span.end > span.start ? span.end - 1 : span.start;
	struct mark first = {
		source_place(p->sources, span.file, span.start).line,
		span.start, span.end, words, is_primary
	};
	struct mark second = first;

	second.line = source_place(p->sources, span.file, last).line;
	if (first.line != second.line) {
		first.end = end_of_line(bytes, first.start);
		first.words = STR("");
		second.start = first_word(bytes, last);
		add_mark(p, second);
	}
	add_mark(p, first);
}

static bool is_same_span(struct span a, struct span b)
{
	return a.file == b.file && a.start == b.start && a.end == b.end;
}

/* The words of a label that stands where the primary span stands. */
static struct str own_words(const struct diagnostic *d)
{
	for (size_t i = 0; i < d->label_count; i++) {
		if (is_same_span(d->labels[i].span, d->span))
			return d->labels[i].words;
	}
	return STR("");
}

static void collect_marks(struct printer *p, const struct diagnostic *d,
    uint32_t file)
{
	p->count = 0;
	if (d->span.file == file)
		add_span(p, d->span, own_words(d), true);
	for (size_t i = 0; i < d->label_count; i++) {
		const struct diag_label *label = &d->labels[i];

		if (label->span.file == file &&
		    !is_same_span(label->span, d->span))
			add_span(p, label->span, label->words, false);
	}
}

static int digits(uint32_t number)
{
	int count = 1;

	for (; number > 9; number /= 10)
		count++;
	return count;
}

static int widest_line(struct printer *p, const struct diagnostic *d)
{
	uint32_t most = 1;

	for (size_t i = 0; i <= d->label_count; i++) {
		struct span span = i ? d->labels[i - 1].span : d->span;
		uint32_t line;

		if (span_is_none(span))
			continue;
		line = source_place(p->sources, span.file, span.end).line;
		most = line > most ? line : most;
	}
	return digits(most);
}

/* "12 | ", or the same without a number. */
static void add_gutter(struct printer *p, uint32_t line)
{
	paint(p, BLUE);
	if (line)
		text_printf(p->out, "%*u |", p->gutter, (unsigned)line);
	else
		text_printf(p->out, "%*s |", p->gutter, "");
	paint(p, PLAIN);
}

static void add_many(struct text *out, char c, unsigned count)
{
	while (count-- > 0)
		text_add_char(out, c);
}

static uint32_t clamp(uint32_t value, uint32_t least, uint32_t most)
{
	if (value < least)
		return least;
	return value > most ? most : value;
}

static unsigned column_in(struct printer *p, struct str bytes,
    const struct window *w, uint32_t offset)
{
	return columns(p, bytes, w->from, clamp(offset, w->from, w->to)) +
	    (w->is_cut_left ? (unsigned)sizeof(CUT) - 1 : 0);
}

static void add_underline(struct printer *p, const struct mark *mark,
    unsigned length, const char *colour)
{
	paint(p, mark->is_primary ? colour : BLUE);
	add_many(p->out, mark->is_primary ? '^' : '-', length);
	if (mark->words.length) {
		text_add_char(p->out, ' ');
		add_words(p->out, mark->words);
	}
	paint(p, PLAIN);
}

/*
 * The marks of one line, as many on a row as fit: a row ends at a mark with
 * words, and at one that would stand under the mark before it.
 */
static void add_underlines(struct printer *p, struct str bytes,
    const struct window *w, const struct mark *marks, size_t count,
    const char *colour)
{
	unsigned at = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned start = column_in(p, bytes, w, marks[i].start);
		unsigned end = column_in(p, bytes, w, marks[i].end);
		unsigned length = end > start ? end - start : 1;

		if (i == 0 || start < at || marks[i - 1].words.length) {
			if (i > 0)
				text_add_char(p->out, '\n');
			add_gutter(p, 0);
			text_add_char(p->out, ' ');
			at = 0;
		}
		add_many(p->out, ' ', start - at);
		add_underline(p, &marks[i], length, colour);
		at = start + length;
	}
	text_add_char(p->out, '\n');
}

static uint32_t anchor_of(const struct mark *marks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (marks[i].is_primary)
			return marks[i].start;
	}
	return marks[0].start;
}

/* A span may begin on the line feed itself, or past the end of the file. */
static uint32_t anchor_in(struct str bytes, uint32_t anchor)
{
	anchor = clamp(anchor, 0, (uint32_t)bytes.length);
	if (anchor > 0 && anchor < bytes.length &&
	    bytes.at[anchor] == '\n' && bytes.at[anchor - 1] == '\r')
		anchor--;
	return anchor;
}

static void add_line(struct printer *p, struct str bytes,
    const struct mark *marks, size_t count, const char *colour)
{
	struct window w = window_around(p, bytes,
	    anchor_in(bytes, anchor_of(marks, count)));

	add_gutter(p, marks[0].line);
	if (w.from < w.to)
		text_add_char(p->out, ' ');
	if (w.is_cut_left)
		text_add(p->out, STR(CUT));
	add_shown(p->out, bytes, w.from, w.to);
	if (w.is_cut_right)
		text_add(p->out, STR(CUT));
	text_add_char(p->out, '\n');
	add_underlines(p, bytes, &w, marks, count, colour);
}

static void add_position(struct printer *p, struct span span)
{
	struct place place =
	    source_place(p->sources, span.file, span.start);
	struct str name = source_name(p->sources, span.file);
	bool is_link = links_begin_file(diag_links(p->all), p->out, name);

	text_add_visible(p->out, name);
	text_printf(p->out, ":%u:%u", (unsigned)place.line,
	    (unsigned)place.column);
	if (is_link)
		links_end(p->out);
}

static void add_path(struct printer *p, const struct diagnostic *d)
{
	if (d->path.length == 0)
		return;
	text_add(p->out, STR(" ("));
	text_add_visible(p->out, d->path);
	text_add_char(p->out, ')');
}

/* All marks in one file. */
static void add_lines(struct printer *p, const struct diagnostic *d,
    uint32_t file)
{
	struct str bytes = source_bytes(p->sources, file);
	size_t next;

	add_gutter(p, 0);
	text_add_char(p->out, '\n');
	for (size_t i = 0; i < p->count; i = next) {
		uint32_t line = p->marks[i].line;

		if (i > 0 && line > p->marks[i - 1].line + 1)
			text_add(p->out, STR(CUT "\n"));
		for (next = i; next < p->count; next++) {
			if (p->marks[next].line != line)
				break;
		}
		add_line(p, bytes, &p->marks[i], next - i, colour_of(d));
	}
}

static void add_arrow(struct printer *p, const char *arrow, struct span span)
{
	paint(p, BLUE);
	text_printf(p->out, "%*s%s ", p->gutter, "", arrow);
	paint(p, PLAIN);
	add_position(p, span);
}

static bool is_file_done(const struct diagnostic *d, size_t label)
{
	uint32_t file = d->labels[label].span.file;

	for (size_t i = 0; i < label; i++) {
		if (d->labels[i].span.file == file)
			return true;
	}
	return file == d->span.file;
}

static void add_excerpts(struct printer *p, const struct diagnostic *d)
{
	if (span_is_none(d->span))
		return;
	add_arrow(p, "-->", d->span);
	add_path(p, d);
	text_add_char(p->out, '\n');
	collect_marks(p, d, d->span.file);
	add_lines(p, d, d->span.file);
	for (size_t i = 0; i < d->label_count; i++) {
		if (is_file_done(d, i))
			continue;
		add_arrow(p, ":::", d->labels[i].span);
		text_add_char(p->out, '\n');
		collect_marks(p, d, d->labels[i].span.file);
		add_lines(p, d, d->labels[i].span.file);
	}
}

/* What is printed goes to LINE, until fold; answers where it went. */
static struct text *divert(struct printer *p, struct text *line)
{
	struct text *out = p->out;

	text_init(line, out->arena);
	p->out = line;
	return out;
}

/* What was diverted, in lines that fit; HANG columns before all but the first. */
static void fold(struct printer *p, struct text *out, unsigned hang)
{
	struct str line = text_str(p->out);

	p->out = out;
	wrap_lines(out->arena, out, line, diag_width(p->all), hang);
}

static void start_remark(struct printer *p, const char *kind)
{
	paint(p, BLUE);
	text_printf(p->out, "%*s = ", p->gutter, "");
	paint(p, BOLD);
	text_printf(p->out, "%s: ", kind);
	paint(p, PLAIN);
}

static void add_remarks(struct printer *p, const char *kind,
    const struct str *texts, size_t count)
{
	struct text *out, line;

	for (size_t i = 0; i < count; i++) {
		out = divert(p, &line);
		start_remark(p, kind);
		add_words(p->out, texts[i]);
		fold(p, out, (unsigned)strlen(" = : ") + (unsigned)strlen(kind) - 1);
	}
}

/* Shown when no help says it in words. */
static void add_fix(struct printer *p, const struct diag_fix *fix)
{
	struct text *out, line;
	struct str old;

	if (span_is_none(fix->span))
		return;
	old = source_text(p->sources, fix->span);
	out = divert(p, &line);
	start_remark(p, "help");
	text_add(p->out, fix->text.length == 0 ? STR("remove `") :
	    old.length == 0 ? STR("insert `") : STR("replace `"));
	add_words(p->out, old.length ? old : fix->text);
	if (old.length && fix->text.length) {
		text_add(p->out, STR("` with `"));
		add_words(p->out, fix->text);
	}
	text_add_char(p->out, '`');
	fold(p, out, (unsigned)strlen(" = help: ") - 1);
}

static void add_headline(struct printer *p, const struct diagnostic *d)
{
	bool is_link;

	paint(p, colour_of(d));
	text_printf(p->out, "%s[", d->severity == DIAG_ERROR ? "error" : "warning");
	is_link = links_begin_code(diag_links(p->all), p->out, diag_code_text(d->code));
	text_add(p->out, str_of(diag_code_text(d->code)));
	if (is_link)
		links_end(p->out);
	text_add_char(p->out, ']');
	paint(p, PLAIN);
	paint(p, BOLD);
	text_add(p->out, STR(": "));
	add_words(p->out, d->message);
	paint(p, PLAIN);
}

/* Beside the line numbers and the signs of a cut. */
static unsigned shown_columns(const struct printer *p)
{
	unsigned width = diag_width(p->all);
	unsigned beside = (unsigned)p->gutter + (unsigned)strlen(" | " CUT CUT);

	if (width == 0)
		return SHOWN;
	return width > beside + LEAST ? width - beside : LEAST;
}

static void print_full(struct printer *p, const struct diagnostic *d)
{
	struct text line, *out = divert(p, &line);

	p->gutter = widest_line(p, d);
	p->shown = shown_columns(p);
	add_headline(p, d);
	fold(p, out, 4);
	add_excerpts(p, d);
	add_remarks(p, "note", d->notes, d->note_count);
	add_remarks(p, "help", d->helps, d->help_count);
	if (d->help_count == 0)
		add_fix(p, &d->fix);
	text_add_char(p->out, '\n');
}

static void print_concise(struct printer *p, const struct diagnostic *d)
{
	if (!span_is_none(d->span)) {
		add_position(p, d->span);
		text_add(p->out, STR(": "));
	}
	add_headline(p, d);
	add_path(p, d);
	text_add_char(p->out, '\n');
}

/* A line that belongs to no record. */
static void add_closing(struct printer *p, enum diag_form form, struct str words)
{
	if (form == DIAG_JSON)
		diag_json_add_plain(p->out, "note", words);
	else
		text_printf(p->out, "%.*s\n", STR_ARG(words));
}

static void add_closings(struct printer *p, enum diag_form form, size_t left)
{
	struct str closing = diag_closing(p->all);

	if (left)
		add_closing(p, form, arena_printf(p->out->arena,
		    "and %zu more (--max-errors=0 prints all)", left));
	if (closing.length)
		add_closing(p, form, form == DIAG_JSON ? closing :
		    arena_printf(p->out->arena, "note: %.*s", STR_ARG(closing)));
}

void diag_print(struct diagnostics *all, struct text *out, size_t most,
    enum diag_form form, bool colour)
{
	struct printer printer = {
		.all = all, .sources = diagnostics_sources(all), .out = out,
		.has_colour = colour
	};
	size_t count = diag_count(all);

	if (most == 0 || most > count)
		most = count;
	for (size_t i = 0; i < most; i++) {
		if (form == DIAG_JSON)
			diag_json_add(out, printer.sources, diag_get(all, i));
		else if (form == DIAG_CONCISE)
			print_concise(&printer, diag_get(all, i));
		else
			print_full(&printer, diag_get(all, i));
	}
	add_closings(&printer, form, count - most);
}
