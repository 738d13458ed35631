/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coder - one description of a record for both directions: the functions below
 * write a value when the coder writes, and read it when it reads.  Numbers are
 * little-endian, of fixed width, at any address; texts are numbers of strings.
 *
 * A reader never moves past its end.  The first thing that is wrong is kept;
 * what is read after it is zero.
 */
#ifndef SCARP_VM_CODER_H
#define SCARP_VM_CODER_H

#include "base/text.h"
#include "vm/verifier.h"

struct coder {
	struct arena *arena;
	bool writing;
	struct text out;		/* what is written */
	struct map *numbers;		/* of strings that are written */
	const unsigned char *at, *end;	/* what is left to be read */
	const struct str *strings;	/* of strings that are read */
	size_t string_count;
	enum part part;			/* record being coded */
	size_t index;
	bool is_broken;
	struct broken broken;
};

void coder_fail(struct coder *c, enum invariant invariant, const char *words);
void code_8(struct coder *c, uint8_t *value);
void code_16(struct coder *c, uint16_t *value);
void code_32(struct coder *c, uint32_t *value);
void code_64(struct coder *c, uint64_t *value);
void code_signed(struct coder *c, int64_t *value);
/* 0 or 1. */
void code_flag(struct coder *c, bool *value);
/* So many bytes that are zero. */
void code_zeros(struct coder *c, unsigned count);
void code_string(struct coder *c, struct str *value);
void code_type(struct coder *c, struct type *value);
void code_span(struct coder *c, struct span *value);

#endif
