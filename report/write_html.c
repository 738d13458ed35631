/* SPDX-License-Identifier: Apache-2.0 */
#include "report/write_html.h"

#include "base/io.h"
#include "base/visible.h"
#include "include/scarp.h"

void html_raw(struct text *out, const char *markup)
{
	text_add(out, str_of(markup));
}

static const char *entity_of(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

static void add_escaped(struct text *out, struct str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.length; i++) {
		const char *entity = entity_of(s.at[i]);

		if (!entity)
			continue;
		text_add(out, str_slice(s, from, i));
		html_raw(out, entity);
		from = i + 1;
	}
	text_add(out, str_slice(s, from, s.length));
}

static void add_visible(struct text *out, struct str s, unsigned how)
{
	char spelled[VISIBLE_MOST];
	size_t offset = 0;

	while (offset < s.length)
		add_escaped(out, visible_next(s, &offset, how, spelled));
}

void html_text(struct text *out, struct str s)
{
	add_visible(out, s, VISIBLE_LINES | VISIBLE_SOURCE);
}

void html_name(struct text *out, struct str s)
{
	add_visible(out, s, VISIBLE_NAME);
}

void html_attribute(struct text *out, const char *name, struct str s)
{
	text_printf(out, " %s=\"", name);
	html_name(out, s);
	text_add_char(out, '"');
}

void html_number(struct text *out, uint64_t n)
{
	char digits[32];
	int length = 0;

	do {
		if (length % 4 == 3)
			digits[length++] = ',';
		digits[length++] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	while (length)
		text_add_char(out, digits[--length]);
}

void html_percent(struct text *out, uint64_t n, uint64_t of)
{
	text_printf(out, "%llu", of ? (unsigned long long)(n > UINT64_MAX / 100 ?
	    n / (of / 100) : n * 100 / of) : 0);
	html_raw(out, "&nbsp;%");
}

void html_severity(struct text *out, const char *severity)
{
	text_printf(out, "<span class=\"sev s-%s\">%s</span>", severity, severity);
}

void html_open(struct text *out, const struct html_page *page)
{
	html_raw(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	    "style-src ");
	html_hash(out, str_of(page->style));
	if (page->script) {
		html_raw(out, "; script-src ");
		html_hash(out, str_of(page->script));
	}
	html_raw(out, "; base-uri 'none'; form-action 'none'\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n"
	    "<meta name=\"generator\" content=\"scarp ");
	html_text(out, str_of(scarp_version()));
	html_raw(out, "\">\n<title>");
	text_add(out, page->title);
	html_raw(out, "</title>\n<style>");
	html_raw(out, page->style);
	text_printf(out, "</style>\n</head>\n<body>\n"
	    "<a class=\"skip\" href=\"#%s\">%s</a>\n", page->skip_to, page->skip_words);
}

static unsigned hex_value(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void html_hash(struct text *out, struct str s)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	struct str hex = io_sha256(out->arena, s);

	html_raw(out, "'sha256-");
	for (size_t i = 0; i < hex.length; i += 6) {	/* three bytes */
		unsigned bits = 0, count = 0;

		for (size_t k = i; k < i + 6; k += 2, count += k <= hex.length)
			bits = bits << 8 | (k + 1 < hex.length ?
			    hex_value(hex.at[k]) << 4 | hex_value(hex.at[k + 1]) : 0);
		for (unsigned k = 0; k < 4; k++)
			text_add_char(out, k <= count ?
			    letters[bits >> (18 - 6 * k) & 63] : '=');
	}
	html_raw(out, "'");
}
