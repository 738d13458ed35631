/* SPDX-License-Identifier: Apache-2.0 */
/* JSON: the tape of json.cc as a document. */
#include "inventory/json.h"

#include "base/guard.h"
#include "base/io.h"
#include "inventory/read.h"
#include "inventory/tree.h"

struct reader {
	struct diagnostics *all;
	struct arena *arena;
	uint32_t file;
	struct str bytes;	/* without a byte order mark */
	int64_t shift;		/* from offsets of the tape to those of the file */
	struct json_tape *tape;
	const char *text;	/* the next one that is escaped, */
	const uint32_t *length;	/* and its length */
	struct tree_builder tree;
};

static struct span span_of(const struct reader *r, size_t start, size_t end)
{
	return (struct span){ r->file, (uint32_t)((int64_t)start + r->shift),
		(uint32_t)((int64_t)end + r->shift) };
}

/* --- errors --------------------------------------------------------------- */

static void report_deep(struct reader *r, size_t at)
{
	input_over_limit(r->all, span_of(r, at, at + 1),
	    "this is nested too deeply", LIMIT_INVENTORY_DEPTH);
}

static void report_refused(struct reader *r)
{
	size_t at = 0;
	const char *wrong = json_check(r->bytes.at, r->bytes.length,
	    input_depth(), &at);
	size_t end = at < r->bytes.length ? at + 1 : at;
	struct diagnostic *d;

	if (!wrong) {
		wrong = "this is not JSON";
		at = end = r->tape->at;
	}
	while (end < r->bytes.length && (r->bytes.at[end] & 0xc0) == 0x80)
		end++;
	d = diag_add(r->all, DIAG_E8109, span_of(r, at, end), "%s", wrong);
	if (at == 0)
		diag_note(r->all, d, "what is read as JSON has a name that "
		    "ends in .json, or begins with a bracket");
}

static bool is_blank(struct str bytes)
{
	for (size_t i = 0; i < bytes.length; i++)
		if (!strchr(" \t\r\n", bytes.at[i]) || !bytes.at[i])
			return false;
	return true;
}

/* A string as the file has it between its quotes, or a word. */
static struct str bytes_of(const struct reader *r, uint32_t start,
    uint32_t end, uint32_t quote)
{
	struct str bytes = source_bytes(diagnostics_sources(r->all), r->file);

	return str_slice(bytes,
	    (size_t)((int64_t)start + r->shift) + quote,
	    (size_t)((int64_t)end + r->shift) - quote);
}

/* The next text of the tape. */
static struct str take_text(struct reader *r)
{
	struct str text = { r->text, *r->length++ };

	r->text += text.length;
	return arena_copy(r->arena, text);
}

static bool check_length(struct reader *r, struct str text, uint32_t start,
    enum limit limit, const char *what)
{
	if (text.length <= limit_get(limit))
		return true;
	input_over_limit(r->all, span_of(r, start, start + 1), what, limit);
	return false;
}

/* --- document ------------------------------------------------------------- */

static void add_key(struct reader *r, const struct json_item *item)
{
	struct str key = item->is_key_escaped ? take_text(r) :
	    bytes_of(r, item->key_start, item->key_end, 1);
	bool is_good = check_length(r, key, item->key_start,
	    LIMIT_INVENTORY_KEY, "this key is too long");

	tree_key(&r->tree, key, span_of(r, item->key_start, item->key_end),
	    !is_good);
}

static void add_scalar(struct reader *r, const struct json_item *item)
{
	bool quoted = item->kind == JSON_STRING;
	struct str text = item->is_escaped ? take_text(r) :
	    bytes_of(r, item->start, item->end, quoted);
	bool is_good = check_length(r, text, item->start,
	    LIMIT_INVENTORY_SCALAR, "this value is too long");

	tree_add(&r->tree, quoted ? DOCUMENT_QUOTED : DOCUMENT_PLAIN, text,
	    is_good ? span_of(r, item->start, item->end) : SPAN_NONE);
}

static void add_item(struct reader *r, const struct json_item *item)
{
	if (item->has_key)
		add_key(r, item);
	switch ((enum json_kind)item->kind) {
	case JSON_WORD:
	case JSON_STRING:
		add_scalar(r, item);
		break;
	case JSON_LIST:
		tree_add(&r->tree, DOCUMENT_LIST, STR(""),
		    span_of(r, item->start, item->start));
		break;
	case JSON_MAP:
		tree_add(&r->tree, DOCUMENT_MAP, STR(""),
		    span_of(r, item->start, item->start));
		break;
	case JSON_END:
		tree_close(&r->tree,
		    (uint32_t)((int64_t)item->end + r->shift));
		break;
	}
}

/* FIRST and END leave out the brackets put around a lone scalar. */
static void add_items(struct reader *r, size_t first, size_t end)
{
	struct document *document = r->tree.document;
	size_t nodes = 0;

	r->text = r->tape->texts;
	r->length = r->tape->lengths;
	for (size_t i = first; i < end; i++)
		nodes += r->tape->items[i].kind != JSON_END;
	document->nodes.items = ARENA_ARRAY(r->arena, struct document_node,
	    nodes);
	document->nodes.capacity = nodes;
	for (size_t i = first; i < end; i++)
		add_item(r, &r->tape->items[i]);
}

static void free_tape(void *tape)
{
	json_tape_free(tape);
}

static bool read_tape(struct reader *r, struct str bytes, unsigned depth)
{
	switch (json_tape_read(bytes.at, bytes.length, depth, r->tape)) {
	case JSON_READ:
		return true;
	case JSON_REFUSED:
		report_refused(r);
		return false;
	case JSON_DEEP:
		report_deep(r, r->tape->at);
		return false;
	case JSON_MEMORY:
		break;
	}
	guard_raise("out of memory");
}

/* simdjson cannot walk a lone scalar: it is put into a list. */
static bool read_scalar(struct reader *r)
{
	struct text text;
	size_t at;

	if (json_check(r->bytes.at, r->bytes.length, input_depth(), &at)) {
		report_refused(r);
		return false;
	}
	text_init(&text, r->arena);
	text_add_char(&text, '[');
	text_add(&text, r->bytes);
	text_add_char(&text, ']');
	for (int i = 0; i < IO_PADDING; i++)
		text_add_char(&text, '\0');
	text.length -= IO_PADDING;
	r->shift--;
	if (!read_tape(r, text_str(&text), 1))
		return false;
	add_items(r, 1, r->tape->count - 1);
	return true;
}

static bool read_nested(struct reader *r)
{
	if (!read_tape(r, r->bytes, input_depth()))
		return false;
	add_items(r, 0, r->tape->count);
	return true;
}

static bool read_root(struct reader *r)
{
	size_t i = 0;

	if (is_blank(r->bytes)) {
		diag_add(r->all, DIAG_E8112, span_of(r, 0, 0),
		    "there is nothing in this inventory");
		return false;
	}
	while (strchr(" \t\r\n", r->bytes.at[i]))
		i++;
	if (r->bytes.at[i] == '[' || r->bytes.at[i] == '{')
		return read_nested(r);
	return read_scalar(r);
}

struct document *json_parse(struct arena *arena, struct diagnostics *all,
    uint32_t file)
{
	struct str bytes = source_bytes(diagnostics_sources(all), file);
	size_t mark = input_mark(bytes);
	struct reader r = { .all = all, .arena = arena, .file = file,
		.bytes = str_slice(bytes, mark, bytes.length),
		.shift = (int64_t)mark };
	bool is_read;

	if (!input_check_text(all, file, false))
		return NULL;
	r.tape = ARENA_NEW(arena, struct json_tape);
	arena_defer(arena, free_tape, r.tape);
	tree_init(&r.tree, arena);
	is_read = read_root(&r);
	json_tape_free(r.tape);
	if (!is_read)
		return NULL;
	input_check_keys(arena, all, r.tree.document);
	return r.tree.document;
}

struct document *json_read(struct arena *arena, struct diagnostics *all,
    uint32_t file)
{
	size_t before = diag_errors(all);
	struct document *document = json_parse(arena, all, file);

	return diag_errors(all) == before ? document : NULL;
}
