/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random_agree [--pairs N] [--seed N] [--faults] [--verbose] [--print]
 *	[--emit] [--crowds] [--fault NAME]
 *
 * Makes pairs of a pack and an inventory and checks that the VM and the
 * reference evaluator give the same verdict for every rule and subject, that
 * learning a fact never turns a verdict round (learnt.c), and that the unoptimised
 * program, small batches, a written and read container and the formatted
 * source change nothing.  --faults lists the planted mistakes of a build that has
 * them, --fault NAME stops where VM and reference differ; --crowds compares runs
 * by one thread and by several, on larger sites.  The facts that an unknown verdict is said to lack are
 * filled in: they decide it, and none can be left out (fill.c).  Every premise
 * of every proof is true, and they suffice (proofs.c).  Prints what it made,
 * and fails when that was dull.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/guard.h"
#include "tests/random/agree.h"
#include "vm/fault.h"

struct options {
	uint64_t seed;
	unsigned pairs;
	bool faults;		/* tell which there are */
	bool verbose, print;	/* print: the pair of the seed alone */
	bool emit;		/* write the pairs, for tests/oracle */
	bool crowds;		/* large sites, shared by threads */
	const char *fault;	/* planted meanwhile */
};

struct figures {
	unsigned pairs, rejected, differing, refinements;
	uint64_t verdicts[VERDICT_COUNT], opcodes[OPCODE_COUNT];
	uint64_t nested, correlated, recursive, paths;
	unsigned crowds;
	uint64_t crowded;	/* verdicts of these */
	struct fill fill;	/* sums */
	struct proofs proofs;
	struct learnt learnt[2];	/* of pairs without and with ways out */
};

static void print_pair(const struct model *m)
{
	struct text out;

	text_init(&out, m->arena);
	model_print_pack(m, &out);
	text_add(&out, STR("---- schema\n"));
	model_print_schema(m, &out);
	text_add(&out, STR("---- site\n"));
	model_print_yaml(m, &out);
	for (size_t i = 0; i < m->others.count; i++) {
		text_add(&out, STR("---- another source\n"));
		model_print_yaml(m->others.items[i], &out);
	}
	if (m->has_as_of)
		text_printf(&out, "---- as of day %lld\n", (long long)m->as_of);
	if (m->least)
		text_printf(&out, "---- least grade %u\n", m->least);
	fwrite(out.at, 1, out.length, stdout);
}

/* Pairs of a site with several sources. */
#define SEVERAL_EVERY 2

/* Emitted pairs are larger: there a verdict costs less. */
#define EMITTED_SCALE 2

static void make(struct model *m, struct arena *arena, uint64_t seed,
    unsigned scale, unsigned crowd)
{
	memset(m, 0, sizeof(*m));
	m->arena = arena;
	m->scale = scale;
	m->crowd = crowd;
	m->seed = seed;
	random_seed(&m->random, seed);
	m->missing = random_below(&m->random, 6) * 10;
	m->ways_out = random_chance(&m->random, 40);
	m->several = seed % SEVERAL_EVERY == 1;
	model_schema(m);
	model_site(m);
	if (m->several)
		model_others(m);
	model_pack(m);
}

static void count(struct figures *f, const struct model *m, const struct judgement *j)
{
	f->pairs++;
	for (int v = 0; v < VERDICT_COUNT; v++)
		f->verdicts[v] += j->verdicts[v];
	for (int o = 0; o < OPCODE_COUNT; o++)
		f->opcodes[o] += j->opcodes[o];
	f->fill.unknown += j->fill.unknown;
	f->fill.filled += j->fill.filled;
	f->fill.several += j->fill.several;
	f->fill.unproven += j->fill.unproven;
	f->fill.hopeless += j->fill.hopeless;
	f->fill.unfound += j->fill.unfound;
	f->fill.trials += j->fill.trials;
	f->proofs.proofs += j->proofs.proofs;
	f->proofs.nodes += j->proofs.nodes;
	f->proofs.inner += j->proofs.inner;
	f->nested += m->nested;
	f->correlated += m->correlated;
	f->recursive += m->recursive;
	f->paths += m->paths;
}

/* Up to three facts are learnt, one after the other. */
static void refine(struct model *m, const struct judgement *before,
    struct judgement *after, struct figures *f)
{
	for (unsigned step = 0; step < 3; step++) {
		if (!model_refine(m))
			return;
		f->refinements++;
		judge(m, JUDGE_PLAIN, after);
		if (after->answer == ANSWER_AGREES)
			judge_refinement(m->arena, before, after,
			    &f->learnt[m->ways_out]);
		if (after->answer != ANSWER_AGREES)
			return;
	}
}

/* Filling in takes longest, so not every pair has to bear it. */
#define FILLS_EVERY 4

static int extent_of(uint64_t seed, const struct options *o)
{
	if (o->fault)
		return JUDGE_PLAIN;
	return seed % FILLS_EVERY == 0 && seed % SEVERAL_EVERY != 1
	    ? JUDGE_FILLS : JUDGE_ALL;
}

static bool one_pair(uint64_t seed, const struct options *o, struct figures *f)
{
	struct arena *arena = arena_new();
	struct judgement before, after = { 0 };
	struct model m;
	bool differs;

	make(&m, arena, seed, 1, 0);
	judge(&m, extent_of(seed, o), &before);
	if (before.answer == ANSWER_REJECTED) {
		f->rejected++;
		if (o->verbose || (f->rejected <= 3 && !o->fault))
			printf("seed %llu: %.*s", (unsigned long long)seed,
			    STR_ARG(before.what));
		if (o->verbose)
			print_pair(&m);
		arena_free(arena);
		return false;
	}
	count(f, &m, &before);
	if (before.answer == ANSWER_AGREES && !o->fault)
		refine(&m, &before, &after, f);
	differs = before.answer == ANSWER_DIFFERS || after.answer == ANSWER_DIFFERS;
	if (differs && !o->fault) {
		printf("seed %llu: %.*s", (unsigned long long)seed, STR_ARG(
		    before.answer == ANSWER_DIFFERS ? before.what : after.what));
		if (before.answer == ANSWER_DIFFERS) {
			shrink(&m, extent_of(seed, o));
			judge(&m, extent_of(seed, o), &before);
			printf("smallest found: %.*s", STR_ARG(before.what));
		}
		print_pair(&m);
	}
	arena_free(arena);
	return differs;
}

/* Sites of several batches, which threads can share. */
#define CROWD 39

static bool one_crowd(uint64_t seed, struct figures *f)
{
	struct arena *arena = arena_new();
	struct model *m = ARENA_NEW(arena, struct model);
	struct judgement judgement;
	bool differs;

	make(m, arena, seed, 1, CROWD);
	judge(m, JUDGE_CROWD, &judgement);
	differs = judgement.answer == ANSWER_DIFFERS;
	f->crowds += judgement.answer == ANSWER_AGREES;
	for (int v = 0; v < VERDICT_COUNT; v++)
		f->crowded += judgement.verdicts[v];
	if (differs) {
		printf("seed %llu, a crowd: %.*s", (unsigned long long)seed,
		    STR_ARG(judgement.what));
		print_pair(m);
	}
	arena_free(arena);
	return differs;
}

/* The share of fewer pairs in what 3,000 should have. */
static uint64_t share(const struct figures *f, uint64_t wanted)
{
	return f->pairs < 3000 ? wanted * f->pairs / 3000 : wanted;
}

/* A generator that makes dull cases proves nothing. */
static unsigned print_figures(const struct figures *f)
{
	uint64_t all = f->verdicts[VERDICT_PASS] + f->verdicts[VERDICT_FAIL] +
	    f->verdicts[VERDICT_UNKNOWN];
	unsigned dull = 0;

	printf("%u pairs, %u refused, %u refinements, %llu decided or unknown verdicts, "
	    "%llu not applicable\n", f->pairs, f->rejected, f->refinements,
	    (unsigned long long)all,
	    (unsigned long long)f->verdicts[VERDICT_NOT_APPLICABLE]);
	for (int v = VERDICT_FAIL; v <= VERDICT_UNKNOWN; v++) {
		unsigned percent = all ? (unsigned)(f->verdicts[v] * 100 / all) : 0;

		printf("%s %u %%\n", verdict_text((enum verdict)v), percent);
		dull += percent < 15;
	}
	printf("unknown %llu: %llu filled in and decided, %llu of them by several facts, "
	    "%llu not proven minimal; %llu hopeless, %llu not found; %llu sites read again\n",
	    (unsigned long long)f->fill.unknown, (unsigned long long)f->fill.filled,
	    (unsigned long long)f->fill.several, (unsigned long long)f->fill.unproven,
	    (unsigned long long)f->fill.hopeless, (unsigned long long)f->fill.unfound,
	    (unsigned long long)f->fill.trials);
	printf("proofs %llu: %llu nodes true, %llu of them follow from their children\n",
	    (unsigned long long)f->proofs.proofs,
	    (unsigned long long)f->proofs.nodes,
	    (unsigned long long)f->proofs.inner);
	for (int w = 0; w < 2; w++)
		printf("learnt, %s ways out: %llu outcomes are what they were or decided, "
		    "%llu are gone, %llu new\n", w ? "beside" : "no",
		    (unsigned long long)f->learnt[w].compared,
		    (unsigned long long)f->learnt[w].gone,
		    (unsigned long long)f->learnt[w].come);
	printf("nested %llu, correlated %llu, recursion %llu, paths %llu\n",
	    (unsigned long long)f->nested, (unsigned long long)f->correlated,
	    (unsigned long long)f->recursive, (unsigned long long)f->paths);
	dull += f->nested < share(f, 50) || f->correlated < share(f, 50) ||
	    f->recursive < share(f, 50) || f->paths < share(f, 50);
	dull += f->rejected * 100 > f->pairs;
	dull += f->proofs.proofs < share(f, 1000) || f->proofs.inner < share(f, 10000);
	dull += f->fill.filled < share(f, 1000) || f->fill.several < share(f, 50);
	dull += f->fill.filled * 100 < f->fill.unknown * 95;
	dull += f->learnt[1].compared < share(f, 30000) ||
	    f->learnt[0].gone + f->learnt[1].gone < share(f, 100) ||
	    f->learnt[0].come + f->learnt[1].come < share(f, 50);
	for (int o = 0; o < OPCODE_COUNT; o++) {
		if (f->opcodes[o] >= share(f, 40))
			continue;
		printf("only %llu of opcode %s\n", (unsigned long long)f->opcodes[o],
		    opcode_info((enum opcode)o)->name);
		dull++;
	}
	return dull;
}

#ifdef SCARP_FAULTS
static int list_faults(void)
{
	for (int fault = 1; fault < FAULT_COUNT; fault++)
		printf("%s %s\n", fault_name((enum fault)fault),
		    fault_text((enum fault)fault));
	return 0;
}

/* Until VM and reference differ: then 1, and the number of the pair. */
static int find_fault(const struct options *o)
{
	static struct figures figures;
	unsigned pair = 0;

	while (pair < o->pairs && !one_pair(o->seed + pair, o, &figures))
		pair++;
	if (pair < o->pairs)
		printf("differs at pair %u\n", pair + 1);
	return pair < o->pairs ? 1 : 0;
}
#endif

static int compare_pairs(const struct options *o)
{
	static struct figures figures;
	unsigned dull;

	printf("seeds %llu to %llu\n", (unsigned long long)o->seed,
	    (unsigned long long)(o->seed + o->pairs - 1));
	for (unsigned pair = 0; pair < o->pairs && figures.differing < 5; pair++)
		figures.differing += one_pair(o->seed + pair, o, &figures);
	dull = print_figures(&figures);
	printf("%u passed, %u failed\n", figures.pairs - figures.differing,
	    figures.differing + dull);
	return figures.differing || dull ? 1 : 0;
}

static int compare_crowds(const struct options *o)
{
	static struct figures figures;
	struct arena *threads = arena_new();
	bool dull;

	judge_with(threads);
	for (unsigned pair = 0; pair < o->pairs && figures.differing < 5; pair++)
		figures.differing += one_crowd(o->seed + pair, &figures);
	arena_free(threads);
	printf("%u crowds, %llu verdicts\n", figures.crowds,
	    (unsigned long long)figures.crowded);
	dull = figures.crowds * 10 < o->pairs * 8 || figures.crowded < o->pairs * 300ull;
	return figures.differing || dull;
}

static int emit_pairs(const struct options *o)
{
	for (unsigned pair = 0; pair < o->pairs; pair++) {
		struct arena *arena = arena_new();
		struct judgement judgement;
		struct model m;

		make(&m, arena, o->seed + pair, EMITTED_SCALE, 0);
		judge(&m, JUDGE_EMIT, &judgement);
		if (judgement.answer != ANSWER_AGREES)
			printf("refused %llu\n",
			    (unsigned long long)o->seed + pair);
		arena_free(arena);
	}
	return 0;
}

#ifdef SCARP_FAULTS
/* `none` plants none: so the comparison by itself is tried. */
static bool plant(const char *name)
{
	for (int fault = FAULT_NOT_PLANTED; fault < FAULT_COUNT; fault++) {
		if (!str_equal(str_of(name), str_of(fault_name((enum fault)fault))))
			continue;
		fault_plant((enum fault)fault);
		return true;
	}
	return false;
}
#else
static bool plant(const char *name)
{
	(void)name;
	return false;
}
#endif

static bool read_options(int argc, char **argv, struct options *o)
{
	for (int i = 1; i < argc; i++) {
		struct str word = str_of(argv[i]);

		if (str_equal(word, STR("--pairs")) && i + 1 < argc)
			o->pairs = (unsigned)strtoul(argv[++i], NULL, 10);
		else if (str_equal(word, STR("--seed")) && i + 1 < argc)
			o->seed = strtoull(argv[++i], NULL, 10);
		else if (str_equal(word, STR("--faults")))
			o->faults = true;
		else if (str_equal(word, STR("--verbose")))
			o->verbose = true;
		else if (str_equal(word, STR("--print")))
			o->print = true;
		else if (str_equal(word, STR("--emit")))
			o->emit = true;
		else if (str_equal(word, STR("--crowds")))
			o->crowds = true;
		else if (str_equal(word, STR("--fault")) && i + 1 < argc)
			o->fault = argv[++i];
		else
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct options o = { .seed = 1, .pairs = 4000 };
	struct guard guard;

	if (!read_options(argc, argv, &o) || (o.fault && !plant(o.fault))) {
		fprintf(stderr, "usage: random_agree [--pairs N] [--seed N] "
		    "[--faults] [--verbose] [--print] [--emit] [--crowds] [--fault NAME]\n");
		return 2;
	}
	if (!GUARD_SET(&guard)) {
		fprintf(stderr, "random_agree: %s\n", guard_reason());
		return 2;
	}
#ifdef SCARP_FAULTS
	if (o.faults)
		return list_faults();
	if (o.fault && !o.emit)
		return find_fault(&o);
#endif
	if (o.print) {
		struct arena *arena = arena_new();
		struct model m;

		make(&m, arena, o.seed, o.emit ? EMITTED_SCALE : 1, o.crowds ? CROWD : 0);
		print_pair(&m);
		arena_free(arena);
		return 0;
	}
	if (o.crowds)
		return compare_crowds(&o);
	return o.emit ? emit_pairs(&o) : compare_pairs(&o);
}
