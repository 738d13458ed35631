/* SPDX-License-Identifier: Apache-2.0 */
/* scarp lint: rules that say less than they seem to. */
#include "compiler/lint.h"

#include "cli/session.h"
#include "vm/scalar.h"

static enum diag_form form_of(const struct session *session)
{
	if (argument_is(session->arguments, OPTION_ERRORS, "json"))
		return DIAG_JSON;
	return argument_is(session->arguments, OPTION_ERRORS, "concise") ?
	    DIAG_CONCISE : DIAG_HUMAN;
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void add_summary(struct text *out, const struct lint_summary *summary)
{
	text_printf(out, "%zu rule%s, %zu finding%s", summary->rules,
	    plural(summary->rules), summary->findings, plural(summary->findings));
	if (summary->ignored)
		text_printf(out, ", %zu ignored", summary->ignored);
	if (summary->too_large)
		text_printf(out, "; %zu rule%s too large to be gone through whole",
		    summary->too_large, plural(summary->too_large));
	if (summary->left_out)
		text_add(out, STR("; too many rules are alike to compare all of them"));
	text_add_char(out, '\n');
}

static int print(struct session *session, const struct lint_summary *summary)
{
	enum diag_form form = form_of(session);
	int64_t most = 0;
	struct text out;

	text_init(&out, session->arena);
	scalar_read_int(argument(session->arguments, OPTION_MAX_ERRORS, "0"), &most);
	diag_wrap(session->all, session_width(session));
	diag_print(session->all, &out, (size_t)most, form, session_colour(session));
	if (form != DIAG_JSON)
		add_summary(&out, summary);
	if (!session_write(session, &out))
		return STATUS_UNTRUSTED;
	return summary->findings ? STATUS_FINDINGS : STATUS_CLEAN;
}

int verb_lint(struct session *session)
{
	struct session_inputs inputs;
	struct lint_summary summary;
	struct session_pack pack;

	session_pack_operands(session, &inputs);
	if (inputs.packs.count == 0)
		return session_refuse(session, DIAG_E8574, "no pack is named\n"
		    "name those to look at: `scarp lint PACK`");
	if (!session_compile(session, inputs.packs.items, inputs.packs.count, false,
	    &pack)) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	summary = lint_packs(session->arena, session->all, pack.tree);
	return print(session, &summary);
}
