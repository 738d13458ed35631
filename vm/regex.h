/* SPDX-License-Identifier: Apache-2.0 */
/* regex - regular expressions, by RE2 (linear time); the only user of it. */
#ifndef SCARP_VM_REGEX_H
#define SCARP_VM_REGEX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct regex;

enum regex_answer { REGEX_NO_MATCH, REGEX_MATCH, REGEX_FAILED };

/* NULL when PATTERN is refused; WHY (at least 128 bytes) then says why. */
struct regex *regex_new(const char *pattern, size_t length, int caseless,
    uint64_t memory, char *why, size_t why_size);
void regex_free(struct regex *regex);
/* Searches anywhere in the text.  REGEX_FAILED: a limit was met; never
 * to be read as "no match". */
enum regex_answer regex_search(const struct regex *regex, const char *text, size_t length);
/* The same, and the byte ranges of up to COUNT groups, group 0 the whole;
 * a group that did not take part has start SIZE_MAX. */
enum regex_answer regex_groups(const struct regex *regex, const char *text,
    size_t length, size_t *starts, size_t *ends, size_t count);
size_t regex_group_count(const struct regex *regex);

/*
 * RE2 cannot be trusted, nor ended, once an allocation in it has failed: it
 * loops, or frees twice.  For who owns the process: what C++ allocates is then
 * had from a reserve, and when that is gone END is called, on any thread, and
 * must not return.  Without this a refused allocation is told as REGEX_FAILED,
 * or NULL, and no regex may be used after it.
 */
void regex_keep_reserve(void (*end)(void));

#ifdef __cplusplus
}
#endif

#endif
