#!/usr/bin/env python3
"""Plain labels out of class activation maps: the class of the largest map where it exceeds a threshold, else background.

    python3 eval/train/threshold.py VOC CAMS OUT

The threshold is the best of 19 on the images that are trained on, measured with their true masks: nobody without masks does better.
"""

import pathlib
import sys

import numpy as np
import voc
from PIL import Image


def read_maps(path):
    """Class indices and maps of an IRN file."""
    if not path.exists():
        return np.zeros(0, int), None
    cams = np.load(path, allow_pickle=True).item()
    return np.asarray(cams["keys"]) + 1, np.asarray(cams["high_res"])


def label(keys, maps, threshold, size):
    """Class indices."""
    if len(keys) == 0:
        return np.zeros(size, np.uint8)
    return np.where(maps.max(0) > threshold, keys[maps.argmax(0)], 0).astype(np.uint8)


def main():
    """Do it."""
    devkit, cams, out = map(pathlib.Path, sys.argv[1:])
    out.mkdir(parents=True, exist_ok=True)
    trained_on, kept_out = voc.split(devkit)
    thresholds = np.arange(1, 20) / 20
    counts = np.zeros((len(thresholds), voc.CLASSES, voc.CLASSES), int)
    for stem in trained_on:
        truth = voc.read_labels(devkit / f"SegmentationClass/{stem}.png")
        keys, maps = read_maps(cams / f"{stem}.npy")
        for i, threshold in enumerate(thresholds):
            counts[i] += voc.confusion(label(keys, maps, threshold, truth.shape), truth)
    scores = [voc.mean_iou(each) for each in counts]
    best = thresholds[int(np.argmax(scores))]
    print(f"threshold {best:.2f}: mIoU {max(scores):.3f} on the images that are trained on")
    for stem in trained_on + kept_out:
        size = voc.read_labels(devkit / f"SegmentationClass/{stem}.png").shape
        keys, maps = read_maps(cams / f"{stem}.npy")
        Image.fromarray(label(keys, maps, best, size)).save(out / f"{stem}.png")


if __name__ == "__main__":
    main()
