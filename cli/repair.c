/* SPDX-License-Identifier: Apache-2.0 */
/* scarp repair: the cheapest changes that undo one failure. */
#include "cli/repair_search.h"

#include "base/limits.h"
#include "base/wrap.h"
#include "cli/target.h"
#include "cli/write.h"
#include "report/diff.h"
#include "vm/scalar.h"

struct mending {
	struct repair_task task;
	struct session_pack pack;
	struct evaluator *evaluator;
	struct report *report;		/* without changes, every verdict */
	uint32_t rule;
	struct str subject;
	struct repair repair;
	struct diff *diff;		/* what the repair changes; NULL: none found */
};

static const struct rule *rule_of(const struct mending *m)
{
	return &m->pack.tree->rules.items[m->rule];
}

/* --- which failure -------------------------------------------------------- */

static bool load(struct mending *m, const struct session_inputs *inputs)
{
	struct session *session = m->task.session;
	struct inventory_options options;
	struct inventory_notes notes = { 0 };

	if (!session_inventory_options(session, m->pack.tree, &options))
		return false;
	m->task.inventory = session_dates_waivers(session, m->pack.tree,
	    &options) ? inventory_open(session->arena, session->all,
	    m->pack.tree->schema, inputs->inventories.items,
	    inputs->inventories.count, &options, &notes) : NULL;
	session_left(session, &notes, false);
	if (m->task.inventory)
		m->task.graph = inventory_graph(m->task.inventory,
		    session->arena, session->all, NULL);
	return session_report(session) && m->task.graph;
}

/* The outcomes of the rule, in the order of its subjects. */
static struct outcome *outcomes_of(struct mending *m, size_t *count)
{
	struct arena *arena = m->task.session->arena;
	VEC(struct outcome) found = { 0 };
	struct outcome_cursor cursor;
	struct outcome outcome;

	outcomes_start(m->report->outcomes, m->rule, ~0u, arena, &cursor);
	while (outcomes_next(&cursor, &outcome))
		*VEC_PUSH(arena, &found) = outcome;
	*count = found.count;
	return found.items;
}

static bool choose(struct mending *m, struct str spelled)
{
	struct session *session = m->task.session;
	size_t count, found = 0;
	struct outcome *outcomes = outcomes_of(m, &count);

	m->evaluator = evaluator_new(session->arena, m->pack.tree,
	    m->task.graph);
	if (spelled.length == 0 && count != 1) {
		session_refuse(session, DIAG_E8574, "nothing says which "
		    "subject of `%.*s` to mend\n"
		    "`scarp why %.*s` lists its %zu subjects",
		    STR_ARG(rule_of(m)->id), STR_ARG(rule_of(m)->id), count);
		return false;
	}
	if (spelled.length && !target_find_subject(session, m->evaluator,
	    outcomes, count, rule_of(m), spelled, &found))
		return false;
	m->task.target = outcomes[found];
	m->subject = target_name(session, m->evaluator, &outcomes[found]);
	if (m->task.target.verdict == VERDICT_FAIL)
		return true;
	session_refuse(session, DIAG_E8581, "`%.*s` of `%.*s` does not fail, "
	    "it is %s\n"
	    "there is nothing to repair", STR_ARG(m->subject),
	    STR_ARG(rule_of(m)->id),
	    verdict_phrase((enum verdict)m->task.target.verdict));
	return false;
}

/* --- the answer ----------------------------------------------------------- */

/* What the repair changes, from reports of all verdicts. */
static bool compare(struct mending *m)
{
	struct session *session = m->task.session;
	struct report *after;
	struct graph *graph;

	if (!m->repair.found)
		return true;
	graph = inventory_graph(m->task.inventory, session->arena,
	    session->all, m->repair.edits);
	if (!graph)
		return false;
	after = session_evaluate(session, &m->pack, graph, ~0u);
	after->all_verdicts = true;
	m->diff = diff_compare(session->arena, diff_of_report(session->arena,
	    STR("the inventory"), m->report), diff_of_report(session->arena,
	    STR("the repaired inventory"), after));
	return true;
}

static const char *edits_word(uint64_t count)
{
	return count == 1 ? "edit" : "edits";
}

/* A comment of the patch. */
static void remark(const struct mending *m, struct text *out, struct str words)
{
	struct wrap wrap;

	wrap_init(&wrap, out->arena, out, session_width(m->task.session));
	text_add(&wrap.line, words.length ? STR("# ") : STR("#"));
	wrap_add_words(&wrap.line, words, m->subject);
	wrap_end_lead(&wrap, STR("#   "));
}

static void print_none(const struct mending *m, struct text *out)
{
	const struct repair *r = &m->repair;
	struct str tried = text_count(out->arena, r->tried, "inventory");

	if (r->exhausted)
		remark(m, out, arena_printf(out->arena, "none within %u %s: %.*s tried",
		    m->task.most, edits_word(m->task.most), STR_ARG(tried)));
	else
		remark(m, out, arena_printf(out->arena, "none found within %u %s before "
		    "the limit `repair` of %llu was met: %.*s tried; there may be one",
		    m->task.most, edits_word(m->task.most),
		    (unsigned long long)limit_get(LIMIT_REPAIR), STR_ARG(tried)));
}

/* Each line behind the sign of a comment. */
static void print_changes(const struct mending *m, struct text *out)
{
	unsigned width = session_width(m->task.session);
	struct text changes, counts;
	struct str rest;

	text_init(&counts, out->arena);
	diff_text_counts(m->diff, &counts, 0);
	remark(m, out, arena_printf(out->arena, "what it changes: %.*s",
	    (int)counts.length - 1, text_str(&counts).at));
	text_init(&changes, out->arena);
	diff_text_changes(m->diff, &changes, false,
	    width ? width - (unsigned)strlen("# ") : 0, ~0u);
	for (rest = text_str(&changes); rest.length;) {
		size_t end = str_find(rest, '\n');

		text_add(out, end ? STR("# ") : STR("#"));
		text_add(out, str_slice(rest, 0, end));
		text_add_char(out, '\n');
		rest = str_slice(rest, end + 1, rest.length);
	}
}

/* Everything but the edits is a comment, so that the whole is a patch. */
static void print_text(const struct mending *m, struct text *out)
{
	const struct repair *r = &m->repair;

	remark(m, out, arena_printf(out->arena, "%.*s on %.*s",
	    STR_ARG(rule_of(m)->id), STR_ARG(m->subject)));
	if (!r->found) {
		print_none(m, out);
		return;
	}
	remark(m, out, arena_printf(out->arena, "%zu %s, cost %llu; %.*s tried",
	    r->count, edits_word(r->count), (unsigned long long)r->cost,
	    STR_ARG(text_count(out->arena, r->tried, "inventory"))));
	for (size_t i = 0; i < r->count; i++)
		text_add(out, r->changes[i]);
	print_changes(m, out);
}

/* Each line of each change. */
static void print_edits(const struct mending *m, struct json *j)
{
	json_member_open(j, "edits", '[');
	for (size_t i = 0; i < m->repair.count; i++)
		for (struct str rest = m->repair.changes[i]; rest.length;) {
			size_t end = str_find(rest, '\n');

			json_text(j, str_slice(rest, 0, end));
			rest = str_slice(rest, end + 1, rest.length);
		}
	json_close(j, ']');
}

static void print_json(const struct mending *m, struct text *out)
{
	const struct repair *r = &m->repair;
	struct json j = { .out = out };

	json_open(&j, '{');
	json_member_count(&j, "schema_version", 1);
	json_member(&j, "rule", rule_of(m)->id);
	json_member(&j, "subject", m->subject);
	json_name(&j, "found");
	json_bool(&j, r->found);
	json_name(&j, "exhausted");
	json_bool(&j, r->found || r->exhausted);
	json_member_count(&j, "max_edits", m->task.most);
	json_member_count(&j, "tried", r->tried);
	if (r->found) {
		json_member_count(&j, "edit_count", r->count);
		json_member_count(&j, "cost", r->cost);
		print_edits(m, &j);
		json_break(&j);
		diff_json_changes(m->diff, &j);
	}
	json_close(&j, '}');
	text_add_char(out, '\n');
}

static int answer(struct mending *m)
{
	struct session *session = m->task.session;
	struct text out;

	m->repair = repair_search(&m->task);
	if (!compare(m)) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	text_init(&out, session->arena);
	if (argument_is(session->arguments, OPTION_FORMAT, "json"))
		print_json(m, &out);
	else
		print_text(m, &out);
	if (!session_write(session, &out))
		return STATUS_UNTRUSTED;
	return m->repair.found ? STATUS_CLEAN : STATUS_FINDINGS;
}

/* --- the verb ------------------------------------------------------------- */

static bool read_options(struct mending *m)
{
	struct session *session = m->task.session;
	struct str most = argument(session->arguments, OPTION_MAX_EDITS, "3");
	int64_t number;

	if (!scalar_read_int(most, &number) || number < 1 || number > 100) {
		session_refuse(session, DIAG_E8573, "`--max-edits` takes a "
		    "number from 1 to 100, not `%.*s`\n"
		    "write `--max-edits 3`", STR_ARG(most));
		return false;
	}
	m->task.most = (uint32_t)number;
	m->task.resolve = argument_is(session->arguments, OPTION_GOAL, "resolved");
	return true;
}

int verb_repair(struct session *session)
{
	struct mending m = { .task.session = session, .task.pack = &m.pack };
	struct session_inputs inputs;
	struct str rule, subject;

	if (!target_inputs(session, &rule, &subject, &inputs, "nothing to repair"))
		return STATUS_UNTRUSTED;
	if (!read_options(&m))
		return STATUS_UNTRUSTED;
	if (!session_compile(session, inputs.packs.items, inputs.packs.count, true,
	    &m.pack)) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	if (!target_find_rule(session, m.pack.tree, rule, &m.rule) ||
	    !load(&m, &inputs))
		return STATUS_UNTRUSTED;
	m.report = session_evaluate(session, &m.pack, m.task.graph, ~0u);
	m.report->all_verdicts = true;
	if (m.report->summary.error)
		return session_refuse(session, DIAG_E8660, "some rules met a "
		    "limit and gave no verdicts, so nobody can say what a "
		    "repair does to them\n"
		    "`scarp check` tells which limit; `--limit NAME=NUMBER` "
		    "with a higher one lets them have verdicts");
	return choose(&m, subject) ? answer(&m) : STATUS_UNTRUSTED;
}
