/* SPDX-License-Identifier: Apache-2.0 */
/* What a test expects, against what its rule was found to say. */
#include "cli/trial.h"

#include <stdlib.h>

#include "compiler/given.h"

void trial_keep(void *context, const struct outcome *outcome)
{
	struct trial *trial = context;

	if (outcome->rule == trial->test->rule_index)
		*VEC_PUSH(trial->arena, &trial->outcomes) = *outcome;
}

void trial_complain(struct trial *trial, struct span span, const char *format, ...)
{
	struct place place;
	va_list arguments;

	trial->failures++;
	if (!trial->out)
		return;
	place = source_place(trial->sources, span.file, span.start);
	text_add_visible(trial->out, source_name(trial->sources, span.file));
	text_printf(trial->out, ":%u:%u: test %.*s: ", place.line, place.column,
	    STR_ARG(trial->test->rule));
	va_start(arguments, format);
	text_add(trial->out, arena_vprintf(trial->arena, format, arguments));
	va_end(arguments);
	text_add_char(trial->out, '\n');
}

/* "cm01.corp/C:" names an owned entity by its last part as well. */
static bool key_is(struct str full, struct str wanted)
{
	size_t tail = full.length - wanted.length;

	if (str_equal(full, wanted))
		return true;
	return full.length > wanted.length && full.at[tail - 1] == '/' &&
	    str_ends(full, wanted);
}

static struct str cell_name(struct trial *trial, const struct rule *rule,
    size_t binder, int64_t cell)
{
	struct type type = rule->binders.items[binder].variable->type;

	if (type.tag == TYPE_ENTITY)
		return graph_entity_name(trial->graph, trial->arena, (entity_id)cell);
	return graph_cell_text(trial->graph, trial->arena, type, cell);
}

/* The outcome is about the expectation's subject: its binders begin with those
 * named, so a shorter tuple speaks of every subject that extends it, and of
 * the rest subjects of its open rows. */
static bool outcome_is(struct trial *trial, const struct outcome *outcome,
    const struct expectation *expectation)
{
	const struct rule *rule = &trial->tree->rules.items[trial->test->rule_index];

	if (outcome->count < expectation->count)
		return false;
	for (size_t b = 0; b < expectation->count; b++)
		if (!key_is(cell_name(trial, rule, b, outcome->cells[b]),
		    expectation->keys[b]))
			return false;
	return true;
}

/* The outcome that decides an expectation: of `unknown`, one that is unknown;
 * of the others, one that differs from what is expected, if there is any.
 * Rest subjects are always unknown and stand in nobody's way. */
static const struct outcome *find_outcome(struct trial *trial,
    const struct expectation *expectation, enum verdict wanted)
{
	const struct outcome *found = NULL;

	for (size_t i = 0; i < trial->outcomes.count; i++) {
		const struct outcome *outcome = &trial->outcomes.items[i];
		bool hit = (enum verdict)outcome->verdict == wanted;

		if (!outcome_is(trial, outcome, expectation) ||
		    (outcome->rest >= 0 && wanted != VERDICT_UNKNOWN))
			continue;
		if (!found || hit == (wanted == VERDICT_UNKNOWN))
			found = outcome;
	}
	return found;
}

static struct str subject_of(struct trial *trial, const struct expectation *expectation)
{
	struct text out;

	text_init(&out, trial->arena);
	for (size_t b = 0; b < expectation->count; b++) {
		text_add(&out, b ? STR(", ") : STR(""));
		text_add_visible(&out, expectation->keys[b]);
	}
	return expectation->count ? text_str(&out) : STR("the inventory");
}

static struct str needs_of(struct trial *trial, const struct finding *finding)
{
	struct text out;

	text_init(&out, trial->arena);
	for (size_t m = 0; m < finding->missing_count; m++) {
		text_add(&out, m ? STR(", ") : STR(""));
		text_add_visible(&out, finding->missing[m].text);
	}
	return finding->missing_count ? text_str(&out) : STR("nothing");
}

/* `c.roles`, `rest of d.roles`: as the evaluator spells a missing fact. */
static void need_text(const struct ast *node, struct text *out)
{
	if (node->kind == AST_NEED) {
		text_add(out, node->op == OP_REST ? STR("rest of ") : STR(""));
		need_text(node->slot[0], out);
		return;
	}
	if (node->kind == AST_MEMBER) {
		need_text(node->slot[0], out);
		text_add_char(out, '.');
	}
	text_add(out, node->text);
}

/* `rest of Host`: that all hosts are listed. */
static bool is_extent(struct trial *trial, const struct missing *missing,
    const struct ast *need)
{
	return missing->kind == MISSING_EXTENT && need->op == OP_REST &&
	    need->slot[0]->kind == AST_NAME && str_equal(need->slot[0]->text,
	    trial->tree->schema->kinds.items[missing->of].name);
}

/* A missing fact answers a need when both end in the same attribute and the
 * need's entity is the fact's entity or holds it: `c.roles.installed` is the
 * `installed` of some role of c. */
static bool missing_answers(struct trial *trial, const struct missing *missing,
    const struct ast *need)
{
	const struct ast *last = need->slot[0], *first;
	const struct schema *schema = trial->tree->schema;
	struct str name;

	if (is_extent(trial, missing, need))
		return true;
	if (missing->attribute == SCHEMA_NONE || last->kind != AST_MEMBER ||
	    !str_equal(schema->attributes.items[missing->attribute].name, last->text) ||
	    (need->op == OP_REST) != (missing->kind == MISSING_REST))
		return false;
	for (first = last->slot[0]; first->kind == AST_MEMBER; first = first->slot[0])
		;
	name = given_key(trial->test->given, first->text);
	for (entity_id e = missing->entity; e != ENTITY_NONE;
	    e = entity_owner(trial->graph, e)) {
		if (str_equal(entity_key(trial->graph, e), name))
			return true;
		if (last->slot[0]->kind != AST_MEMBER)
			return false;	/* the entity itself was meant */
	}
	return last->slot[0]->kind == AST_MEMBER;
}

static void check_needs(struct trial *trial, const struct expectation *expectation,
    const struct finding *finding)
{
	for (uint32_t n = 0; n < expectation->need_count; n++) {
		bool answered = false;
		struct text need;

		for (size_t m = 0; m < finding->missing_count && !answered; m++)
			answered = missing_answers(trial, &finding->missing[m],
			    expectation->needs[n]);
		if (answered)
			continue;
		text_init(&need, trial->arena);
		need_text(expectation->needs[n], &need);
		trial_complain(trial, expectation->span, "%.*s does not need %.*s; it needs %.*s",
		    STR_ARG(subject_of(trial, expectation)), STR_ARG(text_str(&need)),
		    STR_ARG(needs_of(trial, finding)));
	}
}

static bool contains(struct str text, struct str part)
{
	for (size_t i = 0; i + part.length <= text.length; i++)
		if (memcmp(text.at + i, part.at, part.length) == 0)
			return true;
	return false;
}

static void check_message(struct trial *trial, const struct expectation *expectation,
    const struct finding *finding)
{
	struct text all;

	text_init(&all, trial->arena);
	for (size_t m = 0; m < finding->message_count; m++) {
		text_add(&all, m ? STR("; ") : STR(""));
		text_add(&all, finding->messages[m]);
		if (contains(finding->messages[m], expectation->with))
			return;
	}
	trial_complain(trial, expectation->span, "the message of %.*s does not hold \"%.*s\": \"%.*s\"",
	    STR_ARG(subject_of(trial, expectation)), STR_ARG(expectation->with),
	    STR_ARG(text_str(&all)));
}

static enum verdict expected_verdict(const struct expectation *expectation)
{
	if (expectation->verdict == OP_PASS)
		return VERDICT_PASS;
	if (expectation->verdict == OP_FAIL)
		return VERDICT_FAIL;
	return expectation->verdict == OP_UNKNOWN ? VERDICT_UNKNOWN
	    : VERDICT_NOT_APPLICABLE;
}

static void check_expectation(struct trial *trial,
    const struct expectation *expectation)
{
	enum verdict wanted = expected_verdict(expectation);
	const struct outcome *outcome = find_outcome(trial, expectation, wanted);
	struct finding finding = { 0 };

	if (!outcome) {
		trial_complain(trial, expectation->span, "%.*s is no subject of this rule",
		    STR_ARG(subject_of(trial, expectation)));
		return;
	}
	if ((enum verdict)outcome->verdict != wanted && !trial->out) {
		trial->failures++;
		return;
	}
	if (trial->out || expectation->with.length || expectation->need_count)
		evaluate_finding(trial->evaluator, trial->arena, outcome, &finding);
	if ((enum verdict)outcome->verdict != wanted) {
		trial_complain(trial, expectation->span, "%.*s: expected %s, got %s%s%.*s",
		    STR_ARG(subject_of(trial, expectation)),
		    verdict_phrase(wanted),
		    verdict_phrase((enum verdict)outcome->verdict),
		    outcome->verdict == VERDICT_UNKNOWN ? ", needs " : "",
		    STR_ARG(outcome->verdict == VERDICT_UNKNOWN ?
		    needs_of(trial, &finding) : STR("")));
		return;
	}
	if (expectation->with.length)
		check_message(trial, expectation, &finding);
	check_needs(trial, expectation, &finding);
}

void trial_judge(struct trial *trial)
{
	const struct test *test = trial->test;

	qsort(trial->outcomes.items, trial->outcomes.count, sizeof(struct outcome),
	    outcome_compare);
	for (size_t e = 0; e < test->expectations.count; e++) {
		check_expectation(trial, &test->expectations.items[e]);
		if (trial->failures && !trial->out)
			return;
	}
}
