/* SPDX-License-Identifier: Apache-2.0 */
/* types - the types of values, shared by schema, checker, graph and VM. */
#ifndef SCARP_VM_TYPES_H
#define SCARP_VM_TYPES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * TYPE(tag, spelling, what a cell holds).  Every value that is known is one
 * 64-bit cell.  Texts that compare by more than their bytes are held as the
 * symbol of their canonical text (folded; without needless zeros), so that
 * equal values have equal cells; the spelling is kept beside for printing.
 */
#define TYPES(TYPE) \
	TYPE(BOOL,	"bool",		"0 or 1") \
	TYPE(INT,	"int",		"the number; INT64_MIN and INT64_MAX stand for no bound") \
	TYPE(DATE,	"date",		"days since 1970-01-01, proleptic Gregorian") \
	TYPE(DURATION,	"duration",	"seconds") \
	TYPE(STRING,	"string",	"symbol of the text") \
	TYPE(CASELESS,	"caseless",	"symbol of the case-folded text") \
	TYPE(VERSION,	"version",	"symbol of the canonical text: no leading zeros, no trailing .0") \
	TYPE(IP,	"ip",		"symbol of the canonical address (RFC 5952)") \
	TYPE(NET,	"net",		"symbol of the canonical prefix, host bits zero") \
	TYPE(ENUM,	"enum",		"ordinal of the value in its enum") \
	TYPE(ENTITY,	"entity",	"entity id")

enum type_tag {
	TYPE_ERROR,		/* after a diagnostic: agrees with everything */
#define TYPE(tag, spelling, cell) TYPE_##tag,
	TYPES(TYPE)
#undef TYPE
	TYPE_NONE,		/* the literal `none` before it meets a type */
	TYPE_COUNT
};

struct type {
	uint8_t tag;		/* enum type_tag */
	bool set;		/* a set of these; never optional */
	bool optional;		/* may be none */
	uint16_t of;		/* ENUM: enum index; ENTITY: kind index */
};

/* int, date and duration: kept as intervals. */
static inline bool type_is_number(struct type t)
{
	return t.tag == TYPE_INT || t.tag == TYPE_DATE || t.tag == TYPE_DURATION;
}

/* A truth value: bool that is neither optional nor a set. */
static inline bool type_is_truth(struct type t)
{
	return t.tag == TYPE_BOOL && !t.set && !t.optional;
}

static inline bool type_is_text(struct type t)
{
	return t.tag >= TYPE_STRING && t.tag <= TYPE_NET;
}

#endif
