/* SPDX-License-Identifier: Apache-2.0 */
/* limits - every bound the program keeps, from one table (limits.def). */
#ifndef SCARP_BASE_LIMITS_H
#define SCARP_BASE_LIMITS_H

#include <stdint.h>

#include "base/str.h"

enum limit {
#define LIMIT(name, value, text) LIMIT_##name,
#include "base/limits.def"
#undef LIMIT
	LIMIT_COUNT
};

/* The bounds of this run; a process has one table. */
uint64_t limit_get(enum limit limit);
/* "inventory-depth", as --limit NAME=VALUE and messages spell it. */
const char *limit_name(enum limit limit);
const char *limit_text(enum limit limit);
/* False when NAME is no limit. */
bool limit_set(struct str name, uint64_t value);

#endif
