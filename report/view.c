/* SPDX-License-Identifier: Apache-2.0 */
#include "report/view.h"

#include "report/diff.h"

#include "base/visible.h"
#include "vm/scalar.h"

#define FINDINGS (1u << VERDICT_FAIL | 1u << VERDICT_UNKNOWN | 1u << VERDICT_ERROR)

struct report_filter view_listed(const struct report *report)
{
	return (struct report_filter){
		.verdicts = report->all_verdicts ? ~0u : FINDINGS };
}

struct report_filter view_findings(void)
{
	return (struct report_filter){ .verdicts = FINDINGS,
		.waived = REPORT_WAIVED_NOT };
}

struct report_filter view_only(struct report_filter filter, enum verdict verdict)
{
	filter.verdicts &= 1u << verdict;
	return filter;
}

bool view_is_finding(const struct report_result *result)
{
	return (result->verdict == VERDICT_FAIL && !result->waived) ||
	    result->verdict == VERDICT_UNKNOWN || result->verdict == VERDICT_ERROR;
}

struct str view_waiver(const struct report *report, const struct waiver *waiver)
{
	if (!waiver)
		return STR("");
	return view_line(report->arena, arena_printf(report->arena,
	    "waived until %.*s by %.*s: %.*s",
	    STR_ARG(scalar_date_text(report->arena, waiver->until)),
	    STR_ARG(waiver->approved_by), STR_ARG(waiver->because)));
}

struct str view_doubt(const struct report *report)
{
	return report->doubt.reason == DOUBT_NONE ? STR("") : arena_printf(report->arena,
	    "%.*s; " DOUBT_WORDS, STR_ARG(report->doubt.why));
}

struct str view_note(const struct report *report, const struct report_note *note)
{
	struct place place;

	if (span_is_none(note->span))
		return note->text;
	place = source_place(report->sources, note->span.file, note->span.start);
	return arena_printf(report->arena, "%.*s (%.*s:%u:%u)", STR_ARG(note->text),
	    STR_ARG(source_name(report->sources, note->span.file)), place.line, place.column);
}

struct str view_imaginary(const struct report *report)
{
	if (!report_is_imaginary(report))
		return STR("");
	return arena_printf(report->arena, "an imaginary site, by %.*s that no file has",
	    STR_ARG(text_count(report->arena,
	    report->terms.of[TERM_SET].values.count, "edit")));
}

struct str view_supposed(const struct report *report)
{
	const struct terms_setting *edits = &report->terms.of[TERM_SET];
	struct text out;

	text_init(&out, report->arena);
	text_add(&out, view_imaginary(report));
	for (size_t i = 0; i < edits->values.count; i++) {
		text_add(&out, i ? STR("; ") : STR(": "));
		text_add(&out, edits->values.items[i]);
	}
	return text_str(&out);
}

bool view_is_as_before(const struct report *report, const struct report_result *result)
{
	return report_has_baseline(report) && result->verdict != VERDICT_ERROR &&
	    (result->change == DIFF_UNCHANGED || result->change == DIFF_EVIDENCE);
}

static struct str class_words(struct arena *arena, enum diff_class class)
{
	struct str words = arena_copy(arena, str_of(diff_class_text(class)));

	for (char *c = (char *)words.at; *c; c++)
		if (*c == '_')
			*c = ' ';
	return words;
}

struct str view_change(const struct report *report, const struct report_result *result)
{
	return report->diff && result->verdict != VERDICT_ERROR ?
	    class_words(report->arena, result->change) : STR("");
}

struct str view_changes(const struct report *report)
{
	struct text out;

	text_init(&out, report->arena);
	for (int c = 0; c < DIFF_CLASS_COUNT; c++) {
		uint64_t count = report->diff->counts[c];

		if (count == 0 && c != DIFF_NEW && c != DIFF_UNCHANGED)
			continue;
		text_printf(&out, "%s%llu %.*s", out.length ? ", " : "",
		    (unsigned long long)count,
		    STR_ARG(class_words(report->arena, (enum diff_class)c)));
	}
	return text_str(&out);
}

const char *view_reason(enum verdict_reason reason)
{
	switch (reason) {
	case REASON_NONE: return "";
	case REASON_REQUIRE: return "require";
	case REASON_WHEN: return "when";
	case REASON_REST: return "rest";
	case REASON_EXCEPTION: return "exception";
	}
	return "";
}

const char *view_missing(enum missing_kind kind)
{
	switch (kind) {
	case MISSING_VALUE: case MISSING_ROW: return "not_collected";
	case MISSING_CONFLICT: return "conflict";
	case MISSING_REST: return "open";
	case MISSING_LINK: return "possible";
	case MISSING_EXTENT: return "extent";
	case MISSING_TODAY: return "no_date";
	case MISSING_TROUBLE: return "trouble";
	}
	return "";
}

/* Of many sources that say the same the value is named once. */
static bool is_new_value(const struct report_missing *missing, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_equal(missing->voices[k].value, missing->voices[i].value))
			return false;
	return true;
}

struct str view_fact(const struct report *report, const struct report_missing *missing)
{
	enum { SHOWN = 4 };
	struct text out;
	size_t shown = 0;

	if (missing->kind != MISSING_CONFLICT)
		return missing->fact;
	text_init(&out, report->arena);
	text_add(&out, missing->fact);
	text_add(&out, STR(" (sources disagree"));
	for (size_t i = 0; i < missing->voice_count && shown < SHOWN; i++) {
		if (!is_new_value(missing, i))
			continue;
		text_add(&out, shown++ ? STR(", ") : STR(": "));
		text_add(&out, missing->voices[i].value);
	}
	text_add(&out, shown == SHOWN ? STR(", …)") : STR(")"));
	return text_str(&out);
}

bool view_says_subject(struct str words, struct str subject)
{
	return subject.length > 0 && str_starts(words, subject) &&
	    words.length > subject.length && words.at[subject.length] == ' ';
}

/* "D:" of a volume needs no further one. */
struct str view_colon(struct str subject)
{
	return str_ends(subject, STR(":")) ? STR(" ") : STR(": ");
}

struct str view_subject(const struct report_result *result)
{
	return result->key.length ? result->key : STR("the inventory");
}

/* Long lists are cut; JSON has all. */
static struct str unknown_words(const struct report *report,
    const struct report_result *result)
{
	enum { SHOWN = 4 };
	struct text out;

	text_init(&out, report->arena);
	text_add(&out, result->reason == REASON_WHEN ?
	    STR("may not apply; needs ") : STR("needs "));
	for (size_t m = 0; m < result->missing_count && m < SHOWN; m++) {
		text_add(&out, m ? STR(", ") : STR(""));
		text_add(&out, view_fact(report, &result->missing[m]));
	}
	if (result->missing_count > SHOWN)
		text_printf(&out, " and %zu more", result->missing_count - SHOWN);
	return result->missing_count ? text_str(&out) :
	    STR("cannot be decided");
}

struct str view_words(const struct report *report, const struct report_result *result)
{
	switch (result->verdict) {
	case VERDICT_FAIL:
		return result->message.length ? result->message :
		    report->rules.items[result->rule].rule->title;
	case VERDICT_UNKNOWN:
		return unknown_words(report, result);
	case VERDICT_NOT_APPLICABLE:
		return result->reason == REASON_EXCEPTION ?
		    STR("not applicable, by an exception") : STR("not applicable");
	case VERDICT_PASS:
		return STR("holds");
	case VERDICT_ERROR:
	case VERDICT_UNSET:
	case VERDICT_COUNT:
		break;
	}
	return result->message;
}

static struct str sentence(const struct report *report,
    const struct report_result *result, struct str subject, struct str words)
{
	if (result->verdict == VERDICT_FAIL &&
	    view_says_subject(view_words(report, result), result->key))
		return words;
	return arena_printf(report->arena, "%.*s: %s%.*s", STR_ARG(subject),
	    result->verdict == VERDICT_UNKNOWN ? "unknown: " : "", STR_ARG(words));
}

struct str view_sentence(const struct report *report, const struct report_result *result)
{
	return sentence(report, result, view_subject(result), view_words(report, result));
}

struct str view_visible_sentence(const struct report *report,
    const struct report_result *result)
{
	return sentence(report, result, view_visible(report->arena, view_subject(result)),
	    view_visible(report->arena, view_words(report, result)));
}

static bool is_inside_name(struct str name)
{
	return name.length && name.at[0] != '/' && !str_equal(name, STR("-")) &&
	    !str_equal(name, STR("..")) && !str_starts(name, STR("../"));
}

/* Without `.`, and `..` taken with what it leaves; links are not followed. */
static struct str without_dots(struct arena *arena, struct str path)
{
	struct text out;

	text_init(&out, arena);
	while (path.length) {
		size_t end = str_find(path, '/');
		struct str part = str_slice(path, 0, end);

		path = str_slice(path, end + (end < path.length), path.length);
		if (str_equal(part, STR("..")))
			while (out.length && out.at[--out.length] != '/')
				;
		else if (part.length && !str_equal(part, STR("."))) {
			text_add_char(&out, '/');
			text_add(&out, part);
		}
	}
	return text_str(&out);
}

struct str view_file(const struct report *report, struct str name)
{
	struct str root = report->root, path;

	if (root.length == 0 || name.length == 0 || str_equal(name, STR("-"))) {
		while (str_starts(name, STR("./")))
			name = str_slice(name, 2, name.length);
		return is_inside_name(name) ? name : STR("");
	}
	path = name.at[0] == '/' ? name : arena_printf(report->arena, "%.*s/%.*s",
	    STR_ARG(report->here), STR_ARG(name));
	path = without_dots(report->arena, path);
	if (!str_starts(path, root) || path.length == root.length ||
	    path.at[root.length] != '/')
		return STR("");
	return str_slice(path, root.length + 1, path.length);
}

static bool is_inside(const struct report *report, struct span span)
{
	return !span_is_none(span) &&
	    view_file(report, source_name(report->sources, span.file)).length;
}

struct str view_run_file(const struct report *report)
{
	struct str file = STR("-");

	if (report->tree->rules.count)
		file = source_name(report->sources, report->tree->rules.items[0].span.file);
	if (report->inputs.count && (view_file(report, report->inputs.items[0].path).length ||
	    view_file(report, file).length == 0))
		file = report->inputs.items[0].path;
	return file;
}

struct span view_location(const struct report *report, const struct report_result *result)
{
	struct span rule = report->rules.items[result->rule].rule->span;

	if (is_inside(report, result->span))
		return result->span;
	return is_inside(report, rule) ? rule : SPAN_NONE;
}

/* RFC 3986: what is not unreserved or a slash is written in percent. */
struct str view_uri(struct arena *arena, struct str name)
{
	struct text out;

	text_init(&out, arena);
	if (name.length && name.at[0] == '/')
		text_add(&out, STR("file://"));
	for (size_t i = 0; i < name.length; i++) {
		char c = name.at[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || (c && strchr("-._~/", c)))
			text_add_char(&out, c);
		else
			text_printf(&out, "%%%02X", (unsigned char)c);
	}
	return text_str(&out);
}

/* Most texts stand for themselves and need no copy. */
struct str view_visible(struct arena *arena, struct str s)
{
	char spelled[VISIBLE_MOST];
	size_t offset = 0;
	struct text out;

	if (visible_next(s, &offset, VISIBLE_NAME, spelled).length == s.length &&
	    offset == s.length)
		return s;
	text_init(&out, arena);
	text_add_visible(&out, s);
	return text_str(&out);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str view_line(struct arena *arena, struct str s)
{
	struct text out;
	size_t from = 0;

	text_init(&out, arena);
	while (from < s.length) {
		size_t end = from;

		while (end < s.length && !is_blank(s.at[end]))
			end++;
		if (end > from && out.length)
			text_add_char(&out, ' ');
		text_add(&out, str_slice(s, from, end));
		from = end + 1;
	}
	return text_str(&out);
}

struct str view_visible_line(struct arena *arena, struct str s)
{
	return view_visible(arena, view_line(arena, s));
}
