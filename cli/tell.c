/* SPDX-License-Identifier: Apache-2.0 */
/* What is told on standard error, as --errors has it. */
#include <unistd.h>

#include "base/diag_json.h"
#include "base/io.h"
#include "base/visible.h"
#include "base/wrap.h"
#include "cli/project.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "report/doubt.h"
#include "vm/scalar.h"

#define LONGEST 400		/* bytes of a message, for people */

static enum diag_form error_form(const struct session *session)
{
	if (argument_is(session->arguments, OPTION_ERRORS, "json"))
		return DIAG_JSON;
	return argument_is(session->arguments, OPTION_ERRORS, "concise") ?
	    DIAG_CONCISE : DIAG_HUMAN;
}

static void write_error(struct text *out)
{
	struct str why;

	progress_stop();
	io_write_fd(STDERR_FILENO, text_str(out), &why);
}

static void print(struct session *session, struct diagnostics *all, size_t most,
    struct text *out)
{
	if (error_form(session) == DIAG_HUMAN)
		diag_link(all, terminal_links(session, STDERR_FILENO));
	diag_wrap(all, terminal_width(STDERR_FILENO));
	diag_print(all, out, most, error_form(session),
	    terminal_colours(session, STDERR_FILENO));
}

/* A name of any length leaves the message one that people can read. */
static struct str cut(struct session *session, struct str words)
{
	struct str first, last;

	if (words.length <= LONGEST || error_form(session) == DIAG_JSON)
		return words;
	first = str_slice(words, 0, 120);
	last = str_slice(words, words.length - 160, words.length);
	return arena_printf(session->arena, "%.*s...%.*s", STR_ARG(first),
	    STR_ARG(last));
}

/* A part of a format that was checked where it stands. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static __attribute__((format(printf, 2, 0)))
struct str format_part(struct arena *arena, const char *format, size_t length,
    va_list arguments)
{
	return arena_vprintf(arena, arena_printf(arena, "%.*s", (int)length,
	    format).at, arguments);
}
#pragma GCC diagnostic pop

/* The first line of FORMAT is the message, each further one a help.  Where one
 * ends is found by formatting FORMAT up to there: what is put into it may have
 * lines of its own. */
static __attribute__((format(printf, 4, 0)))
void add_parts(struct session *session, struct diagnostics *all, enum diag_code code,
    const char *format, va_list arguments)
{
	struct diagnostic *d = NULL;
	size_t from = 0;

	for (size_t at = 0;; at++) {
		struct str upto, part;
		va_list again;

		at += strcspn(format + at, "\n");
		va_copy(again, arguments);
		upto = format_part(session->arena, format, at, again);
		va_end(again);
		part = cut(session, str_slice(upto, from, upto.length));
		if (d)
			diag_help(all, d, "%.*s", STR_ARG(part));
		else
			d = diag_add(all, code, SPAN_NONE, "%.*s", STR_ARG(part));
		if (!format[at])
			return;
		from = upto.length + 1;
	}
}

int session_refuse(struct session *session, enum diag_code code,
    const char *format, ...)
{
	struct diagnostics *all = diagnostics_new(session->arena, session->sources);
	va_list arguments;
	struct text out;

	va_start(arguments, format);
	add_parts(session, all, code, format, arguments);
	va_end(arguments);
	text_init(&out, session->arena);
	print(session, all, 0, &out);
	write_error(&out);
	return STATUS_UNTRUSTED;
}

int session_refuse_as(struct session *session, struct refusal refusal)
{
	return session_refuse(session, refusal.code, "%.*s\n%.*s",
	    STR_ARG(refusal.why), STR_ARG(refusal.help));
}

int session_needs_pack(struct session *session, const char *so)
{
	const struct verb_info *verb = &verb_table[session->arguments->verb];
	const char *above = project_hint(session);

	if (str_starts(str_of(verb->operands), STR("[PACK]")))
		return session_refuse(session, DIAG_E8574, "no pack is given%s\n"
		    "name one, such as `scarp %s cm2007`%s", so, verb->name, above);
	return session_refuse(session, DIAG_E8574, "no pack is given%s\n"
	    "name one with `--pack`, such as `--pack cm2007`%s", so, above);
}

int session_fail(struct session *session, const char *format, ...)
{
	va_list arguments;
	struct str message;
	struct text out, line;

	va_start(arguments, format);
	message = arena_vprintf(session->arena, format, arguments);
	va_end(arguments);
	text_init(&out, session->arena);
	if (error_form(session) == DIAG_JSON) {
		diag_json_add_plain(&out, "error", message);
	} else {
		text_init(&line, session->arena);
		text_add(&line, STR("scarp: "));
		text_add_visible_as(&line, cut(session, message), VISIBLE_SOURCE);
		wrap_lines(session->arena, &out, text_str(&line),
		    terminal_width(STDERR_FILENO), (unsigned)strlen("scarp: "));
	}
	write_error(&out);
	return STATUS_UNTRUSTED;
}

void session_tell(struct session *session, struct str lines)
{
	struct text out;
	struct str why;

	if (lines.length == 0)
		return;
	progress_stop();
	text_init(&out, session->arena);
	if (error_form(session) == DIAG_JSON)
		diag_json_add_plain(&out, "note",
		    str_slice(lines, 0, lines.length - str_ends(lines, STR("\n"))));
	else
		wrap_lines(session->arena, &out, lines, terminal_width(STDERR_FILENO), 4);
	io_write_fd(STDERR_FILENO, text_str(&out), &why);
}

#define NAMED_CODES 3

/* To a person: where more is said about the codes that were shown. */
static void name_pages(struct session *session, struct text *out, size_t most)
{
	enum diag_code named[NAMED_CODES];
	size_t shown = diag_count(session->all), count = 0;

	if (error_form(session) != DIAG_HUMAN || !isatty(STDERR_FILENO))
		return;
	if (most && most < shown)
		shown = most;
	for (size_t i = 0; i < shown && count < NAMED_CODES; i++) {
		enum diag_code code = diag_get(session->all, i)->code;
		bool is_new = true;

		for (size_t j = 0; j < count; j++)
			is_new &= named[j] != code;
		if (!is_new)
			continue;
		text_printf(out, "%s`scarp explain %s`", count ? ", " : "more: ",
		    diag_code_text(code));
		named[count++] = code;
	}
	if (count)
		text_add_char(out, '\n');
}

bool session_report(struct session *session)
{
	int64_t most = 20;
	struct text out;
	struct str why;

	progress_stop();
	if (session->arguments->given[OPTION_QUIET] && diag_errors(session->all) == 0)
		return true;
	scalar_read_int(argument(session->arguments, OPTION_MAX_ERRORS, "20"), &most);
	text_init(&out, session->arena);
	print(session, session->all, (size_t)most, &out);
	name_pages(session, &out, (size_t)most);
	io_write_fd(STDERR_FILENO, text_str(&out), &why);
	return diag_errors(session->all) == 0;
}

/* What was told before is not told again. */
void session_doubt(struct session *session, const struct doubt *doubt)
{
	if (doubt->reason == DOUBT_NONE)
		return;
	session->all = diagnostics_new(session->arena, session->sources);
	doubt_tell(doubt, session->all);
	session_report(session);
}
