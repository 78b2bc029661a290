"""Energies on a grid of pixels and their least labellings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import _core
from ._arguments import as_number, as_text, as_whole, refuses
from ._arrays import ArrayLike, Bytes, as_array, as_costs


class Cut(NamedTuple):
    """A minimum cut, as :func:`min_cut` returns it."""

    labels: Bytes
    """``uint8`` of rows x columns: 1 on the source's side (object), else 0."""
    flow: int
    """The maximum flow, thousandths of a nat: the energy of the labels, where the cheaper label of each pixel costs nothing."""


class Expansion(NamedTuple):
    """A labelling that no expansion move improves."""

    labels: Bytes
    """``uint8`` of rows x columns."""
    energy: int
    """Thousandths of a nat."""
    moves: int
    """Minimum cuts that it took."""


@refuses
def min_cut(unary: ArrayLike, weights: ArrayLike, *, solver: str = "grid") -> Cut:
    """The labelling x of least energy, of all such the one with the fewest object pixels:

        E(x) = sum_i U_i(x_i) + sum_ij w_ij [x_i != x_j],   x_i in {0, 1}

    ``unary``: rows x columns, U_i(0) - U_i(1): positive speaks for 1 (object). ``weights``: 2 or 4
    x rows x columns, >= 0: those of each pixel and its neighbour to the east, the south, the
    south-east and the south-west; what would leave the grid is not looked at. Floats are nats,
    kept to a thousandth; integers are thousandths already. +-inf in ``unary`` makes a pixel's label
    certain. ``solver`` is "grid" (incremental breadth-first search) or "boost" (Boykov and
    Kolmogorov's algorithm of Boost.Graph): the labels are the same.

    >>> import numpy as np
    >>> weights = np.zeros((2, 1, 3)); weights[0] = [[3, 1, 0]]
    >>> min_cut(np.array([[5.0, -1.0, -1.0]]), weights)
    Cut(labels=array([[1, 1, 0]], dtype=uint8), flow=2000)
    """
    labels, flow = _core.min_cut(as_costs(unary, "unary"), as_costs(weights, "weights"), as_text(solver, "solver"))
    return Cut(labels, flow)


@refuses
def alpha_expansion(unary: ArrayLike, weights: ArrayLike, *, solver: str = "grid") -> Expansion:
    """A labelling of low energy with several labels (Boykov, Veksler and Zabih 2001):

        E(f) = sum_i U_i(f_i) + sum_ij w_ij [f_i != f_j]

    ``unary``: labels x rows x columns (at most 255 labels), what each label costs at each pixel;
    ``weights`` and ``solver`` as for :func:`min_cut`. Two labels have the least energy.
    """
    labels, energy, moves = _core.alpha_expansion(as_costs(unary, "unary"), as_costs(weights, "weights"), as_text(solver, "solver"))
    return Expansion(labels, energy, moves)


@refuses
def contrast_weights(image: ArrayLike, *, smoothness: float = 20, neighbours: int = 8) -> NDArray[np.int32]:
    """The boundary term of Boykov and Jolly (2001) for an image:

        w_ij = smoothness * exp(-|I_i - I_j|^2 / (2 mean |I_i - I_j|^2)) / distance(i, j)

    ``image``: ``uint8``, rows x columns x 3. ``smoothness``: nats. ``neighbours``: 4 or 8. Returns
    ``int32`` of 2 or 4 x rows x columns, thousandths of a nat, as :func:`min_cut` takes them.
    """
    pixels = as_array(image, "image")
    flat = _core.contrast_weights(pixels, as_number(smoothness, "smoothness"), as_whole(neighbours, "neighbours"))
    return flat.reshape(-1, *pixels.shape[:2])
