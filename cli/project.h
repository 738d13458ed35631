/* SPDX-License-Identifier: Apache-2.0 */
/*
 * project - where the project file is.
 *
 * `scarp.yaml` is looked for in the current folder, never where an inventory
 * lies, and then upwards to the root of the repository.  Outside of a repository only the folder itself counts, so that
 * nobody's file in a shared folder above decides anything.
 */
#ifndef SCARP_CLI_PROJECT_H
#define SCARP_CLI_PROJECT_H

#include "cli/session.h"

/* The project file as seen from the current folder; empty: there is none. */
struct str project_find(struct session *session);
/* What a message that no pack is given goes on with: that a project file lies
 * above that was not looked for outside of a repository, and how to use it; or
 * empty. */
const char *project_hint(const struct session *session);
/* The current folder, and that of the repository that it is in; false: none. */
bool project_repository(struct arena *arena, struct str *here, struct str *root);
/* $XDG_CONFIG_HOME/scarp/config.yaml, by default in ~/.config; empty: none. */
struct str project_user_file(struct session *session);
/* The folder of PATH, "" for the current one. */
struct str project_folder(struct arena *arena, struct str path);
/* PATH is in FOLDER or below: with links followed, and without hidden files. */
bool project_holds(struct arena *arena, struct str folder, struct str path);

#endif
