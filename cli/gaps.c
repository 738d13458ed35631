/* SPDX-License-Identifier: Apache-2.0 */
/* scarp gaps: which facts to collect, so that unknown verdicts are decided. */
#include "cli/project.h"
#include "cli/terminal.h"

#include "report/doubt.h"
#include "report/gaps.h"
#include "vm/run.h"

struct collector {
	struct arena *arena;
	VEC(struct outcome) outcomes;
};

static void collect(void *context, const struct outcome *outcome)
{
	struct collector *collector = context;

	*VEC_PUSH(collector->arena, &collector->outcomes) = *outcome;
}

static struct gaps *find(struct session *session, const struct session_pack *pack,
    const struct graph *graph)
{
	struct tally *tallies = ARENA_ARRAY(session->arena, struct tally,
	    pack->tree->rules.count);
	struct collector collector = { .arena = session->arena };
	struct verdict_sink sink = { collect, &collector,
		1u << VERDICT_UNKNOWN };
	struct run_options options = { 0 };

	progress_say(session, "evaluating");
	run_program(session->arena, pack->program, graph, &options, tallies, &sink);
	progress_say(session, "looking for what is missing");
	return gaps_find(session->arena, evaluator_new(session->arena, pack->tree,
	    graph), pack->tree, graph, tallies, collector.outcomes.items,
	    collector.outcomes.count);
}

static int print(struct session *session, const struct session_pack *pack,
    const struct graph *graph)
{
	struct gaps_report report = { .arena = session->arena,
		.sources = session->sources, .tree = pack->tree, .graph = graph,
		.gaps = find(session, pack, graph),
		.colour = session_colour(session),
		.width = session_width(session) };
	struct text out;

	text_init(&out, session->arena);
	if (argument_is(session->arguments, OPTION_GAPS_FORMAT, "json"))
		gaps_json(&report, &out);
	else if (argument_is(session->arguments, OPTION_GAPS_FORMAT, "csv"))
		gaps_csv(&report, &out);
	else
		gaps_text(&report, &out);
	if (!session_write(session, &out))
		return STATUS_UNTRUSTED;
	if (report.gaps->failed)
		return session_refuse(session, DIAG_E8660, "%.*s met a limit, without "
		    "verdicts: what they lack is not counted",
		    STR_ARG(text_count(session->arena, report.gaps->failed, "rule")));
	if (report.gaps->subjects == 0) {
		struct doubt doubt = doubt_of(pack->tree->rules.count ?
		    DOUBT_NO_SUBJECT : DOUBT_NO_RULE);

		session_doubt(session, &doubt);
		return STATUS_UNTRUSTED;
	}
	return report.gaps->unknown ? STATUS_FINDINGS : STATUS_CLEAN;
}

int verb_gaps(struct session *session)
{
	struct session_inputs inputs;
	struct session_pack pack;
	struct graph *graph;

	session_inputs(session, &inputs);
	if (inputs.packs.count == 0)
		return session_needs_pack(session, "");
	if (inputs.inventories.count == 0)
		return session_refuse(session, DIAG_E8574, "no inventory is "
		    "given, so nothing can be missing from it\n"
		    "name one, a file or a folder");
	if (!session_read(session, &inputs, true, &pack, &graph))
		return STATUS_UNTRUSTED;
	return print(session, &pack, graph);
}
