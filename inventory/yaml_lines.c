/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line is its column, a dash perhaps, a key perhaps, a value perhaps.  Where
 * libyaml might see anything else in it, it is odd, and the file is not for
 * this way.
 */
#include "inventory/yaml_lines.h"

#include "base/limits.h"
#include "inventory/read.h"

/* libyaml takes keys of 1,024 characters. */
#define LONGEST_KEY 1000

/* A list or map that is open. */
struct level {
	uint32_t token;		/* in this batch; UINT32_MAX: in a former one */
	uint32_t end;		/* of its last child so far */
	uint32_t column;	/* of its keys or dashes */
	bool is_map;
};

struct yaml_lines {
	struct arena *texts;
	struct tokens *tokens;
	const char *bytes;
	size_t at, length;
	struct level *levels;
	unsigned depth, most;
	bool is_begun;		/* there was something before */
	bool wants_value;	/* a key stood last on its line */
	uint8_t uses[256];	/* of characters */
	uint64_t longest_key, longest_text;
};

/* --- characters ----------------------------------------------------------- */

/* Plain texts begin with these; they go on with those, in brackets with these,
 * without a second look. */
enum { FIRST = 1, INSIDE = 2, BRACKETED = 4 };

static uint8_t use_of(unsigned char c)
{
	bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c >= 0x80;

	if (is_word || (c && strchr("_/.\\$+()^;~=<", c)))
		return FIRST | INSIDE | BRACKETED;
	if (c == '-')
		return INSIDE | BRACKETED;
	return c && strchr("!\"%&'*,>?@[]`{|}", c) ? INSIDE : 0;
}

struct yaml_lines *yaml_lines_new(struct arena *arena, struct str bytes,
    unsigned depth)
{
	struct yaml_lines *y = ARENA_NEW(arena, struct yaml_lines);

	y->bytes = bytes.at;
	y->length = bytes.length;
	y->at = input_mark(bytes);
	y->most = depth;
	y->levels = ARENA_ARRAY(arena, struct level, (size_t)depth + 1);
	y->longest_key = limit_get(LIMIT_INVENTORY_KEY);
	y->longest_text = limit_get(LIMIT_INVENTORY_SCALAR);
	if (y->longest_key > LONGEST_KEY)
		y->longest_key = LONGEST_KEY;
	for (int c = 0; c < 256; c++)
		y->uses[c] = use_of((unsigned char)c);
	return y;
}

/* The end of the text ends a line. */
static inline char peek(const struct yaml_lines *y, size_t i)
{
	return i < y->length ? y->bytes[i] : '\n';
}

static inline uint8_t use(const struct yaml_lines *y, size_t i)
{
	return y->uses[(unsigned char)peek(y, i)];
}

static inline size_t skip_blanks(const struct yaml_lines *y, size_t i)
{
	while (peek(y, i) == ' ')
		i++;
	return i;
}

/* --- texts ---------------------------------------------------------------- */

/* A key or scalar. */
struct piece {
	struct str text;
	size_t start, end;
	bool is_quoted;
};

static bool is_key_end(const struct yaml_lines *y, size_t i)
{
	char next = peek(y, i + 1);

	return peek(y, i) == ':' && (next == ' ' || next == '\n');
}

/* What stands at *I in a plain text is no plain character: does the text end
 * there, for a comment, a colon or what follows?  Else *I moves behind it.
 * *IS_ODD: nobody knows. */
static bool ends_plain(const struct yaml_lines *y, size_t *i, bool bracketed,
    bool *is_odd)
{
	char c = peek(y, *i), next;

	if (c == '\n')
		return true;
	if (c == ' ') {
		size_t j = skip_blanks(y, *i);

		next = peek(y, j);
		if (next == '\n' || next == '#' || (bracketed &&
		    strchr(",]}", next)))
			return true;
		*is_odd = next == ':';
		*i = j;
		return *is_odd;
	}
	if (c == ':' || c == '#') {
		next = peek(y, *i + 1);
		if (c == ':' && is_key_end(y, *i))
			return true;
		*is_odd = bracketed || next == '\t' || next == '\r';
		++*i;
		return *is_odd;
	}
	*is_odd = !bracketed || !strchr(",]}", c);
	return true;
}

static bool scan_plain(const struct yaml_lines *y, size_t *at, bool bracketed,
    struct piece *piece)
{
	uint8_t inside = bracketed ? BRACKETED : INSIDE;
	bool is_odd = false;
	size_t i = *at;

	if (!(use(y, i) & FIRST) &&
	    !(peek(y, i) == '-' && (use(y, i + 1) & FIRST)))
		return false;
	piece->start = i++;
	do {
		while (use(y, i) & inside)
			i++;
	} while (!ends_plain(y, &i, bracketed, &is_odd));
	piece->end = *at = i;
	piece->text = (struct str){ y->bytes + piece->start,
		i - piece->start };
	piece->is_quoted = false;
	return !is_odd;
}

/* Where the quote ends that begins before I, and how many escapes it has; 0:
 * not on this line, or what is escaped is rare. */
static size_t find_end(const struct yaml_lines *y, size_t i, char quote,
    size_t *escapes)
{
	for (;; i++) {
		char c = peek(y, i);

		if (c == '\n' || c == '\t' || c == '\r')
			return 0;
		if (c == '\\' && quote == '"') {
			if (!strchr("\\\"", peek(y, i + 1)))
				return 0;
		} else if (c != quote) {
			continue;
		} else if (quote == '"' || peek(y, i + 1) != quote) {
			return i;
		}
		i++;
		++*escapes;
	}
}

/* Without the first of each two characters that mean one. */
static struct str unescape(struct yaml_lines *y, size_t start, size_t end,
    char escape, size_t escapes)
{
	char *text = arena_alloc_raw(y->texts, end - start - escapes + 1);
	char *out = text;

	for (size_t i = start; i < end; i++) {
		i += y->bytes[i] == escape;
		*out++ = y->bytes[i];
	}
	return (struct str){ text, (size_t)(out - text) };
}

static bool scan_quoted(struct yaml_lines *y, size_t *at, struct piece *piece)
{
	char quote = peek(y, *at);
	size_t escapes = 0, start = *at + 1;
	size_t end = find_end(y, start, quote, &escapes);

	if (!end)
		return false;
	piece->start = *at;
	piece->end = *at = end + 1;
	piece->is_quoted = true;
	piece->text = escapes ? unescape(y, start, end, quote == '"' ? '\\' :
	    '\'', escapes) : (struct str){ y->bytes + start, end - start };
	return true;
}

static bool scan_piece(struct yaml_lines *y, size_t *at, bool bracketed,
    struct piece *piece)
{
	char c = peek(y, *at);

	return c == '"' || c == '\'' ? scan_quoted(y, at, piece) :
	    scan_plain(y, at, bracketed, piece);
}

/* --- tokens --------------------------------------------------------------- */

static inline struct level *top(struct yaml_lines *y)
{
	return &y->levels[y->depth - 1];
}

static void add_piece(struct yaml_lines *y, const struct piece *piece,
    enum token_kind kind)
{
	*tokens_add(y->tokens) = (struct token){ piece->text.at,
		(uint32_t)piece->text.length, (uint32_t)piece->start,
		(uint32_t)piece->end, (uint8_t)kind };
}

static bool add_key(struct yaml_lines *y, const struct piece *piece)
{
	add_piece(y, piece, TOKEN_KEY);
	return piece->end - piece->start <= LONGEST_KEY &&
	    piece->text.length <= y->longest_key &&
	    (piece->is_quoted || !str_equal(piece->text, STR("<<")));
}

static bool add_scalar(struct yaml_lines *y, const struct piece *piece)
{
	bool is_rest = !piece->is_quoted && !top(y)->is_map &&
	    str_equal(piece->text, STR("..."));

	add_piece(y, piece, is_rest ? TOKEN_REST :
	    piece->is_quoted ? TOKEN_QUOTED : TOKEN_PLAIN);
	top(y)->end = (uint32_t)piece->end;
	return piece->text.length <= y->longest_text;
}

static bool open_level(struct yaml_lines *y, bool is_map, size_t start,
    size_t column)
{
	if (y->depth >= y->most)
		return false;
	y->levels[y->depth++] = (struct level){ (uint32_t)y->tokens->count,
		(uint32_t)start, (uint32_t)column, is_map };
	*tokens_add(y->tokens) = (struct token){ .start = (uint32_t)start,
		.kind = is_map ? TOKEN_MAP : TOKEN_LIST };
	return true;
}

static void close_level(struct yaml_lines *y, size_t start, uint32_t end)
{
	const struct level *level = &y->levels[--y->depth];

	if (level->token != UINT32_MAX) {
		struct token *token = &y->tokens->items[level->token];

		token->length = (uint32_t)y->tokens->count;
		token->end = end;
	}
	*tokens_add(y->tokens) = (struct token){ .start = (uint32_t)start,
		.end = end, .kind = TOKEN_END };
	if (y->depth)
		top(y)->end = end;
}

/* --- brackets ------------------------------------------------------------- */

static bool is_bracket(char c)
{
	return c == '[' || c == '{';
}

static bool open_bracket(struct yaml_lines *y, size_t *at)
{
	size_t start = (*at)++;

	return open_level(y, peek(y, start) == '{', start, 0);
}

/* One thing in a list, or a key with its value; *IS_FIRST: what follows is the
 * first of its list or map. */
static bool take_entry(struct yaml_lines *y, size_t *at, bool *is_first)
{
	struct piece piece;

	if (top(y)->is_map) {
		if (!scan_piece(y, at, true, &piece) || peek(y, *at) != ':' ||
		    peek(y, *at + 1) != ' ' || !add_key(y, &piece))
			return false;
		*at = skip_blanks(y, *at + 1);
	}
	*is_first = is_bracket(peek(y, *at));
	if (*is_first)
		return open_bracket(y, at);
	return scan_piece(y, at, true, &piece) && add_scalar(y, &piece);
}

/* From a bracket at *AT to behind the one that closes it. */
static bool take_brackets(struct yaml_lines *y, size_t *at)
{
	unsigned outside = y->depth;
	bool is_first = true, is_good = open_bracket(y, at);

	while (is_good && y->depth > outside) {
		*at = skip_blanks(y, *at);
		if (peek(y, *at) == (top(y)->is_map ? '}' : ']')) {
			close_level(y, *at, (uint32_t)*at + 1);
			++*at;
			is_first = false;
		} else if (is_first) {
			is_good = take_entry(y, at, &is_first);
		} else {
			is_good = peek(y, *at) == ',';
			*at = skip_blanks(y, *at + 1);
			is_good = is_good && take_entry(y, at, &is_first);
		}
	}
	return is_good;
}

/* --- lines ---------------------------------------------------------------- */

/* Nothing more on the line but a comment; AT moves to the next one. */
static bool end_line(struct yaml_lines *y, size_t i)
{
	size_t end = skip_blanks(y, i);

	if (peek(y, end) == '#' && end > i)
		while (peek(y, end) != '\n')
			end++;
	y->at = end + 1;
	return peek(y, end) == '\n';
}

/* What follows a key whose colon is at I. */
static bool take_value(struct yaml_lines *y, size_t i)
{
	struct piece piece;
	char c;

	i = skip_blanks(y, i + 1);
	c = peek(y, i);
	y->wants_value = c == '\n' || c == '#';
	if (y->wants_value)
		return end_line(y, i - (c == '#'));
	if (is_bracket(c))
		return take_brackets(y, &i) && end_line(y, i);
	return scan_piece(y, &i, false, &piece) && add_scalar(y, &piece) &&
	    end_line(y, i);
}

/* Behind a dash: a value, or a key, which opens a map. */
static bool take_item(struct yaml_lines *y, size_t line, size_t i)
{
	struct piece piece;

	if (is_bracket(peek(y, i)))
		return take_brackets(y, &i) && end_line(y, i);
	if (!scan_piece(y, &i, false, &piece))
		return false;
	if (!is_key_end(y, i))
		return add_scalar(y, &piece) && end_line(y, i);
	return open_level(y, true, piece.start, piece.start - line) &&
	    add_key(y, &piece) && take_value(y, i);
}

static bool take_key(struct yaml_lines *y, size_t i)
{
	struct piece piece;

	return scan_piece(y, &i, false, &piece) && is_key_end(y, i) &&
	    add_key(y, &piece) && take_value(y, i);
}

/* Moves to the next line that is neither empty nor a comment, and to its first
 * character; *LINE is where it begins.  False: there is none, or it is odd. */
static bool next_line(struct yaml_lines *y, size_t *line)
{
	while (y->at < y->length) {
		size_t i = skip_blanks(y, y->at);
		char c = peek(y, i);

		*line = y->at;
		y->at = i;
		if (c != '\n' && c != '#')
			return true;
		while (peek(y, i) != '\n')
			i++;
		y->at = i + 1;
	}
	y->at = y->length;
	return false;
}

/* `---` or `...` at the start of a line. */
static bool is_mark(const struct yaml_lines *y, size_t line)
{
	char c = peek(y, line);

	return (c == '-' || c == '.') && peek(y, line + 1) == c &&
	    peek(y, line + 2) == c;
}

static bool is_dash(const struct yaml_lines *y)
{
	return peek(y, y->at) == '-' && peek(y, y->at + 1) == ' ';
}

/* What is indented deeper than COLUMN is over, and a list before a key. */
static void close_deeper(struct yaml_lines *y, size_t column)
{
	bool dash = is_dash(y);

	while (y->depth && (top(y)->column > column || (top(y)->column ==
	    column && !top(y)->is_map && !dash)))
		close_level(y, y->at, top(y)->end);
}

/* The first line of the value of a key that stood last on its line, or of the
 * file. */
static bool open_block(struct yaml_lines *y, size_t column)
{
	bool dash = is_dash(y);

	if (y->depth ? column < top(y)->column + (size_t)!dash :
	    column > 0 || dash)
		return false;
	/* A map begins where its first key does, a list at its first dash. */
	y->wants_value = false;
	return open_level(y, !dash, y->at, column);
}

static bool take_line(struct yaml_lines *y, size_t line)
{
	size_t i;

	if (!is_dash(y))
		return take_key(y, y->at);
	i = skip_blanks(y, y->at + 1);
	return take_item(y, line, i);
}

/* Nothing is open that has to be in one batch. */
static bool may_stop(const struct yaml_lines *y)
{
	return y->depth == 1 || (y->depth == 2 && !y->levels[1].is_map);
}

/* Skips what may stand before the first key. */
static bool begin(struct yaml_lines *y)
{
	size_t line;

	y->is_begun = true;
	if (!next_line(y, &line))
		return false;
	if (y->at == line && is_mark(y, line) && peek(y, line) == '-')
		return end_line(y, line + 3);
	y->at = line;
	return true;
}

static enum token_status finish(struct yaml_lines *y)
{
	if (y->wants_value || !y->depth)
		return TOKENS_WRONG;
	while (y->depth)
		close_level(y, y->at, top(y)->end);
	return TOKENS_ALL;
}

enum token_status yaml_lines_some(struct yaml_lines *y, struct arena *texts,
    struct tokens *tokens, size_t most)
{
	size_t line;

	y->texts = texts;
	y->tokens = tokens;
	tokens->count = 0;
	for (unsigned i = 0; i < y->depth; i++)
		y->levels[i].token = UINT32_MAX;
	if (!y->is_begun && !begin(y))
		return TOKENS_WRONG;
	while (next_line(y, &line)) {
		size_t column = y->at - line;

		if (column == 0 && is_mark(y, line))
			return TOKENS_WRONG;
		if (y->wants_value || !y->depth) {
			if (!open_block(y, column))
				return TOKENS_WRONG;
		} else {
			close_deeper(y, column);
			if (!y->depth || top(y)->column != column ||
			    top(y)->is_map == is_dash(y))
				return TOKENS_WRONG;
			if (tokens->count >= most && may_stop(y)) {
				y->at = line;
				return TOKENS_SOME;
			}
		}
		if (!take_line(y, line))
			return TOKENS_WRONG;
	}
	return finish(y);
}
