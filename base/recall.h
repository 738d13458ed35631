/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recall - files whose bytes were read, and go until they are asked for.
 *
 * What is read again is compared, a block at a time, with a sum of what was
 * read first (hash_bytes, whose key nobody outside knows): a file that has
 * changed since ends the run, as its new bytes are no evidence.
 */
#ifndef SCARP_BASE_RECALL_H
#define SCARP_BASE_RECALL_H

#include "base/source.h"

/*
 * From now on FILE of SOURCES is read from PATH when it is asked for, and its
 * bytes may go.  False, and nothing has changed: it is no file that can be
 * read again, or another one by now.  ARENA lives as long as the sources.
 */
bool recall_file(struct arena *arena, struct sources *sources, uint32_t file,
    const char *path);

#endif
