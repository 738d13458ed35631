/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot - a .scarpg where an inventory is wanted. */
#ifndef SCARP_INVENTORY_SNAPSHOT_H
#define SCARP_INVENTORY_SNAPSHOT_H

#include "inventory/inventory.h"

bool snapshot_is_named(const struct str *paths, size_t count);
/* NULL after a diagnostic. */
struct graph *snapshot_load(struct arena *arena, struct diagnostics *all,
    const struct schema *schema, const struct str *paths, size_t count,
    const struct inventory_options *options, struct inventory_notes *notes);
/* A change is one of what files say. */
void snapshot_refuse_edits(struct diagnostics *all);

#endif
