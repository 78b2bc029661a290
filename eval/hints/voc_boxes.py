#!/usr/bin/env python3
"""Boxes of the true masks' parts of a PASCAL VOC devkit, and what others make of them.

    voc_boxes.py hints DEVKIT SPLIT > boxes.jsonl     # a box for each 8-connected part of a class
    voc_boxes.py rectangles DEVKIT SPLIT DIR          # labels: the boxes filled, larger ones first
    voc_boxes.py grabcut DEVKIT SPLIT DIR             # labels: OpenCV's grabCut in each box, 5 iterations
"""

import json
import pathlib
import sys

import cv2
import numpy as np
from PIL import Image

LEAST_PIXELS = 16
NAMES = ("aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person pottedplant sheep sofa "
         "train tvmonitor").split()


def boxes_of(labels):
    """(class index, x, y, width, height) of each part."""
    boxes = []
    for index in range(1, len(NAMES) + 1):
        count, _, stats, _ = cv2.connectedComponentsWithStats((labels == index).astype(np.uint8), connectivity=8)
        boxes += [(index, *map(int, stats[part, :4])) for part in range(1, count) if stats[part, 4] >= LEAST_PIXELS]
    return boxes


def rectangle(_, box):
    """All of the box."""
    return np.ones((box[4], box[3]), bool)


def grab_cut(image, box):
    """grabCut from the box's rectangle; all of a box that it finds nothing in."""
    _, x, y, width, height = box
    mask = np.zeros(image.shape[:2], np.uint8)
    if width < image.shape[1] or height < image.shape[0]:
        cv2.setRNGSeed(0)
        try:
            cv2.grabCut(image, mask, (x, y, width, height), np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_RECT)
        except cv2.error:  # Too few pixels on a side for its colour models.
            mask[:] = 0
    inside = ((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD))[y:y + height, x:x + width]
    return inside if inside.any() else rectangle(image, box)


def main():
    """See above."""
    task, devkit, split = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    for stem in (devkit / "ImageSets/Segmentation" / f"{split}.txt").read_text().split():
        truth = Image.open(devkit / "SegmentationClass" / f"{stem}.png")
        boxes = boxes_of(np.asarray(truth))
        if task == "hints":
            keys = ("x", "y", "width", "height")
            print(json.dumps({"path": f"{stem}.jpg",
                              "boxes": [dict(zip(keys, box[1:]), id=i + 1, **{"class": NAMES[box[0] - 1]}) for i, box in enumerate(boxes)]}))
            continue
        image = cv2.imread(str(devkit / "JPEGImages" / f"{stem}.jpg"))
        labels = np.zeros(image.shape[:2], np.uint8)
        for box in sorted(boxes, key=lambda box: -box[3] * box[4]):
            inside = (rectangle if task == "rectangles" else grab_cut)(image, box)
            labels[box[2]:box[2] + box[4], box[1]:box[1] + box[3]][inside] = box[0]
        out = pathlib.Path(sys.argv[4]) / f"{stem}.png"
        out.parent.mkdir(parents=True, exist_ok=True)
        written = Image.fromarray(labels, mode="P")
        written.putpalette(truth.getpalette())
        written.save(out)


if __name__ == "__main__":
    main()
