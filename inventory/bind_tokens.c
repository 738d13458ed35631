/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entities stand whole in the tokens, so an object is walked twice: once to
 * know its attributes and find its key, once to state them.
 */
#include "inventory/bind_tokens.h"

#include <assert.h>

#include "inventory/tree.h"
#include "inventory/value.h"

/* Keys of one object; a bigger one is not for this way. */
#define MEMBERS 128
/* Texts whose values are remembered; a power of two. */
#define MEMOS 2048
/* Elements of which each is compared with each. */
#define FEW 16

/* A text with what tells it from most others at once. */
struct words {
	struct str text;
	uint64_t words[2];
};

/* A text that was read before as a value of an attribute, or as the name of
 * an entity with that key attribute. */
struct memo {
	struct words text;
	uint32_t of;		/* memo_use; 0: free */
	symbol spelling;
	int64_t cell;
};

enum stage { AT_START, AT_ROOT, AT_COMPLETE, AT_LIST, AT_END };

struct token_bind {
	struct bind bind;
	struct facts *facts;
	struct arena *region;		/* of what is rare */
	const struct token *tokens;
	uint32_t file;
	enum stage stage;
	uint16_t kind;			/* of the list that is open */
	bool has_version, has_schema, has_source, has_complete;
	bool by_lines;
	bool is_begun;			/* facts were stated: the header is over */
	bool *listed;			/* per kind: its list was there */
	uint16_t **after;		/* per kind and attribute: what came next */
	uint64_t *met;			/* per attribute: the object that has it */
	uint64_t objects;
	uint32_t lists, list;		/* how many; the one at the top */
	VEC(uint32_t) in_list;		/* per draft: the list that has it */
	VEC(int64_t) cells;		/* of the list that is read */
	struct memo *memos;
	uint64_t memo_mask;	/* so many of them, less one */
	struct words *names;		/* of attributes */
};

/* An object, as its first walk found it. */
struct members {
	uint32_t count, source;		/* token of the value of `source`; 0: none */
	uint16_t attributes[MEMBERS];
	uint32_t values[MEMBERS];	/* tokens */
};

static const struct schema_attribute *attribute_of(const struct token_bind *q,
    uint16_t attribute)
{
	return &q->facts->schema->attributes.items[attribute];
}

static struct origin origin_of(const struct token_bind *q,
    const struct token *token)
{
	return (struct origin){ { q->file, token->start, token->end },
		q->bind.source };
}

static bool is_open(const struct token *token)
{
	return token->kind == TOKEN_LIST || token->kind == TOKEN_MAP;
}

static bool is_scalar(const struct token *token)
{
	return token->kind == TOKEN_PLAIN || token->kind == TOKEN_QUOTED;
}

/* The token behind a value. */
static uint32_t behind(const struct token_bind *q, uint32_t value)
{
	return is_open(&q->tokens[value]) ? q->tokens[value].length + 1 :
	    value + 1;
}

static bool is_null(const struct token *token)
{
	return token->kind == TOKEN_PLAIN &&
	    str_equal(token_text(token), STR("null"));
}

/* --- what is rare --------------------------------------------------------- */

static void add_node(struct token_bind *q, struct tree_builder *tree,
    const struct token *token)
{
	static const enum document_kind kinds[] = {
		[TOKEN_PLAIN] = DOCUMENT_PLAIN,
		[TOKEN_QUOTED] = DOCUMENT_QUOTED, [TOKEN_REST] = DOCUMENT_REST,
		[TOKEN_LIST] = DOCUMENT_LIST, [TOKEN_MAP] = DOCUMENT_MAP,
	};
	struct span span = { q->file, token->start, token->end };

	if (token->kind == TOKEN_KEY)
		tree_key(tree, token_text(token), span, false);
	else if (token->kind == TOKEN_END)
		tree_close(tree, token->end);
	else
		tree_add(tree, kinds[token->kind], is_open(token) ? STR("") :
		    token_text(token), span);
}

/* The value at token VALUE with its key as a document; NULL when keys stand
 * twice in it. */
static struct document *document_of(struct token_bind *q, uint32_t value)
{
	uint32_t end = behind(q, value);
	struct tree_builder tree;
	size_t before = diag_count(q->bind.all);

	tree_init(&tree, q->region);
	for (uint32_t i = value - 1; i < end; i++)
		add_node(q, &tree, &q->tokens[i]);
	input_check_keys(q->region, q->bind.all, tree.document);
	return diag_count(q->bind.all) == before ? tree.document : NULL;
}

static bool state_rarely(struct token_bind *q, draft_id draft, uint16_t kind,
    uint32_t value)
{
	struct arena_mark mark = arena_here(q->region);
	struct document *document = document_of(q, value);
	bool is_good = document != NULL;

	if (is_good) {
		const struct document_node *node = &document->nodes.items[0];

		q->bind.document = document;
		bind_enter(&q->bind, node, 0);
		bind_attribute(&q->bind, draft, kind, node);
		bind_leave(&q->bind);
		is_good = diag_count(q->bind.all) == 0;
		arena_rollback(q->region, mark);
	}
	return is_good;
}

static bool take_source(struct token_bind *q, uint32_t value)
{
	struct arena_mark mark = arena_here(q->region);
	struct document *document = document_of(q, value);
	bool is_good = document != NULL;

	if (is_good) {
		q->bind.document = document;
		bind_source(&q->bind, &document->nodes.items[0]);
		is_good = diag_count(q->bind.all) == 0;
		arena_rollback(q->region, mark);
	}
	return is_good;
}

/* --- values --------------------------------------------------------------- */

static struct words words_of(struct str text)
{
	struct words words = { .text = text };

	str_words(text, words.words);
	return words;
}

static inline bool are_same(const struct words *a, const struct words *b)
{
	size_t length = a->text.length;

	return length == b->text.length && a->words[0] == b->words[0] &&
	    a->words[1] == b->words[1] && (length <= 16 || memcmp(
	    a->text.at + 8, b->text.at + 8, length - 16) == 0);
}

/* What a token is read as; plain ones are not texts that look like numbers. */
static uint32_t memo_use(uint16_t attribute, bool name,
    const struct token *token)
{
	return ((uint32_t)attribute << 2 | (uint32_t)name << 1 |
	    (token->kind == TOKEN_PLAIN)) + 1;
}

static struct memo *memo_of(const struct token_bind *q,
    const struct words *text, uint32_t of)
{
	uint64_t word = text->words[0] ^ (uint64_t)text->text.length << 40 ^
	    text->words[1] * UINT64_C(0xff51afd7ed558ccd);

	word = (word + of) * UINT64_C(0x9e3779b97f4a7c15);
	return &q->memos[(word >> 40) & q->memo_mask];
}

static inline bool is_of(const struct memo *memo, const struct words *text,
    uint32_t of)
{
	return memo->of == of && are_same(&memo->text, text);
}

/* KEPT is the text where it lives as long as the facts. */
static void remember(struct memo *memo, const struct words *text,
    struct str kept, uint32_t of, int64_t cell, symbol spelling)
{
	*memo = (struct memo){ *text, of, spelling, cell };
	memo->text.text = kept;
}

/* Values of enums and texts, which come again and again. */
static bool read_again(struct token_bind *q, uint16_t attribute,
    struct type type, const struct token *token, int64_t *cell,
    symbol *spelling)
{
	uint32_t of = memo_use(attribute, false, token);
	struct words text = words_of(token_text(token));
	struct memo *memo = memo_of(q, &text, of);

	if (is_of(memo, &text, of)) {
		*cell = memo->cell;
		*spelling = memo->spelling;
		return true;
	}
	if ((type_is_text(type) && token->kind == TOKEN_PLAIN &&
	    value_plain(text.text) != PLAIN_WORD) ||
	    !value_read(q->facts, type, text.text, cell, spelling))
		return false;
	remember(memo, &text, *spelling == SYMBOL_NONE ? schema_value_name(
	    q->facts->schema, type.of, *cell) : symbol_text(
	    q->facts->symbols, *spelling), of, *cell, *spelling);
	return true;
}

static bool read_plain(struct token_bind *q, uint16_t attribute,
    struct type type, const struct token *token, int64_t *cell,
    symbol *spelling)
{
	if (type_is_text(type) || type.tag == TYPE_ENUM)
		return read_again(q, attribute, type, token, cell, spelling);
	if (token->kind == TOKEN_QUOTED &&
	    (type.tag == TYPE_BOOL || type.tag == TYPE_INT))
		return false;
	return value_read(q->facts, type, token_text(token), cell, spelling);
}

/* Is KIND named by one text, without an owner? */
static bool has_plain_name(const struct token_bind *q, uint16_t kind)
{
	const struct kind_facts *k = &q->facts->kinds[kind];

	return k->owner == SCHEMA_NONE && k->key_count == 1 &&
	    type_is_text(attribute_of(q, k->keys[0])->type);
}

static bool read_name(struct token_bind *q, uint16_t kind,
    const struct token *token, int64_t *cell)
{
	uint16_t key = q->facts->kinds[kind].keys[0];
	uint32_t of = memo_use(key, true, token);
	struct words text = words_of(token_text(token));
	struct memo *memo = memo_of(q, &text, of);
	struct key_part part = { .given = true };

	if (is_of(memo, &text, of)) {
		*cell = memo->cell;
		return true;
	}
	if (token->length == 0 || !read_plain(q, key, attribute_of(q, key)->type,
	    token, &part.cell, &part.spelling))
		return false;
	*cell = facts_entity(q->facts, kind, DRAFT_NONE, &part,
	    origin_of(q, token));
	remember(memo, &text, symbol_text(q->facts->symbols, part.spelling),
	    of, *cell, part.spelling);
	return true;
}

/* A scalar as a value of an attribute or an element of it; false: not so. */
static bool read_value(struct token_bind *q, uint16_t attribute,
    const struct token *token, int64_t *cell, symbol *spelling)
{
	struct type type = attribute_of(q, attribute)->type;

	type.set = false;
	*spelling = SYMBOL_NONE;
	if (!is_scalar(token))
		return false;
	if (type.tag != TYPE_ENTITY)
		return read_plain(q, attribute, type, token, cell, spelling);
	return has_plain_name(q, type.of) &&
	    read_name(q, type.of, token, cell);
}

/* --- objects -------------------------------------------------------------- */

static uint16_t *after_of(struct token_bind *q, uint16_t kind)
{
	size_t count = q->facts->schema->attributes.count + 1;

	if (!q->after[kind]) {
		q->after[kind] = arena_alloc_raw(q->facts->arena,
		    count * sizeof(uint16_t));
		memset(q->after[kind], 0xff, count * sizeof(uint16_t));
	}
	return q->after[kind];
}

/* Objects of a kind have the same keys in the same order, mostly.  BEFORE is
 * the attribute before it, or the number of all at first. */
static uint16_t find_attribute(struct token_bind *q, uint16_t kind,
    uint16_t before, struct str key)
{
	uint16_t *next = &after_of(q, kind)[before];
	struct words words = words_of(key);

	if (*next == SCHEMA_NONE || !are_same(&q->names[*next], &words)) {
		uint16_t found = facts_attribute(q->facts, kind, key);

		if (found == SCHEMA_NONE)
			return found;
		*next = found;
	}
	return *next;
}

/* The first walk: false where a key is unknown or stands twice. */
static bool find_members(struct token_bind *q, uint16_t kind, uint32_t object,
    struct members *found)
{
	uint16_t before = (uint16_t)q->facts->schema->attributes.count;
	uint64_t number = ++q->objects;
	uint32_t i = object + 1;

	found->count = found->source = 0;
	for (; q->tokens[i].kind == TOKEN_KEY; i = behind(q, i + 1)) {
		struct str key = token_text(&q->tokens[i]);
		uint16_t attribute = find_attribute(q, kind, before, key);

		if (attribute == SCHEMA_NONE && !found->source &&
		    str_equal(key, STR("source"))) {
			found->source = i + 1;
			continue;
		}
		if (attribute == SCHEMA_NONE || found->count == MEMBERS ||
		    q->met[attribute] == number)
			return false;
		q->met[attribute] = number;
		found->attributes[found->count] = attribute;
		found->values[found->count++] = i + 1;
		before = attribute;
	}
	return true;
}

static const struct token *member(const struct token_bind *q,
    const struct members *members, uint16_t attribute)
{
	for (uint32_t i = 0; i < members->count; i++)
		if (members->attributes[i] == attribute)
			return &q->tokens[members->values[i]];
	return NULL;
}

static bool read_key_part(struct token_bind *q, uint16_t attribute,
    const struct token *token, struct key_part *part)
{
	part->given = true;
	if (!is_scalar(token) || token->length == 0 || is_null(token) ||
	    !read_value(q, attribute, token, &part->cell, &part->spelling))
		return false;
	if (part->spelling == SYMBOL_NONE)
		part->spelling = symbol_of(q->facts->symbols,
		    token_text(token));
	return true;
}

/* TOKENS has where the parts stand that are given. */
static bool read_key(struct token_bind *q, uint16_t kind,
    const struct members *members, struct key_part *parts,
    const struct token **tokens)
{
	const struct kind_facts *k = &q->facts->kinds[kind];

	for (uint16_t i = 0; i < k->key_count; i++) {
		parts[i] = (struct key_part){ .spelling = SYMBOL_NONE };
		tokens[i] = member(q, members, k->keys[i]);
		if (tokens[i] ? !read_key_part(q, k->keys[i], tokens[i],
		    &parts[i]) : i == 0 || k->owner == SCHEMA_NONE)
			return false;
	}
	return true;
}

/* False when the list has it already. */
static bool enter_list(struct token_bind *q, draft_id draft, uint32_t list)
{
	while (q->in_list.count <= draft)
		*VEC_PUSH(q->region, &q->in_list) = 0;
	/* Lists of lines take turns: any second one may be the same. */
	if (q->in_list.items[draft] == list ||
	    (q->by_lines && q->in_list.items[draft]))
		return false;
	q->in_list.items[draft] = list;
	return true;
}

/* Where an object stands: in its owner, in a list with a number. */
struct niche {
	draft_id owner;
	uint16_t kind;
	uint32_t list;
};

static draft_id introduce(struct token_bind *q, const struct niche *niche,
    const struct token *object, const struct key_part *parts,
    const struct token **tokens)
{
	const struct kind_facts *k = &q->facts->kinds[niche->kind];
	draft_id draft = facts_entity(q->facts, niche->kind, niche->owner,
	    parts, origin_of(q, object));

	if (!enter_list(q, draft, niche->list))
		return DRAFT_NONE;
	facts_introduce(q->facts, draft, niche->kind, parts, true,
	    origin_of(q, object));
	for (uint16_t i = 0; i < k->key_count; i++) {
		if (!parts[i].given)
			continue;
		assert(tokens[i]);
		facts_value(q->facts, draft, k->keys[i], parts[i].cell,
		    type_is_text(attribute_of(q, k->keys[i])->type) ?
		    parts[i].spelling : SYMBOL_NONE, origin_of(q, tokens[i]));
	}
	return draft;
}

static bool state(struct token_bind *q, draft_id draft, uint16_t kind,
    uint16_t attribute, uint32_t value);

/* An owner is deeper than what it owns by the nesting of the file, which is
 * bounded; so is this recursion. */
static draft_id take_object(struct token_bind *q, const struct niche *niche,
    uint32_t object)
{
	struct members members;
	const struct token *tokens[KEYS_MOST] = { NULL };
	struct key_part parts[KEYS_MOST];
	uint32_t former = q->bind.source;
	draft_id draft = DRAFT_NONE;
	bool is_good = find_members(q, niche->kind, object, &members) &&
	    (!members.source || take_source(q, members.source)) &&
	    read_key(q, niche->kind, &members, parts, tokens);

	if (is_good)
		draft = introduce(q, niche, &q->tokens[object], parts, tokens);
	is_good = draft != DRAFT_NONE;
	for (uint32_t i = 0; i < members.count && is_good; i++)
		is_good = attribute_of(q, members.attributes[i])->key ||
		    state(q, draft, niche->kind, members.attributes[i],
		    members.values[i]);
	q->bind.source = former;
	return is_good ? draft : DRAFT_NONE;
}

static draft_id take_bare(struct token_bind *q, const struct niche *niche,
    uint32_t scalar)
{
	const struct token *token = &q->tokens[scalar];
	struct key_part parts[KEYS_MOST] = { 0 };
	const struct kind_facts *k = &q->facts->kinds[niche->kind];

	for (uint16_t i = 1; i < k->key_count; i++)
		parts[i].spelling = SYMBOL_NONE;
	if (!read_key_part(q, k->keys[0], token, &parts[0]))
		return DRAFT_NONE;
	return introduce(q, niche, token, parts, &token);
}

static draft_id take_entity(struct token_bind *q, const struct niche *niche,
    bool shorthand, uint32_t value)
{
	const struct token *token = &q->tokens[value];
	struct spot spot = { .kind = niche->kind };

	if (token->kind == TOKEN_MAP)
		return take_object(q, niche, value);
	if (is_scalar(token) && bind_allows_bare(&q->bind, &spot, shorthand))
		return take_bare(q, niche, value);
	return DRAFT_NONE;
}

/* --- attributes ----------------------------------------------------------- */

/* Does a cell stand twice in the list? */
static bool has_twice(struct token_bind *q)
{
	const int64_t *cells = q->cells.items;
	size_t count = q->cells.count;
	bool is_rising = true;

	for (size_t i = 1; i < count && is_rising; i++)
		is_rising = cells[i - 1] < cells[i];
	if (is_rising)
		return false;
	if (count > FEW)
		return bind_has_twice(q->cells.items, count);
	for (size_t i = 1; i < count; i++)
		for (size_t j = 0; j < i; j++)
			if (cells[i] == cells[j])
				return true;
	return false;
}

/* A list of single values, and where its items and those that it may have
 * stand; nothing from 0 to 0. */
struct plain_list {
	uint32_t items, items_end, possible, possible_end;
	bool closed;
};

static bool take_items(struct token_bind *q, draft_id draft,
    uint16_t attribute, uint32_t list, uint32_t value, uint32_t end,
    bool certain)
{
	for (; value < end; value++) {
		const struct token *token = &q->tokens[value];
		symbol spelling = SYMBOL_NONE;
		int64_t cell = 0;

		if (is_null(token) ||
		    !read_value(q, attribute, token, &cell, &spelling))
			return false;
		*VEC_PUSH(q->region, &q->cells) = cell;
		facts_item(q->facts, draft, attribute, list, cell, spelling,
		    certain, origin_of(q, token));
	}
	return true;
}

static bool take_elements(struct token_bind *q, draft_id draft,
    uint16_t attribute, uint32_t value, const struct plain_list *of)
{
	uint32_t list = facts_list(q->facts, draft, attribute, of->closed,
	    origin_of(q, &q->tokens[value]));

	q->cells.count = 0;
	return take_items(q, draft, attribute, list, of->items,
	    of->items_end, true) && take_items(q, draft, attribute, list,
	    of->possible, of->possible_end, false) && !has_twice(q);
}

static bool take_owned(struct token_bind *q, draft_id draft,
    uint16_t attribute, uint32_t list, uint32_t value, uint32_t end)
{
	const struct schema_attribute *a = attribute_of(q, attribute);
	struct niche niche = { draft, a->type.of, ++q->lists };

	for (; value < end; value = behind(q, value)) {
		draft_id owned = take_entity(q, &niche, a->shorthand, value);

		if (owned == DRAFT_NONE)
			return false;
		facts_item(q->facts, draft, attribute, list, owned,
		    SYMBOL_NONE, true, origin_of(q, &q->tokens[value]));
	}
	return true;
}

static bool are_scalars(const struct token_bind *q, uint32_t from,
    uint32_t end)
{
	for (; from < end; from++)
		if (!is_scalar(&q->tokens[from]))
			return false;
	return true;
}

/* { items: [...], possible: [...], open: true }, each once. */
static bool find_long_form(const struct token_bind *q, uint32_t map,
    struct plain_list *of)
{
	bool has_open = false, open = false;
	uint32_t i = map + 1;

	for (; q->tokens[i].kind == TOKEN_KEY; i = behind(q, i + 1)) {
		struct str key = token_text(&q->tokens[i]);
		const struct token *value = &q->tokens[i + 1];
		bool is_list = value->kind == TOKEN_LIST;

		if (str_equal(key, STR("items")) && !of->items && is_list) {
			of->items = i + 2;
			of->items_end = value->length;
		} else if (str_equal(key, STR("possible")) &&
		    !of->possible && is_list) {
			of->possible = i + 2;
			of->possible_end = value->length;
		} else if (str_equal(key, STR("open")) && !has_open &&
		    value->kind == TOKEN_PLAIN) {
			has_open = true;
			open = str_equal(token_text(value), STR("true"));
			if (!open && !str_equal(token_text(value),
			    STR("false")))
				return false;
		} else {
			return false;
		}
	}
	of->closed = of->items && !open;
	return of->items || open || (of->possible && !has_open);
}

/* The list at VALUE, when its elements are single values that this way can
 * read; nothing was stated yet, so that another way can. */
static bool find_plain_list(const struct token_bind *q, uint16_t attribute,
    uint32_t value, struct plain_list *of)
{
	const struct schema_attribute *a = attribute_of(q, attribute);
	const struct token *token = &q->tokens[value];

	*of = (struct plain_list){ .closed = true };
	if (a->type.tag == TYPE_ENTITY && !has_plain_name(q, a->type.of))
		return false;
	if (token->kind == TOKEN_MAP) {
		if (!find_long_form(q, value, of))
			return false;
	} else if (token->kind == TOKEN_LIST) {
		of->items = value + 1;
		of->items_end = token->length;
		if (of->items_end > of->items &&
		    q->tokens[of->items_end - 1].kind == TOKEN_REST) {
			of->closed = false;
			of->items_end--;
		}
	} else {
		return false;
	}
	return are_scalars(q, of->items, of->items_end) &&
	    are_scalars(q, of->possible, of->possible_end);
}

static bool take_list(struct token_bind *q, draft_id draft, uint16_t kind,
    uint16_t attribute, uint32_t value)
{
	const struct token *token = &q->tokens[value];
	uint32_t end = token->length, list;
	struct plain_list of;
	bool closed = true;

	if (!attribute_of(q, attribute)->owned)
		return find_plain_list(q, attribute, value, &of) ?
		    take_elements(q, draft, attribute, value, &of) :
		    state_rarely(q, draft, kind, value);
	if (token->kind != TOKEN_LIST)
		return state_rarely(q, draft, kind, value);
	if (end > value + 1 && q->tokens[end - 1].kind == TOKEN_REST) {
		closed = false;
		end--;
	}
	list = facts_list(q->facts, draft, attribute, closed,
	    origin_of(q, token));
	return take_owned(q, draft, attribute, list, value + 1, end);
}

/* Nothing, null in any spelling, or dots. */
static bool is_odd(const struct token *token)
{
	return token->kind == TOKEN_PLAIN && (token->length == 0 ||
	    token->text[0] == '~' || token->text[0] == '.' ||
	    (token->length == 4 && (token->text[0] | 0x20) == 'n'));
}

static bool take_single(struct token_bind *q, draft_id draft, uint16_t kind,
    uint16_t attribute, uint32_t value)
{
	const struct schema_attribute *a = attribute_of(q, attribute);
	const struct token *token = &q->tokens[value];
	symbol spelling;
	int64_t cell;

	if (is_null(token) && a->type.optional) {
		facts_none(q->facts, draft, attribute, origin_of(q, token));
		return true;
	}
	if (is_odd(token) || !read_value(q, attribute, token, &cell, &spelling))
		return state_rarely(q, draft, kind, value);
	facts_value(q->facts, draft, attribute, cell, spelling,
	    origin_of(q, token));
	return true;
}

static bool state(struct token_bind *q, draft_id draft, uint16_t kind,
    uint16_t attribute, uint32_t value)
{
	const struct schema_attribute *a = attribute_of(q, attribute);

	if (a->derived)
		return false;
	return a->type.set ? take_list(q, draft, kind, attribute, value) :
	    take_single(q, draft, kind, attribute, value);
}

/* --- the top of a file ---------------------------------------------------- */

static bool is_text(const struct token *token, struct str text)
{
	return is_scalar(token) && str_equal(token_text(token), text);
}

static bool take_header(struct token_bind *q, struct str key, uint32_t value)
{
	struct str schema = q->facts->schema->name;
	const struct token *token = &q->tokens[value];
	bool *has = str_equal(key, STR("scarp")) ? &q->has_version :
	    str_equal(key, STR("schema")) ? &q->has_schema :
	    str_equal(key, STR("source")) ? &q->has_source :
	    &q->has_complete;

	/* Facts were stated by a source that is not known yet. */
	if (*has || (q->is_begun && has != &q->has_complete))
		return false;
	*has = true;
	if (has == &q->has_version)
		return is_text(token, STR("1"));
	if (has == &q->has_schema)
		return schema.length && is_text(token, schema);
	if (has == &q->has_source)
		return token->kind == TOKEN_MAP && take_source(q, value);
	q->stage = AT_COMPLETE;
	q->is_begun = true;
	return token->kind == TOKEN_LIST;
}

static bool take_plural(struct token_bind *q, struct str key, uint32_t value)
{
	uint16_t kind = schema_find_plural(q->facts->schema, key);

	if (kind == SCHEMA_NONE || q->listed[kind] || !q->has_version ||
	    !q->has_schema || q->facts->kinds[kind].owner != SCHEMA_NONE ||
	    q->tokens[value].kind != TOKEN_LIST)
		return false;
	q->listed[kind] = q->is_begun = true;
	q->kind = kind;
	q->stage = AT_LIST;
	q->list = ++q->lists;
	return true;
}

static bool take_complete(struct token_bind *q, const struct token *token)
{
	uint16_t kind = is_scalar(token) ? schema_find_kind(q->facts->schema,
	    token_text(token)) : SCHEMA_NONE;

	if (kind != SCHEMA_NONE)
		facts_complete(q->facts, kind, origin_of(q, token));
	return kind != SCHEMA_NONE;
}

/* The token at *I at the top of the file, with what belongs to it. */
static bool take_top(struct token_bind *q, uint32_t *i)
{
	const struct token *token = &q->tokens[*i];
	struct niche niche = { DRAFT_NONE, q->kind, q->list };
	uint32_t value = *i;

	switch (q->stage) {
	case AT_START:
		q->stage = AT_ROOT;
		++*i;
		return token->kind == TOKEN_MAP;
	case AT_ROOT:
		if (token->kind == TOKEN_END) {
			q->stage = AT_END;
			++*i;
			return true;
		}
		value++;
		if (!(bind_is_header(token_text(token)) ?
		    take_header(q, token_text(token), value) :
		    take_plural(q, token_text(token), value)))
			return false;
		*i = q->stage == AT_ROOT ? behind(q, value) : value + 1;
		return true;
	case AT_COMPLETE:
	case AT_LIST:
		if (token->kind == TOKEN_END) {
			q->stage = AT_ROOT;
			++*i;
			return true;
		}
		*i = behind(q, value);
		return q->stage == AT_COMPLETE ? take_complete(q, token) :
		    take_entity(q, &niche, false, value) != DRAFT_NONE;
	case AT_END:
		break;
	}
	return false;
}

/* --- NDJSON --------------------------------------------------------------- */

static bool take_line_header(struct token_bind *q, uint32_t map)
{
	uint32_t i = map + 1;

	for (; q->tokens[i].kind == TOKEN_KEY; i = behind(q, i + 1)) {
		struct str key = token_text(&q->tokens[i]);
		uint32_t value = i + 1;

		if (!bind_is_header(key) || !take_header(q, key, value))
			return false;
		if (q->stage != AT_COMPLETE)
			continue;
		q->stage = AT_ROOT;
		while (++value < q->tokens[i + 1].length)
			if (!take_complete(q, &q->tokens[value]))
				return false;
	}
	return true;
}

/* { "Kind": entity }; the entities of a kind are one list. */
static bool take_line_entity(struct token_bind *q, uint32_t map)
{
	struct niche niche = { .owner = DRAFT_NONE };
	uint16_t kind = schema_find_kind(q->facts->schema,
	    token_text(&q->tokens[map + 1]));

	if (kind == SCHEMA_NONE || !q->has_version || !q->has_schema ||
	    q->facts->kinds[kind].owner != SCHEMA_NONE ||
	    q->tokens[behind(q, map + 2)].kind != TOKEN_END)
		return false;
	niche.kind = kind;
	niche.list = kind + 1u;
	q->is_begun = true;
	return take_entity(q, &niche, false, map + 2) != DRAFT_NONE;
}

static bool take_line(struct token_bind *q, uint32_t *i)
{
	uint32_t map = *i;
	bool is_first = q->stage == AT_START;

	if (q->tokens[map].kind != TOKEN_MAP ||
	    q->tokens[map + 1].kind != TOKEN_KEY)
		return false;
	*i = behind(q, map);
	if (!is_first)
		return take_line_entity(q, map);
	q->stage = AT_ROOT;
	return take_line_header(q, map);
}

/* --- all ------------------------------------------------------------------ */

/* A power of 2: a small file has no use for many, and clearing them takes longer
 * than they save. */
static uint64_t memos_for(uint32_t length)
{
	uint64_t memos = 64;

	while (memos < MEMOS && memos * 64 < length)
		memos *= 2;
	return memos;
}

struct token_bind *bind_tokens_new(struct facts *facts, uint32_t file,
    const struct provenance *who, bool by_lines)
{
	struct token_bind *q = ARENA_NEW(facts->arena, struct token_bind);
	const struct schema *schema = facts->schema;

	q->facts = facts;
	q->file = file;
	q->by_lines = by_lines;
	q->region = arena_new_in(facts->arena);
	q->bind = (struct bind){ .facts = facts, .all = facts->all,
		.scratch = facts->scratch };
	q->bind.source = facts_source(facts, who);
	q->listed = ARENA_ARRAY(facts->arena, bool, schema->kinds.count);
	q->after = ARENA_ARRAY(facts->arena, uint16_t *, schema->kinds.count);
	q->met = ARENA_ARRAY(facts->arena, uint64_t, schema->attributes.count);
	q->memo_mask = memos_for(source_length(diagnostics_sources(facts->all), file)) - 1;
	q->memos = ARENA_ARRAY(facts->arena, struct memo, q->memo_mask + 1);
	q->names = ARENA_ARRAY(facts->arena, struct words,
	    schema->attributes.count);
	for (size_t i = 0; i < schema->attributes.count; i++)
		q->names[i] = words_of(schema->attributes.items[i].name);
	/* The first ones are of the kinds, for lines. */
	q->lists = (uint32_t)schema->kinds.count;
	return q;
}

bool bind_tokens_take(struct token_bind *q, const struct tokens *tokens)
{
	bool is_good = true;
	uint32_t i = 0;

	q->tokens = tokens->items;
	while (i < tokens->count && is_good)
		is_good = q->by_lines ? take_line(q, &i) : take_top(q, &i);
	return is_good;
}

bool bind_tokens_end(struct token_bind *q)
{
	arena_release(q->region, q->in_list.items);
	return q->stage == (q->by_lines ? AT_ROOT : AT_END) && q->has_version && q->has_schema &&
	    diag_count(q->bind.all) == 0;
}
