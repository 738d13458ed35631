/* SPDX-License-Identifier: Apache-2.0 */
/*
 * comments - where each comment belongs in the tree.
 *
 * Only some nodes carry comments: those that the formatter can put on a line
 * of their own (their hosts are listed in hosts_of).  A comment behind one on
 * its line is its `after`; else it stands before the next one, or inside the
 * block when none follows.  A comment in the middle of anything smaller moves
 * up to the line above; none is lost.
 */
#include "grammar/context.h"

/* The nodes inside one that carry comments, in the order of the text. */
struct hosts {
	struct ast **items;
	uint32_t count;
	bool is_block;		/* room is left for comments at its end */
};

static bool is_joined(const struct ast *node)
{
	return node->kind == AST_BINARY && (node->op == OP_AND ||
	    node->op == OP_OR || node->op == OP_IMPLIES);
}

/* Does the chain whose last link is NODE go on to the left? */
static bool goes_on(const struct ast *node)
{
	const struct ast *left = node->slot[0];

	return is_joined(left) && left->op == node->op &&
	    node->op != OP_IMPLIES;
}

/* The operands of a chain `a or b or c`, or the one expression. */
static void add_operands(struct parser *p, struct hosts *hosts,
    struct ast *node)
{
	struct ast *link = node;
	uint32_t place;

	hosts->count = 1;
	if (is_joined(node))
		for (hosts->count = 2; goes_on(link); link = link->slot[0])
			hosts->count++;
	hosts->items = arena_array(p->arena, hosts->count + 1,
	    sizeof(*hosts->items));
	for (place = hosts->count - 1; place > 0; place--) {
		hosts->items[place] = node->slot[1];
		node = node->slot[0];
	}
	hosts->items[0] = node;
}

/* A clause: the operands of its condition, then its message or reason. */
static struct hosts hosts_of_clause(struct parser *p, struct ast *condition,
    struct ast *behind)
{
	struct hosts hosts = { 0 };

	add_operands(p, &hosts, condition);
	if (behind)
		hosts.items[hosts.count++] = behind;
	return hosts;
}

static struct hosts hosts_of_source(struct ast *source)
{
	struct hosts hosts = { source->items, source->count, false };

	while (hosts.count > 0 && (*hosts.items)->kind != AST_MAP_SPELL &&
	    (*hosts.items)->kind != AST_MAP_FIELD &&
	    (*hosts.items)->kind != AST_MAP_POSSIBLE) {
		hosts.items++;
		hosts.count--;
	}
	hosts.is_block = hosts.count > 0;
	return hosts;
}

static struct hosts hosts_of(struct parser *p, struct ast *node)
{
	switch ((int)node->kind) {
	case AST_FILE:
	case AST_ENUM:
	case AST_ENUM_VALUE:
	case AST_ENTITY:
	case AST_RULE:
	case AST_PROFILE:
	case AST_TEST:
	case AST_MAP:
	case AST_GIVEN:
	case AST_GIVEN_ENTITY:
	case AST_MAP_NODE:
		return (struct hosts){ node->items, node->count, true };
	case AST_MAP_FIELD:
		if (node->slot[0]->kind == AST_MAP_SOURCE)
			return hosts_of_source(node->slot[0]);
		break;
	case AST_DERIVE:
		return hosts_of_clause(p, node->slot[2], NULL);
	case AST_DEFINE:
		return hosts_of_clause(p, node->slot[1], NULL);
	case AST_RELATION:
	case AST_LET:
	case AST_WHEN:
		return hosts_of_clause(p, node->slot[0], NULL);
	case AST_EXCEPT:
	case AST_REQUIRE:
	case AST_FORBID:
		return hosts_of_clause(p, node->slot[0], node->slot[1]);
	default:
		break;
	}
	return (struct hosts){ 0 };
}

/* How many of the hosts end at or before OFFSET. */
static uint32_t hosts_before(const struct hosts *hosts, uint32_t offset)
{
	uint32_t low = 0, high = hosts->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (hosts->items[middle]->span.end <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Comments come in the order of the text, so a list's end is mostly where
 * the last one went. */
static void append(struct parser *p, struct ast_comment **list,
    struct ast_comment *comment)
{
	struct ast_comment **end = p->comments == list ? p->comments_end : list;

	while (*end)
		end = &(*end)->next;
	*end = comment;
	p->comments = list;
	p->comments_end = &comment->next;
}

static bool is_one_line(const struct parser *p, uint32_t from, uint32_t to)
{
	for (; from < to; from++)
		if (p->bytes.at[from] == '\n' || p->bytes.at[from] == '\r')
			return false;
	return true;
}

/* A comment from inside NODE moves to the line above, below the empty one. */
static void lift(struct parser *p, struct ast *node,
    struct ast_comment *comment)
{
	comment->blank_before = node->blank_before;
	node->blank_before = false;
	append(p, &node->before, comment);
}

/* Among HOSTS, in none of which the comment stands; ABOVE is the nearest node
 * around it that has room for a line before. */
static void attach_here(struct parser *p, struct ast *above,
    const struct hosts *hosts, uint32_t place, struct remark *remark)
{
	struct ast_comment *comment = &remark->comment;
	struct ast *last = place > 0 ? hosts->items[place - 1] : NULL;

	if (last && remark->is_trailing && is_one_line(p, last->span.end,
	    comment->span.start))
		append(p, &last->after, comment);
	else if (place < hosts->count && (hosts->is_block || place > 0))
		append(p, &hosts->items[place]->before, comment);
	else if (hosts->is_block)
		append(p, &above->inside, comment);
	else
		lift(p, above, comment);
}

static void attach(struct parser *p, struct ast *file, struct remark *remark)
{
	uint32_t start = remark->comment.span.start;
	struct ast *node = file, *above = file;

	for (;;) {
		struct hosts hosts = hosts_of(p, node);
		uint32_t place = hosts_before(&hosts, start);

		if (place == hosts.count ||
		    hosts.items[place]->span.start > start) {
			attach_here(p, above, &hosts, place, remark);
			return;
		}
		node = hosts.items[place];
		/* What a condition begins with stands behind its keyword. */
		if (hosts.is_block || place > 0)
			above = node;
	}
}

/* Is there an empty line right before NODE? */
static bool is_blank_before(const struct parser *p, const struct ast *node)
{
	uint32_t at = node->span.start;
	int lines = 0;

	while (at > 0 && lines < 2) {
		char c = p->bytes.at[--at];

		if (c == '\n') {
			lines++;
			at -= at > 0 && p->bytes.at[at - 1] == '\r';
		} else if (c == '\r') {
			lines++;
		} else if (c != ' ' && c != '\t') {
			break;
		}
	}
	return lines == 2;
}

static void mark_blanks(struct parser *p, struct ast *node)
{
	struct hosts hosts = hosts_of(p, node);

	for (uint32_t i = 0; i < hosts.count; i++) {
		hosts.items[i]->blank_before =
		    is_blank_before(p, hosts.items[i]);
		mark_blanks(p, hosts.items[i]);
	}
}

void comments_attach(struct parser *p, struct ast *file)
{
	mark_blanks(p, file);
	for (size_t i = 0; i < p->remarks.count; i++)
		attach(p, file, &p->remarks.items[i]);
}
