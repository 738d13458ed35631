/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff - two sets of verdicts, and what became of each finding.
 *
 * A side comes from a report of this run or from a JSON report of another.
 * Results are matched by fingerprint (identity.h), those of a rule that
 * replaces others under the replaced ids too, so neither moved lines nor
 * other words make a difference.
 */
#ifndef SCARP_REPORT_DIFF_H
#define SCARP_REPORT_DIFF_H

#include "base/document.h"
#include "report/report.h"
#include "report/write_json.h"

struct diff_result {
	struct str id, *former;		/* fingerprints */
	size_t former_count;
	struct str rule;
	enum severity severity;
	struct str kind, key;		/* of the subject */
	struct str plain;		/* see report_result */
	const struct subject_part *parts;
	size_t part_count;
	enum verdict verdict;
	bool waived;
	struct str reason, message, evidence;	/* may be empty */
	struct str needs;		/* of an unknown: "needs c.good"; for people */
	struct str file;		/* empty: nowhere */
	uint32_t line, column;
	struct report_result *of;	/* of a report of this run; else NULL */
};

struct diff_rule {
	struct str id, *replaces;
	size_t replace_count;
	bool failed;			/* met a limit: gave no verdicts */
};

struct diff_side {
	struct str name;		/* as the user calls it */
	struct str as_of, packs;	/* for the header; may be empty */
	bool all;			/* holds every verdict, not only findings */
	struct span imaginary;		/* where a JSON report says that it is; else SPAN_NONE */
	VEC(struct diff_result) results;
	VEC(struct diff_rule) rules;
};

struct diff_change {
	enum diff_class class;
	const struct diff_result *before, *after;	/* one may be NULL */
	const char *why;		/* of ADDED and GONE */
};

struct diff {
	const struct diff_side *before, *after;
	uint64_t counts[DIFF_CLASS_COUNT];
	VEC(struct diff_change) changes;	/* by class, then in report order */
};

/* One more pack of a side, as its header names them. */
void diff_add_pack(struct text *out, struct str id, struct str version);
/* Both live in ARENA and share texts with what they are made of. */
struct diff_side *diff_of_report(struct arena *arena, struct str name,
    const struct report *report);
/* The side that a JSON report holds; diagnostics and NULL when it is none. */
struct diff_side *diff_read(struct arena *arena, struct diagnostics *all,
    struct str name, const struct document *document);
struct diff *diff_compare(struct arena *arena, const struct diff_side *before,
    const struct diff_side *after);
/* The class of what AFTER is, or was, to BEFORE; either may be NULL. */
enum diff_class diff_class_of(const struct diff_result *before,
    const struct diff_result *after);

/* Is the change one that makes a site worse, by the policy? */
bool diff_is_worse(const struct diff_change *change,
    const struct report_policy *policy);
/* 0: nothing is worse; 1: something is; 2: not all could be compared, and
 * *DOUBT says why. */
int diff_judge(const struct diff *diff, const struct report_policy *policy,
    struct doubt *doubt);

/* In lines of WIDTH columns; 0: of any length. */
void diff_text(const struct diff *diff, struct text *out, bool colour,
    unsigned width);
/* Those of the CLASSES (1 << class), each class under its heading. */
void diff_text_changes(const struct diff *diff, struct text *out, bool colour,
    unsigned width, unsigned classes);
/* The counts alone. */
void diff_text_counts(const struct diff *diff, struct text *out, unsigned width);
void diff_json(const struct diff *diff, struct text *out);
/* `"summary":{...},"changes":[...]`, for a report that has more to say. */
void diff_json_changes(const struct diff *diff, struct json *j);
/* The first of them, and the members of one change. */
void diff_json_counts(const struct diff *diff, struct json *j);
void diff_json_change(struct json *j, const struct diff_change *change);

#endif
