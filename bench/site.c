/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site [--hosts N] [--seed N] [--missing PERCENT] [--format FORM] [--output FOLDER]
 *
 * Writes an invented site with the schema configmgr: the same numbers give the
 * same bytes, and the same site in every form.  A host has about fifteen facts
 * and eight links; PERCENT of the facts (2) are left out, some lists are open,
 * groups are nested in rings and upward, one host in fifty stands in the
 * perimeter.
 */
#include "bench/site_write.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
	uint32_t hosts, missing;
	uint64_t seed;
	enum form form;
	const char *folder;
};

static struct options options = { .hosts = 1000, .missing = 2, .seed = 1,
	.form = FORM_YAML };
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

/* A fact that a collector may have missed. */
static void maybe(const char *name, const char *value)
{
	if (!chance(options.missing))
		write_value(name, value);
}

static void maybe_bool(const char *name, uint32_t percent)
{
	maybe(name, chance(percent) ? "true" : "false");
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
static uint32_t group_count(void) { return options.hosts / 40 * 4 + 8; }
static uint32_t user_count(void) { return options.hosts / 4 + 7; }

/* --- the site --------------------------------------------------------------- */

static void write_sites(void)
{
	write_kind("Hierarchy");
	write_entity();
	write_value("name", "CON");
	write_entity_end();
	write_kind("Site");
	for (uint32_t i = 0; i < site_count(); i++) {
		write_entity();
		write_value("code", site_code(i));
		write_value("name", name("Site %" PRIu32, i));
		write_value("hierarchy", "CON");
		write_value("type", i % 5 == 4 ? "secondary" : "primary");
		write_value("parent", i ? site_code((i - 1) / 4) : "null");
		maybe("version", "5.00.9128.1000");
		maybe("mode", chance(70) ? "https_only" : "enhanced_http");
		maybe_bool("published", 90);
		maybe_bool("schema_extended", 95);
		maybe("custom_web_site", "null");
		write_value("site_server", host_name(i * 500 % options.hosts));
		maybe("database", name("CM_%04" PRIu32, i));
		write_entity_end();
	}
}

/* Collected whole, in part or not at all. */
static void write_member_of(const char *first, const char *second)
{
	uint32_t luck = below(100);

	if (luck < options.missing)
		return;
	write_list("member_of", luck < 2 * options.missing);
	write_item(first);
	if (second && strcmp(first, second) != 0)
		write_item(second);
}

/* Groups are in rings of four, and one in four is in a group before its ring. */
static void write_principals(void)
{
	write_kind("Principal");
	for (uint32_t i = 0; i < group_count(); i++) {
		write_entity();
		write_value("id", group_name(i));
		write_value("kind", "group");
		write_member_of(group_name(i / 4 * 4 + (i + 1) % 4),
		    i >= 4 && chance(25) ? group_name(below(i / 4 * 4)) : NULL);
		write_entity_end();
	}
	for (uint32_t i = 0; i < user_count(); i++) {
		uint32_t group = below(group_count());

		write_entity();
		write_value("id", user_name(i));
		write_value("kind", "user");
		write_member_of(group_name(group),
		    group_name(other(group, 1, group_count())));
		write_entity_end();
	}
	for (uint32_t i = 0; i < options.hosts; i++) {
		write_entity();
		write_value("id", computer_name(i));
		write_value("kind", "computer");
		write_entity_end();
	}
}

static void write_roles(uint32_t host)
{
	static const char *const kinds[] = { "distribution_point", "distribution_point",
		"distribution_point", "management_point", "software_update_point",
		"fallback_status_point", "reporting_point", "state_migration_point" };
	bool open = chance(2);

	write_list("roles", open);
	if (host % 500 == 0 && host / 500 < site_count()) {
		write_element();
		write_field("kind", "site_server");
		write_field("site", site_code(host / 500));
	}
	for (uint32_t i = below(100) < 60 ? 1 : 0; i > 0; i--) {
		write_element();
		write_field("kind", CHOOSE(kinds));
		write_field("site", site_code(host / 500 % site_count()));
		write_field("internet_enabled", chance(5) ? "true" : "false");
	}
}

static void write_owned(uint32_t i)
{
	static const char *const shares[] = { "ADMIN$", "IPC$", "SMS_DP$", "SMSPKGD$" };
	uint32_t count = 1 + below(2);

	write_list("volumes", false);
	for (uint32_t v = 0; v < count; v++) {
		write_element();
		write_field("letter", v ? "D:" : "C:");
		write_field("file_system", chance(98) ? "ntfs" : "fat32");
	}
	write_list("shares", false);
	for (uint32_t s = 0; s < 2 + count; s++)
		write_item(shares[s]);
	write_list("interfaces", false);
	write_element();
	write_field("name", "lan");
	write_field("address", name("192.0.2.%" PRIu32, 1 + i % 250));
	write_field("dhcp", chance(5) ? "true" : "false");
	write_list("services", false);
	write_element();
	write_field("name", "BackupAgent");
	write_field("owner", "other");
	write_field("logon", chance(10) ? "LocalSystem" : "CONTOSO\\svc-backup");
	write_list("web_apps", false);
}

static void write_principal_links(void)
{
	uint32_t admins = 1 + below(3), sessions = below(3);
	uint32_t group = below(group_count()), user = below(user_count());
	bool open = chance(5);

	write_list("local_admins", open);
	for (uint32_t a = 0; a < admins; a++)
		write_item(group_name(other(group, a, group_count())));
	write_list("sessions", true);
	for (uint32_t s = 0; s < sessions; s++)
		write_item(user_name(other(user, s, user_count())));
}

static void write_host(uint32_t i)
{
	static const char *const ntlm[] = { "allow_all", "deny_domain_accounts", "deny_all" };
	static const char *const versions[] = { "10.0.20348", "10.0.20348",
		"10.0.26100", "10.0.17763", "10.0.9600" };
	static const char *const policies[] = { "baseline", "baseline", "scw", "none_applied" };

	write_entity();
	write_value("fqdn", host_name(i));
	maybe("domain", "contoso.example");
	maybe("zone", i % 50 == 0 ? "perimeter" : i % 10 == 0 ? "management" : "intranet");
	maybe_bool("is_dc", 1);
	maybe("operating_system", "Windows Server 2022");
	maybe("os_version", CHOOSE(versions));
	maybe("account", computer_name(i));
	maybe("security_policy", CHOOSE(policies));
	maybe("intranet_fqdn", host_name(i));
	maybe("internet_fqdn", i % 50 == 0 ? "edge.contoso.example" : "null");
	maybe_bool("site_initiated_only", 10);
	maybe_bool("iis_installed", 60);
	write_list("iis_features", false);
	write_item("static_content");
	write_item("bits_server");
	if (chance(3))
		write_item("ftp");
	maybe_bool("client_certificate_required", 50);
	maybe_bool("smb_signing_required", 80);
	maybe("ntlm_inbound", CHOOSE(ntlm));
	maybe_bool("loopback_check_disabled", 2);
	write_roles(i);
	write_owned(i);
	write_principal_links();
	write_entity_end();
}

static void write_hosts(void)
{
	write_kind("Host");
	for (uint32_t i = 0; i < options.hosts; i++)
		write_host(i);
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
		else if (strcmp(word, "--output") == 0)
			options.folder = given;
		else if (strcmp(word, "--format") != 0 ||
		    !form_find(given, &options.form))
			return false;
	}
	return argc % 2 == 1 && options.hosts > 0 &&
	    (options.form == FORM_CSV) == (options.folder != NULL);
}

int main(int argc, char **argv)
{
	static char buffer[1 << 16];

	if (!read_options(argc, argv)) {
		fputs("usage: site [--hosts N] [--seed N] [--missing PERCENT]\n"
		    "            [--format yaml|json|ndjson|opengraph]\n"
		    "       site ... --format csv --output FOLDER\n", stderr);
		return 2;
	}
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	state = options.seed;
	write_begin(options.form, options.folder);
	write_sites();
	write_principals();
	write_hosts();
	write_end();
	return 0;
}
