/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scarp - the public header of libscarp: rule packs over an inventory, in one
 * call, as `scarp check` does it.
 *
 *	const char *packs[] = { "cm2007" }, *site[] = { "site/" };
 *	struct scarp_question question = { .size = sizeof(question),
 *		.packs = packs, .pack_count = 1,
 *		.inventories = site, .inventory_count = 1 };
 *	struct scarp *run = scarp_check(&question);
 *
 *	if (!run || scarp_status(run) == SCARP_UNTRUSTED)
 *		fputs(run ? scarp_messages(run) : "out of memory\n", stderr);
 *	scarp_free(run);
 *
 * Texts are UTF-8 and end with a NUL.  All that a run hands out belongs to it
 * and is gone with scarp_free.  Nothing is printed, no clock, environment or
 * network is asked, and no call ends the process.  Runs of one process go one
 * after the other: a program with threads sees to that.
 *
 * This is version 0: functions and members may still change.
 */
#ifndef SCARP_H
#define SCARP_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0"; a constant. */
const char *scarp_version(void);

enum scarp_status {
	SCARP_CLEAN = 0,	/* something was decided, and nothing that counts failed */
	SCARP_FINDINGS = 1,	/* failures of severity low or more, or unknowns */
	SCARP_UNTRUSTED = 2	/* wrong input, a limit, nothing decided: scarp_messages */
};

enum scarp_verdict {
	SCARP_PASS, SCARP_FAIL, SCARP_UNKNOWN, SCARP_NOT_APPLICABLE,
	SCARP_ERROR		/* a rule that met a limit and has no verdicts */
};

struct scarp_question {
	size_t size;			/* of this struct */
	const char *const *packs;	/* files, folders, names of installed packs */
	size_t pack_count;
	const char *const *inventories;	/* files and folders */
	size_t inventory_count;
	const char *const *search;	/* folders that `use NAME` looks in first */
	size_t search_count;
	const char *const *waivers;	/* files of waivers beside the packs' */
	size_t waiver_count;
	const char *profile;		/* or NULL */
	const char *as_of;		/* "2026-12-31", or NULL: `today` is unknown */
	int every_verdict;		/* list passes, too; else findings alone */
};

struct scarp_result {
	const char *rule, *severity;	/* "fsp.alone", "high" */
	enum scarp_verdict verdict;
	int waived;			/* a failure that does not count */
	const char *subject;		/* "fsp02.contoso.example"; "": the inventory */
	const char *message;		/* one sentence, as reports have it */
	const char *file;		/* "": there is no place */
	unsigned line, column;		/* from 1; the column in characters */
	const char *id;			/* the same from run to run: docs/report.md */
};

struct scarp;

/* A run.  NULL only when memory was refused before there was one; everything
 * else that goes wrong is told by its status and messages. */
struct scarp *scarp_check(const struct scarp_question *question);
/* NULL is allowed. */
void scarp_free(struct scarp *run);

enum scarp_status scarp_status(const struct scarp *run);
/* Errors and warnings as the command prints them; "" when there are none. */
const char *scarp_messages(const struct scarp *run);
/* Subjects with this verdict; of SCARP_ERROR, rules. */
unsigned long long scarp_count(const struct scarp *run, enum scarp_verdict verdict);
/* Fills RESULT with the next one that is listed: rules worst first, then by
 * subject.  0: there is none, and the next call begins anew; or memory was
 * refused.  Its texts last until the next call of scarp_next or scarp_report,
 * which also ends the walk. */
int scarp_next(struct scarp *run, struct scarp_result *result);
/* The report in a format of `scarp check --format`, and its bytes in *LENGTH
 * (may be NULL).  NULL: no such format, no verdicts, memory was refused, or a
 * format that lists every verdict (junit, xccdf, oscal) of a run that does not. */
const char *scarp_report(struct scarp *run, const char *format, size_t *length);

#ifdef __cplusplus
}
#endif

#endif
