/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From paths to a graph: each file read, bound and forgotten but for its bytes,
 * and all of it merged.
 */
#include "base/guard.h"
#include "base/io.h"
#include "base/recall.h"
#include "inventory/edit.h"
#include "inventory/list.h"
#include "inventory/opengraph.h"
#include "inventory/parts.h"
#include "inventory/read.h"
#include "inventory/snapshot.h"

/* --- who loads ------------------------------------------------------------- */

static uint64_t worth_a_crew = LOAD_WORTH;

void load_worth(uint64_t bytes)
{
	worth_a_crew = bytes;
}

struct crew *load_crew(const struct facts *facts, uint64_t bytes)
{
	return bytes < worth_a_crew || memory_fail_left() ? NULL :
	    facts->options->crew;
}

/* --- reading -------------------------------------------------------------- */

struct loading {
	struct facts *facts;
	struct opengraph *opengraph;
	VEC(struct graph_input) inputs;
	unsigned large;			/* files met so far */
	bool mapped;
};

/* A region that may end before the one it belongs to. */
struct slot {
	struct arena *arena;
};

static void release_slot(void *item)
{
	struct slot *slot = item;

	if (slot->arena)
		arena_free(slot->arena);
	slot->arena = NULL;
}

static struct slot *new_slot(struct arena *owner)
{
	struct slot *slot = ARENA_NEW(owner, struct slot);

	arena_defer(owner, release_slot, slot);
	slot->arena = arena_new();
	return slot;
}

/* True when the document is needed until all files were read. */
static bool bind_file(struct loading *l, const struct document *document,
    uint32_t file)
{
	struct facts *facts = l->facts;
	struct provenance who = { .grade = GRADE_DECLARED,
		.name = source_name(diagnostics_sources(facts->all), file),
		.span = SPAN_NONE };

	if (opengraph_read(l->opengraph, document)) {
		l->mapped = true;
		return true;
	}
	bind_document(facts, document, &who, true);
	return false;
}

/* What its reader needed is not needed any more. */
static void let_go(struct facts *facts, struct part *part)
{
	struct sources *sources = diagnostics_sources(facts->all);

	if (part->bytes && recall_file(facts->kept, sources, part->file,
	    source_name(sources, part->file).at))
		arena_free(part->bytes);
	part->bytes = NULL;
}

/* PART is of the quick way, or has no facts. */
static void load_part(struct loading *l, struct part *part)
{
	struct facts *facts = l->facts;
	struct document *document;
	struct slot *slot;

	if (part_join(facts, part)) {
		let_go(facts, part);
		return;
	}
	slot = new_slot(facts->arena);
	document = input_parse(slot->arena, facts, facts->all, part->file);
	if (!document)
		facts->incomplete = true;
	else if (bind_file(l, document, part->file))
		return;
	release_slot(slot);
}

/* Larger files are read again where they are quoted, as long as there are not
 * too many of them to stay open. */
#define LARGE ((uint64_t)1 << 20)
#define LARGE_MOST 64

/* The bytes are kept, or read again: every fact shows where it stands in them. */
static bool read_file(struct loading *l, struct str path, struct part *part)
{
	struct facts *facts = l->facts;
	struct arena *bytes_of = !facts->options->keeps_bytes &&
	    io_size(path.at) >= LARGE && l->large++ < LARGE_MOST ?
	    arena_new_in(facts->kept) : NULL;
	struct arena *to = bytes_of ? bytes_of : facts->kept;
	struct str bytes, why;
	/* The last offset means: nowhere.  More than that no limit gives. */
	bool is_read = limit_get(LIMIT_INVENTORY_FILE) < UINT32_MAX
	    ? io_read_limited(to, path.at, LIMIT_INVENTORY_FILE, &bytes, &why)
	    : io_read(to, path.at, UINT32_MAX - 1, &bytes, &why);

	if (!is_read) {
		list_refuse(facts->all, path, why);
		facts->incomplete = true;
		return false;
	}
	*part = (struct part){ .file = source_add(diagnostics_sources(
	    facts->all), path, bytes), .bytes = bytes_of };
	return true;
}

static void load_parts(struct loading *l, struct part *parts, size_t count)
{
	struct facts *facts = l->facts;
	struct sources *sources = diagnostics_sources(facts->all);

	parts_read(facts, parts, count);
	for (size_t i = 0; i < count; i++) {
		*VEC_PUSH(facts->arena, &l->inputs) = (struct graph_input){
			source_name(sources, parts[i].file),
			io_hex(facts->kept, parts[i].digest,
			    sizeof(parts[i].digest)),
			parts[i].file };
		load_part(l, &parts[i]);
	}
}

/* A part that waits to be joined takes tens of kilobytes, however small its
 * file: many are read by and by. */
#define PARTS_AT_ONCE 512

static void load_files(struct loading *l, const struct str *files,
    size_t count)
{
	struct facts *facts = l->facts;
	struct part *parts = ARENA_ARRAY(facts->arena, struct part, count);
	size_t read = 0;

	for (size_t i = 0; i < count; i++)
		read += read_file(l, files[i], &parts[read]);
	for (size_t i = 0; i < read; i += PARTS_AT_ONCE)
		load_parts(l, parts + i, read - i < PARTS_AT_ONCE ? read - i :
		    PARTS_AT_ONCE);
}

struct inventory {
	struct facts *facts;
	struct loading loading;
};

static void load(struct inventory *inventory, const struct str *paths,
    size_t count, struct inventory_notes *notes)
{
	struct loading *l = &inventory->loading;
	struct facts *facts = l->facts;
	struct inventory_files files;

	if (!inventory_list(facts->kept, facts->all, paths, count, &files))
		facts->incomplete = true;
	load_files(l, files.read.items, files.read.count);
	notes->left = files.left.items;
	notes->left_count = files.left.count;
	opengraph_finish(l->opengraph, facts->kept, notes);
	notes->mapped = l->mapped;
	notes->least = facts->options->least;
	notes->no_defaults = facts->options->no_defaults;
	notes->strict_mapping = facts->options->strict_mapping;
}

static struct inventory *new_inventory(struct facts *facts)
{
	struct inventory *inventory = ARENA_NEW(facts->arena, struct inventory);

	inventory->facts = facts;
	inventory->loading.facts = facts;
	inventory->loading.opengraph = opengraph_new(facts);
	return inventory;
}

static struct graph *merge(struct inventory *inventory, struct arena *arena)
{
	struct graph *graph = facts_merge(inventory->facts, arena);
	const struct loading *l = &inventory->loading;

	for (size_t i = 0; graph && i < l->inputs.count; i++)
		*VEC_PUSH(arena, &graph->inputs) = l->inputs.items[i];
	return graph;
}

/* The facts are needed until they are merged, and are more than the graph. */
struct graph *inventory_load(struct arena *arena, struct diagnostics *all,
    const struct schema *schema, const struct str *paths, size_t count,
    const struct inventory_options *options, struct inventory_notes *notes)
{
	struct inventory *inventory;
	struct arena *work;
	struct graph *graph;
	struct guard guard;

	if (snapshot_is_named(paths, count))
		return snapshot_load(arena, all, schema, paths, count, options, notes);
	work = arena_new();
	if (!GUARD_SET(&guard)) {
		arena_free(work);
		guard_raise(guard_reason());
	}
	inventory = new_inventory(facts_new(work, arena, all, schema, options));
	load(inventory, paths, count, notes);
	inventory->facts->once = true;
	graph = merge(inventory, arena);
	guard_clear(&guard);
	arena_free(work);
	return graph;
}

/* --- more than once ------------------------------------------------------- */

static struct inventory *open_empty(struct arena *arena,
    struct diagnostics *all, const struct schema *schema,
    const struct inventory_options *options)
{
	struct inventory_options *kept = ARENA_NEW(arena,
	    struct inventory_options);

	*kept = *options;
	return new_inventory(facts_new(arena, arena, all, schema, kept));
}

static struct inventory *when_good(struct inventory *inventory)
{
	const struct facts *facts = inventory->facts;

	return facts->incomplete ||
	    diag_errors(facts->all) > facts->errors_before ? NULL : inventory;
}

struct inventory *inventory_open(struct arena *arena, struct diagnostics *all,
    const struct schema *schema, const struct str *paths, size_t count,
    const struct inventory_options *options, struct inventory_notes *notes)
{
	struct inventory *inventory;

	if (snapshot_is_named(paths, count)) {
		snapshot_refuse_edits(all);
		return NULL;
	}
	inventory = open_empty(arena, all, schema, options);
	load(inventory, paths, count, notes);
	return when_good(inventory);
}

static const struct provenance given = { .grade = GRADE_DECLARED,
	.name = { "given", 5 }, .span = { SOURCE_NONE, 0, 0 } };

struct inventory *inventory_open_document(struct arena *arena,
    struct diagnostics *all, const struct schema *schema,
    const struct document *document, const struct inventory_options *options)
{
	struct inventory *inventory = open_empty(arena, all, schema, options);

	inventory->facts->document = document;
	bind_document(inventory->facts, document, &given, false);
	return when_good(inventory);
}

/* What edits may change of the facts. */
struct before {
	struct draft *drafts;
	struct closing *closings;
	size_t draft_count, closing_count;
	uint32_t *facts;
};

static struct before remember(struct facts *facts, struct arena *arena)
{
	struct before before = { NULL, NULL, facts->drafts.count,
		facts->closings.count, facts_here(facts, arena) };

	before.drafts = ARENA_ARRAY(arena, struct draft, before.draft_count);
	if (before.draft_count)
		memcpy(before.drafts, facts->drafts.items,
		    before.draft_count * sizeof(*before.drafts));
	before.closings = ARENA_ARRAY(arena, struct closing,
	    before.closing_count);
	if (before.closing_count)
		memcpy(before.closings, facts->closings.items,
		    before.closing_count * sizeof(*before.closings));
	return before;
}

/* Drafts that only edits speak of stay, and are not introduced. */
static void restore(struct facts *facts, const struct before *before)
{
	facts_rollback(facts, before->facts);
	facts->closings.count = before->closing_count;
	if (before->closing_count)
		memcpy(facts->closings.items, before->closings,
		    before->closing_count * sizeof(*before->closings));
	for (size_t i = 0; i < before->draft_count; i++) {
		struct draft *draft = &facts->drafts.items[i];
		draft_id owned = draft->owned;

		*draft = before->drafts[i];
		draft->owned = owned;
	}
	for (size_t i = before->draft_count; i < facts->drafts.count; i++) {
		struct draft *draft = &facts->drafts.items[i];

		draft->introduced = draft->certain = false;
		draft->grade = GRADE_INFERRED;
		draft->kind = facts->kinds[draft->kind].identity;
	}
}

struct graph *inventory_graph(struct inventory *inventory, struct arena *arena,
    struct diagnostics *all, const struct edits *edits)
{
	struct facts *facts = inventory->facts;
	struct diagnostics *former = facts->all;
	struct arena *work = arena_new();
	struct before before;
	struct graph *graph;
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		arena_free(work);
		guard_raise(guard_reason());
	}
	before = remember(facts, work);
	facts->all = all;
	facts->errors_before = diag_errors(all);
	if (edits)
		edits_apply(facts, edits);
	graph = merge(inventory, arena);
	restore(facts, &before);
	facts->all = former;
	guard_clear(&guard);
	arena_free(work);
	return graph;
}

static struct graph *bind_only(struct facts *facts,
    const struct document *document)
{
	facts->document = document;
	bind_document(facts, document, &given, false);
	return facts_merge(facts, facts->kept);
}

struct graph *inventory_bind(struct arena *arena, struct diagnostics *all,
    const struct schema *schema, const struct document *document,
    const struct inventory_options *options)
{
	struct arena *work = arena_new();
	struct graph *graph;
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		arena_free(work);
		guard_raise(guard_reason());
	}
	graph = bind_only(facts_new(work, arena, all, schema, options),
	    document);
	guard_clear(&guard);
	arena_free(work);
	return graph;
}
