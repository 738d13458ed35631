# SPDX-License-Identifier: Apache-2.0
"""run.py FACTS [rules]: grounds and solves; prints verdicts."""
import collections
import pathlib
import sys

import clingo

control = clingo.Control()
control.load(sys.argv[1])
if sys.argv[2:]:
    control.load(str(pathlib.Path(__file__).parent / "rules.lp"))
control.ground([("base", [])])
counts = collections.Counter()


def name(subject):
    if subject.type == clingo.SymbolType.String:
        return subject.string
    host, kind, site = (part.string for part in subject.arguments)
    return f"{host}/{kind},{site}"


with control.solve(yield_=True) as answers:
    for model in answers:
        for symbol in model.symbols(shown=bool(sys.argv[2:])):
            if symbol.name != "verdict":
                continue
            rule, verdict, subject = symbol.arguments
            counts[rule.name, verdict.string] += 1
            if verdict.string in ("fail", "unknown"):
                print(f"peer.{rule.name}\t{verdict.string}\t{name(subject)}")
for (rule, verdict), count in counts.items():
    print(f"peer.{rule}\t{verdict}\t#{count}")
