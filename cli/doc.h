/* SPDX-License-Identifier: Apache-2.0 */
/* doc - what the forms of a pack's reference are made of. */
#ifndef SCARP_CLI_DOC_H
#define SCARP_CLI_DOC_H

#include "cli/rules.h"

struct doc_profile {
	const struct profile *profile;
	const struct tree *tree;	/* the packs under it; NULL: it has errors */
};

struct doc {
	struct session *session;
	struct arena *arena;
	const struct sources *sources;
	const struct tree *tree;
	const struct rule **rules;	/* selected, worst first */
	size_t count;
	const struct rule_tests *tests;	/* by place in tree->rules */
	VEC(struct doc_profile) profiles;
	struct text *out;
};

/* A kind of entity and those of its attributes that a rule reads. */
struct doc_facts { struct str kind, attributes; };
struct doc_fact_list { VEC(struct doc_facts) items; };

/* Titles of the packs that were asked for. */
struct str doc_title(const struct doc *doc);
/* "34 rules, 52 tests", of a part also of how many. */
struct str doc_counts(const struct doc *doc);
/* "iis.scarp:12": inside its pack, so that it is the same everywhere. */
struct str doc_place(const struct doc *doc, struct span span);
/* Is the reference about this pack: one that was asked for, with rules? */
bool doc_is_named(const struct doc *doc, size_t pack);
struct doc_fact_list doc_facts(const struct doc *doc, const struct rule *rule);
/* What profiles make of a rule: "left out by small; critical in strict". */
struct str doc_under_profiles(const struct doc *doc, const struct rule *rule);
/* "12 of 34 rules; most_disks = 4" */
struct str doc_profile_effect(const struct doc *doc, const struct doc_profile *profile);
/* A param's type, with its range. */
struct str doc_param_type(const struct doc *doc, const struct param *param);
/* The clauses that decide, and the body of a test, as written. */
struct str doc_clauses(const struct doc *doc, const struct rule *rule);
struct str doc_test_body(const struct doc *doc, const struct test *test);

void doc_markdown(const struct doc *doc);
void doc_html(const struct doc *doc);

#endif
