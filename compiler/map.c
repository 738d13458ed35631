/* SPDX-License-Identifier: Apache-2.0 */
/* map - mappings from foreign formats: every name, value and pattern checked. */
#include "base/limits.h"
#include "compiler/front.h"
#include "vm/regex.h"

struct map_check {
	struct front *front;
	uint32_t pack;
	struct mapping *mapping;
};

/* What a field may be made of. */
struct field_place {
	uint16_t kind;
	size_t groups;			/* of the `each ... match` around it */
};

static const struct schema_attribute *attribute_of(struct map_check *m,
    uint16_t attribute)
{
	return &m->front->schema->attributes.items[attribute];
}

/* --- values ------------------------------------------------------------- */

/* A literal as text: of the foreign format, or of ours. */
static struct str literal_text(struct map_check *m, const struct ast *ast)
{
	if (ast->kind == AST_TRUE)
		return STR("true");
	if (ast->kind == AST_FALSE)
		return STR("false");
	if (ast->kind == AST_NONE)
		return STR("none");
	if (ast->kind == AST_UNARY)
		return arena_printf(m->front->arena, "-%.*s",
		    STR_ARG(ast->slot[0]->text));
	return ast->text;
}

/* A link is written as the key of what it leads to. */
static void check_value(struct map_check *m, const struct ast *value,
    struct type type)
{
	struct literal literal;

	type.set = false;
	if (type.tag == TYPE_ENTITY)
		type.tag = TYPE_STRING;
	if (type.tag != TYPE_ERROR)
		front_literal(m->front, value, type, &literal);
}

static struct mapping_spelling spelling(struct map_check *m,
    const struct ast *own, const struct ast *foreign)
{
	return (struct mapping_spelling){
		.own = literal_text(m, own),
		.is_none = own->kind == AST_NONE,
		.foreign = literal_text(m, foreign),
		.span = foreign->span,
	};
}

/* --- where values come from --------------------------------------------- */

static size_t count_groups(struct map_check *m, const struct ast *pattern)
{
	char why[256] = "";
	struct regex *regex = NULL;
	size_t groups;

	if (pattern->text.length > limit_get(LIMIT_REGEX))
		diag_add(m->front->all, DIAG_E2012, pattern->span,
		    "this regular expression is longer than %llu bytes "
		    "(limit `%s`)",
		    (unsigned long long)limit_get(LIMIT_REGEX),
		    limit_name(LIMIT_REGEX));
	else
		regex = regex_new(pattern->text.at, pattern->text.length, 0,
		    limit_get(LIMIT_REGEX_MEMORY), why, sizeof(why));
	if (!regex) {
		if (why[0])
			diag_add(m->front->all, DIAG_E2012, pattern->span,
			    "this is no regular expression: %s", why);
		return SIZE_MAX;
	}
	groups = regex_group_count(regex);
	regex_free(regex);
	return groups;
}

static void add_group(struct map_check *m, const struct ast *number,
    const struct field_place *at, struct mapping_source *source)
{
	int64_t group = front_integer(number);

	if (at->groups == 0)
		diag_add(m->front->all, DIAG_E1018, number->span,
		    "there is no `match` around whose group this could be");
	else if (group < 1 || (uint64_t)group > at->groups)
		diag_add(m->front->all, DIAG_E1018, number->span,
		    "the `match` around has no group %lld",
		    (long long)group);
	else
		source->group = (uint32_t)group;
}

static void add_fields(struct map_check *m, const struct ast *ast,
    const struct field_place *at, struct mapping_source *source);

static void check_set(struct map_check *m, const struct ast *field,
    const struct schema_attribute *a)
{
	const struct ast *source = field->slot[0];

	if (source->op == OP_EACH && !a->type.set &&
	    a->type.tag != TYPE_ERROR)
		diag_add(m->front->all, DIAG_E2007, source->span,
		    "`each` gives a set, and `%.*s` is one `%.*s`",
		    STR_ARG(a->name),
		    STR_ARG(front_type_text(m->front, a->type)));
}

static bool has_fields(const struct ast *source)
{
	for (uint32_t i = 0; i < source->count; i++)
		if (source->items[i]->kind == AST_MAP_FIELD)
			return true;
	return false;
}

static void check_inner(struct map_check *m, const struct ast *source,
    const struct schema_attribute *a)
{
	if (has_fields(source) && !a->owned && a->type.tag != TYPE_ERROR)
		diag_add(m->front->all, DIAG_E1018, source->span,
		    "only what is owned is made of fields, not `%.*s`",
		    STR_ARG(a->name));
	if (!has_fields(source) && a->owned && !a->shorthand)
		diag_add(m->front->all, DIAG_E1018, source->span,
		    "`%.*s` has no shorthand: say what its fields are made of",
		    STR_ARG(a->name));
}

/* `A.b[C=d].e`: a bracket holds a condition, is closed, and ends its part. */
static bool is_path(struct str text)
{
	size_t open = 0;
	bool inside = false, has_equals = false;

	for (size_t i = 0; i < text.length; i++) {
		char next = i + 1 < text.length ? text.at[i + 1] : '.';

		if (text.at[i] == '[' && (inside || i == 0))
			return false;
		if (text.at[i] == ']' && (!inside || !has_equals || next != '.'))
			return false;
		if (text.at[i] == '[') {
			inside = true;
			has_equals = false;
			open = i;
		}
		has_equals |= text.at[i] == '=' && i > open + 1;
		inside &= text.at[i] != ']';
	}
	return !inside;
}

static void check_path_text(struct map_check *m, const struct ast *name)
{
	if (str_equal(m->mapping->format, STR("opengraph")) ||
	    is_path(name->text))
		return;
	diag_help(m->front->all, diag_add(m->front->all, DIAG_E1018,
	    name->span, "`%.*s` is no path", STR_ARG(name->text)),
	    "brackets choose an object of a list: `Groups[Name=*-544].Members`");
}

/* Items that the source itself is not sure of. */
static void add_doubt(struct map_check *m, const struct ast *item,
    const struct ast *source, struct mapping_source *to)
{
	count_groups(m, item->slot[0]);
	if (source->op != OP_EACH)
		diag_add(m->front->all, DIAG_E1018, item->span,
		    "only items of `each` can be possible");
	else if (to->possible.length)
		diag_add(m->front->all, DIAG_E1018, item->span,
		    "which items are possible was said already");
	to->possible = item->slot[0]->text;
}

static void add_source(struct map_check *m, const struct ast *field,
    const struct schema_attribute *a, const struct field_place *at,
    struct mapping_source *to)
{
	const struct ast *source = field->slot[0];
	struct field_place inner = { .kind = SCHEMA_NONE };

	to->each = source->op == OP_EACH;
	to->complete = source->negated;
	if (source->slot[0]) {
		to->match = source->slot[0]->text;
		inner.groups = count_groups(m, source->slot[0]);
	}
	check_set(m, field, a);
	check_inner(m, source, a);
	if (a->owned)
		inner.kind = a->type.of;
	for (uint32_t i = 0; i < source->count; i++) {
		const struct ast *item = source->items[i];

		if (item->kind == AST_NAME) {
			check_path_text(m, item);
			*VEC_PUSH(m->front->arena, &to->properties) =
			    item->text;
		}
		if (item->kind == AST_INTEGER)
			add_group(m, item, at, to);
		if (item->kind == AST_MAP_POSSIBLE)
			add_doubt(m, item, source, to);
		if (item->kind != AST_MAP_SPELL)
			continue;
		check_value(m, item->slot[0], a->type);
		for (uint32_t j = 0; j < item->count; j++)
			*VEC_PUSH(m->front->arena, &to->spellings) =
			    spelling(m, item->slot[0], item->items[j]);
	}
	if (has_fields(source) && a->owned)
		add_fields(m, source, &inner, to);
}

static void add_literal(struct map_check *m, const struct ast *field,
    const struct schema_attribute *a, struct mapping_source *to)
{
	check_value(m, field->slot[0], a->type);
	to->is_literal = true;
	to->is_none = field->slot[0]->kind == AST_NONE;
	to->literal = literal_text(m, field->slot[0]);
}

/* --- fields ------------------------------------------------------------- */

static uint16_t find_attribute(struct map_check *m, const struct ast *at,
    uint16_t kind, struct str name)
{
	uint16_t attribute = front_find_attribute(m->front, kind, name);

	if (attribute == SCHEMA_NONE) {
		front_report_attribute(m->front, at->name, kind, name);
	} else if (attribute_of(m, attribute)->derived) {
		diag_add(m->front->all, DIAG_E1018, at->name,
		    "`%.*s` is computed, not read", STR_ARG(name));
		return SCHEMA_NONE;
	}
	return attribute;
}

static bool add_field(struct map_check *m, const struct ast *field,
    const struct field_place *at, struct mapping_field *to)
{
	uint16_t attribute = find_attribute(m, field, at->kind, field->text);
	const struct schema_attribute *a;

	if (attribute == SCHEMA_NONE)
		return false;
	a = attribute_of(m, attribute);
	to->attribute = attribute;
	to->span = field->span;
	if (field->slot[0]->kind == AST_MAP_SOURCE)
		add_source(m, field, a, at, &to->source);
	else
		add_literal(m, field, a, &to->source);
	return true;
}

static void report_repeated(struct map_check *m, const struct ast *ast,
    uint32_t i)
{
	for (uint32_t j = 0; j < i; j++)
		if (ast->items[j]->kind == AST_MAP_FIELD &&
		    str_equal(ast->items[j]->text, ast->items[i]->text)) {
			front_report_twice(m->front, ast->items[i],
			    ast->items[j]->name, "attribute");
			return;
		}
}

/* Without its first key nobody knows which entity is meant. */
static void check_key(struct map_check *m, const struct ast *ast,
    uint16_t kind)
{
	uint16_t key = front_key(m->front, kind);

	if (key == SCHEMA_NONE)
		return;
	for (uint32_t i = 0; i < ast->count; i++)
		if (ast->items[i]->kind == AST_MAP_FIELD &&
		    str_equal(ast->items[i]->text,
		    attribute_of(m, key)->name))
			return;
	diag_add(m->front->all, DIAG_E1022, ast->span,
	    "nothing says what the key `%.*s` of `%.*s` is",
	    STR_ARG(attribute_of(m, key)->name),
	    STR_ARG(m->front->schema->kinds.items[kind].name));
}

/* As deep as the text: LIMIT_EXPRESSION_DEPTH. */
static void add_fields(struct map_check *m, const struct ast *ast,
    const struct field_place *at, struct mapping_source *source)
{
	source->fields = ARENA_ARRAY(m->front->arena, struct mapping_field,
	    ast->count);
	for (uint32_t i = 0; i < ast->count; i++) {
		if (ast->items[i]->kind != AST_MAP_FIELD)
			continue;
		report_repeated(m, ast, i);
		if (add_field(m, ast->items[i], at,
		    &source->fields[source->field_count]))
			source->field_count++;
	}
	check_key(m, ast, at->kind);
}

/* --- nodes and edges ---------------------------------------------------- */

static void add_node(struct map_check *m, const struct ast *item)
{
	uint16_t kind = front_kind(m->front, m->pack, item->slot[0]);
	struct mapping_node node = { .foreign = item->text, .kind = kind,
		.span = item->span };
	struct field_place at = { .kind = kind };
	struct mapping_source fields = { 0 };

	if (item->slot[1]) {
		node.test_property = item->slot[1]->text;
		node.test_value = literal_text(m, item->slot[1]->slot[0]);
	}
	for (uint32_t i = 0; i < item->count; i++)
		for (uint32_t j = 0; item->items[i]->kind == AST_MAP_IGNORE &&
		    j < item->items[i]->count; j++)
			*VEC_PUSH(m->front->arena, &node.ignored) =
			    item->items[i]->items[j]->text;
	if (kind == SCHEMA_NONE)
		return;
	add_fields(m, item, &at, &fields);
	node.fields.items = fields.fields;
	node.fields.count = node.fields.capacity = fields.field_count;
	*VEC_PUSH(m->front->arena, &m->mapping->nodes) = node;
}

static void add_edge(struct map_check *m, const struct ast *item)
{
	uint16_t kind = front_kind(m->front, m->pack, item->slot[0]);
	const struct ast *link = item->slot[1];
	uint16_t attribute = kind == SCHEMA_NONE ? SCHEMA_NONE
	    : find_attribute(m, link, kind, link->text);

	if (attribute == SCHEMA_NONE)
		return;
	if (attribute_of(m, attribute)->type.tag != TYPE_ENTITY) {
		diag_add(m->front->all, DIAG_E1018, link->name,
		    "`%.*s` is no link", STR_ARG(link->text));
		return;
	}
	*VEC_PUSH(m->front->arena, &m->mapping->edges) =
	    (struct mapping_edge){ .foreign = item->text,
		.attribute = attribute, .inverse = item->op == OP_INVERSE,
		.span = item->span };
}

/* --- the rest of a mapping ---------------------------------------------- */

static void add_grade(struct map_check *m, const struct ast *item)
{
	struct words words = { .arena = m->front->arena };
	struct diagnostic *d;

	for (int i = 0; i < GRADE_ATTESTED; i++) {
		struct str text = str_of(grade_text((enum grade)i));

		if (str_equal(text, item->text)) {
			m->mapping->grade = (enum grade)i;
			return;
		}
		words_add(&words, text);
	}
	d = diag_add(m->front->all, DIAG_E1017, item->name,
	    "`%.*s` is no grade of what is collected", STR_ARG(item->text));
	diag_note(m->front->all, d, "grades are %.*s",
	    STR_ARG(words_list(&words, words.list.count)));
	words_suggest(&words, m->front->all, d, item->text);
}

static void add_unknown(struct map_check *m, const struct ast *item)
{
	for (uint32_t i = 0; i < item->count; i++)
		*VEC_PUSH(m->front->arena, &m->mapping->unknown) =
		    literal_text(m, item->items[i]);
}

/* For attributes of any type: what they stand for is looked at there. */
static void add_spell(struct map_check *m, const struct ast *item)
{
	for (uint32_t i = 0; i < item->count; i++)
		*VEC_PUSH(m->front->arena, &m->mapping->spellings) =
		    spelling(m, item->slot[0], item->items[i]);
}

static void add_possible(struct map_check *m, const struct ast *item)
{
	*VEC_PUSH(m->front->arena, &m->mapping->possible) = item->text;
}

static void add_ignored(struct map_check *m, const struct ast *item)
{
	for (uint32_t i = 0; i < item->count; i++) {
		struct str *to = item->op == OP_NODE
		    ? VEC_PUSH(m->front->arena, &m->mapping->ignored_nodes)
		    : item->op == OP_EDGE
		    ? VEC_PUSH(m->front->arena, &m->mapping->ignored_edges)
		    : VEC_PUSH(m->front->arena,
			&m->mapping->ignored_properties);

		*to = item->items[i]->text;
	}
}

static void add_from(struct map_check *m, const struct ast *item)
{
	if (!str_equal(m->mapping->format, STR("opengraph")))
		diag_add(m->front->all, DIAG_E1018, item->span,
		    "only collections of `opengraph` name their source");
	m->mapping->source = item->slot[0]->text;
}

static void (*const adders[AST_COUNT])(struct map_check *,
    const struct ast *) = {
	[AST_MAP_GRADE] = add_grade, [AST_MAP_FROM] = add_from, [AST_MAP_UNKNOWN] = add_unknown,
	[AST_MAP_SPELL] = add_spell, [AST_MAP_POSSIBLE] = add_possible,
	[AST_MAP_NODE] = add_node, [AST_MAP_EDGE] = add_edge,
	[AST_MAP_IGNORE] = add_ignored,
};

static void check_format(struct map_check *m, const struct ast *ast)
{
	static const char *const formats[] = {
#define FORMAT(name, spelling, what) spelling,
		MAPPING_FORMATS(FORMAT)
#undef FORMAT
	};
	struct words words = { .arena = m->front->arena };
	struct diagnostic *d;

	for (size_t i = 0; i < FORMAT_COUNT; i++) {
		if (str_equal(ast->text, str_of(formats[i])))
			return;
		words_add(&words, str_of(formats[i]));
	}
	d = diag_add(m->front->all, DIAG_E1017, ast->name,
	    "there is no format `%.*s`", STR_ARG(ast->text));
	diag_note(m->front->all, d, "formats are %.*s",
	    STR_ARG(words_list(&words, words.list.count)));
	words_suggest(&words, m->front->all, d, ast->text);
}

static void check_target(struct map_check *m, const struct ast *ast)
{
	const struct schema *schema = m->front->schema;
	const struct ast *target = ast->slot[0];

	check_format(m, ast);
	if (str_equal(target->text, schema->name))
		return;
	if (schema->name.length)
		diag_add(m->front->all, DIAG_E1017, target->name,
		    "the schema is `%.*s`, not `%.*s`",
		    STR_ARG(schema->name), STR_ARG(target->text));
	else if (!m->front->packs.lost)
		diag_add(m->front->all, DIAG_E1017, target->name,
		    "there is no schema `%.*s`", STR_ARG(target->text));
}

static void check_mapping(struct front *front, struct declared at)
{
	struct map_check m = { .front = front, .pack = at.pack };

	m.mapping = ARENA_NEW(front->arena, struct mapping);
	m.mapping->format = at.ast->text;
	m.mapping->span = at.ast->name;
	m.mapping->grade = GRADE_OBSERVED;
	check_target(&m, at.ast);
	for (uint32_t i = 0; i < at.ast->count; i++)
		adders[at.ast->items[i]->kind](&m, at.ast->items[i]);
	*VEC_PUSH(front->arena, &front->tree->mappings) = m.mapping;
}

void front_check_mappings(struct front *front)
{
	const struct declared_list *all = &front->declared[AST_MAP];

	for (size_t i = 0; i < all->at.count; i++)
		if (!all->at.items[i].damaged)
			check_mapping(front, all->at.items[i]);
}
