/* SPDX-License-Identifier: Apache-2.0 */
/* scarp why: the proof of one verdict, or the subjects of a rule. */
#include "cli/session.h"

#include <unistd.h>

#include "base/links.h"
#include "base/wrap.h"
#include "cli/change.h"
#include "cli/target.h"
#include "cli/terminal.h"
#include "cli/write.h"
#include "include/scarp.h"
#include "report/json.h"
#include "report/proof.h"
#include "report/report.h"
#include "report/view.h"

#define LISTED 20	/* subjects of one verdict, in text */
#define HANG 18		/* columns before them */

struct asker {
	struct session *session;
	struct session_pack pack;
	struct graph *graph;
	struct edits *edits;		/* of --set, or NULL */
	struct report *report;		/* every verdict */
	struct evaluator *evaluator;
	uint32_t rule;
	VEC(struct outcome) outcomes;	/* of the rule, in the order of its subjects */
	const struct links *links;	/* of places in text, or NULL */
	unsigned width;			/* columns of text */
	bool json;
};

static const struct rule *rule_of(const struct asker *a)
{
	return &a->pack.tree->rules.items[a->rule];
}

/* --- subjects ------------------------------------------------------------- */

static const char *verdict_words(const struct outcome *outcome)
{
	return outcome->reason == REASON_EXCEPTION ?
	    "not applicable (exception)" :
	    verdict_phrase((enum verdict)outcome->verdict);
}

/* The waiver that lets a failure stand, or NULL. */
static const struct waiver *waiver_of(const struct asker *a,
    const struct outcome *outcome)
{
	return a->report->waiving ? waivers_find(a->report->waiving, a->report,
	    outcome) : NULL;
}

static void print_place(const struct asker *a, struct span span, struct text *line)
{
	bool is_link;

	if (span_is_none(span))
		return;
	text_add(line, STR("  "));
	wrap_keep(line);
	is_link = links_begin_file(a->links, line,
	    source_name(a->session->sources, span.file));
	write_place(line, a->session->sources, span);
	if (is_link)
		links_end(line);
	wrap_kept(line);
}

static void list_verdict(struct asker *a, enum verdict verdict, struct wrap *out)
{
	size_t shown = 0;

	for (size_t i = 0; i < a->outcomes.count; i++) {
		const struct outcome *o = &a->outcomes.items[i];

		if (o->verdict != verdict || shown++ >= LISTED)
			continue;
		text_printf(&out->line, "  %-14s  ", verdict_words(o));
		wrap_add_name(&out->line, target_name(a->session, a->evaluator, o));
		text_add(&out->line, waiver_of(a, o) ? STR(" (waived)") : STR(""));
		wrap_end(out, HANG);
	}
	if (shown > LISTED)
		text_printf(out->out, "%*sand %zu more\n", HANG, "", shown - LISTED);
}

static const enum verdict order[] = { VERDICT_FAIL, VERDICT_UNKNOWN,
	VERDICT_PASS, VERDICT_NOT_APPLICABLE };

static struct str edit_of(const struct asker *a, size_t i)
{
	return source_text(a->session->sources, edits_span(a->edits, i));
}

/* A verdict on what is not so says what it supposes. */
static void print_edits(const struct asker *a, struct wrap *out)
{
	for (size_t i = 0; i < edits_count(a->edits); i++) {
		text_add(&out->line, STR("supposing "));
		text_add_visible(&out->line, edit_of(a, i));
		wrap_end(out, 4);
	}
}

static void print_title(struct asker *a, struct wrap *out)
{
	const struct rule *rule = rule_of(a);

	text_printf(&out->line, "%.*s  %s  ", STR_ARG(rule->id),
	    severity_text(rule->severity));
	wrap_add_words(&out->line, view_line(a->session->arena, rule->title), STR(""));
	wrap_end(out, 4);
}

static int list_text(struct asker *a)
{
	struct text text;
	struct wrap out;

	text_init(&text, a->session->arena);
	wrap_init(&out, a->session->arena, &text, a->width);
	print_edits(a, &out);
	print_title(a, &out);
	for (size_t v = 0; v < sizeof(order) / sizeof(*order); v++)
		list_verdict(a, order[v], &out);
	if (a->outcomes.count == 0)
		text_add(&out.line, STR("  no subjects in this inventory"));
	else
		text_printf(&out.line, "name one of them for its proof: "
		    "scarp why %.*s SUBJECT ...", STR_ARG(rule_of(a)->id));
	wrap_end(&out, 2);
	return session_write(a->session, &text) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

/* schema_version, tool and rule of an answer that the caller ends. */
static struct json begin_json(struct asker *a, struct text *out)
{
	struct json j = { .out = out };

	text_init(out, a->session->arena);
	json_open(&j, '{');
	json_member_count(&j, "schema_version", 1);
	json_member_open(&j, "tool", '{');
	json_member_word(&j, "name", "scarp");
	json_member_word(&j, "version", scarp_version());
	json_close(&j, '}');
	json_member(&j, "rule", rule_of(a)->id);
	if (a->edits) {
		json_member_open(&j, "edits", '[');
		for (size_t i = 0; i < edits_count(a->edits); i++)
			json_text(&j, edit_of(a, i));
		json_close(&j, ']');
	}
	return j;
}

static int end_json(struct asker *a, struct json *j)
{
	json_close(j, '}');
	text_add_char(j->out, '\n');
	return session_write(a->session, j->out) ? STATUS_CLEAN
	    : STATUS_UNTRUSTED;
}

static void add_subject(struct asker *a, const struct outcome *outcome,
    struct json *j)
{
	struct subject_text s = evaluate_subject(a->evaluator,
	    a->session->arena, outcome);

	json_member_word(j, "verdict",
	    verdict_text((enum verdict)outcome->verdict));
	if (outcome->reason != REASON_NONE)
		json_member_word(j, "reason",
		    view_reason((enum verdict_reason)outcome->reason));
	if (s.key.length) {
		report_json_subject(j, s.kind, s.plain, s.parts, s.part_count);
		return;
	}
	json_name(j, "subject");
	json_null(j);
}

static int list_json(struct asker *a)
{
	struct text out;
	struct json j = begin_json(a, &out);

	json_member_open(&j, "subjects", '[');
	for (size_t i = 0; i < a->outcomes.count; i++) {
		json_break(&j);
		json_open(&j, '{');
		add_subject(a, &a->outcomes.items[i], &j);
		report_json_waived(&j, a->report,
		    waiver_of(a, &a->outcomes.items[i]));
		json_close(&j, '}');
	}
	json_close(&j, ']');
	return end_json(a, &j);
}

/* --- the proof ------------------------------------------------------------ */

static const char *verdict_colour(enum verdict verdict)
{
	return verdict == VERDICT_FAIL ? "1;31" : verdict == VERDICT_UNKNOWN
	    ? "33" : verdict == VERDICT_PASS ? "32" : "2";
}

/* The subject, and what the rule says of it. */
static void print_words(struct text *line, struct str subject,
    const struct finding *finding)
{
	bool says = finding->message_count &&
	    view_says_subject(finding->messages[0], subject);

	if (!says)
		wrap_add_name(line, subject);
	for (size_t i = 0; i < finding->message_count; i++) {
		if (i || !says)
			text_add(line, i ? STR("; ") : view_colon(subject));
		wrap_add_words(line, finding->messages[i], subject);
	}
}

static void print_verdict(struct asker *a, const struct proof *proof,
    const struct outcome *outcome, struct wrap *out)
{
	bool colour = session_colour(a->session);

	print_title(a, out);
	if (colour)
		text_printf(&out->line, "\033[%sm", verdict_colour(proof->verdict));
	text_add(&out->line, str_of(verdict_words(outcome)));
	text_add(&out->line, colour ? STR("\033[0m ") : STR(" "));
	print_words(&out->line, target_name(a->session, a->evaluator, outcome),
	    &proof->finding);
	print_place(a, proof->subject.span, &out->line);
	wrap_end(out, 5);
}

static void print_waiver(const struct asker *a, const struct waiver *waiver,
    struct wrap *out)
{
	if (!waiver)
		return;
	text_add_visible(&out->line, view_waiver(a->report, waiver));
	print_place(a, waiver->span, &out->line);
	wrap_end(out, 2);
}

static void print_needs(struct asker *a, const struct proof *proof,
    struct wrap *out)
{
	static const char title[] = "to decide it, collect: ";
	const struct finding *f = &proof->finding;
	unsigned column = sizeof(title) - 1;

	for (size_t i = 0; i < f->missing_count; i++) {
		text_printf(&out->line, "%-*s", (int)column, i ? "" : title);
		wrap_add_name(&out->line, f->missing[i].text);
		print_place(a, f->missing[i].span, &out->line);
		wrap_end(out, column + 2);
	}
}

static int prove_text(struct asker *a, const struct outcome *outcome)
{
	struct proof *proof = proof_of(a->evaluator, a->session->arena, outcome,
	    false);
	struct proof_style style = { session_colour(a->session),
		session_draws(a->session), 0, a->links, a->width };
	struct proof_legend legend = { .arena = a->session->arena };
	struct text text;
	struct wrap out;

	text_init(&text, a->session->arena);
	wrap_init(&out, a->session->arena, &text, a->width);
	print_edits(a, &out);
	print_verdict(a, proof, outcome, &out);
	print_waiver(a, waiver_of(a, outcome), &out);
	proof_text(a->session->arena, proof, a->session->sources, style, &legend, &text);
	print_needs(a, proof, &out);
	proof_legend_text(&legend, style, &text);
	return session_write(a->session, &text) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

static void add_finding(struct asker *a, const struct finding *f,
    struct json *j)
{
	json_member_open(j, "messages", '[');
	for (size_t i = 0; i < f->message_count; i++)
		json_text(j, f->messages[i]);
	json_close(j, ']');
	json_member_open(j, "missing", '[');
	for (size_t i = 0; i < f->missing_count; i++) {
		json_open(j, '{');
		json_member(j, "fact", f->missing[i].text);
		proof_json_place(a->session->sources, "location",
		    f->missing[i].span, j);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static int prove_json(struct asker *a, const struct outcome *outcome)
{
	struct proof *proof = proof_of(a->evaluator, a->session->arena, outcome,
	    false);
	struct text out;
	struct json j = begin_json(a, &out);

	add_subject(a, outcome, &j);
	report_json_waived(&j, a->report, waiver_of(a, outcome));
	add_finding(a, &proof->finding, &j);
	json_break(&j);
	json_name(&j, "proof");
	proof_json(a->session->arena, proof, a->session->sources, &j);
	return end_json(a, &j);
}

static int prove(struct asker *a, const struct outcome *outcome)
{
	return a->json ? prove_json(a, outcome) : prove_text(a, outcome);
}

/* --- the verb ------------------------------------------------------------- */

static void evaluate(struct asker *a)
{
	struct outcome_cursor cursor;
	struct outcome outcome;

	a->evaluator = evaluator_new(a->session->arena, a->pack.tree, a->graph);
	a->report = session_evaluate(a->session, &a->pack, a->graph, ~0u);
	outcomes_start(a->report->outcomes, a->rule, ~0u, a->session->arena, &cursor);
	while (outcomes_next(&cursor, &outcome))
		*VEC_PUSH(a->session->arena, &a->outcomes) = outcome;
}

static bool load(struct asker *a, const struct session_inputs *inputs)
{
	struct session *session = a->session;
	struct inventory_options options;
	struct inventory_notes notes = { 0 };
	struct inventory *inventory;

	if (!session_inventory_options(session, a->pack.tree, &options) ||
	    !change_read_edits(session, &a->edits))
		return false;
	if (!session_dates_waivers(session, a->pack.tree, &options))
		return session_report(session) && false;
	/* Only edits need to know what each file says. */
	if (!a->edits) {
		a->graph = inventory_load(session->arena, session->all,
		    a->pack.tree->schema, inputs->inventories.items,
		    inputs->inventories.count, &options, &notes);
		session_left(session, &notes, false);
		return session_report(session) && a->graph;
	}
	inventory = inventory_open(session->arena, session->all,
	    a->pack.tree->schema, inputs->inventories.items,
	    inputs->inventories.count, &options, &notes);
	session_left(session, &notes, false);
	if (inventory)
		a->graph = inventory_graph(inventory, session->arena,
		    session->all, a->edits);
	return session_report(session) && a->graph;
}

static const struct tally *tally_of(const struct asker *a)
{
	const struct report_rule *rules = a->report->rules.items;
	size_t i = 0;

	while (rules[i].number != a->rule)
		i++;
	return &rules[i].tally;
}

static int answer(struct asker *a, struct str subject)
{
	const struct tally *tally = tally_of(a);
	size_t found;

	if (tally->failed)
		return session_refuse(a->session, DIAG_E8660,
		    "`%.*s` has no verdicts: the limit `%s` was met\n"
		    "`--limit NAME=NUMBER` with a higher one lets it have "
		    "them", STR_ARG(rule_of(a)->id),
		    tally->trouble ? tally->trouble : "memory");
	if (subject.length)
		return target_find_subject(a->session, a->evaluator,
		    a->outcomes.items, a->outcomes.count, rule_of(a), subject,
		    &found) ? prove(a, &a->outcomes.items[found]) :
		    STATUS_UNTRUSTED;
	if (a->outcomes.count == 1)
		return prove(a, &a->outcomes.items[0]);
	return a->json ? list_json(a) : list_text(a);
}

int verb_why(struct session *session)
{
	struct asker a = { .session = session,
		.json = argument_is(session->arguments, OPTION_FORMAT, "json") };
	struct session_inputs inputs;
	struct str rule, subject;

	if (!target_inputs(session, &rule, &subject, &inputs, "no verdict to explain"))
		return STATUS_UNTRUSTED;
	if (!session_compile(session, inputs.packs.items, inputs.packs.count, true,
	    &a.pack)) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	if (!target_find_rule(session, a.pack.tree, rule, &a.rule) || !load(&a, &inputs))
		return STATUS_UNTRUSTED;
	if (!session->arguments->given[OPTION_OUTPUT])
		a.links = terminal_links(session, STDOUT_FILENO);
	a.width = session_width(session);
	evaluate(&a);
	return answer(&a, subject);
}
