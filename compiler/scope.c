/* SPDX-License-Identifier: Apache-2.0 */
/* scope - what names mean at a place, and what is known not to be none. */
#include "compiler/check.h"

#include <assert.h>

struct scope scope_new(struct front *front, const struct declared *at)
{
	return (struct scope){ .front = front, .pack = at->pack };
}

struct variable *scope_variable(struct scope *scope, struct str name,
    struct span span, struct type type)
{
	struct variable *v = ARENA_NEW(scope->front->arena, struct variable);

	v->name = name;
	v->span = span;
	v->type = type;
	v->index = scope->variables++;
	return v;
}

struct local *scope_find(struct scope *scope, struct str name)
{
	const uint32_t *place = scope->places ? map_find(scope->places, name) : NULL;

	if (!place || !*place)
		return NULL;
	assert(scope->locals.items);	/* who has a place is there */
	return &scope->locals.items[*place - 1];
}

static void add_local(struct scope *scope, struct local local)
{
	struct arena *arena = scope->front->arena;
	uint32_t *place;
	bool is_new;

	if (!scope->places)
		scope->places = map_new(arena);
	place = map_at(scope->places, local.variable->name, &is_new);
	local.hides = is_new ? 0 : *place;
	*VEC_PUSH(arena, &scope->locals) = local;
	*place = (uint32_t)scope->locals.count;
}

static void drop_local(struct scope *scope)
{
	const struct local *local = &scope->locals.items[--scope->locals.count];

	*map_find(scope->places, local->variable->name) = local->hides;
}

static void report_shadow(struct scope *scope, const struct variable *v,
    const char *what, struct span first, const char *other)
{
	struct diagnostics *all = scope->front->all;
	struct diagnostic *d = diag_add(all, DIAG_E1009, v->span,
	    "the %s `%.*s` hides another name", what, STR_ARG(v->name));

	diag_label(all, d, first, "%s of that name", other);
	diag_help(all, d, "choose another name");
}

void scope_enter(struct scope *scope, struct variable *variable,
    const char *what)
{
	struct local *hidden = scope_find(scope, variable->name);
	const struct name *name = names_find(scope->front->names, scope->pack,
	    variable->name);

	if (hidden) {
		hidden->used = true;	/* nobody can reach it any more */
		report_shadow(scope, variable, what, hidden->variable->span,
		    arena_printf(scope->front->arena, "the %s",
		    hidden->what).at);
	} else if (name) {
		report_shadow(scope, variable, what, name->span,
		    name_sort_text(name->sort));
	}
	add_local(scope, (struct local){ .variable = variable, .what = what });
}

/* A name that nobody knows may be a misspelt one that then seems unused. */
void scope_leave(struct scope *scope, size_t count, bool report)
{
	assert(count <= scope->locals.count);
	for (size_t i = scope->locals.count - count;
	    i < scope->locals.count && report && scope->unknown.count == 0;
	    i++) {
		const struct local *local = &scope->locals.items[i];

		if (!local->used && !scope->front->unused_allowed)
			diag_add(scope->front->all, DIAG_E1008,
			    local->variable->span,
			    "the %s `%.*s` is not used", local->what,
			    STR_ARG(local->variable->name));
	}
	while (count-- > 0)
		drop_local(scope);
}

bool scope_forgive(struct scope *scope, struct str name)
{
	for (size_t i = 0; i < scope->unknown.count; i++)
		if (str_equal(scope->unknown.items[i], name))
			return true;
	*VEC_PUSH(scope->front->arena, &scope->unknown) = name;
	return false;
}

void scope_add_words(const struct scope *scope, struct words *words)
{
	for (size_t i = 0; i < scope->locals.count; i++)
		words_add(words, scope->locals.items[i].variable->name);
}

/* --- what is there ------------------------------------------------------ */

/* The thing that a chain reads from, or NULL when E is no chain. */
static bool is_chain(const struct expr *e)
{
	while (e->op == EXPR_ATTRIBUTE || e->op == EXPR_FIELD)
		e = e->arg[0];
	return e->op == EXPR_VARIABLE;
}

/* Of two chains. */
static bool is_same_chain(const struct expr *a, const struct expr *b)
{
	while (a->op == b->op && a->index == b->index) {
		if (a->op == EXPR_VARIABLE)
			return a->variable == b->variable;
		a = a->arg[0];
		b = b->arg[0];
	}
	return false;
}

/* What is there was read from something that is there. */
static void add_present(struct scope *scope, const struct expr *e)
{
	if (!is_chain(e))
		return;
	for (;; e = e->arg[0]) {
		*VEC_PUSH(scope->front->arena, &scope->present) = e;
		if (e->op == EXPR_VARIABLE)
			return;
	}
}

static void assume(struct scope *scope, const struct expr *e, bool value)
{
	while (e->op == EXPR_NOT) {
		e = e->arg[0];
		value = !value;
	}
	if ((e->op == EXPR_AND && value) || (e->op == EXPR_OR && !value)) {
		assume(scope, e->arg[0], value);
		assume(scope, e->arg[1], value);
	}
	if (e->op == EXPR_ABSENT && !value)
		add_present(scope, e->arg[0]);
	if ((e->op == EXPR_IN || e->op == EXPR_IS_KIND) && value)
		add_present(scope, e->arg[0]);
	if (e->op == EXPR_EQ && value) {
		if (!e->arg[1]->type.optional)
			add_present(scope, e->arg[0]);
		if (!e->arg[0]->type.optional)
			add_present(scope, e->arg[1]);
	}
	if (e->op == EXPR_EQ && !value && e->arg[1]->op == EXPR_NONE)
		add_present(scope, e->arg[0]);
}

size_t scope_assume(struct scope *scope, const struct expr *condition,
    bool value)
{
	size_t mark = scope->present.count;

	assume(scope, condition, value);
	return mark;
}

void scope_forget(struct scope *scope, size_t mark)
{
	scope->present.count = mark;
}

struct expr *scope_narrow(const struct scope *scope, struct expr *e)
{
	if (!e->type.optional || !is_chain(e))
		return e;
	for (size_t i = 0; i < scope->present.count; i++)
		if (is_same_chain(scope->present.items[i], e))
			e->type.optional = false;
	return e;
}
