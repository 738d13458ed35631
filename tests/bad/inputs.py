# SPDX-License-Identifier: Apache-2.0
"""The good files every case starts from, and what makes bad ones of them."""

import functools
import json
import os
import random
import socket
import struct
import subprocess
import tempfile
import threading

TOP = os.path.abspath(os.environ.get("TOP_SRCDIR") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
SCARP = os.path.abspath(
    os.environ.get("SCARP") or os.path.join(TOP, "build", "scarp"))

RULES = """schema office version "1"
enum Zone { inside, outside }
entity Server {
	name: caseless, key
	patched: bool, changeable cost 1
	zone: Zone
	port: int
	release: version
	seen: date
	note: string?
	tags: {string}
	parent: Server?
	disks: {Disk}, owned, inverse of server
}
entity Disk { letter: string, key  server: Server  size: int }
map opengraph to office {
	node Machine is Server { name = id  patched = patched }
	edge Above is Server.parent
}
map sharphound to office { node computers is Server { name = id } }
map rows to office { node SMS_Server is Server { name = Name  patched = Patched } }
pack few.rules "Few" version "1"
rule few.patched "Every server is patched" {
	severity high
	for s in Server
	require s.patched else "{s} lacks patches"
}
test few.patched {
	given { Server a { patched: true } Server b { patched: false } Server c { } }
	expect pass a
	expect fail b with "b lacks patches"
	expect unknown c needs c.patched
}
"""
SITE = """scarp: 1
schema: office
complete: [Server]
servers:
  - name: a
    patched: true
    zone: inside
    disks: [{ letter: "C:", size: 20 }]
  - name: b
    patched: true
    port: 443
    release: "5.10"
    seen: 2026-01-31
    note: fine
    tags: [x, y]
"""
JSON = """{"scarp": 1, "schema": "office", "complete": ["Server"],
 "servers": [{"name": "a", "patched": true, "zone": "inside"},
  {"name": "b", "patched": true, "port": 443, "note": "fine"}]}
"""
GRAPH = """{"graph": {"nodes": [
 {"id": "a", "kinds": ["Machine"], "properties": {"patched": true}},
 {"id": "b", "kinds": ["Machine"], "properties": {"patched": true}}],
 "edges": [{"kind": "Above", "start": {"value": "a"}, "end": {"value": "b"}}]}}
"""
SHARP = """{"data": [{"ObjectIdentifier": "S-1", "Properties": {"name": "a"}}],
 "meta": {"type": "computers", "count": 1, "version": 5}}
"""
ROWS = """[{"Name": "a", "Patched": true}, {"Name": "b", "Patched": true}]
"""
WAIVERS = """waive few.patched for Server "b" until 2030-01-01
	because "it is old" approved by "Ada Berg"
"""
PATCH = """# two
Server[a].patched = false
add Server[c] { patched: true }
"""
MUTANTS = """equivalent:
  - in: few.patched
    was: require s.patched
    became: require s.patched or s.patched
    because: it says the same
"""
OUTLINE = """outline: handbook
title: A handbook
chapters:
  - heading: Networks
    items:
      - id: N1
        says: Servers are patched
"""

GOOD = {"rules.scarp": RULES, "site.yaml": SITE, "site.json": JSON,
        "graph.json": GRAPH, "sharp.json": SHARP, "SMS_Server.json": ROWS,
        "waivers.scarp": WAIVERS, "edits": PATCH, "outline.yaml": OUTLINE}


def made_by_scarp():
    """A compiled pack and reports, made once."""
    with tempfile.TemporaryDirectory(prefix="scarp-bad-") as folder:
        for name in ("rules.scarp", "site.yaml"):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                f.write(GOOD[name])

        def scarp(*words):
            return subprocess.run([SCARP, *words], cwd=folder, check=True,
                                  stdout=subprocess.PIPE).stdout
        scarp("build", "rules.scarp", "-o", "x.scarpc")
        with open(os.path.join(folder, "x.scarpc"), "rb") as file:
            code = file.read()
        return code, scarp("check", "--pack", "rules.scarp", "--verdicts",
                           "all", "--format", "json", "site.yaml")


CODE, REPORT = made_by_scarp()
GOOD["rules.scarpc"] = CODE
GOOD["report.json"] = REPORT


def nest(before, count, after="", inside=""):
    return before * count + inside + after * count


def rule(body, head="rule x.y \"X\" { for s in Server "):
    """The good rules, and one more."""
    return RULES + head + body + " }\n"


def require(expression):
    return rule("require " + expression)


def attribute(text):
    """The good site, and one more server that says this."""
    return SITE + "  - name: c\n    " + text + "\n"


def member(text):
    """The same in JSON."""
    return JSON.replace('"note": "fine"', text)


def change(text, old, new, nth=1):
    """TEXT with the NTH place of OLD changed; it must be there."""
    if isinstance(text, bytes):
        old = old.encode() if isinstance(old, str) else old
        new = new.encode() if isinstance(new, str) else new
    elif isinstance(new, bytes):
        text, old = text.encode(), old.encode()
    parts = text.split(old)
    if len(parts) <= nth:
        raise ValueError(f"{old!r} is not there")
    return old.join(parts[:nth]) + new + old.join(parts[nth:])


def servers(count, text="patched: true"):
    return "scarp: 1\nschema: office\nservers:\n" + "".join(
        f"  - {{ name: s{i}, {text} }}\n" for i in range(count))


def laughs(levels, width):
    lines = ["a0: &a0 [lol]"] + [
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * width)}]"
        for i in range(1, levels)]
    return "scarp: 1\nschema: office\n" + "\n".join(lines) + "\n"


def noise(size, seed=1):
    return random.Random(seed).randbytes(size)


def colliding(count):
    """Keys that one hash function, h * 31 + c, cannot tell apart."""
    keys = [""]
    while len(keys) < count:
        keys = [k + pair for k in keys for pair in ("Aa", "BB")]
    return keys[:count]


def namespace(folder):
    """What expressions may use; things that are no plain files go to FOLDER."""
    def path(name):
        return os.path.join(folder, name)

    def remove(name):
        if os.path.lexists(path(name)):
            os.unlink(path(name))

    def link(name, target):
        remove(name)
        os.symlink(target, path(name))

    def make_folder(name):
        remove(name)
        os.makedirs(path(name))

    def fifo(name, content=None):
        remove(name)
        os.mkfifo(path(name))
        if content is None:
            return

        def feed():
            with open(path(name), "w", encoding="utf-8") as file:
                file.write(content)
        threading.Thread(target=feed, daemon=True).start()

    def unix_socket(name):
        remove(name)
        here = socket.socket(socket.AF_UNIX)
        here.bind(path(name))
        here.close()

    def sparse(name, size):
        with open(path(name), "wb") as file:
            file.truncate(size)

    def forbid(name):
        os.chmod(path(name), 0)
        at_end.append(functools.partial(os.chmod, path(name), 0o700))

    at_end = []
    names = {**GOOD_NAMES, "at_end": at_end, "path": path, "remove": remove,
             "link": link, "make_folder": make_folder, "fifo": fifo,
             "unix_socket": unix_socket, "sparse": sparse, "forbid": forbid,
             "is_root": os.geteuid() == 0}
    return names


GOOD_NAMES = {name: value for name, value in globals().items()
              if name.isupper() or callable(value)}
GOOD_NAMES.update(json=json, struct=struct, os=os)
