/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json - what json.cc, the only user of simdjson, gives to json.c.
 *
 * The shim owns its memory, calls nothing of ours and lets no exception out.
 * It answers a tape: lists and maps as an opening and a closing item, with
 * everything between them in the order of the text.  Offsets count from the
 * first byte it was given.
 */
#ifndef SCARP_INVENTORY_JSON_H
#define SCARP_INVENTORY_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum json_kind { JSON_WORD, JSON_STRING, JSON_LIST, JSON_MAP, JSON_END };

/* A string, or a key, that is escaped has its text in the tape, all of them
 * in order; one that is not is the bytes between its quotes. */
struct json_item {
	uint32_t start, end;		/* of the value, quotes included */
	uint32_t key_start, key_end;
	uint8_t kind;			/* enum json_kind */
	bool has_key, is_key_escaped, is_escaped;
};

enum json_status {
	JSON_READ,
	JSON_REFUSED,		/* it is not JSON; json_check says why */
	JSON_DEEP,		/* nested deeper than was allowed, at AT */
	JSON_MEMORY
};

struct json_tape {
	const struct json_item *items;
	size_t count;
	const char *texts;	/* of what is escaped, one behind the other */
	const uint32_t *lengths;	/* of each of them */
	uint32_t at;		/* the last token that was looked at */
	void *owner;
};

/* BYTES are followed by IO_PADDING readable bytes. */
enum json_status json_tape_read(const char *bytes, size_t length,
    unsigned depth, struct json_tape *tape);
void json_tape_free(struct json_tape *tape);

/*
 * RFC 8259 to the letter, slowly (json_check.c): where BYTES stop being JSON.
 * NULL: nowhere.  Else what is wrong there, and *AT.
 */
const char *json_check(const char *bytes, size_t length, unsigned depth,
    size_t *at);

#ifdef __cplusplus
}
#endif

#endif
