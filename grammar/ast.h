/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ast - the syntax tree: what was written, nothing looked up.
 *
 * One node type; ast.def says what each field means for each kind.  Nodes,
 * names and lists live in the region of the parse.
 */
#ifndef SCARP_GRAMMAR_AST_H
#define SCARP_GRAMMAR_AST_H

#include "base/source.h"
#include "base/text.h"

enum ast_kind {
#define NODE(kind, ...) AST_##kind,
#include "grammar/ast.def"
#undef NODE
	AST_COUNT
};

/* OP(name, spelling) */
#define AST_OPS(OP) \
	OP(NONE, "") \
	OP(AND, "and") OP(OR, "or") OP(IMPLIES, "implies") OP(NOT, "not") \
	OP(EQ, "==") OP(NE, "!=") OP(LT, "<") OP(GT, ">") OP(LE, "<=") OP(GE, ">=") \
	OP(IN, "in") OP(NOT_IN, "not in") OP(HAS, "has") OP(SUBSET, "subset of") \
	OP(LIKE, "like") OP(MATCHES, "matches") OP(STARTS, "starts with") OP(ENDS, "ends with") \
	OP(ADD, "+") OP(SUB, "-") OP(MUL, "*") OP(DIV, "/") \
	OP(UNION, "union") OP(INTERSECT, "intersect") OP(WITHOUT, "without") \
	OP(KNOWN, "known") OP(UNKNOWN, "unknown") OP(ABSENT, "none") OP(EMPTY, "empty") OP(KIND, "kind") \
	OP(ANY, "any") OP(ALL, "all") OP(NO, "no") \
	OP(EXACTLY, "exactly") OP(AT_LEAST, "at least") OP(AT_MOST, "at most") \
	OP(COUNT, "count") OP(SUM, "sum") OP(MIN, "min") OP(MAX, "max") \
	OP(KEY, "key") OP(OWNED, "owned") OP(SHORTHAND, "shorthand") OP(DEFAULT, "default") \
	OP(INVERSE, "inverse") OP(CHANGEABLE, "changeable") \
	OP(PASS, "pass") OP(FAIL, "fail") OP(NOT_APPLICABLE, "not applicable") \
	OP(RULE, "rule") OP(TAG, "tags") OP(SEVERITY, "severity") OP(REST, "rest of") \
	OP(EACH, "each") OP(NODE, "node") OP(EDGE, "edge") OP(PROPERTY, "property")

enum ast_op {
#define OP(name, spelling) OP_##name,
	AST_OPS(OP)
#undef OP
	OP_COUNT_OF
};

/* A comment, from its `#` to the end of the line, without the line end. */
struct ast_comment {
	struct span span;
	struct str text;
	struct ast_comment *next;
	bool blank_before;	/* an empty line stands before it */
};

#define AST_SLOTS 4

struct ast {
	enum ast_kind kind;
	enum ast_op op;
	bool negated;		/* IS: `is not`; FOLD: distinct; MAP_SOURCE: complete */
	bool quoted;		/* the name stood in backquotes; a STRING in """ */
	bool blank_before;	/* an empty line stands before it */
	uint32_t depth;		/* height of an expression, itself included;
				 * bounded by LIMIT_EXPRESSION_DEPTH */
	uint32_t low, high;	/* PATH_REPEAT; high UINT32_MAX: no end */
	struct span span;	/* the whole construct */
	struct span name;	/* where `text` stands; else equal to span */
	struct str text;
	struct ast *slot[AST_SLOTS];
	struct ast **items;
	uint32_t count;
	struct ast_comment *before;	/* on lines of their own, above */
	struct ast_comment *after;	/* behind it, on its last line */
	struct ast_comment *inside;	/* before the closing brace */
};

const char *ast_op_spelling(enum ast_op op);
/* An indented listing of the tree: kind, op, text; positions when asked. */
void ast_dump(const struct ast *tree, struct text *out, bool positions);
/* The same tree, comments and positions aside. */
bool ast_equal(const struct ast *a, const struct ast *b);

#endif
