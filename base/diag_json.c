/* SPDX-License-Identifier: Apache-2.0 */
#include "base/diag_json.h"

static void add_string(struct text *out, struct str s)
{
	text_add_char(out, '"');
	text_add_json(out, s);
	text_add_char(out, '"');
}

static void add_string_or_null(struct text *out, struct str s)
{
	if (s.length)
		add_string(out, s);
	else
		text_add(out, STR("null"));
}

static void add_place(struct text *out, struct sources *sources, uint32_t file,
    uint32_t offset)
{
	struct place place = source_place(sources, file, offset);

	text_printf(out, "{\"offset\":%u,\"line\":%u,\"column\":%u}",
	    (unsigned)offset, (unsigned)place.line, (unsigned)place.column);
}

static void add_location(struct text *out, struct sources *sources, struct span span)
{
	text_add(out, STR("\"location\":"));
	if (span_is_none(span)) {
		text_add(out, STR("null"));
		return;
	}
	text_add(out, STR("{\"file\":"));
	add_string(out, source_name(sources, span.file));
	text_add(out, STR(",\"start\":"));
	add_place(out, sources, span.file, span.start);
	text_add(out, STR(",\"end\":"));
	add_place(out, sources, span.file, span.end);
	text_add_char(out, '}');
}

static void add_texts(struct text *out, const char *name, const struct str *texts,
    size_t count)
{
	text_printf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < count; i++) {
		text_add(out, i ? STR(",") : STR(""));
		add_string(out, texts[i]);
	}
	text_add_char(out, ']');
}

static void add_labels(struct text *out, struct sources *sources,
    const struct diagnostic *d)
{
	text_add(out, STR(",\"labels\":["));
	for (size_t i = 0; i < d->label_count; i++) {
		text_add(out, i ? STR(",{\"message\":") : STR("{\"message\":"));
		add_string(out, d->labels[i].words);
		text_add_char(out, ',');
		add_location(out, sources, d->labels[i].span);
		text_add_char(out, '}');
	}
	text_add_char(out, ']');
}

static void add_fixes(struct text *out, struct sources *sources,
    const struct diagnostic *d)
{
	text_add(out, STR(",\"fixes\":["));
	if (!span_is_none(d->fix.span)) {
		text_add_char(out, '{');
		add_location(out, sources, d->fix.span);
		text_add(out, STR(",\"text\":"));
		add_string(out, d->fix.text);
		text_add_char(out, '}');
	}
	text_add_char(out, ']');
}

/* CODE is NULL for what has none. */
static void add_object(struct text *out, struct sources *sources,
    const struct diagnostic *d, const char *severity, const char *code)
{
	text_printf(out, "{\"schema_version\":1,\"severity\":\"%s\",\"code\":", severity);
	add_string_or_null(out, str_of(code ? code : ""));
	text_add(out, STR(",\"title\":"));
	add_string_or_null(out, code ? str_of(diag_code_title(d->code)) : STR(""));
	text_add(out, STR(",\"message\":"));
	add_string(out, d->message);
	text_add_char(out, ',');
	add_location(out, sources, d->span);
	text_add(out, STR(",\"path\":"));
	add_string_or_null(out, d->path);
	add_labels(out, sources, d);
	add_texts(out, "notes", d->notes, d->note_count);
	add_texts(out, "helps", d->helps, d->help_count);
	add_fixes(out, sources, d);
	text_add(out, STR("}\n"));
}

void diag_json_add(struct text *out, struct sources *sources,
    const struct diagnostic *d)
{
	add_object(out, sources, d, d->severity == DIAG_ERROR ? "error" : "warning",
	    diag_code_text(d->code));
}

void diag_json_add_plain(struct text *out, const char *severity, struct str message)
{
	struct diagnostic d = { .span = SPAN_NONE, .message = message,
		.fix = { .span = SPAN_NONE } };

	add_object(out, NULL, &d, severity, NULL);
}
