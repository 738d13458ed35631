/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/write.h"

#include "base/wrap.h"
#include "include/scarp.h"

void write_string(struct text *out, struct str value)
{
	text_add_char(out, '"');
	text_add_json(out, value);
	text_add_char(out, '"');
}

static void write_name(struct text *out, bool comma, const char *name)
{
	text_printf(out, "%s\"%s\":", comma ? "," : "", name);
}

void write_member(struct text *out, bool comma, const char *name, struct str value)
{
	write_name(out, comma, name);
	write_string(out, value);
}

void write_number(struct text *out, bool comma, const char *name, uint64_t value)
{
	write_name(out, comma, name);
	text_printf(out, "%llu", (unsigned long long)value);
}

void write_location(struct text *out, bool comma, const struct sources *sources,
    struct span span)
{
	struct place place;

	write_name(out, comma, "location");
	if (span_is_none(span)) {
		text_add(out, STR("null"));
		return;
	}
	place = source_place(sources, span.file, span.start);
	text_add_char(out, '{');
	write_member(out, false, "file", source_name(sources, span.file));
	write_number(out, true, "line", place.line);
	write_number(out, true, "column", place.column);
	text_add_char(out, '}');
}

void write_head(struct text *out)
{
	text_add(out, STR("{\"schema_version\":1,\n\"tool\":{\"name\":\"scarp\""));
	write_member(out, true, "version", str_of(scarp_version()));
	text_add(out, STR("},\n"));
}

void write_place(struct text *out, const struct sources *sources, struct span span)
{
	struct place place = source_place(sources, span.file, span.start);

	text_add_visible(out, source_name(sources, span.file));
	text_printf(out, ":%u:%u", place.line, place.column);
}

void write_whole_place(struct text *line, const struct sources *sources,
    struct span span)
{
	wrap_keep(line);
	write_place(line, sources, span);
	wrap_kept(line);
}

void write_heading(struct text *out, struct str words, bool has_colour)
{
	text_add(out, has_colour ? STR("\033[1m") : STR(""));
	text_add_visible(out, words);
	text_add(out, has_colour ? STR("\033[0m\n") : STR("\n"));
}
