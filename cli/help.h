/* SPDX-License-Identifier: Apache-2.0 */
/* help - help pages of WIDTH columns, and the tables that they and the manual
 * have in common. */
#ifndef SCARP_CLI_HELP_H
#define SCARP_CLI_HELP_H

#include "cli/arguments.h"

enum {
	VARIABLE_COUNT = 0
#define VARIABLE(name, text) + 1
#include "cli/environment.def"
#undef VARIABLE
};
struct variable_info {
	const char *name, *text;
};
extern const struct variable_info variable_table[VARIABLE_COUNT];

/* The rows of the table of exit statuses. */
size_t help_statuses(void);
const char *help_status(size_t i, int *status);

/* Brief, as -h: what a screen holds, without reasons. */
void help_usage(struct text *out, unsigned width);
void help_usage_brief(struct text *out, unsigned width);
void help_verb(struct text *out, enum verb verb, unsigned width);
void help_verb_brief(struct text *out, enum verb verb, unsigned width);
void help_environment(struct text *out, unsigned width);
/* Each exit status with what gives it. */
void help_exit_status(struct text *out, unsigned width);

#endif
