/* SPDX-License-Identifier: Apache-2.0 */
#include "report/write_json.h"

static void before_value(struct json *j)
{
	if (j->comma)
		text_add_char(j->out, ',');
	j->comma = true;
}

void json_open(struct json *j, char bracket)
{
	before_value(j);
	text_add_char(j->out, bracket);
	j->comma = false;
}

void json_close(struct json *j, char bracket)
{
	text_add_char(j->out, bracket);
	j->comma = true;
}

void json_name(struct json *j, const char *name)
{
	before_value(j);
	text_printf(j->out, "\"%s\":", name);
	j->comma = false;
}

void json_text(struct json *j, struct str value)
{
	before_value(j);
	text_add_char(j->out, '"');
	text_add_json(j->out, value);
	text_add_char(j->out, '"');
}

void json_count(struct json *j, uint64_t value)
{
	before_value(j);
	text_printf(j->out, "%llu", (unsigned long long)value);
}

void json_bool(struct json *j, bool value)
{
	before_value(j);
	text_add(j->out, value ? STR("true") : STR("false"));
}

void json_null(struct json *j)
{
	before_value(j);
	text_add(j->out, STR("null"));
}

void json_break(struct json *j)
{
	if (j->one_line)
		return;
	text_add(j->out, j->comma ? STR(",\n") : STR("\n"));
	j->comma = false;
}

void json_member(struct json *j, const char *name, struct str value)
{
	json_name(j, name);
	json_text(j, value);
}

void json_member_count(struct json *j, const char *name, uint64_t value)
{
	json_name(j, name);
	json_count(j, value);
}

void json_member_word(struct json *j, const char *name, const char *value)
{
	json_member(j, name, str_of(value));
}

void json_member_open(struct json *j, const char *name, char bracket)
{
	json_name(j, name);
	json_open(j, bracket);
}
