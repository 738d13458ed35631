/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A proof for people.  Under a condition stands what makes it true or false;
 * a fact has at the end of its line, or below it, where it was read and whose
 * word it is.  Recursion is bounded by the depth of a proof.
 */
#include "base/utf8.h"
#include "base/wrap.h"
#include "report/proof.h"
#include "vm/scalar.h"

/* Where lines may have any length: the columns after which a place gets a line
 * of its own. */
#define WIDTH 100

struct drawing {
	const struct sources *sources;
	struct proof_style style;
	struct arena *arena;
	struct wrap wrap;	/* its line is the present one */
	size_t most;		/* columns of a line */
	struct text prefix;	/* of the children of the present node */
	struct proof_legend *legend;
	VEC(struct proof_binding) known;	/* said by the lines above */
};

static void paint(struct drawing *d, const char *code)
{
	if (d->style.colour)
		text_printf(&d->wrap.line, "\033[%sm", code);
}

/* Appends to the line; COLOUR is only for a terminal. */
static void add(struct drawing *d, struct str s, const char *colour)
{
	if (colour)
		paint(d, colour);
	text_add_visible(&d->wrap.line, s);
	if (colour)
		paint(d, "0");
}

static size_t column(const struct drawing *d)
{
	return wrap_columns(text_str(&d->wrap.line));
}

static void add_lead(struct drawing *d, struct text *line, struct str lead)
{
	for (unsigned i = 0; i < d->style.indent; i++)
		text_add_char(line, ' ');
	text_add(line, text_str(&d->prefix));
	text_add(line, lead);
}

static void begin_line(struct drawing *d, struct str lead)
{
	add_lead(d, &d->wrap.line, lead);
}

/* What does not fit goes two columns further in than what is BELOW. */
static void end_line(struct drawing *d, struct str below)
{
	struct text lead;

	text_init(&lead, d->arena);
	add_lead(d, &lead, below);
	text_add(&lead, STR("  "));
	wrap_end_lead(&d->wrap, text_str(&lead));
}

/* --- what a line says ----------------------------------------------------- */

static void add_truth(struct drawing *d, enum truth truth)
{
	switch (truth) {
	case TRUTH_TRUE:
		add(d, STR("true"), "32");
		break;
	case TRUTH_FALSE:
		add(d, STR("false"), "31");
		break;
	case TRUTH_UNKNOWN:
		add(d, STR("unknown"), "33");
		break;
	}
}

static bool is_said(const struct drawing *d, const struct proof_binding *b)
{
	for (size_t i = d->known.count; i-- > 0;) {
		const struct proof_binding *k = &d->known.items[i];

		if (str_equal(k->name, b->name))
			return str_equal(k->value, b->value);
	}
	return false;
}

/* `self` needs no word where what it is has a name already. */
static bool is_known_value(const struct drawing *d, struct str value)
{
	for (size_t i = 0; i < d->known.count; i++) {
		if (str_equal(d->known.items[i].value, value))
			return true;
	}
	return false;
}

/* What names stand for, unless the lines above say so. */
static void add_bindings(struct drawing *d, const struct proof_node *n)
{
	bool any = false;

	for (size_t i = 0; i < n->binding_count; i++) {
		const struct proof_binding *b = &n->bindings[i];

		if (is_said(d, b) || (str_equal(b->name, STR("self")) &&
		    is_known_value(d, b->value)))
			continue;
		if (n->kind != PROOF_ELEMENT && n->kind != PROOF_RELATION) {
			add(d, any ? STR(", ") : STR("  ("), NULL);
			add(d, b->name, NULL);
			add(d, STR(" = "), NULL);
			add(d, b->value, NULL);
			any = true;
		}
		*VEC_PUSH(d->arena, &d->known) = *b;
	}
	if (any)
		add(d, STR(")"), NULL);
}

/* What a name stands for, as far as there is room. */
static void add_body(struct drawing *d, struct str body)
{
	size_t used = column(d) + 2, end = 0, at = 0;
	size_t most = d->most - (d->style.width ? sizeof(" ...") : 0);

	while (at < body.length && used < most) {
		used += (size_t)utf8_width(utf8_next(body, &at));
		end = at;
	}
	if (end < 8 && end < body.length)
		return;
	add(d, STR(": "), "2");
	add(d, str_slice(body, 0, end), "2");
	if (end < body.length)
		add(d, STR(" ..."), "2");
}

static struct str longer_in(struct str text, struct str value, struct str found)
{
	return value.length > found.length &&
	    memmem(text.at, text.length, value.at, value.length) ? value : found;
}

/* What is known by name stays whole where it is named. */
static void add_text(struct drawing *d, const struct proof_node *n)
{
	struct str name = STR("");

	for (size_t i = 0; i < d->known.count; i++)
		name = longer_in(n->text, d->known.items[i].value, name);
	for (size_t i = 0; i < n->binding_count; i++)
		name = longer_in(n->text, n->bindings[i].value, name);
	wrap_add_words(&d->wrap.line, n->text, name);
}

static void add_words(struct drawing *d, const struct proof_node *n)
{
	if (n->clause) {
		add(d, str_of(n->clause), "1");
		add(d, STR(" "), NULL);
	}
	if (n->kind == PROOF_TRUTH || n->kind == PROOF_RELATION) {
		add(d, n->expression, NULL);
		add(d, STR(" is "), NULL);
		add_truth(d, n->truth);
	} else
		add_text(d, n);
	add_bindings(d, n);
	if (n->body.length && n->kind != PROOF_RELATION)
		add_body(d, n->body);
	if (n->because.length && n->truth == TRUTH_TRUE) {
		add(d, STR(", because "), NULL);
		add(d, n->because, NULL);
	}
	if (n->repeated)
		add(d, STR(" (shown elsewhere)"), "2");
	if (n->deeper)
		add(d, STR(" (and what that rests on)"), "2");
}

/* --- where it stands ------------------------------------------------------ */

static struct str place_text(struct drawing *d, struct span span)
{
	struct place place;
	struct str name;

	if (span_is_none(span))
		return STR("");
	place = source_place(d->sources, span.file, span.start);
	name = source_name(d->sources, span.file);
	return arena_printf(d->arena, "%.*s:%u:%u", STR_ARG(name), place.line,
	    place.column);
}

static bool is_same_source(const struct proof_source *a,
    const struct proof_source *b)
{
	return str_equal(a->name, b->name) && str_equal(a->by, b->by) &&
	    strcmp(a->grade, b->grade) == 0 && a->has_as_of == b->has_as_of &&
	    a->as_of == b->as_of && a->has_until == b->has_until &&
	    a->until == b->until;
}

/* " [2]" */
static struct str source_words(struct drawing *d, const struct proof_source *s)
{
	size_t i = 0;

	if (s->grade[0] == 0)
		return STR("");
	while (i < d->legend->items.count &&
	    !is_same_source(&d->legend->items.items[i], s))
		i++;
	if (i == d->legend->items.count)
		*VEC_PUSH(d->legend->arena, &d->legend->items) = *s;
	return arena_printf(d->arena, " [%zu]", i + 1);
}

/* At the end of the line, or below where it would become too long. */
static void add_place(struct drawing *d, struct str lead, struct span span,
    const struct proof_source *source)
{
	struct str place = place_text(d, span);
	struct str who = source ? source_words(d, source) : STR("");
	bool is_link;

	if (place.length + who.length == 0)
		return;
	if (d->style.width == 0 &&
	    column(d) + 2 + wrap_columns(place) + wrap_columns(who) > d->most) {
		end_line(d, lead);
		begin_line(d, lead);
	}
	add(d, STR("  "), NULL);
	wrap_keep(&d->wrap.line);
	is_link = !span_is_none(span) && links_begin_file(d->style.links,
	    &d->wrap.line, source_name(d->sources, span.file));
	add(d, place, "36");
	if (is_link)
		links_end(&d->wrap.line);
	add(d, who, "2");
	wrap_kept(&d->wrap.line);
}

static void add_others(struct drawing *d, struct str lead,
    const struct proof_fact *fact)
{
	for (size_t i = 0; i < fact->other_count; i++) {
		const struct proof_other *o = &fact->others[i];

		end_line(d, lead);
		begin_line(d, lead);
		add(d, o->outranked ? STR("  outranked: ") : STR("  one says: "),
		    "33");
		add(d, o->value, NULL);
		add_place(d, lead, o->span, &o->source);
	}
}

/* --- the tree ------------------------------------------------------------- */

static void draw(struct drawing *d, const struct proof_node *n, bool last);

static void draw_more(struct drawing *d, uint64_t more)
{
	begin_line(d, d->style.lines ? STR("└─ ") : STR("`- "));
	add(d, arena_printf(d->arena, "and %llu more",
	    (unsigned long long)more), "2");
	end_line(d, STR("   "));
}

static void draw_children(struct drawing *d, const struct proof_node *n)
{
	for (size_t i = 0; i < n->children.count; i++)
		draw(d, n->children.items[i],
		    i + 1 == n->children.count && !n->more);
	if (n->more)
		draw_more(d, n->more);
}

/* A condition and the one fact that decides it stand on one line. */
static const struct proof_node *inline_fact(const struct drawing *d,
    const struct proof_node *n)
{
	const struct proof_node *fact;

	if (n->clause || n->kind != PROOF_TRUTH || n->body.length ||
	    n->children.count != 1 || n->more)
		return NULL;
	fact = n->children.items[0];
	if (fact->kind != PROOF_FACT ||
	    column(d) + 2 + wrap_columns(fact->text) > d->most)
		return NULL;
	return fact;
}

static void draw(struct drawing *d, const struct proof_node *n, bool last)
{
	size_t known = d->known.count, prefix = d->prefix.length;
	const struct proof_node *fact;
	struct str below;

	if (d->style.lines)
		below = last ? STR("   ") : STR("│  ");
	else
		below = last ? STR("   ") : STR("|  ");
	if (d->style.lines)
		begin_line(d, last ? STR("└─ ") : STR("├─ "));
	else
		begin_line(d, last ? STR("`- ") : STR("|- "));
	add_words(d, n);
	fact = inline_fact(d, n);
	if (fact) {
		add(d, STR(": "), NULL);
		add_text(d, fact);
		n = fact;
	}
	if (n->clause)
		add_place(d, below, n->rule, NULL);
	else
		add_place(d, below, n->span, n->fact ? &n->fact->source : NULL);
	if (n->fact)
		add_others(d, below, n->fact);
	end_line(d, below);
	text_add(&d->prefix, below);
	draw_children(d, n);
	d->prefix.length = prefix;
	d->known.count = known;
}

void proof_text(struct arena *scratch, const struct proof *proof, const struct sources *sources,
    struct proof_style style, struct proof_legend *legend, struct text *out)
{
	struct drawing d = { .sources = sources, .style = style,
		.arena = scratch, .legend = legend,
		.most = style.width ? style.width : WIDTH };

	wrap_init(&d.wrap, scratch, out, style.width);
	text_init(&d.prefix, scratch);
	for (size_t i = 0; i < proof->binding_count; i++)
		*VEC_PUSH(d.arena, &d.known) = proof->bindings[i];
	for (size_t i = 0; i < proof->clauses.count; i++)
		draw(&d, proof->clauses.items[i], i + 1 == proof->clauses.count);
}

void proof_legend_text(const struct proof_legend *legend,
    struct proof_style style, struct text *out)
{
	struct wrap wrap;

	wrap_init(&wrap, legend->arena, out, style.width);
	for (size_t i = 0; i < legend->items.count; i++) {
		const struct proof_source *s = &legend->items.items[i];

		if (style.colour)
			text_add(&wrap.line, STR("\033[2m"));
		text_printf(&wrap.line, "%*s[%zu] ", (int)style.indent, "", i + 1);
		wrap_add_name(&wrap.line, s->name.length ? s->name
		    : STR("source not named"));
		text_printf(&wrap.line, ", %s", s->grade);
		if (s->by.length) {
			text_add(&wrap.line, STR(" by "));
			wrap_add_name(&wrap.line, s->by);
		}
		if (s->has_as_of)
			text_printf(&wrap.line, ", %.*s",
			    STR_ARG(scalar_date_text(out->arena, s->as_of)));
		if (s->has_until)
			text_printf(&wrap.line, ", until %.*s",
			    STR_ARG(scalar_date_text(out->arena, s->until)));
		text_add(&wrap.line, style.colour ? STR("\033[0m") : STR(""));
		wrap_end(&wrap, style.indent + 4);
	}
}
