#!/usr/bin/env python3
"""Corrects the masks of a run through the server of `gradcut edit`, as a simulated user who knows the truth.

    python3 eval/edit/simulated_user.py PROGRAM LIST OUT [--preset fast|best] [--rows FILE]

LIST has a photo and its true mask a line, with a space between, as for eval/hints. The user is that of
`simulate_hints correct`: starts from the run's mask; clicks (a stroke of one point without a radius) into the largest
wrong region where it is farthest from its border; stops at an IoU of 0.90 or after 20 clicks. Then the editor ends, and
`gradcut mask --hints` has to make the same files. With --rows, what `simulate_hints correct gradcut LIST PRESET`
printed, photos are compared one by one.

OUT is made, and gets the run (run/), its remake (again/) and a row a photo (clicks.txt): name, clicks to 0.85 and 0.90,
IoU at the start, at the end and at best. Needs numpy and opencv-python-headless.
"""

import argparse
import pathlib
import sys

import cv2
import numpy as np

from client import Checks, Editor, differing, make_run, mask_of

MOST_CLICKS = 20
GOALS = (0.85, 0.90)
VOID_BGR = (192, 224, 224)  # Of PASCAL VOC's palette.
# Where two places are equally deep, rounding decides, which another OpenCV may do otherwise.
LEAST_EQUAL = 0.99
ALLOWED_MEAN = 0.05  # Clicks.
MOST_MB = 1000


def read_truth(path):
    """Object and what is scored."""
    pixels = cv2.imread(path, cv2.IMREAD_COLOR)
    if pixels is None:
        sys.exit(f"{path}: cannot be read")
    void = np.all(pixels == VOID_BGR, axis=2)
    return np.any(pixels != 0, axis=2) & ~void, ~void


def iou_of(mask, truth):
    is_object, scored = truth
    either = np.count_nonzero(is_object | (mask & scored))
    return np.count_nonzero(is_object & mask) / either if either else 1.0


def next_click(mask, truth):
    """(x, y) and whether it is object; None where all is right. The rule of eval/hints/simulated_user.cc."""
    is_object, scored = truth
    most, region, missing = 0, None, True
    for side, wrong in ((True, is_object & ~mask), (False, ~is_object & scored & mask)):
        count, labels, statistics, _ = cv2.connectedComponentsWithStats(wrong.astype(np.uint8), connectivity=8)
        for part in range(1, count):
            if statistics[part, cv2.CC_STAT_AREA] > most:
                most, region, missing = statistics[part, cv2.CC_STAT_AREA], labels == part, side
    if region is None:
        return None
    depth = cv2.distanceTransform(np.pad(region.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    x, y = cv2.minMaxLoc(np.ascontiguousarray(depth))[3]
    return (x + 0.5, y + 0.5), missing


def correct(editor, photo, truth, seconds):
    """Clicks to each goal, and IoU before, after and at best; `seconds` gets the time of each answer."""
    mask = mask_of(editor.ask(f"mask/{photo}"))
    iou = first = best = iou_of(mask, truth)
    needed = [0 if iou >= goal else MOST_CLICKS for goal in GOALS]
    for click in range(1, MOST_CLICKS + 1):
        target = None if iou >= GOALS[-1] else next_click(mask, truth)
        if target is None:
            break
        point, is_object = target
        mask = mask_of(editor.stroke(photo, [point], is_object))
        seconds.append(editor.answer_s)
        iou = iou_of(mask, truth)
        best = max(best, iou)
        needed = [min(most, click) if iou >= goal else most for goal, most in zip(GOALS, needed)]
    return needed, (first, iou, best)


def read_rows(path):
    """Clicks to both goals by name, of what simulate_hints printed."""
    rows = [line.split() for line in path.read_text().splitlines() if not line.startswith("mean of")]
    return {pathlib.Path(row[0]).name: [float(value) for value in row[1:3]] for row in rows}


def compare(checks, names, needed, rows):
    known = [i for i, name in enumerate(names) if name in rows]
    theirs = np.array([rows[names[i]] for i in known])
    ours = needed[known]
    equal = np.mean(np.all(ours == theirs, axis=1))
    print(f"simulate_hints: mean to 0.85 {theirs[:, 0].mean():.2f}, to 0.90 {theirs[:, 1].mean():.2f};"
          f" here {ours[:, 0].mean():.2f} and {ours[:, 1].mean():.2f}")
    if equal < 1:
        others = [f"{names[i]} {here} {there}" for i, here, there in zip(known, ours.astype(int), theirs.astype(int))
                  if any(here != there)]
        print("other numbers of clicks: " + ", ".join(others))
    checks.check(equal >= LEAST_EQUAL and np.all(abs(ours.mean(axis=0) - theirs.mean(axis=0)) <= ALLOWED_MEAN),
                 f"{equal:.1%} of {len(known)} photos take as many clicks as without a server")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("list", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--preset", default="fast")
    parser.add_argument("--rows", type=pathlib.Path)
    options = parser.parse_args()
    pairs = [line.split() for line in options.list.read_text().splitlines()]
    names = [pathlib.Path(photo).name for photo, _ in pairs]
    if len(set(names)) < len(names):
        sys.exit(f"{options.list}: two photos have the same name")
    options.out.mkdir(parents=True)
    run, again = options.out / "run", options.out / "again"
    cv2.ipp.setUseIPP(False)  # Debian's OpenCV has none, and Intel's distances are rounded otherwise.
    checks = Checks()
    photos = [photo for photo, _ in pairs]
    make_run(options.program, photos, run, "--preset", options.preset)

    needed, ious, clicking, last = [], [], [], {}
    with open(options.out / "edit.log", "w") as log, Editor(options.program, run, log) as editor:
        ids = {photo["name"]: photo["id"] for photo in editor.ask("run")["photos"]}
        with open(options.out / "clicks.txt", "w") as rows:
            for name, (_, truth) in zip(names, pairs):
                clicks, iou = correct(editor, ids[name], read_truth(truth), clicking)
                needed.append(clicks)
                ious.append(iou)
                print(name, *clicks, *(f"{value:.4f}" for value in iou), file=rows, flush=True)
        edited = sum(photo["edited"] for photo in editor.ask("run")["photos"])
        given = sum(photo["clicks"] for photo in editor.ask("run")["photos"])
        checks.check(given == len(clicking), f"the server counts the {len(clicking)} clicks, on {edited} photos")
        memory = editor.memory_mb()
        checks.check(memory[1] <= MOST_MB, f"the server has {memory[0]:.0f} MB at the end and a peak of"
                                           f" {memory[1]:.0f} MB ({MOST_MB} MB at most)")
        checks.check(editor.end() == 0, "the editor ends well")

    needed, ious = np.array(needed), np.array(ious)
    print(f"{len(names)} photos, {options.preset}: mean IoU {ious[:, 0].mean():.3f} before,"
          f" {ious[:, 1].mean():.3f} after")
    for k, goal in enumerate(GOALS):
        print(f"to {goal:.2f}: mean {needed[:, k].mean():.2f}, median {np.median(needed[:, k]):g} clicks;"
              f" never reached: {np.mean(ious[:, 2] < goal):.1%}")
    answers = 1000 * np.array(clicking)
    print(f"answer to a click: median {np.median(answers):.0f} ms, 95th percentile {np.percentile(answers, 95):.0f} ms")
    if options.rows:
        compare(checks, names, needed, read_rows(options.rows))

    make_run(options.program, photos, again, "--preset", options.preset, "--hints", str(run / "hints.jsonl"))
    others = differing(run, again)
    checks.check(not others, f"mask --hints makes the same {len(names)} masks, but for {others[:5]}")
    sys.exit(1 if checks.failures else 0)


if __name__ == "__main__":
    main()
