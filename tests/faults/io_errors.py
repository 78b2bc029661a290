#!/usr/bin/env python3
"""Let the n-th system call of a kind fail, for many n, and go on afterwards.

    python3 tests/faults/io_errors.py [--points N] [--command mask] [CALL=ERROR...]

Needs strace. CALL=ERROR: by default those of writing, opening, renaming, syncing, and allocating. Each run must end by itself, with a
status of its own and a clear line if that is not 0; the next one without a fault must end well, with the same bytes as a run that met
none. N points of each kind, evenly among the calls that a run makes; 25.
"""

import argparse
import collections
import re
import shutil
import subprocess

from common import COMMANDS, DONE, FAILED, PROGRAM, USAGE, Bench, check, difference, half_written, one_clear_line, say, snapshot

FAULTS = ["write=EIO", "write=ENOSPC", "write=EDQUOT", "openat=EIO", "openat=EMFILE", "linkat=EIO", "rename=EIO", "ftruncate=EIO", "fsync=EIO", "mkdir=EACCES",
          "read=EIO", "mmap=ENOMEM", "clone3=EAGAIN"]
LOADER = 127  # Of the system's loader, before the program begins.
# Where an input cannot be read, results that tell of all inputs are others and yet whole; kill.py looks for halves of them.
OF_ALL_INPUTS = {"archive", "label", "fit", "adapt", "tune", "eval", "report"}


def command(name):
    """What is run; where it can be, with all that a power failure calls for."""
    return [*COMMANDS[name], *(["--durable"] if name == "mask" else [])]


def calls_of(bench, arguments):
    """Call -> (how many the loader makes, how many a whole run makes) in its busiest thread: strace counts by thread.

    What the system's loader and the initialisers of libraries meet, no program can say; `main` begins with the handlers of signals.
    """
    log = bench.folder / "calls"
    run = ["strace", "-f", "-qq", "-e", "signal=none", "-o", str(log), str(PROGRAM), *arguments]
    subprocess.run(run, cwd=bench.folder, check=True, capture_output=True, timeout=600)
    counts = collections.defaultdict(collections.Counter)
    before = {}
    for line in log.read_text(errors="replace").splitlines():
        if found := re.match(r"(\d+) +(\w+)\(", line):
            counts[found[2]][found[1]] += 1
            if "rt_sigaction(SIGHUP, {sa_handler=0x" in line or "rt_sigaction(SIGTERM, {sa_handler=0x" in line:
                before = {call: max(threads.values()) for call, threads in counts.items()}
    return {call: (before.get(call, 0), max(threads.values())) for call, threads in counts.items()}


def attack(bench, name, call, error, at, reference):
    """One fault, and the run after it. Whether the faulty one failed."""
    arguments = command(name)
    bench.fresh().mkdir()
    log = bench.folder / "fault"
    run = ["strace", "-f", "-qq", "-y", "-o", str(log), "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={at}", str(PROGRAM), *arguments]
    ended = subprocess.run(run, cwd=bench.folder, capture_output=True, timeout=300, text=True, errors="replace")
    what = f"{call} {at} fails with {error}"
    met = [line for line in log.read_text(errors="replace").splitlines() if "(INJECTED)" in line]  # By several threads, maybe.
    if ended.returncode < 0 and any(re.search(r"</(sys|proc)/", line) for line in met):
        return True  # What libraries ask the system as they begin: LibTorch may crash where that fails.
    check(ended.returncode in (DONE, FAILED, USAGE, LOADER), f"{what}: ended with {ended.returncode}: {ended.stderr[-800:]}")
    loader = "error while loading shared libraries" in ended.stderr
    untold = any("write(2<" in line for line in met)
    clear = ended.returncode == DONE or loader or untold or one_clear_line(ended.stderr)
    check(clear, f"{what}: status {ended.returncode} without a clear line: {ended.stderr[-800:]}")
    wrong = [] if name in OF_ALL_INPUTS else half_written(reference, bench.folder / "out")
    check(not wrong, f"{what}: half written: {wrong}")
    status, said = bench.run(arguments)
    if "--existing overwrite makes it anew" in said:  # An archive without what failed.
        status, said = bench.run([*arguments, "--existing", "overwrite"])
    check(status == DONE, f"{what}: goes not on: {said[-800:]}")
    changed = difference(reference, snapshot(bench.folder / "out"))
    check(not changed, f"{what}: after going on: {changed}")
    return ended.returncode != DONE


def main():
    """All kinds of faults."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=25)
    parser.add_argument("--command", default="mask", choices=sorted(COMMANDS))
    parser.add_argument("fault", nargs="*", default=FAULTS)
    options = parser.parse_args()
    check(shutil.which("strace"), "strace is not there")
    not_borne = 0
    with Bench(photos=4) as bench:
        arguments = command(options.command)
        bench.prepare(arguments)
        bench.fresh().mkdir()
        bench.must(arguments)
        reference = snapshot(bench.folder / "out")
        bench.fresh().mkdir()
        counts = calls_of(bench, arguments)
        for fault in options.fault:
            call, _, error = fault.partition("=")
            first, total = counts.get(call, (0, 0))
            points = sorted({first + 1 + i * (total - first) // options.points for i in range(options.points) if total > first})
            failed = 0
            for at in points:
                try:
                    failed += attack(bench, options.command, call, error, at, reference)
                except SystemExit as failure:
                    say(str(failure))
                    not_borne += 1
            say(f"{options.command}: {call} fails with {error}: {len(points)} points of {total - first} calls, {failed} runs failed")
    check(not_borne == 0, f"{not_borne} faults were not borne")


if __name__ == "__main__":
    main()
