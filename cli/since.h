/* SPDX-License-Identifier: Apache-2.0 */
/*
 * since - verdicts that are made of those of an earlier run: check --since,
 * --keep.
 *
 * The report is the same with and without.  Whatever is in the way of using
 * what was kept is told as a note, and everything is evaluated.
 */
#ifndef SCARP_CLI_SINCE_H
#define SCARP_CLI_SINCE_H

#include "cli/session.h"
#include "vm/kept.h"

/* For the options of the session; *SINCE is NULL without any.  False after a
 * message. */
bool since_open(struct session *session, const struct session_inputs *inputs,
    const struct session_pack *pack, struct since **since);
/* As run_keep. */
void since_run(struct since *since, const struct graph *graph,
    const struct run_options *options, struct tally *tallies, struct outcomes *outcomes);
/* Writes the snapshot of --keep, of the graph that was run; false after
 * messages. */
bool since_keep(struct since *since, const struct graph *graph,
    const struct inventory_options *options, const struct inventory_notes *notes);

#endif
