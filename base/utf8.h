/* SPDX-License-Identifier: Apache-2.0 */
/* utf8 - characters, through utf8proc. */
#ifndef SCARP_BASE_UTF8_H
#define SCARP_BASE_UTF8_H

#include "base/arena.h"

/* Offset of the first byte that is not UTF-8 (RFC 3629), or S.length. */
size_t utf8_check(struct str s);
/* The code point at *OFFSET, which moves on; invalid bytes come as -1. */
int32_t utf8_next(struct str s, size_t *offset);
/* Appends the encoding of a code point; answers the bytes written (1..4). */
size_t utf8_encode(int32_t code_point, char out[4]);
/* Simple one-to-one case folding per code point, in every locale the same. */
struct str utf8_fold(struct arena *arena, struct str s);
int32_t utf8_fold_one(int32_t code_point);
/* Does folding leave valid UTF-8 as it is? */
bool utf8_is_folded(struct str s);
/* Columns on a terminal: 0, 1 or 2. */
int utf8_width(int32_t code_point);
/* A character that must never be shown raw or stand in source: C0 and C1
 * controls but tab, CR and LF, bidirectional controls, zero-width, BOM. */
bool utf8_is_hidden(int32_t code_point);
/* A space of any width (Unicode's Zs). */
bool utf8_is_blank(int32_t code_point);
/* Code points in S. */
size_t utf8_length(struct str s);

/* 16 or 32 when the first bytes are those of UTF-16 or UTF-32, else 0. */
unsigned utf8_other(struct str bytes);

#endif
