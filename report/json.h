/* SPDX-License-Identifier: Apache-2.0 */
/* json - the parts of the JSON report, for every form that is made of them. */
#ifndef SCARP_REPORT_JSON_H
#define SCARP_REPORT_JSON_H

#include "report/report.h"
#include "report/write_json.h"

/* schema_version, tool, as_of, packs, inputs, notes */
void report_json_run(struct json *j, const struct report *report);
/* The members of the summary, of a rule, of a result. */
void report_json_summary(struct json *j, const struct report *report);
void report_json_rule(struct json *j, const struct rule *rule);
void report_json_result(struct json *j, const struct report *report,
    const struct report_result *result);

#endif
