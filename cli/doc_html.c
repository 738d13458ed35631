/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference of packs as one page, of the report's style.  It asks for
 * nothing and runs nothing: its policy lets in its own style alone, by its
 * digest.
 */
#include "cli/doc.h"

#include "base/wrap.h"
#include "cli/write.h"
#include "include/scarp.h"
#include "report/view.h"
#include "report/write_html.h"
#include "vm/bits.h"

static const char style[] =
#include "report/html_style.inc"
#include "cli/doc_style.inc"
;

static struct str one_line(const struct doc *doc, struct str s)
{
	return view_line(doc->arena, s);
}

static void add_line(const struct doc *doc, struct str s)
{
	html_name(doc->out, one_line(doc, s));
}

static void add_head(const struct doc *doc)
{
	struct text title;

	text_init(&title, doc->arena);
	html_name(&title, one_line(doc, doc_title(doc)));
	html_open(doc->out, &(struct html_page){ .style = style,
	    .title = text_str(&title), .skip_to = "rules", .skip_words = "To the rules" });
}

static void add_header(const struct doc *doc)
{
	struct text *out = doc->out;
	bool any = false;

	html_raw(out, "<header id=\"top\">\n<h1>");
	add_line(doc, doc_title(doc));
	html_raw(out, "</h1>\n<p class=\"meta\">");
	for (size_t p = 0; p < doc->tree->packs.count; p++) {
		if (!doc_is_named(doc, p))
			continue;
		html_raw(out, any ? ", " : "");
		any = true;
		html_name(out, doc->tree->packs.items[p].id);
		html_raw(out, doc->tree->packs.items[p].version.length ? " " : "");
		html_name(out, doc->tree->packs.items[p].version);
	}
	html_raw(out, " &middot; ");
	html_name(out, doc_counts(doc));
	html_raw(out, " &middot; schema ");
	html_name(out, doc->tree->schema->name);
	html_raw(out, " &middot; scarp ");
	html_text(out, str_of(scarp_version()));
	html_raw(out, "</p>\n</header>\n<main>\n");
}

/* --- tables ----------------------------------------------------------------- */

static void open_table(const struct doc *doc, const char *id, const char *title,
    const char *const *columns, size_t count)
{
	text_printf(doc->out, "<section class=\"card %s\">\n"
	    "<h2 id=\"h-%s\">%s</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
	    "aria-labelledby=\"h-%s\"><table>\n<thead><tr>", id, id, title, id);
	for (size_t i = 0; i < count; i++)
		text_printf(doc->out, "<th scope=\"col\">%s</th>", columns[i]);
	html_raw(doc->out, "</tr></thead>\n<tbody>\n");
}

static void close_table(const struct doc *doc)
{
	html_raw(doc->out, "</tbody></table></div>\n</section>\n");
}

static void add_chips(const struct doc *doc, const struct rule *rule)
{
	for (size_t i = 0; i < rule->tags.count; i++) {
		html_raw(doc->out, "<span class=\"chip\">");
		html_name(doc->out, rule->tags.items[i]);
		html_raw(doc->out, "</span>");
	}
}

static void add_contents(const struct doc *doc)
{
	static const char *const columns[] = { "Severity", "Rule", "Tags" };

	open_table(doc, "contents", "Contents", columns, 3);
	for (size_t i = 0; i < doc->count; i++) {
		const struct rule *rule = doc->rules[i];

		html_raw(doc->out, "<tr><td>");
		html_severity(doc->out, severity_text(rule->severity));
		html_raw(doc->out, "</td><td><a href=\"#r-");
		html_name(doc->out, rule->id);
		html_raw(doc->out, "\">");
		add_line(doc, rule->title);
		html_raw(doc->out, "</a><br><code>");
		html_name(doc->out, rule->id);
		html_raw(doc->out, "</code></td><td>");
		add_chips(doc, rule);
		html_raw(doc->out, "</td></tr>\n");
	}
	close_table(doc);
}

static void add_params(const struct doc *doc)
{
	static const char *const columns[] = { "Param", "Type", "Value", "Is" };

	if (doc->tree->params.count == 0)
		return;
	open_table(doc, "params", "Params", columns, 4);
	for (size_t i = 0; i < doc->tree->params.count; i++) {
		const struct param *param = &doc->tree->params.items[i];

		html_raw(doc->out, "<tr><th scope=\"row\" class=\"k\">");
		html_name(doc->out, param->name);
		html_raw(doc->out, "</th><td><code>");
		html_name(doc->out, doc_param_type(doc, param));
		html_raw(doc->out, "</code></td><td><code>");
		html_name(doc->out, tree_value_text(doc->arena, doc->tree, param->value));
		html_raw(doc->out, "</code></td><td>");
		add_line(doc, param->purpose);
		html_raw(doc->out, "</td></tr>\n");
	}
	close_table(doc);
}

static void add_profiles(const struct doc *doc)
{
	static const char *const columns[] = { "Profile", "Is", "Selects" };

	if (doc->profiles.count == 0)
		return;
	open_table(doc, "profiles", "Profiles", columns, 3);
	for (size_t i = 0; i < doc->profiles.count; i++) {
		const struct doc_profile *p = &doc->profiles.items[i];

		html_raw(doc->out, "<tr><th scope=\"row\" class=\"k\">");
		html_name(doc->out, p->profile->name);
		html_raw(doc->out, "</th><td>");
		add_line(doc, p->profile->title);
		html_raw(doc->out, "</td><td>");
		html_name(doc->out, doc_profile_effect(doc, p));
		html_raw(doc->out, "</td></tr>\n");
	}
	close_table(doc);
}

/* --- a rule ----------------------------------------------------------------- */

static void add_term(const struct doc *doc, const char *word)
{
	text_printf(doc->out, "<dt>%s</dt><dd>", word);
}

static void end_term(const struct doc *doc)
{
	html_raw(doc->out, "</dd>\n");
}

static void add_words(const struct doc *doc, const char *word, struct str s)
{
	if (s.length == 0)
		return;
	add_term(doc, word);
	add_line(doc, s);
	end_term(doc);
}

static void add_references(const struct doc *doc, const char *word,
    const struct reference *all, size_t count)
{
	if (count == 0)
		return;
	add_term(doc, word);
	for (size_t i = 0; i < count; i++) {
		html_raw(doc->out, i ? "<br><code>" : "<code>");
		html_name(doc->out, all[i].name);
		html_raw(doc->out, "</code> ");
		add_line(doc, all[i].value);
	}
	end_term(doc);
}

static void add_rule_params(const struct doc *doc, const struct rule *rule)
{
	uint64_t *params = tree_rule_params(doc->arena, doc->tree, rule);
	bool any = false;

	for (size_t p = 0; p < doc->tree->params.count; p++) {
		const struct param *param = &doc->tree->params.items[p];

		if (!bit_get(params, p))
			continue;
		if (!any)
			add_term(doc, "Params");
		html_raw(doc->out, any ? ", <code>" : "<code>");
		any = true;
		html_name(doc->out, param->name);
		html_raw(doc->out, " = ");
		html_name(doc->out, tree_value_text(doc->arena, doc->tree, param->value));
		html_raw(doc->out, "</code>");
	}
	if (any)
		end_term(doc);
}

static void add_facts(const struct doc *doc, const struct rule *rule)
{
	struct doc_fact_list facts = doc_facts(doc, rule);

	if (facts.items.count == 0)
		return;
	add_term(doc, "Reads");
	for (size_t i = 0; i < facts.items.count; i++) {
		html_raw(doc->out, i ? "<br>" : "");
		html_name(doc->out, facts.items.items[i].kind);
		html_raw(doc->out, ": <code>");
		html_name(doc->out, facts.items.items[i].attributes);
		html_raw(doc->out, "</code>");
	}
	end_term(doc);
}

static void add_tests(const struct doc *doc, const struct rule *rule)
{
	const struct rule_tests *tests = &doc->tests[rule - doc->tree->rules.items];

	for (size_t i = 0; i < tests->list.count; i++) {
		const struct test *test = tests->list.items[i];

		html_raw(doc->out, "<details class=\"t\"><summary>Test");
		html_raw(doc->out, test->title.length ? ": " : "");
		add_line(doc, test->title);
		html_raw(doc->out, " <span class=\"at\">");
		html_name(doc->out, doc_place(doc, test->span));
		html_raw(doc->out, "</span></summary>\n<pre tabindex=\"0\">");
		html_text(doc->out, doc_test_body(doc, test));
		html_raw(doc->out, "</pre></details>\n");
	}
	if (tests->list.count == 0)
		html_raw(doc->out, "<p class=\"v-unknown\">No test says what it means.</p>\n");
}

static void add_about(const struct doc *doc, const struct rule *rule)
{
	html_raw(doc->out, "<p class=\"tally\">");
	html_severity(doc->out, severity_text(rule->severity));
	if (rule->severity != rule->written)
		text_printf(doc->out, " declared %s", severity_text(rule->written));
	html_raw(doc->out, " <code>");
	html_name(doc->out, rule->id);
	html_raw(doc->out, "</code> <span class=\"at\">");
	html_name(doc->out, doc_place(doc, rule->span));
	html_raw(doc->out, "</span> ");
	add_chips(doc, rule);
	html_raw(doc->out, "</p>\n");
}

/* As they were written, in lines that a page has room for. */
static void add_clauses(const struct doc *doc, const struct rule *rule)
{
	struct text lines;

	text_init(&lines, doc->arena);
	wrap_lines(doc->arena, &lines, doc_clauses(doc, rule), 100, 2);
	html_raw(doc->out, "<pre tabindex=\"0\">");
	html_text(doc->out, text_str(&lines));
	html_raw(doc->out, "</pre>\n");
}

static void add_rule(const struct doc *doc, const struct rule *rule)
{
	html_raw(doc->out, "<section class=\"card rule\" id=\"r-");
	html_name(doc->out, rule->id);
	html_raw(doc->out, "\">\n<a class=\"top\" href=\"#top\">top</a><h3>");
	add_line(doc, rule->title);
	html_raw(doc->out, "</h3>\n");
	add_about(doc, rule);
	if (rule->why.length) {
		html_raw(doc->out, "<p>");
		add_line(doc, rule->why);
		html_raw(doc->out, "</p>\n");
	}
	add_clauses(doc, rule);
	html_raw(doc->out, "<dl class=\"about\">\n");
	add_words(doc, "Fix", rule->fix);
	add_rule_params(doc, rule);
	add_words(doc, "Profiles", doc_under_profiles(doc, rule));
	add_references(doc, "Sources", rule->sources.items, rule->sources.count);
	add_references(doc, "Maps to", rule->controls.items, rule->controls.count);
	add_facts(doc, rule);
	for (size_t i = 0; i < rule->replaces.count; i++)
		add_words(doc, "Replaces", rule->replaces.items[i]);
	html_raw(doc->out, "</dl>\n");
	add_tests(doc, rule);
	html_raw(doc->out, "</section>\n");
}

void doc_html(const struct doc *doc)
{
	add_head(doc);
	add_header(doc);
	add_contents(doc);
	add_params(doc);
	add_profiles(doc);
	html_raw(doc->out, "<h2 id=\"rules\">Rules</h2>\n");
	for (size_t i = 0; i < doc->count; i++)
		add_rule(doc, doc->rules[i]);
	html_raw(doc->out, "</main>\n<footer>\n<p>Made by <code>scarp doc</code>. A subject "
	    "for which a fact is missing is <em>unknown</em>, never a pass.</p>\n"
	    "</footer>\n</body>\n</html>\n");
}
