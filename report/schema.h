/* SPDX-License-Identifier: Apache-2.0 */
/* schema - JSON Schemas (draft 07): of our reports, and of inventories. */
#ifndef SCARP_REPORT_SCHEMA_H
#define SCARP_REPORT_SCHEMA_H

#include "base/text.h"
#include "vm/schema.h"

/* Of the JSON report and of the lines of the NDJSON report (json, ndjson); of
 * what `diff`, `gaps` and `why` print as JSON, and of --errors json (errors).
 * False: there is none of that name. */
bool schema_of_output(struct text *out, struct str name);
/* Of inventories of SCHEMA, in YAML or JSON: what the readers take is taken,
 * misspelt names and values of another type are not.  What only a look at
 * other entities can tell (references, duplicates) is left to `check`. */
void schema_of_inventory(struct text *out, const struct schema *schema);

#endif
