/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site - a small schema built by hand, inventories read against it from
 * texts, and graphs as text: what the units of inventory/ share.
 */
#ifndef SCARP_TESTS_UNIT_SITE_H
#define SCARP_TESTS_UNIT_SITE_H

#include "inventory/inventory.h"

struct schema *site_schema(struct arena *arena);

/* All attributes of SCHEMA, but for those whose names stand in LEFT_OUT between
 * spaces; in ARENA. */
uint64_t *site_footprint(struct arena *arena, const struct schema *schema,
    const char *left_out);

/* Bytes of a file as io_read gives them, named NAME. */
uint32_t site_file(struct arena *arena, struct sources *sources,
    const char *name, const char *bytes, size_t length);

/* Writes a text into the working folder as I.yaml, or I.json where it begins
 * with a brace, or I.ndjson where lines are maps besides; answers the name. */
struct str site_write(struct arena *arena, size_t i, const char *text);

/* The graph of TEXTS, written as site_write does; NULL after diagnostics in ALL. */
struct graph *site_load(struct arena *arena, struct diagnostics *all,
    const struct schema *schema, const char *const *texts, size_t count,
    const struct inventory_options *options);

/*
 * The graph of TEXTS (written into the working folder as 0.yaml, 1.yaml, ...;
 * a text that begins with a brace is JSON), or the diagnostics, as text.
 */
struct str site_read(struct arena *arena, const char *const *texts,
    size_t count, const struct inventory_options *options);

/*
 *	Host a (DomainController) zone=perimeter roles=[mp, dp?, fsp!, ...]
 *
 * Entities by kind; attributes that are not collected are left out.  `?` is
 * possible, `!` disputed, `~` assumed by the schema.  Then closed extents and
 * what did not win.
 */
struct str site_dump(struct arena *arena, const struct graph *graph);

#endif
