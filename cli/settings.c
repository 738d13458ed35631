/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/settings.h"

#include <stdlib.h>

#include "base/io.h"
#include "cli/project.h"

#define IN(verb) (1u << VERB_##verb)
#define RULES (IN(check) | IN(watch) | IN(why) | IN(gaps) | IN(repair) | IN(profile))
/* Inventories are made something else of. */
#define GRAPHS (IN(graph) | IN(snapshot))
/* Those that need no inventory, too. */
#define PACK_VERBS (RULES | GRAPHS | IN(test) | IN(list) | IN(doc) | IN(lint))
#define OPTION_INVENTORIES OPTION_COUNT

const struct setting_info setting_table[] = {
#define SETTING(key, option, form, verbs, fallback, text) \
	{ #key, (int)OPTION_##option, FORM_##form, verbs, fallback, text },
#include "cli/settings.def"
#undef SETTING
};

bool setting_is_ambient(enum setting_id setting)
{
	return setting == SETTING_keys || setting == SETTING_jobs ||
	    setting == SETTING_color || setting == SETTING_errors;
}

struct str setting_variable(struct arena *arena, enum setting_id setting)
{
	struct text out;

	text_init(&out, arena);
	text_add(&out, STR("SCARP_"));
	for (const char *c = setting_table[setting].key; *c; c++)
		text_add_char(&out, *c == '_' ? '_' : (char)(*c - 'a' + 'A'));
	return text_str(&out);
}

/* --- the environment ------------------------------------------------------ */

/* What stands between colons, as in PATH. */
static void split(struct arena *arena, struct str rest, struct setting_value *value)
{
	while (rest.length) {
		size_t end = str_find(rest, ':');

		if (end)
			*VEC_PUSH(arena, &value->items) =
			    arena_copy(arena, str_slice(rest, 0, end));
		rest = str_slice(rest, end + 1, rest.length);
	}
}

/* Paths, or a word: no other form is ambient. */
static bool read_variable(struct session *session, enum setting_id setting,
    struct setting_value *value)
{
	const struct setting_info *info = &setting_table[setting];
	const char *words = option_table[info->option].argument;
	bool is_list = info->form == FORM_PATHS;
	struct str name = setting_variable(session->arena, setting);
	struct str given = str_of(getenv(name.at));

	/* ":" names nothing, and takes nothing away. */
	if (given.length == 0 ||
	    (is_list && strspn(given.at, ":") == given.length))
		return true;
	given = arena_copy(session->arena, given);
	value->is_found = true;
	value->where = name;
	if (is_list)
		split(session->arena, given, value);
	else if (!option_lists(words, given)) {
		session_refuse(session, DIAG_E8116, "`%.*s` takes %s, not `%.*s`",
		    STR_ARG(name), words, STR_ARG(given));
		return false;
	} else
		*VEC_PUSH(session->arena, &value->items) = given;
	return true;
}

static bool read_environment(struct session *session, struct setting_values *values)
{
	bool is_good = true;

	for (int s = 0; s < SETTING_COUNT; s++)
		if (setting_is_ambient((enum setting_id)s))
			is_good &= read_variable(session, (enum setting_id)s,
			    &values->of[s]);
	return is_good;
}

/* --- the files ------------------------------------------------------------ */

struct files {
	struct str project, user;	/* empty: none */
};

/* A pipe that lies there may have nobody at its other end; one that is named is
 * meant. */
static bool read_project(struct session *session, struct setting_values *values,
    struct str path)
{
	if (!session->arguments->given[OPTION_CONFIG] && io_kind_of(path.at) == IO_PIPE) {
		session_refuse(session, DIAG_E8579, "the project file `%.*s` is a pipe\n"
		    "name it with `--config` if it is meant, or give `--no-config`",
		    STR_ARG(path));
		return false;
	}
	return settings_read(session, path, false, values);
}

static bool read_files(struct session *session, struct setting_values *values,
    struct files *files)
{
	const struct arguments *arguments = session->arguments;
	bool is_good = true;

	memset(files, 0, sizeof(*files));
	if (arguments->given[OPTION_NO_CONFIG])
		return true;
	files->project = arguments->given[OPTION_CONFIG] ?
	    arguments->value[OPTION_CONFIG] : project_find(session);
	files->user = project_user_file(session);
	if (files->project.length)
		is_good &= read_project(session, values, files->project);
	if (files->user.length)
		is_good &= settings_read(session, files->user, true, values);
	return is_good;
}

/* --- what becomes of them ------------------------------------------------- */

/* `why` and `repair` begin with a rule and a subject, `profile` with a word. */
static bool has_inventory(struct arena *arena, const struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->operands.count; i++)
		if ((IN(check) | IN(watch) | IN(gaps) | GRAPHS) & 1u << arguments->verb ||
		    io_kind_of(arena_copy(arena,
		    arguments->operands.items[i]).at) != IO_ABSENT)
			return true;
	return false;
}

static bool is_given(struct arena *arena, const struct arguments *arguments,
    const struct setting_info *info)
{
	return info->option == OPTION_INVENTORIES ?
	    has_inventory(arena, arguments) : arguments->given[info->option];
}

static void apply(struct arena *arena, struct arguments *arguments,
    const struct setting_info *info, const struct setting_value *value)
{
	for (size_t i = 0; i < value->items.count; i++) {
		struct str item = value->items.items[i];

		if (info->option == OPTION_INVENTORIES) {
			*VEC_PUSH(arena, &arguments->inventories) = item;
			continue;
		}
		arguments->given[info->option] = true;
		arguments->is_set[info->option] = true;
		arguments->value[info->option] = item;
		*VEC_PUSH(arena, &arguments->values[info->option]) = item;
	}
}

static bool is_applied(struct arena *arena, const struct arguments *arguments,
    const struct setting_info *info, const struct setting_value *value)
{
	return value->is_found && !is_given(arena, arguments, info) &&
	    info->verbs & 1u << arguments->verb;
}

/* --- --show-config -------------------------------------------------------- */

struct shown {
	const struct str *items;
	size_t count;
	struct str where;
};

static struct shown shown_of(struct arena *arena, const struct arguments *arguments,
    const struct setting_info *info, const struct setting_value *value)
{
	struct str *fallback = ARENA_NEW(arena, struct str);

	if (is_applied(arena, arguments, info, value))
		return (struct shown){ value->items.items, value->items.count,
			value->where };
	if (!is_given(arena, arguments, info)) {
		*fallback = str_of(info->fallback);
		return (struct shown){ fallback, fallback->length > 0,
			STR("by default") };
	}
	if (info->option == OPTION_INVENTORIES)
		return (struct shown){ arguments->operands.items,
			arguments->operands.count, STR("operands") };
	if (info->form == FORM_FLAG) {
		*fallback = STR("true");
		return (struct shown){ fallback, 1, arena_printf(arena, "--%s",
		    option_table[info->option].name) };
	}
	return (struct shown){ arguments->values[info->option].items,
		arguments->values[info->option].count,
		arena_printf(arena, "--%s", option_table[info->option].name) };
}

/* A line for each value; what decided it stands behind the first. */
static void show_setting(struct text *out, const struct setting_info *info,
    const struct shown *shown)
{
	const char *none = info->form == FORM_FLAG ? "false" : "(none)";
	size_t count = shown->count ? shown->count : 1;

	for (size_t i = 0; i < count; i++) {
		size_t start = out->length;

		text_printf(out, "%-15s ", i ? "" : info->key);
		if (shown->count)
			text_add_visible(out, shown->items[i]);
		else
			text_add(out, str_of(none));
		if (i == 0) {
			size_t used = out->length - start;

			text_printf(out, "%*s", used < 46 ? (int)(46 - used) : 2, "");
			text_add_visible(out, shown->where);
		}
		text_add_char(out, '\n');
	}
}

static void show_file(struct text *out, const char *what, struct str path)
{
	text_printf(out, "%-15s ", what);
	text_add_visible(out, path.length ? path : STR("(none)"));
	text_add_char(out, '\n');
}

static int show(struct session *session, const struct setting_values *values,
    const struct files *files)
{
	const struct arguments *arguments = session->arguments;
	struct text out;

	text_init(&out, session->arena);
	show_file(&out, "project file", files->project);
	show_file(&out, "user file", files->user);
	text_add_char(&out, '\n');
	for (int s = 0; s < SETTING_COUNT; s++) {
		struct shown shown;

		if (!(setting_table[s].verbs & 1u << arguments->verb))
			continue;
		shown = shown_of(session->arena, arguments, &setting_table[s],
		    &values->of[s]);
		show_setting(&out, &setting_table[s], &shown);
	}
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

bool settings_complete(struct session *session, struct arguments *arguments,
    int *status)
{
	struct setting_values values = { 0 };
	struct files files;
	bool is_good;

	if (!(option_table[OPTION_CONFIG].verbs & 1u << arguments->verb))
		return true;
	*status = STATUS_UNTRUSTED;
	if (arguments->given[OPTION_CONFIG] && arguments->given[OPTION_NO_CONFIG]) {
		session_refuse(session, DIAG_E8576, "`--config` names a file, "
		    "and `--no-config` wants none\n"
		    "give one of them");
		return false;
	}
	is_good = read_environment(session, &values);
	is_good &= read_files(session, &values, &files);
	if (!session_report(session) || !is_good)
		return false;
	if (arguments->given[OPTION_SHOW_CONFIG]) {
		*status = show(session, &values, &files);
		return false;
	}
	arguments->project = files.project;
	for (int s = 0; s < SETTING_COUNT; s++)
		if (is_applied(session->arena, arguments, &setting_table[s],
		    &values.of[s]))
			apply(session->arena, arguments, &setting_table[s],
			    &values.of[s]);
	return true;
}
