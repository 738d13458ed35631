/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/change.h"

#include "base/io.h"
#include "base/limits.h"

static bool read_file(struct session *session, struct str path,
    struct str *bytes)
{
	struct str why;

	if (io_read_limited(session->arena, arena_copy(session->arena, path).at,
	    LIMIT_INVENTORY_FILE, bytes, &why))
		return true;
	session_refuse(session, DIAG_E8579, "cannot read `%.*s`: %.*s",
	    STR_ARG(path), STR_ARG(why));
	return false;
}

/* Options one behind the other are lines of one text, so that each has its
 * own line in messages. */
static void flush_options(struct session *session, struct text *lines,
    struct edits **edits)
{
	struct str bytes = text_str(lines);

	/* As io_read gives it: readers look behind the end. */
	text_add(lines, (struct str){ (char[IO_PADDING]){ 0 }, IO_PADDING });
	bytes.at = text_str(lines).at;
	if (bytes.length)
		edits_parse(session->arena, session->all, source_add(
		    session->sources, STR("--set"), bytes), edits);
	text_init(lines, session->arena);
}

bool change_read_edits(struct session *session, struct edits **edits)
{
	const struct arguments *arguments = session->arguments;
	struct text lines;

	*edits = NULL;
	text_init(&lines, session->arena);
	for (size_t i = 0; i < arguments->values[OPTION_SET].count; i++) {
		struct str value = arguments->values[OPTION_SET].items[i], bytes;

		if (!str_starts(value, STR("@"))) {
			text_add(&lines, value);
			text_add_char(&lines, '\n');
			continue;
		}
		flush_options(session, &lines, edits);
		value = str_slice(value, 1, value.length);
		if (!read_file(session, value, &bytes))
			return false;
		edits_parse(session->arena, session->all,
		    source_add(session->sources, value, bytes), edits);
	}
	flush_options(session, &lines, edits);
	if (arguments->given[OPTION_SET] && edits_count(*edits) == 0 &&
	    diag_errors(session->all) == 0) {
		session_refuse(session, DIAG_E8573, "`--set` has no edit\n"
		    "write one, such as `--set ATTRIBUTE=VALUE`");
		return false;
	}
	return true;
}

/* What was only supposed may forgive nothing. */
static bool forgives_real(struct session *session, const struct diff_side *side)
{
	struct diagnostic *d;

	if (span_is_none(side->imaginary))
		return true;
	d = diag_add(session->all, DIAG_E8117, side->imaginary,
	    "this report is of an imaginary site: what fails there may have never failed");
	diag_help(session->all, d, "make the baseline without `--set`");
	return false;
}

struct diff_side *change_read_report(struct session *session, struct str path,
    bool is_baseline)
{
	struct document *document;
	struct diff_side *side;
	struct diagnostic *d;
	struct str bytes;
	uint32_t file;

	if (!read_file(session, path, &bytes))
		return NULL;
	file = source_add(session->sources, path, bytes);
	document = json_read(session->arena, session->all, file);
	side = document ? diff_read(session->arena, session->all, path,
	    document) : NULL;
	if (side && is_baseline)
		return forgives_real(session, side) ? side : NULL;
	if (!side || side->all)
		return side;
	d = diag_add(session->all, DIAG_E8114, (struct span){ file, 0, 0 },
	    "this report lists findings only: what it does not list may have "
	    "passed or not have been there");
	diag_help(session->all, d, "make it with `--verdicts all`");
	return NULL;
}

/* --- check ---------------------------------------------------------------- */

static const struct diff *compare(struct session *session,
    struct diff_side *before, struct str name, const struct report *report)
{
	return diff_compare(session->arena, before,
	    diff_of_report(session->arena, name, report));
}

void change_by_edits(struct session *session, struct report *report,
    const struct report *former, const struct edits *edits)
{
	for (size_t i = 0; i < edits_count(edits); i++)
		terms_add(&report->terms, session->arena, TERM_SET,
		    source_text(session->sources, edits_span(edits, i)));
	report->diff = compare(session, diff_of_report(session->arena,
	    STR("the inventory"), former), STR("the edited inventory"), report);
}

void change_since_baseline(struct session *session, struct report *report,
    struct diff_side *baseline)
{
	report->diff = compare(session, baseline, STR("this run"), report);
}
