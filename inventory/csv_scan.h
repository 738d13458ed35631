/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv_scan - CSV as rows of cells, to the letter of RFC 4180, but that lines may
 * also end with a line feed alone.
 *
 * The text was checked by input_check_text: it has no NUL and no carriage return
 * without a line feed.  Quotes are not part of what a cell says.
 */
#ifndef SCARP_INVENTORY_CSV_SCAN_H
#define SCARP_INVENTORY_CSV_SCAN_H

#include "inventory/read.h"

struct csv_cell {
	struct str text;	/* without its quotes */
	uint32_t start, end;	/* bytes of the file, quotes included */
	bool is_broken;		/* that was reported */
};

struct csv_row {
	size_t first, count;	/* in csv.cells */
	uint32_t start, end;	/* of the line, without its end */
};

struct csv {
	struct arena *arena;	/* of all that is found */
	struct diagnostics *all;
	uint32_t file;
	struct str bytes;
	size_t at;
	VEC(struct csv_cell) cells;
	VEC(struct csv_row) rows;	/* those that could be read */
};

/* All rows; what is wrong is reported, and the line it is in left out. */
void csv_scan(struct csv *csv, struct arena *arena, struct diagnostics *all,
    uint32_t file);

static inline struct span csv_span(const struct csv *csv,
    const struct csv_cell *cell)
{
	return (struct span){ csv->file, cell->start, cell->end };
}

#endif
