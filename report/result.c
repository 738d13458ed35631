/* SPDX-License-Identifier: Apache-2.0 */
/* One result: what a report says of one outcome. */
#include "base/text.h"
#include "explain/conflict.h"
#include "report/identity.h"
#include "report/results.h"

/* What a result is made of and from. */
struct making {
	const struct report *report;
	struct arena *arena;
	struct evaluator *evaluator;
	const struct outcome *outcome;
	struct report_result *to;
};

static const struct rule *rule_of(const struct making *m)
{
	return &m->report->tree->rules.items[m->outcome->rule];
}

static struct str identity(const struct making *m, struct str id)
{
	return identity_of(m->arena, m->report->tree, m->report->graph, m->outcome, id);
}

static void identify(const struct making *m)
{
	const struct rule *rule = rule_of(m);
	struct report_result *to = m->to;

	to->id = identity(m, rule->id);
	to->former_count = rule->replaces.count;
	to->former = ARENA_ARRAY(m->arena, struct str, to->former_count);
	for (size_t i = 0; i < to->former_count; i++)
		to->former[i] = identity(m, rule->replaces.items[i]);
}

static void add_voices(const struct making *m, const struct missing *missing,
    struct report_missing *to)
{
	const struct graph *graph = m->report->graph;
	struct voice *voices;

	to->voice_count = conflict_voices(m->evaluator, m->arena, missing, &voices);
	to->voices = ARENA_ARRAY(m->arena, struct report_voice, to->voice_count);
	for (size_t i = 0; i < to->voice_count; i++) {
		uint32_t source = voices[i].origin.provenance;

		to->voices[i] = (struct report_voice){ voices[i].value,
			voices[i].origin.span, source < graph->provenances.count
			? &graph->provenances.items[source] : NULL };
	}
}

static void add_missing(const struct making *m, const struct finding *finding)
{
	struct report_result *to = m->to;

	to->missing_is = finding->minimal ? "smallest" : finding->fillings
	    ? "enough" : "open";
	to->missing_count = finding->missing_count;
	to->missing = ARENA_ARRAY(m->arena, struct report_missing,
	    finding->missing_count);
	for (size_t i = 0; i < finding->missing_count; i++) {
		const struct missing *missing = &finding->missing[i];

		to->missing[i] = (struct report_missing){ .fact = missing->text,
			.kind = missing->kind, .span = missing->span };
		add_voices(m, missing, &to->missing[i]);
	}
}

entity_id result_target(const struct report *report, const struct outcome *outcome)
{
	const struct graph *graph = report->graph;
	const struct rule *rule = &report->tree->rules.items[outcome->rule];

	for (int i = 0; i < outcome->count; i++) {
		entity_id id = (entity_id)outcome->cells[i];

		if (rule->binders.items[i].variable->type.tag != TYPE_ENTITY)
			continue;
		while (entity_owner(graph, id) != ENTITY_NONE)
			id = entity_owner(graph, id);
		return id;
	}
	return ENTITY_NONE;
}

static void set_target(const struct making *m)
{
	const struct graph *graph = m->report->graph;
	entity_id id = result_target(m->report, m->outcome);

	if (id == ENTITY_NONE)
		return;
	m->to->target_kind = graph->schema->kinds.items[entity_kind(graph, id)].name;
	m->to->target = graph_entity_name(graph, m->arena, id);
}

static struct str joined(struct arena *arena, const struct finding *finding)
{
	struct text message;

	text_init(&message, arena);
	for (size_t i = 0; i < finding->message_count; i++) {
		text_add(&message, i ? STR("; ") : STR(""));
		text_add(&message, finding->messages[i]);
	}
	return text_str(&message);
}

static void name(const struct making *m)
{
	struct subject_text subject = evaluate_subject(m->evaluator, m->arena, m->outcome);
	struct report_result *to = m->to;

	to->verdict = (enum verdict)m->outcome->verdict;
	to->reason = (enum verdict_reason)m->outcome->reason;
	to->kind = subject.kind;
	to->key = subject.key;
	to->plain = subject.plain;
	to->parts = subject.parts;
	to->part_count = subject.part_count;
	to->ambiguous = subject.ambiguous;
	to->span = subject.span;
}

static void explain(const struct making *m)
{
	struct report_result *to = m->to;
	struct finding finding = { 0 };

	evaluate_finding(m->evaluator, m->arena, m->outcome, &finding);
	if (!span_is_none(finding.span))
		to->span = finding.span;
	to->message = joined(m->arena, &finding);
	add_missing(m, &finding);
}

struct report_result *result_new(const struct report *report, struct arena *arena,
    struct evaluator *evaluator, const struct outcome *outcome, size_t rule,
    bool bare)
{
	struct report_result *to = ARENA_NEW(arena, struct report_result);
	struct outcome *kept = ARENA_NEW(arena, struct outcome);
	struct making m = { report, arena, evaluator, kept, to };

	*kept = *outcome;
	to->rule = (uint32_t)rule;
	to->outcome = kept;
	to->evidence = ARENA_NEW(arena, struct str);
	name(&m);
	if (!bare)
		explain(&m);
	set_target(&m);
	identify(&m);
	return to;
}

struct str report_trouble(struct arena *arena, const struct report_rule *rule)
{
	return arena_printf(arena, "the limit `%s` was met; the verdicts of this "
	    "rule are not given", rule->tally.trouble ? rule->tally.trouble : "memory");
}

struct report_result *result_new_error(const struct report *report,
    struct arena *arena, size_t rule)
{
	const struct report_rule *of = &report->rules.items[rule];
	struct report_result *to = ARENA_NEW(arena, struct report_result);
	struct outcome none = { .rule = of->number, .rest = -1 };

	to->rule = (uint32_t)rule;
	to->id = identity_of(arena, report->tree, report->graph, &none, of->rule->id);
	to->verdict = VERDICT_ERROR;
	to->span = of->rule->span;
	to->message = report_trouble(arena, of);
	return to;
}
