/* SPDX-License-Identifier: Apache-2.0 */
/* functions - params, definitions, derived attributes and relations. */
#include "compiler/check.h"
#include "compiler/components.h"
#include "vm/scalar.h"

/* --- declared ----------------------------------------------------------- */

static struct scope new_scope(struct front *front, struct declared at)
{
	return scope_new(front, &at);
}

/* The parameters get their places in the environment now, so that calls can
 * be checked before bodies. */
static void add_parameters(struct front *front, struct declared at,
    struct function *f)
{
	struct scope scope = new_scope(front, at);

	f->count = at.ast->count;
	f->parameters = ARENA_ARRAY(front->arena, struct variable *,
	    f->count);
	for (uint32_t i = 0; i < f->count; i++) {
		const struct ast *p = at.ast->items[i];

		f->parameters[i] = scope_variable(&scope, p->text, p->name,
		    front_type(front, at.pack, p->slot[0]));
	}
}

static struct function new_function(const struct ast *ast)
{
	return (struct function){
		.name = ast->text, .span = ast->name,
		.attribute = SCHEMA_NONE,
	};
}

static void declare_param(struct front *front, struct declared at)
{
	const struct ast *purpose = at.ast->slot[3];
	struct param *param;

	if (!names_declare(front->names, at.pack, NAME_PARAM, at.ast,
	    (uint32_t)front->tree->params.count))
		return;
	param = VEC_PUSH(front->arena, &front->tree->params);
	*param = (struct param){
		.name = at.ast->text, .span = at.ast->name,
		.purpose = purpose ? purpose->text : STR(""),
		.set_by.span = at.ast->span, .pack = at.pack,
	};
	param->type = front_type(front, at.pack, at.ast->slot[0]);
	*VEC_PUSH(front->arena, &front->params.at) = at;
}

static void declare_definition(struct front *front, struct declared at)
{
	struct function f = new_function(at.ast);

	if (!names_declare(front->names, at.pack, NAME_DEFINITION, at.ast,
	    (uint32_t)front->tree->definitions.count))
		return;
	if (at.ast->slot[0])
		f.type = front_type(front, at.pack, at.ast->slot[0]);
	add_parameters(front, at, &f);
	*VEC_PUSH(front->arena, &front->tree->definitions) = f;
	*VEC_PUSH(front->arena, &front->definitions.at) = at;
}

static void check_relation_parameters(struct front *front,
    const struct ast *ast, struct function *f)
{
	if (f->count > 2)
		diag_add(front->all, DIAG_E4003, ast->name,
		    "a relation is between one or two entities, not %u",
		    f->count);
	for (uint32_t i = 0; i < f->count; i++) {
		struct variable *p = f->parameters[i];

		if (p->type.tag == TYPE_ERROR || (p->type.tag == TYPE_ENTITY &&
		    !p->type.set && !p->type.optional))
			continue;
		diag_add(front->all, DIAG_E4003, ast->items[i]->slot[0]->span,
		    "a relation is between entities, not `%.*s`",
		    STR_ARG(front_type_text(front, p->type)));
		p->type = (struct type){ 0 };
	}
}

static void declare_relation(struct front *front, struct declared at)
{
	struct function f = new_function(at.ast);

	if (!front_has_room(front, front->tree->relations.count, at.ast,
	    "relations") ||
	    !names_declare(front->names, at.pack, NAME_RELATION, at.ast,
	    (uint32_t)front->tree->relations.count))
		return;
	f.type = TRUTH_TYPE;
	add_parameters(front, at, &f);
	check_relation_parameters(front, at.ast, &f);
	*VEC_PUSH(front->arena, &front->tree->relations) = f;
	*VEC_PUSH(front->arena, &front->relations.at) = at;
}

static void declare_item(struct front *front, struct declared at)
{
	if (at.ast->kind == AST_PARAM)
		declare_param(front, at);
	else if (at.ast->kind == AST_DEFINE)
		declare_definition(front, at);
	else if (at.ast->kind == AST_RELATION)
		declare_relation(front, at);
}

void front_declare_functions(struct front *front)
{
	for (size_t i = 0; i < front->items.at.count; i++)
		declare_item(front, front->items.at.items[i]);
}

/* --- params ------------------------------------------------------------- */

static bool is_param_type(struct front *front, struct declared at,
    struct param *param)
{
	struct type type = param->type;

	if (type.tag == TYPE_ERROR)
		return false;
	if (type.tag != TYPE_ENTITY && !type.optional)
		return true;
	diag_add(front->all, DIAG_E2020, at.ast->slot[0]->span,
	    type.optional ? "a param always has a value"
	    : "a param is a value that can be written out, not an entity");
	param->type = (struct type){ 0 };
	return false;
}

static void check_range(struct front *front, struct declared at,
    struct param *param)
{
	const struct ast *range = at.ast->slot[1];
	struct literal low, high;
	bool has_low, has_high;

	if (!range)
		return;
	if (!type_is_number(param->type) || param->type.set) {
		diag_add(front->all, DIAG_E2018, range->span,
		    "a param of type `%.*s` has no range",
		    STR_ARG(front_type_text(front, param->type)));
		return;
	}
	has_low = front_literal(front, range->slot[0], param->type, &low);
	has_high = front_literal(front, range->slot[1], param->type, &high);
	if (!has_low || !has_high)
		return;
	if (low.cell > high.cell) {
		diag_add(front->all, DIAG_E2003, range->span,
		    "no number is in this range");
		return;
	}
	param->has_range = true;
	param->low = low.cell;
	param->high = high.cell;
}

static bool check_in_limits(struct front *front, const struct param *param,
    const struct expr *value)
{
	struct diagnostic *d;

	if (!param->has_range || (value->cell >= param->low &&
	    value->cell <= param->high))
		return true;
	d = diag_add(front->all, DIAG_E2018, value->span,
	    "the value of `%.*s` is outside of its range",
	    STR_ARG(param->name));
	diag_label(front->all, d, param->span, "declared here");
	return false;
}

struct expr *front_param_value(struct front *front, uint32_t pack,
    const struct ast *value, const struct param *param)
{
	struct scope scope = new_scope(front, (struct declared){
	    .pack = pack });
	struct expr *e = check_as(&scope, value, param->type);

	if (expr_is_error(e))
		return NULL;
	if (e->op != EXPR_CONST && e->op != EXPR_CONST_SET) {
		diag_add(front->all, DIAG_E2019, value->span,
		    "the value of a param is written out, not computed");
		return NULL;
	}
	return check_in_limits(front, param, e) ? e : NULL;
}

static void check_param(struct front *front, struct declared at,
    struct param *param)
{
	const struct ast *value = at.ast->slot[2];

	if (at.damaged || !is_param_type(front, at, param))
		return;
	check_range(front, at, param);
	if (!value) {
		diag_add(front->all, DIAG_E2019, at.ast->name,
		    "the param `%.*s` has no value", STR_ARG(param->name));
		return;
	}
	param->value = front_param_value(front, at.pack, value, param);
	param->written = param->value;
}

/* What a declaration that was given up used is not known, nor what is declared
 * twice. */
void front_check_params_used(struct front *front)
{
	bool is_known = !front->damaged && !front->packs.lost &&
	    !names_collided(front->names) && !front->unused_allowed;

	for (size_t i = 0; i < names_count(front->names) && is_known; i++) {
		const struct name *name = names_at(front->names, i);

		if (name->sort == NAME_PARAM && !name->used)
			diag_add(front->all, DIAG_E1008, name->span,
			    "the param `%.*s` is not used",
			    STR_ARG(name->text));
	}
}

/* --- bodies ------------------------------------------------------------- */

/* FUNCTION's body; where its type is not stated (TYPE_ERROR), it is found. */
static void check_body(struct front *front, struct declared at,
    struct function *f, const struct ast *body, bool stated)
{
	struct scope scope = new_scope(front, at);
	uint32_t count = f->count;

	if (at.damaged) {
		f->body = expr_error(&scope, f->span);
		return;
	}
	scope.variables = f->count;
	for (uint32_t i = 0; i < count; i++)
		scope_enter(&scope, f->parameters[i],
		    at.ast->kind == AST_DERIVE ? "self" : "parameter");
	f->body = stated ? check_as(&scope, body, f->type)
	    : check_expr(&scope, body, ANY_TYPE);
	if (f->body->type.tag == TYPE_NONE) {
		diag_add(front->all, DIAG_E2016, f->body->span,
		    "nothing says what type this none is of");
		f->body = expr_error(&scope, f->body->span);
	}
	if (!stated)
		f->type = f->body->type;
	scope_leave(&scope, count, at.ast->kind != AST_DERIVE);
	f->variables = scope.variables;
}

static void check_definition(struct front *front, size_t i)
{
	struct declared at = front->definitions.at.items[i];
	struct function f = front->tree->definitions.items[i];

	check_body(front, at, &f, at.ast->slot[1], at.ast->slot[0] != NULL);
	front->tree->definitions.items[i] = f;
}

static void check_derived(struct front *front, size_t i)
{
	struct declared at = front->derived.at.items[i];
	struct function *f = &front->tree->derived.items[i];
	struct scope scope = new_scope(front, at);
	struct type type = {
		.tag = TYPE_ENTITY,
		.of = front->schema->attributes.items[f->attribute].kind,
	};

	f->count = 1;
	f->parameters = ARENA_ARRAY(front->arena, struct variable *, 1);
	f->parameters[0] = scope_variable(&scope, STR("self"), f->span, type);
	check_body(front, at, f, at.ast->slot[2], true);
}

static void check_relation(struct front *front, size_t i)
{
	struct declared at = front->relations.at.items[i];

	check_body(front, at, &front->tree->relations.items[i],
	    at.ast->slot[0], true);
}

/* --- the order of definitions ------------------------------------------- */

struct mentions {
	struct front *front;
	uint32_t pack;
	struct dependent *node;
};

static void mention(struct mentions *m, const struct ast *ast)
{
	const struct name *name = names_find(m->front->names, m->pack,
	    ast->text);
	uint32_t count;

	if (!name || name->sort != NAME_DEFINITION)
		return;
	count = m->front->tree->definitions.items[name->index].count;
	if ((ast->kind == AST_NAME) == (count == 0))
		*VEC_PUSH(m->front->arena, &m->node->out) =
		    (struct dependency){ .to = name->index,
			.span = ast->name };
}

/* The definitions that an expression names; as deep as the expression. */
static void find_mentions(struct mentions *m, const struct ast *ast)
{
	if (!ast)
		return;
	if (ast->kind == AST_NAME || ast->kind == AST_CALL)
		mention(m, ast);
	for (int i = 0; i < AST_SLOTS; i++)
		find_mentions(m, ast->slot[i]);
	for (uint32_t i = 0; i < ast->count; i++)
		find_mentions(m, ast->items[i]);
}

static void report_recursion(struct front *front, struct dependent *nodes,
    uint32_t count, uint32_t i, const struct dependency *at)
{
	struct diagnostic *d = diag_add(front->all, DIAG_E4001,
	    nodes[i].span, "a definition cannot depend on itself: %.*s",
	    STR_ARG(components_cycle(front->arena, nodes, count, i, at)));

	diag_label(front->all, d, at->span, "used here");
	diag_help(front->all, d, "what is recursive is a `relation`");
}

/* One diagnostic for each component with a cycle, at its first definition. */
static void report_cycles(struct front *front, struct dependent *nodes,
    uint32_t count, uint32_t components)
{
	bool *reported = ARENA_ARRAY(front->arena, bool, components);

	for (uint32_t i = 0; i < count; i++)
		for (size_t j = 0; j < nodes[i].out.count; j++) {
			struct dependency *at = &nodes[i].out.items[j];

			if (reported[nodes[i].component] ||
			    !components_is_inner(nodes, i, at))
				continue;
			reported[nodes[i].component] = true;
			report_recursion(front, nodes, count, i, at);
		}
}

/* In the order of their components: what a body calls has its type before. */
static void check_in_order(struct front *front,
    const struct dependent *nodes, uint32_t count, uint32_t components)
{
	uint32_t *start = ARENA_ARRAY(front->arena, uint32_t, components + 1);
	uint32_t *order = ARENA_ARRAY(front->arena, uint32_t, count);

	for (uint32_t i = 0; i < count; i++)
		start[nodes[i].component + 1]++;
	for (uint32_t c = 0; c < components; c++)
		start[c + 1] += start[c];
	for (uint32_t i = 0; i < count; i++)
		order[start[nodes[i].component]++] = i;
	for (uint32_t i = 0; i < count; i++)
		check_definition(front, order[i]);
}

static void check_definitions(struct front *front)
{
	uint32_t count = (uint32_t)front->tree->definitions.count;
	struct dependent *nodes = ARENA_ARRAY(front->arena, struct dependent,
	    count);
	uint32_t components;

	for (uint32_t i = 0; i < count; i++) {
		struct declared at = front->definitions.at.items[i];
		struct mentions m = { front, at.pack, &nodes[i] };

		nodes[i].name = at.ast->text;
		nodes[i].span = at.ast->name;
		if (!at.damaged)
			find_mentions(&m, at.ast->slot[1]);
	}
	components = components_number(front->arena, nodes, count);
	report_cycles(front, nodes, count, components);
	check_in_order(front, nodes, count, components);
}

void front_check_functions(struct front *front)
{
	struct tree *tree = front->tree;

	for (size_t i = 0; i < tree->params.count; i++)
		check_param(front, front->params.at.items[i],
		    &tree->params.items[i]);
	check_definitions(front);
	for (size_t i = 0; i < tree->derived.count; i++)
		check_derived(front, i);
	for (size_t i = 0; i < tree->relations.count; i++)
		check_relation(front, i);
}
