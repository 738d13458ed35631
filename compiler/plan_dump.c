/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan as text, frame by frame:
 *
 *	f1 root Host
 *	    n3 = load_s n1 Host.zone
 *	f2 in f1 over n5
 *	rule roles.iis in f1: applies n12, required !n15, without exceptions n12
 */
#include <ctype.h>

#include "compiler/plan.h"

static void add_ref(const struct plan *plan, struct text *out, plan_ref ref)
{
	(void)plan;
	text_printf(out, "%sn%u", PLAN_NEGATED(ref) ? "!" : "", PLAN_NODE(ref));
}

static void add_op(struct text *out, const char *name)
{
	for (; *name; name++)
		text_add_char(out, (char)tolower((unsigned char)*name));
}

static void add_kind(const struct plan *plan, struct text *out, uint16_t kind)
{
	text_add(out, plan->tree->schema->kinds.items[kind].name);
}

static void add_constant(const struct plan *plan, struct text *out,
    const struct plan_constant *c)
{
	if (c->state == CONSTANT_NONE)
		text_add(out, STR("none"));
	else if (c->state == CONSTANT_UNKNOWN)
		text_add(out, STR("unknown"));
	else if (c->state == CONSTANT_TODAY)
		text_add(out, STR("today"));
	else if (c->state == CONSTANT_EXTENT)
		add_kind(plan, out, (uint16_t)c->cell);
	else if (c->type.set)
		text_printf(out, "set of %u", c->count);
	else if (type_is_text(c->type))
		text_printf(out, "\"%.*s\"", STR_ARG(c->text));
	else if (c->type.tag == TYPE_ENUM)
		text_add(out, schema_value_name(plan->tree->schema, c->type.of,
		    c->cell));
	else
		text_printf(out, "%lld", (long long)c->cell);
}

static void add_attribute(const struct plan *plan, struct text *out,
    uint32_t index)
{
	const struct schema_attribute *a = &plan->tree->schema->attributes.items[index];

	add_kind(plan, out, a->kind);
	text_printf(out, ".%.*s", STR_ARG(a->name));
}

/* What the immediate means, by what the opcode says it is. */
static void add_immediate(const struct plan *plan, struct text *out,
    const struct plan_node *node)
{
	if (node->op == OPCODE_CONST) {
		add_constant(plan, out, &plan->constants.items[node->imm]);
	} else if (node->op >= OPCODE_LOAD_T && node->op <= OPCODE_LOAD_M) {
		add_attribute(plan, out, node->imm);
	} else if (node->op >= OPCODE_FIELD_T && node->op <= OPCODE_FIELD_M) {
		text_add(out, plan->tree->schema->fields.items[node->imm].name);
	} else if (node->op >= OPCODE_FETCH_T && node->op <= OPCODE_FETCH_M) {
		const struct plan_store *store = &plan->stores.items[node->imm];

		text_add(out, store->relation ? STR("relation ") : STR("of "));
		add_ref(plan, out, store->body);
	} else if (node->op == OPCODE_MATCH) {
		const struct program_pattern *p = &plan->patterns.items[node->imm];

		text_printf(out, "\"%.*s\"", STR_ARG(plan->texts.items[p->text]));
	} else if (node->op == OPCODE_IS_KIND) {
		add_kind(plan, out, (uint16_t)node->imm);
	} else if (node->imm) {
		text_printf(out, "%u", node->imm);
	}
}

static void add_node(const struct plan *plan, struct text *out, uint32_t n)
{
	const struct plan_node *node = &plan->nodes.items[n];
	plan_ref operands[] = { node->a, node->b, node->c };

	text_printf(out, "    n%u = ", n);
	add_op(out, opcode_info(node->op)->name);
	for (int i = 0; i < 3; i++)
		if (operands[i] != PLAN_NONE) {
			text_add(out, i ? STR(", ") : STR(" "));
			add_ref(plan, out, operands[i]);
		}
	text_add_char(out, ' ');
	add_immediate(plan, out, node);
	if (out->at[out->length - 1] == ' ')
		out->length--;
	text_add_char(out, '\n');
}

static void add_frame(const struct plan *plan, struct text *out, uint32_t f)
{
	const struct plan_frame *frame = &plan->frames.items[f];

	if (frame->parent != PLAN_NONE) {
		text_printf(out, "f%u in f%u over n%u\n", f, frame->parent,
		    frame->set);
		return;
	}
	text_printf(out, "f%u root", f);
	for (int i = 0; i < 2; i++)
		if (frame->kinds[i] != SCHEMA_NONE) {
			text_add_char(out, ' ');
			add_kind(plan, out, frame->kinds[i]);
		}
	text_add_char(out, '\n');
}

static void add_rule(const struct plan *plan, struct text *out, uint32_t index)
{
	const struct plan_rule *rule = &plan->rules.items[index];

	text_printf(out, "rule %.*s in f%u: applies ",
	    STR_ARG(plan->tree->rules.items[index].id), rule->frame);
	add_ref(plan, out, rule->applies);
	text_add(out, STR(", required "));
	add_ref(plan, out, rule->required);
	text_add(out, STR(", without exceptions "));
	add_ref(plan, out, rule->unexcepted);
	text_add_char(out, '\n');
	for (size_t i = 0; i < rule->rests.count; i++) {
		text_printf(out, "    rest of binder %u: applies ",
		    rule->rests.items[i].binder);
		add_ref(plan, out, rule->rests.items[i].applies);
		text_printf(out, ", set n%u\n",
		    PLAN_NODE(rule->rests.items[i].set));
	}
}

void plan_dump(const struct plan *plan, struct text *out)
{
	for (uint32_t f = 0; f < plan->frames.count; f++) {
		add_frame(plan, out, f);
		for (uint32_t n = 0; n < plan->nodes.count; n++)
			if (plan->nodes.items[n].frame == f)
				add_node(plan, out, n);
	}
	for (uint32_t i = 0; i < plan->rules.count; i++)
		add_rule(plan, out, i);
}
