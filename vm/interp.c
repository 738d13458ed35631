/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop: the instructions of a unit, one after the other, each on all rows
 * of its frame.  What they mean stands in opcodes.def and where they run.
 *
 * An instruction that trips a limit gives no value but poison, and so does
 * everything that reads it; the rules at the end of it are in error.
 */
#include "vm/machine.h"

static void step(struct machine *m, const struct instruction *in)
{
	switch ((enum opcode)in->op) {
	case OPCODE_CONST:
		kernel_move_constant(m, in);
		break;
	case OPCODE_ROW:
		kernel_move_row(m, in);
		break;
	case OPCODE_EXISTS:
		kernel_move_exists(m, in);
		break;
	case OPCODE_ELEMENT:
		kernel_move_element(m, in);
		break;
	case OPCODE_ELEMENT_N:
		kernel_move_element_number(m, in);
		break;
	case OPCODE_MEMBER:
		kernel_move_member(m, in);
		break;
	case OPCODE_UP:
		kernel_move_up(m, in);
		break;
	case OPCODE_COPY:
		kernel_truth_copy(m, in);
		break;
	case OPCODE_LOAD_T:
		kernel_load_table(m, in, machine_attribute(m, in->imm, true));
		break;
	case OPCODE_LOAD_S: case OPCODE_LOAD_N: case OPCODE_LOAD_W: case OPCODE_LOAD_M:
		kernel_load_table(m, in, machine_attribute(m, in->imm, false));
		break;
	case OPCODE_FIELD_T:
		if (!code_field(m, in, machine_field(m, in->imm, true)))
			kernel_load_table(m, in, machine_field(m, in->imm, true));
		break;
	case OPCODE_FIELD_S: case OPCODE_FIELD_N: case OPCODE_FIELD_W: case OPCODE_FIELD_M:
		kernel_load_table(m, in, machine_field(m, in->imm, false));
		break;
	case OPCODE_STORE:
		kernel_load_store(m, in);
		break;
	case OPCODE_FETCH_T: case OPCODE_FETCH_S: case OPCODE_FETCH_N:
	case OPCODE_FETCH_W: case OPCODE_FETCH_M:
		kernel_load_table(m, in, &m->stores[in->imm]);
		break;
	case OPCODE_AND:
		kernel_truth_and(m, in);
		break;
	case OPCODE_OR:
		kernel_truth_or(m, in);
		break;
	case OPCODE_KNOWN_T:
		kernel_truth_known(m, in);
		break;
	case OPCODE_KNOWN_S:
		kernel_scalar_known(m, in);
		break;
	case OPCODE_KNOWN_N:
		kernel_number_known(m, in);
		break;
	case OPCODE_KNOWN_W: case OPCODE_KNOWN_M:
		kernel_set_known(m, in);
		break;
	case OPCODE_ABSENT_S:
		kernel_scalar_absent(m, in);
		break;
	case OPCODE_ABSENT_N:
		kernel_number_is_absent(m, in);
		break;
	case OPCODE_ASSUME_T:
		kernel_truth_assume(m, in);
		break;
	case OPCODE_ASSUME_S:
		kernel_scalar_assume(m, in);
		break;
	case OPCODE_ASSUME_N:
		kernel_number_assume(m, in);
		break;
	case OPCODE_CLOSE_W: case OPCODE_CLOSE_M:
		kernel_set_close(m, in);
		break;
	case OPCODE_EQ_T:
		kernel_truth_equal(m, in);
		break;
	case OPCODE_EQ_S:
		kernel_scalar_equal(m, in);
		break;
	case OPCODE_EQ_N: case OPCODE_LT_N: case OPCODE_LE_N:
		kernel_number_compare(m, in);
		break;
	case OPCODE_LT_V: case OPCODE_LE_V: case OPCODE_STARTS: case OPCODE_ENDS:
	case OPCODE_IN_NET:
		kernel_scalar_relate(m, in);
		break;
	case OPCODE_IN_W:
		kernel_set_in_words(m, in);
		break;
	case OPCODE_IN_M:
		kernel_set_in_numbers(m, in);
		break;
	case OPCODE_SUBSET_W: case OPCODE_SUBSET_M:
		kernel_set_subset(m, in);
		break;
	case OPCODE_SAME_W: case OPCODE_SAME_M:
		kernel_set_same(m, in);
		break;
	case OPCODE_IS_KIND:
		kernel_scalar_is_kind(m, in);
		break;
	case OPCODE_MATCH:
		kernel_scalar_match(m, in);
		break;
	case OPCODE_NEGATE: case OPCODE_ADD: case OPCODE_SUBTRACT:
	case OPCODE_MULTIPLY: case OPCODE_DIVIDE:
		kernel_number_arithmetic(m, in);
		break;
	case OPCODE_CONCAT:
		kernel_scalar_concat(m, in);
		break;
	case OPCODE_TEXT_S:
		kernel_scalar_text(m, in);
		break;
	case OPCODE_TEXT_N:
		kernel_number_text(m, in);
		break;
	case OPCODE_FOLD:
		kernel_scalar_fold(m, in);
		break;
	case OPCODE_SINGLE_W:
		kernel_set_single_word(m, in);
		break;
	case OPCODE_SINGLE_M:
		kernel_set_single_number(m, in);
		break;
	case OPCODE_TRUTH_S:
		kernel_truth_to_scalar(m, in);
		break;
	case OPCODE_SCALAR_T:
		kernel_scalar_to_truth(m, in);
		break;
	case OPCODE_UNION_W: case OPCODE_UNION_M: case OPCODE_INTERSECT_W:
	case OPCODE_INTERSECT_M: case OPCODE_WITHOUT_W: case OPCODE_WITHOUT_M:
		kernel_set_combine(m, in);
		break;
	case OPCODE_COUNT_W: case OPCODE_COUNT_M:
		kernel_set_count(m, in);
		break;
	case OPCODE_EXPAND_W: case OPCODE_EXPAND_M:
		kernel_move_expand(m, in);
		break;
	case OPCODE_ANY_W: case OPCODE_ANY_M:
		kernel_fold_any(m, in);
		break;
	case OPCODE_COUNT_IF_W: case OPCODE_COUNT_IF_M:
		kernel_fold_count(m, in);
		break;
	case OPCODE_SUM_W: case OPCODE_SUM_M:
		kernel_fold_sum(m, in);
		break;
	case OPCODE_MIN_W: case OPCODE_MIN_M: case OPCODE_MAX_W: case OPCODE_MAX_M:
		kernel_fold_extreme(m, in);
		break;
	case OPCODE_COLLECT_WW: case OPCODE_COLLECT_WM:
	case OPCODE_COLLECT_MW: case OPCODE_COLLECT_MM:
		kernel_fold_collect(m, in);
		break;
	case OPCODE_FLATTEN_WW: case OPCODE_FLATTEN_WM:
	case OPCODE_FLATTEN_MW: case OPCODE_FLATTEN_MM:
		kernel_fold_flatten(m, in);
		break;
	case OPCODE_REACH: case OPCODE_CLOSURE:
		path_reach(m, in);
		break;
	case OPCODE_EMIT:
		result_emit(m, in);
		break;
	case OPCODE_REST:
		result_rest(m, in);
		break;
	case OPCODE_COUNT:
		break;
	}
}

/* --- poison -------------------------------------------------------------- */

static const char *poison_of_operand(struct machine *m, uint16_t operand)
{
	if (OPERAND_REGISTER(operand) == OPERAND_NONE)
		return NULL;
	return machine_value(m, operand)->poison;
}

/* The stores that a path walks along. */
static const char *poison_of_path(struct machine *m, uint32_t number)
{
	const struct program_path *path = &m->program->paths.items[number];

	for (uint32_t i = 0; i < path->step_count; i++) {
		const struct program_step *s = &m->program->steps.items[path->first_step + i];

		if (s->kind != STEP_LINK && m->stores[s->index].poison)
			return m->stores[s->index].poison;
	}
	return NULL;
}

static const char *poison_of_subject(struct machine *m, uint32_t number, unsigned count)
{
	const struct program_rule *rule = &m->program->rules.items[number];

	for (unsigned i = 0; i < count; i++)
		if (machine_value(m, rule->subject[i])->poison)
			return machine_value(m, rule->subject[i])->poison;
	return NULL;
}

static const char *poison_of_table(struct machine *m, const struct instruction *in)
{
	const struct opcode_info *info = opcode_info((enum opcode)in->op);

	if (info->imm == IMM_STORE)
		return m->stores[in->imm].poison;
	if (info->imm == IMM_PATH)
		return poison_of_path(m, in->imm);
	if (info->imm == IMM_RULE)
		return poison_of_subject(m, in->imm, m->program->rules.items[in->imm].binders);
	if (info->imm == IMM_BINDER)
		return poison_of_subject(m, in->imm / SUBJECT_BINDERS,
		    in->imm % SUBJECT_BINDERS);
	return NULL;
}

/* Why the instruction cannot be run, or NULL. */
static const char *poison_of(struct machine *m, const struct instruction *in)
{
	const uint16_t operands[3] = { in->a, in->b, in->c };
	const char *poison = m->poisons[m->now];

	if (!poison && in->dst != OPERAND_NONE)
		poison = machine_frame(m, in->dst)->poison;
	for (int i = 0; i < 3 && !poison; i++)
		poison = poison_of_operand(m, operands[i]);
	return poison ? poison : poison_of_table(m, in);
}

static void spread(struct machine *m, const struct instruction *in, const char *poison)
{
	const struct opcode_info *info = opcode_info((enum opcode)in->op);

	m->sick = true;
	if (in->dst != OPERAND_NONE) {
		machine_value(m, in->dst)->poison = poison;
		machine_value(m, in->dst)->ready = false;
	} else if (info->imm == IMM_FRAME)
		m->frames[in->imm].poison = poison;
	else if (info->imm == IMM_STORE)
		m->stores[in->imm].poison = poison;
	else
		result_fail(m, info->imm == IMM_RULE ? in->imm : in->imm / SUBJECT_BINDERS,
		    poison);
}

bool machine_charge(struct machine *m, uint64_t rows)
{
	uint64_t limit = limit_get(LIMIT_ROWS), before = m->listed ? 0 : m->spent[m->now];

	m->spending[m->now] += rows;
	if (rows > UINT32_MAX - 64 || before + m->spending[m->now] > limit) {
		m->poisons[m->now] = limit_name(LIMIT_ROWS);
		return false;
	}
	m->split = rows > m->most_children && m->batch_rows > 1;
	return !m->split;
}

/* --- the loop ------------------------------------------------------------ */

static void bury(struct machine *m, const struct instruction *in, uint8_t deaths)
{
	if (deaths & 1)
		truth_die(m, in->a);
	if (deaths & 2)
		truth_die(m, in->b);
	if (deaths & 4)
		truth_die(m, in->c);
}

/* Rows of the frame that the instruction is about. */
static uint32_t rows_of(struct machine *m, const struct instruction *in)
{
	if (opcode_info((enum opcode)in->op)->imm == IMM_FRAME)
		return m->frames[in->imm].count;
	return machine_frame(m, in->dst != OPERAND_NONE ? in->dst : in->a)->count;
}

static void step_timed(struct machine *m, const struct instruction *in)
{
	const struct run_options *options = m->options;
	uint64_t start;

	if (!options || !options->timings) {
		step(m, in);
		return;
	}
	start = options->clock();
	step(m, in);
	options->timings[m->now].nanoseconds += options->clock() - start;
	options->timings[m->now].rows += rows_of(m, in);
}

void machine_step_all(struct machine *m)
{
	const struct instruction *code = m->program->code.items;
	const bool *skip = m->options && m->options->part ? m->options->part->skip : NULL;
	size_t end = m->unit->first + m->unit->count;

	for (m->now = m->unit->first; m->now < end; m->now++) {
		const struct instruction *in = &code[m->now];
		const char *poison;

		if (skip && skip[m->now])
			continue;
		poison = m->sick ? poison_of(m, in) : NULL;
		if (!poison)
			step_timed(m, in);
		if (m->split)
			return;
		if (!poison)
			poison = m->poisons[m->now];
		if (poison && m->head) {
			m->lost = true;
			return;
		}
		if (poison)
			spread(m, in, poison);
		if (m->deaths[m->now] && !m->frontier)
			bury(m, in, m->deaths[m->now]);
	}
}

void machine_poison_all(struct machine *m, const char *poison)
{
	const struct instruction *code = m->program->code.items + m->unit->first;

	for (uint32_t i = 0; i < m->unit->count; i++)
		spread(m, &code[i], poison);
}
