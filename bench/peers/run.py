# SPDX-License-Identifier: Apache-2.0
"""run.py BUILD [HOSTS...]

The same rules (rules.scarp) by scarp and by every other engine that is found on
this machine, over the same invented sites: what each took, and whether its
answers are ours.  Wrong answers end with status 1; slow ones never do.
"""
import collections
import csv
import importlib.metadata
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent))
sys.dont_write_bytecode = True
import measure  # noqa: E402

SECONDS = float(os.environ.get("BENCH_SECONDS", "300"))


def first_line(*command):
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    return (said.stdout + said.stderr).strip().split("\n")[0]


class Site:
    """An invented site in each form that somebody reads."""

    def __init__(self, build, hosts, folder):
        self.hosts = hosts
        self.csv = folder / f"{hosts}.csv"
        self.json = folder / f"{hosts}.json"
        self.facts = folder / f"{hosts}.lp"
        self.csv.mkdir()
        make = [build / "bench/site", "--hosts", str(hosts), "--seed", "1", "--missing", "2"]
        subprocess.run([*make, "--format", "csv", "--output", self.csv], check=True)
        with open(self.json, "wb") as out:
            subprocess.run([*make, "--format", "json"], stdout=out, check=True)

    def make_facts(self):
        if not self.facts.exists():
            with open(self.facts, "wb") as out:
                subprocess.run([sys.executable, here / "clingo/facts.py", self.csv],
                               stdout=out, check=True)
        return self.facts


class Peer:
    name = ""
    most = 10**9           # hosts; more take minutes, or more memory than there is
    lacks = ()             # rules that its language cannot say
    counts = True          # it prints how many pass and are not applicable, too

    def missing(self):
        """Why it is left out, or None."""
        return None if shutil.which(self.name) else "not found"

    def version(self):
        return first_line(self.name, "--version").split()[0]

    def script(self, site, folder, rules):
        """A file to be its standard input, or None."""
        return None

    def lines(self, output):
        with open(output, encoding="utf-8") as file:
            return [line.rstrip("\n") for line in file]


class Python(Peer):
    def missing(self):
        try:
            self.version()
        except importlib.metadata.PackageNotFoundError:
            return f"no Python package of that name (`pip install {self.name}`)"
        return None

    def version(self):
        return importlib.metadata.version(self.name)


class DuckDB(Python):
    name = "duckdb"

    def command(self, site, rules):
        return [sys.executable, here / "duckdb/run.py", site.csv, *(["rules"] if rules else [])]


class Clingo(Python):
    name = "clingo"
    lacks = ("peer.text",)
    most = 20000

    def command(self, site, rules):
        return [sys.executable, here / "clingo/run.py", site.make_facts(),
                *(["rules"] if rules else [])]


class SQLite(Peer):
    name = "sqlite3"

    def command(self, site, rules):
        return [self.name, ":memory:"]

    def script(self, site, folder, rules):
        parts = ["sqlite/load.sql"]
        if rules:
            parts += ["sqlite/rules.sql", "sql/rules.sql", "sqlite/answers.sql"]
        path = folder / "script.sql"
        path.write_text("".join((here / part).read_text() for part in parts)
                        .replace("SITE", str(site.csv)))
        return path


class Jq(Peer):
    name = "jq"
    counts = False
    most = 20000

    def command(self, site, rules):
        return [self.name, "-r", "-f", here / "jq/rules.jq", site.json] if rules else \
            [self.name, "empty", site.json]


class Opa(Peer):
    name = "opa"
    counts = False
    most = 20000

    def version(self):
        return first_line(self.name, "version").split()[-1]

    def command(self, site, rules):
        return [self.name, "eval", "-d", here / "opa/rules.rego", "-i", site.json,
                "--format", "raw", "data.peer.answers" if rules else "1"]

    def lines(self, output):
        with open(output, encoding="utf-8") as file:
            return json.load(file)


class Souffle(Peer):
    """Named, so that nobody takes it for forgotten."""
    name = "souffle"

    def missing(self):
        return "no rules for it: no package registry has it, so none could be checked"


PEERS = [DuckDB(), SQLite(), Clingo(), Opa(), Jq(), Souffle()]


def expected(build, site, folder):
    """Our findings as lines, and how often each verdict is given."""
    output = folder / "expected.csv"
    cost = measure.once([build / "scarp", "check", "--pack", here / "rules.scarp", site.json,
                         "--verdicts", "all", "--format", "csv", "--no-config"], output, SECONDS)
    if cost.status not in (0, 1):
        measure.fail("scarp does not check the site")
    findings, counts = set(), collections.Counter()
    with open(output, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            verdict = row["verdict"].replace("_", " ")
            if verdict == "note":       # of the run, and no result
                continue
            counts[row["rule"], verdict] += 1
            if verdict in ("fail", "unknown"):
                findings.add((row["rule"], verdict, row["subject"]))
    return findings, counts


def answers(peer, output):
    findings, counts = set(), collections.Counter()
    for line in peer.lines(output):
        parts = line.split("\t")
        if len(parts) != 3:
            return None
        if parts[2].startswith("#"):
            counts[parts[0], parts[1]] = int(parts[2][1:])
        else:
            findings.add(tuple(parts))
    return findings, counts


def compare(peer, output, wanted):
    """Whether the answers in OUTPUT are ours, in a word."""
    findings, counts = ({x for x in wanted[0] if x[0] not in peer.lacks},
                        {k: v for k, v in wanted[1].items() if k[0] not in peer.lacks})
    found = answers(peer, output)
    if found is None:
        return "WRONG: not in our form"
    if found[0] != findings:
        one = sorted(found[0] ^ findings)[0]
        return f"WRONG: {len(found[0] ^ findings)} differ, as {' '.join(one)}"
    if peer.counts and dict(found[1]) != counts:
        return "WRONG: as many findings, but not as many passes"
    return f"the same of {12 - len(peer.lacks)} rules"


def line(name, version, load, whole, peak, ours, said):
    rules = max(whole - load, 0)
    print(f"{name:<8} {version:<10} {load:>8.2f} {rules:>8.2f} {whole:>8.2f} {peak:>7.0f} "
          f"{whole / ours:>8.1f}  {said}")


def of_scarp(build, site, folder):
    command = [build / "scarp", "check", "--pack", here / "rules.scarp", site.json, "--jobs", "1",
               "--format", "csv", "--no-config"]
    whole = measure.best(command + ["--timings"], folder / "scarp", seconds=SECONDS,
                         errors=folder / "timings")
    # The rule with the fewest findings stands for none.
    load = measure.best(command + ["--rule", "peer.alone"], folder / "scarp-load",
                        seconds=SECONDS)
    words = (folder / "timings").read_text().split()
    line("scarp", first_line(build / "scarp", "--version").split()[-1], load.seconds,
         whole.seconds, whole.peak, whole.seconds,
         f"of the rules {words[1]} ms are evaluation, the rest finds reasons and places")
    return whole.seconds


def of_peer(peer, site, folder, wanted, ours):
    if peer.missing():
        print(f"{peer.name:<8} skipped: {peer.missing()}")
        return True
    if site.hosts > peer.most:
        print(f"{peer.name:<8} skipped: takes minutes and gigabytes above {peer.most} hosts")
        return True
    costs = [measure.best(peer.command(site, rules), folder / "out", seconds=SECONDS,
                          stdin=peer.script(site, folder, rules)) for rules in (False, True)]
    if costs[1].status is None:
        print(f"{peer.name:<8} {peer.version():<10} not done after {SECONDS:.0f} s")
        return True
    said = f"WRONG: ended with status {costs[1].status}" if costs[1].status else \
        compare(peer, folder / "out", wanted)
    line(peer.name, peer.version(), costs[0].seconds, costs[1].seconds, costs[1].peak, ours, said)
    return not said.startswith("WRONG")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    good = True
    for hosts in [int(word) for word in sys.argv[2:]] or [1000, 10000]:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            site = Site(build, hosts, folder)
            wanted = expected(build, site, folder)
            print(f"{hosts} hosts, 12 rules, {len(wanted[0])} failures and unknowns; "
                  "seconds of one processor, MB at the peak\n")
            print(f"{'engine':<8} {'version':<10} {'load':>8} {'rules':>8} {'whole':>8} "
                  f"{'peak':>7} {'to scarp':>8}  answers")
            ours = of_scarp(build, site, folder)
            for peer in PEERS:
                good &= of_peer(peer, site, folder, wanted, ours)
                sys.stdout.flush()
            print()
    sys.exit(0 if good else 1)


main()
