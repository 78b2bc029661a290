#!/usr/bin/env python3
"""Cut the power at random moments of a run with `--durable`, and let it go on.

    python3 tests/faults/power_cut.py [--moments N] [--seed S]

Needs strace, which records what a run writes, syncs, links and renames. A power cut is what POSIX allows one to lose: of each file all
that was written since its last fsync, of each folder all names since its last fsync. What is left is put into a folder, and the run goes
on there. What `--durable` promises: a result that the manifest on the disk tells of is on the disk too, whole; nothing that is there is
half of something; the folder can go on, with the same bytes in the end.
"""

import argparse
import ast
import json
import os
import pathlib
import random
import re
import shutil
import subprocess

from common import COMMANDS, PROGRAM, Bench, check, content, difference, say, snapshot

CALLS = "openat,write,fsync,linkat,rename,mkdir,ftruncate,unlink,close,lseek"


class File:
    """What was written, and as much of it as is on the disk."""

    def __init__(self):
        self.data, self.synced = bytearray(), b""


class Disk:
    """Folders and files as the log of a run has them; folders map names to files or folders."""

    def __init__(self, root):
        self.root = root
        self.names = {}  # Path -> File, or None for a folder: as programs see it.
        self.kept = {root: None}  # The same on the disk.
        self.open = {}

    def ours(self, path):
        """Whether a path is in the output."""
        return path == self.root or path.startswith(self.root + "/")

    def sync_folder(self, folder):
        """Its names are on the disk now."""
        for path in [path for path in {**self.names, **self.kept} if os.path.dirname(path) == folder]:
            if path in self.names:
                self.kept[path] = self.names[path]
            else:
                del self.kept[path]

    def restore(self, folder):
        """What is left after the power cut, as files."""
        for path in sorted(self.kept):
            file, parent = self.kept[path], os.path.dirname(path)
            if path != self.root and self.kept.get(parent, "lost") is not None:
                continue  # Its folder is lost.
            target = folder / os.path.relpath(path, self.root)
            if file is None:
                target.mkdir(parents=True, exist_ok=True)
            else:
                target.write_bytes(file.synced)


def events(log):
    """(call, arguments, result) of the calls that succeeded, in the order in which they ended."""
    unfinished = {}
    for line in log.read_text(errors="replace").splitlines():
        pid, _, rest = line.partition(" ")
        rest = rest.strip()
        if rest.endswith("<unfinished ...>"):
            unfinished[pid] = rest[: -len("<unfinished ...>")]
            continue
        if found := re.match(r"<\.\.\. \w+ resumed>(.*)", rest):
            rest = unfinished.pop(pid, "") + found[1]
        found = re.match(r"(\w+)\((.*)\)\s+= (\d+)", rest)
        if found:
            yield found[1], found[2], int(found[3])


def strings(arguments):
    """The quoted texts among the arguments, as bytes."""
    return [ast.literal_eval("b" + text) for text in re.findall(r'"(?:[^"\\]|\\.)*"', arguments)]


def apply(disk, call, arguments, result, folder):
    """One call of the log."""
    texts = [os.path.normpath(os.path.join(folder, text.decode(errors="surrogateescape"))) for text in strings(arguments)] if call != "write" else []
    number = int(re.match(r"\d+", arguments)[0]) if re.match(r"\d+", arguments) else -1
    if call == "openat" and disk.ours(texts[0]):
        path = texts[0]
        if "O_TMPFILE" in arguments:
            disk.open[result] = File()
        elif path in disk.names and disk.names[path] is not None:
            disk.open[result] = disk.names[path]
        elif "O_CREAT" in arguments:
            disk.open[result] = disk.names[path] = File()
        else:
            disk.open[result] = path  # A folder.
    elif call == "openat":
        disk.open.pop(result, None)
    elif call == "write" and isinstance(disk.open.get(number), File):
        disk.open[number].data += strings(arguments)[0][:result]
    elif call == "ftruncate" and isinstance(disk.open.get(number), File):
        size = int(arguments.split(",")[1])
        del disk.open[number].data[size:]
    elif call == "fsync" and number in disk.open:
        file = disk.open[number]
        if isinstance(file, File):
            file.synced = bytes(file.data)
        else:
            disk.sync_folder(file)
    elif call == "linkat" and disk.ours(texts[1]):
        descriptor = re.fullmatch(r"/proc/self/fd/(\d+)", texts[0])
        if descriptor:
            disk.names[texts[1]] = disk.open[int(descriptor[1])]
    elif call == "rename" and disk.ours(texts[1]) and texts[0] in disk.names:
        disk.names[texts[1]] = disk.names.pop(texts[0])
    elif call == "mkdir" and disk.ours(texts[0]):
        disk.names[texts[0]] = None
    elif call == "unlink" and texts[0] in disk.names:
        del disk.names[texts[0]]
    elif call == "close":
        disk.open.pop(number, None)


def entries(path):
    """Lines of a manifest; the last may be half of one."""
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            yield json.loads(line)
        except ValueError:
            return


def check_promise(out, reference, moment):
    """What is there is whole, and what the manifest tells of is there."""
    for path in out.rglob("*"):
        name = str(path.relative_to(out))
        if path.is_file() and name in reference and path.suffix not in (".jsonl", ".json"):
            check(content(path) == reference[name], f"moment {moment}: half of {name} is left")
    for manifest in ("manifest.jsonl", "manifest.jsonl.partial"):
        for entry in entries(out / manifest):
            for file in entry.get("files", []):
                check((out / file).exists(), f"moment {moment}: {manifest} tells of {file}, which is lost")


def main():
    """Record one run, cut it at many moments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    check(shutil.which("strace"), "strace is not there")
    rng = random.Random(options.seed)
    with Bench(photos=6) as bench:
        arguments = [*COMMANDS["mask"], "--durable"]
        log, out = bench.folder / "log", bench.fresh()
        subprocess.run(["strace", "-f", "-qq", "-xx", "-s", "1000000", "-e", "signal=none", "-e", f"trace={CALLS}", "-o", str(log), str(PROGRAM),
                        *arguments], cwd=bench.folder, check=True, capture_output=True, timeout=600)
        reference = snapshot(out)
        recorded = list(events(log))
        whole = Disk(str(out))
        at = [i for i, event in enumerate(recorded) if apply(whole, *event, str(bench.folder)) or event[0] in ("write", "fsync", "linkat", "rename")]
        made = {path: bytes(file.data) for path, file in whole.names.items() if file is not None}
        for name in reference:
            check(made.get(str(out / name)) == (out / name).read_bytes(), f"the log does not explain {name}")
        lost = results = 0
        for moment in sorted(rng.choice(at) for _ in range(options.moments)):
            disk = Disk(str(out))
            for event in recorded[:moment]:
                apply(disk, *event, str(bench.folder))
            bench.fresh()
            disk.restore(pathlib.Path(out))
            lost += sum(path not in disk.kept for path in disk.names)
            results += sum(path.endswith(".png") for path in disk.kept)
            check_promise(out, reference, moment)
            bench.must(arguments)
            changed = difference(reference, snapshot(out))
            check(not changed, f"moment {moment}: after going on: {changed}")
        check(options.moments < 20 or (lost > 0 and results > 0), "no power cut met the program at work")
        say(f"power cut: {options.moments} moments of {len(recorded)} calls: {lost} names were lost, {results} results were kept; all went on to the same bytes")


if __name__ == "__main__":
    main()
