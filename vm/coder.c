/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/coder.h"

void coder_fail(struct coder *c, enum invariant invariant, const char *words)
{
	if (!c->is_broken)
		c->broken = (struct broken){ invariant, c->part, c->index, str_of(words) };
	c->is_broken = true;
}

static void put(struct coder *c, uint64_t value, unsigned bytes)
{
	char buffer[8];

	for (unsigned i = 0; i < bytes; i++)
		buffer[i] = (char)(value >> (8 * i) & 0xff);
	text_add(&c->out, (struct str){ buffer, bytes });
}

static uint64_t get(struct coder *c, unsigned bytes)
{
	uint64_t value = 0;

	/* Never so where sections are whole records; cheap to be sure of. */
	if ((size_t)(c->end - c->at) < bytes) {
		coder_fail(c, INVARIANT_RECORDS, "it is cut short");
		return 0;
	}
	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)c->at[i] << (8 * i);
	c->at += bytes;
	return value;
}

/* The value as it stands when writing; else the value that is read. */
static uint64_t code(struct coder *c, uint64_t value, unsigned bytes)
{
	if (!c->writing)
		return get(c, bytes);
	put(c, value, bytes);
	return value;
}

void code_8(struct coder *c, uint8_t *value)
{
	*value = (uint8_t)code(c, *value, 1);
}

void code_16(struct coder *c, uint16_t *value)
{
	*value = (uint16_t)code(c, *value, 2);
}

void code_32(struct coder *c, uint32_t *value)
{
	*value = (uint32_t)code(c, *value, 4);
}

void code_64(struct coder *c, uint64_t *value)
{
	*value = code(c, *value, 8);
}

/* Two's complement, whatever the machine has. */
void code_signed(struct coder *c, int64_t *value)
{
	uint64_t bits = code(c, (uint64_t)*value, 8);

	*value = bits >> 63 ? -(int64_t)~bits - 1 : (int64_t)bits;
}

void code_flag(struct coder *c, bool *value)
{
	uint64_t bits = code(c, *value, 1);

	if (WRONG(bits > 1))
		coder_fail(c, INVARIANT_PADDING, "a flag that is neither 0 nor 1");
	*value = bits == 1;
}

void code_zeros(struct coder *c, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (WRONG(code(c, 0, 1) != 0))
			coder_fail(c, INVARIANT_PADDING, "an unused byte that is not zero");
}

void code_string(struct coder *c, struct str *value)
{
	uint64_t number = c->writing ? *map_find(c->numbers, *value) : 0;

	number = code(c, number, 4);
	if (c->writing)
		return;
	*value = STR("");
	if (WRONG(number >= c->string_count))
		coder_fail(c, INVARIANT_REFERENCES, "a string that does not exist");
	else
		*value = c->strings[number];
}

void code_type(struct coder *c, struct type *value)
{
	code_8(c, &value->tag);
	code_flag(c, &value->set);
	code_flag(c, &value->optional);
	code_zeros(c, 1);
	code_16(c, &value->of);
}

void code_span(struct coder *c, struct span *value)
{
	code_32(c, &value->file);
	code_32(c, &value->start);
	code_32(c, &value->end);
}
