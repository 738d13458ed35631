/* SPDX-License-Identifier: Apache-2.0 */
/* Values as words, as they were spelt; making them safe to show is the
 * report's. */
#include "explain/evaluator.h"

#include <stdlib.h>

static struct str member_text(struct evaluator *ev, struct type type,
    int64_t cell, symbol spelled)
{
	if (spelled != SYMBOL_NONE)
		return symbol_text(ev->graph->symbols, spelled);
	if (type.tag == TYPE_ENTITY)
		return entity_key(ev->graph, cell);
	return graph_cell_text(ev->graph, ev->scratch, type, cell);
}

static void add_scalar(struct evaluator *ev, struct scalar s, struct type type,
    struct text *out)
{
	switch (s.state) {
	case STATE_UNKNOWN:
		text_add(out, STR("unknown"));
		break;
	case STATE_NONE:
		text_add(out, STR("none"));
		break;
	case STATE_KNOWN:
		text_add(out, member_text(ev, type, s.cell, s.spelled));
		break;
	}
}

static void add_number(struct evaluator *ev, struct number n, struct type type,
    struct text *out)
{
	bool from = n.known && n.low != NUMBER_LOW;
	bool to = n.known && n.high != NUMBER_HIGH;

	if (n.absent)
		text_add(out, STR("none"));
	else if (!from && !to)
		text_add(out, STR("unknown"));
	if (from && n.low != n.high)
		text_add(out, to ? STR("between ") : STR("at least "));
	if (from)
		text_add(out, member_text(ev, type, n.low, SYMBOL_NONE));
	if (!to || n.low == n.high)
		return;
	text_add(out, from ? STR(" and ") : STR("at most "));
	text_add(out, member_text(ev, type, n.high, SYMBOL_NONE));
}

static int text_compare(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* Members by their texts; then what is there without being known. */
static void add_set(struct evaluator *ev, const struct set *s, struct text *out)
{
	struct str *texts = ARENA_ARRAY(ev->scratch, struct str, s->count + 2u);
	uint32_t count = s->count;

	for (uint32_t i = 0; i < s->count; i++) {
		const struct member *m = &s->members[i];

		texts[i] = member_text(ev, s->of, m->cell, m->spelled);
		if (!m->certain)
			texts[i] = arena_printf(ev->scratch, "%.*s (possible)",
			    STR_ARG(texts[i]));
	}
	qsort(texts, count, sizeof(*texts), text_compare);
	if (s->anonymous > 0)
		texts[count++] = STR("unknown");
	if (s->open)
		texts[count++] = STR("...");
	if (count == 0)
		text_add(out, STR("nothing"));
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			text_add(out, STR(", "));
		text_add(out, texts[i]);
	}
}

static void add_truth(enum truth truth, struct text *out)
{
	switch (truth) {
	case TRUTH_FALSE:
		text_add(out, STR("false"));
		break;
	case TRUTH_TRUE:
		text_add(out, STR("true"));
		break;
	case TRUTH_UNKNOWN:
		text_add(out, STR("unknown"));
		break;
	}
}

void message_value(struct evaluator *ev, struct value v, struct type type,
    struct text *out)
{
	type.set = false;
	type.optional = false;
	switch (v.kind) {
	case VALUE_TRUTH:
		add_truth(v.truth, out);
		break;
	case VALUE_SCALAR:
		add_scalar(ev, v.scalar, type, out);
		break;
	case VALUE_NUMBER:
		add_number(ev, v.number, type, out);
		break;
	case VALUE_SET:
		add_set(ev, &v.set, out);
		break;
	}
}

/* --- walks ---------------------------------------------------------------- */

static void add_place(struct evaluator *ev, uint32_t place, struct text *out)
{
	const struct schema *schema = ev->tree->schema;

	if (place < ev->graph->entity_count) {
		text_add(out, graph_entity_name(ev->graph, ev->scratch, place));
		return;
	}
	text_add(out, STR("some "));
	text_add(out, schema->kinds.items[place - ev->graph->entity_count].name);
}

/* a -member_of-> b <-admins- c */
void message_walk(struct evaluator *ev, const struct walk *walk, struct text *out)
{
	if (!walk->found) {
		text_add(out, STR("no path"));
		return;
	}
	add_place(ev, walk->start, out);
	for (size_t i = 0; i < walk->count; i++) {
		const struct path_step *step = walk->steps[i].step;

		text_add(out, step->inverse ? STR(" <-") : STR(" -"));
		text_add(out, step->kind == PATH_RELATION
		    ? ev->tree->relations.items[step->index].name
		    : ev->tree->schema->attributes.items[step->index].name);
		text_add(out, step->inverse ? STR("- ") : STR("-> "));
		add_place(ev, walk->steps[i].to, out);
	}
}

/* The walk that CONDITION, which is false, rests on. */
static void add_witness(struct evaluator *ev, struct env *env,
    const struct expr *condition, struct text *out)
{
	struct decision decision = { .fact = SPAN_NONE };

	decide(ev, env, condition, &decision);
	message_walk(ev, &decision.walk, out);
}

void message_render(struct evaluator *ev, struct env *env,
    const struct expr *message, const struct expr *condition, struct text *out)
{
	for (uint32_t i = 0; i < message->count; i++) {
		const struct expr *item = message->items[i];

		if (item->op == EXPR_WITNESS)
			add_witness(ev, env, condition, out);
		else if (item->op == EXPR_CONST && item->type.tag == TYPE_STRING)
			text_add(out, item->text);
		else
			message_value(ev, evaluate_expr(ev, env, item),
			    item->type, out);
	}
}
