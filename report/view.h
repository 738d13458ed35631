/* SPDX-License-Identifier: Apache-2.0 */
/* view - what several forms of the report ask of the model. */
#ifndef SCARP_REPORT_VIEW_H
#define SCARP_REPORT_VIEW_H

#include "report/report.h"

/* What the lists hold: failures, unknowns and errors, or every verdict where
 * all were asked for. */
struct report_filter view_listed(const struct report *report);
/* Failures that are not waived, unknowns and errors. */
struct report_filter view_findings(void);
/* Those of a filter with one verdict. */
struct report_filter view_only(struct report_filter filter, enum verdict verdict);
/* It is a failure that is not waived, an unknown or an error. */
bool view_is_finding(const struct report_result *result);
/* "waived until 2027-06-30 by Ada: it moves", as one line; empty for NULL. */
struct str view_waiver(const struct report *report, const struct waiver *waiver);
/* "nothing was decided: ...; this must not be read as clean": why the report is
 * no answer, in one line of ours; empty where it is one.  Every form says it
 * first, whatever it lists. */
struct str view_doubt(const struct report *report);
/* A note with its place, where it has one: any bytes may be in it. */
struct str view_note(const struct report *report, const struct report_note *note);
/* "an imaginary site, by 2 edits that no file has"; empty where the site is
 * the one of the files. */
struct str view_imaginary(const struct report *report);
/* The same with all edits, in one line: any bytes may be among them. */
struct str view_supposed(const struct report *report);
/* It stands in the baseline with this verdict: where only news are wanted it is
 * none.  False without a baseline. */
bool view_is_as_before(const struct report *report, const struct report_result *result);
/* "newly unknown": what became of it since the baseline, or by the edits; empty
 * where it is compared with nothing. */
struct str view_change(const struct report *report, const struct report_result *result);
/* "1 new, 2 fixed, 30 unchanged": how many of each, at least what is new and
 * what is unchanged; empty likewise. */
struct str view_changes(const struct report *report);
/* "require"; empty for none. */
const char *view_reason(enum verdict_reason reason);
/* "not_collected": why a fact is missing. */
const char *view_missing(enum missing_kind kind);
/* "the fact", of a conflict "the fact (sources disagree: a, b)"; long lists
 * are cut. */
struct str view_fact(const struct report *report, const struct report_missing *missing);
/* The subject's key, or "the inventory". */
struct str view_subject(const struct report_result *result);
/* What stands between a subject and its words in a line for people; of words
 * that begin with the subject themselves it need not be printed at all. */
bool view_says_subject(struct str words, struct str subject);
struct str view_colon(struct str subject);
/* One sentence for any verdict, without the subject: the message of a
 * failure, what an unknown needs, ... */
struct str view_words(const struct report *report, const struct report_result *result);
/* The same with the subject, and whether it is unknown, in front: "a: unknown: needs
 * a.b", "a is bad"; any bytes may be in it. */
struct str view_sentence(const struct report *report, const struct report_result *result);
/* Both made visible, each for itself. */
struct str view_visible_sentence(const struct report *report,
    const struct report_result *result);
/*
 * The place to show where only files of a repository can be shown: that of
 * the result, unless it is standard input or outside of the repository;
 * then that of the rule, by the same condition; else none.
 */
struct span view_location(const struct report *report, const struct report_result *result);
/* A file as seen from the root of the repository, as services want it; empty where
 * it is not in it. */
struct str view_file(const struct report *report, struct str name);
/* The file for what is said of the whole run, by the same condition: the first of
 * the inventory, else that of the first rule; else any, which may be outside. */
struct str view_run_file(const struct report *report);
/* A file's name as a URI: relative, or file:///... */
struct str view_uri(struct arena *arena, struct str name);
/* S as text_add_visible writes it.  Texts of the model are as they were found;
 * a form makes each visible once, where it writes it. */
struct str view_visible(struct arena *arena, struct str s);
/* The text of a rule as one line: blanks and line ends each made one space;
 * as it is, or made visible. */
struct str view_line(struct arena *arena, struct str s);
struct str view_visible_line(struct arena *arena, struct str s);

#endif
