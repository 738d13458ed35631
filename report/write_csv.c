/* SPDX-License-Identifier: Apache-2.0 */
#include "report/write_csv.h"

#include "report/view.h"

void csv_quoted(struct text *out, struct str s)
{
	size_t from = 0;

	text_add_char(out, '"');
	for (size_t i = 0; i < s.length; i++) {
		if (s.at[i] != '"')
			continue;
		/* Once with what stands before it, once with what follows. */
		text_add(out, str_slice(s, from, i + 1));
		from = i;
	}
	text_add(out, str_slice(s, from, s.length));
	text_add_char(out, '"');
}

/* A tab, CR or NUL in front is spelled out already.  What has apostrophes of
 * its own there gets one more, or two texts would be one. */
static bool is_formula(struct str s)
{
	size_t i = 0;

	while (i < s.length && s.at[i] == '\'')
		i++;
	return i < s.length && str_find(STR("=+-@"), s.at[i]) < 4;
}

void csv_cell(struct text *out, struct arena *arena, struct str s)
{
	struct str shown = view_visible(arena, s);

	text_add_char(out, ',');
	if (is_formula(shown))
		shown = arena_printf(arena, "'%.*s", STR_ARG(shown));
	csv_quoted(out, shown);
}
