/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/diag_json.h"
#include "base/crew.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/visible.h"
#include "base/where.h"
#include "base/wrap.h"
#include "cli/signature.h"
#include "cli/terminal.h"
#include "report/doubt.h"
#include "report/waivers.h"
#include "vm/container.h"
#include "vm/scalar.h"
#include "vm/verify.h"

bool session_colour(const struct session *session)
{
	return !session->arguments->given[OPTION_OUTPUT] &&
	    terminal_colours(session, STDOUT_FILENO);
}

unsigned session_width(const struct session *session)
{
	return terminal_width(session->arguments->given[OPTION_OUTPUT] ? -1
	    : STDOUT_FILENO);
}

bool session_draws(const struct session *session)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	(void)session;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *locale = getenv(names[i]);

		if (locale && *locale)
			return strstr(locale, "UTF-8") || strstr(locale, "utf8");
	}
	return false;
}

static bool is_same_file(struct session *session, struct str real, struct str path)
{
	struct str other;

	return io_real_path(session->arena, arena_copy(session->arena, path).at,
	    &other) && str_equal(real, other);
}

/* What was read is not written over. */
static bool is_input(struct session *session, struct str path)
{
	const struct arguments *arguments = session->arguments;
	struct str real;
	bool found = false;

	if (str_equal(path, STR("-")) ||
	    !io_real_path(session->arena, path.at, &real))
		return false;
	for (uint32_t i = 0; !found && i < sources_count(session->sources); i++)
		found = is_same_file(session, real,
		    source_name(session->sources, i));
	for (size_t i = 0; !found && i < arguments->operands.count; i++)
		found = is_same_file(session, real, arguments->operands.items[i]);
	for (size_t i = 0; !found && i < arguments->values[OPTION_PACK].count; i++)
		found = is_same_file(session, real,
		    arguments->values[OPTION_PACK].items[i]);
	return found;
}

struct crew *session_crew(struct session *session)
{
	int64_t jobs = crew_processors();

	scalar_read_int(argument(session->arguments, OPTION_JOBS, ""), &jobs);
	if (!session->crew)
		session->crew = crew_new(session->arena, (unsigned)jobs);
	return session->crew;
}

struct session_output {
	struct session *session;
	struct str path, why;
	struct io_file *file;		/* NULL: not to be written, for WHY */
};

struct session_output *session_open(struct session *session, struct str path)
{
	struct session_output *output = ARENA_NEW(session->arena, struct session_output);

	output->session = session;
	output->path = arena_copy(session->arena, path);
	if (is_input(session, output->path))
		output->why = STR("it is one of the files that were read");
	else if (!io_start(session->arena, output->path.at, &output->file, &output->why))
		output->file = NULL;
	/* A pipe may end on the same terminal: there is no telling. */
	if (!output->file || !io_is_plain(output->file))
		progress_stop();
	return output;
}

void session_add(struct session_output *output, struct str bytes)
{
	if (output->file)
		io_add(output->file, bytes);
}

bool session_close(struct session_output *output)
{
	if (output->file && io_end(output->file, &output->why))
		return true;
	if (str_equal(output->path, STR("-")))
		session_refuse(output->session, DIAG_E8579, "cannot write to standard "
		    "output: %.*s", STR_ARG(output->why));
	else
		session_refuse(output->session, DIAG_E8579, "cannot write `%.*s`: %.*s",
		    STR_ARG(output->path), STR_ARG(output->why));
	return false;
}

bool session_put(struct session *session, struct str path, struct str bytes)
{
	struct session_output *output = session_open(session, path);

	session_add(output, bytes);
	return session_close(output);
}

unsigned session_percent(const struct session *session, unsigned fallback)
{
	int64_t percent;

	if (!session->arguments->given[OPTION_AT_LEAST] ||
	    !scalar_read_int(argument(session->arguments, OPTION_AT_LEAST, ""), &percent))
		return fallback;
	return (unsigned)percent;
}

bool session_rule_files(struct session *session, struct str folder,
    struct found_files *found)
{
	struct str why;

	switch (find_files(session->arena, folder, found, &why)) {
	case FIND_OK:
		if (found->list.count > 0)
			return true;
		session_refuse(session, DIAG_E8579, "the folder `%.*s` has no "
		    ".scarp files", STR_ARG(folder));
		break;
	case FIND_OUTSIDE:
		session_refuse(session, DIAG_E8579, "`%.*s` leads out of the "
		    "folder `%.*s`", STR_ARG(why), STR_ARG(folder));
		break;
	case FIND_TOO_MANY:
		session_refuse(session, DIAG_E8579, "`%.*s` holds more than "
		    "%.*s", STR_ARG(folder), STR_ARG(text_count(session->arena,
		    limit_get(LIMIT_PACK_FILES), "rule file")));
		break;
	case FIND_ABSENT:
	case FIND_UNREADABLE:
		session_refuse(session, DIAG_E8579, "cannot read `%.*s`",
		    STR_ARG(why));
		break;
	}
	return false;
}

void session_fold(struct session *session, struct text *out,
    const struct text *lines)
{
	wrap_lines(session->arena, out, text_str(lines), session_width(session), 4);
}

bool session_write(struct session *session, const struct text *text)
{
	return session_put(session, argument(session->arguments,
	    OPTION_OUTPUT, "-"), text_str(text));
}

static bool is_rule_file(struct str path)
{
	return find_is_source(path) || find_is_compiled(path);
}

static bool holds_rules(struct session *session, const char *folder)
{
	struct str *names, why;
	size_t count;

	if (!io_list(session->arena, folder, &names, &count, &why))
		return false;
	for (size_t i = 0; i < count; i++)
		if (find_is_source(names[i]))
			return true;
	return false;
}

/* Said after the errors, where a pack of no such name is asked for. */
static void tell_installed(struct session *session, struct str folder)
{
	struct str *names, why;
	struct text list;
	size_t count;

	if (!io_list(session->arena, folder.at, &names, &count, &why))
		return;
	text_init(&list, session->arena);
	for (size_t i = 0; i < count; i++)
		if (io_kind_of(io_join(session->arena, folder,
		    names[i]).at) == IO_FOLDER)
			text_printf(&list, "%s`%.*s`", list.length ? ", " : "",
			    STR_ARG(names[i]));
	if (list.length)
		diag_close(session->all, "packs that come with scarp: %.*s",
		    STR_ARG(text_str(&list)));
}

/* "cm2007" stands for an installed pack when there is no such path. */
static struct str installed_pack(struct session *session, struct str name)
{
	struct str folder, found;

	if (name.length == 0 || str_equal(name, STR("-")) ||
	    io_kind_of(arena_copy(session->arena, name).at) != IO_ABSENT ||
	    memchr(name.at, '/', name.length) ||
	    !where_is(session->arena, "rules", &folder))
		return name;
	found = io_join(session->arena, folder, name);
	if (io_kind_of(found.at) == IO_FOLDER)
		return found;
	if (!is_rule_file(name))
		tell_installed(session, folder);
	return name;
}

void session_packs(struct session *session, enum option option,
    struct session_inputs *inputs)
{
	const struct arguments *arguments = session->arguments;

	for (size_t i = 0; i < arguments->values[option].count; i++)
		*VEC_PUSH(session->arena, &inputs->packs) =
		    installed_pack(session, arguments->values[option].items[i]);
}

void session_pack_operands(struct session *session, struct session_inputs *inputs)
{
	const struct arguments *arguments = session->arguments;

	memset(inputs, 0, sizeof(*inputs));
	for (size_t i = 0; i < arguments->operands.count; i++)
		*VEC_PUSH(session->arena, &inputs->packs) =
		    installed_pack(session, arguments->operands.items[i]);
	if (!arguments->is_set[OPTION_PACK] || arguments->operands.count == 0)
		session_packs(session, OPTION_PACK, inputs);
}

static bool is_pack(struct session *session, struct str path)
{
	return is_rule_file(path) ||
	    (io_kind_of(path.at) == IO_FOLDER && holds_rules(session, path.at));
}

static bool has_pack_operand(struct session *session)
{
	const struct arguments *arguments = session->arguments;

	for (size_t i = 0; i < arguments->operands.count; i++)
		if (is_pack(session, arena_copy(session->arena,
		    arguments->operands.items[i])))
			return true;
	return false;
}

static bool holds_inventory(struct session *session, struct str folder)
{
	struct str *names, why;
	size_t count;

	if (io_kind_of(folder.at) != IO_FOLDER ||
	    !io_list(session->arena, folder.at, &names, &count, &why))
		return false;
	for (size_t i = 0; i < count; i++)
		if (inventory_is_named(names[i]))
			return true;
	return false;
}

/* Behind `--pack` an inventory is meant, and a rule file in its folder makes a
 * pack of it: what it says of the site must not be lost so. */
static bool is_doubtful(struct session *session, struct str pack)
{
	const struct arguments *arguments = session->arguments;
	struct diagnostic *d;

	if (arguments->verb == VERB_profile || !arguments->given[OPTION_PACK] ||
	    arguments->is_set[OPTION_PACK] || !holds_inventory(session, pack))
		return false;
	d = diag_add(session->all, DIAG_E8562, SPAN_NONE, "`%.*s` holds rule files, "
	    "so it is a pack, and files of an inventory, which would not be read",
	    STR_ARG(pack));
	diag_help(session->all, d, "give a pack by `--pack`; of an inventory, name the "
	    "files, or keep rules and waivers in another folder");
	return true;
}

void session_inputs(struct session *session, struct session_inputs *inputs)
{
	const struct arguments *arguments = session->arguments;

	memset(inputs, 0, sizeof(*inputs));
	/* A pack among the operands takes the place of those of a file. */
	if (!arguments->is_set[OPTION_PACK] || !has_pack_operand(session))
		session_packs(session, OPTION_PACK, inputs);
	for (size_t i = 0; i < arguments->operands.count; i++) {
		struct str path = arena_copy(session->arena, arguments->operands.items[i]);

		if (is_pack(session, path) && !is_doubtful(session, path))
			*VEC_PUSH(session->arena, &inputs->packs) = path;
		else
			*VEC_PUSH(session->arena, &inputs->inventories) = path;
	}
	for (size_t i = 0; arguments->operands.count == 0 &&
	    i < arguments->inventories.count; i++)
		*VEC_PUSH(session->arena, &inputs->inventories) =
		    arguments->inventories.items[i];
}

static bool verified(struct session *session, struct program *program)
{
	struct str why;

	if (program_verify(session->arena, program, &why))
		return true;
	session_fail(session, "this is a fault of scarp, not yours: the "
	    "compiler made a program that is refused: %.*s", STR_ARG(why));
	return false;
}

bool session_compile_rule(struct session *session, const struct tree *tree,
    uint32_t rule, struct session_pack *pack)
{
	*pack = (struct session_pack){ .tree = ARENA_NEW(session->arena, struct tree) };
	*pack->tree = *tree;
	pack->tree->rules.items += rule;
	pack->tree->rules.count = pack->tree->rules.capacity = 1;
	pack->program = compile_program(session->arena, pack->tree);
	return pack->program && verified(session, pack->program);
}

/* Positions in a container count its own sources, whatever else was read in
 * the run that made it. */
static struct program *renumber(struct session *session, const struct program *program,
    const uint32_t *numbers)
{
	struct program *copy = ARENA_NEW(session->arena, struct program);

	*copy = *program;
	copy->spans.items = ARENA_ARRAY(session->arena, struct span, program->spans.count);
	for (size_t i = 0; i < program->spans.count; i++) {
		copy->spans.items[i] = program->spans.items[i];
		if (!span_is_none(copy->spans.items[i]))
			copy->spans.items[i].file = numbers[copy->spans.items[i].file];
	}
	return copy;
}

struct str session_container(struct session *session, const struct session_pack *pack)
{
	const struct tree *tree = pack->tree;
	uint32_t *numbers = ARENA_ARRAY(session->arena, uint32_t,
	    sources_count(session->sources));
	VEC(struct packed_source) all = { 0 };
	struct container container = {
		.pack_id = tree->packs.items[0].id,
		.pack_version = tree->packs.items[0].version,
		.profile = pack->profile, .settings = pack->settings,
		.setting_count = pack->setting_count,
	};

	for (size_t p = 0; p < tree->packs.count; p++) {
		const struct pack_info *from = &tree->packs.items[p];

		for (uint32_t f = 0; f < from->file_count; f++) {
			numbers[from->files[f]] = (uint32_t)all.count;
			*VEC_PUSH(session->arena, &all) = (struct packed_source){
				.module = from->module, .name = from->names[f],
				.bytes = source_bytes(session->sources, from->files[f]) };
		}
	}
	container.sources = all.items;
	container.source_count = (uint32_t)all.count;
	container.program = renumber(session, pack->program, numbers);
	return container_write(session->arena, &container);
}

/* What is compiled is so for one profile and one value of each param. */
static bool allows_choice(struct session *session, struct str path)
{
	const bool *given = session->arguments->given;

	if (!given[OPTION_PROFILE] && !given[OPTION_SET_PARAM])
		return true;
	session_refuse(session, DIAG_E8575, "`%.*s` is compiled for one "
	    "profile and its params\n"
	    "build it again with `scarp build %s ...`", STR_ARG(path),
	    given[OPTION_PROFILE] ? "--profile" : "--set-param");
	return false;
}

static void choose_waivers(struct session *session, struct compile_options *options)
{
	options->waivers = session->arguments->values[OPTION_WAIVERS].items;
	options->waiver_count = session->arguments->values[OPTION_WAIVERS].count;
}

static void choose_rules(struct session *session, struct compile_options *options)
{
	static const enum option from[CHOICE_KINDS] = {
		[CHOICE_RULE] = OPTION_RULE, [CHOICE_TAG] = OPTION_TAG,
		[CHOICE_SEVERITY] = OPTION_SEVERITY,
		[CHOICE_FRAMEWORK] = OPTION_FRAMEWORK,
	};

	for (int k = 0; k < CHOICE_KINDS; k++)
		options->choices[k] = (struct rule_choice){
			session->arguments->values[from[k]].items,
			session->arguments->values[from[k]].count };
}

bool session_chooses(const struct session *session)
{
	const bool *given = session->arguments->given;

	return given[OPTION_RULE] || given[OPTION_TAG] || given[OPTION_SEVERITY] ||
	    given[OPTION_FRAMEWORK];
}

/* A compiled pack, once it is known to be whole, for a part of its rules. */
static bool open_part(struct session *session, struct compile_options *options,
    struct session_pack *pack)
{
	choose_rules(session, options);
	pack->tree = compile_check(session->arena, session->all, options);
	pack->program = pack->tree ? compile_program(session->arena, pack->tree) : NULL;
	return pack->program && verified(session, pack->program);
}

/* The signature comes first: nobody's bytes are looked into. */
bool session_container_read(struct session *session, struct str path,
    struct container *container, struct str *bytes, struct signer *signer)
{
	struct str why;

	if (!io_read_limited(session->arena, arena_copy(session->arena, path).at,
	    LIMIT_BYTECODE_FILE, bytes, &why)) {
		session_refuse(session, DIAG_E8580, "%.*s: refused: %.*s",
		    STR_ARG(path), STR_ARG(why));
		return false;
	}
	if (!signature_check(session, path, *bytes, signer))
		return false;
	if (container_read(session->arena, *bytes, container, &why))
		return true;
	session_refuse(session, DIAG_E8580, "%.*s: refused: %.*s",
	    STR_ARG(path), STR_ARG(why));
	return false;
}

/* A .scarpc: verified as it stands, then compared with what its own source
 * gives, byte for byte; the checked tree comes from that source. */
static bool open_container(struct session *session, struct str path,
    struct session_pack *pack)
{
	struct compile_options options = { 0 };
	struct container container = { 0 };
	struct str bytes, again;

	if (!allows_choice(session, path))
		return false;
	if (!session_container_read(session, path, &container, &bytes,
	    &pack->signer))
		return false;
	pack->profile = options.profile = container.profile;
	options.settings = pack->settings = container.settings;
	options.setting_count = pack->setting_count = container.setting_count;
	options.packed = container.sources;
	options.packed_count = container.source_count;
	options.packed_name = container.pack_id;
	choose_waivers(session, &options);
	pack->tree = compile_check(session->arena, session->all, &options);
	if (!pack->tree)
		return false;
	pack->program = compile_program(session->arena, pack->tree);
	if (!pack->program)
		return false;
	again = session_container(session, pack);
	if (!str_equal(again, bytes)) {
		session_refuse(session, DIAG_E8580, "%.*s: refused: its "
		    "bytecode is not what its source compiles to\n"
		    "build it again from a source you trust", STR_ARG(path));
		return false;
	}
	return verified(session, pack->program) && (!session_chooses(session) ||
	    open_part(session, &options, pack));
}

bool session_compile(struct session *session, const struct str *packs,
    size_t count, bool with_program, struct session_pack *pack)
{
	struct compile_options options = { .packs = packs, .pack_count = count };
	VEC(struct str) search = { 0 };
	struct str stdlib;

	memset(pack, 0, sizeof(*pack));
	progress_say(session, "compiling");
	if (count == 1 && find_is_compiled(packs[0]))
		return open_container(session, packs[0], pack);
	for (size_t i = 0; i < count; i++) {
		if (find_is_compiled(packs[i])) {
			session_refuse(session, DIAG_E8575, "`%.*s` is "
			    "compiled and stands alone\n"
			    "give the packs' sources to combine them",
			    STR_ARG(packs[i]));
			return false;
		}
		if (!signature_allows_source(session, packs[i]))
			return false;
	}
	for (size_t i = 0; i < session->arguments->values[OPTION_SEARCH].count; i++)
		*VEC_PUSH(session->arena, &search) =
		    session->arguments->values[OPTION_SEARCH].items[i];
	if (where_is(session->arena, "stdlib", &stdlib))
		*VEC_PUSH(session->arena, &search) = stdlib;
	options.search = search.items;
	options.search_count = search.count;
	options.profile = pack->profile = argument(session->arguments, OPTION_PROFILE, "");
	options.settings = pack->settings = session->arguments->values[OPTION_SET_PARAM].items;
	options.setting_count = pack->setting_count =
	    session->arguments->values[OPTION_SET_PARAM].count;
	choose_waivers(session, &options);
	choose_rules(session, &options);
	pack->tree = compile_check(session->arena, session->all, &options);
	if (!pack->tree || !with_program)
		return pack->tree != NULL;
	pack->program = compile_program_with(session->arena, pack->tree,
	    (struct plan_options){
		.unoptimised = session->arguments->given[OPTION_UNOPTIMISED] });
	return pack->program && verified(session, pack->program);
}

/* `today` is the one place where the clock is read, and only when asked. */
static bool read_as_of(struct session *session, struct inventory_options *options)
{
	struct str value = argument(session->arguments, OPTION_AS_OF, "");

	if (!session->arguments->given[OPTION_AS_OF])
		return true;
	options->has_as_of = true;
	if (str_equal(value, STR("today"))) {
		options->as_of = (int64_t)(time(NULL) / 86400);
		return true;
	}
	if (scalar_read_date(value, &options->as_of))
		return true;
	session_refuse(session, DIAG_E8573, "`--as-of` takes no `%.*s`\n"
	    "write a date such as 2026-12-31, or `today`", STR_ARG(value));
	return false;
}

bool session_inventory_options(struct session *session, const struct tree *tree,
    struct inventory_options *options)
{
	struct str least = argument(session->arguments, OPTION_LEAST_GRADE, "inferred");

	memset(options, 0, sizeof(*options));
	progress_say(session, "reading the inventory");
	for (int g = 0; g < GRADE_COUNT; g++)
		if (str_equal(least, str_of(grade_text((enum grade)g))))
			options->least = (enum grade)g;
	options->no_defaults = session->arguments->given[OPTION_NO_DEFAULTS];
	options->strict_mapping = session->arguments->given[OPTION_STRICT_MAPPING];
	options->mappings = tree->mappings.items;
	options->mapping_count = tree->mappings.count;
	options->crew = session_crew(session);
	return read_as_of(session, options);
}

bool session_dates_waivers(struct session *session, const struct tree *tree,
    const struct inventory_options *options)
{
	return session->arguments->given[OPTION_IGNORE_WAIVERS] ||
	    waivers_have_date(session->all, tree, options->has_as_of);
}

void session_left(struct session *session, const struct inventory_notes *notes,
    bool is_reported)
{
	const bool *given = session->arguments->given;
	struct text out;

	text_init(&out, session->arena);
	for (size_t i = 0; given[OPTION_VERBOSE] && i < notes->left_count; i++) {
		text_add(&out, STR("scarp: did not read "));
		text_add_visible(&out, notes->left[i]);
		text_add_char(&out, '\n');
	}
	if (!given[OPTION_VERBOSE] && !given[OPTION_QUIET] && !is_reported &&
	    notes->left_count) {
		text_add(&out, STR("scarp: "));
		text_add_visible_as(&out, inventory_left_text(session->arena, notes),
		    VISIBLE_SOURCE);
		text_add_char(&out, '\n');
	}
	session_tell(session, text_str(&out));
}

bool session_read(struct session *session, const struct session_inputs *inputs,
    bool with_program, struct session_pack *pack, struct graph **graph)
{
	struct inventory_options options;
	struct inventory_notes notes = { 0 };

	if (!session_compile(session, inputs->packs.items, inputs->packs.count,
	    with_program, pack)) {
		session_report(session);
		return false;
	}
	if (!session_inventory_options(session, pack->tree, &options))
		return false;
	*graph = inventory_load(session->arena, session->all, pack->tree->schema,
	    inputs->inventories.items, inputs->inventories.count, &options, &notes);
	session_left(session, &notes, false);
	return session_report(session) && *graph;
}
