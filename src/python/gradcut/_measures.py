"""How good masks and heat maps are."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _core
from ._arrays import ArrayLike, Bytes, Path, as_floats, as_labels, as_path
from ._core import Error


def _truth(truth: ArrayLike, void: int | None) -> Bytes:
    """1 where there is object, 255 where nothing is scored."""
    labels = as_labels(truth, "truth")
    objects: Bytes = (labels != 0).astype(np.uint8)
    if void is not None:
        objects[labels == void] = 255
    return objects


def iou(mask: ArrayLike, truth: ArrayLike, *, void: int | None = None) -> float:
    """Intersection over union of two masks, rows x columns, object where they are not 0; pixels at
    which the truth is ``void`` are not scored. 1 where both are empty. The same goes for all
    measures of masks here."""
    return region_scores(mask, truth, void=void)["iou"]


def dice(mask: ArrayLike, truth: ArrayLike, *, void: int | None = None) -> float:
    """2 |A and B| / (|A| + |B|), the F1 score; see :func:`iou`."""
    return region_scores(mask, truth, void=void)["dice"]


def region_scores(mask: ArrayLike, truth: ArrayLike, *, void: int | None = None) -> dict[str, float]:
    """``iou``, ``dice``, ``precision``, ``recall`` and ``accuracy``; see :func:`iou`."""
    return _core.region_measures(as_labels(mask, "mask"), _truth(truth, void))


def boundary_iou(mask: ArrayLike, truth: ArrayLike, *, ratio: float = 0.02, void: int | None = None) -> float:
    """Boundary IoU (Cheng et al. 2021) in bands of ``ratio`` times the diagonal; see :func:`iou`."""
    return _core.boundary_iou(as_labels(mask, "mask"), _truth(truth, void), float(ratio))


def boundary_f(mask: ArrayLike, truth: ArrayLike, *, ratio: float = 0.008, void: int | None = None) -> float:
    """The contour accuracy F of DAVIS (Perazzi et al. 2016), where near means within ``ratio`` times
    the diagonal; see :func:`iou`."""
    return _core.boundary_f(as_labels(mask, "mask"), _truth(truth, void), float(ratio))["f"]


def heat_scores(heat: ArrayLike, truth: ArrayLike, *, void: int | None = None) -> dict[str, float]:
    """Measures of a heat map (floats in [0, 1], rows x columns) as tools for salient objects take
    them: ``mae``, ``max_f`` (beta^2 = 0.3), ``max_e``, ``adaptive_f``, ``adaptive_e``, ``s``
    and ``weighted_f``."""
    return _core.heat_measures(as_floats(heat, "heat"), _truth(truth, void))


def confusion(labels: ArrayLike, truth: ArrayLike, classes: int) -> NDArray[np.int64]:
    """Pixels by class in the truth (rows) and in the prediction (columns): ``int64`` of classes x
    classes, which add up over images. 255 in the truth is not scored, in the prediction background."""
    counts = _core.confusion(as_labels(labels, "labels"), as_labels(truth, "truth"), int(classes))
    return np.array(counts, dtype=np.int64)


class Evaluation(dict[str, Any]):
    """The measures of a data set by name, as ``gradcut eval --json`` writes them: means over the
    images (``mean_iou``, ...), ``per_class``, ``interval_95`` and so on; and those of each image."""

    def __init__(self, json_text: str, csv_text: str) -> None:
        super().__init__(json.loads(json_text))
        self._csv = csv_text

    @property
    def images(self) -> list[dict[str, Any]]:
        """A dict an image: ``image``, whether its prediction is ``missing``, and its measures."""
        rows = csv.DictReader(io.StringIO(self._csv))
        return [
            {
                name: text if name == "image" else text == "1" if name == "missing" else float(text or "nan")
                for name, text in row.items()
            }
            for row in rows
        ]

    def frame(self) -> Any:
        """The same as a ``pandas.DataFrame`` with the image as index."""
        try:
            import pandas  # type: ignore[import-untyped, unused-ignore]
        except ImportError as error:
            raise Error("frame: needs pandas (pip install pandas)") from error
        return pandas.DataFrame(self.images).set_index("image")


def evaluate(
    predictions: Path,
    truth: Path,
    *,
    protocol: str = "binary",
    heat_maps: bool = False,
    classes: Sequence[str] = (),
    jobs: int = 0,
) -> Evaluation:
    """Scores a folder (or file) of masks, or of heat maps, against ground truth: a folder of masks
    or a VOC devkit. Files pair by name; a missing prediction counts as empty. ``protocol``: "binary"
    (any object, mean over the images) or "voc" (class labels, counted over the data set).
    ``classes``: their names, the background first (default: VOC's). ``jobs``: images at a time, 0
    for one a core."""
    return Evaluation(
        *_core.evaluate(as_path(predictions), as_path(truth), protocol, bool(heat_maps), list(classes), int(jobs))
    )
