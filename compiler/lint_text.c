/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns that match more, or less, than they seem to; messages that could be
 * about anything. */
#include "compiler/lint_part.h"

/* --- patterns ------------------------------------------------------------- */

/* Patterns that are found in every text: they match nothing, at its start, at
 * its end or anywhere. */
static bool matches_everything(struct str pattern)
{
	static const char *const empty[] = { "", "^", "$", ".*", "^.*", ".*$",
		".?", "()", "(.*)" };

	for (size_t i = 0; i < sizeof(empty) / sizeof(*empty); i++)
		if (str_equal(pattern, str_of(empty[i])))
			return true;
	return false;
}

/* "sql.contoso.example": letters, digits, hyphens, and dots that nobody
 * meant to stand for any character. */
static bool is_name_with_dots(struct str pattern)
{
	bool has_dot = false;

	for (size_t i = 0; i < pattern.length; i++) {
		char c = pattern.at[i];

		if (c == '.' && i > 0 && i + 1 < pattern.length)
			has_dot = true;
		else if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '-' || c == '_' ||
		    (c == '^' && i == 0) || (c == '$' && i + 1 == pattern.length)))
			return false;
	}
	return has_dot;
}

static void lint_regex(struct lint *l, const struct expr *e)
{
	struct lint_finding *finding;

	if (matches_everything(e->text))
		lint_tell(l, DIAG_W6012, e->span, "every text matches this");
	else if (is_name_with_dots(e->text)) {
		finding = lint_tell(l, DIAG_W6012, e->span,
		    "`.` in a regular expression stands for any character");
		finding->help = STR("write `\\.` for a dot, or compare with `==`");
	}
}

static bool has_wildcard(struct str pattern)
{
	return str_find(pattern, '*') < pattern.length ||
	    str_find(pattern, '?') < pattern.length ||
	    str_find(pattern, '[') < pattern.length ||
	    str_find(pattern, '\\') < pattern.length;
}

static void lint_glob(struct lint *l, const struct expr *e)
{
	size_t stars = 0;

	while (stars < e->text.length && e->text.at[stars] == '*')
		stars++;
	if (stars > 0 && stars == e->text.length)
		lint_tell(l, DIAG_W6012, e->span, "every text is like this");
	else if (!has_wildcard(e->text)) {
		struct lint_finding *finding = lint_tell(l, DIAG_W6012, e->span,
		    "this pattern has no `*`, `?` or class: only the text itself is like it");

		finding->help = STR("compare with `==`");
	}
}

void lint_pattern(struct lint *l, const struct expr *e)
{
	if (e->op == EXPR_MATCHES)
		lint_regex(l, e);
	else if (e->op == EXPR_LIKE)
		lint_glob(l, e);
}

/* --- messages ------------------------------------------------------------- */

/* A message is as deep as its expressions, which are bounded. */
static bool names_something(const struct expr *e)
{
	if (e->op == EXPR_VARIABLE || e->op == EXPR_WITNESS)
		return true;
	for (int i = 0; i < 3; i++)
		if (e->arg[i] && names_something(e->arg[i]))
			return true;
	for (uint32_t i = 0; i < e->count; i++)
		if (names_something(e->items[i]))
			return true;
	return false;
}

void lint_messages(struct lint *l, const struct rule *rule)
{
	for (size_t i = 0; i < rule->requirements.count; i++) {
		const struct expr *message = rule->requirements.items[i].message;
		struct lint_finding *finding;

		if (!message || rule->binders.count == 0 || names_something(message))
			continue;
		finding = lint_tell(l, DIAG_W6011, message->span,
		    "this message is the same for every subject");
		finding->help = arena_printf(l->arena, "name it, as in `{%.*s}`",
		    STR_ARG(rule->binders.items[0].variable->name));
	}
}
