/* SPDX-License-Identifier: Apache-2.0 */
#include "base/diag.h"

#include <assert.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "base/vec.h"

/* Names longer than this are never suggested. */
#define LONGEST_NAME 128

struct entry {
	struct diagnostic *record;
	struct str file;		/* empty: nowhere */
	size_t order;
};

struct diagnostics {
	struct arena *arena;
	struct sources *sources;
	VEC(struct entry) entries;
	size_t errors;
	struct str closing;	/* diag_close */
	const struct links *links;	/* or NULL */
	unsigned width;			/* of lines; 0: any */
	struct diag_spent spent;	/* on suggestions */
	bool is_sorted;
};

static const char *const codes[] = {
	"none",
#define DIAG(code, name, title) #code,
#include "base/diagnostics.def"
#undef DIAG
};

static const char *const titles[] = {
	"none",
#define DIAG(code, name, title) title,
#include "base/diagnostics.def"
#undef DIAG
};

struct diagnostics *diagnostics_new(struct arena *arena,
    struct sources *sources)
{
	struct diagnostics *all = ARENA_NEW(arena, struct diagnostics);

	all->arena = arena;
	all->sources = sources;
	all->is_sorted = true;
	return all;
}

struct sources *diagnostics_sources(const struct diagnostics *all)
{
	return all->sources;
}

struct arena *diagnostics_arena(const struct diagnostics *all)
{
	return all->arena;
}

const char *diag_code_text(enum diag_code code)
{
	return codes[code];
}

const char *diag_code_title(enum diag_code code)
{
	return titles[code];
}

struct diagnostic *diag_add(struct diagnostics *all, enum diag_code code,
    struct span span, const char *format, ...)
{
	struct diagnostic *d = ARENA_NEW(all->arena, struct diagnostic);
	struct entry *entry = VEC_PUSH(all->arena, &all->entries);
	va_list arguments;

	*entry = (struct entry){ d, STR(""), all->entries.count - 1 };
	if (!span_is_none(span))
		entry->file = source_name(all->sources, span.file);
	d->code = code;
	d->severity = codes[code][0] == 'W' ? DIAG_WARNING : DIAG_ERROR;
	d->span = span;
	d->fix.span = SPAN_NONE;
	va_start(arguments, format);
	d->message = arena_vprintf(all->arena, format, arguments);
	va_end(arguments);
	all->errors += d->severity == DIAG_ERROR;
	all->is_sorted = false;
	return d;
}

void diag_close(struct diagnostics *all, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	all->closing = arena_vprintf(all->arena, format, arguments);
	va_end(arguments);
}

struct str diag_closing(const struct diagnostics *all)
{
	return all->closing;
}

void diag_link(struct diagnostics *all, const struct links *links)
{
	all->links = links;
}

void diag_wrap(struct diagnostics *all, unsigned width)
{
	all->width = width;
}

unsigned diag_width(const struct diagnostics *all)
{
	return all->width;
}

const struct links *diag_links(const struct diagnostics *all)
{
	return all->links;
}

void diag_label(struct diagnostics *all, struct diagnostic *d,
    struct span span, const char *format, ...)
{
	va_list arguments;

	assert(d->label_count < DIAG_LABELS && !span_is_none(span));
	va_start(arguments, format);
	d->labels[d->label_count++] = (struct diag_label){
		span, arena_vprintf(all->arena, format, arguments)
	};
	va_end(arguments);
}

void diag_note(struct diagnostics *all, struct diagnostic *d,
    const char *format, ...)
{
	va_list arguments;

	assert(d->note_count < DIAG_HELPS);
	va_start(arguments, format);
	d->notes[d->note_count++] =
	    arena_vprintf(all->arena, format, arguments);
	va_end(arguments);
}

void diag_help(struct diagnostics *all, struct diagnostic *d,
    const char *format, ...)
{
	va_list arguments;

	assert(d->help_count < DIAG_HELPS);
	va_start(arguments, format);
	d->helps[d->help_count++] =
	    arena_vprintf(all->arena, format, arguments);
	va_end(arguments);
}

void diag_fix(struct diagnostics *all, struct diagnostic *d, struct span span,
    struct str replacement)
{
	d->fix = (struct diag_fix){
		span, arena_copy(all->arena, replacement)
	};
}

size_t diag_errors(const struct diagnostics *all)
{
	return all->errors;
}

size_t diag_count(const struct diagnostics *all)
{
	return all->entries.count;
}

static int order_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* By the codes' spelling, not by their place in the table: that may change. */
static int by_position(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	const struct diagnostic *d = a->record, *e = b->record;
	int order = str_compare(a->file, b->file);

	if (order == 0)
		order = order_numbers(d->span.start, e->span.start);
	if (order == 0)
		order = order_numbers(d->span.end, e->span.end);
	if (order == 0)
		order = strcmp(codes[d->code], codes[e->code]);
	return order ? order : order_numbers(a->order, b->order);
}

const struct diagnostic *diag_get(struct diagnostics *all, size_t index)
{
	if (!all->is_sorted)
		qsort(all->entries.items, all->entries.count,
		    sizeof(*all->entries.items), by_position);
	all->is_sorted = true;
	return all->entries.items[index].record;
}

static bool is_same_folded(struct str a, struct str b)
{
	size_t i = 0, j = 0;

	while (i < a.length && j < b.length) {
		int32_t c = utf8_next(a, &i), d = utf8_next(b, &j);

		if (utf8_fold_one(c) != utf8_fold_one(d))
			return false;
	}
	return i == a.length && j == b.length;
}

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

/*
 * Optimal string alignment over bytes: insertion, deletion, substitution and
 * the swap of two neighbours cost one each.  rows[] are the last three lines
 * of the usual matrix.
 */
static unsigned distance(struct str a, struct str b)
{
	unsigned rows[3][LONGEST_NAME + 1];

	for (unsigned j = 0; j <= b.length; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a.length; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3];
		const unsigned *two_above = rows[(i + 1) % 3];

		row[0] = i;
		for (unsigned j = 1; j <= b.length; j++) {
			unsigned differs = a.at[i - 1] != b.at[j - 1];

			row[j] = smallest(above[j] + 1, row[j - 1] + 1,
			    above[j - 1] + differs);
			if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] &&
			    a.at[i - 2] == b.at[j - 1] &&
			    two_above[j - 2] + 1 < row[j])
				row[j] = two_above[j - 2] + 1;
		}
	}
	return rows[a.length % 3][b.length];
}

/* 0 for the same but for case, then by distance; more than MOST: too far. */
static unsigned farness(struct str wrong, struct str name, unsigned most)
{
	if (is_same_folded(wrong, name))
		return 0;
	if (name.length > LONGEST_NAME || name.length > wrong.length + most ||
	    name.length + most < wrong.length)
		return most + 1;
	return distance(wrong, name);
}

long diag_nearest(struct str wrong, const struct str *names, size_t count)
{
	unsigned most, least;
	long best = -1;

	if (wrong.length > LONGEST_NAME)
		return -1;
	most = (wrong.length > 3 ? (unsigned)wrong.length : 3) / 3;
	least = most + 1;
	for (size_t i = 0; i < count; i++) {
		unsigned far = farness(wrong, names[i], most);

		if (far > least || far > most)
			continue;
		/* Where one is as near, there was one before. */
		if (far == least && str_compare(names[i], names[best]) >= 0)
			continue;
		least = far;
		best = (long)i;
	}
	return best;
}

void diag_offer(struct diagnostics *all, struct diagnostic *d, const struct str *names,
    size_t count)
{
	enum { SHOWN = 12 };
	size_t shown = count > SHOWN + 1 ? SHOWN : count;
	struct text list;

	if (count == 0 || !diag_suggests(all))
		return;
	text_init(&list, all->arena);
	for (size_t i = 0; i < shown; i++)
		text_printf(&list, "%s`%.*s`", i == 0 ? "" :
		    i + 1 == count ? " and " : ", ", STR_ARG(names[i]));
	if (shown < count)
		text_printf(&list, " and %zu more", count - shown);
	diag_help(all, d, "there %s %.*s", count == 1 ? "is only" : "are",
	    STR_ARG(text_str(&list)));
}

static bool is_left(const struct diag_spent *spent)
{
	return spent->suggestions < DIAG_SUGGESTIONS || spent->names < DIAG_COMPARISONS;
}

bool diag_may_spend(struct diag_spent *spent, size_t count)
{
	if (!is_left(spent))
		return false;
	spent->suggestions += 1;
	spent->names += count;
	return true;
}

bool diag_may_suggest(struct diagnostics *all, size_t count)
{
	return diag_may_spend(&all->spent, count);
}

bool diag_suggests(const struct diagnostics *all)
{
	return is_left(&all->spent);
}
