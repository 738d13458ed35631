/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/path.h"

#include "base/limits.h"

struct fragment {
	states first, last;
	bool nullable;			/* may be walked in no step */
};

/* A set of states has a bit for each, so that the limit cannot make them more. */
static unsigned most_states(void)
{
	uint64_t limit = limit_get(LIMIT_PATH_STATES);

	return limit < MOST_STATES ? (unsigned)limit : MOST_STATES;
}

static struct fragment add_link(struct automaton *a, const struct ast *link,
    bool inverse)
{
	struct state *s;

	if (a->count >= most_states()) {
		a->too_large = true;
		return (struct fragment){ 0, 0, true };
	}
	s = &a->states[a->count];
	s->link = link;
	s->inverse = inverse;
	return (struct fragment){ STATE(a->count), STATE(a->count++), false };
}

static void connect(struct automaton *a, states from, states to)
{
	for (unsigned i = 0; i < a->count; i++)
		if (from & STATE(i))
			a->states[i].next |= to;
}

static struct fragment follow(struct automaton *a, struct fragment f,
    struct fragment g)
{
	connect(a, f.last, g.first);
	return (struct fragment){
		f.first | (f.nullable ? g.first : 0),
		g.last | (g.nullable ? f.last : 0),
		f.nullable && g.nullable,
	};
}

static struct fragment build(struct automaton *a, const struct ast *ast,
    bool inverse);

/* LOW copies that must be walked, then a loop or copies that may be. */
static struct fragment build_repeat(struct automaton *a,
    const struct ast *ast, bool inverse)
{
	bool is_endless = ast->high == UINT32_MAX;
	uint32_t copies = is_endless ? (ast->low ? ast->low : 1) : ast->high;
	struct fragment whole = { 0, 0, true };

	for (uint32_t i = 0; i < copies && !a->too_large; i++) {
		unsigned before = a->count;
		struct fragment copy = build(a, ast->slot[0], inverse);

		if (is_endless && i + 1 == copies)
			connect(a, copy.last, copy.first);
		if (i >= ast->low)
			copy.nullable = true;
		whole = follow(a, whole, copy);
		if (a->count == before)
			break;
	}
	return whole;
}

static struct fragment build_then(struct automaton *a, const struct ast *ast,
    bool inverse)
{
	struct fragment whole = { 0, 0, true };

	for (uint32_t i = 0; i < ast->count; i++)
		whole = follow(a, whole, build(a,
		    ast->items[inverse ? ast->count - 1 - i : i], inverse));
	return whole;
}

static struct fragment build_or(struct automaton *a, const struct ast *ast,
    bool inverse)
{
	struct fragment whole = { 0 };

	for (uint32_t i = 0; i < ast->count; i++) {
		struct fragment f = build(a, ast->items[i], inverse);

		whole.first |= f.first;
		whole.last |= f.last;
		whole.nullable |= f.nullable;
	}
	return whole;
}

/* As deep as the path was written; an ERROR is an OR of nothing. */
static struct fragment build(struct automaton *a, const struct ast *ast,
    bool inverse)
{
	if (ast->kind == AST_PATH_STEP)
		return add_link(a, ast, inverse);
	if (ast->kind == AST_PATH_INVERSE)
		return build(a, ast->slot[0], !inverse);
	if (ast->kind == AST_PATH_REPEAT)
		return build_repeat(a, ast, inverse);
	if (ast->kind == AST_PATH_THEN)
		return build_then(a, ast, inverse);
	return build_or(a, ast, inverse);
}

static bool report_size(struct automaton *a, const struct ast *path)
{
	diag_add(a->scope->front->all, DIAG_E4011, path->span,
	    "this path has more than %u steps when it is written out "
	    "(limit `%s`)", most_states() - 1, limit_name(LIMIT_PATH_STATES));
	return false;
}

bool path_build(struct automaton *a, const struct ast *path)
{
	struct fragment whole;

	a->count = 1;
	whole = build(a, path, false);
	if (a->too_large)
		return report_size(a, path);
	a->states[0].next = whole.first;
	a->accepting = whole.last | (whole.nullable ? STATE(0) : 0);
	return true;
}
