/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/io.h"
#include "base/links.h"
#include "base/where.h"
#include "vm/scalar.h"

#define LEAST_WIDTH 40
#define MOST_WIDTH 100
#define USUAL_WIDTH 80

static bool is_forced(const char *name)
{
	const char *value = getenv(name);

	return value && *value && strcmp(value, "0") != 0;
}

bool terminal_colours(const struct session *session, int fd)
{
	const struct arguments *arguments = session->arguments;
	const char *refused = getenv("NO_COLOR"), *kind = getenv("TERM");
	/* An option beats the environment, a project file does not. */
	bool is_option = !arguments->is_set[OPTION_COLOR];

	if (argument_is(arguments, OPTION_COLOR, "never"))
		return false;
	if (is_option && argument_is(arguments, OPTION_COLOR, "always"))
		return true;
	if (refused && *refused)
		return false;
	if (argument_is(arguments, OPTION_COLOR, "always") ||
	    is_forced("CLICOLOR_FORCE") || is_forced("FORCE_COLOR"))
		return true;
	return isatty(fd) && !(kind && strcmp(kind, "dumb") == 0);
}

static bool is_one_of(const char *value, const char *const *words, size_t count)
{
	for (size_t i = 0; value && i < count; i++)
		if (strcmp(value, words[i]) == 0)
			return true;
	return false;
}

/* Does the terminal say that it knows links?  Others may print them as dirt. */
static bool knows_links(void)
{
	static const char *const programs[] = { "iTerm.app", "WezTerm", "vscode",
		"ghostty", "Hyper", "Tabby", "rio" };
	static const char *const kinds[] = { "xterm-kitty", "alacritty", "foot",
		"foot-extra", "xterm-ghostty", "wezterm", "contour" };
	int64_t vte = 0;

	scalar_read_int(str_of(getenv("VTE_VERSION")), &vte);
	return vte >= 5000 || getenv("WT_SESSION") || getenv("KONSOLE_VERSION") ||
	    is_one_of(getenv("TERM_PROGRAM"), programs,
	    sizeof(programs) / sizeof(*programs)) ||
	    is_one_of(getenv("TERM"), kinds, sizeof(kinds) / sizeof(*kinds));
}

const struct links *terminal_links(const struct session *session, int fd)
{
	const struct arguments *arguments = session->arguments;
	bool is_wanted = argument_is(arguments, OPTION_HYPERLINKS, "always");
	struct links *links;

	if (argument_is(arguments, OPTION_HYPERLINKS, "never"))
		return NULL;
	if (!is_wanted && !is_forced("FORCE_HYPERLINK") &&
	    (!isatty(fd) || !knows_links()))
		return NULL;
	links = ARENA_NEW(session->arena, struct links);
	if (!io_real_path(session->arena, ".", &links->here))
		return NULL;
	if (!where_is(session->arena, "codes", &links->codes) ||
	    !io_real_path(session->arena, links->codes.at, &links->codes))
		links->codes = STR("");
	return links;
}

unsigned terminal_width(int fd)
{
	struct str given = str_of(getenv("COLUMNS"));
	struct winsize size = { 0 };
	int64_t width = 0;

	if (str_equal(given, STR("0")))
		return 0;
	if (!given.length || !scalar_read_int(given, &width) || width <= 0)
		width = isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ?
		    size.ws_col : 0;
	if (width == 0)
		return USUAL_WIDTH;
	if (width < LEAST_WIDTH)
		return LEAST_WIDTH;
	return width > MOST_WIDTH ? MOST_WIDTH : (unsigned)width;
}

/* --- passwords ------------------------------------------------------------ */

/* A line, without its end; it is as long as a password may be. */
static bool read_line(int fd, struct text *line)
{
	char c;

	while (line->length < 1024) {
		ssize_t got = read(fd, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || c == '\n')
			return got > 0;
		text_add_char(line, c);
	}
	return false;
}

/* The terminal that does not echo, and how it was; -1: none. */
static volatile sig_atomic_t silent_fd = -1;
static struct termios echoing;

static bool silence(int fd)
{
	struct termios silent;

	if (tcgetattr(fd, &echoing) != 0)
		return false;
	silent = echoing;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	silent_fd = fd;
	return tcsetattr(fd, TCSAFLUSH, &silent) == 0;
}

void terminal_interrupted(void)
{
	if (silent_fd >= 0)
		tcsetattr(silent_fd, TCSAFLUSH, &echoing);
	silent_fd = -1;
}

bool terminal_password(struct session *session, const char *question,
    struct str *password)
{
	int fd = io_open_terminal();
	struct text line;
	struct str why;
	bool is_read = false;

	if (fd < 0)
		return false;
	text_init(&line, session->arena);
	if (silence(fd)) {
		io_write_fd(fd, str_of(question), &why);
		is_read = read_line(fd, &line);
		io_write_fd(fd, STR("\n"), &why);
	}
	terminal_interrupted();
	close(fd);
	*password = text_str(&line);
	return is_read;
}

/* --- pages ---------------------------------------------------------------- */

/* Empty: none.  Programs are named by the user's environment alone. */
static const char *pager(void)
{
	const char *command = getenv("SCARP_PAGER");

	if (!command)
		command = getenv("PAGER");
	if (!command)
		command = "less -FRX";
	return strcmp(command, "cat") == 0 ? "" : command;
}

static _Noreturn void become_pager(const char *command, const int ends[2])
{
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	close(ends[1]);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* False when there was no such program, and nothing was shown. */
static bool page(const char *command, struct str bytes)
{
	int ends[2], status = 0;
	struct sigaction ignored = { .sa_handler = SIG_IGN }, before;
	struct str why;
	pid_t pid, ended;

	if (pipe(ends) != 0)
		return false;
	pid = fork();
	if (pid == 0)
		become_pager(command, ends);
	close(ends[0]);
	/* Whoever has read enough closes the pager before the end. */
	sigaction(SIGPIPE, &ignored, &before);
	if (pid > 0)
		io_write_fd(ends[1], bytes, &why);
	close(ends[1]);
	sigaction(SIGPIPE, &before, NULL);
	if (pid < 0)
		return false;
	do {
		ended = waitpid(pid, &status, 0);
	} while (ended < 0 && errno == EINTR);
	return !WIFEXITED(status) ||
	    (WEXITSTATUS(status) != 127 && WEXITSTATUS(status) != 126);
}

bool terminal_page(struct session *session, const struct text *text)
{
	const struct arguments *arguments = session->arguments;
	const char *command = pager();

	if (*command && isatty(STDOUT_FILENO) &&
	    !arguments->given[OPTION_NO_PAGER] &&
	    !arguments->given[OPTION_OUTPUT] && page(command, text_str(text)))
		return true;
	return session_write(session, text);
}
