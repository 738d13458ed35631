/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_path - `a reaches b via PATH`: what the links of a path mean.
 *
 * That depends on the kinds they are reached by, so names are looked up along
 * the moves until nothing new is found.  Moves between kinds that do not
 * relate are left out: (member_of | admin_of)* may mix kinds, but each link
 * must be reached by a kind that has it and must lead on to the end.
 */
#include "compiler/path.h"

/* --- what the links mean ------------------------------------------------ */

static uint16_t kind_of(const struct automaton *a, unsigned i)
{
	return i == 0 ? a->from : a->states[i].step.to;
}

/* The steps that a name may mean, from a kind. */
struct meanings {
	struct automaton *a;
	const struct state *state;
	uint16_t kind;
	VEC(struct path_step) list;
};

static void add_attribute(struct meanings *m, uint16_t index)
{
	const struct schema_attribute *at =
	    &m->a->scope->front->schema->attributes.items[index];
	bool inverse = m->state->inverse;

	*VEC_PUSH(m->a->scope->front->arena, &m->list) = (struct path_step){
		.kind = PATH_LINK, .index = index, .inverse = inverse,
		.from = inverse ? at->type.of : at->kind,
		.to = inverse ? at->kind : at->type.of,
		.span = m->state->link->span,
	};
}

static void add_relation(struct meanings *m, uint16_t index)
{
	const struct function *f =
	    &m->a->scope->front->tree->relations.items[index];
	bool inverse = m->state->inverse;
	const struct type *from, *to;

	if (f->count != 2)
		return;
	from = &f->parameters[inverse ? 1 : 0]->type;
	to = &f->parameters[inverse ? 0 : 1]->type;
	if (from->tag != TYPE_ENTITY || to->tag != TYPE_ENTITY ||
	    !kinds_relate(m->a->scope->front->schema, from->of, m->kind))
		return;
	*VEC_PUSH(m->a->scope->front->arena, &m->list) = (struct path_step){
		.kind = PATH_RELATION, .index = index, .inverse = inverse,
		.from = from->of, .to = to->of,
		.span = m->state->link->span,
	};
}

/* Links of that name that lead to the kind. */
static void add_inverses(struct meanings *m)
{
	const struct schema *schema = m->a->scope->front->schema;

	for (size_t i = 0; i < schema->attributes.count; i++) {
		const struct schema_attribute *at =
		    &schema->attributes.items[i];

		if (at->type.tag == TYPE_ENTITY &&
		    str_equal(at->name, m->state->link->text) &&
		    kinds_relate(schema, at->type.of, m->kind))
			add_attribute(m, (uint16_t)i);
	}
}

static struct meanings find_meanings(struct automaton *a,
    const struct state *state, uint16_t kind)
{
	struct front *front = a->scope->front;
	struct meanings m = { .a = a, .state = state, .kind = kind };
	const struct name *name = names_find(front->names, a->scope->pack,
	    state->link->text);
	uint16_t index = front_find_attribute(front, kind, state->link->text);

	if (state->inverse)
		add_inverses(&m);
	else if (index != SCHEMA_NONE && front->schema->attributes.items[
	    index].type.tag == TYPE_ENTITY)
		add_attribute(&m, index);
	if (name && name->sort == NAME_RELATION)
		add_relation(&m, (uint16_t)name->index);
	return m;
}

static struct str step_text(struct front *front, const struct path_step *step)
{
	if (step->kind == PATH_RELATION)
		return front->tree->relations.items[step->index].name;
	return front_attribute_text(front, step->index);
}

/* A link that was written once is reported once, however often it is walked. */
static bool is_reported(struct automaton *a, unsigned i)
{
	for (unsigned j = 1; j < a->count; j++)
		if (a->states[j].link == a->states[i].link &&
		    a->states[j].reported)
			return true;
	a->states[i].reported = true;
	return false;
}

static void report_ambiguous(struct automaton *a, unsigned i,
    const struct path_step *one, const struct path_step *other)
{
	struct front *front = a->scope->front;
	const struct ast *link = a->states[i].link;
	struct diagnostic *d;

	if (is_reported(a, i))
		return;
	d = diag_add(front->all, DIAG_E4009, link->span,
	    "%s`%.*s` may be `%.*s` or `%.*s` here",
	    a->states[i].inverse ? "inverse " : "", STR_ARG(link->text),
	    STR_ARG(step_text(front, one)), STR_ARG(step_text(front, other)));
	if (a->states[i].inverse)
		diag_help(front->all, d, "walk the link that leads back, "
		    "if there is one, or a relation");
	else
		diag_help(front->all, d, "let one base of both have the "
		    "link, or walk a relation");
}

static bool is_same_step(const struct path_step *a, const struct path_step *b)
{
	return a->kind == b->kind && a->index == b->index;
}

/* State I is reached by KIND. */
static void resolve(struct automaton *a, unsigned i, uint16_t kind)
{
	struct state *s = &a->states[i];
	struct meanings m = find_meanings(a, s, kind);

	for (size_t j = 0; j < m.list.count; j++) {
		if (!s->found)
			s->step = m.list.items[j];
		s->found = true;
		if (!is_same_step(&s->step, &m.list.items[j]))
			report_ambiguous(a, i, &s->step, &m.list.items[j]);
	}
}

static void resolve_next(struct automaton *a, unsigned from)
{
	for (unsigned i = 1; i < a->count; i++)
		if (a->states[from].next & STATE(i))
			resolve(a, i, kind_of(a, from));
}

/* From the start over all moves, until each state that can be reached is
 * found.  DONE: the states whose moves were followed. */
static void resolve_all(struct automaton *a)
{
	states done = 0;
	bool is_new = true;

	while (is_new) {
		is_new = false;
		for (unsigned i = 0; i < a->count; i++) {
			if ((done & STATE(i)) ||
			    (i > 0 && !a->states[i].found))
				continue;
			done |= STATE(i);
			resolve_next(a, i);
			is_new = true;
		}
	}
}

/* --- what was not found ------------------------------------------------- */

static void add_link_words(struct automaton *a, uint16_t kind,
    struct words *words)
{
	const struct schema *schema = a->scope->front->schema;

	for (size_t i = 0; i < schema->attributes.count; i++) {
		const struct schema_attribute *at =
		    &schema->attributes.items[i];

		if (at->type.tag == TYPE_ENTITY &&
		    schema_is_a(schema, kind, at->kind))
			words_add(words, at->name);
	}
	words_add_names(words, a->scope->front->names, a->scope->pack,
	    1u << NAME_RELATION);
}

/* A link of that name whose type could not be made out. */
static bool is_lost(const struct schema *schema, const struct state *state)
{
	for (size_t i = 0; i < schema->attributes.count; i++)
		if (schema->attributes.items[i].type.tag == TYPE_ERROR &&
		    str_equal(schema->attributes.items[i].name,
		    state->link->text))
			return true;
	return false;
}

static void report_link(struct automaton *a, unsigned i, uint16_t kind)
{
	struct front *front = a->scope->front;
	const struct ast *link = a->states[i].link;
	struct str name = front->schema->kinds.items[kind].name;
	struct words words = { .arena = front->arena };
	struct diagnostic *d;

	if (front->packs.lost || is_lost(front->schema, &a->states[i]) ||
	    is_reported(a, i))
		return;
	d = diag_add(front->all, DIAG_E4008, link->name,
	    a->states[i].inverse ? "no link `%.*s` leads to `%.*s`"
	    : "no link `%.*s` leads from `%.*s`", STR_ARG(link->text),
	    STR_ARG(name));
	if (!a->states[i].inverse &&
	    front_find_attribute(front, kind, link->text) != SCHEMA_NONE)
		diag_note(front->all, d,
		    "it is an attribute, but no entity");
	add_link_words(a, kind, &words);
	if (!a->states[i].inverse)
		words_suggest(&words, front->all, d, link->text);
}

/* A link is missed where a kind reaches it; else it is a later mistake. */
static void report_missed(struct automaton *a)
{
	for (unsigned i = 1; i < a->count; i++)
		for (unsigned j = 0; j < a->count && !a->states[i].found;
		    j++)
			if ((a->states[j].next & STATE(i)) &&
			    (j == 0 || a->states[j].found)) {
				report_link(a, i, kind_of(a, j));
				break;
			}
}

static bool is_complete(const struct automaton *a)
{
	for (unsigned i = 1; i < a->count; i++)
		if (!a->states[i].found || a->states[i].reported)
			return false;
	return true;
}

/* --- the end ------------------------------------------------------------ */

static void drop_moves(struct automaton *a)
{
	const struct schema *schema = a->scope->front->schema;

	for (unsigned i = 0; i < a->count; i++)
		for (unsigned j = 1; j < a->count; j++)
			if (!kinds_relate(schema, kind_of(a, i),
			    a->states[j].step.from))
				a->states[i].next &= ~STATE(j);
}

/* The states from which the end can be reached. */
static states find_live(const struct automaton *a)
{
	const struct schema *schema = a->scope->front->schema;
	states live = 0, before;

	for (unsigned i = 0; i < a->count; i++)
		if ((a->accepting & STATE(i)) &&
		    kinds_relate(schema, kind_of(a, i), a->target))
			live |= STATE(i);
	do {
		before = live;
		for (unsigned i = 0; i < a->count; i++)
			if (a->states[i].next & live)
				live |= STATE(i);
	} while (live != before);
	return live;
}

static void report_end(struct automaton *a)
{
	struct front *front = a->scope->front;
	struct words ends = { .arena = front->arena };
	struct diagnostic *d;

	for (unsigned i = 0; i < a->count; i++) {
		struct str name = front->schema->kinds.items[
		    kind_of(a, i)].name;
		size_t j = 0;

		while (j < ends.list.count &&
		    !str_equal(ends.list.items[j], name))
			j++;
		if ((a->accepting & STATE(i)) && j == ends.list.count)
			words_add(&ends, name);
	}
	d = diag_add(front->all, DIAG_E4010, a->ast->slot[2]->span,
	    "this path never ends at `%.*s`",
	    STR_ARG(front->schema->kinds.items[a->target].name));
	diag_note(front->all, d, "it ends at %.*s",
	    STR_ARG(words_list(&ends, ends.list.count)));
}

static bool is_live_link(const struct automaton *a, const struct ast *link,
    states live)
{
	for (unsigned i = 1; i < a->count; i++)
		if (a->states[i].link == link && (live & STATE(i)))
			return true;
	return false;
}

static bool check_ends(struct automaton *a)
{
	states live = find_live(a);
	bool is_fine = true;

	if (!(live & STATE(0))) {
		report_end(a);
		return false;
	}
	for (unsigned i = 1; i < a->count; i++) {
		if (is_live_link(a, a->states[i].link, live))
			continue;
		is_fine = false;
		if (!is_reported(a, i))
			diag_add(a->scope->front->all, DIAG_E4010,
			    a->states[i].link->span,
			    "no walk over `%.*s` gets to the end of the path",
			    STR_ARG(a->states[i].link->text));
	}
	return is_fine;
}

/* --- the path ----------------------------------------------------------- */

/* The kind that all ends are based on; without one, what is looked for. */
static uint16_t end_kind(const struct automaton *a)
{
	const struct schema *schema = a->scope->front->schema;
	struct type end = { 0 };

	for (unsigned i = 0; i < a->count; i++) {
		struct type type = { .tag = TYPE_ENTITY, .of = kind_of(a, i) };

		if (!(a->accepting & STATE(i)))
			continue;
		if (end.tag != TYPE_ERROR)
			type = type_join(schema, end, type);
		if (type.tag == TYPE_ERROR)
			return a->target;
		end = type;
	}
	return end.of;
}

static void add_moves(struct automaton *a, struct path *path)
{
	unsigned count = 0;

	for (unsigned i = 0; i < a->count; i++)
		count += (unsigned)__builtin_popcountll(a->states[i].next);
	path->moves = ARENA_ARRAY(a->scope->front->arena, struct path_move,
	    count);
	for (unsigned i = 0; i < a->count; i++)
		for (unsigned j = 1; j < a->count; j++)
			if (a->states[i].next & STATE(j))
				path->moves[path->move_count++] =
				    (struct path_move){ (uint8_t)i,
				    (uint8_t)j, (uint16_t)(j - 1) };
}

static const struct path *make_path(struct automaton *a)
{
	struct front *front = a->scope->front;
	struct path *path = ARENA_NEW(front->arena, struct path);

	path->span = a->ast->slot[2]->span;
	path->from = a->from;
	path->to = end_kind(a);
	path->states = (uint8_t)a->count;
	path->accepting = a->accepting;
	path->step_count = (uint16_t)(a->count - 1);
	path->steps = ARENA_ARRAY(front->arena, struct path_step,
	    path->step_count);
	for (unsigned i = 1; i < a->count; i++)
		path->steps[i - 1] = a->states[i].step;
	add_moves(a, path);
	path->index = (uint16_t)front->tree->paths.count;
	*VEC_PUSH(front->arena, &front->tree->paths) = path;
	return path;
}

static const struct path *check_walk(struct scope *scope,
    const struct ast *ast, uint16_t from, uint16_t target)
{
	struct automaton a = {
		.scope = scope, .ast = ast, .from = from, .target = target,
	};

	if (!path_build(&a, ast->slot[2]))
		return NULL;
	resolve_all(&a);
	report_missed(&a);
	if (!is_complete(&a))
		return NULL;
	drop_moves(&a);
	if (!check_ends(&a) || !front_has_room(scope->front,
	    scope->front->tree->paths.count, ast, "paths"))
		return NULL;
	return make_path(&a);
}

static bool is_place(struct scope *scope, const struct expr *e,
    bool may_be_set)
{
	if (expr_is_error(e))
		return false;
	if (e->type.tag == TYPE_ENTITY && (!e->type.set || may_be_set))
		return true;
	diag_add(scope->front->all, e->type.tag == TYPE_ENTITY ? DIAG_E2007
	    : DIAG_E2008, e->span, "a path starts at one entity and ends at "
	    "entities, not at `%.*s`",
	    STR_ARG(front_type_text(scope->front, e->type)));
	return false;
}

struct expr *check_reaches(struct scope *scope, const struct ast *ast,
    struct type expected)
{
	struct expr *from = check_expr(scope, ast->slot[0], ANY_TYPE);
	struct expr *to = check_expr(scope, ast->slot[1], ANY_TYPE);
	bool is_from = is_place(scope, from, false);
	bool is_to = is_place(scope, to, true);
	const struct path *path;
	struct expr *e;

	(void)expected;
	scope->reaches++;
	if (!is_from || !is_to)
		return expr_error(scope, ast->span);
	path = check_walk(scope, ast, from->type.of, to->type.of);
	if (!path)
		return expr_error(scope, ast->span);
	e = expr_truth(scope, EXPR_REACHES, ast->span, from, to);
	e->path = path;
	return e;
}
