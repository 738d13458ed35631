/* SPDX-License-Identifier: Apache-2.0 */
/* text - a growable text being written, in a region. */
#ifndef SCARP_BASE_TEXT_H
#define SCARP_BASE_TEXT_H

#include "base/arena.h"

/* Takes what was written of a text that is not kept whole. */
struct text_drain {
	void (*take)(struct text_drain *drain, struct str bytes);
};

struct text {
	struct arena *arena;
	char *at;
	size_t length, capacity;
	struct text_drain *drain;	/* gets it in pieces; NULL: all of it is kept */
};

void text_init(struct text *text, struct arena *arena);
void text_add(struct text *text, struct str s);
/* Makes room for MORE bytes; what is drained is perhaps empty then. */
void text_reserve(struct text *text, size_t more);
static inline void text_add_char(struct text *text, char c)
{
	if (text->length == text->capacity)
		text_reserve(text, 1);
	text->at[text->length++] = c;
}
void text_printf(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* S as a reader may see it (base/visible.h), so that no name can drive a
 * terminal, forge a line or look like another one. */
void text_add_visible(struct text *text, struct str s);
/* The same in another way: HOW is enum visible. */
void text_add_visible_as(struct text *text, struct str s, unsigned how);
/* S as the inside of a JSON string (RFC 8259), without the quotes. */
void text_add_json(struct text *text, struct str s);
/* In double quotes, quotes and backslashes in it behind a backslash. */
void text_add_quoted(struct text *text, struct str s);
/* The rest of a text that is drained. */
void text_drain(struct text *text);
/* "1 rule", "2 rules": N of what one is called. */
struct str text_count(struct arena *arena, uint64_t n, const char *one);
/* What was written so far; valid until the next addition. */
struct str text_str(const struct text *text);

#endif
