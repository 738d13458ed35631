/* SPDX-License-Identifier: Apache-2.0 */
#include "report/waivers.h"

#include "base/utf8.h"
#include "report/report.h"
#include "vm/scalar.h"

#define NO_WAIVER UINT32_MAX

/* A waiver and what was seen of the subjects it names. */
struct matched {
	const struct waiver *waiver;
	bool is_lost;			/* a part of the subject is nowhere */
	uint32_t lost;			/* that part */
	struct str nearest;		/* an entity it may mean, or empty */
	int64_t cells[SUBJECT_BINDERS];	/* of parts that are entities */
	uint64_t verdicts[VERDICT_COUNT];
	uint64_t waived;
	char changed[72];		/* evidence found instead of the pinned */
	uint32_t next;			/* of the same place, see place_of */
};

struct waivers {
	struct arena *arena;
	const struct tree *tree;
	const struct graph *graph;
	bool ignored;
	struct diag_spent spent;	/* on suggestions */
	struct matched *all;		/* by waiver */
	bool *any;			/* by rule: has it waivers? */
	struct map *first;		/* by place: the first waiver there */
};

static const char *const state_texts[] = {
#define STATE(name, spelling, text) spelling,
	WAIVER_STATES(STATE)
#undef STATE
};

const char *waiver_state_text(enum waiver_state state)
{
	return state_texts[state];
}

bool waiver_is_vain(const struct report_waiver *waiver)
{
	return waiver->state == WAIVER_EXPIRED ||
	    waiver->state == WAIVER_VOID || waiver->state == WAIVER_UNUSED ||
	    waiver->state == WAIVER_DANGLING;
}

struct str waiver_subject(struct arena *arena, const struct tree *tree,
    const struct waiver *waiver)
{
	struct text out;

	if (waiver->count == 0)
		return STR("inventory");
	text_init(&out, arena);
	for (uint32_t i = 0; i < waiver->count; i++) {
		const struct waiver_part *part = &waiver->parts[i];

		text_add(&out, i ? STR(", ") : STR(""));
		if (part->kind == SCHEMA_NONE)
			text_add(&out, part->key);
		else
			text_printf(&out, "%.*s \"%.*s\"", STR_ARG(
			    tree->schema->kinds.items[part->kind].name),
			    STR_ARG(part->key));
	}
	return text_str(&out);
}

/* --- subjects ----------------------------------------------------------- */

/* The kind that owns entities of KIND, or SCHEMA_NONE. */
static uint16_t owner_kind(const struct schema *schema, uint16_t kind)
{
	for (; kind != SCHEMA_NONE; kind = schema->kinds.items[kind].base) {
		uint16_t owner = schema->kinds.items[kind].owner;

		if (owner != SCHEMA_NONE)
			return schema->attributes.items[owner].kind;
	}
	return SCHEMA_NONE;
}

/* The entity that is called NAME: of one that is owned, with its owner's name
 * and a slash before the key.  As deep as owners nest. */
static entity_id find_named(const struct graph *graph, uint16_t kind,
    struct str name)
{
	uint16_t owner = owner_kind(graph->schema, kind);

	if (owner == SCHEMA_NONE)
		return graph_find(graph, kind, ENTITY_NONE, name);
	for (size_t i = 0; i < name.length; i++) {
		entity_id holder, found;

		if (name.at[i] != '/')
			continue;
		holder = find_named(graph, owner, str_slice(name, 0, i));
		if (holder == ENTITY_NONE)
			continue;
		found = graph_find(graph, kind, holder,
		    str_slice(name, i + 1, name.length));
		if (found != ENTITY_NONE)
			return found;
	}
	return ENTITY_NONE;
}

/* Behind its owner, an owned entity is named by its key alone. */
static entity_id find_part(const struct waivers *w, const struct matched *m,
    uint32_t index)
{
	const struct waiver_part *part = &m->waiver->parts[index];

	for (uint32_t i = index; i > 0; i--) {
		entity_id found;

		if (m->waiver->parts[i - 1].kind == SCHEMA_NONE)
			continue;
		found = graph_find(w->graph, part->kind,
		    (entity_id)m->cells[i - 1], part->key);
		if (found != ENTITY_NONE)
			return found;
	}
	return find_named(w->graph, part->kind, part->key);
}

/* The name that is nearest to that of a part. */
static struct str nearest_name(struct waivers *w, const struct waiver_part *part)
{
	const struct extent *extent = &w->graph->extents[part->kind];
	struct str *names;
	long nearest;

	if (!diag_may_spend(&w->spent, extent->count))
		return STR("");
	names = ARENA_ARRAY(w->arena, struct str, extent->count);
	for (uint32_t i = 0; i < extent->count; i++)
		names[i] = graph_entity_name(w->graph, w->arena,
		    extent->first + i);
	nearest = diag_nearest(part->key, names, extent->count);
	return nearest < 0 ? STR("") : names[nearest];
}

static void find_subject(struct waivers *w, struct matched *m)
{
	for (uint32_t i = 0; i < m->waiver->count && !m->is_lost; i++) {
		entity_id found;

		if (m->waiver->parts[i].kind == SCHEMA_NONE)
			continue;
		found = find_part(w, m, i);
		m->cells[i] = found;
		if (found != ENTITY_NONE)
			continue;
		m->is_lost = true;
		m->lost = i;
		m->nearest = nearest_name(w, &m->waiver->parts[i]);
	}
}

/* Subjects of RULE that begin with these entities, COUNT of them: as a key, in
 * WORDS. */
static struct str place_of(uint32_t rule, const int64_t *cells, uint32_t count,
    int64_t words[SUBJECT_BINDERS + 1])
{
	words[0] = rule;
	memcpy(words + 1, cells, count * sizeof(*cells));
	return (struct str){ (const char *)words, (count + 1) * sizeof(*words) };
}

/* A waiver stands at the entities that its subject begins with. */
static void place(struct waivers *w, uint32_t index)
{
	struct matched *m = &w->all[index];
	int64_t words[SUBJECT_BINDERS + 1];
	uint32_t entities = 0, *first;
	bool is_new;

	if (m->is_lost || m->waiver->state != WAIVER_RULE_RUNS)
		return;
	while (entities < m->waiver->count &&
	    m->waiver->parts[entities].kind != SCHEMA_NONE)
		entities++;
	w->any[m->waiver->rule_index] = true;
	first = map_at(w->first, place_of(m->waiver->rule_index, m->cells,
	    entities, words), &is_new);
	m->next = is_new ? NO_WAIVER : *first;
	*first = index;
}

struct waivers *waivers_new(struct arena *arena, const struct tree *tree,
    const struct graph *graph, bool ignored)
{
	struct waivers *w = ARENA_NEW(arena, struct waivers);
	size_t count = tree->waivers.count;

	if (count == 0)
		return NULL;
	*w = (struct waivers){ .arena = arena, .tree = tree, .graph = graph,
		.ignored = ignored };
	w->all = ARENA_ARRAY(arena, struct matched, count);
	w->any = ARENA_ARRAY(arena, bool, tree->rules.count);
	w->first = map_new(arena);
	for (size_t i = 0; i < count; i++) {
		w->all[i].waiver = &tree->waivers.items[i];
		find_subject(w, &w->all[i]);
	}
	for (size_t i = count; i > 0; i--)
		place(w, (uint32_t)(i - 1));
	return w;
}

/* --- outcomes ----------------------------------------------------------- */

/* Is a value that is no entity the one that a part names? */
static bool is_value(struct waivers *w, struct type type, int64_t cell,
    struct str key)
{
	struct arena_mark mark = arena_here(w->arena);
	struct str text = graph_cell_text(w->graph, w->arena, type, cell);
	bool same;

	if (type.tag == TYPE_CASELESS) {
		text = utf8_fold(w->arena, text);
		key = utf8_fold(w->arena, key);
	}
	same = str_equal(text, key);
	arena_rollback(w->arena, mark);
	return same;
}

/* A shorter subject names all its extensions; a rest subject is never named:
 * nobody knows what is in it. */
static bool names(struct waivers *w, const struct matched *m,
    const struct outcome *outcome)
{
	const struct rule *rule = &w->tree->rules.items[outcome->rule];

	if (outcome->rest >= 0 || outcome->count < m->waiver->count)
		return false;
	for (uint32_t i = 0; i < m->waiver->count; i++) {
		const struct waiver_part *part = &m->waiver->parts[i];
		struct type type = rule->binders.items[i].variable->type;

		if (part->kind != SCHEMA_NONE
		    ? outcome->cells[i] != m->cells[i]
		    : !is_value(w, type, outcome->cells[i], part->key))
			return false;
	}
	return true;
}

/* Waivers that may name an outcome, in the order of their files. */
struct candidates {
	struct waivers *w;
	uint32_t heads[SUBJECT_BINDERS + 1];	/* by place */
};

static struct candidates candidates_of(struct waivers *w, const struct outcome *outcome)
{
	struct candidates c = { .w = w };
	int64_t words[SUBJECT_BINDERS + 1];

	for (uint32_t i = 0; i <= SUBJECT_BINDERS; i++) {
		const uint32_t *first = i <= outcome->count && w->any[outcome->rule] ?
		    map_find(w->first, place_of(outcome->rule,
		    outcome->cells, i, words)) : NULL;

		c.heads[i] = first ? *first : NO_WAIVER;
	}
	return c;
}

static struct matched *candidate_next(struct candidates *c)
{
	struct matched *m;
	uint32_t least = 0;

	for (uint32_t i = 1; i <= SUBJECT_BINDERS; i++)
		if (c->heads[i] < c->heads[least])
			least = i;
	if (c->heads[least] == NO_WAIVER)
		return NULL;
	m = &c->w->all[c->heads[least]];
	c->heads[least] = m->next;
	return m;
}

static bool is_over(const struct waivers *w, const struct waiver *waiver)
{
	return w->graph->as_of > waiver->until;
}

/* Is the evidence what the waiver pins, if it pins any? */
static bool is_pinned(struct matched *m, const struct report *report,
    const struct outcome *outcome)
{
	struct arena_mark mark = arena_here(report->arena);
	struct str evidence;
	bool same;

	if (m->waiver->evidence.length == 0)
		return true;
	evidence = report_outcome_evidence(report, report->arena, outcome);
	same = str_equal(m->waiver->evidence, evidence);
	if (!same && evidence.length < sizeof(m->changed))
		memcpy(m->changed, evidence.at, evidence.length);
	arena_rollback(report->arena, mark);
	return same;
}

static struct matched *find_active(struct waivers *w, const struct report *report,
    const struct outcome *outcome)
{
	struct candidates candidates;
	struct matched *m;

	if (outcome->verdict != VERDICT_FAIL || w->ignored)
		return NULL;
	candidates = candidates_of(w, outcome);
	while ((m = candidate_next(&candidates)))
		if (!is_over(w, m->waiver) && names(w, m, outcome) &&
		    is_pinned(m, report, outcome))
			return m;
	return NULL;
}

const struct waiver *waivers_find(struct waivers *w, const struct report *report,
    const struct outcome *outcome)
{
	struct matched *m = find_active(w, report, outcome);

	return m ? m->waiver : NULL;
}

static void count(struct waivers *w, struct report *report, struct report_rule *rule,
    const struct outcome *outcome)
{
	struct candidates candidates = candidates_of(w, outcome);
	struct matched *m;

	while ((m = candidate_next(&candidates)))
		if (names(w, m, outcome))
			m->verdicts[outcome->verdict]++;
	m = find_active(w, report, outcome);
	if (!m)
		return;
	m->waived++;
	rule->waived++;
	report->summary.waived++;
}

/* Every outcome of a rule that some waiver is about. */
static void count_rule(struct waivers *w, struct report *report, struct report_rule *rule)
{
	struct arena *scratch;
	struct outcome_cursor cursor;
	struct outcome outcome;

	if (rule->tally.failed || !w->any[rule->number])
		return;
	scratch = arena_new_in(w->arena);
	outcomes_start(report->outcomes, rule->number, ~0u, scratch, &cursor);
	while (outcomes_next(&cursor, &outcome))
		count(w, report, rule, &outcome);
	arena_free(scratch);
}

/* --- what has become of them -------------------------------------------- */

/* A rule that met a limit gave no verdicts. */
static bool is_in_error(const struct report *report, const struct waivers *w,
    const struct matched *m)
{
	const struct rule *rule = &w->tree->rules.items[m->waiver->rule_index];

	for (size_t r = 0; r < report->rules.count; r++)
		if (report->rules.items[r].rule == rule)
			return report->rules.items[r].tally.failed;
	return false;
}

static enum waiver_state state_of(const struct report *report,
    const struct waivers *w, const struct matched *m)
{
	uint64_t seen = 0;

	if (w->ignored)
		return WAIVER_IGNORED;
	if (m->waiver->state == WAIVER_RULE_ABSENT || m->is_lost)
		return WAIVER_DANGLING;
	if (m->waiver->state == WAIVER_RULE_DESELECTED)
		return WAIVER_DESELECTED;
	for (int v = 0; v < VERDICT_COUNT; v++)
		seen += m->verdicts[v];
	if (seen == 0 && !is_in_error(report, w, m))
		return WAIVER_DANGLING;
	if (is_over(w, m->waiver))
		return WAIVER_EXPIRED;
	if (m->waived)
		return WAIVER_ACTIVE;
	return m->changed[0] ? WAIVER_VOID : WAIVER_UNUSED;
}

static struct str dangling_detail(struct waivers *w,
    const struct matched *m, struct str *suggestion)
{
	const struct waiver *waiver = m->waiver;
	const struct waiver_part *part;

	if (waiver->state == WAIVER_RULE_ABSENT) {
		if (diag_may_spend(&w->spent, w->tree->rules.count))
			*suggestion = tree_nearest_rule(w->arena, w->tree,
			    waiver->rule);
		return arena_printf(w->arena, "there is no rule `%.*s`",
		    STR_ARG(waiver->rule));
	}
	if (!m->is_lost)
		return STR("the rule has no such subject");
	part = &waiver->parts[m->lost];
	*suggestion = m->nearest;
	return arena_printf(w->arena, "the inventory has no %.*s \"%.*s\"",
	    STR_ARG(w->tree->schema->kinds.items[part->kind].name),
	    STR_ARG(part->key));
}

static struct str unused_detail(const struct waivers *w,
    const struct matched *m)
{
	static const struct { enum verdict verdict; const char *words; } all[] = {
		{ VERDICT_PASS, "passes" }, { VERDICT_UNKNOWN, "is unknown" },
		{ VERDICT_NOT_APPLICABLE, "is not applicable" },
	};
	struct text out;

	text_init(&out, w->arena);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		uint64_t count = m->verdicts[all[i].verdict];

		if (count == 0)
			continue;
		text_add(&out, out.length ? STR(", ") : STR(""));
		if (m->waiver->count == w->tree->rules.items[
		    m->waiver->rule_index].binders.count)
			text_printf(&out, "it %s", all[i].words);
		else
			text_printf(&out, "%llu %s", (unsigned long long)count,
			    verdict_text(all[i].verdict));
	}
	return out.length ? text_str(&out)
	    : STR("its rule met a limit and gave no verdicts");
}

static struct str expired_detail(const struct waivers *w,
    const struct matched *m)
{
	uint64_t fails = m->verdicts[VERDICT_FAIL];
	struct str date = scalar_date_text(w->arena, m->waiver->until);

	if (fails == 0)
		return arena_printf(w->arena, "it ended on %.*s; nothing that "
		    "it names fails", STR_ARG(date));
	return arena_printf(w->arena, "it ended on %.*s; %llu failure%s "
	    "count%s again", STR_ARG(date), (unsigned long long)fails,
	    fails == 1 ? "" : "s", fails == 1 ? "s" : "");
}

static void add_waiver(struct waivers *w, struct report *report,
    const struct matched *m)
{
	struct report_waiver *to = VEC_PUSH(report->arena, &report->waivers);

	to->waiver = m->waiver;
	to->state = state_of(report, w, m);
	to->waived = m->waived;
	to->detail = to->suggestion = STR("");
	if (to->state == WAIVER_DANGLING)
		to->detail = dangling_detail(w, m, &to->suggestion);
	else if (to->state == WAIVER_EXPIRED)
		to->detail = expired_detail(w, m);
	else if (to->state == WAIVER_UNUSED)
		to->detail = unused_detail(w, m);
	else if (to->state == WAIVER_VOID)
		to->detail = arena_printf(w->arena,
		    "the evidence is now %s", m->changed);
}

void report_waive(struct report *report, struct waivers *w)
{
	if (!w)
		return;
	for (size_t r = 0; r < report->rules.count; r++)
		count_rule(w, report, &report->rules.items[r]);
	for (size_t i = 0; i < w->tree->waivers.count; i++)
		add_waiver(w, report, &w->all[i]);
	report->waiving = w;
}

bool waivers_have_date(struct diagnostics *all, const struct tree *tree, bool has_as_of)
{
	struct diagnostic *d;

	if (tree->waivers.count == 0 || has_as_of)
		return true;
	d = diag_add(all, DIAG_E5022, tree->waivers.items[0].span,
	    "a waiver ends on a day, and this run has no date");
	diag_help(all, d, "give the day with `--as-of 2026-12-31` or "
	    "`--as-of today`, or let no waiver act with `--ignore-waivers`");
	return false;
}
