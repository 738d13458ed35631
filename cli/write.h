/* SPDX-License-Identifier: Apache-2.0 */
/* write - what the verbs' own JSON and text have in common. */
#ifndef SCARP_CLI_WRITE_H
#define SCARP_CLI_WRITE_H

#include "base/source.h"
#include "base/text.h"

/* "value", in quotes. */
void write_string(struct text *out, struct str value);
/* "name":"value" and "name":N; with COMMA one before it. */
void write_member(struct text *out, bool comma, const char *name, struct str value);
void write_number(struct text *out, bool comma, const char *name, uint64_t value);
/* "location":{"file":...,"line":...,"column":...}, or null. */
void write_location(struct text *out, bool comma, const struct sources *sources,
    struct span span);
/* {"schema_version":1, and who wrote it; a comma ends it. */
void write_head(struct text *out);
/* file:line:column */
void write_place(struct text *out, const struct sources *sources, struct span span);
/* The same, which no fold breaks (base/wrap.h). */
void write_whole_place(struct text *line, const struct sources *sources,
    struct span span);
/* A line of its own, bold where there is colour. */
void write_heading(struct text *out, struct str words, bool has_colour);

#endif
