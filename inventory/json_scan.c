/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simdjson tells where things begin; here is checked that they stand in an
 * order that is JSON, and that words, numbers and escapes are what they should
 * be.
 */
#include "inventory/json_scan.h"

#include <endian.h>

#include "base/guard.h"
#include "base/limits.h"
#include "base/utf8.h"

#define WINDOW ((size_t)1 << 17)

/* --- the window ----------------------------------------------------------- */

static void free_finder(void *item)
{
	struct json_scan *s = item;

	json_finder_free(s->finder);
	s->finder = NULL;
}

void json_scan_init(struct json_scan *s, struct arena *arena,
    struct arena *texts, struct str bytes, size_t start, unsigned depth)
{
	*s = (struct json_scan){ .texts = texts, .bytes = bytes.at,
		.length = bytes.length, .from = start, .to = start,
		.window = WINDOW, .expect = JSON_VALUE, .most = depth,
		.longest_key = limit_get(LIMIT_INVENTORY_KEY),
		.longest_text = limit_get(LIMIT_INVENTORY_SCALAR) };
	s->open = ARENA_ARRAY(arena, uint32_t, (size_t)depth + 1);
	s->is_map = ARENA_ARRAY(arena, bool, (size_t)depth + 1);
	arena_defer(arena, free_finder, s);
}

/* Behind the last line or map that ends in the window: no string goes on
 * there, unless it holds a brace.  FROM when there is none. */
static size_t cut(const struct json_scan *s, size_t from, size_t to)
{
	while (to > from && s->bytes[to - 1] != '\n' && s->bytes[to - 1] != '}')
		to--;
	return to;
}

static void reserve(struct json_scan *s, size_t length)
{
	if (length <= s->capacity)
		return;
	json_finder_free(s->finder);
	s->capacity = 0;
	s->finder = json_finder_new(length);
	if (!s->finder)
		guard_raise("out of memory");
	s->capacity = length;
}

/* *AGAIN: a wider window may do. */
static bool find(struct json_scan *s, size_t window, bool *again)
{
	size_t rest = s->length - s->from;

	*again = window < rest;
	s->to = *again ? cut(s, s->from, s->from + window) : s->length;
	s->next = 0;
	if (s->to == s->from)
		return false;
	reserve(s, *again ? window : rest);
	switch (json_find(s->finder, s->bytes + s->from, s->to - s->from,
	    &s->offsets, &s->count)) {
	case JSON_FOUND:
		return true;
	case JSON_UNCLOSED:
		return false;
	case JSON_REFUSED:
		*again = false;
		return false;
	case JSON_MEMORY:
		break;
	}
	guard_raise("out of memory");
}

/* Moves the window on; false at the end of the text, and when it is wrong. */
static bool slide(struct json_scan *s)
{
	size_t window = s->window;
	bool again = true;

	s->from = s->to;
	if (s->from == s->length)
		return false;
	for (; again; window *= 2)
		if (find(s, window, &again))
			return true;
	s->status = TOKENS_WRONG;
	s->to = s->length;
	s->count = s->next = 0;
	return false;
}

static size_t next_window(struct json_scan *s)
{
	while (s->next == s->count)
		if (!slide(s))
			return s->length;
	return s->from + s->offsets[s->next++];
}

/* The next thing that is no blank; the length behind the last one. */
static inline size_t next_thing(struct json_scan *s)
{
	return s->next < s->count ? s->from + s->offsets[s->next++] :
	    next_window(s);
}

/* Where the thing must end that was taken last. */
static inline size_t border(const struct json_scan *s)
{
	return s->next < s->count ? s->from + s->offsets[s->next] : s->to;
}

/* --- strings -------------------------------------------------------------- */

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

#define EACH_BYTE UINT64_C(0x0101010101010101)

/* A mark in each byte of WORD that is zero, and perhaps in ones behind it. */
static inline uint64_t zero_bytes(uint64_t word)
{
	return (word - EACH_BYTE) & ~word & EACH_BYTE << 7;
}

/* Eight bytes, the first one the least.  Reads up to 7 bytes more than there
 * are, which the padding has. */
static inline uint64_t load_bytes(const char *at)
{
	uint64_t word;

	memcpy(&word, at, 8);
	return le64toh(word);
}

/* The next quote or backslash; there is a quote. */
static inline size_t find_quote(const char *bytes, size_t i)
{
	for (;; i += 8) {
		uint64_t word = load_bytes(bytes + i);
		uint64_t found = zero_bytes(word ^ EACH_BYTE * '"') |
		    zero_bytes(word ^ EACH_BYTE * '\\');

		/* The least mark is none too many. */
		if (found)
			return i + (size_t)__builtin_ctzll(found) / 8;
	}
}

/* No backslash stands in LENGTH bytes at AT. */
static inline bool is_plain(const char *at, size_t length)
{
	uint64_t found = 0;

	for (; length > 8; length -= 8, at += 8)
		found |= zero_bytes(load_bytes(at) ^ EACH_BYTE * '\\');
	if (length)
		found |= zero_bytes(load_bytes(at) ^ EACH_BYTE * '\\') <<
		    (64 - 8 * length);
	return !found;
}

/* Four digits of a \u; -1 when they are none. */
static int32_t read_unit(const char *at)
{
	int32_t unit = 0;

	for (int i = 0; i < 4; i++) {
		int c = (unsigned char)at[i];
		int digit = c >= '0' && c <= '9' ? c - '0' :
		    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
		    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

		if (digit < 0)
			return -1;
		unit = unit * 16 + digit;
	}
	return unit;
}

/* The character of the \u at *I, which moves behind it; -1: there is none. */
static int32_t read_unicode(const char *bytes, size_t *i)
{
	int32_t unit = read_unit(bytes + *i + 2), low;

	*i += 6;
	if (unit < 0xd800 || unit >= 0xe000)
		return unit;
	if (unit >= 0xdc00 || bytes[*i] != '\\' || bytes[*i + 1] != 'u')
		return -1;
	low = read_unit(bytes + *i + 2);
	*i += 6;
	if (low < 0xdc00 || low >= 0xe000)
		return -1;
	return 0x10000 + (unit - 0xd800) * 0x400 + (low - 0xdc00);
}

static bool read_escape(const char *bytes, size_t *i, char **out)
{
	static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	char c = bytes[*i + 1];
	const char *name = memchr(names, c, sizeof(names) - 1);
	int32_t character;

	if (name) {
		*(*out)++ = means[name - names];
		*i += 2;
		return true;
	}
	if (c != 'u')
		return false;
	character = read_unicode(bytes, i);
	if (character < 0)
		return false;
	*out += utf8_encode(character, *out);
	return true;
}

/* The string that begins behind START and is escaped from I on.  An escape is
 * never shorter than what it means. */
static bool unescape(struct json_scan *s, size_t start, size_t *i,
    struct token *token)
{
	size_t end = *i;
	char *text, *out;

	while (s->bytes[end] != '"')
		end = find_quote(s->bytes, end + 2);
	text = arena_alloc_raw(s->texts, end - start + 4);
	memcpy(text, s->bytes + start, *i - start);
	out = text + (*i - start);
	while (*i < end) {
		size_t plain = find_quote(s->bytes, *i);

		memcpy(out, s->bytes + *i, plain - *i);
		out += plain - *i;
		*i = plain;
		if (plain < end && !read_escape(s->bytes, i, &out))
			return false;
	}
	token->text = text;
	token->length = (uint32_t)(out - text);
	return *i == end;
}

/* The same where something in it is escaped, or wrong. */
static __attribute__((noinline)) bool add_escaped(struct json_scan *s, struct token *token, size_t end)
{
	size_t start = token->start + (size_t)1;
	size_t i = find_quote(s->bytes, start);

	if (s->bytes[i] == '"') {
		token->text = s->bytes + start;
		token->length = (uint32_t)(i - start);
	} else if (!unescape(s, start, &i, token)) {
		return false;
	}
	token->end = (uint32_t)++i;
	while (i < end && is_blank(s->bytes[i]))
		i++;
	return i == end;
}

/* The string that begins at START, as a token of KIND.  A quote inside that is
 * not escaped would end it, and something else begin before the border. */
static inline __attribute__((always_inline)) bool add_string(
    struct json_scan *s, struct tokens *tokens, size_t start,
    enum token_kind kind)
{
	struct token *token = tokens_add(tokens);
	size_t border_at = border(s), end = border_at;

	token->kind = (uint8_t)kind;
	token->start = (uint32_t)start;
	while (is_blank(s->bytes[end - 1]))
		end--;
	if (end < start + 2 || s->bytes[end - 1] != '"' ||
	    !is_plain(s->bytes + start + 1, end - start - 2))
		return add_escaped(s, token, border_at);
	token->text = s->bytes + start + 1;
	token->length = (uint32_t)(end - start - 2);
	token->end = (uint32_t)end;
	return true;
}

/* --- words ---------------------------------------------------------------- */

static size_t skip_digits(struct str s, size_t i)
{
	while (i < s.length && s.at[i] >= '0' && s.at[i] <= '9')
		i++;
	return i;
}

/* RFC 8259, section 6. */
static bool is_number(struct str s)
{
	size_t i = s.at[0] == '-', start = i;

	i = skip_digits(s, i);
	if (i == start || (s.at[start] == '0' && i > start + 1))
		return false;
	if (i < s.length && s.at[i] == '.') {
		start = ++i;
		i = skip_digits(s, i);
		if (i == start)
			return false;
	}
	if (i < s.length && (s.at[i] == 'e' || s.at[i] == 'E')) {
		i++;
		if (i < s.length && (s.at[i] == '+' || s.at[i] == '-'))
			i++;
		start = i;
		i = skip_digits(s, i);
		if (i == start)
			return false;
	}
	return i == s.length;
}

static bool is_word(struct str s)
{
	/* The commonest first, by their length. */
	if (s.length == 4 && (memcmp(s.at, "true", 4) == 0 ||
	    memcmp(s.at, "null", 4) == 0))
		return true;
	return str_equal(s, STR("false")) || is_number(s);
}

static bool add_word(struct json_scan *s, struct tokens *tokens, size_t start)
{
	struct token *token = tokens_add(tokens);
	size_t end = border(s);

	while (is_blank(s->bytes[end - 1]))
		end--;
	*token = (struct token){ s->bytes + start, (uint32_t)(end - start),
		(uint32_t)start, (uint32_t)end, TOKEN_PLAIN };
	return is_word(token_text(token));
}

/* --- lists and maps ------------------------------------------------------- */

static bool open_bracket(struct json_scan *s, struct tokens *tokens,
    size_t at)
{
	bool is_map = s->bytes[at] == '{';

	if (s->depth >= s->most) {
		s->at = (uint32_t)at;
		s->status = TOKENS_DEEP;
		return false;
	}
	s->open[s->depth] = (uint32_t)tokens->count;
	s->is_map[s->depth++] = is_map;
	*tokens_add(tokens) = (struct token){ .start = (uint32_t)at,
		.kind = is_map ? TOKEN_MAP : TOKEN_LIST };
	s->expect = is_map ? JSON_KEY_OR_END : JSON_VALUE_OR_END;
	return true;
}

static bool close_bracket(struct json_scan *s, struct tokens *tokens,
    size_t at)
{
	uint32_t opened = s->open[--s->depth];
	struct token *token;

	if (opened != UINT32_MAX) {
		token = &tokens->items[opened];
		token->length = (uint32_t)tokens->count;
		token->end = (uint32_t)at + 1;
	}
	*tokens_add(tokens) = (struct token){ .start = (uint32_t)at,
		.end = (uint32_t)at + 1, .kind = TOKEN_END };
	s->expect = s->depth ? JSON_AFTER : JSON_DONE;
	return true;
}

static inline bool over_limit(struct json_scan *s, const struct token *token,
    uint64_t limit)
{
	if (s->keep || token->length <= limit)
		return false;
	s->at = token->start;
	s->status = TOKENS_LONG;
	return true;
}

static bool add_value(struct json_scan *s, struct tokens *tokens, size_t at)
{
	char c = s->bytes[at];
	bool is_good;

	if (c == '{' || c == '[')
		return open_bracket(s, tokens, at);
	s->expect = s->depth ? JSON_AFTER : JSON_DONE;
	is_good = c == '"' ? add_string(s, tokens, at, TOKEN_QUOTED) :
	    add_word(s, tokens, at);
	return is_good && !over_limit(s, &tokens->items[tokens->count - 1],
	    s->longest_text);
}

/* The key at *AT, which moves to its value. */
static bool add_key(struct json_scan *s, struct tokens *tokens, size_t *at)
{
	if (s->bytes[*at] != '"' || !add_string(s, tokens, *at, TOKEN_KEY) ||
	    over_limit(s, &tokens->items[tokens->count - 1], s->longest_key))
		return false;
	*at = next_thing(s);
	if (*at == s->length || s->bytes[*at] != ':')
		return false;
	*at = next_thing(s);
	return *at < s->length;
}

/* Is the thing at *AT the end of what is open?  Else it is a key or a value,
 * or *AT moves to that behind a comma; *IS_GOOD is false when it is not. */
static inline bool is_end(struct json_scan *s, size_t *at, bool *is_good)
{
	char c = s->bytes[*at];

	*is_good = true;
	switch (s->expect) {
	case JSON_AFTER:
		if (c == (s->is_map[s->depth - 1] ? '}' : ']'))
			return true;
		/* What follows is taken at once: there are many of these. */
		*is_good = c == ',' && (*at = next_thing(s)) < s->length;
		s->expect = s->is_map[s->depth - 1] ? JSON_KEY : JSON_VALUE;
		return false;
	case JSON_KEY_OR_END:
		s->expect = JSON_KEY;
		return c == '}';
	case JSON_VALUE_OR_END:
		s->expect = JSON_VALUE;
		return c == ']';
	case JSON_KEY:
	case JSON_VALUE:
	case JSON_DONE:		/* never: nothing is taken behind the end */
		break;
	}
	return false;
}

static inline bool step(struct json_scan *s, struct tokens *tokens)
{
	size_t at = next_thing(s);
	bool is_good;

	if (at == s->length)
		return false;
	if (is_end(s, &at, &is_good))
		return close_bracket(s, tokens, at);
	if (!is_good || (s->expect == JSON_KEY && !add_key(s, tokens, &at)))
		return false;
	return add_value(s, tokens, at);
}

/* Nothing is open that has to be in one batch. */
static bool may_stop(const struct json_scan *s)
{
	if (s->by_lines)
		return s->depth == 0;
	return s->anywhere || s->depth == 1 || (s->depth == 2 && !s->is_map[1]);
}

/* The text of a line is over: what is next, if anything, begins on another
 * line, and no line has ended inside of it. */
static enum token_status end_of_line(struct json_scan *s,
    const struct tokens *tokens, size_t first)
{
	size_t start = tokens->items[first].start;
	size_t end = tokens->items[tokens->count - 1].end;
	size_t next = next_thing(s);

	if (s->status != TOKENS_SOME ||
	    memchr(s->bytes + start, '\n', end - start))
		return TOKENS_WRONG;
	if (next == s->length)
		return TOKENS_ALL;
	s->next--;
	s->expect = JSON_VALUE;
	return memchr(s->bytes + end, '\n', next - end) ? TOKENS_SOME :
	    TOKENS_WRONG;
}

static enum token_status end_of_text(struct json_scan *s)
{
	if (next_thing(s) != s->length)
		return TOKENS_WRONG;
	return s->status == TOKENS_SOME ? TOKENS_ALL : s->status;
}

enum token_status json_scan_some(struct json_scan *s, struct tokens *tokens,
    size_t most)
{
	enum token_status status = TOKENS_SOME;
	size_t line = 0;

	tokens->count = 0;
	for (unsigned i = 0; i < s->depth; i++)
		s->open[i] = UINT32_MAX;
	s->status = TOKENS_SOME;
	while (status == TOKENS_SOME &&
	    (tokens->count < most || !may_stop(s))) {
		if (!step(s, tokens))
			return s->status == TOKENS_SOME ? TOKENS_WRONG : s->status;
		if (s->expect != JSON_DONE)
			continue;
		status = s->by_lines ? end_of_line(s, tokens, line) :
		    end_of_text(s);
		line = tokens->count;
	}
	return status;
}
