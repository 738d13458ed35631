/* SPDX-License-Identifier: Apache-2.0 */
/* attributes - what entities have, into the schema: stored and derived. */
#include "compiler/front.h"

static struct schema_attribute *attribute_at(struct front *front, size_t i)
{
	return &front->schema->attributes.items[i];
}

static struct str kind_name(struct front *front, uint16_t kind)
{
	return front->schema->kinds.items[kind].name;
}

/* --- first pass: names and types ---------------------------------------- */

uint16_t front_find_attribute(const struct front *front, uint16_t kind, struct str name)
{
	for (; kind != SCHEMA_NONE; kind = front->schema->kinds.items[kind].base) {
		const struct map *places = front->attribute_places[kind];
		const uint32_t *place = places ? map_find(places, name) : NULL;

		if (place)
			return (uint16_t)*place;
	}
	return SCHEMA_NONE;
}

static void index_attribute(struct front *front, uint16_t kind, struct str name)
{
	struct map **places = &front->attribute_places[kind];
	bool is_new;

	if (!*places)
		*places = map_new(front->arena);
	*map_at(*places, name, &is_new) = (uint32_t)front->schema->attributes.count;
}

static bool is_taken(struct front *front, uint16_t kind, const struct ast *ast)
{
	uint16_t first = front_find_attribute(front, kind, ast->text);
	const struct schema_attribute *a;
	struct diagnostic *d;

	if (first == SCHEMA_NONE)
		return false;
	a = attribute_at(front, first);
	d = diag_add(front->all, DIAG_E1005, ast->name,
	    "`%.*s` has `%.*s` already", STR_ARG(kind_name(front, kind)),
	    STR_ARG(ast->text));
	diag_label(front->all, d, a->span, a->kind == kind
	    ? "first declared here" : "from the entity it is based on");
	return true;
}

static struct schema_attribute *add_attribute(struct front *front,
    uint16_t kind, struct declared at, const struct ast *type)
{
	struct schema_attribute *a;

	if (is_taken(front, kind, at.ast) || !front_has_room(front,
	    front->schema->attributes.count, at.ast, "attributes"))
		return NULL;
	index_attribute(front, kind, at.ast->text);
	a = VEC_PUSH(front->arena, &front->schema->attributes);
	*VEC_PUSH(front->arena, &front->attributes.at) = at;
	*a = (struct schema_attribute){
		.name = at.ast->text, .span = at.ast->name, .kind = kind,
		.inverse = SCHEMA_NONE,
	};
	a->type = front_type(front, at.pack, type);
	return a;
}

static void add_derived(struct front *front, uint16_t kind,
    struct declared at)
{
	struct schema_attribute *a = add_attribute(front, kind, at,
	    at.ast->slot[1]);
	struct function *function;

	if (!a)
		return;
	a->derived = true;
	function = VEC_PUSH(front->arena, &front->tree->derived);
	*function = (struct function){
		.name = a->name, .span = a->span, .type = a->type,
		.attribute = (uint16_t)(a - front->schema->attributes.items),
	};
	*VEC_PUSH(front->arena, &front->derived.at) = at;
}

/* The derived attributes by kind, in the order of the text. */
static struct declared_list *sort_derived(struct front *front)
{
	const struct declared_list *all = &front->declared[AST_DERIVE];
	struct declared_list *by_kind = ARENA_ARRAY(front->arena,
	    struct declared_list, front->schema->kinds.count);

	for (size_t i = 0; i < all->at.count; i++) {
		struct declared at = all->at.items[i];
		uint16_t kind = front_kind(front, at.pack, at.ast->slot[0]);

		if (kind != SCHEMA_NONE)
			*VEC_PUSH(front->arena, &by_kind[kind].at) = at;
	}
	return by_kind;
}

static void add_attributes(struct front *front, uint16_t kind,
    const struct declared_list *derived)
{
	struct declared entity = front->kinds.at.items[kind];

	for (uint32_t i = 0; i < entity.ast->count; i++) {
		struct declared at = { entity.ast->items[i], entity.pack,
			entity.damaged };

		if (at.ast->kind == AST_ATTRIBUTE)
			add_attribute(front, kind, at, at.ast->slot[0]);
	}
	for (size_t i = 0; i < derived->at.count; i++)
		add_derived(front, kind, derived->at.items[i]);
}

/* --- second pass: modifiers --------------------------------------------- */

static struct diagnostic *refuse(struct front *front, const struct ast *at,
    enum diag_code code, const char *what)
{
	return diag_add(front->all, code, at->span, "%s", what);
}

/* Do as many attributes before A, of the same kind, tell one entity from another
 * as readers look at? */
static bool has_enough_keys(const struct front *front, const struct schema_attribute *a)
{
	unsigned count = 0;

	for (const struct schema_attribute *b = a; b > front->schema->attributes.items &&
	    b[-1].kind == a->kind && count < SCHEMA_KEYS_MOST; b--)
		count += b[-1].key;
	return count == SCHEMA_KEYS_MOST;
}

static void set_key(struct front *front, struct schema_attribute *a,
    const struct ast *modifier)
{
	uint16_t base = front->schema->kinds.items[a->kind].base;

	if (a->type.tag == TYPE_ERROR)
		return;
	if (a->type.set || a->type.optional) {
		refuse(front, modifier, DIAG_E1022,
		    "a key is one value that is always there");
		return;
	}
	if (a->type.tag == TYPE_ENTITY &&
	    front_key(front, a->kind) == SCHEMA_NONE) {
		refuse(front, modifier, DIAG_E1022,
		    "the first key is a value, not a link");
		return;
	}
	if (base != SCHEMA_NONE && front_key(front, base) != SCHEMA_NONE) {
		struct diagnostic *d = refuse(front, modifier, DIAG_E1022,
		    "an entity has the key of the one it is based on");

		diag_label(front->all, d, attribute_at(front,
		    front_key(front, base))->span, "the key");
		return;
	}
	if (has_enough_keys(front, a)) {
		refuse(front, modifier, DIAG_E1022, "a key has at most eight attributes");
		return;
	}
	a->key = true;
}

static void set_default(struct front *front, struct schema_attribute *a,
    const struct ast *modifier)
{
	struct type type = a->type;
	struct literal literal;

	if (type.tag == TYPE_ERROR)
		return;
	if (type.set || type.tag == TYPE_ENTITY || a->key) {
		refuse(front, modifier, DIAG_E1025,
		    "only a single value that is no key has a default");
		return;
	}
	type.optional = false;
	if (!front_literal(front, modifier->slot[0], type, &literal))
		return;
	a->has_default = true;
	a->fallback = literal.cell;
	if (!type_is_text(type))
		return;
	a->fallback = (int64_t)front->schema->texts.count;
	*VEC_PUSH(front->arena, &front->schema->texts) = literal.text;
}

/* What a repair costs is summed up: costs stay small. */
#define COST_MOST 1000000

static void set_cost(struct front *front, struct schema_attribute *a,
    const struct ast *modifier)
{
	struct literal literal;

	if (a->type.tag == TYPE_ERROR || !front_literal(front,
	    modifier->slot[0], (struct type){ .tag = TYPE_INT }, &literal))
		return;
	if (literal.cell < 1 || literal.cell > COST_MOST)
		refuse(front, modifier->slot[0], DIAG_E1026,
		    "a cost is from 1 to 1000000");
	else
		a->cost = (uint32_t)literal.cell;
}

static bool is_mutual(const struct schema_attribute *a,
    const struct schema_attribute *b)
{
	return !b->derived && b->type.tag == TYPE_ENTITY &&
	    b->type.of == a->kind && b->kind == a->type.of;
}

static void report_inverse(struct front *front, struct schema_attribute *a,
    const struct schema_attribute *b, const struct ast *modifier)
{
	struct diagnostic *d = diag_add(front->all, DIAG_E1021,
	    modifier->name, "`%.*s.%.*s` does not lead back to `%.*s`",
	    STR_ARG(kind_name(front, a->type.of)), STR_ARG(b->name),
	    STR_ARG(kind_name(front, a->kind)));

	diag_label(front->all, d, b->span, "it is of type `%.*s`%s%s",
	    STR_ARG(front_type_text(front, b->type)),
	    b->derived ? ", and derived" : "", b->kind != a->type.of
	    ? ", and from the entity that this one is based on" : "");
}

/* Both sides know each other, whichever says so. */
static void pair(struct front *front, uint16_t i, uint16_t j,
    const struct ast *modifier)
{
	struct schema_attribute *a = attribute_at(front, i);
	struct schema_attribute *b = attribute_at(front, j);
	const struct schema_attribute *taken =
	    a->inverse != SCHEMA_NONE && a->inverse != j ? a :
	    b->inverse != SCHEMA_NONE && b->inverse != i ? b : NULL;
	struct diagnostic *d;

	if (!taken) {
		a->inverse = j;
		b->inverse = i;
		a->back = !b->back;
		return;
	}
	d = diag_add(front->all, DIAG_E1021, modifier->span,
	    "`%.*s.%.*s` has another inverse already",
	    STR_ARG(kind_name(front, taken->kind)), STR_ARG(taken->name));
	diag_label(front->all, d, attribute_at(front, taken->inverse)->span,
	    "its inverse");
}

static void set_inverse(struct front *front, struct schema_attribute *a,
    const struct ast *modifier)
{
	uint16_t index = (uint16_t)(a - front->schema->attributes.items);
	uint16_t other;

	if (a->type.tag == TYPE_ERROR)
		return;
	if (a->type.tag != TYPE_ENTITY) {
		refuse(front, modifier, DIAG_E1021,
		    "only a link to an entity has an inverse");
		return;
	}
	other = front_find_attribute(front, a->type.of, modifier->text);
	if (other == SCHEMA_NONE)
		front_report_attribute(front, modifier->name, a->type.of,
		    modifier->text);
	else if (attribute_at(front, other)->type.tag == TYPE_ERROR)
		return;
	else if (!is_mutual(a, attribute_at(front, other)))
		report_inverse(front, a, attribute_at(front, other), modifier);
	else
		pair(front, index, other, modifier);
}

static void set_modifier(struct front *front, struct schema_attribute *a,
    const struct ast *modifier)
{
	if (modifier->op == OP_KEY)
		set_key(front, a, modifier);
	else if (modifier->op == OP_INVERSE)
		set_inverse(front, a, modifier);
	else if (modifier->op == OP_DEFAULT)
		set_default(front, a, modifier);
	else if (modifier->op == OP_CHANGEABLE)
		set_cost(front, a, modifier);
	a->owned |= modifier->op == OP_OWNED;
	a->shorthand |= modifier->op == OP_SHORTHAND;
}

/* What is owned stands in its owner: the link to the owner is the one that
 * no file states. */
static void turn_owned(struct front *front, uint16_t index)
{
	struct schema_attribute *a = attribute_at(front, index);

	if (!a->owned || a->inverse == SCHEMA_NONE)
		return;
	a->back = false;
	attribute_at(front, a->inverse)->back = true;
}

static void set_modifiers(struct front *front, uint16_t index)
{
	const struct ast *ast = front->attributes.at.items[index].ast;

	for (uint32_t i = 0; i < ast->count; i++) {
		for (uint32_t j = 0; j < i; j++)
			if (ast->items[i]->op == ast->items[j]->op)
				front_report_twice(front, ast->items[i],
				    ast->items[j]->span, "modifier");
		set_modifier(front, attribute_at(front, index), ast->items[i]);
	}
	turn_owned(front, index);
}

/* --- third pass: what the whole must be --------------------------------- */

uint16_t front_key(const struct front *front, uint16_t kind)
{
	const struct schema *schema = front->schema;

	for (; kind != SCHEMA_NONE; kind = schema->kinds.items[kind].base)
		for (size_t i = 0; i < schema->attributes.count; i++)
			if (schema->attributes.items[i].kind == kind &&
			    schema->attributes.items[i].key)
				return (uint16_t)i;
	return SCHEMA_NONE;
}

/* Does a declaration say `key`, be it rightly or not? */
static bool says_key(const struct front *front, uint16_t kind)
{
	const struct ast *entity = front->kinds.at.items[kind].ast;

	for (uint32_t i = 0; i < entity->count; i++) {
		const struct ast *attribute = entity->items[i];

		if (attribute->kind == AST_ERROR)
			return true;
		for (uint32_t j = 0; j < attribute->count; j++)
			if (attribute->items[j]->op == OP_KEY)
				return true;
	}
	return false;
}

static void check_key(struct front *front, uint16_t kind)
{
	const struct schema_kind *k = &front->schema->kinds.items[kind];
	struct diagnostic *d;

	for (uint16_t i = kind; i != SCHEMA_NONE;
	    i = front->schema->kinds.items[i].base)
		if (says_key(front, i))
			return;
	if (front->kinds.at.items[kind].ast->slot[0])
		return;
	d = diag_add(front->all, DIAG_E1022, k->span, "`%.*s` has no key",
	    STR_ARG(k->name));
	diag_help(front->all, d,
	    "mark what tells one from another: `name: caseless, key`");
}

static void report_owned(struct front *front,
    const struct schema_attribute *a, const char *what, const char *help)
{
	struct diagnostic *d = diag_add(front->all, DIAG_E1023, a->span,
	    "%s", what);

	diag_help(front->all, d, "%s", help);
}

static void set_owner(struct front *front, uint16_t kind, uint16_t index)
{
	struct schema *schema = front->schema;
	struct schema_kind *k = &schema->kinds.items[kind];
	struct diagnostic *d;

	if (k->owner == SCHEMA_NONE) {
		for (uint16_t i = kind; i < k->last; i++)
			schema->kinds.items[i].owner = index;
		return;
	}
	d = diag_add(front->all, DIAG_E1023,
	    schema->attributes.items[index].span,
	    "`%.*s` is owned twice", STR_ARG(k->name));
	diag_label(front->all, d,
	    schema->attributes.items[k->owner].span, "here already");
}

static void check_owned(struct front *front, uint16_t index)
{
	const struct schema_attribute *a = attribute_at(front, index);

	if (a->shorthand && !a->owned)
		report_owned(front, a, "only an owned list has a shorthand",
		    "add `owned`, and `inverse of` the link back");
	if (!a->owned || a->type.tag == TYPE_ERROR)
		return;
	if (a->type.tag != TYPE_ENTITY || !a->type.set) {
		report_owned(front, a, "what is owned is a set of entities",
		    "write the type as `{Entity}`");
		return;
	}
	if (a->inverse == SCHEMA_NONE) {
		if (!front_says(front, index, OP_INVERSE))
			report_owned(front, a,
			    "what is owned has a link to its owner",
			    "add `inverse of` that link");
		return;
	}
	if (attribute_at(front, a->inverse)->type.set)
		report_owned(front, a, "what is owned has a single owner",
		    "make the inverse a single link");
	else
		set_owner(front, a->type.of, index);
}

/* Who an entity is and where it stands changes with its owner's list. */
static void check_cost(struct front *front, uint16_t index)
{
	const struct schema_attribute *a = attribute_at(front, index);
	bool stands = a->inverse != SCHEMA_NONE &&
	    attribute_at(front, a->inverse)->owned;
	struct diagnostic *d;

	if (a->cost == 0 || (!a->key && !stands))
		return;
	d = diag_add(front->all, DIAG_E1026, a->span,
	    "`%.*s` cannot be changeable: it tells %s", STR_ARG(a->name),
	    a->key ? "who the entity is" : "where the entity stands");
	diag_help(front->all, d, "entities come and go with the list that "
	    "owns them: make that changeable");
}

bool front_says(const struct front *front, uint16_t attribute, enum ast_op op)
{
	const struct ast *ast = front->attributes.at.items[attribute].ast;

	for (uint32_t i = 0; i < ast->count; i++)
		if (ast->items[i]->op == op)
			return true;
	return false;
}

static uint16_t owner_of(const struct schema *schema, uint16_t kind)
{
	uint16_t owner = schema->kinds.items[kind].owner;

	return owner == SCHEMA_NONE ? SCHEMA_NONE
	    : schema->attributes.items[owner].kind;
}

/* An entity that would stand inside itself can be written nowhere. */
static void check_owners(struct front *front)
{
	struct schema *schema = front->schema;
	uint32_t *walk = ARENA_ARRAY(front->arena, uint32_t,
	    schema->kinds.count);

	for (uint32_t i = 0; i < schema->kinds.count; i++) {
		uint16_t kind = (uint16_t)i;

		while (kind != SCHEMA_NONE && walk[kind] == 0) {
			walk[kind] = i + 1;
			kind = owner_of(schema, kind);
		}
		if (kind == SCHEMA_NONE || walk[kind] != i + 1)
			continue;
		report_owned(front, attribute_at(front,
		    schema->kinds.items[kind].owner),
		    "an entity cannot be owned by itself, in the end",
		    "leave `owned` out");
	}
}

void front_add_attributes(struct front *front)
{
	struct declared_list *derived = sort_derived(front);
	struct schema *schema = front->schema;

	front->attribute_places = ARENA_ARRAY(front->arena, struct map *, schema->kinds.count);
	for (size_t i = 0; i < schema->kinds.count; i++)
		add_attributes(front, (uint16_t)i, &derived[i]);
	for (size_t i = 0; i < schema->attributes.count; i++)
		set_modifiers(front, (uint16_t)i);
	for (size_t i = 0; i < schema->attributes.count; i++)
		check_owned(front, (uint16_t)i);
	for (size_t i = 0; i < schema->attributes.count; i++)
		check_cost(front, (uint16_t)i);
	for (size_t i = 0; i < schema->kinds.count; i++)
		check_key(front, (uint16_t)i);
	check_owners(front);
}
