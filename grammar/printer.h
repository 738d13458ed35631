/* SPDX-License-Identifier: Apache-2.0 */
/*
 * printer - text being laid out; inside grammar/ only.
 *
 * Everything is tried on one line first.  What does not fit is broken at its
 * outermost joints, and so on inwards.
 */
#ifndef SCARP_GRAMMAR_PRINTER_H
#define SCARP_GRAMMAR_PRINTER_H

#include "grammar/ast.h"

#define PRINTER_WIDTH 100	/* columns of a line */
#define PRINTER_TAB 8

struct printer {
	struct text *out;
	uint32_t indent;	/* of the next line, in tabs */
	size_t line;		/* where the last line begins in `out` */
};

/* printer.c: lines and words. */
void print_line(struct printer *p);
void print(struct printer *p, const char *text);
/* An empty line before the next. */
void print_blank(struct printer *p);
void print_comment(struct printer *p, const struct ast_comment *comment);
/* Comments on lines of their own, each followed by a new line. */
void print_comments(struct printer *p, const struct ast_comment *comment);
/* The comments behind a node, on its line. */
void print_after(struct printer *p, const struct ast *node);
/* The line of an item of a block, the comments above it first. */
void print_start(struct printer *p, const struct ast_comment *before,
    bool blank_before, bool is_first);
/* Columns that are left in this line. */
long print_room(const struct printer *p);
long print_width(struct str text);
/* Names as they must be written where a name, any word, a property may stand. */
void print_name(struct text *out, struct str name);
void print_word(struct text *out, struct str name);
void print_dotted(struct text *out, struct str name);
void print_property(struct text *out, struct str name);
void print_target(struct text *out, struct str name);
/* The inside of a string. */
enum {
	PRINT_SHORT = 0,
	PRINT_LONG = 1,		/* in """ */
	PRINT_MESSAGE = 2	/* where braces mean something */
};
void print_escaped(struct text *out, struct str text, unsigned how);
void print_quoted(struct text *out, struct str text, unsigned how);

/* layout.c: expressions. */
/* On one line; strings in their short form. */
void print_flat(struct text *out, const struct ast *node);
/* At the current column; lines that follow are indented by p->indent. */
void print_expression(struct printer *p, const struct ast *node);
/* A string or message as a clause has it, in """ when it was. */
void print_string(struct printer *p, const struct ast *node);
/* A condition whose operands may carry comments, at the current column. */
void print_condition(struct printer *p, const struct ast *node);
/* Does any operand of it carry one? */
bool print_has_comments(const struct ast *node);

#endif
