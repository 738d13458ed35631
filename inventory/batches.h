/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batches - the tokens of a file of ours, a batch at a time.  Where there is a
 * processor to spare they are made ahead, by a thread of their own, while the
 * ones before them are bound.
 */
#ifndef SCARP_INVENTORY_BATCHES_H
#define SCARP_INVENTORY_BATCHES_H

#include "inventory/read.h"
#include "inventory/token.h"

struct batches;

enum scanner { SCAN_JSON, SCAN_NDJSON, SCAN_YAML, SCAN_YAML_LINES };

/* Of BYTES, which are followed by IO_PADDING readable ones.  Ends with ARENA,
 * its thread too. */
struct batches *batches_new(struct arena *arena, enum scanner scanner,
    struct str bytes, bool ahead);
/* The next tokens, valid until they are asked for again; not after a status
 * other than TOKENS_SOME.  Raises what was raised while they were made. */
enum token_status batches_next(struct batches *b, const struct tokens **tokens);

#endif
