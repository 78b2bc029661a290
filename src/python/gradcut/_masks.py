"""Masks in files and as run lengths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from numpy.typing import NDArray

from . import _core
from ._arguments import as_text, refuses
from ._arrays import ArrayLike, Bytes, Path, as_array, as_labels, as_path
from ._core import Error


class Rle(TypedDict):
    """COCO's form of a mask."""

    size: list[int]
    """Rows and columns."""
    counts: str
    """Compressed run lengths, as pycocotools writes them."""


@refuses
def read_image(path: Path) -> Bytes:
    """An image file (JPEG, PNG, WebP, TIFF, HEIC, AVIF, BMP or PNM) as ``uint8`` of rows x columns x
    3: RGB, upright by its EXIF orientation, over white where it is transparent."""
    return _core.read_image(as_path(path))


@refuses
def read_mask(path: Path) -> NDArray[Any]:
    """A mask or label file (PNG, another image, or ``.npy``) as ``uint8`` of rows x columns: palette
    indices, indices of VOC's colours, or grey values as they are; ``int32`` where they are not in
    [0, 255]."""
    return _core.read_mask(as_path(path))


@refuses
def write_mask(path: Path, mask: ArrayLike, *, palette: bool = True) -> None:
    """Writes rows x columns of whole numbers in [0, 255] as PNG: with the palette of PASCAL VOC
    (class indices, 255 void), or without it as grey values. The file appears whole or not at all."""
    _core.write_mask(as_path(path), as_labels(mask, "mask"), bool(palette))


@refuses
def rle_encode(mask: ArrayLike) -> Rle:
    """A mask, rows x columns, object where it is not 0, in COCO's compressed form."""
    array = as_labels(mask, "mask")
    counts = _core.rle_encode(array)
    return {"size": [int(array.shape[0]), int(array.shape[1])], "counts": counts}


@refuses
def rle_decode(rle: Mapping[str, Any]) -> Bytes:
    """The mask (``uint8``, rows x columns, 0 or 1) of COCO's form: ``size`` [rows, columns] and
    ``counts``, compressed (``str`` or ``bytes``) or a list of run lengths."""
    if not isinstance(rle, Mapping) or not {"size", "counts"} <= rle.keys():
        raise Error("rle: expected a dict with size [rows, columns] and counts")
    size = _whole_numbers(rle["size"], "rle: size")
    if len(size) != 2:
        raise Error(f"rle: size {size}, expected [rows, columns]")
    counts = rle["counts"]
    if isinstance(counts, bytes):
        counts = counts.decode("ascii", "replace")
    if isinstance(counts, str):
        return _core.rle_decode(as_text(counts, "rle: counts"), *size)
    return _core.rle_decode_counts(_whole_numbers(counts, "rle: counts"), *size)


def _whole_numbers(values: ArrayLike, what: str) -> list[int]:
    array = as_array(values, what)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise Error(f"{what}: expected a list of whole numbers")
    numbers: list[int] = array.tolist()
    return numbers
