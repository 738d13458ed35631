/* SPDX-License-Identifier: Apache-2.0 */
/* A file of waivers, beside the pack of site.scarp. */
#include "tests/fuzz/fuzz.h"

void fuzz_waivers(struct arena *arena, struct str bytes)
{
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct packed_source file = { STR(""), STR("site.scarp"), site_source() };
	struct str path = str_of(fuzz_path(bytes));
	struct compile_options options = { .packed = &file, .packed_count = 1,
		.waivers = &path, .waiver_count = 1 };
	struct tree *tree = compile_check(arena, all, &options);

	fuzz_print(arena, all);
	if (!tree != (diag_errors(all) > 0))
		fuzz_fail("a tree beside errors, or neither");
}
