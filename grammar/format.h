/* SPDX-License-Identifier: Apache-2.0 */
/* format - a syntax tree back to text, in the one canonical layout. */
#ifndef SCARP_GRAMMAR_FORMAT_H
#define SCARP_GRAMMAR_FORMAT_H

#include "grammar/ast.h"

/* Tabs for indentation, lines of at most 100 columns where the text allows.
 * Keeps every comment; format(parse(format(t))) is format(t). */
void format_file(const struct ast *file, struct text *out);

#endif
