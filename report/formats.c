/* SPDX-License-Identifier: Apache-2.0 */
#include "report/formats.h"

#include "base/diag.h"

static const struct report_format_info formats[] = {
#define FORMAT(id, name, function, lists, marks, tier, extension, text) \
	{ #name, function, REPORT_LISTS_##lists, REPORT_MARKS_##marks, \
	    REPORT_TIER_##tier, extension, text },
#include "report/formats.def"
#undef FORMAT
};

const struct report_format_info *report_format(enum report_format format)
{
	return &formats[format];
}

bool report_format_find(struct str name, enum report_format *format,
    struct str *nearest)
{
	struct str names[REPORT_FORMAT_COUNT];
	long found;

	for (int f = 0; f < REPORT_FORMAT_COUNT; f++) {
		names[f] = str_of(formats[f].name);
		if (str_equal(name, names[f])) {
			*format = (enum report_format)f;
			return true;
		}
	}
	found = diag_nearest(name, names, REPORT_FORMAT_COUNT);
	*nearest = found < 0 ? STR("") : names[found];
	return false;
}
