/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write_json - JSON, member by member; commas come by themselves.
 *
 * The caller balances what it opens.  Texts are escaped so that what a reader
 * could not see is harmless, and the same string to a parser.
 */
#ifndef SCARP_REPORT_WRITE_JSON_H
#define SCARP_REPORT_WRITE_JSON_H

#include "base/text.h"

struct json {
	struct text *out;
	bool comma;		/* something stands before the next value */
	bool one_line;		/* json_break does nothing */
};

void json_open(struct json *j, char bracket);
void json_close(struct json *j, char bracket);
void json_name(struct json *j, const char *name);
void json_text(struct json *j, struct str value);
void json_count(struct json *j, uint64_t value);
void json_bool(struct json *j, bool value);
void json_null(struct json *j);
/* A line end before the next value. */
void json_break(struct json *j);
void json_member(struct json *j, const char *name, struct str value);
void json_member_count(struct json *j, const char *name, uint64_t value);
/* The same with a literal. */
void json_member_word(struct json *j, const char *name, const char *value);
/* `"name":{` and `"name":[` */
void json_member_open(struct json *j, const char *name, char bracket);

#endif
