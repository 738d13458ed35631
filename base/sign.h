/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign - Ed25519 signatures in the file forms of minisign
 * (https://jedisct1.github.io/minisign/), through libsodium.
 *
 * Only the prehashed form is made and taken: Ed25519 (RFC 8032) over the
 * BLAKE2b (RFC 7693) of 512 bits of what is signed, and a second signature
 * over the first and the trusted comment.  What is read must have exactly the
 * lines of its form, so no two files say the same.
 */
#ifndef SCARP_BASE_SIGN_H
#define SCARP_BASE_SIGN_H

#include "base/arena.h"

#define SIGN_ID_BYTES 8
#define SIGN_ID_TEXT 17		/* digits of an id at most, and NUL */

struct sign_public {
	uint8_t id[SIGN_ID_BYTES];
	uint8_t key[32];
};

struct sign_secret {
	uint8_t id[SIGN_ID_BYTES];
	uint8_t key[64];
};

/* Whose signature was found good. */
struct signer {
	struct str key;			/* id, as sign_id_text; empty: nobody's */
	struct str comment;		/* the trusted one */
};

/* As minisign prints it: a hexadecimal number, without zeros in front. */
void sign_id_text(const uint8_t id[SIGN_ID_BYTES], char text[SIGN_ID_TEXT]);

/* A public key: a .pub file's text, or its line "RW..." alone.  False: *WHY
 * says what is wrong. */
bool sign_read_public(struct str text, struct sign_public *public,
    struct str *why);

/* A secret key's file is read in two steps, as most are encrypted. */
bool sign_is_encrypted(struct str text);
/* PASSWORD is not looked at when the key is not encrypted. */
bool sign_read_secret(struct str text, struct str password,
    struct sign_secret *secret, struct str *why);
void sign_forget(struct sign_secret *secret);

/* The text of a signature file over BYTES.  COMMENT is signed too; it has no
 * line feed. */
struct str sign_make(struct arena *arena, const struct sign_secret *secret,
    struct str bytes, struct str comment);

/*
 * Is SIGNATURE, the text of a signature file, of one of the keys and over
 * BYTES?  Then *WHICH is that key, and *COMMENT its trusted comment, part of
 * SIGNATURE.  False: *WHY says why not, in ARENA.
 */
bool sign_verify(struct arena *arena, const struct sign_public *keys,
    size_t count, struct str bytes, struct str signature, size_t *which,
    struct str *comment, struct str *why);

#endif
