/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv - inside csv_parse: what a CSV file is about.
 *
 * `Host.csv` has a row for each Host and a column for each attribute.
 * `Host.roles.csv` has a row for each element of their `roles`: which host, in
 * `from`, and what, in `to`, or, of owned entities, in columns of their own.
 *
 *	csv_scan.c	text to rows of cells
 *	csv_name.c	the name of the file and its first row
 *	csv.c		rows to a document
 */
#ifndef SCARP_INVENTORY_CSV_H
#define SCARP_INVENTORY_CSV_H

#include "inventory/csv_scan.h"

enum column_use {
	COLUMN_BROKEN,		/* that was reported */
	COLUMN_ATTRIBUTE,	/* of the entity; of a list, of its element */
	COLUMN_FROM,		/* of a list: a key attribute of who has it */
	COLUMN_TO,		/* of a list: the element */
	COLUMN_LIST,		/* of a list: how far it goes, or that this
				 * element is only possible */
	COLUMN_SOURCE		/* who says so */
};

struct csv_column {
	enum column_use use;
	struct str name;	/* the key in the document */
	struct type type;
};

struct csv_table {
	struct csv csv;
	struct facts *facts;
	uint16_t kind;
	uint16_t list;		/* of a list: its attribute; else SCHEMA_NONE */
	VEC(struct csv_column) columns;
	bool has_sources;	/* a column says who says so */
};

/* What the file that TABLE->csv was scanned from is about, by its name and first
 * row; false when nothing can be told of its rows.  All that is wrong is
 * reported. */
bool csv_open(struct csv_table *table, struct facts *facts);

#endif
