/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to edits.  Values are the flow form of YAML with JSON's escapes: what
 * can be said in a file can be said in a line.
 */
#include "inventory/edit.h"

#include "base/utf8.h"
#include "inventory/tree.h"

struct scan {
	struct arena *arena;
	struct diagnostics *all;
	uint32_t file;
	const char *text;
	uint32_t at, end;	/* of the line */
	struct tree_builder tree;
};

static struct span span_from(const struct scan *s, uint32_t start)
{
	return (struct span){ s->file, start, s->at };
}

/* What stands at the cursor, for a message. */
static bool refuse(struct scan *s, const char *wanted, const char *help)
{
	struct span span = { s->file, s->at, s->at < s->end ? s->at + 1 : s->at };
	struct diagnostic *d;

	while (span.end < s->end && ((unsigned char)s->text[span.end] & 0xc0) == 0x80)
		span.end++;
	if (s->at < s->end)
		d = diag_add(s->all, DIAG_E3025, span, "expected %s, not `%.*s`",
		    wanted, (int)(span.end - span.start), s->text + span.start);
	else
		d = diag_add(s->all, DIAG_E3025, span,
		    "expected %s, not the end of the line", wanted);
	if (help)
		diag_help(s->all, d, "%s", help);
	return false;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static void skip_space(struct scan *s)
{
	while (s->at < s->end && is_space(s->text[s->at]))
		s->at++;
}

static char peek(struct scan *s)
{
	skip_space(s);
	return s->at < s->end ? s->text[s->at] : '\0';
}

static bool take(struct scan *s, const char *sign)
{
	size_t length = strlen(sign);

	skip_space(s);
	if (s->end - s->at < length || memcmp(s->text + s->at, sign, length) != 0)
		return false;
	s->at += (uint32_t)length;
	return true;
}

/* A comment begins a line or follows a space. */
static bool is_comment(const struct scan *s, uint32_t at)
{
	return s->text[at] == '#' && (at == 0 || is_space(s->text[at - 1]) ||
	    s->text[at - 1] == '\n');
}

static bool is_end(struct scan *s)
{
	skip_space(s);
	return s->at == s->end || is_comment(s, s->at);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (c >= '0' && c <= '9');
}

static bool read_word(struct scan *s, const char *wanted,
    struct document_node *node)
{
	uint32_t start;

	skip_space(s);
	start = s->at;
	while (s->at < s->end && is_letter(s->text[s->at]))
		s->at++;
	if (s->at == start)
		return refuse(s, wanted, NULL);
	*node = (struct document_node){ .kind = DOCUMENT_PLAIN,
		.text = { s->text + start, s->at - start },
		.span = span_from(s, start) };
	return true;
}

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The digits and the brace of `\u{1F600}`. */
static bool read_code_point(struct scan *s, struct text *out)
{
	int32_t code_point = 0;
	uint32_t first = ++s->at + 1;
	char bytes[4];

	if (!take(s, "{"))
		return refuse(s, "`{` and the number of a character", NULL);
	while (s->at < s->end && hex_of(s->text[s->at]) >= 0 &&
	    code_point <= 0x10ffff)
		code_point = code_point * 16 + hex_of(s->text[s->at++]);
	if (s->at == first || code_point == 0 || code_point > 0x10ffff ||
	    (code_point >= 0xd800 && code_point < 0xe000))
		return refuse(s, "the number of a character", "as in `\\u{e9}`");
	if (!take(s, "}"))
		return refuse(s, "`}` behind the number", NULL);
	text_add(out, (struct str){ bytes, utf8_encode(code_point, bytes) });
	return true;
}

static bool read_escape(struct scan *s, struct text *out)
{
	static const char from[] = "\"\\/nt", to[] = "\"\\/\n\t";
	const char *found = s->at < s->end ? strchr(from, s->text[s->at]) : NULL;

	if (s->at < s->end && s->text[s->at] == 'u')
		return read_code_point(s, out);
	if (!found)
		return refuse(s, "`\"`, `\\`, `/`, `n`, `t` or `u` after a backslash",
		    "a backslash itself is written `\\\\`, or leave the quotes off");
	text_add_char(out, to[found - from]);
	s->at++;
	return true;
}

static bool read_quoted(struct scan *s, struct document_node *node)
{
	uint32_t start = s->at++;
	struct text out;

	text_init(&out, s->arena);
	while (s->at < s->end && s->text[s->at] != '"') {
		if (s->text[s->at] == '\\') {
			s->at++;
			if (!read_escape(s, &out))
				return false;
		} else {
			text_add_char(&out, s->text[s->at++]);
		}
	}
	if (s->at == s->end)
		return refuse(s, "`\"` at the end of the text", NULL);
	s->at++;
	*node = (struct document_node){ .kind = DOCUMENT_QUOTED,
		.text = text_str(&out), .span = span_from(s, start) };
	return true;
}

/* Up to one of STOPS, a comment or the end of the line; without the spaces
 * around. */
static void read_plain(struct scan *s, const char *stops,
    struct document_node *node)
{
	uint32_t start, end;

	skip_space(s);
	start = end = s->at;
	while (s->at < s->end && !strchr(stops, s->text[s->at]) &&
	    !is_comment(s, s->at)) {
		s->at++;
		if (!is_space(s->text[s->at - 1]))
			end = s->at;
	}
	*node = (struct document_node){ .kind = DOCUMENT_PLAIN,
		.text = { s->text + start, end - start },
		.span = { s->file, start, end } };
}

/* --- names ---------------------------------------------------------------- */

/* `["cm02"]` or `[cm02]`; a key is a text whatever it looks like. */
static bool read_key(struct scan *s, struct document_node *node)
{
	if (!take(s, "["))
		return refuse(s, "`[` and the key of the entity",
		    "as in `Host[\"cm02\"]`");
	if (peek(s) == '"') {
		if (!read_quoted(s, node))
			return false;
	} else {
		read_plain(s, "]", node);
		node->kind = DOCUMENT_QUOTED;
	}
	if (node->text.length == 0)
		return refuse(s, "the key of the entity", NULL);
	if (!take(s, "]"))
		return refuse(s, "`]` behind the key", NULL);
	return true;
}

static bool read_entity(struct scan *s, struct edit *edit)
{
	if (!read_word(s, "the kind of an entity", &edit->kind))
		return false;
	edit->has_key = true;
	return read_key(s, &edit->key);
}

static bool read_steps(struct scan *s, struct edit *edit)
{
	while (take(s, ".")) {
		struct edit_step *step = VEC_PUSH(s->arena, &edit->steps);

		if (!read_word(s, "the name of an attribute", &step->name))
			return false;
		step->has_key = peek(s) == '[';
		if (step->has_key && !read_key(s, &step->key))
			return false;
	}
	return true;
}

/* --- values --------------------------------------------------------------- */

static void add_scalar(struct scan *s, const struct document_node *node)
{
	struct str text = node->text;

	/* `none` is a word of the rules, `null` of the files. */
	if (node->kind == DOCUMENT_PLAIN && str_equal(text, STR("none")))
		text = STR("null");
	tree_add(&s->tree, node->kind, text, node->span);
}

static bool read_scalar(struct scan *s, bool nested)
{
	struct document_node node = { 0 };

	if (peek(s) == '"') {
		if (!read_quoted(s, &node))
			return false;
	} else {
		read_plain(s, nested ? ",]}" : "", &node);
		if (node.text.length == 0)
			return refuse(s, "a value", "nothing is written `none`, "
			    "and a list without elements `[]`");
	}
	add_scalar(s, &node);
	return true;
}

static bool read_map_key(struct scan *s)
{
	struct document_node node = { 0 };

	if (peek(s) == '"') {
		if (!read_quoted(s, &node))
			return false;
	} else {
		read_plain(s, ":,]}", &node);
	}
	if (node.text.length == 0 || !take(s, ":"))
		return refuse(s, "a name and `:`", NULL);
	tree_key(&s->tree, node.text, node.span, false);
	return true;
}

static bool open_nested(struct scan *s, enum document_kind kind)
{
	if (s->tree.levels.count >= input_depth()) {
		input_over_limit(s->all, span_from(s, s->at++),
		    "values nest too deeply", LIMIT_INVENTORY_DEPTH);
		return false;
	}
	s->at++;
	tree_add(&s->tree, kind, STR(""), span_from(s, s->at - 1));
	return true;
}

/* Commas and closing brackets after an element; true when another follows or
 * the value is whole. */
static bool end_element(struct scan *s, size_t base)
{
	while (s->tree.levels.count > base) {
		const char *close = tree_is_list(&s->tree) ? "]" : "}";

		if (take(s, close)) {
			tree_close(&s->tree, s->at);
			continue;
		}
		if (!take(s, ","))
			return refuse(s, tree_is_list(&s->tree) ? "`,` or `]`" :
			    "`,` or `}`", NULL);
		if (peek(s) != *close)
			return true;
	}
	return true;
}

static bool read_element(struct scan *s, size_t base)
{
	bool nested = s->tree.levels.count > base;
	uint32_t start;

	if (nested && take(s, tree_is_list(&s->tree) ? "]" : "}")) {
		tree_close(&s->tree, s->at);
		return end_element(s, base);
	}
	if (nested && tree_wants_key(&s->tree) && !read_map_key(s))
		return false;
	if (peek(s) == '[')
		return open_nested(s, DOCUMENT_LIST);
	if (peek(s) == '{')
		return open_nested(s, DOCUMENT_MAP);
	start = s->at;
	if (nested && tree_is_list(&s->tree) && take(s, "..."))
		tree_add(&s->tree, DOCUMENT_REST, STR(""), span_from(s, start));
	else if (!read_scalar(s, nested))
		return false;
	return end_element(s, base);
}

static bool read_value(struct scan *s)
{
	size_t base = s->tree.levels.count;

	do {
		if (!read_element(s, base))
			return false;
	} while (s->tree.levels.count > base);
	return true;
}

/* The value as the file would have it: { attribute: value }. */
static bool read_stated(struct scan *s, struct edit *edit)
{
	const struct document_node *name = &VEC_LAST(&edit->steps)->name;

	tree_init(&s->tree, s->arena);
	tree_add(&s->tree, DOCUMENT_MAP, STR(""), span_from(s, s->at));
	tree_key(&s->tree, name->text, name->span, false);
	if (!read_value(s))
		return false;
	tree_close(&s->tree, s->at);
	edit->document = s->tree.document;
	return true;
}

/* --- edits ---------------------------------------------------------------- */

static bool read_state(struct scan *s, struct edit *edit)
{
	static const struct { const char *word; bool of_kind;
		enum edit_action action; } states[] = {
		{ "unknown", false, EDIT_UNKNOWN }, { "open", false, EDIT_OPEN },
		{ "closed", false, EDIT_CLOSE }, { "complete", true, EDIT_COMPLETE },
		{ "open", true, EDIT_INCOMPLETE },
	};
	const char *wanted = edit->has_key ? "`unknown`, `open` or `closed`" :
	    "`complete` or `open`";
	struct document_node word;

	if (!read_word(s, wanted, &word))
		return false;
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (states[i].of_kind == !edit->has_key &&
		    str_equal(word.text, str_of(states[i].word))) {
			edit->action = states[i].action;
			return true;
		}
	s->at = word.span.start;
	return refuse(s, wanted, str_equal(word.text, STR("none")) ?
	    "write `= none`" : NULL);
}

static bool read_change(struct scan *s, struct edit *edit)
{
	static const char help[] = "an edit ends in `= VALUE`, `+= [...]`, "
	    "`-= [...]` or `is unknown`";

	if (take(s, "+="))
		edit->action = EDIT_GAIN;
	else if (take(s, "-="))
		edit->action = EDIT_LOSE;
	else if (take(s, "="))
		edit->action = EDIT_SET;
	else if (take(s, "is "))
		return read_state(s, edit);
	else
		return refuse(s, "`=`, `+=`, `-=` or `is`", help);
	return read_stated(s, edit);
}

/* `add` and `remove`, unless a kind is called so. */
static bool take_word(struct scan *s, const char *word)
{
	uint32_t start = s->at;

	if (take(s, word) && s->at < s->end && is_space(s->text[s->at]))
		return true;
	s->at = start;
	return false;
}

static bool read_addition(struct scan *s, struct edit *edit)
{
	edit->action = EDIT_ADD;
	if (!read_entity(s, edit))
		return false;
	if (is_end(s))
		return true;
	if (peek(s) != '{')
		return refuse(s, "`{` and its attributes, or nothing", NULL);
	tree_init(&s->tree, s->arena);
	if (!read_value(s))
		return false;
	edit->document = s->tree.document;
	return true;
}

static bool read_changed(struct scan *s, struct edit *edit)
{
	if (!read_word(s, "the kind of an entity", &edit->kind))
		return false;
	if (take(s, "is "))
		return read_state(s, edit);
	edit->has_key = true;
	if (!read_key(s, &edit->key) || !read_steps(s, edit))
		return false;
	if (edit->steps.count == 0)
		return refuse(s, "`.` and the name of an attribute",
		    "a whole entity is taken away with `remove`");
	if (VEC_LAST(&edit->steps)->has_key)
		return refuse(s, "`.` and the name of an attribute",
		    "elements are added with `+= [...]` and taken away with "
		    "`-= [...]`");
	return read_change(s, edit);
}

static bool read_edit(struct scan *s, struct edit *edit)
{
	bool is_read;

	edit->span.file = s->file;
	edit->span.start = s->at;
	if (take_word(s, "add")) {
		is_read = read_addition(s, edit);
	} else if (take_word(s, "remove")) {
		edit->action = EDIT_REMOVE;
		is_read = read_entity(s, edit);
	} else {
		is_read = read_changed(s, edit);
	}
	if (!is_read)
		return false;
	edit->span.end = s->at;
	return is_end(s) || refuse(s, "the end of the line",
	    "one edit stands in one line");
}

static void read_line(struct scan *s, struct edits *edits)
{
	struct edit edit = { 0 };

	while (s->end > s->at && s->text[s->end - 1] == '\r')
		s->end--;
	if (!is_end(s) && read_edit(s, &edit))
		*VEC_PUSH(s->arena, &edits->all) = edit;
}

bool edits_parse(struct arena *arena, struct diagnostics *all, uint32_t file,
    struct edits **edits)
{
	struct str bytes = source_bytes(diagnostics_sources(all), file);
	struct scan s = { .arena = arena, .all = all, .file = file,
		.text = bytes.at };
	size_t before = diag_errors(all);

	if (!*edits)
		*edits = ARENA_NEW(arena, struct edits);
	if (!input_check_text(all, file, true))
		return false;
	for (uint32_t start = (uint32_t)input_mark(bytes); start < bytes.length;) {
		s.at = start;
		s.end = start + (uint32_t)str_find(str_slice(bytes, start,
		    bytes.length), '\n');
		start = s.end + 1;
		read_line(&s, *edits);
	}
	return diag_errors(all) == before;
}

size_t edits_count(const struct edits *edits)
{
	return edits ? edits->all.count : 0;
}

struct span edits_span(const struct edits *edits, size_t i)
{
	return edits->all.items[i].span;
}
