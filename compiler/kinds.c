/* SPDX-License-Identifier: Apache-2.0 */
/* kinds - entities into the schema, in preorder of their hierarchy. */
#include "compiler/front.h"

#define NO_ENTITY UINT32_MAX
/* Attributes are looked up along the bases. */
#define MOST_BASES 63

/* An ENTITY before its kind has a number. */
struct entity_node {
	struct declared at;
	uint32_t base;			/* index, or NO_ENTITY */
	uint32_t first, last, next;	/* children, sibling: index, or NO_ENTITY */
	uint32_t walk;			/* that came by, plus one */
	uint32_t height;		/* bases above it and itself */
};

struct hierarchy {
	struct front *front;
	struct entity_node *nodes;
	uint32_t count;
};

static void declare_entities(struct hierarchy *h)
{
	struct front *front = h->front;
	const struct declared_list *all = &front->declared[AST_ENTITY];

	h->nodes = ARENA_ARRAY(front->arena, struct entity_node,
	    all->at.count);
	for (size_t i = 0; i < all->at.count; i++) {
		struct declared at = all->at.items[i];

		if (!front_has_room(front, h->count, at.ast, "entities") ||
		    !names_declare(front->names, at.pack, NAME_KIND, at.ast,
		    h->count))
			continue;
		h->nodes[h->count++] = (struct entity_node){
			.at = at, .base = NO_ENTITY, .first = NO_ENTITY,
			.last = NO_ENTITY, .next = NO_ENTITY,
		};
	}
}

static void find_base(struct hierarchy *h, struct entity_node *node)
{
	struct front *front = h->front;
	const struct ast *base = node->at.ast->slot[0];
	const struct name *name;
	struct words words = { .arena = front->arena };
	struct diagnostic *d;

	if (!base)
		return;
	name = names_find(front->names, node->at.pack, base->text);
	if (name && name->sort == NAME_KIND) {
		node->base = name->index;
		return;
	}
	if (front->packs.lost)
		return;
	d = diag_add(front->all, DIAG_E1004, base->name,
	    "there is no entity `%.*s`", STR_ARG(base->text));
	words_add_names(&words, front->names, node->at.pack, 1u << NAME_KIND);
	words_suggest(&words, front->all, d, base->text);
}

static void report_cycle(struct hierarchy *h, uint32_t start)
{
	struct text cycle;
	uint32_t i = start;

	text_init(&cycle, h->front->arena);
	do {
		text_printf(&cycle, "%.*s -> ",
		    STR_ARG(h->nodes[i].at.ast->text));
		i = h->nodes[i].base;
	} while (i != start);
	text_add(&cycle, h->nodes[start].at.ast->text);
	diag_add(h->front->all, DIAG_E1020, h->nodes[start].at.ast->name,
	    "an entity cannot be based on itself: %.*s",
	    STR_ARG(text_str(&cycle)));
	h->nodes[start].base = NO_ENTITY;
}

/* Up the bases from an entity, to one that was walked before.  Was that on
 * this very walk, it is on a cycle, which is cut there. */
static void cut_cycle(struct hierarchy *h, uint32_t from)
{
	uint32_t i = from;

	while (i != NO_ENTITY && h->nodes[i].walk == 0) {
		h->nodes[i].walk = from + 1;
		i = h->nodes[i].base;
	}
	if (i != NO_ENTITY && h->nodes[i].walk == from + 1)
		report_cycle(h, i);
}

/* How many NODE is based on; found once for each on the way. */
static uint32_t height_of(struct hierarchy *h, uint32_t node)
{
	uint32_t above = 0, i = node;

	while (i != NO_ENTITY && h->nodes[i].height == 0) {
		above++;
		i = h->nodes[i].base;
	}
	if (i != NO_ENTITY)
		above += h->nodes[i].height;
	for (i = node; i != NO_ENTITY && h->nodes[i].height == 0;
	    i = h->nodes[i].base)
		h->nodes[i].height = above--;
	return h->nodes[node].height;
}

/* An entity that is based on too many becomes one of its own. */
static void cut_height(struct hierarchy *h)
{
	bool reported = false;

	for (uint32_t i = 0; i < h->count; i++) {
		const struct ast *ast = h->nodes[i].at.ast;

		uint32_t bases = height_of(h, i) - 1;

		if (bases == 0 || bases % (MOST_BASES + 1) != 0)
			continue;
		if (!reported)
			diag_add(h->front->all, DIAG_E5010, ast->name,
			    "`%.*s` is based on more than %d others",
			    STR_ARG(ast->text), MOST_BASES);
		reported = true;
		h->nodes[i].base = NO_ENTITY;
	}
}

static void link_children(struct hierarchy *h)
{
	for (uint32_t i = 0; i < h->count; i++) {
		struct entity_node *base;

		if (h->nodes[i].base == NO_ENTITY)
			continue;
		base = &h->nodes[h->nodes[i].base];
		if (base->last == NO_ENTITY)
			base->first = i;
		else
			h->nodes[base->last].next = i;
		base->last = i;
	}
}

static uint16_t add_kind(struct hierarchy *h, uint32_t i, uint16_t base)
{
	struct front *front = h->front;
	const struct ast *ast = h->nodes[i].at.ast;
	size_t index = front->schema->kinds.count;

	*VEC_PUSH(front->arena, &front->schema->kinds) = (struct schema_kind){
		.name = ast->text, .span = ast->name, .base = base,
		.plural = schema_plural(front->arena, ast->text),
		.owner = SCHEMA_NONE,
	};
	*VEC_PUSH(front->arena, &front->kinds.at) = h->nodes[i].at;
	names_find(front->names, h->nodes[i].at.pack, ast->text)->index =
	    (uint32_t)index;
	return (uint16_t)index;
}

/* The tree below ROOT, without recursion: down to the first child, else to
 * the next sibling, else up until there is one. */
static void add_tree(struct hierarchy *h, uint32_t root)
{
	struct schema *schema = h->front->schema;
	uint16_t base = SCHEMA_NONE;
	uint32_t i = root;

	for (;;) {
		uint16_t kind = add_kind(h, i, base);

		if (h->nodes[i].first != NO_ENTITY) {
			base = kind;
			i = h->nodes[i].first;
			continue;
		}
		schema->kinds.items[kind].last =
		    (uint16_t)schema->kinds.count;
		while (i != root && h->nodes[i].next == NO_ENTITY) {
			schema->kinds.items[base].last =
			    (uint16_t)schema->kinds.count;
			base = schema->kinds.items[base].base;
			i = h->nodes[i].base;
		}
		if (i == root)
			return;
		i = h->nodes[i].next;
	}
}

/* The lists of an inventory are called by the plurals. */
static void check_plurals(struct front *front)
{
	struct schema *schema = front->schema;
	struct map *seen = map_new(front->arena);

	for (size_t i = 0; i < schema->kinds.count; i++) {
		const struct schema_kind *kind = &schema->kinds.items[i];
		bool is_new;
		uint32_t *first = map_at(seen, kind->plural, &is_new);
		struct diagnostic *d;

		if (is_new) {
			*first = (uint32_t)i;
			continue;
		}
		d = diag_add(front->all, DIAG_E1024, kind->span,
		    "`%.*s` and `%.*s` are both called `%.*s` in an inventory",
		    STR_ARG(schema->kinds.items[*first].name),
		    STR_ARG(kind->name), STR_ARG(kind->plural));
		diag_label(front->all, d, schema->kinds.items[*first].span,
		    "the other one");
	}
}

void front_add_kinds(struct front *front)
{
	struct hierarchy h = { .front = front };

	declare_entities(&h);
	for (uint32_t i = 0; i < h.count; i++)
		find_base(&h, &h.nodes[i]);
	for (uint32_t i = 0; i < h.count; i++)
		cut_cycle(&h, i);
	cut_height(&h);
	link_children(&h);
	for (uint32_t i = 0; i < h.count; i++)
		if (h.nodes[i].base == NO_ENTITY)
			add_tree(&h, i);
	check_plurals(front);
}
