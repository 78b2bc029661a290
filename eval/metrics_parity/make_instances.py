#!/usr/bin/env python3
"""Makes a small data set of objects with what `pycocotools` says of it, for tests/metrics/instances_test.cc.

    make_instances.py DIR      # DIR/truth.json, results.json (a list of results), golden.json
"""

import contextlib
import io
import json
import pathlib
import sys

import numpy as np
from pycocotools import mask as masks
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

ROWS, COLS, IMAGES, CATEGORIES = 96, 120, 6, (2, 5, 9, 11)  # The last category has no object.
MANY = 104  # Found objects of one image and category: more than are looked at.


def polygon(rng, scale):
    """Corners of a star, in fractions of pixels, maybe partly outside the image."""
    count = rng.integers(3, 9)
    angles = np.sort(rng.uniform(0, 2 * np.pi, count))
    radii = rng.uniform(0.4, 1, count) * scale
    x = rng.uniform(0, COLS) + radii * np.cos(angles)
    y = rng.uniform(0, ROWS) + radii * np.sin(angles)
    return np.round(np.stack([x, y], axis=1), 2).ravel().tolist()


def compressed(pixels):
    """COCO's compressed run lengths."""
    runs = masks.encode(np.asfortranarray(pixels.astype(np.uint8)))
    return {"size": runs["size"], "counts": runs["counts"].decode()}


def uncompressed(pixels):
    """The same as numbers, as crowds have it."""
    flat = pixels.astype(np.uint8).ravel(order="F")
    ends = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff(np.concatenate([[0], ends, [flat.size]])).tolist()
    return {"size": [ROWS, COLS], "counts": counts if flat[0] == 0 else [0] + counts}


def pixels_of(segmentation):
    """The mask of polygons."""
    return masks.decode(masks.merge(masks.frPyObjects(segmentation, ROWS, COLS))).astype(bool)


def make(rng):
    """The truth and what was found."""
    images = [{"id": 10 + i, "file_name": f"sub/{i}.jpg", "width": COLS, "height": ROWS} for i in range(IMAGES)]
    annotations, results = [], []
    for image in images[:-1]:  # The last image shows nothing.
        for _ in range(rng.integers(2, 7)):
            scale = rng.choice([8, 20, 60])
            segmentation = [polygon(rng, scale) for _ in range(rng.integers(1, 3))]
            pixels = pixels_of(segmentation)
            if not pixels.any():
                continue
            crowd = int(rng.random() < 0.15)
            form = uncompressed(pixels) if crowd else compressed(pixels) if rng.random() < 0.2 else segmentation
            annotations.append({"id": len(annotations) + 1, "image_id": image["id"], "category_id": int(rng.choice(CATEGORIES[:3])),
                                "segmentation": form, "iscrowd": crowd, "area": float(pixels.sum()),
                                "bbox": masks.toBbox(masks.encode(np.asfortranarray(pixels.astype(np.uint8)))).tolist()})
            for _ in range(rng.integers(0, 4)):  # Shifted copies, some with equal scores.
                found = np.roll(pixels, tuple(rng.integers(-4, 5, 2)), (0, 1))
                if found.any():
                    results.append({"image_id": image["id"], "category_id": annotations[-1]["category_id"],
                                    "segmentation": compressed(found), "score": float(np.round(rng.uniform(0, 1), 1))})
    for k in range(MANY):
        pixels = np.zeros((ROWS, COLS), bool)
        pixels[k % ROWS, k % COLS] = True
        results.append({"image_id": images[-1]["id"], "category_id": 2, "segmentation": compressed(pixels), "score": 0.5})
    categories = [{"id": k, "name": f"class {k}"} for k in CATEGORIES]
    return {"images": images, "annotations": annotations, "categories": categories}, results


def scores(coco, found, categories):
    """The twelve numbers."""
    measure = COCOeval(coco, found, "segm")
    measure.params.catIds = categories
    measure.evaluate()
    measure.accumulate()
    measure.summarize()
    return measure.stats.tolist()


def main():
    """Write the three files."""
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    truth, results = make(np.random.default_rng(7))
    (folder / "truth.json").write_text(json.dumps(truth) + "\n")
    (folder / "results.json").write_text(json.dumps(results) + "\n")
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(str(folder / "truth.json"))
        found = coco.loadRes(str(folder / "results.json"))
        golden = {"all": scores(coco, found, list(CATEGORIES)),
                  "categories": {str(k): scores(coco, found, [k]) for k in CATEGORIES},
                  "masks": {str(a["id"]): compressed(coco.annToMask(a))["counts"] for a in coco.dataset["annotations"]}}
    (folder / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
