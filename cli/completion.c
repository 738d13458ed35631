/* SPDX-License-Identifier: Apache-2.0 */
/* scarp completion: what a shell needs to complete verbs, options and their
 * values, by the tables. */
#include "cli/session.h"

#include "base/io.h"
#include "base/where.h"
#include "report/formats.h"

enum candidates {
	NO_CANDIDATES, WORDS, FILES,
	PACKS			/* files, and the names of installed packs */
};

/* The words of "a|b|c", with a space behind each. */
static struct str listed(struct arena *arena, const char *list)
{
	struct text out;

	text_init(&out, arena);
	for (; *list; list++)
		text_add_char(&out, *list == '|' ? ' ' : *list);
	return text_str(&out);
}

static struct str format_names(struct arena *arena, const char *behind)
{
	struct text out;

	text_init(&out, arena);
	for (int f = 0; f < REPORT_FORMAT_COUNT; f++)
		text_printf(&out, "%s%s%s", f ? " " : "",
		    report_format((enum report_format)f)->name, behind);
	return text_str(&out);
}

/* The packs that come with scarp. */
static struct str pack_names(struct arena *arena)
{
	struct str folder, why, *names;
	struct text out;
	size_t count;

	text_init(&out, arena);
	if (!where_is(arena, "rules", &folder) ||
	    !io_list(arena, folder.at, &names, &count, &why))
		return STR("");
	for (size_t i = 0; i < count; i++)
		if (io_kind_of(io_join(arena, folder, names[i]).at) == IO_FOLDER)
			text_printf(&out, "%s%.*s", out.length ? " " : "",
			    STR_ARG(names[i]));
	return text_str(&out);
}

/* What may be the value of an option. */
static enum candidates values_of(struct arena *arena,
    const struct option_info *info, struct str *words)
{
	static const char *const files[] = { "FILE", "FOLDER", "REPORT",
		"SCHEMA", "EDIT" };

	*words = STR("");
	if (strchr(info->argument, '|'))
		*words = listed(arena, info->argument);
	else if (strcmp(info->argument, "FORMAT") == 0)
		*words = format_names(arena, "");
	else if (strcmp(info->argument, "FORMAT=FILE") == 0)
		*words = format_names(arena, "=");
	else if (strcmp(info->argument, "DATE") == 0)
		*words = STR("today");
	if (words->length)
		return WORDS;
	if (strcmp(info->argument, "PACK") == 0) {
		*words = pack_names(arena);
		return PACKS;
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (strcmp(info->argument, files[i]) == 0)
			return FILES;
	return NO_CANDIDATES;
}

static struct str verb_names(struct arena *arena)
{
	struct text out;

	text_init(&out, arena);
	for (int v = 0; v < VERB_COUNT; v++)
		text_printf(&out, "%s%s", v ? " " : "", verb_table[v].name);
	return text_str(&out);
}

/* The operands of a verb that are words of a list: "bash|zsh|fish". */
static enum candidates operands_of(struct arena *arena, enum verb verb,
    struct str *words)
{
	struct str operands = str_of(verb_table[verb].operands);

	*words = STR("");
	if (operands.length == 0)
		return NO_CANDIDATES;
	if (str_equal(operands, STR("[VERB]")))
		*words = verb_names(arena);
	else if (str_starts(operands, STR("[VERB|")))
		*words = arena_printf(arena, "%.*s %.*s", STR_ARG(verb_names(arena)),
		    STR_ARG(listed(arena, arena_copy(arena, str_slice(operands,
		    sizeof("[VERB|") - 1, operands.length - 1)).at)));
	else if (operands.at[0] >= 'a' && operands.at[0] <= 'z')
		*words = listed(arena, arena_copy(arena, str_slice(operands, 0,
		    str_find(operands, ' '))).at);
	if (words->length)
		return WORDS;
	if (!str_starts(operands, STR("PACK")) && !str_starts(operands, STR("[PACK]")))
		return FILES;
	*words = pack_names(arena);
	return PACKS;
}

static bool has_option(int v, int o)
{
	return option_table[o].verbs & 1u << v;
}

/* In single quotes, with what else has a meaning there behind a backslash. */
static void add_quoted(struct text *out, const char *words, const char *special,
    const char *quote)
{
	for (; *words; words++) {
		if (*words == '\'') {
			text_add(out, str_of(quote));
			continue;
		}
		if (strchr(special, *words))
			text_add_char(out, '\\');
		text_add_char(out, *words);
	}
}

/* --- bash ----------------------------------------------------------------- */

/* False: nothing, and bash completes files. */
static bool bash_offers(struct text *out, enum candidates what, struct str words)
{
	if (what != WORDS && what != PACKS)
		return false;
	text_printf(out, "%s '%.*s'", what == WORDS ? "_scarp_words" : "_scarp_packs",
	    STR_ARG(words));
	return true;
}

static void bash_values(struct text *out, int v)
{
	for (int o = 0; o < OPTION_COUNT; o++) {
		const struct option_info *info = &option_table[o];
		struct str words;

		if (!has_option(v, o) || !*info->argument)
			continue;
		text_printf(out, "\t%s,--%s", verb_table[v].name, info->name);
		if (info->letter)
			text_printf(out, "|%s,-%c", verb_table[v].name, info->letter);
		text_add(out, STR(") "));
		if (bash_offers(out, values_of(out->arena, info, &words), words))
			text_add(out, STR("; "));
		text_add(out, STR("return ;;\n"));
	}
}

static void bash_operands(struct text *out, int v)
{
	enum candidates what;
	struct str words;

	text_printf(out, "\t%s,-*) _scarp_words '", verb_table[v].name);
	for (int o = 0; o < OPTION_COUNT; o++)
		if (has_option(v, o))
			text_printf(out, "--%s ", option_table[o].name);
	text_add(out, STR("' ;;\n"));
	what = operands_of(out->arena, (enum verb)v, &words);
	if (what != WORDS && what != PACKS)
		return;
	text_printf(out, "\t%s,*) ", verb_table[v].name);
	bash_offers(out, what, words);
	text_add(out, STR(" ;;\n"));
}

/* Where nothing is answered, bash completes files. */
static void bash(struct text *out)
{
	struct str all = verb_names(out->arena);

	text_add(out, STR("# Completions of scarp for bash, by `scarp completion bash`.\n"
	    "\n_scarp_words()\n{\n"
	    "\tmapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n"
	    "\tif [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then\n"
	    "\t\tcompopt -o nospace\n\tfi\n}\n"
	    "\n_scarp_packs()\n{\n"
	    "\tmapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"; "
	    "compgen -f -- \"$cur\")\n"
	    "\tcompopt -o filenames\n}\n"
	    "\n_scarp()\n{\n"
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]}\n"
	    "\tlocal option=${COMP_WORDS[COMP_CWORD - 1]}\n\n"
	    "\tCOMPREPLY=()\n\tif ((COMP_CWORD == 1)); then\n"));
	text_printf(out, "\t\t_scarp_words '%.*s'\n\t\treturn\n\tfi\n"
	    "\t# --name=value comes as three words.\n"
	    "\tif [[ $cur == = ]]; then\n\t\tcur=\n"
	    "\telif [[ $option == = ]]; then\n"
	    "\t\toption=${COMP_WORDS[COMP_CWORD - 2]}\n"
	    "\t\t[[ $option == --* ]] || return\n\tfi\n"
	    "\tcase $verb,$option in\n", STR_ARG(all));
	for (int v = 0; v < VERB_COUNT; v++)
		bash_values(out, v);
	text_add(out, STR("\tesac\n\tcase $verb,$cur in\n"));
	for (int v = 0; v < VERB_COUNT; v++)
		bash_operands(out, v);
	text_add(out, STR("\tesac\n}\n\ncomplete -o default -F _scarp scarp\n"));
}

/* --- zsh ------------------------------------------------------------------ */

static void zsh_action(struct text *out, enum candidates what, struct str words)
{
	if (what == WORDS)
		text_printf(out, "(%.*s)", STR_ARG(words));
	else if (what == PACKS)
		text_add(out, STR("_scarp_packs"));
	else
		text_add(out, what == FILES ? STR("_files") : STR(" "));
}

/* '(-p --pack)'{-p+,--pack=}'[text]:PACK:_files' */
static void zsh_option(struct text *out, const struct option_info *info)
{
	bool has_value = *info->argument, is_many = info->verbs & OPTION_MANY;
	struct str words;

	text_add(out, STR("\t\t\t"));
	if (is_many)
		text_add(out, STR("'*'"));
	else if (info->letter)
		text_printf(out, "'(-%c --%s)'", info->letter, info->name);
	if (info->letter)
		text_printf(out, "{-%c%s,--%s%s}", info->letter,
		    has_value ? "+" : "", info->name, has_value ? "=" : "");
	else
		text_printf(out, "--%s%s", info->name, has_value ? "=" : "");
	text_add(out, STR("'["));
	add_quoted(out, info->text, "[]:\\", "'\\''");
	text_add_char(out, ']');
	if (has_value) {
		enum candidates what = values_of(out->arena, info, &words);

		text_add(out, STR(":value:"));
		zsh_action(out, what, words);
	}
	text_add(out, STR("' \\\n"));
}

static void zsh_verb(struct text *out, int v)
{
	struct str words;
	enum candidates what = operands_of(out->arena, (enum verb)v, &words);

	text_printf(out, "\t%s)\n\t\t_arguments -s -S \\\n", verb_table[v].name);
	for (int o = 0; o < OPTION_COUNT; o++)
		if (has_option(v, o))
			zsh_option(out, &option_table[o]);
	text_add(out, STR("\t\t\t'*:operand:"));
	zsh_action(out, what, words);
	text_add(out, STR("' ;;\n"));
}

static void zsh(struct text *out)
{
	text_add(out, STR("#compdef scarp\n"
	    "# Completions of scarp for zsh, by `scarp completion zsh`.\n"
	    "\n_scarp_packs()\n{\n\t_alternative "));
	text_printf(out, "'packs:pack:(%.*s)' 'files:file:_files'\n}\n",
	    STR_ARG(pack_names(out->arena)));
	text_add(out, STR("\n_scarp()\n{\n\tlocal -a verbs\n\tlocal verb=$words[2]\n\n\tverbs=(\n"));
	for (int v = 0; v < VERB_COUNT; v++) {
		text_printf(out, "\t\t'%s:", verb_table[v].name);
		add_quoted(out, verb_table[v].summary, ":\\", "'\\''");
		text_add(out, STR("'\n"));
	}
	text_add(out, STR("\t)\n\tif (( CURRENT == 2 )); then\n"
	    "\t\t_describe -t verbs verb verbs\n\t\treturn\n\tfi\n"
	    "\tshift words\n\t(( CURRENT-- ))\n\tcase $verb in\n"));
	for (int v = 0; v < VERB_COUNT; v++)
		zsh_verb(out, v);
	text_add(out, STR("\tesac\n}\n\n"
	    "# Found by its name in fpath, or read from a file.\n"
	    "if [[ $funcstack[1] == _scarp ]]; then\n\t_scarp \"$@\"\n"
	    "else\n\tcompdef _scarp scarp\nfi\n"));
}

/* --- fish ----------------------------------------------------------------- */

static void fish_text(struct text *out, const char *words)
{
	text_add(out, STR(" -d '"));
	add_quoted(out, words, "\\", "\\'");
	text_add(out, STR("'\n"));
}

static void fish_option(struct text *out, int v, const struct option_info *info)
{
	struct str words;

	text_printf(out, "complete -c scarp -n '__scarp_verb %s' -l %s",
	    verb_table[v].name, info->name);
	if (info->letter)
		text_printf(out, " -s %c", info->letter);
	if (*info->argument) {
		enum candidates what = values_of(out->arena, info, &words);

		text_add(out, what == FILES || what == PACKS ? STR(" -r -F")
		    : STR(" -x"));
		if (what == WORDS || what == PACKS)
			text_printf(out, " -a '%.*s'", STR_ARG(words));
	}
	fish_text(out, info->text);
}

static void fish_verb(struct text *out, int v)
{
	struct str words;
	enum candidates what = operands_of(out->arena, (enum verb)v, &words);

	text_printf(out, "complete -c scarp -n __scarp_no_verb -a %s",
	    verb_table[v].name);
	fish_text(out, verb_table[v].summary);
	if (what == WORDS || what == PACKS)
		text_printf(out, "complete -c scarp -n '__scarp_verb %s' -a '%.*s'\n",
		    verb_table[v].name, STR_ARG(words));
	if (what == FILES || what == PACKS)
		text_printf(out, "complete -c scarp -n '__scarp_verb %s' -F\n",
		    verb_table[v].name);
	for (int o = 0; o < OPTION_COUNT; o++)
		if (has_option(v, o))
			fish_option(out, v, &option_table[o]);
}

static void fish(struct text *out)
{
	text_add(out, STR("# Completions of scarp for fish, by `scarp completion fish`.\n\n"
	    "function __scarp_no_verb\n"
	    "\ttest (count (commandline -opc)) -eq 1\nend\n\n"
	    "function __scarp_verb\n\tset -l words (commandline -opc)\n"
	    "\ttest (count $words) -ge 2; and test $words[2] = $argv[1]\nend\n\n"
	    "complete -c scarp -f\n"));
	for (int v = 0; v < VERB_COUNT; v++)
		fish_verb(out, v);
}

int verb_completion(struct session *session)
{
	static const struct {
		const char *name;
		void (*print)(struct text *out);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };
	const struct arguments *arguments = session->arguments;
	struct text out;

	text_init(&out, session->arena);
	for (size_t i = 0; arguments->operands.count == 1 &&
	    i < sizeof(shells) / sizeof(*shells); i++) {
		if (!str_equal(arguments->operands.items[0], str_of(shells[i].name)))
			continue;
		shells[i].print(&out);
		return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
	}
	return session_refuse(session, DIAG_E8574, "`completion` takes the "
	    "name of one shell\n"
	    "write `scarp completion bash`, or zsh, or fish");
}
