/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scarp trace: which recommendations of a document have a rule, which in
 * part, which no inventory can decide, and which were forgotten.
 */
#include "cli/session.h"

#include "cli/outline.h"
#include "cli/write.h"

enum state { STATE_RULE, STATE_PARTIAL, STATE_UNDECIDABLE, STATE_UNACCOUNTED, STATE_COUNT };

static const char *const state_text[] = {
	"rule", "partial", "undecidable", "unaccounted"
};

struct traced {
	enum state state;
	VEC(const struct rule *) rules;	/* in the order of the tree */
};

struct trace {
	struct session *session;
	const struct tree *tree;
	const struct outline *outline;
	struct traced *items;
	size_t states[STATE_COUNT];
	size_t rules;			/* that name an item */
};

/* --- rules to items --------------------------------------------------------- */

static void suggest_item(struct trace *t, struct diagnostic *d, struct str where)
{
	const struct outline *o = t->outline;
	size_t count = o->items.count + o->chapters.count;
	struct str *names = ARENA_ARRAY(t->session->arena, struct str, count);
	long near;

	for (size_t i = 0; i < o->items.count; i++)
		names[i] = o->items.items[i].id;
	for (size_t c = 0; c < o->chapters.count; c++)
		names[o->items.count + c] = o->chapters.items[c].heading;
	near = diag_nearest(where, names, count);
	if (near >= 0)
		diag_help(t->session->all, d, "did you mean `%.*s`?",
		    STR_ARG(names[near]));
}

static void report_source(struct trace *t, const struct reference *source,
    long chapter)
{
	const struct outline_chapter *at;
	struct diagnostic *d;

	if (chapter < 0) {
		d = diag_add(t->session->all, DIAG_E8202, source->span,
		    "the outline of `%.*s` has no `%.*s`",
		    STR_ARG(t->outline->name), STR_ARG(source->value));
		suggest_item(t, d, source->value);
		return;
	}
	at = &t->outline->chapters.items[chapter];
	d = diag_add(t->session->all, DIAG_E8202, source->span,
	    "this does not say which of the %u items of its chapter is meant",
	    at->count);
	if (at->count)
		diag_help(t->session->all, d, "write \"%.*s: %.*s\", or only \"%.*s\"",
		    STR_ARG(at->heading),
		    STR_ARG(t->outline->items.items[at->first].id),
		    STR_ARG(t->outline->items.items[at->first].id));
}

static void report_contradiction(struct trace *t, const struct outline_item *item,
    const struct rule *rule)
{
	struct diagnostic *d = diag_add(t->session->all, DIAG_E8202,
	    item->undecidable_span, "`%.*s` is undecidable, and the rule `%.*s` decides it",
	    STR_ARG(item->id), STR_ARG(rule->id));

	diag_label(t->session->all, d, rule->span, "the rule");
	diag_help(t->session->all, d,
	    "say under `partial` what the rule leaves open, or nothing");
}

static void add_rule(struct trace *t, uint32_t i, const struct rule *rule)
{
	struct traced *item = &t->items[i];

	if (item->rules.count && *VEC_LAST(&item->rules) == rule)
		return;
	if (t->outline->items.items[i].undecidable.length)
		report_contradiction(t, &t->outline->items.items[i], rule);
	*VEC_PUSH(t->session->arena, &item->rules) = rule;
}

static void trace_rule(struct trace *t, const struct rule *rule)
{
	bool is_counted = false;

	for (size_t s = 0; s < rule->sources.count; s++) {
		const struct reference *source = &rule->sources.items[s];
		uint32_t item;
		long chapter;

		if (!str_equal(source->name, t->outline->name))
			continue;
		if (outline_find(t->outline, source->value, &item, &chapter)) {
			add_rule(t, item, rule);
			is_counted = true;
		} else {
			report_source(t, source, chapter);
		}
	}
	t->rules += is_counted;
}

static enum state state_of(const struct outline_item *item, const struct traced *traced)
{
	if (item->undecidable.length)
		return STATE_UNDECIDABLE;
	if (traced->rules.count == 0)
		return STATE_UNACCOUNTED;
	return item->partial.length ? STATE_PARTIAL : STATE_RULE;
}

static void trace_all(struct trace *t)
{
	t->items = ARENA_ARRAY(t->session->arena, struct traced,
	    t->outline->items.count);
	for (size_t i = 0; i < t->tree->rules.count; i++)
		trace_rule(t, &t->tree->rules.items[i]);
	for (size_t i = 0; i < t->outline->items.count; i++) {
		t->items[i].state = state_of(&t->outline->items.items[i],
		    &t->items[i]);
		t->states[t->items[i].state]++;
	}
}

/* --- the report -------------------------------------------------------------- */

static void add_because(struct text *out, const struct outline_item *item,
    enum state state)
{
	if (state == STATE_PARTIAL) {
		text_add(out, STR("       in part: "));
		text_add_visible(out, item->partial);
	} else if (state == STATE_UNDECIDABLE) {
		text_add(out, STR("       because: "));
		text_add_visible(out, item->undecidable);
	} else if (state == STATE_UNACCOUNTED && item->partial.length) {
		text_add(out, STR("       said to be decided in part, but no rule names it"));
	} else {
		return;
	}
	text_add_char(out, '\n');
}

static void add_item(struct trace *t, size_t i, struct text *out)
{
	const struct outline_item *item = &t->outline->items.items[i];
	const struct traced *traced = &t->items[i];

	text_add(out, STR("  "));
	text_add_visible(out, item->id);
	text_printf(out, "  %-11s  ", state_text[traced->state]);
	text_add_visible(out, item->says);
	text_add_char(out, '\n');
	for (size_t r = 0; r < traced->rules.count; r++) {
		text_printf(out, "       %.*s  ", STR_ARG(traced->rules.items[r]->id));
		write_whole_place(out, t->session->sources, traced->rules.items[r]->span);
		text_add_char(out, '\n');
	}
	add_because(out, item, traced->state);
}

static void report_text(struct trace *t, struct text *out)
{
	const struct outline *o = t->outline;

	text_add_visible(out, o->name);
	text_printf(out, ": %.*s: %zu with a rule, %zu in part, "
	    "%zu undecidable, %zu unaccounted for; %.*s\n",
	    STR_ARG(text_count(out->arena, o->items.count, "recommendation")),
	    t->states[STATE_RULE], t->states[STATE_PARTIAL],
	    t->states[STATE_UNDECIDABLE], t->states[STATE_UNACCOUNTED],
	    STR_ARG(text_count(out->arena, t->rules, "rule")));
	for (size_t c = 0; c < o->chapters.count; c++) {
		const struct outline_chapter *chapter = &o->chapters.items[c];

		text_add_char(out, '\n');
		text_add_visible(out, chapter->heading);
		text_add_char(out, '\n');
		for (uint32_t i = 0; i < chapter->count; i++)
			add_item(t, chapter->first + i, out);
	}
}

static void print_text(struct trace *t, struct text *out)
{
	struct text lines;

	text_init(&lines, out->arena);
	report_text(t, &lines);
	session_fold(t->session, out, &lines);
}

static void add_json_rules(struct trace *t, const struct traced *traced, struct text *out)
{
	text_add(out, STR(",\"rules\":["));
	for (size_t r = 0; r < traced->rules.count; r++) {
		text_add(out, r ? STR(",{") : STR("{"));
		write_member(out, false, "id", traced->rules.items[r]->id);
		write_location(out, true, t->session->sources, traced->rules.items[r]->span);
		text_add_char(out, '}');
	}
	text_add_char(out, ']');
}

static void add_json_item(struct trace *t, size_t i, struct text *out)
{
	const struct outline_item *item = &t->outline->items.items[i];
	const struct traced *traced = &t->items[i];

	text_add(out, i ? STR(",\n{") : STR("\n{"));
	write_member(out, false, "id", item->id);
	write_member(out, true, "heading",
	    t->outline->chapters.items[item->chapter].heading);
	write_member(out, true, "says", item->says);
	write_member(out, true, "state", str_of(state_text[traced->state]));
	write_member(out, true, "because", item->undecidable.length
	    ? item->undecidable : item->partial);
	write_location(out, true, t->session->sources, item->span);
	add_json_rules(t, traced, out);
	text_add_char(out, '}');
}

static void report_json(struct trace *t, struct text *out)
{
	const struct outline *o = t->outline;

	write_head(out);
	write_member(out, false, "document", o->name);
	write_member(out, true, "title", o->title);
	text_add(out, STR(",\n\"summary\":{"));
	write_number(out, false, "items", o->items.count);
	for (int s = 0; s < STATE_COUNT; s++)
		write_number(out, true, state_text[s], t->states[s]);
	write_number(out, true, "rules", t->rules);
	text_add(out, STR("},\n\"items\":["));
	for (size_t i = 0; i < o->items.count; i++)
		add_json_item(t, i, out);
	text_add(out, STR("]}\n"));
}

int verb_trace(struct session *session)
{
	struct trace trace = { .session = session };
	struct session_inputs inputs;
	struct session_pack pack;
	struct text out;

	session_inputs(session, &inputs);
	if (inputs.packs.count == 0 || inputs.inventories.count != 1)
		return session_refuse(session, DIAG_E8574, "`trace` compares a "
		    "rule pack with one outline\n"
		    "name both; an outline is a .yaml or .json file");
	session_compile(session, inputs.packs.items, inputs.packs.count, false, &pack);
	trace.outline = outline_read(session->arena, session->all,
	    inputs.inventories.items[0]);
	trace.tree = pack.tree;
	if (pack.tree && trace.outline)
		trace_all(&trace);
	if (!session_report(session) || !pack.tree || !trace.outline)
		return STATUS_UNTRUSTED;
	text_init(&out, session->arena);
	if (argument_is(session->arguments, OPTION_FORMAT, "json"))
		report_json(&trace, &out);
	else
		print_text(&trace, &out);
	if (!session_write(session, &out))
		return STATUS_UNTRUSTED;
	return trace.states[STATE_UNACCOUNTED] ? STATUS_FINDINGS : STATUS_CLEAN;
}
