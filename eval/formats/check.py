#!/usr/bin/env python3
"""Check what `gradcut label --save index,probability,cam --export coco,yolo -o DIR` wrote with the tools that others read it with.

    python3 eval/formats/check.py DIR

annotations.json is loaded with pycocotools; its segmentations, areas and boxes must be those of the label images, pixel by pixel.
YOLO's polygons, filled as its tools do, must be the labels' regions with their holes filled. Index images must be the label images, and
NumPy must load IRN's dict, whose maps must be the probabilities of the image's classes.
"""

import collections
import json
import pathlib
import sys

import cv2
import numpy as np
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

VOID = 255


def check_coco(folder, outputs):
    """Annotations against label images."""
    coco = COCO(str(folder / "annotations.json"))
    for image in coco.loadImgs(coco.getImgIds()):
        labels = np.array(Image.open(folder / outputs[image["file_name"]]))
        assert labels.shape == (image["height"], image["width"])
        rebuilt = np.zeros_like(labels)
        for annotation in coco.loadAnns(coco.getAnnIds(image["id"])):
            region = coco.annToMask(annotation).astype(bool)
            assert not (rebuilt[region] != 0).any(), "regions overlap"
            assert annotation["area"] == coco_mask.area(annotation["segmentation"])
            assert annotation["bbox"] == coco_mask.toBbox(annotation["segmentation"]).tolist()
            rebuilt[region] = annotation["category_id"]
        assert (rebuilt == np.where(labels == VOID, 0, labels)).all(), image["file_name"]
    return len(coco.getAnnIds())


def check_yolo(folder, output):
    """Polygons of one image against its labels."""
    labels = np.array(Image.open(folder / output))
    filled = collections.defaultdict(lambda: np.zeros(labels.shape, np.uint8))
    lines = (folder / "labels" / pathlib.Path(output).with_suffix(".txt").name).read_text().splitlines()
    for line in lines:
        index, *numbers = line.split()
        corners = np.array(numbers, float).reshape(-1, 2) * labels.shape[::-1]
        cv2.fillPoly(filled[int(index) + 1], [corners.astype(np.int32)], 1)
    for index in np.unique(labels[(labels > 0) & (labels < VOID)]):
        mask = (labels == index).astype(np.uint8)
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        solid = cv2.drawContours(np.zeros_like(mask), contours, -1, 1, cv2.FILLED)
        assert (filled.pop(index) == solid).all(), output
    assert not filled, "a class that the labels lack"
    return len(lines)


def check_maps(folder, entry):
    """Index image, probabilities and IRN's dict of one image."""
    stem = pathlib.Path(entry["output"]).stem
    index = Image.open(folder / "index" / f"{stem}.png")
    assert index.mode == "L" and (np.array(index) == np.array(Image.open(folder / entry["output"]))).all(), stem
    probability = np.load(folder / f"{stem}.probability.npy")
    maps = np.load(folder / f"{stem}.cam.npy", allow_pickle=True).item()
    assert maps["keys"].tolist() == [each["index"] - 1 for each in entry["classes"]], stem
    assert np.abs(probability.sum(0) - 1).max() < 1e-5 and (maps["high_res"] == probability[1:]).all(), stem


def main():
    """Do it."""
    folder = pathlib.Path(sys.argv[1])
    entries = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    outputs = {entry["path"]: entry["output"] for entry in entries if entry["status"] != "failed"}
    print(f"COCO: {check_coco(folder, outputs)} annotations of {len(outputs)} images are right")
    print(f"YOLO: {sum(check_yolo(folder, output) for output in outputs.values())} polygons are right")
    done = [entry for entry in entries if entry["status"] != "failed"]
    for entry in done:
        check_maps(folder, entry)
    print(f"index images, probabilities and maps of {len(done)} images are right")


if __name__ == "__main__":
    main()
