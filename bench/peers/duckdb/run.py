# SPDX-License-Identifier: Apache-2.0
"""run.py SITE [rules]: loads the CSV files of SITE; prints verdicts."""
import pathlib
import sys

import duckdb

here = pathlib.Path(__file__).parent
base = duckdb.connect()


def run(path):
    for statement in path.read_text().replace("SITE", sys.argv[1]).split(";\n"):
        if statement.strip():
            base.execute(statement)


run(here / "load.sql")
if sys.argv[2:]:
    run(here / "rules.sql")
    run(here.parent / "sql" / "rules.sql")
    for rule, verdict, count in base.execute("select rule, verdict, count(*) from verdict "
                                             "group by rule, verdict").fetchall():
        print(f"{rule}\t{verdict}\t#{count}")
    for row in base.execute("select rule, verdict, subject from verdict "
                            "where verdict in ('fail', 'unknown')").fetchall():
        print("\t".join(row))
