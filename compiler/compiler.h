/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compiler - from packs to programs.  The passes, in order:
 *
 *	load	find, read and parse a pack's files and the packs they use
 *	resolve	collect declarations into the schema and the name tables
 *	check	type every expression; build the checked tree
 *	stratify	order relations; refuse recursion through negation
 *	profiles	check them all, act on the one asked for
 *	waivers	find the rules and the kinds they name
 *	plan	one value-numbered DAG for all rules, predicates hoisted
 *	emit	the DAG as straight-line bytecode over frames
 */
#ifndef SCARP_COMPILER_COMPILER_H
#define SCARP_COMPILER_COMPILER_H

#include "compiler/tree.h"
#include "vm/container.h"
#include "vm/program.h"

/* Words of one sort that choose rules: any of them will do.  Of rules, tags and
 * frameworks they are patterns with `*` and `?`. */
enum choice_kind {
	CHOICE_RULE, CHOICE_TAG, CHOICE_SEVERITY, CHOICE_FRAMEWORK, CHOICE_KINDS
};
struct rule_choice { const struct str *words; size_t count; };

struct compile_options {
	const struct str *packs;	/* files or folders */
	size_t pack_count;
	const struct str *search;	/* folders that `use` looks in, in order */
	size_t search_count;
	/* Instead of packs: the sources held by a .scarpc (vm/container.h);
	 * `use NAME` then finds the sources of that module and nothing else. */
	const struct packed_source *packed;
	size_t packed_count;
	struct str packed_name;		/* of the pack, where it has no `pack` line */
	/* A name that nothing uses is no error, nor a line of a profile that
	 * has no effect. */
	bool unused_allowed;
	/* What a run chooses: its profile (empty: none), values of params as
	 * NAME=VALUE, and files that hold nothing but waivers. */
	struct str profile;
	const struct str *settings;
	size_t setting_count;
	/* The part of the rules that it asks for, of those that the profile
	 * selects: all that satisfy each sort of choice that has words. */
	struct rule_choice choices[CHOICE_KINDS];
	const struct str *waivers;
	size_t waiver_count;
};

/* Load to check.  NULL when the diagnostics hold an error. */
struct tree *compile_check(struct arena *arena, struct diagnostics *all,
    const struct compile_options *options);
/* Plan and emit.  NULL, with a diagnostic, when a limit is met. */
struct program *compile_program(struct arena *arena, const struct tree *tree);

#endif
