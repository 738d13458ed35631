/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML through libyaml's events.  libyaml is quadratic in depth, silent about
 * duplicate keys, and counts positions in characters: the depth is checked on
 * every event, keys afterwards (input.c), and characters become bytes here.
 */
#include <yaml.h>

#include "base/guard.h"
#include "inventory/read.h"
#include "inventory/tree.h"
#include "inventory/yaml_scan.h"

struct reader {
	struct diagnostics *all;
	struct arena *scratch;
	uint32_t file;
	struct yaml_places places;
	struct tree_builder tree;
	yaml_parser_t *parser;
	bool is_whole;		/* the structure is known to the end */
};

/* --- positions ------------------------------------------------------------ */

static struct span span_of(const struct reader *r, const yaml_event_t *event)
{
	return (struct span){ r->file, yaml_byte(&r->places, event->start_mark.index),
		yaml_byte(&r->places, event->end_mark.index) };
}

static struct span span_at(const struct reader *r, const yaml_mark_t *mark)
{
	uint32_t start = yaml_byte(&r->places, mark->index);

	return (struct span){ r->file, start,
		yaml_byte(&r->places, mark->index + 1) };
}

/* --- what is refused ------------------------------------------------------ */

static bool check_anchor(struct reader *r, const yaml_char_t *anchor,
    struct span span)
{
	struct diagnostic *d;

	if (!anchor)
		return true;
	d = diag_add(r->all, DIAG_E8105, span,
	    "an anchor has no place in an inventory");
	diag_help(r->all, d, "write every fact where it belongs; put what "
	    "should be read as text in quotes");
	return false;
}

static bool check_tag(struct reader *r, const yaml_char_t *tag,
    struct span span)
{
	struct diagnostic *d;

	if (!tag)
		return true;
	d = diag_add(r->all, DIAG_E8106, span,
	    "the tag `%.*s` has no place in an inventory",
	    STR_ARG(input_shown(r->scratch, str_of((const char *)tag))));
	diag_help(r->all, d, "the schema says of which type a value is");
	return false;
}

static bool check_depth(struct reader *r, struct span span)
{
	if (r->tree.levels.count < input_depth())
		return true;
	input_over_limit(r->all, (struct span){ span.file, span.start,
	    span.start + 1 }, "this is nested too deeply",
	    LIMIT_INVENTORY_DEPTH);
	r->is_whole = false;
	return false;
}

static bool check_length(struct reader *r, size_t length, struct span span,
    bool is_key)
{
	enum limit limit = is_key ? LIMIT_INVENTORY_KEY :
	    LIMIT_INVENTORY_SCALAR;

	if (length <= limit_get(limit))
		return true;
	input_over_limit(r->all, (struct span){ span.file, span.start,
	    span.start + 1 }, is_key ? "this key is too long" :
	    "this value is too long", limit);
	return false;
}

static struct str line_around(const struct reader *r, uint32_t offset)
{
	struct sources *sources = diagnostics_sources(r->all);

	return source_line(sources, r->file,
	    source_place(sources, r->file, offset).line);
}

static void help_template(struct reader *r, struct diagnostic *d,
    uint32_t offset)
{
	struct str line = line_around(r, offset);

	for (size_t i = 0; i + 1 < line.length; i++)
		if (line.at[i] == '{' && (line.at[i + 1] == '{' ||
		    line.at[i + 1] == '%')) {
			diag_help(r->all, d, "this looks like a template "
			    "that was not filled in");
			return;
		}
}

static void help_conflict(struct reader *r, struct diagnostic *d,
    uint32_t line)
{
	static const char *const marks[] = { "<<<<<<<", "=======", ">>>>>>>" };
	struct sources *sources = diagnostics_sources(r->all);

	for (uint32_t n = line > 1 ? line - 1 : 1; n <= line + 1; n++)
		for (size_t i = 0; i < 3; i++)
			if (str_starts(source_line(sources, r->file, n),
			    str_of(marks[i]))) {
				diag_help(r->all, d, "this looks like a merge "
				    "that was not finished");
				return;
			}
}

static void refuse_key(struct reader *r, struct span span)
{
	struct diagnostic *d = diag_add(r->all, DIAG_E8108,
	    (struct span){ span.file, span.start, span.start + 1 },
	    "a list or map cannot be a key");

	help_template(r, d, span.start);
	r->is_whole = false;
}

/* --- events --------------------------------------------------------------- */

static struct str text_of(struct reader *r, const yaml_event_t *event,
    struct span span)
{
	struct str text = { (const char *)event->data.scalar.value,
		event->data.scalar.length };
	bool quoted = event->data.scalar.style ==
	    YAML_SINGLE_QUOTED_SCALAR_STYLE || event->data.scalar.style ==
	    YAML_DOUBLE_QUOTED_SCALAR_STYLE;

	return yaml_text(r->tree.arena, source_bytes(diagnostics_sources(
	    r->all), r->file), span, text, quoted);
}

static void add_key(struct reader *r, const yaml_event_t *event, bool is_good)
{
	struct span span = span_of(r, event);
	struct str key = text_of(r, event, span);
	bool is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;

	is_good &= check_length(r, key.length, span, true);
	if (is_plain && str_equal(key, STR("<<"))) {
		diag_help(r->all, diag_add(r->all, DIAG_E8105, span,
		    "a merge key has no place in an inventory"),
		    "write every fact where it belongs");
		is_good = false;
	}
	tree_key(&r->tree, key, span, !is_good);
}

/* Both are looked at, so that both are told. */
static bool check_properties(struct reader *r, const yaml_char_t *anchor,
    const yaml_char_t *tag, struct span span)
{
	bool has_good_anchor = check_anchor(r, anchor, span);

	return check_tag(r, tag, span) && has_good_anchor;
}

static void add_scalar(struct reader *r, const yaml_event_t *event)
{
	struct span span = yaml_trimmed(source_bytes(diagnostics_sources(
	    r->all), r->file), span_of(r, event));
	bool is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	bool is_good = check_properties(r, event->data.scalar.anchor,
	    event->data.scalar.tag, span);
	enum document_kind kind = is_plain ? DOCUMENT_PLAIN : DOCUMENT_QUOTED;
	struct str text;

	if (tree_wants_key(&r->tree)) {
		add_key(r, event, is_good);
		return;
	}
	text = text_of(r, event, span);
	is_good &= check_length(r, text.length, span, false);
	if (is_plain && tree_is_list(&r->tree) && str_equal(text, STR("...")))
		kind = DOCUMENT_REST;
	tree_add(&r->tree, kind, text, is_good ? span : SPAN_NONE);
}

static void add_alias(struct reader *r, const yaml_event_t *event)
{
	struct span span = span_of(r, event);
	struct str name = str_of((const char *)event->data.alias.anchor);
	struct diagnostic *d = diag_add(r->all, DIAG_E8105, span,
	    "the alias `*%.*s` has no place in an inventory",
	    STR_ARG(input_shown(r->scratch, name)));

	diag_help(r->all, d, "write every fact where it belongs; put what "
	    "should be read as text in quotes");
	if (tree_wants_key(&r->tree))
		tree_key(&r->tree, STR(""), span, true);
	else
		tree_add(&r->tree, DOCUMENT_PLAIN, STR(""), SPAN_NONE);
}

static void open_collection(struct reader *r, const yaml_event_t *event,
    enum document_kind kind, const yaml_char_t *anchor,
    const yaml_char_t *tag)
{
	struct span span = span_of(r, event);
	bool is_good = check_properties(r, anchor, tag, span);

	if (tree_wants_key(&r->tree))
		refuse_key(r, span);
	else if (check_depth(r, span))
		tree_add(&r->tree, kind, STR(""),
		    is_good ? span : SPAN_NONE);
}

/* A collection in brackets ends with one, a block with its last child. */
static void close_collection(struct reader *r, const yaml_event_t *event)
{
	struct span span = span_of(r, event);

	tree_close(&r->tree, span.end > span.start ? span.end :
	    tree_last_end(&r->tree));
}

static void open_document(struct reader *r, const yaml_event_t *event)
{
	struct span span = span_of(r, event);
	struct diagnostic *d;

	if (r->tree.document->nodes.count == 0)
		return;
	d = diag_add(r->all, DIAG_E8107, (struct span){ span.file, span.start,
	    span.start }, "a second document begins here");
	diag_help(r->all, d, "put it into a file of its own");
	r->is_whole = false;
}

static void take_event(struct reader *r, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		add_scalar(r, event);
		break;
	case YAML_ALIAS_EVENT:
		add_alias(r, event);
		break;
	case YAML_SEQUENCE_START_EVENT:
		open_collection(r, event, DOCUMENT_LIST,
		    event->data.sequence_start.anchor,
		    event->data.sequence_start.tag);
		break;
	case YAML_MAPPING_START_EVENT:
		open_collection(r, event, DOCUMENT_MAP,
		    event->data.mapping_start.anchor,
		    event->data.mapping_start.tag);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_collection(r, event);
		break;
	case YAML_DOCUMENT_START_EVENT:
		open_document(r, event);
		break;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
}

/* --- errors --------------------------------------------------------------- */

static bool is_tab_at(const struct reader *r, const yaml_mark_t *mark)
{
	uint32_t at = yaml_byte(&r->places, mark->index) - r->places.mark;

	return at < r->places.bytes.length && r->places.bytes.at[at] == '\t';
}

static void report_problem(struct reader *r)
{
	const yaml_parser_t *p = r->parser;
	struct span span = span_at(r, &p->problem_mark);
	struct diagnostic *d;

	if (p->error == YAML_MEMORY_ERROR)
		guard_raise("out of memory");
	if (is_tab_at(r, &p->problem_mark)) {
		d = diag_add(r->all, DIAG_E8104, span,
		    "a tab cannot indent: YAML indents with spaces");
	} else {
		d = diag_add(r->all, DIAG_E8104, span, "%s",
		    p->problem ? p->problem : "this is not YAML");
		if (p->context)
			diag_note(r->all, d, "%s that began at line %zu",
			    p->context, p->context_mark.line + 1);
	}
	help_template(r, d, span.start);
	help_conflict(r, d, (uint32_t)p->problem_mark.line + 1);
}

static void delete_parser(void *parser)
{
	yaml_parser_delete(parser);
}

static void delete_event(void *event)
{
	yaml_event_delete(event);
}

static void start(struct reader *r)
{
	r->parser = ARENA_NEW(r->scratch, yaml_parser_t);
	if (!yaml_parser_initialize(r->parser))
		guard_raise("out of memory");
	arena_defer(r->scratch, delete_parser, r->parser);
	yaml_parser_set_encoding(r->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(r->parser,
	    (const unsigned char *)r->places.bytes.at, r->places.bytes.length);
}

/* One event; false at the end or when there is nothing more to be had. */
static bool step(struct reader *r, yaml_event_t *event)
{
	struct arena_mark mark = arena_here(r->scratch);
	bool is_last;

	if (!yaml_parser_parse(r->parser, event)) {
		report_problem(r);
		r->is_whole = false;
		return false;
	}
	arena_defer(r->scratch, delete_event, event);
	take_event(r, event);
	is_last = event->type == YAML_STREAM_END_EVENT;
	arena_rollback(r->scratch, mark);
	return !is_last && r->is_whole;
}

static void read_events(struct reader *r)
{
	yaml_event_t *event = ARENA_NEW(r->scratch, yaml_event_t);

	start(r);
	while (step(r, event))
		;
	if (r->is_whole && r->tree.document->nodes.count == 0)
		tree_add(&r->tree, DOCUMENT_PLAIN, STR(""),
		    (struct span){ r->file, 0, 0 });
}

static void release_scratch(void *scratch)
{
	arena_free(scratch);
}

struct document *yaml_parse(struct arena *arena, struct diagnostics *all,
    uint32_t file)
{
	struct str bytes = source_bytes(diagnostics_sources(all), file);
	struct reader r = { .all = all, .file = file, .is_whole = true };

	if (!input_check_yaml(all, file))
		return NULL;
	tree_init(&r.tree, arena);
	r.scratch = arena_new();
	arena_defer(arena, release_scratch, r.scratch);
	yaml_places_init(&r.places, r.scratch, bytes);
	read_events(&r);
	if (r.is_whole)
		input_check_keys(arena, all, r.tree.document);
	return r.is_whole ? r.tree.document : NULL;
}

struct document *yaml_read(struct arena *arena, struct diagnostics *all,
    uint32_t file)
{
	size_t before = diag_errors(all);
	struct document *document = yaml_parse(arena, all, file);

	return diag_errors(all) == before ? document : NULL;
}
