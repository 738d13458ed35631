/* SPDX-License-Identifier: Apache-2.0 */
/* The help pages, by the tables of verbs and options. */
#include "cli/arguments.h"

#include "report/formats.h"

static const char exit_statuses[] =
"Exit status:\n"
"  0  clean: something was decided, and nothing that counts failed\n"
"  1  findings: failures at or above --fail-on, or unknown verdicts\n"
"  2  cannot be trusted: usage, input, compile error, a limit, nothing selected\n"
"     or nothing decided\n"
"  3  a fault of scarp itself\n";

void help_usage(struct text *out)
{
	text_printf(out, "usage: scarp VERB [OPTION]... [OPERAND]...\n\n");
	for (int v = 0; v < VERB_COUNT; v++)
		text_printf(out, "  %-9s %s\n", verb_table[v].name, verb_table[v].summary);
	text_printf(out, "\nExamples:\n"
	    "  scarp check --pack cm2007 site/          rules over an inventory\n"
	    "  scarp check my-rules.scarp               type-check a pack\n"
	    "  scarp test my-rules/                     run its tests\n"
	    "\n`scarp help VERB` lists the options of a verb.\n\n%s", exit_statuses);
}

/* "  -p, --pack PACK" and the text behind or below. */
static void help_option(struct text *out, const struct option_info *info)
{
	size_t start = out->length;

	if (info->letter)
		text_printf(out, "  -%c, --%s", info->letter, info->name);
	else
		text_printf(out, "      --%s", info->name);
	if (*info->argument)
		text_printf(out, " %s", info->argument);
	if (out->length - start > 26)
		text_printf(out, "\n%*s", 28, "");
	else
		text_printf(out, "%*s", (int)(28 - (out->length - start)), "");
	text_printf(out, "%s\n", info->text);
}

void help_verb(struct text *out, enum verb verb)
{
	text_printf(out, "usage: scarp %s [OPTION]... %s\n\n%s\n\n",
	    verb_table[verb].name, verb_table[verb].operands, verb_table[verb].summary);
	for (int o = 0; o < OPTION_COUNT; o++)
		if (option_table[o].verbs & 1u << verb)
			help_option(out, &option_table[o]);
	if (option_table[OPTION_REPORT].verbs & 1u << verb) {
		text_add(out, STR("\nFormats:\n"));
		report_formats_help(out);
	}
	text_printf(out, "\n%s", exit_statuses);
}
