/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"

#include <assert.h>

#define NAME_SIZE 32

static uint64_t bounds[] = {
#define LIMIT(name, value, text) value,
#include "base/limits.def"
#undef LIMIT
};

static const char *const texts[] = {
#define LIMIT(name, value, text) text,
#include "base/limits.def"
#undef LIMIT
};

/* Spelt as in limits.def until first asked for, then as users type them. */
static char names[][NAME_SIZE] = {
#define LIMIT(name, value, text) #name,
#include "base/limits.def"
#undef LIMIT
};

static_assert(sizeof(bounds) / sizeof(*bounds) == LIMIT_COUNT, "one each");

uint64_t limit_get(enum limit limit)
{
	return bounds[limit];
}

const char *limit_name(enum limit limit)
{
	for (char *c = names[limit]; *c; c++) {
		if (*c == '_')
			*c = '-';
		else if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	return names[limit];
}

const char *limit_text(enum limit limit)
{
	return texts[limit];
}

bool limit_set(struct str name, uint64_t value)
{
	for (int i = 0; i < LIMIT_COUNT; i++) {
		if (str_equal(name, str_of(limit_name((enum limit)i)))) {
			bounds[i] = value;
			return true;
		}
	}
	return false;
}
