/* SPDX-License-Identifier: Apache-2.0 */
/* diag_json - a diagnostic for programs: an object on a line of its own. */
#ifndef SCARP_BASE_DIAG_JSON_H
#define SCARP_BASE_DIAG_JSON_H

#include "base/diag.h"

/* All members are always there; offsets count bytes, lines and columns from 1,
 * columns in characters. */
void diag_json_add(struct text *out, struct sources *sources,
    const struct diagnostic *d);
/* What has no code and no place: SEVERITY is "error" or "note". */
void diag_json_add_plain(struct text *out, const char *severity, struct str message);

#endif
