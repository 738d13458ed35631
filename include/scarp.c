/* SPDX-License-Identifier: Apache-2.0 */
/* What is behind the public header: the passes of `scarp check`, in order. */
#include "include/scarp.h"

#include "base/guard.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/stack.h"
#include "base/where.h"
#include "compiler/compiler.h"
#include "inventory/inventory.h"
#include "report/formats.h"
#include "report/view.h"
#include "vm/run.h"
#include "vm/scalar.h"
#include "vm/verify.h"

struct scarp {
	struct arena *arena;
	struct sources *sources;
	struct diagnostics *all;
	const struct scarp_question *question;	/* while it is asked */
	struct report *report;		/* or NULL */
	struct report_cursor walk;
	bool is_walking;
	struct text messages;
	enum scarp_status status;
};

static void say(struct scarp *run, struct str words)
{
	text_add(&run->messages, STR("scarp: "));
	text_add_visible(&run->messages, words);
	text_add_char(&run->messages, '\n');
}

/* --- the packs -------------------------------------------------------------- */

static struct str *texts(struct scarp *run, const char *const *all, size_t count)
{
	struct str *copies = ARENA_ARRAY(run->arena, struct str, count + 1);

	for (size_t i = 0; i < count; i++)
		copies[i] = arena_copy(run->arena, str_of(all[i]));
	return copies;
}

/* A name that is no path is that of an installed pack. */
static struct str pack_of(struct scarp *run, const char *name)
{
	struct str path = arena_copy(run->arena, str_of(name)), folder, found;

	if (path.length == 0 || io_kind_of(path.at) != IO_ABSENT ||
	    memchr(path.at, '/', path.length) || !where_is(run->arena, "rules", &folder))
		return path;
	found = io_join(run->arena, folder, path);
	return io_kind_of(found.at) == IO_FOLDER ? found : path;
}

static struct program *compile(struct scarp *run, struct tree **tree)
{
	const struct scarp_question *q = run->question;
	struct str *packs = ARENA_ARRAY(run->arena, struct str, q->pack_count + 1);
	struct str *search = texts(run, q->search, q->search_count);
	struct compile_options options = { .packs = packs,
		.pack_count = q->pack_count, .search = search,
		.search_count = q->search_count, .profile = str_of(q->profile),
		.waivers = texts(run, q->waivers, q->waiver_count),
		.waiver_count = q->waiver_count };
	struct program *program;
	struct str why;

	for (size_t i = 0; i < q->pack_count; i++)
		packs[i] = pack_of(run, q->packs[i]);
	if (where_is(run->arena, "stdlib", &search[q->search_count]))
		options.search_count++;
	*tree = compile_check(run->arena, run->all, &options);
	program = *tree ? compile_program(run->arena, *tree) : NULL;
	if (!program || program_verify(run->arena, program, &why))
		return program;
	say(run, arena_printf(run->arena, "this is a fault of scarp: the compiler "
	    "made a program that is refused: %.*s", STR_ARG(why)));
	return NULL;
}

/* --- the inventory ---------------------------------------------------------- */

static struct graph *load(struct scarp *run, const struct tree *tree,
    struct inventory_notes *notes)
{
	const struct scarp_question *q = run->question;
	struct inventory_options options = { .has_as_of = q->as_of != NULL,
		.mappings = tree->mappings.items,
		.mapping_count = tree->mappings.count };

	if (q->as_of && !scalar_read_date(str_of(q->as_of), &options.as_of)) {
		say(run, arena_printf(run->arena, "`as_of` is a date such as "
		    "2026-12-31, not `%s`", q->as_of));
		return NULL;
	}
	if (!waivers_have_date(run->all, tree, options.has_as_of))
		return NULL;
	return inventory_load(run->arena, run->all, tree->schema,
	    texts(run, q->inventories, q->inventory_count), q->inventory_count,
	    &options, notes);
}

/* --- the verdicts ----------------------------------------------------------- */

static void evaluate(struct scarp *run, const struct tree *tree,
    const struct program *program, const struct graph *graph)
{
	struct tally *tallies = ARENA_ARRAY(run->arena, struct tally, tree->rules.count);
	struct waivers *waivers = waivers_new(run->arena, tree, graph, false);
	unsigned wanted = run->question->every_verdict ? ~0u :
	    1u << VERDICT_FAIL | 1u << VERDICT_UNKNOWN;
	struct outcomes *outcomes = report_outcomes(run->arena, tree, graph,
	    waivers ? ~0u : wanted);

	run_keep(run->arena, program, graph, NULL, tallies, outcomes);
	run->report = report_new(run->arena, tree, graph, tallies, outcomes, wanted, 0,
	    NULL);
	run->report->all_verdicts = run->question->every_verdict;
	if (run->question->every_verdict)
		terms_add(&run->report->terms, run->arena, TERM_VERDICTS, STR("all"));
	report_waive(run->report, waivers);
}

static void judge(struct scarp *run)
{
	struct report_policy policy = { .fail_on = SEVERITY_LOW };

	run->status = (enum scarp_status)report_judge(run->report, &policy);
	doubt_tell(&run->report->doubt, run->all);
}

/* True when there is a graph to judge. */
static bool is_asked_well(struct scarp *run)
{
	const struct scarp_question *q = run->question;

	if (q->size != sizeof(*q))
		say(run, STR("the question has another size: this program was "
		    "compiled with the header of another version"));
	else if (q->pack_count == 0)
		say(run, STR("no pack is given, so there is nothing to check"));
	else if (q->inventory_count == 0)
		say(run, STR("no inventory is given, so nothing was evaluated"));
	else
		return true;
	return false;
}

static void ask(struct scarp *run)
{
	struct inventory_notes notes = { 0 };
	struct program *program;
	struct graph *graph;
	struct tree *tree;

	program = compile(run, &tree);
	graph = program ? load(run, tree, &notes) : NULL;
	if (graph && diag_errors(run->all) == 0) {
		evaluate(run, tree, program, graph);
		if (notes.left_count)
			report_note(run->report, STR("not read"),
			    inventory_left_text(run->arena, &notes), SPAN_NONE);
		for (size_t i = 0; i < notes.unmapped.count; i++)
			report_note(run->report, unmapped_name(run->arena,
			    &notes.unmapped.items[i]),
			    unmapped_text(run->arena, &notes.unmapped.items[i]),
			    notes.unmapped.items[i].span);
		judge(run);
	}
	diag_print(run->all, &run->messages, 0, DIAG_HUMAN, false);
}

/* --- the interface ---------------------------------------------------------- */

static struct scarp *new_run(void)
{
	struct arena *arena = arena_new();
	struct scarp *run = ARENA_NEW(arena, struct scarp);

	run->arena = arena;
	run->status = SCARP_UNTRUSTED;
	run->sources = sources_new(arena);
	run->all = diagnostics_new(arena, run->sources);
	text_init(&run->messages, arena);
	text_add(&run->messages, STR(""));
	return run;
}

/* Without memory no message can be written: a constant stands in for it. */
static const char no_memory[] = "scarp: out of memory, or a limit was met\n";

struct asking {
	const struct scarp_question *question;
	struct scarp *run;
};

static struct scarp *answer(const struct scarp_question *question)
{
	struct scarp *volatile run = NULL;
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		if (run) {
			run->report = NULL;
			run->status = SCARP_UNTRUSTED;
			run->messages = (struct text){ .arena = run->arena,
				.at = (char *)(size_t)no_memory,
				.length = sizeof(no_memory) - 1 };
		}
		return run;
	}
	run = new_run();
	run->question = question;
	if (is_asked_well(run))
		ask(run);
	run->question = NULL;
	text_add(&run->messages, (struct str){ "", 1 });
	guard_clear(&guard);
	return run;
}

static void answer_asking(void *context)
{
	struct asking *asking = context;

	asking->run = answer(asking->question);
}

/* A caller's thread may have a small stack. */
struct scarp *scarp_check(const struct scarp_question *question)
{
	struct asking asking = { question, NULL };

	stack_call(answer_asking, &asking);
	return asking.run;
}

void scarp_free(struct scarp *run)
{
	if (run)
		arena_free(run->arena);
}

enum scarp_status scarp_status(const struct scarp *run)
{
	return run->status;
}

const char *scarp_messages(const struct scarp *run)
{
	return run->messages.at;
}

unsigned long long scarp_count(const struct scarp *run, enum scarp_verdict verdict)
{
	const struct report_summary *sum = run->report ? &run->report->summary : NULL;

	if (!sum)
		return 0;
	switch (verdict) {
	case SCARP_PASS: return sum->pass;
	case SCARP_FAIL: return sum->fail;
	case SCARP_UNKNOWN: return sum->unknown;
	case SCARP_NOT_APPLICABLE: return sum->not_applicable;
	case SCARP_ERROR: return sum->error;
	}
	return 0;
}

static enum scarp_verdict public_verdict(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_PASS: return SCARP_PASS;
	case VERDICT_FAIL: return SCARP_FAIL;
	case VERDICT_UNKNOWN: return SCARP_UNKNOWN;
	case VERDICT_NOT_APPLICABLE: return SCARP_NOT_APPLICABLE;
	case VERDICT_ERROR:
	case VERDICT_UNSET:
	case VERDICT_COUNT: break;
	}
	return SCARP_ERROR;
}

/* As long as the result lasts. */
static const char *text_of(struct scarp *run, struct str s)
{
	return arena_copy(run->report->arena, s).at;
}

static void fill(struct scarp *run, const struct report_result *from,
    struct scarp_result *to)
{
	const struct rule *rule = run->report->rules.items[from->rule].rule;

	*to = (struct scarp_result){ .rule = text_of(run, rule->id),
		.severity = severity_text(rule->severity),
		.verdict = public_verdict(from->verdict), .waived = from->waived != NULL,
		.subject = text_of(run, from->key),
		.message = text_of(run, view_words(run->report, from)),
		.file = "", .id = text_of(run, from->id) };
	if (!span_is_none(from->span)) {
		struct place place = source_place(run->sources, from->span.file,
		    from->span.start);

		to->file = text_of(run, source_name(run->sources, from->span.file));
		to->line = place.line;
		to->column = place.column;
	}
}

static int next(struct scarp *run, struct scarp_result *result)
{
	const struct report_result *from;

	if (!run->is_walking)
		run->walk = report_walk(run->report, view_listed(run->report));
	from = report_next(&run->walk);
	run->is_walking = from != NULL;
	if (from)
		fill(run, from, result);
	return from != NULL;
}

/* In the middle of a walk: there is no way on. */
static void give_up(struct scarp *run)
{
	run->report = NULL;
	run->status = SCARP_UNTRUSTED;
}

struct step {
	struct scarp *run;
	struct scarp_result *result;
	int is_there;
};

static void take_step(void *context)
{
	struct step *step = context;
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		give_up(step->run);
		return;
	}
	step->is_there = next(step->run, step->result);
	guard_clear(&guard);
}

int scarp_next(struct scarp *run, struct scarp_result *result)
{
	struct step step = { run, result, 0 };

	if (run->report && !stack_call(take_step, &step))
		give_up(run);
	return step.is_there;
}

/* A walk must be walked to its end before another begins. */
static void end_walk(struct scarp *run)
{
	while (run->is_walking)
		run->is_walking = report_next(&run->walk) != NULL;
}

struct print {
	struct scarp *run;
	const char *format;
	struct text out;
};

static void print(void *context)
{
	struct print *print = context;
	struct scarp *run = print->run;
	enum report_format which;
	struct str nearest;
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		give_up(run);
		return;
	}
	end_walk(run);
	text_init(&print->out, run->arena);
	if (report_format_find(str_of(print->format), &which, &nearest) &&
	    (run->report->all_verdicts ||
	    report_format(which)->lists != REPORT_LISTS_EVERY))
		report_format(which)->print(run->report, &print->out);
	text_add(&print->out, (struct str){ "", 1 });
	guard_clear(&guard);
}

const char *scarp_report(struct scarp *run, const char *format, size_t *length)
{
	struct print this = { run, format, { 0 } };
	bool is_printed;

	if (run->report && !stack_call(print, &this))
		give_up(run);
	is_printed = run->report && this.out.length > 1;
	if (length)
		*length = is_printed ? this.out.length - 1 : 0;
	return is_printed ? this.out.at : NULL;
}
