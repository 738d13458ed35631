/* SPDX-License-Identifier: Apache-2.0 */
/* rule - the clauses of rules. */
#include "compiler/check.h"
#include "vm/verdict.h"

struct rule_check {
	struct front *front;
	struct scope scope;
	struct rule *rule;
	const struct ast *ast;
	size_t errors;			/* before this rule */
};

/* --- clauses ------------------------------------------------------------ */

bool front_severity(struct front *front, const struct ast *word,
    enum severity *severity)
{
	struct words words = { .arena = front->arena };
	struct diagnostic *d;

	for (int i = SEVERITY_INFO; i <= SEVERITY_CRITICAL; i++) {
		struct str text = str_of(severity_text((enum severity)i));

		if (str_equal(text, word->text)) {
			*severity = (enum severity)i;
			return true;
		}
		words_add(&words, text);
	}
	d = diag_add(front->all, DIAG_E1014, word->name,
	    "`%.*s` is no severity", STR_ARG(word->text));
	diag_note(front->all, d, "severities are %.*s",
	    STR_ARG(words_list(&words, words.list.count)));
	words_suggest(&words, front->all, d, word->text);
	return false;
}

static void add_severity(struct rule_check *c, const struct ast *clause)
{
	if (front_severity(c->front, clause, &c->rule->severity))
		c->rule->severity_by.span = clause->span;
}

static void add_binder(struct rule_check *c, const struct ast *ast)
{
	struct expr *set = check_set(&c->scope, ast->slot[0], ANY_TYPE);
	struct binder *binder;

	if (c->rule->binders.count == SUBJECT_BINDERS)
		diag_add(c->front->all, DIAG_E4005, ast->name,
		    "a subject has more than %d parts", SUBJECT_BINDERS);
	binder = VEC_PUSH(c->front->arena, &c->rule->binders);
	binder->set = set;
	binder->variable = scope_variable(&c->scope, ast->text, ast->name,
	    type_element(set->type));
	scope_enter(&c->scope, binder->variable, "binder");
}

static void add_binders(struct rule_check *c, const struct ast *clause)
{
	for (uint32_t i = 0; i < clause->count; i++)
		add_binder(c, clause->items[i]);
}

static void add_let(struct rule_check *c, const struct ast *clause)
{
	struct expr *value = check_expr(&c->scope, clause->slot[0], ANY_TYPE);
	struct variable *v;

	if (value->type.tag == TYPE_NONE) {
		diag_add(c->front->all, DIAG_E2016, value->span,
		    "nothing says what type this none is of");
		value = expr_error(&c->scope, value->span);
	}
	v = scope_variable(&c->scope, clause->text, clause->name,
	    value->type);
	v->let = value;
	*VEC_PUSH(c->front->arena, &c->rule->lets) = v;
	scope_enter(&c->scope, v, "let");
	if (clause == c->scope.early)
		scope_find(&c->scope, v->name)->used = true;
}

static void add_when(struct rule_check *c, const struct ast *clause)
{
	struct expr *e = check_truth(&c->scope, clause->slot[0]);

	*VEC_PUSH(c->front->arena, &c->rule->when) = e;
	scope_assume(&c->scope, e, true);
}

static void add_except(struct rule_check *c, const struct ast *clause)
{
	struct expr *e = check_truth(&c->scope, clause->slot[0]);

	*VEC_PUSH(c->front->arena, &c->rule->except) = e;
	*VEC_PUSH(c->front->arena, &c->rule->because) =
	    clause->slot[1]->text;
	scope_assume(&c->scope, e, false);
}

/* What one clause demands guards the next, as `and` would. */
static void add_requirement(struct rule_check *c, const struct ast *clause)
{
	struct requirement r = { .span = clause->span };
	struct expr *e;

	r.forbid = clause->kind == AST_FORBID;
	c->scope.reaches = 0;
	e = check_truth(&c->scope, clause->slot[0]);
	r.condition = r.forbid && !expr_is_error(e) ? expr_contrary(&c->scope, e)
	    : e;
	if (clause->slot[1])
		r.message = check_message(&c->scope, clause->slot[1]);
	*VEC_PUSH(c->front->arena, &c->rule->requirements) = r;
	scope_assume(&c->scope, e, !r.forbid);
}

static void add_why(struct rule_check *c, const struct ast *clause)
{
	c->rule->why = clause->slot[0]->text;
}

static void add_fix(struct rule_check *c, const struct ast *clause)
{
	c->rule->fix = clause->slot[0]->text;
}

static void add_source(struct rule_check *c, const struct ast *clause)
{
	*VEC_PUSH(c->front->arena, &c->rule->sources) = (struct reference){
		clause->text, clause->slot[0]->text, clause->span };
}

static void add_controls(struct rule_check *c, const struct ast *clause)
{
	for (uint32_t i = 0; i < clause->count; i++)
		*VEC_PUSH(c->front->arena, &c->rule->controls) =
		    (struct reference){ clause->items[i]->text,
			clause->items[i]->slot[0]->text,
			clause->items[i]->span };
}

static void add_tags(struct rule_check *c, const struct ast *clause)
{
	for (uint32_t i = 0; i < clause->count; i++)
		*VEC_PUSH(c->front->arena, &c->rule->tags) =
		    clause->items[i]->text;
}

static void add_replaces(struct rule_check *c, const struct ast *clause)
{
	*VEC_PUSH(c->front->arena, &c->rule->replaces) = clause->text;
}

/* FOR comes first, wherever it stands: all others may use its binders. */
static void (*const adders[AST_COUNT])(struct rule_check *,
    const struct ast *) = {
	[AST_SEVERITY] = add_severity, [AST_LET] = add_let,
	[AST_WHEN] = add_when, [AST_EXCEPT] = add_except,
	[AST_REQUIRE] = add_requirement, [AST_FORBID] = add_requirement,
	[AST_WHY] = add_why, [AST_FIX] = add_fix, [AST_SOURCE] = add_source,
	[AST_MAPS] = add_controls, [AST_TAGS] = add_tags,
	[AST_REPLACES] = add_replaces,
};

static bool is_single(enum ast_kind kind)
{
	return kind == AST_FOR || kind == AST_SEVERITY || kind == AST_WHY ||
	    kind == AST_FIX;
}

static void report_repeated(struct rule_check *c)
{
	const struct ast *first[AST_COUNT] = { NULL };

	for (uint32_t i = 0; i < c->ast->count; i++) {
		const struct ast *clause = c->ast->items[i];
		const struct ast *former = first[clause->kind];

		if (former && is_single(clause->kind))
			front_report_twice(c->front, clause, former->span,
			    "clause");
		else
			first[clause->kind] = clause;
	}
}

static void add_clauses(struct rule_check *c)
{
	for (uint32_t i = 0; i < c->ast->count; i++)
		if (c->ast->items[i]->kind == AST_FOR) {
			add_binders(c, c->ast->items[i]);
			break;
		}
	for (uint32_t i = 0; i < c->ast->count; i++)
		if (adders[c->ast->items[i]->kind])
			adders[c->ast->items[i]->kind](c, c->ast->items[i]);
}

/* --- binders that have nothing to do with each other -------------------- */

struct connection {
	struct rule_check *c;
	uint32_t *masks;		/* by variable: the binders behind it */
	bool *is_let_done;
	uint32_t group[SUBJECT_BINDERS];	/* binders known to be together */
};

/* The binders that E depends on, lets looked through. */
static uint32_t binders_of(struct connection *n, const struct expr *e)
{
	uint32_t mask = 0;

	if (e->op == EXPR_VARIABLE && e->variable->let &&
	    !n->is_let_done[e->variable->index]) {
		n->is_let_done[e->variable->index] = true;
		n->masks[e->variable->index] =
		    binders_of(n, e->variable->let);
	}
	if (e->op == EXPR_VARIABLE)
		return n->masks[e->variable->index];
	for (int i = 0; i < 3; i++)
		if (e->arg[i])
			mask |= binders_of(n, e->arg[i]);
	for (uint32_t i = 0; i < e->count; i++)
		mask |= binders_of(n, e->items[i]);
	return mask;
}

static void join_groups(struct connection *n, uint32_t mask)
{
	uint32_t joined = mask;

	for (size_t i = 0; i < n->c->rule->binders.count; i++)
		if (n->group[i] & mask)
			joined |= n->group[i];
	for (size_t i = 0; i < n->c->rule->binders.count; i++)
		if (n->group[i] & joined)
			n->group[i] = joined;
}

/* `a and b` says nothing of what is in a and in b together. */
static void join_conjuncts(struct connection *n, const struct expr *e)
{
	while (e->op == EXPR_AND) {
		join_conjuncts(n, e->arg[1]);
		e = e->arg[0];
	}
	join_groups(n, binders_of(n, e));
}

/* What could not be made out may have connected them. */
static bool has_error(const struct rule *rule)
{
	bool found = false;

	for (size_t i = 0; i < rule->binders.count; i++)
		found |= expr_is_error(rule->binders.items[i].set);
	for (size_t i = 0; i < rule->lets.count; i++)
		found |= expr_is_error(rule->lets.items[i]->let);
	for (size_t i = 0; i < rule->when.count; i++)
		found |= expr_is_error(rule->when.items[i]);
	for (size_t i = 0; i < rule->except.count; i++)
		found |= expr_is_error(rule->except.items[i]);
	for (size_t i = 0; i < rule->requirements.count; i++)
		found |= expr_is_error(rule->requirements.items[i].condition);
	return found;
}

static void join_clauses(struct connection *n)
{
	struct rule *rule = n->c->rule;

	for (size_t i = 0; i < rule->binders.count; i++)
		join_groups(n, 1u << i |
		    binders_of(n, rule->binders.items[i].set));
	for (size_t i = 0; i < rule->when.count; i++)
		join_conjuncts(n, rule->when.items[i]);
	for (size_t i = 0; i < rule->except.count; i++)
		join_conjuncts(n, rule->except.items[i]);
	for (size_t i = 0; i < rule->requirements.count; i++)
		join_conjuncts(n, rule->requirements.items[i].condition);
}

static void report_unconnected(struct rule_check *c, size_t i)
{
	const struct variable *v = c->rule->binders.items[i].variable;
	const struct variable *first = c->rule->binders.items[0].variable;
	struct diagnostic *d = diag_add(c->front->all, DIAG_E4006, v->span,
	    "nothing connects `%.*s` with `%.*s`", STR_ARG(v->name),
	    STR_ARG(first->name));

	diag_note(c->front->all, d,
	    "each of the one with each of the other would be a subject");
	diag_help(c->front->all, d, "bind it to a set of the other, "
	    "as `v in h.volumes` does, or make it a rule of its own");
}

static void check_connected(struct rule_check *c)
{
	struct connection n = { .c = c };
	size_t count = c->rule->binders.count;

	if (count < 2 || count > SUBJECT_BINDERS || has_error(c->rule))
		return;
	n.masks = ARENA_ARRAY(c->front->arena, uint32_t, c->scope.variables);
	n.is_let_done = ARENA_ARRAY(c->front->arena, bool,
	    c->scope.variables);
	for (size_t i = 0; i < count; i++) {
		n.group[i] = 1u << i;
		n.masks[c->rule->binders.items[i].variable->index] = 1u << i;
	}
	join_clauses(&n);
	for (size_t i = 1; i < count; i++)
		if (!(n.group[0] >> i & 1) && !(n.group[i] & ((1u << i) - 1)))
			report_unconnected(c, i);
}

/* --- rules -------------------------------------------------------------- */

static void check_clauses(struct rule_check *c)
{
	c->scope.rule = c->ast;
	report_repeated(c);
	add_clauses(c);
	if (c->rule->requirements.count == 0)
		diag_add(c->front->all, DIAG_E4007, c->ast->name,
		    "the rule `%.*s` demands nothing: it has no `require` "
		    "and no `forbid`", STR_ARG(c->rule->id));
	scope_leave(&c->scope, c->scope.locals.count, true);
	if (diag_errors(c->front->all) == c->errors)
		check_connected(c);
}

static void check_rule(struct front *front, struct declared at)
{
	const struct ast *title = at.ast->slot[0];
	struct rule *rule = VEC_PUSH(front->arena, &front->tree->rules);
	struct rule_check c = {
		.front = front, .rule = rule, .ast = at.ast,
		.scope = scope_new(front, &at),
		.errors = diag_errors(front->all),
	};

	rule->id = at.ast->text;
	rule->title = title->text;
	rule->why = rule->fix = STR("");
	rule->span = at.ast->name;
	rule->severity = SEVERITY_MEDIUM;
	rule->severity_by.span = rule->selected_by.span = rule->span;
	rule->pack = at.pack;
	rule->damaged = at.damaged;
	if (!at.damaged)
		check_clauses(&c);
	rule->written = rule->severity;
	rule->variables = c.scope.variables;
}

/* The places of ids, and of those that a rule took over. */
struct ids {
	struct front *front;
	struct map *index;
	struct { struct span span; bool replaced; } *places;
	uint32_t count;
};

static void report_id(struct ids *ids, const struct ast *again, uint32_t i)
{
	bool is_replaced = ids->places[i].replaced;
	struct diagnostic *d = diag_add(ids->front->all, DIAG_E1005,
	    again->name, again->kind == AST_RULE
	    ? "there are two rules `%.*s`" : is_replaced
	    ? "two rules replace `%.*s`"
	    : "`%.*s` is replaced, and still a rule", STR_ARG(again->text));

	diag_label(ids->front->all, d, ids->places[i].span, is_replaced
	    ? "replaced here" : "the rule");
}

static void claim(struct ids *ids, const struct ast *ast)
{
	bool is_new;
	uint32_t *index = map_at(ids->index, ast->text, &is_new);

	if (!is_new) {
		report_id(ids, ast, *index);
		return;
	}
	*index = ids->count;
	ids->places[ids->count].span = ast->name;
	ids->places[ids->count++].replaced = ast->kind == AST_REPLACES;
}

static void number_ids(struct front *front)
{
	const struct tree *tree = front->tree;

	front->rule_ids = map_new(front->arena);
	for (uint32_t i = 0; i < tree->rules.count; i++) {
		const struct rule *rule = &tree->rules.items[i];
		bool is_new;
		uint32_t *index = map_at(front->rule_ids, rule->id, &is_new);

		if (is_new)
			*index = i;
	}
	for (uint32_t i = 0; i < tree->rules.count; i++) {
		const struct rule *rule = &tree->rules.items[i];

		for (size_t j = 0; j < rule->replaces.count; j++) {
			bool is_new;
			uint32_t *index = map_at(front->rule_ids,
			    rule->replaces.items[j], &is_new);

			if (is_new)
				*index = i;
		}
	}
}

void front_report_rule(struct front *front, struct span span, struct str id)
{
	struct diagnostic *d;
	struct str nearest;

	if (front->packs.lost)
		return;
	d = diag_add(front->all, DIAG_E1015, span, "there is no rule `%.*s`",
	    STR_ARG(id));
	if (!diag_may_suggest(front->all, front->tree->rules.count))
		return;
	nearest = tree_nearest_rule(front->arena, front->tree, id);
	if (nearest.length == 0)
		return;
	diag_help(front->all, d, "did you mean `%.*s`?", STR_ARG(nearest));
	diag_fix(front->all, d, span, nearest);
}

static void check_ids(struct front *front)
{
	const struct declared_list *all = &front->declared[AST_RULE];
	struct ids ids = { .front = front, .index = map_new(front->arena) };
	size_t most = 0;

	for (size_t i = 0; i < all->at.count; i++)
		most += 1 + all->at.items[i].ast->count;
	ids.places = arena_array(front->arena, most, sizeof(*ids.places));
	for (size_t i = 0; i < all->at.count; i++)
		claim(&ids, all->at.items[i].ast);
	for (size_t i = 0; i < all->at.count; i++) {
		const struct ast *rule = all->at.items[i].ast;

		for (uint32_t j = 0; j < rule->count; j++)
			if (rule->items[j]->kind == AST_REPLACES)
				claim(&ids, rule->items[j]);
	}
}

void front_check_rules(struct front *front)
{
	const struct declared_list *all = &front->declared[AST_RULE];

	for (size_t i = 0; i < all->at.count; i++)
		check_rule(front, all->at.items[i]);
	check_ids(front);
	number_ids(front);
}
