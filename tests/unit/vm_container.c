/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled pack: what is written is read back; what was changed is refused
 * by the invariant's number, or runs clean.  The last matters most: a build
 * with SCARP_CHECKED and sanitizers then watches every access.
 */
#include "tests/unit/world.h"

#include "base/io.h"
#include "base/limits.h"
#include "vm/container.h"
#include "vm/verify.h"

#define HEADER 64
#define DIGEST_AT 32

/* The second one is of a single try: the site outlives it. */
static struct arena *arena, *trial;
static struct world *w;
static struct str packed;

static struct packed_source sources[] = {
	{ { "", 0 }, { "a.scarp", 7 }, { "pack a \"A\"\n", 11 } },
	{ { "lib", 3 }, { "sub/b.scarp", 11 }, { "pack b \"B\"\n", 11 } },
};

static struct str settings[] = { { "most=3", 6 }, { "least=1", 7 } };

static void begin(void)
{
	struct container container = { .pack_id = STR("sample"), .pack_version = STR("1.0.0"),
		.sources = sources, .source_count = 2,
		.profile = STR("strict"), .settings = settings, .setting_count = 2 };
	struct str why;

	arena = arena_new();
	trial = arena_new();
	w = world_new(arena);
	world_sample(w);
	w->program.spans.items[3] = (struct span){ 1, 0, 11 };
	ck_assert_msg(program_verify(arena, &w->program, &why), "%.*s", STR_ARG(why));
	container.program = &w->program;
	packed = container_write(arena, &container);
}

static struct str read_why(struct str bytes)
{
	struct container container;
	struct str why = STR("accepted");

	container_read(arena, bytes, &container, &why);
	return why;
}

/* A copy to be changed. */
static unsigned char *copy(void)
{
	return (unsigned char *)(uintptr_t)arena_copy(trial, packed).at;
}

static void repair_digest(unsigned char *bytes, size_t length)
{
	struct str digits = io_sha256(trial, (struct str){ (char *)bytes + HEADER,
	    length - HEADER });

	for (int i = 0; i < 32; i++) {
		char two[3] = { digits.at[2 * i], digits.at[2 * i + 1], '\0' };

		bytes[DIGEST_AT + i] = (unsigned char)strtoul(two, NULL, 16);
	}
}

static struct str changed(size_t at, unsigned char value)
{
	unsigned char *bytes = copy();

	bytes[at] = value;
	repair_digest(bytes, packed.length);
	return (struct str){ (char *)bytes, packed.length };
}

/* A byte behind the last section, counted in the length. */
static struct str longer(void)
{
	struct str text = arena_printf(trial, "%*s", (int)packed.length + 1, "");
	unsigned char *bytes = (unsigned char *)(uintptr_t)text.at;

	memcpy(bytes, packed.at, packed.length);
	for (int i = 0; i < 8; i++)
		bytes[16 + i] = (unsigned char)((uint64_t)text.length >> (8 * i));
	repair_digest(bytes, text.length);
	return text;
}

static size_t section(int part, bool length)
{
	size_t at = HEADER + (size_t)part * 24 + (length ? 16 : 8);
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value |= (uint64_t)(unsigned char)packed.at[at + (size_t)i] << (8 * i);
	return (size_t)value;
}

/* Runs what was accepted, over a site with facts of every state. */
static void run(struct program *program)
{
	struct tally *tallies = ARENA_ARRAY(trial, struct tally, program->rules.count);
	struct run_options options = { .batch = 64 };
	struct graph graph = w->graph;

	graph.schema = program->schema;
	run_program(trial, program, &graph, &options, tallies, NULL);
}

static void end(void)
{
	arena_free(trial);
	arena_free(arena);
}

static void next_trial(void)
{
	arena_free(trial);
	trial = arena_new();
}

static void facts(void)
{
	world_facts(w, NODE_FLAG, "true|false|?");
	world_facts(w, NODE_COLOR, "red|blue|-|?");
	world_facts(w, NODE_NAME, "az|b|-|?");
	world_facts(w, NODE_NUMBER, "9|-|?");
	world_facts(w, NODE_TINTS, "red ~green|blue|...|");
	world_facts(w, NODE_WORDS, "a b|~c|...");
	world_facts(w, NODE_LINKS, "1 2|~3|140 ...|");
	world_possible(w, 2);
}

START_TEST(what_was_written_is_read_back)
{
	struct container container;
	struct text before, after;
	struct str why;

	begin();
	ck_assert_msg(container_read(arena, packed, &container, &why), "%.*s", STR_ARG(why));
	ck_assert(container.program->verified);
	ck_assert_text(container.pack_id, "sample");
	ck_assert_text(container.pack_version, "1.0.0");
	ck_assert_uint_eq(container.source_count, 2);
	ck_assert_text(container.profile, "strict");
	ck_assert_uint_eq(container.setting_count, 2);
	ck_assert_text(container.settings[0], "most=3");
	ck_assert_text(container.settings[1], "least=1");
	ck_assert_text(container.sources[1].module, "lib");
	ck_assert_text(container.sources[1].name, "sub/b.scarp");
	ck_assert_text(container.sources[1].bytes, "pack b \"B\"\n");
	text_init(&before, arena);
	text_init(&after, arena);
	program_list(&w->program, NULL, &before);
	program_list(container.program, NULL, &after);
	ck_assert(str_equal(text_str(&before), text_str(&after)));
	facts();
	run(container.program);
	end();
} END_TEST

/* A constant of a type and state, as a listing has it. */
static void expect_listed(struct type type, uint8_t state, int64_t cell, const char *wanted)
{
	struct text out;
	uint32_t constant;

	arena = arena_new();
	w = world_new(arena);
	constant = world_constant(w, type, state, cell);
	world_op(w, OPCODE_CONST, w->frame, type, OPERAND_NONE, OPERAND_NONE, OPERAND_NONE,
	    constant);
	text_init(&out, arena);
	program_list_instruction(&w->program, NULL, w->program.code.count - 1, &out);
	text_add_char(&out, '\0');
	ck_assert_msg(strstr(out.at, wanted) != NULL, "%s: %s", wanted, out.at);
	arena_free(arena);
}

START_TEST(constants_are_listed_by_their_states)
{
	expect_listed(type_truth, CONSTANT_VALUE, 1, " CONST true\n");
	expect_listed(type_truth, CONSTANT_VALUE, 0, " CONST false\n");
	expect_listed(type_color, CONSTANT_VALUE, 2, " CONST blue\n");
	expect_listed(type_int, CONSTANT_VALUE, -7, " CONST -7\n");
	expect_listed(type_int, CONSTANT_UNKNOWN, 0, " CONST unknown\n");
	expect_listed(type_set_color, CONSTANT_UNKNOWN, 0, " CONST { ... }\n");
	expect_listed(type_set_color, CONSTANT_VALUE, 0, " CONST { }\n");
	expect_listed(type_date, CONSTANT_TODAY, 0, " CONST today\n");
	expect_listed(type_set_node, CONSTANT_EXTENT, KIND_LEAF, " CONST all Leaf\n");
} END_TEST

#define REFUSED(bytes, number) \
	ck_assert_msg(str_starts(read_why(bytes), STR("invariant " #number " ")), \
	    "%.*s", STR_ARG(read_why(bytes)))

START_TEST(the_frame_of_the_file_is_checked)
{
	struct str damaged;

	begin();
	damaged = (struct str){ (char *)copy(), packed.length };
	((char *)(uintptr_t)damaged.at)[packed.length - 1] ^= 1;
	REFUSED(damaged, 3);
	REFUSED(changed(0, 'X'), 2);
	REFUSED(changed(8, 1), 2);
	REFUSED(changed(12, 1), 2);
	REFUSED(changed(24, 1), 2);
	REFUSED(changed(16, (unsigned char)(packed.at[16] ^ 1)), 1);
	REFUSED(changed(10, 1), 4);
	REFUSED(changed(HEADER, 9), 4);
	REFUSED(changed(HEADER + 2, 1), 4);
	REFUSED(changed(HEADER + 8, 0), 4);
	REFUSED(changed(HEADER + 16, 15), 5);
	REFUSED(changed(HEADER + 16, 0), 4);
	REFUSED(STR(""), 1);
	REFUSED(longer(), 4);
	limit_set(STR("bytecode-file"), packed.length - 1);
	REFUSED(packed, 1);
	limit_set(STR("bytecode-file"), packed.length);
	ck_assert_text(read_why(packed), "accepted");
	end();
} END_TEST

/* Parts as parts.def counts them. */
enum { PACK, STRINGS, STRING_BYTES, SOURCES, SOURCE_BYTES, SETTINGS, ENUMS, KINDS = 12,
	PATTERNS = 17, CODE = 25, SPANS = 27 };

START_TEST(records_are_checked)
{
	size_t strings, code;

	begin();
	strings = section(STRING_BYTES, false);
	code = section(CODE, false);
	REFUSED(changed(section(STRINGS, false), 200), 6);
	REFUSED(changed(strings, 0xff), 6);
	REFUSED(changed(strings + 1, '\0'), 6);
	REFUSED(changed(section(PACK, false), 200), 7);
	REFUSED(changed(section(PACK, false) + 16, 200), 7);
	REFUSED(changed(section(SETTINGS, false), 200), 7);
	REFUSED(changed(section(KINDS, false) + 3, 1), 7);
	REFUSED(changed(section(KINDS, false) + 14, 1), 8);
	REFUSED(changed(section(PATTERNS, false) + 1, 2), 8);
	REFUSED(changed(code + 1, 1), 8);
	REFUSED(changed(section(SOURCES, false) + 8, 200), 9);
	REFUSED(changed(section(SPANS, false) + 3 * 12, 2), 9);
	REFUSED(changed(section(SPANS, false) + 3 * 12 + 8, 12), 9);
	REFUSED(changed(code, 200), 60);
	REFUSED(changed(code + 16, 200), 60);
	/* The words say where. */
	ck_assert(str_ends(read_why(changed(code + 16, 200)),
	    arena_printf(arena, ", at byte %zu", code + 16)));
	end();
} END_TEST

/* A string that nothing names would be dropped: not canonical. */
START_TEST(one_program_has_one_encoding)
{
	struct container container;
	struct str why, again;
	uint32_t index;

	begin();
	ck_assert(container_read(arena, packed, &container, &why));
	again = container_write(arena, &container);
	ck_assert(str_equal(packed, again));
	/* The pack's id becomes its version, so the string "sample" is unused. */
	index = (uint32_t)(unsigned char)packed.at[section(PACK, false) + 4];
	REFUSED(changed(section(PACK, false), (unsigned char)index), 10);
	end();
} END_TEST

START_TEST(names_of_sources_stay_inside)
{
	static const char *const names[] = { "/a", "../a", "a/../b", "", "a//b", "./a", "a/",
		"a\\b" };
	struct container container = { .sources = sources, .source_count = 2 };

	begin();
	container.program = &w->program;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		sources[0].name = str_of(names[i]);
		REFUSED(container_write(arena, &container), 9);
	}
	sources[0].name = STR("a.scarp");
	container.source_count = 0;
	w->program.spans.items[3] = SPAN_NONE;
	REFUSED(container_write(arena, &container), 9);
	end();
} END_TEST

START_TEST(every_prefix_is_refused)
{
	begin();
	for (size_t length = 0; length < packed.length; length++) {
		struct container container;
		struct str why, cut;

		next_trial();
		cut = arena_copy(trial, str_slice(packed, 0, length));
		ck_assert(!container_read(trial, cut, &container, &why));
		/* The same, with a length and digest that are right. */
		if (length > HEADER) {
			for (int i = 0; i < 8; i++)
				((unsigned char *)(uintptr_t)cut.at)[16 + i] =
				    (unsigned char)(length >> (8 * i));
			repair_digest((unsigned char *)(uintptr_t)cut.at, length);
			ck_assert(!container_read(trial, cut, &container, &why));
		}
	}
	end();
} END_TEST

/* Each byte takes two other values; what is accepted runs clean. */
START_TEST(a_changed_byte_is_refused_or_harmless)
{
	static const unsigned char flips[] = { 1, 0x80, 0xff, 2, 7 };
	size_t accepted = 0;

	begin();
	facts();
	for (size_t i = 2 * HEADER; i < 2 * packed.length; i++) {
		unsigned char flip = flips[(i / 2 + i % 2 * 2) % sizeof(flips)];
		struct container container;
		struct str why;

		next_trial();
		if (!container_read(trial, changed(i / 2, (unsigned char)packed.at[i / 2] ^ flip),
			&container, &why))
			continue;
		accepted++;
		run(container.program);
	}
	/* Numbers in rules and bytes of sources may be anything. */
	ck_assert_uint_gt(accepted, 10);
	end();
} END_TEST

UNIT_MAIN(what_was_written_is_read_back, constants_are_listed_by_their_states,
    the_frame_of_the_file_is_checked, records_are_checked,
    one_program_has_one_encoding, names_of_sources_stay_inside, every_prefix_is_refused,
    a_changed_byte_is_refused_or_harmless)
