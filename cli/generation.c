/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/generation.h"

#include "cli/terminal.h"
#include "report/waivers.h"
#include "vm/scalar.h"

/* What a generation holds apart from the session it came from. */
static void begin(struct session *own, const struct session *session,
    const struct sources *sources)
{
	*own = *session;
	own->arena = arena_new_in(session->arena);
	own->sources = sources ? sources_copy(own->arena, sources) : sources_new(own->arena);
	own->all = diagnostics_new(own->arena, own->sources);
}

/* --- rules ---------------------------------------------------------------- */

struct ruleset *ruleset_read(struct session *session)
{
	struct session own;
	struct ruleset *rules;

	begin(&own, session, NULL);
	rules = ARENA_NEW(own.arena, struct ruleset);
	rules->session = own;
	session_inputs(&rules->session, &rules->inputs);
	if (session_compile(&rules->session, rules->inputs.packs.items,
	    rules->inputs.packs.count, true, &rules->pack) &&
	    session_report(&rules->session))
		return rules;
	session_report(&rules->session);
	arena_free(own.arena);
	return NULL;
}

void ruleset_end(struct ruleset *rules)
{
	arena_free(rules->session.arena);
}

/* --- inventories ---------------------------------------------------------- */

static bool load(struct generation *g)
{
	struct session *session = &g->session;
	struct inventory_options options;

	if (!session_inventory_options(session, g->rules->pack.tree, &options))
		return false;
	options.keeps_bytes = true;	/* they are watched because they change */
	if (session_dates_waivers(session, g->rules->pack.tree, &options))
		g->graph = inventory_load(session->arena, session->all,
		    g->rules->pack.tree->schema, g->rules->inputs.inventories.items,
		    g->rules->inputs.inventories.count, &options, &g->notes);
	return session_report(session) && g->graph;
}

static void evaluate(struct generation *g, const struct generation *former)
{
	const struct program *program = g->rules->pack.program;
	struct arena *arena = g->session.arena;
	struct run_options options = { 0 };
	struct kept none = { 0 };
	bool builds = former && former->rules == g->rules;
	int64_t batch = 0;

	scalar_read_int(argument(g->session.arguments, OPTION_BATCH, "0"), &batch);
	options.batch = (uint32_t)batch;
	progress_say(&g->session, "evaluating");
	g->tallies = ARENA_ARRAY(arena, struct tally, program->rules.count);
	g->delta = builds ? delta_find(arena, former->graph, g->graph) : NULL;
	g->kept = kept_since(arena, program, &options, builds ? former->kept : &none,
	    g->delta, g->graph, false, g->tallies, &g->figures);
}

/* What is as it was is not told again. */
static void tell_left(struct generation *g, const struct generation *former)
{
	if (!former || !str_equal(inventory_left_text(g->session.arena, &former->notes),
	    inventory_left_text(g->session.arena, &g->notes)))
		session_left(&g->session, &g->notes, false);
}

struct generation *generation_read(struct session *session, const struct ruleset *rules,
    const struct generation *former)
{
	struct generation *g;
	struct session own;

	begin(&own, session, rules->session.sources);
	g = ARENA_NEW(own.arena, struct generation);
	g->session = own;
	g->rules = rules;
	if (load(g)) {
		evaluate(g, former);
		progress_stop();
		tell_left(g, former);
		return g;
	}
	progress_stop();
	arena_free(own.arena);
	return NULL;
}

void generation_end(struct generation *g)
{
	arena_free(g->session.arena);
}

/* --- reports -------------------------------------------------------------- */

static struct report *report_of(const struct generation *g, struct arena *arena,
    const struct outcomes *outcomes)
{
	const struct session_pack *pack = &g->rules->pack;
	struct report *report = report_new(arena, pack->tree, g->graph, g->tallies, outcomes,
	    ~0u, 0, g->session.crew);

	report->all_verdicts = true;
	report_waive(report, waivers_new(arena, pack->tree, g->graph,
	    g->session.arguments->given[OPTION_IGNORE_WAIVERS]));
	return report;
}

static struct outcomes *new_outcomes(const struct generation *g, struct arena *arena)
{
	return report_outcomes(arena, g->rules->pack.tree, g->graph, ~0u);
}

static void tell_all(const struct generation *g, struct outcomes *outcomes)
{
	kept_tell(g->rules->pack.program, g->kept, g->graph, outcomes);
}

struct report *generation_report(const struct generation *g, struct arena *arena)
{
	struct outcomes *outcomes = new_outcomes(g, arena);

	tell_all(g, outcomes);
	return report_of(g, arena, outcomes);
}

/* Waivers act on a verdict that is the same, too: on some day, or because their
 * subject is there. */
static bool has_waivers(const struct generation *g)
{
	return g->rules->pack.tree->waivers.count > 0;
}

struct diff *generation_diff(struct arena *arena, const struct generation *former,
    const struct generation *now, struct report **report)
{
	struct outcomes *before = new_outcomes(former, arena), *after = new_outcomes(now, arena);
	const struct delta *d = now->delta;

	if (d && d->former == former->graph && former->kept->sound && now->kept->sound &&
	    !has_waivers(now)) {
		kept_differ(now->rules->pack.program, d, former->kept, now->kept, before, after);
	} else {
		tell_all(former, before);
		tell_all(now, after);
	}
	*report = report_of(now, arena, after);
	return diff_compare(arena, diff_of_report(arena, STR("before"),
	    report_of(former, arena, before)), diff_of_report(arena, STR("now"), *report));
}
