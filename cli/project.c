/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/project.h"

#include <errno.h>
#include <stdlib.h>

#include "base/guard.h"
#include "base/io.h"

#define PROJECT_FILE "scarp.yaml"

struct str project_folder(struct arena *arena, struct str path)
{
	const char *slash = memrchr(path.at, '/', path.length);

	if (!slash)
		return STR("");
	if (slash == path.at)
		return STR("/");
	return arena_copy(arena, str_slice(path, 0, (size_t)(slash - path.at)));
}

static bool exists(struct arena *arena, struct str folder, const char *name)
{
	return io_kind_of(io_join(arena, folder, str_of(name)).at) != IO_ABSENT;
}

/* What stands in reports depends on it: only in a folder that is closed to us
 * nothing is taken to be there. */
static bool is_mark(struct arena *arena, struct str path)
{
	enum io_kind kind;
	struct str why;

	if (io_look(arena, path.at, &kind, &why))
		return kind == IO_FOLDER || kind == IO_FILE;
	if (errno != EACCES)
		guard_raise(arena_printf(arena, "%.*s cannot be looked at: %.*s",
		    STR_ARG(path), STR_ARG(why)).at);
	return false;
}

static bool is_repository(struct arena *arena, struct str folder)
{
	static const char *const marks[] = { ".git", ".hg", ".jj", ".svn" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (is_mark(arena, io_join(arena, folder, str_of(marks[i]))))
			return true;
	return false;
}

/* FOLDER, which is HERE or above it, as seen from there: "", "..", "../..". */
static struct str seen_from(struct arena *arena, struct str here, struct str folder)
{
	size_t at = folder.length == 1 && here.length > 1 ? 0 : folder.length;
	struct text out;

	text_init(&out, arena);
	for (; at < here.length; at++)
		if (here.at[at] == '/')
			text_add(&out, out.length ? STR("/..") : STR(".."));
	return arena_copy(arena, text_str(&out));
}

struct str project_find(struct session *session)
{
	struct arena *arena = session->arena;
	struct str here, folder, found = { NULL, 0 };
	bool is_start = true, found_at_start = false;

	/* Never where the inventory lies: that may be somebody else's. */
	if (!io_real_path(arena, ".", &here))
		return STR("");
	for (folder = here;; is_start = false) {
		if (!found.at && exists(arena, folder, PROJECT_FILE)) {
			found = folder;
			found_at_start = is_start;
		}
		if (is_repository(arena, folder))
			break;
		if (folder.length <= 1) {
			if (!found_at_start)
				return STR("");
			break;
		}
		folder = project_folder(arena, folder);
	}
	if (!found.at)
		return STR("");
	return io_join(arena, seen_from(arena, here, found), STR(PROJECT_FILE));
}

const char *project_hint(const struct session *session)
{
	const struct arguments *arguments = session->arguments;
	struct arena *arena = session->arena;
	struct str here, folder, path;

	if (arguments->given[OPTION_CONFIG] || arguments->given[OPTION_NO_CONFIG] ||
	    !io_real_path(arena, ".", &here))
		return "";
	folder = here;
	while (folder.length > 1 && !is_repository(arena, folder)) {
		folder = project_folder(arena, folder);
		path = io_join(arena, seen_from(arena, here, folder), STR(PROJECT_FILE));
		if (io_kind_of(path.at) == IO_FILE)
			return arena_printf(arena, "; a project file lies above, which counts "
			    "by itself only in a repository: `--config %.*s` takes it",
			    STR_ARG(path)).at;
	}
	return "";
}

bool project_repository(struct arena *arena, struct str *here, struct str *root)
{
	struct str folder;

	if (!io_real_path(arena, ".", here))
		return false;
	for (folder = *here; folder.length > 1; folder = project_folder(arena, folder)) {
		*root = folder;
		if (is_repository(arena, folder))
			return true;
	}
	return false;
}

struct str project_user_file(struct session *session)
{
	const char *configuration = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	struct str path;

	/* What is not absolute is to be ignored, says their specification. */
	if (configuration && *configuration == '/')
		path = arena_printf(session->arena, "%s/scarp/config.yaml",
		    configuration);
	else if (home && *home == '/')
		path = arena_printf(session->arena, "%s/.config/scarp/config.yaml",
		    home);
	else
		return STR("");
	return io_kind_of(path.at) == IO_ABSENT ? STR("") : path;
}

static bool has_hidden_part(struct str path)
{
	while (path.length) {
		size_t end = str_find(path, '/');

		if (path.at[0] == '.' && end != 1)
			return true;
		path = str_slice(path, end + 1, path.length);
	}
	return false;
}

bool project_holds(struct arena *arena, struct str folder, struct str path)
{
	struct str real_folder, real, name = path;

	if (str_starts(path, STR("/")) || has_hidden_part(path))
		return false;
	path = io_join(arena, folder, name);
	folder = folder.length ? arena_copy(arena, folder) : STR(".");
	if (!io_real_path(arena, folder.at, &real_folder))
		return false;
	if (!io_real_path(arena, path.at, &real)) {
		/* Not there yet: its folder decides. */
		path = project_folder(arena, path);
		if (!io_real_path(arena, path.length ? path.at : ".", &real))
			return true;	/* writing it will fail */
		if (str_equal(real, real_folder))
			return true;
	}
	return str_starts(real, real_folder) &&
	    (str_equal(real_folder, STR("/")) ||
	    (real.length > real_folder.length && real.at[real_folder.length] == '/')) &&
	    !has_hidden_part(str_slice(real, real_folder.length + 1, real.length));
}
