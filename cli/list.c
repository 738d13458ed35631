/* SPDX-License-Identifier: Apache-2.0 */
/* scarp list: the rules of packs, a line each. */
#include "cli/rules.h"

#include "base/wrap.h"
#include "cli/write.h"
#include "report/write_json.h"

#define MOST_HANG 28	/* columns of ids that titles still stand behind */

struct listing {
	struct session *session;
	const struct tree *tree;
	const struct rule **rules;	/* sorted */
	size_t count;
	const struct rule_tests *tests;	/* by place in tree->rules */
	struct text *out;
};

/* --- for people ------------------------------------------------------------- */

static const char *severity_colour(enum severity severity)
{
	switch (severity) {
	case SEVERITY_CRITICAL:
	case SEVERITY_HIGH:
		return "1;31";
	case SEVERITY_MEDIUM:
		return "33";
	case SEVERITY_LOW:
	case SEVERITY_INFO:
		break;
	}
	return "2";
}

static void add_rule(struct listing *l, const struct rule *rule, size_t width)
{
	bool colour = session_colour(l->session);
	struct wrap wrap;
	struct text *line = &wrap.line;

	wrap_init(&wrap, l->session->arena, l->out, session_width(l->session));
	if (colour)
		text_printf(line, "\033[%sm", severity_colour(rule->severity));
	text_printf(line, "%-8s", severity_text(rule->severity));
	text_printf(line, "%s  %-*.*s  ", colour ? "\033[0m" : "", (int)width,
	    STR_ARG(rule->id));
	wrap_add_words(line, rule->title, STR(""));
	for (size_t i = 0; i < rule->tags.count; i++) {
		text_add(line, i ? STR(", ") : STR("  ("));
		wrap_add_name(line, rule->tags.items[i]);
	}
	text_add(line, rule->tags.count ? STR(")") : STR(""));
	wrap_end(&wrap, (unsigned)(width < MOST_HANG ? width : MOST_HANG) + 12);
}

/* "tags: iis 8, network 5" */
static void add_names(struct listing *l, const char *what,
    const struct rule_names *names)
{
	struct wrap wrap;

	wrap_init(&wrap, l->session->arena, l->out, session_width(l->session));
	for (size_t i = 0; i < names->list.count; i++) {
		text_printf(&wrap.line, "%s", i ? ", " : what);
		wrap_keep(&wrap.line);
		text_add_visible(&wrap.line, names->list.items[i].name);
		text_printf(&wrap.line, " %zu", names->list.items[i].rules);
		wrap_kept(&wrap.line);
	}
	if (names->list.count)
		wrap_end(&wrap, (unsigned)strlen(what));
}

static void add_packs(struct listing *l)
{
	const struct tree *tree = l->tree;
	bool any = false;

	for (size_t p = 0; p < tree->packs.count; p++) {
		if (tree->packs.items[p].module.length)
			continue;
		text_add(l->out, any ? STR(", ") : STR(" in "));
		any = true;
		text_add_visible(l->out, tree->packs.items[p].id);
		if (tree->packs.items[p].version.length)
			text_add_char(l->out, ' ');
		text_add_visible(l->out, tree->packs.items[p].version);
	}
	text_add_char(l->out, '\n');
}

static void list_text(struct listing *l)
{
	const struct tree *tree = l->tree;
	size_t all = l->count + tree->deselected.count, width = 0;

	for (size_t i = 0; i < l->count; i++)
		if (l->rules[i]->id.length > width)
			width = l->rules[i]->id.length;
	if (l->count < all)
		text_printf(l->out, "%zu of ", l->count);
	text_add(l->out, text_count(l->session->arena, all, "rule"));
	add_packs(l);
	text_add_char(l->out, '\n');
	for (size_t i = 0; i < l->count; i++)
		add_rule(l, l->rules[i], width);
	text_add_char(l->out, '\n');
	add_names(l, "tags: ", rule_tags(l->session->arena, l->rules, l->count));
	add_names(l, "frameworks: ", rule_frameworks(l->session->arena, l->rules,
	    l->count));
}

/* --- for programs ----------------------------------------------------------- */

static void add_references(struct json *j, const char *member,
    const struct reference *all, size_t count)
{
	json_member_open(j, member, '[');
	for (size_t i = 0; i < count; i++) {
		json_open(j, '{');
		json_member(j, "framework", all[i].name);
		json_member(j, "id", all[i].value);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void add_strings(struct json *j, const char *member, const struct str *all,
    size_t count)
{
	json_member_open(j, member, '[');
	for (size_t i = 0; i < count; i++)
		json_text(j, all[i]);
	json_close(j, ']');
}

static void add_object(struct listing *l, struct json *j, const struct rule *rule)
{
	struct place place = source_place(l->session->sources, rule->span.file,
	    rule->span.start);

	json_break(j);
	json_open(j, '{');
	json_member(j, "id", rule->id);
	json_member(j, "pack", l->tree->packs.items[rule->pack].id);
	json_member_word(j, "severity", severity_text(rule->severity));
	json_member(j, "title", rule->title);
	add_strings(j, "tags", rule->tags.items, rule->tags.count);
	add_references(j, "maps", rule->controls.items, rule->controls.count);
	add_references(j, "sources", rule->sources.items, rule->sources.count);
	add_strings(j, "replaces", rule->replaces.items, rule->replaces.count);
	json_member_count(j, "tests", l->tests[rule - l->tree->rules.items].list.count);
	json_member_open(j, "location", '{');
	json_member(j, "file", source_name(l->session->sources, rule->span.file));
	json_member_count(j, "line", place.line);
	json_member_count(j, "column", place.column);
	json_close(j, '}');
	json_close(j, '}');
}

static void list_json(struct listing *l)
{
	struct json j = { .out = l->out };

	rule_json_head(&j);
	json_member_open(&j, "rules", '[');
	for (size_t i = 0; i < l->count; i++)
		add_object(l, &j, l->rules[i]);
	json_close(&j, ']');
	json_break(&j);
	json_member_open(&j, "not_selected", '[');
	for (size_t i = 0; i < l->tree->deselected.count; i++)
		json_text(&j, l->tree->deselected.items[i].id);
	json_close(&j, ']');
	json_close(&j, '}');
	text_add_char(l->out, '\n');
}

int verb_list(struct session *session)
{
	struct listing l = { .session = session };
	struct session_pack pack;
	struct text out;

	if (!rules_of_operands(session, &pack))
		return STATUS_UNTRUSTED;
	text_init(&out, session->arena);
	l.tree = pack.tree;
	l.out = &out;
	l.tests = rule_tests(session->arena, pack.tree);
	l.rules = rules_sorted(session->arena, pack.tree, &l.count);
	if (argument_is(session->arguments, OPTION_FORMAT, "json"))
		list_json(&l);
	else
		list_text(&l);
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}
