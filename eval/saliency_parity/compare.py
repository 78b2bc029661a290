#!/usr/bin/env python3
"""Compares the heat maps of `gradcut saliency` with those of captum and grad-cam: EfficientNet-Lite0, three photos.

    pip install -r eval/saliency_parity/requirements.txt
    python3 eval/saliency_parity/compare.py build/release/gradcut [--without score_cam]

Prints the correlation for each method and photo; fails where one is below 0.999. The program's maps are scaled to [0, 1],
which changes no correlation; maps of the layer are grown to the photo's size on both sides. Everything is in float32, as the
program computes: tests/saliency/parity_test.cc compares the raw maps in double precision.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import cv2
import numpy
import reference
import torch

LEAST = 0.999


def expected_maps(model, guided, pixels, without):
    """SIZE x SIZE by method."""
    x = reference.to_input(pixels, torch.float32)
    target = int(model(x)[0].argmax())
    maps, _ = reference.pixel_maps(model, guided, x, target)
    for name in reference.CAMS:
        if name not in without:
            raw = reference.cam(name, model, model.head, x, target)
            maps[name] = cv2.resize(raw, (reference.SIZE, reference.SIZE), interpolation=cv2.INTER_LINEAR)
    return maps


def found_maps(program, folder, method):
    """Heat maps of all photos by name."""
    smooth = reference.SMOOTH_GRAD
    subprocess.run(
        [program, "saliency", folder / "photos", "-o", folder / method, "--preset", "classic", "--method", method,
         "--save", "probability", "--saliency.blur", "0", "--saliency.samples", str(smooth["samples"]),
         "--saliency.noise", str(smooth["noise"]), "--seed", str(smooth["seed"]), "--saliency.steps",
         str(reference.STEPS), "--quiet"], check=True)
    return {photo: numpy.load(folder / method / f"{photo}.probability.npy") for photo in reference.PHOTOS}


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--without", action="append", default=[], help="a method to leave out")
    arguments = parser.parse_args()
    model, guided = reference.Reference(), reference.Reference(guided=True)
    expected = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "photos").mkdir()
        for photo in reference.PHOTOS:
            pixels = reference.crop(photo)
            cv2.imwrite(str(folder / "photos" / f"{photo}.png"), pixels.numpy()[..., ::-1])
            expected[photo] = expected_maps(model, guided, pixels, arguments.without)
        least = 1
        print("| method | " + " | ".join(reference.PHOTOS) + " |")
        print("|---" * (1 + len(reference.PHOTOS)) + "|")
        for method in expected[reference.PHOTOS[0]]:
            found = found_maps(arguments.program.resolve(), folder, method)
            correlations = [numpy.corrcoef(found[photo].ravel(), expected[photo][method].ravel())[0, 1]
                            for photo in reference.PHOTOS]
            least = min(least, *correlations)
            print(f"| `{method}` | " + " | ".join(f"{value:.6f}" for value in correlations) + " |", flush=True)
    sys.exit(0 if least >= LEAST else f"the least correlation is {least:.6f}, expected {LEAST}")


if __name__ == "__main__":
    main()
