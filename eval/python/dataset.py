#!/usr/bin/env python3
"""gradcut's labels as a PyTorch data set.

    python3 eval/python/dataset.py PHOTOS LABELS      # prints what a loader yields
"""

import pathlib
import sys

import numpy as np
import torch
from PIL import Image


class Labelled(torch.utils.data.Dataset):
    """Pairs of a photo (float, 3 x rows x columns, [0, 1]) and its labels (int64, rows x columns).

    Labels are class indices with 255 = unsure, for `CrossEntropyLoss(ignore_index=255)`; masks of `gradcut mask` become 0 and 1.
    """

    def __init__(self, photos, labels):
        """Every PNG below `labels` that has a photo of the same path below `photos`, extensions apart."""
        found = {p.relative_to(photos).with_suffix(""): p for p in sorted(pathlib.Path(photos).rglob("*.*"))}
        masks = sorted(pathlib.Path(labels).rglob("*.png"))
        self.pairs = [(found[key], m) for m in masks if (key := m.relative_to(labels).with_suffix("")) in found]

    def __len__(self):
        """How many there are."""
        return len(self.pairs)

    def __getitem__(self, index):
        """One pair."""
        photo, mask = (Image.open(path) for path in self.pairs[index])
        labels = torch.from_numpy(np.array(mask)).long()
        if mask.mode == "L" and not labels[(labels > 0) & (labels < 255)].any():
            labels = (labels > 0).long()
        pixels = torch.from_numpy(np.array(photo.convert("RGB")))
        return pixels.permute(2, 0, 1).float() / 255, labels


def main():
    """Show that it works."""
    dataset = Labelled(*map(pathlib.Path, sys.argv[1:]))
    print(f"{len(dataset)} pairs")
    for photo, labels in torch.utils.data.DataLoader(dataset, batch_size=1):
        print(tuple(photo.shape), tuple(labels.shape), labels.unique().tolist())


if __name__ == "__main__":
    main()
