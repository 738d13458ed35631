/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader does not need twice: a name and what it stands for are one
 * line, a value that is a fact of the inventory is that fact, and what only
 * passes on what its premise says gives way to it.  A node that goes leaves
 * its children in its place; what stays says what it said before.
 */
#include "explain/proofs.h"

#include <assert.h>

static bool same_span(struct span a, struct span b)
{
	return !span_is_none(a) && a.file == b.file && a.start == b.start && a.end == b.end;
}

static const struct expr *expr_of(const struct proof_node *n)
{
	return n->premise->expr;
}

static bool is_op(const struct proof_node *n, enum expr_op op)
{
	const struct expr *e = expr_of(n);

	return e && n->kind != PROOF_ELEMENT && n->kind != PROOF_PLACE &&
	    n->kind != PROOF_RELATION && e->op == op;
}

/* A node that was cut keeps its place: its gaps are its own. */
static bool is_whole(const struct proof_node *n)
{
	return !n->more && !n->repeated && !n->deeper;
}

static struct proof_node *only_child(const struct proof_node *n)
{
	return n->children.count == 1 && !n->more ? n->children.items[0] : NULL;
}

static bool has_facts_only(const struct proof_node *n)
{
	for (size_t i = 0; i < n->children.count; i++) {
		if (n->children.items[i]->kind != PROOF_FACT)
			return false;
	}
	return n->children.count > 0;
}

/* Takes over what CHILD rests on. */
static void swallow(struct proof_node *n, const struct proof_node *child)
{
	n->children.items = child->children.items;
	n->children.count = n->children.capacity = child->children.count;
	n->more = child->more;
	n->repeated = child->repeated;
	n->deeper = child->deeper;
}

/* The name of a `let`, definition or derived attribute, and its body. */
static bool is_name(const struct proof_node *n)
{
	return is_op(n, EXPR_CALL) || is_op(n, EXPR_ATTRIBUTE) ||
	    (is_op(n, EXPR_VARIABLE) && expr_of(n)->variable->let);
}

static void join_name(struct proof_node *n)
{
	struct proof_node *child = only_child(n);

	if (!child || !is_name(n) || child->kind != n->kind ||
	    expr_of(child) == expr_of(n)->arg[0] ||
	    n->has_truth != child->has_truth ||
	    (n->has_truth && n->truth != child->truth))
		return;
	n->body = child->body.length ? child->body : child->expression;
	n->form = span_is_none(child->form) ? child->rule : child->form;
	n->bindings = child->bindings;
	n->binding_count = child->binding_count;
	swallow(n, child);
}

/* A relation, and what it is on its arguments. */
static void join_relation(struct proof_node *n)
{
	struct proof_node *child = only_child(n);

	if (n->kind == PROOF_TRUTH && is_op(n, EXPR_RELATION) && child &&
	    child->kind == PROOF_RELATION) {
		n->body = child->body;
		n->form = child->form;
		n->bindings = child->bindings;
		n->binding_count = child->binding_count;
		swallow(n, child);
	}
}

/* The place in the inventory of an element, or of the link of a step. */
static bool is_place_of(const struct proof_node *n, const struct fact *fact)
{
	if (n->kind == PROOF_STEP)
		return true;
	return (fact->kind == FACT_ELEMENT && fact->cell == n->premise->cell) ||
	    (fact->kind == FACT_ENTITY && fact->entity == n->premise->cell);
}

static void join_fact(struct proof_node *n)
{
	struct proof_node *first;

	if ((n->kind != PROOF_ELEMENT && n->kind != PROOF_STEP) ||
	    n->children.count == 0)
		return;
	first = n->children.items[0];
	if (first->kind != PROOF_FACT || first->fact->other_count > 0 ||
	    strcmp(first->fact->state, "known") != 0 ||
	    !is_place_of(n, &first->premise->fact))
		return;
	n->fact = first->fact;
	n->span = first->span;
	n->children.items++;
	n->children.count--;
}

/* Written otherwise in the rule: `a != b`, `x is empty`. */
static bool is_only_form(const struct proof_node *parent,
    const struct proof_node *n)
{
	if (is_op(n, EXPR_COUNT) && same_span(n->rule, expr_of(n)->arg[0]->span))
		return true;
	if (n->kind != PROOF_TRUTH && n->kind != PROOF_VALUE)
		return false;
	return (parent->kind == PROOF_TRUTH ||
	    parent->kind == PROOF_RELATION) &&
	    (same_span(parent->rule, n->rule) ||
	     same_span(parent->form, n->rule));
}

/* The fact comes last, behind those that lead to its entity. */
static bool is_stored(const struct proof_node *n)
{
	const struct fact *last;

	if (n->kind == PROOF_ELEMENT || n->kind == PROOF_PLACE ||
	    n->kind == PROOF_STEP || !has_facts_only(n) ||
	    (!is_op(n, EXPR_ATTRIBUTE) && !is_op(n, EXPR_PARAM)))
		return false;
	assert(n->children.count > 0);	/* has_facts_only saw them */
	last = &n->children.items[n->children.count - 1]->premise->fact;
	return last->index == expr_of(n)->index &&
	    (last->kind == FACT_PARAM) == is_op(n, EXPR_PARAM);
}

/* `S has x` is what its parent says; so is a subject that is in its kind. */
static bool is_said_by(const struct proof_node *parent,
    const struct proof_node *n)
{
	if (n->kind == PROOF_REST)
		return is_op(n, EXPR_EXTENT);
	if (n->kind == PROOF_PLACE)
		return true;
	if (n->kind == PROOF_VALUE)
		return is_op(n, EXPR_EXTENT);
	if (n->kind != PROOF_MEMBER)
		return false;
	return (parent->kind == PROOF_VALUE && is_op(n, EXPR_EXTENT)) ||
	    (is_op(parent, EXPR_IN) && parent->truth == n->truth);
}

static bool is_link_between(const struct proof_node *n)
{
	const struct proof_node *child = only_child(n);

	return child && n->kind == PROOF_TRUTH && child->kind == PROOF_TRUTH &&
	    (is_op(n, EXPR_NOT) || is_op(n, EXPR_AND) || is_op(n, EXPR_OR));
}

static bool gives_way(const struct proof_node *parent,
    const struct proof_node *n)
{
	if (!is_whole(n))
		return false;
	return is_only_form(parent, n) || is_stored(n) ||
	    is_said_by(parent, n) || is_link_between(n);
}

/* What is written in the rule needs no word (BARE: it rests on nothing), nor
 * that a subject or an element is of its kind. */
static bool is_idle(const struct proof_node *parent,
    const struct proof_node *n, bool bare)
{
	if (n->kind == PROOF_MEMBER || n->kind == PROOF_VALUE ||
	    n->kind == PROOF_REST) {
		if (bare && is_whole(n))
			return true;
		return n->kind == PROOF_MEMBER && n->truth == TRUTH_TRUE &&
		    is_op(n, EXPR_EXTENT) &&
		    (!parent || parent->kind != PROOF_VALUE);
	}
	return n->kind == PROOF_PLACE && n->children.count == 0;
}

/* --- facts that stand nearby --------------------------------------------- */

static bool is_same_fact(const struct proof_node *a, const struct proof_node *b)
{
	return a->fact && a->span.file == b->span.file &&
	    a->span.start == b->span.start && str_equal(a->text, b->text);
}

/* Recursion is bounded by the depth of a proof. */
static bool shows(const struct proof_node *n, const struct proof_node *fact)
{
	if (n->kind == PROOF_FACT)
		return is_same_fact(n, fact);
	for (size_t i = 0; i < n->children.count; i++) {
		if (shows(n->children.items[i], fact))
			return true;
	}
	return false;
}

/* A fact that one of its elder siblings shows already. */
static void drop_repeated(struct proof_node *n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n->children.count; i++) {
		struct proof_node *child = n->children.items[i];
		bool shown = false;

		for (size_t j = 0; j < kept && child->kind == PROOF_FACT; j++)
			shown |= shows(n->children.items[j], child);
		if (!shown)
			n->children.items[kept++] = child;
	}
	n->children.count = kept;
}

/* Recursion is bounded by the depth of a proof. */
static void trim(struct arena *arena, struct proof_node *n)
{
	VEC(struct proof_node *) kept = { 0 };

	join_relation(n);
	join_name(n);
	for (size_t i = 0; i < n->children.count; i++) {
		struct proof_node *child = n->children.items[i];

		bool bare = child->children.count == 0;

		trim(arena, child);
		if (is_idle(n, child, bare))
			continue;
		if (!gives_way(n, child)) {
			*VEC_PUSH(arena, &kept) = child;
			continue;
		}
		for (size_t j = 0; j < child->children.count; j++)
			*VEC_PUSH(arena, &kept) = child->children.items[j];
	}
	n->children.items = kept.items;
	n->children.count = n->children.capacity = kept.count;
	drop_repeated(n);
	join_fact(n);
}

void proof_trim(struct arena *arena, struct proof *proof)
{
	size_t kept = 0;

	for (size_t i = 0; i < proof->clauses.count; i++) {
		struct proof_node *clause = proof->clauses.items[i];

		trim(arena, clause);
		if (!is_idle(NULL, clause, false))
			proof->clauses.items[kept++] = clause;
	}
	proof->clauses.count = kept;
}
