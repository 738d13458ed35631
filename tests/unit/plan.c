/* SPDX-License-Identifier: Apache-2.0 */
/* What a pack's plan and program share, hoist and keep apart. */
#include "compiler/plan.h"

#include <stdio.h>

#include "base/limits.h"
#include "compiler/compiler.h"
#include "tests/unit/unit.h"
#include "vm/verify.h"

static const char schema[] =
    "pack t \"t\"\n"
    "schema s version \"1\"\n"
    "enum Zone { inside, outside }\n"
    "entity Site { code: string, key  open: bool }\n"
    "entity Host { name: string, key  zone: Zone  old: bool  site: Site\n"
    "  cores: int  roles: {Role}, owned, inverse of host  peers: {Host} }\n"
    "entity Role { name: string, key  host: Host  hot: bool  weight: int  near: Zone }\n";

struct compiled {
	struct arena *arena;
	struct diagnostics *all;
	struct tree *tree;
	struct plan *plan;
	struct program *program;
};

static void show(struct compiled *c)
{
	struct text text;

	text_init(&text, c->arena);
	diag_print(c->all, &text, 0, DIAG_HUMAN, false);
	fprintf(stderr, "%.*s", (int)text.length, text.at);
}

static struct compiled check(const char *rules)
{
	struct compiled c = { .arena = arena_new() };
	struct packed_source source = { .name = STR("t.scarp"),
		.bytes = arena_printf(c.arena, "%s%s", schema, rules) };
	struct compile_options options = { .packed = &source, .packed_count = 1 };

	c.all = diagnostics_new(c.arena, sources_new(c.arena));
	c.tree = compile_check(c.arena, c.all, &options);
	if (!c.tree)
		show(&c);
	ck_assert_ptr_nonnull(c.tree);
	return c;
}

static struct compiled compile(const char *rules, bool unoptimised)
{
	struct compiled c = check(rules);
	struct str why;

	c.plan = compile_plan(c.arena, c.tree,
	    (struct plan_options){ unoptimised });
	c.program = compile_program_with(c.arena, c.tree,
	    (struct plan_options){ unoptimised });
	if (!c.program)
		show(&c);
	ck_assert_ptr_nonnull(c.program);
	if (!program_verify(c.arena, c.program, &why))
		ck_abort_msg("%.*s", STR_ARG(why));
	return c;
}

static size_t count(const struct compiled *c, enum opcode op)
{
	size_t found = 0;

	for (size_t i = 0; i < c->program->code.count; i++)
		found += c->program->code.items[i].op == op;
	return found;
}

/* The kinds of the root of the frame that the first OP stands in. */
static struct program_frame root_of(const struct compiled *c, enum opcode op)
{
	const struct program *p = c->program;

	for (size_t u = 0; u < p->units.count; u++)
		for (size_t i = 0; i < p->units.items[u].count; i++)
			if (p->code.items[p->units.items[u].first + i].op == op)
				return p->frames.items[p->units.items[u].frame];
	ck_abort_msg("no such instruction");
}

static uint16_t kind(const struct compiled *c, const char *name)
{
	return schema_find_kind(c->tree->schema, str_of(name));
}

START_TEST(rules_share_what_they_have_in_common)
{
	struct compiled c = compile(
	    "rule a \"a\" { for h in Host require any r in h.roles: r.hot and r.near == outside }\n"
	    "rule b \"b\" { for x in Host when any y in x.roles: y.near == outside and y.hot\n"
	    "  require x.cores < 4 }\n", false);

	ck_assert_uint_eq(count(&c, OPCODE_ANY_W), 1);
	ck_assert_uint_eq(count(&c, OPCODE_EXPAND_W), 1);
	ck_assert_uint_eq(count(&c, OPCODE_EQ_S), 1);
	ck_assert_uint_eq(c.plan->rules.items[0].required,
	    plan_at(c.plan, c.plan->rules.items[1].applies)->b);
	arena_free(c.arena);
}
END_TEST

START_TEST(a_predicate_of_the_element_alone_is_evaluated_in_its_kind)
{
	struct compiled c = compile(
	    "rule a \"a\" { for h in Host require all r in h.roles: r.weight < 3 or r.hot }\n", false);

	ck_assert_uint_eq(root_of(&c, OPCODE_LT_N).kinds[0], kind(&c, "Role"));
	ck_assert_uint_eq(root_of(&c, OPCODE_ANY_W).kinds[0], kind(&c, "Host"));
	ck_assert_uint_eq(count(&c, OPCODE_STORE), 1);
	ck_assert_uint_eq(count(&c, OPCODE_FETCH_T), 1);
	arena_free(c.arena);
}
END_TEST

START_TEST(a_load_is_not_worth_a_store)
{
	struct compiled c = compile(
	    "rule a \"a\" { for h in Host require all r in h.roles: not r.hot }\n", false);

	ck_assert_uint_eq(count(&c, OPCODE_STORE), 0);
	ck_assert_uint_eq(c.program->units.count, 1);
	arena_free(c.arena);
}
END_TEST

START_TEST(nested_quantifiers_are_unnested)
{
	struct compiled c = compile(
	    "rule a \"a\" { for h in Host require any p in h.peers:\n"
	    "  count(r in p.roles where r.weight > 2) >= 3 }\n", false);

	for (size_t i = 0; i < c.program->frames.count; i++) {
		uint16_t parent = c.program->frames.items[i].parent;

		if (parent != SCHEMA_NONE)
			ck_assert_uint_eq(c.program->frames.items[parent].parent, SCHEMA_NONE);
	}
	ck_assert_uint_eq(c.program->units.count, 3);
	arena_free(c.arena);
}
END_TEST

START_TEST(what_depends_on_nothing_is_computed_once)
{
	struct compiled c = compile(
	    "rule a \"a\" { for h in Host require h.cores < count(Site) }\n",
	    false);

	ck_assert_uint_eq(root_of(&c, OPCODE_COUNT_W).kinds[0], SCHEMA_NONE);
	arena_free(c.arena);
}
END_TEST

START_TEST(pairs_read_what_one_of_them_decides)
{
	struct compiled c = compile(
	    "rule a \"a\" { for h in Host, s in Site when h.site == s and s.open and h.zone == outside\n"
	    "  require h.old }\n", false);
	struct program_frame pairs = root_of(&c, OPCODE_EMIT);

	ck_assert_uint_eq(pairs.kinds[0], kind(&c, "Host"));
	ck_assert_uint_eq(pairs.kinds[1], kind(&c, "Site"));
	ck_assert_uint_eq(count(&c, OPCODE_EXISTS), 2);
	arena_free(c.arena);
}
END_TEST

START_TEST(an_unoptimised_plan_moves_nothing)
{
	struct compiled c = compile(
	    "rule a \"a\" { for h in Host require any r in h.roles: r.weight < 3 }\n"
	    "rule b \"b\" { for h in Host require any r in h.roles: r.weight < 3 }\n", true);

	ck_assert_uint_eq(count(&c, OPCODE_ANY_W), 2);
	ck_assert_uint_eq(count(&c, OPCODE_LT_N), 2);
	ck_assert_uint_eq(count(&c, OPCODE_STORE), 0);
	ck_assert_uint_eq(root_of(&c, OPCODE_LT_N).kinds[0], kind(&c, "Host"));
	arena_free(c.arena);
}
END_TEST

START_TEST(what_a_component_does_not_change_is_computed_before)
{
	struct compiled c = compile(
	    "relation linked(a: Host, b: Host) = a in b.peers\n"
	    "  or count(q in b.peers where q.zone == a.zone) > 2\n"
	    "  or any p in a.peers: linked(p, b) and (p.zone == b.zone or p.old)\n"
	    "rule a \"a\" { for h in Host, k in Host when h.old require not linked(h, k) }\n", false);

	for (size_t u = 0; u < c.program->units.count; u++) {
		const struct program_unit *unit = &c.program->units.items[u];

		for (size_t i = 0; i < unit->count; i++)
			switch (c.program->code.items[unit->first + i].op) {
			case OPCODE_COUNT_IF_W:
				ck_assert_uint_eq(unit->component, SCHEMA_NONE);
				break;
			/* Asking for the pair would cost more. */
			case OPCODE_IN_W:
				ck_assert_uint_ne(unit->component, SCHEMA_NONE);
				break;
			default:
				break;
			}
	}
	arena_free(c.arena);
}
END_TEST

START_TEST(the_same_tree_gives_the_same_bytes)
{
	const char *rules = "rule a \"a\" { for h in Host, r in h.roles\n"
	    "  when r.hot and any p in h.peers: p.zone != h.zone require r.weight > h.cores }\n";
	struct compiled a = compile(rules, false), b = compile(rules, false);

	ck_assert_uint_eq(a.program->code.count, b.program->code.count);
	for (size_t i = 0; i < a.program->code.count; i++) {
		const struct instruction *x = &a.program->code.items[i];
		const struct instruction *y = &b.program->code.items[i];

		ck_assert(x->op == y->op && x->dst == y->dst && x->a == y->a &&
		    x->b == y->b && x->c == y->c && x->imm == y->imm);
	}
	arena_free(a.arena);
	arena_free(b.arena);
}
END_TEST

/* A rule with a condition that no other rule has. */
static struct str many_rules(struct arena *arena, unsigned rules)
{
	struct text text;

	text_init(&text, arena);
	for (unsigned i = 0; i < rules; i++)
		text_printf(&text,
		    "rule r%u \"r\" { for h in Host when h.cores == %u\n"
		    "  require any r in h.roles: r.weight == %u }\n", i, i, i);
	text_add_char(&text, '\0');
	return text_str(&text);
}

START_TEST(units_are_split_where_registers_run_out)
{
	struct arena *arena = arena_new();
	struct compiled c;

	ck_assert(limit_set(STR("expansion"), 1u << 24));
	c = compile(many_rules(arena, 8000).at, false);
	for (size_t u = 0; u < c.program->units.count; u++) {
		ck_assert_uint_lt(c.program->units.items[u].register_count,
		    OPERAND_NONE);
	}
	ck_assert_uint_gt(c.program->units.count, 2);
	arena_free(c.arena);
	arena_free(arena);
}
END_TEST

UNIT_MAIN(rules_share_what_they_have_in_common,
    a_predicate_of_the_element_alone_is_evaluated_in_its_kind,
    a_load_is_not_worth_a_store, nested_quantifiers_are_unnested,
    what_depends_on_nothing_is_computed_once, pairs_read_what_one_of_them_decides,
    an_unoptimised_plan_moves_nothing,
    what_a_component_does_not_change_is_computed_before,
    the_same_tree_gives_the_same_bytes, units_are_split_where_registers_run_out)
