/* SPDX-License-Identifier: Apache-2.0 */
/* What was read and is not in the graph: counted, with its first place. */
#include <stdlib.h>

#include "inventory/opengraph_part.h"
#include "inventory/read.h"

void note(struct opengraph *og, struct span span, const char *format, ...)
{
	struct arena_mark mark = arena_here(og->facts->scratch);
	struct str text;
	va_list arguments;
	uint32_t *at;
	bool is_new;

	va_start(arguments, format);
	text = arena_vprintf(og->facts->scratch, format, arguments);
	va_end(arguments);
	at = map_at(og->noted, text, &is_new);
	if (is_new) {
		*at = (uint32_t)og->notes.count;
		*VEC_PUSH(og->arena, &og->notes) = (struct unmapped){
			arena_copy(og->facts->kept, text), 0, span };
	}
	og->notes.items[*at].count++;
	arena_rollback(og->facts->scratch, mark);
}

static int by_text(const void *left, const void *right)
{
	const struct unmapped *a = left, *b = right;

	return str_compare(a->what, b->what);
}

static void report_strict(struct opengraph *og, const struct unmapped *what)
{
	struct diagnostic *d = diag_add(og->all, DIAG_E3023, what->span,
	    "not mapped: %.*s", STR_ARG(what->what));

	d->path = facts_path(og->facts, what->span);
	if (what->count > 1)
		diag_note(og->all, d, "this is the first of %llu",
		    (unsigned long long)what->count);
	diag_help(og->all, d, "map it, or `ignore` it and say why");
}

void notes_hand_out(struct opengraph *og, struct arena *arena,
    struct inventory_notes *notes)
{
	if (og->notes.count)
		qsort(og->notes.items, og->notes.count,
		    sizeof(*og->notes.items), by_text);
	for (size_t i = 0; i < og->notes.count; i++) {
		if (og->facts->options->strict_mapping)
			report_strict(og, &og->notes.items[i]);
		*VEC_PUSH(arena, &notes->unmapped) = og->notes.items[i];
	}
}

struct str unmapped_name(struct arena *arena, const struct unmapped *unmapped)
{
	return arena_printf(arena, "unmapped %.*s", STR_ARG(unmapped->what));
}

struct str unmapped_text(struct arena *arena, const struct unmapped *unmapped)
{
	if (unmapped->count == 1)
		return arena_printf(arena, "not mapped: %.*s, once",
		    STR_ARG(unmapped->what));
	return arena_printf(arena, "not mapped: %.*s, %llu times",
	    STR_ARG(unmapped->what), (unsigned long long)unmapped->count);
}
