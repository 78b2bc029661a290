#!/usr/bin/env python3
"""Makes many photos of few: crops of random places and sizes, always the same ones.

    python3 crops.py PHOTOS OUT COUNT

The first crop of a photo is the photo itself. Crops have three fifths of the sides or more, so that sizes, and the time that a
mask takes, are spread as those of a mixed collection.
"""

import pathlib
import random
import shutil
import sys

from PIL import Image


def main():
    """Do it."""
    photos = sorted(pathlib.Path(sys.argv[1]).rglob("*.jpg"))
    out, count = pathlib.Path(sys.argv[2]), int(sys.argv[3])
    draw = random.Random(0)
    for number in range(count):
        photo = photos[number % len(photos)]
        target = out / f"{number % 100:02}" / f"{number:06}.jpg"
        target.parent.mkdir(parents=True, exist_ok=True)
        if number < len(photos):
            shutil.copyfile(photo, target)
            continue
        with Image.open(photo) as image:
            size = [round(side * draw.uniform(0.6, 1)) for side in image.size]
            left, top = (draw.randint(0, side - part) for side, part in zip(image.size, size))
            image.convert("RGB").crop((left, top, left + size[0], top + size[1])).save(target, quality=90)


main()
