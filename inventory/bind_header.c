/* SPDX-License-Identifier: Apache-2.0 */
/* What stands at the top of an inventory file, and who says so. */
#include "inventory/bind.h"
#include "inventory/value.h"
#include "vm/scalar.h"

static const struct str header_keys[] = {
	{ "scarp", 5 }, { "schema", 6 }, { "source", 6 }, { "complete", 8 },
};
#define HEADER_KEYS (sizeof(header_keys) / sizeof(*header_keys))

bool bind_is_header(struct str key)
{
	for (size_t i = 0; i < HEADER_KEYS; i++)
		if (str_equal(key, header_keys[i]))
			return true;
	return false;
}

static bool is_scalar(const struct document_node *node)
{
	return node->kind == DOCUMENT_PLAIN || node->kind == DOCUMENT_QUOTED;
}

/* --- sources -------------------------------------------------------------- */

enum source_key { SOURCE_NAME, SOURCE_GRADE, SOURCE_AS_OF, SOURCE_BY,
	SOURCE_UNTIL, SOURCE_KEYS };
static const struct str source_keys[SOURCE_KEYS] = {
	{ "name", 4 }, { "grade", 5 }, { "as_of", 5 }, { "by", 2 },
	{ "until", 5 },
};

static void read_grade(struct bind *b, const struct document_node *node,
    struct provenance *who)
{
	struct str names[GRADE_COUNT];
	struct diagnostic *d;

	for (int i = 0; i < GRADE_COUNT; i++) {
		names[i] = str_of(grade_text((enum grade)i));
		if (is_scalar(node) && str_equal(names[i], node->text)) {
			who->grade = (enum grade)i;
			return;
		}
	}
	d = bind_error(b, DIAG_E3014, node->span, "`%.*s` is no grade",
	    STR_ARG(bind_shown(b, node->text)));
	if (bind_suggest(b, d, node->text, names, GRADE_COUNT) < 0)
		diag_help(b->all, d, "write `authoritative`, `observed`, "
		    "`declared`, `inferred` or `attested`");
}

static void read_date(struct bind *b, const struct document_node *node,
    bool *has, int64_t *days)
{
	struct diagnostic *d;

	*has = is_scalar(node) && scalar_read_date(node->text, days);
	if (*has)
		return;
	d = bind_error(b, DIAG_E3005, node->span, "`%.*s` is no date",
	    STR_ARG(bind_shown(b, node->text)));
	diag_help(b->all, d, "write it as `2026-12-31`");
}

static void read_name(struct bind *b, const struct document_node *node,
    struct str *name)
{
	if (is_scalar(node) && node->text.length > 0)
		*name = arena_copy(b->facts->kept, node->text);
	else
		bind_wrong_form(b, node, "a text");
}

static void read_source_key(struct bind *b, const struct document_node *node,
    struct provenance *who)
{
	struct diagnostic *d;
	int key = 0;

	while (key < SOURCE_KEYS && !str_equal(node->key, source_keys[key]))
		key++;
	switch ((enum source_key)key) {
	case SOURCE_NAME:
		read_name(b, node, &who->name);
		return;
	case SOURCE_GRADE:
		read_grade(b, node, who);
		return;
	case SOURCE_AS_OF:
		read_date(b, node, &who->has_as_of, &who->as_of);
		return;
	case SOURCE_BY:
		read_name(b, node, &who->by);
		return;
	case SOURCE_UNTIL:
		read_date(b, node, &who->has_until, &who->until);
		return;
	case SOURCE_KEYS:
		break;
	}
	d = bind_error(b, DIAG_E3003, node->key_span,
	    "a source has no `%.*s`", STR_ARG(bind_shown(b, node->key)));
	if (bind_suggest(b, d, node->key, source_keys, SOURCE_KEYS) < 0)
		diag_offer(b->all, d, source_keys, SOURCE_KEYS);
}

/* Attested facts are somebody's word for a time: who, and until when. */
static void check_attested(struct bind *b, const struct document_node *node,
    const struct provenance *who)
{
	struct diagnostic *d;

	if (who->by.length == 0 || !who->has_until) {
		d = bind_error(b, DIAG_E3014, node->span,
		    "an attested source needs %s", who->by.length == 0 ?
		    (who->has_until ? "`by`" : "`by` and `until`") : "`until`");
		diag_help(b->all, d, "say who attests it, and until which "
		    "day it holds");
	}
	if (!b->facts->options->has_as_of) {
		d = bind_error(b, DIAG_E3015, node->span,
		    "attested facts end on a day, and no date was given");
		diag_help(b->all, d, "add `--as-of YYYY-MM-DD`, or "
		    "`--as-of today`");
	}
}

static void check_source(struct bind *b, const struct document_node *node,
    struct provenance *who)
{
	struct diagnostic *d;

	if (who->grade == GRADE_ATTESTED) {
		check_attested(b, node, who);
	} else if (bind_child(b, node, STR("until"))) {
		d = bind_error(b, DIAG_E3014, node->span,
		    "only an attested source has `until`");
		diag_help(b->all, d, "add `grade: attested`, or leave "
		    "`until` out");
	} else {
		who->has_until = false;
	}
}

uint32_t bind_source(struct bind *b, const struct document_node *node)
{
	uint32_t former = b->source;
	struct provenance who = b->facts->sources.items[former].provenance;
	const struct document_node *child;

	if (node->kind != DOCUMENT_MAP) {
		bind_wrong_form(b, node, "a map");
		return former;
	}
	who.span = node->span;
	bind_enter(b, node, 0);
	for (child = bind_first(b, node); child; child = bind_next(b, child)) {
		bind_enter(b, child, 0);
		if (!node_is_broken(child))
			read_source_key(b, child, &who);
		bind_leave(b);
	}
	check_source(b, node, &who);
	bind_leave(b);
	b->source = facts_source(b->facts, &who);
	return former;
}

/* --- the top of a file ---------------------------------------------------- */

/* What `--report json=FILE` leaves in a folder. */
static bool is_report(const struct bind *b, const struct document_node *root)
{
	const struct document_node *tool = bind_child(b, root, STR("tool"));
	const struct document_node *name = tool ?
	    bind_child(b, tool, STR("name")) : NULL;

	return bind_child(b, root, STR("schema_version")) && name &&
	    is_scalar(name) && str_equal(name->text, STR("scarp"));
}

static bool check_version(struct bind *b, const struct document_node *root)
{
	const struct document_node *node = bind_child(b, root, STR("scarp"));
	struct diagnostic *d;

	if (node && is_scalar(node) && str_equal(node->text, STR("1")))
		return true;
	if (node)
		d = bind_error(b, DIAG_E3001, node->span,
		    "this is version 1 of the format, not `%.*s`",
		    STR_ARG(bind_shown(b, node->text)));
	else
		d = bind_error(b, DIAG_E3001, (struct span){ root->span.file,
		    root->span.start, root->span.start },
		    "this is no inventory of scarp: `scarp: 1` is missing");
	diag_help(b->all, d, !node && is_report(b, root) ? "this is a report of "
	    "scarp, not an inventory; keep reports outside of the folder of the "
	    "inventory" : "begin the file with `scarp: 1`");
	return false;
}

static bool check_schema(struct bind *b, const struct document_node *root)
{
	const struct document_node *node = bind_child(b, root, STR("schema"));
	struct str wanted = b->facts->schema->name;
	struct diagnostic *d;

	if (node && is_scalar(node) && str_equal(node->text, wanted))
		return true;
	if (wanted.length == 0) {
		d = bind_error(b, DIAG_E3002, node ? node->span : (struct span){
		    root->span.file, root->span.start, root->span.start },
		    "the rules do not name the schema they declare");
		diag_help(b->all, d, "write `schema NAME` in them, and the same "
		    "name here");
		return false;
	}
	if (node)
		d = bind_error(b, DIAG_E3002, node->span,
		    "this inventory is of the schema `%.*s`, the rules are "
		    "of `%.*s`", STR_ARG(bind_shown(b, node->text)),
		    STR_ARG(wanted));
	else
		d = bind_error(b, DIAG_E3002, (struct span){ root->span.file,
		    root->span.start, root->span.start },
		    "this inventory does not name its schema");
	diag_help(b->all, d, "write `schema: %.*s`", STR_ARG(wanted));
	return false;
}

bool bind_header(struct bind *b, const struct document_node *root,
    const struct provenance *who)
{
	const struct document_node *node = bind_child(b, root, STR("source"));
	bool is_ours = check_version(b, root);

	b->source = facts_source(b->facts, who);
	if (!is_ours || !check_schema(b, root))
		return false;
	if (node)
		bind_source(b, node);
	return true;
}

static void complete_kind(struct bind *b, const struct document_node *node)
{
	const struct schema *schema = b->facts->schema;
	size_t count = schema->kinds.count;
	struct str *names = ARENA_ARRAY(b->scratch, struct str, count);
	struct diagnostic *d;

	if (!is_scalar(node)) {
		bind_wrong_form(b, node, "the name of a kind");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		names[i] = schema->kinds.items[i].name;
		if (str_equal(names[i], node->text)) {
			facts_complete(b->facts, (uint16_t)i,
			    bind_origin(b, node));
			return;
		}
	}
	d = bind_error(b, DIAG_E3019, node->span,
	    "the schema has no kind `%.*s`", STR_ARG(bind_shown(b,
	    node->text)));
	if (bind_suggest(b, d, node->text, names, count) < 0)
		diag_offer(b->all, d, names, count);
}

void bind_complete(struct bind *b, const struct document_node *node)
{
	const struct document_node *child;
	struct arena_mark mark = arena_here(b->scratch);
	uint32_t i = 0;

	if (node->kind != DOCUMENT_LIST) {
		bind_wrong_form(b, node, "a list of kinds");
		return;
	}
	for (child = bind_first(b, node); child;
	    child = bind_next(b, child), i++) {
		bind_enter(b, child, i);
		if (!node_is_broken(child))
			complete_kind(b, child);
		bind_leave(b);
	}
	arena_rollback(b->scratch, mark);
}
