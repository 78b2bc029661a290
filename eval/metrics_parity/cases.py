"""Predictions and truths to compare on, written as files that gradcut reads."""

import zlib
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from scipy import ndimage


def write_png(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)


def random_for(name):
    """Each image has its own numbers, whatever was made before it."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def contrast_heat(image):
    """A real heat map: distance to the mean colour (Achanta et al. 2009), blurred, 8 bits."""
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB).astype(np.float64)
    heat = cv2.GaussianBlur(np.linalg.norm(lab - lab.mean((0, 1)), axis=2), (0, 0), 3)
    return np.round(255 * heat / heat.max()).astype(np.uint8)


def spoiled_labels(truth, name):
    """Class labels with the mistakes that predictions make: grown, moved, confused, unsure."""
    random = random_for(name)
    labels = np.where(truth == 255, 0, truth)
    labels = ndimage.grey_dilation(labels, (7, 7))
    labels = np.roll(labels, random.integers(-6, 7, 2), (0, 1))
    if random.random() < 0.3:
        labels[labels > 0] = random.integers(1, 21)
    noise = cv2.GaussianBlur(random.random(truth.shape), (0, 0), 12)
    labels[noise > np.quantile(noise, 0.95)] = 255
    labels[noise < np.quantile(noise, 0.03)] = random.integers(0, 21)
    return labels.astype(np.uint8)


def crafted():
    """Name -> (8-bit heat map, truth labels without void): the corners of the definitions."""
    random = np.random.default_rng(7)
    rows, cols = 48, 64
    y, x = np.mgrid[:rows, :cols]
    empty = np.zeros((rows, cols), np.uint8)
    full = np.ones_like(empty)
    disc = ((y - 20) ** 2 + (x - 30) ** 2 <= 144).astype(np.uint8)
    corner = ((y < 12) & (x < 20)).astype(np.uint8)
    right_column = (x == cols - 1).astype(np.uint8)
    pixel = empty.copy()
    pixel[17, 40] = 1
    two = disc | ((y > 40) & (x > 50)).astype(np.uint8)
    smooth = cv2.GaussianBlur(random.random((rows, cols)), (0, 0), 4)
    smooth = np.round(255 * (smooth - smooth.min()) / np.ptp(smooth)).astype(np.uint8)
    noise = random.integers(0, 256, (rows, cols), np.uint8)
    soft = np.round(cv2.GaussianBlur(disc * 255.0, (0, 0), 3) * 0.7 + 20).astype(np.uint8)
    return {
        "both_empty": (empty, empty),
        "nothing_predicted": (empty, disc),
        "nothing_there": (disc * 255, empty),
        "noise_and_nothing_there": (noise, empty),
        "exact": (disc * 255, disc),
        "inverse": ((1 - disc) * 255, disc),
        "all_predicted": (full * 255, disc),
        "all_object": (noise, full),
        "all_and_all": (full * 255, full),
        "one_pixel": (pixel * 255, pixel),
        "one_pixel_in_noise": (noise, pixel),
        "pixel_and_disc": (pixel * 255, disc),
        "corner": (soft, corner),
        "corner_exact": (corner * 255, corner),
        "last_column": (smooth, right_column),
        "two_objects": (smooth, two),
        "soft": (soft, disc),
        "noise": (noise, disc),
        "constant": (full * 64, disc),
    }


def write_crafted(folder):
    for name, (heat, truth) in crafted().items():
        write_png(folder / "heat" / f"{name}.png", heat)
        write_png(folder / "mask" / f"{name}.png", (heat >= 128).astype(np.uint8) * 255)
        write_png(folder / "truth" / f"{name}.png", truth * 255)


def read_photo(path):
    return np.array(Image.open(path).convert("RGB"))  # Some are grey.


def write_ecssd(datasets, folder, count):
    for path in sorted((datasets / "ecssd/masks").glob("*.png"))[:count]:
        heat = contrast_heat(read_photo(datasets / f"ecssd/images/{path.stem}.jpg"))
        truth = (np.array(Image.open(path).convert("L")) >= 128).astype(np.uint8) * 255
        write_png(folder / "truth" / path.name, truth)
        write_png(folder / "heat" / path.name, heat)
        write_png(folder / "mask" / path.name, (heat >= 128).astype(np.uint8) * 255)


def write_voc(datasets, folder, count):
    devkit = datasets / "voc2012"
    stems = (devkit / "ImageSets/Segmentation/train2007.txt").read_text().split()[:count]
    for stem in stems:
        truth = np.array(Image.open(devkit / f"SegmentationClass/{stem}.png"))
        heat = contrast_heat(read_photo(devkit / f"JPEGImages/{stem}.jpg"))
        write_png(folder / "labels" / f"{stem}.png", spoiled_labels(truth, stem))
        write_png(folder / "heat" / f"{stem}.png", heat)
        write_png(folder / "mask" / f"{stem}.png", (heat >= 128).astype(np.uint8) * 255)
        (folder / "array").mkdir(exist_ok=True)
        np.save(folder / "array" / f"{stem}.npy", np.sqrt(heat / np.float32(255)))
        # A VOC devkit of these images alone, and truths without void.
        write_png(folder / "devkit/SegmentationClass" / f"{stem}.png", truth)
        write_png(folder / "truth" / f"{stem}.png",
                  ((truth != 0) & (truth != 255)).astype(np.uint8) * 255)


def read(path):
    return np.load(path) if Path(path).suffix == ".npy" else np.array(Image.open(path))
