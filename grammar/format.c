/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format - the canonical layout of declarations.
 *
 * One thing a line, blocks indented by a tab, one space where a space is
 * needed, nothing lined up: a change to one line changes no other.
 */
#include "grammar/format.h"

#include "grammar/printer.h"

static void print_node(struct printer *p, const struct ast *node);

/* " word" */
static void keyword(struct printer *p, const char *word)
{
	print(p, word);
	print(p, " ");
}

static void flat(struct printer *p, const struct ast *node)
{
	print_flat(p->out, node);
}

static void flat_list(struct printer *p, const struct ast *node,
    uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		if (i > from)
			print(p, ", ");
		flat(p, node->items[i]);
	}
}

/* Blocks. */

static bool has_comments(const struct ast *node)
{
	for (uint32_t i = 0; i < node->count; i++)
		if (node->items[i]->before || node->items[i]->after)
			return true;
	return node->inside;
}

static void end_block(struct printer *p, const struct ast *node,
    bool is_first)
{
	const struct ast_comment *comment = node->inside;

	for (; comment; comment = comment->next) {
		if (comment->blank_before && !is_first)
			print_blank(p);
		print_line(p);
		print_comment(p, comment);
		is_first = false;
	}
	p->indent--;
	if (!is_first)
		print_line(p);
	print(p, "}");
}

/* The items from FROM on, a line each, SEPARATOR behind all but the last. */
static void block(struct printer *p, const struct ast *node, uint32_t from,
    const char *separator)
{
	print(p, "{");
	p->indent++;
	for (uint32_t i = from; i < node->count; i++) {
		const struct ast *item = node->items[i];

		print_start(p, item->before, item->blank_before, i == from);
		print_node(p, item);
		if (i + 1 < node->count)
			print(p, separator);
		print_after(p, item);
	}
	end_block(p, node, node->count == from);
}

/* "{ a, b }" when it fits and nothing is said about its items. */
static bool inline_block(struct printer *p, const struct ast *node)
{
	struct text line;

	if (has_comments(node))
		return false;
	text_init(&line, p->out->arena);
	text_add(&line, STR("{ "));
	for (uint32_t i = 0; i < node->count; i++) {
		struct printer inner = { .out = &line };

		if (i > 0)
			text_add(&line, STR(", "));
		print_node(&inner, node->items[i]);
	}
	text_add(&line, STR(" }"));
	if (print_width(text_str(&line)) + 1 > print_room(p))
		return false;
	text_add(p->out, node->count > 0 ? text_str(&line) : STR("{}"));
	return true;
}

/* Continues on the next line, one tab further in. */
static void next_line(struct printer *p)
{
	p->indent++;
	print_line(p);
	p->indent--;
}

/* Does NODE fit behind what stands in the line, BEHIND columns left free? */
static bool fits(struct printer *p, const struct ast *node, long behind)
{
	struct text line;

	text_init(&line, p->out->arena);
	print_flat(&line, node);
	return print_width(text_str(&line)) + behind <= print_room(p);
}

/* Schemas. */

static void print_version(struct printer *p, const struct ast *version)
{
	if (version) {
		print(p, " version ");
		flat(p, version);
	}
}

static void format_pack(struct printer *p, const struct ast *node)
{
	keyword(p, "pack");
	print_dotted(p->out, node->text);
	print(p, " ");
	print_string(p, node->slot[0]);
	print_version(p, node->slot[1]);
}

static void format_schema(struct printer *p, const struct ast *node)
{
	keyword(p, "schema");
	print_name(p->out, node->text);
	print_version(p, node->slot[0]);
}

static void format_use(struct printer *p, const struct ast *node)
{
	keyword(p, "use");
	print_dotted(p->out, node->text);
	if (node->slot[0]) {
		print(p, " as ");
		flat(p, node->slot[0]);
	}
}

static bool has_constants(const struct ast *node)
{
	for (uint32_t i = 0; i < node->count; i++)
		if (node->items[i]->count > 0 || node->items[i]->inside)
			return true;
	return false;
}

static void format_enum(struct printer *p, const struct ast *node)
{
	keyword(p, "enum");
	print_name(p->out, node->text);
	print(p, " ");
	if (has_constants(node) || !inline_block(p, node))
		block(p, node, 0, ",");
}

static void format_enum_value(struct printer *p, const struct ast *node)
{
	print_name(p->out, node->text);
	if (node->count == 0 && !node->inside)
		return;
	print(p, " ");
	if (!inline_block(p, node))
		block(p, node, 0, ",");
}

static void format_entity(struct printer *p, const struct ast *node)
{
	keyword(p, "entity");
	print_name(p->out, node->text);
	if (node->slot[0]) {
		print(p, ": ");
		flat(p, node->slot[0]);
	}
	print(p, " ");
	block(p, node, 0, "");
}

static void print_modifier(struct printer *p, const struct ast *node)
{
	print(p, ", ");
	print(p, ast_op_spelling(node->op));
	if (node->op == OP_INVERSE) {
		print(p, " of ");
		print_word(p->out, node->text);
	} else if (node->op == OP_DEFAULT) {
		print(p, " ");
		flat(p, node->slot[0]);
	} else if (node->op == OP_CHANGEABLE) {
		print(p, " cost ");
		flat(p, node->slot[0]);
	}
}

static void format_attribute(struct printer *p, const struct ast *node)
{
	print_word(p->out, node->text);
	print(p, ": ");
	flat(p, node->slot[0]);
	for (uint32_t i = 0; i < node->count; i++)
		print_modifier(p, node->items[i]);
}

/* Definitions. */

static bool has_brackets(const struct ast *node)
{
	return node->kind == AST_SET || node->kind == AST_COMPREHENSION ||
	    node->kind == AST_CALL || node->kind == AST_FOLD;
}

/* "= body", on a line of its own when it does not fit and has no brackets to
 * be broken at. */
static void print_body(struct printer *p, const struct ast *body)
{
	print(p, " =");
	if (has_brackets(body)) {
		print(p, " ");
		print_condition(p, body);
		return;
	}
	p->indent++;
	if (fits(p, body, 1) && !print_has_comments(body))
		print(p, " ");
	else
		print_line(p);
	print_condition(p, body);
	p->indent--;
}

static void print_parameters(struct printer *p, const struct ast *node)
{
	print(p, "(");
	flat_list(p, node, 0, node->count);
	print(p, ")");
}

static void print_type(struct printer *p, const struct ast *type)
{
	if (type) {
		print(p, ": ");
		flat(p, type);
	}
}

static void format_param(struct printer *p, const struct ast *node)
{
	keyword(p, "param");
	print_name(p->out, node->text);
	print_type(p, node->slot[0]);
	if (node->slot[1]) {
		print(p, " in ");
		flat(p, node->slot[1]->slot[0]);
		print(p, " .. ");
		flat(p, node->slot[1]->slot[1]);
	}
	if (node->slot[2])
		print_body(p, node->slot[2]);
	if (!node->slot[3])
		return;
	if (!node->slot[3]->quoted && fits(p, node->slot[3], 1))
		print(p, " ");
	else
		next_line(p);
	p->indent++;
	print_string(p, node->slot[3]);
	p->indent--;
}

static void format_derive(struct printer *p, const struct ast *node)
{
	keyword(p, "derive");
	flat(p, node->slot[0]);
	print(p, ".");
	print_word(p->out, node->text);
	print_type(p, node->slot[1]);
	print_body(p, node->slot[2]);
}

static void format_define(struct printer *p, const struct ast *node)
{
	keyword(p, "define");
	print_name(p->out, node->text);
	if (node->count > 0)
		print_parameters(p, node);
	print_type(p, node->slot[0]);
	print_body(p, node->slot[1]);
}

static void format_relation(struct printer *p, const struct ast *node)
{
	keyword(p, "relation");
	print_name(p->out, node->text);
	print_parameters(p, node);
	print_body(p, node->slot[0]);
}

/* Rules. */

/* A rule, a profile or a test. */
static void format_titled(struct printer *p, const struct ast *node)
{
	keyword(p, node->kind == AST_RULE ? "rule"
	    : node->kind == AST_TEST ? "test" : "profile");
	print_dotted(p->out, node->text);
	if (node->slot[0]) {
		print(p, " ");
		print_string(p, node->slot[0]);
	}
	if (node->slot[1] && node->kind == AST_PROFILE) {
		print(p, " extends ");
		print_dotted(p->out, node->slot[1]->text);
	}
	print(p, " ");
	block(p, node, 0, "");
}

/* "word condition", what follows further in. */
static void print_clause(struct printer *p, const struct ast *node,
    const char *word)
{
	keyword(p, word);
	p->indent++;
	print_condition(p, node->slot[0]);
	p->indent--;
}

static void format_required(struct printer *p, const struct ast *node)
{
	const struct ast *message = node->slot[1];

	print_clause(p, node, node->kind == AST_FORBID ? "forbid"
	    : "require");
	if (message == NULL)
		return;
	p->indent++;
	print_line(p);
	print_comments(p, message->before);
	keyword(p, "else");
	print_string(p, message);
	p->indent--;
}

static void format_except(struct printer *p, const struct ast *node)
{
	const struct ast *reason = node->slot[1];
	bool is_short = !reason->before && !reason->quoted &&
	    !print_has_comments(node->slot[0]) &&
	    fits(p, node->slot[0], (long)sizeof("except when because"));

	print_clause(p, node, "except when");
	p->indent++;
	if (is_short && fits(p, reason, (long)sizeof("because")))
		print(p, " ");
	else
		print_line(p);
	print_comments(p, reason->before);
	keyword(p, "because");
	print_string(p, reason);
	p->indent--;
}

static void format_for(struct printer *p, const struct ast *node)
{
	keyword(p, "for");
	p->indent++;
	for (uint32_t i = 0; i < node->count; i++) {
		const struct ast *binder = node->items[i];

		if (i > 0 && fits(p, binder, 3))
			print(p, ", ");
		else if (i > 0) {
			print(p, ",");
			print_line(p);
		}
		print_expression(p, binder);
	}
	p->indent--;
}

static void format_let(struct printer *p, const struct ast *node)
{
	keyword(p, "let");
	print_name(p->out, node->text);
	print_body(p, node->slot[0]);
}

static void format_source(struct printer *p, const struct ast *node)
{
	if (node->kind == AST_SOURCE)
		keyword(p, "source");
	print_name(p->out, node->text);
	print(p, " ");
	print_string(p, node->slot[0]);
}

static void format_maps(struct printer *p, const struct ast *node)
{
	keyword(p, "maps");
	for (uint32_t i = 0; i < node->count; i++) {
		if (i > 0)
			print(p, ", ");
		format_source(p, node->items[i]);
	}
}

static void format_text(struct printer *p, const struct ast *node)
{
	keyword(p, node->kind == AST_WHY ? "why" : "fix");
	print_string(p, node->slot[0]);
}

static void format_when(struct printer *p, const struct ast *node)
{
	print_clause(p, node, "when");
}

static void format_severity(struct printer *p, const struct ast *node)
{
	keyword(p, "severity");
	print_name(p->out, node->text);
}

static void format_tags(struct printer *p, const struct ast *node)
{
	keyword(p, "tags");
	flat_list(p, node, 0, node->count);
}

static void format_replaces(struct printer *p, const struct ast *node)
{
	keyword(p, "replaces");
	print_dotted(p->out, node->text);
}

/* Profiles and waivers. */

static void format_select(struct printer *p, const struct ast *node)
{
	const struct ast *selector = node->slot[0];

	keyword(p, node->kind == AST_SELECT ? "select" : "exclude");
	if (selector->op == OP_RULE) {
		print_dotted(p->out, selector->text);
		return;
	}
	keyword(p, ast_op_spelling(selector->op));
	print_name(p->out, selector->text);
}

static void format_set(struct printer *p, const struct ast *node)
{
	keyword(p, "set");
	print_dotted(p->out, node->text);
	print_body(p, node->slot[0]);
}

static void format_set_severity(struct printer *p, const struct ast *node)
{
	keyword(p, "severity");
	print_dotted(p->out, node->text);
	print(p, " ");
	flat(p, node->slot[0]);
}

/* A kind and a bare name stand in parentheses alone. */
static void print_subject(struct printer *p, const struct ast *node,
    uint32_t count)
{
	const struct ast *first = count ? node->items[0] : NULL;
	bool has_parentheses = count > 1 || (first && first->slot[0] &&
	    first->slot[0]->kind == AST_NAME);

	if (has_parentheses)
		print(p, "(");
	flat_list(p, node, 0, count);
	if (has_parentheses)
		print(p, ")");
}

static void format_waive(struct printer *p, const struct ast *node)
{
	keyword(p, "waive");
	print_dotted(p->out, node->text);
	print(p, " for ");
	print_subject(p, node, node->count);
	print(p, " until ");
	flat(p, node->slot[0]);
	p->indent++;
	print_line(p);
	keyword(p, "because");
	print_string(p, node->slot[1]);
	print_line(p);
	keyword(p, "approved by");
	print_string(p, node->slot[2]);
	if (node->slot[3]) {
		print_line(p);
		keyword(p, "evidence");
		print_string(p, node->slot[3]);
	}
	p->indent--;
}

/* Tests. */

static void format_given(struct printer *p, const struct ast *node)
{
	keyword(p, "given");
	block(p, node, 0, "");
}

static void format_given_entity(struct printer *p, const struct ast *node)
{
	print_name(p->out, node->text);
	print(p, " ");
	flat(p, node->slot[0]);
	if (node->slot[1]) {
		print(p, " as ");
		flat(p, node->slot[1]);
	}
	print(p, " ");
	if (!inline_block(p, node))
		block(p, node, 0, "");
}

static void format_expect(struct printer *p, const struct ast *node)
{
	uint32_t subjects = 0;

	while (subjects < node->count &&
	    node->items[subjects]->kind == AST_REFERENCE)
		subjects++;
	keyword(p, "expect");
	keyword(p, ast_op_spelling(node->op));
	print_subject(p, node, subjects);
	if (node->slot[0]) {
		print(p, " with ");
		flat(p, node->slot[0]);
	}
	if (subjects < node->count) {
		print(p, " needs ");
		flat_list(p, node, subjects, node->count);
	}
}

/* Mappings. */

static void print_properties(struct printer *p, const struct ast *node,
    uint32_t count, const char *between)
{
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			print(p, between);
		if (node->items[i]->kind == AST_NAME)
			print_property(p->out, node->items[i]->text);
		else
			flat(p, node->items[i]);
	}
}

static void format_map(struct printer *p, const struct ast *node)
{
	keyword(p, "map");
	print_name(p->out, node->text);
	print(p, " to ");
	flat(p, node->slot[0]);
	print(p, " ");
	block(p, node, 0, "");
}

static void format_map_grade(struct printer *p, const struct ast *node)
{
	keyword(p, "grade");
	print_name(p->out, node->text);
}

static void format_map_unknown(struct printer *p, const struct ast *node)
{
	keyword(p, "unknown");
	flat_list(p, node, 0, node->count);
}

static void format_map_from(struct printer *p, const struct ast *node)
{
	keyword(p, "source");
	flat(p, node->slot[0]);
}

static void format_map_possible(struct printer *p, const struct ast *node)
{
	if (node->slot[0]) {
		keyword(p, "possible match");
		flat(p, node->slot[0]);
		return;
	}
	keyword(p, "possible when");
	print_property(p->out, node->text);
}

static void format_map_spell(struct printer *p, const struct ast *node)
{
	keyword(p, "spell");
	flat(p, node->slot[0]);
	print(p, " = ");
	flat_list(p, node, 0, node->count);
}

static void format_map_node(struct printer *p, const struct ast *node)
{
	const struct ast *test = node->slot[1];

	keyword(p, "node");
	print_property(p->out, node->text);
	print(p, " is ");
	flat(p, node->slot[0]);
	if (test) {
		print(p, " when ");
		print_property(p->out, test->text);
		print(p, " == ");
		flat(p, test->slot[0]);
	}
	print(p, " ");
	block(p, node, 0, "");
}

static void format_map_edge(struct printer *p, const struct ast *node)
{
	keyword(p, "edge");
	print_property(p->out, node->text);
	print(p, node->op == OP_INVERSE ? " is inverse " : " is ");
	flat(p, node->slot[0]);
	print(p, ".");
	print_word(p->out, node->slot[1]->text);
}

/* Inside a node only properties can be ignored, and it is not said. */
static void format_map_ignore(struct printer *p, const struct ast *node)
{
	keyword(p, "ignore");
	if (p->indent == 1)
		keyword(p, ast_op_spelling(node->op));
	print_properties(p, node, node->count, ", ");
}

static void format_map_source(struct printer *p, const struct ast *node,
    const struct ast *field)
{
	uint32_t count = 0;

	while (count < node->count && (node->items[count]->kind == AST_NAME ||
	    node->items[count]->kind == AST_INTEGER))
		count++;
	if (node->op == OP_EACH)
		keyword(p, node->negated ? "complete each" : "each");
	print_properties(p, node, count, " | ");
	if (node->slot[0]) {
		print(p, " match ");
		flat(p, node->slot[0]);
	}
	if (count < node->count || field->inside) {
		struct ast body = *node;

		body.inside = field->inside;
		print(p, " ");
		block(p, &body, count, "");
	}
}

static void format_map_field(struct printer *p, const struct ast *node)
{
	print_target(p->out, node->text);
	print(p, " = ");
	if (node->slot[0]->kind == AST_MAP_SOURCE) {
		format_map_source(p, node->slot[0], node);
	} else {
		keyword(p, "value");
		flat(p, node->slot[0]);
	}
}

static void print_node(struct printer *p, const struct ast *node)
{
	switch ((int)node->kind) {
#define FORMAT(kind, name) \
	case AST_##kind: \
		format_##name(p, node); \
		break;
	FORMAT(PACK, pack)
	FORMAT(SCHEMA, schema)
	FORMAT(USE, use)
	FORMAT(ENUM, enum)
	FORMAT(ENUM_VALUE, enum_value)
	FORMAT(ENTITY, entity)
	FORMAT(ATTRIBUTE, attribute)
	FORMAT(PARAM, param)
	FORMAT(DERIVE, derive)
	FORMAT(DEFINE, define)
	FORMAT(RELATION, relation)
	FORMAT(WAIVE, waive)
	FORMAT(MAP, map)
	FORMAT(RULE, titled)
	FORMAT(PROFILE, titled)
	FORMAT(TEST, titled)
	FORMAT(SEVERITY, severity)
	FORMAT(FOR, for)
	FORMAT(WHEN, when)
	FORMAT(WHY, text)
	FORMAT(FIX, text)
	FORMAT(TAGS, tags)
	FORMAT(REPLACES, replaces)
	FORMAT(LET, let)
	FORMAT(EXCEPT, except)
	FORMAT(REQUIRE, required)
	FORMAT(FORBID, required)
	FORMAT(SOURCE, source)
	FORMAT(MAPS, maps)
	FORMAT(SELECT, select)
	FORMAT(EXCLUDE, select)
	FORMAT(SET_PARAM, set)
	FORMAT(SET_SEVERITY, set_severity)
	FORMAT(GIVEN, given)
	FORMAT(GIVEN_ENTITY, given_entity)
	FORMAT(EXPECT, expect)
	FORMAT(MAP_GRADE, map_grade)
	FORMAT(MAP_FROM, map_from)
	FORMAT(MAP_UNKNOWN, map_unknown)
	FORMAT(MAP_POSSIBLE, map_possible)
	FORMAT(MAP_SPELL, map_spell)
	FORMAT(MAP_NODE, map_node)
	FORMAT(MAP_EDGE, map_edge)
	FORMAT(MAP_FIELD, map_field)
	FORMAT(MAP_IGNORE, map_ignore)
#undef FORMAT
	case AST_FIELD:		/* its brackets indent what is in them */
		print_expression(p, node);
		break;
	default:
		p->indent++;
		print_expression(p, node);
		p->indent--;
		break;
	}
}

/* Files. */

static bool is_block(const struct ast *node)
{
	switch ((int)node->kind) {
	case AST_RULE:
	case AST_ENTITY:
	case AST_PROFILE:
	case AST_TEST:
	case AST_MAP:
	case AST_WAIVE:
		return true;
	case AST_ENUM:
		return has_constants(node);
	default:
		return false;
	}
}

static void print_comment_lines(struct printer *p,
    const struct ast_comment *comment, bool is_first)
{
	for (; comment; comment = comment->next) {
		if (comment->blank_before && !is_first)
			print_blank(p);
		print_comment(p, comment);
		print_blank(p);
		is_first = false;
	}
}

void format_file(const struct ast *file, struct text *out)
{
	struct printer p = { .out = out, .line = out->length };
	const struct ast *last = NULL;

	for (uint32_t i = 0; i < file->count; i++) {
		const struct ast *item = file->items[i];
		bool is_apart = last && (is_block(last) || is_block(item));
		bool is_blank = item->before ? item->before->blank_before
		    : item->blank_before;

		if (last && (is_apart || is_blank))
			print_blank(&p);
		print_comment_lines(&p, item->before, true);
		if (item->before && item->blank_before)
			print_blank(&p);
		print_node(&p, item);
		print_after(&p, item);
		print_blank(&p);
		last = item;
	}
	print_comment_lines(&p, file->inside, last == NULL);
}
