# SPDX-License-Identifier: Apache-2.0
"""scales.py BUILD [HOSTS...]

Invented sites of several sizes in every form that is read: what loading,
evaluation and the whole process cost, beside a plain read of the file and the
bare loop of the library that parses it.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import measure  # noqa: E402

top = pathlib.Path(__file__).resolve().parent.parent
FORMS = ("yaml", "json", "ndjson", "csv", "opengraph", "snapshot")
NEEDED = 12000         # bytes of memory for a host, at the most
DISK = 4000


def pack(form, folder):
    """cm2007, which reads OpenGraph besides where that is asked."""
    if form != "opengraph":
        return ["--pack", top / "rules/cm2007"]
    path = folder / "mapped.scarp"
    path.write_text("use configmgr\nuse configmgr_opengraph\n")
    return ["--pack", top / "rules/cm2007", "--pack", path]


def make_site(build, hosts, form, folder):
    make = [build / "bench/site", "--hosts", str(hosts), "--seed", "1", "--missing", "2"]
    if form == "csv":
        path = folder / f"{hosts}.csv"
        path.mkdir()
        subprocess.run([*make, "--format", form, "--output", path], check=True)
        return path
    path = folder / f"{hosts}.{'og.json' if form == 'opengraph' else form}"
    with open(path, "wb") as out:
        subprocess.run([*make, "--format", form], stdout=out, check=True)
    return path


def size_of(path):
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files)


def alone(build, path):
    """MB/s of a plain read, and of the bare library where there is one."""
    if path.is_dir():
        return None, None
    said = subprocess.run([build / "bench/load", top / "rules/cm2007", top / "stdlib", path],
                          capture_output=True, text=True, check=False).stdout
    speeds = [float(line.split(" MB/s")[0].split()[-1]) for line in said.splitlines()
              if " MB/s" in line]
    return (speeds + [None, None])[0], speeds[1] if len(speeds) > 2 else None


def shown(value, form):
    return format(value, form) if value is not None else "-".rjust(int(re.match(r"\d+", form)[0]))


def one(build, hosts, form, path, folder):
    size = size_of(path)
    command = [build / "scarp", "check", *pack(form, folder), path, "--as-of", "2026-12-01",
               "--jobs", "1", "--no-config"]
    whole = measure.best([*command, "--timings"], folder / "out", errors=folder / "timings")
    words = (folder / "timings").read_text().split()
    if whole.status not in (0, 1, 2) or words[:1] != ["timings:"]:
        print(f"{hosts:>8} {form:<9} {size / 1e6:>8.1f}  not read: {' '.join(words[:12])}")
        return
    counts = re.match(r"(\d+) rules?, (\d+) subjects?", (folder / "out").read_text())
    subjects = int(counts[2])
    if subjects == 0:
        print(f"{hosts:>8} {form:<9} {size / 1e6:>8.1f}  nothing was found in it")
        return
    evaluation = float(words[1])
    # The rule that no site of these has subjects for.
    load = measure.best([*command, "--rule", "slp.single"], folder / "out")
    read, bare = alone(build, path) if form not in ("ndjson", "snapshot") else (None, None)
    speed = size / 1e6 / load.seconds
    print(f"{hosts:>8} {form:<9} {size / 1e6:>8.1f} {shown(read, '7.0f')} {shown(bare, '7.0f')} "
          f"{speed:>7.1f} {shown(100 * speed / bare if bare else None, '5.0f')} "
          f"{load.seconds:>8.3f} {evaluation:>8.2f} {evaluation * 1e6 / subjects:>8.1f} "
          f"{whole.seconds:>8.3f} {whole.passed:>8.3f} {whole.peak:>7.0f} "
          f"{whole.peak * 1e6 / size:>6.1f}")
    sys.stdout.flush()


def available():
    with open("/proc/meminfo", encoding="ascii") as file:
        return 1024 * int(re.search(r"MemAvailable:\s+(\d+)", file.read())[1])


def too_large(hosts, folder):
    memory, disk = available(), os.statvfs(folder)
    if hosts * NEEDED > memory:
        return f"needs {hosts * NEEDED >> 30} GiB of memory, {memory >> 30} are free"
    if hosts * DISK > disk.f_bavail * disk.f_frsize:
        return f"needs {hosts * DISK >> 30} GiB of disk"
    return None


def of_size(build, hosts, forms, folder):
    reason = too_large(hosts, folder)
    if reason:
        print(f"{hosts:>8} skipped: {reason}")
        return
    for form in forms:
        if form == "snapshot":
            source = make_site(build, hosts, "json", folder)
            path = folder / f"{hosts}.scarpg"
            subprocess.run([build / "scarp", "snapshot", *pack(form, folder), source, "-o", path,
                            "--as-of", "2026-12-01", "--no-config"], check=True,
                           stdout=subprocess.DEVNULL)
            source.unlink()
        else:
            path = make_site(build, hosts, form, folder)
        one(build, hosts, form, path, folder)
        for file in list(path.iterdir()) if path.is_dir() else [path]:
            file.unlink()


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    sizes = [int(word) for word in sys.argv[2:]] or [100, 10000, 100000]
    forms = os.environ.get("BENCH_FORMS", " ".join(FORMS)).split()
    print("pack cm2007; seconds of one processor; MB/s, MB; % of the bare parser; "
          "ns for a rule and its subject\n")
    print(f"{'hosts':>8} {'form':<9} {'size':>8} {'read':>7} {'parser':>7} {'to graph':>8} "
          f"{'%':>4} {'load s':>8} {'eval ms':>8} {'ns':>8} {'whole s':>8} {'passed':>8} "
          f"{'peak':>7} {'/size':>6}")
    with tempfile.TemporaryDirectory() as name:
        for hosts in sizes:
            of_size(build, hosts, forms, pathlib.Path(name))
    if len(sys.argv) == 2:
        print(" 1000000 left out: takes minutes; `make bench BENCH_HOSTS=1000000`")


main()
