/* SPDX-License-Identifier: Apache-2.0 */
/* choose - the part of the rules that a run was asked for. */
#include "compiler/profile.h"

#include "vm/scalar.h"

static const char *const options_of[] = { "--rule", "--tag", "--severity",
	"--framework" };
static const char *const nouns[] = { "rule", "tag", "severity", "framework" };

struct choosing {
	struct front *front;
	enum choice_kind kind;
	struct str word;
	const struct profile_state *state;
	struct words names;		/* that WORD could have been */
};

static bool is_like(const struct choosing *c, struct str name)
{
	return scalar_like(c->front->arena, name, c->word, false);
}

static bool names_id(struct choosing *c, const struct rule *rule)
{
	bool found = is_like(c, rule->id);

	words_add(&c->names, rule->id);
	for (size_t i = 0; i < rule->replaces.count; i++)
		found |= is_like(c, rule->replaces.items[i]);
	return found;
}

static bool names_tag(struct choosing *c, const struct rule *rule)
{
	bool found = false;

	for (size_t i = 0; i < rule->tags.count; i++) {
		words_add(&c->names, rule->tags.items[i]);
		found |= is_like(c, rule->tags.items[i]);
	}
	return found;
}

/* "nist_800_53", or one control of it: "nist_800_53/AC-6". */
static bool names_control(struct choosing *c, const struct reference *all, size_t count)
{
	bool found = false, is_whole = str_find(c->word, '/') == c->word.length;

	for (size_t i = 0; i < count; i++) {
		struct str name = is_whole ? all[i].name : arena_printf(
		    c->front->arena, "%.*s/%.*s", STR_ARG(all[i].name),
		    STR_ARG(all[i].value));

		words_add(&c->names, name);
		found |= is_like(c, name);
	}
	return found;
}

static bool names_rule(struct choosing *c, size_t index)
{
	const struct rule *rule = &c->front->tree->rules.items[index];
	struct str severity = str_of(severity_text(c->state->severity[index]));
	bool found;

	if (c->kind == CHOICE_RULE)
		return names_id(c, rule);
	if (c->kind == CHOICE_TAG)
		return names_tag(c, rule);
	if (c->kind == CHOICE_SEVERITY)
		return is_like(c, severity);
	found = names_control(c, rule->controls.items, rule->controls.count);
	return names_control(c, rule->sources.items, rule->sources.count) || found;
}

static void report_unknown(struct choosing *c)
{
	struct front *front = c->front;
	struct diagnostic *d = diag_add(front->all, DIAG_E8501, SPAN_NONE,
	    c->kind == CHOICE_RULE ? "there is no %s `%.*s`" :
	    "no rule has the %s `%.*s`", nouns[c->kind], STR_ARG(c->word));

	words_suggest(&c->names, front->all, d, c->word);
	if (d->help_count == 0)
		diag_help(front->all, d, "`scarp list` shows the rules, their "
		    "severities, tags and frameworks");
}

/* Marks the rules that one word names; a word that names none is an error, one
 * whose rules are left out by the profile is not. */
static void choose_word(struct choosing *c, bool *wanted)
{
	size_t count = c->front->tree->rules.count;
	bool found = false;

	c->names = (struct words){ .arena = c->front->arena };
	for (size_t i = 0; i < count; i++)
		if (names_rule(c, i))
			found = wanted[i] = true;
	if (!found)
		report_unknown(c);
}

static void choose_kind(struct front *front, enum choice_kind kind,
    const struct rule_choice *choice, struct profile_state *state)
{
	struct choosing c = { .front = front, .kind = kind, .state = state };
	size_t count = front->tree->rules.count;
	bool *wanted = ARENA_ARRAY(front->arena, bool, count);

	for (size_t w = 0; w < choice->count; w++) {
		c.word = choice->words[w];
		choose_word(&c, wanted);
		*VEC_PUSH(front->arena, &front->tree->choice) = arena_printf(
		    front->arena, "%s %.*s", options_of[kind], STR_ARG(c.word));
	}
	for (size_t i = 0; i < count; i++) {
		if (wanted[i] || !state->selected[i])
			continue;
		state->selected[i] = false;
		state->selected_by[i] = (struct setting){ SETTING_OPTION,
			SPAN_NONE, 0 };
	}
}

static void report_nothing(struct front *front)
{
	struct diagnostic *d = diag_add(front->all, DIAG_E8502, SPAN_NONE,
	    "no rule is left by %.*s",
	    STR_ARG(words_list(&(struct words){ .arena = front->arena, .list = {
	    front->tree->choice.items, front->tree->choice.count, 0 } },
	    front->tree->choice.count)));

	diag_note(front->all, d, "of one option any word will do, and a rule has "
	    "to satisfy every option");
	if (front->tree->profile)
		diag_note(front->all, d, "what the profile `%.*s` leaves out stays "
		    "out", STR_ARG(front->tree->profile->name));
}

void profile_choose(struct front *front, const struct compile_options *options,
    struct profile_state *state)
{
	size_t left = 0;

	/* Where something is wrong rules may be lacking. */
	if (front->packs.lost || diag_errors(front->all))
		return;
	for (int k = 0; k < CHOICE_KINDS; k++)
		if (options->choices[k].count)
			choose_kind(front, (enum choice_kind)k,
			    &options->choices[k], state);
	if (front->tree->choice.count == 0 || diag_errors(front->all))
		return;
	for (size_t i = 0; i < front->tree->rules.count; i++)
		left += state->selected[i];
	if (left == 0)
		report_nothing(front);
}
