/* SPDX-License-Identifier: Apache-2.0 */
/* The events of libyaml as tokens. */
#include "inventory/yaml_scan.h"

#include <assert.h>
#include <yaml.h>

#include "base/guard.h"
#include "base/limits.h"

/* A list or map that is open. */
struct level {
	uint32_t token;		/* in this batch; UINT32_MAX: in a former one */
	uint32_t end;		/* of its last child so far */
	bool is_map, wants_key;
};

struct yaml_scan {
	struct arena *texts;
	struct str bytes;
	struct yaml_places places;
	yaml_parser_t parser;
	struct level *levels;
	unsigned depth, most;
	bool is_begun;
	enum token_status status;
};

static void delete_parser(void *scan)
{
	yaml_parser_delete(&((struct yaml_scan *)scan)->parser);
}

struct yaml_scan *yaml_scan_new(struct arena *arena, struct arena *texts,
    struct str bytes, unsigned depth)
{
	struct yaml_scan *y = ARENA_NEW(arena, struct yaml_scan);

	y->texts = texts;
	y->bytes = bytes;
	y->most = depth;
	y->levels = ARENA_ARRAY(arena, struct level, (size_t)depth + 1);
	yaml_places_init(&y->places, arena, bytes);
	if (!yaml_parser_initialize(&y->parser))
		guard_raise("out of memory");
	arena_defer(arena, delete_parser, y);
	yaml_parser_set_encoding(&y->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&y->parser,
	    (const unsigned char *)y->places.bytes.at, y->places.bytes.length);
	return y;
}

void yaml_scan_into(struct yaml_scan *y, struct arena *texts)
{
	y->texts = texts;
}

static struct span span_of(const struct yaml_scan *y,
    const yaml_event_t *event)
{
	return (struct span){ 0, yaml_byte(&y->places,
	    event->start_mark.index), yaml_byte(&y->places,
	    event->end_mark.index) };
}

/* The value that ends at END is the last child of what is open. */
static void end_value(struct yaml_scan *y, uint32_t end)
{
	if (y->depth == 0)
		return;
	assert(y->levels);
	y->levels[y->depth - 1].end = end;
	y->levels[y->depth - 1].wants_key = y->levels[y->depth - 1].is_map;
}

static bool is_within_limits(struct str text, bool is_key)
{
	return text.length <= limit_get(is_key ? LIMIT_INVENTORY_KEY :
	    LIMIT_INVENTORY_SCALAR);
}

static bool add_scalar(struct yaml_scan *y, struct tokens *tokens,
    const yaml_event_t *event)
{
	struct level *top = y->depth ? &y->levels[y->depth - 1] : NULL;
	struct span span = yaml_trimmed(y->bytes, span_of(y, event));
	yaml_scalar_style_t style = event->data.scalar.style;
	bool is_plain = style == YAML_PLAIN_SCALAR_STYLE;
	bool is_key = top && top->wants_key;
	struct str text = yaml_text(y->texts, y->bytes, span, (struct str){
	    (const char *)event->data.scalar.value,
	    event->data.scalar.length },
	    style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
	    style == YAML_DOUBLE_QUOTED_SCALAR_STYLE);
	struct token *token = tokens_add(tokens);

	*token = (struct token){ text.at, (uint32_t)text.length, span.start,
		span.end, is_plain ? TOKEN_PLAIN : TOKEN_QUOTED };
	if (event->data.scalar.anchor || event->data.scalar.tag ||
	    !is_within_limits(text, is_key) ||
	    (is_key && is_plain && str_equal(text, STR("<<"))))
		return false;
	if (is_key) {
		token->kind = TOKEN_KEY;
		top->wants_key = false;
		return true;
	}
	if (is_plain && top && !top->is_map && str_equal(text, STR("...")))
		token->kind = TOKEN_REST;
	end_value(y, span.end);
	return true;
}

static bool open_collection(struct yaml_scan *y, struct tokens *tokens,
    const yaml_event_t *event, bool is_map, bool is_odd)
{
	struct span span = span_of(y, event);

	if (is_odd || y->depth >= y->most ||
	    (y->depth && y->levels[y->depth - 1].wants_key))
		return false;
	y->levels[y->depth++] = (struct level){ (uint32_t)tokens->count,
		span.end, is_map, is_map };
	*tokens_add(tokens) = (struct token){ .start = span.start,
		.kind = is_map ? TOKEN_MAP : TOKEN_LIST };
	return true;
}

/* A collection in brackets ends with one, a block with its last child. */
static bool close_collection(struct yaml_scan *y, struct tokens *tokens,
    const yaml_event_t *event)
{
	struct span span = span_of(y, event);
	const struct level *level = &y->levels[--y->depth];
	uint32_t end = span.end > span.start ? span.end : level->end;

	if (level->token != UINT32_MAX) {
		tokens->items[level->token].length = (uint32_t)tokens->count;
		tokens->items[level->token].end = end;
	}
	*tokens_add(tokens) = (struct token){ .start = span.start, .end = end,
		.kind = TOKEN_END };
	end_value(y, end);
	return true;
}

static bool take_event(struct yaml_scan *y, struct tokens *tokens,
    const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return add_scalar(y, tokens, event);
	case YAML_SEQUENCE_START_EVENT:
		return open_collection(y, tokens, event, false,
		    event->data.sequence_start.anchor ||
		    event->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return open_collection(y, tokens, event, true,
		    event->data.mapping_start.anchor ||
		    event->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_collection(y, tokens, event);
	case YAML_DOCUMENT_START_EVENT:
		if (y->is_begun)
			return false;
		y->is_begun = true;
		return true;
	case YAML_STREAM_END_EVENT:
		y->status = TOKENS_ALL;
		return true;
	case YAML_ALIAS_EVENT:
		return false;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return true;
}

/* Memory may be refused while it is taken: the event is given back all the
 * same. */
static bool step(struct yaml_scan *y, struct tokens *tokens)
{
	yaml_event_t event;
	struct guard guard;
	bool is_good;

	if (!yaml_parser_parse(&y->parser, &event)) {
		if (y->parser.error == YAML_MEMORY_ERROR)
			guard_raise("out of memory");
		return false;
	}
	if (!GUARD_SET(&guard)) {
		yaml_event_delete(&event);
		guard_raise(guard_reason());
	}
	is_good = take_event(y, tokens, &event);
	guard_clear(&guard);
	yaml_event_delete(&event);
	return is_good;
}

/* Nothing is open that has to be in one batch. */
static bool may_stop(const struct yaml_scan *y)
{
	return (y->depth == 1 && y->levels[0].wants_key) ||
	    (y->depth == 2 && !y->levels[1].is_map);
}

enum token_status yaml_scan_some(struct yaml_scan *y, struct tokens *tokens,
    size_t most)
{
	tokens->count = 0;
	for (unsigned i = 0; i < y->depth; i++)
		y->levels[i].token = UINT32_MAX;
	y->status = TOKENS_SOME;
	while ((tokens->count < most || !may_stop(y)) &&
	    y->status == TOKENS_SOME)
		if (!step(y, tokens))
			return TOKENS_WRONG;
	return y->status;
}
