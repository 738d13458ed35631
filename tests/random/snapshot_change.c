/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes to a .scarpg that keep its frame: what comes out is mostly refused by
 * what it holds, and not by its sums.
 */
#include "tests/random/snapshot_change.h"
#include "tests/unit/snapshot_bytes.h"

struct part {
	uint64_t section, attribute, size, offset, count;
};

struct frame {
	struct arena *arena;
	struct random *random;
	char *bytes;
	size_t length, room;
	struct part *parts;
	size_t count;
};

static bool read_part(const struct frame *f, size_t i, struct part *p)
{
	const char *e = f->bytes + SNAPSHOT_HEADER + i * SNAPSHOT_RECORD;

	*p = (struct part){ snapshot_get(e, 2), snapshot_get(e + 2, 2),
		snapshot_get(e + 4, 4), snapshot_get(e + 8, 8), snapshot_get(e + 16, 8) };
	return p->section > 0 && p->section <= SECTION_COUNT && p->count > 0 &&
	    (p->size == 1 || p->size == 2 || p->size == 4 || p->size == 8) &&
	    p->offset <= f->length && p->count <= (f->length - p->offset) / p->size;
}

static bool read_frame(struct frame *f)
{
	if (f->length < SNAPSHOT_HEADER)
		return false;
	f->count = (size_t)snapshot_entries(f->bytes);
	if (f->count == 0 || f->count > (f->length - SNAPSHOT_HEADER) / SNAPSHOT_RECORD)
		return false;
	f->parts = ARENA_ARRAY(f->arena, struct part, f->count);
	for (size_t i = 0; i < f->count; i++)
		if (!read_part(f, i, &f->parts[i]))
			return false;
	return true;
}

static void sign_table(struct frame *f)
{
	struct str table = { f->bytes + SNAPSHOT_HEADER, f->count * SNAPSHOT_RECORD };

	memcpy(f->bytes + 32, io_blake2b(f->arena, table).at, 32);
}

/* --- elements and records --------------------------------------------------- */

/* A number like those that stand there, or one at the edge. */
static uint64_t other(struct random *r, uint64_t old, unsigned size)
{
	switch (random_below(r, 6)) {
	case 0: return old + 1;
	case 1: return old - 1;
	case 2: return random_below(r, 8);
	case 3: return old ^ (uint64_t)1 << random_below(r, size * 8);
	case 4: return UINT64_MAX - random_below(r, 2);
	default: return (uint64_t)1 << (size * 8 - 1);
	}
}

static struct part *any_part(struct frame *f)
{
	return &f->parts[random_below(f->random, (unsigned)f->count)];
}

static char *any_element(struct frame *f, const struct part *p)
{
	return f->bytes + p->offset +
	    random_below(f->random, (unsigned)p->count) * (size_t)p->size;
}

static void change_element(struct frame *f)
{
	const struct part *p = any_part(f);
	unsigned size = (unsigned)p->size;
	char *at = any_element(f, p);

	if (random_chance(f->random, 20))
		memmove(at, any_element(f, p), size);
	else
		snapshot_set(at, other(f->random, snapshot_get(at, size), size), size);
}

static void change_table(struct frame *f)
{
	static const unsigned at[] = { 0, 2, 4, 8, 16 }, size[] = { 2, 2, 4, 8, 8 };
	unsigned field = random_below(f->random, 5);
	char *e = f->bytes + SNAPSHOT_HEADER +
	    random_below(f->random, (unsigned)f->count) * (size_t)SNAPSHOT_RECORD + at[field];

	snapshot_set(e, other(f->random, snapshot_get(e, size[field]), size[field]), size[field]);
}

/* --- sections of another length ---------------------------------------------- */

static size_t aligned(size_t offset)
{
	return (offset + SNAPSHOT_ALIGN - 1) / SNAPSHOT_ALIGN * SNAPSHOT_ALIGN;
}

/* The sections as PARTS has them now, taken from COPY; SUMS grows with what is
 * cold.  Answers the length, 0 when there is no room. */
static size_t lay_out(struct frame *f, const char *copy)
{
	size_t at = SNAPSHOT_HEADER + f->count * SNAPSHOT_RECORD;

	for (size_t i = 0; i < f->count; i++) {
		const struct part *p = &f->parts[i];
		char *e = f->bytes + SNAPSHOT_HEADER + i * SNAPSHOT_RECORD;
		size_t start = aligned(at), size = (size_t)(p->count * p->size);

		if (start > f->room || size > f->room - start)
			return 0;
		memset(f->bytes + at, 0, start - at);
		memcpy(f->bytes + start, copy + p->offset, size);
		memset(e, 0, SNAPSHOT_RECORD);
		snapshot_set(e, p->section, 2);
		snapshot_set(e + 2, p->attribute, 2);
		snapshot_set(e + 4, p->size, 4);
		snapshot_set(e + 8, start, 8);
		snapshot_set(e + 16, p->count, 8);
		at = start + size;
	}
	snapshot_set(f->bytes + 12, f->count, 4);
	snapshot_set(f->bytes + 16, at, 8);
	return at;
}

/* One element more or less at the end of a section, or the section less. */
static void resize(struct frame *f)
{
	/* An element more may be read behind the end. */
	char *copy = arena_alloc(f->arena, f->length + 8);
	struct part *p = any_part(f);
	size_t length;

	memcpy(copy, f->bytes, f->length);
	if (random_chance(f->random, 50) || p->count > f->length / 2)
		p->count -= 1;
	else
		p->count += 1;
	if (p->count == 0 || (f->count > 1 && random_chance(f->random, 20))) {
		f->count -= 1;
		memmove(p, p + 1, (size_t)(f->parts + f->count - p) * sizeof(*p));
	}
	length = f->count ? lay_out(f, copy) : 0;
	if (length)
		f->length = length;
	else
		memcpy(f->bytes, copy, f->length);
}

/* --- all ---------------------------------------------------------------------- */

static void change(struct frame *f, unsigned choice)
{
	if (choice == 1 || !read_frame(f)) {
		f->bytes[random_below(f->random, (unsigned)f->length)] ^=
		    (char)(1 << random_below(f->random, 8));
		return;
	}
	if (choice == 2) {
		change_table(f);
		sign_table(f);
		return;
	}
	for (unsigned i = random_below(f->random, 3) + 1; i > 0; i--)
		change_element(f);
	if (choice < 6)
		resize(f);
	if (read_frame(f))
		snapshot_make_right(f->arena, f->bytes, f->length);
}

size_t snapshot_change(struct random *r, char *bytes, size_t length, size_t room)
{
	unsigned choice = random_below(r, 20);
	struct frame f = { .random = r, .bytes = bytes, .length = length, .room = room };

	if (length == 0)
		return 0;
	if (choice == 0)
		return random_below(r, (unsigned)length);
	f.arena = arena_new();
	change(&f, choice);
	arena_free(f.arena);
	return f.length;
}
