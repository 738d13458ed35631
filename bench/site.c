/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site [--hosts N] [--seed N] [--missing PERCENT] [--format yaml|json]
 *
 * Writes an invented site with the schema configmgr: the same numbers give the
 * same bytes.  A host has about fifteen facts and eight links; PERCENT of the
 * facts (2) are left out, some lists are open, groups are nested with rings,
 * one host in fifty stands in the perimeter.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
	uint32_t hosts, missing;
	uint64_t seed;
	bool json;
};

static struct options options = { .hosts = 1000, .missing = 2, .seed = 1 };
static uint64_t state;

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint32_t below(uint32_t n)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(((z ^ (z >> 31)) >> 32) * n >> 32);
}

static bool chance(uint32_t percent)
{
	return below(100) < percent;
}

#define CHOOSE(list) ((list)[below((uint32_t)(sizeof(list) / sizeof(*(list))))])

/* --- writing: block YAML with flow values, or JSON ------------------------ */

static bool first_entity, first_fact, first_item;

static void text(const char *s)
{
	fputs(s, stdout);
}

/* A scalar of the inventory; what YAML would misread is quoted there too. */
static void scalar(const char *s)
{
	bool number = strcmp(s, "true") == 0 || strcmp(s, "false") == 0 ||
	    strcmp(s, "null") == 0;
	bool quote = options.json ? !number : strpbrk(s, ":#{}[],&*!|>'\"%@`") != NULL;

	if (!quote) {
		text(s);
		return;
	}
	putchar('"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			putchar('\\');
		putchar(*s);
	}
	putchar('"');
}

static void key(const char *name)
{
	if (options.json)
		printf("\"%s\":", name);
	else
		printf("%s: ", name);
}

/* A kind's plural, with all its entities between open and close. */
static void open_kind(const char *plural)
{
	if (options.json)
		printf(",\n\"%s\":[", plural);
	else
		printf("%s:\n", plural);
	first_entity = true;
}

static void close_kind(void)
{
	if (options.json)
		text("]");
}

static void open_entity(void)
{
	if (options.json)
		text(first_entity ? "{" : ",\n{");
	first_entity = false;
	first_fact = true;
}

static void close_entity(void)
{
	if (options.json)
		text("}");
}

static void fact(const char *name)
{
	if (options.json)
		text(first_fact ? "" : ",");
	else
		text(first_fact ? "  - " : "    ");
	first_fact = false;
	key(name);
}

static void end_fact(void)
{
	if (!options.json)
		text("\n");
}

static void value(const char *name, const char *s)
{
	fact(name);
	scalar(s);
	end_fact();
}

/* A fact that a collector may have missed. */
static void maybe(const char *name, const char *s)
{
	if (!chance(options.missing))
		value(name, s);
}

static void maybe_bool(const char *name, uint32_t percent)
{
	maybe(name, chance(percent) ? "true" : "false");
}

static void open_list(const char *name, bool open)
{
	fact(name);
	text(options.json && open ? "{\"open\":true,\"items\":[" : "[");
	first_item = true;
}

static void close_list(bool open)
{
	if (open && !options.json)
		text(first_item ? "..." : ", ...");
	text(options.json && open ? "]}" : "]");
	end_fact();
}

static void next_item(void)
{
	text(first_item ? "" : options.json ? "," : ", ");
	first_item = false;
}

static void item(const char *s)
{
	next_item();
	scalar(s);
}

/* An object in a list: field after field. */
static void field(const char *name, const char *s, bool first)
{
	text(first ? (options.json ? "{" : "{ ") : (options.json ? "," : ", "));
	key(name);
	scalar(s);
}

static void close_fields(void)
{
	text(options.json ? "}" : " }");
}

/* --- names ---------------------------------------------------------------- */

/* Four texts at a time are valid. */
static const char *name(const char *format, uint32_t number)
{
	static char texts[4][64];
	static unsigned next;
	char *at = texts[next++ % 4];

	/* The formats are the literals below. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(at, sizeof(texts[0]), format, number);
#pragma GCC diagnostic pop
	return at;
}

/* Different for each STEP below 7, if N is at least 7. */
static uint32_t other(uint32_t first, uint32_t step, uint32_t n)
{
	return (first + step * (1 + n / 7)) % n;
}

static const char *host_name(uint32_t i) { return name("h%07" PRIu32 ".contoso.example", i); }
static const char *site_code(uint32_t i) { return name("S%04" PRIu32, i); }
static const char *group_name(uint32_t i) { return name("CONTOSO\\group%06" PRIu32, i); }
static const char *user_name(uint32_t i) { return name("CONTOSO\\user%07" PRIu32, i); }
static const char *computer_name(uint32_t i) { return name("CONTOSO\\H%07" PRIu32 "$", i); }

static uint32_t site_count(void) { return options.hosts / 500 + 1; }
static uint32_t group_count(void) { return options.hosts / 10 + 7; }
static uint32_t user_count(void) { return options.hosts / 4 + 7; }

/* --- the site --------------------------------------------------------------- */

static void write_header(void)
{
	if (options.json) {
		text("{\"scarp\":1,\"schema\":\"configmgr\",\n"
		    "\"source\":{\"name\":\"invented\",\"grade\":\"observed\","
		    "\"as_of\":\"2026-11-01\"},\n"
		    "\"complete\":[\"Hierarchy\",\"Site\",\"Host\"]");
		return;
	}
	text("scarp: 1\nschema: configmgr\n"
	    "source: { name: invented, grade: observed, as_of: 2026-11-01 }\n"
	    "complete: [Hierarchy, Site, Host]\n");
}

static void write_sites(void)
{
	open_kind("hierarchies");
	open_entity();
	value("name", "CON");
	close_entity();
	close_kind();
	open_kind("sites");
	for (uint32_t i = 0; i < site_count(); i++) {
		open_entity();
		value("code", site_code(i));
		value("name", name("Site %" PRIu32, i));
		value("hierarchy", "CON");
		value("type", i % 5 == 4 ? "secondary" : "primary");
		value("parent", i ? site_code((i - 1) / 4) : "null");
		maybe("version", "5.00.9128.1000");
		maybe("mode", chance(70) ? "https_only" : "enhanced_http");
		maybe_bool("published", 90);
		maybe_bool("schema_extended", 95);
		maybe("custom_web_site", "null");
		value("site_server", host_name(i * 500 % options.hosts));
		maybe("database", name("CM_%04" PRIu32, i));
		close_entity();
	}
	close_kind();
}

static void write_principals(void)
{
	open_kind("principals");
	for (uint32_t i = 0; i < group_count(); i++) {
		open_entity();
		value("id", group_name(i));
		value("kind", "group");
		open_list("member_of", false);
		item(group_name((i + 1) % group_count()));
		if (chance(50))
			item(group_name(other(i + 1, 1 + below(2), group_count())));
		close_list(false);
		close_entity();
	}
	for (uint32_t i = 0; i < user_count(); i++) {
		uint32_t group = below(group_count());

		open_entity();
		value("id", user_name(i));
		value("kind", "user");
		open_list("member_of", false);
		item(group_name(group));
		item(group_name(other(group, 1, group_count())));
		close_list(false);
		close_entity();
	}
	for (uint32_t i = 0; i < options.hosts; i++) {
		open_entity();
		value("id", computer_name(i));
		value("kind", "computer");
		close_entity();
	}
	close_kind();
}

static void write_roles(uint32_t host)
{
	static const char *const kinds[] = { "distribution_point", "distribution_point",
		"distribution_point", "management_point", "software_update_point",
		"fallback_status_point", "reporting_point", "state_migration_point" };
	bool open = chance(2);

	open_list("roles", open);
	if (host % 500 == 0 && host / 500 < site_count()) {
		next_item();
		field("kind", "site_server", true);
		field("site", site_code(host / 500), false);
		close_fields();
	}
	for (uint32_t i = below(100) < 60 ? 1 : 0; i > 0; i--) {
		next_item();
		field("kind", CHOOSE(kinds), true);
		field("site", site_code(host / 500 % site_count()), false);
		field("internet_enabled", chance(5) ? "true" : "false", false);
		close_fields();
	}
	close_list(open);
}

static void write_owned(uint32_t i)
{
	static const char *const shares[] = { "ADMIN$", "IPC$", "SMS_DP$", "SMSPKGD$" };
	uint32_t count = 1 + below(2);

	open_list("volumes", false);
	for (uint32_t v = 0; v < count; v++) {
		next_item();
		field("letter", v ? "D:" : "C:", true);
		field("file_system", chance(98) ? "ntfs" : "fat32", false);
		close_fields();
	}
	close_list(false);
	open_list("shares", false);
	for (uint32_t s = 0; s < 2 + count; s++)
		item(shares[s]);
	close_list(false);
	open_list("interfaces", false);
	next_item();
	field("name", "lan", true);
	field("address", name("192.0.2.%" PRIu32, 1 + i % 250), false);
	field("dhcp", chance(5) ? "true" : "false", false);
	close_fields();
	close_list(false);
	open_list("services", false);
	next_item();
	field("name", "BackupAgent", true);
	field("owner", "other", false);
	field("logon", chance(10) ? "LocalSystem" : "CONTOSO\\svc-backup", false);
	close_fields();
	close_list(false);
	open_list("web_apps", false);
	close_list(false);
}

static void write_principal_links(void)
{
	uint32_t admins = 1 + below(3), sessions = below(3);
	uint32_t group = below(group_count()), user = below(user_count());
	bool open = chance(5);

	open_list("local_admins", open);
	for (uint32_t a = 0; a < admins; a++)
		item(group_name(other(group, a, group_count())));
	close_list(open);
	open_list("sessions", true);
	for (uint32_t s = 0; s < sessions; s++)
		item(user_name(other(user, s, user_count())));
	close_list(true);
}

static void write_host(uint32_t i)
{
	static const char *const ntlm[] = { "allow_all", "deny_domain_accounts", "deny_all" };
	static const char *const policies[] = { "baseline", "baseline", "scw", "none_applied" };

	open_entity();
	value("fqdn", host_name(i));
	maybe("domain", "contoso.example");
	maybe("zone", i % 50 == 0 ? "perimeter" : i % 10 == 0 ? "management" : "intranet");
	maybe_bool("is_dc", 1);
	maybe("operating_system", "Windows Server 2022");
	maybe("os_version", "10.0.20348");
	maybe("account", computer_name(i));
	maybe("security_policy", CHOOSE(policies));
	maybe("intranet_fqdn", host_name(i));
	maybe("internet_fqdn", i % 50 == 0 ? "edge.contoso.example" : "null");
	maybe_bool("site_initiated_only", 10);
	maybe_bool("iis_installed", 60);
	open_list("iis_features", false);
	item("static_content");
	item("bits_server");
	if (chance(3))
		item("ftp");
	close_list(false);
	maybe_bool("client_certificate_required", 50);
	maybe_bool("smb_signing_required", 80);
	maybe("ntlm_inbound", CHOOSE(ntlm));
	maybe_bool("loopback_check_disabled", 2);
	write_roles(i);
	write_owned(i);
	write_principal_links();
	close_entity();
}

static void write_hosts(void)
{
	open_kind("hosts");
	for (uint32_t i = 0; i < options.hosts; i++)
		write_host(i);
	close_kind();
	if (options.json)
		text("}\n");
}

static bool read_options(int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2) {
		const char *word = argv[i], *given = argv[i + 1];

		if (strcmp(word, "--hosts") == 0)
			options.hosts = (uint32_t)strtoul(given, NULL, 10);
		else if (strcmp(word, "--missing") == 0)
			options.missing = (uint32_t)strtoul(given, NULL, 10);
		else if (strcmp(word, "--seed") == 0)
			options.seed = strtoull(given, NULL, 10);
		else if (strcmp(word, "--format") == 0)
			options.json = strcmp(given, "json") == 0;
		else
			return false;
	}
	return argc % 2 == 1 && options.hosts > 0;
}

int main(int argc, char **argv)
{
	static char buffer[1 << 16];

	if (!read_options(argc, argv)) {
		fprintf(stderr, "usage: site [--hosts N] [--seed N] [--missing PERCENT] "
		    "[--format yaml|json]\n");
		return 2;
	}
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	state = options.seed;
	write_header();
	write_sites();
	write_principals();
	write_hosts();
	return fflush(stdout) == 0 ? 0 : 1;
}
