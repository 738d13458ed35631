# SPDX-License-Identifier: Apache-2.0
"""What a command costs: processor time, time passed, memory at its peak."""
import dataclasses
import os
import resource
import signal
import subprocess
import sys
import time

MEMORY = 10 << 30      # bytes a command may have


@dataclasses.dataclass
class Cost:
    seconds: float     # of processors, user and system
    passed: float
    peak: float        # MB
    status: int        # as subprocess has it; None: it took too long
    output: str


def limits():
    # A sanitizer's shadow of the whole address space would count.
    if not os.environ.get("SCARP_SANITIZERS"):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def once(command, output, seconds, stdin=None, errors=None):
    """Runs COMMAND once with standard output in the file OUTPUT."""
    with open(output, "wb") as out, open(errors or os.devnull, "wb") as err, \
            open(stdin or os.devnull, "rb") as given:
        began = time.monotonic()
        child = subprocess.Popen(command, stdin=given, stdout=out, stderr=err,
                                 preexec_fn=limits, start_new_session=True)
        late = False
        while True:
            done, status, used = os.wait4(child.pid, os.WNOHANG)
            if done:
                break
            if time.monotonic() - began > seconds and not late:
                os.killpg(child.pid, signal.SIGKILL)
                late = True
            time.sleep(0.002)
    child.returncode = os.waitstatus_to_exitcode(status)
    return Cost(used.ru_utime + used.ru_stime, time.monotonic() - began,
                used.ru_maxrss / 1024, None if late else child.returncode, output)


def best(command, output, times=3, seconds=300, **more):
    """The cheapest of several runs; fewer where each takes long."""
    found = None
    for _ in range(times):
        cost = once(command, output, seconds, **more)
        if found is None or cost.seconds < found.seconds:
            found = cost
        if cost.status is None or cost.passed > 20:
            break
    return found


def fail(message):
    print(f"bench: {message}", file=sys.stderr)
    sys.exit(1)
