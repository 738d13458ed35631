/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random_edits [--cases N] [--seed N]
 *
 * Random packs and sites, as random_agree makes them, and random changes of
 * the sites, each made twice: as edits, and in the file.  Both give the same
 * verdicts.  The verdicts before and after are compared as `scarp diff` does:
 * nothing is new between a run and itself, the two directions mirror each
 * other, and reports that were written and read again compare the same.  Some
 * failures are repaired: the patch, applied to the site as it is read anew,
 * makes the verdict pass and no other fail, by the reference evaluator.
 * Fails when what was made is dull.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/guard.h"
#include "base/io.h"
#include "base/limits.h"
#include "cli/repair_search.h"
#include "compiler/compiler.h"
#include "compiler/plan.h"
#include "inventory/inventory.h"
#include "report/diff.h"
#include "report/identity.h"
#include "tests/random/random.h"
#include "vm/run.h"
#include "vm/verify.h"

/* Lines of a patch. */
#define CHANGES 4
/* Failures of one site that are repaired, and inventories tried for one. */
#define REPAIRS 6
#define TRIES 60

struct figures {
	uint64_t cases, refused, lines, moved, repairs, several, none, failed;
};

struct trial {
	struct arena *arena;
	struct model model;		/* the site, and later as changed */
	struct text lines;		/* of the patch */
	struct str repair;		/* the last one */
	struct sources *sources;
	struct diagnostics *all;
	struct session_pack pack;
	struct figures *figures;
};

static bool wrong(const struct trial *t, const char *what, struct str detail)
{
	struct text out;

	text_init(&out, t->arena);
	text_printf(&out, "%s %.*s\n---- pack\n", what, STR_ARG(detail));
	model_print_pack(&t->model, &out);
	text_add(&out, STR("---- schema\n"));
	model_print_schema(&t->model, &out);
	text_add(&out, STR("---- site, as changed\n"));
	model_print_yaml(&t->model, &out);
	text_add(&out, STR("---- edits\n"));
	text_add(&out, text_str(&t->lines));
	text_add(&out, STR("---- repair\n"));
	text_add(&out, t->repair);
	text_add(&out, STR("---- diagnostics\n"));
	diag_print(t->all, &out, 3, DIAG_CONCISE, false);
	fwrite(out.at, 1, out.length, stdout);
	return false;
}

/* --- changes of the model, and the same as edits -------------------------- */

static struct attribute *attribute_of(struct trial *t, const struct fact *fact)
{
	return &t->model.attributes.items[fact->attribute];
}

static bool is_there(const struct trial *t, int entity)
{
	return t->model.entities.items[entity].kind >= 0;
}

static void name_entity(struct trial *t, int entity)
{
	const struct entity_model *e = &t->model.entities.items[entity];

	if (e->kind == PART)
		text_printf(&t->lines, "Alpha[\"%s\"].parts[%s]",
		    t->model.entities.items[e->owner].key, e->key);
	else
		text_printf(&t->lines, random_chance(&t->model.random, 50) ?
		    "%s[\"%s\"]" : "%s[ %s ]", kind_names[e->kind], e->key);
}

static void begin(struct trial *t, const struct fact *fact, const char *change)
{
	const struct entity_model *e = &t->model.entities.items[fact->entity];

	if (e->kind == PART)
		name_entity(t, fact->entity);
	else
		text_printf(&t->lines, "%s[\"%s\"]", kind_names[e->kind], e->key);
	text_printf(&t->lines, ".%s %s", attribute_of(t, fact)->name, change);
}

static void print_list(struct trial *t, const struct fact *fact)
{
	text_add(&t->lines, STR("{ items: ["));
	for (size_t i = 0; i < fact->values.count; i++)
		text_printf(&t->lines, "%s%s", i ? ", " : "", fact->values.items[i]);
	text_add(&t->lines, STR("], possible: ["));
	for (size_t i = 0; i < fact->possible.count; i++)
		text_printf(&t->lines, "%s%s", i ? ", " : "",
		    fact->possible.items[i]);
	text_printf(&t->lines, "], open: %s }",
	    fact->state == OPEN ? "true" : "false");
}

static void say_anew(struct trial *t, struct fact *fact)
{
	memset(&fact->values, 0, sizeof(fact->values));
	memset(&fact->possible, 0, sizeof(fact->possible));
	fact->state = MISSING;
	model_fill(&t->model, fact, attribute_of(t, fact)->type);
	if (fact->state == MISSING) {
		begin(t, fact, "is unknown\n");
		return;
	}
	begin(t, fact, "= ");
	if (fact->state == ABSENT)
		text_add(&t->lines, STR("none"));
	else if (attribute_of(t, fact)->type & SET)
		print_list(t, fact);
	else
		text_printf(&t->lines, "%s", fact->values.items[0]);
	text_add_char(&t->lines, '\n');
}

static void forget(struct trial *t, struct fact *fact)
{
	memset(&fact->values, 0, sizeof(fact->values));
	memset(&fact->possible, 0, sizeof(fact->possible));
	fact->state = MISSING;
	begin(t, fact, "is unknown\n");
}

typedef VEC(const char *) word_list;

static bool take_word(word_list *list, int type, const char *word)
{
	for (size_t i = 0; i < list->count; i++)
		if (model_same(type, list->items[i], word)) {
			list->items[i] = list->items[--list->count];
			return true;
		}
	return false;
}

static bool take(struct fact *fact, int type, const char *word)
{
	return take_word((word_list *)&fact->values, BASE(type), word) |
	    take_word((word_list *)&fact->possible, BASE(type), word);
}

static void put(struct trial *t, struct fact *fact, const char *word)
{
	int type = attribute_of(t, fact)->type;

	take(fact, type, word);
	*VEC_PUSH(t->arena, &fact->values) = word;
	if (fact->state == MISSING)
		fact->state = OPEN;
}

static void gain(struct trial *t, struct fact *fact)
{
	const char *word = model_value(&t->model, attribute_of(t, fact)->type);

	if (!word)
		return;
	put(t, fact, word);
	begin(t, fact, "+= ");
	text_printf(&t->lines, "[%s]\n", word);
}

static void lose(struct trial *t, struct fact *fact)
{
	const char *word = fact->values.count ? fact->values.items[0] :
	    fact->possible.count ? fact->possible.items[0] : NULL;

	if (!word)
		return;
	take(fact, attribute_of(t, fact)->type, word);
	begin(t, fact, "-= ");
	text_printf(&t->lines, "[%s]\n", word);
}

static void open_or_close(struct trial *t, struct fact *fact)
{
	fact->state = random_chance(&t->model.random, 50) ? OPEN : CLOSED;
	begin(t, fact, fact->state == OPEN ? "is open\n" : "is closed\n");
}

/* --- parts ---------------------------------------------------------------- */

/* Entities stay in the table, where others are counted by their place. */
static void drop_entity(struct trial *t, int entity)
{
	struct model *m = &t->model;

	m->entities.items[entity].kind = -1;
	m->entities.items[entity].owner = -2;
	for (size_t i = 0; i < m->entities.count; i++)
		if (m->entities.items[i].owner == entity)
			drop_entity(t, (int)i);
}

static int find_part(const struct trial *t, int owner, const char *shape)
{
	for (size_t i = 0; i < t->model.entities.count; i++)
		if (t->model.entities.items[i].owner == owner &&
		    (!shape || str_equal(str_of(shape),
		    str_of(t->model.entities.items[i].key))))
			return (int)i;
	return -1;
}

static void change_parts(struct trial *t, struct fact *fact)
{
	const char *shape = model_literal(&t->model, SHAPE, false);
	int part = find_part(t, fact->entity, NULL);

	if (random_chance(&t->model.random, 20)) {
		while ((part = find_part(t, fact->entity, NULL)) >= 0)
			drop_entity(t, part);
		fact->state = MISSING;
		begin(t, fact, "is unknown\n");
	} else if (part >= 0 && random_chance(&t->model.random, 50)) {
		begin(t, fact, "-= ");
		text_printf(&t->lines, "[%s]\n", t->model.entities.items[part].key);
		drop_entity(t, part);
	} else if (find_part(t, fact->entity, shape) < 0) {
		*VEC_PUSH(t->arena, &t->model.entities) =
		    (struct entity_model){ .kind = PART, .key = shape,
			.owner = fact->entity };
		if (fact->state == MISSING)
			fact->state = OPEN;
		begin(t, fact, "+= ");
		text_printf(&t->lines, "[%s]\n", shape);
	}
}

/* --- whole entities and the other side of links --------------------------- */

static const char *quoted_key(struct trial *t, int entity)
{
	return model_printf(&t->model, "\"%s\"",
	    t->model.entities.items[entity].key);
}

static bool is_a(int kind, int of)
{
	return kind == of || (kind == DELTA && of == ALPHA);
}

static void remove_entity(struct trial *t, int entity)
{
	struct model *m = &t->model;
	const char *word = quoted_key(t, entity);
	int kind = m->entities.items[entity].kind;

	if (kind == PART)
		return;
	text_add(&t->lines, STR("remove "));
	name_entity(t, entity);
	text_add_char(&t->lines, '\n');
	for (size_t f = 0; f < m->facts.count; f++) {
		struct fact *fact = &m->facts.items[f];
		int type = attribute_of(t, fact)->type;

		if (!IS_KIND_TYPE(type) || attribute_of(t, fact)->owned ||
		    !is_a(kind, BASE(type)) || !take(fact, type, word) ||
		    type & SET)
			continue;
		fact->state = type & OPTIONAL ? ABSENT : MISSING;
	}
	drop_entity(t, entity);
}

/* The hidden side of a link: what is said there is said of the other side. */
static void change_hidden(struct trial *t, struct fact *fact)
{
	struct model *m = &t->model;
	const char *name = attribute_of(t, fact)->name, *target;
	int type = attribute_of(t, fact)->type;
	const struct attribute *back = NULL;
	bool has;

	for (size_t a = 0; a < m->attributes.count; a++)
		if (m->attributes.items[a].inverse && !m->attributes.items[a].owned &&
		    str_equal(str_of(m->attributes.items[a].inverse), str_of(name)))
			back = &m->attributes.items[a];
	target = back ? model_value(m, type) : NULL;
	if (!target)
		return;
	has = take(fact, type, target);
	text_printf(&t->lines, "%s[%s].%s %s [\"%s\"]\n", kind_names[BASE(type)],
	    target, back->name, has ? "-=" : "+=",
	    m->entities.items[fact->entity].key);
	if (has && !(type & SET)) {
		fact->state = type & OPTIONAL ? ABSENT : MISSING;
	} else if (!has) {
		if (!(type & SET))
			fact->values.count = 0;
		*VEC_PUSH(t->arena, &fact->values) = target;
		if (!(type & SET))
			fact->state = GIVEN;
		else if (fact->state == MISSING)
			fact->state = OPEN;
	}
}

static void change_extent(struct trial *t)
{
	static const int kinds[] = { BETA, GAMMA };
	int kind = kinds[random_below(&t->model.random, 2)];

	t->model.complete[kind] = !t->model.complete[kind];
	text_printf(&t->lines, "%s is %s\n", kind_names[kind],
	    t->model.complete[kind] ? "complete" : "open");
}

static void change_fact(struct trial *t, struct fact *fact)
{
	const struct attribute *a = attribute_of(t, fact);
	unsigned which = random_below(&t->model.random, 10);

	if (a->owned)
		change_parts(t, fact);
	else if (which < 2)
		forget(t, fact);
	else if (which < 5 && a->type & SET)
		gain(t, fact);
	else if (which < 7 && a->type & SET)
		lose(t, fact);
	else if (which < 8 && a->type & SET)
		open_or_close(t, fact);
	else if (which < 9 && IS_KIND_TYPE(a->type) &&
	    t->model.entities.items[fact->entity].kind != PART)
		change_hidden(t, fact);
	else
		say_anew(t, fact);
}

static void change(struct trial *t)
{
	struct model *m = &t->model;
	unsigned which = random_below(&m->random, 12);
	struct fact *fact;

	if (which == 0 || m->facts.count == 0) {
		change_extent(t);
		return;
	}
	fact = &m->facts.items[random_below(&m->random, (unsigned)m->facts.count)];
	if (!is_there(t, fact->entity))
		return;
	if (which == 1)
		remove_entity(t, fact->entity);
	else
		change_fact(t, fact);
}

/* --- running -------------------------------------------------------------- */

static struct document *read_site(struct trial *t)
{
	struct text site;
	struct str bytes;

	text_init(&site, t->arena);
	model_print_yaml(&t->model, &site);
	bytes = text_str(&site);
	text_add(&site, (struct str){ (char[IO_PADDING]){ 0 }, IO_PADDING });
	bytes.at = text_str(&site).at;
	return yaml_read(t->arena, t->all, source_add(t->sources,
	    STR("site.yaml"), bytes));
}

static struct inventory *open_site(struct trial *t)
{
	struct inventory_options options = { 0 };
	struct document *document = read_site(t);

	return document ? inventory_open_document(t->arena, t->all,
	    t->pack.tree->schema, document, &options) : NULL;
}

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
	t->pack.tree = compile_check(t->arena, t->all, &options);
	t->pack.program = t->pack.tree ? compile_program(t->arena, t->pack.tree) :
	    NULL;
	return t->pack.program && program_verify(t->arena, t->pack.program, &why);
}

static void keep(void *context, const struct outcome *outcome)
{
	outcomes_add(context, outcome);
}

static struct report *report_of(struct trial *t, const struct graph *graph,
    bool reference)
{
	struct evaluator *evaluator = evaluator_new(t->arena, t->pack.tree, graph);
	struct tally *tallies = ARENA_ARRAY(t->arena, struct tally,
	    t->pack.tree->rules.count);
	struct outcomes *outcomes = outcomes_new(t->arena, t->pack.tree->rules.count,
	    ~0u, graph->symbols);
	struct verdict_sink sink = { keep, outcomes, ~0u };
	struct run_options options = { 0 };
	struct report *report;

	if (reference)
		evaluate_all(evaluator, tallies, &sink);
	else
		run_keep(t->arena, t->pack.program, graph, &options, tallies,
		    outcomes);
	report = report_new(t->arena, t->pack.tree, graph, tallies, outcomes, ~0u, 0,
	    NULL);
	report->all_verdicts = true;
	return report;
}

/* --- properties ----------------------------------------------------------- */

static uint64_t differing(const struct diff *diff)
{
	uint64_t sum = 0;

	for (int c = 0; c < DIFF_CLASS_COUNT; c++)
		sum += c == DIFF_UNCHANGED ? 0 : diff->counts[c];
	return sum;
}

static struct str first_change(struct trial *t, const struct diff *diff)
{
	struct text out;

	text_init(&out, t->arena);
	diff_text_changes(diff, &out, false, 0, ~0u);
	return str_slice(text_str(&out), 0, 600);
}

static struct diff_side *side_of(struct trial *t, struct report *report)
{
	return diff_of_report(t->arena, STR("report"), report);
}

/* Written as JSON, and read again. */
static struct diff_side *side_again(struct trial *t, struct report *report)
{
	struct document *document;
	struct text out;
	struct str bytes;

	text_init(&out, t->arena);
	report_json(report, &out);
	bytes = text_str(&out);
	text_add(&out, (struct str){ (char[IO_PADDING]){ 0 }, IO_PADDING });
	bytes.at = text_str(&out).at;
	document = json_read(t->arena, t->all, source_add(t->sources,
	    STR("report.json"), bytes));
	return document ? diff_read(t->arena, t->all, STR("report"), document) :
	    NULL;
}

static bool same_change(const struct diff_change *a, const struct diff_change *b)
{
	const struct diff_result *x = a->after ? a->after : a->before;
	const struct diff_result *y = b->after ? b->after : b->before;

	return a->class == b->class && str_equal(x->id, y->id);
}

static bool same_diff(const struct diff *a, const struct diff *b)
{
	if (a->changes.count != b->changes.count)
		return false;
	for (size_t i = 0; i < a->changes.count; i++)
		if (!same_change(&a->changes.items[i], &b->changes.items[i]))
			return false;
	return true;
}

/* Each change is there in the other direction, with its sides exchanged. */
static bool mirrors(const struct diff *a, const struct diff *b)
{
	if (a->counts[DIFF_UNCHANGED] != b->counts[DIFF_UNCHANGED] ||
	    a->counts[DIFF_EVIDENCE] != b->counts[DIFF_EVIDENCE] ||
	    a->counts[DIFF_APPLIES] != b->counts[DIFF_APPLIES] ||
	    a->changes.count != b->changes.count)
		return false;
	for (size_t i = 0; i < a->changes.count; i++) {
		const struct diff_change *x = &a->changes.items[i];
		bool found = false;

		for (size_t j = 0; j < b->changes.count && !found; j++) {
			const struct diff_change *y = &b->changes.items[j];

			found = x->before == y->after && x->after == y->before &&
			    (x->class == DIFF_EVIDENCE) == (y->class == DIFF_EVIDENCE);
		}
		if (!found)
			return false;
	}
	return true;
}

static bool diff_holds(struct trial *t, struct report *before,
    struct report *after)
{
	struct diff_side *a = side_of(t, before), *b = side_of(t, after);
	struct diff_side *again_a = side_again(t, before);
	struct diff_side *again_b = side_again(t, after);
	struct diff *there = diff_compare(t->arena, a, b);

	t->figures->moved += there->changes.count;
	if (differing(diff_compare(t->arena, a, a)))
		return wrong(t, "something is new between a run and itself", STR(""));
	if (!mirrors(there, diff_compare(t->arena, b, a)))
		return wrong(t, "the directions do not mirror each other", STR(""));
	if (!again_a || !again_b)
		return wrong(t, "a report cannot be read again", STR(""));
	if (!same_diff(there, diff_compare(t->arena, again_a, again_b)))
		return wrong(t, "written reports compare otherwise", STR(""));
	return true;
}

/* --- repairs -------------------------------------------------------------- */

static bool repair_holds(struct trial *t, struct report *before,
    const struct report_result *result, const struct repair *repair)
{
	struct inventory *inventory = open_site(t);
	struct edits *edits = NULL;
	struct text patch;
	struct graph *graph;
	struct diff *diff;

	text_init(&patch, t->arena);
	for (size_t i = 0; i < repair->count; i++)
		text_add(&patch, repair->changes[i]);
	t->repair = text_str(&patch);
	if (!inventory || !edits_parse(t->arena, t->all, source_add(t->sources,
	    STR("patch"), text_str(&patch)), &edits))
		return wrong(t, "a repair is no patch", STR(""));
	graph = inventory_graph(inventory, t->arena, t->all, edits);
	if (!graph)
		return wrong(t, "a repair cannot be applied", STR(""));
	diff = diff_compare(t->arena, side_of(t, before),
	    side_of(t, report_of(t, graph, true)));
	if (diff->counts[DIFF_NEW])
		return wrong(t, "a repair does harm", first_change(t, diff));
	for (size_t i = 0; i < diff->changes.count; i++)
		if (diff->changes.items[i].class == DIFF_FIXED && str_equal(
		    diff->changes.items[i].before->id, result->id) &&
		    diff->changes.items[i].after->verdict == VERDICT_PASS)
			return true;
	return wrong(t, "a repair does not mend", first_change(t, diff));
}

static bool repairs_hold(struct trial *t, struct inventory *inventory,
    const struct graph *graph, struct report *before)
{
	struct session session = { .arena = t->arena, .sources = t->sources,
		.all = t->all };
	unsigned tried = 0;

	report_hold(before);
	for (size_t i = 0; i < before->held_count && tried < REPAIRS; i++) {
		const struct report_result *result = &before->held[i];
		struct repair_task task = { .session = &session, .pack = &t->pack,
			.inventory = inventory, .graph = graph, .most = 2 };
		struct repair repair;

		if (result->verdict != VERDICT_FAIL)
			continue;
		tried++;
		task.target = *result->outcome;
		repair = repair_search(&task);
		t->figures->none += !repair.found;
		t->figures->repairs += repair.found;
		t->figures->several += repair.count > 1;
		if (repair.found && !repair_holds(t, before, result, &repair))
			return false;
	}
	return true;
}

/* --- one case ------------------------------------------------------------- */

static bool edits_hold(struct trial *t, struct inventory *inventory,
    struct report *before)
{
	struct edits *edits = NULL;
	struct graph *edited, *file;
	struct inventory *changed;
	struct report *by_edits, *by_file;
	struct diff *diff;

	for (unsigned i = 0; i < CHANGES; i++)
		change(t);
	if (!edits_parse(t->arena, t->all, source_add(t->sources, STR("patch"),
	    text_str(&t->lines)), &edits))
		return wrong(t, "an edit is refused", STR(""));
	t->figures->lines += edits_count(edits);
	edited = inventory_graph(inventory, t->arena, t->all, edits);
	if (!edited)
		return wrong(t, "an edit cannot be applied", STR(""));
	changed = open_site(t);
	file = changed ? inventory_graph(changed, t->arena, t->all, NULL) : NULL;
	if (!file)
		return wrong(t, "the changed site is refused", STR(""));
	by_edits = report_of(t, edited, false);
	by_file = report_of(t, file, false);
	diff = diff_compare(t->arena, side_of(t, by_edits), side_of(t, by_file));
	if (differing(diff) - diff->counts[DIFF_EVIDENCE])
		return wrong(t, "editing is not what changing the file is",
		    first_change(t, diff));
	return diff_holds(t, before, by_edits);
}

static void make(struct model *m, struct arena *arena, uint64_t seed)
{
	m->arena = arena;
	random_seed(&m->random, seed);
	m->missing = random_below(&m->random, 4) * 10;
	m->ways_out = random_chance(&m->random, 40);
	m->scale = 1;
	model_schema(m);
	model_site(m);
	model_pack(m);
}

static bool holds(uint64_t seed, struct figures *figures)
{
	struct trial t = { .arena = arena_new(), .figures = figures };
	struct inventory *inventory;
	struct graph *graph;
	struct report *before;
	bool good = true;

	make(&t.model, t.arena, seed);
	text_init(&t.lines, t.arena);
	t.sources = sources_new(t.arena);
	t.all = diagnostics_new(t.arena, t.sources);
	inventory = compile(&t) ? open_site(&t) : NULL;
	graph = inventory ? inventory_graph(inventory, t.arena, t.all, NULL) : NULL;
	if (graph) {
		figures->cases++;
		before = report_of(&t, graph, false);
		good = repairs_hold(&t, inventory, graph, before) &&
		    edits_hold(&t, inventory, before);
	} else {
		figures->refused++;
	}
	if (!good)
		printf("---- seed %llu\n", (unsigned long long)seed);
	arena_free(t.arena);
	return good;
}

struct options {
	uint64_t seed, cases;
};

static int run(const struct options *o)
{
	struct figures f = { 0 };
	bool dull;

	limit_set(STR("repair"), TRIES * 1020);
	for (uint64_t i = 0; i < o->cases && f.failed < 3; i++)
		f.failed += !holds(o->seed + i, &f);
	printf("%llu cases, %llu refused, %llu edits, %llu verdicts changed; "
	    "%llu repairs, %llu of several edits, %llu not found\n",
	    (unsigned long long)f.cases, (unsigned long long)f.refused,
	    (unsigned long long)f.lines, (unsigned long long)f.moved,
	    (unsigned long long)f.repairs, (unsigned long long)f.several,
	    (unsigned long long)f.none);
	dull = f.refused * 50 > f.cases || f.lines < f.cases ||
	    f.moved < f.cases || f.repairs * 5 < f.cases || f.several * 50 < f.cases;
	if (dull)
		printf("that is dull\n");
	return f.failed || dull;
}

int main(int argc, char **argv)
{
	struct options o = { .seed = 1, .cases = 1000 };
	struct guard guard;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (str_equal(str_of(argv[i]), STR("--seed")))
			o.seed = strtoull(argv[i + 1], NULL, 10);
		else if (str_equal(str_of(argv[i]), STR("--cases")))
			o.cases = strtoull(argv[i + 1], NULL, 10);
	}
	if (!GUARD_SET(&guard)) {
		fprintf(stderr, "random_edits: %s\n", guard_reason());
		return 2;
	}
	return run(&o);
}
