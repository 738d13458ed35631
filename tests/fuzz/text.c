/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mutator of texts that goes by tokens: words, numbers, quoted texts, marks
 * and the space between them.  Some are left out, doubled, exchanged, put
 * between brackets, or replaced by words of the language and of the formats.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/random/random.h"

#define TOKENS 4096

static const char *const words[] = {
#define KEYWORD(token, spelling, use, fence) spelling,
#include "grammar/keywords.def"
#undef KEYWORD
	"==", "!=", "<=", ">=", "..", "...", "{", "}", "(", ")", "[", "]", ":", ",", "=",
	"|", "+", "-", "*", "/", "?", ".", "\"", "\\", "\"\"\"", "`", "#", "\n", "\t", " ",
	"0", "1", "-1", "64", "9223372036854775807", "-9223372036854775808", "3000000000",
	"1d", "0s", "2026-01-01", "0000-00-00", "9999-12-31", "\"a\"", "\"\"", "\"1.10\"",
	"\"192.0.2.1\"", "\"2001:db8::/32\"", "\"::\"", "\"0.0.0.0/0\"", "\"(a|b)*\"",
	"null", "~", "unknown", "complete", "possible", "items", "open", "source", "name",
	"grade", "observed", "attested", "inferred", "as_of", "until", "by", "scarp: 1",
	"schema: office", "servers", "gates", "jobs", "accounts", "Server", "Gate", "Job",
	"Account", "Zone", "Task", "inside", "outside", "mail", "web", "zone", "room",
	"patched", "port", "ports", "seen", "up", "version", "address", "nets", "tags",
	"account", "tasks", "admins", "parent", "children", "kind", "place", "server",
	"hot", "id", "friends", "width", "days", "is unknown", "is closed", "add", "remove",
	"+=", "-=", "\"graph\"", "\"nodes\"", "\"edges\"", "\"start\"", "\"end\"",
	"\"value\"", "\"match_by\"", "\"property_matchers\"", "\"kinds\"", "\"properties\"",
	"\"metadata\"", "\"source_kind\"", "\"meta\"", "\"data\"", "\"type\"", "\"count\"",
	"true", "false", "1e400", "0.1", "\\u0000", "\\ud800", "\xef\xbb\xbf", "\xc2\x85",
	"\xe2\x80\xae", "\xff", "&a", "*a", "<<", "!!str", "---", "%YAML 1.2", "|-", ">+",
	"{s}", "{s.tags}", "\\{", "i8", "packs", "reports", "sarif", "fail_on", "strict",
	"\"verdict\"", "\"fail\"", "\"results\"", "\"rules\"", "\"fingerprint\"",
};

struct tokens {
	size_t at[TOKENS + 1];		/* where each begins; the last: the end */
	size_t count;
};

static bool is_letter(unsigned char c)
{
	return c == '_' || c >= 0x80 || (c >= '0' && c <= '9') ||
	    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_space(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t token_end(const unsigned char *data, size_t size, size_t at)
{
	size_t end = at + 1;

	if (is_letter(data[at]))
		while (end < size && is_letter(data[end]))
			end++;
	else if (is_space(data[at]))
		while (end < size && is_space(data[end]))
			end++;
	else if (data[at] == '"') {
		while (end < size && data[end] != '"' && data[end] != '\n')
			end += data[end] == '\\' && end + 1 < size ? 2 : 1;
		end += end < size && data[end] == '"';
	}
	return end;
}

static void find_tokens(const unsigned char *data, size_t size, struct tokens *t)
{
	size_t at = 0;

	for (t->count = 0; at < size && t->count < TOKENS; at = token_end(data, size, at))
		t->at[t->count++] = at;
	t->at[t->count] = size;
}

/* Bytes [from, to) become those at WITH; the size after it, or as it was
 * where there is no room.  WITH is not in DATA. */
static size_t replace(unsigned char *data, size_t size, size_t most, size_t from,
    size_t to, const void *with, size_t length)
{
	if (size - (to - from) + length > most)
		return size;
	memmove(data + from + length, data + to, size - to);
	memcpy(data + from, with, length);
	return size - (to - from) + length;
}

struct piece { size_t from, to; };

/* Up to eight tokens that stand together. */
static struct piece some_tokens(struct random *r, const struct tokens *t)
{
	size_t first = random_below(r, (unsigned)t->count);
	size_t last = first + 1 + random_below(r, random_chance(r, 70) ? 1 : 8);

	return (struct piece){ t->at[first], t->at[last < t->count ? last : t->count] };
}

static size_t put_copy(struct random *r, unsigned char *data, size_t size, size_t most,
    const struct tokens *t, unsigned times)
{
	struct piece p = some_tokens(r, t);
	size_t at = t->at[random_below(r, (unsigned)t->count + 1)], length = p.to - p.from;
	static unsigned char copy[1 << 16];

	if (length > sizeof(copy))
		return size;
	memcpy(copy, data + p.from, length);
	while (times-- > 0)
		size = replace(data, size, most, at, at, copy, length);
	return size;
}

static size_t put_word(struct random *r, unsigned char *data, size_t size, size_t most,
    struct piece p)
{
	const char *word = words[random_below(r, sizeof(words) / sizeof(*words))];

	return replace(data, size, most, p.from, p.to, word, strlen(word));
}

static size_t put_token(struct random *r, unsigned char *data, size_t size, size_t most,
    const struct tokens *t, struct piece p)
{
	static unsigned char copy[1 << 16];
	struct piece from = some_tokens(r, t);

	if (from.to - from.from > sizeof(copy))
		return size;
	memcpy(copy, data + from.from, from.to - from.from);
	return replace(data, size, most, p.from, p.to, copy, from.to - from.from);
}

static size_t put_brackets(struct random *r, unsigned char *data, size_t size, size_t most,
    struct piece p)
{
	static const char pairs[][2] = { { '(', ')' }, { '{', '}' }, { '[', ']' }, { '"', '"' } };
	const char *pair = pairs[random_below(r, 4)];

	size = replace(data, size, most, p.to, p.to, pair + 1, 1);
	return replace(data, size, most, p.from, p.from, pair, 1);
}

static size_t change(struct random *r, unsigned char *data, size_t size, size_t most)
{
	static struct tokens t;
	struct piece p, none;

	if (size == 0)
		return put_word(r, data, size, most, (struct piece){ 0, 0 });
	find_tokens(data, size, &t);
	p = some_tokens(r, &t);
	none = (struct piece){ p.from, p.from };
	switch (random_below(r, 9)) {
	case 0: return replace(data, size, most, p.from, p.to, "", 0);
	case 1: return put_copy(r, data, size, most, &t, 1);
	case 2: return put_copy(r, data, size, most, &t, 1 + random_below(r, 40));
	case 3: case 4: return put_word(r, data, size, most, p);
	case 5: return put_word(r, data, size, most, none);
	case 6: case 7: return put_token(r, data, size, most, &t, p);
	default: return put_brackets(r, data, size, most, p);
	}
}

size_t change_text(unsigned char *data, size_t size, size_t most, unsigned seed,
    fuzz_mutate *also)
{
	struct random r = { 0 };

	random_seed(&r, seed);
	if (also && random_chance(&r, 30))
		return also(data, size, most);
	for (unsigned n = 1 + random_below(&r, 4); n > 0; n--)
		size = change(&r, data, size, most);
	return size;
}
