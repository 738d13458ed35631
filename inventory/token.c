/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/token.h"

#include "base/guard.h"

#define FIRST 1024

static void release(void *item)
{
	struct tokens *tokens = item;

	memory_give(tokens->items);
	tokens->items = NULL;
}

void tokens_init(struct tokens *tokens, struct arena *arena)
{
	*tokens = (struct tokens){ 0 };
	arena_defer(arena, release, tokens);
}

void tokens_grow(struct tokens *tokens)
{
	size_t wanted = tokens->capacity ? tokens->capacity * 2 : FIRST;

	if (wanted > UINT32_MAX)
		guard_raise("out of memory");
	tokens->items = memory_resize(tokens->items,
	    wanted * sizeof(*tokens->items));
	tokens->capacity = wanted;
}
