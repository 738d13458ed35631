/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mutator of compiled packs.  It knows the frame of the file and the shape
 * of instructions: it changes a field, a record or an instruction, and then
 * mends lengths and digest, so that the change gets to the verifier.
 */
#include <stdlib.h>

#include "base/io.h"
#include "tests/fuzz/packed.h"
#include "vm/verifier.h"

#define SECTION 24
#define DIGEST_AT 32

static const size_t record_sizes[] = {
#define PART(name, size, text) size,
#include "vm/parts.def"
#undef PART
};

/* Where things stand in records (vm/README.md). */
enum { UNIT_FIRST = 4, UNIT_COUNT = 8, UNIT_FIRST_REGISTER = 12, UNIT_REGISTERS = 16 };
enum { CODE_OP = 0, CODE_DST = 2, CODE_IMM = 12 };
enum { REGISTER_FRAME = 2 };

struct packed {
	struct random *random;
	unsigned char *bytes;
	size_t size, most;
	size_t offset[PART_COUNT], length[PART_COUNT];
};

/* --- numbers -------------------------------------------------------------- */

static uint64_t get(const unsigned char *at, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)at[i] << (8 * i);
	return value;
}

static void put(unsigned char *at, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

/* --- the frame of the file ------------------------------------------------- */

static bool find_parts(struct packed *p)
{
	size_t next = PACKED_FRAME;

	if (p->size < next)
		return false;
	for (int i = 0; i < PART_COUNT; i++) {
		uint64_t length = get(p->bytes + PACKED_HEADER + i * SECTION + 16, 8);

		if (length > p->size - next || length % record_sizes[i])
			return false;
		p->offset[i] = next;
		p->length[i] = (size_t)length;
		next += (size_t)length;
	}
	return next == p->size;
}

static unsigned digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void packed_mend(unsigned char *bytes, size_t size)
{
	struct arena *arena = arena_new();
	struct str digits;

	put(bytes + 16, size, 8);
	digits = io_sha256(arena, (struct str){ (char *)bytes + PACKED_HEADER, size - PACKED_HEADER });
	for (int i = 0; i < 32; i++)
		bytes[DIGEST_AT + i] = (unsigned char)(digit(digits.at[2 * i]) << 4 |
		    digit(digits.at[2 * i + 1]));
	arena_free(arena);
}

static void write_frame(struct packed *p)
{
	size_t next = PACKED_FRAME;

	for (int i = 0; i < PART_COUNT; i++) {
		put(p->bytes + PACKED_HEADER + i * SECTION + 8, next, 8);
		put(p->bytes + PACKED_HEADER + i * SECTION + 16, p->length[i], 8);
		p->offset[i] = next;
		next += p->length[i];
	}
}

/* --- records --------------------------------------------------------------- */

static size_t count(const struct packed *p, enum part part)
{
	return p->length[part] / record_sizes[part];
}

static unsigned char *record(const struct packed *p, enum part part, size_t index)
{
	return p->bytes + p->offset[part] + index * record_sizes[part];
}

static size_t any(const struct packed *p, enum part part)
{
	return random_below(p->random, (unsigned)count(p, part));
}

/* A copy of record FROM before record AT; false: there is no room. */
static bool insert(struct packed *p, enum part part, size_t at, size_t from)
{
	size_t size = record_sizes[part], place = p->offset[part] + at * size;
	unsigned char copy[64];

	if (p->size + size > p->most || size > sizeof(copy))
		return false;
	memcpy(copy, record(p, part, from), size);
	memmove(p->bytes + place + size, p->bytes + place, p->size - place);
	memcpy(p->bytes + place, copy, size);
	p->size += size;
	p->length[part] += size;
	write_frame(p);
	return true;
}

static void erase(struct packed *p, enum part part, size_t at)
{
	size_t size = record_sizes[part], place = p->offset[part] + at * size;

	memmove(p->bytes + place, p->bytes + place + size, p->size - place - size);
	p->size -= size;
	p->length[part] -= size;
	write_frame(p);
}

/* --- any field ------------------------------------------------------------- */

static void change_field(struct packed *p, enum part part)
{
	static const unsigned widths[] = { 1, 2, 2, 4, 4, 8 };
	size_t size = record_sizes[part], index = any(p, part);
	unsigned width = widths[random_below(p->random, 6)];
	unsigned char *at;
	size_t field;

	if (width > size)
		width = 1;
	field = random_below(p->random, (unsigned)(size / width)) * width;
	at = record(p, part, index) + field;
	switch (random_below(p->random, 7)) {
	case 0: put(at, get(at, width) + 1, width); break;
	case 1: put(at, get(at, width) - 1, width); break;
	case 2: put(at, 0, width); break;
	case 3: put(at, UINT64_MAX, width); break;
	case 4: put(at, random_below(p->random, 8), width); break;
	case 5: put(at, random_next(p->random), width); break;
	default: put(at, get(record(p, part, any(p, part)) + field, width), width);
	}
}

static void change_record(struct packed *p, enum part part)
{
	size_t a = any(p, part), b = any(p, part), size = record_sizes[part];
	unsigned char copy[64];

	if (size > sizeof(copy))
		return;
	switch (random_below(p->random, 4)) {
	case 0:
		insert(p, part, a, b);
		break;
	case 1:
		erase(p, part, a);
		break;
	case 2:
		memcpy(copy, record(p, part, a), size);
		memcpy(record(p, part, a), record(p, part, b), size);
		memcpy(record(p, part, b), copy, size);
		break;
	default:
		memmove(record(p, part, a), record(p, part, b), size);
	}
}

/* --- instructions ---------------------------------------------------------- */

static size_t unit_of(const struct packed *p, size_t at)
{
	size_t u = 0;

	while (u + 1 < count(p, PART_UNITS) &&
	    get(record(p, PART_UNITS, u + 1) + UNIT_FIRST, 4) <= at)
		u++;
	return u;
}

static void add_to(unsigned char *at, int by)
{
	put(at, get(at, 4) + (uint64_t)by, 4);
}

/* Unit U has gained (or lost) instructions or registers; those behind follow. */
static void shift_units(struct packed *p, size_t u, int code, int registers)
{
	add_to(record(p, PART_UNITS, u) + UNIT_COUNT, code);
	add_to(record(p, PART_UNITS, u) + UNIT_REGISTERS, registers);
	while (++u < count(p, PART_UNITS)) {
		add_to(record(p, PART_UNITS, u) + UNIT_FIRST, code);
		add_to(record(p, PART_UNITS, u) + UNIT_FIRST_REGISTER, registers);
	}
}

/* A copy of an instruction, behind it, that writes a register of its own. */
static void copy_instruction(struct packed *p, size_t at)
{
	size_t u = unit_of(p, at);
	const unsigned char *unit = record(p, PART_UNITS, u);
	size_t first = get(unit + UNIT_FIRST_REGISTER, 4);
	size_t own = get(unit + UNIT_REGISTERS, 4);
	size_t dst = get(record(p, PART_CODE, at) + CODE_DST, 2);
	bool writes = dst != OPERAND_NONE;

	if (at >= count(p, PART_SPANS) || first + own > count(p, PART_REGISTERS) ||
	    (writes && first + dst >= count(p, PART_REGISTERS)) ||
	    p->size + 64 > p->most)
		return;
	insert(p, PART_CODE, at + 1, at);
	insert(p, PART_SPANS, at + 1, at);
	if (writes) {
		insert(p, PART_REGISTERS, first + own, first + dst);
		put(record(p, PART_CODE, at + 1) + CODE_DST, own, 2);
	}
	shift_units(p, u, 1, writes);
}

static void erase_instruction(struct packed *p, size_t at)
{
	size_t u = unit_of(p, at);

	if (at >= count(p, PART_SPANS))
		return;
	erase(p, PART_CODE, at);
	erase(p, PART_SPANS, at);
	shift_units(p, u, -1, 0);
}

/* An opcode with the same operands, or any. */
static void change_opcode(struct packed *p, size_t at)
{
	unsigned char *op = record(p, PART_CODE, at) + CODE_OP;
	const struct opcode_info *old, *new;

	if (*op >= OPCODE_COUNT || random_chance(p->random, 20)) {
		*op = (unsigned char)random_below(p->random, OPCODE_COUNT + 1);
		return;
	}
	old = opcode_info((enum opcode)*op);
	for (unsigned tries = 0; tries < 200; tries++) {
		unsigned char other = (unsigned char)random_below(p->random, OPCODE_COUNT);

		new = opcode_info((enum opcode)other);
		if (other == *op || new->dst[0] != old->dst[0] || new->a[0] != old->a[0] ||
		    new->b[0] != old->b[0] || new->c[0] != old->c[0])
			continue;
		*op = other;
		return;
	}
}

/* Another register of the unit, mostly one of the same type and frame. */
static void change_operand(struct packed *p, size_t at)
{
	const unsigned char *unit = record(p, PART_UNITS, unit_of(p, at));
	size_t first = get(unit + UNIT_FIRST_REGISTER, 4);
	size_t own = get(unit + UNIT_REGISTERS, 4), old, new;
	unsigned char *operand = record(p, PART_CODE, at) + CODE_DST +
	    2 * (1 + random_below(p->random, 3));

	old = get(operand, 2);
	if (old == OPERAND_NONE || own == 0 || first + own > count(p, PART_REGISTERS) ||
	    OPERAND_REGISTER(old) >= own)
		return;
	if (random_chance(p->random, 20)) {
		put(operand, old ^ OPERAND_NEGATE, 2);
		return;
	}
	for (unsigned tries = 0; tries < 200; tries++) {
		const unsigned char *from, *to;

		new = random_below(p->random, (unsigned)own);
		from = record(p, PART_REGISTERS, first + OPERAND_REGISTER(old));
		to = record(p, PART_REGISTERS, first + new);
		if (new == OPERAND_REGISTER(old) || (random_chance(p->random, 95) &&
		    memcmp(from, to, record_sizes[PART_REGISTERS]) != 0))
			continue;
		put(operand, new | (old & OPERAND_NEGATE), 2);
		return;
	}
}

static void change_instruction(struct packed *p)
{
	size_t at = any(p, PART_CODE);
	unsigned char *imm = record(p, PART_CODE, at) + CODE_IMM;
	unsigned char copy[16];

	switch (random_below(p->random, 8)) {
	case 0: case 1:
		copy_instruction(p, at);
		break;
	case 2:
		erase_instruction(p, at);
		break;
	case 3:
		change_opcode(p, at);
		break;
	case 4:
		put(imm, random_below(p->random, 40), 4);
		break;
	case 5:
		if (at + 1 == count(p, PART_CODE))
			break;
		memcpy(copy, record(p, PART_CODE, at), 16);
		memmove(record(p, PART_CODE, at), record(p, PART_CODE, at + 1), 16);
		memcpy(record(p, PART_CODE, at + 1), copy, 16);
		break;
	default:
		change_operand(p, at);
	}
}

/* --- all -------------------------------------------------------------------- */

/* A part that has records, those of the code most of the time. */
static enum part choose_part(struct packed *p)
{
	for (;;) {
		enum part part = (enum part)random_below(p->random, PART_COUNT);
		bool is_bytes = part == PART_STRING_BYTES || part == PART_SOURCE_BYTES;

		if (random_chance(p->random, 30))
			part = PART_CODE;
		if (p->length[part] && (!is_bytes || random_chance(p->random, 30)))
			return part;
	}
}

size_t packed_change(struct random *random, unsigned char *bytes, size_t size, size_t most)
{
	struct packed p = { random, bytes, size, most, { 0 }, { 0 } };

	for (unsigned n = 1 + random_below(random, 3); n > 0; n--) {
		/* What was broken before is no file to be changed with care. */
		if (!find_parts(&p) || !p.length[PART_CODE] || !p.length[PART_UNITS])
			break;
		if (random_chance(random, 60))
			change_instruction(&p);
		else if (random_chance(random, 75))
			change_field(&p, choose_part(&p));
		else
			change_record(&p, choose_part(&p));
	}
	if (p.size > PACKED_HEADER)
		packed_mend(bytes, p.size);
	return p.size;
}

bool packed_same_schema(struct str a, struct str b)
{
	struct packed p = { .bytes = (unsigned char *)(uintptr_t)a.at, .size = a.length };
	struct packed q = { .bytes = (unsigned char *)(uintptr_t)b.at, .size = b.length };

	if (!find_parts(&p) || !find_parts(&q))
		return false;
	for (int i = 0; i < PART_COUNT; i++) {
		bool is_schema = i == PART_STRINGS || i == PART_STRING_BYTES ||
		    (i >= PART_ENUMS && i <= PART_ATTRIBUTES);

		if (is_schema && (p.length[i] != q.length[i] || memcmp(p.bytes + p.offset[i],
			q.bytes + q.offset[i], p.length[i]) != 0))
			return false;
	}
	return true;
}

size_t change_packed(unsigned char *data, size_t size, size_t most, unsigned seed,
    fuzz_mutate *also)
{
	struct random r = { 0 };

	random_seed(&r, seed);
	if (size < PACKED_HEADER || (also && random_chance(&r, 10))) {
		size = also ? also(data, size, most) : size;
		if (size > PACKED_HEADER && random_chance(&r, 50))
			packed_mend(data, size);
		return size;
	}
	return packed_change(&r, data, size, most);
}
