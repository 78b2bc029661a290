"""How good masks and heat maps are."""

from __future__ import annotations

import csv
import io
import json
import os
import pathlib
import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from . import _core
from ._arguments import as_number, as_text, as_whole, refuses
from ._arrays import ArrayLike, Bytes, Path, as_array, as_heat, as_labels, as_path
from ._core import Error

_MOST_PIXELS = 2**28


def _truth(truth: ArrayLike, void: int | None) -> Bytes:
    """1 where there is object, 255 where nothing is scored."""
    labels = as_labels(truth, "truth")
    objects: Bytes = (labels != 0).astype(np.uint8)
    if void is not None:
        objects[labels == as_whole(void, "void", 0, 255)] = 255
    return objects


@refuses
def iou(mask: ArrayLike, truth: ArrayLike, *, void: int | None = None) -> float:
    """Intersection over union of two masks, rows x columns, object where they are not 0; pixels at
    which the truth is ``void`` are not scored. 1 where both are empty. The same goes for all
    measures of masks here."""
    return region_scores(mask, truth, void=void)["iou"]


@refuses
def dice(mask: ArrayLike, truth: ArrayLike, *, void: int | None = None) -> float:
    """2 |A and B| / (|A| + |B|), the F1 score; see :func:`iou`."""
    return region_scores(mask, truth, void=void)["dice"]


@refuses
def region_scores(mask: ArrayLike, truth: ArrayLike, *, void: int | None = None) -> dict[str, float]:
    """``iou``, ``dice``, ``precision``, ``recall`` and ``accuracy``; see :func:`iou`."""
    return _core.region_measures(as_labels(mask, "mask"), _truth(truth, void))


@refuses
def boundary_iou(mask: ArrayLike, truth: ArrayLike, *, ratio: float = 0.02, void: int | None = None) -> float:
    """Boundary IoU (Cheng et al. 2021) in bands of ``ratio`` times the diagonal; see :func:`iou`."""
    return _core.boundary_iou(as_labels(mask, "mask"), _truth(truth, void), as_number(ratio, "ratio"))


@refuses
def boundary_f(mask: ArrayLike, truth: ArrayLike, *, ratio: float = 0.008, void: int | None = None) -> float:
    """The contour accuracy F of DAVIS (Perazzi et al. 2016), where near means within ``ratio`` times
    the diagonal; see :func:`iou`."""
    return _core.boundary_f(as_labels(mask, "mask"), _truth(truth, void), as_number(ratio, "ratio"))["f"]


@refuses
def heat_scores(heat: ArrayLike, truth: ArrayLike, *, void: int | None = None) -> dict[str, float]:
    """Measures of a heat map, rows x columns (floats in [0, 1], or ``uint8`` of which 255 is 1), as
    tools for salient objects take them: ``mae``, ``max_f`` (beta^2 = 0.3), ``max_e``, ``adaptive_f``,
    ``adaptive_e``, ``s`` and ``weighted_f``."""
    return _core.heat_measures(as_heat(heat, "heat"), _truth(truth, void))


@refuses
def confusion(labels: ArrayLike, truth: ArrayLike, classes: int) -> NDArray[np.int64]:
    """Pixels by class in the truth (rows) and in the prediction (columns): ``int64`` of classes x
    classes, which add up over images. 255 in the truth is not scored, in the prediction background."""
    counts = _core.confusion(as_labels(labels, "labels"), as_labels(truth, "truth"), as_whole(classes, "classes"))
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


@refuses
def evaluate(
    predictions: Path | ArrayLike | Iterable[ArrayLike | None],
    truth: Path | ArrayLike | Iterable[ArrayLike],
    *,
    protocol: str = "binary",
    heat_maps: bool = False,
    classes: Sequence[str] = (),
    jobs: int = 0,
) -> Evaluation:
    """Scores masks, or heat maps, against ground truth, as ``gradcut eval`` does.

    Either both are paths: a folder (or file), the truth also a VOC devkit; files pair by name, and a
    missing prediction counts as empty. Or both are arrays: one of rows x columns, a stack of images x
    rows x columns, or a list of as many arrays as there are images, of any sizes; a prediction that is
    None counts as missing. Masks are whole numbers in [0, 255] or booleans and mean what they would
    in a .npy file: beside 0 alone 255 is object, beside small values void. Heat maps are floats in
    [0, 1], or ``uint8`` of which 255 is 1. Arrays pass through a temporary folder, images are named by
    their number.

    ``protocol``: "binary" (any object, mean over the images) or "voc" (class labels, counted over the
    data set). ``classes``: their names, the background first (default: VOC's). ``jobs``: images at a
    time, at most 1024; 0 for one a core.
    """
    if isinstance(classes, str):
        raise Error(f"classes: {classes!r}, expected a list of names")
    names = [as_text(each, "classes") for each in classes]
    said = (as_text(protocol, "protocol"), bool(heat_maps), names, as_whole(jobs, "jobs"))
    if _is_path(predictions) and _is_path(truth):
        return Evaluation(*_core.evaluate(as_path(predictions), as_path(truth), *said))
    pairs = _paired(_images(predictions, "predictions"), _images(truth, "truth"))
    with tempfile.TemporaryDirectory(prefix="gradcut-") as folder:
        _write_pairs(pathlib.Path(folder), pairs, as_heat if heat_maps else as_labels)
        try:
            found = Evaluation(*_core.evaluate(f"{folder}/predictions", f"{folder}/truth", *said))
            if found["failed"]:  # Not one of many files, but an argument.
                raise Error(str(found["failed"][0]))
        except Error as error:
            raise Error(str(error).replace(f"{folder}/", "")) from None
    return found


def _is_path(value: Any) -> TypeGuard[Path]:
    return isinstance(value, (str, bytes, os.PathLike))


def _images(value: Any, what: str) -> list[Any]:
    if not hasattr(value, "shape") and isinstance(value, Iterable) and not _is_path(value):
        return list(value)
    array = as_array(value, what)
    if array.ndim not in (2, 3):
        raise Error(f"{what}: an array of shape {array.shape}, expected rows x columns, or images x rows x columns")
    return [array] if array.ndim == 2 else list(array)


def _paired(predictions: list[Any], truth: list[Any]) -> list[tuple[Any, Any]]:
    if len(predictions) != len(truth) or not truth:
        raise Error(f"evaluate: {len(predictions)} predictions and {len(truth)} truths, expected as many of both, and some")
    return list(zip(predictions, truth))


def _write_pairs(folder: pathlib.Path, pairs: list[tuple[Any, Any]], as_prediction: Callable[[Any, str], NDArray[Any]]) -> None:
    """As files by their number, with zeros before it: their order is that of the images."""
    digits = len(str(len(pairs) - 1))
    for side in ("predictions", "truth"):
        (folder / side).mkdir()
    for number, (prediction, truth) in enumerate(pairs):
        for side, value, convert in (("predictions", prediction, as_prediction), ("truth", truth, as_labels)):
            if value is None and side == "predictions":
                continue
            array = convert(value, f"{side}[{number}]")
            if array.ndim != 2 or not 0 < array.size <= _MOST_PIXELS:
                raise Error(f"{side}[{number}]: an array of shape {array.shape}, expected rows x columns, at most 2^28 pixels")
            np.save(folder / side / f"{number:0{digits}}.npy", array)
