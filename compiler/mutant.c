/* SPDX-License-Identifier: Apache-2.0 */
/* The sources of a mutant: all packs, less what its tests do not need. */
#include "compiler/mutate.h"

#include "vm/container.h"

/* Rules and tests of AFFECTED rules stay, as all does that is no rule.
 * Waivers and profiles name rules that may have gone. */
static bool is_needed(const struct ast *ast, const struct tree *tree,
    const bool *affected)
{
	if (ast->kind == AST_WAIVE || ast->kind == AST_PROFILE)
		return false;
	if (ast->kind != AST_RULE && ast->kind != AST_TEST)
		return true;
	for (size_t r = 0; r < tree->rules.count; r++)
		if (affected[r] && str_equal(tree->rules.items[r].id, ast->text))
			return true;
	return false;
}

/* Blanks keep every other position. */
static void blank(char *at, const struct ast *ast)
{
	for (uint32_t i = ast->span.start; i < ast->span.end; i++)
		if (at[i] != '\n')
			at[i] = ' ';
}

/* FILE's text without what is not needed; empty: nothing is. */
static struct str needed_text(struct arena *arena, struct str bytes,
    const struct ast *file, const struct tree *tree, const bool *affected)
{
	struct str copy = arena_copy(arena, bytes);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < file->count; i++)
		if (is_needed(file->items[i], tree, affected))
			kept++;
		else
			blank((char *)copy.at, file->items[i]);
	return kept ? copy : STR("");
}

struct mutant_sources mutate_sources(struct arena *arena, struct diagnostics *all,
    const struct tree *tree, const struct mutations *mutations, uint32_t item)
{
	const struct sources *sources = diagnostics_sources(all);
	const struct mutable_item *at = &mutations->items.items[item];
	struct mutant_sources out = { 0 };
	size_t file = 0;

	out.items = ARENA_ARRAY(arena, struct packed_source, mutations->files.count);
	for (size_t p = 0; p < tree->packs.count; p++) {
		const struct pack_info *pack = &tree->packs.items[p];

		for (uint32_t f = 0; f < pack->file_count; f++) {
			struct str bytes = source_bytes(sources, pack->files[f]);
			struct str text = needed_text(arena, bytes,
			    mutations->files.items[file++], tree, at->affects);

			/* A module without any text would not be found. */
			if (text.length == 0 && pack->module.length == 0)
				continue;
			if (pack->files[f] == at->ast->span.file)
				out.changed = out.count;
			out.items[out.count++] = (struct packed_source){
				.module = pack->module, .name = pack->names[f],
				/* analyzer: source_bytes answers a whole struct */
				.bytes = text.length ? text : bytes };
		}
	}
	return out;
}

struct str mutate_bytes(struct arena *arena, struct str bytes,
    const struct mutation *mutation)
{
	struct text out;

	text_init(&out, arena);
	text_add(&out, str_slice(bytes, 0, mutation->span.start));
	text_add(&out, mutation->became);
	text_add(&out, str_slice(bytes, mutation->span.end, bytes.length));
	return text_str(&out);
}
