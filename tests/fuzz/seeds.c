/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeds of what is not text.  They are made anew each time: a file that was
 * kept would be refused at its head since the format changed, and whatever is
 * made of it, too, without anybody noticing.
 */
#include <stdio.h>
#include <sys/stat.h>

#include "base/io.h"
#include "tests/fuzz/packed.h"
#include "vm/kept.h"
#include "vm/snapshot.h"

#define PACKS 12

struct seeds {
	const char *folder;
	unsigned made;
};

static void add(struct seeds *seeds, struct arena *arena, struct str bytes)
{
	struct str path = arena_printf(arena, "%s/%u", seeds->folder, ++seeds->made), why;

	if (!io_write(arena, path.at, bytes, &why))
		fuzz_fail("%.*s: %.*s", STR_ARG(path), STR_ARG(why));
}

/* --- compiled packs ------------------------------------------------------- */

static void add_pack(struct seeds *seeds, uint64_t number)
{
	struct arena *arena = arena_new();
	struct str bytes = packed_seed(arena, number), why;
	struct container container;
	struct answers answers;

	if (bytes.length > 0) {
		if (!container_read(arena, bytes, &container, &why))
			fuzz_fail("a compiled pack is refused: %.*s", STR_ARG(why));
		if (!packed_run(arena, &container, &answers))
			fuzz_fail("a compiled pack has no site");
		add(seeds, arena, bytes);
	}
	arena_free(arena);
}

static void add_packs(struct seeds *seeds, const char *const *paths, int count)
{
	(void)paths;
	(void)count;
	for (uint64_t number = 1; seeds->made < PACKS; number++)
		add_pack(seeds, number);
}

/* --- snapshots ------------------------------------------------------------ */

static void add_snapshot(struct seeds *seeds, struct arena *arena, const struct loaded_site *site,
    const struct inventory_verdicts *verdicts)
{
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	struct snapshot_extras extras = { 0 };
	enum snapshot_state state;
	struct str *parts, why;
	struct text bytes;
	size_t count;

	if (!inventory_snapshot(arena, all, site->graph, &site->options, &site->notes,
	    verdicts, &parts, &count))
		fuzz_fail("a site that cannot be written");
	text_init(&bytes, arena);
	for (size_t i = 0; i < count; i++)
		text_add(&bytes, parts[i]);
	if (!snapshot_read(arena, fuzz_path(text_str(&bytes)), sources_new(arena),
	    site_tree()->schema, NULL, &extras, &state, &why))
		fuzz_fail("a snapshot is refused: %.*s", STR_ARG(why));
	add(seeds, arena, text_str(&bytes));
}

/* Of a site as it is, and with its verdicts; of no site, nothing. */
static void add_snapshots_of(struct seeds *seeds, const char *path)
{
	struct arena *arena = arena_new();
	struct loaded_site site;
	const struct program *program = site_program();
	struct inventory_verdicts verdicts = { .of = STR("as they were") };
	struct kept *kept;

	site_open(arena, diagnostics_new(arena, sources_new(arena)), path, &site);
	if (site.graph && site.graph->entity_count > 0) {
		add_snapshot(seeds, arena, &site, NULL);
		kept = kept_run(arena, program, site.graph, NULL, ARENA_ARRAY(arena,
		    struct tally, program->rules.count));
		if (kept->sound) {
			verdicts.words = kept_write(arena, program, kept, &verdicts.count);
			add_snapshot(seeds, arena, &site, &verdicts);
		}
	}
	arena_free(arena);
}

static void add_snapshots(struct seeds *seeds, const char *const *paths, int count)
{
	for (int i = 0; i < count; i++)
		add_snapshots_of(seeds, paths[i]);
	if (seeds->made == 0)
		fuzz_fail("no file is a site");
}

/* -------------------------------------------------------------------------- */

void fuzz_seeds(const char *target, const char *folder, const char *const *paths, int count)
{
	static const struct {
		const char *target;
		void (*add)(struct seeds *seeds, const char *const *paths, int count);
	} makers[] = { { "bytecode", add_packs }, { "snapshot", add_snapshots } };
	struct seeds seeds = { .folder = folder };

	if (mkdir(folder, 0777) != 0)
		fuzz_fail("cannot make %s", folder);
	for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++)
		if (strcmp(makers[i].target, target) == 0)
			makers[i].add(&seeds, paths, count);
}
