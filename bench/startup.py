# SPDX-License-Identifier: Apache-2.0
"""startup.py BUILD [TIMES]

What a run costs before the site matters: a program that does nothing, scarp
that does next to nothing, and the pack cm2007 over a small site.  The runs take
turns; of each the least and the middle one of TIMES (20), processor time.
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

top = pathlib.Path(__file__).resolve().parent.parent


def run(command):
    began = time.monotonic()
    # No function between fork and exec: what Python does there would count.
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, cwd=top)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return (1e3 * (used.ru_utime + used.ru_stime), 1e3 * (time.monotonic() - began),
            used.ru_minflt + used.ru_majflt, child.returncode)


def main():
    scarp = pathlib.Path(sys.argv[1]).resolve() / "scarp"
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    check = [scarp, "check", "--no-config", "--pack", "rules/cm2007", "--as-of", "2026-12-01"]
    what = {"a program that does nothing": ([shutil.which("true")], 0),
            "scarp version": ([scarp, "version"], 0),
            "cm2007, examples/contoso": ([*check, "examples/contoso"], 1),
            "the same with --sandbox off": ([*check, "--sandbox", "off", "examples/contoso"], 1)}
    seen = {name: [] for name in what}
    for _ in range(times):
        for name, (command, wanted) in what.items():
            seen[name].append(run(command))
            if seen[name][-1][3] != wanted:
                sys.exit(f"bench: {name} ended with status {seen[name][-1][3]}")
    least = {name: min(cost[0] for cost in costs) for name, costs in seen.items()}
    print(f"{'':<28} {'least ms':>9} {'middle':>7} {'passed':>7} {'faults':>7} "
          f"{'to scarp version':>17}")
    for name, costs in seen.items():
        middle = [statistics.median(cost[i] for cost in costs) for i in range(3)]
        print(f"{name:<28} {least[name]:>9.2f} {middle[0]:>7.2f} {middle[1]:>7.2f} "
              f"{middle[2]:>7.0f} {least[name] / least['scarp version']:>17.1f}")


main()
