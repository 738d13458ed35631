/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intern - each distinct text once, under a small number (a symbol).
 *
 * Numbers follow the order of first appearance; nothing that reaches an
 * output may depend on them, only on the texts.  The table is keyed with a
 * random key, so chosen names cannot make it slow.
 */
#ifndef SCARP_BASE_INTERN_H
#define SCARP_BASE_INTERN_H

#include "base/arena.h"

typedef uint32_t symbol;
#define SYMBOL_NONE UINT32_MAX

struct symbols;

/* The table lives in ARENA and copies each new text into it. */
struct symbols *symbols_new(struct arena *arena);
/*
 * Texts that are there already: COUNT of them, each once.  The one at place P
 * in the order of bytes is BYTES[STARTS[P]] up to a NUL before STARTS[P + 1],
 * and has the number NUMBERS[P]; symbol S is at PLACES[S].  The arrays are
 * kept, not copied; what is interned besides goes to ARENA.  They are found by
 * bisection, or by a table that is made when many are asked for: nothing is
 * hashed before that, and with no key but the process's.
 */
struct sorted_texts {
	const char *bytes;
	const uint32_t *starts, *places, *numbers;
	uint32_t count;
};
struct symbols *symbols_new_on(struct arena *arena, const struct sorted_texts *texts);
/*
 * A table over another, which nobody may add to while this one is used: what
 * UNDER has keeps its number, what is new is kept here, behind.
 */
struct symbols *symbols_above(struct arena *arena, const struct symbols *under);
symbol symbol_of(struct symbols *symbols, struct str text);
/* SYMBOL_NONE when TEXT was never interned. */
symbol symbol_find(const struct symbols *symbols, struct str text);
struct str symbol_text(const struct symbols *symbols, symbol s);
/* The symbol of the case-folded text (utf8.h): equal folds, equal caseless
 * names.  Computed on first use, then remembered. */
symbol symbol_fold(struct symbols *symbols, symbol s);
/* Above every number there is. */
uint32_t symbols_count(const struct symbols *symbols);
/* The order of their texts, by bytes: it does not depend on who was added
 * when. */
int symbol_compare(const struct symbols *symbols, symbol a, symbol b);

/* Keyed hash of bytes under the process's random seed; never the same twice. */
uint64_t hash_bytes(const void *bytes, size_t length);

/*
 * map - a hash map from texts to 32-bit values, in a region; a new key is
 * copied.  Iteration is not offered, on purpose.
 */
struct map;
struct map *map_new(struct arena *arena);
/* The place of the value for the key; *IS_NEW tells whether it was made (0).
 * Valid until the next map_at. */
uint32_t *map_at(struct map *map, struct str key, bool *is_new);
/* NULL when absent. */
uint32_t *map_find(const struct map *map, struct str key);

#endif
