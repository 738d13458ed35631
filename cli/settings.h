/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings - what a run does where the command line says nothing: by the
 * environment, then the project file, then the user's file.  The first of
 * them that has a setting decides it wholly; lists are not joined.
 */
#ifndef SCARP_CLI_SETTINGS_H
#define SCARP_CLI_SETTINGS_H

#include "cli/session.h"

enum setting_id {
#define SETTING(key, option, form, verbs, fallback, text) SETTING_##key,
#include "cli/settings.def"
#undef SETTING
	SETTING_COUNT
};

enum setting_form {
	FORM_PACKS, FORM_PATHS, FORM_REPORTS, FORM_PARAMS, FORM_WORD, FORM_FLAG,
	FORM_DAY
};

struct setting_info {
	const char *key;
	int option;			/* OPTION_COUNT: the operands */
	enum setting_form form;
	unsigned verbs;
	const char *fallback, *text;
};
extern const struct setting_info setting_table[SETTING_COUNT];
/* Whether the environment and the user's own file may say it: what changes no
 * verdict and no exit status, and whom the user trusts. */
bool setting_is_ambient(enum setting_id setting);
/* "SCARP_COLOR" */
struct str setting_variable(struct arena *arena, enum setting_id setting);

/* One setting, as an option or the operands would have given it. */
struct setting_value {
	bool is_found;
	VEC(struct str) items;
	struct str where;		/* "scarp.yaml:3:9", "SCARP_COLOR" */
};

struct setting_values {
	struct setting_value of[SETTING_COUNT];
};

/* Reads the project or user file PATH; what VALUES has already stays.
 * False after diagnostics.  (settings_read.c) */
bool settings_read(struct session *session, struct str path, bool is_users,
    struct setting_values *values);

/*
 * Completes ARGUMENTS, those of the session, for its verb.  True: go on.
 * False: the run ends with *STATUS, after diagnostics or what --show-config
 * prints.
 */
bool settings_complete(struct session *session, struct arguments *arguments,
    int *status);

#endif
