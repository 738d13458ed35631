/* SPDX-License-Identifier: Apache-2.0 */
/* What became of findings, for people and for programs. */
#include <assert.h>

#include "base/wrap.h"
#include "report/diff.h"
#include "report/json.h"
#include "report/view.h"

static const char *heading(enum diff_class class)
{
	static const char *const texts[] = {
#define CLASS(name, spelling, heading) heading,
		DIFF_CLASSES(CLASS)
#undef CLASS
	};

	assert(class < DIFF_CLASS_COUNT);
	return texts[class];
}

/* --- text ----------------------------------------------------------------- */

#define HANG 11		/* columns before what is said of a change */

struct printer {
	const struct diff *diff;
	struct wrap wrap;
	struct text *out;	/* its line */
	bool colour;
};

static void begin(struct printer *p, const struct diff *diff, struct text *out,
    bool colour, unsigned width)
{
	p->diff = diff;
	p->colour = colour;
	wrap_init(&p->wrap, out->arena, out, width);
	p->out = &p->wrap.line;
}

static void paint(struct printer *p, const char *code)
{
	if (p->colour)
		text_printf(p->out, "\033[%sm", code);
}

static const char *class_colour(enum diff_class class)
{
	switch (class) {
	case DIFF_NEW:
		return "1;31";
	case DIFF_UNKNOWN: case DIFF_ADDED: case DIFF_WAIVED:
		return "33";
	case DIFF_FIXED: case DIFF_DECIDED:
		return "32";
	case DIFF_EVIDENCE: case DIFF_APPLIES: case DIFF_GONE:
	case DIFF_UNCHANGED: case DIFF_CLASS_COUNT:
		break;
	}
	return "1";
}

/* Classes that nothing fell into are left out, but for the first and the
 * last. */
void diff_text_counts(const struct diff *diff, struct text *out, unsigned width)
{
	struct wrap wrap;

	wrap_init(&wrap, out->arena, out, width);
	for (int c = 0; c < DIFF_CLASS_COUNT; c++) {
		const char *word = diff_class_text((enum diff_class)c);

		if (diff->counts[c] == 0 && c != DIFF_NEW && c != DIFF_UNCHANGED)
			continue;
		text_printf(&wrap.line, "%s%llu ", c ? ", " : "",
		    (unsigned long long)diff->counts[c]);
		for (; *word; word++)
			text_add_char(&wrap.line, *word == '_' ? ' ' : *word);
	}
	wrap_end(&wrap, 2);
}

static void print_side(struct printer *p, const char *label,
    const struct diff_side *side)
{
	text_printf(p->out, "%s ", label);
	wrap_add_name(p->out, side->name);
	text_add(p->out, side->as_of.length ? STR(", as of ") :
	    STR(", as of no date"));
	text_add_visible(p->out, side->as_of);
	text_add(p->out, STR("; packs: "));
	text_add_visible(p->out, side->packs);
	wrap_end(&p->wrap, 5);
}

static const char *verdict_words(const struct diff_result *r)
{
	if (r->verdict == VERDICT_FAIL && r->waived)
		return "fail (waived)";
	return verdict_phrase(r->verdict);
}

static void print_verdicts(struct printer *p, const struct diff_change *change)
{
	const struct diff_result *shown = change->after ? change->after :
	    change->before;

	/* What is alone says why. */
	assert(change->why || (change->before && change->after));
	if (change->why)
		text_printf(p->out, "%s; %s%s", change->why,
		    change->after ? "" : "was ", verdict_words(shown));
	else if (change->class == DIFF_EVIDENCE)
		text_printf(p->out, "%s as before", verdict_words(shown));
	else
		text_printf(p->out, "was %s, is %s",
		    verdict_words(change->before), verdict_words(change->after));
	if (shown->file.length) {
		text_add(p->out, STR("; "));
		wrap_keep(p->out);
		text_add_visible(p->out, shown->file);
		text_printf(p->out, ":%u:%u", shown->line, shown->column);
		wrap_kept(p->out);
	}
	wrap_end(&p->wrap, HANG);
}

static void print_change(struct printer *p, const struct diff_change *change)
{
	const struct diff_result *shown = change->after ? change->after :
	    change->before;

	text_printf(p->out, "  %-8s ", severity_text(shown->severity));
	paint(p, "1");
	text_add_visible(p->out, shown->rule);
	paint(p, "0");
	text_add(p->out, STR("  "));
	if (!view_says_subject(shown->message, shown->key)) {
		wrap_add_name(p->out, shown->key.length ? shown->key :
		    STR("the inventory"));
		text_add(p->out, shown->message.length || shown->needs.length ?
		    view_colon(shown->key) : STR(""));
	}
	wrap_add_words(p->out, shown->message.length ? shown->message :
	    shown->needs, shown->key);
	wrap_end(&p->wrap, HANG);
	text_printf(p->out, "%*s", HANG, "");
	print_verdicts(p, change);
}

void diff_text(const struct diff *diff, struct text *out, bool colour,
    unsigned width)
{
	struct printer p;

	begin(&p, diff, out, colour, width);
	print_side(&p, "old:", diff->before);
	print_side(&p, "new:", diff->after);
	diff_text_counts(diff, out, width);
	diff_text_changes(diff, out, colour, width, ~0u);
}

void diff_text_changes(const struct diff *diff, struct text *out, bool colour,
    unsigned width, unsigned classes)
{
	struct printer p;

	begin(&p, diff, out, colour, width);
	for (size_t i = 0; i < diff->changes.count; i++) {
		const struct diff_change *change = &diff->changes.items[i];

		if (!(classes & 1u << change->class))
			continue;
		if (i == 0 || change[-1].class != change->class) {
			text_add_char(out, '\n');
			paint(&p, class_colour(change->class));
			text_add(p.out, str_of(heading(change->class)));
			paint(&p, "0");
			wrap_end(&p.wrap, 2);
		}
		print_change(&p, change);
	}
}

/* --- JSON ----------------------------------------------------------------- */

static void add_side(struct json *j, const char *name,
    const struct diff_side *side)
{
	json_member_open(j, name, '{');
	json_member(j, "name", side->name);
	json_name(j, "as_of");
	if (side->as_of.length)
		json_text(j, side->as_of);
	else
		json_null(j);
	json_member(j, "packs", side->packs);
	json_close(j, '}');
	json_break(j);
}

static void add_location(struct json *j, const struct diff_result *r)
{
	json_name(j, "location");
	if (r->file.length == 0) {
		json_null(j);
		return;
	}
	json_open(j, '{');
	json_member(j, "file", r->file);
	json_member_count(j, "line", r->line);
	json_member_count(j, "column", r->column);
	json_close(j, '}');
}

static void add_verdict(struct json *j, const char *name,
    const struct diff_result *r)
{
	json_name(j, name);
	if (!r) {
		json_null(j);
		return;
	}
	json_open(j, '{');
	json_member(j, "rule", r->rule);
	json_member_word(j, "verdict", verdict_text(r->verdict));
	if (r->waived) {
		json_name(j, "waived");
		json_bool(j, true);
	}
	if (r->reason.length)
		json_member(j, "reason", r->reason);
	json_member(j, "message", r->message);
	if (r->evidence.length)
		json_member(j, "evidence", r->evidence);
	add_location(j, r);
	json_close(j, '}');
}

void diff_json_change(struct json *j, const struct diff_change *change)
{
	const struct diff_result *shown = change->after ? change->after :
	    change->before;

	json_member_word(j, "class", diff_class_text(change->class));
	if (change->why)
		json_member_word(j, "why", change->why);
	json_member(j, "id", shown->id);
	json_member(j, "rule", shown->rule);
	json_member_word(j, "severity", severity_text(shown->severity));
	report_json_subject(j, shown->kind, shown->plain, shown->parts,
	    shown->part_count);
	add_verdict(j, "old", change->before);
	add_verdict(j, "new", change->after);
}

void diff_json_counts(const struct diff *diff, struct json *j)
{
	json_member_open(j, "summary", '{');
	for (int c = 0; c < DIFF_CLASS_COUNT; c++)
		json_member_count(j, diff_class_text((enum diff_class)c),
		    diff->counts[c]);
	json_close(j, '}');
}

void diff_json_changes(const struct diff *diff, struct json *j)
{
	diff_json_counts(diff, j);
	json_break(j);
	json_member_open(j, "changes", '[');
	for (size_t i = 0; i < diff->changes.count; i++) {
		json_break(j);
		json_open(j, '{');
		diff_json_change(j, &diff->changes.items[i]);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void diff_json(const struct diff *diff, struct text *out)
{
	struct json j = { .out = out };

	json_open(&j, '{');
	json_member_count(&j, "schema_version", 1);
	json_break(&j);
	add_side(&j, "old", diff->before);
	add_side(&j, "new", diff->after);
	diff_json_changes(diff, &j);
	json_close(&j, '}');
	text_add_char(out, '\n');
}
