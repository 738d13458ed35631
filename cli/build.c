/* SPDX-License-Identifier: Apache-2.0 */
/* scarp build, disasm and verify: compiled packs. */
#include "cli/signature.h"

#include "base/io.h"
#include "base/limits.h"
#include "compiler/plan.h"
#include "grammar/parse.h"
#include "vm/container.h"
#include "vm/verify.h"

/* What the signature says besides: the pack, and which of its versions. */
static struct str signed_comment(struct session *session, const struct tree *tree)
{
	const struct pack_info *pack = &tree->packs.items[0];

	return arena_printf(session->arena, "scarp pack %.*s%s%.*s",
	    STR_ARG(pack->id), pack->version.length ? " " : "",
	    STR_ARG(pack->version));
}

static int write_container(struct session *session, const struct session_pack *pack)
{
	const struct arguments *arguments = session->arguments;
	struct str path = arguments->value[OPTION_OUTPUT];
	struct str bytes = session_container(session, pack);
	struct signing *signing = NULL;

	if (arguments->given[OPTION_SIGN] && !(signing = signature_begin(session)))
		return STATUS_UNTRUSTED;
	if (!session_put(session, path, bytes))
		return STATUS_UNTRUSTED;
	if (signing && !signature_write(session, signing, path, bytes,
	    signed_comment(session, pack->tree)))
		return STATUS_UNTRUSTED;
	return STATUS_CLEAN;
}

static int dump(struct session *session, const struct session_pack *pack)
{
	struct text out;

	text_init(&out, session->arena);
	if (argument_is(session->arguments, OPTION_DUMP, "tree"))
		tree_dump(pack->tree, &out);
	else if (argument_is(session->arguments, OPTION_DUMP, "plan"))
		compile_dump_plan(session->arena, pack->tree, (struct plan_options){
		    .unoptimised = session->arguments->given[OPTION_UNOPTIMISED] }, &out);
	else
		program_list(pack->program, session->sources, &out);
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

/* The syntax tree of one file, before anything is looked up. */
static bool add_ast(struct session *session, struct str path, struct text *out)
{
	struct str bytes, why;

	if (!io_read(session->arena, path.at, limit_get(LIMIT_RULE_FILE), &bytes, &why)) {
		session_refuse(session, DIAG_E8579, "cannot read `%.*s`: "
		    "%.*s", STR_ARG(path), STR_ARG(why));
		return false;
	}
	ast_dump(parse_file(session->arena, session->all,
	    source_add(session->sources, path, bytes)), out, false);
	return true;
}

/* Of a folder the tree of each of its files, after a line with its name. */
static int dump_ast(struct session *session, struct str path)
{
	struct found_files found = { 0 };
	struct text out;

	path = arena_copy(session->arena, path);
	text_init(&out, session->arena);
	if (io_kind_of(path.at) != IO_FOLDER) {
		if (!add_ast(session, path, &out))
			return STATUS_UNTRUSTED;
	} else if (!session_rule_files(session, path, &found)) {
		return STATUS_UNTRUSTED;
	}
	for (size_t i = 0; i < found.list.count; i++) {
		struct str file = found.list.items[i].path;

		text_add(&out, STR("# "));
		text_add_visible(&out, file);
		text_add_char(&out, '\n');
		if (!add_ast(session, file, &out))
			return STATUS_UNTRUSTED;
	}
	if (!session_report(session) || !session_write(session, &out))
		return STATUS_UNTRUSTED;
	return STATUS_CLEAN;
}

/* Compiles the one operand; false after messages. */
static bool compile_operand(struct session *session, struct session_pack *pack)
{
	const struct arguments *arguments = session->arguments;
	bool compiled;

	if (arguments->operands.count != 1) {
		session_refuse(session, DIAG_E8574, "no pack is named\n"
		    "name one: `scarp %s PACK`",
		    verb_table[arguments->verb].name);
		return false;
	}
	compiled = session_compile(session, arguments->operands.items, 1, true, pack);
	return session_report(session) && compiled;
}

int verb_build(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	struct session_pack pack;

	if (argument_is(arguments, OPTION_DUMP, "ast") && arguments->operands.count == 1)
		return dump_ast(session, arguments->operands.items[0]);
	if (!compile_operand(session, &pack))
		return STATUS_UNTRUSTED;
	if (arguments->given[OPTION_DUMP])
		return dump(session, &pack);
	if (!arguments->given[OPTION_OUTPUT])
		return session_refuse(session, DIAG_E8574, "nothing says where "
		    "to write the compiled pack\n"
		    "name a file with `--output FILE.scarpc`");
	return write_container(session, &pack);
}

int verb_disasm(struct session *session)
{
	struct session_pack pack;
	struct text out;

	if (!compile_operand(session, &pack))
		return STATUS_UNTRUSTED;
	text_init(&out, session->arena);
	program_list(pack.program, session->sources, &out);
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

/* ", for profile strict and limit=3": what it was compiled for. */
static void add_choice(struct text *out, const struct container *container)
{
	const char *before = ", for ";

	if (container->profile.length) {
		text_add(out, STR(", for profile "));
		text_add_visible(out, container->profile);
		before = " and ";
	}
	for (uint32_t i = 0; i < container->setting_count; i++) {
		text_add(out, str_of(before));
		text_add_visible(out, container->settings[i]);
		before = " and ";
	}
}

static void add_signer(struct text *out, const struct signer *signer)
{
	if (!signer->key.length)
		return;
	text_printf(out, ", signed by %.*s: ", STR_ARG(signer->key));
	text_add_visible(out, signer->comment);
}

static int verify_one(struct session *session, struct str path)
{
	struct container container = { 0 };
	struct session_pack pack;
	struct signer signer = { { NULL, 0 }, { NULL, 0 } };
	struct str bytes;
	struct text out;

	path = arena_copy(session->arena, path);
	if (!session_container_read(session, path, &container, &bytes, &signer))
		return STATUS_UNTRUSTED;
	if (session->arguments->given[OPTION_RECOMPILE] &&
	    !session_compile(session, &path, 1, true, &pack)) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	text_init(&out, session->arena);
	text_add_visible(&out, path);
	text_printf(&out, ": good: pack %.*s %.*s, %.*s, %.*s",
	    STR_ARG(container.pack_id), STR_ARG(container.pack_version),
	    STR_ARG(text_count(session->arena, container.program->rules.count, "rule")),
	    STR_ARG(text_count(session->arena, container.program->code.count,
	    "instruction")));
	add_choice(&out, &container);
	if (session->arguments->given[OPTION_RECOMPILE])
		text_add(&out, STR(", the same as its source gives"));
	add_signer(&out, &signer);
	text_add_char(&out, '\n');
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

int verb_verify(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	int status = STATUS_CLEAN;

	if (arguments->operands.count == 0)
		return session_refuse(session, DIAG_E8574, "no compiled pack "
		    "is named\n"
		    "name those that are to be verified: `scarp verify "
		    "FILE.scarpc`");
	for (size_t i = 0; i < arguments->operands.count; i++) {
		int one;

		session->all = diagnostics_new(session->arena, session->sources);
		one = verify_one(session, arguments->operands.items[i]);
		status = one > status ? one : status;
	}
	return status;
}
