/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What facts refer to must be listed, and of a kind that may stand there.
 */
#include "base/text.h"
#include "inventory/merge.h"
#include "inventory/read.h"

struct checker {
	struct facts *facts;
};

/* The names that could have been meant: of the kind, under the same owner. */
static size_t known_keys(const struct facts *facts, uint16_t kind,
    draft_id owner, struct str **keys)
{
	size_t count = 0;

	*keys = ARENA_ARRAY(facts->scratch, struct str, facts->drafts.count);
	for (size_t i = 0; i < facts->drafts.count; i++) {
		const struct draft *d = &facts->drafts.items[i];

		if (d->introduced && d->owner == owner &&
		    schema_is_a(facts->schema, d->kind, kind))
			(*keys)[count++] = symbol_text(facts->symbols, d->key);
	}
	return count;
}

static void suggest(struct checker *c, struct diagnostic *d, uint16_t kind,
    const struct draft *draft)
{
	struct facts *facts = c->facts;
	struct arena_mark mark = arena_here(facts->scratch);
	struct str *keys;
	size_t count;
	long nearest;

	if (!diag_may_suggest(facts->all, facts->drafts.count))
		return;
	count = known_keys(facts, kind, draft->owner, &keys);
	nearest = diag_nearest(symbol_text(facts->symbols, draft->key), keys,
	    count);
	if (nearest >= 0)
		diag_help(facts->all, d, "did you mean `%.*s`?",
		    STR_ARG(keys[nearest]));
	arena_rollback(facts->scratch, mark);
}

static void complain_unlisted(struct checker *c, const struct fact *fact,
    uint16_t kind)
{
	struct facts *facts = c->facts;
	const struct schema_kind *k = &facts->schema->kinds.items[kind];
	const struct draft *draft = &facts->drafts.items[fact->cell];
	struct str name = facts_name(facts, facts->scratch,
	    (draft_id)fact->cell);
	struct diagnostic *d = diag_add(facts->all, DIAG_E3011,
	    fact->origin.span, "no %.*s `%.*s` is listed", STR_ARG(k->name),
	    STR_ARG(input_shown(facts->scratch, name)));

	d->path = facts_path(facts, fact->origin.span);
	suggest(c, d, kind, draft);
	if (draft->owner != DRAFT_NONE)
		diag_help(facts->all, d, "list it inside its owner, even with "
		    "only its key");
	else
		diag_help(facts->all, d, "list it under `%.*s`, even with only "
		    "its key", STR_ARG(k->plural));
}

static void complain_kind(struct checker *c, const struct fact *fact,
    uint16_t kind)
{
	struct facts *facts = c->facts;
	const struct schema_kind *kinds = facts->schema->kinds.items;
	const struct draft *draft = &facts->drafts.items[fact->cell];
	struct str name = facts_name(facts, facts->scratch,
	    (draft_id)fact->cell);
	struct diagnostic *d = diag_add(facts->all, DIAG_E3012,
	    fact->origin.span, "`%.*s` is a %.*s, not a %.*s",
	    STR_ARG(input_shown(facts->scratch, name)),
	    STR_ARG(kinds[draft->kind].name), STR_ARG(kinds[kind].name));

	d->path = facts_path(facts, fact->origin.span);
	diag_label(facts->all, d, draft->origin.span, "listed here");
}

static void check_reference(struct checker *c, uint16_t attribute,
    struct type type, uint32_t i)
{
	const struct draft *draft;
	struct fact fact;

	draft = &c->facts->drafts.items[
	    fact_kept(facts_of(c->facts, attribute), i)->code];
	if (draft->introduced &&
	    schema_is_a(c->facts->schema, draft->kind, type.of))
		return;
	fact = fact_get(c->facts, attribute, i);
	if (!draft->introduced)
		complain_unlisted(c, &fact, type.of);
	else
		complain_kind(c, &fact, type.of);
}

/* What lies in one place cannot be said to lie in another. */
static void check_owner(struct checker *c, uint16_t attribute, uint32_t i)
{
	struct facts *facts = c->facts;
	struct fact fact = fact_get(facts, attribute, i);
	draft_id owner = facts->drafts.items[fact.entity].owner;
	struct diagnostic *d;

	if (owner == DRAFT_NONE ||
	    (fact.kind == FACT_VALUE && fact.cell == owner))
		return;
	d = diag_add(facts->all, DIAG_E3020, fact.origin.span,
	    "`%.*s` contradicts the place of this object",
	    STR_ARG(facts->schema->attributes.items[attribute].name));
	d->path = facts_path(facts, fact.origin.span);
	diag_note(facts->all, d, "it is inside `%.*s`", STR_ARG(input_shown(
	    facts->scratch, facts_name(facts, facts->scratch, owner))));
	diag_help(facts->all, d, "leave `%.*s` out",
	    STR_ARG(facts->schema->attributes.items[attribute].name));
}

static void check_attribute(struct checker *c, uint16_t attribute)
{
	const struct schema *schema = c->facts->schema;
	const struct schema_attribute *a =
	    &schema->attributes.items[attribute];
	const struct stream *stream = facts_of(c->facts, attribute);

	for (uint32_t i = 0; i < stream->count &&
	    a->type.tag == TYPE_ENTITY; i++) {
		if (fact_is_dead(stream, i))
			continue;
		if (fact_is_item(fact_kept(stream, i)))
			check_reference(c, attribute, a->type, i);
		if (merge_is_owner(schema, a))
			check_owner(c, attribute, i);
	}
}

static void check_references(struct facts *facts)
{
	struct checker c = { facts };
	struct arena_mark mark = arena_here(facts->scratch);

	for (size_t i = 0; i < facts->schema->attributes.count; i++)
		check_attribute(&c, (uint16_t)i);
	arena_rollback(facts->scratch, mark);
}

/* --- all ------------------------------------------------------------------ */

static bool has_references(const struct facts *facts)
{
	for (size_t i = 0; i < facts->schema->attributes.count; i++) {
		const struct stream *stream = &facts->streams[i];

		if (facts->schema->attributes.items[i].type.tag != TYPE_ENTITY)
			continue;
		for (uint32_t j = 0; j < stream->count; j++)
			if (!fact_is_dead(stream, j) &&
			    fact_is_item(fact_kept(stream, j)))
				return true;
	}
	return false;
}

bool merge_check(struct facts *facts)
{
	if (!facts->incomplete)
		check_references(facts);
	else if (has_references(facts))
		diag_close(facts->all, "references were not checked, as not "
		    "all of the inventory could be read");
	return !facts->incomplete &&
	    diag_errors(facts->all) == facts->errors_before;
}
