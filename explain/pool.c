/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that are worth assuming of a fact that is missing: what the rule
 * compares with and its neighbours, every value of an enum, the entities that
 * are spoken of, and one value that nobody speaks of.
 */
#include "explain/evaluator.h"

#include <assert.h>

/* Of one type in a pool, and of one fact. */
#define CELLS_OF_TYPE 24
#define FILLINGS_OF_FACT 24
#define FIRST_DAY (-719162)	/* 0001-01-01 */
#define LAST_DAY 2932896	/* 9999-12-31 */
/* A number that is larger than what rules compare with, and whose product with
 * another is a number still. */
#define LARGE INT64_C(1000000000)

struct pool *pool_new(struct arena *arena, const struct pool *base)
{
	struct pool *pool = ARENA_NEW(arena, struct pool);

	pool->arena = arena;
	pool->base = base;
	pool->seen = map_new(arena);
	return pool;
}

static uint32_t *times_seen(struct pool *pool, uint8_t tag, uint16_t of)
{
	int64_t key[2] = { tag, of };
	bool is_new;

	return map_at(pool->seen, (struct str){ (const char *)key, sizeof(key) },
	    &is_new);
}

void pool_add(struct pool *pool, struct type type, int64_t cell)
{
	uint16_t of = type.tag == TYPE_ENUM ? type.of : 0;
	int64_t key[3] = { type.tag, of, cell };
	uint32_t *times = times_seen(pool, type.tag, of);
	bool is_new;

	if (*times >= CELLS_OF_TYPE)
		return;
	++*times;
	map_at(pool->seen, (struct str){ (const char *)key, sizeof(key) },
	    &is_new);
	if (is_new)
		*VEC_PUSH(pool->arena, &pool->cells) =
		    (struct pool_cell){ type.tag, of, cell };
}

static void add_end(struct pool *pool, struct type type, int64_t end)
{
	if (end != NUMBER_LOW && end != NUMBER_HIGH)
		pool_add(pool, type, end);
}

void pool_add_value(struct pool *pool, struct type type, const struct value *v)
{
	switch (v->kind) {
	case VALUE_TRUTH:
		break;
	case VALUE_SCALAR:
		if (v->scalar.state == STATE_KNOWN)
			pool_add(pool, type, v->scalar.cell);
		break;
	case VALUE_NUMBER:
		if (v->number.known) {
			add_end(pool, type, v->number.low);
			add_end(pool, type, v->number.high);
		}
		break;
	case VALUE_SET:
		for (uint32_t i = 0; i < v->set.count && i < CELLS_OF_TYPE; i++)
			pool_add(pool, type, v->set.members[i].cell);
		break;
	}
}

/* --- constants of a rule -------------------------------------------------- */

struct reader {
	struct pool *pool;
	struct evaluator *ev;
	struct map *read;	/* functions */
	VEC(const struct function *) queue;
};

static void read_function(struct reader *r, const struct function *f)
{
	bool is_new;

	map_at(r->read, (struct str){ (const char *)&f, sizeof(f) }, &is_new);
	if (is_new)
		*VEC_PUSH(r->ev->scratch, &r->queue) = f;
}

/* A text that the pattern is for: each star stands for nothing, a class for its
 * first character.  A bracket that is never closed is itself. */
static struct str sample_of(struct arena *arena, struct str pattern)
{
	struct text text;

	text_init(&text, arena);
	for (size_t i = 0; i < pattern.length; i++) {
		char c = pattern.at[i];
		size_t end = i + 2;

		while (c == '[' && end < pattern.length && pattern.at[end] != ']')
			end++;
		if (c == '\\' && i + 1 < pattern.length)
			c = pattern.at[++i];
		else if (c == '*')
			continue;
		else if (c == '?')
			c = 'x';
		else if (c == '[' && end < pattern.length) {
			c = pattern.at[i + 1];
			i = end;
		}
		text_add_char(&text, c);
	}
	return text_str(&text);
}

/* Of a prefix its address, of an address the prefix of it alone. */
static void read_address(struct reader *r, struct type type, struct str text)
{
	struct type other = { .tag = type.tag == TYPE_NET ? TYPE_IP : TYPE_NET };
	struct str cut = text;
	int64_t cell;
	bool six = false;

	for (size_t i = 0; i < text.length; i++) {
		six |= text.at[i] == ':';
		if (text.at[i] == '/')
			cut.length = i;
	}
	if (type.tag == TYPE_IP)
		cut = arena_printf(r->ev->scratch, "%.*s/%d", STR_ARG(text),
		    six ? 128 : 32);
	if (scalar_read(r->ev->scratch, r->ev->graph->symbols, other, cut, &cell))
		pool_add(r->pool, other, cell);
}

static void read_text(struct reader *r, struct type type, struct str text)
{
	pool_add(r->pool, type, symbol_of(r->ev->graph->symbols, text));
	if (type.tag == TYPE_IP || type.tag == TYPE_NET)
		read_address(r, type, text);
}

static void read_path(struct reader *r, const struct path *path)
{
	const struct tree *tree = r->ev->tree;

	for (uint16_t i = 0; i < path->step_count; i++) {
		const struct path_step *s = &path->steps[i];

		if (s->kind == PATH_RELATION)
			read_function(r, &tree->relations.items[s->index]);
		else if (tree->schema->attributes.items[s->index].derived)
			read_function(r, tree_derived(tree, s->index));
	}
}

/* As deep as expressions may nest. */
static void read_expr(struct reader *r, const struct expr *e)
{
	static const struct type string = { .tag = TYPE_STRING };
	const struct tree *tree = r->ev->tree;

	if (e->op == EXPR_CONST && type_is_text(e->type))
		read_text(r, e->type, e->text);
	else if (e->op == EXPR_CONST)
		pool_add(r->pool, e->type, e->cell);
	else if (e->op == EXPR_LIKE)
		read_text(r, string, sample_of(r->ev->scratch, e->text));
	else if (e->op == EXPR_PARAM)
		read_expr(r, tree->params.items[e->index].value);
	else if (e->op == EXPR_CALL)
		read_function(r, &tree->definitions.items[e->index]);
	else if (e->op == EXPR_RELATION)
		read_function(r, &tree->relations.items[e->index]);
	else if (e->op == EXPR_ATTRIBUTE &&
	    tree->schema->attributes.items[e->index].derived)
		read_function(r, tree_derived(tree, (uint16_t)e->index));
	if (e->op == EXPR_REACHES)
		read_path(r, e->path);
	if (e->op == EXPR_CONCAT)
		r->pool->joins = true;
	for (int i = 0; i < 3; i++)
		if (e->arg[i])
			read_expr(r, e->arg[i]);
	for (uint32_t i = 0; i < e->count; i++)
		read_expr(r, e->items[i]);
}

void pool_add_rule(struct pool *pool, struct evaluator *ev, uint32_t index)
{
	const struct rule *rule = &ev->tree->rules.items[index];
	struct reader r = { .pool = pool, .ev = ev, .read = map_new(ev->scratch) };

	for (size_t i = 0; i < rule->binders.count; i++)
		read_expr(&r, rule->binders.items[i].set);
	for (size_t i = 0; i < rule->lets.count; i++)
		read_expr(&r, rule->lets.items[i]->let);
	for (size_t i = 0; i < rule->when.count; i++)
		read_expr(&r, rule->when.items[i]);
	for (size_t i = 0; i < rule->except.count; i++)
		read_expr(&r, rule->except.items[i]);
	for (size_t i = 0; i < rule->requirements.count; i++)
		read_expr(&r, rule->requirements.items[i].condition);
	for (size_t i = 0; i < r.queue.count; i++)
		read_expr(&r, r.queue.items[i]->body);
}

/* --- cells of a type ------------------------------------------------------ */

struct choice {
	const struct evaluator *ev;
	struct arena *arena;
	struct type type;
	VEC(int64_t) cells;
};

static void choose(struct choice *c, int64_t cell)
{
	if (c->cells.count >= FILLINGS_OF_FACT - 2)
		return;
	for (size_t i = 0; i < c->cells.count; i++)
		if (c->cells.items[i] == cell)
			return;
	*VEC_PUSH(c->arena, &c->cells) = cell;
}

/* A number can be written in a file of its type. */
static void choose_number(struct choice *c, int64_t cell)
{
	if (c->type.tag == TYPE_DATE && (cell < FIRST_DAY || cell > LAST_DAY))
		return;
	if (c->type.tag == TYPE_DURATION && cell < 0)
		return;
	assert(cell != NUMBER_LOW && cell != NUMBER_HIGH);
	choose(c, cell);
}

static bool is_string(uint8_t tag)
{
	return tag == TYPE_STRING || tag == TYPE_CASELESS;
}

static void choose_pooled(struct choice *c, const struct pool_cell *p)
{
	struct symbols *symbols = c->ev->graph->symbols;

	if (type_is_number(c->type) && p->tag == c->type.tag)
		choose_number(c, p->cell);
	else if (is_string(c->type.tag) && is_string(p->tag))
		choose(c, c->type.tag == TYPE_CASELESS
		    ? symbol_fold(symbols, (symbol)p->cell) : (symbol)p->cell);
	else if (p->tag != c->type.tag)
		return;
	else if (c->type.tag == TYPE_ENTITY) {
		if (fact_is_kind(c->ev, (entity_id)p->cell, c->type.of))
			choose(c, p->cell);
	} else if (c->type.tag != TYPE_ENUM || p->of == c->type.of)
		choose(c, p->cell);
}

static void choose_neighbours(struct choice *c)
{
	size_t count = c->cells.count;

	for (size_t i = 0; i < count; i++) {
		if (c->cells.items[i] < NUMBER_HIGH - 1)
			choose_number(c, c->cells.items[i] + 1);
		if (c->cells.items[i] > NUMBER_LOW + 1)
			choose_number(c, c->cells.items[i] - 1);
	}
	choose_number(c, 0);
	choose_number(c, 1);
}

struct amounts { int64_t *items; size_t count, capacity; };

/* The numbers of a type that the pool has, in UNITS of it; those that are not
 * so large that sums of two overflow. */
static struct amounts amounts_of(const struct choice *c,
    const struct pool *pool, uint8_t tag, int64_t unit)
{
	struct amounts amounts = { 0 };

	for (const struct pool *p = pool; p; p = p->base) {
		for (size_t i = 0; i < p->cells.count; i++) {
			int64_t cell = p->cells.items[i].cell / unit;

			if (p->cells.items[i].tag == tag &&
			    cell >= -LARGE && cell <= LARGE)
				*VEC_PUSH(c->arena, &amounts) = cell;
		}
	}
	return amounts;
}

/* What makes the one of the other by a sum or a difference, and STEP farther:
 * all in UNITS of the type. */
static void choose_between(struct choice *c, struct amounts a,
    struct amounts b, int64_t unit, int64_t step)
{
	for (size_t i = 0; i < a.count; i++) {
		for (size_t k = 0; k < b.count; k++) {
			int64_t x = a.items[i], y = b.items[k];

			choose_number(c, (x - y) * unit);
			choose_number(c, (x + y) * unit);
			choose_number(c, (x - y - step) * unit);
			choose_number(c, (x + y + step) * unit);
		}
	}
}

/* Beside a date a duration counts in whole days: what is a second more or less
 * is no other there. */
static void choose_duration(struct choice *c, const struct pool *pool)
{
	struct amounts dates = amounts_of(c, pool, TYPE_DATE, 1);
	struct amounts own = amounts_of(c, pool, TYPE_DURATION, 1);

	choose_number(c, SECONDS_OF_DAY);
	choose_number(c, LARGE);
	for (size_t i = 0; i < dates.count; i++) {
		for (size_t k = 0; k < dates.count; k++) {
			int64_t days = dates.items[i] - dates.items[k];

			choose_number(c, days * SECONDS_OF_DAY);
			choose_number(c, (days + 1) * SECONDS_OF_DAY);
		}
	}
	choose_between(c, own, own, 1, 0);
}

static void choose_rest_of(struct choice *c, struct str whole, struct str part)
{
	struct symbols *symbols = c->ev->graph->symbols;
	size_t rest = whole.length - part.length;

	if (part.length == 0 || part.length >= whole.length)
		return;
	if (memcmp(whole.at, part.at, part.length) == 0)
		choose(c, symbol_of(symbols, (struct str){ whole.at + part.length, rest }));
	if (memcmp(whole.at + rest, part.at, part.length) == 0)
		choose(c, symbol_of(symbols, (struct str){ whole.at, rest }));
}

/* What one text needs to be another, before it or behind it. */
static void choose_rests(struct choice *c)
{
	const struct symbols *symbols = c->ev->graph->symbols;
	size_t count = c->cells.count;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			choose_rest_of(c, symbol_text(symbols, (symbol)c->cells.items[i]),
			    symbol_text(symbols, (symbol)c->cells.items[k]));
}

static bool is_joined(const struct pool *pool)
{
	while (pool && !pool->joins)
		pool = pool->base;
	return pool != NULL;
}

/* What no constant says but arithmetic makes of two: without it the number
 * that a sum lacks would be taken for one that decides nothing. */
static void choose_computed(struct choice *c, const struct pool *pool)
{
	struct amounts own = amounts_of(c, pool, c->type.tag, 1);

	if (c->type.tag == TYPE_DURATION)
		choose_duration(c, pool);
	if (c->type.tag == TYPE_DATE) {
		choose_number(c, LAST_DAY);
		choose_number(c, FIRST_DAY);
		choose_between(c, own, amounts_of(c, pool, TYPE_DURATION,
		    SECONDS_OF_DAY), 1, 1);
	}
	if (is_string(c->type.tag) && is_joined(pool))
		choose_rests(c);
	if (c->type.tag == TYPE_INT) {
		choose_number(c, LARGE);
		choose_number(c, -LARGE);
		choose_between(c, own, own, 1, 0);
	}
}

static void choose_other_text(struct choice *c)
{
	static const char *const others[TYPE_COUNT] = {
		[TYPE_STRING] = "something else", [TYPE_CASELESS] = "something else",
		[TYPE_VERSION] = "99999", [TYPE_IP] = "203.0.113.7",
		[TYPE_NET] = "203.0.113.0/24",
	};
	const char *other = others[c->type.tag];

	choose(c, symbol_of(c->ev->graph->symbols, str_of(other)));
	if (c->type.tag == TYPE_VERSION)
		choose(c, symbol_of(c->ev->graph->symbols, STR("0")));
}

static void choose_other_entities(struct choice *c)
{
	const struct extent *x = &c->ev->graph->extents[c->type.of];

	trace_others(c->ev->trace, c->type.of);
	for (uint32_t i = 0; i < x->count && i < POOL_OTHERS; i++)
		choose(c, x->first + i);
}

static void choose_others(struct choice *c)
{
	if (c->type.tag == TYPE_BOOL) {
		choose(c, 1);
		choose(c, 0);
	} else if (c->type.tag == TYPE_ENUM) {
		const struct schema_enum *e =
		    &c->ev->tree->schema->enums.items[c->type.of];

		for (int64_t i = 0; i < e->value_count; i++)
			choose(c, i);
	} else if (type_is_number(c->type))
		choose_neighbours(c);
	else if (type_is_text(c->type))
		choose_other_text(c);
	else
		choose_other_entities(c);
}

static struct choice choose_cells(const struct pool *pool,
    const struct evaluator *ev, struct arena *arena, struct type type)
{
	struct choice c = { .ev = ev, .arena = arena, .type = type };

	for (const struct pool *p = pool; p; p = p->base) {
		for (size_t i = 0; i < p->cells.count; i++)
			choose_pooled(&c, &p->cells.items[i]);
	}
	choose_others(&c);
	choose_computed(&c, pool);
	return c;
}

/* --- fillings of a fact --------------------------------------------------- */

struct filler {
	const struct evaluator *ev;
	struct arena *arena;
	const struct missing *missing;
	struct fillings *to;
};

static struct filling *add_filling(struct filler *f)
{
	struct filling *filling = VEC_PUSH(f->arena, f->to);

	filling->kind = f->missing->kind;
	filling->attribute = f->missing->attribute;
	filling->of = f->missing->of;
	filling->entity = f->missing->entity;
	return filling;
}

static void fill_value(struct filler *f, const struct pool *pool,
    struct type type)
{
	struct choice c = choose_cells(pool, f->ev, f->arena, type);

	for (size_t i = 0; i < c.cells.count; i++) {
		if (type.tag != TYPE_ENTITY || fact_may_link(f->ev,
		    f->missing->attribute, f->missing->entity,
		    (entity_id)c.cells.items[i]))
			add_filling(f)->cell = c.cells.items[i];
	}
	if (type.optional)
		add_filling(f)->absent = true;
}

static bool row_lists(const struct link *l, entity_id entity, int64_t cell)
{
	uint32_t row = entity - l->first;

	for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++)
		if (link_cell(l, i) == cell)
			return true;
	return false;
}

/* As it is, with each one element more, with all of them.  What is owned
 * would have to be made. */
static void fill_row(struct filler *f, const struct pool *pool,
    const struct schema_attribute *a)
{
	const struct link *l = &f->ev->graph->links[f->missing->attribute];
	struct type type = l->type;
	struct choice c;
	size_t kept = 0;

	trace_row(f->ev->trace, f->missing->attribute, f->missing->entity);
	add_filling(f);
	if (a->owned)
		return;
	c = choose_cells(pool, f->ev, f->arena, type);
	for (size_t i = 0; i < c.cells.count; i++) {
		int64_t cell = c.cells.items[i];

		if (!row_lists(l, f->missing->entity, cell) &&
		    (type.tag != TYPE_ENTITY || fact_may_link(f->ev,
		    f->missing->attribute, f->missing->entity, (entity_id)cell)))
			c.cells.items[kept++] = cell;
	}
	for (size_t i = 0; i < kept; i++) {
		struct filling *filling = add_filling(f);

		filling->added = &c.cells.items[i];
		filling->added_count = 1;
	}
	if (kept > 1) {
		struct filling *filling = add_filling(f);

		filling->added = c.cells.items;
		filling->added_count = (uint32_t)kept;
	}
}

static void fill_truth(struct filler *f)
{
	for (int holds = 1; holds >= 0; holds--) {
		struct filling *filling = add_filling(f);

		filling->cell = f->missing->cell;
		filling->holds = holds;
	}
}

static void fill_today(struct filler *f, const struct pool *pool)
{
	struct choice c = choose_cells(pool, f->ev, f->arena,
	    (struct type){ .tag = TYPE_DATE });

	for (size_t i = 0; i < c.cells.count; i++)
		add_filling(f)->cell = c.cells.items[i];
}

void pool_fillings(const struct pool *pool, struct evaluator *ev,
    struct arena *arena, const struct missing *m, struct fillings *to)
{
	struct filler f = { ev, arena, m, to };
	const struct schema_attribute *a = m->attribute == SCHEMA_NONE ? NULL :
	    &ev->tree->schema->attributes.items[m->attribute];

	switch (m->kind) {
	case MISSING_VALUE:
		assert(a);
		fill_value(&f, pool, a->type);
		break;
	case MISSING_CONFLICT:
		assert(a);
		if (a->type.set)
			fill_truth(&f);
		else
			fill_value(&f, pool, a->type);
		break;
	case MISSING_ROW: case MISSING_REST:
		assert(a);
		fill_row(&f, pool, a);
		break;
	case MISSING_LINK:
		fill_truth(&f);
		break;
	case MISSING_EXTENT:
		add_filling(&f);
		break;
	case MISSING_TODAY:
		fill_today(&f, pool);
		break;
	case MISSING_TROUBLE:
		break;
	}
}
