/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A graph as the parts of a .scarpg.  What a section holds is shared with the
 * graph where the file has it as memory does; small tables become 64-bit words.
 */
#include "vm/snapshot_file.h"
#include "vm/snapshot_texts.h"

struct written {
	enum section section;
	uint16_t attribute;	/* place among the stored ones; 0 for ONE */
	uint8_t size;
	struct str bytes;
};

struct writer {
	struct arena *arena;
	const struct graph *graph;
	const struct snapshot_extras *extras;
	struct snapshot_texts texts;
	struct stored stored;
	VEC(uint32_t) files;		/* of the sources: inputs first */
	uint32_t *file_numbers;		/* by file of the sources; SOURCE_NONE: none */
	struct shapes *shapes;
	VEC(struct written) sections[SECTION_COUNT];
};

/* --- sections ------------------------------------------------------------ */

static void put(struct writer *w, enum section section, uint32_t attribute,
    unsigned size, const void *elements, size_t count)
{
	struct written *to;

	if (count == 0)
		return;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	elements = arena_copy(w->arena, (struct str){ elements, count * size }).at;
	snapshot_swap((void *)elements, count, size);
#endif
	to = VEC_PUSH(w->arena, &w->sections[section]);
	*to = (struct written){ section, (uint16_t)attribute, (uint8_t)size,
		{ elements, count * size } };
}

/* One without a bit is left out. */
static void put_plane(struct writer *w, enum section section, uint32_t attribute,
    const uint64_t *words, size_t bits)
{
	uint64_t any = 0;

	for (size_t i = 0; words && i < BITS_WORDS(bits); i++)
		any |= words[i];
	if (any)
		put(w, section, attribute, 8, words, BITS_WORDS(bits));
}

struct words {
	uint64_t *at;
	size_t count, next;
};

static struct words words_new(struct writer *w, size_t records, size_t fields)
{
	return (struct words){ ARENA_ARRAY(w->arena, uint64_t, records * fields),
		records * fields, 0 };
}

static void add(struct words *words, uint64_t value)
{
	words->at[words->next++] = value;
}

static void put_words(struct writer *w, enum section section, const struct words *words)
{
	put(w, section, 0, 8, words->at, words->count);
}

/* --- places -------------------------------------------------------------- */

static void note_file(struct writer *w, uint32_t file)
{
	if (file == SOURCE_NONE || w->file_numbers[file] != SOURCE_NONE)
		return;
	w->file_numbers[file] = (uint32_t)w->files.count;
	*VEC_PUSH(w->arena, &w->files) = file;
}

/* Facts stand in inputs; those of a document that was read otherwise, where
 * its entities do, or where it closes a kind. */
static void note_files(struct writer *w)
{
	const struct graph *g = w->graph;
	uint32_t count = sources_count(g->sources);

	w->file_numbers = ARENA_ARRAY(w->arena, uint32_t, count);
	memset(w->file_numbers, 0xff, count * sizeof(*w->file_numbers));
	for (size_t i = 0; i < g->inputs.count; i++)
		note_file(w, g->inputs.items[i].file);
	for (uint32_t i = 0; g->inputs.count == 0 && i < g->entity_count; i++)
		note_file(w, entity_origin(g, i).span.file);
	for (size_t k = 0; g->inputs.count == 0 && k < g->schema->kinds.count; k++)
		note_file(w, extent_origin(g, (uint16_t)k).span.file);
}

static uint32_t file_number(struct writer *w, uint32_t file)
{
	return file == SOURCE_NONE ? SOURCE_NONE : w->file_numbers[file];
}

/* Nowhere, when it is in none of these files. */
static struct span known_span(struct writer *w, struct span span)
{
	return file_number(w, span.file) == SOURCE_NONE ? SPAN_NONE : span;
}

static void add_span(struct writer *w, struct words *words, struct span span)
{
	span = known_span(w, span);
	add(words, file_number(w, span.file));
	add(words, span.start);
	add(words, span.end);
}

/* --- shapes --------------------------------------------------------------- */

/* Few facts differ in all but where they start. */
struct shapes {
	VEC(uint32_t) fields;
	uint32_t *slots, slot_count;	/* number + 1; a power of two of them */
};

static uint32_t shape_slot(const struct shapes *shapes, const uint32_t shape[SHAPE_FIELDS])
{
	uint64_t hash = shape[0] * UINT64_C(0x9e3779b97f4a7c15) ^
	    shape[1] * UINT64_C(0xbf58476d1ce4e5b9) ^
	    shape[2] * UINT64_C(0x94d049bb133111eb);
	uint32_t i = (uint32_t)(hash >> 32);

	for (;; i++) {
		uint32_t at = i & (shapes->slot_count - 1);
		uint32_t number = shapes->slots[at];

		if (number == 0 || memcmp(shapes->fields.items + (size_t)(number - 1) *
		    SHAPE_FIELDS, shape, SHAPE_FIELDS * sizeof(*shape)) == 0)
			return at;
	}
}

static void widen_shapes(struct arena *arena, struct shapes *shapes)
{
	shapes->slot_count = shapes->slot_count ? shapes->slot_count * 4 : 1024;
	shapes->slots = ARENA_ARRAY(arena, uint32_t, shapes->slot_count);
	for (uint32_t i = 0; i < shapes->fields.count / SHAPE_FIELDS; i++)
		shapes->slots[shape_slot(shapes, shapes->fields.items +
		    (size_t)i * SHAPE_FIELDS)] = i + 1;
}

static uint32_t shape_number(struct writer *w, const uint32_t shape[SHAPE_FIELDS])
{
	struct shapes *shapes = w->shapes;
	uint32_t at;

	if (shapes->fields.count / SHAPE_FIELDS >= shapes->slot_count / 2)
		widen_shapes(w->arena, shapes);
	at = shape_slot(shapes, shape);
	if (shapes->slots[at] == 0) {
		for (int i = 0; i < SHAPE_FIELDS; i++)
			*VEC_PUSH(w->arena, &shapes->fields) = shape[i];
		shapes->slots[at] = (uint32_t)(shapes->fields.count / SHAPE_FIELDS);
	}
	return shapes->slots[at] - 1;
}

static uint64_t place_of(struct writer *w, struct origin origin)
{
	struct span span = known_span(w, origin.span);
	const uint32_t shape[SHAPE_FIELDS] = { file_number(w, span.file),
		span.end - span.start, origin.provenance };

	return (uint64_t)span.start << 32 | shape_number(w, shape);
}

static const struct origin nowhere = { { SOURCE_NONE, 0, 0 }, 0 };

static void put_entity_places(struct writer *w)
{
	uint32_t count = w->graph->entity_count;
	uint64_t *places = ARENA_ARRAY(w->arena, uint64_t, count);

	for (uint32_t i = 0; i < count; i++)
		places[i] = place_of(w, entity_origin(w->graph, i));
	put(w, SECTION_ENTITY_PLACES, 0, 8, places, count);
}

static void put_column_places(struct writer *w, uint32_t at, const struct column *c)
{
	uint64_t *places = ARENA_ARRAY(w->arena, uint64_t, c->rows);

	for (uint32_t i = 0; i < c->rows; i++)
		places[i] = place_of(w, bit_get(c->known, i) || bit_get(c->absent, i)
		    ? column_origin(w->graph, c, i) : nowhere);
	put(w, SECTION_COLUMN_PLACES, at, 8, places, c->rows);
}

static void put_link_places(struct writer *w, uint32_t at, const struct link *l)
{
	uint32_t count = l->offsets[l->rows];
	uint64_t *places = ARENA_ARRAY(w->arena, uint64_t, count);
	uint64_t *rows = ARENA_ARRAY(w->arena, uint64_t, l->rows);

	for (uint32_t i = 0; i < count; i++)
		places[i] = place_of(w, link_origin(w->graph, l, i));
	for (uint32_t i = 0; i < l->rows; i++)
		rows[i] = place_of(w, bit_get(l->stated, i) ?
		    link_row_origin(w->graph, l, i) : nowhere);
	put(w, SECTION_LINK_PLACES, at, 8, places, count);
	put(w, SECTION_ROW_PLACES, at, 8, rows, l->rows);
}

/* --- columns and links ---------------------------------------------------- */

static void put_column(struct writer *w, uint32_t at, struct words *words)
{
	const struct column *from = &w->graph->columns[w->stored.attributes[at]];
	struct column c = snapshot_column(&w->texts, from);
	size_t bytes = column_bytes(&c);
	unsigned size = c.width ? c.width : 8;

	add(words, c.width);
	add(words, (uint64_t)c.base);
	add(words, c.dictionary != NULL);
	if (c.rows == 0)
		return;
	put(w, SECTION_CODES, at, size, c.codes, bytes / size);
	put(w, SECTION_DICTIONARY, at, 8, c.dictionary, c.dictionary_count);
	put_plane(w, SECTION_KNOWN, at, c.known, c.rows);
	put_plane(w, SECTION_ABSENT, at, c.absent, c.rows);
	put_plane(w, SECTION_ASSUMED, at, c.assumed, c.rows);
	put_plane(w, SECTION_DISPUTED, at, c.disputed, c.rows);
	if (c.spelled)
		put(w, SECTION_SPELLED, at, 4, c.spelled, c.rows);
	put_column_places(w, at, from);
}

static void put_link(struct writer *w, uint32_t at, struct words *words)
{
	const struct link *from = &w->graph->links[w->stored.attributes[at]];
	uint32_t count = from->rows ? from->offsets[from->rows] : 0;
	struct link l = snapshot_link(&w->texts, from);

	add(words, l.width);
	if (l.rows == 0)
		return;
	put(w, SECTION_OFFSETS, at, 4, l.offsets, (size_t)l.rows + 1);
	put(w, SECTION_CELLS, at, l.width, l.cells, count);
	put_plane(w, SECTION_CERTAIN, at, l.certain, count);
	put_plane(w, SECTION_CLOSED, at, l.closed, l.rows);
	put_plane(w, SECTION_STATED, at, l.stated, l.rows);
	put_plane(w, SECTION_DOUBTED, at, l.disputed, count);
	if (l.spelled)
		put(w, SECTION_WRITTEN, at, 4, l.spelled, count);
	put_link_places(w, at, from);
}

static void put_attributes(struct writer *w)
{
	const struct schema *schema = w->graph->schema;
	struct words columns = words_new(w, w->stored.count, COLUMN_FIELDS);
	struct words links = words_new(w, w->stored.count, LINK_FIELDS);

	for (uint32_t at = 0; at < w->stored.count; at++) {
		if (schema->attributes.items[w->stored.attributes[at]].type.set) {
			put_link(w, at, &links);
			columns.next += COLUMN_FIELDS;
		} else {
			put_column(w, at, &columns);
			links.next += LINK_FIELDS;
		}
	}
	put_words(w, SECTION_COLUMNS, &columns);
	put_words(w, SECTION_LINKS, &links);
}

/* --- tables -------------------------------------------------------------- */

static symbol symbol_for(struct writer *w, struct str text)
{
	return symbol_of(w->graph->symbols, text);
}

static uint64_t text_number(struct writer *w, struct str text)
{
	return snapshot_text_number(&w->texts, symbol_for(w, text));
}

/* Number + 1: 0 is none. */
static uint64_t maybe_number(struct writer *w, struct str text)
{
	return text.at ? text_number(w, text) + 1 : 0;
}

/* Texts that stand beside the arrays. */
static bool sort_texts(struct writer *w, struct str *why)
{
	const struct graph *g = w->graph;
	VEC(symbol) extra = { 0 };

	for (size_t i = 0; i < g->provenances.count; i++) {
		*VEC_PUSH(w->arena, &extra) = symbol_for(w, g->provenances.items[i].name);
		*VEC_PUSH(w->arena, &extra) = symbol_for(w, g->provenances.items[i].by);
	}
	for (size_t i = 0; i < g->disputes.count; i++)
		*VEC_PUSH(w->arena, &extra) = symbol_for(w, g->disputes.items[i].spelling);
	for (size_t i = 0; i < w->files.count; i++)
		*VEC_PUSH(w->arena, &extra) = symbol_for(w,
		    source_name(g->sources, w->files.items[i]));
	for (size_t i = 0; i < g->inputs.count; i++)
		*VEC_PUSH(w->arena, &extra) = symbol_for(w, g->inputs.items[i].sha256);
	for (size_t i = 0; i < w->extras->note_count; i++)
		*VEC_PUSH(w->arena, &extra) = symbol_for(w, w->extras->notes[i].what);
	*VEC_PUSH(w->arena, &extra) = symbol_for(w, STR(""));
	return snapshot_texts_sort(&w->texts, extra.items, extra.count, why);
}

static void put_summary(struct writer *w)
{
	const struct graph *g = w->graph;
	const struct snapshot_choices *choices = &w->extras->choices;
	struct words words = words_new(w, 1, SUMMARY_FIELDS);

	words.at[SUMMARY_ENTITIES] = g->entity_count;
	words.at[SUMMARY_KINDS] = g->schema->kinds.count;
	words.at[SUMMARY_ATTRIBUTES] = w->stored.count;
	words.at[SUMMARY_HAS_AS_OF] = g->has_as_of;
	words.at[SUMMARY_AS_OF] = (uint64_t)g->as_of;
	words.at[SUMMARY_LEAST] = choices->least;
	words.at[SUMMARY_NO_DEFAULTS] = choices->no_defaults;
	words.at[SUMMARY_STRICT_MAPPING] = choices->strict_mapping;
	words.at[SUMMARY_INPUTS] = g->inputs.count;
	put_words(w, SECTION_SUMMARY, &words);
}

static void put_texts(struct writer *w)
{
	struct str schema = snapshot_schema(w->arena, w->graph->schema);
	struct str mappings = w->extras->choices.mappings;

	put(w, SECTION_SCHEMA, 0, 1, schema.at, schema.length);
	put(w, SECTION_MAPPINGS, 0, 1, mappings.at, mappings.length);
	put(w, SECTION_SYMBOL_STARTS, 0, 4, w->texts.starts, (size_t)w->texts.count + 1);
	put(w, SECTION_SYMBOL_PLACES, 0, 4, w->texts.places, w->texts.count);
	put(w, SECTION_SYMBOL_BYTES, 0, 1, w->texts.bytes,
	    w->texts.starts[w->texts.count]);
}

static void put_entities(struct writer *w)
{
	const struct graph *g = w->graph;
	struct words words = words_new(w, g->schema->kinds.count, EXTENT_FIELDS);
	symbol *keys = ARENA_ARRAY(w->arena, symbol, g->entity_count);

	for (size_t k = 0; k < g->schema->kinds.count; k++) {
		struct origin origin = extent_origin(g, (uint16_t)k);

		add(&words, g->extents[k].first);
		add(&words, g->extents[k].count);
		add(&words, g->extents[k].closed);
		add_span(w, &words, origin.span);
		add(&words, origin.provenance);
	}
	put_words(w, SECTION_EXTENTS, &words);
	for (uint32_t i = 0; i < g->entity_count; i++)
		keys[i] = snapshot_text_number(&w->texts, g->keys[i]);
	put(w, SECTION_OWNERS, 0, 4, g->owners, g->entity_count);
	put(w, SECTION_KEYS, 0, 4, keys, g->entity_count);
	put_plane(w, SECTION_POSSIBLE, 0, g->possible, g->entity_count);
	put_entity_places(w);
}

static void put_provenances(struct writer *w)
{
	struct words words = words_new(w, w->graph->provenances.count, PROVENANCE_FIELDS);

	for (size_t i = 0; i < w->graph->provenances.count; i++) {
		const struct provenance *p = &w->graph->provenances.items[i];

		add(&words, text_number(w, p->name));
		add(&words, p->grade);
		add(&words, p->has_as_of);
		add(&words, p->has_as_of ? (uint64_t)p->as_of : 0);
		add(&words, p->has_until);
		add(&words, p->has_until ? (uint64_t)p->until : 0);
		add(&words, maybe_number(w, p->by));
		add_span(w, &words, p->span);
	}
	put_words(w, SECTION_PROVENANCES, &words);
}

static uint32_t stored_number(const struct writer *w, uint16_t attribute)
{
	uint32_t at = 0;

	while (w->stored.attributes[at] != attribute)
		at++;
	return at;
}

static void put_disputes(struct writer *w)
{
	const struct graph *g = w->graph;
	struct words words = words_new(w, g->disputes.count, DISPUTE_FIELDS);

	for (size_t i = 0; i < g->disputes.count; i++) {
		const struct dispute *d = &g->disputes.items[i];
		bool text = type_is_text(g->schema->attributes.items[d->attribute].type);

		add(&words, stored_number(w, d->attribute));
		add(&words, d->entity);
		add(&words, d->outranked);
		add(&words, d->absent);
		add(&words, dispute_is_none(d) ? 0 : text ? snapshot_text_number(&w->texts,
		    (symbol)d->cell) : (uint64_t)d->cell);
		add(&words, maybe_number(w, d->spelling));
		add_span(w, &words, d->origin.span);
		add(&words, d->origin.provenance);
	}
	put_words(w, SECTION_DISPUTES, &words);
}

static void put_notes(struct writer *w)
{
	struct words words = words_new(w, w->extras->note_count, NOTE_FIELDS);

	for (size_t i = 0; i < w->extras->note_count; i++) {
		const struct snapshot_note *note = &w->extras->notes[i];

		add(&words, text_number(w, note->what));
		add(&words, note->count);
		add_span(w, &words, note->span);
	}
	put_words(w, SECTION_NOTES, &words);
}

/* --- files --------------------------------------------------------------- */

static uint32_t blocks_of(uint64_t length)
{
	return (uint32_t)(length / SNAPSHOT_LINES) + 1;
}

static void add_blocks(struct writer *w, struct words *words, uint32_t file)
{
	uint32_t length = source_length(w->graph->sources, file);

	for (uint32_t i = 0; i < blocks_of(length); i++) {
		struct source_point point = source_point(w->graph->sources, file,
		    i * SNAPSHOT_LINES);

		add(words, point.place.line);
		add(words, point.place.column);
		add(words, point.line_start);
	}
}

/* Last, when all spans were seen: the parts of its bytes are one section. */
static void put_files(struct writer *w, struct str **bytes)
{
	const struct graph *g = w->graph;
	struct words words = words_new(w, w->files.count, SOURCE_FIELDS), blocks;
	uint64_t start = 0, count = 0;

	*bytes = ARENA_ARRAY(w->arena, struct str, w->files.count);
	for (size_t i = 0; i < w->files.count; i++) {
		uint32_t file = w->files.items[i];

		(*bytes)[i] = source_bytes(g->sources, file);
		add(&words, text_number(w, source_name(g->sources, file)));
		add(&words, text_number(w, i < g->inputs.count ?
		    g->inputs.items[i].sha256 : STR("")));
		add(&words, start);
		add(&words, (*bytes)[i].length);
		start += (*bytes)[i].length;
		count += blocks_of((*bytes)[i].length);
	}
	put_words(w, SECTION_SOURCES, &words);
	blocks = words_new(w, (size_t)count, BLOCK_FIELDS);
	for (size_t i = 0; i < w->files.count; i++)
		add_blocks(w, &blocks, w->files.items[i]);
	put_words(w, SECTION_BLOCKS, &blocks);
}

/* --- the file ------------------------------------------------------------ */

/* Sections one behind the other, counted from the first byte of the first. */
struct layout {
	struct arena *arena;
	VEC(struct str) parts;
	VEC(struct entry) entries;
	uint64_t length;
};

static void lay_part(struct layout *l, struct str part)
{
	*VEC_PUSH(l->arena, &l->parts) = part;
	l->length += part.length;
}

static void pad(struct layout *l, uint64_t length)
{
	static const char zeros[SNAPSHOT_ALIGN];
	size_t over = length % SNAPSHOT_ALIGN;

	if (over)
		lay_part(l, (struct str){ zeros, SNAPSHOT_ALIGN - over });
}

static void lay_sections(struct writer *w, struct layout *l, enum section_heat heat)
{
	for (int s = 0; s < SECTION_COUNT; s++)
		for (size_t i = 0; section_infos[s].heat == heat &&
		    i < w->sections[s].count; i++) {
			const struct written *from = &w->sections[s].items[i];
			struct str bytes = from->bytes;

			pad(l, l->length);
			*VEC_PUSH(l->arena, &l->entries) = (struct entry){
				(enum section)s, from->attribute, from->size,
				l->length, bytes.length / from->size,
				heat == HEAT_HOT ? snapshot_sum(bytes.at,
				bytes.length) : 0 };
			lay_part(l, bytes);
		}
}

static void lay_sources(struct layout *l, const struct str *bytes, size_t count)
{
	uint64_t start;

	pad(l, l->length);
	start = l->length;
	for (size_t i = 0; i < count; i++)
		lay_part(l, bytes[i]);
	if (l->length > start)
		*VEC_PUSH(l->arena, &l->entries) = (struct entry){
			SECTION_SOURCE_BYTES, 0, 1, start, l->length - start, 0 };
}

/* Parts end anywhere, blocks do not. */
static void put_sums(struct writer *w, const struct layout *l)
{
	size_t count = (size_t)((l->length + SNAPSHOT_BLOCK - 1) / SNAPSHOT_BLOCK);
	uint64_t *sums = ARENA_ARRAY(w->arena, uint64_t, count);
	char *block = arena_alloc_raw(w->arena, SNAPSHOT_BLOCK);
	size_t filled = 0, next = 0;

	for (size_t i = 0; i < l->parts.count; i++) {
		struct str rest = l->parts.items[i];

		while (rest.length) {
			size_t most = SNAPSHOT_BLOCK - filled;
			size_t now = rest.length < most ? rest.length : most;

			memcpy(block + filled, rest.at, now);
			rest = str_slice(rest, now, rest.length);
			filled += now;
			if (filled == SNAPSHOT_BLOCK) {
				sums[next++] = snapshot_sum(block, filled);
				filled = 0;
			}
		}
	}
	if (filled)
		sums[next++] = snapshot_sum(block, filled);
	put(w, SECTION_SUMS, 0, 8, sums, count);
}

static void put_number(struct text *out, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		text_add_char(out, (char)(value >> (8 * i) & 0xff));
}

static void put_entries(struct text *out, const struct layout *l, uint64_t base)
{
	for (size_t i = 0; i < l->entries.count; i++) {
		const struct entry *e = &l->entries.items[i];

		put_number(out, (uint64_t)e->section + 1, 2);
		put_number(out, e->attribute, 2);
		put_number(out, e->size, 4);
		put_number(out, base + e->offset, 8);
		put_number(out, e->count, 8);
		put_number(out, e->sum, 8);
	}
}

static struct str header_of(struct arena *arena, uint64_t length, size_t sections,
    struct str table)
{
	static const char magic[8] = SNAPSHOT_MAGIC;
	struct text out;

	text_init(&out, arena);
	text_add(&out, (struct str){ magic, sizeof(magic) });
	put_number(&out, SNAPSHOT_VERSION, 2);
	put_number(&out, 0, 2);
	put_number(&out, sections, 4);
	put_number(&out, length, 8);
	put_number(&out, 0, 8);
	text_add(&out, io_blake2b(arena, table));
	text_add(&out, table);
	return text_str(&out);
}

static void lay_out(struct writer *w, const struct str *sources, struct str **parts,
    size_t *count)
{
	struct layout all = { .arena = w->arena }, hot = all, cold = all;
	struct text table;
	uint64_t start;

	lay_sections(w, &cold, HEAT_COLD);
	lay_sources(&cold, sources, w->files.count);
	put_sums(w, &cold);
	lay_sections(w, &hot, HEAT_HOT);
	pad(&hot, hot.length);
	start = SNAPSHOT_HEADER + (hot.entries.count + cold.entries.count) *
	    (uint64_t)SNAPSHOT_RECORD;
	pad(&all, start);
	start += all.length;
	text_init(&table, w->arena);
	put_entries(&table, &hot, start);
	put_entries(&table, &cold, start + hot.length);
	*VEC_PUSH(w->arena, &all.parts) = STR("");
	memmove(all.parts.items + 1, all.parts.items,
	    (all.parts.count - 1) * sizeof(*all.parts.items));
	all.parts.items[0] = header_of(w->arena, start + hot.length + cold.length,
	    hot.entries.count + cold.entries.count, text_str(&table));
	for (size_t i = 0; i < hot.parts.count; i++)
		lay_part(&all, hot.parts.items[i]);
	for (size_t i = 0; i < cold.parts.count; i++)
		lay_part(&all, cold.parts.items[i]);
	*parts = all.parts.items;
	*count = all.parts.count;
}

bool snapshot_write(struct arena *arena, const struct graph *graph,
    const struct snapshot_extras *extras, struct str **parts, size_t *count, struct str *why)
{
	struct writer w = { .arena = arena, .graph = graph, .extras = extras,
		.texts = { .arena = arena, .graph = graph } };
	struct str *sources;

	w.shapes = ARENA_NEW(arena, struct shapes);
	w.stored = snapshot_stored(arena, graph->schema);
	note_files(&w);
	if (!sort_texts(&w, why))
		return false;
	put_summary(&w);
	put_texts(&w);
	put_entities(&w);
	put_provenances(&w);
	put_disputes(&w);
	put_notes(&w);
	put_attributes(&w);
	put_files(&w, &sources);
	put(&w, SECTION_VERDICTS_OF, 0, 1, extras->verdicts_of.at, extras->verdicts_of.length);
	put(&w, SECTION_VERDICTS, 0, 8, extras->verdicts, extras->verdict_count);
	put(&w, SECTION_SHAPES, 0, 4, w.shapes->fields.items, w.shapes->fields.count);
	lay_out(&w, sources, parts, count);
	return true;
}
