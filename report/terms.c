/* SPDX-License-Identifier: Apache-2.0 */
#include "report/terms.h"

static const struct terms_info {
	const char *name, *fallback;
	enum term_form form;
} table[] = {
#define TERM(option, name, form, fallback) { #name, fallback, TERM_##form },
#include "report/terms.def"
#undef TERM
};

enum term_form term_form(enum term_id id)
{
	return table[id].form;
}

const char *terms_name(enum term_id id)
{
	return table[id].name;
}

void terms_add(struct terms *terms, struct arena *arena, enum term_id id, struct str value)
{
	*VEC_PUSH(arena, &terms->of[id].values) = value;
}

struct str terms_word(const struct terms *terms, enum term_id id)
{
	return terms->of[id].values.count ? terms->of[id].values.items[0] :
	    str_of(table[id].fallback);
}

bool terms_is_plain(const struct terms *terms, enum term_id id)
{
	return terms->of[id].values.count == 0 || (table[id].form == TERM_WORD &&
	    str_equal(terms_word(terms, id), str_of(table[id].fallback)));
}

static struct str option_name(struct arena *arena, enum term_id id)
{
	struct text out;

	text_init(&out, arena);
	for (const char *c = table[id].name; *c; c++)
		text_add_char(&out, *c == '_' ? '-' : *c);
	return text_str(&out);
}

bool terms_next(const struct terms *terms, struct arena *arena, struct terms_walk *walk,
    struct terms_line *line)
{
	for (; walk->id < TERM_COUNT; walk->id++, walk->value = 0) {
		enum term_id id = (enum term_id)walk->id;

		if (terms_is_plain(terms, id) || walk->value == terms->of[id].values.count)
			continue;
		*line = (struct terms_line){ id, option_name(arena, id),
			terms->of[id].values.items[walk->value++] };
		return true;
	}
	return false;
}

struct str terms_words(const struct terms *terms, struct arena *arena, unsigned told)
{
	struct terms_walk walk = { 0, 0 };
	struct terms_line line;
	struct text out;

	text_init(&out, arena);
	while (terms_next(terms, arena, &walk, &line)) {
		if (told >> line.id & 1)
			continue;
		text_add(&out, out.length ? STR("; ") : STR(""));
		text_add(&out, line.name);
		if (table[line.id].form == TERM_FLAG)
			continue;
		text_add_char(&out, ' ');
		text_add(&out, line.value);
	}
	return text_str(&out);
}
