#!/usr/bin/env python3
"""Train a small segmenter on each of several sets of labels for the same images; score it on images that none of them saw.

    python3 eval/train/train.py VOC FEATURES NAME=LABELS... [--seeds 3] [--epochs 5]

FEATURES is what features.py made; LABELS a folder of ID.png, class indices with 255 = void (not learned from). The segmenter is a
light decoder on frozen features: a hidden layer on each cell and what is around it. Two thirds of train.txt are trained on, every
third image is scored, with its true mask.
"""

import argparse
import pathlib
import statistics

import numpy as np
import torch
import voc
from torch import nn
from torch.nn import functional as F

BATCH = 2048  # Cells.
RATE = 3e-3
WIDTH = 128
CONTEXTS = (1, 3, 9)  # Sides of the windows, in cells of 8 pixels, over whose means the decoder looks.


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("voc", type=pathlib.Path)
    parser.add_argument("features", type=pathlib.Path)
    parser.add_argument("labels", nargs="+", metavar="NAME=LABELS")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=5)
    return parser.parse_args()


def read_features(folder, stem):
    """Channels x rows x columns: each cell's features and their means around it."""
    features = torch.from_numpy(np.load(folder / f"{stem}.npy")).float()[None]
    means = [F.avg_pool2d(features, side, 1, side // 2, count_include_pad=False) for side in CONTEXTS]
    return torch.cat(means, 1)[0].half()


def read_cells(folder, stems, features):
    """The label of each cell of each image, that of its middle."""
    cells = []
    for stem, x in zip(stems, features):
        labels = voc.resize_labels(voc.read_labels(folder / f"{stem}.png"), tuple(x.shape[1:]))
        cells.append(torch.from_numpy(labels.astype(np.int64)).flatten())
    return torch.cat(cells)


def train(cells, labels, epochs, seed):
    """A decoder trained on cells (rows of features) and their labels; void cells are left out."""
    torch.manual_seed(seed)
    known = (labels != voc.VOID).nonzero()[:, 0]
    model = nn.Sequential(
        nn.Linear(cells.shape[1], WIDTH), nn.ReLU(), nn.Dropout(0.2), nn.Linear(WIDTH, voc.CLASSES)
    )
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, epochs * -(-len(known) // BATCH))
    for _ in range(epochs):
        for batch in known[torch.randperm(len(known))].split(BATCH):
            optimizer.zero_grad()
            F.cross_entropy(model(cells[batch].float()), labels[batch]).backward()
            optimizer.step()
            schedule.step()
    return model.eval()


@torch.no_grad()
def score(model, features, truths):
    """MIoU at the images' own sizes."""
    counts = np.zeros((voc.CLASSES, voc.CLASSES), int)
    for x, truth in zip(features, truths):
        scores = model(x.float().permute(1, 2, 0)).permute(2, 0, 1)[None]
        labels = F.interpolate(scores, truth.shape, mode="bilinear", align_corners=False)[0].argmax(0)
        counts += voc.confusion(labels.numpy(), truth)
    return voc.mean_iou(counts)


def main():
    """Do it."""
    flags = arguments()
    torch.set_num_threads(1)
    trained_on, kept_out = voc.split(flags.voc)
    features = [read_features(flags.features, stem) for stem in trained_on]
    unseen = [read_features(flags.features, stem) for stem in kept_out]
    truths = [voc.read_labels(flags.voc / f"SegmentationClass/{stem}.png") for stem in kept_out]
    cells = torch.cat([x.flatten(1).T for x in features])
    for entry in flags.labels:
        name, _, folder = entry.partition("=")
        labels = read_cells(pathlib.Path(folder), trained_on, features)
        scores = []
        for seed in range(flags.seeds):
            scores.append(score(train(cells, labels, flags.epochs, seed), unseen, truths))
            print(f"{name}, seed {seed}: mIoU {scores[-1]:.3f}", flush=True)
        spread = statistics.stdev(scores) if len(scores) > 1 else 0
        print(f"{name}: mIoU {statistics.mean(scores):.3f} +- {spread:.3f} over {len(scores)} seeds", flush=True)


if __name__ == "__main__":
    main()
