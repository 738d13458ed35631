/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml_lines - YAML as most of it is written, line by line, as tokens: maps
 * and lists by indentation, lists and maps in brackets on one line, texts that
 * end with their line, comments.  It is read in a fraction of the time that
 * libyaml takes.
 *
 * What is taken here has the same tokens by yaml_scan; all else is left to
 * that: texts of several lines, tabs, carriage returns, anchors, tags,
 * directives, rare escapes, whatever is wrong.
 */
#ifndef SCARP_INVENTORY_YAML_LINES_H
#define SCARP_INVENTORY_YAML_LINES_H

#include "inventory/token.h"

struct yaml_lines;

/* BYTES of a whole file, which are what inventories may hold.  It ends with
 * ARENA. */
struct yaml_lines *yaml_lines_new(struct arena *arena, struct str bytes,
    unsigned depth);
/* As json_scan_some; texts that are not in the file live in TEXTS. */
enum token_status yaml_lines_some(struct yaml_lines *y, struct arena *texts,
    struct tokens *tokens, size_t most);

#endif
