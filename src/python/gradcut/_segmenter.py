"""Masks by the program's own classifiers. The one part that loads LibTorch, with the first object."""

from __future__ import annotations

import importlib
import os
import pathlib
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from ._arguments import as_text, refuses
from ._arrays import ArrayLike, Path, as_array, as_path
from ._core import Error
from ._recipe import Recipe, recipe_of, texts_of
from ._segment import Hints, Segmentation, hints_of, segmentation_of


def _check_process(built_for: str) -> None:
    """Two versions of LibTorch in a process would take each other's functions. What is loaded after
    this is not seen."""
    torch = sys.modules.get("torch")
    if torch is not None:
        version = str(getattr(torch, "__version__", "unknown")).partition("+")[0]
        if version != built_for:
            raise Error(
                f"Segmenter: this process holds torch {version}, and gradcut's classifiers are built for torch "
                f"{built_for}: pip install torch=={built_for}, or use a process that has not imported torch"
            )
        return
    maps = pathlib.Path("/proc/self/maps")
    if maps.exists() and "libtorch_cpu.so" in maps.read_text(errors="replace"):
        if "gradcut._classifier" not in sys.modules:
            raise Error(
                f"Segmenter: something else in this process has loaded a LibTorch, which need not be {built_for}: "
                f"use a process that has not"
            )


def _classifier() -> Any:
    try:
        from ._torch_version import TORCH_VERSION  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        raise Error("Segmenter: this gradcut was built without its classifiers (src/python/README.md)") from error
    _check_process(TORCH_VERSION)
    try:
        module = importlib.import_module("gradcut._classifier")
    except ImportError as error:
        raise Error(f"Segmenter: cannot load LibTorch: {error}: pip install torch=={TORCH_VERSION}") from error
    return module


class Segmenter:
    """Images in, masks out, by the gradient of an image classifier: what ``gradcut mask`` does, with
    the same bytes.

    ``model``: a name ("efficientnet-lite0") or a file of weights; names are looked up in the
    folder ``models``, or that which the environment variable GRADCUT_MODELS names (``gradcut models
    import`` fills one); objectness heads come with the package. ``device``: "auto", "cpu", "cuda" or
    "cuda:N". ``recipe`` and ``options`` as for :func:`segment`, with those of saliency too; what
    they say of model, device, heads and classes is taken where no argument does. One object may
    serve several threads. A process that holds another PyTorch than that which gradcut is
    built for gets an error, and must not import one after the first object is made.
    """

    @refuses
    def __init__(
        self,
        model: Path | None = None,
        device: str | None = None,
        models: Path | None = None,
        recipe: str | Recipe = "fast",
        **options: Any,
    ) -> None:
        base = recipe_of(recipe)
        settings = dict(base.settings)
        if model is not None:
            settings["model"] = as_path(model)
        if device is not None:
            settings["device"] = as_text(device, "device")
        given = [as_path(models)] if models is not None else filter(None, [os.environ.get("GRADCUT_MODELS")])
        settings["folders"] = [*given, str(pathlib.Path(__file__).parent / "models")]
        texts = {**base.given, **texts_of(options)}
        self._segmenter = _classifier().Segmenter(base.preset, _settings(settings), texts)

    @refuses
    def segment(
        self,
        image: ArrayLike,
        hints: Hints | None = None,
        classes: Iterable[str | int] = (),
    ) -> Segmentation:
        """The mask of an image (``uint8``, rows x columns x 3, RGB). ``classes``: names or indices of
        what is looked for; none: those of the recipe, or the best-scoring ones. ``hints`` as for
        :func:`gradcut.segment`; a box, point or stroke may name a ``class``."""
        said, trimap = hints_of(hints)
        wanted = [classes] if isinstance(classes, (str, int)) else list(classes)
        names = [as_text(str(each), "classes") for each in wanted]
        return segmentation_of(self._segmenter.segment(as_array(image, "image"), names, said, trimap))

    @property
    def info(self) -> Mapping[str, str]:
        """``architecture``, ``file``, ``sha256`` and ``device``."""
        return dict(self._segmenter.info())


def _settings(settings: Mapping[str, Any]) -> dict[str, list[str]]:
    """Every setting as a list of texts."""
    return {
        key: [str(each) for each in value] if isinstance(value, (list, tuple)) else [str(value)]
        for key, value in settings.items()
    }
