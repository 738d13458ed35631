/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From paths to files: what a folder gives, and what it leaves out.  A claim
 * that all of a kind are listed speaks of all files, so nothing that may hold
 * facts is left out unheard: it is read, an error, or told in the report.
 */
#include "inventory/list.h"

#include <stdlib.h>

#include "base/io.h"
#include "inventory/read.h"

#define SHOWN_FILES 3

struct listing {
	struct arena *arena;
	struct diagnostics *all;
	struct inventory_files *files;
	VEC(struct str) pending;	/* folders and files, the next one last */
	struct map *seen;		/* real paths: a file under two names is one */
	size_t met;			/* files, and what was seen before */
};

bool inventory_is_named(struct str name)
{
	enum input_format format;

	/* The file of a project is not of its inventory. */
	return name.length > 0 && name.at[0] != '.' &&
	    !str_equal(name, STR("scarp.yaml")) &&
	    input_is_named(name, &format);
}

/* "README", "readme.txt" and "Readme-de", not "readmexico". */
static bool begins(struct str name, struct str with)
{
	return name.length >= with.length &&
	    str_ends_caseless(str_slice(name, 0, with.length), with) &&
	    (name.length == with.length ||
	    strchr(".-_ ", name.at[with.length]));
}

/* Of a file that is of no form. */
static bool is_quiet(struct str name)
{
	bool is = str_equal(name, STR("scarp.yaml"));

#define BEGINS(text) is |= begins(name, STR(text));
#define ENDS(text) is |= str_ends_caseless(name, STR(text));
#include "inventory/names.def"
	return is;
}

/* "hosts.yaml.gz": the length of "hosts.yaml", and what to do with it. */
static size_t packed_name(struct str name, const char **help)
{
	struct str bare = { NULL, 0 };

#define PACKED(ending, text) \
	if (str_ends_caseless(name, STR(ending))) { \
		bare = str_slice(name, 0, name.length - (sizeof(ending) - 1)); \
		*help = text; \
	}
#include "inventory/names.def"
	return inventory_is_named(bare) ? bare.length : 0;
}

bool inventory_is_packed(struct str name)
{
	const char *help;

	return packed_name(name, &help) > 0;
}

/* --- what is wrong ------------------------------------------------------- */

void list_refuse(struct diagnostics *all, struct str path, struct str why)
{
	struct diagnostic *d;
	struct str real;

	if (str_equal(path, STR("-")) || !io_is_shut_out(path.at) ||
	    !io_real_path(diagnostics_arena(all), path.at, &real)) {
		diag_add(all, DIAG_E8101, SPAN_NONE, "`%.*s` %.*s", STR_ARG(path),
		    STR_ARG(why));
		return;
	}
	d = diag_add(all, DIAG_E8101, SPAN_NONE, "`%.*s` leads to `%.*s`, which the "
	    "sandbox does not let this run read", STR_ARG(path), STR_ARG(real));
	diag_note(all, d, "a run reads what it is told of, and gives all else up");
	diag_help(all, d, "name `%.*s` as an inventory, too, or turn the sandbox off "
	    "by `--sandbox off`", STR_ARG(real));
}

/* What may have been meant: the nearest name in the folder that it is not in, or
 * the inventory files that are there. */
static void help_absent(struct listing *l, struct diagnostic *d, struct str folder,
    struct str name)
{
	struct str *names, why;
	size_t count, kept = 0;
	long nearest;

	if (!diag_may_suggest(l->all, 1) ||
	    !io_list(l->arena, folder.length ? folder.at : ".", &names, &count, &why))
		return;
	nearest = diag_nearest(name, names, count);
	if (nearest >= 0) {
		diag_help(l->all, d, "did you mean `%.*s%.*s`?", STR_ARG(folder),
		    STR_ARG(names[nearest]));
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (inventory_is_named(names[i]))
			names[kept++] = arena_printf(l->arena, "%.*s%.*s",
			    STR_ARG(folder), STR_ARG(names[i]));
	diag_offer(l->all, d, names, kept);
}

static void refuse_absent(struct listing *l, struct str path)
{
	const char *slash;
	struct diagnostic *d;
	struct str folder, target;
	size_t cut;

	if (io_link_target(l->arena, path.at, &target)) {
		diag_help(l->all, diag_add(l->all, DIAG_E8101, SPAN_NONE,
		    "`%.*s` is a link to `%.*s`, which does not exist",
		    STR_ARG(path), STR_ARG(target)),
		    "remove the link, or mend what it leads to");
		return;
	}
	d = diag_add(l->all, DIAG_E8101, SPAN_NONE, "`%.*s` does not exist",
	    STR_ARG(path));
	while (path.length > 1 && path.at[path.length - 1] == '/')
		path.length--;
	slash = memrchr(path.at, '/', path.length);
	cut = slash ? (size_t)(slash - path.at) + 1 : 0;
	folder = arena_copy(l->arena, str_slice(path, 0, cut));
	if (cut && io_kind_of(folder.at) == IO_ABSENT)
		diag_help(l->all, d, "there is no folder `%.*s`", STR_ARG(folder));
	else
		help_absent(l, d, folder, str_slice(path, cut, path.length));
}

static bool is_new(struct listing *l, struct str path)
{
	struct str real;
	bool made = true;

	if (!str_equal(path, STR("-")) &&
	    !io_real_path(l->arena, path.at, &real))
		real = path;
	else if (str_equal(path, STR("-")))
		real = path;
	map_at(l->seen, real, &made);
	return made;
}

/* The same file as it should be may stand beside it. */
static void refuse_packed(struct listing *l, struct str path, struct str bare,
    const char *help)
{
	struct diagnostic *d = diag_add(l->all, DIAG_E8561, SPAN_NONE,
	    "`%.*s` is not read: its name ends in `%.*s`", STR_ARG(path),
	    STR_ARG(str_slice(path, bare.length, path.length)));

	diag_note(l->all, d, "what it holds may be missing where a list is said to "
	    "be complete");
	diag_help(l->all, d, "%s `%.*s`, or take it out of the folder", help,
	    STR_ARG(bare));
}

struct folder {
	struct str path;
	struct str *names;
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* A file that is neither of a form nor nobody's business. */
static void leave(struct listing *l, const struct folder *folder, struct str name,
    struct str path)
{
	const char *help = "";
	size_t length = packed_name(name, &help);
	struct str bare = str_slice(name, 0, length);

	if (length && !bsearch(&bare, folder->names, folder->count, sizeof(bare),
	    by_name))
		refuse_packed(l, path, str_slice(path, 0,
		    path.length - (name.length - length)), help);
	else
		*VEC_PUSH(l->arena, &l->files->left) = path;
}

static void add_entry(struct listing *l, const struct folder *folder, struct str name)
{
	struct str path = io_join(l->arena, folder->path, name), why;
	bool is_input = inventory_is_named(name);
	enum io_kind kind;

	if (name.at[0] == '.')
		return;
	if (!io_look(l->arena, path.at, &kind, &why)) {
		if (is_input || !is_quiet(name))
			list_refuse(l->all, path, why);
	} else if (kind == IO_FOLDER || (is_input && kind != IO_PIPE))
		*VEC_PUSH(l->arena, &l->pending) = path;
	else if (is_input)
		/* It may wait for ever; one that is named is meant. */
		list_refuse(l->all, path, STR("is a pipe"));
	else if (is_quiet(name))
		return;
	else if (kind != IO_ABSENT)
		leave(l, folder, name, path);
	else if (!io_is_free(path.at))
		refuse_absent(l, path);
}

/* Puts the entries of a folder before what is pending, the first one last. */
static void open_folder(struct listing *l, struct str path)
{
	struct folder folder = { .path = path };
	size_t first = l->pending.count;
	struct str why;

	if (!io_list(l->arena, path.at, &folder.names, &folder.count, &why)) {
		list_refuse(l->all, path, why);
		return;
	}
	for (size_t i = 0; i < folder.count; i++)
		add_entry(l, &folder, folder.names[i]);
	for (size_t last = l->pending.count; first + 1 < last; first++) {
		struct str path_of_last = l->pending.items[--last];

		l->pending.items[last] = l->pending.items[first];
		l->pending.items[first] = path_of_last;
	}
}

/* A file that is named again is read once; standard input can be read once. */
static void refuse_twice(struct listing *l, struct str path)
{
	struct diagnostic *d;

	if (!str_equal(path, STR("-")))
		return;
	d = diag_add(l->all, DIAG_E8101, SPAN_NONE,
	    "`-` is named twice: standard input can be read once");
	diag_help(l->all, d, "name files, or `-` once");
}

static void take_path(struct listing *l, struct str path)
{
	enum io_kind kind = str_equal(path, STR("-")) ? IO_FILE :
	    io_kind_of(path.at);
	bool is_first = kind == IO_ABSENT || is_new(l, path);

	l->met += kind != IO_FOLDER || !is_first;
	if (kind == IO_ABSENT)
		refuse_absent(l, path);
	else if (!is_first)
		refuse_twice(l, path);
	else if (kind == IO_FOLDER)
		open_folder(l, path);
	else
		*VEC_PUSH(l->arena, &l->files->read) = path;
}

/* "`a.txt`, `b.txt`, `c.txt` and 2 more" */
static struct str name_some(struct arena *arena, const struct str *files, size_t count)
{
	struct text out;

	text_init(&out, arena);
	for (size_t i = 0; i < count && i < SHOWN_FILES; i++)
		text_printf(&out, "%s`%.*s`", i ? ", " : "", STR_ARG(files[i]));
	if (count > SHOWN_FILES)
		text_printf(&out, " and %zu more", count - SHOWN_FILES);
	return text_str(&out);
}

static void refuse_empty(struct listing *l, struct str path, size_t left)
{
	struct diagnostic *d = diag_add(l->all, DIAG_E8102, SPAN_NONE,
	    "the folder `%.*s` holds no inventory", STR_ARG(path));

	diag_note(l->all, d, "files whose names end in .yaml, .yml, .json, "
	    ".ndjson, .jsonl or .csv are read, hidden ones are not");
	if (l->files->left.count > left)
		diag_note(l->all, d, "not read: %.*s", STR_ARG(name_some(l->arena,
		    l->files->left.items + left, l->files->left.count - left)));
}

static void list_path(struct listing *l, struct str path)
{
	size_t met = l->met, left = l->files->left.count;
	size_t errors = diag_errors(l->all);
	bool is_folder = io_kind_of(path.at) == IO_FOLDER;

	*VEC_PUSH(l->arena, &l->pending) = path;
	while (l->pending.count > 0)
		take_path(l, l->pending.items[--l->pending.count]);
	if (is_folder && l->met == met && diag_errors(l->all) == errors)
		refuse_empty(l, path, left);
}

/* Not those that are named besides, and so are read. */
static void sort_left(struct listing *l)
{
	struct inventory_files *files = l->files;
	size_t kept = 0;

	for (size_t i = 0; i < files->left.count; i++) {
		struct str path = files->left.items[i], real;

		if (!io_real_path(l->arena, path.at, &real) ||
		    !map_find(l->seen, real))
			files->left.items[kept++] = path;
	}
	files->left.count = kept;
	if (kept)
		qsort(files->left.items, kept, sizeof(struct str), by_name);
}

bool inventory_list(struct arena *arena, struct diagnostics *all,
    const struct str *paths, size_t count, struct inventory_files *files)
{
	struct listing l = { .arena = arena, .all = all, .files = files,
		.seen = map_new(arena) };
	size_t before = diag_errors(all);

	memset(files, 0, sizeof(*files));
	for (size_t i = 0; i < count; i++)
		list_path(&l, arena_copy(arena, paths[i]));
	sort_left(&l);
	return diag_errors(all) == before;
}

struct str inventory_left_text(struct arena *arena, const struct inventory_notes *notes)
{
	size_t count = notes->left_count;

	if (count == 0)
		return STR("");
	return arena_printf(arena, "not read: %zu file%s in folders of the inventory: %.*s",
	    count, count == 1 ? "" : "s",
	    STR_ARG(name_some(arena, notes->left, count)));
}
