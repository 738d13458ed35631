/* SPDX-License-Identifier: Apache-2.0 */
/*
 * repair_search - the cheapest changes of an inventory that undo a failure.
 *
 * States are sets of changes; the cheapest that was not tried is tried next
 * (of equal cost that with fewer changes, then by text): the first that is
 * good is the cheapest.  A state is tried by making its inventory and running
 * every rule over it.  One that is not good is extended by the changes that
 * bear on what is still wrong with it: every repair must change some fact that
 * the failure rests on, so none within reach is missed.
 */
#ifndef SCARP_CLI_REPAIR_SEARCH_H
#define SCARP_CLI_REPAIR_SEARCH_H

#include "cli/session.h"
#include "explain/evaluate.h"

struct repair_task {
	struct session *session;
	const struct session_pack *pack;
	struct inventory *inventory;
	const struct graph *graph;		/* without changes */
	struct outcome target;			/* in GRAPH: it fails */
	bool resolve;		/* not applicable, or no subject, will do too */
	uint32_t most;		/* changes in one repair */
};

struct repair {
	bool found;
	bool exhausted;		/* else the limit `repair` ended the search */
	uint64_t tried;		/* inventories */
	uint64_t cost;
	struct str *changes;	/* each one or more lines of a patch */
	size_t count;
	struct edits *edits;	/* the same, parsed */
};

/* Lives in the session's region. */
struct repair repair_search(const struct repair_task *task);

#endif
