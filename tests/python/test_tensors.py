"""Tensors of PyTorch, in a process of their own: it is of another version than that of the classifiers."""

import multiprocessing

import gradcut
import numpy as np
import pytest


def masks_of_tensors(image, heat, features):
    import torch

    exported = type(
        "Exported",
        (),
        {
            "__dlpack__": lambda _self, **_: torch.from_numpy(heat).__dlpack__(),
            "__dlpack_device__": lambda _self: torch.from_numpy(heat).__dlpack_device__(),
        },
    )()
    pixels = torch.from_numpy(image).permute(2, 0, 1).contiguous().permute(1, 2, 0)
    asked = torch.from_numpy(heat).double().requires_grad_()
    cells = torch.from_numpy(features).requires_grad_()
    with pytest.raises(gradcut.Error, match="heat"):
        gradcut.segment(image, torch.zeros(3, 3, device="meta"))
    assert gradcut.Recipe(graphcut_smoothness=torch.tensor(15.0)).given["graphcut.smoothness"] == "15"
    return [gradcut.segment(pixels, each, cells).mask for each in (asked, asked.float(), exported)]


def test_tensors_are_arrays(scene):
    image, heat = scene
    features = image.reshape(9, 16, 12, 16, 3).mean((1, 3)).transpose(2, 0, 1).astype(np.float32).copy()
    expected = gradcut.segment(image, heat, features).mask
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        for mask in pool.apply(masks_of_tensors, (image, heat, features)):
            np.testing.assert_array_equal(mask, expected)
