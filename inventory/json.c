/* SPDX-License-Identifier: Apache-2.0 */
/* JSON: the tokens of json_scan.c as a document. */
#include "inventory/json_scan.h"

#include "base/guard.h"
#include "base/io.h"
#include "inventory/read.h"
#include "inventory/tree.h"

/* Tokens that are made at a time. */
#define BATCH 4096

struct reader {
	struct diagnostics *all;
	struct arena *arena;
	uint32_t file;
	struct str bytes;
	size_t start;		/* behind a byte order mark */
	struct tree_builder tree;
};

/* --- errors --------------------------------------------------------------- */

static struct span span_of(const struct reader *r, size_t start, size_t end)
{
	return (struct span){ r->file, (uint32_t)start, (uint32_t)end };
}

static void report_deep(struct reader *r, size_t at)
{
	input_over_limit(r->all, span_of(r, at, at + 1),
	    "this is nested too deeply", LIMIT_INVENTORY_DEPTH);
}

static void report_refused(struct reader *r, size_t last)
{
	size_t at = 0, end;
	const char *wrong = json_check(r->bytes.at + r->start,
	    r->bytes.length - r->start, input_depth(), &at);
	struct diagnostic *d;

	at += r->start;
	end = at < r->bytes.length ? at + 1 : at;
	if (!wrong) {
		wrong = "this is not JSON";
		at = end = last;
	}
	while (end < r->bytes.length && (r->bytes.at[end] & 0xc0) == 0x80)
		end++;
	d = diag_add(r->all, DIAG_E8109, span_of(r, at, end), "%s", wrong);
	if (at == r->start)
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

/* --- document ------------------------------------------------------------- */

/* All batches, as nodes. */
static enum token_status walk(struct reader *r, uint32_t *last)
{
	struct arena *region = arena_new_in(r->arena);
	struct tokens *tokens = ARENA_NEW(region, struct tokens);
	struct json_scan *s = ARENA_NEW(region, struct json_scan);
	enum token_status status = TOKENS_SOME;

	tree_init(&r->tree, r->arena);
	tokens_init(tokens, region);
	json_scan_init(s, region, r->arena, r->bytes, r->start,
	    input_depth());
	s->keep = s->anywhere = true;
	while (status == TOKENS_SOME) {
		status = json_scan_some(s, tokens, BATCH);
		for (size_t i = 0; i < tokens->count && status <= TOKENS_ALL;
		    i++)
			tree_token(&r->tree, r->all, r->file,
			    &tokens->items[i]);
	}
	*last = s->at;
	arena_free(region);
	return status;
}

/* What is too long is told of a text that is JSON only: when something is, all
 * is read once more. */
static bool read_all(struct reader *r)
{
	struct diagnostics *all = r->all;
	uint32_t last = 0;
	enum token_status status;
	size_t wrong;

	r->all = diagnostics_new(r->arena, diagnostics_sources(all));
	status = walk(r, &last);
	wrong = diag_count(r->all);
	r->all = all;
	if (status == TOKENS_DEEP)
		report_deep(r, last);
	else if (status != TOKENS_ALL && input_check_text(r->all, r->file, false))
		report_refused(r, last);
	if (status == TOKENS_ALL && wrong)
		walk(r, &last);
	return status == TOKENS_ALL;
}

struct document *json_parse(struct arena *arena, struct diagnostics *all,
    uint32_t file)
{
	struct str bytes = source_bytes(diagnostics_sources(all), file);
	struct reader r = { .all = all, .arena = arena, .file = file,
		.bytes = bytes, .start = input_mark(bytes) };

	if (is_blank(str_slice(bytes, r.start, bytes.length))) {
		diag_add(all, DIAG_E8112, span_of(&r, r.start, r.start),
		    "there is nothing in this inventory");
		return NULL;
	}
	if (!read_all(&r))
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
