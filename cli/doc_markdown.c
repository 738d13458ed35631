/* SPDX-License-Identifier: Apache-2.0 */
/* The reference of packs in GitHub's Markdown.  What packs say is shown and
 * never read as markup. */
#include "cli/doc.h"

#include "cli/write.h"
#include "include/scarp.h"
#include "report/markdown.h"
#include "report/view.h"
#include "report/write_html.h"
#include "vm/bits.h"

static void add_text(const struct doc *doc, struct str s)
{
	markdown_text(doc->out, doc->arena, s);
}

/* Behind a heading of its own line: "**Why.** Strangers knock." */
static void add_paragraph(const struct doc *doc, const char *word, struct str s)
{
	if (s.length == 0)
		return;
	text_printf(doc->out, "\n**%s.** ", word);
	markdown_line(doc->out, doc->arena, s);
	text_add_char(doc->out, '\n');
}

/* A fence that nothing inside can end. */
static void add_code(const struct doc *doc, struct str code)
{
	size_t longest = 2, run = 0;

	for (size_t i = 0; i < code.length; i++) {
		run = code.at[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	text_add_char(doc->out, '\n');
	for (size_t i = 0; i <= longest; i++)
		text_add_char(doc->out, '`');
	text_add(doc->out, STR("scarp\n"));
	text_add(doc->out, code);
	for (size_t i = 0; i <= longest; i++)
		text_add_char(doc->out, '`');
	text_add_char(doc->out, '\n');
}

static void add_head(const struct doc *doc)
{
	text_add(doc->out, STR("# "));
	add_text(doc, doc_title(doc));
	text_add(doc->out, STR("\n\n"));
	for (size_t p = 0, shown = 0; p < doc->tree->packs.count; p++) {
		if (!doc_is_named(doc, p))
			continue;
		text_add(doc->out, shown++ ? STR(", ") : STR("Pack "));
		text_printf(doc->out, "`%.*s`%s", STR_ARG(doc->tree->packs.items[p].id),
		    doc->tree->packs.items[p].version.length ? " " : "");
		add_text(doc, doc->tree->packs.items[p].version);
	}
	text_add(doc->out, STR(": "));
	add_text(doc, doc_counts(doc));
	text_printf(doc->out, "; schema `%.*s`. By `scarp doc`, scarp %s.\n",
	    STR_ARG(doc->tree->schema->name), scarp_version());
}

static void add_contents(const struct doc *doc)
{
	text_add(doc->out, STR("\n## Contents\n\n| severity | rule | asks | tags |\n"
	    "|---|---|---|---|\n"));
	for (size_t i = 0; i < doc->count; i++) {
		const struct rule *rule = doc->rules[i];

		text_printf(doc->out, "| %s | [%.*s](#r-%.*s) | ",
		    severity_text(rule->severity), STR_ARG(rule->id),
		    STR_ARG(rule->id));
		markdown_line(doc->out, doc->arena, rule->title);
		text_add(doc->out, STR(" | "));
		for (size_t t = 0; t < rule->tags.count; t++) {
			text_add(doc->out, t ? STR(", ") : STR(""));
			add_text(doc, rule->tags.items[t]);
		}
		text_add(doc->out, STR(" |\n"));
	}
}

static void add_param(const struct doc *doc, const struct param *param)
{
	text_printf(doc->out, "| `%.*s` | ", STR_ARG(param->name));
	add_text(doc, doc_param_type(doc, param));
	text_add(doc->out, STR(" | "));
	add_text(doc, tree_value_text(doc->arena, doc->tree, param->value));
	text_add(doc->out, STR(" | "));
	markdown_line(doc->out, doc->arena, param->purpose);
	text_add(doc->out, STR(" |\n"));
}

static void add_params(const struct doc *doc)
{
	if (doc->tree->params.count == 0)
		return;
	text_add(doc->out, STR("\n## Params\n\n| param | type | value | is |\n"
	    "|---|---|---|---|\n"));
	for (size_t i = 0; i < doc->tree->params.count; i++)
		add_param(doc, &doc->tree->params.items[i]);
}

static void add_profiles(const struct doc *doc)
{
	if (doc->profiles.count == 0)
		return;
	text_add(doc->out, STR("\n## Profiles\n\n| profile | is | selects |\n"
	    "|---|---|---|\n"));
	for (size_t i = 0; i < doc->profiles.count; i++) {
		const struct doc_profile *p = &doc->profiles.items[i];

		text_printf(doc->out, "| `%.*s` | ", STR_ARG(p->profile->name));
		markdown_line(doc->out, doc->arena, p->profile->title);
		text_add(doc->out, STR(" | "));
		add_text(doc, doc_profile_effect(doc, p));
		text_add(doc->out, STR(" |\n"));
	}
}

/* --- a rule ----------------------------------------------------------------- */

static void add_references(const struct doc *doc, const char *word,
    const struct reference *all, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		text_printf(doc->out, "%s", i ? "; " : "\n**");
		if (i == 0)
			text_printf(doc->out, "%s.** ", word);
		add_text(doc, all[i].name);
		text_add(doc->out, STR(" "));
		markdown_line(doc->out, doc->arena, all[i].value);
	}
	if (count)
		text_add_char(doc->out, '\n');
}

static void add_rule_params(const struct doc *doc, const struct rule *rule)
{
	uint64_t *params = tree_rule_params(doc->arena, doc->tree, rule);
	bool any = false;

	for (size_t p = 0; p < doc->tree->params.count; p++) {
		const struct param *param = &doc->tree->params.items[p];

		if (!bit_get(params, p))
			continue;
		text_printf(doc->out, "%s`%.*s` = ", any ? ", " : "\n**Params.** ",
		    STR_ARG(param->name));
		add_text(doc, tree_value_text(doc->arena, doc->tree, param->value));
		any = true;
	}
	if (any)
		text_add_char(doc->out, '\n');
}

static void add_facts(const struct doc *doc, const struct rule *rule)
{
	struct doc_fact_list facts = doc_facts(doc, rule);

	for (size_t i = 0; i < facts.items.count; i++)
		text_printf(doc->out, "%s%.*s: %.*s", i ? "; " : "\n**Facts it reads.** `",
		    STR_ARG(facts.items.items[i].kind),
		    STR_ARG(facts.items.items[i].attributes));
	if (facts.items.count)
		text_add(doc->out, STR("`\n"));
}

static void add_tests(const struct doc *doc, const struct rule *rule)
{
	const struct rule_tests *tests = &doc->tests[rule - doc->tree->rules.items];

	for (size_t i = 0; i < tests->list.count; i++) {
		const struct test *test = tests->list.items[i];

		/* To Markdown what stands in HTML is HTML. */
		text_add(doc->out, STR("\n<details><summary>Test"));
		text_add(doc->out, test->title.length ? STR(": ") : STR(""));
		html_name(doc->out, view_line(doc->arena, test->title));
		text_add(doc->out, STR(" ("));
		html_name(doc->out, doc_place(doc, test->span));
		text_add(doc->out, STR(")</summary>\n"));
		add_code(doc, doc_test_body(doc, test));
		text_add(doc->out, STR("\n</details>\n"));
	}
	if (tests->list.count == 0)
		text_add(doc->out, STR("\nNo test says what it means.\n"));
}

static void add_about(const struct doc *doc, const struct rule *rule)
{
	text_printf(doc->out, "\n`%.*s`, %s", STR_ARG(rule->id),
	    severity_text(rule->severity));
	if (rule->severity != rule->written)
		text_printf(doc->out, " (declared %s)", severity_text(rule->written));
	text_add(doc->out, STR(", "));
	add_text(doc, doc_place(doc, rule->span));
	for (size_t i = 0; i < rule->tags.count; i++) {
		text_add(doc->out, i ? STR(", ") : STR("; tags: "));
		add_text(doc, rule->tags.items[i]);
	}
	for (size_t i = 0; i < rule->replaces.count; i++) {
		text_add(doc->out, i ? STR(", ") : STR("; replaces "));
		add_text(doc, rule->replaces.items[i]);
	}
	text_add_char(doc->out, '\n');
}

static void add_rule(const struct doc *doc, const struct rule *rule)
{
	text_printf(doc->out, "\n<a id=\"r-%.*s\"></a>\n\n### ", STR_ARG(rule->id));
	markdown_line(doc->out, doc->arena, rule->title);
	text_add_char(doc->out, '\n');
	add_about(doc, rule);
	add_paragraph(doc, "Why", rule->why);
	add_code(doc, doc_clauses(doc, rule));
	add_paragraph(doc, "Fix", rule->fix);
	add_rule_params(doc, rule);
	add_paragraph(doc, "Profiles", doc_under_profiles(doc, rule));
	add_references(doc, "Sources", rule->sources.items, rule->sources.count);
	add_references(doc, "Maps to", rule->controls.items, rule->controls.count);
	add_facts(doc, rule);
	add_tests(doc, rule);
}

void doc_markdown(const struct doc *doc)
{
	add_head(doc);
	add_contents(doc);
	add_params(doc);
	add_profiles(doc);
	text_add(doc->out, STR("\n## Rules\n"));
	for (size_t i = 0; i < doc->count; i++)
		add_rule(doc, doc->rules[i]);
}
