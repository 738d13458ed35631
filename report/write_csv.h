/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write_csv - cells of RFC 4180.  A text that a spreadsheet would take for a
 * formula gets an apostrophe before it (OWASP ASVS 1.2.10); what nobody could
 * see is spelled out, as on a terminal.
 */
#ifndef SCARP_REPORT_WRITE_CSV_H
#define SCARP_REPORT_WRITE_CSV_H

#include "base/text.h"

/* S as it is, in quotes: the first cell of a row that is no text of others. */
void csv_quoted(struct text *out, struct str s);
/* A comma and a further cell: always quoted, so that no reader guesses. */
void csv_cell(struct text *out, struct arena *arena, struct str s);

#endif
