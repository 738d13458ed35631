/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linking: what a program names becomes tables over a graph, each when it is
 * first asked for.  Texts become symbols here, so sets of texts are sorted
 * again.
 */
#include "vm/machine.h"
#include "vm/sort.h"

static symbol program_text(struct machine *m, int64_t text)
{
	symbol *s = &m->texts[text];

	if (*s == SYMBOL_NONE)
		*s = symbol_of(m->graph->symbols, m->program->texts.items[text]);
	return *s;
}

static void *no_symbols(struct machine *m, size_t count)
{
	return memset(arena_array(m->common, count, sizeof(symbol)), 0xff,
	    count * sizeof(symbol));
}

/* A plain bool may be asked for as a scalar too. */
static uint8_t table_type(struct type type, bool truth)
{
	if (type_is_truth(type))
		return truth ? REGISTER_TRUTH : REGISTER_SCALAR;
	return truth ? REGISTER_TRUTH : (uint8_t)program_register_type(type);
}

/* --- attributes ---------------------------------------------------------- */

static void link_truths(struct machine *m, struct table *t, const struct column *c)
{
	const uint64_t *known = c->known, *bits = c->codes;
	size_t words = BITS_WORDS(c->rows);

	CHECKED(c->width == 0);
	t->t = ARENA_ARRAY(m->common, uint64_t, words);
	t->f = ARENA_ARRAY(m->common, uint64_t, words);
	for (size_t w = 0; w < words; w++) {
		t->t[w] = known[w] & bits[w];
		t->f[w] = known[w] & ~bits[w];
	}
}

/* Codes that are the cells as registers hold them. */
static bool is_plain(const struct column *c, uint8_t width)
{
	return c->width == width && !c->dictionary && c->base == 0;
}

static void link_column(struct machine *m, struct table *t, const struct column *c)
{
	t->first[0] = c->first;
	t->rows = t->count[0] = c->rows;
	if (t->type == REGISTER_TRUTH) {
		link_truths(m, t, c);
		return;
	}
	t->column = c;
	t->width = t->type == REGISTER_NUMBER ? 8 : 4;
	t->cells = t->high = is_plain(c, t->width) ? c->codes : NULL;
	t->known = c->known;
	t->absent = c->absent;
	t->never_absent = plane_next(t->absent, c->rows, 0) == c->rows;
}

static void link_rows(struct machine *m, struct table *t, const struct link *l)
{
	uint64_t *open = ARENA_ARRAY(m->common, uint64_t, BITS_WORDS(l->rows));

	t->first[0] = l->first;
	t->rows = t->count[0] = l->rows;
	t->width = l->width;
	t->offsets = l->offsets;
	t->cells = l->cells;
	t->certain = l->certain;
	for (uint32_t w = 0; w < BITS_WORDS(l->rows); w++)
		open[w] = plane_mask(l->rows, w) & ~l->closed[w];
	t->open = open;
}

const struct table *machine_attribute(struct machine *m, uint32_t attribute, bool truth)
{
	struct type type = m->program->schema->attributes.items[attribute].type;
	struct table *t = &m->attributes[2 * attribute + truth];

	if (t->ready)
		return t;
	assert(graph_holds(m->graph, attribute));
	*t = m->nothing;
	t->type = table_type(type, truth);
	if (type.set)
		t->width = link_width(type);
	if (type.set && m->graph->links[attribute].rows > 0)
		link_rows(m, t, &m->graph->links[attribute]);
	if (!type.set && m->graph->columns[attribute].rows > 0)
		link_column(m, t, &m->graph->columns[attribute]);
	t->ready = true;
	return t;
}

/* --- fields of enums ----------------------------------------------------- */

static int64_t field_cell(struct machine *m, struct type type, int64_t cell)
{
	return type_is_text(type) ? (int64_t)symbol_of(m->graph->symbols,
	    m->program->schema->texts.items[cell]) : cell;
}

static void cell_put(void *cells, bool wide, size_t i, int64_t cell)
{
	if (wide)
		((int64_t *)cells)[i] = cell;
	else
		((uint32_t *)cells)[i] = (uint32_t)cell;
}

/* Writes COUNT elements as cells from AT on, ascending, each once; answers
 * the end. */
static uint32_t put_sorted(void *cells, bool wide, uint32_t at, struct element *elements,
    uint32_t count)
{
	sort_elements(elements, count);
	for (uint32_t i = 0; i < count; i++)
		if (i == 0 || elements[i].cell != elements[i - 1].cell)
			cell_put(cells, wide, at++, elements[i].cell);
	return at;
}

static void field_sets(struct machine *m, struct table *t, struct type type,
    const struct schema_value *values)
{
	bool wide = t->width == 8;
	uint32_t *offsets = ARENA_ARRAY(m->common, uint32_t, t->rows + (size_t)1), most = 0, at = 0;
	uint64_t *certain;
	void *cells;

	for (uint32_t o = 0; o < t->rows; o++)
		most += values[o].present ? values[o].count : 0;
	cells = arena_array(m->common, most + (size_t)1, t->width);
	certain = ARENA_ARRAY(m->common, uint64_t, BITS_WORDS(most + 1));
	for (uint32_t o = 0; o < t->rows; o++) {
		const int64_t *from = m->program->schema->cells.items + values[o].first;

		uint32_t count = values[o].present ? values[o].count : 0;
		struct element *elements = ARENA_ARRAY(m->common, struct element, count);

		offsets[o] = at;
		for (uint32_t i = 0; i < count; i++)
			elements[i].cell = field_cell(m, type, from[i]);
		at = put_sorted(cells, wide, at, elements, count);
	}
	offsets[t->rows] = at;
	plane_ones(certain, at);
	t->offsets = offsets;
	t->cells = cells;
	t->certain = certain;
	t->open = ARENA_ARRAY(m->common, uint64_t, BITS_WORDS(t->rows));
}

/* One value per ordinal. */
static void field_values(struct machine *m, struct table *t, struct type type,
    const struct schema_value *values)
{
	size_t words = BITS_WORDS(t->rows);
	bool wide = t->type == REGISTER_NUMBER;
	void *cells = arena_array(m->common, t->rows, 8);
	uint64_t *known = ARENA_ARRAY(m->common, uint64_t, words);
	uint64_t *absent = ARENA_ARRAY(m->common, uint64_t, words);

	t->width = wide ? 8 : 4;
	for (uint32_t o = 0; o < t->rows; o++) {
		bit_set(values[o].present ? known : absent, o);
		if (values[o].present)
			cell_put(cells, wide, o, field_cell(m, type, values[o].cell));
	}
	t->cells = t->high = cells;
	t->known = known;
	t->absent = absent;
}

static void field_truths(struct machine *m, struct table *t, const struct schema_value *values)
{
	t->t = ARENA_ARRAY(m->common, uint64_t, BITS_WORDS(t->rows));
	t->f = ARENA_ARRAY(m->common, uint64_t, BITS_WORDS(t->rows));
	for (uint32_t o = 0; o < t->rows; o++)
		if (values[o].present)
			bit_set(values[o].cell ? t->t : t->f, o);
}

/* Each field is of one enum (invariant 23). */
static uint32_t enum_size(const struct schema *schema, uint32_t field)
{
	const struct schema_enum *e = schema->enums.items;

	while (field - e->first_field >= e->field_count)
		e++;
	return e->value_count;
}

const struct table *machine_field(struct machine *m, uint32_t field, bool truth)
{
	const struct schema *schema = m->program->schema;
	const struct schema_field *f = &schema->fields.items[field];
	const struct schema_value *values = schema->values.items + f->first;
	struct table *t = &m->fields[2 * field + truth];

	if (t->ready)
		return t;
	CHECKED(!m->head);
	*t = m->nothing;
	t->type = table_type(f->type, truth);
	t->rows = t->count[0] = enum_size(schema, field);
	if (f->type.set) {
		t->width = t->type == REGISTER_NUMBERS ? 8 : 4;
		field_sets(m, t, f->type, values);
	} else if (truth)
		field_truths(m, t, values);
	else
		field_values(m, t, f->type, values);
	t->ready = true;
	return t;
}

/* --- constants and patterns ---------------------------------------------- */

static void constant_extent(struct machine *m, struct constant *c, int64_t kind)
{
	const struct extent *extent = &m->graph->extents[kind];

	c->cell = extent->first;
	c->count = extent->count;
	c->open = !extent->closed;
	c->cells = machine_iota(m);
	c->certain = m->certain_entities;
}

static void constant_set(struct machine *m, struct constant *c, const struct program_constant *p)
{
	bool wide = program_register_type(p->type) == REGISTER_NUMBERS;
	void *cells = arena_array(m->common, p->count + (size_t)1, wide ? 8 : 4);
	struct element *elements = ARENA_ARRAY(m->common, struct element, p->count);

	c->cell = 0;
	c->open = p->state == CONSTANT_UNKNOWN;
	for (uint32_t i = 0; i < p->count; i++) {
		int64_t cell = m->program->set_cells.items[p->first + i];

		if (type_is_text(p->type))
			cell = program_text(m, cell);
		elements[i].cell = cell;
	}
	c->count = put_sorted(cells, wide, 0, elements, p->count);
	c->cells = cells;
	c->certain = ARENA_ARRAY(m->common, uint64_t, BITS_WORDS(c->count) + 1);
	plane_ones(c->certain, c->count);
}

const struct constant *machine_constant(struct machine *m, uint32_t constant)
{
	const struct program_constant *p = &m->program->constants.items[constant];
	struct constant *c = &m->constants[constant];

	if (c->ready)
		return c;
	CHECKED(!m->head);
	*c = (struct constant){ .state = p->state, .cell = p->cell };
	if (p->state == CONSTANT_EXTENT)
		constant_extent(m, c, p->cell);
	else if (p->type.set)
		constant_set(m, c, p);
	else if (p->state == CONSTANT_TODAY) {
		c->state = m->graph->has_as_of ? CONSTANT_VALUE : CONSTANT_UNKNOWN;
		c->cell = m->graph->has_as_of ? m->graph->as_of : 0;
	} else if (type_is_text(p->type) && p->state == CONSTANT_VALUE)
		c->cell = program_text(m, p->cell);
	c->ready = true;
	return c;
}

static void free_regex(void *place)
{
	struct regex **regex = place;

	regex_free(*regex);
	*regex = NULL;
}

const struct pattern *machine_pattern(struct machine *m, uint32_t pattern)
{
	const struct program_pattern *p = &m->program->patterns.items[pattern];
	struct pattern *linked = &m->patterns[pattern];
	struct str text;
	char why[256];

	if (linked->text.at)
		return linked;
	CHECKED(!m->head);
	/* What may be refused comes first: then nothing is lost. */
	text = arena_copy(m->common, m->program->texts.items[p->text]);
	if (p->kind == PATTERN_REGEX) {
		arena_defer(m->common, free_regex, &linked->regex);
		linked->is_regex = true;
		linked->regex = regex_new(text.at, text.length, p->caseless,
		    limit_get(LIMIT_REGEX_MEMORY), why, sizeof(why));
	}
	linked->caseless = p->caseless;
	linked->text = text;
	return linked;
}

/* --- all ----------------------------------------------------------------- */

/* A table without rows that is still safe to look into at row 0. */
static void link_nothing(struct machine *m)
{
	uint64_t *zero = ARENA_ARRAY(m->common, uint64_t, 2);

	m->nothing = (struct table){
		.dimensions = 1, .t = zero, .f = zero, .cells = zero, .high = zero,
		.width = 8, .known = zero, .absent = zero, .certain = zero,
		.open = zero, .offsets = ARENA_ARRAY(m->common, uint32_t, 2),
	};
}

static void link_entities(struct machine *m)
{
	uint32_t count = m->graph->entity_count;

	m->certain_entities = ARENA_ARRAY(m->common, uint64_t, BITS_WORDS(count) + 1);
	for (size_t w = 0; w < BITS_WORDS(count); w++)
		m->certain_entities[w] = plane_mask(count, w) & ~m->graph->possible[w];
}

static void make_iota(struct machine *m, void *context)
{
	struct machine *head = m->head ? m->head : m;
	uint32_t count = m->graph->entity_count, *iota;

	(void)context;
	if (!head->iota) {
		iota = ARENA_ARRAY(m->common, uint32_t, count + (size_t)1);
		for (uint32_t i = 0; i < count; i++)
			iota[i] = i;
		head->iota = iota;
	}
	m->iota = head->iota;
}

const uint32_t *machine_iota(struct machine *m)
{
	if (!m->iota)
		machine_once(m, make_iota, NULL);
	return m->iota;
}

static void link_store(struct machine *m, struct table *t, const struct program_store *s)
{
	uint64_t rows = 1;

	*t = (struct table){ .type = s->type, .false_at_none = s->relation };
	for (int i = 0; i < 2 && s->kinds[i] != SCHEMA_NONE; i++) {
		const struct extent *extent = &m->graph->extents[s->kinds[i]];

		t->first[i] = extent->first;
		t->count[i] = extent->count;
		t->dimensions++;
		rows *= extent->count;
	}
	if (m->asked[s->unit].on) {
		t->asked = &m->asked[s->unit];
		return;
	}
	t->rows = (uint32_t)rows;
	if (t->dimensions == 2 && (rows > limit_get(LIMIT_ROWS) || rows > UINT32_MAX))
		t->poison = limit_name(LIMIT_ROWS);
}

static void link_groups(struct machine *m)
{
	const struct program_unit *units = m->program->units.items;

	m->groups = ARENA_ARRAY(m->common, uint16_t, m->program->units.count + 1);
	m->settled = ARENA_ARRAY(m->common, bool, m->program->units.count + 1);
	m->frontiers = ARENA_ARRAY(m->common, struct frontier *, m->program->units.count + 1);
	for (size_t u = 0; u < m->program->units.count; u++)
		m->groups[u] = u && units[u].component != SCHEMA_NONE &&
		    units[u].component == units[u - 1].component ?
		    m->groups[u - 1] : (uint16_t)u;
}

/* After which instruction is a register not read again?  Bits 0, 1 and 2: the
 * operands a, b and c. */
static void link_deaths(struct machine *m, const struct program_unit *unit, uint8_t *dead)
{
	memset(dead, 0, unit->register_count);
	for (size_t at = unit->first + unit->count; at-- > unit->first;) {
		const struct instruction *in = &m->program->code.items[at];
		const uint16_t operands[3] = { in->a, in->b, in->c };

		for (int i = 2; i >= 0; i--) {
			uint16_t r = OPERAND_REGISTER(operands[i]);

			if (r == OPERAND_NONE || dead[r] ||
			    program_operand(m->program, unit, r)->type != REGISTER_TRUTH)
				continue;
			dead[r] = 1;
			m->deaths[at] |= (uint8_t)(1 << i);
		}
	}
}

void machine_link(struct machine *m)
{
	const struct program *p = m->program;
	size_t most = 0;
	uint8_t *dead;

	m->scratch = scratch_new(m->arena);
	m->texts = no_symbols(m, p->texts.count);
	m->attributes = ARENA_ARRAY(m->common, struct table, 2 * p->schema->attributes.count);
	m->fields = ARENA_ARRAY(m->common, struct table, 2 * p->schema->fields.count);
	m->stores = ARENA_ARRAY(m->common, struct table, p->stores.count);
	m->constants = ARENA_ARRAY(m->common, struct constant, p->constants.count);
	m->patterns = ARENA_ARRAY(m->common, struct pattern, p->patterns.count);
	m->constant_rows = ARENA_ARRAY(m->common, struct constant_rows, p->constants.count);
	m->memos = ARENA_ARRAY(m->common, struct memo, p->patterns.count);
	m->paths = ARENA_ARRAY(m->common, struct path_search *,
	    p->paths.count * 2);
	m->zeros = ARENA_ARRAY(m->common, uint64_t, BITS_WORDS(BATCH_MOST));
	m->frames = ARENA_ARRAY(m->common, struct frame, p->frames.count);
	m->deaths = ARENA_ARRAY(m->common, uint8_t, p->code.count);
	m->choices = ARENA_ARRAY(m->common, struct code_choice *, p->code.count);
	m->code_kernels = code_kernels(m->options && m->options->baseline);
	m->poisons = ARENA_ARRAY(m->common, const char *, p->code.count);
	m->spent = ARENA_ARRAY(m->common, uint64_t, p->code.count);
	m->spending = ARENA_ARRAY(m->common, uint64_t, p->code.count);
	link_nothing(m);
	link_entities(m);
	link_groups(m);
	asked_link(m);
	for (size_t i = 0; i < p->stores.count; i++)
		link_store(m, &m->stores[i], &p->stores.items[i]);
	for (size_t i = 0; i < p->units.count; i++)
		if (p->units.items[i].register_count > most)
			most = p->units.items[i].register_count;
	m->most_registers = (uint32_t)most;
	m->values = ARENA_ARRAY(m->common, struct value, most);
	postings_link(m);
	dead = ARENA_ARRAY(m->common, uint8_t, most);
	for (size_t i = 0; i < p->units.count; i++)
		link_deaths(m, &p->units.items[i], dead);
}
