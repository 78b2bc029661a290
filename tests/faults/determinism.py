#!/usr/bin/env python3
"""The same bytes whatever the jobs, shards, threads, language, time zone and order of files; and how much kinds of processors change.

    python3 tests/faults/determinism.py [--photos N] [COMMAND...]

COMMAND: those of common.py; default mask, which is also sharded, and run on several kinds of processors. Prints the share of pixels that differ with ATEN_CPU_CAPABILITY set to default, avx2 and avx512, which may be at most 0.1 % in all.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time

from common import COMMANDS, ROOT, Bench, check, difference, say, snapshot

MASK = ["mask", "in", "-o", "out", "--save", "mask,heatmap,probability,overlay,cutout"]
RUNS = {**{name: run[: -2 if "--jobs" in run else None] for name, run in COMMANDS.items()}, "mask": MASK}
ONCE = {"eval", "merge", "report", "fit"}  # What these make is there at the end, so that nothing can go on.
MOST_PIXELS = 0.001


def results(folder):
    """Files that a run makes, manifest and run.json apart: those say how the run was started."""
    return {name: text for name, text in snapshot(folder).items() if not name.startswith(("run.", "manifest."))}


def has_jobs(name):
    """Whether it works on several images at a time."""
    return "--jobs" in COMMANDS[name]


def with_jobs(name, jobs):
    """The command, with so many images at a time."""
    return [*RUNS[name], *(["--jobs", str(jobs)] if has_jobs(name) else [])]


def same(bench, reference, what, runs, **options):
    """Runs, and that their results are the reference's."""
    bench.fresh().mkdir()
    for arguments in runs:
        bench.must(arguments, **options)
    changed = difference(reference, results(bench.folder / "out"))
    check(not changed, f"{what}: {changed}")
    say(f"{what}: same bytes")


def environment(**values):
    """That of this process, with these besides."""
    return {"env": {**os.environ, **values}}


def interrupted(bench, name, reference):
    """A run that was stopped twice and went on."""
    bench.fresh().mkdir()
    for _ in range(2):
        process = bench.start(with_jobs(name, 1))
        time.sleep(1.3)
        process.send_signal(signal.SIGTERM)
        process.communicate()
    bench.must(with_jobs(name, 3))
    changed = difference(reference, results(bench.folder / "out"))
    check(not changed, f"{name}: stopped and resumed: {changed}")
    say(f"{name}: stopped twice and resumed: same bytes")


def other_order(bench, name, reference):
    """The files in other places of the folder and of a list."""
    inputs = bench.folder / "in"
    shutil.copytree(inputs, bench.folder / "kept")
    photos = sorted((path.relative_to(inputs) for path in inputs.rglob("*.ppm")), reverse=True)
    shutil.rmtree(inputs)
    for photo in photos:
        (inputs / photo).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(bench.folder / "kept" / photo, inputs / photo)
    same(bench, reference, f"{name}: files made in another order", [with_jobs(name, 2)])


def languages(bench, name, reference):
    """Commas for points, and an i without a dot. A language that is not there would change nothing: they are made here."""
    locales = bench.folder / "locales"
    locales.mkdir()
    for language in ("de_DE", "tr_TR"):
        made = subprocess.run(["localedef", "-i", language, "-f", "UTF-8", str(locales / f"{language}.UTF-8")], capture_output=True, check=False)
        if made.returncode != 0:
            say(f"LC_ALL={language}.UTF-8: left out here: localedef cannot make it (Debian's package locales)")
            continue
        values = {"LOCPATH": str(locales), "LC_ALL": f"{language}.UTF-8", "LANG": f"{language}.UTF-8"}
        test = "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.localeconv()['decimal_point'])"
        point = subprocess.run([sys.executable, "-c", test], env={**os.environ, **values}, capture_output=True, text=True, check=True).stdout
        check(point.strip() == ",", f"{language} is not heard: its decimal point is {point}")
        same(bench, reference, f"{name}: LC_ALL={language}.UTF-8", [with_jobs(name, 2)], **environment(**values))


def processors(bench):
    """The share of pixels that differ between sets of instructions."""
    pixels = {}
    for kind in ("default", "avx2", "avx512"):
        bench.fresh()
        bench.must(["mask", "in", "-o", "out", "--jobs", "2"], **environment(ATEN_CPU_CAPABILITY=kind))
        python = ROOT / "build" / "venv" / "bin" / "python"
        code = ("import sys, pathlib; from PIL import Image; "
                "[sys.stdout.buffer.write(Image.open(p).tobytes()) for p in sorted(pathlib.Path('out').rglob('*.png'))]")
        pixels[kind] = subprocess.run([str(python), "-c", code], cwd=bench.folder, check=True, capture_output=True).stdout
    check(len(set(map(len, pixels.values()))) == 1 and pixels["default"], "masks are missing")
    for kind in ("avx2", "avx512"):
        differ = sum(a != b for a, b in zip(pixels["default"], pixels[kind])) / len(pixels[kind])
        check(differ <= MOST_PIXELS, f"{kind}: {differ:.3%} of the pixels differ")
        say(f"ATEN_CPU_CAPABILITY {kind} and default: {differ:.4%} of {len(pixels[kind])} pixels differ")


def attack(bench, name, photos):
    """One command."""
    bench.prepare(RUNS[name])
    bench.fresh().mkdir()
    bench.must(with_jobs(name, 1))
    reference = results(bench.folder / "out")
    check(len(reference) >= (5 * photos if name == "mask" else 1), f"{name}: the reference is not whole")
    for jobs in (2, 3, 8, 64) if has_jobs(name) else ():
        same(bench, reference, f"{name}: --jobs {jobs}", [with_jobs(name, jobs)])
    if name not in ONCE:
        interrupted(bench, name, reference)
    for threads in ("1", "2", "7"):
        same(bench, reference, f"{name}: OMP_NUM_THREADS={threads}", [with_jobs(name, 2)], **environment(OMP_NUM_THREADS=threads))
    languages(bench, name, reference)
    for zone in ("Asia/Kathmandu", "America/St_Johns"):
        same(bench, reference, f"{name}: TZ={zone}", [with_jobs(name, 2)], **environment(TZ=zone))
    if name == "mask":
        for count in (2, 5):
            same(bench, reference, f"{count} shards", [[*with_jobs(name, 2), "--shard", f"{i}/{count}"] for i in range(count)])
        processors(bench)
    other_order(bench, name, reference)


def main():
    """All of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=12)
    parser.add_argument("command", nargs="*", default=["mask"])
    options = parser.parse_args()
    for name in options.command:
        with Bench(photos=options.photos) as bench:
            attack(bench, name, options.photos)


if __name__ == "__main__":
    main()
