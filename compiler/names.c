/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/names.h"

#include <assert.h>
#include <stdlib.h>

#include "base/intern.h"


/* The packs that one sees, itself included, sorted. */
struct seen { VEC(uint32_t) packs; };

struct names {
	struct arena *arena;
	struct diagnostics *all;
	const struct packs *loaded;
	struct seen *seen;		/* per pack */
	struct map *by_text;		/* index of the newest, plus one */
	VEC(struct name) list;
	bool collided;
};

static int by_number(const void *a, const void *b)
{
	uint32_t m = *(const uint32_t *)a, n = *(const uint32_t *)b;

	return (m > n) - (m < n);
}

/* All that FROM reaches over its uses; MARKS[p] is FROM + 1 when p is in. */
static void find_seen(struct names *names, uint32_t from, uint32_t *marks)
{
	struct seen *seen = &names->seen[from];

	marks[from] = from + 1;
	*VEC_PUSH(names->arena, &seen->packs) = from;
	for (size_t next = 0; next < seen->packs.count; next++) {
		const struct pack *pack =
		    &names->loaded->list.items[seen->packs.items[next]];

		for (size_t i = 0; i < pack->uses.count; i++) {
			uint32_t used = pack->uses.items[i].pack;

			if (marks[used] == from + 1)
				continue;
			marks[used] = from + 1;
			*VEC_PUSH(names->arena, &seen->packs) = used;
		}
	}
	qsort(seen->packs.items, seen->packs.count, sizeof(uint32_t),
	    by_number);
}

struct names *names_new(struct arena *arena, struct diagnostics *all,
    const struct packs *packs)
{
	struct names *names = ARENA_NEW(arena, struct names);
	size_t count = packs->list.count;
	uint32_t *marks = ARENA_ARRAY(arena, uint32_t, count);

	names->arena = arena;
	names->all = all;
	names->loaded = packs;
	names->seen = ARENA_ARRAY(arena, struct seen, count);
	names->by_text = map_new(arena);
	for (uint32_t i = 0; i < count; i++)
		find_seen(names, i, marks);
	return names;
}

bool names_sees(const struct names *names, uint32_t pack, uint32_t other)
{
	const struct seen *seen = &names->seen[pack];

	return bsearch(&other, seen->packs.items, seen->packs.count,
	    sizeof(uint32_t), by_number) != NULL;
}

static bool is_schema_sort(enum name_sort sort)
{
	return sort == NAME_KIND || sort == NAME_ENUM;
}

/* Would some pack see both? */
static bool collide(const struct names *names, const struct name *a,
    enum name_sort sort, uint32_t pack)
{
	if (is_schema_sort(a->sort) && is_schema_sort(sort))
		return true;
	if (names_sees(names, pack, a->pack) ||
	    names_sees(names, a->pack, pack))
		return true;
	for (uint32_t i = 0; i < names->loaded->list.count; i++)
		if (names->loaded->list.items[i].uses.count > 1 &&
		    names_sees(names, i, a->pack) && names_sees(names, i, pack))
			return true;
	return false;
}

const char *name_sort_text(enum name_sort sort)
{
	switch (sort) {
	case NAME_KIND: return "an entity";
	case NAME_ENUM: return "an enum";
	case NAME_PARAM: return "a param";
	case NAME_DEFINITION: return "a definition";
	case NAME_RELATION: return "a relation";
	}
	assert(!"sort");
	return "";
}

/* The text then means the first one in the other pack too, or each use of it
 * would be another mistake. */
static void share_first(struct names *names, const struct name *first,
    uint32_t pack, uint32_t *newest)
{
	struct name shared = *first;

	if (names_sees(names, pack, first->pack))
		return;
	shared.pack = pack;
	shared.same = (uint32_t)(first - names->list.items) + 1;
	shared.next = *newest;
	*VEC_PUSH(names->arena, &names->list) = shared;
	*newest = (uint32_t)names->list.count;
}

/* The mistake is in the pack that could have known of the other. */
static void report_collision(struct names *names, const struct name *first,
    uint32_t pack, const struct ast *ast)
{
	bool is_first = first->pack != pack &&
	    names_sees(names, first->pack, pack);
	struct diagnostic *d = diag_add(names->all, DIAG_E1005,
	    is_first ? first->span : ast->name, "`%.*s` is declared twice",
	    STR_ARG(ast->text));

	if (is_first)
		diag_label(names->all, d, ast->name, "declared here too");
	else
		diag_label(names->all, d, first->span,
		    "first declared here, as %s", name_sort_text(first->sort));
}

/* Types that are built in, and the one built-in function. */
static bool is_reserved(struct str text)
{
	static const char *const reserved[] = {
#define TYPE(tag, spelling, cell) spelling,
		TYPES(TYPE)
#undef TYPE
		"lower",
	};

	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
		if (str_equal(text, str_of(reserved[i])))
			return true;
	return false;
}

static bool is_taken(struct names *names, uint32_t pack, enum name_sort sort,
    const struct ast *ast, uint32_t *newest)
{
	if (is_reserved(ast->text)) {
		diag_add(names->all, DIAG_E1006, ast->name,
		    "`%.*s` is built in", STR_ARG(ast->text));
		return true;
	}
	for (uint32_t i = *newest; i > 0; i = names->list.items[i - 1].next) {
		const struct name *first = &names->list.items[i - 1];

		if (first->same || !collide(names, first, sort, pack))
			continue;
		names->collided = true;
		report_collision(names, first, pack, ast);
		share_first(names, first, pack, newest);
		return true;
	}
	return false;
}

struct name *names_declare(struct names *names, uint32_t pack,
    enum name_sort sort, const struct ast *ast, uint32_t index)
{
	bool is_new;
	uint32_t *newest = map_at(names->by_text, ast->text, &is_new);
	struct name *name;

	if (is_taken(names, pack, sort, ast, newest))
		return NULL;
	name = VEC_PUSH(names->arena, &names->list);
	*name = (struct name){
		.text = ast->text, .sort = sort, .index = index,
		.pack = pack, .span = ast->name, .ast = ast, .next = *newest,
	};
	*newest = (uint32_t)names->list.count;
	return name;
}

struct name *names_find(struct names *names, uint32_t pack, struct str text)
{
	const uint32_t *newest = map_find(names->by_text, text);

	for (uint32_t i = newest ? *newest : 0; i > 0;
	    i = names->list.items[i - 1].next) {
		struct name *name = &names->list.items[i - 1];

		if (names_sees(names, pack, name->pack))
			return name->same
			    ? &names->list.items[name->same - 1] : name;
	}
	return NULL;
}

struct name *names_find_in(struct names *names, uint32_t pack,
    struct str alias, struct str text, bool *is_alias)
{
	const struct pack *from = &names->loaded->list.items[pack];

	*is_alias = false;
	for (size_t i = 0; i < from->uses.count; i++) {
		const struct pack_use *use = &from->uses.items[i];

		if (use->alias.length && str_equal(use->alias, alias)) {
			*is_alias = true;
			return names_find(names, use->pack, text);
		}
	}
	return NULL;
}

bool names_collided(const struct names *names)
{
	return names->collided;
}

size_t names_count(const struct names *names)
{
	return names->list.count;
}

struct name *names_at(struct names *names, size_t i)
{
	return &names->list.items[i];
}

void words_add(struct words *words, struct str word)
{
	*VEC_PUSH(words->arena, &words->list) = word;
}

void words_add_names(struct words *words, const struct names *names,
    uint32_t pack, unsigned sorts)
{
	if (!diag_suggests(names->all))
		return;
	for (size_t i = 0; i < names->list.count; i++) {
		const struct name *name = &names->list.items[i];

		if ((sorts >> name->sort & 1) &&
		    names_sees(names, pack, name->pack))
			words_add(words, name->text);
	}
}

void words_suggest(const struct words *words, struct diagnostics *all,
    struct diagnostic *d, struct str wrong)
{
	long nearest;

	if (!diag_may_suggest(all, words->list.count))
		return;
	nearest = diag_nearest(wrong, words->list.items, words->list.count);
	if (nearest < 0)
		return;
	diag_help(all, d, "did you mean `%.*s`?",
	    STR_ARG(words->list.items[nearest]));
	diag_fix(all, d, d->span, words->list.items[nearest]);
}

struct str words_list(const struct words *words, size_t count)
{
	struct text list;

	text_init(&list, words->arena);
	for (size_t i = 0; i < count; i++)
		text_printf(&list, "%s`%.*s`", i == 0 ? "" :
		    i + 1 < count ? ", " : " and ",
		    STR_ARG(words->list.items[i]));
	return text_str(&list);
}
