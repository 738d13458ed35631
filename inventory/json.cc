/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON through simdjson's On-Demand interface.  It checks nothing that is
 * skipped, so everything is walked; a number or word is checked here, since
 * its value is not asked for; what follows a string inside its token is
 * checked to be blank; the depth is checked before it grows.
 */
#include "inventory/json.h"

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

namespace {

namespace ondemand = simdjson::ondemand;

/* At least, in all but the densest of files. */
constexpr size_t BYTES_PER_ITEM = 6;

struct owner {
	ondemand::parser parser;
	std::vector<json_item> items;
	std::string texts;
	std::vector<uint32_t> lengths;
};

/* Ends the walk: a status that is not JSON_READ. */
struct stop {
	json_status status;
};

class walker {
public:
	walker(owner &to, const char *bytes, size_t length, unsigned depth)
	    : to(to), bytes(bytes), length(length), most(depth) {}

	void walk();
	uint32_t at = 0;

private:
	owner &to;
	const char *bytes;
	size_t length;
	unsigned most;
	uint32_t last = 0;	/* where the last value ended */

	uint32_t offset(const char *where)
	{
		at = static_cast<uint32_t>(where - bytes);
		return at;
	}
	template <typename type> type value_of(
	    simdjson::simdjson_result<type> result)
	{
		type value;
		simdjson::error_code error =
		    std::move(result).get(value);

		if (error == simdjson::MEMALLOC)
			throw std::bad_alloc();
		if (error != simdjson::SUCCESS)
			throw stop{JSON_REFUSED};
		return value;
	}
	void require(bool holds)
	{
		if (!holds)
			throw stop{JSON_REFUSED};
	}
	uint32_t end_of_string(uint32_t start, bool &escaped);
	void keep(std::string_view unescaped);
	void walk_value(ondemand::value value, json_item item,
	    unsigned depth);
	void walk_list(ondemand::value value, unsigned depth);
	void walk_map(ondemand::value value, unsigned depth);
	void close();
};

bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string_view trimmed(std::string_view token)
{
	while (!token.empty() && is_blank(token.back()))
		token.remove_suffix(1);
	return token;
}

size_t skip_digits(std::string_view s, size_t i)
{
	while (i < s.size() && s[i] >= '0' && s[i] <= '9')
		i++;
	return i;
}

/* RFC 8259, section 6. */
bool is_number(std::string_view s)
{
	size_t i = !s.empty() && s[0] == '-', start = i;

	i = skip_digits(s, i);
	if (i == start || (s[start] == '0' && i > start + 1))
		return false;
	if (i < s.size() && s[i] == '.') {
		start = ++i;
		i = skip_digits(s, i);
		if (i == start)
			return false;
	}
	if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
		i++;
		if (i < s.size() && (s[i] == '+' || s[i] == '-'))
			i++;
		start = i;
		i = skip_digits(s, i);
		if (i == start)
			return false;
	}
	return i == s.size();
}

bool is_word(std::string_view s)
{
	return s == "true" || s == "false" || s == "null" || is_number(s);
}

/* Behind the string whose opening quote stands at START. */
uint32_t walker::end_of_string(uint32_t start, bool &escaped)
{
	size_t i = start + 1;

	escaped = false;
	for (; i < length && bytes[i] != '"'; i++)
		if (bytes[i] == '\\') {
			escaped = true;
			i++;
		}
	require(i < length);
	return static_cast<uint32_t>(i + 1);
}

void walker::keep(std::string_view unescaped)
{
	to.texts.append(unescaped);
	to.lengths.push_back(static_cast<uint32_t>(unescaped.size()));
}

/* simdjson does not tell where a list or map ends: behind its last child, or
 * its opening bracket, only blanks can stand before the closing one. */
void walker::close()
{
	json_item item{};

	while (last < length && is_blank(bytes[last]))
		last++;
	require(last < length && (bytes[last] == ']' || bytes[last] == '}'));
	item.kind = JSON_END;
	item.start = last++;
	item.end = last;
	to.items.push_back(item);
}

void walker::walk_list(ondemand::value value, unsigned depth)
{
	ondemand::array list = value_of(value.get_array());

	for (auto element : list) {
		json_item item{};

		walk_value(value_of(std::move(element)), item, depth + 1);
	}
}

void walker::walk_map(ondemand::value value, unsigned depth)
{
	ondemand::object map = value_of(value.get_object());

	for (auto entry : map) {
		ondemand::field field = value_of(std::move(entry));
		json_item item{};
		size_t end;

		item.has_key = true;
		item.key_start = offset(field.key().raw() - 1);
		item.key_end = end_of_string(item.key_start,
		    item.is_key_escaped);
		for (end = item.key_end; end < length && is_blank(bytes[end]);
		    end++)
			;
		require(end < length && bytes[end] == ':');
		if (item.is_key_escaped)
			keep(value_of(field.unescaped_key()));
		walk_value(field.value(), item, depth + 1);
	}
}

void walker::walk_value(ondemand::value value, json_item item, unsigned depth)
{
	std::string_view token = value.raw_json_token();
	uint32_t start = offset(token.data());

	item.start = start;
	switch (value_of(value.type())) {
	case ondemand::json_type::array:
	case ondemand::json_type::object:
		if (depth >= most)
			throw stop{JSON_DEEP};
		item.kind = token[0] == '[' ? JSON_LIST : JSON_MAP;
		to.items.push_back(item);
		last = start + 1;
		if (item.kind == JSON_LIST)
			walk_list(value, depth);
		else
			walk_map(value, depth);
		close();
		return;
	case ondemand::json_type::string:
		item.kind = JSON_STRING;
		item.end = end_of_string(start, item.is_escaped);
		require(trimmed(token).size() == item.end - start);
		if (item.is_escaped)
			keep(value_of(value.get_string()));
		else
			value_of(value.get_raw_json_string());
		break;
	case ondemand::json_type::number:
	case ondemand::json_type::boolean:
	case ondemand::json_type::null:
		item.kind = JSON_WORD;
		item.end = start +
		    static_cast<uint32_t>(trimmed(token).size());
		require(is_word(trimmed(token)));
		break;
	}
	last = item.end;
	to.items.push_back(item);
}

/* The root is a list or a map: others have no value to walk. */
void walker::walk()
{
	simdjson::padded_string_view view(bytes, length,
	    length + simdjson::SIMDJSON_PADDING);
	ondemand::document document;
	const char *rest;

	/* Else an empty or broken text would be looked into. */
	if (to.parser.iterate(view).get(document) != simdjson::SUCCESS)
		throw stop{JSON_REFUSED};
	walk_value(value_of(document.get_value()), json_item{}, 0);
	require(document.current_location().get(rest) != simdjson::SUCCESS);
}

} // namespace

extern "C" enum json_status json_tape_read(const char *bytes, size_t length,
    unsigned depth, struct json_tape *tape)
{
	json_status status = JSON_READ;

	*tape = json_tape{};
	try {
		owner *made = new owner;

		tape->owner = made;
		/* Pages that are not needed are never touched. */
		made->items.reserve(length / BYTES_PER_ITEM + 16);
		walker walk(*made, bytes, length, depth);
		try {
			walk.walk();
		} catch (const stop &why) {
			status = why.status;
		}
		tape->items = made->items.data();
		tape->count = made->items.size();
		tape->texts = made->texts.data();
		tape->lengths = made->lengths.data();
		tape->at = walk.at;
	} catch (const std::exception &) {
		status = JSON_MEMORY;
	} catch (...) {
		status = JSON_MEMORY;
	}
	return status;
}

extern "C" void json_tape_free(struct json_tape *tape)
{
	delete static_cast<owner *>(tape->owner);
	*tape = json_tape{};
}
