/* SPDX-License-Identifier: Apache-2.0 */
/* scarp init: a folder to begin with, in which everything passes. */
#include "cli/session.h"

#include "base/io.h"
#include "cli/project.h"

struct starter {
	const char *path, *ci, *text, *content;
};

static const char content_scarp[] =
#include "cli/init_scarp.inc"
;
static const char content_house[] =
#include "cli/init_house.inc"
;
static const char content_tests[] =
#include "cli/init_tests.inc"
;
static const char content_hosts[] =
#include "cli/init_hosts.inc"
;
static const char content_github[] =
#include "cli/init_github.inc"
;
static const char content_gitlab[] =
#include "cli/init_gitlab.inc"
;

static const struct starter starters[] = {
#define FILE(id, path, ci, text) { path, ci, text, content_##id },
#include "cli/init.def"
#undef FILE
};
#define STARTERS (sizeof(starters) / sizeof(*starters))

struct making {
	struct session *session;
	struct str folder;
	struct str paths[STARTERS];	/* empty: not wanted */
};

static void choose(struct making *m)
{
	struct str ci = argument(m->session->arguments, OPTION_CI, "github");

	for (size_t i = 0; i < STARTERS; i++)
		if (!*starters[i].ci || str_equal(ci, str_of(starters[i].ci)))
			m->paths[i] = str_equal(m->folder, STR(".")) ?
			    str_of(starters[i].path) : io_join(m->session->arena,
			    m->folder, str_of(starters[i].path));
}

/* Nothing is written where anything would be written over. */
static bool all_free(struct making *m)
{
	struct text taken;
	size_t count = 0;

	text_init(&taken, m->session->arena);
	for (size_t i = 0; i < STARTERS; i++)
		if (m->paths[i].length && !io_is_free(m->paths[i].at))
			text_printf(&taken, "%s`%.*s`", count++ ? ", " : "",
			    STR_ARG(m->paths[i]));
	if (count == 0)
		return true;
	session_refuse(m->session, DIAG_E8579, "%.*s %s there already\n"
	    "nothing is written over, so nothing was made; name another "
	    "folder", STR_ARG(text_str(&taken)), count == 1 ? "is" : "are");
	return false;
}

static bool make(struct making *m, size_t i)
{
	struct arena *arena = m->session->arena;
	struct str folder = project_folder(arena, m->paths[i]), why;

	if (folder.length && !io_make_folders(arena, folder.at, &why)) {
		session_refuse(m->session, DIAG_E8579, "cannot make the folder "
		    "`%.*s`: %.*s", STR_ARG(folder), STR_ARG(why));
		return false;
	}
	return session_put(m->session, m->paths[i], str_of(starters[i].content));
}

/* How the program is called from the new folder: by its name where the shell
 * found it by that, else by its path. */
static struct str program_from(struct making *m)
{
	struct arena *arena = m->session->arena;
	struct str path = m->session->arguments->program, real;
	struct text up;

	if (!memchr(path.at, '/', path.length) || path.at[0] == '/' ||
	    str_equal(m->folder, STR(".")))
		return path;
	if (m->folder.at[0] == '/' || memmem(m->folder.at, m->folder.length, "..", 2))
		return io_real_path(arena, path.at, &real) ? real : path;
	text_init(&up, arena);
	for (size_t i = 0; i < m->folder.length; i++)
		if (m->folder.at[i] != '/' && (i == 0 || m->folder.at[i - 1] == '/'))
			text_add(&up, STR("../"));
	text_add(&up, str_starts(path, STR("./")) ?
	    str_slice(path, 2, path.length) : path);
	return text_str(&up);
}

static void tell_next(struct making *m, struct text *out)
{
	static const char *const next[][2] = {
		{ "check", "the rules over the inventory" },
		{ "test", "the rules' own tests" },
		{ "fmt --check .", "the layout of the rule files" },
	};
	struct str program = program_from(m);

	text_add(out, STR("\nAll of it passes as it is:\n\n"));
	if (!str_equal(m->folder, STR("."))) {
		text_add(out, STR("  cd "));
		text_add_visible(out, m->folder);
		text_add_char(out, '\n');
	}
	for (size_t i = 0; i < sizeof(next) / sizeof(*next); i++) {
		text_add(out, STR("  "));
		text_add_visible(out, program);
		text_printf(out, " %-13s    %s\n", next[i][0], next[i][1]);
	}
	text_add(out, STR("\nThen put what is known of your site into site/, and "
	    "write rules of\nyour own into rules/.  The verb `list` shows the "
	    "rules that there are,\n`doc` makes a page of them.\n"));
}

static int make_all(struct making *m)
{
	size_t width = 0;
	struct text out;

	for (size_t i = 0; i < STARTERS; i++) {
		if (m->paths[i].length && !make(m, i))
			return STATUS_UNTRUSTED;
		if (m->paths[i].length > width)
			width = m->paths[i].length;
	}
	text_init(&out, m->session->arena);
	for (size_t i = 0; i < STARTERS; i++) {
		if (!m->paths[i].length)
			continue;
		text_add(&out, STR("made "));
		text_add_visible(&out, m->paths[i]);
		text_printf(&out, "%*s%s\n", (int)(width - m->paths[i].length + 2),
		    "", starters[i].text);
	}
	tell_next(m, &out);
	return session_write(m->session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

int verb_init(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	struct making m = { .session = session, .folder = STR(".") };

	if (arguments->operands.count > 1)
		return session_refuse(session, DIAG_E8575, "`init` makes one "
		    "folder\n"
		    "name one, or none for this one");
	if (arguments->operands.count == 1)
		m.folder = arena_copy(session->arena, arguments->operands.items[0]);
	choose(&m);
	return all_free(&m) ? make_all(&m) : STATUS_UNTRUSTED;
}
