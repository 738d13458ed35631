/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"
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

static struct str read_whole(struct arena *arena, const char *path)
{
	struct str bytes, why;

	if (!io_read(arena, path, 1 << 20, &bytes, &why))
		fuzz_fail("%s: %.*s", path, STR_ARG(why));
	return bytes;
}

static void check_tables(struct str bytes)
{
	for (int i = 0; i < PART_COUNT; i++) {
		const char *length = bytes.at + PACKED_HEADER + i * 24 + 16;

		if (length[0] == 0 && length[1] == 0)
			fuzz_fail("table %d of the pack is empty", i + 1);
	}
}

struct str packed_files(struct arena *arena, const char *pack, const char *site)
{
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct packed_source files[2] = {
		{ STR(""), STR("pack.scarp"), read_whole(arena, pack) },
		{ STR("site"), STR("site.yaml"), read_whole(arena, site) } };
	struct compile_options options = { .packed = files, .packed_count = 1 };
	struct str setting = STR("m=2"), why, bytes;
	struct container container = { .sources = files, .source_count = 2,
		.pack_id = STR("p"), .pack_version = STR("1"), .settings = &setting,
		.setting_count = 1 };
	const struct tree *tree = compile_check(arena, all, &options);

	container.program = tree ? compile_program(arena, tree) : NULL;
	if (!container.program || !program_verify(arena, container.program, &why))
		fuzz_fail("%s does not compile", pack);
	bytes = container_write(arena, &container);
	check_tables(bytes);
	return bytes;
}
