/* SPDX-License-Identifier: Apache-2.0 */
/* A proof for programs: docs/report.md describes it.  Recursion is bounded by
 * the depth of a proof. */
#include "base/text.h"
#include "report/proof.h"
#include "vm/scalar.h"

struct printer {
	const struct sources *sources;
	struct text *out;
};

static void add_string(struct printer *p, struct str s)
{
	text_add_char(p->out, '"');
	text_add_json(p->out, s);
	text_add_char(p->out, '"');
}

/* A member after others. */
static void add_member(struct printer *p, const char *name, struct str value)
{
	text_printf(p->out, ",\"%s\":", name);
	add_string(p, value);
}

static void add_some(struct printer *p, const char *name, struct str value)
{
	if (value.length)
		add_member(p, name, value);
}

static void add_place(struct printer *p, const char *name, struct span span)
{
	struct place place;

	if (span_is_none(span))
		return;
	place = source_place(p->sources, span.file, span.start);
	text_printf(p->out, ",\"%s\":{\"file\":", name);
	add_string(p, source_name(p->sources, span.file));
	text_printf(p->out, ",\"line\":%u,\"column\":%u}", place.line,
	    place.column);
}

static void add_source(struct printer *p, const struct proof_source *s)
{
	if (s->grade[0] == 0)
		return;
	text_add(p->out, STR(",\"source\":{\"grade\":"));
	add_string(p, str_of(s->grade));
	add_some(p, "name", s->name);
	add_some(p, "by", s->by);
	if (s->has_as_of)
		add_member(p, "as_of", scalar_date_text(p->out->arena, s->as_of));
	text_add_char(p->out, '}');
}

static void add_fact(struct printer *p, const struct proof_fact *f)
{
	text_add(p->out, STR(",\"fact\":{\"state\":"));
	add_string(p, str_of(f->state));
	add_some(p, "entity", f->entity);
	add_some(p, "attribute", f->attribute);
	add_some(p, "value", f->value);
	add_source(p, &f->source);
	if (f->other_count)
		text_add(p->out, STR(",\"others\":["));
	for (size_t i = 0; i < f->other_count; i++) {
		const struct proof_other *o = &f->others[i];

		text_add(p->out, i ? STR(",{\"state\":") : STR("{\"state\":"));
		add_string(p, o->outranked ? STR("outranked") : STR("conflict"));
		add_member(p, "value", o->value);
		add_source(p, &o->source);
		add_place(p, "location", o->span);
		text_add_char(p->out, '}');
	}
	text_add(p->out, f->other_count ? STR("]}") : STR("}"));
}

static struct str truth_word(enum truth truth)
{
	return truth == TRUTH_TRUE ? STR("true") : truth == TRUTH_FALSE
	    ? STR("false") : STR("unknown");
}

static void add_bindings(struct printer *p, const struct proof_binding *b,
    size_t count)
{
	text_add(p->out, STR(",\"bindings\":{"));
	for (size_t i = 0; i < count; i++) {
		text_add(p->out, i ? STR(",") : STR(""));
		add_string(p, b[i].name);
		text_add_char(p->out, ':');
		add_string(p, b[i].value);
	}
	text_add_char(p->out, '}');
}

static void add_node(struct printer *p, const struct proof_node *n)
{
	text_add(p->out, STR("{\"kind\":"));
	add_string(p, str_of(proof_kind_text(n->kind)));
	add_member(p, "text", n->text);
	if (n->clause)
		add_member(p, "clause", str_of(n->clause));
	add_some(p, "because", n->because);
	add_some(p, "expression", n->expression);
	add_some(p, "body", n->body);
	if (n->has_truth)
		add_member(p, "truth", truth_word(n->truth));
	add_some(p, "value", n->value);
	if (n->binding_count)
		add_bindings(p, n->bindings, n->binding_count);
	add_place(p, "rule_location", n->rule);
	if (n->fact)
		add_fact(p, n->fact);
	add_place(p, "location", n->span);
	if (n->repeated)
		text_add(p->out, STR(",\"repeated\":true"));
	if (n->deeper)
		text_add(p->out, STR(",\"deeper\":true"));
	if (n->more)
		text_printf(p->out, ",\"more\":%llu", (unsigned long long)n->more);
	if (n->children.count)
		text_add(p->out, STR(",\"premises\":["));
	for (size_t i = 0; i < n->children.count; i++) {
		text_add(p->out, i ? STR(",") : STR(""));
		add_node(p, n->children.items[i]);
	}
	text_add(p->out, n->children.count ? STR("]}") : STR("}"));
}

void proof_json(const struct proof *proof, const struct sources *sources,
    struct text *out)
{
	struct printer p = { sources, out };
	struct proof_steps steps = proof_steps(out->arena, proof);

	text_add(out, STR("{\"clauses\":["));
	for (size_t i = 0; i < proof->clauses.count; i++) {
		text_add(out, i ? STR(",\n ") : STR(""));
		add_node(&p, proof->clauses.items[i]);
	}
	text_add(out, STR("]"));
	text_add(out, STR(",\"steps\":["));
	for (size_t i = 0; i < steps.items.count; i++) {
		text_add(out, i ? STR(",{\"text\":") : STR("{\"text\":"));
		add_string(&p, steps.items.items[i].text);
		add_place(&p, "location", steps.items.items[i].span);
		text_add_char(out, '}');
	}
	text_add(out, STR("]"));
	add_bindings(&p, proof->bindings, proof->binding_count);
	text_add(out, STR("}"));
}
