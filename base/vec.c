/* SPDX-License-Identifier: Apache-2.0 */
#include "base/vec.h"

#include "base/guard.h"

void *vec_reserve(struct arena *arena, void *items, size_t *capacity, size_t item_size)
{
	size_t wanted = *capacity ? *capacity * 2 : 8;

	if (wanted > SIZE_MAX / item_size)
		guard_raise("out of memory");
	items = arena_grow(arena, items, *capacity * item_size,
	    wanted * item_size);
	*capacity = wanted;
	return items;
}
