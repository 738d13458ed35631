/* SPDX-License-Identifier: Apache-2.0 */
/* markdown - GitHub's Markdown from texts that may hold anything. */
#ifndef SCARP_REPORT_MARKDOWN_H
#define SCARP_REPORT_MARKDOWN_H

#include "base/text.h"

/* S as text that is never markup, a link or a mention. */
void markdown_text(struct text *out, struct arena *arena, struct str s);
/* The same on one line: blanks and line ends each made one space. */
void markdown_line(struct text *out, struct arena *arena, struct str s);

#endif
