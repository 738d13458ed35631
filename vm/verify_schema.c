/* SPDX-License-Identifier: Apache-2.0 */
/* The invariants of a schema: 20 to 27. */
#include "vm/verifier.h"

/* --- enums --------------------------------------------------------------- */

static bool check_set(struct verifier *v, struct type type, const struct schema_value *value,
    size_t index)
{
	if (WRONG(!verifier_in(value->first, value->count, v->s->cells.count)))
		return verifier_fail(v, INVARIANT_VALUES, PART_VALUES, index,
		    "its cells lie outside of the table");
	for (uint32_t i = 0; i < value->count; i++)
		if (WRONG(!verify_cell(v, type, v->s->cells.items[value->first + i], v->s->texts.count)))
			return verifier_fail(v, INVARIANT_VALUES, PART_VALUES, index,
			    "element %u is no value of its type", i);
	return true;
}

static bool check_value(struct verifier *v, struct type type, size_t index)
{
	const struct schema_value *value = &v->s->values.items[index];
	bool one = value->present && !type.set;

	if (!value->present || one) {
		if (WRONG(value->first) || WRONG(value->count) || WRONG(!one && value->cell))
			return verifier_fail(v, INVARIANT_VALUES, PART_VALUES, index,
			    "it has more than a value");
		if (WRONG(one && !verify_cell(v, type, value->cell, v->s->texts.count)))
			return verifier_fail(v, INVARIANT_VALUES, PART_VALUES, index,
			    "no value of its type");
		return true;
	}
	return check_set(v, type, value, index);
}

static bool check_field(struct verifier *v, const struct schema_enum *e, size_t index)
{
	const struct schema_field *f = &v->s->fields.items[index];

	if (!verify_type(v, f->type, PART_FIELDS, index))
		return false;
	if (WRONG(f->type.tag == TYPE_ENTITY))
		return verifier_fail(v, INVARIANT_TYPES, PART_FIELDS, index,
		    "a field is never an entity");
	if (WRONG(!verifier_in(f->first, e->value_count, v->s->values.count)))
		return verifier_fail(v, INVARIANT_ENUMS, PART_FIELDS, index,
		    "its values lie outside of the table");
	for (uint32_t o = 0; o < e->value_count; o++)
		if (!check_value(v, f->type, f->first + o))
			return false;
	return true;
}

static bool check_enum(struct verifier *v, size_t index, struct map *names)
{
	const struct schema_enum *e = &v->s->enums.items[index];
	struct map *own = map_new(v->arena);

	if (WRONG(e->name.length == 0) || WRONG(!verify_new(names, e->name)))
		return verifier_fail(v, INVARIANT_NAMES, PART_ENUMS, index,
		    "its name is empty or taken");
	if (WRONG(!verifier_in(e->first_value, e->value_count, v->s->value_names.count)) ||
	    WRONG(!verifier_in(e->first_field, e->field_count, v->s->fields.count)))
		return verifier_fail(v, INVARIANT_ENUMS, PART_ENUMS, index,
		    "its values or fields lie outside of their tables");
	for (uint32_t i = 0; i < e->value_count; i++) {
		struct str name = v->s->value_names.items[e->first_value + i];

		if (WRONG(name.length == 0) || WRONG(!verify_new(own, name)))
			return verifier_fail(v, INVARIANT_NAMES, PART_VALUE_NAMES,
			    e->first_value + i, "it is empty or taken");
	}
	for (uint32_t i = 0; i < e->field_count; i++)
		if (!check_field(v, e, e->first_field + i))
			return false;
	return true;
}

/* Enums share neither fields nor values, so each field has one enum. */
static bool check_enums(struct verifier *v)
{
	struct map *names = map_new(v->arena);
	uint64_t values = 0, fields = 0;

	for (size_t i = 0; i < v->s->enums.count; i++) {
		const struct schema_enum *e = &v->s->enums.items[i];

		if (WRONG(e->first_value != values) ||
		    WRONG(e->field_count && e->first_field != fields))
			return verifier_fail(v, INVARIANT_ENUMS, PART_ENUMS, i,
			    "its values or fields do not follow those before");
		if (!check_enum(v, i, names))
			return false;
		values += e->value_count;
		fields += e->field_count;
	}
	if (WRONG(values != v->s->value_names.count) || WRONG(fields != v->s->fields.count))
		return verifier_fail(v, INVARIANT_ENUMS, PART_FIELDS, (size_t)fields,
		    "it is of no enum");
	return true;
}

/* --- kinds --------------------------------------------------------------- */

/* Walks the hierarchy as it must be, from the bases alone. */
static bool check_order(struct verifier *v)
{
	const struct schema_kind *kinds = v->s->kinds.items;
	size_t count = v->s->kinds.count, open = 0;
	uint16_t *stack = ARENA_ARRAY(v->arena, uint16_t, count);

	for (size_t i = 0; i <= count; i++) {
		uint16_t base = i < count ? kinds[i].base : SCHEMA_NONE;

		while (open > 0 && (i == count || stack[open - 1] != base)) {
			uint16_t done = stack[--open];

			if (WRONG(kinds[done].last != i))
				return verifier_fail(v, INVARIANT_KINDS, PART_KINDS, done,
				    "its subkinds end before %zu, not %u", i,
				    kinds[done].last);
		}
		if (WRONG(base != SCHEMA_NONE && open == 0))
			return verifier_fail(v, INVARIANT_KINDS, PART_KINDS, i,
			    "it does not follow its base %u", base);
		if (i < count)
			stack[open++] = (uint16_t)i;
	}
	return true;
}

static bool check_kinds(struct verifier *v)
{
	struct map *names = map_new(v->arena);

	if (WRONG(v->s->kinds.count >= SCHEMA_NONE) ||
	    WRONG(v->s->enums.count >= SCHEMA_NONE) ||
	    WRONG(v->s->attributes.count >= SCHEMA_NONE) ||
	    WRONG(v->s->fields.count >= SCHEMA_NONE))
		return verifier_fail(v, INVARIANT_KINDS, PART_KINDS, SCHEMA_NONE,
		    "there are too many");
	for (size_t i = 0; i < v->s->kinds.count; i++) {
		struct str name = v->s->kinds.items[i].name;

		if (WRONG(name.length == 0) || WRONG(!verify_new(names, name)))
			return verifier_fail(v, INVARIANT_NAMES, PART_KINDS, i,
			    "its name is empty or taken");
	}
	return check_order(v);
}

/* --- attributes ---------------------------------------------------------- */

static bool is_related(const struct verifier *v, uint16_t a, uint16_t b)
{
	return schema_is_a(v->s, a, b) || schema_is_a(v->s, b, a);
}

static bool check_inverse(struct verifier *v, size_t index)
{
	const struct schema_attribute *all = v->s->attributes.items, *a = &all[index];

	if (a->inverse == SCHEMA_NONE)
		return true;
	if (WRONG(a->inverse >= v->s->attributes.count) ||
	    WRONG(all[a->inverse].inverse != index))
		return verifier_fail(v, INVARIANT_INVERSES, PART_ATTRIBUTES, index,
		    "its inverse does not name it");
	/* The other one has its turn. */
	if (WRONG(a->type.tag != TYPE_ENTITY) ||
	    WRONG(!is_related(v, a->type.of, all[a->inverse].kind)))
		return verifier_fail(v, INVARIANT_INVERSES, PART_ATTRIBUTES, index,
		    "its inverse does not lead back");
	return true;
}

static bool check_attribute(struct verifier *v, size_t index)
{
	const struct schema_attribute *a = &v->s->attributes.items[index];

	if (WRONG(a->name.length == 0))
		return verifier_fail(v, INVARIANT_NAMES, PART_ATTRIBUTES, index,
		    "its name is empty");
	if (WRONG(a->kind >= v->s->kinds.count) || WRONG(index > 0 && a->kind < a[-1].kind))
		return verifier_fail(v, INVARIANT_ATTRIBUTES, PART_ATTRIBUTES, index,
		    "its kind is out of order");
	if (WRONG(a->key && a->type.set) || WRONG(a->key && a->derived))
		return verifier_fail(v, INVARIANT_ATTRIBUTES, PART_ATTRIBUTES, index,
		    "a key is a list, or computed");
	if (!verify_type(v, a->type, PART_ATTRIBUTES, index))
		return false;
	if (WRONG(!a->has_default && a->fallback))
		return verifier_fail(v, INVARIANT_VALUES, PART_ATTRIBUTES, index,
		    "a default that it does not have");
	if (!a->has_default)
		return true;
	if (WRONG(a->type.set) ||
	    WRONG(!verify_cell(v, a->type, a->fallback, v->s->texts.count)))
		return verifier_fail(v, INVARIANT_VALUES, PART_ATTRIBUTES, index,
		    "its default is no value of its type");
	return true;
}

/* Attributes of one kind have names of their own. */
static bool check_names(struct verifier *v)
{
	struct map *names = NULL;

	for (size_t i = 0; i < v->s->attributes.count; i++) {
		const struct schema_attribute *a = &v->s->attributes.items[i];

		if (i == 0 || a->kind != a[-1].kind)
			names = map_new(v->arena);
		if (WRONG(!verify_new(names, a->name)))
			return verifier_fail(v, INVARIANT_NAMES, PART_ATTRIBUTES, i,
			    "its name is taken");
	}
	return true;
}

/* OWNS: by attribute, whether the kind that it leads to is owned by it. */
static bool check_owner(struct verifier *v, size_t kind, bool *owns)
{
	uint16_t owner = v->s->kinds.items[kind].owner;
	const struct schema_attribute *a = v->s->attributes.items + owner;

	if (owner == SCHEMA_NONE)
		return true;
	if (WRONG(owner >= v->s->attributes.count) || WRONG(!a->owned) ||
	    WRONG(a->type.tag != TYPE_ENTITY) ||
	    WRONG(!is_related(v, (uint16_t)kind, a->type.of)))
		return verifier_fail(v, INVARIANT_OWNERS, PART_KINDS, kind,
		    "attribute %u does not own it", owner);
	owns[owner] |= kind == a->type.of;
	return true;
}

static bool check_owners(struct verifier *v)
{
	const struct schema_attribute *all = v->s->attributes.items;
	bool *owns = ARENA_ARRAY(v->arena, bool, v->s->attributes.count);

	for (size_t i = 0; i < v->s->kinds.count; i++)
		if (!check_owner(v, i, owns))
			return false;
	for (size_t i = 0; i < v->s->attributes.count; i++)
		if (all[i].owned && (WRONG(!owns[i]) || WRONG(!all[i].type.set)))
			return verifier_fail(v, INVARIANT_OWNERS, PART_ATTRIBUTES, i,
			    "it is no set of entities that it owns");
	return true;
}

bool verify_schema(struct verifier *v)
{
	for (size_t i = 0; i < v->s->texts.count; i++)
		if (WRONG(!verify_text(v->s->texts.items[i])))
			return verifier_fail(v, INVARIANT_TEXTS, PART_SCHEMA_TEXTS, i,
			    "not UTF-8, or with a NUL");
	if (!check_kinds(v) || !check_enums(v))
		return false;
	for (size_t i = 0; i < v->s->attributes.count; i++)
		if (!check_attribute(v, i))
			return false;
	for (size_t i = 0; i < v->s->attributes.count; i++)
		if (!check_inverse(v, i))
			return false;
	return check_owners(v) && check_names(v);
}
