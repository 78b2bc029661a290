"""Times, memory and bytes of cut-outs of large photos, of one program or two.

    python3 measure.py PHOTOS GRADCUT [GRADCUT...] [--repeat N] [--sizes 1,12,24,48,100]

PHOTOS holds what photos.py made. Each program masks and cuts out each photo, alone and with one job, N times; programs take
turns. Prints, for each size and program, the median over the photos of: milliseconds of all stages and of encoding, the
program's seconds, on the wall and of the processor, its largest memory, the bytes of the mask and of the cut-out. Then the same with a soft edge, and of
`gradcut cutout` (of the masks of the first program) where the program has it.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time


def run(command, folder):
    """Wall and processor seconds, MB of memory at most, and the manifest's entry."""
    start = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    process.returncode = status
    if status:
        raise SystemExit(f"{command}: status {status}")
    entry = json.loads((folder / "manifest.jsonl").read_text())
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, entry


def bytes_of(folder, pattern):
    return sum(path.stat().st_size for path in folder.glob(pattern))


def measure(program, photo, arguments, mask=None):
    """One row of numbers."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name) / "out"
        inputs = [photo] if mask is None else [photo, mask]
        command = [program, "mask" if mask is None else "cutout", *inputs, "-o", folder, "--jobs", "1", *arguments]
        seconds, cpu, memory, entry = run([str(part) for part in command], folder)
        stages = {key: value for key, value in entry["milliseconds"].items() if key != "write"}
        cutout = bytes_of(folder, "*.cutout.*")
        return {"all ms": sum(stages.values()), "encode ms": stages["encode"], "wall s": seconds, "cpu s": cpu, "MB": memory,
                "mask KB": (bytes_of(folder, "*.png") - bytes_of(folder, "*.cutout.png")) / 1e3,
                "cut-out MB": cutout / 1e6, "stages": stages}


def show(label, rows):
    columns = [key for key in rows[0] if key != "stages"]
    values = "  ".join(f"{key} {statistics.median(row[key] for row in rows):9.2f}" for key in columns)
    print(f"{label:44} {values}", flush=True)


def show_stages(label, rows):
    names = list(rows[0]["stages"])
    means = {name: statistics.median(row["stages"].get(name, 0) for row in rows) for name in names}
    total = sum(means.values())
    print(f"{label:44} " + ", ".join(f"{name} {value:.0f} ms ({value / total:.0%})" for name, value in means.items()))


def has_cutout(program):
    return subprocess.run([program, "cutout", "--help"], capture_output=True, check=False).returncode == 0


def masks_of(program, photos, folder):
    subprocess.run([program, "mask", *map(str, photos), "-o", folder, "-q"], check=True)
    return {photo: folder / f"{photo.stem}.png" for photo in photos}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("photos", type=pathlib.Path)
    parser.add_argument("programs", nargs="+")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--sizes", default="1,12,24,48,100")
    arguments = parser.parse_args()
    kinds = ["--save", "mask,cutout"]
    for size in arguments.sizes.split(","):
        photos = sorted(arguments.photos.glob(f"*_{size}.jpg"))
        with tempfile.TemporaryDirectory() as name:
            masks = masks_of(arguments.programs[0], photos, pathlib.Path(name))
            tasks = [("mask", kinds, None), ("mask --feather 3", [*kinds, "--feather", "3"], None),
                     ("cutout", [], masks), ("cutout --feather 3", ["--feather", "3"], masks),
                     ("cutout --format webp", ["--format", "webp"], masks)]
            for task, flags, by in tasks:
                programs = [p for p in arguments.programs if by is None or has_cutout(p)]
                rows = {program: [] for program in programs}
                for _ in range(arguments.repeat):
                    for photo in photos:
                        for program in programs:
                            rows[program].append(measure(program, photo, flags, by and by[photo]))
                for program in programs:
                    label = f"{size:>3} Mpx {arguments.programs.index(program)} {task}"
                    show(label, rows[program])
                    if size == "12":
                        show_stages(label, rows[program])


main()
