/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ast - listing and comparing trees.
 *
 * Both recurse: the parser bounds the height of a tree (build.c).
 */
#include "grammar/ast.h"

static const char *const kinds[] = {
#define NODE(kind, ...) #kind,
#include "grammar/ast.def"
#undef NODE
};

static const char *const spellings[] = {
#define OP(name, spelling) spelling,
	AST_OPS(OP)
#undef OP
};

const char *ast_op_spelling(enum ast_op op)
{
	return spellings[op];
}

static void dump_times(const struct ast *node, struct text *out)
{
	text_printf(out, " {%u,", node->low);
	if (node->high != UINT32_MAX)
		text_printf(out, "%u", node->high);
	text_add_char(out, '}');
}

static void dump_comments(const struct ast_comment *comment, const char *where,
    struct text *out)
{
	for (; comment; comment = comment->next) {
		text_printf(out, " %s \"", where);
		text_add_json(out, comment->text);
		text_add_char(out, '"');
	}
}

static void dump_line(const struct ast *node, struct text *out,
    bool positions)
{
	text_printf(out, "%s", kinds[node->kind]);
	if (node->op != OP_NONE)
		text_printf(out, " %s", spellings[node->op]);
	if (node->negated)
		text_add(out, STR(" negated"));
	if (node->text.at) {
		text_add(out, STR(" \""));
		text_add_json(out, node->text);
		text_add_char(out, '"');
	}
	if (node->kind == AST_PATH_REPEAT)
		dump_times(node, out);
	if (positions)
		text_printf(out, " @%u-%u", node->span.start, node->span.end);
	dump_comments(node->before, "before", out);
	dump_comments(node->after, "after", out);
	dump_comments(node->inside, "inside", out);
	text_add_char(out, '\n');
}

/* SLOT tells the place of the node in the one above; -1: an item. */
static void dump(const struct ast *node, uint32_t indent, int slot,
    struct text *out, bool positions)
{
	for (uint32_t i = 0; i < indent; i++)
		text_add(out, STR("  "));
	if (slot >= 0)
		text_printf(out, "%d: ", slot);
	dump_line(node, out, positions);
	for (int i = 0; i < AST_SLOTS; i++)
		if (node->slot[i])
			dump(node->slot[i], indent + 1, i, out, positions);
	for (uint32_t i = 0; i < node->count; i++)
		dump(node->items[i], indent + 1, -1, out, positions);
}

void ast_dump(const struct ast *tree, struct text *out, bool positions)
{
	dump(tree, 0, -1, out, positions);
}

static bool is_same_node(const struct ast *a, const struct ast *b)
{
	return a->kind == b->kind && a->op == b->op &&
	    a->negated == b->negated && a->low == b->low &&
	    a->high == b->high && str_equal(a->text, b->text) &&
	    a->count == b->count;
}

bool ast_equal(const struct ast *a, const struct ast *b)
{
	if (!is_same_node(a, b))
		return false;
	for (int i = 0; i < AST_SLOTS; i++) {
		if (!a->slot[i] != !b->slot[i])
			return false;
		if (a->slot[i] && !ast_equal(a->slot[i], b->slot[i]))
			return false;
	}
	for (uint32_t i = 0; i < a->count; i++)
		if (!ast_equal(a->items[i], b->items[i]))
			return false;
	return true;
}
