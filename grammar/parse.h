/* SPDX-License-Identifier: Apache-2.0 */
/* parse - rule text to syntax tree: the only door to lexer and parser. */
#ifndef SCARP_GRAMMAR_PARSE_H
#define SCARP_GRAMMAR_PARSE_H

#include "base/diag.h"
#include "grammar/ast.h"

/* Parses a file of the diagnostics' sources.  Always answers an AST_FILE with
 * all that could be understood; what could not is in the diagnostics. */
struct ast *parse_file(struct arena *arena, struct diagnostics *all, uint32_t file);

#endif
