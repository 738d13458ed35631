/* SPDX-License-Identifier: Apache-2.0 */
/* test - tests of rules: what they name must be there. */
#include "compiler/given.h"

#include "compiler/front.h"

struct test_check {
	struct front *front;
	uint32_t pack;
	struct test *test;
	const struct rule *rule;	/* NULL after a diagnostic */
};

/* --- given -------------------------------------------------------------- */

static void check_value(struct test_check *t, uint16_t attribute,
    const struct ast *value);

static void check_fields(struct test_check *t, uint16_t kind,
    const struct ast *map)
{
	for (uint32_t i = 0; i < map->count; i++) {
		const struct ast *field = map->items[i];
		uint16_t attribute = front_find_attribute(t->front, kind, field->text);

		if (attribute != SCHEMA_NONE)
			check_value(t, attribute, field->slot[0]);
		else if (!str_equal(field->text, STR("source")))
			front_report_attribute(t->front, field->name, kind,
			    field->text);
	}
}

/* Of values only owned entities are looked into: the binder sees the rest. */
static void check_value(struct test_check *t, uint16_t attribute,
    const struct ast *value)
{
	const struct schema_attribute *a =
	    &t->front->schema->attributes.items[attribute];

	if (!a->owned || value->kind != AST_VALUE_LIST)
		return;
	for (uint32_t i = 0; i < value->count; i++)
		if (value->items[i]->kind == AST_VALUE_MAP)
			check_fields(t, a->type.of, value->items[i]);
}

/* What expectations and references call a given entity. */
static struct str name_of(const struct ast *entity)
{
	return entity->slot[entity->slot[1] ? 1 : 0]->text;
}

static void check_alias(struct test_check *t, const struct ast *given,
    uint32_t i)
{
	const struct ast *alias = given->items[i]->slot[1];

	for (uint32_t j = 0; alias && j < i; j++)
		if (given->items[j]->kind == AST_GIVEN_ENTITY &&
		    str_equal(name_of(given->items[j]), alias->text)) {
			front_report_twice(t->front, alias,
			    given->items[j]->span, "name");
			return;
		}
}

static void check_given(struct test_check *t, const struct ast *given)
{
	for (uint32_t i = 0; i < given->count; i++) {
		const struct ast *entity = given->items[i];
		uint16_t kind;

		if (entity->kind != AST_GIVEN_ENTITY)
			continue;
		check_alias(t, given, i);
		kind = front_kind(t->front, t->pack, entity);
		if (kind != SCHEMA_NONE)
			check_fields(t, kind, entity);
	}
}

/* --- subjects ----------------------------------------------------------- */

static uint16_t kind_of_entity(struct test_check *t, const struct ast *entity)
{
	const struct name *name = names_find(t->front->names, t->pack,
	    entity->text);

	return name && name->sort == NAME_KIND ? (uint16_t)name->index
	    : SCHEMA_NONE;
}

static bool relates(const struct schema *schema, struct type type,
    uint16_t kind)
{
	return type.tag == TYPE_ENTITY && kind != SCHEMA_NONE &&
	    (schema_is_a(schema, kind, type.of) ||
	    schema_is_a(schema, type.of, kind));
}

/* The given entity called NAME: the first that can be of TYPE, else the first
 * at all, or NULL. */
static const struct ast *find_given(struct test_check *t, struct str name,
    struct type type)
{
	const struct ast *given = t->test->given, *found = NULL;

	for (uint32_t i = 0; i < given->count; i++) {
		const struct ast *entity = given->items[i];

		if (entity->kind != AST_GIVEN_ENTITY ||
		    !str_equal(name_of(entity), name))
			continue;
		if (relates(t->front->schema, type, kind_of_entity(t, entity)))
			return entity;
		if (!found)
			found = entity;
	}
	return found;
}

static void report_not_given(struct test_check *t, const struct ast *at)
{
	const struct ast *given = t->test->given;
	struct words words = { .arena = t->front->arena };
	struct diagnostic *d;

	d = diag_add(t->front->all, DIAG_E1016, at->name,
	    "the test is given no `%.*s`", STR_ARG(at->text));
	for (uint32_t i = 0; i < given->count; i++)
		if (given->items[i]->kind == AST_GIVEN_ENTITY)
			words_add(&words, name_of(given->items[i]));
	words_suggest(&words, t->front->all, d, at->text);
}

static void report_other_kind(struct test_check *t, const struct ast *at,
    struct str kind, struct type type)
{
	diag_add(t->front->all, DIAG_E1016, at->name,
	    "the rule is about a `%.*s`, and this is a `%.*s`",
	    STR_ARG(front_type_text(t->front, type)), STR_ARG(kind));
}

/* Does the inventory list things of TYPE inside others, or not at all? */
static bool is_inner(const struct schema *schema, struct type type)
{
	return type.tag != TYPE_ENTITY ||
	    schema->kinds.items[type.of].owner != SCHEMA_NONE;
}

static void resolve_name(struct test_check *t, const struct ast *at,
    struct type type, struct str *kind, struct str *key)
{
	const struct ast *entity = find_given(t, at->text, type);
	const struct schema *schema = t->front->schema;

	*key = at->text;
	if (type.tag == TYPE_ERROR)
		return;
	if (entity && relates(schema, type, kind_of_entity(t, entity))) {
		*kind = entity->text;
		*key = entity->slot[0]->text;
	} else if (is_inner(schema, type)) {
		return;
	} else if (!entity) {
		report_not_given(t, at);
	} else if (kind_of_entity(t, entity) != SCHEMA_NONE) {
		report_other_kind(t, at, entity->text, type);
	}
}

static void resolve_key(struct test_check *t, const struct ast *at,
    struct type type, struct str *kind, struct str *key)
{
	uint16_t found = front_kind(t->front, t->pack, at);
	const struct ast *entity;

	*kind = at->text;
	*key = at->slot[0]->text;
	if (at->slot[0]->kind == AST_NAME) {
		entity = find_given(t, *key, type);
		if (entity && found != SCHEMA_NONE &&
		    kind_of_entity(t, entity) == found)
			*key = entity->slot[0]->text;
	}
	if (found != SCHEMA_NONE && type.tag != TYPE_ERROR &&
	    !relates(t->front->schema, type, found))
		report_other_kind(t, at, at->text, type);
}

/* A rule without binders has one subject, the inventory. */
static bool is_inventory(const struct test_check *t, const struct ast *expect,
    uint32_t count)
{
	return t->rule && t->rule->binders.count == 0 && count == 1 &&
	    !expect->items[0]->slot[0] &&
	    str_equal(expect->items[0]->text, STR("inventory"));
}

static void report_parts(struct test_check *t, const struct ast *expect,
    uint32_t count)
{
	struct diagnostic *d = diag_add(t->front->all, DIAG_E5011,
	    expect->span, "the subjects of `%.*s` have %zu part%s, not %u",
	    STR_ARG(t->rule->id), t->rule->binders.count,
	    t->rule->binders.count == 1 ? "" : "s", count);

	if (t->rule->binders.count == 0)
		diag_help(t->front->all, d, "write `inventory`");
}

static void add_subject(struct test_check *t, const struct ast *expect,
    uint32_t count, struct expectation *e)
{
	struct arena *arena = t->front->arena;

	if (is_inventory(t, expect, count))
		return;
	if (t->rule && count > t->rule->binders.count) {
		report_parts(t, expect, count);
		return;
	}
	e->count = count;
	e->kinds = ARENA_ARRAY(arena, struct str, count);
	e->keys = ARENA_ARRAY(arena, struct str, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct ast *at = expect->items[i];
		struct type type = { 0 };

		if (t->rule)
			type = t->rule->binders.items[i].variable->type;
		e->kinds[i] = STR("");
		if (at->slot[0])
			resolve_key(t, at, type, &e->kinds[i], &e->keys[i]);
		else
			resolve_name(t, at, type, &e->kinds[i], &e->keys[i]);
	}
}

/* --- needs -------------------------------------------------------------- */

/* The kind that a navigation leads to; SCHEMA_NONE: no entity, or an error. */
static uint16_t check_navigation(struct test_check *t, const struct ast *at)
{
	const struct schema *schema = t->front->schema;
	struct type any = { 0 };
	const struct ast *entity;
	uint16_t kind, attribute;

	if (at->kind == AST_NAME) {
		entity = find_given(t, at->text, any);
		if (entity)
			return kind_of_entity(t, entity);
		kind = kind_of_entity(t, at);
		if (kind == SCHEMA_NONE)
			report_not_given(t, at);
		return kind;
	}
	kind = check_navigation(t, at->slot[0]);
	if (kind == SCHEMA_NONE)
		return SCHEMA_NONE;
	attribute = front_find_attribute(t->front, kind, at->text);
	if (attribute == SCHEMA_NONE) {
		front_report_attribute(t->front, at->name, kind, at->text);
		return SCHEMA_NONE;
	}
	return schema->attributes.items[attribute].type.tag == TYPE_ENTITY
	    ? schema->attributes.items[attribute].type.of : SCHEMA_NONE;
}

static void add_needs(struct test_check *t, const struct ast *expect,
    uint32_t first, struct expectation *e)
{
	e->need_count = expect->count - first;
	e->needs = ARENA_ARRAY(t->front->arena, const struct ast *,
	    e->need_count);
	for (uint32_t i = 0; i < e->need_count; i++) {
		e->needs[i] = expect->items[first + i];
		check_navigation(t, e->needs[i]->slot[0]);
	}
}

static void add_expectation(struct test_check *t, const struct ast *expect)
{
	struct expectation *e = VEC_PUSH(t->front->arena,
	    &t->test->expectations);
	uint32_t count = 0;

	while (count < expect->count &&
	    expect->items[count]->kind == AST_REFERENCE)
		count++;
	e->span = expect->span;
	e->verdict = expect->op;
	e->with = expect->slot[0] ? expect->slot[0]->text : STR("");
	add_subject(t, expect, count, e);
	add_needs(t, expect, count, e);
}

/* --- tests -------------------------------------------------------------- */

static void find_rule(struct test_check *t, struct map *rules)
{
	struct tree *tree = t->front->tree;
	const uint32_t *index = map_find(rules, t->test->rule);

	if (!index) {
		front_report_rule(t->front, t->test->span, t->test->rule);
		return;
	}
	t->test->rule_index = *index;
	if (!tree->rules.items[*index].damaged)
		t->rule = &tree->rules.items[*index];
}

/* A test without `given` is of an inventory in which there is nothing. */
static const struct ast *given_nothing(struct arena *arena, struct span span)
{
	struct ast *given = ARENA_NEW(arena, struct ast);

	given->kind = AST_GIVEN;
	given->span = given->name = span;
	given->text = STR("");
	return given;
}

static void check_parts(struct test_check *t, const struct ast *ast)
{
	for (uint32_t i = 0; i < ast->count; i++) {
		const struct ast *part = ast->items[i];

		if (part->kind != AST_GIVEN)
			continue;
		if (t->test->given)
			front_report_twice(t->front, part,
			    t->test->given->span, "inventory");
		else
			t->test->given = part;
		check_given(t, part);
	}
	if (!t->test->given)
		t->test->given = given_nothing(t->front->arena, ast->name);
	for (uint32_t i = 0; i < ast->count; i++)
		if (ast->items[i]->kind == AST_EXPECT)
			add_expectation(t, ast->items[i]);
	if (t->test->expectations.count == 0)
		diag_add(t->front->all, DIAG_E5012, ast->name,
		    "this test expects nothing");
}

static void check_test(struct front *front, struct declared at,
    struct map *rules)
{
	struct test *test = VEC_PUSH(front->arena, &front->tree->tests);
	struct test_check t = { .front = front, .pack = at.pack,
		.test = test };

	test->rule = at.ast->text;
	test->title = at.ast->slot[0] ? at.ast->slot[0]->text : STR("");
	test->span = at.ast->name;
	test->body = at.ast->span;
	if (at.ast->count) {
		test->body.start = at.ast->items[0]->span.start;
		test->body.end = at.ast->items[at.ast->count - 1]->span.end;
	}
	find_rule(&t, rules);
	check_parts(&t, at.ast);
}

void front_check_tests(struct front *front)
{
	const struct declared_list *all = &front->declared[AST_TEST];
	struct map *rules = map_new(front->arena);

	for (size_t i = 0; i < front->tree->rules.count; i++) {
		bool is_new;
		uint32_t *index = map_at(rules,
		    front->tree->rules.items[i].id, &is_new);

		if (is_new)
			*index = (uint32_t)i;
	}
	for (size_t i = 0; i < all->at.count; i++)
		if (!all->at.items[i].damaged)
			check_test(front, all->at.items[i], rules);
}
