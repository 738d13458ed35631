/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "tests/fuzz/packed.h"
#include "vm/verify.h"

static struct str printed(struct model *m,
    void (*print)(const struct model *m, struct text *out))
{
	struct text out;

	text_init(&out, m->arena);
	print(m, &out);
	return arena_copy(m->arena, text_str(&out));
}

struct str packed_seed(struct arena *arena, uint64_t seed)
{
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct model m = { .arena = arena, .scale = 1 };
	struct packed_source files[3];
	struct compile_options options = { .packed = files, .packed_count = 2 };
	struct container container = { .sources = files, .source_count = 3,
		.pack_id = STR("random"), .pack_version = STR("1") };
	const struct tree *tree;
	struct str why;

	random_seed(&m.random, seed);
	m.missing = random_below(&m.random, 6) * 10;
	m.ways_out = random_chance(&m.random, 40);
	model_schema(&m);
	model_site(&m);
	model_pack(&m);
	files[0] = (struct packed_source){ STR(""), STR("random.scarp"),
	    printed(&m, model_print_pack) };
	files[1] = (struct packed_source){ STR("random_schema"), STR("random_schema.scarp"),
	    printed(&m, model_print_schema) };
	files[2] = (struct packed_source){ STR("site"), STR("site.yaml"),
	    printed(&m, model_print_yaml) };
	tree = compile_check(arena, all, &options);
	container.program = tree ? compile_program(arena, tree) : NULL;
	if (!container.program || !program_verify(arena, container.program, &why))
		return STR("");
	/* Positions stay; the text that they show is not needed. */
	return container_write(arena, &container);
}
