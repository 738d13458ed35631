/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load - finds, reads and parses packs and the packs they use.
 *
 * A pack is a file, or a folder with all its *.scarp files.  Files are told
 * apart by their real paths, so one that is reached in two ways is one.
 */
#ifndef SCARP_COMPILER_LOAD_H
#define SCARP_COMPILER_LOAD_H

#include "base/diag.h"
#include "compiler/compiler.h"
#include "grammar/ast.h"

struct pack_use {
	struct str alias;		/* or empty */
	struct span span;
	uint32_t pack;
};

struct pack_file {
	struct str name;		/* inside the pack: "tests/a.scarp" */
	struct ast *tree;		/* AST_FILE */
	uint32_t file;			/* in the sources */
	VEC(struct span) faults;	/* of its text */
};

enum pack_state { PACK_NEW, PACK_LOADING, PACK_LOADED };

struct pack {
	struct str path;		/* as asked for, or as found */
	struct str real;
	struct str name;		/* its last part: what messages call it */
	struct str module;		/* the name that `use` gave, or empty */
	struct span span;		/* of that `use`, or none */
	enum pack_state state;
	bool is_folder;
	VEC(struct pack_file) files;	/* sorted by name */
	VEC(struct pack_use) uses;
};

struct packs {
	VEC(struct pack) list;		/* those asked for first */
	bool lost;			/* declarations may be missing */
};

void packs_load(struct arena *arena, struct diagnostics *all,
    const struct compile_options *options, struct packs *packs);

#endif
