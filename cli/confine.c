/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/confine.h"

#include <unistd.h>

#include "base/io.h"
#include "base/sandbox.h"
#include "base/where.h"

struct confining {
	struct session *session;
	struct sandbox_paths *paths;
};

/* --- what may be read ----------------------------------------------------- */

static struct str folder_of(struct arena *arena, struct str path)
{
	size_t end = path.length;

	while (end > 0 && path.at[end - 1] != '/')
		end--;
	return end ? arena_copy(arena, str_slice(path, 0, end)) : STR(".");
}

/* A pack of one file may have others beside it, and a list of mutants; a compiled
 * one, a signature. */
static bool is_neighbour(struct str name)
{
	return find_is_source(name) || find_is_compiled(name) ||
	    str_ends(name, STR(".minisig")) ||
	    str_ends(name, STR(".mutants.yaml"));
}

static bool holds_rules(struct confining *c, struct str folder)
{
	struct str *names, why;
	size_t count;

	if (io_kind_of(folder.at) != IO_FOLDER ||
	    !io_list(c->session->arena, folder.at, &names, &count, &why))
		return false;
	for (size_t i = 0; i < count; i++)
		if (find_is_source(names[i]))
			return true;
	return false;
}

/* What `use` may find in FOLDER: rule files, and folders of them.  Nothing else
 * that lies there is anybody's business. */
static void allow_packs_in(struct confining *c, struct str folder)
{
	struct str *names, why;
	size_t count;

	if (!io_list(c->session->arena, folder.at, &names, &count, &why))
		return;
	for (size_t i = 0; i < count; i++) {
		struct str path = io_join(c->session->arena, folder, names[i]);

		if (is_neighbour(names[i]) || holds_rules(c, path))
			sandbox_allow(c->paths, path, SANDBOX_READ);
		/* So that it can be said that there are none in it. */
		else if (io_kind_of(path.at) == IO_FOLDER)
			sandbox_allow(c->paths, path, SANDBOX_LIST);
	}
}

/* `use` looks beside a pack that is a folder, too. */
static void allow_beside(struct confining *c, struct str folder)
{
	struct str real;

	if (holds_rules(c, folder) &&
	    io_real_path(c->session->arena, folder.at, &real))
		allow_packs_in(c, folder_of(c->session->arena, real));
}

static void allow_read(struct confining *c, struct str path)
{
	path = arena_copy(c->session->arena, path);
	switch (io_kind_of(path.at)) {
	case IO_FOLDER:
		sandbox_allow(c->paths, path, SANDBOX_READ);
		allow_beside(c, path);
		break;
	case IO_FILE:
	case IO_PIPE:
	case IO_OTHER:
		sandbox_allow(c->paths, path, SANDBOX_READ);
		/* Saved anew it is another file of that name. */
		if (c->session->arguments->verb == VERB_watch)
			sandbox_allow(c->paths, folder_of(c->session->arena, path),
			    SANDBOX_READ);
		if (is_neighbour(path))
			allow_packs_in(c, folder_of(c->session->arena, path));
		break;
	case IO_ABSENT:
		break;
	}
}

/* "FILE", "NAME=FILE" or "@FILE": whatever is a file was meant. */
static void allow_value(struct confining *c, struct str value)
{
	size_t equals = str_find(value, '=');

	if (value.length == 0)
		return;
	allow_read(c, value);
	if (equals < value.length)
		allow_read(c, str_slice(value, equals + 1, value.length));
	if (str_starts(value, STR("@")))
		allow_read(c, str_slice(value, 1, value.length));
}

/* Inventory files that a folder has by links lie elsewhere. */
static void allow_linked(struct confining *c, struct str folder)
{
	struct diagnostics *unheard = diagnostics_new(c->session->arena,
	    c->session->sources);
	struct inventory_files files;
	struct str real, at;

	folder = arena_copy(c->session->arena, folder);
	if (io_kind_of(folder.at) != IO_FOLDER ||
	    !io_real_path(c->session->arena, folder.at, &at))
		return;
	inventory_list(c->session->arena, unheard, &folder, 1, &files);
	for (size_t i = 0; i < files.read.count; i++)
		if (io_real_path(c->session->arena, files.read.items[i].at, &real) &&
		    !(str_starts(real, at) && real.at[at.length] == '/'))
			sandbox_allow(c->paths, real, SANDBOX_READ);
}

static void allow_operand(struct confining *c, struct str operand)
{
	allow_value(c, operand);
	/* So that it can be said what was meant: names alone. */
	if (operand.length && !str_equal(operand, STR("-")) &&
	    io_kind_of(arena_copy(c->session->arena, operand).at) == IO_ABSENT)
		sandbox_allow(c->paths, folder_of(c->session->arena, operand),
		    SANDBOX_LIST);
	allow_linked(c, operand);
}

static void allow_inputs(struct confining *c)
{
	const struct arguments *arguments = c->session->arguments;

	for (size_t i = 0; i < arguments->operands.count; i++)
		allow_operand(c, arguments->operands.items[i]);
	/* Where no pack is named, it is the folder that one is in. */
	if (arguments->operands.count == 0 &&
	    (arguments->verb == VERB_test || arguments->verb == VERB_mutate))
		allow_operand(c, STR("."));
	for (size_t i = 0; i < arguments->inventories.count; i++)
		allow_operand(c, arguments->inventories.items[i]);
	/* The last of several is among them. */
	for (int o = 0; o < OPTION_COUNT; o++) {
		if (arguments->values[o].count == 0)
			allow_value(c, arguments->value[o]);
		for (size_t i = 0; i < arguments->values[o].count; i++)
			allow_value(c, arguments->values[o].items[i]);
	}
}

static void allow_own(struct confining *c)
{
	static const char *const own[] = { "stdlib", "rules", "codes", "schemas" };
	struct str folder;

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (where_is(c->session->arena, own[i], &folder))
			sandbox_allow(c->paths, folder, SANDBOX_READ);
}

/* --- where may be written ------------------------------------------------- */

/* A file is replaced by one made beside it, or beside what it is a link to;
 * a terminal, a pipe or a device is written to. */
static void allow_output(struct confining *c, struct str path)
{
	struct arena *arena = c->session->arena;
	struct str real;

	if (!path.length || str_equal(path, STR("-")))
		return;
	path = arena_copy(arena, path);
	if (io_kind_of(path.at) == IO_PIPE || io_kind_of(path.at) == IO_OTHER) {
		sandbox_allow(c->paths, path, SANDBOX_WRITE);
		return;
	}
	sandbox_allow(c->paths, folder_of(arena, path), SANDBOX_WRITE);
	if (io_real_path(arena, path.at, &real))
		sandbox_allow(c->paths, folder_of(arena, real), SANDBOX_WRITE);
}

static void allow_outputs(struct confining *c)
{
	const struct arguments *arguments = c->session->arguments;

	allow_output(c, argument(arguments, OPTION_OUTPUT, ""));
	allow_output(c, argument(arguments, OPTION_KEEP, ""));
	/* Where the password of a key is asked for. */
	if (arguments->given[OPTION_SIGN])
		sandbox_allow(c->paths, STR("/dev/tty"), SANDBOX_WRITE);
	for (size_t i = 0; i < arguments->values[OPTION_REPORT].count; i++) {
		struct str value = arguments->values[OPTION_REPORT].items[i];

		allow_output(c, str_slice(value, str_find(value, '=') + 1, value.length));
	}
	/* Rewrites what it reads. */
	for (size_t i = 0; arguments->verb == VERB_fmt &&
	    i < arguments->operands.count; i++) {
		struct str path = arguments->operands.items[i];

		allow_output(c, path);
		sandbox_allow(c->paths, path, SANDBOX_WRITE);
	}
}

/* --- when ----------------------------------------------------------------- */

/* They look at nothing that others wrote; `init` makes folders. */
static bool has_no_input(enum verb verb)
{
	return verb == VERB_init || verb == VERB_help || verb == VERB_man ||
	    verb == VERB_completion || verb == VERB_version;
}

/* A pager is a program with files of its own; only explanations have one, and
 * only on a terminal. */
static bool may_page(const struct arguments *arguments)
{
	return arguments->verb == VERB_explain && isatty(STDOUT_FILENO);
}

/* The leak checker of a sanitizer looks into the process when it ends. */
#if defined(__SANITIZE_ADDRESS__)
#define IS_WATCHED true
#else
#define IS_WATCHED false
#endif

bool confine(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	bool is_required = argument_is(arguments, OPTION_SANDBOX, "require");
	struct confining c = { session, sandbox_paths_new(session->arena) };
	bool is_tight;
	struct str why;

	if (has_no_input(arguments->verb) ||
	    argument_is(arguments, OPTION_SANDBOX, "off") ||
	    (!is_required && (IS_WATCHED || may_page(arguments))))
		return true;
	allow_own(&c);
	allow_inputs(&c);
	allow_outputs(&c);
#ifdef SCARP_COVERAGE
	sandbox_allow(c.paths, STR(SCARP_COVERAGE), SANDBOX_WRITE);
#endif
	/* One means is better than none. */
	is_tight = sandbox_files(c.paths, &why);
	is_tight &= sandbox_calls(&why);
	if (!is_required || (is_tight && sandbox_holds(&why)))
		return true;
	session_fail(session, "--sandbox require: %.*s", STR_ARG(why));
	return false;
}
