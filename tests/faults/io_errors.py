#!/usr/bin/env python3
"""Let the n-th system call of a kind fail, or be the last one, for many n, and go on afterwards.

    python3 tests/faults/io_errors.py [--points N] [--begun] [COMMAND | CALL=ERROR[,CALL=ERROR]]...

Needs strace. COMMAND: those of common.py, and edit; default mask. CALL=ERROR: by default those of writing, opening, renaming, syncing,
and allocating. With SIGKILL in place of an error the program is killed there. A second one is of each call: with linkat=EPERM files are
written as where the file system has none without a name. Each run that is not killed must end by itself, with a status of its own and a
clear line if that is not 0; the next one without a fault must end well, with the same files and bytes as a run that met none. N points
of each kind, evenly among the calls that a run makes; 25. --begun: the run that meets the fault goes on with one that has made all but
one file. With `edit`, strokes are drawn meanwhile, and those that were answered must be there afterwards.
"""

import argparse
import collections
import re
import shutil
import signal
import subprocess

from common import (COMMANDS, DONE, FAILED, INTERRUPTED, PROGRAM, USAGE, Bench, EditorClient, check, check_edited, difference, half_written,
                    one_clear_line, say, snapshot)

FAULTS = ["write=EIO", "write=ENOSPC", "write=EDQUOT", "openat=EIO", "openat=EMFILE", "linkat=EIO", "rename=EIO", "ftruncate=EIO", "fsync=EIO", "mkdir=EACCES",
          "read=EIO", "mmap=ENOMEM", "clone3=EAGAIN", "rename=SIGKILL", "rename=SIGKILL,linkat=EPERM", "write=SIGKILL,linkat=EPERM"]
# Where LibTorch crashes by itself: it asks /sys and /proc for processors as it begins, and oneDNN for memory for code that it writes.
NOT_OURS = r"[<\"]/(sys|proc)/|dnnl::"
KILL = "SIGKILL"
LOADER = 127  # Of the system's loader, before the program begins.
# Where an input cannot be read, results that tell of all inputs are others and yet whole; kill.py looks for halves of them.
OF_ALL_INPUTS = {"archive", "label", "fit", "adapt", "tune", "eval", "report"}
RESULTS = {".png", ".jpg", ".npy", ".tar", ".html", ".csv", ".safetensors"}
STROKE = {"points": [[10, 9], [20, 12]], "radius": 3, "object": True}


def command(name):
    """What is run; where it can be, with all that a power failure calls for."""
    return [*COMMANDS[name], *(["--durable"] if name == "mask" else [])]


def calls_of(bench, work):
    """Call -> (how many the loader makes, how many a whole run makes) in its busiest thread: strace counts by thread.

    `work` runs the command line that it is given. What the system's loader and the initialisers of libraries meet, no program can say; `main` begins with the handlers of signals.
    """
    log = bench.folder / "calls"
    run = ["strace", "-f", "-qq", "-e", "signal=none", "-o", str(log), str(PROGRAM)]
    work(run)
    counts = collections.defaultdict(collections.Counter)
    before = {}
    for line in log.read_text(errors="replace").splitlines():
        if found := re.match(r"(\d+) +(\w+)\(", line):
            counts[found[2]][found[1]] += 1
            if "rt_sigaction(SIGHUP, {sa_handler=0x" in line or "rt_sigaction(SIGTERM, {sa_handler=0x" in line:
                before = {call: max(threads.values()) for call, threads in counts.items()}
    return {call: (before.get(call, 0), max(threads.values())) for call, threads in counts.items()}


def injected(call, what, when=""):
    """A flag of strace."""
    return ["-e", f"inject={call}:{'signal' if what == KILL else 'error'}={what}{when}"]


def faulty(bench, fault, at, *more):
    """The program with one call that fails; with `more` flags of strace."""
    (call, what), *each = fault
    log, calls = str(bench.folder / "fault"), ",".join([call, *(other for other, _ in each)])
    flags = [*injected(call, what, f":when={at}"), *(flag for other in each for flag in injected(*other))]
    return ["strace", "-f", "-qq", "-y", *more, "-o", log, "-e", f"trace={calls}", *flags, str(PROGRAM)]


def told(fault, at):
    """In words."""
    (call, what), *each = fault
    return f"{call} {at} meets {what}" + "".join(f", each {other} {error}" for other, error in each)


def met_by(bench):
    """The calls that failed, of several threads maybe, with their stacks where those are known."""
    calls = re.split(r"\n(?! >)", (bench.folder / "fault").read_text(errors="replace"))
    return [call for call in calls if "(INJECTED)" in call]


def start_from(bench, begun):
    """An empty output folder, or one that a run has begun."""
    out = bench.fresh()
    if begun.exists():
        shutil.copytree(begun, out)
    else:
        out.mkdir()


def attack(bench, name, fault, at, reference, begun):
    """One fault, and the run after it. Whether the faulty one failed."""
    arguments = command(name)
    def run(*more):
        start_from(bench, begun)
        line = [*faulty(bench, fault, at, *more), *arguments]
        return subprocess.run(line, cwd=bench.folder, capture_output=True, timeout=300, text=True, errors="replace")

    ended, what = run(), told(fault, at)
    if ended.returncode != -signal.SIGKILL or fault[0][1] != KILL:
        if ended.returncode < 0:  # Again, to learn who asked for what was not given.
            ended = run("-k")
        met = met_by(bench)
        if ended.returncode < 0 and any(re.search(NOT_OURS, each) for each in met):
            return True
        check(ended.returncode in (DONE, FAILED, USAGE, LOADER), f"{what}: ended with {ended.returncode}: {ended.stderr[-800:]}")
        loader = "error while loading shared libraries" in ended.stderr
        untold = any("write(2<" in each for each in met)
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


def hearing(run):
    """Signals reach the program rather than strace."""
    return [run[0], "-D", *run[1:]]


def draw(editor):
    """How many of four strokes on two photos are answered, and the editor's status when it is told to end."""
    answered = sum(editor.ask(f"stroke/{photo}", STROKE) is not None for photo in (0, 1, 0, 1))
    return answered, editor.close()


def attack_editor(bench, fault, at, begun):
    """One fault while strokes are drawn. Whether one of them, or the editor, failed."""
    start_from(bench, begun)
    what, answered = told(fault, at), 0
    try:
        editor = EditorClient(bench, program=hearing(faulty(bench, fault, at)))
    except SystemExit:  # It did not begin.
        editor = None
    if editor:
        answered, status = draw(editor)
        killed = fault[0][1] == KILL and status == -signal.SIGKILL
        check(killed or status in (DONE, FAILED, INTERRUPTED), f"{what}: ended with {status}")
    check_edited(bench, answered, what)
    return answered < 4


def attack_all(what, points, faults, counts, attack_one):
    """All kinds of faults. How many were not borne."""
    not_borne = 0
    for name in faults:
        fault = [tuple(each.split("=")) for each in name.split(",")]
        first, total = counts.get(fault[0][0], (0, 0))
        chosen = sorted({first + 1 + i * (total - first) // points for i in range(points) if total > first})
        failed = 0
        for at in chosen:
            try:
                failed += attack_one(fault, at)
            except SystemExit as failure:
                say(str(failure))
                not_borne += 1
        say(f"{what}: {name}: {len(chosen)} points of {total - first} calls, {failed} runs failed")
    return not_borne


def attack_command(bench, name, options, faults):
    """One command."""
    begun = bench.folder / "begun"
    if name == "edit":
        bench.must(["mask", "in", "-o", "begun"])
        start_from(bench, begun)
        counts = calls_of(bench, lambda run: draw(EditorClient(bench, program=hearing(run))))
        return attack_all(name, options.points, faults, counts, lambda *fault: attack_editor(bench, *fault, begun))
    arguments = command(name)
    bench.prepare(arguments)
    bench.fresh().mkdir()
    bench.must(arguments)
    reference = snapshot(bench.folder / "out")
    if options.begun:
        shutil.copytree(bench.folder / "out", begun)
        max(path for path in begun.rglob("*") if path.is_file() and path.suffix in RESULTS).unlink()
    start_from(bench, begun)
    counts = calls_of(bench, lambda run: subprocess.run([*run, *arguments], cwd=bench.folder, check=True, capture_output=True, timeout=600))
    what = f"{name} (begun)" if options.begun else name
    return attack_all(what, options.points, faults, counts, lambda *fault: attack(bench, name, *fault, reference, begun))


def main():
    """All commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=25)
    parser.add_argument("--begun", action="store_true")
    parser.add_argument("what", nargs="*")
    options = parser.parse_args()
    check(shutil.which("strace"), "strace is not there")
    faults = [each for each in options.what if "=" in each] or FAULTS
    not_borne = 0
    for name in [each for each in options.what if "=" not in each] or ["mask"]:
        with Bench(photos=4) as bench:
            not_borne += attack_command(bench, name, options, faults)
    check(not_borne == 0, f"{not_borne} faults were not borne")


if __name__ == "__main__":
    main()
