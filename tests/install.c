/* SPDX-License-Identifier: Apache-2.0 */
/* What a user of the installed library writes: checks PACK over INVENTORY, as
 * of a day, and prints what came of it.  tests/library.test, installcheck. */
#include <scarp.h>
#include <stdio.h>
#include <string.h>

static const char *const words[] = { "pass", "fail", "unknown",
	"not applicable", "error" };

static void print_results(struct scarp *run)
{
	struct scarp_result result;

	while (scarp_next(run, &result))
		if (result.verdict == SCARP_FAIL || result.verdict == SCARP_UNKNOWN)
			printf("%s %s: %s %s (%s:%u:%u)%s\n", result.severity,
			    result.rule, words[result.verdict], result.message,
			    result.file, result.line, result.column,
			    result.waived ? " waived" : "");
}

int main(int count, char **words_given)
{
	const char *packs[] = { count > 1 ? words_given[1] : "" };
	const char *inventories[] = { count > 2 ? words_given[2] : "" };
	struct scarp_question question = { .size = sizeof(question),
		.packs = packs, .pack_count = 1, .inventories = inventories,
		.inventory_count = 1, .as_of = count > 3 ? words_given[3] : NULL,
		.every_verdict = count > 4 };
	struct scarp *run;
	const char *report;
	size_t length = 0;
	int status;

	if (count == 1)
		return puts(scarp_version()) < 0;
	run = scarp_check(&question);
	if (!run)
		return 2;
	fputs(scarp_messages(run), stderr);
	print_results(run);
	for (int v = SCARP_PASS; v <= SCARP_ERROR; v++)
		printf("%llu %s\n", scarp_count(run, (enum scarp_verdict)v), words[v]);
	report = scarp_report(run, count > 4 ? words_given[4] : "json", &length);
	if (report && strlen(report) == length)
		printf("%s", report);
	status = scarp_status(run);
	scarp_free(run);
	return status;
}
