#!/usr/bin/env python3
"""One call of each kind, on made-up pixels: that an installed gradcut works. Prints what it used.

    python3 eval/python/smoke.py
"""

import pathlib
import tempfile

import gradcut
import numpy as np

image = np.zeros((144, 192, 3), np.uint8)
image[...] = (10, 10, 60)
image[48:96, 16:64] = (230, 20, 20)
image += np.random.default_rng(5).integers(0, 12, image.shape, np.uint8)
heat = np.zeros((9, 12), np.float32)
heat[3:6, 1:4] = 1
truth = image[..., 0] > 128

found = gradcut.segment(image, heat)
assert gradcut.iou(found.mask, truth) > 0.95
assert gradcut.iou(gradcut.refine(image, heat).labels, truth) > 0.95
weights = gradcut.contrast_weights(image)
assert gradcut.iou(gradcut.min_cut(np.where(found.heat_map > 0.5, 1.0, -1.0), weights).labels, truth) > 0.95
session = gradcut.Session(image, heat)
session.add_point(100, 20)
assert session.segment().mask[20, 100] == 255
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "mask.png"
    gradcut.write_mask(path, truth)
    assert (gradcut.read_mask(path) == truth).all()
    assert gradcut.evaluate(folder, folder)["mean_iou"] == 1
libraries = {line.split()[-1] for line in open("/proc/self/maps") if ".so" in line}
torch = [name for name in libraries if "torch" in name]
assert not torch, torch
print(f"gradcut {gradcut.__version__} works: {len(libraries)} libraries, none of them LibTorch's")
