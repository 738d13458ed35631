/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts of one file, read by themselves, joined to those of the files before
 * it, as if they had been read one after the other.
 */
#include "inventory/assert.h"
#include "inventory/read.h"

struct joining {
	struct facts *to, *from;
	symbol *symbols;	/* of FROM, in TO */
	uint32_t *sources;
	draft_id *drafts;
};

/* --- numbers -------------------------------------------------------------- */

static void join_symbols(struct joining *j)
{
	uint32_t count = symbols_count(j->from->symbols);

	j->symbols = arena_alloc_raw(j->from->arena,
	    (count + 1) * sizeof(*j->symbols));
	for (symbol s = 0; s < count; s++)
		j->symbols[s] = symbol_of(j->to->symbols,
		    symbol_text(j->from->symbols, s));
}

static void join_sources(struct joining *j)
{
	size_t count = j->from->sources.count;

	j->sources = ARENA_ARRAY(j->from->arena, uint32_t, count);
	for (size_t i = 0; i < count; i++) {
		j->sources[i] = facts_source(j->to,
		    &j->from->sources.items[i].provenance);
	}
}

static struct origin join_origin(const struct joining *j, struct origin origin)
{
	origin.provenance = j->sources[origin.provenance];
	return origin;
}

static int64_t join_cell(const struct joining *j, struct type type,
    int64_t cell)
{
	if (type.tag == TYPE_ENTITY)
		return j->drafts[cell];
	return type_is_text(type) ? j->symbols[cell] : cell;
}

static symbol join_spelling(const struct joining *j, symbol spelling)
{
	return spelling == SYMBOL_NONE ? SYMBOL_NONE : j->symbols[spelling];
}

/* --- drafts --------------------------------------------------------------- */

static void join_parts(const struct joining *j, const struct draft *draft,
    struct key_part *parts)
{
	const struct kind_facts *k = &j->to->kinds[draft->kind];

	for (uint16_t i = 0; i < k->key_count; i++) {
		parts[i] = j->from->parts.items[draft->keys + i];
		parts[i].spelling = join_spelling(j, parts[i].spelling);
		if (parts[i].given)
			parts[i].cell = join_cell(j,
			    j->to->schema->attributes.items[k->keys[i]].type,
			    parts[i].cell);
	}
}

/* One is the other, or a subkind of it. */
static bool are_kin(const struct schema *schema, uint16_t a, uint16_t b)
{
	return schema_is_a(schema, a, b) || schema_is_a(schema, b, a);
}

/* What was said of the draft's kind and existence, in the words of
 * facts_introduce, which comes to the same one introduction at a time. */
static void join_introduction(const struct joining *j, struct draft *to,
    const struct draft *from)
{
	bool shown = !to->introduced || (from->shown_certain &&
	    (!to->shown_certain || from->shown_grade > to->shown_grade));

	if (from->kind != to->kind &&
	    schema_is_a(j->to->schema, from->kind, to->kind)) {
		to->kind = from->kind;
		to->certain = false;
	}
	if (from->certain && from->kind == to->kind) {
		if (!to->certain || from->grade > to->grade)
			to->grade = from->grade;
		to->certain = true;
	}
	if (shown) {
		to->origin = join_origin(j, from->origin);
		to->shown_grade = from->shown_grade;
		to->key = j->symbols[from->key];
	}
	to->introduced = true;
	to->shown_certain |= from->shown_certain;
}

/* Owners are drafted before what they own, and keys before what has them. */
static bool join_drafts(struct joining *j)
{
	struct facts *from = j->from;

	j->drafts = arena_alloc_raw(from->arena,
	    (from->drafts.count + 1) * sizeof(*j->drafts));
	for (size_t i = 0; i < from->drafts.count; i++) {
		const struct draft *draft = &from->drafts.items[i];
		struct key_part parts[KEYS_MOST];
		draft_id owner = draft->owner == DRAFT_NONE ? DRAFT_NONE :
		    j->drafts[draft->owner];

		join_parts(j, draft, parts);
		j->drafts[i] = facts_entity(j->to, draft->kind, owner, parts,
		    join_origin(j, draft->origin));
		if (draft->introduced && !are_kin(j->to->schema, draft->kind,
		    j->to->drafts.items[j->drafts[i]].kind))
			return false;
	}
	for (size_t i = 0; i < from->drafts.count; i++)
		if (from->drafts.items[i].introduced)
			join_introduction(j,
			    &j->to->drafts.items[j->drafts[i]],
			    &from->drafts.items[i]);
	return true;
}

/* --- facts ---------------------------------------------------------------- */

static void join_stream(struct joining *j, uint16_t attribute)
{
	struct stream *stream = facts_of(j->from, attribute);
	struct type type = j->to->schema->attributes.items[attribute].type;
	uint32_t before = facts_of(j->to, attribute)->count;

	for (uint32_t i = 0; i < stream->count; i++) {
		struct fact fact = fact_get(j->from, attribute, i);

		fact.entity = j->drafts[fact.entity];
		if (fact.list != FACT_LOOSE)
			fact.list += before;
		if (fact.kind == FACT_VALUE || fact.kind >= FACT_ITEM)
			fact.cell = join_cell(j, type, fact.cell);
		fact.spelling = join_spelling(j, fact.spelling);
		fact.origin = join_origin(j, fact.origin);
		facts_add(j->to, &fact);
	}
}

bool facts_join(struct facts *to, struct facts *from)
{
	struct joining j = { .to = to, .from = from };

	join_symbols(&j);
	join_sources(&j);
	if (!join_drafts(&j))
		return false;
	for (size_t i = 0; i < to->schema->attributes.count; i++)
		join_stream(&j, (uint16_t)i);
	for (size_t i = 0; i < from->closings.count; i++)
		facts_complete(to, from->closings.items[i].kind, join_origin(
		    &j, from->closings.items[i].origin));
	return true;
}

bool facts_are_none(const struct facts *facts)
{
	return facts->drafts.count == 0 && facts->closings.count == 0 &&
	    facts->sources.count == 0 && symbols_count(facts->symbols) == 0;
}
