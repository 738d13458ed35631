/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/survey.h"

#include <assert.h>
#include <stdlib.h>

const char *gap_action_text(enum gap_action action)
{
	static const char *const words[] = {
#define ACTION(name, word) word,
		GAP_ACTIONS(ACTION)
#undef ACTION
	};

	return words[action];
}

/* --- facts and jobs ------------------------------------------------------- */

static enum gap_action action_of(const struct missing *m)
{
	switch (m->kind) {
	case MISSING_CONFLICT:
		return GAP_SETTLE;
	case MISSING_LINK:
		return GAP_CONFIRM;
	case MISSING_EXTENT:
		return GAP_LIST;
	case MISSING_TODAY:
		return GAP_DATE;
	case MISSING_VALUE: case MISSING_ROW: case MISSING_REST:
	case MISSING_TROUBLE:
		break;
	}
	return GAP_COLLECT;
}

static uint16_t kind_of(const struct survey *s, const struct missing *m)
{
	if (m->kind == MISSING_EXTENT)
		return m->of;
	if (m->attribute != SCHEMA_NONE)
		return s->tree->schema->attributes.items[m->attribute].kind;
	return m->entity == ENTITY_NONE ? SCHEMA_NONE
	    : entity_kind(s->graph, m->entity);
}

static uint32_t job_of(struct survey *s, const struct missing *m)
{
	struct gap_job job = { .action = action_of(m),
		.attribute = m->attribute, .kind = kind_of(s, m) };
	uint32_t key[3] = { job.action, job.attribute, job.kind }, *place;
	bool is_new;

	place = map_at(s->jobs, (struct str){ (const char *)key, sizeof(key) },
	    &is_new);
	if (is_new) {
		*place = (uint32_t)s->gaps->jobs.count;
		*VEC_PUSH(s->arena, &s->gaps->jobs) = job;
	}
	return *place;
}

static uint32_t fact_of(struct survey *s, const struct missing *m)
{
	int64_t key[] = { m->kind, m->entity, m->attribute, m->of, m->cell };
	struct gap *gap;
	uint32_t *place;
	bool is_new;

	place = map_at(s->places, (struct str){ (const char *)key, sizeof(key) },
	    &is_new);
	if (is_new) {
		*place = (uint32_t)s->gaps->facts.count;
		gap = VEC_PUSH(s->arena, &s->gaps->facts);
		gap->missing = *m;
		missing_name(s->ev, s->arena, &gap->missing);
		gap->job = job_of(s, m);
		s->gaps->jobs.items[gap->job].facts++;
	}
	return *place;
}

static int compare_members(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The facts of a way by their jobs, so that each of these is met once. */
static void add_members(struct survey *s, const struct missing *missing,
    size_t count)
{
	uint64_t *keys = ARENA_ARRAY(s->ev->scratch, uint64_t, count);

	for (size_t i = 0; i < count; i++) {
		uint32_t fact = fact_of(s, &missing[i]);

		keys[i] = (uint64_t)s->gaps->facts.items[fact].job << 32 | fact;
	}
	if (count > 1)
		qsort(keys, count, sizeof(*keys), compare_members);
	for (size_t i = 0; i < count; i++)
		*VEC_PUSH(s->arena, &s->members) = (uint32_t)keys[i];
}

static void add_way(struct survey *s, const struct missing *missing,
    size_t count, uint32_t rule, bool vague)
{
	struct way *way = VEC_PUSH(s->arena, &s->ways);

	way->vague = vague;
	way->first = (uint32_t)s->members.count;
	way->count = (uint32_t)count;
	add_members(s, missing, count);
	for (size_t i = 0; i < count; i++) {
		struct gap *gap = &s->gaps->facts.items[
		    s->members.items[way->first + i]];

		gap->alone += count == 1 && !vague;
		gap->together += count > 1 && !vague;
		if (count > 1 && !vague && (gap->others == 0 || count - 1 < gap->others))
			gap->others = (uint32_t)count - 1;
		if (gap->rules.count == 0 || *VEC_LAST(&gap->rules) != rule)
			*VEC_PUSH(s->arena, &gap->rules) = rule;
	}
}

static bool has_trouble(const struct finding *finding)
{
	for (size_t i = 0; i < finding->missing_count; i++)
		if (finding->missing[i].kind == MISSING_TROUBLE)
			return true;
	return false;
}

static void take_outcome(struct survey *s, const struct outcome *outcome)
{
	struct undecided open = { .rule = outcome->rule,
		.first = (uint32_t)s->ways.count };
	struct finding finding = { 0 };
	struct alone alone = { 0 };
	struct arena_mark mark = arena_here(s->ev->scratch);

	hunt(s->ev, s->arena, outcome, &finding, &alone);
	for (size_t i = 0; i < alone.count; i++)
		add_way(s, &alone.items[i], 1, outcome->rule, false);
	if (alone.count == 0 && !has_trouble(&finding))
		add_way(s, finding.missing, finding.missing_count, outcome->rule,
		    !finding.fillings);
	s->gaps->alone += alone.count > 0;
	s->gaps->several += alone.count == 0 && finding.fillings;
	s->gaps->hopeless += !finding.fillings && has_trouble(&finding);
	s->gaps->limited += !finding.fillings && !has_trouble(&finding) &&
	    finding.spent;
	s->gaps->unfound += !finding.fillings && !has_trouble(&finding) &&
	    !finding.spent;
	s->gaps->unproven += finding.fillings && finding.spent;
	arena_rollback(s->ev->scratch, mark);
	open.count = (uint32_t)s->ways.count - open.first;
	*VEC_PUSH(s->arena, &s->open) = open;
}

/* --- who states what ------------------------------------------------------ */

/* The name of its source, or of the file. */
static void count_source(const struct survey *s, uint64_t *counts,
    struct origin origin)
{
	if (origin.provenance < s->graph->provenances.count)
		counts[origin.provenance]++;
}

static bool count_column(const struct survey *s, const struct column *c,
    uint64_t *counts)
{
	bool any = false;

	for (uint32_t i = 0; i < c->rows; i++) {
		any |= c->disputed && bit_get(c->disputed, i);
		if ((!bit_get(c->known, i) && !bit_get(c->absent, i)) ||
		    (c->assumed && bit_get(c->assumed, i)))
			continue;
		any = true;
		count_source(s, counts, column_origin(s->graph, c, i));
	}
	return any;
}

static bool count_link(const struct survey *s, const struct link *l,
    uint64_t *counts)
{
	bool any = l->rows > 0 && l->offsets[l->rows] > 0;

	for (uint32_t i = 0; i < l->rows; i++) {
		if (!bit_get(l->stated, i))
			continue;
		any = true;
		count_source(s, counts, link_row_origin(s->graph, l, i));
	}
	return any;
}

static bool count_sources(const struct survey *s, uint16_t attribute,
    uint64_t *counts)
{
	if (s->tree->schema->attributes.items[attribute].type.set)
		return count_link(s, &s->graph->links[attribute], counts);
	return count_column(s, &s->graph->columns[attribute], counts);
}

static int compare_sources(const void *a, const void *b)
{
	const struct gap_source *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return str_compare(x->name, y->name);
}

/* Sources of one name are one. */
static void add_source(struct survey *s, struct gap_job *job, struct str name,
    uint64_t count)
{
	for (size_t i = 0; i < job->sources.count; i++) {
		if (!str_equal(job->sources.items[i].name, name))
			continue;
		job->sources.items[i].count += count;
		return;
	}
	*VEC_PUSH(s->arena, &job->sources) = (struct gap_source){ name, count };
}

static void find_sources(struct survey *s, struct gap_job *job)
{
	size_t count = s->graph->provenances.count;
	uint64_t *counts;

	if (job->attribute == SCHEMA_NONE)
		return;
	counts = ARENA_ARRAY(s->arena, uint64_t, count);
	job->never = !count_sources(s, job->attribute, counts);
	for (size_t i = 0; i < count; i++)
		if (counts[i])
			add_source(s, job, s->graph->provenances.items[i].name,
			    counts[i]);
	if (job->sources.count)
		qsort(job->sources.items, job->sources.count,
		    sizeof(*job->sources.items), compare_sources);
}

/* --- counts ----------------------------------------------------------------- */

/* Verdicts that some fact of the job decides by itself. */
static void count_alone(struct survey *s)
{
	uint32_t *seen = ARENA_ARRAY(s->arena, uint32_t, s->gaps->jobs.count);

	for (uint32_t o = 0; o < s->open.count; o++) {
		const struct undecided *u = &s->open.items[o];

		for (uint32_t w = 0; w < u->count; w++) {
			const struct way *way = &s->ways.items[u->first + w];
			uint32_t job = s->gaps->facts.items[
			    s->members.items[way->first]].job;

			if (way->count != 1 || way->vague || seen[job] == o + 1)
				continue;
			seen[job] = o + 1;
			s->gaps->jobs.items[job].alone++;
		}
	}
}

/* --- rules that wait for ever --------------------------------------------- */

static bool never_stated(const struct survey *s, const struct missing *m)
{
	return m->attribute != SCHEMA_NONE && action_of(m) == GAP_COLLECT &&
	    !s->stated[m->attribute];
}

static void add_attribute(struct survey *s, struct gap_rule *rule,
    uint16_t attribute)
{
	size_t at = rule->attributes.count;

	for (size_t i = 0; i < rule->attributes.count; i++)
		if (rule->attributes.items[i] == attribute)
			return;
	*VEC_PUSH(s->arena, &rule->attributes) = attribute;
	for (; at > 0 && rule->attributes.items[at - 1] > attribute; at--) {
		rule->attributes.items[at] = rule->attributes.items[at - 1];
		rule->attributes.items[at - 1] = attribute;
	}
}

/* Each way needs something that nobody states. */
static bool waits_for_ever(struct survey *s, const struct undecided *u,
    struct gap_rule *rule)
{
	for (uint32_t w = 0; w < u->count; w++) {
		const struct way *way = &s->ways.items[u->first + w];
		bool never = false;

		for (uint32_t i = 0; i < way->count; i++) {
			const struct missing *m = &s->gaps->facts.items[
			    s->members.items[way->first + i]].missing;

			if (!never_stated(s, m))
				continue;
			never = true;
			add_attribute(s, rule, m->attribute);
		}
		if (!never)
			return false;
	}
	return u->count > 0;
}

static void find_never(struct survey *s, const struct tally *tallies)
{
	size_t o = 0;

	while (o < s->open.count) {
		struct gap_rule rule = { .rule = s->open.items[o].rule };
		const struct tally *t = &tallies[rule.rule];
		bool never = t->verdicts[VERDICT_PASS] == 0 &&
		    t->verdicts[VERDICT_FAIL] == 0;

		for (; o < s->open.count && s->open.items[o].rule == rule.rule; o++) {
			never = never && waits_for_ever(s, &s->open.items[o], &rule);
			rule.unknown++;
		}
		if (never)
			*VEC_PUSH(s->arena, &s->gaps->never) = rule;
	}
}

/* --- order ---------------------------------------------------------------- */

static int compare_gaps(const void *a, const void *b)
{
	const struct gap *x = a, *y = b;

	if (x->alone != y->alone)
		return x->alone > y->alone ? -1 : 1;
	if (x->others != y->others && x->alone == 0)
		return x->others < y->others ? -1 : 1;
	if (x->together != y->together)
		return x->together > y->together ? -1 : 1;
	return missing_compare(&x->missing, &y->missing);
}

static int compare_steps(const void *a, const void *b)
{
	const struct gap_job *x = a, *y = b;

	if (x->step != y->step && (x->step == 0 || y->step == 0))
		return x->step ? -1 : 1;
	if (x->step != y->step)
		return x->step < y->step ? -1 : 1;
	if (x->alone != y->alone)
		return x->alone > y->alone ? -1 : 1;
	return survey_compare_jobs(x, y);
}

/* Jobs in the order of their steps, and facts with their jobs' new places. */
static void put_in_order(struct survey *s)
{
	struct gaps *g = s->gaps;

	if (g->jobs.count)
		qsort(g->jobs.items, g->jobs.count, sizeof(*g->jobs.items),
		    compare_steps);
	for (uint32_t j = 0; j < g->jobs.count; j++) {
		const struct gap_job *job = &g->jobs.items[j];
		uint32_t key[3] = { job->action, job->attribute, job->kind };

		*map_find(s->jobs, (struct str){ (const char *)key,
		    sizeof(key) }) = j;
	}
	for (size_t f = 0; f < g->facts.count; f++)
		g->facts.items[f].job = job_of(s, &g->facts.items[f].missing);
	if (g->facts.count)
		qsort(g->facts.items, g->facts.count, sizeof(*g->facts.items),
		    compare_gaps);
}

static void find_stated(struct survey *s)
{
	size_t count = s->tree->schema->attributes.count;
	uint64_t *counts = ARENA_ARRAY(s->arena, uint64_t,
	    s->graph->provenances.count);

	s->stated = ARENA_ARRAY(s->arena, bool, count);
	for (size_t a = 0; a < count; a++)
		if (!s->tree->schema->attributes.items[a].derived)
			s->stated[a] = count_sources(s, (uint16_t)a, counts);
}

struct gaps *gaps_find(struct arena *arena, struct evaluator *ev,
    const struct tree *tree, const struct graph *graph,
    const struct tally *tallies, struct outcome *outcomes, size_t count)
{
	struct survey s = { .arena = arena, .ev = ev, .tree = tree,
		.graph = graph, .gaps = ARENA_NEW(arena, struct gaps),
		.places = map_new(arena), .jobs = map_new(arena) };

	for (size_t r = 0; r < tree->rules.count; r++)
		s.gaps->failed += tallies[r].failed;
	for (size_t r = 0; r < tree->rules.count; r++)
		for (int v = VERDICT_FAIL; v <= VERDICT_NOT_APPLICABLE; v++)
			s.gaps->subjects += tallies[r].verdicts[v];
	if (count)
		qsort(outcomes, count, sizeof(*outcomes), outcome_compare);
	for (size_t i = 0, before = 0; i < count; i++) {
		if (i > 0 && outcomes[i].rule != outcomes[i - 1].rule)
			before = 0;
		assert(outcomes[i].verdict == VERDICT_UNKNOWN);
		s.gaps->unknown++;
		evaluator_hurry(ev, before++);
		take_outcome(&s, &outcomes[i]);
	}
	find_stated(&s);
	find_never(&s, tallies);
	count_alone(&s);
	survey_plan(&s);
	for (size_t j = 0; j < s.gaps->jobs.count; j++)
		find_sources(&s, &s.gaps->jobs.items[j]);
	put_in_order(&s);
	return s.gaps;
}
