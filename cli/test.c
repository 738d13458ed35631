/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scarp test: each test of a pack binds its `given` inventory and compares
 * verdicts, messages and missing facts.  Both evaluators answer, and a test
 * passes only if they agree.
 */
#include "cli/session.h"

#include <stdlib.h>

#include "cli/trial.h"
#include "compiler/given.h"
#include "vm/run.h"

/* The oracle gives the same outcomes, one by one. */
static void check_agreement(struct trial *trial)
{
	struct trial reference = *trial;
	struct tally *tallies = ARENA_ARRAY(trial->arena, struct tally,
	    trial->tree->rules.count);
	struct verdict_sink sink = { trial_keep, &reference, ~0u };

	memset(&reference.outcomes, 0, sizeof(reference.outcomes));
	evaluate_all(trial->evaluator, tallies, &sink);
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
	struct tally *tallies = ARENA_ARRAY(trial->arena, struct tally,
	    trial->tree->rules.count);
	struct verdict_sink sink = { trial_keep, trial, ~0u };
	struct run_options run = { 0 };

	trial->graph = inventory_bind(trial->arena, session->all,
	    trial->tree->schema, document, options);
	if (!trial->graph) {
		trial_complain(trial, trial->test->span, "its inventory is in error");
		return;
	}
	trial->evaluator = evaluator_new(trial->arena, trial->tree, trial->graph);
	run_program(trial->arena, program, trial->graph, &run, tallies, &sink);
	trial_judge(trial);
	check_agreement(trial);
}

struct score {
	size_t passed, failed;
};

static bool test_pack(struct session *session, struct str path, struct text *out,
    struct score *score)
{
	struct inventory_options options;
	struct session_pack pack;

	if (!session_compile(session, &path, 1, true, &pack) ||
	    !session_inventory_options(session, pack.tree, &options))
		return false;
	for (size_t t = 0; t < pack.tree->tests.count; t++) {
		struct arena *arena = arena_new();
		struct trial trial = { .sources = session->sources, .tree = pack.tree,
			.test = &pack.tree->tests.items[t], .arena = arena, .out = out };

		run_trial(session, &trial, pack.program, &options);
		score->passed += trial.failures == 0;
		score->failed += trial.failures != 0;
		arena_free(arena);
	}
	return true;
}

int verb_test(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	struct score score = { 0, 0 };
	struct str here = STR(".");
	bool trusted = true;
	struct text out;

	text_init(&out, session->arena);
	for (size_t i = 0; i < (arguments->operands.count ? arguments->operands.count : 1); i++) {
		session->all = diagnostics_new(session->arena, session->sources);
		trusted = test_pack(session, arguments->operands.count ?
		    arguments->operands.items[i] : here, &out, &score) && trusted;
		trusted = session_report(session) && trusted;
	}
	if (trusted || score.passed + score.failed)
		text_printf(&out, "%zu passed, %zu failed\n", score.passed, score.failed);
	if (!session_write(session, &out) || !trusted)
		return STATUS_UNTRUSTED;
	if (score.passed + score.failed == 0)
		return session_refuse(session, "no test was found, so nothing was tested");
	return score.failed ? STATUS_FINDINGS : STATUS_CLEAN;
}
