/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vec - a growable array in a region.
 *
 *	VEC(struct rule) rules = { 0 };
 *	*VEC_PUSH(arena, &rules) = rule;
 *	for (size_t i = 0; i < rules.count; i++) use(&rules.items[i]);
 *
 * Pushing may move the items: keep indices, not pointers, across pushes.
 */
#ifndef SCARP_BASE_VEC_H
#define SCARP_BASE_VEC_H

#include "base/arena.h"

#define VEC(type) struct { type *items; size_t count, capacity; }

/* The new last item, zeroed. */
#define VEC_PUSH(arena, vec) \
	((vec)->items = vec_room((arena), (vec)->items, (vec)->count, \
	     &(vec)->capacity, sizeof(*(vec)->items)), \
	 &(vec)->items[(vec)->count++])
#define VEC_LAST(vec) (&(vec)->items[(vec)->count - 1])

/* Makes room where there is none left; answers the (moved) items. */
void *vec_reserve(struct arena *arena, void *items, size_t *capacity, size_t item_size)
	__attribute__((returns_nonnull));

/* The same, where it may have the room already. */
static inline __attribute__((returns_nonnull)) void *vec_room(struct arena *arena,
    void *items, size_t count, size_t *capacity, size_t item_size)
{
	return count < *capacity ? items :
	    vec_reserve(arena, items, capacity, item_size);
}

#endif
