/* SPDX-License-Identifier: Apache-2.0 */
#include "base/where.h"

#include "base/io.h"
#include "config.h"

static bool is_folder(struct str path)
{
	return io_kind_of(path.at) == IO_FOLDER;
}

/* The folder the running program is in, or empty. */
static struct str own_folder(struct arena *arena)
{
	struct str program;
	size_t end;

	if (!io_own_path(arena, &program))
		return STR("");
	for (end = program.length; end > 1 && program.at[end - 1] != '/'; )
		end--;
	return arena_copy(arena, str_slice(program, 0, end));
}

/* SCARP_DATA_FROM_BIN is "../share/scarp" with the default folders. */
bool where_is(struct arena *arena, const char *name, struct str *folder)
{
	struct str own = own_folder(arena);

	*folder = arena_printf(arena, "%.*s%s/%s", STR_ARG(own),
	    SCARP_DATA_FROM_BIN, name);
	if (own.length && is_folder(*folder))
		return true;
	*folder = arena_printf(arena, "%.*s%s", STR_ARG(own), name);
	if (own.length && is_folder(*folder))
		return true;
	*folder = arena_printf(arena, "%s/%s", SCARP_DATA_FOLDER, name);
	return is_folder(*folder);
}
