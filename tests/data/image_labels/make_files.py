#!/usr/bin/env python3
"""Make the image-level labels of IRN's kind that tests/dataset/image_labels_test.cc reads.

    python3 tests/data/image_labels/make_files.py

Needs NumPy (made with 1.26.4). Every dict says that 2007_000032 shows an aeroplane and a person, 2007_000039 a tvmonitor and
2008_000001 nothing, by vectors of VOC's 20 classes.
"""

import collections
import pathlib
import pickle

import numpy as np

FOLDER = pathlib.Path(__file__).parent
SHOWN = {"2007_000032": [0, 14], "2007_000039": [19], "2008_000001": []}


def vector(indices, dtype=np.float32):
    """1 at some indices of 20."""
    labels = np.zeros(20, dtype)
    labels[indices] = 1
    return labels


def labels_by(key, dtype=np.float32):
    """The dict with keys made of names."""
    return {key(name): vector(indices, dtype) for name, indices in SHOWN.items()}


def number(name):
    """2007000032."""
    return int(name.replace("_", ""))


def save_with_protocol(path, value, protocol):
    """What numpy.save of an older NumPy wrote."""
    array = np.array(value, dtype=object)
    with open(path, "wb") as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
        file.write(pickle.dumps(array, protocol=protocol))


# As make_cls_labels.py of IRN does, which reads the names as numbers; and as that of AffinityNet.
np.save(FOLDER / "irn.npy", labels_by(lambda name: np.int32(number(name))))
np.save(FOLDER / "affinity_net.npy", labels_by(str))
# As others do.
np.save(FOLDER / "numbers.npy", labels_by(number, np.uint8))
np.save(FOLDER / "ordered.npy", np.array(collections.OrderedDict(labels_by(str, np.int64)), dtype=object))
save_with_protocol(FOLDER / "protocol2.npy", labels_by(str), 2)
