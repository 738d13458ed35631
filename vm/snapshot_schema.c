/* SPDX-License-Identifier: Apache-2.0 */
/* What a graph's schema means to it, as text; and the tables of a .scarpg. */
#include "vm/snapshot_file.h"
#include "vm/vectorize.h"

const struct section_info section_infos[SECTION_COUNT] = {
#define SECTION(name, scope, size, heat, text) \
	{ #name, SCOPE_##scope, size, HEAT_##heat },
#include "vm/snapshot.def"
#undef SECTION
};

const char *snapshot_invariant_text(enum snapshot_invariant invariant)
{
	switch (invariant) {
#define HOLDS(number, name, text) case HOLDS_##name: return text;
#include "vm/snapshot_invariants.def"
#undef HOLDS
	}
	return "";
}

struct stored snapshot_stored(struct arena *arena, const struct schema *schema)
{
	struct stored stored = { ARENA_ARRAY(arena, uint16_t,
	    schema->attributes.count), 0 };

	for (size_t i = 0; i < schema->attributes.count; i++)
		if (!schema->attributes.items[i].derived)
			stored.attributes[stored.count++] = (uint16_t)i;
	return stored;
}

static void add_kind(struct text *out, const struct schema *schema, size_t kind)
{
	const struct schema_kind *k = &schema->kinds.items[kind];

	text_printf(out, "entity %.*s", STR_ARG(k->name));
	if (k->base != SCHEMA_NONE)
		text_printf(out, " is %.*s",
		    STR_ARG(schema->kinds.items[k->base].name));
	if (k->owner != SCHEMA_NONE)
		text_printf(out, " in %.*s",
		    STR_ARG(schema->attributes.items[k->owner].name));
	text_add_char(out, '\n');
}

static void add_default(struct text *out, const struct schema *schema,
    const struct schema_attribute *a)
{
	if (type_is_text(a->type))
		text_printf(out, ", default \"%.*s\"",
		    STR_ARG(schema->texts.items[a->fallback]));
	else
		text_printf(out, ", default %lld", (long long)a->fallback);
}

static void add_attribute(struct text *out, const struct schema *schema,
    const struct schema_attribute *a)
{
	struct str type = type_text(out->arena, schema, a->type);

	text_printf(out, "%.*s.%.*s: %.*s", STR_ARG(
	    schema->kinds.items[a->kind].name), STR_ARG(a->name), STR_ARG(type));
	if (a->key)
		text_add(out, STR(", key"));
	if (a->owned)
		text_add(out, STR(", owned"));
	if (a->inverse != SCHEMA_NONE) {
		const struct schema_attribute *b =
		    &schema->attributes.items[a->inverse];

		text_printf(out, ", inverse of %.*s.%.*s", STR_ARG(
		    schema->kinds.items[b->kind].name), STR_ARG(b->name));
	}
	if (a->has_default)
		add_default(out, schema, a);
	text_add_char(out, '\n');
}

static void add_enum(struct text *out, const struct schema *schema,
    const struct schema_enum *e)
{
	text_printf(out, "enum %.*s", STR_ARG(e->name));
	for (uint32_t i = 0; i < e->value_count; i++)
		text_printf(out, "%s %.*s", i ? "," : "", STR_ARG(
		    schema->value_names.items[e->first_value + i]));
	text_add_char(out, '\n');
}

/* Enums that no stored attribute has are the rules' own. */
static void add_enums(struct text *out, const struct schema *schema)
{
	uint64_t *used = ARENA_ARRAY(out->arena, uint64_t,
	    BITS_WORDS(schema->enums.count));

	for (size_t i = 0; i < schema->attributes.count; i++) {
		const struct schema_attribute *a = &schema->attributes.items[i];

		if (a->derived || a->type.tag != TYPE_ENUM ||
		    bit_get(used, a->type.of))
			continue;
		bit_set(used, a->type.of);
		add_enum(out, schema, &schema->enums.items[a->type.of]);
	}
}

struct str snapshot_schema(struct arena *arena, const struct schema *schema)
{
	struct text out;

	text_init(&out, arena);
	text_printf(&out, "schema %.*s %.*s\n", STR_ARG(schema->name),
	    STR_ARG(schema->version));
	for (size_t i = 0; i < schema->kinds.count; i++)
		add_kind(&out, schema, i);
	for (size_t i = 0; i < schema->attributes.count; i++)
		if (!schema->attributes.items[i].derived)
			add_attribute(&out, schema, &schema->attributes.items[i]);
	add_enums(&out, schema);
	return text_str(&out);
}

/* --- bytes --------------------------------------------------------------- */

#define LANES 8

static uint64_t word_at(const unsigned char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

/*
 * Every step is a bijection of its lane, so a change of one word always shows;
 * the lanes do not wait for each other.
 */
uint64_t snapshot_sum(const void *bytes, size_t length)
{
	static const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t lanes[LANES] = { 1, 2, 3, 4, 5, 6, 7, 8 }, sum = length;
	unsigned char rest[LANES * 8] = { 0 };
	const unsigned char *at = bytes, *end = at + length / sizeof(rest) * sizeof(rest);

	for (; at < end; at += sizeof(rest))
		for (int i = 0; i < LANES; i++)
			lanes[i] = (lanes[i] ^ word_at(at + (size_t)8 * i)) * factor;
	if (length % sizeof(rest))
		memcpy(rest, at, length % sizeof(rest));
	for (int i = 0; i < LANES; i++) {
		uint64_t lane = (lanes[i] ^ word_at(rest + (size_t)8 * i)) * factor;

		sum = (sum ^ (lane ^ lane >> 32)) * factor;
	}
	return sum ^ sum >> 29;
}

void snapshot_swap(void *elements, size_t count, unsigned size)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	unsigned char *at = elements;

	for (size_t i = 0; i < count; i++, at += size)
		for (unsigned a = 0, b = size - 1; a < b; a++, b--) {
			unsigned char kept = at[a];

			at[a] = at[b];
			at[b] = kept;
		}
#else
	(void)elements, (void)count, (void)size;
#endif
}
