#!/usr/bin/env python3
"""Train a small segmenter on each of several sets of labels for the same images; score it on images that none of them saw.

    python3 eval/train/train.py VOC FEATURES NAME=LABELS... [--seeds 3] [--epochs 15]

FEATURES is what features.py made; LABELS a folder of ID.png, class indices with 255 = void (not learned from). The segmenter is a
light decoder on frozen features. Two thirds of train.txt are trained on, every third image is scored, with its true mask.
"""

import argparse
import pathlib
import statistics

import numpy as np
import torch
import voc
from torch import nn
from torch.nn import functional as F

BATCH = 8
RATE = 2e-3
WIDTH = 128


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("voc", type=pathlib.Path)
    parser.add_argument("features", type=pathlib.Path)
    parser.add_argument("labels", nargs="+", metavar="NAME=LABELS")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=15)
    return parser.parse_args()


def decoder(channels):
    """Mixes channels, looks 5 cells far, and scores classes at stride 8."""
    return nn.Sequential(
        nn.Conv2d(channels, WIDTH, 1),
        nn.ReLU(),
        nn.Conv2d(WIDTH, WIDTH, 3, padding=2, dilation=2, groups=WIDTH),
        nn.Conv2d(WIDTH, WIDTH, 1),
        nn.ReLU(),
        nn.Conv2d(WIDTH, WIDTH, 3, padding=1, groups=WIDTH),
        nn.Conv2d(WIDTH, WIDTH, 1),
        nn.ReLU(),
        nn.Dropout2d(0.1),
        nn.Conv2d(WIDTH, voc.CLASSES, 1),
    )


def read_features(folder, stem):
    """Channels x rows x columns."""
    return torch.from_numpy(np.load(folder / f"{stem}.npy")).float()


def loss_of(model, features, labels):
    """Mean cross entropy at twice the features' resolution, which is that of the labels."""
    scores = F.interpolate(model(features[None]), labels.shape[-2:], mode="bilinear", align_corners=False)
    if not (labels != voc.VOID).any():
        return scores.sum() * 0
    return F.cross_entropy(scores, labels[None], ignore_index=voc.VOID)


def train(features, labels, epochs, seed):
    """A decoder trained on pairs of features and labels; images have different sizes, so a batch is a sum."""
    torch.manual_seed(seed)
    model = decoder(features[0].shape[0])
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=1e-2)
    steps = epochs * -(-len(features) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps)
    for _ in range(epochs):
        for batch in torch.randperm(len(features)).split(BATCH):
            optimizer.zero_grad()
            for i in batch.tolist():
                x, y = features[i], labels[i]
                if torch.rand(()) < 0.5:
                    x, y = x.flip(-1), y.flip(-1)
                (loss_of(model, x, y) / len(batch)).backward()
            optimizer.step()
            schedule.step()
    return model.eval()


@torch.no_grad()
def score(model, features, truths):
    """MIoU at the images' own sizes."""
    counts = np.zeros((voc.CLASSES, voc.CLASSES), int)
    for x, truth in zip(features, truths):
        scores = F.interpolate(model(x[None]), truth.shape, mode="bilinear", align_corners=False)
        counts += voc.confusion(scores[0].argmax(0).numpy(), truth)
    return voc.mean_iou(counts)


def main():
    """Do it."""
    flags = arguments()
    torch.set_num_threads(1)
    trained_on, kept_out = voc.split(flags.voc)
    features = [read_features(flags.features, stem) for stem in trained_on]
    unseen = [read_features(flags.features, stem) for stem in kept_out]
    truths = [voc.read_labels(flags.voc / f"SegmentationClass/{stem}.png") for stem in kept_out]
    for entry in flags.labels:
        name, _, folder = entry.partition("=")
        read = [voc.read_labels(pathlib.Path(folder) / f"{stem}.png") for stem in trained_on]
        labels = [
            torch.from_numpy(voc.resize_labels(each, (2 * x.shape[1], 2 * x.shape[2])).astype(np.int64))
            for each, x in zip(read, features)
        ]
        scores = [score(train(features, labels, flags.epochs, seed), unseen, truths) for seed in range(flags.seeds)]
        spread = statistics.stdev(scores) if len(scores) > 1 else 0
        print(f"{name}: mIoU {statistics.mean(scores):.3f} +- {spread:.3f}  ({', '.join(f'{s:.3f}' for s in scores)})", flush=True)


if __name__ == "__main__":
    main()
