/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree is grown level by level, so that what a bound cuts off is what
 * lies deepest.
 */
#include "explain/proofs.h"

const char *proof_kind_text(enum proof_kind kind)
{
	static const char *const words[] = {
#define NODE(name, word) word,
#include "explain/proof.def"
#undef NODE
	};

	return words[kind];
}

struct grower {
	struct evaluator *ev;
	struct arena *arena;
	struct proof_node *node;	/* what is being opened */
	size_t kinds[PROOF_KIND_COUNT];	/* of its children so far */
	VEC(struct proof_node *) nodes;	/* in the order of their levels */
	VEC(unsigned) depths;
	size_t at;
	struct map *opened;		/* relations, and names of `let`s */
};

static enum proof_kind kind_of(const struct premise *p)
{
	switch (p->kind) {
	case PREMISE_TRUTH:
		return PROOF_TRUTH;
	case PREMISE_VALUE: case PREMISE_WHOLE:
		return PROOF_VALUE;
	case PREMISE_MEMBER:
		return PROOF_MEMBER;
	case PREMISE_REST:
		return PROOF_REST;
	case PREMISE_ELEMENT:
		return PROOF_ELEMENT;
	case PREMISE_TUPLE:
		return PROOF_RELATION;
	case PREMISE_STEP:
		return PROOF_STEP;
	case PREMISE_PLACE:
		return PROOF_PLACE;
	case PREMISE_FACT:
		break;
	}
	return PROOF_FACT;
}

static struct proof_node *node_new(struct grower *g, const struct premise *p,
    unsigned depth)
{
	struct proof_node *node = ARENA_NEW(g->arena, struct proof_node);
	struct premise *kept = ARENA_NEW(g->arena, struct premise);

	*kept = *p;
	node->kind = kind_of(p);
	node->premise = kept;
	node->rule = p->expr ? p->expr->span : SPAN_NONE;
	node->span = node->form = SPAN_NONE;
	*VEC_PUSH(g->arena, &g->nodes) = node;
	*VEC_PUSH(g->arena, &g->depths) = depth;
	return node;
}

/* `a != b` and the `a == b` in it are written with the same words. */
static bool turns(const struct premise *parent, const struct premise *p)
{
	return parent->kind == PREMISE_TRUTH && parent->expr->op == EXPR_NOT &&
	    p->expr->span.start == parent->expr->span.start;
}

static void take(void *context, const struct premise *p)
{
	struct grower *g = context;
	enum proof_kind kind = kind_of(p);
	size_t bound = kind == PROOF_STEP ? PROOF_WALK : PROOF_LIST;
	struct proof_node *node;

	if (g->kinds[kind]++ >= bound || g->nodes.count >= PROOF_NODES) {
		g->node->more++;
		return;
	}
	node = node_new(g, p, g->depths.items[g->at] + 1);
	node->turned = turns(g->node->premise, p);
	*VEC_PUSH(g->arena, &g->node->children) = node;
}

/* A relation on the same arguments is opened once, and so is a `let`. */
static bool is_repeated(struct grower *g, const struct proof_node *node)
{
	const struct premise *p = node->premise;
	const struct function *f;
	struct text key;
	bool is_new;

	text_init(&key, g->ev->premises);
	if (node->kind == PROOF_VALUE && p->expr->op == EXPR_VARIABLE &&
	    p->expr->variable->let) {
		text_printf(&key, "%p", (const void *)p->expr->variable);
	} else if (node->kind == PROOF_RELATION) {
		f = &g->ev->tree->relations.items[p->index];
		text_printf(&key, "%u", p->index);
		for (uint32_t i = 0; i < f->count; i++)
			text_printf(&key, ",%lld", (long long)p->env->slots[
			    f->parameters[i]->index].value.scalar.cell);
	} else
		return false;
	map_at(g->opened, text_str(&key), &is_new);
	return !is_new;
}

static void open_node(struct grower *g, struct premises *w)
{
	struct proof_node *node = g->node = g->nodes.items[g->at];

	memset(g->kinds, 0, sizeof(g->kinds));
	proof_say(g->ev, g->arena, node);
	if (node->kind == PROOF_FACT)
		return;
	node->repeated = is_repeated(g, node);
	node->deeper = !node->repeated && g->depths.items[g->at] >= PROOF_DEPTH;
	if (!node->repeated && !node->deeper)
		premise_expand(w, node->premise);
	if (node->children.count == 0 && node->more > 0) {
		node->deeper = true;
		node->more = 0;
	}
}

static const char *clause_text(const struct rule *rule, const struct clause *c)
{
	switch (c->kind) {
	case CLAUSE_BINDER:
		return "for";
	case CLAUSE_WHEN:
		return "when";
	case CLAUSE_EXCEPT:
		return "except when";
	case CLAUSE_REQUIRE:
		break;
	}
	return rule->requirements.items[c->index].forbid ? "forbid" : "require";
}

static void grow(struct grower *g, struct proof *proof,
    const struct outcome *outcome)
{
	struct premises w = { g->ev, g->arena, take, g, { 0 } };
	struct clauses clauses = premises_of_outcome(&w, outcome);

	for (size_t i = 0; i < clauses.items.count; i++) {
		const struct clause *c = &clauses.items.items[i];
		struct proof_node *node = node_new(g, &c->premise, 0);

		node->clause = clause_text(proof->rule, c);
		if (c->kind == CLAUSE_EXCEPT)
			node->because = proof->rule->because.items[c->index];
		*VEC_PUSH(g->arena, &proof->clauses) = node;
	}
	for (; g->at < g->nodes.count; g->at++)
		open_node(g, &w);
}

/* The binders that the subject gives a value. */
static void bind_subject(struct evaluator *ev, struct arena *arena,
    struct proof *proof, const struct outcome *outcome)
{
	proof->bindings = ARENA_ARRAY(arena, struct proof_binding, outcome->count);
	for (size_t i = 0; i < outcome->count; i++) {
		const struct variable *v = proof->rule->binders.items[i].variable;

		proof->bindings[i].name = v->name;
		proof->bindings[i].value = proof_value(ev, arena,
		    value_element(v->type, outcome->cells[i], SYMBOL_NONE),
		    v->type);
	}
	proof->binding_count = outcome->count;
}

struct proof *proof_of(struct evaluator *ev, struct arena *arena,
    const struct outcome *outcome, bool whole)
{
	struct arena_mark scratch = arena_here(ev->scratch);
	struct arena_mark lets = arena_here(ev->lets);
	struct arena_mark premises = arena_here(ev->premises);
	struct proof *proof = ARENA_NEW(arena, struct proof);
	struct grower g = { .ev = ev, .arena = arena,
		.opened = map_new(ev->premises) };

	proof->rule = &ev->tree->rules.items[outcome->rule];
	proof->subject = evaluate_subject(ev, arena, outcome);
	proof->verdict = (enum verdict)outcome->verdict;
	proof->reason = (enum verdict_reason)outcome->reason;
	evaluate_finding(ev, arena, outcome, &proof->finding);
	bind_subject(ev, arena, proof, outcome);
	grow(&g, proof, outcome);
	if (!whole)
		proof_trim(arena, proof);
	arena_rollback(ev->premises, premises);
	arena_rollback(ev->lets, lets);
	arena_rollback(ev->scratch, scratch);
	return proof;
}

/* --- steps ---------------------------------------------------------------- */

struct stepper {
	struct arena *arena;
	struct proof_steps steps;
	struct map *seen;
};

/* Recursion is bounded by the depth of a proof. */
static void step_through(struct stepper *s, const struct proof_node *node)
{
	struct span span = node->span;
	struct str key = arena_printf(s->arena, "%u,%u,%.*s", span.file,
	    span.start, STR_ARG(node->text));
	bool is_new = false;

	if (!span_is_none(span))
		map_at(s->seen, key, &is_new);
	if (is_new)
		*VEC_PUSH(s->arena, &s->steps.items) =
		    (struct proof_step){ node->text, span };
	for (size_t i = 0; i < node->children.count; i++)
		step_through(s, node->children.items[i]);
}

struct proof_steps proof_steps(struct arena *arena, const struct proof *proof)
{
	struct stepper s = { .arena = arena, .seen = map_new(arena) };

	for (size_t i = 0; i < proof->clauses.count; i++)
		step_through(&s, proof->clauses.items[i]);
	return s.steps;
}
