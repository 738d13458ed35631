/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names - what the packs declare at their top level.
 *
 * Kinds, enums, params, definitions and relations share one space of names.
 * A pack sees its own names and those of the packs it uses, however far; two
 * packs that nobody uses together may use one name for two things, except for
 * kinds and enums, which are one schema.
 */
#ifndef SCARP_COMPILER_NAMES_H
#define SCARP_COMPILER_NAMES_H

#include "compiler/load.h"

enum name_sort {
	NAME_KIND, NAME_ENUM, NAME_PARAM, NAME_DEFINITION, NAME_RELATION
};
#define NAME_TYPES	(1u << NAME_KIND | 1u << NAME_ENUM)
#define NAME_VALUES	(1u << NAME_KIND | 1u << NAME_PARAM | \
			 1u << NAME_DEFINITION | 1u << NAME_RELATION)

struct name {
	struct str text;
	enum name_sort sort;
	uint32_t index;			/* in the table of its sort */
	uint32_t pack;
	struct span span;
	const struct ast *ast;
	bool used;
	uint32_t same;			/* a second declaration: the first, plus one */
	uint32_t next;			/* of the same text, plus one */
};

struct names;

struct names *names_new(struct arena *arena, struct diagnostics *all,
    const struct packs *packs);
/* The new name, valid until the next one; NULL, after a diagnostic, when the
 * text already has a meaning. */
struct name *names_declare(struct names *names, uint32_t pack,
    enum name_sort sort, const struct ast *ast, uint32_t index);
/* What TEXT means in PACK, or NULL. */
struct name *names_find(struct names *names, uint32_t pack, struct str text);
/* What TEXT means in the pack that PACK uses as ALIAS, or NULL; *IS_ALIAS
 * tells whether there is such a pack. */
struct name *names_find_in(struct names *names, uint32_t pack,
    struct str alias, struct str text, bool *is_alias);
/* Does PACK, directly or not, use the pack OTHER? */
bool names_sees(const struct names *names, uint32_t pack, uint32_t other);
/* Was a declaration given up because its name was taken? */
bool names_collided(const struct names *names);
/* In the order of declaration. */
size_t names_count(const struct names *names);
struct name *names_at(struct names *names, size_t i);
const char *name_sort_text(enum name_sort sort);

/* Names that could have been meant. */
struct words {
	struct arena *arena;
	VEC(struct str) list;
};
void words_add(struct words *words, struct str word);
/* The names of the SORTS (bits) that PACK sees; none when suggestions have had
 * their share. */
void words_add_names(struct words *words, const struct names *names,
    uint32_t pack, unsigned sorts);
/* "did you mean `zone`?", with the fix, when a name is near to WRONG. */
void words_suggest(const struct words *words, struct diagnostics *all,
    struct diagnostic *d, struct str wrong);
/* The first COUNT of them: "`a`, `b` and `c`". */
struct str words_list(const struct words *words, size_t count);

#endif
