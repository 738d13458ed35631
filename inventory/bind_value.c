/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single values and references, from scalars of a document.  The type that
 * is expected decides how a scalar is read; what is refused is refused with
 * what to write instead.
 */
#include "inventory/bind.h"
#include "inventory/value.h"

/* Kinds keyed by kinds keyed by kinds, and owners of owners. */
#define REFERENCE_DEPTH 16
/* Values of an enum that a help lists. */
#define VALUES_SHOWN 8

static bool is_quoted(const struct document_node *node)
{
	return node->kind == DOCUMENT_QUOTED;
}

bool bind_null(struct bind *b, struct str name, bool optional,
    const struct document_node *node, bool *is_none)
{
	bool is_csv = input_is_csv(b->all, node->span.file);
	struct diagnostic *d;

	*is_none = false;
	if (node->kind != DOCUMENT_PLAIN || value_plain(node->text) >
	    PLAIN_NULL)
		return false;
	*is_none = optional && str_equal(node->text, STR("null"));
	if (*is_none)
		return true;
	if (name.length == 0) {
		d = bind_error(b, DIAG_E3007, node->span,
		    "an element of a list is a value");
		diag_help(b->all, d, is_csv ? "leave the row out, and say in "
		    "`list` how far the list goes" : "leave it out, and end "
		    "the list with `...` when there may be more");
		return true;
	}
	if (node->text.length == 0)
		d = bind_error(b, DIAG_E3007, node->span,
		    "`%.*s` has no value", STR_ARG(name));
	else if (optional)
		d = bind_error(b, DIAG_E3007, node->span,
		    "`%.*s` is not how none is written", STR_ARG(node->text));
	else
		d = bind_error(b, DIAG_E3007, node->span,
		    "`%.*s` cannot be none", STR_ARG(name));
	if (optional)
		diag_help(b->all, d, "write `null` when it is known that "
		    "there is none");
	diag_help(b->all, d, "leave the %s when it was not collected",
	    is_csv ? "cell empty" : "key out");
	return true;
}

/* --- scalars -------------------------------------------------------------- */

static void help_enum(struct bind *b, struct diagnostic *d,
    const struct schema_enum *e, struct str wrong)
{
	const struct str *names = &b->facts->schema->value_names.items[
	    e->first_value];
	struct text list;

	if (bind_suggest(b, d, wrong, names, e->value_count) >= 0 ||
	    e->value_count > VALUES_SHOWN)
		return;
	text_init(&list, b->scratch);
	for (uint16_t i = 0; i < e->value_count; i++)
		text_printf(&list, "%s`%.*s`", i ? ", " : "",
		    STR_ARG(names[i]));
	diag_help(b->all, d, "it has %.*s", STR_ARG(text_str(&list)));
}

static void wrong_enum(struct bind *b, struct type type,
    const struct document_node *node)
{
	const struct schema_enum *e =
	    &b->facts->schema->enums.items[type.of];
	struct diagnostic *d = bind_error(b, DIAG_E3006, node->span,
	    "`%.*s` is no value of `%.*s`", STR_ARG(bind_shown(b,
	    node->text)), STR_ARG(e->name));

	help_enum(b, d, e, node->text);
}

static void help_bool(struct bind *b, struct diagnostic *d,
    const struct document_node *node)
{
	int like = value_like_bool(node->text);
	int64_t ignored;

	if (like >= 0)
		diag_help(b->all, d, "write `%s`", like ? "true" : "false");
	else if (is_quoted(node) && value_bool(node->text, &ignored))
		diag_help(b->all, d, "write it without quotes");
}

static void help_int(struct bind *b, struct diagnostic *d,
    const struct document_node *node)
{
	enum plain plain = value_plain(node->text);

	if (is_quoted(node) && plain == PLAIN_NUMBER)
		diag_help(b->all, d, "write it without quotes");
	else if (plain == PLAIN_NUMBER || (node->text.length > 0 &&
	    node->text.at[0] >= '0' && node->text.at[0] <= '9'))
		diag_help(b->all, d, "write digits only: decimal, without "
		    "leading zeros, from -9223372036854775807 to "
		    "9223372036854775806");
}

static void help_type(struct bind *b, struct diagnostic *d, struct type type,
    const struct document_node *node)
{
	if (type.tag == TYPE_BOOL)
		help_bool(b, d, node);
	else if (type.tag == TYPE_INT)
		help_int(b, d, node);
	else if (type.tag == TYPE_DATE)
		diag_help(b->all, d, "write it as `2026-12-31`");
	else if (type.tag == TYPE_DURATION)
		diag_help(b->all, d, "write it as `90d`, `12h`, `30m` or `45s`");
	else if (type.tag == TYPE_VERSION)
		diag_help(b->all, d, "write numbers with dots: `10.0.17763`");
	else if (type.tag == TYPE_IP)
		diag_help(b->all, d, "write it as `10.0.0.1` or `2001:db8::1`");
	else
		diag_help(b->all, d, "write an address and the length of the "
		    "prefix, host bits zero: `10.1.0.0/16`");
}

static void wrong_scalar(struct bind *b, struct str name, struct type type,
    const struct document_node *node)
{
	struct diagnostic *d;

	type.set = type.optional = false;
	if (str_find(node->text, '\0') < node->text.length) {
		bind_error(b, DIAG_E3005, node->span,
		    "`%.*s` holds a NUL character", STR_ARG(name));
		return;
	}
	d = bind_error(b, DIAG_E3005, node->span, "%s`%.*s` is no %.*s",
	    is_quoted(node) ? "the text " : "", STR_ARG(bind_shown(b,
	    node->text)), STR_ARG(type_text(b->scratch, b->facts->schema,
	    type)));
	help_type(b, d, type, node);
}

/* A text that other readers of YAML or JSON would not take for a text. */
static bool is_ambiguous(struct bind *b, struct type type,
    const struct document_node *node)
{
	static const char *const looks[] = {
		[PLAIN_NULL] = "null", [PLAIN_BOOL] = "a truth value",
		[PLAIN_NUMBER] = "a number",
	};
	enum plain plain = value_plain(node->text);
	struct diagnostic *d;

	if (node->kind != DOCUMENT_PLAIN || plain == PLAIN_WORD)
		return false;
	d = bind_error(b, DIAG_E3008, node->span, "`%.*s` reads as %s, but "
	    "%s is wanted", STR_ARG(bind_shown(b, node->text)), looks[plain],
	    type.tag == TYPE_VERSION ? "a version" :
	    type.tag == TYPE_IP ? "an address" :
	    type.tag == TYPE_NET ? "a prefix" : "a text");
	diag_help(b->all, d, "write \"%.*s\"", STR_ARG(bind_shown(b,
	    node->text)));
	return true;
}

/* Numbers and truths are not taken from quoted texts. */
static bool is_wrongly_quoted(struct type type,
    const struct document_node *node)
{
	return is_quoted(node) &&
	    (type.tag == TYPE_BOOL || type.tag == TYPE_INT);
}

static bool bind_scalar(struct bind *b, struct str name, struct type type,
    const struct document_node *node, int64_t *cell, symbol *spelling)
{
	if (type_is_text(type) && is_ambiguous(b, type, node))
		return false;
	if (!is_wrongly_quoted(type, node) &&
	    value_read(b->facts, type, node->text, cell, spelling))
		return true;
	if (type.tag == TYPE_ENUM)
		wrong_enum(b, type, node);
	else
		wrong_scalar(b, name, type, node);
	return false;
}

/* --- references ----------------------------------------------------------- */

struct reference {
	struct bind *b;
	const struct document_node *node;
	unsigned depth;
};

static draft_id refer(struct reference *r, uint16_t kind, struct str text,
    bool is_owner);

static const struct schema_kind *kind_of(const struct reference *r,
    uint16_t kind)
{
	return &r->b->facts->schema->kinds.items[kind];
}

/* Offset of the Nth SEPARATOR that no backslash quotes, or the length. */
static size_t find_separator(struct str text, char separator, unsigned nth)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] == separator &&
		    (i == 0 || text.at[i - 1] != '\\') && --nth == 0)
			return i;
	return text.length;
}

/* TEXT without the backslashes before SEPARATOR. */
static struct str without_quotes(struct bind *b, struct str text,
    char separator)
{
	struct text out;

	text_init(&out, b->scratch);
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] != '\\' || i + 1 == text.length ||
		    text.at[i + 1] != separator)
			text_add_char(&out, text.at[i]);
	return text_str(&out);
}

/* How many owners stand before a key of KIND; 0 at top level. */
static unsigned levels_of(const struct reference *r, uint16_t kind)
{
	const struct facts *facts = r->b->facts;
	unsigned levels = 0;

	while (facts->kinds[kind].owner != SCHEMA_NONE &&
	    levels < REFERENCE_DEPTH) {
		kind = facts->schema->attributes.items[
		    facts->kinds[kind].owner].kind;
		levels++;
	}
	return levels;
}

static void wrong_path(struct reference *r, uint16_t kind)
{
	const struct facts *facts = r->b->facts;
	uint16_t owner = facts->schema->attributes.items[
	    facts->kinds[kind].owner].kind;
	struct diagnostic *d = bind_error(r->b, DIAG_E3022, r->node->span,
	    "a %.*s is named with its %.*s before it",
	    STR_ARG(kind_of(r, kind)->name), STR_ARG(kind_of(r, owner)->name));

	diag_help(r->b->all, d, "write the %.*s's key, `/`, and the key of "
	    "the %.*s", STR_ARG(kind_of(r, owner)->name),
	    STR_ARG(kind_of(r, kind)->name));
}

static bool refer_part(struct reference *r, struct type type,
    struct str text, struct key_part *part)
{
	struct bind *b = r->b;
	struct document_node node = *r->node;

	part->given = true;
	part->spelling = symbol_of(b->facts->symbols, text);
	if (type.tag == TYPE_ENTITY) {
		part->cell = refer(r, type.of, text, false);
		return part->cell != DRAFT_NONE;
	}
	/* A part of a path is a text already; a whole scalar may be plain. */
	node.text = text;
	if (type.tag == TYPE_INT || type.tag == TYPE_BOOL ||
	    text.length < r->node->text.length)
		node.kind = type_is_text(type) ? DOCUMENT_QUOTED
		    : DOCUMENT_PLAIN;
	return bind_scalar(b, STR("key"), type, &node, &part->cell,
	    &(symbol){ 0 });
}

/* The parts of a key: the last one takes what is left. */
static bool refer_key(struct reference *r, uint16_t kind, struct str text,
    struct key_part *parts)
{
	const struct kind_facts *k = &r->b->facts->kinds[kind];

	for (uint16_t i = 0; i < k->key_count; i++) {
		bool last = i + 1 == k->key_count;
		size_t end = last ? text.length
		    : find_separator(text, ',', 1);
		struct str part = str_slice(text, 0, end);

		parts[i] = (struct key_part){ .spelling = SYMBOL_NONE };
		if (!last)
			part = without_quotes(r->b, part, ',');
		if (part.length > 0 && !refer_part(r,
		    r->b->facts->schema->attributes.items[k->keys[i]].type,
		    part, &parts[i]))
			return false;
		text = str_slice(text, end + 1, text.length);
	}
	return true;
}

/* The draft that TEXT names: "host/key,part".  In the key of an owner a slash is
 * quoted, as one follows; in the last key it is not. */
static draft_id refer(struct reference *r, uint16_t kind, struct str text,
    bool is_owner)
{
	struct facts *facts = r->b->facts;
	const struct kind_facts *k = &facts->kinds[kind];
	struct key_part parts[KEYS_MOST];
	unsigned levels = levels_of(r, kind);
	draft_id owner = DRAFT_NONE;

	if (levels == REFERENCE_DEPTH || r->depth++ == REFERENCE_DEPTH) {
		bind_error(r->b, DIAG_E3022, r->node->span,
		    "a %.*s cannot be referred to",
		    STR_ARG(kind_of(r, kind)->name));
		return DRAFT_NONE;
	}
	if (levels > 0) {
		uint16_t of = facts->schema->attributes.items[k->owner].kind;
		size_t cut;

		cut = find_separator(text, '/', levels);
		if (cut == text.length) {
			wrong_path(r, kind);
			return DRAFT_NONE;
		}
		owner = refer(r, of, str_slice(text, 0, cut), true);
		if (owner == DRAFT_NONE)
			return DRAFT_NONE;
		text = str_slice(text, cut + 1, text.length);
	}
	if (is_owner)
		text = without_quotes(r->b, text, '/');
	if (!refer_key(r, kind, text, parts))
		return DRAFT_NONE;
	return facts_entity(facts, kind, owner, parts,
	    bind_origin(r->b, r->node));
}

/* A map where a reference belongs. */
static void report_nested(struct bind *b, uint16_t kind,
    const struct document_node *node)
{
	const struct schema_kind *k = &b->facts->schema->kinds.items[kind];
	struct diagnostic *d = bind_error(b, DIAG_E3004, node->span,
	    "one value is wanted here, not a map");

	if (k->owner == SCHEMA_NONE)
		diag_help(b->all, d, "write the key of the %.*s here, and list "
		    "it under `%.*s`", STR_ARG(k->name), STR_ARG(k->plural));
	else
		diag_help(b->all, d, "write the key of the %.*s here, and list "
		    "it inside its owner", STR_ARG(k->name));
}

draft_id bind_inner(struct bind *b, uint16_t kind, draft_id owner,
    const struct document_node *node)
{
	struct reference reference = { b, node, 0 };
	struct key_part parts[KEYS_MOST];

	if (node->kind == DOCUMENT_LIST || node->kind == DOCUMENT_MAP ||
	    node->kind == DOCUMENT_REST) {
		bind_wrong_form(b, node, "a key");
		return DRAFT_NONE;
	}
	if (!refer_key(&reference, kind, node->text, parts))
		return DRAFT_NONE;
	return facts_entity(b->facts, kind, owner, parts, bind_origin(b, node));
}

bool bind_value(struct bind *b, struct str name, struct type type,
    const struct document_node *node, int64_t *cell, symbol *spelling)
{
	struct reference reference = { b, node, 0 };
	struct arena_mark mark;
	draft_id draft;

	if (node->kind == DOCUMENT_MAP && type.tag == TYPE_ENTITY) {
		report_nested(b, type.of, node);
		return false;
	}
	if (node->kind == DOCUMENT_LIST || node->kind == DOCUMENT_MAP) {
		bind_wrong_form(b, node, "one value");
		return false;
	}
	if (type.tag != TYPE_ENTITY)
		return bind_scalar(b, name, type, node, cell, spelling);
	if (node->text.length == 0) {
		bind_error(b, DIAG_E3007, node->span, "`%.*s` has no value",
		    STR_ARG(name));
		return false;
	}
	mark = arena_here(b->scratch);
	draft = refer(&reference, type.of, node->text, false);
	arena_rollback(b->scratch, mark);
	*cell = draft;
	*spelling = SYMBOL_NONE;
	return draft != DRAFT_NONE;
}
