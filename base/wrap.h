/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wrap - lines that fit a terminal.
 *
 * A line is composed as long as it is and then broken at spaces, and between
 * wide characters, where that needs no space.  Names and paths are never
 * broken: one that is wider than a line stands out.  Escape sequences (colours,
 * hyperlinks) have no width; a colour ends with each line and begins again.
 */
#ifndef SCARP_BASE_WRAP_H
#define SCARP_BASE_WRAP_H

#include "base/text.h"

struct wrap {
	struct text *out;
	unsigned width;		/* columns; 0: lines stay as long as they are */
	struct text line;	/* what is being composed: add to it */
};

/* Lines of WIDTH columns to OUT; what is composed is in ARENA. */
void wrap_init(struct wrap *wrap, struct arena *arena, struct text *out,
    unsigned width);
/* Ends the line; what does not fit follows HANG columns in (at most 60), or
 * after LEAD, which has no escape sequences. */
void wrap_end(struct wrap *wrap, unsigned hang);
void wrap_end_lead(struct wrap *wrap, struct str lead);

/* To the line, as text_add_visible does: a name or a path, which stays whole. */
void wrap_add_name(struct text *line, struct str name);
/* Words, in which NAME (or nothing, when it is empty) and what stands between
 * `quotes` stay whole. */
void wrap_add_words(struct text *line, struct str words, struct str name);
/* What is added between them stays whole; no text from outside holds such
 * marks, for text_add_visible spells them. */
void wrap_keep(struct text *line);
void wrap_kept(struct text *line);

/* LINES that are composed already, with such marks or without; those after the
 * first of a line go HANG columns further in than it.  `quotes` stay whole. */
void wrap_lines(struct arena *arena, struct text *out, struct str lines,
    unsigned width, unsigned hang);

/* The columns of S on a terminal. */
size_t wrap_columns(struct str s);

#endif
