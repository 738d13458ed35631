/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/clauses.h"

#define TAB 4
#define WORD 9		/* columns of a clause's word and a blank */

struct clauses {
	const struct sources *sources;
	struct text *out;
	unsigned indent;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Columns before the first word of the line that begins at AT; all of them
 * when the line is empty. */
static unsigned indent_of(struct str text, size_t at)
{
	unsigned column = 0;

	for (; at < text.length && (text.at[at] == ' ' || text.at[at] == '\t'); at++)
		column += text.at[at] == '\t' ? TAB - column % TAB : 1;
	return at == text.length || text.at[at] == '\n' || text.at[at] == '\r' ?
	    UINT32_MAX : column;
}

static unsigned least_indent(struct str text)
{
	unsigned least = UINT32_MAX;

	for (size_t at = 0; at < text.length; at++)
		if (text.at[at] == '\n' && indent_of(text, at + 1) < least)
			least = indent_of(text, at + 1);
	return least == UINT32_MAX ? 0 : least;
}

/* TEXT as it stands in the file, its further lines indented as deep as HANG
 * plus what they are deeper than the least of them. */
void clauses_add_source(struct text *out, struct str text, unsigned hang)
{
	unsigned least = least_indent(text);
	size_t at = 0, stop;

	for (bool is_first = true; at <= text.length; at = stop + 1, is_first = false) {
		unsigned indent = indent_of(text, at);

		for (stop = at; stop < text.length && text.at[stop] != '\n'; )
			stop++;
		if (!is_first && indent != UINT32_MAX)
			text_printf(out, "%*s", (int)(hang + indent - least), "");
		while (at < stop && is_space(text.at[at]))
			at++;
		while (stop > at && text.at[stop - 1] == '\r')
			stop--;
		text_add_visible(out, str_slice(text, at, stop));
		text_add_char(out, '\n');
		while (stop < text.length && text.at[stop] != '\n')
			stop++;
	}
}

static void add_words(struct clauses *c, const char *word, struct str text)
{
	text_printf(c->out, "%*s%-8s ", (int)c->indent, "", word);
	clauses_add_source(c->out, text, c->indent + WORD);
}

static void add_clause(struct clauses *c, const char *word, struct span span)
{
	add_words(c, word, source_text(c->sources, span));
}

/* A requirement as written begins with its own word. */
static void add_requirement(struct clauses *c, const struct requirement *r)
{
	const char *word = r->forbid ? "forbid" : "require";
	struct str text = source_text(c->sources, r->span);
	size_t start = str_starts(text, str_of(word)) ? strlen(word) : 0;

	while (start < text.length && is_space(text.at[start]))
		start++;
	add_words(c, word, str_slice(text, start, text.length));
}

static struct span from_to(struct span first, struct span last)
{
	first.end = last.end;
	return first;
}

static void add_exceptions(struct clauses *c, const struct rule *rule)
{
	for (size_t i = 0; i < rule->except.count; i++) {
		add_clause(c, "except", rule->except.items[i]->span);
		text_printf(c->out, "%*sbecause \"", (int)(c->indent + WORD), "");
		text_add_visible(c->out, rule->because.items[i]);
		text_add(c->out, STR("\"\n"));
	}
}

void clauses_add(const struct sources *sources, const struct rule *rule,
    unsigned indent, struct text *out)
{
	struct clauses c = { sources, out, indent };

	for (size_t i = 0; i < rule->binders.count; i++)
		add_clause(&c, "for", from_to(rule->binders.items[i].variable->span,
		    rule->binders.items[i].set->span));
	for (size_t i = 0; i < rule->lets.count; i++)
		add_clause(&c, "let", from_to(rule->lets.items[i]->span,
		    rule->lets.items[i]->let->span));
	for (size_t i = 0; i < rule->when.count; i++)
		add_clause(&c, "when", rule->when.items[i]->span);
	add_exceptions(&c, rule);
	for (size_t i = 0; i < rule->requirements.count; i++)
		add_requirement(&c, &rule->requirements.items[i]);
}
