/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/repair.h"

#include <assert.h>
#include <stdlib.h>

#include "explain/evidence.h"
#include "explain/fact.h"

/* Entities that one link is tried with. */
#define ENTITIES_MOST 64

/* A value that the rule names. */
struct constant {
	struct type type;
	int64_t cell;
	struct str text;	/* of a text */
};

struct repairer {
	struct evaluator *ev;
	const struct graph *graph;
	const struct schema *schema;
	struct arena *arena;
	struct map *seen;		/* lines */
	VEC(struct constant) constants;
	struct repair_changes changes;
};

/* --- what the rule names -------------------------------------------------- */

struct reading {
	struct repairer *r;
	struct map *seen;		/* expressions, by address */
	VEC(const struct expr *) waiting;
};

static void want(struct reading *w, const struct expr *e)
{
	bool is_new = false;

	if (e)
		map_at(w->seen, (struct str){ (const char *)&e, sizeof(e) },
		    &is_new);
	if (is_new)
		*VEC_PUSH(w->r->arena, &w->waiting) = e;
}

static void want_meaning(struct reading *w, const struct expr *e)
{
	const struct tree *tree = w->r->ev->tree;
	const struct function *f = NULL;

	if (e->op == EXPR_CALL)
		f = &tree->definitions.items[e->index];
	else if (e->op == EXPR_RELATION)
		f = &tree->relations.items[e->index];
	else if (e->op == EXPR_ATTRIBUTE)
		f = tree_derived(tree, (uint16_t)e->index);
	else if (e->op == EXPR_PARAM)
		want(w, tree->params.items[e->index].value);
	if (f)
		want(w, f->body);
	if (e->variable && e->variable->let)
		want(w, e->variable->let);
}

static void read_expr(struct reading *w, const struct expr *e)
{
	for (int i = 0; i < 3; i++)
		want(w, e->arg[i]);
	for (uint32_t i = 0; i < e->count; i++)
		want(w, e->items[i]);
	want_meaning(w, e);
	if (e->op == EXPR_CONST)
		*VEC_PUSH(w->r->arena, &w->r->constants) =
		    (struct constant){ e->type, e->cell, e->text };
}

static void read_rule(struct repairer *r, const struct rule *rule)
{
	struct reading w = { .r = r, .seen = map_new(r->arena) };

	for (size_t i = 0; i < rule->binders.count; i++)
		want(&w, rule->binders.items[i].set);
	for (size_t i = 0; i < rule->when.count; i++)
		want(&w, rule->when.items[i]);
	for (size_t i = 0; i < rule->except.count; i++)
		want(&w, rule->except.items[i]);
	for (size_t i = 0; i < rule->requirements.count; i++)
		want(&w, rule->requirements.items[i].condition);
	while (w.waiting.count > 0)
		read_expr(&w, w.waiting.items[--w.waiting.count]);
}

/* A text that the verdict rests on may be what another one has to be. */
static void read_fact(struct repairer *r, const struct fact *f)
{
	const struct column *c = &r->graph->columns[f->index];
	uint32_t row;

	if (f->kind != FACT_VALUE || !type_is_text(c->type))
		return;
	row = fact_row(r->ev, f->index, f->entity);
	if (!bit_get(c->known, row))
		return;
	*VEC_PUSH(r->arena, &r->constants) = (struct constant){ c->type, 0,
		c->spelled && c->spelled[row] != SYMBOL_NONE ?
		symbol_text(r->graph->symbols, c->spelled[row]) :
		graph_cell_text(r->graph, r->arena, c->type,
		column_cell(c, row)) };
}

/* --- writing changes ------------------------------------------------------ */

static const struct schema_attribute *attribute_of(const struct repairer *r,
    uint16_t attribute)
{
	return &r->schema->attributes.items[attribute];
}

static void add_change(struct repairer *r, const struct text *lines,
    uint64_t cost)
{
	struct str text = text_str(lines);
	bool is_new;

	map_at(r->seen, text, &is_new);
	if (is_new)
		*VEC_PUSH(r->arena, &r->changes.items) =
		    (struct repair_change){ text, cost };
}

/* `Host["a"].zone` and OPERATOR. */
static void begin(struct repairer *r, struct text *out, entity_id entity,
    uint16_t attribute, const char *operator)
{
	repair_add_entity(out, r->graph, entity);
	text_printf(out, ".%.*s %s ", STR_ARG(attribute_of(r, attribute)->name),
	    operator);
}

static void set_text(struct repairer *r, entity_id entity, uint16_t attribute,
    struct str value)
{
	struct text out;

	text_init(&out, r->arena);
	begin(r, &out, entity, attribute, "=");
	text_add(&out, value);
	text_add_char(&out, '\n');
	add_change(r, &out, attribute_of(r, attribute)->cost);
}

static void set_cell(struct repairer *r, entity_id entity, uint16_t attribute,
    int64_t cell)
{
	struct text value;

	text_init(&value, r->arena);
	repair_add_value(&value, r->graph, attribute_of(r, attribute)->type, cell);
	set_text(r, entity, attribute, text_str(&value));
}

/* An element of a list that owns nothing comes or goes. */
static void change_element(struct repairer *r, entity_id entity,
    uint16_t attribute, const char *operator, struct str value)
{
	struct text out;

	text_init(&out, r->arena);
	begin(r, &out, entity, attribute, operator);
	text_printf(&out, "[%.*s]\n", STR_ARG(value));
	add_change(r, &out, attribute_of(r, attribute)->cost);
}

static void change_cell(struct repairer *r, entity_id entity,
    uint16_t attribute, const char *operator, int64_t cell)
{
	struct text value;

	text_init(&value, r->arena);
	repair_add_value(&value, r->graph, attribute_of(r, attribute)->type, cell);
	change_element(r, entity, attribute, operator, text_str(&value));
}

/* --- values that are tried ------------------------------------------------ */

/* Each value that a single attribute, or an element, could have. */
struct trying {
	struct repairer *r;
	entity_id entity;
	uint16_t attribute;
	const char *operator;	/* NULL: of a single value */
};

static void try_text(const struct trying *t, struct str value)
{
	if (t->operator)
		change_element(t->r, t->entity, t->attribute, t->operator, value);
	else
		set_text(t->r, t->entity, t->attribute, value);
}

static void try_cell(const struct trying *t, int64_t cell)
{
	if (t->operator)
		change_cell(t->r, t->entity, t->attribute, t->operator, cell);
	else
		set_cell(t->r, t->entity, t->attribute, cell);
}

static void try_constants(const struct trying *t, struct type type)
{
	struct repairer *r = t->r;

	for (size_t i = 0; i < r->constants.count; i++) {
		const struct constant *c = &r->constants.items[i];
		struct text quoted;

		if (c->type.tag != type.tag && !(type_is_text(type) &&
		    type_is_text(c->type)))
			continue;
		if (type_is_number(type)) {
			for (int64_t d = -1; d <= 1; d++)
				if (c->cell > INT64_MIN + 1 &&
				    c->cell < INT64_MAX - 1)
					try_cell(t, c->cell + d);
		} else if (type_is_text(type)) {
			text_init(&quoted, r->arena);
			repair_add_quoted(&quoted, c->text);
			try_text(t, text_str(&quoted));
		}
	}
}

/* A name that something needs is often the one it has. */
static void try_own_keys(const struct trying *t)
{
	struct repairer *r = t->r;

	for (size_t i = 0; i < r->schema->attributes.count; i++) {
		const struct column *c = &r->graph->columns[i];
		uint32_t row = t->entity - c->first;

		if (!r->schema->attributes.items[i].key ||
		    !type_is_text(c->type) || t->entity < c->first ||
		    row >= c->rows || !bit_get(c->known, row))
			continue;
		try_cell(t, column_cell(c, row));
	}
}

static void try_entities(const struct trying *t, uint16_t kind)
{
	const struct extent *x = &t->r->graph->extents[kind];
	uint32_t tried = 0;

	for (entity_id e = x->first; e < x->first + x->count; e++)
		if (!entity_is_possible(t->r->graph, e) &&
		    tried++ < ENTITIES_MOST)
			try_cell(t, e);
}

static void try_values(const struct trying *t)
{
	struct type type = attribute_of(t->r, t->attribute)->type;

	if (!t->operator && type.optional)
		try_text(t, STR("none"));
	if (type.tag == TYPE_BOOL) {
		try_cell(t, false);
		try_cell(t, true);
	} else if (type.tag == TYPE_ENUM) {
		for (int64_t v = 0; v < t->r->schema->enums.items[
		    type.of].value_count; v++)
			try_cell(t, v);
	} else if (type.tag == TYPE_ENTITY) {
		try_entities(t, type.of);
	} else {
		if (type_is_text(type))
			try_own_keys(t);
		try_constants(t, type);
	}
}

/* --- owned entities ------------------------------------------------------- */

/* The list that owns an entity, if it may be changed. */
static uint16_t owned_by(const struct repairer *r, entity_id entity)
{
	uint16_t owned = r->schema->kinds.items[
	    entity_kind(r->graph, entity)].owner;

	if (entity_owner(r->graph, entity) == ENTITY_NONE ||
	    attribute_of(r, owned)->cost == 0)
		return SCHEMA_NONE;
	return owned;
}

static void add_removal(struct repairer *r, struct text *out,
    entity_id entity, uint16_t owned)
{
	begin(r, out, entity_owner(r->graph, entity), owned, "-=");
	text_add_char(out, '[');
	repair_add_key(out, r->graph, entity);
	text_add(out, STR("]\n"));
}

static void remove_owned(struct repairer *r, entity_id entity)
{
	uint16_t owned = owned_by(r, entity);
	struct text out;

	if (owned == SCHEMA_NONE)
		return;
	text_init(&out, r->arena);
	add_removal(r, &out, entity, owned);
	add_change(r, &out, attribute_of(r, owned)->cost);
}

/* What stands inside an entity would stay behind. */
static bool owns_something(const struct repairer *r, entity_id entity)
{
	for (size_t i = 0; i < r->schema->attributes.count; i++) {
		const struct link *l = &r->graph->links[i];
		uint32_t row = entity - l->first;

		if (r->schema->attributes.items[i].owned && l->rows &&
		    entity >= l->first && row < l->rows &&
		    l->offsets[row] < l->offsets[row + 1])
			return true;
	}
	return false;
}

static void move_to(struct repairer *r, entity_id entity, uint16_t owned,
    entity_id owner)
{
	struct text out;

	text_init(&out, r->arena);
	add_removal(r, &out, entity, owned);
	begin(r, &out, owner, owned, "+=");
	text_add_char(&out, '[');
	repair_add_object(&out, r->graph, entity);
	text_add(&out, STR("]\n"));
	add_change(r, &out, 2 * (uint64_t)attribute_of(r, owned)->cost);
}

static void move_owned(struct repairer *r, entity_id entity)
{
	uint16_t owned = owned_by(r, entity);
	const struct extent *x;
	uint32_t tried = 0;

	if (owned == SCHEMA_NONE || owns_something(r, entity))
		return;
	x = &r->graph->extents[attribute_of(r, owned)->kind];
	for (entity_id o = x->first; o < x->first + x->count; o++)
		if (o != entity_owner(r->graph, entity) &&
		    !entity_is_possible(r->graph, o) && tried++ < ENTITIES_MOST)
			move_to(r, entity, owned, o);
}

static void add_owned_with(struct repairer *r, entity_id owner,
    uint16_t owned, const struct constant *first, uint16_t second,
    entity_id linked)
{
	uint16_t kind = attribute_of(r, owned)->type.of;
	struct text out;
	bool begun = false;

	text_init(&out, r->arena);
	begin(r, &out, owner, owned, "+=");
	text_add(&out, STR("[{ "));
	for (size_t i = 0; i < r->schema->attributes.count; i++) {
		const struct schema_attribute *a = attribute_of(r, (uint16_t)i);

		if (!a->key || !schema_is_a(r->schema, kind, a->kind))
			continue;
		if (!begun) {
			text_printf(&out, "%.*s: ", STR_ARG(a->name));
			if (type_is_text(a->type))
				repair_add_quoted(&out, first->text);
			else
				repair_add_value(&out, r->graph, a->type,
				    first->cell);
		} else if (i == second) {
			text_printf(&out, ", %.*s: ", STR_ARG(a->name));
			repair_add_value(&out, r->graph, a->type, linked);
		}
		begun = true;
	}
	text_add(&out, STR(" }]\n"));
	add_change(r, &out, attribute_of(r, owned)->cost);
}

/* The first key, a word that the rule may name, and the first link behind it:
 * a role for a site. */
static bool find_keys(const struct repairer *r, uint16_t kind,
    uint16_t *first, uint16_t *second)
{
	*first = *second = SCHEMA_NONE;
	for (size_t i = 0; i < r->schema->attributes.count; i++) {
		const struct schema_attribute *a = attribute_of(r, (uint16_t)i);

		if (!a->key || !schema_is_a(r->schema, kind, a->kind))
			continue;
		if (*first == SCHEMA_NONE)
			*first = (uint16_t)i;
		else if (a->type.tag == TYPE_ENTITY && *second == SCHEMA_NONE)
			*second = (uint16_t)i;
	}
	assert(*first != SCHEMA_NONE);
	return attribute_of(r, *first)->type.tag == TYPE_ENUM ||
	    type_is_text(attribute_of(r, *first)->type);
}

/* New elements of an owned list whose first key the rule names. */
static void add_owned(struct repairer *r, entity_id owner, uint16_t owned)
{
	uint16_t first, second;

	if (!find_keys(r, attribute_of(r, owned)->type.of, &first, &second))
		return;
	for (size_t i = 0; i < r->constants.count; i++) {
		const struct constant *c = &r->constants.items[i];
		const struct extent *x;

		if (type_is_text(c->type) ? !type_is_text(
		    attribute_of(r, first)->type) || c->text.length == 0 :
		    !type_equal(c->type, attribute_of(r, first)->type))
			continue;
		if (second == SCHEMA_NONE) {
			add_owned_with(r, owner, owned, c, second, ENTITY_NONE);
			continue;
		}
		x = &r->graph->extents[attribute_of(r, second)->type.of];
		for (uint32_t e = 0; e < x->count && e < ENTITIES_MOST; e++)
			add_owned_with(r, owner, owned, c, second, x->first + e);
	}
}

/* --- facts ---------------------------------------------------------------- */

/* The link ENTITY by ATTRIBUTE to CELL is not to be, by the side that may be
 * changed. */
static void cut_link(struct repairer *r, entity_id entity, uint16_t attribute,
    int64_t cell)
{
	const struct schema_attribute *a = attribute_of(r, attribute);
	const struct schema_attribute *b = a->inverse == SCHEMA_NONE ? NULL :
	    attribute_of(r, a->inverse);
	struct trying t = { r, (entity_id)cell, a->inverse, NULL };

	if (a->owned) {
		remove_owned(r, (entity_id)cell);
		move_owned(r, (entity_id)cell);
	} else if (b && b->owned) {
		remove_owned(r, entity);
		move_owned(r, entity);
	} else if (a->cost) {
		assert(a->type.set);
		change_cell(r, entity, attribute, "-=", cell);
	} else if (b && b->cost && b->type.set) {
		change_cell(r, (entity_id)cell, a->inverse, "-=", entity);
	} else if (b && b->cost) {
		try_values(&t);
	}
}

/* ENTITY could have CELL in the list ATTRIBUTE. */
static void make_link(struct repairer *r, entity_id entity, uint16_t attribute,
    int64_t cell)
{
	const struct schema_attribute *a = attribute_of(r, attribute);
	const struct schema_attribute *b = a->type.tag != TYPE_ENTITY ||
	    a->inverse == SCHEMA_NONE ? NULL : attribute_of(r, a->inverse);

	if (a->owned) {
		uint16_t owned = owned_by(r, (entity_id)cell);

		if (owned == attribute && !owns_something(r, (entity_id)cell))
			move_to(r, (entity_id)cell, owned, entity);
	} else if (a->cost) {
		change_cell(r, entity, attribute, "+=", cell);
	} else if (b && !b->owned && b->cost && b->type.set) {
		change_cell(r, (entity_id)cell, a->inverse, "+=", entity);
	} else if (b && !b->owned && b->cost) {
		set_cell(r, (entity_id)cell, a->inverse, entity);
	}
}

static void change_value(struct repairer *r, const struct fact *f)
{
	const struct column *c = &r->graph->columns[f->index];
	struct trying t = { r, f->entity, f->index, NULL };
	uint32_t row = fact_row(r->ev, f->index, f->entity);

	if (attribute_of(r, f->index)->cost)
		try_values(&t);
	else if (c->type.tag == TYPE_ENTITY && bit_get(c->known, row))
		cut_link(r, f->entity, f->index, column_cell(c, row));
}

/* Elements that a list could have besides. */
static void extend_row(struct repairer *r, const struct fact *f)
{
	const struct schema_attribute *a = attribute_of(r, f->index);
	struct trying t = { r, f->entity, f->index, "+=" };
	const struct extent *x;

	if (a->owned && a->cost)
		add_owned(r, f->entity, f->index);
	if (a->type.tag != TYPE_ENTITY) {
		if (a->cost)
			try_values(&t);
		return;
	}
	x = &r->graph->extents[a->type.of];
	for (uint32_t e = 0; e < x->count && e < ENTITIES_MOST; e++)
		make_link(r, f->entity, f->index, x->first + e);
}

static void change_element_fact(struct repairer *r, const struct fact *f)
{
	const struct schema_attribute *a = attribute_of(r, f->index);

	if (a->type.tag == TYPE_ENTITY)
		cut_link(r, f->entity, f->index, f->cell);
	else if (a->cost)
		change_cell(r, f->entity, f->index, "-=", f->cell);
}

static void change_fact(struct repairer *r, const struct fact *f)
{
	switch (f->kind) {
	case FACT_VALUE:
		change_value(r, f);
		break;
	case FACT_ELEMENT:
		change_element_fact(r, f);
		break;
	case FACT_LACKS:
		make_link(r, f->entity, f->index, f->cell);
		break;
	case FACT_ROW: case FACT_REST:
		extend_row(r, f);
		break;
	case FACT_ENTITY: case FACT_EXTENT: case FACT_ALL:
	case FACT_TODAY: case FACT_PARAM:
		break;
	}
	/* What is said of an entity inside another goes with it. */
	if (f->entity != ENTITY_NONE) {
		remove_owned(r, f->entity);
		move_owned(r, f->entity);
	}
}

static int by_cost(const void *left, const void *right)
{
	const struct repair_change *a = left, *b = right;

	if (a->cost != b->cost)
		return a->cost < b->cost ? -1 : 1;
	return str_compare(a->lines, b->lines);
}

struct repair_changes repair_changes_of(struct evaluator *ev,
    struct arena *arena, const struct outcome *outcome)
{
	struct repairer r = { .ev = ev, .graph = ev->graph,
		.schema = ev->tree->schema, .arena = arena,
		.seen = map_new(arena) };
	size_t count;
	struct fact *facts = evidence_facts(ev, arena, outcome, &count);

	read_rule(&r, &ev->tree->rules.items[outcome->rule]);
	for (size_t i = 0; i < count; i++)
		read_fact(&r, &facts[i]);
	for (size_t i = 0; i < count; i++)
		change_fact(&r, &facts[i]);
	if (r.changes.items.count > 1)
		qsort(r.changes.items.items, r.changes.items.count,
		    sizeof(*r.changes.items.items), by_cost);
	return r.changes;
}
