/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report - the answers of a run, as one model that every format prints.
 *
 * Sorted: rules by severity (worst first) and id, results of a rule by
 * subject.  The counts and the exit status come from the tallies, never from
 * the list of results, so that they cannot depend on what is listed.
 */
#ifndef SCARP_REPORT_REPORT_H
#define SCARP_REPORT_REPORT_H

#include "base/sign.h"
#include "explain/evaluate.h"
#include "report/waivers.h"
#include "report/change.h"

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
	struct str target_kind, target;	/* the outermost owner of its first entity */
	struct str message;		/* of all false clauses, joined by "; " */
	struct span span;
	struct report_missing *missing;
	size_t missing_count;
	const char *missing_is;	/* smallest, enough, open: docs/report.md */
	struct str *evidence;		/* kept by report_evidence; read it by that */
	const struct outcome *outcome;	/* NULL: of an error */
	const struct waiver *waived;	/* the failure does not count, or NULL */
	enum diff_class change;		/* since report.changes, if there are any */
};

struct report_rule {
	const struct rule *rule;
	struct tally tally;
	size_t first, count;		/* its results */
	uint64_t waived;		/* of its failures */
};

struct report_summary {
	uint64_t rules, subjects, decided, pass, fail, unknown, not_applicable,
	    exceptions, error, waived, vacuous;
};

struct report_note { struct str text; struct span span; };

struct diff;

/* What the run is compared with: a baseline, or itself without edits. */
struct report_changes {
	struct str baseline;		/* its path; empty: of edits */
	VEC(struct str) edits;		/* as they were written */
	const struct diff *diff;
};

struct report {
	struct arena *arena;		/* while a form is written: its own */
	struct arena *kept;		/* as long as the report */
	const struct sources *sources;
	bool has_as_of;
	int64_t as_of;
	const struct tree *tree;
	const struct graph *graph;
	struct evaluator *evaluator;	/* of evidence and proofs */
	bool all_verdicts;		/* the lists hold every verdict, */
	bool sarif_all;			/* SARIF too; else it holds failures only */
	bool colour;			/* of text, for a terminal */
	bool lines;			/* trees in text may go beyond ASCII */
	struct evaluator *prover;	/* proofs are wanted of it; or NULL */
	VEC(struct report_pack) packs;
	struct signer signer;		/* of all of them; key empty: not asked for */
	VEC(struct report_input) inputs;
	VEC(struct report_note) notes;	/* open extents, what no mapping names */
	VEC(struct report_rule) rules;
	VEC(struct report_result) results;
	VEC(struct report_waiver) waivers;	/* in the order of the text */
	VEC(struct report_input) waiver_files;
	struct report_summary summary;
	const struct report_changes *changes;	/* NULL: compared with nothing */
};

/* What the exit status depends on. */
struct report_policy {
	enum severity fail_on;
	bool ignore_unknown;
	bool strict_waivers;		/* those in vain make it 2 */
};

/*
 * The report of a run.  OUTCOMES (sorted here, kept) hold at least every fail
 * and unknown; each is explained by the evaluator, now and when a form asks
 * for its proof.  TALLIES: one per rule.
 */
struct report *report_new(struct arena *arena, const struct tree *tree,
    const struct graph *graph, struct evaluator *evaluator,
    const struct tally *tallies, struct outcome *outcomes, size_t count);
/* The digest of the facts that a failure or an unknown rests on (explain/
 * evidence.h), else empty.  Made when first asked for: not every form tells
 * it, and a large finding rests on many facts. */
struct str report_evidence(const struct report *report,
    const struct report_result *result);
void report_note(struct report *report, struct span span, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* 0, 1 or 2 (design: "exit status"); *WHY says why it is 2. */
int report_status(const struct report *report, const struct report_policy *policy,
    struct str *why);

/* Each form of formats.def prints a finished report. */
typedef void report_printer(const struct report *report, struct text *out);
#define FORMAT(id, name, function, lists, extension, text) report_printer function;
#include "report/formats.def"
#undef FORMAT

#endif
