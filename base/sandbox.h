/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox - what this process gives up for the rest of its life, so that a
 * fault in reading hostile input is worth little to whoever found it.
 *
 * Two means of Linux, each on its own and each where the kernel has it:
 * a filter of system calls (seccomp), and access to the
 * file tree (Landlock, https://docs.kernel.org/userspace-api/landlock.html).
 * Threads and processes that start later are bound too.
 */
#ifndef SCARP_BASE_SANDBOX_H
#define SCARP_BASE_SANDBOX_H

#include "base/arena.h"

/* No sockets, no other programs, no looking into processes, no changes of the
 * system.  False: *WHY says why the kernel or this build cannot. */
bool sandbox_calls(struct str *why);

/* Paths that stay open. */
struct sandbox_paths;
struct sandbox_paths *sandbox_paths_new(struct arena *arena);
enum sandbox_access { SANDBOX_LIST, SANDBOX_READ, SANDBOX_WRITE };
/* A file, or a folder with all below it; a link stands for what it names.  LIST
 * is the names in folders, not what the files hold.  WRITE is reading too, and in a folder making and replacing files.  What does
 * not exist is ignored. */
void sandbox_allow(struct sandbox_paths *paths, struct str path,
    enum sandbox_access access);
/* From now on no other file is opened, made, changed or removed.  False: as
 * above, and nothing is given up. */
bool sandbox_files(struct sandbox_paths *paths, struct str *why);

/* Tries what must not go any more: false, and *WHY names it, when it went. */
bool sandbox_holds(struct str *why);

#endif
