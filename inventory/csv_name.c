/* SPDX-License-Identifier: Apache-2.0 */
/* What a CSV file is about: its name, and the names of its columns. */
#include "inventory/csv.h"

/* --- the name ------------------------------------------------------------- */

static struct str base_name(struct str path)
{
	size_t start = path.length;

	while (start > 0 && path.at[start - 1] != '/')
		start--;
	return str_slice(path, start, path.length - (sizeof(".csv") - 1));
}

static struct span whole(const struct csv_table *t)
{
	return (struct span){ t->csv.file, 0, 0 };
}

static struct str kind_name(const struct csv_table *t, uint16_t kind)
{
	return t->facts->schema->kinds.items[kind].name;
}

static bool refuse_kind(struct csv_table *t, struct str name)
{
	const struct schema *schema = t->facts->schema;
	struct arena_mark mark = arena_here(t->facts->scratch);
	struct str *names = ARENA_ARRAY(t->facts->scratch, struct str,
	    schema->kinds.count);
	uint16_t plural = schema_find_plural(schema, name);
	struct diagnostic *d = diag_add(t->csv.all, DIAG_E8132, whole(t),
	    "this file is named after `%.*s`, which is no kind of `%.*s`",
	    STR_ARG(input_shown(diagnostics_arena(t->csv.all), name)),
	    STR_ARG(schema->name));
	long nearest;

	for (size_t i = 0; i < schema->kinds.count; i++)
		names[i] = schema->kinds.items[i].name;
	nearest = plural != SCHEMA_NONE ? plural :
	    diag_nearest(name, names, schema->kinds.count);
	if (nearest >= 0)
		diag_help(t->csv.all, d, "did you mean `%.*s`?",
		    STR_ARG(names[nearest]));
	diag_note(t->csv.all, d, "a CSV file is named after a kind, "
	    "`Kind.csv`, or after a list of a kind, `Kind.list.csv`");
	arena_rollback(t->facts->scratch, mark);
	return false;
}

static bool refuse_owned(struct csv_table *t)
{
	const struct schema *schema = t->facts->schema;
	const struct schema_attribute *owner = &schema->attributes.items[
	    t->facts->kinds[t->kind].owner];
	struct diagnostic *d = diag_add(t->csv.all, DIAG_E8132, whole(t),
	    "each %.*s stands inside its %.*s",
	    STR_ARG(kind_name(t, t->kind)), STR_ARG(kind_name(t, owner->kind)));

	diag_help(t->csv.all, d, "name the file `%.*s.%.*s.csv`, with a "
	    "column `from`", STR_ARG(kind_name(t, owner->kind)),
	    STR_ARG(owner->name));
	return false;
}

static bool find_list(struct csv_table *t, struct str name)
{
	const struct schema *schema = t->facts->schema;
	struct diagnostic *d;
	struct str *names;
	size_t count;

	t->list = facts_attribute(t->facts, t->kind, name);
	if (t->list != SCHEMA_NONE &&
	    schema->attributes.items[t->list].type.set)
		return true;
	d = diag_add(t->csv.all, DIAG_E8132, whole(t),
	    "this file is named after `%.*s`, which is no list of a %.*s",
	    STR_ARG(input_shown(diagnostics_arena(t->csv.all), name)),
	    STR_ARG(kind_name(t, t->kind)));
	if (t->list != SCHEMA_NONE) {
		diag_help(t->csv.all, d, "make it a column of `%.*s.csv`",
		    STR_ARG(kind_name(t, t->kind)));
		return false;
	}
	count = schema_attribute_names(schema, t->facts->scratch, t->kind,
	    &names);
	if (diag_nearest(name, names, count) >= 0)
		diag_help(t->csv.all, d, "did you mean `%.*s`?", STR_ARG(
		    names[diag_nearest(name, names, count)]));
	return false;
}

static bool read_name(struct csv_table *t)
{
	struct str name = base_name(source_name(
	    diagnostics_sources(t->csv.all), t->csv.file));
	size_t dot = str_find(name, '.');
	struct str kind = str_slice(name, 0, dot);

	t->list = SCHEMA_NONE;
	t->kind = schema_find_kind(t->facts->schema, kind);
	if (t->kind == SCHEMA_NONE)
		return refuse_kind(t, kind);
	if (t->facts->kinds[t->kind].owner != SCHEMA_NONE)
		return refuse_owned(t);
	return dot == name.length ||
	    find_list(t, str_slice(name, dot + 1, name.length));
}

/* --- columns -------------------------------------------------------------- */

static const struct schema_attribute *attribute_of(const struct csv_table *t,
    uint16_t attribute)
{
	return &t->facts->schema->attributes.items[attribute];
}

static bool is_of_entities(const struct csv_table *t)
{
	return t->list != SCHEMA_NONE && attribute_of(t, t->list)->owned;
}

/* What help there is against a column that is none. */
static void help_column(struct csv_table *t, struct diagnostic *d,
    uint16_t kind, struct str name)
{
	static const char separators[] = ";\t|";
	struct arena_mark mark = arena_here(t->facts->scratch);
	struct str *names;
	size_t count = schema_attribute_names(t->facts->schema,
	    t->facts->scratch, kind, &names);
	long nearest = diag_nearest(name, names, count);
	bool is_told = nearest >= 0;

	for (const char *c = separators; *c; c++)
		if (t->csv.rows.items[0].count == 1 &&
		    str_find(name, *c) < name.length) {
			diag_help(t->csv.all, d, "cells are separated by "
			    "commas");
			nearest = -1;
			is_told = true;
			break;
		}
	if (nearest >= 0)
		diag_help(t->csv.all, d, "did you mean `%.*s`?",
		    STR_ARG(names[nearest]));
	if (!is_told)
		diag_offer(t->csv.all, d, names, count);
	arena_rollback(t->facts->scratch, mark);
}

static void refuse_column(struct csv_table *t, const struct csv_cell *cell,
    uint16_t kind)
{
	struct str name = cell->text;
	struct diagnostic *d;

	if (name.length == 0) {
		diag_add(t->csv.all, DIAG_E8133, csv_span(&t->csv, cell),
		    "this column has no name");
		return;
	}
	d = diag_add(t->csv.all, DIAG_E3003, csv_span(&t->csv, cell),
	    "a %.*s has no `%.*s`", STR_ARG(kind_name(t, kind)),
	    STR_ARG(input_shown(diagnostics_arena(t->csv.all), name)));
	help_column(t, d, kind, name);
}

static void refuse_list(struct csv_table *t, const struct csv_cell *cell,
    uint16_t kind)
{
	struct diagnostic *d = diag_add(t->csv.all, DIAG_E8133,
	    csv_span(&t->csv, cell), "`%.*s` is a list, and no cell holds one",
	    STR_ARG(cell->text));

	if (t->list == SCHEMA_NONE)
		diag_help(t->csv.all, d, "put its elements into "
		    "`%.*s.%.*s.csv`, a row for each", STR_ARG(kind_name(t,
		    kind)), STR_ARG(cell->text));
	else
		diag_help(t->csv.all, d, "say it in a file of another form");
}

static void attribute_column(struct csv_table *t, const struct csv_cell *cell,
    uint16_t kind, struct csv_column *column)
{
	uint16_t attribute = facts_attribute(t->facts, kind, cell->text);

	if (attribute == SCHEMA_NONE) {
		refuse_column(t, cell, kind);
	} else if (attribute_of(t, attribute)->type.set) {
		refuse_list(t, cell, kind);
	} else if (attribute_of(t, attribute)->derived) {
		diag_help(t->csv.all, diag_add(t->csv.all, DIAG_E3016,
		    csv_span(&t->csv, cell), "`%.*s` is computed by the rules",
		    STR_ARG(cell->text)), "leave it out");
	} else {
		*column = (struct csv_column){ COLUMN_ATTRIBUTE,
			attribute_of(t, attribute)->name,
			attribute_of(t, attribute)->type };
	}
}

/* "from" of a kind with one key, "from.kind" and the like of others. */
static bool from_column(struct csv_table *t, const struct csv_cell *cell,
    struct csv_column *column)
{
	const struct kind_facts *k = &t->facts->kinds[t->kind];
	struct str name = cell->text;

	for (uint16_t i = 0; i < k->key_count; i++) {
		const struct schema_attribute *a = attribute_of(t, k->keys[i]);

		if (k->key_count > 1 ? !str_starts(name, STR("from.")) ||
		    !str_equal(str_slice(name, 5, name.length), a->name) :
		    !str_equal(name, STR("from")))
			continue;
		*column = (struct csv_column){ COLUMN_FROM, a->name, a->type };
		return true;
	}
	return false;
}

static bool source_column(struct csv_table *t, const struct csv_cell *cell,
    struct csv_column *column)
{
	static const struct str keys[] = { { "name", 4 }, { "grade", 5 },
		{ "as_of", 5 }, { "by", 2 }, { "until", 5 } };

	if (!str_starts(cell->text, STR("source.")))
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (str_equal(str_slice(cell->text, 7, cell->text.length),
		    keys[i])) {
			*column = (struct csv_column){ COLUMN_SOURCE, keys[i],
				{ .tag = TYPE_STRING } };
			t->has_sources = true;
			return true;
		}
	diag_help(t->csv.all, diag_add(t->csv.all, DIAG_E8133,
	    csv_span(&t->csv, cell), "a source has no `%.*s`", STR_ARG(
	    input_shown(diagnostics_arena(t->csv.all), str_slice(cell->text, 7,
	    cell->text.length)))),
	    "it has `name`, `grade`, `as_of`, `by` and `until`");
	return true;
}

static void list_column(struct csv_table *t, const struct csv_cell *cell,
    struct csv_column *column)
{
	const struct schema_attribute *a = attribute_of(t, t->list);

	if (from_column(t, cell, column))
		return;
	if (str_equal(cell->text, STR("list"))) {
		column->use = COLUMN_LIST;
	} else if (str_equal(cell->text, STR("to")) &&
	    (!a->owned || a->shorthand)) {
		*column = (struct csv_column){ COLUMN_TO, STR(""), a->type };
		column->type.set = false;
	} else if (a->owned) {
		attribute_column(t, cell, a->type.of, column);
	} else {
		diag_help(t->csv.all, diag_add(t->csv.all, DIAG_E8133,
		    csv_span(&t->csv, cell), "a list has no column `%.*s`",
		    STR_ARG(input_shown(diagnostics_arena(t->csv.all),
		    cell->text))), t->facts->kinds[t->kind].key_count > 1 ?
		    "it has `from.PART` for each part of the key, `to`, `list` "
		    "and those of its source" : "it has `from`, `to`, `list` and "
		    "those of its source");
	}
}

static void take_column(struct csv_table *t, const struct csv_cell *cell)
{
	struct csv_column *column = VEC_PUSH(t->csv.arena, &t->columns);

	*column = (struct csv_column){ .use = COLUMN_BROKEN };
	if (cell->is_broken || source_column(t, cell, column))
		return;
	if (t->list == SCHEMA_NONE)
		attribute_column(t, cell, t->kind, column);
	else
		list_column(t, cell, column);
}

static void check_twice(struct csv_table *t)
{
	const struct csv_cell *cells = &t->csv.cells.items[
	    t->csv.rows.items[0].first];
	struct map *names = map_new(t->csv.arena);

	for (size_t i = 0; i < t->columns.count; i++) {
		bool is_new;
		uint32_t *at;

		if (t->columns.items[i].use == COLUMN_BROKEN)
			continue;
		at = map_at(names, cells[i].text, &is_new);
		if (is_new) {
			*at = (uint32_t)i;
			continue;
		}
		diag_label(t->csv.all, diag_add(t->csv.all, DIAG_E8133,
		    csv_span(&t->csv, &cells[i]), "there is a column `%.*s` "
		    "already", STR_ARG(cells[i].text)),
		    csv_span(&t->csv, &cells[*at]), "first here");
		t->columns.items[i].use = COLUMN_BROKEN;
	}
}

/* --- what has to be there ------------------------------------------------- */

static bool has_column(const struct csv_table *t, enum column_use use,
    struct str name)
{
	for (size_t i = 0; i < t->columns.count; i++)
		if (t->columns.items[i].use == use &&
		    (use == COLUMN_TO || str_equal(t->columns.items[i].name,
		    name)))
			return true;
	return false;
}

static struct span header_span(const struct csv_table *t)
{
	const struct csv_row *row = &t->csv.rows.items[0];

	return (struct span){ t->csv.file, row->start, row->end };
}

/* The keys of KIND have their columns; of an element the first is enough. */
static bool has_keys(const struct csv_table *t, uint16_t kind,
    enum column_use use)
{
	const struct kind_facts *k = &t->facts->kinds[kind];

	for (uint16_t i = 0; i < k->key_count; i++)
		if (!has_column(t, use, attribute_of(t, k->keys[i])->name) &&
		    (i == 0 || kind == t->kind))
			return false;
	return true;
}

static bool need_keys(struct csv_table *t, uint16_t kind, enum column_use use)
{
	const struct kind_facts *k = &t->facts->kinds[kind];

	if (has_keys(t, kind, use))
		return true;
	for (uint16_t i = 0; i < k->key_count; i++) {
		struct str name = attribute_of(t, k->keys[i])->name;

		if (has_column(t, use, name) || (i > 0 && kind != t->kind))
			continue;
		if (use == COLUMN_FROM && k->key_count == 1)
			diag_add(t->csv.all, DIAG_E8133, header_span(t),
			    "a list needs a column `from`: the key of the "
			    "%.*s that has it", STR_ARG(kind_name(t, kind)));
		else
			diag_add(t->csv.all, DIAG_E8133, header_span(t),
			    "a %.*s needs a column `%s%.*s`: its key",
			    STR_ARG(kind_name(t, kind)), use == COLUMN_FROM ?
			    "from." : "", STR_ARG(name));
	}
	return false;
}

/* Columns of the elements, or `to`; not both. */
static bool need_elements(struct csv_table *t)
{
	const struct schema_attribute *a = attribute_of(t, t->list);
	bool has_to = has_column(t, COLUMN_TO, STR(""));

	if (!is_of_entities(t) && !has_to)
		diag_add(t->csv.all, DIAG_E8133, header_span(t),
		    "a list needs a column `to`: its elements");
	if (!is_of_entities(t) || !has_to)
		return is_of_entities(t) ? need_keys(t, a->type.of,
		    COLUMN_ATTRIBUTE) : has_to;
	for (size_t i = 0; i < t->columns.count; i++)
		if (t->columns.items[i].use == COLUMN_ATTRIBUTE) {
			diag_add(t->csv.all, DIAG_E8133, header_span(t),
			    "a list has its elements in `to`, or in columns of "
			    "their own, not in both");
			return false;
		}
	return true;
}

/* `source` of an entity is then an attribute of it. */
static bool may_have_sources(struct csv_table *t)
{
	if (!t->has_sources || facts_attribute(t->facts, t->kind,
	    STR("source")) == SCHEMA_NONE)
		return true;
	diag_help(t->csv.all, diag_add(t->csv.all, DIAG_E8133, header_span(t),
	    "a %.*s has an attribute `source`, so its rows cannot say who says "
	    "so", STR_ARG(kind_name(t, t->kind))),
	    "say it in a file of another form");
	return false;
}

bool csv_open(struct csv_table *t, struct facts *facts)
{
	const struct csv_row *header = t->csv.rows.items;
	size_t before = diag_errors(t->csv.all);
	enum column_use use;
	bool has_all;

	t->facts = facts;
	/* A first row that could not be read is not among them. */
	if (!read_name(t) || t->csv.rows.count == 0 ||
	    header->start != input_mark(t->csv.bytes))
		return false;
	use = t->list == SCHEMA_NONE ? COLUMN_ATTRIBUTE : COLUMN_FROM;
	for (size_t i = 0; i < header->count; i++)
		take_column(t, &t->csv.cells.items[header->first + i]);
	check_twice(t);
	/* A column that was misspelt may be the one that is missing. */
	if (diag_errors(t->csv.all) > before)
		return has_keys(t, t->kind, use);
	has_all = need_keys(t, t->kind, use);
	if (t->list != SCHEMA_NONE && !need_elements(t))
		has_all = false;
	return may_have_sources(t) && has_all;
}
