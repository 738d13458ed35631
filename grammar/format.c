/* SPDX-License-Identifier: Apache-2.0 */
#include "grammar/format.h"
void format_file(const struct ast *file, struct text *out) { (void)file; (void)out; }
