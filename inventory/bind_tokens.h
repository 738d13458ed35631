/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bind_tokens - inside inventory/: tokens of our own format straight to facts.
 *
 * The quick way, for files in which nothing is wrong and nothing is odd; what
 * is not taken here is left to bind_document, so nothing is ever said here.
 * Values in forms that are rare are bound by its code, one at a time.
 */
#ifndef SCARP_INVENTORY_BIND_TOKENS_H
#define SCARP_INVENTORY_BIND_TOKENS_H

#include "inventory/bind.h"
#include "inventory/token.h"

struct token_bind;

/* BY_LINES: the tokens are of NDJSON, a map for each line.  FACTS must be thrown away when this does not end well; its diagnostics are
 * not shown to anybody. */
struct token_bind *bind_tokens_new(struct facts *facts, uint32_t file,
    const struct provenance *who, bool by_lines);
/* The next tokens; false: the file is not for this way. */
bool bind_tokens_take(struct token_bind *q, const struct tokens *tokens);
/* True when all was taken and the file was whole. */
bool bind_tokens_end(struct token_bind *q);

#endif
