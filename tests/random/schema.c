/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/random/random.h"

#include <stdarg.h>

const char *const kind_names[TYPES] = {
	[ALPHA] = "Alpha", [DELTA] = "Delta", [BETA] = "Beta", [GAMMA] = "Gamma",
	[PART] = "Part",
};

static const char *const type_names[TYPES] = {
	"bool", "int", "date", "duration", "string", "caseless", "version", "ip",
	"net", "Color", "Shape", "Alpha", "Delta", "Beta", "Gamma", "Part",
};

void random_seed(struct random *r, uint64_t seed)
{
	/* splitmix64, so that neighbouring seeds have nothing in common */
	uint64_t z = seed + 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	*r = (struct random){ .state = (z ^ z >> 31) | 1 };
}

uint64_t random_next(struct random *r)
{
	if (r->left > 0) {
		r->left--;
		return (uint64_t)*r->tape++ << 32;
	}
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * 0x2545f4914f6cdd1du;
}

unsigned random_below(struct random *r, unsigned n)
{
	return n ? (unsigned)((random_next(r) >> 32) % n) : 0;
}

bool random_chance(struct random *r, unsigned percent)
{
	return random_below(r, 100) < percent;
}

const char *model_printf(struct model *m, const char *format, ...)
{
	va_list arguments;
	struct str text;

	va_start(arguments, format);
	text = arena_vprintf(m->arena, format, arguments);
	va_end(arguments);
	return text.at;
}

static const char *const literals[TYPES][8] = {
	[TRUTH] = { "true", "false" },
	[INT] = { "0", "1", "2", "3", "-1", "9223372036854775806" },
	[DATE] = { "2026-01-01", "2026-06-30", "2024-02-29", "1969-12-31" },
	[DURATION] = { "90d", "1d", "36h", "0s" },
	[STRING] = { "\"\"", "\"a\"", "\"ab\"", "\"b\"", "\"A\"" },
	[CASELESS] = { "\"a\"", "\"A\"", "\"Ab\"", "\"b\"", "\"\xc3\x89\"" },
	[VERSION] = { "\"1.0\"", "\"1\"", "\"1.2\"", "\"1.10\"", "\"2.0.1\"" },
	[IP] = { "\"192.0.2.1\"", "\"192.0.2.9\"", "\"2001:db8::1\"" },
	[NET] = { "\"192.0.2.0/29\"", "\"192.0.2.0/24\"", "\"2001:db8::/32\"" },
	[COLOR] = { "red", "green", "blue" },
	[SHAPE] = { "round", "flat", "square", "long" },
};

const char *model_literal(struct model *m, int type, bool in_pack)
{
	unsigned count = 0;

	while (count < 8 && literals[type][count])
		count++;
	/* the largest number is for overflow, and rare */
	if (type == INT && !random_chance(&m->random, 3))
		count--;
	(void)in_pack;
	return literals[type][random_below(&m->random, count)];
}

static struct attribute *add(struct model *m, int kind, const char *name, int type)
{
	struct attribute *a = VEC_PUSH(m->arena, &m->attributes);

	a->kind = kind;
	a->name = name;
	a->type = type;
	return a;
}

/* Attributes of simple values; some optional, some sets, one with a default. */
static void add_values(struct model *m, int kind, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		int type = (int)random_below(&m->random, SHAPE + 1);
		unsigned form = random_below(&m->random, 10);
		struct attribute *a;

		if (form < 3 && type != NET)
			type |= SET;
		else if (form < 5)
			type |= OPTIONAL;
		a = add(m, kind, model_printf(m, "v%u", m->names++), type);
		a->has_default = type < ALPHA && random_chance(&m->random, 8);
	}
}

static void add_links(struct model *m, int kind, unsigned count)
{
	static const int targets[] = { ALPHA, ALPHA, BETA, BETA, GAMMA, DELTA };

	for (unsigned i = 0; i < count; i++) {
		int target = targets[random_below(&m->random, 6)];
		unsigned form = random_below(&m->random, 10);
		int type = target | (form < 6 ? SET : form < 8 ? OPTIONAL : 0);
		const char *name = model_printf(m, "l%u", m->names++);

		add(m, kind, name, type);
		if (kind != DELTA && target != DELTA && random_chance(&m->random, 30)) {
			struct attribute *back = add(m, target,
			    model_printf(m, "l%u", m->names++), kind | SET);

			back->inverse = name;
			/* parts have no names that a short list could give */
			back->hidden = kind == PART || !m->several ||
			    random_chance(&m->random, 50);
		}
	}
}

void model_schema(struct model *m)
{
	static const int kinds[] = { ALPHA, DELTA, BETA, GAMMA, PART };
	struct attribute *a;

	for (unsigned k = 0; k < 5; k++) {
		int kind = kinds[k];

		if (kind == PART) {
			add(m, PART, "shape", SHAPE)->key = true;
			a = add(m, PART, "alpha", ALPHA);
			a->hidden = true;
		} else if (kind != DELTA) {
			add(m, kind, "name", kind == GAMMA ? CASELESS : STRING)->key = true;
		}
		if (kind == ALPHA) {
			a = add(m, ALPHA, "parts", PART | SET);
			a->owned = true;
			a->inverse = "alpha";
			add(m, ALPHA, "peers", ALPHA | SET);
		}
		add_values(m, kind, kind == DELTA ? 1 : 2 + random_below(&m->random, 4));
		add_links(m, kind, kind == DELTA ? random_below(&m->random, 3)
		    : 1 + random_below(&m->random, 3));
	}
}

static void print_type(int type, struct text *out)
{
	text_printf(out, type & SET ? "{%s}" : type & OPTIONAL ? "%s?" : "%s",
	    type_names[BASE(type)]);
}

void model_print_schema(const struct model *m, struct text *out)
{
	static const int kinds[] = { ALPHA, DELTA, BETA, GAMMA, PART };

	text_printf(out, "schema random version \"1\"\n"
	    "enum Shape { round, flat, square, long }\n"
	    "enum Color {\n"
	    "\tred { hot: true, rank: 1, shapes: [round, flat], near: green, odd: [1, 3] },\n"
	    "\tgreen { hot: false, rank: 2, shapes: [], near: green, odd: [] },\n"
	    "\tblue { hot: false, rank: 3, shapes: [square], near: red, odd: [2] }\n}\n");
	for (unsigned k = 0; k < 5; k++) {
		text_printf(out, "entity %s%s {\n", kind_names[kinds[k]],
		    kinds[k] == DELTA ? ": Alpha" : "");
		for (size_t i = 0; i < m->attributes.count; i++) {
			const struct attribute *a = &m->attributes.items[i];

			if (a->kind != kinds[k] || a->derived)
				continue;
			text_printf(out, "\t%s: ", a->name);
			print_type(a->type, out);
			text_printf(out, "%s%s", a->key ? ", key" : "",
			    a->owned ? ", owned, shorthand" : "");
			if (a->inverse)
				text_printf(out, ", inverse of %s", a->inverse);
			if (a->has_default)
				text_printf(out, ", default %s", literals[a->type][0]);
			if (!a->key && i % 4 != 3 &&
			    !(a->hidden && a->kind == PART))
				text_printf(out, ", changeable cost %zu", 1 + i % 5);
			text_add_char(out, '\n');
		}
		text_add(out, STR("}\n"));
	}
}
