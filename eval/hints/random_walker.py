#!/usr/bin/env python3
"""Clicks for scikit-image's random walker, by the user that simulate_hints has.

    random_walker.py LIST > rows      # columns as those of `simulate_hints clicks`
"""

import sys
import time

import cv2
import numpy as np
from PIL import Image
from skimage.segmentation import random_walker

MOST_CLICKS = 20
DISC = 5
BETA = 130  # scikit-image's default.


def labels_of(mask):
    """Of an index PNG its indices; of a grey one 1 where it is white."""
    values = np.asarray(mask)
    return values if mask.mode == "P" else (values >= 128).astype(np.uint8)


def iou(mask, truth):
    """Foreground IoU; 255 is not scored."""
    scored, true = truth != 255, (truth != 0) & (truth != 255)
    either = np.count_nonzero((mask & scored) | true)
    return np.count_nonzero(mask & true) / either if either else 1.0


def next_click(mask, truth):
    """The pixel (x, y) of the largest wrong region that is farthest from its border, and its side; or None."""
    best, most = None, 0
    for is_object in (True, False):
        wrong = ((truth != 0) & (truth != 255) & ~mask) if is_object else ((truth == 0) & mask)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(wrong.astype(np.uint8), connectivity=8)
        for part in range(1, count):
            if stats[part, cv2.CC_STAT_AREA] > most:
                most = stats[part, cv2.CC_STAT_AREA]
                best = (labels == part, is_object)
    if best is None:
        return None
    padded = np.pad(best[0].astype(np.uint8), 1)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, col = np.unravel_index(np.argmax(depth), depth.shape)
    return (int(col), int(row)), best[1]


def mask_of(image, clicks):
    """The object's side; with clicks of one side alone, the image's edge is the other one."""
    seeds = np.zeros(image.shape[:2], np.uint8)
    if all(is_object for _, is_object in clicks):
        seeds[[0, -1], :] = seeds[:, [0, -1]] = 2
    for point, is_object in clicks:
        cv2.circle(seeds, point, DISC, 1 if is_object else 2, -1)
    if not (seeds == 1).any():
        return np.zeros(seeds.shape, bool)
    return random_walker(image, seeds, beta=BETA, mode="cg", channel_axis=-1) == 1


def run(photo, truth):
    """The columns of one photo."""
    image = np.asarray(Image.open(photo).convert("RGB")).astype(np.float64) / 255
    labels = labels_of(Image.open(truth))
    mask, clicks, after, waiting = np.zeros(labels.shape, bool), [], [], []
    score, to85, to90 = 0.0, MOST_CLICKS, MOST_CLICKS
    for click in range(1, MOST_CLICKS + 1):
        if score < 0.90 and (correction := next_click(mask, labels)) is not None:
            clicks.append(correction)
            begin = time.perf_counter()
            mask = mask_of(image, clicks)
            waiting.append(time.perf_counter() - begin)
            score = iou(mask, labels)
            to85 = min(to85, click) if score >= 0.85 else to85
            to90 = min(to90, click) if score >= 0.90 else to90
        after.append(score)
    return [to85, to90] + [after[k - 1] for k in (1, 2, 3, 5, 10, 20)] + [0, 1000 * waiting[0], 1000 * np.mean(waiting)]


def main():
    """A line a photo, then the means."""
    rows = []
    for line in open(sys.argv[1]):
        photo, truth = line.split()
        rows.append(run(photo, truth))
        print(photo, *(f"{value:.4f}" for value in rows[-1]), flush=True)
    print(f"mean of {len(rows)}", *(f"{value:.4f}" for value in np.mean(rows, axis=0)))


if __name__ == "__main__":
    main()
