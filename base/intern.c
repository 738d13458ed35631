/* SPDX-License-Identifier: Apache-2.0 */
/* Both tables are open addressing over small numbers, at most half full. */
#include "base/intern.h"

#include <sodium.h>

#include "base/guard.h"
#include "base/utf8.h"
#include "base/vec.h"

#define FIRST_SLOTS 64		/* a power of two */
#define EMPTY UINT32_MAX

struct slots {
	uint32_t *numbers;
	uint32_t mask;
};

struct entry {
	struct str text;
	uint64_t hash;
	uint32_t value;		/* of a map; of a symbol: its fold */
};

struct table {
	struct arena *arena;
	struct slots slots;
	VEC(struct entry) entries;
};

struct symbols {
	struct table table;
};

struct map {
	struct table table;
};

static const unsigned char *seed(void)
{
	static unsigned char key[crypto_shorthash_KEYBYTES];
	static bool is_set;

	if (!is_set) {
		if (sodium_init() < 0)
			guard_raise("no random bytes");
		randombytes_buf(key, sizeof(key));
		is_set = true;
	}
	return key;
}

uint64_t hash_bytes(const void *bytes, size_t length)
{
	unsigned char out[crypto_shorthash_BYTES];
	uint64_t hash;

	crypto_shorthash(out, bytes, length, seed());
	memcpy(&hash, out, sizeof(hash));
	return hash;
}

static struct slots slots_new(struct arena *arena, uint32_t count)
{
	struct slots slots = { ARENA_ARRAY(arena, uint32_t, count), count - 1 };

	memset(slots.numbers, 0xff, count * sizeof(*slots.numbers));
	return slots;
}

static void table_init(struct table *table, struct arena *arena)
{
	*table = (struct table){
		.arena = arena, .slots = slots_new(arena, FIRST_SLOTS)
	};
}

/* The slot that holds TEXT, or the free one where it belongs. */
static uint32_t *table_slot(const struct table *table, struct str text,
    uint64_t hash)
{
	uint32_t i = (uint32_t)hash & table->slots.mask;

	for (;; i = (i + 1) & table->slots.mask) {
		uint32_t *slot = &table->slots.numbers[i];
		const struct entry *entry = table->entries.items + *slot;

		if (*slot == EMPTY || (entry->hash == hash &&
		    str_equal(entry->text, text)))
			return slot;
	}
}

static void table_widen(struct table *table)
{
	uint32_t mask, count = (table->slots.mask + 1) * 2;

	if (count == 0)
		guard_raise("out of memory");
	table->slots = slots_new(table->arena, count);
	mask = table->slots.mask;
	for (uint32_t n = 0; n < table->entries.count; n++) {
		uint32_t i = (uint32_t)table->entries.items[n].hash & mask;

		while (table->slots.numbers[i] != EMPTY)
			i = (i + 1) & mask;
		table->slots.numbers[i] = n;
	}
}

static uint32_t table_add(struct table *table, struct str text, uint64_t hash,
    uint32_t value)
{
	uint32_t number = (uint32_t)table->entries.count;

	if (number >= table->slots.mask / 2)
		table_widen(table);
	*VEC_PUSH(table->arena, &table->entries) = (struct entry){
		arena_copy(table->arena, text), hash, value
	};
	*table_slot(table, text, hash) = number;
	return number;
}

struct symbols *symbols_new(struct arena *arena)
{
	struct symbols *symbols = ARENA_NEW(arena, struct symbols);

	table_init(&symbols->table, arena);
	return symbols;
}

symbol symbol_of(struct symbols *symbols, struct str text)
{
	uint64_t hash = hash_bytes(text.at, text.length);
	symbol found = *table_slot(&symbols->table, text, hash);

	if (found != EMPTY)
		return found;
	return table_add(&symbols->table, text, hash, SYMBOL_NONE);
}

symbol symbol_find(const struct symbols *symbols, struct str text)
{
	return *table_slot(&symbols->table, text,
	    hash_bytes(text.at, text.length));
}

struct str symbol_text(const struct symbols *symbols, symbol s)
{
	return symbols->table.entries.items[s].text;
}

symbol symbol_fold(struct symbols *symbols, symbol s)
{
	struct table *table = &symbols->table;
	struct str text = symbol_text(symbols, s);

	if (table->entries.items[s].value == SYMBOL_NONE) {
		symbol fold = symbol_of(symbols, utf8_fold(table->arena, text));

		/* Only now: the table may have moved. */
		table->entries.items[s].value = fold;
	}
	return table->entries.items[s].value;
}

uint32_t symbols_count(const struct symbols *symbols)
{
	return (uint32_t)symbols->table.entries.count;
}

struct map *map_new(struct arena *arena)
{
	struct map *map = ARENA_NEW(arena, struct map);

	table_init(&map->table, arena);
	return map;
}

uint32_t *map_at(struct map *map, struct str key, bool *is_new)
{
	uint64_t hash = hash_bytes(key.at, key.length);
	uint32_t found = *table_slot(&map->table, key, hash);

	*is_new = found == EMPTY;
	if (*is_new)
		found = table_add(&map->table, key, hash, 0);
	return &map->table.entries.items[found].value;
}

uint32_t *map_find(const struct map *map, struct str key)
{
	uint32_t found = *table_slot(&map->table, key,
	    hash_bytes(key.at, key.length));

	if (found == EMPTY)
		return NULL;
	return &map->table.entries.items[found].value;
}
