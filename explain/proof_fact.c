/* SPDX-License-Identifier: Apache-2.0 */
/* Facts in words, with who says so, where, and who says otherwise. */
#include "explain/proofs.h"

struct teller {
	struct evaluator *ev;
	struct arena *arena;
	struct proof_node *node;
	const struct fact *fact;
	struct proof_fact *to;
	enum fact_state state;
};

static struct proof_source source_of(const struct evaluator *ev,
    struct origin origin)
{
	const struct provenance *p;

	if (origin.provenance >= ev->graph->provenances.count)
		return (struct proof_source){ .grade = "" };
	p = &ev->graph->provenances.items[origin.provenance];
	return (struct proof_source){ p->name, p->by, grade_text(p->grade),
		p->has_as_of, p->has_until, p->as_of, p->until };
}

static void stands_at(struct teller *t, struct origin origin)
{
	t->node->span = origin.span;
	t->to->source = source_of(t->ev, origin);
}

/* What is not there is missed where its owner stands. */
static void stands_with(struct teller *t, entity_id entity)
{
	t->node->span = entity_origin(t->ev->graph, entity).span;
}

static struct type type_of(const struct teller *t)
{
	struct type type =
	    t->ev->tree->schema->attributes.items[t->fact->index].type;

	type.set = type.optional = false;
	return type;
}

static struct str cell_of(const struct teller *t, int64_t cell, symbol spelled)
{
	return proof_value(t->ev, t->arena, value_element(type_of(t), cell,
	    spelled), type_of(t));
}

/* "dp01.contoso.example.zone" */
static struct str path_of(const struct teller *t)
{
	if (t->to->entity.length == 0)
		return t->to->attribute;
	return arena_printf(t->arena, "%.*s.%.*s", STR_ARG(t->to->entity),
	    STR_ARG(t->to->attribute));
}

static void say(struct teller *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void say(struct teller *t, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	t->node->text = arena_vprintf(t->arena, format, arguments);
	va_end(arguments);
}

/* --- who says otherwise --------------------------------------------------- */

static void add_other(struct teller *t, const struct dispute *d, size_t *n)
{
	struct proof_other *o = &t->to->others[(*n)++];

	o->outranked = d->outranked;
	o->source = source_of(t->ev, d->origin);
	o->span = d->origin.span;
	if (d->absent)
		o->value = STR("none");
	else if (d->attribute != t->fact->index)
		o->value = cell_of(t, d->entity, SYMBOL_NONE);
	else
		o->value = d->spelling.length ? d->spelling
		    : cell_of(t, d->cell, SYMBOL_NONE);
}

/* Is it said of this fact, here or at the other end of the link? */
static bool is_about(const struct teller *t, const struct dispute *d)
{
	const struct schema_attribute *a =
	    &t->ev->graph->schema->attributes.items[t->fact->index];

	if (d->attribute == t->fact->index)
		return d->entity == t->fact->entity;
	return a->type.tag == TYPE_ENTITY && d->attribute == a->inverse &&
	    d->cell == (int64_t)t->fact->entity;
}

static void add_others(struct teller *t)
{
	const struct graph *g = t->ev->graph;
	size_t count = 0, n = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < g->disputes.count; i++) {
			const struct dispute *d = &g->disputes.items[i];

			if (!is_about(t, d))
				continue;
			if (pass == 0)
				count++;
			else if (n < PROOF_LIST)
				add_other(t, d, &n);
		}
		if (pass == 0)
			t->to->others = ARENA_ARRAY(t->arena,
			    struct proof_other, count);
	}
	t->to->other_count = n;
}

/* --- single values -------------------------------------------------------- */

static void say_value(struct teller *t)
{
	const struct column *c = &t->ev->graph->columns[t->fact->index];
	struct str path = path_of(t);
	uint32_t row = fact_row(t->ev, t->fact->index, t->fact->entity);

	switch ((int)t->state) {
	case FACT_MISSING:
		stands_with(t, t->fact->entity);
		say(t, "%.*s was not collected", STR_ARG(path));
		return;
	case FACT_CONFLICT:
		stands_with(t, t->fact->entity);
		say(t, "%.*s is not known: sources disagree", STR_ARG(path));
		return;
	case FACT_ABSENT:
		t->to->value = STR("none");
		break;
	default:
		t->to->value = cell_of(t, column_cell(c, row), c->spelled
		    ? c->spelled[row] : SYMBOL_NONE);
		break;
	}
	say(t, "%.*s is %.*s%s", STR_ARG(path), STR_ARG(t->to->value),
	    t->state == FACT_ASSUMED ? " (assumed by the schema)" : "");
	if (t->state == FACT_ASSUMED)
		stands_with(t, t->fact->entity);
	else
		stands_at(t, column_origin(t->ev->graph, c, row));
}

/* --- lists ---------------------------------------------------------------- */

/* Where a row is stated, or else one of its elements; or who lacks it. */
static void row_stands(struct teller *t)
{
	const struct link *l = &t->ev->graph->links[t->fact->index];
	uint32_t row = fact_row(t->ev, t->fact->index, t->fact->entity);

	if (bit_get(l->stated, row))
		stands_at(t, link_row_origin(t->ev->graph, l, row));
	else if (l->offsets[row] < l->offsets[row + 1])
		stands_at(t, link_origin(t->ev->graph, l, l->offsets[row]));
	else
		stands_with(t, t->fact->entity);
}

static void say_element(struct teller *t)
{
	const struct link *l = &t->ev->graph->links[t->fact->index];
	uint32_t i = fact_element(t->ev, t->fact);
	struct str path = path_of(t);

	t->to->value = cell_of(t, t->fact->cell, l->spelled ? l->spelled[i]
	    : SYMBOL_NONE);
	stands_at(t, link_origin(t->ev->graph, l, i));
	say(t, t->state == FACT_KNOWN ? "%.*s has %.*s"
	    : t->state == FACT_CONFLICT
	    ? "%.*s may have %.*s: sources disagree"
	    : "%.*s may have %.*s (possible)",
	    STR_ARG(path), STR_ARG(t->to->value));
}

static void say_rest(struct teller *t)
{
	struct str path = path_of(t);

	row_stands(t);
	if (t->state == FACT_MISSING)
		say(t, "%.*s was not collected", STR_ARG(path));
	else
		say(t, t->state == FACT_CLOSED ? "%.*s is a complete list"
		    : "%.*s is an open list: there may be more", STR_ARG(path));
}

static void say_lacks(struct teller *t)
{
	struct str path = path_of(t);
	struct str value = cell_of(t, t->fact->cell, SYMBOL_NONE);

	row_stands(t);
	t->to->value = value;
	if (t->state == FACT_MISSING)
		say(t, "%.*s was not collected", STR_ARG(path));
	else
		say(t, t->state == FACT_CLOSED
		    ? "%.*s does not have %.*s (a complete list)"
		    : "%.*s does not list %.*s, but is open", STR_ARG(path),
		    STR_ARG(value));
}

static void say_row(struct teller *t)
{
	struct arena_mark mark = arena_here(t->ev->scratch);
	struct str path = path_of(t);
	struct value v;

	row_stands(t);
	if (t->state == FACT_MISSING) {
		say(t, "%.*s was not collected", STR_ARG(path));
		return;
	}
	v = fact_attribute(t->ev, t->fact->index, t->fact->entity);
	t->to->value = proof_value(t->ev, t->arena, v, type_of(t));
	arena_rollback(t->ev->scratch, mark);
	say(t, "%.*s is %.*s%s", STR_ARG(path), STR_ARG(t->to->value),
	    t->state == FACT_CLOSED ? " (a complete list)" : "");
}

/* --- the inventory as a whole --------------------------------------------- */

static void say_entity(struct teller *t)
{
	const struct graph *graph = t->ev->graph;
	entity_id entity = t->fact->entity;
	struct str kind = graph->schema->kinds.items[
	    entity_kind(graph, entity)].name;

	stands_at(t, entity_origin(graph, entity));
	say(t, entity_is_possible(graph, entity) ? "%.*s %.*s may not exist"
	    : "%.*s %.*s is in the inventory", STR_ARG(kind),
	    STR_ARG(t->to->entity));
}

static void say_extent(struct teller *t)
{
	const struct extent *x = &t->ev->graph->extents[t->fact->index];
	struct str kind = t->ev->tree->schema->kinds.items[t->fact->index].name;

	t->to->value = arena_printf(t->arena, "%u", x->count);
	if (x->closed)
		stands_at(t, extent_origin(t->ev->graph, t->fact->index));
	say(t, x->closed ? "every %.*s is listed: %u"
	    : "no file says that every %.*s is listed; %u known",
	    STR_ARG(kind), x->count);
}

static void say_today(struct teller *t)
{
	const struct graph *g = t->ev->graph;

	t->to->attribute = STR("today");
	if (g->has_as_of)
		t->to->value = scalar_date_text(t->arena, g->as_of);
	if (g->has_as_of)
		say(t, "today is %.*s", STR_ARG(t->to->value));
	else
		say(t, "the run has no date (--as-of)");
}

/* Who changed a param from what is declared. */
static struct str who_set(struct teller *t, const struct param *param)
{
	const struct tree *tree = t->ev->tree;

	switch (param->set_by.kind) {
	case SETTING_DECLARED:
		break;
	case SETTING_PROFILE:
		return arena_printf(t->arena, ", set by profile %.*s",
		    STR_ARG(tree->profiles.items[param->set_by.profile].name));
	case SETTING_OPTION:
		return STR(", set on the command line");
	}
	return STR("");
}

static void say_param(struct teller *t)
{
	const struct param *param = &t->ev->tree->params.items[t->fact->index];
	struct arena_mark mark = arena_here(t->ev->scratch);
	struct env env = env_new(t->ev, 0);

	t->to->attribute = param->name;
	t->to->value = proof_value(t->ev, t->arena,
	    evaluate_expr(t->ev, &env, param->value), param->type);
	arena_rollback(t->ev->scratch, mark);
	t->node->span = param->value->span;
	if (span_is_none(t->node->span))
		t->node->span = param->span;
	say(t, "param %.*s is %.*s%.*s", STR_ARG(param->name),
	    STR_ARG(t->to->value), STR_ARG(who_set(t, param)));
}

void proof_say_fact(struct evaluator *ev, struct arena *arena,
    struct proof_node *node, const struct fact *fact)
{
	struct teller t = { ev, arena, node, fact,
		ARENA_NEW(arena, struct proof_fact), fact_state(ev, fact) };

	node->fact = t.to;
	t.to->state = fact_state_text(t.state);
	t.to->source.grade = "";
	if (fact->entity != ENTITY_NONE)
		t.to->entity = graph_entity_name(ev->graph, arena, fact->entity);
	if (fact->kind <= FACT_REST) {
		t.to->attribute =
		    ev->tree->schema->attributes.items[fact->index].name;
		add_others(&t);
	}
	switch (fact->kind) {
	case FACT_VALUE:
		say_value(&t);
		break;
	case FACT_ELEMENT:
		say_element(&t);
		break;
	case FACT_LACKS:
		say_lacks(&t);
		break;
	case FACT_ROW:
		say_row(&t);
		break;
	case FACT_REST:
		say_rest(&t);
		break;
	case FACT_ENTITY:
		say_entity(&t);
		break;
	case FACT_EXTENT: case FACT_ALL:
		say_extent(&t);
		break;
	case FACT_TODAY:
		say_today(&t);
		break;
	case FACT_PARAM:
		say_param(&t);
		break;
	}
}
