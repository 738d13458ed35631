/* SPDX-License-Identifier: Apache-2.0 */
/* value - single values of an inventory: what their looks say, and cells. */
#ifndef SCARP_INVENTORY_VALUE_H
#define SCARP_INVENTORY_VALUE_H

#include "inventory/assert.h"

/* What the core schema of YAML 1.2 would take a plain scalar for. */
enum plain { PLAIN_EMPTY, PLAIN_NULL, PLAIN_BOOL, PLAIN_NUMBER, PLAIN_WORD };
enum plain value_plain(struct str text);

bool value_bool(struct str text, int64_t *cell);
/* 1 for yes, on, ...; 0 for no, off, ...; else -1. */
int value_like_bool(struct str text);
/* Text as a cell of a type that is neither entity nor set. */
bool value_read(struct facts *facts, struct type type, struct str text,
    int64_t *cell, symbol *spelling);

#endif
