/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/load.h"

#include "base/limits.h"
#include "compiler/find.h"
#include "grammar/parse.h"

struct loader {
	struct arena *arena;
	struct diagnostics *all;
	const struct compile_options *options;
	struct packs *packs;
	struct map *owners;		/* real path: index of its pack, plus one */
	VEC(uint32_t) loading;		/* the packs that use each other, outermost first */
};

static struct pack *pack_at(struct loader *l, uint32_t index)
{
	return &l->packs->list.items[index];
}

/* The pack with the real path REAL, made when it is new. */
static uint32_t pack_of(struct loader *l, struct str path, struct str real,
    struct str module, struct span span)
{
	bool is_new;
	uint32_t *owner = map_at(l->owners, real, &is_new);
	struct pack *pack;

	if (!is_new)
		return *owner - 1;
	pack = VEC_PUSH(l->arena, &l->packs->list);
	pack->path = path;
	pack->real = real;
	pack->module = module;
	pack->span = span;
	pack->name = find_last_part(real);
	pack->is_folder = io_kind_of(real.at) == IO_FOLDER;
	*owner = (uint32_t)l->packs->list.count;
	return *owner - 1;
}

static void add_use(struct loader *l, uint32_t index, struct pack_use use)
{
	*VEC_PUSH(l->arena, &pack_at(l, index)->uses) = use;
}

/* --- files -------------------------------------------------------------- */

/* What the parser said of FILE; few files have any. */
static void keep_faults(struct loader *l, struct pack_file *file)
{
	for (size_t i = 0; i < diag_count(l->all); i++) {
		const struct diagnostic *d = diag_get(l->all, i);

		if (d->span.file == file->file)
			*VEC_PUSH(l->arena, &file->faults) = d->span;
	}
}

static void parse(struct loader *l, uint32_t index, struct str name,
    uint32_t file)
{
	size_t before = diag_errors(l->all);
	struct ast *tree = parse_file(l->arena, l->all, file);
	struct pack_file *added = VEC_PUSH(l->arena,
	    &pack_at(l, index)->files);

	*added = (struct pack_file){ .name = name, .tree = tree,
		.file = file };
	if (diag_errors(l->all) > before)
		keep_faults(l, added);
	if (tree->count == 0 && diag_errors(l->all) == before)
		diag_add(l->all, DIAG_E5007, (struct span){ file, 0, 0 },
		    "this file declares nothing");
}

static void read_file(struct loader *l, uint32_t index, struct found_file at)
{
	struct sources *sources = diagnostics_sources(l->all);
	struct str bytes, why;

	if (!io_read_limited(l->arena, at.path.at, LIMIT_RULE_FILE, &bytes,
	    &why)) {
		struct span span = pack_at(l, index)->span;

		diag_add(l->all, DIAG_E5001, span,
		    "`%.*s` cannot be read: %.*s",
		    STR_ARG(span_is_none(span) ? at.path : at.name),
		    STR_ARG(why));
		l->packs->lost = true;
		return;
	}
	parse(l, index, at.name, source_add(sources, at.path, bytes));
}

/* A file of a folder that is a pack already is used, not read again. */
static void read_file_once(struct loader *l, uint32_t index,
    struct found_file at)
{
	bool is_new;
	uint32_t *owner = map_at(l->owners, at.real, &is_new);

	if (!is_new) {
		struct pack_use use = { .span = SPAN_NONE, .pack = *owner - 1 };

		if (use.pack != index)
			add_use(l, index, use);
		return;
	}
	*owner = index + 1;
	read_file(l, index, at);
}

static void report_files(struct loader *l, uint32_t index,
    enum find_answer answer, struct str why)
{
	struct span span = pack_at(l, index)->span;

	l->packs->lost = true;
	if (answer == FIND_OUTSIDE)
		diag_add(l->all, DIAG_E5006, span,
		    "`%.*s` leads out of its pack", STR_ARG(why));
	else if (answer == FIND_TOO_MANY)
		diag_add(l->all, DIAG_E5010, span,
		    "the pack `%.*s` has more than %llu files (limit `%s`)",
		    STR_ARG(pack_at(l, index)->name),
		    (unsigned long long)limit_get(LIMIT_PACK_FILES),
		    limit_name(LIMIT_PACK_FILES));
	else
		diag_add(l->all, DIAG_E5001, span,
		    "`%.*s` cannot be read", STR_ARG(why));
}

static void read_folder(struct loader *l, uint32_t index)
{
	struct found_files found = { 0 };
	struct str path = pack_at(l, index)->path, why;
	enum find_answer answer = find_files(l->arena, path, &found, &why);

	if (answer != FIND_OK)
		report_files(l, index, answer, why);
	else if (found.list.count == 0)
		diag_add(l->all, DIAG_E5007, pack_at(l, index)->span,
		    "the folder `%.*s` has no .scarp files",
		    STR_ARG(pack_at(l, index)->name));
	for (size_t i = 0; i < found.list.count; i++)
		read_file_once(l, index, found.list.items[i]);
}

static void read_packed(struct loader *l, uint32_t index)
{
	const struct compile_options *o = l->options;
	struct sources *sources = diagnostics_sources(l->all);

	for (size_t i = 0; i < o->packed_count; i++) {
		const struct packed_source *p = &o->packed[i];
		struct str shown = p->name;

		if (!str_equal(p->module, pack_at(l, index)->module))
			continue;
		if (p->module.length)
			shown = io_join(l->arena, p->module, p->name);
		parse(l, index, p->name,
		    source_add(sources, shown, p->bytes));
	}
}

static void read_pack(struct loader *l, uint32_t index)
{
	const struct pack *pack = pack_at(l, index);

	if (l->options->packed)
		read_packed(l, index);
	else if (pack->is_folder)
		read_folder(l, index);
	else
		read_file(l, index, (struct found_file){
		    .path = pack->path, .real = pack->real,
		    .name = arena_printf(l->arena, "%.*s.scarp",
		    STR_ARG(pack->name)) });
}

/* --- use ---------------------------------------------------------------- */

/* A part of a used name is letters, digits, `_` and `-`: it cannot lead out
 * of a folder whatever the file system makes of it. */
static bool is_part(struct str part)
{
	for (size_t i = 0; i < part.length; i++) {
		char c = part.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '_' || c == '-'))
			return false;
	}
	return part.length > 0;
}

static bool is_name(struct str name)
{
	for (;;) {
		size_t dot = str_find(name, '.');

		if (!is_part(str_slice(name, 0, dot)))
			return false;
		if (dot == name.length)
			return true;
		name = str_slice(name, dot + 1, name.length);
	}
}

static bool is_packed_module(struct loader *l, struct str name)
{
	for (size_t i = 0; i < l->options->packed_count; i++)
		if (str_equal(l->options->packed[i].module, name))
			return true;
	return false;
}

/* The folders where INDEX looks for what it uses: its own, then the others. */
static enum find_answer look_for(struct loader *l, uint32_t index,
    struct str name, struct str *path, struct str *real)
{
	struct str own = find_folder_of(l->arena, pack_at(l, index)->real);
	enum find_answer answer;

	if (l->options->packed) {
		*path = *real = name;
		return is_packed_module(l, name) ? FIND_OK : FIND_ABSENT;
	}
	answer = find_pack(l->arena, own, name, path, real);
	for (size_t i = 0; i < l->options->search_count &&
	    answer == FIND_ABSENT; i++)
		answer = find_pack(l->arena,
		    arena_copy(l->arena, l->options->search[i]), name, path,
		    real);
	return answer;
}

static void report_use(struct loader *l, const struct ast *use,
    enum find_answer answer)
{
	struct diagnostic *d;

	if (answer == FIND_OUTSIDE) {
		diag_add(l->all, DIAG_E5006, use->name,
		    "`%.*s` leads out of the folder it was found in",
		    STR_ARG(use->text));
		return;
	}
	if (answer != FIND_ABSENT) {
		diag_add(l->all, DIAG_E5001, use->name,
		    "`%.*s` cannot be read", STR_ARG(use->text));
		return;
	}
	d = diag_add(l->all, DIAG_E5002, use->name, "there is no pack `%.*s`",
	    STR_ARG(use->text));
	for (size_t i = 0; i < l->options->search_count && i < DIAG_HELPS; i++)
		diag_note(l->all, d, "looked in `%.*s`",
		    STR_ARG(l->options->search[i]));
}

/* The whole cycle: a -> b -> a. */
static void report_cycle(struct loader *l, const struct ast *use,
    uint32_t again)
{
	struct text cycle;
	size_t i = 0;

	text_init(&cycle, l->arena);
	while (l->loading.items[i] != again)
		i++;
	for (; i < l->loading.count; i++)
		text_printf(&cycle, "%.*s -> ",
		    STR_ARG(pack_at(l, l->loading.items[i])->name));
	text_add(&cycle, pack_at(l, again)->name);
	diag_add(l->all, DIAG_E5003, use->name, "packs use each other: %.*s",
	    STR_ARG(text_str(&cycle)));
}

static bool find_used(struct loader *l, uint32_t index, const struct ast *use,
    uint32_t *used)
{
	struct str path, real;
	enum find_answer answer;

	if (!is_name(use->text)) {
		diag_add(l->all, DIAG_E5005, use->name,
		    "this is not the name of a pack");
		return false;
	}
	answer = look_for(l, index, use->text, &path, &real);
	if (answer != FIND_OK) {
		report_use(l, use, answer);
		return false;
	}
	*used = pack_of(l, path, real, use->text, use->name);
	return true;
}

static void load(struct loader *l, uint32_t index);

static void use_pack(struct loader *l, uint32_t index, const struct ast *use)
{
	struct pack_use added = { .span = use->span };

	if (!find_used(l, index, use, &added.pack)) {
		l->packs->lost = true;
		return;
	}
	if (pack_at(l, added.pack)->state == PACK_LOADING) {
		report_cycle(l, use, added.pack);
		l->packs->lost = true;
		return;
	}
	if (pack_at(l, added.pack)->state == PACK_NEW &&
	    l->loading.count > limit_get(LIMIT_IMPORT_DEPTH)) {
		diag_add(l->all, DIAG_E5004, use->name,
		    "more than %llu packs use one another (limit `%s`)",
		    (unsigned long long)limit_get(LIMIT_IMPORT_DEPTH),
		    limit_name(LIMIT_IMPORT_DEPTH));
		l->packs->lost = true;
		return;
	}
	if (use->slot[0]) {
		added.alias = use->slot[0]->text;
		added.span = use->slot[0]->span;
	}
	add_use(l, index, added);
	load(l, added.pack);
}

static void use_packs(struct loader *l, uint32_t index)
{
	for (size_t i = 0; i < pack_at(l, index)->files.count; i++) {
		const struct ast *file =
		    pack_at(l, index)->files.items[i].tree;

		for (uint32_t j = 0; j < file->count; j++)
			if (file->items[j]->kind == AST_USE)
				use_pack(l, index, file->items[j]);
	}
}

/* Packs that use packs: as deep as LIMIT_IMPORT_DEPTH. */
static void load(struct loader *l, uint32_t index)
{
	if (pack_at(l, index)->state != PACK_NEW)
		return;
	pack_at(l, index)->state = PACK_LOADING;
	*VEC_PUSH(l->arena, &l->loading) = index;
	read_pack(l, index);
	use_packs(l, index);
	l->loading.count--;
	pack_at(l, index)->state = PACK_LOADED;
}

/* What was asked for: its path and its real one, empty when it is not there. */
struct asked { struct str path, real; };
struct asked_list { VEC(struct asked) at; };

static struct asked ask_for(struct loader *l, struct str path)
{
	struct asked asked = { .path = arena_copy(l->arena, path) };
	struct diagnostic *d;

	if (io_kind_of(asked.path.at) != IO_ABSENT &&
	    io_real_path(l->arena, asked.path.at, &asked.real))
		return asked;
	d = diag_add(l->all, DIAG_E5001, SPAN_NONE,
	    "there is no rule pack at `%.*s`", STR_ARG(path));
	if (str_equal(path, STR("-")))
		diag_help(l->all, d, "a pack is a file or a folder, for what it "
		    "uses is found beside it; only inventories, and `scarp fmt -`, "
		    "come from standard input");
	l->packs->lost = true;
	asked.real = STR("");
	return asked;
}

/* Does a folder that was asked for hold what is at REAL anyway? */
static bool is_held(const struct asked_list *folders, struct str real)
{
	for (size_t i = 0; i < folders->at.count; i++) {
		struct str folder = folders->at.items[i].real, rest;
		bool is_hidden = false;

		if (folder.length >= real.length ||
		    !find_is_inside(real, folder))
			continue;
		rest = str_slice(real, folder.length, real.length);
		for (size_t j = 0; j + 1 < rest.length; j++)
			is_hidden |= rest.at[j] == '/' && rest.at[j + 1] == '.';
		if (!is_hidden)
			return true;
	}
	return false;
}

static void ask_for_all(struct loader *l)
{
	struct asked_list all = { 0 }, folders = { 0 };

	for (size_t i = 0; i < l->options->pack_count; i++) {
		struct asked asked = ask_for(l, l->options->packs[i]);

		if (asked.real.length == 0)
			continue;
		*VEC_PUSH(l->arena, &all.at) = asked;
		if (io_kind_of(asked.real.at) == IO_FOLDER)
			*VEC_PUSH(l->arena, &folders.at) = asked;
	}
	for (size_t i = 0; i < all.at.count; i++)
		if (!is_held(&folders, all.at.items[i].real))
			pack_of(l, all.at.items[i].path, all.at.items[i].real,
			    STR(""), SPAN_NONE);
}

void packs_load(struct arena *arena, struct diagnostics *all,
    const struct compile_options *options, struct packs *packs)
{
	struct loader loader = {
		.arena = arena, .all = all, .options = options,
		.packs = packs, .owners = map_new(arena),
	};
	size_t asked;

	if (options->packed) {
		uint32_t root = pack_of(&loader, STR(""), STR(""), STR(""),
		    SPAN_NONE);

		pack_at(&loader, root)->name = options->packed_name;
	} else {
		ask_for_all(&loader);
	}
	asked = packs->list.count;
	for (uint32_t i = 0; i < asked; i++)
		load(&loader, i);
}
