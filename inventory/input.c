/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every text of an inventory must be, whatever its format: UTF-8 without
 * characters that libraries would read as something else than people do.
 */
#include "inventory/read.h"

#include "base/utf8.h"

#define SHOWN_BYTES 64
#define MARK "\xef\xbb\xbf"

struct str input_shown(struct arena *arena, struct str text)
{
	size_t end = SHOWN_BYTES;

	if (text.length <= SHOWN_BYTES)
		return text;
	while (end > 0 && (text.at[end] & 0xc0) == 0x80)
		end--;
	return arena_printf(arena, "%.*s...", (int)end, text.at);
}

size_t input_mark(struct str bytes)
{
	return str_starts(bytes, STR(MARK)) ? sizeof(MARK) - 1 : 0;
}

static struct span bytes_at(uint32_t file, size_t start, size_t end)
{
	return (struct span){ file, (uint32_t)start, (uint32_t)end };
}

static bool check_bytes(struct diagnostics *all, uint32_t file,
    struct str bytes)
{
	size_t nul = str_find(bytes, '\0'), valid;

	if (utf8_other(bytes)) {
		diag_help(all, diag_add(all, DIAG_E0005, bytes_at(file, 0, 0),
		    "this file is UTF-%u, not UTF-8", utf8_other(bytes)),
		    "save it as UTF-8");
		return false;
	}
	if (nul < bytes.length) {
		diag_add(all, DIAG_E0002, bytes_at(file, nul, nul + 1),
		    "a NUL byte at offset %zu", nul);
		return false;
	}
	valid = utf8_check(bytes);
	if (valid < bytes.length)
		diag_add(all, DIAG_E0001, bytes_at(file, valid, valid + 1),
		    "byte 0x%02X at offset %zu is not UTF-8",
		    (unsigned)(unsigned char)bytes.at[valid], valid);
	return valid == bytes.length;
}

/* YAML 1.2, c-printable; and line breaks that only some readers know. */
static bool is_printable(int32_t c)
{
	return c == '\t' || c == '\n' || (c >= 0x20 && c <= 0x7e) ||
	    (c >= 0xa0 && c <= 0xfffd && c != 0x2028 && c != 0x2029 &&
	    c != 0xfeff) || c >= 0x10000;
}

static void report_character(struct diagnostics *all, struct span span,
    int32_t c)
{
	bool is_csv = input_is_csv(all, span.file);
	struct diagnostic *d;

	if (c == 0xfeff)
		d = diag_add(all, DIAG_E0004, span,
		    "a byte order mark (U+FEFF) inside the file");
	else if (c == '\r')
		d = diag_add(all, DIAG_E0003, span,
		    "a carriage return without a line feed");
	else
		d = diag_add(all, DIAG_E0003, span,
		    "a character that cannot be seen (U+%04X)", (unsigned)c);
	if (c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029)
		diag_note(all, d, "some readers of %s take it for the end "
		    "of the line", is_csv ? "CSV" : "YAML");
	diag_help(all, d, c == '\r' ? "end lines with a line feed" : is_csv ?
	    "remove it" :
	    "remove it; in double quotes it can be written \\u%04X",
	    (unsigned)c);
}

#define EACH_BYTE UINT64_C(0x0101010101010101)

/* Behind AT: the first byte that is no character of ASCII that can be seen, a
 * blank or a line feed. */
static size_t skip_plain(struct str bytes, size_t at)
{
	for (; at < bytes.length; at++) {
		uint64_t word;

		while (bytes.length - at >= 8) {
			memcpy(&word, bytes.at + at, 8);
			/* None is under 0x20 or above 0x7e. */
			if ((word | (word - EACH_BYTE * 0x20) |
			    (word + EACH_BYTE)) & EACH_BYTE * 0x80)
				break;
			at += 8;
		}
		while (at < bytes.length && bytes.at[at] >= 0x20 &&
		    bytes.at[at] < 0x7f)
			at++;
		if (at == bytes.length || bytes.at[at] != '\n')
			break;
	}
	return at;
}

static bool check_printable(struct diagnostics *all, uint32_t file,
    struct str bytes)
{
	size_t at = input_mark(bytes), before = diag_errors(all);

	while ((at = skip_plain(bytes, at)) < bytes.length) {
		size_t start = at;
		int32_t c = utf8_next(bytes, &at);

		if (!is_printable(c) && !(c == '\r' && at < bytes.length &&
		    bytes.at[at] == '\n'))
			report_character(all, bytes_at(file, start, at), c);
	}
	return diag_errors(all) == before;
}

bool input_check_text(struct diagnostics *all, uint32_t file, bool strict)
{
	struct str bytes = source_bytes(diagnostics_sources(all), file);

	return check_bytes(all, file, bytes) &&
	    (!strict || check_printable(all, file, bytes));
}

/* libyaml compares each directive with all before it, before it tells of any. */
#define DIRECTIVES 100

bool input_check_yaml(struct diagnostics *all, uint32_t file)
{
	struct str bytes = source_bytes(diagnostics_sources(all), file);
	const char *at = bytes.at, *end = bytes.at + bytes.length;

	if (!input_check_text(all, file, true))
		return false;
	for (unsigned i = 0; at && at < end; i++) {
		if (i > DIRECTIVES) {
			diag_add(all, DIAG_E8104, bytes_at(file, (size_t)(at - bytes.at),
			    (size_t)(at - bytes.at) + 1),
			    "more than %d lines begin with `%%`", DIRECTIVES);
			return false;
		}
		at = memmem(at, (size_t)(end - at), "\n%", 2);
		at = at ? at + 1 : NULL;
	}
	return true;
}

/* --- keys ----------------------------------------------------------------- */

/* Maps of more keys than this are looked up in a table. */
#define FEW 8

static void report_twice(struct diagnostics *all, struct document_node *node,
    struct span first)
{
	struct diagnostic *d = diag_add(all, DIAG_E8110, node->key_span,
	    "`%.*s` stands in this map already", STR_ARG(input_shown(
	    diagnostics_arena(all), node->key)));

	diag_label(all, d, first, "first here");
	node->span = SPAN_NONE;
}

static void check_few(struct diagnostics *all, struct document_node *nodes,
    uint32_t first)
{
	for (uint32_t i = first; i; i = nodes[i].next)
		for (uint32_t j = first; j != i; j = nodes[j].next)
			if (str_equal(nodes[i].key, nodes[j].key)) {
				report_twice(all, &nodes[i],
				    nodes[j].key_span);
				break;
			}
}

static void check_many(struct arena *scratch, struct diagnostics *all,
    struct document_node *nodes, uint32_t first)
{
	struct arena_mark mark = arena_here(scratch);
	struct map *keys = map_new(scratch);

	for (uint32_t i = first; i; i = nodes[i].next) {
		bool is_new;
		uint32_t *at = map_at(keys, nodes[i].key, &is_new);

		if (is_new)
			*at = i;
		else
			report_twice(all, &nodes[i], nodes[*at].key_span);
	}
	arena_rollback(scratch, mark);
}

static void release_scratch(void *scratch)
{
	arena_free(scratch);
}

/* The diagnostics may live in ARENA, so what is rolled back does not. */
void input_check_keys(struct arena *arena, struct diagnostics *all,
    struct document *document)
{
	struct document_node *nodes = document->nodes.items;
	struct arena *scratch = arena_new();

	arena_defer(arena, release_scratch, scratch);
	for (size_t i = 0; i < document->nodes.count; i++) {
		if (nodes[i].kind != DOCUMENT_MAP)
			continue;
		if (nodes[i].count <= FEW)
			check_few(all, nodes, nodes[i].first);
		else
			check_many(scratch, all, nodes, nodes[i].first);
	}
}

/* --- format --------------------------------------------------------------- */

bool input_is_named(struct str name, enum input_format *format)
{
	static const struct { struct str suffix; enum input_format format; }
	names[] = {
		{ { ".yaml", 5 }, INPUT_YAML }, { { ".yml", 4 }, INPUT_YAML },
		{ { ".json", 5 }, INPUT_JSON }, { { ".csv", 4 }, INPUT_CSV },
		{ { ".ndjson", 7 }, INPUT_NDJSON },
		{ { ".jsonl", 6 }, INPUT_NDJSON },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_ends_caseless(name, names[i].suffix)) {
			*format = names[i].format;
			return true;
		}
	return false;
}

static size_t skip(struct str bytes, size_t i, const char *blanks)
{
	while (i < bytes.length && bytes.at[i] && strchr(blanks, bytes.at[i]))
		i++;
	return i;
}

/* A map that ends with its line, and behind it another: that is no JSON. */
static bool is_lines(struct str bytes, size_t i)
{
	struct str rest = str_slice(bytes, i, bytes.length);
	size_t end = str_find(rest, '\n'), last = end, next = skip(rest, end,
	    " \t\r\n");

	while (last > 0 && strchr(" \t\r", rest.at[last - 1]))
		last--;
	return last > 0 && rest.at[0] == '{' && rest.at[last - 1] == '}' &&
	    next < rest.length && rest.at[next] == '{';
}

bool input_is_csv(struct diagnostics *all, uint32_t file)
{
	return file != SOURCE_NONE && str_ends_caseless(source_name(
	    diagnostics_sources(all), file), STR(".csv"));
}

enum input_format input_format(struct str name, struct str bytes)
{
	size_t i = skip(bytes, input_mark(bytes), " \t\r\n");
	enum input_format format;

	if (input_is_named(name, &format))
		return format;
	if (i == bytes.length || !bytes.at[i] || !strchr("{[", bytes.at[i]))
		return INPUT_YAML;
	return is_lines(bytes, i) ? INPUT_NDJSON : INPUT_JSON;
}

struct document *input_parse(struct arena *arena, struct facts *facts,
    struct diagnostics *all, uint32_t file)
{
	struct sources *sources = diagnostics_sources(all);

	switch (input_format(source_name(sources, file),
	    source_bytes(sources, file))) {
	case INPUT_JSON:
		return json_parse(arena, all, file);
	case INPUT_YAML:
		return yaml_parse(arena, all, file);
	case INPUT_NDJSON:
		return ndjson_parse(arena, facts, all, file);
	case INPUT_CSV:
		return csv_parse(arena, facts, all, file);
	}
	return NULL;
}

/* --- limits --------------------------------------------------------------- */

void input_over_limit(struct diagnostics *all, struct span span,
    const char *what, enum limit limit)
{
	struct diagnostic *d = diag_add(all, DIAG_E8103, span,
	    "%s: the limit `%s` is %llu", what, limit_name(limit),
	    (unsigned long long)limit_get(limit));

	diag_help(all, d, "`--limit %s=NUMBER` raises it", limit_name(limit));
}

unsigned input_depth(void)
{
	uint64_t limit = limit_get(LIMIT_INVENTORY_DEPTH);

	return limit < DEEPEST ? (unsigned)limit : DEEPEST;
}
