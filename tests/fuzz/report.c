/* SPDX-License-Identifier: Apache-2.0 */
/* A report, or two behind each other, as `diff` reads them. */
#include "report/diff.h"
#include "tests/fuzz/fuzz.h"

static struct diff_side *read_side(struct arena *arena, struct diagnostics *all,
    struct str bytes)
{
	struct document *document = json_read(arena, all, fuzz_source(arena,
	    diagnostics_sources(all), "report.json", bytes));

	return document ? diff_read(arena, all, STR("report.json"), document) : NULL;
}

static int compare(struct arena *arena, const struct diff_side *a,
    const struct diff_side *b)
{
	struct report_policy policy = { 0 };
	struct diff *diff = diff_compare(arena, a, b);
	struct doubt doubt;
	struct text out;

	text_init(&out, arena);
	diff_text(diff, &out, true, 60);
	diff_text_counts(diff, &out, 60);
	diff_json(diff, &out);
	return diff_judge(diff, &policy, &doubt);
}

/* A line of `---` parts two. */
void fuzz_report(struct arena *arena, struct str bytes)
{
	struct diagnostics *all = diagnostics_new(arena, sources_new(arena));
	const char *line = bytes.length ?
	    memmem(bytes.at, bytes.length, "\n---\n", 5) : NULL;
	size_t end = line ? (size_t)(line - bytes.at) : bytes.length;
	struct diff_side *a = read_side(arena, all, str_slice(bytes, 0, end)), *b;

	b = line ? read_side(arena, all, str_slice(bytes, end + 5, bytes.length)) : NULL;
	fuzz_print(arena, all);
	if (!a && diag_errors(all) == 0)
		fuzz_fail("no report, and no reason");
	if (!a || diag_errors(all))
		return;
	if (compare(arena, a, a) == 1)
		fuzz_fail("a report is worse than itself");
	if (b)
		compare(arena, a, b);
}
