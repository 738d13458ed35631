/* SPDX-License-Identifier: Apache-2.0 */
#include "report/doubt.h"

#include "base/limits.h"
#include "report/diff.h"

static const struct { const char *name, *why, *help; enum diag_code code; } table[] = {
	{ "", "", "", DIAG_NONE },
#define DOUBT(id, name, code, why, help) { #name, why, help, DIAG_##code },
#include "report/doubt.def"
#undef DOUBT
};

struct doubt doubt_of(enum doubt_reason reason)
{
	return (struct doubt){ reason, str_of(table[reason].why),
		str_of(table[reason].help) };
}

const char *doubt_name(enum doubt_reason reason)
{
	return table[reason].name;
}

enum diag_code doubt_code(enum doubt_reason reason)
{
	return table[reason].code;
}

void doubt_tell(const struct doubt *doubt, struct diagnostics *all)
{
	struct diagnostic *d;

	if (doubt->reason == DOUBT_NONE)
		return;
	d = diag_add(all, doubt_code(doubt->reason), SPAN_NONE, "%.*s",
	    STR_ARG(doubt->why));
	if (doubt->help.length)
		diag_help(all, d, "%.*s", STR_ARG(doubt->help));
}

/* --- of a report ----------------------------------------------------------- */

static bool is_met(const struct report *report, const char *name)
{
	for (size_t r = 0; r < report->rules.count; r++) {
		const struct tally *tally = &report->rules.items[r].tally;

		if (tally->failed && strcmp(tally->trouble ? tally->trouble :
		    limit_name(LIMIT_MEMORY), name) == 0)
			return true;
	}
	return false;
}

/* The limits that were met, and how each is raised. */
static struct doubt limit_doubt(const struct report *report)
{
	struct arena *arena = report->kept;
	struct doubt doubt = { .reason = DOUBT_LIMIT };
	struct text names, helps;
	size_t count = 0;

	text_init(&names, arena);
	text_init(&helps, arena);
	for (int l = 0; l < LIMIT_COUNT; l++) {
		const char *name = limit_name((enum limit)l);

		if (!is_met(report, name))
			continue;
		text_printf(&names, "%s`%s`", count ? ", " : "", name);
		text_printf(&helps, "%s`--limit %s=NUMBER`", count ? " and " : "", name);
		text_printf(&helps, " with more than %llu",
		    (unsigned long long)limit_get((enum limit)l));
		count++;
	}
	doubt.why = arena_printf(arena, "the %s %.*s %s met: %llu of %.*s gave no verdicts",
	    count == 1 ? "limit" : "limits", STR_ARG(text_str(&names)),
	    count == 1 ? "was" : "were", (unsigned long long)report->summary.error,
	    STR_ARG(text_count(arena, report->summary.rules, "rule")));
	doubt.help = arena_printf(arena, "%.*s lets them be decided", STR_ARG(text_str(&helps)));
	return doubt;
}

static bool has_vain_waiver(const struct report *report)
{
	for (size_t i = 0; i < report->waivers.count; i++)
		if (waiver_is_vain(&report->waivers.items[i]))
			return true;
	return false;
}

static struct doubt doubt_in(const struct report *report, const struct report_policy *policy)
{
	const struct report_summary *sum = &report->summary;

	if (sum->error)
		return limit_doubt(report);
	if (sum->rules == 0)
		return doubt_of(DOUBT_NO_RULE);
	if (sum->subjects == 0)
		return doubt_of(DOUBT_NO_SUBJECT);
	if (sum->decided == 0)
		return doubt_of(sum->unknown ? DOUBT_UNDECIDED : DOUBT_NOT_APPLICABLE);
	if (sum->waived == sum->decided)
		return doubt_of(DOUBT_WAIVED);
	if (policy->strict_waivers && has_vain_waiver(report))
		return doubt_of(DOUBT_VAIN_WAIVER);
	return doubt_of(DOUBT_NONE);
}

static bool has_findings(const struct report *report, const struct report_policy *policy)
{
	for (size_t r = 0; r < report->rules.count; r++) {
		const struct report_rule *rule = &report->rules.items[r];

		if (rule->rule->severity < policy->fail_on)
			continue;
		if (rule->tally.verdicts[VERDICT_FAIL] > rule->waived ||
		    (!policy->ignore_unknown && rule->tally.verdicts[VERDICT_UNKNOWN]))
			return true;
	}
	return false;
}

int report_judge(struct report *report, const struct report_policy *policy)
{
	report->doubt = doubt_in(report, policy);
	if (report->doubt.reason == DOUBT_NONE && report_has_baseline(report))
		report->status = diff_judge(report->diff, policy, &report->doubt);
	else
		report->status = report->doubt.reason != DOUBT_NONE ? 2 :
		    has_findings(report, policy);
	return report->status;
}
