/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV as the document that says the same in our own format, so that all else is
 * left to bind_document.  An empty cell says nothing: the key is left out.
 */
#include "inventory/csv.h"

#include <stdlib.h>

#include "inventory/tree.h"
#include "inventory/value.h"

struct reader {
	struct csv_table table;
	struct tree_builder tree;
};

/* Rows of one owner of lists, in their order. */
struct grouped {
	uint32_t group;		/* owners are numbered as they come */
	uint32_t row;
};

static const struct csv_cell *cells_of(const struct csv_table *t,
    const struct csv_row *row)
{
	return &t->csv.cells.items[row->first];
}

static struct span row_span(const struct csv_table *t,
    const struct csv_row *row)
{
	return (struct span){ t->csv.file, row->start, row->end };
}

/* --- nodes ---------------------------------------------------------------- */

/* CSV has texts only: the type tells numbers and truths, and what reads as
 * nothing is never taken for a text. */
static enum document_kind form_of(struct type type, struct str text)
{
	return type.tag == TYPE_BOOL || type.tag == TYPE_INT ||
	    value_plain(text) <= PLAIN_NULL ? DOCUMENT_PLAIN : DOCUMENT_QUOTED;
}

static void add_cell(struct reader *r, const struct csv_column *column,
    const struct csv_cell *cell)
{
	struct span span = csv_span(&r->table.csv, cell);

	if (column->name.length > 0)
		tree_key(&r->tree, column->name, span, cell->is_broken);
	tree_add(&r->tree, form_of(column->type, cell->text), cell->text,
	    cell->is_broken ? SPAN_NONE : span);
}

static void add_word(struct reader *r, const char *key, struct str word,
    struct span span)
{
	tree_key(&r->tree, str_of(key), span, false);
	tree_add(&r->tree, DOCUMENT_PLAIN, word, span);
}

static void open_key(struct reader *r, struct str key, struct span span,
    enum document_kind kind)
{
	tree_key(&r->tree, key, span, false);
	tree_add(&r->tree, kind, STR(""), span);
}

/* The cells of ROW whose columns have USE; false when all are empty. */
static bool add_cells(struct reader *r, const struct csv_row *row,
    enum column_use use)
{
	const struct csv_cell *cells = cells_of(&r->table, row);
	bool is_said = false;

	for (size_t i = 0; i < row->count; i++)
		if (r->table.columns.items[i].use == use &&
		    cells[i].text.length > 0) {
			add_cell(r, &r->table.columns.items[i], &cells[i]);
			is_said = true;
		}
	return is_said;
}

static bool says(const struct csv_table *t, const struct csv_row *row,
    enum column_use use)
{
	const struct csv_cell *cells = cells_of(t, row);

	for (size_t i = 0; i < row->count; i++)
		if (t->columns.items[i].use == use && cells[i].text.length > 0)
			return true;
	return false;
}

/* --- rows ----------------------------------------------------------------- */

/* Leaves out the header, and rows that do not fit it. */
static void check_rows(struct csv_table *t)
{
	struct csv_row *rows = t->csv.rows.items;
	size_t kept = 0;

	for (size_t i = 1; i < t->csv.rows.count; i++) {
		struct csv_row *row = &rows[i];

		if (row->count == rows[0].count && (row->count > 1 ||
		    row->end > row->start)) {
			rows[++kept] = *row;
			continue;
		}
		t->facts->incomplete = true;
		if (row->end == row->start)
			diag_help(t->csv.all, diag_add(t->csv.all, DIAG_E8134,
			    row_span(t, row), "this line is empty"),
			    "leave it out");
		else
			diag_add(t->csv.all, DIAG_E8134, row_span(t, row),
			    "this row has %zu cell%s, the first one has %zu",
			    row->count, row->count == 1 ? "" : "s",
			    rows[0].count);
	}
	t->csv.rows.count = kept + 1;
}

static bool has_same_source(const struct csv_table *t,
    const struct csv_row *left, const struct csv_row *right)
{
	const struct csv_cell *a = cells_of(t, left), *b = cells_of(t, right);

	for (size_t i = 0; i < left->count; i++)
		if (t->columns.items[i].use == COLUMN_SOURCE &&
		    !str_equal(a[i].text, b[i].text))
			return false;
	return true;
}

/* Then it is said once, at the top. */
static bool is_of_one_source(const struct csv_table *t)
{
	const struct csv_row *rows = t->csv.rows.items;

	for (size_t i = 2; t->has_sources && i < t->csv.rows.count; i++)
		if (!has_same_source(t, &rows[1], &rows[i]))
			return false;
	return true;
}

static void add_source(struct reader *r, const struct csv_row *row)
{
	struct span span = row_span(&r->table, row);

	if (!says(&r->table, row, COLUMN_SOURCE))
		return;
	open_key(r, STR("source"), span, DOCUMENT_MAP);
	add_cells(r, row, COLUMN_SOURCE);
	tree_close(&r->tree, span.end);
}

static void add_entities(struct reader *r, bool has_sources)
{
	const struct csv_row *rows = r->table.csv.rows.items;

	for (size_t i = 1; i < r->table.csv.rows.count; i++) {
		tree_add(&r->tree, DOCUMENT_MAP, STR(""),
		    row_span(&r->table, &rows[i]));
		if (has_sources)
			add_source(r, &rows[i]);
		add_cells(r, &rows[i], COLUMN_ATTRIBUTE);
		tree_close(&r->tree, rows[i].end);
	}
}

/* --- lists ---------------------------------------------------------------- */

enum said { SAID_NOTHING, SAID_CLOSED, SAID_OPEN, SAID_POSSIBLE, SAID_WRONG };

static const struct csv_cell *list_cell(const struct csv_table *t,
    const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (t->columns.items[i].use == COLUMN_LIST)
			return &cells_of(t, row)[i];
	return NULL;
}

static enum said what_is_said(const struct csv_table *t,
    const struct csv_row *row)
{
	static const struct str words[] = { { "", 0 }, { "closed", 6 },
		{ "open", 4 }, { "possible", 8 } };
	const struct csv_cell *cell = list_cell(t, row);

	for (int i = 0; cell && i < SAID_WRONG; i++)
		if (str_equal(cell->text, words[i]))
			return (enum said)i;
	return cell ? SAID_WRONG : SAID_NOTHING;
}

static bool is_element(const struct csv_table *t, const struct csv_row *row)
{
	return says(t, row, COLUMN_TO) || says(t, row, COLUMN_ATTRIBUTE);
}

static void report_row(struct csv_table *t, struct span span, const char *wrong,
    const char *help)
{
	diag_help(t->csv.all, diag_add(t->csv.all, DIAG_E8134, span, "%s",
	    wrong), "%s", help);
	t->facts->incomplete = true;
}

static void check_list_row(struct csv_table *t, const struct csv_row *row)
{
	enum said said = what_is_said(t, row);
	struct span span = row_span(t, row);

	if (said == SAID_WRONG)
		report_row(t, csv_span(&t->csv, list_cell(t, row)),
		    "no list is like that", "write `closed` when there are no "
		    "others, `open` when there may be, or `possible` of this "
		    "element");
	else if (said == SAID_POSSIBLE && !is_element(t, row))
		report_row(t, span, "there is no element here to be possible",
		    "say which, or leave the row out");
	else if (said == SAID_NOTHING && !is_element(t, row))
		report_row(t, span, "this row says nothing", "name an element, "
		    "or say in `list` that the list is `closed` or `open`");
	if (!says(t, row, COLUMN_FROM))
		report_row(t, span, "`from` is empty", "name the key of what "
		    "has this list");
}

/* Letters of ASCII made small, where the kind's keys ignore case. */
static struct str group_name(struct csv_table *t, const struct csv_row *row)
{
	struct text name;

	text_init(&name, t->csv.arena);
	for (size_t i = 0; i < row->count; i++) {
		struct str part = cells_of(t, row)[i].text;

		if (t->columns.items[i].use != COLUMN_FROM)
			continue;
		for (size_t c = 0; c < part.length; c++)
			text_add_char(&name, t->columns.items[i].type.tag ==
			    TYPE_CASELESS && part.at[c] >= 'A' &&
			    part.at[c] <= 'Z' ? (char)(part.at[c] | 0x20) :
			    part.at[c]);
		text_add_char(&name, '\0');
	}
	return text_str(&name);
}

static int by_group(const void *left, const void *right)
{
	const struct grouped *a = left, *b = right;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return (a->row > b->row) - (a->row < b->row);
}

/* Rows of one owner may stand anywhere. */
static struct grouped *group_rows(struct csv_table *t, size_t *count)
{
	struct map *names = map_new(t->csv.arena);
	struct grouped *rows = ARENA_ARRAY(t->csv.arena, struct grouped,
	    t->csv.rows.count);
	uint32_t groups = 0;

	*count = 0;
	for (size_t i = 1; i < t->csv.rows.count; i++) {
		bool is_new;
		uint32_t *at = map_at(names, group_name(t,
		    &t->csv.rows.items[i]), &is_new);

		if (is_new)
			*at = groups++;
		rows[(*count)++] = (struct grouped){ *at, (uint32_t)i };
	}
	qsort(rows, *count, sizeof(*rows), by_group);
	return rows;
}

static void add_element(struct reader *r, const struct csv_row *row)
{
	if (add_cells(r, row, COLUMN_TO))
		return;
	tree_add(&r->tree, DOCUMENT_MAP, STR(""), row_span(&r->table, row));
	add_cells(r, row, COLUMN_ATTRIBUTE);
	tree_close(&r->tree, row->end);
}

static void add_elements(struct reader *r, const char *key,
    const struct grouped *rows, size_t count, bool possible)
{
	const struct csv_table *t = &r->table;
	const struct csv_row *first = &t->csv.rows.items[rows->row];

	open_key(r, str_of(key), row_span(t, first), DOCUMENT_LIST);
	for (size_t i = 0; i < count; i++) {
		const struct csv_row *row = &t->csv.rows.items[rows[i].row];

		if (is_element(t, row) &&
		    (what_is_said(t, row) == SAID_POSSIBLE) == possible)
			add_element(r, row);
	}
	tree_close(&r->tree, t->csv.rows.items[rows[count - 1].row].end);
}

/* How far the list goes: SAID_CLOSED, or SAID_OPEN; *SPAN is where that is
 * said. */
static enum said check_group(struct csv_table *t, const struct grouped *rows,
    size_t count, struct span *span)
{
	const struct csv_row *first = &t->csv.rows.items[rows->row];
	enum said end = SAID_NOTHING;

	*span = row_span(t, first);
	for (size_t i = 0; i < count; i++) {
		const struct csv_row *row = &t->csv.rows.items[rows[i].row];
		enum said said = what_is_said(t, row);

		check_list_row(t, row);
		if (said == SAID_CLOSED || said == SAID_OPEN) {
			if (end != SAID_NOTHING && said != end)
				report_row(t, csv_span(&t->csv, list_cell(t,
				    row)), "this list is said to be closed and "
				    "open", "keep one of the two");
			end = said;
			*span = row_span(t, row);
		}
		if (!has_same_source(t, first, row))
			report_row(t, row_span(t, row), "one list is told by "
			    "two sources", "put what each says into a file of "
			    "its own");
	}
	return end == SAID_CLOSED ? end : SAID_OPEN;
}

static void add_list(struct reader *r, const struct grouped *rows,
    size_t count, bool has_sources)
{
	struct csv_table *t = &r->table;
	const struct csv_row *first = &t->csv.rows.items[rows->row];
	struct span at;
	enum said end = check_group(t, rows, count, &at);

	if (!says(t, first, COLUMN_FROM))
		return;
	tree_add(&r->tree, DOCUMENT_MAP, STR(""), row_span(t, first));
	if (has_sources)
		add_source(r, first);
	add_cells(r, first, COLUMN_FROM);
	open_key(r, t->facts->schema->attributes.items[t->list].name, at,
	    DOCUMENT_MAP);
	add_elements(r, "items", rows, count, false);
	add_elements(r, "possible", rows, count, true);
	add_word(r, "open", end == SAID_CLOSED ? STR("false") : STR("true"),
	    at);
	tree_close(&r->tree, at.end);
	tree_close(&r->tree, first->end);
}

static void add_lists(struct reader *r, bool has_sources)
{
	size_t count, end;
	struct grouped *rows = group_rows(&r->table, &count);

	for (size_t i = 0; i < count; i = end) {
		for (end = i; end < count && rows[end].group == rows[i].group;)
			end++;
		add_list(r, &rows[i], end - i, has_sources);
	}
}

/* --- the file ------------------------------------------------------------- */

static void add_file(struct reader *r)
{
	struct csv_table *t = &r->table;
	const struct schema *schema = t->facts->schema;
	struct span top = { t->csv.file, 0, 0 };
	bool is_one = is_of_one_source(t);

	tree_add(&r->tree, DOCUMENT_MAP, STR(""), top);
	add_word(r, "scarp", STR("1"), top);
	add_word(r, "schema", schema->name, top);
	if (is_one && t->csv.rows.count > 1)
		add_source(r, &t->csv.rows.items[1]);
	open_key(r, schema->kinds.items[t->kind].plural, top, DOCUMENT_LIST);
	if (t->list == SCHEMA_NONE)
		add_entities(r, !is_one);
	else
		add_lists(r, !is_one);
	tree_close(&r->tree, (uint32_t)t->csv.bytes.length);
	tree_close(&r->tree, (uint32_t)t->csv.bytes.length);
}

struct document *csv_parse(struct arena *arena, struct facts *facts,
    struct diagnostics *all, uint32_t file)
{
	struct reader *r = ARENA_NEW(arena, struct reader);
	struct str bytes = source_bytes(diagnostics_sources(all), file);
	size_t before = diag_errors(all);

	if (!input_check_text(all, file, true))
		return NULL;
	if (input_mark(bytes) == bytes.length) {
		diag_add(all, DIAG_E8112, (struct span){ file, 0, 0 },
		    "there is nothing in this inventory");
		return NULL;
	}
	csv_scan(&r->table.csv, arena, all, file);
	facts->incomplete |= diag_errors(all) > before;
	if (!csv_open(&r->table, facts))
		return NULL;
	check_rows(&r->table);
	tree_init(&r->tree, arena);
	add_file(r);
	return r->tree.document;
}
