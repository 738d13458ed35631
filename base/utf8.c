/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <utf8proc.h>

#include "base/text.h"

static size_t skip_ascii(struct str s, size_t offset)
{
	uint64_t eight;

	while (s.length - offset >= sizeof(eight)) {
		memcpy(&eight, s.at + offset, sizeof(eight));
		if (eight & UINT64_C(0x8080808080808080))
			break;
		offset += sizeof(eight);
	}
	while (offset < s.length && (unsigned char)s.at[offset] < 0x80)
		offset++;
	return offset;
}

size_t utf8_check(struct str s)
{
	size_t offset = skip_ascii(s, 0);

	while (offset < s.length) {
		size_t before = offset;

		if (utf8_next(s, &offset) < 0)
			return before;
		offset = skip_ascii(s, offset);
	}
	return offset;
}

int32_t utf8_next(struct str s, size_t *offset)
{
	const unsigned char *at = (const unsigned char *)s.at + *offset;
	size_t left = s.length - *offset;
	utf8proc_int32_t code_point;
	utf8proc_ssize_t used;

	if (*at < 0x80) {
		++*offset;
		return *at;
	}
	/* Never more than four: a slice may be larger than ssize_t. */
	used = utf8proc_iterate(at, left < 4 ? (utf8proc_ssize_t)left : 4,
	    &code_point);
	if (used <= 0) {
		++*offset;
		return -1;
	}
	*offset += (size_t)used;
	return code_point;
}

size_t utf8_encode(int32_t code_point, char out[4])
{
	return (size_t)utf8proc_encode_char(code_point,
	    (utf8proc_uint8_t *)out);
}

/*
 * utf8proc knows full folding only.  Where that gives several code points,
 * Unicode's simple folding is the lower-case letter, or nothing at all for
 * the dotted capital I, whose lower case depends on the language.
 */
int32_t utf8_fold_one(int32_t code_point)
{
	utf8proc_int32_t folded[8];
	int boundary = 0;

	if (code_point >= 'A' && code_point <= 'Z')
		return code_point - 'A' + 'a';
	if (code_point < 0x80)
		return code_point;
	if (utf8proc_decompose_char(code_point, folded, 8, UTF8PROC_CASEFOLD,
	    &boundary) == 1)
		return folded[0];
	if (code_point == 0x130)
		return code_point;
	return utf8proc_tolower(code_point);
}

/* ASCII folds byte by byte. */
static bool fold_ascii(char *out, struct str s)
{
	unsigned char all = 0;

	for (size_t i = 0; i < s.length; i++) {
		unsigned char c = (unsigned char)s.at[i];

		all |= c;
		out[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	return all < 0x80;
}

/* Of eight bytes: those that are no ASCII, or capitals, have their highest bit. */
static uint64_t odd_of(uint64_t bytes)
{
	uint64_t each = UINT64_C(0x0101010101010101), low = bytes & each * 0x7f;

	/* From 'A' on, and not from behind 'Z' on. */
	return (bytes | ((low + each * (0x80 - 'A')) & ~(low + each * (0x7f - 'Z')))) &
	    each * 0x80;
}

/* ASCII without capitals; the last eight bytes of a longer text may be some that
 * were looked at before. */
static bool is_small(struct str s)
{
	uint64_t odd = 0, bytes = 0;

	if (s.length < sizeof(bytes)) {
		for (size_t i = 0; i < s.length; i++)
			bytes = bytes << 8 | (unsigned char)s.at[i];
		return odd_of(bytes) == 0;
	}
	for (size_t i = 0; i + sizeof(bytes) <= s.length; i += sizeof(bytes)) {
		memcpy(&bytes, s.at + i, sizeof(bytes));
		odd |= odd_of(bytes);
	}
	memcpy(&bytes, s.at + s.length - sizeof(bytes), sizeof(bytes));
	return (odd | odd_of(bytes)) == 0;
}

bool utf8_is_folded(struct str s)
{
	size_t offset = 0;

	if (is_small(s))
		return true;
	while (offset < s.length) {
		int32_t code_point = utf8_next(s, &offset);

		if (utf8_fold_one(code_point) != code_point)
			return false;
	}
	return true;
}

struct str utf8_fold(struct arena *arena, struct str s)
{
	struct text folded;
	size_t offset = 0;
	char *ascii = arena_alloc_raw(arena, s.length + 1);

	if (fold_ascii(ascii, s)) {
		ascii[s.length] = '\0';
		return (struct str){ ascii, s.length };
	}
	text_init(&folded, arena);
	while (offset < s.length) {
		size_t before = offset;
		int32_t code_point = utf8_next(s, &offset);
		char bytes[4];

		if (code_point < 0) {
			text_add_char(&folded, s.at[before]);
			continue;
		}
		text_add(&folded, (struct str){ bytes,
		    utf8_encode(utf8_fold_one(code_point), bytes) });
	}
	return text_str(&folded);
}

int utf8_width(int32_t code_point)
{
	if (code_point >= 0x20 && code_point < 0x7f)
		return 1;
	return utf8proc_charwidth(code_point);
}

/* Unicode's "default ignorable" covers what a reader cannot see. */
bool utf8_is_hidden(int32_t code_point)
{
	const utf8proc_property_t *property;

	if (code_point >= 0x20 && code_point < 0x7f)
		return false;
	if (code_point == '\t' || code_point == '\n' || code_point == '\r')
		return false;
	property = utf8proc_get_property(code_point);
	return property->ignorable ||
	    property->category == UTF8PROC_CATEGORY_CC ||
	    property->category == UTF8PROC_CATEGORY_CF ||
	    property->category == UTF8PROC_CATEGORY_CS ||
	    property->category == UTF8PROC_CATEGORY_ZL ||
	    property->category == UTF8PROC_CATEGORY_ZP;
}

bool utf8_is_blank(int32_t code_point)
{
	return code_point == ' ' || (code_point >= 0x80 &&
	    utf8proc_category(code_point) == UTF8PROC_CATEGORY_ZS);
}

size_t utf8_length(struct str s)
{
	size_t offset = 0, count = 0;

	while (offset < s.length) {
		utf8_next(s, &offset);
		count++;
	}
	return count;
}

/* UTF-32 first: its mark may begin like that of UTF-16. */
unsigned utf8_other(struct str bytes)
{
	static const char marks[2][4] = { { '\xff', '\xfe', 0, 0 },
		{ 0, 0, '\xfe', '\xff' } };
	const char *at = bytes.at;

	if (bytes.length > 3 && (memcmp(at, marks[0], 4) == 0 ||
	    memcmp(at, marks[1], 4) == 0 || (!at[0] && !at[1] && !at[2] && at[3]) ||
	    (at[0] && !at[1] && !at[2] && !at[3])))
		return 32;
	if (str_starts(bytes, STR("\xff\xfe")) || str_starts(bytes, STR("\xfe\xff")) ||
	    (bytes.length > 3 && ((!at[0] && at[1] && !at[2]) ||
	    (at[0] && !at[1] && !at[3]))))
		return 16;
	return 0;
}
