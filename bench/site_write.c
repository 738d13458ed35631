/* SPDX-License-Identifier: Apache-2.0 */
/* Each entity is put together and then written whole. */
#include "bench/site_write.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a CSV file has as its columns: those of a kind, or of a list's elements
 * ("to": they are no entities of their own). */
struct shape {
	const char *kind, *plural, *list;
	const char *columns[24];
};

static const struct shape shapes[] = {
	{ "Hierarchy", "hierarchies", NULL, { "name" } },
	{ "Site", "sites", NULL, { "code", "name", "hierarchy", "type", "parent",
	    "version", "mode", "published", "schema_extended", "custom_web_site",
	    "site_server", "database" } },
	{ "Principal", "principals", NULL, { "id", "kind" } },
	{ "Principal", "principals", "member_of", { "to" } },
	{ "Host", "hosts", NULL, { "fqdn", "domain", "zone", "is_dc",
	    "operating_system", "os_version", "account", "security_policy",
	    "intranet_fqdn", "internet_fqdn", "site_initiated_only",
	    "iis_installed", "client_certificate_required",
	    "smb_signing_required", "ntlm_inbound", "loopback_check_disabled" } },
	{ "Host", "hosts", "iis_features", { "to" } },
	{ "Host", "hosts", "roles", { "kind", "site", "internet_enabled" } },
	{ "Host", "hosts", "volumes", { "letter", "file_system" } },
	{ "Host", "hosts", "shares", { "to" } },
	{ "Host", "hosts", "interfaces", { "name", "address", "dhcp" } },
	{ "Host", "hosts", "services", { "name", "owner", "logon" } },
	{ "Host", "hosts", "web_apps", { "to" } },
	{ "Host", "hosts", "local_admins", { "to" } },
	{ "Host", "hosts", "sessions", { "to" } },
};
#define SHAPES (sizeof(shapes) / sizeof(*shapes))

/* Facts first, then lists; what stands in an element has its number. */
enum what { VALUE, LIST, ITEM, ELEMENT, FIELD };
struct said {
	enum what what;
	const char *name, *value;	/* the name lives as long as the program */
	bool open;
};

static struct {
	enum form form;
	const char *folder;
	FILE *out, *edges, *files[SHAPES];
	const struct shape *kind;
	bool is_first;			/* of its kind */
	bool is_first_node, is_first_edge;
	struct said said[256];
	size_t count;
	char texts[16384];
	size_t used;
} w;

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

bool form_find(const char *name, enum form *form)
{
	static const char *const names[] = { "yaml", "json", "ndjson", "csv",
		"opengraph" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], name) == 0) {
			*form = (enum form)i;
			return true;
		}
	return false;
}

/* --- what is said --------------------------------------------------------- */

static void say(enum what what, const char *name, const char *value, bool open)
{
	size_t length = value ? strlen(value) + 1 : 0;

	if (w.count == sizeof(w.said) / sizeof(*w.said) ||
	    w.used + length > sizeof(w.texts)) {
		fputs("site: an entity is too large\n", stderr);
		exit(2);
	}
	if (value)
		memcpy(w.texts + w.used, value, length);
	w.said[w.count++] = (struct said){ what, name,
		value ? w.texts + w.used : NULL, open };
	w.used += length;
}

void write_value(const char *name, const char *value) { say(VALUE, name, value, false); }
void write_list(const char *name, bool open) { say(LIST, name, NULL, open); }
void write_item(const char *value) { say(ITEM, NULL, value, false); }
void write_element(void) { say(ELEMENT, NULL, NULL, false); }
void write_field(const char *name, const char *value) { say(FIELD, name, value, false); }

static const struct said *after(size_t i)
{
	return i + 1 < w.count ? &w.said[i + 1] : NULL;
}

/* Nothing of the list or element that SAID stands in comes behind I. */
static bool is_last_in(size_t i, enum what border)
{
	const struct said *next = after(i);

	return !next || next->what < border || next->what == VALUE;
}

static const char *value_of(const char *name)
{
	for (size_t i = 0; i < w.count; i++)
		if (w.said[i].what == VALUE && strcmp(w.said[i].name, name) == 0)
			return w.said[i].value;
	return NULL;
}

/* --- JSON and YAML -------------------------------------------------------- */

static void quoted(FILE *out, const char *s)
{
	putc('"', out);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			putc('\\', out);
		putc(*s, out);
	}
	putc('"', out);
}

static bool is_word(const char *s)
{
	return strcmp(s, "true") == 0 || strcmp(s, "false") == 0 ||
	    strcmp(s, "null") == 0;
}

static void scalar(const char *s)
{
	bool plain = w.form == FORM_YAML ?
	    strpbrk(s, ":#{}[],&*!|>'\"%@`") == NULL : is_word(s);

	if (plain)
		fputs(s, w.out);
	else
		quoted(w.out, s);
}

static bool is_yaml(void) { return w.form == FORM_YAML; }

static void key(const char *name)
{
	fprintf(w.out, is_yaml() ? "%s: " : "\"%s\":", name);
}

static void list_begin(const struct said *said)
{
	fputs(!is_yaml() && said->open ? "{\"open\":true,\"items\":[" : "[", w.out);
}

static void list_end(const struct said *said, bool is_empty)
{
	if (is_yaml())
		fputs(!said->open ? "]" : is_empty ? "...]" : ", ...]", w.out);
	else
		fputs(said->open ? "]}" : "]", w.out);
}

/* What stands in the list at I; answers what comes behind it. */
static size_t list(size_t i)
{
	const struct said *head = &w.said[i];
	bool is_empty = is_last_in(i, ITEM);
	const char *comma = is_yaml() ? ", " : ",";

	list_begin(head);
	while (!is_last_in(i, ITEM)) {
		const struct said *said = &w.said[++i];

		if (said->what == FIELD) {
			fputs(w.said[i - 1].what == ELEMENT ? "" : comma, w.out);
			key(said->name);
		} else if (w.said[i - 1].what != LIST) {
			fputs(comma, w.out);
		}
		if (said->what == ELEMENT)
			fputs(is_yaml() ? "{ " : "{", w.out);
		else
			scalar(said->value);
		if (said->what == FIELD && is_last_in(i, FIELD))
			fputs(is_yaml() ? " }" : "}", w.out);
	}
	list_end(head, is_empty);
	return i + 1;
}

static void object(void)
{
	for (size_t i = 0; i < w.count;) {
		if (is_yaml())
			fputs(i ? "    " : "  - ", w.out);
		else if (i)
			putc(',', w.out);
		key(w.said[i].name);
		if (w.said[i].what == LIST)
			i = list(i);
		else
			scalar(w.said[i++].value);
		if (is_yaml())
			putc('\n', w.out);
	}
}

static void json_entity(void)
{
	fputs(w.is_first ? "{" : ",\n{", w.out);
	object();
	putc('}', w.out);
}

static void ndjson_entity(void)
{
	fprintf(w.out, "{\"%s\":{", w.kind->kind);
	object();
	fputs("}}\n", w.out);
}

/* --- CSV ------------------------------------------------------------------ */

static void cell(FILE *out, const char *s)
{
	if (!strpbrk(s, ",\"\r\n")) {
		fputs(s, out);
		return;
	}
	putc('"', out);
	for (; *s; s++) {
		if (*s == '"')
			putc('"', out);
		putc(*s, out);
	}
	putc('"', out);
}

#define WHO "invented,observed,2026-11-01"

static void csv_open(size_t shape)
{
	const struct shape *s = &shapes[shape];
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s%s%s.csv", w.folder, s->kind,
	    s->list ? "." : "", s->list ? s->list : "");
	w.files[shape] = fopen(path, "w");
	if (!w.files[shape])
		fail(path);
	fputs(s->list ? "from," : "", w.files[shape]);
	for (size_t i = 0; s->columns[i]; i++)
		fprintf(w.files[shape], "%s,", s->columns[i]);
	fprintf(w.files[shape], "%ssource.name,source.grade,source.as_of\n",
	    s->list ? "list," : "");
}

static size_t shape_of(const char *list)
{
	for (size_t i = 0; i < SHAPES; i++)
		if (strcmp(shapes[i].kind, w.kind->kind) == 0 && (list ?
		    shapes[i].list && strcmp(shapes[i].list, list) == 0 :
		    !shapes[i].list))
			return i;
	fprintf(stderr, "site: no columns for %s of %s\n", list, w.kind->kind);
	exit(2);
}

/* The element at I of a list; the fields it lacks are empty cells. */
static size_t csv_element(FILE *out, const struct shape *shape, size_t i)
{
	size_t last = i;

	if (w.said[i].what == ITEM) {
		cell(out, w.said[i].value);
		putc(',', out);
		return i;
	}
	while (!is_last_in(last, FIELD))
		last++;
	for (size_t c = 0; shape->columns[c]; c++) {
		for (size_t f = i + 1; f <= last; f++)
			if (strcmp(w.said[f].name, shape->columns[c]) == 0)
				cell(out, w.said[f].value);
		putc(',', out);
	}
	return last;
}

/* A row for each element, and one that says how far the list goes. */
static size_t csv_list(size_t i)
{
	const struct said *head = &w.said[i];
	size_t number = shape_of(head->name);
	const struct shape *shape = &shapes[number];
	FILE *out = w.files[number];

	while (!is_last_in(i, ITEM)) {
		cell(out, w.said[0].value);
		putc(',', out);
		i = csv_element(out, shape, i + 1);
		fputs("," WHO "\n", out);
	}
	cell(out, w.said[0].value);
	for (size_t c = 0; shape->columns[c]; c++)
		putc(',', out);
	fprintf(out, ",%s," WHO "\n", head->open ? "open" : "closed");
	return i + 1;
}

static void csv_entity(void)
{
	size_t number = shape_of(NULL);
	FILE *out = w.files[number];

	for (size_t c = 0; shapes[number].columns[c]; c++) {
		const char *value = value_of(shapes[number].columns[c]);

		if (value)
			cell(out, value);
		putc(',', out);
	}
	fputs(WHO "\n", out);
	for (size_t i = 0; i < w.count;)
		i = w.said[i].what == LIST ? csv_list(i) : i + 1;
}

/* --- OpenGraph, as ConfigManBearPig writes it ------------------------------ */

struct renamed {
	const char *ours, *theirs, *spelt[6];	/* ours, theirs, ours, ... */
};

static const struct renamed of_site[] = {
	{ "code", "siteCode", { NULL } }, { "name", "name", { NULL } },
	{ "hierarchy", "rootSiteCode", { NULL } },
	{ "type", "siteType", { "primary", "Primary Site", "secondary",
	    "Secondary Site" } },
	{ "parent", "parentSiteCode", { "null", "" } },
	{ "version", "version", { NULL } },
	{ "site_server", "siteServerFQDN", { NULL } },
	{ "database", "SQLDatabaseName", { NULL } }, { NULL, NULL, { NULL } },
};
static const struct renamed of_computer[] = {
	{ "fqdn", "dNSHostName", { NULL } }, { "domain", "Domain", { NULL } },
	{ "smb_signing_required", "SMBSigningRequired", { NULL } },
	{ "ntlm_inbound", "restrictReceivingNtlmTraffic", { "allow_all", "Off",
	    "deny_domain_accounts", "Deny_Domain_Accounts", "deny_all",
	    "Deny_All" } },
	{ "loopback_check_disabled", "disableLoopbackCheck", { NULL } },
	{ "client_certificate_required", "SCCMClientCertificateRequired",
	    { NULL } }, { NULL, NULL, { NULL } },
};
static const char *const role_names[] = {
	"site_server", "SMS Site Server", "distribution_point",
	"SMS Distribution Point", "management_point", "SMS Management Point",
	"software_update_point", "SMS Software Update Point",
	"fallback_status_point", "SMS Fallback Status Point", "reporting_point",
	"SMS Reporting Point", "state_migration_point",
	"SMS State Migration Point", NULL,
};

static const char *spelt(const char *const *pairs, const char *value)
{
	for (; *pairs; pairs += 2)
		if (strcmp(*pairs, value) == 0)
			return pairs[1];
	return value;
}

static void node_begin(const char *id, const char *kind)
{
	fputs(w.is_first_node ? "{\"id\":" : ",\n{\"id\":", w.out);
	w.is_first_node = false;
	quoted(w.out, id);
	fprintf(w.out, ",\"kinds\":[\"%s\"],\"properties\":{", kind);
}

static void properties(const struct renamed *names)
{
	bool is_first = true;

	for (; names->ours; names++) {
		const char *value = value_of(names->ours);

		if (!value)
			continue;
		fprintf(w.out, "%s\"%s\":", is_first ? "" : ",", names->theirs);
		is_first = false;
		scalar(spelt(names->spelt, value));
	}
}

static void edge(const char *kind, const char *start, const char *end)
{
	fprintf(w.edges, "%s{\"kind\":\"%s\",\"start\":{\"value\":",
	    w.is_first_edge ? "" : ",\n", kind);
	w.is_first_edge = false;
	quoted(w.edges, start);
	fputs("},\"end\":{\"value\":", w.edges);
	quoted(w.edges, end);
	fputs("}}", w.edges);
}

/* An edge for each element of the list NAME. */
static void edges(const char *name, const char *kind, const char *id,
    bool backward)
{
	bool is_meant = false;

	for (size_t i = 0; i < w.count; i++) {
		const struct said *said = &w.said[i];

		if (said->what == LIST)
			is_meant = strcmp(said->name, name) == 0;
		else if (said->what == ITEM && is_meant)
			edge(kind, backward ? said->value : id,
			    backward ? id : said->value);
	}
}

static void computer_roles(void)
{
	bool is_first = true;
	const char *kind = NULL;

	fputs(",\"SCCMSiteSystemRoles\":[", w.out);
	for (size_t i = 0; i < w.count; i++) {
		const struct said *said = &w.said[i];

		if (said->what != FIELD)
			continue;
		if (strcmp(said->name, "kind") == 0)
			kind = spelt(role_names, said->value);
		if (strcmp(said->name, "site") != 0)
			continue;
		fprintf(w.out, "%s\"%s@%s\"", is_first ? "" : ",", kind,
		    said->value);
		is_first = false;
	}
	putc(']', w.out);
}

/* "CONTOSO\H0000001$" of h0000001.contoso.example. */
static const char *account_of(const char *fqdn)
{
	static char account[64];

	snprintf(account, sizeof(account), "CONTOSO\\H%.*s$",
	    (int)strcspn(fqdn + 1, "."), fqdn + 1);
	return account;
}

static void opengraph_entity(void)
{
	const char *id = w.said[0].value, *kind = value_of("kind");

	if (strcmp(w.kind->kind, "Site") == 0) {
		node_begin(id, "SCCM_Site");
		properties(of_site);
	} else if (strcmp(w.kind->kind, "Host") == 0) {
		id = account_of(id);
		node_begin(id, "Computer");
		properties(of_computer);
		computer_roles();
		edges("sessions", "HasSession", id, false);
		edges("local_admins", "SCCM_LocalAdminRequired", id, true);
	} else if (kind && strcmp(kind, "computer") != 0) {
		node_begin(id, strcmp(kind, "group") == 0 ? "Group" : "User");
		fputs("\"name\":", w.out);
		quoted(w.out, id);
		edges("member_of", "MemberOf", id, false);
	} else {
		return;
	}
	fputs("}}", w.out);
}

/* --- files ---------------------------------------------------------------- */

static void yaml_header(FILE *out)
{
	fputs("scarp: 1\nschema: configmgr\n"
	    "source: { name: invented, grade: observed, as_of: 2026-11-01 }\n"
	    "complete: [Hierarchy, Site, Principal, Host]\n", out);
}

#define JSON_HEADER "{\"scarp\":1,\"schema\":\"configmgr\"," \
	"\"source\":{\"name\":\"invented\",\"grade\":\"observed\"," \
	"\"as_of\":\"2026-11-01\"}," \
	"\"complete\":[\"Hierarchy\",\"Site\",\"Principal\",\"Host\"]"

static void begin_csv(void)
{
	static char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/site.yaml", w.folder);
	out = fopen(path, "w");
	if (!out)
		fail(path);
	yaml_header(out);
	if (fclose(out))
		fail(path);
	for (size_t i = 0; i < SHAPES; i++)
		csv_open(i);
}

void write_begin(enum form form, const char *folder)
{
	w.form = form;
	w.folder = folder;
	w.out = stdout;
	w.is_first_node = w.is_first_edge = true;
	if (form == FORM_CSV)
		begin_csv();
	else if (form == FORM_YAML)
		yaml_header(stdout);
	else if (form == FORM_JSON)
		fputs(JSON_HEADER, stdout);
	else if (form == FORM_NDJSON)
		fputs(JSON_HEADER "}\n", stdout);
	else
		fputs("{\"metadata\":{\"source_kind\":\"SCCM\"},\"graph\":{\"nodes\":[\n",
		    stdout);
	w.edges = form == FORM_OPENGRAPH ? tmpfile() : NULL;
	if (form == FORM_OPENGRAPH && !w.edges)
		fail("edges");
}

static void close_kind(void)
{
	if (w.kind && w.form == FORM_JSON)
		putc(']', stdout);
}

void write_kind(const char *kind)
{
	close_kind();
	for (size_t i = SHAPES; i-- > 0;)
		if (strcmp(shapes[i].kind, kind) == 0 && !shapes[i].list)
			w.kind = &shapes[i];
	w.is_first = true;
	if (w.form == FORM_JSON)
		printf(",\n\"%s\":[", w.kind->plural);
	else if (w.form == FORM_YAML)
		printf("%s:\n", w.kind->plural);
}

void write_entity(void)
{
	w.count = w.used = 0;
}

void write_entity_end(void)
{
	switch (w.form) {
	case FORM_YAML: object(); break;
	case FORM_JSON: json_entity(); break;
	case FORM_NDJSON: ndjson_entity(); break;
	case FORM_CSV: csv_entity(); break;
	case FORM_OPENGRAPH: opengraph_entity(); break;
	}
	w.is_first = false;
}

static void copy_edges(void)
{
	static char bytes[65536];
	size_t count;

	fputs("],\n\"edges\":[\n", stdout);
	rewind(w.edges);
	while ((count = fread(bytes, 1, sizeof(bytes), w.edges)) > 0)
		fwrite(bytes, 1, count, stdout);
	if (ferror(w.edges) || fclose(w.edges))
		fail("edges");
	fputs("]}}\n", stdout);
}

void write_end(void)
{
	close_kind();
	if (w.form == FORM_JSON)
		fputs("}\n", stdout);
	if (w.form == FORM_OPENGRAPH)
		copy_edges();
	for (size_t i = 0; w.form == FORM_CSV && i < SHAPES; i++)
		if (ferror(w.files[i]) || fclose(w.files[i]))
			fail(shapes[i].kind);
	if (fflush(stdout) || ferror(stdout))
		fail("standard output");
}
