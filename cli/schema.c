/* SPDX-License-Identifier: Apache-2.0 */
/* scarp schema: JSON Schemas of reports and of inventories. */
#include "cli/session.h"

#include "base/io.h"
#include "base/where.h"
#include "report/schema.h"

/* `configmgr` is the standard schema of that name, unless there is such a
 * file; anything else is a schema or pack. */
static struct str find_schema(struct session *session, struct str name)
{
	struct str folder, found;

	if (name.length == 0 ||
	    io_kind_of(arena_copy(session->arena, name).at) != IO_ABSENT ||
	    !where_is(session->arena, "stdlib", &folder))
		return name;
	found = io_join(session->arena, folder, arena_printf(session->arena,
	    "%.*s.scarp", STR_ARG(name)));
	return io_kind_of(found.at) == IO_FILE ? found : name;
}

static int print_inventory(struct session *session, struct text *out)
{
	struct str path = find_schema(session, argument(session->arguments,
	    OPTION_SCHEMA_INVENTORY, ""));
	struct session_pack pack;

	if (!session_compile(session, &path, 1, false, &pack) ||
	    !session_report(session)) {
		session_report(session);
		return STATUS_UNTRUSTED;
	}
	schema_of_inventory(out, pack.tree->schema);
	return session_write(session, out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}

int verb_schema(struct session *session)
{
	const struct arguments *arguments = session->arguments;
	struct text out;

	if (arguments->given[OPTION_SCHEMA_REPORT] ==
	    arguments->given[OPTION_SCHEMA_INVENTORY] || arguments->operands.count)
		return session_refuse(session, DIAG_E8574, "nothing says which "
		    "schema to print\n"
		    "give `--report json` (or ndjson, diff, gaps, why, "
		    "errors), or `--inventory SCHEMA`, such as `--inventory "
		    "configmgr`");
	text_init(&out, session->arena);
	if (arguments->given[OPTION_SCHEMA_INVENTORY])
		return print_inventory(session, &out);
	if (!schema_of_output(&out, argument(arguments, OPTION_SCHEMA_REPORT, "")))
		return STATUS_FAULT;
	return session_write(session, &out) ? STATUS_CLEAN : STATUS_UNTRUSTED;
}
