/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scarp man: manual pages by the tables, in mdoc(7).  scarp(1) has what all
 * verbs have in common, scarp-VERB(1) the rest.
 */
#include "cli/help.h"

#include <stdlib.h>

#include "config.h"
#include "cli/settings.h"
#include "report/formats.h"

#define LINE 66	/* escapes make it longer */

/* WORD as roff prints it: no request, no escape, quotes as quotes. */
static void add_word(struct text *out, struct str word)
{
	bool is_open = false;

	if (word.length && (word.at[0] == '.' || word.at[0] == '\''))
		text_add(out, STR("\\&"));
	for (size_t i = 0; i < word.length; i++) {
		if (word.at[i] == '\\')
			text_add(out, STR("\\e"));
		else if (word.at[i] == '`')
			text_add(out, is_open ? STR("\\(cq") : STR("\\(oq"));
		else
			text_add_char(out, word.at[i]);
		is_open ^= word.at[i] == '`';
	}
}

/* Text lines of at most LINE bytes; a quotation stays whole. */
static void add_text(struct text *out, const char *text)
{
	struct str rest = str_of(text);
	size_t column = 0;

	while (rest.length) {
		size_t end = 0;
		bool is_open = false;

		for (; end < rest.length && (is_open || rest.at[end] != ' '); end++)
			is_open ^= rest.at[end] == '`';
		if (column)
			text_add_char(out, column + 1 + end > LINE ? '\n' : ' ');
		column = column && column + 1 + end <= LINE ? column + 1 + end : end;
		add_word(out, str_slice(rest, 0, end));
		rest = str_slice(rest, end + 1, rest.length);
	}
	text_add_char(out, '\n');
}

static void add_head(struct text *out, const char *verb)
{
	text_add(out, STR(".\\\" Made by `scarp man`.\n.Dd " SCARP_DATE "\n.Dt SCARP"));
	if (verb) {
		text_add_char(out, '-');
		for (; *verb; verb++)
			text_add_char(out, (char)(*verb - 'a' + 'A'));
	}
	text_add(out, STR(" 1\n.Os\n"));
}

static void add_name(struct text *out, const char *name, const char *summary)
{
	text_printf(out, ".Sh NAME\n.Nm %s\n.Nd %s\n.Sh SYNOPSIS\n", name, summary);
}

static void add_option(struct text *out, const struct option_info *info)
{
	text_add(out, STR(".It"));
	if (info->letter)
		text_printf(out, " Fl %c ,", info->letter);
	text_printf(out, " Fl Fl %s", info->name);
	if (*info->argument)
		text_printf(out, " Ar %s", info->argument);
	text_add_char(out, '\n');
	add_text(out, info->text);
}

/* COMMON: those of every verb, else those of VERB alone, below TITLE. */
static void add_options(struct text *out, const char *title, enum verb verb,
    bool common)
{
	unsigned all = (1u << VERB_COUNT) - 1;
	size_t count = 0;

	for (int o = 0; o < OPTION_COUNT; o++) {
		if (((option_table[o].verbs & all) == all) != common ||
		    !(option_table[o].verbs & 1u << verb))
			continue;
		if (count++ == 0)
			text_printf(out, "%s.Bl -tag -width Ds\n", title);
		add_option(out, &option_table[o]);
	}
	if (count)
		text_add(out, STR(".El\n"));
}

static void add_exit_status(struct text *out)
{
	int status;

	text_add(out, STR(".Sh EXIT STATUS\n.Bl -tag -width Ds\n"));
	for (size_t i = 0; i < help_statuses(); i++) {
		const char *text = help_status(i, &status);

		text_printf(out, ".It %d\n", status);
		add_text(out, text);
	}
	text_add(out, STR(".El\n"));
}

/* --- what may be relied on ---------------------------------------------------- */

static const struct { enum report_tier tier; const char *title, *text; } tiers[] = {
#define TIER(id, title, text) { REPORT_TIER_##id, title, text },
#define ALSO(id, what)
#include "cli/stability.def"
#undef TIER
#undef ALSO
};

static const struct { enum report_tier tier; const char *what; } also[] = {
#define TIER(id, title, text)
#define ALSO(id, what) { REPORT_TIER_##id, what },
#include "cli/stability.def"
#undef TIER
#undef ALSO
};

/* "the reports json, ndjson and csv" */
static void add_formats_of(struct text *out, enum report_tier tier)
{
	const struct report_format_info *info = NULL;
	const char *between = "the reports\n";

	for (int f = 0; f < REPORT_FORMAT_COUNT; f++) {
		if (report_format((enum report_format)f)->tier != tier)
			continue;
		if (info) {
			text_printf(out, "%s.Cm %s", between, info->name);
			between = " ,\n";
		}
		info = report_format((enum report_format)f);
	}
	if (info)
		text_printf(out, "\nand\n.Cm %s\n", info->name);
}

static void add_stability(struct text *out)
{
	text_add(out, STR(".Sh STABILITY\n.Bl -tag -width Ds\n"));
	for (size_t t = 0; t < sizeof(tiers) / sizeof(*tiers); t++) {
		text_printf(out, ".It %s\n", tiers[t].title);
		add_text(out, tiers[t].text);
		text_add(out, STR(".Bl -bullet -compact\n.It\n"));
		add_formats_of(out, tiers[t].tier);
		for (size_t i = 0; i < sizeof(also) / sizeof(*also); i++) {
			if (also[i].tier != tiers[t].tier)
				continue;
			text_add(out, STR(".It\n"));
			add_text(out, also[i].what);
		}
		text_add(out, STR(".El\n"));
	}
	text_add(out, STR(".El\n"));
}

static void add_environment(struct text *out)
{
	text_add(out, STR(".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"));
	for (size_t i = 0; i < VARIABLE_COUNT; i++) {
		text_printf(out, ".It Ev %s\n", variable_table[i].name);
		add_text(out, variable_table[i].text);
	}
	text_add(out, STR(".El\n.Pp\nIn the place of options, and before project "
	    "and user files;\nlists with colons:\n.Bl -tag -width Ds\n"));
	for (int s = 0; s < SETTING_COUNT; s++) {
		if (!setting_is_ambient((enum setting_id)s))
			continue;
		text_printf(out, ".It Ev %s\n",
		    setting_variable(out->arena, (enum setting_id)s).at);
		add_text(out, setting_table[s].text);
	}
	text_add(out, STR(".El\n"));
}

static void add_files(struct text *out)
{
	text_add(out, STR(".Sh FILES\n.Bl -tag -width Ds\n.It Pa scarp.yaml\n"
	    "the project file: YAML with the keys\n"));
	for (int s = 0; s < SETTING_COUNT; s++)
		if (setting_table[s].form != FORM_DAY)
			text_printf(out, ".Cm %s%s\n", setting_table[s].key,
			    s + 1 < SETTING_COUNT ? " ," : "");
	text_add(out, STR(".It Pa ~/.config/scarp/config.yaml\n"
	    "the user's file, of the same form, with\n.Cm keys ,\n.Cm jobs ,\n"
	    ".Cm color\nand\n.Cm errors\nonly\n.El\n.Pp\n"
	    "Nothing else is kept between runs.\n.Nm\nuses no network and tells "
	    "nobody of a run.\n"));
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_references(struct text *out)
{
	const char *names[VERB_COUNT];

	for (int v = 0; v < VERB_COUNT; v++)
		names[v] = verb_table[v].name;
	qsort(names, VERB_COUNT, sizeof(*names), by_name);
	text_add(out, STR(".Sh SEE ALSO\n"));
	for (int v = 0; v < VERB_COUNT; v++)
		text_printf(out, ".Xr scarp-%s 1 ,\n", names[v]);
	text_add(out, STR(".Xr libscarp 3 ,\n.Xr scarp-inventory 5 ,\n"
	    ".Xr scarp-language 7\n"));
}

static void print_command(struct text *out)
{
	add_head(out, NULL);
	add_name(out, "scarp", "hardening rules over the inventory of a site");
	text_add(out, STR(".Nm\n.Ar verb\n.Op Ar option ...\n.Op Ar operand ...\n"
	    ".Sh DESCRIPTION\nFor every rule and every subject\n.Nm\n"
	    "answers pass, fail, unknown or not applicable,\n"
	    "and shows the lines of the inventory it rests on.\n"
	    "What was not collected is never taken for secure.\n.Pp\n"
	    "The verbs:\n.Bl -tag -width completion\n"));
	for (int v = 0; v < VERB_COUNT; v++) {
		text_printf(out, ".It Cm %s\n", verb_table[v].name);
		add_text(out, verb_table[v].summary);
	}
	text_add(out, STR(".El\n"));
	add_options(out, ".Pp\nOptions that every verb has:\n", VERB_check, true);
	text_add(out, STR(".Pp\nA file named\n.Sq -\n"
	    "is standard input or standard output.\n"));
	add_environment(out);
	add_files(out);
	add_exit_status(out);
	text_add(out, STR(".Sh EXAMPLES\n"
	    "Rules over an inventory, as of a day:\n"
	    ".Dl scarp check --pack cm2007 --as-of today site/\n.Pp\n"
	    "The tests of a pack:\n.Dl scarp test my-rules/\n"));
	add_references(out);
	add_stability(out);
}

static void add_formats(struct text *out)
{
	text_add(out, STR(".Pp\nThe formats:\n.Bl -tag -width Ds\n"));
	for (int f = 0; f < REPORT_FORMAT_COUNT; f++) {
		const struct report_format_info *info =
		    report_format((enum report_format)f);

		text_printf(out, ".It Cm %s\n", info->name);
		add_text(out, info->text);
	}
	text_add(out, STR(".El\n"));
}

/* A macro line: no word of OPERANDS may be taken for a macro or a delimiter. */
static void add_operands(struct text *out, const char *operands)
{
	struct str rest = str_of(operands);

	while (rest.length) {
		size_t end = str_find(rest, ' ');

		if (end == 1 && rest.at[0] == '|')
			text_add(out, STR(" |"));
		else
			text_printf(out, " \\&%.*s\\&", (int)end, rest.at);
		rest = str_slice(rest, end + 1, rest.length);
	}
}

static void print_verb(struct text *out, enum verb verb)
{
	const struct verb_info *info = &verb_table[verb];

	add_head(out, info->name);
	add_name(out, arena_printf(out->arena, "scarp-%s", info->name).at,
	    info->summary);
	text_printf(out, ".Nm scarp %s\n.Op Ar option ...\n", info->name);
	if (*info->operands) {
		text_add(out, STR(".Ar"));
		add_operands(out, info->operands);
		text_add_char(out, '\n');
	}
	text_add(out, STR(".Sh DESCRIPTION\nThe options that every verb has are in\n"
	    ".Xr scarp 1 .\n"));
	add_options(out, ".Pp\nThose of this verb:\n", verb, false);
	if (option_table[OPTION_REPORT].verbs & 1u << verb)
		add_formats(out);
	add_exit_status(out);
	text_add(out, STR(".Sh SEE ALSO\n.Xr scarp 1\n"));
	if (option_table[OPTION_REPORT].verbs & 1u << verb)
		add_stability(out);
}

int verb_man(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	struct text out;
	enum verb verb;

	text_init(&out, session->arena);
	if (arguments->operands.count == 0)
		print_command(&out);
	else if (arguments->operands.count == 1 &&
	    verb_find(arguments->operands.items[0], &verb))
		print_verb(&out, verb);
	else if (arguments->operands.count == 1)
		return session_refuse_as(session, verb_unknown(session->arena,
		    arguments->operands.items[0]));
	else
		return session_refuse(session, DIAG_E8575,
		    "`man` takes one verb\n"
		    "ask for one at a time");
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}
