/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of a .scarpg beside its columns and links. */
#include "base/utf8.h"
#include "vm/plane.h"
#include "vm/snapshot_open.h"
#include "vm/vectorize.h"

/* Owners above an entity of a kind that may own its like. */
#define OWNERS_MOST 1000

/* --- texts --------------------------------------------------------------- */

/* So that they are counted in 16 bits. */
#define ZEROS_AT_ONCE 32768

static size_t count_zeros(const char *bytes, size_t length)
{
	uint16_t zeros = 0;

	for (size_t i = 0; i < length; i++)
		zeros = (uint16_t)(zeros + (bytes[i] == 0));
	return zeros;
}

/* Every text ends with a NUL, and there are no others: one count for all. */
static bool check_ends(struct snapshot *s, const uint32_t *starts, const char *bytes,
    size_t length)
{
	uint32_t wrong = starts[0] != 0 || starts[s->symbol_count] != length;
	size_t zeros = 0;

	for (uint32_t i = 0; i < s->symbol_count; i++)
		wrong |= starts[i] >= starts[i + 1];
	if (wrong)
		return snapshot_fail(s, HOLDS_SYMBOLS, SECTION_SYMBOL_STARTS, 0,
		    "a text does not begin where the one before ends");
	for (size_t i = 0; i < length; i += ZEROS_AT_ONCE)
		zeros += count_zeros(bytes + i, length - i < ZEROS_AT_ONCE ?
		    length - i : ZEROS_AT_ONCE);
	for (uint32_t i = 1; i <= s->symbol_count; i++)
		wrong |= (unsigned char)bytes[starts[i] - 1];
	if (wrong || zeros != s->symbol_count)
		return snapshot_fail(s, HOLDS_SYMBOLS, SECTION_SYMBOL_BYTES, 0,
		    "a text does not end with its only NUL");
	return true;
}

/* The first eight bytes of a text; what comes behind a shorter one is its NUL
 * and then the next text, so they are only compared when they differ early. */
static uint64_t prefix_at(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

static struct str text_at(const uint32_t *starts, const char *bytes, uint32_t i)
{
	return (struct str){ bytes + starts[i], starts[i + 1] - 1 - starts[i] };
}

/* Of two texts of eight bytes and more their first eight mostly decide. */
static bool check_order(struct snapshot *s, const uint32_t *starts, const char *bytes)
{
	for (uint32_t i = 1; i < s->symbol_count; i++) {
		struct str a = text_at(starts, bytes, i - 1), b = text_at(starts, bytes, i);

		if (a.length >= 8 && b.length >= 8 &&
		    prefix_at(a.at) < prefix_at(b.at))
			continue;
		if (str_compare(a, b) >= 0)
			return snapshot_fail(s, HOLDS_ORDER, SECTION_SYMBOL_BYTES, 0,
			    "texts are out of order, or one is there twice");
	}
	return true;
}

/* Places are a permutation when no number is given to one twice. */
static bool check_places(struct snapshot *s)
{
	const uint32_t *places = snapshot_array(s, SECTION_SYMBOL_PLACES, 0);
	uint32_t count = s->symbol_count, wrong = 0, *numbers;

	if (snapshot_count(s, SECTION_SYMBOL_PLACES, 0) != count)
		return snapshot_fail(s, HOLDS_ELEMENTS, SECTION_SYMBOL_PLACES, 0,
		    "there is not one for each text");
	numbers = ARENA_ARRAY(s->arena, uint32_t, count);
	memset(numbers, 0xff, count * sizeof(*numbers));
	for (uint32_t i = 0; i < count; i++) {
		if (places[i] >= count)
			return snapshot_fail(s, HOLDS_ORDER, SECTION_SYMBOL_PLACES, 0,
			    "there is no such place");
		wrong |= ~numbers[places[i]];
		numbers[places[i]] = i;
	}
	s->texts = (struct sorted_texts){ snapshot_array(s, SECTION_SYMBOL_BYTES, 0),
		snapshot_array(s, SECTION_SYMBOL_STARTS, 0), places, numbers, count };
	if (wrong)
		return snapshot_fail(s, HOLDS_ORDER, SECTION_SYMBOL_PLACES, 0,
		    "two texts have one place");
	return true;
}

bool snapshot_check_texts(struct snapshot *s)
{
	const uint32_t *starts = snapshot_array(s, SECTION_SYMBOL_STARTS, 0);
	const char *bytes = snapshot_array(s, SECTION_SYMBOL_BYTES, 0);
	size_t count = snapshot_count(s, SECTION_SYMBOL_STARTS, 0);
	size_t length = snapshot_count(s, SECTION_SYMBOL_BYTES, 0);

	if (count < 2 || count > SYMBOL_NONE || !bytes)
		return snapshot_fail(s, HOLDS_SYMBOLS, SECTION_SYMBOL_STARTS, 0,
		    "there are no texts, or too many");
	s->symbol_count = (uint32_t)count - 1;
	if (!check_ends(s, starts, bytes, length))
		return false;
	/* A NUL ends every sequence, so all texts are good when the whole is. */
	if (utf8_check((struct str){ bytes, length }) != length)
		return snapshot_fail(s, HOLDS_UTF8, SECTION_SYMBOL_BYTES, 0, "it is not");
	return check_order(s, starts, bytes) && check_places(s);
}

const uint64_t *snapshot_folded(struct snapshot *s)
{
	const struct sorted_texts *t = &s->texts;

	if (s->folded)
		return s->folded;
	/* In the order of the bytes: each text is looked at once, whoever has it. */
	s->folded = ARENA_ARRAY(s->arena, uint64_t, BITS_WORDS(t->count));
	for (uint32_t i = 0; i < t->count; i++)
		if (utf8_is_folded(text_at(t->starts, t->bytes, i)))
			bit_set(s->folded, t->numbers[i]);
	return s->folded;
}

/* --- planes, places, cells ------------------------------------------------ */

bool snapshot_check_plane(struct snapshot *s, enum section section, size_t attribute,
    size_t bits)
{
	const struct entry *e = snapshot_entry(s, section, attribute);
	const uint64_t *words = snapshot_array(s, section, attribute);

	if (!e)
		return true;
	if (e->count != BITS_WORDS(bits))
		return snapshot_fail(s, HOLDS_ELEMENTS, section, attribute,
		    "it has not a bit for each row");
	if (words[e->count - 1] & ~plane_mask(bits, e->count - 1))
		return snapshot_fail(s, HOLDS_TAIL, section, attribute, "a bit is set");
	return true;
}

bool snapshot_place_fits(const struct snapshot *s, const uint64_t *place)
{
	if (place[PLACE_FILE] == SOURCE_NONE)
		return place[PLACE_START] == 0 && place[PLACE_END] == 0;
	return place[PLACE_FILE] < s->file_count &&
	    place[PLACE_START] <= place[PLACE_END] && place[PLACE_END] <=
	    s->files[place[PLACE_FILE] * SOURCE_FIELDS + SOURCE_LENGTH];
}

struct span snapshot_span(const struct snapshot *s, const uint64_t *place)
{
	if (place[PLACE_FILE] == SOURCE_NONE)
		return SPAN_NONE;
	return (struct span){ s->first_file + (uint32_t)place[PLACE_FILE],
		(uint32_t)place[PLACE_START], (uint32_t)place[PLACE_END] };
}

void snapshot_range(const struct snapshot *s, struct type type, int64_t *low, int64_t *high)
{
	const struct extent *extent;

	*low = 0;
	*high = type.tag == TYPE_BOOL ? 1 : (int64_t)s->symbol_count - 1;
	if (type.tag == TYPE_ENUM) {
		*high = (int64_t)s->schema->enums.items[type.of].value_count - 1;
	} else if (type.tag == TYPE_ENTITY) {
		extent = &s->graph->extents[type.of];
		*low = extent->first;
		*high = (int64_t)extent->first + extent->count - 1;
	} else if (type_is_number(type)) {
		*low = INT64_MIN + 1;
		*high = INT64_MAX - 1;
	}
}

bool snapshot_cell_fits(const struct snapshot *s, struct type type, int64_t cell)
{
	int64_t low, high;

	snapshot_range(s, type, &low, &high);
	return cell >= low && cell <= high;
}

/* --- kinds and entities --------------------------------------------------- */

static bool check_extents(struct snapshot *s)
{
	const struct schema *schema = s->schema;
	const uint64_t *at = snapshot_array(s, SECTION_EXTENTS, 0);
	uint64_t all = s->summary[SUMMARY_ENTITIES], before = 0;

	if (snapshot_count(s, SECTION_EXTENTS, 0) != schema->kinds.count * EXTENT_FIELDS)
		return snapshot_fail(s, HOLDS_ELEMENTS, SECTION_EXTENTS, 0,
		    "it has not a record for each kind");
	for (size_t k = 0; k < schema->kinds.count; k++) {
		const uint64_t *e = at + k * EXTENT_FIELDS;
		uint16_t last = schema->kinds.items[k].last;
		uint64_t end = last < schema->kinds.count ?
		    at[last * (size_t)EXTENT_FIELDS + EXTENT_FIRST] : all;

		if (e[EXTENT_FIRST] < before || e[EXTENT_FIRST] > end || end > all ||
		    e[EXTENT_ROWS] != end - e[EXTENT_FIRST] || (k == 0 &&
		    e[EXTENT_FIRST] != 0))
			return snapshot_fail(s, HOLDS_EXTENTS, SECTION_EXTENTS, 0,
			    "a kind does not follow the one before");
		if (e[EXTENT_CLOSED] > 1)
			return snapshot_fail(s, HOLDS_EXTENTS, SECTION_EXTENTS, 0,
			    "a flag is neither 0 nor 1");
		before = e[EXTENT_FIRST];
		s->graph->extents[k].first = (entity_id)e[EXTENT_FIRST];
		s->graph->extents[k].count = (uint32_t)e[EXTENT_ROWS];
	}
	if (schema->kinds.count == 0 && all > 0)
		return snapshot_fail(s, HOLDS_EXTENTS, SECTION_EXTENTS, 0,
		    "entities are of no kind");
	return true;
}

/* The attribute by which a kind, or a base of it, is owned. */
static uint16_t owner_attribute(const struct schema *schema, size_t kind)
{
	size_t k = kind;

	while (schema->kinds.items[k].owner == SCHEMA_NONE) {
		if (schema->kinds.items[k].base == SCHEMA_NONE)
			return SCHEMA_NONE;
		k = schema->kinds.items[k].base;
	}
	return schema->kinds.items[k].owner;
}

/* May an entity of a kind, by way of owners of owners, stand in its like? */
static bool may_own_itself(struct arena *arena, const struct schema *schema, size_t kind)
{
	size_t count = schema->kinds.count, done = 0;
	uint64_t *seen = ARENA_ARRAY(arena, uint64_t, BITS_WORDS(count));
	VEC(uint16_t) reached = { 0 };

	*VEC_PUSH(arena, &reached) = (uint16_t)kind;
	while (done < reached.count) {
		uint16_t owner = owner_attribute(schema, reached.items[done++]), of;

		if (owner == SCHEMA_NONE)
			continue;
		of = schema->attributes.items[owner].kind;
		for (uint16_t k = of; k < schema->kinds.items[of].last; k++) {
			if (k == kind)
				return true;
			if (!bit_get(seen, k))
				*VEC_PUSH(arena, &reached) = k;
			bit_set(seen, k);
		}
	}
	return false;
}

static bool reaches_top(const entity_id *owners, entity_id id)
{
	unsigned steps = 0;

	while (owners[id] != ENTITY_NONE && steps++ < OWNERS_MOST)
		id = owners[id];
	return owners[id] == ENTITY_NONE;
}

/* The entities of exactly one kind. */
static bool check_owners_of(struct snapshot *s, const entity_id *owners, size_t kind,
    entity_id end)
{
	const struct schema *schema = s->schema;
	uint16_t attribute = owner_attribute(schema, kind);
	entity_id first = s->graph->extents[kind].first;
	uint32_t low = 0, count = 0, wrong = 0;

	if (attribute != SCHEMA_NONE) {
		const struct extent *of = &s->graph->extents[
		    schema->attributes.items[attribute].kind];

		low = of->first;
		count = of->count;
	}
	for (entity_id id = first; id < end; id++)
		wrong |= owners[id] != ENTITY_NONE && owners[id] - low >= count;
	if (wrong)
		return snapshot_fail(s, HOLDS_OWNERS, SECTION_OWNERS, 0,
		    "an owner may not own the entity");
	if (count == 0 || !may_own_itself(s->arena, schema, kind))
		return true;
	for (entity_id id = first; id < end; id++)
		if (!reaches_top(owners, id))
			return snapshot_fail(s, HOLDS_OWNERS, SECTION_OWNERS, 0,
			    "owners own each other");
	return true;
}

/* Owners of all entities are in range before a chain of them is walked. */
static bool check_owners(struct snapshot *s)
{
	const entity_id *owners = snapshot_array(s, SECTION_OWNERS, 0);
	uint32_t all = s->graph->entity_count;
	size_t kinds = s->schema->kinds.count;
	uint32_t wrong = 0;

	if (snapshot_count(s, SECTION_OWNERS, 0) != all ||
	    snapshot_count(s, SECTION_KEYS, 0) != all)
		return snapshot_fail(s, HOLDS_ELEMENTS, SECTION_OWNERS, 0,
		    "there is not one for each entity");
	for (entity_id id = 0; id < all; id++)
		wrong |= owners[id] != ENTITY_NONE && owners[id] >= all;
	if (wrong)
		return snapshot_fail(s, HOLDS_OWNERS, SECTION_OWNERS, 0,
		    "an owner does not exist");
	for (size_t k = 0; k < kinds; k++)
		if (!check_owners_of(s, owners, k, k + 1 < kinds ?
		    s->graph->extents[k + 1].first : all))
			return false;
	return true;
}

static bool check_keys(struct snapshot *s)
{
	const symbol *keys = snapshot_array(s, SECTION_KEYS, 0);
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < s->graph->entity_count; i++)
		wrong |= keys[i] >= s->symbol_count;
	if (wrong)
		return snapshot_fail(s, HOLDS_KEYS, SECTION_KEYS, 0, "there is no such text");
	return snapshot_check_plane(s, SECTION_POSSIBLE, 0, s->graph->entity_count);
}

/* --- small tables --------------------------------------------------------- */

static bool whole(struct snapshot *s, enum section section, size_t fields)
{
	if (snapshot_count(s, section, 0) % fields)
		return snapshot_fail(s, HOLDS_ELEMENTS, section, 0,
		    "a record is cut short");
	return true;
}

static bool is_sha256(struct str text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!((text.at[i] >= '0' && text.at[i] <= '9') ||
		    (text.at[i] >= 'a' && text.at[i] <= 'f')))
			return false;
	return text.length == 64;
}

static bool check_file(struct snapshot *s, const uint64_t *file, bool is_input,
    uint64_t start)
{
	return file[SOURCE_NAME] < s->symbol_count && file[SOURCE_SHA256] < s->symbol_count &&
	    (!is_input || is_sha256(symbol_text(s->graph->symbols,
	    (symbol)file[SOURCE_SHA256]))) && file[SOURCE_START] == start &&
	    file[SOURCE_LENGTH] < UINT32_MAX;
}

static bool check_files(struct snapshot *s)
{
	uint64_t start = 0, blocks = 0;

	if (!whole(s, SECTION_SOURCES, SOURCE_FIELDS) || !whole(s, SECTION_BLOCKS,
	    BLOCK_FIELDS) || !whole(s, SECTION_SHAPES, SHAPE_FIELDS))
		return false;
	s->files = snapshot_array(s, SECTION_SOURCES, 0);
	s->points = snapshot_array(s, SECTION_BLOCKS, 0);
	s->shapes = snapshot_array(s, SECTION_SHAPES, 0);
	s->file_count = (uint32_t)(snapshot_count(s, SECTION_SOURCES, 0) / SOURCE_FIELDS);
	s->shape_count = (uint32_t)(snapshot_count(s, SECTION_SHAPES, 0) / SHAPE_FIELDS);
	for (uint32_t i = 0; i < s->file_count; i++) {
		const uint64_t *file = s->files + (size_t)i * SOURCE_FIELDS;

		if (!check_file(s, file, i < s->summary[SUMMARY_INPUTS], start))
			return snapshot_fail(s, HOLDS_SOURCES, SECTION_SOURCES, 0,
			    "a file has no name, digest or bytes");
		start += file[SOURCE_LENGTH];
		blocks += file[SOURCE_LENGTH] / SNAPSHOT_LINES + 1;
	}
	if (start != snapshot_count(s, SECTION_SOURCE_BYTES, 0) ||
	    blocks * BLOCK_FIELDS != snapshot_count(s, SECTION_BLOCKS, 0) ||
	    s->summary[SUMMARY_INPUTS] > s->file_count)
		return snapshot_fail(s, HOLDS_SOURCES, SECTION_SOURCES, 0,
		    "bytes or blocks are of no file");
	return true;
}

static bool check_sums(struct snapshot *s)
{
	uint64_t cold = s->length - s->cold_start;

	if (snapshot_count(s, SECTION_SUMS, 0) !=
	    (cold + SNAPSHOT_BLOCK - 1) / SNAPSHOT_BLOCK)
		return snapshot_fail(s, HOLDS_ELEMENTS, SECTION_SUMS, 0,
		    "it has not a sum for each block");
	return true;
}

static size_t provenance_count(const struct snapshot *s)
{
	return snapshot_count(s, SECTION_PROVENANCES, 0) / PROVENANCE_FIELDS;
}

/* Where there is no source at all, 0 stands for none. */
static bool is_provenance(const struct snapshot *s, uint64_t number)
{
	return number == 0 || number < provenance_count(s);
}

static bool check_provenances(struct snapshot *s)
{
	const uint64_t *at = snapshot_array(s, SECTION_PROVENANCES, 0);

	if (!whole(s, SECTION_PROVENANCES, PROVENANCE_FIELDS))
		return false;
	for (size_t i = 0; i < provenance_count(s); i++, at += PROVENANCE_FIELDS)
		if (at[PROVENANCE_NAME] >= s->symbol_count ||
		    at[PROVENANCE_GRADE] >= GRADE_COUNT ||
		    !snapshot_is_day(at[PROVENANCE_HAS_AS_OF], at[PROVENANCE_AS_OF]) ||
		    !snapshot_is_day(at[PROVENANCE_HAS_UNTIL], at[PROVENANCE_UNTIL]) ||
		    at[PROVENANCE_BY] > s->symbol_count ||
		    !snapshot_place_fits(s, at + PROVENANCE_PLACE))
			return snapshot_fail(s, HOLDS_PROVENANCES, SECTION_PROVENANCES,
			    0, "a field is out of its range");
	return true;
}

/* What lost may name an entity that does not exist any more, and none is 0. */
static bool claim_fits(const struct snapshot *s, struct type type, const uint64_t *at)
{
	if ((at[DISPUTE_ABSENT] && at[DISPUTE_CELL] == 0) ||
	    (type.tag == TYPE_ENTITY && at[DISPUTE_CELL] == ENTITY_NONE))
		return true;
	return snapshot_cell_fits(s, type, (int64_t)at[DISPUTE_CELL]);
}

static bool dispute_fits(const struct snapshot *s, const uint64_t *at)
{
	const struct schema_attribute *a;
	const struct extent *extent;
	struct type type;

	if (at[DISPUTE_ATTRIBUTE] >= s->stored.count)
		return false;
	a = &s->schema->attributes.items[s->stored.attributes[at[DISPUTE_ATTRIBUTE]]];
	extent = &s->graph->extents[a->kind];
	type = a->type;
	type.set = false;
	return at[DISPUTE_ENTITY] >= extent->first &&
	    at[DISPUTE_ENTITY] - extent->first < extent->count &&
	    at[DISPUTE_OUTRANKED] <= 1 && at[DISPUTE_ABSENT] <= 1 &&
	    claim_fits(s, type, at) &&
	    at[DISPUTE_SPELLING] <= s->symbol_count &&
	    snapshot_place_fits(s, at + DISPUTE_PLACE) &&
	    is_provenance(s, at[DISPUTE_PROVENANCE]);
}

static bool check_disputes(struct snapshot *s)
{
	const uint64_t *at = snapshot_array(s, SECTION_DISPUTES, 0);
	size_t count = snapshot_count(s, SECTION_DISPUTES, 0) / DISPUTE_FIELDS;

	if (!whole(s, SECTION_DISPUTES, DISPUTE_FIELDS))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!dispute_fits(s, at + i * DISPUTE_FIELDS))
			return snapshot_fail(s, HOLDS_DISPUTES, SECTION_DISPUTES, 0,
			    "a field is out of its range");
	return true;
}

static bool check_notes(struct snapshot *s)
{
	const uint64_t *at = snapshot_array(s, SECTION_NOTES, 0);
	size_t count = snapshot_count(s, SECTION_NOTES, 0) / NOTE_FIELDS;

	if (!whole(s, SECTION_NOTES, NOTE_FIELDS))
		return false;
	for (size_t i = 0; i < count; i++, at += NOTE_FIELDS)
		if (at[NOTE_WHAT] >= s->symbol_count ||
		    !snapshot_place_fits(s, at + NOTE_PLACE))
			return snapshot_fail(s, HOLDS_NOTES, SECTION_NOTES, 0,
			    "a field is out of its range");
	return true;
}

/* Where kinds are closed is known when files and sources are. */
static bool check_closings(struct snapshot *s)
{
	const uint64_t *at = snapshot_array(s, SECTION_EXTENTS, 0);

	for (size_t k = 0; k < s->schema->kinds.count; k++, at += EXTENT_FIELDS)
		if (!snapshot_place_fits(s, at + EXTENT_PLACE) ||
		    !is_provenance(s, at[EXTENT_PROVENANCE]))
			return snapshot_fail(s, HOLDS_EXTENTS, SECTION_EXTENTS, 0,
			    "a kind is closed nowhere");
	return true;
}

bool snapshot_check_tables(struct snapshot *s)
{
	return check_extents(s) && check_owners(s) && check_keys(s) && check_files(s) &&
	    check_sums(s) && check_provenances(s) && check_disputes(s) &&
	    check_notes(s) && check_closings(s);
}
