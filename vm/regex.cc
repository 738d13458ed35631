// SPDX-License-Identifier: Apache-2.0
// No exception leaves this file: a pattern that cannot be compiled is refused,
// a search that cannot finish has failed.  Nothing here calls ours.
#include "vm/regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

struct regex {
	RE2 re;

	regex(re2::StringPiece pattern, const RE2::Options &options)
	    : re(pattern, options)
	{
	}
};

namespace {

void say(char *why, size_t size, const char *text) noexcept
{
	std::snprintf(why, size, "%s", text);
}

// RE2 reads a size that is too small for an empty program as "no limit".
int64_t memory_cap(uint64_t memory)
{
	return static_cast<int64_t>(
	    std::clamp<uint64_t>(memory, 4096, INT64_MAX));
}

// RE2 answers false both for "no match" and for "gave up".  It gives up where
// its automaton runs out of memory, and says so only in the log.  But the
// engines that it falls back on (the NFA, the one-pass and the bit-state
// matcher) are bounded by the size of the pattern and never give up, so a
// false after a successful compilation and a text below 2 GiB is a "no match".
bool is_searchable(size_t length)
{
	return length <= INT32_MAX;
}

regex_answer search(const struct regex *regex, const char *text, size_t length,
    re2::StringPiece *groups, int count)
{
	if (!is_searchable(length))
		return REGEX_FAILED;
	re2::StringPiece subject(length ? text : "", length);
	return regex->re.Match(subject, 0, length, RE2::UNANCHORED, groups,
	    count) ? REGEX_MATCH : REGEX_NO_MATCH;
}

// Enough for what a pattern needs that is compiled when memory runs out, and
// never touched before.
constexpr size_t RESERVE = 512 * 1024;

void *reserve;		// threads take it by an atomic operation
void (*end_process)();

void use_reserve()
{
	void *last = __atomic_exchange_n(&reserve, nullptr, __ATOMIC_ACQ_REL);

	if (last == nullptr)
		end_process();
	::operator delete(last);
}

} // namespace

void regex_keep_reserve(void (*end)(void))
{
	reserve = ::operator new(RESERVE, std::nothrow);
	end_process = end;
	std::set_new_handler(use_reserve);
}

struct regex *regex_new(const char *pattern, size_t length, int caseless,
    uint64_t memory, char *why, size_t why_size)
{
	try {
		RE2::Options options;

		options.set_log_errors(false);
		options.set_case_sensitive(!caseless);
		options.set_max_mem(memory_cap(memory));
		auto made = std::make_unique<struct regex>(
		    re2::StringPiece(length ? pattern : "", length), options);
		if (made->re.ok())
			return made.release();
		std::string error = made->re.error();

		if (made->re.error_code() == RE2::ErrorPatternTooLarge)
			error += " (limit `regex-memory`)";
		say(why, why_size, error.c_str());
	} catch (...) {
		say(why, why_size, "out of memory");
	}
	return nullptr;
}

void regex_free(struct regex *regex)
{
	delete regex;
}

enum regex_answer regex_search(const struct regex *regex, const char *text,
    size_t length)
{
	try {
		return search(regex, text, length, nullptr, 0);
	} catch (...) {
		return REGEX_FAILED;
	}
}

enum regex_answer regex_groups(const struct regex *regex, const char *text,
    size_t length, size_t *starts, size_t *ends, size_t count)
{
	try {
		size_t known = regex_group_count(regex) + 1;
		std::vector<re2::StringPiece> groups(std::min(count, known));
		regex_answer answer = search(regex, text, length,
		    groups.data(), static_cast<int>(groups.size()));

		for (size_t i = 0; i < count; i++) {
			bool took = answer == REGEX_MATCH &&
			    i < groups.size() && groups[i].data() != nullptr;

			// An empty text may be told by any pointer.
			starts[i] = took && length
			    ? static_cast<size_t>(groups[i].data() - text) : 0;
			ends[i] = took ? starts[i] + groups[i].size() : SIZE_MAX;
			if (!took)
				starts[i] = SIZE_MAX;
		}
		return answer;
	} catch (...) {
		return REGEX_FAILED;
	}
}

size_t regex_group_count(const struct regex *regex)
{
	return static_cast<size_t>(regex->re.NumberOfCapturingGroups());
}
