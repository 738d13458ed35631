/* SPDX-License-Identifier: Apache-2.0 */
/* scarp profile show: what a profile makes of each rule, and by which line. */
#include "cli/project.h"

#include <stdlib.h>

#include "base/wrap.h"
#include "report/view.h"
#include "vm/bits.h"

struct show {
	struct session *session;
	const struct tree *tree;
	struct text *out;
};

/* A rule, selected or not, in the order of ids. */
struct shown { const struct rule *rule; bool selected; };

static int compare_shown(const void *a, const void *b)
{
	return str_compare(((const struct shown *)a)->rule->id,
	    ((const struct shown *)b)->rule->id);
}

static struct shown *sorted_rules(const struct show *show, size_t *count)
{
	const struct tree *tree = show->tree;
	size_t kept = tree->rules.count;
	struct shown *all;

	*count = kept + tree->deselected.count;
	all = ARENA_ARRAY(show->session->arena, struct shown, *count);
	for (size_t i = 0; i < *count; i++)
		all[i] = i < kept
		    ? (struct shown){ &tree->rules.items[i], true }
		    : (struct shown){ &tree->deselected.items[i - kept], false };
	if (*count > 0)
		qsort(all, *count, sizeof(*all), compare_shown);
	return all;
}

static const char *kind_text(enum setting_kind kind)
{
	switch (kind) {
	case SETTING_DECLARED: return "declared";
	case SETTING_PROFILE: return "profile";
	case SETTING_OPTION: return "option";
	}
	return "";
}

/* --- for people --------------------------------------------------------- */

static void add_place(struct show *show, struct setting by)
{
	struct place place;

	if (by.kind == SETTING_OPTION) {
		text_add(show->out, STR("--set-param"));
		return;
	}
	place = source_place(show->session->sources, by.span.file, by.span.start);
	wrap_keep(show->out);
	text_add_visible(show->out, source_name(show->session->sources, by.span.file));
	text_printf(show->out, ":%u:%u", place.line, place.column);
	wrap_kept(show->out);
}

/* One fact and the line that decided it. */
static void add_line(struct show *show, struct str what, struct setting by)
{
	text_printf(show->out, "  %-34.*s ", STR_ARG(what));
	add_place(show, by);
	text_add_char(show->out, '\n');
}

static struct str value_text(struct show *show, const struct param *param)
{
	struct arena *arena = show->session->arena;
	struct str value = tree_value_text(arena, show->tree, param->value);
	struct str written = tree_value_text(arena, show->tree, param->written);

	if (param->set_by.kind == SETTING_DECLARED)
		return arena_printf(arena, "%.*s = %.*s", STR_ARG(param->name),
		    STR_ARG(value));
	return arena_printf(arena, "%.*s = %.*s, was %.*s", STR_ARG(param->name),
	    STR_ARG(value), STR_ARG(written));
}

static struct str severity_words(struct show *show, const struct rule *rule)
{
	if (rule->severity == rule->written)
		return arena_printf(show->session->arena, "severity %s",
		    severity_text(rule->severity));
	return arena_printf(show->session->arena, "severity %s, was %s",
	    severity_text(rule->severity), severity_text(rule->written));
}

static void show_rule(struct show *show, const struct shown *shown)
{
	const struct rule *rule = shown->rule;
	uint64_t *params = tree_rule_params(show->session->arena, show->tree, rule);

	text_printf(show->out, "%.*s\n", STR_ARG(rule->id));
	add_line(show, shown->selected ? STR("selected") : STR("not selected"),
	    rule->selected_by);
	if (!shown->selected)
		return;
	add_line(show, severity_words(show, rule), rule->severity_by);
	for (size_t p = 0; p < show->tree->params.count; p++)
		if (bit_get(params, p))
			add_line(show, value_text(show, &show->tree->params.items[p]),
			    show->tree->params.items[p].set_by);
}

static void show_profiles(struct show *show)
{
	const struct tree *tree = show->tree;

	for (size_t i = 0; i < tree->profiles.count; i++) {
		const struct profile *profile = &tree->profiles.items[i];

		text_printf(show->out, "%s%.*s", i ? ", " : "profiles: ",
		    STR_ARG(profile->name));
	}
	text_add(show->out, tree->profiles.count ? STR("\n")
	    : STR("no pack has a profile\n"));
}

static void show_text(struct show *show)
{
	const struct tree *tree = show->tree;
	size_t count;
	struct shown *all = sorted_rules(show, &count);

	if (tree->profile) {
		text_printf(show->out, "profile %.*s", STR_ARG(tree->profile->name));
		if (tree->profile->title.length)
			text_printf(show->out, "  %.*s", STR_ARG(view_visible_line(
			    show->session->arena, tree->profile->title)));
		text_add_char(show->out, '\n');
	} else {
		text_add(show->out, STR("no profile is chosen; "));
		show_profiles(show);
	}
	text_printf(show->out, "%zu of %.*s selected\n", tree->rules.count,
	    STR_ARG(text_count(show->out->arena, count, "rule")));
	for (size_t i = 0; i < count; i++) {
		text_add_char(show->out, '\n');
		show_rule(show, &all[i]);
	}
}

static void show_folded(struct show *show)
{
	struct text lines;
	struct show unfolded = *show;

	text_init(&lines, show->out->arena);
	unfolded.out = &lines;
	show_text(&unfolded);
	session_fold(show->session, show->out, &lines);
}

/* --- for programs ------------------------------------------------------- */

static void add_member(struct show *show, const char *name, struct str value)
{
	text_printf(show->out, "\"%s\":\"", name);
	text_add_json(show->out, value);
	text_add_char(show->out, '"');
}

static void add_setting(struct show *show, struct setting by)
{
	struct place place;

	text_add(show->out, STR(",\"by\":{"));
	add_member(show, "kind", str_of(kind_text(by.kind)));
	if (by.kind == SETTING_PROFILE) {
		text_add_char(show->out, ',');
		add_member(show, "profile",
		    show->tree->profiles.items[by.profile].name);
	}
	if (by.kind != SETTING_OPTION) {
		place = source_place(show->session->sources, by.span.file,
		    by.span.start);
		text_add(show->out, STR(",\"location\":{"));
		add_member(show, "file", source_name(show->session->sources,
		    by.span.file));
		text_printf(show->out, ",\"line\":%u,\"column\":%u}", place.line,
		    place.column);
	}
	text_add_char(show->out, '}');
}

static void add_param(struct show *show, const struct param *param)
{
	struct arena *arena = show->session->arena;

	text_add_char(show->out, '{');
	add_member(show, "name", param->name);
	text_add_char(show->out, ',');
	add_member(show, "value", tree_value_text(arena, show->tree, param->value));
	text_add_char(show->out, ',');
	add_member(show, "declared", tree_value_text(arena, show->tree,
	    param->written));
	add_setting(show, param->set_by);
	text_add_char(show->out, '}');
}

static void add_rule(struct show *show, const struct shown *shown)
{
	const struct rule *rule = shown->rule;
	uint64_t *params = tree_rule_params(show->session->arena, show->tree, rule);
	bool first = true;

	text_add_char(show->out, '{');
	add_member(show, "rule", rule->id);
	text_printf(show->out, ",\"selected\":{\"value\":%s",
	    shown->selected ? "true" : "false");
	add_setting(show, rule->selected_by);
	text_add(show->out, STR("},\"severity\":{"));
	add_member(show, "value", str_of(severity_text(rule->severity)));
	text_add_char(show->out, ',');
	add_member(show, "declared", str_of(severity_text(rule->written)));
	add_setting(show, rule->severity_by);
	text_add(show->out, STR("},\"params\":["));
	for (size_t p = 0; p < show->tree->params.count; p++) {
		if (!bit_get(params, p))
			continue;
		text_add(show->out, first ? STR("") : STR(","));
		first = false;
		add_param(show, &show->tree->params.items[p]);
	}
	text_add(show->out, STR("]}"));
}

static void show_json(struct show *show)
{
	const struct tree *tree = show->tree;
	size_t count;
	struct shown *all = sorted_rules(show, &count);

	text_add(show->out, STR("{\"schema_version\":1,\n\"profile\":"));
	if (tree->profile) {
		text_add_char(show->out, '"');
		text_add_json(show->out, tree->profile->name);
		text_add_char(show->out, '"');
	} else {
		text_add(show->out, STR("null"));
	}
	text_add(show->out, STR(",\n\"profiles\":["));
	for (size_t i = 0; i < tree->profiles.count; i++) {
		text_add(show->out, i ? STR(",\"") : STR("\""));
		text_add_json(show->out, tree->profiles.items[i].name);
		text_add_char(show->out, '"');
	}
	text_add(show->out, STR("],\n\"rules\":["));
	for (size_t i = 0; i < count; i++) {
		text_add(show->out, i ? STR(",\n") : STR("\n"));
		add_rule(show, &all[i]);
	}
	text_add(show->out, STR("]}\n"));
}

int verb_profile(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	struct session_inputs inputs;
	struct session_pack pack;
	struct show show = { .session = session };
	struct text out;

	if (arguments->operands.count == 0 ||
	    !str_equal(arguments->operands.items[0], STR("show")))
		return session_refuse(session, DIAG_E8574, "nothing says what "
		    "to do with a profile\n"
		    "write `scarp profile show --profile NAME --pack PACK`");
	session_inputs(session, &inputs);
	for (size_t i = 0; i < inputs.inventories.count; i++)
		if (!str_equal(inputs.inventories.items[i], STR("show")))
			return session_refuse(session, DIAG_E8575,
			    "`%.*s` is no pack\n"
			    "an installed one is named with `--pack`",
			    STR_ARG(inputs.inventories.items[i]));
	if (inputs.packs.count == 0)
		return session_needs_pack(session, "");
	if (!session_compile(session, inputs.packs.items, inputs.packs.count, false,
	    &pack)) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	if (!session_report(session))
		return STATUS_UNTRUSTED;
	text_init(&out, session->arena);
	show.tree = pack.tree;
	show.out = &out;
	if (argument_is(arguments, OPTION_FORMAT, "json"))
		show_json(&show);
	else
		show_folded(&show);
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}
