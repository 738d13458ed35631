/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/arguments.h"

#define IN(verb) (1u << VERB_##verb)
#define ALL_VERBS ((1u << VERB_COUNT) - 1)
#define MANY OPTION_MANY
#define JUDGES OPTION_JUDGES

const struct option_info option_table[] = {
#define OPTION(id, verbs, long_name, short_name, argument, text) \
	{ verbs, long_name, short_name, argument, text },
#include "cli/options.def"
#undef OPTION
};

const struct verb_info verb_table[] = {
#define VERB(name, operands, summary) { #name, operands, summary },
#include "cli/verbs.def"
#undef VERB
};

bool verb_find(struct str name, enum verb *verb)
{
	for (int v = 0; v < VERB_COUNT; v++) {
		if (str_equal(name, str_of(verb_table[v].name))) {
			*verb = (enum verb)v;
			return true;
		}
	}
	return false;
}

/* The one name that begins with WRONG, or -1.  It is suggested, never taken:
 * a name that is added later would change what is meant. */
static long only_beginning(struct str wrong, const struct str *names, size_t count)
{
	long found = -1;

	for (size_t i = 0; i < count; i++) {
		if (wrong.length == 0 || names[i].length < wrong.length ||
		    !str_equal(str_slice(names[i], 0, wrong.length), wrong))
			continue;
		if (found >= 0)
			return -1;
		found = (long)i;
	}
	return found;
}

static struct str suggest(struct arena *arena, struct str wrong,
    const struct str *names, size_t count, const char *prefix)
{
	long nearest = diag_nearest(wrong, names, count);

	if (nearest < 0)
		nearest = only_beginning(wrong, names, count);
	if (nearest < 0)
		return STR("");
	return arena_printf(arena, "did you mean `%s%.*s`?", prefix,
	    STR_ARG(names[nearest]));
}

struct refusal verb_unknown(struct arena *arena, struct str name)
{
	struct str names[VERB_COUNT];
	struct refusal refusal = { .code = DIAG_E8570,
		.why = arena_printf(arena, "`%.*s` is no verb", STR_ARG(name)) };

	for (int v = 0; v < VERB_COUNT; v++)
		names[v] = str_of(verb_table[v].name);
	refusal.help = suggest(arena, name, names, VERB_COUNT, "");
	if (!refusal.help.length)
		refusal.help = STR("`scarp help` lists them");
	return refusal;
}

static struct str list_of_options(struct arena *arena, enum verb verb)
{
	return arena_printf(arena, "`scarp %s -h` lists its options",
	    verb_table[verb].name);
}

static struct refusal unknown_option(struct arena *arena, struct str word,
    struct str name, enum verb verb)
{
	struct str names[OPTION_COUNT];
	struct refusal refusal = { .code = DIAG_E8571 };
	size_t count = 0;

	for (int o = 0; o < OPTION_COUNT; o++)
		if (option_table[o].verbs & 1u << verb)
			names[count++] = str_of(option_table[o].name);
	refusal.why = arena_printf(arena, "`%s` has no option `%.*s`",
	    verb_table[verb].name, STR_ARG(word));
	if (name.length > 1)
		refusal.help = suggest(arena, name, names, count, "--");
	if (!refusal.help.length)
		refusal.help = list_of_options(arena, verb);
	return refusal;
}

static int option_find(enum verb verb, struct str name)
{
	for (int o = 0; o < OPTION_COUNT; o++)
		if (option_table[o].verbs & 1u << verb &&
		    str_equal(name, str_of(option_table[o].name)))
			return o;
	return -1;
}

static int option_letter(enum verb verb, char letter)
{
	for (int o = 0; o < OPTION_COUNT; o++)
		if (option_table[o].verbs & 1u << verb && option_table[o].letter == letter)
			return o;
	return -1;
}

bool option_lists(const char *list, struct str value)
{
	struct str rest = str_of(list);

	if (!memchr(rest.at, '|', rest.length))
		return true;
	while (rest.length) {
		const char *bar = memchr(rest.at, '|', rest.length);
		struct str word = { rest.at, bar ? (size_t)(bar - rest.at) : rest.length };

		if (str_equal(word, value))
			return true;
		rest.at += word.length + (bar ? 1 : 0);
		rest.length -= word.length + (bar ? 1 : 0);
	}
	return false;
}

static bool option_take(struct arena *arena, struct arguments *arguments, int o,
    struct str value, struct refusal *refusal)
{
	const struct option_info *info = &option_table[o];

	if (arguments->given[o] && !(info->verbs & MANY) && *info->argument) {
		*refusal = (struct refusal){ DIAG_E8572, arena_printf(arena,
		    "`--%s` is given twice", info->name), STR("give it once") };
		return false;
	}
	if (*info->argument && !option_lists(info->argument, value)) {
		*refusal = (struct refusal){ DIAG_E8573, arena_printf(arena,
		    "`--%s` takes %s, not `%.*s`", info->name, info->argument,
		    STR_ARG(value)), list_of_options(arena, arguments->verb) };
		return false;
	}
	arguments->given[o] = true;
	arguments->value[o] = value;
	*VEC_PUSH(arena, &arguments->values[o]) = value;
	return true;
}

/* "--name", "--name=value", "-x", "-xvalue": the option, or -1, and its VALUE as
 * far as it stands in WORD. */
static int option_of(const struct arguments *arguments, struct str word,
    struct str *name, struct str *value)
{
	bool is_long = word.at[1] == '-';
	const char *equals;

	*name = str_slice(word, is_long ? 2 : 1, word.length);
	*value = (struct str){ NULL, 0 };
	if (!is_long) {
		if (name->length > 1)
			*value = str_slice(*name, 1, name->length);
		name->length = 1;
		return option_letter(arguments->verb, name->at[0]);
	}
	equals = memchr(name->at, '=', name->length);
	if (equals) {
		size_t length = (size_t)(equals - name->at);

		*value = str_slice(*name, length + 1, name->length);
		name->length = length;
	}
	return option_find(arguments->verb, *name);
}

/* *I moves over a value apart. */
static bool option_read(struct arena *arena, struct arguments *arguments,
    int argc, char **argv, int *i, struct refusal *refusal)
{
	struct str word = str_of(argv[*i]), name, value;
	int o = option_of(arguments, word, &name, &value);
	const struct option_info *info = &option_table[o < 0 ? 0 : o];

	if (o < 0) {
		word.length = (size_t)(name.at + name.length - word.at);
		*refusal = unknown_option(arena, word, name, arguments->verb);
		return false;
	}
	if (!*info->argument && value.at) {
		*refusal = (struct refusal){ DIAG_E8572, arena_printf(arena,
		    "`--%s` takes no value", info->name), arena_printf(arena,
		    "write `--%s` alone", info->name) };
		return false;
	}
	if (*info->argument && !value.at) {
		if (*i + 1 >= argc) {
			*refusal = (struct refusal){ DIAG_E8572,
				arena_printf(arena, "`--%s` needs a value", info->name),
				arena_printf(arena, "write `--%s %s`", info->name,
				info->argument) };
			return false;
		}
		value = str_of(argv[++*i]);
	}
	arguments->brief |= o == OPTION_HELP && word.at[1] != '-';
	return option_take(arena, arguments, o, value, refusal);
}

/* A verb that has the option that stands in its place: one of the words behind
 * it, else the first that has it.  False: it is no option of any. */
static bool verb_of_option(int argc, char **argv, enum verb *verb, bool *is_apart)
{
	struct arguments of = { .verb = VERB_COUNT };
	struct str word = str_of(argv[1]), name, value;
	int option = -1;

	if (word.length < 2 || word.at[0] != '-')
		return false;
	for (int i = 2; i < argc && option < 0; i++)
		if (verb_find(str_of(argv[i]), &of.verb))
			option = option_of(&of, word, &name, &value);
	for (int v = 0; v < VERB_COUNT && option < 0; v++) {
		of.verb = (enum verb)v;
		option = option_of(&of, word, &name, &value);
	}
	*verb = of.verb;
	*is_apart = option >= 0 && *option_table[option].argument && !value.at &&
	    argc > 2;
	return option >= 0;
}

static struct refusal not_a_verb(struct arena *arena, int argc, char **argv)
{
	struct str word = str_of(argv[1]);
	struct refusal refusal = verb_unknown(arena, word);
	bool is_apart;			/* the value of the option */
	enum verb verb;

	if (verb_of_option(argc, argv, &verb, &is_apart))
		refusal.help = arena_printf(arena, "options stand behind the verb: "
		    "`scarp %s %.*s%s%s`", verb_table[verb].name, STR_ARG(word),
		    is_apart ? " " : "", is_apart ? argv[2] : "");
	return refusal;
}

bool arguments_read(struct arena *arena, int argc, char **argv,
    struct arguments *arguments, struct refusal *refusal)
{
	bool options_end = false;
	struct str verb;

	memset(arguments, 0, sizeof(*arguments));
	arguments->program = str_of(argv[0]);
	verb = str_of(argv[1]);
	arguments->brief = str_equal(verb, STR("-h"));
	if (str_equal(verb, STR("--help")) || str_equal(verb, STR("-h")))
		verb = STR("help");
	if (str_equal(verb, STR("--version")))
		verb = STR("version");
	arguments->verb = VERB_COUNT;
	if (!verb_find(verb, &arguments->verb)) {
		*refusal = not_a_verb(arena, argc, argv);
		return false;
	}
	for (int i = 2; i < argc; i++) {
		struct str word = str_of(argv[i]);

		if (options_end || word.length < 2 || word.at[0] != '-') {
			*VEC_PUSH(arena, &arguments->operands) = word;
		} else if (str_equal(word, STR("--"))) {
			options_end = true;
		} else if (!option_read(arena, arguments, argc, argv, &i, refusal)) {
			return false;
		}
	}
	return true;
}

struct str argument(const struct arguments *arguments, enum option option,
    const char *fallback)
{
	return arguments->given[option] ? arguments->value[option] : str_of(fallback);
}

bool argument_is(const struct arguments *arguments, enum option option, const char *word)
{
	return arguments->given[option] &&
	    str_equal(arguments->value[option], str_of(word));
}
