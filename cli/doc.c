/* SPDX-License-Identifier: Apache-2.0 */
/* scarp doc: a reference of packs, to read. */
#include "cli/doc.h"

#include "cli/clauses.h"
#include "vm/bits.h"

static bool has_rules(const struct tree *tree, size_t pack)
{
	for (size_t i = 0; i < tree->rules.count; i++)
		if (tree->rules.items[i].pack == pack)
			return true;
	for (size_t i = 0; i < tree->deselected.count; i++)
		if (tree->deselected.items[i].pack == pack)
			return true;
	return false;
}

bool doc_is_named(const struct doc *doc, size_t pack)
{
	return doc->tree->packs.items[pack].module.length == 0 &&
	    (has_rules(doc->tree, pack) ||
	    doc->tree->rules.count + doc->tree->deselected.count == 0);
}

struct str doc_title(const struct doc *doc)
{
	struct text out;

	text_init(&out, doc->arena);
	for (size_t p = 0; p < doc->tree->packs.count; p++) {
		const struct pack_info *pack = &doc->tree->packs.items[p];

		if (!doc_is_named(doc, p))
			continue;
		text_add(&out, out.length ? STR("; ") : STR(""));
		text_add(&out, pack->title.length ? pack->title : pack->id);
	}
	return text_str(&out);
}

struct str doc_counts(const struct doc *doc)
{
	size_t all = doc->count + doc->tree->deselected.count;
	size_t tests = doc->tree->tests.count;
	struct text out;

	text_init(&out, doc->arena);
	if (doc->count < all)
		text_printf(&out, "%zu of ", doc->count);
	text_printf(&out, "%.*s, %.*s", STR_ARG(text_count(doc->arena, all, "rule")),
	    STR_ARG(text_count(doc->arena, tests, "test")));
	for (size_t i = 0; i < doc->tree->choice.count; i++)
		text_printf(&out, "%s%.*s", i ? " " : "; only ",
		    STR_ARG(doc->tree->choice.items[i]));
	return text_str(&out);
}

struct str doc_place(const struct doc *doc, struct span span)
{
	struct place place = source_place(doc->sources, span.file, span.start);
	struct str name = source_name(doc->sources, span.file);

	for (size_t p = 0; p < doc->tree->packs.count; p++) {
		const struct pack_info *pack = &doc->tree->packs.items[p];

		for (uint32_t f = 0; f < pack->file_count; f++)
			if (pack->files[f] == span.file)
				name = pack->names[f];
	}
	return arena_printf(doc->arena, "%.*s:%u", STR_ARG(name), place.line);
}

/* --- what a rule rests on --------------------------------------------------- */

struct doc_fact_list doc_facts(const struct doc *doc, const struct rule *rule)
{
	const struct schema *schema = doc->tree->schema;
	uint64_t *facts = tree_rule_facts(doc->arena, doc->tree, rule);
	struct doc_fact_list list = { 0 };
	uint16_t last = SCHEMA_NONE;

	/* Attributes stand in the order of their kinds. */
	for (size_t a = 0; a < schema->attributes.count; a++) {
		const struct schema_attribute *attribute = &schema->attributes.items[a];
		struct doc_facts *group;

		if (!bit_get(facts, a))
			continue;
		if (attribute->kind != last) {
			last = attribute->kind;
			VEC_PUSH(doc->arena, &list.items)->kind =
			    schema->kinds.items[last].name;
		}
		group = VEC_LAST(&list.items);
		group->attributes = arena_printf(doc->arena, "%.*s%s%.*s",
		    STR_ARG(group->attributes), group->attributes.length ? ", " : "",
		    STR_ARG(attribute->name));
	}
	return list;
}

struct str doc_param_type(const struct doc *doc, const struct param *param)
{
	struct str type = type_text(doc->arena, doc->tree->schema, param->type);

	if (!param->has_range)
		return type;
	return arena_printf(doc->arena, "%.*s in %lld .. %lld", STR_ARG(type),
	    (long long)param->low, (long long)param->high);
}

struct str doc_clauses(const struct doc *doc, const struct rule *rule)
{
	struct text out;

	text_init(&out, doc->arena);
	clauses_add(doc->sources, rule, 0, &out);
	return text_str(&out);
}

struct str doc_test_body(const struct doc *doc, const struct test *test)
{
	struct text out;

	text_init(&out, doc->arena);
	clauses_add_source(&out, source_text(doc->sources, test->body), 0);
	return text_str(&out);
}

/* --- profiles --------------------------------------------------------------- */

static const struct rule *find_rule(const struct rule *all, size_t count, struct str id)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(all[i].id, id))
			return &all[i];
	return NULL;
}

struct str doc_under_profiles(const struct doc *doc, const struct rule *rule)
{
	struct text out;

	text_init(&out, doc->arena);
	for (size_t i = 0; i < doc->profiles.count; i++) {
		const struct doc_profile *p = &doc->profiles.items[i];
		const struct rule *under = p->tree ? find_rule(p->tree->rules.items,
		    p->tree->rules.count, rule->id) : NULL;

		if (!p->tree || (under && under->severity == under->written))
			continue;
		text_add(&out, out.length ? STR("; ") : STR(""));
		if (under)
			text_printf(&out, "%s in %.*s", severity_text(under->severity),
			    STR_ARG(p->profile->name));
		else
			text_printf(&out, "left out by %.*s", STR_ARG(p->profile->name));
	}
	return text_str(&out);
}

struct str doc_profile_effect(const struct doc *doc, const struct doc_profile *p)
{
	struct text out;

	if (!p->tree)
		return STR("does not act on these packs alone");
	text_init(&out, doc->arena);
	text_printf(&out, "%zu of %.*s", p->tree->rules.count,
	    STR_ARG(text_count(doc->arena, p->tree->rules.count +
	    p->tree->deselected.count, "rule")));
	for (size_t i = 0; i < p->tree->params.count; i++) {
		const struct param *param = &p->tree->params.items[i];

		if (param->set_by.kind == SETTING_PROFILE)
			text_printf(&out, "; %.*s = %.*s", STR_ARG(param->name),
			    STR_ARG(tree_value_text(doc->arena, p->tree,
			    param->value)));
	}
	return text_str(&out);
}

/* The packs as a profile has them: compiled once more, whole. */
static const struct tree *tree_under(struct doc *doc, const struct profile *profile)
{
	static const enum option choices[] = { OPTION_RULE, OPTION_TAG,
		OPTION_SEVERITY, OPTION_FRAMEWORK };
	struct arguments arguments = *doc->session->arguments;
	struct session session = *doc->session;
	struct session_inputs inputs;
	struct session_pack pack;

	for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++) {
		arguments.given[choices[i]] = false;
		arguments.values[choices[i]].count = 0;
	}
	arguments.given[OPTION_PROFILE] = true;
	arguments.value[OPTION_PROFILE] = arena_printf(doc->arena, "%.*s.%.*s",
	    STR_ARG(doc->tree->packs.items[profile->pack].id),
	    STR_ARG(profile->name));
	session.arguments = &arguments;
	session.all = diagnostics_new(doc->arena, session.sources);
	session_pack_operands(&session, &inputs);
	return session_compile(&session, inputs.packs.items, inputs.packs.count,
	    false, &pack) ? pack.tree : NULL;
}

static void add_profiles(struct doc *doc)
{
	const struct tree *tree = doc->tree;
	bool is_compiled = false;

	for (size_t i = 0; i < doc->session->arguments->operands.count; i++)
		is_compiled |= find_is_compiled(
		    doc->session->arguments->operands.items[i]);
	for (size_t i = 0; i < tree->profiles.count; i++)
		*VEC_PUSH(doc->arena, &doc->profiles) = (struct doc_profile){
			&tree->profiles.items[i], is_compiled ? NULL :
			tree_under(doc, &tree->profiles.items[i]) };
}

/* --- the verb --------------------------------------------------------------- */

static bool wants_html(const struct arguments *arguments)
{
	struct str path = argument(arguments, OPTION_OUTPUT, "");

	if (arguments->given[OPTION_DOC_FORMAT])
		return argument_is(arguments, OPTION_DOC_FORMAT, "html");
	return str_ends_caseless(path, STR(".html")) ||
	    str_ends_caseless(path, STR(".htm"));
}

int verb_doc(struct session *session)
{
	struct doc doc = { .session = session, .arena = session->arena,
		.sources = session->sources };
	struct session_pack pack;
	struct text out;

	if (!rules_of_operands(session, &pack))
		return STATUS_UNTRUSTED;
	text_init(&out, session->arena);
	doc.tree = pack.tree;
	doc.out = &out;
	doc.rules = rules_sorted(session->arena, pack.tree, &doc.count);
	doc.tests = rule_tests(session->arena, pack.tree);
	add_profiles(&doc);
	if (wants_html(session->arguments))
		doc_html(&doc);
	else
		doc_markdown(&doc);
	return terminal_page(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}
