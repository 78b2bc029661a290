"""Arguments that are no arrays, and one kind of error for what is wrong with any."""

from __future__ import annotations

import functools
import operator
import reprlib
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np

from ._core import Error

P = ParamSpec("P")
T = TypeVar("T")


def refuses(function: Callable[P, T]) -> Callable[P, T]:
    """Makes whatever is wrong with an argument an :class:`Error` in one line. A call that does not
    fit the function's signature stays Python's ``TypeError``."""
    name = function.__qualname__.removesuffix(".__init__")

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except (TypeError, ValueError, LookupError, OverflowError, RecursionError) as error:
            text = str(error)
            if isinstance(error, Error):
                if len(text.splitlines()) < 2:
                    raise
            elif error.__traceback__ is None or error.__traceback__.tb_next is None:
                raise
            else:
                text = f"{name}: {text or type(error).__name__}"
            raise Error(" ".join(text.split())) from error

    return call


def as_number(value: Any, what: str) -> float:
    try:
        if isinstance(value, (str, bytes)):
            raise TypeError("a text")
        return float(value)
    except Exception as error:
        raise Error(f"{what} = {reprlib.repr(value)}, expected a number") from error


def as_whole(value: Any, what: str, least: int = -(2**31), most: int = 2**31 - 1) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        given = as_number(value, what)
        number = int(given) if given.is_integer() else most + 1
    if isinstance(value, (bool, np.bool_)) or not least <= number <= most:
        raise Error(f"{what} = {reprlib.repr(value)}, expected a whole number in [{least}, {most}]")
    return number


def as_text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise Error(f"{what}: {reprlib.repr(value)}, expected a text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Error(f"{what}: {value!r}, which is no text in UTF-8") from error
    return value
