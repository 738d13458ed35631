/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts - each file of an inventory as facts by itself, several files at a
 * time, to be joined in their order: what comes out does not depend on how
 * many threads there are.
 */
#ifndef SCARP_INVENTORY_PARTS_H
#define SCARP_INVENTORY_PARTS_H

#include "inventory/assert.h"

struct part {
	uint32_t file;
	struct arena *arena;	/* ends with the facts it is to be joined to */
	struct facts *facts;	/* NULL: the file is not for the quick way, and
				 * nothing was said of it */
	unsigned char digest[32];	/* SHA-256 of its bytes */
	struct arena *bytes;	/* region of the bytes of a large file, or NULL */
	const char *raised;	/* why reading it ended, or NULL */
};

/* Reads those files of the quick way, whose numbers are set. */
void parts_read(struct facts *facts, struct part *parts, size_t count);
/* Adds a part to what was said before it; false where it has no facts, or they
 * cannot be joined without something that has to be told. */
bool part_join(struct facts *facts, struct part *part);

#endif
