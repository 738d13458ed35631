/* SPDX-License-Identifier: Apache-2.0 */
/* formats - the forms a report can take; formats.def lists them. */
#ifndef SCARP_REPORT_FORMATS_H
#define SCARP_REPORT_FORMATS_H

#include "report/report.h"

enum report_format {
#define FORMAT(id, name, function, lists, marks, tier, extension, text) REPORT_FORMAT_##id,
#include "report/formats.def"
#undef FORMAT
	REPORT_FORMAT_COUNT
};

/* Which verdicts a format lists. */
enum report_lists { REPORT_LISTS_CHOSEN, REPORT_LISTS_EVERY, REPORT_LISTS_ASKED };

/* Whether it can say, even where nothing is listed, that the verdicts are of a
 * site that is not there. */
enum report_marks { REPORT_MARKS_NOTHING, REPORT_MARKS_SITE };

/* What may become of it: cli/stability.def. */
enum report_tier { REPORT_TIER_COMMITTED, REPORT_TIER_FOLLOWING, REPORT_TIER_FREE };

struct report_format_info {
	const char *name;
	report_printer *print;
	enum report_lists lists;
	enum report_marks marks;
	enum report_tier tier;
	const char *extension, *text;
};
const struct report_format_info *report_format(enum report_format format);

/* False: NAME is no format, and *NEAREST is one that is spelt like it, or
 * empty. */
bool report_format_find(struct str name, enum report_format *format,
    struct str *nearest);

#endif
