/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the explainer says of one outcome: subject, verdict, messages, missing
 * facts and position.  Each outcome becomes a line
 *
 *	kind key: verdict "message" needs fact, fact @file:line:column
 *
 * and a test compares all lines of a rule, in the evaluator's own order.
 * (What verdicts are right is tested in tests/lang/run.)
 */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "compiler/compiler.h"
#include "explain/evaluate.h"
#include "inventory/inventory.h"

static const char schema[] =
	"schema s\n"
	"entity Host {\n"
	"  name: caseless, key\n"
	"  zone: string\n"
	"  room: string?\n"
	"  count: int\n"
	"  since: date  lasts: duration\n"
	"  tags: {string}\n"
	"  disks: {Disk}, owned, inverse of host, shorthand\n"
	"  uses: {Host}\n"
	"}\n"
	"entity Disk { letter: caseless, key  host: Host  full: bool }\n";

static struct arena *arena;
static struct text lines;
static struct evaluator *evaluator;
static struct sources *sources;

static void add_place(struct span span)
{
	struct place place;
	struct str name;

	if (span_is_none(span)) {
		text_add(&lines, STR(" @nowhere"));
		return;
	}
	place = source_place(sources, span.file, span.start);
	name = source_name(sources, span.file);
	text_printf(&lines, " @%.*s:%u:%u", STR_ARG(name), place.line,
	    place.column);
}

static void add_line(void *context, const struct outcome *outcome)
{
	struct subject_text subject = evaluate_subject(evaluator, arena, outcome);
	struct finding finding;

	(void)context;
	evaluate_finding(evaluator, arena, outcome, &finding);
	text_printf(&lines, "%.*s %.*s: %s", STR_ARG(subject.kind),
	    STR_ARG(subject.key), verdict_text((enum verdict)outcome->verdict));
	for (size_t i = 0; i < finding.message_count; i++)
		text_printf(&lines, " \"%.*s\"", STR_ARG(finding.messages[i]));
	for (size_t i = 0; i < finding.missing_count; i++)
		text_printf(&lines, "%s%.*s", i ? ", " : " needs ",
		    STR_ARG(finding.missing[i].text));
	add_place(finding.span);
	text_add_char(&lines, '\n');
}

static struct tree *compile(struct diagnostics *all, const char *pack)
{
	struct packed_source source = { STR(""), STR("p.scarp"), { 0 } };
	struct compile_options options = { .packed = &source, .packed_count = 1 };

	source.bytes = arena_printf(arena, "%s%s", schema, pack);
	return compile_check(arena, all, &options);
}

static struct graph *load(struct diagnostics *all, const struct tree *tree,
    const char *const *inventories, enum grade least)
{
	struct inventory_options options = { .least = least };
	struct inventory_notes notes = { 0 };
	struct str paths[2];
	size_t count = 0;

	for (; count < 2 && inventories[count]; count++) {
		FILE *file = fopen(count ? "b.yaml" : "a.yaml", "w");

		paths[count] = count ? STR("b.yaml") : STR("a.yaml");
		ck_assert_ptr_nonnull(file);
		fputs(inventories[count], file);
		fclose(file);
	}
	return inventory_load(arena, all, tree->schema, paths, count, &options,
	    &notes);
}

/* The lines of every rule of PACK over the inventories, written where we are. */
static const char *explain_here(const char *pack, const char *a, const char *b,
    enum grade least)
{
	const char *const inventories[] = { a, b };
	struct verdict_sink sink = { add_line, NULL, ~0u };
	struct diagnostics *all;
	struct tree *tree;
	struct graph *graph;

	sources = sources_new(arena);
	all = diagnostics_new(arena, sources);
	text_init(&lines, arena);
	tree = compile(all, pack);
	graph = tree ? load(all, tree, inventories, least) : NULL;
	if (graph) {
		evaluator = evaluator_new(arena, tree, graph);
		evaluate_all(evaluator, ARENA_ARRAY(arena, struct tally,
		    tree->rules.count), &sink);
	} else
		diag_print(all, &lines, 0, DIAG_CONCISE, false);
	text_add_char(&lines, '\0');
	return lines.at;
}

/* The same in a folder of its own. */
static const char *explain(const char *pack, const char *a, const char *b,
    enum grade least)
{
	const char *text;

	unit_enter_folder();
	text = explain_here(pack, a, b, least);
	unit_leave_folder();
	return text;
}

#define HEAD "scarp: 1\nschema: s\nsource: { name: x, grade: observed }\n"

/* Compares what is said of one inventory. */
#define EXPECT(pack, inventory, expected) do { \
	arena = arena_new(); \
	ck_assert_str_eq(explain(pack, HEAD inventory, NULL, GRADE_INFERRED), \
	    expected); \
	arena_free(arena); \
} while (0)

START_TEST(a_failure_points_at_the_fact_that_decides)
{
	EXPECT("rule a.b \"t\" { for h in Host require h.zone == \"in\" "
	    "else \"{h} is {h.zone}\" }",
	    "hosts:\n"
	    "  - { name: A, zone: out }\n"
	    "  - name: b\n"
	    "    zone: in\n",
	    "Host A: fail \"A is out\" @a.yaml:5:22\n"
	    "Host b: pass @a.yaml:6:5\n");
	EXPECT("rule a.b \"t\" { for h in Host forbid h.tags has \"bad\" }",
	    "hosts:\n"
	    "  - { name: a, tags: [good, bad] }\n",
	    "Host a: fail @a.yaml:5:29\n");
	EXPECT("rule a.b \"t\" { for h in Host require h.room is none and "
	    "h.count == 2 }",
	    "hosts:\n"
	    "  - { name: a, room: null, count: 3 }\n"
	    "  - { name: b, room: null, count: 2 }\n",
	    "Host a: fail @a.yaml:5:35\n"
	    "Host b: pass @a.yaml:6:5\n");
	EXPECT("rule a.b \"t\" { for h in Host "
	    "require all d in h.disks: not d.full else \"no\" }",
	    "hosts:\n"
	    "  - name: a\n"
	    "    disks: [{ letter: C, full: false }, { letter: D, full: true }]\n",
	    "Host a: fail \"no\" @a.yaml:6:60\n");
	EXPECT("rule a.b \"t\" { for h in Host require count(h.tags) == 1 }",
	    "hosts:\n"
	    "  - { name: a, tags: [x, y] }\n",
	    "Host a: fail @a.yaml:5:22\n");
}
END_TEST

START_TEST(a_failure_without_a_fact_points_at_its_subject)
{
	EXPECT("rule a.b \"t\" { for h in Host require h in { k for k in Host "
	    "where k.name == \"b\" } }",
	    "complete: [Host]\nhosts:\n  - { name: a }\n  - { name: b }\n",
	    "Host a: fail @a.yaml:6:5\n"
	    "Host b: pass @a.yaml:7:5\n");
}
END_TEST

START_TEST(definitions_and_relations_lead_to_their_facts)
{
	EXPECT("define inside(h: Host): bool = h.zone == \"in\"\n"
	    "derive Host.wide: bool = h_wide(self)\n"
	    "define h_wide(h: Host): bool = h.count > 9\n"
	    "relation on(a: Host, b: Host) = b in a.uses or any c in a.uses: on(c, b)\n"
	    "rule a.a \"t\" { for h in Host require inside(h) }\n"
	    "rule a.b \"t\" { for h in Host forbid h.wide }\n"
	    "rule a.c \"t\" { for h in Host forbid on(h, h) }\n",
	    "hosts:\n"
	    "  - { name: a, zone: out, count: 10, uses: [b] }\n"
	    "  - { name: b, zone: in, count: 1, uses: [a] }\n",
	    "Host a: fail @a.yaml:5:22\n"
	    "Host b: pass @a.yaml:6:5\n"
	    "Host a: fail @a.yaml:5:34\n"
	    "Host b: pass @a.yaml:6:5\n"
	    "Host a: fail @a.yaml:6:43\n"
	    "Host b: fail @a.yaml:5:45\n");
}
END_TEST

START_TEST(an_unknown_names_the_object_that_lacks_the_fact)
{
	EXPECT("rule a.b \"t\" { for h in Host require h.zone == \"in\" and "
	    "(h.room == \"1\" or h.tags has \"x\") and h.count < 9 }",
	    "hosts:\n"
	    "  - { name: a, count: 1 }\n"
	    "  - { name: b, zone: in, tags: [...], count: 3 }\n"
	    "  - { name: c, room: \"1\", count: 3 }\n",
	    "Host a: unknown needs a.zone @a.yaml:5:5\n"
	    "Host b: unknown needs b.room @a.yaml:6:5\n"
	    "Host c: unknown needs c.zone @a.yaml:7:5\n");
	EXPECT("rule a.b \"t\" { for h in Host "
	    "require all d in h.disks: not d.full }",
	    "hosts:\n"
	    "  - name: a\n"
	    "    disks: [\"C:\",\n"
	    "      { letter: \"D:\", full: false }]\n",
	    "Host a: unknown needs a/C:.full @a.yaml:6:13\n");
	EXPECT("rule a.b \"t\" { for h in Host require h.uses is empty }",
	    "complete: [Host]\n"
	    "hosts:\n"
	    "  - { name: a, uses: { items: [], possible: [a] } }\n",
	    "Host a: unknown needs whether a.uses has a @a.yaml:6:46\n");
}
END_TEST

/* Enough of them for some values, and none that could be left out. */
START_TEST(several_facts_are_named_where_one_does_not_do)
{
	EXPECT("rule a.a \"t\" { for h in Host when h.zone == \"in\" "
	    "require sum(k.count for k in h.uses) == 9 }\n"
	    "rule a.b \"t\" { for h in Host when h.zone == \"in\" "
	    "require at most 1 k in h.uses: k.count > 5 }\n"
	    "rule a.c \"t\" { for h in Host when h.zone == \"in\" "
	    "require at least 1 k in h.uses: k.count > 5 }\n",
	    "hosts:\n"
	    "  - { name: a, zone: in, uses: [b, c, d] }\n"
	    "  - { name: b, zone: out, count: 1 }\n"
	    "  - { name: c, zone: out }\n"
	    "  - { name: d, zone: out }\n",
	    "Host a: unknown needs c.count, d.count @a.yaml:7:5\n"
	    "Host b: not_applicable @a.yaml:6:5\n"
	    "Host c: not_applicable @a.yaml:7:5\n"
	    "Host d: not_applicable @a.yaml:8:5\n"
	    "Host a: unknown needs c.count @a.yaml:7:5\n"
	    "Host b: not_applicable @a.yaml:6:5\n"
	    "Host c: not_applicable @a.yaml:7:5\n"
	    "Host d: not_applicable @a.yaml:8:5\n"
	    "Host a: unknown needs c.count @a.yaml:7:5\n"
	    "Host b: not_applicable @a.yaml:6:5\n"
	    "Host c: not_applicable @a.yaml:7:5\n"
	    "Host d: not_applicable @a.yaml:8:5\n");
}
END_TEST

START_TEST(what_no_fact_can_mend_is_named_too)
{
	EXPECT("rule a.a \"t\" { for h in Host require h.since < today }\n"
	    "rule a.b \"t\" { for h in Host require h.count / (h.count - 1) == 1 }\n"
	    "rule a.c \"t\" { require count(Host) == 1 }\n",
	    "hosts:\n"
	    "  - { name: a, since: 2026-01-01, count: 1 }\n",
	    "Host a: unknown needs today @a.yaml:5:5\n"
	    "Host a: unknown needs a value of h.count / (h.count - 1) @p.scarp:14:38\n"
	    "inventory : unknown needs rest of Host @nowhere\n");
	EXPECT("rule a.a \"t\" { for h in Host "
	    "require sum(k.count for k in h.uses) == 1 }",
	    "hosts:\n"
	    "  - { name: a, count: 9223372036854775806, uses: [a, b] }\n"
	    "  - { name: b, count: 3, uses: [b, b2] }\n"
	    "  - { name: b2, uses: [] }\n",
	    "Host a: unknown needs a value of sum(k.count for k in h.uses) "
	    "@p.scarp:13:38\n"
	    "Host b: unknown needs b2.count @a.yaml:7:5\n"
	    "Host b2: fail @a.yaml:7:23\n");
}
END_TEST

START_TEST(sources_that_disagree_are_a_reason)
{
	static const char pack[] =
	    "rule a.b \"t\" { for h in Host require h.zone == \"in\" }";

	arena = arena_new();
	ck_assert_str_eq(explain(pack, HEAD "hosts:\n  - { name: a, zone: in }\n",
	    "scarp: 1\nschema: s\nsource: { name: y, grade: observed }\n"
	    "hosts:\n  - { name: a, zone: out }\n", GRADE_INFERRED),
	    "Host a: unknown needs a.zone @a.yaml:5:22\n");
	arena_free(arena);
}
END_TEST

START_TEST(a_weak_entity_may_not_exist)
{
	static const char pack[] =
	    "rule a.b \"t\" { for h in Host require h.zone == \"in\" }";

	arena = arena_new();
	ck_assert_str_eq(explain(pack, HEAD "hosts:\n  - { name: a, zone: in }\n",
	    "scarp: 1\nschema: s\nsource: { name: y, grade: inferred }\n"
	    "hosts:\n  - { name: b, zone: out }\n", GRADE_OBSERVED),
	    "Host a: pass @a.yaml:5:5\n"
	    "Host b: unknown needs whether Host b exists @b.yaml:5:5\n");
	arena_free(arena);
}
END_TEST

START_TEST(subjects_are_named_by_their_binders)
{
	EXPECT("rule a.a \"t\" { for h in Host, d in h.disks "
	    "forbid d.full else \"{d} of {h}\" }\n"
	    "rule a.b \"t\" { for h in Host, t in h.tags require t != \"x\" }\n"
	    "rule a.c \"t\" { for t in { t for h in Host, t in h.tags } "
	    "require t != \"x\" }\n",
	    "complete: [Host]\n"
	    "hosts:\n"
	    "  - { name: a, disks: [{ letter: C, full: true }, ...], tags: [x] }\n"
	    "  - { name: b, disks: [], tags: [...] }\n",
	    "Disk rest of a.disks: unknown needs rest of a.disks @a.yaml:6:23\n"
	    "Host, Disk a, C: fail \"C of a\" @a.yaml:6:43\n"
	    "Host, string a, x: fail @a.yaml:6:64\n"
	    "string rest of b.tags: unknown needs rest of b.tags @a.yaml:7:33\n"
	    "string rest of { t for h in Host, t in h.tags }: unknown needs "
	    "rest of b.tags @a.yaml:7:33\n"
	    "string x: fail @nowhere\n");
}
END_TEST

/* Of several shortest walks the first by link, then by entity. */
START_TEST(the_witness_is_the_first_shortest_walk)
{
	EXPECT("rule a.b \"t\" { for h in Host "
	    "forbid h.zone == \"in\" and h reaches { k for k in Host where "
	    "k.zone == \"out\" } via uses+ else \"{witness}\" }",
	    "complete: [Host]\n"
	    "hosts:\n"
	    "  - { name: a, zone: in, uses: [d, c] }\n"
	    "  - { name: b, zone: in, uses: [b] }\n"
	    "  - { name: c, zone: mid, uses: [f, e] }\n"
	    "  - { name: d, zone: mid, uses: [e] }\n"
	    "  - { name: e, zone: out, uses: [] }\n"
	    "  - { name: f, zone: out, uses: [] }\n",
	    "Host a: fail \"a -uses-> c -uses-> e\" @a.yaml:6:22\n"
	    "Host b: pass @a.yaml:7:5\n"
	    "Host c: pass @a.yaml:8:5\n"
	    "Host d: pass @a.yaml:9:5\n"
	    "Host e: pass @a.yaml:10:5\n"
	    "Host f: pass @a.yaml:11:5\n");
}
END_TEST

/* What the walk that may be still lacks, step by step. */
START_TEST(an_unknown_path_needs_its_uncertain_steps)
{
	EXPECT("rule a.b \"t\" { for h in Host "
	    "forbid h.zone == \"in\" and h reaches { k for k in Host where "
	    "k.zone == \"out\" } via uses+ }",
	    "complete: [Host]\n"
	    "hosts:\n"
	    "  - { name: a, zone: in, uses: { items: [], possible: [b] } }\n"
	    "  - { name: b, zone: mid }\n"
	    "  - { name: c, zone: out, uses: [] }\n",
	    "Host a: unknown needs whether a.uses has b @a.yaml:6:56\n"
	    "Host b: pass @a.yaml:7:5\n"
	    "Host c: pass @a.yaml:8:5\n");
}
END_TEST

/* Of a step by a derived link that lists nothing certain of the row it is made
 * of: what is open about the row, whatever it lists. */
START_TEST(a_step_by_a_derived_link_needs_the_row_it_rests_on)
{
	EXPECT("derive Host.apart: {Host} = self.uses without self.uses\n"
	    "rule a.a \"t\" { for h in Host when h.zone == \"in\" "
	    "forbid h reaches { k for k in Host where k.zone == \"out\" } "
	    "via apart }\n"
	    "rule a.b \"t\" { for h in Host when h.zone == \"out\" "
	    "forbid h reaches { k for k in Host where k.zone == \"in\" } "
	    "via (inverse apart) }\n",
	    "complete: [Host]\n"
	    "hosts:\n"
	    "  - { name: a, zone: in, uses: [c, ...] }\n"
	    "  - { name: c, zone: out, uses: [] }\n",
	    "Host a: unknown needs rest of a.uses @a.yaml:6:32\n"
	    "Host c: not_applicable @a.yaml:7:5\n"
	    "Host a: not_applicable @a.yaml:6:5\n"
	    "Host c: unknown needs rest of a.uses @a.yaml:6:32\n");
}
END_TEST

/* Beside a date a duration counts in days, and a second is none of them. */
START_TEST(a_duration_beside_a_date_is_tried_in_days)
{
	EXPECT("rule a.a \"t\" { for h in Host when h.disks is empty "
	    "require 2026-06-30 + h.lasts != 2026-06-30 }\n"
	    "rule a.b \"t\" { for h in Host when h.disks is empty "
	    "require h.since + h.lasts > 2026-06-30 }\n",
	    "complete: [Host]\n"
	    "hosts:\n"
	    "  - { name: a, since: 2026-01-01 }\n",
	    "Host a: unknown needs a.lasts @a.yaml:6:5\n"
	    "Host a: unknown needs a.lasts @a.yaml:6:5\n");
}
END_TEST

/* And so a date is tried as far from another as a duration is long. */
START_TEST(a_date_is_tried_at_the_distance_of_a_duration)
{
	EXPECT("rule a.a \"t\" { for h in Host when h.disks is empty "
	    "require h.since - 2026-06-30 > 90d }\n"
	    "rule a.b \"t\" { for h in Host when h.disks is empty "
	    "require 2026-06-30 - h.since == 90d }\n",
	    "complete: [Host]\n"
	    "hosts:\n"
	    "  - { name: a }\n",
	    "Host a: unknown needs a.since @a.yaml:6:5\n"
	    "Host a: unknown needs a.since @a.yaml:6:5\n");
}
END_TEST

/* No constant of the rule, but what a sum lacks; and what is large enough. */
START_TEST(a_number_is_tried_that_arithmetic_makes)
{
	EXPECT("rule a.a \"t\" { for h in Host when h.disks is empty "
	    "require h.count + 30 == 90 }\n"
	    "rule a.b \"t\" { for h in Host when h.disks is empty "
	    "require h.count / 3 > 30 }\n"
	    "rule a.c \"t\" { for h in Host when h.disks is empty "
	    "require h.count * 2d >= 30d }\n",
	    "complete: [Host]\n"
	    "hosts:\n"
	    "  - { name: a }\n",
	    "Host a: unknown needs a.count @a.yaml:6:5\n"
	    "Host a: unknown needs a.count @a.yaml:6:5\n"
	    "Host a: unknown needs a.count @a.yaml:6:5\n");
}
END_TEST

static void explain_one(struct arena *region)
{
	arena = region;
	explain_here("relation on(a: Host, b: Host) = b in a.uses or "
	    "any c in a.uses: on(c, b)\n"
	    "rule a.a \"t\" { for h in Host, k in Host forbid on(h, k) }\n"
	    "rule a.b \"t\" { for h in Host let n = { t for t in h.tags } "
	    "require h reaches Host via uses+ and n has \"x\" and "
	    "(h.zone matches \"i\") else \"{n} {witness}\" }\n",
	    HEAD "hosts:\n"
	    "  - { name: a, zone: in, uses: [b], tags: [y] }\n"
	    "  - { name: b }\n", NULL, GRADE_INFERRED);
}

START_TEST(every_refused_allocation_raises)
{
	/* It ends anywhere: the folder is left here. */
	unit_enter_folder();
	ck_assert_uint_gt(unit_refuse_each(explain_one), 20);
	unit_leave_folder();
}
END_TEST

UNIT_MAIN(a_failure_points_at_the_fact_that_decides,
    a_failure_without_a_fact_points_at_its_subject,
    definitions_and_relations_lead_to_their_facts,
    an_unknown_names_the_object_that_lacks_the_fact,
    several_facts_are_named_where_one_does_not_do,
    what_no_fact_can_mend_is_named_too, sources_that_disagree_are_a_reason,
    a_weak_entity_may_not_exist, subjects_are_named_by_their_binders,
    the_witness_is_the_first_shortest_walk,
    an_unknown_path_needs_its_uncertain_steps,
    a_step_by_a_derived_link_needs_the_row_it_rests_on,
    a_duration_beside_a_date_is_tried_in_days,
    a_date_is_tried_at_the_distance_of_a_duration,
    a_number_is_tried_that_arithmetic_makes,
    every_refused_allocation_raises)
