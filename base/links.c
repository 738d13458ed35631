/* SPDX-License-Identifier: Apache-2.0 */
#include "base/links.h"

#include "base/io.h"

/* A path as the part of a URI: what is not plain as its number. */
static void add_path(struct text *out, struct str path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~/";

	for (size_t i = 0; i < path.length; i++) {
		if (path.at[i] && strchr(plain, path.at[i]))
			text_add_char(out, path.at[i]);
		else
			text_printf(out, "%%%02X", (unsigned char)path.at[i]);
	}
}

static bool begin(struct text *out, struct str path)
{
	if (io_kind_of(path.at) != IO_FILE)
		return false;
	text_add(out, STR("\033]8;;file://"));
	add_path(out, path);
	text_add(out, STR("\033\\"));
	return true;
}

bool links_begin_file(const struct links *links, struct text *out, struct str name)
{
	if (!links || name.length == 0 || memchr(name.at, 0, name.length))
		return false;
	return begin(out, name.at[0] == '/' ? arena_copy(out->arena, name) :
	    io_join(out->arena, links->here, name));
}

bool links_begin_code(const struct links *links, struct text *out, const char *code)
{
	if (!links || links->codes.length == 0)
		return false;
	return begin(out, io_join(out->arena, links->codes,
	    arena_printf(out->arena, "%s.md", code)));
}

void links_end(struct text *out)
{
	text_add(out, STR("\033]8;;\033\\"));
}
