/* SPDX-License-Identifier: Apache-2.0 */
/* The help pages, by the tables of verbs, options and variables. */
#include "cli/help.h"

#include "base/wrap.h"
#include "cli/settings.h"
#include "cli/terminal.h"
#include "report/formats.h"

#define OPTION_COLUMN 28
#define VERB_COLUMN 14
#define FORMAT_COLUMN 12
#define NAME_COLUMN 10
#define EXAMPLE_COLUMN 41

static const struct { int status; const char *text; } exit_statuses[] = {
#define STATUS(status, text) { status, text },
#define CAUSE(status, verbs, text)
#include "cli/statuses.def"
#undef STATUS
#undef CAUSE
};

static const struct { int status; const char *verbs, *text; } causes[] = {
#define STATUS(status, text)
#define CAUSE(status, verbs, text) { status, verbs, text },
#include "cli/statuses.def"
#undef STATUS
#undef CAUSE
};

const struct variable_info variable_table[] = {
#define VARIABLE(name, text) { name, text },
#include "cli/environment.def"
#undef VARIABLE
};

size_t help_statuses(void)
{
	return sizeof(exit_statuses) / sizeof(*exit_statuses);
}

const char *help_status(size_t i, int *status)
{
	*status = exit_statuses[i].status;
	return exit_statuses[i].text;
}

/* LEAD and the words of TEXT; lines after the first begin at INDENT. */
static void add_words(struct text *out, struct str lead, const char *text,
    unsigned indent, unsigned width)
{
	struct wrap wrap;

	wrap_init(&wrap, out->arena, out, width);
	text_add(&wrap.line, lead);
	wrap_add_words(&wrap.line, str_of(text), STR(""));
	wrap_end(&wrap, indent);
}

/* The words of `a|b|c` that are too many for a line go on below. */
static void add_name(struct text *out, struct str name, unsigned width)
{
	while (width && name.length > width) {
		size_t end = width;

		while (end > 0 && name.at[end - 1] != '|')
			end--;
		if (end == 0)
			break;
		text_printf(out, "%.*s\n%*s", (int)end, name.at, NAME_COLUMN, "");
		name = str_slice(name, end, name.length);
		width = width > NAME_COLUMN ? width - NAME_COLUMN : 0;
	}
	text_printf(out, "%.*s\n", STR_ARG(name));
}

/* A name and, behind or below it, its text. */
static void add_entry(struct text *out, struct str name, const char *text,
    unsigned column, unsigned width)
{
	struct str lead = arena_printf(out->arena, "%-*.*s", (int)column,
	    STR_ARG(name));

	if (name.length + 2 > column) {
		add_name(out, name, width);
		lead = arena_printf(out->arena, "%*s", (int)column, "");
	}
	add_words(out, lead, text, column, width);
}

static void add_statuses(struct text *out, unsigned width)
{
	text_add(out, STR("\nExit status:\n"));
	for (size_t i = 0; i < help_statuses(); i++)
		add_entry(out, arena_printf(out->arena, "  %d",
		    exit_statuses[i].status), exit_statuses[i].text, 5, width);
}

/* TEXT up to where it begins to explain itself. */
static const char *gist(struct arena *arena, const char *text)
{
	static const char *const ends[] = { ": ", "; ", " (" };
	size_t length = strlen(text);

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		const char *end = strstr(text, ends[i]);

		if (end && (size_t)(end - text) < length)
			length = (size_t)(end - text);
	}
	return arena_printf(arena, "%.*s", (int)length, text).at;
}

static void add_brief_statuses(struct text *out, unsigned width)
{
	struct text line;

	text_init(&line, out->arena);
	for (size_t i = 0; i < help_statuses(); i++)
		text_printf(&line, "%s%d %s", i ? ", " : "",
		    exit_statuses[i].status, gist(out->arena,
		    exit_statuses[i].text));
	text_add_char(out, '\n');
	add_words(out, STR("Exit status: "),
	    arena_copy(out->arena, text_str(&line)).at, 13, width);
}

static void add_examples(struct text *out, unsigned width)
{
	static const struct { const char *command, *text; } examples[] = {
		{ "  scarp init my-rules", "a folder to begin with" },
		{ "  scarp check --pack cm2007 site/", "rules over an inventory" },
		{ "  scarp test my-rules/", "the tests of rules" },
	};
	bool is_narrow = width && width < EXAMPLE_COLUMN + 23;

	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		add_entry(out, str_of(examples[i].command), examples[i].text,
		    is_narrow ? 6 : EXAMPLE_COLUMN, width);
}

void help_usage_brief(struct text *out, unsigned width)
{
	struct text verbs;

	text_init(&verbs, out->arena);
	for (int v = 0; v < VERB_COUNT; v++)
		text_printf(&verbs, "%s%s", v ? " " : "", verb_table[v].name);
	text_add(out, STR("usage: scarp VERB [OPTION]... [OPERAND]...\n\n"));
	add_examples(out, width);
	text_add_char(out, '\n');
	add_words(out, STR("Verbs: "), arena_copy(out->arena, text_str(&verbs)).at, 7,
	    width);
	text_add(out, STR("`scarp help` says what each does, `scarp VERB -h` how.\n"));
	add_brief_statuses(out, width);
}

void help_usage(struct text *out, unsigned width)
{
	text_add(out, STR("usage: scarp VERB [OPTION]... [OPERAND]...\n\n"));
	for (int v = 0; v < VERB_COUNT; v++)
		add_entry(out, arena_printf(out->arena, "  %s", verb_table[v].name),
		    verb_table[v].summary, VERB_COLUMN, width);
	text_add(out, STR("\nExamples:\n"));
	add_examples(out, width);
	text_add_char(out, '\n');
	add_words(out, STR(""), "`scarp VERB -h` lists the options of a verb, `scarp help "
	    "VERB` says more of them; `scarp help environment` lists the variables, "
	    "`scarp help exit-status` what gives which status.", 0, width);
	add_statuses(out, width);
}

static void add_formats(struct text *out, unsigned width)
{
	for (int f = 0; f < REPORT_FORMAT_COUNT; f++) {
		const struct report_format_info *info =
		    report_format((enum report_format)f);

		add_entry(out, arena_printf(out->arena, "  %s", info->name),
		    arena_printf(out->arena, "%s (.%s)", info->text,
		    info->extension).at, FORMAT_COLUMN, width);
	}
}

static struct str option_name(struct arena *arena, const struct option_info *info)
{
	struct text out;

	text_init(&out, arena);
	if (info->letter)
		text_printf(&out, "  -%c, --%s", info->letter, info->name);
	else
		text_printf(&out, "      --%s", info->name);
	if (*info->argument)
		text_printf(&out, " %s", info->argument);
	return text_str(&out);
}

static void add_verb_usage(struct text *out, enum verb verb, unsigned width)
{
	const struct verb_info *info = &verb_table[verb];

	add_words(out, arena_printf(out->arena, "usage: scarp %s ", info->name),
	    arena_printf(out->arena, "[OPTION]...%s%s", *info->operands ? " " : "",
	    info->operands).at, (unsigned)sizeof("usage: scarp"), width);
	text_add_char(out, '\n');
	add_words(out, STR(""), info->summary, 0, width);
	text_add_char(out, '\n');
}

static bool is_common(const struct option_info *info)
{
	unsigned all = (1u << VERB_COUNT) - 1;

	return (info->verbs & all) == all;
}

void help_verb_brief(struct text *out, enum verb verb, unsigned width)
{
	add_verb_usage(out, verb, width);
	for (int o = 0; o < OPTION_COUNT; o++)
		if (option_table[o].verbs & 1u << verb && !is_common(&option_table[o]))
			add_entry(out, option_name(out->arena, &option_table[o]),
			    gist(out->arena, option_table[o].text), OPTION_COLUMN,
			    width);
	text_add_char(out, '\n');
	add_words(out, STR(""), arena_printf(out->arena, "`scarp %s --help` says more "
	    "of them, and has the options of all verbs.", verb_table[verb].name).at,
	    0, width);
	add_brief_statuses(out, width);
}

void help_verb(struct text *out, enum verb verb, unsigned width)
{
	add_verb_usage(out, verb, width);
	for (int o = 0; o < OPTION_COUNT; o++)
		if (option_table[o].verbs & 1u << verb)
			add_entry(out, option_name(out->arena, &option_table[o]),
			    option_table[o].text, OPTION_COLUMN, width);
	if (option_table[OPTION_REPORT].verbs & 1u << verb) {
		text_add(out, STR("\nFormats:\n"));
		add_formats(out, width);
	}
	add_statuses(out, width);
}

void help_environment(struct text *out, unsigned width)
{
	text_add(out, STR("Variables:\n"));
	for (size_t i = 0; i < VARIABLE_COUNT; i++)
		add_entry(out, arena_printf(out->arena, "  %s",
		    variable_table[i].name), variable_table[i].text,
		    OPTION_COLUMN, width);
	text_add_char(out, '\n');
	add_words(out, STR(""), "In the place of options, and before project and user files; "
	    "lists with colons:", 0, width);
	for (int s = 0; s < SETTING_COUNT; s++)
		if (setting_is_ambient((enum setting_id)s))
			add_entry(out, arena_printf(out->arena, "  %s",
		    setting_variable(out->arena, (enum setting_id)s).at),
		    setting_table[s].text, OPTION_COLUMN, width);
	add_statuses(out, width);
}

void help_exit_status(struct text *out, unsigned width)
{
	for (size_t i = 0; i < help_statuses(); i++) {
		text_add(out, i ? STR("\n") : STR(""));
		add_words(out, arena_printf(out->arena, "%d  ",
		    exit_statuses[i].status), exit_statuses[i].text, 3, width);
		for (size_t c = 0; c < sizeof(causes) / sizeof(*causes); c++)
			if (causes[c].status == exit_statuses[i].status)
				add_entry(out, arena_printf(out->arena, "   %s",
				    causes[c].verbs), causes[c].text, 11, width);
	}
	text_add_char(out, '\n');
	add_words(out, STR(""), "The greatest that holds is given, and it is the same in every "
	    "format of the report.  A signal ends scarp as it ends any program: "
	    "shells show 130 for an interrupt.", 0, width);
}
