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

static const char *hosts(int count)
{
	struct text out;

	text_init(&out, arena);
	text_add(&out, STR("scarp: 1\nschema: s\ncomplete: [Host]\nhosts:\n"));
	for (int i = 0; i < count; i++) {
		text_printf(&out, "  - { name: h%d, zone: 1, bad: %s, boss: h%d", i,
		    i == count - 1 ? "true" : "false", count - 1);
		if (i != DARK)
			text_printf(&out, ", on: %s", i == OFF ? "false" : "true");
		text_printf(&out, i == count - 1 ? ", next: [] }\n" : ", next: [h%d] }\n", i + 1);
	}
	return arena_copy(arena, text_str(&out)).at;
}

static void begin(const char *rules, int count)
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
	text = hosts(count);
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

	begin(pack, HOSTS);
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

	begin(pack, HOSTS);
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

	begin(many, MANY);
	limit_set(STR("rows"), 1000000);
	run_program(arena, program, graph, NULL, tallies, NULL);
	limit_set(STR("rows"), 1u << 30);
	ck_assert(tallies[0].failed && !tallies[1].failed);
	ck_assert_str_eq(tallies[0].trouble, "rows");
	ck_assert_uint_eq(tallies[1].verdicts[VERDICT_PASS], MANY - 1);
	ck_assert_uint_eq(tallies[1].verdicts[VERDICT_FAIL], 1);
	arena_free(arena);
} END_TEST

/* The limit on rounds counts those over all rows; what rises afterwards ends by
 * itself. */
START_TEST(rounds_have_a_limit)
{
	begin(pack, HOSTS);
	limit_set(STR("fixpoint"), 5);
	ck_assert_uint_eq(run(NULL), RULES - 2);	/* all but warm and hot */
	ck_assert_uint_eq(run(&(struct run_options){ .rounds = 4 }), RULES);
	limit_set(STR("fixpoint"), 1 << 20);
	arena_free(arena);
} END_TEST

UNIT_MAIN(truths_rise_along_a_chain, with_little_memory_truths_rise_or_rules_are_in_error,
    pairs_beyond_the_limit_are_an_error, rounds_have_a_limit)
