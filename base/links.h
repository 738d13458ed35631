/* SPDX-License-Identifier: Apache-2.0 */
/*
 * links - hyperlinks in a text for a terminal (OSC 8): of file positions to
 * the file, of codes to their page.  What is linked is only ever a file.
 */
#ifndef SCARP_BASE_LINKS_H
#define SCARP_BASE_LINKS_H

#include "base/text.h"

struct links {
	struct str here;	/* the current folder, absolute */
	struct str codes;	/* the folder of the diagnostics' pages, absolute; or empty */
};

/* Begins a link to the file NAME, or to the page of CODE; false, and nothing is
 * written, without LINKS or such a file.  The text of the link follows, and,
 * when it was begun, links_end. */
bool links_begin_file(const struct links *links, struct text *out, struct str name);
bool links_begin_code(const struct links *links, struct text *out, const char *code);
void links_end(struct text *out);

#endif
