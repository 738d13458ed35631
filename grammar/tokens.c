/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tokens - between lexer and parser: brackets and fences.
 *
 * Two things are done here so that one mistake is one diagnostic.  A word
 * that can only begin a declaration or a clause, met while brackets are open,
 * shows that they were not closed: that is said once, and the closing
 * brackets are supplied.  And after a mistake tokens are skipped to a fence,
 * from where reading goes on inside the same block.
 */
#include <assert.h>

#include "grammar/context.h"
#include "grammar/parser.h"

enum use { USE_NONE, USE_RESERVED, USE_NAME };
enum begins {
	BEGINS_NONE, BEGINS_ITEM, BEGINS_CLAUSE, BEGINS_OPTION, BEGINS_CASE,
	BEGINS_LINE, BEGINS_MAPPED
};

static enum use use_of(int kind)
{
	switch (kind) {
	case TOKEN_NAME:
		return USE_NAME;
#define KEYWORD(token, spelling, use, fence) \
	case TOKEN_##token: return USE_##use;
#include "grammar/keywords.def"
#undef KEYWORD
	default:
		return USE_NONE;
	}
}

static enum begins begins(int kind)
{
	switch (kind) {
#define KEYWORD(token, spelling, use, fence) \
	case TOKEN_##token: return BEGINS_##fence;
#include "grammar/keywords.def"
#undef KEYWORD
	default:
		return BEGINS_NONE;
	}
}

bool token_is_name(int kind)
{
	return use_of(kind) == USE_NAME;
}

bool token_is_reserved(int kind)
{
	return use_of(kind) == USE_RESERVED;
}

/* What surrounds a token. */

static uint32_t indent_of(const struct parser *p, const struct token *token,
    bool *is_first)
{
	uint32_t start = token->word.span.start, at = start;

	while (at > 0 && (p->bytes.at[at - 1] == ' ' ||
	    p->bytes.at[at - 1] == '\t'))
		at--;
	*is_first = at == 0 || p->bytes.at[at - 1] == '\n' ||
	    p->bytes.at[at - 1] == '\r' ||
	    (at == 3 && p->bytes.at[0] == '\xef');	/* a byte order mark */
	return start - at;
}

static bool is_first(const struct parser *p, const struct token *token)
{
	bool is;

	indent_of(p, token, &is);
	return is;
}

/* The offset of the next byte from AT that is no blank. */
static size_t skip_blanks(const struct parser *p, size_t at)
{
	while (at < p->bytes.length && (p->bytes.at[at] == ' ' ||
	    p->bytes.at[at] == '\t'))
		at++;
	return at;
}

/* The next byte behind TOKEN that is no blank, 0 at the end. */
static char byte_behind(const struct parser *p, const struct token *token)
{
	size_t at = skip_blanks(p, token->word.span.end);

	return at < p->bytes.length ? p->bytes.at[at] : '\0';
}

/* A word after `.` or before `:` or `=` is a name, whatever it spells. */
static bool is_plain(const struct parser *p, const struct token *token)
{
	char behind = byte_behind(p, token);

	return !token->after_dot && behind != ':' && behind != '.' &&
	    (behind != '=' || token->kind == TOKEN_LET);
}

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

/* Does a name or text begin at the next byte from AT that is no blank? */
static bool is_named_at(const struct parser *p, size_t at)
{
	char c;

	at = skip_blanks(p, at);
	c = at < p->bytes.length ? p->bytes.at[at] : '\0';
	return is_word_byte(c) || c == '"' || c == '`';
}

/* Is TOKEN followed by this word, and that by a name? */
static bool is_followed(const struct parser *p, const struct token *token,
    const char *word)
{
	size_t at = skip_blanks(p, token->word.span.end);
	size_t length = strlen(word);

	return p->bytes.length - at > length &&
	    memcmp(p->bytes.at + at, word, length) == 0 &&
	    !is_word_byte(p->bytes.at[at + length]) &&
	    is_named_at(p, at + length);
}

/* How many brackets are open around the line of a mapping that TOKEN begins:
 * 1, in a node 2; 0 when it may be a name, or a line of either. */
static size_t mapped_depth(const struct parser *p, const struct token *token)
{
	if (!is_first(p, token) || !is_plain(p, token) ||
	    !is_named_at(p, token->word.span.end))
		return 0;
	switch (token->kind) {
	case TOKEN_NODE: case TOKEN_EDGE: case TOKEN_GRADE: case TOKEN_UNKNOWN:
		return 1;
	case TOKEN_POSSIBLE:
		return is_followed(p, token, "when");
	case TOKEN_IGNORE:
		return is_followed(p, token, "node") ||
		    is_followed(p, token, "edge") ||
		    is_followed(p, token, "property") ? 1 : 2;
	default:
		return 0;
	}
}

/* Does this word begin a part of the declaration being read, and nothing
 * that may stand inside brackets? */
static bool begins_part(const struct parser *p, const struct token *token)
{
	int kind = token->kind;

	switch (p->item) {
	case TOKEN_RULE:
		/* No name is followed by a string in an expression. */
		return begins(kind) == BEGINS_CLAUSE ||
		    ((kind == TOKEN_WHY || kind == TOKEN_FIX) &&
		    byte_behind(p, token) == '"');
	case TOKEN_TEST:
		return begins(kind) == BEGINS_CASE;
	case TOKEN_PROFILE:
		return begins(kind) == BEGINS_LINE || kind == TOKEN_SEVERITY;
	case TOKEN_MAP:
		return mapped_depth(p, token) == 1;
	default:
		return false;
	}
}

/* Brackets. */

static int closing(int opening)
{
	switch (opening) {
	case TOKEN_LBRACE:
		return TOKEN_RBRACE;
	case TOKEN_LPAREN:
		return TOKEN_RPAREN;
	case TOKEN_LBRACKET:
		return TOKEN_RBRACKET;
	default:
		return TOKEN_TAIL;
	}
}

static bool is_brace(int opening)
{
	return opening == TOKEN_LBRACE || opening == TOKEN_HEAD;
}

/* How many brackets stay open before TOKEN: fewer than are open when it
 * shows that some were not closed. */
static size_t depth_before(const struct parser *p, const struct token *token)
{
	size_t depth = p->brackets.count;
	bool first;

	if (depth == 0 || token->kind == TOKEN_END)
		return 0;
	if (token->kind == TOKEN_RBRACE || token->kind == TOKEN_TAIL ||
	    token->kind == TOKEN_MIDDLE) {
		while (depth > 0 && !is_brace(p->brackets.items[depth - 1].kind))
			depth--;
		return depth > 0 ? depth : p->brackets.count;
	}
	if (begins(token->kind) == BEGINS_ITEM && is_plain(p, token) &&
	    indent_of(p, token, &first) == 0 && first)
		return 0;
	if (depth > 1 && begins_part(p, token) && is_plain(p, token))
		return 1;
	if (depth > 2 && p->item == TOKEN_MAP && mapped_depth(p, token) == 2)
		return 2;
	return depth;
}

static void open_bracket(struct parser *p, struct token *token)
{
	*VEC_PUSH(p->arena, &p->brackets) =
	    (struct bracket){ token->kind, token->word.span };
	token->depth = (uint32_t)p->brackets.count;
}

static void close_bracket(struct parser *p, int kind)
{
	size_t count = p->brackets.count;

	if (count > 0 && closing(p->brackets.items[count - 1].kind) == kind)
		p->brackets.count--;
}

static struct token tracked(struct parser *p, struct token token)
{
	switch (token.kind) {
	case TOKEN_LBRACE:
	case TOKEN_LPAREN:
	case TOKEN_LBRACKET:
	case TOKEN_HEAD:
		open_bracket(p, &token);
		break;
	case TOKEN_RBRACE:
	case TOKEN_RPAREN:
	case TOKEN_RBRACKET:
	case TOKEN_TAIL:
		close_bracket(p, token.kind);
		break;
	default:
		if (p->brackets.count == 0 && !token.after_dot &&
		    begins(token.kind) == BEGINS_ITEM)
			p->item = token.kind;
		if (p->brackets.count == 1 && begins_part(p, &token))
			p->part_faults = 0;
		break;
	}
	p->last = token.kind;
	return token;
}

/* Closes the innermost bracket unseen, for the lexer too. */
static int give_up_bracket(struct parser *p)
{
	int kind = p->brackets.items[--p->brackets.count].kind;

	if (kind == TOKEN_HEAD)
		p->in_template = false;
	else if (kind == TOKEN_LBRACE && p->braces > 0)
		p->braces--;
	return closing(kind);
}

/* The closing bracket that is missing before the held token. */
static struct token supplied(struct parser *p)
{
	struct token token = { .kind = give_up_bracket(p) };

	token.word.text = STR("");
	token.word.span = p->held.word.span;
	token.word.span.end = token.word.span.start;
	p->last = token.kind;
	return token;
}

static void hold(struct parser *p, struct token token, size_t depth)
{
	p->held = token;
	p->held_depth = depth;
	p->is_holding = true;
	if ((depth == 0 ? p->faults : p->part_faults) == 0)
		report_unclosed(p, *VEC_LAST(&p->brackets), token.word.span);
	p->is_quiet = true;
}

/* The offset of the next byte from AT that is neither blank nor comment. */
static size_t skip_space(const struct parser *p, size_t at)
{
	bool remark = false;

	for (; at < p->bytes.length; at++) {
		char c = p->bytes.at[at];

		remark = (remark || c == '#') && c != '\n';
		if (!remark && c != ' ' && c != '\t' && c != '\r' && c != '\n')
			break;
	}
	return at;
}

/* Does an entity go on at AT, so that a brace before it closed no entity? */
static bool goes_on(const struct parser *p, size_t at)
{
	at = skip_space(p, at);
	if (at < p->bytes.length && strchr(",?}", p->bytes.at[at]))
		return true;
	while (at < p->bytes.length && is_word_byte(p->bytes.at[at]))
		at++;
	at = skip_blanks(p, at);
	return at < p->bytes.length && p->bytes.at[at] == ':';
}

/* Is it the T of a type `T}` that lacks its `{`?  *END is behind the `}`. */
static bool lacks_opening(const struct parser *p, const struct token *token,
    size_t *end)
{
	size_t at = token->word.span.end, depth = p->brackets.count;

	if (p->last != TOKEN_COLON || !token_is_name(token->kind))
		return false;
	at += at < p->bytes.length && p->bytes.at[at] == '?';
	if (at >= p->bytes.length || p->bytes.at[at] != '}')
		return false;
	*end = at + 1;
	switch (p->item) {
	case TOKEN_ENTITY:
		return depth == 1 && goes_on(p, *end);
	case TOKEN_DERIVE: case TOKEN_DEFINE: case TOKEN_RELATION:
	case TOKEN_PARAM:
		return depth == 0 ||
		    p->brackets.items[depth - 1].kind == TOKEN_LPAREN;
	default:
		return false;
	}
}

/* The `{` that was lost before TOKEN, which comes next. */
static struct token opening(struct parser *p, struct token token, size_t end)
{
	struct token made = { .kind = TOKEN_LBRACE, .word = token.word };
	struct span span = token.word.span;
	struct diagnostic *d = report_fault(p, DIAG_E0014, span,
	    "`{` is missing before `%.*s`", STR_ARG(token.word.text));

	span.end = (uint32_t)end;
	diag_fix(p->all, d, span, arena_printf(p->arena, "{%.*s",
	    STR_ARG(str_slice(p->bytes, span.start, span.end))));
	made.word.text = STR("");
	made.word.span.end = made.word.span.start;
	open_bracket(p, &made);
	p->last = token.kind;
	p->held = token;
	p->is_again = true;
	return made;
}

struct token token_next(struct parser *p)
{
	struct token token;
	size_t depth, end;

	if (p->is_again) {
		p->is_again = false;
		return p->held;
	}
	if (!p->is_holding) {
		token = scan_token(p);
		token.after_dot = p->last == TOKEN_DOT;
		token.after_brace = p->last == TOKEN_RBRACE;
		if (lacks_opening(p, &token, &end))
			return opening(p, token, end);
		depth = depth_before(p, &token);
		if (depth == p->brackets.count)
			return tracked(p, token);
		hold(p, token, depth);
	}
	if (p->brackets.count > p->held_depth)
		return supplied(p);
	p->is_holding = p->is_quiet = false;
	return tracked(p, p->held);
}

/* Fences. */

static bool is_word_before(const struct parser *p, const struct token *token,
    char sign)
{
	return use_of(token->kind) != USE_NONE &&
	    byte_behind(p, token) == sign;
}

/* In the block itself, not in brackets inside it. */
static bool is_inner_fence(const struct parser *p, const struct token *token,
    enum fence fence)
{
	switch (fence) {
	case FENCE_WORD:
		return is_word_before(p, token, ':');
	case FENCE_VALUE:
		return token->kind == TOKEN_COMMA;
	case FENCE_ENTITY:
		return token_is_name(token->kind) && is_first(p, token);
	case FENCE_MAPPED:
		return begins(token->kind) == BEGINS_MAPPED &&
		    is_first(p, token) && is_plain(p, token) &&
		    (mapped_depth(p, token) != 2 || !p->is_in_node);
	case FENCE_SOURCE:
		return is_first(p, token) && token->kind != TOKEN_MATCH &&
		    (is_word_before(p, token, '=') ||
		    token->kind == TOKEN_IGNORE ||
		    (token->kind == TOKEN_SPELL && p->brackets.count > 2));
	case FENCE_CLAUSE:
		return begins(token->kind) == BEGINS_OPTION &&
		    is_plain(p, token) &&
		    (token->kind == TOKEN_FOR || is_first(p, token));
	case FENCE_ITEM:
		return is_first(p, token) && (token->after_brace
		    ? use_of(token->kind) != USE_NONE
		    : begins(token->kind) == BEGINS_ITEM) &&
		    is_plain(p, token);
	case FENCE_OPEN:
	case FENCE_CASE:
	case FENCE_LINE:
		break;
	}
	return false;
}

/* In brackets inside the block, but they are hardly meant to hold it. */
static bool is_outer_fence(const struct parser *p, const struct token *token,
    enum fence fence)
{
	if (fence == FENCE_CLAUSE && token->kind == TOKEN_FOR)
		return false;
	return (fence == FENCE_CLAUSE ||
	    (fence == FENCE_WORD && p->item == TOKEN_ENTITY)) &&
	    is_first(p, token) && is_inner_fence(p, token, fence);
}

static bool is_fence(const struct parser *p, const struct token *token,
    enum fence fence, uint32_t depth)
{
	size_t open = p->brackets.count;

	if (token->kind == TOKEN_END)
		return true;
	if (depth > 0 && open < depth)
		return true;		/* the block ends here */
	if (fence == FENCE_OPEN && token->kind == TOKEN_LBRACE)
		return open == depth + 1;
	if (fence == FENCE_OPEN)
		return is_inner_fence(p, token, FENCE_ITEM) && open == depth;
	if (depth == 1 && begins_part(p, token) && is_plain(p, token))
		return true;
	if (open > depth)
		return is_outer_fence(p, token, fence);
	return is_inner_fence(p, token, fence);
}

/* The block goes on: what was opened inside it is given up. */
static void leave_brackets(struct parser *p, uint32_t depth)
{
	while (p->brackets.count > depth)
		give_up_bracket(p);
}

/* A bracket that nobody wrote, before TOKEN, which comes next. */
static struct token made_up(struct parser *p, int kind, struct token token)
{
	struct token made = { .kind = kind, .word = token.word };

	p->is_torn = true;
	made.word.text = STR("");
	made.word.span.end = made.word.span.start;
	p->held = token;
	if (kind == TOKEN_LBRACE) {
		open_bracket(p, &made);
		p->held_depth = p->brackets.count - 1;
		p->is_holding = true;
	} else {
		p->is_again = true;
	}
	return made;
}

/* Mistakes at one place again and again: what stands there cannot go on. */
static bool is_stuck(struct parser *p, uint32_t start)
{
	p->tries = p->last_resync == start ? p->tries + 1 : 0;
	p->last_resync = start;
	return p->tries > 2;
}

struct token token_resync(struct parser *p, struct token token,
    enum fence fence, uint32_t depth)
{
	bool is_wrong = is_stuck(p, token.word.span.start) ||
	    (fence == FENCE_ITEM && begins(token.kind) != BEGINS_ITEM);

	if (is_wrong && token.kind != TOKEN_END)
		token = token_next(p);
	p->is_skipping = true;
	p->is_in_node = false;
	while (!is_fence(p, &token, fence, depth)) {
		p->is_in_node |= is_word_before(p, &token, '=');
		token = token_next(p);
	}
	p->is_skipping = p->is_quiet = false;
	if (fence == FENCE_CLAUSE || fence == FENCE_WORD)
		leave_brackets(p, depth);
	if (fence == FENCE_ITEM)
		p->faults = 0;
	/* A header without its block: let it be empty. */
	if (fence == FENCE_OPEN && token.kind != TOKEN_LBRACE)
		return made_up(p, TOKEN_LBRACE, token);
	if (depth > 0 && token.kind == TOKEN_END)
		return made_up(p, TOKEN_RBRACE, token);
	return token;
}
