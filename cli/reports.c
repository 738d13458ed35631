/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reports.h"

#include <unistd.h>

#include "base/io.h"
#include "cli/project.h"
#include "cli/terminal.h"

static bool is_known_format(struct session *session, const char *option,
    struct str name, enum report_format *format)
{
	struct str nearest;

	if (report_format_find(name, format, &nearest))
		return true;
	if (nearest.length)
		session_refuse(session, DIAG_E8573, "`--%s` knows no format "
		    "`%.*s`\n"
		    "did you mean `%.*s`?", option, STR_ARG(name),
		    STR_ARG(nearest));
	else
		session_refuse(session, DIAG_E8573, "`--%s` knows no format "
		    "`%.*s`\n"
		    "`scarp help check` lists them", option, STR_ARG(name));
	return false;
}

static bool is_standard_output(struct str path)
{
	return str_equal(path, STR("-")) || str_equal(path, STR("/dev/stdout")) ||
	    str_equal(path, STR("/dev/fd/1"));
}

/* What two spellings of one path have in common: the file itself where it is
 * there, else its folder and its name. */
static struct str identity_of_path(struct arena *arena, struct str path)
{
	const char *slash = memrchr(path.at, '/', path.length);
	size_t cut = slash ? (size_t)(slash - path.at) + 1 : 0;
	struct str folder, real;

	if (is_standard_output(path))
		return STR("-");
	if (io_real_path(arena, arena_copy(arena, path).at, &real))
		return real;
	folder = cut ? str_slice(path, 0, cut) : STR(".");
	if (!io_real_path(arena, arena_copy(arena, folder).at, &real))
		return path;
	return io_join(arena, real, str_slice(path, cut, path.length));
}

static bool are_apart(struct session *session, const struct report_requests *requests)
{
	struct str *files = ARENA_ARRAY(session->arena, struct str, requests->items.count);

	for (size_t i = 0; i < requests->items.count; i++) {
		files[i] = identity_of_path(session->arena, requests->items.items[i].path);
		for (size_t k = 0; k < i; k++) {
			if (!str_equal(files[i], files[k]))
				continue;
			session_refuse(session, DIAG_E8576, "two reports are "
			    "to be written to `%.*s`\n"
			    "give each a file of its own",
			    STR_ARG(requests->items.items[i].path));
			return false;
		}
	}
	return true;
}

static bool add_report(struct session *session, struct report_requests *requests,
    struct str value)
{
	struct report_request *to;
	enum report_format format;
	size_t equals = str_find(value, '=');

	if (equals + 1 >= value.length) {
		session_refuse(session, DIAG_E8573, "`--report %.*s` is not "
		    "FORMAT=FILE\n"
		    "write such as `--report json=report.json`",
		    STR_ARG(value));
		return false;
	}
	if (!is_known_format(session, "report", str_slice(value, 0, equals), &format))
		return false;
	to = VEC_PUSH(session->arena, &requests->items);
	to->format = format;
	to->path = arena_copy(session->arena, str_slice(value, equals + 1, value.length));
	return true;
}

/* The report of --format is always written, in text to standard output when
 * nothing else is said; only a --report to standard output takes its place. */
static bool add_main(struct session *session, struct report_requests *requests)
{
	const struct arguments *arguments = session->arguments;
	struct str name = argument(arguments, OPTION_REPORT_FORMAT, "text");
	struct report_request *to;
	enum report_format format;

	if (!is_known_format(session, "format", name, &format))
		return false;
	if (!arguments->given[OPTION_REPORT_FORMAT] && !arguments->given[OPTION_OUTPUT])
		for (size_t i = 0; i < requests->items.count; i++)
			if (is_standard_output(requests->items.items[i].path))
				return true;
	to = VEC_PUSH(session->arena, &requests->items);
	to->format = format;
	to->path = arena_copy(session->arena, argument(arguments, OPTION_OUTPUT, "-"));
	return true;
}

bool reports_asked(struct session *session, struct report_requests *requests)
{
	const struct arguments *arguments = session->arguments;

	memset(requests, 0, sizeof(*requests));
	for (size_t i = 0; i < arguments->values[OPTION_REPORT].count; i++)
		if (!add_report(session, requests, arguments->values[OPTION_REPORT].items[i]))
			return false;
	return add_main(session, requests) && are_apart(session, requests);
}

bool reports_want_all(const struct session *session,
    const struct report_requests *requests)
{
	if (argument_is(session->arguments, OPTION_VERDICTS, "all"))
		return true;
	for (size_t i = 0; i < requests->items.count; i++) {
		switch (report_format(requests->items.items[i].format)->lists) {
		case REPORT_LISTS_CHOSEN:
			break;
		case REPORT_LISTS_EVERY:
			return true;
		case REPORT_LISTS_ASKED:
			if (argument_is(session->arguments, OPTION_SARIF_RESULTS, "all"))
				return true;
		}
	}
	return false;
}

static enum report_sarif sarif_lists(const struct session *session)
{
	if (argument_is(session->arguments, OPTION_SARIF_RESULTS, "all"))
		return SARIF_ALL;
	return argument_is(session->arguments, OPTION_SARIF_RESULTS, "failing") ?
	    SARIF_FAILING : SARIF_FINDINGS;
}

bool reports_can_tell(struct session *session, const struct report_requests *requests)
{
	const struct report_format_info *format;

	for (size_t i = 0; session->arguments->given[OPTION_SET] &&
	    i < requests->items.count; i++) {
		format = report_format(requests->items.items[i].format);
		if (format->marks == REPORT_MARKS_SITE)
			continue;
		session_refuse(session, DIAG_E8576, "`--set` supposes a site "
		    "that is not there, and `%s` has no place to say so: it "
		    "would pass for evidence\n"
		    "choose another format, such as `json`", format->name);
		return false;
	}
	return true;
}

static void release(void *item)
{
	arena_free(item);
}

/* Where a report goes while it is written. */
struct outlet {
	struct text_drain drain;
	struct session *session;
	struct session_output *output;
	struct str path;
};

static void take(struct text_drain *drain, struct str bytes)
{
	struct outlet *outlet = (struct outlet *)drain;

	if (!outlet->output)
		outlet->output = session_open(outlet->session, outlet->path);
	session_add(outlet->output, bytes);
}

static bool write_one(struct session *session, const struct report_request *request,
    struct report *report)
{
	struct outlet outlet = { { take }, session, NULL, request->path };
	struct text out;

	report->colour = is_standard_output(request->path) &&
	    session_colour(session);
	report->links = is_standard_output(request->path) ?
	    terminal_links(session, STDOUT_FILENO) : NULL;
	report->width = terminal_width(is_standard_output(request->path) ?
	    STDOUT_FILENO : -1);
	report->lines = session_draws(session);
	text_init(&out, report->arena);
	out.drain = &outlet.drain;
	progress_say(session, "writing the report");
	report_format(request->format)->print(report, &out);
	/* A short report is opened when all of it is there. */
	take(&outlet.drain, text_str(&out));
	return session_close(outlet.output);
}

/* What a form needs while it is written goes before the next one. */
bool reports_write(struct session *session, const struct report_requests *requests,
    struct report *report)
{
	struct arena *scratch = arena_new();
	struct arena_mark start;
	bool is_written = true;

	arena_defer(session->arena, release, scratch);
	start = arena_here(scratch);
	report->arena = scratch;
	report->all_verdicts = argument_is(session->arguments, OPTION_VERDICTS, "all");
	report->sarif = sarif_lists(session);
	if (!project_repository(session->arena, &report->here, &report->root))
		report->root = STR("");
	for (size_t i = 0; i < requests->items.count; i++) {
		is_written &= write_one(session, &requests->items.items[i], report);
		arena_rollback(scratch, start);
	}
	report->arena = report->kept;
	return is_written;
}
