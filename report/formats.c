/* SPDX-License-Identifier: Apache-2.0 */
#include "report/formats.h"

#include "base/diag.h"

static const struct report_format_info formats[] = {
#define FORMAT(id, name, function, lists, marks, extension, text) \
	{ #name, function, REPORT_LISTS_##lists, REPORT_MARKS_##marks, extension, \
	    text },
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

void report_formats_help(struct text *out)
{
	for (int f = 0; f < REPORT_FORMAT_COUNT; f++)
		text_printf(out, "  %-9s %s (.%s)\n", formats[f].name,
		    formats[f].text, formats[f].extension);
}
