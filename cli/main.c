/* SPDX-License-Identifier: Apache-2.0 */
/* The command: read the arguments, run the verb, say how it ended. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag_json.h"
#include "base/guard.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/stack.h"
#include "cli/confine.h"
#include "cli/fail.h"
#include "cli/help.h"
#include "cli/settings.h"
#include "cli/terminal.h"
#include "include/scarp.h"
#include "report/formats.h"
#include "report/write_json.h"
#include "vm/container.h"
#include "vm/regex.h"
#include "vm/scalar.h"
#include "vm/snapshot_file.h"

static verb_function *const verb_functions[] = {
#define VERB(name, operands, summary) verb_##name,
#include "cli/verbs.def"
#undef VERB
};

/* No file that is opened later may get the number of a closed standard
 * descriptor and receive a message. */
static void open_standard_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

#ifdef SCARP_COVERAGE
void __gcov_dump(void);
#endif

/* Nothing is left half written, on a terminal or in a file. */
static void leave_clean(void)
{
	progress_interrupted();
	terminal_interrupted();
	io_interrupted();
}

/* Dies of the signal as it would have, without the half-written file
 * and the line of progress. */
static void die_clean(int number)
{
	leave_clean();
	signal(number, SIG_DFL);
	raise(number);
}

/* At once, from wherever this is: nothing is half written. */
static _Noreturn void end_with(int status, const char *said)
{
	leave_clean();
	if (write(STDERR_FILENO, said, strlen(said)) < 0)
		_exit(status);
	_exit(status);
}

/* Memory ran out where there is no way back (vm/regex.h). */
static void end_without_memory(void)
{
#ifdef SCARP_COVERAGE
	__gcov_dump();		/* takes memory: not where a signal may have come */
#endif
	end_with(STATUS_UNTRUSTED, "scarp: out of memory\n");
}

/* An assertion, or worse: the status is none that findings or bad input have. */
static void end_at_fault(int number)
{
	(void)number;
	end_with(STATUS_FAULT, "scarp: this is a fault of scarp itself, whatever "
	    "it read; please report it\n");
}

/* Sanitizers tell more of a fault than we could.  Even a full stack leaves room
 * to say so. */
static void catch_faults(void)
{
#ifdef SCARP_CHECKED
	(void)end_at_fault;
#else
	static const int faults[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL,
		SIGSYS };
	static char room[32768];
	stack_t stack = { .ss_sp = room, .ss_size = sizeof(room) };
	struct sigaction action = { .sa_handler = end_at_fault,
		.sa_flags = SA_ONSTACK | (int)SA_RESETHAND };

	sigaltstack(&stack, NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		sigaction(faults[i], &action, NULL);
#endif
}

/* What the caller had ignored (nohup) stays ignored.  A file that grows too
 * large is an error of the write, with a message, like a full disk. */
static void catch_signals(void)
{
	static const int deadly[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
		SIGXCPU };
	struct sigaction before, clean = { .sa_handler = die_clean };

	sigemptyset(&clean.sa_mask);
	for (size_t i = 0; i < sizeof(deadly) / sizeof(*deadly); i++)
		if (sigaction(deadly[i], NULL, &before) == 0 &&
		    before.sa_handler != SIG_IGN)
			sigaction(deadly[i], &clean, NULL);
	signal(SIGXFSZ, SIG_IGN);
}

/* What a program may want to know before it calls another verb. */
static void version_json(struct text *out)
{
	struct json j = { .out = out };

	json_open(&j, '{');
	json_member_count(&j, "schema_version", 1);
	json_member_word(&j, "name", "scarp");
	json_member_word(&j, "version", scarp_version());
	json_member_count(&j, "compiled_pack", CONTAINER_VERSION);
	json_member_count(&j, "snapshot", SNAPSHOT_VERSION);
	json_member_open(&j, "formats", '[');
	for (int f = 0; f < REPORT_FORMAT_COUNT; f++)
		json_text(&j, str_of(report_format((enum report_format)f)->name));
	json_close(&j, ']');
	json_close(&j, '}');
	text_add_char(out, '\n');
}

int verb_version(struct session *session)
{
	struct text out;

	text_init(&out, session->arena);
	if (session->arguments->given[OPTION_VERSION_JSON])
		version_json(&out);
	else
		text_printf(&out, "scarp %s\n", scarp_version());
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

static int print_help(struct session *session, const struct text *page)
{
	return terminal_page(session, page) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

/* VERB --help, VERB -h. */
static int help_of_verb(struct session *session)
{
	unsigned width = terminal_width(STDOUT_FILENO);
	struct text out;

	text_init(&out, session->arena);
	if (session->arguments->brief)
		help_verb_brief(&out, session->arguments->verb, width);
	else
		help_verb(&out, session->arguments->verb, width);
	return print_help(session, &out);
}

int verb_help(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	unsigned width = terminal_width(STDOUT_FILENO);
	struct text out;
	enum verb verb;
	struct str about;

	text_init(&out, session->arena);
	if (arguments->operands.count == 0) {
		(arguments->brief ? help_usage_brief : help_usage)(&out, width);
		return print_help(session, &out);
	}
	if (arguments->operands.count > 1)
		return session_refuse(session, DIAG_E8575,
		    "`help` explains one thing\n"
		    "ask for one at a time");
	about = arguments->operands.items[0];
	if (verb_find(about, &verb))
		help_verb(&out, verb, width);
	else if (str_equal(about, STR("environment")))
		help_environment(&out, width);
	else if (str_equal(about, STR("exit-status")))
		help_exit_status(&out, width);
	else
		return session_refuse_as(session, verb_unknown(session->arena, about));
	return print_help(session, &out);
}

static void list_limits(struct session *session, struct str wrong)
{
	struct text out;

	session_refuse(session, DIAG_E8573, "`--limit %.*s` is not NAME=NUMBER\n"
	    "NAME is one of these, and NUMBER at least 1", STR_ARG(wrong));
	text_init(&out, session->arena);
	for (int l = 0; l < LIMIT_COUNT; l++)
		text_printf(&out, "  %-18s %s (%llu)\n", limit_name((enum limit)l),
		    limit_text((enum limit)l),
		    (unsigned long long)limit_get((enum limit)l));
	session_tell(session, text_str(&out));
}

static bool set_limits(struct session *session)
{
	const struct arguments *arguments = session->arguments;

	for (size_t i = 0; i < arguments->values[OPTION_LIMIT].count; i++) {
		struct str given = arguments->values[OPTION_LIMIT].items[i];
		const char *equals = memchr(given.at, '=', given.length);
		struct str name = { given.at, equals ? (size_t)(equals - given.at) : 0 };
		struct str value = { equals ? equals + 1 : NULL,
		    equals ? given.length - name.length - 1 : 0 };
		int64_t number;

		if (!equals || !scalar_read_int(value, &number) || number < 1 ||
		    !limit_set(name, (uint64_t)number)) {
			list_limits(session, given);
			return false;
		}
	}
	return true;
}

static bool numbers_are_good(struct session *session)
{
	static const struct { enum option option; int64_t least, most; } numeric[] = {
		{ OPTION_MAX_ERRORS, 0, UINT32_MAX }, { OPTION_BATCH, 0, UINT32_MAX },
		{ OPTION_AT_LEAST, 0, 100 }, { OPTION_JOBS, 1, 64 }, { OPTION_CHANGES, 0, UINT32_MAX },
	};
	int64_t number;

	for (size_t i = 0; i < sizeof(numeric) / sizeof(*numeric); i++) {
		enum option option = numeric[i].option;
		struct str value = argument(session->arguments, option, "");

		if (!session->arguments->given[option] ||
		    (scalar_read_int(value, &number) &&
		    number >= numeric[i].least && number <= numeric[i].most))
			continue;
		session_refuse(session, DIAG_E8573, "`--%s` takes a number from %lld "
		    "to %lld, not `%.*s`", option_table[option].name,
		    (long long)numeric[i].least, (long long)numeric[i].most,
		    STR_ARG(value));
		return false;
	}
	return true;
}

/* --verbose: what the run rests on. */
static void tell_files(struct session *session)
{
	struct text out;

	text_init(&out, session->arena);
	for (uint32_t f = 0; f < sources_count(session->sources); f++) {
		text_add(&out, STR("scarp: read "));
		text_add_visible(&out, source_name(session->sources, f));
		text_printf(&out, ", %u bytes\n",
		    source_length(session->sources, f));
	}
	session_tell(session, text_str(&out));
}

/* Of a command line that could not be read to its end, or of a run that ended
 * before it did: the last --errors, else what the environment says. */
static struct str find_error_form(int argc, char **argv)
{
	const char *form = getenv("SCARP_ERRORS");

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--errors=", 9) == 0)
			form = argv[i] + 9;
		else if (i > 1 && strcmp(argv[i - 1], "--errors") == 0)
			form = argv[i];
	}
	return str_of(form ? form : "");
}

static int run(struct arena *arena, int argc, char **argv)
{
	struct arguments arguments;
	struct session session = { .arena = arena, .arguments = &arguments };
	struct refusal refusal;
	struct text out;
	struct str why;
	int status;

	session.sources = sources_new(arena);
	session.all = diagnostics_new(arena, session.sources);
	if (argc < 2 && str_equal(find_error_form(argc, argv), STR("json"))) {
		memset(&arguments, 0, sizeof(arguments));
		arguments.given[OPTION_ERRORS] = true;
		arguments.value[OPTION_ERRORS] = STR("json");
		return session_refuse(&session, DIAG_E8574, "no verb is given\n"
		    "`scarp help` lists them");
	}
	if (argc < 2) {
		text_init(&out, arena);
		help_usage_brief(&out, terminal_width(STDERR_FILENO));
		io_write_fd(STDERR_FILENO, text_str(&out), &why);
		return STATUS_UNTRUSTED;
	}
	if (!arguments_read(arena, argc, argv, &arguments, &refusal)) {
		arguments.value[OPTION_ERRORS] = find_error_form(argc, argv);
		arguments.given[OPTION_ERRORS] = arguments.value[OPTION_ERRORS].length;
		return session_refuse_as(&session, refusal);
	}
	if (arguments.given[OPTION_HELP])
		return help_of_verb(&session);
	if (!*verb_table[arguments.verb].operands && arguments.operands.count)
		return session_refuse(&session, DIAG_E8575, "`%s` takes nothing "
		    "but options\n"
		    "leave out `%.*s`", verb_table[arguments.verb].name,
		    STR_ARG(arguments.operands.items[0]));
	if (!settings_complete(&session, &arguments, &status))
		return status;
	if (!numbers_are_good(&session) || !set_limits(&session))
		return STATUS_UNTRUSTED;
	if (!confine(&session))
		return STATUS_UNTRUSTED;
	status = verb_functions[arguments.verb](&session);
	progress_stop();
	if (arguments.given[OPTION_VERBOSE])
		tell_files(&session);
	return status;
}

struct end {
	char reason[512];		/* empty: none.  A copy: it may stand in what is freed */
	int limit;			/* that it is the name of, or -1 */
	uint64_t value;
};

static void end_for(struct end *end, const char *reason)
{
	snprintf(end->reason, sizeof(end->reason), "%s", reason);
	for (int l = 0; l < LIMIT_COUNT; l++)
		if (reason == limit_name((enum limit)l)) {
			end->limit = l;
			end->value = limit_get((enum limit)l);
		}
}

static void print_end(const struct end *end, struct diagnostics *all, struct text *out,
    enum diag_form form)
{
	struct diagnostic *d;

	if (end->limit < 0) {
		if (form == DIAG_JSON)
			diag_json_add_plain(out, "error", str_of(end->reason));
		else
			text_printf(out, "scarp: %s\n", end->reason);
		return;
	}
	d = diag_add(all, DIAG_E8665, SPAN_NONE, "the limit `%s` was met: %llu %s", end->reason,
	    (unsigned long long)end->value, limit_text((enum limit)end->limit));
	diag_help(all, d, "`--limit %s=NUMBER` with a higher one lets the run go on",
	    end->reason);
	diag_print(all, out, 0, form, false);
}

static enum diag_form form_of(struct str errors)
{
	return str_equal(errors, STR("json")) ? DIAG_JSON :
	    str_equal(errors, STR("concise")) ? DIAG_CONCISE : DIAG_HUMAN;
}

static void write_end(struct arena *arena, const struct end *end, enum diag_form form)
{
	struct text out;
	struct str why;

	text_init(&out, arena);
	print_end(end, diagnostics_new(arena, sources_new(arena)), &out, form);
	io_write_fd(STDERR_FILENO, text_str(&out), &why);
}

/* Why a run ended.  There is room again, unless there never was any. */
static void tell_end(const struct end *end, enum diag_form form)
{
	struct guard guard;
	struct arena *volatile arena = NULL;

	limit_set(STR("memory"), UINT64_MAX);
	if (GUARD_SET(&guard)) {
		arena = arena_new();
		write_end(arena, end, form);
		guard_clear(&guard);
	} else {
		fprintf(stderr, "scarp: %s\n", end->reason);
	}
	if (arena)
		arena_free(arena);
}

struct command {
	int argc;
	char **argv;
	int status;
};

static void run_command(void *context)
{
	struct command *command = context;
	struct guard guard;
	struct arena *volatile arena = NULL;
	struct end end = { .limit = -1 };

	if (GUARD_SET(&guard)) {
		arena = arena_new();
		command->status = run(arena, command->argc, command->argv);
		guard_clear(&guard);
	} else {
		progress_stop();
		end_for(&end, guard_reason());
		command->status = STATUS_UNTRUSTED;
	}
	if (arena)
		arena_free(arena);
	if (end.reason[0])
		tell_end(&end, form_of(find_error_form(command->argc,
		    command->argv)));
	fail_tell();
}

int main(int argc, char **argv)
{
	struct command command = { argc, argv, STATUS_UNTRUSTED };

	open_standard_descriptors();
	catch_signals();
	regex_keep_reserve(end_without_memory);
	catch_faults();
	fail_prepare();
	if (!stack_call(run_command, &command))
		end_without_memory();
	return command.status;
}
