/* SPDX-License-Identifier: Apache-2.0 */
/* CSV as rows of cells. */
#include "inventory/csv_scan.h"

static struct span bytes_at(const struct csv *csv, size_t start, size_t end)
{
	return (struct span){ csv->file, (uint32_t)start, (uint32_t)end };
}

static char byte_at(const struct csv *csv, size_t i)
{
	return i < csv->bytes.length ? csv->bytes.at[i] : '\0';
}

/* Carriage returns stand before line feeds only. */
static bool is_line_end(const struct csv *csv, size_t i)
{
	return i >= csv->bytes.length || csv->bytes.at[i] == '\n' ||
	    csv->bytes.at[i] == '\r';
}

static size_t line_end(const struct csv *csv, size_t i)
{
	while (!is_line_end(csv, i))
		i++;
	return i;
}

/* TEXT with each two quotes made one. */
static struct str without_doubles(struct arena *arena, struct str text)
{
	char *out = arena_alloc_raw(arena, text.length + 1), *to = out;

	for (size_t i = 0; i < text.length; i++) {
		*to++ = text.at[i];
		i += text.at[i] == '"';
	}
	*to = '\0';
	return (struct str){ out, (size_t)(to - out) };
}

/* The cell in quotes at AT; false when nothing of the text behind it can be
 * told. */
static bool scan_quoted(struct csv *csv, struct csv_cell *cell)
{
	size_t start = csv->at + 1, i = start;
	bool has_doubles = false;

	for (;; i++) {
		if (i == csv->bytes.length) {
			struct diagnostic *d = diag_add(csv->all, DIAG_E8131,
			    bytes_at(csv, csv->at, start),
			    "this quote is never closed");

			diag_help(csv->all, d, "end the cell with a quote; one "
			    "that belongs to the text is written twice");
			csv->at = i;
			return false;
		}
		if (csv->bytes.at[i] != '"')
			continue;
		if (byte_at(csv, i + 1) != '"')
			break;
		has_doubles = true;
		i++;
	}
	cell->text = str_slice(csv->bytes, start, i);
	if (has_doubles)
		cell->text = without_doubles(csv->arena, cell->text);
	csv->at = i + 1;
	return true;
}

/* Reports what cannot stand at I, and goes to the end of the line. */
static bool refuse(struct csv *csv, size_t i, const char *wrong,
    const char *help)
{
	diag_help(csv->all, diag_add(csv->all, DIAG_E8131,
	    bytes_at(csv, i, i + 1), "%s", wrong), "%s", help);
	csv->at = line_end(csv, i);
	return false;
}

static bool scan_plain(struct csv *csv, struct csv_cell *cell)
{
	size_t i = csv->at;

	while (!is_line_end(csv, i) && csv->bytes.at[i] != ',') {
		if (csv->bytes.at[i] == '"')
			return refuse(csv, i, "a quote inside a cell that does "
			    "not begin with one", "put the whole cell in "
			    "quotes, and write this one twice");
		i++;
	}
	cell->text = str_slice(csv->bytes, csv->at, i);
	csv->at = i;
	return true;
}

static bool scan_cell(struct csv *csv)
{
	struct csv_cell cell = { .start = (uint32_t)csv->at };
	bool is_quoted = byte_at(csv, csv->at) == '"';

	if (!(is_quoted ? scan_quoted(csv, &cell) : scan_plain(csv, &cell)))
		return false;
	if (is_quoted && !is_line_end(csv, csv->at) &&
	    csv->bytes.at[csv->at] != ',')
		return refuse(csv, csv->at, "something stands behind the end "
		    "of a cell in quotes", "a quote that belongs to the text "
		    "is written twice");
	cell.end = (uint32_t)csv->at;
	if (cell.text.length > limit_get(LIMIT_INVENTORY_SCALAR)) {
		input_over_limit(csv->all, bytes_at(csv, cell.start,
		    cell.start + 1), "this cell is too long",
		    LIMIT_INVENTORY_SCALAR);
		cell.is_broken = true;
	}
	*VEC_PUSH(csv->arena, &csv->cells) = cell;
	return true;
}

static void scan_row(struct csv *csv)
{
	struct csv_row row = { .first = csv->cells.count,
		.start = (uint32_t)csv->at };
	bool is_good = scan_cell(csv);

	while (is_good && byte_at(csv, csv->at) == ',') {
		csv->at++;
		is_good = scan_cell(csv);
	}
	row.end = (uint32_t)csv->at;
	row.count = csv->cells.count - row.first;
	csv->at += byte_at(csv, csv->at) == '\r';
	csv->at += byte_at(csv, csv->at) == '\n';
	if (is_good)
		*VEC_PUSH(csv->arena, &csv->rows) = row;
}

void csv_scan(struct csv *csv, struct arena *arena, struct diagnostics *all,
    uint32_t file)
{
	struct str bytes = source_bytes(diagnostics_sources(all), file);

	*csv = (struct csv){ .arena = arena, .all = all, .file = file,
		.bytes = bytes, .at = input_mark(bytes) };
	while (csv->at < bytes.length)
		scan_row(csv);
}
