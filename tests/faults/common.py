"""What the scripts of this folder share: small photos, the commands that are attacked, and how folders are compared.

The program is GRADCUT, by default build/release/gradcut. All happens in a new folder below TMPDIR. Needs nothing but Python.
"""

import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("GRADCUT", ROOT / "build" / "release" / "gradcut")).resolve()
DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
# Times, which differ from run to run. All else must be the same.
TIMES = {"milliseconds", "seconds", "images_per_second", "started", "finished", "resumed", "interrupted", "time"}


def photo(seed, width=64, height=48):
    """A PPM: a disc of one colour on another, with some noise."""
    rng = random.Random(seed)
    colours = [[rng.randrange(40, 216) for _ in range(3)] for _ in range(2)]
    x0, y0, radius = rng.uniform(0.3, 0.7) * width, rng.uniform(0.3, 0.7) * height, rng.uniform(0.2, 0.4) * height
    pixels = bytearray()
    for y in range(height):
        for x in range(width):
            colour = colours[(x - x0) ** 2 + (y - y0) ** 2 < radius**2]
            noise = rng.randrange(-20, 20)
            pixels += bytes(channel + noise for channel in colour)
    return b"P6 %d %d 255\n" % (width, height) + pixels


def mask(seed, width=64, height=48):
    """A PGM of the same disc, more or less."""
    rng = random.Random(seed)
    for _ in range(6):
        rng.randrange(40, 216)
    x0, y0, radius = rng.uniform(0.3, 0.7) * width, rng.uniform(0.3, 0.7) * height, rng.uniform(0.2, 0.4) * height
    pixels = bytes(255 * ((x - x0) ** 2 + (y - y0) ** 2 < radius**2) for y in range(height) for x in range(width))
    return b"P5 %d %d 255\n" % (width, height) + pixels


class Bench:
    """A folder with photos, truths and labels; deleted in the end."""

    def __init__(self, photos=8):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="gradcut-faults-"))
        (self.folder / "in" / "sub").mkdir(parents=True)
        (self.folder / "truth" / "sub").mkdir(parents=True)
        lines = []
        for i in range(photos):
            name = f"sub/{i:05}" if i % 3 == 2 else f"{i:05}"
            (self.folder / "in" / f"{name}.ppm").write_bytes(photo(i))
            (self.folder / "truth" / f"{name}.pgm").write_bytes(mask(i))
            lines.append(f"{name}\t{'dog' if i % 2 else 'cat'}\n")
        (self.folder / "labels.tsv").write_text("".join(lines))
        (self.folder / "classes.txt").write_text("background\ncat\ndog\n")
        hints = [{"path": f"in/{i:05}.ppm", "boxes": [{"x": 8, "y": 6, "width": 40, "height": 36}]} for i in range(0, photos, 3)]
        (self.folder / "hints.jsonl").write_text("".join(json.dumps(line) + "\n" for line in hints))
        with tarfile.open(self.folder / "photos.tar", "w") as tar:
            tar.add(self.folder / "in", "")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, arguments, program=(str(PROGRAM),), **options):
        """The program at work, in another one maybe."""
        for stream in ("stdout", "stderr"):
            options.setdefault(stream, subprocess.PIPE)
        return subprocess.Popen([*program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, text=True, errors="replace",
                                **options)

    def run(self, arguments, timeout=600, **options):
        """(exit status, what it said on stderr)."""
        process = self.start(arguments, **options)
        _, said = process.communicate(timeout=timeout)
        return process.returncode, said or ""

    def must(self, arguments, **options):
        """The same for what has to end well."""
        status, said = self.run(arguments, **options)
        check(status == DONE, f"{' '.join(arguments)}: ended with {status}: {said}")
        return said

    def prepare(self, arguments):
        """Makes what a command begins with."""
        for name in PREPARED.keys() & set(arguments):
            if not (self.folder / name).exists():
                for run in PREPARED[name]:
                    self.must(run)

    def fresh(self, name="out"):
        """The path of a result that is not there."""
        path = self.folder / name
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
        return path


# What each command is run as, by the name of the attack; all write into `out`.
COMMANDS = {
    "mask": ["mask", "in", "-o", "out", "--save", "mask,overlay,probability", "--jobs", "2"],
    "anew": ["mask", "in", "-o", "out", "--save", "mask,overlay", "--existing", "overwrite", "--jobs", "2"],
    "hints": ["mask", "in", "-o", "out", "--hints", "hints.jsonl", "--save", "mask,instances,cutout", "--jobs", "2"],
    "archive": ["mask", "photos.tar", "-o", "out/masks.tar", "--jobs", "2"],
    "saliency": ["saliency", "in", "-o", "out", "--save", "heatmap,raw,explanation", "--method", "gradient", "--jobs", "2"],
    "refine": ["refine", "in", "maps", "-o", "out", "--save", "mask,probability,cam", "--jobs", "2"],
    "cutout": ["cutout", "in", "masks", "-o", "out", "--matte", "--jobs", "2"],
    "label": ["label", "--images", "in", "--labels", "labels.tsv", "--classes", "classes.txt", "-o", "out", "--rounds", "2",
              "--export", "coco,yolo", "--jobs", "2"],
    "fit": ["fit", "labels.tsv", "--images", "in", "-o", "out/head.safetensors", "--folds", "2", "--jobs", "2"],
    "adapt": ["adapt", "in", "-o", "out/head.safetensors", "--rounds", "2", "--jobs", "2"],
    "tune": ["tune", "in", "truth", "-o", "out", "--sweep", "colour.bins=8,16", "--jobs", "2"],
    "eval": ["eval", "masks", "truth", "--json", "out/measures.json", "--csv", "out/images.csv", "--html", "out/page.html",
             "--counts", "out/counts.json", "--jobs", "2"],
    "merge": ["merge", "parts", "-o", "out"],
    "report": ["report", "masks", "-o", "out/page.html", "--pictures", "beside", "--jobs", "2"],
}
# What some of them begin with, and how it is made.
PREPARED = {
    "masks": [["mask", "in", "-o", "masks"]],
    "maps": [["saliency", "in", "-o", "maps", "--save", "probability"]],
    "parts": [["mask", "in", "-o", "parts", "--save", "mask,overlay", "--shard", f"{i}/2"] for i in range(2)],
}


def check(condition, message):
    """Ends the script with what does not hold."""
    if not condition:
        sys.exit(f"FAILED: {message}")


def without_times(value):
    """JSON without what differs from run to run."""
    if isinstance(value, dict):
        return {key: without_times(each) for key, each in value.items() if key not in TIMES}
    return [without_times(each) for each in value] if isinstance(value, list) else value


def content(path):
    """A file as it is compared."""
    data = path.read_bytes()
    if path.suffix == ".jsonl":
        lines = [without_times(json.loads(line)) for line in data.splitlines()]
        # A run that goes on says of what is there already that it was skipped.
        for line in lines:
            line["status"] = "ok" if line.get("status") == "skipped" else line.get("status")
        return json.dumps(lines, sort_keys=True)
    if path.name.startswith("run") and path.suffix == ".json":
        run = without_times(json.loads(data))
        run.pop("totals", None)
        return json.dumps(run, sort_keys=True)
    if path.suffix == ".html":
        return re.sub(rb"[0-9.]+ (ms|s|min|h)\b", b"", data)
    return hashlib.sha256(data).hexdigest()


def snapshot(folder):
    """Path -> content of all files below a folder, hidden ones too."""
    return {str(path.relative_to(folder)): content(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def difference(there, here):
    """The first few files that two snapshots do not share, or ""."""
    names = [name for name in sorted(there.keys() | here.keys()) if there.get(name) != here.get(name)]
    return ", ".join(f"{name} ({'missing' if name not in here else 'too much' if name not in there else 'differs'})" for name in names[:5])


def half_written(reference, folder):
    """Names of finished results that are not what a whole run makes of them."""
    if not folder.is_dir():
        return []
    wrong = []
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        # What is being made has names of its own; manifests grow line by line; run.json counts.
        if not path.is_file() or path.suffix in (".partial", ".jsonl", ".json", ".work") or ".work" in name or name not in reference:
            continue
        if content(path) != reference[name]:
            wrong.append(name)
    return wrong


def one_clear_line(said):
    """Whether what failed was said in words: no crash, no stack, no empty message."""
    lines = [line for line in said.splitlines() if line.startswith("error: ")]
    return bool(lines) and all(len(line) > len("error: ") + 8 for line in lines) and "terminate called" not in said


class EditorClient:
    """`gradcut edit` as a process and its page."""

    def __init__(self, bench, *flags, **options):
        self.process = bench.start(["edit", "out", "--port", "0", *flags], **options)
        line = self.process.stdout.readline()
        self.address, _, self.key = line.strip().partition("/?key=")
        check(self.key, f"gradcut edit says '{line}'")

    def ask(self, path, body=None):
        """The answer, or None if there is none: the editor was killed."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/api/{path}", data, {"X-Gradcut-Key": self.key, "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except OSError:
            return None

    def close(self, number=signal.SIGTERM):
        """Its exit status."""
        self.process.send_signal(number)
        self.process.communicate(timeout=120)
        return self.process.returncode


def check_edited(bench, answered, what):
    """Strokes that were answered are there when the editor is opened again, its masks are those of `mask --hints`, and nothing is left over."""
    editor = EditorClient(bench)
    kept = sum(len(editor.ask(f"mask/{photo}")["hints"]["strokes"]) for photo in (0, 1))
    check(kept >= answered, f"{what}: {answered} strokes were answered, {kept} are there")
    check(editor.close() in (DONE, INTERRUPTED), f"{what}: the next editor does not end well")
    results = snapshot(bench.folder / "out")
    bench.fresh("made")
    bench.must(["mask", "in", "-o", "made", "--jobs", "2", *(["--hints", "out/hints.jsonl"] if kept else [])])
    made = {name: text for name, text in snapshot(bench.folder / "made").items() if name.endswith(".png")}
    changed = difference(made, {name: text for name, text in results.items() if name.endswith(".png")})
    check(not changed, f"{what}: masks are not those of its hints: {changed}")
    left = [name for name in results if name.endswith((".partial", ".tmp"))]
    check(not left, f"{what}: left over: {left}")


def say(text):
    """At once, with the time."""
    print(time.strftime("%H:%M:%S"), text, flush=True)
