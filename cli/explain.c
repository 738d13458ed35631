/* SPDX-License-Identifier: Apache-2.0 */
/* scarp explain: the page of a diagnostic (share/codes), all of them by group,
 * or a rule of a pack. */
#include <ctype.h>

#include "base/io.h"
#include "base/where.h"
#include "base/wrap.h"
#include "cli/explain_rule.h"
#include "cli/terminal.h"
#include "cli/write.h"

#define PAGE_BYTES (1u << 20)

static const struct known { const char *code, *title; bool is_group; } known[] = {
#define GROUP(prefix, title) { #prefix, title, true },
#define DIAG(code, name, title) { #code, title, false },
#include "base/diagnostics.def"
#undef DIAG
};
#define KNOWN (sizeof(known) / sizeof(*known))

/* --- the list --------------------------------------------------------------- */

static void list_codes(struct session *session, struct text *out)
{
	struct text lines;

	text_init(&lines, out->arena);
	for (size_t i = 0; i < KNOWN; i++) {
		if (!known[i].is_group) {
			text_printf(&lines, "  %s  %s\n", known[i].code, known[i].title);
			continue;
		}
		text_add(&lines, i ? STR("\n") : STR(""));
		write_heading(&lines, str_of(known[i].title), session_colour(session));
	}
	text_add(&lines, STR("\n`scarp explain E1003` says what a code means and shows "
	    "an example;\n`scarp explain RULE --pack PACK` does the same for a rule.\n"));
	session_fold(session, out, &lines);
}

/* --- a page ------------------------------------------------------------------- */

/* A page is Markdown with headings, paragraphs and fenced blocks; a fence's
 * second word is the name of a file. */
struct page {
	struct text *out;
	bool has_colour, in_block;
	struct wrap wrap;	/* the lines of a paragraph, made one */
};

static void end_paragraph(struct page *page)
{
	if (page->wrap.line.length)
		wrap_end(&page->wrap, 0);
}

/* Where lines are not broken, those of the page stay as they are. */
static void add_text(struct page *page, struct str line)
{
	if (page->wrap.line.length)
		text_add_char(&page->wrap.line, ' ');
	wrap_add_words(&page->wrap.line, line, STR(""));
	if (page->wrap.width == 0)
		end_paragraph(page);
}

static bool is_of_paragraph(const struct page *page, struct str line)
{
	return !page->in_block && line.length && line.at[0] != '#' &&
	    line.at[0] != '|' && !str_starts(line, STR("- ")) &&
	    !str_starts(line, STR("```")) && !str_starts(line, STR("<!--"));
}

static void add_fence(struct page *page, struct str line)
{
	const char *space = memchr(line.at, ' ', line.length);

	page->in_block = !page->in_block;
	if (!page->in_block || !space)
		return;
	text_add(page->out, STR("  "));
	text_add_visible(page->out, str_slice(line,
	    (size_t)(space + 1 - line.at), line.length));
	text_add(page->out, STR(":\n"));
}

static void add_line(struct page *page, struct str line)
{
	if (is_of_paragraph(page, line)) {
		add_text(page, line);
		return;
	}
	end_paragraph(page);
	if (str_starts(line, STR("```")))
		add_fence(page, line);
	else if (!page->in_block && str_starts(line, STR("- ")))
		add_text(page, line);
	else if (!page->in_block && str_starts(line, STR("# ")))
		write_heading(page->out, str_slice(line, 2, line.length),
		    page->has_colour);
	else if (!page->in_block && str_starts(line, STR("## ")))
		write_heading(page->out, str_slice(line, 3, line.length),
		    page->has_colour);
	else if (!str_starts(line, STR("<!--"))) {
		if (page->in_block && line.length)
			text_add(page->out, STR("    "));
		text_add_visible(page->out, line);
		text_add_char(page->out, '\n');
	}
}

static void add_page(struct page *page, struct str bytes)
{
	size_t start = 0;

	while (start < bytes.length) {
		const char *end = memchr(bytes.at + start, '\n',
		    bytes.length - start);
		size_t stop = end ? (size_t)(end - bytes.at) : bytes.length;

		add_line(page, str_slice(bytes, start, stop));
		start = stop + 1;
	}
	end_paragraph(page);
}

static bool show_code(struct session *session, const struct known *code,
    struct text *out)
{
	struct page page = { .out = out, .has_colour = session_colour(session) };
	struct str folder, path, bytes, why;

	if (!where_is(session->arena, "codes", &folder)) {
		session_fail(session, "%s is %s; the pages are not where scarp "
		    "is installed", code->code, code->title);
		return false;
	}
	path = io_join(session->arena, folder,
	    arena_printf(session->arena, "%s.md", code->code));
	if (!io_read(session->arena, path.at, PAGE_BYTES, &bytes, &why)) {
		session_refuse(session, DIAG_E8579, "cannot read `%.*s`: "
		    "%.*s", STR_ARG(path), STR_ARG(why));
		return false;
	}
	wrap_init(&page.wrap, session->arena, out, session_width(session));
	add_page(&page, bytes);
	return true;
}

/* --- which ---------------------------------------------------------------------- */

static const struct known *find_code(struct str upper)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (!known[i].is_group && str_equal(upper, str_of(known[i].code)))
			return &known[i];
	return NULL;
}

static struct str upper_case(struct arena *arena, struct str name)
{
	char *upper = ARENA_ARRAY(arena, char, name.length + 1);

	for (size_t i = 0; i < name.length; i++)
		upper[i] = (char)toupper((unsigned char)name.at[i]);
	return (struct str){ upper, name.length };
}

/* A letter and digits: meant as a code. */
static bool looks_like_code(struct str name)
{
	for (size_t i = 1; i < name.length; i++)
		if (!isdigit((unsigned char)name.at[i]))
			return false;
	return name.length > 1 && isalpha((unsigned char)name.at[0]);
}

static void refuse_code(struct session *session, struct str name, struct str upper)
{
	struct str names[KNOWN];
	long nearest;

	for (size_t i = 0; i < KNOWN; i++)
		names[i] = str_of(known[i].code);
	nearest = diag_nearest(upper, names, KNOWN);
	if (nearest >= 0 && !known[nearest].is_group)
		session_refuse(session, DIAG_E8577, "there is no diagnostic "
		    "`%.*s`\n"
		    "did you mean `%s`?", STR_ARG(name), known[nearest].code);
	else
		session_refuse(session, DIAG_E8577, "there is no diagnostic "
		    "`%.*s`\n"
		    "`scarp explain` lists them", STR_ARG(name));
}

static bool show_rule(struct session *session, struct str id, struct text *out)
{
	struct session_inputs inputs = { 0 };
	struct session_pack pack;

	session_packs(session, OPTION_PACK, &inputs);
	if (!session_compile(session, inputs.packs.items, inputs.packs.count, false,
	    &pack)) {
		session_report(session);
		return false;
	}
	return session_report(session) &&
	    explain_rule(session, pack.tree, id, out);
}

static bool show(struct session *session, struct str name, struct text *out)
{
	struct str upper = upper_case(session->arena, name);
	const struct known *code = find_code(upper);

	if (code)
		return show_code(session, code, out);
	if (session->arguments->given[OPTION_PACK])
		return show_rule(session, name, out);
	if (looks_like_code(name))
		refuse_code(session, name, upper);
	else
		session_refuse(session, DIAG_E8577, "`%.*s` is no diagnostic\n"
		    "a rule is explained with its pack: `scarp explain RULE "
		    "--pack PACK`", STR_ARG(name));
	return false;
}

int verb_explain(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	struct text out;

	text_init(&out, session->arena);
	if (arguments->operands.count > 1)
		return session_refuse(session, DIAG_E8575,
		    "`explain` takes one code or rule\n"
		    "ask for one at a time");
	if (arguments->operands.count == 1) {
		if (!show(session, arguments->operands.items[0], &out))
			return STATUS_UNTRUSTED;
	} else if (arguments->given[OPTION_PACK]) {
		return session_refuse(session, DIAG_E8574, "nothing says which "
		    "rule of the pack to explain\n"
		    "write `scarp explain RULE --pack PACK`");
	} else {
		list_codes(session, &out);
	}
	return terminal_page(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}
