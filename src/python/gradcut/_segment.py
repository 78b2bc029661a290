"""Masks by heat maps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import _core
from ._arguments import as_number, as_whole, refuses
from ._arrays import ArrayLike, Bytes, Floats, as_array, as_floats, as_heat, as_trimap
from ._core import Error
from ._recipe import Options, Recipe, recipe_of, texts_of

Hints = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Instance:
    """The object in a box of the hints."""

    id: int
    class_name: str
    box: tuple[float, float, float, float]
    """x, y, width and height, pixels."""
    place: tuple[int, int, int, int]
    """Where ``mask`` lies in the image, likewise."""
    mask: Bytes
    """``uint8``, 0 or 255."""
    confidence: float


@dataclass(frozen=True, eq=False)
class Segmentation:
    """What became of an image; arrays are rows x columns."""

    mask: Bytes
    """``uint8``, 0 or 255."""
    probability: Floats
    """``float32`` in [0, 1]: object against background, before smoothing by the cut."""
    heat_map: Floats
    """``float32`` in [0, 1], at the image's size."""
    confidence: float
    """In [0, 1], for ranking: the share of the mask that is left when its prior's threshold rises."""
    note: str
    """Why the mask is empty, or ""."""
    instances: list[Instance]
    """One for each box of the hints."""
    classes: list[tuple[int, str, float]]
    """Of a :class:`Segmenter`: index, name and score of the classes that were looked for."""


@dataclass(frozen=True, eq=False)
class Refinement:
    """What became of an image whose maps were refined."""

    labels: Bytes
    """``uint8`` of rows x columns: 0 is background, c + 1 the c-th map."""
    probabilities: Floats
    """``float32`` of maps + 1 x rows x columns: background first, before smoothing; they sum to 1."""
    confidence: float
    """In [0, 1], for ranking: how far the maps agree with where any class is."""


def segmentation_of(found: dict[str, Any]) -> Segmentation:
    found["instances"] = [Instance(**each) for each in found["instances"]]
    return Segmentation(**found)


def hints_of(hints: Hints | None) -> tuple[str, Bytes | None]:
    """Hints as JSON, and their trimap."""
    if hints is None:
        return "", None
    if not isinstance(hints, Mapping):
        raise Error(f"hints: a {type(hints).__name__}, expected a dict of boxes, points, strokes, trimap")
    try:
        said = dict(hints)
        trimap = said.pop("trimap", None)
        text = json.dumps(said, default=lambda value: value.tolist()) if said else ""
    except Exception as error:
        raise Error(f"hints: {error!r}, expected a dict of boxes, points, strokes, trimap") from error
    return text, None if trimap is None else as_trimap(trimap, "trimap")


def _more(options: Mapping[str, Any]) -> Options:
    return tuple(texts_of(options).items()) if options else ()


def _features(features: ArrayLike | None) -> Floats | None:
    return None if features is None else as_floats(features, "features")


@refuses
def segment(
    image: ArrayLike,
    heat: ArrayLike,
    features: ArrayLike | None = None,
    hints: Hints | None = None,
    recipe: str | Recipe = "fast",
    **options: Any,
) -> Segmentation:
    """The mask of an image by a heat map of any model: a location prior out of the map and the
    features, colour models, and minimum cuts.

    ``image``: ``uint8``, rows x columns x 3, RGB. ``heat``: floats, h x w of any size, stretched over
    the image; its least value is taken for 0 and its greatest for 1. ``features``: the model's
    activations on a grid that covers the image, ``float32``, channels x h x w (at most 10,000
    cells), as PyTorch has them: heat spreads over cells that look alike.

    ``hints``: what a person or a detector said, in pixels of the image::

        {"boxes": [{"x": 3, "y": 4, "width": 50, "height": 20}],
         "points": [{"x": 10, "y": 9, "object": True}],
         "strokes": [{"points": [[10, 9], [12, 9]], "radius": 4, "object": False}],
         "trimap": array,  # uint8: 0 background, 255 object, 128 unknown
         "fill_holes": True, "keep_largest": True}

    ``recipe``: "fast", "best" (a finer cut), "classic", or a :class:`Recipe`. ``options`` go over it:
    ``graphcut_smoothness=15`` is the program's ``--graphcut.smoothness 15``.
    """
    said, trimap = hints_of(hints)
    return segmentation_of(
        _core.segment(
            as_array(image, "image"),
            as_floats(heat, "heat"),
            _features(features),
            said,
            trimap,
            recipe_of(recipe).segmenting(_more(options)),
        )
    )


@refuses
def refine(
    image: ArrayLike,
    maps: ArrayLike,
    background: ArrayLike | None = None,
    hints: Hints | None = None,
    recipe: str | Recipe | None = None,
    **options: Any,
) -> Refinement:
    """Labels by heat maps or probabilities of one or several classes, as ``gradcut refine`` makes
    them: what a dense CRF is used for, by colour models and cuts.

    ``image``: ``uint8``, rows x columns x 3, RGB. ``maps``: floats in [0, 1], or ``uint8`` of which
    255 is 1, h x w or classes x h x w, stretched over the image. ``background``: a map of its own,
    h x w, or None: heat is then set against a level (``prior_background="otsu"``, or "mean", "level",
    "power"), and a probability against what the others leave of 1. ``prior_values="probability"`` says
    that the maps are probabilities. ``hints`` (with one class) and ``options`` as for :func:`segment`;
    of a ``recipe`` its options count, not its preset.
    """
    said, trimap = hints_of(hints)
    more = _more(options)
    return Refinement(
        **_refined(
            _core.refine(
                as_array(image, "image"),
                as_heat(maps, "maps"),
                None if background is None else as_heat(background, "background"),
                said,
                trimap,
                (recipe_of(recipe) if recipe is not None else recipe_of("fast")).refining(more),
            )
        )
    )


def _id(what: str, value: int | None) -> int | None:
    return None if value is None else as_whole(value, what, 0, 2**53)


def _refined(found: dict[str, Any]) -> dict[str, Any]:
    rows, columns = found["labels"].shape
    found["probabilities"] = found["probabilities"].reshape(-1, rows, columns)
    return found


class Session:
    """An image that is segmented again and again while hints come in.

    ``image``, ``heat``, ``features``, ``recipe`` and ``options`` as for :func:`segment`. What was
    found out once is kept: a cut after a stroke takes milliseconds. The mask depends on the hints
    that there are, never on how they came about. Several threads may use a session: it does one thing
    at a time. A process that is forked while another thread is in a call of a session cannot use that
    session: it would wait for ever. Make one in each process.

    >>> session = Session(image, heat)              # doctest: +SKIP
    >>> session.add_point(120, 80)                  # doctest: +SKIP
    >>> session.add_point(30, 40, object=False)     # doctest: +SKIP
    >>> session.segment().mask                      # doctest: +SKIP
    """

    @refuses
    def __init__(
        self,
        image: ArrayLike,
        heat: ArrayLike,
        features: ArrayLike | None = None,
        recipe: str | Recipe = "fast",
        **options: Any,
    ) -> None:
        self._session = _core.Session(
            as_array(image, "image"),
            as_floats(heat, "heat"),
            _features(features),
            recipe_of(recipe).segmenting(_more(options)),
        )

    @refuses
    def add_point(self, x: float, y: float, *, object: bool = True, box: int | None = None) -> None:
        """Says of the pixel at (x, y) that it is object or, with ``object=False``, background; of the
        object in one box alone, if its id is given."""
        self.add_stroke([(x, y)], object=object, box=box)

    @refuses
    def add_stroke(
        self,
        points: Iterable[tuple[float, float]] | ArrayLike,
        *,
        radius: float = 0,
        object: bool = True,
        box: int | None = None,
    ) -> None:
        """The same of a line through points (x, y), as wide as twice ``radius``, pixels."""
        line = [(as_number(x, "x"), as_number(y, "y")) for x, y in points]
        self._session.add_stroke(line, as_number(radius, "radius"), bool(object), _id("box", box))

    @refuses
    def add_box(self, x: float, y: float, width: float, height: float, *, id: int | None = None) -> int:
        """A box around one object, pixels; nothing outside every box is object. Returns its ``id``: that
        which is given, a whole number >= 0, or the smallest from 1 that no other box has."""
        left, top = as_number(x, "x"), as_number(y, "y")
        return self._session.add_box(left, top, as_number(width, "width"), as_number(height, "height"), _id("id", id))

    def undo(self) -> bool:
        """Takes the last change back; returns whether there was one."""
        return self._session.undo()

    def redo(self) -> bool:
        """Does what was undone again; returns whether there was anything."""
        return self._session.redo()

    def clear(self) -> None:
        """Takes all hints away (which can be undone)."""
        self._session.clear()

    def segment(self) -> Segmentation:
        """What the hints make of the image."""
        return segmentation_of(self._session.segment())
