/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/target.h"
#include "cli/project.h"

#include "base/io.h"

#define LISTED 20	/* candidates in a message */

void target_operands(struct session *session, struct str *rule,
    struct str *subject)
{
	struct arguments *rest = ARENA_NEW(session->arena, struct arguments);
	size_t taken = 0;

	*rest = *session->arguments;
	*rule = *subject = STR("");
	if (rest->operands.count > taken)
		*rule = rest->operands.items[taken++];
	if (rest->operands.count > taken && io_kind_of(arena_copy(session->arena,
	    rest->operands.items[taken]).at) == IO_ABSENT)
		*subject = rest->operands.items[taken++];
	rest->operands.items += taken;
	rest->operands.count -= taken;
	session->arguments = rest;
}

bool target_inputs(struct session *session, struct str *rule, struct str *subject,
    struct session_inputs *inputs, const char *nothing)
{
	target_operands(session, rule, subject);
	session_inputs(session, inputs);
	if (rule->length == 0)
		session_refuse(session, DIAG_E8574, "no rule is named\n"
		    "write `scarp %s RULE SUBJECT --pack PACK INVENTORY...`",
		    verb_table[session->arguments->verb].name);
	else if (inputs->packs.count == 0)
		session_needs_pack(session, ", so there are no rules");
	else if (inputs->inventories.count == 0 && inventory_is_named(*subject))
		session_refuse(session, DIAG_E8574, "no inventory is given, so "
		    "there is %s\n"
		    "`%.*s` is taken for a subject, as there is no such file; name an "
		    "inventory, a file or a folder", nothing, STR_ARG(*subject));
	else if (inputs->inventories.count == 0)
		session_refuse(session, DIAG_E8574, "no inventory is given, so "
		    "there is %s\n"
		    "name one, a file or a folder", nothing);
	else
		return true;
	return false;
}

/* --- the rule ------------------------------------------------------------- */

bool target_find_rule(struct session *session, const struct tree *tree,
    struct str id, uint32_t *found)
{
	struct str *names = ARENA_ARRAY(session->arena, struct str,
	    tree->rules.count);
	long nearest;

	for (size_t i = 0; i < tree->rules.count; i++) {
		const struct rule *rule = &tree->rules.items[i];
		bool same = str_equal(rule->id, id);

		for (size_t j = 0; j < rule->replaces.count; j++)
			same |= str_equal(rule->replaces.items[j], id);
		if (same) {
			*found = (uint32_t)i;
			return true;
		}
		names[i] = rule->id;
	}
	nearest = diag_nearest(id, names, tree->rules.count);
	if (nearest < 0)
		session_refuse(session, DIAG_E8577, "there is no rule `%.*s`\n"
		    "`scarp list PACK` lists them", STR_ARG(id));
	else
		session_refuse(session, DIAG_E8577, "there is no rule `%.*s`\n"
		    "did you mean `%.*s`?", STR_ARG(id),
		    STR_ARG(names[nearest]));
	return false;
}

/* --- the subject ---------------------------------------------------------- */

struct str target_name(struct session *session, struct evaluator *evaluator,
    const struct outcome *outcome)
{
	struct subject_text s = evaluate_subject(evaluator, session->arena,
	    outcome);

	return s.key.length ? s.key : STR("the inventory");
}

struct search {
	struct session *session;
	struct evaluator *evaluator;
	const struct outcome *outcomes;
	size_t count;
	const struct rule *rule;
	struct str spelled;
};

static bool refuse_several(const struct search *s, const size_t *candidates,
    size_t count)
{
	struct text list;

	text_init(&list, s->session->arena);
	for (size_t i = 0; i < count && i < LISTED; i++) {
		struct subject_text subject = evaluate_subject(s->evaluator,
		    s->session->arena, &s->outcomes[candidates[i]]);

		text_add(&list, i ? STR("; ") : STR(""));
		if (s->rule->binders.count == 1)
			text_printf(&list, "%.*s:", STR_ARG(subject.kind));
		text_add(&list, subject.key);
	}
	if (count > LISTED)
		text_printf(&list, " and %zu more", count - LISTED);
	session_refuse(s->session, DIAG_E8578, "`%.*s` may be one of %zu "
	    "subjects of `%.*s`: %.*s\n"
	    "write one of them whole", STR_ARG(s->spelled), count,
	    STR_ARG(s->rule->id), STR_ARG(text_str(&list)));
	return false;
}

static bool refuse_none(const struct search *s)
{
	struct str *names = ARENA_ARRAY(s->session->arena, struct str, s->count);
	long nearest;

	for (size_t i = 0; i < s->count; i++)
		names[i] = target_name(s->session, s->evaluator, &s->outcomes[i]);
	nearest = diag_nearest(s->spelled, names, s->count);
	if (nearest >= 0)
		session_refuse(s->session, DIAG_E8577, "`%.*s` is no subject "
		    "of `%.*s`\n"
		    "did you mean `%.*s`?", STR_ARG(s->spelled),
		    STR_ARG(s->rule->id), STR_ARG(names[nearest]));
	else if (s->count == 0)
		session_refuse(s->session, DIAG_E8581, "`%.*s` has no subjects "
		    "in this inventory", STR_ARG(s->rule->id));
	else
		session_refuse(s->session, DIAG_E8577, "`%.*s` is no subject "
		    "of `%.*s`\n"
		    "`scarp why %.*s` lists its %.*s",
		    STR_ARG(s->spelled), STR_ARG(s->rule->id), STR_ARG(s->rule->id),
		    STR_ARG(text_count(s->session->arena, s->count, "subject")));
	return false;
}

bool target_find_subject(struct session *session, struct evaluator *evaluator,
    const struct outcome *outcomes, size_t count, const struct rule *rule,
    struct str spelled, size_t *found)
{
	struct search s = { session, evaluator, outcomes, count, rule,
		spelled };
	size_t *best = ARENA_ARRAY(session->arena, size_t, count), matches = 0;
	enum subject_match quality = SUBJECT_OTHER;

	for (size_t i = 0; i < count; i++) {
		enum subject_match match = subject_match(evaluator,
		    session->arena, &outcomes[i], spelled);

		if (match == SUBJECT_OTHER || match < quality)
			continue;
		if (match > quality)
			matches = 0;
		quality = match;
		best[matches++] = i;
	}
	if (matches != 1)
		return matches ? refuse_several(&s, best, matches) :
		    refuse_none(&s);
	*found = best[0];
	return true;
}
