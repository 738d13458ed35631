/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an unknown verdict is said to lack, put to the proof: the named facts
 * are written into the site, the site is read again and the VM run, and the
 * verdict must be decided; with any of them left out, no values that are tried
 * for the rest may decide it.
 */
#include "tests/random/agree.h"

#include "explain/overlay.h"
#include "inventory/inventory.h"
#include "vm/run.h"

/* Random values that are tried for the rest of a set. */
#define TRIES 6

struct try {
	struct fill *fill;
	struct model *m;	/* a copy, to write in */
	struct arena *arena;
	const struct graph *graph;
	bool has_as_of;
	int64_t as_of;
	const char *trouble;
};

/* --- names and literals --------------------------------------------------- */

static const char *quoted(struct try *t, struct str text)
{
	struct text out;

	text_init(&out, t->arena);
	text_add_char(&out, '"');
	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == '"' || text.at[i] == '\\')
			text_add_char(&out, '\\');
		text_add_char(&out, text.at[i]);
	}
	text_add(&out, STR("\""));
	text_add_char(&out, '\0');
	return text_str(&out).at;
}

static const char *literal_of(struct try *t, struct type type, int64_t cell)
{
	if (type.tag == TYPE_ENTITY)
		return quoted(t, graph_entity_name(t->graph, t->arena, (entity_id)cell));
	if (type_is_text(type))
		return quoted(t, graph_cell_text(t->graph, t->arena, type, cell));
	return arena_printf(t->arena, "%.*s", STR_ARG(graph_cell_text(t->graph,
	    t->arena, type, cell))).at;
}

/* Is the literal of the model the cell of the graph? */
static bool is_cell(struct try *t, struct type type, const char *literal, int64_t cell)
{
	struct str text = str_of(literal);
	int64_t other;

	if (text.length >= 2 && text.at[0] == '"')
		text = (struct str){ text.at + 1, text.length - 2 };
	if (type.tag == TYPE_ENTITY || type.tag == TYPE_ENUM || type.tag == TYPE_BOOL)
		return str_equal(text, type.tag == TYPE_ENTITY ? graph_entity_name(
		    t->graph, t->arena, (entity_id)cell) : graph_cell_text(t->graph,
		    t->arena, type, cell));
	return scalar_read(t->arena, t->graph->symbols, type, text, &other) &&
	    other == cell;
}

static int model_entity(struct try *t, entity_id id)
{
	const struct graph *g = t->graph;
	entity_id owner = entity_owner(g, id);

	for (size_t i = 0; i < t->m->entities.count; i++) {
		const struct entity_model *m = &t->m->entities.items[i];

		if (!str_equal(str_of(m->key), entity_key(g, id)))
			continue;
		if (m->owner < 0 ? owner == ENTITY_NONE : owner != ENTITY_NONE &&
		    str_equal(str_of(t->m->entities.items[m->owner].key),
		    entity_key(g, owner)))
			return (int)i;
	}
	return -1;
}

/* NULL: no file of the model states it. */
static struct fact *model_fact(struct try *t, const struct filling *f)
{
	struct str name = t->graph->schema->attributes.items[f->attribute].name;
	int entity = model_entity(t, f->entity);

	for (size_t i = 0; i < t->m->facts.count; i++) {
		struct fact *fact = &t->m->facts.items[i];

		if (fact->entity == entity && str_equal(name, str_of(
		    t->m->attributes.items[fact->attribute].name)))
			return fact;
	}
	t->trouble = "a fact that nobody can collect";
	return NULL;
}

/* --- writing -------------------------------------------------------------- */

static void write_value(struct try *t, const struct filling *f, struct fact *fact)
{
	struct type type = t->graph->schema->attributes.items[f->attribute].type;

	if (fact->state != MISSING)
		t->trouble = "a value that is there";
	fact->state = f->absent ? ABSENT : GIVEN;
	fact->values.count = 0;		/* what shrinking left there */
	if (!f->absent)
		*VEC_PUSH(t->arena, &fact->values) = literal_of(t, type, f->cell);
}

static void write_row(struct try *t, const struct filling *f, struct fact *fact)
{
	struct type type = t->graph->links[f->attribute].type;

	if (fact->state == CLOSED)
		t->trouble = "a list that is closed";
	if (fact->state == MISSING)
		fact->values.count = fact->possible.count = 0;
	fact->state = CLOSED;
	for (uint32_t i = 0; i < f->added_count; i++)
		*VEC_PUSH(t->arena, &fact->values) = literal_of(t, type, f->added[i]);
}

static void write_link(struct try *t, const struct filling *f, struct fact *fact)
{
	struct type type = t->graph->links[f->attribute].type;

	for (size_t i = 0; i < fact->possible.count; i++) {
		if (!is_cell(t, type, fact->possible.items[i], f->cell))
			continue;
		if (f->holds)
			*VEC_PUSH(t->arena, &fact->values) = fact->possible.items[i];
		fact->possible.items[i] = fact->possible.items[--fact->possible.count];
		return;
	}
	t->trouble = "a link that is not possible";
}

static void write_extent(struct try *t, const struct filling *f)
{
	struct str name = t->graph->schema->kinds.items[f->of].name;

	for (int k = ALPHA; k <= PART; k++)
		if (str_equal(name, str_of(kind_names[k])))
			t->m->complete[k] = true;
}

static void write_filling(struct try *t, const struct filling *f)
{
	struct fact *fact = NULL;

	if (f->kind == MISSING_EXTENT) {
		write_extent(t, f);
		return;
	}
	if (f->kind == MISSING_TODAY) {
		t->has_as_of = true;
		t->as_of = f->cell;
		return;
	}
	if (f->attribute != SCHEMA_NONE)
		fact = model_fact(t, f);
	if (!fact)
		return;
	if (f->kind == MISSING_VALUE)
		write_value(t, f, fact);
	else if (f->kind == MISSING_LINK)
		write_link(t, f, fact);
	else
		write_row(t, f, fact);
}

/* --- reading again -------------------------------------------------------- */

struct verdict_of_subject {
	struct try *t;
	struct evaluator *evaluator;
	const struct outcome *wanted;
	struct str subject;
	enum verdict verdict;
};

static void compare(void *context, const struct outcome *o)
{
	struct verdict_of_subject *v = context;
	struct subject_text text;

	if (o->rule != v->wanted->rule || o->rest != v->wanted->rest)
		return;
	text = evaluate_subject(v->evaluator, v->t->arena, o);
	if (str_equal(text.key, v->subject))
		v->verdict = (enum verdict)o->verdict;
}

static struct graph *read_site(struct try *t)
{
	struct sources *sources = sources_new(t->arena);
	struct diagnostics *all = diagnostics_new(t->arena, sources);
	struct inventory_options options = { .has_as_of = t->has_as_of,
		.as_of = t->as_of };
	struct document *document;
	struct text site;
	struct str padded;

	text_init(&site, t->arena);
	model_print_yaml(t->m, &site);
	padded = text_str(&site);
	text_add(&site, (struct str){ (char[64]){ 0 }, 64 });
	padded.at = text_str(&site).at;
	document = yaml_read(t->arena, all, source_add(sources, STR("site.yaml"), padded));
	return document ? inventory_bind(t->arena, all, t->fill->tree->schema,
	    document, &options) : NULL;
}

/* Not applicable: also what is no subject any more. */
static enum verdict verdict_again(struct try *t, const struct outcome *outcome,
    struct str subject)
{
	const struct fill *f = t->fill;
	struct graph *graph = read_site(t);
	struct run_options options = { 0 };
	struct verdict_of_subject v = { .t = t, .wanted = outcome,
		.subject = subject, .verdict = VERDICT_NOT_APPLICABLE };
	struct verdict_sink sink = { compare, &v, ~0u };

	if (!graph) {
		t->trouble = "a value that no file can state";
		return VERDICT_UNKNOWN;
	}
	v.evaluator = evaluator_new(t->arena, f->tree, graph);
	run_program(t->arena, f->program, graph, &options, ARENA_ARRAY(t->arena,
	    struct tally, f->tree->rules.count), &sink);
	return v.verdict;
}

static struct model *copy_model(struct arena *arena, const struct model *m)
{
	struct model *copy = ARENA_NEW(arena, struct model);

	*copy = *m;
	memset(&copy->facts, 0, sizeof(copy->facts));
	for (size_t i = 0; i < m->facts.count; i++) {
		const struct fact *from = &m->facts.items[i];
		struct fact *to = VEC_PUSH(arena, &copy->facts);

		*to = *from;
		memset(&to->values, 0, sizeof(to->values));
		memset(&to->possible, 0, sizeof(to->possible));
		for (size_t v = 0; v < from->values.count; v++)
			*VEC_PUSH(arena, &to->values) = from->values.items[v];
		for (size_t v = 0; v < from->possible.count; v++)
			*VEC_PUSH(arena, &to->possible) = from->possible.items[v];
	}
	return copy;
}

/* The verdict with all fillings written but the one at WITHOUT (or none). */
static enum verdict try_fillings(struct fill *f, const struct outcome *outcome,
    const struct filling *fillings, size_t count, size_t without, const char **trouble)
{
	struct arena *arena = arena_new();
	struct try t = { .fill = f, .arena = arena, .graph = f->graph,
		.m = copy_model(arena, f->m) };
	struct str subject = evaluate_subject(f->evaluator, arena, outcome).key;
	enum verdict verdict;

	for (size_t i = 0; i < count; i++)
		if (i != without)
			write_filling(&t, &fillings[i]);
	verdict = verdict_again(&t, outcome, subject);
	*trouble = t.trouble;
	arena_free(arena);
	return verdict;
}

/* --- other values for the same facts -------------------------------------- */

static bool random_cell(struct fill *f, struct type type, int64_t *cell)
{
	const struct extent *x = &f->graph->extents[type.of];
	struct random *r = &f->m->random;

	if (type.tag == TYPE_ENTITY) {
		*cell = x->first + random_below(r, x->count);
		return x->count > 0;
	}
	if (type.tag == TYPE_BOOL)
		*cell = random_below(r, 2);
	else if (type.tag == TYPE_ENUM)
		*cell = random_below(r, f->tree->schema->enums.items[type.of].value_count);
	else {
		static const int types[TYPE_COUNT] = { [TYPE_INT] = INT,
			[TYPE_DATE] = DATE, [TYPE_DURATION] = DURATION,
			[TYPE_STRING] = STRING, [TYPE_CASELESS] = CASELESS,
			[TYPE_VERSION] = VERSION, [TYPE_IP] = IP, [TYPE_NET] = NET };
		struct str text = str_of(model_literal(f->m, types[type.tag], false));

		if (text.at[0] == '"')
			text = (struct str){ text.at + 1, text.length - 2 };
		return scalar_read(f->arena, f->graph->symbols, type, text, cell);
	}
	return true;
}

static void refill(struct fill *f, struct filling *filling)
{
	struct type type = { .tag = TYPE_DATE };
	int64_t *cell = ARENA_NEW(f->arena, int64_t);

	if (filling->attribute != SCHEMA_NONE)
		type = f->tree->schema->attributes.items[filling->attribute].type;
	filling->added_count = 0;
	switch (filling->kind) {
	case MISSING_VALUE: case MISSING_TODAY:
		filling->absent = type.optional && random_chance(&f->m->random, 30);
		if (random_cell(f, type, cell))
			filling->cell = *cell;
		break;
	case MISSING_ROW: case MISSING_REST:
		if (f->tree->schema->attributes.items[filling->attribute].owned ||
		    random_chance(&f->m->random, 40))
			break;
		type.set = false;
		if (!random_cell(f, type, cell))
			break;
		filling->added = cell;
		filling->added_count = 1;
		break;
	case MISSING_LINK:
		filling->holds = random_chance(&f->m->random, 50);
		break;
	case MISSING_CONFLICT: case MISSING_EXTENT: case MISSING_TROUBLE:
		break;
	}
}

static const char *complain(struct fill *f, const struct outcome *outcome,
    const struct finding *finding, const char *what)
{
	struct text text;

	text_init(&text, f->arena);
	text_printf(&text, "%s: rule %.*s, subject %.*s, needs", what,
	    STR_ARG(f->tree->rules.items[outcome->rule].id),
	    STR_ARG(evaluate_subject(f->evaluator, f->arena, outcome).key));
	for (size_t i = 0; i < finding->missing_count; i++)
		text_printf(&text, "%s %.*s", i ? "," : "",
		    STR_ARG(finding->missing[i].text));
	text_add_char(&text, '\0');
	return text_str(&text).at;
}

/* No member can be dropped. */
static const char *none_is_spare(struct fill *f, const struct outcome *outcome,
    const struct finding *finding)
{
	size_t count = finding->missing_count;
	struct filling *fillings = ARENA_ARRAY(f->arena, struct filling, count);
	const char *trouble;

	for (size_t without = 0; without < count; without++) {
		for (unsigned try = 0; try < TRIES; try++) {
			memcpy(fillings, finding->fillings, count * sizeof(*fillings));
			for (size_t i = 0; try > 0 && i < count; i++)
				refill(f, &fillings[i]);
			f->trials++;
			if (try_fillings(f, outcome, fillings, count, without,
			    &trouble) != VERDICT_UNKNOWN)
				return complain(f, outcome, finding,
				    "fewer facts decide the verdict");
		}
	}
	return NULL;
}

static bool needs_trouble(const struct finding *finding)
{
	for (size_t i = 0; i < finding->missing_count; i++)
		if (finding->missing[i].kind == MISSING_TROUBLE)
			return true;
	return false;
}

const char *fill_holds(struct fill *f, const struct outcome *outcome,
    const struct finding *finding)
{
	const char *trouble = NULL;
	enum verdict verdict;

	f->unknown++;
	if (!finding->fillings) {
		f->hopeless += needs_trouble(finding);
		f->unfound += !needs_trouble(finding);
		return NULL;
	}
	f->filled++;
	f->several += finding->missing_count > 1;
	f->unproven += !finding->minimal;
	f->trials++;
	verdict = try_fillings(f, outcome, finding->fillings,
	    finding->missing_count, SIZE_MAX, &trouble);
	if (trouble)
		return complain(f, outcome, finding, trouble);
	if (verdict != finding->filled)
		return complain(f, outcome, finding, verdict == VERDICT_UNKNOWN
		    ? "the missing facts were filled in and do not decide the verdict"
		    : "the missing facts decide the verdict otherwise");
	if (f->m->ways_out || !finding->minimal)
		return NULL;
	return none_is_spare(f, outcome, finding);
}
