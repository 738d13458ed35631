#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""site.py HOSTS [SEED]: an invented site with that many servers, as JSON.

The same numbers give the same bytes.  One site in twenty-five servers, roles
as they are common, and holes as real collections have them: some servers that
nobody got into, attributes that only some sources know, lists that are open.
"""

import json
import random
import sys

ROLES = [
    "management_point", "distribution_point", "software_update_point",
    "state_migration_point", "fallback_status_point", "reporting_point",
    "pxe_service_point", "server_locator_point",
]
FEATURES = ["static_content", "bits_server", "webdav", "http_logging"]


def maybe(dice, entity, name, percent, value):
    """A fact that so many of a hundred servers have."""
    if dice.randrange(100) < percent:
        entity[name] = value()


def open_list(dice, percent, items):
    return {"items": items, "open": True} if dice.randrange(100) < percent else items


def host(dice, number, site):
    name = f"s{number:05}.contoso.example"
    entity = {"fqdn": name}
    roles = dice.sample(ROLES, dice.choice([1, 1, 1, 2]))
    listed = [{"kind": role, "site": site, "internet_enabled": False}
              for role in roles]
    maybe(dice, entity, "roles", 92, lambda: open_list(dice, 5, listed))
    maybe(dice, entity, "intranet_fqdn", 90, lambda: name)
    maybe(dice, entity, "internet_fqdn", 85, lambda: None)
    maybe(dice, entity, "zone", 60, lambda: dice.choice(["intranet", "intranet", "perimeter"]))
    if dice.randrange(100) < 20:
        return entity       # nobody got into this one
    maybe(dice, entity, "is_dc", 98, lambda: dice.randrange(200) == 0)
    maybe(dice, entity, "iis_installed", 95, lambda: dice.randrange(3) > 0)
    maybe(dice, entity, "iis_features", 80,
          lambda: open_list(dice, 10, dice.sample(FEATURES, 2)))
    maybe(dice, entity, "security_policy", 50, lambda: dice.choice(["scw", "baseline", "none_applied"]))
    maybe(dice, entity, "volumes", 90,
          lambda: [{"letter": "C:", "file_system": "ntfs"}])
    maybe(dice, entity, "shares", 85, lambda: open_list(dice, 10, ["ADMIN$", "IPC$"]))
    maybe(dice, entity, "interfaces", 80,
          lambda: [{"name": "lan", "dhcp": dice.randrange(20) == 0}])
    maybe(dice, entity, "services", 70, lambda: [])
    maybe(dice, entity, "web_apps", 40, lambda: [])
    maybe(dice, entity, "smb_signing_required", 30, lambda: dice.randrange(2) == 0)
    return entity


def make(count, seed):
    dice = random.Random(seed)
    sites, hosts, instances = [], [], []
    for number in range(count):
        index = number // 25
        code = f"{index:03X}"[-3:].rjust(3, "0")
        if number % 25 == 0:
            server = f"s{number:05}.contoso.example"
            sites.append({
                "code": code, "hierarchy": "CON", "type": "primary",
                "parent": None if index == 0 else "000",
                "mode": dice.choice(["mixed", "native"]),
                "site_server": server, "sql_instance": server,
            })
            instances.append({"name": server, "host": server})
        hosts.append(host(dice, number, code))
    return {
        "scarp": 1, "schema": "configmgr",
        "source": {"name": "site.py", "grade": "observed"},
        "complete": ["Hierarchy", "Site", "Host", "SqlInstance"],
        "hierarchies": ["CON"], "sites": sites, "hosts": hosts,
        "sql_instances": instances,
    }


if __name__ == "__main__":
    size = int(sys.argv[1])
    json.dump(make(size, int(sys.argv[2]) if len(sys.argv) > 2 else 1),
              sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")
