"""Object masks from heat maps, by priors and a minimum cut.

Arrays are NumPy arrays, or anything that becomes one: PyTorch tensors in main memory, objects with
``__array__``, ``__dlpack__`` or a buffer. Any strides, read-only memory and other number types are
taken, masked values are not; what has the type and layout that a function names is not copied.
Results are new arrays. Images are RGB, ``uint8`` of rows x columns x 3. What is wrong with an argument
is a :class:`gradcut.Error`, which is a ``ValueError``. All computations release the GIL.

=====================  =========================================================================
:func:`segment`        the mask of an image by the heat map, and features, of any model
:class:`Session`       the same with points, strokes and boxes that come in one by one
:func:`refine`         labels by the heat maps or probabilities of one or several classes
:func:`min_cut`        the least labelling of an energy on a grid; :func:`alpha_expansion` for
                       several labels, :func:`contrast_weights` for the boundary term
:class:`Recipe`        presets and options, also from TOML files of the program
:class:`Segmenter`     masks by a classifier of the program's (needs ``gradcut[torch]``)
:func:`evaluate`       masks or heat maps against ground truth: arrays or folders
:func:`iou` ...        measures of single masks: :func:`dice`, :func:`boundary_iou`,
                       :func:`boundary_f`, :func:`region_scores`, :func:`heat_scores`,
                       :func:`confusion`
:func:`read_mask` ...  :func:`write_mask`, :func:`read_image`, :func:`rle_encode`,
                       :func:`rle_decode`
=====================  =========================================================================
"""

from ._core import Error, __version__
from ._graphcut import Cut, Expansion, alpha_expansion, contrast_weights, min_cut
from ._masks import Rle, read_image, read_mask, rle_decode, rle_encode, write_mask
from ._measures import (
    Evaluation,
    boundary_f,
    boundary_iou,
    confusion,
    dice,
    evaluate,
    heat_scores,
    iou,
    region_scores,
)
from ._recipe import Recipe
from ._segment import Instance, Refinement, Segmentation, Session, refine, segment
from ._segmenter import Segmenter

__all__ = [
    "Cut",
    "Error",
    "Evaluation",
    "Expansion",
    "Instance",
    "Recipe",
    "Refinement",
    "Rle",
    "Segmentation",
    "Segmenter",
    "Session",
    "__version__",
    "alpha_expansion",
    "boundary_f",
    "boundary_iou",
    "confusion",
    "contrast_weights",
    "dice",
    "evaluate",
    "heat_scores",
    "iou",
    "min_cut",
    "read_image",
    "read_mask",
    "refine",
    "region_scores",
    "rle_decode",
    "rle_encode",
    "segment",
    "write_mask",
]
