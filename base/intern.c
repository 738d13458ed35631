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

/* Texts under the first numbers. */
struct base {
	struct sorted_texts texts;
	uint32_t count, asked;
	uint32_t *folds;	/* number of the fold + 1, or 0; made when asked for */
	struct slots slots;	/* none until much was asked */
};

struct symbols {
	struct base base;
	struct table table;	/* of those behind the base */
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
		const struct entry *entry;

		if (*slot == EMPTY)
			return slot;
		entry = &table->entries.items[*slot];
		if (entry->hash == hash && str_equal(entry->text, text))
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

/* --- symbols ------------------------------------------------------------- */

/* Bisections after which a table over the base costs less than the next. */
#define ASKED_MOST 4096u

struct symbols *symbols_new(struct arena *arena)
{
	struct symbols *symbols = ARENA_NEW(arena, struct symbols);

	table_init(&symbols->table, arena);
	return symbols;
}

struct symbols *symbols_new_on(struct arena *arena, const struct sorted_texts *texts)
{
	struct symbols *symbols = symbols_new(arena);

	symbols->base = (struct base){ .texts = *texts, .count = texts->count };
	return symbols;
}

static struct str text_at(const struct base *base, uint32_t place)
{
	uint32_t start = base->texts.starts[place];

	return (struct str){ base->texts.bytes + start,
		base->texts.starts[place + 1] - 1 - start };
}

static struct str base_text(const struct base *base, symbol s)
{
	return text_at(base, base->texts.places[s]);
}

static symbol base_bisect(const struct base *base, struct str text)
{
	uint32_t low = 0, high = base->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = str_compare(text_at(base, middle), text);

		if (order == 0)
			return base->texts.numbers[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return SYMBOL_NONE;
}

/* Where TEXT is in the table over the base, or would be put. */
static uint32_t *base_slot(const struct base *base, struct str text)
{
	uint32_t i = (uint32_t)hash_bytes(text.at, text.length) &
	    base->slots.mask;

	while (base->slots.numbers[i] != EMPTY &&
	    !str_equal(base_text(base, base->slots.numbers[i]), text))
		i = (i + 1) & base->slots.mask;
	return &base->slots.numbers[i];
}

static void base_index(struct symbols *symbols)
{
	struct base *base = &symbols->base;
	uint32_t count = FIRST_SLOTS;

	while (count / 2 <= base->count && count < UINT32_MAX / 2 + 1)
		count *= 2;
	if (count / 2 <= base->count)
		return;
	base->slots = slots_new(symbols->table.arena, count);
	for (uint32_t i = 0; i < base->count; i++)
		*base_slot(base, base_text(base, i)) = i;
}

symbol symbol_of(struct symbols *symbols, struct str text)
{
	struct base *base = &symbols->base;
	symbol found = SYMBOL_NONE;
	uint64_t hash;

	if (base->count > 0) {
		if (!base->slots.numbers && base->asked++ == ASKED_MOST)
			base_index(symbols);
		found = base->slots.numbers ? *base_slot(base, text)
		    : base_bisect(base, text);
		if (found != SYMBOL_NONE)
			return found;
	}
	hash = hash_bytes(text.at, text.length);
	found = *table_slot(&symbols->table, text, hash);
	if (found == EMPTY)
		found = table_add(&symbols->table, text, hash, SYMBOL_NONE);
	return found + base->count;
}

symbol symbol_find(const struct symbols *symbols, struct str text)
{
	symbol found = base_bisect(&symbols->base, text);

	if (found != SYMBOL_NONE)
		return found;
	found = *table_slot(&symbols->table, text,
	    hash_bytes(text.at, text.length));
	return found == EMPTY ? SYMBOL_NONE : found + symbols->base.count;
}

struct str symbol_text(const struct symbols *symbols, symbol s)
{
	const struct base *base = &symbols->base;

	if (s < base->count)
		return base_text(base, s);
	return symbols->table.entries.items[s - base->count].text;
}

static symbol base_fold(struct symbols *symbols, symbol s)
{
	struct base *base = &symbols->base;

	if (!base->folds)
		base->folds = ARENA_ARRAY(symbols->table.arena, uint32_t,
		    base->count);
	if (base->folds[s] == 0)
		base->folds[s] = symbol_of(symbols, utf8_fold(
		    symbols->table.arena, base_text(base, s))) + 1;
	return base->folds[s] - 1;
}

symbol symbol_fold(struct symbols *symbols, symbol s)
{
	struct table *table = &symbols->table;
	uint32_t count = symbols->base.count;

	if (s < count)
		return base_fold(symbols, s);
	if (table->entries.items[s - count].value == SYMBOL_NONE) {
		symbol fold = symbol_of(symbols, utf8_fold(table->arena,
		    symbol_text(symbols, s)));

		/* Only now: the table may have moved. */
		table->entries.items[s - count].value = fold;
	}
	return table->entries.items[s - count].value;
}

uint32_t symbols_count(const struct symbols *symbols)
{
	return symbols->base.count + (uint32_t)symbols->table.entries.count;
}

/* --- maps ---------------------------------------------------------------- */

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
