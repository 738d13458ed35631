/* SPDX-License-Identifier: Apache-2.0 */
/* scarp check: packs and an inventory in, verdicts out. */
#include "cli/change.h"
#include "cli/phases.h"
#include "cli/project.h"
#include "cli/reports.h"
#include "cli/since.h"
#include "cli/terminal.h"
#include "cli/terms.h"

#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "explain/evaluate.h"
#include "vm/run.h"
#include "vm/scalar.h"
#include "vm/timings.h"

static void collect(void *context, const struct outcome *outcome)
{
	outcomes_add(context, outcome);
}

static int type_check_only(struct session *session, const struct session_pack *pack)
{
	const struct tree *tree = pack->tree;
	struct text out;

	text_init(&out, session->arena);
	if (tree->choice.count)
		text_printf(&out, "only a part was asked for: %.*s\n",
		    STR_ARG(tree_part_text(session->arena, tree)));
	text_printf(&out, "%.*s, %.*s: checked%s%.*s; "
	    "no inventory was given, so nothing was evaluated\n",
	    STR_ARG(text_count(session->arena, tree->rules.count, "rule")),
	    STR_ARG(text_count(session->arena, tree->tests.count, "test")), tree->schema->name.length ? " against schema " : "",
	    STR_ARG(tree->schema->name));
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

/* "`scarp.yaml`, `--report` and `--as-of` ask": what wants more of the run than
 * that packs are checked; empty where nothing does. */
static struct str asks_for_verdicts(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	struct str *names = ARENA_ARRAY(session->arena, struct str, OPTION_COUNT + 1);
	size_t count = 0;
	struct text out;

	if (arguments->project.length)
		names[count++] = arguments->project;
	for (int o = 0; o < OPTION_COUNT; o++)
		if (arguments->given[o] && !arguments->is_set[o] &&
		    option_table[o].verbs & OPTION_JUDGES)
			names[count++] = arena_printf(session->arena, "--%s",
			    option_table[o].name);
	text_init(&out, session->arena);
	for (size_t i = 0; i < count; i++)
		text_printf(&out, "%s`%.*s`", i == 0 ? "" : i + 1 < count ? ", " : " and ",
		    STR_ARG(names[i]));
	if (count)
		text_add(&out, count > 1 ? STR(" ask") : STR(" asks"));
	return text_str(&out);
}

/* A run that is asked for verdicts and has none to give must not pass for clean. */
static void refuse_without_inventory(struct session *session, struct str asking)
{
	const struct arguments *arguments = session->arguments;
	struct str project = arguments->project;
	struct diagnostic *d = diag_add(session->all, DIAG_E8560, SPAN_NONE,
	    "%.*s for verdicts, and no inventory is given", STR_ARG(asking));

	if (arguments->given[OPTION_REPORT] || arguments->given[OPTION_OUTPUT])
		diag_note(session->all, d, "no report was written; what stands in "
		    "such a file is of another run");
	if (project.length == 0)
		diag_help(session->all, d, "name the files or folders of the inventory "
		    "behind the options");
	else if (arguments->operands.count)
		diag_help(session->all, d, "give the packs by `--pack`, or name an "
		    "inventory, too: what stands alone takes the place of the "
		    "`inventories` of `%.*s`", STR_ARG(project));
	else
		diag_help(session->all, d, "name an inventory, or write it into "
		    "`%.*s`: `inventories: [FOLDER]`", STR_ARG(project));
	diag_help(session->all, d, "`scarp check%s PACK` without such options checks "
	    "the pack alone", project.length ? " --no-config" : "");
}

/* The packs were compiled, well or not. */
static int check_packs(struct session *session, const struct session_pack *pack,
    bool is_compiled)
{
	struct str asking = asks_for_verdicts(session);

	if (asking.length)
		refuse_without_inventory(session, asking);
	return session_report(session) && is_compiled ?
	    type_check_only(session, pack) : STATUS_UNTRUSTED;
}

static int list_inputs(struct session *session, const struct session_inputs *inputs)
{
	struct inventory_notes notes = { 0 };
	struct inventory_files files;
	struct text out;

	inventory_list(session->arena, session->all, inputs->inventories.items,
	    inputs->inventories.count, &files);
	if (!session_report(session))
		return STATUS_UNTRUSTED;
	text_init(&out, session->arena);
	for (size_t i = 0; i < files.read.count; i++) {
		text_add_visible(&out, files.read.items[i]);
		text_add_char(&out, '\n');
	}
	notes.left = files.left.items;
	notes.left_count = files.left.count;
	session_left(session, &notes, false);
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

/* Every verdict that the report lists, or is compared with others; the rest
 * are only counted. */
static unsigned wanted_verdicts(const struct session *session,
    const struct report_requests *requests)
{
	if (reports_want_all(session, requests) ||
	    session->arguments->given[OPTION_SET] ||
	    session->arguments->given[OPTION_BASELINE])
		return ~0u;
	return 1u << VERDICT_FAIL | 1u << VERDICT_UNKNOWN;
}

static uint64_t processor_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* By bytecode; with --timings, what that took goes to standard error. */
static void run_bytecode(struct session *session, const struct session_pack *pack,
    const struct graph *graph, const struct run_options *given,
    struct tally *tallies, struct outcomes *outcomes)
{
	struct run_options options = *given;
	struct text out;

	options.crew = session_crew(session);
	if (session->arguments->given[OPTION_TIMINGS]) {
		options.clock = processor_time;
		options.timings = ARENA_ARRAY(session->arena, struct run_timing,
		    pack->program->code.count);
	}
	if (session->since)
		since_run(session->since, graph, &options, tallies, outcomes);
	else
		run_keep(session->arena, pack->program, graph, &options, tallies,
		    outcomes);
	if (!options.timings)
		return;
	text_init(&out, session->arena);
	progress_stop();
	timings_print(pack->program, session->sources, options.timings, &out);
	(void)!io_write_fd(STDERR_FILENO, text_str(&out), &(struct str){ NULL, 0 });
}

/* Every verdict, by the engine of the command line. */
static void run_engine(struct session *session, const struct session_pack *pack,
    const struct graph *graph, const struct run_options *options,
    struct tally *tallies, struct outcomes *outcomes)
{
	struct verdict_sink sink = { collect, outcomes, outcomes_wanted(outcomes) };

	progress_say(session, "evaluating");
	if (argument_is(session->arguments, OPTION_ENGINE, "reference"))
		evaluate_all(evaluator_new(session->arena, pack->tree, graph),
		    tallies, &sink);
	else
		run_bytecode(session, pack, graph, options, tallies, outcomes);
}

struct report *session_evaluate(struct session *session,
    const struct session_pack *pack, const struct graph *graph, unsigned wanted)
{
	struct tally *tallies = ARENA_ARRAY(session->arena, struct tally,
	    pack->tree->rules.count);
	struct waivers *waivers = waivers_new(session->arena, pack->tree, graph,
	    session->arguments->given[OPTION_IGNORE_WAIVERS]);
	struct outcomes *outcomes = report_outcomes(session->arena, pack->tree,
	    graph, waivers ? ~0u : wanted);
	struct run_options options = { 0 };
	struct report *report;
	int64_t batch = 0;

	scalar_read_int(argument(session->arguments, OPTION_BATCH, "0"), &batch);
	options.batch = (uint32_t)batch;
	run_engine(session, pack, graph, &options, tallies, outcomes);
	report = report_new(session->arena, pack->tree, graph, tallies, outcomes,
	    wanted, options.batch, session_crew(session));
	report->signer = pack->signer;
	report_waive(report, waivers);
	report->proofs = session->arguments->given[OPTION_WHY];
	return report;
}

static void note_inventory(struct report *report, const struct inventory_notes *notes)
{
	if (notes->left_count)
		report_note(report, STR("not read"),
		    inventory_left_text(report->arena, notes), SPAN_NONE);
	for (size_t i = 0; i < notes->unmapped.count; i++)
		report_note(report, unmapped_name(report->arena, &notes->unmapped.items[i]),
		    unmapped_text(report->arena, &notes->unmapped.items[i]),
		    notes->unmapped.items[i].span);
}

struct report_policy session_policy(const struct session *session)
{
	struct report_policy policy = { .fail_on = SEVERITY_LOW };
	struct str word = argument(session->arguments, OPTION_FAIL_ON, "low");

	for (int s = SEVERITY_INFO; s <= SEVERITY_CRITICAL; s++)
		if (str_equal(word, str_of(severity_text((enum severity)s))))
			policy.fail_on = (enum severity)s;
	policy.strict_waivers = session->arguments->given[OPTION_STRICT_WAIVERS];
	policy.ignore_unknown = argument_is(session->arguments, OPTION_UNKNOWN, "ignore");
	return policy;
}

static int print_reports(struct session *session, struct report *report,
    const struct report_requests *requests)
{
	struct report_policy policy = session_policy(session);
	int status = report_judge(report, &policy);

	if (!reports_write(session, requests, report))
		return STATUS_UNTRUSTED;
	session_doubt(session, &report->doubt);
	return status;
}

/* One graph as the files have it, or also one as edits change it. */
struct graphs {
	struct graph *graph, *former;	/* FORMER: NULL without edits */
	struct edits *edits;
	struct inventory_notes notes;
};

/* Of facts that nobody asks for only what is wrong with them matters, but to
 * the snapshot that --since leaves behind. */
static bool load_graph(struct session *session, const struct session_inputs *inputs,
    const struct session_pack *pack, const struct inventory_options *given,
    struct graphs *graphs)
{
	struct inventory_options options = *given;

	if (!session->since)
		options.footprint = tree_footprint(session->arena, pack->tree);
	graphs->graph = inventory_load(session->arena, session->all,
	    pack->tree->schema, inputs->inventories.items,
	    inputs->inventories.count, &options, &graphs->notes);
	return graphs->graph != NULL;
}

static bool load_graphs(struct session *session, const struct session_inputs *inputs,
    const struct session_pack *pack, const struct inventory_options *options,
    struct graphs *graphs)
{
	struct inventory *inventory;

	if (!change_read_edits(session, &graphs->edits))
		return false;
	if (!graphs->edits)
		return load_graph(session, inputs, pack, options, graphs);
	inventory = inventory_open(session->arena, session->all,
	    pack->tree->schema, inputs->inventories.items,
	    inputs->inventories.count, options, &graphs->notes);
	if (!inventory)
		return false;
	graphs->former = inventory_graph(inventory, session->arena,
	    session->all, NULL);
	if (graphs->former)
		graphs->graph = inventory_graph(inventory, session->arena,
		    session->all, graphs->edits);
	return graphs->graph != NULL;
}

/* What the report is compared with is evaluated as it is. */
static struct report *report_on(struct session *session,
    const struct session_pack *pack, const struct graphs *graphs,
    struct diff_side *baseline, unsigned wanted)
{
	struct report *report = session_evaluate(session, pack, graphs->graph,
	    wanted);

	report->all_verdicts = wanted == ~0u;
	note_inventory(report, &graphs->notes);
	session_left(session, &graphs->notes, true);
	terms_tell(session, &graphs->notes, report);
	if (baseline)
		change_since_baseline(session, report, baseline);
	if (graphs->former)
		change_by_edits(session, report, session_evaluate(session, pack,
		    graphs->former, wanted), graphs->edits);
	return report;
}

static int check(struct session *session, const struct session_inputs *inputs,
    const struct session_pack *pack, const struct report_requests *requests)
{
	const struct arguments *arguments = session->arguments;
	struct inventory_options options;
	struct diff_side *baseline = NULL;
	struct graphs graphs = { 0 };
	struct report *report;
	bool loaded;
	int status;

	if (arguments->given[OPTION_SET] && arguments->given[OPTION_BASELINE])
		return session_refuse(session, DIAG_E8576, "`--set` compares "
		    "with the inventory as it is, and `--baseline` with a "
		    "report\n"
		    "give one of them");
	if (!reports_can_tell(session, requests) ||
	    !session_inventory_options(session, pack->tree, &options))
		return STATUS_UNTRUSTED;
	if (!session_dates_waivers(session, pack->tree, &options)) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	if (!since_open(session, inputs, pack, &session->since))
		return STATUS_UNTRUSTED;
	loaded = load_graphs(session, inputs, pack, &options, &graphs);
	if (arguments->given[OPTION_BASELINE]) {
		baseline = change_read_report(session,
		    arguments->value[OPTION_BASELINE], true);
		loaded &= baseline != NULL;
	}
	if (!session_report(session) || !loaded)
		return STATUS_UNTRUSTED;
	phase_end(session, PHASE_INVENTORY);
	report = report_on(session, pack, &graphs, baseline,
	    wanted_verdicts(session, requests));
	phase_end(session, PHASE_RULES);
	status = print_reports(session, report, requests);
	if (session->since && !since_keep(session->since, graphs.graph, &options,
	    &graphs.notes))
		return STATUS_UNTRUSTED;
	phase_end(session, PHASE_REPORT);
	phases_print(session);
	return status;
}

int verb_check(struct session *session)
{
	struct report_requests requests;
	struct session_inputs inputs;
	struct session_pack pack;
	bool is_compiled;

	phases_start(session);
	if (!reports_asked(session, &requests))
		return STATUS_UNTRUSTED;
	session_inputs(session, &inputs);
	if (session->arguments->given[OPTION_LIST_INPUTS])
		return list_inputs(session, &inputs);
	if (inputs.packs.count == 0)
		return session_needs_pack(session, ", so there is nothing to "
		    "check");
	is_compiled = session_compile(session, inputs.packs.items,
	    inputs.packs.count, true, &pack);
	if (inputs.inventories.count == 0)
		return check_packs(session, &pack, is_compiled);
	if (!is_compiled) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	phase_end(session, PHASE_PACKS);
	return check(session, &inputs, &pack, &requests);
}
