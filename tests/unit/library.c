/* SPDX-License-Identifier: Apache-2.0 */
/* The public interface, call by call.  (That it is installed, and says what
 * the command says, is tested in tests/library.test.) */
#include "include/scarp.h"

#include <pthread.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "tests/unit/unit.h"

static const char pack[] =
	"schema office version \"1\"\n"
	"entity Server { name: string, key  patched: bool  old: bool\n"
	"  until: date  next: {Server} }\n"
	"map opengraph to office { node Machine is Server { name = id } }\n"
	"pack few.rules \"Few\" version \"1\"\n"
	"rule few.patched \"Every server is patched\" {\n"
	"  severity high\n"
	"  for s in Server\n"
	"  when not s.old\n"
	"  require s.patched else \"{s} lacks patches\"\n"
	"}\n"
	"rule few.some \"Some server is there\" {\n"
	"  severity low\n"
	"  require any s in Server: s.name == \"a\"\n"
	"}\n";
static const char site[] =
	"scarp: 1\n"
	"schema: office\n"
	"complete: [Server]\n"
	"servers:\n"
	"  - { name: a, patched: true, old: false }\n"
	"  - { name: b, patched: false, old: false }\n"
	"  - { name: c, old: false }\n"
	"  - { name: d, old: true }\n";

static const char *const packs[] = { "pack.scarp" };
static const char *const sites[] = { "site.yaml" };
static struct scarp_question question;

static void make_file(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(content, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void enter(void)
{
	unit_enter_folder();
	make_file("pack.scarp", pack);
	make_file("site.yaml", site);
	question = (struct scarp_question){ .size = sizeof(question),
		.packs = packs, .pack_count = 1, .inventories = sites,
		.inventory_count = 1 };
}

/* A run that cannot be trusted says so, why, and nothing else. */
static void is_refused(const char *why)
{
	struct scarp *run = scarp_check(&question);
	struct scarp_result result;
	size_t length = 7;

	ck_assert_ptr_nonnull(run);
	ck_assert_int_eq(scarp_status(run), SCARP_UNTRUSTED);
	if (!strstr(scarp_messages(run), why))
		ck_abort_msg("have\n%s\n--- want\n%s", scarp_messages(run), why);
	for (int v = SCARP_PASS; v <= SCARP_ERROR; v++)
		ck_assert_uint_eq(scarp_count(run, (enum scarp_verdict)v), 0);
	ck_assert_int_eq(scarp_next(run, &result), 0);
	ck_assert_ptr_null(scarp_report(run, "json", &length));
	ck_assert_uint_eq(length, 0);
	scarp_free(run);
}

/* "high few.patched fail b" of each that is listed. */
static struct str listed(struct arena *arena, struct scarp *run)
{
	static const char *const words[] = { "pass", "fail", "unknown",
		"not applicable", "error" };
	struct scarp_result result;
	struct text out;

	text_init(&out, arena);
	while (scarp_next(run, &result))
		text_printf(&out, "%s %s %s %s%s: %s %s:%u:%u\n", result.severity,
		    result.rule, words[result.verdict], result.subject,
		    result.waived ? " waived" : "", result.message, result.file,
		    result.line, result.column);
	return text_str(&out);
}

#define FINDINGS \
	"high few.patched fail b: b lacks patches site.yaml:6:25\n" \
	"high few.patched unknown c: needs c.patched site.yaml:7:5\n"

START_TEST(findings_are_listed_worst_first_and_all_is_counted)
{
	struct arena *arena = arena_new();
	struct scarp *run;

	enter();
	run = scarp_check(&question);
	ck_assert_int_eq(scarp_status(run), SCARP_FINDINGS);
	ck_assert_str_eq(scarp_messages(run), "");
	ck_assert_uint_eq(scarp_count(run, SCARP_PASS), 2);
	ck_assert_uint_eq(scarp_count(run, SCARP_FAIL), 1);
	ck_assert_uint_eq(scarp_count(run, SCARP_UNKNOWN), 1);
	ck_assert_uint_eq(scarp_count(run, SCARP_NOT_APPLICABLE), 1);
	ck_assert_uint_eq(scarp_count(run, SCARP_ERROR), 0);
	ck_assert_uint_eq(scarp_count(run, (enum scarp_verdict)99), 0);
	ck_assert_text(listed(arena, run), FINDINGS);
	/* The next call begins anew. */
	ck_assert_text(listed(arena, run), FINDINGS);
	scarp_free(run);
	scarp_free(NULL);
	unit_leave_folder();
	arena_free(arena);
}
END_TEST

START_TEST(every_verdict_is_listed_when_asked_for)
{
	struct arena *arena = arena_new();
	struct scarp *run;

	enter();
	question.every_verdict = 1;
	run = scarp_check(&question);
	ck_assert_text(listed(arena, run),
	    "high few.patched pass a: holds site.yaml:5:5\n" FINDINGS
	    "high few.patched not applicable d: not applicable site.yaml:8:5\n"
	    "low few.some pass : holds :0:0\n");
	ck_assert_ptr_nonnull(scarp_report(run, "junit", NULL));
	scarp_free(run);
	unit_leave_folder();
	arena_free(arena);
}
END_TEST

START_TEST(a_report_is_made_in_the_middle_of_a_walk_and_ends_it)
{
	struct arena *arena = arena_new();
	struct scarp_result result;
	struct scarp *run;
	const char *report;
	size_t length = 0;

	enter();
	run = scarp_check(&question);
	ck_assert_int_eq(scarp_next(run, &result), 1);
	ck_assert_str_eq(result.subject, "b");
	report = scarp_report(run, "csv", &length);
	ck_assert_ptr_nonnull(report);
	ck_assert_uint_eq(strlen(report), length);
	ck_assert_ptr_nonnull(strstr(report, "few.patched"));
	ck_assert_text(listed(arena, run), FINDINGS);
	/* There is no such format; one needs every verdict. */
	ck_assert_ptr_null(scarp_report(run, "tablet", &length));
	ck_assert_uint_eq(length, 0);
	ck_assert_ptr_null(scarp_report(run, "junit", NULL));
	scarp_free(run);
	unit_leave_folder();
	arena_free(arena);
}
END_TEST

START_TEST(a_finding_has_the_same_id_in_each_run)
{
	struct scarp_result one, other;
	struct scarp *first, *second;

	enter();
	first = scarp_check(&question);
	second = scarp_check(&question);
	ck_assert_int_eq(scarp_status(first), SCARP_FINDINGS);
	while (scarp_next(first, &one)) {
		ck_assert_int_eq(scarp_next(second, &other), 1);
		ck_assert_str_eq(one.id, other.id);
		ck_assert_uint_gt(strlen(one.id), 8);
	}
	ck_assert_int_eq(scarp_next(second, &other), 0);
	scarp_free(first);
	scarp_free(second);
	unit_leave_folder();
}
END_TEST

START_TEST(a_question_that_is_wrong_is_refused)
{
	static const char *const absent[] = { "absent" };
	static const char *const nameless[] = { "" };
	static const char *const elsewhere[] = { "cm2007/" };

	enter();
	question.size--;
	is_refused("scarp: the question has another size: this program was compiled "
	    "with the header of another version\n");
	enter();
	question.pack_count = 0;
	is_refused("scarp: no pack is given, so there is nothing to check\n");
	question.pack_count = 1;
	question.inventory_count = 0;
	is_refused("scarp: no inventory is given, so nothing was evaluated\n");
	question.inventory_count = 1;
	question.as_of = "2026-02-30";
	is_refused("scarp: `as_of` is a date such as 2026-12-31, not `2026-02-30`\n");
	question.as_of = NULL;
	question.packs = absent;
	is_refused("error[E5");
	question.packs = nameless;
	is_refused("error[E5");
	question.packs = elsewhere;
	is_refused("error[E5");
	question.packs = packs;
	question.inventories = absent;
	is_refused("error[E81");
	question.inventories = sites;
	question.profile = "strict";
	is_refused("strict");
	unit_leave_folder();
}
END_TEST

START_TEST(what_is_wrong_in_files_is_told_with_its_place)
{
	enter();
	make_file("site.yaml", "scarp: 1\nschema: office\nservers:\n"
	    "  - { name: a, patcht: true }\n");
	is_refused("did you mean `patched`?");
	make_file("pack.scarp", "rule\n");
	is_refused("pack.scarp:");
	unit_leave_folder();
}
END_TEST

START_TEST(a_run_that_decides_nothing_is_not_clean)
{
	struct scarp *run;

	enter();
	make_file("site.yaml", "scarp: 1\nschema: office\nservers: [{ name: z }]\n");
	run = scarp_check(&question);
	ck_assert_int_eq(scarp_status(run), SCARP_UNTRUSTED);
	ck_assert_ptr_nonnull(strstr(scarp_messages(run), "nothing was decided"));
	ck_assert_uint_eq(scarp_count(run, SCARP_PASS), 0);
	scarp_free(run);
	unit_leave_folder();
}
END_TEST

START_TEST(a_site_without_findings_is_clean)
{
	struct scarp_result result;
	struct scarp *run;

	enter();
	make_file("site.yaml", "scarp: 1\nschema: office\ncomplete: [Server]\n"
	    "servers: [{ name: a, patched: true, old: false }]\n");
	run = scarp_check(&question);
	ck_assert_int_eq(scarp_status(run), SCARP_CLEAN);
	ck_assert_int_eq(scarp_next(run, &result), 0);
	scarp_free(run);
	unit_leave_folder();
}
END_TEST

START_TEST(a_waiver_counts_until_its_day)
{
	static const char *const waivers[] = { "waivers.scarp" };
	struct arena *arena = arena_new();
	struct scarp *run;

	enter();
	make_file("waivers.scarp", "waive few.patched for Server \"b\" until "
	    "2026-12-31\n\tbecause \"it is old\" approved by \"Ada\"\n");
	question.waivers = waivers;
	question.waiver_count = 1;
	is_refused("error[E");
	question.as_of = "2026-12-01";
	run = scarp_check(&question);
	ck_assert_text(listed(arena, run),
	    "high few.patched fail b waived: b lacks patches site.yaml:6:25\n"
	    "high few.patched unknown c: needs c.patched site.yaml:7:5\n");
	scarp_free(run);
	question.as_of = "2027-01-01";
	run = scarp_check(&question);
	ck_assert_int_eq(scarp_status(run), SCARP_FINDINGS);
	ck_assert_text(listed(arena, run), FINDINGS);
	scarp_free(run);
	unit_leave_folder();
	arena_free(arena);
}
END_TEST

START_TEST(what_was_not_read_stands_in_the_report)
{
	static const char *const folders[] = { "." };
	static const char *const search[] = { "lib" };
	struct scarp *run;
	const char *report;

	enter();
	make_file("notes.txt", "words\n");
	make_file("graph.json", "{\"graph\":{\"nodes\":["
	    "{\"id\":\"a\",\"kinds\":[\"Machine\"],\"properties\":{\"colour\":1}},"
	    "{\"id\":\"x\",\"kinds\":[\"Robot\"],\"properties\":{}}],\"edges\":[]}}");
	question.inventories = folders;
	question.search = search;
	question.search_count = 1;
	run = scarp_check(&question);
	report = scarp_report(run, "json", NULL);
	ck_assert_ptr_nonnull(report);
	ck_assert_ptr_nonnull(strstr(report, "notes.txt"));
	ck_assert_ptr_nonnull(strstr(report, "Robot"));
	scarp_free(run);
	unit_leave_folder();
}
END_TEST

START_TEST(a_rule_that_meets_a_limit_is_in_error)
{
	uint64_t rows = limit_get(LIMIT_ROWS);
	struct scarp *run;

	enter();
	make_file("pack.scarp", "schema office version \"1\"\n"
	    "entity Server { name: string, key  patched: bool  old: bool }\n"
	    "pack few.rules \"Few\" version \"1\"\n"
	    "rule few.pairs \"Pairs\" {\n  for s in Server, t in Server, u in Server\n"
	    "  require s.patched or t.patched or u.patched\n}\n"
	    "rule few.old \"Old\" { for s in Server require not s.old }\n");
	ck_assert(limit_set(STR("rows"), 8));
	run = scarp_check(&question);
	ck_assert_int_eq(scarp_status(run), SCARP_UNTRUSTED);
	ck_assert_uint_eq(scarp_count(run, SCARP_ERROR), 1);
	ck_assert_uint_eq(scarp_count(run, SCARP_PASS), 3);
	scarp_free(run);
	ck_assert(limit_set(STR("rows"), rows));
	unit_leave_folder();
}
END_TEST

/* True when the run came to its end before anything was refused. */
static bool refuse(unsigned nth, int lasting, const char *whole)
{
	uint64_t before = arena_total();
	struct scarp_result result;
	const char *report = NULL;
	unsigned found = 0;
	struct scarp *run;
	bool is_over;

	memory_fail_at(nth, lasting);
	run = scarp_check(&question);
	while (run && scarp_next(run, &result))
		found += result.verdict == SCARP_FAIL;
	if (run)
		report = scarp_report(run, "csv", NULL);
	if (run && scarp_status(run) != SCARP_UNTRUSTED) {
		ck_assert_uint_eq(found, 1);
		ck_assert_str_eq(report, whole);
	} else if (run) {
		ck_assert_int_eq(scarp_next(run, &result), 0);
		ck_assert_ptr_null(report);
	}
	scarp_free(run);
	is_over = memory_fail_left() > (lasting ? 1u : 0u);
	memory_fail_at(0, 0);
	ck_assert_uint_eq(arena_total(), before);
	return is_over;
}

START_TEST(memory_that_is_refused_gives_no_verdict_and_no_leak)
{
	struct scarp *run;
	const char *whole;

	enter();
	run = scarp_check(&question);
	ck_assert_int_eq(scarp_status(run), SCARP_FINDINGS);
	whole = scarp_report(run, "csv", NULL);
	for (int lasting = 0; lasting <= 1; lasting++)
		for (unsigned nth = 1; !refuse(nth, lasting, whole); nth++)
			ck_assert_uint_lt(nth, 100000);
	scarp_free(run);
	unit_leave_folder();
}
END_TEST

/* As deep as definitions may nest. */
static void make_deep_pack(void)
{
	FILE *file = fopen("deep.scarp", "w");

	ck_assert_ptr_nonnull(file);
	fputs("schema office version \"1\"\n"
	    "entity Server { name: string, key  patched: bool  old: bool }\n"
	    "define f0(s: Server): bool = s.patched\n", file);
	for (int i = 1; i < 499; i++)
		fprintf(file, "define f%d(s: Server): bool = f%d(s) %s s.old\n", i,
		    i - 1, i % 2 ? "or" : "and not");
	fputs("pack few.rules \"Few\" version \"1\"\n"
	    "rule few.deep \"Deep\" { severity low for s in Server\n"
	    "require f498(s) else \"no\" }\n", file);
	ck_assert_int_eq(fclose(file), 0);
}

static void *ask_deeply(void *context)
{
	static const char *const deep[] = { "deep.scarp" };
	struct scarp_result result;
	struct scarp *run;

	(void)context;
	question.packs = deep;
	run = scarp_check(&question);
	ck_assert_int_eq(scarp_status(run), SCARP_FINDINGS);
	while (scarp_next(run, &result))
		ck_assert_str_eq(result.rule, "few.deep");
	ck_assert_ptr_nonnull(scarp_report(run, "text", NULL));
	scarp_free(run);
	return NULL;
}

/* In the least stack that threads are given; sanitizers need more. */
START_TEST(a_thread_with_a_small_stack_may_ask)
{
	pthread_attr_t attributes;
	pthread_t thread;

	enter();
	make_deep_pack();
	pthread_attr_init(&attributes);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	pthread_attr_setstacksize(&attributes, 128 << 10);
#endif
	ck_assert_int_eq(pthread_create(&thread, &attributes, ask_deeply, NULL), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	pthread_attr_destroy(&attributes);
}
END_TEST

UNIT_MAIN(findings_are_listed_worst_first_and_all_is_counted,
    every_verdict_is_listed_when_asked_for,
    a_report_is_made_in_the_middle_of_a_walk_and_ends_it,
    a_finding_has_the_same_id_in_each_run,
    a_question_that_is_wrong_is_refused,
    what_is_wrong_in_files_is_told_with_its_place,
    a_run_that_decides_nothing_is_not_clean,
    a_site_without_findings_is_clean,
    a_waiver_counts_until_its_day,
    what_was_not_read_stands_in_the_report,
    a_rule_that_meets_a_limit_is_in_error,
    memory_that_is_refused_gives_no_verdict_and_no_leak,
    a_thread_with_a_small_stack_may_ask)
