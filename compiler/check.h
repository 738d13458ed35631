/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check - expressions: names resolved, types found, tree built.
 *
 * Both ways: an expression is checked with the type that is expected of it
 * (or none), which says what a bare enum value, a string or `{}` means; it
 * answers the type it has.  Whether that one fits is the caller's to ask.
 *
 * What is known not to be none at a place (`x is not none and ...`) stands in
 * the scope as a list of chains: a variable, or an attribute of a chain.
 */
#ifndef SCARP_COMPILER_CHECK_H
#define SCARP_COMPILER_CHECK_H

#include "compiler/front.h"

/* Nothing is expected. */
#define ANY_TYPE ((struct type){ 0 })
/* Something that could not be made out: names without meaning are forgiven. */
#define LOST_TYPE ((struct type){ .tag = TYPE_COUNT })
#define TRUTH_TYPE ((struct type){ .tag = TYPE_BOOL })

struct local {
	struct variable *variable;
	const char *what;		/* "binder", "let", "parameter", "self" */
	bool used;
	uint32_t hides;			/* as in the map of a scope */
};

/* One rule, definition, derived attribute or relation. */
struct scope {
	struct front *front;
	uint32_t pack;
	VEC(struct local) locals;	/* visible here, innermost last */
	struct map *places;		/* by name: the innermost local's index + 1, or 0; made
					 * with the first */
	VEC(const struct expr *) present;	/* chains known not to be none */
	uint32_t variables;		/* numbered so far */
	unsigned depth;			/* quantifiers around */
	unsigned reaches;		/* REACHES met so far */
	const struct ast *rule;		/* whose LETs may come later, or NULL */
	const struct ast *early;	/* the last LET that was used too early */
	VEC(struct str) unknown;	/* names that were reported */
};

/* --- scope.c ------------------------------------------------------------ */
struct scope scope_new(struct front *front, const struct declared *at);
/* A variable that is not visible yet. */
struct variable *scope_variable(struct scope *scope, struct str name,
    struct span span, struct type type);
/* Makes it visible; says so when it hides another name. */
void scope_enter(struct scope *scope, struct variable *variable,
    const char *what);
/* Ends the innermost COUNT variables; unused ones are reported if asked. */
void scope_leave(struct scope *scope, size_t count, bool report);
struct local *scope_find(struct scope *scope, struct str name);
/* Was NAME, which means nothing, reported in this scope before? */
bool scope_forgive(struct scope *scope, struct str name);
/* Appends the visible variables; for suggestions. */
void scope_add_words(const struct scope *scope, struct words *words);
/* What holds where CONDITION is VALUE holds from here on; answers a mark. */
size_t scope_assume(struct scope *scope, const struct expr *condition,
    bool value);
void scope_forget(struct scope *scope, size_t mark);
/* E with its type, without `?` where it is known not to be none. */
struct expr *scope_narrow(const struct scope *scope, struct expr *e);

/* --- check.c: any expression -------------------------------------------- */
typedef struct expr *check_function(struct scope *scope,
    const struct ast *ast, struct type expected);
check_function check_expr;
/* Reports what is not of TYPE, or may be none where TYPE may not. */
check_function check_as;
/* Reports what is no set; EXPECTED is of the set. */
check_function check_set;
/* Reports what is no truth, or may be none. */
struct expr *check_truth(struct scope *scope, const struct ast *ast);
/* The operands of one operator: each tells what is expected of the other. */
struct pair { struct expr *left, *right; };
struct pair check_pair(struct scope *scope, const struct ast *left,
    const struct ast *right, struct type expected);
/* Must AST be told what it means: a bare enum value, a string, none, {}? */
bool check_wants_type(struct scope *scope, const struct ast *ast);
/* Reports E, no error, when it may be none; its place is where a value is needed. */
bool check_is_there(struct scope *scope, struct expr *e);

/* Each of these checks some kinds of nodes. */
check_function check_name, check_member, check_call;	/* check_name.c */
check_function check_equality, check_order, check_in;	/* check_compare.c */
check_function check_in_range, check_is;
check_function check_text_test;				/* check_text.c */
check_function check_arithmetic, check_negative;	/* check_number.c */
check_function check_set_operation, check_subset;	/* check_set.c */
check_function check_set_literal, check_assuming;
check_function check_quantifier, check_fold;		/* check_quantify.c */
check_function check_comprehension;
check_function check_reaches;				/* check_path.c */
struct expr *check_message(struct scope *scope, const struct ast *ast);
/* A comparison that was built; reports one that can never be true. */
struct expr *check_possible(struct scope *scope, struct expr *e);
/* Makes both, no errors, of one type where that is possible; else reports it.  Texts
 * with and without case agree: the former are folded. */
bool check_agree(struct scope *scope, struct span span, struct pair *pair);

/* --- expr.c: making and comparing --------------------------------------- */
struct expr *expr_new(struct scope *scope, enum expr_op op, struct type type,
    struct span span);
struct expr *expr_error(struct scope *scope, struct span span);
struct expr *expr_unary(struct scope *scope, enum expr_op op,
    struct type type, struct span span, struct expr *operand);
struct expr *expr_binary(struct scope *scope, enum expr_op op,
    struct type type, struct span span, struct expr *left,
    struct expr *right);
/* A truth. */
struct expr *expr_not(struct scope *scope, struct expr *e);
/* The same, where E is what is written and its contrary is meant. */
struct expr *expr_contrary(struct scope *scope, struct expr *e);
struct expr *expr_number(struct scope *scope, struct span span, int64_t cell);
/* A truth of two operands; of one, RIGHT is NULL. */
struct expr *expr_truth(struct scope *scope, enum expr_op op,
    struct span span, struct expr *left, struct expr *right);
struct expr *expr_text(struct scope *scope, struct span span,
    struct type type, struct str text);
struct expr *expr_read(struct scope *scope, struct variable *variable,
    struct span span);
static inline bool expr_is_error(const struct expr *e)
{
	return e->type.tag == TYPE_ERROR;
}
/* A type that the other may be used as. */
bool type_fits(const struct schema *schema, struct type type,
    struct type wanted);
/* One type for what is there of both, two values or two sets, or an error type. */
struct type type_join(const struct schema *schema, struct type a,
    struct type b);
struct type type_element(struct type set);
struct type type_set_of(struct type element);
struct type type_optional(struct type type, bool optional);
bool kinds_relate(const struct schema *schema, uint16_t a, uint16_t b);
/* What stands at SPAN, in back quotes, or "this" where that is long. */
struct str expr_quote(struct scope *scope, struct span span);

#endif
