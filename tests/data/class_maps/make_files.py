#!/usr/bin/env python3
"""Make the heat maps of other methods that tests/dataset/class_maps_test.cc reads, and print the run lengths in run_lengths_test.cc.

    python3 tests/data/class_maps/make_files.py

Needs NumPy, PyTorch and pycocotools (made with 2.4.6, 2.15.0 and 2.0.11). Every dict beside this script holds the same two maps of
3x4 pixels, keys 14 and 2: a ramp from 0 to 1, and the same ramp backwards.
"""

import collections
import pathlib
import pickle

import numpy as np
import torch
from pycocotools import mask as coco

FOLDER = pathlib.Path(__file__).parent
RAMP = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4)
MAPS = np.stack([RAMP, RAMP[::-1, ::-1]])
KEYS = np.array([14, 2])


def save_with_protocol(path, value, protocol, module):
    """What numpy.save of an older NumPy wrote: another protocol, and other names of modules."""
    array = np.array(value, dtype=object)
    text = pickle.dumps(array, protocol=protocol).replace(b"numpy._core", module)
    with open(path, "wb") as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
        file.write(text)


def make_maps():
    """Write the dicts and arrays."""
    # As make_cam.py of IRN does: keys and strided maps are tensors.
    np.save(
        FOLDER / "irn.npy",
        {"keys": torch.tensor(KEYS), "cam": torch.tensor(MAPS)[:, ::2, ::2], "high_res": MAPS},
    )
    np.save(FOLDER / "tensors.npy", {"keys": torch.tensor(KEYS), "cam": torch.tensor(MAPS).transpose(1, 2).contiguous().transpose(1, 2)})
    np.save(FOLDER / "psa.npy", {14: MAPS[0], 2: MAPS[1]})
    np.save(FOLDER / "lists.npy", {"keys": [14, 2], "high_res": MAPS.astype(np.float64)})
    np.save(FOLDER / "fortran.npy", {"keys": KEYS, "high_res": np.asfortranarray(MAPS)})
    save_with_protocol(FOLDER / "protocol2.npy", {"keys": KEYS.astype(np.uint8), "high_res": MAPS}, 2, b"numpy.core")
    save_with_protocol(FOLDER / "protocol3.npy", {"keys": KEYS, "high_res": MAPS}, 3, b"numpy.core")
    np.save(FOLDER / "channels.npy", MAPS.astype(np.float16))
    # As other makers write them.
    np.save(FOLDER / "clip_es.npy", {"keys": KEYS, "strided_cam": MAPS[:, ::2, ::2], "attn_highres": MAPS})
    np.save(FOLDER / "int64_keys.npy", {np.int64(14): MAPS[0], np.int64(2): MAPS[1]})
    np.save(FOLDER / "puzzle.npy", {"keys": np.pad(KEYS + 1, (1, 0)), "cam": MAPS[:, ::2, ::2], "hr_cam": MAPS})
    np.save(FOLDER / "listed.npy", {"keys": list(KEYS), "high_res": list(MAPS)})
    np.save(FOLDER / "one_axis_more.npy", {"keys": KEYS[:, None], "high_res": MAPS[:, None]})
    np.save(FOLDER / "ordered.npy", np.array(collections.OrderedDict({14: MAPS[0], 2: MAPS[1]}), dtype=object))
    np.save(FOLDER / "no_class.npy", {"keys": np.zeros(0, int), "high_res": np.zeros((0, 3, 4), np.float32)})
    np.save(FOLDER / "empty_dict.npy", {})


def print_run_lengths():
    """Print pycocotools' counts of masks made by a formula."""
    for rows, cols, level in [(1, 1, 0), (1, 1, 7), (5, 7, 3), (13, 17, 4)]:
        row, col = np.mgrid[:rows, :cols]
        mask = (row * row // 9 + col * col // 7 + row * col // 31) % 7 < level
        counts = coco.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()
        print(rows, cols, level, counts)
    block = np.zeros((200, 300), np.uint8, order="F")
    block[50:150, 40:260] = 1
    print(coco.encode(block)["counts"].decode()[:40])


if __name__ == "__main__":
    make_maps()
    print_run_lengths()
