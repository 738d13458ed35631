/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layout - expressions to text.
 *
 * Parentheses are not in the tree: they are put where the grammar needs them.
 * A quantifier's body reaches as far as it can, so whatever ends in one is
 * put in parentheses when an operator follows.
 */
#include "grammar/printer.h"

enum level {
	LEVEL_IMPLIES, LEVEL_OR, LEVEL_AND, LEVEL_NOT, LEVEL_COMPARISON,
	LEVEL_SUM, LEVEL_PRODUCT, LEVEL_SIGN, LEVEL_PRIMARY
};

static enum level level_of_binary(enum ast_op op)
{
	switch ((int)op) {
	case OP_IMPLIES:
		return LEVEL_IMPLIES;
	case OP_OR:
		return LEVEL_OR;
	case OP_AND:
		return LEVEL_AND;
	case OP_ADD:
	case OP_SUB:
	case OP_UNION:
	case OP_WITHOUT:
		return LEVEL_SUM;
	case OP_MUL:
	case OP_DIV:
	case OP_INTERSECT:
		return LEVEL_PRODUCT;
	default:
		return LEVEL_COMPARISON;
	}
}

static enum level level_of(const struct ast *node)
{
	switch ((int)node->kind) {
	case AST_BINARY:
		return level_of_binary(node->op);
	case AST_UNARY:
		return node->op == OP_NOT ? LEVEL_NOT : LEVEL_SIGN;
	case AST_QUANTIFIER:
		return LEVEL_NOT;
	case AST_IN_RANGE:
	case AST_IS:
	case AST_REACHES:
		return LEVEL_COMPARISON;
	default:
		return LEVEL_PRIMARY;
	}
}

static bool is_logical(const struct ast *node)
{
	return node->kind == AST_BINARY &&
	    level_of_binary(node->op) <= LEVEL_AND;
}

/* The least level an operand must have to stand there bare. */
static enum level level_of_operand(const struct ast *node, int side)
{
	enum level level = level_of(node);

	if (level == LEVEL_COMPARISON)
		return LEVEL_SUM;
	if (level == LEVEL_IMPLIES || side > 0)
		return level + 1;
	return level;
}

/* A quantifier takes in whatever follows it, so with an operator behind it,
 * it is grouped. */
static bool is_grouped(const struct ast *node, enum level least,
    bool is_followed)
{
	return level_of(node) < least ||
	    (is_followed && node->kind == AST_QUANTIFIER);
}

/* On one line. */

static void flat_binary(struct text *out, const struct ast *node,
    bool is_followed);
static void flat_unary(struct text *out, const struct ast *node,
    bool is_followed);

static void flat_at(struct text *out, const struct ast *node,
    enum level least, bool is_followed)
{
	if (is_grouped(node, least, is_followed)) {
		text_add_char(out, '(');
		print_flat(out, node);
		text_add_char(out, ')');
	} else if (node->kind == AST_BINARY) {
		flat_binary(out, node, is_followed);
	} else if (node->kind == AST_UNARY) {
		flat_unary(out, node, is_followed);
	} else {
		print_flat(out, node);
	}
}

static void add(struct text *out, const char *text)
{
	text_add(out, str_of(text));
}

static void flat_items(struct text *out, const struct ast *node)
{
	for (uint32_t i = 0; i < node->count; i++) {
		if (i > 0)
			add(out, ", ");
		print_flat(out, node->items[i]);
	}
}

static void flat_binders(struct text *out, const struct ast *node)
{
	flat_items(out, node);
	if (node->slot[1]) {
		add(out, " where ");
		print_flat(out, node->slot[1]);
	}
}

static void flat_binary(struct text *out, const struct ast *node,
    bool is_followed)
{
	flat_at(out, node->slot[0], level_of_operand(node, 0), true);
	text_printf(out, " %s ", ast_op_spelling(node->op));
	flat_at(out, node->slot[1], level_of_operand(node, 1), is_followed);
}

static enum level level_of_inner(const struct ast *node)
{
	return node->op == OP_NOT ? LEVEL_NOT : LEVEL_SIGN;
}

static void flat_unary(struct text *out, const struct ast *node,
    bool is_followed)
{
	add(out, node->op == OP_NOT ? "not " : "-");
	flat_at(out, node->slot[0], level_of_inner(node), is_followed);
}

static void flat_is(struct text *out, const struct ast *node)
{
	flat_at(out, node->slot[0], LEVEL_SUM, true);
	add(out, node->negated ? " is not " : " is ");
	if (node->op == OP_KIND)
		print_name(out, node->text);
	else
		add(out, ast_op_spelling(node->op));
}

static void flat_range(struct text *out, const struct ast *node)
{
	flat_at(out, node->slot[0], LEVEL_SUM, true);
	text_printf(out, " %s ", ast_op_spelling(node->op));
	flat_at(out, node->slot[1], LEVEL_SUM, true);
	add(out, " .. ");
	flat_at(out, node->slot[2], LEVEL_SUM, true);
}

static void flat_number(struct text *out, const struct ast *number)
{
	if (number->kind == AST_INTEGER || number->kind == AST_NAME) {
		print_flat(out, number);
	} else {
		add(out, "(");
		print_flat(out, number);
		add(out, ")");
	}
}

/* "at least 2 x in S where P:" */
static void flat_quantity(struct text *out, const struct ast *node)
{
	text_printf(out, "%s ", ast_op_spelling(node->op));
	if (node->slot[0]) {
		flat_number(out, node->slot[0]);
		add(out, " ");
	}
	flat_binders(out, node);
	add(out, ":");
}

static void flat_quantifier(struct text *out, const struct ast *node)
{
	flat_quantity(out, node);
	add(out, " ");
	print_flat(out, node->slot[2]);
}

static void flat_fold_head(struct text *out, const struct ast *node)
{
	add(out, ast_op_spelling(node->op));
	add(out, node->negated ? " distinct (" : "(");
}

static void flat_fold(struct text *out, const struct ast *node)
{
	flat_fold_head(out, node);
	if (node->slot[0])
		flat_at(out, node->slot[0], LEVEL_SUM, true);
	if (node->slot[0] && node->count > 0)
		add(out, " for ");
	flat_binders(out, node);
	add(out, ")");
}

static void flat_comprehension(struct text *out, const struct ast *node)
{
	add(out, "{ ");
	print_flat(out, node->slot[0]);
	add(out, " for ");
	flat_binders(out, node);
	add(out, " }");
}

static void flat_braces(struct text *out, const struct ast *node)
{
	add(out, node->count > 0 ? "{ " : "{");
	flat_items(out, node);
	add(out, node->count > 0 ? " }" : "}");
}

static void flat_assuming(struct text *out, const struct ast *node)
{
	add(out, "(");
	flat_at(out, node->slot[0], LEVEL_SUM, true);
	add(out, " assuming ");
	if (node->slot[1])
		flat_at(out, node->slot[1], LEVEL_SUM, true);
	else
		add(out, "complete");
	add(out, ")");
}

static void flat_reaches(struct text *out, const struct ast *node)
{
	flat_at(out, node->slot[0], LEVEL_SUM, true);
	add(out, " reaches ");
	flat_at(out, node->slot[1], LEVEL_SUM, true);
	add(out, " via ");
	print_flat(out, node->slot[2]);
}

/* A message in one line, whatever it was written in. */
static void flat_message(struct text *out, const struct ast *node)
{
	add(out, "\"");
	for (uint32_t i = 0; i < node->count; i++) {
		if (node->items[i]->kind == AST_STRING && i % 2 == 0) {
			print_escaped(out, node->items[i]->text,
			    PRINT_MESSAGE);
			continue;
		}
		add(out, "{");
		print_flat(out, node->items[i]);
		add(out, "}");
	}
	add(out, "\"");
}

/* Paths. */

static void flat_path_group(struct text *out, const struct ast *node,
    bool is_grouped)
{
	if (is_grouped)
		add(out, "(");
	print_flat(out, node);
	if (is_grouped)
		add(out, ")");
}

static void flat_path(struct text *out, const struct ast *node,
    const char *between)
{
	for (uint32_t i = 0; i < node->count; i++) {
		const struct ast *part = node->items[i];

		if (i > 0)
			add(out, between);
		flat_path_group(out, part, part->kind == AST_PATH_OR ||
		    (part->kind == AST_PATH_THEN &&
		    node->kind == AST_PATH_THEN));
	}
}

static void flat_repeat(struct text *out, const struct ast *node)
{
	const struct ast *step = node->slot[0];

	flat_path_group(out, step, step->kind == AST_PATH_OR ||
	    step->kind == AST_PATH_THEN);
	if (node->low == 0 && node->high == 1)
		add(out, "?");
	else if (node->low <= 1 && node->high == UINT32_MAX)
		add(out, node->low == 0 ? "*" : "+");
	else if (node->high == UINT32_MAX)
		text_printf(out, "{%u,}", node->low);
	else if (node->low == node->high)
		text_printf(out, "{%u}", node->low);
	else
		text_printf(out, "{%u,%u}", node->low, node->high);
}

/* Values of tests, references, types. */

static void flat_field(struct text *out, const struct ast *node)
{
	print_word(out, node->text);
	add(out, ": ");
	print_flat(out, node->slot[0]);
}

static void flat_list(struct text *out, const struct ast *node)
{
	add(out, "[");
	flat_items(out, node);
	add(out, "]");
}

static void flat_reference(struct text *out, const struct ast *node)
{
	print_name(out, node->text);
	if (node->slot[0]) {
		add(out, " ");
		print_flat(out, node->slot[0]);
	}
}

static void flat_type(struct text *out, const struct ast *node)
{
	if (node->kind == AST_TYPE_SET)
		add(out, "{");
	print_flat(out, node->slot[0]);
	add(out, node->kind == AST_TYPE_SET ? "}" : "?");
}

static void flat_binder(struct text *out, const struct ast *node)
{
	print_name(out, node->text);
	add(out, " in ");
	flat_at(out, node->slot[0], LEVEL_SUM, true);
}

static void flat_parameter(struct text *out, const struct ast *node)
{
	print_name(out, node->text);
	add(out, ": ");
	print_flat(out, node->slot[0]);
}

static void flat_call(struct text *out, const struct ast *node)
{
	print_name(out, node->text);
	add(out, "(");
	flat_items(out, node);
	add(out, ")");
}

static void flat_member(struct text *out, const struct ast *node)
{
	flat_at(out, node->slot[0], LEVEL_PRIMARY, true);
	add(out, ".");
	print_word(out, node->text);
}

static void flat_need(struct text *out, const struct ast *node)
{
	if (node->op == OP_REST)
		add(out, "rest of ");
	print_flat(out, node->slot[0]);
}

static void flat_inverse(struct text *out, const struct ast *node)
{
	const struct ast *step = node->slot[0];

	add(out, "inverse ");
	flat_path_group(out, step, step->kind != AST_PATH_STEP);
}

/* What has nothing inside. */
static void flat_leaf(struct text *out, const struct ast *node)
{
	switch ((int)node->kind) {
	case AST_NAME:
	case AST_TYPE_NAME:
	case AST_PATH_STEP:
		print_name(out, node->text);
		break;
	case AST_STRING:
		print_quoted(out, node->text, PRINT_SHORT);
		break;
	case AST_INTEGER:
	case AST_DATE:
	case AST_DURATION:
		text_add(out, node->text);
		break;
	case AST_TRUE:
		add(out, "true");
		break;
	case AST_FALSE:
		add(out, "false");
		break;
	case AST_NONE:
		add(out, "none");
		break;
	case AST_SELF:
		add(out, "self");
		break;
	case AST_TODAY:
		add(out, "today");
		break;
	case AST_REST:
		add(out, "...");
		break;
	default:
		break;		/* an error: nothing to write */
	}
}

void print_flat(struct text *out, const struct ast *node)
{
	switch ((int)node->kind) {
#define FLAT(kind, name, ...) \
	case AST_##kind: \
		flat_##name(out, node, ##__VA_ARGS__); \
		break;
	FLAT(INTERPOLATED, message)
	FLAT(UNARY, unary, false)
	FLAT(BINARY, binary, false)
	FLAT(IN_RANGE, range)
	FLAT(IS, is)
	FLAT(QUANTIFIER, quantifier)
	FLAT(FOLD, fold)
	FLAT(CALL, call)
	FLAT(MEMBER, member)
	FLAT(SET, braces)
	FLAT(VALUE_MAP, braces)
	FLAT(VALUE_LIST, list)
	FLAT(COMPREHENSION, comprehension)
	FLAT(ASSUMING, assuming)
	FLAT(REACHES, reaches)
	FLAT(PATH_INVERSE, inverse)
	FLAT(PATH_THEN, path, " then ")
	FLAT(PATH_OR, path, " | ")
	FLAT(PATH_REPEAT, repeat)
	FLAT(TYPE_SET, type)
	FLAT(TYPE_OPTIONAL, type)
	FLAT(BINDER, binder)
	FLAT(PARAMETER, parameter)
	FLAT(FIELD, field)
	FLAT(REFERENCE, reference)
	FLAT(NEED, need)
#undef FLAT
	default:
		flat_leaf(out, node);
		break;
	}
}

/* Broken. */

static bool fits(struct printer *p, const struct ast *node, enum level least,
    bool is_followed)
{
	struct text flat;

	text_init(&flat, p->out->arena);
	flat_at(&flat, node, least, is_followed);
	return print_width(text_str(&flat)) + 2 <= print_room(p);
}

static void print_at(struct printer *p, const struct ast *node,
    enum level least, bool is_followed);

/* Between two brackets, on lines of its own. */
static void open_group(struct printer *p, const char *bracket)
{
	print(p, bracket);
	p->indent++;
	print_line(p);
}

static void close_group(struct printer *p, const char *bracket)
{
	p->indent--;
	print_line(p);
	print(p, bracket);
}

static void broken_items(struct printer *p, const struct ast *node)
{
	for (uint32_t i = 0; i < node->count; i++) {
		if (i > 0) {
			print(p, ",");
			print_line(p);
		}
		print_expression(p, node->items[i]);
	}
}

static void broken_binders(struct printer *p, const struct ast *node)
{
	broken_items(p, node);
	if (node->slot[1]) {
		print_line(p);
		print(p, "where ");
		p->indent++;
		print_expression(p, node->slot[1]);
		p->indent--;
	}
}

static void broken_comparison(struct printer *p, const struct ast *node)
{
	print_at(p, node->slot[0], LEVEL_SUM, true);
	print_line(p);
	print(p, ast_op_spelling(node->op));
	print(p, " ");
	print_at(p, node->slot[1], LEVEL_SUM, false);
}

static bool goes_on(const struct ast *node)
{
	const struct ast *left = node->slot[0];

	return left->kind == AST_BINARY && left->op == node->op &&
	    node->op != OP_IMPLIES;
}

/* A chain of one operator: an operand a line, with its comments. */
static void broken_chain(struct printer *p, const struct ast *node,
    bool is_followed)
{
	const struct ast *left = node->slot[0], *right = node->slot[1];

	if (goes_on(node)) {
		broken_chain(p, left, true);
	} else {
		print_at(p, left, level_of_operand(node, 0), true);
		print_after(p, left);
	}
	print_line(p);
	print_comments(p, right->before);
	print(p, ast_op_spelling(node->op));
	print(p, " ");
	p->indent++;
	print_at(p, right, level_of_operand(node, 1), is_followed);
	p->indent--;
	print_after(p, right);
}

static void broken_quantifier(struct printer *p, const struct ast *node)
{
	struct text head;

	text_init(&head, p->out->arena);
	flat_quantity(&head, node);
	if (print_width(text_str(&head)) <= print_room(p)) {
		text_add(p->out, text_str(&head));
	} else {
		print(p, ast_op_spelling(node->op));
		print(p, " ");
		if (node->slot[0]) {
			flat_number(p->out, node->slot[0]);
			print(p, " ");
		}
		p->indent++;
		broken_binders(p, node);
		p->indent--;
		print(p, ":");
	}
	p->indent++;
	print_line(p);
	print_expression(p, node->slot[2]);
	p->indent--;
}

static void broken_fold(struct printer *p, const struct ast *node)
{
	flat_fold_head(p->out, node);
	open_group(p, "");
	if (node->slot[0])
		print_at(p, node->slot[0], LEVEL_SUM, true);
	if (node->slot[0] && node->count > 0) {
		print_line(p);
		print(p, "for ");
	}
	broken_binders(p, node);
	close_group(p, ")");
}

static void broken_comprehension(struct printer *p, const struct ast *node)
{
	open_group(p, "{");
	print_expression(p, node->slot[0]);
	print_line(p);
	print(p, "for ");
	broken_binders(p, node);
	close_group(p, "}");
}

static void broken_call(struct printer *p, const struct ast *node)
{
	print_name(p->out, node->text);
	open_group(p, "(");
	broken_items(p, node);
	close_group(p, ")");
}

static void broken_path(struct printer *p, const struct ast *node)
{
	const char *between = node->kind == AST_PATH_OR ? "| " : "then ";

	p->indent++;
	for (uint32_t i = 0; i < node->count; i++) {
		const struct ast *part = node->items[i];

		if (i > 0) {
			print_line(p);
			print(p, between);
		}
		flat_path_group(p->out, part, part->kind == AST_PATH_OR ||
		    part->kind == node->kind);
	}
	p->indent--;
}

static void broken_reaches(struct printer *p, const struct ast *node)
{
	print_at(p, node->slot[0], LEVEL_SUM, true);
	print(p, " reaches ");
	print_at(p, node->slot[1], LEVEL_SUM, true);
	print_line(p);
	print(p, "via ");
	if (node->slot[2]->count > 0 &&
	    !fits(p, node->slot[2], LEVEL_IMPLIES, false))
		broken_path(p, node->slot[2]);
	else
		print_flat(p->out, node->slot[2]);
}

static void broken(struct printer *p, const struct ast *node,
    bool is_followed)
{
	switch ((int)node->kind) {
	case AST_BINARY:
		if (level_of(node) == LEVEL_COMPARISON)
			broken_comparison(p, node);
		else
			broken_chain(p, node, is_followed);
		break;
	case AST_UNARY:
		print(p, node->op == OP_NOT ? "not " : "-");
		print_at(p, node->slot[0], level_of_inner(node), is_followed);
		break;
	case AST_QUANTIFIER:
		broken_quantifier(p, node);
		break;
	case AST_FOLD:
		broken_fold(p, node);
		break;
	case AST_COMPREHENSION:
		broken_comprehension(p, node);
		break;
	case AST_SET:
	case AST_VALUE_MAP:
	case AST_VALUE_LIST:
		open_group(p, node->kind == AST_VALUE_LIST ? "[" : "{");
		broken_items(p, node);
		close_group(p, node->kind == AST_VALUE_LIST ? "]" : "}");
		break;
	case AST_CALL:
		broken_call(p, node);
		break;
	case AST_REACHES:
		broken_reaches(p, node);
		break;
	case AST_BINDER:
		print_name(p->out, node->text);
		print(p, " in ");
		print_at(p, node->slot[0], LEVEL_SUM, true);
		break;
	case AST_FIELD:
		print_word(p->out, node->text);
		print(p, ": ");
		print_expression(p, node->slot[0]);
		break;
	default:
		print_flat(p->out, node);
		break;
	}
}

static void print_at(struct printer *p, const struct ast *node,
    enum level least, bool is_followed)
{
	if (fits(p, node, least, is_followed)) {
		flat_at(p->out, node, least, is_followed);
	} else if (is_grouped(node, least, is_followed)) {
		open_group(p, "(");
		print_expression(p, node);
		close_group(p, ")");
	} else {
		broken(p, node, is_followed);
	}
}

void print_expression(struct printer *p, const struct ast *node)
{
	print_at(p, node, LEVEL_IMPLIES, false);
}

/* Conditions and their comments. */

bool print_has_comments(const struct ast *node)
{
	while (is_logical(node)) {
		const struct ast *right = node->slot[1];
		bool is_last = !goes_on(node);

		if (right->before || right->after)
			return true;
		node = node->slot[0];
		if (is_last)
			break;
	}
	return node->after;
}

void print_condition(struct printer *p, const struct ast *node)
{
	if (is_logical(node) && print_has_comments(node)) {
		broken_chain(p, node, false);
	} else {
		print_expression(p, node);
		print_after(p, node);
	}
}

/* Strings as clauses have them. */

/* The text between the quotes, escaped, its line ends raw. */
static void long_text(struct text *out, const struct ast *node)
{
	if (node->kind == AST_STRING) {
		print_escaped(out, node->text, PRINT_LONG);
		return;
	}
	for (uint32_t i = 0; i < node->count; i++) {
		if (i % 2 == 0) {
			print_escaped(out, node->items[i]->text,
			    PRINT_LONG | PRINT_MESSAGE);
			continue;
		}
		add(out, "{");
		print_flat(out, node->items[i]);
		add(out, "}");
	}
}

/* A line of blanks would be taken for an empty one. */
static void print_long_line(struct printer *p, struct str line)
{
	size_t blanks = 0;

	while (blanks < line.length &&
	    (line.at[blanks] == ' ' || line.at[blanks] == '\t'))
		blanks++;
	if (line.length == 0) {
		text_add_char(p->out, '\n');
		p->line = p->out->length;
		return;
	}
	print_line(p);
	if (blanks == line.length) {
		print(p, line.at[0] == ' ' ? "\\u{20}" : "\\t");
		line.at++;
		line.length--;
	}
	text_add(p->out, line);
}

static void print_long(struct printer *p, struct str text)
{
	const char *end;

	print(p, "\"\"\"");
	p->indent++;
	while ((end = memchr(text.at, '\n', text.length))) {
		size_t length = (size_t)(end - text.at);

		print_long_line(p, (struct str){ text.at, length });
		text.at += length + 1;
		text.length -= length + 1;
	}
	print_long_line(p, text);
	print_line(p);
	p->indent--;
	print(p, "\"\"\"");
}

void print_string(struct printer *p, const struct ast *node)
{
	struct text text;

	if (!node->quoted) {
		print_flat(p->out, node);
		return;
	}
	text_init(&text, p->out->arena);
	long_text(&text, node);
	if (text.length > 0 && memchr(text.at, '\n', text.length)) {
		print_long(p, text_str(&text));
		return;
	}
	print(p, "\"\"\"");
	text_add(p->out, text_str(&text));
	print(p, "\"\"\"");
}
