/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snapshots of graphs that no reader makes, and files whose sections were
 * exchanged, left out or made longer: refused by the number of the invariant;
 * and graphs at the edges of the format, which come back as they were.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/guard.h"
#include "tests/unit/site.h"
#include "tests/unit/snapshot_bytes.h"
#include "tests/unit/unit.h"

static const char site[] =
	"scarp: 1\nschema: site\n"
	"source: { name: scan, grade: attested, by: Ann, as_of: 2026-11-01, until: 2026-11-30 }\n"
	"sites: [{ code: P01 }, { code: P02 }, { code: S01, parent: P01 }]\n"
	"hosts:\n"
	"  - { fqdn: a, zone: perimeter, internet_fqdn: x, patched: true, port: 80,"
	" os: 10.0.1, tags: [a, b, c, d, e, f, g, h, i, j, k, l], ports: [1, 70000000000] }\n"
	"  - { fqdn: b, zone: intranet, internet_fqdn: null, patched: false, os: 10.1.1 }\n"
	"  - { fqdn: c, os: 10.0.1 }\n  - { fqdn: d, os: 10.1.1 }\n"
	"  - { fqdn: e, os: 10.0.1 }\n  - { fqdn: f, os: 10.1.1 }\n"
	"  - { fqdn: g, os: 10.0.1 }\n  - { fqdn: h, os: 10.1.1 }\n";
static const char other[] =
	"scarp: 1\nschema: site\nsource: { name: list, grade: observed, as_of: 2026-10-01 }\n"
	"sites: [{ code: S01, parent: P02 }]\n"
	"hosts: [{ fqdn: a, internet_fqdn: null, zone: internet }, { fqdn: b, internet_fqdn: y }]\n";

static struct arena *arena;
static struct schema *schema;
static struct sources *sources;
static struct graph *graph;
static struct snapshot_extras extras;
static char *bytes;		/* of the file that was written last */
static size_t length;
static enum snapshot_state state;

static void load(const char *const *texts, size_t count)
{
	struct inventory_options options = { .has_as_of = true, .as_of = 20770 };
	struct diagnostics *all;
	struct text out;

	sources = sources_new(arena);
	all = diagnostics_new(arena, sources);
	schema = site_schema(arena);
	graph = site_load(arena, all, schema, texts, count, &options);
	text_init(&out, arena);
	diag_print(all, &out, 0, DIAG_CONCISE, false);
	ck_assert_msg(graph != NULL, "%.*s", STR_ARG(text_str(&out)));
}

static void begin(const char *text)
{
	const char *const texts[] = { text, other };

	arena = arena_new();
	extras = (struct snapshot_extras){ { 0 }, NULL, 0, STR(""), NULL, 0 };
	extras.choices.mappings = STR("");
	unit_enter_folder();
	load(texts, text == site ? 2 : 1);
}

static void end(void)
{
	unit_leave_folder();
	arena_free(arena);
}

static void write_graph(void)
{
	struct str *parts, why;
	struct text all;
	size_t count;

	ck_assert(snapshot_write(arena, graph, &extras, &parts, &count, &why));
	text_init(&all, arena);
	for (size_t i = 0; i < count; i++)
		text_add(&all, parts[i]);
	bytes = all.at;
	length = all.length;
}

static struct graph *read_bytes(const char *from, size_t size, struct str *why)
{
	struct snapshot_extras own = { 0 };
	FILE *file = fopen("site.scarpg", "wb");

	ck_assert(file && fwrite(from, 1, size, file) == size && fclose(file) == 0);
	return snapshot_read(arena, "site.scarpg", sources, schema, NULL, &own, &state, why);
}

static struct graph *read_good(void)
{
	struct str why;
	struct graph *again = read_bytes(bytes, length, &why);

	ck_assert_msg(again != NULL, "%.*s", STR_ARG(why));
	return again;
}

static unsigned stored_index(const char *kind, const char *name)
{
	uint16_t attribute = schema_find_attribute(schema,
	    schema_find_kind(schema, str_of(kind)), str_of(name));
	unsigned at = 0;

	for (uint16_t i = 0; i < attribute; i++)
		at += !schema->attributes.items[i].derived;
	return at;
}

static struct column *column(const char *name)
{
	return &graph->columns[schema_find_attribute(schema, schema_find_kind(schema,
	    STR("Host")), str_of(name))];
}

static struct link *link_named(const char *name)
{
	return &graph->links[schema_find_attribute(schema, schema_find_kind(schema,
	    STR("Host")), str_of(name))];
}

/* --- files -------------------------------------------------------------------- */

static size_t aligned(size_t offset)
{
	return (offset + SNAPSHOT_ALIGN - 1) / SNAPSHOT_ALIGN * SNAPSHOT_ALIGN;
}

/* The file, but one section has COUNT elements of DATA, or is left out. */
static char *exchanged(enum section section, unsigned attribute, unsigned size,
    const void *data, size_t count, size_t *made)
{
	const char *one = snapshot_find(bytes, section, attribute);
	uint64_t all = snapshot_entries(bytes), kept = all - (count == 0);
	char *to = arena_alloc(arena, 2 * length + count * size + 4096), *e;
	size_t at = SNAPSHOT_HEADER + kept * SNAPSHOT_RECORD;

	ck_assert_ptr_nonnull(one);
	memcpy(to, bytes, SNAPSHOT_HEADER);
	e = to + SNAPSHOT_HEADER;
	for (uint64_t i = 0; i < all; i++) {
		const char *old = bytes + SNAPSHOT_HEADER + i * SNAPSHOT_RECORD;
		const char *from = bytes + snapshot_get(old + 8, 8);
		size_t width = snapshot_get(old + 4, 4), n = snapshot_get(old + 16, 8);

		if (old == one) {
			from = data;
			width = size;
			n = count;
		}
		if (n == 0)
			continue;
		at = aligned(at);
		memcpy(e, old, SNAPSHOT_RECORD);
		snapshot_set(e + 4, width, 4);
		snapshot_set(e + 8, at, 8);
		snapshot_set(e + 16, n, 8);
		memcpy(to + at, from, n * width);
		at += n * width;
		e += SNAPSHOT_RECORD;
	}
	snapshot_set(to + 12, kept, 4);
	snapshot_set(to + 16, at, 8);
	snapshot_make_right(arena, to, at);
	*made = at;
	return to;
}

static void expect(enum snapshot_invariant number, const char *from, size_t size,
    const char *statement)
{
	struct str why = STR(""), wanted = arena_printf(arena, "invariant %d (", (int)number);

	ck_assert_msg(!read_bytes(from, size, &why), "accepted: %s", statement);
	ck_assert_msg(str_starts(why, wanted), "%s: %.*s", statement, STR_ARG(why));
}

#define WITH(number, section, attribute, size, data, count) do { \
		size_t made; \
		char *to = exchanged(SECTION_##section, attribute, size, data, count, &made); \
		expect(HOLDS_##number, to, made, #section " " #data); \
	} while (0)
#define WITHOUT(number, section, attribute) WITH(number, section, attribute, 1, NULL, 0)
/* The array of a section, with one element more. */
static void longer(enum snapshot_invariant number, enum section section, unsigned attribute)
{
	const char *e = snapshot_find(bytes, section, attribute);
	unsigned size = (unsigned)snapshot_get(e + 4, 4);
	size_t count = snapshot_get(e + 16, 8), made;
	char *data = arena_alloc(arena, (count + 1) * size), *to;

	memcpy(data, bytes + snapshot_get(e + 8, 8), count * size);
	to = exchanged(section, attribute, size, data, count + 1, &made);
	expect(number, to, made, section_infos[section].name);
}
#define LONGER(number, section, attribute) \
	longer(HOLDS_##number, SECTION_##section, attribute)

START_TEST(a_section_more_or_less_is_noticed)
{
	unsigned zone, named, port, tags, ports;
	const char *e;

	begin(site);
	write_graph();
	read_good();
	zone = stored_index("Host", "zone");
	named = stored_index("Host", "internet_fqdn");
	port = stored_index("Host", "port");
	tags = stored_index("Host", "tags");
	ports = stored_index("Host", "ports");
	WITHOUT(SUMMARY, SUMMARY, 0);
	LONGER(SUMMARY, SUMMARY, 0);
	WITHOUT(SYMBOLS, SYMBOL_STARTS, 0);
	WITHOUT(SYMBOLS, SYMBOL_BYTES, 0);
	LONGER(SYMBOLS, SYMBOL_BYTES, 0);
	WITHOUT(ELEMENTS, SYMBOL_PLACES, 0);
	WITHOUT(ELEMENTS, EXTENTS, 0);
	LONGER(ELEMENTS, EXTENTS, 0);
	WITHOUT(ELEMENTS, COLUMNS, 0);
	WITHOUT(ELEMENTS, LINKS, 0);
	WITHOUT(ELEMENTS, OWNERS, 0);
	WITHOUT(ELEMENTS, KEYS, 0);
	WITHOUT(SOURCES, SOURCES, 0);
	WITHOUT(SOURCES, BLOCKS, 0);
	LONGER(SOURCES, SOURCE_BYTES, 0);
	WITHOUT(SOURCES, SOURCE_BYTES, 0);
	WITHOUT(ELEMENTS, SUMS, 0);
	LONGER(ELEMENTS, SUMS, 0);
	WITHOUT(ELEMENTS, ENTITY_PLACES, 0);
	WITHOUT(DISPUTES, PROVENANCES, 0);
	LONGER(ELEMENTS, KNOWN, zone);
	LONGER(ELEMENTS, ABSENT, named);
	LONGER(ELEMENTS, ASSUMED, port);
	LONGER(ELEMENTS, CERTAIN, tags);
	LONGER(ELEMENTS, CLOSED, tags);
	LONGER(ELEMENTS, STATED, tags);
	WITHOUT(CODES, KNOWN, zone);
	WITHOUT(ELEMENTS, CODES, zone);
	WITHOUT(ELEMENTS, OFFSETS, tags);
	WITHOUT(OFFSETS, CELLS, tags);
	WITHOUT(ELEMENTS, COLUMN_PLACES, zone);
	WITHOUT(ELEMENTS, LINK_PLACES, tags);
	WITHOUT(ELEMENTS, ROW_PLACES, tags);
	e = snapshot_find(bytes, SECTION_CELLS, ports);
	WITH(CELLS, CELLS, ports, 4, bytes + snapshot_get(e + 8, 8), 4);
	end();
} END_TEST

START_TEST(sections_are_in_order_and_of_their_attributes)
{
	unsigned last = 0;
	size_t n = 0;
	char *e;

	begin(site);
	write_graph();
	/* A number below that of the section before. */
	snapshot_set(snapshot_find(bytes, SECTION_LINKS, 0), SECTION_EXTENTS + 1, 2);
	snapshot_make_right(arena, bytes, length);
	expect(HOLDS_SECTIONS, bytes, length, "LINKS before COLUMNS");
	write_graph();
	/* What only single values have, of a set. */
	for (unsigned i = 0; i < schema->attributes.count; i++)
		if (snapshot_find(bytes, SECTION_KNOWN, i))
			last = i;
	snapshot_set(snapshot_find(bytes, SECTION_KNOWN, last) + 2,
	    stored_index("Principal", "runs"), 2);
	snapshot_make_right(arena, bytes, length);
	expect(HOLDS_SECTIONS, bytes, length, "KNOWN of Principal.runs");
	write_graph();
	/* Up to the end of the file, where the next one does not fit any more. */
	e = snapshot_find(bytes, SECTION_SOURCE_BYTES, 0) - SNAPSHOT_RECORD;
	n = length - snapshot_get(e + 8, 8);
	ck_assert_uint_gt(length % SNAPSHOT_ALIGN, 8);
	snapshot_set(e + 16, n / 8, 8);
	snapshot_make_right(arena, bytes, length);
	expect(HOLDS_SECTIONS, bytes, length, "places up to the end");
	end();
} END_TEST

START_TEST(elements_of_no_row_are_refused)
{
	begin("scarp: 1\nschema: site\nsource: { name: scan, grade: observed }\n"
	    "hosts: [{ fqdn: a, tags: [x] }]\n");
	write_graph();
	read_good();
	snapshot_set(snapshot_find(bytes, SECTION_CELLS, stored_index("Host", "tags")) + 2,
	    stored_index("Site", "children"), 2);
	snapshot_make_right(arena, bytes, length);
	expect(HOLDS_OFFSETS, bytes, length, "elements of sites, of which there are none");
	end();
} END_TEST

/* What is cold ends where its last byte stands; what is hot is filled up. */
START_TEST(the_last_section_ends_the_file)
{
	size_t full;
	char *e;

	begin(site);
	write_graph();
	full = aligned(length);
	ck_assert_uint_gt(full, length);
	bytes = memcpy(arena_alloc(arena, full), bytes, length);
	snapshot_set(bytes + 16, full, 8);
	expect(HOLDS_SECTIONS, bytes, full, "bytes of files that are filled up");
	end();
	begin("scarp: 1\nschema: site\n");
	graph->inputs.count = 0;
	write_graph();
	read_good();
	e = bytes + SNAPSHOT_HEADER + (snapshot_entries(bytes) - 1) * SNAPSHOT_RECORD;
	full = snapshot_get(e + 8, 8) + snapshot_get(e + 4, 4) * snapshot_get(e + 16, 8);
	ck_assert_uint_lt(full, length);
	snapshot_set(bytes + 16, full, 8);
	expect(HOLDS_SECTIONS, bytes, full, "a table that is not filled up");
	end();
} END_TEST

START_TEST(the_schema_of_the_file_is_looked_at_first)
{
	struct str why;
	size_t made;
	char *to;

	begin(site);
	write_graph();
	to = exchanged(SECTION_SCHEMA, 0, 1, NULL, 0, &made);
	ck_assert_ptr_null(read_bytes(to, made, &why));
	ck_assert_int_eq(state, SNAPSHOT_OTHER_SCHEMA);
	ck_assert_text(why, "it has nothing there, the pack `schema site `");
	ck_assert_ptr_null(snapshot_read(arena, "none.scarpg", sources, schema, NULL, &extras,
	    &state, &why));
	ck_assert_int_eq(state, SNAPSHOT_UNREADABLE);
	end();
} END_TEST

/* --- fields ------------------------------------------------------------------- */

static char *element(char *file, enum section section, unsigned attribute, size_t i)
{
	const char *e = snapshot_find(file, section, attribute);

	ck_assert_msg(e && i < snapshot_get(e + 16, 8), "%s has no element %zu",
	    section_infos[section].name, i);
	return file + snapshot_get(e + 8, 8) + i * snapshot_get(e + 4, 4);
}

#define SET(number, section, attribute, i, value) do { \
		write_graph(); \
		snapshot_set(element(bytes, SECTION_##section, attribute, i), value, \
		    (unsigned)snapshot_get(snapshot_find(bytes, SECTION_##section, \
		    attribute) + 4, 4)); \
		snapshot_make_right(arena, bytes, length); \
		expect(HOLDS_##number, bytes, length, #section " " #i " " #value); \
	} while (0)

START_TEST(each_field_of_the_tables_is_looked_at)
{
	size_t places = EXTENT_PLACE, columns = COLUMN_FIELDS;

	begin(site);
	SET(SUMMARY, SUMMARY, 0, SUMMARY_NO_DEFAULTS, 2);
	SET(SUMMARY, SUMMARY, 0, SUMMARY_STRICT_MAPPING, 2);
	SET(EXTENTS, EXTENTS, 0, places + PLACE_START, 1);
	SET(EXTENTS, EXTENTS, 0, places + PLACE_END, 1);
	SET(SOURCES, SOURCES, 0, SOURCE_SHA256, 99999);
	SET(SOURCES, SOURCES, 0, SOURCE_FIELDS + SOURCE_LENGTH, UINT32_MAX);
	SET(PROVENANCES, PROVENANCES, 0, PROVENANCE_FIELDS + PROVENANCE_HAS_AS_OF, 2);
	SET(PROVENANCES, PROVENANCES, 0, PROVENANCE_FIELDS + PROVENANCE_AS_OF, 1u << 30);
	SET(PROVENANCES, PROVENANCES, 0, PROVENANCE_FIELDS + PROVENANCE_UNTIL, 1u << 30);
	SET(PROVENANCES, PROVENANCES, 0, PROVENANCE_FIELDS + PROVENANCE_PLACE + PLACE_START,
	    99999);
	SET(DISPUTES, DISPUTES, 0, DISPUTE_PLACE + PLACE_END, 99999);
	SET(DISPUTES, DISPUTES, 0, DISPUTE_PLACE + PLACE_START, 99999);
	SET(ROWS, COLUMNS, 0, stored_index("Host", "zone") * columns + COLUMN_WIDTH, 0);
	SET(ROWS, COLUMNS, 0, stored_index("Host", "patched") * columns + COLUMN_WIDTH, 1);
	SET(ROWS, COLUMNS, 0,
	    stored_index("Host", "patched") * columns + COLUMN_HAS_DICTIONARY, 1);
	end();
} END_TEST

/* --- graphs ------------------------------------------------------------------- */

#define FORGED(number, statement) do { \
		begin(site); \
		statement; \
		write_graph(); \
		expect(HOLDS_##number, bytes, length, #statement); \
		end(); \
	} while (0)

/* A plane of a set or a column with a bit behind the last one. */
static uint64_t *tail(void)
{
	uint64_t *words = ARENA_ARRAY(arena, uint64_t, 2);

	words[0] = ~UINT64_C(0);
	return words;
}

static symbol *symbols_like(size_t count, symbol s)
{
	symbol *all = ARENA_ARRAY(arena, symbol, count);

	for (size_t i = 0; i < count; i++)
		all[i] = s;
	return all;
}

/* Ascending numbers, as a dictionary of them. */
static void widen(struct column *c, uint8_t width, uint32_t count)
{
	c->width = width;
	c->base = 0;
	c->codes = ARENA_ARRAY(arena, uint64_t, c->rows);
	c->dictionary = ARENA_ARRAY(arena, int64_t, count);
	c->dictionary_count = count;
	for (uint32_t i = 0; i < count; i++)
		c->dictionary[i] = i;
}

/* Elements of a kind that has no entity. */
static void lead_nowhere(struct link *l)
{
	uint32_t *offsets = ARENA_ARRAY(arena, uint32_t, l->rows + 1);

	for (uint32_t i = 1; i <= l->rows; i++)
		offsets[i] = 1;
	l->offsets = offsets;
	l->cells = ARENA_ARRAY(arena, uint32_t, 1);
	l->origins = link_named("tags")->origins;
	l->certain = ARENA_ARRAY(arena, uint64_t, 1);
}

/* Its elements are such texts, of which the last has a capital. */
static void spell_large(struct link *l)
{
	struct schema_attribute *a = &schema->attributes.items[l - graph->links];
	uint32_t count = l->offsets[l->rows];

	a->type.tag = l->type.tag = TYPE_CASELESS;
	l->spelled = symbols_like(count, 0);
	((uint32_t *)l->cells)[count - 1] = symbol_of(graph->symbols, STR("L"));
}

/* All rows have one text, which folding makes another. */
static void spell_as(struct column *c, bool by_dictionary, struct str text)
{
	symbol large = symbol_of(graph->symbols, text);

	c->base = 0;
	c->width = by_dictionary ? 1 : 4;
	c->dictionary_count = by_dictionary;
	c->dictionary = by_dictionary ? ARENA_NEW(arena, int64_t) : NULL;
	c->codes = ARENA_ARRAY(arena, uint32_t, c->rows);
	if (by_dictionary)
		c->dictionary[0] = large;
	for (uint32_t i = 0; !by_dictionary && i < c->rows; i++)
		((uint32_t *)c->codes)[i] = large;
}

START_TEST(what_no_reader_makes_is_refused)
{
	FORGED(FOLDED, spell_as(column("fqdn"), true, STR("A")));
	FORGED(FOLDED, spell_as(column("fqdn"), false, STR("eight \u00c4 and more")));
	FORGED(FOLDED, spell_large(link_named("tags")));
	FORGED(ELEMENTS, column("os")->spelled = NULL);
	FORGED(ELEMENTS, column("zone")->spelled = symbols_like(8, 0));
	FORGED(ELEMENTS, link_named("tags")->spelled = symbols_like(12, 0));
	FORGED(TAIL, column("os")->absent = tail());
	FORGED(TAIL, column("os")->assumed = tail());
	FORGED(TAIL, column("os")->disputed = tail());
	FORGED(TAIL, link_named("tags")->closed = tail());
	FORGED(TAIL, link_named("tags")->stated = tail());
	FORGED(TAIL, link_named("tags")->disputed = tail());
	FORGED(DICTIONARY, widen(column("port"), 4, 9));
	FORGED(DICTIONARY, widen(column("port"), 2, (1u << 16) + 1));
	FORGED(DICTIONARY, column("os")->dictionary[1] =
	    symbol_of(graph->symbols, STR("10.00.1")));
	FORGED(CELLS, lead_nowhere(link_named("admins")));
} END_TEST

START_TEST(who_spelled_nothing_is_no_text)
{
	struct graph *again;
	struct column *c;

	begin(site);
	c = column("os");
	c->spelled = symbols_like(c->rows, SYMBOL_NONE);
	write_graph();
	again = read_good();
	c = &again->columns[c - graph->columns];
	for (uint32_t i = 0; i < c->rows; i++)
		ck_assert_uint_eq(c->spelled[i], SYMBOL_NONE);
	end();
} END_TEST

/* --- edges -------------------------------------------------------------------- */

START_TEST(what_lost_comes_back)
{
	unsigned absent = 0, entities = 0, texts = 0;
	struct graph *again;

	begin(site);
	write_graph();
	again = read_good();
	ck_assert_uint_eq(again->disputes.count, graph->disputes.count);
	for (size_t i = 0; i < again->disputes.count; i++) {
		const struct dispute *a = &graph->disputes.items[i];
		const struct dispute *b = &again->disputes.items[i];
		enum type_tag tag = schema->attributes.items[a->attribute].type.tag;

		ck_assert(a->attribute == b->attribute && a->entity == b->entity &&
		    a->absent == b->absent && a->outranked == b->outranked);
		absent += a->absent;
		entities += tag == TYPE_ENTITY;
		if (tag == TYPE_ENTITY)
			ck_assert_int_eq(a->cell, b->cell);
		if (!type_is_text(schema->attributes.items[a->attribute].type) ||
		    dispute_is_none(a))
			continue;
		texts++;
		ck_assert(str_equal(symbol_text(graph->symbols, (symbol)a->cell),
		    symbol_text(again->symbols, (symbol)b->cell)));
	}
	ck_assert(absent > 0 && entities > 0 && texts > 0);
	ck_assert(again->provenances.count == graph->provenances.count);
	for (size_t i = 0; i < again->provenances.count; i++)
		ck_assert(again->provenances.items[i].until == graph->provenances.items[i].until);
	end();
} END_TEST

START_TEST(files_that_are_no_inputs_are_kept)
{
	struct graph *again;
	struct str dump;

	begin(site);
	dump = site_dump(arena, graph);
	graph->inputs.count = 0;
	write_graph();
	again = read_good();
	ck_assert_uint_eq(again->inputs.count, 0);
	ck_assert_uint_eq(again->entity_count, graph->entity_count);
	for (entity_id e = 0; e < graph->entity_count; e++)
		ck_assert(str_equal(source_text(sources, entity_origin(graph, e).span),
		    source_text(sources, entity_origin(again, e).span)));
	ck_assert_uint_gt(dump.length, 0);
	/* Nobody collected it: it stands nowhere, and nobody said it. */
	ck_assert(span_is_none(column_origin(again, &again->columns[
	    column("installed") - graph->columns], 0).span));
	end();
} END_TEST

START_TEST(a_site_without_anything_has_nothing_to_ask_for)
{
	struct graph *again;

	begin("scarp: 1\nschema: site\n");
	graph->inputs.count = 0;
	write_graph();
	again = read_good();
	ck_assert_uint_eq(again->entity_count, 0);
	ck_assert_ptr_null(snapshot_find(bytes, SECTION_SOURCE_BYTES, 0));
	ck_assert_uint_eq(length % SNAPSHOT_ALIGN, 0);
	snapshot_set(bytes + 16, length - 1, 8);
	expect(HOLDS_SECTIONS, bytes, length - 1, "cut in what fills the last section up");
	/* Entities, of a schema without kinds. */
	schema = ARENA_NEW(arena, struct schema);
	schema->name = STR("none");
	graph->schema = schema;
	write_graph();
	ck_assert_uint_eq(read_good()->entity_count, 0);
	snapshot_set(element(bytes, SECTION_SUMMARY, 0, SUMMARY_ENTITIES), 1, 8);
	snapshot_make_right(arena, bytes, length);
	expect(HOLDS_EXTENTS, bytes, length, "an entity of no kind");
	end();
} END_TEST

START_TEST(files_may_all_be_empty)
{
	struct graph *again;

	begin("scarp: 1\nschema: site\n");
	graph->inputs.items[0].file = source_add(sources, STR("none.yaml"), STR(""));
	write_graph();
	again = read_good();
	ck_assert_ptr_null(snapshot_find(bytes, SECTION_SOURCE_BYTES, 0));
	ck_assert_uint_eq(again->inputs.count, 1);
	ck_assert_text(source_name(sources, again->inputs.items[0].file), "none.yaml");
	ck_assert_uint_eq(source_bytes(sources, again->inputs.items[0].file).length, 0);
	end();
} END_TEST

/* Texts of so many lengths that what is cold has several blocks. */
static const char *long_site(struct arena *region)
{
	struct text out;

	text_init(&out, region);
	text_add(&out, STR("scarp: 1\nschema: site\n"
	    "source: { name: scan, grade: observed }\nhosts:\n"));
	for (int i = 0; i < 1200; i++)
		text_printf(&out, "  - { fqdn: h%d, internet_fqdn: \"%0*d\", uptime: %dd }\n",
		    i, i % 600 + 1, i, i);
	text_add_char(&out, '\0');
	return out.at;
}

/* What is read late raises when the file is not any more what it was. */
static void expect_late(struct graph *again, bool of_file, const char *wanted)
{
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		ck_assert_msg(str_starts(str_of(guard_reason()), str_of(wanted)), "%s",
		    guard_reason());
		return;
	}
	if (of_file)
		source_bytes(sources, again->inputs.items[0].file);
	else
		entity_origin(again, 0);
	guard_clear(&guard);
	ck_abort_msg("accepted");
}

START_TEST(what_is_cold_is_read_by_blocks)
{
	const char *damaged = "the snapshot is damaged, or has changed: invariant 61 (";
	struct arena *region = arena_new();
	struct graph *again;
	uint32_t a, b;

	begin(long_site(region));
	write_graph();
	again = read_good();
	a = graph->inputs.items[0].file;
	b = again->inputs.items[0].file;
	ck_assert_uint_gt(source_length(sources, a), 3 * SNAPSHOT_BLOCK);
	for (entity_id e = 0; e < graph->entity_count; e++)
		ck_assert_quietly(str_equal(source_text(sources, entity_origin(graph, e).span),
		    source_text(sources, entity_origin(again, e).span)));
	for (uint32_t i = 0; i < 1200; i++)
		ck_assert_quietly(column_origin(again, &again->columns[column(
		    "internet_fqdn") - graph->columns], i).span.start ==
		    column_origin(graph, column("internet_fqdn"), i).span.start);
	ck_assert(str_equal(source_bytes(sources, a), source_bytes(sources, b)));
	/* A number of uptime takes 4 bytes; its codes are distances. */
	ck_assert_uint_eq(snapshot_get(snapshot_find(bytes, SECTION_CODES,
	    stored_index("Host", "uptime")) + 4, 4), 4);
	/* The last block of the file, changed and cut off after it was opened. */
	bytes[length - 1] ^= 1;
	expect_late(read_good(), true, damaged);
	bytes[length - 1] ^= 1;
	again = read_good();
	ck_assert_int_eq(truncate("site.scarpg", (off_t)length - 1), 0);
	expect_late(again, true, damaged);
	again = read_good();
	ck_assert_int_eq(truncate("site.scarpg", 64), 0);
	expect_late(again, false, damaged);
	end();
	arena_free(region);
} END_TEST

UNIT_MAIN(a_section_more_or_less_is_noticed, sections_are_in_order_and_of_their_attributes,
    elements_of_no_row_are_refused, the_last_section_ends_the_file,
    the_schema_of_the_file_is_looked_at_first, each_field_of_the_tables_is_looked_at,
    what_no_reader_makes_is_refused, who_spelled_nothing_is_no_text, what_lost_comes_back,
    files_that_are_no_inputs_are_kept, a_site_without_anything_has_nothing_to_ask_for,
    files_may_all_be_empty, what_is_cold_is_read_by_blocks)
