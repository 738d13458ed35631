/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Positions of the schema are left out: what needs them compiles the source
 * that the file holds.
 */
#include "vm/records.h"

#include "vm/verdict.h"

void record_enum(struct coder *c, struct schema_enum *r)
{
	code_string(c, &r->name);
	code_32(c, &r->first_value);
	code_16(c, &r->value_count);
	code_16(c, &r->first_field);
	code_16(c, &r->field_count);
	code_zeros(c, 2);
	if (!c->writing)
		r->span = SPAN_NONE;
}

void record_field(struct coder *c, struct schema_field *r)
{
	code_string(c, &r->name);
	code_type(c, &r->type);
	code_32(c, &r->first);
}

void record_value(struct coder *c, struct schema_value *r)
{
	code_signed(c, &r->cell);
	code_32(c, &r->first);
	code_32(c, &r->count);
	code_flag(c, &r->present);
	code_zeros(c, 3);
}

void record_kind(struct coder *c, struct schema_kind *r)
{
	code_string(c, &r->name);
	code_string(c, &r->plural);
	code_16(c, &r->base);
	code_16(c, &r->last);
	code_16(c, &r->owner);
	code_zeros(c, 2);
	if (!c->writing)
		r->span = SPAN_NONE;
}

void record_attribute(struct coder *c, struct schema_attribute *r)
{
	code_string(c, &r->name);
	code_16(c, &r->kind);
	code_16(c, &r->inverse);
	code_type(c, &r->type);
	code_flag(c, &r->key);
	code_flag(c, &r->owned);
	code_flag(c, &r->shorthand);
	code_flag(c, &r->derived);
	code_flag(c, &r->has_default);
	code_zeros(c, 5);
	code_signed(c, &r->fallback);
	if (!c->writing)
		r->span = SPAN_NONE;
}

void record_constant(struct coder *c, struct program_constant *r)
{
	code_8(c, &r->state);
	code_zeros(c, 1);
	code_type(c, &r->type);
	code_signed(c, &r->cell);
	code_32(c, &r->first);
	code_32(c, &r->count);
}

void record_pattern(struct coder *c, struct program_pattern *r)
{
	code_8(c, &r->kind);
	code_flag(c, &r->caseless);
	code_zeros(c, 2);
	code_32(c, &r->text);
}

void record_step(struct coder *c, struct program_step *r)
{
	code_8(c, &r->kind);
	code_flag(c, &r->inverse);
	code_16(c, &r->index);
	code_16(c, &r->from);
	code_16(c, &r->to);
}

void record_move(struct coder *c, struct program_move *r)
{
	code_8(c, &r->from);
	code_8(c, &r->to);
	code_16(c, &r->step);
}

void record_path(struct coder *c, struct program_path *r)
{
	code_16(c, &r->from);
	code_16(c, &r->to);
	code_8(c, &r->states);
	code_zeros(c, 3);
	code_64(c, &r->accepting);
	code_32(c, &r->first_step);
	code_32(c, &r->step_count);
	code_32(c, &r->first_move);
	code_32(c, &r->move_count);
}

void record_store(struct coder *c, struct program_store *r)
{
	code_8(c, &r->type);
	code_flag(c, &r->relation);
	code_type(c, &r->of);
	code_16(c, &r->kinds[0]);
	code_16(c, &r->kinds[1]);
	code_16(c, &r->unit);
}

void record_frame(struct coder *c, struct program_frame *r)
{
	code_16(c, &r->unit);
	code_16(c, &r->parent);
	code_16(c, &r->kinds[0]);
	code_16(c, &r->kinds[1]);
}

void record_register(struct coder *c, struct program_register *r)
{
	code_8(c, &r->type);
	code_zeros(c, 1);
	code_16(c, &r->frame);
	code_type(c, &r->of);
}

void record_unit(struct coder *c, struct program_unit *r)
{
	code_16(c, &r->frame);
	code_16(c, &r->component);
	code_32(c, &r->first);
	code_32(c, &r->count);
	code_32(c, &r->first_register);
	code_32(c, &r->register_count);
}

void record_instruction(struct coder *c, struct instruction *r)
{
	code_8(c, &r->op);
	code_zeros(c, 1);
	code_16(c, &r->dst);
	code_16(c, &r->a);
	code_16(c, &r->b);
	code_16(c, &r->c);
	code_zeros(c, 2);
	code_32(c, &r->imm);
}

void record_rule(struct coder *c, struct program_rule *r)
{
	code_32(c, &r->id);
	code_8(c, &r->severity);
	code_8(c, &r->binders);
	code_16(c, &r->frame);
	for (int i = 0; i < SUBJECT_BINDERS; i++)
		code_16(c, &r->subject[i]);
}
