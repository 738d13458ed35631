/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold of the columns and links of a .scarpg.  All of it is read once
 * from memory, so the loops are those that a compiler makes wide: they count
 * what is wrong and ask at the end.
 */
#include <assert.h>

#include "vm/scalar.h"
#include "vm/snapshot_open.h"
#include "vm/vectorize.h"

static const struct schema_attribute *attribute_of(const struct snapshot *s, size_t at)
{
	return &s->schema->attributes.items[s->stored.attributes[at]];
}

static uint32_t rows_of(const struct snapshot *s, size_t at)
{
	return s->graph->extents[attribute_of(s, at)->kind].count;
}

static bool check_count(struct snapshot *s, enum section section, size_t at, size_t count)
{
	if (snapshot_count(s, section, at) != count)
		return snapshot_fail(s, HOLDS_ELEMENTS, section, at,
		    "it has not one for each row");
	return true;
}

/* Left out, or one for each of COUNT rows or elements. */
static bool check_symbols(struct snapshot *s, enum section section, size_t at, size_t count)
{
	const symbol *symbols = snapshot_array(s, section, at);
	uint32_t wrong = 0;

	if (!symbols)
		return true;
	if (!check_count(s, section, at, count))
		return false;
	for (size_t i = 0; i < count; i++)
		wrong |= symbols[i] != SYMBOL_NONE && symbols[i] >= s->symbol_count;
	if (wrong)
		return snapshot_fail(s, HOLDS_KEYS, section, at, "there is no such text");
	return true;
}

/* --- codes --------------------------------------------------------------- */

#define COUNT_OUTSIDE(type) \
static size_t outside_##type(const void *codes, size_t count, uint64_t low, uint64_t high) \
{ \
	const type *at = codes, span = (type)(high - low); \
	size_t outside = 0; \
\
	while (count) { \
		size_t now = count < 4096 ? count : 4096; \
		type sum = 0; \
		uint32_t some = 0; \
\
		/* Sums of 8 bits would run over. */ \
		for (size_t i = 0; sizeof(type) > 1 && i < now; i++) \
			sum = (type)(sum + ((type)(at[i] - low) > span)); \
		for (size_t i = 0; sizeof(type) == 1 && i < now; i++) \
			some += (type)(at[i] - low) > span; \
		outside += sum + some; \
		at += now; \
		count -= now; \
	} \
	return outside; \
}
COUNT_OUTSIDE(uint8_t)
COUNT_OUTSIDE(uint16_t)
COUNT_OUTSIDE(uint32_t)

/* How many of COUNT codes are not in [LOW, HIGH], LOW <= HIGH <= the greatest.
 * Those of 64 bits are no distances: wide_fits. */
static size_t count_outside(const void *codes, uint8_t width, size_t count,
    uint64_t low, uint64_t high)
{
	switch (width) {
	case 1: return outside_uint8_t(codes, count, low, high);
	case 2: return outside_uint16_t(codes, count, low, high);
	default: return outside_uint32_t(codes, count, low, high);
	}
}

/* Rows that are not known, or SIZE_MAX when one of them has a code. */
static size_t count_unknown(const struct column *c)
{
	size_t unknown = 0;

	for (size_t w = 0; w < BITS_WORDS(c->rows); w++) {
		uint64_t bits = ~c->known[w];

		if (w == c->rows / 64)
			bits &= ((uint64_t)1 << (c->rows % 64)) - 1;
		for (; bits; bits &= bits - 1, unknown++)
			if (column_code(c, (uint32_t)(w * 64) +
			    (uint32_t)__builtin_ctzll(bits)) != 0)
				return SIZE_MAX;
	}
	return unknown;
}

/* The codes of cells from LOW to HIGH: false when there are none. */
static bool code_range(const struct column *c, int64_t low, int64_t high,
    uint64_t *first, uint64_t *last)
{
	uint64_t most = ((uint64_t)1 << 8 * c->width) - 1, above;

	if (high < c->base)
		return false;
	*first = low > c->base ? (uint64_t)low - (uint64_t)c->base : 0;
	above = (uint64_t)high - (uint64_t)c->base;
	*last = above < most ? above : most;
	return *first <= *last;
}

/* Numbers of 64 bits stand as they are, signed. */
static bool wide_fits(const struct column *c)
{
	const int64_t *cells = c->codes;
	size_t wrong = 0;

	for (uint32_t i = 0; i < c->rows; i++)
		wrong += cells[i] == INT64_MIN || cells[i] == INT64_MAX;
	return wrong == 0;
}

/* Known rows have a code from FIRST to LAST, the others have 0. */
static bool codes_fit(const struct column *c, bool any, uint64_t first, uint64_t last)
{
	size_t unknown = count_unknown(c), outside;

	if (unknown == SIZE_MAX || (!any && unknown < c->rows))
		return false;
	if (!any)
		return true;
	outside = count_outside(c->codes, c->width, c->rows, first, last);
	return outside == (first > 0 ? unknown : 0);
}

static bool bits_fit(const struct column *c)
{
	const uint64_t *codes = c->codes;
	uint64_t wrong = 0;

	for (size_t w = 0; w < BITS_WORDS(c->rows); w++)
		wrong |= codes[w] & ~c->known[w];
	return wrong == 0;
}

static bool check_codes(struct snapshot *s, size_t at, const struct column *c)
{
	uint64_t first = 0, last = 0;
	int64_t low, high;
	bool fits, any = true;

	snapshot_range(s, c->type, &low, &high);
	if (c->width == 0)
		fits = bits_fit(c);
	else if (c->width == 8)
		fits = count_unknown(c) != SIZE_MAX && wide_fits(c);
	else if (c->dictionary) {
		any = c->dictionary_count > 0;
		last = any ? c->dictionary_count - 1 : 0;
		fits = codes_fit(c, any, first, last);
	} else {
		any = code_range(c, low, high, &first, &last);
		fits = codes_fit(c, any, first, last);
	}
	if (!fits)
		return snapshot_fail(s, HOLDS_CODES, SECTION_CODES, at,
		    "a code is no value of the type, or of a row that is not known");
	return true;
}

/* --- columns ------------------------------------------------------------- */

/* The order of column_fill. */
static bool ascends(const struct snapshot *s, const struct column *c, uint32_t i)
{
	const uint32_t *places = s->texts.places;
	struct str a, b;

	if (!type_is_text(c->type))
		return c->dictionary[i - 1] < c->dictionary[i];
	if (c->type.tag != TYPE_VERSION)
		return places[c->dictionary[i - 1]] < places[c->dictionary[i]];
	a = symbol_text(s->graph->symbols, (symbol)c->dictionary[i - 1]);
	b = symbol_text(s->graph->symbols, (symbol)c->dictionary[i]);
	return scalar_compare_versions(a, b) < 0;
}

static bool check_dictionary(struct snapshot *s, size_t at, const struct column *c)
{
	if (c->dictionary && c->width != 1 && c->width != 2)
		return snapshot_fail(s, HOLDS_DICTIONARY, SECTION_COLUMNS, at,
		    "its codes are of another width");
	if (c->dictionary_count > (size_t)1 << 16)
		return snapshot_fail(s, HOLDS_DICTIONARY, SECTION_DICTIONARY, at,
		    "it is too long");
	assert(c->dictionary || c->dictionary_count == 0);
	for (uint32_t i = 0; i < c->dictionary_count; i++)
		if (!snapshot_cell_fits(s, c->type, c->dictionary[i]) ||
		    (i > 0 && !ascends(s, c, i)))
			return snapshot_fail(s, HOLDS_DICTIONARY, SECTION_DICTIONARY, at,
			    "a cell is out of order, or no value of the type");
	return true;
}

static bool check_states(struct snapshot *s, size_t at, const struct column *c)
{
	uint64_t wrong = 0;

	for (size_t w = 0; w < BITS_WORDS(c->rows); w++)
		wrong |= c->known[w] & c->absent[w];
	for (size_t w = 0; c->assumed && w < BITS_WORDS(c->rows); w++)
		wrong |= c->assumed[w] & ~c->known[w];
	if (wrong)
		return snapshot_fail(s, HOLDS_STATES, SECTION_KNOWN, at,
		    "planes contradict each other");
	return true;
}

/* Whoever compares such texts relies on it. */
static bool check_folded(struct snapshot *s, size_t at, const struct column *c)
{
	const uint64_t *folded = snapshot_folded(s);
	bool fits = true;

	for (uint32_t i = 0; i < c->dictionary_count; i++)
		fits &= bit_get(folded, (size_t)c->dictionary[i]);
	for (uint32_t i = 0; !c->dictionary && i < c->rows; i++)
		fits &= !bit_get(c->known, i) || bit_get(folded, (size_t)column_cell(c, i));
	if (!fits)
		return snapshot_fail(s, HOLDS_FOLDED, SECTION_CODES, at,
		    "a text has capitals, or what else folding makes another");
	return true;
}

/* Widths and counts, before anything is looked at. */
static bool check_shape(struct snapshot *s, size_t at, const uint64_t *fields)
{
	const struct entry *codes = snapshot_entry(s, SECTION_CODES, at);
	uint64_t width = fields[COLUMN_WIDTH];
	size_t rows = rows_of(s, at);
	bool is_bool = attribute_of(s, at)->type.tag == TYPE_BOOL;

	if (fields[COLUMN_HAS_DICTIONARY] > 1 || (rows && is_bool != (width == 0)) ||
	    (width != 0 && width != 1 && width != 2 && width != 4 && width != 8) ||
	    ((width == 0 || width == 8) && (fields[COLUMN_BASE] ||
	    fields[COLUMN_HAS_DICTIONARY])) ||
	    (width == 8 && !type_is_number(attribute_of(s, at)->type)))
		return snapshot_fail(s, HOLDS_ROWS, SECTION_COLUMNS, at,
		    "it is of no width that is known");
	if (!check_count(s, SECTION_CODES, at, width ? rows : BITS_WORDS(rows)))
		return false;
	if (codes && codes->size != (width ? width : 8))
		return snapshot_fail(s, HOLDS_ROWS, SECTION_CODES, at,
		    "its codes are of another width");
	return true;
}

static bool check_planes(struct snapshot *s, size_t at, size_t rows)
{
	return snapshot_check_plane(s, SECTION_KNOWN, at, rows) &&
	    snapshot_check_plane(s, SECTION_ABSENT, at, rows) &&
	    snapshot_check_plane(s, SECTION_ASSUMED, at, rows) &&
	    snapshot_check_plane(s, SECTION_DISPUTED, at, rows) &&
	    check_symbols(s, SECTION_SPELLED, at, rows);
}

static bool keeps_spelling(struct type type)
{
	return type.tag == TYPE_CASELESS || type.tag == TYPE_VERSION;
}

static bool check_places(struct snapshot *s, enum section section, size_t at, size_t count)
{
	return check_count(s, section, at, count);
}

static bool check_column(struct snapshot *s, size_t at)
{
	const uint64_t *fields = (const uint64_t *)snapshot_array(s, SECTION_COLUMNS, 0) +
	    at * COLUMN_FIELDS;
	size_t rows = rows_of(s, at);
	const struct column *c = &s->graph->columns[s->stored.attributes[at]];

	if (!check_shape(s, at, fields) || !check_planes(s, at, rows) ||
	    !check_places(s, SECTION_COLUMN_PLACES, at, rows))
		return false;
	if (rows && (snapshot_entry(s, SECTION_SPELLED, at) != NULL) !=
	    keeps_spelling(attribute_of(s, at)->type))
		return snapshot_fail(s, HOLDS_ELEMENTS, SECTION_SPELLED, at,
		    "it is not there, or of texts that need none");
	if (!fields[COLUMN_HAS_DICTIONARY] && snapshot_entry(s, SECTION_DICTIONARY, at))
		return snapshot_fail(s, HOLDS_ELEMENTS, SECTION_DICTIONARY, at,
		    "the column has none");
	snapshot_fill_column(s, at);
	return check_dictionary(s, at, c) && (rows == 0 || (check_states(s, at, c) &&
	    check_codes(s, at, c) && (c->type.tag != TYPE_CASELESS || check_folded(s, at, c))));
}

/* --- links --------------------------------------------------------------- */

static bool check_offsets(struct snapshot *s, size_t at, const uint32_t *offsets,
    uint32_t rows, size_t elements)
{
	uint32_t wrong = 0;

	if (!check_count(s, SECTION_OFFSETS, at, rows ? (size_t)rows + 1 : 0))
		return false;
	if (rows == 0 && elements > 0)
		return snapshot_fail(s, HOLDS_OFFSETS, SECTION_CELLS, at,
		    "elements are of no row");
	for (uint32_t i = 0; i < rows; i++)
		wrong |= offsets[i] > offsets[i + 1];
	if (rows > 0 && (wrong || offsets[0] != 0 || offsets[rows] != elements))
		return snapshot_fail(s, HOLDS_OFFSETS, SECTION_OFFSETS, at,
		    "a row does not begin where the one before ends");
	return true;
}

static bool cells_fit(const struct snapshot *s, const struct link *l, size_t count)
{
	int64_t low, high;

	snapshot_range(s, l->type, &low, &high);
	if (l->width == 4)
		return count == 0 || (low <= high && count_outside(l->cells, 4, count,
		    (uint64_t)low, (uint64_t)high) == 0);
	for (size_t i = 0; i < count; i++)
		if (link_cell(l, (uint32_t)i) < low || link_cell(l, (uint32_t)i) > high)
			return false;
	return true;
}

/* Elements that are not above the one before: as many as first ones of rows. */
#define ROWS_ASCEND(type) \
static bool type##_rows_ascend(const struct link *l, uint32_t count) \
{ \
	const type *cells = l->cells; \
	uint32_t all = 0, first = 0; \
\
	for (uint32_t i = 1; i < count; i++) \
		all += cells[i - 1] >= cells[i]; \
	for (uint32_t row = 1; row < l->rows; row++) { \
		uint32_t at = l->offsets[row]; \
\
		if (at > 0 && at < l->offsets[row + 1]) \
			first += cells[at - 1] >= cells[at]; \
	} \
	return all == first; \
}
ROWS_ASCEND(uint32_t)
ROWS_ASCEND(int64_t)

static bool rows_ascend(const struct link *l, uint32_t count)
{
	return l->width == 4 ? uint32_t_rows_ascend(l, count) :
	    int64_t_rows_ascend(l, count);
}

static bool elements_are_folded(struct snapshot *s, const struct link *l, uint32_t count)
{
	const uint64_t *folded = snapshot_folded(s);

	for (uint32_t i = 0; i < count; i++)
		if (!bit_get(folded, (size_t)link_cell(l, i)))
			return false;
	return true;
}

static bool check_link(struct snapshot *s, size_t at)
{
	struct type type = attribute_of(s, at)->type;
	uint32_t rows = rows_of(s, at);
	const struct entry *cells = snapshot_entry(s, SECTION_CELLS, at);
	size_t count = cells ? (size_t)cells->count : 0;
	const struct link *l = &s->graph->links[s->stored.attributes[at]];

	if (count > UINT32_MAX || (cells && cells->size != link_width(type)))
		return snapshot_fail(s, HOLDS_CELLS, SECTION_CELLS, at,
		    "they are of another width, or too many");
	if (!check_offsets(s, at, snapshot_array(s, SECTION_OFFSETS, at), rows, count) ||
	    !snapshot_check_plane(s, SECTION_CERTAIN, at, count) ||
	    !snapshot_check_plane(s, SECTION_DOUBTED, at, count) ||
	    !snapshot_check_plane(s, SECTION_CLOSED, at, rows) ||
	    !snapshot_check_plane(s, SECTION_STATED, at, rows) ||
	    !check_symbols(s, SECTION_WRITTEN, at, count) ||
	    !check_places(s, SECTION_LINK_PLACES, at, count) ||
	    !check_places(s, SECTION_ROW_PLACES, at, rows))
		return false;
	if (count && (snapshot_entry(s, SECTION_WRITTEN, at) != NULL) !=
	    keeps_spelling(type))
		return snapshot_fail(s, HOLDS_ELEMENTS, SECTION_WRITTEN, at,
		    "it is not there, or of texts that need none");
	snapshot_fill_link(s, at);
	if (!cells_fit(s, l, count))
		return snapshot_fail(s, HOLDS_CELLS, SECTION_CELLS, at,
		    "an element is no value of the type");
	if (type.tag == TYPE_CASELESS && !elements_are_folded(s, l, (uint32_t)count))
		return snapshot_fail(s, HOLDS_FOLDED, SECTION_CELLS, at,
		    "an element has capitals, or what else folding makes another");
	if (!rows_ascend(l, (uint32_t)count))
		return snapshot_fail(s, HOLDS_ASCENDING, SECTION_CELLS, at,
		    "elements are out of order");
	return true;
}

bool snapshot_check_attributes(struct snapshot *s)
{
	if (snapshot_count(s, SECTION_COLUMNS, 0) != (size_t)s->stored.count * COLUMN_FIELDS ||
	    snapshot_count(s, SECTION_LINKS, 0) != (size_t)s->stored.count * LINK_FIELDS)
		return snapshot_fail(s, HOLDS_ELEMENTS, SECTION_COLUMNS, 0,
		    "there is not a record for each attribute");
	if (snapshot_count(s, SECTION_ENTITY_PLACES, 0) != s->graph->entity_count)
		return snapshot_fail(s, HOLDS_ELEMENTS, SECTION_ENTITY_PLACES, 0,
		    "there is not one for each entity");
	for (size_t at = 0; at < s->stored.count; at++)
		if (snapshot_holds(s, at) && !(attribute_of(s, at)->type.set ?
		    check_link(s, at) : check_column(s, at)))
			return false;
	return true;
}
