/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a .scarpg: the table of sections, what is hot in one read, and the
 * arrays put in the graph where they stand.
 */
#include <assert.h>

#include "vm/scalar.h"
#include "vm/snapshot_open.h"

bool snapshot_fail(struct snapshot *s, enum snapshot_invariant invariant,
    enum section section, size_t attribute, const char *words)
{
	const struct schema_attribute *a;
	struct str of = STR("");

	if (section < SECTION_COUNT && section_infos[section].scope != SCOPE_ONE &&
	    attribute < s->stored.count) {
		a = &s->schema->attributes.items[s->stored.attributes[attribute]];
		of = arena_printf(s->arena, " of %.*s.%.*s", STR_ARG(
		    s->schema->kinds.items[a->kind].name), STR_ARG(a->name));
	}
	s->state = SNAPSHOT_REFUSED;
	s->why = arena_printf(s->arena, "invariant %d (%s): %s%.*s: %s", (int)invariant,
	    snapshot_invariant_text(invariant),
	    section < SECTION_COUNT ? section_infos[section].name : "the file",
	    STR_ARG(of), words);
	return false;
}

/* --- the table of sections ------------------------------------------------ */

static uint64_t number_at(const char *at, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)(unsigned char)at[i] << (8 * i);
	return value;
}

static bool read_bytes(struct snapshot *s, uint64_t offset, void *to, size_t size)
{
	if (io_read_at(s->arena, s->file, offset, to, size, &s->why))
		return true;
	s->state = SNAPSHOT_UNREADABLE;
	return false;
}

static bool check_header(struct snapshot *s, const char *header)
{
	static const char magic[8] = SNAPSHOT_MAGIC;

	if (memcmp(header, magic, sizeof(magic)) != 0)
		return snapshot_fail(s, HOLDS_HEADER, SECTION_COUNT, 0, "it is no snapshot");
	if (number_at(header + 8, 2) != SNAPSHOT_VERSION)
		return snapshot_fail(s, HOLDS_HEADER, SECTION_COUNT, 0,
		    "it is of another version of scarp; make it again");
	if (number_at(header + 10, 2) || number_at(header + 24, 8))
		return snapshot_fail(s, HOLDS_HEADER, SECTION_COUNT, 0,
		    "reserved bytes are used");
	if (number_at(header + 16, 8) != s->length)
		return snapshot_fail(s, HOLDS_LENGTH, SECTION_COUNT, 0,
		    "it is not of the length it says");
	return true;
}

static bool read_table(struct snapshot *s, const char *header, char **table)
{
	uint64_t size;

	s->entry_count = (size_t)number_at(header + 12, 4);
	size = (uint64_t)s->entry_count * SNAPSHOT_RECORD;
	if (size > s->length - SNAPSHOT_HEADER)
		return snapshot_fail(s, HOLDS_SECTIONS, SECTION_COUNT, 0,
		    "its table of sections does not fit");
	*table = arena_alloc_raw(s->arena, (size_t)size);
	if (!read_bytes(s, SNAPSHOT_HEADER, *table, (size_t)size))
		return false;
	if (memcmp(header + 32, io_blake2b(s->arena, (struct str){ *table,
	    (size_t)size }).at, 32) != 0)
		return snapshot_fail(s, HOLDS_DIGEST, SECTION_COUNT, 0, "it is damaged");
	return true;
}

static uint64_t aligned(uint64_t offset)
{
	return (offset + SNAPSHOT_ALIGN - 1) / SNAPSHOT_ALIGN * SNAPSHOT_ALIGN;
}

static bool is_size(enum section section, uint64_t size)
{
	uint8_t must = section_infos[section].size;

	return must ? size == must : size == 1 || size == 2 || size == 4 || size == 8;
}

/* *NEXT: where the section before ended, then where this one does. */
static bool read_entry(struct snapshot *s, const char *at, size_t i, uint64_t *next)
{
	struct entry *e = &s->entries[i];
	uint64_t number = number_at(at, 2), size = number_at(at + 4, 4), room;

	e->attribute = (uint16_t)number_at(at + 2, 2);
	e->offset = number_at(at + 8, 8);
	e->count = number_at(at + 16, 8);
	e->sum = number_at(at + 24, 8);
	if (number == 0 || number > SECTION_COUNT)
		return snapshot_fail(s, HOLDS_SECTIONS, SECTION_COUNT, 0,
		    "a section is not known");
	e->section = (enum section)(number - 1);
	if (!is_size(e->section, size))
		return snapshot_fail(s, HOLDS_ELEMENTS, e->section, e->attribute,
		    "its elements are of another size");
	e->size = (uint8_t)size;
	*next = aligned(*next);
	if (*next > s->length || e->offset != *next)
		return snapshot_fail(s, HOLDS_SECTIONS, e->section, e->attribute,
		    "it is not where it must be");
	room = s->length - e->offset;
	if (e->count == 0 || e->count > room / size)
		return snapshot_fail(s, HOLDS_SECTIONS, e->section, e->attribute,
		    "it is empty, or does not fit");
	*next += e->count * size;
	if (i > 0 && (e[-1].section > e->section || (e[-1].section == e->section &&
	    e[-1].attribute >= e->attribute)))
		return snapshot_fail(s, HOLDS_SECTIONS, e->section, e->attribute,
		    "it is out of order, or there twice");
	return true;
}

static bool read_entries(struct snapshot *s, const char *table)
{
	uint64_t next = SNAPSHOT_HEADER + (uint64_t)s->entry_count * SNAPSHOT_RECORD;

	s->entries = ARENA_ARRAY(s->arena, struct entry, s->entry_count);
	s->hot_start = s->cold_start = aligned(next);
	for (size_t i = 0; i < s->entry_count; i++) {
		if (!read_entry(s, table + i * SNAPSHOT_RECORD, i, &next))
			return false;
		if (section_infos[s->entries[i].section].heat == HEAT_HOT)
			s->cold_start = aligned(next);
	}
	if (next != s->length && !(aligned(next) == s->length &&
	    s->cold_start == s->length))
		return snapshot_fail(s, HOLDS_SECTIONS, SECTION_COUNT, 0,
		    "there is more after the last section");
	if (s->cold_start > s->length)
		return snapshot_fail(s, HOLDS_SECTIONS, SECTION_COUNT, 0,
		    "its last section is cut short");
	return true;
}

/* Attributes are known when the schema is; a section that is none's fails. */
static bool index_entries(struct snapshot *s)
{
	for (int i = 0; i < SECTION_COUNT; i++)
		s->index[i] = ARENA_ARRAY(s->arena, uint32_t,
		    section_infos[i].scope == SCOPE_ONE ? 1 : s->stored.count);
	for (size_t i = 0; i < s->entry_count; i++) {
		const struct entry *e = &s->entries[i];
		enum section_scope scope = section_infos[e->section].scope;
		bool set = scope != SCOPE_ONE && e->attribute < s->stored.count &&
		    s->schema->attributes.items[
		    s->stored.attributes[e->attribute]].type.set;

		if (e->attribute >= (scope == SCOPE_ONE ? 1 : s->stored.count) ||
		    (scope != SCOPE_ONE && set != (scope == SCOPE_LINK)))
			return snapshot_fail(s, HOLDS_SECTIONS, e->section,
			    e->attribute, "there is no such attribute");
		s->index[e->section][e->attribute] = (uint32_t)i + 1;
	}
	return true;
}

const struct entry *snapshot_entry(const struct snapshot *s, enum section section,
    size_t attribute)
{
	uint32_t i = s->index[section][attribute];

	return i ? &s->entries[i - 1] : NULL;
}

size_t snapshot_count(const struct snapshot *s, enum section section, size_t attribute)
{
	const struct entry *e = snapshot_entry(s, section, attribute);

	return e ? (size_t)e->count : 0;
}

void *snapshot_array(const struct snapshot *s, enum section section, size_t attribute)
{
	const struct entry *e = snapshot_entry(s, section, attribute);

	return e ? s->hot + (e->offset - s->hot_start) : NULL;
}

/* --- what is hot --------------------------------------------------------- */

/* What is read before the schema is known, */
static bool is_general(const struct snapshot *s, const struct entry *e)
{
	return section_infos[e->section].heat == HEAT_HOT &&
	    (section_infos[e->section].scope == SCOPE_ONE || !s->footprint);
}

/* and what of the attributes then. */
static bool is_of_footprint(const struct snapshot *s, const struct entry *e)
{
	return section_infos[e->section].heat == HEAT_HOT && !is_general(s, e) &&
	    snapshot_holds(s, e->attribute);
}

/* Sections that stand together, by one read. */
static bool read_run(struct snapshot *s, const struct entry *from, const struct entry *end)
{
	const struct entry *last = end - 1;

	if (!read_bytes(s, from->offset, s->hot + (from->offset - s->hot_start),
	    (size_t)(last->offset + last->count * last->size - from->offset)))
		return false;
	for (const struct entry *e = from; e < end; e++) {
		char *bytes = s->hot + (e->offset - s->hot_start);

		if (snapshot_sum(bytes, (size_t)e->count * e->size) != e->sum)
			return snapshot_fail(s, HOLDS_DAMAGE, e->section,
			    e->attribute, "it is damaged");
		snapshot_swap(bytes, (size_t)e->count, e->size);
	}
	return true;
}

static bool read_sections(struct snapshot *s,
    bool (*is_wanted)(const struct snapshot *, const struct entry *))
{
	const struct entry *e = s->entries, *end = e + s->entry_count;

	while (e < end) {
		const struct entry *from = e;

		while (e < end && is_wanted(s, e))
			e++;
		if (e > from && !read_run(s, from, e))
			return false;
		if (e == from)
			e++;
	}
	return true;
}

/* Each section has its place; of those that are not read nothing is there. */
static bool read_general(struct snapshot *s)
{
	uint64_t size = s->cold_start - s->hot_start;
	uintptr_t at;

	if (size > SIZE_MAX - SNAPSHOT_ALIGN)
		return snapshot_fail(s, HOLDS_LENGTH, SECTION_COUNT, 0, "it is too long");
	at = (uintptr_t)arena_alloc_raw(s->arena, (size_t)size + SNAPSHOT_ALIGN);
	s->hot = (char *)((at + SNAPSHOT_ALIGN - 1) / SNAPSHOT_ALIGN * SNAPSHOT_ALIGN);
	return read_sections(s, is_general);
}

static struct str spell_line(struct arena *arena, struct str line)
{
	return line.length ? arena_printf(arena, "`%.*s`", STR_ARG(line)) :
	    STR("nothing there");
}

/* The first lines that differ say most. */
static void refuse_schema(struct snapshot *s, struct str has, struct str wanted)
{
	s->why = STR("its last line ends otherwise than the pack's");
	while (has.length || wanted.length) {
		size_t a = str_find(has, '\n'), b = str_find(wanted, '\n');
		struct str old = str_slice(has, 0, a), own = str_slice(wanted, 0, b);

		has = str_slice(has, a + 1, has.length);
		wanted = str_slice(wanted, b + 1, wanted.length);
		if (str_equal(old, own))
			continue;
		s->why = arena_printf(s->arena, "it has %.*s, the pack %.*s",
		    STR_ARG(spell_line(s->arena, old)),
		    STR_ARG(spell_line(s->arena, own)));
		break;
	}
	s->state = SNAPSHOT_OTHER_SCHEMA;
}

static bool check_schema(struct snapshot *s)
{
	struct str wanted = snapshot_schema(s->arena, s->schema), has = STR("");

	for (size_t i = 0; i < s->entry_count; i++)
		if (s->entries[i].section == SECTION_SCHEMA)
			has = (struct str){ s->hot + (s->entries[i].offset -
			    s->hot_start), (size_t)s->entries[i].count };
	if (!str_equal(has, wanted))
		refuse_schema(s, has, wanted);
	return s->state == SNAPSHOT_OK;
}

static bool is_flag(uint64_t word)
{
	return word <= 1;
}

bool snapshot_is_day(uint64_t has, uint64_t days)
{
	return has ? has == 1 && scalar_is_date((int64_t)days) : days == 0;
}

static bool check_summary(struct snapshot *s)
{
	const uint64_t *sum = s->summary = snapshot_array(s, SECTION_SUMMARY, 0);

	if (snapshot_count(s, SECTION_SUMMARY, 0) != SUMMARY_FIELDS)
		return snapshot_fail(s, HOLDS_SUMMARY, SECTION_SUMMARY, 0,
		    "it has another number of fields");
	assert(sum);
	if (sum[SUMMARY_ENTITIES] >= ENTITY_NONE ||
	    sum[SUMMARY_KINDS] != s->schema->kinds.count ||
	    sum[SUMMARY_ATTRIBUTES] != s->stored.count ||
	    sum[SUMMARY_LEAST] >= GRADE_COUNT ||
	    !snapshot_is_day(sum[SUMMARY_HAS_AS_OF], sum[SUMMARY_AS_OF]) ||
	    !is_flag(sum[SUMMARY_NO_DEFAULTS]) || !is_flag(sum[SUMMARY_STRICT_MAPPING]))
		return snapshot_fail(s, HOLDS_SUMMARY, SECTION_SUMMARY, 0,
		    "a number is out of its range");
	return true;
}

/* --- the graph ----------------------------------------------------------- */

static uint64_t *plane(const struct snapshot *s, enum section section, size_t attribute)
{
	uint64_t *words = snapshot_array(s, section, attribute);

	return words ? words : (uint64_t *)s->zeros;
}

void snapshot_fill_column(struct snapshot *s, size_t at)
{
	uint16_t attribute = s->stored.attributes[at];
	const struct schema_attribute *a = &s->schema->attributes.items[attribute];
	const uint64_t *fields = (const uint64_t *)snapshot_array(s, SECTION_COLUMNS, 0) +
	    at * COLUMN_FIELDS;
	struct column *c = &s->graph->columns[attribute];

	*c = (struct column){ .type = a->type, .first = s->graph->extents[a->kind].first,
		.rows = s->graph->extents[a->kind].count,
		.width = (uint8_t)fields[COLUMN_WIDTH],
		.base = (int64_t)fields[COLUMN_BASE],
		.codes = snapshot_array(s, SECTION_CODES, at),
		.dictionary = snapshot_array(s, SECTION_DICTIONARY, at),
		.dictionary_count = (uint32_t)snapshot_count(s, SECTION_DICTIONARY, at),
		.known = plane(s, SECTION_KNOWN, at), .absent = plane(s, SECTION_ABSENT, at),
		.assumed = snapshot_array(s, SECTION_ASSUMED, at),
		.disputed = snapshot_array(s, SECTION_DISPUTED, at),
		.spelled = snapshot_array(s, SECTION_SPELLED, at) };
	if (!c->codes)
		c->codes = (void *)s->zeros;
	if (fields[COLUMN_HAS_DICTIONARY] && !c->dictionary)
		c->dictionary = (int64_t *)s->zeros;
}

void snapshot_fill_link(struct snapshot *s, size_t at)
{
	uint16_t attribute = s->stored.attributes[at];
	const struct schema_attribute *a = &s->schema->attributes.items[attribute];
	struct link *l = &s->graph->links[attribute];

	*l = (struct link){ .type = a->type, .first = s->graph->extents[a->kind].first,
		.rows = s->graph->extents[a->kind].count,
		.width = link_width(a->type),
		.offsets = snapshot_array(s, SECTION_OFFSETS, at),
		.cells = snapshot_array(s, SECTION_CELLS, at),
		.certain = plane(s, SECTION_CERTAIN, at),
		.closed = plane(s, SECTION_CLOSED, at), .stated = plane(s, SECTION_STATED, at),
		.disputed = snapshot_array(s, SECTION_DOUBTED, at),
		.spelled = snapshot_array(s, SECTION_WRITTEN, at) };
	l->type.set = false;
	if (!l->offsets)
		l->offsets = (uint32_t *)s->zeros;
	if (!l->cells)
		l->cells = (void *)s->zeros;
}

static struct str text_of(const struct snapshot *s, uint64_t number)
{
	return symbol_text(s->graph->symbols, (symbol)number);
}

static struct str maybe_text(const struct snapshot *s, uint64_t number)
{
	return number ? text_of(s, number - 1) : (struct str){ NULL, 0 };
}

static void fill_provenances(struct snapshot *s)
{
	const uint64_t *at = snapshot_array(s, SECTION_PROVENANCES, 0);
	size_t count = snapshot_count(s, SECTION_PROVENANCES, 0) / PROVENANCE_FIELDS;

	for (size_t i = 0; i < count; i++, at += PROVENANCE_FIELDS)
		*VEC_PUSH(s->arena, &s->graph->provenances) = (struct provenance){
			.name = text_of(s, at[PROVENANCE_NAME]),
			.grade = (enum grade)at[PROVENANCE_GRADE],
			.has_as_of = at[PROVENANCE_HAS_AS_OF],
			.has_until = at[PROVENANCE_HAS_UNTIL],
			.as_of = (int64_t)at[PROVENANCE_AS_OF],
			.until = (int64_t)at[PROVENANCE_UNTIL],
			.by = maybe_text(s, at[PROVENANCE_BY]),
			.span = snapshot_span(s, at + PROVENANCE_PLACE) };
}

static void fill_disputes(struct snapshot *s)
{
	const uint64_t *at = snapshot_array(s, SECTION_DISPUTES, 0);
	size_t count = snapshot_count(s, SECTION_DISPUTES, 0) / DISPUTE_FIELDS;

	for (size_t i = 0; i < count; i++, at += DISPUTE_FIELDS)
		*VEC_PUSH(s->arena, &s->graph->disputes) = (struct dispute){
			.attribute = s->stored.attributes[at[DISPUTE_ATTRIBUTE]],
			.entity = (entity_id)at[DISPUTE_ENTITY],
			.outranked = at[DISPUTE_OUTRANKED],
			.absent = at[DISPUTE_ABSENT],
			.cell = (int64_t)at[DISPUTE_CELL],
			.spelling = maybe_text(s, at[DISPUTE_SPELLING]),
			.origin = { snapshot_span(s, at + DISPUTE_PLACE),
			    (uint32_t)at[DISPUTE_PROVENANCE] } };
}

static void fill_inputs(struct snapshot *s)
{
	for (uint32_t i = 0; i < s->summary[SUMMARY_INPUTS]; i++) {
		const uint64_t *file = s->files + (size_t)i * SOURCE_FIELDS;

		*VEC_PUSH(s->arena, &s->graph->inputs) = (struct graph_input){
			text_of(s, file[SOURCE_NAME]), text_of(s, file[SOURCE_SHA256]),
			s->first_file + i };
	}
}

static void fill_notes(struct snapshot *s, struct snapshot_extras *extras)
{
	const uint64_t *at = snapshot_array(s, SECTION_NOTES, 0);

	extras->note_count = snapshot_count(s, SECTION_NOTES, 0) / NOTE_FIELDS;
	extras->notes = ARENA_ARRAY(s->arena, struct snapshot_note, extras->note_count);
	for (size_t i = 0; i < extras->note_count; i++, at += NOTE_FIELDS)
		extras->notes[i] = (struct snapshot_note){ text_of(s, at[NOTE_WHAT]),
			at[NOTE_COUNT], snapshot_span(s, at + NOTE_PLACE) };
}

static void fill_extras(struct snapshot *s, struct snapshot_extras *extras)
{
	const char *mappings = snapshot_array(s, SECTION_MAPPINGS, 0);
	const char *of = snapshot_array(s, SECTION_VERDICTS_OF, 0);

	extras->choices = (struct snapshot_choices){
		.least = (uint8_t)s->summary[SUMMARY_LEAST],
		.no_defaults = s->summary[SUMMARY_NO_DEFAULTS],
		.strict_mapping = s->summary[SUMMARY_STRICT_MAPPING],
		.mappings = { mappings ? mappings : "",
		    snapshot_count(s, SECTION_MAPPINGS, 0) } };
	extras->verdicts_of = (struct str){ of ? of : "",
		snapshot_count(s, SECTION_VERDICTS_OF, 0) };
	extras->verdicts = snapshot_array(s, SECTION_VERDICTS, 0);
	extras->verdict_count = snapshot_count(s, SECTION_VERDICTS, 0);
	fill_notes(s, extras);
}

static void fill_entities(struct snapshot *s)
{
	const uint64_t *at = snapshot_array(s, SECTION_EXTENTS, 0);
	struct graph *g = s->graph;

	for (size_t k = 0; k < s->schema->kinds.count; k++, at += EXTENT_FIELDS)
		g->extents[k] = (struct extent){ (entity_id)at[EXTENT_FIRST],
			(uint32_t)at[EXTENT_ROWS], at[EXTENT_CLOSED],
			{ snapshot_span(s, at + EXTENT_PLACE),
			(uint32_t)at[EXTENT_PROVENANCE] } };
	g->owners = snapshot_array(s, SECTION_OWNERS, 0);
	g->keys = snapshot_array(s, SECTION_KEYS, 0);
	g->possible = plane(s, SECTION_POSSIBLE, 0);
}

/* Words of the longest plane that may be left out, and one. */
static size_t longest_plane(const struct snapshot *s)
{
	uint64_t bits = s->summary[SUMMARY_ENTITIES];

	for (size_t i = 0; i < s->entry_count; i++)
		if (s->entries[i].section == SECTION_CELLS && s->entries[i].count > bits)
			bits = s->entries[i].count;
	return BITS_WORDS(bits) + 1;
}

static void new_graph(struct snapshot *s, struct sources *sources)
{
	struct graph *g = s->graph = ARENA_NEW(s->arena, struct graph);

	g->schema = s->schema;
	g->footprint = s->footprint;
	g->sources = sources;
	g->arena = s->arena;
	g->snapshot = s;
	g->entity_count = (uint32_t)s->summary[SUMMARY_ENTITIES];
	g->has_as_of = s->summary[SUMMARY_HAS_AS_OF];
	g->as_of = (int64_t)s->summary[SUMMARY_AS_OF];
	g->symbols = symbols_new_on(s->arena, &s->texts);
	g->extents = ARENA_ARRAY(s->arena, struct extent, s->schema->kinds.count);
	g->columns = ARENA_ARRAY(s->arena, struct column, s->schema->attributes.count);
	g->links = ARENA_ARRAY(s->arena, struct link, s->schema->attributes.count);
	s->zeros = ARENA_ARRAY(s->arena, uint64_t, longest_plane(s));
}

/* The order matters: what is used was checked before. */
static bool make_graph(struct snapshot *s, struct sources *sources,
    struct snapshot_extras *extras)
{
	if (!check_schema(s) || !index_entries(s) || !read_sections(s, is_of_footprint) ||
	    !check_summary(s) || !snapshot_check_texts(s))
		return false;
	new_graph(s, sources);
	if (!snapshot_check_tables(s))
		return false;
	snapshot_add_files(s, sources);
	fill_entities(s);
	if (!snapshot_check_attributes(s))
		return false;
	fill_provenances(s);
	fill_disputes(s);
	fill_inputs(s);
	fill_extras(s, extras);
	return true;
}

static bool read_all(struct snapshot *s, struct sources *sources,
    struct snapshot_extras *extras)
{
	char header[SNAPSHOT_HEADER], *table = NULL;

	if (s->length < SNAPSHOT_HEADER)
		return snapshot_fail(s, HOLDS_LENGTH, SECTION_COUNT, 0, "it is too short");
	return read_bytes(s, 0, header, sizeof(header)) && check_header(s, header) &&
	    read_table(s, header, &table) && read_entries(s, table) && read_general(s) &&
	    make_graph(s, sources, extras);
}

static void end_lock(void *lock)
{
	pthread_mutex_destroy(lock);
}

struct graph *snapshot_read(struct arena *arena, const char *path, struct sources *sources,
    const struct schema *schema, const uint64_t *footprint,
    struct snapshot_extras *extras, enum snapshot_state *state, struct str *why)
{
	struct snapshot *s = ARENA_NEW(arena, struct snapshot);

	s->arena = arena;
	s->cold = arena_new_in(arena);
	pthread_mutex_init(&s->lock, NULL);
	arena_defer(arena, end_lock, &s->lock);
	s->schema = schema;
	s->footprint = footprint;
	s->stored = snapshot_stored(arena, schema);
	s->file = io_open(arena, path, &s->length, &s->why);
	if (!s->file)
		s->state = SNAPSHOT_UNREADABLE;
	else
		read_all(s, sources, extras);
	*state = s->state;
	*why = s->why;
	return s->state == SNAPSHOT_OK ? s->graph : NULL;
}
