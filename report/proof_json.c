/* SPDX-License-Identifier: Apache-2.0 */
/* A proof for programs: docs/report.md describes it.  Recursion is bounded by
 * the depth of a proof. */
#include "report/proof.h"

#include "vm/scalar.h"

struct printer {
	const struct sources *sources;
	struct json *j;
	struct arena *arena;
};

/* Members that say nothing are left out. */
static void add_text(struct printer *p, const char *name, struct str value)
{
	if (value.length)
		json_member(p->j, name, value);
}

static void add_flag(struct printer *p, const char *name)
{
	json_name(p->j, name);
	json_bool(p->j, true);
}

void proof_json_place(const struct sources *sources, const char *name,
    struct span span, struct json *j)
{
	struct place place;

	if (span_is_none(span))
		return;
	place = source_place(sources, span.file, span.start);
	json_member_open(j, name, '{');
	json_member(j, "file", source_name(sources, span.file));
	json_member_count(j, "line", place.line);
	json_member_count(j, "column", place.column);
	json_close(j, '}');
}

static void add_place(struct printer *p, const char *name, struct span span)
{
	proof_json_place(p->sources, name, span, p->j);
}

static void add_source(struct printer *p, const struct proof_source *s)
{
	if (s->grade[0] == 0)
		return;
	json_member_open(p->j, "source", '{');
	json_member_word(p->j, "grade", s->grade);
	add_text(p, "name", s->name);
	add_text(p, "by", s->by);
	if (s->has_as_of)
		json_member(p->j, "as_of", scalar_date_text(p->arena, s->as_of));
	if (s->has_until)
		json_member(p->j, "until", scalar_date_text(p->arena, s->until));
	json_close(p->j, '}');
}

static void add_fact(struct printer *p, const struct proof_fact *f)
{
	json_member_open(p->j, "fact", '{');
	json_member_word(p->j, "state", f->state);
	add_text(p, "entity", f->entity);
	add_text(p, "attribute", f->attribute);
	add_text(p, "value", f->value);
	add_source(p, &f->source);
	if (f->other_count)
		json_member_open(p->j, "others", '[');
	for (size_t i = 0; i < f->other_count; i++) {
		const struct proof_other *o = &f->others[i];

		json_open(p->j, '{');
		json_member_word(p->j, "state", o->outranked ? "outranked"
		    : "conflict");
		json_member(p->j, "value", o->value);
		add_source(p, &o->source);
		add_place(p, "location", o->span);
		json_close(p->j, '}');
	}
	if (f->other_count)
		json_close(p->j, ']');
	json_close(p->j, '}');
}

static const char *truth_word(enum truth truth)
{
	return truth == TRUTH_TRUE ? "true" : truth == TRUTH_FALSE ? "false"
	    : "unknown";
}

static void add_bindings(struct printer *p, const struct proof_binding *b,
    size_t count)
{
	json_member_open(p->j, "bindings", '{');
	for (size_t i = 0; i < count; i++)
		json_member(p->j, arena_copy(p->arena, b[i].name).at, b[i].value);
	json_close(p->j, '}');
}

static void add_words(struct printer *p, const struct proof_node *n)
{
	json_member_word(p->j, "kind", proof_kind_text(n->kind));
	json_member(p->j, "text", n->text);
	if (n->clause)
		json_member_word(p->j, "clause", n->clause);
	add_text(p, "because", n->because);
	add_text(p, "expression", n->expression);
	add_text(p, "body", n->body);
	if (n->has_truth)
		json_member_word(p->j, "truth", truth_word(n->truth));
	add_text(p, "value", n->value);
	if (n->binding_count)
		add_bindings(p, n->bindings, n->binding_count);
	add_place(p, "rule_location", n->rule);
}

static void add_node(struct printer *p, const struct proof_node *n)
{
	json_open(p->j, '{');
	add_words(p, n);
	if (n->fact)
		add_fact(p, n->fact);
	add_place(p, "location", n->span);
	if (n->repeated)
		add_flag(p, "repeated");
	if (n->deeper)
		add_flag(p, "deeper");
	if (n->more)
		json_member_count(p->j, "more", n->more);
	if (n->children.count)
		json_member_open(p->j, "premises", '[');
	for (size_t i = 0; i < n->children.count; i++)
		add_node(p, n->children.items[i]);
	if (n->children.count)
		json_close(p->j, ']');
	json_close(p->j, '}');
}

static void add_steps(struct printer *p, const struct proof *proof)
{
	struct proof_steps steps = proof_steps(p->arena, proof);

	json_member_open(p->j, "steps", '[');
	for (size_t i = 0; i < steps.items.count; i++) {
		json_open(p->j, '{');
		json_member(p->j, "text", steps.items.items[i].text);
		add_place(p, "location", steps.items.items[i].span);
		json_close(p->j, '}');
	}
	json_close(p->j, ']');
}

void proof_json(struct arena *scratch, const struct proof *proof, const struct sources *sources,
    struct json *j)
{
	struct printer p = { sources, j, scratch };

	json_open(j, '{');
	add_bindings(&p, proof->bindings, proof->binding_count);
	json_member_open(j, "clauses", '[');
	for (size_t i = 0; i < proof->clauses.count; i++) {
		json_break(j);
		add_node(&p, proof->clauses.items[i]);
	}
	json_close(j, ']');
	json_break(j);
	add_steps(&p, proof);
	json_close(j, '}');
}
