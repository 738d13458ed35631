/* SPDX-License-Identifier: Apache-2.0 */
/* read - inside inventory/: text to document, document to facts. */
#ifndef SCARP_INVENTORY_READ_H
#define SCARP_INVENTORY_READ_H

#include "base/limits.h"
#include "inventory/assert.h"

/* A node of which an error was reported: whoever meets it says no more. */
static inline bool node_is_broken(const struct document_node *node)
{
	return span_is_none(node->span);
}

/*
 * yaml_parse and json_parse answer a document as long as its structure is
 * whole, with what was wrong in it in the diagnostics; else NULL.
 */
struct document *yaml_parse(struct arena *arena, struct diagnostics *all, uint32_t file);
struct document *json_parse(struct arena *arena, struct diagnostics *all, uint32_t file);

/* The same, as documents of our own format; what they are about is told with
 * the schema of FACTS, which learn when entities are lost. */
struct document *ndjson_parse(struct arena *arena, struct facts *facts,
    struct diagnostics *all, uint32_t file);
struct document *csv_parse(struct arena *arena, struct facts *facts,
    struct diagnostics *all, uint32_t file);

enum input_format { INPUT_YAML, INPUT_JSON, INPUT_NDJSON, INPUT_CSV };
/* By the name's suffix, if it is one of an inventory, whatever its case. */
bool input_is_named(struct str name, enum input_format *format);
/* The same; of another name, and of "-", by the content. */
enum input_format input_format(struct str name, struct str bytes);
/* Help is then about cells and rows. */
bool input_is_csv(struct diagnostics *all, uint32_t file);
struct document *input_parse(struct arena *arena, struct facts *facts,
    struct diagnostics *all, uint32_t file);

/* Bytes of a byte order mark at the start: 0 or 3. */
size_t input_mark(struct str bytes);
/* Reports what no inventory may hold (bytes that are not UTF-8, NUL; with
 * STRICT, all that YAML does not call printable), each once.  True: none. */
bool input_check_text(struct diagnostics *all, uint32_t file, bool strict);
/* The same, strictly, and of YAML what its reader would take too long for. */
bool input_check_yaml(struct diagnostics *all, uint32_t file);
/* Reports keys that stand twice in one map; the later ones become broken. */
void input_check_keys(struct arena *arena, struct diagnostics *all,
    struct document *document);
/* "WHAT: the limit `inventory-depth` is 64" */
void input_over_limit(struct diagnostics *all, struct span span,
    const char *what, enum limit limit);
/* The deepest nesting that is read; functions here recurse by it. */
#define DEEPEST 1000
unsigned input_depth(void);
/* TEXT for a message: not longer than a line. */
struct str input_shown(struct arena *arena, struct str text);

/* Who takes part in work on so many bytes: the crew of the options, or NULL
 * where that would take longer than the work, or memory is made to fail. */
struct crew *load_crew(const struct facts *facts, uint64_t bytes);

/* Leaves the quick way (bind_tokens.h) out: it must say the same.  For tests
 * only. */
void load_slowly(bool slowly);

/* A document of our own format; WHO speaks unless it says otherwise.  A
 * `given` block has no header. */
void bind_document(struct facts *facts, const struct document *document,
    const struct provenance *who, bool has_header);

/* The logical path of the node at SPAN: "hosts[2].roles[0].kind"; empty when
 * there is none.  The file is read once more if it must. */
struct str document_path(struct facts *facts, const struct document *document,
    struct span span);
struct str facts_path(struct facts *facts, struct span span);

#endif
