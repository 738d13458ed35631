/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile - what a profile makes of the rules and params of a run.
 *
 * A profile speaks of all rules of the run, whichever packs they come from.
 * It begins with what it extends; else with no rule when its first line that
 * selects or excludes is a `select`, else with every rule.  Its lines act in
 * order, and each must make a difference that lasts to the profile's end.
 */
#ifndef SCARP_COMPILER_PROFILE_H
#define SCARP_COMPILER_PROFILE_H

#include "compiler/front.h"

/* By rule (before any profile), and by param. */
struct profile_state {
	bool *selected;
	enum severity *severity;
	struct setting *selected_by, *severity_by;
	struct expr **values;		/* NULL where a declaration is wrong */
	struct setting *set_by;
};

/* A profile being looked at: profile_lines.c changes its state line by line. */
struct profile_lines {
	struct front *front;
	struct declared at;
	uint32_t index;			/* in tree.profiles */
	struct profile_state state;
	bool is_judged;			/* everything is known: effects count */
};

/* What is declared, untouched; and a copy. */
struct profile_state profile_state_new(const struct front *front);
struct profile_state profile_state_copy(const struct front *front,
    const struct profile_state *from);

/* profile_lines.c: acts on every line; reports wrong ones and those in vain. */
void profile_read_lines(struct profile_lines *lines);
/* The param that NAME means in PACK: `max`, `pack.max`; -1 after a
 * diagnostic. */
long profile_find_param(struct front *front, uint32_t pack,
    const struct ast *name);
/* `a.b.c`: the part before the last dot, or empty, and the part behind. */
void profile_split(struct str dotted, struct str *before, struct str *last);
/* Is OF, where it is not empty, what PACK calls the pack OTHER: its id, or an
 * alias? */
bool profile_means_pack(const struct front *front, uint32_t pack,
    struct str of, uint32_t other);

/* choose.c: leaves out what the run did not ask for; reports words that name
 * nothing, and a choice that leaves no rule. */
void profile_choose(struct front *front, const struct compile_options *options,
    struct profile_state *state);
/* select.c: makes the tree the one that STATE says. */
void profile_apply(struct front *front, const struct profile_state *state);

#endif
