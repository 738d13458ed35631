/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stratify - what depends on what: definitions, derived attributes and
 * relations.  Only relations may depend on themselves, and only where the
 * more they hold, the more they hold: below `and`, `or` and `any`.  A
 * definition that stands between is taken as if it were written out.
 */
#include "compiler/components.h"
#include "compiler/front.h"

struct strata {
	struct front *front;
	struct dependent *nodes;	/* definitions, derived, relations */
	uint32_t derived, relations;	/* where these begin */
	uint32_t count;
	uint32_t from;			/* whose body is walked */
};

static void depend(struct strata *s, uint32_t to, const struct expr *e,
    bool positive)
{
	*VEC_PUSH(s->front->arena, &s->nodes[s->from].out) =
	    (struct dependency){ to, !positive, e->span };
}

static uint32_t derived_index(const struct strata *s, uint32_t attribute)
{
	const struct function *f = tree_derived(s->front->tree,
	    (uint16_t)attribute);

	return s->derived + (uint32_t)(f - s->front->tree->derived.items);
}

static void depend_on_path(struct strata *s, const struct expr *e)
{
	for (unsigned i = 0; i < e->path->step_count; i++) {
		const struct path_step *step = &e->path->steps[i];

		if (step->kind == PATH_RELATION)
			depend(s, s->relations + step->index, e, false);
		else if (s->front->schema->attributes.items[
		    step->index].derived)
			depend(s, derived_index(s, step->index), e, false);
	}
}

/* Is operand I of OP as positive as the whole? */
static bool is_positive(const struct expr *e, int i)
{
	switch (e->op) {
	case EXPR_AND:
	case EXPR_OR:
		return true;
	case EXPR_ANY:
		return i == 1;
	case EXPR_CONST: case EXPR_NONE: case EXPR_CONST_SET:
	case EXPR_TODAY: case EXPR_PARAM: case EXPR_VARIABLE:
	case EXPR_EXTENT: case EXPR_ATTRIBUTE: case EXPR_FIELD:
	case EXPR_CALL: case EXPR_RELATION: case EXPR_REACHES:
	case EXPR_NOT: case EXPR_EQ: case EXPR_LT: case EXPR_LE:
	case EXPR_SUBSET: case EXPR_SAME: case EXPR_LIKE:
	case EXPR_MATCHES: case EXPR_STARTS: case EXPR_ENDS:
	case EXPR_IN: case EXPR_IN_NET: case EXPR_IS_KIND: case EXPR_KNOWN:
	case EXPR_ABSENT: case EXPR_ASSUME: case EXPR_ASSUME_COMPLETE:
	case EXPR_NEGATE: case EXPR_ADD: case EXPR_SUBTRACT:
	case EXPR_MULTIPLY: case EXPR_DIVIDE: case EXPR_CONCAT:
	case EXPR_TEXT: case EXPR_LOWER: case EXPR_SET: case EXPR_UNION:
	case EXPR_INTERSECT: case EXPR_WITHOUT: case EXPR_COUNT:
	case EXPR_COLLECT:
	case EXPR_ALL: case EXPR_COUNT_WHERE: case EXPR_SUM:
	case EXPR_MIN: case EXPR_MAX: case EXPR_WITNESS:
	case EXPR_MESSAGE: case EXPR_COUNT_OF:
		break;
	}
	return false;
}

static void walk(struct strata *s, const struct expr *e, bool positive)
{
	const struct schema *schema = s->front->schema;

	if (e->op == EXPR_CALL)
		depend(s, e->index, e, positive);
	if (e->op == EXPR_RELATION)
		depend(s, s->relations + e->index, e, positive);
	if (e->op == EXPR_ATTRIBUTE &&
	    schema->attributes.items[e->index].derived)
		depend(s, derived_index(s, e->index), e, positive);
	if (e->op == EXPR_REACHES)
		depend_on_path(s, e);
	for (int i = 0; i < 3; i++)
		if (e->arg[i])
			walk(s, e->arg[i], positive && is_positive(e, i));
	for (uint32_t i = 0; i < e->count; i++)
		walk(s, e->items[i], false);
}

static void add_functions(struct strata *s, const struct function *functions,
    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct function *f = &functions[i];
		struct dependent *node = &s->nodes[s->count];

		node->name = f->name;
		node->span = f->span;
		if (f->attribute != SCHEMA_NONE)
			node->name = front_attribute_text(s->front,
			    f->attribute);
		s->from = s->count++;
		walk(s, f->body, true);
	}
}

/* --- what a component may hold ------------------------------------------ */

struct component {
	bool recursive;
	bool has_derived, has_relation;
	bool reported;
};

static void report_derived(struct strata *s, uint32_t i,
    const struct dependency *at)
{
	struct front *front = s->front;
	struct diagnostic *d = diag_add(front->all, DIAG_E4001,
	    s->nodes[i].span,
	    "a derived attribute cannot depend on itself: %.*s",
	    STR_ARG(components_cycle(front->arena, s->nodes, s->count, i,
	    at)));

	diag_label(front->all, d, at->span, "used here");
	diag_help(front->all, d, "what is recursive is a `relation`");
}

static void report_negation(struct strata *s, uint32_t i,
    const struct dependency *at)
{
	struct front *front = s->front;
	struct diagnostic *d = diag_add(front->all, DIAG_E4002, at->span,
	    "a relation cannot depend on its own negation: %.*s",
	    STR_ARG(components_cycle(front->arena, s->nodes, s->count, i,
	    at)));

	diag_note(front->all, d, "inside a recursion only `and`, `or` and "
	    "`any` keep the direction");
}

static void check_dependency(struct strata *s, struct component *c,
    uint32_t i, const struct dependency *at)
{
	if (!components_is_inner(s->nodes, i, at) || c->reported)
		return;
	if (i >= s->derived && i < s->relations) {
		report_derived(s, i, at);
		c->reported = true;
	} else if (c->has_relation && !c->has_derived && at->negative) {
		report_negation(s, i, at);
		c->reported = true;
	}
}

static void describe(struct strata *s, struct component *components)
{
	for (uint32_t i = 0; i < s->count; i++) {
		struct component *c = &components[s->nodes[i].component];

		c->has_derived |= i >= s->derived && i < s->relations;
		c->has_relation |= i >= s->relations;
		for (size_t j = 0; j < s->nodes[i].out.count; j++)
			c->recursive |= components_is_inner(s->nodes, i,
			    &s->nodes[i].out.items[j]);
	}
}

static void number_relations(struct strata *s, uint32_t components,
    const struct component *all)
{
	struct tree *tree = s->front->tree;
	uint16_t *stratum = ARENA_ARRAY(s->front->arena, uint16_t,
	    components + 1);
	uint16_t next = 0;

	for (uint32_t c = 0; c < components; c++) {
		stratum[c] = next;
		next = (uint16_t)(next + all[c].has_relation);
	}
	for (size_t i = 0; i < tree->relations.count; i++) {
		uint32_t c = s->nodes[s->relations + i].component;

		tree->relations.items[i].stratum = stratum[c];
		tree->relations.items[i].recursive = all[c].recursive;
	}
}

void front_stratify(struct front *front)
{
	struct tree *tree = front->tree;
	struct strata s = { .front = front };
	struct component *components;
	uint32_t count;

	s.derived = (uint32_t)tree->definitions.count;
	s.relations = s.derived + (uint32_t)tree->derived.count;
	s.nodes = ARENA_ARRAY(front->arena, struct dependent,
	    s.relations + tree->relations.count);
	add_functions(&s, tree->definitions.items, tree->definitions.count);
	add_functions(&s, tree->derived.items, tree->derived.count);
	add_functions(&s, tree->relations.items, tree->relations.count);
	count = components_number(front->arena, s.nodes, s.count);
	components = ARENA_ARRAY(front->arena, struct component, count);
	describe(&s, components);
	for (uint32_t i = 0; i < s.count; i++)
		for (size_t j = 0; j < s.nodes[i].out.count; j++)
			check_dependency(&s,
			    &components[s.nodes[i].component], i,
			    &s.nodes[i].out.items[j]);
	number_relations(&s, count, components);
}
