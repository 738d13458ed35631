/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All fuzz targets in one program: the name it is called by says which of
 * them runs.  libFuzzer has main().  With `--seeds FOLDER INVENTORY...` the
 * seeds are written that the target's formats need (seeds.c), and that is all.
 */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/guard.h"
#include "base/limits.h"
#include "tests/fuzz/fuzz.h"

/* The interface of libFuzzer. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
size_t LLVMFuzzerCustomMutator(unsigned char *data, size_t size, size_t most,
    unsigned seed);
size_t LLVMFuzzerMutate(unsigned char *data, size_t size, size_t most);

static const struct target {
	const char *name;
	fuzz_target *run;
	fuzz_mutator *mutate;
	size_t most;
	const char *text;
} targets[] = {
#define TARGET(name, function, mutator, most, text) \
	{ #name, fuzz_##function, change_##mutator, most, text },
#include "tests/fuzz/targets.def"
#undef TARGET
};

static const struct target *target;

/* Small enough that whatever meets no limit is done in a moment. */
static void set_limits(void)
{
	static const struct { const char *name; uint64_t value; } limits[] = {
		{ "memory", 400u << 20 }, { "rows", 1u << 15 },
		{ "expansion", 5000 }, { "missing-steps", 20000 },
		{ "fixpoint", 1000 },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		if (!limit_set(str_of(limits[i].name), limits[i].value))
			fuzz_fail("no limit `%s`", limits[i].name);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = basename(**argv);

	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++)
		if (strcmp(targets[i].name, name) == 0)
			target = &targets[i];
	if (!target) {
		fprintf(stderr, "call it by the name of a target:\n");
		for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++)
			fprintf(stderr, "%-12s%s\n", targets[i].name, targets[i].text);
		exit(2);
	}
	set_limits();
	if (*argc > 2 && strcmp((*argv)[1], "--seeds") == 0) {
		fuzz_seeds(name, (*argv)[2], (const char *const *)*argv + 3, *argc - 3);
		exit(0);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct arena *volatile arena = NULL;
	struct guard guard;

	if (size > target->most)
		return -1;
	/* What a limit ends is in order; so is what it leaves behind. */
	if (GUARD_SET(&guard)) {
		arena = arena_new();
		target->run(arena, (struct str){ (const char *)data, size });
		guard_clear(&guard);
	}
	if (arena)
		arena_free(arena);
	return 0;
}

size_t change_choices(unsigned char *data, size_t size, size_t most, unsigned seed,
    fuzz_mutate *also)
{
	(void)seed;
	return also ? also(data, size, most) : size;
}

size_t LLVMFuzzerCustomMutator(unsigned char *data, size_t size, size_t most,
    unsigned seed)
{
	return target->mutate(data, size, most < target->most ? most : target->most,
	    seed, LLVMFuzzerMutate);
}
