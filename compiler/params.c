/* SPDX-License-Identifier: Apache-2.0 */
/* params - which of them, and which facts, a rule may depend on; their values as text. */
#include "base/text.h"
#include "compiler/tree.h"
#include "vm/bits.h"
#include "vm/scalar.h"

/* --- what a rule depends on --------------------------------------------- */

/* A walk over expressions and the bodies they lead to, each body once.  The
 * ones to come are a list: bodies nest without a bound. */
struct uses {
	struct arena *arena;
	const struct tree *tree;
	uint64_t *params;
	uint64_t *stored;		/* attributes that are not derived */
	uint64_t *definitions, *derived, *relations;	/* met so far */
	VEC(const struct expr *) coming;
};

static void add(struct uses *u, const struct expr *e)
{
	if (e)
		*VEC_PUSH(u->arena, &u->coming) = e;
}

static void add_function(struct uses *u, uint64_t *met, size_t index,
    const struct function *f)
{
	if (bit_get(met, index))
		return;
	bit_set(met, index);
	add(u, f->body);
}

static void add_attribute(struct uses *u, uint16_t attribute)
{
	const struct function *f = tree_derived(u->tree, attribute);

	if (f)
		add_function(u, u->derived,
		    (size_t)(f - u->tree->derived.items), f);
	else
		bit_set(u->stored, attribute);
}

static void add_path(struct uses *u, const struct path *path)
{
	for (unsigned i = 0; i < path->step_count; i++) {
		const struct path_step *step = &path->steps[i];

		if (step->kind == PATH_LINK)
			add_attribute(u, step->index);
		else
			add_function(u, u->relations, step->index,
			    &u->tree->relations.items[step->index]);
	}
}

static void add_what_it_means(struct uses *u, const struct expr *e)
{
	if (e->op == EXPR_PARAM)
		bit_set(u->params, e->index);
	else if (e->op == EXPR_ATTRIBUTE)
		add_attribute(u, (uint16_t)e->index);
	else if (e->op == EXPR_CALL)
		add_function(u, u->definitions, e->index,
		    &u->tree->definitions.items[e->index]);
	else if (e->op == EXPR_RELATION)
		add_function(u, u->relations, e->index,
		    &u->tree->relations.items[e->index]);
	if (e->path)
		add_path(u, e->path);
}

static void add_rule(struct uses *u, const struct rule *rule)
{
	for (size_t i = 0; i < rule->binders.count; i++)
		add(u, rule->binders.items[i].set);
	for (size_t i = 0; i < rule->lets.count; i++)
		add(u, rule->lets.items[i]->let);
	for (size_t i = 0; i < rule->when.count; i++)
		add(u, rule->when.items[i]);
	for (size_t i = 0; i < rule->except.count; i++)
		add(u, rule->except.items[i]);
	for (size_t i = 0; i < rule->requirements.count; i++)
		add(u, rule->requirements.items[i].condition);
}

/* What is told, and decides nothing. */
static void add_messages(struct uses *u, const struct rule *rule)
{
	for (size_t i = 0; i < rule->requirements.count; i++)
		add(u, rule->requirements.items[i].message);
}

static struct uses new_uses(struct arena *arena, const struct tree *tree)
{
	struct uses u = { .arena = arena, .tree = tree };

	u.params = ARENA_ARRAY(arena, uint64_t,
	    BITS_WORDS(tree->params.count));
	u.stored = ARENA_ARRAY(arena, uint64_t,
	    BITS_WORDS(tree->schema->attributes.count));
	u.definitions = ARENA_ARRAY(arena, uint64_t,
	    BITS_WORDS(tree->definitions.count));
	u.derived = ARENA_ARRAY(arena, uint64_t,
	    BITS_WORDS(tree->derived.count));
	u.relations = ARENA_ARRAY(arena, uint64_t,
	    BITS_WORDS(tree->relations.count));
	return u;
}

static void follow(struct uses *u)
{
	while (u->coming.count > 0) {
		const struct expr *e = u->coming.items[--u->coming.count];

		add_what_it_means(u, e);
		for (int i = 0; i < 3; i++)
			add(u, e->arg[i]);
		for (uint32_t i = 0; i < e->count; i++)
			add(u, e->items[i]);
	}
}

static struct uses uses_of(struct arena *arena, const struct tree *tree,
    const struct rule *rule)
{
	struct uses u = new_uses(arena, tree);

	add_rule(&u, rule);
	follow(&u);
	return u;
}

uint64_t *tree_rule_params(struct arena *arena, const struct tree *tree,
    const struct rule *rule)
{
	return uses_of(arena, tree, rule).params;
}

uint64_t *tree_rule_facts(struct arena *arena, const struct tree *tree,
    const struct rule *rule)
{
	return uses_of(arena, tree, rule).stored;
}

/* Keys name entities, and owners say which there are. */
static bool is_of_every_graph(const struct schema *schema, size_t attribute)
{
	const struct schema_attribute *a = &schema->attributes.items[attribute];

	return a->key || a->owned || (a->inverse != SCHEMA_NONE &&
	    schema->attributes.items[a->inverse].owned);
}

uint64_t *tree_footprint(struct arena *arena, const struct tree *tree)
{
	const struct schema *schema = tree->schema;
	struct uses u = new_uses(arena, tree);
	uint64_t *all = ARENA_ARRAY(arena, uint64_t,
	    BITS_WORDS(schema->attributes.count));

	for (size_t i = 0; i < tree->rules.count; i++) {
		add_rule(&u, &tree->rules.items[i]);
		add_messages(&u, &tree->rules.items[i]);
	}
	follow(&u);
	for (size_t i = 0; i < schema->attributes.count; i++) {
		uint16_t inverse = schema->attributes.items[i].inverse;

		if (bit_get(u.stored, i) || is_of_every_graph(schema, i))
			bit_set(all, i);
		if (bit_get(all, i) && inverse != SCHEMA_NONE)
			bit_set(all, inverse);
	}
	return all;
}

/* --- values ------------------------------------------------------------- */

static void add_value(struct text *out, const struct tree *tree,
    const struct expr *e)
{
	if (type_is_text(e->type))
		text_add_quoted(out, e->text);
	else if (e->type.tag == TYPE_ENUM)
		text_add(out, schema_value_name(tree->schema, e->type.of,
		    e->cell));
	else if (e->type.tag == TYPE_BOOL)
		text_add(out, e->cell ? STR("true") : STR("false"));
	else if (e->type.tag == TYPE_DATE)
		text_add(out, scalar_date_text(out->arena, e->cell));
	else if (e->type.tag == TYPE_DURATION)
		text_add(out, scalar_duration_text(out->arena, e->cell));
	else
		text_printf(out, "%lld", (long long)e->cell);
}

struct str tree_value_text(struct arena *arena, const struct tree *tree,
    const struct expr *value)
{
	struct text out;

	text_init(&out, arena);
	if (value->op == EXPR_CONST) {
		add_value(&out, tree, value);
		return text_str(&out);
	}
	text_add(&out, value->count ? STR("{ ") : STR("{"));
	for (uint32_t i = 0; i < value->count; i++) {
		text_add(&out, i ? STR(", ") : STR(""));
		add_value(&out, tree, value->items[i]);
	}
	text_add(&out, value->count ? STR(" }") : STR("}"));
	return text_str(&out);
}
