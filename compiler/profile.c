/* SPDX-License-Identifier: Apache-2.0 */
/* profile - finds profiles and what they extend, and acts on one of them. */
#include "compiler/profile.h"

#include "grammar/parse.h"

#define NO_PACK UINT32_MAX
#define NO_PROFILE UINT32_MAX

enum progress { PROFILE_NEW, PROFILE_STARTED, PROFILE_DONE };

struct profiles {
	struct front *front;
	struct profile_state *states;	/* by profile */
	enum progress *progress;
	bool is_judged;
};

/* --- states ------------------------------------------------------------- */

static struct profile_state new_state(const struct front *front)
{
	size_t rules = front->tree->rules.count;
	size_t params = front->tree->params.count;
	struct arena *arena = front->arena;

	return (struct profile_state){
		.selected = ARENA_ARRAY(arena, bool, rules),
		.severity = ARENA_ARRAY(arena, enum severity, rules),
		.selected_by = ARENA_ARRAY(arena, struct setting, rules),
		.severity_by = ARENA_ARRAY(arena, struct setting, rules),
		.values = ARENA_ARRAY(arena, struct expr *, params),
		.set_by = ARENA_ARRAY(arena, struct setting, params),
	};
}

struct profile_state profile_state_new(const struct front *front)
{
	struct profile_state state = new_state(front);
	const struct tree *tree = front->tree;

	for (size_t i = 0; i < tree->rules.count; i++) {
		const struct rule *rule = &tree->rules.items[i];

		state.selected[i] = true;
		state.severity[i] = rule->severity;
		state.selected_by[i] = rule->selected_by;
		state.severity_by[i] = rule->severity_by;
	}
	for (size_t i = 0; i < tree->params.count; i++) {
		state.values[i] = tree->params.items[i].value;
		state.set_by[i] = tree->params.items[i].set_by;
	}
	return state;
}

struct profile_state profile_state_copy(const struct front *front,
    const struct profile_state *from)
{
	struct profile_state state = new_state(front);
	size_t rules = front->tree->rules.count;
	size_t params = front->tree->params.count;

	for (size_t i = 0; i < rules; i++) {
		state.selected[i] = from->selected[i];
		state.severity[i] = from->severity[i];
		state.selected_by[i] = from->selected_by[i];
		state.severity_by[i] = from->severity_by[i];
	}
	for (size_t i = 0; i < params; i++) {
		state.values[i] = from->values[i];
		state.set_by[i] = from->set_by[i];
	}
	return state;
}

/* --- names -------------------------------------------------------------- */

void profile_split(struct str dotted, struct str *before, struct str *last)
{
	size_t dot = dotted.length;

	while (dot > 0 && dotted.at[dot - 1] != '.')
		dot--;
	*before = str_slice(dotted, 0, dot > 0 ? dot - 1 : 0);
	*last = str_slice(dotted, dot, dotted.length);
}

bool profile_means_pack(const struct front *front, uint32_t pack,
    struct str of, uint32_t other)
{
	const struct pack *from;

	if (of.length == 0 ||
	    str_equal(of, front->tree->packs.items[other].id))
		return true;
	if (pack == NO_PACK)
		return false;
	from = &front->packs.list.items[pack];
	for (size_t i = 0; i < from->uses.count; i++)
		if (from->uses.items[i].pack == other &&
		    str_equal(from->uses.items[i].alias, of))
			return true;
	return false;
}

static void report_profile(struct front *front, struct span span,
    struct str name)
{
	const struct tree *tree = front->tree;
	struct words words = { .arena = front->arena };
	struct diagnostic *d = diag_add(front->all, DIAG_E5013, span,
	    "there is no profile `%.*s`", STR_ARG(name));

	for (size_t i = 0; i < tree->profiles.count; i++)
		words_add(&words, tree->profiles.items[i].name);
	if (words.list.count == 0)
		diag_note(front->all, d, "no pack of this run has a profile");
	words_suggest(&words, front->all, d, name);
}

static void report_ambiguous(struct front *front, struct span span,
    struct str name, uint32_t first, uint32_t second)
{
	const struct tree *tree = front->tree;
	const struct profile *all = tree->profiles.items;
	struct diagnostic *d = diag_add(front->all, DIAG_E1007, span,
	    "there are two profiles `%.*s`", STR_ARG(name));

	diag_label(front->all, d, all[first].span, "one");
	diag_label(front->all, d, all[second].span, "another");
	diag_help(front->all, d, "say whose: `%.*s.%.*s` or `%.*s.%.*s`",
	    STR_ARG(tree->packs.items[all[first].pack].id), STR_ARG(name),
	    STR_ARG(tree->packs.items[all[second].pack].id), STR_ARG(name));
}

/* What NAME means in PACK (or to the command line): one of its own first. */
static uint32_t find_profile(struct front *front, uint32_t pack,
    struct span span, struct str name)
{
	const struct tree *tree = front->tree;
	uint32_t found = NO_PROFILE, second = NO_PROFILE;
	struct str of, last;

	profile_split(name, &of, &last);
	for (uint32_t i = 0; i < tree->profiles.count; i++) {
		const struct profile *p = &tree->profiles.items[i];

		if (!str_equal(p->name, last) ||
		    !profile_means_pack(front, pack, of, p->pack))
			continue;
		if (of.length == 0 && p->pack == pack)
			return i;
		if (found == NO_PROFILE)
			found = i;
		else
			second = i;
	}
	if (second != NO_PROFILE)
		report_ambiguous(front, span, last, found, second);
	else if (found == NO_PROFILE && !front->packs.lost)
		report_profile(front, span, name);
	return second == NO_PROFILE ? found : NO_PROFILE;
}

/* --- all profiles ------------------------------------------------------- */

static void add_profile(struct profiles *p, struct declared at)
{
	struct front *front = p->front;
	struct profile *profile;

	for (size_t i = 0; i < front->tree->profiles.count; i++) {
		const struct profile *other =
		    &front->tree->profiles.items[i];

		if (other->pack == at.pack &&
		    str_equal(other->name, at.ast->text))
			front_report_twice(front, at.ast, other->span,
			    "profile");
	}
	profile = VEC_PUSH(front->arena, &front->tree->profiles);
	profile->name = at.ast->text;
	profile->title = at.ast->slot[0] ? at.ast->slot[0]->text : STR("");
	profile->span = at.ast->name;
	profile->pack = at.pack;
}

/* The profiles that INDEX extends, outermost last; false after a diagnostic:
 * they extend each other. */
struct chain { VEC(uint32_t) at; };

static bool is_in(const struct chain *chain, uint32_t index)
{
	for (size_t i = 0; i < chain->at.count; i++)
		if (chain->at.items[i] == index)
			return true;
	return false;
}

static void report_cycle(struct profiles *p, const struct chain *chain,
    uint32_t again)
{
	const struct profile *all = p->front->tree->profiles.items;
	struct text cycle;
	size_t i = 0;

	text_init(&cycle, p->front->arena);
	while (chain->at.items[i] != again)
		i++;
	for (size_t j = i; j < chain->at.count; j++)
		text_printf(&cycle, "%.*s -> ",
		    STR_ARG(all[chain->at.items[j]].name));
	text_add(&cycle, all[again].name);
	diag_add(p->front->all, DIAG_E5015, all[again].span,
	    "profiles extend each other: %.*s", STR_ARG(text_str(&cycle)));
}

static void begin_with_none(struct profiles *p, uint32_t index,
    struct profile_state *state)
{
	const struct profile *profile = &p->front->tree->profiles.items[index];

	for (size_t i = 0; i < p->front->tree->rules.count; i++) {
		state->selected[i] = false;
		state->selected_by[i] = (struct setting){ SETTING_PROFILE,
			profile->span, index };
	}
}

/* Is the first line that chooses rules a `select`? */
static bool begins_with_select(const struct ast *ast)
{
	for (uint32_t i = 0; i < ast->count; i++)
		if (ast->items[i]->kind == AST_SELECT ||
		    ast->items[i]->kind == AST_EXCLUDE)
			return ast->items[i]->kind == AST_SELECT;
	return false;
}

static void read_profile(struct profiles *p, uint32_t index, uint32_t base)
{
	const struct declared at =
	    p->front->declared[AST_PROFILE].at.items[index];
	struct profile_lines lines = { .front = p->front, .at = at,
		.index = index, .is_judged = p->is_judged };

	lines.state = base == NO_PROFILE ? profile_state_new(p->front)
	    : profile_state_copy(p->front, &p->states[base]);
	if (!at.ast->slot[1] && begins_with_select(at.ast))
		begin_with_none(p, index, &lines.state);
	if (!at.damaged)
		profile_read_lines(&lines);
	p->states[index] = lines.state;
	p->progress[index] = PROFILE_DONE;
}

/* What a profile extends; NO_PROFILE: nothing, or nothing that is known. */
static uint32_t base_of(struct profiles *p, uint32_t index)
{
	const struct declared at =
	    p->front->declared[AST_PROFILE].at.items[index];
	const struct ast *extends = at.ast->slot[1];

	if (!extends)
		return NO_PROFILE;
	return find_profile(p->front, at.pack, extends->name, extends->text);
}

/* Reads INDEX after all that it extends. */
static void read_chain(struct profiles *p, uint32_t index)
{
	struct chain chain = { 0 };
	uint32_t base = NO_PROFILE;

	while (index != NO_PROFILE && p->progress[index] == PROFILE_NEW) {
		p->progress[index] = PROFILE_STARTED;
		*VEC_PUSH(p->front->arena, &chain.at) = index;
		index = base_of(p, index);
	}
	if (index != NO_PROFILE) {
		if (is_in(&chain, index))
			report_cycle(p, &chain, index);
		else
			base = index;
	}
	for (size_t i = chain.at.count; i > 0; i--) {
		read_profile(p, chain.at.items[i - 1], base);
		base = chain.at.items[i - 1];
	}
}

static void read_all(struct profiles *p)
{
	const struct declared_list *all = &p->front->declared[AST_PROFILE];
	size_t count = all->at.count;

	p->states = ARENA_ARRAY(p->front->arena, struct profile_state, count);
	p->progress = ARENA_ARRAY(p->front->arena, enum progress, count);
	for (size_t i = 0; i < count; i++)
		add_profile(p, all->at.items[i]);
	for (uint32_t i = 0; i < count; i++)
		read_chain(p, i);
}

/* --- the command line --------------------------------------------------- */

static void report_option(struct front *front, struct str given)
{
	struct diagnostic *d = diag_add(front->all, DIAG_E5017, SPAN_NONE,
	    "`--set-param %.*s` is not NAME=VALUE", STR_ARG(given));

	diag_help(front->all, d, "write for example `--set-param limit=3` or "
	    "`--set-param zones='{ perimeter, internet }'`");
}

/* A param's value is read as the line of a profile that it is; a line of its
 * own, so that an error shows what was given. */
static const struct ast *parse_option(struct front *front, struct str given)
{
	struct sources *sources = diagnostics_sources(front->all);
	size_t equals = str_find(given, '='), before = diag_errors(front->all);
	const struct ast *file;

	if (equals == 0 || equals + 1 >= given.length ||
	    str_find(given, '\n') < given.length ||
	    str_find(given, '\r') < given.length) {
		report_option(front, given);
		return NULL;
	}
	file = parse_file(front->arena, front->all, source_add(sources,
	    STR("--set-param"), arena_printf(front->arena,
	    "profile p {\nset %.*s\n}\n", STR_ARG(given))));
	if (diag_errors(front->all) > before)
		return NULL;
	if (file->count == 1 && file->items[0]->count == 1)
		return file->items[0]->items[0];
	report_option(front, given);
	return NULL;
}

static void set_option(struct front *front, struct str given,
    struct profile_state *state)
{
	const struct ast *line = parse_option(front, given);
	long index = line ? profile_find_param(front, NO_PACK, line) : -1;
	struct expr *value;

	if (index < 0)
		return;
	if (state->set_by[index].kind == SETTING_OPTION) {
		front_report_twice(front, line, state->set_by[index].span,
		    "param");
		return;
	}
	value = front_param_value(front,
	    front->tree->params.items[index].pack, line->slot[0],
	    &front->tree->params.items[index]);
	if (!value)
		return;
	state->values[index] = value;
	state->set_by[index] = (struct setting){ SETTING_OPTION, line->span,
		0 };
}

static uint32_t chosen_profile(struct front *front,
    const struct compile_options *options)
{
	if (options->profile.length == 0)
		return NO_PROFILE;
	return find_profile(front, NO_PACK, SPAN_NONE, options->profile);
}

void front_check_profiles(struct front *front,
    const struct compile_options *options)
{
	struct profiles p = { .front = front };
	struct profile_state state;
	uint32_t chosen;

	p.is_judged = !front->damaged && !front->packs.lost &&
	    diag_errors(front->all) == 0 && !options->unused_allowed;
	read_all(&p);
	chosen = chosen_profile(front, options);
	if (chosen != NO_PROFILE)
		front->tree->profile = &front->tree->profiles.items[chosen];
	state = chosen == NO_PROFILE ? profile_state_new(front)
	    : profile_state_copy(front, &p.states[chosen]);
	for (size_t i = 0; i < options->setting_count; i++)
		set_option(front, options->settings[i], &state);
	profile_choose(front, options, &state);
	profile_apply(front, &state);
}
