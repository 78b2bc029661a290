"""The examples run as users run them."""

import os
import subprocess
import sys

import gradcut
import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

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


def test_a_data_set_refines_in_its_workers(folders):
    assert "2 photos, 2 workers" in example("refining_dataset.py", *folders)


def test_the_notebook_shows_heat_masks_and_strokes(photos, monkeypatch):
    monkeypatch.setenv("GRADCUT_PHOTO", str(photos[0]))
    notebook = nbformat.read(EXAMPLES / "walk_through.ipynb", as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2
    assert any("confidence" in output.get("text", "") for output in outputs)
