/* SPDX-License-Identifier: Apache-2.0 */
/*
 * visible - text from outside, spelled so that a reader sees all of it, two
 * texts never look alike, and no program takes it for more than a text.
 *
 * A character stands for itself or is spelled by its number, `\u{1B}`; a byte
 * that is no UTF-8 is `\x{FF}`.  Spelled are
 *
 *	controls, bidirectional controls, what has no width, noncharacters
 *	the backslash of what would read as such a spelling: `\u{5C}u{1B}`
 *	the first sign of what a log of a CI service would obey: `##[error]`
 *	    anywhere, `::error::` where a line begins
 *
 * It is one to one: reading each spelling back gives the text again.
 */
#ifndef SCARP_BASE_VISIBLE_H
#define SCARP_BASE_VISIBLE_H

#include <stdint.h>

#include "base/str.h"

enum visible {
	VISIBLE_NAME = 0,
	VISIBLE_LINES = 1,	/* line feeds stay */
	VISIBLE_SOURCE = 2,	/* backslashes stay: it is shown as it was written */
};

#define VISIBLE_MOST 12		/* bytes of a spelling at most: \u{10FFFF} */

/*
 * The character at *OFFSET of S, which moves behind it: 0 when it stands for
 * itself, else the length of its spelling.  HOW: enum visible, or-ed.
 */
size_t visible_spell(struct str s, size_t *offset, unsigned how,
    char spelled[VISIBLE_MOST]);
/* The next piece of S as it is shown, from *OFFSET, which moves behind it: many
 * characters that stand for themselves, or one in SPELLED. */
struct str visible_next(struct str s, size_t *offset, unsigned how,
    char spelled[VISIBLE_MOST]);

#endif
