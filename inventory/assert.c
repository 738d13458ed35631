/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/assert.h"

#include "base/guard.h"
#include "base/text.h"

/* Kind, owner, and a byte and a cell for each part. */
#define IDENTITY_MOST (sizeof(uint16_t) + sizeof(draft_id) + \
	KEYS_MOST * (1 + sizeof(int64_t)))

static bool has_keys(const struct schema *schema, uint16_t kind)
{
	for (size_t i = 0; i < schema->attributes.count; i++)
		if (schema->attributes.items[i].kind == kind &&
		    schema->attributes.items[i].key)
			return true;
	return false;
}

/* The topmost base that has key attributes gives the identity; where none
 * has, there is one such entity in its owner. */
static void find_identity(const struct schema *schema, uint16_t kind,
    struct kind_facts *facts)
{
	uint16_t k = kind, top = kind;

	facts->identity = SCHEMA_NONE;
	facts->owner = SCHEMA_NONE;
	for (; k != SCHEMA_NONE; k = schema->kinds.items[k].base) {
		if (schema->kinds.items[k].owner != SCHEMA_NONE)
			facts->owner = schema->kinds.items[k].owner;
		if (has_keys(schema, k))
			facts->identity = k;
		top = k;
	}
	if (facts->identity == SCHEMA_NONE)
		facts->identity = top;
}

static void find_keys(const struct schema *schema, struct kind_facts *facts)
{
	for (size_t i = 0; i < schema->attributes.count; i++) {
		const struct schema_attribute *a = &schema->attributes.items[i];

		if (a->kind == facts->identity && a->key &&
		    facts->key_count < KEYS_MOST)
			facts->keys[facts->key_count++] = (uint16_t)i;
	}
}

static void learn_kind(struct facts *facts, uint16_t kind)
{
	struct kind_facts *k = &facts->kinds[kind];

	find_identity(facts->schema, kind, k);
	find_keys(facts->schema, k);
	k->attributes = map_new(facts->arena);
}

static void release_scratch(void *scratch)
{
	arena_free(scratch);
}

struct facts *facts_new(struct arena *arena, struct arena *kept,
    struct diagnostics *all, const struct schema *schema,
    const struct inventory_options *options)
{
	struct facts *facts = ARENA_NEW(arena, struct facts);

	facts->arena = arena;
	facts->kept = kept;
	facts->scratch = arena_new();
	arena_defer(arena, release_scratch, facts->scratch);
	facts->all = all;
	facts->errors_before = diag_errors(all);
	facts->schema = schema;
	facts->options = options;
	facts->symbols = symbols_new(kept);
	facts->kinds = ARENA_ARRAY(arena, struct kind_facts,
	    schema->kinds.count);
	facts->identities = map_new(arena);
	facts->sources_by_text = map_new(arena);
	for (size_t i = 0; i < schema->kinds.count; i++)
		learn_kind(facts, (uint16_t)i);
	return facts;
}

uint16_t facts_attribute(struct facts *facts, uint16_t kind, struct str name)
{
	bool is_new;
	uint32_t *at = map_find(facts->kinds[kind].attributes, name);
	uint16_t found;

	if (at)
		return (uint16_t)*at;
	found = schema_find_attribute(facts->schema, kind, name);
	if (found != SCHEMA_NONE)
		*map_at(facts->kinds[kind].attributes, name, &is_new) = found;
	return found;
}

static bool is_expired(const struct facts *facts, const struct provenance *who)
{
	return who->has_until && facts->options->has_as_of &&
	    facts->options->as_of > who->until;
}

uint32_t facts_source(struct facts *facts, const struct provenance *who)
{
	struct arena_mark mark = arena_here(facts->scratch);
	struct str text = arena_printf(facts->scratch,
	    "%d %d %lld %d %lld %zu %.*s %.*s", (int)who->grade,
	    who->has_as_of, (long long)who->as_of, who->has_until,
	    (long long)who->until, who->name.length, STR_ARG(who->name),
	    STR_ARG(who->by));
	bool is_new;
	uint32_t number = (uint32_t)facts->sources.count;
	uint32_t *place = map_at(facts->sources_by_text, text, &is_new);

	if (is_new) {
		*place = number;
		*VEC_PUSH(facts->arena, &facts->sources) =
		    (struct source_facts){ *who, is_expired(facts, who) };
	}
	arena_rollback(facts->scratch, mark);
	return *place;
}

enum grade facts_grade(const struct facts *facts, uint32_t source)
{
	return facts->sources.items[source].provenance.grade;
}

/* Cells of equal values are equal, so the bytes of the cells identify. */
static struct str identity_text(const struct kind_facts *kind, draft_id owner,
    const struct key_part *parts, char *buffer)
{
	size_t length = 0;

	memcpy(buffer, &kind->identity, sizeof(kind->identity));
	length += sizeof(kind->identity);
	memcpy(buffer + length, &owner, sizeof(owner));
	length += sizeof(owner);
	for (uint16_t i = 0; i < kind->key_count; i++) {
		buffer[length++] = (char)parts[i].given;
		memcpy(buffer + length, &parts[i].cell, sizeof(int64_t));
		length += sizeof(int64_t);
	}
	return (struct str){ buffer, length };
}

/* The parts as written, joined by commas; parts missing at the end are left out. */
static symbol key_spelling(struct facts *facts, const struct kind_facts *kind,
    const struct key_part *parts)
{
	struct arena_mark mark = arena_here(facts->scratch);
	uint16_t last = kind->key_count;
	struct text text;
	symbol found;

	text_init(&text, facts->scratch);
	while (last > 0 && !parts[last - 1].given)
		last--;
	for (uint16_t i = 0; i < last; i++) {
		if (i > 0)
			text_add_char(&text, ',');
		if (parts[i].given)
			text_add(&text, symbol_text(facts->symbols,
			    parts[i].spelling));
	}
	found = symbol_of(facts->symbols, text_str(&text));
	arena_rollback(facts->scratch, mark);
	return found;
}

static draft_id add_draft(struct facts *facts, uint16_t kind, draft_id owner,
    const struct key_part *parts, struct origin where)
{
	const struct kind_facts *k = &facts->kinds[kind];
	struct draft draft = {
		.kind = k->identity,
		.owner = owner, .keys = (uint32_t)facts->parts.count,
		.key = key_spelling(facts, k, parts), .origin = where,
	};

	if (facts->drafts.count >= DRAFT_NONE - 1)
		guard_raise("out of memory");
	if (owner != DRAFT_NONE)
		draft.depth = facts->drafts.items[owner].depth + 1;
	for (uint16_t i = 0; i < k->key_count; i++)
		*VEC_PUSH(facts->arena, &facts->parts) = parts[i];
	*VEC_PUSH(facts->arena, &facts->drafts) = draft;
	return (draft_id)facts->drafts.count - 1;
}

draft_id facts_entity(struct facts *facts, uint16_t kind, draft_id owner,
    const struct key_part *parts, struct origin where)
{
	char buffer[IDENTITY_MOST];
	uint32_t *place;
	draft_id made;
	bool is_new;

	place = map_at(facts->identities, identity_text(&facts->kinds[kind],
	    owner, parts, buffer), &is_new);
	if (!is_new)
		return *place;
	made = add_draft(facts, kind, owner, parts, where);
	*place = made;
	return made;
}

static void complain_of_kinds(struct facts *facts, const struct draft *draft,
    uint16_t kind, struct origin where)
{
	const struct schema_kind *kinds = facts->schema->kinds.items;
	struct str key = symbol_text(facts->symbols, draft->key);
	struct diagnostic *d = diag_add(facts->all, DIAG_E3013, where.span,
	    "`%.*s` is listed as %.*s and as %.*s", STR_ARG(key),
	    STR_ARG(kinds[draft->kind].name), STR_ARG(kinds[kind].name));

	diag_label(facts->all, d, draft->origin.span, "here as %.*s",
	    STR_ARG(kinds[draft->kind].name));
	diag_note(facts->all, d, "an entity has one kind, of which it may be "
	    "listed under the bases too");
}

static void state_kind(struct facts *facts, struct draft *draft, uint16_t kind,
    struct origin where)
{
	if (kind == draft->kind)
		return;
	if (schema_is_a(facts->schema, kind, draft->kind)) {
		draft->kind = kind;
		draft->certain = false;
	} else if (!schema_is_a(facts->schema, draft->kind, kind)) {
		complain_of_kinds(facts, draft, kind, where);
	}
}

/* An entity is as certain as its kind: what only a base is said of for sure
 * would be an entity of the base, and there is none. */
static void state_existence(struct draft *draft, uint16_t kind, bool certain,
    enum grade grade)
{
	if (!certain || kind != draft->kind)
		return;
	if (!draft->certain || grade > draft->grade)
		draft->grade = (uint8_t)grade;
	draft->certain = true;
}

void facts_introduce(struct facts *facts, draft_id entity, uint16_t kind,
    const struct key_part *parts, bool certain, struct origin where)
{
	struct draft *draft = &facts->drafts.items[entity];
	enum grade grade = facts_grade(facts, where.provenance);

	state_kind(facts, draft, kind, where);
	if (facts->sources.items[where.provenance].expired)
		certain = false;
	if (!draft->introduced || (certain && !draft->shown_certain) ||
	    (certain && grade > draft->shown_grade)) {
		draft->origin = where;
		draft->shown_grade = (uint8_t)grade;
		draft->key = key_spelling(facts, &facts->kinds[kind], parts);
	}
	draft->introduced = true;
	draft->shown_certain |= certain;
	state_existence(draft, kind, certain, grade);
}

static struct fact *add_fact(struct facts *facts)
{
	if (facts->count == FACT_LOOSE - 1)
		guard_raise("out of memory");
	if (facts->count / FACT_BLOCK == facts->blocks.count)
		*VEC_PUSH(facts->arena, &facts->blocks) = arena_alloc_raw(
		    facts->arena, sizeof(struct fact_block));
	facts->count++;
	return fact_get(facts, facts->count - 1);
}

/* What an expired source says was checked by its reader, and ends here. */
static bool is_dropped(const struct facts *facts, draft_id entity,
    struct origin where)
{
	return entity == DRAFT_NONE ||
	    facts->sources.items[where.provenance].expired;
}

void facts_value(struct facts *facts, draft_id entity, uint16_t attribute,
    int64_t cell, symbol spelling, struct origin where)
{
	bool key = facts->schema->attributes.items[attribute].key;

	/* Who an entity is does not expire. */
	if (entity != DRAFT_NONE && (key || !is_dropped(facts, entity, where)))
		*add_fact(facts) = (struct fact){ entity, attribute,
			FACT_VALUE, false, FACT_LOOSE, spelling, cell, where };
}

void facts_none(struct facts *facts, draft_id entity, uint16_t attribute,
    struct origin where)
{
	if (!is_dropped(facts, entity, where))
		*add_fact(facts) = (struct fact){ entity, attribute, FACT_NONE,
			false, FACT_LOOSE, SYMBOL_NONE, 0, where };
}

uint32_t facts_list(struct facts *facts, draft_id entity, uint16_t attribute,
    bool closed, struct origin where)
{
	if (is_dropped(facts, entity, where))
		return FACT_LOOSE;
	*add_fact(facts) = (struct fact){ entity, attribute,
		closed ? FACT_CLOSED : FACT_OPEN, false, FACT_LOOSE, SYMBOL_NONE, 0,
		where };
	return facts->count - 1;
}

void facts_item(struct facts *facts, draft_id entity, uint16_t attribute,
    uint32_t list, int64_t cell, symbol spelling, bool certain,
    struct origin where)
{
	if (!is_dropped(facts, entity, where))
		*add_fact(facts) = (struct fact){ entity, attribute,
			certain ? FACT_ITEM : FACT_POSSIBLE, false, list, spelling,
			cell, where };
}

void facts_complete(struct facts *facts, uint16_t kind, struct origin where)
{
	if (!facts->sources.items[where.provenance].expired)
		*VEC_PUSH(facts->arena, &facts->closings) =
		    (struct closing){ kind, where };
}

struct str facts_name(const struct facts *facts, struct arena *arena,
    draft_id id)
{
	const struct draft *draft = &facts->drafts.items[id];
	struct str name = symbol_text(facts->symbols, draft->key);

	while (draft->owner != DRAFT_NONE) {
		struct str owner;

		draft = &facts->drafts.items[draft->owner];
		owner = symbol_text(facts->symbols, draft->key);
		name = name.length == 0 ? owner : arena_printf(arena,
		    "%.*s/%.*s", STR_ARG(owner), STR_ARG(name));
	}
	return name;
}
