/* SPDX-License-Identifier: Apache-2.0 */
/* A node in words: the rule's own, with what its names stand for. */
#include "explain/proofs.h"

#include "explain/paths.h"

#include <assert.h>

/* --- expressions ---------------------------------------------------------- */

/* Bytes of a code point are not torn apart. */
static struct str cut(struct arena *arena, struct str s, size_t most)
{
	if (s.length <= most)
		return s;
	while (((unsigned char)s.at[most] & 0xc0) == 0x80)
		most--;
	return arena_printf(arena, "%.*s ...", (int)most, s.at);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct str proof_expression(struct evaluator *ev, struct arena *arena,
    const struct expr *e)
{
	struct text out;
	struct str s;
	bool quoted = false;

	assert(!span_is_none(e->span));
	s = source_text(diagnostics_sources(ev->tree->all), e->span);
	text_init(&out, arena);
	for (size_t i = 0; i < s.length; i++) {
		if (s.at[i] == '"' && (i == 0 || s.at[i - 1] != '\\'))
			quoted = !quoted;
		if (!quoted && s.at[i] == '#') {
			/* An expression does not end with a remark. */
			while (s.at[i] != '\n' && s.at[i] != '\r')
				i++;
		}
		if (quoted || !is_blank(s.at[i]))
			text_add_char(&out, s.at[i]);
		else if (out.at[out.length - 1] != ' ')
			text_add_char(&out, ' ');
	}
	return cut(arena, text_str(&out), PROOF_WORDS);
}

/* --- values --------------------------------------------------------------- */

struct str proof_value(struct evaluator *ev, struct arena *arena,
    struct value v, struct type type)
{
	struct text out;
	uint32_t more = 0;

	text_init(&out, arena);
	if (v.kind == VALUE_SCALAR && v.scalar.state == STATE_KNOWN &&
	    type.tag == TYPE_ENTITY)
		return graph_entity_name(ev->graph, arena,
		    (entity_id)v.scalar.cell);
	if (v.kind == VALUE_SET && v.set.count > PROOF_LIST) {
		more = v.set.count - PROOF_LIST;
		v.set.count = PROOF_LIST;
	}
	message_value(ev, v, type, &out);
	if (more > 0)
		text_printf(&out, " and %u more", more);
	return text_str(&out);
}

static struct str cell_value(struct evaluator *ev, struct arena *arena,
    struct type type, int64_t cell)
{
	type.set = type.optional = false;
	return proof_value(ev, arena, value_element(type, cell, SYMBOL_NONE),
	    type);
}

/* --- bindings ------------------------------------------------------------- */

struct binder_list {
	struct evaluator *ev;
	struct arena *arena;
	const struct env *env;
	VEC(const struct variable *) seen;
	VEC(struct proof_binding) items;
};

/* A name without a `let` that has one value here. */
static void add_name(struct binder_list *list, const struct variable *v)
{
	const struct slot *slot = &list->env->slots[v->index];
	struct proof_binding *b;

	for (size_t i = 0; i < list->seen.count; i++) {
		if (list->seen.items[i] == v)
			return;
	}
	*VEC_PUSH(list->arena, &list->seen) = v;
	if (v->let || !slot->bound || slot->value.kind == VALUE_SET)
		return;
	b = VEC_PUSH(list->arena, &list->items);
	b->name = v->name;
	b->value = proof_value(list->ev, list->arena, slot->value, v->type);
}

/* Follows an expression, which has bounded depth.  What it binds itself is no
 * name from outside. */
static void add_names(struct binder_list *list, const struct expr *e)
{
	if (!e)
		return;
	if (e->op == EXPR_VARIABLE) {
		add_name(list, e->variable);
		return;
	}
	if (e->variable) {
		add_names(list, e->arg[0]);
		*VEC_PUSH(list->arena, &list->seen) = e->variable;
	}
	for (int i = 0; i < 3; i++)
		add_names(list, e->arg[i]);
	for (uint32_t i = 0; i < e->count; i++)
		add_names(list, e->items[i]);
}

static void give_bindings(struct binder_list *list, struct proof_node *node)
{
	node->bindings = list->items.items;
	node->binding_count = list->items.count;
}

void proof_bindings(struct evaluator *ev, struct arena *arena,
    const struct env *env, const struct expr *e, struct proof_node *node)
{
	struct binder_list list = { .ev = ev, .arena = arena, .env = env };

	add_names(&list, e);
	give_bindings(&list, node);
}

/* --- nodes ---------------------------------------------------------------- */

static const char *truth_word(enum truth truth)
{
	return truth == TRUTH_TRUE ? "true" : truth == TRUTH_FALSE ? "false"
	    : "unknown";
}

static void say_truth(struct evaluator *ev, struct arena *arena,
    struct proof_node *n)
{
	const struct premise *p = n->premise;

	n->expression = proof_expression(ev, arena, p->expr);
	if (n->turned)
		n->expression = arena_printf(arena, "not (%.*s)",
		    STR_ARG(n->expression));
	n->text = arena_printf(arena, "%.*s is %s", STR_ARG(n->expression),
	    truth_word(n->truth));
	proof_bindings(ev, arena, p->env, p->expr, n);
}

static void say_value(struct evaluator *ev, struct arena *arena,
    struct proof_node *n)
{
	const struct premise *p = n->premise;
	struct arena_mark mark = arena_here(ev->scratch);

	n->expression = proof_expression(ev, arena, p->expr);
	n->value = proof_value(ev, arena, premise_value(ev, p), p->expr->type);
	arena_rollback(ev->scratch, mark);
	n->text = arena_printf(arena, "%.*s is %.*s", STR_ARG(n->expression),
	    STR_ARG(n->value));
	proof_bindings(ev, arena, p->env, p->expr, n);
}

static void say_member(struct evaluator *ev, struct arena *arena,
    struct proof_node *n)
{
	const struct premise *p = n->premise;
	const char *has = n->truth == TRUTH_TRUE ? "has"
	    : n->truth == TRUTH_FALSE ? "does not have" : "may have";

	n->expression = proof_expression(ev, arena, p->expr);
	n->value = cell_value(ev, arena, p->expr->type, p->cell);
	n->text = arena_printf(arena, "%.*s %s %.*s", STR_ARG(n->expression),
	    has, STR_ARG(n->value));
	proof_bindings(ev, arena, p->env, p->expr, n);
}

static void say_rest(struct evaluator *ev, struct arena *arena,
    struct proof_node *n)
{
	const struct premise *p = n->premise;

	n->expression = proof_expression(ev, arena, p->expr);
	n->text = arena_printf(arena, "%.*s %s", STR_ARG(n->expression),
	    n->truth == TRUTH_FALSE ? "is complete"
	    : "may have more than what is listed");
	proof_bindings(ev, arena, p->env, p->expr, n);
}

static void say_element(struct evaluator *ev, struct arena *arena,
    struct proof_node *n)
{
	const struct premise *p = n->premise;
	struct value v = p->env->slots[p->expr->variable->index].value;

	n->expression = p->expr->variable->name;
	n->value = proof_value(ev, arena, v, p->expr->variable->type);
	/* `_` is the name of what `S.attr` goes over. */
	n->text = str_equal(n->expression, STR("_"))
	    ? arena_printf(arena, "of %.*s", STR_ARG(n->value))
	    : arena_printf(arena, "%.*s = %.*s", STR_ARG(n->expression),
		STR_ARG(n->value));
	n->bindings = ARENA_NEW(arena, struct proof_binding);
	n->bindings[0] = (struct proof_binding){ n->expression, n->value };
	n->binding_count = 1;
}

static void say_relation(struct evaluator *ev, struct arena *arena,
    struct proof_node *n)
{
	const struct premise *p = n->premise;
	const struct function *f = &ev->tree->relations.items[p->index];
	struct binder_list list = { .ev = ev, .arena = arena, .env = p->env };
	struct text text;

	for (uint32_t i = 0; i < f->count; i++)
		add_name(&list, f->parameters[i]);
	give_bindings(&list, n);
	text_init(&text, arena);
	text_printf(&text, "%.*s(", STR_ARG(f->name));
	for (size_t i = 0; i < n->binding_count; i++) {
		text_add(&text, i ? STR(", ") : STR(""));
		text_add(&text, n->bindings[i].value);
	}
	text_add_char(&text, ')');
	n->expression = text_str(&text);
	n->body = proof_expression(ev, arena, f->body);
	n->text = arena_printf(arena, "%.*s is %s", STR_ARG(n->expression),
	    truth_word(n->truth));
	n->rule = f->span;
	n->form = f->body->span;
}

static struct str place_name(struct evaluator *ev, struct arena *arena,
    uint32_t place)
{
	struct walk walk = { NULL, 0, place, true };
	struct text text;

	text_init(&text, arena);
	message_walk(ev, &walk, &text);
	return text_str(&text);
}

static void say_step(struct evaluator *ev, struct arena *arena,
    struct proof_node *n)
{
	const struct premise *p = n->premise;
	struct walk_step step = p->step;
	struct walk walk = { &step, 1, step.from, true };
	struct text text;

	text_init(&text, arena);
	message_walk(ev, &walk, &text);
	n->expression = text_str(&text);
	n->text = n->truth == TRUTH_TRUE ? n->expression
	    : arena_printf(arena, "%.*s is %s", STR_ARG(n->expression),
		truth_word(n->truth));
	n->rule = step.step->span;
	n->from = place_name(ev, arena, step.from);
	n->to = place_name(ev, arena, step.to);
	n->backwards = step.step->inverse;
	n->link = step.step->kind == PATH_RELATION ?
	    ev->tree->relations.items[step.step->index].name :
	    ev->tree->schema->attributes.items[step.step->index].name;
}

static void say_place(struct evaluator *ev, struct arena *arena,
    struct proof_node *n)
{
	struct walk walk = { NULL, 0, n->premise->place, true };
	struct text text;

	text_init(&text, arena);
	message_walk(ev, &walk, &text);
	n->expression = text_str(&text);
	n->text = arena_printf(arena, "the search comes to %.*s",
	    STR_ARG(n->expression));
	n->rule = SPAN_NONE;
}

void proof_say(struct evaluator *ev, struct arena *arena, struct proof_node *n)
{
	n->truth = n->premise->truth;
	n->has_truth = n->kind != PROOF_VALUE && n->kind != PROOF_FACT &&
	    n->kind != PROOF_PLACE;
	switch (n->kind) {
	case PROOF_TRUTH:
		say_truth(ev, arena, n);
		break;
	case PROOF_VALUE:
		say_value(ev, arena, n);
		break;
	case PROOF_MEMBER:
		say_member(ev, arena, n);
		break;
	case PROOF_REST:
		say_rest(ev, arena, n);
		break;
	case PROOF_ELEMENT:
		say_element(ev, arena, n);
		break;
	case PROOF_RELATION:
		say_relation(ev, arena, n);
		break;
	case PROOF_STEP:
		say_step(ev, arena, n);
		break;
	case PROOF_PLACE:
		say_place(ev, arena, n);
		break;
	case PROOF_FACT:
		proof_say_fact(ev, arena, n, &n->premise->fact);
		break;
	case PROOF_KIND_COUNT:
		break;
	}
}
