/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz - what the fuzz targets share (README.md).
 *
 * A target is a function that gets bytes and a region, and ends the process
 * when something does not hold that must.  What it takes from elsewhere it
 * gives back with the region.
 */
#ifndef SCARP_TESTS_FUZZ_H
#define SCARP_TESTS_FUZZ_H

#include "compiler/compiler.h"
#include "inventory/inventory.h"
#include "vm/container.h"
#include "vm/verdict.h"

typedef void fuzz_target(struct arena *arena, struct str bytes);
#define TARGET(name, function, mutator, most, text) fuzz_target fuzz_##function;
#include "tests/fuzz/targets.def"
#undef TARGET

/* Makes other bytes of the SIZE bytes at DATA, which has room for MOST;
 * answers how many.  ALSO is what a fuzzer does with bytes, or NULL. */
typedef size_t fuzz_mutate(unsigned char *data, size_t size, size_t most);
typedef size_t fuzz_mutator(unsigned char *data, size_t size, size_t most,
    unsigned seed, fuzz_mutate *also);
fuzz_mutator change_text, change_packed, change_snapshot, change_choices;

/* Says what does not hold, and ends the process. */
_Noreturn void fuzz_fail(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
/* A path under which BYTES can be read; until the next call. */
const char *fuzz_path(struct str bytes);
/* A file of the sources, readable behind its end. */
uint32_t fuzz_source(struct arena *arena, struct sources *sources,
    const char *name, struct str bytes);
/* All forms of the messages can be printed. */
void fuzz_print(struct arena *arena, struct diagnostics *all);

/* --- answers.c ----------------------------------------------------------- */

struct answers {
	VEC(struct outcome) all;	/* sorted; of rules that met no limit */
	struct tally *tallies;
	size_t rules;
};
/* A verified program over a graph, in batches of so many rows (0: chosen). */
void answers_of(struct arena *arena, const struct program *program,
    const struct graph *graph, uint32_t batch, struct answers *out);
/* Ends the process when two runs differ. */
void answers_compare(const struct answers *a, const struct answers *b, const char *what);
/* VM, in two sizes of batches, and reference give the same. */
void answers_check(struct arena *arena, const struct tree *tree,
    const struct program *program, const struct graph *graph);

/* --- told.c -------------------------------------------------------------- */

/* Prints all that is told of a graph, in every form. */
void told_check(struct arena *arena, const struct tree *tree,
    const struct program *program, const struct graph *graph);

/* --- site.c --------------------------------------------------------------- */

/* tests/fuzz/site.scarp, compiled once. */
const struct tree *site_tree(void);
const struct program *site_program(void);
struct str site_source(void);
/* An inventory at PATH: its graph, or NULL, and how that was made. */
struct loaded_site {
	struct graph *graph;
	struct inventory_options options;
	struct inventory_notes notes;
};
void site_open(struct arena *arena, struct diagnostics *all, const char *path,
    struct loaded_site *site);
struct graph *site_load(struct arena *arena, struct diagnostics *all, const char *path);

/* --- seeds.c -------------------------------------------------------------- */

/* Makes FOLDER and writes seeds of TARGET there, if it is one whose files are
 * made by the program: of random packs, of the inventories at PATHS. */
void fuzz_seeds(const char *target, const char *folder, const char *const *paths, int count);

/* --- packed.c: compiled packs --------------------------------------------- */

/* Runs an accepted program over the site that its file holds beside the
 * sources, under the name site.yaml.  False: there is none that fits. */
bool packed_run(struct arena *arena, const struct container *container,
    struct answers *out);

#endif
