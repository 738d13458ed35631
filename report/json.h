/* SPDX-License-Identifier: Apache-2.0 */
/* json - the parts of the JSON report, for every form that is made of them. */
#ifndef SCARP_REPORT_JSON_H
#define SCARP_REPORT_JSON_H

#include "report/report.h"
#include "report/write_json.h"

/* `location`: file, line and column, or null. */
void report_json_place(struct json *j, const struct report *report,
    struct span span);
/* json_choice.c: profile, params, not_selected, waiver_files, waivers, run; that
 * alone; and of a failure with a waiver, or NULL, `waived`. */
void report_json_choice(struct json *j, const struct report *report);
void report_json_settings(struct json *j, const struct report *report);
void report_json_waived(struct json *j, const struct report *report,
    const struct waiver *waiver);
/* schema_version, tool, as_of, packs, inputs, notes, and the choices. */
void report_json_run(struct json *j, const struct report *report);
/* `status`, and `untrusted`: null, or why it is 2. */
void report_json_doubt(struct json *j, const struct report *report);
/* What a run is compared with: `baseline` or `edits`. */
void report_json_since(struct json *j, const struct report *report);
/* `subject`, its parts where there are several. */
void report_json_subject(struct json *j, struct str kind, struct str plain,
    const struct subject_part *parts, size_t count);
/* The members of the summary, of a rule, of a result. */
void report_json_summary(struct json *j, const struct report *report);
void report_json_rule(struct json *j, const struct rule *rule);
/* What of it a walk should make with it. */
struct report_filter report_json_filter(const struct report *report);
void report_json_result(struct json *j, const struct report *report,
    const struct report_result *result);

#endif
