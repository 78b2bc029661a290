"""Arguments as arrays of the types that the extension module takes."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._core import Error

ArrayLike = Any
Path = str | os.PathLike[str]
Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

# More is refused before any of them is looked at: a view may repeat a value without end.
_MOST_VALUES = 2**30


def as_array(value: ArrayLike, what: str) -> NDArray[Any]:
    """The value as an array, of the same memory where it has any."""
    array: NDArray[Any]
    if type(value) is np.ndarray:
        array = value
    else:
        if isinstance(value, np.ma.MaskedArray) and np.any(value.mask):
            raise Error(f"{what}: an array with masked values, expected all of them (fill them first)")
        try:
            if hasattr(value, "detach"):  # A tensor that gradients are asked of.
                value = value.detach()
            if hasattr(value, "__dlpack__") and not hasattr(value, "__array__"):
                value = np.from_dlpack(value)
            array = np.asarray(value)
        except Exception as error:
            raise Error(f"{what}: no array in main memory: {error}") from error
    if array.dtype.kind not in "biuf" or array.ndim > 4:
        raise Error(
            f"{what}: a {type(value).__name__} of type {array.dtype} with {array.ndim} axes, expected an array of numbers"
        )
    if array.size > _MOST_VALUES:
        raise Error(f"{what}: an array of shape {array.shape} is too large, expected at most 2^30 values")
    return array


def as_floats(value: ArrayLike, what: str) -> Floats:
    array = as_array(value, what)
    if array.dtype == np.float32:
        return array
    with np.errstate(over="ignore"):  # What is too large is infinite.
        return array.astype(np.float32)


def as_heat(value: ArrayLike, what: str) -> Floats:
    """Heat in [0, 1], as the program reads it from a .npy file: of bytes 255 is 1."""
    array = as_array(value, what)
    if array.dtype.kind not in "iu":
        return as_floats(array, what)
    most = {np.dtype(np.uint8): 255.0, np.dtype(np.uint16): 65535.0}.get(array.dtype)
    if most is None:
        raise Error(f"{what}: of type {array.dtype}, expected floats in [0, 1], uint8 or uint16")
    return (array / most).astype(np.float32)


def as_costs(value: ArrayLike, what: str) -> NDArray[Any]:
    """Integers as thousandths of a nat (int32), anything else as nats (float32)."""
    array = as_array(value, what)
    if array.dtype.kind not in "iu":
        return as_floats(array, what)
    if array.dtype == np.int32:
        return array
    if array.size > 0 and (array.min() < -(2**31) or array.max() >= 2**31):
        raise Error(f"{what}: values of type {array.dtype} do not fit int32")
    return array.astype(np.int32)


def as_labels(value: ArrayLike, what: str) -> Bytes:
    """Labels or a mask: whole numbers in [0, 255]."""
    array = as_array(value, what)
    if array.dtype == np.uint8 or array.dtype == np.bool_:
        return array
    if array.dtype.kind == "f":
        raise Error(f"{what}: of type {array.dtype}, expected whole numbers or booleans (compare with a threshold first)")
    if array.size > 0 and (array.min() < 0 or array.max() > 255):
        raise Error(f"{what}: values from {array.min()} to {array.max()}, expected [0, 255]")
    return array.astype(np.uint8)


def as_trimap(value: ArrayLike, what: str) -> Bytes:
    """0 for background, 255 for object, 128 for unknown."""
    array = as_labels(value, what)
    if array.dtype == np.bool_:
        raise Error(f"{what}: of type bool, expected 0 (background), 255 (object) and 128 (unknown)")
    wrong = array[(array != 0) & (array != 128) & (array != 255)]
    if wrong.size > 0:
        raise Error(f"{what}: a value of {wrong[0]}, expected 0 (background), 255 (object) and 128 (unknown)")
    return array


def as_path(value: Path) -> str:
    try:
        path = os.fsdecode(value)
        path.encode()
    except (TypeError, UnicodeEncodeError) as error:
        raise Error(f"{value!r}: no path, or one that is not UTF-8") from error
    if "\0" in path:
        raise Error(f"{value!r}: no path")
    return path
