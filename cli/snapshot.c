/* SPDX-License-Identifier: Apache-2.0 */
/* scarp snapshot: an inventory, read and merged once, as a .scarpg. */
#include "cli/session.h"
#include "cli/terminal.h"

static struct graph *load(struct session *session, const struct session_inputs *inputs,
    const struct session_pack *pack, struct inventory_options *options,
    struct inventory_notes *notes)
{
	if (!session_inventory_options(session, pack->tree, options))
		return NULL;
	return inventory_load(session->arena, session->all, pack->tree->schema,
	    inputs->inventories.items, inputs->inventories.count, options, notes);
}

static bool names_snapshot(struct session *session, const struct session_inputs *inputs)
{
	for (size_t i = 0; i < inputs->inventories.count; i++)
		if (inventory_is_snapshot(inputs->inventories.items[i])) {
			session_refuse(session, DIAG_E8575, "`%.*s` is a "
			    "snapshot already\n"
			    "name the files that it was made of",
			    STR_ARG(inputs->inventories.items[i]));
			return true;
		}
	return false;
}

static int write_graph(struct session *session, const struct session_inputs *inputs,
    const struct session_pack *pack)
{
	struct inventory_options options;
	struct inventory_notes notes = { 0 };
	struct graph *graph = load(session, inputs, pack, &options, &notes);
	struct session_output *output;
	struct str *parts;
	size_t count;
	bool written = graph && inventory_snapshot(session->arena, session->all, graph,
	    &options, &notes, NULL, &parts, &count);

	session_left(session, &notes, false);
	if (!session_report(session) || !written)
		return STATUS_UNTRUSTED;
	output = session_open(session, session->arguments->value[OPTION_OUTPUT]);
	for (size_t i = 0; output && i < count; i++)
		session_add(output, parts[i]);
	return output && session_close(output) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

int verb_snapshot(struct session *session)
{
	struct session_inputs inputs;
	struct session_pack pack;

	session_inputs(session, &inputs);
	if (inputs.packs.count == 0)
		return session_refuse(session, DIAG_E8574, "no pack is given, "
		    "so the schema of the inventory is not known\n"
		    "name one that has it, such as `--pack cm2007`");
	if (inputs.inventories.count == 0)
		return session_refuse(session, DIAG_E8574, "no inventory is "
		    "named\n"
		    "name one, a file or a folder");
	if (!session->arguments->given[OPTION_OUTPUT])
		return session_refuse(session, DIAG_E8574, "nothing says where "
		    "to write the snapshot\n"
		    "name a file with `--output SITE.scarpg`");
	if (names_snapshot(session, &inputs))
		return STATUS_UNTRUSTED;
	if (!session_compile(session, inputs.packs.items, inputs.packs.count, false,
	    &pack)) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	return write_graph(session, &inputs, &pack);
}
