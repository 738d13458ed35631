/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules by type: gen(type, depth) picks a production for the wanted type.
 * Every binder is used by construction (the body starts from a condition
 * that mentions it), since the compiler refuses unused ones.
 */
#include "tests/random/random.h"

struct variable { const char *name; int type; };

struct scope {
	struct variable variables[16];
	unsigned count;
	bool relations;		/* calls of relations are allowed here */
};

#define DEPTH 4

static struct node *truth(struct model *m, struct scope *s, unsigned depth);
static struct node *value(struct model *m, struct scope *s, int type, unsigned depth);
static struct node *set_of(struct model *m, struct scope *s, int type, unsigned depth);
static struct node *mention(struct model *m, struct scope *s, unsigned depth);

static bool is_a(int kind, int of)
{
	return kind == of || (kind == DELTA && of == ALPHA);
}

static unsigned pick(struct model *m, unsigned n)
{
	return random_below(&m->random, n);
}

static struct node *node(struct model *m, int type, const char *text)
{
	struct node *n = ARENA_NEW(m->arena, struct node);

	n->type = type;
	n->text = text;
	return n;
}

static struct node *with(struct model *m, struct node *n, struct node *child)
{
	n->constant = child->constant && (n->children.count == 0 || n->constant);
	*VEC_PUSH(m->arena, &n->children) = child;
	return n;
}

static struct node *one(struct model *m, int type, const char *text, struct node *a)
{
	return with(m, node(m, type, text), a);
}

static struct node *two(struct model *m, int type, const char *text,
    struct node *a, struct node *b)
{
	return with(m, one(m, type, text, a), b);
}

static struct node *three(struct model *m, int type, const char *text,
    struct node *a, struct node *b, struct node *c)
{
	return with(m, two(m, type, text, a, b), c);
}

static const char *fresh(struct model *m, const char *stem)
{
	return model_printf(m, "%s%u", stem, m->names++);
}

/* An attribute of a kind with exactly this type; NULL when there is none. */
static const struct attribute *attribute_of(struct model *m, int kind, int type)
{
	const struct attribute *found = NULL;
	unsigned seen = 0;

	for (size_t i = 0; i < m->attributes.count; i++) {
		const struct attribute *a = &m->attributes.items[i];

		if (!is_a(kind, a->kind) || a->type != type)
			continue;
		if (pick(m, ++seen) == 0)
			found = a;
	}
	return found;
}

/* `variable.attribute` of a type, from the variables in scope (the newest
 * with higher weight); NULL when none has it. */
static struct node *navigation(struct model *m, struct scope *s, int type)
{
	for (unsigned tries = 0; tries < 6 && s->count; tries++) {
		const struct variable *v = &s->variables[pick(m, 2) ?
		    s->count - 1 : pick(m, s->count)];
		const struct attribute *a;

		if (v->type == type && pick(m, 2))
			return node(m, type, v->name);
		if (!IS_KIND_TYPE(v->type) || v->type & SET)
			continue;
		a = attribute_of(m, v->type, type);
		if (a)
			return node(m, type, model_printf(m, "%s.%s", v->name, a->name));
	}
	return NULL;
}

/* An entity of a kind: a variable, or a single link of one. */
static struct node *entity(struct model *m, struct scope *s, int kind)
{
	for (unsigned i = s->count; i-- > 0;)
		if (is_a(s->variables[i].type, kind) && pick(m, 3))
			return node(m, kind, s->variables[i].name);
	return navigation(m, s, kind);
}

static struct node *literal(struct model *m, int type)
{
	struct node *n = node(m, type, model_literal(m, BASE(type), true));

	if (BASE(type) == COLOR || BASE(type) == SHAPE)
		n->text = model_printf(m, "%s.%s",
		    BASE(type) == COLOR ? "Color" : "Shape", n->text);
	n->constant = true;
	return n;
}

/* What is decided before any inventory is read, the compiler refuses. */
static struct node *lively(struct model *m, struct scope *s, struct node *n)
{
	for (size_t i = 0; i < n->children.count; i++)
		if (!n->children.items[i]->constant)
			return n;
	if (s->count)
		return mention(m, s, 0);
	return one(m, TRUTH, "count(%) >= 1", node(m, ALPHA | SET, "Alpha"));
}

static struct node *quantified(struct model *m, struct scope *s, const char *name,
    int type, unsigned depth)
{
	struct node *body;
	struct variable v = { name, type };

	s->variables[s->count++] = v;
	m->nested += s->count > 2;
	m->correlated += s->count > 1 && IS_KIND_TYPE(type);
	body = truth(m, s, depth);
	s->count--;
	return body;
}

/* A condition that mentions the newest variable. */
static struct node *mention(struct model *m, struct scope *s, unsigned depth)
{
	const struct variable *v = &s->variables[s->count - 1];
	struct node *n = NULL;

	if (!IS_KIND_TYPE(v->type)) {
		if (v->type == INT || v->type == DATE || v->type == DURATION)
			return two(m, TRUTH, pick(m, 2) ? "% < %" : "% == %",
			    node(m, v->type, v->name), literal(m, v->type));
		if (pick(m, 2))
			return two(m, TRUTH, "% in %", node(m, v->type, v->name),
			    set_of(m, s, v->type, depth ? depth - 1 : 0));
		return two(m, TRUTH, "% == %", node(m, v->type, v->name),
		    literal(m, v->type));
	}
	for (unsigned tries = 0; tries < 8 && !n; tries++) {
		int type = (int)pick(m, PART + 1);
		const struct attribute *a = attribute_of(m, v->type,
		    type | (pick(m, 3) ? 0 : SET));

		if (!a)
			continue;
		if (a->type == TRUTH)
			return node(m, TRUTH, model_printf(m, "%s.%s", v->name, a->name));
		if (a->type & SET)
			return one(m, TRUTH, pick(m, 2) ? "count(%) >= 1" : "% is empty",
			    node(m, a->type, model_printf(m, "%s.%s", v->name, a->name)));
		if (IS_KIND_TYPE(a->type)) {
			struct node *e = entity(m, s, BASE(a->type));

			return two(m, TRUTH, "% == %", node(m, a->type,
			    model_printf(m, "%s.%s", v->name, a->name)),
			    e ? e : node(m, a->type, model_printf(m, "%s.%s",
			    v->name, a->name)));
		}
		return two(m, TRUTH, pick(m, 3) ? "% == %" : "% != %",
		    node(m, a->type, model_printf(m, "%s.%s", v->name, a->name)),
		    literal(m, a->type));
	}
	return two(m, TRUTH, "% in %", node(m, v->type, v->name),
	    set_of(m, s, v->type, 0));
}

static struct node *body_of(struct model *m, struct scope *s, const char *name,
    int type, unsigned depth)
{
	struct variable v = { name, type };
	struct node *must, *more;

	s->variables[s->count++] = v;
	m->nested += s->count > 2;
	must = mention(m, s, depth);
	more = depth ? truth(m, s, depth - 1) : NULL;
	s->count--;
	if (!more)
		return must;
	m->correlated++;
	return two(m, TRUTH, pick(m, 2) ? "(% and %)" : "(% or %)", must, more);
}

/* A set to bind over, and its element type. */
static struct node *some_set(struct model *m, struct scope *s, int *type, unsigned depth)
{
	static const int elements[] = { ALPHA, ALPHA, BETA, BETA, GAMMA, PART, DELTA,
		COLOR, SHAPE, INT, STRING, INT, DATE };

	*type = elements[pick(m, 13)];
	return set_of(m, s, *type, depth);
}

static struct node *quantifier(struct model *m, struct scope *s, unsigned depth)
{
	static const char *const forms[] = {
		"any %0 in %: %", "all %0 in %: %", "no %0 in %: %",
		"exactly 1 %0 in %: %", "at least 2 %0 in %: %", "at most 1 %0 in %: %",
		"count(%0 in % where %) >= 1", "count(%0 in % where %) <= 2",
		"count(%0 in % where %) == 1", "any %0 in % where %: %",
		"all %0 in % where %: %",
	};
	unsigned form = pick(m, 11);
	const char *name = fresh(m, "x");
	const char *text = forms[form], *hole = strstr(text, "%0");
	struct node *set, *n;
	int type;

	if (s->count >= 7)
		return mention(m, s, 0);
	set = some_set(m, s, &type, depth / 2);
	n = node(m, TRUTH, model_printf(m, "(%.*s%s%s)", (int)(hole - text), text,
	    name, hole + 2));
	with(m, n, set);
	if (form >= 9)
		with(m, n, quantified(m, s, name, type, depth / 2));
	return with(m, n, body_of(m, s, name, type, depth - 1));
}

/* A literal to compare A with: no count is below zero, the compiler knows. */
static struct node *literal_beside(struct model *m, const struct node *a, int type)
{
	struct node *n = literal(m, type);

	if (strncmp(a->text, "count(", 6) == 0)
		n->text = pick(m, 2) ? "1" : "2";
	return n;
}

static struct node *comparison(struct model *m, struct scope *s, unsigned depth)
{
	static const char *const orders[] = { "% < %", "% <= %", "% > %", "% >= %", "% == %", "% != %" };
	static const int ordered[] = { INT, INT, DATE, DURATION, VERSION };
	int type = ordered[pick(m, 5)];
	struct node *a;

	if (pick(m, 3)) {
		a = value(m, s, type, depth);
		return lively(m, s, two(m, TRUTH, orders[pick(m, 6)], a,
		    pick(m, 2) && !a->constant ? literal_beside(m, a, type)
		    : value(m, s, type, 0)));
	}
	type = (int)pick(m, SHAPE + 1);
	a = navigation(m, s, type | (pick(m, 3) ? 0 : OPTIONAL));
	if (!a)
		return mention(m, s, depth);
	return two(m, TRUTH, orders[4 + pick(m, 2)], a, literal(m, type));
}

static struct node *text_test(struct model *m, struct scope *s)
{
	static const char *const forms[] = {
		"% like \"a*\"", "% like \"?b\"", "% matches \"^a\"", "% matches \"b|^$\"",
		"% starts with \"a\"", "% ends with \"B\"", "lower(%) == \"ab\"",
		"% + \"b\" == \"ab\"",
	};
	unsigned form = pick(m, 8);
	struct node *a = navigation(m, s, form != 6 && pick(m, 2) ? CASELESS : STRING);

	return a ? one(m, TRUTH, forms[form], a) : mention(m, s, 1);
}

static struct node *guarded(struct model *m, struct scope *s)
{
	static const int types[] = { INT, DATE, VERSION };
	int type = types[pick(m, 3)];
	struct node *a = navigation(m, s, type | OPTIONAL);

	if (!a)
		return mention(m, s, 1);
	return three(m, TRUTH, pick(m, 2) ? "(% is not none and % >= %)"
	    : "(% is none or % < %)", a, a, literal(m, type));
}

static struct node *membership(struct model *m, struct scope *s, unsigned depth)
{
	int type = (int)pick(m, PART + 1);
	struct node *a;

	if (type == NET)
		type = COLOR;
	a = IS_KIND_TYPE(type) ? entity(m, s, type)
	    : navigation(m, s, type | (pick(m, 4) ? 0 : OPTIONAL));
	if (a && pick(m, 2))
		return two(m, TRUTH, "% in %", a, set_of(m, s, type, depth / 2));
	if (a && pick(m, 2))
		return two(m, TRUTH, "% not in %", a, set_of(m, s, type, depth / 2));
	if (type < ALPHA && pick(m, 2))
		return lively(m, s, two(m, TRUTH, "% has %", set_of(m, s, type, depth),
		    literal(m, type)));
	if (pick(m, 2))
		return lively(m, s, two(m, TRUTH, "% subset of %",
		    set_of(m, s, type, depth / 2), set_of(m, s, type, depth / 2)));
	return lively(m, s, two(m, TRUTH, "% == %", set_of(m, s, type, depth / 2),
	    set_of(m, s, type, depth / 2)));
}

static struct node *call(struct model *m, struct scope *s)
{
	const struct callable *c;
	struct node *a, *b;

	if (m->callable_count == 0)
		return mention(m, s, 1);
	c = &m->callables[pick(m, m->callable_count)];
	if (c->type != TRUTH || (c->relation && !s->relations))
		return mention(m, s, 1);
	a = entity(m, s, c->parameters[0]);
	b = c->count > 1 ? entity(m, s, c->parameters[1]) : NULL;
	if (!a || (c->count > 1 && !b))
		return mention(m, s, 1);
	m->recursive += c->relation;
	if (c->count == 1)
		return one(m, TRUTH, model_printf(m, "%s(%%)", c->name), a);
	return two(m, TRUTH, model_printf(m, "%s(%%, %%)", c->name), a, b);
}

/* A link (or derived link) from a kind to entities. */
static const struct attribute *link_from(struct model *m, int kind)
{
	const struct attribute *found = NULL;
	unsigned seen = 0;

	for (size_t i = 0; i < m->attributes.count; i++) {
		const struct attribute *a = &m->attributes.items[i];

		if (is_a(kind, a->kind) && IS_KIND_TYPE(a->type) && pick(m, ++seen) == 0)
			found = a;
	}
	return found;
}

/* May an entity be of both kinds? */
static bool relate(int a, int b)
{
	return is_a(a, b) || is_a(b, a);
}

/* `inverse LINK`, of a link that may lead to a kind. */
static const char *link_back(struct model *m, int *kind)
{
	const struct attribute *found = NULL;
	unsigned seen = 0;

	for (size_t i = 0; i < m->attributes.count; i++) {
		const struct attribute *a = &m->attributes.items[i];

		if (IS_KIND_TYPE(a->type) && relate(*kind, BASE(a->type)) && pick(m, ++seen) == 0)
			found = a;
	}
	if (!found)
		return NULL;
	*kind = found->kind;
	return model_printf(m, "inverse %s", found->name);
}

/* A relation of two, either way. */
static const char *related_by(struct model *m, const struct scope *s, int *kind)
{
	const struct callable *found = NULL;
	unsigned seen = 0;
	int end;

	for (unsigned i = 0; i < m->callable_count && s->relations; i++)
		if (m->callables[i].count == 2 && m->callables[i].relation &&
		    (relate(*kind, m->callables[i].parameters[0]) ||
			relate(*kind, m->callables[i].parameters[1])) && pick(m, ++seen) == 0)
			found = &m->callables[i];
	if (!found)
		return NULL;
	end = !relate(*kind, found->parameters[0]) ||
	    (relate(*kind, found->parameters[1]) && pick(m, 2));
	*kind = found->parameters[!end];
	return model_printf(m, "%s%s", end ? "inverse " : "", found->name);
}

static const char *step_from(struct model *m, const struct scope *s, int *kind)
{
	const struct attribute *a;
	const char *step = NULL;

	switch (pick(m, 6)) {
	case 0: step = link_back(m, kind); break;
	case 1: case 2: step = related_by(m, s, kind); break;
	default: break;
	}
	if (step)
		return step;
	a = link_from(m, *kind);
	if (!a)
		return NULL;
	*kind = BASE(a->type);
	return a->name;
}

/* To and fro along a link: walks are at entities of two kinds in turn. */
static const char *to_and_fro(struct model *m, int *kind)
{
	const struct attribute *a = link_from(m, *kind);

	if (!a)
		return NULL;
	if (pick(m, 2))
		*kind = BASE(a->type);
	return model_printf(m, "(%s | inverse %s)%s", a->name, a->name,
	    pick(m, 2) ? "*" : "+");
}

/* A step, or two where both lead to the same kind. */
static const char *steps_from(struct model *m, const struct scope *s, int *kind)
{
	int from = *kind, to = from;
	const char *step, *other;

	if (pick(m, 8) == 0)
		return to_and_fro(m, kind);
	step = step_from(m, s, kind);
	if (!step || pick(m, 4))
		return step;
	other = step_from(m, s, &to);
	return other && to == *kind ? model_printf(m, "(%s | %s)", step, other) : step;
}

/* A chain of steps; one from a kind to itself may repeat. */
static const char *path_from(struct model *m, const struct scope *s, int *kind)
{
	static const char *const repeats[] = { "", "*", "+", "?", "{1,2}" };
	struct text out;
	unsigned steps = 1 + pick(m, 3);

	text_init(&out, m->arena);
	for (unsigned i = 0; i < steps; i++) {
		int from = *kind;
		const char *step = steps_from(m, s, kind);

		if (!step)
			return NULL;
		text_printf(&out, "%s(%s)%s", i ? " then " : "", step,
		    relate(from, *kind) ? repeats[pick(m, 5)] : "");
		if (*kind == from && from == ALPHA && pick(m, 5) == 0)
			text_printf(&out, " then (peers | inverse peers)*");
	}
	return arena_copy(m->arena, text_str(&out)).at;
}

static struct node *reaches(struct model *m, struct scope *s)
{
	int from = pick(m, 2) ? ALPHA : (int)(ALPHA + pick(m, 5)), to = from;
	struct node *a = entity(m, s, from), *b;
	const char *path = path_from(m, s, &to);

	if (!a || !path)
		return mention(m, s, 1);
	m->paths++;
	b = pick(m, 2) ? entity(m, s, to) : pick(m, 2) ? set_of(m, s, to, 1) : NULL;
	if (!b)
		return one(m, TRUTH, model_printf(m, "(%% reaches %s via %s)",
		    kind_names[to], path), a);
	return two(m, TRUTH, model_printf(m, "(%% reaches %% via %s)", path), a, b);
}

static struct node *way_out(struct model *m, struct scope *s, unsigned depth)
{
	static const int types[] = { INT, COLOR, COLOR, STRING, DATE };
	int type = types[pick(m, 5)];
	struct node *a;

	switch (pick(m, 20)) {
	case 0: case 7: case 8:
		return one(m, TRUTH, pick(m, 2) ? "((%) is known)" : "((%) is unknown)",
		    truth(m, s, depth - 1));
	case 1:
		return one(m, TRUTH, pick(m, 2) ? "((%) assuming true)" : "((%) assuming false)",
		    truth(m, s, depth - 1));
	case 2: case 5:
		return one(m, TRUTH, "count((% assuming complete)) >= 1",
		    set_of(m, s, ALPHA + (int)pick(m, 4), 1));
	case 3: case 4: case 6:
		return one(m, TRUTH, "(% is known)", set_of(m, s, COLOR, 1));
	default:
		a = navigation(m, s, type);
		if (!a)
			return mention(m, s, 1);
		if (pick(m, 2))
			return one(m, TRUTH, pick(m, 2) ? "(% is known)"
			    : "(% is unknown)", a);
		return three(m, TRUTH, "(% assuming %) == %", a, literal(m, type),
		    literal(m, type));
	}
}

/* `x.y is none`, a kind test, an address in a prefix, a range. */
static struct node *odd_test(struct model *m, struct scope *s, unsigned depth)
{
	struct node *a;

	switch (pick(m, 6)) {
	case 4:
		a = navigation(m, s, DATE);
		if (pick(m, 4) == 0)
			return two(m, TRUTH, "today in { %, % }",
			    literal(m, DATE), a ? a : literal(m, DATE));
		return a ? one(m, TRUTH, pick(m, 2) ? "% <= today" : "% + 90d > today", a)
		    : mention(m, s, depth);
	case 0:
		a = navigation(m, s, (int)pick(m, PART) | OPTIONAL);
		return a ? one(m, TRUTH, "% is none", a) : mention(m, s, depth);
	case 1:
		a = entity(m, s, ALPHA);
		return a ? one(m, TRUTH, pick(m, 2) ? "% is Delta" : "% is not Delta", a)
		    : mention(m, s, depth);
	case 2:
		a = navigation(m, s, IP);
		return a ? two(m, TRUTH, "% in %", a, pick(m, 2) ? literal(m, NET) :
		    node(m, NET, "\"192.0.2.0/28\"")) : mention(m, s, depth);
	case 3:
		return lively(m, s, one(m, TRUTH, "% in 0 .. 2", value(m, s, INT, 0)));
	default:
		return one(m, TRUTH, pick(m, 2) ? "% is empty" : "% is not empty",
		    set_of(m, s, ALPHA + (int)pick(m, 5), depth / 2));
	}
}

/* min, max and sum over entities and over numbers. */
static struct node *extreme(struct model *m, struct scope *s)
{
	static const char *const ends[] = { "min", "max", "sum" };
	const char *name = fresh(m, "x"), *end = ends[pick(m, 3)];
	bool numbers = pick(m, 3) == 0, sum = end == ends[2];
	int kind = ALPHA + (int)pick(m, 5), type = numbers ? INT : kind;
	struct node *set = set_of(m, s, type, 1), *item, *where, *n;

	if (s->count >= 7)
		return mention(m, s, 0);
	s->variables[s->count++] = (struct variable){ name, type };
	item = numbers ? node(m, INT, name) : navigation(m, s, INT);
	where = mention(m, s, 0);
	s->count--;
	if (!item)
		return mention(m, s, 0);
	n = three(m, INT | OPTIONAL, model_printf(m, "%s(%%  for %s in %% where %%)", end, name),
	    item, set, where);
	if (sum)
		return two(m, TRUTH, "% <= %", n, literal(m, INT));
	if (pick(m, 2))
		return one(m, TRUTH, "% is none", n);
	return two(m, TRUTH, pick(m, 2) ? "% == %" : "% != %", n, literal(m, INT));
}

/* Sets made over numbers. */
static struct node *over_numbers(struct model *m, struct scope *s)
{
	const char *name = fresh(m, "x");
	struct node *set = set_of(m, s, INT, 1), *item, *where;

	if (s->count >= 7)
		return mention(m, s, 0);
	switch (pick(m, 5)) {
	case 0:
		item = one(m, INT, "% + 1", node(m, INT, name));
		break;
	case 1:
		item = navigation(m, s, pick(m, 2) ? COLOR : SHAPE);
		break;
	case 2:
		item = navigation(m, s, (pick(m, 2) ? COLOR : ALPHA) | SET);
		break;
	default:
		item = navigation(m, s, INT | SET);
		break;
	}
	if (!item)
		item = node(m, INT, name);
	where = two(m, TRUTH, "(% < % or %)", node(m, INT, name), literal(m, INT));
	with(m, where, truth(m, s, 0));
	return three(m, TRUTH, model_printf(m, "count({ %% for %s in %% where %% }) >= 1", name),
	    item, set, where);
}

/* Ways out of unknown numbers and of sets of them. */
static struct node *number_way_out(struct model *m, struct scope *s)
{
	static const char *const of_set[] = { "(% is known)",
		"count((% assuming complete)) >= 1" };
	static const char *const of_number[] = { "((%) is known)", "((%) assuming 1) == 1" };

	if (!m->ways_out)
		return over_numbers(m, s);
	if (pick(m, 2))
		return one(m, TRUTH, of_set[pick(m, 2)], set_of(m, s, INT, 1));
	return one(m, TRUTH, of_number[pick(m, 2)], value(m, s, INT, 1));
}

/* A derived color read where it was not made: at the end of a single link. */
static struct node *far_derived(struct model *m, struct scope *s)
{
	for (unsigned tries = 0; tries < 12; tries++) {
		const struct variable *v = &s->variables[pick(m, s->count)];
		const struct attribute *link, *a;

		if (!IS_KIND_TYPE(v->type) || v->type & SET)
			continue;
		link = attribute_of(m, v->type, ALPHA + (int)pick(m, 5));
		a = link ? attribute_of(m, link->type, COLOR) : NULL;
		if (a && a->derived)
			return two(m, TRUTH, pick(m, 2) ? "% == %" : "% != %",
			    node(m, COLOR, model_printf(m, "%s.%s.%s", v->name,
			    link->name, a->name)), literal(m, COLOR));
	}
	return mention(m, s, 1);
}

/* Past a single link, which may be none. */
static struct node *far(struct model *m, struct scope *s)
{
	for (unsigned tries = 0; tries < 12; tries++) {
		const struct variable *v = &s->variables[pick(m, s->count)];
		const struct attribute *link, *a;
		int kind = ALPHA + (int)pick(m, 5), type = (int)pick(m, SHAPE + 1);
		const char *path;

		if (!IS_KIND_TYPE(v->type) || v->type & SET)
			continue;
		link = attribute_of(m, v->type, kind | (pick(m, 3) ? OPTIONAL : 0));
		a = link ? attribute_of(m, kind, type | (pick(m, 4) ? 0 : SET)) : NULL;
		if (!a)
			continue;
		path = model_printf(m, "%s.%s.%s", v->name, link->name, a->name);
		if (a->type & SET)
			return one(m, TRUTH, pick(m, 2) ? "count(%) >= 1" : "% is empty",
			    node(m, a->type, path));
		if (type == TRUTH && !(link->type & OPTIONAL))
			return node(m, TRUTH, path);
		if (link->type & OPTIONAL && pick(m, 3) == 0)
			return one(m, TRUTH, "% is none", node(m, type | OPTIONAL, path));
		return two(m, TRUTH, pick(m, 2) ? "% == %" : "% != %",
		    node(m, type, path), literal(m, type));
	}
	return mention(m, s, 1);
}

static struct node *product(struct model *m, struct scope *s)
{
	struct node *a = navigation(m, s, INT), *b = navigation(m, s, INT);

	if (!a || !b)
		return mention(m, s, 1);
	return lively(m, s, three(m, TRUTH, pick(m, 2) ? "(% * %) < %" : "(% / %) < %",
	    a, b, literal(m, INT)));
}

/* What other productions seldom lead to. */
static struct node *rare(struct model *m, struct scope *s, unsigned depth)
{
	struct node *a, *b;

	switch (pick(m, 24)) {
	case 16: case 17: case 18: case 19:
		return extreme(m, s);
	case 20: case 21:
		return far(m, s);
	case 22:
		a = navigation(m, s, COLOR);
		return a ? two(m, TRUTH, "%.rank < %", a, literal(m, INT))
		    : far(m, s);
	case 0:
		a = navigation(m, s, COLOR);
		return a ? one(m, TRUTH, "%.hot", a) : mention(m, s, depth);
	case 1:
		a = navigation(m, s, COLOR);
		return a ? two(m, TRUTH, pick(m, 2) ? "%.near == %" : "%.near != %", a,
		    literal(m, COLOR)) : mention(m, s, depth);
	case 2:
		a = navigation(m, s, TRUTH);
		b = navigation(m, s, TRUTH);
		return a && b ? two(m, TRUTH, pick(m, 2) ? "(%) == (%)" : "(%) != (%)", a,
		    pick(m, 2) ? truth(m, s, 0) : b) : mention(m, s, depth);
	case 3:
		a = value(m, s, INT, 1);
		return lively(m, s, two(m, TRUTH, "-(%) < %", a, literal(m, INT)));
	case 4:
		a = navigation(m, s, pick(m, 2) ? INT : DATE);
		return a ? one(m, TRUTH, "(\"v\" + % ends with \"1\")", a) : mention(m, s, depth);
	case 5:
		a = navigation(m, s, pick(m, 2) ? COLOR : SHAPE);
		return a ? one(m, TRUTH, "(\"v\" + % ends with \"d\")", a) : mention(m, s, depth);
	case 6: {
		const char *name = fresh(m, "x"), *flag = fresh(m, "x");
		struct variable v = { name, ALPHA + (int)pick(m, 5) };

		if (s->count >= 7)
			return mention(m, s, depth);
		s->variables[s->count++] = v;
		a = attribute_of(m, v.type, TRUTH) ? navigation(m, s, TRUTH) : NULL;
		b = mention(m, s, 0);
		s->count--;
		if (!a)
			return mention(m, s, depth);
		return three(m, TRUTH, model_printf(m, "(%s %s in { %%  for %s in %% where %% }: %s)",
		    pick(m, 2) ? "any" : "all", flag, name, flag), a,
		    set_of(m, s, v.type, 0), b);
	}
	case 7: case 8:
		return extreme(m, s);
	case 9: case 10: case 11:
		return number_way_out(m, s);
	case 12: case 13:
		return far_derived(m, s);
	case 14:
		return product(m, s);
	default:
		return over_numbers(m, s);
	}
}

static struct node *truth(struct model *m, struct scope *s, unsigned depth)
{
	struct node *a;

	if (depth == 0 || s->count == 0) {
		a = navigation(m, s, TRUTH);
		if (a || s->count)
			return a ? a : mention(m, s, 0);
		if (depth == 0)
			return one(m, TRUTH, "count(%) >= 1", set_of(m, s, ALPHA, 0));
	}
	switch (pick(m, 24)) {
	case 20: case 21: case 22: case 23:
		return s->count ? rare(m, s, depth) : quantifier(m, s, depth);
	case 0: case 1:
		return two(m, TRUTH, "(% and %)", truth(m, s, depth - 1), truth(m, s, depth - 1));
	case 2: case 3:
		return two(m, TRUTH, "(% or %)", truth(m, s, depth - 1), truth(m, s, depth - 1));
	case 4:
		return one(m, TRUTH, "(not %)", truth(m, s, depth - 1));
	case 5:
		return two(m, TRUTH, "(% implies %)", truth(m, s, depth - 1), truth(m, s, depth - 1));
	case 6: case 7: case 8: case 9:
		return quantifier(m, s, depth);
	case 10: case 11:
		return s->count ? comparison(m, s, depth - 1) : quantifier(m, s, depth);
	case 12: case 13:
		return membership(m, s, depth);
	case 14:
		return s->count ? text_test(m, s) : quantifier(m, s, depth);
	case 15:
		return s->count ? call(m, s) : quantifier(m, s, depth);
	case 16:
		return s->count ? reaches(m, s) : quantifier(m, s, depth);
	case 17:
		if (m->ways_out)
			return s->count ? way_out(m, s, depth) : quantifier(m, s, depth);
		return s->count ? guarded(m, s) : quantifier(m, s, depth);
	default:
		return s->count ? odd_test(m, s, depth) : quantifier(m, s, depth);
	}
}

static struct node *fold(struct model *m, struct scope *s, int type, unsigned depth)
{
	const char *name = fresh(m, "x");
	int kind = ALPHA + (int)pick(m, 5);
	struct node *set = set_of(m, s, kind, depth / 2), *item, *where;
	struct variable v = { name, kind };

	if (s->count >= 7)
		return literal(m, type);
	s->variables[s->count++] = v;
	item = navigation(m, s, type);
	where = two(m, TRUTH, "(% or %)", mention(m, s, 0),
	    truth(m, s, depth ? depth - 1 : 0));
	s->count--;
	if (!item || type == DATE)
		return one(m, INT, "count(%)", set_of(m, s, kind, depth / 2));
	return three(m, type, model_printf(m, "sum(%%  for %s in %% where %%)", name),
	    item, set, where);
}

static struct node *number(struct model *m, struct scope *s, int type, unsigned depth)
{
	if (type == INT) {
		switch (pick(m, 8)) {
		case 0: return one(m, INT, "count(%)", set_of(m, s, ALPHA + (int)pick(m, 5), depth));
		case 1: return one(m, INT, "count(%)", set_of(m, s, pick(m, 2) ? COLOR : SHAPE, depth));
		case 2: return two(m, INT, "(% + %)", value(m, s, INT, depth - 1), value(m, s, INT, depth - 1));
		case 3: return two(m, INT, "(% - %)", value(m, s, INT, depth - 1), value(m, s, INT, depth - 1));
		case 4: return two(m, INT, "(% * %)", value(m, s, INT, depth - 1), value(m, s, INT, 0));
		case 5: return two(m, INT, pick(m, 2) ? "(% / 2)" : "(% / (% + 3))",
		    value(m, s, INT, depth - 1), value(m, s, INT, 0));
		case 6: {
			struct node *n = fold(m, s, INT, depth);

			return n;
		}
		default: {
			struct node *color = navigation(m, s, COLOR);

			return color ? one(m, INT, "%.rank", color) : value(m, s, INT, 0);
		}
		}
	}
	if (type == DATE)
		return two(m, DATE, pick(m, 2) ? "(% + %)" : "(% - %)",
		    value(m, s, DATE, 0), value(m, s, DURATION, 0));
	return two(m, DURATION, "(% - %)", value(m, s, DATE, 0), value(m, s, DATE, 0));
}

static struct node *value(struct model *m, struct scope *s, int type, unsigned depth)
{
	struct node *a;

	if (depth && (type == INT || type == DATE || type == DURATION) && pick(m, 2)) {
		a = number(m, s, type, depth);
		if (a->type == type)
			return a;
	}
	if (type == COLOR && depth && pick(m, 3) == 0) {
		a = navigation(m, s, COLOR);
		if (a)
			return one(m, COLOR, "%.near", a);
	}
	a = IS_KIND_TYPE(type) ? entity(m, s, type) : navigation(m, s, type);
	if (a)
		return a;
	return IS_KIND_TYPE(type) ? NULL : literal(m, type);
}

/* { e for x in S where P }, over entities. */
static struct node *comprehension(struct model *m, struct scope *s, int type, unsigned depth)
{
	const char *name = fresh(m, "x");
	int kind = ALPHA + (int)pick(m, 5);
	struct node *set, *item, *where;
	struct variable v = { name, kind };
	bool flatten = pick(m, 3) == 0;

	if (s->count >= 7)
		return NULL;
	set = set_of(m, s, kind, depth - 1);
	s->variables[s->count++] = v;
	item = navigation(m, s, type | (flatten ? SET : pick(m, 4) ? 0 : OPTIONAL));
	where = truth(m, s, depth - 1);
	s->count--;
	if (!item)
		return NULL;
	/* the item may come from another variable: mention this one too */
	s->variables[s->count++] = v;
	where = two(m, TRUTH, "(% or %)", mention(m, s, 0), where);
	s->count--;
	return three(m, type | SET, model_printf(m, "{ %% for %s in %% where %% }", name),
	    item, set, where);
}

static struct node *set_of(struct model *m, struct scope *s, int type, unsigned depth)
{
	struct node *a = NULL;

	if (depth) {
		switch (pick(m, 8)) {
		case 0: return two(m, type | SET, "(% union %)", set_of(m, s, type, depth - 1), set_of(m, s, type, depth - 1));
		case 1: return two(m, type | SET, "(% intersect %)", set_of(m, s, type, depth - 1), set_of(m, s, type, depth - 1));
		case 2: return two(m, type | SET, "(% without %)", set_of(m, s, type, depth - 1), set_of(m, s, type, depth - 1));
		case 3: a = comprehension(m, s, type, depth); break;
		case 4: {
			/* navigation through a set */
			int kind = ALPHA + (int)pick(m, 5);
			const struct attribute *at = attribute_of(m, kind,
			    type | (pick(m, 2) ? SET : 0));

			if (at)
				return one(m, type | SET, model_printf(m, "%%.%s", at->name),
				    set_of(m, s, kind, depth - 1));
			break;
		}
		default: break;
		}
		if (a)
			return a;
	}
	if (type == SHAPE && pick(m, 4) == 0 && (a = navigation(m, s, COLOR)))
		return one(m, SHAPE | SET, "%.shapes", a);
	if (type == INT && pick(m, 4) == 0 && (a = navigation(m, s, COLOR)))
		return one(m, INT | SET, "%.odd", a);
	a = navigation(m, s, type | SET);
	if (a)
		return a;
	if (IS_KIND_TYPE(type))
		return node(m, type | SET, kind_names[type]);
	a = pick(m, 2) ? navigation(m, s, type | (pick(m, 2) ? 0 : OPTIONAL)) : NULL;
	if (a)
		return two(m, type | SET, "{ %, % }", a, literal(m, type));
	return two(m, type | SET, "{ %, % }", literal(m, type), literal(m, type));
}

/* Declarations. */

static void derive(struct model *m, struct node *pack)
{
	int kind = ALPHA + (int)pick(m, 4);
	struct scope s = { .count = 1 };
	const char *name = fresh(m, "e");
	struct node *body;
	struct attribute *a;
	int type;

	s.variables[0] = (struct variable){ "self", kind };
	switch (pick(m, 8)) {
	case 4: case 5: case 6: type = COLOR; body = value(m, &s, COLOR, 1); break;
	case 0: type = TRUTH; body = truth(m, &s, 2); break;
	case 1: type = INT; body = value(m, &s, INT, 2); break;
	case 2: type = (pick(m, 2) ? COLOR : SHAPE) | SET; body = set_of(m, &s, BASE(type), 2); break;
	default: type = (pick(m, 2) ? ALPHA : BETA) | SET; body = set_of(m, &s, BASE(type), 2); break;
	}
	if (body->type != type)
		return;
	with(m, pack, one(m, PLAIN, model_printf(m, "derive %s.%s: %s%s%s = %%\n",
	    kind_names[kind], name, type & SET ? "{" : "",
	    type == TRUTH ? "bool" : type == INT ? "int" : BASE(type) == COLOR ? "Color" :
	    BASE(type) == SHAPE ? "Shape" :
	    kind_names[BASE(type)],
	    type & SET ? "}" : ""), body));
	a = VEC_PUSH(m->arena, &m->attributes);
	a->kind = kind;
	a->name = name;
	a->type = type;
	a->derived = true;
}

static void add_callable(struct model *m, const char *name, int first, int second,
    bool relation)
{
	struct callable *c;

	if (m->callable_count == 16)
		return;
	c = &m->callables[m->callable_count++];
	c->name = name;
	c->parameters[0] = first;
	c->parameters[1] = second;
	c->count = second ? 2 : 1;
	c->type = TRUTH;
	c->relation = relation;
}

static void define(struct model *m, struct node *pack)
{
	const char *name = fresh(m, "f"), *parameter = fresh(m, "p");
	int kind = ALPHA + (int)pick(m, 5);
	struct scope s = { .count = 0 };

	with(m, pack, one(m, PLAIN, model_printf(m, "define %s(%s: %s): bool = %%\n",
	    name, parameter, kind_names[kind]), body_of(m, &s, parameter, kind, 2)));
	add_callable(m, name, kind, 0, false);
}

/* q(x) or any y in x.link: q(y), with a random base and guard. */
static void relation_unary(struct model *m, struct node *pack)
{
	const char *name = fresh(m, "r"), *x = fresh(m, "p"), *y = fresh(m, "x");
	struct scope s = { .count = 0 };
	struct node *base = body_of(m, &s, x, ALPHA, 1);
	struct node *guard;

	s.variables[s.count++] = (struct variable){ x, ALPHA };
	s.variables[s.count++] = (struct variable){ y, ALPHA };
	guard = truth(m, &s, 1);
	with(m, pack, two(m, PLAIN, model_printf(m, "relation %s(%s: Alpha) = %% or "
	    "(any %s in %s.peers: %s(%s) and %%)\n", name, x, y, x, name, y),
	    base, guard));
	add_callable(m, name, ALPHA, 0, true);
}

/* Not recursive, and all negation. */
static void relation_negated(struct model *m, struct node *pack)
{
	const char *name = fresh(m, "r"), *x = fresh(m, "p");
	struct scope s = { .count = 0 };

	with(m, pack, one(m, PLAIN, model_printf(m, "relation %s(%s: Alpha) = not (%%)\n",
	    name, x), body_of(m, &s, x, ALPHA, 1)));
	add_callable(m, name, ALPHA, 0, true);
}

static void relation_binary(struct model *m, struct node *pack)
{
	const char *name = fresh(m, "r"), *x = fresh(m, "p"), *b = fresh(m, "p");
	const char *y = fresh(m, "x");
	struct scope s = { .count = 0 };
	struct node *base, *set;
	int to = pick(m, 3) ? BETA : ALPHA + (int)pick(m, 2);

	s.variables[s.count++] = (struct variable){ x, ALPHA };
	s.variables[s.count++] = (struct variable){ b, to };
	base = two(m, TRUTH, "(% in %)", node(m, to, b), set_of(m, &s, to, 1));
	base = two(m, TRUTH, "(% or %)", base, mention(m, &s, 1));
	s.count = 1;
	base = two(m, TRUTH, pick(m, 2) ? "(% and %)" : "(% or %)", base, mention(m, &s, 1));
	set = set_of(m, &s, ALPHA, 1);
	with(m, pack, two(m, PLAIN, model_printf(m, "relation %s(%s: Alpha, %s: %s) = %% or "
	    "(any %s in %%: %s(%s, %s))\n", name, x, b, kind_names[to], y, name, y, b),
	    base, set));
	add_callable(m, name, ALPHA, to, true);
}

/* A relation of who walks and who stays, in the spellings of a closure. */
struct spelling {
	const char *name, *stays;
	int to;			/* the kind of who stays */
	bool swapped;		/* who stays comes first */
};

static struct node *asked(struct model *m, const struct spelling *c, const char *walks,
    const char *stays)
{
	return node(m, TRUTH, model_printf(m, "%s(%s, %s)", c->name,
	    c->swapped ? stays : walks, c->swapped ? walks : stays));
}

/* A set that mostly has to do with the newest variable. */
static struct node *near_set(struct model *m, struct scope *s, int kind)
{
	const char *name = s->variables[s->count - 1].name;
	const struct attribute *a = attribute_of(m, s->variables[s->count - 1].type, kind | SET);

	if (a && pick(m, 6))
		return node(m, kind | SET, model_printf(m, "%s.%s", name, a->name));
	return set_of(m, s, kind, 1);
}

static struct node *closure_end(struct model *m, struct scope *s, const struct spelling *c)
{
	const char *walks = s->variables[s->count - 1].name, *y;
	struct scope stays = { .count = 1, .variables = { { c->stays, c->to } } };
	struct node *to;

	switch (pick(m, 10)) {
	case 0: case 1: case 2:
		return two(m, TRUTH, "(% in %)", node(m, ALPHA, walks), near_set(m, &stays, ALPHA));
	case 3:
		to = navigation(m, &stays, pick(m, 2) ? ALPHA : ALPHA | OPTIONAL);
		if (to)
			return one(m, TRUTH, model_printf(m, "%s == %%", walks), to);
		break;
	case 4: case 5:
		return two(m, TRUTH, "(% and %)", mention(m, &stays, 1), closure_end(m, s, c));
	default:
		break;
	}
	if (c->to == ALPHA && pick(m, 4) == 0)
		return node(m, TRUTH, model_printf(m, "%s == %s", walks, c->stays));
	if (pick(m, 3))
		return two(m, TRUTH, "(% in %)", node(m, c->to, c->stays), near_set(m, s, c->to));
	y = fresh(m, "x");
	return one(m, TRUTH, model_printf(m, "(any %s in %%: %s == %s)", y, y, c->stays),
	    near_set(m, s, c->to));
}

static struct node *closure_part(struct model *m, struct scope *s, const struct spelling *c,
    unsigned depth);

/* any y in S [where condition]: what is asked of y */
static struct node *closure_step(struct model *m, struct scope *s, const struct spelling *c,
    unsigned depth)
{
	const char *y = fresh(m, "x");
	struct node *set = depth > 2 ? node(m, ALPHA | SET, model_printf(m, "%s.peers",
	    s->variables[s->count - 1].name)) : near_set(m, s, ALPHA), *step = NULL;

	s->variables[s->count++] = (struct variable){ y, ALPHA };
	switch (depth ? pick(m, 6) : 0) {
	case 0: case 1:
		step = two(m, TRUTH, model_printf(m, "(any %s in %%: %%)", y), set,
		    asked(m, c, y, c->stays));
		break;
	case 2:
		step = three(m, TRUTH, model_printf(m, "(any %s in %% where %%: %%)", y), set,
		    mention(m, s, 1), asked(m, c, y, c->stays));
		break;
	case 3:
		step = three(m, TRUTH, model_printf(m, "(any %s in %%: %% or %%)", y), set,
		    closure_end(m, s, c), asked(m, c, y, c->stays));
		break;
	default:
		step = three(m, TRUTH, model_printf(m, "(any %s in %%: %% and %%)", y), set,
		    mention(m, s, 0), closure_part(m, s, c, depth - 1));
		break;
	}
	s->count--;
	return step;
}

/* From the left: whom who walks is related to leads on to who stays. */
static struct node *closure_left(struct model *m, struct scope *s, const struct spelling *c)
{
	const char *walks = s->variables[s->count - 1].name, *y = fresh(m, "x");
	struct scope inner = { .count = 1, .variables = { { y, ALPHA } } };
	struct node *set = pick(m, 3) ? node(m, ALPHA | SET, "Alpha") : near_set(m, s, ALPHA);

	return three(m, TRUTH, model_printf(m, "(any %s in %%: %% and %%)", y), set,
	    pick(m, 3) ? asked(m, c, walks, y) : two(m, TRUTH, "% and %",
	    asked(m, c, walks, y), mention(m, &inner, 1)), pick(m, 3) ?
	    closure_end(m, &inner, c) : asked(m, c, y, c->stays));
}

static struct node *closure_part(struct model *m, struct scope *s, const struct spelling *c,
    unsigned depth)
{
	struct node *to;

	switch (pick(m, depth ? 9 : 3)) {
	case 0:
		return closure_end(m, s, c);
	case 3:
		return two(m, TRUTH, "(% and %)", mention(m, s, 1), closure_part(m, s, c, depth - 1));
	case 4: case 5:
		return two(m, TRUTH, "(% or %)", closure_part(m, s, c, depth - 1),
		    closure_part(m, s, c, depth - 1));
	case 6:
		if (c->to == ALPHA)
			return closure_left(m, s, c);
		break;
	case 7:
		to = navigation(m, s, ALPHA);
		if (to)
			return asked(m, c, to->text, c->stays);
		break;
	default:
		break;
	}
	return closure_step(m, s, c, depth);
}

static void relation_closure(struct model *m, struct node *pack)
{
	const char *x = fresh(m, "p");
	struct spelling c = { .name = fresh(m, "r"), .stays = fresh(m, "p"),
		.to = pick(m, 2) ? ALPHA : BETA, .swapped = pick(m, 3) == 0 };
	struct scope s = { .count = 1, .variables = { { x, ALPHA } } };
	struct node *base = closure_end(m, &s, &c);
	struct node *part = pick(m, 6) ? closure_part(m, &s, &c, 2) : NULL;
	int kinds[2] = { ALPHA, c.to };

	with(m, pack, two(m, PLAIN, model_printf(m, "relation %s(%s: %s, %s: %s) = %% or %%\n",
	    c.name, c.swapped ? c.stays : x, kind_names[kinds[c.swapped]],
	    c.swapped ? x : c.stays, kind_names[kinds[!c.swapped]]), base,
	    part ? two(m, TRUTH, "% or %", closure_step(m, &s, &c, 3), part) :
	    closure_step(m, &s, &c, 3)));
	add_callable(m, c.name, kinds[c.swapped], kinds[!c.swapped], true);
}

/* Two relations through each other. */
static void relation_mutual(struct model *m, struct node *pack)
{
	const char *r = fresh(m, "r"), *q = fresh(m, "r");
	const char *x = fresh(m, "p"), *b = fresh(m, "p"), *y = fresh(m, "x"), *z = fresh(m, "x");
	struct scope s = { .count = 0 }, t = { .count = 0 };
	struct node *first = body_of(m, &s, x, ALPHA, 1), *second = body_of(m, &t, b, BETA, 1);
	struct node *down, *up;

	s.variables[s.count++] = (struct variable){ x, ALPHA };
	t.variables[t.count++] = (struct variable){ b, BETA };
	down = set_of(m, &s, BETA, 0);
	up = set_of(m, &t, ALPHA, 0);
	with(m, pack, two(m, PLAIN, model_printf(m, "relation %s(%s: Alpha) = %% or "
	    "(any %s in %%: %s(%s))\n", r, x, y, q, y), first, down));
	with(m, pack, two(m, PLAIN, model_printf(m, "relation %s(%s: Beta) = %% or "
	    "(any %s in %%: %s(%s))\n", q, b, z, r, z), second, up));
	add_callable(m, r, ALPHA, 0, true);
	add_callable(m, q, BETA, 0, true);
}

/* Relations of one and of two that no search answers: conditions on both ends,
 * through themselves twice, through each other. */
static void relation_winding(struct model *m, struct node *pack)
{
	const char *r = fresh(m, "r"), *q = fresh(m, "r"), *x = fresh(m, "p"), *b = fresh(m, "p");
	const char *y = fresh(m, "x"), *z = fresh(m, "x");
	unsigned shape = pick(m, 3);
	struct scope s = { .count = 0 };
	struct node *base, *set, *guard;
	const char *again = shape == 0 ? model_printf(m, "%s(%s, %s)", r, y, b) :
	    shape == 1 ? model_printf(m, "%s(%s, %s) and %s(%s, %s)", r, y, b, r, x, y) :
	    model_printf(m, "(%s(%s, %s) or (%s(%s, %s) and %s(%s)))", r, y, b, r, b, y, q, y);

	s.variables[s.count++] = (struct variable){ x, ALPHA };
	set = near_set(m, &s, ALPHA);
	base = two(m, TRUTH, "(% in %)", node(m, ALPHA, b), near_set(m, &s, ALPHA));
	s.variables[s.count++] = (struct variable){ b, ALPHA };
	base = two(m, TRUTH, "(% and %)", base, mention(m, &s, 0));
	s.variables[s.count++] = (struct variable){ y, ALPHA };
	guard = mention(m, &s, 0);
	with(m, pack, three(m, PLAIN, model_printf(m, "relation %s(%s: Alpha, %s: Alpha) = "
	    "%% or (any %s in %%: %s and %%)\n", r, x, b, y, again), base, set, guard));
	s.count = 1;
	set = near_set(m, &s, ALPHA);
	base = mention(m, &s, 0);
	s.variables[s.count++] = (struct variable){ z, ALPHA };
	again = shape ? model_printf(m, "(%s(%s) or %s(%s, %s))", q, z, r, z, x) :
	    model_printf(m, "%s(%s)", q, z);
	with(m, pack, three(m, PLAIN, model_printf(m, "relation %s(%s: Alpha) = %% or "
	    "(any %s in %%: %s and %%)\n", q, x, z, again), base, set, mention(m, &s, 0)));
	with(m, pack, node(m, PLAIN, model_printf(m, "rule %s \"random\" {\n\tfor %s in Alpha\n"
	    "\tforbid %s(%s)\n\tforbid %s(%s, %s)\n}\n", fresh(m, "q.r"), x, q, x, r, x, x)));
	add_callable(m, r, ALPHA, ALPHA, true);
	add_callable(m, q, ALPHA, 0, true);
}

static void add_binder(struct model *m, struct scope *s, struct node *binders, int type,
    struct node *set)
{
	const char *name = fresh(m, "s");

	with(m, binders, one(m, PLAIN, model_printf(m, "%s%s in %%",
	    binders->children.count ? ", " : "", name), set));
	s->variables[s->count++] = (struct variable){ name, type };
}

static struct node *rule_binders(struct model *m, struct scope *s)
{
	struct node *binders = node(m, PLAIN, NULL);
	int kind = ALPHA + (int)pick(m, 5), type;
	struct node *set;

	add_binder(m, s, binders, kind, node(m, kind | SET, kind_names[kind]));
	if (pick(m, 10) < 4) {
		set = navigation(m, s, (ALPHA + (int)pick(m, 5)) | SET);
		if (set)
			add_binder(m, s, binders, BASE(set->type), set);
	} else if (pick(m, 10) < 2) {
		type = pick(m, 2) ? COLOR : SHAPE;
		set = navigation(m, s, type | SET);
		if (set)
			add_binder(m, s, binders, type, set);
	}
	return binders;
}

/* A truth in which closures are asked of what is bound. */
static struct node *closure_asked(struct model *m, struct scope *s, unsigned depth)
{
	const char *y = fresh(m, "x");
	struct node *asked, *set;

	if (s->count == 0 || (s->count < 4 && pick(m, 3) == 0)) {
		set = s->count && pick(m, 2) ? near_set(m, s, ALPHA) : node(m, ALPHA | SET, "Alpha");
		s->variables[s->count++] = (struct variable){ y, ALPHA };
		asked = two(m, TRUTH, "(% or %)", mention(m, s, 0), closure_asked(m, s, depth));
		s->count--;
		return two(m, TRUTH, model_printf(m, pick(m, 2) ? "(any %s in %%: %%)"
		    : "(all %s in %%: %%)", y), set, asked);
	}
	if (depth && pick(m, 2))
		return two(m, TRUTH, pick(m, 2) ? "(% or %)" : "(% and %)",
		    closure_asked(m, s, depth - 1), closure_asked(m, s, depth - 1));
	if (pick(m, 5) == 0)
		return reaches(m, s);
	return pick(m, 4) ? call(m, s) : one(m, TRUTH, "(not %)", call(m, s));
}

/* Many constants asked of one set. */
static struct node *has_many(struct model *m, struct scope *s, unsigned depth)
{
	const struct attribute *a = NULL;
	struct node *all = NULL;

	for (unsigned tries = 0; tries < 24 && !a && s->count; tries++)
		a = attribute_of(m, s->variables[0].type, (int)pick(m, SHAPE + 1) | SET);
	if (!a)
		return truth(m, s, depth);
	for (unsigned i = 0; i < 5; i++) {
		struct node *has = one(m, TRUTH, model_printf(m, pick(m, 3) ? "%s.%s has %%" :
		    "(not %s.%s has %%)", s->variables[0].name, a->name),
		    literal(m, BASE(a->type)));

		all = !all ? has : two(m, TRUTH, pick(m, 2) ? "(% or %)" : "(% and %)", all, has);
		all->constant = false;
	}
	return all;
}

static void rule_about(struct model *m, struct node *pack,
    struct node *(*about)(struct model *m, struct scope *s, unsigned depth))
{
	struct scope s = { .relations = true };
	const char *id = fresh(m, "q.r");
	struct node *r = node(m, PLAIN, model_printf(m, "rule %s \"random\" {\n%%%%%%%%}\n", id));
	struct node *binders = node(m, PLAIN, ""), *when = node(m, PLAIN, NULL);
	struct node *except = node(m, PLAIN, NULL), *require = node(m, PLAIN, NULL);

	if (pick(m, 12))
		binders = one(m, PLAIN, "\tfor %\n", rule_binders(m, &s));
	when->list = except->list = require->list = true;
	if (s.count)
		with(m, when, one(m, PLAIN, "\twhen %\n", mention(m, &s, 1)));
	if (pick(m, 4) == 0)
		with(m, when, one(m, PLAIN, "\twhen %\n", truth(m, &s, 2)));
	if (pick(m, 4) == 0)
		with(m, except, one(m, PLAIN, "\texcept when % because \"e\"\n", truth(m, &s, 2)));
	require->least = 1;
	with(m, require, one(m, PLAIN, pick(m, 3) ? "\trequire % else \"no\"\n" : "\tforbid %\n",
	    about(m, &s, DEPTH)));
	if (pick(m, 3) == 0)
		with(m, require, one(m, PLAIN, "\trequire %\n", truth(m, &s, DEPTH)));
	with(m, with(m, with(m, with(m, r, binders), when), except), require);
	with(m, pack, r);
}

static void rule(struct model *m, struct node *pack)
{
	rule_about(m, pack, truth);
}

/* So many relations, and a rule that asks ABOUT them.  They have numbers of their
 * own, but on a fuzzer's tape: the rest is what it is without them. */
static void apart(struct model *m, struct node *pack, unsigned most, uint64_t salt,
    void (*relation)(struct model *m, struct node *pack),
    struct node *(*otherwise)(struct model *m, struct scope *s, unsigned depth))
{
	struct random before = m->random;
	const struct model all = *m;
	bool forks = before.left == 0;
	unsigned count;

	if (forks)
		random_seed(&m->random, before.state ^ salt);
	/* Of a crowd, what is no closure would ask each pair about each other. */
	count = m->crowd ? 0 : pick(m, most);
	m->callable_count = 0;
	for (unsigned i = 0; i < count; i++)
		relation(m, pack);
	if (count || otherwise)
		rule_about(m, pack, count ? closure_asked : otherwise);
	memcpy(m->callables, all.callables, sizeof(m->callables));
	m->callable_count = all.callable_count;
	if (forks)
		m->random = before;
}

void model_pack(struct model *m)
{
	struct node *pack = node(m, PLAIN, NULL);

	pack->list = true;
	for (unsigned i = 0; i < 5; i++) {
		switch (pick(m, 8)) {
		case 7: relation_negated(m, pack); break;
		case 0: relation_unary(m, pack); break;
		case 1: relation_binary(m, pack); break;
		case 2: relation_mutual(m, pack); break;
		case 3: define(m, pack); break;
		default: derive(m, pack); break;
		}
	}
	for (unsigned i = 0; i < 6 * m->scale; i++)
		rule(m, pack);
	apart(m, pack, 3, 0, relation_closure, has_many);
	apart(m, pack, 2, 1, relation_winding, NULL);
	m->pack = pack;
}

static void print_node(const struct node *n, struct text *out)
{
	size_t next = 0;

	if (!n->text) {
		for (size_t i = 0; i < n->children.count; i++)
			print_node(n->children.items[i], out);
		return;
	}
	for (const char *at = n->text; *at; at++) {
		if (*at == '%' && next < n->children.count)
			print_node(n->children.items[next++], out);
		else
			text_add_char(out, *at);
	}
}

void model_print_pack(const struct model *m, struct text *out)
{
	text_add(out, STR("pack random \"random\" version \"1\"\nuse random_schema\n"));
	print_node(m->pack, out);
}
