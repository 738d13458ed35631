/* SPDX-License-Identifier: Apache-2.0 */
/*
 * where - where the program's own files are: stdlib and rules.
 *
 * Found from the program's own place, never from the environment: installed,
 * PREFIX/share/scarp beside PREFIX/bin; in a build tree, the folder of the
 * program, where `configure` links them.
 */
#ifndef SCARP_BASE_WHERE_H
#define SCARP_BASE_WHERE_H

#include "base/arena.h"

/* The folder NAME ("stdlib", "rules"); false when there is none. */
bool where_is(struct arena *arena, const char *name, struct str *folder);

#endif
