/* SPDX-License-Identifier: Apache-2.0 */
/* A project file: only read; nothing that it names is opened. */
#include "cli/settings.h"
#include "tests/fuzz/fuzz.h"

void fuzz_project(struct arena *arena, struct str bytes)
{
	struct arguments arguments = { .verb = VERB_check };
	struct sources *sources = sources_new(arena);
	struct session session = { .arena = arena, .sources = sources,
		.all = diagnostics_new(arena, sources), .arguments = &arguments };
	struct setting_values *values = ARENA_NEW(arena, struct setting_values);

	if (settings_read(&session, str_of(fuzz_path(bytes)), values) !=
	    (diag_errors(session.all) == 0))
		fuzz_fail("settings beside errors, or neither");
	fuzz_print(arena, session.all);
}
