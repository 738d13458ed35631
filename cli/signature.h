/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signature - who compiled a pack (docs/signing.md).
 *
 * With --key, or `keys` in the project file, a pack is taken only when it is
 * compiled and the file PACK.minisig beside it was made by one of those keys
 * over exactly the bytes that are then read; whatever else is given as a pack
 * is refused.
 */
#ifndef SCARP_CLI_SIGNATURE_H
#define SCARP_CLI_SIGNATURE_H

#include "cli/session.h"

/* Keys are given, so every pack must be signed by one of them. */
bool signature_is_required(const struct session *session);
/* A pack that is not compiled; a message and false when keys are given. */
bool signature_allows_source(struct session *session, struct str path);
/* True when no key is given, or BYTES, those of the compiled pack at PATH, are
 * signed by one that is: then *SIGNER tells which.  False after a message. */
bool signature_check(struct session *session, struct str path,
    struct str bytes, struct signer *signer);
/* Writes the signature of BYTES, a compiled pack that was written to PATH, by
 * the key of --sign.  False after a message. */
struct signing;
/* Opens that key, before there is anything to sign; NULL after a message. */
struct signing *signature_begin(struct session *session);
bool signature_write(struct session *session, struct signing *signing,
    struct str path, struct str bytes, struct str comment);

#endif
