/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse - bytes in, tree out.
 *
 * The bytes are looked at first: what would trouble the lexer (NUL), what is
 * no text, and what a reader would not see.
 */
#include "grammar/parse.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "grammar/context.h"
#include "grammar/parser.h"

#define BOM 0xfeff

static struct span bytes_at(const struct parser *p, size_t start, size_t end)
{
	return (struct span){ p->file, (uint32_t)start, (uint32_t)end };
}

/* What makes reading on pointless. */
static bool is_text(struct parser *p)
{
	struct str bytes = p->bytes;
	const char *nul;
	size_t valid;

	if (bytes.length > limit_get(LIMIT_RULE_FILE)) {
		report_length(p, bytes_at(p, 0, 0), "file", LIMIT_RULE_FILE);
		return false;
	}
	if (utf8_other(bytes)) {
		diag_help(p->all, report_fault(p, DIAG_E0005,
		    bytes_at(p, 0, 0), "this file is UTF-%u, not UTF-8", utf8_other(bytes)),
		    "save it as UTF-8");
		return false;
	}
	nul = bytes.length ? memchr(bytes.at, 0, bytes.length) : NULL;
	if (nul) {
		size_t at = (size_t)(nul - bytes.at);

		report_fault(p, DIAG_E0002, bytes_at(p, at, at + 1),
		    "a NUL byte at offset %zu", at);
		return false;
	}
	valid = utf8_check(bytes);
	if (valid < bytes.length)
		report_fault(p, DIAG_E0001, bytes_at(p, valid, valid + 1),
		    "byte 0x%02X at offset %zu is not UTF-8",
		    (unsigned)(unsigned char)bytes.at[valid], valid);
	return valid == bytes.length;
}

static void report_hidden(struct parser *p, int32_t character, size_t start,
    size_t end)
{
	struct diagnostic *d;

	if (character == BOM)
		d = report_fault(p, DIAG_E0004, bytes_at(p, start, end),
		    "a byte order mark (U+FEFF) inside the file");
	else
		d = report_fault(p, DIAG_E0003, bytes_at(p, start, end),
		    "a character that cannot be seen (U+%04X)",
		    (unsigned)character);
	diag_help(p->all, d, "remove it; in a string it can be written "
	    "\\u{%X}", (unsigned)character);
}

#define EACH(byte) (UINT64_MAX / 255 * (byte))

/* The first byte from AT that is not from 0x20 to 0x7e, or the end. */
static size_t skip_plain(struct str bytes, size_t at)
{
	uint64_t eight;

	for (; at + sizeof(eight) <= bytes.length; at += sizeof(eight)) {
		memcpy(&eight, bytes.at + at, sizeof(eight));
		/* A top bit: set already, by a borrow below 0x20, or by 0x7f. */
		if ((eight | (eight - EACH(0x20)) | (eight + EACH(0x01))) &
		    EACH(0x80))
			break;
	}
	while (at < bytes.length && bytes.at[at] >= 0x20 && bytes.at[at] < 0x7f)
		at++;
	return at;
}

/* Whoever reads a rule must see what the machine sees. */
static void check_hidden(struct parser *p)
{
	size_t at = p->offset;

	while ((at = skip_plain(p->bytes, at)) < p->bytes.length) {
		size_t start = at;
		int32_t character;

		character = utf8_next(p->bytes, &at);
		if (utf8_is_hidden(character))
			report_hidden(p, character, start, at);
	}
}

/* The parser gives up when its stack is full; the declarations that follow
 * are still worth reading. */
static void parse_tokens(struct parser *p)
{
	scan_begin(p);
	while (scarp_parse(p) == 2) {
		struct token token = token_resync(p, p->current, FENCE_ITEM,
		    0);

		p->current = p->held = token;
		p->is_again = true;
		p->is_deep = false;
	}
}

struct ast *parse_file(struct arena *arena, struct diagnostics *all,
    uint32_t file)
{
	struct parser p = {
		.arena = arena, .all = all, .file = file,
		.bytes = source_bytes(diagnostics_sources(all), file)
	};
	struct ast *tree;

	if (is_text(&p)) {
		if (str_starts(p.bytes, STR("\xef\xbb\xbf")))
			p.offset = 3;
		check_hidden(&p);
		p.faults = 0;
		parse_tokens(&p);
	}
	tree = build(&p, AST_FILE, bytes_at(&p, 0, p.bytes.length),
	    &(struct parts){ .items = p.items });
	comments_attach(&p, tree);
	return tree;
}
