/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From paths to a graph: which files they stand for, each read, bound and
 * forgotten but for its bytes, and all of it merged.
 */
#include "base/guard.h"
#include "base/io.h"
#include "inventory/edit.h"
#include "inventory/opengraph.h"
#include "inventory/parts.h"
#include "inventory/read.h"
#include "inventory/snapshot.h"

/* --- which files ---------------------------------------------------------- */

struct listing {
	struct arena *arena;
	struct diagnostics *all;
	VEC(struct str) files;
	VEC(struct str) pending;	/* folders and files, the next one last */
	struct map *seen;		/* real paths: a file under two names is one */
};

bool inventory_is_named(struct str name)
{
	enum input_format format;

	/* The file of a project is not of its inventory. */
	return name.length > 0 && name.at[0] != '.' &&
	    !str_equal(name, STR("scarp.yaml")) &&
	    input_is_named(name, &format);
}

static void report_unreadable(struct diagnostics *all, struct str path,
    struct str why)
{
	diag_add(all, DIAG_E8101, SPAN_NONE, "`%.*s` %.*s", STR_ARG(path),
	    STR_ARG(why));
}

/* What may have been meant: the nearest name in the folder that it is not in, or
 * the inventory files that are there. */
static void help_absent(struct listing *l, struct diagnostic *d, struct str folder,
    struct str name)
{
	struct str *names, why;
	size_t count, kept = 0;
	long nearest;

	if (!diag_may_suggest(l->all, 1) ||
	    !io_list(l->arena, folder.length ? folder.at : ".", &names, &count, &why))
		return;
	nearest = diag_nearest(name, names, count);
	if (nearest >= 0) {
		diag_help(l->all, d, "did you mean `%.*s%.*s`?", STR_ARG(folder),
		    STR_ARG(names[nearest]));
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (inventory_is_named(names[i]))
			names[kept++] = arena_printf(l->arena, "%.*s%.*s",
			    STR_ARG(folder), STR_ARG(names[i]));
	diag_offer(l->all, d, names, kept);
}

static void refuse_absent(struct listing *l, struct str path)
{
	struct diagnostic *d = diag_add(l->all, DIAG_E8101, SPAN_NONE,
	    "`%.*s` does not exist", STR_ARG(path));
	const char *slash;
	struct str folder;
	size_t cut;

	while (path.length > 1 && path.at[path.length - 1] == '/')
		path.length--;
	slash = memrchr(path.at, '/', path.length);
	cut = slash ? (size_t)(slash - path.at) + 1 : 0;
	folder = arena_copy(l->arena, str_slice(path, 0, cut));
	if (cut && io_kind_of(folder.at) == IO_ABSENT)
		diag_help(l->all, d, "there is no folder `%.*s`", STR_ARG(folder));
	else
		help_absent(l, d, folder, str_slice(path, cut, path.length));
}

static bool is_new(struct listing *l, struct str path)
{
	struct str real;
	bool made = true;

	if (!str_equal(path, STR("-")) &&
	    !io_real_path(l->arena, path.at, &real))
		real = path;
	else if (str_equal(path, STR("-")))
		real = path;
	map_at(l->seen, real, &made);
	return made;
}

/* Puts the entries of a folder before what is pending, the first one last. */
static void open_folder(struct listing *l, struct str folder)
{
	struct str *names, why;
	size_t count;

	if (!io_list(l->arena, folder.at, &names, &count, &why)) {
		report_unreadable(l->all, folder, why);
		return;
	}
	while (count-- > 0) {
		struct str path = io_join(l->arena, folder, names[count]);
		bool is_input = inventory_is_named(names[count]);
		enum io_kind kind = names[count].at[0] != '.' ?
		    io_kind_of(path.at) : IO_ABSENT;

		/* It may wait for ever; one that is named is meant. */
		if (kind == IO_PIPE && is_input)
			report_unreadable(l->all, path, STR("is a pipe"));
		else if (kind == IO_FOLDER || is_input)
			*VEC_PUSH(l->arena, &l->pending) = path;
	}
}

/* A file that is named again is read once; standard input can be read once. */
static void refuse_twice(struct listing *l, struct str path)
{
	struct diagnostic *d;

	if (!str_equal(path, STR("-")))
		return;
	d = diag_add(l->all, DIAG_E8101, SPAN_NONE,
	    "`-` is named twice: standard input can be read once");
	diag_help(l->all, d, "name files, or `-` once");
}

static void take_path(struct listing *l, struct str path)
{
	enum io_kind kind = str_equal(path, STR("-")) ? IO_FILE :
	    io_kind_of(path.at);

	if (kind == IO_ABSENT)
		refuse_absent(l, path);
	else if (!is_new(l, path))
		refuse_twice(l, path);
	else if (kind == IO_FOLDER)
		open_folder(l, path);
	else
		*VEC_PUSH(l->arena, &l->files) = path;
}

static void list_path(struct listing *l, struct str path)
{
	size_t before = l->files.count, errors = diag_errors(l->all);
	bool is_folder = io_kind_of(path.at) == IO_FOLDER;
	struct diagnostic *d;

	*VEC_PUSH(l->arena, &l->pending) = path;
	while (l->pending.count > 0)
		take_path(l, l->pending.items[--l->pending.count]);
	if (!is_folder || l->files.count > before ||
	    diag_errors(l->all) > errors)
		return;
	d = diag_add(l->all, DIAG_E8102, SPAN_NONE,
	    "the folder `%.*s` holds no inventory", STR_ARG(path));
	diag_note(l->all, d, "files whose names end in .yaml, .yml, .json, "
	    ".ndjson, .jsonl or .csv are read, hidden ones are not");
}

bool inventory_list(struct arena *arena, struct diagnostics *all,
    const struct str *paths, size_t count, struct str **files,
    size_t *file_count)
{
	struct listing l = { .arena = arena, .all = all,
		.seen = map_new(arena) };
	size_t before = diag_errors(all);

	for (size_t i = 0; i < count; i++)
		list_path(&l, arena_copy(arena, paths[i]));
	*files = l.files.items;
	*file_count = l.files.count;
	return diag_errors(all) == before;
}

/* --- reading -------------------------------------------------------------- */

struct loading {
	struct facts *facts;
	struct opengraph *opengraph;
	VEC(struct graph_input) inputs;
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

	if (opengraph_is(l->opengraph, document)) {
		opengraph_read(l->opengraph, document);
		l->mapped = true;
		return true;
	}
	bind_document(facts, document, &who, true);
	return false;
}

/* PART is of the quick way, or has no facts. */
static void load_part(struct loading *l, struct part *part)
{
	struct facts *facts = l->facts;
	struct document *document;
	struct slot *slot;

	if (part_join(facts, part))
		return;
	slot = new_slot(facts->arena);
	document = input_parse(slot->arena, facts, facts->all, part->file);
	if (!document)
		facts->incomplete = true;
	else if (bind_file(l, document, part->file))
		return;
	release_slot(slot);
}

/* The bytes are kept: every fact shows where it stands in them. */
static bool read_file(struct facts *facts, struct str path, struct part *part)
{
	struct str bytes, why;
	/* The last offset means: nowhere.  More than that no limit gives. */
	bool is_read = limit_get(LIMIT_INVENTORY_FILE) < UINT32_MAX
	    ? io_read_limited(facts->kept, path.at, LIMIT_INVENTORY_FILE, &bytes, &why)
	    : io_read(facts->kept, path.at, UINT32_MAX - 1, &bytes, &why);

	if (!is_read) {
		report_unreadable(facts->all, path, why);
		facts->incomplete = true;
		return false;
	}
	*part = (struct part){ .file = source_add(diagnostics_sources(
	    facts->all), path, bytes) };
	return true;
}

static void load_files(struct loading *l, const struct str *files,
    size_t count)
{
	struct facts *facts = l->facts;
	struct part *parts = ARENA_ARRAY(facts->arena, struct part, count);
	size_t read = 0;

	for (size_t i = 0; i < count; i++)
		read += read_file(facts, files[i], &parts[read]);
	parts_read(facts, parts, read);
	for (size_t i = 0; i < read; i++) {
		struct sources *sources = diagnostics_sources(facts->all);

		*VEC_PUSH(facts->arena, &l->inputs) = (struct graph_input){
			source_name(sources, parts[i].file),
			arena_copy(facts->kept, parts[i].digest),
			parts[i].file };
		load_part(l, &parts[i]);
	}
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
	struct str *files;
	size_t files_count;

	if (!inventory_list(facts->kept, facts->all, paths, count, &files,
	    &files_count))
		facts->incomplete = true;
	load_files(l, files, files_count);
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
