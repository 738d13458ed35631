/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kept verdicts count only for the same program, the same limits and the same
 * version of scarp: a text says which, and must be the same.  The date of a run
 * is the graph's, and what rules make of it is looked at like any fact.
 */
#include "cli/since.h"

#include "base/io.h"
#include "base/limits.h"
#include "include/scarp.h"
#include "vm/snapshot.h"

struct since {
	struct session *session;
	const struct session_pack *pack;
	struct str of;			/* what verdicts of this run are of */
	struct arena *arena;		/* of the former graph */
	const struct graph *former;	/* NULL: everything is evaluated */
	struct kept *kept;		/* of it */
	struct kept *now;		/* what --keep writes */
};

/* --- what was kept -------------------------------------------------------- */

static struct str verdicts_of(struct session *session, const struct session_pack *pack)
{
	struct text out;

	text_init(&out, session->arena);
	text_printf(&out, "scarp %s\nprogram %.*s\n", scarp_version(),
	    STR_ARG(io_blake2b(session->arena, session_container(session, pack))));
	for (int l = 0; l < LIMIT_COUNT; l++)
		text_printf(&out, "%s %llu\n", limit_name((enum limit)l),
		    (unsigned long long)limit_get((enum limit)l));
	return text_str(&out);
}

static void tell_whole(struct session *session, struct str path, const char *why)
{
	if (!session->arguments->given[OPTION_QUIET])
		session_tell(session, arena_printf(session->arena, "scarp: note: everything "
		    "is evaluated: `%.*s` %s\n", STR_ARG(path), why));
}

static struct str refusal(struct arena *arena, enum snapshot_state state, struct str why)
{
	if (state == SNAPSHOT_OTHER_SCHEMA)
		return arena_printf(arena, "is of another schema: %.*s", STR_ARG(why));
	return arena_printf(arena, "cannot be %s: %.*s", state == SNAPSHOT_UNREADABLE ?
	    "read" : "used", STR_ARG(why));
}

static void read_former(struct since *s, struct str path)
{
	struct session *session = s->session;
	struct snapshot_extras extras = { 0 };
	enum snapshot_state state;
	struct str why;

	s->former = snapshot_read(s->arena, arena_copy(s->arena, path).at,
	    sources_new(s->arena), s->pack->tree->schema, NULL, &extras, &state,
	    &why);
	if (!s->former) {
		tell_whole(session, path, refusal(session->arena, state, why).at);
		return;
	}
	if (!extras.verdict_count)
		tell_whole(session, path, "holds no verdicts; `check --keep` writes them");
	else if (!str_equal(extras.verdicts_of, s->of))
		tell_whole(session, path, "holds the verdicts of other rules, params or "
		    "limits, or of another version of scarp");
	else
		s->kept = kept_read(s->arena, s->pack->program, s->former,
		    extras.verdicts, extras.verdict_count);
	if (!s->kept && str_equal(extras.verdicts_of, s->of))
		tell_whole(session, path, "holds verdicts that are not of its inventory");
}

/* --- running -------------------------------------------------------------- */

static bool is_combined(struct session *session, const struct session_inputs *inputs)
{
	const bool *given = session->arguments->given;

	if (argument_is(session->arguments, OPTION_ENGINE, "reference")) {
		session_refuse(session, DIAG_E8576, "`--since` and `--keep` "
		    "are for the bytecode, not for `--engine reference`\n"
		    "leave one of them out");
		return true;
	}
	if (!given[OPTION_KEEP])
		return false;
	if (given[OPTION_SET]) {
		session_refuse(session, DIAG_E8576, "`--keep` keeps the "
		    "inventory as it is, and `--set` supposes another\n"
		    "give one of them");
		return true;
	}
	for (size_t i = 0; i < inputs->inventories.count; i++)
		if (inventory_is_snapshot(inputs->inventories.items[i])) {
			session_refuse(session, DIAG_E8575, "`%.*s` is a "
			    "snapshot already, and is not kept again\n"
			    "name the files that it was made of",
			    STR_ARG(inputs->inventories.items[i]));
			return true;
		}
	return false;
}

bool since_open(struct session *session, const struct session_inputs *inputs,
    const struct session_pack *pack, struct since **since)
{
	const struct arguments *arguments = session->arguments;
	struct since *s;

	*since = NULL;
	if (!arguments->given[OPTION_SINCE] && !arguments->given[OPTION_KEEP])
		return true;
	if (is_combined(session, inputs))
		return false;
	*since = s = ARENA_NEW(session->arena, struct since);
	*s = (struct since){ .session = session, .pack = pack,
		.of = verdicts_of(session, pack), .arena = session->arena };
	if (arguments->given[OPTION_SINCE])
		read_former(s, arguments->value[OPTION_SINCE]);
	return true;
}

/* --verbose: what had to be done. */
static void tell_figures(struct since *s, const struct delta *delta,
    const struct kept_figures *f)
{
	struct arena *arena = s->session->arena;

	if (!s->session->arguments->given[OPTION_VERBOSE] || !s->kept)
		return;
	if (f->whole || !delta)
		session_tell(s->session, arena_printf(arena, "scarp: since then too much "
		    "changed: everything was evaluated\n"));
	else
		session_tell(s->session, arena_printf(arena, "scarp: since then %.*s and "
		    "%.*s changed: %llu of %llu instructions, %llu of %llu rows evaluated\n",
		    STR_ARG(text_count(arena, delta->facts, "fact")),
		    STR_ARG(delta->entities == 1 ? STR("1 entity") : arena_printf(arena,
		    "%llu entities", (unsigned long long)delta->entities)),
		    (unsigned long long)f->instructions,
		    (unsigned long long)f->all_instructions,
		    (unsigned long long)f->rows, (unsigned long long)f->all_rows));
}

void since_run(struct since *s, const struct graph *graph,
    const struct run_options *options, struct tally *tallies, struct outcomes *outcomes)
{
	struct kept none = { 0 };
	struct kept_figures figures;
	struct delta *delta = s->kept ? delta_find(s->arena, s->former, graph) : NULL;

	s->now = kept_since(s->arena, s->pack->program, options, s->kept ? s->kept : &none,
	    delta, graph, false, tallies, &figures);
	tell_figures(s, delta, &figures);
	kept_tell(s->pack->program, s->now, graph, outcomes);
}

bool since_keep(struct since *s, const struct graph *graph,
    const struct inventory_options *options, const struct inventory_notes *notes)
{
	struct session *session = s->session;
	struct inventory_verdicts verdicts = { .of = s->of };
	struct session_output *output;
	struct str *parts;
	size_t count;

	if (!session->arguments->given[OPTION_KEEP])
		return true;
	if (s->now->sound)
		verdicts.words = kept_write(session->arena, s->pack->program, s->now,
		    &verdicts.count);
	if (!inventory_snapshot(session->arena, session->all, graph, options, notes,
	    s->now->sound ? &verdicts : NULL, &parts, &count)) {
		session_report(session);
		return false;
	}
	output = session_open(session, session->arguments->value[OPTION_KEEP]);
	for (size_t i = 0; i < count; i++)
		session_add(output, parts[i]);
	return session_close(output);
}
