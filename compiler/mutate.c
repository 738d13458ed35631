/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mutations of clauses and conditions, in the text.
 *
 * The walk follows the syntax tree and edits the text it came from.  A node's
 * span is that of its text without the brackets around it, but a parent's span
 * begins and ends with its operands' brackets; so the ends of operands are
 * found from the operator between them.
 */
#include "compiler/mutate_walk.h"

#include <stdlib.h>

#include "base/limits.h"
#include "compiler/affects.h"
#include "grammar/parse.h"

static const char *const words[] = {
#define MUTATION(name, word, text) word,
	MUTATIONS(MUTATION)
#undef MUTATION
};

const char *mutation_word(enum mutation_kind kind)
{
	return words[kind];
}

/* --- text ------------------------------------------------------------------ */

static uint32_t file_of(const struct mutator *m)
{
	return m->out->items.items[m->item].ast->span.file;
}

static struct str bytes_of(const struct mutator *m)
{
	return source_bytes(m->sources, file_of(m));
}

struct str mutate_text(const struct mutator *m, uint32_t start, uint32_t end)
{
	return str_slice(bytes_of(m), start, end);
}

static bool is_blank(const struct mutator *m, uint32_t i)
{
	char c = bytes_of(m).at[i];

	return m->comments[i] || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Something always follows, and stands before. */
uint32_t mutate_start_after(const struct mutator *m, uint32_t offset)
{
	while (is_blank(m, offset))
		offset++;
	return offset;
}

uint32_t mutate_end_before(const struct mutator *m, uint32_t offset)
{
	while (is_blank(m, offset - 1))
		offset--;
	return offset;
}

/* Between two operands is an operator. */
struct span mutate_gap(const struct mutator *m, uint32_t start, uint32_t end)
{
	struct str bytes = bytes_of(m);

	while (is_blank(m, start) || bytes.at[start] == ')')
		start++;
	while (is_blank(m, end - 1) || bytes.at[end - 1] == '(')
		end--;
	return (struct span){ file_of(m), start, end };
}

void mutate_add(struct mutator *m, enum mutation_kind kind, uint32_t start,
    uint32_t end, struct str became)
{
	*VEC_PUSH(m->arena, &m->out->list) = (struct mutation){
		.kind = kind, .span = { file_of(m), start, end },
		.became = became, .item = m->item };
}

static struct span gap_of(const struct mutator *m, const struct ast *e)
{
	return mutate_gap(m, e->slot[0]->span.end, e->slot[1]->span.start);
}

static void negate(struct mutator *m, const struct ast *e)
{
	mutate_add(m, MUTATION_NEGATION, e->span.start, e->span.end,
	    arena_printf(m->arena, "(not (%.*s))",
	    STR_ARG(mutate_text(m, e->span.start, e->span.end))));
}

/* --- conditions -------------------------------------------------------------- */

static bool is_chain(const struct ast *e, enum ast_op op)
{
	return e->kind == AST_BINARY && e->op == op;
}

/* Each operand of `a and b and c` is dropped once: where an operand is itself
 * such a chain, its own turn comes. */
static void mutate_connective(struct mutator *m, const struct ast *e)
{
	struct span op = gap_of(m, e);

	mutate_add(m, MUTATION_CONNECTIVE, op.start, op.end,
	    e->op == OP_AND ? STR("or") : STR("and"));
	if (!is_chain(e->slot[0], e->op))
		mutate_add(m, MUTATION_OPERAND, e->span.start,
		    mutate_start_after(m, op.end), STR(""));
	if (!is_chain(e->slot[1], e->op) && e->op != OP_IMPLIES)
		mutate_add(m, MUTATION_OPERAND, mutate_end_before(m, op.start),
		    e->span.end, STR(""));
	mutate_truth(m, e->slot[0], true);
	mutate_truth(m, e->slot[1], true);
}

/* What an operator may be mistaken for; `contrary` is what `not` gives too. */
static const struct {
	enum ast_op op;
	const char *near, *contrary;
} comparisons[] = {
	{ OP_EQ, NULL, "!=" }, { OP_NE, NULL, "==" },
	{ OP_LT, "<=", ">=" }, { OP_LE, "<", ">" },
	{ OP_GT, ">=", "<=" }, { OP_GE, ">", "<" },
	{ OP_IN, NULL, "not in" }, { OP_NOT_IN, NULL, "in" },
};

static void mutate_comparison(struct mutator *m, const struct ast *e,
    bool negatable)
{
	struct span op = gap_of(m, e);
	bool is_known = false;

	for (size_t i = 0; i < sizeof(comparisons) / sizeof(*comparisons); i++) {
		if (comparisons[i].op != e->op)
			continue;
		is_known = true;
		if (comparisons[i].near)
			mutate_add(m, MUTATION_COMPARISON, op.start, op.end,
			    str_of(comparisons[i].near));
		if (negatable)
			mutate_add(m, MUTATION_COMPARISON, op.start, op.end,
			    str_of(comparisons[i].contrary));
	}
	if (!is_known && negatable)
		negate(m, e);
	mutate_value(m, e->slot[0]);
	mutate_value(m, e->slot[1]);
}

static void mutate_range(struct mutator *m, const struct ast *e, bool negatable)
{
	struct span op = gap_of(m, e);

	if (negatable)
		mutate_add(m, MUTATION_COMPARISON, op.start, op.end,
		    e->op == OP_IN ? STR("not in") : STR("in"));
	for (int i = 0; i < 3; i++)
		mutate_value(m, e->slot[i]);
}

static void mutate_is(struct mutator *m, const struct ast *e, bool negatable)
{
	struct span is = mutate_gap(m, e->slot[0]->span.end, e->span.end);
	uint32_t not_ = mutate_start_after(m, is.start + 2);

	if (negatable && e->negated)
		mutate_add(m, MUTATION_COMPARISON, not_,
		    mutate_start_after(m, not_ + 3), STR(""));
	else if (negatable)
		mutate_add(m, MUTATION_COMPARISON, not_, not_, STR("not "));
	mutate_value(m, e->slot[0]);
}

void mutate_where(struct mutator *m, const struct ast *e)
{
	bool is_quantifier = e->kind == AST_QUANTIFIER;
	const struct ast *where = e->slot[1];
	struct str bytes = bytes_of(m);
	uint32_t start = e->items[e->count - 1]->span.end, end = e->span.end - 1;

	if (is_quantifier)
		for (end = where->span.end; bytes.at[end] != ':' ||
		    m->comments[end];)
			end++;
	mutate_add(m, MUTATION_WHERE, start, mutate_end_before(m, end), STR(""));
	mutate_truth(m, where, true);
}

static const struct {
	enum ast_op op;
	uint8_t length;			/* of the word; 0: two words */
	const char *became, *contrary;
} quantities[] = {
	{ OP_ANY, 3, "all", "no" }, { OP_ALL, 3, "any", NULL },
	{ OP_NO, 2, NULL, "any" }, { OP_EXACTLY, 7, "at least", NULL },
	{ OP_EXACTLY, 7, "at most", NULL }, { OP_AT_LEAST, 0, "exactly", NULL },
	{ OP_AT_MOST, 0, "exactly", NULL },
};

static void mutate_quantity(struct mutator *m, const struct ast *e,
    bool negatable)
{
	uint32_t start = e->span.start;

	for (size_t i = 0; i < sizeof(quantities) / sizeof(*quantities); i++) {
		uint32_t end = start + quantities[i].length;

		if (quantities[i].op != e->op)
			continue;
		if (quantities[i].length == 0)
			end = mutate_start_after(m, start + 2) +
			    (e->op == OP_AT_LEAST ? 5 : 4);
		if (quantities[i].became)
			mutate_add(m, MUTATION_QUANTIFIER, start, end,
			    str_of(quantities[i].became));
		if (quantities[i].contrary && negatable)
			mutate_add(m, MUTATION_QUANTIFIER, start, end,
			    str_of(quantities[i].contrary));
	}
}

static void mutate_quantifier(struct mutator *m, const struct ast *e,
    bool negatable)
{
	mutate_quantity(m, e, negatable);
	if (e->slot[0])
		mutate_value(m, e->slot[0]);
	for (uint32_t i = 0; i < e->count; i++)
		mutate_value(m, e->items[i]->slot[0]);
	if (e->slot[1])
		mutate_where(m, e);
	mutate_truth(m, e->slot[2], true);
}

static void mutate_not(struct mutator *m, const struct ast *e)
{
	mutate_add(m, MUTATION_NEGATION, e->span.start,
	    mutate_start_after(m, e->span.start + 3), STR(""));
	mutate_truth(m, e->slot[0], false);
}

/* NEGATABLE: no `not` stands before it, whose loss would be the same. */
void mutate_truth(struct mutator *m, const struct ast *e, bool negatable)
{
	switch ((int)e->kind) {
	case AST_BINARY:
		if (e->op == OP_AND || e->op == OP_OR || e->op == OP_IMPLIES)
			mutate_connective(m, e);
		else
			mutate_comparison(m, e, negatable);
		break;
	case AST_UNARY: mutate_not(m, e); break;
	case AST_IN_RANGE: mutate_range(m, e, negatable); break;
	case AST_IS: mutate_is(m, e, negatable); break;
	case AST_QUANTIFIER: mutate_quantifier(m, e, negatable); break;
	case AST_TRUE: case AST_FALSE: mutate_value(m, e); break;
	default:
		if (negatable)
			negate(m, e);
		mutate_value(m, e);
		break;
	}
}

/* --- clauses ------------------------------------------------------------------ */

static void drop_clause(struct mutator *m, const struct ast *clause)
{
	mutate_add(m, MUTATION_CLAUSE, clause->span.start, clause->span.end, STR(""));
}

/* A rule that demands nothing is refused, so its only demand is not dropped. */
static void mutate_demand(struct mutator *m, const struct ast *clause, bool is_only)
{
	bool forbids = clause->kind == AST_FORBID;

	if (!is_only)
		drop_clause(m, clause);
	mutate_add(m, MUTATION_DEMAND, clause->span.start,
	    clause->span.start + (forbids ? 6 : 7),
	    forbids ? STR("require") : STR("forbid"));
	mutate_truth(m, clause->slot[0], false);
}

static void mutate_clause(struct mutator *m, const struct ast *clause, bool is_only)
{
	switch ((int)clause->kind) {
	case AST_FOR:
		for (uint32_t i = 0; i < clause->count; i++)
			mutate_value(m, clause->items[i]->slot[0]);
		break;
	case AST_LET:
		mutate_value(m, clause->slot[0]);
		break;
	case AST_WHEN: case AST_EXCEPT:
		drop_clause(m, clause);
		mutate_truth(m, clause->slot[0], true);
		break;
	case AST_REQUIRE: case AST_FORBID:
		mutate_demand(m, clause, is_only);
		break;
	default:
		break;		/* says something, decides nothing */
	}
}

static void mutate_rule(struct mutator *m, const struct ast *rule)
{
	uint32_t demands = 0;

	for (uint32_t i = 0; i < rule->count; i++)
		demands += rule->items[i]->kind == AST_REQUIRE ||
		    rule->items[i]->kind == AST_FORBID;
	for (uint32_t i = 0; i < rule->count; i++)
		mutate_clause(m, rule->items[i], demands == 1);
}

/* --- declarations ---------------------------------------------------------------- */

static bool is_bool(const struct ast *type)
{
	return type && type->kind == AST_TYPE_NAME &&
	    str_equal(type->text, STR("bool"));
}

/* A param at the top of its range is made smaller, so that it stays inside. */
static void mutate_param(struct mutator *m, const struct ast *param)
{
	const struct ast *range = param->slot[1], *value = param->slot[2];
	int64_t n = 0;

	if (!range || value->kind != AST_INTEGER ||
	    !str_equal(value->text, range->slot[1]->text)) {
		mutate_value(m, value);
		return;
	}
	for (size_t i = 0; i < value->text.length; i++)
		n = n * 10 + value->text.at[i] - '0';
	mutate_add(m, MUTATION_CONSTANT, value->span.start, value->span.end,
	    arena_printf(m->arena, "%lld", (long long)n - 1));
}

static void mutate_item(struct mutator *m, const struct ast *ast)
{
	if (ast->kind == AST_RULE)
		mutate_rule(m, ast);
	else if (ast->kind == AST_PARAM)
		mutate_param(m, ast);
	else if (ast->kind == AST_RELATION)
		mutate_truth(m, ast->slot[0], true);
	else if (ast->kind == AST_DERIVE && is_bool(ast->slot[1]))
		mutate_truth(m, ast->slot[2], true);
	else if (ast->kind == AST_DERIVE)
		mutate_value(m, ast->slot[2]);
	else if (is_bool(ast->slot[0]))
		mutate_truth(m, ast->slot[1], true);
	else
		mutate_value(m, ast->slot[1]);
}

/* --- files -------------------------------------------------------------------------- */

/* Comments are blanks to whoever looks for an operator. */
static void mark_list(bool *comments, const struct ast_comment *c)
{
	for (; c; c = c->next)
		memset(&comments[c->span.start], true, c->span.end - c->span.start);
}

static void mark_comments(bool *comments, const struct ast *ast)
{
	mark_list(comments, ast->before);
	mark_list(comments, ast->after);
	mark_list(comments, ast->inside);
	for (int i = 0; i < AST_SLOTS; i++)
		if (ast->slot[i])
			mark_comments(comments, ast->slot[i]);
	for (uint32_t i = 0; i < ast->count; i++)
		mark_comments(comments, ast->items[i]);
}

static struct str item_name(struct mutator *m, const struct ast *ast)
{
	if (ast->kind != AST_DERIVE)
		return ast->text;
	return arena_printf(m->arena, "%.*s.%.*s", STR_ARG(ast->slot[0]->text),
	    STR_ARG(ast->text));
}

static bool is_mutable(const struct ast *ast)
{
	return ast->kind == AST_RULE || ast->kind == AST_PARAM ||
	    ast->kind == AST_DERIVE || ast->kind == AST_DEFINE ||
	    ast->kind == AST_RELATION;
}

static void mutate_file(struct mutator *m, struct affects *affects,
    const struct ast *file, size_t length)
{
	m->comments = ARENA_ARRAY(m->arena, bool, length + 1);
	mark_comments(m->comments, file);
	for (uint32_t i = 0; i < file->count; i++) {
		const struct ast *ast = file->items[i];

		if (!is_mutable(ast))
			continue;
		m->item = (uint32_t)m->out->items.count;
		*VEC_PUSH(m->arena, &m->out->items) = (struct mutable_item){
			.ast = ast, .name = item_name(m, ast),
			.affects = affects_of(affects, ast->name) };
		mutate_item(m, ast);
	}
}

static int order_of(uint32_t x, uint32_t y)
{
	return (x > y) - (x < y);
}

static int by_place(const void *a, const void *b)
{
	const struct mutation *x = a, *y = b;

	int order = order_of(x->item, y->item);

	if (order == 0)
		order = order_of(x->span.start, y->span.start);
	if (order == 0)
		order = order_of(x->span.end, y->span.end);
	if (order == 0)
		order = order_of(x->kind, y->kind);
	return order ? order : str_compare(x->became, y->became);
}

void mutate_pack(struct arena *arena, struct diagnostics *all,
    const struct tree *tree, struct mutations *mutations)
{
	struct mutator m = { .arena = arena, .tree = tree, .out = mutations,
		.sources = diagnostics_sources(all) };
	struct affects *affects = affects_new(arena, tree);

	memset(mutations, 0, sizeof(*mutations));
	site_index(&m);
	for (size_t p = 0; p < tree->packs.count; p++) {
		const struct pack_info *pack = &tree->packs.items[p];

		for (uint32_t f = 0; f < pack->file_count; f++) {
			struct ast *file = parse_file(arena, all, pack->files[f]);

			*VEC_PUSH(arena, &mutations->files) = file;
			if (pack->module.length == 0)
				mutate_file(&m, affects, file, source_bytes(
				    m.sources, pack->files[f]).length);
		}
	}
	if (mutations->list.count)
		qsort(mutations->list.items, mutations->list.count,
		    sizeof(*mutations->list.items), by_place);
}
