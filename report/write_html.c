/* SPDX-License-Identifier: Apache-2.0 */
#include "report/write_html.h"

#include "base/io.h"
#include "base/utf8.h"

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

/* A character that is no plain ASCII, at *I, which moves behind it. */
static void add_special(struct text *out, struct str s, size_t *i, bool lines)
{
	size_t before = *i;
	int32_t c = utf8_next(s, i);

	if ((c == '\n' && lines) || (c >= 0x20 && !utf8_is_hidden(c) && (c & 0xfffe) != 0xfffe))
		text_add(out, str_slice(s, before, *i));
	else
		text_printf(out, "\\u{%02X}", c >= 0 ? (unsigned)c :
		    (unsigned char)s.at[before]);
}

static void add_escaped(struct text *out, struct str s, bool lines)
{
	size_t i = 0, from = 0;

	while (i < s.length) {
		const char *entity = entity_of(s.at[i]);

		if (!entity && s.at[i] >= 0x20 && s.at[i] < 0x7f) {
			i++;
			continue;
		}
		text_add(out, str_slice(s, from, i));
		if (entity) {
			html_raw(out, entity);
			i++;
		} else {
			add_special(out, s, &i, lines);
		}
		from = i;
	}
	text_add(out, str_slice(s, from, i));
}

void html_text(struct text *out, struct str s)
{
	add_escaped(out, s, true);
}

void html_name(struct text *out, struct str s)
{
	add_escaped(out, s, false);
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
