/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/explain_rule.h"

#include <unistd.h>

#include "base/wrap.h"
#include "cli/clauses.h"
#include "cli/terminal.h"
#include "cli/write.h"
#include "report/view.h"
#include "vm/bits.h"

struct view {
	struct session *session;
	const struct tree *tree;
	const struct rule *rule;
	struct text *out;
	unsigned width;		/* columns of lines */
	bool has_colour, is_selected;
};

/* --- running text --------------------------------------------------------- */

/* Running text, two columns in. */
static void add_paragraph(struct view *view, struct str text)
{
	struct wrap wrap;

	wrap_init(&wrap, view->session->arena, view->out, view->width);
	text_add(&wrap.line, STR("  "));
	wrap_add_words(&wrap.line, view_line(view->session->arena, text), STR(""));
	wrap_end(&wrap, 2);
}

static void start_section(struct view *view, const char *title)
{
	text_add_char(view->out, '\n');
	write_heading(view->out, str_of(title), view->has_colour);
}

static void add_section(struct view *view, const char *title, struct str text)
{
	if (text.length == 0)
		return;
	start_section(view, title);
	add_paragraph(view, text);
}

/* As they were written; the rest of a line that is too long is further in. */
static void add_source(struct view *view, const struct text *lines)
{
	wrap_lines(view->session->arena, view->out, text_str(lines), view->width, 4);
}

static void add_clauses(struct view *view)
{
	struct text lines;

	start_section(view, "What it asks");
	text_init(&lines, view->session->arena);
	clauses_add(view->session->sources, view->rule, 2, &lines);
	add_source(view, &lines);
}

/* --- what it names ---------------------------------------------------------- */

static void add_references(struct view *view, const char *title,
    const struct reference *all, size_t count)
{
	struct wrap wrap;

	wrap_init(&wrap, view->session->arena, view->out, view->width);
	if (count)
		start_section(view, title);
	for (size_t i = 0; i < count; i++) {
		text_add(&wrap.line, STR("  "));
		text_add_visible(&wrap.line, all[i].name);
		text_add(&wrap.line, STR(": "));
		text_add_visible(&wrap.line, all[i].value);
		wrap_end(&wrap, 4);
	}
}

static void add_names(struct view *view, const char *word, const struct str *names,
    size_t count)
{
	struct wrap wrap;

	if (count == 0)
		return;
	wrap_init(&wrap, view->session->arena, view->out, view->width);
	text_printf(&wrap.line, "%s: ", word);
	for (size_t i = 0; i < count; i++) {
		text_add(&wrap.line, i ? STR(", ") : STR(""));
		wrap_add_name(&wrap.line, names[i]);
	}
	wrap_end(&wrap, 2);
}

static void add_params(struct view *view)
{
	uint64_t *params = tree_rule_params(view->session->arena, view->tree, view->rule);
	struct wrap wrap;
	bool is_first = true;

	wrap_init(&wrap, view->session->arena, view->out, view->width);
	for (size_t p = 0; p < view->tree->params.count; p++) {
		const struct param *param = &view->tree->params.items[p];

		if (!bit_get(params, p))
			continue;
		if (is_first)
			start_section(view, "Params");
		is_first = false;
		text_printf(&wrap.line, "  %.*s = ", STR_ARG(param->name));
		text_add_visible(&wrap.line, tree_value_text(view->session->arena,
		    view->tree, param->value));
		if (param->purpose.length) {
			text_add(&wrap.line, STR("  "));
			text_add_visible(&wrap.line, param->purpose);
		}
		wrap_end(&wrap, 4);
	}
}

static void add_test(struct view *view, const struct test *test)
{
	struct arena *arena = view->session->arena;
	struct text lines;
	struct wrap wrap;

	wrap_init(&wrap, arena, view->out, view->width);
	text_add(&wrap.line, STR("  "));
	if (test->title.length) {
		text_add_visible(&wrap.line, test->title);
		text_add(&wrap.line, STR("  "));
	}
	write_place(&wrap.line, view->session->sources, test->span);
	wrap_end(&wrap, 4);
	text_init(&lines, arena);
	text_add(&lines, STR("    "));
	clauses_add_source(&lines, source_text(view->session->sources,
	    test->body), 4);
	add_source(view, &lines);
}

static void add_tests(struct view *view)
{
	bool is_first = true;

	for (size_t i = 0; i < view->tree->tests.count; i++) {
		const struct test *test = &view->tree->tests.items[i];

		if (!str_equal(test->rule, view->rule->id))
			continue;
		if (is_first)
			start_section(view, "Tests");
		else
			text_add_char(view->out, '\n');
		is_first = false;
		add_test(view, test);
	}
	if (is_first)
		text_add(view->out, STR("\nno tests are written for it in these packs\n"));
}

/* --- the whole ---------------------------------------------------------------- */

static void add_head(struct view *view)
{
	const struct rule *rule = view->rule;
	const struct pack_info *pack = &view->tree->packs.items[rule->pack];
	struct wrap wrap;

	wrap_init(&wrap, view->session->arena, view->out, view->width);
	text_add(&wrap.line, view->has_colour ? STR("\033[1m") : STR(""));
	text_printf(&wrap.line, "%.*s  %s  ", STR_ARG(rule->id),
	    severity_text(rule->severity));
	wrap_add_words(&wrap.line, view_line(view->session->arena, rule->title), STR(""));
	text_add(&wrap.line, view->has_colour ? STR("\033[0m") : STR(""));
	wrap_end(&wrap, 4);
	text_add(&wrap.line, STR("pack "));
	text_add_visible(&wrap.line, pack->id);
	text_add(&wrap.line, pack->version.length ? STR(" ") : STR(""));
	text_add_visible(&wrap.line, pack->version);
	text_add(&wrap.line, STR("; "));
	write_whole_place(&wrap.line, view->session->sources, rule->span);
	wrap_end(&wrap, 4);
	if (rule->severity != rule->written)
		text_printf(view->out, "severity as declared: %s\n",
		    severity_text(rule->written));
	if (!view->is_selected)
		text_add(view->out, STR("not selected by the profile: it does not run\n"));
	add_names(view, "tags", rule->tags.items, rule->tags.count);
	add_names(view, "replaces", rule->replaces.items, rule->replaces.count);
}

static const struct rule *find_rule(const struct rule *all, size_t count, struct str id)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal(all[i].id, id))
			return &all[i];
		for (size_t j = 0; j < all[i].replaces.count; j++)
			if (str_equal(all[i].replaces.items[j], id))
				return &all[i];
	}
	return NULL;
}

static bool refuse_rule(struct session *session, const struct tree *tree, struct str id)
{
	struct str nearest = tree_nearest_rule(session->arena, tree, id);

	if (nearest.length)
		session_refuse(session, DIAG_E8577, "there is no rule `%.*s`\n"
		    "did you mean `%.*s`?", STR_ARG(id), STR_ARG(nearest));
	else
		session_refuse(session, DIAG_E8577, "there is no rule `%.*s`\n"
		    "`scarp list PACK` lists them", STR_ARG(id));
	return false;
}

bool explain_rule(struct session *session, const struct tree *tree, struct str id,
    struct text *out)
{
	struct view view = { .session = session, .tree = tree, .out = out,
		.width = session_width(session),
		.has_colour = session_colour(session), .is_selected = true };

	view.rule = find_rule(tree->rules.items, tree->rules.count, id);
	if (!view.rule) {
		view.is_selected = false;
		view.rule = find_rule(tree->deselected.items,
		    tree->deselected.count, id);
	}
	if (!view.rule)
		return refuse_rule(session, tree, id);
	add_head(&view);
	add_section(&view, "Why", view.rule->why);
	add_clauses(&view);
	add_section(&view, "Fix", view.rule->fix);
	add_params(&view);
	add_references(&view, "Sources", view.rule->sources.items,
	    view.rule->sources.count);
	add_references(&view, "Maps to", view.rule->controls.items,
	    view.rule->controls.count);
	add_tests(&view);
	return true;
}
