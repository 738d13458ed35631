# SPDX-License-Identifier: Apache-2.0
"""facts.py SITE: the CSV files of bench/site in the folder SITE as facts of clingo."""
import csv
import pathlib
import sys

site = pathlib.Path(sys.argv[1])


def rows(name):
    with open(site / f"{name}.csv", newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def text(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def fact(name, *terms):
    print(f"{name}({','.join(terms)}).")


for row in rows("Host"):
    host = text(row["fqdn"])
    fact("host", host)
    for name in ("zone", "ntlm_inbound", "internet_fqdn"):
        if row[name]:
            fact(name, host, text(row[name]))
    for name in ("smb_signing_required", "iis_installed"):
        if row[name]:
            fact(name, host, "yes" if row[name] == "true" else "no")
    if row["os_version"]:
        fact("os_version", host, f"({row['os_version'].replace('.', ',')})")
for row in rows("Site"):
    if row["mode"]:
        fact("mode", text(row["code"]), text(row["mode"]))
for row in rows("Principal"):
    fact("principal", text(row["id"]))
for kind, names in (("Host", ("iis_features", "local_admins", "sessions")),
                    ("Principal", ("member_of",))):
    for name in names:
        for row in rows(f"{kind}.{name}"):
            if row["to"]:
                fact("in", name, text(row["from"]), text(row["to"]))
            if row["list"]:
                fact("goes", name, text(row["from"]), text(row["list"]))
for name, predicate, columns in (("roles", "role", ("kind", "site")),
                                 ("volumes", "volume", ("letter", "file_system"))):
    for row in rows(f"Host.{name}"):
        if row[columns[0]]:
            fact(predicate, text(row["from"]), *(text(row[c]) for c in columns))
        if row["list"]:
            fact("goes", name, text(row["from"]), text(row["list"]))
