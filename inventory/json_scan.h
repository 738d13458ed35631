/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_scan - JSON as tokens, checked to the letter of RFC 8259.
 *
 * The file is read through a window, so that what simdjson finds in it is
 * used while it is in the cache; tokens come in batches.  Unless told otherwise
 * a batch ends only where nothing is open but the root and a list directly in
 * it, so every entity stands whole in one batch.
 */
#ifndef SCARP_INVENTORY_JSON_SCAN_H
#define SCARP_INVENTORY_JSON_SCAN_H

#include "inventory/json.h"
#include "inventory/token.h"

enum json_expect { JSON_VALUE, JSON_VALUE_OR_END, JSON_KEY, JSON_KEY_OR_END,
	JSON_AFTER, JSON_DONE };

struct json_scan {
	struct arena *texts;	/* of strings that are escaped */
	const char *bytes;
	size_t length;
	size_t from, to;	/* the window */
	size_t window;		/* bytes that it has at most, */
	size_t capacity;	/* and that the finder can take */
	struct json_finder *finder;
	const uint32_t *offsets;
	size_t count, next;
	enum json_expect expect;
	enum token_status status;
	unsigned depth, most;
	uint32_t *open;		/* per level: its token, and */
	bool *is_map;		/* what it is */
	uint64_t longest_key, longest_text;
	bool keep;		/* what is over these limits all the same */
	bool anywhere;		/* a batch may end between any two tokens */
	bool by_lines;		/* each line has a text of its own, or nothing; a
				 * batch ends between lines */
	uint32_t at;		/* the last thing that was looked at; where it is
				 * TOKENS_DEEP or TOKENS_LONG */
};

/*
 * Of BYTES from START on, which are followed by IO_PADDING readable ones.
 * What it needs ends with ARENA; the texts of tokens that are not bytes of the
 * file live in TEXTS.
 */
void json_scan_init(struct json_scan *s, struct arena *arena,
    struct arena *texts, struct str bytes, size_t start, unsigned depth);
/* Puts the next tokens, about MOST of them, into TOKENS, which is emptied. */
enum token_status json_scan_some(struct json_scan *s, struct tokens *tokens,
    size_t most);

#endif
