/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A graph of every type comes back from a snapshot as it was; and each
 * invariant of a .scarpg, broken in each way that it can be, is refused by its
 * number, with all sums made right again.
 */
#include <stdio.h>

#include "base/guard.h"
#include "tests/unit/site.h"
#include "tests/unit/snapshot_bytes.h"
#include "tests/unit/unit.h"

static const char *const texts[] = {
	"scarp: 1\nschema: site\n"
	"source: { name: scan, grade: observed, as_of: 2026-11-01 }\n"
	"complete: [Host, Site]\n"
	"sites:\n"
	"  - { code: P01, parent: null, version: 5.0.1, children: [S01] }\n"
	"  - { code: S01, parent: P01, version: 5.00.2, roles: [a/mp] }\n"
	"hosts:\n"
	"  - { fqdn: A, zone: perimeter, internet_fqdn: null, patched: true, port: 80,"
	" installed: 2020-02-29, uptime: 90d, address: 10.0.0.1, subnet: 10.0.0.0/8,"
	" os: 10.0.1, tags: [x, y, ...], ports: [1, 70000000000], zones: [internet],"
	" roles: [mp, { kind: dp, instance: i, pxe: false }], admins: [CORP\\Ann] }\n"
	"  - { fqdn: b, zone: intranet, internet_fqdn: b.contoso.example, patched: false,"
	" os: 10.0.1, ports: [80], tags: [y], admins: [CORP\\Ann, CORP\\Ben] }\n"
	"  - { fqdn: c, os: \"10.1\", port: 8080, internet_fqdn: b.contoso.example }\n"
	"  - { fqdn: d, os: \"10.1\", port: 8080, internet_fqdn: b.contoso.example }\n"
	"  - { fqdn: e, os: \"10.1\", internet_fqdn: e.contoso.example }\n"
	"  - { fqdn: f, os: \"10.1\", uptime: 1d }\n"
	"  - { fqdn: g, os: \"10.1\" }\n"
	"  - { fqdn: h, os: \"10.1\", zone: internet }\n"
	"domain_controllers:\n"
	"  - { fqdn: dc, fsmo: [pdc] }\n"
	"principals: [CORP\\Ann, CORP\\Ben]\n"
	"agents: [{ vendor: v, number: 3 }]\n",
	"scarp: 1\nschema: site\nsource: { name: list, grade: observed }\n"
	"hosts: [{ fqdn: f, port: 1, uptime: 2d }, { fqdn: g, port: 2, zone: internet },"
	" { fqdn: h, roles: [fsp] }]\n",
	"scarp: 1\nschema: site\nsource: { name: other, grade: observed }\n"
	"hosts: [{ fqdn: f, port: 3 }, { fqdn: g, zone: intranet }]\n",
	/* Of an entity that does not exist after all somebody said something. */
	"scarp: 1\nschema: site\nsource: { name: top, grade: authoritative }\n"
	"hosts: [{ fqdn: h, roles: [] }]\n",
};
#define TEXTS (sizeof(texts) / sizeof(*texts))

static struct arena *arena;
static struct schema *schema;
static struct sources *sources;
static struct graph *graph;
static struct snapshot_extras extras;
static char *bytes;		/* of the good file */
static size_t length;
static char *copy;		/* that is changed */
static bool covered[128];

static void load(void)
{
	struct inventory_options options = { 0 };
	struct diagnostics *all;

	sources = sources_new(arena);
	all = diagnostics_new(arena, sources);
	schema = site_schema(arena);
	graph = site_load(arena, all, schema, texts, TEXTS, &options);
	if (!graph) {
		struct text out;

		text_init(&out, arena);
		diag_print(all, &out, 0, DIAG_CONCISE, false);
		ck_abort_msg("%.*s", STR_ARG(text_str(&out)));
	}
}

static void write_good(void)
{
	static const uint64_t verdicts[] = { 2, 30, UINT64_MAX };
	struct snapshot_note *note = ARENA_NEW(arena, struct snapshot_note);
	struct str *parts, why;
	struct text all;
	size_t count;

	*note = (struct snapshot_note){ STR("node Foo"), 3,
		{ graph->inputs.items[0].file, 1, 5 } };
	extras = (struct snapshot_extras){ { GRADE_INFERRED, false, false, STR("") },
		note, 1, STR("a pack"), verdicts, 3 };
	ck_assert(snapshot_write(arena, graph, &extras, &parts, &count, &why));
	text_init(&all, arena);
	for (size_t i = 0; i < count; i++)
		text_add(&all, parts[i]);
	length = all.length;
	bytes = all.at;
	copy = arena_alloc(arena, length + 64);
}

static void begin(void)
{
	arena = arena_new();
	unit_enter_folder();
	load();
	write_good();
}

static void end(void)
{
	unit_leave_folder();
	arena_free(arena);
}

static struct graph *read_bytes(const char *from, size_t size, struct str *why)
{
	FILE *file = fopen("site.scarpg", "wb");
	enum snapshot_state state;

	ck_assert(file && fwrite(from, 1, size, file) == size && fclose(file) == 0);
	return snapshot_read(arena, "site.scarpg", sources, schema, NULL, &extras, &state, why);
}

/* --- there and back -------------------------------------------------------- */

static void assert_same_origin(struct origin a, struct origin b)
{
	ck_assert_quietly(a.provenance == b.provenance);
	ck_assert_quietly(span_is_none(a.span) == span_is_none(b.span));
	ck_assert_quietly(span_is_none(a.span) || (a.span.start == b.span.start &&
	    a.span.end == b.span.end && str_equal(source_name(sources, a.span.file),
	    source_name(sources, b.span.file)) && str_equal(source_text(sources, a.span),
	    source_text(sources, b.span))));
}

static void assert_same_column(const struct graph *again, size_t attribute)
{
	const struct column *a = &graph->columns[attribute];
	const struct column *b = &again->columns[attribute];

	ck_assert_uint_eq(a->rows, b->rows);
	for (uint32_t i = 0; i < a->rows; i++)
		if (bit_get(a->known, i) || bit_get(a->absent, i))
			assert_same_origin(column_origin(graph, a, i),
			    column_origin(again, b, i));
}

static void assert_same_link(const struct graph *again, size_t attribute)
{
	const struct link *a = &graph->links[attribute], *b = &again->links[attribute];

	ck_assert_uint_eq(a->rows, b->rows);
	for (uint32_t i = 0; a->rows && i < a->offsets[a->rows]; i++)
		assert_same_origin(link_origin(graph, a, i), link_origin(again, b, i));
	for (uint32_t i = 0; i < a->rows; i++)
		if (bit_get(a->stated, i))
			assert_same_origin(link_row_origin(graph, a, i),
			    link_row_origin(again, b, i));
}

START_TEST(a_graph_comes_back_as_it_was)
{
	enum snapshot_state state;
	struct graph *again;
	unsigned dated = 0, gone = 0;
	struct str why;

	begin();
	again = read_bytes(bytes, length, &why);
	ck_assert_msg(again != NULL, "%.*s", STR_ARG(why));
	/* Its files are counted from 0, as those of the first one were. */
	ck_assert_text(site_dump(arena, snapshot_read(arena, "site.scarpg",
	    sources_new(arena), schema, NULL, &extras, &state, &why)),
	    site_dump(arena, graph).at);
	for (size_t i = 0; i < again->disputes.count; i++)
		gone += again->disputes.items[i].cell == ENTITY_NONE;
	ck_assert_uint_eq(again->disputes.count, graph->disputes.count);
	ck_assert_uint_eq(gone, 1);
	ck_assert_uint_eq(again->provenances.count, graph->provenances.count);
	for (size_t i = 0; i < graph->provenances.count; i++) {
		const struct provenance *a = &graph->provenances.items[i];
		const struct provenance *b = &again->provenances.items[i];

		dated += b->has_as_of;
		ck_assert(str_equal(a->name, b->name) && a->grade == b->grade &&
		    a->has_as_of == b->has_as_of && a->as_of == b->as_of);
	}
	ck_assert_uint_gt(dated, 0);
	ck_assert_uint_eq(again->inputs.count, TEXTS);
	ck_assert(str_equal(again->inputs.items[1].sha256, graph->inputs.items[1].sha256));
	ck_assert_uint_eq(extras.note_count, 1);
	ck_assert_uint_eq(extras.notes[0].count, 3);
	ck_assert_text(extras.notes[0].what, "node Foo");
	for (entity_id i = 0; i < graph->entity_count; i++)
		assert_same_origin(entity_origin(graph, i), entity_origin(again, i));
	for (size_t i = 0; i < schema->attributes.count; i++) {
		assert_same_column(again, i);
		assert_same_link(again, i);
	}
	end();
}
END_TEST

START_TEST(lines_of_a_file_come_block_by_block)
{
	struct graph *again;
	struct str why;

	begin();
	again = read_bytes(bytes, length, &why);
	ck_assert(again != NULL);
	for (size_t i = 0; i < TEXTS; i++) {
		uint32_t a = graph->inputs.items[i].file, b = again->inputs.items[i].file;

		ck_assert_uint_ne(a, b);
		ck_assert_uint_eq(source_length(sources, a), source_length(sources, b));
		ck_assert(str_equal(source_bytes(sources, a), source_bytes(sources, b)));
		for (uint32_t at = 0; at <= source_length(sources, a); at += 7) {
			struct place x = source_place(sources, a, at);
			struct place y = source_place(sources, b, at);

			ck_assert_quietly(x.line == y.line && x.column == y.column);
			ck_assert_quietly(str_equal(source_line(sources, a, x.line),
			    source_line(sources, b, x.line)));
		}
	}
	end();
}
END_TEST

/* --- what is refused --------------------------------------------------------- */

static unsigned stored_index(const char *kind, const char *name)
{
	uint16_t attribute = schema_find_attribute(schema,
	    schema_find_kind(schema, str_of(kind)), str_of(name));
	unsigned at = 0;

	ck_assert_uint_ne(attribute, SCHEMA_NONE);
	for (uint16_t i = 0; i < attribute; i++)
		at += !schema->attributes.items[i].derived;
	return at;
}

static void expect(enum snapshot_invariant number, size_t size, const char *statement)
{
	struct str why = STR(""), wanted = arena_printf(arena, "invariant %d (", (int)number);

	ck_assert_msg(!read_bytes(copy, size, &why), "accepted: %s", statement);
	ck_assert_msg(str_starts(why, wanted), "%s: %.*s", statement, STR_ARG(why));
	covered[number] = true;
}

static char *record_of(char *file, enum section section, unsigned attribute)
{
	char *found = snapshot_find(file, section, attribute);

	ck_assert_msg(found != NULL, "no section %s", section_infos[section].name);
	return found;
}

static char *record(enum section section, unsigned attribute)
{
	return record_of(copy, section, attribute);
}

static char *element(enum section section, unsigned attribute, size_t i)
{
	const char *e = record(section, attribute);

	ck_assert(i < snapshot_get(e + 16, 8));
	return copy + snapshot_get(e + 8, 8) + i * snapshot_get(e + 4, 4);
}

static void set_element(enum section section, unsigned attribute, size_t i, uint64_t value)
{
	snapshot_set(element(section, attribute, i), value,
	    (unsigned)snapshot_get(record(section, attribute) + 4, 4));
}

static uint64_t get_element(enum section section, unsigned attribute, size_t i)
{
	return snapshot_get(element(section, attribute, i),
	    (unsigned)snapshot_get(record(section, attribute) + 4, 4));
}

/* The last letter of the digest of a file that was read. */
static char *digest_end(void)
{
	char *at = element(SECTION_SYMBOL_BYTES, 0, 0);

	while (strspn(at, "0123456789abcdef") < 64)
		at++;
	return at + 63;
}

/* Changes what STATEMENT says; FIX: then what the writer would have summed. */
#define BREAKS_AT(number, fix, size, statement) do { \
		memcpy(copy, bytes, length); \
		statement; \
		fix; \
		expect(HOLDS_##number, size, #statement); \
	} while (0)
#define BREAKS(number, statement) \
	BREAKS_AT(number, snapshot_make_right(arena, copy, length), length, statement)

static void digest_table(void)
{
	memcpy(copy + 32, io_blake2b(arena, (struct str){ copy + SNAPSHOT_HEADER,
	    snapshot_entries(copy) * SNAPSHOT_RECORD }).at, 32);
}

#define BREAKS_TABLE(number, statement) \
	BREAKS_AT(number, digest_table(), length, statement)
#define BREAKS_RAW(number, statement) BREAKS_AT(number, (void)0, length, statement)

static void file_cases(void)
{
	BREAKS_AT(LENGTH, (void)0, 63, (void)0);
	BREAKS_AT(LENGTH, (void)0, length - 1, (void)0);
	BREAKS_AT(LENGTH, (void)0, length + 1, (void)0);
	BREAKS_RAW(LENGTH, snapshot_set(copy + 16, length + 1, 8));
	BREAKS_RAW(HEADER, copy[1] = 'X');
	BREAKS_RAW(HEADER, copy[8] = 99);
	BREAKS_RAW(HEADER, copy[10] = 1);
	BREAKS_RAW(HEADER, copy[24] = 1);
	BREAKS_RAW(DIGEST, copy[32] ^= 1);
	BREAKS_RAW(DIGEST, copy[64] ^= 1);
	BREAKS_RAW(SECTIONS, snapshot_set(copy + 12, UINT32_MAX, 4));
	BREAKS_TABLE(SECTIONS, snapshot_set(copy + 64, 0, 2));
	BREAKS_TABLE(SECTIONS, snapshot_set(copy + 64, 200, 2));
	BREAKS_TABLE(SECTIONS, snapshot_set(copy + 64 + 2, 1, 2));
	BREAKS_TABLE(SECTIONS, snapshot_set(copy + 64 + 8, 64, 8));
	BREAKS_TABLE(SECTIONS, snapshot_set(copy + 64 + 16, 0, 8));
	BREAKS_TABLE(SECTIONS, snapshot_set(copy + 64 + 16, UINT64_MAX, 8));
	BREAKS_TABLE(SECTIONS, snapshot_set(copy + 64 + 16, UINT64_C(1) << 61, 8));
	BREAKS_TABLE(SECTIONS, snapshot_set(record(SECTION_COLUMNS, 0),
	    SECTION_EXTENTS + 1, 2));
	BREAKS_TABLE(SECTIONS, snapshot_set(record(SECTION_KNOWN,
	    stored_index("Host", "zone")) + 2, stored_index("Host", "tags"), 2));
	BREAKS_TABLE(SECTIONS, snapshot_set(record(SECTION_ROW_PLACES,
	    stored_index("Principal", "runs")) + 2, 999, 2));
	BREAKS_TABLE(SECTIONS, snapshot_set(record(SECTION_SOURCE_BYTES, 0) + 16,
	    snapshot_get(record(SECTION_SOURCE_BYTES, 0) + 16, 8) - 1, 8));
	BREAKS_TABLE(ELEMENTS, snapshot_set(record(SECTION_KEYS, 0) + 4, 8, 4));
	BREAKS_TABLE(ELEMENTS, snapshot_set(record(SECTION_CODES,
	    stored_index("Host", "zone")) + 4, 3, 4));
	BREAKS_RAW(DAMAGE, *element(SECTION_SCHEMA, 0, 3) ^= 1);
	BREAKS_RAW(DAMAGE, *element(SECTION_CODES, stored_index("Host", "zone"), 1) ^= 1);
}

/* One element less, where what follows stays where it is. */
static void shorten(enum section section, unsigned attribute)
{
	char *e = record(section, attribute);

	snapshot_set(e + 16, snapshot_get(e + 16, 8) - 1, 8);
}

static void text_cases(void)
{
	size_t last = (size_t)snapshot_get(record(SECTION_SYMBOL_BYTES, 0) + 16, 8) - 1;

	BREAKS(SYMBOLS, set_element(SECTION_SYMBOL_STARTS, 0, 0, 1));
	BREAKS(SYMBOLS, set_element(SECTION_SYMBOL_STARTS, 0, 2, 0));
	BREAKS(SYMBOLS, set_element(SECTION_SYMBOL_STARTS, 0, 2, UINT32_MAX));
	BREAKS(SYMBOLS, *element(SECTION_SYMBOL_BYTES, 0, last) = 'x');
	BREAKS(SYMBOLS, *element(SECTION_SYMBOL_BYTES, 0, last - 1) = 0);
	BREAKS(UTF8, *element(SECTION_SYMBOL_BYTES, 0, last - 1) = (char)0xff);
	BREAKS(ORDER, *element(SECTION_SYMBOL_BYTES, 0, last - 1) = 1);
	BREAKS(ORDER, set_element(SECTION_SYMBOL_PLACES, 0, 0,
	    get_element(SECTION_SYMBOL_PLACES, 0, 1)));
	BREAKS(ORDER, set_element(SECTION_SYMBOL_PLACES, 0, 0, UINT32_MAX));
	BREAKS(ELEMENTS, shorten(SECTION_SYMBOL_PLACES, 0));
}

#define FIELD(table, row, field) (size_t)(row) * table##_FIELDS + field

static void table_cases(void)
{
	BREAKS(SUMMARY, set_element(SECTION_SUMMARY, 0, SUMMARY_KINDS, 5));
	BREAKS(SUMMARY, set_element(SECTION_SUMMARY, 0, SUMMARY_ATTRIBUTES, 5));
	BREAKS(SUMMARY, set_element(SECTION_SUMMARY, 0, SUMMARY_LEAST, GRADE_COUNT));
	BREAKS(SUMMARY, set_element(SECTION_SUMMARY, 0, SUMMARY_HAS_AS_OF, 2));
	BREAKS(SUMMARY, (set_element(SECTION_SUMMARY, 0, SUMMARY_HAS_AS_OF, 0),
	    set_element(SECTION_SUMMARY, 0, SUMMARY_AS_OF, 1)));
	BREAKS(SUMMARY, (set_element(SECTION_SUMMARY, 0, SUMMARY_HAS_AS_OF, 1),
	    set_element(SECTION_SUMMARY, 0, SUMMARY_AS_OF, INT64_MAX)));
	BREAKS(SUMMARY, (set_element(SECTION_SUMMARY, 0, SUMMARY_HAS_AS_OF, 1),
	    set_element(SECTION_SUMMARY, 0, SUMMARY_AS_OF, (uint64_t)INT64_MIN)));
	BREAKS(SUMMARY, set_element(SECTION_SUMMARY, 0, SUMMARY_ENTITIES, UINT32_MAX));
	BREAKS(EXTENTS, set_element(SECTION_SUMMARY, 0, SUMMARY_ENTITIES,
	    graph->entity_count + 1));
	BREAKS(EXTENTS, set_element(SECTION_EXTENTS, 0, FIELD(EXTENT, 0, EXTENT_FIRST), 1));
	BREAKS(EXTENTS, (set_element(SECTION_EXTENTS, 0, FIELD(EXTENT, 0, EXTENT_FIRST), 1),
	    set_element(SECTION_EXTENTS, 0, FIELD(EXTENT, 0, EXTENT_ROWS),
		get_element(SECTION_EXTENTS, 0, FIELD(EXTENT, 0, EXTENT_ROWS)) - 1)));
	for (size_t k = 2; k < schema->kinds.count; k++)
		BREAKS(EXTENTS, set_element(SECTION_EXTENTS, 0, FIELD(EXTENT, k, EXTENT_FIRST),
		    0));
	BREAKS(EXTENTS, set_element(SECTION_EXTENTS, 0, FIELD(EXTENT, 1, EXTENT_FIRST), 99));
	BREAKS(EXTENTS, set_element(SECTION_EXTENTS, 0, FIELD(EXTENT, 1, EXTENT_ROWS), 1));
	BREAKS(EXTENTS, set_element(SECTION_EXTENTS, 0, FIELD(EXTENT, 1, EXTENT_CLOSED), 2));
	BREAKS(EXTENTS, set_element(SECTION_EXTENTS, 0, FIELD(EXTENT, 1, EXTENT_PLACE), 9));
	BREAKS(EXTENTS, set_element(SECTION_EXTENTS, 0,
	    FIELD(EXTENT, 1, EXTENT_PROVENANCE), 9));
	BREAKS(OWNERS, set_element(SECTION_OWNERS, 0, 0, UINT32_MAX - 1));
	BREAKS(OWNERS, set_element(SECTION_OWNERS, 0, 0, 1));
	BREAKS(OWNERS, set_element(SECTION_OWNERS, 0, graph->extents[3].first, 0));
	BREAKS(KEYS, set_element(SECTION_KEYS, 0, 0, 99999));
	BREAKS(ELEMENTS, shorten(SECTION_KEYS, 0));
	BREAKS(ELEMENTS, shorten(SECTION_OWNERS, 0));
	BREAKS(ELEMENTS, shorten(SECTION_ENTITY_PLACES, 0));
	BREAKS(PROVENANCES, set_element(SECTION_PROVENANCES, 0, PROVENANCE_NAME, 99999));
	BREAKS(PROVENANCES, set_element(SECTION_PROVENANCES, 0, PROVENANCE_GRADE, 7));
	BREAKS(PROVENANCES, set_element(SECTION_PROVENANCES, 0, PROVENANCE_HAS_UNTIL, 2));
	BREAKS(PROVENANCES, set_element(SECTION_PROVENANCES, 0, PROVENANCE_BY, 99999));
	BREAKS(PROVENANCES, set_element(SECTION_PROVENANCES, 0, PROVENANCE_PLACE, 9));
	BREAKS(DISPUTES, set_element(SECTION_DISPUTES, 0, DISPUTE_ATTRIBUTE, 999));
	BREAKS(DISPUTES, set_element(SECTION_DISPUTES, 0, DISPUTE_ENTITY, 0));
	BREAKS(DISPUTES, set_element(SECTION_DISPUTES, 0, DISPUTE_ABSENT, 2));
	BREAKS(DISPUTES, set_element(SECTION_DISPUTES, 0, DISPUTE_CELL,
	    (uint64_t)INT64_MIN));
	BREAKS(DISPUTES, set_element(SECTION_DISPUTES, 0, DISPUTE_SPELLING, 99999));
	BREAKS(DISPUTES, set_element(SECTION_DISPUTES, 0, DISPUTE_PROVENANCE, 9));
	BREAKS(SOURCES, set_element(SECTION_SOURCES, 0, SOURCE_NAME, 99999));
	BREAKS(SOURCES, set_element(SECTION_SOURCES, 0, SOURCE_SHA256, 0));
	/* One letter of a digest is none. */
	for (const char *letter = "/:@`gF"; *letter; letter++)
		BREAKS(SOURCES, *digest_end() = *letter);
	BREAKS(ELEMENTS, shorten(SECTION_SOURCES, 0));
	BREAKS(ELEMENTS, shorten(SECTION_BLOCKS, 0));
	BREAKS(ELEMENTS, shorten(SECTION_SHAPES, 0));
	BREAKS(ELEMENTS, shorten(SECTION_PROVENANCES, 0));
	BREAKS(ELEMENTS, shorten(SECTION_DISPUTES, 0));
	BREAKS(ELEMENTS, shorten(SECTION_NOTES, 0));
	BREAKS(DISPUTES, set_element(SECTION_DISPUTES, 0, DISPUTE_OUTRANKED, 2));
	BREAKS(DISPUTES, set_element(SECTION_DISPUTES, 0, DISPUTE_ENTITY, UINT32_MAX));
	BREAKS(SOURCES, set_element(SECTION_SOURCES, 0, SOURCE_START, 1));
	BREAKS(SOURCES, set_element(SECTION_SOURCES, 0, FIELD(SOURCE, 2, SOURCE_LENGTH), 1));
	BREAKS(SOURCES, set_element(SECTION_SUMMARY, 0, SUMMARY_INPUTS, 5));
	BREAKS(NOTES, set_element(SECTION_NOTES, 0, NOTE_WHAT, 99999));
	BREAKS(NOTES, set_element(SECTION_NOTES, 0, NOTE_PLACE + PLACE_END, 99999));
}

static void column_cases(void)
{
	unsigned zone = stored_index("Host", "zone"), os = stored_index("Host", "os");
	unsigned patched = stored_index("Host", "patched");
	unsigned named = stored_index("Host", "internet_fqdn");
	unsigned fqdn = stored_index("Host", "fqdn");
	unsigned host = stored_index("Role", "host"), port = stored_index("Host", "port");
	size_t fields = COLUMN_FIELDS;

	BREAKS(TAIL, set_element(SECTION_KNOWN, zone, 0, UINT64_MAX));
	BREAKS(ROWS, set_element(SECTION_COLUMNS, 0, zone * fields + COLUMN_WIDTH, 3));
	BREAKS(ROWS, set_element(SECTION_COLUMNS, 0, zone * fields + COLUMN_WIDTH, 2));
	BREAKS(ROWS, set_element(SECTION_COLUMNS, 0, zone * fields + COLUMN_WIDTH, 8));
	BREAKS(ROWS, set_element(SECTION_COLUMNS, 0, patched * fields + COLUMN_BASE, 1));
	BREAKS(ROWS, set_element(SECTION_COLUMNS, 0,
	    zone * fields + COLUMN_HAS_DICTIONARY, 2));
	BREAKS(ELEMENTS, set_element(SECTION_COLUMNS, 0,
	    os * fields + COLUMN_HAS_DICTIONARY, 0));
	BREAKS(ELEMENTS, shorten(SECTION_CODES, zone));
	BREAKS(ELEMENTS, shorten(SECTION_SPELLED, os));
	BREAKS(ELEMENTS, shorten(SECTION_COLUMN_PLACES,
	    stored_index("Role", "pxe")));
	BREAKS(DICTIONARY, set_element(SECTION_DICTIONARY, os, 1,
	    get_element(SECTION_DICTIONARY, os, 0)));
	BREAKS(DICTIONARY, set_element(SECTION_DICTIONARY, os, 0, 99999));
	BREAKS(CODES, set_element(SECTION_CODES, zone, 0, 3));
	BREAKS(CODES, set_element(SECTION_CODES, zone, 4, 1));
	BREAKS(CODES, set_element(SECTION_CODES, os, 0, 2));
	BREAKS(CODES, set_element(SECTION_CODES, named, 1, 200));
	BREAKS(CODES, set_element(SECTION_CODES, host, 0, 200));
	BREAKS(CODES, set_element(SECTION_CODES, patched, 0, 4));
	BREAKS(FOLDED, set_element(SECTION_COLUMNS, 0, fqdn * fields + COLUMN_BASE,
	    symbol_find(graph->symbols, STR("A")) - get_element(SECTION_CODES, fqdn, 0)));
	BREAKS(CODES, set_element(SECTION_COLUMNS, 0, host * fields + COLUMN_BASE, 0));
	BREAKS(CODES, set_element(SECTION_COLUMNS, 0, host * fields + COLUMN_BASE,
	    UINT64_MAX));
	BREAKS(KEYS, set_element(SECTION_SPELLED, os, 0, 99999));
	BREAKS(TAIL, set_element(SECTION_ASSUMED, port, 0, UINT64_MAX));
	BREAKS(CODES, set_element(SECTION_COLUMNS, 0, zone * fields +
	    COLUMN_HAS_DICTIONARY, 1));
	BREAKS(STATES, set_element(SECTION_ABSENT, named, 0, 2));
	BREAKS(STATES, set_element(SECTION_ASSUMED, port, 0,
	    get_element(SECTION_ASSUMED, port, 0) |
	    ~get_element(SECTION_KNOWN, port, 0) % 512));
}

static void link_cases(void)
{
	unsigned tags = stored_index("Host", "tags"), ports = stored_index("Host", "ports");
	unsigned roles = stored_index("Host", "roles"), zones = stored_index("Host", "zones");

	BREAKS(TAIL, set_element(SECTION_CERTAIN, tags, 0, UINT64_MAX));
	BREAKS(OFFSETS, set_element(SECTION_OFFSETS, tags, 0, 1));
	BREAKS(OFFSETS, set_element(SECTION_OFFSETS, tags, 1, 99));
	BREAKS(ELEMENTS, shorten(SECTION_OFFSETS, tags));
	BREAKS(ELEMENTS, shorten(SECTION_LINK_PLACES, tags));
	BREAKS(ELEMENTS, shorten(SECTION_ROW_PLACES,
	    stored_index("Principal", "runs")));
	BREAKS(OFFSETS, shorten(SECTION_CELLS, tags));
	BREAKS(CELLS, set_element(SECTION_CELLS, tags, 0, 99999));
	BREAKS(CELLS, set_element(SECTION_CELLS, zones, 0, 3));
	BREAKS(CELLS, set_element(SECTION_CELLS, roles, 0, 0));
	BREAKS(CELLS, set_element(SECTION_CELLS, ports, 0, (uint64_t)INT64_MIN));
	BREAKS(CELLS, set_element(SECTION_CELLS, ports, 1, INT64_MAX));
	BREAKS(ASCENDING, set_element(SECTION_CELLS, roles, 1,
	    get_element(SECTION_CELLS, roles, 0)));
	BREAKS(ASCENDING, set_element(SECTION_CELLS, ports, 1,
	    get_element(SECTION_CELLS, ports, 0)));
}

/* Sites own their children here, which the file says too. */
START_TEST(owners_never_own_each_other)
{
	uint16_t site, children;
	entity_id first;
	struct str why;

	begin();
	site = schema_find_kind(schema, STR("Site"));
	children = schema_find_attribute(schema, site, STR("children"));
	schema->kinds.items[site].owner = children;
	schema->attributes.items[children].owned = true;
	first = graph->extents[site].first;
	write_good();
	ck_assert_msg(read_bytes(bytes, length, &why) != NULL, "%.*s", STR_ARG(why));
	/* Two kinds, one below the other, that stand in the same. */
	schema->kinds.items[schema_find_kind(schema, STR("Host"))].owner = children;
	write_good();
	ck_assert_msg(read_bytes(bytes, length, &why) != NULL, "%.*s", STR_ARG(why));
	BREAKS(OWNERS, set_element(SECTION_OWNERS, 0, first, first));
	BREAKS(OWNERS, (set_element(SECTION_OWNERS, 0, first, first + 1),
	    set_element(SECTION_OWNERS, 0, first + 1, first)));
	end();
}
END_TEST

/* Numbers so far apart that each stands as it is. */
START_TEST(wide_numbers_are_numbers)
{
	struct inventory_options options = { 0 };
	struct inventory_notes notes = { 0 };
	struct diagnostics *all;
	struct text site;
	struct str path;
	unsigned number;

	begin();
	text_init(&site, arena);
	text_add(&site, STR("scarp: 1\nschema: site\n"
	    "source: { name: scan, grade: observed }\nagents:\n"));
	for (int i = 0; i < 700; i++)
		text_printf(&site, "  - { vendor: v, number: %lld }\n",
		    (long long)(i - 350) * (INT64_MAX / 351));
	all = diagnostics_new(arena, sources);
	path = site_write(arena, 7, arena_copy(arena, text_str(&site)).at);
	graph = inventory_load(arena, all, schema, &path, 1, &options, &notes);
	ck_assert_ptr_nonnull(graph);
	write_good();
	number = stored_index("Agent", "number");
	ck_assert_uint_eq(snapshot_get(record_of(bytes, SECTION_CODES, number) + 4, 4), 8);
	BREAKS(CODES, set_element(SECTION_CODES, number, 9, (uint64_t)INT64_MIN));
	BREAKS(CODES, set_element(SECTION_CODES, number, 9, (uint64_t)INT64_MAX));
	BREAKS(CODES, set_element(SECTION_KNOWN, number, 0, ~(uint64_t)1));
	end();
}
END_TEST

/* What is asked for of a graph that was read; it must raise. */
static void expect_late(enum snapshot_invariant number, bool bytes_too,
    const char *statement)
{
	struct str why, wanted = arena_printf(arena, "the snapshot is damaged, or has "
	    "changed: invariant %d (", (int)number);
	struct graph *volatile again = read_bytes(copy, length, &why);
	struct guard guard;

	ck_assert_msg(again != NULL, "%s: %.*s", statement, STR_ARG(why));
	if (!GUARD_SET(&guard)) {
		ck_assert_msg(str_starts(str_of(guard_reason()), wanted), "%s: %s",
		    statement, guard_reason());
		covered[number] = true;
		return;
	}
	entity_origin(again, 0);
	if (bytes_too)
		source_bytes(sources, again->inputs.items[0].file);
	guard_clear(&guard);
	ck_abort_msg("accepted: %s", statement);
}

#define BREAKS_LATE(number, fix, bytes_too, statement) do { \
		memcpy(copy, bytes, length); \
		statement; \
		fix; \
		expect_late(HOLDS_##number, bytes_too, #statement); \
	} while (0)

static void cold_cases(void)
{
	uint64_t shape = get_element(SECTION_ENTITY_PLACES, 0, 0) & UINT32_MAX;

	BREAKS_LATE(BLOCK, (void)0, true, *element(SECTION_SOURCE_BYTES, 0, 9) ^= 1);
	BREAKS_LATE(BLOCK, (void)0, false, *element(SECTION_ENTITY_PLACES, 0, 0) ^= 1);
	BREAKS_LATE(PLACES, snapshot_make_right(arena, copy, length), false,
	    set_element(SECTION_ENTITY_PLACES, 0, 0, 99999));
	BREAKS_LATE(PLACES, snapshot_make_right(arena, copy, length), false,
	    set_element(SECTION_ENTITY_PLACES, 0, 0, shape | UINT64_C(99999) << 32));
	BREAKS_LATE(PLACES, snapshot_make_right(arena, copy, length), false,
	    set_element(SECTION_SHAPES, 0, shape * SHAPE_FIELDS + SHAPE_PROVENANCE, 9));
	BREAKS_LATE(PLACES, snapshot_make_right(arena, copy, length), false,
	    set_element(SECTION_SHAPES, 0, shape * SHAPE_FIELDS + SHAPE_FILE, 9));
}

START_TEST(each_invariant_is_refused_by_its_number)
{
	static const int numbers[] = {
#define HOLDS(number, name, text) number,
#include "vm/snapshot_invariants.def"
#undef HOLDS
	};

	begin();
	memcpy(copy, bytes, length);
	file_cases();
	text_cases();
	table_cases();
	column_cases();
	link_cases();
	memcpy(copy, bytes, length);
	cold_cases();
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		ck_assert_msg(covered[numbers[i]], "invariant %d is broken by no case",
		    numbers[i]);
	end();
}
END_TEST

START_TEST(another_schema_is_told_by_its_first_line)
{
	struct snapshot_extras other = { 0 };
	enum snapshot_state state;
	struct str why;

	begin();
	ck_assert(read_bytes(bytes, length, &why) != NULL);
	schema->attributes.items[schema_find_attribute(schema, 1, STR("port"))].fallback = 80;
	ck_assert_ptr_null(snapshot_read(arena, "site.scarpg", sources, schema, NULL, &other,
	    &state, &why));
	ck_assert_int_eq(state, SNAPSHOT_OTHER_SCHEMA);
	ck_assert_text(why, "it has `Host.port: int, default 1433`, the pack "
	    "`Host.port: int, default 80`");
	end();
}
END_TEST

START_TEST(another_schema_has_a_reason_when_no_line_differs)
{
	struct snapshot_extras other = { 0 };
	enum snapshot_state state;
	struct str why;
	char *e;

	begin();
	memcpy(copy, bytes, length);
	e = record(SECTION_SCHEMA, 0);
	snapshot_set(e + 16, snapshot_get(e + 16, 8) - 1, 8);
	snapshot_make_right(arena, copy, length);
	ck_assert(io_write(arena, "site.scarpg", (struct str){ copy, length }, &why));
	ck_assert_ptr_null(snapshot_read(arena, "site.scarpg", sources, schema, NULL, &other,
	    &state, &why));
	ck_assert_int_eq(state, SNAPSHOT_OTHER_SCHEMA);
	ck_assert_text(why, "its last line ends otherwise than the pack's");
	end();
}
END_TEST

static struct graph *read_but(const char *left_out, struct str *why)
{
	enum snapshot_state state;

	return snapshot_read(arena, "site.scarpg", sources, schema,
	    site_footprint(arena, schema, left_out), &extras, &state, why);
}

/* What is left out is not looked at: damage to it is nobody's. */
START_TEST(only_what_is_in_a_footprint_is_read)
{
	struct graph *again;
	struct str why;
	size_t os;

	begin();
	os = schema_find_attribute(schema, schema_find_kind(schema, STR("Host")), STR("os"));
	memcpy(copy, bytes, length);
	*element(SECTION_CODES, (unsigned)os, 0) ^= 1;
	ck_assert(io_write(arena, "site.scarpg", (struct str){ copy, length }, &why));
	ck_assert_ptr_null(read_but(" patched ", &why));
	ck_assert_text(why, "invariant 6 (the sum of a section is that of its bytes): "
	    "CODES of Host.os: it is damaged");
	again = read_but(" patched os admins admin_of ", &why);
	ck_assert_msg(again != NULL, "%.*s", STR_ARG(why));
	ck_assert_uint_eq(again->columns[os].rows, 0);
	for (size_t i = 0; i < schema->attributes.count; i++)
		if (graph_holds(again, i)) {
			assert_same_column(again, i);
			assert_same_link(again, i);
		}
	end();
}
END_TEST

static void round_trip(struct arena *region)
{
	struct snapshot_extras own = { 0 };
	enum snapshot_state state;
	struct str why;

	ck_assert(snapshot_read(region, "site.scarpg", sources_new(region), schema, NULL, &own,
	    &state, &why) != NULL);
}

START_TEST(every_refused_allocation_raises)
{
	struct str why;

	begin();
	ck_assert(read_bytes(bytes, length, &why) != NULL);
	ck_assert_uint_gt(unit_refuse_each(round_trip), 5);
	end();
}
END_TEST

UNIT_MAIN(owners_never_own_each_other, wide_numbers_are_numbers,
    a_graph_comes_back_as_it_was, lines_of_a_file_come_block_by_block,
    each_invariant_is_refused_by_its_number, another_schema_is_told_by_its_first_line,
    another_schema_has_a_reason_when_no_line_differs,
    only_what_is_in_a_footprint_is_read, every_refused_allocation_raises)
