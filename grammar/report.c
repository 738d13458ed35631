/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report - what is said about text that is not well formed.
 *
 * The parser knows every token that could have stood where the mistake is.
 * People do not want that list: what belongs together gets one name ("an
 * operator"), and of more than MOST_SHOWN names the first says enough.
 */
#include "base/limits.h"
#include "grammar/context.h"
#include "grammar/parser.h"

#define MOST_SHOWN 5
#define MOST_NAMES 256

/* A record that nobody will see, for callers that add helps. */
static struct diagnostic *unseen(struct parser *p)
{
	return ARENA_NEW(p->arena, struct diagnostic);
}

struct diagnostic *report_fault(struct parser *p, enum diag_code code,
    struct span span, const char *format, ...)
{
	struct diagnostic *d;
	struct str message;
	va_list arguments;

	p->faults++;
	p->part_faults++;
	if (p->is_skipping)
		return unseen(p);
	va_start(arguments, format);
	message = arena_vprintf(p->arena, format, arguments);
	va_end(arguments);
	d = diag_add(p->all, code, span, "%.*s", STR_ARG(message));
	return d;
}

void report_open(struct parser *p, struct span span, const char *text)
{
	report_fault(p, DIAG_E0007, span, "%s", text);
	p->is_doubtful = p->is_torn = true;
}

void report_foreign(struct parser *p, struct span span, const char *right)
{
	struct str found = { p->bytes.at + span.start, span.end - span.start };
	struct diagnostic *d = report_fault(p, DIAG_E0018, span,
	    "`%.*s` is no operator here", STR_ARG(found));

	diag_help(p->all, d, "write `%s`", right);
	diag_fix(p->all, d, span, str_of(right));
}

void report_character(struct parser *p, int32_t character, struct span span)
{
	struct str found = { p->bytes.at + span.start, span.end - span.start };
	struct diagnostic *d;

	if (character < 0x80)
		d = report_fault(p, DIAG_E0006, span,
		    "unexpected character `%.*s`", STR_ARG(found));
	else
		d = report_fault(p, DIAG_E0006, span,
		    "unexpected character `%.*s` (U+%04X)", STR_ARG(found),
		    (unsigned)character);
	if (character == ';')
		diag_help(p->all, d, "nothing stands between clauses");
	else if (character == '\'' || character == 0x201c ||
	    character == 0x201d)
		diag_help(p->all, d, "strings stand in straight double quotes");
	else if (character >= 0x80)
		diag_help(p->all, d, "names are made of a-z, A-Z, 0-9 and _; "
		    "others stand in back quotes");
}

void report_length(struct parser *p, struct span span, const char *what,
    enum limit limit)
{
	report_fault(p, limit == LIMIT_RULE_FILE ? DIAG_E0020 : DIAG_E0012,
	    span, "this %s is longer than %llu bytes (limit `%s`)", what,
	    (unsigned long long)limit_get(limit), limit_name(limit));
}

void report_depth(struct parser *p, struct span span)
{
	if (!p->is_deep)
		report_fault(p, DIAG_E0013, span,
		    "this is nested deeper than %llu (limit `%s`)",
		    (unsigned long long)limit_get(LIMIT_EXPRESSION_DEPTH),
		    limit_name(LIMIT_EXPRESSION_DEPTH));
	p->is_deep = true;
}

static const char *opening_text(int kind)
{
	switch (kind) {
	case TOKEN_LPAREN:
		return "(";
	case TOKEN_LBRACKET:
		return "[";
	default:
		return "{";
	}
}

void report_unclosed(struct parser *p, struct bracket bracket,
    struct span before)
{
	struct diagnostic *d;

	if (bracket.kind == TOKEN_HEAD)
		bracket.span.start = bracket.span.end - 1;
	d = report_fault(p, DIAG_E0015, bracket.span, "`%s` is not closed",
	    opening_text(bracket.kind));
	if (!p->is_skipping)
		diag_label(p->all, d, before, "it should be closed before this");
}

/* What was expected. */

struct names {
	const char **items;
	size_t count;
};

static bool has(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

static bool is_among(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

/* Puts PHRASE in the place of the first of LIST and takes out the others. */
static void fold(struct names *names, const char *const *list,
    const char *phrase)
{
	size_t kept = 0;

	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->items[i];

		if (is_among(name, list)) {
			if (phrase == NULL)
				continue;
			name = phrase;
			phrase = NULL;
		}
		names->items[kept++] = name;
	}
	names->count = kept;
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const char *const all_words[] = {
#define KEYWORD(token, spelling, use, fence) spelling,
#include "grammar/keywords.def"
#undef KEYWORD
	"a name", NULL
};

#define KEEP_NAME(spelling) spelling,
#define KEEP_RESERVED(spelling)
static const char *const names_too[] = {
#define KEYWORD(token, spelling, use, fence) KEEP_##use(spelling)
#include "grammar/keywords.def"
#undef KEYWORD
	"a name", NULL
};

#define ITEM_ITEM(spelling) spelling,
#define ITEM_CLAUSE(spelling)
#define ITEM_OPTION(spelling)
#define ITEM_CASE(spelling)
#define ITEM_LINE(spelling)
#define ITEM_MAPPED(spelling)
#define ITEM_NONE(spelling)
static const char *const items[] = {
#define KEYWORD(token, spelling, use, fence) ITEM_##fence(spelling)
#include "grammar/keywords.def"
#undef KEYWORD
	NULL
};

static void fold_values(struct names *names)
{
	const char *phrase = has(names, "any") ? "a condition"
	    : has(names, "count") ? "a value" : NULL;

	fold(names, LIST("a message", "a broken number"), NULL);
	if (has(names, "count"))
		fold(names, LIST("known", "unknown", "empty"), NULL);
	if (phrase)
		fold(names, LIST("not", "any", "all", "no", "exactly", "at",
		    "count", "sum", "min", "max", "self", "today", "true",
		    "false", "none", "(", "{", "-", "a number", "a date",
		    "a duration", "a string", "a name"), phrase);
	else if (has(names, "true") && has(names, "a date"))
		fold(names, LIST("true", "false", "none", "-", "a number",
		    "a date", "a duration", "a string", "a name"), "a value");
}

static void fold_groups(struct names *names)
{
	if (has(names, "a name") && has(names, "rule") && has(names, "and"))
		fold(names, all_words, "a name");
	else if (has(names, "a name"))
		fold(names, names_too, "a name");
	fold_values(names);
	if (has(names, "or") || has(names, "+"))
		fold(names, LIST("and", "or", "implies", "==", "!=", "<", ">",
		    "<=", ">=", "=", "in", "not", "has", "is", "subset",
		    "like", "matches", "starts", "ends", "reaches", "+", "-",
		    "*", "/", "union", "intersect", "without", ".", "(",
		    "then", "|", "?", "{", "assuming"), "an operator");
	if (has(names, "require"))
		fold(names, LIST("severity", "for", "let", "when", "except",
		    "require", "forbid", "why", "fix", "source", "maps",
		    "tags", "replaces"), "a clause");
	if (has(names, "owned") && has(names, "inverse"))
		fold(names, LIST("key", "owned", "shorthand", "inverse",
		    "default", "changeable"), "a modifier");
	if (has(names, "grade") && has(names, "possible"))
		fold(names, LIST("grade", "unknown", "spell", "possible",
		    "node", "edge", "ignore", "source"), "a line of the mapping");
	if (has(names, "expect") && has(names, "given"))
		fold(names, LIST("expect", "given"), "a part of the test");
	if (has(names, "rule") && has(names, "entity")) {
		fold(names, items, "a declaration");
		fold(names, LIST("end of file"), NULL);
	}
}

static bool is_phrase(const char *name)
{
	return name[0] == 'a' && strchr(name, ' ');
}

static void add_name(struct text *out, const char *name)
{
	if (is_phrase(name))
		text_add(out, str_of(name));
	else if (strcmp(name, "end of file") == 0)
		text_add(out, STR("the end of the file"));
	else
		text_printf(out, "`%.*s`", name[0] == '}' ? 1
		    : (int)strlen(name), name);
}

static void describe(struct text *out, const struct names *names)
{
	size_t count = names->count;

	if (count > MOST_SHOWN) {
		count = 1;
		if (!is_phrase(names->items[0])) {
			text_add(out, STR("another word"));
			return;
		}
	}
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			text_printf(out, "%s", i + 1 == count ? " or " : ", ");
		add_name(out, names->items[i]);
	}
}

/* What was found. */

static struct str found_text(struct parser *p, const char *found,
    struct span span)
{
	struct str text = { p->bytes.at + span.start, span.end - span.start };

	if (span.start == p->bytes.length)
		return STR("the end of the file");
	if (strcmp(found, "a string") == 0 || strcmp(found, "a message") == 0)
		return STR("a string");
	if (found[0] == '}')
		return STR("`}`");
	if (text.length > 60)
		text.length = 60;
	return arena_printf(p->arena, "`%.*s`", STR_ARG(text));
}

static void suggest(struct parser *p, struct diagnostic *d, struct span span,
    const struct names *names)
{
	struct str found = { p->bytes.at + span.start, span.end - span.start };
	struct str words[MOST_NAMES];
	size_t count = 0;
	long nearest;

	for (size_t i = 0; i < names->count && count < MOST_NAMES; i++)
		if (names->items[i][0] >= 'a' && names->items[i][0] <= 'z' &&
		    !strchr(names->items[i], ' '))
			words[count++] = str_of(names->items[i]);
	nearest = diag_nearest(found, words, count);
	if (nearest < 0)
		return;
	diag_help(p->all, d, "did you mean `%.*s`?",
	    STR_ARG(words[nearest]));
	diag_fix(p->all, d, span, words[nearest]);
}

/* Words that newcomers try, and where their meaning is found. */
static void hint(struct parser *p, struct diagnostic *d, struct str found,
    const struct names *names)
{
	if (str_equal(found, STR("if")))
		diag_help(p->all, d, "conditions stand after `when`; "
		    "`if a then b` is `a implies b`");
	else if (str_equal(found, STR("where")) && has(names, ")"))
		diag_help(p->all, d, "name the elements first: "
		    "`x in S where ...`");
	else if (str_equal(found, STR("where")))
		diag_help(p->all, d, "a rule's condition stands after `when`");
	else if (str_equal(found, STR("unknown")) ||
	    str_equal(found, STR("known")) || str_equal(found, STR("empty")))
		diag_help(p->all, d, "write `x is %.*s`", STR_ARG(found));
	else if (str_equal(found, STR("assuming")))
		diag_help(p->all, d, "its parentheses are part of it: "
		    "`(x assuming v)`");
	else if (has(names, "a name") && token_is_reserved(p->current.kind))
		diag_help(p->all, d, "`%.*s` is a word of the language; as "
		    "a name it stands in back quotes", STR_ARG(found));
	else if (str_equal(found, STR("implies")))
		diag_help(p->all, d, "say which comes first, in parentheses");
}

static bool begins_condition(int kind)
{
	return kind == TOKEN_NOT || kind == TOKEN_ANY || kind == TOKEN_ALL ||
	    kind == TOKEN_NO || kind == TOKEN_COUNT || kind == TOKEN_LPAREN ||
	    kind == TOKEN_SELF || token_is_name(kind);
}

static void label_open(struct parser *p, struct diagnostic *d,
    const struct names *names)
{
	struct bracket bracket;

	if (p->brackets.count == 0)
		return;
	bracket = *VEC_LAST(&p->brackets);
	if (bracket.kind == TOKEN_LPAREN && has(names, ")"))
		diag_label(p->all, d, bracket.span, "opened here");
}

static struct str expectation(struct parser *p, const struct names *names)
{
	const char *items_copy[MOST_NAMES];
	struct names folded = { items_copy, names->count };
	struct text out;

	memcpy(items_copy, names->items, names->count * sizeof(*items_copy));
	text_init(&out, p->arena);
	if (has(names, ":") && has(names, "+") && has(names, ".") &&
	    begins_condition(p->current.kind)) {
		text_add(&out, STR("`:` before the condition"));
		return text_str(&out);
	}
	fold_groups(&folded);
	describe(&out, &folded);
	return text_str(&out);
}

/* Between declarations, what does not begin its line is left over from the
 * one before, and so is a closing brace. */
static bool is_left_over(const struct parser *p, struct span span,
    const struct names *names)
{
	char before = span.start > 0 ? p->bytes.at[span.start - 1] : '\n';

	return p->was_faulty && has(names, "rule") && !has(names, "a name") &&
	    ((before != '\n' && before != '\r') ||
	    p->current.kind == TOKEN_RBRACE);
}

void report_unexpected(struct parser *p, const char *found, struct span span,
    const char **expected, size_t count)
{
	struct names names = { expected,
	    count < MOST_NAMES ? count : MOST_NAMES };
	struct str text = { p->bytes.at + span.start, span.end - span.start };
	struct diagnostic *d;

	p->faults++;
	p->part_faults++;
	if (p->is_quiet || p->is_doubtful || p->was_doubtful ||
	    is_left_over(p, span, &names))
		return;
	d = diag_add(p->all, DIAG_E0014, span, "expected %.*s, found %.*s",
	    STR_ARG(expectation(p, &names)),
	    STR_ARG(found_text(p, found, span)));
	if (strcmp(found, "a name") == 0)
		suggest(p, d, span, &names);
	hint(p, d, text, &names);
	label_open(p, d, &names);
}
