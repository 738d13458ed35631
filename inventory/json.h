/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json - what json.cc, the only user of simdjson, gives to json_scan.c.
 *
 * The shim owns its memory, calls nothing of ours and lets no exception out.
 * It runs simdjson's first stage: where each bracket, colon, comma, string,
 * number and word begins, with the text known to be UTF-8 and its strings to
 * end and to hold no control characters.  What they mean is found by
 * json_scan.c.
 */
#ifndef SCARP_INVENTORY_JSON_H
#define SCARP_INVENTORY_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum json_found {
	JSON_FOUND,
	JSON_UNCLOSED,		/* it ends inside a string */
	JSON_REFUSED,		/* it is not JSON; json_check says why */
	JSON_MEMORY
};

struct json_finder;

/* For texts of at most CAPACITY bytes; NULL when memory is refused. */
struct json_finder *json_finder_new(size_t capacity);
void json_finder_free(struct json_finder *finder);
/*
 * Offsets from BYTES of all that is no blank, each thing once; valid until the
 * next call.  LENGTH is at most the capacity.
 */
enum json_found json_find(struct json_finder *finder, const char *bytes,
    size_t length, const uint32_t **offsets, size_t *count);

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
