/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/subject.h"

#include "base/utf8.h"
#include "explain/evaluator.h"

struct speller {
	struct evaluator *ev;
	struct arena *arena;
	const struct outcome *outcome;
	bool folded;
};

static struct str fold(const struct speller *s, struct str text)
{
	return s->folded ? utf8_fold(s->arena, text) : text;
}

/* What is left of SPELLED behind KEY; false if it does not begin so. */
static bool takes(const struct speller *s, struct str *spelled, struct str key)
{
	key = fold(s, key);
	if (!str_starts(*spelled, key))
		return false;
	*spelled = str_slice(*spelled, key.length, spelled->length);
	return true;
}

static struct type type_of(const struct speller *s, int binder)
{
	return s->ev->tree->rules.items[s->outcome->rule]
	    .binders.items[binder].variable->type;
}

static struct str kind_of(const struct speller *s, int binder)
{
	const struct schema *schema = s->ev->tree->schema;
	struct type type = type_of(s, binder);

	if (type.tag != TYPE_ENTITY)
		return type_text(s->arena, schema, type);
	return schema->kinds.items[
	    entity_kind(s->ev->graph, s->outcome->cells[binder])].name;
}

/* Keys may hold commas, so each way to spell a binder is tried on what is
 * left.  How many binders were taken when nothing is left; -1: another one.
 * At most SUBJECT_BINDERS deep. */
static int match_from(const struct speller *s, int binder, struct str spelled)
{
	const struct graph *graph = s->ev->graph;
	struct str keys[2], kind;
	int64_t cell;

	if (binder == s->outcome->count)
		return -1;
	cell = s->outcome->cells[binder];
	kind = arena_printf(s->arena, "%.*s:", STR_ARG(kind_of(s, binder)));
	if (type_of(s, binder).tag == TYPE_ENTITY) {
		keys[0] = graph_entity_name(graph, s->arena, (entity_id)cell);
		keys[1] = entity_key(graph, cell);
	} else
		keys[0] = keys[1] = graph_cell_text(graph, s->arena,
		    type_of(s, binder), cell);
	for (int way = 0; way < 4; way++) {
		struct str left = spelled;
		int count;

		if ((way >= 2 && !takes(s, &left, kind)) ||
		    !takes(s, &left, keys[way % 2]))
			continue;
		if (left.length == 0)
			return binder + 1;
		if (!takes(s, &left, STR(",")))
			continue;
		while (takes(s, &left, STR(" ")))
			;
		count = match_from(s, binder + 1, left);
		if (count >= 0)
			return count;
	}
	return -1;
}

static enum subject_match match_with(const struct speller *s, struct str spelled)
{
	struct subject_text subject = evaluate_subject(s->ev, s->arena, s->outcome);
	struct str left = fold(s, spelled), whole;
	int count;

	whole = left;
	if (takes(s, &left, subject.key) && left.length == 0 &&
	    whole.length > 0)
		return SUBJECT_SAME;
	left = whole;
	if (takes(s, &left, subject.plain) && left.length == 0 &&
	    whole.length > 0)
		return SUBJECT_SAME;
	count = match_from(s, 0, whole);
	if (count < 0)
		return SUBJECT_OTHER;
	return count == s->outcome->count && s->outcome->rest < 0
	    ? SUBJECT_SAME : SUBJECT_PART;
}

enum subject_match subject_match(struct evaluator *ev, struct arena *arena,
    const struct outcome *outcome, struct str spelled)
{
	struct speller s = { ev, arena, outcome, false };
	enum subject_match match = match_with(&s, spelled);

	if (match == SUBJECT_SAME)
		return match;
	s.folded = true;
	match = match_with(&s, spelled);
	return match == SUBJECT_SAME ? SUBJECT_FOLDED : match;
}
