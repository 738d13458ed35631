/* SPDX-License-Identifier: Apache-2.0 */
/* waiver - exceptions that people answer for: what they name must make sense.
 * Rules and subjects that are gone are for the report of a run to tell. */
#include "base/io.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "compiler/front.h"
#include "grammar/parse.h"
#include "vm/scalar.h"
#include "vm/verdict.h"

#define EVIDENCE_DIGITS 32

struct waiver_check {
	struct front *front;
	struct waiver *waiver;
	const struct ast *ast;
	const struct rule *rule;	/* NULL: there is none */
	/* Of waivers so far: their subjects, and the beginnings of those, with
	 * the index, plus one, of a waiver that has it. */
	struct map *subjects, *beginnings;
};

/* --- the subject -------------------------------------------------------- */

/* Waivers speak of the schema of the run, whichever pack declares a kind. */
static void find_kind(struct waiver_check *c, const struct ast *at,
    struct waiver_part *part)
{
	const struct schema *schema = c->front->schema;
	struct words words = { .arena = c->front->arena };
	struct diagnostic *d;

	part->kind = schema_find_kind(schema, at->text);
	if (part->kind != SCHEMA_NONE || c->front->packs.lost)
		return;
	d = diag_add(c->front->all, DIAG_E1004, at->name,
	    "there is no entity `%.*s`", STR_ARG(at->text));
	for (size_t i = 0; i < schema->kinds.count; i++)
		words_add(&words, schema->kinds.items[i].name);
	words_suggest(&words, c->front->all, d, at->text);
}

static void report_kind(struct waiver_check *c, const struct ast *at,
    struct type type)
{
	struct diagnostic *d = diag_add(c->front->all, DIAG_E5018, at->name,
	    "`%.*s` is about a `%.*s` here, and this is a `%.*s`",
	    STR_ARG(c->rule->id), STR_ARG(front_type_text(c->front, type)),
	    STR_ARG(at->text));

	diag_label(c->front->all, d, c->rule->span, "the rule");
}

static void report_no_key(struct waiver_check *c, const struct ast *at)
{
	struct diagnostic *d = diag_add(c->front->all, DIAG_E5018, at->span,
	    "a waiver names its subject by kind and key");

	diag_help(c->front->all, d, "write for example `Host \"%.*s\"`",
	    STR_ARG(at->text));
}

/* TYPE is of entities, none that is known, or NULL. */
static void read_entity(struct waiver_check *c, const struct ast *at,
    const struct type *type, struct waiver_part *part)
{
	const struct schema *schema = c->front->schema;

	if (!at->slot[0]) {
		report_no_key(c, at);
		return;
	}
	part->key = at->slot[0]->text;
	find_kind(c, at, part);
	if (part->kind == SCHEMA_NONE || !type || type->tag == TYPE_ERROR)
		return;
	if (!schema_is_a(schema, part->kind, type->of) &&
	    !schema_is_a(schema, type->of, part->kind))
		report_kind(c, at, *type);
}

/* A binder over plain values: `management_point`, or `string "a text"`. */
static void read_value(struct waiver_check *c, const struct ast *at,
    const struct type *type, struct waiver_part *part)
{
	part->key = at->slot[0] ? at->slot[0]->text : at->text;
	if (at->slot[0] && !str_equal(at->text,
	    front_type_text(c->front, *type)))
		report_kind(c, at, *type);
	else if (type->tag == TYPE_ENUM && schema_find_value(c->front->schema,
	    type->of, part->key) < 0)
		front_report_value(c->front, at->slot[0] ? at->slot[0]->span
		    : at->name, type->of, part->key, NULL);
}

/* A rule without binders has one subject, the inventory. */
static bool is_inventory(const struct waiver_check *c)
{
	return c->ast->count == 1 && !c->ast->items[0]->slot[0] &&
	    str_equal(c->ast->items[0]->text, STR("inventory")) &&
	    (!c->rule || c->rule->binders.count == 0);
}

static void report_parts(struct waiver_check *c)
{
	size_t most = c->rule->binders.count;
	struct diagnostic *d = diag_add(c->front->all, DIAG_E5018,
	    span_join(c->ast->items[0]->span,
	    c->ast->items[c->ast->count - 1]->span),
	    "the subjects of `%.*s` have %zu part%s, not %u",
	    STR_ARG(c->rule->id), most, most == 1 ? "" : "s", c->ast->count);

	diag_label(c->front->all, d, c->rule->span, "the rule");
	if (most == 0)
		diag_help(c->front->all, d, "write `inventory`");
}

static void read_part(struct waiver_check *c, uint32_t i)
{
	const struct ast *at = c->ast->items[i];
	struct waiver_part *part = &c->waiver->parts[i];
	const struct type *type = c->rule
	    ? &c->rule->binders.items[i].variable->type : NULL;

	part->span = at->span;
	part->kind = SCHEMA_NONE;
	if (!type && !at->slot[0])
		part->key = at->text;	/* of a rule that is gone: a value? */
	else if (type && type->tag != TYPE_ENTITY && type->tag != TYPE_ERROR)
		read_value(c, at, type, part);
	else
		read_entity(c, at, type, part);
}

static void read_subject(struct waiver_check *c)
{
	if (is_inventory(c))
		return;
	if (c->rule && c->ast->count > c->rule->binders.count) {
		report_parts(c);
		return;
	}
	c->waiver->count = c->ast->count;
	c->waiver->parts = ARENA_ARRAY(c->front->arena, struct waiver_part,
	    c->waiver->count);
	for (uint32_t i = 0; i < c->waiver->count; i++)
		read_part(c, i);
}

/* --- two for one -------------------------------------------------------- */

/* Is each part of the kind's key without case? */
static bool is_caseless(const struct front *front, uint16_t kind)
{
	uint16_t key = kind == SCHEMA_NONE ? SCHEMA_NONE
	    : front_key(front, kind);

	return key != SCHEMA_NONE && front->schema->attributes.items[
	    key].type.tag == TYPE_CASELESS;
}

/* The topmost base that a kind shares its keys with. */
static uint16_t root_of(const struct schema *schema, uint16_t kind)
{
	while (kind != SCHEMA_NONE &&
	    schema->kinds.items[kind].base != SCHEMA_NONE)
		kind = schema->kinds.items[kind].base;
	return kind;
}

/* Keys of parts as a text: the first COUNT of them, equal for equal names. */
static struct str subject_text(const struct waiver_check *c,
    const struct waiver *waiver, uint32_t count)
{
	struct arena *arena = c->front->arena;
	struct text out;

	text_init(&out, arena);
	text_add(&out, c->rule ? c->rule->id : waiver->rule);
	for (uint32_t i = 0; i < count; i++) {
		const struct waiver_part *part = &waiver->parts[i];
		struct str key = part->key;

		if (is_caseless(c->front, part->kind))
			key = utf8_fold(arena, key);
		text_printf(&out, "\n%u %zu ", root_of(c->front->schema,
		    part->kind), key.length);
		text_add(&out, key);
	}
	return text_str(&out);
}

static void report_two(struct waiver_check *c, uint32_t first)
{
	const struct waiver *other = &c->front->tree->waivers.items[first];
	struct diagnostic *d = diag_add(c->front->all, DIAG_E5019,
	    c->ast->span, "two waivers speak of one finding of `%.*s`",
	    STR_ARG(c->waiver->rule));

	diag_label(c->front->all, d, other->span, "the other one");
	diag_help(c->front->all, d, "keep one of them");
}

/* A subject that is a beginning of another one, as a shorter tuple is, speaks
 * of the same findings. */
static void check_alone(struct waiver_check *c)
{
	uint32_t self = (uint32_t)c->front->tree->waivers.count;
	uint32_t count = c->waiver->count;
	struct str whole = subject_text(c, c->waiver, count);
	const uint32_t *found = map_find(c->beginnings, whole);
	bool is_new;

	for (uint32_t i = 0; i < count && !found; i++)
		found = map_find(c->subjects, subject_text(c, c->waiver, i));
	if (found) {
		report_two(c, *found - 1);
		return;
	}
	*map_at(c->subjects, whole, &is_new) = self;
	for (uint32_t i = 0; i <= count; i++) {
		uint32_t *first = map_at(c->beginnings,
		    subject_text(c, c->waiver, i), &is_new);

		if (is_new)
			*first = self;
	}
}

/* --- the words ---------------------------------------------------------- */

static bool is_blank(struct str text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!strchr(" \t\r\n", text.at[i]))
			return false;
	return true;
}

static void check_words(struct waiver_check *c)
{
	if (is_blank(c->waiver->because))
		diag_add(c->front->all, DIAG_E5020, c->ast->slot[1]->span,
		    "a waiver says why: this reason is empty");
	if (is_blank(c->waiver->approved_by))
		diag_add(c->front->all, DIAG_E5020, c->ast->slot[2]->span,
		    "a waiver names who answers for it: this name is empty");
}

static bool is_digest(struct str text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!((text.at[i] >= '0' && text.at[i] <= '9') ||
		    (text.at[i] >= 'a' && text.at[i] <= 'f')))
			return false;
	return text.length == EVIDENCE_DIGITS;
}

static void check_evidence(struct waiver_check *c)
{
	const struct ast *evidence = c->ast->slot[3];
	struct diagnostic *d;

	if (!evidence)
		return;
	c->waiver->evidence = evidence->text;
	if (!is_digest(evidence->text)) {
		d = diag_add(c->front->all, DIAG_E5021, evidence->span,
		    "evidence is pinned by its digest: %d digits of 0 to 9 "
		    "and a to f", EVIDENCE_DIGITS);
		diag_help(c->front->all, d, "the JSON report has it: "
		    "`evidence` of the failing result");
	} else if (c->rule && c->waiver->count < c->rule->binders.count) {
		d = diag_add(c->front->all, DIAG_E5021, evidence->span,
		    "evidence belongs to one finding, and this waiver may "
		    "have several");
		diag_help(c->front->all, d,
		    "name the whole subject: it has %zu parts",
		    c->rule->binders.count);
	}
}

/* --- waivers ------------------------------------------------------------ */

static const struct rule *find_rule(struct front *front,
    struct waiver *waiver)
{
	const uint32_t *index = map_find(front->rule_ids, waiver->rule);
	uint32_t place, left_out = 0;

	waiver->state = WAIVER_RULE_ABSENT;
	if (!index)
		return NULL;
	place = front->rule_places[*index];
	if (place != UINT32_MAX) {
		waiver->state = WAIVER_RULE_RUNS;
		waiver->rule_index = place;
		return &front->tree->rules.items[place];
	}
	for (uint32_t i = 0; i < *index; i++)
		left_out += front->rule_places[i] == UINT32_MAX;
	waiver->state = WAIVER_RULE_DESELECTED;
	return &front->tree->deselected.items[left_out];
}

static void add_waiver(struct waiver_check *c, const struct ast *ast)
{
	struct front *front = c->front;
	struct waiver *waiver = VEC_PUSH(front->arena, &front->tree->waivers);
	size_t before = diag_errors(front->all);

	waiver->rule = ast->text;
	waiver->span = ast->name;
	waiver->because = ast->slot[1]->text;
	waiver->approved_by = ast->slot[2]->text;
	waiver->evidence = STR("");
	c->ast = ast;
	c->waiver = waiver;
	c->rule = find_rule(front, waiver);
	if (c->rule && c->rule->damaged)
		c->rule = NULL;
	/* The lexer reported a date that there is not. */
	scalar_read_date(ast->slot[0]->text, &waiver->until);
	read_subject(c);
	check_words(c);
	check_evidence(c);
	if (diag_errors(front->all) == before)
		check_alone(c);
}

static void add_file(struct waiver_check *c, const struct ast *file)
{
	for (uint32_t i = 0; i < file->count; i++) {
		const struct ast *item = file->items[i];
		struct diagnostic *d;

		if (item->kind == AST_WAIVE) {
			add_waiver(c, item);
			continue;
		}
		d = diag_add(c->front->all, DIAG_E5023, item->span,
		    "a file of waivers holds nothing but `waive`");
		diag_help(c->front->all, d, "what else it has belongs to a pack");
	}
}

static void read_file(struct waiver_check *c, struct str path)
{
	struct front *front = c->front;
	struct sources *sources = diagnostics_sources(front->all);
	size_t before = diag_errors(front->all);
	struct str bytes, why;
	const struct ast *file;
	uint32_t number;

	path = arena_copy(front->arena, path);
	if (!io_read_limited(front->arena, path.at, LIMIT_RULE_FILE,
	    &bytes, &why)) {
		diag_add(front->all, DIAG_E5001, SPAN_NONE,
		    "`%.*s` cannot be read: %.*s", STR_ARG(path),
		    STR_ARG(why));
		return;
	}
	number = source_add(sources, path, bytes);
	file = parse_file(front->arena, front->all, number);
	*VEC_PUSH(front->arena, &front->tree->waiver_files) =
	    (struct waiver_file){ path, number };
	/* What a mistake left of a waiver may be another one. */
	if (diag_errors(front->all) == before)
		add_file(c, file);
}

void front_check_waivers(struct front *front,
    const struct compile_options *options)
{
	const struct declared_list *all = &front->declared[AST_WAIVE];
	struct waiver_check c = { .front = front,
		.subjects = map_new(front->arena),
		.beginnings = map_new(front->arena) };

	for (size_t i = 0; i < all->at.count; i++)
		if (!all->at.items[i].damaged)
			add_waiver(&c, all->at.items[i].ast);
	for (size_t i = 0; i < options->waiver_count; i++)
		read_file(&c, options->waivers[i]);
}
