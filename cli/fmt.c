/* SPDX-License-Identifier: Apache-2.0 */
/* scarp fmt: rule files in the one canonical layout. */
#include "cli/session.h"

#include "base/io.h"
#include "base/limits.h"
#include "grammar/format.h"
#include "grammar/parse.h"

/* The text of a file in the canonical layout.  False after a diagnostic; a
 * layout that reads back as another tree would be our fault and is refused. */
static bool format(struct session *session, struct str path, struct str *old,
    struct text *new)
{
	struct str why;
	struct ast *tree, *again;
	uint32_t file;

	if (!io_read_limited(session->arena, path.at, LIMIT_RULE_FILE, old, &why)) {
		session_refuse(session, DIAG_E8579, "cannot read `%.*s`: "
		    "%.*s", STR_ARG(path), STR_ARG(why));
		return false;
	}
	file = source_add(session->sources, path, *old);
	tree = parse_file(session->arena, session->all, file);
	if (diag_errors(session->all))
		return false;
	text_init(new, session->arena);
	format_file(tree, new);
	file = source_add(session->sources, STR("(formatted)"),
	    arena_copy(session->arena, text_str(new)));
	again = parse_file(session->arena, session->all, file);
	if (diag_errors(session->all) == 0 && ast_equal(tree, again))
		return true;
	session_fail(session, "this is a fault of scarp, not yours: the layout "
	    "of `%.*s` would change its meaning; the file is left as it is",
	    STR_ARG(path));
	return false;
}

static int format_one(struct session *session, struct str path)
{
	bool check = session->arguments->given[OPTION_CHECK];
	bool standard = str_equal(path, STR("-"));
	struct str old, why;
	struct text new;
	bool laid_out;

	session->all = diagnostics_new(session->arena, session->sources);
	laid_out = format(session, path, &old, &new);
	session_report(session);
	if (!laid_out)
		return STATUS_UNTRUSTED;
	if (check) {
		if (str_equal(old, text_str(&new)))
			return STATUS_CLEAN;
		new.length = 0;
		text_add_visible(&new, path);
		text_add_char(&new, '\n');
		return session_write(session, &new) ? STATUS_FINDINGS : STATUS_UNTRUSTED;
	}
	if (!standard && str_equal(old, text_str(&new)))
		return STATUS_CLEAN;
	if (io_write(session->arena, path.at, text_str(&new), &why))
		return STATUS_CLEAN;
	return session_refuse(session, DIAG_E8579, "cannot write `%.*s`: "
	    "%.*s", STR_ARG(path), STR_ARG(why));
}

/* A file is laid out; of a folder, every rule file in it. */
static int format_path(struct session *session, struct str path)
{
	struct found_files found = { 0 };
	int status = STATUS_CLEAN;

	if (io_kind_of(path.at) != IO_FOLDER)
		return format_one(session, path);
	if (!session_rule_files(session, path, &found))
		return STATUS_UNTRUSTED;
	for (size_t i = 0; i < found.list.count; i++) {
		int one = format_one(session, found.list.items[i].path);

		status = one > status ? one : status;
	}
	return status;
}

int verb_fmt(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	int status = STATUS_CLEAN;

	if (arguments->operands.count == 0)
		return session_refuse(session, DIAG_E8574, "nothing to lay out "
		    "is named\n"
		    "name rule files or folders, or `-` for standard input");
	for (size_t i = 0; i < arguments->operands.count; i++) {
		struct str path = arena_copy(session->arena, arguments->operands.items[i]);
		int one = format_path(session, path);

		status = one > status ? one : status;
	}
	if (status == STATUS_FINDINGS && !arguments->given[OPTION_QUIET])
		session_tell(session, STR("scarp: note: `scarp fmt` without `--check` "
		    "lays these files out\n"));
	return status;
}
