/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/program.h"

static const struct opcode_info infos[] = {
#define OP(name, dst, a, b, c, imm, frames, meaning) \
	{ #name, dst, a, b, c, meaning, IMM_##imm, FRAMES_##frames },
#include "vm/opcodes.def"
#undef OP
};

const struct opcode_info *opcode_info(enum opcode op)
{
	return &infos[op];
}

enum register_type program_register_type(struct type type)
{
	if (type.set)
		return type_is_number(type) ? REGISTER_NUMBERS : REGISTER_WORDS;
	if (type_is_truth(type))
		return REGISTER_TRUTH;
	return type_is_number(type) ? REGISTER_NUMBER : REGISTER_SCALAR;
}

bool program_is_above(const struct program *program, uint16_t above, uint16_t frame)
{
	const struct program_frame *frames = program->frames.items;

	while (frame > above && frames[frame].parent != SCHEMA_NONE)
		frame = frames[frame].parent;
	return frame == above;
}
