/* SPDX-License-Identifier: Apache-2.0 */
/* What is looked at, in order; and what becomes of the findings. */
#include "compiler/lint_part.h"

#include <stdarg.h>

struct lint_finding *lint_tell(struct lint *l, enum diag_code code,
    struct span span, const char *format, ...)
{
	struct lint_finding *finding = VEC_PUSH(l->arena, &l->findings);
	va_list arguments;

	va_start(arguments, format);
	finding->message = arena_vprintf(l->arena, format, arguments);
	va_end(arguments);
	finding->code = code;
	finding->span = span;
	finding->label = SPAN_NONE;
	return finding;
}

/* Since `from` all is told of one declaration, so in one file. */
bool lint_told_within(const struct lint *l, struct span span)
{
	for (size_t i = l->from; i < l->findings.count; i++) {
		struct span told = l->findings.items[i].span;

		if (told.start >= span.start && told.end <= span.end)
			return true;
	}
	return false;
}

/* --- what is looked at ---------------------------------------------------- */

/* A pack that was asked for has no module name: it was not `use`d. */
static bool is_of_asked_pack(const struct tree *tree, struct span span)
{
	for (size_t p = 0; p < tree->packs.count; p++)
		for (uint32_t i = 0; tree->packs.items[p].module.length == 0 &&
		    i < tree->packs.items[p].file_count; i++)
			if (tree->packs.items[p].files[i] == span.file)
				return true;
	return false;
}

static void lint_function(struct lint *l, const struct function *f)
{
	if (!is_of_asked_pack(l->tree, f->span))
		return;
	l->from = l->findings.count;
	lint_condition(l, f->body, (const struct variable *const *)f->parameters,
	    f->count);
	lint_ways_out(l, f->body, true);
}

static void find_failing_tests(struct lint *l)
{
	const struct tree *tree = l->tree;

	l->has_failing_test = ARENA_ARRAY(l->arena, bool, tree->rules.count);
	for (size_t t = 0; t < tree->tests.count; t++) {
		const struct test *test = &tree->tests.items[t];

		for (size_t e = 0; e < test->expectations.count; e++)
			if (test->expectations.items[e].verdict == OP_FAIL)
				l->has_failing_test[test->rule_index] = true;
	}
}

static void lint_tests(struct lint *l, size_t rule)
{
	const struct rule *r = &l->tree->rules.items[rule];
	struct lint_finding *finding;

	if (l->has_failing_test[rule])
		return;
	finding = lint_tell(l, DIAG_W6010, r->span, "no test expects this rule to fail");
	finding->help = arena_printf(l->arena,
	    "add one: `test %.*s { given { ... } expect fail ... }`", STR_ARG(r->id));
}

static void lint_all(struct lint *l)
{
	const struct tree *tree = l->tree;

	find_failing_tests(l);
	for (size_t i = 0; i < tree->definitions.count; i++)
		lint_function(l, &tree->definitions.items[i]);
	for (size_t i = 0; i < tree->derived.count; i++)
		lint_function(l, &tree->derived.items[i]);
	for (size_t i = 0; i < tree->relations.count; i++)
		lint_function(l, &tree->relations.items[i]);
	for (size_t i = 0; i < tree->rules.count; i++) {
		const struct rule *rule = &tree->rules.items[i];

		if (!is_of_asked_pack(tree, rule->span))
			continue;
		l->summary.rules++;
		l->from = l->findings.count;
		lint_messages(l, rule);
		/* One that cannot fail needs no test that it does. */
		if (lint_rule(l, rule))
			lint_tests(l, i);
	}
	l->summary.left_out = !lint_pairs_compare(l->pairs, l);
}

/* --- what becomes of it --------------------------------------------------- */

static void report(struct lint *l, const struct lint_finding *finding)
{
	struct diagnostic *d = diag_add(l->all, finding->code, finding->span,
	    "%.*s", STR_ARG(finding->message));

	l->summary.findings++;
	if (!span_is_none(finding->label))
		diag_label(l->all, d, finding->label, "%.*s", STR_ARG(finding->words));
	if (finding->help.length)
		diag_help(l->all, d, "%.*s", STR_ARG(finding->help));
}

struct lint_summary lint_packs(struct arena *arena, struct diagnostics *all,
    const struct tree *tree)
{
	struct lint l = { .arena = arena, .all = all, .tree = tree,
		.keys = map_new(arena), .covered = map_new(arena),
		.pairs = lint_pairs_new(arena) };

	lint_all(&l);
	lint_ignore(&l);
	for (size_t i = 0; i < l.findings.count; i++)
		if (l.findings.items[i].ignored)
			l.summary.ignored++;
		else
			report(&l, &l.findings.items[i]);
	return l.summary;
}
