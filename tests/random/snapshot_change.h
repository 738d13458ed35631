/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot_change - snapshots changed at random. */
#ifndef SCARP_TESTS_SNAPSHOT_CHANGE_H
#define SCARP_TESTS_SNAPSHOT_CHANGE_H

#include "tests/random/random.h"

/* Changes elements, sections, the table or single bits of the LENGTH bytes,
 * which have room for ROOM, and mostly makes the sums right again.  The bytes
 * need not be a snapshot.  Answers the new length. */
size_t snapshot_change(struct random *r, char *bytes, size_t length, size_t room);

#endif
