/* SPDX-License-Identifier: Apache-2.0 */
/* arguments - the command line, by the tables verbs.def and options.def. */
#ifndef SCARP_CLI_ARGUMENTS_H
#define SCARP_CLI_ARGUMENTS_H

#include "base/text.h"
#include "base/vec.h"

enum verb {
#define VERB(name, operands, summary) VERB_##name,
#include "cli/verbs.def"
#undef VERB
	VERB_COUNT
};

enum option {
#define OPTION(id, verbs, long_name, short_name, argument, text) OPTION_##id,
#include "cli/options.def"
#undef OPTION
	OPTION_COUNT
};

struct arguments {
	enum verb verb;
	bool given[OPTION_COUNT];
	struct str value[OPTION_COUNT];		/* the last one */
	VEC(struct str) values[OPTION_COUNT];	/* of repeatable options */
	VEC(struct str) operands;
};

/* Reads ARGV, which names a verb at least.  False: *WHY says what is wrong, with a suggestion. */
bool arguments_read(struct arena *arena, int argc, char **argv,
    struct arguments *arguments, struct str *why);
/* The option's value, or FALLBACK. */
struct str argument(const struct arguments *arguments, enum option option,
    const char *fallback);
/* The option's value is WORD. */
bool argument_is(const struct arguments *arguments, enum option option, const char *word);
/* The short usage, and the page of one verb. */
void help_usage(struct text *out);
void help_verb(struct text *out, enum verb verb);
bool verb_find(struct str name, enum verb *verb);

#endif
