"""Writes tests/data/instances: made-up objects, and what pycocotools says of them.

    build/parity/bin/python eval/metrics_parity/make_instance_goldens.py tests/data/instances
    build/parity/bin/python eval/metrics_parity/make_instance_goldens.py FOLDER --gradcut build/release/gradcut

Set-up as for compare.py. `truth.json` is a COCO data set with polygons, run lengths of both kinds, crowds,
objects of all sizes, a category that is never found and one that is never there; `results.json` a list of
results with equal scores and more than 100 objects of one image and category. `expected.json` has
COCOeval's twelve numbers, with areas of masks and of boxes, and every mask of the truth as pycocotools
fills it, compressed. The second command makes other cases in FOLDER (`--seeds N` of them) and compares the
program with COCOeval on each: exit status 1 if a number differs by more than 1e-12.
"""

import argparse
import contextlib
import copy
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

MEASURES = ["ap", "ap_50", "ap_75", "ap_small", "ap_medium", "ap_large",
            "ar_1", "ar_10", "ar_100", "ar_small", "ar_medium", "ar_large"]
CATEGORIES = [3, 1, 7, 20, 5]  # 20 is never found, 5 never there.


def polygon(random, centre, radius):
    """A star around a centre; some corners fall outside the image, on halves, or twice on one point."""
    corners = int(random.integers(3, 9))
    angles = np.sort(random.random(corners)) * 2 * np.pi
    star = np.stack([np.cos(angles), np.sin(angles)], 1) * random.uniform(0.5, 1.2, (corners, 1))
    points = centre + radius * star
    points = np.round(points * 2) / 2 if random.random() < 0.3 else np.round(points, 2)
    if random.random() < 0.2:
        points = np.concatenate([points, points[:1]])
    return points.ravel().tolist()


def encoded(mask):
    rle = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": [int(side) for side in rle["size"]], "counts": rle["counts"].decode()}


def uncompressed(rle):
    mask = coco_mask.decode(rle).ravel(order="F")
    ends = np.flatnonzero(np.diff(mask)) + 1
    counts = np.diff(np.concatenate([[0], ends, [mask.size]])).tolist()
    return {"size": rle["size"], "counts": [0] + counts if mask[0] else counts}


def segmentation(random, rows, cols, radius):
    """A mask in one of the three forms, and its compressed runs."""
    centre = random.random(2) * [cols, rows]
    polygons = [polygon(random, centre + radius * random.uniform(-1, 1, 2) * i, radius)
                for i in range(1 + (random.random() < 0.3))]
    rle = coco_mask.merge(coco_mask.frPyObjects(polygons, rows, cols))
    rle = {"size": [rows, cols], "counts": rle["counts"].decode()}
    form = random.random()
    return (polygons if form < 0.6 else rle if form < 0.8 else uncompressed(rle)), rle


def moved(random, rle):
    """What a detector makes of a mask: moved a little, parts of it missing."""
    mask = np.roll(coco_mask.decode(rle), random.integers(-3, 4, 2), (0, 1))
    if random.random() < 0.3:
        mask[: random.integers(1, mask.shape[0])] = 0
    return encoded(mask)


def make(seed, images=6, crowded=120):
    random = np.random.default_rng(seed)
    truth = {"images": [], "annotations": [],
             "categories": [{"id": c, "name": f"class {c}"} for c in CATEGORIES]}
    results, masks = [], []
    for image in random.permutation(images).tolist():
        rows, cols = (int(side) for side in random.integers(60, 200, 2))
        truth["images"].append(
            {"id": image + 10, "file_name": f"{image}.jpg", "height": rows, "width": cols})
        for _ in range(int(random.integers(0, 9))):
            form, rle = segmentation(random, rows, cols, random.choice([6, 18, 60]))
            category = int(random.choice(CATEGORIES[:4]))
            # Areas of data sets are not always those of the masks; some lie on the ends of the ranges.
            area = float(random.choice([coco_mask.area(rle), 1024, 9216, 700.5], p=[0.7, 0.1, 0.1, 0.1]))
            truth["annotations"].append({
                "id": len(masks) + 1, "image_id": image + 10, "category_id": category, "segmentation": form,
                "area": area, "iscrowd": int(random.random() < 0.15), "bbox": coco_mask.toBbox(rle).tolist()})
            masks.append(rle["counts"])
            for _ in range(int(random.integers(0, 4))):
                results.append({
                    "image_id": image + 10, "category_id": category if category != 20 else 7,
                    "segmentation": moved(random, rle), "score": round(float(random.random()), 1)})
        if image == 0:
            for _ in range(crowded):
                box = random.random(2) * [cols - 8, rows - 8]
                mask = np.zeros((rows, cols), np.uint8)
                mask[int(box[1]):int(box[1]) + 8, int(box[0]):int(box[0]) + 8] = 1
                results.append({"image_id": 10, "category_id": 3, "segmentation": encoded(mask),
                                "score": round(float(random.random()), 2)})
    random.shuffle(results)
    return truth, results, masks


def with_boxes(results):
    """The same with boxes, whose areas loadRes takes then."""
    return [each | {"bbox": coco_mask.toBbox(each["segmentation"]).tolist()} for each in results]


def scores(truth, results):
    with contextlib.redirect_stdout(io.StringIO()):
        data = COCO()
        data.dataset = copy.deepcopy(truth)
        data.createIndex()
        evaluation = COCOeval(data, data.loadRes(copy.deepcopy(results)), "segm")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return dict(zip(MEASURES, evaluation.stats.tolist()))


def write(path, data):
    path.write_text(json.dumps(data, separators=(",", ":")) + "\n")


def compare(gradcut, folder, seeds):
    """The largest difference over cases of many seeds."""
    worst = 0.0
    for seed in range(1000, 1000 + seeds):
        truth, results, _ = make(seed, images=seed % 9 + 1, crowded=seed % 3 * 60)
        for found in (results, with_boxes(results)) if results else ():
            write(folder / "truth.json", truth)
            write(folder / "results.json", found)
            run = subprocess.run([gradcut, "eval", folder / "results.json", folder / "truth.json",
                                  "--protocol", "instances", "--json", folder / "out.json"],
                                 capture_output=True, text=True)
            if run.returncode != 0:
                sys.exit(f"seed {seed}: gradcut failed: {run.stderr}")
            ours = json.loads((folder / "out.json").read_text())
            for measure, value in scores(truth, found).items():
                difference = abs(ours[measure] - value)
                worst = max(worst, difference)
                if difference > 1e-12:
                    print(f"seed {seed}: {measure}: {ours[measure]}, but COCOeval says {value}")
    print(f"{seeds} cases, largest difference {worst:.1e}")
    return worst <= 1e-12


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--gradcut", type=Path, help="compare this program instead of writing goldens")
    parser.add_argument("--seeds", type=int, default=100)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if arguments.gradcut:
        return 0 if compare(arguments.gradcut.resolve(), arguments.folder, arguments.seeds) else 1
    truth, results, masks = make(7)
    write(arguments.folder / "truth.json", truth)
    write(arguments.folder / "results.json", results)
    write(arguments.folder / "expected.json",
          {"masks": scores(truth, results), "boxes": scores(truth, with_boxes(results)), "runs": masks})
    return 0


if __name__ == "__main__":
    sys.exit(main())
