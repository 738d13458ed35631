/* SPDX-License-Identifier: Apache-2.0 */
/* scarp graph: an inventory, or a part of it, as a drawing for Graphviz or
 * Mermaid. */
#include "cli/project.h"

#include "base/utf8.h"
#include "report/slice.h"
#include "vm/scalar.h"

enum { LISTED = 10 };		/* candidates in a message */

/* --- links ---------------------------------------------------------------------- */

/* `roles`, or `Host.roles` of that kind or a base of it. */
static bool is_named(const struct schema *schema, size_t attribute, struct str name)
{
	const struct schema_attribute *a = &schema->attributes.items[attribute];
	size_t dot = str_find(name, '.');
	uint16_t kind;

	if (a->type.tag != TYPE_ENTITY || a->derived)
		return false;
	if (dot == name.length)
		return str_equal(a->name, name);
	kind = schema_find_kind(schema, str_slice(name, 0, dot));
	return kind != SCHEMA_NONE && schema_is_a(schema, kind, a->kind) &&
	    str_equal(a->name, str_slice(name, dot + 1, name.length));
}

static bool refuse_link(struct session *session, const struct schema *schema,
    struct str name)
{
	struct str *names = ARENA_ARRAY(session->arena, struct str, schema->attributes.count);
	size_t count = 0, dot = str_find(name, '.');
	long nearest;

	for (size_t i = 0; i < schema->attributes.count; i++)
		if (schema->attributes.items[i].type.tag == TYPE_ENTITY &&
		    !schema->attributes.items[i].derived)
			names[count++] = schema->attributes.items[i].name;
	nearest = diag_nearest(dot < name.length ? str_slice(name, dot + 1,
	    name.length) : name, names, count);
	if (nearest < 0)
		session_refuse(session, DIAG_E8577, "no kind of schema `%.*s` "
		    "states links `%.*s`", STR_ARG(schema->name),
		    STR_ARG(name));
	else
		session_refuse(session, DIAG_E8577, "no kind of schema `%.*s` "
		    "states links `%.*s`\n"
		    "did you mean `%.*s`?", STR_ARG(schema->name),
		    STR_ARG(name), STR_ARG(names[nearest]));
	return false;
}

static bool add_links(struct session *session, const struct schema *schema,
    struct str name, struct slice_choice *choice)
{
	size_t before = choice->attributes.count;

	for (size_t i = 0; i < schema->attributes.count; i++)
		if (is_named(schema, i, name))
			*VEC_PUSH(session->arena, &choice->attributes) = (uint16_t)i;
	return choice->attributes.count > before ||
	    refuse_link(session, schema, name);
}

static bool read_links(struct session *session, const struct schema *schema,
    struct slice_choice *choice)
{
	for (size_t i = 0; i < session->arguments->values[OPTION_LINKS].count; i++) {
		struct str rest = session->arguments->values[OPTION_LINKS].items[i];

		while (rest.length) {
			size_t comma = str_find(rest, ',');

			if (!add_links(session, schema, str_slice(rest, 0, comma), choice))
				return false;
			rest = str_slice(rest, comma + 1, rest.length);
		}
	}
	return true;
}

/* --- entities -------------------------------------------------------------------- */

enum match { OTHER, KEY, FOLDED, SAME };

static enum match match_of(const struct graph *graph, struct arena *arena,
    entity_id e, struct str spelled, struct str folded)
{
	struct str name = graph_entity_name(graph, arena, e);

	if (str_equal(name, spelled))
		return SAME;
	if (str_equal(utf8_fold(arena, name), folded))
		return FOLDED;
	/* Behind its owners: `C:` of `cm01/C:`. */
	return name.length > spelled.length &&
	    str_ends(utf8_fold(arena, name), folded) &&
	    name.at[name.length - spelled.length - 1] == '/' ? KEY : OTHER;
}

static bool refuse_entity(struct session *session, const struct graph *graph,
    struct str spelled, const entity_id *found, size_t count)
{
	struct text list;

	if (count == 0) {
		struct str *names = ARENA_ARRAY(session->arena, struct str,
		    graph->entity_count);
		long nearest;

		for (entity_id e = 0; e < graph->entity_count; e++)
			names[e] = graph_entity_name(graph, session->arena, e);
		nearest = diag_nearest(spelled, names, graph->entity_count);
		if (nearest < 0)
			session_refuse(session, DIAG_E8577, "no entity is "
			    "called `%.*s`", STR_ARG(spelled));
		else
			session_refuse(session, DIAG_E8577, "no entity is "
			    "called `%.*s`\n"
			    "did you mean `%.*s`?", STR_ARG(spelled),
			    STR_ARG(names[nearest]));
		return false;
	}
	text_init(&list, session->arena);
	for (size_t i = 0; i < count && i < LISTED; i++)
		text_printf(&list, "%s%.*s:%.*s", i ? ", " : "",
		    STR_ARG(graph->schema->kinds.items[
		    entity_kind(graph, found[i])].name),
		    STR_ARG(graph_entity_name(graph, session->arena, found[i])));
	if (count > LISTED)
		text_printf(&list, " and %zu more", count - LISTED);
	session_refuse(session, DIAG_E8578, "`%.*s` may be one of %zu "
	    "entities: %.*s\n"
	    "write one of them whole", STR_ARG(spelled), count,
	    STR_ARG(text_str(&list)));
	return false;
}

/* KIND:KEY where what stands before the colon is a kind, else KEY. */
static bool add_entity(struct session *session, const struct graph *graph,
    struct str spelled, struct slice_choice *choice)
{
	size_t colon = str_find(spelled, ':');
	uint16_t kind = schema_find_kind(graph->schema, str_slice(spelled, 0, colon));
	struct str key = kind == SCHEMA_NONE || colon == spelled.length ? spelled :
	    str_slice(spelled, colon + 1, spelled.length);
	struct str folded = utf8_fold(session->arena, key);
	struct arena *scratch = arena_new_in(session->arena);
	enum match best = KEY;
	VEC(entity_id) found = { 0 };

	for (entity_id e = 0; e < graph->entity_count; e++) {
		struct arena_mark mark = arena_here(scratch);
		enum match match = match_of(graph, scratch, e, key, folded);

		arena_rollback(scratch, mark);
		if (match < best || match == OTHER || (key.at != spelled.at &&
		    !schema_is_a(graph->schema, entity_kind(graph, e), kind)))
			continue;
		if (match > best)
			found.count = 0;
		best = match;
		*VEC_PUSH(session->arena, &found) = e;
	}
	arena_free(scratch);
	if (found.count != 1)
		return refuse_entity(session, graph, spelled, found.items, found.count);
	*VEC_PUSH(session->arena, &choice->around) = found.items[0];
	return true;
}

static bool read_around(struct session *session, const struct graph *graph,
    struct slice_choice *choice)
{
	const struct arguments *arguments = session->arguments;
	struct str text = argument(arguments, OPTION_STEPS, "1");
	int64_t steps = 0;

	if (!scalar_read_int(text, &steps) || steps < 0 || steps > UINT32_MAX - 1) {
		session_refuse(session, DIAG_E8573, "`--steps %.*s` is no "
		    "number of links\n"
		    "write `--steps 2`", STR_ARG(text));
		return false;
	}
	choice->steps = (uint32_t)steps;
	if (arguments->given[OPTION_STEPS] && !arguments->given[OPTION_AROUND]) {
		session_refuse(session, DIAG_E8576, "`--steps` counts from an "
		    "entity, and none is given\n"
		    "give `--around` too");
		return false;
	}
	for (size_t i = 0; i < arguments->values[OPTION_AROUND].count; i++)
		if (!add_entity(session, graph, arguments->values[OPTION_AROUND].items[i],
		    choice))
			return false;
	return true;
}

/* --- the verb --------------------------------------------------------------------- */

static int draw(struct session *session, const struct graph *graph)
{
	struct slice_choice choice = { 0 };
	struct drawing drawing;
	struct text out;

	if (!read_links(session, graph->schema, &choice) ||
	    !read_around(session, graph, &choice))
		return STATUS_UNTRUSTED;
	drawing = slice_draw(session->arena, graph, &choice);
	text_init(&out, session->arena);
	if (argument_is(session->arguments, OPTION_GRAPH_FORMAT, "mermaid"))
		drawing_mermaid(&drawing, &out);
	else
		drawing_dot(&drawing, &out);
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

int verb_graph(struct session *session)
{
	struct session_inputs inputs;
	struct session_pack pack;
	struct graph *graph;

	session_inputs(session, &inputs);
	if (inputs.packs.count == 0)
		return session_needs_pack(session, ", so the schema of the "
		    "inventory is not known");
	if (inputs.inventories.count == 0)
		return session_refuse(session, DIAG_E8574, "no inventory is "
		    "given, so there is nothing to draw\n"
		    "name one, a file or a folder");
	if (!session_read(session, &inputs, false, &pack, &graph))
		return STATUS_UNTRUSTED;
	return draw(session, graph);
}
