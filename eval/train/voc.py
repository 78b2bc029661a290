"""What the scripts beside this one share: lists, labels and mIoU of a VOC devkit."""

import cv2
import numpy as np
from PIL import Image

CLASSES = 21
VOID = 255


def split(voc):
    """Stems of train.txt to train on, and every third one, which is kept out."""
    stems = (voc / "ImageSets/Segmentation/train.txt").read_text().split()
    return [s for i, s in enumerate(stems) if i % 3 != 2], stems[2::3]


def read_labels(path):
    """Class indices out of a palette or grey PNG."""
    return np.array(Image.open(path))


def confusion(predicted, truth):
    """Pixels by true and predicted class; void is not scored."""
    scored = truth != VOID
    return np.bincount(CLASSES * truth[scored].astype(int) + predicted[scored], minlength=CLASSES**2).reshape(CLASSES, CLASSES)


def mean_iou(counts):
    """Mean over the classes that occur."""
    both = np.diag(counts)
    either = counts.sum(0) + counts.sum(1) - both
    return float((both[either > 0] / either[either > 0]).mean())


def resize_labels(labels, size):
    """Labels at another (rows, columns), of the nearest pixel."""
    return cv2.resize(labels, size[::-1], interpolation=cv2.INTER_NEAREST)
