/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scarp watch: what each change of the files does to the verdicts, until it is
 * interrupted.
 *
 * The kernel says when a name changes.  Once nothing more comes for a moment,
 * the inventory is read again, and the rules when one of their files changed;
 * what cannot be read as it stands changes nothing.
 */
#include <unistd.h>

#include "base/io.h"
#include "base/watch.h"
#include "cli/generation.h"
#include "cli/project.h"
#include "cli/terminal.h"
#include "report/json.h"
#include "vm/scalar.h"

/* So long nothing may come, so that what is saved together is read together. */
#define QUIET_MILLISECONDS 8

struct watching {
	struct session *session;
	struct watch *watch;
	struct ruleset *rules;
	struct generation *now;
	bool is_broken;			/* the files as they stand cannot be read */
	bool lines;			/* --format ndjson */
	int status;			/* of the verdicts */
	int64_t left;			/* changes to be told; below 0: all */
	bool is_trying;			/* what cannot be watched is let be */
	bool news, rule_news;		/* since the last reading */
};

static bool put(struct watching *w, const struct text *out)
{
	struct session session = *w->session;

	session.arena = out->arena;	/* a watch has no end, this text has */
	return session_put(&session, STR("-"), text_str(out));
}

/* --- what is told --------------------------------------------------------- */

static struct json begin_line(struct text *out, const char *type)
{
	struct json j = { .out = out, .one_line = true };

	json_open(&j, '{');
	json_member_word(&j, "type", type);
	return j;
}

static void end_line(struct json *j)
{
	json_close(j, '}');
	text_add_char(j->out, '\n');
}

static bool tell_start(struct watching *w, const struct report *report)
{
	size_t files = w->now->graph->inputs.count;
	struct text out;

	text_init(&out, report->arena);
	if (w->lines) {
		struct json j = begin_line(&out, "start");

		json_member_count(&j, "files", files);
		report_json_summary(&j, report);
		end_line(&j);
	} else {
		report_text_counts(report, &out);
		text_printf(&out, "watching %.*s and the rules\n",
		    STR_ARG(text_count(report->arena, files, "file")));
	}
	return put(w, &out);
}

/* Files that were read and are other ones now, or are not there any more. */
static void find_others(const struct graph *a, const struct graph *b, bool gone,
    struct arena *arena, struct str **names, size_t *count)
{
	for (size_t i = 0; i < a->inputs.count; i++) {
		const struct graph_input *input = &a->inputs.items[i];
		bool found = false, same = false;

		for (size_t k = 0; k < b->inputs.count; k++)
			if (str_equal(b->inputs.items[k].path, input->path)) {
				found = true;
				same = str_equal(b->inputs.items[k].sha256, input->sha256);
			}
		if (gone ? found : same)
			continue;
		(*names)[(*count)++] = arena_copy(arena, input->path);
	}
}

static size_t changed_files(struct arena *arena, const struct generation *former,
    const struct generation *now, struct str **names)
{
	size_t count = 0;

	*names = ARENA_ARRAY(arena, struct str, former->graph->inputs.count +
	    now->graph->inputs.count);
	find_others(now->graph, former->graph, false, arena, names, &count);
	find_others(former->graph, now->graph, true, arena, names, &count);
	return count;
}

static void print_counts(const struct diff *diff, struct text *out)
{
	const char *before = ": ";

	for (int c = 0; c < DIFF_UNCHANGED; c++) {
		const char *word = diff_class_text((enum diff_class)c);

		if (diff->counts[c] == 0)
			continue;
		text_printf(out, "%s%llu ", before, (unsigned long long)diff->counts[c]);
		for (; *word; word++)
			text_add_char(out, *word == '_' ? ' ' : *word);
		before = ", ";
	}
	text_add(out, *before == ':' ? STR(": no verdict changed\n") : STR("\n"));
}

static void print_change(struct watching *w, struct str *names, size_t count,
    const struct diff *diff, const struct report *report, struct text *out)
{
	text_add_char(out, '\n');
	for (size_t i = 0; i < count && i < 3; i++) {
		text_add(out, i ? STR(", ") : STR(""));
		text_add_visible(out, names[i]);
	}
	if (count > 3)
		text_printf(out, " and %zu more", count - 3);
	text_add(out, count ? STR(" changed") : w->rule_news ? STR("rules changed") :
	    STR("the files can be read again"));
	print_counts(diff, out);
	diff_text_changes(diff, out, session_colour(w->session),
	    session_width(w->session), ~0u);
	if (diff->changes.count)
		text_add_char(out, '\n');
	report_text_counts(report, out);
}

static void write_change(struct watching *w, struct str *names, size_t count,
    const struct diff *diff, const struct report *report, struct text *out)
{
	struct json j = begin_line(out, "change");

	json_member_open(&j, "files", '[');
	for (size_t i = 0; i < count; i++)
		json_text(&j, names[i]);
	json_close(&j, ']');
	json_name(&j, "rules");
	json_bool(&j, w->rule_news);
	json_member_open(&j, "diff", '{');
	diff_json_changes(diff, &j);
	json_close(&j, '}');
	report_json_summary(&j, report);
	end_line(&j);
}

static void tell_figures(struct watching *w, const struct generation *g)
{
	const struct kept_figures *f = &g->figures;

	if (w->session->arguments->given[OPTION_VERBOSE] && g->delta && !f->whole)
		session_tell(w->session, arena_printf(g->session.arena, "scarp: %llu of %llu "
		    "instructions, %llu of %llu rows evaluated\n",
		    (unsigned long long)f->instructions,
		    (unsigned long long)f->all_instructions,
		    (unsigned long long)f->rows, (unsigned long long)f->all_rows));
}

static bool tell_change(struct watching *w, const struct generation *former)
{
	struct arena *arena = arena_new_in(w->session->arena);
	struct report_policy policy = session_policy(w->session);
	struct report *report;
	struct str *names;
	size_t count = changed_files(arena, former, w->now, &names);
	struct diff *diff = generation_diff(arena, former, w->now, &report);
	struct text out;
	bool is_written;

	text_init(&out, arena);
	w->status = report_judge(report, &policy);
	report->width = session_width(w->session);
	(w->lines ? write_change : print_change)(w, names, count, diff, report, &out);
	is_written = put(w, &out);
	tell_figures(w, w->now);
	arena_free(arena);
	return is_written;
}

static bool tell_broken(struct watching *w)
{
	struct arena *arena = arena_new_in(w->session->arena);
	struct text out;
	bool is_written;

	text_init(&out, arena);
	if (w->lines) {
		struct json j = begin_line(&out, "error");

		end_line(&j);
	} else {
		text_add(&out, STR("\nthe files cannot be read as they stand: verdicts are "
		    "still those of before\n"));
	}
	is_written = put(w, &out);
	arena_free(arena);
	return is_written;
}

/* --- folders -------------------------------------------------------------- */

static struct str folder_of(struct arena *arena, struct str path)
{
	size_t end = path.length;

	while (end > 0 && path.at[end - 1] != '/')
		end--;
	return end ? arena_copy(arena, str_slice(path, 0, end)) : STR(".");
}

static bool add_folder(struct watching *w, struct str folder)
{
	struct str why;

	if (watch_add(w->watch, folder, &why) || w->is_trying)
		return true;
	session_refuse(w->session, DIAG_E8579, "cannot watch `%.*s`: %.*s",
	    STR_ARG(folder), STR_ARG(why));
	return false;
}

/* A folder with those in it, as they are read. */
static bool add_tree(struct watching *w, struct arena *arena, struct str path)
{
	VEC(struct str) pending = { 0 };

	*VEC_PUSH(arena, &pending) = arena_copy(arena, path);
	while (pending.count > 0) {
		struct str folder = pending.items[--pending.count], *names, why;
		size_t count;

		if (!add_folder(w, folder))
			return false;
		if (!io_list(arena, folder.at, &names, &count, &why)) {
			if (w->is_trying)
				continue;
			session_refuse(w->session, DIAG_E8579,
			    "cannot watch `%.*s`: %.*s", STR_ARG(folder),
			    STR_ARG(why));
			return false;
		}
		for (size_t i = 0; i < count; i++) {
			struct str inner = io_join(arena, folder, names[i]);

			if (names[i].at[0] != '.' && io_kind_of(inner.at) == IO_FOLDER)
				*VEC_PUSH(arena, &pending) = inner;
		}
	}
	return true;
}

static bool add_path(struct watching *w, struct arena *arena, struct str path)
{
	struct str real;

	path = arena_copy(arena, path);
	if (io_kind_of(path.at) == IO_FOLDER)
		return add_tree(w, arena, path);
	/* Where a link is, and what it leads to. */
	return add_folder(w, folder_of(arena, path)) &&
	    (!io_real_path(arena, path.at, &real) || add_folder(w, folder_of(arena, real)));
}

static bool add_all(struct watching *w)
{
	const struct session_inputs *inputs = &w->rules->inputs;
	const struct sources *sources = w->rules->session.sources;
	struct arena *arena = arena_new_in(w->session->arena);
	bool added = true;

	for (size_t i = 0; i < inputs->inventories.count && added; i++)
		added = add_path(w, arena, inputs->inventories.items[i]);
	for (size_t i = 0; i < inputs->packs.count && added; i++)
		added = add_path(w, arena, inputs->packs.items[i]);
	for (uint32_t f = 0; f < sources_count(sources) && added; f++)
		if (io_kind_of(source_name(sources, f).at) == IO_FILE)
			added = add_path(w, arena, source_name(sources, f));
	arena_free(arena);
	return added;
}

/* --- changes -------------------------------------------------------------- */

static bool names_file(struct str path, struct str name)
{
	return str_ends(path, name) && (path.length == name.length ||
	    path.at[path.length - name.length - 1] == '/');
}

static bool is_named(const struct watching *w, struct str name)
{
	const struct session_inputs *inputs = &w->rules->inputs;

	for (size_t i = 0; i < inputs->inventories.count; i++)
		if (names_file(inputs->inventories.items[i], name))
			return true;
	return false;
}

/* Of the rules, and of what they were compiled with, such as waivers. */
static bool is_of_rules(const struct watching *w, struct str name)
{
	const struct sources *sources = w->rules->session.sources;

	for (uint32_t f = 0; f < sources_count(sources); f++)
		if (names_file(source_name(sources, f), name))
			return true;
	return find_is_source(name) || find_is_compiled(name);
}

static bool is_of_inventory(struct watching *w, struct str folder, struct str name)
{
	struct str path = io_join(w->now->session.arena, folder, name);

	return inventory_is_named(name) || inventory_is_packed(name) || is_named(w, name) || io_kind_of(path.at) == IO_FOLDER ||
	    (str_find(name, '.') == name.length && io_kind_of(path.at) == IO_ABSENT);
}

static void note_changes(struct watching *w)
{
	struct str folder, name;

	while (watch_next(w->watch, &folder, &name)) {
		if (name.length && name.at[0] == '.')
			continue;
		if (name.length && is_of_rules(w, name))
			w->rule_news = true;
		else if (name.length == 0 || is_of_inventory(w, folder, name))
			w->news = true;
	}
}

static bool is_same(const struct generation *a, const struct generation *b)
{
	const struct graph *x = a->graph, *y = b->graph;

	if (a->rules != b->rules || x->inputs.count != y->inputs.count)
		return false;
	for (size_t i = 0; i < x->inputs.count; i++)
		if (!str_equal(x->inputs.items[i].path, y->inputs.items[i].path) ||
		    !str_equal(x->inputs.items[i].sha256, y->inputs.items[i].sha256))
			return false;
	return true;
}

static bool tell_broken_once(struct watching *w)
{
	w->is_broken = true;
	return tell_broken(w);
}

/* What is there now takes the place of what was.  False: nothing more can be
 * told. */
static bool take(struct watching *w, struct ruleset *rules, struct generation *now)
{
	struct generation *former = w->now;
	bool is_told = true;

	if (is_same(former, now) && !w->is_broken) {
		generation_end(now);
		return true;
	}
	w->now = now;
	is_told = tell_change(w, former);
	w->is_broken = false;
	w->left -= w->left > 0;
	generation_end(former);
	if (rules != w->rules)
		ruleset_end(w->rules);
	w->rules = rules;
	return is_told && add_all(w);
}

/* New folders are watched before they are read: what comes between is news.
 * What is away for a moment is told by who reads it. */
static void add_new(struct watching *w)
{
	w->is_trying = true;
	add_all(w);
	w->is_trying = false;
}

static bool read_again(struct watching *w)
{
	struct ruleset *rules;
	struct generation *now;
	bool is_told;

	add_new(w);
	rules = w->rule_news ? ruleset_read(w->session) : w->rules;
	now = rules ? generation_read(w->session, rules, w->now) : NULL;
	if (now) {
		is_told = take(w, rules, now);
	} else {
		if (rules && rules != w->rules)
			ruleset_end(rules);
		/* New rules are wanted still. */
		w->news = false;
		return tell_broken_once(w);
	}
	w->news = w->rule_news = false;
	return is_told;
}

/* --- the verb ------------------------------------------------------------- */

static enum watch_answer wait_for_news(struct watching *w, struct str *why)
{
	enum watch_answer answer = watch_wait(w->watch, -1, why);

	while (answer == WATCH_CHANGE) {
		note_changes(w);
		answer = watch_wait(w->watch, QUIET_MILLISECONDS, why);
	}
	return answer;
}

static int finish(struct watching *w, bool is_told)
{
	struct text out;

	if (!is_told)
		return STATUS_UNTRUSTED;
	if (w->is_broken)
		w->status = STATUS_UNTRUSTED;
	if (!w->lines)
		return w->status;
	text_init(&out, w->now->session.arena);
	{
		struct json j = begin_line(&out, "end");

		json_member_count(&j, "status", (uint64_t)w->status);
		end_line(&j);
	}
	return put(w, &out) ? w->status : STATUS_UNTRUSTED;
}

static int loop(struct watching *w)
{
	bool is_told = true;

	while (is_told && w->left != 0) {
		struct str why;
		enum watch_answer answer = wait_for_news(w, &why);

		if (answer == WATCH_END)
			break;
		if (answer == WATCH_FAILED)
			return session_fail(w->session, "cannot watch: %.*s",
			    STR_ARG(why));
		if (w->news || w->rule_news)
			is_told = read_again(w);
	}
	return finish(w, is_told);
}

static int start(struct watching *w)
{
	struct report_policy policy = session_policy(w->session);
	struct arena *arena = arena_new_in(w->session->arena);
	struct report *report;
	bool is_told;

	add_new(w);
	w->now = generation_read(w->session, w->rules, NULL);
	if (!w->now || !add_all(w))
		return STATUS_UNTRUSTED;
	report = generation_report(w->now, arena);
	w->status = report_judge(report, &policy);
	report->width = session_width(w->session);
	is_told = tell_start(w, report);
	arena_free(arena);
	return is_told ? loop(w) : STATUS_UNTRUSTED;
}

static bool names_what_changes(struct session *session, const struct session_inputs *inputs)
{
	if (inputs->packs.count == 0) {
		session_needs_pack(session, "");
		return false;
	}
	if (inputs->inventories.count == 0) {
		session_refuse(session, DIAG_E8574, "nothing to watch is "
		    "named\n"
		    "name the inventory that is to be watched");
		return false;
	}
	for (size_t i = 0; i < inputs->inventories.count; i++)
		if (str_equal(inputs->inventories.items[i], STR("-"))) {
			session_refuse(session, DIAG_E8575,
			    "standard input cannot be watched\n"
			    "name files or folders");
			return false;
		}
	return true;
}

int verb_watch(struct session *session)
{
	struct watching w = { .session = session, .left = -1,
		.lines = argument_is(session->arguments, OPTION_WATCH_FORMAT, "ndjson") };
	struct session_inputs inputs;
	struct str why;

	session_inputs(session, &inputs);
	if (!names_what_changes(session, &inputs))
		return STATUS_UNTRUSTED;
	scalar_read_int(argument(session->arguments, OPTION_CHANGES, "-1"), &w.left);
	session_crew(session);
	w.watch = watch_new(session->arena, &why);
	if (!w.watch)
		return session_fail(session, "cannot watch: %.*s",
		    STR_ARG(why));
	w.rules = ruleset_read(session);
	return w.rules ? start(&w) : STATUS_UNTRUSTED;
}
