/* SPDX-License-Identifier: Apache-2.0 */
/* rules - what `list` and `doc` ask of the rules of packs. */
#ifndef SCARP_CLI_RULES_H
#define SCARP_CLI_RULES_H

#include "cli/session.h"
#include "cli/terminal.h"
#include "report/write_json.h"

/* Compiles the packs of the operands, or those that are set; false after a
 * message. */
bool rules_of_operands(struct session *session, struct session_pack *pack);
/* Those that are selected: worst first, then by id, as reports have them. */
const struct rule **rules_sorted(struct arena *arena, const struct tree *tree,
    size_t *count);
/* The tests of each rule, by its place in TREE->rules, as they are written. */
struct rule_tests { VEC(const struct test *) list; };
const struct rule_tests *rule_tests(struct arena *arena, const struct tree *tree);

/* Words that rules share, by name, with how many have each. */
struct rule_name { struct str name; size_t rules; };
struct rule_names { VEC(struct rule_name) list; };
const struct rule_names *rule_tags(struct arena *arena, const struct rule **rules,
    size_t count);
/* Of controls and sources. */
const struct rule_names *rule_frameworks(struct arena *arena,
    const struct rule **rules, size_t count);

/* {"schema_version":1,"tool":{...}, of an object that the caller ends. */
void rule_json_head(struct json *j);

#endif
