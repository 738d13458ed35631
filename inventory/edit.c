/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits to facts.  What an edit states is read by the same code as a file is;
 * then what was said before of the same attributes is taken out of the way.
 */
#include "inventory/edit.h"

#include <stdlib.h>

/* --- finding what is edited ----------------------------------------------- */

static const struct schema_attribute *attribute_of(const struct editor *e,
    uint16_t attribute)
{
	return &e->facts->schema->attributes.items[attribute];
}

static struct str kind_name(const struct editor *e, uint16_t kind)
{
	return e->facts->schema->kinds.items[kind].name;
}

static uint16_t find_kind(struct editor *e)
{
	const struct schema *schema = e->facts->schema;
	const struct document_node *word = &e->edit->kind;
	uint16_t kind = schema_find_kind(schema, word->text);
	struct str *names;
	struct diagnostic *d;

	if (kind != SCHEMA_NONE)
		return kind;
	names = ARENA_ARRAY(e->arena, struct str, schema->kinds.count);
	for (size_t i = 0; i < schema->kinds.count; i++)
		names[i] = schema->kinds.items[i].name;
	d = bind_error(&e->bind, DIAG_E3026, word->span,
	    "schema `%.*s` has no kind `%.*s`", STR_ARG(schema->name),
	    STR_ARG(bind_shown(&e->bind, word->text)));
	bind_suggest(&e->bind, d, word->text, names, schema->kinds.count);
	return SCHEMA_NONE;
}

static bool is_listed(const struct editor *e, draft_id draft, uint16_t kind)
{
	const struct draft *d = &e->facts->drafts.items[draft];

	return d->introduced && schema_is_a(e->facts->schema, d->kind, kind);
}

/* The names of what is listed beside DRAFT. */
static size_t listed_keys(struct editor *e, draft_id draft, uint16_t kind,
    struct str **keys)
{
	struct facts *facts = e->facts;
	draft_id owner = facts->drafts.items[draft].owner;
	size_t count = 0;

	*keys = ARENA_ARRAY(e->arena, struct str, facts->drafts.count);
	for (size_t i = 0; i < facts->drafts.count; i++)
		if (facts->drafts.items[i].owner == owner &&
		    is_listed(e, (draft_id)i, kind))
			(*keys)[count++] = symbol_text(facts->symbols,
			    facts->drafts.items[i].key);
	return count;
}

static void report_unlisted(struct editor *e, draft_id draft, uint16_t kind,
    const struct document_node *key)
{
	struct facts *facts = e->facts;
	struct str own = symbol_text(facts->symbols,
	    facts->drafts.items[draft].key), *keys;
	size_t count = listed_keys(e, draft, kind, &keys);
	struct diagnostic *d;

	if (facts->drafts.items[draft].introduced)
		d = bind_error(&e->bind, DIAG_E3026, key->span,
		    "`%.*s` is a %.*s, not a %.*s",
		    STR_ARG(bind_shown(&e->bind, key->text)),
		    STR_ARG(kind_name(e, facts->drafts.items[draft].kind)),
		    STR_ARG(kind_name(e, kind)));
	else
		d = bind_error(&e->bind, DIAG_E3026, key->span,
		    "no %.*s `%.*s` is listed", STR_ARG(kind_name(e, kind)),
		    STR_ARG(bind_shown(&e->bind, key->text)));
	bind_suggest(&e->bind, d, own, keys, count);
}

/* The draft that the edit names, listed or not; DRAFT_NONE after a word. */
static draft_id name_entity(struct editor *e, uint16_t kind)
{
	struct type type = { .tag = TYPE_ENTITY, .of = kind };
	symbol spelling;
	int64_t cell;

	if (!bind_value(&e->bind, STR("key"), type, &e->edit->key, &cell,
	    &spelling))
		return DRAFT_NONE;
	return (draft_id)cell;
}

static draft_id find_entity(struct editor *e)
{
	uint16_t kind = find_kind(e);
	draft_id draft = kind == SCHEMA_NONE ? DRAFT_NONE :
	    name_entity(e, kind);

	if (draft == DRAFT_NONE || is_listed(e, draft, kind))
		return draft;
	report_unlisted(e, draft, kind, &e->edit->key);
	return DRAFT_NONE;
}

static uint16_t find_attribute(struct editor *e, draft_id draft,
    const struct edit_step *step)
{
	uint16_t kind = e->facts->drafts.items[draft].kind;
	uint16_t attribute = facts_attribute(e->facts, kind, step->name.text);

	if (attribute == SCHEMA_NONE)
		bind_unknown_attribute(&e->bind, kind, step->name.text,
		    step->name.span);
	return attribute;
}

static bool has_parts_of(const struct facts *facts, const struct draft *draft,
    const struct draft *wanted)
{
	const struct kind_facts *k = &facts->kinds[draft->kind];

	for (uint16_t i = 0; i < k->key_count; i++) {
		const struct key_part *want = &facts->parts.items[wanted->keys + i];
		const struct key_part *have = &facts->parts.items[draft->keys + i];

		if (want->given && (!have->given || have->cell != want->cell))
			return false;
	}
	return true;
}

/* What the key of NODE names inside OWNER; of a key of several parts the
 * first ones will do where they are clear. */
static draft_id find_inner(struct editor *e, uint16_t kind, draft_id owner,
    const struct document_node *node)
{
	struct facts *facts = e->facts;
	draft_id wanted = bind_inner(&e->bind, kind, owner, node);
	draft_id found = DRAFT_NONE;
	struct diagnostic *d;

	if (wanted == DRAFT_NONE || is_listed(e, wanted, kind))
		return wanted;
	for (size_t i = 0; i < facts->drafts.count; i++) {
		if (facts->drafts.items[i].owner != owner ||
		    !is_listed(e, (draft_id)i, kind) ||
		    !has_parts_of(facts, &facts->drafts.items[i],
		    &facts->drafts.items[wanted]))
			continue;
		if (found == DRAFT_NONE) {
			found = (draft_id)i;
			continue;
		}
		d = bind_error(&e->bind, DIAG_E3026, node->span,
		    "`%.*s` is not clear here",
		    STR_ARG(bind_shown(&e->bind, node->text)));
		diag_help(e->bind.all, d, "it may be `%.*s` or `%.*s`",
		    STR_ARG(symbol_text(facts->symbols,
		    facts->drafts.items[found].key)), STR_ARG(symbol_text(
		    facts->symbols, facts->drafts.items[i].key)));
		return DRAFT_NONE;
	}
	return found == DRAFT_NONE ? wanted : found;
}

/* The entity that an inner step leads to: one that ENTITY owns. */
static draft_id follow(struct editor *e, draft_id entity,
    const struct edit_step *step)
{
	uint16_t attribute = find_attribute(e, entity, step);
	struct type type;
	draft_id inner;

	if (attribute == SCHEMA_NONE)
		return DRAFT_NONE;
	type = attribute_of(e, attribute)->type;
	if (!step->has_key || !attribute_of(e, attribute)->owned) {
		struct diagnostic *d = bind_error(&e->bind, DIAG_E3027,
		    step->name.span, "`%.*s` does not lead to one entity inside",
		    STR_ARG(step->name.text));

		diag_help(e->bind.all, d, attribute_of(e, attribute)->owned ?
		    "say which: `%.*s[KEY]`" :
		    "`%.*s` is a link: name the entity it leads to at the start",
		    STR_ARG(step->name.text));
		return DRAFT_NONE;
	}
	inner = find_inner(e, type.of, entity, &step->key);
	if (inner == DRAFT_NONE || is_listed(e, inner, type.of))
		return inner;
	report_unlisted(e, inner, type.of, &step->key);
	return DRAFT_NONE;
}

/* --- what may be edited --------------------------------------------------- */

static bool refuse(struct editor *e, const struct edit_step *step,
    const char *why, const char *help)
{
	struct diagnostic *d = bind_error(&e->bind, DIAG_E3027,
	    step->name.span, "`%.*s` %s", STR_ARG(step->name.text), why);

	if (help)
		diag_help(e->bind.all, d, "%s", help);
	return false;
}

static bool is_editable(struct editor *e, uint16_t attribute,
    const struct edit_step *step)
{
	const struct schema_attribute *a = attribute_of(e, attribute);

	if (a->derived)
		return refuse(e, step, "is computed by the rules", NULL);
	if (a->key)
		return refuse(e, step, "is a key: it tells who the entity is",
		    "remove the entity, and add another");
	if (a->inverse != SCHEMA_NONE && attribute_of(e, a->inverse)->owned)
		return refuse(e, step, "is where the entity stands",
		    "remove it there with `-=`, and add it elsewhere with `+=`");
	if (a->type.set || e->edit->action == EDIT_SET ||
	    e->edit->action == EDIT_UNKNOWN)
		return true;
	return refuse(e, step, "is one value, not a list",
	    "write `= VALUE` or `is unknown`");
}

/* --- attributes ----------------------------------------------------------- */

static uint32_t count_of(const struct editor *e, uint16_t attribute)
{
	return facts_of(e->facts, attribute)->count;
}

/* What is stated behind a point, of which rows: each once, in the order of
 * the text. */
struct stated {
	draft_id entity;
	uint16_t attribute;
	uint32_t start;
};
typedef VEC(struct stated) stated_list;

static void add_stated(struct editor *e, stated_list *list, uint16_t attribute,
    uint32_t first)
{
	size_t begin = list->count;

	for (uint32_t i = first; i < count_of(e, attribute); i++) {
		struct fact f = fact_get(e->facts, attribute, i);
		size_t j = begin;

		while (j < list->count && list->items[j].entity != f.entity)
			j++;
		if (j == list->count &&
		    !fact_is_dead(facts_of(e->facts, attribute), i))
			*VEC_PUSH(e->arena, list) = (struct stated){ f.entity,
				attribute, f.origin.span.start };
	}
}

static int by_place(const void *left, const void *right)
{
	const struct stated *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->attribute != b->attribute)
		return a->attribute < b->attribute ? -1 : 1;
	return (a->entity > b->entity) - (a->entity < b->entity);
}

static stated_list stated_since(struct editor *e, const uint32_t *first)
{
	stated_list list = { 0 };

	for (size_t i = 0; i < e->facts->schema->attributes.count; i++)
		add_stated(e, &list, (uint16_t)i, first[i]);
	if (list.count > 1)
		qsort(list.items, list.count, sizeof(*list.items), by_place);
	return list;
}

/* The statements of a row behind FIRST, of which those before are ignored. */
static struct edit_row read_stated(struct editor *e, draft_id entity,
    uint16_t attribute, uint32_t first)
{
	edit_row_clear(e, entity, attribute, first);
	return edit_row_read(e, entity, attribute, count_of(e, attribute));
}

/* ROW is what holds now, OLD what held: the other sides follow. */
static void settle(struct editor *e, struct edit_row *row,
    struct edit_row *old)
{
	const struct schema_attribute *a = attribute_of(e, row->attribute);

	if (a->type.tag == TYPE_ENTITY)
		for (size_t i = 0; i < old->items.count; i++) {
			int64_t cell = old->items.items[i].cell;

			if (edit_row_find(row, cell))
				continue;
			if (a->owned)
				edit_drop_entity(e, (draft_id)cell, false);
			else
				edit_unlink(e, row, cell);
		}
	edit_row_write(e, row);
	if (a->type.tag == TYPE_ENTITY && !a->owned)
		for (size_t i = 0; i < row->items.count; i++)
			edit_link(e, row, row->items.items[i].cell,
			    row->items.items[i].certain);
}

/* Every row that was stated behind FIRST replaces what was said of it. */
static void replace_since(struct editor *e, const uint32_t *first)
{
	stated_list list = stated_since(e, first);

	for (size_t i = 0; i < list.count; i++) {
		struct stated at = list.items[i];
		uint32_t end = first[at.attribute];
		struct edit_row old = edit_row_read(e, at.entity, at.attribute,
		    end), row = read_stated(e, at.entity, at.attribute, end);

		edit_row_told(e, &old);
		settle(e, &row, &old);
	}
}

static const struct document_node *stated_node(const struct edit *edit)
{
	return &edit->document->nodes.items[edit->document->nodes.items[0].first];
}

static bool state(struct editor *e, draft_id entity)
{
	size_t before = diag_errors(e->bind.all);

	e->bind.document = e->edit->document;
	bind_attribute(&e->bind, entity, e->facts->drafts.items[entity].kind,
	    stated_node(e->edit));
	return diag_errors(e->bind.all) == before;
}

/* `+=`: what is listed, joined by what is stated; a list that nobody made is
 * open afterwards. */
static void gain(struct editor *e, draft_id entity, uint16_t attribute)
{
	uint32_t *first = facts_here(e->facts, e->arena);
	struct edit_row row = edit_row_read(e, entity, attribute,
	    first[attribute]), more;

	if (!state(e, entity))
		return;
	more = read_stated(e, entity, attribute, first[attribute]);
	edit_row_clear(e, entity, attribute, count_of(e, attribute));
	replace_since(e, first);
	row.closed &= more.closed;
	row.stated = true;
	for (size_t i = 0; i < more.items.count; i++)
		edit_row_put(e, &row, more.items.items[i].cell,
		    more.items.items[i].spelling, more.items.items[i].certain);
	edit_row_write(e, &row);
	if (attribute_of(e, attribute)->type.tag != TYPE_ENTITY ||
	    attribute_of(e, attribute)->owned)
		return;
	for (size_t i = 0; i < more.items.count; i++)
		edit_link(e, &row, more.items.items[i].cell,
		    more.items.items[i].certain);
}

static bool read_lost(struct editor *e, draft_id entity, uint16_t attribute,
    const struct document_node *node, int64_t *cell)
{
	const struct schema_attribute *a = attribute_of(e, attribute);
	struct type type = a->type;
	symbol spelling;

	type.set = false;
	if (node->kind == DOCUMENT_REST) {
		bind_error(&e->bind, DIAG_E3018, node->span,
		    "`...` has no place here");
		return false;
	}
	if (!a->owned)
		return bind_value(&e->bind, a->name, type, node, cell, &spelling);
	*cell = find_inner(e, type.of, entity, node);
	return *cell != DRAFT_NONE;
}

static void report_not_there(struct editor *e, struct edit_row *row,
    const struct document_node *node)
{
	const struct schema_attribute *a = attribute_of(e, row->attribute);
	struct str *names = ARENA_ARRAY(e->arena, struct str, row->items.count);
	struct facts *facts = e->facts;
	struct diagnostic *d;

	for (size_t i = 0; i < row->items.count; i++) {
		const struct edit_item *item = &row->items.items[i];

		if (a->type.tag == TYPE_ENTITY)
			names[i] = a->owned ? symbol_text(facts->symbols,
			    facts->drafts.items[item->cell].key) :
			    facts_name(facts, e->arena, (draft_id)item->cell);
		else if (item->spelling != SYMBOL_NONE)
			names[i] = symbol_text(facts->symbols, item->spelling);
		else if (a->type.tag == TYPE_ENUM)
			names[i] = schema_value_name(facts->schema, a->type.of,
			    item->cell);
	}
	d = bind_error(&e->bind, DIAG_E3026, node->span,
	    "`%.*s` of `%.*s` does not have `%.*s`", STR_ARG(a->name),
	    STR_ARG(bind_shown(&e->bind, facts_name(facts, e->arena,
	    row->entity))), STR_ARG(bind_shown(&e->bind, node->text)));
	bind_suggest(&e->bind, d, node->text, names, row->items.count);
}

static void lose_one(struct editor *e, struct edit_row *row,
    const struct document_node *node)
{
	struct edit_row told = *row;
	int64_t cell;

	if (!read_lost(e, row->entity, row->attribute, node, &cell))
		return;
	memset(&told.items, 0, sizeof(told.items));
	for (size_t i = 0; i < row->items.count; i++)
		*VEC_PUSH(e->arena, &told.items) = row->items.items[i];
	edit_row_told(e, &told);
	if (!edit_row_find(&told, cell)) {
		report_not_there(e, &told, node);
		return;
	}
	edit_row_take(row, cell);
	if (row->stated)
		edit_row_write(e, row);
	if (attribute_of(e, row->attribute)->owned)
		edit_drop_entity(e, (draft_id)cell, false);
	else if (attribute_of(e, row->attribute)->type.tag == TYPE_ENTITY)
		edit_unlink(e, row, cell);
}

static void lose(struct editor *e, draft_id entity, uint16_t attribute)
{
	const struct document_node *node = stated_node(e->edit), *child;

	e->bind.document = e->edit->document;
	if (node->kind != DOCUMENT_LIST) {
		bind_wrong_form(&e->bind, node, "a list");
		return;
	}
	for (child = bind_first(&e->bind, node); child;
	    child = bind_next(&e->bind, child)) {
		struct edit_row row = edit_row_read(e, entity, attribute,
		    count_of(e, attribute));

		lose_one(e, &row, child);
	}
}

/* As if no file had said anything, on neither side. */
static void forget(struct editor *e, draft_id entity, uint16_t attribute)
{
	struct edit_row row = edit_row_read(e, entity, attribute,
	    count_of(e, attribute));

	edit_row_clear(e, entity, attribute, count_of(e, attribute));
	if (attribute_of(e, attribute)->type.tag != TYPE_ENTITY)
		return;
	edit_forget_links(e, entity, attribute);
	if (attribute_of(e, attribute)->owned)
		for (size_t i = 0; i < row.items.count; i++)
			edit_drop_entity(e, (draft_id)row.items.items[i].cell,
			    true);
}

static void close_row(struct editor *e, draft_id entity, uint16_t attribute,
    bool closed)
{
	struct edit_row row = edit_row_read(e, entity, attribute,
	    count_of(e, attribute));

	edit_row_told(e, &row);
	row.closed = closed;
	row.grade = GRADE_ATTESTED;
	edit_row_write(e, &row);
}

static void change_attribute(struct editor *e)
{
	const struct edit *edit = e->edit;
	const struct edit_step *last = VEC_LAST(&edit->steps);
	draft_id entity = find_entity(e);
	uint32_t *first = facts_here(e->facts, e->arena);
	uint16_t attribute;

	for (size_t i = 0; entity != DRAFT_NONE && i + 1 < edit->steps.count; i++)
		entity = follow(e, entity, &edit->steps.items[i]);
	if (entity == DRAFT_NONE)
		return;
	attribute = find_attribute(e, entity, last);
	if (attribute == SCHEMA_NONE || !is_editable(e, attribute, last))
		return;
	if (edit->action == EDIT_SET && state(e, entity))
		replace_since(e, first);
	else if (edit->action == EDIT_GAIN)
		gain(e, entity, attribute);
	else if (edit->action == EDIT_LOSE)
		lose(e, entity, attribute);
	else if (edit->action == EDIT_UNKNOWN)
		forget(e, entity, attribute);
	else if (edit->action == EDIT_OPEN || edit->action == EDIT_CLOSE)
		close_row(e, entity, attribute, edit->action == EDIT_CLOSE);
}

/* --- entities ------------------------------------------------------------- */

static void state_keys(struct editor *e, draft_id draft)
{
	const struct kind_facts *k =
	    &e->facts->kinds[e->facts->drafts.items[draft].kind];

	for (uint16_t i = 0; i < k->key_count; i++) {
		const struct key_part *part = &e->facts->parts.items[
		    e->facts->drafts.items[draft].keys + i];

		if (part->given)
			facts_value(e->facts, draft, k->keys[i], part->cell,
			    type_is_text(attribute_of(e, k->keys[i])->type) ?
			    part->spelling : SYMBOL_NONE,
			    bind_origin(&e->bind, &e->edit->key));
	}
}

static void state_attributes(struct editor *e, draft_id draft, uint16_t kind)
{
	const struct document_node *child;

	e->bind.document = e->edit->document;
	if (!e->edit->document)
		return;
	for (child = bind_first(&e->bind, bind_node(&e->bind, 0)); child;
	    child = bind_next(&e->bind, child)) {
		uint16_t attribute = facts_attribute(e->facts, kind, child->key);

		if (attribute != SCHEMA_NONE && attribute_of(e, attribute)->key)
			bind_error(&e->bind, DIAG_E3027, child->key_span,
			    "`%.*s` is a key: it stands in the brackets",
			    STR_ARG(child->key));
		else
			bind_attribute(&e->bind, draft, kind, child);
	}
}

/* What is added inside its owner is an element of the owner's list, too. */
static void join_owner(struct editor *e, draft_id draft, uint16_t kind)
{
	uint16_t owned = e->facts->kinds[kind].owner;
	struct edit_row row;

	if (owned == SCHEMA_NONE)
		return;
	row = edit_row_read(e, e->facts->drafts.items[draft].owner, owned,
	    count_of(e, owned));
	edit_row_put(e, &row, draft, SYMBOL_NONE, true);
	row.stated = true;
	edit_row_write(e, &row);
}

static void add_entity(struct editor *e)
{
	struct facts *facts = e->facts;
	uint16_t kind = find_kind(e);
	draft_id draft = kind == SCHEMA_NONE ? DRAFT_NONE :
	    name_entity(e, kind), owner;
	uint32_t *first = facts_here(facts, e->arena);

	if (draft == DRAFT_NONE)
		return;
	owner = facts->drafts.items[draft].owner;
	if (facts->drafts.items[draft].introduced) {
		bind_error(&e->bind, DIAG_E3027, e->edit->key.span,
		    "`%.*s` is listed already",
		    STR_ARG(bind_shown(&e->bind, e->edit->key.text)));
		return;
	}
	if (owner != DRAFT_NONE && !facts->drafts.items[owner].introduced) {
		struct document_node named = e->edit->key;

		named.text = facts_name(facts, e->arena, owner);
		report_unlisted(e, owner, facts->drafts.items[owner].kind,
		    &named);
		return;
	}
	facts_introduce(facts, draft, kind, &facts->parts.items[
	    facts->drafts.items[draft].keys], true,
	    bind_origin(&e->bind, &e->edit->key));
	state_keys(e, draft);
	state_attributes(e, draft, kind);
	replace_since(e, first);
	join_owner(e, draft, kind);
}

static void remove_entity(struct editor *e)
{
	draft_id draft = find_entity(e);

	if (draft != DRAFT_NONE)
		edit_drop_entity(e, draft, false);
}

/* --- extents -------------------------------------------------------------- */

static void close_kind(struct editor *e, bool closed)
{
	struct facts *facts = e->facts;
	uint16_t kind = find_kind(e);
	size_t kept = 0;

	if (kind == SCHEMA_NONE)
		return;
	if (closed) {
		facts_complete(facts, kind, bind_origin(&e->bind,
		    &e->edit->kind));
		return;
	}
	for (size_t i = 0; i < facts->closings.count; i++)
		if (!schema_is_a(facts->schema, kind,
		    facts->closings.items[i].kind))
			facts->closings.items[kept++] = facts->closings.items[i];
	facts->closings.count = kept;
}

/* --- all ------------------------------------------------------------------ */

static void apply(struct editor *e)
{
	switch (e->edit->action) {
	case EDIT_SET:
	case EDIT_GAIN:
	case EDIT_LOSE:
	case EDIT_UNKNOWN:
	case EDIT_OPEN:
	case EDIT_CLOSE:
		change_attribute(e);
		break;
	case EDIT_ADD:
		add_entity(e);
		break;
	case EDIT_REMOVE:
		remove_entity(e);
		break;
	case EDIT_COMPLETE:
	case EDIT_INCOMPLETE:
		close_kind(e, e->edit->action == EDIT_COMPLETE);
		break;
	}
}

void edits_apply(struct facts *facts, const struct edits *edits)
{
	for (size_t i = 0; i < edits->all.count; i++) {
		const struct edit *edit = &edits->all.items[i];
		struct arena_mark mark = arena_here(facts->scratch);
		struct provenance who = { .name = STR("edit"),
			.grade = GRADE_ATTESTED, .span = edit->span };
		struct editor e = { .facts = facts, .edit = edit,
			.arena = facts->scratch,
			.bind = { .facts = facts, .all = facts->all,
			    .scratch = facts->scratch, .is_line = true } };

		e.bind.source = facts_source(facts, &who);
		apply(&e);
		arena_rollback(facts->scratch, mark);
	}
}
