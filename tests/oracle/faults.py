#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which mistakes of vm/faults.def do random pairs show?

Each is planted by itself.  First VM and reference evaluator are compared; a
mistake that both make, or that is in what both are given, is left to SQL.
Where nothing is planted neither may find anything; a run that does not end has
not found its mistake.
"""
import argparse
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))


NOTHING = "none"    # the fault that is none
NO_DIFFERENCE = "no difference"


def output(command, seconds=None):
    """Exit status, None where it did not end in time, and what it said."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL,
                          start_new_session=True) as process:
        try:
            text, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None, ""
    return process.returncode, text


def find(options, fault, least=0):
    """Who found it, or why nobody did, and what they said."""
    status, text = output([options.agree, "--fault", fault, "--pairs",
                           str(options.pairs)], options.seconds)
    if status == 1:
        return "reference", text.split("\n")[0]
    if status != 0:
        return None, "random_agree " + end_of(status)
    status, text = output([sys.executable, os.path.join(HERE, "oracle.py"),
                           "--agree", options.agree, "--fault", fault,
                           "--first", "--pairs", str(options.oracle_pairs),
                           "--least", str(least)], options.seconds)
    first = text.split("\n")[0]
    if status == 1 and first.startswith("seed ") and " and on: " not in first:
        return "SQL", first
    if status != 0:
        return None, "oracle.py %s: %s" % (end_of(status), first)
    return None, NO_DIFFERENCE


def end_of(status):
    return "did not end" if status is None else "ended with %d" % status


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agree", default="build-faults/tests/random_agree")
    parser.add_argument("--pairs", type=int, default=500,
                        help="compared with the reference, for each fault")
    parser.add_argument("--oracle-pairs", type=int, default=400,
                        help="compared with SQL where that found nothing")
    parser.add_argument("--least", type=float, default=0.95,
                        help="share that must be found")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=300,
                        help="for each comparison")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    status, text = output([options.agree, "--faults"])
    if status != 0:
        sys.exit("%s has no planted faults" % options.agree)
    faults = dict(line.split(" ", 1) for line in text.splitlines())
    names = options.names or list(faults)
    who, said = find(options, NOTHING, 10 * options.oracle_pairs)
    if who or said != NO_DIFFERENCE:
        sys.exit("nothing is planted, and %s: %s" % (
            "the %s finds it" % who if who else "nobody can say", said))
    found = {"reference": 0, "SQL": 0, None: 0}
    with ThreadPoolExecutor(options.jobs) as pool:
        results = pool.map(lambda name: find(options, name), names)
        for name, (who, said) in zip(names, results):
            found[who] += 1
            print("%s (%s): %s; %s" % (name, faults[name],
                "found by the %s" % who if who == "reference" else
                "found by SQL" if who else "NOT FOUND", said), flush=True)
    print("%d of %d found: %d by the reference, %d by SQL" % (
        len(names) - found[None], len(names), found["reference"],
        found["SQL"]))
    return 0 if found[None] <= len(names) * (1 - options.least) else 1


if __name__ == "__main__":
    sys.exit(main())
