"""The program's classifiers from Python: the same bytes as the program's."""

import json
import subprocess
import sys

import gradcut
import numpy as np
import pytest
from conftest import ROOT


@pytest.fixture(autouse=True)
def models(monkeypatch):
    monkeypatch.setenv("GRADCUT_MODELS", str(ROOT / "build/models"))


@pytest.mark.parametrize("preset", ["fast", "classic"])
def test_masks_are_those_of_the_program(preset, tmp_path, run, photos):
    run("mask", *photos, "-o", tmp_path, "--preset", preset, "--save", "mask,probability", "--quiet")
    segmenter = gradcut.Segmenter(recipe=preset, device="cpu")
    for photo in photos:
        found = segmenter.segment(gradcut.read_image(photo))
        np.testing.assert_array_equal(found.mask, gradcut.read_mask(tmp_path / f"{photo.stem}.png"))
        np.testing.assert_array_equal(found.probability, np.load(tmp_path / f"{photo.stem}.probability.npy"))


def test_hints_mean_what_they_mean_to_the_program(tmp_path, run, photos):
    hints = {"points": [{"x": 5, "y": 5, "object": False}], "strokes": [{"points": [[200, 150], [280, 160]], "radius": 4, "object": True}]}
    (tmp_path / "hints.jsonl").write_text(json.dumps({"path": str(photos[0]), **hints}) + "\n")
    run("mask", photos[0], "-o", tmp_path, "--hints", tmp_path / "hints.jsonl", "--save", "mask,probability", "--quiet")
    found = gradcut.Segmenter(device="cpu").segment(gradcut.read_image(photos[0]), hints)
    np.testing.assert_array_equal(found.mask, gradcut.read_mask(tmp_path / f"{photos[0].stem}.png"))
    np.testing.assert_array_equal(found.probability, np.load(tmp_path / f"{photos[0].stem}.probability.npy"))


def test_a_run_can_be_gone_on_with(tmp_path, run, photos):
    run("mask", photos[0], "-o", tmp_path, "--class", "cup", "--graphcut.smoothness", "12", "--quiet")
    segmenter = gradcut.Segmenter(recipe=gradcut.Recipe.load(tmp_path / "run.json"))
    found = segmenter.segment(gradcut.read_image(photos[0]))
    np.testing.assert_array_equal(found.mask, gradcut.read_mask(tmp_path / "coffee.png"))
    assert any("cup" in name for _, name, _ in found.classes)


def test_hints_and_classes_are_taken(photos):
    segmenter = gradcut.Segmenter(saliency_scales=256)
    assert segmenter.info["architecture"] == "efficientnet-lite0" and segmenter.info["device"] == "cpu"
    image = gradcut.read_image(photos[0])
    found = segmenter.segment(image, {"points": [{"x": 5, "y": 5}]}, classes=["cup"])
    assert found.mask[5, 5] == 255
    boxes = {"boxes": [{"x": 100, "y": 50, "width": 300, "height": 250}]}
    assert len(segmenter.segment(image, boxes).instances) == 1
    with pytest.raises(gradcut.Error, match="qwertz"):
        segmenter.segment(image, classes="qwertz")


@pytest.mark.parametrize("arguments", [{"model": "nothing"}, {"device": "tpu"}, {"recipe": 3}, {"saliency_scales": -1}])
def test_what_cannot_be_is_named(arguments):
    with pytest.raises(gradcut.Error):
        gradcut.Segmenter(**arguments)


def run_python(*lines):
    return subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True)


def test_nothing_else_loads_libtorch():
    done = run_python(
        "import gradcut, numpy as np",
        "gradcut.segment(np.zeros((9, 9, 3), np.uint8), np.eye(9)); gradcut.refine(np.zeros((9, 9, 3), np.uint8), np.eye(9))",
        "assert 'torch' not in open('/proc/self/maps').read()",
    )
    assert done.returncode == 0, done.stderr


def test_another_torch_in_the_process_is_named():
    done = run_python(
        "import torch, gradcut, numpy as np",
        "assert gradcut.segment(np.zeros((9, 9, 3), np.uint8), torch.eye(9)).mask.shape == (9, 9)",
        "gradcut.Segmenter()",
    )
    assert "this process holds torch" in done.stderr and "pip install torch==" in done.stderr
