/* SPDX-License-Identifier: Apache-2.0 */
#include "base/watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/vec.h"

#define CHANGES (IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | \
	IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

struct folder {
	int number;
	struct str path;
};

struct watch {
	struct arena *arena;
	int fd;
	VEC(struct folder) folders;
	size_t at, end;			/* of what was read and not told yet */
	char bytes[16384] __attribute__((aligned(8)));
};

static void end(void *item)
{
	const struct watch *watch = item;

	close(watch->fd);
}

static struct str reason(struct arena *arena)
{
	return arena_printf(arena, "%s", strerror(errno));
}

struct watch *watch_new(struct arena *arena, struct str *why)
{
	struct watch *watch = ARENA_NEW(arena, struct watch);

	watch->arena = arena;
	watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (watch->fd < 0) {
		*why = reason(arena);
		return NULL;
	}
	arena_defer(arena, end, watch);
	return watch;
}

bool watch_add(struct watch *watch, struct str folder, struct str *why)
{
	struct str path = arena_copy(watch->arena, folder);
	int number = inotify_add_watch(watch->fd, path.at, CHANGES);

	if (number < 0) {
		*why = reason(watch->arena);
		return false;
	}
	for (size_t i = 0; i < watch->folders.count; i++)
		if (watch->folders.items[i].number == number)
			return true;
	*VEC_PUSH(watch->arena, &watch->folders) = (struct folder){ number, path };
	return true;
}

/* --- waiting -------------------------------------------------------------- */

static const int ending[] = { SIGINT, SIGTERM, SIGHUP };
#define ENDING (sizeof(ending) / sizeof(*ending))
static volatile sig_atomic_t is_ended;

static void note_end(int number)
{
	(void)number;
	is_ended = 1;
}

/* Signals are let in only while it waits: one that comes earlier ends the wait
 * at once, and none is lost. */
static int wait_for(int fd, int milliseconds)
{
	struct timespec time = { milliseconds / 1000, milliseconds % 1000 * 1000000L };
	struct sigaction mine = { .sa_handler = note_end }, former[ENDING];
	struct pollfd poll = { .fd = fd, .events = POLLIN };
	sigset_t blocked, before;
	int found;

	sigemptyset(&mine.sa_mask);
	sigemptyset(&blocked);
	for (size_t i = 0; i < ENDING; i++)
		sigaddset(&blocked, ending[i]);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	for (size_t i = 0; i < ENDING; i++) {
		sigaction(ending[i], NULL, &former[i]);
		/* What the caller had ignored (nohup) stays ignored. */
		if (former[i].sa_handler != SIG_IGN)
			sigaction(ending[i], &mine, NULL);
	}
	found = ppoll(&poll, 1, milliseconds < 0 ? NULL : &time, &before);
	for (size_t i = 0; i < ENDING; i++)
		sigaction(ending[i], &former[i], NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return found;
}

enum watch_answer watch_wait(struct watch *watch, int milliseconds, struct str *why)
{
	ssize_t length;
	int found;

	watch->at = watch->end = 0;
	do {
		found = wait_for(watch->fd, milliseconds);
	} while (found < 0 && errno == EINTR && !is_ended);
	if (is_ended)
		return WATCH_END;
	if (found == 0)
		return WATCH_QUIET;
	length = found > 0 ? read(watch->fd, watch->bytes, sizeof(watch->bytes)) : -1;
	if (length < 0) {
		*why = reason(watch->arena);
		return WATCH_FAILED;
	}
	watch->end = (size_t)length;
	return WATCH_CHANGE;
}

static struct str path_of(const struct watch *watch, int number)
{
	for (size_t i = 0; i < watch->folders.count; i++)
		if (watch->folders.items[i].number == number)
			return watch->folders.items[i].path;
	return STR("");
}

bool watch_next(struct watch *watch, struct str *folder, struct str *name)
{
	struct inotify_event event;

	if (watch->end - watch->at < sizeof(event))
		return false;
	memcpy(&event, watch->bytes + watch->at, sizeof(event));
	*folder = path_of(watch, event.wd);
	*name = event.len ? str_of(watch->bytes + watch->at + sizeof(event)) : STR("");
	watch->at += sizeof(event) + event.len;
	return true;
}
