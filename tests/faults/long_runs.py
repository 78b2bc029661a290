#!/usr/bin/env python3
"""Runs as long as a weekend's: many photos, many files, long manifests. Prints what it measures, and fails beyond the limits.

    python3 tests/faults/long_runs.py photos [--count N] [--flags=FLAGS]   N photos of 64x48 through `mask --jobs 2`; 50000
    python3 tests/faults/long_runs.py files [--count N]        N tiny files listed and sharded; 1000000
    python3 tests/faults/long_runs.py manifest [--count N]     a run of N photos of which all are done goes on; 1000000
    python3 tests/faults/long_runs.py commands [--count N]     each other command over N photos of 64x48; 2000

FLAGS: the recipe; by default one that is quick, so that 50,000 end in ten minutes (what a run keeps does not depend on it). `--flags=` is the
default recipe. photos: memory, descriptors and threads stay as they are; the last tenth takes at most 3 % more processor than the second one,
beside what the host has become slower by. files: less than 2 GB. manifest: less than 3 GB, and 80 us of processor a line. commands: less than 2 GB each.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import time

from common import PROGRAM, Bench, check, mask, photo, say

GIGABYTE = 1 << 30
QUICK = "--saliency.scales 64 --segment.max_megapixels 0.01"


def status_of(pid):
    """Resident bytes, threads and open files of a process."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    numbers = {key: int(value) for key, value in re.findall(r"(VmRSS|Threads):\s+(\d+)", text)}
    return numbers["VmRSS"] * 1024, numbers["Threads"], len(os.listdir(f"/proc/{pid}/fd"))


def processor_now():
    """Seconds of processor that the same work takes at this moment: what a host gives changes from minute to minute."""
    begin = time.process_time()
    sum(range(100_000))
    return time.process_time() - begin


def make_many(folder, make, ending, count, kinds=200):
    """So many files: links to a few hundred are as many."""
    for i in range(count):
        path = folder / str(i // 1000) / f"{i}.{ending}"
        if i % 1000 == 0:
            path.parent.mkdir(parents=True)
        if i < kinds:
            path.write_bytes(make(i))
        else:
            os.link(folder / "0" / f"{i % kinds}.{ending}", path)


def many_photos(count, flags):
    """A run that is looked at all the time."""
    with Bench(photos=1) as bench:
        make_many(bench.folder / "many", photo, "ppm", count)
        process = bench.start(["mask", "many", "-o", "out", "--jobs", "2", "--quiet", *flags.split()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        manifest, looks, times = bench.folder / "out" / "manifest.jsonl.partial", [], [(0, time.monotonic(), 0.0)]
        done = offset = 0
        while process.poll() is None:
            time.sleep(0.5)
            try:
                with open(manifest, "rb") as file:
                    file.seek(offset)
                    text = file.read()
                looks.append((done, *status_of(process.pid), processor_now()))
                used = sum(os.sysconf("SC_CLK_TCK") ** -1 * int(n) for n in pathlib.Path(f"/proc/{process.pid}/stat").read_text().split()[13:15])
            except (FileNotFoundError, ProcessLookupError, KeyError):
                continue
            offset, done = offset + len(text), done + text.count(b"\n")
            times.append((done, time.monotonic(), used))
        check(process.returncode == 0, f"ended with {process.returncode}")

        def pace(first, last):
            """Processor seconds a photo between two shares of the run."""
            begin = next(t for t in times if t[0] >= first * count)
            end = next((t for t in times if t[0] >= last * count), times[-1])
            check(end[0] > begin[0], "too few photos to tell")
            return (end[2] - begin[2]) / (end[0] - begin[0])

        def host(first, last):
            """What the same work took meanwhile."""
            return statistics.median(look[4] for look in looks if first * count <= look[0] <= last * count)

        early = [look for look in looks if 0.1 * count <= look[0] <= 0.3 * count]
        late = [look for look in looks if look[0] >= 0.8 * count]
        check(early and late, "too few photos to tell")
        grown = max(look[1] for look in late) / max(look[1] for look in early)
        threads = {look[2] for look in early} | {look[2] for look in late}
        descriptors = max(look[3] for look in early), max(look[3] for look in late)
        slower, host_slower = pace(0.9, 1.0) / pace(0.1, 0.2), host(0.9, 1.0) / host(0.1, 0.2)
        say("ms of processor a photo, by tenths: " + " ".join(f"{1000 * pace(i / 10, (i + 1) / 10):.2f}" for i in range(10)))
        say(f"{count} photos: memory {max(l[1] for l in early) >> 20} MB early, {max(l[1] for l in late) >> 20} MB late; threads {sorted(threads)}; "
            f"descriptors {descriptors[0]} and {descriptors[1]}; {1000 * pace(0.1, 0.2):.2f} ms of processor a photo early, "
            f"{1000 * pace(0.9, 1.0):.2f} late ({slower:.3f} times; the host {host_slower:.3f} times); {count / (times[-1][1] - times[0][1]):.0f} photos/s")
        check(grown < 1.1, f"memory has grown by {grown:.2f}")
        check(len(threads) == 1 and descriptors[1] <= descriptors[0] + 2, f"threads {threads}, descriptors {descriptors}")
        check(slower < 1.03 * host_slower, "the end is slower than the beginning")


def limited(bench, arguments, most):
    """Seconds by the clock and of processor, and peak bytes, of a run."""
    begin = time.monotonic()
    process = subprocess.Popen([str(PROGRAM), *arguments], cwd=bench.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds, peak = time.monotonic() - begin, usage.ru_maxrss * 1024
    check(peak < most, f"{' '.join(arguments)}: {peak / GIGABYTE:.2f} GB")
    return os.waitstatus_to_exitcode(status), said, seconds, usage.ru_utime + usage.ru_stime, peak


def many_files(count):
    """What is no photo fails quickly: it has to be listed, planned, sharded and told of all the same."""
    with Bench(photos=1) as bench:
        for i in range(count):
            if i % 1000 == 0:
                (bench.folder / "many" / str(i // 1000)).mkdir(parents=True)
            os.close(os.open(bench.folder / "many" / str(i // 1000) / f"{i}.jpg", os.O_CREAT | os.O_WRONLY))
        shards = max(1, count // 1000)
        status, said, seconds, used, peak = limited(bench, ["mask", "many", "-o", "out", "--shard", f"0/{shards}", "--quiet", "--jobs", "2"], 2 * GIGABYTE)
        check(status == 1 and "is empty" in said, f"status {status}: {said[-300:]}")
        say(f"{count} files listed and planned, one of {shards} shards done: {seconds:.0f} s ({used:.0f} of processor), {peak / GIGABYTE:.2f} GB")


def many_commands(count):
    """What each of them keeps of all photos."""
    quick = QUICK.split()
    with Bench(photos=1) as bench:
        make_many(bench.folder / "many", photo, "ppm", count)
        make_many(bench.folder / "truths", mask, "pgm", count)
        lines = [f"{i // 1000}/{i}\t{'dog' if i % 2 else 'cat'}\n" for i in range(count)]
        (bench.folder / "labels.tsv").write_text("".join(lines))
        for arguments in (["mask", "many", "-o", "masks", *quick],
                          ["eval", "masks", "truths", "--json", "all.json", "--csv", "all.csv", "--html", "all.html"],
                          ["report", "masks", "-o", "page.html"],
                          ["cutout", "many", "masks", "-o", "cutouts"],
                          ["tune", "many", "truths", "-o", "tuned", "--sweep", "colour.bins=8,16", *quick],
                          ["fit", "labels.tsv", "--images", "many", "-o", "head.safetensors", "--size", "64"],
                          ["adapt", "many", "-o", "objects.safetensors", *quick],
                          ["label", "--images", "many", "--labels", "labels.tsv", "--classes", "classes.txt", "-o", "labels", *quick]):
            status, said, seconds, used, peak = limited(bench, [*arguments, "--jobs", "2"], 2 * GIGABYTE)
            check(status == 0, f"{arguments[0]}: status {status}: {said[-300:]}")
            say(f"{arguments[0]} of {count} photos: {seconds:.1f} s ({used:.1f} of processor), {peak >> 20} MB")


def long_manifest(count):
    """All is done: the next run reads its manifest, finds that, and ends."""
    with Bench(photos=1) as bench:
        (bench.folder / "many").mkdir()
        (bench.folder / "many" / "0.ppm").write_bytes(photo(0))
        bench.must(["mask", "many", "-o", "out"])
        entry = json.loads((bench.folder / "out" / "manifest.jsonl").read_text())
        with open(bench.folder / "out" / "manifest.jsonl", "w", encoding="utf-8") as manifest:
            for i in range(count):
                folder = f"{i // 1000}"
                name, first = f"{folder}/{i}", f"{folder}/{i // 1000 * 1000}"
                for kind, ending in (("many", "ppm"), ("out", "png")):
                    if name == first:  # A file may have so many names only.
                        (bench.folder / kind / folder).mkdir()
                        shutil.copy2(bench.folder / kind / f"0.{ending}", bench.folder / kind / f"{name}.{ending}")
                    else:
                        os.link(bench.folder / kind / f"{first}.{ending}", bench.folder / kind / f"{name}.{ending}")
                line = {**entry, "path": f"many/{name}.ppm", "output": f"{name}.png", "files": [f"{name}.png"]}
                manifest.write(json.dumps(line, separators=(",", ":"), sort_keys=True) + "\n")
        status, said, seconds, used, peak = limited(bench, ["mask", "many", "-o", "out", "--jobs", "2"], 3 * GIGABYTE)
        check(status == 0 and f"{count} skipped" in said, f"status {status}: {said[-300:]}")
        say(f"a manifest of {count} lines goes on: {seconds:.1f} s ({used:.1f} of processor), {peak / GIGABYTE:.2f} GB")
        check(used < 5 + count * 80e-6, "more than 80 us of processor a line")


def main():
    """One of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["photos", "files", "manifest", "commands"])
    parser.add_argument("--count", type=int)
    parser.add_argument("--flags", default=QUICK)
    options = parser.parse_args()
    if options.what == "photos":
        many_photos(options.count or 50_000, options.flags)
    else:
        many = {"files": many_files, "manifest": long_manifest, "commands": many_commands}[options.what]
        many(options.count or (2000 if many is many_commands else 1_000_000))


if __name__ == "__main__":
    main()
