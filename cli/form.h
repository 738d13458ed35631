/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form - small files of maps, lists and texts beside a pack: what they may
 * hold, and a diagnostic for each thing that is otherwise.
 */
#ifndef SCARP_CLI_FORM_H
#define SCARP_CLI_FORM_H

#include "base/diag.h"
#include "base/document.h"

struct form {
	struct arena *arena;
	struct diagnostics *all;
	enum diag_code code;		/* of what is wrong with its form */
	const char *what;		/* "an outline" */
	const struct document_node *nodes;
};

/* What is allowed in a map, and whether it must be there. */
struct form_key {
	const char *name;
	bool is_needed;
	const struct document_node *found;
};

/* Reads the YAML or JSON file PATH; false after diagnostics. */
bool form_read(struct form *form, struct str path);
/* Finds KEYS in a map; false where one that is needed is missing. */
bool form_take(struct form *form, const struct document_node *map,
    const char *what, struct form_key *keys, size_t count);
/* The text of a key that was found; empty when it was not, or is no text. */
struct str form_text(struct form *form, const struct form_key *key);
/* Is the key that was found a list with something in it? */
bool form_list(struct form *form, const struct form_key *key);

#endif
