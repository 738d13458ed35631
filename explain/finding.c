/* SPDX-License-Identifier: Apache-2.0 */
/* What a report says of one outcome: its subject, and why. */
#include "explain/evaluator.h"

static const struct rule *rule_of(const struct evaluator *ev,
    const struct outcome *outcome)
{
	return &ev->tree->rules.items[outcome->rule];
}

/* --- subject -------------------------------------------------------------- */

static void join(struct text *text, struct str part)
{
	if (part.length == 0)
		return;
	if (text->length > 0)
		text_add(text, STR(", "));
	text_add(text, part);
}

static bool has(struct str s, struct str part)
{
	return s.length && memmem(s.at, s.length, part.at, part.length);
}

struct str subject_joined(struct arena *arena, const struct subject_part *parts,
    size_t count)
{
	struct text text;

	if (count == 1)
		return parts[0].key;
	text_init(&text, arena);
	for (size_t i = 0; i < count; i++) {
		struct str key = parts[i].key;

		text_add(&text, i ? STR(", ") : STR(""));
		if (key.length == 0 || has(key, STR(", ")) ||
		    str_starts(key, STR("\"")))
			text_add_quoted(&text, key);
		else
			text_add(&text, key);
	}
	return text_str(&text);
}

static struct str kind_text(struct evaluator *ev, struct arena *arena,
    struct type type, int64_t cell, bool known)
{
	if (type.tag != TYPE_ENTITY)
		return type_text(arena, ev->tree->schema, type);
	return ev->tree->schema->kinds.items[known
	    ? entity_kind(ev->graph, cell) : type.of].name;
}

static struct str key_text(struct evaluator *ev, struct arena *arena,
    struct type type, int64_t cell)
{
	if (type.tag == TYPE_ENTITY)
		return graph_entity_name(ev->graph, arena, (entity_id)cell);
	return graph_cell_text(ev->graph, arena, type, cell);
}

/* What an earlier binder owns needs no more than its own key: "a, C:". */
static struct str binder_text(struct evaluator *ev, struct arena *arena,
    const struct outcome *outcome, int binder)
{
	const struct binder *binders = rule_of(ev, outcome)->binders.items;
	int64_t cell = outcome->cells[binder];

	for (int i = 0; i < binder; i++) {
		if (binders[binder].variable->type.tag == TYPE_ENTITY &&
		    binders[i].variable->type.tag == TYPE_ENTITY &&
		    entity_owner(ev->graph, cell) == outcome->cells[i])
			return entity_key(ev->graph, cell);
	}
	return key_text(ev, arena, binders[binder].variable->type, cell);
}

/* The binder whose attribute a set is, or -1: h of `h.volumes`. */
static int owner_of(const struct rule *rule, const struct expr *set)
{
	if (set->op != EXPR_ATTRIBUTE || set->arg[0]->op != EXPR_VARIABLE)
		return -1;
	for (size_t i = 0; i < rule->binders.count; i++) {
		if (rule->binders.items[i].variable == set->arg[0]->variable)
			return (int)i;
	}
	return -1;
}

/* "rest of cm01.contoso.example.volumes", or of the set as it is written. */
static struct str rest_text(struct evaluator *ev, struct arena *arena,
    const struct outcome *outcome)
{
	const struct rule *rule = rule_of(ev, outcome);
	const struct expr *set = rule->binders.items[outcome->rest].set;
	int owner = owner_of(rule, set);
	struct str name, text;

	if (owner < 0) {
		text = span_is_none(set->span) ? STR("a set") : source_text(
		    diagnostics_sources(ev->tree->all), set->span);
		return arena_printf(arena, "rest of %.*s", STR_ARG(text));
	}
	text = key_text(ev, arena, rule->binders.items[owner].variable->type,
	    outcome->cells[owner]);
	name = ev->tree->schema->attributes.items[set->index].name;
	return arena_printf(arena, "rest of %.*s.%.*s", STR_ARG(text),
	    STR_ARG(name));
}

static struct span subject_span(const struct evaluator *ev,
    const struct outcome *outcome)
{
	const struct rule *rule = rule_of(ev, outcome);

	for (int i = outcome->count; i-- > 0;) {
		if (rule->binders.items[i].variable->type.tag == TYPE_ENTITY)
			return entity_origin(ev->graph,
			    (entity_id)outcome->cells[i]).span;
	}
	return SPAN_NONE;
}

/* Owners' keys are joined by a slash, binders by a comma. */
static bool is_ambiguous(struct evaluator *ev, struct arena *arena,
    const struct outcome *outcome, int binder)
{
	struct type type = rule_of(ev, outcome)->binders.items[binder].variable->type;
	int64_t cell = outcome->cells[binder];
	struct str text = key_text(ev, arena, type, cell);

	if (text.length == 0 || (has(text, STR(", ")) &&
	    outcome->count + (outcome->rest >= 0) > 1))
		return true;
	if (outcome->rest < 0 && str_starts(text, STR("rest of ")))
		return true;
	if (type.tag != TYPE_ENTITY || entity_owner(ev->graph, cell) == ENTITY_NONE)
		return false;
	for (entity_id id = (entity_id)cell; id != ENTITY_NONE;
	    id = entity_owner(ev->graph, id))
		if (has(entity_key(ev->graph, id), STR("/")))
			return true;
	return false;
}

/* A subject in the making: of each part its kind and key. */
struct naming {
	struct text kinds, keys;
	struct subject_part parts[SUBJECT_BINDERS];
	size_t count;
};

static void name_part(struct naming *n, struct type type, struct str kind,
    struct str key)
{
	join(&n->kinds, kind);
	join(&n->keys, key);
	n->parts[n->count++] = (struct subject_part){
		type.tag == TYPE_ENTITY ? kind : STR(""), key };
}

struct subject_text evaluate_subject(struct evaluator *ev, struct arena *arena,
    const struct outcome *outcome)
{
	const struct rule *rule = rule_of(ev, outcome);
	const struct binder *binders = rule->binders.items;
	struct naming n = { .count = 0 };
	struct subject_text to = { .span = subject_span(ev, outcome) };
	int owner = -1;

	text_init(&n.kinds, arena);
	text_init(&n.keys, arena);
	if (outcome->rest >= 0)
		owner = owner_of(rule, binders[outcome->rest].set);
	for (int i = 0; i < outcome->count; i++) {
		struct type type = binders[i].variable->type;

		to.ambiguous |= is_ambiguous(ev, arena, outcome, i);
		if (i != owner)		/* named by the rest */
			name_part(&n, type, kind_text(ev, arena, type,
			    outcome->cells[i], true), binder_text(ev, arena, outcome, i));
	}
	if (outcome->rest >= 0) {
		struct type type = binders[outcome->rest].variable->type;

		name_part(&n, type, kind_text(ev, arena, type, 0, false),
		    rest_text(ev, arena, outcome));
	}
	if (rule->binders.count == 0)
		join(&n.kinds, STR("inventory"));
	to.kind = text_str(&n.kinds);
	to.plain = text_str(&n.keys);
	to.key = subject_joined(arena, n.parts, n.count);
	if (n.count > 1) {
		struct subject_part *parts = ARENA_ARRAY(arena, struct subject_part,
		    n.count);

		memcpy(parts, n.parts, n.count * sizeof(*parts));
		to.parts = parts;
		to.part_count = n.count;
	}
	return to;
}

/* Of a value that is a subject the place in its list, else the entity. */
static struct span value_span(struct evaluator *ev, struct env *env,
    const struct outcome *outcome)
{
	const struct binder *last;
	struct span span = SPAN_NONE;

	if (outcome->count > 0 && outcome->rest < 0) {
		last = &rule_of(ev, outcome)->binders.items[outcome->count - 1];
		if (last->variable->type.tag != TYPE_ENTITY)
			span = decide_element(ev, env, last->set,
			    outcome->cells[outcome->count - 1]);
	}
	return span_is_none(span) ? subject_span(ev, outcome) : span;
}

/* --- why ------------------------------------------------------------------ */

static void add_message(struct evaluator *ev, struct arena *arena,
    struct env *env, const struct requirement *r, struct finding *finding)
{
	struct text text;

	if (!r->message)
		return;
	text_init(&text, arena);
	message_render(ev, env, r->message, r->condition, &text);
	finding->messages[finding->message_count++] = text_str(&text);
}

/* Every clause that is false has its say; the first says where. */
static void explain_fail(struct evaluator *ev, struct arena *arena,
    struct env *env, const struct rule *rule, struct finding *finding)
{
	bool first = true;

	finding->messages = ARENA_ARRAY(arena, struct str,
	    rule->requirements.count);
	for (size_t i = 0; i < rule->requirements.count; i++) {
		const struct requirement *r = &rule->requirements.items[i];
		struct decision decision;

		if (evaluate_truth(ev, env, r->condition) != TRUTH_FALSE)
			continue;
		add_message(ev, arena, env, r, finding);
		if (!first)
			continue;
		first = false;
		decide(ev, env, r->condition, &decision);
		if (!span_is_none(decision.fact))
			finding->span = decision.fact;
	}
}

void evaluate_finding(struct evaluator *ev, struct arena *arena,
    const struct outcome *outcome, struct finding *finding)
{
	struct arena_mark mark = arena_here(ev->scratch);
	struct arena_mark lets = arena_here(ev->lets);
	struct env env;

	ev->depth = 0;
	env = rule_env(ev, outcome);
	*finding = (struct finding){ .span = value_span(ev, &env, outcome) };
	if (outcome->verdict == VERDICT_FAIL)
		explain_fail(ev, arena, &env, rule_of(ev, outcome), finding);
	if (outcome->verdict == VERDICT_UNKNOWN)
		hunt(ev, arena, outcome, finding, NULL);
	arena_rollback(ev->lets, lets);
	arena_rollback(ev->scratch, mark);
}
