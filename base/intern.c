/* SPDX-License-Identifier: Apache-2.0 */
/* Both tables are open addressing over small numbers, at most half full. */
#include "base/intern.h"

#include <sodium.h>

#include "base/guard.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "base/wide.h"

#define FIRST_SLOTS 64		/* a power of two */
#define EMPTY UINT32_MAX

struct slots {
	uint32_t *numbers;
	uint32_t mask;
};

/* A place of a table; TAG is of the hash, so that most others need no look at
 * their texts. */
struct tagged {
	uint32_t number, tag;	/* the tag is the hash */
};

struct entry {
	const char *text;
	uint32_t length;
	uint32_t value;		/* of a map; of a symbol: its fold */
};

struct table {
	struct arena *arena;
	struct tagged *slots;
	uint32_t mask;
	VEC(struct entry) entries;
	char *room;		/* for texts, one behind the other */
	size_t room_left, room_made;
};

/* Texts under the first numbers. */
struct base {
	struct sorted_texts texts;
	uint32_t count, asked;
	uint32_t *folds;	/* number of the fold + 1, or 0; made when asked for */
	struct slots slots;	/* none until much was asked */
};

/* Another table, below the numbers of one that stands over it. */
struct under {
	const struct symbols *symbols;
	uint32_t pages;
	symbol **folds;		/* of its symbols; those it does not know */
};

struct symbols {
	struct base base;
	struct under under;	/* NULL, mostly */
	struct table table;	/* of those behind the base, or what is under */
};

struct map {
	struct table table;
};

/* Of the process, from the system's random bytes: a word to begin with and two
 * that blind what is multiplied. */
#define KEYS 3

static const uint64_t *keys(void)
{
	static uint64_t key[KEYS];
	static bool is_set;

	if (!is_set) {
		if (sodium_init() < 0)
			guard_raise("no random bytes");
		randombytes_buf(key, sizeof(key));
		is_set = true;
	}
	return key;
}

static inline uint64_t load_word(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/*
 * Sixteen bytes at a time, each half blinded by a secret word, multiplied to
 * twice their width and folded: who does not know the keys cannot choose texts
 * that meet.
 */
uint64_t hash_bytes(const void *bytes, size_t length)
{
	const uint64_t *key = keys();
	const char *at = bytes;
	uint64_t hash = key[0] ^ (uint64_t)length, rest[2];

	for (; length > 16; length -= 16, at += 16)
		hash = multiply_folded(load_word(at) ^ key[1],
		    load_word(at + 8) ^ key[2] ^ hash);
	str_words((struct str){ at, length }, rest);
	hash = multiply_folded(rest[0] ^ key[1], rest[1] ^ key[2] ^ hash);
	return multiply_folded(hash ^ key[0], key[2] | 1);
}

static struct slots slots_new(struct arena *arena, uint32_t count)
{
	struct slots slots = { ARENA_ARRAY(arena, uint32_t, count), count - 1 };

	memset(slots.numbers, 0xff, count * sizeof(*slots.numbers));
	return slots;
}

static struct tagged *tagged_new(struct arena *arena, uint32_t count)
{
	struct tagged *slots = arena_grow(arena, NULL, 0, count * sizeof(*slots));

	memset(slots, 0xff, count * sizeof(*slots));
	return slots;
}

static void table_init(struct table *table, struct arena *arena)
{
	*table = (struct table){
		.arena = arena, .slots = tagged_new(arena, FIRST_SLOTS),
		.mask = FIRST_SLOTS - 1
	};
}

/* Some bits of it tell where a text belongs, and all of them most texts
 * apart. */
static uint32_t table_hash(struct str text)
{
	return (uint32_t)(hash_bytes(text.at, text.length) >> 32);
}

static struct str entry_text(const struct table *table, uint32_t number)
{
	const struct entry *entry = &table->entries.items[number];

	return (struct str){ entry->text, entry->length };
}

/* The slot that holds TEXT, or the free one where it belongs. */
static struct tagged *table_slot(const struct table *table, struct str text,
    uint32_t hash)
{
	uint32_t i = hash & table->mask;

	for (;; i = (i + 1) & table->mask) {
		struct tagged *slot = &table->slots[i];

		if (slot->number == EMPTY || (slot->tag == hash &&
		    str_equal(entry_text(table, slot->number), text)))
			return slot;
	}
}

static void table_widen(struct table *table)
{
	uint32_t count = (table->mask + 1) * 2;
	struct tagged *slots, *former = table->slots;

	if (count == 0)
		guard_raise("out of memory");
	slots = tagged_new(table->arena, count);
	for (uint32_t n = 0; n <= table->mask; n++) {
		uint32_t i = former[n].tag & (count - 1);

		if (former[n].number == EMPTY)
			continue;
		while (slots[i].number != EMPTY)
			i = (i + 1) & (count - 1);
		slots[i] = former[n];
	}
	table->slots = slots;
	table->mask = count - 1;
	arena_release(table->arena, former);
}

#define ROOM_LEAST ((size_t)256)
#define ROOM_MOST ((size_t)64 << 10)

/* With a zero behind it, like all texts that are copied. */
static const char *keep_text(struct table *table, struct str text)
{
	size_t size = text.length + 1;
	char *kept;

	if (size > ROOM_MOST / 4)
		return arena_copy(table->arena, text).at;
	if (size > table->room_left) {
		size_t made = table->room_made ? table->room_made * 2 : ROOM_LEAST;

		made = made < size ? size : made > ROOM_MOST ? ROOM_MOST : made;
		table->room = arena_alloc_raw(table->arena, made);
		table->room_left = table->room_made = made;
	}
	kept = table->room;
	if (text.length)
		memcpy(kept, text.at, text.length);
	kept[text.length] = '\0';
	table->room += size;
	table->room_left -= size;
	return kept;
}

/* SLOT is where it belongs, as the table is. */
static uint32_t table_add(struct table *table, struct tagged *slot,
    struct str text, uint32_t hash, uint32_t value)
{
	uint32_t number = (uint32_t)table->entries.count;
	const char *kept;

	if (text.length > UINT32_MAX)
		guard_raise("out of memory");
	if (number >= table->mask / 2) {
		table_widen(table);
		slot = table_slot(table, text, hash);
	}
	kept = keep_text(table, text);
	*VEC_PUSH(table->arena, &table->entries) = (struct entry){ kept,
		(uint32_t)text.length, value };
	*slot = (struct tagged){ number, hash };
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

/* --- over another --------------------------------------------------------- */

#define FOLD_PAGE 4096u
/* The number of our own ones; what is under may grow between two uses. */
#define OWN_FIRST (1u << 31)

struct symbols *symbols_above(struct arena *arena, const struct symbols *under)
{
	struct symbols *symbols = symbols_new(arena);

	symbols->under.symbols = under;
	return symbols;
}

static symbol add_new(struct symbols *symbols, struct str text)
{
	uint32_t hash = table_hash(text);

	return OWN_FIRST + table_add(&symbols->table, table_slot(&symbols->table, text, hash),
	    text, hash, SYMBOL_NONE);
}

/* Own ones first: what is under may have got the same text since. */
static symbol over_find(const struct symbols *symbols, struct str text)
{
	symbol found = table_slot(&symbols->table, text, table_hash(text))->number;

	return found != EMPTY ? found + OWN_FIRST :
	    symbol_find(symbols->under.symbols, text);
}

static symbol over_of(struct symbols *symbols, struct str text)
{
	symbol found = over_find(symbols, text);

	return found != SYMBOL_NONE ? found : add_new(symbols, text);
}

static struct str over_text(const struct symbols *symbols, symbol s)
{
	if (s < OWN_FIRST)
		return symbol_text(symbols->under.symbols, s);
	return entry_text(&symbols->table, s - OWN_FIRST);
}

/* Where the fold of a symbol is kept. */
static symbol *fold_place(struct symbols *symbols, symbol s)
{
	struct under *under = &symbols->under;
	uint32_t pages = s / FOLD_PAGE + 1;
	symbol **page;

	if (s >= OWN_FIRST)
		return &symbols->table.entries.items[s - OWN_FIRST].value;
	if (pages > under->pages) {
		under->folds = arena_grow(symbols->table.arena, under->folds,
		    under->pages * sizeof(*under->folds), pages * sizeof(*under->folds));
		under->pages = pages;
	}
	page = &under->folds[s / FOLD_PAGE];
	if (!*page) {
		symbol *made = ARENA_ARRAY(symbols->table.arena, symbol, FOLD_PAGE);

		memset(made, 0xff, FOLD_PAGE * sizeof(*made));
		*page = made;
	}
	return &(*page)[s % FOLD_PAGE];
}

static symbol over_fold(struct symbols *symbols, symbol s)
{
	symbol fold = *fold_place(symbols, s);

	if (fold != SYMBOL_NONE)
		return fold;
	fold = over_of(symbols, utf8_fold(symbols->table.arena, over_text(symbols, s)));
	/* Only now: the table may have moved. */
	return *fold_place(symbols, s) = fold;
}

int symbol_compare(const struct symbols *symbols, symbol a, symbol b)
{
	const struct symbols *lowest = symbols;

	if (a == b)
		return 0;
	while (lowest->under.symbols)
		lowest = lowest->under.symbols;
	if (a < lowest->base.count && b < lowest->base.count)
		return lowest->base.texts.places[a] <
		    lowest->base.texts.places[b] ? -1 : 1;
	return str_compare(symbol_text(symbols, a), symbol_text(symbols, b));
}

/* --- symbols by text ------------------------------------------------------- */

symbol symbol_of(struct symbols *symbols, struct str text)
{
	struct base *base = &symbols->base;
	symbol found = SYMBOL_NONE;
	struct tagged *slot;
	uint32_t hash;

	if (symbols->under.symbols)
		return over_of(symbols, text);
	if (base->count > 0) {
		if (!base->slots.numbers && base->asked++ == ASKED_MOST)
			base_index(symbols);
		found = base->slots.numbers ? *base_slot(base, text)
		    : base_bisect(base, text);
		if (found != SYMBOL_NONE)
			return found;
	}
	hash = table_hash(text);
	slot = table_slot(&symbols->table, text, hash);
	found = slot->number;
	if (found == EMPTY)
		found = table_add(&symbols->table, slot, text, hash,
		    SYMBOL_NONE);
	return found + base->count;
}

symbol symbol_find(const struct symbols *symbols, struct str text)
{
	symbol found;

	if (symbols->under.symbols)
		return over_find(symbols, text);
	found = base_bisect(&symbols->base, text);
	if (found != SYMBOL_NONE)
		return found;
	found = table_slot(&symbols->table, text,
	    table_hash(text))->number;
	return found == EMPTY ? SYMBOL_NONE : found + symbols->base.count;
}

struct str symbol_text(const struct symbols *symbols, symbol s)
{
	const struct base *base = &symbols->base;

	if (symbols->under.symbols)
		return over_text(symbols, s);
	if (s < base->count)
		return base_text(base, s);
	return entry_text(&symbols->table, s - base->count);
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

	if (symbols->under.symbols)
		return over_fold(symbols, s);
	if (s < count)
		return base_fold(symbols, s);
	if (table->entries.items[s - count].value == SYMBOL_NONE) {
		symbol fold = s;

		if (!utf8_is_folded(symbol_text(symbols, s)))
			fold = symbol_of(symbols, utf8_fold(table->arena,
			    symbol_text(symbols, s)));

		/* Only now: the table may have moved. */
		table->entries.items[s - count].value = fold;
	}
	return table->entries.items[s - count].value;
}

uint32_t symbols_count(const struct symbols *symbols)
{
	return (symbols->under.symbols ? OWN_FIRST : symbols->base.count) +
	    (uint32_t)symbols->table.entries.count;
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
	uint32_t hash = table_hash(key);
	struct tagged *slot = table_slot(&map->table, key, hash);
	uint32_t found = slot->number;

	*is_new = found == EMPTY;
	if (*is_new)
		found = table_add(&map->table, slot, key, hash, 0);
	return &map->table.entries.items[found].value;
}

uint32_t *map_find(const struct map *map, struct str key)
{
	uint32_t found = table_slot(&map->table, key,
	    table_hash(key))->number;

	if (found == EMPTY)
		return NULL;
	return &map->table.entries.items[found].value;
}
