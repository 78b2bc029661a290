#!/usr/bin/env python3
"""A data set that refines heat maps into masks as it is read, by several workers.

    python3 tests/examples/python/refining_dataset.py PHOTOS HEATMAPS [WORKERS]

HEATMAPS holds a .npy for each photo, as `gradcut saliency --save probability` or any other method writes them.
"""

import pathlib
import sys

import gradcut
import numpy as np
import torch


class Refined(torch.utils.data.Dataset):
    """Pairs of a photo (uint8, 3 x rows x columns) and its mask (int64, rows x columns, 0 or 1)."""

    def __init__(self, photos, heat_maps, **options):
        self.pairs = [
            (photo, heat)
            for photo in sorted(pathlib.Path(photos).iterdir())
            for heat in (pathlib.Path(heat_maps) / f"{photo.stem}{end}" for end in (".npy", ".probability.npy"))
            if heat.exists()
        ]
        self.options = options

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, index):
        photo, heat = self.pairs[index]
        image = gradcut.read_image(photo)
        found = gradcut.refine(image, np.load(heat), **self.options)
        return torch.from_numpy(image).permute(2, 0, 1), torch.from_numpy(found.labels).long()


def main():
    data = Refined(sys.argv[1], sys.argv[2], graphcut_smoothness=15)
    workers = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    alone = [data[index][1] for index in range(len(data))]
    for (_, mask), expected in zip(torch.utils.data.DataLoader(data, batch_size=None, num_workers=workers), alone):
        assert torch.equal(mask, expected)
    print(f"{len(data)} photos, {workers} workers")


if __name__ == "__main__":
    main()
