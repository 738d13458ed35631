/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mutants [--seeds N] [--first N] [--mutants N] [--write FOLDER]
 * mutants --sweep some|all PACK SITE
 *
 * Compiled packs, each changed many times: what the verifier accepts runs over
 * its site, trips nothing, keeps the bounds of memory and rows, says the same
 * in batches of any size, and rules that the change does not reach keep their
 * verdicts.  Everything follows from the seeds.  --write writes the packs
 * instead, as seeds of a fuzzer.
 *
 * --sweep sets each byte of one compiled pack to other values, one at a time,
 * with the digest mended: all 255, or those that mistakes are made at.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/guard.h"
#include "base/io.h"
#include "base/limits.h"
#include "tests/fuzz/packed.h"
#include "vm/verify.h"

/* Room for a changed pack to grow. */
#define ROOM 4096

struct options {
	uint64_t first, seeds, mutants;
	const char *folder;
};

struct figures {
	uint64_t mutants, accepted, run, kept, limited;
};

/* What the original says. */
struct original {
	struct str bytes;
	struct container container;
	struct answers outcomes;
	uint64_t *slices;
};

static struct str rule_id(const struct program *p, size_t rule)
{
	return p->texts.items[p->rules.items[rule].id];
}

static struct str site_of(const struct container *c)
{
	for (uint32_t i = 0; i < c->source_count; i++)
		if (str_equal(c->sources[i].name, STR("site.yaml")))
			return c->sources[i].bytes;
	return STR("");
}

/* Schema and site as they were.  The sources of the rules do not matter. */
static bool is_same_world(const struct original *o, struct str bytes,
    const struct container *c)
{
	return packed_same_schema(o->bytes, bytes) &&
	    str_equal(site_of(&o->container), site_of(c));
}

/* For whoever looks for the reason: the two programs. */
static void show(const struct program *was, const struct program *is)
{
	struct arena *arena = arena_new();
	struct text out;

	text_init(&out, arena);
	program_list(was, NULL, &out);
	text_add(&out, STR("---- changed\n"));
	program_list(is, NULL, &out);
	fwrite(out.at, 1, out.length, stderr);
	arena_free(arena);
}

static void compare_rule(const struct original *o, size_t was, const struct answers *now,
    size_t rule, const struct program *p, struct figures *f)
{
	const struct tally *a = &o->outcomes.tallies[was], *b = &now->tallies[rule];

	if (b->failed) {
		f->limited++;
		return;
	}
	f->kept++;
	for (int v = 0; v < VERDICT_COUNT; v++) {
		if (a->verdicts[v] == b->verdicts[v])
			continue;
		show(o->container.program, p);
		fuzz_fail("an untouched rule, %.*s, has %" PRIu64 " times %s, "
			    "and had %" PRIu64, STR_ARG(rule_id(o->container.program, was)),
			    b->verdicts[v], verdict_text((enum verdict)v), a->verdicts[v]);
	}
}

static void compare(struct arena *arena, const struct original *o, struct str bytes,
    const struct container *c, const struct answers *now, struct figures *f)
{
	const struct program *old = o->container.program, *new = c->program;
	uint64_t *slices;

	if (!is_same_world(o, bytes, c))
		return;
	slices = slices_of(arena, new);
	for (size_t r = 0; r < new->rules.count; r++)
		for (size_t was = 0; was < old->rules.count; was++)
			if (slices[r] == o->slices[was] && !o->outcomes.tallies[was].failed &&
			    str_equal(rule_id(new, r), rule_id(old, was)))
				compare_rule(o, was, now, r, new, f);
}

/* Is it accepted? */
static bool try_bytes(struct arena *arena, const struct original *o, struct str bytes,
    struct figures *f)
{
	struct container container;
	struct answers now;
	struct str why;

	f->mutants++;
	if (!container_read(arena, bytes, &container, &why))
		return false;
	f->accepted++;
	if (packed_run(arena, &container, &now)) {
		f->run++;
		compare(arena, o, bytes, &container, &now, f);
	}
	return true;
}

/* What runs out of its share of memory is done. */
static void forgive_memory(void)
{
	if (!str_equal(str_of(guard_reason()), str_of(limit_name(LIMIT_MEMORY))))
		fuzz_fail("left: %s", guard_reason());
}

static void try_mutant(const struct original *o, struct random *random, struct figures *f)
{
	struct arena *volatile arena = arena_new();
	size_t most = o->bytes.length + ROOM;
	struct guard guard;

	if (GUARD_SET(&guard)) {
		unsigned char *bytes = arena_alloc(arena, most);
		size_t size;

		memcpy(bytes, o->bytes.at, o->bytes.length);
		size = packed_change(random, bytes, o->bytes.length, most);
		try_bytes(arena, o, (struct str){ (char *)bytes, size }, f);
		guard_clear(&guard);
	} else {
		forgive_memory();
	}
	arena_free(arena);
}

static void open_original(struct arena *arena, struct original *o)
{
	struct str why;

	if (!container_read(arena, o->bytes, &o->container, &why))
		fuzz_fail("a pack is refused as it is: %.*s", STR_ARG(why));
	if (!packed_run(arena, &o->container, &o->outcomes))
		fuzz_fail("the site does not fit its pack");
	o->slices = slices_of(arena, o->container.program);
}

static void write_seed(struct arena *arena, const char *folder, uint64_t seed)
{
	struct str bytes = packed_seed(arena, seed), why;

	if (bytes.length && !io_write(arena, arena_printf(arena, "%s/%" PRIu64, folder,
		seed).at, bytes, &why))
		fuzz_fail("cannot write: %.*s", STR_ARG(why));
}

static void one_seed(const struct options *options, uint64_t seed, struct figures *f)
{
	struct arena *arena = arena_new();
	struct original o = { .bytes = packed_seed(arena, seed) };
	struct random random;

	random_seed(&random, seed);
	if (options->folder) {
		write_seed(arena, options->folder, seed);
	} else if (o.bytes.length) {
		open_original(arena, &o);
		for (uint64_t i = 0; i < options->mutants; i++)
			try_mutant(&o, &random, f);
	}
	arena_free(arena);
}

/* --- every byte ------------------------------------------------------------ */

/* Ends of ranges, neighbours, and single bits. */
static bool is_likely(unsigned char was, unsigned char value)
{
	unsigned char changed = was ^ value;

	return value <= 1 || value == 0x7f || value == 0x80 || value == 0xff ||
	    value == (unsigned char)(was + 1) || value == (unsigned char)(was - 1) ||
	    (changed & (changed - 1)) == 0;
}

static void try_value(const struct original *o, unsigned char *bytes, size_t at,
    unsigned char value, struct figures *f)
{
	struct arena *volatile arena = arena_new();
	size_t size = o->bytes.length;
	struct guard guard;

	memcpy(bytes, o->bytes.at, size);
	bytes[at] = value;
	/* Length and digest are themselves among what is changed. */
	if (at >= PACKED_HEADER)
		packed_mend(bytes, size);
	if (GUARD_SET(&guard)) {
		if (try_bytes(arena, o, (struct str){ (char *)bytes, size }, f) &&
		    at < PACKED_FRAME)
			fuzz_fail("accepted with %u at byte %zu, which says how the "
			    "file is laid out", value, at);
		guard_clear(&guard);
	} else {
		forgive_memory();
	}
	arena_free(arena);
}

static int sweep(bool whole, const char *pack, const char *site)
{
	struct arena *arena = arena_new();
	struct original o = { .bytes = packed_files(arena, pack, site) };
	unsigned char *bytes = arena_alloc(arena, o.bytes.length);
	struct figures f = { 0 };

	open_original(arena, &o);
	for (size_t at = 0; at < o.bytes.length; at++) {
		unsigned char was = (unsigned char)o.bytes.at[at];

		for (unsigned value = 0; value < 256; value++)
			if (value != was && (whole || is_likely(was, (unsigned char)value)))
				try_value(&o, bytes, at, (unsigned char)value, &f);
	}
	printf("%zu bytes, %" PRIu64 " files, %" PRIu64 " accepted, %" PRIu64 " run; "
	    "untouched rules: %" PRIu64 " verdicts the same, %" PRIu64 " met a limit\n",
	    o.bytes.length, f.mutants, f.accepted, f.run, f.kept, f.limited);
	arena_free(arena);
	return f.accepted == 0 || f.run * 2 < f.accepted || f.kept < f.run ? 1 : 0;
}

/* --- the command ------------------------------------------------------------ */

static void set_limits(void)
{
	limit_set(STR("memory"), 400u << 20);
	limit_set(STR("rows"), 1u << 15);
	limit_set(STR("fixpoint"), 1000);
}

static bool read_options(int argc, char **argv, struct options *o)
{
	for (int i = 1; i + 1 < argc; i += 2) {
		uint64_t value = strtoull(argv[i + 1], NULL, 10);

		if (strcmp(argv[i], "--seeds") == 0)
			o->seeds = value;
		else if (strcmp(argv[i], "--first") == 0)
			o->first = value;
		else if (strcmp(argv[i], "--mutants") == 0)
			o->mutants = value;
		else if (strcmp(argv[i], "--write") == 0)
			o->folder = argv[i + 1];
		else
			return false;
	}
	return argc % 2 == 1;
}

int main(int argc, char **argv)
{
	struct options o = { .first = 1, .seeds = 40, .mutants = 250 };
	struct figures f = { 0 };

	set_limits();
	if (argc == 5 && strcmp(argv[1], "--sweep") == 0)
		return sweep(strcmp(argv[2], "all") == 0, argv[3], argv[4]);
	if (!read_options(argc, argv, &o)) {
		fprintf(stderr, "usage: mutants [--seeds N] [--first N] [--mutants N] "
		    "[--write FOLDER]\n       mutants --sweep some|all PACK SITE\n");
		return 2;
	}
	for (uint64_t seed = o.first; seed < o.first + o.seeds; seed++)
		one_seed(&o, seed, &f);
	if (o.folder)
		return 0;
	printf("%" PRIu64 " mutants, %" PRIu64 " accepted, %" PRIu64 " run; untouched rules: "
	    "%" PRIu64 " verdicts the same, %" PRIu64 " met a limit\n", f.mutants, f.accepted,
	    f.run, f.kept, f.limited);
	/* A test of what runs must let things run, and change them. */
	return f.run * 6 < f.mutants || f.accepted * 2 > f.mutants ||
	    f.kept < f.mutants / 2 ? 1 : 0;
}
