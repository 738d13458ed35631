/* SPDX-License-Identifier: Apache-2.0 */
/* Building a document in the order of its text. */
#include "inventory/tree.h"

#include "base/guard.h"
#include "inventory/read.h"

void tree_init(struct tree_builder *t, struct arena *arena)
{
	*t = (struct tree_builder){ .arena = arena,
		.document = ARENA_NEW(arena, struct document) };
}

bool tree_wants_key(const struct tree_builder *t)
{
	const struct tree_level *top;

	if (t->levels.count == 0)
		return false;
	top = VEC_LAST(&t->levels);
	return t->document->nodes.items[top->node].kind == DOCUMENT_MAP &&
	    !t->has_key;
}

bool tree_is_list(const struct tree_builder *t)
{
	return t->levels.count && t->document->nodes.items[
	    VEC_LAST(&t->levels)->node].kind == DOCUMENT_LIST;
}

void tree_key(struct tree_builder *t, struct str key, struct span span,
    bool is_broken)
{
	t->has_key = true;
	t->is_key_broken = is_broken;
	t->key = key;
	t->key_span = span;
}

/* Links the node at INDEX behind its elder sibling. */
static void link_node(struct tree_builder *t, uint32_t index)
{
	struct document_node *nodes = t->document->nodes.items;
	struct tree_level *top;

	if (t->levels.count == 0)
		return;
	top = VEC_LAST(&t->levels);
	if (top->last)
		nodes[top->last].next = index;
	else
		nodes[top->node].first = index;
	top->last = index;
	nodes[top->node].count++;
}

uint32_t tree_add(struct tree_builder *t, enum document_kind kind,
    struct str text, struct span span)
{
	size_t index = t->document->nodes.count;
	struct document_node *node;

	if (index >= UINT32_MAX)
		guard_raise("out of memory");
	node = VEC_PUSH(t->arena, &t->document->nodes);
	*node = (struct document_node){ .kind = kind, .text = text,
		.span = t->has_key && t->is_key_broken ? SPAN_NONE : span };
	if (t->has_key) {
		node->key = t->key;
		node->key_span = t->key_span;
	}
	t->has_key = false;
	link_node(t, (uint32_t)index);
	if (kind == DOCUMENT_LIST || kind == DOCUMENT_MAP)
		*VEC_PUSH(t->arena, &t->levels) =
		    (struct tree_level){ (uint32_t)index, 0 };
	return (uint32_t)index;
}

void tree_close(struct tree_builder *t, uint32_t end)
{
	struct document_node *node = &t->document->nodes.items[
	    VEC_LAST(&t->levels)->node];

	if (!span_is_none(node->span))
		node->span.end = end;
	t->levels.count--;
}

/* Of a child that was refused only its key stands somewhere, if it has one. */
uint32_t tree_last_end(const struct tree_builder *t)
{
	const struct tree_level *top = VEC_LAST(&t->levels);
	const struct document_node *nodes = t->document->nodes.items;
	const struct document_node *last = &nodes[top->last ? top->last : top->node];
	uint32_t end = nodes[top->node].span.end;

	if (last->span.end > end)
		end = last->span.end;
	return last->key_span.end > end ? last->key_span.end : end;
}

/* --- tokens --------------------------------------------------------------- */

static struct span token_span(const struct token *token, uint32_t file)
{
	return (struct span){ file, token->start, token->end };
}

static bool check_length(struct diagnostics *all, uint32_t file,
    const struct token *token, enum limit limit, const char *what)
{
	if (token->length <= limit_get(limit))
		return true;
	input_over_limit(all, (struct span){ file, token->start,
		token->start + 1 }, what, limit);
	return false;
}

static void add_scalar(struct tree_builder *t, struct diagnostics *all,
    uint32_t file, const struct token *token)
{
	bool is_good = check_length(all, file, token, LIMIT_INVENTORY_SCALAR,
	    "this value is too long");

	tree_add(t, token->kind == TOKEN_QUOTED ? DOCUMENT_QUOTED :
	    DOCUMENT_PLAIN, token_text(token), is_good ?
	    token_span(token, file) : SPAN_NONE);
}

void tree_token(struct tree_builder *t, struct diagnostics *all, uint32_t file,
    const struct token *token)
{
	struct span start = { file, token->start, token->start };

	switch ((enum token_kind)token->kind) {
	case TOKEN_KEY:
		tree_key(t, token_text(token), token_span(token, file),
		    !check_length(all, file, token, LIMIT_INVENTORY_KEY,
		    "this key is too long"));
		break;
	case TOKEN_PLAIN:
	case TOKEN_QUOTED:
		add_scalar(t, all, file, token);
		break;
	case TOKEN_LIST:
	case TOKEN_MAP:
		tree_add(t, token->kind == TOKEN_LIST ? DOCUMENT_LIST :
		    DOCUMENT_MAP, STR(""), start);
		break;
	case TOKEN_END:
		tree_close(t, token->end);
		break;
	case TOKEN_REST:
		break;
	}
}
