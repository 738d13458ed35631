/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/verify.h"

#include <stdarg.h>

#include "base/utf8.h"
#include "vm/verifier.h"

bool verifier_fail(struct verifier *v, enum invariant invariant, enum part part,
    size_t index, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	*v->broken = (struct broken){ invariant, part, index,
	    arena_vprintf(v->arena, format, arguments) };
	va_end(arguments);
	return false;
}

const char *invariant_text(enum invariant invariant)
{
	switch (invariant) {
#define INVARIANT(number, name, text) case INVARIANT_##name: return text;
#include "vm/invariants.def"
#undef INVARIANT
	}
	return "";
}

const char *part_text(enum part part)
{
	static const char *const texts[] = {
#define PART(name, size, text) text,
#include "vm/parts.def"
#undef PART
	};

	return texts[part];
}

struct str broken_text(struct arena *arena, const struct broken *broken)
{
	return arena_printf(arena, "invariant %d (%s): %s %zu: %.*s",
	    (int)broken->invariant, invariant_text(broken->invariant),
	    part_text(broken->part), broken->index, STR_ARG(broken->words));
}

#ifdef SCARP_FAULTS
/* All checks of the verifier, gathered by the linker. */
extern const struct check __start_scarp_checks[], __stop_scarp_checks[];

size_t checks_count(void)
{
	return (size_t)(__stop_scarp_checks - __start_scarp_checks);
}

const struct check *check_of(size_t number)
{
	return &__start_scarp_checks[number - 1];
}

static const struct check *switched_off;

void check_switch_off(size_t number)
{
	switched_off = number ? check_of(number) : NULL;
}

bool check_is_made(const struct check *check)
{
	return check != switched_off;
}
#endif

bool verify_text(struct str text)
{
	return RIGHT(utf8_check(text) == text.length) &&
	    RIGHT(str_find(text, '\0') == text.length);
}

bool verify_new(struct map *map, struct str key)
{
	bool is_new;

	map_at(map, key, &is_new);
	return is_new;
}

bool verify_type(struct verifier *v, struct type type, enum part part, size_t index)
{
	if (WRONG(type.tag <= TYPE_ERROR) || WRONG(type.tag >= TYPE_NONE))
		return verifier_fail(v, INVARIANT_TYPES, part, index, "no such type: %u",
		    type.tag);
	if (WRONG(type.set && type.optional))
		return verifier_fail(v, INVARIANT_TYPES, part, index,
		    "a set is never optional");
	if (type.tag == TYPE_ENUM ? WRONG(type.of >= v->s->enums.count) :
	    type.tag == TYPE_ENTITY ? WRONG(type.of >= v->s->kinds.count) :
	    WRONG(type.of != 0))
		return verifier_fail(v, INVARIANT_TYPES, part, index, "of what? %u",
		    type.of);
	return true;
}

bool verify_cell(const struct verifier *v, struct type type, int64_t cell, size_t texts)
{
	if (type_is_text(type))
		return RIGHT((uint64_t)cell < texts);
	if (type_is_number(type))
		return RIGHT(cell != INT64_MIN) && RIGHT(cell != INT64_MAX);
	if (type.tag == TYPE_BOOL)
		return RIGHT(cell == 0 || cell == 1);
	/* No entity is known when a pack is compiled. */
	return RIGHT(type.tag == TYPE_ENUM) &&
	    RIGHT((uint64_t)cell < v->s->enums.items[type.of].value_count);
}

bool program_check(struct arena *arena, struct program *program, struct broken *broken)
{
	struct verifier v = { .arena = arena, .p = program, .s = program->schema,
		.broken = broken };

	program->verified = verify_schema(&v) && verify_tables(&v) && verify_code(&v);
	return program->verified;
}

bool program_verify(struct arena *arena, struct program *program, struct str *why)
{
	struct broken broken;

	if (program_check(arena, program, &broken))
		return true;
	*why = broken_text(arena, &broken);
	return false;
}
