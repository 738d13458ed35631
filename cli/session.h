/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session - what the verbs share: the run's region, sources and diagnostics,
 * packs, inventories, and how a run ends.
 */
#ifndef SCARP_CLI_SESSION_H
#define SCARP_CLI_SESSION_H

#include "base/sign.h"
#include "cli/arguments.h"
#include "compiler/compiler.h"
#include "compiler/find.h"
#include "compiler/plan.h"
#include "inventory/inventory.h"

enum { STATUS_CLEAN, STATUS_FINDINGS, STATUS_UNTRUSTED, STATUS_FAULT };

struct phases;
struct since;
struct session {
	struct arena *arena;
	struct sources *sources;
	struct diagnostics *all;
	const struct arguments *arguments;
	struct crew *crew;		/* session_crew; NULL: not asked for */
	struct since *since;		/* of check --since, --keep; else NULL */
	struct phases *phases;		/* of check --timings; else NULL */
};

typedef int verb_function(struct session *session);
#define VERB(name, operands, summary) verb_function verb_##name;
#include "cli/verbs.def"
#undef VERB

/* What was asked for cannot be done: tells it on standard error.  The first line
 * of FORMAT is the message, each further one says what to do.  Answers
 * STATUS_UNTRUSTED. */
int session_refuse(struct session *session, enum diag_code code,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
int session_refuse_as(struct session *session, struct refusal refusal);
/* The same where no pack is named; SO goes on with it: ", so ...", or "". */
int session_needs_pack(struct session *session, const char *so);
/* The same where scarp, or the machine, is at fault: there is no code. */
int session_fail(struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A message on standard error, as --errors has it; LINES may be several and are
 * shown as they are. */
void session_tell(struct session *session, struct str lines);
/* Prints the diagnostics to standard error; true when there are no errors. */
bool session_report(struct session *session);
/* Why nothing may be concluded, as a diagnostic; nothing where there is no doubt. */
struct doubt;
void session_doubt(struct session *session, const struct doubt *doubt);
/* --at-least, or FALLBACK. */
unsigned session_percent(const struct session *session, unsigned fallback);
/* Whether the report may be coloured. */
bool session_colour(const struct session *session);
/* The columns of lines for people in what goes to --output or standard output
 * (terminal_width). */
unsigned session_width(const struct session *session);
/* Whether trees may be drawn with characters beyond ASCII: in a locale of
 * UTF-8. */
bool session_draws(const struct session *session);
/* The rule files of a folder, at least one, sorted; false after a message. */
bool session_rule_files(struct session *session, struct str folder,
    struct found_files *found);
/* LINES (base/wrap.h) as they fit into what goes to --output or standard
 * output. */
void session_fold(struct session *session, struct text *out,
    const struct text *lines);
/* Writes TEXT to --output or standard output; false after a message. */
bool session_write(struct session *session, const struct text *text);
/* Writes to PATH ("-" is standard output), but never over what was read;
 * false after a message. */
bool session_put(struct session *session, struct str path, struct str bytes);
/* The same in parts: whether it could be written, and what was in the way,
 * tells the last of them.  One at a time. */
struct session_output;
struct session_output *session_open(struct session *session, struct str path);
void session_add(struct session_output *output, struct str bytes);
bool session_close(struct session_output *output);

/* Splits operands into packs and inventories: .scarp, .scarpc and folders
 * that hold .scarp files are packs.  --pack values that are no path are looked
 * up among the installed rules. */
struct session_inputs {
	VEC(struct str) packs, inventories;
};
void session_inputs(struct session *session, struct session_inputs *inputs);
/* The packs alone, of the options --pack, --old-pack or --new-pack. */
void session_packs(struct session *session, enum option option,
    struct session_inputs *inputs);

/* The packs that a verb takes as operands: paths, names of installed ones;
 * without operands those of --pack, which a project file may have given. */
void session_pack_operands(struct session *session, struct session_inputs *inputs);

/* A pack compiled to a verified program, from source or from .scarpc. */
struct session_pack {
	struct tree *tree;
	struct program *program;
	/* What it was compiled for: a profile or empty, NAME=VALUE of params. */
	struct str profile;
	struct str *settings;
	size_t setting_count;
	struct signer signer;		/* when keys are given */
};
/* False after diagnostics or a message. */
bool session_compile(struct session *session, const struct str *packs,
    size_t count, bool with_program, struct session_pack *pack);
/* One rule of a checked tree, by number, as a pack of its own: rule 0 of a tree
 * that shares all else.  False after diagnostics or a message. */
bool session_compile_rule(struct session *session, const struct tree *tree,
    uint32_t rule, struct session_pack *pack);
/* Only a part of the rules is asked for: --rule, --tag, ... */
bool session_chooses(const struct session *session);
/* The bytes of a .scarpc and what they hold, signed where keys are given; false
 * after a message. */
struct container;
bool session_container_read(struct session *session, struct str path,
    struct container *container, struct str *bytes, struct signer *signer);
/* Every waiver ends on a day: false, after a diagnostic, when there are some
 * that may act and the run has no date to compare with. */
bool session_dates_waivers(struct session *session, const struct tree *tree,
    const struct inventory_options *options);
/* The bytes of a .scarpc: the program, and the sources of the pack and of the
 * packs it uses. */
struct str session_container(struct session *session, const struct session_pack *pack);
/* The threads of --jobs. */
struct crew *session_crew(struct session *session);
struct report;
struct report_policy;
/* The verdicts of a pack over a graph, those of WANTED (1 << verdict) listed,
 * by the engine of the command line. */
struct report *session_evaluate(struct session *session,
    const struct session_pack *pack, const struct graph *graph, unsigned wanted);
/* What decides the exit status: --fail-on, --unknown. */
struct report_policy session_policy(const struct session *session);
/* The inventory options of the command line; false after a message. */
bool session_inventory_options(struct session *session, const struct tree *tree,
    struct inventory_options *options);
/* The packs and the inventories of INPUTS, read with those options; false after
 * whatever was wrong with them was told. */
/* Which files of folders were left out: each with --verbose; where no report says
 * so, in a line. */
void session_left(struct session *session, const struct inventory_notes *notes,
    bool is_reported);
bool session_read(struct session *session, const struct session_inputs *inputs,
    bool with_program, struct session_pack *pack, struct graph **graph);

#endif
