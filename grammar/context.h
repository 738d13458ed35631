/* SPDX-License-Identifier: Apache-2.0 */
/*
 * context - what one parse knows; inside grammar/ only.
 *
 * Text goes through four hands: parse.c looks at the bytes, lexer.l cuts them
 * into words, tokens.c keeps count of brackets and finds the fences where
 * reading goes on after a mistake, parser.y builds the tree.
 */
#ifndef SCARP_GRAMMAR_CONTEXT_H
#define SCARP_GRAMMAR_CONTEXT_H

#include "base/diag.h"
#include "base/limits.h"
#include "base/vec.h"
#include "grammar/ast.h"

/* A name, number or string as it stands in the text. */
struct word {
	struct str text;
	struct span span;
	bool quoted;		/* in backquotes, or a string in """ */
	bool broken;		/* what is wrong with it was said */
};

struct list {
	struct ast **items;
	uint32_t count, capacity;
};

/* What `build` makes a node from. */
struct parts {
	struct word word;
	enum ast_op op;
	bool negated;
	uint32_t low, high;
	struct list *items;
	struct ast *slot[AST_SLOTS];
};

struct token {
	int kind;
	uint32_t depth;		/* of a bracket: how many are open with it */
	bool after_dot, after_brace;
	struct word word;
};

/* A string, or its part before, between or behind expressions. */
struct string {
	struct text text;
	uint32_t start;
	uint32_t indent;	/* bytes taken off each line of """ */
	size_t skip;		/* of them, in this line */
	size_t line_start;	/* in the text, of its last line */
	bool is_blank;		/* nothing but blanks stands in that line */
	bool has_lines, is_head;
	bool is_triple, is_template, is_long;
};

struct bracket {
	int kind;
	struct span span;
};

/* A comment and where it stands, until it is attached. */
struct remark {
	struct ast_comment comment;
	bool is_trailing;	/* something stands before it on its line */
};

/* Where reading may go on, by what was being read. */
enum fence {
	FENCE_ITEM, FENCE_OPEN, FENCE_CLAUSE, FENCE_CASE, FENCE_LINE,
	FENCE_MAPPED, FENCE_SOURCE, FENCE_WORD, FENCE_VALUE, FENCE_ENTITY
};

struct parser {
	struct arena *arena;
	struct diagnostics *all;
	uint32_t file;
	struct str bytes;
	struct list *items;	/* of the file */

	/* lexer.l: offsets count bytes of the file */
	void *scanner;
	uint32_t start, offset;
	uint32_t line_ends;	/* since the last token or comment */
	bool is_line_begun;	/* a token stands on this line already */
	bool is_message_next;	/* `else` was just read */
	VEC(struct remark) remarks;

	struct string string;	/* being read */
	struct string outer;	/* the message around the expression */
	bool in_template;	/* reading an expression inside a message */
	uint32_t braces;	/* open in that expression */
	bool is_doubtful;	/* what is wrong with the last token was said */
	bool was_doubtful;	/* and with the one before */

	/* comments.c: the list that was last added to, and its end */
	struct ast_comment **comments, **comments_end;

	/* tokens.c */
	VEC(struct bracket) brackets;
	struct token held;	/* read, but brackets are closed before it */
	size_t held_depth;
	bool is_holding;
	bool is_again;		/* give the held token once more */
	bool is_skipping;	/* to the next fence */
	bool is_in_node;	/* lines of a node were skipped in a mapping */
	bool is_quiet;		/* what follows a mistake is no second one */
	struct token current;	/* the parser's lookahead */
	int last, item;		/* the last token; the declaration's keyword */
	uint32_t last_resync;	/* with tries: sees that reading moves on */
	unsigned tries;
	size_t faults;		/* in this declaration */
	size_t part_faults;	/* in this part of it */
	bool is_torn;		/* text of this declaration went astray */
	bool was_faulty;	/* the declaration before had some */
	bool is_deep;		/* its depth was complained about */
};

/* lexer.l */
void scan_begin(struct parser *p);
struct token scan_token(struct parser *p);

/* literal.c: the insides of numbers, dates and strings.  False when it is
 * none, which was said. */
bool literal_integer(struct parser *p, struct word *word);
bool literal_date(struct parser *p, struct word *word);
bool literal_duration(struct parser *p, struct word *word);
/* The character of an escape, or -1 when it was complained about. */
int32_t literal_escape(struct parser *p, struct str escape);
/* Looks ahead to the end of a string that begins at P's offset: its indent,
 * and whether the braces in it close. */
void literal_survey(struct parser *p, struct string *string);

/* tokens.c */
struct token token_next(struct parser *p);
/* Skips from TOKEN to the next fence inside the block opened at DEPTH. */
struct token token_resync(struct parser *p, struct token token,
    enum fence fence, uint32_t depth);
bool token_is_name(int kind);
bool token_is_reserved(int kind);

/* report.c */
/* Adds a fault, unless something is already known to be wrong here. */
struct diagnostic *report_fault(struct parser *p, enum diag_code code,
    struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* FOUND is the name of the token at SPAN, EXPECTED what could have stood
 * there. */
void report_unexpected(struct parser *p, const char *found, struct span span,
    const char **expected, size_t count);
void report_unclosed(struct parser *p, struct bracket bracket,
    struct span before);
/* WHAT ("name") is longer than LIMIT bytes. */
void report_length(struct parser *p, struct span span, const char *what,
    enum limit limit);
void report_depth(struct parser *p, struct span span);
void report_character(struct parser *p, int32_t character, struct span span);
/* Quotes that open and never close. */
void report_open(struct parser *p, struct span span, const char *text);
/* Some other language's spelling of RIGHT. */
void report_foreign(struct parser *p, struct span span, const char *right);

/* build.c */
struct ast *build(struct parser *p, enum ast_kind kind, struct span span,
    const struct parts *parts);
/* Notes in a rule or test that parts of it may be missing. */
void build_torn(struct parser *p, struct ast *item);
struct ast *build_grouped(struct parser *p, struct span span,
    struct ast *inner);
struct list *build_list(struct parser *p, struct list *list, struct ast *item);
/* B's items behind A's; either may be NULL. */
struct list *build_append(struct parser *p, struct list *a, const struct list *b);
/* `first.second` as one name. */
struct word build_dotted(struct parser *p, struct word first, struct word second);
/* A name where a value stands: `null` is none, and said to be so. */
struct ast *build_value_name(struct parser *p, struct word word);
/* A path of several parts, or the one part. */
struct ast *build_path(struct parser *p, enum ast_kind kind, struct span span,
    struct list *parts);
struct ast *build_repeat(struct parser *p, struct ast *step, struct span span,
    struct word low, const struct word *high);
/* The VALUE of a param, behind which no range may stand. */
struct ast *build_param_value(struct parser *p, struct word name,
    const struct ast *range, struct ast *value);
/* A comparison with `known`, `unknown` or `empty`, which `is` was meant for. */
struct ast *build_state(struct parser *p, struct span span, struct ast *value,
    bool negated, struct word state);
/* `a < b < c`. */
struct ast *build_chain(struct parser *p, struct span span, struct ast *left,
    struct span second);
/* `a = b` where `a == b` was meant. */
struct ast *build_assigned(struct parser *p, struct span span,
    struct ast *left, struct span sign, struct ast *right);

/* comments.c */
void comments_attach(struct parser *p, struct ast *file);

#endif
