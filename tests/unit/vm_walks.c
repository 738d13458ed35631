/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The searches of paths say the same: backward from one set for all sources; from
 * place to place; and by components, which a run of the least instructions takes
 * from the first source on (world_truths).  Over random links, kinds, automata
 * and targets, whatever the verifier takes.
 */
#include "tests/unit/world_each.h"

#include "base/limits.h"
#include "vm/verify.h"

static uint64_t seed;

static uint32_t below(uint32_t most)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % most);
}

static bool chance(uint32_t of_ten)
{
	return below(10) < of_ten;
}

/* --- sites ------------------------------------------------------------------ */

static const struct extent *extent_of(uint16_t kind)
{
	return &w->graph.extents[kind];
}

static uint32_t any_of(uint16_t kind)
{
	return extent_of(kind)->first + below(extent_of(kind)->count);
}

/* PERIOD rows of entities of a kind, some possible, some open. */
static const char *some_rows(uint16_t of, uint32_t period, bool is_set)
{
	struct text rows;

	text_init(&rows, arena);
	for (uint32_t i = 0; i < period; i++) {
		text_add(&rows, i ? STR("|") : STR(""));
		if (!is_set) {
			if (chance(2))
				text_add(&rows, chance(5) ? STR("?") : STR("-"));
			else
				text_printf(&rows, "%u", any_of(of));
			continue;
		}
		for (uint32_t n = below(3), at = extent_of(of)->first + below(20); n > 0; n--) {
			text_printf(&rows, "%s%u ", chance(2) ? "~" : "", at);
			at += 1 + below((extent_of(of)->count - 20) / 3);
		}
		text_add(&rows, chance(1) ? STR("...") : STR(""));
	}
	text_add_char(&rows, '\0');
	return rows.at;
}

static struct schema_attribute *attribute(uint16_t number)
{
	return &w->schema.attributes.items[number];
}

static const uint16_t sets[] = { NODE_LINKS, NODE_BACK };

/* `tints` and `words` become sets of nodes and of leaves, that have none; `back`
 * may be of leaves, what is linked may be leaves, and the links inverses. */
static void some_schema(void)
{
	attribute(NODE_TINTS)->type = attribute(NODE_WORDS)->type = type_set_node;
	attribute(NODE_WORDS)->type.of = KIND_LEAF;
	attribute(NODE_NEXT)->type.of = (uint16_t)below(2);
	attribute(NODE_BACK)->kind = (uint16_t)below(2);
	for (size_t i = 0; i < 2; i++)
		attribute(sets[i])->type.of = (uint16_t)below(2);
	if (chance(5)) {
		attribute(NODE_LINKS)->inverse = NODE_BACK;
		attribute(NODE_BACK)->inverse = NODE_LINKS;
	}
}

static void some_facts(uint32_t period)
{
	for (uint16_t kind = 0; kind < w->schema.kinds.count; kind++)
		w->graph.extents[kind].closed = chance(7);
	if (attribute(NODE_TINTS)->type.tag == TYPE_ENTITY)
		world_facts(w, NODE_TINTS, "");
	if (attribute(NODE_WORDS)->type.tag == TYPE_ENTITY)
		world_facts(w, NODE_WORDS, "");
	world_facts(w, NODE_FLAG, chance(5) ? "false|false|false|true|?|false|false|false|false|"
	    "false|false|false|false|false|false|false|false" : "true|false|false|false|false|false|"
	    "false|false|false|false|false|false|false|false|false|false|false|false|false");
	world_facts(w, NODE_NEXT, some_rows(attribute(NODE_NEXT)->type.of, period, false));
	for (size_t i = 0; i < 2; i++)
		world_facts(w, sets[i], some_rows(attribute(sets[i])->type.of, period, true));
	for (uint32_t n = chance(5) ? below(9) : 0; n > 0; n--)
		world_possible(w, below(w->graph.entity_count));
}

/* One link of each row: all of them are a ring, in no order, so that walks are long
 * and go up and down; few are only possible. */
static void tangle(uint16_t number)
{
	uint16_t of = attribute(number)->type.of;
	uint32_t count, first = extent_of(of)->first, *ring;
	struct link *l;

	world_facts(w, number, chance(2) ? "0|0|0|...|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0" : "0");
	l = &w->graph.links[number];
	count = extent_of(of)->count;
	ring = ARENA_ARRAY(arena, uint32_t, count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = below(i + 1);

		ring[i] = ring[at];
		ring[at] = i;
	}
	for (uint32_t row = 0; row < l->rows; row++)
		for (uint32_t i = l->offsets[row]; i < l->offsets[row + 1]; i++) {
			uint32_t at = l->first + row - first, next = 0;

			while (at < count && ring[next] != at)
				next++;
			((uint32_t *)l->cells)[i] = first +
			    (at < count ? ring[(next + 1) % count] : below(count));
			bit_put(l->certain, i, below(40) > 0);
		}
}

/* One of all nodes, and a leaf. */
static void flag_two(void)
{
	uint64_t *codes;

	world_facts(w, NODE_FLAG, "false");
	codes = w->graph.columns[NODE_FLAG].codes;
	bit_set(codes, any_of(KIND_NODE));
	bit_set(codes, any_of(KIND_LEAF));
}

static void tangled_facts(void)
{
	some_facts(7);
	flag_two();
	for (size_t i = 0; i < 2; i++)
		tangle(sets[i]);
}

/* As many elements as they come to more than rows are looked at with together. */
static const char *long_row(uint16_t of)
{
	uint32_t first = extent_of(of)->first, step = 1 + below(extent_of(of)->count / 40 - 1);
	struct text row;

	text_init(&row, arena);
	for (uint32_t i = 0; i < 40; i++)
		text_printf(&row, "%u ", first + i * step);
	text_add_char(&row, '\0');
	return row.at;
}

/* Few rows have links, all have the same one, or many; or as it comes. */
static void crowded_facts(void)
{
	some_facts(7 + below(30));
	if (chance(8))
		flag_two();
	for (size_t i = 0; i < 2; i++) {
		uint16_t of = attribute(sets[i])->type.of;
		uint32_t what = below(6), any = any_of(of);

		if (what == 0)
			world_facts(w, sets[i], long_row(of));
		else if (what == 1)
			world_facts(w, sets[i], arena_printf(arena, "%u", any).at);
		else if (what == 2)
			world_facts(w, sets[i], "");
		else if (what == 3)
			world_facts(w, sets[i], some_rows(of, 700, true));
		if (what > 1)
			bit_set(w->graph.columns[NODE_FLAG].codes, any);
	}
}

/* --- programs --------------------------------------------------------------- */

/* The entities of KIND that are flagged, one set for all rows. */
static uint16_t store_targets(uint16_t kind)
{
	struct type of = { .tag = TYPE_ENTITY, .set = true, .of = kind }, one = of;
	uint16_t root, all, child, element, flag, is;

	one.set = false;
	root = world_unit(w, SCHEMA_NONE, SCHEMA_NONE);
	all = world_op(w, OPCODE_CONST, root, of, NONE, NONE, NONE,
	    world_constant(w, of, CONSTANT_EXTENT, kind));
	child = world_expand(w, root, all);
	element = world_op(w, OPCODE_ELEMENT, child, one, NONE, NONE, NONE, 0);
	flag = world_op(w, OPCODE_LOAD_T, child, type_truth, element, NONE, NONE, NODE_FLAG);
	is = world_op(w, OPCODE_AND, child, type_truth, flag, world_op(w, OPCODE_MEMBER, child,
	    type_truth, NONE, NONE, NONE, 0), NONE, 0);
	return world_store(w, world_op(w, OPCODE_COLLECT_WW, root, of, is, all, element, 0), false);
}

/* What is linked and the next one, which may be without a name. */
static uint16_t store_set(uint16_t kind)
{
	world_unit(w, kind, SCHEMA_NONE);
	return world_store(w, world_do(w, OPCODE_UNION_W, type_set_node,
	    world_load(w, NODE_LINKS), world_op(w, OPCODE_SINGLE_W, w->frame, type_set_node,
	    world_load(w, NODE_NEXT), NONE, NONE, below(2))), false);
}

static uint16_t store_pairs(uint16_t x, uint16_t y)
{
	uint16_t second;

	world_unit(w, x, y);
	second = world_op(w, OPCODE_ROW, w->frame, (struct type){ .tag = TYPE_ENTITY, .of = y },
	    NONE, NONE, NONE, 1);
	return world_store(w, world_do(w, OPCODE_IN_W, type_truth, second,
	    world_load(w, NODE_LINKS)), true);
}

static void add_move(uint32_t from, uint32_t to, uint32_t step)
{
	*VEC_PUSH(arena, &w->program.moves) =
	    (struct program_move){ (uint8_t)from, (uint8_t)to, (uint16_t)step };
}

static void add_step(uint8_t kind, uint16_t index, bool inverse, uint16_t from, uint16_t to)
{
	*VEC_PUSH(arena, &w->program.steps) =
	    (struct program_step){ kind, inverse, index, from, to };
}

/* Of the steps and moves from those counts on. */
static uint32_t add_path(uint32_t first_step, uint32_t first_move, uint32_t states,
    uint64_t accepting)
{
	*VEC_PUSH(arena, &w->program.paths) = (struct program_path){ (uint16_t)chance(2), KIND_NODE,
		(uint8_t)states, accepting, first_step,
		(uint32_t)w->program.steps.count - first_step, first_move,
		(uint32_t)w->program.moves.count - first_move };
	return (uint32_t)w->program.paths.count - 1;
}

/* Of a closure, steps along what is listed; else of any kind, and both ways. */
static void some_steps(uint32_t count, bool closure, uint32_t kinds, uint16_t set)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t what = below(kinds);
		uint8_t kind = what < 3 ? STEP_LINK : what == 3 ? STEP_STORE_SET : STEP_STORE_TRUTH;
		uint16_t index = what < 3 ? (uint16_t)(NODE_LINKS + what) : set;

		if (what == 2)
			index = NODE_NEXT;
		/* Of stores the relation is the next one. */
		if (what == 4)
			index++;
		add_step(kind, index, !closure && chance(4), (uint16_t)chance(2),
		    (uint16_t)chance(2));
	}
}

static uint32_t some_path(bool closure, uint32_t kinds, uint16_t set)
{
	uint32_t first_step = (uint32_t)w->program.steps.count, steps = 1 + below(3);
	uint32_t first_move = (uint32_t)w->program.moves.count, states = 1 + below(4);

	some_steps(steps, closure, kinds, set);
	for (uint32_t i = chance(1) ? 0 : 2 + below(5); i > 0; i--)
		add_move(below(states), below(states), below(steps));
	return add_path(first_step, first_move, states, 1 + below((1u << states) - 1));
}

/* All its steps again and again, in any order. */
static uint32_t long_path(bool closure, uint32_t kinds, uint16_t set)
{
	uint32_t first_step = (uint32_t)w->program.steps.count, steps = 1 + below(3);
	uint32_t first_move = (uint32_t)w->program.moves.count;

	some_steps(steps, closure, kinds, set);
	for (uint32_t i = 0; i < steps; i++)
		add_move(0, 0, i);
	return add_path(first_step, first_move, 1, 1);
}

/* From the row, or from what its `next` is, to one set. */
static uint16_t walk(bool closure, uint32_t path, uint16_t targets, bool far)
{
	return world_op(w, closure ? OPCODE_CLOSURE : OPCODE_REACH, w->frame, type_truth,
	    far ? world_load(w, NODE_NEXT) : w->row, targets, NONE, path);
}

static const char *shown(uint32_t path)
{
	const struct program_path *p = &w->program.paths.items[path];
	struct text out;

	text_init(&out, arena);
	text_printf(&out, "%u states, accepting %llx", p->states, (unsigned long long)p->accepting);
	for (uint32_t i = 0; i < p->step_count; i++) {
		const struct program_step *s = &w->program.steps.items[p->first_step + i];

		text_printf(&out, ", step %d%s %d: %d to %d", s->kind, s->inverse ? " inverse" : "",
		    s->index, s->from, s->to);
	}
	for (uint32_t i = 0; i < p->move_count; i++) {
		const struct program_move *move = &w->program.moves.items[p->first_move + i];

		text_printf(&out, ", %d -%d> %d", move->from, move->step, move->to);
	}
	text_add_char(&out, '\0');
	return out.at;
}

static void expect_same(bool closure, uint32_t path, uint16_t store, bool far, unsigned what)
{
	struct type of = w->program.stores.items[store].of;
	uint16_t one = world_op(w, OPCODE_FETCH_W, w->frame, of, NONE, NONE, NONE, store);
	uint16_t own = world_do(w, OPCODE_UNION_W, of, one, world_load(w,
	    of.of == KIND_LEAF ? NODE_WORDS : NODE_TINTS));
	const char *backward = world_truths(w, walk(closure, path, one, far));
	const char *each = world_truths(w, walk(closure, path, own, far));

	if (strcmp(backward, each) != 0)
		ck_abort_msg("case %u (closure %d, next %d), %s:\n%s\n%s", what, closure, far,
		    shown(path), backward, each);
}

/* --- tests ------------------------------------------------------------------- */

enum site { ANY, TANGLED, CROWDED };

static void compare_searches(enum site site, unsigned what)
{
	bool pairs = site != CROWDED && what % 6 == 0, closure = what % 2;
	uint32_t path, kinds = pairs && !closure ? 5 : 4;
	uint16_t set, targets[2];

	begin();
	seed = what;
	if (site == CROWDED)
		world_grow(w, 1200 + below(300), 600);
	some_schema();
	if (site == ANY)
		some_facts(7 + below(30));
	else if (site == TANGLED)
		tangled_facts();
	else
		crowded_facts();
	set = store_set((uint16_t)below(2));
	if (pairs)
		store_pairs((uint16_t)below(2), (uint16_t)below(2));
	targets[0] = store_targets(KIND_NODE);
	targets[1] = store_targets(KIND_LEAF);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	path = site == ANY ? some_path(closure, kinds, set) : long_path(closure, kinds, set);
	for (int i = 0; i < 2; i++)
		expect_same(closure, path, targets[i], chance(3), what);
	end();
}

/* Rings of nodes and of leaves, the way to a target alone and back from it. */
START_TEST(searches_there_and_back_agree)
{
	for (unsigned what = 0; what < 8; what++) {
		uint32_t first = 0, path;
		uint16_t target;

		begin();
		seed = what;
		attribute(NODE_TINTS)->type = type_set_node;
		attribute(NODE_BACK)->kind = KIND_LEAF;
		tangled_facts();
		target = store_targets(KIND_NODE);
		world_unit(w, KIND_NODE, SCHEMA_NONE);
		add_step(STEP_LINK, NODE_LINKS, what & 1, KIND_NODE, KIND_NODE);
		add_step(STEP_LINK, NODE_BACK, true, KIND_NODE, KIND_LEAF);
		add_step(STEP_LINK, NODE_LINKS, true, what & 4 ? KIND_LEAF : KIND_NODE, KIND_LEAF);
		for (uint32_t i = 0; i < 3; i++)
			add_move(0, 0, i);
		path = add_path(first, first, 1, 1);
		expect_same(false, path, target, what & 2, what);
		end();
	}
} END_TEST

/* Of twigs more may be there; that one of them leads to a target is seen when the
 * last of all leaves was. */
START_TEST(what_no_file_names_is_reached_last)
{
	struct link *l;
	uint32_t path, leaf;
	uint16_t target;

	begin();
	world_grow(w, 400, 100);
	leaf = extent_of(KIND_LEAF)->first;
	attribute(NODE_TINTS)->type = type_set_node;
	w->graph.extents[KIND_TWIG].closed = false;
	world_facts(w, NODE_TINTS, "");
	world_facts(w, NODE_FLAG, "false");
	bit_set(w->graph.columns[NODE_FLAG].codes, leaf);
	/* From leaf to leaf in leaps of 37; a twig leads to one at the end. */
	world_facts(w, NODE_LINKS, "0");
	l = &w->graph.links[NODE_LINKS];
	for (uint32_t i = 0; i < 100; i++)
		((uint32_t *)l->cells)[leaf + (i + 1) * 37 % 100] = leaf + i * 37 % 100;
	/* Nobody must reach it, or all would be known before. */
	bit_put(l->certain, leaf + 37, false);
	((uint32_t *)l->cells)[extent_of(KIND_TWIG)->first + 5] = leaf + 99 * 37 % 100;
	target = store_targets(KIND_NODE);
	world_unit(w, KIND_NODE, SCHEMA_NONE);
	add_step(STEP_LINK, NODE_LINKS, false, KIND_LEAF, KIND_LEAF);
	add_step(STEP_LINK, NODE_LINKS, false, KIND_TWIG, KIND_TWIG);
	add_move(0, 0, 0);
	add_move(0, 0, 1);
	path = add_path(0, 0, 1, 1);
	expect_same(false, path, target, false, 0);
	end();
} END_TEST

/* So many places and states that no two hang together, and where some of what may
 * be does not fit any more. */
START_TEST(what_falls_apart_into_too_many_pieces_is_walked)
{
	static const uint32_t nodes[] = { 1036, 1300 };

	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
		uint16_t target;

		begin();
		seed = i;
		world_grow(w, nodes[i], 100);
		some_schema();
		crowded_facts();
		target = store_targets(KIND_NODE);
		world_unit(w, KIND_NODE, SCHEMA_NONE);
		add_step(STEP_LINK, NODE_LINKS, false, KIND_NODE, KIND_NODE);
		for (uint32_t s = 0; s < 63; s++)
			add_move(s, s + 1, 0);
		expect_same(false, add_path(0, 0, 64, UINT64_C(1) << 63 | 6), target, false, 0);
		end();
	}
} END_TEST

/* The same cells in codes of four bytes: as they are, from -1 on, or by a dictionary. */
static void widen(struct column *c, int way)
{
	int64_t *cells = ARENA_ARRAY(arena, int64_t, WORLD_NODES);
	uint32_t *codes = ARENA_ARRAY(arena, uint32_t, WORLD_NODES);
	int64_t base = way == 2 ? -1 : 0;

	for (uint32_t i = 0; i < c->rows; i++)
		if (bit_get(c->known, i))
			codes[i] = (uint32_t)(column_cell(c, i) - base);
	for (uint32_t i = 0; i < WORLD_NODES; i++)
		cells[i] = i;
	c->codes = codes;
	c->width = 4;
	c->base = base;
	c->dictionary = way == 3 ? cells : NULL;
	c->dictionary_count = way == 3 ? WORLD_NODES : 0;
}

/* Nobody writes them so, but a snapshot may hold them. */
START_TEST(walks_are_the_same_however_cells_are_kept)
{
	char *narrow[2] = { NULL, NULL };

	for (int way = 0; way < 4; way++) {
		uint32_t path;

		begin();
		seed = 1;
		some_facts(29);
		if (way)
			widen(&w->graph.columns[NODE_NEXT], way);
		for (int inverse = 0; inverse < 2; inverse++) {
			const char *have;

			add_step(STEP_LINK, NODE_NEXT, inverse, KIND_NODE, KIND_NODE);
			add_move(0, 0, 0);
			path = add_path((uint32_t)inverse, (uint32_t)inverse, 1, 1);
			have = world_truths(w, walk(false, path, world_load(w, NODE_BACK), inverse));
			if (way == 0)
				narrow[inverse] = strdup(have);
			else
				ck_assert_str_eq(have, narrow[inverse]);
		}
		end();
	}
	free(narrow[0]);
	free(narrow[1]);
} END_TEST

START_TEST(searches_of_any_path_agree)
{
	for (unsigned what = 0; what < 100; what++)
		compare_searches(ANY, what);
} END_TEST

START_TEST(searches_of_long_walks_agree)
{
	for (unsigned what = 0; what < 60; what++)
		compare_searches(TANGLED, what);
} END_TEST

START_TEST(searches_through_many_entities_agree)
{
	for (unsigned what = 0; what < 30; what++)
		compare_searches(CROWDED, what);
} END_TEST

UNIT_MAIN(searches_of_any_path_agree, searches_of_long_walks_agree,
    searches_through_many_entities_agree, searches_there_and_back_agree,
    what_no_file_names_is_reached_last, what_falls_apart_into_too_many_pieces_is_walked,
    walks_are_the_same_however_cells_are_kept)
