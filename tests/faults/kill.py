#!/usr/bin/env python3
"""Kill each command with SIGKILL at random moments, let it go on, and compare with a run that was not killed.

    python3 tests/faults/kill.py [--moments N] [--seed S] [COMMAND...]

After each kill nothing that is finished may differ from what a whole run makes; after the next run all bytes must be the same (times
apart) and nothing may be left over. COMMAND: those of common.py, and edit; default all. N: 100.
"""

import argparse
import random
import shutil
import signal
import time

from common import COMMANDS, Bench, EditorClient, check, check_edited, difference, half_written, say, snapshot

STROKES = [{"points": [[8 + i, 9], [20 + i, 12]], "radius": 3, "object": i % 2 == 0} for i in range(6)]


def attack(bench, name, arguments, moments, rng):
    """One command that is run to its end."""
    bench.prepare(arguments)
    out = bench.fresh()
    out.mkdir()
    begin = time.monotonic()
    bench.must(arguments)
    whole = time.monotonic() - begin
    reference = snapshot(out)
    killed = 0
    for moment in range(moments):
        bench.fresh().mkdir()
        process = bench.start(arguments)
        time.sleep(rng.uniform(0.0, 1.0) * whole)
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        wrong = half_written(reference, out)
        check(not wrong, f"{name}, kill {moment}: half written: {wrong}")
        bench.must(arguments)
        changed = difference(reference, snapshot(out))
        check(not changed, f"{name}, kill {moment}: after going on: {changed}")
    check(killed >= moments // 2, f"{name}: only {killed} of {moments} kills met the program at work")
    say(f"{name}: {killed} of {moments} kills met it at work ({whole:.1f} s); nothing half written, same bytes after going on")


def draw(editor):
    """Strokes on two photos, until the editor is gone."""
    for i, stroke in enumerate(STROKES):
        if editor.ask(f"stroke/{i % 2}", stroke) is None:
            return i
    return len(STROKES)


def attack_editor(bench, moments, rng):
    """Strokes that were answered are there when the editor is opened again; its masks are those of `mask --hints`."""
    masks = ["mask", "in", "-o", "out", "--jobs", "2"]
    bench.fresh()
    bench.must(masks)
    shutil.copytree(bench.folder / "out", bench.fresh("before"))
    begin = time.monotonic()
    editor = EditorClient(bench)
    draw(editor)
    check(editor.close() in (0, 130), "gradcut edit does not end well")
    whole = time.monotonic() - begin
    killed = 0
    for moment in range(moments):
        out = bench.fresh()
        shutil.copytree(bench.folder / "before", out)
        editor = EditorClient(bench)
        given, end = 0, time.monotonic() + rng.uniform(0.0, 1.0) * whole
        while given < len(STROKES) and time.monotonic() < end and editor.ask(f"stroke/{given % 2}", STROKES[given]) is not None:
            given += 1
        editor.process.kill()
        editor.process.communicate()
        killed += editor.process.returncode == -signal.SIGKILL
        check_edited(bench, given, f"edit, kill {moment}")
    say(f"edit: {killed} of {moments} kills met it at work; no stroke lost, masks are those of the hints")


def main():
    """All commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("command", nargs="*", default=[*COMMANDS, "edit"])
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with Bench(photos=6) as bench:
        for name in options.command:
            if name == "edit":
                attack_editor(bench, options.moments, rng)
            else:
                attack(bench, name, COMMANDS[name], options.moments, rng)


if __name__ == "__main__":
    main()
