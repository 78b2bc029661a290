#!/usr/bin/env python3
"""Contact sheets of the worst and of the median masks of a run: each photo with the outline of its mask (magenta) and of the true one
(green), by mean IoU.

    python3 eval/failure_pages.py SCORES.csv PHOTOS MASKS TRUTH OUT [--count 40]

SCORES.csv is what `gradcut eval MASKS TRUTH --csv` wrote. TRUTH is a folder of masks: object where not 0, in palette images 255 is
void. Writes OUT/worst-1.jpg, worst-2.jpg, ... and OUT/median-1.jpg, ..., 20 photos a page.
"""
import argparse
import csv
import pathlib

import numpy as np
from PIL import Image, ImageDraw

A_PAGE, COLUMNS = 20, 5
WIDTH, HEIGHT, CAPTION = 320, 320, 16
MASK, TRUTH = (255, 0, 255), (0, 230, 0)
VOID = 255


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("scores", "photos", "masks", "truth", "out"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--count", type=int, default=40)
    return parser.parse_args()


def read_mask(path, size):
    """Where the object is, at another size."""
    image = Image.open(path)
    inside = np.array(image)
    inside = (inside != 0) & ~((inside == VOID) & (image.mode == "P"))
    return np.array(Image.fromarray(inside).resize(size, Image.Resampling.NEAREST))


def outline(mask):
    """Object pixels with background within two pixels of them."""
    padded = np.pad(mask, 2, mode="edge")
    rows, cols = mask.shape
    inner = mask.copy()
    for down in range(5):
        for right in range(5):
            inner &= padded[down : down + rows, right : right + cols]
    return mask & ~inner


def panel(args, key, score):
    """A photo with both outlines and its score below."""
    photo = Image.open(next(args.photos.glob(f"{key}.*"))).convert("RGB")
    photo.thumbnail((WIDTH, HEIGHT))
    pixels = np.array(photo)
    pixels[outline(read_mask(args.truth / f"{key}.png", photo.size))] = TRUTH
    pixels[outline(read_mask(args.masks / f"{key}.png", photo.size))] = MASK
    result = Image.new("RGB", (WIDTH, HEIGHT + CAPTION), "white")
    result.paste(Image.fromarray(pixels))
    ImageDraw.Draw(result).text((2, HEIGHT + 2), f"{key}  {score:.3f}", "black")
    return result


def write_pages(args, name, ranked):
    """The images of one rank range, in pages."""
    for first in range(0, len(ranked), A_PAGE):
        shown = ranked[first : first + A_PAGE]
        page = Image.new("RGB", (COLUMNS * WIDTH, -(-len(shown) // COLUMNS) * (HEIGHT + CAPTION)), "white")
        for i, (score, key) in enumerate(shown):
            page.paste(panel(args, key, score), (i % COLUMNS * WIDTH, i // COLUMNS * (HEIGHT + CAPTION)))
        page.save(args.out / f"{name}-{first // A_PAGE + 1}.jpg", quality=85)


def main():
    args = arguments()
    with open(args.scores, newline="") as file:
        ranked = sorted((float(row["iou"]), row["image"]) for row in csv.DictReader(file) if row["iou"])
    args.out.mkdir(parents=True, exist_ok=True)
    middle = max(0, (len(ranked) - args.count) // 2)
    write_pages(args, "worst", ranked[: args.count])
    write_pages(args, "median", ranked[middle : middle + args.count])


if __name__ == "__main__":
    main()
