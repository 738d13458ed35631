/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch - which names in some folders change, as the kernel tells it (inotify).
 *
 * A name is told when a file was written and closed, made, removed, or renamed
 * from or to it: an editor that writes beside and renames over is seen like
 * one that writes in place.
 */
#ifndef SCARP_BASE_WATCH_H
#define SCARP_BASE_WATCH_H

#include "base/arena.h"

struct watch;

/* Ends with ARENA.  NULL: *WHY. */
struct watch *watch_new(struct arena *arena, struct str *why);
/* One more folder; again is no harm.  On failure *WHY, without the path. */
bool watch_add(struct watch *watch, struct str folder, struct str *why);

enum watch_answer {
	WATCH_CHANGE,		/* watch_next tells which */
	WATCH_QUIET,		/* nothing in so many milliseconds */
	WATCH_END,		/* interrupted, or asked to terminate */
	WATCH_FAILED
};
/* Waits for a change; MILLISECONDS below 0: for ever.  Meanwhile the signals
 * that end a process end the wait instead. */
enum watch_answer watch_wait(struct watch *watch, int milliseconds, struct str *why);
/* The next change that waits to be told: the name of something in FOLDER, as it
 * was given; an empty name: what of it changed is not known.  Both live until
 * the next wait.  False: no more. */
bool watch_next(struct watch *watch, struct str *folder, struct str *name);

#endif
