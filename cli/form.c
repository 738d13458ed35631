/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/form.h"

#include "base/io.h"
#include "base/limits.h"
#include "inventory/inventory.h"

bool form_read(struct form *form, struct str path)
{
	struct arena *arena = form->arena;
	size_t before = diag_errors(form->all);
	const struct document *document;
	struct str bytes, why;
	uint32_t file;

	if (!io_read_limited(arena, arena_copy(arena, path).at,
	    LIMIT_RULE_FILE, &bytes, &why)) {
		diag_add(form->all, DIAG_E8101, SPAN_NONE,
		    "`%.*s` cannot be read: %.*s", STR_ARG(path), STR_ARG(why));
		return false;
	}
	file = source_add(diagnostics_sources(form->all), path, bytes);
	document = str_ends_caseless(path, STR(".json"))
	    ? json_read(arena, form->all, file)
	    : yaml_read(arena, form->all, file);
	if (!document || diag_errors(form->all) > before)
		return false;
	form->nodes = document->nodes.items;
	return true;
}

static void report_form(struct form *form, const struct document_node *node,
    const char *what, const char *wanted)
{
	diag_add(form->all, form->code, node->span, "%s is %s", what, wanted);
}

static void report_key(struct form *form, const struct document_node *node,
    const struct form_key *keys, size_t count)
{
	struct str *names = ARENA_ARRAY(form->arena, struct str, count);
	struct diagnostic *d = diag_add(form->all, form->code, node->key_span,
	    "%s has no `%.*s` here", form->what, STR_ARG(node->key));
	long near;

	for (size_t i = 0; i < count; i++)
		names[i] = str_of(keys[i].name);
	near = diag_nearest(node->key, names, count);
	if (near >= 0)
		diag_help(form->all, d, "did you mean `%s`?", keys[near].name);
}

bool form_take(struct form *form, const struct document_node *map,
    const char *what, struct form_key *keys, size_t count)
{
	bool is_whole = true;

	if (map->kind != DOCUMENT_MAP) {
		report_form(form, map, what, "a map");
		return false;
	}
	for (uint32_t i = map->first; i; i = form->nodes[i].next) {
		size_t k = 0;

		while (k < count && !str_equal(form->nodes[i].key, str_of(keys[k].name)))
			k++;
		if (k == count)
			report_key(form, &form->nodes[i], keys, count);
		else
			keys[k].found = &form->nodes[i];
	}
	for (size_t k = 0; k < count; k++) {
		if (keys[k].found || !keys[k].is_needed)
			continue;
		diag_add(form->all, form->code, (struct span){ map->span.file,
		    map->span.start, map->span.start }, "%s has no `%s`", what,
		    keys[k].name);
		is_whole = false;
	}
	return is_whole;
}

static const char *quoted(struct form *form, const struct form_key *key)
{
	return arena_printf(form->arena, "`%s`", key->name).at;
}

struct str form_text(struct form *form, const struct form_key *key)
{
	const struct document_node *node = key->found;

	if (!node)
		return STR("");
	if ((node->kind == DOCUMENT_PLAIN || node->kind == DOCUMENT_QUOTED) &&
	    node->text.length)
		return node->text;
	report_form(form, node, quoted(form, key), "a text");
	return STR("");
}

bool form_list(struct form *form, const struct form_key *key)
{
	if (key->found->kind == DOCUMENT_LIST && key->found->count)
		return true;
	report_form(form, key->found, quoted(form, key), "a list that is not empty");
	return false;
}
