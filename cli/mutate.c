/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scarp mutate: small mistakes are made in a pack, one at a time; each that
 * the pack's tests do not notice is one that could be in the pack now.
 */
#include "cli/mutate_run.h"

#include <unistd.h>

#include "base/io.h"
#include "cli/form.h"
#include "cli/trial.h"
#include "cli/write.h"
#include "compiler/given.h"
#include "report/view.h"
#include "vm/scalar.h"

/* --- mutants that change nothing --------------------------------------------------- */

/* The list stands in the pack's folder, or beside a pack of one file. */
static struct str list_path(struct mutate_run *run, struct str pack)
{
	struct arena *arena = run->session->arena;

	if (find_is_source(pack))
		return arena_printf(arena, "%.*s.mutants.yaml",
		    STR_ARG(str_slice(pack, 0, pack.length - 6)));
	return io_join(arena, pack, STR("mutants.yaml"));
}

static bool is_listed(const struct mutate_run *run, size_t i, struct str in,
    struct str was, struct str became)
{
	const struct mutation *m = &run->mutations.list.items[i];
	struct str before, after;

	if (!str_equal(run->mutations.items.items[m->item].name, in))
		return false;
	mutate_lines(run, m, &before, &after);
	return str_equal(before, was) && str_equal(after, became);
}

struct entry {
	struct str in, was, became;
	struct span span;
};

static void report_vain(struct mutate_run *run, const struct entry *entry,
    const bool *found)
{
	struct diagnostics *all = run->session->all;

	if (found[MUTANT_NOTICED])
		diag_add(all, DIAG_E8302, entry->span,
		    "the tests notice this mutant of `%.*s`: it is not equivalent",
		    STR_ARG(entry->in));
	else if (found[MUTANT_REFUSED])
		diag_add(all, DIAG_E8302, entry->span,
		    "this mutant of `%.*s` does not compile", STR_ARG(entry->in));
	else
		diag_help(all, diag_add(all, DIAG_E8302, entry->span,
		    "`%.*s` has no such mutant", STR_ARG(entry->in)),
		    "copy `was` and `became` from the lines with - and + "
		    "that `scarp mutate` prints");
}

/* Two entries may not mean one mutant: the second would be in vain. */
static void apply(struct mutate_run *run, const struct entry *entry, bool partial)
{
	bool found[MUTANT_STATES] = { false };
	bool is_used = false;

	for (size_t i = 0; i < run->mutations.list.count; i++) {
		if (!is_listed(run, i, entry->in, entry->was, entry->became))
			continue;
		found[run->states[i]] = true;
		if (run->states[i] == MUTANT_SURVIVES) {
			run->states[i] = MUTANT_EQUIVALENT;
			is_used = true;
		}
	}
	if (is_used || (partial && !found[MUTANT_NOTICED] && !found[MUTANT_REFUSED]))
		return;
	if (found[MUTANT_EQUIVALENT])
		diag_add(run->session->all, DIAG_E8302, entry->span,
		    "this mutant of `%.*s` is listed already", STR_ARG(entry->in));
	else
		report_vain(run, entry, found);
}

static void read_entry(struct mutate_run *run, struct form *form,
    const struct document_node *node, bool partial)
{
	struct form_key keys[] = { { "in", true, NULL }, { "was", true, NULL },
		{ "became", true, NULL }, { "because", true, NULL } };
	size_t before = diag_errors(form->all);
	struct entry entry = { .span = node->span };

	if (!form_take(form, node, "an entry", keys, 4))
		return;
	entry.in = form_text(form, &keys[0]);
	entry.was = view_line(form->arena, form_text(form, &keys[1]));
	if (keys[2].found->text.length)
		entry.became = view_line(form->arena, form_text(form, &keys[2]));
	form_text(form, &keys[3]);
	if (diag_errors(form->all) == before)
		apply(run, &entry, partial);
}

void mutate_equivalent(struct mutate_run *run, struct str pack, bool partial)
{
	struct form_key keys[] = { { "equivalent", true, NULL } };
	struct str path = list_path(run, pack);
	struct form form = { .arena = run->session->arena,
		.all = run->session->all, .code = DIAG_E8301,
		.what = "a list of mutants" };

	if (io_kind_of(path.at) == IO_ABSENT || !form_read(&form, path) ||
	    !form_take(&form, &form.nodes[0], "a list of mutants", keys, 1) ||
	    !form_list(&form, &keys[0]))
		return;
	for (uint32_t i = keys[0].found->first; i; i = form.nodes[i].next)
		read_entry(run, &form, &form.nodes[i], partial);
}

/* --- before the first mutant --------------------------------------------------------- */

static bool passes(struct mutate_run *run, const struct test *test, struct text *out)
{
	struct session *session = run->session;
	struct arena *arena = arena_new_in(session->arena);
	struct trial trial = { .sources = session->sources, .tree = run->tree,
		.test = test, .arena = arena, .out = out };
	struct verdict_sink sink = { trial_keep, &trial, ~0u };
	struct tally tally = { .failed = false };

	trial.graph = inventory_bind(arena, session->all, run->tree->schema,
	    given_document(arena, run->tree->schema, test->given), &run->options);
	if (trial.graph) {
		trial.evaluator = evaluator_new(arena, run->tree, trial.graph);
		evaluate_rule(trial.evaluator, test->rule_index, &tally, &sink);
		trial_judge(&trial);
	}
	arena_free(arena);
	return trial.failures == 0;
}

/* What fails already notices every mutant. */
static bool tests_pass(struct mutate_run *run)
{
	struct text out;
	bool good = true;

	text_init(&out, run->session->arena);
	for (size_t t = 0; t < run->tree->tests.count; t++)
		good = passes(run, &run->tree->tests.items[t], &out) && good;
	if (!session_report(run->session))
		return false;
	session_tell(run->session, text_str(&out));
	if (run->tree->tests.count == 0)
		session_refuse(run->session, DIAG_E8581, "the pack has no "
		    "tests that could notice anything\n"
		    "write some: `test RULE { ... }`");
	else if (!good)
		session_refuse(run->session, DIAG_E8581, "the tests fail "
		    "before anything is mutated\n"
		    "mend what `scarp test` tells first");
	return good && run->tree->tests.count;
}

/* --- options -------------------------------------------------------------------------- */

static bool select_item(struct mutate_run *run, struct str name, bool *selected)
{
	struct str *names = ARENA_ARRAY(run->session->arena, struct str,
	    run->mutations.items.count);
	bool found = false;
	long near;

	for (size_t i = 0; i < run->mutations.items.count; i++) {
		names[i] = run->mutations.items.items[i].name;
		if (str_equal(names[i], name))
			selected[i] = found = true;
	}
	if (found)
		return true;
	near = diag_nearest(name, names, run->mutations.items.count);
	if (near < 0)
		session_refuse(run->session, DIAG_E8577, "the pack declares no `%.*s`",
		    STR_ARG(name));
	else
		session_refuse(run->session, DIAG_E8577, "the pack declares no `%.*s`\n"
		    "did you mean `%.*s`?", STR_ARG(name), STR_ARG(names[near]));
	return false;
}

static bool select_items(struct mutate_run *run)
{
	const struct arguments *arguments = run->session->arguments;
	bool *selected = ARENA_ARRAY(run->session->arena, bool,
	    run->mutations.items.count);

	run->states = ARENA_ARRAY(run->session->arena, uint8_t,
	    run->mutations.list.count);
	for (size_t i = 0; i < arguments->values[OPTION_ONLY].count; i++)
		if (!select_item(run, arguments->values[OPTION_ONLY].items[i], selected))
			return false;
	for (size_t i = 0; i < run->mutations.list.count; i++)
		if (!arguments->given[OPTION_ONLY] ||
		    selected[run->mutations.list.items[i].item])
			run->states[i] = MUTANT_SURVIVES;
	return true;
}

static unsigned jobs_of(const struct session *session)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int64_t jobs = processors > 0 ? processors : 1;

	if (session->arguments->given[OPTION_JOBS])
		scalar_read_int(argument(session->arguments, OPTION_JOBS, ""), &jobs);
	return jobs > 0 ? (unsigned)jobs : 1;
}


static int finish(struct mutate_run *run)
{
	struct session *session = run->session;
	struct text out;

	if (!session_report(session))
		return STATUS_UNTRUSTED;
	text_init(&out, session->arena);
	mutate_report(run, argument_is(session->arguments, OPTION_FORMAT, "json"), &out);
	if (!session_write(session, &out))
		return STATUS_UNTRUSTED;
	return mutate_suffices(run, session_percent(session, 100)) ? STATUS_CLEAN : STATUS_FINDINGS;
}

int verb_mutate(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	struct mutate_run run = { .session = session, .jobs = jobs_of(session) };
	struct session_pack pack;
	struct str path = STR(".");
	int status;

	if (arguments->operands.count > 1)
		return session_refuse(session, DIAG_E8575,
		    "`mutate` takes one pack\n"
		    "name one");
	if (arguments->operands.count)
		path = arguments->operands.items[0];
	if (find_is_compiled(path))
		return session_refuse(session, DIAG_E8575, "`%.*s` is "
		    "compiled\n"
		    "mutate its source", STR_ARG(path));
	if (!session_compile(session, &path, 1, false, &pack)) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	run.tree = pack.tree;
	if (!session_inventory_options(session, pack.tree, &run.options))
		return STATUS_UNTRUSTED;
	/* The workers are processes, which threads do not follow. */
	run.options.crew = NULL;
	if (!tests_pass(&run))
		return STATUS_UNTRUSTED;
	mutate_pack(session->arena, session->all, pack.tree, &run.mutations);
	if (!select_items(&run))
		return STATUS_UNTRUSTED;
	if (run.mutations.list.count == 0)
		return session_refuse(session, DIAG_E8581, "the pack declares "
		    "nothing to mutate\n"
		    "name a pack with rules, or definitions");
	status = mutate_run(&run);
	if (status != STATUS_CLEAN)
		return status;
	mutate_equivalent(&run, path, arguments->given[OPTION_ONLY]);
	return finish(&run);
}
