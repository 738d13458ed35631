/* SPDX-License-Identifier: Apache-2.0 */
/* front - from packs to the checked tree: the order of the passes. */
#include "compiler/front.h"

#include "base/limits.h"

void front_report_twice(struct front *front, const struct ast *again,
    struct span first, const char *what)
{
	struct diagnostic *d = diag_add(front->all, DIAG_E1005, again->name,
	    "this %s is given twice", what);

	diag_label(front->all, d, first, "first given here");
}

bool front_has_room(struct front *front, size_t count, const struct ast *ast,
    const char *what)
{
	if (count < SCHEMA_NONE)
		return true;
	if (!front->packs.lost)
		diag_add(front->all, DIAG_E5010, ast->span, "there are more than %u %s",
		    SCHEMA_NONE, what);
	/* What is left out may be named elsewhere. */
	front->packs.lost = true;
	return false;
}

uint16_t front_kind(struct front *front, uint32_t pack, const struct ast *ast)
{
	const struct name *name = names_find(front->names, pack, ast->text);
	struct words words = { .arena = front->arena };
	struct diagnostic *d;

	if (name && name->sort == NAME_KIND)
		return (uint16_t)name->index;
	if (front->packs.lost)
		return SCHEMA_NONE;
	d = diag_add(front->all, DIAG_E1004, ast->name,
	    "there is no entity `%.*s`", STR_ARG(ast->text));
	if (name)
		diag_label(front->all, d, name->span, "this is %s",
		    name_sort_text(name->sort));
	words_add_names(&words, front->names, pack, 1u << NAME_KIND);
	words_suggest(&words, front->all, d, ast->text);
	return SCHEMA_NONE;
}

struct str front_attribute_text(struct front *front, uint16_t attribute)
{
	const struct schema_attribute *a =
	    &front->schema->attributes.items[attribute];

	return arena_printf(front->arena, "%.*s.%.*s",
	    STR_ARG(front->schema->kinds.items[a->kind].name),
	    STR_ARG(a->name));
}

/* A subkind that has the attribute, or SCHEMA_NONE. */
static uint16_t subkind_with(const struct schema *schema, uint16_t kind,
    struct str name)
{
	for (size_t i = 0; i < schema->attributes.count; i++) {
		const struct schema_attribute *a =
		    &schema->attributes.items[i];

		if (schema_is_a(schema, a->kind, kind) &&
		    str_equal(a->name, name))
			return a->kind;
	}
	return SCHEMA_NONE;
}

void front_report_attribute(struct front *front, struct span span,
    uint16_t kind, struct str name)
{
	const struct schema *schema = front->schema;
	uint16_t sub = subkind_with(schema, kind, name);
	struct words words = { .arena = front->arena };
	struct diagnostic *d;

	if (front->packs.lost)
		return;
	d = diag_add(front->all, DIAG_E1003, span,
	    "`%.*s` has no attribute `%.*s`",
	    STR_ARG(schema->kinds.items[kind].name), STR_ARG(name));
	if (sub != SCHEMA_NONE)
		diag_note(front->all, d, "`%.*s`, which is based on it, has",
		    STR_ARG(schema->kinds.items[sub].name));
	words.list.count = words.list.capacity = schema_attribute_names(schema,
	    front->arena, kind, &words.list.items);
	words_suggest(&words, front->all, d, name);
}

/* --- what packs say of themselves --------------------------------------- */

static void collect_file(struct front *front, uint32_t pack,
    const struct ast *file)
{
	for (uint32_t i = 0; i < file->count; i++)
		*VEC_PUSH(front->arena, &front->items.at) =
		    (struct declared){ file->items[i], pack, false };
}

/* The last of COUNT declarations of one file that begins before OFFSET. */
static struct declared *item_before(struct declared *items, size_t count,
    uint32_t offset)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (items[middle].ast->span.start > offset)
			high = middle;
		else
			low = middle + 1;
	}
	return low > 0 ? &items[low - 1] : NULL;
}

/* What holds a syntax error is not looked into: what recovery made of it may
 * be wrong in ways that nobody wrote. */
static void mark_damage(struct front *front, size_t first, struct span span)
{
	struct declared *at = item_before(&front->items.at.items[first],
	    front->items.at.count - first, span.start);

	front->damaged = true;
	if (!at || span.start > at->ast->span.end) {
		front->packs.lost = true;
		return;
	}
	/* At the first word of one, the end of the one before is missed. */
	if (at->ast->span.start == span.start && at->ast->kind != AST_ERROR &&
	    at > &front->items.at.items[first])
		at--;
	at->damaged = true;
	if (at->ast->kind == AST_ERROR || at->ast->kind == AST_ENUM ||
	    at->ast->kind == AST_ENTITY || at->ast->kind == AST_USE)
		front->packs.lost = true;
}

static void collect_items(struct front *front)
{
	for (uint32_t p = 0; p < front->packs.list.count; p++) {
		const struct pack *pack = &front->packs.list.items[p];

		for (size_t f = 0; f < pack->files.count; f++) {
			const struct pack_file *file = &pack->files.items[f];
			size_t first = front->items.at.count;

			collect_file(front, p, file->tree);
			for (size_t i = 0; i < file->faults.count; i++)
				mark_damage(front, first,
				    file->faults.items[i]);
		}
	}
}

static void sort_items(struct front *front)
{
	for (size_t i = 0; i < front->items.at.count; i++) {
		struct declared at = front->items.at.items[i];

		*VEC_PUSH(front->arena,
		    &front->declared[at.ast->kind].at) = at;
	}
}

static struct str text_of(const struct ast *string)
{
	return string ? string->text : STR("");
}

static void describe(struct front *front, uint32_t p)
{
	const struct pack *pack = &front->packs.list.items[p];
	struct pack_info *info = VEC_PUSH(front->arena, &front->tree->packs);

	*info = (struct pack_info){
		.id = pack->name, .span = SPAN_NONE, .module = pack->module,
		.file_count = (uint32_t)pack->files.count,
		.title = STR(""), .version = STR(""),
	};
	info->files = ARENA_ARRAY(front->arena, uint32_t, info->file_count);
	info->names = ARENA_ARRAY(front->arena, struct str, info->file_count);
	for (uint32_t i = 0; i < info->file_count; i++) {
		info->files[i] = pack->files.items[i].file;
		info->names[i] = pack->files.items[i].name;
	}
}

static void report_second(struct front *front, const struct ast *ast,
    struct span first, const char *what)
{
	struct diagnostic *d = diag_add(front->all, DIAG_E5008, ast->name,
	    "%s", what);

	diag_label(front->all, d, first, "the other one");
}

static void name_pack(struct front *front, struct declared at)
{
	struct pack_info *info = &front->tree->packs.items[at.pack];

	if (!span_is_none(info->span)) {
		report_second(front, at.ast, info->span,
		    "a pack says `pack` once");
		return;
	}
	info->id = at.ast->text;
	info->span = at.ast->name;
	info->title = text_of(at.ast->slot[0]);
	info->version = text_of(at.ast->slot[1]);
}

static void report_schemas(struct front *front, struct declared first,
    struct declared at)
{
	bool is_first = first.pack != at.pack &&
	    names_sees(front->names, first.pack, at.pack);

	report_second(front, is_first ? first.ast : at.ast,
	    is_first ? at.ast->name : first.ast->name,
	    "packs that are used together have one schema");
}

/* A pack that is only a schema is called by it. */
static void name_schema(struct front *front, struct declared at)
{
	struct pack_info *info = &front->tree->packs.items[at.pack];

	front->schema->name = at.ast->text;
	front->schema->version = text_of(at.ast->slot[0]);
	if (!span_is_none(info->span))
		return;
	info->id = at.ast->text;
	info->version = front->schema->version;
}

static void describe_packs(struct front *front)
{
	const struct declared_list *packs = &front->declared[AST_PACK];
	const struct declared_list *schemas = &front->declared[AST_SCHEMA];

	for (uint32_t i = 0; i < front->packs.list.count; i++)
		describe(front, i);
	for (size_t i = 0; i < packs->at.count; i++)
		name_pack(front, packs->at.items[i]);
	if (schemas->at.count > 0)
		name_schema(front, schemas->at.items[0]);
	for (size_t i = 1; i < schemas->at.count; i++)
		report_schemas(front, schemas->at.items[0],
		    schemas->at.items[i]);
}

static void check_alias(struct front *front, uint32_t pack, size_t i)
{
	const struct pack *p = &front->packs.list.items[pack];
	const struct pack_use *use = &p->uses.items[i];
	const struct name *name = names_find(front->names, pack, use->alias);
	struct diagnostic *d;

	for (size_t j = 0; j < i; j++)
		if (str_equal(p->uses.items[j].alias, use->alias)) {
			d = diag_add(front->all, DIAG_E1005, use->span,
			    "two packs are called `%.*s`",
			    STR_ARG(use->alias));
			diag_label(front->all, d, p->uses.items[j].span,
			    "the other one");
			return;
		}
	if (!name)
		return;
	d = diag_add(front->all, DIAG_E1009, use->span,
	    "the alias `%.*s` hides behind another name",
	    STR_ARG(use->alias));
	diag_label(front->all, d, name->span, "%s of that name",
	    name_sort_text(name->sort));
}

static void check_aliases(struct front *front)
{
	for (uint32_t p = 0; p < front->packs.list.count; p++)
		for (size_t i = 0; i < front->packs.list.items[p].uses.count;
		    i++)
			if (front->packs.list.items[p].uses.items[
			    i].alias.length)
				check_alias(front, p, i);
}

static void resolve(struct front *front)
{
	front->names = names_new(front->arena, front->all, &front->packs);
	collect_items(front);
	sort_items(front);
	describe_packs(front);
	front_declare_enums(front);
	front_add_kinds(front);
	front_add_fields(front);
	front_add_attributes(front);
	front_declare_functions(front);
	check_aliases(front);
}

static void check(struct front *front, const struct compile_options *options)
{
	front_check_functions(front);
	front_stratify(front);
	front_check_rules(front);
	front_check_mappings(front);
	front_check_tests(front);
	front_check_params_used(front);
	front_check_profiles(front, options);
	front_check_waivers(front, options);
}

struct tree *compile_check(struct arena *arena, struct diagnostics *all,
    const struct compile_options *options)
{
	size_t before = diag_errors(all);
	struct front front = { .arena = arena, .all = all,
		.unused_allowed = options->unused_allowed };

	front.tree = ARENA_NEW(arena, struct tree);
	front.tree->arena = arena;
	front.tree->all = all;
	front.schema = ARENA_NEW(arena, struct schema);
	front.tree->schema = front.schema;
	packs_load(arena, all, options, &front.packs);
	resolve(&front);
	check(&front, options);
	return diag_errors(all) == before ? front.tree : NULL;
}
