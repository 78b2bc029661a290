#!/usr/bin/env python3
"""Class maps of ECSSD for two made-up classes: its masks times the class, of the photos that show one class alone.

    python3 eval/labels/ecssd_truth.py ECSSD/masks eval/labels/ecssd.tsv OUT

OUT gets NAME.png, 0 = background, 1 = living, 2 = thing, as `gradcut eval --protocol voc` reads them.
"""

import pathlib
import sys

import numpy as np
from PIL import Image

CLASSES = ["living", "thing"]


def main():
    """Do it."""
    masks, table, out = map(pathlib.Path, sys.argv[1:])
    out.mkdir(parents=True, exist_ok=True)
    for line in table.read_text().splitlines():
        stem, _, names = line.partition("\t")
        shown = names.split()
        if len(shown) > 1:
            continue
        mask = np.array(Image.open(masks / f"{stem}.png").convert("L")) > 127
        Image.fromarray((mask * (CLASSES.index(shown[0]) + 1)).astype(np.uint8)).save(out / f"{stem}.png")


if __name__ == "__main__":
    main()
