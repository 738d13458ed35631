#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares verdicts with those of SQL: README.md.

    oracle.py [--seed N] [--pairs N] [--agree PROGRAM] ... (--help tells all)
"""
import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lower                                            # noqa: E402
from language import Mistake, Program                   # noqa: E402
from merge import Site                                  # noqa: E402


class Pair:
    def __init__(self, seed):
        self.seed = seed
        self.pack = self.schema = None
        self.files, self.options = [], {}
        self.verdicts = {}


def read_pairs(stream):
    pair = None
    for line in stream:
        line = line.decode()
        words = line.rstrip("\n").split(" ")
        what = words[0]
        if what == "pair":
            pair = Pair(int(words[1]))
        elif what in ("pack", "schema", "file"):
            text = stream.read(int(words[1])).decode()
            stream.readline()
            if what == "file":
                pair.files.append(text)
            else:
                setattr(pair, what, text)
        elif what == "option":
            pair.options[words[1]] = int(words[2])
        elif what == "verdict":
            head, *cells = line.rstrip("\n").split("\t")
            _, rule, rest, verdict, reason = head.split(" ")
            pair.verdicts.setdefault(rule, {})[int(rest), tuple(cells)] = (
                verdict, int(reason))
        elif what == "end":
            yield pair
        elif what == "refused":
            yield None


class Figures:
    def __init__(self):
        self.pairs = self.refused = self.rules = self.statements = 0
        self.differences = self.unlowered_verdicts = 0
        self.verdicts, self.unlowered = Counter(), Counter()
        self.texts = []         # what is said of differences

    def add(self, other):
        for name, value in vars(other).items():
            if name in ("verdicts", "unlowered"):
                getattr(self, name).update(value)
            else:
                setattr(self, name, getattr(self, name) + value)


def differences(rule, ours, theirs):
    """What SQL says against what scarp says."""
    for key in sorted(set(ours) | set(theirs)):
        if ours.get(key) != theirs.get(key):
            yield "%s, rest %d, subject (%s): SQL says %s, scarp %s" % (
                rule, key[0], ", ".join(key[1]), ours.get(key),
                theirs.get(key))


def compare(db, pair, figures):
    """How many differences; the first are told."""
    try:
        program = Program([pair.schema, pair.pack])
    except Mistake as mistake:
        figures.unlowered["text: %s" % mistake] += 1
        return 0
    site = Site(program, [json.loads(f) for f in pair.files],
                pair.options.get("as_of"), pair.options.get("least", 0))
    lowering = lower.Lowering(db, program, site)
    found = 0
    for rule in program.rules:
        theirs = pair.verdicts.get(rule.name, {})
        try:
            ours = lowering.rule(rule)
        except lower.Unlowered as construct:
            figures.unlowered[str(construct)] += 1
            figures.unlowered_verdicts += len(theirs)
            continue
        figures.rules += 1
        for verdict, _ in theirs.values():
            figures.verdicts[verdict] += 1
        for text in differences(rule.name, ours, theirs):
            if found < 3:
                figures.texts.append("seed %d: %s" % (pair.seed, text))
            found += 1
    figures.statements += lowering.statements
    return found


def run(options, seed, pairs):
    command = [options.agree, "--emit", "--seed", str(seed), "--pairs",
               str(pairs)]
    if options.fault:
        command += ["--fault", options.fault]
    figures, db = Figures(), lower.database()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        for pair in read_pairs(process.stdout):
            if pair is None:
                figures.refused += 1
                continue
            figures.pairs += 1
            figures.differences += compare(db, pair, figures)
            if figures.differences and options.first:
                process.kill()
                return figures
    if process.returncode != 0:
        figures.texts.append("seed %d and on: %s ended with %d" % (
            seed, options.agree, process.returncode))
        figures.differences += 1
    return figures


CHUNK = 100


def run_all(options):
    """In chunks, so that all processors have work; told in order."""
    figures = Figures()
    starts = range(options.seed, options.seed + options.pairs, CHUNK)
    sizes = [min(CHUNK, options.seed + options.pairs - s) for s in starts]
    with ProcessPoolExecutor(options.jobs) as pool:
        for part in pool.map(run, [options] * len(sizes), starts, sizes):
            figures.add(part)
    return figures


def report(figures):
    total = sum(figures.verdicts.values())
    for text in figures.texts[:20]:
        print(text)
    print("%d pairs, %d refused, %d rules, %d SQL statements" % (
        figures.pairs, figures.refused, figures.rules, figures.statements))
    print("%d verdicts compared: %s" % (total, ", ".join(
        "%d %s" % (n, v) for v, n in sorted(figures.verdicts.items()))))
    print("%d verdicts of %d rules not lowered" % (
        figures.unlowered_verdicts, sum(figures.unlowered.values())))
    for construct, n in figures.unlowered.most_common():
        print("not lowered: %s: %d" % (construct, n))
    print("%d differences" % figures.differences)


def main():
    parser = argparse.ArgumentParser(
        description="Verdicts of random pairs against those of SQL.")
    parser.add_argument("--agree", default="build/tests/random_agree",
                        help="the program that makes the pairs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--least", type=int, default=0,
                        help="fail when fewer verdicts were compared")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--fault", help="planted in the VM meanwhile")
    parser.add_argument("--first", action="store_true",
                        help="stop at the first difference")
    options = parser.parse_args()
    if options.first:
        figures = run(options, options.seed, options.pairs)
    else:
        figures = run_all(options)
    report(figures)
    compared = sum(figures.verdicts.values())
    return 1 if figures.differences or compared < options.least else 0


if __name__ == "__main__":
    sys.exit(main())
