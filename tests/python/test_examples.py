"""The examples run as users run them."""

import os
import subprocess
import sys

import gradcut
import pytest
from conftest import ROOT

EXAMPLES = ROOT / "tests/examples/python"


def example(name, *arguments):
    environment = {**os.environ, "OMP_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *map(str, arguments)], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["grad_cam.py", "vit_attention.py"])
def test_models_of_pytorch_seed_the_cut(name, tmp_path, photos):
    assert "confidence" in example(name, photos[0], tmp_path / "mask.png")
    assert gradcut.read_mask(tmp_path / "mask.png").shape == gradcut.read_image(photos[0]).shape[:2]


def test_irn_does_without_a_dense_crf():
    assert "IoU" in example("irn_refine.py")


def test_a_data_set_refines_in_its_workers(tmp_path, run, photos):
    (tmp_path / "photos").mkdir()
    for photo in photos:
        (tmp_path / "photos" / photo.name).symlink_to(photo)
    run("saliency", tmp_path / "photos", "-o", tmp_path / "heat", "--save", "probability", "--quiet")
    assert "2 photos, 2 workers" in example("refining_dataset.py", tmp_path / "photos", tmp_path / "heat")


def test_masks_are_the_same_as_those_of_refine(tmp_path, run, photos):
    import numpy as np

    run("saliency", *photos, "-o", tmp_path / "heat", "--save", "probability", "--quiet")
    run("refine", *photos, tmp_path / "heat", "-o", tmp_path / "out", "--save", "mask,probability", "--quiet")
    for photo in photos:
        found = gradcut.refine(gradcut.read_image(photo), np.load(tmp_path / f"heat/{photo.stem}.probability.npy"))
        np.testing.assert_array_equal(found.labels * 255, gradcut.read_mask(tmp_path / f"out/{photo.stem}.png"))
        np.testing.assert_array_equal(found.probabilities[1], np.load(tmp_path / f"out/{photo.stem}.probability.npy"))
