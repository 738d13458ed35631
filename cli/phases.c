/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/phases.h"

#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "cli/terminal.h"

struct moment {
	uint64_t passed, used;		/* nanoseconds; of all threads */
};

struct phases {
	struct moment last, took[PHASE_COUNT];
	uint64_t held[PHASE_COUNT];	/* bytes of all regions when it ended */
};

static uint64_t read_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static struct moment now(void)
{
	return (struct moment){ read_clock(CLOCK_MONOTONIC),
		read_clock(CLOCK_PROCESS_CPUTIME_ID) };
}

/* What was used before anybody could ask is that of the start; how long that
 * was by the clock is not known. */
void phases_start(struct session *session)
{
	if (!session->arguments->given[OPTION_TIMINGS])
		return;
	session->phases = ARENA_NEW(session->arena, struct phases);
	session->phases->last = now();
	session->phases->took[PHASE_START].used = session->phases->last.used;
}

void phase_end(struct session *session, enum phase phase)
{
	struct phases *phases = session->phases;
	struct moment at;

	if (!phases)
		return;
	at = now();
	phases->took[phase].passed += at.passed - phases->last.passed;
	phases->took[phase].used += at.used - phases->last.used;
	phases->held[phase] = arena_total();
	phases->last = at;
}

/* What is not known is left out. */
static void print_line(struct text *out, struct moment took, uint64_t held,
    const char *words)
{
	if (took.passed)
		text_printf(out, "%10.3f", (double)took.passed / 1e6);
	else
		text_printf(out, "%10s", "");
	text_printf(out, "  %10.3f", (double)took.used / 1e6);
	if (held)
		text_printf(out, "  %10.1f", (double)held / 1e6);
	else
		text_printf(out, "  %10s", "");
	text_printf(out, "  %s\n", words);
}

void phases_print(struct session *session)
{
	static const char *const words[] = {
#define PHASE(name, words) words,
		PHASES(PHASE)
#undef PHASE
	};
	struct moment whole = { 0 };
	struct text out;

	if (!session->phases)
		return;
	progress_stop();
	text_init(&out, session->arena);
	text_printf(&out, "\n%10s  %10s  %10s  phase\n", "ms passed", "ms used",
	    "MB held");
	for (int i = 0; i < PHASE_COUNT; i++) {
		struct moment took = session->phases->took[i];

		whole.passed += took.passed;
		whole.used += took.used;
		print_line(&out, took, session->phases->held[i], words[i]);
	}
	print_line(&out, whole, 0, "whole");
	(void)!io_write_fd(STDERR_FILENO, text_str(&out), &(struct str){ NULL, 0 });
}
