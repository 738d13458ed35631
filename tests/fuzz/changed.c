/* SPDX-License-Identifier: Apache-2.0 */
/*
 * changed TARGET SEED TIMES FOLDER...
 *
 * The files of the folders, and each changed TIMES times by the target's
 * mutator, given to the target; in every build, without libFuzzer.  Everything
 * follows from the seed.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "tests/fuzz/fuzz.h"
#include "tests/random/random.h"

/* The interface of libFuzzer, whose part this plays. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
size_t LLVMFuzzerCustomMutator(unsigned char *data, size_t size, size_t most,
    unsigned seed);
size_t LLVMFuzzerMutate(unsigned char *data, size_t size, size_t most);

#define MOST 65536

struct changing {
	struct random random;
	unsigned times;
	uint64_t files, inputs;
};

static struct random bytes;

/* One byte is another, is left out or is put in. */
size_t LLVMFuzzerMutate(unsigned char *data, size_t size, size_t most)
{
	size_t at = random_below(&bytes, (unsigned)size + 1);
	unsigned char byte = (unsigned char)random_below(&bytes, 256);

	switch (random_below(&bytes, 3)) {
	case 0:
		if (at < size)
			data[at] = byte;
		return size;
	case 1:
		if (at == size)
			return size;
		memmove(data + at, data + at + 1, size - at - 1);
		return size - 1;
	default:
		if (size == most)
			return size;
		memmove(data + at + 1, data + at, size - at);
		data[at] = byte;
		return size + 1;
	}
}

static struct str given;

/* The input is shown behind what was said of it. */
static void show_input(int number)
{
	static const char line[] = "---- the input:\n";

	if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0 ||
	    write(STDERR_FILENO, given.at, given.length) < 0)
		_exit(2);
	signal(number, SIG_DFL);
	raise(number);
}

static void give(struct changing *c, const unsigned char *data, size_t size)
{
	c->inputs++;
	given = (struct str){ (const char *)data, size };
	LLVMFuzzerTestOneInput(data, size);
}

/* Every second change begins with the file, the others go on from the last. */
static void change_file(struct changing *c, struct str file)
{
	static unsigned char data[MOST];
	size_t size = file.length;

	if (file.length > MOST)
		return;
	c->files++;
	give(c, (const unsigned char *)file.at, file.length);
	for (unsigned i = 0; i < c->times; i++) {
		if (i % 2 == 0) {
			size = file.length;
			memcpy(data, file.at, size);
		}
		size = LLVMFuzzerCustomMutator(data, size, MOST,
		    (unsigned)random_next(&c->random));
		give(c, data, size);
	}
}

static void change_folder(struct changing *c, struct arena *arena, struct str folder)
{
	struct str *names, file, why;
	size_t count;

	if (!io_list(arena, folder.at, &names, &count, &why))
		fuzz_fail("%.*s", STR_ARG(why));
	for (size_t i = 0; i < count; i++) {
		struct str path = io_join(arena, folder, names[i]);

		if (io_kind_of(path.at) != IO_FILE)
			continue;
		if (!io_read(arena, path.at, 1 << 20, &file, &why))
			fuzz_fail("%.*s", STR_ARG(why));
		change_file(c, file);
	}
}

int main(int argc, char **argv)
{
	struct changing c = { .files = 0 };
	struct arena *arena = arena_new();
	char **name = argv + 1;

	if (argc < 5) {
		fprintf(stderr, "usage: changed TARGET SEED TIMES FOLDER...\n");
		return 2;
	}
	LLVMFuzzerInitialize(&argc, &name);
	signal(SIGABRT, show_input);
	signal(SIGSEGV, show_input);
	random_seed(&c.random, strtoull(argv[2], NULL, 10));
	random_seed(&bytes, strtoull(argv[2], NULL, 10));
	c.times = (unsigned)strtoul(argv[3], NULL, 10);
	for (int i = 4; i < argc; i++)
		change_folder(&c, arena, str_of(argv[i]));
	arena_free(arena);
	printf("%" PRIu64 " files, %" PRIu64 " inputs\n", c.files, c.inputs);
	return c.files == 0;
}
