/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report - the answers of a run, as one model that every format prints.
 *
 * Sorted: rules by severity (worst first) and id, results of a rule by
 * subject.  The counts and the exit status come from the tallies, never from
 * the results, so that they cannot depend on what is listed.
 *
 * Results are not a list but a walk: each is made from its outcome when it is
 * its turn, and gone when the next one is asked for.  Only a report of few
 * results keeps them, so that several forms need not make them anew.
 */
#ifndef SCARP_REPORT_REPORT_H
#define SCARP_REPORT_REPORT_H

#include "base/sign.h"
#include "base/crew.h"
#include "explain/evaluate.h"
#include "vm/outcomes.h"
#include "report/waivers.h"
#include "report/change.h"
#include "report/doubt.h"
#include "report/terms.h"

struct report_input { struct str path, sha256; };
struct report_pack { struct str id, version, sha256; };

/* What one of the sources that disagree says. */
struct report_voice {
	struct str value;
	struct span span;
	const struct provenance *source;	/* or NULL */
};

struct report_missing {
	struct str fact;
	enum missing_kind kind;
	struct span span;
	struct report_voice *voices;	/* of a conflict, in file order */
	size_t voice_count;
};

struct report_result {
	uint32_t rule;			/* index into report.rules */
	struct str id;			/* report/identity.h */
	struct str *former;		/* under the ids that the rule replaces, */
	size_t former_count;		/* in the order of the text */
	enum verdict verdict;
	enum verdict_reason reason;
	struct str kind, key;		/* of the subject; empty: the inventory */
	struct str plain;		/* the key without quotes: of JSON */
	const struct subject_part *parts;	/* where there is more than one */
	size_t part_count;
	bool ambiguous;			/* another subject may have the same key */
	struct str target_kind, target;	/* the outermost owner of its first entity */
	struct str message;		/* of all false clauses, joined by "; " */
	struct span span;
	struct report_missing *missing;
	size_t missing_count;
	const char *missing_is;	/* smallest, enough, open: docs/report.md */
	struct str *evidence;		/* kept by report_evidence; read it by that */
	const struct proof *proof;	/* of a walk that asks for it; not of every step */
	const struct outcome *outcome;	/* NULL: of an error */
	const struct waiver *waived;	/* the failure does not count, or NULL */
	enum diff_class change;		/* since report.changes, if there are any */
};

struct report_rule {
	const struct rule *rule;
	struct tally tally;
	uint32_t number;		/* of the rule in the tree */
	size_t first, count;		/* its results, when they are held */
	uint64_t waived;		/* of its failures */
};

struct report_summary {
	uint64_t rules, subjects, decided, pass, fail, unknown, not_applicable,
	    exceptions, error, waived, vacuous;
};

/* What a reader must know before the counts are taken for the whole site.  NAME
 * stays the same from run to run while the note does: no count is in it. */
struct report_note {
	struct str name, text;
	struct span span;		/* or none */
	uint32_t rule;			/* that is vacuous: index into report.rules */
};
#define REPORT_NO_RULE UINT32_MAX	/* it is of the whole run */

struct proof;
struct report_stream;			/* results.c */

struct diff;

/* What SARIF lists.  FINDINGS: failures that are not waived, and unknowns. */
enum report_sarif { SARIF_FINDINGS, SARIF_FAILING, SARIF_ALL };

struct report {
	/* While a form is written: its own; in a walk: gone with the result. */
	struct arena *arena;
	struct arena *kept;		/* as long as the report */
	const struct sources *sources;
	const struct graph *graph;
	/* Of the repository, and the folder that names are seen from; empty: the
	 * same folder.  Absolute. */
	struct str root, here;
	bool has_as_of;
	int64_t as_of;
	const struct tree *tree;
	const struct outcomes *outcomes;
	unsigned kept_verdicts;		/* 1 << verdict: those that have results */
	struct report_stream *stream;	/* what walks need */
	bool all_verdicts;		/* the lists hold every verdict, */
	enum report_sarif sarif;
	bool colour;			/* of text, for a terminal */
	const struct links *links;	/* of places in text, or NULL */
	unsigned width;			/* columns of text; 0: of any length */
	bool lines;			/* trees in text may go beyond ASCII */
	bool proofs;			/* are wanted of the forms that can do without */
	VEC(struct report_pack) packs;
	struct signer signer;		/* of all of them; key empty: not asked for */
	VEC(struct report_input) inputs;
	/* Of the run: open extents, the part that was asked for, what no mapping names.
	 * Then of the rules that are vacuous.  Every form tells each. */
	VEC(struct report_note) notes;
	VEC(struct report_rule) rules;
	struct report_result *held;	/* all results, or NULL: report_hold */
	size_t held_count;
	struct waivers *waiving;	/* by which results are marked, or NULL */
	VEC(struct report_waiver) waivers;	/* in the order of the text */
	VEC(struct report_input) waiver_files;
	struct report_summary summary;
	struct terms terms;			/* how it was asked */
	/* With a baseline, or with the site as it is (report_is_imaginary); NULL:
	 * compared with nothing. */
	const struct diff *diff;
	int status;			/* report_judge (doubt.h); */
	struct doubt doubt;		/* why it is 2: every form tells it */
};

/* What the exit status depends on. */
struct report_policy {
	enum severity fail_on;
	bool ignore_unknown;
	bool strict_waivers;		/* those in vain make it 2 */
};

/* Where a run keeps what a report is made of: the WANTED (1 << verdict), texts
 * in an order of their own, whatever numbers they got. */
struct outcomes *report_outcomes(struct arena *arena, const struct tree *tree,
    const struct graph *graph, unsigned wanted);
/*
 * The report of a run.  OUTCOMES hold at least every fail and unknown, and of
 * VERDICTS (1 << verdict) all: these have results.  TALLIES: one per rule.
 * BATCH: results that are made at a time, and at most held; 0: chosen.  By
 * CREW, or NULL; it must not end before ARENA does.
 */
struct report *report_new(struct arena *arena, const struct tree *tree,
    const struct graph *graph, const struct tally *tallies,
    const struct outcomes *outcomes, unsigned verdicts, uint32_t batch,
    struct crew *crew);

/* --- results.c ------------------------------------------------------------- */

enum report_waived { REPORT_WAIVED_TOO, REPORT_WAIVED_NOT, REPORT_WAIVED_ONLY };

/* Which results a walk goes to, and what is wanted of each: it is made with
 * the others then, which is faster than one by one. */
struct report_filter {
	unsigned verdicts;		/* 1 << verdict */
	enum report_waived waived;
	bool evidence, proof;
	bool bare;			/* no message, place or missing facts are wanted */
};
#define REPORT_EVERY ((struct report_filter){ .verdicts = ~0u })

struct report_order;			/* order.h */

struct report_cursor {
	struct report *report;
	const struct report_order *order;	/* NULL: that of the report */
	struct report_filter filter;
	struct arena *arena;		/* report->arena before and after the walk */
	size_t rule, end;		/* rules: where it is, past the last */
	size_t next;			/* of the window */
	size_t next_held;		/* of the rule, of what is held; of the order */
	uint64_t undecided;		/* of the rule, so far */
	bool is_open;			/* OUTCOMES is that of the rule */
	bool has_begun;			/* some window was made */
	struct outcome_cursor outcomes;
};

/*
 * Results in the order of the report: of all rules, or of one.  What
 * report_next answers, and what is allocated in report->arena meanwhile, lives
 * until it is called again.  A walk must be walked to its end, before another
 * begins.
 */
struct report_cursor report_walk(const struct report *report, struct report_filter filter);
struct report_cursor report_walk_rule(const struct report *report, size_t rule,
    struct report_filter filter);
/* Every result, in another order. */
struct report_cursor report_walk_order(const struct report *report,
    const struct report_order *order);
const struct report_result *report_next(struct report_cursor *cursor);
/* How many results of a rule, by its tally, a walk would go to. */
uint64_t report_count(const struct report *report, const struct report_rule *rule,
    struct report_filter filter);
/* From now on all results are held, in rules[].first and .count too: for what
 * must look at them in another order.  Memory grows with their number. */
void report_hold(const struct report *report);
/* Why a rule is in error, as its one result says it. */
struct str report_trouble(struct arena *arena, const struct report_rule *rule);
/* The digest of the facts that a failure or an unknown rests on (explain/
 * evidence.h), else empty.  Made when first asked for: not every form tells
 * it, and a large finding rests on many facts. */
struct str report_evidence(const struct report *report,
    const struct report_result *result);
/* The evaluator of walks; another one may take its place when the next result
 * is asked for. */
struct evaluator *report_evaluator(const struct report *report);
/* One more.  It keeps the texts it makes for itself: those of the graph are
 * read by others at the same time. */
struct evaluator *report_evaluator_new(const struct report *report, struct arena *arena);
/* The evidence of an outcome, in ARENA. */
struct str report_outcome_evidence(const struct report *report, struct arena *arena,
    const struct outcome *outcome);

/* The verdicts are those of a site that is not there: edits were supposed. */
bool report_is_imaginary(const struct report *report);
/* They are compared with those of an earlier report. */
bool report_has_baseline(const struct report *report);
/* One more of the whole run. */
void report_note(struct report *report, struct str name, struct str text,
    struct span span);
/* A vacuous rule: "no subjects" or "never applicable"; of others NULL. */
const char *report_vacuous(const struct report_rule *rule);
/* The note that says so, by its index in report.rules; of others NULL. */
const struct report_note *report_vacuous_note(const struct report *report, size_t rule);

/* The first lines of the text report: the counts, and before them why they are
 * no answer. */
void report_text_counts(const struct report *report, struct text *out);
/* Each form of formats.def prints a finished report. */
typedef void report_printer(const struct report *report, struct text *out);
#define FORMAT(id, name, function, lists, marks, tier, extension, text) report_printer function;
#include "report/formats.def"
#undef FORMAT

#endif
