#!/usr/bin/env python3
"""Take away from a run what it stands on: disk, memory, folders, inputs, terminal, the right time.

    python3 tests/faults/surroundings.py [--command COMMAND] [NAME...]

Each ends in a clear line or is overcome, and the folder can go on. What needs a right or a program that is not there is named as left
out, and counts as neither. COMMAND: those of common.py; default mask. NAME: the functions below, without `test_`; default all.
"""

import argparse
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

from common import COMMANDS, DONE, FAILED, INTERRUPTED, PROGRAM, Bench, check, difference, one_clear_line, photo, say, snapshot

RUN = [*COMMANDS["mask"]]  # What is attacked, and
TIME = [0.0]  # how many seconds it takes, and
SIZES = []  # bytes its files have; `main` sets all three.
OUT = "out"
PRINTS = {"eval", "fit", "tune"}  # Tables, on standard output.
PR_CAPBSET_DROP, CAP_SYS_RESOURCE = 24, 24
LIBC = ctypes.CDLL(None)


class LeftOut(Exception):
    """Something that this machine does not let anyone do."""


def system(*command):
    """A command of the system that needs rights, or a package: the quota that of btrfs-progs."""
    if shutil.which(command[0]) is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        raise LeftOut(" ".join(map(str, command)))


def goes_on(bench, reference, what):
    """The folder can go on, and then holds the same bytes."""
    bench.must(RUN)
    changed = difference(reference, snapshot(bench.folder / OUT))
    check(not changed, f"{what}: after going on: {changed}")


def ends(bench, what, statuses, **options):
    """The status of a run that ends with one of these, and says why if that is FAILED; and what it said."""
    status, said = bench.run(RUN, **options)
    check(status in statuses, f"{what}: status {status}: {said[-800:]}")
    check(status != FAILED or one_clear_line(said), f"{what}: no clear line: {said[-800:]}")
    return status, said


def wait(share):
    """Until such a share of a run has passed."""
    time.sleep(share * TIME[0])


def needs(kilobytes):
    """Whether what a run makes has more than that, in whole pages."""
    return sum(-(-size // 4096) * 4 for size in SIZES) > kilobytes


def test_full_disk(bench, reference):
    """Files systems that fill up after so many kilobytes."""
    out = bench.fresh()
    for kilobytes in (16, 64, 100, 140):
        bench.fresh().mkdir()
        system("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", out)
        try:
            status, said = ends(bench, f"full disk, {kilobytes} kB", {DONE, FAILED})
            check("No space left" in said or status == DONE and not needs(kilobytes), f"full disk, {kilobytes} kB: {said[-300:]}")
            system("mount", "-o", "remount,size=64m", out)
            goes_on(bench, reference, f"full disk, {kilobytes} kB")
        finally:
            system("umount", out)


def test_quota(bench, reference):
    """A quota that is used up: of btrfs, whose are part of most kernels. Who may use more than allotted, as root, gives that right up."""
    disk, out = bench.folder / "disk", bench.folder / OUT
    for kilobytes in (64, 128, 256, 384):
        bench.fresh().mkdir()
        with open(bench.fresh("disk"), "wb") as file:
            file.truncate(128 << 20)
        system("mkfs.btrfs", "-q", disk)
        system("mount", "-o", "loop", disk, out)
        try:
            system("btrfs", "quota", "enable", out)
            system("btrfs", "qgroup", "limit", f"{kilobytes}K", out)
            without_right = {"preexec_fn": lambda: LIBC.prctl(PR_CAPBSET_DROP, CAP_SYS_RESOURCE)}
            status, said = ends(bench, f"quota of {kilobytes} kB", {DONE, FAILED}, **without_right)
            # What btrfs keeps beside them counts, too: by it `mask` needs more than 256 kB.
            fits = not needs(kilobytes) and (RUN != COMMANDS["mask"] or kilobytes > 256)
            check("Disk quota exceeded" in said or status == DONE and fits, f"quota of {kilobytes} kB: {said[-300:]}")
            system("btrfs", "qgroup", "limit", "none", out)
            goes_on(bench, reference, f"quota of {kilobytes} kB")
        finally:
            system("umount", out)


def test_file_sizes(bench, reference):
    """No file may have more than so many bytes, as `ulimit -f` and quotas of single files have it."""
    for limit in (100, 1000, 10_000):
        bench.fresh().mkdir()
        code = f"import resource, os, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); os.execv(sys.argv[1], sys.argv[1:])"
        run = subprocess.run([sys.executable, "-c", code, PROGRAM, *RUN], cwd=bench.folder, capture_output=True, text=True, check=False)
        check(run.returncode == DONE and max(SIZES) <= limit or run.returncode == FAILED and one_clear_line(run.stderr),
              f"files of {limit} bytes: {run.returncode}: {run.stderr[-500:]}")
        goes_on(bench, reference, f"files of {limit} bytes")


def test_read_only(bench, reference):
    """A file system that becomes read-only."""
    out = bench.fresh()
    out.mkdir()
    system("mount", "-t", "tmpfs", "-o", "size=64m", "none", out)
    try:
        system("mount", "-o", "remount,ro", out)
        _, said = ends(bench, "read-only", {FAILED})
        check("Read-only file system" in said, f"read-only: {said[-300:]}")
        system("mount", "-o", "remount,rw", out)
        goes_on(bench, reference, "read-only")
        for result in out.iterdir():
            if result.is_dir():
                shutil.rmtree(result)
        process = bench.start(RUN)
        wait(0.6)
        subprocess.run(["mount", "-o", "remount,ro", out], capture_output=True, check=False)
        _, said = process.communicate(timeout=120)
        check(process.returncode in (DONE, FAILED), f"read-only meanwhile: {process.returncode}: {said[-300:]}")
        system("mount", "-o", "remount,rw", out)
        goes_on(bench, reference, "read-only meanwhile")
    finally:
        system("umount", out)


def test_output_removed(bench, reference):
    """The output folder is removed while it is written, at several moments."""
    for moment in (0.35, 0.55, 0.7, 0.85):
        bench.fresh().mkdir()
        process = bench.start(RUN)
        wait(moment)
        while (bench.folder / OUT).exists():
            shutil.rmtree(bench.folder / OUT, ignore_errors=True)
        _, said = process.communicate(timeout=120)
        check(process.returncode in (DONE, FAILED), f"output removed: {process.returncode}: {said[-300:]}")
        check(process.returncode == DONE or one_clear_line(said), f"output removed: {said[-300:]}")
        # What `label` learns in rounds it may have put into a new folder, which the next run names.
        left = "out/rounds exists" in bench.run(RUN)[1]
        check(not left or RUN[0] == "label", "output removed: the folder was made anew")
        if left:
            bench.must([*RUN, "--existing", "overwrite"])
        goes_on(bench, reference, "output removed")


def test_input_changed(bench, reference):
    """Inputs that are cut short, replaced or removed while a run reads them."""
    inputs = bench.folder / "in"
    kept = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in inputs.rglob("*.ppm")}
    for what, change in (("cut", lambda path: os.truncate(path, 100)), ("removed", os.unlink),
                         ("replaced", lambda path: path.write_bytes(photo(99)))):
        bench.fresh().mkdir()
        process = bench.start(RUN)
        wait(0.6)
        for path in sorted(kept)[len(kept) // 2:]:
            change(path)
        _, said = process.communicate(timeout=120)
        check(process.returncode in (DONE, FAILED), f"input {what}: {process.returncode}: {said[-300:]}")
        check(process.returncode == DONE or one_clear_line(said), f"input {what}: {said[-300:]}")
        for path, (data, modified) in kept.items():
            path.write_bytes(data)
            os.utime(path, ns=(modified, modified))
        goes_on(bench, reference, f"input {what}")


def test_memory(bench, reference):
    """`ulimit -v`: too little for the network, for the photos, for anything."""
    for megabytes in (60, 300, 800, 1100, 1400, 2000):
        bench.fresh().mkdir()
        code = (f"import resource, os, sys; resource.setrlimit(resource.RLIMIT_AS, ({megabytes << 20}, {megabytes << 20})); "
                "os.execv(sys.argv[1], sys.argv[1:])")
        run = subprocess.run([sys.executable, "-c", code, PROGRAM, *RUN], cwd=bench.folder, capture_output=True, text=True, check=False)
        loader = run.returncode == 127 and "error while loading shared libraries" in run.stderr
        said = one_clear_line(run.stderr) or loader
        check(run.returncode in (DONE, FAILED, 127) and (run.returncode == DONE or said),
              f"ulimit -v {megabytes} MB: {run.returncode}: {run.stderr[-500:]}")
        goes_on(bench, reference, f"ulimit -v {megabytes} MB")


def test_cgroup(bench, reference):
    """The kernel kills a run that has used up its group's memory: as a kill at any other moment."""
    group = pathlib.Path("/sys/fs/cgroup/memory/gradcut-faults")
    for megabytes in (64, 150, 220):
        bench.fresh().mkdir()
        try:
            group.mkdir(exist_ok=True)
            (group / "memory.limit_in_bytes").write_text(str(megabytes << 20))
        except OSError as error:
            raise LeftOut(f"cgroups: {error}") from error
        code = f"import os, sys; open('{group}/tasks', 'w').write(str(os.getpid())); os.execv(sys.argv[1], sys.argv[1:])"
        run = subprocess.run([sys.executable, "-c", code, PROGRAM, *RUN], cwd=bench.folder, capture_output=True, text=True, check=False)
        check(run.returncode in (DONE, FAILED, -signal.SIGKILL), f"cgroup of {megabytes} MB: {run.returncode}: {run.stderr[-500:]}")
        goes_on(bench, reference, f"cgroup of {megabytes} MB")
    group.rmdir()


def test_clock(bench, reference):
    """A clock that runs backwards, or jumps by years."""
    library = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
    if library is None:
        raise LeftOut("no libfaketime (Debian's package faketime)")
    for jump in ("-30y", "+30y", "-1d x0.1", "+0 x-5"):
        bench.fresh().mkdir()
        ends(bench, f"clock {jump}", {DONE}, env={**os.environ, "LD_PRELOAD": str(library), "FAKETIME": jump, "NO_FAKE_STAT": "1"})
        changed = difference(reference, snapshot(bench.folder / OUT))
        check(not changed, f"clock {jump}: {changed}")


def test_two_runs(bench, reference):
    """Two runs on one folder: one is refused, or finds all done; the folder is that of one run."""
    for moment in (0.0, 0.15, 0.55):
        bench.fresh().mkdir()
        first = bench.start(RUN)
        wait(moment)
        second = bench.start(RUN)
        said = [process.communicate(timeout=120)[1] for process in (first, second)]
        statuses = (first.returncode, second.returncode)
        check(DONE in statuses and set(statuses) <= {DONE, FAILED}, f"two runs: {statuses}: {said}")
        for status, text in zip(statuses, said):
            refused = "another gradcut is writing here" in text or "another gradcut is working here" in text
            check(status == DONE or refused, f"two runs: {text}")
        goes_on(bench, reference, "two runs")


def test_signals(bench, reference):
    """SIGINT, SIGTERM and SIGHUP end a run with 130 and keep what is finished; under nohup SIGHUP is not heard."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        bench.fresh().mkdir()
        process = bench.start(RUN)
        wait(0.6)
        process.send_signal(number)
        _, said = process.communicate(timeout=120)
        # Before the program listens, and has made anything, the system ends it.
        unheard = process.returncode == -number and not any((bench.folder / OUT).iterdir())
        check(process.returncode in (INTERRUPTED, DONE) or unheard, f"{number.name}: {process.returncode}: {said[-300:]}")
        goes_on(bench, reference, number.name)
    bench.fresh().mkdir()
    process = bench.start(RUN, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    wait(0.55)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=120)
    check(process.returncode == DONE, f"nohup: {process.returncode}")


def test_closed_streams(bench, reference):
    """Standard streams that are closed, or pipes that nobody reads: the results are made, and no progress gets into them."""
    for closed in ((2,), (0, 1, 2), (0,), (0, 2), (1,)):
        bench.fresh().mkdir()
        code = f"import os, sys; [os.close(fd) for fd in {closed}]; os.execv(sys.argv[1], sys.argv[1:])"
        run = subprocess.run([sys.executable, "-c", code, PROGRAM, *RUN], cwd=bench.folder, capture_output=True, check=False)
        expected = FAILED if 1 in closed and RUN[0] in PRINTS else DONE
        check(run.returncode == expected, f"closed {closed}: {run.returncode}")
        changed = difference(reference, snapshot(bench.folder / OUT))
        check(not changed, f"closed {closed}: {changed}")
    bench.fresh().mkdir()
    process = bench.start(RUN)
    process.stderr.close()
    process.stdout.close()
    # What is to be printed, a table, and has not been is a failure.
    check(process.wait(timeout=120) == (FAILED if RUN[0] in PRINTS else DONE), f"nobody reads stderr: {process.returncode}")
    changed = difference(reference, snapshot(bench.folder / OUT))
    check(not changed, f"nobody reads stderr: {changed}")
    process = bench.start(["models", "list"])
    process.stdout.close()
    _, said = process.stderr.read(), ""
    check(process.wait(timeout=120) in (DONE, FAILED), f"nobody reads stdout: {process.returncode} {said}")


def main():
    """All of them, or those named."""
    tests = {name[5:]: function for name, function in globals().items() if name.startswith("test_")}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default="mask", choices=sorted(COMMANDS))
    parser.add_argument("name", nargs="*", default=[*tests])
    options = parser.parse_args()
    RUN[:] = COMMANDS[options.command]
    with Bench(photos=8) as bench:
        bench.prepare(RUN)
        bench.fresh().mkdir()
        begin = time.monotonic()
        bench.must(RUN)
        TIME[0] = time.monotonic() - begin
        reference = snapshot(bench.folder / OUT)
        check(reference and reference.get("manifest.jsonl") != "[]", "the reference is empty")
        SIZES[:] = [path.stat().st_size for path in (bench.folder / OUT).rglob("*") if path.is_file()]
        for name in options.name:
            try:
                tests[name](bench, reference)
                say(f"{options.command}: {name}: holds")
            except LeftOut as reason:
                say(f"{options.command}: {name}: left out here: {reason}")


if __name__ == "__main__":
    main()
