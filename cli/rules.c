/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rules.h"

#include <stdlib.h>

#include "include/scarp.h"

bool rules_of_operands(struct session *session, struct session_pack *pack)
{
	struct session_inputs inputs;

	session_pack_operands(session, &inputs);
	if (inputs.packs.count == 0) {
		session_needs_pack(session, "");
		return false;
	}
	if (session_compile(session, inputs.packs.items, inputs.packs.count, false,
	    pack))
		return session_report(session);
	session_report(session);
	return false;
}

static int by_severity(const void *a, const void *b)
{
	const struct rule *x = *(const struct rule *const *)a;
	const struct rule *y = *(const struct rule *const *)b;

	if (x->severity != y->severity)
		return x->severity < y->severity ? 1 : -1;
	return str_compare(x->id, y->id);
}

const struct rule **rules_sorted(struct arena *arena, const struct tree *tree,
    size_t *count)
{
	const struct rule **all = ARENA_ARRAY(arena, const struct rule *,
	    tree->rules.count);

	*count = tree->rules.count;
	for (size_t i = 0; i < *count; i++)
		all[i] = &tree->rules.items[i];
	if (*count)
		qsort(all, *count, sizeof(*all), by_severity);
	return all;
}

const struct rule_tests *rule_tests(struct arena *arena, const struct tree *tree)
{
	struct rule_tests *all = ARENA_ARRAY(arena, struct rule_tests,
	    tree->rules.count);

	for (size_t i = 0; i < tree->tests.count; i++) {
		const struct test *test = &tree->tests.items[i];

		*VEC_PUSH(arena, &all[test->rule_index].list) = test;
	}
	return all;
}

/* --- names ------------------------------------------------------------------ */

struct naming {
	struct arena *arena;
	struct rule_names *names;
	VEC(struct str) seen;		/* of one rule, so that it counts once */
};

static void add_name(struct naming *n, struct str name)
{
	struct rule_names *names = n->names;
	struct rule_name *new;

	for (size_t i = 0; i < n->seen.count; i++)
		if (str_equal(n->seen.items[i], name))
			return;
	*VEC_PUSH(n->arena, &n->seen) = name;
	for (size_t i = 0; i < names->list.count; i++)
		if (str_equal(names->list.items[i].name, name)) {
			names->list.items[i].rules++;
			return;
		}
	new = VEC_PUSH(n->arena, &names->list);
	*new = (struct rule_name){ name, 1 };
}

static int by_name(const void *a, const void *b)
{
	return str_compare(((const struct rule_name *)a)->name,
	    ((const struct rule_name *)b)->name);
}

static const struct rule_names *sorted(struct naming *n)
{
	if (n->names->list.count)
		qsort(n->names->list.items, n->names->list.count,
		    sizeof(struct rule_name), by_name);
	return n->names;
}

const struct rule_names *rule_tags(struct arena *arena, const struct rule **rules,
    size_t count)
{
	struct naming n = { .arena = arena,
		.names = ARENA_NEW(arena, struct rule_names) };

	for (size_t r = 0; r < count; r++) {
		n.seen.count = 0;
		for (size_t i = 0; i < rules[r]->tags.count; i++)
			add_name(&n, rules[r]->tags.items[i]);
	}
	return sorted(&n);
}

const struct rule_names *rule_frameworks(struct arena *arena,
    const struct rule **rules, size_t count)
{
	struct naming n = { .arena = arena,
		.names = ARENA_NEW(arena, struct rule_names) };

	for (size_t r = 0; r < count; r++) {
		n.seen.count = 0;
		for (size_t i = 0; i < rules[r]->controls.count; i++)
			add_name(&n, rules[r]->controls.items[i].name);
		for (size_t i = 0; i < rules[r]->sources.count; i++)
			add_name(&n, rules[r]->sources.items[i].name);
	}
	return sorted(&n);
}

void rule_json_head(struct json *j)
{
	json_open(j, '{');
	json_member_count(j, "schema_version", 1);
	json_member_open(j, "tool", '{');
	json_member_word(j, "name", "scarp");
	json_member_word(j, "version", scarp_version());
	json_close(j, '}');
	json_break(j);
}
