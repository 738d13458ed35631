/* SPDX-License-Identifier: Apache-2.0 */
/* Where things stand in YAML. */
#include "inventory/yaml_scan.h"

#include "base/utf8.h"
#include "inventory/read.h"

/* A checkpoint every so many characters. */
#define STEP 64

void yaml_places_init(struct yaml_places *places, struct arena *arena,
    struct str bytes)
{
	uint32_t mark = (uint32_t)input_mark(bytes);
	size_t at = 0, n = 0;

	*places = (struct yaml_places){ .mark = mark,
		.bytes = str_slice(bytes, mark, bytes.length) };
	bytes = places->bytes;
	places->characters = (uint32_t)utf8_length(bytes);
	if (places->characters == bytes.length)
		return;
	places->checkpoints = ARENA_ARRAY(arena, uint32_t,
	    places->characters / STEP + 1);
	while (at < bytes.length) {
		if (n % STEP == 0)
			places->checkpoints[n / STEP] = (uint32_t)at;
		utf8_next(bytes, &at);
		n++;
	}
}

uint32_t yaml_byte(const struct yaml_places *places, size_t character)
{
	size_t at = character;

	if (character >= places->characters)
		return (uint32_t)places->bytes.length + places->mark;
	if (places->checkpoints) {
		at = places->checkpoints[character / STEP];
		for (size_t n = character % STEP; n > 0; n--)
			utf8_next(places->bytes, &at);
	}
	return (uint32_t)at + places->mark;
}

struct span yaml_trimmed(struct str bytes, struct span span)
{
	while (span.end > span.start && strchr(" \t\r\n",
	    bytes.at[span.end - 1]))
		span.end--;
	return span;
}

struct str yaml_text(struct arena *arena, struct str bytes, struct span span,
    struct str text, bool quoted)
{
	struct str source = str_slice(bytes, span.start, span.end);
	struct str inside = str_slice(source, quoted, source.length > quoted ?
	    source.length - quoted : 0);

	return str_equal(text, inside) ? inside : arena_copy(arena, text);
}
