/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tests/oracle reads: a pair in its texts, and the verdicts of the VM.
 *
 *	pair SEED
 *	pack|schema|file LENGTH		then so many bytes and a line break
 *	option as_of|least NUMBER	days; a grade, 0 is the least
 *	verdict RULE REST VERDICT REASON	then a tab before each cell
 *	end
 *
 * A pair that the compiler or a reader refuses is `refused SEED`.
 */
#include "tests/random/agree.h"

#include <stdio.h>

static void emit_text(const char *what, struct str text)
{
	printf("%s %zu\n%.*s\n", what, text.length, STR_ARG(text));
}

static void emit_site(const struct model *m)
{
	struct text site;

	text_init(&site, m->arena);
	model_print_json(m, &site);
	emit_text("file", text_str(&site));
}

static void emit_outcome(struct arena *arena, const struct tree *tree,
    const struct graph *graph, const struct outcome *o)
{
	const struct rule *rule = &tree->rules.items[o->rule];

	printf("verdict %.*s %d %s %d", STR_ARG(rule->id), o->rest,
	    verdict_text((enum verdict)o->verdict), o->reason);
	for (unsigned i = 0; i < o->count; i++) {
		struct type type = rule->binders.items[i].variable->type;
		struct str text = type.tag == TYPE_ENTITY
		    ? graph_entity_name(graph, arena, (entity_id)o->cells[i])
		    : graph_cell_text(graph, arena, type, o->cells[i]);

		printf("\t%.*s", STR_ARG(text));
	}
	printf("\n");
}

void emit_pair(struct model *m, const struct tree *tree,
    const struct graph *graph, const struct packed_source *files,
    const struct outcome *outcomes, size_t count)
{
	printf("pair %llu\n", (unsigned long long)m->seed);
	emit_text("pack", files[0].bytes);
	emit_text("schema", files[1].bytes);
	emit_site(m);
	for (size_t i = 0; i < m->others.count; i++)
		emit_site(m->others.items[i]);
	if (m->has_as_of)
		printf("option as_of %lld\n", (long long)m->as_of);
	printf("option least %u\n", m->least);
	for (size_t i = 0; i < count; i++)
		emit_outcome(m->arena, tree, graph, &outcomes[i]);
	printf("end\n");
}
