/* SPDX-License-Identifier: Apache-2.0 */
/* dump - the checked tree as an indented listing. */
#include "compiler/tree.h"

#include "vm/scalar.h"

struct dump {
	const struct tree *tree;
	const struct schema *schema;
	struct text *out;
};

static void indent(struct dump *d, int depth)
{
	for (int i = 0; i < depth; i++)
		text_add(d->out, STR("  "));
}

static void add_type(struct dump *d, struct type type)
{
	text_printf(d->out, ": %.*s", STR_ARG(type_text(d->tree->arena,
	    d->schema, type)));
}

static void add_quoted(struct dump *d, struct str text)
{
	text_add_char(d->out, '"');
	text_add_json(d->out, text);
	text_add_char(d->out, '"');
}

static void add_cell(struct dump *d, struct type type, int64_t cell,
    struct str text)
{
	struct arena *arena = d->tree->arena;

	if (type_is_text(type))
		add_quoted(d, text);
	else if (type.tag == TYPE_ENUM)
		text_add(d->out, schema_value_name(d->schema, type.of, cell));
	else if (type.tag == TYPE_BOOL)
		text_add(d->out, cell ? STR("true") : STR("false"));
	else if (type.tag == TYPE_DATE)
		text_add(d->out, scalar_date_text(arena, cell));
	else if (type.tag == TYPE_DURATION)
		text_add(d->out, scalar_duration_text(arena, cell));
	else
		text_printf(d->out, "%lld", (long long)cell);
}

static void add_attribute(struct dump *d, uint32_t index)
{
	const struct schema_attribute *a = &d->schema->attributes.items[index];

	text_printf(d->out, " %.*s.%.*s",
	    STR_ARG(d->schema->kinds.items[a->kind].name), STR_ARG(a->name));
}

static void add_named(struct dump *d, struct str name)
{
	text_printf(d->out, " %.*s", STR_ARG(name));
}

/* What tells one node of an operator from another. */
static void add_detail(struct dump *d, const struct expr *e)
{
	if (e->op == EXPR_CONST) {
		text_add_char(d->out, ' ');
		add_cell(d, e->type, e->cell, e->text);
	}
	if (e->op == EXPR_LIKE || e->op == EXPR_MATCHES) {
		text_add_char(d->out, ' ');
		add_quoted(d, e->text);
	}
	if (e->variable)
		text_printf(d->out, " %.*s#%u", STR_ARG(e->variable->name),
		    e->variable->index);
	if (e->op == EXPR_PARAM)
		add_named(d, d->tree->params.items[e->index].name);
	if (e->op == EXPR_EXTENT || e->op == EXPR_IS_KIND)
		add_named(d, d->schema->kinds.items[e->index].name);
	if (e->op == EXPR_ATTRIBUTE)
		add_attribute(d, e->index);
	if (e->op == EXPR_FIELD)
		add_named(d, d->schema->fields.items[e->index].name);
	if (e->op == EXPR_CALL)
		add_named(d, d->tree->definitions.items[e->index].name);
	if (e->op == EXPR_RELATION)
		add_named(d, d->tree->relations.items[e->index].name);
	if (e->path)
		text_printf(d->out, " path %u", e->path->index);
}

static void add_expr(struct dump *d, int depth, const struct expr *e)
{
	indent(d, depth);
	text_add(d->out, str_of(expr_op_name(e->op)));
	add_detail(d, e);
	if (!type_is_truth(e->type))
		add_type(d, e->type);
	text_add_char(d->out, '\n');
	for (int i = 0; i < expr_op_arity(e->op); i++)
		if (e->arg[i])
			add_expr(d, depth + 1, e->arg[i]);
	for (uint32_t i = 0; i < e->count; i++)
		add_expr(d, depth + 1, e->items[i]);
}

/* --- the schema --------------------------------------------------------- */

static void add_value(struct dump *d, struct type type,
    const struct schema_value *value)
{
	bool is_text = type_is_text(type);

	if (!value->present) {
		text_add(d->out, STR("-"));
		return;
	}
	if (!type.set) {
		add_cell(d, type, value->cell, is_text
		    ? d->schema->texts.items[value->cell] : STR(""));
		return;
	}
	text_add_char(d->out, '[');
	for (uint32_t i = 0; i < value->count; i++) {
		int64_t cell = d->schema->cells.items[value->first + i];

		if (i > 0)
			text_add(d->out, STR(", "));
		add_cell(d, type, cell, is_text
		    ? d->schema->texts.items[cell] : STR(""));
	}
	text_add_char(d->out, ']');
}

static void add_enum(struct dump *d, uint16_t index)
{
	const struct schema_enum *e = &d->schema->enums.items[index];

	text_printf(d->out, "enum %.*s", STR_ARG(e->name));
	for (int64_t i = 0; i < e->value_count; i++)
		add_named(d, schema_value_name(d->schema, index, i));
	text_add_char(d->out, '\n');
	for (unsigned i = 0; i < e->field_count; i++) {
		const struct schema_field *f =
		    &d->schema->fields.items[e->first_field + i];

		text_printf(d->out, "  %.*s", STR_ARG(f->name));
		add_type(d, f->type);
		for (int64_t v = 0; v < e->value_count; v++) {
			text_add(d->out, v ? STR(" ") : STR(" = "));
			add_value(d, f->type, schema_field_value(d->schema,
			    (uint16_t)(e->first_field + i), v));
		}
		text_add_char(d->out, '\n');
	}
}

static void add_kind_attribute(struct dump *d,
    const struct schema_attribute *a)
{
	struct type type = a->type;

	text_printf(d->out, "  %.*s", STR_ARG(a->name));
	add_type(d, a->type);
	text_printf(d->out, "%s%s%s%s", a->key ? ", key" : "",
	    a->owned ? ", owned" : "", a->shorthand ? ", shorthand" : "",
	    a->derived ? ", derived" : "");
	if (a->inverse != SCHEMA_NONE) {
		text_add(d->out, STR(", inverse of"));
		add_attribute(d, a->inverse);
	}
	if (a->has_default) {
		text_add(d->out, STR(", default "));
		type.optional = false;
		add_cell(d, type, a->fallback, type_is_text(type)
		    ? d->schema->texts.items[a->fallback] : STR(""));
	}
	if (a->cost)
		text_printf(d->out, ", changeable cost %u", a->cost);
	text_add_char(d->out, '\n');
}

static void add_kind(struct dump *d, uint16_t index)
{
	const struct schema_kind *k = &d->schema->kinds.items[index];

	text_printf(d->out, "entity %.*s", STR_ARG(k->name));
	if (k->base != SCHEMA_NONE)
		text_printf(d->out, ": %.*s",
		    STR_ARG(d->schema->kinds.items[k->base].name));
	text_printf(d->out, " (%.*s", STR_ARG(k->plural));
	if (k->owner != SCHEMA_NONE) {
		text_add(d->out, STR(", in"));
		add_attribute(d, k->owner);
	}
	text_add(d->out, STR(")\n"));
	for (size_t i = 0; i < d->schema->attributes.count; i++)
		if (d->schema->attributes.items[i].kind == index)
			add_kind_attribute(d,
			    &d->schema->attributes.items[i]);
}

static void add_schema(struct dump *d)
{
	if (d->schema->name.length)
		text_printf(d->out, "schema %.*s %.*s\n",
		    STR_ARG(d->schema->name), STR_ARG(d->schema->version));
	for (size_t i = 0; i < d->schema->enums.count; i++)
		add_enum(d, (uint16_t)i);
	for (size_t i = 0; i < d->schema->kinds.count; i++)
		add_kind(d, (uint16_t)i);
}

/* --- functions ---------------------------------------------------------- */

static void add_param(struct dump *d, const struct param *param)
{
	text_printf(d->out, "param %.*s", STR_ARG(param->name));
	add_type(d, param->type);
	if (param->has_range) {
		text_add(d->out, STR(" in "));
		add_cell(d, param->type, param->low, STR(""));
		text_add(d->out, STR(" .. "));
		add_cell(d, param->type, param->high, STR(""));
	}
	text_add_char(d->out, '\n');
	add_expr(d, 1, param->value);
}

static void add_function(struct dump *d, const char *word,
    const struct function *f)
{
	text_add(d->out, str_of(word));
	if (f->attribute != SCHEMA_NONE)
		add_attribute(d, f->attribute);
	else
		add_named(d, f->name);
	for (uint32_t i = 0; i < f->count; i++) {
		text_printf(d->out, "%s%.*s#%u", i ? ", " : "(",
		    STR_ARG(f->parameters[i]->name), f->parameters[i]->index);
		add_type(d, f->parameters[i]->type);
	}
	if (f->count)
		text_add_char(d->out, ')');
	add_type(d, f->type);
	if (word[0] == 'r')
		text_printf(d->out, " stratum %u%s", f->stratum,
		    f->recursive ? " recursive" : "");
	text_add_char(d->out, '\n');
	add_expr(d, 1, f->body);
}

/* --- rules -------------------------------------------------------------- */

static void add_clause(struct dump *d, const char *word, const struct expr *e)
{
	text_printf(d->out, "  %s\n", word);
	add_expr(d, 2, e);
}

static void add_requirements(struct dump *d, const struct rule *rule)
{
	for (size_t i = 0; i < rule->requirements.count; i++) {
		const struct requirement *r = &rule->requirements.items[i];

		add_clause(d, r->forbid ? "forbid" : "require", r->condition);
		if (r->message)
			add_expr(d, 2, r->message);
	}
}

static void add_rule(struct dump *d, const struct rule *rule)
{
	text_printf(d->out, "rule %.*s %s ", STR_ARG(rule->id),
	    severity_text(rule->severity));
	add_quoted(d, rule->title);
	text_add_char(d->out, '\n');
	for (size_t i = 0; i < rule->binders.count; i++) {
		const struct binder *b = &rule->binders.items[i];

		text_printf(d->out, "  for %.*s#%u\n",
		    STR_ARG(b->variable->name), b->variable->index);
		add_expr(d, 2, b->set);
	}
	for (size_t i = 0; i < rule->lets.count; i++) {
		text_printf(d->out, "  let %.*s#%u\n",
		    STR_ARG(rule->lets.items[i]->name),
		    rule->lets.items[i]->index);
		add_expr(d, 2, rule->lets.items[i]->let);
	}
	for (size_t i = 0; i < rule->when.count; i++)
		add_clause(d, "when", rule->when.items[i]);
	for (size_t i = 0; i < rule->except.count; i++)
		add_clause(d, "except when", rule->except.items[i]);
	add_requirements(d, rule);
}

static void add_path(struct dump *d, const struct path *path)
{
	text_printf(d->out, "path %u: %.*s to %.*s, accepting", path->index,
	    STR_ARG(d->schema->kinds.items[path->from].name),
	    STR_ARG(d->schema->kinds.items[path->to].name));
	for (unsigned i = 0; i < path->states; i++)
		if (path->accepting >> i & 1)
			text_printf(d->out, " %u", i);
	text_add_char(d->out, '\n');
	for (unsigned i = 0; i < path->move_count; i++) {
		const struct path_move *move = &path->moves[i];
		const struct path_step *step = &path->steps[move->step];

		text_printf(d->out, "  %u to %u by%s", move->from, move->to,
		    step->inverse ? " inverse" : "");
		if (step->kind == PATH_RELATION)
			add_named(d, d->tree->relations.items[
			    step->index].name);
		else
			add_attribute(d, step->index);
		text_add_char(d->out, '\n');
	}
}

void tree_dump(const struct tree *tree, struct text *out)
{
	struct dump d = { tree, tree->schema, out };

	for (size_t i = 0; i < tree->packs.count; i++)
		text_printf(out, "pack %.*s\n",
		    STR_ARG(tree->packs.items[i].id));
	add_schema(&d);
	for (size_t i = 0; i < tree->params.count; i++)
		add_param(&d, &tree->params.items[i]);
	for (size_t i = 0; i < tree->definitions.count; i++)
		add_function(&d, "define", &tree->definitions.items[i]);
	for (size_t i = 0; i < tree->derived.count; i++)
		add_function(&d, "derive", &tree->derived.items[i]);
	for (size_t i = 0; i < tree->relations.count; i++)
		add_function(&d, "relation", &tree->relations.items[i]);
	for (size_t i = 0; i < tree->rules.count; i++)
		add_rule(&d, &tree->rules.items[i]);
	for (size_t i = 0; i < tree->paths.count; i++)
		add_path(&d, tree->paths.items[i]);
}
