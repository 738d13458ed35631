/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simdjson's first stage.  Its second one and On-Demand have no positions of
 * keys and of what ends, and check nothing that is skipped.
 */
#include "inventory/json.h"

#include <memory>
#include <new>

#include <simdjson.h>

struct json_finder {
	std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

extern "C" struct json_finder *json_finder_new(size_t capacity)
{
	try {
		auto finder = std::make_unique<json_finder>();

		if (simdjson::get_active_implementation()
		    ->create_dom_parser_implementation(capacity, 1,
		    finder->parser) != simdjson::SUCCESS)
			return nullptr;
		return finder.release();
	} catch (...) {
		return nullptr;
	}
}

extern "C" void json_finder_free(struct json_finder *finder)
{
	delete finder;
}

extern "C" enum json_found json_find(struct json_finder *finder,
    const char *bytes, size_t length, const uint32_t **offsets, size_t *count)
{
	auto *parser = finder->parser.get();
	simdjson::error_code error = parser->stage1(
	    reinterpret_cast<const uint8_t *>(bytes), length,
	    simdjson::stage1_mode::regular);

	*offsets = parser->structural_indexes.get();
	*count = 0;
	switch (error) {
	case simdjson::SUCCESS:
		*count = parser->n_structural_indexes;
		return JSON_FOUND;
	case simdjson::EMPTY:
		return JSON_FOUND;
	case simdjson::UNCLOSED_STRING:
		return JSON_UNCLOSED;
	case simdjson::MEMALLOC:
		return JSON_MEMORY;
	default:
		return JSON_REFUSED;
	}
}
