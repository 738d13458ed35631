/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token - a text as the readers of all formats hand it on: the keys, scalars,
 * lists and maps in their order, each with its place.
 */
#ifndef SCARP_INVENTORY_TOKEN_H
#define SCARP_INVENTORY_TOKEN_H

#include "base/document.h"

enum token_kind {
	TOKEN_KEY,		/* its value follows */
	TOKEN_PLAIN,		/* a word, number, date, true, null */
	TOKEN_QUOTED,
	TOKEN_REST,		/* `...` in a list */
	TOKEN_LIST,		/* until its TOKEN_END */
	TOKEN_MAP,
	TOKEN_END
};

struct token {
	const char *text;	/* of a key or scalar; unescaped */
	uint32_t length;	/* of the text; of a list or map: its last token */
	uint32_t start, end;	/* bytes of the file; of a list or map that is
				 * not in one batch: no end */
	uint8_t kind;		/* enum token_kind */
};

struct tokens {
	struct token *items;	/* of the one allocator */
	size_t count, capacity;
};

static inline struct str token_text(const struct token *token)
{
	return (struct str){ token->text, token->length };
}

/* How a batch of them ended. */
enum token_status {
	TOKENS_SOME,		/* there is more */
	TOKENS_ALL,		/* it was the last one */
	TOKENS_WRONG,		/* the text is not what it should be, or odd */
	TOKENS_DEEP,		/* nested deeper than was allowed */
	TOKENS_LONG		/* a key or text is over the limits */
};

/* Ends with ARENA. */
void tokens_init(struct tokens *tokens, struct arena *arena);
/* Makes room for one more. */
void tokens_grow(struct tokens *tokens);

static inline struct token *tokens_add(struct tokens *tokens)
{
	if (tokens->count == tokens->capacity)
		tokens_grow(tokens);
	return &tokens->items[tokens->count++];
}

#endif
