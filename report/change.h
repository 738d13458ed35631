/* SPDX-License-Identifier: Apache-2.0 */
/* change - what may have become of a finding since another run. */
#ifndef SCARP_REPORT_CHANGE_H
#define SCARP_REPORT_CHANGE_H

/*
 * CLASS(name, spelling, heading): what became of one finding, in the order
 * of reports.  UNCHANGED ones are counted, never listed.  ADDED and GONE
 * cannot be compared: one side does not have the rule or the subject, or its
 * rule met a limit there.  A new subject that fails or is unknown is NEW or
 * UNKNOWN: there was no such finding before.
 */
#define DIFF_CLASSES(CLASS) \
	CLASS(NEW,	"new",		"new: fails now") \
	CLASS(UNKNOWN,	"newly_unknown", "newly unknown: cannot be decided now") \
	CLASS(ADDED,	"added",	"added: nothing to compare with before") \
	CLASS(FIXED,	"fixed",	"fixed: does not fail now") \
	CLASS(DECIDED,	"decided",	"decided: was unknown, and does not fail") \
	CLASS(WAIVED,	"newly_waived",	"newly waived: fails still") \
	CLASS(EVIDENCE,	"changed_evidence", "changed evidence: the same verdict for other facts") \
	CLASS(APPLIES,	"changed",	"changed: between pass and not applicable") \
	CLASS(GONE,	"gone",		"gone: nothing to compare with now") \
	CLASS(UNCHANGED, "unchanged",	"unchanged")
enum diff_class {
#define CLASS(name, spelling, heading) DIFF_##name,
	DIFF_CLASSES(CLASS)
#undef CLASS
	DIFF_CLASS_COUNT
};

const char *diff_class_text(enum diff_class class);

#endif
