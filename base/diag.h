/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diag - what is wrong with the user's input, as records.
 *
 * Codes stand in diagnostics.def, once each.  Records are collected, sorted
 * by position and printed by one printer; a file with an error never yields
 * a verdict.  Messages: lower case, no full stop, names in back quotes; the
 * message says what is wrong, notes say why, helps say what to do.
 */
#ifndef SCARP_BASE_DIAG_H
#define SCARP_BASE_DIAG_H

#include "base/links.h"
#include "base/source.h"
#include "base/text.h"

enum diag_code {
	DIAG_NONE,
#define DIAG(code, name, title) DIAG_##code,
#include "base/diagnostics.def"
#undef DIAG
	DIAG_COUNT
};

enum diag_severity { DIAG_ERROR, DIAG_WARNING };

/* A second position with a few words: "first defined here". */
struct diag_label {
	struct span span;
	struct str words;
};

/* A replacement that would mend it. */
struct diag_fix {
	struct span span;
	struct str text;
};

#define DIAG_LABELS 4
#define DIAG_HELPS 4

struct diagnostic {
	enum diag_code code;
	enum diag_severity severity;
	struct span span;
	struct str message;
	struct str path;		/* logical path in an inventory, or empty */
	struct diag_label labels[DIAG_LABELS];
	struct str notes[DIAG_HELPS];
	struct str helps[DIAG_HELPS];
	struct diag_fix fix;		/* fix.span none: no fix */
	uint8_t label_count, note_count, help_count;
};

struct diagnostics;

struct diagnostics *diagnostics_new(struct arena *arena, struct sources *sources);
struct sources *diagnostics_sources(const struct diagnostics *all);
struct arena *diagnostics_arena(const struct diagnostics *all);

/* Adds a record and answers it, so that labels and helps can be added.
 * The severity follows from the code: W... warns, everything else is an error. */
struct diagnostic *diag_add(struct diagnostics *all, enum diag_code code,
    struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void diag_label(struct diagnostics *all, struct diagnostic *d, struct span span,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
void diag_note(struct diagnostics *all, struct diagnostic *d,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
void diag_help(struct diagnostics *all, struct diagnostic *d,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
void diag_fix(struct diagnostics *all, struct diagnostic *d, struct span span,
    struct str replacement);

/* What was left undone because of the errors: said once, after all of them. */
void diag_close(struct diagnostics *all, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Empty when there is none. */
struct str diag_closing(const struct diagnostics *all);

size_t diag_errors(const struct diagnostics *all);
size_t diag_count(const struct diagnostics *all);
/* Sorted by file name, position and code. */
const struct diagnostic *diag_get(struct diagnostics *all, size_t index);
/* "E1003" */
const char *diag_code_text(enum diag_code code);
/* "an attribute that its entity has not" */
const char *diag_code_title(enum diag_code code);

/* With the source; one line each, file:line:column: error[E1003]: message;
 * or one line of JSON each (diag_json.h). */
enum diag_form { DIAG_HUMAN, DIAG_CONCISE, DIAG_JSON };
/* With hyperlinks when they are printed with their source; NULL: without. */
void diag_link(struct diagnostics *all, const struct links *links);
const struct links *diag_links(const struct diagnostics *all);
/* In lines of WIDTH columns when they are printed with their source; 0, as it
 * is at first: of any length. */
void diag_wrap(struct diagnostics *all, unsigned width);
unsigned diag_width(const struct diagnostics *all);
/* Prints at most MOST records (0: all) and then "and N more". */
void diag_print(struct diagnostics *all, struct text *out, size_t most,
    enum diag_form form, bool colour);

/*
 * The names nearest to WRONG among COUNT names: the same without case first,
 * then by restricted Damerau-Levenshtein distance (optimal string alignment,
 * Boytsov 2011, section 2.1) of at most max(length, 3) / 3.  Answers the
 * index or -1; ties go to the smaller name.
 */
long diag_nearest(struct str wrong, const struct str *names, size_t count);

/* Where nothing is near: "there are `a`, `b` and 3 more", the first of NAMES. */
void diag_offer(struct diagnostics *all, struct diagnostic *d, const struct str *names,
    size_t count);

/* Suggestions that are looked for at any price, and how many names all others
 * may compare: thousands of mistakes among thousands of names end. */
#define DIAG_SUGGESTIONS 20
#define DIAG_COMPARISONS 100000
struct diag_spent {
	size_t suggestions, names;
};
/* Whether one more may be looked for; if so, it is one among COUNT names. */
bool diag_may_spend(struct diag_spent *spent, size_t count);
/* The same of what is spent on these diagnostics. */
bool diag_may_suggest(struct diagnostics *all, size_t count);
/* Whether there will be one: else no names need be gathered. */
bool diag_suggests(const struct diagnostics *all);

#endif
