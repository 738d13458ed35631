/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listing of a program: tables first, then each unit with its frames and
 * one line per instruction:
 *
 *	%4 T Host	= EQ_S %2 %3		# pack.scarp:12:4
 */
#include "vm/verdict.h"
#include "vm/verify.h"

struct listing {
	const struct program *p;
	const struct schema *s;
	struct sources *sources;
	struct text *out;
	const struct program_unit *unit;
};

/* --- names --------------------------------------------------------------- */

static void add_kind(struct listing *l, uint16_t kind)
{
	text_add_visible(l->out, l->s->kinds.items[kind].name);
}

static void add_type(struct listing *l, struct type type)
{
	text_add_visible(l->out, type_text(l->out->arena, l->s, type));
}

static void add_quoted(struct listing *l, struct str text)
{
	text_add_char(l->out, '"');
	text_add_visible(l->out, text);
	text_add_char(l->out, '"');
}

/* "Host", "Host * Site", "once" */
static void add_kinds(struct listing *l, const uint16_t kinds[2])
{
	if (kinds[0] == SCHEMA_NONE)
		text_add(l->out, STR("once"));
	else
		add_kind(l, kinds[0]);
	if (kinds[1] != SCHEMA_NONE) {
		text_add(l->out, STR(" * "));
		add_kind(l, kinds[1]);
	}
}

/* "Host.roles" */
static void add_attribute(struct listing *l, uint32_t attribute)
{
	const struct schema_attribute *a = &l->s->attributes.items[attribute];

	add_kind(l, a->kind);
	text_add_char(l->out, '.');
	text_add_visible(l->out, a->name);
}

static void add_field(struct listing *l, uint32_t field)
{
	for (size_t i = 0; i < l->s->enums.count; i++) {
		const struct schema_enum *e = &l->s->enums.items[i];

		if (field - e->first_field < e->field_count)
			text_add_visible(l->out, e->name);
	}
	text_add_char(l->out, '.');
	text_add_visible(l->out, l->s->fields.items[field].name);
}

/* --- constants ----------------------------------------------------------- */

static void add_cell(struct listing *l, struct type type, int64_t cell)
{
	if (type_is_text(type))
		add_quoted(l, l->p->texts.items[cell]);
	else if (type.tag == TYPE_ENUM)
		text_add_visible(l->out, schema_value_name(l->s, type.of, cell));
	else if (type.tag == TYPE_BOOL)
		text_add(l->out, cell ? STR("true") : STR("false"));
	else
		text_printf(l->out, "%lld", (long long)cell);
}

static void add_cells(struct listing *l, const struct program_constant *c)
{
	text_add(l->out, STR("{ "));
	for (uint32_t i = 0; i < c->count; i++) {
		if (i > 0)
			text_add(l->out, STR(", "));
		add_cell(l, c->type, l->p->set_cells.items[c->first + i]);
	}
	text_add(l->out, c->count ? STR(" }") : STR("}"));
}

static void add_constant(struct listing *l, uint32_t constant)
{
	const struct program_constant *c = &l->p->constants.items[constant];

	switch ((enum constant_state)c->state) {
	case CONSTANT_VALUE:
		if (c->type.set)
			add_cells(l, c);
		else
			add_cell(l, c->type, c->cell);
		break;
	case CONSTANT_NONE:
		text_add(l->out, STR("none"));
		break;
	case CONSTANT_UNKNOWN:
		text_add(l->out, c->type.set ? STR("{ ... }") : STR("unknown"));
		break;
	case CONSTANT_TODAY:
		text_add(l->out, STR("today"));
		break;
	case CONSTANT_EXTENT:
		text_add(l->out, STR("all "));
		add_kind(l, (uint16_t)c->cell);
		break;
	}
}

/* --- instructions -------------------------------------------------------- */

static void add_operand(struct listing *l, uint16_t operand)
{
	if (operand == OPERAND_NONE)
		return;
	text_printf(l->out, operand & OPERAND_NEGATE ? " not %%%u" : " %%%u",
	    OPERAND_REGISTER(operand));
}

static void add_rule(struct listing *l, uint32_t rule)
{
	text_add_visible(l->out, l->p->texts.items[l->p->rules.items[rule].id]);
}

static void add_immediate(struct listing *l, enum imm_kind kind, uint32_t imm)
{
	static const char *const units[] = { "plain", "days", "dates" };

	if (kind != IMM_NOTHING)
		text_add_char(l->out, ' ');
	switch (kind) {
	case IMM_NOTHING: break;
	case IMM_CONSTANT: add_constant(l, imm); break;
	case IMM_DIMENSION: text_printf(l->out, "dimension %u", imm); break;
	case IMM_ATTRIBUTE: add_attribute(l, imm); break;
	case IMM_FIELD: add_field(l, imm); break;
	case IMM_STORE: text_printf(l->out, "store %u", imm); break;
	case IMM_CLIP:
		if (imm)
			text_printf(l->out, "clip %u", imm);
		break;
	case IMM_KIND: add_kind(l, (uint16_t)imm); break;
	case IMM_PATTERN: add_quoted(l,
		l->p->texts.items[l->p->patterns.items[imm].text]); break;
	case IMM_UNIT: text_printf(l->out, "%s", units[imm]); break;
	case IMM_TYPE: text_printf(l->out, "type %u", imm & 0xff); break;
	case IMM_OPTIONAL: text_printf(l->out, "%s", imm ? "optional" : ""); break;
	case IMM_FRAME: text_printf(l->out, "frame %u", imm); break;
	case IMM_PATH: text_printf(l->out, "path %u", imm); break;
	case IMM_RULE: add_rule(l, imm); break;
	case IMM_BINDER:
		add_rule(l, imm / SUBJECT_BINDERS);
		text_printf(l->out, " binder %u", imm % SUBJECT_BINDERS);
		break;
	}
}

static void add_result(struct listing *l, uint16_t dst)
{
	const struct program_register *r = program_operand(l->p, l->unit, dst);

	text_printf(l->out, "%%%u %c%u ", dst, r->type, r->frame);
	add_type(l, r->of);
	text_add(l->out, STR(" = "));
}

static void add_position(struct listing *l, struct span span)
{
	struct place place;

	if (!l->sources || span_is_none(span))
		return;
	place = source_place(l->sources, span.file, span.start);
	text_add(l->out, STR("\t# "));
	text_add_visible(l->out, source_name(l->sources, span.file));
	text_printf(l->out, ":%u:%u", place.line, place.column);
}

static void add_instruction(struct listing *l, size_t at)
{
	const struct instruction *in = &l->p->code.items[at];
	const struct opcode_info *info = opcode_info((enum opcode)in->op);

	text_printf(l->out, "%6zu  ", at);
	if (in->dst != OPERAND_NONE)
		add_result(l, in->dst);
	text_printf(l->out, "%s", info->name);
	add_operand(l, in->a);
	add_operand(l, in->b);
	add_operand(l, in->c);
	add_immediate(l, (enum imm_kind)info->imm, in->imm);
	add_position(l, l->p->spans.items[at]);
	text_add_char(l->out, '\n');
}

/* --- tables -------------------------------------------------------------- */

static void list_rules(struct listing *l)
{
	for (size_t i = 0; i < l->p->rules.count; i++) {
		const struct program_rule *r = &l->p->rules.items[i];

		text_add(l->out, STR("rule "));
		add_rule(l, (uint32_t)i);
		text_printf(l->out, ": severity %u, frame %u, subject (", r->severity, r->frame);
		for (unsigned b = 0; b < r->binders; b++)
			text_printf(l->out, "%s%%%u", b ? ", " : "", r->subject[b]);
		text_add(l->out, STR(")\n"));
	}
}

static void list_stores(struct listing *l)
{
	for (size_t i = 0; i < l->p->stores.count; i++) {
		const struct program_store *s = &l->p->stores.items[i];

		text_printf(l->out, "store %zu: %c ", i, s->type);
		add_type(l, s->of);
		text_add(l->out, STR(" by "));
		add_kinds(l, s->kinds);
		text_printf(l->out, ", of unit %u%s\n", s->unit, s->relation ? ", relation" : "");
	}
}

static void list_step(struct listing *l, const struct program_step *s)
{
	text_add(l->out, s->inverse ? STR(" inverse ") : STR(" "));
	if (s->kind == STEP_LINK)
		add_attribute(l, s->index);
	else
		text_printf(l->out, "store %u", s->index);
}

static void list_paths(struct listing *l)
{
	for (size_t i = 0; i < l->p->paths.count; i++) {
		const struct program_path *path = &l->p->paths.items[i];

		text_printf(l->out, "path %zu: ", i);
		add_kind(l, path->from);
		text_add(l->out, STR(" to "));
		add_kind(l, path->to);
		text_printf(l->out, ", %u states, accepting %llx\n", path->states,
		    (unsigned long long)path->accepting);
		for (uint32_t m = 0; m < path->move_count; m++) {
			const struct program_move *move =
			    &l->p->moves.items[path->first_move + m];

			text_printf(l->out, "\t%u -> %u", move->from, move->to);
			list_step(l, &l->p->steps.items[path->first_step + move->step]);
			text_add_char(l->out, '\n');
		}
	}
}

static void list_frames(struct listing *l, size_t unit)
{
	for (size_t i = l->unit->frame; i < l->p->frames.count; i++) {
		const struct program_frame *f = &l->p->frames.items[i];

		if (f->unit != unit)
			break;
		text_printf(l->out, "\tframe %zu: ", i);
		if (f->parent == SCHEMA_NONE)
			add_kinds(l, f->kinds);
		else
			text_printf(l->out, "below %u", f->parent);
		text_add_char(l->out, '\n');
	}
}

static void list_unit(struct listing *l, size_t unit)
{
	const struct program_unit *u = &l->p->units.items[unit];

	l->unit = u;
	text_printf(l->out, "\nunit %zu", unit);
	if (u->component != SCHEMA_NONE)
		text_printf(l->out, ", component %u", u->component);
	text_add_char(l->out, '\n');
	list_frames(l, unit);
	for (size_t at = u->first; at < u->first + (size_t)u->count; at++)
		add_instruction(l, at);
}

void program_list_instruction(const struct program *program, struct sources *sources,
    size_t at, struct text *out)
{
	struct listing l = { program, program->schema, sources, out, program->units.items };

	while (at >= l.unit->first + (size_t)l.unit->count)
		l.unit++;
	add_instruction(&l, at);
}

void program_list(const struct program *program, struct sources *sources, struct text *out)
{
	struct listing l = { program, program->schema, sources, out, NULL };

	text_printf(out, "%zu rules, %zu units, %zu instructions, %zu registers\n",
	    program->rules.count, program->units.count, program->code.count,
	    program->registers.count);
	list_rules(&l);
	list_stores(&l);
	list_paths(&l);
	for (size_t i = 0; i < program->units.count; i++)
		list_unit(&l, i);
}
