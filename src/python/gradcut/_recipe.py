"""Presets and options."""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from . import _core
from ._arguments import as_number, as_text, refuses
from ._arrays import Path, as_path
from ._core import Error

Options = tuple[tuple[str, str], ...]


def _text(key: str, value: Any) -> str:
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        value = value.item()  # A number of NumPy's or PyTorch's.
    if isinstance(value, str):
        return as_text(value, key)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return ",".join(_text(key, each) for each in value)
    try:
        return str(operator.index(value))
    except TypeError:
        number = as_number(value, key)
        return str(int(number)) if number.is_integer() else repr(number)


def texts_of(options: Mapping[str, Any]) -> dict[str, str]:
    """Options by key, from names with "_" or "." after the stage."""
    texts = {}
    for name, value in options.items():
        key = as_text(name if "." in name else name.replace("_", ".", 1), "option")
        texts[key] = _text(key, value)
    return texts


class Recipe:
    """A preset and options over it.

    ``Recipe("best", graphcut_smoothness=15)``, or ``Recipe.load("run.json")``. ``preset``: "fast",
    "best" or "classic". Options are those of the program (``gradcut mask --help-all``), named
    ``stage_field`` for its ``stage.field``. What a recipe says of classifiers counts for
    :class:`Segmenter` alone.
    """

    __slots__ = ("_items", "_settings", "preset")

    preset: str

    @refuses
    def __init__(self, preset: str = "fast", **options: Any) -> None:
        self._set(as_text(preset, "preset"), texts_of(options), {})
        known = {*_segment_keys(), *_refine_keys(), *_core.other_keys()}
        unknown = tuple(item for item in self._items if item[0] not in known)
        segment_handle(self.preset, unknown)  # Names the first of them.
        self.segmenting(())
        self.refining(())

    def _set(self, preset: str, options: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        self.preset = preset
        self._items: Options = tuple(sorted(options.items()))
        self._settings = dict(settings)

    @classmethod
    @refuses
    def load(cls, path: Path) -> Recipe:
        """What a TOML file, or the ``run.json`` of a run, says."""
        settings_text, options = _core.read_recipe(as_path(path))
        settings = json.loads(settings_text)
        recipe = cls.__new__(cls)
        recipe._set(str(settings.pop("preset", "fast")), options, settings)
        recipe.segmenting(())
        return recipe

    @property
    def options(self) -> Mapping[str, str]:
        """Every option that :func:`segment` uses, by key, as text."""
        return MappingProxyType(self.segmenting(()).texts())

    @property
    def settings(self) -> Mapping[str, Any]:
        """What a file says beside options: model, device, classes and so on."""
        return MappingProxyType(self._settings)

    def segmenting(self, more: Options) -> _core.SegmentRecipe:
        return segment_handle(self.preset, _over(self._items, more, _segment_keys()))

    def refining(self, more: Options) -> _core.RefineRecipe:
        return refine_handle(_over(self._items, more, _refine_keys()))

    @property
    def given(self) -> Mapping[str, str]:
        """The options that were given over the preset, by key, as text."""
        return MappingProxyType(dict(self._items))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipe) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.preset, self._items))

    def _key(self) -> tuple[Any, ...]:
        return (self.preset, self._items, self._settings)

    def __repr__(self) -> str:
        options = "".join(f", {key.replace('.', '_', 1)}={text!r}" for key, text in self._items)
        return f"Recipe({self.preset!r}{options})"


def recipe_of(recipe: str | Recipe) -> Recipe:
    if isinstance(recipe, Recipe):
        return recipe
    if not isinstance(recipe, str):
        raise Error(f"recipe: {recipe!r}, expected the name of a preset or a gradcut.Recipe")
    return _preset(recipe)


@functools.lru_cache(maxsize=16)
def _preset(name: str) -> Recipe:
    return Recipe(name)


def _over(items: Options, more: Options, keys: frozenset[str]) -> Options:
    """Of a recipe what a function uses; of what was given to the function itself, everything."""
    if not items:
        return more
    return tuple(sorted({**{key: text for key, text in items if key in keys}, **dict(more)}.items()))


@functools.cache
def _segment_keys() -> frozenset[str]:
    return frozenset(_core.segment_keys())


@functools.cache
def _refine_keys() -> frozenset[str]:
    return frozenset(_core.refine_keys())


@functools.lru_cache(maxsize=256)
def segment_handle(preset: str, options: Options) -> _core.SegmentRecipe:
    return _core.SegmentRecipe(preset, dict(options))


@functools.lru_cache(maxsize=256)
def refine_handle(options: Options) -> _core.RefineRecipe:
    return _core.RefineRecipe(dict(options))
