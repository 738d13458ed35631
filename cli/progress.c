/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The line of progress is drawn by the handler of a timer, so that no loop of
 * the engine knows of it; the handler touches nothing but what stands here.
 */
#include "cli/terminal.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#define CLEAR "\r\033[K"

static const char *volatile doing;
static volatile sig_atomic_t half_seconds;
static volatile sig_atomic_t is_drawn;
static bool is_ticking;

static void put(const char *words, size_t length)
{
	ssize_t written = write(STDERR_FILENO, words, length);

	(void)written;		/* nothing could be done about it */
}

static void draw(int signal_number)
{
	char line[120] = CLEAR "scarp: ", digits[12];
	size_t length = sizeof(CLEAR "scarp: ") - 1, count = 0;
	int seconds = ++half_seconds / 2;

	(void)signal_number;
	for (const char *c = doing; c && *c && length < 90; c++)
		line[length++] = *c;
	if (seconds) {
		line[length++] = ',';
		line[length++] = ' ';
		for (; seconds; seconds /= 10)
			digits[count++] = (char)('0' + seconds % 10);
		while (count)
			line[length++] = digits[--count];
		line[length++] = ' ';
		line[length++] = 's';
	}
	is_drawn = 1;
	put(line, length);
}

static void set_timer(long microseconds)
{
	struct itimerval timer = { { 0, microseconds }, { 0, microseconds } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

bool progress_is_shown(const struct session *session)
{
	const char *kind = getenv("TERM");

	return isatty(STDERR_FILENO) && !session->arguments->given[OPTION_QUIET] &&
	    !(kind && strcmp(kind, "dumb") == 0);
}

void progress_say(const struct session *session, const char *words)
{
	struct sigaction action = { .sa_handler = draw, .sa_flags = SA_RESTART };

	doing = words;
	if (is_ticking || !progress_is_shown(session))
		return;
	is_ticking = true;
	half_seconds = 0;
	sigemptyset(&action.sa_mask);
	sigaction(SIGALRM, &action, NULL);
	set_timer(500000);
}

void progress_stop(void)
{
	if (!is_ticking)
		return;
	set_timer(0);
	is_ticking = false;
	if (is_drawn)
		put(CLEAR, sizeof(CLEAR) - 1);
	is_drawn = 0;
}

void progress_interrupted(void)
{
	/* Nor is it drawn once more before the end. */
	set_timer(0);
	if (is_drawn)
		put(CLEAR, sizeof(CLEAR) - 1);
}
