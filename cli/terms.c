/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/terms.h"

static const enum option option_of[] = {
#define TERM(option, name, form, fallback) OPTION_##option,
#include "report/terms.def"
#undef TERM
};

/* The report tells of these itself (report_new, cli/change.c), or the graph:
 * a snapshot may have been made with choices of its own. */
static bool is_told(enum term_id id)
{
	return id == TERM_SET || id == TERM_AS_OF || id == TERM_PROFILE ||
	    id == TERM_SET_PARAM || id == TERM_WAIVERS || id == TERM_LEAST_GRADE ||
	    id == TERM_NO_DEFAULTS || id == TERM_STRICT_MAPPING;
}

static void tell(const struct session *session, struct report *report,
    enum term_id id)
{
	const struct arguments *arguments = session->arguments;
	enum option option = option_of[id];

	if (!arguments->given[option])
		return;
	switch (term_form(id)) {
	case TERM_FLAG:
		terms_add(&report->terms, report->kept, id, STR("true"));
		break;
	case TERM_WORD:
		terms_add(&report->terms, report->kept, id, arguments->value[option]);
		break;
	case TERM_LIST:
		for (size_t i = 0; i < arguments->values[option].count; i++)
			terms_add(&report->terms, report->kept, id,
			    arguments->values[option].items[i]);
		break;
	}
}

void terms_tell(const struct session *session, const struct inventory_notes *made,
    struct report *report)
{
	terms_add(&report->terms, report->kept, TERM_LEAST_GRADE,
	    str_of(grade_text(made->least)));
	if (made->no_defaults)
		terms_add(&report->terms, report->kept, TERM_NO_DEFAULTS, STR("true"));
	if (made->strict_mapping)
		terms_add(&report->terms, report->kept, TERM_STRICT_MAPPING, STR("true"));
	for (int id = 0; id < TERM_COUNT; id++)
		if (!is_told((enum term_id)id))
			tell(session, report, (enum term_id)id);
}
