/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/assert.h"

#include "base/guard.h"
#include "base/text.h"
#include "base/wide.h"
#include "vm/fault.h"

#include <stdlib.h>

#define FIRST_IDENTITIES 64	/* a power of two */

/* --- identities ----------------------------------------------------------- */

/* COUNT empty ones, in the place of those that are there. */
static void make_slots(struct facts *facts, size_t count)
{
	struct identities *ids = &facts->identities;

	if (count > UINT32_MAX)
		guard_raise("out of memory");
	ids->slots = arena_grow(facts->arena, ids->slots, ids->slots ?
	    ((size_t)ids->mask + 1) * sizeof(*ids->slots) : 0,
	    count * sizeof(*ids->slots));
	memset(ids->slots, 0xff, count * sizeof(*ids->slots));
	ids->mask = (uint32_t)count - 1;
}

/* Secret, so that chosen numbers cannot make the table slow. */
static void identities_init(struct facts *facts)
{
	struct identities *ids = &facts->identities;

	make_slots(facts, FIRST_IDENTITIES);
	for (uint64_t i = 0; i < 2; i++)
		ids->seed[i] = hash_bytes(&i, sizeof(i));
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	return multiply_folded(hash ^ word, UINT64_C(0x9e3779b97f4a7c15));
}

/* Cells of equal values are equal, so the cells identify. */
static uint64_t identity_hash(const struct facts *facts, uint16_t kind,
    draft_id owner, const struct key_part *parts)
{
	const struct kind_facts *k = &facts->kinds[kind];
	uint64_t hash = mix(facts->identities.seed[0],
	    (uint64_t)k->identity << 32 | owner);

	for (uint16_t i = 0; i < k->key_count; i++)
		hash = mix(hash + facts->identities.seed[1], parts[i].given ?
		    (uint64_t)parts[i].cell : UINT64_MAX);
	return hash;
}

static bool has_identity(const struct facts *facts, const struct draft *draft,
    uint16_t kind, draft_id owner, const struct key_part *parts)
{
	const struct kind_facts *k = &facts->kinds[kind];
	const struct key_part *own = facts->parts.items + draft->keys;

	if (draft->owner != owner ||
	    facts->kinds[draft->kind].identity != k->identity)
		return false;
	for (uint16_t i = 0; i < k->key_count; i++)
		if (own[i].given != parts[i].given ||
		    (own[i].given && own[i].cell != parts[i].cell))
			return false;
	return true;
}

/* The slot of the draft with this identity, or where it belongs. */
static struct identity_slot *identity_slot(const struct facts *facts,
    uint16_t kind, draft_id owner, const struct key_part *parts, uint64_t hash)
{
	const struct identities *ids = &facts->identities;
	uint32_t i = (uint32_t)hash & ids->mask;

	for (;; i = (i + 1) & ids->mask) {
		struct identity_slot *slot = &ids->slots[i];

		if (slot->draft == DRAFT_NONE ||
		    (slot->tag == (uint32_t)(hash >> 32) && has_identity(facts,
		    &facts->drafts.items[slot->draft], kind, owner, parts)))
			return slot;
	}
}

static void widen_identities(struct facts *facts)
{
	struct identities *ids = &facts->identities;

	make_slots(facts, ((size_t)ids->mask + 1) * 2);
	for (size_t n = 0; n < facts->drafts.count; n++) {
		const struct draft *draft = &facts->drafts.items[n];
		uint64_t hash;
		uint32_t i;

		if (draft->former != NOT_CHAINED)
			continue;
		hash = identity_hash(facts, draft->kind, draft->owner,
		    facts->parts.items + draft->keys);
		i = (uint32_t)hash & ids->mask;
		while (ids->slots[i].draft != DRAFT_NONE)
			i = (i + 1) & ids->mask;
		ids->slots[i] = (struct identity_slot){ (draft_id)n,
			(uint32_t)(hash >> 32) };
	}
}

/* --- what is known of kinds ----------------------------------------------- */

static bool has_keys(const struct schema *schema, uint16_t kind)
{
	const struct schema_attribute *all = schema->attributes.items;

	for (size_t i = schema_first_attribute(schema, kind);
	    i < schema->attributes.count && all[i].kind == kind; i++)
		if (all[i].key)
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
	for (size_t i = schema_first_attribute(schema, facts->identity);
	    i < schema->attributes.count; i++) {
		const struct schema_attribute *a = &schema->attributes.items[i];

		if (a->kind != facts->identity)
			break;
		if (a->key && facts->key_count < KEYS_MOST)
			facts->keys[facts->key_count++] = (uint16_t)i;
	}
}

static void learn_kind(struct facts *facts, uint16_t kind)
{
	struct kind_facts *k = &facts->kinds[kind];

	find_identity(facts->schema, kind, k);
	find_keys(facts->schema, k);
	k->is_named = k->key_count == 1 && type_is_text(
	    facts->schema->attributes.items[k->keys[0]].type);
	k->attributes = map_new(facts->arena);
}

static void release_scratch(void *scratch)
{
	arena_free(scratch);
}

/* References are kept until they were checked, whoever reads them. */
static void learn_attribute(struct facts *facts, size_t i)
{
	struct type type = facts->schema->attributes.items[i].type;
	const uint64_t *footprint = facts->options->footprint;

	facts->streams[i].is_number = type_is_number(type);
	facts->streams[i].is_left_out = footprint && !bit_get(footprint, i) &&
	    type.tag != TYPE_ENTITY;
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
	identities_init(facts);
	facts->sources_by_text = map_new(arena);
	facts->speakers_by_text = map_new(arena);
	facts->streams = ARENA_ARRAY(arena, struct stream,
	    schema->attributes.count);
	for (size_t i = 0; i < schema->kinds.count; i++)
		learn_kind(facts, (uint16_t)i);
	for (size_t i = 0; i < schema->attributes.count; i++)
		learn_attribute(facts, i);
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
	    facts->options->as_of + fault_is(FAULT_MERGE_ENDED) > who->until;
}

static struct str keep_text(const struct facts *facts, struct str text)
{
	return text.at ? arena_copy(facts->kept, text) : text;
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
		struct source_facts *to = VEC_PUSH(facts->arena, &facts->sources);

		*place = number;
		*to = (struct source_facts){ *who, is_expired(facts, who) };
		/* Who is not named is told from who is named nothing. */
		to->provenance.name = keep_text(facts, who->name);
		to->provenance.by = keep_text(facts, who->by);
	}
	arena_rollback(facts->scratch, mark);
	return *place;
}

enum grade facts_grade(const struct facts *facts, uint32_t source)
{
	return facts->sources.items[source].provenance.grade;
}

/* --- drafts --------------------------------------------------------------- */

/* The parts as written, joined by commas; parts missing at the end are left out. */
static symbol key_spelling(struct facts *facts, const struct kind_facts *kind,
    const struct key_part *parts)
{
	uint16_t last = kind->key_count;
	struct arena_mark mark;
	struct text text;
	symbol found;

	while (last > 0 && !parts[last - 1].given)
		last--;
	if (last == 1)
		return parts[0].spelling;
	mark = arena_here(facts->scratch);
	text_init(&text, facts->scratch);
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
		.owner = owner, .owned = DRAFT_NONE, .former = NOT_CHAINED,
		.keys = (uint32_t)facts->parts.count,
		.key = key_spelling(facts, k, parts), .origin = where,
	};

	if (facts->drafts.count >= NOT_CHAINED)
		guard_raise("out of memory");
	if (owner != DRAFT_NONE)
		draft.depth = facts->drafts.items[owner].depth + 1;
	for (uint16_t i = 0; i < k->key_count; i++)
		*VEC_PUSH(facts->arena, &facts->parts) = parts[i];
	*VEC_PUSH(facts->arena, &facts->drafts) = draft;
	return (draft_id)facts->drafts.count - 1;
}

/* The end of the chain that the draft is in, or would be; NULL: none. */
static draft_id *chain_of(struct facts *facts, uint16_t kind, draft_id owner,
    const struct key_part *parts)
{
	if (owner != DRAFT_NONE)
		return &facts->drafts.items[owner].owned;
	if (!facts->kinds[kind].is_named || !parts->given)
		return NULL;
	while (facts->named.count <= (uint64_t)parts->cell)
		*VEC_PUSH(facts->arena, &facts->named) = DRAFT_NONE;
	return &facts->named.items[parts->cell];
}

/* The draft in the chain that ends with FOUND, or DRAFT_NONE; *IS_FULL: it may
 * be elsewhere. */
static draft_id find_chained(const struct facts *facts, draft_id found,
    uint16_t kind, draft_id owner, const struct key_part *parts, bool *is_full)
{
	unsigned count = 0;

	for (; found != DRAFT_NONE; count++) {
		const struct draft *draft = &facts->drafts.items[found];

		if (has_identity(facts, draft, kind, owner, parts))
			return found;
		found = draft->former;
	}
	*is_full = count == CHAIN_MOST;
	return DRAFT_NONE;
}

static draft_id find_or_add(struct facts *facts, uint16_t kind,
    draft_id owner, const struct key_part *parts, struct origin where)
{
	uint64_t hash = identity_hash(facts, kind, owner, parts);
	struct identity_slot *slot = identity_slot(facts, kind, owner, parts,
	    hash);
	draft_id made;

	if (slot->draft != DRAFT_NONE)
		return slot->draft;
	if (facts->identities.count++ >= facts->identities.mask / 2) {
		widen_identities(facts);
		slot = identity_slot(facts, kind, owner, parts, hash);
	}
	made = add_draft(facts, kind, owner, parts, where);
	*slot = (struct identity_slot){ made, (uint32_t)(hash >> 32) };
	return made;
}

draft_id facts_entity(struct facts *facts, uint16_t kind, draft_id owner,
    const struct key_part *parts, struct origin where)
{
	draft_id *last = chain_of(facts, kind, owner, parts), found;
	bool is_full = true;

	found = last ? find_chained(facts, *last, kind, owner, parts,
	    &is_full) : DRAFT_NONE;
	if (found != DRAFT_NONE)
		return found;
	if (is_full)
		return find_or_add(facts, kind, owner, parts, where);
	found = add_draft(facts, kind, owner, parts, where);
	/* Only now: the drafts may have moved. */
	last = chain_of(facts, kind, owner, parts);
	facts->drafts.items[found].former = *last;
	return *last = found;
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

/* Are these the parts that it was drafted with? */
static bool is_spelt_so(const struct facts *facts, const struct draft *draft,
    const struct key_part *parts)
{
	const struct key_part *own = facts->parts.items + draft->keys;

	for (uint16_t i = 0; i < facts->kinds[draft->kind].key_count; i++)
		if (own[i].given != parts[i].given ||
		    (own[i].given && own[i].spelling != parts[i].spelling))
			return false;
	return true;
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
		if (draft->introduced || !is_spelt_so(facts, draft, parts))
			draft->key = key_spelling(facts, &facts->kinds[kind],
			    parts);
	}
	draft->introduced = true;
	draft->shown_certain |= certain;
	state_existence(draft, kind, certain, grade);
}

/* --- facts ---------------------------------------------------------------- */

static uint32_t find_speaker(struct facts *facts, struct speaker who)
{
	bool is_new;
	uint32_t *place = map_at(facts->speakers_by_text, (struct str){
	    (const char *)&who, sizeof(who) }, &is_new);

	if (is_new) {
		*place = (uint32_t)facts->speakers.count;
		*VEC_PUSH(facts->arena, &facts->speakers) = who;
	}
	return *place;
}

/* What is long is kept beside. */
static uint16_t keep_length(struct facts *facts, struct span span)
{
	uint32_t length = span.end - span.start;

	if (length < PLACE_LONG)
		return (uint16_t)length;
	*VEC_PUSH(facts->arena, &facts->longs) = span;
	return PLACE_LONG;
}

static struct speaker speaker_of(struct origin origin)
{
	return (struct speaker){ origin.span.file, origin.provenance };
}

uint32_t facts_speaker(struct facts *facts, struct origin origin)
{
	struct speaker who = speaker_of(origin);
	const struct speaker *all = facts->speakers.items;

	if (facts->speakers.count == 0 || all[facts->spoke].file != who.file ||
	    all[facts->spoke].provenance != who.provenance)
		facts->spoke = find_speaker(facts, who);
	return facts->spoke;
}

static void begin_run(struct facts *facts, struct stream *stream,
    struct speaker who)
{
	*VEC_PUSH(facts->arena, &stream->runs) = (struct fact_run){
		stream->count, find_speaker(facts, who) };
	stream->run = stream->runs.count - 1;
	stream->said = who;
}

static bool is_run_of(const struct stream *stream, struct speaker who)
{
	return stream->runs.count > 0 && stream->said.file == who.file &&
	    stream->said.provenance == who.provenance;
}

/* Room for a fact that stands at WHERE; its place is set. */
static struct kept_fact *add_fact(struct facts *facts, uint16_t attribute,
    struct origin where)
{
	struct stream *stream = &facts->streams[attribute];
	struct speaker who = speaker_of(where);
	uint32_t count = stream->count;
	struct kept_fact *fact;

	if (count == FACT_LOOSE - 1)
		guard_raise("out of memory");
	if (count == stream->capacity)
		stream->facts = vec_reserve(facts->arena, stream->facts,
		    &stream->capacity, sizeof(*stream->facts));
	if (!is_run_of(stream, who))
		begin_run(facts, stream, who);
	stream->count++;
	fact = &stream->facts[count];
	fact->start = where.span.start;
	fact->length = keep_length(facts, where.span);
	return fact;
}

static void put_cell(const struct stream *stream, struct kept_fact *fact,
    int64_t cell, symbol spelling)
{
	if (stream->is_number) {
		fact->number = cell;
	} else {
		fact->code = (uint32_t)cell;
		fact->spelling = spelling;
	}
}

static void add(struct facts *facts, draft_id entity, uint16_t attribute,
    enum fact_kind kind, uint32_t list, int64_t cell, symbol spelling,
    struct origin where)
{
	struct kept_fact *fact = add_fact(facts, attribute, where);

	fact->entity = entity;
	fact->kind = (uint8_t)kind;
	fact->edited = false;
	fact->list = list;
	put_cell(&facts->streams[attribute], fact, cell, spelling);
}

void facts_add(struct facts *facts, const struct fact *fact)
{
	add(facts, fact->entity, fact->attribute, (enum fact_kind)fact->kind,
	    fact->list, fact->cell, fact->spelling, fact->origin);
}

const struct fact_run *fact_run_search(struct stream *stream, uint32_t i)
{
	size_t low = 0, high = stream->runs.count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (stream->runs.items[middle].first <= i)
			low = middle;
		else
			high = middle;
	}
	stream->run = low;
	return &stream->runs.items[low];
}

void facts_settle(struct facts *facts)
{
	if (facts->longs_sorted < facts->longs.count)
		qsort(facts->longs.items, facts->longs.count,
		    sizeof(*facts->longs.items), span_compare);
	facts->longs_sorted = facts->longs.count;
}

static struct origin origin_of(struct facts *facts, struct stream *stream,
    const struct kept_fact *kept, uint32_t i)
{
	struct speaker who =
	    facts->speakers.items[fact_run(stream, i)->speaker];
	struct span span = { who.file, kept->start,
		kept->start + kept->length };

	if (kept->length == PLACE_LONG) {
		facts_settle(facts);
		span.end = span_end(facts->longs.items, facts->longs.count,
		    who.file, kept->start);
	}
	return (struct origin){ span, who.provenance };
}

struct origin fact_origin(struct facts *facts, uint16_t attribute, uint32_t i)
{
	struct stream *stream = &facts->streams[attribute];

	return origin_of(facts, stream, fact_kept(stream, i), i);
}

struct fact fact_get(struct facts *facts, uint16_t attribute, uint32_t i)
{
	struct stream *stream = &facts->streams[attribute];
	const struct kept_fact *kept = fact_kept(stream, i);

	return (struct fact){ kept->entity, attribute, kept->kind,
		kept->edited, kept->list, fact_spelling(stream, kept),
		fact_cell(stream, kept), origin_of(facts, stream, kept, i) };
}

void fact_kill(struct facts *facts, uint16_t attribute, uint32_t i)
{
	struct stream *stream = &facts->streams[attribute];

	while (stream->dead.count <= i / 64)
		*VEC_PUSH(facts->arena, &stream->dead) = 0;
	bit_set(stream->dead.items, i);
}

uint32_t *facts_here(const struct facts *facts, struct arena *arena)
{
	size_t count = facts->schema->attributes.count;
	uint32_t *here = ARENA_ARRAY(arena, uint32_t, count);

	for (size_t i = 0; i < count; i++)
		here[i] = facts->streams[i].count;
	return here;
}

void facts_rollback(struct facts *facts, const uint32_t *here)
{
	for (size_t i = 0; i < facts->schema->attributes.count; i++) {
		struct stream *stream = &facts->streams[i];

		stream->count = here[i];
		stream->dead.count = 0;
		while (stream->runs.count &&
		    VEC_LAST(&stream->runs)->first >= here[i])
			stream->runs.count--;
		if (stream->runs.count)
			stream->said = facts->speakers.items[
			    VEC_LAST(&stream->runs)->speaker];
		stream->run = 0;
	}
}

/* What an expired source says was checked by its reader, and ends here; so
 * does what nobody will read. */
static bool is_dropped(const struct facts *facts, draft_id entity,
    uint16_t attribute, struct origin where)
{
	return entity == DRAFT_NONE || facts->streams[attribute].is_left_out ||
	    facts->sources.items[where.provenance].expired;
}

void facts_value(struct facts *facts, draft_id entity, uint16_t attribute,
    int64_t cell, symbol spelling, struct origin where)
{
	bool key = facts->schema->attributes.items[attribute].key;

	/* Who an entity is does not expire. */
	if (entity != DRAFT_NONE && (key || !is_dropped(facts, entity, attribute, where)))
		add(facts, entity, attribute, FACT_VALUE, FACT_LOOSE, cell,
		    spelling, where);
}

void facts_none(struct facts *facts, draft_id entity, uint16_t attribute,
    struct origin where)
{
	if (!is_dropped(facts, entity, attribute, where))
		add(facts, entity, attribute, FACT_NONE, FACT_LOOSE, 0,
		    SYMBOL_NONE, where);
}

uint32_t facts_list(struct facts *facts, draft_id entity, uint16_t attribute,
    bool closed, struct origin where)
{
	if (is_dropped(facts, entity, attribute, where))
		return FACT_LOOSE;
	add(facts, entity, attribute, closed ? FACT_CLOSED : FACT_OPEN,
	    FACT_LOOSE, 0, SYMBOL_NONE, where);
	return facts->streams[attribute].count - 1;
}

void facts_item(struct facts *facts, draft_id entity, uint16_t attribute,
    uint32_t list, int64_t cell, symbol spelling, bool certain,
    struct origin where)
{
	if (!is_dropped(facts, entity, attribute, where))
		add(facts, entity, attribute, certain ? FACT_ITEM :
		    FACT_POSSIBLE, list, cell, spelling, where);
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
