/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/random/random.h"

static const char *const plurals[TYPES] = {
	[ALPHA] = "alphas", [DELTA] = "deltas", [BETA] = "betas", [GAMMA] = "gammas",
};

static bool is_a(int kind, int of)
{
	return kind == of || (kind == DELTA && of == ALPHA);
}

static void add_entities(struct model *m, int kind, unsigned count, const char *letter)
{
	for (unsigned i = 0; i < count; i++)
		*VEC_PUSH(m->arena, &m->entities) = (struct entity_model){
			.kind = kind, .owner = -1,
			.key = model_printf(m, "%s%u", letter, i) };
}

/* The key of some entity of a kind, as a quoted literal; NULL when none. */
static const char *some_entity(struct model *m, int kind)
{
	const struct model *of = m->first && random_chance(&m->random, 70)
	    ? m->first : m;

	for (unsigned tries = 0; tries < 20 && of->entities.count; tries++) {
		const struct entity_model *e = &of->entities.items[
		    random_below(&m->random, (unsigned)of->entities.count)];

		if (is_a(e->kind, kind))
			return model_printf(m, "\"%s\"", e->key);
	}
	return NULL;
}

static const char *some_value(struct model *m, int type)
{
	return IS_KIND_TYPE(type) ? some_entity(m, BASE(type))
	    : model_literal(m, BASE(type), false);
}

/* Spellings of one caseless name, version and so on are one element. */
static bool same_value(int type, const char *a, const char *b)
{
	struct str x = str_of(a), y = str_of(b);

	if (str_equal(x, y))
		return true;
	if (type == CASELESS)
		return x.length == 3 && y.length == 3 && (x.at[1] | 32) == (y.at[1] | 32);
	return type == VERSION && ((str_equal(x, STR("\"1\"")) && str_equal(y, STR("\"1.0\""))) ||
	    (str_equal(x, STR("\"1.0\"")) && str_equal(y, STR("\"1\""))));
}

static bool holds(const struct fact *fact, int type, const char *value)
{
	for (size_t i = 0; i < fact->values.count; i++)
		if (same_value(type, fact->values.items[i], value))
			return true;
	for (size_t i = 0; i < fact->possible.count; i++)
		if (same_value(type, fact->possible.items[i], value))
			return true;
	return false;
}

static void fill_set(struct model *m, struct fact *fact, int type)
{
	unsigned count = random_below(&m->random, 4);

	fact->state = random_chance(&m->random, 30) ? OPEN : CLOSED;
	for (unsigned i = 0; i < count; i++) {
		const char *value = some_value(m, type);

		if (!value || holds(fact, BASE(type), value))
			continue;
		if (random_chance(&m->random, 20))
			*VEC_PUSH(m->arena, &fact->possible) = value;
		else
			*VEC_PUSH(m->arena, &fact->values) = value;
	}
}

static void fill(struct model *m, struct fact *fact, int type)
{
	const char *value;

	if (type & SET) {
		fill_set(m, fact, type);
		return;
	}
	value = some_value(m, type);
	fact->state = GIVEN;
	if (type & OPTIONAL && (!value || random_chance(&m->random, 25)))
		fact->state = ABSENT;
	else if (value)
		*VEC_PUSH(m->arena, &fact->values) = value;
	else
		fact->state = MISSING;
}

/* The owned list stands as a fact, its elements as entities. */
static void add_parts(struct model *m, int owner, struct fact *fact)
{
	static const char *const shapes[] = { "round", "flat", "square", "long" };

	fact->state = random_chance(&m->random, 30) ? OPEN : CLOSED;
	for (unsigned s = 0; s < 4; s++)
		if (random_chance(&m->random, 35))
			*VEC_PUSH(m->arena, &m->entities) =
			    (struct entity_model){ PART, shapes[s], owner,
				m->several && random_chance(&m->random, 15), NULL };
}

void model_state(struct model *m, int entity)
{
	for (size_t a = 0; a < m->attributes.count; a++) {
		const struct attribute *at = &m->attributes.items[a];
		struct fact *fact;

		if (at->key || at->hidden || at->derived ||
		    !is_a(m->entities.items[entity].kind, at->kind))
			continue;
		fact = VEC_PUSH(m->arena, &m->facts);
		fact->entity = entity;
		fact->attribute = (int)a;
		if (random_chance(&m->random, m->missing))
			continue;
		if (at->owned)
			add_parts(m, entity, fact);
		else
			fill(m, fact, at->type);
	}
}

void model_site(struct model *m)
{
	static const int kinds[] = { ALPHA, BETA, GAMMA, PART };

	if (!m->source)
		m->source = "{\"name\": \"random\", \"grade\": \"observed\"}";
	add_entities(m, ALPHA, random_below(&m->random, 5 * m->scale) * (1 + m->crowd), "a");
	add_entities(m, DELTA, random_below(&m->random, 3 * m->scale) * (1 + m->crowd), "d");
	add_entities(m, BETA, random_below(&m->random, 5 * m->scale) * (1 + m->crowd), "b");
	add_entities(m, GAMMA, random_below(&m->random, 4 * m->scale) * (1 + m->crowd), "g");
	/* parts are appended on the way and get their facts in turn */
	for (size_t e = 0; e < m->entities.count; e++)
		model_state(m, (int)e);
	for (unsigned k = 0; k < 4; k++)
		m->complete[kinds[k]] = kinds[k] != PART && random_chance(&m->random, 65);
	m->complete[DELTA] = m->complete[ALPHA];
}

static const struct fact *find_fact(const struct model *m, int entity, int attribute)
{
	for (size_t f = 0; f < m->facts.count; f++)
		if (m->facts.items[f].entity == entity &&
		    m->facts.items[f].attribute == attribute)
			return &m->facts.items[f];
	return NULL;
}

/* Both printers write the same flow syntax; only words and `...` differ. */
struct printer {
	const struct model *m;
	struct text *out;
	bool json;
};

static void print_value(struct printer *p, const char *value)
{
	char c = value[0];
	bool word = c != '"' && c != '-' && (c < '0' || c > '9') &&
	    !str_equal(str_of(value), STR("true")) &&
	    !str_equal(str_of(value), STR("false"));
	bool number = c == '-' || (c >= '0' && c <= '9');

	for (const char *at = value; number && *at; at++)
		if (*at != '-' && (*at < '0' || *at > '9'))
			number = false;	/* a date or a duration */
	if (number && strlen(value) > 4 && value[4] == '-')
		number = false;
	if (p->json && (word || (c != '"' && !number &&
	    !str_equal(str_of(value), STR("true")) &&
	    !str_equal(str_of(value), STR("false")))))
		text_printf(p->out, "\"%s\"", value);
	else
		text_printf(p->out, "%s", value);
}

static void print_values(struct printer *p, const char *const *values, size_t count)
{
	text_add_char(p->out, '[');
	for (size_t i = 0; i < count; i++) {
		text_add(p->out, i ? STR(", ") : STR(""));
		print_value(p, values[i]);
	}
}

static void print_entity(struct printer *p, int entity);

/* Whether there was any. */
static bool print_owned(struct printer *p, int owner, bool possible)
{
	bool first = true;

	for (size_t e = 0; e < p->m->entities.count; e++) {
		if (p->m->entities.items[e].owner != owner ||
		    p->m->entities.items[e].possible != possible)
			continue;
		text_add(p->out, first ? STR("") : STR(", "));
		first = false;
		print_entity(p, (int)e);
	}
	return !first;
}

static bool has_possible(const struct model *m, int owner)
{
	for (size_t e = 0; e < m->entities.count; e++)
		if (m->entities.items[e].owner == owner &&
		    m->entities.items[e].possible)
			return true;
	return false;
}

static void print_parts(struct printer *p, int owner, enum state state)
{
	const char *open = state == OPEN ? "true" : "false";

	if (!p->json && !has_possible(p->m, owner)) {
		text_add_char(p->out, '[');
		text_printf(p->out, "%s]", print_owned(p, owner, false)
		    ? state == OPEN ? ", ..." : "" : state == OPEN ? "..." : "");
		return;
	}
	text_add(p->out, p->json ? STR("{\"items\": [") : STR("{items: ["));
	print_owned(p, owner, false);
	text_add(p->out, p->json ? STR("], \"possible\": [") : STR("], possible: ["));
	print_owned(p, owner, true);
	text_printf(p->out, p->json ? "], \"open\": %s}" : "], open: %s}", open);
}

static void print_set(struct printer *p, const struct fact *fact)
{
	const char *q = p->json ? "\"" : "";

	if (!p->json && fact->possible.count == 0) {
		print_values(p, fact->values.items, fact->values.count);
		text_printf(p->out, "%s]", fact->state != OPEN ? "" :
		    fact->values.count ? ", ..." : "...");
		return;
	}
	text_printf(p->out, "{%sitems%s: ", q, q);
	print_values(p, fact->values.items, fact->values.count);
	text_printf(p->out, "], %spossible%s: ", q, q);
	print_values(p, fact->possible.items, fact->possible.count);
	text_printf(p->out, "], %sopen%s: %s}", q, q, fact->state == OPEN ? "true" : "false");
}

static void print_fact(struct printer *p, const struct fact *fact)
{
	const struct attribute *at = &p->m->attributes.items[fact->attribute];

	text_printf(p->out, p->json ? ", \"%s\": " : ", %s: ", at->name);
	if (fact->state == ABSENT)
		text_add(p->out, STR("null"));
	else if (at->owned)
		print_parts(p, fact->entity, fact->state);
	else if (at->type & SET)
		print_set(p, fact);
	else
		print_value(p, fact->values.items[0]);
}

static void print_entity(struct printer *p, int entity)
{
	const struct entity_model *e = &p->m->entities.items[entity];
	const char *q = p->json ? "\"" : "";

	if (e->kind == PART && !p->json)
		text_printf(p->out, "{shape: %s", e->key);
	else if (e->kind == PART)
		text_printf(p->out, "{\"shape\": \"%s\"", e->key);
	else
		text_printf(p->out, "{%sname%s: \"%s\"", q, q, e->key);
	if (e->source)
		text_printf(p->out, ", %ssource%s: %s", q, q, e->source);
	for (size_t a = 0; a < p->m->attributes.count; a++) {
		const struct fact *fact = find_fact(p->m, entity, (int)a);

		if (fact && fact->state != MISSING)
			print_fact(p, fact);
	}
	text_add_char(p->out, '}');
}

static void print_kind(struct printer *p, int kind)
{
	bool first = true;

	text_printf(p->out, p->json ? ",\n\"%s\": [" : "%s: [", plurals[kind]);
	for (size_t e = 0; e < p->m->entities.count; e++) {
		if (p->m->entities.items[e].kind != kind)
			continue;
		text_add(p->out, first ? STR("\n  ") : STR(",\n  "));
		first = false;
		print_entity(p, (int)e);
	}
	text_add(p->out, STR("]\n"));
}

static void print_complete(struct printer *p)
{
	bool first = true;

	text_add(p->out, p->json ? STR(",\n\"complete\": [") : STR("complete: ["));
	for (int k = ALPHA; k <= PART; k++) {
		if (!p->m->complete[k])
			continue;
		text_printf(p->out, p->json ? "%s\"%s\"" : "%s%s", first ? "" : ", ",
		    kind_names[k]);
		first = false;
	}
	text_add(p->out, STR("]\n"));
}

static void print_site(struct printer *p)
{
	print_complete(p);
	for (int k = ALPHA; k <= GAMMA; k++)
		print_kind(p, k);
}

void model_print_yaml(const struct model *m, struct text *out)
{
	struct printer p = { m, out, false };

	text_printf(out, "scarp: 1\nschema: random\nsource: %s\n", m->source);
	print_site(&p);
}

void model_print_json(const struct model *m, struct text *out)
{
	struct printer p = { m, out, true };

	text_printf(out, "{\"scarp\": 1, \"schema\": \"random\",\n"
	    "\"source\": %s\n", m->source);
	print_site(&p);
	text_add(out, STR("}\n"));
}

/* A possible element is decided: it is one, or it is not. */
static void decide_possible(struct model *m, struct fact *fact)
{
	size_t i = random_below(&m->random, (unsigned)fact->possible.count);

	if (random_chance(&m->random, 50))
		*VEC_PUSH(m->arena, &fact->values) = fact->possible.items[i];
	fact->possible.items[i] = fact->possible.items[--fact->possible.count];
}

static bool refine_fact(struct model *m, struct fact *fact)
{
	const struct attribute *at = &m->attributes.items[fact->attribute];

	if (fact->state == MISSING && at->has_default)
		return false;		/* was read as the default: no refinement */
	if (fact->state == MISSING && at->owned) {
		fact->state = random_chance(&m->random, 50) ? OPEN : CLOSED;
		return true;
	}
	if (fact->state == MISSING) {
		fill(m, fact, at->type);
		return fact->state != MISSING;
	}
	if (at->type & SET && fact->possible.count && random_chance(&m->random, 50)) {
		decide_possible(m, fact);
		return true;
	}
	if (fact->state == OPEN && !at->owned && random_chance(&m->random, 50)) {
		const char *value = some_value(m, at->type);

		if (value && !holds(fact, BASE(at->type), value)) {
			*VEC_PUSH(m->arena, &fact->values) = value;
			return true;
		}
	}
	if (fact->state == OPEN) {
		fact->state = CLOSED;
		return true;
	}
	return false;
}

bool model_refine(struct model *m)
{
	size_t start = random_below(&m->random, (unsigned)m->facts.count);

	if (random_chance(&m->random, 20)) {
		for (int k = ALPHA; k <= GAMMA; k++) {
			if (!m->complete[k] && (k != ALPHA || m->complete[DELTA])) {
				m->complete[k] = true;
				return true;
			}
		}
	}
	for (size_t i = 0; i < m->facts.count; i++) {
		struct fact *fact = &m->facts.items[(start + i) % m->facts.count];

		if (!model_is_contested(m, fact) && refine_fact(m, fact))
			return true;
	}
	return false;
}

const char *model_value(struct model *m, int type)
{
	return some_value(m, type);
}

bool model_same(int type, const char *a, const char *b)
{
	return same_value(type, a, b);
}

void model_fill(struct model *m, struct fact *fact, int type)
{
	fill(m, fact, type);
}
