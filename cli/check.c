/* SPDX-License-Identifier: Apache-2.0 */
/* scarp check: packs and an inventory in, verdicts out. */
#include "cli/reports.h"

#include "vm/run.h"
#include "vm/scalar.h"

struct collector {
	struct arena *arena;
	unsigned wanted;		/* verdicts that are kept */
	struct waivers *waivers;	/* that are told of all, or NULL */
	VEC(struct outcome) outcomes;
};

static void collect(void *context, const struct outcome *outcome)
{
	struct collector *collector = context;

	if (collector->waivers)
		waivers_count(collector->waivers, outcome);
	if (collector->wanted >> outcome->verdict & 1)
		*VEC_PUSH(collector->arena, &collector->outcomes) = *outcome;
}

static int type_check_only(struct session *session, const struct session_pack *pack)
{
	const struct tree *tree = pack->tree;
	struct text out;

	text_init(&out, session->arena);
	text_printf(&out, "%zu rules, %zu tests: checked against schema %.*s; "
	    "no inventory was given, so nothing was evaluated\n", tree->rules.count,
	    tree->tests.count, STR_ARG(tree->schema->name));
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

static int list_inputs(struct session *session, const struct session_inputs *inputs)
{
	struct str *files;
	size_t count;
	struct text out;

	if (!inventory_list(session->arena, session->all, inputs->inventories.items,
	    inputs->inventories.count, &files, &count)) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	text_init(&out, session->arena);
	for (size_t i = 0; i < count; i++) {
		text_add_visible(&out, files[i]);
		text_add_char(&out, '\n');
	}
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

/* Every verdict that the report lists; the others are only counted. */
static unsigned wanted_verdicts(const struct session *session,
    const struct report_requests *requests)
{
	if (reports_want_all(session, requests))
		return ~0u;
	return 1u << VERDICT_FAIL | 1u << VERDICT_UNKNOWN;
}

static struct report *evaluate(struct session *session,
    const struct session_pack *pack, const struct graph *graph,
    const struct report_requests *requests)
{
	struct evaluator *evaluator = evaluator_new(session->arena, pack->tree, graph);
	struct tally *tallies = ARENA_ARRAY(session->arena, struct tally,
	    pack->tree->rules.count);
	struct collector collector = { .arena = session->arena,
		.wanted = wanted_verdicts(session, requests) };
	struct verdict_sink sink = { collect, &collector, collector.wanted };
	struct run_options options = { 0 };
	struct report *report;
	int64_t batch = 0;

	collector.waivers = waivers_new(session->arena, pack->tree, graph,
	    session->arguments->given[OPTION_IGNORE_WAIVERS]);
	if (collector.waivers)
		sink.wanted = ~0u;

	scalar_read_int(argument(session->arguments, OPTION_BATCH, "0"), &batch);
	options.batch = (uint32_t)batch;
	if (argument_is(session->arguments, OPTION_ENGINE, "reference"))
		evaluate_all(evaluator, tallies, &sink);
	else
		run_program(session->arena, pack->program, graph, &options,
		    tallies, &sink);
	report = report_new(session->arena, pack->tree, graph, evaluator, tallies,
	    collector.outcomes.items, collector.outcomes.count);
	report_waive(report, collector.waivers);
	return report;
}

static void note_unmapped(struct report *report, const struct inventory_notes *notes)
{
	for (size_t i = 0; i < notes->unmapped.count; i++) {
		const struct unmapped *u = &notes->unmapped.items[i];

		report_note(report, u->span, "not mapped: %.*s, %llu times",
		    STR_ARG(u->what), (unsigned long long)u->count);
	}
}

static struct report_policy policy_of(const struct session *session)
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
	struct report_policy policy = policy_of(session);
	struct str why;
	int status = report_status(report, &policy, &why);

	if (!reports_write(session, requests, report))
		return STATUS_UNTRUSTED;
	if (why.length)
		session_refuse(session, "%.*s", STR_ARG(why));
	return status;
}

int verb_check(struct session *session)
{
	struct inventory_options options;
	struct inventory_notes notes = { 0 };
	struct report_requests requests;
	struct session_inputs inputs;
	struct session_pack pack;
	struct report *report;
	struct graph *graph;

	if (!reports_asked(session, &requests))
		return STATUS_UNTRUSTED;
	session_inputs(session, &inputs);
	if (session->arguments->given[OPTION_LIST_INPUTS])
		return list_inputs(session, &inputs);
	if (inputs.packs.count == 0)
		return session_refuse(session, "no pack is given, so there is nothing "
		    "to check; name one with `--pack`, such as `--pack cm2007`");
	if (!session_compile(session, inputs.packs.items, inputs.packs.count, true,
	    &pack)) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	if (inputs.inventories.count == 0) {
		session_report(session);
		return type_check_only(session, &pack);
	}
	if (!session_inventory_options(session, pack.tree, &options))
		return STATUS_UNTRUSTED;
	if (!session_dates_waivers(session, pack.tree, &options)) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	graph = inventory_load(session->arena, session->all, pack.tree->schema,
	    inputs.inventories.items, inputs.inventories.count, &options, &notes);
	if (!session_report(session) || !graph)
		return STATUS_UNTRUSTED;
	report = evaluate(session, &pack, graph, &requests);
	note_unmapped(report, &notes);
	return print_reports(session, report, &requests);
}
