/* SPDX-License-Identifier: Apache-2.0 */
/*
 * program - a compiled pack in memory: tables with indices, no pointers.
 *
 * A program is straight-line code in units.  A unit runs over batches of the
 * rows of its root frame: the tuples of entities of zero, one or two kinds
 * (one row; every entity; every pair).  Inside a unit child frames are opened
 * by expanding a set: a row per parent row and element.  Registers are typed
 * and belong to a frame; each is written once, before it is read.  There are
 * no jumps.  Units that belong to one recursive component are repeated until
 * their stores no longer change; everything else runs once, in order.
 */
#ifndef SCARP_VM_PROGRAM_H
#define SCARP_VM_PROGRAM_H

#include "base/vec.h"
#include "vm/schema.h"

enum opcode {
#define OP(name, ...) OPCODE_##name,
#include "vm/opcodes.def"
#undef OP
	OPCODE_COUNT
};

enum register_type { REGISTER_TRUTH = 'T', REGISTER_SCALAR = 'S',
	REGISTER_NUMBER = 'N', REGISTER_WORDS = 'W', REGISTER_NUMBERS = 'M' };

#define OPERAND_NONE 0x7fffu		/* no register */
#define OPERAND_NEGATE 0x8000u		/* of a truth operand */
#define OPERAND_REGISTER(x) ((x) & 0x7fffu)

/* 16 bytes in the file: op u8, zero u8, dst a b c u16, zero u16, imm u32. */
struct instruction {
	uint8_t op;
	uint16_t dst, a, b, c;
	uint32_t imm;
};

/* imm of TEXT_S and TEXT_N */
static inline uint32_t program_type_imm(struct type t)
{
	return t.tag | (uint32_t)t.set << 8 | (uint32_t)t.optional << 9 | (uint32_t)t.of << 16;
}

/* imm of ADD and SUBTRACT: the unit of the operands. */
enum number_unit { UNIT_PLAIN, UNIT_DAYS, UNIT_DATES };

struct program_register {
	uint8_t type;			/* enum register_type */
	uint16_t frame;
	struct type of;			/* of the value: a set for W and M, optional where it may be none */
};

struct program_frame {
	uint16_t unit;
	uint16_t parent;		/* SCHEMA_NONE: root */
	uint16_t kinds[2];		/* of a root: SCHEMA_NONE where unused */
};

enum constant_state { CONSTANT_VALUE, CONSTANT_NONE, CONSTANT_UNKNOWN, CONSTANT_TODAY, CONSTANT_EXTENT };
struct program_constant {
	uint8_t state;			/* of a set: VALUE, UNKNOWN (open, empty) or EXTENT */
	struct type type;
	int64_t cell;			/* texts: index into texts; EXTENT: kind */
	uint32_t first, count;		/* of a set: in set_cells, sorted */
};

enum pattern_kind { PATTERN_GLOB, PATTERN_REGEX };
struct program_pattern {
	uint8_t kind;
	bool caseless;
	uint32_t text;
};

enum step_kind { STEP_LINK, STEP_STORE_SET, STEP_STORE_TRUTH };
struct program_step {
	uint8_t kind;
	bool inverse;
	uint16_t index;			/* attribute, or store */
	uint16_t from, to;		/* kinds as walked */
};
struct program_move { uint8_t from, to; uint16_t step; };
struct program_path {
	uint16_t from, to;
	uint8_t states;			/* at most 64; 0 is the start */
	uint64_t accepting;
	uint32_t first_step, step_count, first_move, move_count;
};

/* Kept values of a root frame: by row. */
struct program_store {
	uint8_t type;			/* enum register_type */
	struct type of;
	uint16_t kinds[2];
	uint16_t unit;			/* that writes it */
	bool relation;			/* of truths: false at none; else unknown at none */
};

struct program_unit {
	uint16_t frame;			/* its root */
	uint16_t component;		/* of a recursive component: equal numbers; else SCHEMA_NONE */
	uint32_t first, count;		/* instructions */
	uint32_t first_register, register_count;	/* operand r is registers[first_register + r] */
};

struct program_rule {
	uint32_t id;			/* in texts */
	uint8_t severity;
	uint8_t binders;
	uint16_t frame;			/* of its EMIT; a chain of registers gives the subject: */
	uint16_t subject[8];		/* register (of the frame's unit) of each binder's value */
};

struct program {
	struct schema *schema;
	VEC(struct str) texts;
	VEC(int64_t) set_cells;
	VEC(struct program_constant) constants;
	VEC(struct program_pattern) patterns;
	VEC(struct program_step) steps;
	VEC(struct program_move) moves;
	VEC(struct program_path) paths;
	VEC(struct program_store) stores;
	VEC(struct program_frame) frames;
	VEC(struct program_register) registers;
	VEC(struct program_unit) units;
	VEC(struct instruction) code;
	VEC(struct program_rule) rules;
	VEC(struct span) spans;		/* of each instruction, in the pack's sources */
	bool verified;			/* set by program_verify alone; run refuses without */
};

/* What an immediate is, and how the frames of operands relate (opcodes.def). */
enum imm_kind { IMM_NOTHING, IMM_CONSTANT, IMM_DIMENSION, IMM_ATTRIBUTE,
	IMM_FIELD, IMM_STORE, IMM_CLIP, IMM_KIND, IMM_PATTERN, IMM_UNIT,
	IMM_TYPE, IMM_OPTIONAL, IMM_FRAME, IMM_PATH, IMM_RULE, IMM_BINDER };
enum frame_relation { FRAMES_SAME, FRAMES_UP, FRAMES_DOWN, FRAMES_OPEN,
	FRAMES_ROOT, FRAMES_CHILD, FRAMES_NODST };

/* One row of opcodes.def. */
struct opcode_info {
	const char *name, *dst, *a, *b, *c, *meaning;
	uint8_t imm;			/* enum imm_kind */
	uint8_t frames;			/* enum frame_relation */
};
const struct opcode_info *opcode_info(enum opcode op);

/* The register type that holds values of a type. */
enum register_type program_register_type(struct type type);
static inline const struct program_register *program_operand(const struct program *p,
    const struct program_unit *unit, uint16_t operand)
{
	return &p->registers.items[unit->first_register + OPERAND_REGISTER(operand)];
}
/* A frame is another one or lies above it. */
bool program_is_above(const struct program *program, uint16_t above, uint16_t frame);

/* Most child frames inside each other. */
#define PROGRAM_DEPTH 16

#endif
