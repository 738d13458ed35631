/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file: a header, a table of sections, the sections.  Layout and reasons
 * stand in vm/README.md.  What is read is checked before it is used: length,
 * header, digest, sections, strings, then record by record; then the program
 * by the verifier; and last that writing it gives the same bytes, so that two
 * different files never mean the same pack.
 */
#include "vm/container.h"

#include <assert.h>
#include <stdlib.h>

#include "base/io.h"
#include "base/limits.h"
#include "vm/records.h"

#define HEADER 64
#define SECTION 24
#define DIGEST_AT 32
#define DIGEST 32

static const unsigned char magic[8] = { 0x89, 'S', 'C', 'A', 'R', 'P', '\r', '\n' };

static const size_t record_sizes[] = {
#define PART(name, size, text) size,
#include "vm/parts.def"
#undef PART
};

/* A file being read or written. */
struct file {
	struct coder c;
	const struct container *from;
	struct str bytes;		/* read */
	struct str sections[PART_COUNT];
	VEC(struct str) strings;	/* sorted */
};

/* --- both ways ----------------------------------------------------------- */

static void code_pack(struct coder *c, struct container *container)
{
	c->part = PART_PACK;
	c->index = 0;
	code_string(c, &container->pack_id);
	code_string(c, &container->pack_version);
	code_string(c, &container->program->schema->name);
	code_string(c, &container->program->schema->version);
	code_string(c, &container->profile);
}

/* END: where the bytes of the source end in the section of them all. */
static void code_source(struct coder *c, struct packed_source *s, uint32_t *end)
{
	code_string(c, &s->module);
	code_string(c, &s->name);
	code_32(c, end);
}

static void code_part(struct coder *c, enum part part, struct program *program, size_t index)
{
	c->part = part;
	c->index = index;
	switch (part) {
#define TABLE(name, table, function) \
	case PART_##name: \
		function(c, &program->table.items[index]); \
		break;
	RECORD_TABLES(TABLE)
#undef TABLE
	case PART_PACK: case PART_STRINGS: case PART_STRING_BYTES: case PART_SOURCES:
	case PART_SOURCE_BYTES: case PART_SETTINGS: case PART_COUNT:
		break;
	}
}

static size_t part_count(const struct program *program, enum part part)
{
	switch (part) {
#define TABLE(name, table, function) \
	case PART_##name: \
		return program->table.count;
	RECORD_TABLES(TABLE)
#undef TABLE
	case PART_PACK: case PART_STRINGS: case PART_STRING_BYTES: case PART_SOURCES:
	case PART_SOURCE_BYTES: case PART_SETTINGS: case PART_COUNT:
		break;
	}
	return 0;
}

/* --- writing ------------------------------------------------------------- */

static void note_string(struct file *f, struct str text)
{
	bool is_new;

	map_at(f->c.numbers, text, &is_new);
	if (is_new)
		*VEC_PUSH(f->c.arena, &f->strings) = text;
}

static void note_strings(struct file *f)
{
	const struct container *from = f->from;
	const struct schema *s = from->program->schema;

	note_string(f, from->pack_id);
	note_string(f, from->pack_version);
	note_string(f, s->name);
	note_string(f, s->version);
	note_string(f, from->profile);
	for (uint32_t i = 0; i < from->setting_count; i++)
		note_string(f, from->settings[i]);
	for (uint32_t i = 0; i < from->source_count; i++) {
		note_string(f, from->sources[i].module);
		note_string(f, from->sources[i].name);
	}
	for (size_t i = 0; i < s->enums.count; i++)
		note_string(f, s->enums.items[i].name);
	for (size_t i = 0; i < s->value_names.count; i++)
		note_string(f, s->value_names.items[i]);
	for (size_t i = 0; i < s->fields.count; i++)
		note_string(f, s->fields.items[i].name);
	for (size_t i = 0; i < s->texts.count; i++)
		note_string(f, s->texts.items[i]);
	for (size_t i = 0; i < s->kinds.count; i++) {
		note_string(f, s->kinds.items[i].name);
		note_string(f, s->kinds.items[i].plural);
	}
	for (size_t i = 0; i < s->attributes.count; i++)
		note_string(f, s->attributes.items[i].name);
	for (size_t i = 0; i < from->program->texts.count; i++)
		note_string(f, from->program->texts.items[i]);
}

static int compare_strings(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void number_strings(struct file *f)
{
	assert(f->strings.items);	/* names are strings, be they empty */
	qsort(f->strings.items, f->strings.count, sizeof(struct str), compare_strings);
	for (size_t i = 0; i < f->strings.count; i++)
		*map_find(f->c.numbers, f->strings.items[i]) = (uint32_t)i;
}

static void write_strings(struct file *f, bool bytes)
{
	uint32_t end = 0;

	for (size_t i = 0; i < f->strings.count; i++) {
		end += (uint32_t)f->strings.items[i].length;
		if (bytes)
			text_add(&f->c.out, f->strings.items[i]);
		else
			code_32(&f->c, &end);
	}
}

static void write_sources(struct file *f, bool bytes)
{
	uint32_t end = 0;

	for (uint32_t i = 0; i < f->from->source_count; i++) {
		struct packed_source source = f->from->sources[i];

		end += (uint32_t)source.bytes.length;
		if (bytes)
			text_add(&f->c.out, source.bytes);
		else
			code_source(&f->c, &source, &end);
	}
}

static void write_part(struct file *f, enum part part)
{
	struct container container = *f->from;
	size_t count = part_count(container.program, part);

	if (part == PART_PACK)
		code_pack(&f->c, &container);
	else if (part == PART_STRINGS || part == PART_STRING_BYTES)
		write_strings(f, part == PART_STRING_BYTES);
	else if (part == PART_SOURCES || part == PART_SOURCE_BYTES)
		write_sources(f, part == PART_SOURCE_BYTES);
	for (uint32_t i = 0; part == PART_SETTINGS &&
	    i < container.setting_count; i++)
		code_string(&f->c, &container.settings[i]);
	for (size_t i = 0; i < count; i++)
		code_part(&f->c, part, container.program, i);
}

static void put(struct coder *c, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		text_add_char(&c->out, (char)(value >> (8 * i) & 0xff));
}

/* Writes LENGTHS as the table of sections. */
static void write_sections(struct coder *c, const size_t lengths[PART_COUNT])
{
	uint64_t offset = HEADER + (uint64_t)PART_COUNT * SECTION;

	for (int i = 0; i < PART_COUNT; i++) {
		put(c, (uint64_t)i + 1, 2);
		put(c, 0, 6);
		put(c, offset, 8);
		put(c, lengths[i], 8);
		offset += lengths[i];
	}
}

static unsigned digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* The digest of BYTES as 32 bytes, not digits. */
static void digest_of(struct arena *arena, struct str bytes, unsigned char out[DIGEST])
{
	struct str digits = io_sha256(arena, bytes);

	for (int i = 0; i < DIGEST; i++)
		out[i] = (unsigned char)(digit(digits.at[(size_t)2 * i]) << 4 |
		    digit(digits.at[2 * i + 1]));
}

static void write_header(struct coder *c, uint64_t length, struct str rest)
{
	unsigned char digest[DIGEST];

	text_add(&c->out, (struct str){ (const char *)magic, sizeof(magic) });
	put(c, CONTAINER_VERSION, 2);
	put(c, PART_COUNT, 2);
	put(c, 0, 4);
	put(c, length, 8);
	put(c, 0, 8);
	digest_of(c->arena, rest, digest);
	text_add(&c->out, (struct str){ (const char *)digest, DIGEST });
}

struct str container_write(struct arena *arena, const struct container *container)
{
	struct container from = *container;
	struct file f = { .c = { .arena = arena, .writing = true }, .from = &from };
	size_t lengths[PART_COUNT];
	struct text sections, whole;

	if (!from.profile.at)
		from.profile = STR("");
	f.c.numbers = map_new(arena);
	note_strings(&f);
	number_strings(&f);
	text_init(&f.c.out, arena);
	for (int i = 0; i < PART_COUNT; i++) {
		size_t before = f.c.out.length;

		write_part(&f, (enum part)i);
		lengths[i] = f.c.out.length - before;
	}
	sections = f.c.out;
	text_init(&f.c.out, arena);
	write_sections(&f.c, lengths);
	text_add(&f.c.out, text_str(&sections));
	whole = f.c.out;
	text_init(&f.c.out, arena);
	write_header(&f.c, HEADER + whole.length, text_str(&whole));
	text_add(&f.c.out, text_str(&whole));
	return text_str(&f.c.out);
}

/* --- reading: the frame of the file -------------------------------------- */

/* Something is wrong at a byte, not in a record. */
static bool fail_at(struct str *why, struct arena *arena, enum invariant invariant,
    size_t offset, const char *words)
{
	*why = arena_printf(arena, "invariant %d (%s): %s, at byte %zu",
	    (int)invariant, invariant_text(invariant), words, offset);
	return false;
}

static uint64_t number_at(struct str bytes, size_t at, unsigned count)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < count; i++)
		value |= (uint64_t)(unsigned char)bytes.at[at + i] << (8 * i);
	return value;
}

static bool read_header(struct arena *arena, struct str bytes, struct str *why)
{
	unsigned char digest[DIGEST];

	if (WRONG(bytes.length < HEADER) ||
	    WRONG(bytes.length > limit_get(LIMIT_BYTECODE_FILE)))
		return fail_at(why, arena, INVARIANT_LENGTH, bytes.length, "too short or long");
	if (WRONG(memcmp(bytes.at, magic, sizeof(magic)) != 0))
		return fail_at(why, arena, INVARIANT_HEADER, 0, "not a compiled pack");
	if (WRONG(number_at(bytes, 8, 2) != CONTAINER_VERSION))
		return fail_at(why, arena, INVARIANT_HEADER, 8, "of another version");
	if (WRONG(number_at(bytes, 10, 2) != PART_COUNT))
		return fail_at(why, arena, INVARIANT_SECTIONS, 10, "of another number of tables");
	if (WRONG(number_at(bytes, 12, 4) != 0))
		return fail_at(why, arena, INVARIANT_HEADER, 12, "flags that are not known");
	if (WRONG(number_at(bytes, 16, 8) != bytes.length))
		return fail_at(why, arena, INVARIANT_LENGTH, 16, "not the length it says");
	if (WRONG(number_at(bytes, 24, 8) != 0))
		return fail_at(why, arena, INVARIANT_HEADER, 24, "reserved bytes are used");
	digest_of(arena, str_slice(bytes, HEADER, bytes.length), digest);
	if (WRONG(memcmp(bytes.at + DIGEST_AT, digest, DIGEST) != 0))
		return fail_at(why, arena, INVARIANT_DIGEST, DIGEST_AT, "it is damaged");
	return true;
}

static bool read_sections(struct file *f, struct str *why)
{
	uint64_t next = HEADER + (uint64_t)PART_COUNT * SECTION;

	if (WRONG(f->bytes.length < next))
		return fail_at(why, f->c.arena, INVARIANT_SECTIONS, f->bytes.length,
		    "the table of sections is cut short");
	for (int i = 0; i < PART_COUNT; i++) {
		size_t at = HEADER + (size_t)i * SECTION;
		uint64_t length = number_at(f->bytes, at + 16, 8);

		if (WRONG(number_at(f->bytes, at, 8) != (uint64_t)i + 1) ||
		    WRONG(number_at(f->bytes, at + 8, 8) != next) ||
		    WRONG(length > f->bytes.length - next))
			return fail_at(why, f->c.arena, INVARIANT_SECTIONS, at,
			    "a section is not where it must be");
		if (WRONG(length % record_sizes[i] != 0))
			return fail_at(why, f->c.arena, INVARIANT_RECORDS, at,
			    "a record is cut short");
		f->sections[i] = str_slice(f->bytes, (size_t)next, (size_t)(next + length));
		next += length;
	}
	if (WRONG(next != f->bytes.length))
		return fail_at(why, f->c.arena, INVARIANT_SECTIONS, (size_t)next,
		    "there is more after the last section");
	return true;
}

/* Where a record stands; behind its table, the table's end. */
static size_t offset_of(const struct file *f, enum part part, size_t index)
{
	size_t count = f->sections[part].length / record_sizes[part];

	return (size_t)(f->sections[part].at - f->bytes.at) +
	    (index < count ? index : count) * record_sizes[part];
}

static bool fail_in(const struct file *f, const struct broken *broken, struct str *why)
{
	struct str text = broken_text(f->c.arena, broken);

	*why = arena_printf(f->c.arena, "%.*s, at byte %zu", STR_ARG(text),
	    offset_of(f, broken->part, broken->index));
	return false;
}

/* --- reading: the tables ------------------------------------------------- */

static void start_part(struct file *f, enum part part)
{
	f->c.at = (const unsigned char *)f->sections[part].at;
	f->c.end = f->c.at + f->sections[part].length;
	f->c.part = part;
}

static size_t records(const struct file *f, enum part part)
{
	return f->sections[part].length / record_sizes[part];
}

static void read_strings(struct file *f)
{
	struct str blob = f->sections[PART_STRING_BYTES];
	uint32_t start = 0, end = 0;
	size_t count = records(f, PART_STRINGS);
	struct str *strings = ARENA_ARRAY(f->c.arena, struct str, count);

	start_part(f, PART_STRINGS);
	for (size_t i = 0; i < count && !f->c.is_broken; i++, start = end) {
		f->c.index = i;
		code_32(&f->c, &end);
		if (WRONG(end < start) || WRONG(end > blob.length)) {
			coder_fail(&f->c, INVARIANT_STRINGS, "it lies outside of the bytes");
			return;
		}
		strings[i] = str_slice(blob, start, end);
		if (WRONG(!verify_text(strings[i])) ||
		    WRONG(i > 0 && str_compare(strings[i - 1], strings[i]) >= 0))
			coder_fail(&f->c, INVARIANT_STRINGS, "out of order, or no text");
	}
	if (WRONG(start != blob.length))
		coder_fail(&f->c, INVARIANT_STRINGS, "bytes of no string");
	f->c.strings = strings;
	f->c.string_count = count;
}

/* Inside of a pack: "roles.scarp", "tests/a.scarp". */
static bool is_relative(struct str name)
{
	size_t start = 0;

	if (WRONG(name.length == 0) || WRONG(str_find(name, '\\') < name.length))
		return false;
	for (size_t i = 0; i <= name.length; i++) {
		struct str part = str_slice(name, start, i);

		if (i < name.length && name.at[i] != '/')
			continue;
		if (WRONG(part.length == 0) || WRONG(str_equal(part, STR("."))) ||
		    WRONG(str_equal(part, STR(".."))))
			return false;
		start = i + 1;
	}
	return true;
}

static bool is_new_source(struct file *f, struct map *names, const struct packed_source *s)
{
	return verify_new(names, arena_printf(f->c.arena, "%.*s\n%.*s",
	    STR_ARG(s->module), STR_ARG(s->name)));
}

static void read_sources(struct file *f, struct container *container)
{
	struct map *names = map_new(f->c.arena);
	struct str blob = f->sections[PART_SOURCE_BYTES];
	uint32_t start = 0, end = 0;

	container->source_count = (uint32_t)records(f, PART_SOURCES);
	container->sources = ARENA_ARRAY(f->c.arena, struct packed_source,
	    container->source_count);
	start_part(f, PART_SOURCES);
	for (uint32_t i = 0; i < container->source_count && !f->c.is_broken; i++, start = end) {
		struct packed_source *s = &container->sources[i];

		f->c.index = i;
		code_source(&f->c, s, &end);
		if (WRONG(end < start) || WRONG(end > blob.length) ||
		    WRONG(!is_relative(s->name)) || WRONG(!is_new_source(f, names, s))) {
			coder_fail(&f->c, INVARIANT_SOURCES,
			    "outside of the bytes, or a name that is not relative, or taken");
			return;
		}
		s->bytes = str_slice(blob, start, end);
	}
	if (WRONG(container->source_count == 0) || WRONG(start != blob.length))
		coder_fail(&f->c, INVARIANT_SOURCES, "no source, or bytes of no source");
}

static void read_settings(struct file *f, struct container *container)
{
	container->setting_count = (uint32_t)records(f, PART_SETTINGS);
	container->settings = ARENA_ARRAY(f->c.arena, struct str,
	    container->setting_count);
	start_part(f, PART_SETTINGS);
	for (uint32_t i = 0; i < container->setting_count && !f->c.is_broken; i++) {
		f->c.index = i;
		code_string(&f->c, &container->settings[i]);
	}
}

static void reserve(struct file *f, struct program *program)
{
#define TABLE(name, table, function) \
	program->table.count = program->table.capacity = records(f, PART_##name); \
	program->table.items = arena_array(f->c.arena, program->table.count, \
	    sizeof(*program->table.items));
	RECORD_TABLES(TABLE)
#undef TABLE
}

static void read_tables(struct file *f, struct program *program)
{
	reserve(f, program);
	for (int part = 0; part < PART_COUNT; part++) {
		start_part(f, (enum part)part);
		for (size_t i = 0; i < part_count(program, (enum part)part) &&
		    !f->c.is_broken; i++)
			code_part(&f->c, (enum part)part, program, i);
	}
}

static void check_spans(struct file *f, const struct container *container)
{
	const struct program *p = container->program;

	f->c.part = PART_SPANS;
	for (size_t i = 0; i < p->spans.count && !f->c.is_broken; i++) {
		struct span s = p->spans.items[i];

		f->c.index = i;
		if (span_is_none(s) ? WRONG(s.start || s.end) :
		    WRONG(s.file >= container->source_count) || WRONG(s.start > s.end) ||
		    WRONG(s.end > container->sources[s.file].bytes.length))
			coder_fail(&f->c, INVARIANT_SOURCES, "outside of its source");
	}
}

/* --- reading: all -------------------------------------------------------- */

static bool read_container(struct file *f, struct container *container, struct broken *broken)
{
	container->program = ARENA_NEW(f->c.arena, struct program);
	container->program->schema = ARENA_NEW(f->c.arena, struct schema);
	read_strings(f);
	if (WRONG(!f->c.is_broken && records(f, PART_PACK) != 1))
		coder_fail(&f->c, INVARIANT_RECORDS, "there is one of it");
	if (!f->c.is_broken) {
		start_part(f, PART_PACK);
		code_pack(&f->c, container);
	}
	if (!f->c.is_broken)
		read_sources(f, container);
	if (!f->c.is_broken)
		read_settings(f, container);
	if (!f->c.is_broken)
		read_tables(f, container->program);
	if (!f->c.is_broken)
		check_spans(f, container);
	*broken = f->c.broken;
	return !f->c.is_broken && program_check(f->c.arena, container->program, broken);
}

static bool is_canonical(struct file *f, const struct container *container, struct str *why)
{
	struct str again = container_write(f->c.arena, container);
	size_t at = HEADER;	/* where a digest stands, which differs anyway */

	if (RIGHT(str_equal(again, f->bytes)))
		return true;
	container->program->verified = false;
	while (at < again.length && at < f->bytes.length && again.at[at] == f->bytes.at[at])
		at++;
	return fail_at(why, f->c.arena, INVARIANT_CANONICAL, at, "it would be written otherwise");
}

bool container_read(struct arena *arena, struct str bytes, struct container *container,
    struct str *why)
{
	struct file f = { .c = { .arena = arena }, .bytes = bytes };
	struct broken broken;

	*container = (struct container){ 0 };
	if (!read_header(arena, bytes, why) || !read_sections(&f, why))
		return false;
	if (!read_container(&f, container, &broken))
		return fail_in(&f, &broken, why);
	return is_canonical(&f, container, why);
}
