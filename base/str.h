/* SPDX-License-Identifier: Apache-2.0 */
/* str - a slice of bytes with its length; owns nothing, may hold any byte. */
#ifndef SCARP_BASE_STR_H
#define SCARP_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *at;
	size_t length;
};

/* A slice of a string literal. */
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
/* For printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).length, (s).at

static inline struct str str_of(const char *text)
{
	return (struct str){ text, text ? strlen(text) : 0 };
}

static inline bool str_equal(struct str a, struct str b)
{
	return a.length == b.length &&
	    (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

/*
 * The first and the last eight bytes of TEXT as two words, or what there is of
 * it: of texts of one length, at most sixteen, no two have the same.
 */
static inline void str_words(struct str text, uint64_t words[2])
{
	uint32_t halves[2] = { 0 };

	words[0] = words[1] = 0;
	if (text.length >= 8) {
		memcpy(&words[0], text.at, 8);
		memcpy(&words[1], text.at + text.length - 8, 8);
	} else if (text.length >= 4) {
		memcpy(&halves[0], text.at, 4);
		memcpy(&halves[1], text.at + text.length - 4, 4);
		words[0] = halves[0];
		words[1] = halves[1];
	} else if (text.length > 0) {
		words[0] = (uint64_t)(unsigned char)text.at[0] << 16 |
		    (uint64_t)(unsigned char)text.at[text.length / 2] << 8 |
		    (unsigned char)text.at[text.length - 1];
	}
}

/* By bytes, then by length: never by locale. */
static inline int str_compare(struct str a, struct str b)
{
	size_t common = a.length < b.length ? a.length : b.length;
	int order = common ? memcmp(a.at, b.at, common) : 0;

	if (order != 0)
		return order;
	return (a.length > b.length) - (a.length < b.length);
}

static inline bool str_starts(struct str s, struct str with)
{
	return s.length >= with.length &&
	    (with.length == 0 ||
	    (s.at && memcmp(s.at, with.at, with.length) == 0));
}

static inline bool str_ends(struct str s, struct str with)
{
	return s.length >= with.length && (with.length == 0 ||
	    memcmp(s.at + s.length - with.length, with.at, with.length) == 0);
}

/* The same of names of files: a capital letter of ASCII is its small one. */
static inline bool str_ends_caseless(struct str s, struct str with)
{
	if (s.length < with.length)
		return false;
	for (size_t i = 0; i < with.length; i++) {
		char a = s.at[s.length - with.length + i], b = with.at[i];

		a = a >= 'A' && a <= 'Z' ? (char)(a - 'A' + 'a') : a;
		b = b >= 'A' && b <= 'Z' ? (char)(b - 'A' + 'a') : b;
		if (a != b)
			return false;
	}
	return true;
}

/* Offset of the first byte C, or S.length: str_find(s, 0) finds a NUL. */
static inline size_t str_find(struct str s, char c)
{
	const char *hit = s.length ? memchr(s.at, c, s.length) : NULL;

	return hit ? (size_t)(hit - s.at) : s.length;
}

/* The bytes [from, to) of S; both are clamped. */
static inline struct str str_slice(struct str s, size_t from, size_t to)
{
	if (!s.at)
		return (struct str){ NULL, 0 };
	if (to > s.length)
		to = s.length;
	if (from > to)
		from = to;
	return (struct str){ s.at + from, to - from };
}

#endif
