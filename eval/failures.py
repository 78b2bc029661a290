#!/usr/bin/env python3
"""Remakes eval/failures.jpg: photos that gradcut does not segment as a person would, as its own overlays show them.

    python3 -m venv build/pictures && build/pictures/bin/pip install scikit-image==0.26.0
    build/pictures/bin/python eval/failures.py build/release/gradcut

The photos are scikit-image's: coins.png (Brooklyn Museum, no known copyright restrictions), camera.png (CC0, Lav Varshney)
and rocket.jpg (SpaceX, public domain).
"""
import pathlib
import subprocess
import sys
import tempfile

import skimage
from PIL import Image

PHOTOS = [("coins.png", "fast"), ("camera.png", "fast"), ("rocket.jpg", "classic")]
HEIGHT, GAP = 260, 6


def overlay(program: str, photo: pathlib.Path, preset: str, folder: pathlib.Path) -> Image.Image:
    """The photo with the outline of its mask."""
    command = [program, "mask", str(photo), "-o", str(folder), "--save", "overlay", "--preset", preset, "--quiet"]
    subprocess.run(command, check=True)
    picture = Image.open(folder / f"{photo.stem}.overlay.jpg").convert("RGB")
    return picture.resize((round(picture.width * HEIGHT / picture.height), HEIGHT), Image.Resampling.LANCZOS)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    pictures = []
    with tempfile.TemporaryDirectory() as work:
        for name, preset in PHOTOS:
            photo = pathlib.Path(skimage.__file__).parent / "data" / name
            pictures.append(overlay(sys.argv[1], photo, preset, pathlib.Path(work) / preset))
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) - 1)
    row = Image.new("RGB", (width, HEIGHT), "white")
    left = 0
    for picture in pictures:
        row.paste(picture, (left, 0))
        left += picture.width + GAP
    row.save(pathlib.Path(__file__).parent / "failures.jpg", quality=85)


if __name__ == "__main__":
    main()
