/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build - what the grammar's actions call to make the tree.
 *
 * The height of every expression is counted while it is built and bounded by
 * LIMIT_EXPRESSION_DEPTH: whoever walks the tree may recurse.
 */
#include "base/limits.h"
#include "grammar/context.h"

/* What the C stack bears, whatever limit was set. */
#define DEEPEST 10000

/* Does this kind stand inside itself? */
static bool is_nesting(enum ast_kind kind)
{
	return kind >= AST_NAME || kind == AST_TYPE_SET ||
	    kind == AST_TYPE_OPTIONAL || kind == AST_VALUE_LIST ||
	    kind == AST_VALUE_MAP || kind == AST_MAP_SOURCE;
}

/* Does the height of what is inside count for what is around it? */
static bool is_measured(enum ast_kind kind)
{
	return is_nesting(kind) || kind == AST_BINDER || kind == AST_FIELD ||
	    kind == AST_MAP_FIELD;
}

static uint32_t depth_below(const struct parts *parts)
{
	uint32_t depth = 0;

	for (int i = 0; i < AST_SLOTS; i++)
		if (parts->slot[i] && parts->slot[i]->depth > depth)
			depth = parts->slot[i]->depth;
	for (uint32_t i = 0; parts->items && i < parts->items->count; i++)
		if (parts->items->items[i]->depth > depth)
			depth = parts->items->items[i]->depth;
	return depth;
}

static bool is_type(enum ast_kind kind)
{
	return kind == AST_TYPE_SET || kind == AST_TYPE_OPTIONAL;
}

/* The kind to build: an error in place of what would be too deep. */
static enum ast_kind bounded(struct parser *p, enum ast_kind kind,
    struct span span, uint32_t depth)
{
	if (depth <= limit_get(LIMIT_EXPRESSION_DEPTH) && depth <= DEEPEST)
		return kind;
	report_depth(p, span);
	return AST_ERROR;
}

struct ast *build(struct parser *p, enum ast_kind kind, struct span span,
    const struct parts *parts)
{
	struct ast *node = ARENA_NEW(p->arena, struct ast);
	uint32_t depth = is_measured(kind) ? depth_below(parts) : 0;

	depth += is_nesting(kind);
	node->kind = bounded(p, kind, span, depth);
	if (parts->word.broken || (is_type(kind) &&
	    parts->slot[0]->kind == AST_ERROR))
		node->kind = AST_ERROR;
	node->span = node->name = span;
	if (node->kind != kind)
		return node;
	node->depth = depth;
	node->op = parts->op;
	node->negated = parts->negated;
	node->low = parts->low;
	node->high = parts->high;
	node->text = parts->word.text;
	node->quoted = parts->word.quoted;
	if (parts->word.text.at)
		node->name = parts->word.span;
	memcpy(node->slot, parts->slot, sizeof(node->slot));
	if (parts->items) {
		node->items = parts->items->items;
		node->count = parts->items->count;
	}
	return node;
}

void build_torn(struct parser *p, struct ast *item)
{
	struct list *list = NULL;

	if (item->kind != AST_RULE && item->kind != AST_TEST)
		return;
	for (uint32_t i = 0; i < item->count; i++)
		list = build_list(p, list, item->items[i]);
	list = build_list(p, list, build(p, AST_ERROR, (struct span){
	    item->span.file, item->span.end, item->span.end },
	    &(struct parts){ 0 }));
	item->items = list->items;
	item->count = list->count;
}

/* Parentheses leave no node, but they nest. */
struct ast *build_grouped(struct parser *p, struct span span,
    struct ast *inner)
{
	inner->depth++;
	if (bounded(p, inner->kind, span, inner->depth) == inner->kind)
		return inner;
	return build(p, AST_ERROR, span, &(struct parts){ 0 });
}

struct list *build_list(struct parser *p, struct list *list, struct ast *item)
{
	if (list == NULL)
		list = ARENA_NEW(p->arena, struct list);
	if (list->count == list->capacity) {
		uint32_t wanted = list->capacity ? 2 * list->capacity : 4;

		list->items = arena_grow(p->arena, list->items,
		    list->capacity * sizeof(*list->items),
		    wanted * sizeof(*list->items));
		list->capacity = wanted;
	}
	list->items[list->count++] = item;
	return list;
}

struct list *build_append(struct parser *p, struct list *a,
    const struct list *b)
{
	for (uint32_t i = 0; b && i < b->count; i++)
		a = build_list(p, a, b->items[i]);
	return a;
}

struct word build_dotted(struct parser *p, struct word first,
    struct word second)
{
	struct word word = {
		.span = span_join(first.span, second.span),
		.broken = first.broken || second.broken
	};
	size_t length = first.text.length + 1 + second.text.length;
	size_t limit = limit_get(LIMIT_IDENTIFIER);
	const char *between = first.text.at + first.text.length;

	if (first.text.length > limit) {
		word.text = first.text;		/* said already */
		word.broken = true;
		return word;
	}
	if (length > limit) {
		report_length(p, word.span, "name", LIMIT_IDENTIFIER);
		word.broken = true;
	}
	/* As a rule it stands there like that already. */
	if (between + 1 == second.text.at && *between == '.')
		word.text = (struct str){ first.text.at, length };
	else
		word.text = arena_printf(p->arena, "%.*s.%.*s",
		    STR_ARG(first.text), STR_ARG(second.text));
	return word;
}

struct ast *build_value_name(struct parser *p, struct word word)
{
	struct diagnostic *d;

	if (word.quoted || !(str_equal(word.text, STR("null")) ||
	    str_equal(word.text, STR("nil"))))
		return build(p, AST_NAME, word.span,
		    &(struct parts){ .word = word });
	d = report_fault(p, DIAG_E0018, word.span, "`%.*s` is no value here",
	    STR_ARG(word.text));
	diag_help(p->all, d, "what is known to be absent is `none`");
	diag_fix(p->all, d, word.span, STR("none"));
	return build(p, AST_NONE, word.span, &(struct parts){ 0 });
}

struct ast *build_path(struct parser *p, enum ast_kind kind, struct span span,
    struct list *parts)
{
	if (parts->count == 1)
		return parts->items[0];
	return build(p, kind, span, &(struct parts){ .items = parts });
}

/* How often a step is repeated; complains of what nobody can mean. */
static uint32_t times(struct parser *p, struct word number)
{
	uint64_t value = 0;

	for (size_t i = 0; i < number.text.length && value < UINT32_MAX; i++)
		value = value * 10 + (uint64_t)(number.text.at[i] - '0');
	if (value < UINT32_MAX)
		return (uint32_t)value;
	report_fault(p, DIAG_E0009, number.span, "this number is too large");
	return 1;
}

struct ast *build_repeat(struct parser *p, struct ast *step, struct span span,
    struct word low, const struct word *high)
{
	struct parts parts = { .slot = { step }, .low = times(p, low) };

	if (high)
		parts.high = high->span.start == low.span.start ? parts.low
		    : times(p, *high);
	else
		parts.high = UINT32_MAX;
	if (parts.high < parts.low) {
		report_fault(p, DIAG_E0009, span_join(low.span, high->span),
		    "from %u to %u is no range", parts.low, parts.high);
		parts.high = parts.low;
	}
	return build(p, AST_PATH_REPEAT, span, &parts);
}

struct ast *build_state(struct parser *p, struct span span, struct ast *value,
    bool negated, struct word state)
{
	bool is_known = str_equal(state.text, STR("known"));
	bool is_empty = str_equal(state.text, STR("empty"));

	diag_help(p->all, report_fault(p, DIAG_E0017, span,
	    "`%.*s` is no value to compare with", STR_ARG(state.text)),
	    "write `is %s%.*s`", negated ? "not " : "", STR_ARG(state.text));
	return build(p, AST_IS, span, &(struct parts){
	    .op = is_known ? OP_KNOWN : is_empty ? OP_EMPTY : OP_UNKNOWN,
	    .negated = negated, .slot = { value } });
}

struct ast *build_chain(struct parser *p, struct span span, struct ast *left,
    struct span second)
{
	if (left->kind != AST_ERROR)
		diag_help(p->all, report_fault(p, DIAG_E0016, second,
		    "comparisons do not chain"),
		    "write `a < b and b < c`, or `b in a .. c`");
	return build(p, AST_ERROR, span, &(struct parts){ 0 });
}

struct ast *build_assigned(struct parser *p, struct span span,
    struct ast *left, struct span sign, struct ast *right)
{
	struct diagnostic *d = report_fault(p, DIAG_E0018, sign,
	    "`=` is no operator here");

	diag_help(p->all, d, "to compare write `==`");
	diag_fix(p->all, d, sign, STR("=="));
	return build(p, AST_BINARY, span, &(struct parts){
	    .op = OP_EQ, .slot = { left, right } });
}

static struct str text_of(const struct parser *p, const struct ast *a,
    const struct ast *b)
{
	struct span span = span_join(a->span, b->span);

	return str_slice(p->bytes, span.start, span.end);
}

/* `= 3 in 1 .. 9` reads as a comparison. */
struct ast *build_param_value(struct parser *p, struct word name,
    const struct ast *range, struct ast *value)
{
	struct diagnostic *d;
	struct str from;

	if (range || !value || value->kind != AST_IN_RANGE)
		return value;
	from = text_of(p, value->slot[1], value->slot[2]);
	d = report_fault(p, DIAG_E0014, span_join(value->slot[1]->span,
	    value->slot[2]->span), "the range of a param stands before its value");
	diag_help(p->all, d, "write `param %.*s: … in %.*s = %.*s`",
	    STR_ARG(name.text), STR_ARG(from),
	    STR_ARG(text_of(p, value->slot[0], value->slot[0])));
	return build(p, AST_ERROR, value->span, &(struct parts){ 0 });
}
