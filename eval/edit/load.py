#!/usr/bin/env python3
"""What the server of `gradcut edit` takes, and what it keeps when it is killed.

    python3 eval/edit/load.py PROGRAM PHOTO WORK [--only latency|strokes|visits|kills|many ...]

PHOTO is any one; WORK is made, and gets a folder a part. Prints tables and checks, each of which can fail:

  latency  a click on PHOTO at one megapixel with `fast` and `best`: the first one and the median of 20 later ones
  strokes  1,000 strokes on it with `fast` and `best`: answers, memory, hints.jsonl; then undo and redo, and the
           photo opened anew
  visits   200 times one of six photos is opened: memory
  kills    20 times killed at a random moment while strokes, boxes and undos come in, every fourth time while it ends:
           what was confirmed is there, and in the end the masks are those of `gradcut mask --hints`
  many     a run of 10,000 small photos: time to start, the list of photos, a click, memory

Times are those of the whole answer at the client, of a machine that has nothing else to do. Needs numpy and
opencv-python-headless. `kills` are those of the seed.
"""

import argparse
import http.client
import os
import pathlib
import random
import signal
import statistics
import sys
import threading
import time

import cv2
import numpy as np

from client import Checks, Editor, Refused, differing, make_run, mask_of

SEED = 7
CLICKS = 20
STROKES = {"fast": 1000, "best": 1000}
STROKE_POINTS, STROKE_RADIUS = 20, 4
UNDOS = 50
VISITS = 200
KILLS = 20
LONGEST_LIFE_S = 1.5
PHOTOS = 10_000
DIFFERENT = 50  # Of these; the others are links.

# What a person does not wait for, and what a laptop has to spare.
CLICK_MS = {"fast": 50, "best": 200}
STROKE_MS, MOST_MB, VISITS_MB = 200, 1000, 600
LOG_MB = 5  # It is compacted when it has grown by 4 MiB.
START_S, LIST_MS, LIST_MB = 5, 500, 10


class Part:
    """The folder, the program and the lines of one part."""

    def __init__(self, options, name, checks):
        self.program, self.name, self.checks = options.program, name, checks
        self.folder = options.work / name
        self.folder.mkdir()
        self.picture = cv2.imread(str(options.photo))
        self.random = random.Random(SEED)
        self.log = open(self.folder / "edit.log", "w")

    def run(self, photos, *options, name="run"):
        make_run(self.program, photos, self.folder / name, *options)
        return self.folder / name

    def editor(self, run):
        return Editor(self.program, run, self.log)

    def megapixel(self):
        height, width = self.picture.shape[:2]
        scale = (1e6 / (height * width)) ** 0.5
        path = self.folder / "photo.jpg"
        size = round(width * scale), round(height * scale)
        cv2.imwrite(str(path), cv2.resize(self.picture, size, interpolation=cv2.INTER_CUBIC))
        return path

    def photos(self):
        """Six of the same size."""
        turned = cv2.rotate(self.picture, cv2.ROTATE_90_CLOCKWISE)
        turned = cv2.resize(turned, self.picture.shape[1::-1])
        pictures = [self.picture, *(cv2.flip(self.picture, code) for code in (0, 1, -1)), turned, cv2.flip(turned, 0)]
        paths = [self.folder / f"{name}.jpg" for name in "abcdef"]
        for path, picture in zip(paths, pictures):
            cv2.imwrite(str(path), picture)
        return paths

    def check(self, holds, what):
        return self.checks.check(holds, f"{self.name}: {what}")

    @staticmethod
    def row(what, *values):
        print(f"        {what:<44}" + "".join(f"{value:>12}" for value in values), flush=True)


def milliseconds(seconds):
    return f"{1000 * seconds:.0f} ms"


def megabytes(path):
    return f"{path.stat().st_size / 1e6:.2f} MB"


def inside(x, y, width, height):
    """Whether a point is in the ellipse that the strokes' person takes for the object."""
    return ((x / width - 0.5) / 0.3) ** 2 + ((y / height - 0.5) / 0.3) ** 2 < 1


def random_stroke(rng, width, height, points):
    """A line of that many points, all inside the ellipse or all outside."""
    while True:
        x, y = rng.uniform(0.02, 0.9) * width, rng.uniform(0.05, 0.95) * height
        line = [[round(x + i * 0.003 * width, 1), round(y, 1)] for i in range(points)]
        sides = {inside(*point, width, height) for point in line}
        if len(sides) == 1 and line[-1][0] <= width:
            return line, sides.pop()


def check_latency(part):
    photo = part.megapixel()
    part.row("a click at 1 MP", "open", "first", "median", "most", "CPU")
    for preset, most in CLICK_MS.items():
        run = part.run([photo], "--preset", preset, name=preset)
        with part.editor(run) as editor:
            state = editor.ask("mask/0")
            opened = editor.answer_s
            times, worked = [], editor.cpu_s()
            for _ in range(CLICKS + 1):
                line, is_object = random_stroke(part.random, state["width"], state["height"], points=1)
                editor.stroke(0, line, is_object)
                times.append(editor.answer_s)
            first, *later = times
            median = statistics.median(later)
            worked = (editor.cpu_s() - worked) / (CLICKS + 1)
            part.row(preset, *map(milliseconds, (opened, first, median, max(later), worked)))
            part.check(1000 * median <= most, f"{preset} answers a click within {most} ms")
            part.check(editor.end() == 0, "the editor ends well")


def check_strokes(part):
    photo = part.megapixel()
    for preset, count in STROKES.items():
        run = part.run([photo], "--preset", preset, name=preset)
        draw_many(part, run, preset, count)


def draw_many(part, run, preset, most):
    hints, manifest = run / "hints.jsonl", run / "manifest.jsonl.partial"
    part.row(f"strokes, {preset}", "answer", "CPU", "its size", "RSS", "peak", "hints.jsonl", "manifest")
    with part.editor(run) as editor:
        state = editor.ask("mask/0")
        width, height = state["width"], state["height"]

        def draw():
            return editor.stroke(0, *random_stroke(part.random, width, height, STROKE_POINTS), STROKE_RADIUS)

        answers, worked = [], [editor.cpu_s()]
        for count in range(1, most + 1):
            state = draw()
            answers.append(editor.answer_s)
            worked.append(editor.cpu_s())
            if count in (10, 100, most // 2, most):
                answer = statistics.median(answers[-10:])
                part.row(f"{count}", milliseconds(answer), milliseconds((worked[-1] - worked[-11]) / 10),
                         f"{editor.answer_bytes / 1000:.0f} kB",
                         *(f"{value:.0f} MB" for value in editor.memory_mb()), megabytes(hints), megabytes(manifest))
        drawn, mask = state["hints"], mask_of(state)
        part.check(len(drawn["strokes"]) == most, f"all {most} strokes are there")
        part.check(1000 * answer <= STROKE_MS, f"after {most} strokes, one takes {STROKE_MS} ms at most")
        part.check(editor.memory_mb()[1] <= MOST_MB, f"the server has a peak of {MOST_MB} MB at most")
        before = hints.stat().st_size
        for what in ("undo", "redo"):
            answers = []
            for _ in range(UNDOS):
                state = editor.ask(what + "/0", {})
                answers.append(editor.answer_s)
            part.row(f"{UNDOS} times {what}", milliseconds(statistics.median(answers)), *4 * [""], megabytes(hints))
        part.check(state["hints"] == drawn and np.array_equal(mask_of(state), mask), "undo and redo lead back")
        during = hints.stat().st_size
        part.check(during <= before + 1e6 * LOG_MB, f"hints.jsonl grows by {LOG_MB} MB at most by {2 * UNDOS} undos and"
                                                    f" redos ({before / 1e6:.2f} to {during / 1e6:.2f} MB)")
        started = time.perf_counter()
        part.check(editor.end() == 0, "the editor ends well")
        part.row("ended", milliseconds(time.perf_counter() - started), *4 * [""], megabytes(hints),
                 megabytes(run / "manifest.jsonl"))
        part.check(hints.stat().st_size <= before, "hints.jsonl is as small in the end as the strokes are")
    with part.editor(run) as editor:
        state = editor.ask("mask/0")
        opened = editor.answer_s
        part.check(state["hints"] == drawn and np.array_equal(mask_of(state), mask), "all is there when started anew")
        draw()
        part.row("started anew: open, stroke", milliseconds(opened), milliseconds(editor.answer_s), "",
                 *(f"{value:.0f} MB" for value in editor.memory_mb()))
        part.check(editor.end() == 0, "the editor ends well")


def check_visits(part):
    photos = part.photos()
    run = part.run(photos, "--preset", "fast")
    with part.editor(run) as editor:
        opened = []
        part.row("photos opened", "each", "RSS", "peak")
        for visit in range(VISITS):
            editor.ask(f"mask/{visit % len(photos)}")
            opened.append(editor.answer_s)
            if visit + 1 in (10, VISITS // 2, VISITS):
                part.row(f"{visit + 1}", milliseconds(statistics.median(opened)),
                         *(f"{value:.0f} MB" for value in editor.memory_mb()))
        part.check(editor.memory_mb()[1] <= VISITS_MB, f"the server has a peak of {VISITS_MB} MB at most")
        part.check(editor.end() == 0, "the editor ends well")


class Person:
    """Someone who draws on several photos and remembers what the server has confirmed, and what it may have done."""

    def __init__(self, rng, sizes):
        self.rng, self.sizes = rng, sizes
        self.confirmed = {photo: [] for photo in sizes}  # Strokes and boxes, each in their order.
        self.perhaps = None  # The photo and its hints, of the request that is under way.
        self.drawn = []  # Of photos since the start: what can be undone.
        self.given = 0

    def act(self, editor):
        photo = self.rng.choice(list(self.sizes))
        hints = self.confirmed[photo]
        width, height = self.sizes[photo]
        if self.drawn and self.rng.random() < 0.15:
            photo, before = self.drawn.pop()
            self._ask(editor, photo, "undo", {}, before)
            return
        # Object strokes have to be in a box where there is one: it is the whole ellipse and more.
        if not hints and self.rng.random() < 0.3:
            hint = {"x": 0.1 * width, "y": 0.1 * height, "width": 0.8 * width, "height": 0.8 * height}
            after = [{**hint, "id": 1}]
            self.drawn.append((photo, hints))
            self._ask(editor, photo, "box", {"id": 1, **hint}, after)
            return
        line, is_object = random_stroke(self.rng, width, height, self.rng.choice((1, STROKE_POINTS)))
        hint = {"points": line, "radius": 0 if len(line) == 1 else STROKE_RADIUS, "object": is_object}
        self.drawn.append((photo, hints))
        self._ask(editor, photo, "stroke", hint, [*hints, hint])

    def _ask(self, editor, photo, what, body, after):
        self.perhaps = (photo, after)
        editor.ask(f"{what}/{photo}", body)
        self.confirmed[photo] = after
        self.perhaps = None
        self.given += 1

    def finds(self, editor):
        """Names of photos whose hints are others; what the killed server did of its last request is taken over."""
        others = []
        for photo, hints in self.confirmed.items():
            found = editor.ask(f"mask/{photo}")["hints"]
            found = [*found["boxes"], *found["strokes"]]
            if found == hints:
                continue
            if self.perhaps == (photo, found):
                self.confirmed[photo] = found
            else:
                others.append(photo)
        self.perhaps, self.drawn = None, []
        return others


def check_kills(part):
    photos = part.photos()[:4]  # So many stay open, with what can be undone.
    run = part.run(photos, "--preset", "fast", "--save", "mask,overlay")
    person = Person(part.random, {i: part.picture.shape[1::-1] for i in range(len(photos))})
    lost, ended, undecided = [], 0, 0
    for number in range(KILLS):
        with part.editor(run) as editor:
            undecided += person.perhaps is not None
            lost += [(number, photo) for photo in person.finds(editor)]
            ends = number % 4 == 3
            life = part.random.uniform(0, LONGEST_LIFE_S)
            killer = threading.Timer(life, editor.process.send_signal, (signal.SIGINT if ends else signal.SIGKILL,))
            killer.start()
            try:
                while True:
                    person.act(editor)
            except (OSError, http.client.HTTPException):
                pass
            except Refused as error:
                part.check(False, f"no answer is an error: {error}")
            killer.join()
            if ends:
                time.sleep(part.random.uniform(0, 0.15))
                ended += editor.process.poll() is not None
            editor.kill()
    part.row(f"{KILLS} kills", f"{person.given} given", f"{undecided} under way", f"{ended} had ended")
    part.check(not lost, f"all that was confirmed is there after {KILLS} kills{lost or ''}")
    part.check(person.given >= 5 * KILLS, f"{person.given} strokes, boxes and undos were confirmed")
    with part.editor(run) as editor:
        part.check(not person.finds(editor), "and after the last one")
        masks = {photo: mask_of(editor.ask(f"mask/{photo}")) for photo in person.confirmed}
        files = {photo["id"]: pathlib.Path(photo["name"]).with_suffix(".png")
                 for photo in editor.ask("run")["photos"]}
        part.check(editor.end() == 0, "the editor ends well")
    same = all(np.array_equal(mask, cv2.imread(str(run / files[photo]), cv2.IMREAD_GRAYSCALE) > 0)
               for photo, mask in masks.items())
    part.check(same, "the files are what the server showed")
    rest = [file.name for file in run.iterdir() if "partial" in file.name or "tmp" in file.name]
    part.check(not rest, f"nothing half done is left{rest or ''}")
    again = part.run(photos, "--preset", "fast", "--save", "mask,overlay", "--hints", str(run / "hints.jsonl"),
                     name="again")
    others = differing(run, again)
    part.check(not others, f"mask --hints makes the same masks{others or ''}")


def check_many(part):
    folder = part.folder / "photos"
    folder.mkdir()
    height, width = part.picture.shape[:2]
    for number in range(DIFFERENT):
        crop = part.picture[part.random.randrange(height // 4):, part.random.randrange(width // 4):]
        cv2.imwrite(str(folder / f"{number:05}.jpg"), cv2.resize(crop, (64, 48), interpolation=cv2.INTER_AREA))
    for number in range(DIFFERENT, PHOTOS):
        os.link(folder / f"{number % DIFFERENT:05}.jpg", folder / f"{number:05}.jpg")
    started = time.perf_counter()
    run = part.run(folder, "--preset", "fast", "--saliency.scales", "64")
    part.row(f"the run of {PHOTOS} photos", f"{time.perf_counter() - started:.0f} s")
    with part.editor(run) as editor:
        part.row("started", f"{editor.start_s:.2f} s", f"{editor.memory_mb()[0]:.0f} MB")
        part.check(editor.start_s <= START_S, f"the editor starts within {START_S} s")
        listed, times = editor.ask("run")["photos"], [editor.answer_s]
        size = editor.answer_bytes / 1e6
        for _ in range(4):
            editor.ask("run")
            times.append(editor.answer_s)
        answer = statistics.median(times)
        part.row("/api/run", milliseconds(answer), f"{size:.2f} MB", f"{editor.memory_mb()[0]:.0f} MB")
        part.check(len(listed) == PHOTOS, f"all {PHOTOS} photos are listed")
        part.check(1000 * answer <= LIST_MS and size <= LIST_MB,
                   f"the list takes {LIST_MS} ms and {LIST_MB} MB at most")
        opened, clicked = [], []
        for photo in part.random.sample(range(PHOTOS), CLICKS):
            editor.ask(f"mask/{photo}")
            opened.append(editor.answer_s)
            editor.stroke(photo, [[32, 24]], True)
            clicked.append(editor.answer_s)
        part.row("a photo opened, a click", milliseconds(statistics.median(opened)),
                 milliseconds(statistics.median(clicked)))
        part.check(1000 * statistics.median(clicked) <= CLICK_MS["fast"],
                   f"a click takes {CLICK_MS['fast']} ms at most")
        part.row("memory, peak", *(f"{value:.0f} MB" for value in editor.memory_mb()))
        part.check(editor.memory_mb()[1] <= MOST_MB, f"the server has a peak of {MOST_MB} MB at most")
        started = time.perf_counter()
        part.check(editor.end() == 0, "the editor ends well")
        part.row("ended", milliseconds(time.perf_counter() - started))
    with part.editor(run) as editor:
        part.row("started anew", f"{editor.start_s:.2f} s")
        edited = sum(photo["edited"] for photo in editor.ask("run")["photos"])
        part.check(edited == CLICKS, f"the {CLICKS} photos count as edited")
        part.check(editor.end() == 0, "the editor ends well")


PARTS = {"latency": check_latency, "strokes": check_strokes, "visits": check_visits, "kills": check_kills,
         "many": check_many}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("photo", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    options = parser.parse_args()
    if cv2.imread(str(options.photo)) is None:
        sys.exit(f"{options.photo}: cannot be read")
    options.work.mkdir(parents=True, exist_ok=True)
    checks = Checks()
    for name in options.only:
        PARTS[name](Part(options, name, checks))
    sys.exit(1 if checks.failures else 0)


if __name__ == "__main__":
    main()
