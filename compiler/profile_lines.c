/* SPDX-License-Identifier: Apache-2.0 */
/* profile_lines - what each line of a profile does, and whether it lasts. */
#include "compiler/profile.h"

/* Of a line and the name of a profile: two do not begin at one place. */
static bool is_same(struct span a, struct span b)
{
	return a.file == b.file && a.start == b.start;
}

static struct setting setting_of(const struct profile_lines *l,
    const struct ast *line)
{
	return (struct setting){ SETTING_PROFILE, line->span, l->index };
}

static struct diagnostic *report_vain(struct profile_lines *l,
    const struct ast *line, struct str why)
{
	return diag_add(l->front->all, DIAG_E5014, line->span,
	    "this line changes nothing: %.*s", STR_ARG(why));
}

/* Who decided already: a line, the profile's beginning, or nobody. */
static void label_setting(struct profile_lines *l, struct diagnostic *d,
    struct setting by)
{
	bool is_line = by.kind == SETTING_PROFILE &&
	    !is_same(by.span, l->front->tree->profiles.items[by.profile].span);

	if (is_line)
		diag_label(l->front->all, d, by.span, "decided here");
}

/* --- select and exclude ------------------------------------------------- */

static bool has_tag(const struct rule *rule, struct str tag)
{
	for (size_t i = 0; i < rule->tags.count; i++)
		if (str_equal(rule->tags.items[i], tag))
			return true;
	return false;
}

/* The rules that a selector names, as bits; false after a diagnostic. */
struct matches { bool *is; size_t count; };

static bool match_rule(struct profile_lines *l, const struct ast *selector,
    struct matches *m)
{
	const uint32_t *index = map_find(l->front->rule_ids, selector->text);

	if (!index) {
		front_report_rule(l->front, selector->name, selector->text);
		return false;
	}
	m->is[*index] = true;
	return true;
}

static bool match_tag(struct profile_lines *l, const struct ast *selector,
    struct matches *m)
{
	const struct tree *tree = l->front->tree;
	struct words words = { .arena = l->front->arena };
	struct diagnostic *d;
	bool found = false;

	for (size_t i = 0; i < tree->rules.count; i++) {
		const struct rule *rule = &tree->rules.items[i];

		m->is[i] = has_tag(rule, selector->text);
		found |= m->is[i];
		for (size_t t = 0; t < rule->tags.count; t++)
			words_add(&words, rule->tags.items[t]);
	}
	if (found || !l->is_judged)
		return found;
	d = diag_add(l->front->all, DIAG_E5014, selector->name,
	    "no rule has the tag `%.*s`", STR_ARG(selector->text));
	words_suggest(&words, l->front->all, d, selector->text);
	return false;
}

static bool match_severity(struct profile_lines *l,
    const struct ast *selector, struct matches *m)
{
	const struct tree *tree = l->front->tree;
	enum severity severity;
	bool found = false;

	if (!front_severity(l->front, selector, &severity))
		return false;
	for (size_t i = 0; i < tree->rules.count; i++) {
		m->is[i] = l->state.severity[i] == severity;
		found |= m->is[i];
	}
	if (!found && l->is_judged)
		diag_add(l->front->all, DIAG_E5014, selector->name,
		    "no rule has the severity `%.*s` here",
		    STR_ARG(selector->text));
	return found;
}

static bool match(struct profile_lines *l, const struct ast *selector,
    struct matches *m)
{
	m->count = l->front->tree->rules.count;
	m->is = ARENA_ARRAY(l->front->arena, bool, m->count);
	if (selector->op == OP_TAG)
		return match_tag(l, selector, m);
	if (selector->op == OP_SEVERITY)
		return match_severity(l, selector, m);
	return match_rule(l, selector, m);
}

static void report_selected(struct profile_lines *l, const struct ast *line,
    size_t rule)
{
	bool is_one = line->slot[0]->op == OP_RULE;
	const char *state = line->kind == AST_SELECT ? "selected" : "left out";
	struct diagnostic *d;

	if (!l->is_judged)
		return;
	d = report_vain(l, line, is_one
	    ? arena_printf(l->front->arena, "`%.*s` is %s already",
	    STR_ARG(l->front->tree->rules.items[rule].id), state)
	    : arena_printf(l->front->arena,
	    "all that it names is %s already", state));
	label_setting(l, d, l->state.selected_by[rule]);
	if (l->state.selected_by[rule].kind == SETTING_DECLARED)
		diag_note(l->front->all, d, "a profile that does not begin "
		    "with `select` begins with every rule");
	else if (is_same(l->state.selected_by[rule].span,
	    l->front->tree->profiles.items[
	    l->state.selected_by[rule].profile].span))
		diag_note(l->front->all, d,
		    "a profile that begins with `select` begins with no rule");
}

/* The first rule that LINE changed, or -1. */
static long choose(struct profile_lines *l, const struct ast *line)
{
	bool on = line->kind == AST_SELECT;
	long first = -1, any = -1;
	struct matches m;

	if (!match(l, line->slot[0], &m))
		return -1;
	for (size_t i = 0; i < m.count; i++) {
		if (!m.is[i])
			continue;
		any = (long)i;
		if (l->state.selected[i] == on)
			continue;
		if (first < 0)
			first = (long)i;
		l->state.selected[i] = on;
		l->state.selected_by[i] = setting_of(l, line);
	}
	if (first < 0)
		report_selected(l, line, (size_t)any);
	return first;
}

/* A line that other lines undid whole. */
static void check_lasts(struct profile_lines *l, const struct ast *line,
    long first)
{
	struct diagnostic *d;

	if (first < 0 || !l->is_judged)
		return;
	for (size_t i = 0; i < l->front->tree->rules.count; i++)
		if (is_same(l->state.selected_by[i].span, line->span))
			return;
	d = report_vain(l, line, STR("later lines decide otherwise"));
	diag_label(l->front->all, d, l->state.selected_by[first].span,
	    "`%.*s` here",
	    STR_ARG(l->front->tree->rules.items[first].id));
}

/* --- severity ----------------------------------------------------------- */

/* The rule whose severity LINE changed, or -1. */
static long set_severity(struct profile_lines *l, const struct ast *line)
{
	const uint32_t *index = map_find(l->front->rule_ids, line->text);
	struct setting by;
	enum severity severity;

	if (!index)
		front_report_rule(l->front, line->name, line->text);
	if (!front_severity(l->front, line->slot[0], &severity) || !index)
		return -1;
	by = l->state.severity_by[*index];
	if (by.kind == SETTING_PROFILE && by.profile == l->index) {
		front_report_twice(l->front, line, by.span, "severity");
		return -1;
	}
	if (l->state.severity[*index] == severity && l->is_judged) {
		struct diagnostic *d = report_vain(l, line, arena_printf(
		    l->front->arena, "the severity of `%.*s` is `%s` already",
		    STR_ARG(line->text), severity_text(severity)));

		diag_label(l->front->all, d, by.span, "decided here");
		return -1;
	}
	l->state.severity[*index] = severity;
	l->state.severity_by[*index] = setting_of(l, line);
	return (long)*index;
}

static void check_severity_counts(struct profile_lines *l,
    const struct ast *line, long rule)
{
	struct diagnostic *d;

	if (rule < 0 || l->state.selected[rule] || !l->is_judged)
		return;
	d = report_vain(l, line, arena_printf(l->front->arena,
	    "`%.*s` is left out of this profile", STR_ARG(line->text)));
	label_setting(l, d, l->state.selected_by[rule]);
}

/* --- set ---------------------------------------------------------------- */

static void report_param(struct front *front, const struct ast *name)
{
	const struct tree *tree = front->tree;
	struct words words = { .arena = front->arena };
	struct diagnostic *d;
	struct str of, last;

	if (front->packs.lost)
		return;
	profile_split(name->text, &of, &last);
	d = diag_add(front->all, DIAG_E5016, name->name,
	    "there is no param `%.*s`", STR_ARG(name->text));
	for (size_t i = 0; i < tree->params.count; i++)
		words_add(&words, tree->params.items[i].name);
	words_suggest(&words, front->all, d, last);
}

static void report_two_params(struct front *front, const struct ast *name,
    long first, long second)
{
	const struct tree *tree = front->tree;
	const struct param *all = tree->params.items;
	struct diagnostic *d = diag_add(front->all, DIAG_E1007, name->name,
	    "there are two params `%.*s`", STR_ARG(all[first].name));

	diag_label(front->all, d, all[first].span, "one");
	diag_label(front->all, d, all[second].span, "another");
	diag_help(front->all, d, "say whose: `%.*s.%.*s` or `%.*s.%.*s`",
	    STR_ARG(tree->packs.items[all[first].pack].id),
	    STR_ARG(all[first].name),
	    STR_ARG(tree->packs.items[all[second].pack].id),
	    STR_ARG(all[second].name));
}

/* Is the param one that PACK sees as its own or through what it uses? */
static bool is_near(const struct front *front, uint32_t pack,
    const struct param *param)
{
	return pack != UINT32_MAX &&
	    names_sees(front->names, pack, param->pack);
}

long profile_find_param(struct front *front, uint32_t pack,
    const struct ast *name)
{
	const struct tree *tree = front->tree;
	long found = -1, second = -1;
	struct str of, last;

	profile_split(name->text, &of, &last);
	for (size_t i = 0; i < tree->params.count; i++) {
		const struct param *param = &tree->params.items[i];

		if (!str_equal(param->name, last) ||
		    !profile_means_pack(front, pack, of, param->pack))
			continue;
		if (of.length == 0 && is_near(front, pack, param))
			return (long)i;
		if (found < 0)
			found = (long)i;
		else
			second = (long)i;
	}
	if (second >= 0)
		report_two_params(front, name, found, second);
	else if (found < 0)
		report_param(front, name);
	return second < 0 ? found : -1;
}

/* The param that LINE changed, or -1. */
static long set_param(struct profile_lines *l, const struct ast *line)
{
	long index = profile_find_param(l->front, l->at.pack, line);
	struct setting by;
	struct expr *value, *old;

	if (index < 0)
		return -1;
	by = l->state.set_by[index];
	if (by.kind == SETTING_PROFILE && by.profile == l->index) {
		front_report_twice(l->front, line, by.span, "param");
		return -1;
	}
	value = front_param_value(l->front, l->at.pack, line->slot[0],
	    &l->front->tree->params.items[index]);
	old = l->state.values[index];
	if (!value)
		return -1;
	if (old && l->is_judged && str_equal(
	    tree_value_text(l->front->arena, l->front->tree, value),
	    tree_value_text(l->front->arena, l->front->tree, old))) {
		struct diagnostic *d = report_vain(l, line, arena_printf(
		    l->front->arena, "`%.*s` has this value already",
		    STR_ARG(line->text)));

		diag_label(l->front->all, d, by.span, "decided here");
		return -1;
	}
	l->state.values[index] = value;
	l->state.set_by[index] = setting_of(l, line);
	return index;
}

/* The params that the selected rules may depend on. */
static bool is_used(struct profile_lines *l, long param)
{
	const struct tree *tree = l->front->tree;

	for (size_t i = 0; i < tree->rules.count; i++)
		if (l->state.selected[i] && tree_rule_params(l->front->arena,
		    tree, &tree->rules.items[i])[param >> 6] >> (param & 63)
		    & 1)
			return true;
	return false;
}

static void check_param_counts(struct profile_lines *l,
    const struct ast *line, long param)
{
	if (param >= 0 && l->is_judged && !is_used(l, param))
		report_vain(l, line, arena_printf(l->front->arena,
		    "no rule of this profile depends on `%.*s`",
		    STR_ARG(line->text)));
}

/* --- the lines ---------------------------------------------------------- */

static void check_selects(struct profile_lines *l)
{
	size_t count = l->front->tree->rules.count;
	bool any = false;

	for (size_t i = 0; i < count; i++)
		any |= l->state.selected[i];
	if (!any && count > 0 && l->is_judged)
		diag_add(l->front->all, DIAG_E5014, l->at.ast->name,
		    "this profile selects no rule");
}

/* What a line changed: a rule or a param; -1: nothing. */
static long act(struct profile_lines *l, const struct ast *line)
{
	if (line->kind == AST_SELECT || line->kind == AST_EXCLUDE)
		return choose(l, line);
	if (line->kind == AST_SET_SEVERITY)
		return set_severity(l, line);
	return set_param(l, line);
}

static void check_line(struct profile_lines *l, const struct ast *line,
    long changed)
{
	if (line->kind == AST_SELECT || line->kind == AST_EXCLUDE)
		check_lasts(l, line, changed);
	else if (line->kind == AST_SET_SEVERITY)
		check_severity_counts(l, line, changed);
	else
		check_param_counts(l, line, changed);
}

void profile_read_lines(struct profile_lines *l)
{
	const struct ast *ast = l->at.ast;
	long *changed = ARENA_ARRAY(l->front->arena, long, ast->count);
	size_t before = diag_errors(l->front->all);

	if (ast->count == 0)
		diag_add(l->front->all, DIAG_E5014, ast->name,
		    "this profile has no lines, so it changes nothing");
	for (uint32_t i = 0; i < ast->count; i++)
		changed[i] = act(l, ast->items[i]);
	for (uint32_t i = 0; i < ast->count; i++)
		check_line(l, ast->items[i], changed[i]);
	if (diag_errors(l->front->all) == before)
		check_selects(l);
}
