/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opengraph - collections of other tools, read as mappings say
 * (vm/mapping.h): BloodHound's OpenGraph form, SharpHound's files, and rows,
 * a class a file.
 *
 * Nodes and edges stand in several files and refer to each other in any
 * order, so files are only gathered by opengraph_read, and all of them are
 * understood by opengraph_finish.
 */
#ifndef SCARP_INVENTORY_OPENGRAPH_H
#define SCARP_INVENTORY_OPENGRAPH_H

#include "inventory/assert.h"

struct opengraph;

struct opengraph *opengraph_new(struct facts *facts);
/* Gathers a document, which must live until opengraph_finish; false when it has
 * none of these forms. */
bool opengraph_read(struct opengraph *og, const struct document *document);
/* Understands all that was gathered and hands the notes out. */
void opengraph_finish(struct opengraph *og, struct arena *arena,
    struct inventory_notes *notes);

#endif
