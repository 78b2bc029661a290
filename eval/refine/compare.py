#!/usr/bin/env python3
"""Refiners of heat maps side by side: the same maps, quality and time.

    python3 eval/refine/compare.py GRADCUT IMAGES TRUTH MAPS OUT [--methods threshold,grabcut,crf,gradcut]

MAPS holds a NAME.probability.npy for each image. What a refiner needs to be told (a threshold; the dense CRF's kernels) is chosen on
the odd-numbered images (of what is slow, on every sixth of them), by mean IoU, and reported on the even-numbered ones; gradcut refine runs with its defaults. Masks go to
OUT/METHOD. Times are the processor's, of one core: medians without reading and writing files, but of gradcut the whole process, which
reads, cuts and writes, divided by the images.
"""

import argparse
import pathlib
import resource
import subprocess
import time

import cv2
import numpy as np
from PIL import Image

THRESHOLDS = np.arange(1, 20) / 20
# Standard deviations of the dense CRF's appearance kernel, in pixels and in grey values: its authors' and IRN's.
KERNELS = [(80, 13), (50, 5)]
SLOPE = 10  # Turns heat into log odds, as in gradcut refine.


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("gradcut", "images", "truth", "maps", "out"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--methods", default="threshold,otsu,grabcut,crf,gradcut")
    return parser.parse_args()


def threshold(image, heat, level):
    """The raw map."""
    return heat > level


def otsu(image, heat, _):
    """Otsu's threshold of each map (Otsu 1979)."""
    level, _ = cv2.threshold((heat * 255).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)
    return heat > level / 255


def grabcut(image, heat, level):
    """OpenCV's GrabCut from the thresholded map, five iterations (Rother et al. 2004)."""
    labels = np.where(heat > level, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    if labels.min() == labels.max():
        return heat > level
    cv2.grabCut(image, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_MASK)
    return labels == cv2.GC_PR_FGD


def crf(image, heat, setting):
    """Fully connected CRF, ten iterations (Krähenbühl and Koltun 2011)."""
    import pydensecrf.densecrf as dense
    from pydensecrf.utils import unary_from_softmax

    level, (pixels, greys) = setting
    object_ = 1 / (1 + np.exp(-SLOPE * (heat - level)))
    model = dense.DenseCRF2D(heat.shape[1], heat.shape[0], 2)
    model.setUnaryEnergy(unary_from_softmax(np.stack([1 - object_, object_]).astype(np.float32)))
    model.addPairwiseGaussian(sxy=3, compat=3)
    model.addPairwiseBilateral(sxy=pixels, srgb=greys, rgbim=np.ascontiguousarray(image[:, :, ::-1]), compat=10)
    return np.argmax(model.inference(10), 0).reshape(heat.shape) == 1


METHODS = {
    "threshold": (threshold, list(THRESHOLDS)),
    "otsu": (otsu, [None]),
    "grabcut": (grabcut, list(THRESHOLDS[2:14:2])),
    "crf": (crf, [(level, kernel) for level in THRESHOLDS[3:12:3] for kernel in KERNELS]),
}


class Sample:
    """An image, its map at the image's size, and its truth."""

    def __init__(self, path, flags):
        self.stem = path.stem
        self.image = cv2.imread(str(path))
        heat = np.load(flags.maps / f"{path.stem}.probability.npy")
        self.heat = cv2.resize(heat, self.image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        self.truth = np.array(Image.open(flags.truth / f"{path.stem}.png"))

    def iou(self, mask):
        """Of any object; void is not scored unless the truth is a plain mask."""
        values = np.unique(self.truth)
        plain = set(values) <= {0, 255} and len(values) > 1 and self.truth.max() == 255 and not (self.truth[self.truth < 255].any())
        scored = np.ones_like(self.truth, bool) if plain else self.truth != 255
        truth = (self.truth > 0) & scored
        mask = mask & scored
        either = np.count_nonzero(mask | truth)
        return np.count_nonzero(mask & truth) / either if either else 1.0


def run_gradcut(flags, chosen):
    """Masks by the program; processor time an image."""
    listing = flags.out / "images.txt"
    listing.write_text("".join(f"{path}\n" for path in chosen))
    command = [flags.gradcut, "refine", f"@{listing}", flags.maps, "-o", flags.out / "gradcut", "--jobs", "1", "--quiet"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(word) for word in command] + ["--existing", "overwrite"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return [1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / len(chosen)]


def main():
    """Do it."""
    flags = arguments()
    cv2.setNumThreads(1)
    truths = {path.stem for path in flags.truth.glob("*.png")}
    paths = [path for path in sorted(flags.images.glob("*.jpg")) if path.stem in truths]
    odd, even = paths[::2], paths[1::2]
    for name in flags.methods.split(","):
        setting, times, scores = "defaults", [], []
        folder = flags.out / name
        folder.mkdir(parents=True, exist_ok=True)
        if name == "gradcut":
            times = run_gradcut(flags, even)
            for path in even:
                mask = np.array(Image.open(folder / f"{path.stem}.png")) > 0
                scores.append(Sample(path, flags).iou(mask))
        else:
            method, settings = METHODS[name]
            if len(settings) > 1:
                totals = np.zeros(len(settings))
                for path in odd if name == "threshold" else odd[::6]:
                    sample = Sample(path, flags)
                    totals += [sample.iou(method(sample.image, sample.heat, s)) for s in settings]
                setting = settings[int(np.argmax(totals))]
            for path in even:
                sample = Sample(path, flags)
                start = time.process_time()
                mask = method(sample.image, sample.heat, setting)
                times.append(1000 * (time.process_time() - start))
                scores.append(sample.iou(mask))
                Image.fromarray(mask.astype(np.uint8) * 255).save(folder / f"{path.stem}.png")
        print(f"{name}: IoU {np.mean(scores):.3f}, {np.median(times):.1f} ms an image, {setting}, {len(scores)} images", flush=True)


if __name__ == "__main__":
    main()
