/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/find.h"

#include <stdlib.h>

#include "base/intern.h"
#include "base/limits.h"

#define SUFFIX STR(".scarp")

bool find_is_source(struct str name)
{
	return str_ends_caseless(name, SUFFIX);
}

bool find_is_compiled(struct str name)
{
	return str_ends_caseless(name, STR(".scarpc"));
}

struct str find_folder_of(struct arena *arena, struct str path)
{
	size_t end = path.length;

	while (end > 1 && path.at[end - 1] != '/')
		end--;
	if (end == 0 || path.at[end - 1] != '/')
		return STR(".");
	return arena_copy(arena, str_slice(path, 0, end > 1 ? end - 1 : 1));
}

struct str find_last_part(struct str path)
{
	size_t start = path.length;

	while (start > 0 && path.at[start - 1] != '/')
		start--;
	path = str_slice(path, start, path.length);
	if (find_is_source(path) && path.length > SUFFIX.length)
		path.length -= SUFFIX.length;
	return path;
}

bool find_is_inside(struct str path, struct str root)
{
	if (!str_starts(path, root))
		return false;
	return path.length == root.length || root.length == 1 ||
	    path.at[root.length] == '/';
}

/* A walk over the folders of a pack, by a worklist. */
struct walk {
	struct arena *arena;
	struct str root;		/* real path */
	struct map *seen;		/* real paths of folders */
	struct found_files *files;
	VEC(struct found_file) folders;
	struct str *why;
};

static enum find_answer add_folder(struct walk *walk, struct found_file at)
{
	bool is_new;

	map_at(walk->seen, at.real, &is_new);
	if (is_new)
		*VEC_PUSH(walk->arena, &walk->folders) = at;
	return FIND_OK;
}

static enum find_answer add_file(struct walk *walk, struct found_file at)
{
	if (walk->files->list.count >= limit_get(LIMIT_PACK_FILES))
		return FIND_TOO_MANY;
	*VEC_PUSH(walk->arena, &walk->files->list) = at;
	return FIND_OK;
}

/* The entry ENTRY of a folder whose real path is FOLDER. */
static enum find_answer add_entry(struct walk *walk, struct str folder,
    struct str entry, struct found_file at)
{
	enum io_kind kind = io_kind_of(at.path.at);
	bool is_scarp = find_is_source(at.name);

	if (kind != IO_FOLDER && !is_scarp)
		return FIND_OK;
	*walk->why = at.path;
	if ((kind != IO_FILE && kind != IO_FOLDER) ||
	    !io_real_entry(walk->arena, folder, entry, at.path.at, &at.real))
		return FIND_UNREADABLE;
	if (!find_is_inside(at.real, walk->root))
		return FIND_OUTSIDE;
	return kind == IO_FOLDER ? add_folder(walk, at) : add_file(walk, at);
}

static enum find_answer walk_folder(struct walk *walk,
    struct found_file folder)
{
	struct str *names, why;
	size_t count;

	if (!io_list(walk->arena, folder.path.at, &names, &count, &why)) {
		*walk->why = folder.path;
		return FIND_UNREADABLE;
	}
	for (size_t i = 0; i < count; i++) {
		struct found_file at = { .name = names[i] };
		enum find_answer answer;

		if (str_starts(names[i], STR(".")))
			continue;
		if (folder.name.length)
			at.name = io_join(walk->arena, folder.name, names[i]);
		at.path = io_join(walk->arena, folder.path, names[i]);
		answer = add_entry(walk, folder.real, names[i], at);
		if (answer != FIND_OK)
			return answer;
	}
	return FIND_OK;
}

static int by_name(const void *a, const void *b)
{
	const struct found_file *f = a, *g = b;

	return str_compare(f->name, g->name);
}

enum find_answer find_files(struct arena *arena, struct str path,
    struct found_files *files, struct str *why)
{
	struct walk walk = { .arena = arena, .files = files, .why = why };
	struct found_file root = { .path = path };
	enum find_answer answer = FIND_OK;

	*why = path;
	walk.seen = map_new(arena);
	if (!io_real_path(arena, path.at, &root.real))
		return FIND_UNREADABLE;
	walk.root = root.real;
	add_folder(&walk, root);
	for (size_t i = 0; i < walk.folders.count && answer == FIND_OK; i++)
		answer = walk_folder(&walk, walk.folders.items[i]);
	if (files->list.count)
		qsort(files->list.items, files->list.count,
		    sizeof(struct found_file), by_name);
	return answer;
}

static struct str with_slashes(struct arena *arena, struct str name)
{
	struct str copy = arena_copy(arena, name);

	for (size_t i = 0; i < copy.length; i++)
		if (copy.at[i] == '.')
			((char *)copy.at)[i] = '/';
	return copy;
}

enum find_answer find_pack(struct arena *arena, struct str folder,
    struct str name, struct str *path, struct str *real)
{
	struct str forms[2] = { name, with_slashes(arena, name) };
	struct str root;

	if (!io_real_path(arena, folder.at, &root))
		return FIND_ABSENT;
	for (int i = 0; i < 4; i++) {
		struct str form = forms[i / 2];
		bool is_file = i % 2 == 0;

		if (is_file)
			form = arena_printf(arena, "%.*s.scarp", STR_ARG(form));
		*path = io_join(arena, folder, form);
		if (io_kind_of(path->at) != (is_file ? IO_FILE : IO_FOLDER))
			continue;
		if (!io_real_path(arena, path->at, real))
			return FIND_UNREADABLE;
		return find_is_inside(*real, root) ? FIND_OK : FIND_OUTSIDE;
	}
	return FIND_ABSENT;
}
