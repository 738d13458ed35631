/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot_bytes - a .scarpg as bytes, to be changed by tests. */
#ifndef SCARP_TESTS_UNIT_SNAPSHOT_BYTES_H
#define SCARP_TESTS_UNIT_SNAPSHOT_BYTES_H

#include "vm/snapshot_file.h"

/* Little-endian numbers of so many bytes. */
uint64_t snapshot_get(const char *at, unsigned bytes);
void snapshot_set(char *at, uint64_t value, unsigned bytes);
/* How many sections there are. */
uint64_t snapshot_entries(const char *bytes);
/* The record of a section in the table; NULL when it is left out. */
char *snapshot_find(char *bytes, enum section section, unsigned attribute);
/* Sums and digest as a writer would have made them. */
void snapshot_make_right(struct arena *arena, char *bytes, size_t length);

#endif
