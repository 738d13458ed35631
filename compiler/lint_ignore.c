/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comments that ask for silence: `# scarp: ignore[W6008, W6010] REASON`, on the
 * line that is told of or above it.
 */
#include "compiler/lint_part.h"

#include "grammar/parse.h"

struct ignore {
	struct span span;		/* of the comment */
	uint32_t line;			/* that it speaks of */
	struct str codes, reason;
	bool has_acted;
};

struct ignores {
	struct lint *l;
	struct sources *sources;
	VEC(struct ignore) items;
	VEC(const struct ast *) coming;
};

static struct str trim(struct str s)
{
	while (s.length && (s.at[0] == ' ' || s.at[0] == '\t'))
		s = str_slice(s, 1, s.length);
	while (s.length && (s.at[s.length - 1] == ' ' || s.at[s.length - 1] == '\t'))
		s.length--;
	return s;
}

static bool take_word(struct str *s, struct str word)
{
	if (!str_starts(*s, word))
		return false;
	*s = trim(str_slice(*s, word.length, s->length));
	return true;
}

static bool is_comment_or_empty(struct str line)
{
	line = trim(line);
	return line.length == 0 || line.at[0] == '#';
}

/* Behind something: that line.  Alone: the next line with something on it. */
static uint32_t line_of(const struct ignores *g, struct span comment)
{
	struct place at = source_place(g->sources, comment.file, comment.start);
	uint32_t last = source_place(g->sources, comment.file,
	    (uint32_t)source_bytes(g->sources, comment.file).length).line;
	uint32_t line = at.line;

	while (line < last && is_comment_or_empty(source_line(g->sources,
	    comment.file, line)))
		line++;
	return line;
}

static void take_comment(struct ignores *g, const struct ast_comment *comment)
{
	struct str text = trim(comment->text);
	struct ignore *ignore;
	size_t end;

	take_word(&text, STR("#"));
	if (!take_word(&text, STR("scarp:")) || !take_word(&text, STR("ignore")))
		return;
	ignore = VEC_PUSH(g->l->arena, &g->items);
	ignore->span = comment->span;
	ignore->line = line_of(g, comment->span);
	end = str_find(text, ']');
	if (!str_starts(text, STR("[")) || end == text.length)
		return;
	ignore->codes = str_slice(text, 1, end);
	ignore->reason = trim(str_slice(text, end + 1, text.length));
}

static void take_comments(struct ignores *g, const struct ast_comment *comment)
{
	for (; comment; comment = comment->next)
		take_comment(g, comment);
}

static void walk_file(struct ignores *g, uint32_t file)
{
	struct diagnostics *unheard = diagnostics_new(g->l->arena, g->sources);

	*VEC_PUSH(g->l->arena, &g->coming) = parse_file(g->l->arena, unheard, file);
	while (g->coming.count > 0) {
		const struct ast *node = g->coming.items[--g->coming.count];

		take_comments(g, node->before);
		take_comments(g, node->after);
		take_comments(g, node->inside);
		for (int i = 0; i < AST_SLOTS; i++)
			if (node->slot[i])
				*VEC_PUSH(g->l->arena, &g->coming) = node->slot[i];
		for (uint32_t i = 0; i < node->count; i++)
			*VEC_PUSH(g->l->arena, &g->coming) = node->items[i];
	}
}

/* CODE stands in the list "W6008, W6010". */
static bool lists(struct str codes, struct str code)
{
	while (codes.length) {
		size_t end = str_find(codes, ',');

		if (str_equal(trim(str_slice(codes, 0, end)), code))
			return true;
		codes = str_slice(codes, end + 1, codes.length);
	}
	return false;
}

static void silence(struct ignores *g, struct lint_finding *finding)
{
	uint32_t line = source_place(g->sources, finding->span.file,
	    finding->span.start).line;

	for (size_t i = 0; i < g->items.count; i++) {
		struct ignore *ignore = &g->items.items[i];

		if (ignore->span.file != finding->span.file || ignore->line != line ||
		    !lists(ignore->codes, str_of(diag_code_text(finding->code))))
			continue;
		ignore->has_acted = true;
		/* Without a reason the comment is told of instead. */
		finding->ignored = true;
	}
}

static void tell_of(struct lint *l, const struct ignore *ignore)
{
	struct lint_finding *finding;

	if (ignore->has_acted && ignore->reason.length > 0)
		return;
	if (ignore->has_acted) {
		finding = lint_tell(l, DIAG_W6013, ignore->span,
		    "this says what to ignore, and not why");
		finding->help = STR("write the reason behind the bracket");
		return;
	}
	finding = lint_tell(l, DIAG_W6014, ignore->span, "there is nothing here to ignore");
	finding->help = ignore->codes.length ?
	    STR("remove it; or its line is not the one, or its code") :
	    STR("write `# scarp: ignore[W6008] REASON`");
}

void lint_ignore(struct lint *l)
{
	struct ignores g = { .l = l, .sources = diagnostics_sources(l->all) };
	size_t told = l->findings.count;

	for (size_t p = 0; p < l->tree->packs.count; p++)
		for (uint32_t i = 0; l->tree->packs.items[p].module.length == 0 &&
		    i < l->tree->packs.items[p].file_count; i++)
			walk_file(&g, l->tree->packs.items[p].files[i]);
	for (size_t i = 0; i < told; i++)
		silence(&g, &l->findings.items[i]);
	for (size_t i = 0; i < g.items.count; i++)
		tell_of(l, &g.items.items[i]);
}
