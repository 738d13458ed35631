/* SPDX-License-Identifier: Apache-2.0 */
/* packed - compiled packs that are changed, and run where they are accepted. */
#ifndef SCARP_TESTS_PACKED_H
#define SCARP_TESTS_PACKED_H

#include "tests/fuzz/fuzz.h"
#include "tests/random/random.h"
#include "vm/verifier.h"

/* Where the header ends, and the list of tables. */
#define PACKED_HEADER 64
#define PACKED_FRAME ((size_t)PACKED_HEADER + PART_COUNT * 24)

/* Changes a few fields, records or instructions of the SIZE bytes, which have
 * room for MOST, and mends length and digest.  Answers the new size. */
size_t packed_change(struct random *random, unsigned char *bytes, size_t size, size_t most);
/* All of the schema is the same, byte by byte. */
bool packed_same_schema(struct str a, struct str b);
/* Length and digest are made those of the bytes. */
void packed_mend(unsigned char *bytes, size_t size);
/* A compiled pack of tests/random with its site; empty when there is none of
 * this seed. */
struct str packed_seed(struct arena *arena, uint64_t seed);
/* The pack of a file, compiled, with the site of another; all tables have
 * something in them. */
struct str packed_files(struct arena *arena, const char *pack, const char *site);
/* By rule, a number for all that its verdicts follow from but schema and site:
 * rules of two programs with equal numbers have equal verdicts. */
uint64_t *slices_of(struct arena *arena, const struct program *program);

#endif
