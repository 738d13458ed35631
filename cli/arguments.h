/* SPDX-License-Identifier: Apache-2.0 */
/* arguments - the command line, by the tables verbs.def and options.def. */
#ifndef SCARP_CLI_ARGUMENTS_H
#define SCARP_CLI_ARGUMENTS_H

#include "base/diag.h"
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

struct verb_info {
	const char *name, *operands, *summary;
};
extern const struct verb_info verb_table[VERB_COUNT];

struct option_info {
	unsigned verbs;			/* 1 << verb, and these two */
	const char *name;
	char letter;			/* or 0 */
	const char *argument, *text;	/* argument "" for a flag */
};
#define OPTION_MANY (1u << 31)		/* may be repeated */
#define OPTION_JUDGES (1u << 30)	/* asks `check` for verdicts */
_Static_assert(VERB_COUNT <= 30, "a bit for each verb");
extern const struct option_info option_table[OPTION_COUNT];

struct arguments {
	struct str program;			/* as it was called */
	enum verb verb;
	bool given[OPTION_COUNT];
	struct str value[OPTION_COUNT];		/* the last one */
	VEC(struct str) values[OPTION_COUNT];	/* of repeatable options */
	VEC(struct str) operands;
	bool brief;				/* help was asked for by -h */
	/* By settings (cli/settings.h), where nothing was given: */
	bool is_set[OPTION_COUNT];
	VEC(struct str) inventories;
	struct str project;			/* the project file; empty: none */
};

/* What is wrong with a command line, and what to do. */
struct refusal {
	enum diag_code code;
	struct str why, help;
};

/* Reads ARGV, which names a verb at least; false with a refusal. */
bool arguments_read(struct arena *arena, int argc, char **argv,
    struct arguments *arguments, struct refusal *refusal);
/* The option's value, or FALLBACK. */
struct str argument(const struct arguments *arguments, enum option option,
    const char *fallback);
/* The option's value is WORD. */
bool argument_is(const struct arguments *arguments, enum option option, const char *word);
/* VALUE is a word of LIST, "a|b|c"; what is no list has every word. */
bool option_lists(const char *list, struct str value);
bool verb_find(struct str name, enum verb *verb);
/* "`NAME` is no verb", and which was meant, if that is clear. */
struct refusal verb_unknown(struct arena *arena, struct str name);

#endif
