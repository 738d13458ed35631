/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parser - the grammar.  Nothing is looked up here and no type is checked;
 * an action is one call.  Lists grow to the left.  After a mistake reading
 * goes on at a fence (tokens.c), so that one mistake is one diagnostic.
 */
%define api.pure full
%define api.prefix {scarp_}
%define api.token.prefix {TOKEN_}
%define api.location.type {struct span}
%define lr.type ielr
%define parse.lac full
%define parse.error custom
%locations
%expect 0
%param {struct parser *p}

%code requires {
#include "grammar/context.h"
}

%code {
#include <assert.h>

#define YYLLOC_DEFAULT(current, rhs, n) \
	((current) = (n) ? span_join(YYRHSLOC(rhs, 1), YYRHSLOC(rhs, n)) \
	    : (struct span){ YYRHSLOC(rhs, 0).file, YYRHSLOC(rhs, 0).end, \
		YYRHSLOC(rhs, 0).end })

/* How far constructs may stand inside each other before the parser gives up.
 * Expressions are bounded by LIMIT_EXPRESSION_DEPTH long before. */
#define YYMAXDEPTH 50000

/* The stacks are in the region of the parse, so that nothing is lost when a
 * call raises.  The skeleton's functions take no argument of ours. */
static _Thread_local struct arena *stacks;
#define YYMALLOC(size) arena_alloc(stacks, (size))
#define YYFREE(memory) ((void)(memory))

#define NEW(kind, span, ...) \
	build(p, AST_##kind, (span), &(struct parts){ __VA_ARGS__ })
#define BINARY(name, span, left, right) \
	build(p, AST_BINARY, (span), \
	    &(struct parts){ .op = OP_##name, .slot = { left, right } })
/* A mistake in the block opened at DEPTH: read on at the next fence. */
#define RESYNC(name, depth) \
	do { \
		resync(p, FENCE_##name, (depth), &yychar, &yylval, &yylloc); \
		yyerrok; \
	} while (0)

static int scarp_lex(SCARP_STYPE *value, struct span *span, struct parser *p);
static void scarp_error(struct span *span, struct parser *p, const char *text);
static void resync(struct parser *p, enum fence fence, uint32_t depth,
    int *kind, SCARP_STYPE *value, struct span *span);
static void add_item(struct parser *p, struct ast *item);
}

%union {
	struct word word;
	struct ast *node;
	struct list *list;
	struct { struct ast *where; struct list *items; } binders;
	enum ast_op op;
	bool flag;
	uint32_t depth;
}

%initial-action { @$ = (struct span){ p->file, 0, 0 }; stacks = p->arena; }

/* The words of keywords.def. */
%token <word> ALL "all" AND "and" ANY "any" APPLICABLE "applicable"
	APPROVED "approved" AS "as" ASSUMING "assuming" AT "at"
	BECAUSE "because" BY "by" CHANGEABLE "changeable"
	COMPLETE "complete" COST "cost" COUNT "count" DEFAULT "default"
	DEFINE "define" DERIVE "derive" DISTINCT "distinct" EACH "each"
	EDGE "edge" ELSE "else" EMPTY "empty" ENDS "ends" ENTITY "entity"
	ENUM "enum" EVIDENCE "evidence" EXACTLY "exactly" EXCEPT "except"
	EXCLUDE "exclude" EXPECT "expect" EXTENDS "extends" FAIL "fail"
	FALSE "false"
	FIX "fix" FOR "for" FORBID "forbid" GIVEN "given" GRADE "grade"
	HAS "has" IGNORE "ignore" IMPLIES "implies" IN "in"
	INTERSECT "intersect" INVERSE "inverse" IS "is" KEY "key"
	KNOWN "known" LEAST "least" LET "let" LIKE "like" MAP "map"
	MAPS "maps" MATCH "match" MATCHES "matches" MAX "max" MIN "min"
	MOST "most" NEEDS "needs" NO "no" NODE "node" NONE "none" NOT "not"
	OF "of" OR "or" OWNED "owned" PACK "pack" PARAM "param" PASS "pass"
	POSSIBLE "possible" PROFILE "profile" PROPERTY "property"
	REACHES "reaches" RELATION "relation" REPLACES "replaces"
	REQUIRE "require" REST "rest" RULE "rule" SCHEMA "schema"
	SELECT "select" SELF "self" SET "set" SEVERITY "severity"
	SHORTHAND "shorthand" SOURCE "source" SPELL "spell" STARTS "starts"
	SUBSET "subset" SUM "sum" TAGS "tags" TEST "test" THEN "then"
	TO "to" TODAY "today" TRUE "true" UNION "union" UNKNOWN "unknown"
	UNTIL "until" USE "use" VALUE "value" VERSION "version" VIA "via"
	WAIVE "waive" WHEN "when" WHERE "where" WHY "why" WITH "with"
	WITHOUT "without"

%token END 0 "end of file"
%token <word> NAME "a name" STRING "a string" INTEGER "a number" DATE "a date"
	DURATION "a duration"
%token BROKEN "a broken number"
%token <word> HEAD "a message" MIDDLE "} in a message" TAIL "} of a message"
%token <depth> LBRACE "{" RBRACE "}" LPAREN "(" RPAREN ")" LBRACKET "["
	RBRACKET "]"
%token COLON ":" COMMA "," DOT "." ASSIGN "=" EQ "==" NE "!=" LT "<" GT ">"
	LE "<=" GE ">=" PLUS "+" MINUS "-" STAR "*" SLASH "/" PIPE "|"
	QUESTION "?" RANGE ".." ELLIPSIS "..."

/* From loose to tight; comparisons do not chain. */
%precedence BODY
%nonassoc "implies"
%left "or"
%left "and"
%precedence "not"
%left "union" "without" "+" "-"
%left "intersect" "*" "/"
%precedence SIGN
%precedence "."

%type <word> name plain reserved word mapped_word dotted
%type <node> item pack schema use enum enum_value entity attribute modifier
	type param derive define relation parameter rule profile waive test map
	base opt_version opt_alias opt_type opt_range opt_default opt_string
	opt_extends opt_evidence title clause message template_end control tag line
	selector case reference part need navigation opt_with given_entity
	given_alias field value literal number_literal
	map_item map_node_item map_source_item map_field map_source map_test
	property spell literal_name
	expr comparison value_expr primary quantifier number binder path
	path_sequence path_step path_atom string
%type <list> enum_values constants attributes modifiers parameters
	opt_parameters clauses binder_list controls tags lines cases
	references subject needs given_entities fields values literals
	map_items map_node_items map_source_items properties source_list
	arguments path_choices path_parts template opt_source_items
%type <binders> binders
%type <op> quantity fold equality severity_selector
%type <flag> is

%%

file:
	items
;

items:
	%empty
|	items item		{ add_item(p, $2); }
|	items error		{ RESYNC(ITEM, 0); add_item(p, NEW(ERROR, @2)); }
;

item:
	pack | schema | use | enum | entity | param | derive | define | relation
|	rule | profile | waive | test | map
;

/* Names: after `.` and before `:` any word, else all but the reserved. */

plain:
	"a name" | "applicable" | "approved" | "as" | "by" | "changeable"
|	"cost" | "default" | "edge" | "evidence" | "extends" | "fail" | "fix"
|	"grade" | "ignore" | "key" | "least" | "maps" | "most" | "needs" | "node"
|	"of" | "owned" | "pass" | "possible" | "property" | "replaces" | "rest"
|	"shorthand" | "source" | "spell" | "tags" | "to" | "until" | "version"
|	"why" | "with"
;

name:
	plain | "each" | "match" | "value"
;

reserved:
	"all" | "and" | "any" | "assuming" | "at" | "because" | "complete"
|	"count" | "define" | "derive" | "distinct" | "else" | "empty" | "ends"
|	"entity" | "enum" | "exactly" | "except" | "exclude" | "expect"
|	"false" | "for" | "forbid" | "given" | "has" | "implies" | "in"
|	"intersect" | "inverse" | "is" | "known" | "let" | "like" | "map"
|	"matches" | "max" | "min" | "no" | "none" | "not" | "or" | "pack"
|	"param" | "profile" | "reaches" | "relation" | "require" | "rule"
|	"schema" | "select" | "self" | "set" | "severity" | "starts"
|	"subset" | "sum" | "test" | "then" | "today" | "true" | "union"
|	"unknown" | "use" | "via" | "waive" | "when" | "where" | "without"
;

/* What may be written to in a mapping: `match` continues a source there. */
mapped_word:
	plain | "each" | "value" | reserved
;

word:
	mapped_word | "match"
;

dotted:
	name
|	dotted "." word		{ $$ = build_dotted(p, $1, $3); }
;

string:
	"a string"		{ $$ = NEW(STRING, @$, .word = $1); }
;

opt_string:
	%empty			{ $$ = NULL; }
|	string
;

literal_name:
	name			{ $$ = build_value_name(p, $1); }
;

/* Declarations. */

pack:
	"pack" dotted string opt_version
		{ $$ = NEW(PACK, @$, .word = $2, .slot = { $3, $4 }); }
;

opt_version:
	%empty			{ $$ = NULL; }
|	"version" string	{ $$ = $2; }
;

schema:
	"schema" name opt_version
		{ $$ = NEW(SCHEMA, @$, .word = $2, .slot = { $3 }); }
;

use:
	"use" dotted opt_alias
		{ $$ = NEW(USE, @$, .word = $2, .slot = { $3 }); }
;

opt_alias:
	%empty			{ $$ = NULL; }
|	"as" name		{ $$ = NEW(NAME, @2, .word = $2); }
;

enum:
	"enum" name "{" enum_values opt_comma "}"
		{ $$ = NEW(ENUM, @$, .word = $2, .items = $4); }
;

enum_values:
	enum_value		{ $$ = build_list(p, NULL, $1); }
|	error			{ $$ = NULL; RESYNC(VALUE, $<depth>0); }
|	enum_values "," enum_value
				{ $$ = build_list(p, $1, $3); }
|	enum_values error	{ $$ = $1; RESYNC(VALUE, $<depth>0); }
;

enum_value:
	name			{ $$ = NEW(ENUM_VALUE, @$, .word = $1); }
|	name "{" constants "}"
		{ $$ = NEW(ENUM_VALUE, @$, .word = $1, .items = $3); }
;

constants:
	fields
;

opt_comma:
	%empty
|	","
;

entity:
	"entity" name base "{" attributes "}"
		{ $$ = NEW(ENTITY, @$, .word = $2, .slot = { $3 }, .items = $5); }
;

base:
	%empty			{ $$ = NULL; }
|	":" name		{ $$ = NEW(NAME, @2, .word = $2); }
;

attributes:
	%empty			{ $$ = NULL; }
|	attributes attribute	{ $$ = build_list(p, $1, $2); }
|	attributes error	{ RESYNC(WORD, $<depth>0);
				  $$ = build_list(p, $1, NEW(ERROR, @2)); }
;

attribute:
	word ":" type modifiers
		{ $$ = NEW(ATTRIBUTE, @$, .word = $1, .slot = { $3 }, .items = $4); }
;

modifiers:
	%empty			{ $$ = NULL; }
|	modifiers "," modifier	{ $$ = build_list(p, $1, $3); }
;

modifier:
	"key"			{ $$ = NEW(MODIFIER, @$, .op = OP_KEY); }
|	"owned"			{ $$ = NEW(MODIFIER, @$, .op = OP_OWNED); }
|	"shorthand"		{ $$ = NEW(MODIFIER, @$, .op = OP_SHORTHAND); }
|	"inverse" "of" word
		{ $$ = NEW(MODIFIER, @$, .op = OP_INVERSE, .word = $3); }
|	"default" literal
		{ $$ = NEW(MODIFIER, @$, .op = OP_DEFAULT, .slot = { $2 }); }
|	"changeable" "cost" number_literal
		{ $$ = NEW(MODIFIER, @$, .op = OP_CHANGEABLE, .slot = { $3 }); }
;

type:
	name			{ $$ = NEW(TYPE_NAME, @$, .word = $1); }
|	"{" type "}"		{ $$ = NEW(TYPE_SET, @$, .slot = { $2 }); }
|	type "?"		{ $$ = NEW(TYPE_OPTIONAL, @$, .slot = { $1 }); }
;

opt_type:
	%empty			{ $$ = NULL; }
|	":" type		{ $$ = $2; }
;

param:
	"param" name ":" type opt_range opt_default opt_string
		{ $$ = NEW(PARAM, @$, .word = $2, .slot = { $4, $5,
		      build_param_value(p, $2, $5, $6), $7 }); }
;

opt_range:
	%empty			{ $$ = NULL; }
|	"in" literal ".." literal
		{ $$ = NEW(RANGE, span_join(@2, @4), .slot = { $2, $4 }); }
;

opt_default:
	%empty			{ $$ = NULL; }
|	"=" expr		{ $$ = $2; }
;

derive:
	"derive" name "." word ":" type "=" expr
		{ $$ = NEW(DERIVE, @$, .word = $4,
		      .slot = { NEW(NAME, @2, .word = $2), $6, $8 }); }
;

define:
	"define" name opt_parameters opt_type "=" expr
		{ $$ = NEW(DEFINE, @$, .word = $2, .slot = { $4, $6 },
		      .items = $3); }
;

opt_parameters:
	%empty			{ $$ = NULL; }
|	"(" parameters ")"	{ $$ = $2; }
;

relation:
	"relation" name "(" parameters ")" "=" expr
		{ $$ = NEW(RELATION, @$, .word = $2, .slot = { $7 },
		      .items = $4); }
;

parameters:
	parameter		{ $$ = build_list(p, NULL, $1); }
|	parameters "," parameter
				{ $$ = build_list(p, $1, $3); }
;

parameter:
	name ":" type
		{ $$ = NEW(PARAMETER, @$, .word = $1, .slot = { $3 }); }
;

/* Rules. */

rule:
	"rule" dotted title "{" clauses "}"
		{ $$ = NEW(RULE, @$, .word = $2, .slot = { $3 }, .items = $5); }
;

title:
	string
|	error			{ RESYNC(OPEN, 0); $$ = NEW(ERROR, @1); }
;

clauses:
	%empty			{ $$ = NULL; }
|	clauses clause		{ $$ = build_list(p, $1, $2); }
|	clauses error		{ RESYNC(CLAUSE, $<depth>0);
				  $$ = build_list(p, $1, NEW(ERROR, @2)); }
;

clause:
	"severity" name		{ $$ = NEW(SEVERITY, @$, .word = $2); }
|	"for" binder_list	{ $$ = NEW(FOR, @$, .items = $2); }
|	"let" name "=" expr
		{ $$ = NEW(LET, @$, .word = $2, .slot = { $4 }); }
|	"when" expr		{ $$ = NEW(WHEN, @$, .slot = { $2 }); }
|	"except" "when" expr "because" string
		{ $$ = NEW(EXCEPT, @$, .slot = { $3, $5 }); }
|	"require" expr		{ $$ = NEW(REQUIRE, @$, .slot = { $2 }); }
|	"require" expr "else" message
		{ $$ = NEW(REQUIRE, @$, .slot = { $2, $4 }); }
|	"forbid" expr		{ $$ = NEW(FORBID, @$, .slot = { $2 }); }
|	"forbid" expr "else" message
		{ $$ = NEW(FORBID, @$, .slot = { $2, $4 }); }
|	"why" string		{ $$ = NEW(WHY, @$, .slot = { $2 }); }
|	"fix" string		{ $$ = NEW(FIX, @$, .slot = { $2 }); }
|	"source" name string
		{ $$ = NEW(SOURCE, @$, .word = $2, .slot = { $3 }); }
|	"maps" controls		{ $$ = NEW(MAPS, @$, .items = $2); }
|	"tags" tags		{ $$ = NEW(TAGS, @$, .items = $2); }
|	"replaces" dotted	{ $$ = NEW(REPLACES, @$, .word = $2); }
;

controls:
	control			{ $$ = build_list(p, NULL, $1); }
|	controls "," control	{ $$ = build_list(p, $1, $3); }
;

control:
	name string
		{ $$ = NEW(CONTROL, @$, .word = $1, .slot = { $2 }); }
;

tags:
	tag			{ $$ = build_list(p, NULL, $1); }
|	tags "," tag		{ $$ = build_list(p, $1, $3); }
;

tag:
	name			{ $$ = NEW(NAME, @$, .word = $1); }
;

message:
	string
|	template template_end
		{ $$ = NEW(INTERPOLATED, @$, .word.quoted = $2->quoted,
		      .items = build_list(p, $1, $2)); }
;

template:
	"a message" expr
		{ $$ = build_list(p, build_list(p, NULL,
		      NEW(STRING, @1, .word = $1)), $2); }
|	template "} in a message" expr
		{ $$ = build_list(p, build_list(p, $1,
		      NEW(STRING, @2, .word = $2)), $3); }
;

template_end:
	"} of a message"	{ $$ = NEW(STRING, @$, .word = $1); }
;

/* Profiles and waivers. */

profile:
	"profile" name opt_string opt_extends "{" lines "}"
		{ $$ = NEW(PROFILE, @$, .word = $2, .slot = { $3, $4 },
		      .items = $6); }
;

opt_extends:
	%empty			{ $$ = NULL; }
|	"extends" dotted	{ $$ = NEW(NAME, @2, .word = $2); }
;

lines:
	%empty			{ $$ = NULL; }
|	lines line		{ $$ = build_list(p, $1, $2); }
|	lines error		{ RESYNC(LINE, $<depth>0);
				  $$ = build_list(p, $1, NEW(ERROR, @2)); }
;

line:
	"select" selector	{ $$ = NEW(SELECT, @$, .slot = { $2 }); }
|	"exclude" selector	{ $$ = NEW(EXCLUDE, @$, .slot = { $2 }); }
|	"set" dotted "=" expr
		{ $$ = NEW(SET_PARAM, @$, .word = $2, .slot = { $4 }); }
|	"severity" dotted name
		{ $$ = NEW(SET_SEVERITY, @$, .word = $2,
		      .slot = { NEW(NAME, @3, .word = $3) }); }
;

selector:
	dotted
		{ $$ = NEW(SELECTOR, @$, .op = OP_RULE, .word = $1); }
|	severity_selector name
		{ $$ = NEW(SELECTOR, @$, .op = $1, .word = $2); }
;

severity_selector:
	"tags"			{ $$ = OP_TAG; }
|	"severity"		{ $$ = OP_SEVERITY; }
;

waive:
	"waive" dotted "for" subject "until" "a date" "because" string
	"approved" "by" string opt_evidence
		{ $$ = NEW(WAIVE, @$, .word = $2, .items = $4,
		      .slot = { NEW(DATE, @6, .word = $6), $8, $11, $12 }); }
;

opt_evidence:
	%empty			{ $$ = NULL; }
|	"evidence" string	{ $$ = $2; }
;

subject:
	reference		{ $$ = build_list(p, NULL, $1); }
|	"(" references ")"	{ $$ = $2; }
;

references:
	part			{ $$ = build_list(p, NULL, $1); }
|	references "," part	{ $$ = build_list(p, $1, $3); }
;

/* Inside parentheses no word follows, so that a key may be a bare name. */
part:
	reference
|	name name
		{ $$ = NEW(REFERENCE, @$, .word = $1,
		      .slot = { NEW(NAME, @2, .word = $2) }); }
;

reference:
	name			{ $$ = NEW(REFERENCE, @$, .word = $1); }
|	name string
		{ $$ = NEW(REFERENCE, @$, .word = $1, .slot = { $2 }); }
;

/* Tests. */

test:
	"test" dotted opt_string "{" cases "}"
		{ $$ = NEW(TEST, @$, .word = $2, .slot = { $3 }, .items = $5); }
;

cases:
	%empty			{ $$ = NULL; }
|	cases case		{ $$ = build_list(p, $1, $2); }
|	cases error		{ RESYNC(CASE, $<depth>0);
				  $$ = build_list(p, $1, NEW(ERROR, @2)); }
;

case:
	"given" "{" given_entities "}"
		{ $$ = NEW(GIVEN, @$, .items = $3); }
|	"expect" "pass" subject
		{ $$ = NEW(EXPECT, @$, .op = OP_PASS, .items = $3); }
|	"expect" "fail" subject opt_with
		{ $$ = NEW(EXPECT, @$, .op = OP_FAIL, .slot = { $4 },
		      .items = $3); }
|	"expect" "unknown" subject
		{ $$ = NEW(EXPECT, @$, .op = OP_UNKNOWN, .items = $3); }
|	"expect" "unknown" subject "needs" needs
		{ $$ = NEW(EXPECT, @$, .op = OP_UNKNOWN,
		      .items = build_append(p, $3, $5)); }
|	"expect" "not" "applicable" subject
		{ $$ = NEW(EXPECT, @$, .op = OP_NOT_APPLICABLE, .items = $4); }
;

opt_with:
	%empty			{ $$ = NULL; }
|	"with" string		{ $$ = $2; }
;

needs:
	need			{ $$ = build_list(p, NULL, $1); }
|	needs "," need		{ $$ = build_list(p, $1, $3); }
;

need:
	navigation		{ $$ = NEW(NEED, @$, .slot = { $1 }); }
|	"rest" "of" navigation
		{ $$ = NEW(NEED, @$, .op = OP_REST, .slot = { $3 }); }
;

navigation:
	name			{ $$ = NEW(NAME, @$, .word = $1); }
|	navigation "." word
		{ $$ = NEW(MEMBER, @$, .word = $3, .slot = { $1 }); }
;

given_entities:
	%empty			{ $$ = NULL; }
|	given_entities given_entity
				{ $$ = build_list(p, $1, $2); }
|	given_entities "..."
		{ $$ = build_list(p, $1, NEW(REST, @2)); }
|	given_entities error	{ RESYNC(ENTITY, $<depth>0);
				  $$ = build_list(p, $1, NEW(ERROR, @2)); }
;

given_entity:
	name name given_alias "{" fields "}"
		{ $$ = NEW(GIVEN_ENTITY, @$, .word = $1, .items = $5,
		      .slot = { NEW(NAME, @2, .word = $2), $3 }); }
|	name string given_alias "{" fields "}"
		{ $$ = NEW(GIVEN_ENTITY, @$, .word = $1, .items = $5,
		      .slot = { $2, $3 }); }
;

given_alias:
	opt_alias
;

fields:
	%empty			{ $$ = NULL; }
|	fields field		{ $$ = build_list(p, $1, $2); }
|	fields ","		{ $$ = $1; }
|	fields error		{ RESYNC(WORD, $<depth>0);
				  $$ = build_list(p, $1, NEW(ERROR, @2)); }
;

field:
	word ":" value
		{ $$ = NEW(FIELD, @$, .word = $1, .slot = { $3 }); }
;

value:
	literal
|	"[" "]"			{ $$ = NEW(VALUE_LIST, @$); }
|	"[" values opt_comma "]"
		{ $$ = NEW(VALUE_LIST, @$, .items = $2); }
|	"[" "..." "]"
		{ $$ = NEW(VALUE_LIST, @$,
		      .items = build_list(p, NULL, NEW(REST, @2))); }
|	"[" values "," "..." "]"
		{ $$ = NEW(VALUE_LIST, @$,
		      .items = build_list(p, $2, NEW(REST, @4))); }
|	"{" fields "}"		{ $$ = NEW(VALUE_MAP, @$, .items = $2); }
;

values:
	value			{ $$ = build_list(p, NULL, $1); }
|	values "," value	{ $$ = build_list(p, $1, $3); }
;

literal:
	literal_name
|	number_literal
|	"-" number_literal
		{ $$ = NEW(UNARY, @$, .op = OP_SUB, .slot = { $2 }); }
|	"a date"		{ $$ = NEW(DATE, @$, .word = $1); }
|	"a duration"		{ $$ = NEW(DURATION, @$, .word = $1); }
|	string
|	"true"			{ $$ = NEW(TRUE, @$); }
|	"false"			{ $$ = NEW(FALSE, @$); }
|	"none"			{ $$ = NEW(NONE, @$); }
;

number_literal:
	"a number"		{ $$ = NEW(INTEGER, @$, .word = $1); }
|	"a broken number"	{ $$ = NEW(ERROR, @$); }
;

literals:
	literal			{ $$ = build_list(p, NULL, $1); }
|	literals "," literal	{ $$ = build_list(p, $1, $3); }
;

/* Mappings. */

map:
	"map" name "to" name "{" map_items "}"
		{ $$ = NEW(MAP, @$, .word = $2, .items = $6,
		      .slot = { NEW(NAME, @4, .word = $4) }); }
;

map_items:
	%empty			{ $$ = NULL; }
|	map_items map_item	{ $$ = build_list(p, $1, $2); }
|	map_items error		{ RESYNC(MAPPED, $<depth>0);
				  $$ = build_list(p, $1, NEW(ERROR, @2)); }
;

map_item:
	"grade" name		{ $$ = NEW(MAP_GRADE, @$, .word = $2); }
|	"source" string		{ $$ = NEW(MAP_FROM, @$, .slot = { $2 }); }
|	"unknown" literals	{ $$ = NEW(MAP_UNKNOWN, @$, .items = $2); }
|	spell
|	"possible" "when" property
		{ $$ = NEW(MAP_POSSIBLE, @$,
		      .word = { $3->text, @3, $3->quoted }); }
|	"node" property "is" name map_test "{" map_node_items "}"
		{ $$ = NEW(MAP_NODE, @$, .items = $7,
		      .word = { $2->text, @2, $2->quoted },
		      .slot = { NEW(NAME, @4, .word = $4), $5 }); }
|	"edge" property "is" name "." word
		{ $$ = NEW(MAP_EDGE, @$, .word = { $2->text, @2, $2->quoted },
		      .slot = { NEW(NAME, @4, .word = $4),
				NEW(NAME, @6, .word = $6) }); }
|	"edge" property "is" "inverse" name "." word
		{ $$ = NEW(MAP_EDGE, @$, .op = OP_INVERSE,
		      .word = { $2->text, @2, $2->quoted },
		      .slot = { NEW(NAME, @5, .word = $5),
				NEW(NAME, @7, .word = $7) }); }
|	"ignore" "node" properties
		{ $$ = NEW(MAP_IGNORE, @$, .op = OP_NODE, .items = $3); }
|	"ignore" "edge" properties
		{ $$ = NEW(MAP_IGNORE, @$, .op = OP_EDGE, .items = $3); }
|	"ignore" "property" properties
		{ $$ = NEW(MAP_IGNORE, @$, .op = OP_PROPERTY, .items = $3); }
;

spell:
	"spell" literal "=" literals
		{ $$ = NEW(MAP_SPELL, @$, .slot = { $2 }, .items = $4); }
;

/* A name of the foreign format: odd ones in backquotes or as strings. */
property:
	plain			{ $$ = NEW(NAME, @$, .word = $1); }
|	"a string"		{ $$ = NEW(NAME, @$, .word = $1); }
;

properties:
	property		{ $$ = build_list(p, NULL, $1); }
|	properties "," property	{ $$ = build_list(p, $1, $3); }
;

map_test:
	%empty			{ $$ = NULL; }
|	"when" property "==" literal
		{ $$ = NEW(MAP_TEST, span_join(@2, @4), .slot = { $4 },
		      .word = { $2->text, @2, $2->quoted }); }
;

map_node_items:
	%empty			{ $$ = NULL; }
|	map_node_items map_node_item
				{ $$ = build_list(p, $1, $2); }
|	map_node_items error	{ RESYNC(SOURCE, $<depth>0);
				  $$ = build_list(p, $1, NEW(ERROR, @2)); }
;

map_node_item:
	map_field
|	"ignore" properties
		{ $$ = NEW(MAP_IGNORE, @$, .op = OP_PROPERTY, .items = $2); }
;

map_field:
	mapped_word "=" "value" literal
		{ $$ = NEW(MAP_FIELD, @$, .word = $1, .slot = { $4 }); }
|	mapped_word "=" map_source
		{ $$ = NEW(MAP_FIELD, @$, .word = $1, .slot = { $3 }); }
;

map_source:
	source_list opt_source_items
		{ $$ = NEW(MAP_SOURCE, @$, .items = build_append(p, $1, $2)); }
|	source_list "match" string opt_source_items
		{ $$ = NEW(MAP_SOURCE, @$, .slot = { $3 },
		      .items = build_append(p, $1, $4)); }
|	"each" source_list opt_source_items
		{ $$ = NEW(MAP_SOURCE, @$, .op = OP_EACH,
		      .items = build_append(p, $2, $3)); }
|	"each" source_list "match" string opt_source_items
		{ $$ = NEW(MAP_SOURCE, @$, .op = OP_EACH, .slot = { $4 },
		      .items = build_append(p, $2, $5)); }
|	"complete" "each" source_list opt_source_items
		{ $$ = NEW(MAP_SOURCE, @$, .op = OP_EACH, .negated = true,
		      .items = build_append(p, $3, $4)); }
|	"complete" "each" source_list "match" string opt_source_items
		{ $$ = NEW(MAP_SOURCE, @$, .op = OP_EACH, .negated = true,
		      .slot = { $5 }, .items = build_append(p, $3, $6)); }
;

source_list:
	property		{ $$ = build_list(p, NULL, $1); }
|	number_literal		{ $$ = build_list(p, NULL, $1); }
|	source_list "|" property
				{ $$ = build_list(p, $1, $3); }
|	source_list "|" number_literal
				{ $$ = build_list(p, $1, $3); }
;

opt_source_items:
	%empty			{ $$ = NULL; }
|	"{" map_source_items "}"
				{ $$ = $2; }
;

map_source_items:
	%empty			{ $$ = NULL; }
|	map_source_items map_source_item
				{ $$ = build_list(p, $1, $2); }
|	map_source_items error	{ RESYNC(SOURCE, $<depth>0);
				  $$ = build_list(p, $1, NEW(ERROR, @2)); }
;

map_source_item:
	spell | map_field
|	"possible" "match" string
		{ $$ = NEW(MAP_POSSIBLE, @$, .slot = { $3 }); }
;

/* Expressions, in two levels: truths, and the values they compare. */

expr:
	expr "implies" expr	{ $$ = BINARY(IMPLIES, @$, $1, $3); }
|	expr "or" expr		{ $$ = BINARY(OR, @$, $1, $3); }
|	expr "and" expr		{ $$ = BINARY(AND, @$, $1, $3); }
|	"not" expr
		{ $$ = NEW(UNARY, @$, .op = OP_NOT, .slot = { $2 }); }
|	quantifier
|	comparison
|	value_expr
;

quantifier:
	quantity binders ":" expr %prec BODY
		{ $$ = NEW(QUANTIFIER, @$, .op = $1, .items = $2.items,
		      .slot = { NULL, $2.where, $4 }); }
|	"exactly" number binders ":" expr %prec BODY
		{ $$ = NEW(QUANTIFIER, @$, .op = OP_EXACTLY,
		      .items = $3.items, .slot = { $2, $3.where, $5 }); }
|	"at" "least" number binders ":" expr %prec BODY
		{ $$ = NEW(QUANTIFIER, @$, .op = OP_AT_LEAST,
		      .items = $4.items, .slot = { $3, $4.where, $6 }); }
|	"at" "most" number binders ":" expr %prec BODY
		{ $$ = NEW(QUANTIFIER, @$, .op = OP_AT_MOST,
		      .items = $4.items, .slot = { $3, $4.where, $6 }); }
;

quantity:
	"any"			{ $$ = OP_ANY; }
|	"all"			{ $$ = OP_ALL; }
|	"no"			{ $$ = OP_NO; }
;

number:
	number_literal
|	literal_name
|	"(" expr ")"		{ $$ = build_grouped(p, @$, $2); }
;

binders:
	binder_list		{ $$.items = $1; $$.where = NULL; }
|	binder_list "where" expr
				{ $$.items = $1; $$.where = $3; }
;

binder_list:
	binder			{ $$ = build_list(p, NULL, $1); }
|	binder_list "," binder	{ $$ = build_list(p, $1, $3); }
;

binder:
	name "in" value_expr
		{ $$ = NEW(BINDER, @$, .word = $1, .slot = { $3 }); }
;

comparison:
	value_expr "==" value_expr	{ $$ = BINARY(EQ, @$, $1, $3); }
|	value_expr "!=" value_expr	{ $$ = BINARY(NE, @$, $1, $3); }
|	value_expr "<" value_expr	{ $$ = BINARY(LT, @$, $1, $3); }
|	value_expr ">" value_expr	{ $$ = BINARY(GT, @$, $1, $3); }
|	value_expr "<=" value_expr	{ $$ = BINARY(LE, @$, $1, $3); }
|	value_expr ">=" value_expr	{ $$ = BINARY(GE, @$, $1, $3); }
|	value_expr "in" value_expr	{ $$ = BINARY(IN, @$, $1, $3); }
|	value_expr "not" "in" value_expr
					{ $$ = BINARY(NOT_IN, @$, $1, $4); }
|	value_expr "in" value_expr ".." value_expr
		{ $$ = NEW(IN_RANGE, @$, .op = OP_IN,
		      .slot = { $1, $3, $5 }); }
|	value_expr "not" "in" value_expr ".." value_expr
		{ $$ = NEW(IN_RANGE, @$, .op = OP_NOT_IN,
		      .slot = { $1, $4, $6 }); }
|	value_expr "has" value_expr	{ $$ = BINARY(HAS, @$, $1, $3); }
|	value_expr "subset" "of" value_expr
					{ $$ = BINARY(SUBSET, @$, $1, $4); }
|	value_expr "like" value_expr	{ $$ = BINARY(LIKE, @$, $1, $3); }
|	value_expr "matches" value_expr	{ $$ = BINARY(MATCHES, @$, $1, $3); }
|	value_expr "starts" "with" value_expr
					{ $$ = BINARY(STARTS, @$, $1, $4); }
|	value_expr "ends" "with" value_expr
					{ $$ = BINARY(ENDS, @$, $1, $4); }
|	value_expr is "known"
		{ $$ = NEW(IS, @$, .op = OP_KNOWN, .negated = $2,
		      .slot = { $1 }); }
|	value_expr is "unknown"
		{ $$ = NEW(IS, @$, .op = OP_UNKNOWN, .negated = $2,
		      .slot = { $1 }); }
|	value_expr is "none"
		{ $$ = NEW(IS, @$, .op = OP_ABSENT, .negated = $2,
		      .slot = { $1 }); }
|	value_expr is "empty"
		{ $$ = NEW(IS, @$, .op = OP_EMPTY, .negated = $2,
		      .slot = { $1 }); }
|	value_expr is name
		{ $$ = NEW(IS, @$, .op = OP_KIND, .negated = $2, .word = $3,
		      .slot = { $1 }); }
|	value_expr "reaches" value_expr "via" path
		{ $$ = NEW(REACHES, @$, .slot = { $1, $3, $5 }); }
	/* What people write from habit, understood and set right. */
|	value_expr equality "unknown"
		{ $$ = build_state(p, @$, $1, $2 == OP_NE, $3); }
|	value_expr equality "known"
		{ $$ = build_state(p, @$, $1, $2 == OP_NE, $3); }
|	value_expr equality "empty"
		{ $$ = build_state(p, @$, $1, $2 == OP_NE, $3); }
|	value_expr "=" value_expr
		{ $$ = build_assigned(p, @$, $1, @2, $3); }
|	comparison again value_expr
		{ $$ = build_chain(p, @$, $1, @2); }
;

equality:
	"=="			{ $$ = OP_EQ; }
|	"!="			{ $$ = OP_NE; }
;

again:
	"==" | "!=" | "<" | ">" | "<=" | ">="
;

is:
	"is"			{ $$ = false; }
|	"is" "not"		{ $$ = true; }
;

value_expr:
	value_expr "+" value_expr	{ $$ = BINARY(ADD, @$, $1, $3); }
|	value_expr "-" value_expr	{ $$ = BINARY(SUB, @$, $1, $3); }
|	value_expr "union" value_expr	{ $$ = BINARY(UNION, @$, $1, $3); }
|	value_expr "without" value_expr	{ $$ = BINARY(WITHOUT, @$, $1, $3); }
|	value_expr "*" value_expr	{ $$ = BINARY(MUL, @$, $1, $3); }
|	value_expr "/" value_expr	{ $$ = BINARY(DIV, @$, $1, $3); }
|	value_expr "intersect" value_expr
					{ $$ = BINARY(INTERSECT, @$, $1, $3); }
|	"-" value_expr %prec SIGN
		{ $$ = NEW(UNARY, @$, .op = OP_SUB, .slot = { $2 }); }
|	value_expr "." word
		{ $$ = NEW(MEMBER, @$, .word = $3, .slot = { $1 }); }
|	primary
;

primary:
	literal_name
|	number_literal
|	string
|	"a date"		{ $$ = NEW(DATE, @$, .word = $1); }
|	"a duration"		{ $$ = NEW(DURATION, @$, .word = $1); }
|	"true"			{ $$ = NEW(TRUE, @$); }
|	"false"			{ $$ = NEW(FALSE, @$); }
|	"none"			{ $$ = NEW(NONE, @$); }
|	"self"			{ $$ = NEW(SELF, @$); }
|	"today"			{ $$ = NEW(TODAY, @$); }
|	name "(" ")"		{ $$ = NEW(CALL, @$, .word = $1); }
|	name "(" arguments opt_comma ")"
		{ $$ = NEW(CALL, @$, .word = $1, .items = $3); }
|	fold "(" value_expr ")"
		{ $$ = NEW(FOLD, @$, .op = $1, .slot = { $3 }); }
|	fold "(" value_expr "for" binders ")"
		{ $$ = NEW(FOLD, @$, .op = $1, .items = $5.items,
		      .slot = { $3, $5.where }); }
|	"count" "(" value_expr ")"
		{ $$ = NEW(FOLD, @$, .op = OP_COUNT, .slot = { $3 }); }
|	"count" "(" binders ")"
		{ $$ = NEW(FOLD, @$, .op = OP_COUNT, .items = $3.items,
		      .slot = { NULL, $3.where }); }
|	"count" "distinct" "(" value_expr "for" binders ")"
		{ $$ = NEW(FOLD, @$, .op = OP_COUNT, .negated = true,
		      .items = $6.items, .slot = { $4, $6.where }); }
|	"(" expr ")"		{ $$ = build_grouped(p, @$, $2); }
|	"(" value_expr "assuming" value_expr ")"
		{ $$ = NEW(ASSUMING, @$, .slot = { $2, $4 }); }
|	"(" value_expr "assuming" "complete" ")"
		{ $$ = NEW(ASSUMING, @$, .slot = { $2 }); }
|	"{" "}"			{ $$ = NEW(SET, @$); }
|	"{" arguments opt_comma "}"
		{ $$ = NEW(SET, @$, .items = $2); }
|	"{" expr "for" binders "}"
		{ $$ = NEW(COMPREHENSION, @$, .items = $4.items,
		      .slot = { $2, $4.where }); }
;

fold:
	"sum"			{ $$ = OP_SUM; }
|	"min"			{ $$ = OP_MIN; }
|	"max"			{ $$ = OP_MAX; }
;

arguments:
	expr			{ $$ = build_list(p, NULL, $1); }
|	arguments "," expr	{ $$ = build_list(p, $1, $3); }
;

/* Paths. */

path:
	path_choices		{ $$ = build_path(p, AST_PATH_OR, @$, $1); }
;

path_choices:
	path_sequence		{ $$ = build_list(p, NULL, $1); }
|	path_choices "|" path_sequence
				{ $$ = build_list(p, $1, $3); }
;

path_sequence:
	path_parts		{ $$ = build_path(p, AST_PATH_THEN, @$, $1); }
;

path_parts:
	path_step		{ $$ = build_list(p, NULL, $1); }
|	path_parts "then" path_step
				{ $$ = build_list(p, $1, $3); }
;

path_step:
	path_atom
|	"inverse" path_atom
		{ $$ = NEW(PATH_INVERSE, @$, .slot = { $2 }); }
|	path_step "*"
		{ $$ = NEW(PATH_REPEAT, @$, .low = 0, .high = UINT32_MAX,
		      .slot = { $1 }); }
|	path_step "+"
		{ $$ = NEW(PATH_REPEAT, @$, .low = 1, .high = UINT32_MAX,
		      .slot = { $1 }); }
|	path_step "?"
		{ $$ = NEW(PATH_REPEAT, @$, .low = 0, .high = 1,
		      .slot = { $1 }); }
|	path_step "{" "a number" "}"
		{ $$ = build_repeat(p, $1, @$, $3, &$3); }
|	path_step "{" "a number" "," "}"
		{ $$ = build_repeat(p, $1, @$, $3, NULL); }
|	path_step "{" "a number" "," "a number" "}"
		{ $$ = build_repeat(p, $1, @$, $3, &$5); }
;

path_atom:
	name			{ $$ = NEW(PATH_STEP, @$, .word = $1); }
|	"(" path ")"		{ $$ = build_grouped(p, @$, $2); }
;

%%

/* Makes the parser's lookahead of its current token. */
static int look_ahead(const struct parser *p, SCARP_STYPE *value,
    struct span *span)
{
	if (p->current.kind == TOKEN_LBRACE)
		value->depth = p->current.depth;
	else
		value->word = p->current.word;
	*span = p->current.word.span;
	return p->current.kind;
}

static int scarp_lex(SCARP_STYPE *value, struct span *span, struct parser *p)
{
	p->current = token_next(p);
	return look_ahead(p, value, span);
}

/* Replaces the lookahead, on which the mistake was noticed, by a fence. */
static void resync(struct parser *p, enum fence fence, uint32_t depth,
    int *kind, SCARP_STYPE *value, struct span *span)
{
	assert(*kind == p->current.kind);
	p->current = token_resync(p, p->current, fence, depth);
	*kind = look_ahead(p, value, span);
}

/* Mistakes are counted by declaration. */
static void add_item(struct parser *p, struct ast *item)
{
	if (p->is_torn)
		build_torn(p, item);
	p->items = build_list(p, p->items, item);
	p->is_torn = false;
	p->was_faulty = p->faults > 0 || item->kind == AST_ERROR;
	p->faults = 0;
	p->is_deep = false;
}

static int yyreport_syntax_error(const yypcontext_t *context,
    struct parser *p)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	const char *names[YYNTOKENS];
	int count = yypcontext_expected_tokens(context, kinds, YYNTOKENS);

	for (int i = 0; i < count; i++)
		names[i] = yysymbol_name(kinds[i]);
	report_unexpected(p, yysymbol_name(yypcontext_token(context)),
	    *yypcontext_location(context), names,
	    count > 0 ? (size_t)count : 0);
	return 0;
}

/* The skeleton calls this for one reason only: its stack is full. */
static void scarp_error(struct span *span, struct parser *p, const char *text)
{
	(void)text;
	report_depth(p, *span);
}
