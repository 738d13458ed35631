/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON report of another run, as a side to be compared.  Nothing is taken
 * on trust: every member that is used must be there and have its form, so
 * that a truncated or foreign file is refused and never reads as "nothing
 * new".  Members that are not known are left alone: reports may gain some.
 */
#include "base/intern.h"
#include "report/diff.h"
#include "vm/scalar.h"

/* Facts that one unknown is said to need; JSON has all. */
#define NEEDS_SHOWN 4

struct reader {
	struct arena *arena;
	struct diagnostics *all;
	const struct document *document;
	struct diff_side *side;
	struct map *ids;	/* to catch a finding that is listed twice */
};

static const struct document_node *node_at(const struct reader *r, uint32_t i)
{
	return &r->document->nodes.items[i];
}

static const struct document_node *child_of(const struct reader *r,
    const struct document_node *map, const char *key)
{
	for (uint32_t i = map->first; i; i = node_at(r, i)->next)
		if (str_equal(node_at(r, i)->key, str_of(key)))
			return node_at(r, i);
	return NULL;
}

static void wrong(struct reader *r, struct span span, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void wrong(struct reader *r, struct span span, const char *format, ...)
{
	struct diagnostic *d;
	va_list arguments;
	struct str message;

	va_start(arguments, format);
	message = arena_vprintf(r->arena, format, arguments);
	va_end(arguments);
	d = diag_add(r->all, DIAG_E8113, span, "%.*s", STR_ARG(message));
	diag_help(r->all, d, "a report is what `scarp check --format json` "
	    "prints");
}

static const char *form_text(enum document_kind kind)
{
	return kind == DOCUMENT_LIST ? "a list" : kind == DOCUMENT_MAP ?
	    "an object" : kind == DOCUMENT_QUOTED ? "a text" : "a plain value";
}

/* The member KEY of MAP, of the form KIND; NULL after a diagnostic. */
static const struct document_node *member(struct reader *r,
    const struct document_node *map, const char *key, enum document_kind kind)
{
	const struct document_node *node = child_of(r, map, key);

	if (!node)
		wrong(r, (struct span){ map->span.file, map->span.start,
		    map->span.start + 1 }, "`%s` is missing", key);
	else if (node->kind != kind)
		wrong(r, node->span, "`%s` is %s, not %s", key,
		    form_text(node->kind), form_text(kind));
	else
		return node;
	return NULL;
}

static bool is_null(const struct document_node *node)
{
	return node->kind == DOCUMENT_PLAIN && str_equal(node->text, STR("null"));
}

/* The same of a member that may be left out or null: NULL for both. */
static const struct document_node *optional(struct reader *r,
    const struct document_node *map, const char *key, enum document_kind kind)
{
	const struct document_node *node = child_of(r, map, key);

	return node && !is_null(node) ? member(r, map, key, kind) : NULL;
}

static bool read_text(struct reader *r, const struct document_node *map,
    const char *key, struct str *text)
{
	const struct document_node *node = member(r, map, key, DOCUMENT_QUOTED);

	*text = node ? node->text : STR("");
	return node != NULL;
}

static void read_optional_text(struct reader *r,
    const struct document_node *map, const char *key, struct str *text)
{
	const struct document_node *node = optional(r, map, key, DOCUMENT_QUOTED);

	*text = node ? node->text : STR("");
}

/* One of WORDS; its number, or -1 after a diagnostic. */
static int read_choice(struct reader *r, const struct document_node *map,
    const char *key, const struct str *words, size_t count)
{
	const struct document_node *node = member(r, map, key, DOCUMENT_QUOTED);

	for (size_t i = 0; node && i < count; i++)
		if (str_equal(node->text, words[i]))
			return (int)i;
	if (node)
		wrong(r, node->span, "`%.*s` is no %s", STR_ARG(node->text), key);
	return -1;
}

static struct str *read_texts(struct reader *r,
    const struct document_node *list, size_t *count)
{
	struct str *texts = ARENA_ARRAY(r->arena, struct str,
	    list ? list->count : 0);

	*count = 0;
	for (uint32_t i = list ? list->first : 0; i; i = node_at(r, i)->next) {
		if (node_at(r, i)->kind != DOCUMENT_QUOTED)
			wrong(r, node_at(r, i)->span,
			    "a text is wanted here, not %s",
			    form_text(node_at(r, i)->kind));
		texts[(*count)++] = node_at(r, i)->text;
	}
	return texts;
}

/* --- results -------------------------------------------------------------- */

static bool is_fingerprint(struct str s)
{
	for (size_t i = 0; i < s.length; i++)
		if (!strchr("0123456789abcdef", s.at[i]))
			return false;
	return s.length == 32;
}

static void read_id(struct reader *r, const struct document_node *map,
    struct diff_result *to)
{
	const struct document_node *former = optional(r, map, "former_ids",
	    DOCUMENT_LIST);
	bool is_new;

	if (!read_text(r, map, "id", &to->id))
		return;
	if (!is_fingerprint(to->id))
		wrong(r, child_of(r, map, "id")->span,
		    "`%.*s` is no fingerprint", STR_ARG(to->id));
	map_at(r->ids, to->id, &is_new);
	if (!is_new)
		wrong(r, child_of(r, map, "id")->span,
		    "this finding is listed already");
	if (former)
		to->former = read_texts(r, former, &to->former_count);
}

/* Reports of older releases have none. */
static void read_parts(struct reader *r, const struct document_node *subject,
    struct diff_result *to)
{
	const struct document_node *list = optional(r, subject, "parts",
	    DOCUMENT_LIST), *kind;
	struct subject_part *parts;

	if (!list)
		return;
	parts = ARENA_ARRAY(r->arena, struct subject_part, list->count);
	for (uint32_t i = list->first; i; i = node_at(r, i)->next) {
		struct subject_part *part = &parts[to->part_count++];

		*part = (struct subject_part){ 0 };
		if (node_at(r, i)->kind != DOCUMENT_MAP) {
			wrong(r, node_at(r, i)->span, "a part is an object, not %s",
			    form_text(node_at(r, i)->kind));
			continue;
		}
		kind = child_of(r, node_at(r, i), "kind");
		if (!kind || !is_null(kind))
			read_text(r, node_at(r, i), "kind", &part->kind);
		read_text(r, node_at(r, i), "key", &part->key);
	}
	to->parts = parts;
	if (to->part_count > 1)
		to->key = subject_joined(r->arena, parts, to->part_count);
}

static void read_subject(struct reader *r, const struct document_node *map,
    struct diff_result *to)
{
	const struct document_node *subject = child_of(r, map, "subject");

	if (subject && is_null(subject))
		return;
	subject = member(r, map, "subject", DOCUMENT_MAP);
	if (!subject)
		return;
	read_text(r, subject, "kind", &to->kind);
	read_text(r, subject, "key", &to->plain);
	to->key = to->plain;
	read_parts(r, subject, to);
}

static uint32_t read_number(struct reader *r, const struct document_node *map,
    const char *key)
{
	const struct document_node *node = member(r, map, key, DOCUMENT_PLAIN);
	int64_t number = 0;

	if (node && (!scalar_read_int(node->text, &number) || number < 0 ||
	    number > UINT32_MAX))
		wrong(r, node->span, "`%.*s` is no number of a %s",
		    STR_ARG(node->text), key);
	return (uint32_t)number;
}

static void read_location(struct reader *r, const struct document_node *map,
    struct diff_result *to)
{
	const struct document_node *place = optional(r, map, "location",
	    DOCUMENT_MAP);

	if (!place || !read_text(r, place, "file", &to->file))
		return;
	to->line = read_number(r, place, "line");
	to->column = read_number(r, place, "column");
}

static void read_verdict(struct reader *r, const struct document_node *map,
    struct diff_result *to)
{
	struct str verdicts[VERDICT_COUNT - 1], severities[SEVERITY_CRITICAL + 1];
	int found;

	for (int v = 1; v < VERDICT_COUNT; v++)
		verdicts[v - 1] = str_of(verdict_text((enum verdict)v));
	for (int s = 0; s <= SEVERITY_CRITICAL; s++)
		severities[s] = str_of(severity_text((enum severity)s));
	found = read_choice(r, map, "verdict", verdicts, VERDICT_COUNT - 1);
	to->verdict = found < 0 ? VERDICT_UNSET : (enum verdict)(found + 1);
	found = read_choice(r, map, "severity", severities,
	    SEVERITY_CRITICAL + 1);
	to->severity = found < 0 ? SEVERITY_INFO : (enum severity)found;
	to->waived = optional(r, map, "waived", DOCUMENT_MAP) != NULL;
	read_optional_text(r, map, "reason", &to->reason);
	read_optional_text(r, map, "evidence", &to->evidence);
}

/* As view_words has it, of a report of this run. */
static void read_needs(struct reader *r, const struct document_node *map,
    struct diff_result *to)
{
	const struct document_node *list = optional(r, map, "missing",
	    DOCUMENT_LIST);
	struct text out;
	unsigned count = 0;
	struct str fact;

	if (to->verdict != VERDICT_UNKNOWN || !list)
		return;
	text_init(&out, r->arena);
	text_add(&out, str_equal(to->reason, STR("when")) ?
	    STR("may not apply; needs ") : STR("needs "));
	for (uint32_t i = list->first; i; i = node_at(r, i)->next) {
		if (node_at(r, i)->kind != DOCUMENT_MAP ||
		    !read_text(r, node_at(r, i), "fact", &fact) ||
		    ++count > NEEDS_SHOWN)
			continue;
		text_add(&out, count > 1 ? STR(", ") : STR(""));
		text_add(&out, fact);
	}
	if (count > NEEDS_SHOWN)
		text_printf(&out, " and %u more", count - NEEDS_SHOWN);
	to->needs = count ? text_str(&out) : STR("cannot be decided");
}

static void read_result(struct reader *r, const struct document_node *map)
{
	struct diff_result result = { 0 };
	bool known = false, named;

	if (map->kind != DOCUMENT_MAP) {
		wrong(r, map->span, "a result is an object, not %s",
		    form_text(map->kind));
		return;
	}
	read_id(r, map, &result);
	named = read_text(r, map, "rule", &result.rule);
	read_text(r, map, "message", &result.message);
	read_subject(r, map, &result);
	read_verdict(r, map, &result);
	read_location(r, map, &result);
	read_needs(r, map, &result);
	for (size_t i = 0; i < r->side->rules.count; i++) {
		struct diff_rule *rule = &r->side->rules.items[i];

		if (!str_equal(rule->id, result.rule))
			continue;
		known = true;
		rule->failed |= result.verdict == VERDICT_ERROR;
	}
	if (named && !known)
		wrong(r, child_of(r, map, "rule")->span,
		    "`%.*s` is not among the rules of the report",
		    STR_ARG(result.rule));
	if (result.verdict != VERDICT_ERROR)
		*VEC_PUSH(r->arena, &r->side->results) = result;
}

/* --- the whole ------------------------------------------------------------ */

static void read_rule(struct reader *r, const struct document_node *map)
{
	struct diff_rule *rule = VEC_PUSH(r->arena, &r->side->rules);

	if (map->kind != DOCUMENT_MAP) {
		wrong(r, map->span, "a rule is an object, not %s",
		    form_text(map->kind));
		return;
	}
	read_text(r, map, "id", &rule->id);
	rule->replaces = read_texts(r, member(r, map, "replaces",
	    DOCUMENT_LIST), &rule->replace_count);
}

static void read_packs(struct reader *r, const struct document_node *root)
{
	const struct document_node *list = member(r, root, "packs",
	    DOCUMENT_LIST);
	struct text out;

	text_init(&out, r->arena);
	for (uint32_t i = list ? list->first : 0; i; i = node_at(r, i)->next) {
		struct str id, version;

		if (node_at(r, i)->kind != DOCUMENT_MAP) {
			wrong(r, node_at(r, i)->span, "a pack is an object");
			continue;
		}
		read_text(r, node_at(r, i), "id", &id);
		read_text(r, node_at(r, i), "version", &version);
		diff_add_pack(&out, id, version);
	}
	r->side->packs = text_str(&out);
}

static void note_imaginary(struct reader *r, const struct document_node *root)
{
	const struct document_node *run = optional(r, root, "run", DOCUMENT_MAP),
	    *says = run ? optional(r, run, "imaginary", DOCUMENT_PLAIN) : NULL;

	if (says && str_equal(says->text, STR("true")))
		r->side->imaginary = says->span;
}

static bool read_header(struct reader *r, const struct document_node *root)
{
	static const struct str lists[] = { { "findings", 8 }, { "all", 3 } };
	const struct document_node *version = member(r, root,
	    "schema_version", DOCUMENT_PLAIN);
	int found;

	if (!version)
		return false;
	if (!str_equal(version->text, STR("1"))) {
		wrong(r, version->span, "a report of version `%.*s` is not "
		    "read by this scarp", STR_ARG(version->text));
		return false;
	}
	found = read_choice(r, root, "verdicts", lists, 2);
	r->side->all = found == 1;
	note_imaginary(r, root);
	read_optional_text(r, root, "as_of", &r->side->as_of);
	read_packs(r, root);
	return true;
}

struct diff_side *diff_read(struct arena *arena, struct diagnostics *all,
    struct str name, const struct document *document)
{
	struct diff_side *side = ARENA_NEW(arena, struct diff_side);
	struct reader r = { arena, all, document, side, map_new(arena) };
	const struct document_node *root = node_at(&r, 0), *list;
	size_t before = diag_errors(all);

	side->name = name;
	side->imaginary = SPAN_NONE;
	if (root->kind != DOCUMENT_MAP)
		wrong(&r, root->span, "a report is an object, not %s",
		    form_text(root->kind));
	else if (read_header(&r, root)) {
		list = member(&r, root, "rules", DOCUMENT_LIST);
		for (uint32_t i = list ? list->first : 0; i;
		    i = node_at(&r, i)->next)
			read_rule(&r, node_at(&r, i));
		list = list ? member(&r, root, "results", DOCUMENT_LIST) : NULL;
		for (uint32_t i = list ? list->first : 0; i;
		    i = node_at(&r, i)->next)
			read_result(&r, node_at(&r, i));
	}
	return diag_errors(all) == before ? side : NULL;
}
