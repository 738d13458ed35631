/* SPDX-License-Identifier: Apache-2.0 */
/* scarp diff: two reports, two inventories or two packs. */
#include "cli/change.h"

struct comparison {
	struct session *session;
	struct diff_side *before, *after;
};

static bool are_packs(struct session *session, enum option option,
    struct session_inputs *inputs)
{
	const struct arguments *arguments = session->arguments;

	session_packs(session, option, inputs);
	return arguments->given[option];
}

/* The verdicts of packs over inventories; NULL after messages. */
static struct diff_side *evaluate(struct session *session, struct str name,
    const struct session_pack *pack, const struct str *inventories, size_t count)
{
	struct inventory_options options;
	struct inventory_notes notes = { 0 };
	struct report *report;
	struct graph *graph;

	if (!session_inventory_options(session, pack->tree, &options) ||
	    !session_dates_waivers(session, pack->tree, &options))
		return NULL;
	graph = inventory_load(session->arena, session->all, pack->tree->schema,
	    inventories, count, &options, &notes);
	session_left(session, &notes, false);
	if (!graph || diag_errors(session->all))
		return NULL;
	report = session_evaluate(session, pack, graph, ~0u);
	report->all_verdicts = true;
	return diff_of_report(session->arena, name, report);
}

static bool compile(struct session *session, const struct session_inputs *inputs,
    struct session_pack *pack)
{
	return session_compile(session, inputs->packs.items,
	    inputs->packs.count, true, pack);
}

static bool diff_reports(struct comparison *c)
{
	const struct arguments *arguments = c->session->arguments;

	if (arguments->operands.count != 2) {
		session_refuse(c->session, DIAG_E8574, "`diff` compares two "
		    "reports, or two inventories by one pack\n"
		    "name two JSON reports, or a pack with `--pack` and two "
		    "inventories");
		return false;
	}
	c->before = change_read_report(c->session,
	    arguments->operands.items[0], false);
	c->after = change_read_report(c->session,
	    arguments->operands.items[1], false);
	return c->before && c->after;
}

static bool diff_inventories(struct comparison *c,
    const struct session_inputs *inputs)
{
	const struct arguments *arguments = c->session->arguments;
	struct session_pack pack;

	if (arguments->operands.count != 2) {
		session_refuse(c->session, DIAG_E8574, "`diff --pack` compares "
		    "two inventories\n"
		    "name both, each a file or a folder");
		return false;
	}
	if (!compile(c->session, inputs, &pack))
		return false;
	c->before = evaluate(c->session, arguments->operands.items[0], &pack,
	    &arguments->operands.items[0], 1);
	c->after = evaluate(c->session, arguments->operands.items[1], &pack,
	    &arguments->operands.items[1], 1);
	return c->before && c->after;
}

static struct str joined(struct session *session, const struct session_inputs *inputs)
{
	struct text out;

	text_init(&out, session->arena);
	for (size_t i = 0; i < inputs->packs.count; i++) {
		text_add(&out, i ? STR(" ") : STR(""));
		text_add(&out, inputs->packs.items[i]);
	}
	return text_str(&out);
}

static bool diff_packs(struct comparison *c, const struct session_inputs *old,
    const struct session_inputs *new)
{
	const struct arguments *arguments = c->session->arguments;
	struct session_pack packs[2];

	if (arguments->operands.count == 0) {
		session_refuse(c->session, DIAG_E8574, "nothing says over what "
		    "the two packs are to be evaluated\n"
		    "name an inventory");
		return false;
	}
	if (!compile(c->session, old, &packs[0]) ||
	    !compile(c->session, new, &packs[1]))
		return false;
	c->before = evaluate(c->session, joined(c->session, old), &packs[0],
	    arguments->operands.items, arguments->operands.count);
	c->after = evaluate(c->session, joined(c->session, new), &packs[1],
	    arguments->operands.items, arguments->operands.count);
	return c->before && c->after;
}

static bool compare(struct comparison *c)
{
	struct session_inputs both = { 0 }, old = { 0 }, new = { 0 };
	bool has_both = are_packs(c->session, OPTION_PACK, &both);
	bool has_old = are_packs(c->session, OPTION_OLD_PACK, &old);
	bool has_new = are_packs(c->session, OPTION_NEW_PACK, &new);

	if (has_old != has_new || (has_both && has_old)) {
		session_refuse(c->session, DIAG_E8576,
		    "`--old-pack` and `--new-pack` go together, without "
		    "`--pack`\n"
		    "give `--pack` with two inventories, or `--old-pack` and "
		    "`--new-pack` with one");
		return false;
	}
	if (has_old)
		return diff_packs(c, &old, &new);
	return has_both ? diff_inventories(c, &both) : diff_reports(c);
}

int verb_diff(struct session *session)
{
	struct comparison c = { .session = session };
	struct report_policy policy = session_policy(session);
	struct diff *diff;
	struct text out;
	struct doubt doubt;
	bool compared = compare(&c);
	int status;

	if (!session_report(session) || !compared)
		return STATUS_UNTRUSTED;
	diff = diff_compare(session->arena, c.before, c.after);
	text_init(&out, session->arena);
	if (argument_is(session->arguments, OPTION_FORMAT, "json"))
		diff_json(diff, &out);
	else
		diff_text(diff, &out, session_colour(session), session_width(session));
	if (!session_write(session, &out))
		return STATUS_UNTRUSTED;
	status = diff_judge(diff, &policy, &doubt);
	session_doubt(session, &doubt);
	return status;
}
