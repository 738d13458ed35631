/* SPDX-License-Identifier: Apache-2.0 */
/* Signing compiled packs, and refusing those that nobody trusted has signed. */
#include "cli/signature.h"

#include "base/io.h"
#include "cli/terminal.h"

/* Keys and signatures are of a few hundred bytes. */
#define FILE_MOST 32768

static struct str signature_path(struct session *session, struct str path)
{
	return arena_printf(session->arena, "%.*s.minisig", STR_ARG(path));
}

/* --- public keys ---------------------------------------------------------- */

bool signature_is_required(const struct session *session)
{
	return session->arguments->given[OPTION_KEY];
}

bool signature_allows_source(struct session *session, struct str path)
{
	if (!signature_is_required(session))
		return true;
	session_refuse(session, DIAG_E8580, "%.*s: refused: a key is given, so "
	    "packs must be compiled and signed\n"
	    "`scarp build PACK -o FILE.scarpc --sign KEYFILE` makes one",
	    STR_ARG(path));
	return false;
}

/* The key itself, as minisign prints it, or a file that holds it. */
static bool read_key(struct session *session, struct str given,
    struct sign_public *key)
{
	struct str text, why;

	given = arena_copy(session->arena, given);
	if (str_starts(given, STR("RW")) && sign_read_public(given, key, &why))
		return true;
	if (io_read(session->arena, given.at, FILE_MOST, &text, &why) &&
	    sign_read_public(text, key, &why))
		return true;
	session_refuse(session, DIAG_E8580, "--key %.*s: %.*s", STR_ARG(given),
	    STR_ARG(why));
	return false;
}

static struct sign_public *read_keys(struct session *session, size_t *count)
{
	const struct arguments *arguments = session->arguments;
	struct sign_public *keys;

	*count = arguments->values[OPTION_KEY].count;
	keys = ARENA_ARRAY(session->arena, struct sign_public, *count);
	for (size_t i = 0; i < *count; i++)
		if (!read_key(session, arguments->values[OPTION_KEY].items[i], &keys[i]))
			return NULL;
	return keys;
}

static bool refuse_pack(struct session *session, struct str path, struct str why)
{
	session_refuse(session, DIAG_E8580, "%.*s: refused: %.*s",
	    STR_ARG(path), STR_ARG(why));
	return false;
}

bool signature_check(struct session *session, struct str path,
    struct str bytes, struct signer *signer)
{
	struct str signature, why, beside = signature_path(session, path);
	char *id = arena_alloc_raw(session->arena, SIGN_ID_TEXT);
	struct sign_public *keys;
	size_t count, which;

	if (!signature_is_required(session))
		return true;
	if (!(keys = read_keys(session, &count)))
		return false;
	if (!io_read(session->arena, beside.at, FILE_MOST, &signature, &why))
		return refuse_pack(session, path, arena_printf(session->arena,
		    "a key is given, and its signature `%.*s` %.*s",
		    STR_ARG(beside), STR_ARG(why)));
	if (!sign_verify(session->arena, keys, count, bytes, signature, &which,
	    &signer->comment, &why))
		return refuse_pack(session, path, why);
	sign_id_text(keys[which].id, id);
	signer->key = str_of(id);
	return true;
}

/* --- signing -------------------------------------------------------------- */

struct signing {
	struct sign_secret secret;
};

static void forget(void *item)
{
	sign_forget(&((struct signing *)item)->secret);
}

/* The first line of the file, or what is typed. */
static bool find_password(struct session *session, struct str *password)
{
	struct str path = argument(session->arguments, OPTION_PASSWORD_FILE, "");
	struct str why;

	if (!path.length) {
		if (terminal_password(session, "password of the key: ", password))
			return true;
		session_refuse(session, DIAG_E8580, "the key is encrypted and "
		    "there is no terminal to ask for its password\n"
		    "give `--password-file FILE`");
		return false;
	}
	path = arena_copy(session->arena, path);
	if (!io_read(session->arena, path.at, FILE_MOST, password, &why)) {
		session_refuse(session, DIAG_E8580,
		    "--password-file %.*s: %.*s", STR_ARG(path), STR_ARG(why));
		return false;
	}
	*password = str_slice(*password, 0, str_find(*password, '\n'));
	return true;
}

struct signing *signature_begin(struct session *session)
{
	struct str path = argument(session->arguments, OPTION_SIGN, "");
	struct signing *signing = ARENA_NEW(session->arena, struct signing);
	struct str text, password = { 0 }, why;

	arena_defer(session->arena, forget, signing);
	if (argument_is(session->arguments, OPTION_OUTPUT, "-")) {
		session_refuse(session, DIAG_E8576, "a signature stands in a "
		    "file beside the pack, and standard output has none\n"
		    "name a file with `--output`");
		return NULL;
	}
	path = arena_copy(session->arena, path);
	if (!io_read(session->arena, path.at, FILE_MOST, &text, &why)) {
		session_refuse(session, DIAG_E8580, "--sign %.*s: %.*s",
		    STR_ARG(path), STR_ARG(why));
		return NULL;
	}
	if (sign_is_encrypted(text) && !find_password(session, &password))
		return NULL;
	if (sign_read_secret(text, password, &signing->secret, &why))
		return signing;
	session_refuse(session, DIAG_E8580, "--sign %.*s: the key %.*s",
	    STR_ARG(path), STR_ARG(why));
	return NULL;
}

bool signature_write(struct session *session, struct signing *signing,
    struct str path, struct str bytes, struct str comment)
{
	return session_put(session, signature_path(session, path),
	    sign_make(session->arena, &signing->secret, bytes, comment));
}
