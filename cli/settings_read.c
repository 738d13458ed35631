/* SPDX-License-Identifier: Apache-2.0 */
/* Project and user files: YAML maps with the keys of settings.def. */
#include "cli/settings.h"

#include "base/io.h"
#include "base/where.h"
#include "cli/form.h"
#include "cli/project.h"
#include "cli/write.h"
#include "report/formats.h"

struct reading {
	struct session *session;
	struct form form;
	struct str folder;		/* that relative paths are relative to */
	const struct setting_info *info;
	struct setting_value *value;
};

static struct diagnostic *refuse(struct reading *r, struct span span,
    const char *what)
{
	return diag_add(r->session->all, DIAG_E8116, span, "`%s` %s",
	    r->info->key, what);
}

static bool is_text(const struct document_node *node)
{
	return (node->kind == DOCUMENT_PLAIN || node->kind == DOCUMENT_QUOTED) &&
	    node->text.length && !memchr(node->text.at, 0, node->text.length);
}

static void add(struct reading *r, struct str item)
{
	*VEC_PUSH(r->session->arena, &r->value->items) = item;
}

/* A name that is no path beside the file is that of an installed pack. */
static struct str pack_of(struct reading *r, struct str name)
{
	struct arena *arena = r->session->arena;
	struct str path = io_join(arena, r->folder, name), rules, installed;

	if (io_kind_of(path.at) != IO_ABSENT || memchr(name.at, '/', name.length) ||
	    !where_is(arena, "rules", &rules))
		return path;
	installed = io_join(arena, rules, name);
	return io_kind_of(installed.at) == IO_FOLDER ? installed : path;
}

static void read_path(struct reading *r, const struct document_node *node)
{
	if (!is_text(node))
		refuse(r, node->span, "takes paths");
	else if (str_equal(node->text, STR("-")))
		refuse(r, node->span, "takes files, not standard input");
	else
		add(r, r->info->form == FORM_PACKS ? pack_of(r, node->text) :
		    io_join(r->session->arena, r->folder, node->text));
}

/* One path, or a list of them. */
static void read_paths(struct reading *r, const struct document_node *node)
{
	const struct document_node *nodes = r->form.nodes;

	if (node->kind != DOCUMENT_LIST) {
		read_path(r, node);
		return;
	}
	for (uint32_t i = node->first; i; i = nodes[i].next)
		read_path(r, &nodes[i]);
}

static void read_report(struct reading *r, const struct document_node *node)
{
	enum report_format format;
	struct diagnostic *d;
	struct str nearest;

	if (!report_format_find(node->key, &format, &nearest)) {
		d = refuse(r, node->key_span, "has a format that there is not");
		if (nearest.length)
			diag_help(r->session->all, d, "did you mean `%.*s`?",
			    STR_ARG(nearest));
		return;
	}
	if (!str_equal(node->text, STR("-")) &&
	    !project_holds(r->session->arena, r->folder, node->text)) {
		d = refuse(r, node->span, "may only write below the folder of "
		    "this file, and no hidden files");
		diag_help(r->session->all, d, "give `--report` for one elsewhere");
		return;
	}
	add(r, arena_printf(r->session->arena, "%.*s=%.*s", STR_ARG(node->key),
	    STR_ARG(str_equal(node->text, STR("-")) ? node->text :
	    io_join(r->session->arena, r->folder, node->text))));
}

/* format: FILE, or param: VALUE. */
static void read_map(struct reading *r, const struct document_node *node)
{
	const struct document_node *nodes = r->form.nodes;

	if (node->kind != DOCUMENT_MAP) {
		refuse(r, node->span, r->info->form == FORM_REPORTS ?
		    "takes a map of formats and files, such as "
		    "{ sarif: report.sarif }" : "takes a map of names and values");
		return;
	}
	for (uint32_t i = node->first; i; i = nodes[i].next) {
		if (!is_text(&nodes[i]))
			refuse(r, nodes[i].span, "has something here that is no text");
		else if (r->info->form == FORM_REPORTS)
			read_report(r, &nodes[i]);
		else
			add(r, arena_printf(r->session->arena, "%.*s=%.*s",
			    STR_ARG(nodes[i].key), STR_ARG(nodes[i].text)));
	}
}

static void read_word(struct reading *r, const struct document_node *node)
{
	const char *list = option_table[r->info->option].argument;

	if (is_text(node) && option_lists(list, node->text))
		add(r, node->text);
	else
		diag_add(r->session->all, DIAG_E8116, node->span, "`%s` takes %s",
		    r->info->key, strchr(list, '|') ? list : "a text");
}

/* `false` is a decision as well: what stands in the user's file is off. */
static void read_flag(struct reading *r, const struct document_node *node)
{
	bool is_true = str_equal(node->text, STR("true"));

	if (node->kind != DOCUMENT_PLAIN ||
	    (!is_true && !str_equal(node->text, STR("false"))))
		refuse(r, node->span, "takes true or false");
	else if (is_true)
		add(r, node->text);
}

/* A day that stands in a file stays there while waivers and facts expire. */
static void refuse_day(struct reading *r, const struct document_node *node)
{
	struct diagnostic *d = refuse(r, node->key_span,
	    "is never taken from a file: what had ended would go on");

	diag_help(r->session->all, d, "give it with each run: `--as-of today`, or "
	    "`--as-of 2026-12-31`");
}

/* Whom a user trusts is not for a repository or its pipeline to say: the keys
 * of the user's file, which is read last, take the place of all others. */
static bool is_decided(const struct setting_values *values, int setting)
{
	return values->of[setting].is_found && setting != SETTING_keys;
}

/* Nothing signed by nobody is all that no key would let through. */
static void refuse_no_key(struct reading *r, const struct document_node *node)
{
	struct diagnostic *d;

	if (r->info != &setting_table[SETTING_keys] || r->value->items.count > 0 ||
	    diag_errors(r->session->all) > 0)
		return;
	d = refuse(r, node->span, "names no key");
	diag_help(r->session->all, d, "leave `keys` out where packs need no signature");
}

static void read_setting(struct reading *r, const struct document_node *node)
{
	struct text where;

	text_init(&where, r->session->arena);
	write_place(&where, r->session->sources, node->span);
	r->value->is_found = true;
	r->value->where = text_str(&where);
	switch (r->info->form) {
	case FORM_PACKS:
	case FORM_PATHS:
		read_paths(r, node);
		refuse_no_key(r, node);
		break;
	case FORM_REPORTS:
	case FORM_PARAMS:
		read_map(r, node);
		break;
	case FORM_WORD:
		read_word(r, node);
		break;
	case FORM_FLAG:
		read_flag(r, node);
		break;
	case FORM_DAY:
		refuse_day(r, node);
	}
}

/* Nothing that a run's verdicts rest on may stand where no reader of the
 * repository sees it. */
static void refuse_ambient(struct reading *r, const struct document_node *key)
{
	struct diagnostic *d = refuse(r, key->key_span,
	    "is taken from a project file or the command line only");

	diag_note(r->session->all, d, "what stands in a user's own file changes "
	    "no verdict and no exit status");
}

bool settings_read(struct session *session, struct str path, bool is_users,
    struct setting_values *values)
{
	struct reading r = { .session = session, .form = { .arena = session->arena,
		.all = session->all, .code = DIAG_E8115, .what = "a project file" } };
	struct form_key keys[SETTING_COUNT] = { 0 };
	struct setting_value unwanted;

	r.folder = project_folder(session->arena, path);
	if (!form_read(&r.form, path))
		return false;
	for (int s = 0; s < SETTING_COUNT; s++)
		keys[s].name = setting_table[s].key;
	form_take(&r.form, &r.form.nodes[0], r.form.what, keys, SETTING_COUNT);
	for (int s = 0; s < SETTING_COUNT; s++) {
		if (!keys[s].found)
			continue;
		unwanted = (struct setting_value){ 0 };
		r.info = &setting_table[s];
		if (is_users && !setting_is_ambient((enum setting_id)s)) {
			refuse_ambient(&r, keys[s].found);
			continue;
		}
		r.value = is_decided(values, s) ? &unwanted : &values->of[s];
		*r.value = unwanted;
		read_setting(&r, keys[s].found);
	}
	return diag_errors(session->all) == 0;
}
