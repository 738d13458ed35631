/* SPDX-License-Identifier: Apache-2.0 */
/* A project file, and the same bytes as a user's own file: only read; nothing
 * that they name is opened. */
#include "cli/settings.h"
#include "tests/fuzz/fuzz.h"

static void read_as(struct arena *arena, struct str bytes, bool is_users)
{
	struct arguments arguments = { .verb = VERB_check };
	struct sources *sources = sources_new(arena);
	struct session session = { .arena = arena, .sources = sources,
		.all = diagnostics_new(arena, sources), .arguments = &arguments };
	struct setting_values *values = ARENA_NEW(arena, struct setting_values);

	if (settings_read(&session, str_of(fuzz_path(bytes)), is_users,
	    values) != (diag_errors(session.all) == 0))
		fuzz_fail("settings beside errors, or neither");
	fuzz_print(arena, session.all);
}

void fuzz_project(struct arena *arena, struct str bytes)
{
	read_as(arena, bytes, false);
	read_as(arena, bytes, true);
}
