/* SPDX-License-Identifier: Apache-2.0 */
/* str - a slice of bytes with its length; owns nothing, may hold any byte. */
#ifndef SCARP_BASE_STR_H
#define SCARP_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
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
