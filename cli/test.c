/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scarp test: each test of a pack binds its `given` inventory and compares
 * verdicts, messages and missing facts.  Both evaluators answer, and a test
 * passes only if they agree.  They have the tested rule alone, compiled by
 * itself: what a test costs does not grow with the pack.  With --coverage the reference evaluator also
 * notes what came out of each condition.
 */
#include "cli/session.h"

#include <stdlib.h>

#include "cli/coverage.h"
#include "cli/terminal.h"
#include "cli/trial.h"
#include "cli/write.h"
#include "compiler/given.h"
#include "vm/run.h"

/* The oracle gives the same outcomes, one by one. */
static void check_agreement(struct trial *trial)
{
	struct trial reference = *trial;
	struct verdict_sink sink = { trial_keep, &reference, ~0u };
	struct tally tally = { .failed = false };

	memset(&reference.outcomes, 0, sizeof(reference.outcomes));
	evaluate_rule(trial->evaluator, trial->test->rule_index, &tally, &sink);
	qsort(reference.outcomes.items, reference.outcomes.count,
	    sizeof(struct outcome), outcome_compare);
	if (reference.outcomes.count == trial->outcomes.count) {
		for (size_t i = 0; i < trial->outcomes.count; i++) {
			const struct outcome *a = &trial->outcomes.items[i];
			const struct outcome *b = &reference.outcomes.items[i];

			if (outcome_compare(a, b) || a->verdict != b->verdict ||
			    a->reason != b->reason)
				break;
			if (i + 1 == trial->outcomes.count)
				return;
		}
		if (trial->outcomes.count == 0)
			return;
	}
	trial_complain(trial, trial->test->span, "this is a fault of scarp, not of the pack: "
	    "the reference evaluator answers otherwise than the VM");
}

static void run_trial(struct session *session, struct trial *trial,
    const struct program *program, const struct inventory_options *options)
{
	const struct document *document = given_document(trial->arena,
	    trial->tree->schema, trial->test->given);
	struct verdict_sink sink = { trial_keep, trial, ~0u };
	struct tally tally = { .failed = false };
	struct run_options run = { 0 };

	trial->graph = inventory_bind(trial->arena, session->all,
	    trial->tree->schema, document, options);
	if (!trial->graph) {
		trial_complain(trial, trial->test->span, "its inventory is in error");
		return;
	}
	trial->evaluator = evaluator_new(trial->arena, trial->tree, trial->graph);
	run_program(trial->arena, program, trial->graph, &run, &tally, &sink);
	trial_judge(trial);
	check_agreement(trial);
}

struct score {
	size_t passed, failed;
};

/* One run over several packs. */
struct testing {
	struct session *session;
	struct text complaints;
	struct score score;
	struct str part;		/* of the rules, that was asked for */
	VEC(struct coverage *) coverages;	/* by pack, when asked for */
};

/* The tested rule once more, by an evaluator that remembers nothing yet. */
static void cover(struct testing *testing, struct trial *trial)
{
	struct evaluator *evaluator;
	struct tally tally = { .failed = false };

	if (!testing->coverages.count || !trial->graph)
		return;
	evaluator = evaluator_new(trial->arena, trial->tree, trial->graph);
	evaluator_cover(evaluator, *VEC_LAST(&testing->coverages));
	evaluate_rule(evaluator, trial->test->rule_index, &tally, NULL);
}

/* ALONE is the tested rule by itself, once the first of its tests has run. */
static bool run_test(struct testing *testing, const struct tree *tree,
    const struct test *written, struct session_pack *alone,
    const struct inventory_options *options)
{
	struct test test = *written;
	struct trial trial = { .sources = testing->session->sources, .test = &test,
		.out = &testing->complaints };

	if (!alone->tree && !session_compile_rule(testing->session, tree,
	    written->rule_index, alone))
		return false;
	test.rule_index = 0;
	trial.tree = alone->tree;
	trial.arena = arena_new_in(testing->session->arena);
	run_trial(testing->session, &trial, alone->program, options);
	cover(testing, &trial);
	testing->score.passed += trial.failures == 0;
	testing->score.failed += trial.failures != 0;
	arena_free(trial.arena);
	return true;
}

static bool test_pack(struct testing *testing, struct str path)
{
	struct session *session = testing->session;
	struct inventory_options options;
	struct session_pack pack, *alone;

	if (!session_compile(session, &path, 1, true, &pack) ||
	    !session_inventory_options(session, pack.tree, &options))
		return false;
	testing->part = tree_part_text(session->arena, pack.tree);
	progress_say(session, "running the tests");
	if (session->arguments->given[OPTION_COVERAGE])
		*VEC_PUSH(session->arena, &testing->coverages) =
		    coverage_new(session->arena, pack.tree,
		    session->arguments->given[OPTION_USED]);
	alone = ARENA_ARRAY(session->arena, struct session_pack, pack.tree->rules.count);
	for (size_t t = 0; t < pack.tree->tests.count; t++) {
		const struct test *test = &pack.tree->tests.items[t];

		if (!run_test(testing, pack.tree, test, &alone[test->rule_index],
		    &options))
			return false;
	}
	return true;
}

/* --- the report -------------------------------------------------------------- */

static void compose_report(struct testing *testing, struct text *out)
{
	text_add(out, text_str(&testing->complaints));
	if (testing->part.length)
		text_printf(out, "only a part was asked for: %.*s\n",
		    STR_ARG(testing->part));
	text_printf(out, "%zu passed, %zu failed\n", testing->score.passed,
	    testing->score.failed);
	for (size_t i = 0; i < testing->coverages.count; i++)
		coverage_text(testing->coverages.items[i],
		    testing->session->sources, out);
}

static void report_text(struct testing *testing, struct text *out)
{
	struct text lines;

	text_init(&lines, out->arena);
	compose_report(testing, &lines);
	session_fold(testing->session, out, &lines);
}

static void report_json(struct testing *testing, struct text *out)
{
	struct str rest = text_str(&testing->complaints);
	bool comma = false;

	write_head(out);
	text_add(out, STR("\"summary\":{"));
	write_number(out, false, "passed", testing->score.passed);
	write_number(out, true, "failed", testing->score.failed);
	text_add(out, STR("},\n\"part\":"));
	if (testing->part.length)
		write_string(out, testing->part);
	else
		text_add(out, STR("null"));
	text_add(out, STR(",\n\"complaints\":["));
	for (; rest.length; comma = true) {
		size_t end = str_find(rest, '\n');

		text_add(out, comma ? STR(",\n") : STR("\n"));
		write_string(out, str_slice(rest, 0, end));
		rest = str_slice(rest, end + 1, rest.length);
	}
	text_add(out, STR("],\n\"coverage\":["));
	for (size_t i = 0; i < testing->coverages.count; i++) {
		text_add(out, i ? STR(",\n") : STR(""));
		coverage_json(testing->coverages.items[i],
		    testing->session->sources, out);
	}
	text_add(out, STR("]}\n"));
}

static bool is_covered(const struct testing *testing)
{
	unsigned percent = session_percent(testing->session, 0);

	for (size_t i = 0; i < testing->coverages.count; i++)
		if (!coverage_suffices(testing->coverages.items[i], percent))
			return false;
	return true;
}

static int finish(struct testing *testing, bool trusted)
{
	struct session *session = testing->session;
	struct score score = testing->score;
	struct text out;

	text_init(&out, session->arena);
	/* Of nothing that could be read there is no answer, in no form. */
	if (trusted || score.passed + score.failed) {
		if (argument_is(session->arguments, OPTION_FORMAT, "json"))
			report_json(testing, &out);
		else
			report_text(testing, &out);
	}
	if (!session_write(session, &out) || !trusted)
		return STATUS_UNTRUSTED;
	if (score.passed + score.failed == 0)
		return session_refuse(session, DIAG_E8661, "no test was found, "
		    "so nothing was tested\n"
		    "write some: `test RULE { ... }`");
	return score.failed || !is_covered(testing) ? STATUS_FINDINGS : STATUS_CLEAN;
}

int verb_test(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	struct testing testing = { .session = session };
	struct session_inputs inputs;
	bool trusted = true;

	if ((arguments->given[OPTION_AT_LEAST] || arguments->given[OPTION_USED]) &&
	    !arguments->given[OPTION_COVERAGE])
		return session_refuse(session, DIAG_E8576,
		    "`--at-least` and `--used` speak of `--coverage`, which is "
		    "not given\n"
		    "give `--coverage` too");
	session_pack_operands(session, &inputs);
	if (inputs.packs.count == 0)
		*VEC_PUSH(session->arena, &inputs.packs) = STR(".");
	if (session_chooses(session) && inputs.packs.count > 1)
		return session_refuse(session, DIAG_E8576, "packs are tested "
		    "one by one, and a selection speaks of one\n"
		    "name the pack");
	text_init(&testing.complaints, session->arena);
	for (size_t i = 0; i < inputs.packs.count; i++) {
		session->all = diagnostics_new(session->arena, session->sources);
		trusted = test_pack(&testing, inputs.packs.items[i]) && trusted;
		trusted = session_report(session) && trusted;
	}
	return finish(&testing, trusted);
}
