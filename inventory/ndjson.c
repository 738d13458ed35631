/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NDJSON as the document that says the same in our own format.  The first line
 * is what stands at the top of an inventory; each other one is an entity under
 * the name of its kind: {"Host": {"fqdn": "..."}}.
 */
#include "inventory/bind.h"
#include "inventory/json_scan.h"
#include "inventory/tree.h"

struct line {
	uint32_t start, end;
	uint16_t kind;		/* SCHEMA_NONE: the first line */
};

struct reader {
	struct facts *facts;
	struct diagnostics *all;
	uint32_t file;
	struct str bytes;
	struct arena *arena, *texts;
	struct json_scan scan;
	struct tokens tokens;	/* of the line that was scanned last */
	VEC(struct line) lines;	/* those that are as they should be */
	struct tree_builder tree;
};

static struct span span_of(const struct reader *r, size_t start, size_t end)
{
	return (struct span){ r->file, (uint32_t)start, (uint32_t)end };
}

/* --- lines as tokens ------------------------------------------------------ */

static enum token_status scan(struct reader *r, const struct line *line)
{
	struct json_scan *s = &r->scan;

	s->from = s->to = line->start;
	s->length = line->end;
	s->count = s->next = 0;
	s->expect = JSON_VALUE;
	s->depth = 0;
	return json_scan_some(s, &r->tokens, SIZE_MAX);
}

static void refuse_json(struct reader *r, const struct line *line)
{
	size_t at = 0, end;
	const char *wrong = json_check(r->bytes.at + line->start,
	    line->end - line->start, input_depth(), &at);

	at += line->start;
	end = at < line->end ? at + 1 : at;
	while (end < line->end && (r->bytes.at[end] & 0xc0) == 0x80)
		end++;
	diag_note(r->all, diag_add(r->all, DIAG_E8109, span_of(r, at, end),
	    "%s", wrong ? wrong : "this is not JSON"),
	    "each line of NDJSON is JSON by itself");
}

/* --- what a line is ------------------------------------------------------- */

static bool refuse(struct reader *r, struct span span, const char *wrong)
{
	diag_help(r->all, diag_add(r->all, DIAG_E8135, span, "%s", wrong),
	    "write {\"Kind\": { its attributes }}, each on a line of its own");
	return false;
}

static bool refuse_kind(struct reader *r, const struct token *key)
{
	const struct schema *schema = r->facts->schema;
	struct arena_mark mark = arena_here(r->facts->scratch);
	struct str *names = ARENA_ARRAY(r->facts->scratch, struct str,
	    schema->kinds.count), name = token_text(key);
	uint16_t plural = schema_find_plural(schema, name);
	struct diagnostic *d = diag_add(r->all, DIAG_E8135, span_of(r,
	    key->start, key->end), "`%.*s` is no kind of `%.*s`",
	    STR_ARG(input_shown(diagnostics_arena(r->all), name)),
	    STR_ARG(schema->name));
	long nearest;

	for (size_t i = 0; i < schema->kinds.count; i++)
		names[i] = schema->kinds.items[i].name;
	nearest = plural != SCHEMA_NONE ? plural :
	    diag_nearest(name, names, schema->kinds.count);
	if (nearest >= 0)
		diag_help(r->all, d, "did you mean `%.*s`?",
		    STR_ARG(names[nearest]));
	arena_rollback(r->facts->scratch, mark);
	return false;
}

static bool refuse_owned(struct reader *r, const struct token *key,
    uint16_t kind)
{
	const struct schema *schema = r->facts->schema;
	const struct schema_attribute *owner = &schema->attributes.items[
	    r->facts->kinds[kind].owner];
	struct str name = schema->kinds.items[owner->kind].name;

	diag_help(r->all, diag_add(r->all, DIAG_E8135, span_of(r, key->start,
	    key->end), "each %.*s stands inside its %.*s",
	    STR_ARG(schema->kinds.items[kind].name), STR_ARG(name)),
	    "list each under `%.*s` of its %.*s", STR_ARG(owner->name),
	    STR_ARG(name));
	return false;
}

/* The token behind the value at I. */
static uint32_t behind(const struct reader *r, uint32_t i)
{
	const struct token *token = &r->tokens.items[i];

	return token->kind == TOKEN_LIST || token->kind == TOKEN_MAP ?
	    token->length + 1 : i + 1;
}

/* { "Kind": value } */
static bool is_entity(struct reader *r, struct line *line)
{
	const struct token *tokens = r->tokens.items, *key = &tokens[1];

	if (tokens->kind != TOKEN_MAP || key->kind != TOKEN_KEY)
		return refuse(r, span_of(r, tokens->start, tokens->end),
		    "this line names no kind");
	if (tokens[behind(r, 2)].kind == TOKEN_KEY)
		return refuse(r, span_of(r, tokens[behind(r, 2)].start,
		    tokens[behind(r, 2)].end),
		    "there is one entity on a line, and nothing besides");
	line->kind = schema_find_kind(r->facts->schema, token_text(key));
	if (line->kind == SCHEMA_NONE)
		return refuse_kind(r, key);
	return r->facts->kinds[line->kind].owner == SCHEMA_NONE ||
	    refuse_owned(r, key, line->kind);
}

static bool begins_as_header(const struct reader *r)
{
	const struct token *tokens = r->tokens.items;

	return tokens->kind == TOKEN_MAP && tokens[1].kind == TOKEN_KEY &&
	    bind_is_header(token_text(&tokens[1]));
}

/* Entities in the first line would be in no line of their own. */
static void check_header(struct reader *r)
{
	const struct token *tokens = r->tokens.items;

	for (uint32_t i = 1; tokens[i].kind == TOKEN_KEY; i = behind(r, i + 1))
		if (!bind_is_header(token_text(&tokens[i])))
			refuse(r, span_of(r, tokens[i].start,
			    tokens[i].end), "the first line has only "
			    "`scarp`, `schema`, `source` and `complete`");
}

static void take_line(struct reader *r, struct line line, bool is_first)
{
	enum token_status status = scan(r, &line);
	bool is_good = false, is_top;

	is_top = status == TOKENS_ALL && is_first && begins_as_header(r);
	if (status == TOKENS_DEEP)
		input_over_limit(r->all, span_of(r, r->scan.at, r->scan.at + 1),
		    "this is nested too deeply", LIMIT_INVENTORY_DEPTH);
	else if (status != TOKENS_ALL)
		refuse_json(r, &line);
	else if (is_top)
		check_header(r);
	else
		is_good = is_entity(r, &line);
	if (is_top)
		line.kind = SCHEMA_NONE;
	if (is_top || is_good)
		*VEC_PUSH(r->arena, &r->lines) = line;
	else
		r->facts->incomplete = true;
}

static bool is_blank(struct str text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] != ' ' && text.at[i] != '\t' && text.at[i] != '\r')
			return false;
	return true;
}

/* Answers how many lines there are that are not blank. */
static size_t take_lines(struct reader *r)
{
	size_t at = input_mark(r->bytes), count = 0;
	struct arena_mark mark = arena_here(r->texts);

	while (at < r->bytes.length) {
		const char *found = memchr(r->bytes.at + at, '\n',
		    r->bytes.length - at);
		size_t end = found ? (size_t)(found - r->bytes.at) :
		    r->bytes.length;

		if (!is_blank(str_slice(r->bytes, at, end)))
			take_line(r, (struct line){ (uint32_t)at,
			    (uint32_t)end, 0 }, count++ == 0);
		arena_rollback(r->texts, mark);
		at = end + 1;
	}
	return count;
}

/* --- the document --------------------------------------------------------- */

static void add_tokens(struct reader *r, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		tree_token(&r->tree, r->all, r->file, &r->tokens.items[i]);
}

/* The entities of a kind are one list, wherever their lines stand. */
static void add_kind(struct reader *r, size_t from)
{
	uint16_t kind = r->lines.items[from].kind;
	struct span span = span_of(r, r->lines.items[from].start,
	    r->lines.items[from].start);

	tree_key(&r->tree, r->facts->schema->kinds.items[kind].plural, span,
	    false);
	tree_add(&r->tree, DOCUMENT_LIST, STR(""), span);
	for (size_t i = from; i < r->lines.count; i++) {
		if (r->lines.items[i].kind != kind)
			continue;
		scan(r, &r->lines.items[i]);
		add_tokens(r, 2, r->tokens.count - 1);
	}
	tree_close(&r->tree, (uint32_t)r->bytes.length);
}

/* What does not belong there was reported. */
static void add_header(struct reader *r)
{
	const struct token *tokens = r->tokens.items;

	for (uint32_t i = 1; tokens[i].kind == TOKEN_KEY; i = behind(r, i + 1))
		if (bind_is_header(token_text(&tokens[i])))
			add_tokens(r, i, behind(r, i + 1));
}

static void add_all(struct reader *r)
{
	bool *seen = ARENA_ARRAY(r->arena, bool,
	    r->facts->schema->kinds.count);
	size_t start = input_mark(r->bytes), i = 0;

	tree_add(&r->tree, DOCUMENT_MAP, STR(""), span_of(r, start, start));
	if (r->lines.count > 0 && r->lines.items[0].kind == SCHEMA_NONE) {
		scan(r, &r->lines.items[i++]);
		add_header(r);
	}
	for (; i < r->lines.count; i++) {
		if (seen[r->lines.items[i].kind])
			continue;
		seen[r->lines.items[i].kind] = true;
		add_kind(r, i);
	}
	tree_close(&r->tree, (uint32_t)r->bytes.length);
}

struct document *ndjson_parse(struct arena *arena, struct facts *facts,
    struct diagnostics *all, uint32_t file)
{
	struct reader *r = ARENA_NEW(arena, struct reader);

	r->facts = facts;
	r->all = all;
	r->file = file;
	r->arena = arena;
	r->texts = arena_new_in(arena);
	r->bytes = source_bytes(diagnostics_sources(all), file);
	if (!input_check_text(all, file, false))
		return NULL;
	tokens_init(&r->tokens, arena);
	json_scan_init(&r->scan, arena, r->texts, r->bytes, 0, input_depth());
	r->scan.keep = r->scan.anywhere = true;
	if (take_lines(r) == 0) {
		diag_add(all, DIAG_E8112, span_of(r, 0, 0),
		    "there is nothing in this inventory");
		return NULL;
	}
	/* Escaped texts of what is added stay. */
	r->scan.texts = arena;
	tree_init(&r->tree, arena);
	add_all(r);
	input_check_keys(arena, all, r->tree.document);
	return r->tree.document;
}
