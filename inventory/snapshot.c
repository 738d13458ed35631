/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A .scarpg where an inventory is wanted: it stands alone, and what was chosen
 * when it was made must be what the run wants.
 */
#include "inventory/snapshot.h"

#include "base/io.h"
#include "vm/scalar.h"
#include "vm/snapshot.h"

bool inventory_is_snapshot(struct str path)
{
	return str_ends_caseless(path, STR(".scarpg"));
}

bool snapshot_is_named(const struct str *paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (inventory_is_snapshot(paths[i]))
			return true;
	return false;
}

void snapshot_refuse_edits(struct diagnostics *all)
{
	struct diagnostic *d = diag_add(all, DIAG_E8405, SPAN_NONE,
	    "a snapshot cannot be changed: it holds what its files came to, "
	    "not what each of them says");

	diag_help(all, d, "give the files that it was made of");
}

/* --- what was chosen ------------------------------------------------------ */

/* The digest of the files that hold mappings: equal ones, equal facts. */
static struct str digest_mappings(struct arena *arena, const struct sources *sources,
    const struct inventory_options *options)
{
	uint32_t last = SOURCE_NONE;
	struct text all;

	text_init(&all, arena);
	for (size_t i = 0; i < options->mapping_count; i++) {
		uint32_t file = options->mappings[i]->span.file;
		struct str bytes;

		if (file == SOURCE_NONE || file == last)
			continue;
		bytes = source_bytes(sources, file);
		text_printf(&all, "%zu%c", bytes.length, 0);
		text_add(&all, bytes);
		last = file;
	}
	return io_blake2b(arena, text_str(&all));
}

static void refuse_choice(struct diagnostics *all, struct str path, const char *made,
    const char *option)
{
	struct diagnostic *d = diag_add(all, DIAG_E8404, SPAN_NONE,
	    "the snapshot `%.*s` was made %s", STR_ARG(path), made);

	diag_help(all, d, "make it again with %s, or give its files", option);
}

/* Does it count the same sources as expired? */
static bool expire_alike(const struct graph *graph, int64_t as_of)
{
	for (size_t i = 0; i < graph->provenances.count; i++) {
		const struct provenance *p = &graph->provenances.items[i];

		if (p->has_until && (as_of > p->until) !=
		    (graph->has_as_of && graph->as_of > p->until))
			return false;
	}
	return true;
}

static struct str made_on(struct arena *arena, const struct graph *graph)
{
	if (!graph->has_as_of)
		return STR("without a date");
	return arena_printf(arena, "with the date %.*s",
	    STR_ARG(scalar_date_text(arena, graph->as_of)));
}

static bool choose_date(struct graph *graph, struct diagnostics *all, struct str path,
    const struct inventory_options *options)
{
	struct str made;

	if (!options->has_as_of)
		return true;
	if (!expire_alike(graph, options->as_of)) {
		made = arena_printf(graph->arena, "%.*s, and other statements have "
		    "expired by %.*s", STR_ARG(made_on(graph->arena, graph)),
		    STR_ARG(scalar_date_text(graph->arena, options->as_of)));
		refuse_choice(all, path, made.at, "this `--as-of`");
		return false;
	}
	graph->has_as_of = true;
	graph->as_of = options->as_of;
	return true;
}

/* A choice that is not made is the snapshot's. */
static bool agrees(struct graph *graph, struct diagnostics *all, struct str path,
    const struct snapshot_choices *choices, const struct inventory_options *options)
{
	size_t before = diag_errors(all);
	struct str made = arena_printf(graph->arena, "with the least grade `%s`",
	    grade_text((enum grade)choices->least));

	if (options->least != GRADE_INFERRED && options->least != choices->least)
		refuse_choice(all, path, made.at, "this `--least-grade`");
	if (options->no_defaults && !choices->no_defaults)
		refuse_choice(all, path, "with the schema's defaults", "`--no-defaults`");
	if (options->strict_mapping && choices->mappings.length &&
	    !choices->strict_mapping)
		refuse_choice(all, path, "without strict mapping", "`--strict-mapping`");
	if (choices->mappings.length && !str_equal(choices->mappings,
	    digest_mappings(graph->arena, graph->sources, options)))
		refuse_choice(all, path, "with other mappings", "this pack");
	return choose_date(graph, all, path, options) && diag_errors(all) == before;
}

/* --- both ways ----------------------------------------------------------- */

static void refuse(struct diagnostics *all, struct str path, enum snapshot_state state,
    struct str why)
{
	struct diagnostic *d;

	if (state == SNAPSHOT_UNREADABLE) {
		diag_add(all, DIAG_E8101, SPAN_NONE, "`%.*s` %.*s", STR_ARG(path),
		    STR_ARG(why));
		return;
	}
	if (state == SNAPSHOT_OTHER_SCHEMA) {
		d = diag_add(all, DIAG_E8403, SPAN_NONE, "the snapshot `%.*s` is of "
		    "another schema: %.*s", STR_ARG(path), STR_ARG(why));
		diag_help(all, d, "make it again with this pack");
		return;
	}
	d = diag_add(all, DIAG_E8401, SPAN_NONE, "the snapshot `%.*s` is refused: %.*s",
	    STR_ARG(path), STR_ARG(why));
	diag_help(all, d, "make it again of its files");
}

struct graph *snapshot_load(struct arena *arena, struct diagnostics *all,
    const struct schema *schema, const struct str *paths, size_t count,
    const struct inventory_options *options, struct inventory_notes *notes)
{
	struct snapshot_extras extras = { 0 };
	enum snapshot_state state;
	struct graph *graph;
	struct str why;

	if (count > 1) {
		struct diagnostic *d = diag_add(all, DIAG_E8402, SPAN_NONE,
		    "a snapshot stands alone: it is a whole inventory, and what "
		    "others say cannot be merged into it");

		diag_help(all, d, "give the files that it was made of, or make one "
		    "snapshot of all");
		return NULL;
	}
	graph = snapshot_read(arena, arena_copy(arena, paths[0]).at,
	    diagnostics_sources(all), schema, options->footprint, &extras, &state, &why);
	if (!graph) {
		refuse(all, paths[0], state, why);
		return NULL;
	}
	notes->left = ARENA_ARRAY(arena, struct str, extras.note_count);
	for (size_t i = 0; i < extras.note_count; i++)
		if (extras.notes[i].count)
			*VEC_PUSH(arena, &notes->unmapped) = (struct unmapped){
				extras.notes[i].what, extras.notes[i].count,
				extras.notes[i].span };
		else
			notes->left[notes->left_count++] = extras.notes[i].what;
	notes->least = (enum grade)extras.choices.least;
	notes->no_defaults = extras.choices.no_defaults;
	notes->strict_mapping = extras.choices.strict_mapping;
	return agrees(graph, all, paths[0], &extras.choices, options) ? graph : NULL;
}

static void keep_notes(struct arena *arena, const struct inventory_notes *notes,
    struct snapshot_extras *extras)
{
	size_t unmapped = notes->unmapped.count;

	extras->note_count = unmapped + notes->left_count;
	extras->notes = ARENA_ARRAY(arena, struct snapshot_note, extras->note_count);
	for (size_t i = 0; i < unmapped; i++)
		extras->notes[i] = (struct snapshot_note){ notes->unmapped.items[i].what,
			notes->unmapped.items[i].count, notes->unmapped.items[i].span };
	for (size_t i = 0; i < notes->left_count; i++)
		extras->notes[unmapped + i] = (struct snapshot_note){
			notes->left[i], 0, SPAN_NONE };
}

bool inventory_snapshot(struct arena *arena, struct diagnostics *all,
    const struct graph *graph, const struct inventory_options *options,
    const struct inventory_notes *notes, const struct inventory_verdicts *verdicts,
    struct str **parts, size_t *count)
{
	struct snapshot_extras extras = { .choices = { (uint8_t)options->least,
		options->no_defaults, options->strict_mapping, STR("") } };
	struct str why;

	if (verdicts) {
		extras.verdicts_of = verdicts->of;
		extras.verdicts = verdicts->words;
		extras.verdict_count = verdicts->count;
	}
	if (notes->mapped)
		extras.choices.mappings = digest_mappings(arena, graph->sources, options);
	keep_notes(arena, notes, &extras);
	if (snapshot_write(arena, graph, &extras, parts, count, &why))
		return true;
	diag_add(all, DIAG_E8401, SPAN_NONE, "no snapshot can be made: %.*s",
	    STR_ARG(why));
	return false;
}
