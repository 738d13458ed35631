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

static const char pack[] =
	"pack p \"p\"\n"
	"schema s version \"1\"\n"
	"entity Host { name: string, key  on: bool  bad: bool  zone: int\n"
	"	next: {Host}  boss: Host }\n"
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

static const char *hosts(void)
{
	struct text out;

	text_init(&out, arena);
	text_add(&out, STR("scarp: 1\nschema: s\ncomplete: [Host]\nhosts:\n"));
	for (int i = 0; i < HOSTS; i++) {
		text_printf(&out, "  - { name: h%d, zone: 1, bad: %s, boss: h%d", i,
		    i == HOSTS - 1 ? "true" : "false", HOSTS - 1);
		if (i != DARK)
			text_printf(&out, ", on: %s", i == OFF ? "false" : "true");
		text_printf(&out, i == HOSTS - 1 ? ", next: [] }\n" : ", next: [h%d] }\n", i + 1);
	}
	return arena_copy(arena, text_str(&out)).at;
}

static void begin(void)
{
	struct packed_source source = { STR(""), STR("p.scarp"), str_of(pack) };
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
	text = hosts();
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

	begin();
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

	begin();
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

/* The limit on rounds counts those over all rows; what rises afterwards ends by
 * itself. */
START_TEST(rounds_have_a_limit)
{
	begin();
	limit_set(STR("fixpoint"), 5);
	ck_assert_uint_eq(run(NULL), RULES - 2);	/* all but warm and hot */
	ck_assert_uint_eq(run(&(struct run_options){ .rounds = 4 }), RULES);
	limit_set(STR("fixpoint"), 1 << 20);
	arena_free(arena);
} END_TEST

UNIT_MAIN(truths_rise_along_a_chain, with_little_memory_truths_rise_or_rules_are_in_error,
    rounds_have_a_limit)
