/* SPDX-License-Identifier: Apache-2.0 */
/* write_html - HTML from texts that may hold anything. */
#ifndef SCARP_REPORT_WRITE_HTML_H
#define SCARP_REPORT_WRITE_HTML_H

#include "base/text.h"

/* Markup of ours, as it stands. */
void html_raw(struct text *out, const char *markup);
/* S as text or as the value of an attribute in quotes: what is hidden is
 * spelled out, line feeds stay. */
void html_text(struct text *out, struct str s);
/* The same of a name: line feeds are spelled out too. */
void html_name(struct text *out, struct str s);
/* ` NAME="S"`, S being a name */
void html_attribute(struct text *out, const char *name, struct str s);
/* "1,234", and N in percent of OF, rounded down: 100 only of all. */
void html_number(struct text *out, uint64_t n);
void html_percent(struct text *out, uint64_t n, uint64_t of);
/* The pill of a severity, by its word. */
void html_severity(struct text *out, const char *severity);

/* A page of ours up to the end of its head and the link past it.  Its policy lets
 * in nothing but its own style and script, by their digests. */
struct html_page {
	const char *style, *script;	/* SCRIPT: NULL for none */
	struct str title;		/* as markup */
	const char *skip_to, *skip_words;	/* "findings", "To the findings" */
};
void html_open(struct text *out, const struct html_page *page);
/* 'sha256-...' of S, as a content security policy wants it. */
void html_hash(struct text *out, struct str s);

#endif
