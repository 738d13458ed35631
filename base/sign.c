/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of minisign: keys and signatures, read strictly and written. */
#include "base/sign.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#define HASH_BYTES crypto_generichash_BYTES_MAX
#define COMMENT_MOST 8192

static const struct str untrusted = { "untrusted comment: ", 19 };
static const struct str trusted = { "trusted comment: ", 17 };

/* Decoded lines, byte for byte; there is nothing to align. */
struct public_form {
	uint8_t algorithm[2], id[SIGN_ID_BYTES], key[32];
};
struct signature_form {
	uint8_t algorithm[2], id[SIGN_ID_BYTES], signature[64];
};
struct secret_form {
	uint8_t algorithm[2], derivation[2], checksum_algorithm[2];
	uint8_t salt[32], operations[8], memory[8];
	struct { uint8_t id[SIGN_ID_BYTES], key[64], checksum[32]; } secret;
};
_Static_assert(sizeof(struct public_form) == 42, "packed");
_Static_assert(sizeof(struct signature_form) == 74, "packed");
_Static_assert(sizeof(struct secret_form) == 158, "packed");

static uint64_t little_endian(const uint8_t bytes[8])
{
	uint64_t number = 0;

	for (int i = 7; i >= 0; i--)
		number = number << 8 | bytes[i];
	return number;
}

void sign_id_text(const uint8_t id[SIGN_ID_BYTES], char text[SIGN_ID_TEXT])
{
	snprintf(text, SIGN_ID_TEXT, "%" PRIX64, little_endian(id));
}

/* --- lines ---------------------------------------------------------------- */

static bool refuse(struct str *why, struct str reason)
{
	*why = reason;
	return false;
}

/* Takes a line off TEXT; false where there is none that a line feed ends. */
static bool take_line(struct str *text, struct str *line)
{
	size_t end = str_find(*text, '\n');

	if (end == text->length)
		return false;
	*line = str_slice(*text, 0, end);
	*text = str_slice(*text, end + 1, text->length);
	return true;
}

static bool take_comment(struct str *text, struct str prefix, struct str *comment)
{
	struct str line;

	if (!take_line(text, &line) || !str_starts(line, prefix) ||
	    line.length - prefix.length > COMMENT_MOST)
		return false;
	*comment = str_slice(line, prefix.length, line.length);
	return str_find(*comment, '\r') == comment->length;
}

#define BASE64 sodium_base64_VARIANT_ORIGINAL
#define BASE64_MOST \
	sodium_base64_ENCODED_LEN(sizeof(struct secret_form), BASE64)

/* Exactly SIZE bytes, in the one way to write them: libsodium 1.0.18 takes the
 * byte AF for a slash, so what was read is written again. */
static bool decode(struct str line, void *form, size_t size)
{
	char again[BASE64_MOST];
	size_t length;
	bool is_same;

	if (sodium_base642bin(form, size, line.at, line.length, NULL, &length,
	    NULL, BASE64) != 0 || length != size)
		return false;
	sodium_bin2base64(again, sizeof(again), form, size, BASE64);
	is_same = str_equal(line, str_of(again));
	sodium_memzero(again, sizeof(again));
	return is_same;
}

static bool take_decoded(struct str *text, void *form, size_t size)
{
	struct str line;

	return take_line(text, &line) && decode(line, form, size);
}

static bool has_algorithm(const uint8_t algorithm[2], const char *name)
{
	return memcmp(algorithm, name, 2) == 0;
}

/* --- keys ----------------------------------------------------------------- */

bool sign_read_public(struct str text, struct sign_public *public,
    struct str *why)
{
	struct public_form form;
	struct str comment;

	if (str_starts(text, untrusted)) {
		if (!take_comment(&text, untrusted, &comment) ||
		    !take_decoded(&text, &form, sizeof(form)) || text.length > 0)
			return refuse(why, STR("is not a minisign public key: a "
			    "line of comment and one of 56 characters"));
	} else if (!decode(text, &form, sizeof(form)))
		return refuse(why, STR("is not a minisign public key"));
	if (!has_algorithm(form.algorithm, "Ed"))
		return refuse(why, STR("is a key of an unknown algorithm"));
	memcpy(public->id, form.id, sizeof(form.id));
	memcpy(public->key, form.key, sizeof(form.key));
	return true;
}

static bool take_secret(struct str text, struct secret_form *form)
{
	struct str comment;

	return take_comment(&text, untrusted, &comment) &&
	    take_decoded(&text, form, sizeof(*form)) && text.length == 0;
}

bool sign_is_encrypted(struct str text)
{
	struct secret_form form;
	bool is_encrypted = take_secret(text, &form) &&
	    has_algorithm(form.derivation, "Sc");

	sodium_memzero(&form, sizeof(form));
	return is_encrypted;
}

/* A key file of minisign's asks for 1 GiB. */
#define DERIVE_MEMORY_MOST ((uint64_t)4 << 30)
#define DERIVE_OPERATIONS_MOST ((uint64_t)1 << 28)

static bool decrypt(struct secret_form *form, struct str password, struct str *why)
{
	uint8_t stream[sizeof(form->secret)], *secret = (uint8_t *)&form->secret;
	uint64_t operations = little_endian(form->operations);
	uint64_t memory = little_endian(form->memory);

	if (operations > DERIVE_OPERATIONS_MOST || memory > DERIVE_MEMORY_MOST)
		return refuse(why, STR("asks for more work than any key does"));
	if (crypto_pwhash_scryptsalsa208sha256(stream, sizeof(stream),
	    password.length ? password.at : "", password.length, form->salt,
	    operations, (size_t)memory) != 0)
		return refuse(why, STR("needs more memory to decrypt than there is"));
	for (size_t i = 0; i < sizeof(stream); i++)
		secret[i] ^= stream[i];
	sodium_memzero(stream, sizeof(stream));
	return true;
}

/* What the checksum covers, so that a wrong password is noticed. */
static bool checksum_is_right(const struct secret_form *form)
{
	uint8_t have[sizeof(form->secret.checksum)];
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, sizeof(have));
	crypto_generichash_update(&state, form->algorithm, sizeof(form->algorithm));
	crypto_generichash_update(&state, form->secret.id, sizeof(form->secret.id));
	crypto_generichash_update(&state, form->secret.key, sizeof(form->secret.key));
	crypto_generichash_final(&state, have, sizeof(have));
	return sodium_memcmp(have, form->secret.checksum, sizeof(have)) == 0;
}

/* A secret key is a seed and the public key that it gives; one that is not
 * encrypted may have no checksum. */
static bool pair_is_right(const struct secret_form *form)
{
	uint8_t public[crypto_sign_PUBLICKEYBYTES];
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	bool is_right;

	crypto_sign_seed_keypair(public, secret, form->secret.key);
	is_right = sodium_memcmp(secret, form->secret.key, sizeof(secret)) == 0;
	sodium_memzero(secret, sizeof(secret));
	return is_right;
}

static bool open_secret(struct secret_form *form, struct str password, struct str *why)
{
	bool is_encrypted = has_algorithm(form->derivation, "Sc");

	if (!has_algorithm(form->algorithm, "Ed") ||
	    !has_algorithm(form->checksum_algorithm, "B2") ||
	    (!is_encrypted && !has_algorithm(form->derivation, "\0\0")))
		return refuse(why, STR("is a key of an unknown algorithm"));
	if (is_encrypted && !decrypt(form, password, why))
		return false;
	if (is_encrypted && !checksum_is_right(form))
		return refuse(why, STR("does not open with this password"));
	if (!pair_is_right(form))
		return refuse(why, STR("is damaged"));
	return true;
}

bool sign_read_secret(struct str text, struct str password,
    struct sign_secret *secret, struct str *why)
{
	struct secret_form form;
	bool is_open;

	if (!take_secret(text, &form))
		return refuse(why, STR("is not a minisign secret key"));
	is_open = open_secret(&form, password, why);
	if (is_open) {
		memcpy(secret->id, form.secret.id, sizeof(secret->id));
		memcpy(secret->key, form.secret.key, sizeof(secret->key));
	}
	sodium_memzero(&form, sizeof(form));
	return is_open;
}

void sign_forget(struct sign_secret *secret)
{
	sodium_memzero(secret, sizeof(*secret));
}

/* --- signatures ----------------------------------------------------------- */

static void hash(struct str bytes, uint8_t digest[HASH_BYTES])
{
	crypto_generichash(digest, HASH_BYTES, (const uint8_t *)bytes.at,
	    bytes.length, NULL, 0);
}

/* The signature and the comment behind it, which the second one is over. */
static struct str with_comment(struct arena *arena,
    const uint8_t signature[64], struct str comment)
{
	char *both = arena_alloc_raw(arena, 64 + comment.length);

	memcpy(both, signature, 64);
	if (comment.length)
		memcpy(both + 64, comment.at, comment.length);
	return (struct str){ both, 64 + comment.length };
}

static const char *encode(struct arena *arena, const void *bytes, size_t size)
{
	size_t room = sodium_base64_encoded_len(size, BASE64);

	return sodium_bin2base64(arena_alloc_raw(arena, room), room, bytes, size,
	    BASE64);
}

struct str sign_make(struct arena *arena, const struct sign_secret *secret,
    struct str bytes, struct str comment)
{
	struct signature_form form = { .algorithm = { 'E', 'D' } };
	uint8_t digest[HASH_BYTES], global[64];
	struct str both;

	hash(bytes, digest);
	memcpy(form.id, secret->id, sizeof(form.id));
	crypto_sign_detached(form.signature, NULL, digest, sizeof(digest),
	    secret->key);
	both = with_comment(arena, form.signature, comment);
	crypto_sign_detached(global, NULL, (const uint8_t *)both.at,
	    both.length, secret->key);
	return arena_printf(arena, "%.*ssignature of a scarp pack\n%s\n%.*s%.*s\n%s\n",
	    STR_ARG(untrusted), encode(arena, &form, sizeof(form)),
	    STR_ARG(trusted), STR_ARG(comment),
	    encode(arena, global, sizeof(global)));
}

struct signature {
	struct signature_form form;
	struct str comment;
	uint8_t global[64];
};

static bool read_signature(struct str text, struct signature *signature)
{
	struct str comment;

	return take_comment(&text, untrusted, &comment) &&
	    take_decoded(&text, &signature->form, sizeof(signature->form)) &&
	    take_comment(&text, trusted, &signature->comment) &&
	    take_decoded(&text, signature->global, sizeof(signature->global)) &&
	    text.length == 0;
}

static bool find_key(const struct sign_public *keys, size_t count,
    const uint8_t id[SIGN_ID_BYTES], size_t *which)
{
	for (*which = 0; *which < count; ++*which)
		if (memcmp(keys[*which].id, id, SIGN_ID_BYTES) == 0)
			return true;
	return false;
}

static bool is_signed(struct arena *arena, const struct sign_public *key,
    struct str bytes, const struct signature *signature, struct str *why)
{
	struct str both = with_comment(arena, signature->form.signature,
	    signature->comment);
	uint8_t digest[HASH_BYTES];

	hash(bytes, digest);
	if (crypto_sign_verify_detached(signature->form.signature, digest,
	    sizeof(digest), key->key) != 0)
		return refuse(why, STR("its signature is not over these bytes"));
	if (crypto_sign_verify_detached(signature->global,
	    (const uint8_t *)both.at, both.length, key->key) != 0)
		return refuse(why, STR("the trusted comment of its signature was altered"));
	return true;
}

bool sign_verify(struct arena *arena, const struct sign_public *keys,
    size_t count, struct str bytes, struct str text, size_t *which,
    struct str *comment, struct str *why)
{
	struct signature signature;
	char id[SIGN_ID_TEXT];

	if (!read_signature(text, &signature))
		return refuse(why, STR("its signature file is not of minisign's form"));
	if (has_algorithm(signature.form.algorithm, "Ed"))
		return refuse(why, STR("its signature is of the old form, over the bytes "
		    "and not their digest; sign it again with a newer minisign"));
	if (!has_algorithm(signature.form.algorithm, "ED"))
		return refuse(why, STR("its signature is of an unknown algorithm"));
	if (!find_key(keys, count, signature.form.id, which)) {
		sign_id_text(signature.form.id, id);
		*why = arena_printf(arena, "it is signed by the key %s, which is "
		    "none of those that are trusted", id);
		return false;
	}
	*comment = signature.comment;
	return is_signed(arena, &keys[*which], bytes, &signature, why);
}
