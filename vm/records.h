/* SPDX-License-Identifier: Apache-2.0 */
/* records - the records of a compiled pack, field by field (vm/README.md). */
#ifndef SCARP_VM_RECORDS_H
#define SCARP_VM_RECORDS_H

#include "vm/coder.h"

/* TABLE(PART, table of the program, function): in any order. */
#define RECORD_TABLES(TABLE) \
	TABLE(ENUMS, schema->enums, record_enum) \
	TABLE(VALUE_NAMES, schema->value_names, code_string) \
	TABLE(FIELDS, schema->fields, record_field) \
	TABLE(VALUES, schema->values, record_value) \
	TABLE(CELLS, schema->cells, code_signed) \
	TABLE(SCHEMA_TEXTS, schema->texts, code_string) \
	TABLE(KINDS, schema->kinds, record_kind) \
	TABLE(ATTRIBUTES, schema->attributes, record_attribute) \
	TABLE(TEXTS, texts, code_string) \
	TABLE(SET_CELLS, set_cells, code_signed) \
	TABLE(CONSTANTS, constants, record_constant) \
	TABLE(PATTERNS, patterns, record_pattern) \
	TABLE(STEPS, steps, record_step) \
	TABLE(MOVES, moves, record_move) \
	TABLE(PATHS, paths, record_path) \
	TABLE(STORES, stores, record_store) \
	TABLE(FRAMES, frames, record_frame) \
	TABLE(REGISTERS, registers, record_register) \
	TABLE(UNITS, units, record_unit) \
	TABLE(CODE, code, record_instruction) \
	TABLE(RULES, rules, record_rule) \
	TABLE(SPANS, spans, code_span)

void record_enum(struct coder *c, struct schema_enum *r);
void record_field(struct coder *c, struct schema_field *r);
void record_value(struct coder *c, struct schema_value *r);
void record_kind(struct coder *c, struct schema_kind *r);
void record_attribute(struct coder *c, struct schema_attribute *r);
void record_constant(struct coder *c, struct program_constant *r);
void record_pattern(struct coder *c, struct program_pattern *r);
void record_step(struct coder *c, struct program_step *r);
void record_move(struct coder *c, struct program_move *r);
void record_path(struct coder *c, struct program_path *r);
void record_store(struct coder *c, struct program_store *r);
void record_frame(struct coder *c, struct program_frame *r);
void record_register(struct coder *c, struct program_register *r);
void record_unit(struct coder *c, struct program_unit *r);
void record_instruction(struct coder *c, struct instruction *r);
void record_rule(struct coder *c, struct program_rule *r);

#endif
