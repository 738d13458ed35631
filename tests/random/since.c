/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random_since [--cases N] [--seed N]
 *
 * Random packs and sites, as random_agree makes them.  Each site is changed
 * some times: facts, entities, what is complete, the date.  After each change
 * the verdicts are made of those before and of what the change touches, with
 * no row more than that, or as the command does it; they are those of a full
 * run, and so are the whole reports, as text and as JSON, byte for byte.  What
 * `watch` tells of the change, taken from the verdicts before and put to those
 * that are left, gives those after it.  Fails when what was made is dull: when
 * little was left out, or little changed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/guard.h"
#include "base/io.h"
#include "compiler/compiler.h"
#include "compiler/plan.h"
#include "inventory/inventory.h"
#include "report/formats.h"
#include "tests/random/random.h"
#include "vm/kept.h"
#include "vm/verify.h"

#define STEPS 6

struct figures {
	uint64_t cases, refused, steps, whole, partial, unchanged, moved, reports, failed;
	uint64_t rows, all_rows, instructions, all_instructions;
	uint64_t told, untold;
};

/* One state of a site, in a region of its own. */
struct stage {
	struct arena *arena;
	struct sources *sources;
	struct graph *graph;
	struct kept *kept;
};

struct trial {
	struct arena *arena;
	struct model model;
	struct sources *sources;	/* of the pack */
	struct diagnostics *all;
	struct tree *tree;
	struct program *program;
	struct figures *figures;
};

/* --- changes -------------------------------------------------------------- */

static bool is_a(int kind, int of)
{
	return kind == of || (kind == DELTA && of == ALPHA);
}

static void forget_word(struct fact *fact, const char *word)
{
	for (size_t i = 0; i < fact->values.count; i++)
		if (str_equal(str_of(fact->values.items[i]), str_of(word)))
			fact->values.items[i--] = fact->values.items[--fact->values.count];
	for (size_t i = 0; i < fact->possible.count; i++)
		if (str_equal(str_of(fact->possible.items[i]), str_of(word)))
			fact->possible.items[i--] =
			    fact->possible.items[--fact->possible.count];
}

static void drop(struct model *m, int entity)
{
	const char *word = model_printf(m, "\"%s\"", m->entities.items[entity].key);
	int kind = m->entities.items[entity].kind;

	for (size_t f = 0; f < m->facts.count; f++) {
		struct fact *fact = &m->facts.items[f];
		const struct attribute *a = &m->attributes.items[fact->attribute];

		if (!IS_KIND_TYPE(a->type) || a->owned || !is_a(kind, BASE(a->type)))
			continue;
		forget_word(fact, word);
		if (!(a->type & SET) && fact->state == GIVEN && fact->values.count == 0)
			fact->state = MISSING;
	}
	m->entities.items[entity].kind = -1;
	m->entities.items[entity].owner = -2;
	for (size_t e = 0; e < m->entities.count; e++)
		if (m->entities.items[e].owner == entity) {
			m->entities.items[e].kind = -1;
			m->entities.items[e].owner = -2;
		}
}

static void add(struct model *m)
{
	static const int kinds[] = { ALPHA, DELTA, BETA, GAMMA };
	static const char letters[] = "adbg";
	unsigned k = random_below(&m->random, 4);
	size_t first = m->entities.count;

	*VEC_PUSH(m->arena, &m->entities) = (struct entity_model){ .kind = kinds[k],
		.owner = -1, .key = model_printf(m, "%c%ux%zu", letters[k],
		random_below(&m->random, 5), first) };
	for (size_t e = first; e < m->entities.count; e++)
		model_state(m, (int)e);
}

static void change_fact(struct model *m, struct fact *fact)
{
	const struct attribute *a = &m->attributes.items[fact->attribute];

	if (a->owned) {
		fact->state = fact->state == OPEN ? CLOSED : OPEN;
		return;
	}
	memset(&fact->values, 0, sizeof(fact->values));
	memset(&fact->possible, 0, sizeof(fact->possible));
	fact->state = MISSING;
	if (random_chance(&m->random, 85))
		model_fill(m, fact, a->type);
}

static void change(struct model *m)
{
	unsigned which = random_below(&m->random, 20);
	struct fact *fact;

	if (which == 0)
		m->complete[BETA + (int)random_below(&m->random, 2)] ^= true;
	else if (which == 1)
		add(m);
	else if (which == 2)
		m->as_of += 400;
	if (which < 3 || m->facts.count == 0)
		return;
	fact = &m->facts.items[random_below(&m->random, (unsigned)m->facts.count)];
	if (m->entities.items[fact->entity].kind < 0)
		return;
	if (which == 3)
		drop(m, fact->entity);
	else
		change_fact(m, fact);
}

/* --- states --------------------------------------------------------------- */

static bool compile(struct trial *t)
{
	struct packed_source files[2];
	struct compile_options options = { .packed = files, .packed_count = 2 };
	struct text pack, schema;
	struct str why;

	text_init(&pack, t->arena);
	text_init(&schema, t->arena);
	model_print_pack(&t->model, &pack);
	model_print_schema(&t->model, &schema);
	files[0] = (struct packed_source){ STR(""), STR("random.scarp"),
	    text_str(&pack) };
	files[1] = (struct packed_source){ STR("random_schema"),
	    STR("random_schema.scarp"), text_str(&schema) };
	t->tree = compile_check(t->arena, t->all, &options);
	t->program = t->tree ? compile_program(t->arena, t->tree) : NULL;
	return t->program && program_verify(t->arena, t->program, &why);
}

static bool read_site(struct trial *t, struct stage *s)
{
	struct inventory_options options = { .has_as_of = t->model.has_as_of,
		.as_of = t->model.as_of };
	struct diagnostics *all;
	struct document *document;
	struct text site;
	struct str bytes;

	s->arena = arena_new_in(t->arena);
	s->sources = t->sources;
	all = diagnostics_new(s->arena, t->sources);
	text_init(&site, t->arena);
	model_print_yaml(&t->model, &site);
	bytes = text_str(&site);
	text_add(&site, (struct str){ (char[IO_PADDING]){ 0 }, IO_PADDING });
	bytes.at = text_str(&site).at;
	document = yaml_read(s->arena, all, source_add(t->sources, STR("site.yaml"), bytes));
	s->graph = document ? inventory_bind(s->arena, all, t->tree->schema, document,
	    &options) : NULL;
	return s->graph != NULL;
}

static struct tally *new_tallies(struct trial *t, struct arena *arena)
{
	return ARENA_ARRAY(arena, struct tally, t->tree->rules.count);
}

static void print_outcome(void *context, const struct outcome *o)
{
	text_printf(context, "rule %u rest %d verdict %d reason %d", o->rule, o->rest,
	    o->verdict, o->reason);
	for (int i = 0; i < o->count; i++)
		text_printf(context, " %lld", (long long)o->cells[i]);
	text_add_char(context, '\n');
}

static void print_tallies(struct trial *t, const struct tally *tallies, struct text *out)
{
	for (size_t r = 0; r < t->tree->rules.count; r++) {
		for (int v = 0; v < VERDICT_COUNT; v++)
			text_printf(out, "%llu ", (unsigned long long)tallies[r].verdicts[v]);
		text_printf(out, "%llu %d\n", (unsigned long long)tallies[r].exceptions,
		    tallies[r].failed);
	}
}

/* The findings as text, and everything as JSON, but PLAIN: verdicts and counts
 * alone, without what explains them. */
static struct str report_of(struct trial *t, struct arena *arena, const struct stage *s,
    const struct kept *kept, const struct tally *tallies, bool plain)
{
	struct text out;
	struct verdict_sink sink = { print_outcome, &out, ~0u };

	text_init(&out, arena);
	for (int all = 0; all < 2; all++) {
		unsigned wanted = all ? ~0u : 1u << VERDICT_FAIL | 1u << VERDICT_UNKNOWN;
		struct outcomes *outcomes = report_outcomes(arena, t->tree, s->graph, wanted);
		struct run_options options = { 0 };
		struct tally *own = new_tallies(t, arena);
		struct report *report;

		if (kept)
			kept_tell(t->program, kept, s->graph, outcomes);
		else
			run_keep(arena, t->program, s->graph, &options, own, outcomes);
		outcomes_tell(outcomes, &sink);
		print_tallies(t, kept ? tallies : own, &out);
		if (plain)
			continue;
		report = report_new(arena, t->tree, s->graph, kept ? tallies : own,
		    outcomes, wanted, 0, NULL);
		report->all_verdicts = all;
		report_format(all ? REPORT_FORMAT_JSON : REPORT_FORMAT_TEXT)->print(report,
		    &out);
	}
	return text_str(&out);
}

/* --- what differs ----------------------------------------------------------- */

/* Outcomes as lines that are the same whatever numbers entities and texts have. */
struct lines {
	struct trial *t;
	const struct graph *graph;
	struct arena *arena;
	VEC(struct str) all;
};

static struct type type_of(const struct program *p, uint32_t rule, int binder)
{
	const struct program_rule *r = &p->rules.items[rule];

	return program_operand(p, &p->units.items[p->frames.items[r->frame].unit],
	    r->subject[binder])->of;
}

static void add_line(void *context, const struct outcome *o)
{
	struct lines *lines = context;
	struct text out;

	text_init(&out, lines->arena);
	text_printf(&out, "rule %u rest %d verdict %d reason %d", o->rule, o->rest,
	    o->verdict, o->reason);
	for (int i = 0; i < o->count; i++) {
		struct type type = type_of(lines->t->program, o->rule, i);

		text_add_char(&out, ' ');
		if (type.tag == TYPE_ENTITY)
			text_add(&out, graph_entity_name(lines->graph, lines->arena,
			    (entity_id)o->cells[i]));
		else if (type_is_text(type))
			text_add(&out, symbol_text(lines->graph->symbols, (symbol)o->cells[i]));
		else
			text_printf(&out, "%lld", (long long)o->cells[i]);
	}
	*VEC_PUSH(lines->arena, &lines->all) = text_str(&out);
}

static int compare_lines(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static struct lines lines_of(struct trial *t, struct arena *arena, const struct graph *graph,
    const struct outcomes *outcomes)
{
	struct lines lines = { .t = t, .graph = graph, .arena = arena };
	struct verdict_sink sink = { add_line, &lines, ~0u };

	outcomes_tell(outcomes, &sink);
	*VEC_PUSH(arena, &lines.all) = STR("");
	qsort(lines.all.items, lines.all.count, sizeof(*lines.all.items), compare_lines);
	return lines;
}

/* Those of ALL that are not in SOME; false when one of SOME is not in ALL. */
static bool without(struct lines *all, const struct lines *some)
{
	size_t kept = 0, at = 0;

	for (size_t i = 0; i < all->all.count; i++) {
		if (at < some->all.count && str_equal(all->all.items[i], some->all.items[at]))
			at++;
		else
			all->all.items[kept++] = all->all.items[i];
	}
	all->all.count = kept;
	return at == some->all.count;
}

/* Before without what differs there is after without what differs here. */
static bool difference_holds(struct trial *t, const struct stage *before,
    const struct stage *after, const struct delta *delta)
{
	struct arena *arena = after->arena;
	const struct stage *stages[] = { before, after };
	struct outcomes *told[2], *whole[2];
	struct lines left[2];

	for (int i = 0; i < 2; i++) {
		told[i] = report_outcomes(arena, t->tree, stages[i]->graph, ~0u);
		whole[i] = report_outcomes(arena, t->tree, stages[i]->graph, ~0u);
		kept_tell(t->program, stages[i]->kept, stages[i]->graph, whole[i]);
	}
	kept_differ(t->program, delta, before->kept, after->kept, told[0], told[1]);
	for (int i = 0; i < 2; i++) {
		struct lines some = lines_of(t, arena, stages[i]->graph, told[i]);

		left[i] = lines_of(t, arena, stages[i]->graph, whole[i]);
		if (!without(&left[i], &some))
			return false;
		t->figures->told += some.all.count - 1;
		t->figures->untold += left[i].all.count;
	}
	if (left[0].all.count != left[1].all.count)
		return false;
	for (size_t i = 0; i < left[0].all.count; i++)
		if (!str_equal(left[0].all.items[i], left[1].all.items[i]))
			return false;
	return true;
}

/* --- one case ------------------------------------------------------------- */

static bool wrong(struct trial *t, const struct stage *before, struct str whole,
    struct str partial)
{
	struct text out;
	size_t at = 0;

	while (at < whole.length && at < partial.length && whole.at[at] == partial.at[at])
		at++;
	at = at < 200 ? 0 : at - 200;
	text_init(&out, t->arena);
	text_printf(&out, "verdicts of a part differ from those of a full run\n"
	    "---- full run\n%.*s\n---- part\n%.*s\n---- pack\n",
	    STR_ARG(str_slice(whole, at, at + 600 < whole.length ? at + 600 : whole.length)),
	    STR_ARG(str_slice(partial, at, at + 600 < partial.length ? at + 600 :
	    partial.length)));
	model_print_pack(&t->model, &out);
	text_add(&out, STR("---- schema\n"));
	model_print_schema(&t->model, &out);
	text_add(&out, STR("---- site before\n"));
	text_add(&out, source_bytes(t->sources, before->sources ?
	    sources_count(t->sources) - 2 : 0));
	text_add(&out, STR("---- site, as changed\n"));
	model_print_yaml(&t->model, &out);
	fwrite(out.at, 1, out.length, stdout);
	return false;
}

static void note(struct figures *f, const struct kept_figures *k, const struct delta *d)
{
	f->steps++;
	f->whole += k->whole;
	f->partial += !k->whole && k->rows < k->all_rows;
	f->unchanged += d && delta_is_empty(d);
	f->rows += k->rows;
	f->all_rows += k->all_rows;
	f->instructions += k->instructions;
	f->all_instructions += k->all_instructions;
}

/* As a snapshot keeps them. */
static struct kept *written(struct trial *t, struct stage *s)
{
	size_t count;
	const uint64_t *words = kept_write(s->arena, t->program, s->kept, &count);

	for (size_t cut = 0; cut < count; cut += 1 + count / 7)
		if (kept_read(s->arena, t->program, s->graph, words, cut))
			return NULL;
	return kept_read(s->arena, t->program, s->graph, words, count);
}

static bool step_holds(struct trial *t, struct stage *before, struct stage *after)
{
	struct tally *tallies = new_tallies(t, after->arena);
	struct delta *delta = delta_find(after->arena, before->graph, after->graph);
	struct run_options options = { .batch = random_below(&t->model.random, 2) * 64 };
	bool exact = random_chance(&t->model.random, 70);
	bool plain = !random_chance(&t->model.random, 5);
	struct kept_figures figures;
	struct str whole, partial;

	if (random_chance(&t->model.random, 30))
		before->kept = written(t, before);
	if (!before->kept)
		return wrong(t, before, STR("verdicts that can be read"), STR("none"));
	after->kept = kept_since(after->arena, t->program, &options, before->kept, delta,
	    after->graph, exact, tallies, &figures);
	note(t->figures, &figures, delta);
	partial = report_of(t, after->arena, after, after->kept, tallies, plain);
	whole = report_of(t, after->arena, after, NULL, NULL, plain);
	t->figures->reports += !plain;
	t->figures->moved += delta_is_empty(delta) ? 0 : !str_equal(
	    report_of(t, after->arena, after, NULL, NULL, true),
	    report_of(t, before->arena, before, NULL, NULL, true));
	if (!str_equal(whole, partial))
		return wrong(t, before, whole, partial);
	return !delta || !before->kept->sound || !after->kept->sound ||
	    difference_holds(t, before, after, delta) ||
	    wrong(t, before, STR("the same without what differs"), STR("not"));
}

static bool steps_hold(struct trial *t, struct stage *before)
{
	before->kept = kept_run(before->arena, t->program, before->graph, NULL,
	    new_tallies(t, before->arena));
	for (unsigned i = 0; i < STEPS; i++) {
		struct stage after = { 0 };

		for (unsigned n = random_below(&t->model.random, 3) + 1; n > 0; n--)
			change(&t->model);
		if (!read_site(t, &after)) {
			t->figures->refused++;
			return true;
		}
		if (!step_holds(t, before, &after))
			return false;
		arena_free(before->arena);
		*before = after;
	}
	return true;
}

static void make(struct model *m, struct arena *arena, uint64_t seed)
{
	m->arena = arena;
	random_seed(&m->random, seed);
	m->missing = random_below(&m->random, 4) * 10;
	m->ways_out = random_chance(&m->random, 40);
	m->has_as_of = random_chance(&m->random, 70);
	m->as_of = m->has_as_of ? 20000 : 0;
	m->scale = 1;
	model_schema(m);
	model_pack(m);
	m->scale = 1 + random_below(&m->random, 5);
	model_site(m);
}

static bool holds(uint64_t seed, struct figures *figures)
{
	struct trial t = { .arena = arena_new(), .figures = figures };
	struct stage state = { 0 };
	bool good = true;

	make(&t.model, t.arena, seed);
	t.sources = sources_new(t.arena);
	t.all = diagnostics_new(t.arena, t.sources);
	if (compile(&t) && read_site(&t, &state)) {
		figures->cases++;
		good = steps_hold(&t, &state);
	} else {
		figures->refused++;
	}
	if (!good)
		printf("---- seed %llu\n", (unsigned long long)seed);
	arena_free(t.arena);
	return good;
}

static unsigned percent(uint64_t part, uint64_t of)
{
	return of ? (unsigned)(part * 100 / of) : 0;
}

static int run(uint64_t seed, uint64_t cases)
{
	struct figures f = { 0 };
	bool dull;

	for (uint64_t i = 0; i < cases && f.failed < 3; i++)
		f.failed += !holds(seed + i, &f);
	printf("%llu cases, %llu refused, %llu steps: %u %% in part, %u %% whole, "
	    "%u %% changed nothing, %u %% changed the report; of parts %u %% of rows and "
	    "%u %% of instructions were run; %llu whole reports; %u %% of verdicts told "
	    "as changed; %llu failed\n",
	    (unsigned long long)f.cases, (unsigned long long)f.refused,
	    (unsigned long long)f.steps, percent(f.partial, f.steps),
	    percent(f.whole, f.steps), percent(f.unchanged, f.steps),
	    percent(f.moved, f.steps), percent(f.rows, f.all_rows),
	    percent(f.instructions, f.all_instructions), (unsigned long long)f.reports,
	    percent(f.told, f.told + f.untold), (unsigned long long)f.failed);
	dull = f.refused * 10 > f.cases || percent(f.partial, f.steps) < 60 ||
	    percent(f.moved, f.steps) < 20 || percent(f.rows, f.all_rows) > 60 ||
	    percent(f.told, f.told + f.untold) > 60 ||
	    percent(f.instructions, f.all_instructions) > 60;
	if (dull)
		printf("what was made is dull\n");
	return f.failed || dull ? 1 : 0;
}

static bool read_options(int argc, char **argv, uint64_t *seed, uint64_t *cases)
{
	for (int i = 1; i < argc; i++) {
		struct str word = str_of(argv[i]);

		if (str_equal(word, STR("--cases")) && i + 1 < argc)
			*cases = strtoull(argv[++i], NULL, 10);
		else if (str_equal(word, STR("--seed")) && i + 1 < argc)
			*seed = strtoull(argv[++i], NULL, 10);
		else
			return false;
	}
	return true;
}

static int run_guarded(uint64_t seed, uint64_t cases)
{
	struct guard guard;

	if (!GUARD_SET(&guard)) {
		fprintf(stderr, "random_since: %s\n", guard_reason());
		return 2;
	}
	return run(seed, cases);
}

int main(int argc, char **argv)
{
	uint64_t seed = 1, cases = 400;

	if (!read_options(argc, argv, &seed, &cases)) {
		fprintf(stderr, "usage: random_since [--cases N] [--seed N]\n");
		return 2;
	}
	return run_guarded(seed, cases);
}
