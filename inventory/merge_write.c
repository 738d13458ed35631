/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was decided, as columns and links of the graph; the least grade is
 * applied here, to what won.  Last, what follows to be closed from others.
 */
#include "inventory/merge.h"
#include "vm/fault.h"
#include "vm/scalar.h"

static bool is_weak(const struct merge *m, uint8_t grade)
{
	return grade < m->facts->options->least;
}

static bool keeps_spelling(struct type type)
{
	return type.tag == TYPE_CASELESS || type.tag == TYPE_VERSION;
}

static void put_cell(void *cells, uint8_t width, size_t i, int64_t cell)
{
	if (width == 4)
		((uint32_t *)cells)[i] = (uint32_t)cell;
	else
		((int64_t *)cells)[i] = cell;
}

static uint64_t *new_bits(struct merge *m, size_t count)
{
	return ARENA_ARRAY(m->arena, uint64_t, BITS_WORDS(count));
}

static void set_lazily(struct merge *m, uint64_t **bits, size_t count,
    size_t i)
{
	if (!*bits)
		*bits = new_bits(m, count);
	bit_set(*bits, i);
}

/* --- origins -------------------------------------------------------------- */

static void new_origins(struct origins *origins)
{
	*origins = (struct origins){ .speaker = UINT32_MAX };
}

/* Of two speakers at least: each has to be told. */
static void tell_speakers(struct merge *m, struct origins *origins,
    size_t count)
{
	origins->speakers = ARENA_ARRAY(m->arena, uint32_t, count);
	for (size_t i = 0; i < count; i++)
		origins->speakers[i] = origins->speaker;
}

void merge_put_origin(struct merge *m, struct origins *origins, size_t count,
    uint32_t i, uint32_t start, uint16_t length, uint32_t speaker)
{
	if (!origins->starts) {
		origins->starts = ARENA_ARRAY(m->arena, uint32_t, count);
		origins->lengths = ARENA_ARRAY(m->arena, uint16_t, count);
		origins->speaker = speaker;
	}
	if (!origins->speakers && origins->speaker != speaker)
		tell_speakers(m, origins, count);
	origins->starts[i] = start;
	origins->lengths[i] = length;
	if (origins->speakers)
		origins->speakers[i] = speaker;
}

static void put_fact_origin(struct merge *m, struct origins *origins,
    size_t count, uint32_t i, uint16_t attribute, uint32_t number)
{
	struct stream *stream = facts_of(m->facts, attribute);
	const struct kept_fact *fact = fact_kept(stream, number);

	merge_put_origin(m, origins, count, i, fact->start, fact->length,
	    fact_run(stream, number)->speaker);
}

/* What is said of no value of an entity stands where the entity does. */
static void put_entity_origin(struct merge *m, struct origins *origins,
    size_t count, uint32_t i, entity_id id)
{
	const struct origins *places = &m->graph->entity_places;

	merge_put_origin(m, origins, count, i, places->starts[id],
	    places->lengths[id], places->speakers ? places->speakers[id] :
	    places->speaker);
}

static void end_origins(struct origins *origins)
{
	if (origins->speaker == UINT32_MAX)
		origins->speaker = 0;
}

/* --- columns -------------------------------------------------------------- */

/* Cells are written as they are; column_fill makes codes of them last. */
static void put_known(struct column *c, uint32_t row, int64_t cell,
    symbol spelling)
{
	bit_set(c->known, row);
	((int64_t *)c->codes)[row] = cell;
	if (c->spelled)
		c->spelled[row] = spelling;
}

/* --- what is assumed ------------------------------------------------------- */

/* A text is its symbol. */
static struct assumed assumed_of(struct merge *m,
    const struct schema_attribute *a)
{
	struct symbols *symbols = m->facts->symbols;
	struct assumed assumed = { a->has_default, a->fallback, SYMBOL_NONE };
	struct str text;

	if (!a->has_default || !type_is_text(a->type))
		return assumed;
	text = m->facts->schema->texts.items[a->fallback];
	assumed.spelling = symbol_of(symbols, text);
	assumed.is_some = scalar_read(m->scratch, symbols, a->type, text,
	    &assumed.cell);
	return assumed;
}

void merge_assume(struct merge *m)
{
	const struct facts *facts = m->facts;
	size_t count = facts->schema->attributes.count;
	struct assumed *assumed = ARENA_ARRAY(m->scratch, struct assumed, count);

	m->assumed = assumed;
	if (facts->options->no_defaults ||
	    facts->options->least != GRADE_INFERRED)
		return;
	for (size_t i = 0; i < count; i++)
		if (graph_holds(m->graph, (uint16_t)i))
			assumed[i] = assumed_of(m,
			    merge_attribute(m, (uint16_t)i));
}

static void put_default(struct merge *m, struct column *c,
    uint16_t attribute, uint32_t row)
{
	const struct assumed *assumed = &m->assumed[attribute];

	if (!assumed->is_some)
		return;
	put_known(c, row, assumed->cell, assumed->spelling);
	put_entity_origin(m, &c->origins, c->rows, row, c->first + row);
	set_lazily(m, &c->assumed, c->rows, row);
}

/* --- columns of rows --------------------------------------------------------- */

struct single {
	const struct element *certain;	/* the only one */
	bool disputed;
	uint8_t grade;
};

static struct single single_of(const struct side *side, const struct row *row)
{
	struct single single = { NULL, false, GRADE_INFERRED };

	for (uint32_t i = 0; i < row->count; i++) {
		const struct element *e =
		    &side->elements.items[row->first + i];

		single.disputed |= e->disputed || (e->certain && single.certain);
		if (e->certain)
			single.certain = e;
		if (e->grade > single.grade)
			single.grade = e->grade;
	}
	return single;
}

static uint16_t attribute_of(const struct side *side, const struct element *e)
{
	return e->turned ? side->partner : side->attribute;
}

static symbol spelling_of(const struct merge *m, const struct side *side,
    const struct element *e)
{
	const struct stream *stream = facts_of(m->facts, side->attribute);

	return fact_spelling(stream, fact_kept(stream, e->fact));
}

static void write_known(struct merge *m, const struct side *side,
    struct column *c, uint32_t row, const struct element *e)
{
	put_known(c, row, e->cell, c->spelled ? spelling_of(m, side, e) :
	    SYMBOL_NONE);
	put_fact_origin(m, &c->origins, c->rows, row, attribute_of(side, e),
	    e->fact);
}

static void write_single(struct merge *m, const struct side *side,
    struct column *c, uint32_t i)
{
	const struct schema_attribute *a = merge_attribute(m, side->attribute);
	const struct row *row = &side->rows[i];
	struct single single = single_of(side, row);

	if (single.certain && !single.disputed) {
		/* A key is no evidence: it is who the entity is. */
		if (a->key || !is_weak(m, single.certain->grade))
			write_known(m, side, c, i, single.certain);
	} else if (single.disputed) {
		if (!is_weak(m, single.grade))
			set_lazily(m, &c->disputed, c->rows, i);
	} else if (row->stated && row->closed && row->count == 0) {
		if (!is_weak(m, row->grade)) {
			bit_set(c->absent, i);
			put_fact_origin(m, &c->origins, c->rows, i,
			    side->attribute, row->fact);
		}
	} else {
		put_default(m, c, side->attribute, i);
	}
}

static struct column *new_column(struct merge *m, uint16_t attribute,
    entity_id first, uint32_t rows)
{
	struct column *c = &m->graph->columns[attribute];

	c->type = merge_attribute(m, attribute)->type;
	c->first = first;
	c->rows = rows;
	c->width = 8;
	c->codes = ARENA_ARRAY(m->scratch, int64_t, rows);
	c->known = new_bits(m, rows);
	c->absent = new_bits(m, rows);
	new_origins(&c->origins);
	if (keeps_spelling(c->type))
		c->spelled = ARENA_ARRAY(m->arena, symbol, rows);
	return c;
}

static void write_column(struct merge *m, const struct side *side)
{
	struct column *c = new_column(m, side->attribute, side->first,
	    side->row_count);

	for (uint32_t i = 0; i < c->rows; i++)
		write_single(m, side, c, i);
}

static void fill_codes(struct merge *m, uint16_t attribute)
{
	struct column *c = &m->graph->columns[attribute];

	column_fill(m->arena, m->facts->symbols, c, c->codes);
}

/* --- columns of what is said once ----------------------------------------- */

/* Rows of which something was said, and those that have to be settled. */
struct spoken {
	uint64_t *once, *often;
	bool is_often;
};

/* The facts of a run, which have one grade. */
static void write_run(struct merge *m, uint16_t attribute, struct column *c,
    struct spoken *spoken, size_t run)
{
	struct stream *stream = facts_of(m->facts, attribute);
	const struct fact_run *r = &stream->runs.items[run];
	uint32_t end = run + 1 < stream->runs.count ? r[1].first :
	    stream->count;
	uint32_t provenance = m->facts->speakers.items[r->speaker].provenance;
	bool is_entity = c->type.tag == TYPE_ENTITY;
	bool weak = !merge_attribute(m, attribute)->key &&
	    is_weak(m, (uint8_t)facts_grade(m->facts, provenance));

	for (uint32_t i = r->first; i < end; i++) {
		const struct kept_fact *fact = fact_kept(stream, i);
		uint32_t row = m->ids[fact->entity] - c->first;
		int64_t cell = fact_cell(stream, fact);

		if (m->ids[fact->entity] == ENTITY_NONE)
			continue;
		if (is_entity && fact->kind == FACT_VALUE)
			cell = m->ids[cell];
		if (bit_get(spoken->once, row) || fact->edited ||
		    fact->kind > FACT_NONE ||
		    (is_entity && cell == ENTITY_NONE)) {
			bit_set(spoken->often, row);
			spoken->is_often = true;
			continue;
		}
		bit_set(spoken->once, row);
		if (weak)
			continue;
		if (fact->kind == FACT_VALUE)
			put_known(c, row, cell,
			    fact_spelling(stream, fact));
		else
			bit_set(c->absent, row);
		merge_put_origin(m, &c->origins, c->rows, row, fact->start,
		    fact->length, r->speaker);
	}
}

static void clear_row(struct column *c, uint32_t row)
{
	bit_put(c->known, row, false);
	bit_put(c->absent, row, false);
	((int64_t *)c->codes)[row] = 0;
	if (c->spelled)
		c->spelled[row] = 0;
}

/* The rows of which more is said are settled as those of lists are. */
static void write_often(struct merge *m, uint16_t attribute, struct column *c,
    const struct spoken *spoken)
{
	const struct stream *stream = facts_of(m->facts, attribute);
	struct side side = { .attribute = attribute, .partner = SCHEMA_NONE,
		.first = c->first, .row_count = c->rows };
	uint32_t *order = arena_alloc_raw(m->scratch,
	    stream->count * sizeof(*order)), count = 0;

	for (uint32_t i = 0; i < stream->count; i++) {
		entity_id id = m->ids[fact_kept(stream, i)->entity];

		if (id != ENTITY_NONE && !fact_is_dead(stream, i) &&
		    bit_get(spoken->often, id - c->first))
			order[count++] = i;
	}
	side.rows = ARENA_ARRAY(m->scratch, struct row, c->rows);
	merge_rows(m, &side, merge_order_of(m, attribute, order, count));
	for (uint32_t i = 0; i < c->rows; i++)
		if (bit_get(spoken->often, i)) {
			clear_row(c, i);
			write_single(m, &side, c, i);
		}
}

void merge_column(struct merge *m, uint16_t attribute)
{
	const struct schema_attribute *a = merge_attribute(m, attribute);
	const struct extent *extent = &m->graph->extents[a->kind];
	struct stream *stream = facts_of(m->facts, attribute);
	struct column *c = new_column(m, attribute, extent->first,
	    extent->count);
	struct spoken spoken = { .once = ARENA_ARRAY(m->scratch, uint64_t,
	    BITS_WORDS(c->rows)) };

	spoken.often = ARENA_ARRAY(m->scratch, uint64_t, BITS_WORDS(c->rows));
	if (stream->dead.count) {
		memset(spoken.often, 0xff, BITS_WORDS(c->rows) * 8);
		spoken.is_often = true;
	}
	for (size_t run = 0; run < stream->runs.count &&
	    !stream->dead.count; run++)
		write_run(m, attribute, c, &spoken, run);
	for (uint32_t i = 0; i < c->rows; i++)
		if (!bit_get(spoken.once, i) && !bit_get(spoken.often, i))
			put_default(m, c, attribute, i);
	if (spoken.is_often)
		write_often(m, attribute, c, &spoken);
	fill_codes(m, attribute);
}

/* --- links ---------------------------------------------------------------- */

static void write_row(struct merge *m, const struct side *side,
    struct link *l, uint32_t i)
{
	const struct row *row = &side->rows[i];
	uint32_t at = l->offsets[i];
	size_t count = side->elements.count;

	for (uint32_t j = 0; j < row->count; j++, at++) {
		const struct element *e =
		    &side->elements.items[row->first + j];

		put_cell(l->cells, l->width, at, e->cell);
		bit_put(l->certain, at, e->certain && !is_weak(m, e->grade));
		put_fact_origin(m, &l->origins, count, at,
		    attribute_of(side, e), e->fact);
		if (l->spelled)
			l->spelled[at] = spelling_of(m, side, e);
		if (e->disputed)
			set_lazily(m, &l->disputed, count, at);
	}
	l->offsets[i + 1] = at;
	if (row->stated)
		put_fact_origin(m, &l->row_origins, l->rows, i, side->attribute,
		    row->fact);
	bit_put(l->stated, i, row->stated);
	bit_put(l->closed, i, row->stated && row->closed &&
	    !is_weak(m, row->grade));
}

static void write_link(struct merge *m, const struct side *side)
{
	struct link *l = &m->graph->links[side->attribute];
	size_t count = side->elements.count;

	l->type = merge_attribute(m, side->attribute)->type;
	l->type.set = false;
	l->first = side->first;
	l->rows = side->row_count;
	l->width = link_width(l->type);
	l->offsets = ARENA_ARRAY(m->arena, uint32_t, l->rows + 1);
	l->cells = arena_array(m->arena, count, l->width);
	l->certain = new_bits(m, count);
	l->closed = new_bits(m, l->rows);
	l->stated = new_bits(m, l->rows);
	new_origins(&l->origins);
	new_origins(&l->row_origins);
	if (keeps_spelling(l->type))
		l->spelled = ARENA_ARRAY(m->arena, symbol, count);
	for (uint32_t i = 0; i < l->rows; i++)
		write_row(m, side, l, i);
	end_origins(&l->origins);
	end_origins(&l->row_origins);
}

/* Whose entity an owned one is, is known as surely as that there is one. */
static void write_owners(struct merge *m, uint16_t attribute)
{
	struct column *c = &m->graph->columns[attribute];

	for (uint32_t i = 0; i < c->rows; i++) {
		entity_id id = c->first + i, owner = entity_owner(m->graph, id);

		if (owner == ENTITY_NONE || bit_get(c->known, i))
			continue;
		put_known(c, i, owner, SYMBOL_NONE);
		put_entity_origin(m, &c->origins, c->rows, i, id);
	}
}

void merge_write(struct merge *m, const struct side *side)
{
	if (merge_attribute(m, side->attribute)->type.set)
		write_link(m, side);
	else
		write_column(m, side);
	if (merge_is_owner(m->facts->schema,
	    merge_attribute(m, side->attribute)))
		write_owners(m, side->attribute);
	if (!merge_attribute(m, side->attribute)->type.set)
		fill_codes(m, side->attribute);
}

/* Is every row of the attribute closed, or every single value known? */
static bool are_rows_closed(const struct merge *m, uint16_t attribute)
{
	const struct link *l = &m->graph->links[attribute];
	const struct column *c = &m->graph->columns[attribute];

	for (uint32_t i = 0; i < l->rows; i++)
		if (!bit_get(l->closed, i))
			return false;
	for (uint32_t i = 0; i < c->rows; i++)
		if (!bit_get(c->known, i) && !bit_get(c->absent, i))
			return false;
	return true;
}

static void close_stated(struct merge *m)
{
	int *best = ARENA_ARRAY(m->scratch, int,
	    m->facts->schema->kinds.count);

	for (size_t i = 0; i < m->facts->closings.count; i++) {
		const struct closing *closing = &m->facts->closings.items[i];
		int grade = facts_grade(m->facts, closing->origin.provenance);

		if (is_weak(m, (uint8_t)grade) || grade < best[closing->kind])
			continue;
		best[closing->kind] = grade + 1;
		m->graph->extents[closing->kind].closed = true;
		m->graph->extents[closing->kind].origin = closing->origin;
	}
}

static bool is_owned_complete(const struct merge *m, uint16_t kind)
{
	uint16_t owner = m->facts->schema->kinds.items[kind].owner;

	return owner != SCHEMA_NONE &&
	    m->graph->extents[merge_attribute(m, owner)->kind].closed &&
	    are_rows_closed(m, owner);
}

/* A kind is complete with its base, and when every owner's row is. */
static bool conclude_extent(struct merge *m, uint16_t kind)
{
	const struct schema_kind *k = &m->facts->schema->kinds.items[kind];
	struct extent *extent = &m->graph->extents[kind];
	struct extent *base = k->base == SCHEMA_NONE ? NULL :
	    &m->graph->extents[k->base];

	if (extent->closed)
		return false;
	if (base && base->closed) {
		extent->closed = true;
		extent->origin = base->origin;
	} else {
		extent->closed = is_owned_complete(m, kind);
	}
	return extent->closed;
}

static void conclude_extents(struct merge *m)
{
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < m->facts->schema->kinds.count; i++)
			again |= conclude_extent(m, (uint16_t)i);
	}
}

/* Do the rows of its inverse tell all there is of this attribute? */
static bool is_told_by_inverse(const struct merge *m, uint16_t attribute)
{
	uint16_t inverse = merge_attribute(m, attribute)->inverse;

	return inverse != SCHEMA_NONE && m->graph->extents[
	    merge_attribute(m, inverse)->kind].closed &&
	    (are_rows_closed(m, inverse) || fault_is(FAULT_MERGE_TOLD));
}

static void mark(uint64_t *named, const struct column *c, int64_t cell)
{
	if (cell >= c->first && cell - c->first < c->rows)
		bit_set(named, (size_t)(cell - c->first));
}

/* Nobody names these: they have none. */
static void conclude_absent(struct merge *m, uint16_t attribute)
{
	uint16_t inverse = merge_attribute(m, attribute)->inverse;
	struct column *c = &m->graph->columns[attribute];
	const struct link *l = &m->graph->links[inverse];
	const struct column *other = &m->graph->columns[inverse];
	uint64_t *named = ARENA_ARRAY(m->scratch, uint64_t,
	    BITS_WORDS(c->rows));

	for (uint32_t i = 0; l->rows && i < l->offsets[l->rows]; i++)
		mark(named, c, link_cell(l, i));
	for (uint32_t i = 0; i < other->rows; i++)
		if (bit_get(other->known, i))
			mark(named, c, column_cell(other, i));
	for (uint32_t i = 0; i < c->rows; i++)
		if (!bit_get(named, i) && !bit_get(c->known, i) &&
		    !bit_get(c->absent, i) &&
		    !(c->disputed && bit_get(c->disputed, i))) {
			bit_set(c->absent, i);
			put_entity_origin(m, &c->origins, c->rows, i,
			    c->first + i);
		}
}

static void conclude_rows(struct merge *m, uint16_t attribute)
{
	struct link *l = &m->graph->links[attribute];
	struct type type = merge_attribute(m, attribute)->type;

	for (uint32_t i = 0; i < l->rows; i++)
		bit_set(l->closed, i);
	if (!type.set && type.optional)
		conclude_absent(m, attribute);
}

void merge_conclude(struct merge *m)
{
	size_t count = m->facts->schema->attributes.count;
	bool *told = ARENA_ARRAY(m->scratch, bool, count);

	close_stated(m);
	conclude_extents(m);
	for (size_t i = 0; i < count; i++)
		told[i] = is_told_by_inverse(m, (uint16_t)i);
	for (size_t i = 0; i < count; i++) {
		if (told[i])
			conclude_rows(m, (uint16_t)i);
		end_origins(&m->graph->columns[i].origins);
	}
}
