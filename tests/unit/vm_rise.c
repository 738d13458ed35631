/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recursive relations along a chain of hosts whose end is bad: truths rise to
 * the host that is not on, and are unknown from the one of which that is not
 * known; however many rounds, rows at a time and bytes there are.
 */
#include "base/guard.h"
#include "base/limits.h"
#include "base/text.h"
#include "compiler/compiler.h"
#include "tests/unit/site.h"
#include "tests/unit/unit.h"
#include "vm/run.h"
#include "vm/verify.h"

#define HOSTS 200
#define OFF 30				/* the host that is not on */
#define DARK 90			/* of this one nobody knows */

#define SCHEMA "pack p \"p\"\nschema s version \"1\"\n" \
	"entity Host { name: string, key  on: bool  bad: bool  zone: int\n" \
	"	next: {Host}  boss: Host }\n"
static const char pack[] = SCHEMA
	"relation warm(h: Host) = h.bad or (any t in h.next where t.on: warm(t))\n"
	"relation hot(h: Host) = h.bad or (any t in h.next: hot(t) and held(t))\n"
	"relation held(h: Host) = h.on or (any t in h.next: hot(t) and held(t) and h.on)\n"
	"relation far(a: Host, b: Host) = b in a.next or\n"
	"	(any x in a.next: far(x, b) and (x.on or x.zone != b.zone))\n"
	"relation joined(a: Host, b: Host) = b in a.next or\n"
	"	(any x in a.next: joined(x, b) and joined(a, x) and (x.on or x.zone != b.zone))\n"
	"rule r.warm \"one\" { for h in Host forbid warm(h) }\n"
	"rule r.hot \"two, joined\" { for h in Host forbid hot(h) }\n"
	"rule r.far \"pairs\" { for h in Host forbid far(h, h.boss) }\n"
	"rule r.joined \"pairs, joined\" { for h in Host forbid joined(h, h.boss) }\n";
enum { WARM, HOT, FAR, JOINED, RULES };

static struct arena *arena;
static struct program *program;
static struct graph *graph;

/* Of all pairs, which is more than are listed on demand. */
static const char many[] = SCHEMA
	"relation far(a: Host, b: Host) = b in a.next or\n"
	"	(any x in a.next: far(x, b) and (x.on or x.zone != b.zone))\n"
	"rule r.all \"all\" { for a in Host, b in Host forbid far(a, b) }\n"
	"rule r.bad \"bad\" { for h in Host forbid h.bad }\n";

/* A chain of so many; all behind it lead to the first of them. */
static const char *hosts(int count, int chain)
{
	struct text out;

	text_init(&out, arena);
	text_add(&out, STR("scarp: 1\nschema: s\ncomplete: [Host]\nhosts:\n"));
	for (int i = 0; i < count; i++) {
		text_printf(&out, "  - { name: h%d, zone: 1, bad: %s, boss: h%d", i,
		    i == chain - 1 ? "true" : "false", chain - 1);
		if (i != DARK)
			text_printf(&out, ", on: %s", i == OFF ? "false" : "true");
		if (i == chain - 1)
			text_add(&out, STR(", next: [] }\n"));
		else
			text_printf(&out, ", next: [h%d] }\n", i < chain ? i + 1 : 0);
	}
	return arena_copy(arena, text_str(&out)).at;
}

static void begin(const char *rules, int count, int chain)
{
	struct packed_source source = { STR(""), STR("p.scarp"), str_of(rules) };
	struct compile_options options = { .packed = &source, .packed_count = 1 };
	const struct inventory_options reading = { 0 };
	struct diagnostics *all;
	struct tree *tree;
	const char *text;
	struct text said;
	struct str why;

	arena = arena_new();
	all = diagnostics_new(arena, sources_new(arena));
	tree = compile_check(arena, all, &options);
	program = tree ? compile_program(arena, tree) : NULL;
	text = hosts(count, chain);
	unit_enter_folder();
	graph = program ? site_load(arena, all, tree->schema, &text, 1, &reading) : NULL;
	unit_leave_folder();
	text_init(&said, arena);
	diag_print(all, &said, 0, DIAG_CONCISE, false);
	ck_assert_text(text_str(&said), "");
	ck_assert_ptr_nonnull(graph);
	ck_assert(program_verify(arena, program, &why));
}

/* Fails from the dark host on, of pairs but for the last one; is unknown down to
 * the host that is off, and passes below. */
static void expect(const struct tally *t, int last)
{
	ck_assert_uint_eq(t->verdicts[VERDICT_FAIL], HOSTS - DARK - last);
	ck_assert_uint_eq(t->verdicts[VERDICT_UNKNOWN], DARK - OFF);
	ck_assert_uint_eq(t->verdicts[VERDICT_PASS], OFF + last);
}

/* Rules that answered. */
static unsigned run(const struct run_options *options)
{
	struct arena *own = arena_new_in(arena);
	struct tally tallies[RULES] = { 0 };
	unsigned answered = 0;

	run_program(own, program, graph, options, tallies, NULL);
	for (int r = 0; r < RULES; r++) {
		if (!tallies[r].failed)
			expect(&tallies[r], r == FAR || r == JOINED);
		answered += !tallies[r].failed;
	}
	arena_free(own);
	return answered;
}

START_TEST(truths_rise_along_a_chain)
{
	static const uint32_t batches[] = { 0, 64, 512, 16384 };
	static const uint32_t rounds[] = { 0, 1, 3, HOSTS - 1, 4 * HOSTS };

	begin(pack, HOSTS, HOSTS);
	for (size_t b = 0; b < sizeof(batches) / sizeof(*batches); b++)
		for (size_t r = 0; r < sizeof(rounds) / sizeof(*rounds); r++)
			ck_assert_uint_eq(run(&(struct run_options){ .batch = batches[b],
			    .rounds = rounds[r], .baseline = r & 1 }), RULES);
	arena_free(arena);
} END_TEST

/* What is not written down for want of memory, rounds find. */
START_TEST(with_little_memory_truths_rise_or_rules_are_in_error)
{
	volatile unsigned raised = 0, some = 0, all = 0;

	begin(pack, HOSTS, HOSTS);
	for (uint64_t spare = 8u << 20; spare > 1u << 14; spare -= spare / 5) {
		struct guard guard;

		limit_set(STR("memory"), arena_total() + spare);
		if (!GUARD_SET(&guard)) {
			ck_assert_str_eq(guard_reason(), "memory");
			raised++;
		} else {
			unsigned answered = run(&(struct run_options){ .rounds = 1 });

			guard_clear(&guard);
			some += answered < RULES;
			all += answered == RULES;
		}
		limit_set(STR("memory"), 16ull << 30);
	}
	ck_assert(raised > 0 && some > 0 && all > 0);
	arena_free(arena);
} END_TEST

START_TEST(pairs_beyond_the_limit_are_an_error)
{
	enum { MANY = 2100 };
	struct tally tallies[2] = { 0 };

	begin(many, MANY, MANY);
	limit_set(STR("rows"), 1000000);
	run_program(arena, program, graph, NULL, tallies, NULL);
	limit_set(STR("rows"), 1u << 30);
	ck_assert(tallies[0].failed && !tallies[1].failed);
	ck_assert_str_eq(tallies[0].trouble, "rows");
	ck_assert_uint_eq(tallies[1].verdicts[VERDICT_PASS], MANY - 1);
	ck_assert_uint_eq(tallies[1].verdicts[VERDICT_FAIL], 1);
	arena_free(arena);
} END_TEST

/* --- at the end of a chain -------------------------------------------------------- */

/* Truths that are joined, and rise at many hosts at one time. */
static const char fan[] = SCHEMA
	"relation hot(h: Host) = h.bad or (any t in h.next: hot(t) and held(t))\n"
	"relation held(h: Host) = h.on or (any t in h.next: hot(t) and held(t) and h.on)\n"
	"rule r.hot \"joined\" { for h in Host forbid hot(h) }\n";
#define CHAIN 12

static struct tally run_fan(struct arena *own)
{
	struct run_options options = { .rounds = 1 };
	struct tally tally = { 0 };

	run_program(own, program, graph, &options, &tally, NULL);
	return tally;
}

/* The limit on rounds counts those over all rows; what rises afterwards ends by
 * itself. */
START_TEST(rounds_have_a_limit)
{
	begin(pack, HOSTS, HOSTS);
	limit_set(STR("fixpoint"), 5);
	ck_assert_uint_eq(run(NULL), RULES - 2);	/* all but warm and hot */
	ck_assert_uint_eq(run(&(struct run_options){ .rounds = 4 }), RULES);
	limit_set(STR("fixpoint"), 1 << 20);
	arena_free(arena);
} END_TEST

static void run_anew(struct arena *own)
{
	run_fan(own);
}

START_TEST(each_refused_allocation_ends_the_run)
{
	begin(fan, 3000, CHAIN);
	ck_assert_uint_gt(unit_refuse_each(run_anew), 5);
	arena_free(arena);
} END_TEST

START_TEST(what_rises_at_many_at_once_does_or_is_an_error)
{
	volatile unsigned failed = 0, right = 0;
	struct tally wanted;

	begin(fan, 6000, CHAIN);
	wanted = run_fan(arena);
	ck_assert_uint_eq(wanted.verdicts[VERDICT_FAIL], 6000);
	for (uint64_t spare = 8u << 20; spare > 1u << 14; spare -= spare / 12) {
		struct arena *own = arena_new();
		struct guard guard;

		limit_set(STR("memory"), arena_total() + spare);
		if (!GUARD_SET(&guard)) {
			ck_assert_str_eq(guard_reason(), "memory");
			failed++;
		} else {
			struct tally tally = run_fan(own);

			guard_clear(&guard);
			failed += tally.failed;
			right += !tally.failed;
			ck_assert(tally.failed || memcmp(&tally, &wanted, sizeof(tally)) == 0);
		}
		limit_set(STR("memory"), 16ull << 30);
		arena_free(own);
	}
	ck_assert(failed > 0 && right > 0);
	arena_free(arena);
} END_TEST

UNIT_MAIN(truths_rise_along_a_chain, with_little_memory_truths_rise_or_rules_are_in_error,
    pairs_beyond_the_limit_are_an_error, each_refused_allocation_ends_the_run,
    what_rises_at_many_at_once_does_or_is_an_error, rounds_have_a_limit)
